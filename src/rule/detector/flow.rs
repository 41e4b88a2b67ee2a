//! Toxic flows: what strangers write, private data and a way out, together in the servers that one client loads. The model
//! joins everything, so a path exists as soon as its parts do; the shortest one is shown, with the cheapest way to cut it.
//! Family `flow`.

mod path;

use self::path::{Leg, Who};
use crate::json::Pointer;
use crate::launch::publisher;
use crate::manifest::ItemKey;
use crate::rule::flow::{Part, parts};
use crate::rule::{Hit, Path, Subject};
use crate::target::FactKind;
use crate::terms::ItemKind;
use crate::untrusted::Message;

/// One tool of one server, with what it can be.
struct Tool<'a> {
    server: usize,
    key: &'a ItemKey,
    parts: Vec<Part>,
    /// Nobody is asked before it runs.
    approved: bool,
}

/// Finds the flows of a fleet.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let powers = powers(fleet);
    let tools = tools(fleet, &powers);
    let mut out: Vec<Hit> = Vec::new();
    labels(&powers, &mut out);
    let publishers: Vec<Option<String>> = fleet.iter().map(|s| publisher::of(s.target)).collect();
    let foreign = |a: usize, b: usize| a != b && (publishers[a].is_none() || publishers[a] != publishers[b]);
    let search = path::Search { tools: &tools };
    let (any, unasked) = (Who::Any, Who::Unasked);
    let mut add = |rule: &str, legs: &[Leg], apart: bool, says: &str| {
        let fits = |chosen: &[&Tool<'_>]| {
            // one generic tool is no flow
            let distinct = chosen.iter().any(|t| (t.server, t.key) != (chosen[0].server, chosen[0].key));
            let last = chosen.last().map_or(0, |t| t.server);
            distinct && (!apart || foreign(chosen[0].server, last))
        };
        let Some(chosen) = search.shortest(legs, &fits) else { return };
        let steps: Vec<(usize, ItemKey, Part)> =
            chosen.iter().zip(legs).map(|(t, (part, _))| (t.server, t.key.clone(), *part)).collect();
        let Some((server, item, _)) = steps.last().cloned() else { return };
        let mut message = Message::new(says).text(": ");
        for (i, (server, item, _)) in steps.iter().enumerate() {
            message = message.text(if i > 0 { " → " } else { "" }).quote(&item.name);
            message = message.text(" of ").quote(&fleet[*server].target.name);
        }
        let cut = search.cut(legs, fleet);
        let message = message.text("; ").append(&cut);
        let mut related: Vec<(usize, ItemKey)> = Vec::new();
        for (s, key, _) in &steps[..steps.len() - 1] {
            if (*s, key) != (server, &item) && !related.contains(&(*s, key.clone())) {
                related.push((*s, key.clone()));
            }
        }
        out.push(Hit {
            item: Some(item),
            pointer: Pointer::root(),
            message,
            related,
            path: Some(Path { steps, cut }),
            ..Hit::new(rule, server)
        });
    };
    let three = |f| [(Part::Untrusted, f), (Part::Private, f), (Part::Egress, f)];
    add("lethal-trifecta", &three(any), false, "what strangers write can send private data out");
    add(
        "unguarded-trifecta",
        &three(unasked),
        false,
        "what strangers write can send private data out, and nobody is asked",
    );
    let ends = [(Part::Untrusted, unasked), (Part::Private, any), (Part::Egress, unasked)];
    add(
        "unguarded-trifecta",
        &ends,
        true,
        "what strangers write can send private data to another publisher's tool, unasked",
    );
    for (part, says) in [
        (Part::Exec, "what strangers write can run commands, and nobody is asked"),
        (Part::Secret, "what strangers write can read secrets, and nobody is asked"),
    ] {
        add("untrusted-to-exec-or-secrets", &[(Part::Untrusted, any), (part, unasked)], false, says);
    }
    let stays = [(Part::Untrusted, any), (Part::Persist, any)];
    add("untrusted-to-persistence", &stays, false, "what strangers write can stay for later sessions");
    for (part, says) in [
        (Part::Destructive, "what strangers write can delete, and nobody is asked"),
        (Part::Money, "what strangers write can move money, and nobody is asked"),
    ] {
        add("untrusted-to-destructive", &[(Part::Untrusted, any), (part, unasked)], false, says);
    }
    for (part, says) in [
        (Part::Secret, "secrets can leave by another publisher's tool"),
        (Part::Private, "private data can leave by another publisher's tool"),
    ] {
        add("private-to-egress", &[(part, any), (Part::Egress, any)], true, says);
    }
    out
}

/// Every tool that can be a part of a flow, with its parts.
type Powers<'a> = Vec<(usize, &'a ItemKey, Vec<Part>)>;

fn powers<'a>(fleet: &[Subject<'a>]) -> Powers<'a> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        let all = subject.manifest.of_kind(ItemKind::Tool).map(|item| (server, &item.key, parts(item)));
        out.extend(all.filter(|(.., parts)| !parts.is_empty()));
    }
    out
}

fn tools<'a>(fleet: &[Subject<'a>], powers: &Powers<'a>) -> Vec<Tool<'a>> {
    let trusts_all = fleet.iter().any(|s| s.target.facts.iter().any(|f| f.kind == FactKind::TrustsAll));
    let mut out = Vec::new();
    for (server, key, parts) in powers.iter().filter(|(server, ..)| !fleet[*server].target.disabled) {
        let approved = &fleet[*server].target.auto_approved;
        let all = trusts_all || approved.iter().any(|t| t.value.raw() == "*");
        let approved = all || approved.iter().any(|t| t.value == key.name);
        out.push(Tool { server: *server, key, parts: parts.clone(), approved });
    }
    out
}

/// What each powerful tool is, for who wants to see it.
fn labels(powers: &Powers<'_>, out: &mut Vec<Hit>) {
    for (server, key, parts) in powers {
        let phrases: Vec<&str> = parts.iter().map(|p| p.phrase()).collect();
        out.push(Hit {
            item: Some((*key).clone()),
            message: Message::new("tool ").quote(&key.name).text(format!(" {}", phrases.join(", "))),
            ..Hit::new("high-impact-capability", *server)
        });
    }
}
