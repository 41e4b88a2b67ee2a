//! The arguments of `diff`.

use clap::{Args, ValueEnum};

use super::{BaselineArgs, Reach};

/// `diff`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Sides:\n  FILE            a recording, a manifest, lines of manifests, or a client's configuration (its servers are asked)\n  \
                  DIR             a baseline directory, or a project whose configured servers are asked\n  \
                  baseline        the project's baseline\n  \
                  git:REV         the baseline as a commit has it\n  \
                  NAME            a configured server, asked now; server:NAME where a file has that name\n  \
                  https://…       a server, asked now\n  \
                  'cmd:CMD ARG…'  a stdio server, asked now; as the new side also -- CMD ARG…\n  \
                  -               a recording or manifest from standard input"
)]
pub struct Diff {
    /// The old side
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The new side
    #[arg(value_name = "NEW")]
    pub new: Option<String>,
    /// The new side as a stdio server's command line
    #[arg(last = true, value_name = "CMD")]
    pub command: Vec<String>,
    /// Compare only the server of this name
    #[arg(long, value_name = "NAME")]
    pub server: Option<String>,
    /// The format
    #[arg(long, value_enum, default_value = "human", help_heading = "Output")]
    pub output: Comparison,
    /// Do not cut or fold server text
    #[arg(long, help_heading = "Output")]
    pub full_text: bool,
    /// How to reach servers.
    #[command(flatten)]
    pub reach: Reach,
    /// What `baseline` and `git:REV` mean, and whose launch identities may be started.
    #[command(flatten)]
    pub baseline: BaselineArgs,
}

/// `diff --output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Comparison {
    /// For people.
    Human,
    /// The `changes` of JSON v1.
    Json,
    /// For a review: job summary or pull request comment.
    Markdown,
    /// One self-contained page.
    Html,
}
