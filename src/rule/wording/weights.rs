//! A file of weights: three bytes each, read in place. The trainer makes it (`docs/wording-model.md`), the build and the
//! program read it.

/// The file that is compiled in.
pub const BYTES: &[u8] = include_bytes!("lexicon/weights.bin");

/// What stands for no weight: weights lie between -127 and 127.
pub const NOTHING: i8 = i8::MIN;

/// Weights by key, read in place: a key is looked up by its first bits, the next ones are kept beside the weight, and the
/// last ones are left out.
pub struct Table<'a> {
    rows: &'a [[u8; 3]],
    /// Where the keys begin that have the same first bits; one more for the end.
    starts: Vec<u16>,
    /// Which longer beginnings of keys there are, a bit each: most keys that are asked for have no weight.
    begins: Vec<u64>,
}

/// Bits of a key by which it is looked up: keys are spread evenly, so that a few share them.
const FIRST: u32 = 13;
/// How many such places there are.
const PLACES: usize = 1 << FIRST;
/// Bits of a key that are kept beside its weight.
const KEPT: u32 = 16;
/// Bits of the beginnings: about one in thirteen is one of a key.
const BEGIN: u32 = 19;

/// What a file of weights begins with; how many keys there are in each place and the rows follow.
const MAGIC: &[u8; 8] = b"wording3";
/// Rows that fit into 128 kB.
pub const ROWS: usize = ((128 << 10) - MAGIC.len() - PLACES) / 3;

impl<'a> Table<'a> {
    /// Reads a file of weights; `None` when it is cut short or has too many rows.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (counts, rows) = bytes.strip_prefix(MAGIC.as_slice())?.split_at_checked(PLACES)?;
        let (rows, rest) = rows.as_chunks::<3>();
        let mut starts = vec![0_u16];
        let mut end = 0_u16;
        for count in counts {
            end = end.checked_add(u16::from(*count))?;
            starts.push(end);
        }
        if !rest.is_empty() || usize::from(end) != rows.len() {
            return None;
        }
        let mut begins = vec![0; 1 << (BEGIN - 6)];
        for (first, range) in starts.windows(2).enumerate() {
            for [_, high, _] in &rows[usize::from(range[0])..usize::from(range[1])] {
                let begin = (first << 8 | usize::from(*high)) >> (FIRST + 8 - BEGIN);
                begins[begin / 64] |= 1_u64 << (begin % 64);
            }
        }
        Some(Self { rows, starts, begins })
    }

    /// What a key weighs, when it is known.
    pub fn get(&self, wanted: u32) -> Option<i8> {
        let begin = wanted >> (32 - BEGIN);
        if self.begins[begin as usize / 64] & 1 << (begin % 64) == 0 {
            return None;
        }
        let (first, kept) = split(wanted);
        let rows = &self.rows[usize::from(self.starts[first])..usize::from(self.starts[first + 1])];
        let found = rows.iter().find(|[a, b, _]| u16::from_le_bytes([*a, *b]) == kept);
        found.map(|[.., weight]| *weight as i8)
    }
}

/// A file of weights, for `Table::read`. Of keys that cannot be told apart the weightiest counts; `None` when there are too
/// many.
pub fn file(weights: &[(u32, i8)]) -> Option<Vec<u8>> {
    let mut rows: Vec<(usize, u16, i8)> = weights.iter().map(|(key, w)| (split(*key).0, split(*key).1, *w)).collect();
    rows.sort_by_key(|(first, kept, weight)| (*first, *kept, std::cmp::Reverse(weight.unsigned_abs()), *weight));
    rows.dedup_by_key(|(first, kept, _)| (*first, *kept));
    let mut counts = vec![0_u8; PLACES];
    for (first, ..) in &rows {
        counts[*first] = counts[*first].checked_add(1)?;
    }
    let rows = rows.iter().flat_map(|(_, kept, weight)| {
        let [a, b] = kept.to_le_bytes();
        [a, b, *weight as u8]
    });
    Some(MAGIC.iter().copied().chain(counts).chain(rows).collect())
}

/// The place of a key, and what is kept of it.
fn split(key: u32) -> (usize, u16) {
    ((key >> (32 - FIRST)) as usize, (key >> (32 - FIRST - KEPT)) as u16)
}

#[cfg(test)]
mod tests {
    use super::super::model::BEGINNING;
    use super::*;

    #[test]
    fn the_weights_are_whole() {
        let bytes = BYTES;
        assert!(bytes.len() > 20_000 && bytes.len() <= 128 << 10, "{}", bytes.len());
        assert!(Table::read(&bytes[1..]).is_none() && Table::read(&bytes[..bytes.len() - 1]).is_none());
        assert!(Table::read(bytes).is_some_and(|table| table.get(BEGINNING).is_some()));
    }

    #[test]
    fn what_is_written_is_read() {
        let weights = [(BEGINNING, -7), (0xffff_fff8, 127), (0x0008_0000, -127), (0x0008_0008, 1), (0x0008_0010, 2)];
        let bytes = file(&weights).expect("few rows");
        let table = Table::read(&bytes).expect("a file");
        for (key, weight) in weights {
            assert_eq!(table.get(key), Some(weight), "{key:x}");
        }
        for unknown in [8, 0x0008_0018, 0x0010_0000, 0xfff7_fff8] {
            assert_eq!(table.get(unknown), None, "{unknown:x}");
        }
        // of two that are one the weightiest, in whatever order
        for weights in [[(64, 3), (65, -9)], [(65, -9), (64, 3)]] {
            let bytes = file(&weights).expect("few rows");
            assert_eq!(Table::read(&bytes).and_then(|t| t.get(64)), Some(-9));
        }
        let crowd: Vec<(u32, i8)> = (0..256).map(|i| (i << 3, 1)).collect();
        assert!(file(&crowd).is_none());
    }
}
