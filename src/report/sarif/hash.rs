//! The rolling line hash GitHub computes for `primaryLocationLineHash` (REPORTS §1.4): for each line, a polynomial over the
//! 100 UTF-16 units from its first unit that is no space or tab, with line ends as LF and 0xFFFF after the last unit.

use std::collections::BTreeMap;

/// Characters from the beginning of a line that its hash is of.
pub(super) const WINDOW: usize = 100;
const FACTOR: u64 = 37;

/// The hash of every line, `hex:count`. A file that ends with a line feed has one more, empty line.
pub(super) fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    // of each line as many as a window may begin with: what comes after them is in no window
    let mut units: Vec<u16> = Vec::new();
    // index in `units` of each line's first unit
    let mut starts = vec![0];
    let mut line = 0;
    let mut source = text.encode_utf16().peekable();
    while let Some(unit) = source.next() {
        match unit {
            0x20 | 0x09 => {}
            0x0D if source.peek() == Some(&0x0A) => {}
            0x0D | 0x0A => {
                units.push(0x0A);
                line = units.len();
                starts.push(line);
            }
            unit if units.len() - line < WINDOW => units.push(unit),
            _ => {}
        }
    }
    units.push(0xFFFF);
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    let hash = |start: usize| {
        (0..WINDOW)
            .fold(0u64, |h, i| h.wrapping_mul(FACTOR).wrapping_add(units.get(start + i).copied().unwrap_or(0).into()))
    };
    starts
        .into_iter()
        .map(|start| {
            let value = hash(start);
            let count = seen.entry(value).or_default();
            *count += 1;
            format!("{value:x}:{count}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn the_published_vectors_come_out() {
        let expected = ["331625666e7a0dc:1", "343654c3a789903b:1", "32dce9ccfdbc9d3e:1", "c129715d7a2bc9a3:1"];
        assert_eq!(lines(b"{\n  \"x\": 1\n}\n"), expected);
        let expected = ["7becef57f3eca3f9:1", "635d90f92fde4afd:1", "13db8c734146ff90:1"];
        assert_eq!(lines(b"\xEF\xBB\xBF{\r\n\t\"x\": 1\r\n}"), expected);
        let eight = "  \"k\": \"vvvvvvvvvvvvvvvvvvvv\",\n".repeat(8);
        let found = lines(eight.as_bytes());
        let same: Vec<String> = (1..=5).map(|n| format!("54d3d99a8d686586:{n}")).collect();
        assert_eq!(found[..5], same);
        assert_eq!(
            found[5..],
            ["cc46ff5de28c13e4:1", "d0948f5482170ba9:1", "99d69b70630be13e:1", "c129715d7a2bc9a3:1"]
        );
        assert_eq!(lines("\"café 😀\"".as_bytes()), ["33706b8b7899586f:1"]);
        assert_eq!(lines(b""), ["c129715d7a2bc9a3:1"]);
    }

    #[test]
    fn long_lines_are_hashed_by_their_first_units_and_what_follows_a_short_one() {
        let text: String =
            [99, 100, 101, 250, 3, 99, 260, 1].map(|n| "abcdefg".repeat(n)[..n].to_owned() + "\n").concat();
        let whole: Vec<u64> = text.bytes().map(u64::from).chain([0xFFFF]).collect();
        let of = |start: usize| {
            (0..100).fold(0u64, |h, i| h.wrapping_mul(37).wrapping_add(*whole.get(start + i).unwrap_or(&0)))
        };
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        for (hash, start) in lines(text.as_bytes()).iter().zip(starts) {
            assert_eq!(hash.split(':').next(), Some(format!("{:x}", of(start)).as_str()), "the line at {start}");
        }
    }
}
