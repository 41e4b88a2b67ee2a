//! `.mcp-assay/`: the snapshots people approved, and the proof that they did (TRUST §4, §7).
//!
//! Bytes that were not verified have another type ([`Files`]) than a baseline ([`Verified`]). Reading and writing of the
//! folder happens here; who may sign is `trust`'s, what a signature is, `signature`'s. Drift is not judged here.

mod content;
mod folder;
mod log;
mod propose;
mod verify;

pub use content::{Content, ServerEntry, SnapshotRef, file_name};
pub use folder::{Files, FolderError, write};
pub use log::{Line, Log};
pub use propose::{Proposal, ProposedServer, Refusal, init, rewrite_trust};
pub use verify::{Demands, Verified, verify};

use crate::untrusted::{Message, Untrusted};

/// Folder of the baseline, in the project.
pub const FOLDER: &str = ".mcp-assay";

/// What `.gitattributes` should say about it.
pub const GITATTRIBUTES: &str = ".mcp-assay/** -text\n.mcp-assay/approvals.jsonl -text merge=union\n";

/// Why a baseline is not `ok`: the states of JSON v1. All of them exit 4, [`State::Absent`] only where one is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// There is none.
    Absent,
    /// A file is missing, too large, unreadable or not written the one way the format allows.
    Malformed(Message),
    /// Signed, but by nobody the trust file lists, or the trust file is not the pinned one.
    UntrustedKey,
    /// A line of a trusted key does not verify.
    BadSignature,
    /// Fewer people signed than the trust file asks for.
    BelowThreshold(u64, u64),
    /// The baseline or the trust file is past its date, or lasts longer than the trust file allows.
    Expired(String),
    /// Older than what was approved last.
    RolledBack(u64, u64),
    /// A version before this one cannot be proved.
    BrokenChain(u64),
    /// Nobody signed exactly these words.
    NotApproved(Message),
}

impl State {
    /// The word of JSON v1.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Malformed(_) => "malformed",
            Self::UntrustedKey => "untrusted-key",
            Self::BadSignature => "bad-signature",
            Self::BelowThreshold(..) => "below-threshold",
            Self::Expired(_) => "expired",
            Self::RolledBack(..) => "rolled-back",
            Self::BrokenChain(_) => "broken-chain",
            Self::NotApproved(_) => "not-approved",
        }
    }

    /// What is wrong.
    pub fn sentence(&self) -> Message {
        match self {
            Self::Absent => Message::new("there is no baseline"),
            Self::Malformed(why) => Message::new("the baseline is malformed: ").append(why),
            Self::UntrustedKey => Message::new(
                "the baseline is not signed by anyone the trust file lists, or the trust file is not the pinned one",
            ),
            Self::BadSignature => Message::new("a signature in approvals.jsonl by a trusted key does not verify"),
            Self::BelowThreshold(have, need) => {
                Message::new(format!("{have} of {need} needed people signed the baseline"))
            }
            Self::Expired(what) => Message::new(format!("{what} has expired, or lasts longer than trust.json allows")),
            Self::RolledBack(have, want) => {
                Message::new(format!("the baseline has version {have}; version {want} was approved or is required"))
            }
            Self::BrokenChain(version) => {
                Message::new(format!("the approval of version {version} cannot be proved from approvals.jsonl"))
            }
            Self::NotApproved(what) => Message::new("nobody approved these words: ").append(what),
        }
    }

    /// What to do next.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Absent => "run `mcp-assay init`, then `mcp-assay scan` and `mcp-assay approve`",
            Self::Malformed(_) => {
                "restore .mcp-assay/ from version control (`git checkout -- .mcp-assay`), then `mcp-assay verify`"
            }
            Self::UntrustedKey => {
                "check who changed trust.json (`git log -p .mcp-assay/trust.json`), then have a listed person run `mcp-assay approve`"
            }
            Self::BadSignature => {
                "restore approvals.jsonl from version control; somebody edited it (`git log -p .mcp-assay/approvals.jsonl`)"
            }
            Self::BelowThreshold(..) => "have another listed person review and sign the same version",
            Self::Expired(_) => "review it again: `mcp-assay scan`, then `mcp-assay approve`",
            Self::RolledBack(..) => "restore the newest .mcp-assay/ from version control",
            Self::BrokenChain(_) => "restore approvals.jsonl from version control; lines are missing or edited",
            Self::NotApproved(_) => {
                "read the change (`git diff .mcp-assay`), then `mcp-assay scan` and `mcp-assay approve`"
            }
        }
    }
}

fn malformed(file: &str, why: impl std::fmt::Display) -> State {
    State::Malformed(Message::new("").quote(&Untrusted::from(file)).text(format!(" {why}")))
}

#[cfg(test)]
mod tests;
