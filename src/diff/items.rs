//! Which items were added, removed, renamed, and which stayed and may differ inside.

use std::collections::BTreeMap;

use super::{AddedSpan, Change, ChangeKind, member, words};
use crate::json::{Node, Pointer, canonical};
use crate::manifest::ItemKey;
use crate::snapshot::{Entry, Snapshot};
use crate::terms::{Digest, ItemKind};
use crate::untrusted::Untrusted;

/// Added and removed items that are compared for a rename, per kind; beyond it they stay added and removed.
const RENAMES: usize = 200;

/// Share of words two texts must have in common to be near the same.
const NEAR: f64 = 0.8;

/// Every difference, sorted. Empty exactly when the digests are equal.
///
/// ```
/// use mcp_assay::diff::{ChangeKind, compare};
/// use mcp_assay::{json, manifest, snapshot::Snapshot};
///
/// let snapshot = |text: &str| -> Result<_, Box<dyn std::error::Error>> {
///     let document = json::read(text.as_bytes(), &json::Limits::default())?;
///     Ok(Snapshot::of(&manifest::from_document(&document, text.as_bytes())?[0].manifest))
/// };
/// let old = snapshot(r#"[{"name": "rm", "annotations": {"destructiveHint": true}}]"#)?;
/// let new = snapshot(r#"[{"name": "rm", "annotations": {"destructiveHint": false}}]"#)?;
/// assert!(compare(&old, &old).is_empty());
/// let changes = compare(&old, &new);
/// assert_eq!(changes[0].kind, ChangeKind::AnnotationChanged);
/// assert_eq!(changes[0].pointer.to_untrusted().raw(), "/annotations/destructiveHint");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compare(old: &Snapshot, new: &Snapshot) -> Vec<Change> {
    if old.digest == new.digest {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut removed: Vec<&Entry> = Vec::new();
    let mut added: Vec<&Entry> = Vec::new();
    let mut keys: Vec<&ItemKey> = old.items.iter().chain(&new.items).map(|e| &e.key).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        pair(old.find(key), new.find(key), &mut removed, &mut added, &mut out);
    }
    for (before, after) in renames(&mut removed, &mut added) {
        out.push(renamed(before, after));
        member::differences(before, after, true, &mut out);
    }
    out.extend(removed.into_iter().map(|e| whole(e, ChangeKind::ItemRemoved)));
    out.extend(added.into_iter().map(|e| whole(e, ChangeKind::ItemAdded)));
    out.sort();
    out.dedup();
    out
}

/// Items of one key: a server may repeat a name. Equal ones pair first, then the rest in order.
fn pair<'s>(
    old: &'s [Entry],
    new: &'s [Entry],
    removed: &mut Vec<&'s Entry>,
    added: &mut Vec<&'s Entry>,
    out: &mut Vec<Change>,
) {
    let mut before: Vec<&Entry> = Vec::new();
    let mut after: BTreeMap<Digest, Vec<&Entry>> = BTreeMap::new();
    for entry in new {
        after.entry(entry.digest).or_default().push(entry);
    }
    for entry in old {
        if after.get_mut(&entry.digest).and_then(Vec::pop).is_none() {
            before.push(entry);
        }
    }
    let after: Vec<&Entry> = after.into_values().flatten().collect();
    for (b, a) in before.iter().zip(&after) {
        member::differences(b, a, false, out);
    }
    let both = before.len().min(after.len());
    removed.extend(&before[both..]);
    added.extend(&after[both..]);
}

/// Takes pairs out of both lists that are one item under two names: the same input schema and near the same text.
fn renames<'s>(removed: &mut Vec<&'s Entry>, added: &mut Vec<&'s Entry>) -> Vec<(&'s Entry, &'s Entry)> {
    let mut out = Vec::new();
    for kind in ItemKind::ALL {
        let count = |list: &[&Entry]| list.iter().filter(|e| e.key.kind == kind).count();
        if kind == ItemKind::Server || count(removed).max(count(added)) > RENAMES {
            continue;
        }
        let mut best: Vec<(u32, usize, usize)> = Vec::new();
        let facts = |list: &[&Entry]| -> Vec<(usize, Vec<u8>, Vec<String>)> {
            let of_kind = list.iter().enumerate().filter(|(_, e)| e.key.kind == kind);
            // an item without a schema that can be read proves no likeness
            of_kind.filter_map(|(i, e)| Some((i, shape(e)?, bag(text(e))))).collect()
        };
        let (gone, come) = (facts(removed), facts(added));
        for (r, before, old) in &gone {
            for (a, after, new) in &come {
                let near = if before == after { jaccard(old, new) } else { 0.0 };
                if near >= NEAR {
                    best.push(((near * 1000.0) as u32, *r, *a));
                }
            }
        }
        best.sort_by(|x, y| y.0.cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
        let (mut gone, mut come): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        for (_, r, a) in best {
            if !gone.contains(&r) && !come.contains(&a) {
                gone.push(r);
                come.push(a);
                out.push((removed[r], added[a]));
            }
        }
        drop_at(removed, gone);
        drop_at(added, come);
    }
    out
}

fn drop_at(list: &mut Vec<&Entry>, mut places: Vec<usize>) {
    places.sort_unstable();
    for place in places.into_iter().rev() {
        list.remove(place);
    }
}

fn shape(entry: &Entry) -> Option<Vec<u8>> {
    let part = match entry.key.kind {
        ItemKind::Tool => "inputSchema",
        ItemKind::Prompt => "arguments",
        _ => "mimeType",
    };
    match entry.node.get(part) {
        Some(node) => canonical(node).ok(),
        None => Some(Vec::new()),
    }
}

fn text(entry: &Entry) -> &str {
    entry.node.get("description").and_then(Node::as_str).unwrap_or_default()
}

/// The distinct words of a text, sorted.
fn bag(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
    words.retain(|w| !w.is_empty());
    words.sort();
    words.dedup();
    words
}

/// Share of words in common; two empty texts are unlike, they prove nothing.
fn jaccard(a: &[String], b: &[String]) -> f64 {
    let common = a.iter().filter(|w| b.binary_search(w).is_ok()).count();
    let union = a.len() + b.len() - common;
    if union == 0 { 0.0 } else { common as f64 / union as f64 }
}

fn renamed(before: &Entry, after: &Entry) -> Change {
    let pointer = Pointer::root().child(after.key.kind.name_key());
    let new = after.key.name.clone();
    let added = added_spans(before.key.name.raw(), new.raw());
    Change {
        item: after.key.clone(),
        pointer,
        kind: ChangeKind::ItemRenamed,
        old: Some(before.key.name.clone()),
        new: Some(new),
        added,
        grade: None,
    }
}

fn whole(entry: &Entry, kind: ChangeKind) -> Change {
    let text = member::plain(&entry.node);
    let added = if kind == ChangeKind::ItemAdded { vec![AddedSpan(0..text.raw().len())] } else { Vec::new() };
    let (old, new) = if kind == ChangeKind::ItemAdded { (None, Some(text)) } else { (Some(text), None) };
    Change { item: entry.key.clone(), pointer: Pointer::root(), kind, old, new, added, grade: None }
}

/// Byte ranges of `new` that `old` does not have.
pub(super) fn added_spans(old: &str, new: &str) -> Vec<AddedSpan> {
    let chunks = words::words(old, new).into_iter().filter(|c| c.side == words::Side::Added);
    chunks.map(|c| AddedSpan(c.range)).collect()
}

/// A value that cannot be shown part by part.
pub(super) fn opaque(entry: &Entry) -> Untrusted {
    format!("(no single reading; raw bytes {})", entry.digest).into()
}
