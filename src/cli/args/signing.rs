//! The commands of people who sign: `approve`, `log`, `trust`, `init`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use super::{BaselineArgs, DiffFormat};

/// `approve`.
#[derive(Args, Clone, Debug)]
pub struct Approve {
    /// Only these servers [default: every one the last scan saw]
    pub servers: Vec<String>,
    /// Approve what a capture or manifest file holds instead of what the last scan saw
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Remove servers that are gone from the configuration
    #[arg(long, value_name = "SERVER")]
    pub remove: Vec<String>,
    /// Add your signature to the version somebody else proposed, after reading what it changes
    #[arg(long, conflicts_with_all = ["servers", "from", "remove"])]
    pub cosign: bool,
    /// How to sign.
    #[command(flatten)]
    pub key: KeyArgs,
    /// Where the baseline is.
    #[command(flatten)]
    pub baseline: BaselineArgs,
}

/// How to sign.
#[derive(Args, Clone, Debug)]
pub struct KeyArgs {
    /// Why; kept in the log
    #[arg(long)]
    pub reason: Option<String>,
    /// The key to sign with: an SSH key (private, or public with an agent) or a PKCS#8 PEM file [default: the first of
    /// the key init made, ~/.ssh/id_ed25519, ~/.ssh/id_ed25519_sk and the agent's that trust.json lists]
    #[arg(long, value_name = "FILE", env = "MCP_ASSAY_KEY")]
    pub key: Option<PathBuf>,
    /// Sign without a terminal; only where trust.json allows it
    #[arg(long)]
    pub unattended: bool,
}

/// `log`.
#[derive(Args, Clone, Debug)]
pub struct Log {
    /// Only what this key signed: its text, a .pub file, `sha256:…` of the log, or a person's name
    #[arg(long, value_name = "KEY", conflicts_with = "show")]
    pub key: Option<String>,
    /// What version N changed, word by word, from git's history
    #[arg(long, value_name = "N")]
    pub show: Option<u64>,
    /// Do not cut server text
    #[arg(long)]
    pub full_text: bool,
    /// `human` or `json`
    #[arg(long, value_enum, default_value = "human", help_heading = "Output")]
    pub output: DiffFormat,
    /// The baseline directory [default: .mcp-assay in the project]
    #[arg(long, value_name = "DIR", env = "MCP_ASSAY_BASELINE", help_heading = "Baseline")]
    pub baseline: Option<PathBuf>,
}

/// `trust`.
#[derive(Args, Clone, Debug)]
pub struct TrustArgs {
    /// What to do
    #[command(subcommand)]
    pub action: TrustAction,
    /// The baseline directory [default: .mcp-assay in the project]
    #[arg(long, value_name = "DIR", env = "MCP_ASSAY_BASELINE", global = true, help_heading = "Baseline")]
    pub baseline: Option<PathBuf>,
}

/// `trust …`.
#[derive(Clone, Debug, Subcommand)]
pub enum TrustAction {
    /// People, keys, thresholds, and what is not signed yet
    Show,
    /// Change trust.json; it counts when enough people of the old and the new file signed it
    #[command(flatten)]
    Edit(TrustEdit),
    /// Show the change of trust.json, ask, and sign it
    Sign(KeyArgs),
    /// All keys are lost: begin anew with one person; the pin and every machine have to be told
    Genesis {
        /// The name under which you sign
        #[arg(long)]
        person: String,
        /// Your key
        #[arg(long, value_name = "FILE", env = "MCP_ASSAY_KEY")]
        key: PathBuf,
    },
    /// Forget what this machine has seen of the project; the next use is a first use
    Forget,
}

/// Changes of `trust.json`.
#[derive(Clone, Debug, Subcommand)]
pub enum TrustEdit {
    /// Add a person, or a key for one
    Add {
        /// The name under which the person signs
        name: String,
        /// The key's text, or its .pub or PEM file
        key: String,
    },
    /// Remove a person, or one key; what that key approved needs a new approval
    Remove {
        /// The person
        name: String,
        /// Only this key
        key: Option<String>,
    },
    /// How many people are needed
    #[command(group(ArgGroup::new("numbers").required(true).multiple(true)))]
    Threshold {
        /// For a baseline
        #[arg(long = "people", value_name = "N", group = "numbers")]
        for_baseline: Option<u64>,
        /// For a trust file
        #[arg(long = "trust-people", value_name = "N", group = "numbers")]
        for_trust: Option<u64>,
    },
    /// What these people allow
    #[command(group(ArgGroup::new("rules").required(true).multiple(true)))]
    Policy {
        /// Longest life of a baseline in days
        #[arg(long, value_name = "DAYS", group = "rules")]
        max_baseline_days: Option<u64>,
        /// Only security keys, whose signatures prove a touch
        #[arg(long, value_name = "BOOL", group = "rules")]
        hardware: Option<bool>,
        /// Approvals without a terminal
        #[arg(long, value_name = "BOOL", group = "rules")]
        unattended: Option<bool>,
    },
    /// Only a new expiry: a year from today
    Renew,
}

/// `init`.
#[derive(Args, Clone, Debug)]
pub struct Init {
    /// The directory to create [default: .mcp-assay]
    #[arg(long, value_name = "DIR", env = "MCP_ASSAY_BASELINE")]
    pub baseline: Option<PathBuf>,
    /// The name under which you sign [default: your user name]
    #[arg(long)]
    pub person: Option<String>,
    /// Let `approve --unattended` sign without a terminal; written into trust.json
    #[arg(long)]
    pub allow_unattended: bool,
    /// Use this SSH key (private, or public with an agent) or PKCS#8 Ed25519 key; on a terminal, init offers yours
    #[arg(long, value_name = "FILE", env = "MCP_ASSAY_KEY")]
    pub key: Option<PathBuf>,
    /// Also write these files, without asking: workflow, hook, config
    #[arg(long, value_enum, value_name = "FILES", value_delimiter = ',')]
    pub with: Vec<crate::cli::init::files::Extra>,
}
