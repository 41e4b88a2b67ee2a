//! `approve`: show what the last scan saw, or what somebody proposed, ask, and sign exactly that (TRUST T14).

mod show;

use std::collections::BTreeMap;
use std::io::Write;

use super::agree::{agree, signed};
use super::args::{Approve, LaunchArg, Probing, Reach};
use super::failure::Failure;
use super::keys;
use super::pending;
use super::project::Project;
use super::sources;
use super::terminal::Terminal;
use crate::baseline::{self, Files, Proposal, ProposedServer, Signature, State, Tolerance, Verified, cosign, git};
use crate::json::{Member, Node};
use crate::launch::identity::LaunchIdentity;
use crate::launch::package::Package;
use crate::snapshot::Snapshot;
use crate::target::argument::file_target;
use crate::terms::ExitCode;
use crate::trust::Trust;
use crate::untrusted::Untrusted;

/// Runs `approve`.
pub fn run(args: &Approve, project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    // what is signed is the working tree's, so a base gives only the anchor and the versions to beat
    let based = project.with_base(&args.baseline)?;
    let project = &Project { config: project.config.clone(), ..based };
    let folder = project.folder(args.baseline.baseline.as_deref());
    let files = Files::read(&folder).map_err(|s| bad(&s))?;
    let trust = Trust::from_bytes(&files.trust)
        .map_err(|e| Failure::baseline(format!("trust.json {e}")).help("restore it from version control"))?;
    // reviewing again is how an expired baseline, or one of former people, comes back
    let tolerance = Tolerance { expiry: !args.cosign, older_trust: !args.cosign, shortfall: args.cosign };
    let previous = project.check(&args.baseline, &files, tolerance)?.map_err(|s| bad(&s))?;
    let listed = |key: &_| trust.person(key).map(str::to_owned);
    let (key, person) = keys::signer(args.key.key.as_deref(), listed)?;
    let (time, reason) = (project.now.to_string(), args.key.reason.clone().unwrap_or_default());
    let by = Signature { key: key.as_ref(), approver: &person, time: &time, reason: &reason };
    let (result, version, expires) = if args.cosign {
        let proposed = previous.ok_or_else(|| bad(&State::Empty))?;
        if proposed.signers.contains(&person) {
            return Err(Failure::usage(format!("you signed version {} already", proposed.content.version))
                .help("another listed person has to run `mcp-assay approve --cosign`"));
        }
        let digest = proposed.content.suppressions;
        if digest.is_some() && digest != project.config.suppressions_digest() {
            return Err(Failure::usage("the suppressions in mcp-assay.toml are not the ones of the proposed version")
                .help("check out mcp-assay.toml of the same commit; what you sign must be what you can read"));
        }
        let before = before(project, &folder, &proposed);
        let words = (&proposed.content, &proposed.snapshots);
        show::print(before.as_ref().map(|(c, s)| (c, s)), words, &[], proposed.digest, project, terminal)?;
        agree(&args.key, trust.policy.unattended, proposed.digest, terminal)?;
        (cosign(&files, &proposed, &by), proposed.content.version, proposed.content.expires)
    } else {
        let Some(proposal) = propose(args, project, terminal, &files, &trust, previous.as_ref())? else {
            return super::print(b"nothing changed since the last approval; nothing was written\n");
        };
        agree(&args.key, trust.policy.unattended, proposal.digest, terminal)?;
        (proposal.sign(&by), proposal.content.version, proposal.content.expires)
    };
    let result = result.map_err(|e| signed(&e))?;
    // what is written must verify; below the threshold it waits for a further person
    let demands = project.demands(&args.baseline, &result)?;
    let state = match baseline::verify(&result, &demands) {
        Ok(_) => "approved".to_owned(),
        Err(State::BelowThreshold { have, need, .. }) => {
            format!("signed by {have} of {need} needed people")
        }
        Err(state) => return Err(bad(&state).with_exit(ExitCode::Internal)),
    };
    let waits = state != "approved";
    baseline::write(&folder, &result, &mut |_| Ok(())).map_err(|e| {
        Failure::usage(format!("the baseline cannot be written: {e}"))
            .help("nothing was changed; check permissions and run `mcp-assay verify`")
    })?;
    // remembered only now: a crash before the exchange must not make the old version look rolled back
    let _ = project.check(&args.baseline, &result, Tolerance::default())?;
    let text = format!(
        "version {version} {state} by {}, valid until {expires}\nnext: commit {}{}{}\n",
        Untrusted::from(person).to_terminal(),
        Untrusted::from(folder.to_string_lossy().into_owned()).to_terminal(),
        if waits { "; another listed person runs `mcp-assay approve --cosign`" } else { "" },
        nudge(&trust),
    );
    super::print(text.as_bytes())
}

fn bad(state: &State) -> Failure {
    Failure::baseline(state.sentence().to_terminal()).help(state.next_step())
}

/// Two people are there, and one alone can approve.
fn nudge(trust: &Trust) -> &'static str {
    if trust.people.len() > 1 && trust.baseline_threshold == 1 {
        "\nnote: one of several people can approve alone; `mcp-assay trust threshold --people 2` asks for two"
    } else {
        ""
    }
}

/// The version before the proposed one, from git.
fn before(project: &Project, folder: &std::path::Path, proposed: &Verified) -> Option<show::Words> {
    let digest = proposed.content.previous.file?;
    let inside = folder.strip_prefix(&project.root).unwrap_or(folder);
    let found = git::find(&project.root, inside, digest).ok().flatten().and_then(|f| baseline::read_words(&f).ok());
    if found.is_none() {
        let _ = writeln!(
            std::io::stderr(),
            "note: the version before is not in git's history here; every word is shown as new"
        );
    }
    found
}

/// What the last scan saw, or a file holds, as the next version. `None` when nothing changed.
fn propose(
    args: &Approve,
    project: &Project,
    terminal: Terminal,
    files: &Files,
    trust: &Trust,
    previous: Option<&Verified>,
) -> Result<Option<Proposal>, Failure> {
    let seen = seen(args, project, terminal)?;
    let mut servers = chosen(args, &seen)?;
    // words from a file say nothing about the launch; what was approved about it stays
    for (name, server) in &mut servers {
        let known = previous.and_then(|p| p.content.servers.get(name));
        if let (LaunchIdentity::File { .. }, Some(known)) = (&server.launch, known) {
            server.launch = known.launch.clone();
            (server.package, server.programs) = (known.package.clone(), known.programs.clone());
        }
        server.ignore = project.config.ignores(name);
        if !server.ignore.is_empty() {
            for (_, snapshot) in server.snapshots.values_mut() {
                *snapshot = baseline::volatile::unite(snapshot, &server.ignore);
            }
        }
    }
    let remove: Vec<Untrusted> = args.remove.iter().map(|r| Untrusted::from(r.as_str())).collect();
    for name in &remove {
        if !previous.is_some_and(|p| p.content.servers.contains_key(name)) {
            return Err(Failure::usage(format!("--remove: the baseline has no server {}", name.to_terminal()))
                .help("`mcp-assay verify -v` lists the approved servers"));
        }
    }
    let suppressions = project.config.suppressions_digest();
    let proposal =
        Proposal::new(previous, trust, files, &servers, &remove, project.today(), suppressions).map_err(|r| {
            Failure::usage(r.sentence().to_terminal()).help("scan it again, or ask the publisher for a clean manifest")
        })?;
    // what is shown is read back from the bytes that will be written
    let (content, snapshots) =
        baseline::read_words(proposal.files()).map_err(|s| bad(&s).with_exit(ExitCode::Internal))?;
    let before = previous.map(|p| (&p.content, &p.snapshots));
    let chosen: Vec<&Untrusted> = servers.keys().collect();
    show::print(before, (&content, &snapshots), &chosen, proposal.digest, project, terminal)?;
    let unchanged = previous.is_some_and(|p| {
        p.content.servers == content.servers
            && p.content.suppressions == suppressions
            && p.content.trust == content.trust
            && p.content.created == project.today()
    });
    Ok((!unchanged).then_some(proposal))
}

type Seen = BTreeMap<Untrusted, Result<ProposedServer, String>>;

fn seen(args: &Approve, project: &Project, terminal: Terminal) -> Result<Seen, Failure> {
    let list = match &args.from {
        Some(path) => {
            let name = path.to_string_lossy().into_owned();
            let bytes = std::fs::read(path).map_err(|e| {
                Failure::usage(format!("{} cannot be read: {e}", Untrusted::from(name.as_str()).to_terminal()))
                    .help("give a capture or manifest file")
            })?;
            let held = sources::held(&bytes, &name)?;
            let one = |(i, (server, held)): (usize, (Option<Untrusted>, sources::Held))| sources::Source {
                target: held.saved.as_ref().map_or_else(|| file_target(path, i, server), |s| s.target.clone()),
                held: Some(held),
                fleet: String::new(),
                origin: sources::Published::default(),
            };
            let sources = held.into_iter().enumerate().map(one).collect();
            super::scan::of_file(sources, &project.root, terminal, &nothing())?
        }
        // taking servers out needs no scan
        None if !args.remove.is_empty() && args.servers.is_empty() => return Ok(Seen::new()),
        None => pending::load(&project.root)?.ok_or_else(|| {
            Failure::usage("no scan of this project is remembered")
                .help("run `mcp-assay scan` first, or give a file with --from")
        })?,
    };
    let damaged = || Failure::usage("what the last scan kept is damaged").help("run `mcp-assay scan` again");
    list.elements().iter().map(|n| entry(n).ok_or_else(damaged)).collect()
}

/// No server is started by `approve`.
fn nothing() -> Reach {
    let contain = super::args::Contain::default();
    Reach {
        launch: Some(LaunchArg::Never),
        pass_env: vec![],
        contain,
        header: vec![],
        timeout: None,
        jobs: 1,
        offline: true,
        probing: Probing::default(),
    }
}

fn entry(node: &Node) -> Option<(Untrusted, Result<ProposedServer, String>)> {
    let name = Untrusted::from(node.get("name")?.as_str()?);
    if let Some(why) = node.get("refused") {
        return Some((name, Err(why.as_str()?.to_owned())));
    }
    let mut snapshots = BTreeMap::new();
    for member in node.get("eras")?.members() {
        let snapshot = Snapshot::from_document(member.value.get("document")?)?;
        let protocol = Untrusted::from(member.value.get("protocol")?.as_str()?);
        snapshots.insert(member.key.to_string(), (protocol, snapshot));
    }
    let launch = LaunchIdentity::from_node(node.get("launch")?).ok()?;
    let isolation = node.get("isolation")?.as_str()?.to_owned();
    let package = match node.get("package") {
        Some(package) => Some(Package::from_node(package).ok()?),
        None => None,
    };
    let program = |m: &Member| Some((Untrusted::from(&*m.key), m.value.as_str()?.parse().ok()?));
    let programs = node.get("programs")?.members().iter().map(program).collect::<Option<_>>()?;
    // from the project's file, once it is known which servers are chosen
    let ignore = Vec::new();
    Some((name, Ok(ProposedServer { launch, package, programs, isolation, snapshots, ignore })))
}

fn chosen(args: &Approve, seen: &Seen) -> Result<BTreeMap<Untrusted, ProposedServer>, Failure> {
    let mut out = BTreeMap::new();
    for name in &args.servers {
        let key = Untrusted::from(name.as_str());
        match seen.get(&key) {
            Some(Ok(server)) => {
                out.insert(key, server.clone());
            }
            Some(Err(why)) => {
                let why = Untrusted::from(why.as_str()).to_terminal();
                return Err(Failure::usage(format!("server {} cannot be approved: {why}", key.to_terminal()))
                    .help("only what was seen completely, with a single meaning, is signed; scan it again"));
            }
            None => {
                return Err(Failure::usage(format!("the last scan saw no server {}", key.to_terminal()))
                    .help("run `mcp-assay scan`; it names the servers"));
            }
        }
    }
    if args.servers.is_empty() {
        for (name, server) in seen {
            match server {
                Ok(server) => {
                    out.insert(name.clone(), server.clone());
                }
                Err(why) => {
                    let why = Untrusted::from(why.as_str()).to_terminal();
                    let _ = writeln!(std::io::stderr(), "left out: server {}: {why}", name.cut(60).to_terminal());
                }
            }
        }
    }
    if out.is_empty() && args.remove.is_empty() {
        return Err(Failure::usage("there is nothing to approve")
            .help("run `mcp-assay scan` until a server is audited completely"));
    }
    Ok(out)
}
