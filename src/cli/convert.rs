//! `report`: a saved JSON v1 in other formats. And the part of it that `scan` shares: one report in one format, written
//! where it was asked for.

use std::io::Read;
use std::path::Path;

use super::args::{Format, Output, Report, SarifArgs, SarifProfile};
use super::failure::Failure;
use super::project::Project;
use super::scan::load_rules;
use crate::report::saved::{MOST, Saved};
use crate::report::{github, gitlab, html, junit, markdown, sarif};
use crate::rule::RuleSet;
use crate::terms::ExitCode;
use crate::untrusted::visible;

/// Bytes of a file that is read for line hashes.
const HASHED: u64 = 64 << 20;

/// Runs `report`.
pub fn run(args: &Report, project: &Project) -> Result<ExitCode, Failure> {
    let name =
        if args.from == Path::new("-") { "standard input".into() } else { visible(&args.from.to_string_lossy()) };
    let bytes = read(&args.from).map_err(|e| {
        Failure::usage(format!("cannot read {name}: {e}"))
            .help("save a report with `mcp-assay scan --output json=FILE`")
    })?;
    let saved = Saved::read(&bytes).map_err(|e| {
        Failure::usage(format!("{name} {e}")).help("save a report with `mcp-assay scan --output json=FILE`")
    })?;
    distinct(&args.output)?;
    let rules = load_rules(&args.rules)?;
    for output in &args.output {
        let text = text(output.format, &saved, &rules, &args.sarif, project).ok_or_else(|| {
            Failure::usage("only `scan` writes the formats human, json and jsonl")
                .help("convert to sarif, markdown, github, junit, gitlab or html")
        })?;
        write(output, &text)?;
    }
    Ok(ExitCode::Ok)
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

/// The text of a format that is made from JSON v1; `None` for the others.
pub fn text(format: Format, saved: &Saved, rules: &RuleSet, args: &SarifArgs, project: &Project) -> Option<String> {
    Some(match format {
        Format::Human | Format::Json | Format::Jsonl => return None,
        Format::Sarif => {
            let options = sarif::Options {
                profile_full: args.sarif_profile == SarifProfile::Full,
                category: args.sarif_category.as_deref(),
                time: args.sarif_timestamps.then_some(project.now),
                root: &project.root,
            };
            sarif::write(saved, rules, &options, &hashed)
        }
        Format::Markdown => markdown::write(saved, rules),
        Format::Github => github::write(saved),
        Format::Junit => junit::write(saved),
        Format::Gitlab => gitlab::write(saved),
        Format::Html => html::write(saved, rules),
    })
}

/// A file of the project whose lines are hashed; a pipe or a device is none.
fn hashed(path: &Path) -> Option<Vec<u8>> {
    let about = std::fs::metadata(path).ok()?;
    (about.is_file() && about.len() <= HASHED).then(|| std::fs::read(path).ok())?
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
