//! Reads recordings. Nothing in one is believed to be our own words.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Recorded, RecordingError, VERSION, WORDS, is_recording};
use crate::capture::part::{self, Part, Waited};
use crate::capture::visit::{Ask, Outcome, Probe, Probed, Visit};
use crate::capture::{Capture, Card, Era, Failure, LimitHit, Oddity, Session, message, union};
use crate::json::Node;
use crate::launch::saved;
use crate::manifest::Manifest;
use crate::sandbox::{Package, SUBSTITUTES};
use crate::target::File;
use crate::terms::ItemKind;
use crate::untrusted::Untrusted;

/// Reads a recording; `file` is where it was.
pub fn read(root: &Node, file: &File) -> Result<Vec<Recorded>, RecordingError> {
    if !is_recording(root) {
        return Err(RecordingError::Member("format"));
    }
    if root.get("version").and_then(Node::as_u64) != Some(VERSION) {
        return Err(RecordingError::Version);
    }
    let one = |(index, node)| read_server(node, &File { index, ..file.clone() });
    list(root, "servers")?.iter().enumerate().map(one).collect()
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

fn read_server(node: &Node, file: &File) -> Read<Recorded> {
    let limit = |n: &Node| {
        Ok(LimitHit { limit: known(n, "limit", &LimitHit::LIMITS)?, list: kind(n)?, detail: words(n, "detail")? })
    };
    let oddity = |n: &Node| {
        let count = number(n, "count")? as usize;
        Ok(Oddity { kind: known(n, "kind", &Oddity::KINDS)?, count, example: text(n, "example")?.into() })
    };
    let failure = node.get("failure").filter(|n| n.is_object()).map(read_failure).transpose()?;
    let mut sessions: Vec<Session> = list(node, "sessions")?.iter().map(read_session).collect::<Read<_>>()?;
    let pairs = sessions.first().map(|s| s.substitutions.clone()).unwrap_or_default();
    union::share(&mut sessions, &pairs);
    let probe =
        [Probe::Off, Probe::Quick, Probe::Deep].into_iter().find(|p| Some(p.word()) == text(node, "probe").ok());
    let capture = Capture {
        sessions,
        probe: probe.ok_or(RecordingError::Member("probe"))?,
        probes: list(node, "probes")?.iter().map(read_probed).collect::<Read<_>>()?,
        cards: list(node, "cards")?.iter().map(read_card).collect::<Read<_>>()?,
        failure,
        limits_hit: list(node, "limitsHit")?.iter().map(limit).collect::<Read<_>>()?,
        oddities: list(node, "oddities")?.iter().map(oddity).collect::<Read<_>>()?,
        stderr: text(node, "stderr")?.into(),
        isolation: words(node, "isolation")?,
        package: node.get("package").filter(|n| n.is_object()).map(read_package).transpose()?,
        transcript: Vec::new(),
    };
    let name: Untrusted = text(node, "name")?.into();
    let target = node.get("target").and_then(|t| saved::from_node(t, &name, file.clone()));
    Ok(Recorded { target: target.ok_or(RecordingError::Member("target"))?, name, capture })
}

fn ask(node: &Node, key: &'static str) -> Read<Ask> {
    let word = text(node, key)?;
    Ask::ALL.into_iter().find(|a| a.word() == word).ok_or(RecordingError::Member(key))
}

fn read_probed(node: &Node) -> Read<Probed> {
    let outcome = match text(node, "outcome")? {
        "answered" => Outcome::Answered,
        "refused" => Outcome::Refused(words(node, "why")?),
        "failed" => Outcome::Failed(words(node, "why")?),
        "not-run" => Outcome::NotRun(words(node, "why")?),
        _ => return Err(RecordingError::Member("outcome")),
    };
    Ok(Probed { ask: ask(node, "ask")?, client: words(node, "client")?, outcome })
}

fn read_card(node: &Node) -> Read<Card> {
    Ok(Card { path: words(node, "path")?, bytes: bytes(node)? })
}

fn read_visit(node: &Node) -> Read<Visit> {
    let reading = u32::try_from(number(node, "reading")?).map_err(|_| RecordingError::Member("reading"))?;
    Ok(Visit { ask: ask(node, "how")?, client: words(node, "client")?, reading })
}

fn read_package(node: &Node) -> Read<Package> {
    let [name, version, integrity, tree] = ["name", "version", "integrity", "tree"].map(|key| words(node, key));
    Ok(Package {
        kind: known(node, "type", &Package::KINDS)?,
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
        Ok((path.to_owned(), known(n, "name", &SUBSTITUTES)?))
    };
    let substitutions: Vec<_> = list(node, "substitutions")?.iter().map(substitution).collect::<Read<_>>()?;
    let parts: Vec<Part> = list(node, "messages")?.iter().map(read_part).collect::<Read<_>>()?;
    let mut manifest = Manifest::default();
    for part in &parts {
        let mut messages = message::read(&part.bytes, message::NODES).map_err(|_| RecordingError::Message)?;
        let [message] = messages.as_mut_slice() else { return Err(RecordingError::Message) };
        part::apply(&mut manifest, part, message);
    }
    // as after listing: hosts show items in the order of kinds
    manifest.items.sort_by_key(|item| item.key.kind);
    let visit = node.get("asked").ok_or(RecordingError::Member("asked")).and_then(read_visit)?;
    let kind = |n: &Node| {
        let known = ItemKind::ALL.into_iter().find(|k| Some(k.word()) == n.as_str());
        known.ok_or(RecordingError::Member("announced"))
    };
    Ok(Session {
        era,
        protocol: text(node, "protocol")?.into(),
        visit,
        manifest: Arc::new(manifest),
        announced: list(node, "announced")?.iter().map(kind).collect::<Read<_>>()?,
        public: flag(node, "public")?,
        complete: flag(node, "complete")?,
        parts,
        substitutions,
    })
}

fn read_part(node: &Node) -> Read<Part> {
    let page = u32::try_from(number(node, "page")?).map_err(|_| RecordingError::Member("page"))?;
    let cap = node.get("cap").and_then(Node::as_u64).map_or(usize::MAX, |cap| cap as usize);
    let word = text(node, "waited")?;
    let waited = Waited::ALL.into_iter().find(|w| w.word() == word).ok_or(RecordingError::Member("waited"))?;
    Ok(Part { list: kind(node)?, page, again: flag(node, "again")?, cap, waited, bytes: bytes(node)? })
}

fn bytes(node: &Node) -> Read<Arc<[u8]>> {
    match (node.get("text").and_then(Node::as_str), node.get("base64").and_then(Node::as_str)) {
        (Some(text), None) => Ok(text.as_bytes().into()),
        (None, Some(base64)) => Ok(STANDARD.decode(base64).map_err(|_| RecordingError::Member("base64"))?.into()),
        _ => Err(RecordingError::Member("text")),
    }
}
