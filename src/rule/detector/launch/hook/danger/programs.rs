//! Programs that bring something from another machine, that only start others, and that change what runs later.

use super::super::super::loader::is_risky_setting;
use super::super::super::system;
use super::paths::is_start;
use super::{Danger, code, paths};
use crate::launch::line::program as name_of;

/// Programs that bring something from another machine.
const NETWORK: [&str; 39] = [
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
const WRAPPERS: [&str; 24] = [
    "busybox",
    "caffeinate",
    "chrt",
    "command",
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
            code::given(program, args).is_some_and(|c| code::fetches(&c))
        }
        _ => NETWORK.contains(&program) || code::is_power(program) && code::fetches(&args.join(" ")),
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

/// Programs that change what runs later, or delete what is the person's.
pub(super) fn changes(program: &str, args: &[&str]) -> Option<Danger> {
    let operands = || args.iter().filter(|a| !a.starts_with('-'));
    let later = match program {
        "tee" => operands().any(|a| is_start(a)),
        "cp" | "mv" | "ln" | "install" | "copy" | "rsync" => operands().next_back().is_some_and(|a| is_start(a)),
        "sed" | "perl" => args.iter().any(|a| a.starts_with("-i")) && operands().any(|a| is_start(a)),
        "dd" => args.iter().filter_map(|a| a.strip_prefix("of=")).any(is_start),
        "curl" | "wget" | "aria2c" => paths::kept(program, args).into_iter().any(|f| is_start(f) || paths::is_hook(f)),
        "crontab" => args.iter().any(|a| *a == "-" || !a.starts_with('-')),
        "schtasks" | "launchctl" => system::escapes(program, args).is_some(),
        "reg" => args.iter().any(|a| a.eq_ignore_ascii_case("add")) && args.iter().any(|a| a.contains("\\Run")),
        "git" => {
            let wide = args.iter().any(|a| ["--global", "--system"].contains(a));
            wide && args.contains(&"config") && args.iter().any(|a| is_risky_setting(a))
        }
        _ => false,
    };
    if later {
        return Some(Danger::Stays);
    }
    let deep = args
        .iter()
        .any(|a| *a == "--recursive" || (a.starts_with('-') && !a.starts_with("--") && a.contains(['r', 'R'])));
    let whole = ["~", "~/", "~/*", "$HOME", "$HOME/", "$HOME/*", "${HOME}", "${HOME}/", "/", "/*"];
    (program == "rm" && deep && operands().any(|a| whole.contains(a))).then_some(Danger::Destroys)
}
