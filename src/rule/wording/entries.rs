//! The entries of all lexicons in a text, found in one walk over it. What each stands for is for who asks: slots, word classes
//! for patterns, purposes.

use std::sync::LazyLock;

use super::index::{Index, goes_on};
use super::packed::{Parts, SLOT, U16s};

/// What the lexicons were made into when the program was built (`merging`).
const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/entries.bin"));

/// An entry that stands in a text.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    entry: u32,
    /// First byte.
    pub start: u32,
    /// End.
    pub end: u32,
}

struct Entries {
    index: Index<'static>,
    /// Four numbers each: where its slots, classes and purposes begin, and whether it is the beginning of words; one more for
    /// the end.
    rows: U16s<'static>,
    slots: &'static [u8],
    classes: U16s<'static>,
    purposes: &'static [u8],
}

static ENTRIES: LazyLock<Entries> = LazyLock::new(|| {
    let mut parts = Parts::of(BYTES);
    let (index, rows) = (Index::read(&mut parts), parts.u16s());
    Entries { index, rows, slots: parts.bytes(), classes: parts.u16s(), purposes: parts.bytes() }
});

/// All entries in a normalized text, in the order of their places. One that is no beginning of words ends where a word does.
/// `open` is shown what begins before `limit` and may go on behind it if other text stands there.
pub fn find(text: &str, limit: usize, out: &mut Vec<Found>, mut open: impl FnMut(Found)) {
    let (bytes, entries) = (text.as_bytes(), &*ENTRIES);
    let found =
        |entry: usize, start: usize, end: usize| Found { entry: entry as u32, start: start as u32, end: end as u32 };
    let whole = |entry: usize, start: usize, end: usize| {
        if !goes_on(bytes, end) || entries.rows.get(4 * entry + 3) != 0 {
            out.push(found(entry, start, end));
        }
    };
    entries.index.each_open(text, limit, whole, |entry| open(found(entry, limit, limit)));
}

impl Found {
    /// Where its things of a kind are.
    fn range(self, entries: &Entries, kind: usize) -> (usize, usize) {
        let row = 4 * self.entry as usize + kind;
        (usize::from(entries.rows.get(row)), usize::from(entries.rows.get(row + 4)))
    }

    /// The slots it fills, with their flags.
    pub fn slots(self) -> &'static [u8] {
        let (from, to) = self.range(&ENTRIES, 0);
        &ENTRIES.slots[from..to]
    }

    /// Whether it fills one of these.
    pub fn is_of(self, slots: u64) -> bool {
        self.slots().iter().any(|slot| slots >> (slot & SLOT) & 1 != 0)
    }

    /// Its word classes.
    pub fn classes(self) -> impl ExactSizeIterator<Item = u16> {
        let (from, to) = self.range(&ENTRIES, 1);
        ENTRIES.classes.range(from, to)
    }

    /// What it says of the purpose of a tool.
    pub fn purposes(self) -> &'static [u8] {
        let (from, to) = self.range(&ENTRIES, 2);
        &ENTRIES.purposes[from..to]
    }
}

/// The same as a list of their own.
pub fn all(text: &str) -> Vec<Found> {
    let mut out = Vec::new();
    find(text, usize::MAX, &mut out, |_| {});
    out
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
    fn the_entries_are_what_the_files_make() {
        assert!(BYTES == super::super::merging::entries());
    }

    #[test]
    fn one_walk_finds_what_everybody_asks_for() {
        let text = "you must never read the private keys";
        let found = all(text);
        assert!(found.is_sorted_by_key(|f| f.start));
        let said = |what: &dyn Fn(&Found) -> bool| found.iter().any(what);
        let word = |f: &Found| &text[f.start as usize..f.end as usize];
        assert!(said(&|f| word(f) == "must" && !f.slots().is_empty() && !f.purposes().is_empty()));
        assert!(said(&|f| word(f) == "never" && f.classes().len() > 0));
        assert!(all("mustard").iter().all(|f| f.slots().is_empty()));
    }
}
