//! `diff` with every side the command line names, its errors, its views, and the transcripts of docs/diff.md.

use std::path::Path;

use crate::capture::remote::Server;
use crate::hostile_text::{harmless, manifest};
use crate::inert;
use crate::scene::{Outcome, Scene, scripted};

const WORDS: &str = r#"{"serverInfo":{"name":"notes","version":"1.0.0"},"capabilities":{"tools":{}},"tools":[
  {"name":"add_note","description":"Adds a note.","inputSchema":{"type":"object"}},
  {"name":"list_notes","description":"Lists all notes.","inputSchema":{"type":"object"}}]}"#;

/// A project whose server `notes` is approved and says something else now.
fn scene() -> Scene {
    let scene = Scene::new();
    scene.write("words.json", WORDS);
    scene.servers(&[("notes", &["--manifest", "words.json"])]);
    scene.approved();
    scene.git(&["init", "-q", "-b", "main"]);
    scene.git(&["add", "-A"]);
    scene.git(&["commit", "-qm", "one"]);
    scene.write("words.json", WORDS.replace("Lists all notes.", "Lists every note."));
    scene
}

#[track_caller]
fn changed(outcome: Outcome) {
    let text = outcome.expect(0).stdout;
    assert!(
        text.contains("1 change of") && text.contains("D1 text-changed: tool list_notes at /description"),
        "{text}"
    );
    assert!(text.contains("Lists [-all notes-]{+every note+}."), "{text}");
}

#[test]
fn every_side_is_compared_with_every_other() {
    let scene = scene();
    scene.run(&["capture", "--launch", "all", "-o", "seen.json"]).expect(0);
    scene.write("old.json", WORDS);
    let command = scripted();
    let command = command.to_str().expect("UTF-8");
    let line = format!("cmd:{command} --manifest words.json");
    // the approved identity is consent, and so is a command that was typed
    for new in ["notes", "server:notes", "seen.json", "words.json", &line, ".mcp.json", "."] {
        changed(scene.run(&["diff", "baseline", new]));
    }
    for old in [".mcp-assay", "git:HEAD", "old.json"] {
        changed(scene.run(&["diff", old, "notes"]));
    }
    changed(scene.run(&["diff", "old.json", "--", command, "--manifest", "words.json"]));
    changed(scene.run(&["diff", &format!("cmd:{command} --manifest old.json"), &line]).tap_launch());
    let server = Server::start(&["--manifest", scene.project().join("words.json").to_str().expect("UTF-8")]);
    changed(scene.run(&["diff", "old.json", &server.url]));
    assert_eq!(scene.run(&["diff", "seen.json", "words.json"]).expect(0).stdout, "no differences\n");
    // approving it makes the next version, which `log --show` shows as `approve` did
    scene.run(&["scan", "-q"]).expect(0);
    let asked = scene.run(&["approve", "--unattended"]).expect(0).stdout;
    let shown = scene.run(&["log", "--show", "2"]).expect(0).stdout;
    for text in [asked, shown] {
        assert!(text.contains("  D1 text-changed: tool list_notes at /description\n"), "{text}");
        assert!(text.contains("Lists [-all notes-]{+every note+}."), "{text}");
    }
}

impl Outcome {
    /// Leaves out that another command line is another identity.
    fn tap_launch(self) -> Self {
        let text = &self.stdout;
        assert!(text.contains("D6 launch-changed") && text.starts_with("2 changes of"), "{text}");
        let rest = text.find("  D1").map_or("", |at| &text[at..]);
        Self { stdout: format!("1 change of x\n{rest}"), ..self }
    }
}

#[test]
fn a_side_that_cannot_be_had_says_why_and_what_to_do() {
    let scene = scene();
    let error = |args: &[&str], code: i32| {
        let outcome = scene.run(&[&["diff"], args].concat()).expect(code);
        assert!(outcome.stdout.is_empty(), "{outcome:#?}");
        outcome.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let other = Scene::new();
    other.write("a.json", WORDS);
    other.servers(&[("strange", &["--manifest", "a.json"])]);
    let nothing = other.run(&["diff", "baseline", "a.json"]).expect(2).stderr;
    assert!(nothing.contains("baseline"), "{nothing}");
    let strange = other.run(&["diff", "a.json", "strange"]).expect(3).stderr;
    assert!(strange.contains("strange") && strange.contains("--launch all"), "{strange}");
    other.run(&["diff", "a.json", "strange", "--launch", "all"]).expect(0);
    scene.write("broken.json", "{ oops");
    scene.write("dead.json", r#"{"mcpServers":{"dead":{"command":"/nowhere/server"}}}"#);
    scene.run(&["capture", "dead.json", "--launch", "all", "-o", "empty.json"]).expect(3);
    scene.write("two.json", format!(r#"{{"servers":{{"a":{WORDS},"b":{WORDS}}}}}"#));
    let messages = [
        (error(&["baseline"], 2), "no new side"),
        (error(&["baseline", "notes", "--", "x"], 2), "three sides"),
        (error(&["-", "-"], 2), "both sides are standard input"),
        (error(&["baseline", "nobody"], 2), "no configuration names a server so"),
        (error(&["baseline", "broken.json"], 2), "is not JSON"),
        (error(&["git:no-such-commit", "notes"], 2), "git fetch"),
        (error(&["baseline", "empty.json"], 3), "is in a recording that holds no words of it"),
        (error(&["baseline", "dead.json", "--launch", "all"], 3), "was not heard"),
        (error(&["two.json", "notes"], 2), "has no server notes"),
        (error(&["baseline", "two.json", "--server", "a"], 2), "has no server a"),
        (error(&["baseline", "cmd:'x"], 2), "quotation mark"),
        (error(&["baseline", "http://127.0.0.1:1/mcp"], 3), "was not heard"),
    ];
    for (said, part) in &messages {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn two_views_fit_their_terminal_and_no_words_of_a_server_begin_a_line() {
    use unicode_width::UnicodeWidthStr;
    let scene = Scene::new();
    scene.write("old.json", manifest("1"));
    scene.write("new.json", manifest("2"));
    let colours = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
    for (columns, view) in
        [("40", "unified"), ("90", "unified"), ("60", "columns"), ("120", "columns"), ("200", "columns")]
    {
        for color in ["never", "always"] {
            let args = ["diff", "old.json", "new.json", "--view", view, "--color", color];
            let outcome = scene.run_in(&scene.project(), &args, &[("COLUMNS", columns)]).expect(0);
            let width: usize = columns.parse().expect("a number");
            let text = colours.replace_all(&outcome.stdout, "").into_owned();
            for line in text.lines() {
                assert!(line.width() <= width, "{columns} {view}: {} in {line:?}", line.width());
                let ours = line.starts_with("  ") || line.contains(" changes of ");
                assert!(ours, "{line:?}");
            }
            harmless(&Outcome { stdout: text, ..outcome }, view);
        }
    }
    for flags in [&[][..], &["--full-text"]] {
        for format in ["markdown", "html"] {
            let args = [&["diff", "old.json", "new.json", "--output", format], flags].concat();
            let text = scene.run(&args).expect(0).stdout;
            if format == "html" {
                inert::html(&text)
            } else {
                inert::markdown(&text)
            }
            // a whole server that comes or goes
            scene.write("none.json", r#"{"tools":[]}"#);
            for pair in [["none.json", "new.json"], ["new.json", "none.json"]] {
                let text =
                    scene.run(&[&["diff", pair[0], pair[1], "--output", format], flags].concat()).expect(0).stdout;
                if format == "html" { inert::html(&text) } else { inert::markdown(&text) }
            }
        }
    }
}

#[test]
fn two_columns_hold_the_old_words_left_and_the_new_ones_right() {
    let scene = scene();
    scene.write("old.json", WORDS);
    let args = ["diff", "old.json", "words.json", "--view", "columns"];
    let text = scene.run_in(&scene.project(), &args, &[("COLUMNS", "80")]).expect(0).stdout;
    let row = text.lines().find(|l| l.contains("Lists")).expect("a row");
    let cells: Vec<&str> = row.split('│').map(str::trim).collect();
    assert_eq!(cells, ["", "Lists [-all notes-].", "Lists {+every note+}."]);
}

#[test]
fn changes_of_json_follow_the_published_schema() {
    let scene = scene();
    let schema: serde_json::Value =
        serde_json::from_str(&scene.run(&["schema", "json-v1"]).expect(0).stdout).expect("JSON");
    let mut changes = scene.run(&["diff", "baseline", "notes", "--output", "json"]).expect(0).json();
    assert_eq!(changes[0]["target"], "notes");
    assert_eq!((changes[0]["aspect"].take(), changes[0]["grade"].take()), ("text".into(), "D1".into()));
    let report = scene.run(&["scan", "--output", "json"]).expect(0).json();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
    assert!(errors.is_empty() && report["changes"][0]["aspect"] == "text", "{errors:?} {report:#}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What stands between `<!-- mcp-assay … -->` and the end of the block behind it is what the command prints. Written anew
/// with `INSTA_UPDATE=always`.
#[test]
fn the_transcripts_of_the_docs_are_what_the_command_prints() {
    let scene = Scene::new();
    for version in ["1.4.0", "2.0.0"] {
        let name = format!("calendar-{version}.json");
        let text = std::fs::read_to_string(root().join("fixtures/upgrade").join(&name)).expect("a fixture");
        scene.write(&name, text);
    }
    let path = root().join("docs/diff.md");
    let text = std::fs::read_to_string(&path).expect("docs/diff.md");
    let (mut out, mut rest, mut seen) = (String::new(), text.as_str(), 0);
    while let Some(at) = rest.find("<!-- mcp-assay ") {
        let (head, tail) = rest.split_at(at);
        let (mark, body) = tail.split_once("-->\n").expect("the end of the mark");
        let fence = body.lines().next().expect("a fence");
        let ticks: String = fence.chars().take_while(|c| *c == '`').collect();
        let (_, after) = body[fence.len() + 1..].split_once(&format!("\n{ticks}\n")).expect("the end of the fence");
        let words: Vec<&str> = mark.trim_start_matches("<!-- mcp-assay ").split_whitespace().collect();
        let (columns, args) = match words.split_first() {
            Some((first, args)) if first.starts_with("COLUMNS=") => (&first[8..], args),
            _ => ("90", &words[..]),
        };
        let shown = scene.run_in(&scene.project(), args, &[("COLUMNS", columns)]).expect(0).stdout;
        out.push_str(&format!("{head}{mark}-->\n{fence}\n{}\n{ticks}\n", shown.trim_end()));
        (rest, seen) = (after, seen + 1);
    }
    out.push_str(rest);
    let html = ["diff", "calendar-1.4.0.json", "calendar-2.0.0.json", "--output", "html"];
    let page = scene.run(&html).expect(0).stdout;
    inert::html(&page);
    let update = std::env::var("INSTA_UPDATE").is_ok_and(|v| v == "always");
    if update {
        std::fs::write(&path, &out).expect("written");
        std::fs::write(root().join("docs/diff.html"), &page).expect("written");
    }
    assert!(seen >= 3, "{seen} transcripts");
    assert!(
        out == std::fs::read_to_string(&path).expect("docs/diff.md"),
        "run with INSTA_UPDATE=always and read the difference"
    );
    let kept = std::fs::read_to_string(root().join("docs/diff.html")).expect("docs/diff.html");
    assert!(kept == page, "docs/diff.html: run with INSTA_UPDATE=always and look at it");
}
