//! `init`: a trust file with one person, and an Ed25519 key outside the project.

pub mod files;

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::ToSpan;

use super::args::Init;
use super::failure::Failure;
use super::pending::state_dir;
use super::project::Project;
use crate::baseline::{self, Files, GITATTRIBUTES, State};
use crate::signature::{KeyError, Previous, SigningKey};
use crate::terms::ExitCode;
use crate::trust::{Policy, Trust};
use crate::untrusted::Untrusted;

/// Days a trust file lasts.
const DAYS: i32 = 365;

/// Where `init` keeps the key of this user, and `approve` finds it.
pub fn default_key() -> Option<PathBuf> {
    Some(state_dir()?.join("keys").join("approver.pem"))
}

/// A failure about a key file.
pub fn key_failure(path: &Path, error: &KeyError) -> Failure {
    let name = Untrusted::from(path.to_string_lossy().into_owned()).to_terminal();
    Failure::usage(format!("key file {name}: {error}")).help("give another one with --key, or make one with `mcp-assay init` (OpenSSL: `openssl genpkey -algorithm ed25519`)")
}

/// Runs `init`.
pub fn run(args: &Init, project: &Project) -> Result<ExitCode, Failure> {
    let folder = project.folder(args.baseline.as_deref());
    match Files::read(&folder) {
        Err(State::Absent) => {}
        _ => {
            return Err(Failure::usage(format!(
                "{} is there already",
                crate::untrusted::visible(&folder.to_string_lossy())
            ))
            .help("`mcp-assay verify` says whether it is intact; remove the folder by hand to start anew"));
        }
    }
    let person = person(args)?;
    let (key, path, made) = key(args)?;
    let expires = project.today().checked_add(DAYS.days());
    let expires = expires.map_err(|_| Failure::usage("--now is out of range").help("give a date of this century"))?;
    let trust = Trust {
        version: 1,
        project: random()?,
        previous: Previous::default(),
        expires,
        baseline_threshold: 1,
        trust_threshold: 1,
        policy: Policy { max_baseline_days: 400, unattended: args.allow_unattended },
        people: std::collections::BTreeMap::from([(person.clone(), vec![key.public()])]),
    };
    let files = baseline::init(&trust, &key, &person, &project.now.to_string());
    baseline::write(&folder, &files, &mut |_| Ok(())).map_err(|e| {
        Failure::usage(format!("the baseline folder cannot be written: {e}"))
            .help("check the permissions of the project")
    })?;
    let mut out = Vec::new();
    let shown = |p: &Path| Untrusted::from(p.to_string_lossy().into_owned()).to_terminal();
    let _ = writeln!(out, "created {}", shown(&folder));
    let _ =
        writeln!(out, "{} {} (keep it; it signs approvals)", if made { "new key" } else { "your key" }, shown(&path));
    let _ = writeln!(out, "trust  {} (pin it with --trust where a pull request cannot edit)", trust.digest());
    if args.allow_unattended {
        let _ = writeln!(out, "policy approvals without a terminal are allowed, because --allow-unattended was given");
    }
    let _ = writeln!(out, "\nadd to .gitattributes:");
    for line in GITATTRIBUTES.lines() {
        let _ = writeln!(out, "  {line}");
    }
    let _ = writeln!(out, "\nnext: `mcp-assay scan`, then `mcp-assay approve --reason \"…\"`");
    super::print(&out)
}

fn person(args: &Init) -> Result<String, Failure> {
    let named =
        args.person.clone().or_else(|| ["USER", "USERNAME", "LOGNAME"].iter().find_map(|n| std::env::var(n).ok()));
    let name = named.filter(|n| !n.is_empty() && n.len() <= 100 && n.chars().all(crate::untrusted::is_plain));
    name.ok_or_else(|| {
        Failure::usage("the name of the person who signs is not known").help("give it with --person NAME")
    })
}

fn key(args: &Init) -> Result<(SigningKey, PathBuf, bool), Failure> {
    if let Some(path) = &args.key {
        let key = SigningKey::load(path).map_err(|e| key_failure(path, &e))?;
        return Ok((key, path.clone(), false));
    }
    let path = default_key().ok_or_else(|| {
        Failure::usage("there is no home directory to keep a key in")
            .help("give a key with --key, or set MCP_ASSAY_STATE")
    })?;
    if std::fs::symlink_metadata(&path).is_ok() {
        let key = SigningKey::load(&path).map_err(|e| key_failure(&path, &e))?;
        return Ok((key, path, false));
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|e| key_failure(&path, &KeyError::Io(e)))?;
    }
    let key = SigningKey::generate().map_err(|e| key_failure(&path, &e))?;
    key.store(&path).map_err(|e| key_failure(&path, &e))?;
    Ok((key, path, true))
}

fn random() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|_| Failure::usage("the operating system gives no random bytes").with_exit(ExitCode::Internal))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}
