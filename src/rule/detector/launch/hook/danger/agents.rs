//! Agents that a hook starts or changes: a server or a plugin that comes into the person's own settings is no project's to add,
//! and an agent that asks nothing does what any text tells it.

use super::Danger;

/// Programs of clients.
const CLIENTS: [&str; 16] = [
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
/// Options after which they ask nothing.
const UNASKED: [&str; 9] = [
    "--allow-all-tools",
    "--dangerously-allow-all",
    "--dangerously-bypass-approvals-and-sandbox",
    "--dangerously-skip-permissions",
    "--force",
    "--skip-permissions-unsafe",
    "--trust-all-tools",
    "--yolo",
    "--allow-dangerously-skip-permissions",
];

/// What a client is started for.
pub(super) fn starts(program: &str, args: &[&str]) -> Option<Danger> {
    if !CLIENTS.contains(&program) {
        return None;
    }
    let adds = match args {
        ["mcp", "add" | "add-json", rest @ ..] if program == "claude" && is_projects(rest) => false,
        ["mcp", verb, ..] => ["add", "add-json", "add-from-claude-desktop", "install"].contains(verb),
        ["plugin" | "plugins", "marketplace", "add", ..] => true,
        ["plugin" | "plugins" | "extension" | "extensions", verb, ..] => ["add", "i", "install", "link"].contains(verb),
        _ => args.iter().any(|a| a.split('=').next() == Some("--add-mcp")),
    };
    let mode = |w: &[&str]| {
        matches!(w, ["--permission-mode", "bypassPermissions"] | ["--approval-mode", "yolo"] | ["-a", "never"])
    };
    let joined = ["--permission-mode=bypassPermissions", "--approval-mode=yolo"];
    let unasked = args.iter().any(|a| UNASKED.contains(a) && (*a != "--force" || program == "cursor-agent"))
        || args.windows(2).any(mode)
        || args.iter().any(|a| joined.contains(a))
        || (["gemini", "qwen"].contains(&program) && args.contains(&"-y"));
    match () {
        () if adds => Some(Danger::Stays),
        () if unasked => Some(Danger::Frees),
        () => None,
    }
}

/// Whether a server is added to the project's own file, which asks before it is started.
fn is_projects(args: &[&str]) -> bool {
    let own = args.split(|a| *a == "--").next().unwrap_or_default();
    let scopes: Vec<&[&str]> = own.windows(2).filter(|w| ["-s", "--scope"].contains(&w[0])).collect();
    let joined = own.iter().any(|a| a.starts_with("--scope=") || (a.starts_with("-s") && a.len() > 2));
    !scopes.is_empty() && !joined && scopes.iter().all(|w| w[1] == "project")
}
