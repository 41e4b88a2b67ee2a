//! Files of clients in a project that are not read: those of folders below it, which are projects of their own where somebody
//! opens them, and kinds of files that say what a client runs or loads and that nobody here judges. They are named, so that
//! a clean report is not taken for more than it is.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use super::super::config_file;
use super::places::Places;
use super::table::{Row, TABLE};
use super::{file, walk};
use crate::target::ConfigScope;

/// Files that are not read in any folder, and words without which they are about something else.
const OTHERS: [(&str, &[&str]); 11] = [
    (".cursor/hooks.json", &["command"]),
    (".codex/hooks.json", &["command"]),
    (".windsurf/hooks.json", &["command"]),
    (".github/hooks/*.json", &["bash", "powershell", "command"]),
    (".vscode/tasks.json", &["folderopen"]),
    (".claude/agents/*.md", &["mcpservers", "hooks"]),
    (".claude-plugin/plugin.json", &["mcpservers", "hooks", "commands"]),
    ("hooks/hooks.json", &["command"]),
    (".vs/mcp.json", &["servers"]),
    (".continue/config.yaml", &["mcpservers"]),
    (".continue/config.json", &["mcpservers", "modelcontextprotocolservers"]),
];
/// Folders that are not looked into: what is in them is not the project's own.
const SKIPPED: [&str; 2] = [".git", "node_modules"];
/// Folders below the project.
const DEPTH: usize = 8;
/// Names of all folders.
const ENTRIES: usize = 50_000;
/// Bytes of one file that are looked at.
const BYTES: u64 = 1 << 20;
/// Files that are named.
const MOST: usize = 1_000;

/// What lies in a project and is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// The files, relative to the project.
    pub files: Vec<PathBuf>,
    /// There was more to look at than is looked at.
    pub cut: bool,
}

/// Looks for them.
pub(super) fn find(places: &Places) -> Unread {
    let rows = TABLE.iter().filter(|r| r.scope == ConfigScope::Project && r.unread.is_none());
    let mut known: BTreeMap<String, Vec<Wanted>> = BTreeMap::new();
    let mut add = |path: &'static str, wanted: fn(&'static str) -> Wanted| {
        let first = path.split('/').next().unwrap_or_default();
        known.entry(walk::fold(first)).or_default().push(wanted(path));
    };
    let paths: BTreeSet<&'static str> = rows.filter_map(Row::in_project).collect();
    paths.into_iter().for_each(|path| add(path, Wanted::Row));
    OTHERS.iter().for_each(|(path, _)| add(path, Wanted::Other));
    let mut out = Unread::default();
    let mut files = BTreeSet::new();
    let mut left = ENTRIES;
    let mut folders = VecDeque::from([(places.project.clone(), 0)]);
    while let Some((folder, depth)) = folders.pop_front() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten().take(left + 1);
        let is_folder = |e: &std::fs::DirEntry| e.file_type().is_ok_and(|t| t.is_dir());
        let mut names: Vec<(String, bool)> =
            entries.map(|e| (e.file_name().to_string_lossy().into_owned(), is_folder(&e))).collect();
        names.sort();
        out.cut |= names.len() > left;
        left = left.saturating_sub(names.len());
        for (name, is_folder) in names {
            for wanted in known.get(&walk::fold(&name)).into_iter().flatten() {
                wanted.look(&folder, &name, depth, &mut files);
            }
            if is_folder && !SKIPPED.contains(&name.as_str()) {
                out.cut |= depth == DEPTH;
                folders.extend((depth < DEPTH && left > 0).then(|| (folder.join(name), depth + 1)));
            }
        }
    }
    out.cut |= left == 0;
    let inside = |path: &PathBuf| path.strip_prefix(&places.project).ok().map(Path::to_path_buf);
    out.cut |= files.len() > MOST;
    out.files = files.iter().filter_map(inside).take(MOST).collect();
    out
}

/// A file that is looked for.
enum Wanted {
    /// One that is read at the root.
    Row(&'static str),
    /// One that is read nowhere.
    Other(&'static str),
}

impl Wanted {
    fn look(&self, folder: &Path, name: &str, depth: usize, files: &mut BTreeSet<PathBuf>) {
        // what is a client's own in the root is read
        if depth == 0 && matches!(self, Self::Row(_)) {
            return;
        }
        let (Self::Row(path) | Self::Other(path)) = self;
        // the first part may be written in other letters
        let rest = path.split_once('/').map(|(_, rest)| rest);
        let found = match rest {
            Some(rest) => walk::files(&folder.join(name), rest).files,
            None => vec![folder.join(name)],
        };
        for path in found.into_iter().filter(|p| p.is_file()) {
            let said = file::within(&path, BYTES);
            let tells = match (self, &said) {
                (_, Err(_)) => true,
                (Self::Row(row), Ok(text)) => {
                    row.contains(".claude/") || row.contains("copilot/") || config_file::is_config(text, &path)
                }
                (Self::Other(other), Ok(text)) => {
                    let words = OTHERS.iter().find(|(p, _)| p == other).map_or(&[][..], |(_, words)| words);
                    let text = text.to_lowercase();
                    // an escape may spell any of the words
                    words.iter().any(|w| text.contains(w)) || text.contains("\\u00")
                }
            };
            if tells {
                files.insert(path);
            }
        }
    }
}
