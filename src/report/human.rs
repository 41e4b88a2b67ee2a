//! The report for people: what was looked at, what was found, what was not looked at, what to do next, in that order.
//!
//! Every line that shows server text begins with words or a gutter of ours, so that nothing a server says starts a line.

mod changes;
mod columns;
mod findings;
mod fold;
mod link;

use std::fmt::Write;

use comfy_table::{ContentArrangement, Table, presets};

pub use self::changes::change_list;
pub use self::columns::WIDE;
use self::fold::{Fold, PLAIN};
use crate::report::saved::{Saved, Target};
use crate::rule::RuleSet;
use crate::untrusted::{EXCERPT_CHARS, Untrusted};

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Use colour.
    pub color: bool,
    /// Rule names may link to their pages.
    pub links: bool,
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
    /// For a file: no colours, no links, a hundred columns.
    pub fn file(self) -> Self {
        Self { color: false, links: false, columns: false, width: 100, ..self }
    }

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
pub fn write(run: &Saved, rules: &RuleSet, style: Style) -> String {
    let mut out = String::new();
    looked_at(&mut out, run, style);
    for target in &run.targets {
        changes::of(&mut out, run, target, style);
    }
    findings::write(&mut out, run, rules, style);
    not_looked_at(&mut out, run, style);
    notices(&mut out, run, style);
    next(&mut out, run, style);
    out
}

fn looked_at(out: &mut String, run: &Saved, style: Style) {
    if run.targets.is_empty() {
        return;
    }
    let row = |t: &Target| {
        let client = t.client.as_ref().map(|c| format!(" ({})", c.cut(40).to_terminal())).unwrap_or_default();
        let name = format!("{}{client}", t.name.cut(40).to_terminal());
        [t.verdict.word().to_owned(), name, t.says(), run.standing(t)]
    };
    let rows: Vec<[String; 4]> = run.targets.iter().map(row).collect();
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

fn not_looked_at(out: &mut String, run: &Saved, style: Style) {
    if run.missed().next().is_none() {
        return;
    }
    let _ = writeln!(out, "{}", style.paint("1;33", "Not audited, so nothing is known of:"));
    for t in run.missed() {
        let reason = t.reason.as_ref().map_or_else(|| "it was not seen completely".to_owned(), |r| r.to_terminal());
        style.fold(out, "  ", &format!("{} {reason}", t.name.cut(60).to_terminal()));
        for limit in &t.coverage.limits_hit {
            style.fold(out, style.gutter(), &limit.to_terminal());
        }
        for words in &t.coverage.stderr {
            style.fold(out, &format!("{}it said: ", style.gutter()), &words.cut(EXCERPT_CHARS).to_terminal());
        }
    }
    out.push('\n');
}

fn notices(out: &mut String, run: &Saved, style: Style) {
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
            let name = t.name.cut(60).to_terminal();
            if !t.coverage.isolation.raw().is_empty() {
                let level = t.coverage.isolation.to_terminal();
                style.fold(out, "note: ", &format!("{name} ran with isolation {level}"));
            }
            for package in t.package.iter().chain(&t.other_packages) {
                style.fold(out, "note: ", &format!("{name}: {}", package.summary.to_terminal()));
            }
            if t.package.is_none() && t.coverage.packages.raw() == "not-run" {
                style.fold(out, "note: ", &format!("{name}: package look-ups: not run"));
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

fn next(out: &mut String, run: &Saved, style: Style) {
    let s = &run.summary;
    let f = s.findings;
    let suppressed = if s.suppressed > 0 { format!(", {} suppressed", s.suppressed) } else { String::new() };
    let audited = match s.targets {
        0 => "no server audited".to_owned(),
        all => format!("{} of {all} servers audited", s.audited),
    };
    let sum = format!(
        "{audited} with {} rules; {} critical, {} high, {} medium, {} low{suppressed}",
        run.auditor.rules, f.critical, f.high, f.medium, f.low
    );
    let bold = if style.color { ("\u{1b}[1m", "\u{1b}[0m") } else { PLAIN };
    Fold::new(out, "", "  ", style.width).add(&sum, bold).end();
    let state = run.baseline.state.raw();
    if state != "ok" && !run.baseline.message.raw().is_empty() {
        let start = format!("baseline ({}): ", Untrusted::from(state).cut(40).to_terminal());
        style.fold(out, &start, &run.baseline.message.to_terminal());
    }
    if let Some(next) = advice(run) {
        Fold::new(out, "next: ", "  ", style.width).add(&next, PLAIN).end();
    }
}

/// The next command.
fn advice(run: &Saved) -> Option<String> {
    let is_off = |t: &Target| t.disabled && (t.approved || t.scope.raw() != "project");
    let missed = run.missed().any(|t| !is_off(t));
    if run.baseline.fails {
        // the line above says what to do about it
        return None;
    }
    Some(if let Some(worst) = run.findings.iter().find(|f| f.fails) {
        format!(
            "read the findings above; `mcp-assay explain {}` says why the first one matters",
            worst.rule.cut(80).to_terminal()
        )
    } else if run.summary.exit == 1 {
        "--exact counts every change; read them above, then `mcp-assay approve`".to_owned()
    } else if run.summary.exit == 3 && !missed {
        "not everything was looked at (see the notes above); `mcp-assay inventory` shows which configurations were read"
            .to_owned()
    } else if run.summary.exit == 5 || run.targets.is_empty() {
        "see the notes above; where there is no server nothing was audited".to_owned()
    } else if run.summary.exit == 3 {
        "see above why a server was not audited; this is not a clean result".to_owned()
    } else if !run.changes.is_empty() {
        "read the changes above, then `mcp-assay approve` them".to_owned()
    } else if missed {
        "the configuration was judged, the servers were not; `mcp-assay scan` audits them".to_owned()
    } else if run.targets.iter().any(|t| !t.approved && t.snapshot.is_some()) {
        "`mcp-assay approve` signs what was seen, so that a later change is noticed".to_owned()
    } else {
        return None;
    })
}
