//! [`compare()`]: what differs between two snapshots, typed, pure and deterministic; [`words()`]: two texts word by word.
//!
//! How bad a change is (its [`Grade`]) is decided by `rule`, which sees the words that came in.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::json::Pointer;
use crate::launch::identity::LaunchIdentity;
use crate::launch::package::Package;
use crate::manifest::ItemKey;
use crate::package::change::{PackageChange, compare as compare_packages};
use crate::terms::{Digest, ItemKind};
use crate::untrusted::Untrusted;

/// What kind of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// An item that was not there.
    ItemAdded,
    /// An item that is gone.
    ItemRemoved,
    /// The same item under another name: same schema, near-same text.
    ItemRenamed,
    /// Words of an item: description, title, any string outside schemas and annotations.
    TextChanged,
    /// Input or output schema.
    SchemaChanged,
    /// Behaviour hints.
    AnnotationChanged,
    /// Launch identity (made by the caller, not by [`compare`]).
    LaunchChanged,
    /// What the launch identity resolves to: package, image (made by the caller).
    PackageChanged,
    /// What the project's file sets aside, against what people signed (made by the caller).
    ExceptionsChanged,
    /// `server/info`, `server/capabilities`, and members that are none of the above.
    InfoChanged,
}

impl ChangeKind {
    /// The word of JSON v1.
    pub fn word(self) -> &'static str {
        match self {
            Self::ItemAdded => "item-added",
            Self::ItemRemoved => "item-removed",
            Self::ItemRenamed => "item-renamed",
            Self::TextChanged => "text-changed",
            Self::SchemaChanged => "schema-changed",
            Self::AnnotationChanged => "annotation-changed",
            Self::LaunchChanged => "launch-changed",
            Self::PackageChanged => "package-changed",
            Self::ExceptionsChanged => "exceptions-changed",
            Self::InfoChanged => "info-changed",
        }
    }
}

/// What a change introduces (DETECTION §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Cosmetic: white space, order, a typo.
    D0,
    /// Documentation.
    D1,
    /// Steering towards the server's own tools.
    D2,
    /// Surface growth.
    D3,
    /// A new sink, destination or class of power.
    D4,
    /// An injection.
    D5,
    /// Another identity.
    D6,
}

impl Grade {
    /// `D0` … `D6`.
    pub fn word(self) -> &'static str {
        ["D0", "D1", "D2", "D3", "D4", "D5", "D6"][self as usize]
    }
}

/// One typed difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The item in the new snapshot; in the old one for removals.
    pub item: ItemKey,
    /// Where in the item; the root for whole items.
    pub pointer: Pointer,
    /// What kind.
    pub kind: ChangeKind,
    /// The old value: text as it is, anything else as canonical JSON.
    pub old: Option<Untrusted>,
    /// The new value.
    pub new: Option<Untrusted>,
    /// Byte ranges of `new` that are not in `old` (the whole text for additions). Ranges of word granularity.
    pub added: Vec<AddedSpan>,
    /// Assigned by `rule`; `None` until then.
    pub grade: Option<Grade>,
}

/// A byte range of [`Change::new`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedSpan(pub Range<usize>);

impl PartialOrd for AddedSpan {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AddedSpan {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.start, self.0.end).cmp(&(other.0.start, other.0.end))
    }
}

/// The change of the eras a server answers in; `None` when they are the same. Words of ours: `legacy`, `modern`.
pub fn eras_changed<'w>(old: impl Iterator<Item = &'w str>, new: impl Iterator<Item = &'w str>) -> Option<Change> {
    let list = |words: BTreeSet<&str>| Untrusted::from(words.into_iter().collect::<Vec<_>>().join(", "));
    let (old, new) = (list(old.collect()), list(new.collect()));
    (old != new).then(|| Change {
        item: ItemKey::new(ItemKind::Server, "eras"),
        pointer: Pointer::root(),
        kind: ChangeKind::InfoChanged,
        added: vec![AddedSpan(0..new.raw().len())],
        old: Some(old),
        new: Some(new),
        grade: None,
    })
}

/// The change of a launch identity under one name; `None` when it is the same.
pub fn launch_changed(old: &LaunchIdentity, new: &LaunchIdentity) -> Option<Change> {
    (old != new).then(|| launched(old.line(), new.line()))
}

/// The change of what a launch resolves to; `None` when it is the same. The pointer names what changed first: who or which
/// version (`/version`), the content under one version (`/integrity`), only the dependencies (`/tree`), or the files of a
/// release of which some are the approved ones (`/files`): registries let a publisher add some.
pub fn package_changed(old: &Package, new: &Package) -> Option<Change> {
    let token = match compare_packages(old, new) {
        Some(PackageChange::Other | PackageChange::Version) => "version",
        Some(PackageChange::Bytes) => "integrity",
        Some(PackageChange::Dependencies) => "tree",
        None if old.integrity != new.integrity => "files",
        None => return None,
    };
    Some(Change {
        kind: ChangeKind::PackageChanged,
        item: ItemKey::new(ItemKind::Server, "package"),
        pointer: Pointer::root().child(token),
        ..launched(old.line(), new.line())
    })
}

/// What the names of programs begin with that versions before did not look at: no path in a project does.
pub const LATER: &str = "./";

/// The changes of the programs of the project that a launch names, by path. One that is gone starts nothing. What was approved
/// before scripts and places of the project were followed says nothing of them; later, a launch has them from its beginning.
pub fn programs_changed(old: &BTreeMap<Untrusted, Digest>, new: &BTreeMap<Untrusted, Digest>) -> Vec<Change> {
    let differs = |(path, digest): (&Untrusted, &Digest)| {
        let was = old.get(path);
        let line = |digest: Option<&Digest>| match digest {
            Some(digest) => Untrusted::from(format!("{} ({digest})", path.raw())),
            None => Untrusted::from(format!("{} (not approved)", path.raw())),
        };
        let pointer = Pointer::root().child("files").child(path.raw());
        (was != Some(digest)).then(|| Change { pointer, ..launched(line(was), line(Some(digest))) })
    };
    let later = |path: &Untrusted| path.raw().starts_with(LATER);
    let followed = old.keys().any(later);
    new.iter().filter(|(path, _)| followed || !later(path)).filter_map(differs).collect()
}

/// The tables of the project's file (`suppress`, `ignore`), which differ from what people signed.
pub fn exceptions_changed(table: &str, signed: Untrusted, now: Untrusted) -> Change {
    Change {
        kind: ChangeKind::ExceptionsChanged,
        item: ItemKey::new(ItemKind::Server, "exceptions"),
        pointer: Pointer::root().child(table),
        ..launched(signed, now)
    }
}

fn launched(old: Untrusted, new: Untrusted) -> Change {
    Change {
        item: ItemKey::new(ItemKind::Server, "launch"),
        pointer: Pointer::root(),
        kind: ChangeKind::LaunchChanged,
        old: Some(old),
        added: vec![AddedSpan(0..new.raw().len())],
        new: Some(new),
        grade: None,
    }
}

mod aspect;
mod items;
mod list;
mod member;
mod sentence;
mod steps;
mod words;

pub use aspect::Aspect;
pub use items::{compare, compare_within};
pub use sentence::{Told, reordered};
pub use steps::Work;
pub use words::{Chunk, Side, words};

#[cfg(test)]
mod tests;
