//! What the entries of a text do in its sentences: the slots they fill.

use std::sync::LazyLock;

use super::entries::{self, Found, inside_word};
use super::index::{Index, goes_on};
use super::packed::{FOREIGN, Parts, SLOT, STEM};
use crate::text::normalize;

pub use super::slot::{OF_JOINED, Slot};

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

/// What the lexicons were made into for the joined view when the program was built (`loading`).
const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/joined.bin"));

/// The entries of slots of which a concealed action and the pull of a secret are made, alone: where they are, and of each its
/// slot with its flags.
static JOINED: LazyLock<(Index<'static>, &[u8])> = LazyLock::new(|| {
    let mut parts = Parts::of(BYTES);
    (Index::read(&mut parts), parts.bytes())
});

/// The slots of all entries in a normalized text, on word boundaries where the script has them.
pub fn of(text: &str, found: &[Found], out: &mut Vec<Match>) {
    out.clear();
    for one in found {
        for slot in one.slots() {
            add(text, *slot, one.start as usize, one.end as usize, out);
        }
    }
}

/// The slots of a set with the first words of a text that fill them, for people: as the lexicons have them, and the rest of
/// the word or path in plain letters.
pub fn said(text: &str, set: u64) -> String {
    let (view, mut matches) = (normalize(text), Vec::new());
    of(&view.text, &entries::all(&view.text), &mut matches);
    let one = |(slot, _, say): &(Slot, &str, &str)| {
        let first = matches.iter().find(|m| m.slot == *slot).map(|m| {
            let rest =
                view.text[m.end..].bytes().take(REST).take_while(|b| b.is_ascii_alphanumeric() || b"/_-.".contains(b));
            view.text[m.start..m.end + rest.count()].trim().trim_end_matches('.')
        });
        first.map_or_else(|| (*say).to_owned(), |word| format!("{say} \u{201c}{word}\u{201d}"))
    };
    let said: Vec<String> = Slot::ALL.iter().filter(|s| set & s.0.bit() != 0).map(one).collect();
    said.join(" + ")
}

/// How much of a word or path is shown behind an entry.
const REST: usize = 40;

/// The same of the slots alone that texts are put together for.
pub fn find_joined(text: &str) -> Vec<Match> {
    let (bytes, (index, slots)) = (text.as_bytes(), &*JOINED);
    let mut out = Vec::new();
    index.each(text, |entry, start, end| {
        let slot = slots[entry];
        if slot & STEM != 0 || !goes_on(bytes, end) {
            add(text, slot, start, end, &mut out);
        }
    });
    out
}

fn add(text: &str, slot: u8, start: usize, end: usize, out: &mut Vec<Match>) {
    let foreign_language = slot & FOREIGN != 0;
    if !(foreign_language && inside_word(text, start)) {
        out.push(Match { slot: Slot::ALL[usize::from(slot & SLOT)].0, start, end, foreign_language });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Vec<Match> {
        let mut out = Vec::new();
        of(text, &entries::all(text), &mut out);
        out
    }

    #[test]
    fn what_is_said_names_the_words() {
        let set = Slot::Read.bit() | Slot::SecretPath.bit() | Slot::Foreign.bit();
        let said = said("Please read ~/.ssh/id_rsa. Then call `x`.", set);
        assert_eq!(
            said,
            "reading \u{201c}read\u{201d} + a place of secrets \u{201c}.ssh/id_rsa\u{201d} + a tool that is not the server's own"
        );
    }

    #[test]
    fn entries_match_whole_words() {
        assert!(find("mustard").is_empty());
        assert!(find("you must").iter().any(|m| m.slot == Slot::Obligation));
        assert!(find("не говори").iter().any(|m| m.slot == Slot::Disclose));
    }

    #[test]
    fn the_joined_entries_are_what_the_files_make() {
        assert!(BYTES == super::super::loading::joined());
    }
}
