//! What names and their words are known by: numbers, which are compared sooner than texts, whatever the style of a name.

use std::ops::Range;
use std::sync::LazyLock;

use super::keys;
use super::often::once;

/// What a code begins with: FNV-1a.
pub const BEGIN: u64 = 0xcbf2_9ce4_8422_2325;

/// A code with one byte more.
#[inline]
pub fn step(code: u64, byte: u8) -> u64 {
    (code ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}

/// Codes of names, in order.
pub struct Codes(Vec<u64>);

impl Codes {
    /// Takes codes in any order, some of them twice.
    pub fn of(codes: &[u64]) -> Self {
        Self(once(codes))
    }

    /// Whether it is one of them.
    pub fn has(&self, code: u64) -> bool {
        self.0.binary_search(&code).is_ok()
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// What a name is known by: its letters and digits in small.
#[derive(Clone, Copy)]
pub struct Code {
    /// All of them.
    pub all: u64,
    /// Those of ASCII alone, as runs have them.
    pub plain: u32,
    /// How many bytes they are.
    pub len: usize,
}

impl Code {
    /// Reads a name.
    pub fn of(name: &str) -> Self {
        let mut out = Self { all: BEGIN, plain: keys::BEGIN, len: 0 };
        if name.is_ascii() {
            name.bytes().filter(u8::is_ascii_alphanumeric).for_each(|b| out.take(b.to_ascii_lowercase()));
            return out;
        }
        let small = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        let mut room = [0; 4];
        small.for_each(|c| c.encode_utf8(&mut room).bytes().for_each(|b| out.take(b)));
        out
    }

    fn take(&mut self, byte: u8) {
        self.all = step(self.all, byte);
        self.plain = if byte.is_ascii_alphanumeric() { keys::step(self.plain, byte) } else { self.plain };
        self.len += 1;
    }
}

/// Verbs that names of tools begin with.
pub static VERBS: LazyLock<Codes> = LazyLock::new(|| {
    let lines = include_str!("lexicon/verbs.txt").lines().filter(|l| !l.starts_with('#'));
    Codes::of(&lines.flat_map(str::split_ascii_whitespace).map(word_code).collect::<Vec<u64>>())
});

/// What a word of a name is known by, whatever the case of its letters of ASCII.
pub fn word_code(word: &str) -> u64 {
    word.bytes().fold(BEGIN, |code, byte| step(code, byte.to_ascii_lowercase()))
}

/// The same without the ending of its plural.
pub fn stem_code(word: &str) -> u64 {
    word_code(word.trim_end_matches(['s', 'S']))
}

/// What the names of a server's tools have in common. A name made of it that is not listed is a tool that is switched off or
/// spelled otherwise, far more often than somebody else's.
pub fn kin_words<'n>(names: impl Iterator<Item = &'n str>) -> Codes {
    let (mut stems, mut seen) = (Vec::new(), Vec::new());
    for name in names {
        // each word once of each name
        let long = words(name).map(|w| &name[w]).filter(|w| w.len() > 2);
        seen.extend(long.map(|w| (word_code(w), stem_code(w))).filter(|(code, _)| !VERBS.has(*code)));
        seen.sort_unstable();
        seen.dedup();
        stems.extend(seen.drain(..).map(|(_, stem)| stem));
    }
    stems.sort_unstable();
    Codes(stems.chunk_by(|a, b| a == b).filter(|alike| alike.len() >= 2).map(|alike| alike[0]).collect())
}

/// Where the words of a name are.
pub fn words(name: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = name.as_bytes();
    let apart = |byte: &u8| matches!(byte, b'_' | b'-');
    let mut at = 0;
    std::iter::from_fn(move || {
        at += bytes[at..].iter().take_while(|b| apart(b)).count();
        let (start, mut small) = (at, false);
        while let Some(byte) = bytes.get(at).filter(|b| !(apart(b) || small && b.is_ascii_uppercase())) {
            small = byte.is_ascii_lowercase();
            at += 1;
        }
        (at > start).then_some(start..at)
    })
}

/// Whether a name that begins with a verb is rather a setting (`review_mode`): two words, the first of which says as often what
/// is set, and the last what is set of it. What makes, changes or removes a setting is none.
pub fn is_setting(name: &str) -> bool {
    let mut words = words(name).map(|w| &name[w]);
    let is =
        |word: Option<&str>, list: &[&str]| list.iter().any(|w| word.is_some_and(|word| word.eq_ignore_ascii_case(w)));
    is(words.next(), &SET) && is(words.next(), &SETTINGS) && words.next().is_none()
}

/// First and last words of settings.
const SET: [&str; 16] = [
    "review", "search", "query", "sort", "order", "group", "filter", "match", "merge", "retry", "read", "request",
    "scan", "view", "edit", "plan",
];
const SETTINGS: [&str; 9] = ["mode", "modes", "strategy", "level", "limit", "timeout", "interval", "threshold", "by"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_words_in_every_style() {
        let of = |name: &'static str| words(name).map(|w| &name[w]).collect::<Vec<&str>>();
        assert_eq!(of("send_theMail--URLs-\u{e4}X"), ["send", "the", "Mail", "URLs", "\u{e4}X"]);
        assert!(of("_-").is_empty() && of("").is_empty());
        assert_eq!(kin_words(["get_rows", "list_row", "rowsRows_file"].into_iter()).0, [word_code("row")]);
        assert!(kin_words(["rowsRows_file"].into_iter()).0.is_empty());
    }

    #[test]
    fn a_name_has_one_code_in_every_style() {
        let code = |name| (Code::of(name).all, Code::of(name).len);
        assert_eq!(code("send_Mail"), code("send-mail"));
        assert_eq!(code("\u{c4}_b"), code("\u{e4}B"));
        assert_ne!(code("send"), code("sent"));
    }
}
