//! Recordings: captures as a file that needs nothing else. It holds the messages as received; reading builds the manifest
//! from them as a live capture does, so the digests are the same. Other inbound messages (the transcript) are not kept.
//!
//! A recording is somebody's file: nothing in it is believed to be our own words, and every byte is read by
//! [`crate::json`].

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::part::Part;
use super::visit::Probed;
use super::{Capture, Card, Era, Failure, LimitHit, Oddity, Session};
use crate::json::Node;
use crate::launch::saved;
use crate::target::Target;
use crate::terms::ItemKind;
use crate::untrusted::Untrusted;

mod read;
#[cfg(test)]
mod tests;

pub use read::read;

/// The published schema of the format.
pub const SCHEMA: &str = include_str!("recording/capture.schema.json");
/// Value of the member `format`.
pub const FORMAT: &str = "mcp-assay-capture";
/// Value of the member `version`.
pub const VERSION: u64 = 1;

/// Text that stood for ours when it was written; longer is not.
const WORDS: usize = 500;

/// One server of a recording.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The name it was recorded under.
    pub name: Untrusted,
    /// What was asked, without secrets.
    pub target: saved::Saved,
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
pub fn write<'c>(servers: impl IntoIterator<Item = (&'c Untrusted, &'c Target, &'c Capture)>) -> String {
    let servers: Vec<Value> =
        servers.into_iter().map(|(name, target, capture)| server(name, target, capture)).collect();
    let auditor = concat!("mcp-assay ", env!("CARGO_PKG_VERSION"));
    let mut text =
        format!("{:#}", json!({"format": FORMAT, "version": VERSION, "auditor": auditor, "servers": servers}));
    text.push('\n');
    text
}

fn server(name: &Untrusted, target: &Target, capture: &Capture) -> Value {
    let limit =
        |hit: &LimitHit| json!({"limit": hit.limit, "list": hit.list.map(ItemKind::word), "detail": hit.detail});
    let oddity = |o: &Oddity| json!({"kind": o.kind, "count": o.count, "example": o.example.raw()});
    json!({
        "name": name.raw(),
        "target": saved::to_json(target),
        "failure": capture.failure.as_ref().map(failure),
        "isolation": capture.isolation,
        "package": capture.package,
        "limitsHit": capture.limits_hit.iter().map(limit).collect::<Vec<_>>(),
        "oddities": capture.oddities.iter().map(oddity).collect::<Vec<_>>(),
        "stderr": capture.stderr.raw(),
        "probe": capture.probe.word(),
        "probes": capture.probes.iter().map(probed).collect::<Vec<_>>(),
        "sessions": capture.sessions.iter().map(session).collect::<Vec<_>>(),
        "cards": capture.cards.iter().map(card).collect::<Vec<_>>(),
    })
}

fn probed(probed: &Probed) -> Value {
    let (outcome, why) = probed.outcome.words();
    json!({"ask": probed.ask.word(), "client": probed.client, "outcome": outcome, "why": why})
}

fn card(card: &Card) -> Value {
    let mut out = bytes(&card.bytes);
    out["path"] = json!(card.path);
    out
}

fn session(session: &Session) -> Value {
    let substitution = |(path, name): &(String, &'static str)| json!({"path": path, "name": name});
    json!({
        "era": session.era.word(),
        "protocol": session.protocol.raw(),
        "asked": {"how": session.visit.ask.word(), "client": session.visit.client, "reading": session.visit.reading},
        "announced": session.announced.iter().map(|k| k.word()).collect::<Vec<_>>(),
        "public": session.public,
        "complete": session.complete,
        "substitutions": session.substitutions.iter().map(substitution).collect::<Vec<_>>(),
        "messages": session.parts.iter().map(|part| message_of(session.era, part)).collect::<Vec<_>>(),
    })
}

fn message_of(era: Era, part: &Part) -> Value {
    let mut out = bytes(&part.bytes);
    out["answers"] = json!(part.method(era));
    out["list"] = json!(part.list.map(ItemKind::word));
    out["page"] = json!(part.page);
    out["again"] = json!(part.again);
    out["waited"] = json!(part.waited.word());
    if part.cap != usize::MAX {
        out["cap"] = json!(part.cap);
    }
    out
}

/// Text where it is text, else base64: exactly what was received.
fn bytes(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({"text": text}),
        Err(_) => json!({"base64": STANDARD.encode(bytes)}),
    }
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
        Failure::NotAsked(why) => ("not-asked", why.as_str()),
        Failure::NotApproved => ("not-approved", ""),
        Failure::Interrupted => ("interrupted", ""),
    };
    json!({"kind": kind, "detail": detail})
}
