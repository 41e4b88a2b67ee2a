//! Why a change has its grade: the drift findings at its place, without those that only repeat what kind of change it is.

use crate::diff::{Change, ChangeKind};
use crate::finding::Finding;

/// Rules that say no more than the change does.
const PLAIN: [&str; 6] =
    ["launch-changed", "item-added", "item-removed", "item-renamed", "schema-changed", "server-info-changed"];

/// The findings that explain a change of the same server.
pub fn reasons<'f>(change: &Change, findings: &'f [Finding]) -> impl Iterator<Item = &'f Finding> {
    let launch = change.kind == ChangeKind::LaunchChanged;
    let (item, pointer) = (change.item.clone(), change.pointer.clone());
    let whole = change.old.is_none() || pointer.tokens().is_empty();
    findings.iter().filter(move |f| {
        let here = match &f.item {
            None => launch && f.rule.as_str() == "launch-changed",
            Some(own) => {
                *own == item && (f.pointer == pointer || (whole && f.pointer.tokens().starts_with(pointer.tokens())))
            }
        };
        here && f.family == "drift" && !PLAIN.contains(&f.rule.as_str())
    })
}
