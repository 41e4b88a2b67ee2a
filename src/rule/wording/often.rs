//! The words that several items of a server use, counted while its items are read.

/// Counts in how many items each word is.
pub struct Often<K> {
    /// By a hash of the word: the first word there, the last item that it was in, and how many items it was in.
    rows: Vec<(K, u32, u32)>,
    shift: u32,
    /// All words whose row has another, with their items.
    others: Vec<(K, u32)>,
    least: u32,
    found: Vec<K>,
}

impl<K: Copy + Ord + Default + Into<u64>> Often<K> {
    /// Looks for the words of at least so many items, of which there is so much text.
    pub fn new(bytes: usize, least: u32) -> Self {
        let size = (bytes / 32).next_power_of_two().ilog2().clamp(6, 16);
        let rows = vec![(K::default(), 0, 0); 1 << size];
        Self { rows, shift: 64 - size, others: Vec::new(), least, found: Vec::new() }
    }

    /// One more word of an item; those of one item come together, and items begin with 1.
    pub fn add(&mut self, word: K, item: u32) {
        let row = &mut self.rows[(word.into().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize];
        let (known, last, count) = row;
        if *count > 0 && *known != word {
            self.others.push((word, item));
        } else if *last != item {
            *row = (word, item, *count + 1);
            self.found.extend((row.2 == self.least).then_some(word));
        }
    }

    /// The words, in order.
    pub fn words(self) -> Vec<K> {
        let Self { mut others, mut found, least, .. } = self;
        others.sort_unstable();
        others.dedup();
        let often = others.chunk_by(|a, b| a.0 == b.0).filter(|of_word| of_word.len() >= least as usize);
        found.extend(often.map(|of_word| of_word[0].0));
        found.sort_unstable();
        found
    }
}

/// Each of these once, in order. Most come many times, and are not sorted with the others.
pub fn once<K: Copy + Ord + Default + Into<u64>>(words: &[K]) -> Vec<K> {
    let mut often = Often::new(words.len() * 16, 1);
    words.iter().for_each(|word| often.add(*word, 1));
    often.words()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #[test]
        fn words_of_enough_items_are_found(
            items in prop::collection::vec(prop::collection::vec(0..300_u64, 0..60), 0..12),
            least in 1..4_u32,
        ) {
            let mut wanted: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
            let mut often = Often::new(0, least);
            for (item, words) in (1..).zip(&items) {
                for word in words {
                    often.add(*word, item);
                    wanted.entry(*word).or_default().insert(item);
                }
            }
            wanted.retain(|_, items| items.len() >= least as usize);
            prop_assert_eq!(often.words(), wanted.into_keys().collect::<Vec<u64>>());
            let all: Vec<u64> = items.concat();
            let wanted: BTreeSet<u64> = all.iter().copied().collect();
            prop_assert_eq!(once(&all), wanted.into_iter().collect::<Vec<u64>>());
        }
    }
}
