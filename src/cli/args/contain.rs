//! The options that say how launched servers are contained.

use std::path::PathBuf;

use clap::Args;

use crate::sandbox::{Layer, Level, Mode, Policy};

/// How launched servers are contained.
#[derive(Args, Clone, Debug, Default)]
pub struct Contain {
    /// What contains launched servers: the strongest isolation this system offers, nothing, or a container engine for
    /// servers given as images
    #[arg(long, value_enum, default_value = "auto", env = "MCP_ASSAY_SANDBOX", help_heading = "Launch")]
    pub sandbox: Mode,
    /// Refuse to launch below this level [default: container; limited and off must be asked for]
    #[arg(long, value_name = "LEVEL", value_enum, env = "MCP_ASSAY_REQUIRE_ISOLATION", help_heading = "Launch")]
    pub require_isolation: Option<Level>,
    /// Let launched servers use the network: all of them, or those named
    #[arg(long, value_name = "SERVER", num_args = 0..=1, require_equals = true, default_missing_value = "*", value_delimiter = ',', env = "MCP_ASSAY_NETWORK", help_heading = "Launch")]
    pub network: Vec<String>,
    /// A file or directory that launched servers may read, besides the system, their interpreter and their package
    #[arg(long, value_name = "PATH", value_delimiter = ',', env = "MCP_ASSAY_READ", help_heading = "Launch")]
    pub read: Vec<PathBuf>,
    /// Take a layer of isolation as absent: for our own tests
    #[arg(long, value_enum, value_delimiter = ',', hide = true)]
    pub sandbox_without: Vec<Layer>,
}

impl Contain {
    /// How a server of that name is contained. `offline` refuses any use of the network.
    pub fn policy(&self, server: &str, offline: bool) -> Policy {
        Policy {
            mode: self.sandbox,
            require: self.require_isolation,
            network: !offline && self.network.iter().any(|n| n == "*" || n == server),
            offline,
            // a relative path counts from where the person is, not from where the server runs
            read: self.read.iter().map(|p| std::path::absolute(p).unwrap_or_else(|_| p.clone())).collect(),
            absent: self.sandbox_without.clone(),
            ..Policy::default()
        }
    }
}
