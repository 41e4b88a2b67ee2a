//! Which files MCP clients read, as data: client, platform, path, scope, key, environment variable.
//!
//! [`Standing::Checked`] rows were compared with their vendor's own page, which [`super::pages`] names. [`Standing::Read`] rows
//! were read in the source of other public tools; [`Standing::Doubtful`] ones are entries of lists, or guesses, that nobody of
//! us has seen in use.
//!
//! Paths: `~` is the home, `{APP}` the platform's application data, `{XC}` the XDG configuration folder, `.` the project, `^`
//! the project and the folders above it (`^.` those up to the root of the repository), `$NAME` a variable. `*` is one name,
//! `**` any folders below. `env:NAME` is no path: that variable holds the configuration itself.

use super::super::ConfigScope::{self, Environment, Managed, Plugin, Project, User};
use super::super::VARIABLE;
use super::super::config_file::KeyPath;
use super::places::Platform::{self, Linux, Macos, Windows};
pub use rows::TABLE;

mod rows;

/// Where a row comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Compared with the vendor's page.
    Checked,
    /// Read in another tool's source.
    Read,
    /// A guess.
    Doubtful,
}

/// One place a client reads.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The client.
    pub client: &'static str,
    /// The file.
    pub path: &'static str,
    /// Where it applies.
    pub scope: ConfigScope,
    /// Where it exists.
    pub platforms: &'static [Platform],
    /// Where the servers are in it; none for files that hold settings only.
    pub keys: &'static [KeyPath],
    /// It may be a bare map of servers.
    pub flat: bool,
    /// Not looked at when one of these variables is set, because another row takes its place.
    pub unless: &'static [&'static str],
    /// The file is the manifest of a bundle that the client has unpacked.
    pub bundle: bool,
    /// Why nothing is read from it, although servers or their places may stand in it; it is only said to be there.
    pub unread: Option<&'static str>,
    /// Another client's row reads the file already; this one only says who else does.
    pub shared: bool,
    /// Where the row comes from.
    pub standing: Standing,
}

const ALL: &[Platform] = &[Linux, Macos, Windows];
const UNIX: &[Platform] = &[Linux, Macos];
const MCP: &[KeyPath] = &[&["mcpServers"]];
const CODE: &[KeyPath] = &[&["servers"]];
const CODE_SETTINGS: &[KeyPath] = &[&["mcp", "servers"], &["mcp.servers"]];
const CURSOR: &[KeyPath] = &[&["mcpServers"], &["mcp", "servers"], &["mcp.servers"]];
const WORKSPACE: &[KeyPath] = &[&["settings", "mcp", "servers"], &["settings", "mcp.servers"], &["mcp", "servers"]];
const CONTAINER: &[KeyPath] = &[&["customizations", "vscode", "mcp", "servers"]];
const TOML: &[KeyPath] = &[&["mcp_servers"]];
const OPENCODE: &[KeyPath] = &[&["mcp"]];
const CONTINUE: &[KeyPath] = &[&["mcpServers"], &["experimental", "modelContextProtocolServers"]];
const ZED: &[KeyPath] = &[&["context_servers"]];
const AMP: &[KeyPath] = &[&["amp.mcpServers"]];
const GOOSE: &[KeyPath] = &[&["extensions"]];
const BUNDLE: &[KeyPath] = &[&["server", "mcp_config"]];
const NONE: &[KeyPath] = &[];

const fn row(client: &'static str, scope: ConfigScope, path: &'static str, keys: &'static [KeyPath]) -> Row {
    let (platforms, flat, unless, shared): (_, _, &[_], _) = (ALL, false, &[], false);
    let (bundle, unread, standing) = (false, None, Standing::Read);
    Row { client, path, scope, platforms, keys, flat, unless, bundle, unread, shared, standing }
}

impl Row {
    const fn checked(self) -> Self {
        Self { standing: Standing::Checked, ..self }
    }

    const fn on(self, platforms: &'static [Platform]) -> Self {
        Self { platforms, ..self }
    }

    const fn flat(self) -> Self {
        Self { flat: true, ..self }
    }

    const fn unless(self, variables: &'static [&'static str]) -> Self {
        Self { unless: variables, ..self }
    }

    const fn bundle(self) -> Self {
        Self { bundle: true, ..self }
    }

    const fn unread(self, why: &'static str) -> Self {
        Self { unread: Some(why), ..self }
    }

    const fn shared(self) -> Self {
        Self { shared: true, ..self }
    }

    const fn doubtful(self) -> Self {
        Self { standing: Standing::Doubtful, ..self }
    }

    /// The variable whose value the path starts with.
    pub fn variable(&self) -> Option<&'static str> {
        self.path.strip_prefix('$').map(|p| p.split('/').next().unwrap_or(p))
    }

    /// The variable whose value is the configuration.
    pub fn content(&self) -> Option<&'static str> {
        self.path.strip_prefix(VARIABLE)
    }

    /// The path inside a project.
    pub fn in_project(&self) -> Option<&'static str> {
        ["./", "^/", "^./"].iter().find_map(|mark| self.path.strip_prefix(mark))
    }
}

/// Clients of which no file is known.
pub const UNKNOWN: [&str; 2] = ["jetbrains-ai-assistant", "zencoder"];
