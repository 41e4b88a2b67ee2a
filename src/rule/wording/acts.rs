//! What the tools of a server do, by the words of their names and of the first sentence about each.

use super::names::words;
use crate::manifest::Manifest;
use crate::terms::ItemKind;
use crate::text::capped;

/// Acts, each by as much of a word as all its forms have, in order.
pub struct Acts(Vec<Beginning>);

/// The first bytes of a word, and how many they are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Beginning([u8; 4], u8);

impl Beginning {
    fn of(word: &str) -> Self {
        let word = capped(word, 4).as_bytes();
        let mut bytes = [0; 4];
        bytes[..word.len()].copy_from_slice(word);
        Self(bytes, word.len() as u8)
    }

    fn of_lower_case(word: &str) -> Self {
        // lower case may have more letters, so that only ASCII can be cut before
        if !word.is_ascii() {
            return Self::of(&word.to_lowercase());
        }
        Self::of(word).small()
    }

    fn small(self) -> Self {
        Self(self.0.map(|b| b.to_ascii_lowercase()), self.1)
    }
}

impl Acts {
    /// Reads a server.
    pub fn of(manifest: &Manifest) -> Self {
        let mut out = Vec::new();
        for item in manifest.items.iter().filter(|i| i.key.kind == ItemKind::Tool) {
            let name = item.key.name.raw();
            out.extend(words(name).map(|w| Beginning::of(&name[w]).small()));
            let said = item.node.get("description").and_then(|d| d.as_str()).unwrap_or_default();
            let first = capped(said, 160).split(['.', '\n', ':', '!']).next().unwrap_or_default();
            let words = first.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 2);
            out.extend(words.map(Beginning::of_lower_case));
        }
        out.sort_unstable();
        out.dedup();
        Self(out)
    }

    /// Whether a verb names one of them.
    pub fn has(&self, verb: &str) -> bool {
        self.0.binary_search(&Beginning::of(verb)).is_ok()
    }
}
