//! Labels of a server that are no verdict: one tool that leads elsewhere than the others, and declared powers to change or
//! to ask later. Family `protocol`; its rules are notes, so it only runs when somebody raises one.

use std::collections::BTreeMap;

use crate::finding::Evidence;
use crate::json::{Node, Pointer, Value};
use crate::launch::publisher::registrable;
use crate::launch::source;
use crate::manifest::{Item, Manifest};
use crate::rule::strings::each_text;
use crate::rule::{Hit, Subject};
use crate::target::{Launch, Target};
use crate::terms::ItemKind;
use crate::untrusted::{Message, Untrusted};

/// Tools that have to agree on a host before one that does not is alone.
const MOST: usize = 3;
/// Hosts that every kind of server links to.
const COMMON: [&str; 8] = [
    "github.com",
    "example.com",
    "example.org",
    "wikipedia.org",
    "w3.org",
    "json-schema.org",
    "schema.org",
    "ietf.org",
];
/// Declared capabilities with which a server speaks later, unasked.
const LATER: [&str; 3] = ["listChanged", "subscribe", "tasks"];

/// Runs over every server.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        outlier(server, subject.manifest, &mut out);
        driving(server, subject, &mut out);
    }
    out
}

/// A place where a URL stands.
struct Named<'m> {
    item: &'m Item,
    pointer: Pointer,
    text: &'m str,
    start: usize,
    end: usize,
    scheme: &'m str,
    host: String,
}

impl Named<'_> {
    fn hit(&self, server: usize, what: &str) -> Hit {
        let evidence = Evidence::raw(&self.pointer, self.text, (self.start, self.end), what);
        Hit {
            item: Some(self.item.key.clone()),
            pointer: self.pointer.clone(),
            message: Message::new(format!("{} ", self.item.key.kind.word()))
                .quote(&self.item.key.name)
                .text(format!(" {what}: "))
                .quote(&Untrusted::from(self.host.as_str())),
            evidence: vec![evidence],
            ..Hit::new("url-outlier", server)
        }
    }
}

/// The first tool whose only host is another than the one most others name, and hosts that are named with and without
/// encryption.
fn outlier(server: usize, manifest: &Manifest, out: &mut Vec<Hit>) {
    let mut named: Vec<Named<'_>> = Vec::new();
    for item in manifest.of_kind(ItemKind::Tool) {
        each_text(item, &mut |trail, text, _| {
            for scheme in ["https", "http"] {
                for (start, _) in text.match_indices(&format!("{scheme}://")) {
                    named.extend(url(item, trail.pointer(), text, start, scheme));
                }
            }
        });
    }
    let mut tools: BTreeMap<&str, Vec<&Untrusted>> = BTreeMap::new();
    for one in &named {
        let list = tools.entry(&one.host).or_default();
        if !list.contains(&&one.item.key.name) {
            list.push(&one.item.key.name);
        }
    }
    let usual = tools.iter().max_by_key(|(_, list)| list.len()).filter(|(_, list)| list.len() >= MOST).map(|(h, _)| *h);
    if let Some(usual) = usual {
        let also = |name: &Untrusted| tools[usual].contains(&name);
        let alone = |one: &&Named<'_>| one.host != usual && tools[one.host.as_str()].len() == 1;
        let odd: Vec<&Named<'_>> = named.iter().filter(alone).filter(|one| !also(&one.item.key.name)).collect();
        // several that differ are an aggregator
        if let [one, rest @ ..] = &odd[..]
            && rest.iter().all(|other| other.item.key == one.item.key)
        {
            out.push(one.hit(server, "names another host than the other tools do"));
        }
    }
    let secure = |host: &str| named.iter().any(|one| one.scheme == "https" && one.host == host);
    if let Some(clear) = named.iter().find(|one| one.scheme == "http" && secure(&one.host)) {
        out.push(clear.hit(server, "names a host without encryption that is elsewhere named with it"));
    }
}

fn url<'m>(item: &'m Item, pointer: Pointer, text: &'m str, start: usize, scheme: &'static str) -> Option<Named<'m>> {
    let rest = &text[start..];
    let end = start + rest.find([' ', '\n', '\t', '"', '\'', '`', '<', '>', ')', ']', '}', ',']).unwrap_or(rest.len());
    let parsed = url::Url::parse(text.get(start..end)?.trim_end_matches(['.', ';', ':'])).ok()?;
    let host = registrable(parsed.host_str()?);
    let real = host.contains('.') && !COMMON.contains(&host.as_str()) && !parsed.host_str()?.starts_with("127.");
    real.then_some(Named { item, pointer, text, start, end, scheme, host })
}

/// Capabilities with which a server whose code or answers nobody pinned can act later.
fn driving(server: usize, subject: &Subject<'_>, out: &mut Vec<Hit>) {
    let Some(item) = subject.manifest.server("capabilities").filter(|_| !is_pinned(subject.target)) else { return };
    let mut found: Vec<Pointer> = Vec::new();
    declared(&item.node, &Pointer::root(), &mut found);
    let Some(first) = found.first() else { return };
    let names: Vec<String> = found.iter().map(|p| p.to_untrusted().raw().trim_start_matches('/').to_owned()).collect();
    let message = Message::new("server ")
        .quote(&subject.target.name)
        .text(" may change what it offers, or speak first, after it was audited: it declares ")
        .quote(&names.join(", ").into());
    out.push(Hit {
        item: Some(item.key.clone()),
        pointer: first.clone(),
        message,
        ..Hit::new("agent-driving-capability", server)
    });
}

/// Members that are switched on. Capabilities are nested two or three deep.
fn declared(node: &Node, at: &Pointer, found: &mut Vec<Pointer>) {
    for member in node.members() {
        let here = at.child(&member.key);
        let on = !matches!(member.value.value, Value::Null) && member.value.as_bool() != Some(false);
        if on && LATER.contains(&&*member.key) {
            found.push(here);
        } else if here.tokens().len() < 4 {
            declared(&member.value, &here, found);
        }
    }
}

/// Whether the launch says exactly which code runs: then a new tool needs a new launch.
fn is_pinned(target: &Target) -> bool {
    match &target.launch {
        Launch::Stdio(s) => {
            let found = source::all_of_stdio(s);
            !found.cut && found.list.iter().all(|code| code.pinned)
        }
        // what a file says changes with the file
        Launch::File(_) => true,
        Launch::Http(_) => false,
    }
}
