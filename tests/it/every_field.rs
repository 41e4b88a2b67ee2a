//! A rug pull in any field: every text, number, flag and name of every kind of item, changed by as little as possible,
//! gives another signed digest and a change that is shown.

use mcp_assay::diff::compare;
use mcp_assay::json::{Limits, read};
use mcp_assay::manifest::from_document;
use mcp_assay::snapshot::Snapshot;

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
  "resourceTemplates": [ { "name": "day", "uriTemplate": "file:///{day}", "description": "Day.", "mimeType": "text/plain" } ]
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
