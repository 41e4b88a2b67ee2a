//! Our own gate (REPORTS §1.11) over runs with findings, without, and incomplete; mutations prove that the gate bites.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::sarif_gate;
use super::{Disk, Options, write};
use crate::finding::{Finding, Location};
use crate::json::Pointer;
use crate::manifest::ItemKey;
use crate::policy::{Auditor, BaselineStatus, Coverage, Levels, Run, Summary, TargetReport, Verdict};
use crate::report::saved::Report;
use crate::rule::RuleSet;
use crate::target::argument::file_target;
use crate::target::{Origin, Place};
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
        flow: None,
        location: Some(Location { file: PathBuf::from("/srv/checkout/sub dir/a.json"), place }),
        suppressed: None,
    }
}

fn run(findings: Vec<Finding>) -> Run {
    let target = file_target(Path::new("x.json"), 0, None);
    Run {
        auditor: Auditor { version: "1.2.3", rules: 3, rules_digest: Digest::of(b"") },
        baseline: BaselineStatus {
            state: "ok",
            version: Some(1),
            sentence: Message::default(),
            fails: false,
            file: None,
        },
        targets: vec![TargetReport {
            target,
            settings: false,
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
    let json = crate::report::json::report(run, plain, &|f, _| f.location.clone()).expect("our own report");
    let saved = Report::read(json.written.text().expect("JSON").as_bytes()).expect("our own report");
    let disk = Disk { read: &|_| Some(FILE.as_bytes().to_vec()), real: &|p| Some(p.to_path_buf()) };
    write(&saved.run, &rules, &options, disk)
}

fn sarif(run: &Run, full: bool) -> Value {
    serde_json::from_str(&text(run, full)).expect("JSON")
}

/// What is wrong, and whether a path of the machine is in it.
fn gate(log: &Value, full: bool) -> Vec<String> {
    let text = log.to_string();
    let mut wrong = sarif_gate::problems(&text, None, full);
    for word in ["/srv/checkout", "file://", "/home/"] {
        if text.contains(word) {
            wrong.push(format!("holds {word}"));
        }
    }
    wrong
}

#[test]
fn a_hash_reaches_over_no_line_of_a_secret() {
    let body = format!("{}\n{}\n", "MIIEvQ9a".repeat(8), "q8Zt3LpW".repeat(8));
    let key = format!("-----BEGIN {} KEY-----\n{body}-----END PRIVATE KEY-----\n", "PRIVATE");
    let far = |n: usize| format!("{{\n{}\"a\": \"{}{}\"\n", "\n".repeat(n), "ghp_", "q8Zt3LpW9x".repeat(4));
    for (file, line, hashed) in [
        (format!("a\n{key}b\n"), 3, false),
        (format!("a\n{key}b\n"), 1, false),
        (format!("a\n{key}b\n"), 6, true),
        (far(97), 1, false),
        (far(120), 1, true),
    ] {
        let run = run(vec![finding("concealed-action", "a", line)]);
        let levels = Levels { fail_on: None, exact: false, exit_zero: false };
        let root = Path::new("/srv/checkout");
        let json = crate::report::json::Options { full_text: false, root, levels };
        let json = crate::report::json::report(&run, json, &|f, _| f.location.clone()).expect("our own report");
        let saved = Report::read(json.written.text().expect("JSON").as_bytes()).expect("our own report").run;
        let disk = Disk { read: &|_| Some(file.as_bytes().to_vec()), real: &|p| Some(p.to_path_buf()) };
        let location = saved.findings[0].location.as_ref().expect("a place");
        let mut places = super::places::Places::new(root, disk, &saved);
        let (uri, location) = places.shown(location).expect("below the root");
        assert_eq!(places.line_hash(&uri, &location).is_some(), hashed, "{line} of {file}");
    }
}

#[test]
fn every_run_passes_the_schema_and_the_gate_and_repeats_to_the_byte() {
    let mut suppressed = finding("concealed-action", "c", 3);
    suppressed.suppressed = Some(crate::finding::Suppressed {
        reason: "a reason".to_owned(),
        owner: "alice".to_owned(),
        expires: "2027-05-01".to_owned(),
        issue: None,
        place: Some(Place { line: 2, column: 1, end_line: 4, end_column: 2 }),
    });
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
        assert_eq!(gate(&log, full), Vec::<String>::new());
        assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(expected));
        assert_eq!(text(&run, full), text(&run, full));
        let notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().expect("a list");
        assert_eq!(notes[0]["descriptor"]["id"], "not-audited");
        let results = log["runs"][0]["results"].as_array().expect("results");
        let aside = results.iter().find(|r| !r["suppressions"][0].is_null());
        if let Some(aside) = aside {
            let one = &aside["suppressions"][0];
            assert_eq!((&one["kind"], &one["status"]), (&"external".into(), &"accepted".into()));
            assert_eq!(
                (&one["justification"], &one["properties"]["expires"]),
                (&"a reason".into(), &"2027-05-01".into())
            );
            let place = &one["location"]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], "mcp-assay.toml");
            assert_eq!((&place["region"]["startLine"], &place["region"]["endLine"]), (&2.into(), &4.into()));
        }
        assert_eq!(aside.is_some(), full);
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
fn an_unusable_baseline_is_a_result_on_its_first_line_or_at_a_server() {
    let mut run = run(vec![finding("concealed-action", "a", 2)]);
    run.baseline = BaselineStatus {
        state: "bad-signature",
        version: None,
        sentence: Message::new("the signature of ").quote(&"[x](https://evil.test) ##[error]".into()),
        fails: true,
        file: Some(PathBuf::from("/srv/checkout/.mcp-assay/baseline.json")),
    };
    let all = |run: &Run, full| {
        let log = sarif(run, full);
        assert_eq!(gate(&log, full), Vec::<String>::new());
        let results = log["runs"][0]["results"].as_array().expect("results").clone();
        results.into_iter().filter(|r| r["ruleId"] == "baseline-unusable").collect::<Vec<_>>()
    };
    for full in [false, true] {
        let found = all(&run, full);
        assert_eq!(found.len(), 1);
        let place = &found[0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], ".mcp-assay/baseline.json");
        assert_eq!(place["region"]["startLine"], 1);
        let related = &found[0]["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(related, ".mcp-assay/approvals.jsonl");
    }
    // without a file: where a server is configured
    run.baseline.file = None;
    assert_eq!(all(&run, false), Vec::<Value>::new(), "no place at all: the notification says it");
    let place = Place { line: 3, column: 5, end_line: 3, end_column: 9 };
    run.targets[0].target.origin = Some(Origin { file: PathBuf::from("/srv/checkout/.mcp.json"), place });
    let found = all(&run, false);
    let place = &found[0]["locations"][0]["physicalLocation"];
    assert_eq!((&place["artifactLocation"]["uri"], &place["region"]["startLine"]), (&".mcp.json".into(), &3.into()));
    run.baseline.fails = false;
    assert_eq!(all(&run, false), Vec::<Value>::new());
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
    let one = good["runs"][0]["results"][0].clone();
    let many: Vec<Value> = vec![one.clone(); 5_001];
    let breaks: [(&str, &str, Value); 19] = [
        ("/runs/0/results", "fingerprint", serde_json::json!([one, one])),
        ("/runs/0/results", "5001 results", Value::Array(many)),
        ("/runs/0/results", "no results", Value::Null),
        ("/runs/0/results/0/locations/0", "uri", serde_json::json!({ "logicalLocations": [{ "name": "x" }] })),
        ("/runs/0/results/0/partialFingerprints", "fingerprint", serde_json::json!({})),
        ("/runs/0/results/0/level", "schema", serde_json::json!("bad")),
        ("/runs/0/results/0/properties", "path of", serde_json::json!({ "p": "/srv/checkout/x" })),
        ("/runs/0/results/0/properties", "token", serde_json::json!({ "p": format!("ghp_{}", "a1B2".repeat(9)) })),
        ("/runs", "two runs", serde_json::json!([good["runs"][0], good["runs"][0]])),
        ("/runs/0/tool/driver/rules/0/help", "help", serde_json::json!({ "text": "" })),
        ("/runs/0/tool/driver/rules/0/properties/precision", "precision", serde_json::json!("sure")),
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
        let what = if what == "path of" { "/srv/checkout" } else { what };
        let mut log = good.clone();
        *log.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        assert!(gate(&log, false).iter().any(|w| w.contains(what)), "{what}: {:?}", gate(&log, false));
    }
}
