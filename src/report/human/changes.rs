//! The differences for people, worst grade first: what changed, what it means, why it has its grade, and then the words,
//! in one column or, where there is room, in two.
//!
//! Every line that shows server text begins with a gutter of ours.

use super::Style;
use super::columns;
use super::fold::{Fold, PLAIN};
use crate::diff::{Change, ChangeKind, Side, Told, Work, reordered};
use crate::finding::Finding;
use crate::report::reasons::reasons;
use crate::report::shown::physical;
use crate::report::whole::fields;
use crate::report::words::{Line, Piece, Row, lines, parts};
use crate::untrusted::{Untrusted, is_plain};

/// Changes that are shown unless all are asked for.
const MOST: usize = 30;

/// A word with what stands before and after it on a terminal.
pub(super) type Painted = (String, (&'static str, &'static str));

/// The changes of one server, worst grade first. `findings` are those of the same server; they say why.
pub fn change_list(out: &mut String, changes: &[Change], findings: &[Finding], style: Style) {
    let mut order: Vec<&Change> = changes.iter().collect();
    order.sort_by(|a, b| b.grade.cmp(&a.grade).then_with(|| a.cmp(b)));
    let shown = if style.verbose || style.full_text { order.len() } else { MOST };
    let (told, mut work) = (Told::of(changes), Work::default());
    for change in order.iter().take(shown) {
        let grade = change.grade.map_or("--", |g| g.word());
        let item = format!("{} {}", change.item.kind.word(), change.item.name.cut(60).to_terminal());
        let pointer = change.pointer.to_untrusted().cut(120).to_terminal();
        let place = if pointer.is_empty() { item } else { format!("{item} at {pointer}") };
        style.fold(out, &format!("  {grade} "), &format!("{}: {place}", change.kind.word()));
        if let Some(sentence) = told.sentence(change) {
            style.fold(out, "     ", &sentence.to_terminal());
        }
        for reason in reasons(change, findings).take(3) {
            style.fold(out, "     ", &format!("{} ({})", reason.message.to_terminal(), reason.rule));
        }
        match (&change.old, &change.new) {
            (Some(old), Some(new)) if change.kind != ChangeKind::ItemRenamed && !reordered(old, new) => {
                let all = lines(parts(old, new, true, &mut work), style.full_text);
                show(out, &all, style);
            }
            (old, new) => {
                old.iter().for_each(|t| whole(out, '-', Side::Removed, t, style));
                new.iter().for_each(|t| whole(out, '+', Side::Added, t, style));
            }
        }
    }
    if order.len() > shown {
        style.fold(out, "  ", &format!("… and {} more; show them with -v", order.len() - shown));
    }
}

fn show(out: &mut String, all: &[Line], style: Style) {
    let moved = all.iter().any(|l| matches!(l, Line::Row(row) if row.pieces.iter().any(|p| p.moved)));
    if moved {
        style.fold(out, "     ", "a passage moved: it stands elsewhere now, word for word");
    }
    for line in all {
        match line {
            Line::Fold(count) => {
                let noun = if *count == 1 { "line" } else { "lines" };
                style.fold(out, style.gutter(), &format!("… {count} unchanged {noun}"));
            }
            Line::Row(row) if style.columns => columns::row(out, row, style),
            Line::Row(row) => unified(out, row, style),
        }
    }
}

/// Both texts of a row in one column.
fn unified(out: &mut String, row: &Row, style: Style) {
    let only = row.only().map(|side| if side == Side::Removed { '-' } else { '+' });
    let mark = only.unwrap_or(if row.same() { ' ' } else { '~' });
    let (start, next) = (format!("{}{mark} ", style.gutter()), format!("{}  ", style.gutter()));
    let marks = only.is_none() && !style.color;
    for line in painted(row, row.pieces.iter(), marks, style) {
        let mut fold = Fold::new(out, &start, &next, style.width);
        for (text, color) in &line {
            fold = fold.add(text, *color);
        }
        fold.end();
    }
}

/// Pieces as painted lines.
pub(super) fn painted<'p>(
    row: &Row,
    pieces: impl Iterator<Item = &'p Piece>,
    marks: bool,
    style: Style,
) -> Vec<Vec<Painted>> {
    let line = |pieces: Vec<Piece>| {
        let mut out = Vec::new();
        pieces.iter().for_each(|p| paint(p.text.raw(), p, marks, style, &mut out));
        out
    };
    physical(row, pieces).into_iter().map(line).collect()
}

fn paint(text: &str, piece: &Piece, marks: bool, style: Style, out: &mut Vec<Painted>) {
    let (open, close) = match (piece.side, piece.moved) {
        (Side::Equal, _) => ("", ""),
        (Side::Removed, false) => ("[-", "-]"),
        (Side::Added, false) => ("{+", "+}"),
        (Side::Removed, true) => ("[<", "<]"),
        (Side::Added, true) => ("{>", ">}"),
    };
    if text.is_empty() {
        return;
    }
    if marks {
        out.push((format!("{open}{}{close}", Untrusted::from(text).to_terminal()), PLAIN));
        return;
    }
    if !style.color {
        out.push((Untrusted::from(text).to_terminal(), PLAIN));
        return;
    }
    let color = match (piece.side, piece.moved) {
        (Side::Equal, _) => "",
        (_, true) => "\u{1b}[36m",
        (Side::Removed, false) => "\u{1b}[31;9m",
        (Side::Added, false) => "\u{1b}[32;1m",
    };
    // what has no shape of its own stands out from letters that only spell such a label
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let seen = |c: char| is_plain(c) || matches!(c, '\n' | '\t');
        let end = rest.find(|c: char| seen(c) != seen(first)).unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end);
        let code = if seen(first) { color } else { "\u{1b}[7m" };
        out.push((Untrusted::from(run).to_terminal(), if code.is_empty() { PLAIN } else { (code, "\u{1b}[0m") }));
        rest = tail;
    }
}

/// An item that came or went, field by field.
fn whole(out: &mut String, mark: char, side: Side, text: &Untrusted, style: Style) {
    let (start, next) = (format!("{}{mark} ", style.gutter()), format!("{}{mark}   ", style.gutter()));
    let item = fields(text, style.full_text);
    for field in &item.fields {
        let place = field.place.to_terminal();
        for (i, line) in field.lines.iter().enumerate() {
            let mut words = Vec::new();
            paint(line.raw(), &Piece::new(side, line.clone()), false, style, &mut words);
            let first = i == 0 && !place.is_empty();
            let mut fold = Fold::new(out, if i == 0 { &start } else { &next }, &next, style.width);
            if first {
                fold = fold.add(&format!("{place}: "), PLAIN);
            }
            for (text, color) in &words {
                fold = fold.add(text, *color);
            }
            fold.end();
        }
    }
    if item.more > 0 {
        style.fold(out, &start, &format!("… and {} more fields; --full-text shows them all", item.more));
    }
}
