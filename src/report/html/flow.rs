//! One toxic flow as an inline SVG: a box per step with its tool and server, arrows from where words come in to where harm
//! is done, and the cheapest cut below. The steps stand in a list as well, for people who do not see the drawing.

use std::fmt::Write;

use super::own;
use crate::report::saved::{Finding, Saved};
use crate::untrusted::Untrusted;

/// Steps that are drawn, and measures in pixels.
const DRAWN: usize = 6;
const WIDTH: usize = 212;
const HEIGHT: usize = 78;
const GAP: usize = 44;

pub(super) fn draw(out: &mut String, run: &Saved, f: &Finding) {
    let Some(flow) = &f.flow else { return };
    let steps = &flow.steps[..flow.steps.len().min(DRAWN)];
    let mut body = String::new();
    for (i, step) in steps.iter().enumerate() {
        let x = 4 + i * (WIDTH + GAP);
        let last = if i + 1 == steps.len() { " sink" } else { "" };
        let _ = writeln!(
            body,
            "<g class=\"node step{last}\"><rect x=\"{x}\" y=\"4\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"7\"/>\
             <text class=\"name\" x=\"{tx}\" y=\"28\">{}</text><text class=\"state\" x=\"{tx}\" y=\"48\">of {}</text><text class=\"state\" x=\"{tx}\" y=\"68\">{}</text></g>",
            fitting(&step.item.name, 22),
            fitting(run.name(&step.target), 24),
            own(&step.phrase, 40),
            tx = x + 14,
        );
        if i > 0 {
            let (from, to, y) = (x - GAP + 6, x - 8, 4 + HEIGHT / 2);
            let _ = writeln!(
                body,
                "<path class=\"arrow {}\" d=\"M{from} {y}H{to}\"/><path class=\"tip\" d=\"M{to} {}L{} {y}L{to} {}z\"/>",
                f.severity.word(),
                y - 5,
                to + 7,
                y + 5
            );
        }
    }
    let full = 8 + steps.len() * WIDTH + (steps.len().saturating_sub(1)) * GAP;
    let _ = writeln!(
        out,
        "<figure class=\"flow\">\n<svg role=\"img\" aria-label=\"the flow, as listed below\" viewBox=\"0 0 {full} {}\" xmlns=\"http://www.w3.org/2000/svg\">\n{body}</svg>\n<ul>",
        HEIGHT + 8
    );
    for step in &flow.steps {
        let (item, server) = (own(&step.item.name, 80), own(run.name(&step.target), 80));
        let _ = writeln!(
            out,
            "<li><code>{item}</code> of <span class=\"server\">{server}</span> {}</li>",
            own(&step.phrase, 80)
        );
    }
    let _ = writeln!(out, "</ul>\n<figcaption>{}</figcaption>\n</figure>", own(&flow.cut, 400));
}

/// A name that fits into a box. What is escaped may be cut: `\u{…` is still only letters.
fn fitting(name: &Untrusted, letters: usize) -> String {
    Untrusted::from(name.to_visible()).cut(letters).to_html()
}
