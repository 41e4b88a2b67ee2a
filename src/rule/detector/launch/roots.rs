//! Folders that a server is given: those that are too wide, and those that hold keys. In arguments, in mounts of a
//! container, and in variables that name what is allowed.

use super::paths::plain;
use super::{Judge, Words, shown};
use crate::json::token;
use crate::launch::engine::{self, mounted};
use crate::launch::line::is_shell;
use crate::secret::masked;

/// Folders of keys, below a home or below the root.
const KEYS: [&str; 21] = [
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
    "AppData/Roaming/Mozilla/Firefox",
    "Library/Application Support/Firefox",
    ".config/chromium",
    ".config/gh",
    ".local/share/keyrings",
    ".bitcoin",
];

/// Folders of a home in which programs keep their settings, keys among them.
const SETTINGS: [&str; 8] = [
    ".config",
    ".local",
    ".local/share",
    "Library",
    "Library/Application Support",
    "AppData",
    "AppData/Roaming",
    "AppData/Local",
];

/// What a folder is.
enum Folder {
    Keys,
    Wide,
}

impl Judge<'_> {
    /// Folders that the server is given.
    pub(super) fn roots(&mut self, words: &Words<'_>) {
        let mut found: Vec<(Option<usize>, String)> = Vec::new();
        for step in words.line.steps().filter(|s| !s.inside) {
            let name = step.program();
            if engine::is_engine(&name) {
                let run = engine::read(&name, &step.texts());
                for option in run.iter().flat_map(|r| &r.options) {
                    let folder = mounted(&option.flag, &option.value);
                    let folder = folder.map(|f| keys_of(f).unwrap_or(f));
                    found.extend(folder.map(|f| (step.args[option.value_at].argument, f.to_owned())));
                }
            }
        }
        let last = words.line.steps().filter(|s| !s.inside).last();
        if let Some(step) = last.filter(|s| !engine::is_engine(&s.program())) {
            let runs = step.args.iter().position(|w| !w.text.starts_with('-'));
            let shell = is_shell(&step.program()) || step.program() == "cmd";
            for (at, word) in step.args.iter().enumerate() {
                let before = at.checked_sub(1).map_or("", |b| &*step.args[b].text);
                let (flag, value) = match word.text.split_once('=').filter(|(f, _)| f.starts_with("--")) {
                    Some((flag, value)) => (flag, value),
                    None if before.starts_with('-') => (before, &*word.text),
                    None => ("", &*word.text),
                };
                let meant = is_scope(flag);
                // the parent of the project, and everything, are folders only where a folder is meant
                let loose = meant || (flag.is_empty() && !shell && runs != Some(at));
                let parts = value.split([',', ';']).filter(|_| meant).chain((!meant).then_some(value));
                let fits = parts.filter(|p| judge(p, loose).is_some());
                found.extend(fits.map(|p| (word.argument, p.to_owned())));
            }
        }
        for (argument, path) in found {
            let Some(folder) = judge(&path, true) else { continue };
            let message = self.says(" is given ").quote(&shown(&path));
            match folder {
                Folder::Keys => {
                    let message = message.text(", a folder of keys or credentials");
                    self.on("credential-directory-scope", words, argument, message);
                }
                Folder::Wide if !self.published.allows(|a| a.folder(&path)) => {
                    let message = message.text(": everything below it can be read or written");
                    self.on("broad-filesystem-scope", words, argument, message);
                }
                Folder::Wide => {}
            }
        }
        for (name, value) in &words.stdio.env {
            let list = value.value.expose();
            if !names_roots(name.value.raw()) {
                continue;
            }
            let drive = |p: &str| p.len() == 1 && p.starts_with(|c: char| c.is_ascii_alphabetic());
            let colon = !list.contains("://") && !list.split([':', ',', ';']).any(drive);
            let parts = list.split(|c: char| [',', ';'].contains(&c) || (c == ':' && colon));
            let parts: Vec<&str> = parts.map(str::trim).filter(|p| !self.published.allows(|a| a.folder(p))).collect();
            let kind = |wanted: fn(&Folder) -> bool| parts.iter().any(|p| judge(p, true).as_ref().is_some_and(wanted));
            let pointer = format!("/env{}", token(&masked(name.value.raw())));
            let said = self.says(" is given, in ").quote(&name.value);
            if kind(|f| matches!(f, Folder::Keys)) {
                let message = said.text(", a folder of keys or credentials");
                self.add("credential-directory-scope", value.place, &pointer, message);
            } else if kind(|f| matches!(f, Folder::Wide)) {
                let message = said.text(", a root, a home or a drive: everything below it can be read or written");
                self.add("broad-filesystem-scope", value.place, &pointer, message);
            }
        }
    }
}

/// The folder of keys that a private one lies in, when a path names such a file.
fn keys_of(path: &str) -> Option<&str> {
    let (folder, file) = path.rsplit_once(['/', '\\'])?;
    let public = file.is_empty() || file.ends_with(".pub") || ["config", "known_hosts"].contains(&file);
    let private = [".ssh", ".gnupg", ".aws"].iter().any(|k| folder.ends_with(k));
    (private && !public && matches!(judge(folder, false), Some(Folder::Keys))).then_some(folder)
}

/// Words of an option's or a variable's name.
fn name_words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase).collect()
}

/// Whether an option names folders that a server may use.
fn is_scope(flag: &str) -> bool {
    let places = ["dir", "dirs", "directory", "directories", "folder", "folders", "path", "paths", "root", "roots"];
    let more = ["workspace", "workspaces", "read", "write"];
    let words = name_words(flag);
    let any = |of: &[&str]| words.iter().any(|w| of.contains(&w.as_str()));
    any(&["root", "roots"])
        || any(&["allow", "allowed"]) && (any(&places) || any(&more))
        || words.len() == 3 && any(&places)
}

/// Whether a variable names folders that a server may use: `ALLOWED_DIRS`, `ROOT`, `FS_ROOT_DIR`. What lies under a URL does
/// not, and a program's own place neither.
fn names_roots(name: &str) -> bool {
    let words = name_words(name);
    let any = |of: &[&str]| words.iter().any(|w| of.contains(&w.as_str()));
    let places = ["dir", "dirs", "directory", "directories", "folder", "folders", "path", "paths", "root", "roots"];
    let other = ["url", "api", "http", "route", "web", "sdk", "cert", "ca", "ssl", "log", "config", "cache", "install"];
    let root = any(&["root", "roots", "workspace", "workspaces"]) && !any(&["path", "paths"]);
    !any(&other) && (root || (any(&["allow", "allowed"]) && any(&places)))
}

/// The path without `.`, `..` and doubled separators; a home stays as it is written. `None` above the root of what it
/// begins in.
fn resolved(path: &str) -> Option<String> {
    let path = plain(path);
    let file = path.strip_prefix("file://").map(|p| p.strip_prefix("localhost").unwrap_or(p));
    let path = file.unwrap_or(&path);
    let mut out: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|p| !p.is_empty() && *p != ".") {
        if part == ".." {
            let home = |p: &&str| below_home(p).is_some_and(str::is_empty);
            let first = out.len() == 1;
            out.pop().filter(|p| !first || !home(p))?;
        } else {
            out.push(part);
        }
    }
    Some(format!("{}{}", if path.starts_with('/') { "/" } else { "" }, out.join("/")))
}

/// What a path is; `loose`: a folder is meant, so that `..` and `*` are folders.
fn judge(path: &str, loose: bool) -> Option<Folder> {
    if path.is_empty() || path.len() > 4096 || (path.contains("://") && !path.starts_with("file://")) {
        return None;
    }
    let bare = plain(path);
    let bare = bare.trim_end_matches('*');
    if bare.is_empty() || (path.starts_with('*') && bare.trim_matches(['*', '/']).is_empty()) {
        return loose.then_some(Folder::Wide);
    }
    let above = bare.split('/').filter(|p| !p.is_empty() && *p != ".").all(|p| p == "..");
    if above && bare.contains("..") && !bare.starts_with('/') {
        return loose.then_some(Folder::Wide);
    }
    let anchored = bare.starts_with(['/', '~', '$', '%']) || bare.starts_with("file:") || bare.get(1..2) == Some(":");
    if !anchored {
        return None;
    }
    // what leads above its beginning leads to a root
    let Some(path) = resolved(bare) else { return Some(Folder::Wide) };
    let inside = below_home(&path);
    let keys = inside.is_some_and(|i| KEYS.contains(&i))
        || ["/etc/ssl/private", "/run/secrets", "/var/run/secrets", "/etc/kubernetes"].contains(&path.as_str());
    if keys {
        return Some(Folder::Keys);
    }
    let roots = ["/", "/home", "/Users", "/mnt", "/media", "/Volumes", "/etc", "/var", "/private"];
    let letter = |p: &str| p.len() == 1 && p.starts_with(|c: char| c.is_ascii_alphabetic());
    let drive = path.trim_start_matches('/').strip_suffix(':').is_some_and(letter)
        || path.strip_prefix("/mnt/").is_some_and(letter)
        || (path.len() == 2 && bare.ends_with('/') && path.strip_prefix('/').is_some_and(letter));
    let wide = roots.contains(&path.as_str()) || drive || inside.is_some_and(|i| i.is_empty() || SETTINGS.contains(&i));
    wide.then_some(Folder::Wide)
}

/// A home: `~`, a variable for it, or a folder with that place.
fn below_home(path: &str) -> Option<&str> {
    let marks = [
        "~",
        "$HOME",
        "${HOME}",
        "${env:HOME}",
        "${userHome}",
        "%USERPROFILE%",
        "${env:USERPROFILE}",
        "$env:USERPROFILE",
        "${USERPROFILE}",
        "%HOMEDRIVE%%HOMEPATH%",
        "/root",
    ];
    for mark in marks {
        // variables of Windows are the same in any case
        let windows = mark.contains("USERPROFILE") || mark.starts_with('%');
        let begins = |p: &&str| *p == mark || (windows && p.eq_ignore_ascii_case(mark));
        let rest = path.get(..mark.len()).filter(begins).map(|_| &path[mark.len()..]);
        if let Some(rest) = rest.filter(|r| r.is_empty() || r.starts_with('/')) {
            return Some(rest.trim_start_matches('/'));
        }
    }
    // `C:/Users/x`, `/c/Users/x`, `/mnt/c/Users/x`
    let letter = |p: &&str| p.starts_with(|c: char| c.is_ascii_alphabetic());
    let drive = path.strip_prefix('/').unwrap_or(path);
    let drive = if drive.get(1..2) == Some(":") { drive.get(2..).filter(|_| letter(&drive)) } else { None };
    let other = path.strip_prefix("/mnt").unwrap_or(path).strip_prefix('/').filter(letter);
    let other = other.and_then(|p| p.get(1..)).filter(|p| p.starts_with("/Users/"));
    let path = drive.or(other).unwrap_or(path);
    let rest = ["/home/", "/Users/"].iter().find_map(|p| path.strip_prefix(p))?;
    Some(rest.split_once('/').map_or("", |(_, inside)| inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_folders_and_folders_of_keys_are_told_from_a_project() {
        let of = |path: &str, loose| match judge(path, loose) {
            Some(Folder::Keys) => "keys",
            Some(Folder::Wide) => "wide",
            None => "",
        };
        for path in [
            "/",
            "//",
            "~",
            "~/",
            "$HOME",
            "/home/u/../..",
            "/home/u/x/..",
            "file:///",
            "file:///home/u",
            "C:\\",
            "D:/",
            "/C:/",
            "C:\\Users\\u",
            "/c/Users/u",
            "/mnt/c/Users/u",
            "/mnt/d",
            "~/.config",
            "~/.config/",
            "~/Library",
            "~/..",
            "/home/*",
            "/*",
            "/home/u/**",
            "%USERPROFILE%\\AppData",
            "%userprofile%\\AppData",
            "$env:UserProfile",
            "%HomeDrive%%HomePath%",
            "/x/../..",
        ] {
            assert_eq!(of(path, false), "wide", "{path}");
        }
        for path in ["..", "../..", "./..", "*", "**", "**/*"] {
            assert_eq!((of(path, true), of(path, false)), ("wide", ""), "{path}");
        }
        for path in ["~/.ssh", "/home/u/x/../.aws/", "C:\\Users\\u\\.ssh", "~/.config/gh", "file:///root/.kube"] {
            assert_eq!(of(path, false), "keys", "{path}");
        }
        for path in [
            "~/projects/x",
            "/home/u/work",
            "/srv/data",
            "C:\\work",
            "./",
            ".",
            "../data",
            "src/*",
            "*.md",
            "${workspaceFolder}",
            "${ROOT}",
            "https://a.test/",
            "/c",
            "/api/",
            "~/Documents/notes",
            "",
            "a,b",
            "file:///srv/x",
            "--",
            "/c/x",
        ] {
            assert_eq!(of(path, true), "", "{path}");
        }
    }

    #[test]
    fn a_private_key_is_as_its_folder() {
        assert_eq!(keys_of("/home/me/.ssh/id_rsa"), Some("/home/me/.ssh"));
        assert_eq!(keys_of("~/.aws/credentials"), Some("~/.aws"));
        for path in ["~/.ssh/id_rsa.pub", "~/.ssh/known_hosts", "~/.aws/config", "~/.kube/config", "~/x/y"] {
            assert_eq!(keys_of(path), None, "{path}");
        }
    }

    #[test]
    fn options_and_variables_that_name_folders_are_known_by_their_words() {
        for flag in ["--root", "--allowed-directories", "--allow-read", "--dir", "--fs-root"] {
            assert!(is_scope(flag), "{flag}");
        }
        for flag in ["--allow-origin", "--cors", "--host", "--filter", "--tools", ""] {
            assert!(!is_scope(flag), "{flag}");
        }
        for name in ["ROOT", "ALLOWED_DIRS", "MCP_ROOT_DIR", "ALLOWED_PATHS", "WORKSPACE"] {
            assert!(names_roots(name), "{name}");
        }
        for name in ["HOME", "ROOT_PATH", "API_ROOT", "XDG_CONFIG_HOME", "GOROOT", "ALLOWED_HOSTS", "PATH", "LOG_ROOT"]
        {
            assert!(!names_roots(name), "{name}");
        }
    }
}
