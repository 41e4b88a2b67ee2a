//! What was seen of a target and what was not: from a capture to the part of the report that says so.

use std::collections::BTreeSet;

use crate::baseline::Verified;
use crate::capture::variation::{Nature, variations};
use crate::capture::{Ask, BLIND, LimitHit, Oddity, Outcome, Probe, Probed, Session, Visit};
use crate::cli::audit::Audited;
use crate::diff::Change;
use crate::manifest::ItemKey;
use crate::package::Facts;
use crate::policy::{Asked, Counts, Coverage, TargetReport, Verdict};
use crate::terms::ItemKind;
use crate::untrusted::{Message, Untrusted};

/// Items that rules did not read whole: the first few, and how many more.
fn unread(a: &Audited) -> Vec<String> {
    const NAMED: usize = 5;
    let one =
        |(key, why): &(ItemKey, &str)| format!("text: the {} {} {why}", key.kind.word(), key.name.cut(60).to_visible());
    let more = a.unread.len().saturating_sub(NAMED);
    let rest = (more > 0).then(|| format!("text: {more} more items were not read whole"));
    a.unread.iter().take(NAMED).map(one).chain(rest).collect()
}

/// The report of one target; its verdict is `policy`'s.
pub fn report(a: &Audited, changes: Vec<Change>, baseline: Option<&Verified>) -> TargetReport {
    let capture = a.capture.as_ref();
    let limit = |l: &LimitHit| {
        let list = l.list.map(|k| format!(" ({}s)", k.word())).unwrap_or_default();
        format!("{}{list}: {}", l.limit, l.detail)
    };
    let odd = |o: &Oddity| Message::new(format!("{} × {}: ", o.count, o.kind)).quote(&o.example);
    let varies = capture.map(|c| varying(&c.sessions)).unwrap_or_default();
    let probed = capture.map(|c| c.probes.as_slice()).unwrap_or_default();
    let all = !probed.is_empty() && !probed.iter().any(|p| matches!(p.outcome, Outcome::Failed(_)));
    let deep = capture.map_or(Probe::Off, |c| c.probe);
    let coverage = Coverage {
        probes: if all && a.complete() && deep != Probe::Off { vec![deep.word()] } else { Vec::new() },
        asked: probed.iter().map(asked).collect(),
        recorded: a.recorded,
        complete: a.complete(),
        eras: a.protocols().cloned().collect(),
        isolation: capture.map(|c| c.isolation.clone()).unwrap_or_default(),
        package: capture.and_then(|c| c.package.clone()),
        lookups: {
            let wanted = super::packages::references(a).len();
            let found: Vec<&Facts> = a.fetched().chain(&a.downloads).collect();
            match found.len() {
                _ if wanted == 0 => "none",
                0 => "not-run",
                n if n == wanted && found.iter().all(|f| f.failures().is_empty()) => "complete",
                _ => "partial",
            }
        },
        facts: a.package.clone(),
        beside: a.beside.clone(),
        downloads: a.downloads.clone(),
        bundle: a.origin.bundle.clone(),
        limits_hit: capture.into_iter().flat_map(|c| c.limits_hit.iter().map(limit)).chain(unread(a)).collect(),
        oddities: capture.map(|c| c.oddities.iter().map(odd).chain(varies).collect()).unwrap_or_default(),
        stderr: capture.map(|c| c.stderr.clone()).unwrap_or_default(),
    };
    let reason = (!coverage.complete).then(|| {
        if let Some(failure) = capture.and_then(|c| c.failure.as_ref()) {
            failure.sentence()
        } else if let Some(problem) = a.union.problems.first() {
            Message::new("is not a usable manifest: ").quote(problem)
        } else {
            Message::new("was seen only in part; nothing can be said of the rest")
        }
    });
    let kinds = ItemKind::ALL.into_iter().filter(|k| *k != ItemKind::Server);
    let snapshot = a.newest().map(|s| Counts {
        digest: s.digest,
        items: kinds.map(|k| (k, s.items.iter().filter(|e| e.key.kind == k).count())).collect(),
    });
    let approved = baseline.is_some_and(|b| b.content.servers.contains_key(&a.key));
    TargetReport {
        target: a.target.clone(),
        settings: a.origin.settings,
        verdict: Verdict::NotAudited,
        reason,
        coverage,
        snapshot,
        changes,
        approved,
    }
}

/// The first item with two faces.
pub fn cloaked(a: &Audited) -> Option<ItemKey> {
    let all = variations(a.capture.as_ref().map(|c| c.sessions.as_slice()).unwrap_or_default());
    all.into_iter().find(|v| v.nature == Nature::Cloaked).map(|v| v.key)
}

/// In which ways servers were asked, and what no way of asking can see.
pub fn probes(audited: &[Audited]) -> Option<Message> {
    let live = audited.iter().filter(|a| !a.recorded).filter_map(|a| a.capture.as_ref());
    let ran: Vec<&Probed> = live.flat_map(|c| &c.probes).filter(|p| p.outcome == Outcome::Answered).collect();
    let asked: BTreeSet<(Ask, &str)> = ran.iter().map(|p| (p.ask, p.client.as_str())).collect();
    if asked.iter().all(|(ask, _)| *ask == Ask::Client) {
        return None;
    }
    let words = |(ask, client): &(Ask, &str)| Visit { ask: *ask, client: (*client).to_owned(), reading: 0 }.phrase();
    let list: Vec<String> = asked.iter().map(words).collect();
    Some(Message::new(format!("servers were asked {}; {BLIND}", list.join(", "))))
}

fn asked(probed: &Probed) -> Asked {
    let (outcome, why) = probed.outcome.words();
    Asked { how: probed.ask.word(), client: probed.client.clone(), outcome, why: why.to_owned() }
}

/// Items that depend on what a client declares, as the protocol allows: said, never a finding.
fn varying(sessions: &[Session]) -> Vec<Message> {
    let mut out = Vec::new();
    for (nature, what) in [
        (Nature::Gated, "only listed to clients with certain capabilities or revisions: "),
        (Nature::Scoped, "differ without credentials: "),
    ] {
        let all = variations(sessions);
        let names: Vec<&Untrusted> = all.iter().filter(|v| v.nature == nature).map(|v| &v.key.name).collect();
        if let Some((first, rest)) = names.split_first() {
            let mut text = Message::new(format!("{} × {what}", names.len())).quote(first);
            for name in rest.iter().take(9) {
                text = text.text(", ").quote(name);
            }
            out.push(text);
        }
    }
    out
}
