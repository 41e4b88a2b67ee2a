//! Coded detectors, by the name rule files give. Each has rule files of its own; one detector may serve several.

pub mod characters;
pub mod cloaking;
pub mod contract;
pub mod exposure;
pub mod fleet;
pub mod flow;
pub mod labels;
pub mod launch;
pub mod links;
pub mod names;
pub mod package;
pub mod pages;
pub mod parameters;
pub mod protocol;
pub mod schema;
pub mod scripts;
pub mod skills;

use super::{Detector, Hit, Subject};
use crate::finding::{Evidence, View};
use crate::json::Pointer;
use crate::untrusted::Untrusted;

/// The detector of this name.
pub fn find(name: &str) -> Option<Detector> {
    Some(match name {
        "characters" => characters::detect,
        "cloaking" => cloaking::detect,
        "contract" => contract::detect,
        "exposure" => exposure::detect,
        "fleet" => fleet::detect,
        "flow" => flow::detect,
        "labels" => labels::detect,
        "launch" => launch::detect,
        "links" => links::detect,
        "names" => names::detect,
        "package" => package::detect,
        "pages" => pages::detect,
        "parameters" => parameters::detect,
        "protocol" => protocol::detect,
        "schema" => schema::detect,
        "scripts" => scripts::detect,
        "skills" => skills::detect,
        "wording" => super::wording::detect,
        // drift looks at changes and at the hits of the others; `evaluate` calls it
        "drift" => nothing,
        _ => return None,
    })
}

fn nothing(_: &[Subject<'_>]) -> Vec<Hit> {
    Vec::new()
}

/// A text that counts as a whole.
fn evidence(pointer: &Pointer, text: &Untrusted, why: &str) -> Evidence {
    let (pointer, text, end) = (pointer.clone(), text.clone(), text.raw().len());
    Evidence { pointer, text, view: View::Raw, start: 0, end, why: why.to_owned() }
}
