//! A bundle against the records of its fleet, against its own signature block, and against the server that runs from it:
//! what people read before they installed it, and what a model is told.

use super::record::RULE;
use crate::finding::Evidence;
use crate::json::{Node, Pointer, canonical, render};
use crate::manifest::{Item, ItemKey};
use crate::package::Bundle;
use crate::package::bundle::Signature;
use crate::package::record::Listed;
use crate::rule::{Hit, Subject};
use crate::terms::{Confidence, ItemKind};
use crate::untrusted::{Message, Untrusted};

/// What a tool is, beside its name; a bundle has some of it.
const MEMBERS: [(&str, &str); 5] = [
    ("description", "describes a tool otherwise than its bundle: "),
    ("title", "titles a tool otherwise than its bundle: "),
    ("inputSchema", "asks for other arguments of a tool than its bundle says: "),
    ("outputSchema", "answers a tool in another shape than its bundle says: "),
    ("annotations", "annotates a tool otherwise than its bundle: "),
];

/// Runs over one server of a fleet.
pub(super) fn judge(server: usize, fleet: &[Subject<'_>], out: &mut Vec<Hit>) {
    let published = fleet[server].published;
    let Some(bundle) = published.bundle.or(published.installed) else { return };
    let own = &fleet[server];
    let mut add = |at: usize, item: Option<ItemKey>, pointer: Pointer, message: Message, texts: [Option<&str>; 2]| {
        let whole = |(text, why): (Option<&str>, &str)| Some(Evidence::whole(&pointer, text?, why));
        let why = ["what the bundle says", "what the other says"];
        let evidence = texts.into_iter().zip(why).filter_map(whole).collect();
        out.push(Hit { item, pointer: pointer.clone(), message, evidence, ..Hit::new(RULE, at) });
    };
    let file = Pointer::root().child("bundle");
    for other in fleet {
        let Some(record) = other.published.record.filter(|_| other.published.bundle.is_none()) else { continue };
        let ours = |l: &&Listed| l.kind.raw() == "mcpb" && bundle.is_named(l.identifier.raw());
        let Some(listed) = record.packages.iter().find(ours) else { continue };
        let digest = bundle.digest.hex();
        if let Some(said) = listed.sha256.as_ref().filter(|s| !s.raw().eq_ignore_ascii_case(&digest)) {
            let message = Message::new("the bundle is not the file that the record of ")
                .quote(&record.name)
                .text(" names: its SHA-256 differs");
            add(server, None, file.child("fileSha256"), message, [Some(&digest), Some(said.raw())]);
        }
        let said = listed.version.as_ref().unwrap_or(&record.version);
        if bundle.version.as_ref().is_some_and(|v| v != said) {
            let message =
                Message::new("the bundle says that it has another version than the record of ").quote(&record.name);
            let own = bundle.version.as_ref().map(Untrusted::raw);
            add(server, None, file.child("version"), message, [own, Some(said.raw())]);
        }
    }
    if let Signature::Unverified(block) = &bundle.signature
        && block.fits == Some(false)
    {
        let message = Message::new("the bundle carries a signature that was made for other content");
        let pointer = file.child("signature");
        // tools differ in what they sign, and nothing was verified
        let confidence = Some(Confidence::Low);
        out.push(Hit { pointer, message, confidence, ..Hit::new(RULE, server) });
    }
    if own.capture.is_some_and(|c| c.failure.is_none()) {
        live(server, own, bundle, out);
    }
}

/// The server that was started from this bundle.
fn live(server: usize, own: &Subject<'_>, bundle: &Bundle, out: &mut Vec<Hit>) {
    let tools: Vec<&Item> = own.manifest.of_kind(ItemKind::Tool).collect();
    for tool in &tools {
        let name = &tool.key.name;
        let said: Vec<&Node> = bundle.tools_named(name.raw()).collect();
        let item = Some(tool.key.clone());
        if said.is_empty() && !bundle.generates_tools {
            let message = Message::new("the live server has a tool that its bundle does not name: ").quote(name);
            out.push(Hit { item, pointer: Pointer::root().child("description"), message, ..Hit::new(RULE, server) });
            continue;
        }
        for (member, what) in MEMBERS {
            let now = tool.node.get(member);
            // what the bundle does not say cannot differ
            let other = |node: &&Node| node.get(member).is_some_and(|was| !same(Some(was), now));
            let Some(was) = said.iter().copied().find(other).and_then(|node| node.get(member)) else { continue };
            let pointer = Pointer::root().child(member);
            let message = Message::new("the live server ").text(what).quote(name);
            let texts = [(Some(was), "what the bundle says"), (now, "what the live server says")];
            let texts = texts.map(|(node, why)| (node.map(written), why));
            let evidence = texts.iter().filter_map(|(text, why)| Some(Evidence::whole(&pointer, text.as_ref()?, *why)));
            let evidence = evidence.collect();
            out.push(Hit { item: item.clone(), pointer, message, evidence, ..Hit::new(RULE, server) });
        }
    }
    let whole = own.capture.is_some_and(|c| !c.sessions.is_empty() && c.sessions.iter().all(|s| s.complete));
    let named = bundle.tools().filter_map(|t| t.get("name")).filter_map(Node::as_str);
    for name in named.filter(|n| whole && !tools.iter().any(|t| t.key.name.raw() == *n)) {
        let message = Message::new("the live server does not have a tool that its bundle names: ").quote(&name.into());
        let pointer = Pointer::root().child("bundle").child("tools").child(name);
        // many servers offer some of their tools only when they are set up for them
        let confidence = Some(Confidence::Low);
        out.push(Hit { pointer, message, confidence, ..Hit::new(RULE, server) });
    }
}

/// Whether two values mean the same, however they are written.
fn same(a: Option<&Node>, b: Option<&Node>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => canonical(a).ok().is_some_and(|a| canonical(b).ok() == Some(a)),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn written(node: &Node) -> String {
    let rendered = || render(node).unwrap_or_else(|why| format!("(no single meaning: {why})"));
    node.as_str().map_or_else(rendered, str::to_owned)
}
