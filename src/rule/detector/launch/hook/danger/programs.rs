//! Programs that bring something from another machine, that only start others, and that change what runs later.

use super::super::super::loader::is_risky_setting;
use super::super::super::system;
use super::paths::{is_program, is_start};
use super::{Danger, code, paths, sends};
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

/// Programs that change what runs later, or delete what is the person's.
pub(super) fn changes(program: &str, args: &[&str], far: bool) -> Option<Danger> {
    let operands = || args.iter().filter(|a| !a.starts_with('-'));
    let later = match program {
        "tee" => operands().any(|a| is_start(a) || (far && (is_program(a) || paths::is_hook(a)))),
        "cp" | "mv" | "ln" | "install" | "copy" | "rsync" => {
            operands().next_back().is_some_and(|a| is_start(a) || paths::shadows(a))
        }
        "sed" | "perl" => args.iter().any(|a| a.starts_with("-i")) && operands().any(|a| is_start(a)),
        "dd" => args.iter().filter_map(|a| a.strip_prefix("of=")).any(is_start),
        "curl" | "wget" | "aria2c" => {
            paths::kept(program, args).into_iter().any(|f| is_start(f) || is_program(f) || paths::is_hook(f))
        }
        "npm" | "pnpm" | "yarn" | "pip" | "pip3" => settles(args),
        "crontab" => args.iter().any(|a| *a == "-" || !a.starts_with('-')),
        "schtasks" | "launchctl" => system::escapes(program, args).is_some(),
        "reg" => args.iter().any(|a| a.eq_ignore_ascii_case("add")) && args.iter().any(|a| a.contains("\\Run")),
        "git" => {
            let wide = args.iter().any(|a| ["--global", "--system"].contains(a));
            let mut words = args.iter().filter(|a| !a.starts_with('-') && **a != "set").skip_while(|a| **a != "config");
            wide && words.nth(1).is_some_and(|key| is_risky_setting(key))
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
    let all = |a: &str| whole.contains(&a) || ["..", "../", "../*"].contains(&a);
    // what people keep, and what nobody can make again
    let kept = |a: &str| {
        let names = ["Desktop", "Documents", "Pictures", ".ssh", ".gnupg", ".aws"];
        let name = ["~/", "$HOME/", "${HOME}/"].iter().find_map(|h| a.strip_prefix(h));
        name.is_some_and(|n| names.contains(&n.split('/').next().unwrap_or(n)) && n.matches('/').count() < 2)
    };
    let disk = |a: &str| ["/dev/sd", "/dev/nvme", "/dev/disk", "/dev/hd", "/dev/vd"].iter().any(|d| a.starts_with(d));
    let gone = match program {
        "rm" => deep && operands().any(|a| all(a) || kept(a)),
        "shred" | "srm" => operands().any(|a| all(a) || kept(a)),
        "find" => {
            let removes = args.contains(&"-delete") || args.iter().any(|a| ["rm", "shred"].contains(a));
            let tests = ["-name", "-iname", "-path", "-regex"];
            // a pattern that everything fits takes nothing out
            let narrows =
                |w: &[&str]| tests.contains(&w[0]) && !w[1].chars().all(|c| "*.?/~".contains(c)) && !w[1].is_empty();
            removes && args.first().is_some_and(|a| whole.contains(a)) && !args.windows(2).any(narrows)
        }
        "dd" => args.iter().filter_map(|a| a.strip_prefix("of=")).any(disk),
        "chmod" | "chown" => deep && operands().any(|a| whole.contains(a)),
        _ => program.starts_with("mkfs") && operands().any(|a| disk(a)),
    };
    gone.then_some(Danger::Destroys)
}

/// Whether a package manager is told for good where packages come from, or what runs their scripts.
fn settles(args: &[&str]) -> bool {
    let near = args.windows(2).any(|w| w == ["--location", "project"]) || args.contains(&"--location=project");
    let [first, "set", rest @ ..] = args else { return false };
    let words: Vec<&str> = rest.iter().copied().filter(|a| !a.starts_with('-')).collect();
    let (key, value) = match words.as_slice() {
        [both] => both.split_once('=').unwrap_or((both, "")),
        [key, value, ..] => (*key, *value),
        [] => return false,
    };
    let known = ["npmjs.org", "yarnpkg.com", "npmmirror.com", "pypi.org", "tsinghua.edu.cn", "aliyun.com"];
    let host = sends::host(value).unwrap_or_default();
    let other = !known.iter().any(|k| host == *k || host.ends_with(&format!(".{k}")));
    let key = key.rsplit('.').next().unwrap_or(key);
    let runs = ["script-shell", "node-options", "git", "shell"].contains(&key);
    *first == "config" && !near && (runs || (["registry", "index-url", "extra-index-url"].contains(&key) && other))
}
