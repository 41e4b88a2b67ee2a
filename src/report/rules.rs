//! A rule in Markdown, for `docs/rules/` and `explain --output markdown`, and in JSON.
//!
//! A rule of a user's folder is no text of ours: all of its words stand in blocks that they cannot end. Examples are such
//! words in every rule.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::rule::file::{Example, Status};
use crate::rule::{Rule, RuleSet};
use crate::untrusted::{Untrusted, fence};

/// Examples of a kind that a page shows.
const SHOWN: usize = 3;

/// Characters of an example that a page shows.
const EXAMPLE: usize = 1_200;

/// The page of one rule.
pub fn page(rule: &Rule) -> String {
    let f = &rule.file;
    let mut out = format!("# {}\n\n", rule.id);
    prose(&mut out, rule, &format!("{}.", f.title));
    let status = if f.status == Status::Preview { "preview" } else { "stable" };
    let gates = if rule.gates() { "yes" } else { "no" };
    let _ = writeln!(
        out,
        "| Family | Class | Severity | Confidence | Gates | Looks at | Status | Since |\n|---|---|---|---|---|---|---|---|\n\
         | {} | {} | {} | {} | {gates} | each {} | {status} | {} |\n",
        rule.family,
        f.class.word(),
        f.severity.word(),
        f.confidence.word(),
        f.scope.word(),
        Untrusted::from(f.since.as_str()).to_markdown()
    );
    for (title, text) in
        [("Why", &f.rationale), ("What to do", &f.remediation), ("What looks like it and is not", &f.false_positives)]
    {
        let _ = writeln!(out, "## {title}\n");
        prose(&mut out, rule, text);
    }
    examples(&mut out, "Matches", &f.must_match);
    examples(&mut out, "Does not match", &f.must_not_match);
    examples(&mut out, "Known gaps: should match and does not yet", &f.known_gap);
    let ids: Vec<String> = f.taxonomy.ids().iter().map(|i| Untrusted::from(i.as_str()).to_markdown()).collect();
    if !ids.is_empty() {
        let _ = writeln!(out, "## Catalogues\n\n{}\n", ids.join(", "));
    }
    if !f.references.is_empty() {
        out.push_str("## References\n\n");
        for reference in &f.references {
            let text = Untrusted::from(reference.as_str());
            let _ = if own(rule) {
                writeln!(out, "- <{}>", text.to_html())
            } else {
                writeln!(out, "- {}", text.to_markdown())
            };
        }
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "## Setting it aside\n\nLeave the rule out once with `--skip {0}`, or lower it with `--severity {0}=low`. To set one finding\naside for good, \
         write a `[[suppress]]` table into `mcp-assay.toml`, bound to the digest of the item it is about,\nand approve it with the baseline.",
        rule.id
    );
    out
}

fn own(rule: &Rule) -> bool {
    !rule.id.as_str().contains('/')
}

/// Paragraphs, folded as the other documents are.
fn prose(out: &mut String, rule: &Rule, text: &str) {
    for block in text.trim().split("\n\n") {
        let words: Vec<&str> = block.split_whitespace().collect();
        let text = Untrusted::from(words.join(" "));
        if own(rule) {
            fold(out, &text.to_visible());
        } else {
            out.push_str(&fence("text", &[text.to_terminal()]));
        }
        out.push('\n');
    }
}

fn fold(out: &mut String, text: &str) {
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > 118 {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
}

fn examples(out: &mut String, title: &str, list: &[Example]) {
    if list.is_empty() {
        return;
    }
    let _ = writeln!(out, "## {title}\n");
    for example in list.iter().take(SHOWN) {
        let near = if example.near_miss { " (a near miss)" } else { "" };
        let _ = writeln!(out, "{}{near}:\n", Untrusted::from(example.name.as_str()).to_markdown());
        let parts = [
            ("", &example.text),
            ("", &example.manifest),
            ("", &example.fleet),
            ("approved: ", &example.before_config),
            ("", &example.config),
            ("approved: ", &example.before),
            ("now: ", &example.after),
        ];
        let mut lines = Vec::new();
        for (what, text) in parts {
            let text = text.as_deref().map(|t| Untrusted::from(t.trim()).cut(EXAMPLE));
            let shown = text.as_ref().map(|t| t.raw().lines()).into_iter().flatten();
            lines.extend(
                shown.enumerate().map(|(i, line)| {
                    format!("{}{}", if i == 0 { what } else { "" }, Untrusted::from(line).to_terminal())
                }),
            );
        }
        out.push_str(&fence("text", &lines));
        out.push('\n');
    }
    if list.len() > SHOWN {
        let _ = writeln!(out, "… and {} more in the rule's file.\n", list.len() - SHOWN);
    }
}

/// `docs/rules/README.md`: all pages.
pub fn contents(rules: &RuleSet) -> String {
    let mut out = String::from(
        "# Rules, one page each\n\nGenerated by `mcp-assay rules pages docs/rules`; a test compares them with the rule files. What makes a rule is\nin [writing-rules.md](../writing-rules.md).\n",
    );
    let mut family = "";
    for rule in rules.rules() {
        if rule.family != family {
            family = rule.family;
            let _ = writeln!(out, "\n## {family}\n");
        }
        let title = Untrusted::from(rule.file.title.as_str()).to_visible();
        let _ = writeln!(out, "- [{0}]({0}.md): {title} ({1})", rule.id, rule.file.severity.word());
    }
    out.push_str(&crate::rule::state::table());
    out
}

/// The same facts for programs.
pub fn value(rule: &Rule) -> Value {
    let f = &rule.file;
    let text = |t: &str| Untrusted::from(t.split_whitespace().collect::<Vec<_>>().join(" ")).to_visible();
    json!({
        "version": 1,
        "rule": rule.id.as_str(),
        "title": text(&f.title),
        "family": rule.family,
        "class": f.class.word(),
        "severity": f.severity.word(),
        "confidence": f.confidence.word(),
        "gates": rule.gates(),
        "scope": f.scope.word(),
        "status": if f.status == Status::Preview { "preview" } else { "stable" },
        "since": text(&f.since),
        "why": text(&f.rationale),
        "whatToDo": text(&f.remediation),
        "lookAlikes": text(&f.false_positives),
        "catalogues": f.taxonomy.ids().iter().map(|i| text(i)).collect::<Vec<_>>(),
        "references": f.references.iter().map(|r| text(r)).collect::<Vec<_>>(),
    })
}
