//! `init`: a trust file with one person, signed with a key of theirs that stays outside the project.

pub mod files;

use std::fmt::Write as _;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use super::args::Init;
use super::failure::Failure;
use super::keys::{key_failure, own_key, ssh_candidates};
use super::project::Project;
use super::terminal::Terminal;
use crate::baseline::{self, Files, GITATTRIBUTES, Signature, State};
use crate::signature::{KeyError, Previous, SigningKey, open};
use crate::terms::ExitCode;
use crate::trust::{Policy, Trust};
use crate::untrusted::Untrusted;

/// Days a baseline may last.
const BASELINE_DAYS: u64 = 400;

/// Runs `init`.
pub fn run(args: &Init, project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    let folder = project.folder(args.baseline.as_deref());
    match Files::read(&folder) {
        Err(State::Absent) => {}
        // further files for a project that has its people
        _ if !args.with.is_empty() && args.person.is_none() && !args.allow_unattended => {
            return super::print(format!("{} is there already and was left as it is\n", shown(&folder)).as_bytes());
        }
        _ => {
            return Err(Failure::usage(format!("{} is there already", shown(&folder))).help(
                "`mcp-assay verify` says whether it is intact; `mcp-assay init --with workflow,hook` writes further files; after the loss of all keys, `mcp-assay trust genesis`",
            ));
        }
    }
    let person = person(args)?;
    let (path, made) = key(args, terminal)?;
    let mut out = begin(&folder, &person, &path, args.allow_unattended, project)?;
    let word = if made { "new key" } else { "your key" };
    let _ = writeln!(out, "{word} {} (keep it; it signs approvals)", shown(&path));
    if made && let Some((ssh, _)) = ssh_candidates().first() {
        let _ = writeln!(
            out,
            "note: to sign with your SSH key instead, remove the folder and run init with --key {}",
            shown(ssh)
        );
    }
    if args.allow_unattended {
        let _ = writeln!(out, "policy approvals without a terminal are allowed, because --allow-unattended was given");
    }
    let _ = writeln!(out, "\nadd to .gitattributes:");
    for line in GITATTRIBUTES.lines() {
        let _ = writeln!(out, "  {line}");
    }
    let _ = writeln!(out, "\nnext: `mcp-assay scan`, then `mcp-assay approve --reason \"…\"`");
    super::print(out.as_bytes())
}

fn shown(path: &Path) -> String {
    Untrusted::from(path.to_string_lossy().into_owned()).to_terminal()
}

/// Writes a folder with a first trust file, in place of whatever is there.
pub fn begin(folder: &Path, person: &str, key: &Path, unattended: bool, project: &Project) -> Result<String, Failure> {
    let signer = open(key).map_err(|e| key_failure(key, &e))?;
    let trust = Trust {
        version: 1,
        project: random()?,
        previous: Previous::default(),
        expires: super::trust::expiry(project)?,
        baseline_threshold: 1,
        trust_threshold: 1,
        policy: Policy { max_baseline_days: BASELINE_DAYS, hardware: false, unattended },
        people: std::collections::BTreeMap::from([(person.to_owned(), vec![signer.public()])]),
    };
    let time = project.now.to_string();
    let by = Signature { key: signer.as_ref(), approver: person, time: &time, reason: "init" };
    let files = baseline::init(&trust, &by).map_err(|e| key_failure(key, &e))?;
    baseline::write(folder, &files, &mut |_| Ok(())).map_err(|e| {
        Failure::usage(format!("the baseline folder cannot be written: {e}"))
            .help("check the permissions of the project")
    })?;
    let mut out = format!("created {}\n", shown(folder));
    let _ = writeln!(out, "trust  {} (pin it with --trust where a pull request cannot edit)", trust.digest());
    Ok(out)
}

fn person(args: &Init) -> Result<String, Failure> {
    let named =
        args.person.clone().or_else(|| ["USER", "USERNAME", "LOGNAME"].iter().find_map(|n| std::env::var(n).ok()));
    let name = named.filter(|n| !n.is_empty() && n.len() <= 100 && n.chars().all(crate::untrusted::is_plain));
    name.ok_or_else(|| {
        Failure::usage("the name of the person who signs is not known").help("give it with --person NAME")
    })
}

/// The key of this person, and whether it was made now.
fn key(args: &Init, terminal: Terminal) -> Result<(PathBuf, bool), Failure> {
    if let Some(path) = &args.key {
        return Ok((path.clone(), false));
    }
    if terminal.interactive {
        for (path, _) in ssh_candidates() {
            if yes(&format!("Sign approvals with your SSH key {}? [Y/n] ", shown(&path))) {
                return Ok((path, false));
            }
        }
    }
    let path = own_key().ok_or_else(|| {
        Failure::usage("there is no home directory to keep a key in")
            .help("give a key with --key, or set MCP_ASSAY_STATE")
    })?;
    if std::fs::symlink_metadata(&path).is_ok() {
        return Ok((path, false));
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|e| key_failure(&path, &KeyError::Io(e)))?;
    }
    let key = SigningKey::generate().map_err(|e| key_failure(&path, &e))?;
    key.store(&path).map_err(|e| key_failure(&path, &e))?;
    Ok((path, true))
}

fn yes(question: &str) -> bool {
    let mut err = std::io::stderr().lock();
    let mut answer = String::new();
    let asked = err.write_all(question.as_bytes()).and_then(|()| err.flush());
    let read = asked.and_then(|()| std::io::stdin().lock().read_line(&mut answer));
    // the end of input is no answer
    read.is_ok_and(|n| n > 0) && matches!(answer.trim(), "" | "y" | "Y" | "yes")
}

fn random() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|_| Failure::usage("the operating system gives no random bytes").with_exit(ExitCode::Internal))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}
