//! SARIF 2.1.0 for code scanning (REPORTS §1): one physical location per result, GitHub's line hash, the whole rule set in
//! constant order, and a notification for everything that was not audited. The same run gives the same bytes.

mod baseline;
mod hash;
mod metadata;
mod places;

#[cfg(test)]
#[path = "../../tests/it/sarif_gate.rs"]
mod sarif_gate;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use self::places::Places;
use crate::report::saved::{Finding, Location, Saved};
use crate::rule::RuleSet;
use crate::terms::Severity;
use crate::untrusted::{Untrusted, quiet_json};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Results GitHub keeps.
const RESULTS: usize = 5_000;

/// Characters of one notice.
const NOTICE: usize = 1_000;

/// What the caller chooses.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Suppressed results too, with their state.
    pub profile_full: bool,
    /// The category of the run.
    pub category: Option<&'a str>,
    /// Write this time; the output is no longer reproducible.
    pub time: Option<jiff::Timestamp>,
    /// Files below it have URIs; others have none.
    pub root: &'a Path,
}

/// The files that results point into.
#[derive(Clone, Copy)]
pub struct Disk<'a> {
    /// The bytes of a file, for line hashes.
    pub read: &'a dyn Fn(&Path) -> Option<Vec<u8>>,
    /// The file that a path below the root leads to, below the same root: code scanning shows no result on a link. `None`
    /// when it leads out of the root.
    pub real: &'a dyn Fn(&Path) -> Option<PathBuf>,
}

/// The report.
pub fn write(run: &Saved, rules: &RuleSet, options: &Options<'_>, disk: Disk<'_>) -> String {
    let mut writer = Writer { run, rules, options, places: Places::new(options.root, disk, run) };
    let (results, skipped, cut) = writer.results();
    let mut sarif = json!({
        "tool": { "driver": metadata::driver(run, rules) },
        "invocations": [{
            "executionSuccessful": true,
            "toolExecutionNotifications": writer.notifications(skipped, cut),
        }],
        "originalUriBaseIds": { "%SRCROOT%": { "description": { "text": "The root of the repository." } } },
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "taxonomies": metadata::taxonomies(rules),
        "results": results,
    });
    if let Some(category) = options.category {
        sarif["automationDetails"] = json!({ "id": format!("{}/", category.trim_end_matches('/')) });
    }
    if let Some(time) = options.time {
        sarif["invocations"][0]["endTimeUtc"] = json!(time.to_string());
    }
    let log = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [sarif] });
    quiet_json(format!("{log:#}\n"))
}

struct Writer<'a> {
    run: &'a Saved,
    rules: &'a RuleSet,
    options: &'a Options<'a>,
    places: Places<'a>,
}

/// What one result stands for: findings of one rule at one line, in force or set aside.
type Key = (Reverse<Severity>, usize, String, u32, bool);

/// Its place and its findings.
type Group<'f> = (String, Location, Vec<&'f Finding>);

impl<'a> Writer<'a> {
    fn results(&mut self) -> (Vec<Value>, usize, usize) {
        let run: &'a Saved = self.run;
        let mut groups: BTreeMap<Key, Group<'_>> = BTreeMap::new();
        let mut skipped = 0;
        for finding in &run.findings {
            if finding.suppressed.is_some() && !self.options.profile_full {
                continue;
            }
            let index = self.rules.rules().iter().position(|r| r.id.as_str() == finding.rule.raw());
            let place = finding.location.as_ref().and_then(|l| self.places.shown(l));
            let (Some(index), Some((uri, location))) = (index, place) else {
                skipped += 1;
                continue;
            };
            let key = (Reverse(finding.severity), index, uri.clone(), location.line, finding.suppressed.is_some());
            groups.entry(key).or_insert_with(|| (uri, location, Vec::new())).2.push(finding);
        }
        let mut out: Vec<Value> = self.baseline().into_iter().collect();
        let room = RESULTS - out.len();
        let cut = groups.len().saturating_sub(room);
        out.extend(groups.into_iter().take(room).map(|((_, index, ..), group)| self.result(index, &group)));
        (out, skipped, cut)
    }

    fn result(&mut self, index: usize, (uri, location, findings): &Group<'_>) -> Value {
        let first = findings[0];
        let mut text = first.message.to_sarif();
        if findings.len() > 1 {
            let names: Vec<String> = findings
                .iter()
                .skip(1)
                .take(20)
                .filter_map(|f| Some(f.item.as_ref()?.name.cut(60).to_sarif()))
                .collect();
            text = format!("{text}. Also: {} more ({})", findings.len() - 1, names.join(", "));
        }
        let server = self.run.name(&first.target).to_visible();
        let name = first.item.as_ref().map_or_else(|| server.clone(), |i| i.name.to_visible());
        let kind = if first.item.is_some() { "member" } else { "module" };
        let mut fingerprints = json!({ "mcpAssayFindingId/v1": first.fingerprint.to_visible() });
        // a secret is represented by no hash, neither: GitHub then compares what identifies the finding
        let own = || format!("{}:1", first.fingerprint.cut(16).raw().trim_end_matches('…'));
        fingerprints["primaryLocationLineHash"] = json!(self.places.line_hash(uri, location).unwrap_or_else(own));
        let excerpts: Vec<String> = first.evidence.iter().take(3).map(|e| e.excerpt.to_visible()).collect();
        let rule = &self.rules.rules()[index];
        let physical = self.places.physical(uri, location);
        let (related, links) = self.places.related(self.run, first, location);
        let flow = self.places.flow(self.run, first, &physical);
        let mut out = json!({
            "ruleId": rule.id.as_str(),
            "ruleIndex": index,
            "level": metadata::level(first.severity),
            "message": { "text": format!("{}{links}", sentence(&text)), "markdown": first.message.to_markdown() },
            "locations": [{
                "physicalLocation": physical,
                "logicalLocations": [{ "name": name, "fullyQualifiedName": format!("{}/{name}", server), "kind": kind }],
            }],
            "partialFingerprints": fingerprints,
            "taxa": metadata::taxa(self.rules, rule),
            "properties": {
                "severity": first.severity.word(),
                "confidence": first.confidence.word(),
                "class": first.class.word(),
                "pointer": first.pointer.to_visible(),
                "excerpts": excerpts,
            },
        });
        if !related.is_empty() {
            out["relatedLocations"] = Value::Array(related);
        }
        if let Some(flow) = flow {
            out["codeFlows"] = flow;
        }
        if self.options.profile_full {
            out["suppressions"] = Value::Array(first.suppressed.iter().map(|r| self.suppression(first, r)).collect());
        }
        out
    }

    /// What set a finding aside. Only what is in force does, so it was accepted.
    fn suppression(&mut self, finding: &Finding, reason: &Untrusted) -> Value {
        let mut out = json!({ "kind": "external", "status": "accepted", "justification": reason.to_visible() });
        let Some(s) = &finding.suppression else { return out };
        out["properties"] = json!({ "owner": s.owner.to_visible(), "expires": s.expires.to_visible() });
        if let Some(issue) = &s.issue {
            out["properties"]["issue"] = json!(issue.to_visible());
        }
        let place = s.location.as_ref().and_then(|l| self.places.shown(l));
        if let Some((uri, location)) = place {
            out["location"] = json!({ "physicalLocation": self.places.physical(&uri, &location) });
        }
        out
    }

    fn notifications(&self, skipped: usize, cut: usize) -> Vec<Value> {
        let note = |index: usize, level: &str, text: String| {
            let mut out = json!({
                "descriptor": { "id": metadata::NOTIFICATIONS[index].0, "index": index },
                "level": level,
                "message": { "text": text },
            });
            if let Some(time) = self.options.time {
                out["timeUtc"] = json!(time.to_string());
            }
            out
        };
        let run = self.run;
        let mut out: Vec<Value> = run
            .missed()
            .map(|t| {
                let reason = t.reason.as_ref().map_or_else(|| "it was seen only in part".to_owned(), |r| r.to_sarif());
                let text = sentence(&format!("Server '{}' was not audited: {reason}", t.name.cut(60).to_sarif()));
                let mut out = note(0, "warning", text);
                if let Some(place) = self.places.configuration(t) {
                    out["locations"] = json!([{ "physicalLocation": place }]);
                }
                out
            })
            .collect();
        if skipped > 0 {
            out.push(note(
                1,
                "note",
                format!("{skipped} findings have no place inside the repository and are not listed here."),
            ));
        }
        if cut > 0 {
            out.push(note(
                2,
                "warning",
                format!("{cut} results beyond the {RESULTS} that code scanning keeps are not listed."),
            ));
        }
        if run.baseline.fails {
            out.push(note(
                3,
                "error",
                sentence(&format!(
                    "The baseline cannot be used ({}): {}",
                    run.baseline.state.to_sarif(),
                    run.baseline.message.to_sarif()
                )),
            ));
        }
        out.extend(run.notices.iter().map(|n| note(4, "note", sentence(&n.cut(NOTICE).to_sarif()))));
        out
    }
}

/// Ends with a full stop, as validators ask.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}
