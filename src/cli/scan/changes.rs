//! What differs between the baseline and what was seen of one server: words, launch identity, and what the launch resolves
//! to.

use crate::baseline::Verified;
use crate::baseline::volatile::Settled;
use crate::cli::audit::Audited;
use crate::cli::project::Project;
use crate::config::FILE;
use crate::diff::{Change, compare, eras_changed, launch_changed, package_changed, programs_changed};
use crate::finding::{Finding, Location};
use crate::launch::identity::LaunchIdentity;
use crate::package::change::as_looked_up;
use crate::snapshot::Snapshot;
use crate::target::Place;
use crate::terms::ItemKind;
use crate::untrusted::Message;

/// The approved words of all eras as one snapshot.
pub fn approved(a: &Audited, baseline: Option<&Verified>) -> Option<Snapshot> {
    let baseline = baseline?;
    let mut all: Option<crate::manifest::Manifest> = None;
    for ((server, _), snapshot) in &baseline.snapshots {
        if *server == a.key {
            let manifest = snapshot.to_manifest();
            match &mut all {
                None => all = Some(manifest),
                Some(union) => {
                    union.items.extend(manifest.items.into_iter().filter(|i| i.key.kind != ItemKind::Server))
                }
            }
        }
    }
    all.map(|m| Snapshot::of(&m))
}

pub fn changes(a: &Audited, baseline: Option<&Verified>) -> Vec<Change> {
    let Some((entry, baseline)) = baseline.and_then(|b| Some((b.content.servers.get(&a.key)?, b))) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    // a file proves nothing about the launch of the server it was taken from
    let file = matches!(a.identity, Ok(LaunchIdentity::File { .. }));
    if let Ok(identity) = &a.identity
        && !file
    {
        out.extend(launch_changed(&entry.launch, identity));
        out.extend(programs_changed(&entry.programs, &a.programs));
    }
    let package = a.capture.as_ref().and_then(|c| c.package.as_ref());
    match (&entry.package, package) {
        (Some(old), Some(new)) => out.extend(package_changed(old, new)),
        // nothing was installed: what the registry would give now is compared instead
        (Some(old), None) => {
            let now = a.fetched().find_map(|facts| as_looked_up(old, facts));
            out.extend(now.and_then(|new| package_changed(old, &new)));
        }
        _ => {}
    }
    // an era that was approved is compared with itself, a new one with what is known
    for (era, snapshot) in &a.snapshots {
        let old = |word: &str| baseline.snapshots.get(&(a.key.clone(), word.to_owned()));
        let before = old(era.word()).or_else(|| old("modern")).or_else(|| old("legacy"));
        if let Some(before) = before {
            out.extend(compare(before, snapshot));
        }
    }
    if !file && !a.recorded && a.complete() {
        // an era that was not asked for is not gone
        let now = a.snapshots.keys().map(|e| e.word());
        let asked = |e: &&str| a.only.is_none_or(|only| only.word() == *e);
        out.extend(eras_changed(entry.snapshots.keys().map(String::as_str).filter(asked), now));
    }
    if !a.complete() {
        // a list that was not read to its end proves no absence
        out.retain(|c| c.kind != crate::diff::ChangeKind::ItemRemoved);
    }
    out.sort();
    out.dedup();
    out
}

/// What of a server could not be compared, and which of its words were compared as approved.
pub fn notices(a: &Audited, baseline: Option<&Verified>) -> Vec<Message> {
    let mut out = Vec::new();
    let Some(entry) = baseline.and_then(|b| b.content.servers.get(&a.key)) else { return out };
    let named = || Message::new("server ").quote(&a.key);
    let file = matches!(a.identity, Ok(LaunchIdentity::File { .. }));
    let package = a.capture.as_ref().and_then(|c| c.package.as_ref());
    let said = a.capture.as_ref().is_some_and(|c| !c.sessions.is_empty());
    match (&entry.package, package) {
        (Some(old), None)
            if said && !file && a.fetched().any(|facts| as_looked_up(old, facts).is_some()) =>
        {
            let rest = if a.beside.is_empty() {
                "its dependencies were not"
            } else {
                "its dependencies and the packages beside it were not"
            };
            out.push(named().text(format!(
                " runs a package that was not resolved in this run (nothing contains it); the approved one was compared with what its registry would give now, {rest}",
            )));
        }
        (Some(_), None) if said && !file => out.push(named().text(
            " runs a package that was not resolved in this run (nothing contains it); whether it is the approved one was not checked",
        )),
        (None, Some(_)) => out.push(named().text(
            " runs a package, and the baseline does not say which one was approved; approve it again to have its content compared",
        )),
        _ => {}
    }
    out.extend(ignored(a));
    out
}

/// Which signed patterns cover what a server says now, and what it says there.
pub fn ignored(a: &Audited) -> Vec<Message> {
    let mut out = Vec::new();
    for (ignore, settled) in &a.settled {
        let named = || Message::new("server ").quote(&a.key);
        let place = named().text(": the signed `ignore` for ").quote(&ignore.item).text(" at ");
        let place = place.quote(&ignore.pointer.to_untrusted());
        out.push(match settled {
            Settled::Kept(said) => {
                let place = place.text(" (").quote(&ignore.pattern.text().into());
                place.text(") covers what it says now: ").quote(said)
            }
            Settled::Broken => place.text(" does not fit what it says now, and has no effect"),
        });
    }
    out
}

/// Adds what the project's file sets aside without a signature: to the server it is about, else to the first one.
pub fn exceptions(raw: &mut [Vec<Change>], audited: &[Audited], baseline: Option<&Verified>, project: &Project) {
    for (server, change) in baseline.map(|b| project.unsigned(b)).unwrap_or_default() {
        let named = |a: &Audited| match &server {
            Some(server) => a.key == *server,
            None => project.own.suppress.iter().any(|s| s.server == a.target.name),
        };
        let at = audited.iter().position(named).or_else(|| server.is_none().then_some(0));
        if let Some(list) = at.and_then(|i| raw.get_mut(i)) {
            list.push(change);
        }
    }
}

/// Findings about the project's file point into it.
pub fn place(finding: &mut Finding, project: &Project) {
    if finding.rule.as_str() == "unsigned-exception" {
        let place = Place { line: 1, column: 1, end_line: 1, end_column: 1 };
        finding.location = Some(Location { file: project.root.join(FILE), place });
    }
}
