//! Our own gate (REPORTS §1.11) over runs with findings, without, and incomplete; mutations prove that the gate bites.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Options, write};
use crate::finding::{Finding, Location};
use crate::json::Pointer;
use crate::manifest::ItemKey;
use crate::policy::{Auditor, BaselineStatus, Coverage, Levels, Run, Summary, TargetReport, Verdict};
use crate::report::saved::Saved;
use crate::rule::RuleSet;
use crate::target::Place;
use crate::target::argument::file_target;
use crate::terms::{Class, Confidence, Digest, ItemKind, RuleId, Severity};
use crate::untrusted::Message;

const FILE: &str = "{\n  \"a\": 1,\n  \"b\": 2\n}\n";

fn finding(rule: &str, item: &str, line: u32) -> Finding {
    let target = file_target(Path::new("x.json"), 0, None);
    let hostile = "[click](https://evil.test) \u{1b}[31m ::error::x ##[error]y \u{202e}";
    let place = Place { line, column: 3, end_line: line, end_column: 9 };
    Finding {
        rule: RuleId::new(rule).expect("an id"),
        family: "poisoning",
        class: Class::Integrity,
        severity: Severity::Critical,
        confidence: Confidence::High,
        gate: true,
        target: target.id,
        server: target.name,
        item: Some(ItemKey::new(ItemKind::Tool, item)),
        item_digest: None,
        pointer: Pointer::root().child("description"),
        message: Message::new("tool ").quote(&hostile.into()),
        evidence: vec![],
        related: vec![],
        location: Some(Location { file: PathBuf::from("/srv/checkout/sub dir/a.json"), place }),
        suppressed: None,
    }
}

fn run(findings: Vec<Finding>) -> Run {
    let target = file_target(Path::new("x.json"), 0, None);
    Run {
        auditor: Auditor { version: "1.2.3", rules: 3, rules_digest: Digest::of(b"") },
        baseline: BaselineStatus { state: "ok", version: Some(1), sentence: Message::default(), fails: false },
        targets: vec![TargetReport {
            target,
            verdict: Verdict::NotAudited,
            reason: Some(Message::new("did not answer")),
            coverage: Coverage::default(),
            snapshot: None,
            changes: vec![],
            approved: false,
        }],
        findings,
        summary: Summary::default(),
        notices: vec![],
    }
}

fn text(run: &Run, full: bool) -> String {
    let rules = RuleSet::builtin().unwrap_or_else(|e| panic!("{e}"));
    let options = Options { profile_full: full, category: Some("mcp"), time: None, root: Path::new("/srv/checkout") };
    let levels = Levels { fail_on: Some(Severity::High), exact: false, exit_zero: false };
    let plain = crate::report::json::Options { full_text: false, root: options.root, levels };
    let json = crate::report::json::write(run, plain, &|f| f.location.clone());
    let saved = Saved::read(json.as_bytes()).expect("our own report");
    write(&saved, &rules, &options, &|_| Some(FILE.as_bytes().to_vec()))
}

fn sarif(run: &Run, full: bool) -> Value {
    serde_json::from_str(&text(run, full)).expect("JSON")
}

/// What is wrong for GitHub, beyond the schema.
fn gate(log: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for rule in rules {
        let id = rule["id"].as_str().unwrap_or_default();
        let score = rule["properties"]["security-severity"].as_str().and_then(|s| s.parse::<f64>().ok());
        if !score.is_some_and(|s| s > 0.0 && s <= 10.0) {
            wrong.push(format!("{id}: security-severity"));
        }
        for key in ["shortDescription", "fullDescription", "help"] {
            let words = rule[key]["text"].as_str().unwrap_or_default();
            if words.is_empty() || (key != "help" && words.chars().count() > 1024) {
                wrong.push(format!("{id}: {key}"));
            }
        }
        if rule["properties"]["tags"].as_array().is_none_or(|t| t.len() > 10) {
            wrong.push(format!("{id}: tags"));
        }
        if !["high", "medium", "low", "very-high"]
            .contains(&rule["properties"]["precision"].as_str().unwrap_or_default())
        {
            wrong.push(format!("{id}: precision"));
        }
    }
    if run["invocations"][0]["executionSuccessful"] != true {
        wrong.push("executionSuccessful".to_owned());
    }
    let mut seen = std::collections::BTreeSet::new();
    for (i, result) in run["results"].as_array().expect("results").iter().enumerate() {
        let mut bad = |what: &str| wrong.push(format!("result {i}: {what}"));
        let index = result["ruleIndex"].as_u64().unwrap_or(u64::MAX) as usize;
        if rules.get(index).is_none_or(|r| r["id"] != result["ruleId"]) {
            bad("ruleIndex");
        }
        if result["locations"].as_array().is_none_or(|l| l.len() != 1) {
            bad("not one location");
        }
        let flow = &result["codeFlows"][0]["threadFlows"][0]["locations"];
        let flow = flow.as_array().into_iter().flatten().map(|step| &step["location"]);
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for location in related.chain(flow).chain([&result["locations"][0]]) {
            place(&location["physicalLocation"], &mut bad);
        }
        // a link leads to a related place and nowhere else
        let message = result["message"]["text"].as_str().unwrap_or_default();
        for (at, _) in message.match_indices("](").filter(|(at, _)| !message[..*at].ends_with('\\')) {
            let id: String = message[at + 2..].chars().take_while(char::is_ascii_digit).collect();
            let known = result["relatedLocations"].as_array().into_iter().flatten();
            if !message[at + 2 + id.len()..].starts_with(')') || !known.map(|r| r["id"].to_string()).any(|i| i == id) {
                bad("link");
            }
        }
        let print = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap_or_default();
        if print.is_empty() || !seen.insert((result["ruleId"].to_string(), print.to_owned())) {
            bad("fingerprint");
        }
    }
    let text = log.to_string();
    for word in ["/srv/checkout", "file://", "/home/", "\"message\":{\"text\":\"\"}"] {
        if text.contains(word) {
            wrong.push(format!("holds {word}"));
        }
    }
    wrong
}

fn place(place: &Value, bad: &mut dyn FnMut(&str)) {
    let uri = place["artifactLocation"]["uri"].as_str().unwrap_or_default();
    if uri.is_empty() || uri.starts_with('/') || uri.contains([':', '\\', ' ']) || uri.contains("..") {
        bad("uri");
    }
    for key in ["startLine", "startColumn", "endLine", "endColumn"] {
        if place["region"][key].as_u64().is_none_or(|n| n < 1) {
            bad(key);
        }
    }
}

fn schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schemas/sarif-2.1.0.json");
    let text = std::fs::read_to_string(path).expect("the schema");
    let schema: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

#[test]
fn every_run_passes_the_schema_and_the_gate_and_repeats_to_the_byte() {
    let validator = schema();
    let mut suppressed = finding("concealed-action", "c", 3);
    suppressed.suppressed = Some("a reason".to_owned());
    let mut outside = finding("concealed-action", "d", 2);
    outside.location = Some(Location { file: PathBuf::from("/home/me/x.json"), place: Place::default() });
    let findings = vec![
        finding("concealed-action", "a", 2),
        finding("concealed-action", "b", 2),
        finding("unicode-tags", "a", 3),
        suppressed,
        outside,
    ];
    for (findings, full, expected) in [(vec![], false, 0), (findings.clone(), false, 2), (findings, true, 3)] {
        let run = run(findings);
        let log = sarif(&run, full);
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert_eq!(gate(&log), Vec::<String>::new());
        assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(expected));
        assert_eq!(text(&run, full), text(&run, full));
        let notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().expect("a list");
        assert_eq!(notes[0]["descriptor"]["id"], "not-audited");
        let states = log["runs"][0]["results"]
            .as_array()
            .expect("results")
            .iter()
            .filter(|r| r["suppressions"].is_array())
            .count();
        assert_eq!(states, if full { expected } else { 0 });
    }
}

#[test]
fn server_text_forms_no_link_and_no_command() {
    let run = run(vec![finding("concealed-action", "a", 2)]);
    let raw = text(&run, false);
    assert!(!raw.contains("##[") && !raw.contains("\u{1b}") && !raw.contains('\u{202e}'));
    let log = sarif(&run, false);
    let message = log["runs"][0]["results"][0]["message"]["text"].as_str().expect("text");
    assert!(message.contains("\\[click\\](https") && !message.contains("::"), "{message}");
}

#[test]
fn the_gate_notices_what_validators_miss() {
    let good = sarif(&run(vec![finding("concealed-action", "a", 2)]), false);
    let breaks: [(&str, &str, Value); 8] = [
        ("/runs/0/results/0/message/text", "link", serde_json::json!("See [x](https://evil.test).")),
        ("/runs/0/results/0/message/text", "link", serde_json::json!("See [x](9).")),
        ("/runs/0/results/0/locations", "not one location", serde_json::json!([])),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", "startLine", serde_json::json!(0)),
        ("/runs/0/results/0/ruleIndex", "ruleIndex", serde_json::json!(0)),
        (
            "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri",
            "uri",
            serde_json::json!("file:///srv/checkout/a"),
        ),
        ("/runs/0/tool/driver/rules/0/properties/security-severity", "security-severity", serde_json::json!(9.5)),
        ("/runs/0/invocations/0/executionSuccessful", "executionSuccessful", serde_json::json!(false)),
    ];
    for (pointer, what, value) in breaks {
        let mut log = good.clone();
        *log.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        assert!(gate(&log).iter().any(|w| w.contains(what)), "{what}: {:?}", gate(&log));
    }
}
