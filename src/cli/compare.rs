//! `diff OLD NEW`: the graded, word-level differences of any two sides. A baseline is shown as it is, verified or not; what
//! is asked live needs the consent that `scan` needs.

mod choose;
mod side;

use std::fmt::Write as _;
use std::io::Write as _;

pub use self::side::{Heard, Servers, of_files};
use self::side::{Side, resolve};
use super::args::{Comparison, Diff};
use super::failure::Failure;
use super::project::Project;
use super::scan::load_rules;
use super::terminal::Terminal;
use crate::diff::{
    Change, ChangeKind, Work, compare_within, eras_changed, launch_changed, package_changed, programs_changed,
};
use crate::finding::Finding;
use crate::report::shown::Shown;
use crate::report::{html, human, json, markdown};
use crate::rule::{RuleSet, Selection, Subject, evaluate};
use crate::terms::ExitCode;
use crate::untrusted::{Untrusted, quiet_json};

/// The differences of one server, and the findings that say what they bring in.
pub type Differences = (Untrusted, Vec<Change>, Vec<Finding>);

/// Runs `diff`.
pub fn run(args: &Diff, project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    let project = &project.with_base(&args.baseline)?;
    let (old, new) = choose::sides(args)?;
    let mut old = resolve(&old, args, project, terminal)?;
    let mut new = resolve(&new, args, project, terminal)?;
    choose::servers(&mut old, &mut new, args.server.as_deref())?;
    let missed: Vec<Untrusted> = old.missed.iter().chain(&new.missed).cloned().collect();
    for side in [&mut old, &mut new] {
        side.servers.retain(|name, _| !missed.contains(name));
    }
    let all = differences(&old.servers, &new.servers)?;
    let titles = (&old.title, &new.title);
    let style = human::Style { verbose: true, full_text: args.full_text, ..terminal.style() };
    let text = match args.output {
        Comparison::Human => text(&all, style),
        Comparison::Json => quiet_json(format!("{:#}\n", json::changes(&all, args.full_text))),
        Comparison::Markdown => markdown::differences(&shown(&all, args.full_text)),
        Comparison::Html => html::differences(&shown(&all, args.full_text), titles),
    };
    let printed = super::print(text.as_bytes())?;
    let notes = old.notes.iter().chain(&new.notes);
    let mut err = std::io::stderr().lock();
    for note in notes {
        let _ = writeln!(err, "note: {}", note.to_terminal());
    }
    let whole = missed.is_empty() && [&old, &new].iter().all(|s| s.servers.values().all(|h| h.complete));
    Ok(if whole { printed } else { ExitCode::Incomplete })
}

fn shown(all: &[Differences], full: bool) -> Vec<(Untrusted, Vec<Shown>)> {
    let mut work = Work::default();
    all.iter().map(|(name, c, f)| (name.clone(), Shown::all(c, f, full, &mut work))).collect()
}

/// The differences for people.
pub fn text(all: &[Differences], style: human::Style) -> String {
    let (mut out, mut work) = (String::new(), Work::default());
    for (name, changes, findings) in all {
        let noun = if changes.len() == 1 { "change" } else { "changes" };
        let _ = writeln!(out, "{} {noun} of {}", changes.len(), name.cut(60).to_terminal());
        human::change_list(&mut out, &Shown::all(changes, findings, style.full_text, &mut work), style);
    }
    if all.is_empty() {
        out.push_str("no differences\n");
    }
    out
}

/// Compares two sides server by server. One server on each side is compared whatever it is called.
pub fn differences(old: &Servers, new: &Servers) -> Result<Vec<Differences>, Failure> {
    let only = |servers: &Servers| servers.keys().next().cloned().filter(|_| servers.len() == 1);
    if let (Some(a), Some(b)) = (only(old), only(new)) {
        let (changes, findings) = judge(Some(&old[&a]), Some(&new[&b]), &b, &rules()?);
        return Ok(if changes.is_empty() { Vec::new() } else { vec![(b, changes, findings)] });
    }
    by_name(old, new)
}

/// The same, each server with the one of its name.
pub fn by_name(old: &Servers, new: &Servers) -> Result<Vec<Differences>, Failure> {
    let mut names: Vec<&Untrusted> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    let rules = rules()?;
    let mut out = Vec::new();
    for name in names {
        let (changes, findings) = judge(old.get(name), new.get(name), name, &rules);
        if !changes.is_empty() {
            out.push((name.clone(), changes, findings));
        }
    }
    Ok(out)
}

/// The rules that grade.
pub fn rules() -> Result<RuleSet, Failure> {
    load_rules(&[])
}

/// The graded changes of one server. A server that is new as a whole has nothing to be graded against.
pub fn judge(
    old: Option<&Heard>,
    new: Option<&Heard>,
    name: &Untrusted,
    rules: &RuleSet,
) -> (Vec<Change>, Vec<Finding>) {
    let none = Heard::nothing(name);
    let (before, now) = (old.unwrap_or(&none), new.unwrap_or(&none));
    let mut changes = raw(before, now);
    if old.is_none() || new.is_none() || changes.is_empty() {
        return (changes, Vec::new());
    }
    let subject = Subject {
        approved: Some(&before.whole),
        changes: &changes,
        ..Subject::of(&now.target, &now.union, &now.whole)
    };
    let judged = evaluate(rules, &Selection::default(), &[subject]);
    changes = judged.changes.into_iter().next().unwrap_or_default();
    let drift = judged.findings.into_iter().filter(|f| f.family == "drift").collect();
    (changes, drift)
}

fn raw(before: &Heard, now: &Heard) -> Vec<Change> {
    let mut work = Work::default();
    let mut out: Vec<Change> = Vec::new();
    for (old, new) in choose::eras(before, now) {
        out.extend(compare_within(old, new, &mut work));
    }
    if let (Some(old), Some(new)) = (&before.launch, &now.launch) {
        out.extend(launch_changed(old, new));
        out.extend(programs_changed(&before.programs, &now.programs));
    }
    if let (Some(old), Some(new)) = (&before.package, &now.package) {
        out.extend(package_changed(old, new));
    }
    if before.asked && now.asked {
        out.extend(eras_changed(before.eras.keys().map(|e| e.word()), now.eras.keys().map(|e| e.word())));
    }
    // a list that was not read to its end proves no absence
    out.retain(|c| match c.kind {
        ChangeKind::ItemRemoved => now.complete,
        ChangeKind::ItemAdded => before.complete,
        _ => true,
    });
    out.sort();
    out.dedup();
    out
}
