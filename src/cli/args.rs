//! The command line as clap types: the stable interface of CLI.md. What a flag does is in the subcommand's own file.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::terms::{RuleId, Severity};

mod compare;
mod contain;
mod packages;
mod probing;
mod shared;
mod signing;

pub use compare::{Comparison, Diff};
pub use contain::Contain;
pub use packages::PackageArgs;
pub use probing::{EraArg, ProbeArg, Probing};
pub use shared::{
    BaselineArgs, FailOn, Format, InventoryFormat, LaunchArg, Output, OutputArgs, Reach, SarifArgs, SarifProfile,
    ScopeArg, What,
};
use shared::{output, rule_id, severity_override};
pub use signing::{Approve, Init, KeyArgs, Log, TrustAction, TrustArgs, TrustEdit};

/// Audit MCP servers before a model listens to them.
#[derive(Debug, Parser)]
#[command(
    name = "mcp-assay",
    version,
    about = "Audit MCP servers before a model listens to them",
    long_about = "mcp-assay captures everything an MCP server says, compares it with what named people signed, and \
                  reports tool poisoning, rug pulls and shadowing. It never says clean about something it did not look at.",
    after_help = "Examples:\n  mcp-assay scan                                  audit this project's and your clients' servers\n  \
                  mcp-assay scan -- npx -y @acme/server@1.2.3     audit one server\n  \
                  mcp-assay approve --reason 'first review'       sign what the last scan saw",
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value = "auto", env = "MCP_ASSAY_COLOR", help_heading = "Display")]
    pub color: When,
    /// When rule names are links to their pages: auto on terminals that are known to show them
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        env = "MCP_ASSAY_HYPERLINKS",
        help_heading = "Display"
    )]
    pub hyperlinks: When,
    /// No progress on standard error
    #[arg(long, global = true, env = "MCP_ASSAY_NO_PROGRESS", help_heading = "Display")]
    pub no_progress: bool,
    /// Only results (-q), only the exit code (-qq)
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Display")]
    pub quiet: u8,
    /// Also show notes (labels that count as nothing) and what was read
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Display")]
    pub verbose: u8,
    /// How differences are shown: side by side on a wide terminal, else in one column
    #[arg(long, global = true, value_enum, default_value = "auto", env = "MCP_ASSAY_VIEW", help_heading = "Display")]
    pub view: View,
    /// The time to reason with, for reproducible runs (RFC 3339)
    #[arg(long, global = true, env = "MCP_ASSAY_NOW", value_name = "RFC3339", help_heading = "Display")]
    pub now: Option<jiff::Timestamp>,
}

/// `auto`, `always`, `never`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// When the stream is a terminal that can, and the environment does not forbid it.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `--view`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum View {
    /// Side by side on a terminal of 120 columns and more.
    Auto,
    /// Old words left, new words right.
    Columns,
    /// One column.
    Unified,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Audit servers: capture, compare with the baseline, run the rules, report
    Scan(Box<Scan>),
    /// Record what servers say in a file; judge nothing
    Capture(Box<CaptureArgs>),
    /// Convert a report that `scan --output json` saved into other formats
    Report(Report),
    /// Graded, word-level differences of any two: recordings, manifests, baselines, commits, servers
    Diff(Box<Diff>),
    /// Show what the last scan saw, ask, and sign it into the baseline
    Approve(Approve),
    /// The offline gate: is the baseline intact, signed and in step with the configuration?
    Verify(Verify),
    /// The history of approvals: who signed what, when and why
    Log(Log),
    /// The people whose signatures count: show, change, sign
    Trust(TrustArgs),
    /// Every client, configuration file and server found, and what was skipped
    Inventory(Inventory),
    /// What is checked: list the rules, test a folder of them, measure them on a corpus
    Rules(Rules),
    /// Why one rule exists, what it matches and what to do
    Explain(Explain),
    /// Create .mcp-assay/ with a trust file and a signing key
    Init(Init),
    /// Print a shell completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the man pages
    Man {
        /// Directory to write to
        dir: PathBuf,
    },
    /// Print a published JSON Schema
    Schema {
        /// Which one
        #[arg(value_enum)]
        name: SchemaName,
    },
}

/// Published schemas.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SchemaName {
    /// The report format `json`
    JsonV1,
    /// `mcp-assay.toml`
    Config,
    /// A rule file
    Rule,
    /// What `capture` records
    Capture,
}

/// `scan`.
#[derive(Args, Clone, Debug)]
pub struct Scan {
    /// What to audit.
    #[command(flatten)]
    pub what: What,
    /// How to reach it.
    #[command(flatten)]
    pub reach: Reach,
    /// What to compare with.
    #[command(flatten)]
    pub baseline: BaselineArgs,
    /// Whether registries are asked about packages.
    #[command(flatten)]
    pub packages: PackageArgs,
    /// Judge only the configuration: start nothing, contact nothing, and do not count that as incomplete
    #[arg(long, conflicts_with = "launch", env = "MCP_ASSAY_CONFIG_ONLY", help_heading = "Launch")]
    pub config_only: bool,
    /// With --config-only: a project that configures no server ends with 0 and not with 5, and is still not called clean
    #[arg(long, requires = "config_only", env = "MCP_ASSAY_ALLOW_NO_SERVERS", help_heading = "Launch")]
    pub allow_no_servers: bool,
    /// Compare with nothing
    #[arg(long, conflicts_with_all = ["baseline", "require_signed", "exact"], env = "MCP_ASSAY_NO_BASELINE", help_heading = "Baseline")]
    pub no_baseline: bool,
    /// Every change counts as high, missing items too
    #[arg(long, env = "MCP_ASSAY_EXACT", help_heading = "Baseline")]
    pub exact: bool,
    /// The least severity that makes the exit code 1 [default: high]
    #[arg(long, value_enum, env = "MCP_ASSAY_FAIL_ON", help_heading = "Verdict")]
    pub fail_on: Option<FailOn>,
    /// Exit 0 instead of 1
    #[arg(long, env = "MCP_ASSAY_EXIT_ZERO", help_heading = "Verdict")]
    pub exit_zero: bool,
    /// Further rules, in the format of rules/
    #[arg(long, value_name = "DIR", env = "MCP_ASSAY_RULES", help_heading = "Rules")]
    pub rules: Vec<PathBuf>,
    /// Run only these rules
    #[arg(long, value_name = "RULE", value_parser = rule_id, value_delimiter = ',', help_heading = "Rules")]
    pub only: Vec<RuleId>,
    /// Leave these rules out
    #[arg(long, value_name = "RULE", value_parser = rule_id, value_delimiter = ',', conflicts_with = "only", help_heading = "Rules")]
    pub skip: Vec<RuleId>,
    /// Another severity for a rule
    #[arg(long, value_name = "RULE=LEVEL", value_parser = severity_override, help_heading = "Rules")]
    pub severity: Vec<(RuleId, Severity)>,
    /// Suppressions have no effect
    #[arg(long, env = "MCP_ASSAY_NO_SUPPRESSIONS", help_heading = "Rules")]
    pub no_suppressions: bool,
    /// Show suppressed findings too
    #[arg(long, env = "MCP_ASSAY_SHOW_SUPPRESSED", help_heading = "Rules")]
    pub show_suppressed: bool,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `capture`.
#[derive(Args, Clone, Debug)]
pub struct CaptureArgs {
    /// What to record.
    #[command(flatten)]
    pub what: What,
    /// How to reach it.
    #[command(flatten)]
    pub reach: Reach,
    /// The file to write
    #[arg(short = 'o', long = "out", value_name = "FILE")]
    pub out: PathBuf,
    /// Baseline whose launch identities may be started.
    #[command(flatten)]
    pub baseline: BaselineArgs,
}

/// `report`.
#[derive(Args, Clone, Debug)]
pub struct Report {
    /// The saved report; - for standard input
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// FORMAT or FORMAT=FILE, repeatable: human, json, jsonl, sarif, markdown, github, junit, gitlab, html
    #[arg(long, value_name = "FORMAT[=FILE]", required = true, value_parser = output, value_delimiter = ',', help_heading = "Output")]
    pub output: Vec<Output>,
    /// What is special to SARIF.
    #[command(flatten)]
    pub sarif: SarifArgs,
    /// Further rules that the scan used
    #[arg(long, value_name = "DIR", env = "MCP_ASSAY_RULES", help_heading = "Rules")]
    pub rules: Vec<PathBuf>,
    /// Show suppressed findings too
    #[arg(long, env = "MCP_ASSAY_SHOW_SUPPRESSED", help_heading = "Rules")]
    pub show_suppressed: bool,
}

/// `--output` of commands that print a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people.
    Human,
    /// The `changes` of JSON v1.
    Json,
}

/// `verify`.
#[derive(Args, Clone, Debug)]
pub struct Verify {
    /// Where the baseline is.
    #[command(flatten)]
    pub baseline: BaselineArgs,
    /// `human` or `json`
    #[arg(long, value_enum, default_value = "human", help_heading = "Output")]
    pub output: DiffFormat,
}

/// `inventory`.
#[derive(Args, Clone, Debug)]
pub struct Inventory {
    /// Directories or config files [default: the project and the user's clients]
    pub targets: Vec<PathBuf>,
    /// Whose configuration files to read
    #[arg(long, value_enum)]
    pub scope: Option<ScopeArg>,
    /// `human`, `json`, or `cyclonedx` (1.6): servers and packages for inventories of software
    #[arg(long, value_enum, default_value = "human", help_heading = "Output")]
    pub output: InventoryFormat,
}

/// `rules`.
#[derive(Args, Clone, Debug)]
pub struct Rules {
    /// What to do with them; list them when nothing is given
    #[command(subcommand)]
    pub action: Option<RulesAction>,
}

/// `rules …`.
#[derive(Clone, Debug, Subcommand)]
pub enum RulesAction {
    /// A table of all rules
    List,
    /// Run the examples of the built-in rules, or of a folder of rules
    Test {
        /// The folder
        dir: Option<PathBuf>,
    },
    /// Recall and false positives on a labelled corpus
    Eval {
        /// .jsonl or .jsonl.gz files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// `human` or `json`
        #[arg(long, value_enum, default_value = "human")]
        output: DiffFormat,
        /// List the rows that were missed and the findings on honest rows
        #[arg(long)]
        details: bool,
    },
    /// Print the index of all rules as Markdown (rules/README.md)
    Index,
    /// Write a Markdown page for each rule (docs/rules/)
    Pages {
        /// Directory to write to
        dir: PathBuf,
    },
}

/// `explain`.
#[derive(Args, Clone, Debug)]
pub struct Explain {
    /// The rule's id
    pub rule: String,
    /// A folder of further rules
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// `human`, `markdown` or `json`
    #[arg(long, value_enum, default_value = "human", help_heading = "Output")]
    pub output: ExplainFormat,
}

/// `explain --output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For a terminal.
    Human,
    /// The page of docs/rules/.
    Markdown,
    /// For programs.
    Json,
}
