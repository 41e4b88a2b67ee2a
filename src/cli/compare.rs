//! `diff OLD NEW`: word-level differences of two captures, manifests or baseline folders. Nothing is verified and nothing
//! is started: it shows what files say.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::args::{Diff, DiffFormat, Global};
use super::failure::Failure;
use super::sources;
use super::terminal::Terminal;
use crate::baseline::{Content, Files};
use crate::capture::Era;
use crate::diff::{Change, compare};
use crate::json::{Limits, read, unrender};
use crate::report::{human, json};
use crate::snapshot::Snapshot;
use crate::terms::ExitCode;
use crate::untrusted::{Untrusted, quiet_json};

type Side = BTreeMap<Untrusted, Snapshot>;

/// Runs `diff`.
pub fn run(args: &Diff, global: &Global, terminal: Terminal) -> Result<ExitCode, Failure> {
    let (mut old, new) = (side(&args.old)?, side(&args.new)?);
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
    let text = match args.output {
        DiffFormat::Json => {
            let list: Vec<Change> = all.into_iter().flat_map(|(_, c)| c).collect();
            quiet_json(format!("{:#}\n", json::changes(&list, args.full_text)))
        }
        DiffFormat::Human => {
            let style = human::Style {
                color: terminal.color,
                width: terminal.width,
                unicode: terminal.unicode,
                verbose: global.verbose > 0,
                full_text: args.full_text,
                suppressed: false,
            };
            let mut out = String::new();
            for (name, changes) in &all {
                let _ = writeln!(out, "{} changes of {}", changes.len(), name.cut(60).to_terminal());
                human::change_list(&mut out, changes, style);
            }
            if all.is_empty() {
                out.push_str("no differences\n");
            }
            out
        }
    };
    super::print(text.as_bytes())
}

fn side(path: &Path) -> Result<Side, Failure> {
    let name = path.to_string_lossy().into_owned();
    let shown = Untrusted::from(name.as_str()).to_terminal();
    let unreadable = |e: &dyn std::fmt::Display| {
        Failure::usage(format!("{shown} cannot be read: {e}")).help("give a capture, a manifest, or a baseline folder")
    };
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
    let mut out = Side::new();
    let parse = |bytes: &[u8]| read(bytes, &Limits::default()).ok().map(|d| unrender(&d.root));
    let content = files.baseline.as_deref().and_then(parse).and_then(|n| Content::from_node(&n).ok());
    let content = content.ok_or_else(|| unreadable(&"it holds no baseline.json of a known format"))?;
    for (server, entry) in &content.servers {
        let reference = entry.snapshots.get("modern").or_else(|| entry.snapshots.get("legacy"));
        let snapshot = reference
            .and_then(|r| files.servers.get(&r.file))
            .and_then(|b| parse(b))
            .and_then(|n| Snapshot::from_document(&n));
        out.insert(
            server.clone(),
            snapshot.ok_or_else(|| unreadable(&"a server file is missing or damaged; run `mcp-assay verify`"))?,
        );
    }
    Ok(out)
}
