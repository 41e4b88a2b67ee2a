//! `--packages`: what registries say of the packages that launches name. Opt-in, side by side, within one budget; answers
//! are kept in the user's cache directory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};

use crate::capture::{Allowance, Interrupt, Web, WebLimits};
use crate::cli::args::Scan;
use crate::cli::audit::Audited;
use crate::cli::failure::Failure;
use crate::cli::project::Project;
use crate::cli::terminal::Terminal;
use crate::config::is_registry;
use crate::launch::{line, source};
use crate::package::cache::{Cache, Network};
use crate::package::change::is_of;
use crate::package::record::Listed;
use crate::package::{Desk, Ecosystem, Facts, Record, Reference, Registries, Standing, elsewhere, look_up as ask};
use crate::sandbox::{Package, Surroundings};
use crate::secret;
use crate::target::Launch;
use crate::untrusted::{Message, Untrusted};

/// Packages of one run that are asked about.
const MOST: usize = 200;
/// Packages that a notice names.
const NAMED: usize = 50;
/// Packages at a time.
const PARALLEL: usize = 4;

/// One package to ask about.
struct Wanted {
    reference: Reference,
    /// What was really installed.
    ran: Option<Package>,
    /// The host of the index that its launch names in the place of the registry.
    elsewhere: Option<String>,
}

/// What came of the look-ups.
#[derive(Debug, Default)]
pub struct Answered {
    /// What was not asked, or not answered.
    pub notices: Vec<Message>,
    /// Packages were to be asked about, and nothing was learnt of any.
    pub in_vain: bool,
}

/// Asks, and says what was not asked.
pub fn look_up(
    args: &Scan,
    project: &Project,
    audited: &mut [Audited],
    terminal: Terminal,
) -> Result<Answered, Failure> {
    for a in audited.iter_mut() {
        let known = |n: &Untrusted| project.config.known_packages.iter().any(|k| is_known(k, n.raw()));
        a.meant = launched(a).into_iter().map(|r| r.name).filter(known).collect();
    }
    let registries = registries(args, project, &Surroundings::of_process());
    let mut wanted: BTreeMap<String, (Wanted, Vec<usize>)> = BTreeMap::new();
    for (at, a) in audited.iter().enumerate().filter(|(_, a)| !a.target.excused()) {
        let other = launches(a).into_iter().find_map(|l| elsewhere::index(l, &registries));
        let other = other.or_else(|| elsewhere::of_files(&a.target.facts, &registries));
        for reference in references(a) {
            let ran = a.capture.as_ref().and_then(|c| c.package.clone()).filter(|p| is_of(p, &reference));
            let version = ran.as_ref().map(|r| format!("{} {}", r.version, r.integrity)).unwrap_or_default();
            let kind = reference.ecosystem.word();
            let elsewhere = other.clone().filter(|_| matches!(reference.ecosystem, Ecosystem::Npm | Ecosystem::PyPi));
            let index = elsewhere.clone().unwrap_or_default();
            let key = format!("{kind} {} {} {version} {index}", reference.name.raw(), reference.wanted.raw());
            wanted.entry(key).or_insert((Wanted { reference, ran, elsewhere }, Vec::new())).1.push(at);
        }
    }
    let mut notices = Vec::new();
    let cut = |a: &&Audited| launches(a).into_iter().any(Reference::is_cut);
    let cut: Vec<Untrusted> =
        audited.iter().filter(|a| !a.target.excused()).filter(cut).map(|a| a.target.name.clone()).collect();
    if !cut.is_empty() {
        let said = format!(
            "packages: not every package was looked at where a launch fetches more than {}, runs more than {} commands, or has \
             code that cannot be read to its end: ",
            source::MOST,
            line::COMMANDS
        );
        notices.push(listed(Message::new(said), cut));
    }
    if !args.packages.packages {
        let count = wanted.len();
        let said = format!("package look-ups: not run; {count} packages were not asked about (--packages asks)");
        notices.extend((count > 0).then(|| Message::new(said)));
        return Ok(Answered { notices, in_vain: false });
    }
    if wanted.len() > MOST {
        let left = wanted.len() - MOST;
        let names = wanted.values().skip(MOST).map(|(w, _)| w.reference.name.clone()).collect();
        let said = format!("package look-ups: {left} packages beyond the first {MOST} were not asked about: ");
        notices.push(listed(Message::new(said), names));
    }
    let others: BTreeSet<Untrusted> = audited.iter().filter(|a| !a.target.excused()).flat_map(others).collect();
    if !others.is_empty() {
        let said = "package look-ups: no registry was asked about what is no package of npm or PyPI and no image: ";
        notices.push(listed(Message::new(said), others.into_iter().collect()));
    }
    let loaded = audited.iter().filter(|a| !a.target.excused());
    let untold: BTreeSet<String> = loaded.flat_map(launches).flat_map(Reference::untold).collect();
    if !untold.is_empty() {
        let said = "package look-ups: nobody was asked about what these fetch, for their lines do not name it: ";
        notices.push(listed(Message::new(said), untold.into_iter().map(Untrusted::from).collect()));
    }
    let jobs: Vec<(Wanted, Vec<usize>)> = wanted.into_values().take(MOST).collect();
    if jobs.is_empty() {
        return Ok(Answered { notices, in_vain: false });
    }
    if args.reach.offline {
        let option = if args.config_only { "--config-only" } else { "--offline" };
        notices.push(Message::new(format!(
            "package look-ups: {option} refuses the network; only answers kept from before are used"
        )));
    }
    let found = run(args, project, &registries, &jobs, terminal)?;
    let in_vain = found.iter().all(|f| matches!(f.standing, Standing::Unknown(_)));
    let mut failures: BTreeMap<String, Vec<Untrusted>> = BTreeMap::new();
    let mut oldest: Option<SignedDuration> = None;
    let mut all: Vec<Vec<Facts>> = audited.iter().map(|_| Vec::new()).collect();
    for ((_, places), facts) in jobs.into_iter().zip(found) {
        for why in facts.failures() {
            failures.entry(why).or_default().push(facts.reference.name.clone());
        }
        if facts.cached {
            oldest = oldest.max(facts.age());
        }
        for at in places {
            if facts.reference.ecosystem == Ecosystem::Mcpb {
                audited[at].downloads.push(facts.clone());
                continue;
            }
            all[at].push(facts.clone());
        }
    }
    for (a, mut facts) in audited.iter_mut().zip(all) {
        // in the order of the launch, the server's own first; the argument that names it differs from target to target
        for reference in launched(a) {
            let Some(at) = facts.iter().position(|f| f.reference.asks(&reference)) else { continue };
            let found = Facts { reference, ..facts.swap_remove(at) };
            match a.package {
                None => a.package = Some(Box::new(found)),
                Some(_) => a.beside.push(found),
            }
        }
    }
    if let Some(age) = oldest {
        notices.push(Message::new(format!("package look-ups: some answers were kept, from up to {} ago", words(age))));
    }
    // what one registry fails for is mostly the same for all
    for (why, names) in failures {
        let said = listed(Message::new("package look-ups of "), names);
        notices.push(said.text(format!(": {}", crate::untrusted::visible(&why))));
    }
    Ok(Answered { notices, in_vain })
}

/// A sentence with names: of each of them nothing is known.
fn listed(mut said: Message, names: Vec<Untrusted>) -> Message {
    for (i, name) in names.iter().take(NAMED).enumerate() {
        said = said.text(if i > 0 { ", " } else { "" }).quote(name);
    }
    if names.len() > NAMED { said.text(format!(" and {} more", names.len() - NAMED)) } else { said }
}

/// The launches of one target: what is started, what is judged in its place, or what a bundle has hosts start.
fn launches(a: &Audited) -> Vec<&Launch> {
    let file = matches!(a.target.launch, Launch::File(_));
    let bundle = a.origin.bundle.as_deref().filter(|_| file);
    let starts = bundle.map(|b| b.starts.as_slice()).unwrap_or_default();
    let judged = a.origin.judged.as_deref().map(|t| &t.launch);
    std::iter::once(&a.target.launch).chain(judged).chain(starts.iter().map(|s| &s.target.launch)).collect()
}

/// The packages of those, each once, the server's own first, with its place in what is judged.
fn launched(a: &Audited) -> Vec<Reference> {
    let judged = a.origin.judged.as_deref().map(Reference::all).unwrap_or_default();
    let places: BTreeMap<_, _> = judged.iter().map(|j| (j.asked(), j.argument)).collect();
    let mut known = BTreeSet::new();
    let mut out: Vec<Reference> = Vec::new();
    for reference in launches(a).into_iter().flat_map(Reference::of_launch) {
        let asked = reference.asked();
        let argument = places.get(&asked).copied().unwrap_or(reference.argument);
        if known.insert(asked) {
            out.push(Reference { argument, ..reference });
        }
    }
    out
}

/// What else they fetch, as it may be shown.
fn others(a: &Audited) -> Vec<Untrusted> {
    let all = launches(a).into_iter().flat_map(Reference::others);
    all.map(|s| secret::shown(&s.written).into()).collect()
}

/// Everything that is asked about for one target: the packages of its launch, or the bundles of its record.
pub fn references(a: &Audited) -> Vec<Reference> {
    let file = matches!(a.target.launch, Launch::File(_));
    let record = a.origin.record.as_deref().filter(|_| file);
    let bundles = record.into_iter().flat_map(Record::bundles).filter_map(Listed::reference);
    // one file is fetched once
    let bundles: BTreeSet<Reference> = bundles.map(|r| Reference { wanted: Untrusted::from(""), ..r }).collect();
    launched(a).into_iter().chain(bundles).collect()
}

/// A name, or everything in a scope.
fn is_known(known: &str, name: &str) -> bool {
    match known.strip_suffix("/*") {
        Some(scope) => name.split_once('/').is_some_and(|(s, _)| s == scope),
        None => known == name,
    }
}

fn words(age: SignedDuration) -> String {
    match age.as_hours() {
        0 => format!("{} minutes", age.as_mins()),
        hours @ 1..48 => format!("{hours} hours"),
        hours => format!("{} days", hours / 24),
    }
}

/// The registries of this run: the command line, then the project, then what npm, pip and uv themselves would ask.
fn registries(args: &Scan, project: &Project, surroundings: &Surroundings) -> Registries {
    let mut all = Registries::default();
    let own = surroundings.registry();
    let first = |names: &[&str]| {
        let found = names.iter().find_map(|n| own.get(*n)).map(|u| u.trim_end_matches('/').to_owned());
        found.filter(|u| is_registry(u).is_ok())
    };
    if let Some(url) = first(&["npm_config_registry", "NPM_CONFIG_REGISTRY"]) {
        all.set("npm", &url);
    }
    if let Some(url) = first(&["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"]) {
        let base = url.trim_end_matches("/simple");
        all.other_index = base != all.pypi;
        all.pypi = base.to_owned();
    }
    for (name, url) in &own {
        let scope = name.strip_prefix("npm_config_").and_then(|n| n.strip_suffix(":registry"));
        if let Some(scope) = scope.filter(|_| is_registry(url).is_ok()) {
            all.scopes.insert(scope.to_owned(), url.trim_end_matches('/').to_owned());
        }
    }
    for (name, url) in project.config.registries.named() {
        all.set(name, url);
    }
    for (name, url) in &args.packages.registry {
        all.set(name, url);
    }
    all
}

/// URLs that may lead to addresses that are not public: those that a person or the machine's owner chose. A file of the
/// project may at most name this machine.
fn meant(args: &Scan, project: &Project, all: &Registries) -> Vec<String> {
    let typed = args.packages.registry.iter().map(|(_, url)| url.clone());
    let filed = project.config.registries.named().map(|(_, url)| url.to_owned());
    let filed: Vec<String> = filed.collect();
    let here = |u: &String| {
        let url = url::Url::parse(u).ok();
        url.is_some_and(|u| u.host_str().is_some_and(|h| ["localhost", "127.0.0.1", "[::1]"].contains(&h)))
    };
    let chosen = [&all.npm, &all.pypi, &all.mcp, &all.osv].into_iter().chain(all.scopes.values());
    let chosen = chosen.filter(|u| here(u) || !filed.iter().any(|f| f.trim_end_matches('/') == u.as_str())).cloned();
    chosen.chain(typed).chain(filed.iter().filter(|u| here(u)).cloned()).collect()
}

fn one(wanted: &Wanted, registries: &Registries, desk: &mut dyn Desk, now: Timestamp) -> Facts {
    let Wanted { reference, ran, elsewhere } = wanted;
    let Some(host) = elsewhere else { return ask(reference.clone(), ran.as_ref(), registries, desk, now) };
    // what another index calls so is another package, and its name is not everybody's
    let why = format!("its launch takes packages from {host}, which was not asked (--registry names it)");
    Facts { standing: Standing::Unknown(why), ..Facts::new(reference.clone(), ran.as_ref(), host, now) }
}

/// The user's cache directory for answers.
fn cache_dir() -> Option<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = var("MCP_ASSAY_CACHE")
        .or_else(|| var("XDG_CACHE_HOME").map(|d| d.join("mcp-assay")))
        .or_else(|| var("LOCALAPPDATA").map(|d| d.join("mcp-assay").join("cache")))
        .or_else(|| var("HOME").map(|d| d.join(".cache/mcp-assay")));
    base.map(|d| d.join("packages"))
}

fn run(
    args: &Scan,
    project: &Project,
    registries: &Registries,
    jobs: &[(Wanted, Vec<usize>)],
    terminal: Terminal,
) -> Result<Vec<Facts>, Failure> {
    let meant = meant(args, project, registries);
    let fresh = SignedDuration::from_hours(args.packages.packages_age.into());
    let interrupt = Interrupt::from_signals(|| std::process::exit(130)).map_err(|e| {
        Failure::usage(format!("signals cannot be handled: {e}")).with_exit(crate::terms::ExitCode::Internal)
    })?;
    if terminal.progress {
        let said = format!("\rasking registries about {} packages ", jobs.len());
        let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
    }
    let allowance = Allowance::new(WebLimits::default());
    let (next, words) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let results: Mutex<BTreeMap<usize, Facts>> = Mutex::new(BTreeMap::new());
    let failed: Mutex<Option<std::io::Error>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..PARALLEL.min(jobs.len()) {
            scope.spawn(|| {
                let private = args.reach.probing.allow_private;
                let web = (!args.reach.offline).then(|| Web::new(&allowance, &interrupt, &meant, private)).transpose();
                let web = match web {
                    Ok(web) => web,
                    Err(e) => {
                        *failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(e);
                        return;
                    }
                };
                let mut desk = Network::new(web, cache_dir().map(Cache::new), project.now, fresh);
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some((wanted, _)) = jobs.get(at) else { return };
                    let mut facts = one(wanted, registries, &mut desk, project.now);
                    super::fetched::bound(&mut facts, &words);
                    results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(at, facts);
                }
            });
        }
    });
    if terminal.progress {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), b"\r\x1b[K");
    }
    if interrupt.is_set() {
        return Err(Failure::usage("interrupted").with_exit(crate::terms::ExitCode::Internal));
    }
    if let Some(e) = failed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        return Err(
            Failure::usage(format!("look-ups cannot be started: {e}")).with_exit(crate::terms::ExitCode::Internal)
        );
    }
    let found = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(found.into_values().collect())
}
