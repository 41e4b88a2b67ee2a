//! The same in ten other languages, by a small dictionary: which acts a description names, in the lists of the English words of
//! the same meaning. Where verbs stand differs; what is nearest to a verb belongs to it. A guess that may miss, not a translation.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::super::lists::{ByCode, Code, lists_of};
use super::Act;

/// Languages, in words, beginnings of words, and, where words are not parted, pieces of text.
const TONGUES: &str = include_str!("tongues.txt");
/// English words of the dictionary that are acts.
const VERBS: [&str; 8] = ["read", "send", "create", "delete", "pay", "transfer", "save", "execute"];
/// Languages that part no words.
const UNPARTED: [&str; 2] = ["zh", "ja"];
/// Languages with the verb behind everything.
const VERB_LAST: [&str; 3] = ["ja", "ko", "hi"];
/// Languages that are told by their words and not by their letters.
const LATIN: [&str; 4] = ["de", "es", "fr", "pt"];
/// Those that are told by their letters, the first of these that a text has.
const LETTERS: [(char, char, &str); 6] = [
    ('\u{3041}', '\u{30ff}', "ja"),
    ('\u{ac00}', '\u{d7a3}', "ko"),
    ('\u{4e00}', '\u{9fff}', "zh"),
    ('\u{900}', '\u{97f}', "hi"),
    ('\u{620}', '\u{64a}', "ar"),
    ('\u{430}', '\u{44f}', "ru"),
];
/// The language that the others are told from.
const ENGLISH: &str = "en";
/// How far a character of a text without parted words leads; a word leads as far as three.
const WORD: usize = 3;
/// How far from its verb an object stands.
const FAR: usize = 5 * WORD;
/// How far into its clause the verb stands, where it comes first.
const EARLY: usize = 2 * WORD;
/// English words, and at most half as many of any other language, after which no more are looked at.
const ENOUGH: usize = 4;
/// Objects of one act.
const OBJECTS: usize = 3;
/// What stands behind a verb that is no act: "sent", "which is to be sent", and where the word is a noun.
const NO_ACT: [&str; 15] =
    ["的", "された", "した", "済", "する前", "の前", "前", "一覧", "履歴", "先", "元", "된", "한", "될", "할"];
/// A noun of Japanese, unless one does it.
const NOUN: &str = "を";
const DONE: [&str; 3] = ["を行", "をする", "をし"];

/// What a word of the dictionary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sense {
    /// An act, with the lists of its English word.
    Verb(u64),
    /// What an act is about.
    Object(u64),
    Not,
    And,
    /// It only tells the language.
    Mark,
}

/// The dictionary of one language.
#[derive(Default)]
struct Tongue {
    words: BTreeMap<&'static str, Sense>,
    beginnings: BTreeMap<&'static str, Sense>,
}

static ALL: LazyLock<BTreeMap<&'static str, Tongue>> = LazyLock::new(|| {
    let mut all: BTreeMap<&str, Tongue> = BTreeMap::new();
    for line in TONGUES.lines().filter(|l| !l.starts_with('#')) {
        let mut words = line.split_ascii_whitespace();
        let (Some(language), Some(english)) = (words.next(), words.next()) else { continue };
        let sense = match english {
            "not" => Sense::Not,
            "and" => Sense::And,
            "mark" => Sense::Mark,
            verb if VERBS.contains(&verb) => Sense::Verb(lists_of(verb)),
            object => Sense::Object(lists_of(object)),
        };
        let tongue = all.entry(language).or_default();
        for word in words {
            match word.strip_suffix('*') {
                Some(beginning) => tongue.beginnings.insert(beginning, sense),
                None if UNPARTED.contains(&language) => tongue.beginnings.insert(word, sense),
                None => tongue.words.insert(word, sense),
            };
        }
    }
    all
});

impl Tongue {
    /// What a word is, and how many bytes of it say so: the longest known beginning counts.
    fn sense(&self, word: &str) -> Option<(Sense, usize)> {
        if let Some(sense) = self.words.get(word) {
            return Some((*sense, word.len()));
        }
        if self.beginnings.is_empty() {
            return None;
        }
        let mut ends =
            word.char_indices().map(|(i, c)| i + c.len_utf8()).take(16).collect::<Vec<_>>().into_iter().rev();
        ends.find_map(|end| Some((*self.beginnings.get(&word[..end])?, end)))
    }
}

/// The acts of a folded text that is in one of these languages, as [`super::acts`] gives them; empty for every other text.
pub(super) fn acts(plain: &str, sentences: usize) -> Vec<Act> {
    let Some((name, tongue)) = language(plain) else { return Vec::new() };
    let mut reader = Reader { last: VERB_LAST.contains(&name), ..Reader::default() };
    let mut rest = plain;
    let mut begun = false;
    while let Some(c) = rest.chars().next() {
        if reader.sentences == sentences {
            break;
        }
        let mut step = c.len_utf8();
        if is_letter(c) {
            begun = true;
            let unparted = UNPARTED.contains(&name) && !c.is_ascii();
            let word = if unparted { rest } else { first_word(rest) };
            let found = match tongue.sense(word) {
                None if name == "ar" => {
                    // "and" is the first letter of its word
                    reader.joined |= word.starts_with('و');
                    bare(word).and_then(|w| tongue.sense(w))
                }
                found => found,
            };
            // of words that are not parted, the known piece is the word
            let known = found.map_or(c.len_utf8(), |(_, bytes)| bytes);
            let behind = if unparted { &rest[known..] } else { word };
            let noun = unparted && behind.starts_with(NOUN) && !DONE.iter().any(|d| behind.starts_with(d));
            let no_act =
                noun || NO_ACT.iter().any(|n| if unparted { behind.starts_with(n) } else { behind.ends_with(n) });
            step = if unparted { known } else { word.len() };
            if let Some((sense, _)) = found.filter(|(s, _)| !(no_act && matches!(s, Sense::Verb(_)))) {
                reader.word(sense, unparted);
            }
            reader.at += if unparted { rest[..step].chars().count() } else { WORD };
        } else if matches!(c, '.' | '\n' | '!' | '?' | '。' | '！' | '？' | '।' | '؟') {
            if std::mem::take(&mut begun) {
                reader.sentence();
            }
        } else if matches!(c, ',' | ';' | ':' | '，' | '；' | '：' | '،' | '؛') {
            reader.clause();
        }
        rest = &rest[step..];
    }
    reader.acts
}

/// Small letters, without the marks that some write and others do not.
pub(super) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // the dot below letters of Hindi, and the signs of Arabic vowels
            '\u{93c}' | '\u{64b}'..='\u{652}' | '\u{640}' => {}
            // letters of Hindi that have the dot already
            '\u{958}' => out.push('\u{915}'),
            '\u{959}' => out.push('\u{916}'),
            '\u{95a}' => out.push('\u{917}'),
            '\u{95b}' => out.push('\u{91c}'),
            '\u{95c}' => out.push('\u{921}'),
            '\u{95d}' => out.push('\u{922}'),
            '\u{95e}' => out.push('\u{92b}'),
            '\u{95f}' => out.push('\u{92f}'),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

fn is_letter(c: char) -> bool {
    // the sign that parts no syllables in Hindi
    c.is_alphanumeric() || c == '\u{94d}'
}

/// The word at the beginning; a hyphen may join two.
fn first_word(text: &str) -> &str {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins = c == '-' && chars.peek().is_some_and(|(_, next)| is_letter(*next));
        if !is_letter(c) && !joins {
            break;
        }
        end = at + c.len_utf8();
    }
    &text[..end]
}

/// An Arabic word without "and" and the article.
fn bare(word: &str) -> Option<&str> {
    let own = word.strip_prefix('و').unwrap_or(word);
    let own = ["ال", "لل", "بال"].iter().find_map(|article| own.strip_prefix(article)).unwrap_or(own);
    (own.len() < word.len() && !own.is_empty()).then_some(own)
}

/// The language of a text, if it is one of the dictionary's: by its letters, else by the words that it has most of.
fn language(text: &str) -> Option<(&'static str, &'static Tongue)> {
    let has = |(from, to, _): &&(char, char, &str)| text.chars().any(|c| (*from..=*to).contains(&c));
    let by_letters = LETTERS.iter().filter(|_| !text.is_ascii()).find(has);
    if let Some(found) = by_letters.and_then(|(.., name)| ALL.get_key_value(name)) {
        return Some((found.0, found.1));
    }
    let mut scores = [0_usize; LATIN.len() + 1];
    for word in hyphened(text).filter(|w| !w.is_empty()) {
        let known = of_latin(word);
        scores.iter_mut().enumerate().for_each(|(bit, score)| *score += (known >> bit & 1) as usize);
        if scores[0] >= ENOUGH && scores[1..].iter().all(|other| 2 * other <= scores[0]) {
            // most texts are English, and most of them are known by their first words
            return None;
        }
    }
    let [english, others @ ..] = scores;
    // the first of those that have most
    let (at, most) = others.into_iter().enumerate().rev().max_by_key(|(_, score)| *score)?;
    if most <= english.max(1) {
        return None;
    }
    let (name, tongue) = ALL.get_key_value(LATIN[at])?;
    Some((name, tongue))
}

/// Words of a folded text with their hyphens, and nothing between two signs beside each other.
fn hyphened(text: &str) -> impl Iterator<Item = &str> {
    let plain = text.is_ascii();
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let all = rest?;
        let end = match plain {
            true => all.bytes().position(|b| !matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')),
            false => all.find(|c: char| !is_letter(c) && c != '-'),
        };
        rest = end.and_then(|end| Some(&all[end + all[end..].chars().next()?.len_utf8()..]));
        Some(&all[..end.unwrap_or(all.len())])
    })
}

/// Words that are whole and beginnings of words.
struct Latin {
    words: ByCode,
    /// By their first byte.
    beginnings: Vec<Vec<(&'static str, u64)>>,
}

/// All of the languages that are told by words, each with a bit for English and for every other one.
static LATIN_WORDS: LazyLock<Latin> = LazyLock::new(|| {
    let mut all = Vec::new();
    let mut beginnings = vec![Vec::new(); 256];
    for line in TONGUES.lines() {
        let mut words = line.split_ascii_whitespace();
        let bit = words.next().and_then(|language| [ENGLISH].iter().chain(&LATIN).position(|known| *known == language));
        let Some(bit) = bit else { continue };
        for word in words.skip(1) {
            match word.strip_suffix('*') {
                Some(beginning) => {
                    beginning.bytes().take(1).for_each(|b| beginnings[usize::from(b)].push((beginning, 1 << bit)));
                }
                None => all.push((word, 1 << bit)),
            }
        }
    }
    Latin { words: ByCode::of(&all), beginnings }
});

/// The languages that have a word, as bits.
fn of_latin(word: &str) -> u64 {
    let Latin { words, beginnings } = &*LATIN_WORDS;
    let bytes = word.as_bytes();
    let near = bytes.first().map_or(&[][..], |first| &beginnings[usize::from(*first)]);
    // the second byte tells most of them, which is no work for a call
    let second = |known: &str| known.as_bytes().get(1).is_none_or(|byte| bytes.get(1) == Some(byte));
    let begun = near.iter().filter(|(known, _)| second(known) && word.starts_with(known));
    begun.fold(words.bits(Code::of(word), word), |all, (_, bits)| all | bits)
}

/// Gathers acts while words come by.
#[derive(Default)]
struct Reader {
    /// The verb stands behind everything.
    last: bool,
    acts: Vec<Act>,
    /// Objects before their verb, with their places.
    waiting: Vec<(usize, u64)>,
    at: usize,
    sentences: usize,
    /// Where the clause begins, and the place and index of its last verb.
    from: usize,
    verb: Option<(usize, usize)>,
    /// The clause has objects before its verbs.
    behind: bool,
    joined: bool,
    denied: bool,
}

impl Reader {
    fn word(&mut self, sense: Sense, unparted: bool) {
        let joined = std::mem::take(&mut self.joined);
        if self.denied {
            return;
        }
        match sense {
            Sense::Not => {
                // "sends no mail", "does not send": nothing of the rest of the sentence is done
                if let Some((place, act)) = self.verb
                    && self.at - place <= 2 * WORD
                {
                    self.acts.truncate(act);
                }
                self.denied = true;
            }
            Sense::And => self.joined = true,
            Sense::Mark => {}
            Sense::Object(lists) => {
                let open = self.verb.filter(|(place, _)| !self.last && !self.behind && self.at - place <= FAR);
                match open.and_then(|(_, act)| self.acts.get_mut(act)) {
                    Some(act) if act.len() <= OBJECTS => act.push(lists),
                    _ => self.waiting.push((self.at, lists)),
                }
            }
            Sense::Verb(lists) => {
                let first = self.verb.is_none();
                if first {
                    self.behind = !self.waiting.is_empty();
                }
                let early = joined || (first && self.at - self.from <= EARLY);
                if !(self.last || self.behind || unparted || early) {
                    return;
                }
                let mut act = Act::of(lists);
                let near = self.waiting.drain(..).filter(|(place, _)| self.at - place <= FAR).map(|(_, lists)| lists);
                near.take(OBJECTS).for_each(|lists| act.push(lists));
                self.verb = Some((self.at, self.acts.len()));
                self.acts.push(act);
            }
        }
    }

    fn clause(&mut self) {
        if !self.last {
            (self.from, self.verb, self.behind) = (self.at, None, false);
            self.waiting.clear();
        }
    }

    fn sentence(&mut self) {
        (self.from, self.verb, self.behind, self.denied, self.joined) = (self.at, None, false, false, false);
        self.waiting.clear();
        self.sentences += 1;
    }
}

#[cfg(test)]
mod tests;
