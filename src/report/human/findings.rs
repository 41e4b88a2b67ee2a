//! The findings part: severity, rule and place on one line, then the words that were seen with a marker below them.

use std::collections::BTreeSet;
use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::Style;
use super::fold::{Fold, PLAIN, clip};
use super::link;
use crate::report::saved::{Evidence, Finding, Saved};
use crate::rule::RuleSet;
use crate::terms::{Class, Severity};
use crate::untrusted::Untrusted;

/// Ends a colour.
const RESET: &str = "\u{1b}[0m";

/// Evidence shown for one finding.
const EVIDENCE: usize = 2;

pub(super) fn write(out: &mut String, run: &Saved, rules: &RuleSet, style: Style) {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for finding in &run.findings {
        if finding.suppressed.is_some() && !style.suppressed {
            continue;
        }
        one(out, run, rules, finding, style);
        if finding.class == Class::Integrity && told.insert(finding.rule.raw()) {
            look_alike(out, rules, finding, style);
        }
        out.push('\n');
    }
}

/// What is honest and looks like it, so that a reader can tell: once for each rule.
fn look_alike(out: &mut String, rules: &RuleSet, f: &Finding, style: Style) {
    let said =
        rules.get(f.rule.raw()).map(|rule| rule.file.false_positives.split_whitespace().collect::<Vec<_>>().join(" "));
    let first = said.as_deref().and_then(|said| said.split_inclusive(". ").next()).unwrap_or_default().trim_end();
    if !first.is_empty() {
        style.fold(out, "  looks like it and is not: ", &Untrusted::from(first).cut(240).to_terminal());
    }
}

fn one(out: &mut String, run: &Saved, rules: &RuleSet, f: &Finding, style: Style) {
    let color = match f.severity {
        Severity::Critical => "\u{1b}[1;31m",
        Severity::High => "\u{1b}[31m",
        Severity::Medium => "\u{1b}[33m",
        _ => "\u{1b}[36m",
    };
    let gate = if f.gate { "" } else { ", does not gate" };
    let set_aside = if f.suppressed.is_some() { ", suppressed" } else { "" };
    let (color, bold) = if style.color { ((color, RESET), ("\u{1b}[1m", RESET)) } else { (PLAIN, PLAIN) };
    let (start, end) = link::rule(rules, &f.rule).filter(|_| style.links).unwrap_or_default();
    let (start, end) = (format!("{start}{}", bold.0), format!("{}{end}", bold.1));
    Fold::new(out, "", "  ", style.width)
        .add(&format!("{} ", f.severity.word()), color)
        .add(&f.rule.cut(80).to_terminal(), (&start, &end))
        .add(&format!(" ({} confidence{gate}{set_aside})", f.confidence.word()), PLAIN)
        .end();
    let server = run.name(&f.target).cut(60).to_terminal();
    style.fold(out, "  ", &format!("{server}: {}", f.message.to_terminal()));
    if !f.pointer.raw().is_empty() {
        style.fold(out, "  at ", &f.pointer.cut(160).to_terminal());
    }
    for evidence in f.evidence.iter().take(EVIDENCE) {
        words(out, evidence, style);
    }
    if let Some(flow) = &f.flow {
        for (i, step) in flow.steps.iter().enumerate() {
            let item = step.item.name.cut(60).to_terminal();
            let server = run.name(&step.target).cut(60).to_terminal();
            style.fold(
                out,
                &format!("  {} ", i + 1),
                &format!("{item} of {server} {}", step.phrase.cut(80).to_terminal()),
            );
        }
    }
    for related in f.related.iter().take(if f.flow.is_some() { 0 } else { 3 }) {
        let (item, other) = (related.item.name.cut(60).to_terminal(), run.name(&related.target).cut(60).to_terminal());
        style.fold(out, "  see also ", &format!("{} {item} of {other}", related.item.kind.word()));
    }
    if let Some(reason) = &f.suppressed {
        let who = f
            .suppression
            .as_ref()
            .map(|s| format!("{} until {}: ", s.owner.cut(60).to_terminal(), s.expires.cut(20).to_terminal()));
        style.fold(out, "  suppressed by ", &format!("{}{}", who.unwrap_or_default(), reason.to_terminal()));
    }
}

/// The words, a marker below the ones that matter, and why they do.
fn words(out: &mut String, e: &Evidence, style: Style) {
    let Some((before, hit, after)) = e.parts() else { return };
    let gutter = style.gutter();
    // a hit that does not fit on one line fills lines of its own
    let room = style.width.saturating_sub(gutter.width()).clamp(16, 160);
    let whole = Untrusted::said(hit).cut(if style.full_text { usize::MAX } else { 160 }).to_terminal();
    if whole.width() > room {
        let red = if style.color { ("\u{1b}[31m", RESET) } else { PLAIN };
        Fold::new(out, gutter, gutter, style.width.min(164)).add(whole.trim_start(), red).end();
    } else {
        let left = (room - whole.width()).min(room / 4);
        let before = tail(&Untrusted::said(before).to_terminal(), left, style);
        let after = head(&Untrusted::said(after).to_terminal(), room - before.width() - whole.width(), style);
        let _ = writeln!(out, "{gutter}{}", format!("{before}{whole}{after}").trim_end());
        let marker = if style.unicode { "▔" } else { "^" };
        let _ = writeln!(
            out,
            "{gutter}{}{}",
            " ".repeat(before.width()),
            style.paint("31", &marker.repeat(whole.width().max(1)))
        );
    }
    if !e.why.raw().is_empty() {
        let view = if e.view.raw() == "raw" {
            String::new()
        } else {
            format!(", in the {} view", e.view.cut(20).to_terminal())
        };
        style.fold(out, &format!("{gutter}seen: "), &format!("{}{view}", e.why.to_terminal()));
    }
}

/// What says that words are missing.
fn dots(style: Style) -> &'static str {
    if style.unicode { "…" } else { "..." }
}

/// The start of a text, as wide as it may be.
fn head(text: &str, width: usize, style: Style) -> String {
    match width.checked_sub(dots(style).width()) {
        _ if text.width() <= width => text.to_owned(),
        Some(room) => format!("{}{}", clip(text, room), dots(style)),
        None => String::new(),
    }
}

/// Its end.
fn tail(text: &str, width: usize, style: Style) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let Some(room) = width.checked_sub(dots(style).width()) else { return String::new() };
    let mut rest = text;
    while rest.width() > room {
        let next = rest.chars().next().map_or(rest.len(), char::len_utf8);
        rest = &rest[next..];
    }
    format!("{}{rest}", dots(style))
}
