//! The report for people: what was looked at, what was found, what was not looked at, what to do next, in that order.
//!
//! Every line that shows server text begins with words or a gutter of ours, so that nothing a server says starts a line.

mod findings;

use std::fmt::Write;

use comfy_table::{ContentArrangement, Table, presets};

use crate::diff::{Change, ChangeKind, sentence};
use crate::policy::{Levels, Run, TargetReport, Verdict, fails};
use crate::report::words::{Marks, line};
use crate::terms::{ExitCode, ItemKind};
use crate::untrusted::{EXCERPT_CHARS, Untrusted};

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Use colour.
    pub color: bool,
    /// Columns.
    pub width: usize,
    /// More than ASCII can be shown.
    pub unicode: bool,
    /// Show notes, notices and what went well too.
    pub verbose: bool,
    /// Do not cut server text.
    pub full_text: bool,
    /// Show suppressed findings.
    pub suppressed: bool,
}

impl Style {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn gutter(&self) -> &'static str {
        if self.unicode { "  │ " } else { "  | " }
    }

    fn marks(&self) -> Marks {
        if self.color { Marks::COLOR } else { Marks::PLAIN }
    }
}

/// The report.
pub fn write(run: &Run, levels: Levels, style: Style) -> String {
    let mut out = String::new();
    looked_at(&mut out, run, style);
    for target in &run.targets {
        changes(&mut out, target, style);
    }
    findings::write(&mut out, run, style);
    not_looked_at(&mut out, run, style);
    notices(&mut out, run, style);
    next(&mut out, run, levels, style);
    out
}

fn looked_at(out: &mut String, run: &Run, style: Style) {
    if run.targets.is_empty() {
        return;
    }
    let rows: Vec<[String; 4]> = run.targets.iter().map(|t| row(t, run)).collect();
    if style.width < 60 {
        for [verdict, server, says, baseline] in rows {
            let _ = writeln!(out, "* {verdict}: {server}\n    {says}\n    {baseline}");
        }
    } else {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(style.width.min(u16::MAX.into()) as u16);
        table.set_header(["VERDICT", "SERVER", "SAYS", "BASELINE"]);
        table.add_rows(rows);
        let text: String = table.lines().map(|l| format!("{}\n", l.trim_end())).collect();
        out.push_str(&text);
    }
    out.push('\n');
}

fn row(t: &TargetReport, run: &Run) -> [String; 4] {
    let says = t.snapshot.as_ref().map_or_else(
        || "nothing was captured".to_owned(),
        |s| {
            let part = |kind: ItemKind, word: &str| match s.of(kind) {
                0 => None,
                1 => Some(format!("1 {word}")),
                n => Some(format!("{n} {word}s")),
            };
            let parts = [
                part(ItemKind::Tool, "tool"),
                part(ItemKind::Prompt, "prompt"),
                part(ItemKind::Resource, "resource"),
                part(ItemKind::Template, "template"),
                part(ItemKind::Skill, "skill"),
            ];
            let list: Vec<String> = parts.into_iter().flatten().collect();
            if list.is_empty() { "no items".to_owned() } else { list.join(", ") }
        },
    );
    let baseline = match (t.approved, t.changes.len()) {
        (true, 0) if t.snapshot.is_some() => "as approved".to_owned(),
        (true, 0) => "approved, not compared".to_owned(),
        (true, 1) => "1 change".to_owned(),
        (true, n) => format!("{n} changes"),
        (false, _) if run.baseline.state == "ok" => "not approved".to_owned(),
        (false, _) => "no baseline".to_owned(),
    };
    let name = t.target.name.cut(40).to_terminal();
    let client = t.target.client.map(|c| format!(" ({c})")).unwrap_or_default();
    [t.verdict.word().to_owned(), format!("{name}{client}"), says, baseline]
}

fn changes(out: &mut String, target: &TargetReport, style: Style) {
    if target.changes.is_empty() {
        return;
    }
    let count = target.changes.len();
    let noun = if count == 1 { "change" } else { "changes" };
    let title = format!("{count} {noun} of {} since the approval", target.target.name.cut(60).to_terminal());
    let _ = writeln!(out, "{}", style.paint("1", &title));
    change_list(out, &target.changes, style);
    out.push('\n');
}

/// The changes of one server, worst grade first.
pub fn change_list(out: &mut String, changes: &[Change], style: Style) {
    let mut order: Vec<&Change> = changes.iter().collect();
    order.sort_by(|a, b| b.grade.cmp(&a.grade).then_with(|| a.cmp(b)));
    let shown = if style.verbose || style.full_text { order.len() } else { 30 };
    for change in order.iter().take(shown) {
        let grade = change.grade.map_or("--", |g| g.word());
        let item = format!("{} {}", change.item.kind.word(), change.item.name.cut(60).to_terminal());
        let pointer = change.pointer.to_untrusted().cut(120).to_terminal();
        let place = if pointer.is_empty() { item } else { format!("{item} at {pointer}") };
        let _ = writeln!(out, "  {grade} {}: {place}", change.kind.word());
        if let Some(sentence) = sentence(change, changes) {
            let _ = writeln!(out, "     {}", sentence.to_terminal());
        }
        let gutter = style.gutter();
        match (&change.old, &change.new) {
            (Some(old), Some(new)) if change.kind != ChangeKind::ItemRenamed => {
                let _ = writeln!(out, "{gutter}{}", line(old, new, style.marks(), style.full_text));
            }
            (old, new) => {
                let cut =
                    |t: &Untrusted| if style.full_text { t.to_terminal() } else { t.cut(EXCERPT_CHARS).to_terminal() };
                if let Some(old) = old {
                    let _ = writeln!(out, "{gutter}{}", style.paint("31", &format!("- {}", cut(old))));
                }
                if let Some(new) = new {
                    let _ = writeln!(out, "{gutter}{}", style.paint("32", &format!("+ {}", cut(new))));
                }
            }
        }
    }
    if order.len() > shown {
        let _ = writeln!(out, "  … and {} more; show them with -v", order.len() - shown);
    }
}

fn not_looked_at(out: &mut String, run: &Run, style: Style) {
    let missed: Vec<&TargetReport> = run.targets.iter().filter(|t| t.verdict == Verdict::NotAudited).collect();
    if missed.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.paint("1;33", "Not audited, so nothing is known of:"));
    for t in missed {
        let reason = t.reason.as_ref().map_or_else(|| "it was not seen completely".to_owned(), |r| r.to_terminal());
        let _ = writeln!(out, "  {} {reason}", t.target.name.cut(60).to_terminal());
        for limit in &t.coverage.limits_hit {
            let _ = writeln!(out, "{}{limit}", style.gutter());
        }
        let last = t.coverage.stderr.raw().lines().rev().filter(|l| !l.trim().is_empty()).take(3);
        let last: Vec<&str> = last.collect();
        for words in last.into_iter().rev() {
            let _ =
                writeln!(out, "{}it said: {}", style.gutter(), Untrusted::from(words).cut(EXCERPT_CHARS).to_terminal());
        }
    }
    out.push('\n');
}

fn notices(out: &mut String, run: &Run, style: Style) {
    for notice in &run.notices {
        let _ = writeln!(out, "{} {}", style.paint("33", "note:"), notice.to_terminal());
    }
    if style.verbose {
        for t in &run.targets {
            let name = t.target.name.cut(60).to_terminal();
            if !t.coverage.isolation.is_empty() {
                let _ = writeln!(out, "note: {name} ran with isolation {}", t.coverage.isolation);
            }
            for odd in &t.coverage.oddities {
                let _ = writeln!(out, "note: {name}: {}", odd.to_terminal());
            }
        }
    }
    if !run.notices.is_empty() {
        out.push('\n');
    }
}

fn next(out: &mut String, run: &Run, levels: Levels, style: Style) {
    let s = &run.summary;
    let [critical, high, medium, low] = s.findings;
    let suppressed = if s.suppressed > 0 { format!(", {} suppressed", s.suppressed) } else { String::new() };
    let sum = format!(
        "{} of {} servers audited with {} rules; {critical} critical, {high} high, {medium} medium, {low} low{suppressed}",
        s.audited, s.targets, run.auditor.rules
    );
    let _ = writeln!(out, "{}", style.paint("1", &sum));
    if run.baseline.state != "ok" && !run.baseline.sentence.parts().is_empty() {
        let _ = writeln!(out, "baseline ({}): {}", run.baseline.state, run.baseline.sentence.to_terminal());
    }
    if let Some(worst) = run.findings.iter().find(|f| fails(f, levels)) {
        let _ = writeln!(
            out,
            "next: read the findings above; `mcp-assay explain {}` says why the first one matters",
            worst.rule
        );
    } else if s.exit == Some(ExitCode::Findings) {
        let _ = writeln!(out, "next: --exact counts every change; read them above, then `mcp-assay approve`");
    } else if s.exit == Some(ExitCode::Incomplete) {
        let _ = writeln!(out, "next: see above why a server was not audited; this is not a clean result");
    } else if run.targets.iter().any(|t| !t.changes.is_empty()) {
        let _ = writeln!(out, "next: read the changes above, then `mcp-assay approve` them");
    } else if run.targets.iter().any(|t| !t.approved && t.verdict != Verdict::NotAudited) {
        let _ = writeln!(out, "next: `mcp-assay approve` signs what was seen, so that a later change is noticed");
    }
}
