//! What the auditor tells its helper process, and what the helper answers: values that travel as JSON.

use std::ffi::OsString;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Everything the helper needs to know. It comes from us alone; nothing of it is chosen by a server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Spec {
    /// The program.
    pub file: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Its whole environment.
    pub env: Vec<(OsString, OsString)>,
    /// Its working directory.
    pub cwd: PathBuf,
    /// Readable and executable.
    pub run: Vec<PathBuf>,
    /// Readable.
    pub read: Vec<PathBuf>,
    /// Readable and writable, never executable.
    pub write: Vec<PathBuf>,
    /// Devices: readable and writable, nothing created.
    pub devices: Vec<PathBuf>,
    /// Landlock ABI that must be enforced.
    pub landlock: i32,
    /// Namespaces that must be entered.
    pub namespaces: bool,
    /// A private `/dev/shm` must be in place; without it there is none.
    pub shared_memory: bool,
    /// The network is allowed.
    pub network: bool,
    /// It is a tool that unpacks a package: modes and times of files are its work.
    pub unpacks: bool,
    /// Limits.
    pub limits: Caps,
    /// Private directories to remove when the auditor dies without a word; the first is the one whose size counts.
    pub private: Vec<PathBuf>,
}

/// Limits of one launch (SANDBOX §8).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Caps {
    /// Seconds of processor time of one process.
    pub cpu: u64,
    /// Bytes of one file.
    pub file: u64,
    /// Descriptors of one process.
    pub descriptors: u64,
    /// Bytes of data of one process.
    pub data: u64,
    /// Processes and threads together.
    pub processes: u64,
    /// Bytes of memory of all processes together.
    pub memory: u64,
    /// Bytes in the private directories together; 0 for no limit.
    pub disk: u64,
}

impl Caps {
    /// Of a server; a package runner unpacks big files, so it gets more room.
    pub fn of(fetches: bool) -> Self {
        let (cpu, file, disk) = if fetches { (180, 1 << 30, 0) } else { (60, 64 << 20, 512 << 20) };
        Self { cpu, file, descriptors: 1024, data: 2 << 30, processes: 256, memory: 4 << 30, disk }
    }
}

/// What the helper says, one JSON object per line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// Every layer is in place and the server is running.
    Running,
    /// Nothing was started, and why.
    Failed(String),
    /// A limit ended the server.
    Limit(String),
}

/// Layers that a helper could put in place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// Landlock ABI; 0 when there is none.
    pub landlock: i32,
    /// Why the system-call filter cannot be installed; empty when it can.
    pub seccomp: String,
    /// Why namespaces cannot be entered; empty when they can.
    pub namespaces: String,
    /// Why a server cannot have shared memory of its own; empty when it can.
    pub shared_memory: String,
}

/// First argument of a helper process; nothing a person would type.
pub const MARK: &str = "__mcp-assay-helper";
