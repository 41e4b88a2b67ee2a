//! Writes the report in every format that was asked for.

use super::locate::Places;
use crate::baseline::Verified;
use crate::cli::args::{Format, Global, Scan};
use crate::cli::audit::Audited;
use crate::cli::convert;
use crate::cli::failure::Failure;
use crate::cli::project::Project;
use crate::cli::terminal::Terminal;
use crate::finding::Finding;
use crate::policy::{Levels, Run};
use crate::report::saved::Saved;
use crate::report::{human, json};
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
    let options = json::Options { full_text: args.output.full_text, root: &project.root, levels };
    let mut saved: Option<Saved> = None;
    for output in &args.output.output {
        let text = match output.format {
            Format::Human => {
                let here = output.file.is_none();
                let style = human::Style {
                    color: terminal.color && here,
                    width: if here { terminal.width } else { 100 },
                    columns: terminal.columns && here,
                    suppressed: args.show_suppressed,
                    ..terminal.style(global.verbose > 0, args.output.full_text)
                };
                human::write(run, levels, style)
            }
            Format::Json => json::write(run, options, &locate),
            Format::Jsonl => json::lines(run, options, &locate),
            format => {
                let saved = match &mut saved {
                    Some(saved) => saved,
                    none => none.insert(again(run, options, &locate)?),
                };
                convert::text(format, saved, rules, &args.output.sarif, project)
                    .expect("human, json and jsonl are handled above")
            }
        };
        convert::write(output, &text)?;
    }
    Ok(())
}

/// The run as a saved report shows it, so that converting one later gives the same bytes.
fn again(run: &Run, options: json::Options<'_>, locate: json::Locate<'_>) -> Result<Saved, Failure> {
    serde_json::from_value(json::value(run, options, locate)).map_err(|e| {
        Failure::usage(format!("the report cannot be read back: {}", crate::untrusted::visible(&e.to_string())))
            .help("please report this")
            .with_exit(crate::terms::ExitCode::Internal)
    })
}
