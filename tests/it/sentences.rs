//! The sentences of fixtures/sentences: what share of the attacks is seen, and that honest look-alikes are left alone. Run
//! with `--nocapture` for the table; what a disguise of an attack costs is in `metamorphic`.

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
    assert!(share(&result, "recallWarn") >= 0.8, "{result:#}");
    println!("{:20} warned {:.2} gated {:.2}", "all", share(&result, "recallWarn"), share(&result, "recallGate"));
    // a wide pattern alone warns: it gates only in company
    assert!(share(&result, "recallGate") >= 0.6, "{result:#}");
    assert_eq!(share(&result, "falseGate"), 0.0, "{:#}", result["alarms"]);
    // the model may be wrong about one sentence in forty; the rules that name what is wrong may not
    assert!(share(&result, "falseWarn") <= 0.025, "{:#}", result["alarms"]);
    for alarm in result["alarms"].as_array().expect("alarms") {
        for said in alarm[1].as_array().expect("findings") {
            assert!(said.as_str().is_some_and(|s| s.starts_with("statistical-anomaly: ")), "{alarm}");
        }
    }
}

/// The attack sentences that are a description of their own.
pub fn attacks() -> Vec<String> {
    let own = |s: &Sentence| s.class != "parameters";
    sentences(true).into_iter().filter(own).map(|s| s.text).collect()
}
