//! Changes since the approval, word by word, worst grade first.

use std::fmt::Write;

use super::Style;
use super::fold::{Fold, PLAIN};
use crate::report::saved::{Change, Saved, Side, Target, Words};
use crate::untrusted::{EXCERPT_CHARS, Untrusted};

/// Changes shown without `-v`.
const SHOWN: usize = 30;

pub(super) fn of(out: &mut String, run: &Saved, target: &Target, style: Style) {
    let changes: Vec<&Change> = run.changes.iter().filter(|c| c.target.as_ref() == Some(&target.id)).collect();
    if changes.is_empty() {
        return;
    }
    let noun = if changes.len() == 1 { "change" } else { "changes" };
    let title = format!("{} {noun} of {} since the approval", changes.len(), target.name.cut(60).to_terminal());
    let _ = writeln!(out, "{}", style.paint("1", &title));
    list(out, &changes, style);
    out.push('\n');
}

/// The changes of one server.
pub fn change_list(out: &mut String, changes: &[Change], style: Style) {
    list(out, &changes.iter().collect::<Vec<_>>(), style);
}

fn list(out: &mut String, changes: &[&Change], style: Style) {
    let mut order = changes.to_vec();
    order.sort_by(|a, b| b.grade.cmp(&a.grade));
    let shown = if style.verbose || style.full_text { order.len() } else { SHOWN };
    for change in order.iter().take(shown) {
        one(out, change, style);
    }
    if order.len() > shown {
        let _ = writeln!(out, "  … and {} more; show them with -v", order.len() - shown);
    }
}

fn one(out: &mut String, change: &Change, style: Style) {
    let grade = change.grade.as_ref().map_or_else(|| "--".to_owned(), |g| g.cut(4).to_terminal());
    let item = format!("{} {}", change.item.kind.word(), change.item.name.cut(60).to_terminal());
    let pointer = change.pointer.cut(120).to_terminal();
    let place = if pointer.is_empty() { item } else { format!("{item} at {pointer}") };
    style.fold(out, &format!("  {grade} "), &format!("{}: {place}", change.kind.cut(40).to_terminal()));
    if let Some(sentence) = &change.sentence {
        style.fold(out, "     ", &sentence.to_terminal());
    }
    let gutter = style.gutter();
    let whole = |out: &mut String, mark: char, color: &str, text: &Untrusted| {
        let color = if style.color { (color, "\u{1b}[0m") } else { PLAIN };
        let text = if style.full_text { text.to_terminal() } else { text.cut(EXCERPT_CHARS).to_terminal() };
        Fold::new(out, gutter, gutter, style.width).add(&format!("{mark} {text}"), color).end();
    };
    match &change.words {
        Some(parts) if !parts.is_empty() && change.kind.raw() != "item-renamed" => words(out, parts, style),
        _ => {
            if let Some(old) = &change.old {
                whole(out, '-', "\u{1b}[31m", old);
            }
            if let Some(new) = &change.new {
                whole(out, '+', "\u{1b}[32m", new);
            }
        }
    }
}

/// Both texts word by word: in colour, or with `[-…-]` and `{+…+}` around what changed.
fn words(out: &mut String, parts: &[Words], style: Style) {
    let gutter = style.gutter();
    let mut fold = Fold::new(out, gutter, gutter, style.width);
    for part in parts {
        let text = part.text.to_terminal();
        fold = match (part.side, style.color) {
            (Side::Equal, _) => fold.add(&text, PLAIN),
            (Side::Removed, true) => fold.add(&text, ("\u{1b}[31;9m", "\u{1b}[0m")),
            (Side::Added, true) => fold.add(&text, ("\u{1b}[32;1m", "\u{1b}[0m")),
            (Side::Removed, false) => fold.add(&format!("[-{text}-]"), PLAIN),
            (Side::Added, false) => fold.add(&format!("{{+{text}+}}"), PLAIN),
        };
    }
    fold.end();
}
