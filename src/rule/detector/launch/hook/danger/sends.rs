//! What leaves the machine: files and variables of the person's, given to a program that talks to another one.

use super::paths::{is_inner, is_near};

/// Programs whose input goes to another machine.
const TALKS: [&str; 14] = [
    "curl", "curlie", "wget", "http", "https", "xh", "nc", "ncat", "netcat", "telnet", "ssh", "socat", "openssl", "ftp",
];
/// Programs that look a name up: the name is what leaves.
const ASKS: [&str; 6] = ["dig", "nslookup", "host", "drill", "ping", "curl"];
/// Keys of well-known services, and words in the names of their hosts.
const KEYS: [(&str, &[&str]); 12] = [
    ("GITHUB_TOKEN", &["github"]),
    ("GH_TOKEN", &["github"]),
    ("GITHUB_PAT", &["github"]),
    ("GITLAB_TOKEN", &["gitlab"]),
    ("ANTHROPIC_API_KEY", &["anthropic", "claude"]),
    ("ANTHROPIC_AUTH_TOKEN", &["anthropic", "claude"]),
    ("OPENAI_API_KEY", &["openai"]),
    ("AWS_SECRET_ACCESS_KEY", &["amazonaws"]),
    ("AWS_SESSION_TOKEN", &["amazonaws"]),
    ("NPM_TOKEN", &["npm"]),
    ("PYPI_TOKEN", &["pypi"]),
    ("SSH_PRIVATE_KEY", &[]),
];

/// Whether one of the words is an address of another machine.
pub(super) fn reaches(args: &[&str]) -> bool {
    args.iter().any(|a| {
        let web = ["http://", "https://", "ftp://"].iter().any(|s| a.starts_with(s));
        web && host(a).is_some_and(|h| !is_near(&h))
    })
}

/// Whether a file that is read lies outside of the project, or holds keys by its name.
pub(super) fn is_private(path: &str) -> bool {
    let path = path.trim_matches(['"', '\'']);
    let keys = [".env", "id_rsa", "id_ed25519", ".pem", ".netrc", "credentials", ".npmrc"];
    let home = ["~/", "$HOME", "${HOME}", "/home/", "/Users/", "/root/", "/etc/"];
    home.iter().any(|h| path.starts_with(h)) || keys.iter().any(|k| path.ends_with(k))
}

/// Whether a program gives out what is the machine's: its variables, or files.
pub(super) fn reads_own(program: &str, args: &[&str]) -> bool {
    let file = |a: &&&str| !a.starts_with('-') && !a.starts_with("/dev/");
    let operands = args.iter().filter(file).count();
    match program {
        "env" | "printenv" | "export" | "declare" | "history" | "security" | "pass" | "pbpaste" | "wl-paste" => true,
        "op" => args.contains(&"read") || args.contains(&"--reveal"),
        "bw" | "vault" => args.contains(&"get") || args.contains(&"read"),
        "xclip" | "xsel" => args.contains(&"-o"),
        "sqlite3" => args.iter().any(|a| is_private(a)),
        // files that the input names
        "xargs" => args.iter().any(|a| ["cat", "head", "tail", "base64", "tar"].contains(a)),
        "set" => args.is_empty(),
        "cat" | "tac" | "nl" | "od" | "strings" | "xxd" | "base64" | "head" | "tail" | "less" | "bat" | "gzip"
        | "bzip2" | "xz" => {
            operands > 0 && !args.iter().all(|a| a.starts_with('-') || a.bytes().all(|b| b.is_ascii_digit()))
        }
        "tar" | "zip" | "7z" | "cpio" | "pax" => operands > 0,
        "find" | "ls" => args.iter().any(|a| a.starts_with(['~', '/', '$'])),
        "grep" | "rg" | "awk" | "sed" | "jq" => operands > 1,
        "gpg" => args.iter().any(|a| a.starts_with("--export")),
        "gh" => args.starts_with(&["auth", "token"]),
        "gcloud" => args.contains(&"print-access-token"),
        _ => false,
    }
}

/// Whether a program sends such things to another machine. `piped`: they come in; `inside`: they stand in its words.
pub(super) fn sends(program: &str, args: &[&str], piped: bool, inside: bool) -> bool {
    let hosts: Vec<String> = args.iter().filter_map(|a| host(a)).collect();
    let far = !hosts.iter().any(|h| is_near(h)) || hosts.iter().any(|h| !is_near(h));
    // each line that comes in becomes a word of it
    let each = args.iter().position(|a| TALKS.contains(a)).filter(|_| ["xargs", "parallel"].contains(&program));
    if let Some(at) = each {
        return piped && reaches(&args[at..]) && far;
    }
    // a name that is made of what a command gives is a message
    let named = |a: &&str| ["$(", "`"].iter().any(|m| a.starts_with(m)) && (a.contains(").") || a.contains("`."));
    // no other server is asked
    let mut asked = args.iter().filter(|a| !a.starts_with(['-', '+']));
    let within = asked.next().is_some_and(|a| is_inner(a)) && asked.next().is_none();
    if program != "curl" && ASKS.contains(&program) && args.iter().any(named) && !within {
        return true;
    }
    if TALKS.contains(&program) || ASKS.contains(&program) {
        let talks = TALKS.contains(&program);
        let loads = ["curl", "curlie", "wget", "http", "https", "xh"].contains(&program);
        let quiet = ["-z", "--zero"].iter().any(|z| args.contains(z));
        let near = args.iter().any(|a| *a == "localhost" || a.starts_with("127.") || a.starts_with("localhost:"));
        let reads = match program {
            "curl" | "curlie" => args.iter().any(|a| a.contains("@-") || *a == "-" || *a == "-T-" || *a == "."),
            "openssl" => args.first() == Some(&"s_client"),
            "wget" => false,
            _ => true,
        };
        return far
            && !near
            && ((piped && talks && reads && !quiet) || inside || (loads && gives(args)) || key(args, &hosts));
    }
    let verbs = ["cp", "sync", "s3", "mv", "copy", "put", "ls", "rm", "presign", "copyto"];
    let operands: Vec<&str> =
        args.iter().copied().filter(|a| (!a.starts_with('-') || *a == "-") && !verbs.contains(a)).collect();
    let there = |a: &str| a.contains("://") || a.split_once(':').is_some_and(|(h, _)| h.len() > 1 && !h.contains('/'));
    match program {
        "scp" | "rsync" | "aws" | "gsutil" | "rclone" | "s3cmd" => {
            matches!(operands.as_slice(), [first, .., last] if there(last) && !there(first))
        }
        "gh" => args.starts_with(&["gist", "create"]),
        "mail" | "mailx" | "sendmail" | "mutt" => piped || inside,
        _ => false,
    }
}

/// Whether a file is given to send.
fn gives(args: &[&str]) -> bool {
    args.iter().enumerate().any(|(at, arg)| {
        let (flag, value) = arg.split_once('=').unwrap_or((arg, args.get(at + 1).copied().unwrap_or_default()));
        let file = |v: &str| v.strip_prefix('@').is_some_and(|f| f != "-" && !f.is_empty());
        match flag {
            "-d" | "--data" | "--data-binary" | "--data-raw" | "--data-ascii" | "--json" => file(value),
            "--data-urlencode" => value.contains('@') && !value.contains('='),
            "-F" | "--form" => value.split_once('=').is_some_and(|(_, v)| file(v) || v.starts_with('<')),
            "-T" | "--upload-file" | "--post-file" | "--body-file" => !["", "-", "."].contains(&value),
            _ => arg.strip_prefix("-d").is_some_and(file),
        }
    })
}

/// Whether a well-known key goes to somebody else than who gave it out.
fn key(args: &[&str], hosts: &[String]) -> bool {
    KEYS.iter().any(|(name, own)| {
        let named = |a: &str| {
            a.match_indices(name).any(|(at, _)| {
                let whole = !a[at + name.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
                whole && (a[..at].ends_with('$') || a[..at].ends_with("${"))
            })
        };
        args.iter().any(|a| named(a)) && !hosts.is_empty() && !hosts.iter().all(|h| own.iter().any(|o| h.contains(o)))
    })
}

/// The host of an address.
pub(super) fn host(word: &str) -> Option<String> {
    let (_, rest) = word.split_once("://")?;
    // a backslash is a slash for some
    let host = rest.split(['/', '\\', '?', '#']).next()?;
    let host = host.rsplit('@').next()?;
    let end = if host.starts_with('[') {
        host.find(']').map_or(host.len(), |e| e + 1)
    } else {
        host.find(':').unwrap_or(host.len())
    };
    Some(host[..end].to_ascii_lowercase())
}
