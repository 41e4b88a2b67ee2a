//! Readings put together: which are the same, whether two ways of asking differ, and what one era says in all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::visit::Ask;
use super::{Capture, Era, Session};
use crate::json::canonical;
use crate::manifest::{Item, ItemKey, Manifest};
use crate::terms::{Digest, ItemKind};
use crate::untrusted::Untrusted;

/// SHA-256 of the canonical form; of the received bytes where there is none.
pub(super) fn digest(item: &Item) -> Digest {
    canonical(&item.node).map_or_else(|_| item.received(), |text| Digest::of(&text))
}

/// Whether two manifests were received as the same items in the same order.
fn same(a: &Manifest, b: &Manifest) -> bool {
    let item = |(a, b): (&Item, &Item)| a.key == b.key && a.received() == b.received() && a.page == b.page;
    a.items.len() == b.items.len() && a.problems == b.problems && a.items.iter().zip(&b.items).all(item)
}

/// Lets readings that are the same share one manifest, and replaces private paths in each. Whether the last one shares.
pub(super) fn share(sessions: &mut [Session], pairs: &[(String, &'static str)]) -> bool {
    let mut shared = false;
    for i in 0..sessions.len() {
        let (before, rest) = sessions.split_at_mut(i);
        let here = &mut rest[0];
        let known = before.iter().find(|s| s.era == here.era && same(&s.manifest, &here.manifest));
        match known {
            Some(known) => {
                here.manifest = known.manifest.clone();
                shared = true;
                continue;
            }
            None if !pairs.is_empty() => Arc::make_mut(&mut here.manifest).substitute(pairs),
            None => {}
        }
        shared = false;
    }
    if !pairs.is_empty() {
        sessions.iter_mut().for_each(|s| s.substitutions = pairs.to_vec());
    }
    shared
}

/// The items of a reading, by name, with the digests of all items of that name.
pub(super) fn items(manifest: &Manifest) -> BTreeMap<&ItemKey, BTreeSet<Digest>> {
    let mut all: BTreeMap<&ItemKey, BTreeSet<Digest>> = BTreeMap::new();
    for item in &manifest.items {
        all.entry(&item.key).or_default().insert(digest(item));
    }
    all
}

/// Whether a server said something else the first time it was asked in two ways. Its own capabilities may follow ours.
pub(super) fn differ(sessions: &[Session], one: Ask, other: Ask) -> bool {
    let first = |ask: Ask, era: Option<Era>| {
        sessions.iter().find(|s| s.visit.ask == ask && s.visit.reading == 0 && era.is_none_or(|e| e == s.era))
    };
    let Some(there) = first(other, None) else { return false };
    let Some(here) = first(one, Some(there.era)) else { return false };
    if Arc::ptr_eq(&here.manifest, &there.manifest) {
        return false;
    }
    let said = |s: &Session| {
        let mut all: Vec<(ItemKey, BTreeSet<Digest>)> =
            items(&s.manifest).into_iter().map(|(k, d)| (k.clone(), d)).collect();
        all.retain(|(key, _)| !is_capabilities(key));
        all
    };
    said(here) != said(there)
}

pub(super) fn is_capabilities(key: &ItemKey) -> bool {
    key.kind == ItemKind::Server && key.name.raw() == "capabilities"
}

impl Capture {
    /// What the server says in each era, over all readings: the newest protocol revision it named, and every item that was
    /// said to anyone (TRUST T15). The pseudo-items are those of the first reading.
    pub fn eras(&self) -> BTreeMap<Era, (Untrusted, Manifest)> {
        let mut out: BTreeMap<Era, (Untrusted, Manifest)> = BTreeMap::new();
        for (i, session) in self.sessions.iter().enumerate() {
            let Some((_, union)) = out.get_mut(&session.era) else {
                out.insert(session.era, (session.protocol.clone(), (*session.manifest).clone()));
                continue;
            };
            if self.sessions[..i].iter().any(|s| Arc::ptr_eq(&s.manifest, &session.manifest)) {
                continue;
            }
            absorb(union, &session.manifest);
        }
        out
    }
}

fn absorb(union: &mut Manifest, more: &Manifest) {
    let known: BTreeSet<(ItemKey, Digest)> = union.items.iter().map(|i| (i.key.clone(), i.received())).collect();
    let fresh = more.items.iter().filter(|i| i.key.kind != ItemKind::Server);
    let fresh: Vec<&Item> = fresh.filter(|i| !known.contains(&(i.key.clone(), i.received()))).collect();
    if fresh.is_empty() {
        return;
    }
    let mut canonical: BTreeSet<(ItemKey, Digest)> = union.items.iter().map(|i| (i.key.clone(), digest(i))).collect();
    for item in fresh {
        if canonical.insert((item.key.clone(), digest(item))) {
            union.items.push(item.clone());
        }
    }
    for problem in &more.problems {
        if !union.problems.contains(problem) {
            union.problems.push(problem.clone());
        }
    }
}
