//! `report`: a saved JSON v1 in other formats. And the part of it that `scan` shares: one report in one format, written
//! where it was asked for.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::args::{Format, Global, Output, Report, SarifArgs, SarifProfile};
use super::failure::Failure;
use super::project::Project;
use super::scan::load_rules;
use super::terminal::Terminal;
use crate::report::human::Style;
use crate::report::saved::{self, MOST};
use crate::report::{github, gitlab, html, human, junit, markdown, sarif};
use crate::rule::RuleSet;
use crate::terms::ExitCode;
use crate::untrusted::visible;

/// Bytes of a file that is read for line hashes.
const HASHED: u64 = 64 << 20;

/// Runs `report`.
pub fn run(args: &Report, global: &Global, project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    let name =
        if args.from == Path::new("-") { "standard input".into() } else { visible(&args.from.to_string_lossy()) };
    let bytes = read(&args.from).map_err(|e| {
        Failure::usage(format!("cannot read {name}: {e}"))
            .help("save a report with `mcp-assay scan --output json=FILE`")
    })?;
    let report = saved::Report::read(&bytes).map_err(|e| {
        Failure::usage(format!("{name} {e}")).help("save a report with `mcp-assay scan --output json=FILE`")
    })?;
    distinct(&args.output)?;
    let rules = load_rules(&args.rules)?;
    let style = Style { verbose: global.verbose > 0, suppressed: args.show_suppressed, ..terminal.style() };
    for output in &args.output {
        write(output, &text(output, &report, &rules, &args.sarif, project, style)?)?;
    }
    if global.quiet == 0 {
        unsaid(&args.output, &report.run);
    }
    Ok(ExitCode::Ok)
}

/// Notes that no report of this run has a place for.
pub fn unsaid(outputs: &[Output], run: &saved::Saved) {
    if outputs.iter().any(|o| o.format != Format::Gitlab) {
        return;
    }
    let lines: String = run.notices.iter().map(|n| format!("note: {}\n", n.to_terminal())).collect();
    // nobody may be listening there
    let _ = std::io::stderr().write_all(lines.as_bytes());
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // one byte more than is accepted, so that a longer file is noticed
    let most = MOST as u64 + 1;
    if path == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The text of one report.
pub fn text(
    output: &Output,
    report: &saved::Report,
    rules: &RuleSet,
    args: &SarifArgs,
    project: &Project,
    style: Style,
) -> Result<String, Failure> {
    let run = &report.run;
    Ok(match output.format {
        Format::Human => human::write(run, rules, if output.file.is_some() { style.file() } else { style }),
        Format::Json => report.written.text().map_err(|e| unwritable(&e))?,
        Format::Jsonl => report.written.lines(),
        Format::Sarif => {
            let options = sarif::Options {
                profile_full: args.sarif_profile == SarifProfile::Full,
                category: args.sarif_category.as_deref(),
                time: args.sarif_timestamps.then(|| time(project)),
                root: &project.root,
            };
            let real = |path: &Path| real(path, &project.root);
            sarif::write(run, rules, &options, sarif::Disk { read: &hashed, real: &real })
        }
        Format::Markdown => markdown::write(run, rules),
        Format::Github => github::write(run),
        Format::Junit => junit::write(run),
        Format::Gitlab => gitlab::write(run),
        Format::Html => html::write(run, rules, project.today()),
    })
}

fn unwritable(why: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("the report cannot be written: {why}"))
        .help("please report this")
        .with_exit(ExitCode::Internal)
}

/// A file of the project whose lines are hashed; a pipe or a device is none.
fn hashed(path: &Path) -> Option<Vec<u8>> {
    let about = std::fs::metadata(path).ok()?;
    (about.is_file() && about.len() <= HASHED).then(|| std::fs::read(path).ok())?
}

/// Where a path really leads, below the same root. What is not there leads nowhere else.
fn real(path: &Path, root: &Path) -> Option<PathBuf> {
    match (std::fs::canonicalize(path), std::fs::canonicalize(root)) {
        (Ok(path), Ok(real)) => path.strip_prefix(real).ok().map(|inside| root.join(inside)),
        _ => Some(path.to_path_buf()),
    }
}

/// The time that a reproducible build gives, when nobody gave another one.
fn time(project: &Project) -> jiff::Timestamp {
    let epoch =
        || std::env::var("SOURCE_DATE_EPOCH").ok()?.parse().ok().and_then(|n| jiff::Timestamp::from_second(n).ok());
    project.given.or_else(epoch).unwrap_or(project.now)
}

/// Two formats in one file would leave only the second.
pub fn distinct(outputs: &[Output]) -> Result<(), Failure> {
    let mut seen = std::collections::BTreeSet::new();
    for file in outputs.iter().filter_map(|o| o.file.as_ref()) {
        if !seen.insert(file) {
            return Err(Failure::usage(format!("two reports would go to {}", visible(&file.to_string_lossy())))
                .help("give each --output a file of its own"));
        }
    }
    Ok(())
}

/// Writes one report where it was asked for.
pub fn write(output: &Output, text: &str) -> Result<(), Failure> {
    match &output.file {
        None => super::print(text.as_bytes()).map(|_| ()),
        Some(file) => std::fs::write(file, text).map_err(|e| {
            Failure::usage(format!("cannot write {}: {e}", visible(&file.to_string_lossy())))
                .help("name a file in a folder you can write to")
        }),
    }
}
