//! Rug pulls: every attack example of every rule file, introduced as a change to an honest server, has the grade of what it
//! brings in. `--nocapture` prints the table.

use mcp_assay::diff::{Change, Grade, compare};
use mcp_assay::finding::Finding;
use mcp_assay::json::{Limits, read};
use mcp_assay::manifest::{Manifest, Named, from_document};
use mcp_assay::rule::example::file_target;
use mcp_assay::rule::file::Status;
use mcp_assay::rule::{Rule, RuleSet, Selection, Subject, evaluate};
use mcp_assay::snapshot::Snapshot;
use mcp_assay::target::Target;
use mcp_assay::terms::{Class, Severity};
use serde_json::{Value, json};

/// Families whose rules see an attack in the words of an item.
const FAMILIES: [&str; 4] = ["poisoning", "hidden-text", "shadowing", "schema"];

fn manifests(text: &str) -> Vec<Named> {
    let document = read(text.as_bytes(), &Limits::default()).expect("JSON");
    from_document(&document, text.as_bytes()).expect("a manifest")
}

/// The same items with nothing but an honest word in them.
fn honest(server: &Value) -> Value {
    let mut out = json!({});
    let lists = [
        ("tools", "name"),
        ("prompts", "name"),
        ("resources", "uri"),
        ("resourceTemplates", "uriTemplate"),
        ("skills", "uri"),
    ];
    for (list, key) in lists {
        let Some(items) = server[list].as_array() else { continue };
        let mut kept: Vec<Value> = Vec::new();
        for item in items.iter().filter(|i| i[key].is_string()) {
            let mut plain = json!({ key: item[key], "name": item["name"] });
            if list == "skills" {
                plain["frontmatter"] = json!({ "description": "Looks up a word." });
            } else {
                plain["description"] = json!("Looks up a word.");
            }
            if list == "tools" {
                plain["inputSchema"] = json!({ "type": "object", "properties": {} });
            }
            if !kept.iter().any(|k| k[key] == plain[key]) {
                kept.push(plain);
            }
        }
        out[list] = kept.into();
    }
    if server["instructions"].is_string() {
        out["instructions"] = json!("Use well.");
    }
    out
}

/// The example as servers of one client, in JSON.
fn servers(rule: &Rule, index: usize) -> Option<(String, Vec<Value>)> {
    let example = &rule.file.must_match[index];
    let text = match (&example.text, &example.manifest, &example.fleet) {
        (Some(text), ..) => {
            json!([{ "name": "t", "description": text, "inputSchema": { "type": "object" } }]).to_string()
        }
        (_, Some(text), _) | (.., Some(text)) => text.clone(),
        _ => return None,
    };
    // what has no single meaning is kept as written
    let value: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let list = match &value {
        Value::Array(tools) => vec![json!({ "tools": tools })],
        Value::Object(map) if map.contains_key("servers") => {
            map["servers"].as_object().expect("servers").values().cloned().collect()
        }
        _ => vec![value.clone()],
    };
    Some((text, list))
}

/// The findings and the graded changes of the servers when `before` was approved.
fn judged(rules: &RuleSet, before: &[Option<Manifest>], now: &[Manifest]) -> (Vec<Finding>, Vec<Vec<Change>>) {
    let targets: Vec<Target> = (0..now.len()).map(|i| file_target(i, None)).collect();
    let snapshots: Vec<Snapshot> = now.iter().map(Snapshot::of).collect();
    let approved: Vec<Option<Snapshot>> = before.iter().map(|b| b.as_ref().map(Snapshot::of)).collect();
    let changes: Vec<Vec<Change>> = snapshots
        .iter()
        .zip(&approved)
        .map(|(now, old)| old.as_ref().map(|o| compare(o, now)).unwrap_or_default())
        .collect();
    let fleet: Vec<Subject<'_>> = (0..now.len())
        .map(|i| Subject {
            approved: approved[i].as_ref(),
            changes: &changes[i],
            ..Subject::of(&targets[i], &now[i], &snapshots[i])
        })
        .collect();
    let judged = evaluate(rules, &Selection::default(), &fleet);
    (judged.findings, judged.changes)
}

/// The worst grade of an example that is introduced into an honest server.
fn introduced(rules: &RuleSet, rule: &Rule, index: usize) -> Option<Option<Grade>> {
    let (text, list) = servers(rule, index)?;
    let now: Vec<Manifest> = manifests(&text).into_iter().map(|n| n.manifest).collect();
    let (found, _) = judged(rules, &vec![None; now.len()], &now);
    let found: Vec<&Finding> = found.iter().filter(|f| f.rule == rule.id).collect();
    let first = found.first()?;
    // the server that is at fault changed; the others are as they were. A bad name can only come with its item.
    let at = (0..now.len()).find(|i| file_target(*i, None).id == first.target).expect("one of them");
    let named = ["/name", "/uri", "/uriTemplate"].contains(&first.pointer.to_untrusted().raw());
    let honest = match list.get(at) {
        Some(server) if !named && server.is_object() => honest(server),
        _ => {
            json!({ "tools": [{ "name": "lookup", "description": "Looks up a word.", "inputSchema": { "type": "object" } }] })
        }
    };
    let mut before: Vec<Option<Manifest>> = now.iter().cloned().map(Some).collect();
    before[at] = manifests(&honest.to_string()).into_iter().next().map(|n| n.manifest);
    let (_, changes) = judged(rules, &before, &now);
    Some(changes[at].iter().filter_map(|c| c.grade).max())
}

#[test]
fn an_attack_that_comes_as_a_change_has_the_grade_of_an_injection() {
    let rules = RuleSet::with_examples().unwrap_or_else(|e| panic!("{e}"));
    let (mut all, mut good, mut missed) = (0, 0, Vec::new());
    println!("| rule | examples | as expected | grades |\n|---|---|---|---|");
    for rule in rules.rules().iter().filter(|r| FAMILIES.contains(&r.family)) {
        let file = &rule.file;
        // what is only risky, or seen by a rule on trial, widens a reach; the weakest signs are no attack alone
        let attack = file.class == Class::Integrity && file.status == Status::Stable;
        let least = if attack { Grade::D5 } else { Grade::D4 };
        let mut grades = Vec::new();
        for index in 0..rule.file.must_match.len() {
            let Some(grade) = introduced(&rules, rule, index) else { continue };
            grades.push(grade.map_or("none", Grade::word));
            if file.severity < Severity::Medium {
                continue;
            }
            all += 1;
            if grade.is_some_and(|g| g >= least) {
                good += 1;
            } else {
                missed.push(format!("{}/{}: {grade:?}", rule.id, rule.file.must_match[index].name));
            }
        }
        let as_expected = grades.iter().filter(|g| **g >= least.word() && **g != "none").count();
        println!("| {} | {} | {as_expected} | {} |", rule.id, grades.len(), grades.join(" "));
    }
    println!("{good} of {all}; not so: {missed:?}");
    assert!(all >= 80, "{all}");
    assert!(good * 100 >= all * 95, "{good} of {all}; not so graded:\n{}", missed.join("\n"));
}
