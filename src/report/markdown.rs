//! Markdown for a job summary or a pull request comment. It stays below what GitHub accepts in a comment; what does not
//! fit is counted, and the verdict always fits.
//!
//! Whatever a server says stands in a code span or a fenced block that it cannot end, where mentions, links, images and
//! HTML are only letters.

mod differences;

pub use differences::write as differences;

use std::fmt::Write;

use super::saved::{Change, Finding, Item, Saved, Target};
use super::shown::Shown;
use crate::policy::Verdict;
use crate::rule::RuleSet;
use crate::untrusted::{Untrusted, fence};

/// A comment may have 65536 characters.
const MOST: usize = 60_000;

/// Characters kept free for what stands behind a list that is cut.
const REST: usize = 4_000;

/// The report.
pub fn write(run: &Saved, rules: &RuleSet) -> String {
    // the mark lets a workflow find its own comment again
    let mut out = String::from("<!-- mcp-assay -->\n");
    let s = &run.summary;
    let f = s.findings;
    let _ = writeln!(out, "## mcp-assay: {}\n", run.outcome());
    let _ = writeln!(
        out,
        "**{} of {} servers audited** with {} rules: {} critical, {} high, {} medium, {} low, {} suppressed. Exit code {}.\n",
        s.audited, s.targets, run.auditor.rules, f.critical, f.high, f.medium, f.low, s.suppressed, s.exit
    );
    if run.baseline.fails {
        let _ = writeln!(
            out,
            "**The baseline cannot be used** ({}): {}\n",
            run.baseline.state.cut(40).to_markdown(),
            run.baseline.message.cut(500).to_markdown()
        );
    }
    missed(&mut out, run);
    servers(&mut out, run);
    findings(&mut out, run, rules);
    changes(&mut out, run);
    let notices: Vec<String> = run.notices.iter().map(|n| format!("- {}\n", n.cut(300).to_markdown())).collect();
    list(&mut out, "### Notes\n\n", "", notices, MOST - REST / 4);
    let _ = writeln!(out, "\n<sub>mcp-assay {}</sub>", run.auditor.version.cut(40).to_markdown());
    out
}

/// Rows under a title, as many as fit below `most`.
fn list(out: &mut String, title: &str, end: &str, rows: Vec<String>, most: usize) {
    if rows.is_empty() {
        return;
    }
    out.push_str(title);
    let count = rows.len();
    for (i, row) in rows.into_iter().enumerate() {
        if out.len() + row.len() > most {
            out.push_str(end);
            let _ = writeln!(out, "\n… and {} more; the other report formats list them all.\n", count - i);
            return;
        }
        out.push_str(&row);
    }
    out.push_str(end);
    out.push('\n');
}

fn name(text: &Untrusted) -> String {
    text.cut(60).to_markdown()
}

fn item(item: &Item) -> String {
    format!("{} {}", item.kind.word(), name(&item.name))
}

fn missed(out: &mut String, run: &Saved) {
    let row = |t: &Target| {
        let reason = t.reason.clone().unwrap_or_else(|| "it was seen only in part".into());
        format!("- {} {}\n", name(&t.name), reason.cut(300).to_markdown())
    };
    let rows = run.missed().map(row).collect();
    list(out, "### Not audited, so nothing is known of\n\n", "", rows, MOST / 4);
}

fn servers(out: &mut String, run: &Saved) {
    let row = |t: &Target| {
        let verdict = match t.verdict {
            Verdict::Clean => "clean",
            Verdict::Findings => "**findings**",
            Verdict::NotAudited => "**not audited**",
        };
        let baseline = run.standing(t);
        let client = t.client.as_ref().map(name).unwrap_or_default();
        format!("| {verdict} | {} | {client} | {} | {baseline} |\n", name(&t.name), t.says())
    };
    let rows = run.targets.iter().map(row).collect();
    list(
        out,
        "### Servers\n\n| Verdict | Server | Client | Says | Baseline |\n|---|---|---|---|---|\n",
        "",
        rows,
        MOST / 2,
    );
}

fn findings(out: &mut String, run: &Saved, rules: &RuleSet) {
    let all = run.worst_first();
    let row = |f: &&Finding| {
        let fails = if f.fails { "**" } else { "" };
        let what = f.item.as_ref().map(item).unwrap_or_default();
        let place = f.location.as_ref().map(|l| Untrusted::from(format!("{}:{}", l.file.raw(), l.line)));
        format!(
            "| {fails}{}{fails} | {} | {} | {what} | {} |\n",
            f.severity.word(),
            name(&f.rule),
            name(run.name(&f.target)),
            place.map(|p| p.cut(120).to_markdown()).unwrap_or_default()
        )
    };
    let table = all.iter().map(row).collect();
    let head = "### Findings\n\n**Bold** makes the exit code 1.\n\n| Severity | Rule | Server | Item | Place |\n|---|---|---|---|---|\n";
    list(out, head, "", table, MOST * 2 / 3);
    let details = all.iter().map(|f| detail(run, rules, f)).collect();
    list(out, "<details><summary>What was seen</summary>\n\n", "</details>\n", details, MOST - 2 * REST);
}

fn detail(run: &Saved, rules: &RuleSet, f: &Finding) -> String {
    let mut out = format!("{} {} of {}: ", f.severity.word(), name(&f.rule), name(run.name(&f.target)));
    let mut lines = vec![f.message.cut(400).to_terminal()];
    if !f.pointer.raw().is_empty() {
        lines.push(format!("at {}", f.pointer.cut(160).to_terminal()));
    }
    for e in f.evidence.iter().take(2) {
        lines.push(format!("  | {}", e.excerpt.cut(320).to_terminal()));
        if !e.why.raw().is_empty() {
            lines.push(format!("  | seen: {}", e.why.cut(160).to_terminal()));
        }
    }
    for (i, step) in f.flow.iter().flat_map(|flow| flow.steps.iter().enumerate()) {
        let (item, server) = (step.item.name.cut(60).to_terminal(), run.name(&step.target).cut(60).to_terminal());
        lines.push(format!("{}. {item} of {server} {}", i + 1, step.phrase.cut(80).to_terminal()));
    }
    for r in f.related.iter().take(if f.flow.is_some() { 0 } else { 3 }) {
        let (item, server) = (r.item.name.cut(60).to_terminal(), run.name(&r.target).cut(60).to_terminal());
        lines.push(format!("see also {} {item} of {server}", r.item.kind.word()));
    }
    if let Some(rule) = rules.get(f.rule.raw()) {
        let own = |text: &str| {
            let text = Untrusted::from(text.split_whitespace().collect::<Vec<_>>().join(" "));
            // a rule of a user's folder is no text of ours
            if rule.id.as_str().contains('/') { text.to_markdown() } else { text.to_visible() }
        };
        let _ = writeln!(out, "{}\n", own(&rule.file.title));
        out.push_str(&fence("text", &lines));
        let _ = writeln!(out, "\nLooks like it and is not: {}\n", own(&rule.file.false_positives));
        let _ = writeln!(out, "What to do: {}\n", own(&rule.file.remediation));
    } else {
        out.push_str("\n\n");
        out.push_str(&fence("text", &lines));
        out.push('\n');
    }
    out
}

fn changes(out: &mut String, run: &Saved) {
    let mut order: Vec<&Change> = run.changes.iter().collect();
    order.sort_by(|a, b| b.grade.cmp(&a.grade));
    let row = |c: &Change| differences::one(&Shown::saved(c), c.target.as_ref().map(|t| run.name(t)));
    let rows = order.into_iter().map(row).collect();
    list(out, "### Changes since the approval\n\n", "", rows, MOST - REST / 2);
}
