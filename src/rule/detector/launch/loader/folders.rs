//! Folders that a variable adds to those where code is looked for. Whoever may fill one decides what runs, so what counts is
//! who that is: in a folder of the person's own, or of the project whose file says so, it is somebody who decides that
//! already (`python /srv/x/main.py` says no more). In a temporary, hidden or shared one it may be anybody; and what is
//! relative, in a file of the person's own, is the folder of whichever project happens to be open.

use super::super::paths::{is_odd, is_temporary, plain};
use super::Loads;
use crate::target::ConfigScope;

/// What stands for a folder of the package itself.
const OWN: [&str; 3] = ["${__dirname}", "${CLAUDE_PLUGIN_ROOT}", "${extensionPath}"];
/// What stands for the project that is open.
const OPEN: [&str; 8] = [
    "${workspaceFolder}",
    "${workspaceRoot}",
    "${CLAUDE_PROJECT_DIR}",
    "$CLAUDE_PROJECT_DIR",
    "${PWD}",
    "$PWD",
    "%CD%",
    "$(pwd)",
];

/// What a list of folders does.
pub(super) fn judge(name: &str, list: &str, scope: ConfigScope) -> Option<Loads> {
    if ["PATH", "Path"].contains(&name) {
        return leads_elsewhere(list).then_some(Loads::Code);
    }
    let folders = parts(list);
    let ones = |f: &str| OWN.iter().any(|r| f.starts_with(r)) && !f.contains("..");
    if folders.iter().all(|f| ones(f)) {
        return None;
    }
    let here = [ConfigScope::Project, ConfigScope::Local, ConfigScope::CommandLine].contains(&scope);
    let code = folders.iter().any(|f| !ones(f) && (is_open(f) || (!here && is_relative(f))));
    Some(if code { Loads::Code } else { Loads::Folder })
}

/// The folders of a list; a drive of Windows has a colon of its own.
fn parts(list: &str) -> Vec<String> {
    let list = plain(list);
    let drive = |at: usize| {
        let before = &list[..at];
        let letter = before.ends_with(|c: char| c.is_ascii_alphabetic());
        letter
            && (before.len() == 1 || before[..before.len() - 1].ends_with([';', ':']))
            && list[at + 1..].starts_with('/')
    };
    let variable = |at: usize| list[..at].rsplit_once("${").is_some_and(|(_, inside)| !inside.contains('}'));
    let mut out = Vec::new();
    let mut from = 0;
    for (at, c) in list.char_indices() {
        let ends = c == ';' || (c == ':' && !drive(at) && !variable(at));
        if ends {
            out.push(list[from..at].to_owned());
            from = at + 1;
        }
    }
    out.push(list[from..].to_owned());
    out
}

/// What follows the folder of the project that is open; variables of Windows are the same in any case.
fn opened(folder: &str) -> Option<&str> {
    let begins = |mark: &&str| match folder.get(..mark.len()) {
        Some(start) => start == *mark || (mark.starts_with('%') && start.eq_ignore_ascii_case(mark)),
        None => false,
    };
    OPEN.iter().find(|m| begins(m)).map(|mark| &folder[mark.len()..])
}

/// Whether others may fill a folder: it is temporary, hidden, of the network, or nobody knows where it leads.
fn is_open(folder: &str) -> bool {
    let code = folder.split('/').any(|f| ["site-packages", "dist-packages", "node_modules"].contains(&f));
    let bare = opened(folder).map_or(folder, |rest| rest.trim_start_matches('/'));
    let up = bare.split('/').any(|part| part == "..");
    folder.starts_with("//")
        || folder.contains("://")
        || up
        || folder.starts_with("/proc/")
        || is_temporary(folder)
        || (!code && is_odd(&format!("{folder}/x")))
}

/// Whether anybody may fill one of the folders of a list, or of the file that it is.
pub(super) fn is_anybodys(list: &str) -> bool {
    parts(list).iter().any(|f| f.contains('/') && is_open(f))
}

/// Whether a folder is one of the project that is open, or of wherever the client was started. An empty one is, too.
fn is_relative(folder: &str) -> bool {
    let variable = folder.starts_with(['/', '~', '$', '%']) && opened(folder).is_none();
    !variable && folder.get(1..2) != Some(":")
}

/// The first folder of a search path is one that others, or a project, may fill.
fn leads_elsewhere(path: &str) -> bool {
    let first = parts(path).into_iter().next().unwrap_or_default();
    is_relative(&first) || is_open(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_fill_a_folder_decides() {
        let of = |list: &str, scope| match judge("PYTHONPATH", list, scope) {
            Some(Loads::Code) => "code",
            Some(Loads::Folder) => "folder",
            None => "",
        };
        for list in [
            "/path/to/src",
            "/home/me/projects/x/src:/home/me/projects/y",
            "/usr/lib/python3/dist-packages",
            "~/x",
            "${HOME}/x",
            "${env:PYTHONPATH}:/srv/x",
            "C:\\srv\\x;D:\\y",
            "/home/me/.hermes/venv/lib/python3.12/site-packages",
            "/home/me/.local/lib",
        ] {
            assert_eq!((of(list, ConfigScope::Project), of(list, ConfigScope::User)), ("folder", "folder"), "{list}");
        }
        for list in [".", "src", "./src", "${workspaceFolder}/src", "${workspaceFolder}", "/srv/x:", "$PWD/lib"] {
            assert_eq!((of(list, ConfigScope::Project), of(list, ConfigScope::User)), ("folder", "code"), "{list}");
        }
        for list in [
            "/tmp/x",
            "/srv/../tmp/x",
            "/proc/self/cwd/x",
            "/srv/x:/dev/shm/y",
            "/home/me/.x",
            "/home/me/Downloads/x",
            "..",
            "../x",
            "${workspaceFolder}/../x",
            "${CLAUDE_PLUGIN_ROOT}/../x",
            "\\\\host\\share",
            "C:\\Users\\Public\\x",
            "%TEMP%\\x",
        ] {
            assert_eq!((of(list, ConfigScope::Project), of(list, ConfigScope::User)), ("code", "code"), "{list}");
        }
        assert_eq!(of("${__dirname}/lib:${__dirname}/x", ConfigScope::User), "");
    }
}
