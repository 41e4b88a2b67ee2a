//! What runs without asking, and what the file and the client's settings say beside the server.

use super::environment::Variable;
use super::loader::{Loads, loads};
use super::{Judge, hook, shown};
use crate::launch::source;
use crate::manifest::Manifest;
use crate::rule::capability;
use crate::secret;
use crate::target::{ConfigScope, Fact, FactKind, Launch};
use crate::terms::{Confidence, ItemKind};
use crate::untrusted::{Message, Untrusted};

impl Judge<'_> {
    pub(super) fn approvals(&mut self, manifest: &Manifest) {
        let Some(first) = self.target.auto_approved.first() else { return };
        let name = |t: &str| t.to_owned();
        let sink = self.target.auto_approved.iter().find(|t| {
            let known = manifest.of_kind(ItemKind::Tool).find(|i| i.key.name == t.value);
            t.value.raw() == "*" || known.map_or_else(|| capability::acts(t.value.raw()), capability::is_sink)
        });
        // the setting may stand in another file than the server
        let elsewhere = |tool: &str| {
            let facts = self.target.facts.iter();
            facts.into_iter().find(|f| f.kind == FactKind::ApprovesTools && f.what.raw() == tool).cloned()
        };
        let all = self.target.auto_approved.iter().any(|t| t.value.raw() == "*");
        let (rule, at, what) = match sink {
            Some(sink) if all => ("auto-approved-sink", sink, name("every tool")),
            Some(sink) => ("auto-approved-sink", sink, name("a tool that runs code, sends data or destroys")),
            None => match self.target.auto_approved.len() {
                1 => ("auto-approval", first, name("one tool")),
                all => ("auto-approval", first, format!("{all} tools")),
            },
        };
        let message = Message::new("the client runs ").text(what).text(" of server ");
        let message = message.quote(&self.target.name).text(" without asking");
        match elsewhere(at.value.raw()).filter(|_| at.place.is_none()) {
            Some(fact) => self.at_fact(rule, &fact, "/autoApprove", message),
            None => self.add(rule, at.place, "/autoApprove", message),
        }
    }

    /// A server that is configured, where a baseline says which servers people approved. A person's own servers are no
    /// project's to approve, so those count less.
    pub(super) fn unapproved(&mut self) {
        let typed = self.target.scope == ConfigScope::CommandLine || self.target.origin.is_none();
        if !self.published.unapproved || typed || self.target.excused() {
            return;
        }
        let message = self.says(" is configured, and nobody approved it in this project's baseline");
        self.add("unapproved-server", None, "", message);
        let own = self.target.scope != ConfigScope::Project;
        if let Some(hit) = self.out.last_mut().filter(|_| own) {
            hit.confidence = Some(Confidence::Low);
        }
    }

    pub(super) fn facts(&mut self) {
        let fetches = match &self.target.launch {
            Launch::Stdio(s) => source::all_of_stdio(s).list.iter().any(|f| f.kind != source::Kind::Image),
            _ => false,
        };
        let target = self.target;
        for (i, fact) in target.facts.iter().enumerate() {
            if fact.kind == FactKind::Variable {
                self.inherited(fact, &format!("/configuration/{i}"));
                continue;
            }
            if fact.kind == FactKind::Folder {
                self.reached(fact, &format!("/configuration/{i}"));
                continue;
            }
            let quoted = |text: &str| Message::new(text).quote(&fact.what);
            let (rule, message) = match fact.kind {
                FactKind::Ambiguous => (
                    "ambiguous-config",
                    self.says(" has ").text(fact.what.to_visible()).text(": readers of the file take different ones"),
                ),
                FactKind::WritableByOthers => (
                    "loose-file-permissions",
                    self.says(
                        " is configured in, or started from, a place that every user of the machine may change: the ",
                    )
                    .text(fact.what.to_visible()),
                ),
                FactKind::OwnedByOther => (
                    "loose-file-permissions",
                    self.says(" is configured in a file that belongs to another user of the machine"),
                ),
                FactKind::ReadableByOthers if self.has_secret() => (
                    "loose-file-permissions",
                    self.says(" has a secret in a file that every user of the machine may read"),
                ),
                FactKind::Escapes => {
                    ("config-symlink", self.says(" is configured behind a link to ").quote(&fact.what))
                }
                FactKind::TrustsAll => {
                    ("trust-all-mode", quoted("the client runs everything without asking: ").text(" is set"))
                }
                FactKind::EnablesProject => (
                    "project-auto-enable",
                    quoted("servers that a project brings are started without asking: ").text(" is set"),
                ),
                FactKind::Hook if fact.scope == ConfigScope::Project => {
                    let (event, command) = fact.what.raw().split_once('\n').unwrap_or((fact.what.raw(), ""));
                    let (rule, what, perhaps) = match hook::judge(event, command) {
                        ("project-hook" | "project-auto-enable", _, perhaps)
                            if hook::index::of(command).iter().any(|address| self.other_index(address)) =>
                        {
                            ("package-index-override", "take packages from another index", perhaps)
                        }
                        told => told,
                    };
                    let says = |what: &str| {
                        let text = format!("a file of the project has the client {what} by itself, at ");
                        Message::new(text).quote(&shown(event))
                    };
                    let pointer = format!("/configuration/{i}");
                    self.at_fact(rule, fact, &pointer, says(what));
                    if perhaps {
                        let may = says("fetch something that may be run");
                        self.at_fact("fetch-and-execute-launch", fact, &pointer, may);
                        if let Some(hit) = self.out.last_mut() {
                            hit.confidence = Some(Confidence::Low);
                        }
                    }
                    continue;
                }
                FactKind::Prompt if fact.scope == ConfigScope::Project => {
                    let event = fact.what.raw().split('\n').next().unwrap_or_default();
                    let text = "a file of the project has the client ask the model something by itself, at ";
                    ("project-hook", Message::new(text).quote(&shown(event)))
                }
                FactKind::ModelApi => {
                    let host = fact.what.raw().rsplit_once(' ').map_or("", |(_, host)| host);
                    if self.published.allows(|a| a.model(host)) {
                        continue;
                    }
                    ("model-api-override", quoted("the client reaches its model at another host: "))
                }
                FactKind::AnyHost => (
                    "auto-approval",
                    quoted("the client asks any host without a question: ").text(" names all of them"),
                ),
                FactKind::RunnerIndex => {
                    let (key, address) = fact.what.raw().split_once('\n').unwrap_or((fact.what.raw(), ""));
                    if !self.other_index(address) {
                        continue;
                    }
                    let message = self.says(" is started beside a file that has packages come from ");
                    ("package-index-override", message.quote(&shown(address)).text(", at ").quote(&shown(key)))
                }
                FactKind::RunnerProgram => {
                    let (key, value) = fact.what.raw().split_once('\n').unwrap_or((fact.what.raw(), ""));
                    let own = match key.replace(['-', '_'], "").to_ascii_lowercase().as_str() {
                        "nodeoptions" => loads("NODE_OPTIONS", value, false, fact.scope),
                        "scriptshell" | "shell" => loads("NPM_CONFIG_SCRIPT_SHELL", value, false, fact.scope),
                        _ => Some(Loads::Code),
                    };
                    if own.is_none() {
                        continue;
                    }
                    let message = self.says(" is started beside a file that has its runner load or start something: ");
                    ("loader-environment", message.quote(&shown(key)))
                }
                FactKind::RunnerUnchecked => {
                    let text = " is started beside a file that switches the check of certificates off: ";
                    ("insecure-transport", self.says(text).quote(&fact.what))
                }
                FactKind::Secret => {
                    let text = format!("a secret stands in plain text in {}", fact.what.to_visible());
                    let project = matches!(fact.scope, ConfigScope::Project);
                    let rule = if project { "committed-secret" } else { "plaintext-secret" };
                    (rule, Message::new(text).text(if project { ", in a file of the project" } else { "" }))
                }
                FactKind::Unresolved => (
                    "unresolved-launch-reference",
                    self.says(" refers to ").quote(&fact.what).text(", which is not there"),
                ),
                FactKind::LeftOpen => (
                    "unresolved-launch-reference",
                    self.says(" refers to ")
                        .quote(&fact.what)
                        .text(", which the file gives no value and no default: what runs is up to each machine"),
                ),
                FactKind::ReadableByOthers
                | FactKind::Hook
                | FactKind::Prompt
                | FactKind::Instruction
                | FactKind::Variable
                | FactKind::Folder
                | FactKind::ApprovesTools
                | FactKind::Overridden => {
                    continue;
                }
            };
            self.at_fact(rule, fact, &format!("/configuration/{i}"), message);
            // what a launch takes from the project is the project's in any case
            let runner = [FactKind::RunnerIndex, FactKind::RunnerProgram].contains(&fact.kind);
            if let Some(hit) = self.out.last_mut().filter(|_| runner && !fetches) {
                hit.confidence = Some(Confidence::Low);
            }
        }
    }

    /// A variable that everything inherits that the client starts: servers, hooks and package runners.
    fn inherited(&mut self, fact: &Fact, pointer: &str) {
        // a person's own variables are that person's choice
        let value = fact.what.raw().split_once('\n').filter(|_| fact.scope == ConfigScope::Project);
        let Some((name, value)) = value else { return };
        let (name, settings) = (Untrusted::from(name), Some(fact.scope));
        let variable = Variable { name: &name, value, inside: false, fetches: true, settings };
        self.environment(&variable, |judge, rule, message| judge.at_fact(rule, fact, pointer, message));
    }

    fn has_secret(&self) -> bool {
        let any = |values: &[(
            crate::target::Located<crate::untrusted::Untrusted>,
            crate::target::Located<crate::target::Secret>,
        )]| { values.iter().any(|(n, v)| secret::is_secret(Some(n.value.raw()), v.value.expose())) };
        if self.target.facts.iter().any(|f| f.kind == FactKind::Secret) {
            return true;
        }
        match &self.target.launch {
            Launch::Stdio(s) => {
                let line = secret::of_line(s.command.value.raw(), s.args.iter().map(|a| a.value.raw()));
                any(&s.env) || !line.is_empty()
            }
            Launch::Http(h) => any(&h.headers) || secret::is_secret(None, h.url.value.raw()),
            Launch::File(_) => false,
        }
    }
}
