//! What a folder is, in whatever words: one of keys, a root, a home, a drive, or one like any other.

use super::super::paths::{PROJECT, plain};

/// Folders of keys, below a home or below the root.
const KEYS: [&str; 25] = [
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
    ".claude",
    ".codex",
    ".gemini",
    ".config/rclone",
];

/// Files of keys, below a home; as the value of an option for settings they are usual.
const KEY_FILES: [&str; 9] = [
    ".netrc",
    "_netrc",
    ".npmrc",
    ".pypirc",
    ".git-credentials",
    ".pgpass",
    ".vault-token",
    ".claude.json",
    ".cargo/credentials.toml",
];

/// Other names of the root of a machine, of its drive, or of a path on it.
const ROOTS: [&str; 5] = [
    "/proc/thread-self/root",
    "/proc/self/root",
    "/System/Volumes/Data",
    "/Volumes/Macintosh HD - Data",
    "/Volumes/Macintosh HD",
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
pub(super) enum Folder {
    /// Of keys or credentials.
    Keys,
    /// A root, a home, a drive, or settings of programs.
    Wide,
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
pub(super) fn judge(path: &str, loose: bool) -> Option<Folder> {
    if path.is_empty() || path.len() > 4096 || (path.contains("://") && !path.starts_with("file://")) {
        return None;
    }
    let bare = usual(&plain(path));
    let bare = bare.trim_end_matches('*');
    if let Some(rest) = PROJECT.iter().find_map(|p| bare.strip_prefix(p)).and_then(|r| r.strip_prefix('/')) {
        return judge(rest, loose).filter(|_| rest.starts_with('.'));
    }
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
    // file systems of macOS and Windows tell no case apart
    let is = |all: &[&str]| inside.is_some_and(|i| all.iter().any(|k| k.eq_ignore_ascii_case(i)));
    let keys = is(&KEYS)
        || (loose && is(&KEY_FILES))
        || ["/etc/ssl/private", "/run/secrets", "/var/run/secrets", "/etc/kubernetes"].contains(&path.as_str());
    if keys {
        return Some(Folder::Keys);
    }
    let roots = ["/", "/home", "/Users", "/mnt", "/media", "/Volumes", "/etc", "/var", "/private"];
    let letter = |p: &str| p.len() == 1 && p.starts_with(|c: char| c.is_ascii_alphabetic());
    let drive = path.trim_start_matches('/').strip_suffix(':').is_some_and(letter)
        || path.strip_prefix("/mnt/").is_some_and(letter)
        || (path.len() == 2 && bare.ends_with('/') && path.strip_prefix('/').is_some_and(letter));
    let wide = roots.iter().any(|r| r.eq_ignore_ascii_case(&path)) || drive || is(&[""]) || is(&SETTINGS);
    wide.then_some(Folder::Wide)
}

/// A path by its usual name: without another name of the root, and with a drive where a share of this machine is one.
fn usual(path: &str) -> String {
    let starts = |p: &&str| path.strip_prefix(p).filter(|r| r.is_empty() || r.starts_with('/'));
    let process = path
        .strip_prefix("/proc/")
        .and_then(|r| r.split_once("/root"))
        .filter(|(id, r)| id.bytes().all(|b| b.is_ascii_digit()) && (r.is_empty() || r.starts_with('/')));
    if let Some(rest) = ROOTS.iter().find_map(starts).or(process.map(|(_, r)| r)) {
        return if rest.is_empty() { "/".to_owned() } else { rest.to_owned() };
    }
    // `\\?\C:\x`, `\\?\UNC\host\c$\x`, `\\host\c$\x`
    let bare = ["//?/", "//./"].iter().find_map(|p| path.strip_prefix(p));
    let bare = bare.map_or(path.to_owned(), |b| b.strip_prefix("UNC/").map_or(b.to_owned(), |b| format!("//{b}")));
    let share = bare.strip_prefix("//").and_then(|r| r.split_once('/')).and_then(|(_, share)| {
        let (drive, rest) = share.split_once('$')?;
        let letter = drive.len() == 1 && drive.starts_with(|c: char| c.is_ascii_alphabetic());
        (letter && (rest.is_empty() || rest.starts_with('/'))).then(|| format!("{drive}:{rest}"))
    });
    share.unwrap_or(bare)
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
    // `~root`, `~me/x`
    let named = path.strip_prefix('~').filter(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    if let Some(named) = named {
        return Some(named.split_once('/').map_or("", |(_, inside)| inside));
    }
    // `C:/Users/x`, `/c/Users/x`, `/mnt/c/Users/x`
    let letter = |p: &&str| p.starts_with(|c: char| c.is_ascii_alphabetic());
    let drive = path.strip_prefix('/').unwrap_or(path);
    let drive = if drive.get(1..2) == Some(":") { drive.get(2..).filter(|_| letter(&drive)) } else { None };
    let other = path.strip_prefix("/mnt").unwrap_or(path).strip_prefix('/').filter(letter);
    let starts = |p: &str, mark: &str| p.get(..mark.len()).is_some_and(|s| s.eq_ignore_ascii_case(mark));
    let other = other.and_then(|p| p.get(1..)).filter(|p| starts(p, "/Users/"));
    let path = drive.or(other).unwrap_or(path);
    let rest = ["/home/", "/Users/"].iter().find_map(|p| path.get(p.len()..).filter(|_| starts(path, p)))?;
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
            "/proc/self/root",
            "/proc/1/root/",
            "/proc/self/root/home/me",
            "\\\\?\\C:\\",
            "\\\\localhost\\c$",
            "\\\\?\\UNC\\localhost\\c$\\",
            "/System/Volumes/Data",
            "/System/Volumes/Data/Users/me",
            "/Volumes/Macintosh HD",
            "~root",
            "~me/.config",
            "/users/me",
        ] {
            assert_eq!(of(path, false), "wide", "{path}");
        }
        for path in ["..", "../..", "./..", "*", "**", "**/*", "${workspaceFolder}/..", "${workspaceFolder}/../.."] {
            assert_eq!((of(path, true), of(path, false)), ("wide", ""), "{path}");
        }
        for path in [
            "~/.ssh",
            "/home/u/x/../.aws/",
            "C:\\Users\\u\\.ssh",
            "~/.config/gh",
            "file:///root/.kube",
            "/Users/me/.SSH",
            "~/.claude",
        ] {
            assert_eq!(of(path, false), "keys", "{path}");
        }
        for path in ["~/.netrc", "~/.npmrc", "/home/me/.git-credentials"] {
            assert_eq!((of(path, true), of(path, false)), ("keys", ""), "{path}");
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
            "${workspaceFolder}/.",
            "${workspaceFolder}/src",
            "${workspaceFolder}/.claude/x",
            "/Volumes/Work",
            "/proc/cpuinfo",
        ] {
            assert_eq!(of(path, true), "", "{path}");
        }
    }
}
