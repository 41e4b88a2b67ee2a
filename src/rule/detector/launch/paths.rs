//! Paths: programs in odd places, folders that are too wide, folders that hold keys.

use super::container::mounted;
use super::{Judge, Words};
use crate::untrusted::Untrusted;

/// Hidden folders in which tool managers and editors keep programs.
const MANAGED: [&str; 34] = [
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
];

/// Folders of keys, below a home or below the root.
const KEYS: [&str; 16] = [
    ".ssh",
    ".aws",
    ".gnupg",
    ".kube",
    ".azure",
    ".config/gcloud",
    ".password-store",
    ".docker",
    ".terraform.d",
    ".mozilla",
    ".config/google-chrome",
    ".config/op",
    "Library/Keychains",
    "Library/Application Support/Google/Chrome",
    "AppData/Local/Google/Chrome/User Data",
    ".bitcoin",
];

impl Judge<'_> {
    pub(super) fn paths(&mut self, words: &Words<'_>) {
        let command = words.stdio.command.value.raw();
        if is_odd(command) {
            let message = self.says(" is started from ").quote(&command.into());
            let message = message.text(", where programs are not kept");
            self.add("suspicious-launch-path", words.stdio.command.place, "/command", message);
        }
        let interpreters =
            ["node", "bun", "deno", "python", "python3", "ruby", "perl", "php", "sh", "bash", "zsh", "java", "dotnet"];
        if interpreters.contains(&words.program.as_str())
            && let Some(at) = words.args.iter().position(|a| !a.starts_with('-') && *a != "run")
            && is_odd(words.args[at])
        {
            let message = self.says(" runs ").quote(&words.args[at].into()).text(", where programs are not kept");
            self.at("suspicious-launch-path", words, at, message);
        }
        for (at, arg) in words.args.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|b| words.args.get(b)).copied().unwrap_or_default();
            let joined = arg.split_once('=').filter(|(f, _)| f.starts_with("--"));
            let path = match joined {
                Some((flag, value)) => mounted(flag, value).unwrap_or(value),
                None => mounted(before, arg).unwrap_or(arg),
            };
            let shown = Untrusted::from(path);
            if is_key_folder(path) {
                let message = self.says(" is given ").quote(&shown).text(", a folder of keys or credentials");
                self.at("credential-directory-scope", words, at, message);
            } else if is_broad(path) && !self.published.allows(|a| a.folder(path)) {
                let message =
                    self.says(" is given ").quote(&shown).text(": everything below it can be read or written");
                self.at("broad-filesystem-scope", words, at, message);
            }
        }
    }
}

fn plain(path: &str) -> String {
    path.replace('\\', "/")
}

/// Folders that are emptied, and that anybody writes to.
pub(super) fn is_temporary(path: &str) -> bool {
    let path = plain(path);
    let lower = path.to_ascii_lowercase();
    ["/tmp/", "/var/tmp/", "/dev/shm/", "/private/tmp/", "/var/folders/"].iter().any(|t| lower.starts_with(t))
        || ["%temp%", "%tmp%", "${tmpdir}", "$tmpdir"].iter().any(|t| lower.starts_with(t))
        || lower.contains("/appdata/local/temp/")
        || ["/tmp", "/var/tmp", "/dev/shm"].contains(&lower.as_str())
}

fn is_odd(path: &str) -> bool {
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
    is_temporary(&path)
        || lower.contains("/downloads/")
        || lower.contains("/library/caches/")
        || folders.contains(&".cache")
        || hidden.is_some_and(|i| !MANAGED.contains(&folders[i]) && !folders.contains(&"node_modules"))
}

/// A home: `~`, a variable for it, or a folder with that place.
fn below_home(path: &str) -> Option<&str> {
    let marks = ["~", "$HOME", "${HOME}", "${env:HOME}", "${userHome}", "%USERPROFILE%", "${env:USERPROFILE}", "/root"];
    for mark in marks {
        if let Some(rest) = path.strip_prefix(mark).filter(|r| r.is_empty() || r.starts_with('/')) {
            return Some(rest.trim_start_matches('/'));
        }
    }
    let drive = path.get(1..2) == Some(":") && path.starts_with(|c: char| c.is_ascii_alphabetic());
    let path = if drive { &path[2..] } else { path };
    let rest = ["/home/", "/Users/"].iter().find_map(|p| path.strip_prefix(p))?;
    Some(rest.split_once('/').map_or("", |(_, inside)| inside))
}

fn is_key_folder(path: &str) -> bool {
    let path = plain(path);
    let path = path.trim_end_matches('/');
    let inside = below_home(path);
    inside.is_some_and(|i| KEYS.contains(&i))
        || ["/etc/ssl/private", "/run/secrets", "/var/run/secrets", "/etc/kubernetes"].contains(&path)
}

fn is_broad(path: &str) -> bool {
    let path = plain(path);
    let bare = path.trim_end_matches('*');
    if bare.is_empty() {
        return false;
    }
    let trimmed = bare.trim_end_matches('/');
    let drive = trimmed.len() == 2 && trimmed.ends_with(':') && trimmed.starts_with(|c: char| c.is_ascii_alphabetic());
    let roots = ["", "/home", "/Users", "/mnt", "/Volumes", "/etc", "/var"];
    (path.starts_with('/') && roots.contains(&trimmed)) || drive || below_home(trimmed).is_some_and(str::is_empty)
}
