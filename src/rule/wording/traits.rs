//! What the model knows an item by: what the grammars say of it. The slots and word classes of its sentences are for `pairs`,
//! its words for `vocabulary`; what each of them weighs is for `model`.

use super::fusion::Origin;
use super::keys::{Where, hash, mixed};
use super::model::Weights;
use crate::terms::Confidence;
use crate::text::Role;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// What a grammar says: rule, how sure it is, which one.
    Said(&'static str, Option<Confidence>, Origin),
    /// A name that is an order, or a text that decodes to something.
    Form(&'static str, bool),
    /// A subject that is not the tool's, and what is done with it (`purpose`).
    Subject(&'static str, u8),
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
    /// By which the weights know it. It does not depend on the order of the files.
    pub fn key(self) -> u32 {
        match self {
            Self::Said(rule, confidence, origin) => {
                mixed(5, hash(rule), confidence.map_or(3, |c| c as u32) * 4 + origin as u32)
            }
            Self::Form(rule, encoded) => mixed(6, hash(rule), u32::from(encoded)),
            Self::Subject(what, weight) => mixed(7, hash(what), u32::from(weight)),
        }
    }
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

/// A trait that has a weight.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// By which it is known.
    pub key: u32,
    /// What it weighs.
    pub weight: i8,
}

impl Known {
    /// A trait, if it has a weight.
    pub fn of(weights: &Weights, what: Trait) -> Option<Self> {
        let key = what.key();
        weights.get(key).map(|weight| Self { key, weight })
    }
}
