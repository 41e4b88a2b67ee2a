//! Toxic flows: what strangers write, private data and a way out, together in the servers that one client loads. The model
//! joins everything, so a path exists as soon as its parts do; the shortest one is shown, with the cheapest way to cut it.
//! Family `flow`.
//!
//! Nearly every installation of ten servers has such a path, so it is said once, and becomes more only where nobody is
//! asked on its way, or where what was approved did not have it. Of equally short paths the one is shown on which what lies on
//! this machine is sent by a tool of another. A path on which a part is only guessed is of low confidence, and one without
//! guesses goes before it.

mod path;

use self::path::Leg;
use self::path::Who::{Any, Unasked};
use crate::json::Pointer;
use crate::launch::{bridge, publisher};
use crate::manifest::{ItemKey, Manifest};
use crate::rule::flow::{Part, Parts, parts};
use crate::rule::{Hit, Path, Subject, loaded};
use crate::snapshot::Snapshot;
use crate::target::{FactKind, Launch, Target};
use crate::terms::{Confidence, ItemKind};
use crate::untrusted::Message;

/// One tool, resource or prompt of one server, with what it can be.
struct Tool<'a> {
    server: usize,
    key: &'a ItemKey,
    parts: Parts,
    /// Nobody is asked before it runs.
    approved: bool,
    /// It runs on another machine.
    remote: bool,
}

/// A rule, the legs of its path, what it needs beside them, and what it says.
type Case = (&'static str, &'static [Leg], Need, &'static str);

/// What a path needs beside its legs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Nothing.
    Legs,
    /// Its ends belong to two publishers.
    Apart,
    /// Not all of it was approved: what was approved holds no such path.
    New,
}

const STRANGERS: Leg = (Part::Untrusted, Any);

/// The three legs, from what is worst to what nearly every installation has. Who is asked, and what was approved, decides: a
/// path alone is what the parts of a useful agent make.
const TRIFECTAS: [Case; 7] = [
    (
        "unguarded-trifecta",
        &[(Part::Untrusted, Unasked), (Part::Private, Unasked), (Part::Egress, Unasked)],
        Need::Legs,
        "what strangers write can send private data out, and nobody is asked",
    ),
    (
        "unguarded-trifecta",
        &[(Part::Untrusted, Unasked), (Part::Private, Any), (Part::Egress, Unasked)],
        Need::Apart,
        "what strangers write can send private data to another publisher's tool, unasked",
    ),
    (
        "exposed-trifecta",
        &[STRANGERS, (Part::Private, Any), (Part::Egress, Unasked)],
        Need::Legs,
        "what strangers write can send private data out, and nobody is asked before it leaves",
    ),
    (
        "exposed-trifecta",
        &[(Part::Untrusted, Unasked), (Part::Private, Unasked), (Part::Egress, Any)],
        Need::Legs,
        "what strangers write can send private data out, and nobody is asked before the last step",
    ),
    (
        "exposed-trifecta",
        &[STRANGERS, (Part::Private, Any), (Part::Egress, Any)],
        Need::New,
        "what strangers write can send private data out, which what was approved could not",
    ),
    (
        "lethal-trifecta",
        &[STRANGERS, (Part::Private, Any), (Part::Egress, Any)],
        Need::Legs,
        "what strangers write can send private data out",
    ),
    (
        "lethal-trifecta",
        &[STRANGERS, (Part::Secret, Any), (Part::Egress, Any)],
        Need::Legs,
        "what strangers write can send secrets out",
    ),
];

/// Two legs. Of the cases of one group the first that is there is shown.
const PAIRS: [&[Case]; 8] = [
    &[
        (
            "untrusted-to-persistence",
            &[STRANGERS, (Part::Persist, Unasked)],
            Need::Legs,
            "what strangers write can stay for later sessions, and nobody is asked",
        ),
        (
            "untrusted-to-persistence",
            &[STRANGERS, (Part::Persist, Any)],
            Need::New,
            "what strangers write can stay for later sessions, which what was approved could not do",
        ),
    ],
    &[(
        "untrusted-to-exec-or-secrets",
        &[STRANGERS, (Part::Exec, Unasked)],
        Need::Legs,
        "what strangers write can run commands, and nobody is asked",
    )],
    &[(
        "untrusted-to-exec-or-secrets",
        &[STRANGERS, (Part::Secret, Unasked)],
        Need::Legs,
        "what strangers write can read secrets, and nobody is asked",
    )],
    &[(
        "untrusted-to-destructive",
        &[STRANGERS, (Part::Destructive, Unasked)],
        Need::Legs,
        "what strangers write can delete, and nobody is asked",
    )],
    &[(
        "untrusted-to-destructive",
        &[STRANGERS, (Part::Money, Unasked)],
        Need::Legs,
        "what strangers write can move money, and nobody is asked",
    )],
    &[(
        "private-to-egress",
        &[(Part::Secret, Any), (Part::Egress, Unasked)],
        Need::Apart,
        "secrets can leave by another publisher's tool, and nobody is asked",
    )],
    &[(
        "private-to-egress",
        &[(Part::Secret, Unasked), (Part::Egress, Any)],
        Need::Apart,
        "secrets that are read without a question can leave by another publisher's tool",
    )],
    &[(
        "private-to-egress",
        &[(Part::Private, Any), (Part::Egress, Unasked)],
        Need::Apart,
        "private data can leave by another publisher's tool, and nobody is asked",
    )],
];

/// Finds the flows of a fleet.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out: Vec<Hit> = Vec::new();
    let now: Vec<&Manifest> = fleet.iter().map(|s| s.manifest).collect();
    let powers = powers(&now);
    labels(&powers, &mut out);
    let publishers: Vec<Option<String>> = fleet.iter().map(|s| publisher::of(s.target)).collect();
    let tools = tools(fleet, &powers);
    let before: Vec<Manifest> =
        fleet.iter().map(|s| s.approved.map(Snapshot::to_manifest).unwrap_or_default()).collect();
    let before: Vec<&Manifest> = before.iter().collect();
    // where nothing was approved, nothing can be new
    let approved = fleet.iter().any(|s| s.approved.is_some()).then(|| self::powers(&before));
    let approved = approved.map(|powers| self::tools(fleet, &powers));
    let flows = Flows { fleet, publishers: &publishers, tools: &tools, approved: approved.as_deref() };
    if let Some((at, chosen)) = flows.first(&TRIFECTAS) {
        // the weaker rules speak of the same path, and give way to the stronger at its end
        out.extend(TRIFECTAS[at..].iter().map(|case| flows.hit(case, &chosen)));
    }
    for group in PAIRS {
        out.extend(flows.first(group).map(|(at, chosen)| flows.hit(&group[at], &chosen)));
    }
    out
}

/// A fleet, as the search sees it.
struct Flows<'s, 't, 'a> {
    fleet: &'s [Subject<'a>],
    publishers: &'s [Option<String>],
    tools: &'s [Tool<'t>],
    /// The tools that were approved, when a baseline is in use.
    approved: Option<&'s [Tool<'t>]>,
}

impl<'s, 't> Flows<'s, 't, '_> {
    /// The first of these cases that is there, and its path.
    fn first(&self, cases: &[Case]) -> Option<(usize, Vec<&'s Tool<'t>>)> {
        cases.iter().enumerate().find_map(|(at, (_, legs, need, _))| Some((at, self.find(legs, *need)?)))
    }

    fn find(&self, legs: &[Leg], need: Need) -> Option<Vec<&'s Tool<'t>>> {
        let (publishers, apart) = (self.publishers, need == Need::Apart);
        let foreign = |a: usize, b: usize| a != b && (publishers[a].is_none() || publishers[a] != publishers[b]);
        let fits = |chosen: &[&Tool<'_>]| {
            // one generic tool is no flow
            let distinct = chosen.iter().any(|t| (t.server, t.key) != (chosen[0].server, chosen[0].key));
            let last = chosen.last().map_or(0, |t| t.server);
            distinct && (!apart || foreign(chosen[0].server, last))
        };
        if need == Need::New && (path::Search { tools: self.approved? }).shortest(legs, &fits).is_some() {
            return None;
        }
        path::Search { tools: self.tools }.shortest(legs, &fits)
    }

    fn hit(&self, (rule, legs, _, says): &Case, chosen: &[&Tool<'_>]) -> Hit {
        let steps: Vec<(usize, ItemKey, Part)> =
            chosen.iter().zip(*legs).map(|(t, (part, _))| (t.server, t.key.clone(), *part)).collect();
        let mut message = Message::new(*says).text(": ");
        for (i, (server, item, _)) in steps.iter().enumerate() {
            message = message.text(if i > 0 { " → " } else { "" });
            if item.kind != ItemKind::Tool {
                message = message.text(format!("{} ", item.kind.word()));
            }
            message = message.quote(&item.name);
            message = message.text(" of ").quote(&self.fleet[*server].target.name);
            if chosen[i].remote {
                message = message.text(" (on another machine)");
            }
        }
        let cut = path::Search { tools: self.tools }.cut(legs, self.fleet);
        let (server, item, _) = steps.last().cloned().expect("a path has as many steps as legs, and there are legs");
        let mut related: Vec<(usize, ItemKey)> = Vec::new();
        for (s, key, _) in &steps[..steps.len() - 1] {
            if (*s, key) != (server, &item) && !related.contains(&(*s, key.clone())) {
                related.push((*s, key.clone()));
            }
        }
        let guessed = path::guesses(chosen, legs) > 0;
        Hit {
            confidence: guessed.then_some(Confidence::Low),
            item: Some(item),
            pointer: Pointer::root(),
            message: message.text("; ").append(&cut),
            related,
            path: Some(Path { steps, cut }),
            ..Hit::new(rule, server)
        }
    }
}

/// Every item that can be a part of a flow, with its parts.
type Powers<'a> = Vec<(usize, &'a ItemKey, Parts)>;

/// What can be a part of a flow: what acts, and what is read.
const KINDS: [ItemKind; 4] = [ItemKind::Tool, ItemKind::Resource, ItemKind::Template, ItemKind::Prompt];

/// Of these manifests, one for each server.
fn powers<'a>(manifests: &[&'a Manifest]) -> Powers<'a> {
    let mut out = Vec::new();
    for (server, manifest) in manifests.iter().enumerate() {
        let all = KINDS.iter().flat_map(|kind| manifest.of_kind(*kind)).map(|item| (server, &item.key, parts(item)));
        out.extend(all.filter(|(.., parts)| !parts.all.is_empty()));
    }
    out
}

/// Those that a client may have.
fn tools<'a>(fleet: &[Subject<'_>], powers: &Powers<'a>) -> Vec<Tool<'a>> {
    let trusts_all = fleet.iter().any(|s| s.target.facts.iter().any(|f| f.kind == FactKind::TrustsAll));
    let mut out = Vec::new();
    let replaced = loaded::replaced(fleet);
    let own = |server: usize| !fleet[server].target.excused() && !replaced[server];
    for (server, key, parts) in powers.iter().filter(|(server, ..)| own(*server)) {
        let approved = &fleet[*server].target.auto_approved;
        let all = trusts_all || approved.iter().any(|t| t.value.raw() == "*");
        let approved = all || (key.kind == ItemKind::Tool && approved.iter().any(|t| t.value == key.name));
        let remote = elsewhere(fleet[*server].target);
        out.push(Tool { server: *server, key, parts: parts.clone(), approved, remote });
    }
    out
}

/// Whether a server answers from another machine.
fn elsewhere(target: &Target) -> bool {
    let url = match &target.launch {
        Launch::Http(http) => url::Url::parse(http.url.value.raw()).ok(),
        Launch::Stdio(s) => match bridge::addresses(s).into_iter().next() {
            Some((_, url)) => Some(url),
            None => return false,
        },
        Launch::File(_) => return false,
    };
    let Some(url) = url else { return true };
    match url.host() {
        Some(url::Host::Domain(d)) => d != "localhost" && !d.ends_with(".localhost"),
        Some(url::Host::Ipv4(a)) => !a.is_loopback(),
        Some(url::Host::Ipv6(a)) => !a.is_loopback(),
        None => true,
    }
}

/// What each powerful tool is, for who wants to see it.
fn labels(powers: &Powers<'_>, out: &mut Vec<Hit>) {
    for (server, key, parts) in powers {
        let phrases: Vec<&str> = parts.all.iter().map(|p| p.phrase()).collect();
        out.push(Hit {
            item: Some((*key).clone()),
            message: Message::new(format!("{} ", key.kind.word()))
                .quote(&key.name)
                .text(format!(" {}", phrases.join(", "))),
            ..Hit::new("high-impact-capability", *server)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::config_file::from_text;

    #[test]
    fn what_answers_from_another_machine_is_known_by_its_launch() {
        let text = r#"{"mcpServers": {
            "a": {"url": "https://mcp.acme.test"}, "b": {"url": "http://127.0.0.1:3000"}, "c": {"url": "http://x.localhost/"},
            "d": {"command": "npx", "args": ["-y", "mcp-remote@0.2.0", "https://mcp.acme.test/sse"]},
            "e": {"command": "mcp-proxy", "args": ["http://[::1]:8080/"]}, "f": {"command": "npx", "args": ["tool", "https://api.acme.test"]},
            "g": {"command": "node"}}}"#;
        let targets = from_text(text, "x.json").expect("servers");
        let far: Vec<&str> = targets.iter().filter(|t| elsewhere(t)).map(|t| t.name.raw()).collect();
        assert_eq!(far, ["a", "d"]);
    }
}
