//! `log`: the history of approvals, what one key signed, and what one version changed.

mod aside;

use std::collections::BTreeMap;
use std::fmt::Write;

use aside::Aside;

use super::args::{DiffFormat, Log};
use super::compare::{self, Servers};
use super::failure::Failure;
use super::keys;
use super::project::Project;
use super::terminal::Terminal;
use crate::baseline::{Entry, Files, State, entries, git};
use crate::report;
use crate::signature::Kind;
use crate::terms::{Digest, ExitCode};
use crate::untrusted::{Message, Untrusted, printable, quiet_json, visible};

/// Runs `log`.
pub fn run(args: &Log, project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    let folder = project.folder(args.baseline.as_deref());
    let bad = |s: State| Failure::baseline(s.sentence().to_terminal()).help(s.next_step());
    let files = Files::read(&folder).map_err(bad)?;
    let all = entries(&files).map_err(bad)?;
    if let Some(version) = args.show {
        return show(args, version, &all, &files, project, terminal);
    }
    let aside = aside::of(&all, &files, &folder, project);
    let list = match &args.key {
        None => all,
        Some(key) => chosen(all, key)?,
    };
    let text = match args.output {
        DiffFormat::Json => json(&list, &aside),
        DiffFormat::Human => human(&list, &aside),
    };
    super::print(text.as_bytes())
}

/// Lines of one key, or of everything that counted for one person.
fn chosen(all: Vec<Entry>, wanted: &str) -> Result<Vec<Entry>, Failure> {
    let person = |e: &Entry| e.counts && e.statement.as_ref().is_some_and(|s| s.approver == wanted);
    let by_name = all.iter().any(person);
    if by_name {
        return Ok(all.into_iter().filter(person).collect());
    }
    let id = match wanted.parse::<Digest>() {
        Ok(digest) => digest.to_string(),
        Err(()) => keys::public(wanted)?.id(),
    };
    Ok(all.into_iter().filter(|e| e.key.as_ref().is_some_and(|k| k.id() == id)).collect())
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Baseline => "baseline",
        Kind::Trust => "trust.json",
    }
}

fn standing(entry: &Entry) -> &'static str {
    match (entry.counts, entry.late) {
        (true, false) => "",
        (true, true) => " (late: a newer version was signed before)",
        (false, _) => " (does not count: not by a listed key of this person)",
    }
}

fn human(list: &[Entry], aside: &BTreeMap<Digest, Aside>) -> String {
    let mut out = String::new();
    for entry in list {
        let Some(s) = &entry.statement else {
            let _ = writeln!(out, "{} another tool's statement, line {}", entry.number, entry.line);
            continue;
        };
        let _ = writeln!(
            out,
            "{} {} version {} signed by {}, {} as claimed{}",
            entry.number,
            word(s.kind),
            s.version,
            printable(&s.approver),
            printable(&s.time),
            standing(entry)
        );
        if !s.reason.is_empty() {
            let _ = writeln!(out, "    reason: {}", printable(&s.reason));
        }
        for line in aside.get(&s.subject).map(Aside::lines).unwrap_or_default() {
            let _ = writeln!(out, "    {}", line.to_terminal());
        }
        let _ = writeln!(out, "    file {}\n    line {}", s.subject, entry.line);
        if let Some(key) = &entry.key {
            let _ = writeln!(out, "    key  {} ({})", key.text(), key.id());
        }
    }
    if list.is_empty() {
        out.push_str("no approvals\n");
    }
    out
}

fn json(list: &[Entry], aside: &BTreeMap<Digest, Aside>) -> String {
    let one = |e: &Entry| {
        let s = e.statement.as_ref();
        let text = |t: &String| visible(t);
        serde_json::json!({
            "number": e.number,
            "line": e.line.to_string(),
            "kind": s.map(|s| if s.kind == Kind::Baseline { "baseline" } else { "trust" }),
            "version": s.map(|s| s.version),
            "file": s.map(|s| s.subject.to_string()),
            "approver": s.map(|s| text(&s.approver)),
            "time": s.map(|s| text(&s.time)),
            "reason": s.map(|s| text(&s.reason)),
            "tool": s.map(|s| text(&s.tool)),
            "key": e.key.as_ref().map(crate::signature::PublicKey::text),
            "suppressed": s.and_then(|s| aside.get(&s.subject)).map(|a| {
                a.lines().iter().map(Message::to_visible).collect::<Vec<_>>()
            }).unwrap_or_default(),
            "counts": e.counts,
            "late": e.late,
        })
    };
    let report = serde_json::json!({ "version": 1, "approvals": list.iter().map(one).collect::<Vec<_>>() });
    quiet_json(format!("{report:#}\n"))
}

fn show(
    args: &Log,
    version: u64,
    all: &[Entry],
    files: &Files,
    project: &Project,
    terminal: Terminal,
) -> Result<ExitCode, Failure> {
    let of =
        |e: &&Entry| e.counts && e.statement.as_ref().is_some_and(|s| s.kind == Kind::Baseline && s.version == version);
    let statement = all.iter().rev().find(of).and_then(|e| e.statement.as_ref()).ok_or_else(|| {
        Failure::usage(format!("nobody who counts signed a version {version}"))
            .help("`mcp-assay log` lists the versions")
    })?;
    let now = side(args, statement.subject, version, files, project)?;
    let before = match statement.previous.file {
        Some(digest) => side(args, digest, version.saturating_sub(1), files, project)?,
        None => Servers::new(),
    };
    let names: Vec<String> = all
        .iter()
        .filter(|e| e.counts && e.statement.as_ref().is_some_and(|s| s.subject == statement.subject))
        .filter_map(|e| Some(printable(&e.statement.as_ref()?.approver)))
        .collect();
    let all_changes = compare::by_name(&before, &now)?;
    let text = match args.output {
        DiffFormat::Json => quiet_json(format!("{:#}\n", report::json::changes(&all_changes, args.full_text))),
        DiffFormat::Human => {
            let mut head = format!("version {version}, {}, signed by {}\n", statement.subject, names.join(", "));
            let folder = project.folder(args.baseline.as_deref());
            let aside = aside::of(all, files, &folder, project);
            for line in aside.get(&statement.subject).map(Aside::lines).unwrap_or_default() {
                let _ = writeln!(head, "{}", line.to_terminal());
            }
            let style = report::human::Style { verbose: true, full_text: args.full_text, ..terminal.style() };
            format!("{head}{}", compare::text(&all_changes, style))
        }
    };
    super::print(text.as_bytes())
}

/// The words of a version: the folder's own, or out of git by digest.
fn side(args: &Log, digest: Digest, version: u64, files: &Files, project: &Project) -> Result<Servers, Failure> {
    let missing = |why: &str| {
        Failure::usage(format!("version {version} ({digest}) cannot be shown: {why}"))
            .help("fetch the branch that holds it, with its whole history (`git fetch --unshallow`)")
    };
    if files.baseline.as_deref().map(Digest::of) == Some(digest) {
        return compare::of_files(files, "the folder");
    }
    let folder = project.folder(args.baseline.as_deref());
    let inside = folder.strip_prefix(&project.root).unwrap_or(&folder);
    let found = git::find(&project.root, inside, digest).map_err(|e| missing(&e.sentence().to_terminal()))?;
    let found = found.ok_or_else(|| missing("no commit here holds that baseline.json"))?;
    compare::of_files(&found, &Untrusted::from(format!("version {version}")).to_terminal())
}
