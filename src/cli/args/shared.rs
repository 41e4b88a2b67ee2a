//! Groups of options that several commands share, and the parsers of option values.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::contain::Contain;
pub use crate::config::FailOn;
use crate::terms::{RuleId, Severity};

/// What to audit.
#[derive(Args, Clone, Debug)]
pub struct What {
    /// Config files, directories, URLs, manifest or capture files, .jsonl files, or - for standard input
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// A stdio server's command line
    #[arg(last = true, value_name = "CMD")]
    pub command: Vec<String>,
    /// Whose configuration files to read when no target is given [default: all on a terminal, project elsewhere]
    #[arg(long, value_enum, env = "MCP_ASSAY_SCOPE", help_heading = "Targets")]
    pub scope: Option<ScopeArg>,
}

/// `--scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScopeArg {
    /// Files of the project.
    Project,
    /// Files in the user's home.
    User,
    /// Both.
    All,
}

/// How to reach servers.
#[derive(Args, Clone, Debug)]
pub struct Reach {
    /// Who may be started or contacted: ask first, only approved launch identities, all, none
    /// [default: ask on a terminal, approved elsewhere]
    #[arg(long, value_enum, env = "MCP_ASSAY_LAUNCH", help_heading = "Launch")]
    pub launch: Option<LaunchArg>,
    /// Give the server the real value of a declared variable instead of a placeholder
    #[arg(long, value_name = "NAME", env = "MCP_ASSAY_PASS_ENV", value_delimiter = ',', help_heading = "Launch")]
    pub pass_env: Vec<String>,
    /// What contains launched servers.
    #[command(flatten)]
    pub contain: Contain,
    /// A header for URLs given on the command line; the value may be env:NAME
    #[arg(long, value_name = "K: V", help_heading = "Launch")]
    pub header: Vec<String>,
    /// Seconds for everything with one server
    #[arg(long, value_name = "SECONDS", env = "MCP_ASSAY_TIMEOUT", value_parser = clap::value_parser!(u64).range(1..=3600), help_heading = "Launch")]
    pub timeout: Option<u64>,
    /// Servers at a time
    #[arg(long, value_name = "N", env = "MCP_ASSAY_JOBS", default_value = "24", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = "Launch")]
    pub jobs: u16,
    /// Refuse any use of the network
    #[arg(long, env = "MCP_ASSAY_OFFLINE", help_heading = "Launch")]
    pub offline: bool,
    /// What a server is asked, and as whom.
    #[command(flatten)]
    pub probing: super::Probing,
}

/// `--launch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LaunchArg {
    /// Show the command and ask.
    Ask,
    /// Only launch identities of the verified baseline.
    Approved,
    /// Everything that is configured.
    All,
    /// Nothing.
    Never,
}

/// Where the baseline is.
#[derive(Args, Clone, Debug)]
pub struct BaselineArgs {
    /// The baseline directory [default: .mcp-assay in the project]
    #[arg(long, value_name = "DIR", env = "MCP_ASSAY_BASELINE", help_heading = "Baseline")]
    pub baseline: Option<PathBuf>,
    /// A git ref whose people, policy, suppressions and approved commands count instead of the working tree's: the base
    /// of a pull request
    #[arg(long, value_name = "REF", env = "MCP_ASSAY_BASE", help_heading = "Baseline")]
    pub base: Option<String>,
    /// The digest of a trust file that signed rotations must lead from, kept where a pull request cannot edit
    #[arg(long, value_name = "sha256:…", env = "MCP_ASSAY_TRUST", help_heading = "Baseline")]
    pub trust: Option<String>,
    /// The least version of the baseline that is accepted
    #[arg(long, value_name = "N", env = "MCP_ASSAY_MIN_VERSION", help_heading = "Baseline")]
    pub min_version: Option<u64>,
    /// A baseline that is missing, not signed, or vouched for by nothing but itself is an error
    #[arg(long, env = "MCP_ASSAY_REQUIRE_SIGNED", help_heading = "Baseline")]
    pub require_signed: bool,
}

/// How to report.
#[derive(Args, Clone, Debug)]
pub struct OutputArgs {
    /// FORMAT or FORMAT=FILE, repeatable
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "human", env = "MCP_ASSAY_OUTPUT", value_parser = output, value_delimiter = ',', help_heading = "Output")]
    pub output: Vec<Output>,
    /// Do not cut server text
    #[arg(long, env = "MCP_ASSAY_FULL_TEXT", help_heading = "Output")]
    pub full_text: bool,
    /// What is special to SARIF.
    #[command(flatten)]
    pub sarif: SarifArgs,
}

/// What is special to SARIF.
#[derive(Args, Clone, Debug)]
pub struct SarifArgs {
    /// What SARIF holds: what GitHub can use, or everything
    #[arg(long, value_enum, default_value = "github", env = "MCP_ASSAY_SARIF_PROFILE", help_heading = "Output")]
    pub sarif_profile: SarifProfile,
    /// The category of the SARIF run
    #[arg(long, value_name = "NAME", env = "MCP_ASSAY_SARIF_CATEGORY", help_heading = "Output")]
    pub sarif_category: Option<String>,
    /// Write times into SARIF (the output is no longer reproducible)
    #[arg(long, env = "MCP_ASSAY_SARIF_TIMESTAMPS", help_heading = "Output")]
    pub sarif_timestamps: bool,
}

/// `--sarif-profile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SarifProfile {
    /// What code scanning reads.
    Github,
    /// Suppressed and unchanged results too.
    Full,
}

/// A report format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// JSON v1.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// Job summary or pull request comment.
    Markdown,
    /// Annotations of a GitHub job.
    Github,
    /// JUnit XML.
    Junit,
    /// GitLab Code Quality.
    Gitlab,
    /// One self-contained page.
    Html,
}

/// `--output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// `None` for standard output.
    pub file: Option<PathBuf>,
}

pub(super) fn rule_id(text: &str) -> Result<RuleId, String> {
    RuleId::new(text).ok_or_else(|| "rule ids are lower-case words joined by `-`; see `mcp-assay rules`".to_owned())
}

pub(super) fn severity_override(text: &str) -> Result<(RuleId, Severity), String> {
    let (rule, level) = text.split_once('=').ok_or("expected RULE=LEVEL, for example unpinned-source=medium")?;
    let level = match level {
        "note" => Severity::Note,
        "low" => Severity::Low,
        "medium" => Severity::Medium,
        "high" => Severity::High,
        "critical" => Severity::Critical,
        _ => return Err("levels are note, low, medium, high, critical".to_owned()),
    };
    Ok((rule_id(rule)?, level))
}

pub(super) fn output(text: &str) -> Result<Output, String> {
    let (name, file) = text.split_once('=').map_or((text, None), |(n, f)| (n, Some(PathBuf::from(f))));
    if file.as_ref().is_some_and(|f| f.as_os_str().is_empty()) {
        return Err("the file name after `=` is empty".to_owned());
    }
    let format = Format::from_str(name, false).map_err(|_| {
        let known: Vec<String> = Format::value_variants()
            .iter()
            .filter_map(|f| Some(f.to_possible_value()?.get_name().to_owned()))
            .collect();
        format!("unknown format; known are {}", known.join(", "))
    })?;
    Ok(Output { format, file })
}

/// Forms of the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InventoryFormat {
    /// For people.
    Human,
    /// Everything that was looked at.
    Json,
    /// `CycloneDX` 1.6 JSON.
    Cyclonedx,
}
