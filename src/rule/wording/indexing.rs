//! Writes tables as `packed` reads them, and makes the index of a sorted list of entries, which `index` reads: when the
//! program is built, and in tests.

use std::ops::Range;

use super::index::{NONE, ONLY, PLACES, bit, is_word, key, slot};

/// Writes parts, one after the other.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// A part of bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let len = u32::try_from(bytes.len()).expect("a table is smaller than 4 GB");
        self.0.extend(len.to_le_bytes());
        self.0.extend(bytes);
    }

    /// A part of small numbers.
    pub fn u16s(&mut self, numbers: impl IntoIterator<Item = u16>) {
        self.bytes(&numbers.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    }

    /// A part of numbers.
    pub fn u32s(&mut self, numbers: impl IntoIterator<Item = u32>) {
        self.bytes(&numbers.into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
    }

    /// All parts.
    pub fn done(self) -> Vec<u8> {
        self.0
    }
}

/// An index while it is made; what its parts mean is said in `index`.
struct Making {
    bytes: Vec<u8>,
    starts: Vec<u32>,
    order: Vec<u32>,
    nodes: Vec<Node>,
    labels: Vec<u8>,
    first: Vec<u32>,
    begins: Vec<u8>,
    short: [u8; 256],
    words: Vec<[u32; 4]>,
}

struct Node {
    entries: Range<u32>,
    ended: u32,
    children: Range<u32>,
}

/// Entries that are compared one by one.
const FEW: u32 = 3;

/// Takes entries that are sorted by their bytes, none of them empty, and which of them are stems. One that is none is found
/// where its first word is a whole word.
pub fn write(entries: &[String], stem: impl Fn(usize) -> bool, out: &mut Writer) {
    let made = Making::of(entries, stem);
    out.bytes(&made.bytes);
    out.u32s(made.starts);
    out.u32s(made.order);
    let numbers = |n: Node| [n.entries.start, n.entries.end, n.ended, n.children.start, n.children.end];
    out.u32s(made.nodes.into_iter().flat_map(numbers));
    out.bytes(&made.labels);
    out.u32s(made.first);
    out.bytes(&made.begins);
    out.bytes(&made.short);
    out.u32s(made.words.into_iter().flatten());
}

/// The word that a text begins with.
fn word(text: &[u8]) -> &[u8] {
    &text[..text.iter().position(|b| !is_word(*b)).unwrap_or(text.len())]
}

impl Making {
    fn of(entries: &[String], stem: impl Fn(usize) -> bool) -> Self {
        let mut out = Self {
            bytes: Vec::with_capacity(entries.iter().map(String::len).sum()),
            starts: vec![0],
            order: Vec::with_capacity(entries.len()),
            nodes: Vec::new(),
            labels: Vec::new(),
            first: vec![NONE; 256],
            // as many bits as `bit` tells apart
            begins: vec![0; 1 << 11],
            short: [0; 256],
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
                out.begins[bit / 8] |= 1 << (bit % 8);
                out.short[usize::from(entry.as_bytes()[0])] |= u8::from(entry.len() < 3);
            } else {
                whole.push((first, number as u32));
            }
        }
        // they are nearly in that order, which this sort makes use of
        whole.sort();
        // nodes of one depth follow those of the one before it
        let mut depths = vec![0];
        out.node(0..out.order.len() as u32, 0);
        for same in whole.chunk_by(|a, b| a.0 == b.0) {
            let from = out.order.len() as u32;
            out.order.extend(same.iter().map(|(_, number)| *number));
            out.node(from..out.order.len() as u32, 0);
            depths.push(same[0].0.len());
        }
        let words = depths.len();
        let mut at = 0;
        while at < out.nodes.len() {
            out.divide(at, depths[at]);
            depths.resize(out.nodes.len(), depths[at] + 1);
            at += 1;
        }
        out.hash(&depths[..words]);
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
        self.words = vec![[0, 0, NONE, 0]; (2 * depths.len()).next_power_of_two()];
        assert!(self.words.len() <= PLACES, "a key leads to each of them");
        for (node, len) in depths.iter().enumerate().skip(1) {
            let key = key(&self.start(node)[..*len]);
            let mut at = slot(key, self.words.len());
            while self.words[at][2] != NONE {
                at = (at + 1) & (self.words.len() - 1);
            }
            let first = self.starts[self.order[self.nodes[node].entries.start as usize] as usize];
            assert!(first < 1 << 24 && *len < 1 << 8, "both go into one number");
            let Node { entries, ended, .. } = &self.nodes[node];
            let only = (entries.len() == 1 && *ended == 1).then(|| ONLY | self.order[entries.start as usize]);
            let at = &mut self.words[at];
            *at = [key as u32, (key >> 32) as u32, only.unwrap_or(node as u32), first | (*len as u32) << 24];
        }
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
}
