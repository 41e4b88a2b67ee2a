//! Files that a path with `*` and `**` names. Folders are read in order, links to folders are not followed below `**`, and
//! the work is bounded.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Folders below `**`.
const DEPTH: usize = 8;
/// Entries of all folders of one pattern.
const ENTRIES: usize = 20_000;

/// What a pattern led to.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: Vec<PathBuf>,
    /// Folders that could not be read, and why; the bound, when it was reached.
    pub(super) failed: Vec<(PathBuf, String)>,
    entries: usize,
}

/// Files of a pattern below a folder. A path without `*` is given back as it is.
pub(super) fn files(start: &Path, pattern: &str) -> Found {
    let mut found = Found::default();
    let parts: Vec<&str> = pattern.split('/').filter(|p| !p.is_empty()).collect();
    found.follow(start.to_path_buf(), &parts, DEPTH);
    found
}

/// Names in the folders that were looked at.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<PathBuf, Vec<String>>);

impl Names {
    fn of(&mut self, folder: &Path) -> &[String] {
        self.0.entry(folder.to_path_buf()).or_insert_with(|| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
            names.sort();
            names
        })
    }
}

/// Files whose path is that of a pattern on systems that do not tell letters by case, and here is another one.
pub(super) fn alike(start: &Path, pattern: &str, exact: &[PathBuf], names: &mut Names) -> Vec<PathBuf> {
    let mut found = vec![(start.to_path_buf(), false)];
    for part in pattern.split('/').filter(|p| !p.is_empty()) {
        let folded = fold(part);
        let mut next = Vec::new();
        for (at, other) in found {
            for name in names.of(&at) {
                let same = matches(part, name);
                if same || matches(&folded, &fold(name)) {
                    next.push((at.join(name), other || !same));
                }
            }
        }
        found = next;
    }
    let known: Vec<PathBuf> = exact.iter().filter_map(|p| p.canonicalize().ok()).collect();
    let other = |path: &PathBuf| path.canonicalize().is_ok_and(|real| !known.contains(&real));
    found.into_iter().filter(|(path, differs)| *differs && other(path)).map(|(path, _)| path).collect()
}

/// A name as systems compare it that do not tell letters by case; some of them do not see signs without a width either.
pub(super) fn fold(name: &str) -> String {
    let seen = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    name.chars().filter(seen).flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

impl Found {
    fn follow(&mut self, at: PathBuf, parts: &[&str], depth: usize) {
        let Some((part, rest)) = parts.split_first() else {
            return self.files.push(at);
        };
        if *part == "**" {
            self.follow_if_there(&at, rest, depth);
            for (name, folder) in self.entries(&at) {
                if folder && depth > 0 && name != "node_modules" && name != ".git" {
                    self.follow(at.join(name), parts, depth - 1);
                }
            }
        } else if part.contains('*') {
            for (name, _) in self.entries(&at) {
                if matches(part, &name) {
                    self.follow_if_there(&at.join(name), rest, depth);
                }
            }
        } else {
            self.follow(at.join(part), rest, depth);
        }
    }

    /// Behind a `*` only what is there counts.
    fn follow_if_there(&mut self, at: &Path, rest: &[&str], depth: usize) {
        if rest.iter().any(|p| p.contains('*')) {
            return self.follow(at.to_path_buf(), rest, depth);
        }
        let path = rest.iter().fold(at.to_path_buf(), |p, part| p.join(part));
        if path.symlink_metadata().is_ok() {
            self.files.push(path);
        }
    }

    /// Names in a folder, sorted, and whether each is a folder itself. A folder that is not there has none.
    fn entries(&mut self, folder: &Path) -> Vec<(String, bool)> {
        if self.entries > ENTRIES {
            return Vec::new();
        }
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(e) if [std::io::ErrorKind::NotFound, std::io::ErrorKind::NotADirectory].contains(&e.kind()) => {
                return Vec::new();
            }
            Err(e) => {
                self.failed.push((folder.to_path_buf(), e.to_string()));
                return Vec::new();
            }
        };
        let mut out = Vec::new();
        for entry in entries {
            self.entries += 1;
            if self.entries > ENTRIES {
                self.failed.push((folder.to_path_buf(), format!("more than {ENTRIES} entries; the rest was not read")));
                break;
            }
            match entry {
                Ok(entry) => {
                    let folder = entry.file_type().is_ok_and(|t| t.is_dir());
                    out.push((entry.file_name().to_string_lossy().into_owned(), folder));
                }
                Err(e) => self.failed.push((folder.to_path_buf(), e.to_string())),
            }
        }
        out.sort();
        out
    }
}

/// Whether a name fits a pattern with one `*`.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == name };
    name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_other_letters_are_alike_and_the_same_file_is_not_another() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in [".mcp.json", ".MCP.json", ".Cursor/mcp.json", ".m\u{200c}cp.json", ".continue/mcpServers/A.YAML"] {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, name).expect("written");
        }
        let others =
            |pattern: &str| alike(dir.path(), pattern, &[dir.path().join(pattern)], &mut Names::default()).len();
        // where case is not told the two names are one file
        let expected = if dir.path().join(".McP.json").exists() { 1 } else { 2 };
        assert_eq!(others(".mcp.json"), expected);
        assert!(others(".cursor/mcp.json") <= 1 && others(".continue/mcpServers/*.yaml") == 1);
        assert_eq!(fold(".\u{212a}iro/\u{17f}ettings"), ".kiro/settings");
    }

    #[test]
    fn stars_find_what_is_there_and_links_to_folders_are_left_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["p/a/.mcp.json", "p/b/c/.mcp.json", "p/x.config.toml", "p/config.toml"] {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, "").expect("written");
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path(), dir.path().join("p/loop")).expect("a link");
        let names = |pattern: &str| {
            let all = files(dir.path(), pattern).files;
            all.iter()
                .map(|p| p.strip_prefix(dir.path()).expect("inside").to_string_lossy().into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names("p/**/.mcp.json"), ["p/a/.mcp.json", "p/b/c/.mcp.json"]);
        assert_eq!(names("p/*.config.toml"), ["p/x.config.toml"]);
        assert_eq!(names("p/*/c/.mcp.json"), ["p/b/c/.mcp.json"]);
        assert_eq!(names("no/such"), ["no/such"]);
        assert!(names("no/*/such").is_empty());
    }
}
