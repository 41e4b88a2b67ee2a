//! Growth: items that come and go, schemas that widen, hints that weaken, powers a server did not have.

use super::{evidence, hit};
use crate::diff::{Change, ChangeKind, Grade};
use crate::manifest::ItemKey;
use crate::rule::capability::{self, Capability};
use crate::rule::{Hit, Subject};
use crate::terms::ItemKind;

/// Names of parameters that collect what the model knows.
const HARVEST: [&str; 18] = [
    "conversation",
    "conversation_history",
    "chat_history",
    "history",
    "system_prompt",
    "context",
    "full_context",
    "session",
    "sidenote",
    "side_note",
    "reasoning",
    "thoughts",
    "memory",
    "tool_list",
    "tools_list",
    "model_name",
    "user_data",
    "transcript",
];

/// Adds the hits of one server.
pub(super) fn judge(server: usize, subject: &Subject<'_>, out: &mut Vec<Hit>) {
    for change in subject.changes {
        match change.kind {
            ChangeKind::ItemAdded => added(server, subject, change, out),
            ChangeKind::ItemRemoved => out.push(hit("item-removed", server, change, Grade::D3, "is gone", vec![])),
            ChangeKind::ItemRenamed => {
                out.push(hit("item-renamed", server, change, Grade::D3, "is a known item under another name", vec![]));
            }
            ChangeKind::SchemaChanged => schema(server, subject, change, out),
            ChangeKind::AnnotationChanged => annotation(server, subject, change, out),
            ChangeKind::InfoChanged => info(server, change, out),
            ChangeKind::TextChanged
            | ChangeKind::LaunchChanged
            | ChangeKind::PackageChanged
            | ChangeKind::ExceptionsChanged => {}
        }
    }
}

fn tool_powers(subject: &Subject<'_>, key: &ItemKey) -> Vec<Capability> {
    let item = subject.manifest.items.iter().find(|i| i.key == *key && key.kind == ItemKind::Tool);
    item.map(capability::of_tool).unwrap_or_default()
}

fn added(server: usize, subject: &Subject<'_>, change: &Change, out: &mut Vec<Hit>) {
    out.push(hit("item-added", server, change, Grade::D3, "was not there when the server was approved", vec![]));
    let Some(approved) = subject.approved else { return };
    let before = approved.to_manifest();
    let mut known: Vec<Capability> = before.of_kind(ItemKind::Tool).flat_map(capability::of_tool).collect();
    known.sort();
    for power in tool_powers(subject, &change.item) {
        if known.binary_search(&power).is_ok() {
            continue;
        }
        let what = format!("{}, which no approved tool of this server does", power.phrase());
        if power == Capability::Destructive {
            out.push(hit("capability-growth", server, change, Grade::D3, &what, vec![]));
        } else {
            out.push(hit("sink-class-added", server, change, Grade::D4, &what, vec![]));
        }
    }
}

fn schema(server: usize, subject: &Subject<'_>, change: &Change, out: &mut Vec<Hit>) {
    let tokens = change.pointer.tokens();
    let last = tokens.last().map_or("", |t| t);
    let parent = tokens.len().checked_sub(2).map_or("", |i| &*tokens[i]);
    let dropped =
        ["pattern", "enum", "format", "maxLength", "maximum", "minimum", "const", "maxItems", "additionalProperties"];
    if change.new.is_none() && dropped.contains(&last) && parent != "properties" {
        out.push(hit(
            "constraint-removed",
            server,
            change,
            Grade::D3,
            "accepts values it did not accept before",
            vec![],
        ));
        return;
    }
    // a new required parameter that collects what the model knows
    if parent == "required" && change.old.is_none() {
        let name = change.new.as_ref().map_or("", |n| n.raw());
        let folded = capability::words(name).join("_");
        let was_there = subject.approved.is_some_and(|a| {
            a.find(&change.item).iter().any(|e| {
                e.node.get("inputSchema").and_then(|s| s.get("properties")).and_then(|p| p.get(name)).is_some()
            })
        });
        if HARVEST.contains(&folded.as_str()) && !was_there {
            let what = "now demands a parameter that collects what the model knows";
            let seen = evidence(change, 0, name.len(), "harvest-like parameter name, required");
            out.push(hit("new-sink-or-destination", server, change, Grade::D4, what, seen));
            return;
        }
    }
    out.push(hit("schema-changed", server, change, Grade::D3, "has another schema", vec![]));
}

fn annotation(server: usize, subject: &Subject<'_>, change: &Change, out: &mut Vec<Hit>) {
    let hint = change.pointer.tokens().last().map_or("", |t| t);
    let value = |v: &Option<crate::untrusted::Untrusted>| v.as_ref().map(|v| v.raw() == "true");
    // an absent hint means its default (2025-11-25, ToolAnnotations)
    let default = hint == "destructiveHint" || hint == "openWorldHint";
    let (old, new) = (value(&change.old).unwrap_or(default), value(&change.new).unwrap_or(default));
    let weaker = match hint {
        // "I only read" that is taken back, and "I destroy" that is
        "readOnlyHint" => old != new,
        "destructiveHint" => old && !new,
        "openWorldHint" => !old && new,
        _ => false,
    };
    if !weaker {
        return;
    }
    let what = match hint {
        "readOnlyHint" if new => "now claims to read only, so clients stop asking",
        "readOnlyHint" => "no longer claims to read only",
        "destructiveHint" => "no longer says that it destroys",
        _ => "now reaches beyond a closed set of systems",
    };
    let text = change.new.as_ref().map_or(0, |n| n.raw().len());
    let seen = evidence(change, 0, text, "annotation flipped");
    let quiet = matches!(hint, "destructiveHint") || (hint == "readOnlyHint" && new);
    // a release that adds hints where there were none is not one that takes a warning back
    if quiet && change.old.is_some() && !tool_powers(subject, &change.item).is_empty() {
        out.push(hit("sink-annotation-weakened", server, change, Grade::D4, what, seen));
    } else {
        out.push(hit("annotation-weakened", server, change, Grade::D4, what, seen));
    }
}

/// What an app page may reach: a new domain is a way out, a new permission a new power.
fn page(server: usize, change: &Change, out: &mut Vec<Hit>) {
    let tokens = change.pointer.tokens();
    let policy = tokens.iter().any(|t| ["csp", "permissions", "domain"].contains(&&**t));
    let Some(new) = change.new.as_ref().filter(|n| policy && !matches!(n.raw(), "false" | "null" | "[]" | "{}")) else {
        return;
    };
    let seen = evidence(change, 0, new.raw().len(), "the page's policy");
    let what = "may now reach a domain or use a permission that it could not";
    out.push(hit("new-sink-or-destination", server, change, Grade::D4, what, seen));
}

fn info(server: usize, change: &Change, out: &mut Vec<Hit>) {
    if change.item.kind == ItemKind::Content {
        return page(server, change, out);
    }
    if change.item.kind != ItemKind::Server {
        return;
    }
    let name = change.item.name.raw();
    if name == "capabilities" && change.old.is_none() {
        out.push(hit("capability-growth", server, change, Grade::D3, "declares a capability it did not have", vec![]));
    } else if name == "info" && change.pointer.tokens().first().is_some_and(|t| &**t == "name") {
        let seen = change.new.as_ref().map(|n| evidence(change, 0, n.raw().len(), "the name it gives itself"));
        let what = "calls itself otherwise: another server may answer";
        out.push(hit("server-identity-changed", server, change, Grade::D2, what, seen.unwrap_or_default()));
    } else {
        out.push(hit("server-info-changed", server, change, Grade::D0, "describes the server otherwise", vec![]));
    }
}
