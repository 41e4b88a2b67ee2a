//! The next version: exactly the bytes that will be written, so that what is shown is what is signed.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Content, Files, Log, ServerEntry, SnapshotRef, Verified, file_name};
use crate::config::Ignore;
use crate::json::render;
use crate::launch::identity::LaunchIdentity;
use crate::launch::package::Package;
use crate::signature::{Envelope, KeyError, Kind, Previous, Signer, Statement};
use crate::snapshot::Snapshot;
use crate::terms::Digest;
use crate::trust::Trust;
use crate::untrusted::{Message, Untrusted};

/// Days a new baseline lasts, when the trust file allows that many.
const DAYS: u64 = 365;

/// A server to approve.
#[derive(Clone, Debug)]
pub struct ProposedServer {
    /// Which code answers.
    pub launch: LaunchIdentity,
    /// The package or image it resolved to.
    pub package: Option<Package>,
    /// The programs of the project that it names.
    pub programs: BTreeMap<Untrusted, Digest>,
    /// How it was contained.
    pub isolation: String,
    /// The words, by era, with the protocol revision. All complete.
    pub snapshots: BTreeMap<String, (Untrusted, Snapshot)>,
    /// Text that may follow time or place, and how.
    pub ignore: Vec<Ignore>,
}

/// Why something cannot be approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The capture has no words at all.
    Empty(Untrusted),
    /// An item has no single meaning.
    NotCanonical(Untrusted, &'static str, Untrusted),
    /// Two server names that give one file name.
    SameFile(Untrusted),
    /// A pattern for text that changes does not fit the text that was seen.
    Unfit(Untrusted, Message),
    /// The clock is beyond what the calendar can hold.
    Date,
}

impl Refusal {
    /// What is wrong and what to do.
    pub fn sentence(&self) -> Message {
        match self {
            Self::Empty(server) => Message::new("server ").quote(server).text(" was not captured; scan it again"),
            Self::NotCanonical(server, kind, item) => Message::new("server ")
                .quote(server)
                .text(format!(": the {kind} "))
                .quote(item)
                .text(" has no single meaning (a duplicate key, broken text or bottomless nesting); such words cannot be approved"),
            Self::SameFile(server) => {
                Message::new("server ").quote(server).text(" and another one would share one file; rename one of them")
            }
            Self::Unfit(server, what) => Message::new("server ")
                .quote(server)
                .text(": the [[ignore]] of mcp-assay.toml fits no text that was seen: ")
                .append(what),
            Self::Date => Message::new("the date is out of range"),
        }
    }
}

/// What would be written, and what is signed for it.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The new content.
    pub content: Content,
    /// SHA-256 of the new `baseline.json`: the person types its first digits.
    pub digest: Digest,
    files: Files,
}

impl Proposal {
    /// The next version: `servers` replace those of the same name, `remove` goes.
    pub fn new(
        previous: Option<&Verified>,
        trust: &Trust,
        files: &Files,
        servers: &BTreeMap<Untrusted, ProposedServer>,
        remove: &[Untrusted],
        today: Date,
        suppressions: Option<Digest>,
    ) -> Result<Self, Refusal> {
        let mut entries = previous.map(|p| p.content.servers.clone()).unwrap_or_default();
        let mut documents = files.servers.clone();
        let gone = |entries: &mut BTreeMap<Untrusted, ServerEntry>,
                    documents: &mut BTreeMap<String, Vec<u8>>,
                    name: &Untrusted| {
            for reference in entries.remove(name).into_iter().flat_map(|e| e.snapshots.into_values()) {
                documents.remove(&reference.file);
            }
        };
        for name in remove {
            gone(&mut entries, &mut documents, name);
        }
        for (name, server) in servers {
            gone(&mut entries, &mut documents, name);
            let mut snapshots = BTreeMap::new();
            for (era, (protocol, snapshot)) in &server.snapshots {
                if let Some(entry) = snapshot.blocking().next() {
                    let (kind, item) = (entry.key.kind.word(), entry.key.name.cut(60));
                    return Err(Refusal::NotCanonical(name.clone(), kind, item));
                }
                let not = || Refusal::NotCanonical(name.clone(), "manifest", Untrusted::default());
                let text = render(&snapshot.to_document()).map_err(|_| not())?;
                let file = file_name(name, era == "legacy" && server.snapshots.contains_key("modern"));
                if documents.insert(file.clone(), text.into_bytes()).is_some() {
                    return Err(Refusal::SameFile(name.clone()));
                }
                let reference = SnapshotRef { protocol: protocol.clone(), manifest: snapshot.digest, file };
                snapshots.insert(era.clone(), reference);
            }
            if snapshots.is_empty() {
                return Err(Refusal::Empty(name.clone()));
            }
            if let Some(unfit) = server
                .ignore
                .iter()
                .find(|i| !server.snapshots.values().any(|(_, s)| super::volatile::fits(i, s).is_some()))
            {
                return Err(Refusal::Unfit(name.clone(), unfit.line()));
            }
            let entry = ServerEntry {
                launch: server.launch.clone(),
                package: server.package.clone(),
                programs: server.programs.clone(),
                isolation: server.isolation.clone(),
                snapshots,
                ignore: server.ignore.clone(),
            };
            entries.insert(name.clone(), entry);
        }
        let days = DAYS.min(trust.policy.max_baseline_days).min(36_500) as i64;
        let content = Content {
            version: previous.map_or(1, |p| p.content.version.saturating_add(1)),
            previous: previous
                .map(|p| Previous { file: Some(p.digest), approvals: p.approvals.clone() })
                .unwrap_or_default(),
            trust: trust.digest(),
            created: today,
            expires: today.checked_add(days.days()).map_err(|_| Refusal::Date)?,
            servers: entries,
            suppressions,
        };
        let bytes = content.to_bytes();
        let digest = Digest::of(&bytes);
        let files = Files { baseline: Some(bytes), servers: documents, ..files.clone() };
        Ok(Self { content, digest, files })
    }

    /// A proposal with other bytes than ours would be: what somebody with another program may sign.
    #[cfg(test)]
    pub(super) fn of_content(self, bytes: Vec<u8>) -> Self {
        let digest = Digest::of(&bytes);
        Self { digest, files: Files { baseline: Some(bytes), ..self.files }, content: self.content }
    }

    /// The folder that would be written, without the signature.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The folder after a person signed.
    pub fn sign(&self, by: &Signature<'_>) -> Result<Files, KeyError> {
        by.append(self.files.clone(), baseline_statement(&self.content, self.digest))
    }
}

/// Who signs, and what the log keeps about it.
pub struct Signature<'s> {
    /// The key.
    pub key: &'s dyn Signer,
    /// The name under which the trust file lists it.
    pub approver: &'s str,
    /// RFC 3339, as claimed.
    pub time: &'s str,
    /// Why.
    pub reason: &'s str,
}

impl Signature<'_> {
    fn append(&self, files: Files, statement: Statement) -> Result<Files, KeyError> {
        let statement = Statement {
            approver: self.approver.to_owned(),
            time: self.time.to_owned(),
            reason: self.reason.to_owned(),
            tool: format!("mcp-assay {}", env!("CARGO_PKG_VERSION")),
            ..statement
        };
        let envelope = Envelope::sign(statement.to_payload(), self.key)?;
        Ok(Files { approvals: Log::append(&files.approvals, &envelope), ..files })
    }
}

fn baseline_statement(content: &Content, digest: Digest) -> Statement {
    Statement {
        kind: Kind::Baseline,
        subject: digest,
        version: content.version,
        trust: content.trust,
        previous: content.previous.clone(),
        document: None,
        approver: String::new(),
        time: String::new(),
        reason: String::new(),
        tool: String::new(),
    }
}

/// The folder with one more signature under a baseline that was proposed by somebody else.
pub fn cosign(files: &Files, proposed: &Verified, by: &Signature<'_>) -> Result<Files, KeyError> {
    by.append(files.clone(), baseline_statement(&proposed.content, proposed.digest))
}

/// The folder of a new project: a trust file, signed by the one person in it.
pub fn init(trust: &Trust, by: &Signature<'_>) -> Result<Files, KeyError> {
    sign_trust(&Files::default(), trust, by)
}

/// The folder with this trust file and one more signature under it. Its statement carries the whole document, so that
/// the chain of trust files can be walked from the log alone.
pub fn sign_trust(files: &Files, trust: &Trust, by: &Signature<'_>) -> Result<Files, KeyError> {
    let bytes = trust.to_bytes();
    let statement = Statement {
        kind: Kind::Trust,
        subject: Digest::of(&bytes),
        version: trust.version,
        trust: Digest::of(&bytes),
        previous: trust.previous.clone(),
        document: Some(String::from_utf8_lossy(&bytes).into_owned()),
        approver: String::new(),
        time: String::new(),
        reason: String::new(),
        tool: String::new(),
    };
    by.append(Files { trust: bytes, ..files.clone() }, statement)
}
