//! `approvals.jsonl`: append-only, one DSSE envelope per line, signatures and audit trail in one.

use super::{State, malformed};
use crate::signature::{Envelope, Kind, Statement};
use crate::terms::Digest;
use crate::trust::Trust;

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    /// SHA-256 of the line without its line feed.
    pub digest: Digest,
    /// What it holds; not verified.
    pub envelope: Envelope,
}

/// All lines, in order.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// In order.
    pub lines: Vec<Line>,
}

impl Log {
    /// Reads the file. Every line is in its one valid form and ends with a line feed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, State> {
        let bad = |why: String| malformed("approvals.jsonl", why);
        let text = std::str::from_utf8(bytes).map_err(|_| bad("is not UTF-8".to_owned()))?;
        if !text.is_empty() && !text.ends_with('\n') {
            return Err(bad("does not end with a line feed".to_owned()));
        }
        let mut lines = Vec::new();
        for (number, line) in text.split_terminator('\n').enumerate() {
            let envelope = Envelope::from_line(line).map_err(|e| bad(format!("line {} {e}", number + 1)))?;
            lines.push(Line { digest: Digest::of(line.as_bytes()), envelope });
        }
        Ok(Self { lines })
    }

    /// The bytes with one more line.
    pub fn append(bytes: &[u8], envelope: &Envelope) -> Vec<u8> {
        let mut out = bytes.to_vec();
        out.extend_from_slice(envelope.to_line().as_bytes());
        out.push(b'\n');
        out
    }

    /// Trust documents that statements carry. Not verified: `verify` walks the chain over them.
    pub(super) fn trust_documents(&self) -> Vec<Trust> {
        let document = |line: &Line| {
            let statement = Statement::from_payload(line.envelope.unverified_payload()).ok().flatten()?;
            let trust = Trust::from_bytes(statement.document?.as_bytes()).ok()?;
            (trust.digest() == statement.subject).then_some(trust)
        };
        let mut all: Vec<Trust> = self.lines.iter().filter_map(document).collect();
        all.sort_by_key(|t| (t.version, t.digest()));
        all.dedup();
        all
    }

    /// Lines that a person of `trust` signed, with the statement inside. A signature that claims to be by a key of
    /// `trust` and does not verify is an error, not a skip.
    pub(super) fn signed<'l>(&'l self, trust: &Trust) -> Result<Vec<Signed<'l>>, State> {
        let mut out = Vec::new();
        for line in &self.lines {
            let Some((person, payload)) = trust.signer(&line.envelope) else {
                if trust.is_named_in(&line.envelope) {
                    return Err(State::BadSignature);
                }
                continue;
            };
            let statement = Statement::from_payload(payload).map_err(|e| malformed("approvals.jsonl", e))?;
            let Some(statement) = statement else { continue };
            // a signature counts for the one who made it, whatever name it gives
            if statement.approver == person {
                out.push(Signed { line, person: person.to_owned(), statement });
            }
        }
        Ok(out)
    }
}

/// A verified line.
#[derive(Clone, Debug)]
pub(super) struct Signed<'l> {
    pub(super) line: &'l Line,
    pub(super) person: String,
    pub(super) statement: Statement,
}

/// How many different people signed this file.
pub(super) fn people(signed: &[Signed<'_>], kind: Kind, subject: Digest) -> u64 {
    let mut names: Vec<&str> = signed
        .iter()
        .filter(|s| s.statement.kind == kind && s.statement.subject == subject)
        .map(|s| s.person.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names.len() as u64
}
