//! Files, folders and variables that hold what was fetched. A line may name very many, and each of its words is looked up.

use std::collections::BTreeSet;

use super::base;

/// Longer words are no paths.
const LONGEST: usize = 4096;
/// Folders of a path that are looked up, each by itself.
const FOLDERS: usize = 64;

#[derive(Default)]
pub(in crate::rule::detector::launch) struct Held {
    /// Paths as they are written.
    paths: BTreeSet<String>,
    /// The last part of each.
    names: BTreeSet<String>,
    variables: BTreeSet<String>,
}

impl Held {
    pub(in crate::rule::detector::launch) fn file(&mut self, path: &str) {
        let path = plain(path).trim_end_matches('/');
        if !path.is_empty() && path.len() <= LONGEST {
            self.names.insert(base(path).to_owned());
            self.paths.insert(path.to_owned());
        }
    }

    pub(in crate::rule::detector::launch) fn variable(&mut self, name: &str) {
        self.variables.insert(name.to_owned());
    }

    /// Whether a word is one of the files, or lies in one of the folders.
    pub(in crate::rule::detector::launch) fn has(&self, word: &str) -> bool {
        let path = plain(word);
        if path.len() > LONGEST {
            return self.has_variable(word);
        }
        let above = path.match_indices('/').take(FOLDERS).any(|(at, _)| self.paths.contains(&path[..at]));
        above || self.names.contains(base(path)) || self.has_variable(word)
    }

    /// Whether a file of this name is one of them.
    pub(in crate::rule::detector::launch) fn named(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether a word has one of the variables in it.
    pub(in crate::rule::detector::launch) fn has_variable(&self, word: &str) -> bool {
        !self.variables.is_empty()
            && word.match_indices('$').any(|(at, _)| {
                let rest = &word[at + 1..];
                let rest = rest.strip_prefix('{').unwrap_or(rest);
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                end <= LONGEST && self.variables.contains(&rest[..end])
            })
    }
}

fn plain(word: &str) -> &str {
    word.trim_start_matches("./").trim_matches(['"', '{', '}'])
}
