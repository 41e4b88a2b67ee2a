//! Patterns over word classes, as the program's build made them of the data files (`loading`). What they say of a sentence is for
//! `phrases`.

use std::sync::LazyLock;

use super::mood::Mood;
use super::packed::{ASSERTED, BROAD, LOW, MEDIUM, ORDERED, PARAMETER, PATTERN, Parts, U16s, U32s, WORDS, number};
use super::phrases::LONGEST;
use crate::terms::Confidence;

/// What the files were made into.
const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/table.bin"));

/// A set of classes.
pub type Set = [u64; WORDS];

/// What a pattern wants next.
#[derive(Clone, Copy, Default)]
pub struct Element {
    pub class: u16,
    /// The word is an order.
    pub ordered: bool,
    /// A negation before the word takes it away.
    pub asserted: bool,
    /// Bytes that may lie between this element and the one before it.
    pub gap: usize,
}

/// A pattern; its lists are read where they lie.
pub struct Pattern {
    pub rule: &'static str,
    pub confidence: Option<Confidence>,
    pub place: Place,
    pub broad: bool,
    lists: U16s<'static>,
    /// Where each of its lists begins in those of all patterns, and where the last ends.
    starts: [u32; 5],
}

impl Pattern {
    /// The elements in their order, and how many there are.
    pub fn sequence(&self) -> ([Element; LONGEST], usize) {
        let mut out = [Element::default(); LONGEST];
        let len = ((self.starts[1] - self.starts[0]) as usize / 2).min(LONGEST);
        for (k, element) in out.iter_mut().take(len).enumerate() {
            let at = self.starts[0] as usize + 2 * k;
            let class = self.lists.get(at);
            let (ordered, asserted) = (class & ORDERED != 0, class & ASSERTED != 0);
            *element = Element {
                class: class & !(ORDERED | ASSERTED),
                ordered,
                asserted,
                gap: usize::from(self.lists.get(at + 1)),
            };
        }
        (out, len)
    }

    fn list(&self, number: usize) -> impl ExactSizeIterator<Item = u16> + use<> {
        self.lists.range(self.starts[number] as usize, self.starts[number + 1] as usize)
    }

    /// Classes of the sentence.
    pub fn needs(&self) -> impl Iterator<Item = u16> {
        self.list(1)
    }

    /// Classes that may also be in the sentence before or after.
    pub fn around(&self) -> impl ExactSizeIterator<Item = u16> {
        self.list(2)
    }

    /// Classes that may not be in the sentence.
    pub fn bars(&self) -> impl Iterator<Item = u16> {
        self.list(3)
    }
}

#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    Anywhere,
    /// In the description of a parameter, or where a schema holds data.
    Parameter,
}

pub struct Table {
    rules: Vec<&'static str>,
    /// Five numbers each: rule and flags, and where each of its four lists begins; one more for the end.
    patterns: &'static [[u8; PATTERN]],
    lists: U16s<'static>,
    /// Patterns by their rarest class, each with the next of its classes, one after the other, and where those of a class begin.
    by_class: U32s<'static>,
    by_class_starts: U16s<'static>,
    /// Classes that are the rarest of some pattern.
    rarest: Set,
    /// The class of negations.
    pub never: u16,
    /// Classes that some pattern wants as an order: the mood of other words is not looked at.
    pub ordered: Set,
    /// The class of acts with an effect beyond the tool.
    pub effect: u16,
    /// Names of the classes that have one, from class 64 on.
    pub named: Vec<&'static str>,
}

#[inline]
pub fn insert(set: &mut Set, class: u16) {
    set[usize::from(class) / 64] |= 1 << (class % 64);
}

#[inline]
pub fn holds(set: &Set, class: u16) -> bool {
    set[usize::from(class) / 64] & 1 << (class % 64) != 0
}

pub static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut parts = Parts::of(BYTES);
    let rules = parts.words().collect();
    let (patterns, lists) = (parts.rows(), parts.u16s());
    let (by_class_starts, by_class) = (parts.u16s(), parts.u32s());
    let known = parts.u16s();
    let mut ordered = Set::default();
    let asked = parts.u16s();
    asked.range(0, asked.len()).for_each(|class| insert(&mut ordered, class));
    let mut rarest = Set::default();
    let begins = |class: u16| by_class_starts.get(usize::from(class));
    let classes =
        (0..by_class_starts.len().saturating_sub(1) as u16).filter(|class| begins(*class) < begins(class + 1));
    classes.for_each(|class| insert(&mut rarest, class));
    let named = parts.words().collect();
    let (never, effect) = (known.get(0), known.get(1));
    Table { rules, patterns, lists, by_class, by_class_starts, rarest, never, ordered, effect, named }
});

impl Table {
    /// The mood of a word of a class that no pattern wants as an order: that of others is looked for when it is asked for.
    #[inline]
    pub fn mood(&self, class: u16) -> Option<Mood> {
        (!holds(&self.ordered, class)).then_some(Mood::None)
    }

    /// Those of a set that are the rarest of some pattern, in order: most are of none.
    pub fn each_rarest(&self, present: &Set, mut found: impl FnMut(u16)) {
        for (word, (here, rarest)) in (0..).zip(present.iter().zip(&self.rarest)) {
            let mut bits = here & rarest;
            while bits != 0 {
                found(word * 64 + bits.trailing_zeros() as u16);
                bits &= bits - 1;
            }
        }
    }

    /// The patterns whose rarest class is this, and the next of their classes.
    pub fn of_class(&self, class: u16) -> impl Iterator<Item = (usize, u16)> {
        let class = usize::from(class);
        let starts = self.by_class_starts;
        let here = self.by_class.range(usize::from(starts.get(class)), usize::from(starts.get(class + 1)));
        here.map(|both| (both as usize & 0xFFFF, (both >> 16) as u16))
    }

    /// A pattern.
    pub fn pattern(&self, pattern: usize) -> Pattern {
        let (row, next) = (&self.patterns[pattern], &self.patterns[pattern + 1]);
        let [rule, flags, ..] = *row;
        let confidence = match flags & 3 {
            LOW => Some(Confidence::Low),
            MEDIUM => Some(Confidence::Medium),
            _ => None,
        };
        Pattern {
            rule: self.rules[usize::from(rule)],
            confidence,
            place: if flags & PARAMETER == 0 { Place::Anywhere } else { Place::Parameter },
            broad: flags & BROAD != 0,
            lists: self.lists,
            // the lists of the next pattern follow
            starts: [number(row, 1), number(row, 2), number(row, 3), number(row, 4), number(next, 1)],
        }
    }

    #[cfg(test)]
    fn patterns(&self) -> impl Iterator<Item = Pattern> {
        (0..self.patterns.len() - 1).map(|n| self.pattern(n))
    }
}

#[cfg(test)]
mod tests {
    use super::super::loading;
    use super::*;

    #[test]
    fn the_patterns_are_whole() {
        let all: Vec<Pattern> = TABLE.patterns().collect();
        assert!(all.len() > 500 && all.iter().all(|p| !p.rule.is_empty()));
        for pattern in &all {
            let (elements, len) = pattern.sequence();
            assert_eq!(2 * len as u32, pattern.starts[1] - pattern.starts[0], "longer than {LONGEST}");
            assert!(elements.iter().all(|e| usize::from(e.class) < WORDS * 64));
            assert!(elements.iter().all(|e| e.class >= 64 || !e.ordered), "the mood of slots is not looked at");
        }
    }

    #[test]
    fn the_table_is_what_the_files_make() {
        assert!(BYTES == loading::table());
    }
}
