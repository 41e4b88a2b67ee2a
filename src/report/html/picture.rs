//! The fleet as an inline SVG: a frame per client, a box per server, an arrow where a finding of one server names an item
//! of another. The same arrows stand below it as a list, for people who do not see the drawing.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{own, plural, verdict};
use crate::report::saved::{Saved, Target};
use crate::terms::Severity;
use crate::untrusted::Untrusted;

/// Servers that are drawn.
const DRAWN: usize = 60;
/// Boxes in a row, and their measures in pixels.
const ROW: usize = 4;
const WIDTH: usize = 208;
const HEIGHT: usize = 58;
const GAP: usize = 28;
const HEAD: usize = 30;

/// From, to, and the worst finding that says so: an arrow of the drawing.
type Arrows<'a> = BTreeMap<(usize, usize), (Severity, &'a Untrusted)>;

pub(super) fn draw(out: &mut String, run: &Saved) {
    let mut clients: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, t) in run.targets.iter().enumerate().take(DRAWN) {
        clients.entry(t.client.as_ref().map_or("", |c| c.raw())).or_default().push(i);
    }
    let arrows = arrows(run);
    let mut body = String::new();
    let mut places: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let full = ROW * (WIDTH + GAP) + GAP;
    let mut top = 2;
    for (client, members) in &clients {
        let rows = members.len().div_ceil(ROW);
        let height = HEAD + rows * (HEIGHT + GAP) + GAP / 2;
        let title = if client.is_empty() { "no client".to_owned() } else { Untrusted::from(*client).cut(40).to_html() };
        let _ = writeln!(
            body,
            "<g><rect class=\"frame\" x=\"2\" y=\"{top}\" width=\"{}\" height=\"{height}\" rx=\"10\"/><text class=\"client\" x=\"18\" y=\"{}\">{title}</text></g>",
            full - 4,
            top + 22
        );
        for (n, i) in members.iter().enumerate() {
            let (x, y) = (GAP + (n % ROW) * (WIDTH + GAP), top + HEAD + 6 + (n / ROW) * (HEIGHT + GAP));
            places.insert(*i, (x, y));
            node(&mut body, run, &run.targets[*i], x, y);
        }
        top += height + 14;
    }
    for ((from, to), (severity, _)) in &arrows {
        if let (Some(a), Some(b)) = (places.get(from), places.get(to)) {
            arrow(&mut body, *a, *b, *severity);
        }
    }
    let label = format!(
        "{} of {}",
        plural(run.targets.len().min(DRAWN) as u64, "server"),
        plural(clients.len() as u64, "client")
    );
    let _ = writeln!(
        out,
        "<figure class=\"fleet\">\n<svg role=\"img\" aria-label=\"{label}, as listed below\" viewBox=\"0 0 {full} {top}\" xmlns=\"http://www.w3.org/2000/svg\">\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path class=\"tip\" d=\"M0 0L10 5L0 10z\"/></marker></defs>\n\
         {body}</svg>\n<figcaption>{label}, by the client that loads them together; an arrow leads from a server to one that its findings name.{}</figcaption>\n</figure>",
        if run.targets.len() > DRAWN {
            format!(" {} more are not drawn.", run.targets.len() - DRAWN)
        } else {
            String::new()
        }
    );
    if !arrows.is_empty() {
        out.push_str("<ul class=\"arrows\">\n");
        for ((from, to), (severity, rule)) in &arrows {
            let name = |i: usize| own(&run.targets[i].name, 60);
            let _ = writeln!(
                out,
                "<li>{} → {}: {} <code>{}</code></li>",
                name(*from),
                name(*to),
                severity.word(),
                own(rule, 80)
            );
        }
        out.push_str("</ul>\n");
    }
}

fn arrows(run: &Saved) -> Arrows<'_> {
    let index: BTreeMap<&Untrusted, usize> = run.targets.iter().enumerate().map(|(i, t)| (&t.id, i)).collect();
    let mut out = Arrows::new();
    for f in run.worst_first() {
        for r in &f.related {
            if let (Some(from), Some(to)) = (index.get(&f.target), index.get(&r.target))
                && from != to
            {
                let known = out.entry((*from, *to)).or_insert((f.severity, &f.rule));
                if f.severity > known.0 {
                    *known = (f.severity, &f.rule);
                }
            }
        }
    }
    out
}

fn node(out: &mut String, run: &Saved, t: &Target, x: usize, y: usize) {
    let (class, word) = verdict(t.verdict);
    let worst = run.worst_first().into_iter().filter(|f| f.target == t.id).map(|f| f.severity).max();
    let state = worst.map_or_else(|| word.to_owned(), |s| format!("{word}, {}", s.word()));
    let _ = writeln!(
        out,
        "<g class=\"node {class}\"><title>{}: {state}</title><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"7\"/>\
         <rect class=\"edge\" x=\"{x}\" y=\"{y}\" width=\"7\" height=\"{HEIGHT}\" rx=\"3\"/>\
         <text class=\"name\" x=\"{tx}\" y=\"{}\">{}</text><text class=\"state\" x=\"{tx}\" y=\"{}\">{state} · {}</text></g>",
        t.name.cut(80).to_html(),
        y + 24,
        fitting(&t.name),
        y + 44,
        t.snapshot.as_ref().map_or_else(|| "not seen".to_owned(), |s| plural(s.tools, "tool")),
        tx = x + 18,
    );
}

/// A name that fits into a box. What is escaped may be cut: `\u{…` is still only letters.
fn fitting(name: &Untrusted) -> String {
    Untrusted::from(name.to_visible()).cut(21).to_html()
}

fn arrow(out: &mut String, a: (usize, usize), b: (usize, usize), severity: Severity) {
    let centre = |(x, y): (usize, usize)| ((x + WIDTH / 2) as i64, (y + HEIGHT / 2) as i64);
    let ((ax, ay), (bx, by)) = (centre(a), centre(b));
    let (half_w, half_h) = (WIDTH as i64 / 2, HEIGHT as i64 / 2);
    // from side to side in one row, else from edge to edge
    let (from, to, bend) = if ay == by {
        let way = if bx > ax { 1 } else { -1 };
        let near = (bx - ax).abs() <= (WIDTH + GAP) as i64;
        if near {
            let shift = 8 * way;
            ((ax + half_w * way, ay + shift), (bx - half_w * way, by + shift), (0, 0))
        } else {
            // over the boxes between them
            ((ax + 20 * way, ay + half_h), (bx - 20 * way, by + half_h), (0, 26))
        }
    } else {
        let way = if by > ay { 1 } else { -1 };
        ((ax + 14 * way, ay + half_h * way), (bx + 14 * way, by - half_h * way), (10 * way, 0))
    };
    let (cx, cy) = ((from.0 + to.0) / 2 + bend.0, (from.1 + to.1) / 2 + bend.1);
    let _ = writeln!(
        out,
        "<path class=\"arrow {}\" d=\"M{} {}Q{cx} {cy} {} {}\" marker-end=\"url(#tip)\"/>",
        severity.word(),
        from.0,
        from.1,
        to.0,
        to.1
    );
}
