//! Back to version 1 through the log, each approval under a trust file of the chain; and nothing newer (TRUST §7, step 6).

use std::collections::{BTreeMap, BTreeSet};

use super::log::{Proved, Signed};
use super::{Content, Demands, Seen, State};
use crate::signature::Kind;
use crate::terms::Digest;
use crate::trust::Trust;
use crate::untrusted::Message;

/// Approvals of one trust file of the chain.
struct Under<'p> {
    trust: &'p Trust,
    signed: Vec<Signed<'p>>,
}

/// Checks the chain of baselines.
pub(super) fn history(content: &Content, proved: &Proved<'_>, chain: &[Trust], demands: &Demands) -> Result<(), State> {
    let mut all = Vec::new();
    for trust in chain {
        let digest = trust.digest();
        let mut signed = proved.signed(trust)?;
        signed.retain(|s| s.statement.kind == Kind::Baseline && s.statement.trust == digest);
        all.push(Under { trust, signed });
    }
    let reached = |u: &Under<'_>| {
        // people by file, and the highest version that a line gives it
        let mut files: BTreeMap<Digest, (BTreeSet<&str>, u64)> = BTreeMap::new();
        for s in &u.signed {
            let (names, version) = files.entry(s.statement.subject).or_default();
            names.insert(s.person);
            *version = s.statement.version.max(*version);
        }
        let enough = files.into_values().filter(|(names, _)| names.len() as u64 >= u.trust.baseline_threshold);
        enough.map(|(_, version)| version).max()
    };
    let newest = all.iter().filter_map(reached).max().unwrap_or(0);
    let older = |want: u64, by: Seen| {
        let have = content.version;
        if have < want { Err(State::RolledBack { kind: Kind::Baseline, have, want, by }) } else { Ok(()) }
    };
    older(newest, Seen::Log)?;
    older(demands.min_version, Seen::Demand)?;
    for u in &mut all {
        u.signed.sort_by_key(|s| s.line.digest);
    }
    let (mut version, mut previous) = (content.version, content.previous.clone());
    while version > 1 {
        let broken = || {
            let version = version - 1;
            State::BrokenChain(Message::new(format!(
                "the approval of version {version} cannot be proved from approvals.jsonl"
            )))
        };
        let file = previous.file.ok_or_else(broken)?;
        // every listed line approves that version; all of them under one trust file, whose threshold they reach
        let under = |u: &Under<'_>| {
            let found = |d: &Digest| {
                let from = u.signed.partition_point(|s| s.line.digest < *d);
                let same = u.signed[from..].iter().take_while(|s| s.line.digest == *d);
                same.into_iter().find(|s| s.statement.subject == file)
            };
            let lines = previous.approvals.iter().map(found).collect::<Option<Vec<&Signed<'_>>>>()?;
            let mut names: Vec<&str> = lines.iter().map(|s| s.person).collect();
            names.sort_unstable();
            names.dedup();
            let before = &lines.first()?.statement.previous;
            let same = |s: &&Signed<'_>| s.statement.version == version - 1 && s.statement.previous == *before;
            let enough = names.len() as u64 >= u.trust.baseline_threshold;
            (enough && lines.iter().all(same)).then(|| before.clone())
        };
        previous = all.iter().find_map(under).ok_or_else(broken)?;
        version -= 1;
    }
    if version != 1 || previous.file.is_some() || !previous.approvals.is_empty() {
        return Err(State::BrokenChain(Message::new("version 1 of the baseline has a predecessor, or there is none")));
    }
    Ok(())
}
