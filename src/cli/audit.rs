//! Consent, capture, and everything that follows from what a server said: the steps that `scan` and `capture` share.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use super::args::{LaunchArg, Reach};
use super::consent::Consent;
use super::failure::Failure;
use super::sources::Source;
use super::terminal::Terminal;
use crate::baseline::Verified;
use crate::capture::{self, Capture, Endpoint, Era, Failure as Missed, Identity, Interrupt, Job, Limits, Stage};
use crate::launch::identity::{LaunchIdentity, Refusal};
use crate::manifest::Manifest;
use crate::sandbox::{Program, Surroundings};
use crate::snapshot::Snapshot;
use crate::target::{ConfigScope, Launch, Secret, Target};
use crate::terms::ItemKind;
use crate::untrusted::Untrusted;

/// A target and everything that is known of it.
#[derive(Debug)]
pub struct Audited {
    /// The target.
    pub target: Target,
    /// What decides which code answers.
    pub identity: Result<LaunchIdentity, Refusal>,
    /// How the capture went; `None` for bare manifests.
    pub capture: Option<Capture>,
    /// What it says, by era, with the protocol revision.
    pub eras: BTreeMap<Era, (Untrusted, Manifest)>,
    /// Digests of the same.
    pub snapshots: BTreeMap<Era, Snapshot>,
    /// All eras as one manifest: what rules read.
    pub union: Manifest,
    /// Digests of the union.
    pub whole: Snapshot,
    /// Which servers share its context.
    pub fleet: String,
    /// The name under which a baseline keeps it.
    pub key: Untrusted,
}

impl Audited {
    /// Everything it offers was read to its end.
    pub fn complete(&self) -> bool {
        match &self.capture {
            Some(c) => {
                c.failure.is_none()
                    && c.limits_hit.is_empty()
                    && !c.sessions.is_empty()
                    && c.sessions.iter().all(|s| s.complete)
            }
            None => !self.eras.is_empty() && self.union.problems.is_empty(),
        }
    }
}

/// Captures every source that may be captured. Results are in the order of the sources.
pub fn run(
    sources: Vec<Source>,
    reach: &Reach,
    baseline: Option<&Verified>,
    terminal: Terminal,
) -> Result<Vec<Audited>, Failure> {
    let keys = keys(&sources);
    let mut consent = Consent::new(reach, &terminal);
    let surroundings = Surroundings::of_process();
    let mut jobs = Vec::new();
    let mut places = Vec::new();
    let mut out: Vec<Audited> = Vec::new();
    for (source, key) in sources.into_iter().zip(keys) {
        let identity = LaunchIdentity::of(&source.target);
        let approved = baseline.and_then(|b| b.content.servers.get(&key)).map(|e| &e.launch);
        let mut capture = None;
        let mut eras = BTreeMap::new();
        let contained = || match job(&source.target, reach, &surroundings).launch {
            capture::Launch::Stdio(program) => program.expected(),
            capture::Launch::Http(_) => "nothing of it runs here".to_owned(),
        };
        match source.held {
            Some(held) => (capture, eras) = (held.capture, held.manifests),
            None if source.target.disabled => {
                capture = Some(missed(Missed::Protocol(
                    "its configuration switches it off, so no client loads it".to_owned(),
                )));
            }
            None if reach.offline && is_remote(&source.target) => {
                capture = Some(missed(Missed::Connect("--offline refuses any use of the network".to_owned())));
            }
            None if consent.given(&source.target, identity.as_ref().ok(), approved, &contained) => {
                places.push(out.len());
                jobs.push(job(&source.target, reach, &surroundings));
            }
            None => {
                let quiet = reach.launch == Some(LaunchArg::Never);
                let why =
                    if quiet { Missed::Launch("--launch never was given".to_owned()) } else { Missed::NotApproved };
                capture = Some(missed(why));
            }
        }
        out.push(Audited {
            target: source.target,
            identity,
            capture,
            eras,
            snapshots: BTreeMap::new(),
            union: Manifest::default(),
            whole: Snapshot::of(&Manifest::default()),
            fleet: source.fleet,
            key,
        });
    }
    for (place, capture) in places.into_iter().zip(captures(jobs, reach, terminal)?) {
        let sessions = capture.sessions.iter().map(|s| (s.era, (s.protocol.clone(), s.manifest.clone())));
        out[place].eras = sessions.collect();
        out[place].capture = Some(capture);
    }
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
            let mut endpoint = Endpoint::of(http);
            for (_, value) in &mut endpoint.headers {
                if let Some(full) = surroundings.resolve(value.expose()) {
                    *value = Secret::new(full);
                }
            }
            capture::Launch::Http(endpoint)
        }
        Launch::Stdio(stdio) => {
            let base = target.origin.as_ref().and_then(|o| o.file.parent());
            // a project file may sit in a folder of its own (.cursor/mcp.json); clients start servers in the project
            let base = base.map(|b| {
                if b.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.')) {
                    b.parent().unwrap_or(b)
                } else {
                    b
                }
            });
            let base = base.filter(|_| target.scope == ConfigScope::Project);
            let mut program = Program::of(stdio, base, &reach.pass_env, surroundings.clone());
            program.policy = reach.contain.policy(target.name.raw(), reach.offline);
            capture::Launch::Stdio(Box::new(program))
        }
        Launch::File(_) => capture::Launch::Http(Endpoint { url: String::new(), headers: Vec::new(), sse: false }),
    };
    Job { launch, identity: Identity::default() }
}

fn captures(jobs: Vec<Job>, reach: &Reach, terminal: Terminal) -> Result<Vec<Capture>, Failure> {
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let mut limits = Limits::default();
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
    let (total, mut done) = (jobs.len(), 0);
    let captures = capture::run(jobs, &limits, usize::from(reach.jobs), &interrupt, &mut |event| {
        done += usize::from(event.stage == Stage::Finished);
        if terminal.progress {
            // a lost progress line is no reason to stop
            let _ = write!(std::io::stderr(), "\r{done} of {total} servers ");
        }
    });
    if terminal.progress {
        let _ = write!(std::io::stderr(), "\r{}\r", " ".repeat(40));
    }
    Ok(captures)
}

/// Fetches the packages of all servers before the first is started, so that their clocks measure the servers. What fails
/// here fails again, and is said, when the server is prepared.
fn fetch(jobs: &[Job], parallel: usize, stop: &(dyn Fn() -> bool + Sync), terminal: Terminal) {
    let programs = jobs.iter().filter_map(|j| match &j.launch {
        capture::Launch::Stdio(program) if program.fetches() => Some(program),
        _ => None,
    });
    let programs: Vec<_> = programs.collect();
    if programs.is_empty() {
        return;
    }
    if terminal.progress {
        let _ = write!(std::io::stderr(), "\rfetching {} packages ", programs.len());
    }
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..parallel.clamp(1, programs.len()) {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    let _said_later = program.fetch(stop);
                }
            });
        }
    });
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
    audited.whole = Snapshot::of(&audited.union);
}
