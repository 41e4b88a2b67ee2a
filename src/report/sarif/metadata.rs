//! The parts that do not depend on findings: the driver, its rules and notifications, the taxonomies.

use serde_json::{Value, json};

use crate::report::page;
use crate::report::saved::Saved;
use crate::rule::{Rule, RuleSet};
use crate::terms::Severity;
use crate::untrusted::Untrusted;

/// Id, short and full description of what may be notified.
pub(super) const NOTIFICATIONS: [(&str, &str, &str); 5] = [
    (
        "not-audited",
        "A server was not audited.",
        "The server did not answer completely, or nobody consented to start it. Nothing is known of it, so earlier alerts about it are not fixed.",
    ),
    (
        "no-location",
        "A finding has no place in the repository.",
        "The finding concerns a configuration outside of the repository, which code scanning cannot show. Other report formats list it.",
    ),
    (
        "results-cut",
        "There are more results than code scanning keeps.",
        "Only the most severe results are listed. Other report formats list all of them.",
    ),
    (
        "baseline-unusable",
        "The baseline cannot be used.",
        "The baseline is missing where it is required, malformed, unsigned or untrusted, so changes could not be judged against it.",
    ),
    (
        "run-note",
        "Something a reader of the results has to know.",
        "For example which words were compared as approved because of a signed exception, a suppression without effect, a file that was not read, or an approval that ends soon.",
    ),
];

/// Characters of the example in a rule's help.
const EXAMPLE: usize = 300;

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Note => "note",
    }
}

pub(super) fn driver(run: &Saved, rules: &RuleSet) -> Value {
    let note = |(id, short, full): &(&str, &str, &str)| {
        json!({
            "id": id,
            "name": pascal(id),
            "shortDescription": { "text": short },
            "fullDescription": { "text": full },
            "help": { "text": full },
            "helpUri": page::HOME,
        })
    };
    json!({
        "name": "mcp-assay",
        "fullName": format!("mcp-assay {}", run.auditor.version.to_visible()),
        "organization": "mcp-assay",
        "semanticVersion": run.auditor.version.to_visible(),
        "informationUri": page::HOME,
        "rules": rules.rules().iter().map(|r| rule(rules, r)).chain([super::baseline::rule()]).collect::<Vec<_>>(),
        "notifications": NOTIFICATIONS.iter().map(note).collect::<Vec<_>>(),
        "supportedTaxonomies": [{ "name": "CWE", "index": 0 }, { "name": "OWASP MCP", "index": 1 }],
    })
}

fn rule(rules: &RuleSet, r: &Rule) -> Value {
    let f = &r.file;
    let plain = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
    let stop = |t: String| if t.ends_with('.') { t } else { format!("{t}.") };
    let clean = |t: &str| Untrusted::from(plain(t)).to_terminal();
    // words only: configurations hold made-up secrets and paths, which scanners of the file would take for real ones
    let harmless = |t: &&str| {
        let secret = |w: &str| crate::secret::is_secret(None, w);
        !["/home/", "file://"].iter().any(|p| t.contains(p)) && !t.split_whitespace().any(secret)
    };
    let example = f.must_match.iter().filter_map(|e| e.text.as_deref()).find(harmless);
    let example = example.map(|t| Untrusted::from(plain(t)).cut(EXAMPLE));
    let shown = example.as_ref().map(|e| format!("Example: {}\n\n", e.to_sarif())).unwrap_or_default();
    let help = format!(
        "Why: {}\n\n{shown}Looks like it and is not: {}\n\nWhat to do: {}\n\nSuppress: a [[suppress]] table in mcp-assay.toml, bound to the item's digest, approved with the baseline.",
        clean(&f.rationale),
        clean(&f.false_positives),
        clean(&f.remediation)
    );
    let shown = example.map(|e| format!("**Example.** {}\n\n", e.to_markdown())).unwrap_or_default();
    let markdown = format!(
        "## {}\n\n**Why.** {}\n\n{shown}**Looks like it and is not.** {}\n\n**What to do.** {}\n\n**Suppress.** A `[[suppress]]` table in `mcp-assay.toml`, bound to the item's digest, approved with the baseline.",
        clean(&f.title),
        clean(&f.rationale),
        clean(&f.false_positives),
        clean(&f.remediation)
    );
    let mut tags = vec!["security".to_owned(), r.family.to_owned(), f.class.word().to_owned()];
    tags.extend(f.taxonomy.cwe.iter().take(5).map(|n| format!("external/cwe/cwe-{n}")));
    let score = match f.severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low | Severity::Note => "2.0",
    };
    let mut out = json!({
        "id": r.id.as_str(),
        "name": pascal(r.id.as_str()),
        "shortDescription": { "text": stop(clean(&f.title)) },
        "fullDescription": { "text": stop(Untrusted::from(clean(&f.rationale)).cut(1000).raw().to_owned()) },
        "help": { "text": help, "markdown": markdown },
        "helpUri": page::of_rule(&r.id).unwrap_or_else(|| page::HOME.to_owned()),
        "defaultConfiguration": { "level": level(f.severity) },
        "relationships": taxa(rules, r).iter().map(|t| json!({ "target": t, "kinds": ["superset"] })).collect::<Vec<_>>(),
        "properties": { "tags": tags, "precision": f.confidence.word(), "security-severity": score },
    });
    if !f.formerly.is_empty() {
        out["deprecatedIds"] = json!(f.formerly);
    }
    out
}

/// `ConcealedAction` for `concealed-action`.
fn pascal(id: &str) -> String {
    let word = |w: &str| {
        let mut chars = w.chars();
        chars.next().map(|c| c.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
    };
    id.split(['-', '/']).map(word).collect()
}

fn cwe(rules: &RuleSet) -> Vec<u32> {
    let mut all: Vec<u32> = rules.rules().iter().flat_map(|r| r.file.taxonomy.cwe.iter().copied()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn owasp(rules: &RuleSet) -> Vec<&str> {
    let mut all: Vec<&str> =
        rules.rules().iter().flat_map(|r| r.file.taxonomy.owasp_mcp.iter().map(String::as_str)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

pub(super) fn taxonomies(rules: &RuleSet) -> Value {
    let cwe: Vec<Value> = cwe(rules).into_iter().map(|n| json!({ "id": format!("CWE-{n}") })).collect();
    let owasp: Vec<Value> = owasp(rules).into_iter().map(|id| json!({ "id": id })).collect();
    json!([
        {
            "name": "CWE", "version": "4.18", "organization": "MITRE", "isComprehensive": false,
            "informationUri": "https://cwe.mitre.org/data/index.html",
            "shortDescription": { "text": "The MITRE Common Weakness Enumeration." },
            "taxa": cwe,
        },
        {
            "name": "OWASP MCP", "version": "0.1", "organization": "OWASP", "isComprehensive": false,
            "informationUri": "https://owasp.org/www-project-mcp-top-10/",
            "shortDescription": { "text": "The OWASP MCP Top 10." },
            "taxa": owasp,
        },
    ])
}

/// References of a rule into the taxonomies.
pub(super) fn taxa(rules: &RuleSet, r: &Rule) -> Vec<Value> {
    let reference = |id: String, index: usize, component: usize, name: &str| json!({ "id": id, "index": index, "toolComponent": { "name": name, "index": component } });
    let (weaknesses, risks) = (cwe(rules), owasp(rules));
    let mut out = Vec::new();
    for n in &r.file.taxonomy.cwe {
        if let Ok(index) = weaknesses.binary_search(n) {
            out.push(reference(format!("CWE-{n}"), index, 0, "CWE"));
        }
    }
    for id in &r.file.taxonomy.owasp_mcp {
        if let Ok(index) = risks.binary_search(&id.as_str()) {
            out.push(reference(id.clone(), index, 1, "OWASP MCP"));
        }
    }
    out
}
