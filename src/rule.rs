//! Rules: files in `rules/`, the patterns and coded detectors they name, and the findings that come out.
//!
//! A detector sees [`Subject`]s and returns [`Hit`]s; the rule file says what a hit means (severity, class, gate, words
//! for people). Levels, suppressions and verdicts are `policy`'s.

pub mod builtins;
pub mod capability;
pub mod detector;
pub mod drift;
pub mod eval;
pub mod example;
pub mod explain;
pub mod file;
pub mod flow;
// pages for people; the program reads the rules themselves
#[cfg(all(doc, not(doctest)))]
pub mod pages;
pub mod pattern;
pub mod state;
pub mod strings;
pub mod wording;

pub mod configured;
mod evaluate;
#[cfg(test)]
mod literals;
mod loaded;
mod needles;
mod set;

pub use evaluate::{Judgement, Selection, evaluate};
pub use set::{FAMILIES, Rule, RuleError, RuleSet};

use crate::capture::Capture;
use crate::config::Allow;
use crate::diff::{Change, Grade};
use crate::finding::{Evidence, Location};
use crate::json::Pointer;
use crate::launch::identity::LaunchIdentity;
use crate::launch::package::Package;
use crate::manifest::{ItemKey, Manifest};
use crate::package::{Bundle, Facts, Record};
use crate::snapshot::Snapshot;
use crate::target::Target;
use crate::terms::Confidence;
use crate::untrusted::{Message, Untrusted};

/// The published schema of a rule file.
pub const SCHEMA: &str = include_str!("rule/rule.schema.json");

/// What rules see of one server. A fleet is a slice of these; a detector names servers by their index in it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Where it came from and what answers.
    pub target: &'a Target,
    /// What it says in the newest era it speaks; empty when it was not captured.
    pub manifest: &'a Manifest,
    /// The same, digested.
    pub snapshot: &'a Snapshot,
    /// What was approved, when something was.
    pub approved: Option<&'a Snapshot>,
    /// Differences from what was approved; empty without a baseline.
    pub changes: &'a [Change],
    /// How the capture went; `None` for files and for servers that were not launched.
    pub capture: Option<&'a Capture>,
    /// What others publish about it.
    pub published: Published<'a>,
}

impl<'a> Subject<'a> {
    /// A server of which nothing is known but what it says: nothing was approved, captured or published.
    pub fn of(target: &'a Target, manifest: &'a Manifest, snapshot: &'a Snapshot) -> Self {
        let published = Published::default();
        Self { target, manifest, snapshot, approved: None, changes: &[], capture: None, published }
    }
}

/// What others say of one server: registries, records and bundles (nothing where nobody was asked), and the project that it
/// is audited for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Published<'a> {
    /// The package that its launch names, looked up.
    pub package: Option<&'a Facts>,
    /// The same of everything else that its launch fetches.
    pub beside: &'a [Facts],
    /// The bundles that its record names, fetched.
    pub downloads: &'a [Facts],
    /// The `server.json` that it was read from.
    pub record: Option<&'a Record>,
    /// The bundle that it was read from.
    pub bundle: Option<&'a Bundle>,
    /// The bundle that its client unpacked and it is started from: its words are targets of their own.
    pub installed: Option<&'a Bundle>,
    /// Names of its packages that the project means, whatever they resemble.
    pub meant: &'a [Untrusted],
    /// A baseline is in use, and nobody approved a server of this name in it.
    pub unapproved: bool,
    /// Hosts and folders that the project means.
    pub allow: Option<&'a Allow>,
    /// How the server was launched when it was approved.
    pub approved_launch: Option<&'a LaunchIdentity>,
    /// What that launch resolved to.
    pub approved_package: Option<&'a Package>,
}

impl Published<'_> {
    /// Whether the project allows what `which` asks for.
    pub fn allows(&self, which: impl Fn(&Allow) -> bool) -> bool {
        self.allow.is_some_and(which)
    }
}

/// What a detector saw.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The id of the rule it belongs to; a rule file with this id must exist.
    pub rule: String,
    /// Index of the server in the fleet.
    pub server: usize,
    /// The item; `None` for rules about the target.
    pub item: Option<ItemKey>,
    /// Where in the item.
    pub pointer: Pointer,
    /// What was seen, in one sentence.
    pub message: Message,
    /// The words that were seen.
    pub evidence: Vec<Evidence>,
    /// Index of the server and item of others that belong to it.
    pub related: Vec<(usize, ItemKey)>,
    /// A place in the configuration, for launch rules; `None` lets the reporter find the item's place.
    pub location: Option<Location>,
    /// Lower than the rule's own when the evidence is weak; never higher.
    pub confidence: Option<Confidence>,
    /// For drift rules: the grade this hit gives to the changes named by `item` and `pointer`.
    pub grade: Option<Grade>,
    /// For flow rules: the way through the fleet.
    pub path: Option<Path>,
}

/// A way through a fleet: server, item and part of each step.
#[derive(Clone, Debug)]
pub struct Path {
    /// From where words come in to where harm is done.
    pub steps: Vec<(usize, ItemKey, flow::Part)>,
    /// The cheapest way to cut it.
    pub cut: Message,
}

impl Hit {
    /// A hit with nothing filled in but its rule and server.
    pub fn new(rule: &str, server: usize) -> Self {
        Self {
            rule: rule.to_owned(),
            server,
            item: None,
            pointer: Pointer::root(),
            message: Message::default(),
            evidence: Vec::new(),
            related: Vec::new(),
            location: None,
            confidence: None,
            grade: None,
            path: None,
        }
    }
}
