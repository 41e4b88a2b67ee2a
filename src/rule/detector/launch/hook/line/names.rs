//! Names that a line may have: of the project's folder, and of variables.

/// The folder of the project, as clients name it.
pub(super) const PROJECT: [&str; 8] = [
    "${CLAUDE_PROJECT_DIR}",
    "${CLAUDE_PROJECT_DIR:-.}",
    "${CLAUDE_PROJECT_DIR:-$PWD}",
    "$CLAUDE_PROJECT_DIR",
    "$GEMINI_PROJECT_DIR",
    "$CURSOR_PROJECT_DIR",
    "${PWD}",
    "$PWD",
];

/// Folders of a system: where nothing sets the variable, a path behind it begins at the root.
pub(super) const ROOTS: [&str; 26] = [
    "Applications",
    "Library",
    "System",
    "Users",
    "Volumes",
    "Windows",
    "bin",
    "boot",
    "cores",
    "dev",
    "etc",
    "home",
    "lib",
    "lib64",
    "media",
    "mnt",
    "opt",
    "private",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "usr",
    "var",
];

/// Names, in small letters, that are variables of nothing but such lines.
const NAMES: [&str; 44] = [
    "b",
    "base",
    "branch",
    "changed",
    "cmd",
    "code",
    "command",
    "content",
    "count",
    "cwd",
    "data",
    "date",
    "dir",
    "err",
    "exit_code",
    "ext",
    "extension",
    "f",
    "file",
    "file_path",
    "filename",
    "filepath",
    "files",
    "i",
    "input",
    "json",
    "line",
    "log",
    "message",
    "msg",
    "name",
    "now",
    "out",
    "output",
    "prompt_text",
    "rc",
    "reason",
    "result",
    "session_id",
    "time",
    "timestamp",
    "tool",
    "tool_name",
    "ts",
];

/// Variables in which clients hand over what a hook is about.
pub(super) const HANDED: [&str; 9] = [
    // of formatters
    "FILE",
    "CLAUDE_FILE_PATH",
    "CLAUDE_FILE_PATHS",
    "CLAUDE_NOTIFICATION",
    "CLAUDE_TOOL_INPUT",
    "CLAUDE_TOOL_INPUT_FILE_PATH",
    "CLAUDE_TOOL_NAME",
    "CLAUDE_TOOL_OUTPUT",
    "CLAUDE_EVENT_TYPE",
];

/// Whether a variable is one that a line may set.
pub(super) fn is_own_name(name: &str) -> bool {
    NAMES.contains(&name.to_ascii_lowercase().as_str())
}
