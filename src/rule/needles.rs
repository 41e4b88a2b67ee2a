//! Words of which a text has to have one before a pattern can match it: most texts have none, and for them nothing has to be
//! compiled. The build finds them for the built-in rules (`literals`); patterns of users go without.

/// Sought words.
#[derive(Clone, Debug)]
pub struct Needles {
    /// Beginnings of three bytes without their case, a bit each.
    begins: Vec<u64>,
    /// The words with such beginnings, and whether their case does not matter.
    words: Vec<(String, bool)>,
    /// Shorter ones.
    short: Vec<String>,
}

/// Bits of beginnings.
const BITS: usize = 1 << 14;

/// Two letters of ASCII have a third case outside of it.
const OTHER_CASES: [char; 2] = ['\u{17F}', '\u{212A}'];

/// The bit of a beginning.
fn bit([a, b, c]: [u8; 3]) -> usize {
    let code = u32::from_le_bytes([a | 0x20, b | 0x20, c | 0x20, 0]);
    code.wrapping_mul(0x9E37_79B1) as usize >> 18
}

impl Needles {
    /// Takes words, and whether the case of each does not matter.
    pub fn of(all: Vec<(String, bool)>) -> Self {
        let mut out = Self { begins: vec![0; BITS / 64], words: Vec::new(), short: Vec::new() };
        for (word, caseless) in all {
            match word.as_bytes().first_chunk::<3>() {
                Some(begin) => {
                    let bit = bit(*begin);
                    out.begins[bit / 64] |= 1 << (bit % 64);
                    out.words.push((word, caseless));
                }
                None => out.short.push(word),
            }
        }
        out
    }

    /// Whether one of them is in a text; `plain` when the text is of ASCII alone.
    pub fn any_in(&self, text: &str, plain: bool) -> bool {
        if !plain && text.contains(OTHER_CASES) {
            return true;
        }
        let here = |at: usize| {
            let rest = &text.as_bytes()[at..];
            self.words.iter().any(|(word, caseless)| match rest.get(..word.len()) {
                Some(found) if *caseless => found.eq_ignore_ascii_case(word.as_bytes()),
                Some(found) => found == word.as_bytes(),
                None => false,
            })
        };
        let may_begin = |begin: &[u8; 3]| {
            let bit = bit(*begin);
            self.begins[bit / 64] & 1 << (bit % 64) != 0
        };
        let begins = text.as_bytes().array_windows::<3>();
        self.short.iter().any(|word| text.contains(word.as_str()))
            || begins.enumerate().any(|(at, begin)| may_begin(begin) && here(at))
    }
}

/// The needles of several readers, looked for in one pass: most texts have no beginning of most of them.
pub struct Together {
    /// Readers, a bit each, by beginnings.
    begins: Vec<u8>,
    /// Readers that are asked about every text.
    always: u64,
}

impl Together {
    /// Takes the needles of readers in their order; who has none is always asked.
    pub fn of<'n>(all: impl Iterator<Item = Option<&'n Needles>>) -> Self {
        let mut out = Self { begins: vec![0; BITS], always: !0 };
        for (reader, needles) in all.enumerate() {
            let Some(needles) = needles.filter(|n| n.short.is_empty() && reader < 8) else { continue };
            out.always &= !(1 << reader);
            for bit in (0..BITS).filter(|bit| needles.begins[bit / 64] & 1 << (bit % 64) != 0) {
                out.begins[bit] |= 1 << reader;
            }
        }
        out
    }

    /// The readers that may find something in a text, a bit each.
    pub fn asked(&self, text: &str, plain: bool) -> Asked {
        if !plain && text.contains(OTHER_CASES) {
            return Asked(!0);
        }
        let begins = text.as_bytes().array_windows::<3>();
        Asked(self.always | u64::from(begins.fold(0, |all, begin| all | self.begins[bit(*begin)])))
    }
}

/// Readers that may find something, a bit each; those after the last bit are always asked.
#[derive(Clone, Copy)]
pub struct Asked(u64);

impl Asked {
    /// Whether one of them is asked.
    pub fn has(self, reader: usize) -> bool {
        reader >= 64 || self.0 & 1 << reader != 0
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
        let of =
            |pattern: &str, text: &str| Needles::of(needles(pattern).expect("needles")).any_in(text, text.is_ascii());
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
            [0, 1, 2, 3, 64].map(|reader| asked.has(reader))
        };
        // who has no needles, or short ones, is always asked
        assert_eq!(asked(""), [false, true, false, true, true]);
        assert_eq!(asked("it must"), [true, true, false, true, true]);
        assert_eq!(asked("a MASK"), [false, true, true, true, true]);
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
                prop_assert!(Needles::of(words.into_iter().collect()).any_in(&text, text.is_ascii()), "{pattern}");
            }
        }
    }
}
