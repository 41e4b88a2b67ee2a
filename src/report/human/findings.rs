//! The findings part: severity, rule and place on one line, then the words that were seen with a marker below them.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::Style;
use super::fold::{Fold, PLAIN, clip};
use crate::finding::{Evidence, Finding, View};
use crate::policy::Run;
use crate::terms::Severity;
use crate::untrusted::Untrusted;

/// Ends a colour.
const RESET: &str = "\u{1b}[0m";

/// Evidence shown for one finding.
const EVIDENCE: usize = 2;

pub(super) fn write(out: &mut String, run: &Run, style: Style) {
    for finding in &run.findings {
        if finding.suppressed.is_some() && !style.suppressed {
            continue;
        }
        one(out, finding, style);
    }
}

fn one(out: &mut String, f: &Finding, style: Style) {
    let color = match f.severity {
        Severity::Critical => "\u{1b}[1;31m",
        Severity::High => "\u{1b}[31m",
        Severity::Medium => "\u{1b}[33m",
        _ => "\u{1b}[36m",
    };
    let gate = if f.gate { "" } else { ", does not gate" };
    let set_aside = if f.suppressed.is_some() { ", suppressed" } else { "" };
    let (color, bold) = if style.color { ((color, RESET), ("\u{1b}[1m", RESET)) } else { (PLAIN, PLAIN) };
    Fold::new(out, "", "  ", style.width)
        .add(&format!("{} ", f.severity.word()), color)
        .add(&format!("{} ", f.rule), bold)
        .add(&format!("({} confidence{gate}{set_aside})", f.confidence.word()), PLAIN)
        .end();
    let server = f.server.cut(60).to_terminal();
    style.fold(out, "  ", &format!("{server}: {}", f.message.to_terminal()));
    let pointer = f.pointer.to_untrusted();
    if !pointer.raw().is_empty() {
        style.fold(out, "  at ", &pointer.cut(160).to_terminal());
    }
    for evidence in f.evidence.iter().take(EVIDENCE) {
        words(out, evidence, style);
    }
    for related in f.related.iter().take(3) {
        let item = related.item.name.cut(60).to_terminal();
        style.fold(out, "  see also ", &format!("{} {item} of {}", related.item.kind.word(), related.target));
    }
    if let Some(reason) = &f.suppressed {
        style.fold(out, "  suppressed: ", &Untrusted::from(reason.as_str()).to_terminal());
    }
    out.push('\n');
}

/// The words, a marker below the ones that matter, and why they do.
fn words(out: &mut String, e: &Evidence, style: Style) {
    let text = e.text.raw();
    let (Some(before), Some(hit), Some(after)) = (text.get(..e.start), text.get(e.start..e.end), text.get(e.end..))
    else {
        return;
    };
    if text.is_empty() {
        return;
    }
    let gutter = style.gutter();
    // a hit that does not fit on one line fills lines of its own
    let room = style.width.saturating_sub(gutter.width()).clamp(16, 160);
    let whole = Untrusted::from(hit).cut(if style.full_text { usize::MAX } else { 160 }).to_terminal();
    if whole.width() > room {
        let red = if style.color { ("\u{1b}[31m", RESET) } else { PLAIN };
        Fold::new(out, gutter, gutter, style.width.min(164)).add(&whole, red).end();
    } else {
        let left = (room - whole.width()).min(room / 4);
        let before = before.chars().rev().take(left).collect::<Vec<_>>().into_iter().rev().collect::<String>();
        let mut before = Untrusted::from(before).to_terminal();
        while before.width() > left {
            // escaped characters are longer; what is cut off first is farthest from the hit
            before.remove(0);
        }
        let after = Untrusted::from(after.chars().take(room).collect::<String>()).to_terminal();
        let after = clip(&after, room - before.width() - whole.width());
        let _ = writeln!(out, "{gutter}{}", format!("{before}{whole}{after}").trim_end());
        let marker = if style.unicode { "▔" } else { "^" };
        let _ = writeln!(
            out,
            "{gutter}{}{}",
            " ".repeat(before.width()),
            style.paint("31", &marker.repeat(whole.width().max(1)))
        );
    }
    if !e.why.is_empty() {
        let view = if e.view == View::Raw { String::new() } else { format!(", in the {} view", e.view.word()) };
        let why = Untrusted::from(e.why.as_str()).to_terminal();
        style.fold(out, &format!("{gutter}seen: "), &format!("{why}{view}"));
    }
}
