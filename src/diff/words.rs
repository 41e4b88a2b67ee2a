//! Two texts word by word. Deterministic and bounded: no clock decides when to give up, only a count of steps does, so
//! that hostile text costs hostile people nothing but a coarser difference.

use std::ops::Range;

use super::steps::{Op, Work, align, ids};

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
/// so that a change of spacing is seen too. When `work` is used up, only the common start and end are recognized.
pub fn words(old: &str, new: &str, work: &mut Work) -> Vec<Chunk> {
    let (a, b) = (split(old), split(new));
    let (left, right) = ids(a.iter().map(|r| &old[r.clone()]), b.iter().map(|r| &new[r.clone()]));
    let mut ops = align(&left, &right, work);
    settle(&mut ops, (&left, &right), |is_old, at| {
        let (text, words) = if is_old { (old, &a) } else { (new, &b) };
        boundary(text, words.get(at).map_or(text.len(), |r| r.start))
    });
    join(&mut ops, |words| b[words].iter().all(|r| !new[r.clone()].contains(char::is_alphanumeric)));
    let mut out = Vec::new();
    let mut push = |side: Side, words: &[Range<usize>]| {
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            out.push(Chunk { side, range: first.start..last.end });
        }
    };
    for op in ops {
        if op.same {
            push(Side::Equal, &b[op.new]);
        } else {
            push(Side::Removed, &a[op.old]);
            push(Side::Added, &b[op.new]);
        }
    }
    out
}

/// Words a passage may be moved along the text.
const SLIDE: usize = 200;

/// A passage that came in between two equal words can be taken to begin before or after the first: it begins where a line
/// or a sentence does, when it can.
fn settle(ops: &mut Vec<Op>, ids: (&[u32], &[u32]), quality: impl Fn(bool, usize) -> u8) {
    // empty stretches at both ends, which may grow
    let (from, to) = (ops.first().cloned(), ops.last().cloned());
    let end = |at: (usize, usize)| Op { same: true, old: at.0..at.0, new: at.1..at.1 };
    if from.is_some_and(|o| !o.same) {
        ops.insert(0, end((0, 0)));
    }
    if let Some(last) = to.filter(|o| !o.same) {
        ops.push(end((last.old.end, last.new.end)));
    }
    for i in 0..ops.len() {
        let is_old = ops[i].new.is_empty();
        if ops[i].same || !(is_old || ops[i].old.is_empty()) {
            continue;
        }
        let (words, range) = if is_old { (ids.0, ops[i].old.clone()) } else { (ids.1, ops[i].new.clone()) };
        // a neighbour between two changes keeps a word, so that they stay two
        let room = |at: Option<&Op>, end: bool| at.map_or(0, |o| o.new.len() - usize::from(!end)).min(SLIDE);
        let before = i.checked_sub(1).map_or(0, |p| room(ops.get(p), p == 0));
        let behind = room(ops.get(i + 1), i + 2 == ops.len());
        let left = (0..before).take_while(|n| words[range.start - 1 - n] == words[range.end - 1 - n]).count() as isize;
        let right = (0..behind).take_while(|n| words[range.start + n] == words[range.end + n]).count() as isize;
        let place = |by: isize| (range.start as isize + by) as usize;
        let best = (-left..=right).max_by_key(|by| (quality(is_old, place(*by)), -by.abs())).unwrap_or(0);
        let shift = |at: &mut usize| *at = (*at as isize + best) as usize;
        for op in [i.wrapping_sub(1), i] {
            if let Some(op) = ops.get_mut(op) {
                shift(&mut op.old.end);
                shift(&mut op.new.end);
            }
        }
        for op in [i, i + 1] {
            if let Some(op) = ops.get_mut(op) {
                shift(&mut op.old.start);
                shift(&mut op.new.start);
            }
        }
    }
    ops.retain(|o| !o.old.is_empty() || !o.new.is_empty());
}

/// How well a passage begins here.
fn boundary(text: &str, at: usize) -> u8 {
    let before = &text[..at];
    let word = before.trim_end_matches(' ');
    match before.chars().next_back() {
        None | Some('\n') => 3,
        Some(' ') if word.ends_with(['.', '!', '?', ':']) => 2,
        Some(' ') => 1,
        _ => u8::from(text[at..].starts_with(char::is_whitespace)),
    }
}

/// Changes with nothing but a blank or a comma between them are one change: three words in a row that became three others
/// are not three changes.
fn join(ops: &mut Vec<Op>, is_gap: impl Fn(Range<usize>) -> bool) {
    let mut out: Vec<Op> = Vec::with_capacity(ops.len());
    let last = ops.len();
    for (i, op) in ops.drain(..).enumerate() {
        let inside = op.same && i > 0 && i + 1 < last && op.new.len() <= 3 && is_gap(op.new.clone());
        // a gap joins only what both came and went on one side of it; an insertion stays an insertion
        let before_replaces = out.last().is_some_and(|p| !p.same && !p.old.is_empty() && !p.new.is_empty());
        match out.last_mut() {
            Some(before) if !before.same && (!op.same || (inside && before_replaces)) => {
                before.old.end = op.old.end;
                before.new.end = op.new.end;
            }
            _ => out.push(op),
        }
    }
    *ops = out;
}

/// Words (with the dots inside of them), runs of blanks, and single other characters, ends of lines among them.
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
        } else if c.is_whitespace() && c != '\n' {
            Kind::Space
        } else {
            Kind::Other
        }
    };
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut last = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        // versions, hosts and file names are one word
        let inside = c == '.' && last == Some(Kind::Word) && text[end..].starts_with(char::is_alphanumeric);
        let this = if inside { Kind::Word } else { kind(c) };
        match out.last_mut() {
            Some(word) if last == Some(this) && this != Kind::Other => word.end = end,
            _ => out.push(at..end),
        }
        last = Some(this);
    }
    out
}
