//! Recordings: captures as a file that needs nothing else. It holds the messages as received; reading builds the manifest
//! from them as a live capture does, so the digests are the same. Other inbound messages (the transcript) are not kept.
//!
//! A recording is somebody's file: nothing in it is believed to be our own words, and every byte is read by
//! [`crate::json`].

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::message;
use super::part::{self, Part};
use super::{Capture, Era, Failure, LimitHit, Oddity, Session};
use crate::json::Node;
use crate::manifest::Manifest;
use crate::sandbox::Package;
use crate::terms::ItemKind;
use crate::untrusted::Untrusted;

/// Value of the member `format`.
pub const FORMAT: &str = "mcp-assay-capture";
/// Value of the member `version`.
pub const VERSION: u64 = 1;

/// Words of [`LimitHit::limit`].
const LIMITS: [&str; 12] = [
    "message-bytes",
    "total-bytes",
    "pages",
    "items",
    "time",
    "idle",
    "notifications",
    "server-requests",
    "noise",
    "repeated-cursor",
    "list-error",
    "malformed",
];

/// Words of [`Oddity::kind`].
const ODDITIES: [&str; 11] = [
    "stdout-noise",
    "server-request",
    "unknown-id",
    "invalid-utf8",
    "batch",
    "list-changed",
    "malformed-message",
    "redirect",
    "server-info-differs",
    "duplicate-response",
    "protocol-version",
];

/// Text that stood for ours when it was written; longer is not.
const WORDS: usize = 500;

/// One server of a recording.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The name it was recorded under.
    pub name: Untrusted,
    /// What it said.
    pub capture: Capture,
}

/// Why a file is no recording.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    /// Another version.
    #[error("this recording has a version that this mcp-assay does not know; version {VERSION} is known")]
    Version,
    /// A member is missing or has another type.
    #[error("this recording is damaged: `{0}` is missing or not as written by mcp-assay")]
    Member(&'static str),
    /// A message inside cannot be read.
    #[error("this recording is damaged: a recorded message cannot be read")]
    Message,
}

/// Whether a document says that it is a recording.
pub fn is_recording(root: &Node) -> bool {
    root.get("format").and_then(Node::as_str) == Some(FORMAT)
}

/// Writes a recording of several servers.
pub fn write<'c>(servers: impl IntoIterator<Item = (&'c Untrusted, &'c Capture)>) -> String {
    let servers: Vec<Value> = servers.into_iter().map(|(name, capture)| server(name, capture)).collect();
    let mut text = format!("{:#}", json!({"format": FORMAT, "version": VERSION, "servers": servers}));
    text.push('\n');
    text
}

fn server(name: &Untrusted, capture: &Capture) -> Value {
    let limit =
        |hit: &LimitHit| json!({"limit": hit.limit, "list": hit.list.map(ItemKind::word), "detail": hit.detail});
    let oddity = |o: &Oddity| json!({"kind": o.kind, "count": o.count, "example": o.example.raw()});
    json!({
        "name": name.raw(),
        "failure": capture.failure.as_ref().map(failure),
        "isolation": capture.isolation,
        "package": capture.package,
        "limitsHit": capture.limits_hit.iter().map(limit).collect::<Vec<_>>(),
        "oddities": capture.oddities.iter().map(oddity).collect::<Vec<_>>(),
        "stderr": capture.stderr.raw(),
        "sessions": capture.sessions.iter().map(session).collect::<Vec<_>>(),
    })
}

fn session(session: &Session) -> Value {
    let substitution = |(path, name): &(String, &'static str)| json!({"path": path, "name": name});
    json!({
        "era": session.era.word(),
        "protocol": session.protocol.raw(),
        "complete": session.complete,
        "substitutions": session.substitutions.iter().map(substitution).collect::<Vec<_>>(),
        "messages": session.parts.iter().map(message_of).collect::<Vec<_>>(),
    })
}

fn message_of(part: &Part) -> Value {
    let mut out = json!({"list": part.list.map(ItemKind::word), "page": part.page, "again": part.again});
    if part.cap != usize::MAX {
        out["cap"] = json!(part.cap);
    }
    match std::str::from_utf8(&part.bytes) {
        Ok(text) => out["text"] = json!(text),
        Err(_) => out["base64"] = json!(STANDARD.encode(&part.bytes)),
    }
    out
}

fn failure(failure: &Failure) -> Value {
    let (kind, detail) = match failure {
        Failure::Launch(why) => ("launch", why.as_str()),
        Failure::Connect(why) => ("connect", why.as_str()),
        Failure::Died(why) => ("died", why.as_str()),
        Failure::Silent => ("silent", ""),
        Failure::NeedsCredentials(status, ask) => {
            return json!({"kind": "needs-credentials", "status": status, "detail": ask.raw()});
        }
        Failure::Protocol(why) => ("protocol", why.as_str()),
        Failure::NotApproved => ("not-approved", ""),
        Failure::Interrupted => ("interrupted", ""),
    };
    json!({"kind": kind, "detail": detail})
}

/// Reads a recording.
pub fn read(root: &Node) -> Result<Vec<Recorded>, RecordingError> {
    if !is_recording(root) {
        return Err(RecordingError::Member("format"));
    }
    if root.get("version").and_then(Node::as_u64) != Some(VERSION) {
        return Err(RecordingError::Version);
    }
    list(root, "servers")?.iter().map(read_server).collect()
}

type Read<T> = Result<T, RecordingError>;

fn list<'n>(node: &'n Node, key: &'static str) -> Read<&'n [Node]> {
    let member = node.get(key).filter(|n| n.is_array()).ok_or(RecordingError::Member(key))?;
    Ok(member.elements())
}

fn text<'n>(node: &'n Node, key: &'static str) -> Read<&'n str> {
    node.get(key).and_then(Node::as_str).ok_or(RecordingError::Member(key))
}

fn number(node: &Node, key: &'static str) -> Read<u64> {
    node.get(key).and_then(Node::as_u64).ok_or(RecordingError::Member(key))
}

fn flag(node: &Node, key: &'static str) -> Read<bool> {
    node.get(key).and_then(Node::as_bool).ok_or(RecordingError::Member(key))
}

/// Text that was ours: escaped, because a file may say anything.
fn words(node: &Node, key: &'static str) -> Read<String> {
    Ok(Untrusted::from(text(node, key)?).cut(WORDS).to_terminal())
}

fn known(node: &Node, key: &'static str, table: &[&'static str]) -> Read<&'static str> {
    let word = text(node, key)?;
    table.iter().find(|w| **w == word).copied().ok_or(RecordingError::Member(key))
}

fn kind(node: &Node) -> Read<Option<ItemKind>> {
    match node.get("list").map(|n| n.as_str()) {
        Some(None) => Ok(None),
        Some(Some(word)) => {
            let kind = ItemKind::ALL.into_iter().find(|k| k.word() == word && k.list_key().is_some());
            kind.map(Some).ok_or(RecordingError::Member("list"))
        }
        None => Err(RecordingError::Member("list")),
    }
}

fn read_server(node: &Node) -> Read<Recorded> {
    let limit =
        |n: &Node| Ok(LimitHit { limit: known(n, "limit", &LIMITS)?, list: kind(n)?, detail: words(n, "detail")? });
    let oddity = |n: &Node| {
        let count = number(n, "count")? as usize;
        Ok(Oddity { kind: known(n, "kind", &ODDITIES)?, count, example: text(n, "example")?.into() })
    };
    let failure = node.get("failure").filter(|n| n.is_object()).map(read_failure).transpose()?;
    let capture = Capture {
        sessions: list(node, "sessions")?.iter().map(read_session).collect::<Read<_>>()?,
        failure,
        limits_hit: list(node, "limitsHit")?.iter().map(limit).collect::<Read<_>>()?,
        oddities: list(node, "oddities")?.iter().map(oddity).collect::<Read<_>>()?,
        stderr: text(node, "stderr")?.into(),
        isolation: words(node, "isolation")?,
        package: node.get("package").filter(|n| n.is_object()).map(read_package).transpose()?,
        transcript: Vec::new(),
    };
    Ok(Recorded { name: text(node, "name")?.into(), capture })
}

fn read_package(node: &Node) -> Read<Package> {
    let [name, version, integrity, tree] = ["name", "version", "integrity", "tree"].map(|key| words(node, key));
    Ok(Package {
        kind: known(node, "type", &["npm", "pypi"])?,
        name: name?,
        version: version?,
        integrity: integrity?,
        tree: tree?,
    })
}

fn read_failure(node: &Node) -> Read<Failure> {
    Ok(match text(node, "kind")? {
        "launch" => Failure::Launch(words(node, "detail")?),
        "connect" => Failure::Connect(words(node, "detail")?),
        "died" => Failure::Died(words(node, "detail")?),
        "silent" => Failure::Silent,
        "needs-credentials" => {
            let status = u16::try_from(number(node, "status")?).map_err(|_| RecordingError::Member("status"))?;
            Failure::NeedsCredentials(status, text(node, "detail")?.into())
        }
        "protocol" => Failure::Protocol(words(node, "detail")?),
        "not-approved" => Failure::NotApproved,
        "interrupted" => Failure::Interrupted,
        _ => return Err(RecordingError::Member("kind")),
    })
}

fn read_session(node: &Node) -> Read<Session> {
    let era = match text(node, "era")? {
        "modern" => Era::Modern,
        "legacy" => Era::Legacy,
        _ => return Err(RecordingError::Member("era")),
    };
    let substitution = |n: &Node| {
        let path = text(n, "path")?;
        // an empty text would be found everywhere
        let path = Some(path).filter(|p| !p.is_empty()).ok_or(RecordingError::Member("path"))?;
        Ok((path.to_owned(), known(n, "name", &["{home}", "{tmp}"])?))
    };
    let substitutions: Vec<_> = list(node, "substitutions")?.iter().map(substitution).collect::<Read<_>>()?;
    let parts: Vec<Part> = list(node, "messages")?.iter().map(read_part).collect::<Read<_>>()?;
    let mut manifest = Manifest::default();
    for part in &parts {
        let messages = message::read(&part.bytes).map_err(|_| RecordingError::Message)?;
        let [message] = messages.as_slice() else { return Err(RecordingError::Message) };
        part::apply(&mut manifest, part, message);
    }
    manifest.substitute(&substitutions);
    let (protocol, complete) = (text(node, "protocol")?.into(), flag(node, "complete")?);
    Ok(Session { era, protocol, manifest, complete, parts, substitutions })
}

fn read_part(node: &Node) -> Read<Part> {
    let bytes: Arc<[u8]> = match (node.get("text").and_then(Node::as_str), node.get("base64").and_then(Node::as_str)) {
        (Some(text), None) => text.as_bytes().into(),
        (None, Some(base64)) => STANDARD.decode(base64).map_err(|_| RecordingError::Member("base64"))?.into(),
        _ => return Err(RecordingError::Member("text")),
    };
    let page = u32::try_from(number(node, "page")?).map_err(|_| RecordingError::Member("page"))?;
    let cap = node.get("cap").and_then(Node::as_u64).map_or(usize::MAX, |cap| cap as usize);
    Ok(Part { list: kind(node)?, page, again: flag(node, "again")?, cap, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn read_text(text: &str) -> Read<Vec<Recorded>> {
        read(&json::read(text.as_bytes(), &json::Limits::default()).expect("JSON").root)
    }

    fn capture() -> Capture {
        let bytes = |b: &[u8]| -> Arc<[u8]> { b.into() };
        let hello = br#"{"id":1,"result":{"serverInfo":{"name":"/p/home"},"instructions":"x"}}"#;
        let page = b"{\"id\":2,\"result\":{\"tools\":[{\"name\":\"a\xFF\",\"k\":1,\"k\":2},{\"name\":\"b\"}]}}";
        let parts = vec![
            Part { list: None, page: 0, again: false, cap: usize::MAX, bytes: bytes(hello) },
            Part { list: Some(ItemKind::Tool), page: 0, again: false, cap: 1, bytes: bytes(page) },
        ];
        let substitutions = vec![("/p/home".to_owned(), "{home}")];
        let mut manifest = Manifest::default();
        for part in &parts {
            part::apply(&mut manifest, part, &message::read(&part.bytes).expect("JSON")[0]);
        }
        manifest.substitute(&substitutions);
        let session = Session {
            era: Era::Legacy,
            protocol: "2025-11-25".into(),
            manifest,
            complete: false,
            parts,
            substitutions,
        };
        Capture {
            sessions: vec![session],
            failure: Some(Failure::NeedsCredentials(401, "Bearer \u{1b}[1m".into())),
            limits_hit: vec![LimitHit { limit: "items", list: Some(ItemKind::Tool), detail: "too many".to_owned() }],
            oddities: vec![Oddity { kind: "batch", count: 2, example: "[".into() }],
            stderr: "log\u{7}".into(),
            isolation: "off: x".to_owned(),
            package: Some(Package {
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
        let text = write([(&"one".into(), &capture), (&"two".into(), &Capture::default())]);
        let read = read_text(&text).expect("a recording");
        assert_eq!(read.len(), 2);
        assert_eq!(format!("{:?}", read[0].capture), format!("{capture:?}"));
        assert_eq!(read[1].name.raw(), "two");
    }

    #[test]
    fn a_damaged_recording_is_refused_with_the_member() {
        let good = write([(&"one".into(), &capture())]);
        for (from, to, error) in [
            ("\"version\": 1", "\"version\": 2", RecordingError::Version),
            ("\"servers\"", "\"server\"", RecordingError::Member("servers")),
            ("\"legacy\"", "\"old\"", RecordingError::Member("era")),
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
        let good = write([(&"one".into(), &capture())]);
        let bad = good.replacen("too many", "\\u001b[2J::error::x", 1);
        let read = read_text(&bad).expect("a recording");
        let detail = &read[0].capture.limits_hit[0].detail;
        assert!(!detail.contains('\u{1b}') && !detail.contains("::"), "{detail}");
    }
}
