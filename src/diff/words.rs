//! Two texts word by word. Deterministic: no clock decides when to give up, only sizes do.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Beyond this many word pairs only the common start and end are recognized.
const PAIRS: usize = 4_000_000;

/// Which text a chunk belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Both.
    Equal,
    /// The old one.
    Removed,
    /// The new one.
    Added,
}

impl Side {
    /// The word of JSON v1.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Removed => "removed",
            Self::Added => "added",
        }
    }
}

/// A run of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Where it is found.
    pub side: Side,
    /// Byte range: in the old text for removed chunks, in the new text otherwise.
    pub range: Range<usize>,
}

/// The chunks that turn `old` into `new`, in order. White space is part of the words beside it only as words of its own,
/// so that a change of spacing is seen too.
pub fn words(old: &str, new: &str) -> Vec<Chunk> {
    let a = split(old);
    let b = split(new);
    let texts =
        |text: &'_ str, words: &[Range<usize>]| words.iter().map(|r| text[r.clone()].to_owned()).collect::<Vec<_>>();
    let (ta, tb) = (texts(old, &a), texts(new, &b));
    let start = ta.iter().zip(&tb).take_while(|(x, y)| x == y).count();
    let end = ta[start..].iter().rev().zip(tb[start..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (ma, mb) = (&ta[start..ta.len() - end], &tb[start..tb.len() - end]);
    let mut out = Vec::new();
    let mut push = |side: Side, words: &[Range<usize>]| {
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            out.push(Chunk { side, range: first.start..last.end });
        }
    };
    push(Side::Equal, &b[..start]);
    if ma.len().saturating_mul(mb.len()) > PAIRS {
        push(Side::Removed, &a[start..a.len() - end]);
        push(Side::Added, &b[start..b.len() - end]);
    } else {
        for op in capture_diff_slices(Algorithm::Myers, ma, mb) {
            let old_range = |r: Range<usize>| &a[start + r.start..start + r.end];
            let new_range = |r: Range<usize>| &b[start + r.start..start + r.end];
            match op {
                DiffOp::Equal { .. } => push(Side::Equal, new_range(op.new_range())),
                DiffOp::Delete { .. } => push(Side::Removed, old_range(op.old_range())),
                DiffOp::Insert { .. } => push(Side::Added, new_range(op.new_range())),
                DiffOp::Replace { .. } => {
                    push(Side::Removed, old_range(op.old_range()));
                    push(Side::Added, new_range(op.new_range()));
                }
            }
        }
    }
    push(Side::Equal, &b[b.len() - end..]);
    out
}

/// Words, runs of white space, and single other characters.
fn split(text: &str) -> Vec<Range<usize>> {
    #[derive(PartialEq, Clone, Copy)]
    enum Kind {
        Word,
        Space,
        Other,
    }
    let kind = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            Kind::Word
        } else if c.is_whitespace() {
            Kind::Space
        } else {
            Kind::Other
        }
    };
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut last = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let this = kind(c);
        match out.last_mut() {
            Some(word) if last == Some(this) && this != Kind::Other => word.end = end,
            _ => out.push(at..end),
        }
        last = Some(this);
    }
    out
}
