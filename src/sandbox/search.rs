//! Where programs are looked for: the directories of `PATH` and the spellings a program's file may have there. Windows is a
//! value, so that its ways can be tried on any machine: its separator is another, and `npx` is a file `npx.cmd`, which has
//! to be named in full; the file `npx` beside it is a shell script for others.

use std::path::{Path, PathBuf};

/// The directories of a `PATH`, without relative ones, which would mean another file in every directory.
pub(super) fn directories(path: &str, windows: bool) -> Vec<&str> {
    let whole = |p: &&str| {
        if windows {
            p.starts_with("\\\\") || p.get(1..3).is_some_and(|d| d == ":\\" || d == ":/")
        } else {
            p.starts_with('/')
        }
    };
    let separator = if windows { ';' } else { ':' };
    path.split(separator).map(|p| if windows { p.trim_matches('"') } else { p }).filter(whole).collect()
}

/// The names under which a program may lie in a directory, the one that is taken first at the front.
pub(super) fn spellings(name: &str, windows: bool) -> Vec<String> {
    const STARTED: [&str; 4] = [".exe", ".com", ".cmd", ".bat"];
    let lower = name.to_ascii_lowercase();
    if !windows || STARTED.iter().any(|e| lower.ends_with(e)) {
        return vec![name.to_owned()];
    }
    STARTED.iter().map(|e| format!("{name}{e}")).collect()
}

/// Whether a command names a file rather than a program on `PATH`.
pub(super) fn is_path(command: &str, windows: bool) -> bool {
    command.contains('/') || (windows && command.contains(['\\', ':']))
}

/// The file of a program; `there` says whether one may be started.
pub(super) fn find(name: &str, directories: &[&Path], windows: bool, there: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let names = spellings(name, windows);
    directories.iter().find_map(|dir| names.iter().map(|n| dir.join(n)).find(|f| there(f)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shim_on_windows_is_found_by_its_whole_name() {
        let path = "C:\\Program Files\\nodejs;\"D:/tools\";relative;;\\\\server\\share;C:also";
        let all = directories(path, true);
        assert_eq!(all, ["C:\\Program Files\\nodejs", "D:/tools", "\\\\server\\share"]);
        assert_eq!(directories("/usr/bin:.:bin::/bin", false), ["/usr/bin", "/bin"]);
        let folders: Vec<&Path> = vec![Path::new("first"), Path::new("second")];
        let with = |files: &'static [&'static str]| move |f: &Path| files.iter().any(|n| f == Path::new(n));
        let seen = |name: &str, windows: bool, files: &'static [&'static str]| {
            find(name, &folders, windows, with(files)).map(|f| f.to_string_lossy().replace('\\', "/"))
        };
        // the script for other systems lies beside the shim and cannot be started
        assert_eq!(seen("npx", true, &["first/npx", "first/npx.cmd"]).as_deref(), Some("first/npx.cmd"));
        assert_eq!(seen("npx.CMD", true, &["second/npx.CMD"]).as_deref(), Some("second/npx.CMD"));
        assert_eq!(seen("uvx", true, &["second/uvx.exe", "second/uvx.cmd"]).as_deref(), Some("second/uvx.exe"));
        assert_eq!(seen("npx", true, &["first/npx"]), None);
        assert_eq!(seen("npx", false, &["first/npx", "first/npx.cmd"]).as_deref(), Some("first/npx"));
        assert!(is_path("C:\\x\\npx.cmd", true) && is_path("./x", true) && !is_path("npx", true));
        assert!(!is_path("a:b", false) && is_path("/a", false));
    }
}
