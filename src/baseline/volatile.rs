//! Text that people approved as changing: where it keeps the signed pattern, the approved text stands for it, so that
//! everything after sees what was approved. Anything else is left as it is, and is a change.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::Ignore;
use crate::json::{Node, Value, canonical};
use crate::manifest::{Item, ItemKey, Manifest};
use crate::snapshot::Snapshot;
use crate::untrusted::Untrusted;

/// What became of one signed pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Settled {
    /// The text keeps the pattern: what the server said.
    Kept(Untrusted),
    /// It does not, or the place is not there once.
    Broken,
}

fn is(ignore: &Ignore, key: &ItemKey) -> bool {
    let item = ignore.item.raw().split_once('/');
    item.is_some_and(|(kind, name)| kind == key.kind.word() && name == key.name.raw())
}

fn fitting<'n>(ignore: &Ignore, node: &'n Node) -> Option<&'n str> {
    node.at(&ignore.pointer)?.as_str().filter(|text| ignore.pattern.matches(text))
}

/// The text in a snapshot that a pattern is about, when it is there once and fits.
pub fn fits<'s>(ignore: &Ignore, snapshot: &'s Snapshot) -> Option<&'s str> {
    let mut all = snapshot.items.iter().filter(|e| is(ignore, &e.key));
    match (all.next(), all.next()) {
        (Some(one), None) => fitting(ignore, &one.node),
        _ => None,
    }
}

/// Forms of one item that readings gave, which differ in nothing but what the patterns admit, as one item: the first.
pub fn unite(snapshot: &Snapshot, ignores: &[Ignore]) -> Snapshot {
    let mut manifest = snapshot.to_manifest();
    for ignore in ignores {
        let mut mine: Vec<&mut Item> = manifest.items.iter_mut().filter(|i| is(ignore, &i.key)).collect();
        let Some(first) = mine.first().and_then(|i| fitting(ignore, &i.node)).map(str::to_owned) else { continue };
        if mine.iter().all(|i| fitting(ignore, &i.node).is_some()) {
            for item in &mut mine {
                if let Some(place) = Arc::make_mut(&mut item.node).at_mut(&ignore.pointer) {
                    place.value = Value::String(first.as_str().into());
                }
            }
        }
    }
    let mut known = BTreeSet::new();
    let named = |i: &Item| ignores.iter().any(|ignore| is(ignore, &i.key));
    // equal by their canonical form; other items stay as they are, repeated or not
    manifest.items.retain(|i| !named(i) || canonical(&i.node).map_or(true, |text| known.insert((i.key.clone(), text))));
    Snapshot::of(&manifest)
}

/// Puts the approved text in the place of every text that keeps its pattern. One answer per pattern; `None` where the item
/// is not in this manifest at all.
pub fn settle(manifest: &mut Manifest, ignores: &[Ignore], approved: &[&Snapshot]) -> Vec<Option<Settled>> {
    ignores.iter().map(|ignore| one(manifest, ignore, approved)).collect()
}

fn one(manifest: &mut Manifest, ignore: &Ignore, approved: &[&Snapshot]) -> Option<Settled> {
    let mut mine = manifest.items.iter_mut().filter(|i| is(ignore, &i.key));
    let item: &mut Item = mine.next()?;
    if mine.next().is_some() {
        return Some(Settled::Broken);
    }
    let said = fitting(ignore, &item.node).map(str::to_owned);
    let known = approved.iter().find_map(|s| fits(ignore, s));
    let (Some(said), Some(known)) = (said, known) else { return Some(Settled::Broken) };
    if said != known
        && let Some(place) = Arc::make_mut(&mut item.node).at_mut(&ignore.pointer)
    {
        place.value = Value::String(known.into());
    }
    Some(Settled::Kept(said.into()))
}
