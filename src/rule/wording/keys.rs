//! What traits and words are known by: numbers that depend on their names alone, not on the order of any file.

/// Where a sentence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// First in the description of an item, where it says what the item is.
    First,
    /// Later in it.
    Description,
    /// In the description of a parameter.
    Parameter,
    /// In the instructions of a server.
    Instructions,
    /// Anywhere else.
    Elsewhere,
}

impl Where {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::First, Self::Description, Self::Parameter, Self::Instructions, Self::Elsewhere];

    /// Whether it is the first sentence: word classes, and two of a kind, know no other places.
    pub fn is_first(self) -> bool {
        self == Self::First
    }
}

/// The key of a slot with this name in a sentence: where it stands says more than where another word does.
pub fn key_of_slot(at: Where, name: u32) -> u32 {
    mixed(at as u32 + 10, name, 0)
}

/// The key of a word class with this name.
pub fn key_of_class(first: bool, name: u32) -> u32 {
    mixed(place(first), name, 1)
}

/// The key of two slots or of two word classes in one sentence.
pub fn key_of_pair(first: bool, a: u32, b: u32) -> u32 {
    mixed(place(first) + 2, a.min(b), a.max(b))
}

fn place(first: bool) -> u32 {
    if first { 1 } else { 2 }
}

/// The key of a word.
pub fn key_of_word(word: &str) -> u32 {
    mixed(8, hash(word), 0)
}

/// The key of a word as it is in small letters of ASCII.
pub fn key_of_small(word: &str) -> u32 {
    mixed(8, hashed(word.bytes().map(|b| b.to_ascii_lowercase())), 0)
}

/// The key of the same word in the first sentence, where it says what an item is.
pub fn key_of_first(word: u32) -> u32 {
    mixed(9, word, 0)
}

/// The key of two words side by side.
pub fn key_of_two(before: u32, after: u32) -> u32 {
    mixed(10, before, after)
}

/// The key of a word in the name or a value of a parameter.
pub fn key_of_named(word: u32) -> u32 {
    mixed(11, word, 0)
}

/// FNV-1a.
pub fn hash(text: &str) -> u32 {
    hashed(text.bytes())
}

/// What a hash begins with.
pub const BEGIN: u32 = 0x811c_9dc5;

/// A hash with one byte more.
pub fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

fn hashed(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(BEGIN, step)
}

/// A key of a kind.
pub fn mixed(kind: u32, a: u32, b: u32) -> u32 {
    let mut h = a ^ b.rotate_left(13) ^ kind.wrapping_mul(0x9E37_79B1);
    for _ in 0..2 {
        h = (h ^ (h >> 15)).wrapping_mul(0x85EB_CA6B);
        h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
    }
    h ^ (h >> 16)
}
