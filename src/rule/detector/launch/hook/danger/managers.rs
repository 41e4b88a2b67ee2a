//! Package managers that are told for good where packages come from, or what runs with them.

use super::super::super::fetch::words::looked;
use super::paths::{is_inner, is_near};
use super::sends::host;

/// Registries that everybody knows.
const KNOWN: [&str; 8] = [
    "npmjs.org",
    "yarnpkg.com",
    "npmmirror.com",
    "pypi.org",
    "tsinghua.edu.cn",
    "aliyun.com",
    "rubygems.org",
    "golang.org",
];
/// Names of settings, in small letters, that say where packages come from.
const SOURCES: [&str; 8] = [
    "registry",
    "npmregistryserver",
    "index-url",
    "extra-index-url",
    "find-links",
    "channels",
    "default_channels",
    "goproxy",
];
/// Those that have something run or loaded, or other settings read.
const RUNS: [&str; 8] =
    ["script-shell", "node-options", "git", "shell", "globalconfig", "userconfig", "init-module", "gotoolchain"];
/// Those that put somebody between.
const PROXIES: [&str; 4] = ["proxy", "https-proxy", "http-proxy", "httpsproxy"];

/// Whether a command does so, for more than the project.
pub(super) fn settles(program: &str, args: &[&str]) -> bool {
    let places: Vec<&str> = (args.iter().enumerate())
        .filter_map(|(at, a)| {
            a.strip_prefix("--location=").or_else(|| (*a == "--location").then(|| args.get(at + 1).copied())?)
        })
        .collect();
    let wide = args.iter().any(|a| ["-g", "--global"].contains(a));
    let near = (!wide && !places.is_empty() && places.iter().all(|p| *p == "project"))
        || (program == "bundle" && !wide && args.contains(&"--local"));
    let valued = |at: usize| at.checked_sub(1).is_some_and(|i| args[i] == "--location");
    let words: Vec<&str> =
        args.iter().enumerate().filter(|(at, a)| !a.starts_with('-') && !valued(*at)).map(|(_, a)| *a).collect();
    let (key, value) = match (program, words.as_slice()) {
        ("npm" | "pnpm" | "yarn" | "pip" | "pip3" | "bun", ["config" | "c", "set", rest @ ..])
        | ("npm" | "pnpm", ["set", rest @ ..])
        | ("bundle", ["config", "set", rest @ ..] | ["config", rest @ ..]) => pair(rest),
        ("go", ["env", settings @ ..]) if args.contains(&"-w") => {
            return settings.iter().filter_map(|s| s.split_once('=')).any(|(key, value)| {
                let loads = key == "GOFLAGS" && ["-toolexec", "-overlay", "-modfile"].iter().any(|o| value.contains(o));
                loads || is_foreign(key, value)
            });
        }
        ("gem", ["sources" | "source", address, ..]) if args.iter().any(|a| ["-a", "--add"].contains(a)) => {
            ("registry", *address)
        }
        ("composer", ["config", key, .., value]) if args.iter().any(|a| ["-g", "--global"].contains(a)) => {
            (if key.starts_with("repo") { "registry" } else { key }, *value)
        }
        ("conda" | "mamba", ["config", key, value, ..]) => (*key, *value),
        ("conda" | "mamba", ["config", value]) if args.iter().any(|a| ["--add", "--append"].contains(a)) => {
            ("channels", *value)
        }
        _ => return false,
    };
    !near && is_foreign(key, value)
}

/// Whether a host is this machine, or one of a network of its own that says so.
fn is_own(host: &str) -> bool {
    host == "localhost" || (host.contains(['.', ':']) && (is_near(host) || is_inner(host)))
}

fn pair<'a>(words: &[&'a str]) -> (&'a str, &'a str) {
    match words {
        [both] => both.split_once('=').unwrap_or((both, "")),
        [key, value, ..] => (key, value),
        [] => ("", ""),
    }
}

/// Whether a setting has packages come from somebody else, or something run.
fn is_foreign(key: &str, value: &str) -> bool {
    // the registry of one's own packages is one's own
    let scoped = key.starts_with('@') || key.starts_with("npmScopes.");
    let mirror = key.starts_with("mirror.");
    let key = key.rsplit('.').next().unwrap_or(key).to_ascii_lowercase();
    let key = key.as_str();
    let other = value.split([',', '|', ' ']).filter_map(host).any(|host| {
        !KNOWN.iter().any(|k| host == *k || host.strip_suffix(k).is_some_and(|h| h.ends_with('.'))) && !is_own(&host)
    });
    RUNS.contains(&key) || (other && !scoped && (mirror || SOURCES.contains(&key) || PROXIES.contains(&key)))
}

/// Whether a text, written into settings of a package manager, does so.
pub(super) fn settled(text: &str) -> bool {
    looked(text.len());
    let quotes = |c: char| c.is_whitespace() || "\"'=:".contains(c);
    text.replace("\\n", "\n").lines().any(|line| {
        let line = line.trim_matches(quotes);
        let Some((key, value)) = line.find(['=', ' ']).map(|at| line.split_at(at)) else { return false };
        // `git pull` is no setting
        let set = key.ends_with(':') || value.trim_start().starts_with('=');
        let key = key.trim_matches(quotes);
        (set || !RUNS.contains(&&*key.to_ascii_lowercase())) && is_foreign(key, value.trim_matches(quotes))
    })
}
