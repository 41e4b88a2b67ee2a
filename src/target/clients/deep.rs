//! Clients that merge their files key by key: what a stronger scope does not say of a server, a weaker one says. The merged
//! server stands where the strongest entry stands; what it has from elsewhere has no place of its own there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::super::config_file::keys::{Keys, Pairs};
use super::super::{ConfigScope, Fact, FactKind, Http, Launch, Located, Origin, Stdio, Target};
use super::merge::rank;
use crate::terms::TargetId;
use crate::untrusted::Untrusted;

/// One entry, and whose it is.
#[derive(Clone, Debug)]
pub(super) struct Own {
    pub(super) client: &'static str,
    pub(super) scope: ConfigScope,
    pub(super) file: PathBuf,
    pub(super) keys: Keys,
}

/// Merges all entries of one name, and gives back those that change a server which is nowhere.
pub(super) fn merge(targets: &mut Vec<Target>, entries: Vec<Own>) -> Vec<Own> {
    let mut servers: BTreeMap<(&'static str, Untrusted), Vec<Own>> = BTreeMap::new();
    for own in entries {
        servers.entry((own.client, own.keys.name.clone())).or_default().push(own);
    }
    let mut lost = Vec::new();
    for mut group in servers.into_values() {
        // from the weakest to the strongest; of one scope the later file is taken for the weaker one
        group.sort_by_key(|o| std::cmp::Reverse(rank(o.scope)));
        if group.len() == 1 && group[0].keys.target.is_some() {
            continue;
        }
        let mut whole = Whole::default();
        group.iter().for_each(|own| whole.add(own, targets));
        let Some(strongest) = group.last() else { continue };
        let Some((launch, from)) = whole.launch else {
            lost.append(&mut group);
            continue;
        };
        // who only switches another's off answers for nothing of it: the file with its launch does
        let off = whole.off.map(|by| if strongest.keys.only_switches() { weaker(by, targets[from].scope) } else { by });
        let at = strongest.keys.target.unwrap_or_else(|| {
            targets.push(Target {
                id: TargetId::new(&format!(
                    "{}/{}/{}",
                    strongest.client,
                    strongest.scope.word(),
                    strongest.keys.name.raw()
                )),
                scope: strongest.scope,
                origin: Some(Origin { file: strongest.file.clone(), place: strongest.keys.place }),
                facts: Vec::new(),
                ..targets[from].clone()
            });
            targets.len() - 1
        });
        let target = &mut targets[at];
        (target.launch, target.off, target.auto_approved) = (launch, off, whole.approved);
        if whole.two_kinds {
            let what = "a command and a URL, each from another file".into();
            let (kind, file, place) = (FactKind::Ambiguous, strongest.file.clone(), strongest.keys.place);
            target.facts.push(Fact { kind, what, file, scope: strongest.scope, place });
        }
        // what is switched off by the strongest entry is loaded from no other
        if off.is_some() {
            group.iter().filter_map(|o| o.keys.target).for_each(|t| targets[t].off = off);
        }
    }
    lost
}

/// A server as far as it is put together.
#[derive(Default)]
struct Whole {
    /// What starts or reaches it, and the target that this comes from.
    launch: Option<(Launch, usize)>,
    /// The scope that switches it off.
    off: Option<ConfigScope>,
    args: Option<Vec<Located<Untrusted>>>,
    env: Pairs,
    headers: Pairs,
    cwd: Option<Located<Untrusted>>,
    approved: Vec<Located<Untrusted>>,
    two_kinds: bool,
}

impl Whole {
    fn add(&mut self, own: &Own, targets: &[Target]) {
        let keys = &own.keys;
        self.forget_places();
        self.off = keys.off.map_or(self.off, |off| off.then_some(own.scope));
        self.args = keys.args.clone().or_else(|| self.args.take());
        self.cwd = keys.cwd.clone().or_else(|| self.cwd.take());
        over(&mut self.env, &keys.env);
        over(&mut self.headers, &keys.headers);
        if !keys.approved.is_empty() {
            self.approved.clone_from(&keys.approved);
        }
        let own = keys.target.map(|at| (targets[at].launch.clone(), at));
        let (launch, from) = match (own, self.launch.take()) {
            (Some((launch, at)), before) => {
                let kind = std::mem::discriminant::<Launch>;
                self.two_kinds |= before.is_some_and(|(b, _)| kind(&b) != kind(&launch));
                (launch, at)
            }
            (None, Some(before)) => before,
            (None, None) => return,
        };
        // a command that is a list, or a whole line, brings its arguments
        if keys.target.is_some()
            && keys.args.is_none()
            && let Launch::Stdio(s) = &launch
            && !s.args.is_empty()
        {
            self.args = None;
        }
        self.launch = Some((self.complete(launch), from));
    }

    /// Gives a launch what all entries up to here say.
    fn complete(&self, launch: Launch) -> Launch {
        match launch {
            Launch::Stdio(s) => {
                let args = self.args.clone().unwrap_or(s.args);
                Launch::Stdio(Stdio { command: s.command, args, env: self.env.clone(), cwd: self.cwd.clone() })
            }
            Launch::Http(h) => Launch::Http(Http { headers: self.headers.clone(), ..h }),
            file @ Launch::File(_) => file,
        }
    }

    /// What was said up to here stands in another file than what comes now.
    fn forget_places(&mut self) {
        let texts = self.args.iter_mut().flatten().chain(&mut self.cwd).chain(&mut self.approved);
        texts.for_each(|t| t.place = None);
        for (name, value) in self.env.iter_mut().chain(&mut self.headers) {
            (name.place, value.place) = (None, None);
        }
        match &mut self.launch {
            Some((Launch::Stdio(s), _)) => {
                s.command.place = None;
                s.args.iter_mut().for_each(|a| a.place = None);
            }
            Some((Launch::Http(h), _)) => h.url.place = None,
            _ => {}
        }
    }
}

/// Of two scopes the one that is not the project's.
fn weaker(one: ConfigScope, other: ConfigScope) -> ConfigScope {
    if one == ConfigScope::Project { other } else { one }
}

/// Later pairs take the place of earlier ones of their name.
fn over(all: &mut Pairs, own: &Pairs) {
    all.retain(|(name, _)| own.iter().all(|(n, _)| n.value != name.value));
    all.extend(own.iter().cloned());
}
