//! One self-contained HTML file for people: verdict of the run and of each server, what was not audited, changes word by
//! word, findings with the words that were seen, servers as a drawing and as cards. No script and no network: a strict
//! policy in the file forbids both.
//!
//! Every text of a server goes through [`Untrusted::to_html`] and stands in a `bdi` element, so that neither markup nor
//! writing direction reaches its surroundings.

mod differences;
mod filter;
mod flow;
mod overview;
mod parts;
mod picture;
mod servers;

pub use differences::write as differences;

#[cfg(test)]
mod tests;

use std::fmt::Write;

use base64::Engine;
use jiff::civil::Date;

use self::filter::Filter;

use super::saved::{Saved, Target};
use crate::policy::Verdict;
use crate::rule::RuleSet;
use crate::terms::Digest;
use crate::untrusted::Untrusted;

/// The style sheet; a page adds its filters, and its policy allows both by their hash.
const STYLE: &str = include_str!("html/style.css");

/// The page, as of `today`: that many days are left of what was set aside.
pub fn write(run: &Saved, rules: &RuleSet, today: Date) -> String {
    let filter = Filter::of(run);
    let mut out = head(run.outcome(), &filter.style());
    out.push_str("<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n");
    banner(&mut out, run);
    out.push_str("<main>\n");
    missed(&mut out, run);
    overview::table(&mut out, run);
    parts::changes(&mut out, run);
    parts::findings(&mut out, run, rules, &filter);
    servers::write(&mut out, run);
    parts::suppressed(&mut out, run, &filter, today);
    notes(&mut out, run);
    out.push_str("</main>\n");
    let _ = writeln!(
        out,
        "<footer><p>mcp-assay {} · {} rules · {}</p></footer>\n</body>\n</html>",
        own(&run.auditor.version, 40),
        run.auditor.rules,
        own(&run.auditor.rules_digest, 80)
    );
    out
}

/// Everything before the page's own content. The title and the page's own part of the style are ours.
fn head(title: &str, more: &str) -> String {
    let style = format!("{STYLE}{more}");
    let hash = base64::engine::general_purpose::STANDARD.encode(Digest::of(style.as_bytes()).bytes());
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>mcp-assay: {title}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
}

/// Somebody's text, cut, escaped and kept apart from the text around it.
fn own(text: &Untrusted, most: usize) -> String {
    format!("<bdi>{}</bdi>", text.cut(most).to_html())
}

fn plural(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

fn banner(out: &mut String, run: &Saved) {
    let s = &run.summary;
    let tone = match s.exit {
        0 if s.audited == s.targets => "clean",
        0 | 3 | 5 => "partial",
        _ => "bad",
    };
    let f = s.findings;
    let outcome = run.outcome();
    let (first, rest) = outcome.split_at(1);
    let _ = writeln!(
        out,
        "<header class=\"banner {tone}\">\n<p class=\"tool\">mcp-assay</p>\n<h1>{}{rest}</h1>\n\
         <p>{} of {} audited with {} rules. Exit code {}.</p>\n<ul class=\"counts\">",
        first.to_uppercase(),
        s.audited,
        plural(s.targets, "server"),
        run.auditor.rules,
        s.exit
    );
    for (word, count) in [("critical", f.critical), ("high", f.high), ("medium", f.medium), ("low", f.low)] {
        let zero = if count == 0 { " zero" } else { "" };
        let _ = writeln!(out, "<li class=\"sev {word}{zero}\"><b>{count}</b> {word}</li>");
    }
    if s.suppressed > 0 {
        let _ = writeln!(out, "<li class=\"sev\"><b>{}</b> suppressed</li>", s.suppressed);
    }
    out.push_str("</ul>\n");
    let version = run.baseline.version.map(|v| format!(", version {v}")).unwrap_or_default();
    let _ = write!(out, "<p>Baseline: {}{version}", own(&run.baseline.state, 40));
    if !run.baseline.message.raw().is_empty() {
        let _ = write!(out, " · {}", own(&run.baseline.message, 500));
    }
    out.push_str("</p>\n");
    overview::contents(out, run);
    out.push_str("</header>\n");
}

fn missed(out: &mut String, run: &Saved) {
    let list: Vec<&Target> = run.missed().collect();
    if list.is_empty() {
        return;
    }
    out.push_str("<section aria-labelledby=\"missed\" class=\"missed\">\n<h2 id=\"missed\">Not audited, so nothing is known of</h2>\n<ul>\n");
    for t in list {
        let reason = t.reason.as_ref().map_or_else(|| "it was seen only in part".to_owned(), |r| own(r, 400));
        let _ = write!(out, "<li><strong>{}</strong> {reason}", own(&t.name, 80));
        if !t.coverage.limits_hit.is_empty() {
            let limits: Vec<String> = t.coverage.limits_hit.iter().map(|l| own(l, 200)).collect();
            let _ = write!(out, " ({})", limits.join("; "));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n</section>\n");
}

fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Clean => ("clean", "clean"),
        Verdict::Findings => ("bad", "findings"),
        Verdict::NotAudited => ("partial", "not audited"),
    }
}

fn notes(out: &mut String, run: &Saved) {
    if run.notices.is_empty() {
        return;
    }
    out.push_str("<section aria-labelledby=\"notes\">\n<h2 id=\"notes\">Notes</h2>\n<ul>\n");
    for notice in &run.notices {
        let _ = writeln!(out, "<li>{}</li>", own(notice, 500));
    }
    out.push_str("</ul>\n</section>\n");
}
