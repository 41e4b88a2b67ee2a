//! Writes the report in every format that was asked for.

use std::path::Path;

use super::locate::Places;
use crate::baseline::Verified;
use crate::cli::args::{Format, Global, SarifProfile, Scan};
use crate::cli::audit::Audited;
use crate::cli::failure::Failure;
use crate::cli::project::Project;
use crate::cli::terminal::Terminal;
use crate::finding::Finding;
use crate::policy::{Levels, Run};
use crate::report::{human, json, sarif};
use crate::rule::RuleSet;

#[expect(clippy::too_many_arguments, reason = "everything a report may show")]
pub fn write(
    args: &Scan,
    global: &Global,
    project: &Project,
    terminal: Terminal,
    run: &Run,
    rules: &RuleSet,
    levels: Levels,
    audited: &[Audited],
    baseline: Option<&Verified>,
) -> Result<(), Failure> {
    let folder = project.folder(args.baseline.baseline.as_deref());
    let places = Places::new(&folder, baseline, audited);
    let locate = |f: &Finding| places.of(f);
    let read = |p: &Path| std::fs::read(p).ok();
    for output in &args.output.output {
        let options = json::Options { full_text: args.output.full_text, root: &project.root };
        let text = match output.format {
            Format::Human => {
                let style = human::Style {
                    color: terminal.color && output.file.is_none(),
                    width: if output.file.is_some() { 100 } else { terminal.width },
                    unicode: terminal.unicode,
                    verbose: global.verbose > 0,
                    full_text: args.output.full_text,
                    suppressed: args.show_suppressed,
                };
                human::write(run, levels, style)
            }
            Format::Json => json::write(run, options, &locate),
            Format::Jsonl => json::lines(run, options, &locate),
            Format::Sarif => sarif::write(
                run,
                rules,
                &sarif::Options {
                    profile_full: args.output.sarif_profile == SarifProfile::Full,
                    category: args.output.sarif_category.as_deref(),
                    time: args.output.sarif_timestamps.then_some(project.now),
                    root: &project.root,
                    full_text: args.output.full_text,
                },
                &locate,
                &read,
            ),
        };
        match &output.file {
            None => crate::cli::print(text.as_bytes()).map(|_| ())?,
            Some(file) => std::fs::write(file, text).map_err(|e| {
                Failure::usage(format!("cannot write {}: {e}", crate::untrusted::visible(&file.to_string_lossy())))
                    .help("name a file in a folder you can write to")
            })?,
        }
    }
    Ok(())
}
