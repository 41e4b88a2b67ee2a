//! Files of weight: those that run at the next start of a shell or a machine, and where a download is left.

/// Parts of paths of what runs by itself later, in small letters.
const START: [&str; 56] = [
    "/.bashrc",
    "/.bash_profile",
    "/.bash_login",
    "/.bash_logout",
    "/.bash_aliases",
    "/.profile",
    "/.zshrc",
    "/.zshenv",
    "/.zprofile",
    "/.zlogin",
    "/.kshrc",
    "/.cshrc",
    "/.tcshrc",
    "/.config/fish/",
    "/.config/autostart/",
    "/.config/systemd/",
    "/launchagents/",
    "/launchdaemons/",
    "/etc/profile",
    "/etc/cron",
    "/etc/rc.local",
    "/etc/ld.so.preload",
    "/etc/systemd/",
    "/var/spool/cron",
    "/.ssh/authorized_keys",
    "/.ssh/config",
    "/.ssh/rc",
    "/.gitconfig",
    "/startup/",
    "/.vimrc",
    "/.aws/config",
    "/.cargo/config",
    "/.claude.json",
    "/.claude/agents/",
    "/.claude/claude.md",
    "/.claude/commands/",
    "/.claude/plugins/",
    "/.claude/settings.json",
    "/.claude/skills/",
    "/.claude/hooks/",
    "/.codex/agents.md",
    "/.codex/config.toml",
    "/.codex/prompts/",
    "/.config/goose/",
    "/.config/git/config",
    "/.config/git/hooks",
    "/.config/opencode/",
    "/.cursor/commands/",
    "/.cursor/hooks.json",
    "/.cursor/mcp.json",
    "/.cursor/rules/",
    "/.gemini/commands/",
    "/.gemini/gemini.md",
    "/.gemini/settings.json",
    "/claude_desktop_config.json",
    "/mcp_config.json",
];
/// Files that say where packages come from, in small letters.
const MANAGERS: [&str; 9] = [
    "/.npmrc",
    "/.pypirc",
    "/pip.conf",
    "/pip.ini",
    "/uv.toml",
    "/.yarnrc.yml",
    "/.gemrc",
    "/.bunfig.toml",
    "/sources.list",
];
/// Programs that everybody starts.
const USUAL: [&str; 33] = [
    "bash", "brew", "bun", "cargo", "cat", "claude", "code", "codex", "curl", "deno", "docker", "gh", "git", "go",
    "java", "ls", "make", "node", "npm", "npx", "perl", "php", "pip", "pip3", "pnpm", "python", "python3", "ruby",
    "sh", "ssh", "sudo", "uv", "yarn",
];
/// Where the person's and the system's files lie.
const HOMES: [&str; 9] = ["~", "$home", "${home}", "/home/", "/users/", "/root", "%userprofile%", "%appdata%", "$env:"];
const SYSTEM: [&str; 5] = ["/etc/", "/var/", "/library/", "/usr/", "/opt/"];

/// Whether a file runs, or says what runs, at the next start; the name of a folder stands for what lies in it.
pub(super) fn is_start(path: &str) -> bool {
    let path = format!("{}/", plain(path).trim_end_matches('/'));
    (is_there(&path) && START.iter().any(|s| path.contains(s))) || path == "$profile/"
}

/// Whether a part of a path is that of such a file.
pub(super) fn names_start(part: &str) -> bool {
    let part = format!("/{}/", plain(part).trim_matches('/'));
    START.iter().any(|s| part.contains(s))
}

/// Whether such files lie in a folder of the person's.
pub(super) fn holds_start(path: &str) -> bool {
    let path = plain(path);
    home(&path).map(|rest| rest.trim_matches('/')).is_some_and(|rest| {
        let rest = if rest.is_empty() { "/".to_owned() } else { format!("/{rest}/") };
        START.iter().any(|s| s.starts_with(&rest))
    })
}

/// What stands in a path behind the home of a person.
pub(super) fn home(path: &str) -> Option<&str> {
    let named =
        ["~", "$HOME", "$home", "/root", "%USERPROFILE%", "%userprofile%", "$env:USERPROFILE", "$env:userprofile"];
    let braced =
        ["${HOME", "${home"].iter().find_map(|h| path.strip_prefix(h)).and_then(|r| Some(r.split_once('}')?.1));
    let begun = named.iter().find_map(|h| path.strip_prefix(h)).or(braced);
    // `~name`
    let begun = begun.map(|rest| match path.strip_prefix('~') {
        Some(_) => rest.find('/').map_or("", |at| &rest[at..]),
        None => rest,
    });
    let users = ["/home/", "/Users/", "/users/"].iter().find_map(|h| path.strip_prefix(h)).filter(|r| !r.is_empty());
    let behind = users.map(|rest| rest.find('/').map_or("", |at| &rest[at..]));
    begun.or(behind).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a file of the person's or the system's says where packages come from.
pub(super) fn is_managers(path: &str) -> bool {
    let path = plain(path);
    is_there(&path) && MANAGERS.iter().any(|p| path.contains(p))
}

/// Whether programs that are found by their name lie there.
pub(super) fn is_program(path: &str) -> bool {
    let path = plain(path);
    is_there(&path) && ["/bin/", "/sbin/"].iter().any(|p| path.contains(p))
}

/// Whether a file is found in the place of a program that everybody starts.
pub(super) fn shadows(path: &str) -> bool {
    let path = plain(path);
    is_there(&path) && path.rsplit_once("bin/").is_some_and(|(_, name)| USUAL.contains(&name))
}

fn plain(path: &str) -> String {
    path.trim_matches(['"', '\'']).replace('\\', "/").to_ascii_lowercase()
}

/// Whether it is the person's or the system's: a template of the project does not lie there.
fn is_there(path: &str) -> bool {
    HOMES.iter().chain(&SYSTEM).any(|h| path.starts_with(h)) || path.contains("/appdata/")
}

/// Whether a file is a hook of a repository.
pub(super) fn is_hook(path: &str) -> bool {
    path.contains(".git/hooks/") || path.contains(".husky/") || path.ends_with(".git/config")
}

/// Whether a shell is asked for a connection to another machine.
pub(super) fn is_socket(code: &str) -> bool {
    ["/dev/tcp/", "/dev/udp/"].iter().any(|mark| {
        code.match_indices(mark).any(|(at, _)| {
            let host = code[at + mark.len()..].split('/').next().unwrap_or_default();
            !is_near(host)
        })
    })
}

/// Whether a host is this machine, or one of a network of its own.
pub(super) fn is_near(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let number = host.starts_with("0x") || host.parse::<u64>().is_ok();
    let named = !host.contains(['.', ':', '$', '`']) && !number;
    let own = host.starts_with("127.") && host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (named && !host.is_empty()) || own || host == "::1" || host.ends_with(".localhost")
}

/// Whether only a network of its own has such a host.
pub(super) fn is_inner(host: &str) -> bool {
    let ends = [".local", ".internal", ".lan", ".corp", ".home.arpa"];
    is_near(host) || ends.iter().any(|end| host.ends_with(end))
}

/// The files in which a program leaves what it fetches.
pub(super) fn kept<'a>(program: &str, args: &[&'a str]) -> Vec<&'a str> {
    let operands =
        || args.iter().copied().filter(|a| !a.starts_with('-') && !a.starts_with('/') || a.matches('/').count() > 1);
    let mut out = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        let long = ["--output=", "--output-document=", "--out="].iter().find_map(|o| arg.strip_prefix(o));
        let next = args.get(at + 1).copied();
        let short = arg.strip_prefix('-').filter(|a| !a.starts_with('-'));
        let letter = if program == "wget" { 'O' } else { 'o' };
        match (long, short) {
            (Some(file), _) => out.push(file),
            (None, Some(letters)) if letters.ends_with(letter) => out.extend(next),
            (None, Some(letters)) if letters.starts_with(letter) => out.push(&letters[1..]),
            (None, Some(letters)) if letters.eq_ignore_ascii_case("outfile") => out.extend(next),
            _ if ["--output", "--output-document", "--out"].contains(arg) => out.extend(next),
            _ => {}
        }
    }
    let last = ["aws", "bitsadmin", "certutil", "gsutil", "kubectl", "rclone", "rsync", "s3cmd", "scp", "sftp"];
    if last.contains(&program) {
        out.extend(operands().next_back().filter(|f| !f.contains("://")));
    }
    out
}
