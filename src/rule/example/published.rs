//! What is published about the servers of an example: recorded answers of registries, a record, a bundle.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::config::{Allow, Config};
use crate::json::{Limits, read};
use crate::launch::identity::LaunchIdentity;
use crate::package::record::Listed;
use crate::package::{Bundle, Facts, Record, Recorded, Reference, Registries, bundle, look_up};
use crate::rule::Published;
use crate::rule::file::Example;
use crate::sandbox::Package;
use crate::target::Target;

/// The day on which every example is judged.
const TODAY: &str = "2027-01-15T12:00:00Z";

/// What was really installed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ran {
    /// The exact version.
    pub version: String,
    /// The digests that were checked.
    pub integrity: String,
}

/// The same, owned, of one server.
#[derive(Debug, Default)]
pub(super) struct Owned {
    package: Option<Facts>,
    beside: Vec<Facts>,
    downloads: Vec<Facts>,
    record: Option<Record>,
    bundle: Option<Bundle>,
    allow: Option<Allow>,
    unapproved: bool,
    pub(super) approved_launch: Option<LaunchIdentity>,
    pub(super) approved_package: Option<Package>,
}

impl Owned {
    pub(super) fn as_published(&self) -> Published<'_> {
        Published {
            package: self.package.as_ref(),
            beside: &self.beside,
            downloads: &self.downloads,
            record: self.record.as_ref(),
            bundle: self.bundle.as_ref(),
            installed: None,
            meant: &[],
            unapproved: self.unapproved,
            allow: self.allow.as_ref(),
            approved_launch: self.approved_launch.as_ref(),
            approved_package: self.approved_package.as_ref(),
        }
    }
}

/// For every target of an example.
pub(super) fn of(example: &Example, targets: &[Target]) -> Result<Vec<Owned>, String> {
    let now: Timestamp = TODAY.parse().expect("a time of ours");
    let record = match &example.record {
        None => None,
        Some(text) => {
            let document = read(text.as_bytes(), &Limits::default()).map_err(|e| e.to_string())?;
            if !Record::is(&document.root) {
                return Err("its record has not the shape of a server.json".to_owned());
            }
            Some(Record::read(&document.root))
        }
    };
    let allow = match &example.project {
        None => None,
        Some(text) => Some(Config::parse(text, now.to_zoned(TimeZone::UTC).date()).map_err(|e| e.to_string())?.allow),
    };
    let mut out = Vec::new();
    for target in targets {
        let mut owned =
            Owned { record: record.clone(), allow: allow.clone(), unapproved: example.unapproved, ..Owned::default() };
        let named = if example.answers.is_empty() { Vec::new() } else { Reference::all(target) };
        for (at, reference) in named.into_iter().enumerate() {
            let ran = example.ran.as_ref().filter(|_| at == 0).map(|r| Package {
                kind: reference.ecosystem.word(),
                name: reference.name.raw().to_owned(),
                version: r.version.clone(),
                integrity: r.integrity.clone(),
                tree: String::new(),
            });
            let mut desk = Recorded { answers: example.answers.clone(), asked: now };
            let facts = look_up(reference, ran.as_ref(), &Registries::default(), &mut desk, now);
            match owned.package {
                None => owned.package = Some(facts),
                Some(_) => owned.beside.push(facts),
            }
        }
        if let (Some(record), false, true) = (&record, example.answers.is_empty(), out.is_empty()) {
            let mut desk = Recorded { answers: example.answers.clone(), asked: now };
            let named = record.bundles().filter_map(Listed::reference);
            owned.downloads = named.map(|r| look_up(r, None, &Registries::default(), &mut desk, now)).collect();
        }
        if out.is_empty() && !example.bundle.is_empty() {
            let entries = example.bundle.iter().map(|(name, text)| (name.as_str(), text.as_bytes()));
            owned.bundle = Some(Bundle::read(&bundle::pack(entries)).map_err(|e| e.to_string())?);
        }
        out.push(owned);
    }
    Ok(out)
}
