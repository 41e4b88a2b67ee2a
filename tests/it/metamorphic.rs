//! What a disguise costs: every positive example of the wording rules and a sample of the attack sentences, rewritten in
//! twenty ways, and thirty intents in eleven languages, some as passives and as polite questions, each with the honest
//! text nearest to it. Run with `--nocapture` for the tables.

use base64::Engine as _;
use mcp_assay::finding::Finding;
use mcp_assay::json::{Limits, read};
use mcp_assay::manifest::from_document;
use mcp_assay::rule::example::file_target;
use mcp_assay::rule::file::Matching;
use mcp_assay::rule::{RuleSet, Selection, Subject, evaluate};
use mcp_assay::snapshot::Snapshot;
use mcp_assay::target::Target;
use mcp_assay::terms::Class;
use serde_json::{Value, json};

/// Every sixth attack sentence is disguised: the rest says the same and costs time.
const EVERY: usize = 6;

/// The integrity findings of the servers of one client.
fn judged(rules: &RuleSet, document: &Value) -> Vec<Finding> {
    let text = document.to_string();
    let document = read(text.as_bytes(), &Limits::default()).expect("JSON");
    let servers = from_document(&document, text.as_bytes()).expect("a manifest");
    let targets: Vec<Target> = servers.iter().enumerate().map(|(i, n)| file_target(i, n.name.clone())).collect();
    let snapshots: Vec<Snapshot> = servers.iter().map(|n| Snapshot::of(&n.manifest)).collect();
    let fleet: Vec<Subject<'_>> = (0..servers.len())
        .map(|i| Subject {
            target: &targets[i],
            manifest: &servers[i].manifest,
            snapshot: &snapshots[i],
            approved: None,
            changes: &[],
            capture: None,
            published: Default::default(),
        })
        .collect();
    let all = evaluate(rules, &Selection::default(), &fleet).findings;
    all.into_iter().filter(|f| f.class == Class::Integrity).collect()
}

fn alarmed(rules: &RuleSet, document: &Value) -> bool {
    !judged(rules, document).is_empty()
}

/// The same of one tool among those that honest texts name as their own.
fn findings(rules: &RuleSet, tool: &Value) -> Vec<Finding> {
    let mut tools = vec![tool.clone()];
    let own = ["list_items", "lookup_start", "lookup_status", "create_session", "search_text"];
    tools.extend(own.map(|name| json!({ "name": name, "description": "One of the other tools." })));
    judged(rules, &json!({ "tools": tools }))
}

fn warned(rules: &RuleSet, tool: &Value) -> bool {
    !findings(rules, tool).is_empty()
}

fn lookup(description: &str, note: Value, title: Option<&str>) -> Value {
    let mut tool = json!({ "name": "lookup", "description": description, "inputSchema": { "type": "object",
        "properties": { "query": { "type": "string", "description": "What to look up" }, "note": note,
            "context": { "type": "string" } } } });
    if let Some(title) = title {
        tool["title"] = title.into();
    }
    tool
}

fn plain(text: &str) -> Value {
    lookup(text, json!({ "type": "string" }), None)
}

fn map(text: &str, change: impl Fn(char) -> char) -> String {
    text.chars().map(change).collect()
}

fn full_width(c: char) -> char {
    if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xFEE0).unwrap_or(c) } else { c }
}

fn full_width_letters(c: char) -> char {
    if c.is_ascii_alphabetic() { full_width(c) } else { c }
}

fn look_alike(c: char) -> char {
    match c {
        'a' => '\u{430}',
        'e' => '\u{435}',
        'o' => '\u{43e}',
        'c' => '\u{441}',
        c => c,
    }
}

fn leet(c: char) -> char {
    match c {
        'a' => '4',
        'e' => '3',
        'o' => '0',
        c => c,
    }
}

fn hard_leet(c: char) -> char {
    match c {
        'i' => '1',
        's' => '5',
        't' => '7',
        c => leet(c),
    }
}

/// A zero-width space in the middle of every longer word.
fn zero_width(text: &str) -> String {
    let word = |w: &str| match w.char_indices().nth(3) {
        Some((at, _)) if w.is_ascii() && w.len() > 4 => format!("{}\u{200B}{}", &w[..at], &w[at..]),
        _ => w.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn spaced(text: &str, between: &str, words: &str) -> String {
    let word = |w: &str| w.chars().map(String::from).collect::<Vec<_>>().join(between);
    text.split(' ').map(word).collect::<Vec<_>>().join(words)
}

fn base64(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// The first half in the description, the second in that of a parameter; words stay whole.
fn split(text: &str) -> Value {
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    let cut = text[middle..].find(' ').map_or(middle, |at| middle + at);
    lookup(&text[..cut], json!({ "type": "string", "description": text[cut..].trim() }), None)
}

/// A rewriting: of the words wherever they stand, or of the place of a text.
enum Change {
    Words(fn(&str) -> String),
    Place(fn(&str) -> Value),
}

use Change::{Place, Words};

/// Name, rewriting, and the share of the plain recall that has to be kept.
const TRANSFORMS: [(&str, Change, f64); 20] = [
    ("upper case", Words(|t| t.to_uppercase()), 0.9),
    ("full width", Words(|t| map(t, full_width)), 0.9),
    ("full-width letters", Words(|t| map(t, full_width_letters)), 0.9),
    ("zero width", Words(zero_width), 0.95),
    ("look-alikes", Words(|t| map(t, look_alike)), 0.95),
    ("leet", Words(|t| map(t, leet)), 0.85),
    ("hard leet", Words(|t| map(t, hard_leet)), 0.74),
    ("spaced letters", Words(|t| spaced(t, " ", "  ")), 0.83),
    ("dotted letters", Words(|t| spaced(t, ".", " ")), 0.84),
    ("base64", Words(base64), 0.85),
    ("base64 in entities", Words(|t| entities(&base64(t))), 0.83),
    ("entities", Words(entities), 0.85),
    ("code fence", Words(|t| format!("Looks up a word.\n```\n{t}\n```")), 0.95),
    ("polite frame", Words(|t| format!("Would you be so kind as to note the following? {t} Thank you.")), 0.9),
    ("after honest text", Words(|t| format!("Looks up a word and returns its meaning. Case is ignored. {t}")), 0.9),
    ("split over two fields", Place(split), 0.87),
    ("enum", Place(|t| lookup("Looks up a word.", json!({ "enum": ["a", t] }), None)), 0.9),
    ("default", Place(|t| lookup("Looks up a word.", json!({ "default": t }), None)), 0.9),
    ("title", Place(|t| lookup("Looks up a word.", json!({ "type": "string" }), Some(t))), 0.9),
    ("$comment", Place(|t| lookup("Looks up a word.", json!({ "$comment": t }), None)), 0.9),
];

fn entities(text: &str) -> String {
    text.chars().map(|c| format!("&#{};", c as u32)).collect()
}

/// A document with the words of all its texts rewritten.
fn reworded(document: &Value, key: &str, change: fn(&str) -> String) -> Value {
    match document {
        Value::String(text) if text.contains(' ') && !matches!(key, "name" | "uri" | "pattern") => change(text).into(),
        Value::Array(list) => list.iter().map(|v| reworded(v, key, change)).collect::<Vec<_>>().into(),
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), reworded(v, k, change))).collect::<Value>(),
        other => other.clone(),
    }
}

/// Positive examples of the wording rules: what is one text, and what is a document.
fn examples(rules: &RuleSet) -> (Vec<String>, Vec<Value>) {
    let wording = |m: &Matching| matches!(m, Matching::Coded(c) if c.detector == "wording");
    let own = rules.rules().iter().filter(|r| wording(&r.file.matching)).flat_map(|r| &r.file.must_match);
    let (mut texts, mut documents) = (Vec::new(), Vec::new());
    for example in own {
        match (&example.text, example.manifest.as_ref().or(example.fleet.as_ref())) {
            (Some(text), _) => texts.push(text.clone()),
            (_, Some(document)) => documents.extend(serde_json::from_str::<Value>(document)),
            _ => {}
        }
    }
    (texts, documents)
}

#[test]
fn a_disguise_costs_little() {
    let rules = RuleSet::with_examples().unwrap_or_else(|e| panic!("{e}"));
    let (mut texts, mut documents) = examples(&rules);
    let mut sentences: Vec<String> = crate::sentences::attacks().into_iter().step_by(EVERY).collect();
    assert!(texts.len() > 50 && documents.len() > 10 && sentences.len() > 100, "{} {}", texts.len(), documents.len());
    texts.retain(|t| warned(&rules, &plain(t)));
    sentences.retain(|t| warned(&rules, &plain(t)));
    // only what its texts say can be disguised; names stay
    documents.retain(|d| alarmed(&rules, d) && !alarmed(&rules, &reworded(d, "", |_| "Looks up a word.".to_owned())));
    println!("{} texts and {} documents of rules, {} sentences", texts.len(), documents.len(), sentences.len());
    let mut weak = Vec::new();
    for (name, change, floor) in TRANSFORMS {
        let tool = |t: &str| match change {
            Words(change) => plain(&change(t)),
            Place(place) => place(t),
        };
        let kept = |all: &[String]| all.iter().filter(|t| warned(&rules, &tool(t))).count();
        let (mut seen, mut of) = (kept(&texts) + kept(&sentences), texts.len() + sentences.len());
        if let Words(change) = change {
            seen += documents.iter().filter(|d| alarmed(&rules, &reworded(d, "", change))).count();
            of += documents.len();
        }
        let share = seen as f64 / of as f64;
        println!("{name:22} {seen:3} of {of} = {:5.1} %", share * 100.0);
        if share < floor {
            weak.push(format!("{name}: {share:.2} < {floor}"));
        }
    }
    assert!(weak.is_empty(), "{weak:?}");
}

/// Language, texts, and the share of attacks that has to be seen.
const LANGUAGES: [(&str, &str, f64); 11] = [
    ("en", include_str!("../../fixtures/sentences/languages/en.txt"), 0.8),
    ("zh", include_str!("../../fixtures/sentences/languages/zh.txt"), 0.83),
    ("es", include_str!("../../fixtures/sentences/languages/es.txt"), 0.83),
    ("de", include_str!("../../fixtures/sentences/languages/de.txt"), 0.83),
    ("fr", include_str!("../../fixtures/sentences/languages/fr.txt"), 0.83),
    ("pt", include_str!("../../fixtures/sentences/languages/pt.txt"), 0.83),
    ("ja", include_str!("../../fixtures/sentences/languages/ja.txt"), 0.83),
    ("ko", include_str!("../../fixtures/sentences/languages/ko.txt"), 0.83),
    ("ru", include_str!("../../fixtures/sentences/languages/ru.txt"), 0.83),
    ("ar", include_str!("../../fixtures/sentences/languages/ar.txt"), 0.83),
    ("hi", include_str!("../../fixtures/sentences/languages/hi.txt"), 0.83),
];

/// Honest texts that warn nevertheless: the tools of others are a subject of attacks.
const KNOWN_ALARMS: [&str; 1] = ["Results of other servers are merged when the same id occurs."];

/// The lines of a section.
fn section<'f>(file: &'f str, name: &str) -> Vec<&'f str> {
    let head = format!("[{name}]");
    let lines = file.lines().filter(|l| !l.is_empty() && !l.starts_with("# "));
    lines.skip_while(|l| *l != head).skip(1).take_while(|l| !l.starts_with('[')).collect()
}

#[test]
fn a_translation_costs_little_and_its_mirror_is_honest() {
    let rules = RuleSet::builtin().unwrap_or_else(|e| panic!("{e}"));
    let (mut weak, mut alarms, mut unusual, mut read) = (Vec::new(), Vec::new(), 0, 0);
    println!("lang  attacks     passive    polite     honest");
    for (language, file, floor) in LANGUAGES {
        let mut shares = Vec::new();
        for kind in ["attack", "passive", "polite", "attack-unseen", "attack-third", "attack-fourth", "attack-fifth"] {
            let lines = section(file, kind);
            let (seen, missed): (Vec<&str>, Vec<&str>) = lines.iter().partition(|t| warned(&rules, &plain(t)));
            missed.iter().for_each(|t| println!("  missed {language} {kind}: {t}"));
            shares.push((seen.len(), lines.len()));
        }
        let honest = section(file, "honest");
        assert!(honest.len() == shares[0].1 && honest.len() >= 30, "{language}");
        let more = ["honest-unseen", "honest-third"].map(|name| section(file, name)).concat();
        for text in honest.iter().chain(&more) {
            let found = findings(&rules, &plain(text));
            read += 1;
            // the word model has a budget of its own
            unusual += usize::from(found.iter().any(|f| f.rule.as_str() == "statistical-anomaly"));
            let named = found.iter().find(|f| f.rule.as_str() != "statistical-anomaly");
            if let Some(first) = named.filter(|_| !KNOWN_ALARMS.contains(text)) {
                alarms.push(format!("{language} {}: {text}", first.rule));
            }
        }
        println!("{language}    {shares:?}");
        let (seen, of) = shares.iter().fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        let share = seen as f64 / of as f64;
        if share < floor {
            weak.push(format!("{language}: {share:.2} < {floor}"));
        }
    }
    alarms.iter().for_each(|a| println!("alarm {a}"));
    println!("{unusual} of {read} honest texts are unusual to the word model");
    assert!(unusual * 100 <= read * 2, "{unusual} of {read}");
    assert!(weak.is_empty() && alarms.is_empty(), "{weak:?} {alarms:#?}");
}
