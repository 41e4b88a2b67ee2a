//! What is known of one target, from where it was named to what was heard, and what stays of it once it is judged.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::baseline::Verified;
use crate::baseline::volatile::Settled;
use crate::capture::{Capture, Era};
use crate::cli::sources::Published;
use crate::config::{Allow, Ignore};
use crate::json::{Node, Value};
use crate::launch::identity::{LaunchIdentity, Refusal};
use crate::manifest::{ItemKey, Manifest};
use crate::package::Facts;
use crate::snapshot::Snapshot;
use crate::target::Target;
use crate::terms::Digest;
use crate::untrusted::Untrusted;

/// A target and everything that is known of it.
#[derive(Debug)]
pub struct Audited {
    /// The target.
    pub target: Target,
    /// What decides which code answers.
    pub identity: Result<LaunchIdentity, Refusal>,
    /// How the capture went; `None` for bare manifests.
    pub capture: Option<Box<Capture>>,
    /// What it says, by era, with the protocol revision.
    pub eras: BTreeMap<Era, (Untrusted, Manifest)>,
    /// The protocol revisions of what was let go of.
    pub gone: Vec<Untrusted>,
    /// Digests of the same.
    pub snapshots: BTreeMap<Era, Snapshot>,
    /// All eras as one manifest: what rules read.
    pub union: Manifest,
    /// Digests of the union.
    pub whole: Snapshot,
    /// Items that rules did not read whole, with the reason.
    pub unread: Vec<(ItemKey, &'static str)>,
    /// Which servers share its context.
    pub fleet: String,
    /// The name under which a baseline keeps it.
    pub key: Untrusted,
    /// The programs of the project that the launch names.
    pub programs: BTreeMap<Untrusted, Digest>,
    /// Signed patterns for text that changes, and what became of each.
    pub settled: Vec<(Ignore, Settled)>,
    /// It was not asked now: its words are those of a recording.
    pub recorded: bool,
    /// The only era it was asked in, when it was not asked in all.
    pub only: Option<Era>,
    /// The bundle or the record that it comes from.
    pub origin: Published,
    /// What registries say of its package; `None` when nobody was asked.
    pub package: Option<Box<Facts>>,
    /// The same of everything else that its launch fetches.
    pub beside: Vec<Facts>,
    /// The same of the bundles that its record names.
    pub downloads: Vec<Facts>,
    /// Names of its packages that the project means.
    pub meant: Vec<Untrusted>,
}

impl Audited {
    /// What others publish about it, for rules.
    pub fn published<'a>(&'a self, allow: &'a Allow, baseline: Option<&'a Verified>) -> crate::rule::Published<'a> {
        let approved = baseline.and_then(|b| b.content.servers.get(&self.key));
        crate::rule::Published {
            package: self.package.as_deref(),
            beside: &self.beside,
            downloads: &self.downloads,
            record: self.origin.record.as_deref(),
            bundle: self.origin.bundle.as_deref(),
            installed: self.origin.installed.as_deref(),
            meant: &self.meant,
            unapproved: baseline.is_some() && approved.is_none(),
            allow: Some(allow),
            approved_launch: approved.map(|e| &e.launch),
            approved_package: approved.and_then(|e| e.package.as_ref()),
        }
    }

    /// What registries say of everything that its launch fetches.
    pub fn fetched(&self) -> impl Iterator<Item = &Facts> {
        self.package.as_deref().into_iter().chain(&self.beside)
    }

    /// What rules judge.
    pub fn judged(&self) -> &Target {
        self.origin.judged.as_deref().unwrap_or(&self.target)
    }

    /// Lets go of its words once they are judged. What stays says which items it has, and where.
    pub fn release(&mut self) {
        let nothing = Arc::new(Node::made(Value::Null));
        self.gone = std::mem::take(&mut self.eras).into_values().map(|(protocol, _)| protocol).collect();
        if self.snapshots.len() == 1 {
            // it is the whole
            self.snapshots = BTreeMap::new();
        }
        self.union.items.iter_mut().for_each(|item| item.node = nothing.clone());
        for snapshot in self.snapshots.values_mut().chain([&mut self.whole]) {
            snapshot.items.iter_mut().for_each(|entry| entry.node = nothing.clone());
        }
    }

    /// Everything it offers was received and read to its end.
    pub fn complete(&self) -> bool {
        if self.origin.settings {
            return true;
        }
        self.unread.is_empty() && self.heard()
    }

    /// Everything it offers was received.
    fn heard(&self) -> bool {
        match &self.capture {
            Some(c) => {
                c.failure.is_none()
                    && c.limits_hit.is_empty()
                    && !c.sessions.is_empty()
                    && c.sessions.iter().all(|s| s.complete)
            }
            None => self.protocols().next().is_some() && self.union.problems.is_empty(),
        }
    }

    /// The protocol revisions it spoke.
    pub fn protocols(&self) -> impl Iterator<Item = &Untrusted> {
        self.eras.values().map(|(protocol, _)| protocol).chain(&self.gone)
    }

    /// The newest era's digests.
    pub fn newest(&self) -> Option<&Snapshot> {
        let era = |era| self.snapshots.get(&era);
        era(Era::Modern).or_else(|| era(Era::Legacy)).or((!self.gone.is_empty()).then_some(&self.whole))
    }
}
