//! The command line: clap types, one file per subcommand, and the only place that reads the clock, the terminal and
//! the environment of the user. Errors become miette reports here.

pub mod args;

mod agree;
mod approve;
mod audit;
mod compare;
mod consent;
mod convert;
mod failure;
mod fetch;
mod gate;
mod generate;
mod init;
mod history;
mod inspect;
mod inventory;
mod keys;
mod known;
mod pending;
mod programs;
mod progress;
mod project;
mod record;
mod scan;
mod sources;
mod terminal;
mod trust;

use std::ffi::OsString;
use std::io::Write;
use std::process;

use clap::Parser;

use self::args::{Cli, Command};
use self::failure::Failure;
use self::project::Project;
use self::terminal::Terminal;
use crate::terms::ExitCode;

/// Runs the command line and says how it ended. Never panics: an internal error is exit 70.
pub fn run<I, T>(args: I) -> process::ExitCode
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    // a helper process of ours has a part of its own, before anything else
    crate::sandbox::enter();
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let words = error.render().to_string();
            let shown = crate::untrusted::printable_lines(&words);
            if error.use_stderr() && shown != words {
                // the words that were typed are repeated in it, and standard error is kept in logs
                drop(std::io::stderr().write_all(shown.as_bytes()));
            } else {
                // help and version are no errors; when nobody reads them there is nothing to do
                drop(error.print());
            }
            let code = if error.use_stderr() { ExitCode::Usage } else { ExitCode::Ok };
            return process::ExitCode::from(code.number());
        }
    };
    let quiet = cli.global.quiet;
    let terminal = Terminal::detect(&cli.global);
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| dispatch(cli, terminal)));
    let code = match outcome {
        Ok(Ok(code)) => code,
        Ok(Err(failure)) => {
            if quiet < 2 {
                let text = failure.render(terminal.color_err, terminal.unicode, terminal.width);
                let _ = std::io::stderr().write_all(text.as_bytes());
            }
            failure.exit()
        }
        Err(_) => {
            let _ = writeln!(std::io::stderr(), "internal error: please report the lines above and what you ran");
            ExitCode::Internal
        }
    };
    process::ExitCode::from(code.number())
}

fn dispatch(cli: Cli, terminal: Terminal) -> Result<ExitCode, Failure> {
    let global = cli.global;
    let project = Project::here(&global)?;
    match cli.command {
        Command::Scan(scan) => scan::run(&scan, &global, &project, terminal),
        Command::Capture(capture) => record::run(&capture, &project, terminal),
        Command::Diff(diff) => compare::run(&diff, &project, terminal),
        Command::Report(report) => convert::run(&report, &global, &project, terminal),
        Command::Approve(approve) => approve::run(&approve, &project, terminal),
        Command::Verify(verify) => gate::run(&verify, &project),
        Command::Inventory(inventory) => inventory::run(&inventory, &project),
        Command::Rules(rules) => inspect::rules(&rules, terminal),
        Command::Explain(explain) => inspect::explain(&explain, terminal),
        Command::Init(init) => {
            init::run(&init, &project, terminal)?;
            init::files::offer(&init.with, &project, terminal)
        }
        Command::Log(log) => history::run(&log, &project, terminal),
        Command::Trust(trust) => trust::run(&trust, &project, terminal),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            generate::completions(shell, &mut script);
            print(&script)
        }
        Command::Man { dir } => generate::man(&dir).map(|()| ExitCode::Ok),
        Command::Schema { name } => print(generate::schema(name).as_bytes()),
    }
}

/// `1 server`, `2 servers`.
fn count(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

/// Writes results. A reader that went away (`| head`) is no error of ours.
fn print(bytes: &[u8]) -> Result<ExitCode, Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("cannot write to standard output: {e}")).with_exit(ExitCode::Internal))
        }
        _ => Ok(ExitCode::Ok),
    }
}
