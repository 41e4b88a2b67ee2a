//! What the tools of a server do, by the words of their names and of the first sentence about each.

use super::codes::words;
use super::often::once;
use crate::manifest::Manifest;
use crate::terms::ItemKind;
use crate::text::capped;

/// Acts, each by as much of a word as all its forms have, in order.
pub struct Acts(Vec<Beginning>);

/// The first four bytes of a word, and before them how many there are.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Beginning(u64);

impl From<Beginning> for u64 {
    fn from(Beginning(number): Beginning) -> Self {
        number
    }
}

impl Beginning {
    fn of(word: &str) -> Self {
        let word = capped(word, 4).as_bytes();
        let mut bytes = [0; 4];
        bytes[..word.len()].copy_from_slice(word);
        Self((word.len() as u64) << 32 | u64::from(u32::from_le_bytes(bytes)))
    }

    fn of_lower_case(word: &str) -> Self {
        // lower case may have more letters, so that only ASCII can be cut before
        if !word.is_ascii() {
            return Self::of(&word.to_lowercase());
        }
        Self::of(word).small()
    }

    /// Of letters and digits of ASCII, in small.
    fn of_ascii(word: &[u8]) -> Self {
        // most are long enough to be read at once, and in digits the bit of small letters is set
        let bytes = word.first_chunk().map(|four| u32::from_le_bytes(*four) | 0x2020_2020);
        let fewer = || word.iter().rev().fold(0, |all, byte| all << 8 | u32::from(*byte | 0x20));
        Self((word.len().min(4) as u64) << 32 | u64::from(bytes.unwrap_or_else(fewer)))
    }

    fn small(self) -> Self {
        // how many they are is no letter
        Self(u64::from_le_bytes(self.0.to_le_bytes().map(|b| b.to_ascii_lowercase())))
    }
}

impl Acts {
    /// Reads a server.
    pub fn of(manifest: &Manifest) -> Self {
        let mut out = Vec::new();
        for item in manifest.items.iter().filter(|i| i.key.kind == ItemKind::Tool) {
            let name = item.key.name.raw();
            out.extend(words(name).map(|w| Beginning::of(&name[w]).small()));
            let said = item.text("description").unwrap_or_default();
            let first = first_of(said, 160, |b| matches!(b, b'.' | b'\n' | b':' | b'!'));
            let mut start = 0;
            for (at, byte) in first.bytes().enumerate().filter(|(_, b)| !b.is_ascii_alphanumeric()) {
                if !byte.is_ascii() {
                    // of other letters than those of ASCII only this knows
                    let words = first[start..].split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 2);
                    out.extend(words.map(Beginning::of_lower_case));
                    start = first.len();
                    break;
                }
                out.extend((at > start + 2).then(|| Beginning::of_ascii(&first.as_bytes()[start..at])));
                start = at + 1;
            }
            out.extend((first.len() > start + 2).then(|| Beginning::of_ascii(&first.as_bytes()[start..])));
        }
        Self(once(&out))
    }

    /// Whether a verb names one of them.
    pub fn has(&self, verb: &str) -> bool {
        self.0.binary_search(&Beginning::of(verb)).is_ok()
    }
}

/// The beginning of a text up to one of the bytes of ASCII that end it, and at most so long.
pub fn first_of(text: &str, most: usize, ends: impl Fn(u8) -> bool) -> &str {
    let text = capped(text, most);
    &text[..text.bytes().position(ends).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_of_ascii_begin_as_all_do(word in "[a-zA-Z0-9]{1,7}") {
            prop_assert!(Beginning::of_ascii(word.as_bytes()) == Beginning::of_lower_case(&word));
        }
    }
}
