//! The steps of TRUST §7 that need neither launch nor network: files, anchor, trust chain, threshold, chain, digests.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::log::{Signed, people};
use super::{Content, Files, Log, State, malformed};
use crate::json::{Limits, Node, read, render, unrender};
use crate::signature::Kind;
use crate::snapshot::Snapshot;
use crate::terms::Digest;
use crate::trust::Trust;
use crate::untrusted::{Message, Untrusted};

/// Days before an expiry that is said ahead.
const AHEAD: i64 = 30;

/// What the caller asks for beyond the files themselves.
#[derive(Clone, Debug)]
pub struct Demands {
    /// Today.
    pub today: Date,
    /// A trust file that must be on the chain, from a place a pull request cannot edit.
    pub anchor: Option<Digest>,
    /// The least version that is accepted.
    pub min_version: u64,
}

/// A baseline that people approved.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What it says.
    pub content: Content,
    /// Who may approve.
    pub trust: Trust,
    /// SHA-256 of `baseline.json`.
    pub digest: Digest,
    /// The people who signed it, sorted.
    pub signers: Vec<String>,
    /// Log lines that approve it, for the next version's `previous`.
    pub approvals: Vec<Digest>,
    /// The approved words, by server and era.
    pub snapshots: BTreeMap<(Untrusted, String), Snapshot>,
    /// What should be said although nothing is wrong: an expiry that is near, a first use without a pin.
    pub notices: Vec<String>,
}

/// Verifies a folder. `Ok(None)` when `init` was run and nothing is approved yet.
pub fn verify(files: &Files, demands: &Demands) -> Result<Option<Verified>, State> {
    let trust = Trust::from_bytes(&files.trust).map_err(|e| malformed("trust.json", e))?;
    let log = Log::from_bytes(&files.approvals)?;
    let mut notices = Vec::new();
    let chain = trust_chain(&trust, &log, demands, &mut notices)?;
    if demands.today > trust.expires {
        return Err(State::Expired("trust.json".to_owned()));
    }
    near(&mut notices, "trust.json", trust.expires, demands.today);
    let Some(bytes) = &files.baseline else {
        if !files.servers.is_empty() || log_has_baseline(&log, &chain)? {
            return Err(malformed("baseline.json", "is missing although servers or approvals are there"));
        }
        return Ok(None);
    };
    let content = read_content(bytes)?;
    if content.trust != trust.digest() {
        return Err(State::NotApproved(Message::new("the baseline was made under another trust.json")));
    }
    let signed = log.signed(&trust)?;
    let digest = Digest::of(bytes);
    let here: Vec<&Signed<'_>> =
        signed.iter().filter(|s| s.statement.kind == Kind::Baseline && s.statement.subject == digest).collect();
    approved(&content, &trust, &log, digest, &signed, &here)?;
    dates(&content, &trust, demands.today, &mut notices)?;
    history(&content, &log, &chain, demands)?;
    let snapshots = words(files, &content)?;
    let mut signers: Vec<String> = here.iter().map(|s| s.person.clone()).collect();
    signers.sort();
    signers.dedup();
    let approvals = here.iter().map(|s| s.line.digest).collect();
    Ok(Some(Verified { content, trust, digest, signers, approvals, snapshots, notices }))
}

fn near(notices: &mut Vec<String>, what: &str, expires: Date, today: Date) {
    if today.checked_add(AHEAD.days()).is_ok_and(|soon| soon > expires) {
        notices.push(format!("{what} expires on {expires}; review and approve again before that day"));
    }
}

/// Step 2 and 3: from the anchor (the pin, or the first file) to the current one, every step signed by the people of the
/// old file and of the new one.
fn trust_chain(trust: &Trust, log: &Log, demands: &Demands, notices: &mut Vec<String>) -> Result<Vec<Trust>, State> {
    let documents = log.trust_documents();
    let mut chain = vec![trust.clone()];
    loop {
        let current = chain.last().expect("starts with one");
        if count(log, current, current)? < current.trust_threshold {
            return Err(if documents.contains(current) {
                State::UntrustedKey
            } else {
                State::NotApproved(Message::new("trust.json is not the one that was signed"))
            });
        }
        if current.version == 1 {
            if current.previous.file.is_some() {
                return Err(malformed("trust.json", "has version 1 and a predecessor"));
            }
            break;
        }
        let before = documents.iter().find(|t| Some(t.digest()) == current.previous.file);
        let before = before.ok_or(State::BrokenChain(current.version))?;
        if before.version + 1 != current.version || count(log, before, current)? < before.trust_threshold {
            return Err(State::BrokenChain(current.version));
        }
        if before.project != current.project {
            return Err(State::UntrustedKey);
        }
        chain.push(before.clone());
    }
    match demands.anchor {
        Some(anchor) if chain.iter().any(|t| t.digest() == anchor) => {}
        Some(_) => return Err(State::UntrustedKey),
        None => {
            let names: Vec<&str> = trust.people.keys().map(String::as_str).collect();
            let names = Untrusted::from(names.join(", ")).to_terminal();
            notices.push(format!("trust.json is taken as it is (no --trust pin): {}, people: {names}", trust.digest()));
        }
    }
    Ok(chain)
}

/// How many people of `by` signed the trust file `what`.
fn count(log: &Log, by: &Trust, what: &Trust) -> Result<u64, State> {
    Ok(people(&log.signed(by)?, Kind::Trust, what.digest()))
}

fn log_has_baseline(log: &Log, chain: &[Trust]) -> Result<bool, State> {
    for trust in chain {
        if log.signed(trust)?.iter().any(|s| s.statement.kind == Kind::Baseline) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn read_content(bytes: &[u8]) -> Result<Content, State> {
    let content = Content::from_node(&strict(bytes, "baseline.json")?).map_err(|e| malformed("baseline.json", e))?;
    if content.to_bytes() != bytes {
        return Err(malformed("baseline.json", "is not written the one way the format allows"));
    }
    Ok(content)
}

/// A file of ours: JSON with one meaning, equal to its own rendering.
fn strict(bytes: &[u8], name: &str) -> Result<Node, State> {
    let document = read(bytes, &Limits::default()).map_err(|e| malformed(name, format!("is not JSON: {e}")))?;
    if let Some(anomaly) = document.anomalies.iter().find(|a| a.fault.blocks_approval()) {
        return Err(malformed(name, format!("has a {} at byte {}", anomaly.fault.phrase(), anomaly.offset)));
    }
    let root = unrender(&document.root);
    if render(&root).map_or(true, |text| text.as_bytes() != bytes) {
        return Err(malformed(name, "is not written the one way the format allows"));
    }
    Ok(root)
}

/// Step 5: enough people signed exactly this baseline.
fn approved(
    content: &Content,
    trust: &Trust,
    log: &Log,
    digest: Digest,
    signed: &[Signed<'_>],
    here: &[&Signed<'_>],
) -> Result<(), State> {
    if here.is_empty() {
        let claims = |payload: &[u8]| {
            let statement = crate::signature::Statement::from_payload(payload).ok().flatten();
            statement.is_some_and(|s| s.kind == Kind::Baseline && s.subject == digest)
        };
        let claimed = log.lines.iter().any(|l| claims(l.envelope.unverified_payload()));
        let nobody = State::NotApproved(Message::new("no approval names this baseline.json"));
        return Err(if claimed { State::UntrustedKey } else { nobody });
    }
    let bound = |s: &&&Signed<'_>| {
        let t = &s.statement;
        t.version == content.version && t.trust == content.trust && t.previous == content.previous
    };
    if here.iter().filter(bound).count() != here.len() {
        return Err(malformed("approvals.jsonl", "has an approval that says other things than baseline.json"));
    }
    let have = people(signed, Kind::Baseline, digest);
    if have < trust.baseline_threshold {
        return Err(State::BelowThreshold(have, trust.baseline_threshold));
    }
    Ok(())
}

/// Step 4: not expired, and not longer than the trust file allows.
fn dates(content: &Content, trust: &Trust, today: Date, notices: &mut Vec<String>) -> Result<(), State> {
    let cap = i64::try_from(trust.policy.max_baseline_days).unwrap_or(i64::MAX).min(36_500);
    let last = content.created.checked_add(cap.days()).unwrap_or(Date::MAX);
    if today > content.expires || content.expires > last || content.created > content.expires {
        return Err(State::Expired("the baseline".to_owned()));
    }
    near(notices, "the baseline", content.expires, today);
    Ok(())
}

/// Step 6: back to version 1 through the log, each approval under a trust file of the chain; and nothing newer.
fn history(content: &Content, log: &Log, chain: &[Trust], demands: &Demands) -> Result<(), State> {
    let mut all: Vec<(usize, Signed<'_>)> = Vec::new();
    for (at, trust) in chain.iter().enumerate() {
        all.extend(log.signed(trust)?.into_iter().map(|s| (at, s)));
    }
    let baselines =
        || all.iter().filter(|(at, s)| s.statement.kind == Kind::Baseline && s.statement.trust == chain[*at].digest());
    let newest = baselines()
        .filter(|(at, s)| {
            let same: Vec<Signed<'_>> = all.iter().filter(|(a, _)| a == at).map(|(_, s)| s.clone()).collect();
            people(&same, Kind::Baseline, s.statement.subject) >= chain[*at].baseline_threshold
        })
        .map(|(_, s)| s.statement.version)
        .max()
        .unwrap_or(0);
    if content.version < newest || content.version < demands.min_version {
        return Err(State::RolledBack(content.version, newest.max(demands.min_version)));
    }
    let (mut version, mut previous) = (content.version, content.previous.clone());
    while version > 1 {
        let broken = State::BrokenChain(version - 1);
        let Some(file) = previous.file else { return Err(broken) };
        if previous.approvals.is_empty() {
            return Err(broken);
        }
        let mut names: Vec<(usize, &str)> = Vec::new();
        let mut before = None;
        for approval in &previous.approvals {
            let found = baselines().find(|(_, s)| {
                s.line.digest == *approval && s.statement.subject == file && s.statement.version + 1 == version
            });
            let Some((at, s)) = found else { return Err(broken) };
            names.push((*at, &s.person));
            before = Some(s.statement.previous.clone());
        }
        names.sort_unstable();
        names.dedup();
        let enough = names.first().is_some_and(|(at, _)| names.len() as u64 >= chain[*at].baseline_threshold);
        let (Some(next), true) = (before, enough) else { return Err(broken) };
        previous = next;
        version -= 1;
    }
    if version != 1 || previous.file.is_some() || !previous.approvals.is_empty() {
        return Err(State::BrokenChain(version));
    }
    Ok(())
}

/// Step 9: the words in `servers/` are the ones whose digests were signed; none is missing, none is extra.
fn words(files: &Files, content: &Content) -> Result<BTreeMap<(Untrusted, String), Snapshot>, State> {
    let mut left: BTreeMap<&str, &[u8]> = files.servers.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let mut out = BTreeMap::new();
    for (server, entry) in &content.servers {
        for (era, reference) in &entry.snapshots {
            let second = era == "legacy" && entry.snapshots.contains_key("modern");
            if reference.file != super::file_name(server, second) {
                return Err(malformed("baseline.json", "names a server file otherwise than the format does"));
            }
            let bytes = left.remove(reference.file.as_str()).ok_or_else(|| malformed(&reference.file, "is missing"))?;
            let node = strict(bytes, &reference.file)?;
            let snapshot =
                Snapshot::from_document(&node).ok_or_else(|| malformed(&reference.file, "is not a stored snapshot"))?;
            if render(&snapshot.to_document()).map_or(true, |text| text.as_bytes() != bytes) {
                return Err(malformed(&reference.file, "is not in the order the format asks for"));
            }
            if snapshot.digest != reference.manifest {
                let file = Untrusted::from(reference.file.as_str());
                return Err(State::NotApproved(
                    Message::new("").quote(&file).text(" holds other words than the ones that were signed"),
                ));
            }
            out.insert((server.clone(), era.clone()), snapshot);
        }
    }
    match left.keys().next() {
        Some(extra) => Err(malformed(extra, "belongs to no server of the baseline")),
        None => Ok(out),
    }
}
