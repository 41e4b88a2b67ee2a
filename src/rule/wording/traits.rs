//! What the model knows an item by: the slots and word classes of its sentences, alone and in pairs, and what the grammars
//! say of it. Its words are for `vocabulary`, what each of them weighs is for `model`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::fusion::Origin;
use super::model::Weights;
use super::slots::Slot;
use super::table::TABLE;
use crate::terms::Confidence;
use crate::text::Role;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// A slot or a word class in a sentence.
    One(Where, u16),
    /// Two of them in one sentence.
    Two(Where, u16, u16),
    /// What a grammar says: rule, how sure it is, which one.
    Said(&'static str, Option<Confidence>, Origin),
    /// A name that is an order, or a text that decodes to something.
    Form(&'static str, bool),
    /// A subject that is not the tool's, and what is done with it (`purpose`).
    Subject(&'static str, u8),
}

/// Where a sentence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// First in the description of an item, where it says what the item is.
    First,
    /// Later in it.
    Description,
    /// In the description of a parameter.
    Parameter,
    /// In the instructions of a server.
    Instructions,
    /// Anywhere else.
    Elsewhere,
}

/// Groups of traits: each counts for itself, however many there are.
pub const GROUPS: usize = 7;
/// The group of words; that of what is said is [`SAID`].
pub const WORDS: usize = 4;
/// The group of words side by side.
pub const NEIGHBOURS: usize = 5;
/// The group of words in names and values.
pub const NAMED: usize = 6;
/// What grammars and subjects say.
pub const SAID: usize = 3;

impl Trait {
    /// Its group.
    pub fn group(self) -> usize {
        match self {
            // there are few slots: they count with their pairs
            Self::One(_, class) => usize::from(class >= 64),
            Self::Two(_, a, _) => 2 * usize::from(a >= 64),
            _ => SAID,
        }
    }

    /// By which the weights know it. It does not depend on the order of the files.
    pub fn key(self) -> u32 {
        let place = |at: Where| match at {
            Where::First => 1,
            _ => 2,
        };
        match self {
            // where a slot stands says more than where another word does
            Self::One(at, class) if class < 64 => mixed(at as u32 + 10, hash_of(class), 0),
            Self::One(at, class) => mixed(place(at), hash_of(class), 1),
            Self::Two(at, a, b) => {
                let (a, b) = (hash_of(a), hash_of(b));
                mixed(place(at) + 2, a.min(b), a.max(b))
            }
            Self::Said(rule, confidence, origin) => {
                mixed(5, hash(rule), confidence.map_or(3, |c| c as u32) * 4 + origin as u32)
            }
            Self::Form(rule, encoded) => mixed(6, hash(rule), u32::from(encoded)),
            Self::Subject(what, weight) => mixed(7, hash(what), u32::from(weight)),
        }
    }

    /// For people: slots only, the word classes have no words of their own.
    pub fn says(self) -> Option<String> {
        let slot = |class: u16| Slot::ALL.get(usize::from(class)).map(|s| s.2);
        match self {
            Self::One(_, class) => slot(class).map(str::to_owned),
            Self::Two(_, a, b) => Some(format!("{} with {}", slot(a)?, slot(b)?)),
            _ => None,
        }
    }
}

/// The key of a word.
pub fn key_of_word(word: &str) -> u32 {
    mixed(8, hash(word), 0)
}

/// The key of the same word in the first sentence, where it says what an item is.
pub fn key_of_first(word: u32) -> u32 {
    mixed(9, word, 0)
}

/// The key of two words side by side.
pub fn key_of_two(before: u32, after: u32) -> u32 {
    mixed(10, before, after)
}

/// The key of a word in the name or a value of a parameter.
pub fn key_of_named(word: u32) -> u32 {
    mixed(11, word, 0)
}

static HASHES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut out: Vec<u32> = Slot::ALL.iter().map(|s| hash(s.1)).collect();
    out.resize(64, 0);
    out.extend(TABLE.named.iter().map(|name| hash(name)));
    out
});

fn hash_of(class: u16) -> u32 {
    HASHES.get(usize::from(class)).copied().unwrap_or_default()
}

/// FNV-1a.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

fn mixed(kind: u32, a: u32, b: u32) -> u32 {
    let mut h = a ^ b.rotate_left(13) ^ kind.wrapping_mul(0x9E37_79B1);
    for _ in 0..2 {
        h = (h ^ (h >> 15)).wrapping_mul(0x85EB_CA6B);
        h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
    }
    h ^ (h >> 16)
}

/// Where the sentences of a field stand.
pub fn place(role: Role) -> Where {
    match role {
        Role::Description => Where::Description,
        Role::ParamDescription => Where::Parameter,
        Role::Instructions => Where::Instructions,
        _ => Where::Elsewhere,
    }
}

/// Classes of a sentence that are looked at; more is a list, not a sentence.
const CLASSES: usize = 40;

/// A trait that has a weight.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Made once: it costs more than the rest.
    pub key: u32,
    /// The trait.
    pub what: Trait,
    /// What it weighs.
    pub weight: i8,
}

impl Known {
    /// A trait, if it has a weight.
    pub fn of(weights: &Weights, what: Trait) -> Option<Self> {
        let key = what.key();
        weights.get(key).map(|weight| Self { key, what, weight })
    }
}

/// The traits of a sentence that have a weight.
pub fn of_sentence(weights: &Weights, classes: &BTreeSet<u16>, at: Where, out: &mut Vec<Known>) {
    let mut add = |what: Trait| out.extend(Known::of(weights, what));
    let classes: Vec<u16> = classes.iter().copied().take(CLASSES).collect();
    for (i, a) in classes.iter().enumerate() {
        add(Trait::One(at, *a));
        let alike = |b: &&u16| (**b < 64) == (*a < 64);
        classes[i + 1..].iter().take_while(alike).for_each(|b| add(Trait::Two(at, *a, *b)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_place_and_kind_apart_and_order_does_not_matter() {
        use Where::{Description, First, Parameter};
        let (a, b) = (Slot::User as u16, Slot::History as u16);
        assert_eq!(Trait::Two(First, a, b).key(), Trait::Two(First, b, a).key());
        assert_ne!(Trait::Two(First, a, b).key(), Trait::Two(Description, a, b).key());
        assert_eq!(Trait::Two(Parameter, a, b).key(), Trait::Two(Description, a, b).key());
        assert_ne!(Trait::One(Parameter, a).key(), Trait::One(Description, a).key());
        assert_ne!(Trait::One(First, a).key(), Trait::One(First, b).key());
    }
}
