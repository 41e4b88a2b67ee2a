//! `.mcp-assay/`: the snapshots people approved, and the proof that they did (TRUST §4, §7).
//!
//! Bytes that were not verified have another type ([`Files`]) than a baseline ([`Verified`]). Reading and writing of the
//! folder, and reading it from a git commit, happen here; who may sign is `trust`'s, what a signature is, `signature`'s.
//! Drift is not judged here.

mod anchor;
mod chain;
mod content;
mod entries;
mod folder;
pub mod git;
mod history;
mod log;
mod propose;
mod state;
mod verify;
pub mod volatile;
mod words;

pub use anchor::{Anchor, Demands, Known};
pub use chain::{Standing, standing};
pub use content::{Content, ServerEntry, SnapshotRef, file_name};
pub use entries::{Entry, entries};
pub use folder::{Files, FolderError, write};
pub use log::{Line, Log};
pub use propose::{Proposal, ProposedServer, Refusal, Signature, cosign, init, sign_trust};
pub use state::{Distrust, Seen, State, Unsigned};
pub use verify::{Tolerance, Verified, examine, verify};
pub use words::read_words;

use state::malformed;

/// Folder of the baseline, in the project.
pub const FOLDER: &str = ".mcp-assay";

/// What `.gitattributes` should say about it.
pub const GITATTRIBUTES: &str = ".mcp-assay/** -text\n.mcp-assay/approvals.jsonl -text merge=union\n";

#[cfg(test)]
mod tests;
