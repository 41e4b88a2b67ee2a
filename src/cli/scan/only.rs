//! `--config-only`: the part of a scan that a commit hook can do. Nothing is started or contacted, so that no server is
//! audited is what was asked for and not a failure; every report still says so.

use crate::cli::args::{LaunchArg, Scan, ScopeArg};
use crate::policy::{Run, Scope};
use crate::terms::ExitCode;
use crate::untrusted::Message;

/// The same command line, narrowed to the project's configuration.
pub fn configuration(args: &Scan) -> Scan {
    let mut args = args.clone();
    if args.config_only {
        args.reach.launch = Some(LaunchArg::Never);
        args.reach.offline = true;
        args.what.scope = args.what.scope.or(Some(ScopeArg::Project));
    }
    args
}

/// The exit code is that of the configuration: servers were not to be audited. No report calls them clean, or the run
/// complete, for it. A configuration that is `unread` may have had servers.
pub fn conclude(args: &Scan, run: &mut Run, unread: bool) {
    if args.config_only {
        if run.summary.exit == Some(ExitCode::Incomplete) {
            run.summary.exit = Some(ExitCode::Ok);
        }
        // whoever takes the last server out of a project has to be able to commit that
        if run.summary.exit == Some(ExitCode::NoTargets) {
            if args.allow_no_servers {
                run.summary.exit = Some(ExitCode::Ok);
            } else if !unread {
                run.notices.push(Message::new("where no server is meant to be, `--allow-no-servers` makes this 0"));
            }
        }
        run.summary.scope = Scope::Configuration;
        // where nothing was found nothing was looked at
        run.summary.scope_covered = !run.targets.is_empty();
        run.notices.push(Message::new("--config-only: what the servers say was not looked at"));
    }
}
