//! Runs the examples inside rule files: the harness of `rules test` and of our own tests.

mod capture;
mod published;

pub use capture::Reading;
pub use published::Ran;

use super::file::{Example, Expected};
use super::{Rule, RuleSet, Selection, Subject, evaluate};
use crate::config::Config;
use crate::diff::{Change, compare, exceptions_changed, launch_changed, package_changed};
use crate::finding::Finding;
use crate::json::{Limits, read};
use crate::launch::identity::LaunchIdentity;
use crate::launch::package::Package;
use crate::manifest::{Manifest, Named, from_document};
use crate::snapshot::Snapshot;
use crate::target::{ConfigScope, Fact, FactKind, File, Launch, Place, Target, config_file};
use crate::untrusted::Untrusted;

/// How one example went.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// `family/rule/example`.
    pub name: String,
    /// `None` when it went as expected.
    pub problem: Option<String>,
}

/// Runs all examples of a rule.
pub fn run(rules: &RuleSet, rule: &Rule) -> Vec<Outcome> {
    let outcome = |(expected, example): (Expected, &Example)| Outcome {
        name: format!("{}/{}/{}", rule.family, rule.id, example.name),
        problem: problem(rules, rule, expected, example),
    };
    rule.file.examples().map(outcome).collect()
}

fn problem(rules: &RuleSet, rule: &Rule, expected: Expected, example: &Example) -> Option<String> {
    let findings = match judge(rules, rule, example) {
        Ok(findings) => findings,
        Err(why) => return Some(format!("the example cannot be read: {why}")),
    };
    let here = |f: &&Finding| {
        let pointer = example.pointer.as_ref().is_none_or(|p| f.pointer.to_untrusted().raw() == p);
        let item = example
            .item
            .as_ref()
            .is_none_or(|want| f.item.as_ref().is_some_and(|i| format!("{}/{}", i.kind.word(), i.name.raw()) == *want));
        let place = f.location.as_ref().map(|l| (l.place.line, l.place.column));
        let line = example.line.is_none_or(|l| place.is_some_and(|p| p.0 == l));
        let column = example.column.is_none_or(|c| place.is_some_and(|p| p.1 == c));
        pointer && item && line && column
    };
    let own: Vec<&Finding> = findings.iter().filter(|f| f.rule == rule.id).collect();
    let hit = own.iter().any(here);
    match (expected, hit) {
        (Expected::Hit, false) if own.is_empty() => {
            let others: Vec<&str> = findings.iter().map(|f| f.rule.as_str()).collect();
            Some(format!("must match and does not (other rules that do: {})", others.join(", ")))
        }
        (Expected::Hit, false) => Some("matches, but elsewhere than the example says".to_owned()),
        (Expected::NoHit, true) => Some("must not match and does".to_owned()),
        (Expected::Gap, true) => Some("is a known gap and matches: make it a must_match".to_owned()),
        _ => None,
    }
}

/// What all rules say of an example; of rules that give way to others only this one is left out of that.
fn judge(rules: &RuleSet, rule: &Rule, example: &Example) -> Result<Vec<Finding>, String> {
    let mut before = Vec::new();
    let mut launches: Vec<Target> = Vec::new();
    let (targets, manifests) = if let Some(config) = &example.config {
        let name = example.file.as_deref().unwrap_or("example.json");
        let mut targets = config_file::from_text(config, name).map_err(|e| e.to_string())?;
        if example.user {
            targets.iter_mut().for_each(|t| t.scope = ConfigScope::User);
            targets.iter_mut().flat_map(|t| &mut t.facts).for_each(|f| f.scope = ConfigScope::User);
        }
        if let Some(beside) = &example.beside {
            let mut more = config_file::from_text(beside, "home.json").map_err(|e| e.to_string())?;
            more.iter_mut().for_each(|t| t.scope = ConfigScope::User);
            targets.extend(more);
        }
        if let Some(first) = targets.first_mut() {
            file_facts(example, name, first);
        }
        if let Some(text) = &example.before_config {
            launches = config_file::from_text(text, "example.json").map_err(|e| e.to_string())?;
        }
        let empty = vec![Manifest::default(); targets.len()];
        (targets, empty)
    } else {
        let now = match (&example.text, &example.manifest, &example.fleet, &example.after) {
            (Some(text), ..) => {
                let tool =
                    serde_json::json!([{ "name": "t", "description": text, "inputSchema": { "type": "object" } }]);
                servers(&tool.to_string())?
            }
            (_, Some(text), ..) | (_, _, Some(text), _) | (.., Some(text)) => servers(text)?,
            _ => return Err("it has no input".to_owned()),
        };
        if let Some(text) = &example.before {
            before = servers(text)?;
        }
        let mut targets: Vec<Target> = now.iter().enumerate().map(|(i, n)| file_target(i, n.name.clone())).collect();
        if let Some(text) = &example.launch {
            let configured = config_file::from_text(text, "example.json").map_err(|e| e.to_string())?;
            targets.iter_mut().zip(configured).for_each(|(t, c)| {
                (t.launch, t.auto_approved, t.off) = (c.launch, c.auto_approved, c.off);
            });
        }
        (targets, now.into_iter().map(|n| n.manifest).collect::<Vec<_>>())
    };
    let none = Manifest::default();
    let captured = capture::capture(example, manifests.first().unwrap_or(&none))?;
    let snapshots: Vec<Snapshot> = manifests.iter().map(Snapshot::of).collect();
    let approved: Vec<Snapshot> = before.iter().map(|n| Snapshot::of(&n.manifest)).collect();
    let mut changes: Vec<Vec<Change>> =
        snapshots.iter().enumerate().map(|(i, s)| approved.get(i).map(|a| compare(a, s)).unwrap_or_default()).collect();
    let mut published = published::of(example, &targets)?;
    for ((old, new), i) in launches.iter().zip(&targets).zip(0..) {
        let identity = |t: &Target| LaunchIdentity::of(t).map_err(|e| e.to_string());
        let old = identity(old)?;
        changes[i].extend(launch_changed(&old, &identity(new)?));
        published[i].approved_launch = Some(old);
    }
    if let (Some(old), Some(new), Some(first)) = (&example.before_package, &example.package, changes.first_mut()) {
        let old = package(old)?;
        first.extend(package_changed(&old, &package(new)?));
        published[0].approved_package = Some(old);
    }
    if let (Some(old), Some(new), Some(first)) = (&example.before_exceptions, &example.exceptions, changes.first_mut())
    {
        let (old, new) = (exceptions(old)?, exceptions(new)?);
        first.extend((old != new).then(|| exceptions_changed("suppress", old.into(), new.into())));
    }
    let fleet: Vec<Subject<'_>> = (0..targets.len())
        .map(|i| Subject {
            target: &targets[i],
            manifest: &manifests[i],
            snapshot: &snapshots[i],
            approved: approved.get(i),
            changes: &changes[i],
            capture: captured.as_ref().filter(|_| i == 0),
            published: published[i].as_published(),
        })
        .collect();
    // notes make no finding unless they are raised
    let severity = vec![(rule.id.clone(), rule.file.severity.max(crate::terms::Severity::Low))];
    Ok(evaluate(rules, &Selection { severity, ..Selection::default() }, &fleet).findings)
}

fn package(text: &str) -> Result<Package, String> {
    let document = read(text.as_bytes(), &Limits::default()).map_err(|e| e.to_string())?;
    Package::from_node(&document.root).map_err(|e| e.to_string())
}

fn exceptions(text: &str) -> Result<String, String> {
    // some day before the dates of the examples
    let today = jiff::civil::date(2027, 1, 15);
    let config = Config::parse(text, today).map_err(|e| e.to_string())?;
    Ok(config.suppressions_digest().map_or_else(|| "none".to_owned(), |d| d.to_string()))
}

/// What the file system would have said of the configuration file.
fn file_facts(example: &Example, name: &str, target: &mut Target) {
    let place = Place { line: 1, column: 1, end_line: 1, end_column: 1 };
    let mut fact = |kind, what: &str| {
        let scope = if example.user { ConfigScope::User } else { ConfigScope::Project };
        target.facts.push(Fact { kind, what: what.into(), file: name.into(), scope, place });
    };
    let mode = example.mode.as_deref().and_then(|m| u32::from_str_radix(m, 8).ok()).unwrap_or_default();
    if mode & 0o002 != 0 {
        fact(FactKind::WritableByOthers, "file");
    }
    if mode & 0o004 != 0 && example.user {
        fact(FactKind::ReadableByOthers, "file");
    }
    if let Some(link) = &example.link {
        fact(FactKind::Escapes, link);
    }
}

fn servers(text: &str) -> Result<Vec<Named>, String> {
    let document = read(text.as_bytes(), &Limits::default()).map_err(|e| e.to_string())?;
    from_document(&document, text.as_bytes()).map_err(|e| e.to_string())
}

/// A target for a manifest that came from a file.
pub fn file_target(index: usize, name: Option<Untrusted>) -> Target {
    let name = name.unwrap_or_else(|| format!("server-{}", index + 1).into());
    Target::alone(&format!("file#{}", index + 1), name, Launch::File(File { path: "example.json".into(), index }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every example of every built-in rule; each failure is named `family/rule/example`.
    #[test]
    fn every_example_of_every_rule_goes_as_its_file_says() {
        let rules = RuleSet::with_examples().unwrap_or_else(|e| panic!("{e}"));
        let all: Vec<Outcome> = rules.rules().iter().flat_map(|r| run(&rules, r)).collect();
        assert!(all.len() >= rules.rules().len() * 4);
        let failed: Vec<String> =
            all.iter().filter_map(|o| Some(format!("{}: {}", o.name, o.problem.as_ref()?))).collect();
        assert!(failed.is_empty(), "{} of {} examples:\n{}", failed.len(), all.len(), failed.join("\n"));
    }

    #[test]
    fn a_rule_that_is_subsumed_or_named_elsewhere_exists() {
        let rules = RuleSet::with_examples().unwrap_or_else(|e| panic!("{e}"));
        for rule in rules.rules() {
            for other in &rule.file.subsumes {
                assert!(rules.get(other).is_some(), "{} subsumes {other}, which is no rule", rule.id);
            }
        }
    }
}
