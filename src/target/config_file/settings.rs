//! What a file says beside its servers: servers that are switched off or approved elsewhere, approval switched off for
//! everything, project files that enable servers, hooks, a model reached at another address.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::document::Node;
use super::super::{ConfigScope, Fact, FactKind, File, Launch, Located, Place, Target};
use super::Source;
use super::commands::{self, Said as Run};
use super::models;
use super::reach::{self, Said as Reach};
use super::secrets;
use super::switch;
use super::switches::Switches;
use super::trust::{self, Said};
use super::words;
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
        | FactKind::Folder
        | FactKind::AnyHost
        | FactKind::Secret
        | FactKind::Ambiguous => true,
        // a person's own commands are that person's choice
        FactKind::Hook | FactKind::Prompt | FactKind::Instruction | FactKind::Variable => {
            f.scope == ConfigScope::Project
        }
        _ => false,
    });
    let first = facts.first()?;
    let called = client.unwrap_or("a client");
    let (scope, launch) = (first.scope, Launch::File(File { path: first.file.clone(), index: 0 }));
    let alone = Target::alone(&format!("{called}/settings"), format!("settings of {called}").into(), launch);
    Some(Target { client, scope, facts, ..alone })
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
        Said::Trusts(key, node) => out.facts.push(fact(FactKind::EnablesProject, &key, node)),
        Said::Tool(server, tool, node) => out.approve(server, tool, fact(FactKind::ApprovesTools, tool, node)),
    });
    if let Some(node) = root.get("enableAllProjectMcpServers").filter(|n| n.truth() == Some(true)) {
        out.facts.push(fact(FactKind::EnablesProject, "enableAllProjectMcpServers", node));
    }
    commands::read(root, source.client, &mut |said| match said {
        Run::Command(node, event, command) => {
            out.facts.push(fact(FactKind::Hook, &format!("{event}\n{command}"), node));
        }
        Run::Prompt(node, event, words) => {
            out.facts.push(fact(FactKind::Prompt, &format!("{event}\n{words}"), node));
        }
        // a person's own variables are that person's choice, and a model's address is told of below
        Run::Variable(node, name, value) => {
            if scope == ConfigScope::Project && models::elsewhere(name, &value).is_none() {
                out.facts.push(fact(FactKind::Variable, &format!("{name}\n{value}"), node));
            }
        }
    });
    // a person's own words are that person's choice
    if scope == ConfigScope::Project {
        words::read(root, source.client, &mut |node, key, text| {
            out.facts.push(fact(FactKind::Instruction, &format!("{key}\n{text}"), node));
        });
    }
    reach::read(root, source.client, &mut |said| match said {
        Reach::Folder(key, folder, node) => {
            out.facts.push(fact(FactKind::Folder, &format!("{key}\n{folder}"), node));
        }
        Reach::Hosts(key, node) => out.facts.push(fact(FactKind::AnyHost, &key, node)),
    });
    secrets::read(root, &mut |node, what| out.facts.push(fact(FactKind::Secret, what, node)));
    models::read(root, source, &mut |node, what| out.facts.push(fact(FactKind::ModelApi, what, node)));
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
