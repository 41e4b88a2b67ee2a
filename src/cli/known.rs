//! What this machine has seen of projects, so that nobody can quietly replace their people or go back to old words
//! (TRUST §7, steps 2 and 8). Two small files in the user's state directory: one per folder, which names the project, and
//! one per project, which holds the trust file and the highest version that verified.

use std::path::{Path, PathBuf};

use super::pending::{replace, state_dir};
use crate::baseline::{Files, Known};
use crate::json::{Fields, Limits, Node, Value, read, render};
use crate::terms::Digest;
use crate::trust::Trust;

const FORMAT: &str = "mcp-assay-known-1";

fn file(kind: &str, name: &[u8]) -> Option<PathBuf> {
    let name = Digest::of(name).hex();
    Some(state_dir()?.join("known").join(format!("{kind}-{}.json", &name[..32])))
}

fn of_folder(folder: &Path) -> Option<PathBuf> {
    // two ways to write one folder are one folder, as far as the file system can tell
    let real = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    file("folder", real.as_os_str().as_encoded_bytes())
}

fn load(path: &Path) -> Option<Known> {
    let bytes = std::fs::read(path).ok()?;
    let document = read(&bytes, &Limits::default()).ok()?;
    let mut fields = Fields::of(&document.root).ok()?;
    (fields.text("format").ok()? == FORMAT).then_some(())?;
    let known = Known {
        project: fields.text("project").ok()?.to_owned(),
        trust: fields.parsed("trust", "a digest").ok()?,
        trust_version: fields.whole("trustVersion").ok()?,
        version: fields.whole("version").ok()?,
    };
    fields.finish().ok()?;
    Some(known)
}

/// What is known of the project that this folder held before, else of the project that the files say they are.
pub fn of(folder: &Path, files: &Files) -> Option<Known> {
    let project = match of_folder(folder).and_then(|p| load(&p)) {
        Some(here) => here.project.clone(),
        None => Trust::from_bytes(&files.trust).ok()?.project,
    };
    load(&file("project", project.as_bytes())?)
}

/// Remembers what verified. The version only grows, but for a new trust file, which starts again.
pub fn remember(folder: &Path, seen: &Known) {
    let paths = [of_folder(folder), file("project", seen.project.as_bytes())];
    for (path, what) in paths.into_iter().flatten().zip(["folder", "project"]) {
        let before = load(&path);
        let mut now = seen.clone();
        if let Some(before) = before.as_ref().filter(|b| b.project == now.project && b.trust == now.trust) {
            now.version = now.version.max(before.version);
        }
        if before.as_ref() == Some(&now) || (what == "folder" && before.is_some_and(|b| b.project == now.project)) {
            continue;
        }
        let whole = |n: u64| Node::made(Value::Number(n.to_string().into()));
        let node = Node::object([
            ("format", Node::text(FORMAT)),
            ("project", Node::text(&now.project)),
            ("trust", Node::text(&now.trust.to_string())),
            ("trustVersion", whole(now.trust_version)),
            ("version", whole(now.version)),
        ]);
        let text = render(&node).expect("keys of ours are distinct");
        // a machine without a place for state has no memory, and says "first use" each time
        let _ = replace(&path, text.as_bytes());
    }
}

/// Forgets the folder and the project it held. Gives whether there was anything.
pub fn forget(folder: &Path, files: &Files) -> std::io::Result<bool> {
    let project = of(folder, files).map(|k| k.project);
    let paths = [of_folder(folder), project.and_then(|p| file("project", p.as_bytes()))];
    let mut found = false;
    for path in paths.into_iter().flatten() {
        match std::fs::remove_file(&path) {
            Ok(()) => found = true,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    Ok(found)
}
