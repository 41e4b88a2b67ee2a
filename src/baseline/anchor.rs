//! What stands outside the folder and cannot be edited with it: a pinned digest, the base ref, and what this machine saw
//! before (TRUST §7, steps 2, 7 and 8).

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::verify::read_content;
use super::{Distrust, Files, Log, Seen, State, Verified};
use crate::signature::Kind;
use crate::terms::Digest;
use crate::trust::Trust;
use crate::untrusted::{Message, Untrusted};

/// What the caller asks for beyond the files themselves.
#[derive(Clone, Debug)]
pub struct Demands {
    /// Today.
    pub today: Date,
    /// A trust file that must be on the chain, from a place a pull request cannot edit.
    pub pin: Option<Digest>,
    /// The least version that is accepted.
    pub min_version: u64,
    /// The folder as the base ref has it, if it has one.
    pub base: Option<Files>,
    /// What this machine saw of the project.
    pub known: Option<Known>,
    /// A first use is not enough.
    pub anchored: bool,
}

/// What a machine remembers of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The project's own name for itself.
    pub project: String,
    /// SHA-256 of the trust file it saw last.
    pub trust: Digest,
    /// Its version.
    pub trust_version: u64,
    /// The highest version of the baseline it saw under that trust file.
    pub version: u64,
}

/// Why the first trust file is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// `--trust`.
    Pin,
    /// The base ref.
    Base,
    /// This machine saw it before.
    Machine,
    /// Nothing: it is taken as it is, and said.
    FirstUse,
}

impl Demands {
    /// Nothing but the day.
    pub fn on(today: Date) -> Self {
        Self { today, pin: None, min_version: 0, base: None, known: None, anchored: false }
    }
}

/// Step 2: one of the anchors lies on the chain.
pub(super) fn anchor(chain: &[Trust], demands: &Demands, notices: &mut Vec<String>) -> Result<Anchor, State> {
    let current = &chain[0];
    let on_chain = |digest: &Digest| chain.iter().any(|t| t.digest() == *digest);
    let older = |version: u64, by: Seen| {
        let newer = version > current.version;
        newer.then_some(State::RolledBack { kind: Kind::Trust, have: current.version, want: version, by })
    };
    if let Some(pin) = &demands.pin {
        return if on_chain(pin) { Ok(Anchor::Pin) } else { Err(State::UntrustedKey(Distrust::Pin(*pin))) };
    }
    if let Some(base) = &demands.base {
        let base = base_trust(base)?;
        if on_chain(&base.digest()) {
            return Ok(Anchor::Base);
        }
        let same = base.project == current.project;
        let older = older(base.version, Seen::Base).filter(|_| same);
        return Err(older.unwrap_or(State::UntrustedKey(Distrust::Base)));
    }
    if let Some(known) = &demands.known {
        if known.project == current.project && on_chain(&known.trust) {
            return Ok(Anchor::Machine);
        }
        let older = older(known.trust_version, Seen::Machine).filter(|_| known.project == current.project);
        return Err(older.unwrap_or(State::UntrustedKey(Distrust::Known)));
    }
    let digest = current.digest();
    if demands.anchored {
        return Err(State::UntrustedKey(Distrust::FirstUse(digest)));
    }
    let names: Vec<&str> = current.people.keys().map(String::as_str).collect();
    let names = Untrusted::from(names.join(", ")).to_terminal();
    notices.push(format!("first use on this machine: trust.json is taken as it is ({digest}, people: {names})"));
    Ok(Anchor::FirstUse)
}

fn base_trust(base: &Files) -> Result<Trust, State> {
    Trust::from_bytes(&base.trust).map_err(|e| of_base("trust.json", &e))
}

fn of_base(file: &str, why: &dyn std::fmt::Display) -> State {
    State::Malformed(Message::new(format!("{file} of the base {why}")))
}

/// Step 7: nothing of the base is lost, and nothing is older.
pub(super) fn since_base(
    baseline: Option<(u64, Digest)>,
    log: &Log,
    chain: &[Trust],
    demands: &Demands,
    notices: &mut Vec<String>,
) -> Result<(), State> {
    let Some(base) = &demands.base else { return Ok(()) };
    let trust = base_trust(base)?;
    if !chain.iter().any(|t| t.digest() == trust.digest()) {
        // only a pin gets here: a new beginning that somebody vouches for by hand
        notices.push("a new beginning: the pinned trust file does not continue the base's".to_owned());
        return Ok(());
    }
    let ours: BTreeSet<Digest> = log.lines.iter().map(|l| l.digest).collect();
    for line in Log::from_bytes(&base.approvals)?.lines {
        if !ours.contains(&line.digest) {
            return Err(State::BrokenChain(Message::new(format!(
                "line {} of the base's approvals.jsonl is missing",
                line.number
            ))));
        }
    }
    let Some(bytes) = &base.baseline else { return Ok(()) };
    let theirs = read_content(bytes)?.version;
    let Some((ours, digest)) = baseline else { return Err(State::Absent) };
    if ours < theirs {
        return Err(State::RolledBack { kind: Kind::Baseline, have: ours, want: theirs, by: Seen::Base });
    }
    if ours == theirs && digest != Digest::of(bytes) {
        return Err(State::BrokenChain(Message::new(format!("version {ours} is another one than the base's"))));
    }
    Ok(())
}

/// Step 8: not lower than what this machine saw under the same trust file.
pub(super) fn since_seen(version: u64, trust: Digest, demands: &Demands) -> Result<(), State> {
    match &demands.known {
        Some(known) if known.trust == trust && version < known.version => {
            Err(State::RolledBack { kind: Kind::Baseline, have: version, want: known.version, by: Seen::Machine })
        }
        _ => Ok(()),
    }
}

impl Known {
    /// What to remember of a baseline that verified.
    pub fn of(verified: &Verified) -> Self {
        Self {
            project: verified.trust.project.clone(),
            trust: verified.trust.digest(),
            trust_version: verified.trust.version,
            version: verified.content.version,
        }
    }
}
