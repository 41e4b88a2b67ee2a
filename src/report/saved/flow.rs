//! The way a toxic flow takes, as a saved report has it.

use serde::Deserialize;

use super::Item;
use crate::untrusted::Untrusted;

/// A way through tools of one fleet.
#[derive(Clone, Debug, Deserialize)]
pub struct Flow {
    /// In order.
    pub steps: Vec<Step>,
    /// The cheapest way to cut it.
    pub cut: Untrusted,
}

/// One step of a flow.
#[derive(Clone, Debug, Deserialize)]
pub struct Step {
    /// Its server.
    pub target: Untrusted,
    /// The tool.
    pub item: Item,
    /// What it does, for people.
    pub phrase: Untrusted,
}
