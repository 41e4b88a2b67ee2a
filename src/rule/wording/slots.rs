//! The lexicons: entries by slot and language, one automaton for all of them.

use std::sync::LazyLock;

use super::index::{Index, is_word};
use super::packed::{FOREIGN, Parts, SLOT, STEM};

pub use super::slot::Slot;

/// One entry found in a text.
#[derive(Clone, Copy, Debug)]
pub struct Match {
    /// Its slot.
    pub slot: Slot,
    /// First byte in the normalized text.
    pub start: usize,
    /// End in the normalized text.
    pub end: usize,
    /// Whether the entry is of another language than English.
    pub foreign_language: bool,
}

/// What the lexicons were made into when the program was built (`loading`).
const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/slots.bin"));

/// Entries of some slots: where they are, and of each its slot and what it is.
struct Lexicon {
    index: Index<'static>,
    entries: &'static [u8],
}

struct Lexicons {
    all: Lexicon,
    /// The entries of slots of which a concealed action and the pull of a secret are made, alone.
    joined: Lexicon,
}

static LEXICONS: LazyLock<Lexicons> = LazyLock::new(|| {
    let mut parts = Parts::of(BYTES);
    let mut one = || Lexicon { index: Index::read(&mut parts), entries: parts.bytes() };
    Lexicons { all: one(), joined: one() }
});

impl Lexicon {
    fn find(&self, text: &str, out: &mut Vec<Match>) {
        self.index.each(text, |entry, start, end| {
            let entry = self.entries[entry];
            let (stem, foreign_language) = (entry & STEM != 0, entry & FOREIGN != 0);
            if stands_alone(text, start, end, stem, foreign_language) {
                let slot = Slot::ALL[usize::from(entry & SLOT)].0;
                out.push(Match { slot, start, end, foreign_language });
            }
        });
    }
}

/// All entries in a normalized text, on word boundaries where the script has them.
pub fn find(text: &str) -> Vec<Match> {
    let mut out = Vec::with_capacity(text.len() / 16);
    LEXICONS.all.find(text, &mut out);
    out
}

/// The same of the slots alone that texts are put together for.
pub fn find_joined(text: &str) -> Vec<Match> {
    let mut out = Vec::new();
    LEXICONS.joined.find(text, &mut out);
    out
}

/// Whether an entry is no part of a longer word.
fn stands_alone(text: &str, start: usize, end: usize, stem: bool, foreign_language: bool) -> bool {
    let bytes = text.as_bytes();
    let right = !stem && is_word(bytes[end - 1]) && bytes.get(end).is_some_and(|b| is_word(*b));
    !(right || foreign_language && inside_word(text, start))
}

/// A short Cyrillic, Arabic or Devanagari entry in the middle of a longer word is not that word.
pub fn inside_word(text: &str, start: usize) -> bool {
    if text.as_bytes()[start].is_ascii() {
        return false;
    }
    let spaced = |c: char| matches!(c as u32, 0x400..=0x4FF | 0x600..=0x6FF | 0x900..=0x97F);
    text[start..].chars().next().is_some_and(spaced) && text[..start].chars().next_back().is_some_and(spaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_match_whole_words() {
        assert!(find("mustard").is_empty());
        assert!(find("you must").iter().any(|m| m.slot == Slot::Obligation));
        assert!(find("не говори").iter().any(|m| m.slot == Slot::Disclose));
    }

    #[test]
    fn the_lexicons_are_what_the_files_make() {
        assert!(BYTES == super::super::loading::slots());
    }
}
