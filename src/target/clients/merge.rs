//! How a client makes one list of its scopes: which configuration of a name goes before which, and managed files that
//! stand alone. What is overridden stays in the inventory, marked, and is audited all the same: not every row of the table has
//! been checked against its vendor.

use std::collections::BTreeMap;

use super::super::{ConfigScope, Fact, FactKind, Target};

/// Clients whose managed file excludes all others.
const ALONE: [&str; 1] = ["claude-code"];

/// Scopes from the strongest to the weakest; what a person typed is not merged.
const ORDER: [ConfigScope; 6] = [
    ConfigScope::Managed,
    ConfigScope::Environment,
    ConfigScope::Local,
    ConfigScope::Project,
    ConfigScope::User,
    ConfigScope::Plugin,
];

/// The place of a scope in that order; the smallest is the strongest.
pub(super) fn rank(scope: ConfigScope) -> usize {
    ORDER.iter().position(|s| *s == scope).unwrap_or(ORDER.len())
}

/// Marks what another scope of the same client overrides.
pub(super) fn mark(targets: &mut [Target]) {
    let rank = |t: &Target| rank(t.scope);
    let mut strongest: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    let mut managed: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (at, target) in targets.iter().enumerate() {
        let Some(client) = target.client else { continue };
        let best = strongest.entry((client, target.name.raw().to_owned())).or_insert(at);
        if rank(target) < rank(&targets[*best]) {
            *best = at;
        }
        if target.scope == ConfigScope::Managed && ALONE.contains(&client) {
            managed.entry(client).or_insert(at);
        }
    }
    let over: Vec<Option<usize>> = targets
        .iter()
        .map(|target| {
            let client = target.client?;
            if target.scope != ConfigScope::Managed
                && let Some(at) = managed.get(client)
            {
                return Some(*at);
            }
            let best = *strongest.get(&(client, target.name.raw().to_owned()))?;
            (rank(&targets[best]) < rank(target)).then_some(best)
        })
        .collect();
    for (at, over) in over.into_iter().enumerate() {
        let Some(origin) = over.and_then(|o| Some((targets[o].origin.clone()?, targets[o].scope))) else { continue };
        let (origin, scope) = origin;
        if targets[at].facts.iter().any(|f| f.kind == FactKind::Overridden) {
            continue;
        }
        let what = scope.word().into();
        let fact = Fact { kind: FactKind::Overridden, what, file: origin.file, scope, place: origin.place };
        targets[at].facts.push(fact);
    }
}
