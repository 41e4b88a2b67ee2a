//! Words of which a text has to have one before a pattern can match it: most texts have none, and for them nothing has to be
//! compiled. The build finds them for the built-in rules (`literals`); patterns of users go without.

use std::sync::Arc;

/// Sought words, and whether the case of each does not matter.
#[derive(Clone, Debug)]
pub struct Needles(Arc<[(String, bool)]>);

/// Bits of beginnings.
const BITS: usize = 14;

/// Two letters of ASCII have a third case outside of it.
const OTHER_CASES: [char; 2] = ['\u{17F}', '\u{212A}'];

/// The place of a beginning of three bytes, whatever their case.
fn place([a, b, c]: [u8; 3]) -> usize {
    let code = u32::from_le_bytes([a | 0x20, b | 0x20, c | 0x20, 0]);
    code.wrapping_mul(0x9E37_79B1) as usize >> (32 - BITS)
}

/// The bit of a second byte, whatever its case; few bytes share one with a letter.
fn second(byte: u8) -> u32 {
    1 << (byte & 31)
}

impl Needles {
    /// Takes words, and whether the case of each does not matter.
    pub fn of(all: Vec<(String, bool)>) -> Self {
        Self(all.into())
    }
}

/// The needles of several readers, looked for in one pass.
pub struct Together {
    /// By reader.
    needles: Vec<Option<Needles>>,
    /// By the first byte of words, in either case: their second ones, a bit each. Most places of a text need no more than this.
    seconds: [u32; 256],
    /// By its beginning: one more than the place of the last word that begins so.
    last: Vec<u16>,
    words: Vec<Sought>,
    /// Those of less than three bytes, which are no letters, with their readers.
    short: Vec<(usize, String)>,
    /// Readers that are asked about every text, a bit each.
    always: u64,
}

/// A word of a reader.
#[derive(Clone, Copy)]
struct Sought {
    reader: usize,
    number: usize,
    /// The byte after its beginning in small, if it has one: most places of a text that begin like it have another.
    fourth: Option<u8>,
    /// One more than the place of the word before it that begins so.
    before: u16,
}

impl Together {
    /// Takes the needles of readers in their order; who has none is always asked.
    pub fn of<'n>(all: impl Iterator<Item = Option<&'n Needles>>) -> Self {
        let needles: Vec<Option<Needles>> = all.take(READERS).map(|one| one.cloned()).collect();
        let (last, seconds) = (vec![0; 1 << BITS], [0; 256]);
        let mut out = Self { needles, seconds, last, words: Vec::new(), short: Vec::new(), always: !0 };
        for (reader, needles) in out.needles.iter().enumerate() {
            let fits = |n: &&Needles| out.words.len() + n.0.len() < usize::from(u16::MAX);
            let Some(Needles(words)) = needles.as_ref().filter(fits) else { continue };
            out.always &= !(1 << reader);
            for (number, (word, _)) in words.iter().enumerate() {
                let Some(begin) = word.as_bytes().first_chunk::<3>() else {
                    out.short.push((reader, word.clone()));
                    continue;
                };
                for first in (0..=u8::MAX).filter(|first| first | 0x20 == begin[0] | 0x20) {
                    out.seconds[usize::from(first)] |= second(begin[1]);
                }
                let last = &mut out.last[place(*begin)];
                let fourth = word.as_bytes().get(3).map(|byte| byte | 0x20);
                out.words.push(Sought { reader, number, fourth, before: *last });
                *last = out.words.len() as u16;
            }
        }
        out
    }

    /// Whether a text begins with a word.
    fn begins(&self, Sought { reader, number, .. }: Sought, text: &[u8]) -> bool {
        let Some((word, caseless)) = self.needles[reader].as_ref().map(|n| &n.0[number]) else { return false };
        match text.get(..word.len()) {
            Some(found) if *caseless => found.eq_ignore_ascii_case(word.as_bytes()),
            Some(found) => found == word.as_bytes(),
            None => false,
        }
    }

    /// The readers that may find something in a text; `plain` when it is of ASCII alone.
    pub fn asked(&self, text: &str, plain: bool) -> Asked {
        if !plain && text.contains(OTHER_CASES) {
            return Asked(!0);
        }
        let mut asked = self.always;
        for (reader, word) in &self.short {
            asked |= u64::from(text.contains(word.as_str())) << reader;
        }
        let text = text.as_bytes();
        for (at, begin) in text.array_windows::<3>().enumerate() {
            if self.seconds[usize::from(begin[0])] & second(begin[1]) == 0 {
                continue;
            }
            let mut next = self.last[place(*begin)];
            while let Some(sought) = usize::from(next).checked_sub(1).map(|word| self.words[word]) {
                let may = sought.fourth.is_none_or(|byte| text.get(at + 3).is_some_and(|b| b | 0x20 == byte));
                if may && asked & 1 << sought.reader == 0 && self.begins(sought, &text[at..]) {
                    asked |= 1 << sought.reader;
                }
                next = sought.before;
            }
        }
        Asked(asked)
    }
}

/// Readers that have a bit; those after them are always asked.
const READERS: usize = 64;

/// Readers that may find something, a bit each.
#[derive(Clone, Copy)]
pub struct Asked(u64);

impl Asked {
    /// Those of so many readers that are asked, in order.
    pub fn each(self, readers: usize) -> impl Iterator<Item = usize> {
        let (mut bits, mut after) = (self.0, READERS);
        std::iter::from_fn(move || {
            let reader = if bits == 0 { after } else { bits.trailing_zeros() as usize };
            after += usize::from(bits == 0);
            bits &= bits.wrapping_sub(1);
            (reader < readers).then_some(reader)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::literals;
    use super::*;
    use proptest::prelude::*;

    fn needles(pattern: &str) -> Option<Vec<(String, bool)>> {
        literals::of(&[], &[pattern]).expect("a pattern").map(|words| words.into_iter().collect())
    }

    fn holds(needles: &Needles, text: &str) -> bool {
        Together::of([Some(needles)].into_iter()).asked(text, text.is_ascii()).each(1).count() == 1
    }

    #[test]
    fn what_every_match_has_is_found() {
        let word = |w: &str, caseless: bool| (w.to_owned(), caseless);
        assert_eq!(needles(r"\b(MUST|NEVER)\b"), Some(vec![word("MUST", false), word("NEVER", false)]));
        assert_eq!(needles(r"(?i)^[^x]? \.(env|pgpass)\b"), Some(vec![word(" .env", true), word(" .pgpass", true)]));
        assert_eq!(needles(r"(?i)(top|absolute)\s+priority"), Some(vec![word("priority", true)]));
        assert_eq!(needles(r"\w+@\w+"), Some(vec![word("@", false)]));
        assert_eq!(needles(r"[a-z]{3}|word"), None);
        assert_eq!(needles(r"(?i)[a-z]+.*[0-9]"), None);
        let either = literals::of(&["first"], &["a long second", "x"]).expect("patterns");
        assert_eq!(either, Some([word("first", false)].into()));
    }

    #[test]
    fn case_matters_where_it_does_in_the_pattern() {
        let of = |pattern: &str, text: &str| holds(&Needles::of(needles(pattern).expect("needles")), text);
        assert!(of("MUST", "you MUST") && !of("MUST", "you must"));
        assert!(of("(?i)mask", "a MaSK") && of("(?i)mask", "a ma\u{17F}k") && of("(?i)mask", "a mas\u{212A}"));
        assert!(!of("(?i)mask", "a mas") && of("\u{5fc5}\u{9808}", "x\u{5fc5}\u{9808}"));
    }

    #[test]
    fn who_may_find_something_is_asked() {
        let of = |pattern: &str| Needles::of(needles(pattern).expect("needles"));
        let all = [of("must"), of("(?i)mask"), of(r"\w@\w")];
        let readers = [Some(&all[0]), None, Some(&all[1]), Some(&all[2])];
        let asked = |text: &str| {
            let asked = Together::of(readers.into_iter()).asked(text, text.is_ascii());
            let asked: Vec<usize> = asked.each(65).collect();
            [0, 1, 2, 3, 64].map(|reader| asked.contains(&reader))
        };
        // who has no needles is always asked
        assert_eq!(asked(""), [false, true, false, false, true]);
        assert_eq!(asked("it must@"), [true, true, false, true, true]);
        assert_eq!(asked("a MASK"), [false, true, true, false, true]);
        assert_eq!(asked("ma\u{17F}k"), [true; 5]);
    }

    proptest! {
        #[test]
        fn no_match_goes_without(
            parts in prop::collection::vec(("(\\(\\?i:)?", "[abkS]{1,4}|[ab]c|\\[ab\\]|\\[\\^b\\]|(ab|kS|b)", "[?*+]?|\\{2\\}|\\{4,\\}"), 1..5),
            other in "[abkS]{0,3}",
            text in "[abkScAK\u{17F}\u{212A} ]{0,24}",
        ) {
            let part = |(caseless, what, times): &(String, String, String)| {
                let what = if what.starts_with('[') || what.len() < 2 { what.clone() } else { format!("({what})") };
                format!("{caseless}{what}{times}{}", if caseless.is_empty() { "" } else { ")" })
            };
            let pattern: String = parts.iter().map(part).collect();
            let any = [pattern.as_str(), other.as_str()];
            let any = if other.is_empty() { &any[..1] } else { &any };
            let matches = any.iter().any(|p| regex::Regex::new(p).expect("a pattern").is_match(&text));
            if let (true, Some(words)) = (matches, literals::of(&[], any).expect("patterns")) {
                prop_assert!(holds(&Needles::of(words.into_iter().collect()), &text), "{pattern}");
            }
        }
    }
}
