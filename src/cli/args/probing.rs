//! What a server is asked, and as whom.

use clap::{Args, ValueEnum};

use crate::capture::{Era, Identity, Probe};

/// What a server is asked, and as whom.
#[derive(Args, Clone, Debug, Default)]
pub struct Probing {
    /// How hard to look for servers that show auditors another face: quick reads every list twice and once more under our
    /// own name, deep asks in eight ways and takes minutes
    #[arg(long, value_enum, default_value = "quick", env = "MCP_ASSAY_PROBE", help_heading = "Probes")]
    pub probe: ProbeArg,
    /// Never present another client's name
    #[arg(long, env = "MCP_ASSAY_HONEST", conflicts_with = "client", help_heading = "Probes")]
    pub honest: bool,
    /// Ask first as this client [default: the one whose configuration names the server, else claude-code]
    #[arg(long = "as", value_name = "CLIENT", env = "MCP_ASSAY_AS", value_parser = clap::builder::PossibleValuesParser::new(Identity::known()), help_heading = "Probes")]
    pub client: Option<String>,
    /// Speak only one era of the protocol [default: every era the server answers in]
    #[arg(long, value_enum, env = "MCP_ASSAY_ERA", help_heading = "Probes")]
    pub era: Option<EraArg>,
    /// Read the bodies of listed skills too
    #[arg(long, env = "MCP_ASSAY_SKILLS", help_heading = "Probes")]
    pub skills: bool,
    /// Read server cards and catalogues of a URL's origin too, and compare them with the live server
    #[arg(long, env = "MCP_ASSAY_CARDS", help_heading = "Probes")]
    pub cards: bool,
    /// A server's name may lead to an address that is not public
    #[arg(long, env = "MCP_ASSAY_ALLOW_PRIVATE", help_heading = "Launch")]
    pub allow_private: bool,
}

/// `--era`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EraArg {
    /// 2026-07-28 and later.
    Modern,
    /// Up to 2025-11-25.
    Legacy,
}

impl EraArg {
    /// The era.
    pub fn era(self) -> Era {
        match self {
            Self::Modern => Era::Modern,
            Self::Legacy => Era::Legacy,
        }
    }
}

/// `--probe`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProbeArg {
    /// Read every list once.
    Off,
    /// Two connections.
    #[default]
    Quick,
    /// The whole plan.
    Deep,
}

impl ProbeArg {
    /// The plan.
    pub fn plan(self) -> Probe {
        match self {
            Self::Off => Probe::Off,
            Self::Quick => Probe::Quick,
            Self::Deep => Probe::Deep,
        }
    }
}
