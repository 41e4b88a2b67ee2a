//! What was written is read again; what was damaged is refused.

use std::sync::Arc;

use super::*;
use crate::capture::message;
use crate::capture::part::{self, Waited};
use crate::capture::visit::{Ask, Probe, Visit};
use crate::json;
use crate::manifest::Manifest;
use crate::target::argument::command_target;
use crate::target::{File, Target};

type Read<T> = Result<T, RecordingError>;

fn target() -> Target {
    command_target(&["npx".to_owned(), "x@1.0.0".to_owned()]).expect("a command")
}

fn write_one(capture: &Capture) -> String {
    write([(&"one".into(), &target(), capture)])
}

fn read_text(text: &str) -> Read<Vec<Recorded>> {
    let file = File { path: "r.json".into(), index: 0 };
    read(&json::read(text.as_bytes(), &json::Limits::default()).expect("JSON").root, &file)
}

fn capture() -> Capture {
    let bytes = |b: &[u8]| -> Arc<[u8]> { b.into() };
    let hello = br#"{"id":1,"result":{"serverInfo":{"name":"/p/home"},"instructions":"x"}}"#;
    let page = b"{\"id\":2,\"result\":{\"tools\":[{\"name\":\"a\xFF\",\"k\":1,\"k\":2},{\"name\":\"b\"}]}}";
    let parts = vec![
        Part { list: None, page: 0, again: false, cap: usize::MAX, waited: Waited::Short, bytes: bytes(hello) },
        Part { list: Some(ItemKind::Tool), page: 0, again: false, cap: 1, waited: Waited::Long, bytes: bytes(page) },
    ];
    let substitutions = vec![("/p/home".to_owned(), "{home}"), ("/p/package".to_owned(), "{package}")];
    let mut manifest = Manifest::default();
    for part in &parts {
        part::apply(&mut manifest, part, &mut message::read(&part.bytes, message::NODES).expect("JSON")[0]);
    }
    manifest.substitute(&substitutions);
    let session = Session {
        era: Era::Legacy,
        protocol: "2025-11-25".into(),
        visit: Visit { ask: Ask::Ci, client: "claude-code".to_owned(), reading: 2 },
        manifest: Arc::new(manifest),
        announced: vec![ItemKind::Tool],
        public: true,
        complete: false,
        parts,
        substitutions,
    };
    Capture {
        sessions: vec![session],
        probe: Probe::Deep,
        probes: vec![Probed {
            ask: Ask::Oldest,
            client: "x".to_owned(),
            outcome: crate::capture::Outcome::Refused("no".to_owned()),
        }],
        cards: vec![Card { path: "/server-card".to_owned(), bytes: bytes(b"{}") }],
        failure: Some(Failure::NeedsCredentials(401, "Bearer \u{1b}[1m".into())),
        limits_hit: vec![LimitHit { limit: "items", list: Some(ItemKind::Tool), detail: "too many".to_owned() }],
        oddities: vec![Oddity { kind: "batch", count: 2, example: "[".into() }],
        stderr: "log\u{7}".into(),
        isolation: "off: x".to_owned(),
        package: Some(crate::sandbox::Package {
            kind: "npm",
            name: "@acme/calc".to_owned(),
            version: "1.0.0".to_owned(),
            integrity: "sha512-x".to_owned(),
            tree: "sha256:y".to_owned(),
        }),
        transcript: Vec::new(),
    }
}

#[test]
fn what_was_written_is_read_again() {
    let capture = capture();
    assert_eq!(capture.sessions[0].manifest.count(ItemKind::Tool), 1, "the cap holds");
    let text = write([(&"one".into(), &target(), &capture), (&"two".into(), &target(), &Capture::default())]);
    let read = read_text(&text).expect("a recording");
    assert_eq!(read.len(), 2);
    assert_eq!(format!("{:?}", read[0].capture), format!("{capture:?}"));
    assert_eq!(read[1].name.raw(), "two");
    assert_eq!(format!("{:?}", read[0].target.target.launch), format!("{:?}", target().launch));
}

#[test]
fn a_damaged_recording_is_refused_with_the_member() {
    let good = write_one(&capture());
    for (from, to, error) in [
        ("\"version\": 1", "\"version\": 2", RecordingError::Version),
        ("\"servers\"", "\"server\"", RecordingError::Member("servers")),
        ("\"legacy\"", "\"old\"", RecordingError::Member("era")),
        ("\"ci\"", "\"cia\"", RecordingError::Member("how")),
        ("\"deep\"", "\"deeper\"", RecordingError::Member("probe")),
        ("\"command-line\"", "\"elsewhere\"", RecordingError::Member("target")),
        ("\"items\"", "\"itemz\"", RecordingError::Member("limit")),
        ("\"/p/home\"", "\"\"", RecordingError::Member("path")),
        ("\"text\": \"{", "\"text\": \"", RecordingError::Message),
        ("\"complete\": false", "\"complete\": 0", RecordingError::Member("complete")),
    ] {
        assert!(good.contains(from), "{from}");
        assert_eq!(read_text(&good.replacen(from, to, 1)).err(), Some(error), "{to}");
    }
}

#[test]
fn words_of_a_recording_cannot_reach_a_terminal_raw() {
    let good = write_one(&capture());
    let bad = good.replacen("too many", "\\u001b[2J::error::x", 1);
    let read = read_text(&bad).expect("a recording");
    let detail = &read[0].capture.limits_hit[0].detail;
    assert!(!detail.contains('\u{1b}') && !detail.contains("::"), "{detail}");
}
