//! Differences in HTML: what changed, what it means, why it has its grade, and the words in two columns.

use std::fmt::Write;

use super::parts::{MOST, more};
use super::{head, own, plural};
use crate::diff::Side;
use crate::report::shown::{Body, Shown, meaning, physical};
use crate::report::whole::Whole;
use crate::report::words::{Line, Piece, Row};
use crate::untrusted::Untrusted;

/// The differences of servers, without a run. `titles` are what was compared.
pub fn write(servers: &[(Untrusted, Vec<Shown>)], titles: (&Untrusted, &Untrusted)) -> String {
    let count: usize = servers.iter().map(|(_, s)| s.len()).sum();
    let worst = servers.iter().flat_map(|(_, s)| s).filter_map(|s| s.grade.as_ref()).max();
    let tone = match worst.map(|g| g.raw()) {
        None => "clean",
        Some("D0" | "D1" | "D2" | "D3") => "partial",
        Some(_) => "bad",
    };
    let mut out = head("differences", "");
    let said = worst.map(|g| format!(", worst grade {}{}", own(g, 4), meaning(g.raw()))).unwrap_or_default();
    let _ = writeln!(
        out,
        "<header class=\"banner {tone}\">\n<p class=\"tool\">mcp-assay</p>\n<h1>{}{said}</h1>\n<p>from <code>{}</code> to <code>{}</code></p>\n</header>\n<main>",
        if count == 0 { "No differences".to_owned() } else { plural(count as u64, "change") },
        own(titles.0, 120),
        own(titles.1, 120)
    );
    for (server, shown) in servers.iter().filter(|(_, s)| !s.is_empty()) {
        let title = plural(shown.len() as u64, "change");
        let _ = writeln!(out, "<section>\n<h2>{title} of {}</h2>", own(server, 80));
        shown.iter().take(MOST).for_each(|s| one(&mut out, s));
        more(&mut out, shown.len(), "changes");
        out.push_str("</section>\n");
    }
    let _ = writeln!(out, "</main>\n<footer><p>mcp-assay {}</p></footer>\n</body>\n</html>", env!("CARGO_PKG_VERSION"));
    out
}

/// One difference.
pub(super) fn one(out: &mut String, s: &Shown) {
    let grade =
        s.grade.as_ref().map_or_else(|| "not graded".to_owned(), |g| format!("{}{}", own(g, 4), meaning(g.raw())));
    let place =
        if s.pointer.raw().is_empty() { String::new() } else { format!(" at <code>{}</code>", own(&s.pointer, 200)) };
    let _ = writeln!(
        out,
        "<div class=\"change\">\n<p><span class=\"grade\">{grade}</span> {}: {} <code>{}</code>{place}</p>",
        own(&s.kind, 40),
        s.item,
        own(&s.name, 80),
    );
    for said in s.sentence.iter().chain(&s.why) {
        let _ = writeln!(out, "<p>{}</p>", own(said, 400));
    }
    out.push_str("<div class=\"words\">\n");
    match &s.body {
        Body::Words(lines) => lines.iter().for_each(|l| line(out, l)),
        Body::Whole { old, new } => {
            old.iter().for_each(|w| whole(out, Side::Removed, w));
            new.iter().for_each(|w| whole(out, Side::Added, w));
        }
    }
    out.push_str("</div>\n</div>\n");
}

fn line(out: &mut String, line: &Line) {
    match line {
        Line::Fold(count) => {
            let _ = writeln!(out, "<p class=\"rest\">… {}</p>", plural(*count as u64, "unchanged line"));
        }
        Line::Row(row) if row.same() => lines(out, row, Side::Added),
        Line::Row(row) => {
            out.push_str("<div class=\"pair\">\n<div>");
            lines(out, row, Side::Removed);
            out.push_str("</div>\n<div>");
            lines(out, row, Side::Added);
            out.push_str("</div>\n</div>\n");
        }
    }
}

fn lines(out: &mut String, row: &Row, side: Side) {
    for pieces in physical(row, row.side(side)) {
        let text: String = pieces.iter().map(piece).collect();
        let _ = writeln!(out, "<p><bdi>{text}</bdi></p>");
    }
}

fn piece(p: &Piece) -> String {
    let text = p.text.to_html();
    let said = if p.moved { "moved" } else { p.side.word() };
    let say = format!("<span class=\"say\">{said}: </span>");
    let marked = match p.side {
        Side::Equal => return text,
        Side::Removed => format!("<del>{say}{text}</del>"),
        Side::Added => format!("<ins>{say}{text}</ins>"),
    };
    if p.moved { format!("<span class=\"moved\">{marked}</span>") } else { marked }
}

fn whole(out: &mut String, side: Side, item: &Whole) {
    for field in &item.fields {
        let place = if field.place.raw().is_empty() {
            String::new()
        } else {
            format!("<span class=\"field\">{}</span>", own(&field.place, 200))
        };
        let lines: Vec<String> = field.lines.iter().map(|l| piece(&Piece::new(side, l.clone()))).collect();
        let _ = writeln!(out, "<p>{place}<bdi>{}</bdi></p>", lines.join("\n"));
    }
    if item.more > 0 {
        let _ = writeln!(out, "<p class=\"rest\">… {}</p>", plural(item.more as u64, "more field"));
    }
}
