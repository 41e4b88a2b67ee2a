//! Programs that bring something from another machine, that only start others, and that change what runs later.

use super::super::super::loader::is_risky_setting;
use super::super::super::system;
use super::known::{Far, Known};
use super::paths::is_start;
use super::{Danger, code, copies, gone, managers, paths, sends};
use crate::launch::line::program as name_of;

/// Programs that bring something from another machine.
const NETWORK: [&str; 40] = [
    "axel",
    "get",
    "kubectl",
    "lwp-request",
    "w3m",
    "aria2c",
    "bitsadmin",
    "certutil",
    "curl",
    "curlie",
    "dig",
    "drill",
    "elinks",
    "fetch",
    "ftp",
    "gsutil",
    "host",
    "http",
    "https",
    "ipfs",
    "irm",
    "iwr",
    "invoke-restmethod",
    "invoke-webrequest",
    "lftp",
    "links",
    "lynx",
    "nc",
    "ncat",
    "netcat",
    "nslookup",
    "rclone",
    "rsync",
    "s3cmd",
    "scp",
    "sftp",
    "ssh",
    "telnet",
    "wget",
    "xh",
];
/// Programs that only start another one.
const WRAPPERS: [&str; 25] = [
    "busybox",
    "caffeinate",
    "chrt",
    "command",
    "coproc",
    "doas",
    "env",
    "exec",
    "ionice",
    "nice",
    "nohup",
    "script",
    "setarch",
    "setpriv",
    "setsid",
    "stdbuf",
    "strace",
    "sudo",
    "taskset",
    "time",
    "timeout",
    "toybox",
    "unbuffer",
    "unshare",
    "winpty",
];

/// Whether a program gives what comes from another machine.
pub(super) fn brings(program: &str, args: &[&str]) -> bool {
    match program {
        "socat" => args.iter().any(|a| ["tcp", "openssl", "udp"].iter().any(|p| a.to_ascii_lowercase().starts_with(p))),
        "openssl" => args.first() == Some(&"s_client"),
        "aws" | "gcloud" | "az" => args.iter().any(|a| ["s3", "s3api", "storage", "secrets", "ssm"].contains(a)),
        "gh" | "glab" => args.iter().any(|a| ["gist", "api", "release", "repo", "snippet"].contains(a)),
        "docker" | "podman" => args.contains(&"run"),
        "git" => args.iter().any(|a| a.starts_with("--remote")),
        "python" | "python3" | "node" | "perl" | "ruby" | "php" => {
            code::given(program, args).map_or_else(|| sends::reaches(args), |c| code::fetches(&c))
        }
        // words, and what is only looked for
        "[" | "[[" | ":" | "awk" | "cat" | "echo" | "egrep" | "grep" | "jq" | "printf" | "rg" | "sed" | "test"
        | "tr" => false,
        _ => {
            // whom a program talks to is not what it gives
            let services = ["--account", "--addr", "--address", "--api", "--endpoint", "--server"];
            let named = |at: usize| at.checked_sub(1).is_some_and(|i| services.contains(&args[i]));
            NETWORK.contains(&program)
                || (0..args.len()).any(|at| !named(at) && sends::reaches(&args[at..=at]))
                || code::is_power(program) && code::fetches(&args.join(" "))
        }
    }
}

/// The words behind programs that only start another one.
pub(super) fn peeled(words: &[String]) -> &[String] {
    let mut words = words;
    while let [first, rest @ ..] = words {
        if !WRAPPERS.contains(&name_of(first).as_str()) {
            break;
        }
        let skipped = rest.iter().take_while(|w| {
            let number = w.starts_with(|c: char| c.is_ascii_digit());
            w.starts_with('-') || w.contains('=') || number
        });
        let at = skipped.count();
        if at == rest.len() {
            break;
        }
        words = &rest[at..];
    }
    words
}

/// Programs that change what runs later, or delete what is the person's. `far`: another machine's output comes in.
pub(super) fn changes(known: &Known, program: &str, args: &[&str], far: bool) -> Option<Danger> {
    let operands = || args.iter().filter(|a| !a.starts_with('-'));
    let later = match program {
        "tee" => operands().any(|a| {
            let settles = paths::is_managers(a) && known.said;
            is_start(a) || settles || (far && weighs(known, a))
        }),
        "sed" | "perl" => args.iter().any(|a| a.starts_with("-i")) && operands().any(|a| is_start(a)),
        "dd" => args.iter().filter_map(|a| a.strip_prefix("of=")).any(is_start),
        "curl" | "wget" | "aria2c" => paths::kept(program, args).into_iter().any(|f| is_start(f) || weighs(known, f)),
        "crontab" => args.iter().any(|a| *a == "-" || !a.starts_with('-')),
        "schtasks" | "launchctl" => system::escapes(program, args).is_some(),
        "reg" => args.iter().any(|a| a.eq_ignore_ascii_case("add")) && args.iter().any(|a| a.contains("\\Run")),
        "git" => {
            let own = args.windows(2).any(|w| ["-f", "--file"].contains(&w[0]) && is_start(w[1]));
            let wide = own || args.iter().any(|a| ["--global", "--system"].contains(a));
            let file = |at: usize| at.checked_sub(1).is_some_and(|i| ["-f", "--file"].contains(&args[i]));
            let mut words = (args.iter().enumerate())
                .filter(|(at, a)| !a.starts_with('-') && **a != "set" && !file(*at))
                .map(|(_, a)| a)
                .skip_while(|a| **a != "config");
            wide && words.nth(1).is_some_and(|key| is_risky_setting(key))
        }
        _ => managers::settles(program, args),
    };
    if later || copies::starts(known, program, args) {
        return Some(Danger::Stays);
    }
    gone::deletes(program, args).then_some(Danger::Destroys)
}

/// Whether it matters that what was fetched is left in a file: programs of hosts where people publish them are often installed so.
pub(super) fn weighs(known: &Known, path: &str) -> bool {
    let program = known.from != Far::Perhaps && paths::is_program(path);
    program || paths::shadows(path) || paths::is_managers(path) || paths::is_hook(path)
}

/// `python -m pip` is `pip`.
pub(super) fn module(program: String, args: &[String]) -> (String, &[String]) {
    let at = args.iter().take_while(|a| a.starts_with('-') && *a != "-m").count();
    match &args[at..] {
        [m, name, rest @ ..] if m == "-m" && program.starts_with("py") && ["pip", "pipx", "uv"].contains(&&**name) => {
            (name.clone(), rest)
        }
        _ => (program, args),
    }
}
