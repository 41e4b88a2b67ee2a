//! Pages of MCP Apps: where they may load from and send to, what they may use, and tools that only a page can call.
//! Family `schema`.

use crate::finding::Evidence;
use crate::json::{Node, Pointer};
use crate::manifest::Item;
use crate::rule::capability::{changes, is_sink};
use crate::rule::{Hit, Subject};
use crate::terms::ItemKind;
use crate::untrusted::{Message, Untrusted};

/// Lists of `_meta.ui.csp` (MCP Apps, 2026-01-26).
const LISTS: [&str; 4] = ["connectDomains", "resourceDomains", "frameDomains", "baseUriDomains"];
/// Permissions that reach the person; a button that copies needs `clipboardWrite`, so that one says little.
const PERMISSIONS: [&str; 3] = ["camera", "microphone", "geolocation"];
/// Runs over every item that may describe a page.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        for item in &subject.manifest.items {
            for (pointer, text, what) in
                [policy(item), permission(item), loaded(item), hidden(item)].into_iter().flatten()
            {
                let message = Message::new(format!("{} ", item.key.kind.word())).quote(&item.key.name);
                out.push(Hit {
                    item: Some(item.key.clone()),
                    message: message.text(format!(" {what}")),
                    evidence: vec![Evidence::whole(&pointer, text, what)],
                    pointer,
                    ..Hit::new("risky-app-page", server)
                });
            }
        }
    }
    out
}

type Found = Option<(Pointer, Untrusted, &'static str)>;

fn ui(item: &Item) -> Option<&Node> {
    item.node.get("_meta")?.get("ui")
}

fn at(members: &[&str]) -> Pointer {
    members.iter().fold(Pointer::root().child("_meta").child("ui"), |p, m| p.child(m))
}

/// A source that is everywhere, is no origin, or writes further rules into the policy it is pasted into.
fn policy(item: &Item) -> Found {
    let csp = ui(item)?.get("csp")?;
    for list in LISTS {
        for (i, source) in csp.get(list).map(Node::elements).unwrap_or_default().iter().enumerate() {
            let Some(text) = source.as_str() else { continue };
            let host = text.split_once("://").map_or(text, |(_, rest)| rest);
            let what = if text.contains([' ', ';', ',', '\'', '"', '\n', '\r', '\t']) {
                "has a page whose policy carries more than an origin"
            } else if host == "*"
                || host.starts_with("*:")
                || matches!(host.strip_prefix("*."), Some(rest) if !rest.contains('.'))
            {
                "has a page that may reach any host"
            } else if ["file:", "http://"].iter().any(|s| text.starts_with(s)) && !text.contains("localhost") {
                "has a page that may load from where nobody can check it"
            } else {
                continue;
            };
            return Some((at(&["csp", list, &i.to_string()]), text.into(), what));
        }
    }
    None
}

fn permission(item: &Item) -> Found {
    let wanted = ui(item)?.get("permissions")?;
    let name = PERMISSIONS.into_iter().find(|name| wanted.get(name).is_some())?;
    Some((at(&["permissions", name]), name.into(), "has a page that wants a permission of the person"))
}

/// Scripts and frames of the page itself that come from files or from inline documents.
fn loaded(item: &Item) -> Found {
    if item.key.kind != ItemKind::Content || !item.text("mimeType").is_some_and(|m| m.starts_with("text/html")) {
        return None;
    }
    let text = item.text("text")?;
    let lower = text.to_ascii_lowercase();
    for opening in ["<script", "<iframe", "<object", "<embed"] {
        for (start, _) in lower.match_indices(opening) {
            let tag = &lower[start..lower[start..].find('>').map_or(lower.len(), |end| start + end)];
            let source = ["src=", "data="]
                .iter()
                .find_map(|a| tag.split_once(a))
                .map(|(_, v)| v.trim_start_matches(['"', '\'']));
            if source.is_some_and(|v| ["file:", "data:", "http:"].iter().any(|s| v.starts_with(s))) {
                let shown = Untrusted::from(text.get(start..start + tag.len()).unwrap_or_default());
                return Some((Pointer::root().child("text"), shown, "loads code from where nobody can check it"));
            }
        }
    }
    None
}

/// The model does not see it, and the page may call it.
fn hidden(item: &Item) -> Found {
    let visible = ui(item)?.get("visibility")?.elements();
    let only = !visible.is_empty() && visible.iter().all(|v| v.as_str() == Some("app"));
    (item.key.kind == ItemKind::Tool && only && (is_sink(item) || changes(item))).then(|| {
        (
            at(&["visibility"]),
            item.key.name.clone(),
            "changes something and only a page can call it, unseen by the model",
        )
    })
}
