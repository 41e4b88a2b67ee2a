//! Findings, changes and suppressed findings of the HTML report.

use std::fmt::Write;

use jiff::civil::Date;

use super::filter::Filter;
use super::{differences, own, plural};
use crate::report::saved::{Change, Evidence, Finding, Saved};
use crate::report::shown::Shown;
use crate::rule::RuleSet;
use crate::untrusted::Untrusted;

/// Findings, changes or servers that are shown one by one; a browser gets slow with more.
pub(super) const MOST: usize = 1_000;

/// Says how many are not shown.
pub(super) fn more(out: &mut String, count: usize, what: &str) {
    if count > MOST {
        let _ = writeln!(out, "<p>… {} more {what} are in the JSON report.</p>", count - MOST);
    }
}

pub(super) fn findings(out: &mut String, run: &Saved, rules: &RuleSet, filter: &Filter<'_>) {
    out.push_str("<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>\n");
    let list = run.worst_first();
    if list.is_empty() {
        let scope = if run.missed().next().is_some() { " in what was audited" } else { "" };
        let _ = writeln!(out, "<p>Nothing was found{scope}.</p>");
    } else {
        filter.write(out, run);
    }
    for finding in list.iter().take(MOST) {
        one(out, run, rules, finding, filter);
    }
    more(out, list.len(), "findings");
    out.push_str("</section>\n");
}

fn one(out: &mut String, run: &Saved, rules: &RuleSet, f: &Finding, filter: &Filter<'_>) {
    let word = f.severity.word();
    let item = f
        .item
        .as_ref()
        .map_or_else(String::new, |i| format!("{} <code>{}</code> of ", i.kind.word(), own(&i.name, 80)));
    let _ = writeln!(
        out,
        "<article class=\"finding {}\">\n<h3><span class=\"sev {word}\">{word}</span> <code>{}</code> in {item}<span class=\"server\">{}</span></h3>\n<p>{}</p>",
        filter.classes(f),
        own(&f.rule, 80),
        own(run.name(&f.target), 80),
        own(&f.message, 600)
    );
    for e in &f.evidence {
        evidence(out, e);
    }
    super::flow::draw(out, run, f);
    let mut facts = Vec::new();
    if !f.pointer.raw().is_empty() {
        facts.push(format!("at <code>{}</code>", own(&f.pointer, 200)));
    }
    if let Some(l) = &f.location {
        facts.push(format!("<code>{}</code> line {}", own(&l.file, 200), l.line));
    }
    for r in f.related.iter().take(if f.flow.is_some() { 0 } else { 10 }) {
        facts.push(format!(
            "see also {} <code>{}</code> of {}",
            r.item.kind.word(),
            own(&r.item.name, 80),
            own(run.name(&r.target), 80)
        ));
    }
    facts.push(format!("{} confidence", f.confidence.word()));
    facts.push(f.class.word().to_owned());
    facts.push(if f.fails { "fails the run" } else { "does not fail the run" }.to_owned());
    let _ = writeln!(out, "<p class=\"meta\">{}</p>", facts.join(" · "));
    out.push_str("<details><summary>Why, and what to do</summary>\n");
    if let Some(rule) = rules.get(f.rule.raw()) {
        let text = |t: &str| Untrusted::from(t.split_whitespace().collect::<Vec<_>>().join(" ")).to_html();
        let _ = writeln!(
            out,
            "<p>{}</p>\n<p><strong>Looks like it and is not:</strong> {}</p>\n<p><strong>What to do:</strong> {}</p>",
            text(&rule.file.rationale),
            text(&rule.file.false_positives),
            text(&rule.file.remediation)
        );
    }
    let digest = f.item_digest.as_ref();
    let bound = digest.map(|d| format!(", bound to <code>{}</code>", own(d, 80))).unwrap_or_default();
    let _ = writeln!(
        out,
        "<p><strong>To set it aside:</strong> a suppression of finding <code>{}</code>{bound}.</p>\n</details>\n</article>",
        own(&f.fingerprint, 64)
    );
}

/// The words that were seen, the ones that matter marked.
fn evidence(out: &mut String, e: &Evidence) {
    let excerpt = e.excerpt.raw();
    if excerpt.is_empty() {
        return;
    }
    let html = |t: &str| Untrusted::said(t).to_html();
    let body = match e.parts() {
        Some((before, hit, after)) => {
            let blank = hit.len() - hit.trim_start().len();
            format!("{}{}<mark>{}</mark>{}", html(before), &hit[..blank], html(&hit[blank..]), html(after))
        }
        None => html(excerpt),
    };
    let view = if e.view.raw() == "raw" { String::new() } else { format!(", in the {} view", own(&e.view, 20)) };
    let why = if e.why.raw().is_empty() {
        String::new()
    } else {
        format!("<figcaption>seen: {}{view}</figcaption>", own(&e.why, 200))
    };
    let _ = writeln!(out, "<figure><blockquote><bdi>{body}</bdi></blockquote>{why}</figure>");
}

pub(super) fn changes(out: &mut String, run: &Saved) {
    if run.changes.is_empty() {
        return;
    }
    out.push_str("<section aria-labelledby=\"changes\">\n<h2 id=\"changes\">Changes since the approval</h2>\n");
    for t in &run.targets {
        let mut list: Vec<&Change> = run.changes.iter().filter(|c| c.target.as_ref() == Some(&t.id)).collect();
        if list.is_empty() {
            continue;
        }
        list.sort_by(|a, b| b.grade.cmp(&a.grade));
        let _ = writeln!(out, "<h3>{} of {}</h3>", plural(list.len() as u64, "change"), own(&t.name, 80));
        for c in list.iter().take(MOST) {
            differences::one(out, &Shown::saved(c));
        }
        more(out, list.len(), "changes");
    }
    out.push_str("</section>\n");
}

pub(super) fn suppressed(out: &mut String, run: &Saved, filter: &Filter<'_>, today: Date) {
    let list: Vec<&Finding> = run.findings.iter().filter(|f| f.suppressed.is_some()).collect();
    if list.is_empty() {
        return;
    }
    out.push_str("<section aria-labelledby=\"suppressed\">\n<h2 id=\"suppressed\">Set aside by a person</h2>\n<ul>\n");
    for f in list.iter().take(MOST) {
        let _ = writeln!(
            out,
            "<li class=\"{}\">{} <code>{}</code> in {}: {}. {}Reason: {}</li>",
            filter.classes(f),
            f.severity.word(),
            own(&f.rule, 80),
            own(run.name(&f.target), 80),
            own(&f.message, 300),
            f.suppression
                .as_ref()
                .map(|s| format!(
                    "By {}, until {}{}. ",
                    own(&s.owner, 80),
                    own(&s.expires, 20),
                    left(&s.expires, today)
                ))
                .unwrap_or_default(),
            f.suppressed.as_ref().map(|r| own(r, 300)).unwrap_or_default()
        );
    }
    out.push_str("</ul>\n");
    more(out, list.len(), "findings");
    out.push_str("</section>\n");
}

/// How long something set aside stays so; nothing where the date is none.
fn left(expires: &Untrusted, today: Date) -> String {
    let until = expires.raw().parse::<Date>().ok().and_then(|day| today.until(day).ok());
    match until.map(|span| span.get_days()) {
        None => String::new(),
        Some(0) => " (the last day)".to_owned(),
        Some(days) if days < 0 => format!(" (over for {})", plural(days.unsigned_abs().into(), "day")),
        Some(days) => format!(" ({} left)", plural(days.unsigned_abs().into(), "day")),
    }
}
