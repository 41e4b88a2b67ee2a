//! The chain of trust files: each signed by enough people of the one before and of its own (TRUST §7, step 3).

use super::log::{Proved, Signed, people};
use super::{Distrust, Files, Log, State, Unsigned, malformed};
use crate::signature::Kind;
use crate::terms::Digest;
use crate::trust::Trust;
use crate::untrusted::Message;

/// How far the signatures of `trust.json` are.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The file.
    pub trust: Trust,
    /// The one before it; `None` for the first.
    pub before: Option<Trust>,
    /// People of the one before who signed; with `before` only.
    pub old: Vec<String>,
    /// People of its own who signed.
    pub new: Vec<String>,
    /// The lines they signed in, for the next file's `previous`.
    pub approvals: Vec<Digest>,
}

impl Standing {
    /// Both thresholds are reached.
    pub fn complete(&self) -> bool {
        let enough = |names: &[String], need: u64| names.len() as u64 >= need;
        self.before.as_ref().is_none_or(|b| enough(&self.old, b.trust_threshold))
            && enough(&self.new, self.trust.trust_threshold)
    }
}

/// Where the signatures of `trust.json` stand, whether or not they suffice.
pub fn standing(files: &Files) -> Result<Standing, State> {
    let trust = Trust::from_bytes(&files.trust).map_err(|e| malformed("trust.json", e))?;
    let log = Log::from_bytes(&files.approvals)?;
    let documents = log.trust_documents();
    let proved = log.proved(&documents.iter().chain([&trust]).collect::<Vec<_>>());
    step(&trust, &documents, &proved)
}

fn step(current: &Trust, documents: &[Trust], proved: &Proved<'_>) -> Result<Standing, State> {
    let own = proved.signed(current)?;
    let digest = current.digest();
    let before = match (&current.previous.file, current.version) {
        (None, 1) if current.previous.approvals.is_empty() => None,
        (None, _) | (Some(_), 1) => {
            return Err(malformed("trust.json", "has a version that does not fit its predecessor"));
        }
        (Some(file), _) => Some(documents.iter().find(|t| t.digest() == *file).ok_or_else(|| broken(current))?),
    };
    let mut lines = matching(&own, digest);
    let mut old = Vec::new();
    if let Some(before) = before {
        let theirs = proved.signed(before)?;
        old = people(&theirs, Kind::Trust, digest).into_iter().map(str::to_owned).collect();
        lines.extend(matching(&theirs, digest));
        if current.version.checked_sub(1) != Some(before.version) || before.project != current.project {
            return Err(broken(current));
        }
        // the lines that approved the one before are there, and are what they are said to be
        let mut earlier = matching(&theirs, before.digest());
        if let Some(first) = documents.iter().find(|t| Some(t.digest()) == before.previous.file) {
            earlier.extend(matching(&proved.signed(first)?, before.digest()));
        }
        let listed = &current.previous.approvals;
        if listed.is_empty() || !listed.iter().all(|d| earlier.contains(d)) {
            return Err(broken(current));
        }
    }
    lines.sort_unstable();
    lines.dedup();
    let new = people(&own, Kind::Trust, digest).into_iter().map(str::to_owned).collect();
    Ok(Standing { trust: current.clone(), before: before.cloned(), old, new, approvals: lines })
}

fn matching(signed: &[Signed<'_>], subject: Digest) -> Vec<Digest> {
    let of = signed.iter().filter(|s| s.statement.kind == Kind::Trust && s.statement.subject == subject);
    of.map(|s| s.line.digest).collect()
}

fn broken(current: &Trust) -> State {
    State::BrokenChain(Message::new(format!(
        "the step to version {} of trust.json cannot be proved from approvals.jsonl",
        current.version
    )))
}

/// All trust files from the current one back to the first, every step proved.
pub(super) fn walk(trust: &Trust, documents: &[Trust], proved: &Proved<'_>) -> Result<Vec<Trust>, State> {
    let mut chain = Vec::new();
    let mut current = trust.clone();
    loop {
        let standing = step(&current, documents, proved)?;
        if !standing.complete() {
            // an older step was complete when the newer one was made, so lines are missing
            return Err(if chain.is_empty() { unfinished(&standing, documents) } else { broken(&current) });
        }
        chain.push(standing.trust);
        match standing.before {
            Some(before) => current = before,
            None => return Ok(chain),
        }
    }
}

/// The highest version of trust files that complete the chain beyond this one: people went on, and the file did not.
pub(super) fn newer(trust: &Trust, documents: &[Trust], proved: &Proved<'_>) -> Option<u64> {
    let follows = |t: &&Trust| t.previous.file == Some(trust.digest());
    let complete = |t: &&Trust| step(t, documents, proved).is_ok_and(|s| s.complete());
    documents.iter().filter(follows).filter(complete).map(|t| t.version).max()
}

fn unfinished(standing: &Standing, documents: &[Trust]) -> State {
    let (have, need) = match &standing.before {
        Some(before) if (standing.old.len() as u64) < before.trust_threshold => {
            (standing.old.len() as u64, before.trust_threshold)
        }
        _ => (standing.new.len() as u64, standing.trust.trust_threshold),
    };
    // of people who are trusted already; a newcomer's signature alone is a stranger's
    let trusted = if standing.before.is_some() { &standing.old } else { &standing.new };
    if !trusted.is_empty() {
        State::BelowThreshold { kind: Kind::Trust, have, need }
    } else if documents.contains(&standing.trust) {
        State::UntrustedKey(Distrust::Strangers)
    } else {
        State::NotApproved(Unsigned::Trust(standing.trust.version))
    }
}
