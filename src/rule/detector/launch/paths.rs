//! Paths of programs: temporary, downloaded, cached and hidden ones.

use super::{Judge, Words, shown};
use crate::launch::engine;

/// What stands for the project that is open; what lies above it is not the project.
pub(super) const PROJECT: [&str; 6] =
    ["${workspaceFolder}", "${workspaceRoot}", "${CLAUDE_PROJECT_DIR}", "$CLAUDE_PROJECT_DIR", "${PWD}", "$PWD"];

/// Hidden folders in which tool managers and editors keep programs.
const MANAGED: [&str; 54] = [
    ".nvm",
    ".asdf",
    ".local",
    ".cargo",
    ".volta",
    ".bun",
    ".deno",
    ".pyenv",
    ".venv",
    ".rbenv",
    ".mise",
    ".npm-global",
    ".nodenv",
    ".fnm",
    ".proto",
    ".sdkman",
    ".dotnet",
    ".nix-profile",
    ".linuxbrew",
    ".rye",
    ".pixi",
    ".conda",
    ".virtualenvs",
    ".bin",
    ".go",
    ".gem",
    ".opam",
    ".ghcup",
    ".docker",
    ".rd",
    ".orbstack",
    ".vscode",
    ".cursor",
    ".claude",
    ".opencode",
    ".lmstudio",
    ".foundry",
    ".krew",
    ".jbang",
    ".yarn",
    ".composer",
    ".poetry",
    ".juliaup",
    ".elan",
    ".cabal",
    ".swiftly",
    ".jenv",
    ".tfenv",
    ".goenv",
    ".nodebrew",
    ".npm-packages",
    ".gradle",
    ".luarocks",
    ".hatch",
];

impl Judge<'_> {
    pub(super) fn paths(&mut self, words: &Words<'_>) {
        let interpreters = [
            "node", "bun", "deno", "python", "python3", "ruby", "perl", "php", "sh", "bash", "zsh", "java", "dotnet",
            "tsx", "lua", "tclsh", "rscript", "julia",
        ];
        // what is in a container lies where its image has it
        for step in words.line.steps().filter(|s| !s.inside) {
            if is_odd(&step.word.text) {
                let message = self.says(" is started from ").quote(&shown(&step.word.text));
                let message = message.text(", where programs are not kept");
                self.on("suspicious-launch-path", words, step.word.argument, message);
            }
            let code = step.args.iter().find(|w| is_temporary_code(&w.text));
            let script = step.args.iter().find(|w| !w.text.starts_with('-') && w.text != "run");
            if interpreters.contains(&step.program().as_str())
                && let Some(script) = script.filter(|w| is_odd(&w.text))
            {
                let message = self.says(" runs ").quote(&shown(&script.text));
                let message = message.text(", where programs are not kept");
                self.on("suspicious-launch-path", words, script.argument, message);
            } else if let Some(code) = code.filter(|_| !engine::is_engine(&step.program())) {
                let message = self.says(" is given code from ").quote(&shown(&code.text));
                let message = message.text(", a folder that is emptied and that others write to");
                self.on("suspicious-launch-path", words, code.argument, message);
            }
        }
    }
}

/// What a file of code is called, as an argument or as an option's value.
fn is_temporary_code(word: &str) -> bool {
    let endings = [
        ".sh", ".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".pl", ".php", ".lua", ".tcl", ".jar", ".dll", ".exe",
        ".ps1", ".bat", ".cmd", ".vbs", ".so", ".dylib", ".node", "akefile", ".mk",
    ];
    let value = word.split_once(['=', ':']).filter(|(f, _)| f.starts_with('-')).map_or(word, |(_, value)| value);
    is_temporary(value) && endings.iter().any(|e| value.to_ascii_lowercase().ends_with(e))
}

/// A path with the separators of all systems but one.
pub(super) fn plain(path: &str) -> String {
    path.replace('\\', "/")
}

/// Folders that are emptied, and that anybody writes to.
pub(super) fn is_temporary(path: &str) -> bool {
    let path = plain(path);
    let lower = path.to_ascii_lowercase();
    let drive = lower.get(1..).and_then(|r| r.strip_prefix(':')).filter(|r| r.starts_with('/'));
    ["/tmp/", "/var/tmp/", "/dev/shm/", "/private/tmp/", "/private/var/tmp/", "/var/folders/", "/private/var/folders/"]
        .iter()
        .any(|t| lower.starts_with(t))
        || drive
            .is_some_and(|d| ["/temp/", "/tmp/", "/windows/temp/", "/users/public/"].iter().any(|t| d.starts_with(t)))
        || ["%temp%", "%tmp%", "${tmpdir}", "$tmpdir", "${env:temp}", "%public%"].iter().any(|t| lower.starts_with(t))
        || lower.contains("/appdata/local/temp/")
        || ["/tmp", "/var/tmp", "/dev/shm"].contains(&lower.as_str())
}

pub(super) fn is_odd(path: &str) -> bool {
    let path = plain(path);
    if !path.contains('/') || path.contains("://") {
        return false;
    }
    // what a build of a workspace leaves, wherever the workspace lies
    if ["/target/debug/", "/target/release/"].iter().any(|b| path.contains(b)) {
        return false;
    }
    let folders: Vec<&str> = path.rsplit_once('/').map_or("", |(f, _)| f).split('/').collect();
    let lower = path.to_ascii_lowercase();
    let hidden = folders.iter().position(|f| f.starts_with('.') && !f.starts_with("..") && f.len() > 1);
    // a share of the network is filled by whoever may
    let share = path.starts_with("//") && !lower.starts_with("//wsl");
    is_temporary(&path)
        || share
        || lower.contains("/downloads/")
        || lower.contains("/library/caches/")
        || folders.contains(&".cache")
        || hidden.is_some_and(|i| !MANAGED.contains(&folders[i]) && !folders.contains(&"node_modules"))
}
