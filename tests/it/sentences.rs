//! The sentences of fixtures/sentences: what share of the attacks is seen, that honest look-alikes are left alone, and
//! what a disguise of an attack costs. Run with `--nocapture` for the tables.

use base64::Engine as _;
use serde_json::{Value, json};

use crate::scene::Scene;

const FILES: [(&str, &str, bool); 8] = [
    ("attacks", include_str!("../../fixtures/sentences/attacks.txt"), true),
    ("attacks-unseen", include_str!("../../fixtures/sentences/attacks-unseen.txt"), true),
    ("attacks-third", include_str!("../../fixtures/sentences/attacks-third.txt"), true),
    ("attacks-fourth", include_str!("../../fixtures/sentences/attacks-fourth.txt"), true),
    ("attacks-fifth", include_str!("../../fixtures/sentences/attacks-fifth.txt"), true),
    ("attacks-sixth", include_str!("../../fixtures/sentences/attacks-sixth.txt"), true),
    ("honest", include_str!("../../fixtures/sentences/honest.txt"), false),
    ("honest-unseen", include_str!("../../fixtures/sentences/honest-unseen.txt"), false),
];

/// Tools that honest sentences name as their own.
const SIBLINGS: [&str; 8] = [
    "list_items",
    "get_item",
    "create_session",
    "lookup_start",
    "lookup_status",
    "lookup_v1",
    "resolve-library-id",
    "search_text",
];

struct Sentence {
    class: String,
    text: String,
}

fn sentences(attacks: bool) -> Vec<Sentence> {
    let mut out = Vec::new();
    for (_, file, _) in FILES.iter().filter(|f| f.2 == attacks) {
        let mut class = String::new();
        for line in file.lines().filter(|l| !l.is_empty() && !l.starts_with("# ")) {
            match line.strip_prefix('[').and_then(|l| l.strip_suffix(']')).filter(|l| !l.contains(' ')) {
                Some(name) => name.clone_into(&mut class),
                None => out.push(Sentence { class: class.clone(), text: line.to_owned() }),
            }
        }
    }
    out
}

/// The tool `lookup` with the sentence where its class belongs.
fn tool(sentence: &Sentence, disguise: &dyn Fn(&str) -> String) -> Value {
    let (mut description, mut note, mut context) = ("Looks up a word.".to_owned(), String::new(), String::new());
    match sentence.text.split_once(": ").filter(|_| sentence.class == "parameters") {
        Some(("context", said)) => context = disguise(said),
        Some((_, said)) => note = disguise(said),
        None => description = disguise(&sentence.text),
    }
    json!({ "name": "lookup", "description": description, "inputSchema": { "type": "object", "properties": {
        "query": { "type": "string", "description": "What to look up" },
        "note": { "type": "string", "description": note },
        "context": { "type": "string", "description": context },
    } } })
}

fn row(sentence: &Sentence, attack: bool, tool: Value) -> Value {
    let mut tools = vec![tool];
    if !attack {
        tools.extend(SIBLINGS.iter().map(|name| json!({ "name": name, "description": "One of the other tools." })));
    }
    let label = if attack { "malicious" } else { "benign" };
    json!({ "id": sentence.text, "label": label, "attack_class": sentence.class, "server": "s", "tools": tools })
}

fn evaluate(rows: &[Value]) -> Value {
    let scene = Scene::new();
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    let file = scene.write("rows.jsonl", lines.join("\n"));
    let file = file.to_string_lossy().into_owned();
    scene.run(&["rules", "eval", &file, "--output", "json"]).expect(0).json()
}

fn share(result: &Value, name: &str) -> f64 {
    result[name]["share"].as_f64().unwrap_or_else(|| panic!("{name} in {result}"))
}

#[test]
fn attacks_are_seen_and_honest_look_alikes_are_not() {
    let mut rows: Vec<Value> = sentences(true).iter().map(|s| row(s, true, tool(s, &|text| text.to_owned()))).collect();
    rows.extend(sentences(false).iter().map(|s| row(s, false, tool(s, &|text| text.to_owned()))));
    let result = evaluate(&rows);
    for (class, shares) in result["classes"].as_object().expect("classes") {
        println!("{class:20} warned {:.2} gated {:.2}", shares[0]["share"], shares[1]["share"]);
    }
    assert!(share(&result, "recallWarn") >= 0.85, "{result:#}");
    println!("{:20} warned {:.2} gated {:.2}", "all", share(&result, "recallWarn"), share(&result, "recallGate"));
    // a wide pattern alone warns: it gates only in company
    assert!(share(&result, "recallGate") >= 0.4, "{result:#}");
    assert_eq!(share(&result, "falseWarn"), 0.0, "{:#}", result["alarms"]);
}

fn map(text: &str, change: impl Fn(char) -> char) -> String {
    text.chars().map(change).collect()
}

fn full_width(c: char) -> char {
    if c.is_ascii_alphabetic() { char::from_u32(c as u32 + 0xFEE0).unwrap_or(c) } else { c }
}

fn look_alike(c: char) -> char {
    match c {
        'a' => 'а',
        'e' => 'е',
        'o' => 'о',
        'c' => 'с',
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

/// A zero-width space in the middle of every longer word.
fn split_words(text: &str) -> String {
    let word = |w: &str| match w.char_indices().nth(3) {
        Some((at, _)) if w.is_ascii() && w.len() > 4 => format!("{}\u{200B}{}", &w[..at], &w[at..]),
        _ => w.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn spaced(text: &str) -> String {
    let word = |w: &str| w.chars().map(String::from).collect::<Vec<_>>().join(" ");
    text.split(' ').map(word).collect::<Vec<_>>().join("  ")
}

type Transform = (&'static str, Box<dyn Fn(&Sentence) -> Value>, f64);

fn transforms() -> Vec<Transform> {
    fn words(name: &'static str, floor: f64, change: fn(&str) -> String) -> Transform {
        (name, Box::new(move |s| tool(s, &change)), floor)
    }
    fn place(name: &'static str, floor: f64, put: fn(&str) -> Value) -> Transform {
        (name, Box::new(move |s| put(&s.text)), floor)
    }
    vec![
        words("upper case", 0.9, |t| t.to_uppercase()),
        words("full width", 0.85, |t| map(t, full_width)),
        words("zero width", 0.9, split_words),
        words("look-alikes", 0.9, |t| map(t, look_alike)),
        words("leet", 0.45, |t| map(t, leet)),
        words("spaced letters", 0.6, spaced),
        words("base64", 0.9, |t| base64::engine::general_purpose::STANDARD.encode(t)),
        words("base64 in entities", 0.9, |t| {
            let code = base64::engine::general_purpose::STANDARD.encode(t);
            code.bytes().map(|b| format!("&#{b};")).collect()
        }),
        words("entities", 0.9, |t| t.chars().map(|c| format!("&#{};", c as u32)).collect()),
        words("code fence", 0.95, |t| format!("Looks up a word.\n```\n{t}\n```")),
        words("polite", 0.9, |t| format!("Would you be so kind as to note the following? {t} Thank you very much.")),
        words("after honest text", 0.95, |t| format!("Looks up a word and returns its meaning. Case is ignored. {t}")),
        place("split over fields", 0.35, |t| {
            let (first, rest) = t.split_at(t.char_indices().nth(t.chars().count() / 2).map_or(0, |(at, _)| at));
            json!({ "name": "lookup", "description": first, "inputSchema": { "properties": {
                "note": { "description": rest }, "context": {}, "query": {} } } })
        }),
        place("enum", 0.9, |t| {
            json!({ "name": "lookup", "inputSchema": { "properties": { "note": { "enum": ["a", t] },
                "context": {}, "query": {} } } })
        }),
        place("default", 0.9, |t| {
            json!({ "name": "lookup", "inputSchema": { "properties": { "note": { "default": t },
                "context": {}, "query": {} } } })
        }),
        place("title", 0.9, |t| {
            json!({ "name": "lookup", "title": t, "inputSchema": { "properties": { "note": {}, "context": {},
                "query": {} } } })
        }),
    ]
}

#[test]
fn a_disguise_costs_little() {
    let every: Vec<Sentence> = sentences(true).into_iter().filter(|s| s.class != "parameters").step_by(6).collect();
    let plain: Vec<Value> = every.iter().map(|s| row(s, true, tool(s, &|t| t.to_owned()))).collect();
    let before = share(&evaluate(&plain), "recallWarn");
    let mut weak = Vec::new();
    for (name, change, floor) in transforms() {
        let rows: Vec<Value> = every.iter().map(|s| row(s, true, change(s))).collect();
        let kept = share(&evaluate(&rows), "recallWarn") / before;
        println!("{name:20} {:.1} % of the plain recall", kept * 100.0);
        if kept < floor {
            weak.push(format!("{name}: {kept:.2} < {floor}"));
        }
    }
    assert!(weak.is_empty(), "{weak:?}");
}
