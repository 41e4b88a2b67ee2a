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

use super::strings::Reader;
use super::{Hit, Subject};

/// A coded detector.
#[derive(Clone, Copy)]
pub enum Detector {
    /// Looks at the whole fleet, so that one pass can serve several rules.
    Fleet(fn(&[Subject<'_>]) -> Vec<Hit>),
    /// Judges strings one at a time; all of its kind share one walk.
    Strings(Strings),
}

/// A detector that judges strings one at a time.
#[derive(Clone, Copy)]
pub enum Strings {
    /// [`characters`]
    Characters,
    /// [`links`]
    Links,
    /// [`scripts`]
    Scripts,
}

impl Strings {
    /// Begins to read.
    pub fn reader<'i>(self) -> Box<dyn Reader<'i> + 'i> {
        match self {
            Self::Characters => Box::<characters::Characters>::default(),
            Self::Links => Box::<links::Links>::default(),
            Self::Scripts => Box::<scripts::Scripts<'i>>::default(),
        }
    }
}

/// The detector of this name.
pub fn find(name: &str) -> Option<Detector> {
    let run: fn(&[Subject<'_>]) -> Vec<Hit> = match name {
        "characters" => return Some(Detector::Strings(Strings::Characters)),
        "links" => return Some(Detector::Strings(Strings::Links)),
        "scripts" => return Some(Detector::Strings(Strings::Scripts)),
        "cloaking" => cloaking::detect,
        "contract" => contract::detect,
        "exposure" => exposure::detect,
        "fleet" => fleet::detect,
        "flow" => flow::detect,
        "labels" => labels::detect,
        "launch" => launch::detect,
        "names" => names::detect,
        "package" => package::detect,
        "pages" => pages::detect,
        "parameters" => parameters::detect,
        "protocol" => protocol::detect,
        "schema" => schema::detect,
        "skills" => skills::detect,
        "wording" => super::wording::detect,
        // drift looks at changes and at the hits of the others; `evaluate` calls it
        "drift" => nothing,
        _ => return None,
    };
    Some(Detector::Fleet(run))
}

fn nothing(_: &[Subject<'_>]) -> Vec<Hit> {
    Vec::new()
}
