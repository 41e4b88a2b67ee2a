//! What registries say of the package that a launch names, asked for only on request: the release, who published it and
//! from where, what is known against it, and the record of the server it claims to be. Facts only; what they mean is for
//! rules, and nothing here proves anything about code.
//!
//! Also: bundles (`.mcpb`) and `server.json` records as targets ([`bundle`], [`record`]), and well-known names
//! ([`known`]). The requests themselves are `capture`'s.

pub mod ask;
pub mod bundle;
pub mod cache;
pub mod change;
pub mod elsewhere;
pub mod files;
pub mod known;
mod mcpb;
mod npm;
mod oci;
mod osv;
mod pypi;
pub mod record;
pub mod reference;
mod registries;
pub mod version;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::json::Node;
use crate::sandbox::Package;
use crate::terms::Severity;
use crate::untrusted::Untrusted;

pub use ask::{Answer, Desk, Question, Recorded};
pub use bundle::Bundle;
pub use record::Record;
pub use reference::{Ecosystem, Reference};
pub use registries::Registries;

/// One look-up beside the main one.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Looked<T> {
    /// There was nothing to ask, or nobody to.
    #[default]
    Not,
    /// It did not work: why.
    Failed(String),
    /// The answer is that there is none.
    Absent,
    /// The answer.
    Found(T),
}

impl<T> Looked<T> {
    /// The answer.
    pub fn found(&self) -> Option<&T> {
        match self {
            Self::Found(t) => Some(t),
            _ => None,
        }
    }

    /// The word of JSON v1.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Not => "not-run",
            Self::Failed(_) => "failed",
            Self::Absent => "absent",
            Self::Found(_) => "found",
        }
    }
}

/// What a registry says about how a release was made. It is repeated, not verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Provenance {
    /// The registry does not tell.
    #[default]
    Unknown,
    /// The registry has none.
    None,
    /// The registry has one; from which repository and workflow, when it says so.
    Claimed(Option<Untrusted>),
}

impl Provenance {
    /// The word of JSON v1.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::None => "none",
            Self::Claimed(_) => "claimed",
        }
    }

    /// Where it says the release came from.
    pub fn source(&self) -> Option<&Untrusted> {
        match self {
            Self::Claimed(source) => source.as_ref(),
            _ => None,
        }
    }
}

/// One release.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Release {
    /// Its version; the digest of an image.
    pub version: Untrusted,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// What the registry says its files hash to.
    pub integrity: Option<Untrusted>,
    /// Who published it.
    pub publisher: Option<Untrusted>,
    /// Where it says its source is, without protocol and ending.
    pub repository: Option<Untrusted>,
    /// How it was made.
    pub provenance: Provenance,
    /// Scripts that run when it is installed, with their commands.
    pub scripts: Vec<(String, Untrusted)>,
    /// Only the source is offered, so that installing it runs its build.
    pub source_only: bool,
    /// Which Node.js or Python it asks for, in the words of its registry.
    pub needs: Option<Untrusted>,
    /// The publisher's words why it should not be used.
    pub deprecated: Option<Untrusted>,
    /// It was taken back: why.
    pub yanked: Option<Untrusted>,
}

/// Whether the registry has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The release is there.
    Known,
    /// No package of this name.
    Absent,
    /// The package is there and this release is not (any more).
    Gone,
    /// The package is there; which release is meant could not be told.
    Range,
    /// Nobody could say: why.
    Unknown(String),
}

impl Standing {
    /// The word of JSON v1.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Absent => "absent",
            Self::Gone => "gone",
            Self::Range => "range",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// How one release was chosen among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// It was installed for this run.
    Installed,
    /// The launch names it.
    Exact,
    /// A tag of the registry means it now; so does no word at all.
    Tag,
    /// It is what the runner would take of a range now.
    Range,
}

impl Chosen {
    /// The word of JSON v1.
    pub fn word(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Exact => "exact",
            Self::Tag => "tag",
            Self::Range => "range",
        }
    }
}

/// One thing that is known against a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advisory {
    /// Its id, with other ids of the same.
    pub id: Untrusted,
    /// CVE and other names.
    pub aliases: Vec<Untrusted>,
    /// What it says.
    pub summary: Untrusted,
    /// How bad it says it is.
    pub severity: Option<Severity>,
    /// It says that the release is malware.
    pub malicious: bool,
    /// Versions that are said to be free of it.
    pub fixed: Vec<Untrusted>,
}

/// Everything that was asked about one package.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// As the launch names it.
    pub reference: Reference,
    /// What was really installed, when it was.
    pub ran: Option<Package>,
    /// Who was asked.
    pub registry: String,
    /// Whether the registry has it.
    pub standing: Standing,
    /// How the release was chosen, when it was.
    pub chosen: Option<Chosen>,
    /// The release that runs, or would.
    pub release: Option<Release>,
    /// The one published before it.
    pub previous: Option<Release>,
    /// What the registry offers to those who name no version.
    pub latest: Option<Untrusted>,
    /// The first release.
    pub first: Option<Timestamp>,
    /// How many releases there are.
    pub releases: usize,
    /// Who may publish now.
    pub maintainers: Vec<Untrusted>,
    /// Who published each release, by version, where the registry says it.
    pub publishers: BTreeMap<String, Untrusted>,
    /// A state of the whole project: archived, quarantined, deprecated.
    pub status: Option<Untrusted>,
    /// The server's name in the MCP registry, as the package claims it.
    pub server_name: Option<Untrusted>,
    /// What of it could not be read, so that what is missing here may be there.
    pub unread: Vec<String>,
    /// What is known against it.
    pub advisories: Looked<Vec<Advisory>>,
    /// Why they are not all of them, when they are not.
    pub advisories_cut: Option<String>,
    /// The record under the claimed name.
    pub record: Looked<Record>,
    /// The bundle that was fetched.
    pub bundle: Option<Arc<Bundle>>,
    /// When the oldest of the answers was given.
    pub asked: Option<Timestamp>,
    /// An answer was kept from then.
    pub cached: bool,
    /// The time of the run.
    pub now: Timestamp,
}

impl Facts {
    /// Nothing is known yet.
    pub fn new(reference: Reference, ran: Option<&Package>, registry: &str, now: Timestamp) -> Self {
        Self {
            reference,
            ran: ran.cloned(),
            registry: registry.to_owned(),
            standing: Standing::Unknown("it was not asked for".to_owned()),
            chosen: None,
            release: None,
            previous: None,
            latest: None,
            first: None,
            releases: 0,
            maintainers: Vec::new(),
            publishers: BTreeMap::new(),
            status: None,
            server_name: None,
            unread: Vec::new(),
            advisories: Looked::Not,
            advisories_cut: None,
            record: Looked::Not,
            bundle: None,
            asked: None,
            cached: false,
            now,
        }
    }

    /// One question; `None` when the registry has no such document.
    fn ask(&mut self, desk: &mut dyn Desk, question: &Question) -> Result<Option<Node>, String> {
        let Some(answer) = self.raw(desk, question)? else { return Ok(None) };
        answer.json().map(Some)
    }

    fn raw(&mut self, desk: &mut dyn Desk, question: &Question) -> Result<Option<Answer>, String> {
        let answer = desk.ask(question)?;
        self.asked = Some(self.asked.map_or(answer.asked, |t| t.min(answer.asked)));
        self.cached |= answer.cached;
        match answer.status {
            200 => Ok(Some(answer)),
            404 | 410 => Ok(None),
            401 | 403 => Err(format!("it wants credentials (HTTP {})", answer.status)),
            status => Err(format!("it answers with HTTP status {status}")),
        }
    }

    /// How old the oldest answer is.
    pub fn age(&self) -> Option<jiff::SignedDuration> {
        Some(self.now.duration_since(self.asked?).max(jiff::SignedDuration::ZERO))
    }

    /// Everything that could not be looked up.
    pub fn failures(&self) -> Vec<String> {
        let mut out = Vec::new();
        if let Standing::Unknown(why) = &self.standing {
            out.push(format!("{}: {why}", self.reference.ecosystem.word()));
        }
        if self.standing == Standing::Range {
            // no release was looked at: neither what it holds nor what is known against it
            let name = self.reference.ecosystem.word();
            out.push(format!(
                "{name}: which release the words of the launch mean could not be told; nothing was looked at"
            ));
        }
        out.extend(self.unread.iter().map(|why| format!("{}: {why}", self.reference.ecosystem.word())));
        if let Looked::Failed(why) = &self.advisories {
            out.push(format!("advisories: {why}"));
        }
        if let Some(why) = &self.advisories_cut {
            out.push(format!("advisories: not all were read: {why}"));
        }
        if let Looked::Failed(why) = &self.record {
            out.push(format!("MCP registry: {why}"));
        }
        out
    }
}

/// Asks everything about one package. `ran` is what was really installed.
pub fn look_up(
    reference: Reference,
    ran: Option<&Package>,
    registries: &Registries,
    desk: &mut dyn Desk,
    now: Timestamp,
) -> Facts {
    let registry = match reference.ecosystem {
        Ecosystem::Npm => {
            let scope = reference.name.raw().split_once('/').map(|(s, _)| s);
            scope.and_then(|s| registries.scopes.get(s)).unwrap_or(&registries.npm).clone()
        }
        Ecosystem::PyPi => registries.pypi.clone(),
        Ecosystem::Oci => oci::base(&reference, registries),
        Ecosystem::Mcpb => mcpb::host(&reference),
    };
    let mut facts = Facts::new(reference, ran, &registry, now);
    let found = match facts.reference.ecosystem {
        Ecosystem::Npm => npm::read(&mut facts, desk),
        Ecosystem::PyPi => pypi::read(&mut facts, desk),
        Ecosystem::Oci => oci::read(&mut facts, desk),
        Ecosystem::Mcpb => mcpb::read(&mut facts, desk),
    };
    if let Err(why) = found {
        facts.standing = Standing::Unknown(why);
    }
    if facts.reference.ecosystem == Ecosystem::PyPi && registries.other_index && facts.standing == Standing::Absent {
        facts.standing = Standing::Unknown("the index that is configured tells nothing of it".to_owned());
    }
    osv::read(&mut facts, &registries.osv, desk);
    record::look_up(&mut facts, &registries.mcp, desk);
    facts
}

/// Where source is, in one spelling: no protocol, user, `www.`, ending or case.
pub fn place_of_source(text: &str) -> String {
    let text = text.trim().trim_start_matches("git+");
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split_once('@').filter(|(user, _)| !user.contains('/')).map_or(text, |(_, rest)| rest);
    // what npm's short forms stand for
    let hosts = [("github:", "github.com/"), ("gitlab:", "gitlab.com/"), ("bitbucket:", "bitbucket.org/")];
    let short = hosts.iter().find_map(|(short, host)| text.strip_prefix(short).map(|rest| format!("{host}{rest}")));
    let text = short.unwrap_or_else(|| text.to_owned());
    // `host:owner/name` is how ssh writes it; behind a host with a port stand digits
    let host = text.split('/').next().unwrap_or_default();
    let ssh =
        host.split_once(':').is_some_and(|(h, rest)| h.contains('.') && rest.bytes().any(|b| !b.is_ascii_digit()));
    let text = text.replacen(':', "/", usize::from(ssh));
    let text = text.split(['#', '?']).next().unwrap_or_default();
    let text = text.trim_end_matches('/').trim_end_matches(".git").trim_start_matches("www.");
    // the repository, not a folder in it
    let parts: Vec<&str> = text.split('/').take(3).collect();
    let joined = parts.join("/").trim_end_matches(".git").to_lowercase();
    // `owner/name` alone means GitHub to npm
    if parts.len() == 2 && !parts[0].contains('.') { format!("github.com/{joined}") } else { joined }
}

#[cfg(test)]
mod tests;
