//! What code scanning would reject or show wrongly, beyond the schema (REPORTS §1.11): written without the code under test.
//! Every `scan` of every scenario goes through it, and through the OASIS schema.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

/// The OASIS schema.
pub fn schema() -> &'static jsonschema::Validator {
    static SCHEMA: OnceLock<jsonschema::Validator> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schemas/sarif-2.1.0.json");
        let text = std::fs::read_to_string(path).expect("the schema");
        let schema: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).expect("JSON");
        jsonschema::validator_for(&schema).expect("a schema")
    })
}

/// What is wrong. Places are looked up below `root` when there is one; `full` is the profile that is not for GitHub.
pub fn problems(text: &str, root: Option<&Path>, full: bool) -> Vec<String> {
    let log: Value = match serde_json::from_str(text) {
        Ok(log) => log,
        Err(e) => return vec![format!("no JSON: {e}")],
    };
    let mut wrong: Vec<String> =
        schema().iter_errors(&log).map(|e| format!("schema: {e} at {}", e.instance_path())).collect();
    let runs = log["runs"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut names = BTreeSet::new();
    for run in runs {
        let name = (run["tool"]["driver"]["name"].to_string(), run["automationDetails"]["id"].to_string());
        if !names.insert(name) {
            wrong.push("two runs with one driver and category".to_owned());
        }
        driver(run, &mut wrong);
        results(run, root, full, &mut wrong);
    }
    if runs.len() != 1 {
        wrong.push(format!("{} runs", runs.len()));
    }
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(text.as_bytes()).expect("in memory");
    if zipped.finish().expect("in memory").len() > 10_000_000 {
        wrong.push("larger than 10 MB".to_owned());
    }
    // what a configuration says may be quoted; what we know of the machine may not be there
    let said = |root: &Path| std::fs::read_to_string(root.join(".mcp.json")).unwrap_or_default();
    if let Some(root) = root
        && let Some(path) = root.to_str()
        && text.contains(path)
        && !said(root).contains(path)
    {
        wrong.push("holds the path of the checkout".to_owned());
    }
    static TOKEN: OnceLock<regex::Regex> = OnceLock::new();
    let token = TOKEN.get_or_init(|| {
        regex::Regex::new("ghp_[0-9A-Za-z]{36}|AKIA[0-9A-Z]{16}|sk-[0-9A-Za-z]{32}|-----BEGIN").expect("a pattern")
    });
    if let Some(found) = token.find(text) {
        wrong.push(format!("holds what looks like a token: {}…", &found.as_str()[..8]));
    }
    wrong
}

fn driver(run: &Value, wrong: &mut Vec<String>) {
    for rule in run["tool"]["driver"]["rules"].as_array().expect("rules") {
        let id = rule["id"].as_str().unwrap_or_default();
        let mut bad = |what: &str| wrong.push(format!("rule {id}: {what}"));
        let score = rule["properties"]["security-severity"].as_str().and_then(|s| s.parse::<f64>().ok());
        if !score.is_some_and(|s| s > 0.0 && s <= 10.0) {
            bad("security-severity");
        }
        for key in ["shortDescription", "fullDescription", "help"] {
            let words = rule[key]["text"].as_str().unwrap_or_default();
            if words.is_empty() || (key != "help" && (words.chars().count() > 1024 || !words.ends_with('.'))) {
                bad(key);
            }
        }
        if rule["properties"]["tags"].as_array().is_none_or(|t| t.len() > 10 || !t.contains(&"security".into())) {
            bad("tags");
        }
        let precision = rule["properties"]["precision"].as_str().unwrap_or_default();
        if !["high", "medium", "low", "very-high"].contains(&precision) {
            bad("precision");
        }
        if rule["name"].as_str().is_none_or(|n| n.is_empty() || n.len() > 255) {
            bad("name");
        }
        if !rule["helpUri"].as_str().is_some_and(|u| u.starts_with("https://docs.rs/mcp-assay/")) {
            bad("helpUri");
        }
    }
    // validators want an id and a name that are more than the same word (SARIF1001)
    let driver = &run["tool"]["driver"];
    for one in ["rules", "notifications"].iter().flat_map(|list| driver[*list].as_array().expect("a list")) {
        let (id, name) = (one["id"].as_str().unwrap_or_default(), one["name"].as_str().unwrap_or_default());
        if id.eq_ignore_ascii_case(name) {
            wrong.push(format!("{id} is its own name"));
        }
    }
    if run["invocations"][0]["executionSuccessful"] != true {
        wrong.push("executionSuccessful".to_owned());
    }
}

fn results(run: &Value, root: Option<&Path>, full: bool, wrong: &mut Vec<String>) {
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let Some(results) = run["results"].as_array() else { return wrong.push("no results".to_owned()) };
    if results.len() > 5_000 {
        wrong.push(format!("{} results", results.len()));
    }
    if !results.is_empty() && run["columnKind"] != "unicodeCodePoints" {
        wrong.push("columnKind".to_owned());
    }
    for note in run["invocations"][0]["toolExecutionNotifications"].as_array().expect("notifications") {
        for location in note["locations"].as_array().into_iter().flatten() {
            place(&location["physicalLocation"], root, &mut |what| wrong.push(format!("a notification: {what}")));
        }
    }
    let mut seen = BTreeSet::new();
    let mut hashes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (i, result) in results.iter().enumerate() {
        let mut bad = |what: &str| wrong.push(format!("result {i}: {what}"));
        let index = result["ruleIndex"].as_u64().unwrap_or(u64::MAX) as usize;
        if rules.get(index).is_none_or(|r| r["id"] != result["ruleId"]) {
            bad("ruleIndex");
        }
        if result["locations"].as_array().is_none_or(|l| l.len() != 1) {
            bad("not one location");
        }
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let flow = list(&result["codeFlows"][0]["threadFlows"][0]["locations"]);
        let related = list(&result["relatedLocations"]);
        let own = &result["locations"][0];
        let aside = list(&result["suppressions"]);
        let aside = aside.iter().map(|s| &s["location"]).filter(|l| !l.is_null());
        for location in related.iter().chain(aside).chain(flow.iter().map(|s| &s["location"])).chain([own]) {
            place(&location["physicalLocation"], root, &mut bad);
        }
        links(result, &related, &mut bad);
        let states = result["baselineState"].is_string()
            || result["kind"].as_str().is_some_and(|k| k != "fail")
            || result["suppressions"].is_array();
        if !full && states {
            bad("a state that GitHub does not read");
        }
        if full != result["suppressions"].is_array() {
            bad("suppressions on some results only");
        }
        let print = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap_or_default();
        let set_aside = result["suppressions"].as_array().is_some_and(|s| !s.is_empty());
        if print.is_empty() || !seen.insert((result["ruleId"].to_string(), print.to_owned(), set_aside)) {
            bad("fingerprint");
        }
        let uri = own["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap_or_default();
        if let Some(root) = root
            && let Ok(bytes) = std::fs::read(root.join(decoded(uri)))
        {
            let line = own["physicalLocation"]["region"]["startLine"].as_u64().unwrap_or_default() as usize;
            let known = hashes.entry(uri.to_owned()).or_insert_with(|| line_hashes(&bytes));
            // where a secret stands no line is hashed, and the finding is told from others by its own mark
            let mark = result["partialFingerprints"]["mcpAssayFindingId/v1"].as_str().and_then(|id| id.get(..16));
            let own = mark.is_some_and(|m| print == format!("{m}:1"));
            if !own && known.get(line.wrapping_sub(1)).map(String::as_str) != Some(print) {
                bad("another line hash than GitHub's");
            }
        }
    }
}

/// A link leads to a related place and nowhere else.
fn links(result: &Value, related: &[Value], bad: &mut dyn FnMut(&str)) {
    let message = result["message"]["text"].as_str().unwrap_or_default();
    if message.is_empty() || !message.ends_with('.') {
        bad("message");
    }
    for (at, _) in message.match_indices("](").filter(|(at, _)| !message[..*at].ends_with('\\')) {
        let id: String = message[at + 2..].chars().take_while(char::is_ascii_digit).collect();
        let known = related.iter().any(|r| r["id"].as_u64() == id.parse().ok());
        if !message[at + 2 + id.len()..].starts_with(')') || !known {
            bad("link");
        }
    }
}

fn place(place: &Value, root: Option<&Path>, bad: &mut dyn FnMut(&str)) {
    let uri = place["artifactLocation"]["uri"].as_str().unwrap_or_default();
    let parts = uri.split('/').any(|p| p.is_empty() || p == "." || p == "..");
    if uri.starts_with('/') || uri.contains([':', '\\', ' ']) || parts {
        bad("uri");
    } else if root.is_some_and(|r| !r.join(decoded(uri)).is_file()) {
        bad("a place in a file that is not there");
    }
    for key in ["startLine", "startColumn", "endLine", "endColumn"] {
        if place["region"][key].as_u64().is_none_or(|n| n < 1) {
            bad(key);
        }
    }
}

fn decoded(uri: &str) -> String {
    let mut out = Vec::new();
    let bytes = uri.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let hex = uri.get(i + 1..i + 3).filter(|_| bytes[i] == b'%').and_then(|h| u8::from_str_radix(h, 16).ok());
        out.push(hex.unwrap_or(bytes[i]));
        i += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// GitHub's hash of each line, in the form that is easiest to believe: a hundred units from the first that counts.
fn line_hashes(bytes: &[u8]) -> Vec<String> {
    const END: u16 = 0xFFFF;
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    let mut units: Vec<u16> = Vec::new();
    let mut starts = vec![0];
    for unit in text.encode_utf16().filter(|u| ![0x20, 0x09].contains(u)).chain([END]) {
        units.push(unit);
        if unit == 0x0A {
            starts.push(units.len());
        }
    }
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    let one = |start: usize| {
        let window = (0..100).map(|i| u64::from(units.get(start + i).copied().unwrap_or(0)));
        let hash = window.fold(0u64, |h, unit| h.wrapping_mul(37).wrapping_add(unit));
        let count = counts.entry(hash).or_default();
        *count += 1;
        format!("{hash:x}:{count}")
    };
    starts.into_iter().map(one).collect()
}

#[test]
fn the_line_hashes_of_this_test_are_the_published_ones() {
    let text = "{\n  \"x\": 1\n}\n";
    let published = ["331625666e7a0dc:1", "343654c3a789903b:1", "32dce9ccfdbc9d3e:1", "c129715d7a2bc9a3:1"];
    assert_eq!(line_hashes(text.as_bytes()), published);
    assert_eq!(line_hashes("\"café 😀\"".as_bytes()), ["33706b8b7899586f:1"]);
}
