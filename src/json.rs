//! Our own reader for wire data: lossless, bounded, never recursive while reading; and the two writers that stand on it.
//!
//! * [`read()`] accepts what a host would accept and *records* what has no single meaning ([`Anomaly`]).
//! * [`canonical()`] writes RFC 8785, the bytes that are hashed.
//! * [`render()`] writes the form people review in `.mcp-assay/`; [`unrender()`] reverses it.
//!
//! Configuration files of clients are read by `target`, our own reports are written with serde.

mod canonical;
mod fields;
mod number;
mod read;
mod render;
mod trail;
mod word;
#[cfg(test)]
mod tests;

pub use canonical::{NotCanonical, canonical, quoted};
pub use fields::{FieldError, Fields};
pub use read::{Limits, ReadError, read};
pub use render::{render, unrender};
pub use trail::Trail;
pub use word::Word;

use std::ops::Range;

/// A JSON value with its place in the bytes it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset after the last byte.
    pub end: u32,
    /// The value.
    pub value: Value,
}

/// A JSON value that loses nothing: numbers keep their text, objects keep order and duplicates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// The literal as received.
    Number(Box<str>),
    /// Decoded text; a lone surrogate or invalid byte stands as U+FFFD and is recorded as an [`Anomaly`].
    String(Word),
    /// An array.
    Array(Vec<Node>),
    /// Members in order, duplicates included.
    Object(Vec<Member>),
    /// Nested deeper than the limit: only the bytes are known.
    Deep,
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The key, decoded.
    pub key: Word,
    /// Byte offset of the key's first quotation mark.
    pub key_start: u32,
    /// The value.
    pub value: Node,
}

/// Something a host might read differently than we do, or not at all (TRUST §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Two members of one object have the same key after decoding.
    DuplicateKey,
    /// `\ud800` without its pair.
    LoneSurrogate,
    /// Bytes that are not UTF-8 inside a string.
    InvalidUtf8,
    /// A byte order mark before the text.
    ByteOrderMark,
    /// A control character that JSON wants escaped.
    RawControl,
    /// Nesting beyond the limit.
    TooDeep,
    /// A number that IEEE 754 doubles cannot hold as written.
    UnsafeNumber,
    /// `__proto__` or a private key of a JSON library.
    ParserKey,
}

impl Fault {
    /// Whether the value has no single meaning, so that it cannot be approved.
    pub fn blocks_approval(self) -> bool {
        !matches!(self, Self::UnsafeNumber | Self::ParserKey)
    }

    /// What was seen, in words of ours.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::DuplicateKey => "duplicate key",
            Self::LoneSurrogate => "lone surrogate",
            Self::InvalidUtf8 => "invalid UTF-8",
            Self::ByteOrderMark => "byte order mark",
            Self::RawControl => "raw control character",
            Self::TooDeep => "nesting beyond the limit",
            Self::UnsafeNumber => "number that a double cannot hold",
            Self::ParserKey => "key with a meaning inside JSON libraries",
        }
    }
}

/// A fault and where it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Anomaly {
    /// What.
    pub fault: Fault,
    /// Byte offset in the text that was read.
    pub offset: u32,
}

/// What [`read()`] gives: the tree and everything odd about it.
#[derive(Clone, Debug)]
pub struct Document {
    /// The value.
    pub root: Node,
    /// In order of offset.
    pub anomalies: Vec<Anomaly>,
    /// How many values and keys it has.
    pub nodes: usize,
}

impl Node {
    /// A node that was not read from bytes.
    pub fn made(value: Value) -> Self {
        Self { start: 0, end: 0, value }
    }

    /// A string node that was not read from bytes.
    pub fn text(text: &str) -> Self {
        Self::made(Value::String(text.into()))
    }

    /// An object node that was not read from bytes.
    pub fn object<'k>(members: impl IntoIterator<Item = (&'k str, Node)>) -> Self {
        let member = |(key, value): (&str, Node)| Member { key: key.into(), key_start: 0, value };
        Self::made(Value::Object(members.into_iter().map(member).collect()))
    }

    /// The member [`Node::get`] finds, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let Value::Object(members) = &mut self.value else { return None };
        members.iter_mut().rev().find(|m| &*m.key == key).map(|m| &mut m.value)
    }

    /// The member with this key; the last one when there are several, as JavaScript and Python do.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members().iter().rev().find(|m| &*m.key == key).map(|m| &m.value)
    }

    /// Members of an object, empty for anything else.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(m) => m,
            _ => &[],
        }
    }

    /// Elements of an array, empty for anything else.
    pub fn elements(&self) -> &[Node] {
        match &self.value {
            Value::Array(a) => a,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(s) => Some(s),
            _ => None,
        }
    }

    /// The value of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The value of a number that is a whole number in `u64`.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.value {
            Value::Number(n) => n.parse().ok(),
            _ => None,
        }
    }

    /// Whether this is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.value, Value::Object(_))
    }

    /// Whether this is an array.
    pub fn is_array(&self) -> bool {
        matches!(self.value, Value::Array(_))
    }

    /// The node a pointer leads to; with duplicate keys the last one.
    pub fn at(&self, pointer: &Pointer) -> Option<&Node> {
        pointer.tokens().iter().try_fold(self, |node, token| match &node.value {
            Value::Object(_) => node.get(token),
            Value::Array(a) => index(token).and_then(|i| a.get(i)),
            _ => None,
        })
    }

    /// The node [`Node::at`] finds, to be changed.
    pub fn at_mut(&mut self, pointer: &Pointer) -> Option<&mut Node> {
        pointer.tokens().iter().try_fold(self, |node, token| {
            if node.is_object() {
                return node.get_mut(token);
            }
            let Value::Array(all) = &mut node.value else { return None };
            index(token).and_then(|i| all.get_mut(i))
        })
    }
}

/// An index as RFC 6901 writes it: digits without a leading zero, so that a place has one pointer.
fn index(token: &str) -> Option<usize> {
    let plain = token.bytes().all(|b| b.is_ascii_digit()) && (token == "0" || !token.starts_with('0'));
    token.parse().ok().filter(|_| plain)
}

/// A JSON pointer (RFC 6901). Its tokens may be server text: show it through [`Pointer::to_untrusted`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pointer(Vec<Box<str>>);

impl Pointer {
    /// The whole value.
    pub fn root() -> Self {
        Self::default()
    }

    /// One step down.
    pub fn child(&self, token: &str) -> Self {
        let mut tokens = self.0.clone();
        tokens.push(token.into());
        Self(tokens)
    }

    /// The steps, unescaped.
    pub fn tokens(&self) -> &[Box<str>] {
        &self.0
    }

    /// Adds a step in place; undone by [`Pointer::pop`]. For walks that visit many nodes.
    pub fn push(&mut self, token: &str) {
        self.0.push(token.into());
    }

    /// Takes the last step away.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// Reads `/a/b~1c`; the empty string is the whole value.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::root());
        }
        let rest = text.strip_prefix('/')?;
        Some(Self(rest.split('/').map(|t| t.replace("~1", "/").replace("~0", "~").into()).collect()))
    }

    /// The RFC 6901 text, as hostile as its tokens.
    pub fn to_untrusted(&self) -> crate::untrusted::Untrusted {
        self.0.iter().map(|t| token(t)).collect::<String>().into()
    }
}

/// One step of a pointer, as RFC 6901 writes it.
pub fn token(text: &str) -> String {
    format!("/{}", text.replace('~', "~0").replace('/', "~1"))
}

/// Whether a JSON text can have one of these words, of letters and full stops, in a string: it stands there, or one of its
/// characters may be escaped. Tells most texts apart without reading them.
pub fn may_spell(text: &str, words: &[&str]) -> bool {
    may_escape(text) || words.iter().any(|word| text.contains(word))
}

/// The same of keys, each between its quotation marks, also in JSON with comments: behind a value stands a comma, a bracket or
/// a brace.
pub fn may_have_key(text: &str, keys: &[&str]) -> bool {
    let is_key = |behind: &str| !matches!(behind.trim_ascii_start().as_bytes(), [] | [b',' | b']' | b'}', ..]);
    let stands = |key: &&str| text.match_indices(*key).any(|(at, key)| is_key(&text[at + key.len()..]));
    // that it stands nowhere is told sooner than where it does
    may_escape(text) || keys.iter().any(|key| text.contains(key) && stands(key))
}

/// Whether a letter or a full stop may be escaped. Many writers escape what is not of ASCII, and some the signs of markup.
fn may_escape(text: &str) -> bool {
    let behind = |at: usize| text.as_bytes()[at + 1..].strip_prefix(b"u00");
    let escaped = |(at, _)| matches!(behind(at), Some([b'4'..=b'7', ..] | [b'2', b'e' | b'E', ..]));
    // one character is found sooner than four
    text.match_indices('\\').any(escaped)
}

/// Whether a line of a text ends with this byte: a line feed, or a carriage return before none, as editors and code
/// scanning count them.
pub fn ends_line(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(b'\n') => true,
        Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    }
}

/// How many lines end in a range of a text.
pub fn line_ends(bytes: &[u8], range: Range<usize>) -> usize {
    let part = &bytes[range.clone()];
    // most texts have no carriage return, and bytes are counted many at a time
    match part.contains(&b'\r') {
        true => range.filter(|at| ends_line(bytes, *at)).count(),
        false => part.chunks(240).map(|few| usize::from(few.iter().map(|b| u8::from(*b == b'\n')).sum::<u8>())).sum(),
    }
}

/// The lines of a text without their ends, counted in the same way. What stands behind the last end is a line when there is
/// something.
pub fn text_lines(text: &str) -> Vec<&str> {
    let (mut out, mut from) = (Vec::new(), 0);
    for at in (0..text.len()).filter(|at| ends_line(text.as_bytes(), *at)) {
        let line = &text[from..at];
        // the first half of an end of two
        out.push(line.strip_suffix('\r').filter(|_| text.as_bytes()[at] == b'\n').unwrap_or(line));
        from = at + 1;
    }
    if from < text.len() {
        out.push(&text[from..]);
    }
    out
}

/// 1-based line and column (in code points) of a byte offset, as editors and SARIF count.
pub fn line_column(bytes: &[u8], offset: usize) -> (u32, u32) {
    let before = &bytes[..offset.min(bytes.len())];
    let line = line_ends(bytes, 0..before.len()) + 1;
    let start = (0..before.len()).rposition(|at| ends_line(bytes, at)).map_or(0, |i| i + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    (line as u32, column as u32)
}
