//! Annotations on a GitHub job: workflow commands, the worst ones only, because GitHub shows ten of a step. The rest is in
//! the job summary (`markdown`).

use std::fmt::Write;

use super::saved::{Finding, Saved};
use crate::terms::Severity;

/// Annotations GitHub shows.
const SHOWN: usize = 10;

/// Notes in the one annotation that holds them.
const NOTES: usize = 10;

/// The commands, one per line.
pub fn write(run: &Saved) -> String {
    let mut out = String::new();
    let missed: Vec<_> = run.missed().collect();
    let findings = run.worst_first();
    // one annotation each is kept for what was not audited, for the baseline, for the notes, and for what is not shown
    let others =
        usize::from(!missed.is_empty()) + usize::from(run.baseline.fails) + usize::from(!run.notices.is_empty());
    let room = SHOWN - others - usize::from(findings.len() + others > SHOWN);
    for finding in findings.iter().take(room) {
        annotation(&mut out, run, finding);
    }
    if findings.len() > room {
        let _ = writeln!(
            out,
            "::warning title=mcp-assay::{} more findings are in the job summary and in the other reports",
            findings.len() - room
        );
    }
    if !missed.is_empty() {
        let names: Vec<String> = missed.iter().take(10).map(|t| format!("'{}'", t.name.cut(60).to_command())).collect();
        let more = if missed.len() > 10 { ", …" } else { "" };
        // where nobody meant to ask them, that is no warning
        let level = if run.summary.scope.raw() == "configuration" { "notice" } else { "warning" };
        let _ = writeln!(
            out,
            "::{level} title=not audited::{} of {} servers were not, or not fully, audited: {}{more}",
            missed.len(),
            run.targets.len(),
            names.join(", ")
        );
    }
    if run.baseline.fails {
        let _ = writeln!(
            out,
            "::error title=baseline::The baseline cannot be used ({}): {}",
            run.baseline.state.to_command(),
            run.baseline.message.cut(500).to_command()
        );
    }
    notes(&mut out, run);
    out
}

/// All notes in one annotation, a line each.
fn notes(out: &mut String, run: &Saved) {
    let mut lines: Vec<String> = run.notices.iter().take(NOTES).map(|n| n.cut(300).to_command()).collect();
    if lines.is_empty() {
        return;
    }
    if run.notices.len() > NOTES {
        lines.push(format!("{} more notes are in the job summary", run.notices.len() - NOTES));
    }
    let _ = writeln!(out, "::notice title=notes::{}", lines.join("%0A"));
}

fn annotation(out: &mut String, run: &Saved, f: &Finding) {
    let level = match f.severity {
        _ if f.fails => "error",
        Severity::Critical | Severity::High | Severity::Medium => "warning",
        Severity::Low | Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = &f.location {
        properties.push(format!("file={}", place.file.to_command_property()));
        let (line, end) = (place.line.max(1), place.end_line.max(place.line).max(1));
        properties.push(format!("line={line},endLine={end}"));
        // GitHub wants columns only on one line
        if line == end {
            let column = place.column.max(1);
            properties.push(format!("col={column},endColumn={}", place.end_column.max(column)));
        }
    }
    properties.push(format!("title={} {}", f.severity.word(), f.rule.to_command_property()));
    let _ = writeln!(
        out,
        "::{level} {}::server '{}': {} ({} confidence)",
        properties.join(","),
        run.name(&f.target).cut(60).to_command(),
        f.message.cut(500).to_command(),
        f.confidence.word()
    );
}
