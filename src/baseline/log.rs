//! `approvals.jsonl`: append-only, one DSSE envelope per line, signatures and audit trail in one.

use std::collections::BTreeSet;

use super::{State, malformed};
use crate::signature::{Envelope, Kind, LineError, PublicKey, Statement};
use crate::terms::Digest;
use crate::trust::Trust;
use crate::work::{Load, in_order};

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    /// From 1.
    pub number: usize,
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
        let numbered: Vec<(usize, &str)> = (1..).zip(text.split_terminator('\n')).collect();
        let one = |(number, line): &(usize, &str)| {
            let envelope = Envelope::from_line(line).map_err(|e| bad(format!("line {number} {e}")))?;
            Ok(Line { number: *number, digest: Digest::of(line.as_bytes()), envelope })
        };
        Ok(Self {
            lines: in_order(&numbered, Load::things(numbered.len()), one).into_iter().collect::<Result<_, _>>()?,
        })
    }

    /// The bytes with one more line.
    pub fn append(bytes: &[u8], envelope: &Envelope) -> Vec<u8> {
        let mut out = bytes.to_vec();
        out.extend_from_slice(envelope.to_line().as_bytes());
        out.push(b'\n');
        out
    }

    /// Trust documents that statements carry. Not verified: `chain` walks over them.
    pub(super) fn trust_documents(&self) -> Vec<Trust> {
        let document = |line: &Line| {
            let statement = Statement::from_payload(line.envelope.payload()).ok().flatten()?;
            let trust = Trust::from_bytes(statement.document?.as_bytes()).ok()?;
            (trust.digest() == statement.subject).then_some(trust)
        };
        let mut all: Vec<Trust> = self.lines.iter().filter_map(document).collect();
        all.sort_by_key(|t| (t.version, t.digest()));
        all.dedup();
        all
    }

    /// Checks every signature once, against every key of these trust files.
    pub(super) fn proved<'l>(&'l self, files: &[&Trust]) -> Proved<'l> {
        let mut keys: Vec<PublicKey> = Vec::new();
        let mut texts = BTreeSet::new();
        for key in files.iter().flat_map(|t| t.keys()) {
            if texts.insert(key.text()) {
                keys.push(key.clone());
            }
        }
        let one = |line: &'l Line| {
            let checked = line.envelope.check(&keys);
            let statement = Statement::from_payload(line.envelope.payload());
            Proof { line, by: checked.by, failed: checked.failed, statement }
        };
        Proved { lines: in_order(&self.lines, Load::things(self.lines.len()), one), keys }
    }
}

/// A log whose signatures were checked.
#[derive(Debug)]
pub(super) struct Proved<'l> {
    lines: Vec<Proof<'l>>,
    keys: Vec<PublicKey>,
}

#[derive(Debug)]
struct Proof<'l> {
    line: &'l Line,
    /// Places in `keys`.
    by: Vec<usize>,
    failed: Vec<usize>,
    /// Believed only where a key in `by` is.
    statement: Result<Option<Statement>, LineError>,
}

/// A line that a person of a trust file signed.
#[derive(Clone, Debug)]
pub(super) struct Signed<'p> {
    pub(super) line: &'p Line,
    pub(super) person: &'p str,
    pub(super) statement: &'p Statement,
}

impl<'l> Proved<'l> {
    /// Lines that a person of `trust` signed. A signature that names a key of `trust` and does not verify is an error,
    /// not a skip.
    pub(super) fn signed<'p>(&'p self, trust: &'p Trust) -> Result<Vec<Signed<'p>>, State> {
        let mut out = Vec::new();
        for proof in &self.lines {
            if proof.failed.iter().any(|k| trust.person(&self.keys[*k]).is_some()) {
                return Err(State::BadSignature(proof.line.number));
            }
            for key in proof.by.iter().map(|k| &self.keys[*k]) {
                let Some(person) = trust.person(key) else { continue };
                let statement = proof.statement.as_ref().map_err(|e| malformed("approvals.jsonl", e))?;
                // a signature counts for the one who made it, whatever name it gives
                if let Some(statement) = statement.as_ref().filter(|s| s.approver == person) {
                    out.push(Signed { line: proof.line, person, statement });
                }
            }
        }
        Ok(out)
    }
}

/// The people who signed this file, sorted, each once.
pub(super) fn people<'p>(signed: &[Signed<'p>], kind: Kind, subject: Digest) -> Vec<&'p str> {
    let of = signed.iter().filter(|s| s.statement.kind == kind && s.statement.subject == subject);
    let mut names: Vec<&str> = of.map(|s| s.person).collect();
    names.sort_unstable();
    names.dedup();
    names
}
