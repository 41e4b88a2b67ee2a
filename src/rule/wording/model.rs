//! A linear model over the traits of an item: how far it reads as attacks do and honest texts do not. It may warn, and it
//! weighs what a grammar saw; alone it never gates.
//!
//! Weights come from `cargo run --example train-wording` (see `docs/wording-model.md`): `weights.bin`, five bytes each.

use std::sync::LazyLock;

use super::traits::{GROUPS, Known, SAID, WORDS};

/// Where weights come from.
pub enum Weights {
    /// A file: keys in order, each with its weight.
    Table(Table<'static>),
    /// Everything weighs the same: for training.
    Everything,
}

/// Keys in order with their weights, read in place.
pub struct Table<'a> {
    rows: &'a [[u8; 5]],
    /// Where the keys begin that have the same first bits; one more for the end.
    starts: Vec<u16>,
}

/// Bits of a key by which it is looked up: keys are spread evenly, so that two or three share them.
const FIRST: u32 = 13;

/// The weights that are compiled in.
pub static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| {
    let table = Table::read(include_bytes!("lexicon/weights.bin"));
    Weights::Table(table.expect("the test of the file reads it"))
});

/// What a file of weights begins with; keys with their weights follow.
pub const MAGIC: &[u8; 8] = b"wording2";
/// What a weight of one is in the file.
pub const UNIT: f64 = 20.0;

impl<'a> Table<'a> {
    /// Reads a file of weights; `None` when it is cut short or out of order.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (rows, rest) = bytes.strip_prefix(MAGIC.as_slice())?.as_chunks::<5>();
        if !rest.is_empty() || !rows.is_sorted_by(|a, b| key(a) < key(b)) {
            return None;
        }
        let mut starts = Vec::with_capacity((1 << FIRST) + 1);
        for (at, row) in rows.iter().enumerate() {
            let at = u16::try_from(at).ok()?;
            starts.resize(starts.len().max((key(row) >> (32 - FIRST)) as usize + 1), at);
        }
        starts.resize((1 << FIRST) + 1, u16::try_from(rows.len()).ok()?);
        Some(Self { rows, starts })
    }

    fn get(&self, wanted: u32) -> Option<i8> {
        let first = (wanted >> (32 - FIRST)) as usize;
        let rows = &self.rows[usize::from(self.starts[first])..usize::from(self.starts[first + 1])];
        rows.iter().find(|row| key(row) == wanted).map(|row| row[4] as i8)
    }
}

fn key([a, b, c, d, _]: &[u8; 5]) -> u32 {
    u32::from_le_bytes([*a, *b, *c, *d])
}

impl Weights {
    /// What a trait weighs, when it is known.
    pub fn get(&self, key: u32) -> Option<i8> {
        match self {
            Self::Table(table) => table.get(key),
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
        assert!(Table::read(&bytes[1..]).is_none() && Table::read(&bytes[..bytes.len() - 1]).is_none());
        let table = Table::read(bytes).expect("rows in order");
        assert!(table.get(BEGINNING).is_some());
        for row in table.rows {
            assert_eq!(table.get(key(row)), Some(row[4] as i8));
            let next = table.rows.binary_search_by_key(&(key(row) ^ 1), key);
            assert_eq!(table.get(key(row) ^ 1), next.ok().map(|at| table.rows[at][4] as i8));
        }
        let swapped = [&MAGIC[..], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 1]].concat();
        assert!(Table::read(&swapped).is_none());
    }

    #[test]
    fn the_more_traits_there_are_the_less_each_counts() {
        let one = Known { key: 1, what: Trait::Form("x", true), weight: 20 };
        assert!((sum(&[one], &[]) - 0.35).abs() < 1e-9);
        let words = |n: u32| sum(&[], &(0..n).map(|i| (i, 20)).collect::<Vec<_>>());
        assert!(words(8) > words(1) && words(8) < 8.0 * words(1));
    }
}
