//! What a file says beside its servers: servers that are switched off or approved elsewhere, approval switched off for
//! everything, project files that enable servers, hooks, a model reached at another address.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::document::{Node, Value};
use super::super::{ConfigScope, Fact, FactKind, File, Launch, Located, Place, Target};
use super::Source;
use super::secrets;
use super::switch;
use super::switches::Switches;
use super::trust::{self, Said};
use crate::untrusted::Untrusted;

/// Settings of one kind in one file.
const MOST: usize = 1_000;
/// Names in one list of one file.
const NAMES: usize = 20_000;
/// Tools that one file approves of every server by name; more count as all of them.
const EVERYWHERE: usize = 16;

/// What applies to servers wherever they are configured.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// Servers that are switched off by name, and the scope that does it.
    pub disabled: Vec<(Untrusted, ConfigScope)>,
    /// Server, tool (`*` for all): approved without asking.
    pub approved: Vec<(Untrusted, Untrusted, Fact)>,
    /// About the client as a whole.
    pub facts: Vec<Fact>,
    /// What keeps servers out in other ways.
    pub switches: Switches,
    /// There was more of it than is read.
    pub cut: bool,
    /// Approvals of one file that are about every server.
    everywhere: usize,
}

impl Effects {
    /// Adds what another file says.
    pub fn extend(&mut self, other: Self) {
        self.disabled.extend(other.disabled);
        self.approved.extend(other.approved);
        self.facts.extend(other.facts);
        self.switches.extend(other.switches);
        self.cut |= other.cut;
    }

    /// Adds an approval. Where there are too many of them, more is taken as approved than is, never less.
    fn approve(&mut self, server: &str, tool: &str, fact: Fact) {
        self.everywhere += usize::from(server == "*");
        let (server, tool) = match self.approved.len() {
            MOST.. => return self.cut = true,
            n if n == MOST - 1 => ("*", "*"),
            _ if server == "*" && self.everywhere > EVERYWHERE + 1 => return,
            _ if server == "*" && self.everywhere > EVERYWHERE => ("*", "*"),
            _ => (server, tool),
        };
        self.approved.push((server.into(), tool.into(), fact));
    }

    /// Brings it to the servers of one client; what concerns all is told of the first. Where there is none it comes back.
    pub fn apply(self, targets: &mut [Target]) -> Vec<Fact> {
        let mut disabled: BTreeMap<&Untrusted, BTreeSet<ConfigScope>> = BTreeMap::new();
        for (name, scope) in &self.disabled {
            disabled.entry(name).or_default().insert(*scope);
        }
        let mut approved: BTreeMap<&str, Vec<&(Untrusted, Untrusted, Fact)>> = BTreeMap::new();
        for one in &self.approved {
            approved.entry(one.0.raw()).or_default().push(one);
        }
        let of = |server: &str| approved.get(server).map(Vec::as_slice).unwrap_or_default();
        for target in targets.iter_mut() {
            let named = disabled.get(&target.name).into_iter().flatten().copied();
            let all: Vec<ConfigScope> =
                target.off.into_iter().chain(named).chain(self.switches.keep_out(target)).collect();
            // what a person switches off as well is that person's affair
            target.off = all.iter().find(|by| **by != ConfigScope::Project).or(all.first()).copied();
            let name = target.name.raw().to_owned();
            let own = if name == "*" { &[] } else { of(&name) };
            for (_, tool, fact) in own.iter().chain(of("*")) {
                target.auto_approved.push(Located::bare(tool.clone()));
                target.facts.push(fact.clone());
            }
        }
        match targets.first_mut() {
            Some(first) => {
                first.facts.extend(self.facts);
                Vec::new()
            }
            None => self.facts,
        }
    }
}

/// The settings of a client that has no server, as something to be judged by itself; `None` when they say nothing that
/// would be told.
pub fn alone(client: Option<&'static str>, mut facts: Vec<Fact>) -> Option<Target> {
    facts.retain(|f| match f.kind {
        FactKind::TrustsAll
        | FactKind::EnablesProject
        | FactKind::ModelApi
        | FactKind::Secret
        | FactKind::Ambiguous => true,
        // a person's own commands are that person's choice
        FactKind::Hook => f.scope == ConfigScope::Project,
        _ => false,
    });
    let first = facts.first()?;
    let called = client.unwrap_or("a client");
    let (scope, launch) = (first.scope, Launch::File(File { path: first.file.clone(), index: 0 }));
    let alone = Target::alone(&format!("{called}/settings"), format!("settings of {called}").into(), launch);
    Some(Target { client, scope, facts, ..alone })
}

/// Addresses of models, and the hosts that are their vendor's own.
pub const MODEL_API: [(&str, &[&str]); 8] = [
    ("ANTHROPIC_BASE_URL", &["anthropic.com", "claude.com"]),
    ("ANTHROPIC_API_URL", &["anthropic.com", "claude.com"]),
    ("OPENAI_BASE_URL", &["openai.com"]),
    ("OPENAI_API_BASE", &["openai.com"]),
    ("AZURE_OPENAI_ENDPOINT", &["azure.com", "azure.us", "azure.cn", "microsoft.com"]),
    ("GOOGLE_GEMINI_BASE_URL", &["googleapis.com"]),
    ("GEMINI_BASE_URL", &["googleapis.com"]),
    ("MISTRAL_BASE_URL", &["mistral.ai"]),
];

/// Names by which what runs in a container reaches the machine that it runs on, or what its engine runs there.
pub const MACHINE: [&str; 8] = [
    "host.docker.internal",
    "gateway.docker.internal",
    "kubernetes.docker.internal",
    "model-runner.docker.internal",
    "vm.docker.internal",
    "host.containers.internal",
    "host.lima.internal",
    "host.orb.internal",
];

/// The host of a model's address, when it is another one than its vendor's or this machine.
pub fn model_elsewhere(name: &str, value: &str) -> Option<String> {
    let (_, hosts) = MODEL_API.iter().find(|(n, _)| *n == name)?;
    let url = url::Url::parse(value).ok()?;
    let elsewhere = match url.host()? {
        url::Host::Domain(d) => {
            let own = hosts.iter().any(|h| d == *h || d.ends_with(&format!(".{h}")));
            // what has no dot is in a network of one's own, and so is the machine that a container runs on
            let here = d == "localhost" || d.ends_with(".localhost") || !d.contains('.');
            !own && !here && !MACHINE.contains(&d)
        }
        url::Host::Ipv4(a) => !a.is_loopback(),
        url::Host::Ipv6(a) => !a.is_loopback(),
    };
    url.host_str().filter(|_| elsewhere).map(str::to_owned)
}

pub(super) fn read(root: &Node, place: &dyn Fn(&Node) -> Place, source: &Source<'_>) -> Effects {
    let (file, scope) = (source.file, source.scope);
    let mut out = Effects { switches: Switches::read(root, scope, source.client), ..Effects::default() };
    let fact = |kind, what: &str, node: &Node| Fact {
        kind,
        what: what.into(),
        file: file.to_path_buf(),
        scope,
        place: place(node),
    };
    trust::read(root, source.client, &mut |said| match said {
        Said::All(key, node) => out.facts.push(fact(FactKind::TrustsAll, &key, node)),
        Said::Tool(server, tool, node) => out.approve(server, tool, fact(FactKind::ApprovesTools, tool, node)),
    });
    if let Some(node) = root.get("enableAllProjectMcpServers").filter(|n| n.truth() == Some(true)) {
        out.facts.push(fact(FactKind::EnablesProject, "enableAllProjectMcpServers", node));
    }
    hooks(root, &mut |node, event| {
        let command = node.text().unwrap_or_default();
        out.facts.push(fact(FactKind::Hook, &format!("{}\n{command}", event.replace('\n', " ")), node));
    });
    secrets::read(root, &mut |node, what| out.facts.push(fact(FactKind::Secret, what, node)));
    for member in root.get("env").map(Node::members).unwrap_or_default() {
        if let Some(host) = member.value.text().and_then(|v| model_elsewhere(&member.key, v)) {
            out.facts.push(fact(FactKind::ModelApi, &format!("{} at {host}", member.key), &member.value));
        }
    }
    out.disabled = switch::of_settings(root, source.client).into_iter().map(|name| (name, scope)).collect();
    for node in root.at(&["permissions", "allow"]).map(Node::elements).unwrap_or_default() {
        // mcp__server or mcp__server__tool
        let Some(rest) = node.text().and_then(|t| t.strip_prefix("mcp__")) else { continue };
        let (server, tool) = rest.split_once("__").unwrap_or((rest, "*"));
        out.approve(server, tool, fact(FactKind::ApprovesTools, tool, node));
    }
    for node in root.get("allowedTools").map(Node::elements).unwrap_or_default() {
        // @server or @server/tool
        let Some(rest) = node.text().and_then(|t| t.strip_prefix('@')) else { continue };
        let (server, tool) = rest.split_once('/').unwrap_or((rest, "*"));
        out.approve(server, tool, fact(FactKind::ApprovesTools, tool, node));
    }
    out.cut |= out.facts.len() > MOST || out.disabled.len() > NAMES;
    out.facts.truncate(MOST);
    // what is not known as switched off is looked at
    out.disabled.truncate(NAMES);
    out
}

/// Whether a file means this project by that path: as it was given, or where links lead.
pub(super) fn is_project(project: Option<&Path>, named: &str) -> bool {
    let real = |p: &Path| p.canonicalize().is_ok_and(|real| real == Path::new(named));
    project.is_some_and(|p| p == Path::new(named) || real(p))
}

/// Commands that a client runs by itself at some event.
fn hooks(root: &Node, found: &mut dyn FnMut(&Node, &str)) {
    for event in root.get("hooks").map(Node::members).unwrap_or_default() {
        let groups = match &event.value.value {
            Value::List(list) => list.as_slice(),
            _ => std::slice::from_ref(&event.value),
        };
        for group in groups {
            let inner = group.get("hooks").map(Node::elements).unwrap_or(std::slice::from_ref(group));
            for command in inner.iter().filter_map(|h| h.get("command")) {
                found(command, &event.key);
            }
        }
    }
}
