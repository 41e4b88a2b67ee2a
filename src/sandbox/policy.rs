//! What a server must be contained by: modes, levels and layers as values. Which of them this system offers is for
//! `detect`.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// `--sandbox`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// The strongest isolation this system offers; nothing is started when there is none.
    #[default]
    Auto,
    /// No isolation but a scrubbed environment and private directories.
    Off,
    /// Servers given as a docker command, with our flags.
    Docker,
    /// Servers given as a podman command, with our flags.
    Podman,
}

/// How strong the isolation of a launch is, weakest first (SANDBOX §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Level {
    /// Nothing.
    Off,
    /// Processes and environment, but not files.
    Limited,
    /// A container engine's.
    Container,
    /// Landlock, seccomp and limits.
    Strong,
    /// The same and namespaces.
    Full,
}

impl Level {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Limited => "limited",
            Self::Container => "container",
            Self::Strong => "strong",
            Self::Full => "full",
        }
    }
}

/// A layer whose absence can be simulated, so that every level is tested on every kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// File isolation.
    Landlock,
    /// Landlock before ABI 6: no rules about signals and abstract sockets.
    Scope,
    /// Landlock before ABI 3: no rule about cutting files.
    Truncate,
    /// The system-call filter.
    Seccomp,
    /// Namespaces.
    Namespaces,
}

/// How one server is contained.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Which isolation.
    pub mode: Mode,
    /// The weakest level that may be started; container when `None`.
    pub require: Option<Level>,
    /// The server may use the network.
    pub network: bool,
    /// Nothing may be fetched for it either.
    pub offline: bool,
    /// Further files and directories it may read.
    pub read: Vec<PathBuf>,
    /// Further directories it may write to: for our own use, no flag gives these.
    pub write: Vec<PathBuf>,
    /// A tool of the fetch phase: it unpacks big files.
    pub fetching: bool,
    /// Layers that are taken as absent.
    pub absent: Vec<Layer>,
    /// The program that plays supervisor; ours when `None`.
    pub helper: Option<PathBuf>,
}

impl Policy {
    /// The weakest level that may be started.
    pub fn floor(&self) -> Level {
        match self.mode {
            Mode::Off => self.require.unwrap_or(Level::Off),
            _ => self.require.unwrap_or(Level::Container),
        }
    }
}
