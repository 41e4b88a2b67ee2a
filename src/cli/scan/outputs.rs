//! The report of a scan, in every format that was asked for.

use super::locate::Places;
use crate::baseline::Verified;
use crate::cli::args::{Global, Scan};
use crate::cli::audit::Audited;
use crate::cli::convert;
use crate::cli::failure::Failure;
use crate::cli::project::Project;
use crate::cli::terminal::Terminal;
use crate::finding::{Finding, Related};
use crate::policy::{Levels, Run};
use crate::report::saved::Report;
use crate::report::{human, json};
use crate::rule::RuleSet;

/// The report, from which every format is made.
pub fn report(
    args: &Scan,
    project: &Project,
    run: &Run,
    levels: Levels,
    audited: &[Audited],
    baseline: Option<&Verified>,
) -> Result<Report, Failure> {
    let folder = project.folder(args.baseline.baseline.as_deref());
    let places = Places::new(&folder, baseline, audited);
    let locate = |f: &Finding, r: Option<&Related>| r.map_or_else(|| places.of(f), |r| places.item(&r.target, &r.item));
    let options = json::Options { full_text: args.output.full_text, root: &project.root, levels };
    // every format is made from what JSON v1 holds, so that converting a saved report later gives the same bytes
    json::report(run, options, &locate).map_err(|e| {
        Failure::usage(format!("the report cannot be read back: it {e}"))
            .help("please report this")
            .with_exit(crate::terms::ExitCode::Internal)
    })
}

/// Writes it wherever it was asked for.
pub fn write(
    args: &Scan,
    global: &Global,
    project: &Project,
    terminal: Terminal,
    report: &Report,
    rules: &RuleSet,
) -> Result<(), Failure> {
    let style = human::Style {
        verbose: global.verbose > 0,
        full_text: args.output.full_text,
        suppressed: args.show_suppressed,
        ..terminal.style()
    };
    for output in &args.output.output {
        let text = convert::text(output, report, rules, &args.output.sarif, project, style)?;
        convert::write(output, &text)?;
    }
    if global.quiet == 0 {
        convert::unsaid(&args.output.output, &report.run);
    }
    Ok(())
}
