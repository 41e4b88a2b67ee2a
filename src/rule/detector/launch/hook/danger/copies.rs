//! Files that are laid where they run at the next start: by a copy, out of an archive, as a repository.

use super::super::super::fetch::base;
use super::agents::is_settings;
use super::known::Known;
use super::paths::{holds_start, is_start, shadows};

/// Whether a command does so.
pub(super) fn starts(known: &Known, program: &str, args: &[&str]) -> bool {
    let operands = || args.iter().copied().filter(|a| !a.starts_with('-'));
    let into = |path: &str| is_start(path) || holds_start(path);
    match program {
        "cp" | "mv" | "ln" | "install" | "copy" | "rsync" => {
            copied(program, args) || (known.mode && operands().next_back().is_some_and(is_settings))
        }
        "tar" | "bsdtar" | "gtar" => {
            let extracts = args.iter().any(|a| ["--extract", "--get"].contains(a))
                || args.first().is_some_and(|a| !a.starts_with("--") && a.contains('x'));
            extracts && into(folder(args, &["-C", "--directory"]).unwrap_or(&known.folder))
        }
        "unzip" => into(folder(args, &["-d"]).unwrap_or(&known.folder)),
        "git" => {
            let behind: Vec<&str> = operands().skip_while(|a| *a != "clone").collect();
            matches!(behind.as_slice(), [_, _, .., last] if into(last))
        }
        "curl" | "wget" | "aria2c" => {
            folder(args, &["--output-dir", "-P", "--directory-prefix", "--dir"]).is_some_and(is_start)
        }
        "sed" | "perl" => known.mode && args.iter().any(|a| a.starts_with("-i")) && operands().any(is_settings),
        "tee" => known.mode && operands().any(is_settings),
        _ => false,
    }
}

/// Whether a copy of something does.
fn copied(program: &str, args: &[&str]) -> bool {
    let target = folder(args, &["-t", "--target-directory"]);
    let mut sources: Vec<&str> = args.iter().copied().filter(|a| !a.starts_with('-') && Some(*a) != target).collect();
    let Some(target) = target.or_else(|| sources.pop()) else { return false };
    is_start(target)
        || shadows(target)
        || sources.iter().any(|source| {
            let name = base(source.trim_end_matches('/'));
            // what lies in a folder, and not the folder
            if [".", "*", ""].contains(&name) || (program == "rsync" && source.ends_with('/')) {
                return holds_start(target);
            }
            let there = format!("{}/{name}", target.trim_end_matches('/'));
            is_start(&there) || shadows(&there) || holds_start(&there)
        })
}

/// What stands behind one of these options, or is joined to it.
pub(super) fn folder<'a>(args: &[&'a str], options: &[&str]) -> Option<&'a str> {
    args.iter().enumerate().find_map(|(at, arg)| match arg.split_once('=') {
        Some((option, value)) if options.contains(&option) => Some(value),
        _ if options.contains(arg) => args.get(at + 1).copied(),
        _ => None,
    })
}
