//! Which words a text must hold for a pattern to match it ([`Words`]). Part of the program's build, which looks for them in
//! the built-in rules, and of its tests; `needles` looks for them in texts.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// A word, and whether its letters may be of either case: they are then small ones.
pub type Word = (String, bool);

/// Words of which every text that matches has at least one; `None` when there are none of use.
pub type Words = Option<BTreeSet<Word>>;

/// Words of a set at most.
const MOST: usize = 256;
/// Times at most that what is repeated is written out.
const REPEATED: u32 = 3;

/// The words of all patterns of `all`, and of one of `any`.
pub fn of(all: &[&str], any: &[&str]) -> Result<Words, String> {
    let of_one =
        |pattern: &str| regex_syntax::parse(pattern).map(|hir| Found::of(&hir).words()).map_err(|e| e.to_string());
    let mut best = None;
    for pattern in all {
        best = better(best, of_one(pattern)?);
    }
    let mut either = Some(BTreeSet::new());
    for pattern in any {
        either = joined(either, of_one(pattern)?);
    }
    Ok(better(best, either.filter(|words| !words.is_empty())))
}

/// What the matches of a part of a pattern have in common.
enum Found {
    /// They are one of these.
    Exactly(BTreeSet<Word>),
    /// Each holds one of these.
    Holding(Words),
}

impl Found {
    // Recursion is bounded by the depth that the parser allows.
    fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::Exactly(empty()),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => Self::Exactly(BTreeSet::from([(text.to_owned(), false)])),
                Err(_) => Self::Holding(None),
            },
            HirKind::Class(class) => of_class(class).map_or(Self::Holding(None), Self::Exactly),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Repetition(repetition) => Self::repeated(repetition),
            HirKind::Concat(parts) => Self::in_order(parts.iter().map(Self::of)),
            HirKind::Alternation(choices) => {
                let choices: Vec<Self> = choices.iter().map(Self::of).collect();
                let exact = choices.iter().try_fold(BTreeSet::new(), |mut all, choice| match choice {
                    Self::Exactly(words) => {
                        all.extend(words.iter().cloned());
                        Some(all)
                    }
                    Self::Holding(_) => None,
                });
                match exact.filter(|words| words.len() <= MOST) {
                    Some(words) => Self::Exactly(words),
                    None => Self::Holding(choices.into_iter().map(Self::words).fold(Some(BTreeSet::new()), joined)),
                }
            }
        }
    }

    fn repeated(Repetition { min, max, sub, .. }: &Repetition) -> Self {
        match (min, max) {
            (0, Some(1)) => match Self::of(sub) {
                Self::Exactly(mut words) if words.len() < MOST => {
                    words.extend(empty());
                    Self::Exactly(words)
                }
                _ => Self::Holding(None),
            },
            (0, _) => Self::Holding(None),
            (times, most) => {
                let written = (*times).min(REPEATED);
                let parts = (0..written).map(|_| Self::of(sub));
                // what goes on is not known
                let more = (*most != Some(written)).then_some(Self::Holding(None));
                Self::in_order(parts.chain(more))
            }
        }
    }

    fn in_order(parts: impl Iterator<Item = Self>) -> Self {
        let (mut run, mut best, mut whole) = (empty(), None, true);
        for part in parts {
            match part {
                Self::Exactly(words) if run.len() * words.len() <= MOST => {
                    let follow = |(a, x): &Word| -> Vec<Word> {
                        words.iter().map(|(b, y)| with_case(format!("{a}{b}"), *x || *y)).collect()
                    };
                    run = run.iter().flat_map(follow).collect();
                }
                Self::Exactly(words) => {
                    best = better(best, useful(std::mem::replace(&mut run, words)));
                    whole = false;
                }
                Self::Holding(words) => {
                    best = better(best, useful(std::mem::replace(&mut run, empty())));
                    best = better(best, words);
                    whole = false;
                }
            }
        }
        if whole { Self::Exactly(run) } else { Self::Holding(better(best, useful(run))) }
    }

    /// Words of which each match has one.
    fn words(self) -> Words {
        match self {
            Self::Exactly(words) => useful(words),
            Self::Holding(words) => words,
        }
    }
}

fn empty() -> BTreeSet<Word> {
    BTreeSet::from([(String::new(), false)])
}

fn with_case(word: String, caseless: bool) -> Word {
    (if caseless { word.to_ascii_lowercase() } else { word }, caseless)
}

/// The characters of a class of few. One letter in both cases is one word: it may have a third, which [`needles`] knows.
///
/// [`needles`]: super::needles
fn of_class(class: &Class) -> Option<BTreeSet<Word>> {
    let Class::Unicode(class) = class else { return None };
    let chars: Vec<char> = class.iter().flat_map(|r| r.start()..=r.end()).take(9).collect();
    let small: BTreeSet<char> = chars
        .iter()
        .map(|c| match c {
            '\u{17F}' => 's',
            '\u{212A}' => 'k',
            c => c.to_ascii_lowercase(),
        })
        .collect();
    match (small.iter().next(), chars.len()) {
        (None, _) | (_, 9..) => None,
        (Some(letter), 2..) if small.len() == 1 => Some(BTreeSet::from([(letter.to_string(), true)])),
        _ => Some(chars.iter().map(|c| (c.to_string(), false)).collect()),
    }
}

/// Words, if finding one says something: a letter or two do not.
fn useful(words: BTreeSet<Word>) -> Words {
    let says = |(word, _): &Word| {
        word.len() > 2 || (!word.is_empty() && !word.contains(|c: char| c.is_alphanumeric() || c == ' '))
    };
    (!words.is_empty() && words.iter().all(says)).then_some(words)
}

/// The words that are found less often: the longer ones.
fn better(a: Words, b: Words) -> Words {
    let rank = |words: &BTreeSet<Word>| (words.iter().map(|(w, _)| w.len()).min(), usize::MAX - words.len());
    match (a, b) {
        (Some(a), Some(b)) => Some(if rank(&b) > rank(&a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// The words of one or the other.
fn joined(a: Words, b: Words) -> Words {
    let mut all = a?;
    all.extend(b?);
    (all.len() <= 2 * MOST).then_some(all)
}
