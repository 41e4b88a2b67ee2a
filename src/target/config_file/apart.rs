//! Names of servers without the secrets in them.

use std::collections::BTreeMap;

use super::super::Target;
use crate::secret;
use crate::untrusted::Untrusted;

/// Names without secrets, which go into files that are shared: equal where the names were, and nowhere else.
pub fn tell_apart(targets: &mut [Target]) {
    let mut called: BTreeMap<Untrusted, Untrusted> = BTreeMap::new();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for target in targets {
        let masked = secret::masked(target.name.raw());
        if masked == target.name.raw() {
            continue;
        }
        let shown = called.entry(target.name.clone()).or_insert_with(|| {
            let n = count.entry(masked.to_string()).or_default();
            *n += 1;
            if *n == 1 { Untrusted::from(&*masked) } else { format!("{masked} {n}").into() }
        });
        target.name = shown.clone();
    }
}
