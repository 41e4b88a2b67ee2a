//! Why a baseline is not `ok`: the states of JSON v1, each with what is wrong and what to do next.

use crate::signature::Kind;
use crate::terms::Digest;
use crate::untrusted::{Message, Untrusted};

/// All of them exit 4, [`State::Absent`] and [`State::Empty`] only where a baseline is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// There is none.
    Absent,
    /// Its folder is there, and nothing is approved yet.
    Empty,
    /// A file is missing, too large, unreadable or not written the one way the format allows.
    Malformed(Message),
    /// Signed, but not by people who are trusted here.
    UntrustedKey(Distrust),
    /// A line of a trusted key does not verify: its number.
    BadSignature(usize),
    /// Fewer people signed than the trust file asks for.
    BelowThreshold {
        /// Which file.
        kind: Kind,
        /// People who signed.
        have: u64,
        /// People who are needed.
        need: u64,
    },
    /// The baseline or the trust file is past its date, or lasts longer than the trust file allows.
    Expired(Kind),
    /// Older than what was approved or seen before.
    RolledBack {
        /// Which file.
        kind: Kind,
        /// Its version.
        have: u64,
        /// The version that is known or required.
        want: u64,
        /// Who knows it.
        by: Seen,
    },
    /// The way from the first version to this one cannot be proved.
    BrokenChain(Message),
    /// Nobody signed exactly this.
    NotApproved(Unsigned),
}

/// Why signatures do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// Only people signed whom no trust file in force lists.
    Strangers,
    /// The trust file from outside (`--trust`) is not on the way to this one.
    Pin(Digest),
    /// The trust file of the base ref is not on the way to this one.
    Base,
    /// This machine has used another trust file in this place.
    Known,
    /// A first use, where that is not enough.
    FirstUse(Digest),
}

/// What nobody signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsigned {
    /// `baseline.json` or words in `servers/`.
    Words(Message),
    /// `trust.json`.
    Trust(u64),
    /// The baseline was approved under an earlier trust file.
    OlderTrust,
}

/// Who knows of a newer version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// `approvals.jsonl` itself.
    Log,
    /// The base ref.
    Base,
    /// This machine saw it before.
    Machine,
    /// `--min-version`.
    Demand,
}

impl State {
    /// The word of JSON v1.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Absent | Self::Empty => "absent",
            Self::Malformed(_) => "malformed",
            Self::UntrustedKey(_) => "untrusted-key",
            Self::BadSignature(_) => "bad-signature",
            Self::BelowThreshold { .. } => "below-threshold",
            Self::Expired(_) => "expired",
            Self::RolledBack { .. } => "rolled-back",
            Self::BrokenChain(_) => "broken-chain",
            Self::NotApproved(_) => "not-approved",
        }
    }

    /// What is wrong.
    pub fn sentence(&self) -> Message {
        let file = |kind: &Kind| if *kind == Kind::Baseline { "the baseline" } else { "trust.json" };
        Message::new(match self {
            Self::Absent => "there is no baseline".to_owned(),
            Self::Empty => "nothing is approved yet, so there is no baseline".to_owned(),
            Self::Malformed(why) => return Message::new("the baseline is malformed: ").append(why),
            Self::UntrustedKey(why) => match why {
                Distrust::Strangers => "only people whom trust.json does not list signed it".to_owned(),
                Distrust::Pin(pin) => format!("no signed rotation leads from the pinned trust file ({pin}) to trust.json"),
                Distrust::Base => "no signed rotation leads from the base's trust.json to this one".to_owned(),
                Distrust::Known => "this machine has trusted another trust.json in this project, and no signed rotation leads from it to this one".to_owned(),
                Distrust::FirstUse(digest) => format!("trust.json ({digest}) is seen for the first time and nothing vouches for it"),
            },
            Self::BadSignature(line) => {
                format!("line {line} of approvals.jsonl names a trusted key and does not verify")
            }
            Self::BelowThreshold { kind, have, need } => {
                format!("{have} of {need} needed people signed {}", file(kind))
            }
            Self::Expired(kind) => format!("{} has expired, or lasts longer than trust.json allows", file(kind)),
            Self::RolledBack { kind, have, want, by } => {
                let who = match by {
                    Seen::Log => "approvals.jsonl has",
                    Seen::Base => "the base has",
                    Seen::Machine => "this machine has seen",
                    Seen::Demand => "the caller demands",
                };
                format!("{} has version {have}; {who} version {want}", file(kind))
            }
            Self::BrokenChain(what) => return what.clone(),
            Self::NotApproved(Unsigned::Words(what)) => {
                return Message::new("nobody approved these words: ").append(what);
            }
            Self::NotApproved(Unsigned::Trust(version)) => {
                format!("trust.json is not a version that people signed (it calls itself version {version})")
            }
            Self::NotApproved(Unsigned::OlderTrust) => {
                "the people or rules in trust.json changed after the baseline was approved".to_owned()
            }
        })
    }

    /// What to do next.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Absent => "run `mcp-assay init`, then `mcp-assay scan` and `mcp-assay approve`",
            Self::Empty => "run `mcp-assay scan`, then `mcp-assay approve`",
            Self::Malformed(_) => {
                "restore .mcp-assay/ from version control (`git checkout -- .mcp-assay`), then `mcp-assay verify`"
            }
            Self::UntrustedKey(Distrust::Strangers) => {
                "see who changed what (`git log -p .mcp-assay`) and restore what listed people signed; then one of them runs `mcp-assay scan` and `mcp-assay approve`"
            }
            Self::UntrustedKey(Distrust::Pin(_)) => {
                "if the people changed on purpose, have the pin changed where it stands; else restore .mcp-assay/ from version control"
            }
            Self::UntrustedKey(Distrust::Base) => {
                "change people with `mcp-assay trust add`, `trust remove` and `trust sign`; a new beginning needs a new --trust pin"
            }
            Self::UntrustedKey(Distrust::Known) => {
                "ask the people of the project; if the new beginning is meant, run `mcp-assay trust forget` once"
            }
            Self::UntrustedKey(Distrust::FirstUse(_)) => {
                "compare the digest with the people of the project, then give it with --trust, or name a base with --base"
            }
            Self::BadSignature(_) => {
                "restore approvals.jsonl from version control; somebody edited it (`git log -p .mcp-assay/approvals.jsonl`)"
            }
            Self::BelowThreshold { kind: Kind::Baseline, .. } => {
                "commit it and have another listed person run `mcp-assay approve --cosign`"
            }
            Self::BelowThreshold { kind: Kind::Trust, .. } => {
                "commit it and have further people of the old and the new trust.json run `mcp-assay trust sign`"
            }
            Self::Expired(Kind::Baseline) => "review it again: `mcp-assay scan`, then `mcp-assay approve`",
            Self::Expired(Kind::Trust) => "run `mcp-assay trust renew`, then `mcp-assay trust sign`",
            Self::RolledBack { by: Seen::Machine, .. } => {
                "fetch the newest .mcp-assay/; on an older branch on purpose, run `mcp-assay trust forget` first"
            }
            Self::RolledBack { .. } => "restore the newest .mcp-assay/ from version control, or merge the base",
            Self::BrokenChain(_) => "restore approvals.jsonl from version control; lines are missing or edited",
            Self::NotApproved(Unsigned::Words(_)) => {
                "read the change (`git diff .mcp-assay`) and restore what was signed (`git checkout -- .mcp-assay`); words that are meant come in by `mcp-assay scan` and `mcp-assay approve`"
            }
            Self::NotApproved(Unsigned::Trust(_)) => {
                "read the change (`mcp-assay trust show`), then run `mcp-assay trust sign`"
            }
            Self::NotApproved(Unsigned::OlderTrust) => {
                "review everything again: `mcp-assay scan`, then `mcp-assay approve`; `mcp-assay log --key KEY` lists what a removed key signed"
            }
        }
    }
}

/// A file that is not what the format asks for.
pub(super) fn malformed(file: &str, why: impl std::fmt::Display) -> State {
    State::Malformed(Message::new("").quote(&Untrusted::from(file)).text(format!(" {why}")))
}

/// Words that nobody signed.
pub(super) fn unsigned(what: Message) -> State {
    State::NotApproved(Unsigned::Words(what))
}
