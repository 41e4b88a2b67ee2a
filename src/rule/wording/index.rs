//! A sorted list of entries, and all of them that begin at a place of a text. Whole words are looked up by their hash, what
//! may end inside a word by its bytes. `indexing` makes it when the program is built; it is read in place.

use std::ops::Range;

use super::packed::{Parts, U32s, number};

/// Sorted entries.
#[derive(Clone, Copy)]
pub struct Index<'a> {
    /// All entries, one after the other.
    bytes: &'a [u8],
    /// Where each begins; one more for the end.
    starts: U32s<'a>,
    /// The entries in the order in which nodes have them: those that are looked for by their bytes, then those of each first
    /// word.
    order: U32s<'a>,
    /// Five numbers each: a [`Node`].
    nodes: &'a [[u8; 20]],
    /// Per node: the byte that leads to it.
    labels: &'a [u8],
    /// The node of each first byte; the root where there is none.
    first: U32s<'a>,
    /// The beginnings of entries that are looked for by their bytes, a bit each: most places of a text need no more than this.
    begins: &'a [u8],
    /// Whether any of these of less than three bytes begins with a byte.
    short: &'a [u8],
    /// What each first word is looked up by, its node or its only entry, and where its bytes are ([`range`]); the root where
    /// there is none.
    words: &'a [[u8; 16]],
}

/// All entries with one beginning.
struct Node {
    /// In the order of the index.
    entries: Range<usize>,
    /// Where those end that are that beginning and no more.
    ended: usize,
    /// The nodes one byte further; none where the rest of each entry is compared.
    children: Range<usize>,
}

/// The root, and the absence of a node.
pub const NONE: u32 = 0;

/// Of the node of a word: it is its only entry, and no node.
pub const ONLY: u32 = 1 << 31;

/// The bit of a beginning of up to three bytes; there are 2^14.
#[inline]
pub fn bit(beginning: &[u8]) -> usize {
    place(beginning.iter().fold(1_u32, |code, byte| code << 8 | u32::from(*byte)))
}

#[inline]
fn place(beginning: u32) -> usize {
    beginning.wrapping_mul(0x9E37_79B1) as usize >> 18
}

/// What a word is looked up by: its bytes, or of a long one a hash.
#[inline]
pub fn key(word: &[u8]) -> u64 {
    if word.len() < SHORT {
        return short(word);
    }
    let (eights, rest) = word.as_chunks::<8>();
    eights.iter().fold(short(rest), |hash, eight| mixed(hash) ^ u64::from_le_bytes(*eight))
}

/// Shorter words are told by their key alone.
const SHORT: usize = 8;

#[inline]
fn mixed(key: u64) -> u64 {
    let product = key.wrapping_mul(MIX);
    product ^ product >> 32
}

/// Less than eight bytes as a number, without a step for each.
#[inline]
fn short(bytes: &[u8]) -> u64 {
    if let (Some(low), Some(high)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (low, high) = (u32::from_le_bytes(*low), u32::from_le_bytes(*high));
        return u64::from(low) | u64::from(high) << (8 * (bytes.len() - 4));
    }
    match bytes {
        [a, b, .., z] => u64::from(*a) | u64::from(*b) << 8 | u64::from(*z) << (8 * (bytes.len() - 1)),
        [a, b] => u64::from(*a) | u64::from(*b) << 8,
        [a] => u64::from(*a),
        [] => 0,
    }
}

/// Bytes of the word that a text begins with.
#[inline]
fn word_len(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(eight) = text[at..].first_chunk() {
        let ends = !words(u64::from_le_bytes(*eight)) & HIGH;
        if ends != 0 {
            return at + ends.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + text[at..].iter().position(|byte| !is_word(*byte)).unwrap_or(text.len() - at)
}

/// The highest bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// [`is_word`] of eight bytes, each in its highest bit.
#[inline]
fn words(bytes: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let low = bytes & !HIGH;
    // of bytes below 0x80
    let from = |bytes: u64, least: u8| bytes + u64::from(0x80 - least) * EACH;
    let within = |bytes: u64, first: u8, last: u8| from(bytes, first) & !from(bytes, last + 1);
    let letters = within(low | (0x20 * EACH), b'a', b'z');
    let digits = within(low, b'0', b'9');
    let joins = !from(low ^ (u64::from(b'_') * EACH), 1);
    (letters | digits | joins) & !bytes
}

/// Where a word is among all entries, and how long: both in one number.
pub fn range(at: u32) -> (usize, usize) {
    ((at & 0xFF_FFFF) as usize, (at >> 24) as usize)
}

/// Where a key has its place among so many, a power of two that is no more than [`PLACES`].
#[inline]
pub fn slot(key: u64, places: usize) -> usize {
    // every byte of the key has a part in the highest bits
    (key.wrapping_mul(MIX) >> 48) as usize & (places - 1)
}

/// The most places there may be.
#[allow(dead_code)] // the build asks
pub const PLACES: usize = 1 << 16;

const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

impl<'a> Index<'a> {
    /// Reads the parts that were written of one.
    pub fn read(parts: &mut Parts<'a>) -> Self {
        Self {
            bytes: parts.bytes(),
            starts: parts.u32s(),
            order: parts.u32s(),
            nodes: parts.rows(),
            labels: parts.bytes(),
            first: parts.u32s(),
            begins: parts.bytes(),
            short: parts.bytes(),
            words: parts.rows(),
        }
    }

    #[inline]
    fn node(&self, node: u32) -> Node {
        let row = &self.nodes[node as usize];
        // one by one: a loop over the places would not be unrolled
        let at = |place: usize| number(row, place) as usize;
        Node { entries: at(0)..at(1), ended: at(0) + at(2), children: at(3)..at(4) }
    }

    fn entry(&self, entry: u32) -> &'a [u8] {
        let at = entry as usize;
        &self.bytes[self.starts.get(at) as usize..self.starts.get(at + 1) as usize]
    }

    /// Whether the word in a range of all entries is this one.
    #[inline]
    fn is_at(&self, at: u32, text: &[u8]) -> bool {
        let (start, len) = range(at);
        len == text.len() && (len < SHORT || alike(&self.bytes[start..start + len], text))
    }

    /// Calls for the entries in a text with their number and range, in the order of their places and their own. An entry that
    /// begins with a letter or digit begins at the start of a word.
    pub fn each(&self, text: &str, found: impl FnMut(usize, usize, usize)) {
        self.each_open(text, usize::MAX, found, |_| {});
    }

    /// The same; `open` is called for entries that begin before `limit` and may go on behind it if other text stands there.
    pub fn each_open(
        &self,
        text: &str,
        limit: usize,
        mut found: impl FnMut(usize, usize, usize),
        mut open: impl FnMut(usize),
    ) {
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
            let mut word = NONE;
            if is_word(*byte) {
                at = start + word_len(&bytes[start..]);
                word = self.of_word(&bytes[start..at]);
            }
            let text = &bytes[start..];
            let mut found = |entry: u32, len: usize| found(entry as usize, start, start + len);
            let first = self.first.get(usize::from(*byte));
            // what begins behind the limit has none
            let mut end = Limit { last: limit.wrapping_sub(start + 1), open: &mut open };
            if first == NONE || !(self.may_begin(text) || end.last < 2) {
                // entries of a node come in their order
                if word & ONLY != 0 {
                    found(word ^ ONLY, at - start);
                } else if word != NONE {
                    self.at(word, at - start, text, &mut end, &mut found);
                }
                continue;
            }
            let mut keep = |entry: u32, len: usize| here.push((entry, len));
            if word & ONLY != 0 {
                keep(word ^ ONLY, at - start);
            } else if word != NONE {
                self.at(word, at - start, text, &mut end, &mut keep);
            }
            self.at(first, 1, text, &mut end, &mut keep);
            if word != NONE {
                here.sort_unstable();
            }
            here.drain(..).for_each(|(entry, len)| found(entry, len));
        }
    }

    /// The node of a first word, or its only entry.
    #[inline]
    fn of_word(&self, text: &[u8]) -> u32 {
        let (key, places) = (key(text), self.words.len());
        let mut at = slot(key, places);
        loop {
            let row = &self.words[at];
            let (known, node) = (u64::from(number(row, 0)) | u64::from(number(row, 1)) << 32, number(row, 2));
            if node == NONE || (known == key && self.is_at(number(row, 3), text)) {
                return node;
            }
            at = (at + 1) & (places - 1);
        }
    }

    /// `false` where no entry that is looked for by its bytes begins so.
    #[inline]
    fn may_begin(&self, text: &[u8]) -> bool {
        let has = |bit: usize| self.begins[bit / 8] & 1 << (bit % 8) != 0;
        let short = |first: u8| {
            self.short[usize::from(first)] != 0 && (1..=text.len().min(2)).any(|len| has(bit(&text[..len])))
        };
        match text {
            [a, b, c, ..] => has(place(u32::from_be_bytes([1, *a, *b, *c]))) || short(*a),
            _ => text.first().is_some_and(|a| short(*a)),
        }
    }

    /// Calls for the entries below a node that a text begins with, and how long they are; so many of its bytes lead to the
    /// node.
    fn at(
        &self,
        node: u32,
        mut depth: usize,
        text: &[u8],
        limit: &mut Limit<impl FnMut(usize)>,
        found: &mut impl FnMut(u32, usize),
    ) {
        let mut node = self.node(node);
        loop {
            let Node { entries, ended, children } = node;
            self.order.range(entries.start, ended).for_each(|entry| found(entry, depth));
            if depth > limit.last {
                self.order.range(ended, entries.end).for_each(|entry| (limit.open)(entry as usize));
            }
            if children.is_empty() {
                for entry in self.order.range(ended, entries.end) {
                    let all = self.entry(entry);
                    if all.len() <= text.len() && alike(&all[depth..], &text[depth..all.len()]) {
                        found(entry, all.len());
                    } else if limit.last < all.len() - 1 && all[..=limit.last] == text[..=limit.last] {
                        (limit.open)(entry as usize);
                    }
                }
                return;
            }
            let Some(next) = text.get(depth) else { return };
            let Some(child) = self.labels[children.clone()].iter().position(|label| label == next) else { return };
            (node, depth) = (self.node((children.start + child) as u32), depth + 1);
        }
    }
}

/// The last byte before a text may go on otherwise, counted from where an entry begins, and who wants to know which entries
/// would go on.
struct Limit<F> {
    last: usize,
    open: F,
}

/// Whether two texts of one length are the same. They are short or differ in their first bytes, which is no work for a call.
#[inline]
fn alike(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether a byte belongs to an ASCII word.
#[inline]
pub fn is_word(byte: u8) -> bool {
    WORD[usize::from(byte)]
}

/// Whether the ASCII word that something ends in goes on behind it.
pub fn goes_on(bytes: &[u8], end: usize) -> bool {
    is_word(bytes[end - 1]) && bytes.get(end).is_some_and(|b| is_word(*b))
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
    use super::super::indexing::{Writer, write};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_of_words_are_told_eight_at_a_time() {
        for byte in 0..=u8::MAX {
            let eight = words(u64::from_le_bytes([b'a', byte, b'-', byte, b'z', byte, 0x80, byte]));
            for (at, is) in
                [true, is_word(byte), false, is_word(byte), true, is_word(byte), false].into_iter().enumerate()
            {
                assert_eq!(eight >> (8 * at + 7) & 1 == 1, is, "{byte:#x} at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn words_are_measured_as_they_are(text in "[a-zA-Z0-9_]{0,20}[ é.]?[a-z]{0,9}") {
            let len = text.bytes().position(|b| !is_word(b)).unwrap_or(text.len());
            prop_assert_eq!(word_len(text.as_bytes()), len);
            let word = &text.as_bytes()[..len];
            let mut bytes = [0; 8];
            bytes[..len % 8].copy_from_slice(&word[len / 8 * 8..]);
            prop_assert_eq!(short(&word[len / 8 * 8..]), u64::from_le_bytes(bytes));
        }

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
            let mut made = Writer::default();
            write(&words, |n| stems[n], &mut made);
            let made = made.done();
            Index::read(&mut Parts::of(&made)).each(&text, |n, start, end| found.push((n, start, end)));
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
