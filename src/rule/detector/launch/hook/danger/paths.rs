//! Files of weight: those that run at the next start of a shell or a machine, and where a download is left.

/// Parts of paths of what runs by itself later, in small letters.
const START: [&str; 47] = [
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
    "/.codex/config.toml",
    "/.config/git/config",
    "/.config/git/hooks",
    "/.config/opencode/",
    "/.cursor/mcp.json",
    "/.gemini/settings.json",
    "/claude_desktop_config.json",
    "/mcp_config.json",
];
/// Parts of paths where programs lie that are found by their name, and of files that say where packages come from.
const PROGRAMS: [&str; 6] = ["/bin/", "/sbin/", "/.npmrc", "/.pypirc", "/pip.conf", "/uv.toml"];
/// Programs that everybody starts.
const USUAL: [&str; 20] = [
    "bash", "cat", "claude", "code", "codex", "curl", "docker", "gh", "git", "ls", "make", "node", "npm", "npx",
    "python", "python3", "sh", "ssh", "sudo", "uv",
];
/// Where the person's and the system's files lie.
const HOMES: [&str; 9] = ["~", "$home", "${home}", "/home/", "/users/", "/root", "%userprofile%", "%appdata%", "$env:"];
const SYSTEM: [&str; 5] = ["/etc/", "/var/", "/library/", "/usr/", "/opt/"];

/// Whether a file runs, or says what runs, at the next start.
pub(super) fn is_start(path: &str) -> bool {
    let path = plain(path);
    (is_there(&path) && START.iter().any(|s| path.contains(s))) || path == "$profile"
}

/// Whether what is fetched is left where programs are found by their name, or where it says whence packages come.
pub(super) fn is_program(path: &str) -> bool {
    let path = plain(path);
    is_there(&path) && PROGRAMS.iter().any(|p| path.contains(p))
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
    let named = !host.contains(['.', ':', '$', '`']) && host.parse::<u64>().is_err();
    (named && !host.is_empty()) || host.starts_with("127.") || host == "::1" || host.ends_with(".localhost")
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
