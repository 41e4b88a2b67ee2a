//! GitLab Code Quality: one entry per finding, with our line-free fingerprint, one per server that was not audited, and one
//! for a baseline that cannot be used. The format knows nothing but issues, and a note is none: notes are left to the other
//! formats, and where there is no other one to standard error (`cli::convert`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::saved::{Finding, Saved};
use crate::terms::{Digest, Severity};
use crate::untrusted::{Untrusted, quiet_json};

/// GitLab wants a file for every entry; this one stands for findings that have no place in the repository.
const NO_PLACE: &str = ".mcp-assay/baseline.json";

/// The array.
pub fn write(run: &Saved) -> String {
    let mut entries: Vec<Value> = run.worst_first().into_iter().map(|f| entry(run, f)).collect();
    for target in run.missed() {
        let reason =
            target.reason.as_ref().map_or_else(|| "it was seen only in part".to_owned(), Untrusted::to_terminal);
        let place = target.origin.as_ref().map(|o| (&o.file, o.line));
        let id = Digest::of(format!("mcpAssayNotAudited/v1 {}", target.name.raw()).as_bytes());
        entries.push(json!({
            "description": format!("server '{}' was not audited: {reason}", target.name.cut(60).to_terminal()),
            "check_name": "not-audited",
            "fingerprint": &id.hex()[..32],
            "severity": "major",
            "location": location(place),
        }));
    }
    if run.baseline.fails {
        let (state, message) = (run.baseline.state.to_terminal(), run.baseline.message.to_terminal());
        entries.push(json!({
            "description": format!("the baseline cannot be used ({state}): {message}"),
            "check_name": "baseline-unusable",
            "fingerprint": &Digest::of(b"mcpAssayBaselineUnusable/v1").hex()[..32],
            "severity": "critical",
            "location": location(run.baseline.file.as_ref().map(|f| (f, 1))),
        }));
    }
    distinct(&mut entries);
    quiet_json(format!("{:#}\n", Value::Array(entries)))
}

/// GitLab drops the second of two equal fingerprints (one server in two clients, two places of one item).
fn distinct(entries: &mut [Value]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        let id = entry["fingerprint"].as_str().unwrap_or_default().to_owned();
        let count = seen.entry(id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            entry["fingerprint"] = json!(&Digest::of(format!("{id} {count}").as_bytes()).hex()[..32]);
        }
    }
}

fn entry(run: &Saved, f: &Finding) -> Value {
    let severity = match f.severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Note => "info",
    };
    json!({
        "description": format!("server '{}': {}", run.name(&f.target).cut(60).to_terminal(), f.message.to_terminal()),
        "check_name": f.rule.to_terminal(),
        "fingerprint": f.fingerprint.to_visible(),
        "severity": severity,
        "location": location(f.location.as_ref().map(|l| (&l.file, l.line))),
    })
}

/// Only paths inside the repository can be shown.
fn location(place: Option<(&Untrusted, u32)>) -> Value {
    let inside = |file: &str| {
        !file.is_empty()
            && !file.contains(':')
            && !file.starts_with(['/', '\\'])
            && file.split(['/', '\\']).all(|p| p != "..")
    };
    let (path, line) = match place {
        Some((file, line)) if inside(file.raw()) => (file.to_visible(), line.max(1)),
        _ => (NO_PLACE.to_owned(), 1),
    };
    json!({ "path": path, "lines": { "begin": line } })
}
