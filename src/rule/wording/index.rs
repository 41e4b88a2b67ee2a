//! A sorted list of entries, and all of them that begin at a place of a text. Whole words are looked up by their hash, what
//! may end inside a word by its bytes. Both have less nodes than entries and are built in no time, which counts for a command
//! that starts, reads ten tools and ends.

use std::ops::Range;

/// Sorted entries.
pub struct Index {
    /// All entries, one after the other.
    bytes: Vec<u8>,
    /// Where each begins; one more for the end.
    starts: Vec<u32>,
    /// The entries in the order in which nodes have them: those that are looked for by their bytes, then those of each first
    /// word.
    order: Vec<u32>,
    nodes: Vec<Node>,
    /// Per node: the byte that leads to it.
    labels: Vec<u8>,
    /// The node of each first byte; the root where there is none.
    first: Vec<u32>,
    /// The beginnings of entries that are looked for by their bytes, a bit each: most places of a text need no more than this.
    begins: Vec<u64>,
    /// The hash and the node of each first word, by its hash; the root where there is none.
    words: Vec<(u32, u32)>,
}

/// All entries with one beginning.
struct Node {
    /// In the order of the index.
    entries: Range<u32>,
    /// How many of them are that beginning and no more.
    ended: u32,
    /// The nodes one byte further; none where the rest of each entry is compared.
    children: Range<u32>,
}

/// Entries that are compared one by one.
const FEW: u32 = 3;

/// The root, and the absence of a node.
const NONE: u32 = 0;

/// Bits of beginnings.
const BITS: usize = 1 << 14;

/// The bit of a beginning of up to three bytes.
fn bit(beginning: &[u8]) -> usize {
    let code = beginning.iter().fold(1_u32, |code, byte| code << 8 | u32::from(*byte));
    code.wrapping_mul(0x9E37_79B1) as usize >> 18
}

/// One more byte of a word.
fn hashed(hash: u32, byte: u8) -> u32 {
    (hash.rotate_left(5) ^ u32::from(byte)).wrapping_mul(0x9E37_79B1)
}

/// The word that a text begins with.
fn word(text: &[u8]) -> &[u8] {
    &text[..text.iter().position(|b| !is_word(*b)).unwrap_or(text.len())]
}

impl Index {
    /// Takes entries that are sorted by their bytes, none of them empty, and which of them are stems. One that is none is
    /// found where its first word is a whole word.
    pub fn of(entries: &[String], stem: impl Fn(usize) -> bool) -> Self {
        let mut out = Self {
            bytes: Vec::with_capacity(entries.iter().map(String::len).sum()),
            starts: vec![0],
            order: Vec::with_capacity(entries.len()),
            nodes: Vec::new(),
            labels: Vec::new(),
            first: vec![NONE; 256],
            begins: vec![0; BITS / 64],
            words: Vec::new(),
        };
        let mut whole: Vec<(&[u8], u32)> = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            out.bytes.extend_from_slice(entry.as_bytes());
            out.starts.push(out.bytes.len() as u32);
            let first = word(entry.as_bytes());
            if first.is_empty() || (first.len() == entry.len() && stem(number)) {
                out.order.push(number as u32);
                let bit = bit(&entry.as_bytes()[..entry.len().min(3)]);
                out.begins[bit / 64] |= 1 << (bit % 64);
            } else {
                whole.push((first, number as u32));
            }
        }
        whole.sort_unstable();
        // nodes of one depth follow those of the one before it
        let mut depths = vec![0];
        out.node(0..out.order.len() as u32, 0);
        for same in whole.chunk_by(|a, b| a.0 == b.0) {
            let from = out.order.len() as u32;
            out.order.extend(same.iter().map(|(_, number)| *number));
            out.node(from..out.order.len() as u32, 0);
            depths.push(same[0].0.len());
        }
        out.hash(&depths);
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

    fn node(&mut self, entries: Range<u32>, label: u8) {
        self.nodes.push(Node { entries, ended: 0, children: 0..0 });
        self.labels.push(label);
    }

    /// Gives the nodes of first words their places.
    fn hash(&mut self, depths: &[usize]) {
        self.words = vec![(0, NONE); (2 * depths.len()).next_power_of_two()];
        for (node, len) in depths.iter().enumerate().skip(1) {
            let hash = self.start(node)[..*len].iter().fold(0, |hash, byte| hashed(hash, *byte));
            let mut at = self.slot(hash);
            while self.words[at].1 != NONE {
                at = (at + 1) & (self.words.len() - 1);
            }
            self.words[at] = (hash, node as u32);
        }
    }

    fn slot(&self, hash: u32) -> usize {
        hash as usize >> 7 & (self.words.len() - 1)
    }

    /// The first entry of a node.
    fn start(&self, node: usize) -> &[u8] {
        self.entry(self.order[self.nodes[node].entries.start as usize])
    }

    /// Makes the nodes below one.
    fn divide(&mut self, node: usize, depth: usize) {
        let Range { start, end } = self.nodes[node].entries.clone();
        let from = (start..end).find(|e| self.ordered(*e).len() > depth).unwrap_or(end);
        let children = self.nodes.len() as u32;
        let mut low = from;
        while low < end && (depth == 0 || end - from > FEW) {
            let byte = self.ordered(low)[depth];
            let high = (low..end).find(|e| self.ordered(*e)[depth] != byte).unwrap_or(end);
            self.node(low..high, byte);
            low = high;
        }
        let node = &mut self.nodes[node];
        (node.ended, node.children) = (from - start, children..self.labels.len() as u32);
    }

    fn ordered(&self, at: u32) -> &[u8] {
        self.entry(self.order[at as usize])
    }

    fn entry(&self, entry: u32) -> &[u8] {
        let at = entry as usize;
        &self.bytes[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// Calls for the entries in a text with their number and range, in the order of their places and their own. An entry that
    /// begins with a letter or digit begins at the start of a word.
    pub fn each(&self, text: &str, mut found: impl FnMut(usize, usize, usize)) {
        let bytes = text.as_bytes();
        let mut here: Vec<(u32, usize)> = Vec::new();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let start = at;
            at += 1;
            // continuation bytes begin nothing
            if byte & 0xC0 == 0x80 {
                continue;
            }
            if is_word(*byte) {
                let mut hash = hashed(0, *byte);
                while let Some(byte) = bytes.get(at).filter(|b| is_word(**b)) {
                    hash = hashed(hash, *byte);
                    at += 1;
                }
                let node = self.of_word(hash, &bytes[start..at]);
                if node != NONE {
                    self.at(node, at - start, &bytes[start..], &mut here);
                }
            }
            let first = self.first[usize::from(*byte)];
            if first != NONE && self.may_begin(&bytes[start..]) {
                let words = here.len();
                self.at(first, 1, &bytes[start..], &mut here);
                if words > 0 {
                    here.sort_unstable();
                }
            }
            here.drain(..).for_each(|(entry, len)| found(entry as usize, start, start + len));
        }
    }

    /// The node of a first word.
    fn of_word(&self, hash: u32, text: &[u8]) -> u32 {
        let mut at = self.slot(hash);
        loop {
            let (known, node) = self.words[at];
            if node == NONE || (known == hash && word(self.start(node as usize)) == text) {
                return node;
            }
            at = (at + 1) & (self.words.len() - 1);
        }
    }

    /// `false` where no entry that is looked for by its bytes begins so.
    fn may_begin(&self, text: &[u8]) -> bool {
        let has = |len: usize| {
            let bit = bit(&text[..len]);
            self.begins[bit / 64] & 1 << (bit % 64) != 0
        };
        (1..=text.len().min(3)).rev().any(has)
    }

    /// The entries below a node that a text begins with; so many of its bytes lead to the node.
    fn at(&self, node: u32, mut depth: usize, text: &[u8], found: &mut Vec<(u32, usize)>) {
        let mut node = &self.nodes[node as usize];
        loop {
            let Range { start, end } = node.entries.clone();
            let ended = start as usize..(start + node.ended) as usize;
            found.extend(self.order[ended].iter().map(|entry| (*entry, depth)));
            let children = node.children.start as usize..node.children.end as usize;
            if children.is_empty() {
                for entry in &self.order[(start + node.ended) as usize..end as usize] {
                    let all = self.entry(*entry);
                    // nearly all differ in their first bytes, which is no work for a call
                    if all.len() <= text.len() && all[depth..].iter().zip(&text[depth..]).all(|(a, b)| a == b) {
                        found.push((*entry, all.len()));
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
    WORD[usize::from(byte)]
}

/// [`is_word`] of each byte: it is asked for every byte of every text, many times.
const WORD: [bool; 256] = {
    let mut out = [false; 256];
    let mut at = 0;
    while at < 256 {
        out[at] = (at as u8).is_ascii_alphanumeric() || at as u8 == b'_';
        at += 1;
    }
    out
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_searching_finds(
            words in prop::collection::btree_map("[ab ]{0,2}[abé][ab]{0,2}", any::<bool>(), 1..40),
            text in "[abé ]{0,40}",
        ) {
            let (words, stems): (Vec<String>, Vec<bool>) = words.into_iter().unzip();
            let bytes = text.as_bytes();
            // what is no stem ends with a word
            let whole = |n: usize, end: usize| {
                stems[n] || !is_word(bytes[end - 1]) || bytes.get(end).is_none_or(|b| !is_word(*b))
            };
            let mut found = Vec::new();
            let index = Index::of(&words, |n| stems[n]);
            index.each(&text, |n, start, end| found.push((n, start, end)));
            found.retain(|(n, _, end)| whole(*n, *end));
            let mut expected = Vec::new();
            for (start, _) in text.char_indices() {
                if start > 0 && is_word(bytes[start]) && is_word(bytes[start - 1]) {
                    continue;
                }
                for (n, word) in words.iter().enumerate().filter(|(_, w)| text[start..].starts_with(w.as_str())) {
                    expected.push((n, start, start + word.len()));
                }
            }
            expected.retain(|(n, _, end)| whole(*n, *end));
            prop_assert_eq!(found, expected);
        }
    }
}
