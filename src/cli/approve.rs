//! `approve`: show what the last scan saw, ask, and sign exactly that (TRUST T14).

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use super::args::{Approve, LaunchArg, Probing, Reach};
use super::failure::Failure;
use super::init::{default_key, key_failure};
use super::pending;
use super::project::Project;
use super::sources;
use super::terminal::Terminal;
use crate::baseline::{self, Files, Proposal, ProposedServer, State, Verified, verify};
use crate::diff::{compare, launch_changed};
use crate::json::Node;
use crate::launch::identity::LaunchIdentity;
use crate::report::human;
use crate::signature::SigningKey;
use crate::snapshot::Snapshot;
use crate::target::argument::file_target;
use crate::terms::ExitCode;
use crate::trust::Trust;
use crate::untrusted::Untrusted;

/// Digits of the digest a person types.
const DIGITS: usize = 8;

/// Runs `approve`.
pub fn run(args: &Approve, project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    let folder = project.folder(args.baseline.baseline.as_deref());
    let demands = project.demands(&args.baseline, 0)?;
    let bad = |state: State| Failure::baseline(state.sentence().to_terminal()).help(state.next_step());
    let files = Files::read(&folder).map_err(bad)?;
    let previous = match verify(&files, &demands) {
        Ok(verified) => verified,
        // reviewing again is how an expired baseline comes back
        Err(State::Expired(what)) if what == "the baseline" => {
            let earlier = crate::baseline::Demands { today: jiff::civil::Date::MIN, ..demands.clone() };
            verify(&files, &earlier).map_err(bad)?
        }
        Err(state) => return Err(bad(state)),
    };
    let trust = Trust::from_bytes(&files.trust)
        .map_err(|e| Failure::baseline(format!("trust.json {e}")).help("restore it from version control"))?;
    let path = args.key.clone().or_else(default_key);
    let path = path.ok_or_else(|| Failure::usage("there is no key to sign with").help("give one with --key"))?;
    let key = SigningKey::load(&path).map_err(|e| key_failure(&path, &e))?;
    let person = trust.person(&key.public()).ok_or_else(|| {
        Failure::usage("your key is not listed in trust.json, so your signature would not count")
            .help("have a listed person approve, or give the listed key with --key")
    })?;
    let seen = seen(args, project, terminal)?;
    let mut servers = chosen(args, &seen)?;
    // words from a file say nothing about the launch; what was approved about it stays
    for (name, server) in &mut servers {
        let known = previous.as_ref().and_then(|p| p.content.servers.get(name));
        if let (LaunchIdentity::File { .. }, Some(known)) = (&server.launch, known) {
            server.launch = known.launch.clone();
        }
    }
    let remove: Vec<Untrusted> = args.remove.iter().map(|r| Untrusted::from(r.as_str())).collect();
    for name in &remove {
        if !previous.as_ref().is_some_and(|p| p.content.servers.contains_key(name)) {
            return Err(Failure::usage(format!("--remove: the baseline has no server {}", name.to_terminal()))
                .help("`mcp-assay verify -v` lists the approved servers"));
        }
    }
    let suppressions = project.config.suppressions_digest();
    let proposal = Proposal::new(previous.as_ref(), &trust, &files, &servers, &remove, project.today(), suppressions)
        .map_err(|r| {
        Failure::usage(r.sentence().to_terminal()).help("scan it again, or ask the publisher for a clean manifest")
    })?;
    show(previous.as_ref(), &servers, &remove, &proposal, terminal)?;
    let unchanged = previous.as_ref().is_some_and(|p| {
        p.content.servers == proposal.content.servers
            && p.content.suppressions == suppressions
            && p.content.trust == proposal.content.trust
    });
    if unchanged && previous.as_ref().is_some_and(|p| p.content.created == project.today()) {
        return super::print(b"nothing changed since the last approval; nothing was written\n");
    }
    agree(args, &trust, &proposal, terminal)?;
    let reason = args.reason.clone().unwrap_or_default();
    let signed = proposal.sign(&key, person, &project.now.to_string(), &reason);
    // what is written must verify; below the threshold it waits for a further person
    let state = match verify(&signed, &demands) {
        Ok(_) => "approved".to_owned(),
        Err(State::BelowThreshold(have, need)) => {
            format!("signed by {have} of {need} needed people; commit it and have another person sign")
        }
        Err(state) => return Err(bad(state).with_exit(ExitCode::Internal)),
    };
    baseline::write(&folder, &signed, &mut |_| Ok(())).map_err(|e| {
        Failure::usage(format!("the baseline cannot be written: {e}"))
            .help("nothing was changed; check permissions and run `mcp-assay verify`")
    })?;
    let text = format!(
        "version {} {state} by {}, valid until {}\nnext: commit {}\n",
        proposal.content.version,
        Untrusted::from(person).to_terminal(),
        proposal.content.expires,
        Untrusted::from(folder.to_string_lossy().into_owned()).to_terminal(),
    );
    super::print(text.as_bytes())
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
            };
            let sources = held.into_iter().enumerate().map(one).collect();
            super::scan::pending_of(sources, terminal, &nothing())?
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
    Some((name, Ok(ProposedServer { launch, isolation, snapshots })))
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

/// Every changed word; the whole words of new servers.
fn show(
    previous: Option<&Verified>,
    servers: &BTreeMap<Untrusted, ProposedServer>,
    remove: &[Untrusted],
    proposal: &Proposal,
    terminal: Terminal,
) -> Result<(), Failure> {
    let style = human::Style {
        color: terminal.color,
        width: terminal.width,
        unicode: terminal.unicode,
        verbose: true,
        full_text: true,
        suppressed: false,
    };
    let empty = Snapshot::of(&crate::manifest::Manifest::default());
    let mut out = String::new();
    for (name, server) in servers {
        let old = previous.and_then(|p| p.content.servers.get(name));
        let state = if old.is_some() { "changed or confirmed" } else { "new" };
        out.push_str(&format!(
            "server {} ({state})\n  launch: {}\n",
            name.cut(60).to_terminal(),
            server.launch.line().to_terminal()
        ));
        let mut changes: Vec<_> = old.and_then(|o| launch_changed(&o.launch, &server.launch)).into_iter().collect();
        for (era, (_, snapshot)) in &server.snapshots {
            let before = previous.and_then(|p| p.snapshots.get(&(name.clone(), era.clone())));
            changes.extend(compare(before.unwrap_or(&empty), snapshot));
        }
        if changes.is_empty() {
            out.push_str("  no changed words\n");
        }
        human::change_list(&mut out, &changes, style);
        out.push('\n');
    }
    for name in remove {
        out.push_str(&format!("server {} is removed from the baseline\n", name.cut(60).to_terminal()));
    }
    out.push_str(&format!("version {} of the baseline, {}\n", proposal.content.version, proposal.digest));
    super::print(out.as_bytes()).map(|_| ())
}

fn agree(args: &Approve, trust: &Trust, proposal: &Proposal, terminal: Terminal) -> Result<(), Failure> {
    let hex = proposal.digest.hex();
    if args.unattended {
        if !trust.policy.unattended {
            return Err(Failure::usage(
                "trust.json does not allow approvals without a terminal (policy.unattended is false)",
            )
            .help("run `mcp-assay approve` on a terminal; a person reads the words"));
        }
        return Ok(());
    }
    if !terminal.interactive {
        return Err(Failure::usage("approve needs a terminal: a person reads the words and types the digest")
            .help("run it on a terminal; where trust.json allows it, --unattended approves without one"));
    }
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "Type the first {DIGITS} digits of the digest above to sign these words: ");
    let _ = err.flush();
    let mut typed = String::new();
    let read = std::io::stdin().lock().read_line(&mut typed);
    let typed = typed.trim().trim_start_matches("sha256:");
    if read.is_err() || typed.len() < DIGITS || !hex.starts_with(typed) {
        return Err(Failure::usage("the digits do not match; nothing was signed")
            .help("run `mcp-assay approve` again and compare"));
    }
    Ok(())
}
