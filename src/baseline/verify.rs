//! The steps of TRUST §7, which need neither launch nor network, in their order.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::anchor::{anchor, since_base, since_seen};
use super::chain::{newer, walk};
use super::history::history;
use super::log::{Signed, people};
use super::state::unsigned;
use super::words::words;
use super::{Anchor, Content, Demands, Distrust, Files, Log, Seen, State, Unsigned, malformed};
use crate::json::{Limits, Node, read, render, unrender};
use crate::signature::{Kind, Statement};
use crate::snapshot::Snapshot;
use crate::terms::Digest;
use crate::trust::Trust;
use crate::untrusted::{Message, Untrusted};

/// Days before an expiry that is said ahead.
const AHEAD: i64 = 30;

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
    /// People who are needed.
    pub needed: u64,
    /// Log lines that approve it, for the next version's `previous`.
    pub approvals: Vec<Digest>,
    /// The approved words, by server and era.
    pub snapshots: BTreeMap<(Untrusted, String), Snapshot>,
    /// Why the trust file is believed.
    pub anchor: Anchor,
    /// What should be said although nothing is wrong: an expiry that is near, a first use without a pin.
    pub notices: Vec<String>,
}

/// What somebody who is about to review and sign may overlook. Nobody else may.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tolerance {
    /// The baseline has expired.
    pub expiry: bool,
    /// It was approved under an earlier trust file of the chain.
    pub older_trust: bool,
    /// Too few people signed it yet.
    pub shortfall: bool,
}

/// Verifies a folder. `Ok(None)` when `init` was run and nothing is approved yet.
pub fn verify(files: &Files, demands: &Demands) -> Result<Option<Verified>, State> {
    examine(files, demands, Tolerance::default())
}

/// [`verify`] for those who are about to sign.
pub fn examine(files: &Files, demands: &Demands, tolerance: Tolerance) -> Result<Option<Verified>, State> {
    let trust = Trust::from_bytes(&files.trust).map_err(|e| malformed("trust.json", e))?;
    let log = Log::from_bytes(&files.approvals)?;
    let content = files.baseline.as_deref().map(read_content).transpose()?;
    let documents = log.trust_documents();
    let proved = log.proved(&documents.iter().chain([&trust]).collect::<Vec<_>>());
    let mut notices = Vec::new();
    let chain = walk(&trust, &documents, &proved)?;
    let anchor = anchor(&chain, demands, &mut notices)?;
    if let Some(want) = newer(&trust, &documents, &proved) {
        return Err(State::RolledBack { kind: Kind::Trust, have: trust.version, want, by: Seen::Log });
    }
    if demands.today > trust.expires {
        return Err(State::Expired(Kind::Trust));
    }
    near(&mut notices, "trust.json", trust.expires, demands.today);
    let (Some(bytes), Some(content)) = (&files.baseline, content) else {
        let mut approved = false;
        for trust in &chain {
            approved |= proved.signed(trust)?.iter().any(|s| s.statement.kind == Kind::Baseline);
        }
        if !files.servers.is_empty() || approved {
            return Err(malformed("baseline.json", "is missing although servers or approvals are there"));
        }
        return since_base(None, &log, &chain, demands, &mut notices).map(|()| None);
    };
    let digest = Digest::of(bytes);
    let under = match chain.iter().position(|t| t.digest() == content.trust) {
        None => return Err(unsigned(Message::new("the baseline was made under another project's trust.json"))),
        Some(0) => &trust,
        Some(at) if tolerance.older_trust => &chain[at],
        Some(_) => return Err(State::NotApproved(Unsigned::OlderTrust)),
    };
    let signed = proved.signed(under)?;
    let here: Vec<&Signed<'_>> =
        signed.iter().filter(|s| s.statement.kind == Kind::Baseline && s.statement.subject == digest).collect();
    bound(&content, &log, digest, &here)?;
    let signers = people(&signed, Kind::Baseline, digest);
    let (have, need) = (signers.len() as u64, under.baseline_threshold);
    if have < need && !tolerance.shortfall {
        return Err(State::BelowThreshold { kind: Kind::Baseline, have, need });
    }
    if !tolerance.expiry {
        dates(&content, under, demands.today, &mut notices)?;
    }
    history(&content, &proved, &chain, demands)?;
    since_base(Some((content.version, digest)), &log, &chain, demands, &mut notices)?;
    since_seen(content.version, trust.digest(), demands)?;
    let snapshots = words(files, &content)?;
    let signers = signers.into_iter().map(str::to_owned).collect();
    let approvals = here.iter().map(|s| s.line.digest).collect();
    Ok(Some(Verified {
        content,
        digest,
        signers,
        needed: need,
        approvals,
        snapshots,
        anchor,
        notices,
        trust: trust.clone(),
    }))
}

fn near(notices: &mut Vec<String>, what: &str, expires: Date, today: Date) {
    if today.checked_add(AHEAD.days()).is_ok_and(|soon| soon > expires) {
        notices.push(format!("{what} expires on {expires}; review and approve again before that day"));
    }
}

pub(super) fn read_content(bytes: &[u8]) -> Result<Content, State> {
    let content = Content::from_node(&strict(bytes, "baseline.json")?).map_err(|e| malformed("baseline.json", e))?;
    if content.to_bytes() != bytes {
        return Err(malformed("baseline.json", "is not written the one way the format allows"));
    }
    Ok(content)
}

/// A file of ours: JSON with one meaning, equal to its own rendering.
fn strict(bytes: &[u8], name: &str) -> Result<Node, State> {
    let root = single(bytes, name)?;
    if render(&root).map_or(true, |text| text.as_bytes() != bytes) {
        return Err(malformed(name, "is not written the one way the format allows"));
    }
    Ok(root)
}

/// JSON with one meaning. Whether it equals its rendering is the caller's to ask.
pub(super) fn single(bytes: &[u8], name: &str) -> Result<Node, State> {
    let document = read(bytes, &Limits::default()).map_err(|e| malformed(name, format!("is not JSON: {e}")))?;
    if let Some(anomaly) = document.anomalies.iter().find(|a| a.fault.blocks_approval()) {
        return Err(malformed(name, format!("has a {} at byte {}", anomaly.fault.phrase(), anomaly.offset)));
    }
    Ok(unrender(&document.root))
}

/// Step 5: somebody signed exactly this baseline, and every approval says what the baseline says.
fn bound(content: &Content, log: &Log, digest: Digest, here: &[&Signed<'_>]) -> Result<(), State> {
    if here.is_empty() {
        let claims = |payload: &[u8]| {
            let statement = Statement::from_payload(payload).ok().flatten();
            statement.is_some_and(|s| s.kind == Kind::Baseline && s.subject == digest)
        };
        let claimed = log.lines.iter().any(|l| claims(l.envelope.payload()));
        let nobody = unsigned(Message::new("no approval names this baseline.json"));
        return Err(if claimed { State::UntrustedKey(Distrust::Strangers) } else { nobody });
    }
    let bound = |s: &&Signed<'_>| {
        let t = s.statement;
        t.version == content.version && t.trust == content.trust && t.previous == content.previous
    };
    if !here.iter().all(bound) {
        return Err(malformed("approvals.jsonl", "has an approval that says other things than baseline.json"));
    }
    Ok(())
}

/// Step 4: not expired, and not longer than the trust file allows.
fn dates(content: &Content, trust: &Trust, today: Date, notices: &mut Vec<String>) -> Result<(), State> {
    let cap = i64::try_from(trust.policy.max_baseline_days).unwrap_or(i64::MAX).min(36_500);
    // a day of making that lies ahead, beyond what time zones explain, buys no longer life
    let made = content.created.min(today.tomorrow().unwrap_or(Date::MAX));
    let last = made.checked_add(cap.days()).unwrap_or(Date::MAX);
    if today > content.expires || content.expires > last || content.created > content.expires {
        return Err(State::Expired(Kind::Baseline));
    }
    near(notices, "the baseline", content.expires, today);
    Ok(())
}
