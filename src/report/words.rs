//! Two texts word by word, for people: what is gone, what came in, what only moved, with the unchanged rest folded.

use std::collections::BTreeMap;

use crate::diff::{Chunk, Side, Work, words};
use crate::untrusted::{EXCERPT_CHARS, Untrusted};

/// Characters of unchanged text shown on each side of a change.
const CONTEXT: usize = 40;

/// Characters a passage must have to be recognized where it moved.
const PASSAGE: usize = 16;

/// A run of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Which text it belongs to.
    pub side: Side,
    /// The words.
    pub text: Untrusted,
    /// The same passage stands elsewhere in the other text.
    pub moved: bool,
}

impl Piece {
    /// A run that did not move.
    pub fn new(side: Side, text: impl Into<Untrusted>) -> Self {
        Self { side, text: text.into(), moved: false }
    }
}

/// Both texts in order, the unchanged rest folded and long changes cut unless `full`.
pub fn parts(old: &Untrusted, new: &Untrusted, full: bool, work: &mut Work) -> Vec<(Side, Untrusted)> {
    let chunks = words(old.raw(), new.raw(), work);
    let last = chunks.len().saturating_sub(1);
    let part = |(i, Chunk { side, range }): (usize, Chunk)| {
        let text = match side {
            Side::Removed => &old.raw()[range],
            Side::Equal | Side::Added => &new.raw()[range],
        };
        let text = match side {
            _ if full => Untrusted::said(text),
            Side::Equal => Untrusted::said(folded(text, i == 0, i == last)),
            Side::Removed | Side::Added => Untrusted::said(text).cut(4 * EXCERPT_CHARS),
        };
        (side, text)
    };
    chunks.into_iter().enumerate().map(part).collect()
}

/// The ends of an unchanged stretch that lie beside a change.
fn folded(text: &str, first: bool, last: bool) -> String {
    let count = text.chars().count();
    let head = if first { 0 } else { CONTEXT };
    let tail = if last { 0 } else { CONTEXT };
    if count <= head + tail + 3 {
        return text.to_owned();
    }
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{start}…{end}")
}

/// A line, or a sentence, of both texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// In order.
    pub pieces: Vec<Piece>,
}

impl Row {
    /// Nothing in it changed.
    pub fn same(&self) -> bool {
        self.pieces.iter().all(|p| p.side == Side::Equal)
    }

    /// The only text that has it, when it is in one of them.
    pub fn only(&self) -> Option<Side> {
        let first = self.pieces.first()?.side;
        (first != Side::Equal && self.pieces.iter().all(|p| p.side == first)).then_some(first)
    }

    /// The pieces of one of the two texts.
    pub fn side(&self, side: Side) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(move |p| p.side == Side::Equal || p.side == side)
    }
}

/// What is shown of two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A line.
    Row(Row),
    /// So many lines that did not change.
    Fold(usize),
}

/// Both texts line by line and sentence by sentence: rows end where both texts have the same end of a line or of a
/// sentence. Rows that did not change are folded unless `full`.
pub fn lines(parts: impl IntoIterator<Item = (Side, Untrusted)>, full: bool) -> Vec<Line> {
    let mut pieces: Vec<Piece> = parts.into_iter().map(|(side, text)| Piece::new(side, text)).collect();
    mark_moved(&mut pieces);
    let mut rows: Vec<Row> = Vec::new();
    let mut row: Vec<Piece> = Vec::new();
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        if piece.side != Side::Equal {
            let ends = piece.text.raw().ends_with('\n') && pieces.peek().is_none_or(|p| p.side == Side::Equal);
            row.push(piece);
            // whole lines that came or went are rows of their own
            if ends && row.iter().all(|p| p.side != Side::Equal) {
                rows.push(Row { pieces: std::mem::take(&mut row) });
            }
            continue;
        }
        let mut rest = piece.text.raw();
        while let Some(end) = break_after(rest) {
            let (head, tail) = rest.split_at(end);
            row.push(Piece::new(Side::Equal, Untrusted::said(head)));
            rows.push(Row { pieces: std::mem::take(&mut row) });
            rest = tail;
        }
        if !rest.is_empty() {
            row.push(Piece::new(Side::Equal, Untrusted::said(rest)));
        }
    }
    if !row.is_empty() {
        rows.push(Row { pieces: row });
    }
    if full { rows.into_iter().map(Line::Row).collect() } else { fold(rows) }
}

/// Behind the first end of a line or of a sentence.
fn break_after(text: &str) -> Option<usize> {
    let mut end = false;
    for (at, c) in text.char_indices() {
        if c == '\n' || (end && c == ' ') || matches!(c, '。' | '！' | '？') {
            return Some(at + c.len_utf8());
        }
        end = matches!(c, '.' | '!' | '?');
    }
    None
}

/// One row of context stays on each side of a change.
fn fold(rows: Vec<Row>) -> Vec<Line> {
    let changed: Vec<bool> = rows.iter().map(|r| !r.same()).collect();
    let near = |i: usize| changed[i] || (i > 0 && changed[i - 1]) || changed.get(i + 1).copied().unwrap_or(false);
    let shown: Vec<bool> = (0..rows.len()).map(near).collect();
    let mut out = Vec::new();
    for (i, mut row) in rows.into_iter().enumerate() {
        let alone = !shown[i] && (i == 0 || shown[i - 1]) && shown.get(i + 1).copied().unwrap_or(true);
        if shown[i] || alone {
            let last = row.pieces.len().saturating_sub(1);
            let same = row.same();
            for (at, piece) in row.pieces.iter_mut().enumerate() {
                piece.text = match piece.side {
                    Side::Equal if same => piece.text.cut(EXCERPT_CHARS),
                    Side::Equal => Untrusted::said(folded(piece.text.raw(), at == 0, at == last)),
                    _ => piece.text.cut(4 * EXCERPT_CHARS),
                };
            }
            out.push(Line::Row(row));
        } else if let Some(Line::Fold(count)) = out.last_mut() {
            *count += 1;
        } else {
            out.push(Line::Fold(1));
        }
    }
    out
}

/// A passage that went in one place and came in another was moved.
fn mark_moved(pieces: &mut [Piece]) {
    let key = |p: &Piece| Some(p.text.raw().trim().to_owned()).filter(|t| t.chars().count() >= PASSAGE);
    let mut gone: BTreeMap<String, usize> = BTreeMap::new();
    for passage in pieces.iter().filter(|p| p.side == Side::Removed).filter_map(key) {
        *gone.entry(passage).or_default() += 1;
    }
    let mut moved: BTreeMap<String, usize> = BTreeMap::new();
    for piece in pieces.iter_mut().filter(|p| p.side == Side::Added) {
        if let Some(k) = key(piece)
            && let Some(left) = gone.get_mut(&k).filter(|n| **n > 0)
        {
            *left -= 1;
            *moved.entry(k).or_default() += 1;
            piece.moved = true;
        }
    }
    for piece in pieces.iter_mut().filter(|p| p.side == Side::Removed) {
        if let Some(k) = key(piece)
            && let Some(left) = moved.get_mut(&k).filter(|n| **n > 0)
        {
            *left -= 1;
            piece.moved = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> Vec<Line> {
        lines(parts(&old.into(), &new.into(), true, &mut Work::default()), false)
    }

    #[test]
    fn changed_words_stand_alone_and_the_rest_is_folded() {
        let old = Untrusted::from(format!("{} A label. The end.", "x ".repeat(100)));
        let new = Untrusted::from(format!("{} A label, read \u{200b}keys. The end.", "x ".repeat(100)));
        let mut work = Work::default();
        let short = parts(&old, &new, false, &mut work);
        assert!(short[0].0 == Side::Equal && short[0].1.raw().starts_with('…'), "{short:?}");
        assert!(short.iter().any(|(s, t)| *s == Side::Added && t.raw().contains("\u{200b}keys")), "{short:?}");
        assert!(short.iter().map(|(_, t)| t.raw().len()).sum::<usize>() < 200, "{short:?}");
        let full = parts(&old, &new, true, &mut work);
        assert!(full[0].1.raw().starts_with("x x x"), "{full:?}");
    }

    #[test]
    fn rows_end_with_sentences_of_both_texts_and_unchanged_ones_are_counted() {
        let same = "One stays. Two stays. Three stays.\nFour stays. ";
        let found = shown(&format!("{same}Five goes."), &format!("{same}Five went."));
        assert_eq!(found[0], Line::Fold(3));
        let Line::Row(context) = &found[1] else { panic!("{found:?}") };
        assert!(context.same() && context.pieces[0].text.raw() == "Four stays. ");
        let Line::Row(changed) = &found[2] else { panic!("{found:?}") };
        let words = |side: Side| changed.side(side).map(|p| p.text.raw()).collect::<String>();
        assert_eq!((words(Side::Removed), words(Side::Added)), ("Five goes.".to_owned(), "Five went.".to_owned()));
    }

    #[test]
    fn a_passage_that_stands_elsewhere_now_is_moved_and_not_new() {
        let passage = "Dates are in the time zone of the account. ";
        let rest = "Lists every entry of the calendar. Needs no argument. Gives at most ten. ";
        let found = shown(&format!("{passage}{rest}"), &format!("{rest}{passage}"));
        let pieces = |l: &Line| match l {
            Line::Row(row) => row.pieces.clone(),
            Line::Fold(_) => vec![],
        };
        let changed: Vec<Piece> = found.iter().flat_map(pieces).filter(|p| p.side != Side::Equal).collect();
        assert!(changed.len() == 2 && changed.iter().all(|p| p.moved), "{changed:?}");
    }
}
