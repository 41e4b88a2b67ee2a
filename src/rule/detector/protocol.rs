//! How a server behaved while it was captured, and what it publishes about itself beside it. Family `protocol`.

use crate::capture::{Capture, Oddity};
use crate::finding::Evidence;
use crate::json::{Limits, Node, Pointer, read};
use crate::manifest::{ItemKey, Manifest};
use crate::rule::{Hit, Subject};
use crate::terms::ItemKind;
use crate::untrusted::Message;

/// Behaviour that breaks the protocol, and what it is called.
const VIOLATIONS: [(&str, &str); 9] = [
    ("stdout-noise", "writes lines to its output that are no messages"),
    ("malformed-message", "sends messages that cannot be read"),
    ("invalid-utf8", "sends bytes that are not UTF-8"),
    ("unknown-id", "answers requests that were not made"),
    ("duplicate-response", "answers one request more than once"),
    ("batch", "sends batches"),
    ("server-info-differs", "changes who it says it is from answer to answer"),
    ("protocol-version", "names a protocol revision that does not exist"),
    ("other-content", "answers a read with another resource"),
];

/// Runs over every server that was captured.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        let Some(capture) = subject.capture else { continue };
        for odd in &capture.oddities {
            out.extend(behaviour(server, capture, odd));
        }
        for card in &capture.cards {
            let limits = Limits { nodes: 100_000, ..Limits::default() };
            if let Ok(document) = read(&card.bytes, &limits) {
                out.extend(published(server, subject, &card.path, &document.root));
            }
        }
    }
    out
}

fn behaviour(server: usize, capture: &Capture, odd: &Oddity) -> Option<Hit> {
    let hit = |rule: &str, what: String| Hit {
        message: Message::new(format!("the server {what} ({} times)", odd.count)),
        evidence: vec![Evidence::whole(&Pointer::root(), odd.example.clone(), "the first time")],
        ..Hit::new(rule, server)
    };
    if odd.kind == "server-request" {
        // an audit only lists; whoever asks the client to act then would act on its own at any time
        return Some(hit("unsolicited-request", "asks the client to act while its lists are read".to_owned()));
    }
    // a batch is part of one revision
    let batches = capture.sessions.iter().all(|s| s.protocol.raw() == "2025-03-26");
    let (kind, what) = VIOLATIONS.iter().find(|(kind, _)| *kind == odd.kind)?;
    (*kind != "batch" || !batches).then(|| hit("protocol-violation", (*what).to_owned()))
}

/// A card and the live server say who they are in the same members.
fn published(server: usize, subject: &Subject<'_>, path: &str, card: &Node) -> Vec<Hit> {
    let holder = card.get("serverInfo").unwrap_or(card);
    let info = info(subject.manifest);
    let mut out = Vec::new();
    for member in ["version", "title", "description", "websiteUrl"] {
        let says = holder.get(member).and_then(Node::as_str);
        let live = info.and_then(|i| i.get(member)).and_then(Node::as_str);
        if let (Some(says), Some(live)) = (says, live)
            && says != live
        {
            let message = Message::new(format!("the card at {path} gives another {member} than the live server"));
            let pointer = Pointer::root().child(member);
            let evidence = vec![
                Evidence::whole(&pointer, says, "what the card says"),
                Evidence::whole(&pointer, live, "what the live server says"),
            ];
            let item = Some(ItemKey::new(ItemKind::Server, "info"));
            out.push(Hit { item, pointer, evidence, message, ..Hit::new("server-card-mismatch", server) });
        }
    }
    // some documents list tools, which then have to be the live ones
    for tool in card.get("tools").map(Node::elements).unwrap_or_default() {
        let Some(name) = tool.get("name").and_then(Node::as_str) else { continue };
        let live = subject.manifest.of_kind(ItemKind::Tool).find(|i| i.key.name.raw() == name);
        let described = |n: &Node| n.get("description").and_then(Node::as_str).map(str::to_owned);
        let (says, is) = (described(tool), live.and_then(|i| described(&i.node)));
        if live.is_some() && (says.is_none() || says == is) {
            continue;
        }
        let what =
            if live.is_none() { "lists a tool that the live server does not" } else { "describes a tool otherwise" };
        let message = Message::new(format!("the card at {path} {what}: ")).quote(&name.into());
        let texts = [(says, "what the card says"), (is, "what the live server says")];
        let pointer = Pointer::root().child("description");
        let evidence = texts.into_iter().filter_map(|(t, why)| Some(Evidence::whole(&pointer, t?, why)));
        out.push(Hit {
            item: Some(ItemKey::new(ItemKind::Tool, name)),
            evidence: evidence.collect(),
            pointer: pointer.clone(),
            message,
            ..Hit::new("server-card-mismatch", server)
        });
    }
    out
}

fn info(manifest: &Manifest) -> Option<&Node> {
    manifest.server("info").map(|i| &*i.node)
}
