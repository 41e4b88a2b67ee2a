//! Tables as bytes: written when the program is built (`loading`), read in place when it runs, so that a start costs
//! nothing. Only our own build writes them: a table that is cut short is an error of the program and panics.

/// Number of classes: 64 of them are the slots, the others named or anonymous in the files.
pub const WORDS: usize = 28;

/// The slot of an entry, in a byte with what follows; there are no more than 64.
pub const SLOT: u8 = 0x3F;
/// The entry is the beginning of words.
pub const STEM: u8 = 0x40;
/// The entry is of another language than English.
pub const FOREIGN: u8 = 0x80;

/// Of a class in a list of elements: the word is an order.
pub const ORDERED: u16 = 1 << 14;
/// A negation takes it away.
pub const ASSERTED: u16 = 1 << 15;

/// Bytes of a pattern: rule with flags, and where each of its four lists begins, in numbers.
pub const PATTERN: usize = 20;
/// Of its flags: how sure it is.
pub const LOW: u8 = 1;
/// The same.
pub const MEDIUM: u8 = 2;
/// It is about parameters.
pub const PARAMETER: u8 = 4;
/// It is one of the wide ones.
pub const BROAD: u8 = 8;

/// What an entry of the lexicon of purposes stands for; the first five are subjects.
pub const KINDS: [&str; 11] =
    ["context", "secrets", "machine", "lasting", "others", "hush", "flow", "act", "must", "against", "shell"];
/// The kind of an entry, in a byte with what follows and with [`STEM`].
pub const KIND: u8 = 0x0F;
/// It says so clearly.
pub const STRONG: u8 = 0x10;

/// Reads the parts in the order in which they were written.
pub struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    /// Of what the build wrote.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next part.
    pub fn bytes(&mut self) -> &'a [u8] {
        let (len, rest) = self.0.split_first_chunk::<4>().expect("a part has a length");
        let (part, rest) = rest.split_at(u32::from_le_bytes(*len) as usize);
        self.0 = rest;
        part
    }

    /// A part of small numbers.
    pub fn u16s(&mut self) -> U16s<'a> {
        U16s(self.bytes().as_chunks().0)
    }

    /// A part of numbers.
    pub fn u32s(&mut self) -> U32s<'a> {
        U32s(self.bytes().as_chunks().0)
    }

    /// A part of so many bytes each.
    pub fn rows<const N: usize>(&mut self) -> &'a [[u8; N]] {
        self.bytes().as_chunks().0
    }

    /// A part of words, each on a line.
    pub fn words(&mut self) -> impl Iterator<Item = &'a str> {
        self.text().lines()
    }

    /// A part of text.
    pub fn text(&mut self) -> &'a str {
        std::str::from_utf8(self.bytes()).expect("words are text")
    }

    /// Whether no part is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The number at a place of a row.
#[inline]
pub fn number<const N: usize>(row: &[u8; N], at: usize) -> u32 {
    u32::from_le_bytes([row[4 * at], row[4 * at + 1], row[4 * at + 2], row[4 * at + 3]])
}

/// Small numbers.
#[derive(Clone, Copy)]
pub struct U16s<'a>(&'a [[u8; 2]]);

impl<'a> U16s<'a> {
    /// How many there are.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// The number at a place.
    #[inline]
    pub fn get(self, at: usize) -> u16 {
        u16::from_le_bytes(self.0[at])
    }

    /// Those from one place to another.
    #[inline]
    pub fn range(self, from: usize, to: usize) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.0[from..to].iter().map(|bytes| u16::from_le_bytes(*bytes))
    }
}

/// Numbers.
#[derive(Clone, Copy)]
pub struct U32s<'a>(&'a [[u8; 4]]);

impl<'a> U32s<'a> {
    /// The number at a place.
    #[inline]
    pub fn get(self, at: usize) -> u32 {
        u32::from_le_bytes(self.0[at])
    }

    /// Those from one place to another.
    #[inline]
    pub fn range(self, from: usize, to: usize) -> impl Iterator<Item = u32> + use<'a> {
        self.0[from..to].iter().map(|bytes| u32::from_le_bytes(*bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::super::indexing::Writer;
    use super::*;

    #[test]
    fn what_was_written_is_read_in_its_order() {
        let mut out = Writer::default();
        out.bytes(b"a\nbc");
        out.u16s([1, 0xFFFF]);
        out.u32s([7, 8, u32::MAX]);
        let bytes = out.done();
        let mut parts = Parts::of(&bytes);
        assert_eq!(parts.words().collect::<Vec<_>>(), ["a", "bc"]);
        let (small, numbers) = (parts.u16s(), parts.u32s());
        assert_eq!((small.len(), small.get(1)), (2, 0xFFFF));
        assert_eq!(numbers.range(1, 3).collect::<Vec<_>>(), [8, u32::MAX]);
    }
}
