//! Differences in Markdown: a fenced block of kind `diff` for each, with the words that changed marked as in a word diff.

use std::fmt::Write;

use super::{MOST, REST, list, name};
use crate::diff::Side;
use crate::report::shown::{Body, Shown, meaning, physical};
use crate::report::whole::Whole;
use crate::report::words::{Line, Piece, Row};
use crate::untrusted::{Untrusted, fence};

/// Lines one difference may have.
const LINES: usize = 120;

/// The differences of servers, without a run.
pub fn write(servers: &[(Untrusted, Vec<Shown>)]) -> String {
    let mut out = String::from("<!-- mcp-assay -->\n## mcp-assay: differences\n\n");
    let count: usize = servers.iter().map(|(_, s)| s.len()).sum();
    if count == 0 {
        out.push_str("No differences.\n");
        return out;
    }
    for (server, shown) in servers.iter().filter(|(_, s)| !s.is_empty()) {
        let worst = shown.iter().filter_map(|s| s.grade.as_ref()).max();
        let worst = worst.map(|g| format!(", worst grade {}{}", g.cut(4).to_markdown(), meaning(g.raw())));
        let noun = if shown.len() == 1 { "change" } else { "changes" };
        let _ = writeln!(out, "**{} {noun} of {}**{}\n", shown.len(), name(server), worst.unwrap_or_default());
        let rows = shown.iter().map(|s| one(s, None)).collect();
        list(&mut out, "", "", rows, MOST - REST / 2);
    }
    out
}

/// One difference.
pub(super) fn one(s: &Shown, server: Option<&Untrusted>) -> String {
    let grade = s.grade.as_ref().map_or_else(|| "--".to_owned(), |g| g.cut(4).to_markdown());
    let server = server.map(|t| format!(" of {}", name(t))).unwrap_or_default();
    let mut lines =
        vec![format!("@@ {} {} {}", s.kind.cut(40).to_terminal(), s.item, s.pointer.cut(120).to_terminal())];
    lines.extend(s.sentence.iter().chain(&s.why).map(|t| format!("@@ {}", t.cut(300).to_terminal())));
    match &s.body {
        Body::Words(words) => words.iter().for_each(|l| line(l, &mut lines)),
        Body::Whole { old, new } => {
            old.iter().for_each(|w| whole('-', w, &mut lines));
            new.iter().for_each(|w| whole('+', w, &mut lines));
        }
    }
    if lines.len() > LINES {
        let more = lines.len() - LINES;
        lines.truncate(LINES);
        lines.push(format!("@@ {more} more lines"));
    }
    format!("{grade} {} {}{server}\n\n{}\n", s.item, name(&s.name), fence("diff", &lines))
}

fn line(line: &Line, out: &mut Vec<String>) {
    match line {
        Line::Fold(1) => out.push("@@ 1 unchanged line".to_owned()),
        Line::Fold(count) => out.push(format!("@@ {count} unchanged lines")),
        Line::Row(row) if row.same() => {
            out.extend(texts(row, Side::Added, false).into_iter().map(|t| format!("  {t}")));
        }
        Line::Row(row) => {
            let marks = row.pieces.iter().any(|p| p.side == Side::Equal);
            for (mark, side) in [('-', Side::Removed), ('+', Side::Added)] {
                if row.side(side).next().is_some() {
                    out.extend(texts(row, side, marks).into_iter().map(|t| format!("{mark} {t}")));
                }
            }
        }
    }
}

/// The lines of one side of a row.
fn texts(row: &Row, side: Side, marks: bool) -> Vec<String> {
    let text = |p: &Piece| {
        let text = p.text.cut(1_000).to_terminal();
        match (p.side, marks, p.moved) {
            (Side::Equal, ..) => text,
            (_, _, true) => format!("{text} (moved)"),
            (Side::Removed, true, _) => format!("[-{text}-]"),
            (Side::Added, true, _) => format!("{{+{text}+}}"),
            (_, false, _) => text,
        }
    };
    physical(row, row.side(side)).iter().map(|line| line.iter().map(text).collect()).collect()
}

fn whole(mark: char, item: &Whole, out: &mut Vec<String>) {
    for field in &item.fields {
        for (i, line) in field.lines.iter().enumerate() {
            let place = field.place.cut(120).to_terminal();
            let place = if i == 0 && !place.is_empty() { format!("{place}: ") } else { String::new() };
            out.push(format!("{mark} {place}{}", line.cut(1_000).to_terminal()));
        }
    }
    if item.more > 0 {
        out.push(format!("@@ {} more fields", item.more));
    }
}
