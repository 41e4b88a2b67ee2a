//! The report for people: what was looked at, what was found, what was not looked at, what to do next, in that order.
//!
//! Every line that shows server text begins with words or a gutter of ours, so that nothing a server says starts a line.

mod changes;
mod columns;
mod findings;
mod fold;

use std::fmt::Write;

use comfy_table::{ContentArrangement, Table, presets};

pub use self::changes::change_list;
pub use self::columns::WIDE;
use self::fold::{Fold, PLAIN};
use crate::policy::{Levels, Run, TargetReport, Verdict, fails};
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
    /// Old and new words side by side.
    pub columns: bool,
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

    /// A sentence, folded.
    fn fold(&self, out: &mut String, start: &str, text: &str) {
        Fold::new(out, start, self.gutter(), self.width).add(text, PLAIN).end();
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
            style.fold(out, "* ", &format!("{verdict}: {server}"));
            style.fold(out, "  ", &format!("{says}; {baseline}"));
        }
    } else {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(style.width.min(u16::MAX.into()) as u16);
        table.set_header(["VERDICT", "SERVER", "SAYS", "BASELINE"]);
        table.add_rows(rows);
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
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
    change_list(out, &target.changes, &[], style);
    out.push('\n');
}

fn not_looked_at(out: &mut String, run: &Run, style: Style) {
    let missed: Vec<&TargetReport> = run.targets.iter().filter(|t| t.verdict == Verdict::NotAudited).collect();
    if missed.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.paint("1;33", "Not audited, so nothing is known of:"));
    for t in missed {
        let reason = t.reason.as_ref().map_or_else(|| "it was not seen completely".to_owned(), |r| r.to_terminal());
        style.fold(out, "  ", &format!("{} {reason}", t.target.name.cut(60).to_terminal()));
        for limit in &t.coverage.limits_hit {
            style.fold(out, style.gutter(), &Untrusted::from(limit.as_str()).to_terminal());
        }
        let last = t.coverage.stderr.raw().lines().rev().filter(|l| !l.trim().is_empty()).take(3);
        let last: Vec<&str> = last.collect();
        for words in last.into_iter().rev() {
            let said = Untrusted::from(words).cut(EXCERPT_CHARS).to_terminal();
            style.fold(out, &format!("{}it said: ", style.gutter()), &said);
        }
    }
    out.push('\n');
}

fn notices(out: &mut String, run: &Run, style: Style) {
    for notice in &run.notices {
        // the colour codes have no width
        out.push_str(if style.color { "\u{1b}[33m" } else { "" });
        let end = if style.color { "\u{1b}[0m" } else { "" };
        Fold::new(out, "note:", style.gutter(), style.width)
            .add(&format!("{end} {}", notice.to_terminal()), PLAIN)
            .end();
    }
    if style.verbose {
        for t in &run.targets {
            let name = t.target.name.cut(60).to_terminal();
            if !t.coverage.isolation.is_empty() {
                style.fold(out, "note: ", &format!("{name} ran with isolation {}", t.coverage.isolation));
            }
            for odd in &t.coverage.oddities {
                style.fold(out, "note: ", &format!("{name}: {}", odd.to_terminal()));
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
    let bold = if style.color { ("\u{1b}[1m", "\u{1b}[0m") } else { PLAIN };
    Fold::new(out, "", "  ", style.width).add(&sum, bold).end();
    if run.baseline.state != "ok" && !run.baseline.sentence.parts().is_empty() {
        let state = format!("baseline ({}): ", run.baseline.state);
        style.fold(out, &state, &run.baseline.sentence.to_terminal());
    }
    let next = if let Some(worst) = run.findings.iter().find(|f| fails(f, levels)) {
        format!("read the findings above; `mcp-assay explain {}` says why the first one matters", worst.rule)
    } else if s.exit == Some(ExitCode::Findings) {
        "--exact counts every change; read them above, then `mcp-assay approve`".to_owned()
    } else if s.exit == Some(ExitCode::Incomplete) {
        "see above why a server was not audited; this is not a clean result".to_owned()
    } else if run.targets.iter().any(|t| !t.changes.is_empty()) {
        "read the changes above, then `mcp-assay approve` them".to_owned()
    } else if run.targets.iter().any(|t| !t.approved && t.verdict != Verdict::NotAudited) {
        "`mcp-assay approve` signs what was seen, so that a later change is noticed".to_owned()
    } else {
        return;
    };
    Fold::new(out, "next: ", "  ", style.width).add(&next, PLAIN).end();
}
