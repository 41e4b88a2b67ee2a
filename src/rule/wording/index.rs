//! A sorted list of entries as a trie: all entries that begin at a place of a text, found byte by byte. The trie ends where
//! few entries are left, so it has less nodes than entries and is built in no time, which counts for a command that starts,
//! reads ten tools and ends.

use std::ops::Range;

/// Sorted entries.
pub struct Index {
    /// All entries, one after the other.
    bytes: Vec<u8>,
    /// Where each begins; one more for the end.
    starts: Vec<u32>,
    nodes: Vec<Node>,
    /// Per node: the byte that leads to it.
    labels: Vec<u8>,
    /// The node of each first byte; the root where there is none.
    first: Vec<u32>,
    /// Of the beginnings of all entries, a bit each: most words of a text are no entry, and need no more than this.
    begins: Vec<u64>,
}

/// All entries with one beginning.
struct Node {
    entries: Range<u32>,
    /// How many of them are that beginning and no more.
    ended: u32,
    /// The nodes one byte further; none where the rest of each entry is compared.
    children: Range<u32>,
}

/// Entries that are compared one by one.
const FEW: u32 = 3;

/// The bit of a beginning of up to three bytes.
fn bit(beginning: &[u8]) -> usize {
    let code = beginning.iter().fold(1_u32, |code, byte| code << 8 | u32::from(*byte));
    (code.wrapping_mul(0x9E37_79B1) >> 16) as usize
}

impl Index {
    /// Takes entries that are sorted by their bytes; none is empty.
    pub fn of(entries: &[String]) -> Self {
        let mut starts = vec![0];
        let mut bytes = Vec::with_capacity(entries.iter().map(String::len).sum());
        for entry in entries {
            bytes.extend_from_slice(entry.as_bytes());
            starts.push(bytes.len() as u32);
        }
        let mut begins = vec![0; 1 << 10];
        for entry in entries {
            let bit = bit(&entry.as_bytes()[..entry.len().min(3)]);
            begins[bit / 64] |= 1 << (bit % 64);
        }
        let mut out = Self { bytes, starts, nodes: Vec::new(), labels: vec![0], first: vec![0; 256], begins };
        out.nodes.push(Node { entries: 0..entries.len() as u32, ended: 0, children: 0..0 });
        // nodes of one depth follow those of the one before it
        let mut depths = vec![0];
        let mut at = 0;
        while at < out.nodes.len() {
            out.divide(at, depths[at]);
            depths.resize(out.nodes.len(), depths[at] + 1);
            at += 1;
        }
        let root = out.nodes[0].children.clone();
        root.for_each(|child| out.first[usize::from(out.labels[child as usize])] = child);
        out
    }

    /// Makes the nodes below one.
    fn divide(&mut self, node: usize, depth: usize) {
        let Range { start, end } = self.nodes[node].entries.clone();
        let from = (start..end).find(|e| self.entry(*e).len() > depth).unwrap_or(end);
        let children = self.nodes.len() as u32;
        let mut low = from;
        while low < end && (depth == 0 || end - from > FEW) {
            let byte = self.entry(low)[depth];
            let high = (low..end).find(|e| self.entry(*e)[depth] != byte).unwrap_or(end);
            self.nodes.push(Node { entries: low..high, ended: 0, children: 0..0 });
            self.labels.push(byte);
            low = high;
        }
        let node = &mut self.nodes[node];
        (node.ended, node.children) = (from - start, children..self.labels.len() as u32);
    }

    fn entry(&self, entry: u32) -> &[u8] {
        let at = entry as usize;
        &self.bytes[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// Calls for every entry in a text with its number and range. An entry that begins with a letter or digit begins at the
    /// start of a word.
    pub fn each(&self, text: &str, mut found: impl FnMut(usize, usize, usize)) {
        let bytes = text.as_bytes();
        let mut before = b' ';
        for (at, byte) in bytes.iter().enumerate() {
            let inside = is_word(*byte) && is_word(before);
            before = *byte;
            let first = self.first[usize::from(*byte)];
            // continuation bytes begin nothing
            if first != 0 && !inside && byte & 0xC0 != 0x80 && self.may_begin(&bytes[at..]) {
                self.at(first, &bytes[at..], &mut |entry, len| found(entry, at, at + len));
            }
        }
    }

    /// Whether any entry is found in a text, and is `taken`.
    pub fn any(&self, text: &str, mut taken: impl FnMut(usize, usize, usize) -> bool) -> bool {
        let mut any = false;
        self.each(text, |entry, start, end| any = any || taken(entry, start, end));
        any
    }

    /// `false` where no entry begins so.
    fn may_begin(&self, text: &[u8]) -> bool {
        let has = |len: usize| {
            let bit = bit(&text[..len]);
            self.begins[bit / 64] & 1 << (bit % 64) != 0
        };
        (1..=text.len().min(3)).rev().any(has)
    }

    /// The entries that a text begins with; `first` is the node of its first byte.
    fn at(&self, first: u32, text: &[u8], found: &mut impl FnMut(usize, usize)) {
        let (mut node, mut depth) = (&self.nodes[first as usize], 1);
        loop {
            let Range { start, end } = node.entries.clone();
            (start..start + node.ended).for_each(|entry| found(entry as usize, depth));
            let children = node.children.start as usize..node.children.end as usize;
            if children.is_empty() {
                for entry in start + node.ended..end {
                    let all = self.entry(entry);
                    // nearly all differ in their first bytes, which is no work for a call
                    if all.len() <= text.len() && all[depth..].iter().zip(&text[depth..]).all(|(a, b)| a == b) {
                        found(entry as usize, all.len());
                    }
                }
                return;
            }
            let Some(next) = text.get(depth) else { return };
            let Some(child) = self.labels[children.clone()].iter().position(|label| label == next) else { return };
            (node, depth) = (&self.nodes[children.start + child], depth + 1);
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
            words in prop::collection::btree_set("[ab ]{0,2}[abé][ab]{0,2}", 1..40),
            text in "[abé ]{0,40}",
        ) {
            let words: Vec<String> = words.into_iter().collect();
            let mut found = Vec::new();
            Index::of(&words).each(&text, |n, start, end| found.push((n, start, end)));
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
