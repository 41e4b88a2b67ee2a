//! What slots and word classes weigh in a sentence, alone and two together, as the program's build took it out of the
//! weights (`weighing`). Each of these traits is its number in that table, because a text has hundreds of them.

use std::sync::LazyLock;

use super::keys::{Where, hash, key_of_class, key_of_pair, key_of_slot};
use super::model::{Sums, Weights};
use super::packed::Parts;
use super::slots::Slot;
use super::table::TABLE;

/// What the weights were made into.
const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pairs.bin"));

/// Classes below are slots.
const SLOTS: u16 = 64;

/// Classes of a sentence that are looked at; more is a list, not a sentence.
const CLASSES: usize = 40;

/// A slot or word class in a sentence, or two of either kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number(u32);

/// What all of them weigh.
pub struct Pairs {
    weights: &'static [u8],
    slots: Kind,
    classes: Kind,
}

/// The numbers of traits of one kind: of each class in each place, then of the pairs in first sentences and in others.
#[derive(Clone, Copy)]
struct Kind {
    from: usize,
    places: usize,
    /// How many classes there are.
    count: usize,
}

/// What a trait is of.
enum Trait {
    One(usize, usize),
    Two(bool, usize, usize),
}

/// The table that is compiled in.
pub static PAIRS: LazyLock<Pairs> = LazyLock::new(|| {
    let mut parts = Parts::of(BYTES);
    let (counts, weights) = (parts.u32s(), parts.bytes());
    let slots = Kind { from: 0, places: Where::ALL.len(), count: counts.get(0) as usize };
    let classes = Kind { from: slots.pair(false, slots.count, 0), places: 2, count: counts.get(1) as usize };
    Pairs { weights, slots, classes }
});

impl Kind {
    fn one(&self, place: usize, class: usize) -> usize {
        self.from + place * self.count + class
    }

    /// The number of a class with one before it.
    fn pair(&self, first: bool, class: usize, before: usize) -> usize {
        let pairs = |count: usize| count * count.saturating_sub(1) / 2;
        self.one(self.places, usize::from(!first) * pairs(self.count) + pairs(class) + before)
    }

    /// What has a number.
    fn what(&self, number: usize) -> Trait {
        if number < self.one(self.places, 0) {
            let place = (number - self.from) / self.count;
            return Trait::One(place, number - self.one(place, 0));
        }
        let first = number < self.pair(false, 0, 0);
        let classes = (0..self.count).rev().find(|class| self.pair(first, *class, 0) <= number);
        let class = classes.unwrap_or_default();
        Trait::Two(first, number - self.pair(first, class, 0), class)
    }
}

impl Pairs {
    /// How many traits there are.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// The traits of a sentence that have a weight, and what they weigh. Its classes are in order, each once.
    pub fn of_sentence(&self, weights: &Weights, classes: &[u16], at: Where, out: &mut Vec<Number>) -> Sums {
        let mut sums = Sums::default();
        let classes = &classes[..classes.len().min(CLASSES)];
        let (slots, named) = classes.split_at(classes.partition_point(|class| *class < SLOTS));
        let kinds = [(slots, &self.slots, at as usize, 0), (named, &self.classes, usize::from(!at.is_first()), SLOTS)];
        for (alike, kind, place, least) in kinds {
            let groups = [self.group(kind.one(0, 0)), self.group(kind.pair(true, 1, 0))];
            out.reserve(alike.len() * (alike.len() + 1) / 2);
            let mut add = |number: usize, weight: u8, group: usize| {
                if let Some(weight) = weights.of_pair(weight as i8) {
                    sums.add(group, weight);
                    out.push(Number(number as u32));
                }
            };
            for (i, class) in alike.iter().enumerate() {
                let class = usize::from(class - least);
                let one = kind.one(place, class);
                add(one, self.weights[one], groups[0]);
                let start = kind.pair(at.is_first(), class, 0);
                let before = &self.weights[start..start + class];
                for other in &alike[..i] {
                    let other = usize::from(other - least);
                    add(start + other, before[other], groups[1]);
                }
            }
        }
        sums
    }

    /// What a trait weighs.
    pub fn weight(&self, Number(number): Number) -> i8 {
        self.weights[number as usize] as i8
    }

    /// The group it counts in.
    pub fn group_of(&self, Number(number): Number) -> usize {
        self.group(number as usize)
    }

    fn group(&self, number: usize) -> usize {
        group(self.groups(), number)
    }

    /// Where the groups begin after the first one.
    fn groups(&self) -> [usize; 2] {
        // there are few slots: they count with their pairs
        [self.classes.from, self.classes.one(2, 0)]
    }

    /// By which the weights know it.
    pub fn key(&self, Number(number): Number) -> u32 {
        let number = number as usize;
        if number < self.classes.from {
            let name = |slot: usize| hash(Slot::ALL[slot].1);
            return match self.slots.what(number) {
                Trait::One(place, slot) => key_of_slot(Where::ALL[place], name(slot)),
                Trait::Two(first, a, b) => key_of_pair(first, name(a), name(b)),
            };
        }
        let name = |class: usize| hash(TABLE.named[class]);
        match self.classes.what(number) {
            Trait::One(place, class) => key_of_class(place == 0, name(class)),
            Trait::Two(first, a, b) => key_of_pair(first, name(a), name(b)),
        }
    }

    /// For people: slots only, the word classes have no words of their own.
    pub fn says(&self, Number(number): Number) -> Option<String> {
        let words = |slot: usize| Slot::ALL[slot].2;
        let number = Some(number as usize).filter(|number| *number < self.classes.from)?;
        Some(match self.slots.what(number) {
            Trait::One(_, slot) => words(slot).to_owned(),
            Trait::Two(_, a, b) => format!("{} with {}", words(a), words(b)),
        })
    }
}

/// The group of a number among groups that begin so.
fn group(begin: [usize; 2], number: usize) -> usize {
    usize::from(number >= begin[0]) + usize::from(number >= begin[1])
}

/// Traits that were there before.
pub struct Seen(Vec<u64>);

impl Seen {
    /// None yet.
    pub fn new() -> Self {
        Self(vec![0; PAIRS.len().div_ceil(64)])
    }

    /// Each trait of some lists once, and what they weigh together.
    pub fn once<'n>(&mut self, lists: impl Iterator<Item = &'n [Number]> + Clone) -> (Vec<Number>, Sums) {
        let mut out = Vec::with_capacity(lists.clone().map(<[Number]>::len).sum());
        let (mut sums, weights, begin) = (Sums::default(), PAIRS.weights, PAIRS.groups());
        for numbers in lists {
            for number in numbers {
                let at = number.0 as usize;
                let (word, bit) = (&mut self.0[at / 64], 1 << (at % 64));
                if *word & bit == 0 {
                    *word |= bit;
                    sums.add(group(begin, at), weights[at] as i8);
                    out.push(*number);
                }
            }
        }
        out.iter().for_each(|Number(number)| self.0[*number as usize / 64] = 0);
        (out, sums)
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::WEIGHTS;
    use super::super::weighing;
    use super::*;

    #[test]
    fn the_table_is_what_the_weights_make() {
        assert!(BYTES == weighing::pairs());
    }

    #[test]
    fn a_number_leads_to_its_key_and_its_weight() {
        let slots: Vec<u32> = Slot::ALL.iter().map(|s| hash(s.1)).collect();
        let classes: Vec<u32> = TABLE.named.iter().map(|name| hash(name)).collect();
        let keys = weighing::keys(&slots, &classes);
        assert_eq!(keys.len(), PAIRS.len());
        for (number, key) in keys.into_iter().enumerate().map(|(number, key)| (Number(number as u32), key)) {
            assert_eq!(PAIRS.key(number), key);
            assert_eq!(WEIGHTS.of_pair(PAIRS.weight(number)), WEIGHTS.get(key));
        }
        let says = |number: usize| PAIRS.says(Number(number as u32));
        assert_eq!(says(1).as_deref(), Some("the user"));
        assert_eq!(says(PAIRS.slots.pair(false, 2, 1)).as_deref(), Some("the user with obligation"));
        assert_eq!(says(PAIRS.classes.from), None);
    }

    #[test]
    fn a_sentence_has_each_class_and_each_two_of_a_kind() {
        let found = |classes: &[u16], at: Where| {
            let mut out = Vec::new();
            PAIRS.of_sentence(&Weights::Everything, classes, at, &mut out);
            out.into_iter().map(|n| PAIRS.key(n)).collect::<Vec<u32>>()
        };
        let name = |slot: u16| hash(Slot::ALL[usize::from(slot)].1);
        let class = |n: u16| hash(TABLE.named[usize::from(n)]);
        let slots = [key_of_slot(Where::Parameter, name(3)), key_of_slot(Where::Parameter, name(9))];
        let mut wanted = vec![slots[0], slots[1], key_of_pair(false, name(9), name(3))];
        wanted.extend([key_of_class(false, class(0)), key_of_class(false, class(7))]);
        wanted.push(key_of_pair(false, class(0), class(7)));
        assert_eq!(found(&[3, 9, 64, 71], Where::Parameter), wanted);
        assert_eq!(found(&[70], Where::First), [key_of_class(true, class(6))]);
        assert_eq!(found(&(64..164).collect::<Vec<u16>>(), Where::First).len(), CLASSES * (CLASSES + 1) / 2);
        assert!(found(&[], Where::First).is_empty());
    }

    #[test]
    fn each_is_kept_once() {
        let mut seen = Seen::new();
        for _ in 0..2 {
            let (first, second) = ([5, 70, 5].map(Number), [6, 70].map(Number));
            let (numbers, _) = seen.once([&first[..], &second[..]].into_iter());
            assert_eq!(numbers, [5, 70, 6].map(Number));
        }
    }
}
