//! A sorted list of entries as a trie: all entries that begin at a place of a text, found byte by byte. It costs nothing
//! to build but the sorting, which counts for a command that starts, reads ten tools and ends.

/// Sorted entries.
pub struct Index {
    entries: Vec<String>,
    /// Where the entries of each first byte begin.
    first: Vec<u32>,
    /// Where those of each pair of first bytes begin: most places of a text end here.
    pairs: Vec<u32>,
}

/// Number of pairs of bytes.
const PAIRS: usize = 1 << 16;

impl Index {
    /// Takes entries that are sorted by their bytes; none is empty.
    pub fn of(entries: Vec<String>) -> Self {
        let below = |byte: usize| entries.partition_point(|e| usize::from(e.as_bytes()[0]) < byte) as u32;
        let first = (0..=256).map(below).collect();
        let mut pairs = vec![0_u32; PAIRS + 1];
        for entry in &entries {
            // an entry of one byte comes before all pairs that begin with it
            let after = match *entry.as_bytes() {
                [a] => usize::from(a) << 8,
                [a, b, ..] => (usize::from(a) << 8 | usize::from(b)) + 1,
                [] => 0,
            };
            pairs[after] += 1;
        }
        for at in 1..=PAIRS {
            pairs[at] += pairs[at - 1];
        }
        Self { entries, first, pairs }
    }

    /// Calls for every entry in a text with its number and range. An entry that begins with a letter or digit begins at the
    /// start of a word.
    pub fn each(&self, text: &str, found: &mut dyn FnMut(usize, usize, usize)) {
        let bytes = text.as_bytes();
        let mut before = b' ';
        for (at, byte) in bytes.iter().enumerate() {
            let inside = is_word(*byte) && is_word(before);
            before = *byte;
            // continuation bytes begin nothing
            if inside || byte & 0xC0 == 0x80 {
                continue;
            }
            let (mut low, mut high) = (self.first[usize::from(*byte)], self.first[usize::from(*byte) + 1]);
            let mut depth = 1;
            if let Some(next) = bytes.get(at + 1).filter(|_| low < high) {
                let short = self.entries[low as usize..high as usize].iter().take_while(|e| e.len() == 1).count();
                (low as usize..low as usize + short).for_each(|entry| found(entry, at, at + 1));
                let pair = usize::from(*byte) << 8 | usize::from(*next);
                (low, high, depth) = (self.pairs[pair], self.pairs[pair + 1], 2);
            }
            while low < high {
                let here = &self.entries[low as usize..high as usize];
                let mut ended = 0;
                while here.get(ended).is_some_and(|e| e.len() == depth) {
                    found(low as usize + ended, at, at + depth);
                    ended += 1;
                }
                let Some(next) = bytes.get(at + depth) else { break };
                let here = &here[ended..];
                let from = here.partition_point(|e| e.as_bytes()[depth] < *next);
                let to = from + here[from..].partition_point(|e| e.as_bytes()[depth] == *next);
                (low, high) = (low + (ended + from) as u32, low + (ended + to) as u32);
                depth += 1;
            }
        }
    }
}

/// Whether a byte belongs to an ASCII word.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_searching_finds(
            words in prop::collection::btree_set("[ab ]{0,2}[abé][ab]{0,2}", 1..12),
            text in "[abé ]{0,40}",
        ) {
            let words: Vec<String> = words.into_iter().collect();
            let mut found = Vec::new();
            Index::of(words.clone()).each(&text, &mut |n, start, end| found.push((n, start, end)));
            let mut expected = Vec::new();
            for (start, _) in text.char_indices() {
                let bytes = text.as_bytes();
                if start > 0 && is_word(bytes[start]) && is_word(bytes[start - 1]) {
                    continue;
                }
                for (n, word) in words.iter().enumerate().filter(|(_, w)| text[start..].starts_with(w.as_str())) {
                    expected.push((n, start, start + word.len()));
                }
            }
            expected.sort_by_key(|e| (e.1, e.2));
            found.sort_by_key(|e| (e.1, e.2));
            prop_assert_eq!(found, expected);
        }
    }
}
