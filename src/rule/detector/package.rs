//! What is known of the package that a launch names: by name alone, and, where look-ups were asked for, by what registries
//! say. Family `package`; hits point at the argument that names the package.

mod bundle;
mod history;
mod record;

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Location;
use crate::json::Pointer;
use crate::package::known::{self, Likeness};
use crate::package::{Advisory, Facts, Looked, Reference, Standing};
use crate::rule::{Hit, Subject};
use crate::target::{Launch, Target};
use crate::terms::{Confidence, Severity};
use crate::untrusted::{Message, Untrusted};

/// Releases and days after which a name has a standing of its own.
const ESTABLISHED: (usize, i64) = (20, 365);
/// Advisories of one package that one rule tells one by one.
const TOLD: usize = 30;
/// The repository whose code is most often published again under other names.
const OFFICIAL: &str = "github.com/modelcontextprotocol/servers";

/// Runs over every server whose launch names a package, and over what was published about the others.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        let published = subject.published;
        for (at, (target, reference)) in packages(subject).into_iter().enumerate() {
            let all = published.package.into_iter().chain(published.beside);
            let facts = all.into_iter().find(|f| f.reference.asks(&reference));
            let meant = published.meant.contains(&reference.name);
            let own = published.package.map_or(at == 0, |own| own.reference.asks(&reference));
            let mut judge = Judge { server, target, reference, own, facts, out: &mut out };
            judge.names(meant);
            judge.known();
            if let Some(facts) = facts {
                judge.vulnerable(facts);
                judge.install(facts);
                history::judge(&mut judge, facts);
                // a record is about the server's own package
                record::judge(&mut judge, facts, published.record.filter(|_| own));
            }
        }
        for facts in published.downloads {
            let (reference, target, own) = (facts.reference.clone(), subject.target, true);
            let mut judge = Judge { server, target, reference, own, facts: Some(facts), out: &mut out };
            record::fetched(&mut judge, facts, subject.published.record);
        }
        record::live(server, subject, &mut out);
        bundle::judge(server, fleet, &mut out);
    }
    out
}

/// The packages of one server, each with the launch that names it: the server's own first. Those of a bundle are named by
/// what its manifest has hosts start, on every platform.
fn packages<'a>(subject: &Subject<'a>) -> Vec<(&'a Target, Reference)> {
    let published = subject.published;
    let file = matches!(subject.target.launch, Launch::File(_));
    if published.bundle.is_some() && !file && published.package.is_none_or(|f| f.ran.is_none()) {
        // told where the manifest says it
        return Vec::new();
    }
    let starts = published.bundle.filter(|_| file).map(|b| b.starts.as_slice()).unwrap_or_default();
    let mut out: Vec<(&Target, Reference)> = Vec::new();
    let mut known = BTreeSet::new();
    for target in std::iter::once(subject.target).chain(starts.iter().map(|s| &s.target)) {
        for reference in Reference::all(target).into_iter().chain(Reference::named(target)) {
            if known.insert(reference.asked()) {
                out.push((target, reference));
            }
        }
    }
    // what is started may be more than what is judged
    for facts in published.package.into_iter().chain(published.beside) {
        if known.insert(facts.reference.asked()) {
            out.push((subject.target, facts.reference.clone()));
        }
    }
    out
}

pub(super) struct Judge<'a> {
    server: usize,
    /// What names the package.
    target: &'a Target,
    reference: Reference,
    /// It is the server's own package, and not one beside it.
    own: bool,
    facts: Option<&'a Facts>,
    out: &'a mut Vec<Hit>,
}

impl Judge<'_> {
    fn place(&self) -> Option<Location> {
        let origin = self.target.origin.as_ref()?;
        let Launch::Stdio(stdio) = &self.target.launch else { return None };
        let argument = self.reference.argument.and_then(|at| stdio.args.get(at));
        let place = argument.and_then(|a| a.place).unwrap_or(origin.place);
        Some(Location { file: origin.file.clone(), place })
    }

    /// `The npm package 'x'`, and what is said of it.
    pub(super) fn add(&mut self, rule: &str, pointer: &str, confidence: Option<Confidence>, said: Message) {
        let message = Message::new(format!("the {} package ", self.reference.ecosystem.word()))
            .quote(&self.reference.name)
            .text(" ")
            .append(&said);
        let pointer = pointer.split('/').fold(self.root(), |p, token| p.child(token));
        let location = self.place();
        self.out.push(Hit { pointer, message, confidence, location, ..Hit::new(rule, self.server) });
    }

    /// Where what is said of it stands: one package after the other may have the same said.
    fn root(&self) -> Pointer {
        if self.own {
            return Pointer::root().child("package");
        }
        let (kind, name, wanted) = (self.reference.ecosystem.word(), &self.reference.name, &self.reference.wanted);
        let mark = if wanted.raw().is_empty() { "" } else { "@" };
        Pointer::root().child("packages").child(&format!("{kind}:{}{mark}{}", name.raw(), wanted.raw()))
    }

    fn version(&self) -> Option<String> {
        let ran = self.facts.and_then(|f| f.ran.as_ref()).map(|r| r.version.clone());
        let found = || self.facts.and_then(|f| f.release.as_ref()).map(|r| r.version.raw().to_owned());
        ran.or_else(|| self.reference.exact().map(str::to_owned)).or_else(found)
    }

    /// `meant`: the project names the package as one that it knows.
    fn names(&mut self, meant: bool) {
        let established = self.facts.is_some_and(|f| {
            let (releases, days) = ESTABLISHED;
            let old = f.first.is_some_and(|t| f.now.duration_since(t).as_hours() > days * 24);
            old && f.releases >= releases
        });
        let resembles = known::lookalike(&self.reference).filter(|_| !meant);
        if let Some((known, likeness)) = resembles {
            let how = match likeness {
                Likeness::Spelling => "is spelt almost like the well-known ",
                Likeness::Scope => "lies in a scope that looks like that of the well-known ",
                Likeness::NearScope => "lies in a scope that is that of the well-known one with a word more: ",
                Likeness::Official => "is named official, and is not the well-known ",
                Likeness::Flattened => "is named after the scope of the well-known ",
                Likeness::Twin => "has the name, without the scope, of the well-known ",
            };
            let weak = established || likeness.is_weak();
            let said = Message::new(how).quote(&known.into());
            self.add("package-lookalike", "name", weak.then_some(Confidence::Low), said);
        } else if let Some(release) = self.facts.and_then(|f| f.release.as_ref())
            && !meant
            && release.repository.as_ref().is_some_and(|r| r.raw() == OFFICIAL)
            && !known::servers(self.reference.ecosystem).any(|k| k == self.reference.normal())
            && !self.reference.name.raw().starts_with("@modelcontextprotocol/")
        {
            let said = Message::new("says that its source is ")
                .quote(&OFFICIAL.into())
                .text(", whose packages have other names");
            self.add("package-lookalike", "repository", Some(Confidence::Low), said);
        }
        if let Some(facts) = self.facts
            && facts.standing == Standing::Absent
        {
            let said = Message::new("is not in the registry ")
                .quote(&facts.registry.as_str().into())
                .text(": whoever registers the name runs code here");
            self.add("unclaimed-package-name", "name", None, said);
        }
    }

    /// Lists that need no look-up.
    fn known(&mut self) {
        let version = self.version();
        for indicator in known::indicators(&self.reference) {
            let hit = version.as_deref().map(|v| indicator.covers(v));
            let told = Message::new(format!("is known for {}: {}", indicator.id, indicator.summary));
            let told = match indicator.fixed() {
                Some(fixed) => told.text(format!("; {fixed} is free of it")),
                None => told,
            };
            let pointer = format!("advisories/{}", indicator.id);
            match (indicator.kind, hit) {
                ("malicious", Some(true)) => self.add("known-malicious-package", "advisories/malicious", None, told),
                // without a version nothing says that another release runs
                ("malicious", None) if indicator.fixed().is_none() => {
                    self.add("known-malicious-package", "advisories/malicious", None, told);
                }
                ("malicious", _) => {
                    let said = Message::new(format!("had releases that are malware ({})", indicator.id));
                    self.add("malicious-package-history", "advisories/malicious", None, said);
                }
                ("critical", Some(true)) => self.add("critical-vulnerability", &pointer, None, told),
                (_, Some(true)) => self.add("known-vulnerable-version", &pointer, None, told),
                // the newest release is free of it
                _ => {}
            }
        }
    }

    fn vulnerable(&mut self, facts: &Facts) {
        let Looked::Found(list) = &facts.advisories else { return };
        let exact = self.version().is_some();
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for advisory in list {
            let pointer = format!("advisories/{}", advisory.id.raw());
            if advisory.malicious {
                let rule = if exact { "known-malicious-package" } else { "malicious-package-history" };
                self.add(rule, "advisories/malicious", None, self::told(advisory));
                continue;
            }
            let rule = match advisory.severity {
                Some(Severity::Critical) => "critical-vulnerability",
                Some(Severity::High) => "known-vulnerable-version",
                _ => "minor-vulnerability",
            };
            // two lists may know the same one
            let root = self.root();
            let same = |h: &Hit| h.server == self.server && h.pointer.tokens().starts_with(root.tokens());
            let known = |h: &Hit| same(h) && advisory.aliases.iter().any(|a| named(h, a));
            if self.out.iter().any(known) {
                continue;
            }
            let count = told.entry(rule).or_default();
            *count += 1;
            if *count <= TOLD {
                self.add(rule, &pointer, None, self::told(advisory));
            }
        }
        for (rule, count) in told.into_iter().filter(|(_, count)| *count > TOLD) {
            let more = count - TOLD;
            let said = format!(
                "is known for {more} more of this kind, which are not told one by one; --output json lists them all"
            );
            self.add(rule, "advisories", None, Message::new(said));
        }
    }

    fn install(&mut self, facts: &Facts) {
        let Some(release) = &facts.release else { return };
        let native = |c: &Untrusted| {
            [
                "node-gyp rebuild",
                "prebuild-install || node-gyp rebuild",
                "node-gyp-build",
                "node-gyp-build || node-gyp rebuild",
            ]
            .contains(&c.raw().trim())
        };
        if let Some((name, command)) = release.scripts.iter().find(|(_, c)| !native(c)) {
            let said = Message::new(format!("runs a command when it is installed ({name})"));
            self.add("install-time-code", "scripts", None, history::command(said, command));
        }
        if release.source_only {
            let said = Message::new("is offered as source only: installing it runs its build");
            self.add("install-time-code", "files", None, said);
        }
    }
}

fn named(hit: &Hit, id: &Untrusted) -> bool {
    let last = hit.pointer.tokens().last().map(|t| t.to_string()).unwrap_or_default();
    last.split(", ").any(|l| l == id.raw())
}

fn told(advisory: &Advisory) -> Message {
    let mut said = Message::new("is known for ").quote(&advisory.id);
    for alias in advisory.aliases.iter().take(2) {
        said = said.text(", ").quote(alias);
    }
    said = said.text(": ").quote(&advisory.summary);
    match advisory.fixed.last() {
        Some(fixed) => said.text("; free of it is ").quote(fixed),
        None => said,
    }
}
