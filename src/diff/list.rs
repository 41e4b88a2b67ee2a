//! Two lists, element by element: what was inserted in front does not change everything behind it, and a list of the same
//! elements in another order changed its order, nothing else.

use std::collections::BTreeMap;

use super::steps::{Work, align, ids};
use crate::json::{Node, canonical};

/// One place of two lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// An element of both lists which differs, or may.
    Both(usize, usize),
    /// Gone from the old list.
    Gone(usize),
    /// New in the new list.
    Come(usize),
}

/// How two lists stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lists {
    /// The same elements in another order.
    Moved,
    /// Element by element.
    Pairs(Vec<Pair>),
}

/// Compares two lists. Elements with names of their own are found by name, others by what they are.
pub(super) fn compare(old: &[Node], new: &[Node], work: &mut Work) -> Lists {
    let form = |n: &Node| canonical(n).unwrap_or_else(|_| format!("{:?}", n.value).into_bytes());
    let (a, b): (Vec<Vec<u8>>, Vec<Vec<u8>>) = (old.iter().map(form).collect(), new.iter().map(form).collect());
    let sorted = |list: &[Vec<u8>]| {
        let mut list: Vec<&Vec<u8>> = list.iter().collect();
        list.sort();
        list.into_iter().cloned().collect::<Vec<_>>()
    };
    if a.len() == b.len() && a != b && sorted(&a) == sorted(&b) {
        return Lists::Moved;
    }
    if let (Some(before), Some(after)) = (names(old), names(new)) {
        return Lists::Pairs(by_name(&before, &after));
    }
    let (left, right) = ids(a.iter(), b.iter());
    let mut out = Vec::new();
    for op in align(&left, &right, work).into_iter().filter(|op| !op.same) {
        let both = op.old.len().min(op.new.len());
        out.extend(op.old.clone().zip(op.new.clone()).map(|(i, j)| Pair::Both(i, j)));
        out.extend(op.old.skip(both).map(Pair::Gone));
        out.extend(op.new.skip(both).map(Pair::Come));
    }
    Lists::Pairs(out)
}

/// The names of all elements, when each has one of its own.
fn names(list: &[Node]) -> Option<BTreeMap<&str, usize>> {
    let mut out = BTreeMap::new();
    for (i, node) in list.iter().enumerate() {
        let name = node.get("name").or_else(|| node.get("uri"))?.as_str()?;
        if out.insert(name, i).is_some() {
            return None;
        }
    }
    Some(out)
}

fn by_name(old: &BTreeMap<&str, usize>, new: &BTreeMap<&str, usize>) -> Vec<Pair> {
    let mut out = Vec::new();
    for (name, i) in old {
        out.push(new.get(name).map_or(Pair::Gone(*i), |j| Pair::Both(*i, *j)));
    }
    out.extend(new.iter().filter(|(name, _)| !old.contains_key(*name)).map(|(_, j)| Pair::Come(*j)));
    // a name that went where another came is one element with another name, when there is no doubt which
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for pair in &out {
        match pair {
            Pair::Gone(i) => gone.push(*i),
            Pair::Come(j) => come.push(*j),
            Pair::Both(..) => {}
        }
    }
    if let ([i], [j]) = (&gone[..], &come[..])
        && old.len() == new.len()
        && i == j
    {
        out.retain(|p| matches!(p, Pair::Both(..)));
        out.push(Pair::Both(*i, *j));
    }
    out
}
