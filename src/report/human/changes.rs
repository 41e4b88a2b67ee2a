//! The differences for people, worst grade first: what changed, what it means, why it has its grade, and then the words,
//! in one column or, where there is room, in two.
//!
//! Every line that shows server text begins with a gutter of ours.

use std::fmt::Write;

use super::Style;
use super::columns;
use super::fold::{Fold, PLAIN};
use crate::diff::Side;
use crate::report::saved::{self, Saved, Target};
use crate::report::shown::{Body, Shown, physical};
use crate::report::whole::Whole;
use crate::report::words::{Line, Piece, Row};
use crate::untrusted::{Untrusted, is_plain};

/// Reasons that are shown of one change.
const REASONS: usize = 3;

/// Changes that are shown unless all are asked for.
const MOST: usize = 30;

/// A word with what stands before and after it on a terminal.
pub(super) type Painted = (String, (&'static str, &'static str));

/// The changes of one server of a run.
pub(super) fn of(out: &mut String, run: &Saved, target: &Target, style: Style) {
    let mut changes: Vec<&saved::Change> =
        run.changes.iter().filter(|c| c.target.as_ref() == Some(&target.id)).collect();
    if changes.is_empty() {
        return;
    }
    changes.sort_by(|a, b| b.grade.cmp(&a.grade));
    let noun = if changes.len() == 1 { "change" } else { "changes" };
    let title = format!("{} {noun} of {} since the approval", changes.len(), target.name.cut(60).to_terminal());
    let _ = writeln!(out, "{}", style.paint("1", &title));
    let shown: Vec<Shown> = changes.into_iter().map(Shown::saved).collect();
    change_list(out, &shown, style);
    out.push('\n');
}

/// The changes of one server, worst grade first.
pub fn change_list(out: &mut String, changes: &[Shown], style: Style) {
    let most = if style.verbose || style.full_text { changes.len() } else { MOST };
    for change in changes.iter().take(most) {
        let grade = change.grade.as_ref().map_or_else(|| "--".to_owned(), |g| g.cut(4).to_terminal());
        let item = format!("{} {}", change.item, change.name.cut(60).to_terminal());
        let pointer = change.pointer.cut(120).to_terminal();
        let place = if pointer.is_empty() { item } else { format!("{item} at {pointer}") };
        style.fold(out, &format!("  {grade} "), &format!("{}: {place}", change.kind.cut(40).to_terminal()));
        for said in change.sentence.iter().chain(change.why.iter().take(REASONS)) {
            style.fold(out, "     ", &said.cut(600).to_terminal());
        }
        match &change.body {
            Body::Words(lines) => show(out, lines, style),
            Body::Whole { old, new } => {
                old.iter().for_each(|w| whole(out, '-', Side::Removed, w, style));
                new.iter().for_each(|w| whole(out, '+', Side::Added, w, style));
            }
        }
    }
    if changes.len() > most {
        style.fold(out, "  ", &format!("… and {} more; show them with -v", changes.len() - most));
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
        out.push((format!("{open}{}{close}", Untrusted::said(text).to_terminal()), PLAIN));
        return;
    }
    if !style.color {
        out.push((Untrusted::said(text).to_terminal(), PLAIN));
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
        out.push((Untrusted::said(run).to_terminal(), if code.is_empty() { PLAIN } else { (code, "\u{1b}[0m") }));
        rest = tail;
    }
}

/// An item that came or went, field by field.
fn whole(out: &mut String, mark: char, side: Side, item: &Whole, style: Style) {
    let (start, next) = (format!("{}{mark} ", style.gutter()), format!("{}{mark}   ", style.gutter()));
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
