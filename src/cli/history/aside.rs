//! Which findings each approval set aside: the baseline holds a digest of the suppressions, and the file that has it lies
//! beside the baseline, here or in a commit.

use std::collections::BTreeMap;
use std::path::Path;

use crate::baseline::{Content, Entry, Files, git};
use crate::cli::project::Project;
use crate::config::{Config, FILE, Suppression};
use crate::json::{Limits, read, unrender};
use crate::signature::Kind;
use crate::terms::Digest;
use crate::untrusted::Message;

/// What an approval set aside.
#[derive(Debug)]
pub enum Aside {
    /// These.
    Known(Vec<Suppression>),
    /// Something, and no file here has this digest.
    Lost(Digest),
    /// The baseline itself is neither here nor in git.
    NoBaseline,
}

/// For each signed baseline of the log that sets something aside, what. A digest binds the one to the other.
pub fn of(all: &[Entry], files: &Files, folder: &Path, project: &Project) -> BTreeMap<Digest, Aside> {
    let signed = |e: &Entry| e.statement.as_ref().filter(|s| e.counts && s.kind == Kind::Baseline).map(|s| s.subject);
    let mut wanted: Vec<Digest> = all.iter().filter_map(signed).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let own = files.baseline.as_deref();
    let inside = folder.strip_prefix(&project.root).unwrap_or(folder);
    // without git, or outside of a repository, only the newest is known
    let older: Vec<Digest> = wanted.iter().copied().filter(|d| own.map(Digest::of) != Some(*d)).collect();
    let found = match older.is_empty() {
        true => BTreeMap::new(),
        false => git::holding(&project.root, inside, &older).unwrap_or_default(),
    };
    let commit = |digest: &Digest| {
        let commit = found.get(digest)?;
        let files = commit.files(inside).ok()??;
        Some((suppressions(files.baseline.as_deref()?)?, commit))
    };
    let mut out = BTreeMap::new();
    for digest in wanted {
        let (signed, held) = match own.filter(|b| Digest::of(b) == digest) {
            Some(bytes) => (suppressions(bytes), Some(project.own.clone())),
            None => match commit(&digest) {
                Some((signed, commit)) => {
                    let bytes = commit.file(Path::new(FILE)).ok().flatten();
                    let text = bytes.map(|b| String::from_utf8_lossy(&b).into_owned());
                    (Some(signed), text.and_then(|t| Config::parse(&t, project.today()).ok()))
                }
                None => (None, None),
            },
        };
        let aside = match signed {
            None => Aside::NoBaseline,
            Some(None) => continue,
            Some(Some(signed)) => match held.filter(|c| c.suppressions_digest() == Some(signed)) {
                Some(config) => Aside::Known(config.suppress),
                None => Aside::Lost(signed),
            },
        };
        out.insert(digest, aside);
    }
    out
}

/// The digest that a baseline has for its suppressions.
fn suppressions(bytes: &[u8]) -> Option<Option<Digest>> {
    let document = read(bytes, &Limits::default()).ok()?;
    Some(Content::from_node(&unrender(&document.root)).ok()?.suppressions)
}

impl Aside {
    /// One line for each.
    pub fn lines(&self) -> Vec<Message> {
        match self {
            Self::Known(all) => all.iter().map(|s| Message::new("sets aside: ").append(&s.line())).collect(),
            Self::Lost(digest) => vec![Message::new(format!(
                "sets findings aside ({digest}); the mcp-assay.toml that names them is neither here nor in a commit"
            ))],
            Self::NoBaseline => {
                vec![Message::new("what it sets aside is not known: no commit here holds that baseline.json")]
            }
        }
    }
}
