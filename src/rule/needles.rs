//! Words of which a text has to have one before a pattern can match it: most texts have none, and for them nothing has to be
//! compiled. The build finds them for the built-in rules (`literals`); patterns of users go without.

use std::sync::Arc;

/// Sought words, whether the case of each does not matter, and which of the patterns of `any` may match where it is, a bit
/// each: those after the last bit share it.
#[derive(Clone, Debug)]
pub struct Needles(Arc<[(String, bool, u64)]>);

/// Bits of beginnings.
const BITS: usize = 14;

/// Two letters of ASCII have a third case outside of it.
const OTHER_CASES: [char; 2] = ['\u{17F}', '\u{212A}'];

/// The place of a beginning of three bytes, whatever their case.
fn place([a, b, c]: [u8; 3]) -> usize {
    let code = u32::from_le_bytes([a | 0x20, b | 0x20, c | 0x20, 0]);
    code.wrapping_mul(0x9E37_79B1) as usize >> (32 - BITS)
}

impl Needles {
    /// Takes words as the build found them.
    pub fn of(all: Vec<(String, bool, u64)>) -> Self {
        Self(all.into())
    }
}

/// The needles of several readers, looked for in one pass.
pub struct Together {
    /// By reader; who has none is always asked.
    needles: Vec<Option<Needles>>,
    /// By its beginning: one more than the place of the last word that begins so.
    last: Vec<u16>,
    words: Vec<Sought>,
    /// Those of less than three bytes.
    short: Vec<Sought>,
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
    /// Takes the needles of readers in their order.
    pub fn of<'n>(all: impl Iterator<Item = Option<&'n Needles>>) -> Self {
        let mut out = Self { needles: Vec::new(), last: vec![0; 1 << BITS], words: Vec::new(), short: Vec::new() };
        for (reader, needles) in all.enumerate() {
            let fits = |n: &&Needles| out.words.len() + n.0.len() < usize::from(u16::MAX);
            let needles = needles.filter(fits).cloned();
            for (number, (word, ..)) in needles.iter().flat_map(|n| n.0.iter()).enumerate() {
                let Some(begin) = word.as_bytes().first_chunk::<3>() else {
                    out.short.push(Sought { reader, number, fourth: None, before: 0 });
                    continue;
                };
                let fourth = word.as_bytes().get(3).map(|byte| byte | 0x20);
                let last = &mut out.last[place(*begin)];
                out.words.push(Sought { reader, number, fourth, before: *last });
                *last = out.words.len() as u16;
            }
            out.needles.push(needles);
        }
        out
    }

    /// Marks the patterns of a word, unless they are, where a text begins with it.
    fn mark(&self, sought: Sought, text: &[u8], asked: &mut [u64]) {
        let Some((word, caseless, mask)) = self.needles[sought.reader].as_ref().map(|n| &n.0[sought.number]) else {
            return;
        };
        let asked = &mut asked[sought.reader];
        let is = |found: &[u8]| match caseless {
            true => found.eq_ignore_ascii_case(word.as_bytes()),
            false => found == word.as_bytes(),
        };
        if *asked & mask != *mask && text.get(..word.len()).is_some_and(is) {
            *asked |= mask;
        }
    }

    /// Of each reader the patterns that may find something in a text, a bit each; none when it need not be asked. `plain` when
    /// the text is of ASCII alone.
    pub fn asked(&self, text: &str, plain: bool, asked: &mut Vec<u64>) {
        let any = !plain && text.contains(OTHER_CASES);
        asked.clear();
        asked.extend(self.needles.iter().map(|needles| if any || needles.is_none() { !0 } else { 0 }));
        if any {
            return;
        }
        let text = text.as_bytes();
        for sought in &self.short {
            (0..text.len()).for_each(|at| self.mark(*sought, &text[at..], asked));
        }
        for (at, begin) in text.array_windows::<3>().enumerate() {
            let mut next = self.last[place(*begin)];
            while let Some(sought) = usize::from(next).checked_sub(1).map(|word| self.words[word]) {
                if sought.fourth.is_none_or(|byte| text.get(at + 3).is_some_and(|b| b | 0x20 == byte)) {
                    self.mark(sought, &text[at..], asked);
                }
                next = sought.before;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::literals;
    use super::*;
    use proptest::prelude::*;

    fn needles(pattern: &str) -> Option<Vec<(String, bool, u64)>> {
        literals::of(&[], &[pattern]).expect("a pattern")
    }

    fn asked(needles: &[Option<&Needles>], text: &str) -> Vec<u64> {
        let mut asked = Vec::new();
        Together::of(needles.iter().copied()).asked(text, text.is_ascii(), &mut asked);
        asked
    }

    fn holds(needles: &Needles, text: &str) -> bool {
        asked(&[Some(needles)], text) != [0]
    }

    #[test]
    fn what_every_match_has_is_found() {
        let word = |w: &str, caseless: bool| (w.to_owned(), caseless, 1);
        assert_eq!(needles(r"\b(MUST|NEVER)\b"), Some(vec![word("MUST", false), word("NEVER", false)]));
        assert_eq!(needles(r"(?i)^[^x]? \.(env|pgpass)\b"), Some(vec![word(" .env", true), word(" .pgpass", true)]));
        assert_eq!(needles(r"(?i)(top|absolute)\s+priority"), Some(vec![word("priority", true)]));
        assert_eq!(needles(r"\w+@\w+"), Some(vec![word("@", false)]));
        assert_eq!(needles(r"[a-z]{3}|word"), None);
        assert_eq!(needles(r"(?i)[a-z]+.*[0-9]"), None);
        let either = literals::of(&["first"], &["a long second", "x"]).expect("patterns");
        assert_eq!(either, Some(vec![("first".to_owned(), false, 3)]));
    }

    #[test]
    fn words_tell_which_patterns_may_match() {
        let words = literals::of(&[], &["first|other", "(?i)second", "other"]).expect("patterns").expect("words");
        let needles = Needles::of(words);
        let asked = |text: &str| asked(&[Some(&needles), None], text);
        assert_eq!(asked("the first"), [0b001, !0]);
        assert_eq!(asked("a SECOND and another"), [0b111, !0]);
        assert_eq!(asked("no word"), [0, !0]);
        assert_eq!(asked("\u{17F}"), [!0, !0]);
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
        let asked = |text: &str| asked(&readers, text).into_iter().map(|parts| parts != 0).collect::<Vec<bool>>();
        // who has no needles is always asked
        assert_eq!(asked(""), [false, true, false, false]);
        assert_eq!(asked("it must@"), [true, true, false, true]);
        assert_eq!(asked("a MASK"), [false, true, true, false]);
        assert_eq!(asked("ma\u{17F}k"), [true; 4]);
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
            if let Some(words) = literals::of(&[], any).expect("patterns") {
                let asked = asked(&[Some(&Needles::of(words))], &text)[0];
                for (i, pattern) in any.iter().enumerate() {
                    let matches = regex::Regex::new(pattern).expect("a pattern").is_match(&text);
                    prop_assert!(!matches || asked & 1 << i != 0, "{pattern}");
                }
            }
        }
    }
}
