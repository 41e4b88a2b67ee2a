//! A rug pull in any field: every text, number, flag and name of every kind of item, changed by as little as possible,
//! gives another signed digest and a change that is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use mcp_assay::diff::{
    Aspect, Change, compare, eras_changed, exceptions_changed, launch_changed, package_changed, programs_changed,
};
use mcp_assay::json::{Limits, read};
use mcp_assay::launch::identity::LaunchIdentity;
use mcp_assay::launch::package::Package;
use mcp_assay::manifest::{Manifest, from_document};
use mcp_assay::rule::example::file_target;
use mcp_assay::rule::{RuleSet, Selection, Subject, evaluate};
use mcp_assay::snapshot::Snapshot;
use mcp_assay::terms::Digest;
use serde_json::{Value, json};

const SERVER: &str = r#"{
  "serverInfo": { "name": "calc", "version": "1.0.0", "title": "Calc" },
  "capabilities": { "tools": { "listChanged": true } },
  "instructions": "Use well.",
  "tools": [ { "name": "add", "title": "Add", "description": "Adds.",
    "inputSchema": { "type": "object", "required": ["a"], "additionalProperties": false, "properties": {
      "a": { "type": "integer", "description": "First.", "minimum": 1, "default": 2, "enum": [1, 2, 3],
             "examples": [2], "$comment": "none", "anyOf": [ { "pattern": "^x$", "title": "T" } ] } },
      "$defs": { "d": { "const": "k" } } },
    "outputSchema": { "type": "object", "description": "Out." },
    "annotations": { "readOnlyHint": true, "title": "A", "unknownHint": "x" },
    "icons": [ { "src": "https://example.com/i.png" } ], "_meta": { "vendor/x": "y" }, "unknown": { "deep": [ null, "z" ] } } ],
  "prompts": [ { "name": "ask", "title": "Ask", "description": "Asks.", "_meta": { "m": "n" },
    "arguments": [ { "name": "q", "description": "What.", "required": true } ] } ],
  "resources": [ { "name": "log", "uri": "file:///log", "description": "Log.", "mimeType": "text/plain", "size": 3,
    "annotations": { "audience": ["user"], "priority": 0.5 } } ],
  "resourceTemplates": [ { "name": "day", "uriTemplate": "file:///{day}", "description": "Day.", "mimeType": "text/plain" } ],
  "skills": [ { "uri": "skill://sum/SKILL.md", "frontmatter": { "name": "sum", "description": "Sums." },
    "resources": [ { "uri": "skill://sum/a.md", "digest": "sha256:00", "size": 3 } ] } ],
  "contents": [ { "uri": "ui://calc/page", "mimeType": "text/html;profile=mcp-app", "text": "<p>Calc</p>",
    "_meta": { "ui": { "csp": { "connectDomains": ["https://api.example.com"] }, "permissions": { "camera": false }, "prefersBorder": true } } } ]
}"#;

/// Every place of a document, as a change of it.
fn mutations(value: &serde_json::Value) -> Vec<serde_json::Value> {
    use serde_json::Value::{Array, Bool, Null, Number, Object, String};
    let mut out = Vec::new();
    match value {
        Null => out.push(Bool(false)),
        Bool(b) => out.push(Bool(!b)),
        Number(n) => out.push(serde_json::json!(n.as_f64().expect("a number") + 1.0)),
        String(text) => {
            for (at, c) in text.char_indices() {
                let next = char::from_u32(u32::from(c) + 1).expect("a character");
                out.push(String(format!("{}{next}{}", &text[..at], &text[at + c.len_utf8()..])));
            }
            out.extend([" ", "\u{200b}", "\u{e0041}"].map(|s| String(format!("{text}{s}"))));
        }
        Array(items) => {
            for (at, item) in items.iter().enumerate() {
                for changed in mutations(item) {
                    let mut all = items.clone();
                    all[at] = changed;
                    out.push(Array(all));
                }
            }
            out.push(Array(items.iter().chain([&Null]).cloned().collect()));
        }
        Object(members) => {
            for (key, member) in members {
                for changed in mutations(member) {
                    let mut all = members.clone();
                    all.insert(key.clone(), changed);
                    out.push(Object(all));
                }
                let mut fewer = members.clone();
                let taken = fewer.remove(key).expect("there");
                out.push(Object(fewer.clone()));
                fewer.insert(format!("{key}x"), taken);
                out.push(Object(fewer));
            }
            let mut more = members.clone();
            more.insert("zz".to_owned(), Null);
            out.push(Object(more));
        }
    }
    out
}

#[test]
fn a_rug_pull_by_one_code_point_in_any_field_of_any_item_is_another_digest_and_a_change() {
    let whole: serde_json::Value = serde_json::from_str(SERVER).expect("JSON");
    let document = read(SERVER.as_bytes(), &Limits::default()).expect("valid JSON");
    let before = Snapshot::of(&from_document(&document, SERVER.as_bytes()).expect("a manifest")[0].manifest);
    let (mut tried, mut refused) = (0, 0);
    let mut missed = Vec::new();
    for (section, content) in whole.as_object().expect("an object") {
        // the items of a list, or the one thing
        for changed in mutations(content) {
            let mut all = whole.clone();
            all[section] = changed;
            let text = all.to_string();
            let document = read(text.as_bytes(), &Limits::default()).expect("valid JSON");
            // a list that is no list of items any more is no manifest, or one with a problem that forbids approval
            let named = from_document(&document, text.as_bytes()).ok();
            let Some(named) = named.filter(|n| n[0].manifest.problems.is_empty()) else {
                refused += 1;
                continue;
            };
            let after = Snapshot::of(&named[0].manifest);
            tried += 1;
            if after.digest == before.digest || compare(&before, &after).is_empty() {
                missed.push(all[section].to_string());
            }
        }
    }
    assert!(tried > 400 && refused < 20, "{tried} compared, {refused} refused");
    assert!(missed.is_empty(), "{} of {tried} missed:\n{}", missed.len(), missed.join("\n"));
}

fn manifest(value: &Value) -> Option<Manifest> {
    let text = value.to_string();
    let document = read(text.as_bytes(), &Limits::default()).expect("valid JSON");
    let named = from_document(&document, text.as_bytes()).ok()?;
    Some(named.into_iter().next()?.manifest).filter(|m| m.problems.is_empty())
}

/// The graded changes of one server.
fn graded(rules: &RuleSet, before: &Manifest, now: &Manifest, more: Vec<Change>) -> Vec<Change> {
    let (old, new) = (Snapshot::of(before), Snapshot::of(now));
    let mut changes = compare(&old, &new);
    changes.extend(more);
    let target = file_target(0, None);
    let subject = Subject { approved: Some(&old), changes: &changes, ..Subject::of(&target, now, &new) };
    evaluate(rules, &Selection::default(), &[subject]).changes.remove(0)
}

/// Every leaf of a document with the way to it.
fn leaves(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(k, v)| leaves(v, &format!("{at}/{}", k.replace('/', "~1")), out)),
        Value::Array(list) if list.iter().any(|v| v.is_object()) => {
            list.iter().enumerate().for_each(|(i, v)| leaves(v, &format!("{at}/{i}"), out));
        }
        _ => out.push(at.to_owned()),
    }
}

/// One code point, or the least other thing, in place of what is there.
fn another(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let at = text.char_indices().rfind(|(_, c)| c.is_alphanumeric()).map_or(0, |(at, _)| at);
            let c = text[at..].chars().next().unwrap_or('x');
            let next = if c == 'z' { 'y' } else { char::from_u32(u32::from(c) + 1).expect("a character") };
            format!("{}{next}{}", &text[..at], &text[at + c.len_utf8()..]).into()
        }
        Value::Bool(b) => (!b).into(),
        Value::Number(n) => json!(n.as_f64().expect("a number") + 1.0),
        Value::Array(list) => {
            let mut list = list.clone();
            let changed = list.last().map_or(json!("x"), another);
            list.pop();
            list.push(changed);
            list.into()
        }
        _ => json!("x"),
    }
}

/// One mutation: what was done where, and what was seen of it.
struct Row {
    place: String,
    what: &'static str,
    seen: Vec<(Aspect, &'static str, &'static str)>,
}

fn seen(changes: &[Change]) -> Vec<(Aspect, &'static str, &'static str)> {
    let mut out: Vec<_> =
        changes.iter().map(|c| (c.aspect(), c.kind.word(), c.grade.map_or("none", |g| g.word()))).collect();
    out.dedup();
    out
}

/// Every field of every kind of item: changed by one code point, taken out, and a member beside it put in; every item
/// taken out, put in and renamed; the launch identity and the eras.
fn rows() -> Vec<Row> {
    let rules = RuleSet::builtin().unwrap_or_else(|e| panic!("{e}"));
    let whole: Value = serde_json::from_str(SERVER).expect("JSON");
    let before = manifest(&whole).expect("a manifest");
    let mut out = Vec::new();
    let mut push = |place: &str, what, changed: &Value| {
        // what is no list of items any more is refused, which is seen too
        if let Some(now) = manifest(changed) {
            out.push(Row { place: place.to_owned(), what, seen: seen(&graded(&rules, &before, &now, vec![])) });
        }
    };
    let mut all = Vec::new();
    leaves(&whole, "", &mut all);
    let mut beside = BTreeSet::new();
    for place in &all {
        let (parent, key) = place.rsplit_once('/').expect("a path");
        let mut changed = whole.clone();
        let at = changed.pointer_mut(place).expect("there");
        *at = another(at);
        push(place, "changed", &changed);
        let mut fewer = whole.clone();
        let around = fewer.pointer_mut(parent).expect("there");
        around.as_object_mut().expect("an object").remove(&key.replace("~1", "/"));
        push(place, "removed", &fewer);
        if !parent.is_empty() && beside.insert(parent.to_owned()) {
            let mut more = whole.clone();
            more.pointer_mut(parent).expect("there")["zz"] = json!("new");
            push(&format!("{parent}/zz"), "added", &more);
        }
    }
    for (list, key) in [
        ("tools", "name"),
        ("prompts", "name"),
        ("resources", "uri"),
        ("resourceTemplates", "uriTemplate"),
        ("skills", "uri"),
        ("contents", "uri"),
    ] {
        let place = format!("/{list}/0");
        let mut fewer = whole.clone();
        fewer[list] = json!([]);
        push(&place, "removed", &fewer);
        let mut more = whole.clone();
        more[list]
            .as_array_mut()
            .expect("a list")
            .push(json!({ key: "other", "name": "other", "description": "Another thing altogether." }));
        push(&place, "added", &more);
        let mut renamed = whole.clone();
        renamed[list][0][key] = json!("file:///renamed");
        push(&place, "renamed", &renamed);
    }
    let stdio = |command: &str, args: &[&str], env: &[&str], cwd: Option<&str>| LaunchIdentity::Stdio {
        command: command.into(),
        args: args.iter().map(|a| (*a).into()).collect(),
        env: env.iter().map(|a| (*a).into()).collect(),
        cwd: cwd.map(Into::into),
        env_file: None,
    };
    let http = |url: &str, headers: &[&str]| LaunchIdentity::Http {
        url: url.into(),
        headers: headers.iter().map(|h| (*h).into()).collect(),
        helper: None,
    };
    let (one, remote) =
        (stdio("npx", &["calc@1.0.0"], &["KEY"], None), http("https://a.example.com/mcp", &["authorization"]));
    for (place, old, new) in [
        ("launch/command", &one, stdio("npy", &["calc@1.0.0"], &["KEY"], None)),
        ("launch/args", &one, stdio("npx", &["calc@1.0.1"], &["KEY"], None)),
        ("launch/env", &one, stdio("npx", &["calc@1.0.0"], &["KEZ"], None)),
        ("launch/cwd", &one, stdio("npx", &["calc@1.0.0"], &["KEY"], Some("/"))),
        ("launch/url", &remote, http("https://b.example.com/mcp", &["authorization"])),
        ("launch/headers", &remote, http("https://a.example.com/mcp", &[])),
    ] {
        let change = launch_changed(old, &new).into_iter().collect();
        out.push(Row {
            place: place.to_owned(),
            what: "changed",
            seen: seen(&graded(&rules, &before, &before, change)),
        });
    }
    let package = |version: &str, integrity: &str, tree: &str| Package {
        kind: "npm",
        name: "calc".to_owned(),
        version: version.to_owned(),
        integrity: integrity.to_owned(),
        tree: tree.to_owned(),
    };
    let row = |place: &str, change: Vec<Change>| Row {
        place: place.to_owned(),
        what: "changed",
        seen: seen(&graded(&rules, &before, &before, change)),
    };
    for (place, new) in [
        ("package/version", package("1.0.1", "sha512-a", "t")),
        ("package/integrity", package("1.0.0", "sha512-b", "t")),
        ("package/tree", package("1.0.0", "sha512-a", "u")),
    ] {
        out.push(row(place, package_changed(&package("1.0.0", "sha512-a", "t"), &new).into_iter().collect()));
    }
    let program = |bytes: &[u8]| BTreeMap::from([("server.js".into(), Digest::of(bytes))]);
    out.push(row("launch/files", programs_changed(&program(b"a"), &program(b"b"))));
    out.push(row("exceptions/suppress", vec![exceptions_changed("suppress", "one".into(), "two".into())]));
    for (what, old, new) in
        [("added", &["legacy"][..], &["legacy", "modern"][..]), ("removed", &["legacy", "modern"], &["modern"])]
    {
        let change = eras_changed(old.iter().copied(), new.iter().copied()).into_iter().collect();
        out.push(Row { place: "eras".to_owned(), what, seen: seen(&graded(&rules, &before, &before, change)) });
    }
    out
}

#[test]
fn each_mutation_is_seen_with_its_kind_and_grade() {
    let rows = rows();
    let missed: Vec<&str> = rows.iter().filter(|r| r.seen.is_empty()).map(|r| r.place.as_str()).collect();
    assert!(missed.is_empty(), "{missed:?}");
    assert!(rows.len() > 150, "{}", rows.len());
    let aspects: BTreeSet<Aspect> = rows.iter().flat_map(|r| r.seen.iter().map(|s| s.0)).collect();
    let never: Vec<&Aspect> = Aspect::ALL.iter().filter(|a| !aspects.contains(a)).collect();
    assert!(never.is_empty(), "no mutation is about {never:?}");
    let mut table = String::new();
    for row in &rows {
        let seen: Vec<String> = row.seen.iter().map(|(a, k, g)| format!("{g} {} ({k})", a.word())).collect();
        let _ = writeln!(table, "{:8} {}: {}", row.what, row.place, seen.join(", "));
    }
    insta::assert_snapshot!("mutations", table);
    // the short version of docs/diff.md: aspects, what was done, grades
    let mut short: BTreeMap<Aspect, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for row in &rows {
        for (aspect, _, grade) in &row.seen {
            short.entry(*aspect).or_default().entry(row.what).or_default().insert(grade);
        }
    }
    let mut text =
        String::from("| what | changed by one code point | removed | added | renamed |\n|---|---|---|---|---|\n");
    for (aspect, done) in &short {
        let cell =
            |what: &str| done.get(what).map_or(String::new(), |g| g.iter().copied().collect::<Vec<_>>().join(", "));
        let cells = ["changed", "removed", "added", "renamed"].map(cell);
        let _ = writeln!(text, "| {} | {} |", aspect.word(), cells.join(" | "));
    }
    let docs = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diff.md")).expect("docs");
    assert!(docs.contains(&text), "docs/diff.md lacks this table:\n{text}");
}

/// The whole table: `cargo test --test it the_table_of_mutations -- --ignored --nocapture`.
#[test]
#[ignore = "prints"]
fn the_table_of_mutations() {
    println!("| field | what was done | aspect | kind | grade |\n|---|---|---|---|---|");
    for row in rows() {
        for (aspect, kind, grade) in &row.seen {
            println!("| `{}` | {} | {} | {kind} | {grade} |", row.place, row.what, aspect.word());
        }
    }
}
