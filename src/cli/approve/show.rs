//! What somebody is about to sign: every changed word, the whole words of new servers, and changed suppressions.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::baseline::{Content, ServerEntry};
use crate::capture::Era;
use crate::cli::compare::{self, Heard};
use crate::cli::failure::Failure;
use crate::cli::project::Project;
use crate::cli::terminal::Terminal;
use crate::diff::Work;
use crate::report::human;
use crate::report::shown::Shown;
use crate::snapshot::Snapshot;
use crate::terms::Digest;
use crate::untrusted::Untrusted;

type Snapshots = BTreeMap<(Untrusted, String), Snapshot>;
/// A baseline and its words.
pub type Words = (Content, Snapshots);
type Side<'s> = (&'s Content, &'s Snapshots);

/// Prints the difference of two baselines. Servers in `chosen` are named even when nothing changed.
pub fn print(
    before: Option<Side<'_>>,
    now: Side<'_>,
    chosen: &[&Untrusted],
    digest: Digest,
    project: &Project,
    terminal: Terminal,
) -> Result<(), Failure> {
    let style = human::Style { verbose: true, full_text: true, ..terminal.style() };
    let mut work = Work::default();
    let rules = compare::rules()?;
    let mut out = String::new();
    let mut same = 0;
    let gone: Vec<Untrusted> = match before {
        Some((c, _)) => c.servers.keys().filter(|n| !now.0.servers.contains_key(n)).cloned().collect(),
        None => Vec::new(),
    };
    let suppressed = before.and_then(|(c, _)| c.suppressions);
    // who approved the version before may be nobody any more
    let others = before.is_some_and(|(c, _)| c.trust != now.0.trust);
    if others {
        out.push_str("the people or rules in trust.json changed since, so every word is shown\n\n");
    }
    let before = before.filter(|_| !others);
    for (name, entry) in &now.0.servers {
        let old = before.and_then(|(c, _)| c.servers.get(name));
        if old == Some(entry) && !chosen.contains(&name) {
            same += 1;
            continue;
        }
        let state = if old.is_some() { "changed or confirmed" } else { "new" };
        let _ = writeln!(out, "server {} ({state})", name.cut(60).to_terminal());
        let _ = writeln!(out, "  launch: {}", entry.launch.line().to_terminal());
        if entry.launch.is_partial() {
            out.push_str("    a word that may be a secret is left out: a change of it will not be seen\n");
        }
        resolved(&mut out, entry);
        let was = before.and_then(|(c, s)| heard(c, s, name));
        let (changes, findings) = compare::judge(was.as_ref(), heard(now.0, now.1, name).as_ref(), name, &rules);
        if changes.is_empty() {
            out.push_str("  no changed words\n");
        }
        human::change_list(&mut out, &Shown::all(&changes, &findings, true, &mut work), style);
        out.push('\n');
    }
    for name in gone {
        let _ = writeln!(out, "server {} is removed from the baseline", name.cut(60).to_terminal());
    }
    if same > 0 {
        let _ = writeln!(out, "{same} further servers are unchanged");
    }
    suppressions(&mut out, suppressed.filter(|_| !others), now.0.suppressions, project);
    let _ = writeln!(out, "version {} of the baseline, {digest}", now.0.version);
    crate::cli::print(out.as_bytes()).map(|_| ())
}

/// One server of a baseline.
fn heard(content: &Content, snapshots: &Snapshots, name: &Untrusted) -> Option<Heard> {
    let entry = content.servers.get(name)?;
    let of = |era: Era| Some((era, snapshots.get(&(name.clone(), era.word().to_owned()))?.clone()));
    let eras = [Era::Modern, Era::Legacy].into_iter().filter_map(of).collect();
    Some(Heard::approved(name, entry, eras))
}

/// What the launch resolves to, and which texts may change: shown each time, because each time it is signed.
fn resolved(out: &mut String, entry: &ServerEntry) {
    if let Some(package) = &entry.package {
        let _ = writeln!(out, "  package: {}", package.line().to_terminal());
    }
    for (path, digest) in &entry.programs {
        let _ = writeln!(out, "  program: {} ({digest})", path.to_terminal());
    }
    for ignore in &entry.ignore {
        let own = |text: &str| Untrusted::from(text).to_terminal();
        let (item, pointer) = (ignore.item.to_terminal(), ignore.pointer.to_untrusted().to_terminal());
        // the whole pattern: what it admits is approved from now on
        let _ = writeln!(out, "  ignore: {item} at {pointer} may change, as long as it has the form");
        let _ = writeln!(out, "    | {}\n    because {}", own(ignore.pattern.text()), own(&ignore.reason));
    }
}

/// Suppressions are signed too, so a signer reads them when they changed.
fn suppressions(out: &mut String, before: Option<Digest>, now: Option<Digest>, project: &Project) {
    if before == now {
        return;
    }
    let _ = writeln!(out, "suppressions in mcp-assay.toml changed; {} are signed now", project.config.suppress.len());
    for s in &project.config.suppress {
        let _ = writeln!(out, "  {}", s.line().to_terminal());
    }
}
