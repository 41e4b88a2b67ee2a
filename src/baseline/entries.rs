//! The log as people read it: every line with what it claims and whether its signature stands.

use super::{Files, Log, State, malformed};
use crate::signature::{Kind, PublicKey, Statement};
use crate::terms::Digest;
use crate::trust::Trust;

/// One line of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// From 1.
    pub number: usize,
    /// SHA-256 of the line.
    pub line: Digest,
    /// What it says. Of another predicate type, or unreadable: `None`.
    pub statement: Option<Statement>,
    /// The key that made the signature, when a trust file of the log lists it.
    pub key: Option<PublicKey>,
    /// The key belongs to the approver it names, under the trust file it names.
    pub counts: bool,
    /// A later version was signed before it.
    pub late: bool,
}

/// All lines. Says nothing of whether the baseline stands: that is `verify`'s.
pub fn entries(files: &Files) -> Result<Vec<Entry>, State> {
    let current = Trust::from_bytes(&files.trust).map_err(|e| malformed("trust.json", e))?;
    let log = Log::from_bytes(&files.approvals)?;
    let mut trusts = log.trust_documents();
    trusts.push(current);
    let keys: Vec<PublicKey> = trusts.iter().flat_map(Trust::keys).cloned().collect();
    let mut newest = 0;
    let mut out = Vec::new();
    for line in &log.lines {
        let statement = Statement::from_payload(line.envelope.payload()).ok().flatten();
        let by: Vec<&PublicKey> = line.envelope.check(&keys).by.into_iter().map(|i| &keys[i]).collect();
        let counts = statement.as_ref().is_some_and(|s| {
            // a trust file is signed by people of the one before, too
            let named =
                |t: &&Trust| t.digest() == s.trust || (s.kind == Kind::Trust && Some(t.digest()) == s.previous.file);
            let owns = |t: &Trust| by.iter().any(|k| t.person(k) == Some(s.approver.as_str()));
            trusts.iter().filter(named).any(owns)
        });
        let version = statement.as_ref().filter(|s| s.kind == Kind::Baseline).map_or(0, |s| s.version);
        let late = version != 0 && version < newest;
        newest = newest.max(version);
        out.push(Entry {
            number: line.number,
            line: line.digest,
            statement,
            key: by.first().map(|k| (*k).clone()),
            counts,
            late,
        });
    }
    Ok(out)
}
