//! Which two sides, which servers of them, and which eras stand opposite each other.

use super::super::args::Diff;
use super::super::failure::Failure;
use super::{Heard, Side};
use crate::snapshot::Snapshot;
use crate::untrusted::Untrusted;

/// A side as it was asked for.
pub(super) enum Asked {
    /// In words.
    Words(String),
    /// The command after `--`.
    Command(Vec<String>),
}

/// The two sides of the arguments.
pub(super) fn sides(args: &Diff) -> Result<(Asked, Asked), Failure> {
    let old = Asked::Words(args.old.clone());
    match (&args.new, &args.command[..]) {
        (Some(new), []) if args.old == "-" && new == "-" => Err(Failure::usage("both sides are standard input")
            .help("save one of them in a file; standard input can be read once")),
        (Some(new), []) => Ok((old, Asked::Words(new.clone()))),
        (None, [_, ..]) => Ok((old, Asked::Command(args.command.clone()))),
        (Some(_), _) => Err(Failure::usage("there are three sides: two names and a command")
            .help("`mcp-assay diff OLD NEW` or `mcp-assay diff OLD -- CMD ARG…`")),
        (None, []) => Err(Failure::usage("there is no new side to compare with")
            .help("`mcp-assay diff OLD NEW`, for example `mcp-assay diff baseline my-server`")),
    }
}

/// Keeps the servers that are to be compared: the one that was named, or the only one that one side was asked for.
pub(super) fn servers(old: &mut Side, new: &mut Side, named: Option<&str>) -> Result<(), Failure> {
    let chosen = match named {
        Some(name) => Some(Untrusted::from(name)),
        None => match (old.one(), new.one()) {
            (Some(_), Some(_)) | (None, None) => None,
            (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        },
    };
    let Some(chosen) = chosen else { return Ok(()) };
    for side in [old, new] {
        if side.missed.contains(&chosen) {
            continue;
        }
        // a single thing is what it is, whatever it is called
        if named.is_none() && side.servers.len() == 1 {
            continue;
        }
        if !side.servers.contains_key(&chosen) {
            let known: Vec<String> = side.servers.keys().take(12).map(|n| n.cut(60).to_terminal()).collect();
            let (title, name) = (side.title.to_terminal(), chosen.to_terminal());
            return Err(Failure::usage(format!("{title} has no server {name}"))
                .help(format!("it has {}; --server NAME compares one of them", known.join(", "))));
        }
        side.servers.retain(|name, _| *name == chosen);
    }
    Ok(())
}

/// Snapshots of the same era; where there is none in common, the newest of each.
pub(super) fn eras<'h>(before: &'h Heard, now: &'h Heard) -> Vec<(&'h Snapshot, &'h Snapshot)> {
    let both: Vec<_> = now.eras.iter().filter_map(|(era, new)| Some((before.eras.get(era)?, new))).collect();
    if both.is_empty() { vec![(before.newest(), now.newest())] } else { both }
}
