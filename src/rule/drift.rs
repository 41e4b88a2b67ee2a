//! What a change introduces (DETECTION §6): the rules ran over the new words and over the approved ones; what they see
//! only now, inside words that came in, is an injection. Everything else is graded by what grew. Family `drift`.

mod grow;
mod publisher;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::{Hit, RuleSet, Subject};
use crate::diff::{Aspect, Change, ChangeKind, Grade};
use crate::finding::Evidence;
use crate::json::Pointer;
use crate::manifest::ItemKey;
use crate::target::Launch;
use crate::terms::{Class, ItemKind, Scope, Severity};
use crate::untrusted::{Message, Untrusted};

/// Quiet hits on one server before they are summed up as one.
const ROLL_UP: usize = 5;

/// All drift hits. `now` and `before` are the hits of the other rules on the new and on the approved words.
pub fn judge(rules: &RuleSet, fleet: &[Subject<'_>], now: &[Hit], before: &[Hit]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        if subject.changes.is_empty() {
            continue;
        }
        let injected = injections(rules, server, subject, now, before);
        grow::judge(server, subject, &mut out);
        words::judge(server, subject, &mut out);
        launch(server, subject, &mut out);
        package(server, subject, &mut out);
        publisher::judge(server, subject, &mut out);
        exceptions(server, subject, &mut out);
        same_version(server, subject, &mut out);
        out.extend(injected);
    }
    roll_up(rules, out)
}

/// D5: what a rule sees now, did not see in the approved words, and lies in words that came in. What a rule on trial or a
/// rule about risk sees in them is a wider reach (D4).
fn injections(rules: &RuleSet, server: usize, subject: &Subject<'_>, now: &[Hit], before: &[Hit]) -> Vec<Hit> {
    // what was known of an item is known of it under its new name
    let renamed = subject.changes.iter().filter(|c| c.kind == ChangeKind::ItemRenamed);
    let old = |c: &Change| Some(ItemKey::new(c.item.kind, c.old.clone()?));
    let renamed: BTreeMap<ItemKey, &ItemKey> = renamed.filter_map(|c| Some((old(c)?, &c.item))).collect();
    let mut known: BTreeSet<(&str, &ItemKey, &str)> = BTreeSet::new();
    let mut seen: BTreeSet<(&str, &ItemKey)> = BTreeSet::new();
    for hit in before.iter().filter(|h| h.server == server) {
        let Some(item) = &hit.item else { continue };
        let item = renamed.get(item).copied().unwrap_or(item);
        seen.insert((&hit.rule, item));
        known.extend(hit.evidence.iter().map(|e| (hit.rule.as_str(), item, e.words())));
    }
    let mut changes: BTreeMap<&ItemKey, Vec<&Change>> = BTreeMap::new();
    for change in subject.changes {
        changes.entry(&change.item).or_default().push(change);
    }
    let mut out = Vec::new();
    for hit in now.iter().filter(|h| h.server == server) {
        let Some((rule, item)) = rules.get(&hit.rule).zip(hit.item.as_ref()) else { continue };
        let Some(grade) = introduces(rule) else { continue };
        let here = changes.get(item).map(Vec::as_slice).unwrap_or_default();
        let never = !seen.contains(&(hit.rule.as_str(), item));
        let fresh = |e: &&Evidence| !known.contains(&(hit.rule.as_str(), item, e.words()));
        let inside = |e: &&Evidence| fresh(e) && here.iter().any(|c| brings(c, e, never));
        let evidence = hit.evidence.iter().find(inside);
        // two of one name in one server: no word is at fault, and nobody else's item is taken for it
        let own = hit.evidence.is_empty() && rule.file.scope != Scope::Fleet;
        let grade = if own { Grade::D4 } else { grade };
        // what an item is, not a word in it: seen for the first time in an item that changed
        let whole = hit.evidence.is_empty() && never && here.iter().any(|c| c.kind != ChangeKind::ItemRemoved);
        if evidence.is_none() && !whole {
            continue;
        }
        let title = rule.file.title.to_lowercase();
        let came = if evidence.is_some() { "words that came in" } else { "changes" };
        let what = Message::new(format!("{came} after the approval of {} ", item.kind.word())).quote(&item.name).text(
            match grade {
                Grade::D5 => format!(" are an injection: {title} ({})", hit.rule),
                _ => format!(" widen what it may do: {title} ({})", hit.rule),
            },
        );
        let drift = if grade == Grade::D5 { "injected-by-change" } else { "capability-growth" };
        out.push(Hit {
            item: Some(item.clone()),
            pointer: evidence.map_or_else(|| hit.pointer.clone(), |e| e.pointer.clone()),
            message: what,
            evidence: hit.evidence.clone(),
            related: hit.related.clone(),
            grade: Some(grade),
            // a weak sign is weak as a change too, and weak signs never gate
            confidence: hit.confidence,
            ..Hit::new(drift, server)
        });
    }
    out
}

/// What it means when the words of a hit came in with a change.
fn introduces(rule: &super::Rule) -> Option<Grade> {
    let file = &rule.file;
    let about = matches!(file.scope, Scope::Item | Scope::Fleet)
        && ["poisoning", "hidden-text", "shadowing", "schema"].contains(&rule.family)
        && file.severity >= Severity::Medium;
    let settled = file.class == Class::Integrity && file.status == super::file::Status::Stable;
    about.then_some(if settled { Grade::D5 } else { Grade::D4 })
}

/// Whether a change of the item brought in words this evidence rests on. `never`: the rule saw nothing in the approved
/// item, so words that were taken out ("never send" became "send") count too.
fn brings(change: &Change, evidence: &Evidence, never: bool) -> bool {
    match change.kind {
        ChangeKind::ItemAdded => true,
        ChangeKind::ItemRemoved => false,
        _ if change.pointer == evidence.pointer => {
            let text = change.new.as_ref() == Some(&evidence.text);
            !text || never || change.added.iter().any(|s| s.0.start < evidence.end && evidence.start < s.0.end)
        }
        // seen in what the change is a part of, perhaps the item as a whole
        _ if change.pointer.tokens().starts_with(evidence.pointer.tokens()) => never,
        // more differences than are listed one by one
        ChangeKind::InfoChanged if change.pointer.tokens().is_empty() && change.item.kind != ItemKind::Server => true,
        // a whole member that came in: its pointer is above the evidence's
        _ => change.old.is_none() && evidence.pointer.tokens().starts_with(change.pointer.tokens()),
    }
}

/// D6: another launch identity under the same name.
fn launch(server: usize, subject: &Subject<'_>, out: &mut Vec<Hit>) {
    for change in subject.changes.iter().filter(|c| c.kind == ChangeKind::LaunchChanged) {
        let message =
            Message::new("server ").quote(&subject.target.name).text(" is launched otherwise than approved: ");
        let message = match (&change.old, &change.new) {
            (Some(old), Some(new)) => message.quote(old).text(" became ").quote(new),
            _ => message.text("another launch identity"),
        };
        let location =
            subject.target.origin.as_ref().map(|o| crate::finding::Location { file: o.file.clone(), place: o.place });
        out.push(Hit { message, location, grade: Some(Grade::D6), ..Hit::new("launch-changed", server) });
    }
}

/// D4: somebody sets findings aside, and nobody signed that. It has no effect; that it was tried is said.
fn exceptions(server: usize, subject: &Subject<'_>, out: &mut Vec<Hit>) {
    for change in subject.changes.iter().filter(|c| c.kind == ChangeKind::ExceptionsChanged) {
        let table = change.pointer.tokens().first().map_or("", |t| &**t);
        let message =
            Message::new(format!("[[{table}]] of mcp-assay.toml is not what people signed, and has no effect"));
        let message = match (&change.old, &change.new) {
            (Some(old), Some(new)) => message.text(": ").quote(old).text(" became ").quote(new),
            _ => message,
        };
        out.push(Hit { message, grade: Some(Grade::D4), ..Hit::new("unsigned-exception", server) });
    }
}

/// The same launch words fetch something else: D6 when the content under one version was replaced, else growth.
fn package(server: usize, subject: &Subject<'_>, out: &mut Vec<Hit>) {
    for change in subject.changes.iter().filter(|c| c.kind == ChangeKind::PackageChanged) {
        let replaced = change.pointer.tokens().first().is_some_and(|t| &**t == "integrity");
        let (rule, grade, what) = match replaced {
            true => (
                "package-content-changed",
                Grade::D6,
                " has other content under the same name and version of its package: ",
            ),
            false => ("resolved-package-changed", Grade::D3, " resolves to another package than approved: "),
        };
        let message = Message::new("server ").quote(&subject.target.name).text(what);
        let message = match (&change.old, &change.new) {
            (Some(old), Some(new)) => message.quote(old).text(" became ").quote(new),
            _ => message.text("another package"),
        };
        let location =
            subject.target.origin.as_ref().map(|o| crate::finding::Location { file: o.file.clone(), place: o.place });
        out.push(Hit { message, location, grade: Some(grade), ..Hit::new(rule, server) });
    }
}

/// D6: other content from a source that names one exact version: whoever serves it replaced what was published.
fn same_version(server: usize, subject: &Subject<'_>, out: &mut Vec<Hit>) {
    let launch = subject.changes.iter().any(|c| c.kind == ChangeKind::LaunchChanged);
    let Some(package) = pinned(&subject.target.launch).filter(|_| !launch) else { return };
    let version = |s: &crate::snapshot::Snapshot| {
        let info = s.find(&ItemKey::new(ItemKind::Server, "info")).first()?;
        info.node.get("version").and_then(crate::json::Node::as_str).map(str::to_owned)
    };
    // a server that names another version of itself is not the same one, whatever the source says
    if subject.approved.is_some_and(|a| version(a) != version(subject.snapshot)) {
        return;
    }
    let listed = subject.changes.iter().filter(|c| c.item.kind != ItemKind::Server).count();
    if listed == 0 {
        return;
    }
    let message = Message::new("server ")
        .quote(&subject.target.name)
        .text(format!(" says something else in {listed} places, although "))
        .quote(&package.into())
        .text(" is an exact version that was approved");
    out.push(Hit { message, grade: Some(Grade::D6), ..Hit::new("same-version-different-content", server) });
}

/// The package of a launch that names one exact version.
fn pinned(launch: &Launch) -> Option<&str> {
    let Launch::Stdio(stdio) = launch else { return None };
    let program = stdio.command.value.raw().rsplit(['/', '\\']).next().unwrap_or_default();
    if !["npx", "uvx", "bunx", "pnpm", "pipx", "npm", "yarn"].contains(&program) {
        return None;
    }
    let exact = |word: &&str| {
        let version = word.rsplit_once("==").or_else(|| word.rsplit_once('@').filter(|(name, _)| !name.is_empty()));
        version.is_some_and(|(_, v)| v.starts_with(|c: char| c.is_ascii_digit()) && v.contains('.'))
    };
    stdio.args.iter().map(|a| a.value.raw()).filter(|w| !w.starts_with('-')).find(exact)
}

/// The grade of a change is the highest of the hits at its place; without a hit it is documentation or cosmetic.
pub fn grade(changes: &mut [Vec<Change>], hits: &[Hit]) {
    let mut best: BTreeMap<(usize, &ItemKey), Vec<(&Pointer, Grade)>> = BTreeMap::new();
    for hit in hits {
        if let (Some(grade), Some(item)) = (hit.grade, &hit.item) {
            best.entry((hit.server, item)).or_default().push((&hit.pointer, grade));
        }
    }
    for (server, list) in changes.iter_mut().enumerate() {
        for change in list {
            let own = match change.kind {
                ChangeKind::LaunchChanged => Grade::D6,
                ChangeKind::PackageChanged if change.pointer.to_untrusted().raw() == "/integrity" => Grade::D6,
                ChangeKind::PackageChanged => Grade::D3,
                ChangeKind::ExceptionsChanged => Grade::D4,
                ChangeKind::ItemAdded | ChangeKind::ItemRemoved | ChangeKind::ItemRenamed => Grade::D3,
                ChangeKind::SchemaChanged | ChangeKind::AnnotationChanged => Grade::D3,
                // nobody has read what is in the files
                ChangeKind::InfoChanged if change.aspect() == Aspect::SkillDigest => Grade::D3,
                ChangeKind::TextChanged | ChangeKind::InfoChanged if cosmetic(change) => Grade::D0,
                ChangeKind::TextChanged | ChangeKind::InfoChanged => Grade::D1,
            };
            let here = best.get(&(server, &change.item)).map(Vec::as_slice).unwrap_or_default();
            let inside = |pointer: &Pointer| {
                let whole = change.old.is_none() || change.pointer.tokens().is_empty();
                let (at, here) = (pointer.tokens(), change.pointer.tokens());
                // what is seen in a whole is the grade of each part that came in
                here == at || (whole && at.starts_with(here)) || (change.new.is_some() && here.starts_with(at))
            };
            let hit = here.iter().filter(|(pointer, _)| inside(pointer)).map(|(_, g)| *g).max();
            change.grade = Some(hit.map_or(own, |h| h.max(own)));
        }
    }
}

/// White space, case, punctuation, or a typo in a long text.
fn cosmetic(change: &Change) -> bool {
    let (Some(old), Some(new)) = (&change.old, &change.new) else { return false };
    let plain = |t: &str| t.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    plain(old.raw()) == plain(new.raw())
}

/// The quiet hits of one release become one: a server that grew is one thing to read, not forty.
fn roll_up(rules: &RuleSet, hits: Vec<Hit>) -> Vec<Hit> {
    let mut servers: BTreeMap<usize, Vec<Hit>> = BTreeMap::new();
    let mut out = Vec::new();
    for hit in hits {
        let quiet = hit.grade.is_none_or(|g| g <= Grade::D3);
        let list = if quiet { servers.entry(hit.server).or_default() } else { &mut out };
        list.push(hit);
    }
    for (server, group) in servers {
        if group.len() <= ROLL_UP {
            out.extend(group);
            continue;
        }
        out.push(summary(rules, server, &group));
        // the changes keep their grades
        out.extend(group.into_iter().map(|h| Hit { rule: String::new(), ..h }));
    }
    out
}

/// One hit for a release, under the most severe of its rules.
fn summary(rules: &RuleSet, server: usize, group: &[Hit]) -> Hit {
    let severity = |rule: &str| rules.get(rule).map(|r| r.file.severity);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    group.iter().for_each(|h| *counts.entry(&h.rule).or_default() += 1);
    let rule = counts.keys().copied().max_by_key(|r| (severity(r), std::cmp::Reverse(*r))).unwrap_or_default();
    let kinds: Vec<String> = counts.iter().map(|(rule, n)| format!("{n} × {rule}")).collect();
    let mut message =
        Message::new(format!("a release of {} changes without a new power: {}; ", group.len(), kinds.join(", ")));
    let mut names: Vec<&Untrusted> = group.iter().filter_map(|h| Some(&h.item.as_ref()?.name)).collect();
    names.dedup();
    for (i, name) in names.iter().take(4).enumerate() {
        message = message.text(if i > 0 { ", " } else { "in " }).quote(name);
    }
    Hit { message: message.text(if names.len() > 4 { " and more" } else { "" }), ..Hit::new(rule, server) }
}

fn evidence(change: &Change, start: usize, end: usize, why: &str) -> Vec<Evidence> {
    let Some(new) = &change.new else { return Vec::new() };
    vec![Evidence::raw(&change.pointer, new.clone(), (start, end), why)]
}

fn hit(rule: &str, server: usize, change: &Change, grade: Grade, what: &str, seen: Vec<Evidence>) -> Hit {
    Hit {
        item: Some(change.item.clone()),
        pointer: change.pointer.clone(),
        message: Message::new(format!("{} ", change.item.kind.word()))
            .quote(&change.item.name)
            .text(format!(" {what}")),
        evidence: seen,
        grade: Some(grade),
        ..Hit::new(rule, server)
    }
}
