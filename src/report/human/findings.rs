//! The findings part: severity, rule and place on one line, then the words that were seen with a marker below them.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::Style;
use crate::finding::{Evidence, Finding, View};
use crate::policy::Run;
use crate::terms::Severity;
use crate::untrusted::Untrusted;

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
        Severity::Critical => "1;31",
        Severity::High => "31",
        Severity::Medium => "33",
        _ => "36",
    };
    let gate = if f.gate { "" } else { ", does not gate" };
    let set_aside = if f.suppressed.is_some() { ", suppressed" } else { "" };
    let head = style.paint(color, f.severity.word());
    let _ = writeln!(
        out,
        "{head} {} ({} confidence{gate}{set_aside})",
        style.paint("1", f.rule.as_str()),
        f.confidence.word()
    );
    let server = f.server.cut(60).to_terminal();
    let _ = writeln!(out, "  {server}: {}", f.message.to_terminal());
    let pointer = f.pointer.to_untrusted();
    if !pointer.raw().is_empty() {
        let _ = writeln!(out, "  at {}", pointer.cut(160).to_terminal());
    }
    for evidence in f.evidence.iter().take(EVIDENCE) {
        words(out, evidence, style);
    }
    for related in f.related.iter().take(3) {
        let item = related.item.name.cut(60).to_terminal();
        let _ = writeln!(out, "  see also {} {item} of {}", related.item.kind.word(), related.target);
    }
    if let Some(reason) = &f.suppressed {
        let _ = writeln!(out, "  suppressed: {}", Untrusted::from(reason.as_str()).to_terminal());
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
    let room = style.width.saturating_sub(8).clamp(30, 160);
    let before: String = before.chars().rev().take(room / 4).collect::<Vec<_>>().into_iter().rev().collect();
    let shown_before = Untrusted::from(before).to_terminal();
    let whole = Untrusted::from(hit).cut(if style.full_text { usize::MAX } else { 160 }).to_terminal();
    let used = shown_before.width() + whole.width();
    let after: String = after.chars().take(room.saturating_sub(used)).collect();
    let line = format!("{shown_before}{whole}{}", Untrusted::from(after).to_terminal());
    // a long hit fills lines of its own, without a marker
    if whole.width() > room {
        for part in split(&whole, room) {
            let _ = writeln!(out, "{gutter}{}", style.paint("31", &part));
        }
    } else {
        let _ = writeln!(out, "{gutter}{}", clip(&line, room + room / 4));
        let marker = if style.unicode { "▔" } else { "^" };
        let _ = writeln!(
            out,
            "{gutter}{}{}",
            " ".repeat(shown_before.width()),
            style.paint("31", &marker.repeat(whole.width().max(1)))
        );
    }
    if !e.why.is_empty() {
        let view = if e.view == View::Raw { String::new() } else { format!(", in the {} view", e.view.word()) };
        let _ = writeln!(out, "{gutter}seen: {}{view}", Untrusted::from(e.why.as_str()).to_terminal());
    }
}

fn split(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let last = lines.len() - 1;
        if lines[last].width() + word.width() > room && !lines[last].is_empty() {
            lines.push(word.to_owned());
        } else {
            lines[last].push_str(word);
        }
    }
    lines.into_iter().take(8).collect()
}

fn clip(text: &str, most: usize) -> String {
    Untrusted::from(text).cut(most).raw().to_owned()
}
