//! `diff OLD NEW`: word-level differences of two captures, manifests or baseline folders, also of a commit. Nothing is verified and nothing
//! is started: it shows what files say.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::args::{Diff, DiffFormat, Global};
use super::failure::Failure;
use super::project::Project;
use super::sources;
use super::terminal::Terminal;
use crate::baseline::git::Commit;
use crate::baseline::{Content, Files};
use crate::capture::Era;
use crate::diff::{Change, compare};
use crate::json::{Limits, read, unrender};
use crate::report::{human, json};
use crate::snapshot::Snapshot;
use crate::terms::ExitCode;
use crate::untrusted::{Untrusted, quiet_json};

/// Words by server, in the newest era.
pub type Side = BTreeMap<Untrusted, Snapshot>;

/// Runs `diff`.
pub fn run(args: &Diff, global: &Global, project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    let (old, new) = (side(&args.old, project)?, side(&args.new, project)?);
    let text = text(old, new, args.output, args.full_text, global.verbose > 0, terminal);
    super::print(text.as_bytes())
}

/// The differences as text or JSON.
pub fn text(
    mut old: Side,
    new: Side,
    format: DiffFormat,
    full_text: bool,
    verbose: bool,
    terminal: Terminal,
) -> String {
    // one server on each side is compared whatever it is called
    if let ([a], [b]) =
        (old.keys().cloned().collect::<Vec<_>>().as_slice(), new.keys().cloned().collect::<Vec<_>>().as_slice())
        && a != b
        && let Some(snapshot) = old.remove(a)
    {
        old.insert(b.clone(), snapshot);
    }
    let empty = Snapshot::of(&crate::manifest::Manifest::default());
    let mut names: Vec<Untrusted> = old.keys().chain(new.keys()).cloned().collect();
    names.sort();
    names.dedup();
    let mut all: Vec<(Untrusted, Vec<Change>)> = Vec::new();
    for name in names {
        let changes = compare(old.get(&name).unwrap_or(&empty), new.get(&name).unwrap_or(&empty));
        if !changes.is_empty() {
            all.push((name, changes));
        }
    }
    match format {
        DiffFormat::Json => {
            let list: Vec<Change> = all.into_iter().flat_map(|(_, c)| c).collect();
            quiet_json(format!("{:#}\n", json::changes(&list, full_text)))
        }
        DiffFormat::Human => {
            let style = human::Style { verbose, full_text, ..terminal.style() };
            let mut out = String::new();
            for (name, changes) in &all {
                let _ = writeln!(out, "{} changes of {}", changes.len(), name.cut(60).to_terminal());
                human::change_list(&mut out, &json::saved_changes(changes, full_text), style);
            }
            if all.is_empty() {
                out.push_str("no differences\n");
            }
            out
        }
    }
}

fn side(path: &Path, project: &Project) -> Result<Side, Failure> {
    let name = path.to_string_lossy().into_owned();
    let shown = Untrusted::from(name.as_str()).to_terminal();
    let unreadable = |e: &dyn std::fmt::Display| {
        Failure::usage(format!("{shown} cannot be read: {e}"))
            .help("give a capture, a manifest, a baseline folder, or git:REV")
    };
    if let Some(commit) = name.strip_prefix("git:") {
        let folder = project.folder(None);
        let inside = folder.strip_prefix(&project.root).unwrap_or(&folder);
        let files = Commit::of(&project.root, commit).and_then(|c| c.files(inside));
        let files = files.map_err(|e| unreadable(&e.sentence().to_terminal()))?;
        return of_files(&files.ok_or_else(|| unreadable(&"that commit has no baseline folder"))?, &shown);
    }
    let metadata = std::fs::metadata(path).map_err(|e| unreadable(&e))?;
    if !metadata.is_dir() {
        let bytes = std::fs::read(path).map_err(|e| unreadable(&e))?;
        let held = sources::held(&bytes, &name)?;
        let one = |(i, (server, held)): (usize, (Option<Untrusted>, sources::Held))| {
            let server = server.unwrap_or_else(|| format!("server {}", i + 1).into());
            let newest = held.manifests.get(&Era::Modern).or_else(|| held.manifests.get(&Era::Legacy));
            Some((server, Snapshot::of(&newest?.1)))
        };
        return Ok(held.into_iter().enumerate().filter_map(one).collect());
    }
    let files = Files::read(path).map_err(|s| unreadable(&s.sentence().to_terminal()))?;
    of_files(&files, &shown)
}

/// What a baseline folder says, verified or not.
pub fn of_files(files: &Files, shown: &str) -> Result<Side, Failure> {
    let unreadable = |why: &str| {
        Failure::usage(format!("{shown} cannot be read: {why}"))
            .help("give a capture, a manifest, or a baseline folder")
    };
    let mut out = Side::new();
    let parse = |bytes: &[u8]| read(bytes, &Limits::default()).ok().map(|d| unrender(&d.root));
    let content = files.baseline.as_deref().and_then(parse).and_then(|n| Content::from_node(&n).ok());
    let content = content.ok_or_else(|| unreadable("it holds no baseline.json of a known format"))?;
    for (server, entry) in &content.servers {
        let reference = entry.snapshots.get("modern").or_else(|| entry.snapshots.get("legacy"));
        let snapshot = reference
            .and_then(|r| files.servers.get(&r.file))
            .and_then(|b| parse(b))
            .and_then(|n| Snapshot::from_document(&n));
        out.insert(
            server.clone(),
            snapshot.ok_or_else(|| unreadable("a server file is missing or damaged; run `mcp-assay verify`"))?,
        );
    }
    Ok(out)
}
