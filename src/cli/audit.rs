//! Consent, capture, and everything that follows from what a server said: the steps that `scan` and `capture` share.

mod audited;
mod bundle;

pub use audited::Audited;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::args::{LaunchArg, Reach};
use super::consent::Consent;
use super::failure::Failure;
use super::fetch::fetch;
use super::programs;
use super::progress::Progress;
use super::sources::Source;
use super::terminal::Terminal;
use crate::baseline::Verified;
use crate::baseline::volatile::{Settled, settle};
use crate::capture::{self, Capture, Contents, Endpoint, Failure as Missed, Identity, Interrupt, Job, Limits};
use crate::config::Budgets;
use crate::diff::programs_changed;
use crate::launch::identity::LaunchIdentity;
use crate::manifest::{Item, Manifest};
use crate::sandbox::{Program, Surroundings};
use crate::snapshot::Snapshot;
use crate::target::{ConfigScope, Launch, Secret, Target};
use crate::terms::ItemKind;
use crate::text::unread;
use crate::untrusted::Untrusted;

/// Captures every source that may be captured. Results are in the order of the sources.
pub fn run(
    sources: Vec<Source>,
    reach: &Reach,
    budgets: &Budgets,
    root: &Path,
    baseline: Option<&Verified>,
    terminal: Terminal,
) -> Result<Vec<Audited>, Failure> {
    let keys = keys(&sources);
    let mut consent = Consent::new(reach, &terminal);
    let surroundings = Surroundings::of_process();
    let mut jobs = Vec::new();
    let mut places = Vec::new();
    // directories of started bundles, removed when everything is captured
    let mut unpacked = Vec::new();
    let mut out: Vec<Audited> = Vec::new();
    for (source, key) in sources.into_iter().zip(keys) {
        let identity = LaunchIdentity::of(&source.target);
        let programs = programs::of(&source.target, root);
        let approved = baseline.and_then(|b| b.content.servers.get(&key));
        // another program under the same words is another launch
        let approved = approved.filter(|e| programs_changed(&e.programs, &programs).is_empty()).map(|e| &e.launch);
        let recorded = source.held.as_ref().is_some_and(|h| h.capture.is_some());
        let mut capture = None;
        let mut eras = BTreeMap::new();
        let contained = || match job(&source.target, reach, &surroundings).launch {
            capture::Launch::Stdio(program) => program.expected(),
            capture::Launch::Http(_) => "nothing of it runs here".to_owned(),
        };
        match source.held {
            Some(held) => (capture, eras) = (held.capture, held.manifests),
            None if source.target.disabled() => {
                let why = match source.target.excused() {
                    true => "its configuration switches it off, so no client loads it",
                    false => "the project switches it off, so it was not started; anybody may switch it on",
                };
                capture = Some(missed(Missed::NotAsked(why.to_owned())));
            }
            None if reach.offline && is_remote(&source.target) => {
                capture = Some(missed(Missed::NotAsked("--offline refuses any use of the network".to_owned())));
            }
            None if consent.given(&source.target, identity.as_ref().ok(), approved, &contained) => {
                match bundle::job(job(&source.target, reach, &surroundings), &source.origin) {
                    Ok((job, directory)) => {
                        places.push(out.len());
                        jobs.push(job);
                        unpacked.extend(directory);
                    }
                    Err(why) => capture = Some(missed(Missed::Launch(why))),
                }
            }
            None => {
                let quiet = reach.launch == Some(LaunchArg::Never);
                let why = if quiet {
                    Missed::NotAsked("nothing was to be started or contacted".to_owned())
                } else if consent.asks() {
                    Missed::NotAsked("nobody agreed to it; the next run asks again".to_owned())
                } else {
                    Missed::NotApproved
                };
                capture = Some(missed(why));
            }
        }
        out.push(Audited {
            target: source.target,
            identity,
            capture: capture.map(Box::new),
            eras,
            gone: Vec::new(),
            snapshots: BTreeMap::new(),
            union: Manifest::default(),
            whole: Snapshot::of(&Manifest::default()),
            unread: Vec::new(),
            fleet: source.fleet,
            key,
            programs,
            settled: Vec::new(),
            recorded,
            only: reach.probing.era.map(super::args::EraArg::era),
            origin: source.origin,
            package: None,
            beside: Vec::new(),
            downloads: Vec::new(),
            meant: Vec::new(),
        });
    }
    let names = places.iter().map(|i| out[*i].target.name.clone()).collect::<Vec<_>>();
    for (place, capture) in places.into_iter().zip(captures(jobs, names, reach, budgets, terminal)?) {
        out[place].eras = capture.eras();
        out[place].capture = Some(Box::new(capture));
    }
    drop(unpacked);
    out.iter_mut().for_each(digest);
    Ok(out)
}

fn missed(failure: Missed) -> Capture {
    Capture { failure: Some(failure), ..Capture::default() }
}

fn is_remote(target: &Target) -> bool {
    matches!(target.launch, Launch::Http(_))
}

/// The name in a baseline: the server's own, with client and scope where two servers of one run share it.
fn keys(sources: &[Source]) -> Vec<Untrusted> {
    let mut names: BTreeMap<&Untrusted, usize> = BTreeMap::new();
    for source in sources {
        *names.entry(&source.target.name).or_default() += 1;
    }
    let key = |s: &Source| {
        if names[&s.target.name] == 1 || s.target.scope == ConfigScope::CommandLine {
            return s.target.name.clone();
        }
        let client = s.target.client.unwrap_or("config");
        Untrusted::from(format!("{}@{client}-{}", s.target.name.raw(), s.target.scope.word()))
    };
    sources.iter().map(key).collect()
}

fn job(target: &Target, reach: &Reach, surroundings: &Surroundings) -> Job {
    let launch = match &target.launch {
        Launch::Http(http) => {
            let mut endpoint = Endpoint { private: reach.probing.allow_private, ..Endpoint::of(http) };
            for (_, value) in &mut endpoint.headers {
                if let Some(full) = surroundings.resolve(value.expose()) {
                    *value = Secret::new(full);
                }
            }
            capture::Launch::Http(endpoint)
        }
        Launch::Stdio(stdio) => {
            let base = programs::base(target);
            let mut program = Program::of(stdio, base.as_deref(), &reach.pass_env, surroundings.clone());
            program.policy = reach.contain.policy(target.name.raw(), reach.offline);
            capture::Launch::Stdio(Box::new(program))
        }
        Launch::File(_) => {
            capture::Launch::Http(Endpoint { url: String::new(), headers: Vec::new(), sse: false, private: false })
        }
    };
    let probing = &reach.probing;
    let identity = if probing.honest {
        Identity::capable()
    } else {
        Identity::of_client(probing.client.as_deref().or(target.client))
    };
    let contents = Contents { skills: probing.skills, cards: probing.cards };
    let era = probing.era.map(super::args::EraArg::era);
    Job { launch, identity, probe: probing.probe.plan(), contents, era }
}

fn captures(
    jobs: Vec<Job>,
    names: Vec<Untrusted>,
    reach: &Reach,
    budgets: &Budgets,
    terminal: Terminal,
) -> Result<Vec<Capture>, Failure> {
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let mut limits = limits(budgets);
    if let Some(seconds) = reach.timeout {
        let total = Duration::from_secs(seconds);
        limits.total = total;
        for part in [&mut limits.launch, &mut limits.connect, &mut limits.init, &mut limits.request, &mut limits.idle] {
            *part = (*part).min(total);
        }
    }
    let interrupt = Interrupt::from_signals(|| std::process::exit(130)).map_err(|e| {
        Failure::usage(format!("signals cannot be handled: {e}")).with_exit(crate::terms::ExitCode::Internal)
    })?;
    fetch(&jobs, usize::from(reach.jobs), &|| interrupt.is_set(), terminal);
    let mut progress = Progress::new(terminal, names.into_iter());
    let captures = capture::run(jobs, &limits, usize::from(reach.jobs), &interrupt, &mut |event| progress.event(event));
    progress.end();
    Ok(captures)
}

/// The budgets of one server, as the project sets them.
fn limits(budgets: &Budgets) -> Limits {
    let mut limits = Limits::default();
    for (limit, seconds) in [
        (&mut limits.launch, budgets.launch),
        (&mut limits.connect, budgets.connect),
        (&mut limits.init, budgets.init),
        (&mut limits.request, budgets.request),
        (&mut limits.idle, budgets.idle),
        (&mut limits.total, budgets.total),
    ] {
        *limit = seconds.map_or(*limit, Duration::from_secs);
    }
    for (limit, count) in [
        (&mut limits.message_bytes, budgets.message_bytes),
        (&mut limits.total_bytes, budgets.total_bytes),
        (&mut limits.values, budgets.values),
        (&mut limits.pages, budgets.pages),
        (&mut limits.items, budgets.items),
        (&mut limits.notifications, budgets.notifications),
        (&mut limits.server_requests, budgets.server_requests),
        (&mut limits.noise_bytes, budgets.noise_bytes),
    ] {
        *limit = count.map_or(*limit, |n| usize::try_from(n).unwrap_or(usize::MAX));
    }
    limits
}

/// Puts the approved text in the place of text that keeps a signed pattern, in every reading, and digests the rest.
pub fn compare_with(audited: &mut [Audited], baseline: Option<&Verified>) {
    for a in audited {
        let Some((entry, baseline)) = baseline.and_then(|b| Some((b.content.servers.get(&a.key)?, b))) else {
            continue;
        };
        if entry.ignore.is_empty() || a.eras.is_empty() {
            continue;
        }
        let approved: Vec<&Snapshot> =
            baseline.snapshots.iter().filter(|((server, _), _)| *server == a.key).map(|(_, s)| s).collect();
        let mut seen = vec![None; entry.ignore.len()];
        let mut note = |list: Vec<Option<Settled>>| {
            for (known, new) in seen.iter_mut().zip(list) {
                // one reading that breaks the pattern is what has to be said
                *known = known.take().max(new);
            }
        };
        match &mut a.capture {
            Some(capture) if !capture.sessions.is_empty() => {
                for session in &mut capture.sessions {
                    note(settle(Arc::make_mut(&mut session.manifest), &entry.ignore, &approved));
                }
                a.eras = capture.eras();
            }
            _ => a.eras.values_mut().for_each(|(_, m)| note(settle(m, &entry.ignore, &approved))),
        }
        a.settled = entry.ignore.iter().cloned().zip(seen.into_iter().map(|s| s.unwrap_or(Settled::Broken))).collect();
        (a.snapshots, a.union) = (BTreeMap::new(), Manifest::default());
        digest(a);
    }
}

/// The union of all eras: an item that is the same in two eras counts once.
fn digest(audited: &mut Audited) {
    for (era, (_, manifest)) in &audited.eras {
        let snapshot = Snapshot::of(manifest);
        if audited.snapshots.is_empty() {
            audited.union = manifest.clone();
        } else {
            let known = Snapshot::of(&audited.union);
            for item in &manifest.items {
                let alone = Snapshot::of(&Manifest { items: vec![item.clone()], problems: vec![] });
                let same = |d| known.find(&item.key).iter().any(|e| e.digest == d);
                // capabilities differ between eras by design
                let server = item.key.kind == ItemKind::Server && item.key.name.raw() != "instructions";
                if !server && alone.items.first().is_some_and(|e| !same(e.digest)) {
                    audited.union.items.push(item.clone());
                }
            }
            audited.union.problems.extend(manifest.problems.iter().cloned());
        }
        audited.snapshots.insert(*era, snapshot);
    }
    // one reading is the whole
    audited.whole = match audited.snapshots.values().next() {
        Some(only) if audited.snapshots.len() == 1 => only.clone(),
        _ => Snapshot::of(&audited.union),
    };
    let unread = |item: &Item| Some((item.key.clone(), unread(item)?));
    audited.unread = audited.union.items.iter().filter_map(unread).collect();
}
