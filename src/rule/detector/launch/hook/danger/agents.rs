//! Agents that a hook starts or changes: a server or a plugin that comes into the person's own settings is no project's to add,
//! and an agent that asks nothing does what any text tells it.

use super::Danger;

/// Programs of clients.
const CLIENTS: [&str; 17] = [
    "aider",
    "amp",
    "claude",
    "code",
    "code-insiders",
    "codex",
    "copilot",
    "cursor",
    "cursor-agent",
    "droid",
    "gemini",
    "goose",
    "kiro-cli",
    "opencode",
    "q",
    "qwen",
    "windsurf",
];
/// Packages of clients, without their scope, and the client.
const PACKAGES: [(&str, &str); 7] = [
    ("amp", "amp"),
    ("claude-code", "claude"),
    ("codex", "codex"),
    ("copilot", "copilot"),
    ("gemini-cli", "gemini"),
    ("opencode-ai", "opencode"),
    ("qwen-code", "qwen"),
];
/// Programs that run a package that they are given.
const RUNNERS: [&str; 11] = ["bun", "bunx", "deno", "mise", "npm", "npx", "pipx", "pnpm", "pnpx", "uvx", "yarn"];
/// Options after which they ask nothing.
const UNASKED: [&str; 12] = [
    "-anever",
    "--allow-all",
    "--allow-all-tools",
    "--allow-dangerously-skip-permissions",
    "--dangerously-allow-all",
    "--dangerously-bypass-approvals-and-sandbox",
    "--dangerously-skip-permissions",
    "--skip-permissions-unsafe",
    "--trust-all-tools",
    "--yes-always",
    "--yolo",
    "--force",
];
/// Options with a value after which they ask nothing.
const MODES: [(&str, &str); 7] = [
    ("--approval-mode", "yolo"),
    ("--ask-for-approval", "never"),
    ("--auto", "high"),
    ("--permission-mode", "bypassPermissions"),
    ("--sandbox", "danger-full-access"),
    ("-a", "never"),
    ("-s", "danger-full-access"),
];
/// Short options after which they ask nothing, by client.
const SHORT: [(&str, &str); 6] =
    [("cursor-agent", "-f"), ("gemini", "-y"), ("kiro-cli", "-a"), ("q", "-a"), ("qwen", "-y"), ("aider", "--yes")];
/// Words of settings that have a client ask nothing.
const SETTINGS: [&str; 9] = [
    "Bash(*)",
    "approval_policy",
    "autoAccept",
    "autoApprove",
    "bypassPermissions",
    "danger-full-access",
    "dangerouslyAllowAll",
    "enableAllProjectMcpServers",
    "skipDangerousModePermissionPrompt",
];
/// Values with which they do not.
const ASKING: [&str; 4] = ["false", "on-failure", "on-request", "untrusted"];
/// Files of a project that hold them.
const FILES: [&str; 9] = [
    ".amp/settings.json",
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".codex/config.toml",
    ".cursor/cli.json",
    ".gemini/settings.json",
    ".qwen/settings.json",
    ".vscode/settings.json",
    "opencode.json",
];

/// What a client is started for, by itself or as a package.
pub(super) fn starts(program: &str, args: &[&str]) -> Option<Danger> {
    if CLIENTS.contains(&program) {
        return begun(program, args);
    }
    let client = |word: &str| {
        let name = word.rsplit('/').next().unwrap_or(word);
        let name = name.split_once('@').map_or(name, |(name, _)| name);
        PACKAGES.iter().find(|(package, _)| *package == name).map(|(_, client)| *client)
    };
    let (at, client) =
        args.iter().enumerate().filter(|_| RUNNERS.contains(&program)).find_map(|(at, a)| Some((at, client(a)?)))?;
    // what else stands there is its option, or its program's name
    let rest = &args[at + 1..];
    begun(client, rest.strip_prefix(&[client]).unwrap_or(rest))
}

fn begun(program: &str, args: &[&str]) -> Option<Danger> {
    let words: Vec<&str> = args.iter().copied().filter(|a| !a.starts_with('-')).collect();
    let verbs = |w: &[&str]| match w {
        ["mcp", verb] => ["add", "add-json", "add-from-claude-desktop", "install"].contains(verb),
        ["plugin" | "plugins" | "extension" | "extensions", verb] => ["add", "i", "install", "link"].contains(verb),
        ["marketplace", "add"] => true,
        _ => false,
    };
    let project = program == "claude" && is_projects(args);
    let adds = words.windows(2).any(|w| verbs(w) && !(project && w[0] == "mcp"))
        || args.iter().any(|a| a.split('=').next() == Some("--add-mcp"));
    // an option and its value, in one word or two
    let split: Vec<&str> = args
        .iter()
        .flat_map(|a| match a.split_once('=').filter(|_| a.starts_with('-')) {
            Some((option, value)) => vec![option, value],
            None => vec![*a],
        })
        .collect();
    let plain = |value: &str| value.trim_matches(['"', '\'']).to_owned();
    let mode = |w: &[&str]| {
        let own = plain(w[1]);
        let policy = own.replace([' ', '"', '\''], "");
        MODES.iter().any(|(option, value)| w[0] == *option && own == *value)
            || (["-c", "--config"].contains(&w[0])
                && ["approval_policy=never", "sandbox_mode=danger-full-access"].contains(&policy.as_str()))
            || (["--allowedTools", "--allowed-tools", "--allow-tool"].contains(&w[0])
                && own.split([',', ' ']).any(|t| ["*", "Bash", "Bash(*)", "shell"].contains(&t)))
    };
    let named = |a: &str| UNASKED.contains(&a) && (a != "--force" || program == "cursor-agent");
    let unasked = split.windows(2).any(mode)
        || split.iter().any(|a| named(a) || (a.contains("bypassPermissions") && (!a.contains(' ') || a.contains('{'))))
        || SHORT.iter().any(|(client, option)| program == *client && args.contains(option));
    match () {
        () if adds => Some(Danger::Stays),
        () if unasked => Some(Danger::Frees),
        () => None,
    }
}

/// Whether a variable has an agent ask nothing.
pub(super) fn frees(name: &str, value: &str) -> bool {
    match name {
        "GOOSE_MODE" => value == "auto",
        "OPENCODE_PERMISSION" => value.contains("allow") && value.contains('*'),
        "AIDER_YES_ALWAYS" => !value.is_empty() && value != "0" && value != "false",
        _ => false,
    }
}

/// Whether a line has words of such settings.
pub(super) fn names_mode(line: &str) -> bool {
    let asks = |at: usize| {
        let value = line[at..].trim_start_matches(|c: char| c.is_whitespace() || "\"'\\]:=".contains(c));
        ASKING.iter().any(|v| value.starts_with(v))
    };
    SETTINGS.iter().any(|word| line.match_indices(word).any(|(at, _)| !asks(at + word.len())))
}

/// Whether a file holds settings of a client.
pub(super) fn is_settings(path: &str) -> bool {
    let path = path.trim_matches(['"', '\'']).replace('\\', "/");
    FILES.iter().any(|file| path.ends_with(file))
}

/// Whether a server is added to the project's own file, which asks before it is started.
fn is_projects(args: &[&str]) -> bool {
    let own = args.split(|a| *a == "--").next().unwrap_or_default();
    let scopes = own.iter().enumerate().filter_map(|(at, a)| match *a {
        "-s" | "--scope" => own.get(at + 1).copied(),
        a => a.strip_prefix("--scope=").or_else(|| a.strip_prefix("-s").filter(|_| !a.starts_with("--"))),
    });
    let scopes: Vec<&str> = scopes.collect();
    !scopes.is_empty() && scopes.iter().all(|s| *s == "project")
}
