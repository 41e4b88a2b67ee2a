//! The semantic slots, and the automaton that finds their words in one pass over a folded text.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// What a word stands for in a directive (DETECTION §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(super) enum Slot {
    Addressee,
    User,
    Obligation,
    Order,
    Universal,
    Trigger,
    Secrecy,
    Consent,
    Guard,
    Read,
    Move,
    Bulk,
    History,
    SecretPath,
    SecretNoun,
    Exec,
    Persist,
    Tamper,
    Result,
    Pretext,
    Override,
    Superlative,
    NegRef,
    Call,
}

/// Names in the lexicon, in the order of [`Slot`].
const NAMES: [(&str, Slot); 24] = [
    ("addressee", Slot::Addressee),
    ("user", Slot::User),
    ("obligation", Slot::Obligation),
    ("order", Slot::Order),
    ("universal", Slot::Universal),
    ("trigger", Slot::Trigger),
    ("secrecy", Slot::Secrecy),
    ("consent", Slot::Consent),
    ("guard", Slot::Guard),
    ("read", Slot::Read),
    ("move", Slot::Move),
    ("bulk", Slot::Bulk),
    ("history", Slot::History),
    ("secretpath", Slot::SecretPath),
    ("secretnoun", Slot::SecretNoun),
    ("exec", Slot::Exec),
    ("persist", Slot::Persist),
    ("tamper", Slot::Tamper),
    ("result", Slot::Result),
    ("pretext", Slot::Pretext),
    ("override", Slot::Override),
    ("superlative", Slot::Superlative),
    ("negref", Slot::NegRef),
    ("call", Slot::Call),
];

/// A set of slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Slots(u32);

impl Slots {
    pub(super) fn has(self, slot: Slot) -> bool {
        self.0 & (1 << slot as u32) != 0
    }

    pub(super) fn any(self, slots: &[Slot]) -> bool {
        slots.iter().any(|s| self.has(*s))
    }

    pub(super) fn add(&mut self, slot: Slot) {
        self.0 |= 1 << slot as u32;
    }

    /// Words of the slots present, for people.
    pub(super) fn words(self) -> String {
        let names: Vec<&str> = NAMES.iter().filter(|(_, s)| self.has(*s)).map(|(n, _)| *n).collect();
        names.join(", ")
    }
}

/// A word of a slot, at a byte range of the folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) slot: Slot,
    pub(super) start: usize,
    pub(super) end: usize,
}

struct Lexicon {
    automaton: AhoCorasick,
    /// Per pattern: its slot, and whether any ending may follow.
    entries: Vec<(Slot, bool)>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let (mut patterns, mut entries) = (Vec::new(), Vec::new());
    for line in include_str!("lexicon.txt").lines() {
        let Some((name, words)) = line.split_once(": ").filter(|_| !line.starts_with('#')) else { continue };
        let slot = NAMES.iter().find(|(n, _)| *n == name).map(|(_, s)| *s).expect("the lexicon names known slots");
        for word in words.split(", ") {
            let stem = word.strip_suffix('*');
            patterns.push(stem.unwrap_or(word).to_owned());
            entries.push((slot, stem.is_some()));
        }
    }
    let builder = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&patterns);
    Lexicon { automaton: builder.expect("the lexicon is small"), entries }
});

/// All words of all slots in a folded text, in order of their ends.
pub(super) fn find(folded: &str) -> Vec<Word> {
    let lexicon = &*LEXICON;
    let mut out = Vec::new();
    for found in lexicon.automaton.find_overlapping_iter(folded) {
        let (slot, stem) = lexicon.entries[found.pattern().as_usize()];
        let (start, end) = (found.start(), found.end());
        let spaced = |c: Option<char>| c.is_some_and(|c| is_spaced(c) && (c.is_alphanumeric() || c == '_'));
        let first = folded[start..].chars().next();
        let last = folded[..end].chars().next_back();
        let open = spaced(first) && spaced(folded[..start].chars().next_back());
        let close = !stem && spaced(last) && spaced(folded[end..].chars().next());
        if !open && !close {
            out.push(Word { slot, start, end });
        }
    }
    out
}

/// Scripts that put spaces between words.
fn is_spaced(c: char) -> bool {
    !matches!(c as u32, 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7AF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(text: &str) -> Vec<Slot> {
        let mut all: Vec<Slot> = find(text).iter().map(|w| w.slot).collect();
        all.sort();
        all.dedup();
        all
    }

    #[test]
    fn the_names_are_in_the_order_of_the_slots() {
        for (i, (_, slot)) in NAMES.iter().enumerate() {
            assert_eq!(*slot as usize, i);
        }
    }

    #[test]
    fn whole_words_match_and_parts_do_not() {
        assert_eq!(slots("mustard"), []);
        assert_eq!(slots("you must go"), [Slot::Obligation]);
        assert!(slots("do not mentioning").contains(&Slot::Secrecy));
        assert!(slots("请勿告知用户").contains(&Slot::Secrecy));
    }
}
