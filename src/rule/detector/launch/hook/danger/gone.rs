//! What deletes the person's files, the system's, or a disk.

use super::paths::home;

/// Names of what people keep and nobody can make again.
const KEPT: [&str; 6] = ["Desktop", "Documents", "Pictures", ".ssh", ".gnupg", ".aws"];
/// Programs that delete what they are given.
const DELETES: [&str; 6] = ["rm", "shred", "srm", "unlink", "truncate", "trash"];
/// Where a disk lies.
const DISKS: [&str; 5] = ["/dev/sd", "/dev/nvme", "/dev/disk", "/dev/hd", "/dev/vd"];

/// Whether a command deletes it.
pub(super) fn deletes(program: &str, args: &[&str]) -> bool {
    let operands = || args.iter().copied().filter(|a| !a.starts_with('-'));
    let option = |letters: &str| {
        args.iter().any(|a| a.starts_with('-') && !a.starts_with("--") && a.contains(|c| letters.contains(c)))
    };
    let deep = args.contains(&"--recursive") || option("rR");
    let lost = |a: &str| is_whole(a) || is_kept(a);
    let disk = |a: &str| DISKS.iter().any(|d| a.starts_with(d));
    match program {
        "rm" => deep && operands().any(|a| lost(a) || ["..", "../", "../*"].contains(&a)),
        "shred" | "srm" | "truncate" => operands().any(lost),
        "find" | "gfind" | "fd" | "fdfind" => {
            let ways = ["-delete", "rm", "shred", "unlink"];
            args.iter().any(|a| ways.contains(a)) && lists(program, args)
        }
        "rsync" => args.iter().any(|a| a.starts_with("--del")) && operands().next_back().is_some_and(lost),
        "mv" => operands().count() > 1 && operands().next().is_some_and(is_whole),
        "rmdir" | "rd" | "del" | "erase" | "remove-item" | "ri" => {
            let deep = args.iter().any(|a| {
                let lower = a.to_ascii_lowercase();
                lower == "/s" || (lower.len() > 1 && "-recurse".starts_with(&lower))
            });
            deep && operands().any(lost)
        }
        "dd" => args.iter().filter_map(|a| a.strip_prefix("of=")).any(disk),
        "chmod" | "chown" => deep && operands().any(is_whole),
        _ => program.starts_with("mkfs") && operands().any(disk),
    }
}

/// Whether a command names all files of the person, and takes none out.
pub(super) fn lists(program: &str, args: &[&str]) -> bool {
    match program {
        "find" | "gfind" => {
            let begun = args.iter().skip_while(|a| ["-H", "-L", "-P"].contains(a));
            let mut places = begun.take_while(|a| !a.starts_with(['-', '!', '(', '\\']));
            // what one of several ways takes out, another may have
            places.any(|a| is_whole(a)) && args.split(|a| ["-o", "-or", ","].contains(a)).any(|way| !narrows(way))
        }
        "fd" | "fdfind" => {
            let mut operands = args.iter().filter(|a| !a.starts_with('-'));
            operands.next().is_some_and(|a| *a == ".") && operands.any(|a| is_whole(a))
        }
        "ls" => args.iter().any(|a| is_whole(a)),
        _ => false,
    }
}

/// Whether tests of `find` let through only some files: those of a pattern, but not all others.
fn narrows(args: &[&str]) -> bool {
    let tests = ["-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex"];
    args.iter().enumerate().any(|(at, arg)| {
        let not = at.checked_sub(1).is_some_and(|i| ["!", "-not"].contains(&args[i]));
        let pattern = args.get(at + 1).copied().unwrap_or_default();
        // a pattern that everything fits takes nothing out
        let all = pattern.chars().all(|c| "*.?/~".contains(c)) || is_whole(pattern);
        !not && (*arg == "-empty" || (tests.contains(arg) && !all))
    })
}

/// Whether a command deletes each of the files that come in.
pub(super) fn each(program: &str, args: &[&str]) -> bool {
    ["xargs", "parallel"].contains(&program) && args.iter().any(|a| DELETES.contains(a))
}

/// Whether code of a language deletes it.
pub(super) fn by_code(code: &str) -> bool {
    let ways = ["rmtree(", "rmSync(", "rm_rf", "rimraf", "rmdirSync(", "unlink glob", "remove_tree", "fs.rm("];
    let flat: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let homes =
        ["(os.homedir()", "(homedir()", "(process.env.HOME,", "(Path.home()", "(Dir.home", "(require('os').homedir()"];
    ways.iter().any(|w| code.contains(w))
        && (code.split(['\'', '"', '`']).any(|t| !t.is_empty() && is_whole(t))
            || homes.iter().any(|h| flat.contains(h)))
}

/// Whether a path is all that a person has, or the whole system: with nothing behind it but signs for any name.
fn is_whole(path: &str) -> bool {
    let path = path.trim_matches(['"', '\'']).replace('\\', "/");
    // a backslash is gone there when the line was read as one of a shell
    let path = if path.starts_with('%') { path.trim_end_matches('*') } else { &path };
    if !path.starts_with(['/', '~', '$', '%']) {
        return false;
    }
    let mut rest = path.trim_end_matches('/');
    let mut up = 0;
    while let Some((above, name)) = rest.rsplit_once('/') {
        match name {
            ".." => up += 1,
            _ if name.chars().all(|c| "*.?,{}[]!^".contains(c)) => {}
            _ if up > 0 => up -= 1,
            _ => break,
        }
        rest = above.trim_end_matches('/');
    }
    rest.is_empty() || ["/home", "/Users", "/root"].contains(&rest) || home(rest).is_some_and(str::is_empty)
}

fn is_kept(path: &str) -> bool {
    let path = path.trim_matches(['"', '\'']);
    let within = home(path).map(|p| p.trim_matches('/'));
    within.is_some_and(|n| KEPT.contains(&n.split('/').next().unwrap_or(n)) && n.matches('/').count() < 2)
}
