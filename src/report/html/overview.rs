//! The top of the page: where things are, and the verdict of each server in one table.

use std::fmt::Write;

use super::{own, parts, verdict};
use crate::policy::Verdict;
use crate::report::saved::{Saved, Target};
use crate::terms::Severity;

/// Severities in words, worst first.
pub(super) const SEVERITIES: [Severity; 4] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];

pub(super) fn contents(out: &mut String, run: &Saved) {
    let suppressed = run.findings.iter().any(|f| f.suppressed.is_some());
    let places = [
        ("missed", "Not audited", run.missed().next().is_some()),
        ("verdicts", "Verdicts", !run.targets.is_empty()),
        ("changes", "Changes", !run.changes.is_empty()),
        ("findings", "Findings", true),
        ("servers", "Servers", !run.targets.is_empty()),
        ("suppressed", "Set aside", suppressed),
        ("notes", "Notes", !run.notices.is_empty()),
    ];
    out.push_str("<nav aria-label=\"Contents\"><ul>");
    for (id, title, _) in places.iter().filter(|p| p.2) {
        let _ = write!(out, "<li><a href=\"#{id}\">{title}</a></li>");
    }
    out.push_str("</ul></nav>\n");
}

pub(super) fn table(out: &mut String, run: &Saved) {
    if run.targets.is_empty() {
        return;
    }
    out.push_str(
        "<section aria-labelledby=\"verdicts\">\n<h2 id=\"verdicts\">Verdict of each server</h2>\n<div class=\"wide\" role=\"region\" aria-labelledby=\"verdicts\" tabindex=\"0\"><table>\n<thead><tr>\
         <th scope=\"col\">Verdict</th><th scope=\"col\">Server</th><th scope=\"col\">Findings</th><th scope=\"col\">Says</th>\
         <th scope=\"col\">Baseline</th><th scope=\"col\">Seen</th></tr></thead>\n<tbody>\n",
    );
    for (i, t) in run.targets.iter().take(parts::MOST).enumerate() {
        row(out, run, i, t);
    }
    out.push_str("</tbody>\n</table></div>\n");
    parts::more(out, run.targets.len(), "servers");
    out.push_str("</section>\n");
}

fn row(out: &mut String, run: &Saved, index: usize, t: &Target) {
    let (class, word) = verdict(t.verdict);
    let count = |s: Severity| {
        let n = run.findings.iter().filter(|f| f.suppressed.is_none() && f.target == t.id && f.severity == s).count();
        (n > 0).then(|| format!("<span class=\"sev {0}\">{n} {0}</span>", s.word()))
    };
    let found: Vec<String> = SEVERITIES.into_iter().filter_map(count).collect();
    let found = match (found.is_empty(), t.verdict) {
        (false, _) => found.join(" "),
        (true, Verdict::NotAudited) => "unknown".to_owned(),
        (true, _) => "none".to_owned(),
    };
    let client = t.client.as_ref().map(|c| format!(" <small>{}</small>", own(c, 40))).unwrap_or_default();
    let seen = match (t.coverage.complete, &t.snapshot) {
        (true, _) => "all of it",
        (false, Some(_)) => "a part",
        (false, None) => "nothing",
    };
    let _ = writeln!(
        out,
        "<tr class=\"{class}\"><td class=\"verdict\">{word}</td><th scope=\"row\"><a href=\"#server-{index}\">{}</a>{client}</th>\
         <td>{found}</td><td>{}</td><td>{}</td><td>{seen}</td></tr>",
        own(&t.name, 80),
        t.says(),
        run.standing(t)
    );
}
