//! A linear model over the traits of an item: how far it reads as attacks do and honest texts do not. It may warn, and it
//! weighs what a grammar saw; alone it never gates.
//!
//! Weights come from `cargo run --example train-wording` (see `docs/wording-model.md`): `weights.bin`, three bytes each.

use std::sync::LazyLock;

use super::traits::{GROUPS, Known, SAID};
use super::vocabulary::Weighed;
use super::weights::{BYTES, NOTHING};
pub use super::weights::{ROWS, Table, file};

/// Where weights come from.
pub enum Weights {
    /// A file.
    Table(Table<'static>),
    /// Everything weighs the same: for training.
    Everything,
}

/// The weights that are compiled in.
pub static WEIGHTS: LazyLock<Weights> =
    LazyLock::new(|| Weights::Table(Table::read(BYTES).expect("the test of the file reads it")));

/// What a weight of one is in the file.
pub const UNIT: f64 = 20.0;
impl Weights {
    /// What a trait weighs, when it is known.
    pub fn get(&self, key: u32) -> Option<i8> {
        match self {
            Self::Table(table) => table.get(key),
            Self::Everything => Some(1),
        }
    }

    /// What a trait weighs by the table of pairs.
    pub fn of_pair(&self, weight: i8) -> Option<i8> {
        match self {
            Self::Table(_) => (weight != NOTHING).then_some(weight),
            Self::Everything => Some(1),
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

/// What traits weigh together, by their groups.
#[derive(Clone, Copy, Default)]
pub struct Sums([(usize, i32); GROUPS]);

impl Sums {
    /// One more, which was not there before.
    pub fn add(&mut self, group: usize, weight: i8) {
        let (count, sum) = &mut self.0[group];
        *count += 1;
        *sum += i32::from(weight);
    }

    /// All of them.
    pub fn total(&self) -> f64 {
        let groups = self.0.iter().enumerate();
        groups.map(|(group, (count, sum))| f64::from(*sum) * share(group, *count)).sum::<f64>() / UNIT
    }
}

/// How far an item reads as attacks do: above zero it does. `sums` are those of its classes; each trait and each word is
/// there once.
pub fn score(weights: &Weights, mut sums: Sums, traits: &[Known], words: &[Weighed]) -> f64 {
    traits.iter().for_each(|known| sums.add(SAID, known.weight));
    words.iter().for_each(|word| sums.add(word.group, word.weight));
    // the beginning is kept in tenths
    weights.get(BEGINNING).map_or(0.0, |w| f64::from(w) / 10.0) + sums.total()
}

#[cfg(test)]
mod tests {
    use super::super::traits::WORDS;
    use super::*;

    #[test]
    fn the_more_traits_there_are_the_less_each_counts() {
        let sum = |group: usize, n: usize| {
            let mut sums = Sums::default();
            (0..n).for_each(|_| sums.add(group, 20));
            sums.total()
        };
        assert!((sum(SAID, 1) - 0.35).abs() < 1e-9);
        assert!(sum(WORDS, 8) > sum(WORDS, 1) && sum(WORDS, 8) < 8.0 * sum(WORDS, 1));
    }
}
