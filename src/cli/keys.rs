//! Which key signs: the one that was named, else the first of the user's own that counts.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::pending::{replace, state_dir};
use crate::signature::{KeyError, PublicKey, Signer, agent_keys, open};
use crate::untrusted::Untrusted;

/// Where `init` keeps the key it makes.
pub fn own_key() -> Option<PathBuf> {
    Some(state_dir()?.join("keys").join("approver.pem"))
}

/// A failure about a key file.
pub fn key_failure(path: &Path, error: &KeyError) -> Failure {
    let name = Untrusted::from(path.to_string_lossy().into_owned()).to_terminal();
    Failure::usage(format!("key {name}: {}", crate::untrusted::printable(&error.to_string())))
        .help("give another one with --key, or make one with `ssh-keygen -t ed25519` (OpenSSL: `openssl genpkey -algorithm ed25519`)")
}

/// SSH keys of the user that could sign: the usual files, then what the agent holds.
pub fn ssh_candidates() -> Vec<(PathBuf, PublicKey)> {
    let mut out: Vec<(PathBuf, PublicKey)> = Vec::new();
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).map(PathBuf::from);
    for name in ["id_ed25519.pub", "id_ed25519_sk.pub"] {
        let Some(path) = home.as_ref().map(|h| h.join(".ssh").join(name)) else { continue };
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if let Ok(key) = PublicKey::parse_line(text.lines().next().unwrap_or_default()) {
            out.push((path, key));
        }
    }
    for key in agent_keys() {
        // `ssh-keygen` wants a file that says which of the agent's keys
        let known = out.iter().any(|(_, k)| *k == key);
        let Some(path) = agent_file(&key).filter(|_| !known) else { continue };
        if replace(&path, format!("{}\n", key.text()).as_bytes()).is_ok() {
            out.push((path, key));
        }
    }
    out
}

fn agent_file(key: &PublicKey) -> Option<PathBuf> {
    let id = key.id();
    let hex = id.trim_start_matches("sha256:");
    Some(state_dir()?.join("keys").join(format!("agent-{}.pub", &hex[..16])))
}

/// The key to sign with, and the name that `listed` gives its owner.
pub fn signer(
    named: Option<&Path>,
    listed: impl Fn(&PublicKey) -> Option<String>,
) -> Result<(Box<dyn Signer>, String), Failure> {
    let stranger = || {
        Failure::usage("your key is not listed in trust.json, so your signature would not count")
            .help("have a listed person sign, or give the listed key with --key; `mcp-assay trust show` lists them")
    };
    if let Some(path) = named {
        let key = open(path).map_err(|e| key_failure(path, &e))?;
        let person = listed(&key.public()).ok_or_else(stranger)?;
        return Ok((key, person));
    }
    let own = own_key().filter(|p| std::fs::symlink_metadata(p).is_ok());
    let mut seen = false;
    if let Some(path) = own {
        let key = open(&path).map_err(|e| key_failure(&path, &e))?;
        seen = true;
        if let Some(person) = listed(&key.public()) {
            return Ok((key, person));
        }
    }
    for (path, key) in ssh_candidates() {
        seen = true;
        if let Some(person) = listed(&key) {
            return Ok((open(&path).map_err(|e| key_failure(&path, &e))?, person));
        }
    }
    if seen {
        Err(stranger())
    } else {
        Err(Failure::usage("there is no key to sign with")
            .help("give one with --key, or make one with `mcp-assay init`"))
    }
}

/// A public key as people give it: its text, or a file that has it.
pub fn public(text: &str) -> Result<PublicKey, Failure> {
    if let Ok(key) = PublicKey::parse_line(text) {
        return Ok(key);
    }
    let path = Path::new(text);
    if std::fs::symlink_metadata(path).is_ok() {
        return Ok(open(path).map_err(|e| key_failure(path, &e))?.public());
    }
    let why = PublicKey::parse_line(text).err().map(|e| e.to_string()).unwrap_or_default();
    Err(Failure::usage(format!("`{}` {why}", crate::untrusted::printable(text)))
        .help("give the text of a public key in quotes, or its .pub file"))
}
