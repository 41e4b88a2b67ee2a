//! Honest upgrades: consecutive versions of real servers, judged as a change of an approved server. Two sources: corpora
//! named in `MCP_ASSAY_DRIFT` (files of one manifest per line, in the order of versions), and the packages of drift.json,
//! which are captured with our own command. What is captured stays under `target/`.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use mcp_assay::capture::recording;
use mcp_assay::diff::{Grade, compare};
use mcp_assay::json::{Limits, read};
use mcp_assay::manifest::{Manifest, from_document};
use mcp_assay::policy::{Levels, fails};
use mcp_assay::rule::example::file_target;
use mcp_assay::rule::{RuleSet, Selection, Subject, evaluate};
use mcp_assay::snapshot::Snapshot;
use mcp_assay::target::File;
use mcp_assay::terms::Severity;
use serde_json::Value;

/// One server at one version.
struct Version {
    name: String,
    manifest: Manifest,
}

/// What the steps of one server came to.
#[derive(Default)]
struct Tally {
    steps: usize,
    quiet: usize,
    changes: usize,
    grades: [usize; 7],
    worst: [usize; 7],
    gated: Vec<String>,
}

fn manifest(text: &str) -> Option<Manifest> {
    let document = read(text.as_bytes(), &Limits::default()).ok()?;
    from_document(&document, text.as_bytes()).ok()?.into_iter().next().map(|n| n.manifest)
}

/// Judges one step as `scan` would, and says what would fail a run.
fn step(rules: &RuleSet, old: &Version, new: &Version, tally: &mut Tally) {
    let target = file_target(0, None);
    let (before, now) = (Snapshot::of(&old.manifest), Snapshot::of(&new.manifest));
    let changes = compare(&before, &now);
    tally.steps += 1;
    if changes.is_empty() {
        tally.quiet += 1;
        return;
    }
    let subject = |manifest, snapshot, approved, changes| Subject {
        approved,
        changes,
        ..Subject::of(&target, manifest, snapshot)
    };
    let judged = evaluate(rules, &Selection::default(), &[subject(&new.manifest, &now, Some(&before), &changes)]);
    let known = evaluate(rules, &Selection::default(), &[subject(&old.manifest, &before, None, &[])]).findings;
    let levels = Levels { fail_on: Some(Severity::High), exact: false, exit_zero: false };
    let place = |f: &mcp_assay::finding::Finding| (f.rule.clone(), f.item.clone());
    let fresh = judged.findings.iter().filter(|f| fails(f, levels) && !known.iter().any(|k| place(k) == place(f)));
    let mut why: Vec<String> = fresh
        .map(|f| {
            let said = f.evidence.first().and_then(|e| e.text.raw().get(e.start..e.end)).unwrap_or_default();
            let said: String = said.chars().take(160).collect();
            format!(
                "    {} {:?}: {:?}",
                f.rule,
                f.item.as_ref().map(|i| i.name.clone()),
                mcp_assay::untrusted::visible(&said)
            )
        })
        .collect();
    why.dedup();
    let grades: Vec<Grade> = judged.changes.iter().flatten().filter_map(|c| c.grade).collect();
    grades.iter().for_each(|g| tally.grades[*g as usize] += 1);
    tally.changes += grades.len();
    if let Some(worst) = grades.iter().max() {
        tally.worst[*worst as usize] += 1;
        if *worst >= Grade::D4 && std::env::var_os("MCP_ASSAY_SHOW").is_some() {
            println!("{} -> {}", old.name, new.name);
            for f in judged.findings.iter().filter(|f| f.family == "drift" && f.severity >= Severity::Medium) {
                println!("    {} {}", f.rule, f.message.to_terminal());
            }
        }
    }
    if !why.is_empty() {
        tally.gated.push(format!("  {} -> {}\n{}", old.name, new.name, why.join("\n")));
    }
}

fn table(servers: &BTreeMap<String, Vec<Version>>) -> (usize, usize) {
    let rules = RuleSet::builtin().unwrap_or_else(|e| panic!("{e}"));
    println!(
        "| server | steps | no change | changes | D0 | D1 | D2 | D3 | D4 | D5 | D6 | steps by worst grade | gated |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    let mut all = Tally::default();
    let row = |name: &str, t: &Tally| {
        let grades: Vec<String> = t.grades.iter().map(usize::to_string).collect();
        let worst: Vec<String> = (0..7).filter(|g| t.worst[*g] > 0).map(|g| format!("D{g}: {}", t.worst[g])).collect();
        println!(
            "| {name} | {} | {} | {} | {} | {} | {} |",
            t.steps,
            t.quiet,
            t.changes,
            grades.join(" | "),
            worst.join(", "),
            t.gated.len()
        );
    };
    for (name, versions) in servers {
        let mut tally = Tally::default();
        versions.windows(2).for_each(|pair| step(&rules, &pair[0], &pair[1], &mut tally));
        row(name, &tally);
        all.steps += tally.steps;
        all.quiet += tally.quiet;
        all.changes += tally.changes;
        (0..7).for_each(|g| {
            all.grades[g] += tally.grades[g];
            all.worst[g] += tally.worst[g];
        });
        all.gated.extend(tally.gated);
    }
    row("**all**", &all);
    println!("gated steps:\n{}", all.gated.join("\n"));
    (all.steps, all.gated.len())
}

fn lines(path: &str) -> Vec<Value> {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("gzip of UTF-8");
    text.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect()
}

/// `MCP_ASSAY_DRIFT=a.jsonl.gz:b.jsonl.gz`, each line a manifest with `source` and `version`.
#[test]
#[ignore = "needs corpora: set MCP_ASSAY_DRIFT"]
fn honest_upgrades_of_the_corpora_do_not_gate() {
    let files = std::env::var("MCP_ASSAY_DRIFT").expect("MCP_ASSAY_DRIFT names the files");
    let mut servers: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for row in files.split(':').flat_map(lines) {
        let source = row["source"].as_str().expect("a source").to_owned();
        let version = row["version"].as_str().unwrap_or_default();
        let manifest = manifest(&row.to_string()).expect("a manifest");
        servers.entry(source.clone()).or_default().push(Version { name: format!("{source} {version}"), manifest });
    }
    let (steps, gated) = table(&servers);
    assert!(gated * 100 <= steps, "{gated} of {steps} honest upgrades gate");
}

/// The packages of drift.json, each at several versions.
#[test]
#[ignore = "needs npm, PyPI and minutes"]
fn honest_upgrades_of_packages_do_not_gate() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let list = std::fs::read_to_string(root.join("tests/real/drift.json")).expect("the list");
    let list: Value = serde_json::from_str(&list).expect("JSON");
    let dir = std::env::var_os("MCP_ASSAY_RECORDINGS").map_or_else(|| root.join("target/real/drift"), PathBuf::from);
    std::fs::create_dir_all(&dir).expect("a folder");
    let mut servers: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for (package, entry) in list.as_object().expect("packages") {
        let runner = entry["runner"].as_str().expect("npx or uvx");
        for version in entry["versions"].as_array().expect("versions") {
            let version = version.as_str().expect("text");
            let file = dir.join(format!("{}-{version}.json", package.replace(['@', '/'], "_")));
            if !file.exists() {
                let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-assay"));
                command
                    .args(["capture", "--launch", "all", "--probe", "off", "--era", "legacy", "-o"])
                    .arg(&file)
                    .arg("--");
                command.arg(runner).args(["-y"].iter().filter(|_| runner == "npx")).arg(format!("{package}@{version}"));
                let status =
                    command.env("PATH", super::path()).stdin(Stdio::null()).status().expect("the command runs");
                assert!(status.success(), "{package} {version}");
            }
            let text = std::fs::read(&file).expect("a recording");
            let document = read(&text, &Limits::default()).expect("JSON");
            let from = File { path: file.clone(), index: 0 };
            let recorded = recording::read(&document.root, &from).expect("a recording");
            let capture = &recorded.first().expect("one server").capture;
            let (_, manifest) =
                capture.eras().into_values().next().unwrap_or_else(|| panic!("{package} {version}: no words"));
            let version = Version { name: format!("{package} {version}"), manifest };
            servers.entry(package.clone()).or_default().push(version);
        }
    }
    let (steps, gated) = table(&servers);
    assert!(gated * 100 <= steps, "{gated} of {steps} honest upgrades gate");
}

/// `MCP_ASSAY_PULLS=malicious.jsonl.gz`: lines with `before` and `after`.
#[test]
#[ignore = "needs a corpus: set MCP_ASSAY_PULLS"]
fn public_rug_pulls_are_graded() {
    let rules = RuleSet::builtin().unwrap_or_else(|e| panic!("{e}"));
    let (mut all, mut graded) = (0, 0);
    for row in lines(&std::env::var("MCP_ASSAY_PULLS").expect("MCP_ASSAY_PULLS names the file")) {
        let side =
            |key: &str| Version { name: key.to_owned(), manifest: manifest(&row[key].to_string()).expect("tools") };
        let mut tally = Tally::default();
        step(&rules, &side("before"), &side("after"), &mut tally);
        let worst = (0..7).rev().find(|g| tally.worst[*g] > 0);
        println!("{:?} {} gated {}", worst, row["id"], tally.gated.len());
        all += 1;
        graded += usize::from(worst >= Some(4));
    }
    println!("{graded} of {all} at D4 or above");
}
