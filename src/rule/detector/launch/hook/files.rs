//! Which files a hook of a project may name: those of the project, its own scripts, and logs.

use super::Weight;
use super::line::GIVEN;

/// Hidden folders of a project that clients and people keep scripts and notes in.
const CLIENTS: [&str; 14] = [
    ".agents",
    ".amp",
    ".claude",
    ".codex",
    ".continue",
    ".cursor",
    ".gemini",
    ".github",
    ".husky",
    ".kiro",
    ".opencode",
    ".qwen",
    ".roo",
    ".windsurf",
];

/// Whether a path stays in the folder where the command runs.
pub(super) fn is_inside(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':');
    let variable = path.split('%').count() > 2;
    !drive
        && !variable
        && !path.starts_with(['/', '~', '\\'])
        && !path.contains("://")
        && path.split(['/', '\\']).all(|p| p != "..")
}

/// Whether a path is one of the files that are not shown: they hold keys and settings.
pub(super) fn is_hidden(path: &str) -> bool {
    let shown = |p: &str| !p.starts_with('.') || p == "." || CLIENTS.contains(&p);
    path.contains(".env") || !path.split(['/', ':', '\\']).all(shown)
}

/// Whether a file of the project may be shown.
pub(super) fn is_shown(path: &str) -> bool {
    is_inside(path) && !is_hidden(path) && !path.contains(GIVEN)
}

/// Whether a path is a script of the project.
pub(super) fn is_script(path: &str) -> bool {
    let endings = [".sh", ".bash", ".zsh", ".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".rb", ".pl", ".php", ".ps1"];
    let literal = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let folder = path.contains('/');
    let named = endings.iter().any(|e| path.ends_with(e)) || path.rsplit('/').next().is_some_and(|n| !n.contains('.'));
    let installed = path.split('/').any(|p| ["node_modules", "target", "dist", "build", "vendor", "tmp"].contains(&p));
    folder && named && !installed && path.chars().all(literal) && is_shown(path)
}

/// A script of the project with what it is given.
pub(super) fn with(args: &[String]) -> Weight {
    if args.iter().all(|a| is_inside(a)) { Weight::Tool } else { Weight::Other }
}

/// Whether a file is a log, in the project, in the client's own folder, or among temporary files. Others' logs are only added to.
pub(super) fn is_log(path: &str, adds: bool) -> bool {
    let literal = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let path = path.strip_prefix("~/.claude/").filter(|_| adds).or_else(|| path.strip_prefix("/tmp/")).unwrap_or(path);
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let kept = folders.split('/').any(|f| CLIENTS.contains(&f) || ["log", "logs", "tmp", ".logs"].contains(&f));
    let folder = folders.split('/').all(|f| !f.starts_with('.') || f == "." || f == ".logs" || CLIENTS.contains(&f));
    let plain = [".log", ".jsonl"].iter().any(|e| name.ends_with(e));
    let text = [".txt", ".csv", ".tsv"].iter().any(|e| name.ends_with(e));
    let noted = text && (kept || name.contains("log") || name.contains("history") || name.contains("audit"));
    path.chars().all(literal) && is_inside(path) && folder && !name.starts_with('.') && (plain || noted)
}
