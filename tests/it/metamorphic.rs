//! What a disguise costs: every positive example of the wording rules and a sample of the attack sentences, rewritten in
//! nineteen ways, and thirty intents in eleven languages, some as passives and as polite questions, each with the honest
//! text nearest to it. Run with `--nocapture` for the tables.

use base64::Engine as _;
use mcp_assay::finding::Finding;
use mcp_assay::json::{Limits, read};
use mcp_assay::manifest::from_document;
use mcp_assay::rule::example::file_target;
use mcp_assay::rule::file::Matching;
use mcp_assay::rule::{RuleSet, Selection, Subject, evaluate};
use mcp_assay::snapshot::Snapshot;
use mcp_assay::terms::Class;
use serde_json::{Value, json};

/// Every sixth attack sentence is disguised: the rest says the same and costs time.
const EVERY: usize = 6;

/// The integrity findings of one tool among those that honest texts name as their own.
fn findings(rules: &RuleSet, tool: &Value) -> Vec<Finding> {
    let mut tools = vec![tool.clone()];
    let own = ["list_items", "lookup_start", "lookup_status", "create_session", "search_text"];
    tools.extend(own.map(|name| json!({ "name": name, "description": "One of the other tools." })));
    let text = json!({ "tools": tools }).to_string();
    let document = read(text.as_bytes(), &Limits::default()).expect("JSON");
    let manifest = &from_document(&document, text.as_bytes()).expect("a manifest")[0].manifest;
    let (target, snapshot) = (file_target(0, None), Snapshot::of(manifest));
    let subject = Subject {
        target: &target,
        manifest,
        snapshot: &snapshot,
        approved: None,
        changes: &[],
        capture: None,
        published: Default::default(),
    };
    let all = evaluate(rules, &Selection::default(), &[subject]).findings;
    all.into_iter().filter(|f| f.class == Class::Integrity).collect()
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

type Transform = (&'static str, fn(&str) -> Value, f64);

/// Name, rewriting, and the share of the plain recall that has to be kept.
const TRANSFORMS: [Transform; 20] = [
    ("upper case", |t| plain(&t.to_uppercase()), 0.9),
    ("full width", |t| plain(&map(t, full_width)), 0.9),
    ("full-width letters", |t| plain(&map(t, full_width_letters)), 0.9),
    ("zero width", |t| plain(&zero_width(t)), 0.95),
    ("look-alikes", |t| plain(&map(t, look_alike)), 0.95),
    ("leet", |t| plain(&map(t, leet)), 0.9),
    ("hard leet", |t| plain(&map(t, hard_leet)), 0.75),
    ("spaced letters", |t| plain(&spaced(t, " ", "  ")), 0.9),
    ("dotted letters", |t| plain(&spaced(t, ".", " ")), 0.9),
    ("base64", |t| plain(&base64(t)), 0.9),
    ("base64 in entities", |t| plain(&base64(t).bytes().map(|b| format!("&#{b};")).collect::<String>()), 0.9),
    ("entities", |t| plain(&t.chars().map(|c| format!("&#{};", c as u32)).collect::<String>()), 0.9),
    ("code fence", |t| plain(&format!("Looks up a word.\n```\n{t}\n```")), 0.95),
    ("polite frame", |t| plain(&format!("Would you be so kind as to note the following? {t} Thank you.")), 0.9),
    ("after honest text", |t| plain(&format!("Looks up a word and returns its meaning. Case is ignored. {t}")), 0.95),
    ("split over two fields", split, 0.9),
    ("enum", |t| lookup("Looks up a word.", json!({ "enum": ["a", t] }), None), 0.9),
    ("default", |t| lookup("Looks up a word.", json!({ "default": t }), None), 0.9),
    ("title", |t| lookup("Looks up a word.", json!({ "type": "string" }), Some(t)), 0.9),
    ("$comment", |t| lookup("Looks up a word.", json!({ "$comment": t }), None), 0.9),
];

/// Positive examples of the wording rules that are one text, and attack sentences.
fn attacks(rules: &RuleSet) -> (Vec<String>, Vec<String>) {
    let wording = |m: &Matching| matches!(m, Matching::Coded(c) if c.detector == "wording");
    let own = rules.rules().iter().filter(|r| wording(&r.file.matching));
    let examples = own.flat_map(|r| r.file.must_match.iter().filter_map(|e| e.text.clone())).collect();
    (examples, crate::sentences::attacks().into_iter().step_by(EVERY).collect())
}

#[test]
fn a_disguise_costs_little() {
    let rules = RuleSet::with_examples().unwrap_or_else(|e| panic!("{e}"));
    let (examples, sentences) = attacks(&rules);
    assert!(examples.len() > 50 && sentences.len() > 100, "{} {}", examples.len(), sentences.len());
    let seen = |all: Vec<String>| all.into_iter().filter(|t| warned(&rules, &plain(t))).collect::<Vec<_>>();
    let (examples, sentences) = (seen(examples), seen(sentences));
    println!("{} examples, {} sentences seen as they stand", examples.len(), sentences.len());
    let mut weak = Vec::new();
    for (name, change, floor) in TRANSFORMS {
        let kept = |all: &[String]| all.iter().filter(|t| warned(&rules, &change(t))).count();
        let (a, b) = (kept(&examples), kept(&sentences));
        let share = (a + b) as f64 / (examples.len() + sentences.len()) as f64;
        println!(
            "{name:22} {:5.1} %   examples {:5.1} %   sentences {:5.1} %",
            share * 100.0,
            a as f64 / examples.len() as f64 * 100.0,
            b as f64 / sentences.len() as f64 * 100.0
        );
        if share < floor {
            weak.push(format!("{name}: {share:.2} < {floor}"));
        }
    }
    assert!(weak.is_empty(), "{weak:?}");
}

/// Language, texts, and the share of attacks that has to be seen.
const LANGUAGES: [(&str, &str, f64); 11] = [
    ("en", include_str!("../../fixtures/sentences/languages/en.txt"), 0.85),
    ("zh", include_str!("../../fixtures/sentences/languages/zh.txt"), 0.95),
    ("es", include_str!("../../fixtures/sentences/languages/es.txt"), 0.95),
    ("de", include_str!("../../fixtures/sentences/languages/de.txt"), 0.95),
    ("fr", include_str!("../../fixtures/sentences/languages/fr.txt"), 0.95),
    ("pt", include_str!("../../fixtures/sentences/languages/pt.txt"), 0.95),
    ("ja", include_str!("../../fixtures/sentences/languages/ja.txt"), 0.95),
    ("ko", include_str!("../../fixtures/sentences/languages/ko.txt"), 0.95),
    ("ru", include_str!("../../fixtures/sentences/languages/ru.txt"), 0.95),
    ("ar", include_str!("../../fixtures/sentences/languages/ar.txt"), 0.95),
    ("hi", include_str!("../../fixtures/sentences/languages/hi.txt"), 0.95),
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
    let (mut weak, mut alarms) = (Vec::new(), Vec::new());
    println!("lang  attacks     passive    polite     honest");
    for (language, file, floor) in LANGUAGES {
        let mut shares = Vec::new();
        for kind in ["attack", "passive", "polite", "attack-unseen", "attack-third"] {
            let lines = section(file, kind);
            let (seen, missed): (Vec<&str>, Vec<&str>) = lines.iter().partition(|t| warned(&rules, &plain(t)));
            missed.iter().for_each(|t| println!("  missed {language} {kind}: {t}"));
            shares.push((seen.len(), lines.len()));
        }
        let honest = section(file, "honest");
        assert!(honest.len() == shares[0].1 && honest.len() >= 30, "{language}");
        for text in honest.iter().chain(&section(file, "honest-unseen")) {
            let found = findings(&rules, &plain(text));
            if let Some(first) = found.first().filter(|_| !KNOWN_ALARMS.contains(text)) {
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
    assert!(weak.is_empty() && alarms.is_empty(), "{weak:?} {alarms:#?}");
}
