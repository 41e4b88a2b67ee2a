//! The words in `servers/` are the ones whose digests were signed; none is missing, none is extra (TRUST §7, step 9).

use std::collections::BTreeMap;

use super::state::unsigned;
use super::verify::{read_content, single};
use super::{Content, Files, SnapshotRef, State, malformed};
use crate::json::render;
use crate::snapshot::Snapshot;
use crate::untrusted::{Message, Untrusted};
use crate::work::{Load, in_order};

/// The words by server and era.
type Words = BTreeMap<(Untrusted, String), Snapshot>;

/// What a folder says, whoever signed it or did not: for showing, never for judging. The words are the ones that
/// `baseline.json` names.
pub fn read_words(files: &Files) -> Result<(Content, Words), State> {
    let content = read_content(files.baseline.as_deref().ok_or(State::Absent)?)?;
    let words = words(files, &content)?;
    Ok((content, words))
}

/// Reads every server file and recomputes its digest.
pub(super) fn words(files: &Files, content: &Content) -> Result<Words, State> {
    let mut left: BTreeMap<&str, &[u8]> = files.servers.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let mut found = Vec::new();
    for (server, entry) in &content.servers {
        for (era, reference) in &entry.snapshots {
            let second = era == "legacy" && entry.snapshots.contains_key("modern");
            if reference.file != super::file_name(server, second) {
                return Err(malformed("baseline.json", "names a server file otherwise than the format does"));
            }
            let bytes = left.remove(reference.file.as_str()).ok_or_else(|| malformed(&reference.file, "is missing"))?;
            found.push(((server, era), reference, bytes));
        }
    }
    let read = in_order(&found, Load::things(found.len()), |(_, reference, bytes)| snapshot(reference, bytes));
    let named =
        found.iter().zip(read).map(|(((server, era), ..), words)| Ok((((*server).clone(), (*era).clone()), words?)));
    let out = named.collect::<Result<_, State>>()?;
    match left.keys().next() {
        Some(extra) => Err(malformed(extra, "belongs to no server of the baseline")),
        None => Ok(out),
    }
}

/// The words of one file, which has to have the digest that was signed.
fn snapshot(reference: &SnapshotRef, bytes: &[u8]) -> Result<Snapshot, State> {
    let node = single(bytes, &reference.file)?;
    let snapshot =
        Snapshot::from_document(&node).ok_or_else(|| malformed(&reference.file, "is not a stored snapshot"))?;
    if render(&snapshot.to_document()).map_or(true, |text| text.as_bytes() != bytes) {
        return Err(malformed(&reference.file, "is not written the one way the format allows"));
    }
    if snapshot.digest != reference.manifest {
        let file = Untrusted::from(reference.file.as_str());
        return Err(unsigned(Message::new("").quote(&file).text(" holds other words than the ones that were signed")));
    }
    Ok(snapshot)
}
