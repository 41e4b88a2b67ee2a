//! `capture`: record what servers say in a file, and judge nothing.

use std::io::Write;

use super::args::CaptureArgs;
use super::audit;
use super::failure::Failure;
use super::project::Project;
use super::sources;
use super::terminal::Terminal;
use crate::capture::recording;
use crate::terms::ExitCode;
use crate::untrusted::Untrusted;

/// Runs `capture`.
pub fn run(args: &CaptureArgs, project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    let project = &project.with_base(&args.baseline)?;
    let baseline = project.baseline(&args.baseline)?;
    let sources = sources::collect(&args.what, Some(&args.reach), &project.root, terminal)?;
    if sources.list.is_empty() {
        let failure = Failure::usage("no MCP server was found").with_exit(ExitCode::NoTargets);
        return Err(failure.help("name one: `mcp-assay capture -o FILE -- CMD ARG…`"));
    }
    let audited = audit::run(
        sources.list,
        &args.reach,
        &project.config.limits,
        &project.root,
        project.approved(&baseline),
        terminal,
    )?;
    let captured: Vec<_> =
        audited.iter().filter_map(|a| Some((&a.target.name, &a.target, a.capture.as_deref()?))).collect();
    let text = recording::write(captured.iter().copied());
    std::fs::write(&args.out, text).map_err(|e| {
        let name = Untrusted::from(args.out.to_string_lossy().into_owned()).to_terminal();
        Failure::usage(format!("cannot write {name}: {e}")).help("name a file in a folder you can write to")
    })?;
    let mut complete = true;
    let mut err = std::io::stderr().lock();
    for notice in &sources.notices {
        let _ = writeln!(err, "note: {}", notice.to_terminal());
    }
    for a in &audited {
        let name = a.key.cut(60).to_terminal();
        let done = a.complete();
        let known = || baseline.good().is_some_and(|b| b.content.servers.contains_key(&a.key));
        complete &= done || a.target.excused() || (a.target.disabled() && known());
        let what = match a.capture.as_ref().and_then(|c| c.failure.as_ref()) {
            Some(failure) => failure.sentence().to_terminal(),
            None if done => format!("{} items", a.union.items.len()),
            None => format!("{} items, incomplete", a.union.items.len()),
        };
        let _ = writeln!(err, "server {name}: {what}");
    }
    Ok(if complete && !sources.unread { ExitCode::Ok } else { ExitCode::Incomplete })
}
