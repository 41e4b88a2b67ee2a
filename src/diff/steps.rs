//! The alignment of two sequences, with a budget of steps: common start and end, the greedy shortest edit script while the
//! budget lasts, elements that occur once on each side as anchors, and for what is left over one replacement.

use std::collections::BTreeMap;
use std::ops::Range;

/// Steps of one comparison of two snapshots, or of one report: about a second in the worst case.
const STEPS: u64 = 40_000_000;

/// Steps of one pair of texts.
const PAIR: u64 = 4_000_000;

/// Edits the shortest script may have before anchors are looked for.
const EDITS: usize = 1_000;

/// How often anchors may be looked for inside what stands between anchors.
const DEPTH: usize = 12;

/// Steps that may still be spent.
#[derive(Clone, Debug)]
pub struct Work {
    left: u64,
    pair: u64,
    spent: u64,
}

impl Default for Work {
    fn default() -> Self {
        Self::new(STEPS)
    }
}

impl Work {
    /// A budget.
    pub fn new(steps: u64) -> Self {
        Self { left: steps, pair: 0, spent: 0 }
    }

    /// Steps spent until now.
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// Takes steps from what the pair and the whole have left.
    pub(super) fn take(&mut self, steps: usize) -> bool {
        let steps = steps as u64;
        if steps > self.left || steps > self.pair {
            return false;
        }
        self.left -= steps;
        self.pair -= steps;
        self.spent += steps;
        true
    }

    /// Begins with another pair.
    pub(super) fn next_pair(&mut self) {
        self.pair = PAIR;
    }
}

/// A stretch that is the same on both sides, or was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    /// The same on both sides.
    pub same: bool,
    /// Elements of the old sequence.
    pub old: Range<usize>,
    /// Elements of the new sequence.
    pub new: Range<usize>,
}

/// Numbers for elements: equal ones have the same.
pub fn ids<T: Ord>(old: impl Iterator<Item = T>, new: impl Iterator<Item = T>) -> (Vec<u32>, Vec<u32>) {
    let mut known: BTreeMap<T, u32> = BTreeMap::new();
    let mut id = |element: T| {
        let next = known.len() as u32;
        *known.entry(element).or_insert(next)
    };
    (old.map(&mut id).collect(), new.map(&mut id).collect())
}

/// Stretches in order; together they cover both sequences, and no two neighbours are both the same.
pub fn align(old: &[u32], new: &[u32], work: &mut Work) -> Vec<Op> {
    work.next_pair();
    let mut out = Vec::new();
    between(old, new, (0..old.len(), 0..new.len()), DEPTH, work, &mut out);
    let mut joined: Vec<Op> = Vec::with_capacity(out.len());
    for op in out {
        match joined.last_mut() {
            Some(last) if last.same == op.same => {
                last.old.end = op.old.end;
                last.new.end = op.new.end;
            }
            _ => joined.push(op),
        }
    }
    joined
}

type Part = (Range<usize>, Range<usize>);

/// Recursion is bounded by `depth`.
fn between(old: &[u32], new: &[u32], part: Part, depth: usize, work: &mut Work, out: &mut Vec<Op>) {
    let (a, b) = (&old[part.0.clone()], &new[part.1.clone()]);
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (o, n) = (part.0.start, part.1.start);
    let push = |same: bool, old: Range<usize>, new: Range<usize>, out: &mut Vec<Op>| {
        if !old.is_empty() || !new.is_empty() {
            out.push(Op { same, old, new });
        }
    };
    push(true, o..o + start, n..n + start, out);
    let (from, to) = ((o + start, n + start), (part.0.end - end, part.1.end - end));
    let middle = (from.0..to.0, from.1..to.1);
    let (ma, mb) = (&old[middle.0.clone()], &new[middle.1.clone()]);
    if ma.is_empty() || mb.is_empty() {
        push(false, middle.0, middle.1, out);
    } else if let Some(same) = shortest(ma, mb, work) {
        weave(
            same.into_iter().map(|(x, y)| (from.0 + x, from.1 + y)),
            &middle,
            &mut |part, out| {
                push(false, part.0, part.1, out);
            },
            out,
        );
    } else if let Some(anchors) = anchors(ma, mb, work).filter(|a| depth > 0 && !a.is_empty()) {
        let anchors = anchors.into_iter().map(|(x, y)| (from.0 + x, from.1 + y));
        weave(anchors, &middle, &mut |part, out| between(old, new, part, depth - 1, work, out), out);
    } else {
        push(false, middle.0, middle.1, out);
    }
    push(true, to.0..part.0.end, to.1..part.1.end, out);
}

/// Pairs of equal elements as stretches, and what stands between them as `rest` says.
fn weave(
    pairs: impl Iterator<Item = (usize, usize)>,
    whole: &Part,
    rest: &mut dyn FnMut(Part, &mut Vec<Op>),
    out: &mut Vec<Op>,
) {
    let mut at = (whole.0.start, whole.1.start);
    for (x, y) in pairs {
        if at.0 < x || at.1 < y {
            rest((at.0..x, at.1..y), out);
        }
        out.push(Op { same: true, old: x..x + 1, new: y..y + 1 });
        at = (x + 1, y + 1);
    }
    if at.0 < whole.0.end || at.1 < whole.1.end {
        rest((at.0..whole.0.end, at.1..whole.1.end), out);
    }
}

/// The pairs of the shortest edit script (Myers 1986, greedy); `None` when it has too many edits or costs too much.
fn shortest(a: &[u32], b: &[u32], work: &mut Work) -> Option<Vec<(usize, usize)>> {
    let most = (a.len() + b.len()).min(EDITS);
    // furthest[k + most + 1]: how far into `a` diagonal k was followed
    let mut furthest = vec![0usize; 2 * most + 3];
    let place = |k: isize| (k + most as isize + 1) as usize;
    let mut trace: Vec<Vec<usize>> = Vec::new();
    for edits in 0..=most as isize {
        let low = place(-edits - 1);
        trace.push(furthest[low..=place(edits + 1)].to_vec());
        for k in (-edits..=edits).step_by(2) {
            let down = k == -edits || (k != edits && furthest[place(k - 1)] < furthest[place(k + 1)]);
            let mut x = if down { furthest[place(k + 1)] } else { furthest[place(k - 1)] + 1 };
            let begin = x;
            let y = |x: usize| (x as isize - k) as usize;
            if x as isize - k < 0 {
                continue;
            }
            while x < a.len() && y(x) < b.len() && a[x] == b[y(x)] {
                x += 1;
            }
            if !work.take(2 + x.saturating_sub(begin)) {
                return None;
            }
            furthest[place(k)] = x;
            if x >= a.len() && y(x) >= b.len() {
                return Some(back(&trace, a.len(), b.len()));
            }
        }
    }
    None
}

/// The pairs of equal elements on the way back from the end.
fn back(trace: &[Vec<usize>], mut x: usize, mut y: usize) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for edits in (0..trace.len() as isize).rev() {
        let furthest = |k: isize| trace[edits as usize][(k + edits + 1) as usize];
        let k = x as isize - y as isize;
        let down = k == -edits || (k != edits && furthest(k - 1) < furthest(k + 1));
        let before = if down { k + 1 } else { k - 1 };
        let (px, py) = match edits {
            0 => (0, 0),
            _ => (furthest(before), (furthest(before) as isize - before) as usize),
        };
        while x > px && y > py {
            x -= 1;
            y -= 1;
            out.push((x, y));
        }
        (x, y) = (px, py);
    }
    out.reverse();
    out
}

/// Elements that occur once on each side, in the longest run that has the same order on both.
fn anchors(a: &[u32], b: &[u32], work: &mut Work) -> Option<Vec<(usize, usize)>> {
    if !work.take((a.len() + b.len()) * 4) {
        return None;
    }
    let mut seen: BTreeMap<u32, (usize, usize, usize, usize)> = BTreeMap::new();
    for (i, e) in a.iter().enumerate() {
        let entry = seen.entry(*e).or_default();
        (entry.0, entry.1) = (entry.0 + 1, i);
    }
    for (i, e) in b.iter().enumerate() {
        let entry = seen.entry(*e).or_default();
        (entry.2, entry.3) = (entry.2 + 1, i);
    }
    let mut once: Vec<(usize, usize)> = seen.values().filter(|s| s.0 == 1 && s.2 == 1).map(|s| (s.1, s.3)).collect();
    once.sort_unstable();
    // longest increasing run by patience: the last of each pile, and for each the top of the pile before
    let mut piles: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(once.len());
    for (i, pair) in once.iter().enumerate() {
        let pile = piles.partition_point(|p| once[*p].1 < pair.1);
        before.push(pile.checked_sub(1).map(|p| piles[p]));
        match piles.get_mut(pile) {
            Some(top) => *top = i,
            None => piles.push(i),
        }
    }
    let mut out = Vec::new();
    let mut at = piles.last().copied();
    while let Some(i) = at {
        out.push(once[i]);
        at = before[i];
    }
    out.reverse();
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn covers(a: &[u32], b: &[u32], ops: &[Op]) {
        let (mut x, mut y) = (0, 0);
        for op in ops {
            assert_eq!((op.old.start, op.new.start), (x, y), "{ops:?}");
            assert!(!op.same || a[op.old.clone()] == b[op.new.clone()], "{ops:?}");
            (x, y) = (op.old.end, op.new.end);
        }
        assert_eq!((x, y), (a.len(), b.len()), "{ops:?}");
        assert!(ops.windows(2).all(|w| w[0].same != w[1].same), "{ops:?}");
    }

    proptest! {
        #[test]
        fn stretches_cover_both_sides_and_equal_ones_are_equal(
            a in prop::collection::vec(0u32..6, 0..60), b in prop::collection::vec(0u32..6, 0..60), steps in 0u64..3_000
        ) {
            covers(&a, &b, &align(&a, &b, &mut Work::new(steps)));
            covers(&a, &b, &align(&a, &b, &mut Work::default()));
        }

        #[test]
        fn the_script_is_a_shortest_one(a in prop::collection::vec(0u32..4, 0..14), b in prop::collection::vec(0u32..4, 0..14)) {
            let common: usize = align(&a, &b, &mut Work::default()).iter().filter(|o| o.same).map(|o| o.old.len()).sum();
            let mut table = vec![vec![0usize; b.len() + 1]; a.len() + 1];
            for i in 0..a.len() {
                for j in 0..b.len() {
                    table[i + 1][j + 1] =
                        if a[i] == b[j] { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
                }
            }
            prop_assert_eq!(common, table[a.len()][b.len()]);
        }
    }

    #[test]
    fn anchors_keep_the_parts_of_a_long_rewrite_apart() {
        // two thousand other elements between each of three that stay
        let side = |from: u32| -> Vec<u32> {
            (0..3).flat_map(|i| (0..2_000).map(move |j| from + i * 2_000 + j).chain([i])).collect()
        };
        let (a, b) = (side(10), side(100_000));
        let ops = align(&a, &b, &mut Work::default());
        covers(&a, &b, &ops);
        assert_eq!(ops.iter().filter(|o| o.same).count(), 3);
    }
}
