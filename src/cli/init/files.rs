//! What `init` offers beside the baseline: a workflow, a commit hook and a configuration file. Each is written after asking,
//! or when `--with` names it, and never over a file that is there.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{BufRead, Write};

use clap::ValueEnum;

use crate::cli::failure::Failure;
use crate::cli::project::Project;
use crate::cli::terminal::Terminal;
use crate::terms::ExitCode;

/// A file that `init` may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Extra {
    /// A GitHub workflow that checks every pull request.
    Workflow,
    /// A pre-commit hook.
    Hook,
    /// mcp-assay.toml with the defaults.
    Config,
}

impl Extra {
    /// Where it goes, what it is for, and its text.
    fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Workflow => (
                ".github/workflows/mcp-assay.yml",
                "a GitHub workflow that checks every pull request",
                include_str!("files/workflow.yml"),
            ),
            Self::Hook => {
                (".pre-commit-config.yaml", "a hook that checks every commit", include_str!("files/pre-commit.yaml"))
            }
            Self::Config => {
                ("mcp-assay.toml", "a configuration file with the defaults", include_str!("files/config.toml"))
            }
        }
    }

    /// The text with the version that is running.
    fn text(self) -> String {
        self.parts().2.replace("VERSION", env!("CARGO_PKG_VERSION"))
    }
}

/// Writes what `with` names; on a terminal asks for the rest. Reports on standard error, because standard output has the
/// result of `init`.
pub fn offer(with: &[Extra], project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    for extra in Extra::value_variants() {
        let (path, what, _) = extra.parts();
        let file = project.root.join(path);
        let there = std::fs::symlink_metadata(&file).is_ok();
        let mut say = String::new();
        if with.contains(extra) && there {
            let _ = writeln!(say, "{path} is there already and was left as it is; it would get:");
            for line in extra.text().lines() {
                let _ = writeln!(say, "  {line}");
            }
        } else if with.contains(extra) || (!there && with.is_empty() && terminal.interactive && agreed(path, what)) {
            write(&file, &extra.text()).map_err(|e| {
                Failure::usage(format!("cannot write {path}: {e}")).help("check the permissions of the project")
            })?;
            let _ = writeln!(say, "wrote {path}");
        }
        // what was written is there whether or not anybody reads about it
        let _ = std::io::stderr().write_all(say.as_bytes());
    }
    Ok(ExitCode::Ok)
}

/// Creates the file; one that appeared in the meantime is not overwritten.
fn write(file: &std::path::Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().write(true).create_new(true).open(file)?.write_all(text.as_bytes())
}

fn agreed(path: &str, what: &str) -> bool {
    let question = format!("Write {path}, {what}? [y/N] ");
    let mut answer = String::new();
    let asked = std::io::stderr().write_all(question.as_bytes()).is_ok();
    asked && std::io::stdin().lock().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}
