//! What stands for a process group where there is none (Windows): only the process itself can be ended. A job object
//! belongs here; until it does, nothing is started on such a system but by `--sandbox off`.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

/// Watches over nothing.
#[derive(Debug, Default)]
pub struct Watch;

impl Watch {
    /// A container of that name; its engine removes it when its input closes.
    pub(super) fn engine(_file: PathBuf, _name: String, _env: BTreeMap<String, String>) -> Self {
        Self
    }

    /// The process that is started may be killed at once.
    pub fn may_be_killed(&self) -> bool {
        true
    }

    /// The process alone.
    pub fn group(self, _child: u32) -> Option<Group> {
        Some(Group)
    }
}

/// A process that its handle ends.
#[derive(Debug)]
pub struct Group;

impl Group {
    /// The process alone.
    pub fn of(_child: u32) -> Option<Self> {
        Some(Self)
    }

    /// There is no polite way.
    pub fn terminate(&self) {}

    /// Done by the handle.
    pub fn kill(&self) {}

    /// Nobody refuses.
    pub fn refused(&self) -> Option<String> {
        None
    }

    /// Not seen from here; the end of its output is.
    pub fn ended(&self) -> Option<String> {
        None
    }

    /// There are none.
    pub fn limit(&self, _fetches: bool) -> io::Result<()> {
        Ok(())
    }
}
