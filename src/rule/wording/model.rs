//! A linear model over the traits of an item: how far it reads as attacks do and honest texts do not. It may warn, and it
//! weighs what a grammar saw; alone it never gates.
//!
//! Weights come from `cargo run --example train-wording` (see `docs/wording-model.md`): `weights.bin`, five bytes each.

use std::sync::LazyLock;

use super::traits::{GROUPS, Known, SAID, WORDS};

/// Where weights come from.
pub enum Weights {
    /// A table by key: slots with a key and a weight, zero where there is none.
    Table(Vec<(u32, i8)>),
    /// Everything weighs the same: for training.
    Everything,
}

/// The weights that are compiled in.
pub static WEIGHTS: LazyLock<Weights> =
    LazyLock::new(|| Weights::read(include_bytes!("lexicon/weights.bin")).expect("the test of the file reads it"));

/// What a file of weights begins with; keys with their weights follow.
pub const MAGIC: &[u8; 8] = b"wording2";
/// What a weight of one is in the file.
pub const UNIT: f64 = 20.0;

impl Weights {
    /// Reads a file of weights.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let rows = bytes.strip_prefix(MAGIC.as_slice())?;
        let (rows, rest) = rows.as_chunks::<5>();
        if !rest.is_empty() {
            return None;
        }
        let size = (rows.len() * 2).next_power_of_two();
        let mut table = vec![(0, 0); size];
        for [a, b, c, d, weight] in rows {
            let key = u32::from_le_bytes([*a, *b, *c, *d]);
            let mut at = key as usize & (size - 1);
            while table[at].1 != 0 {
                at = (at + 1) & (size - 1);
            }
            table[at] = (key, *weight as i8);
        }
        Some(Self::Table(table))
    }

    /// What a trait weighs, when it is known.
    pub fn get(&self, key: u32) -> Option<i8> {
        let Self::Table(table) = self else { return Some(1) };
        let mut at = key as usize & (table.len() - 1);
        loop {
            match table[at] {
                (_, 0) => return None,
                (known, weight) if known == key => return Some(weight),
                _ => at = (at + 1) & (table.len() - 1),
            }
        }
    }
}

/// The last group of traits.
pub const LAST_GROUP: usize = GROUPS - 1;

/// The key of the weight every item begins with.
pub const BEGINNING: u32 = 0;

/// How much a trait of a group counts among so many.
pub fn share(group: usize, count: usize) -> f64 {
    match group {
        SAID => 0.35,
        _ => 1.0 / (count as f64 + 8.0).sqrt(),
    }
}

/// What traits and words weigh together, each of which is there once.
pub fn sum(traits: &[Known], words: &[(u32, i8)]) -> f64 {
    let mut groups = [(0usize, 0i32); GROUPS];
    for Known { what, weight, .. } in traits {
        let (count, sum) = &mut groups[what.group()];
        *count += 1;
        *sum += i32::from(*weight);
    }
    groups[WORDS] = (words.len(), words.iter().map(|(_, w)| i32::from(*w)).sum());
    let all = groups.iter().enumerate().map(|(group, (count, sum))| f64::from(*sum) * share(group, *count));
    all.sum::<f64>() / UNIT
}

/// How far an item reads as attacks do: above zero it does.
pub fn score(weights: &Weights, traits: &[Known], words: &[(u32, i8)]) -> f64 {
    // the beginning is kept in tenths
    weights.get(BEGINNING).map_or(0.0, |w| f64::from(w) / 10.0) + sum(traits, words)
}

#[cfg(test)]
mod tests {
    use super::super::traits::Trait;
    use super::*;

    #[test]
    fn the_weights_are_whole() {
        let bytes = include_bytes!("lexicon/weights.bin");
        assert!(bytes.len() > 20_000 && bytes.len() <= 128 << 10, "{}", bytes.len());
        assert!(Weights::read(bytes).is_some_and(|w| w.get(BEGINNING).is_some()));
        assert!(Weights::read(&bytes[1..]).is_none() && Weights::read(&bytes[..bytes.len() - 1]).is_none());
    }

    #[test]
    fn the_more_traits_there_are_the_less_each_counts() {
        let one = Known { key: 1, what: Trait::Form("x", true), weight: 20 };
        assert!((sum(&[one], &[]) - 0.35).abs() < 1e-9);
        let words = |n: u32| sum(&[], &(0..n).map(|i| (i, 20)).collect::<Vec<_>>());
        assert!(words(8) > words(1) && words(8) < 8.0 * words(1));
    }
}
