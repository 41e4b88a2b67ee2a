//! Makes the table of what slots and word classes weigh, alone and two together, of the weights: a sentence has some hundred
//! pairs, and most of them weigh nothing. Part of the program's build, and of its tests; what runs reads it (`pairs`).

use super::indexing::Writer;
use super::keys::{Where, hash, key_of_class, key_of_pair, key_of_slot};
use super::loading;
use super::slot::Slot;
use super::weights::{BYTES, NOTHING, Table};

/// How many slots and classes there are, and what each trait of them weighs, in the order of [`keys`].
pub fn pairs() -> Vec<u8> {
    let weights = Table::read(BYTES).expect("the test of the file reads it");
    let slots: Vec<u32> = Slot::ALL.iter().map(|s| hash(s.1)).collect();
    let classes: Vec<u32> = loading::class_names().iter().map(|name| hash(name)).collect();
    let mut out = Writer::default();
    out.u32s([slots.len() as u32, classes.len() as u32]);
    let weight = |key: u32| weights.get(key).unwrap_or(NOTHING) as u8;
    out.bytes(&keys(&slots, &classes).into_iter().map(weight).collect::<Vec<u8>>());
    out.done()
}

/// The keys of each slot in each place, of the pairs of slots in first sentences and in others, each slot with all that come
/// before it; then the same of the word classes, which know two places. Slots and classes are the hashes of their names.
pub fn keys(slots: &[u32], classes: &[u32]) -> Vec<u32> {
    let mut out = Vec::new();
    let places = [true, false];
    let pairs = |all: &[u32], out: &mut Vec<u32>| {
        for first in places {
            let before = (0..all.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
            out.extend(before.map(|(a, b)| key_of_pair(first, all[a], all[b])));
        }
    };
    out.extend(Where::ALL.iter().flat_map(|at| slots.iter().map(|slot| key_of_slot(*at, *slot))));
    pairs(slots, &mut out);
    out.extend(places.iter().flat_map(|first| classes.iter().map(|class| key_of_class(*first, *class))));
    pairs(classes, &mut out);
    out
}
