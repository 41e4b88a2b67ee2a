//! Findings, changes and suppressed findings of the HTML report.

use std::fmt::Write;

use super::overview::SEVERITIES;
use super::{own, plural};
use crate::report::saved::{Change, Evidence, Finding, Saved, Side};
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

pub(super) fn findings(out: &mut String, run: &Saved, rules: &RuleSet) {
    out.push_str("<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>\n");
    let list = run.worst_first();
    if list.is_empty() {
        let scope = if run.missed().next().is_some() { " in what was audited" } else { "" };
        let _ = writeln!(out, "<p>Nothing was found{scope}.</p>");
    } else {
        filter(out, &list);
    }
    for finding in list.iter().take(MOST) {
        one(out, run, rules, finding);
    }
    more(out, list.len(), "findings");
    out.push_str("</section>\n");
}

/// Which severities are shown: boxes that the style sheet looks at, because the page has no script.
fn filter(out: &mut String, list: &[&Finding]) {
    let present: Vec<&str> =
        SEVERITIES.iter().filter(|s| list.iter().any(|f| f.severity == **s)).map(|s| s.word()).collect();
    if present.len() < 2 {
        return;
    }
    out.push_str("<fieldset class=\"filter\"><legend>Show</legend>");
    for word in present {
        let _ = write!(out, "<label><input type=\"checkbox\" id=\"show-{word}\" checked=\"checked\"/> {word}</label> ");
    }
    out.push_str("</fieldset>\n");
}

fn one(out: &mut String, run: &Saved, rules: &RuleSet, f: &Finding) {
    let word = f.severity.word();
    let item = f
        .item
        .as_ref()
        .map_or_else(String::new, |i| format!("{} <code>{}</code> of ", i.kind.word(), own(&i.name, 80)));
    let _ = writeln!(
        out,
        "<article class=\"finding {word}\">\n<h3><span class=\"sev {word}\">{word}</span> <code>{}</code> in {item}<span class=\"server\">{}</span></h3>\n<p>{}</p>",
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
    let html = |t: &str| Untrusted::from(t).to_html();
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
            change(out, c);
        }
        more(out, list.len(), "changes");
    }
    out.push_str("</section>\n");
}

fn change(out: &mut String, c: &Change) {
    let grade =
        c.grade.as_ref().map_or_else(|| "not graded".to_owned(), |g| format!("{}{}", own(g, 4), meaning(g.raw())));
    let place =
        if c.pointer.raw().is_empty() { String::new() } else { format!(" at <code>{}</code>", own(&c.pointer, 200)) };
    let _ = write!(
        out,
        "<div class=\"change\">\n<p><span class=\"grade\">{grade}</span> {}: {} <code>{}</code>{place}</p>\n{}<p class=\"words\"><bdi>",
        own(&c.kind, 40),
        c.item.kind.word(),
        own(&c.item.name, 80),
        c.sentence.as_ref().map(|s| format!("<p>{}</p>\n", own(s, 400))).unwrap_or_default()
    );
    let gone = |text: &Untrusted| format!("<del><span class=\"say\">removed: </span>{}</del>", text.to_html());
    let come = |text: &Untrusted| format!("<ins><span class=\"say\">added: </span>{}</ins>", text.to_html());
    match (&c.words, &c.old, &c.new) {
        (Some(words), ..) if !words.is_empty() => {
            for w in words {
                out.push_str(&match w.side {
                    Side::Equal => w.text.to_html(),
                    Side::Removed => gone(&w.text),
                    Side::Added => come(&w.text),
                });
            }
        }
        (_, old, new) => {
            out.push_str(&old.as_ref().map(gone).unwrap_or_default());
            out.push_str(&new.as_ref().map(come).unwrap_or_default());
        }
    }
    out.push_str("</bdi></p>\n</div>\n");
}

/// What a grade means, in words.
fn meaning(grade: &str) -> &'static str {
    match grade {
        "D0" => " cosmetic",
        "D1" => " documentation",
        "D2" => " steering",
        "D3" => " more surface",
        "D4" => " new power",
        "D5" => " injection",
        "D6" => " another identity",
        _ => "",
    }
}

pub(super) fn suppressed(out: &mut String, run: &Saved) {
    let list: Vec<&Finding> = run.findings.iter().filter(|f| f.suppressed.is_some()).collect();
    if list.is_empty() {
        return;
    }
    out.push_str("<section aria-labelledby=\"suppressed\">\n<h2 id=\"suppressed\">Set aside by a person</h2>\n<ul>\n");
    for f in list.iter().take(MOST) {
        let _ = writeln!(
            out,
            "<li>{} <code>{}</code> in {}: {}. {}Reason: {}</li>",
            f.severity.word(),
            own(&f.rule, 80),
            own(run.name(&f.target), 80),
            own(&f.message, 300),
            f.suppression
                .as_ref()
                .map(|s| format!("By {}, until {}. ", own(&s.owner, 80), own(&s.expires, 20)))
                .unwrap_or_default(),
            f.suppressed.as_ref().map(|r| own(r, 300)).unwrap_or_default()
        );
    }
    out.push_str("</ul>\n");
    more(out, list.len(), "findings");
    out.push_str("</section>\n");
}
