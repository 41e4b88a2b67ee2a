//! A difference from the baseline, as a saved report has it.

use serde::Deserialize;

use super::Item;
use crate::untrusted::Untrusted;

/// A difference from the baseline.
#[derive(Clone, Debug, Deserialize)]
pub struct Change {
    /// The id of its server.
    pub target: Option<Untrusted>,
    /// What kind.
    pub kind: Untrusted,
    /// The item.
    pub item: Item,
    /// Where in the item.
    pub pointer: Untrusted,
    /// What it brings in.
    pub grade: Option<Untrusted>,
    /// The words before.
    pub old: Option<Untrusted>,
    /// The words now.
    pub new: Option<Untrusted>,
    /// Both, word by word.
    #[serde(default)]
    pub words: Option<Vec<Words>>,
    /// What has no counterpart, field by field.
    #[serde(default)]
    pub fields: Option<Both>,
    /// What it means.
    #[serde(default)]
    pub sentence: Option<Untrusted>,
}

/// What went and what came, each field by field.
#[derive(Clone, Debug, Deserialize)]
pub struct Both {
    /// What is gone.
    pub old: Option<Fields>,
    /// What came.
    pub new: Option<Fields>,
}

/// The fields of a value.
#[derive(Clone, Debug, Deserialize)]
pub struct Fields {
    /// Those that are shown.
    pub shown: Vec<Field>,
    /// How many more there are.
    pub more: usize,
}

/// One field.
#[derive(Clone, Debug, Deserialize)]
pub struct Field {
    /// Where in the value; empty for a value that is no object.
    pub pointer: Untrusted,
    /// What it says.
    pub text: Untrusted,
}

/// A run of words.
#[derive(Clone, Debug, Deserialize)]
pub struct Words {
    /// Which text they belong to.
    pub side: Side,
    /// The words.
    pub text: Untrusted,
}

/// Which text words belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Both.
    Equal,
    /// The old one.
    Removed,
    /// The new one.
    Added,
}
