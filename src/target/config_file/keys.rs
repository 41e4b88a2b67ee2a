//! What one entry of a server says for itself, key by key. Clients that merge their files do not replace a server by another
//! of its name: a project may switch off the user's, or add one variable, and name no command at all.

use super::super::document::{Document, Node};
use super::super::{Located, Place, Secret};
use super::entry::Entry;
use crate::untrusted::Untrusted;

/// Clients that merge entries of one name key by key.
const MERGING: [&str; 2] = ["codex", "opencode"];

/// Whether a client does.
pub fn merges(client: &str) -> bool {
    MERGING.contains(&client)
}

/// Named values, as an entry has them.
pub type Pairs = Vec<(Located<Untrusted>, Located<Secret>)>;

/// The keys of one entry.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The server's name.
    pub name: Untrusted,
    /// Where it stands.
    pub place: Place,
    /// Its index among the targets; `None` when the entry starts and reaches nothing by itself.
    pub target: Option<usize>,
    /// Switched off (`true`) or on; `None` when it does not say.
    pub off: Option<bool>,
    /// Its arguments, where they have a key of their own.
    pub args: Option<Vec<Located<Untrusted>>>,
    /// Its variables.
    pub env: Pairs,
    /// Its headers.
    pub headers: Pairs,
    /// Its working directory.
    pub cwd: Option<Located<Untrusted>>,
    /// Tools that it has run without asking.
    pub approved: Vec<Located<Untrusted>>,
}

impl Keys {
    pub(super) fn of(
        name: Untrusted,
        place: Place,
        entry: &Node,
        document: &Document,
        (off, approved): (Option<bool>, Vec<Located<Untrusted>>),
    ) -> Self {
        let read = Entry { document };
        let pairs = |keys: &[&str]| {
            let found = keys.iter().find_map(|k| entry.get(k));
            found.map(|n| read.secrets(n)).unwrap_or_default()
        };
        Self {
            name,
            place,
            target: None,
            off,
            args: entry.get("args").map(|a| read.texts(Some(a))).filter(|a| !a.is_empty()),
            env: pairs(&["env", "environment", "envs"]),
            headers: pairs(&["headers", "http_headers"]),
            cwd: entry.get("cwd").and_then(|n| Some(read.located(n, n.text()?))),
            approved,
        }
    }

    /// Whether it would change anything of a server.
    pub(super) fn says_something(&self) -> bool {
        self.off.is_some() || !self.says_nothing_else()
    }

    /// Whether all it does is to switch a server of another file off or on.
    pub fn only_switches(&self) -> bool {
        self.target.is_none() && self.off.is_some() && self.says_nothing_else()
    }

    fn says_nothing_else(&self) -> bool {
        self.args.is_none()
            && self.cwd.is_none()
            && self.env.is_empty()
            && self.headers.is_empty()
            && self.approved.is_empty()
    }
}
