//! What is known of a line so far: texts of its variables, its functions and other names, and what holds what was fetched.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::fetch::held::Held;
use super::super::super::fetch::words::looked;

/// Definitions of functions that are looked at, and bytes of them; bytes of a text that a variable stands for.
const FUNCTIONS: usize = 256;
const BODIES: usize = 256 * 1024;
const LONGEST: usize = 64 * 1024;
/// Bytes of the folder that was gone to: it stands before every word of a command.
const FOLDER: usize = 128;

/// Whether something comes from somebody else.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Far {
    #[default]
    No,
    /// From a host where people have their repositories, or by a way that is usual for data.
    Perhaps,
    Sure,
}

#[derive(Default)]
pub(super) struct Known {
    /// Variables with texts that the line gives them.
    pub(super) texts: BTreeMap<String, String>,
    /// Variables and files that hold what was fetched or hidden.
    pub(super) files: Held,
    /// Functions, and what they run.
    pub(super) functions: BTreeMap<String, String>,
    definitions: usize,
    bodies: usize,
    /// There is more than is looked at: functions, lines in lines, or texts of variables.
    pub(super) cut: bool,
    /// Functions that are being followed: one that calls itself does the same again.
    pub(super) active: BTreeSet<String>,
    /// Other names of commands.
    pub(super) others: BTreeMap<String, String>,
    /// Files that a shell reads.
    pub(super) awaited: BTreeSet<String>,
    /// Repositories that the line gives a name to, and whether they are somebody else's.
    pub(super) remotes: BTreeMap<String, Far>,
    /// One of them, or one by its address, was fetched.
    pub(super) fetched: Far,
    /// What is in the folder comes from another machine.
    pub(super) here: Far,
    /// Whence what was fetched last comes, and whether it is data of a database by its name.
    pub(super) from: Far,
    pub(super) tables: bool,
    /// The text that was shown last is such.
    pub(super) said: bool,
    /// Something that is run may be what was fetched.
    pub(super) doubt: bool,
    /// The line has words that have an agent ask nothing.
    pub(super) mode: bool,
    /// It has words, as lines of a document, that are settings of a package manager.
    pub(super) settles: bool,
    /// The folder that was gone to, when it is no folder of the project; the one before, and those outside of brackets.
    pub(super) folder: String,
    before: String,
    outside: Vec<String>,
}

impl Known {
    /// Notes the functions that stand in a line.
    pub(super) fn define(&mut self, code: &str) {
        looked(code.len());
        for ((at, _), end) in code.match_indices('{').zip(closings(code)) {
            let head = code[..at].trim_end();
            looked(at - head.len());
            let plain = head.strip_suffix(')').map(str::trim_end).and_then(|h| h.strip_suffix('('));
            let named = plain.unwrap_or(head).trim_end();
            let apart = |c: char| c.is_whitespace() || ";&|{}()".contains(c);
            let begin = named.rfind(apart).map_or(0, |b| b + 1);
            looked(named.len() - begin);
            let name = &named[begin..];
            let told = plain.is_some() || named[..begin].trim_end().ends_with("function");
            if name.is_empty() || !told || !name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:".contains(c)) {
                continue;
            }
            let body = &code[at + 1..end];
            looked(body.len());
            self.definitions += 1;
            self.bodies += body.len();
            if self.definitions > FUNCTIONS || self.bodies > BODIES {
                self.cut = true;
                return;
            }
            self.functions.insert(name.to_owned(), body.to_owned());
        }
    }

    /// Notes what a command says that is about the commands behind it.
    pub(super) fn note(&mut self, program: &str, args: &[&str]) {
        match (program, args) {
            ("alias", _) => {
                let named = args.iter().filter_map(|a| a.split_once('='));
                self.others.extend(named.map(|(name, text)| (name.to_owned(), text.to_owned())));
            }
            ("set", ["--", words @ ..]) => {
                self.texts.insert("@".to_owned(), words.join(" "));
                self.texts.insert("*".to_owned(), words.join(" "));
            }
            _ => {}
        }
    }

    /// Notes the folder that is gone to.
    pub(super) fn enter(&mut self, program: &str, args: &[&str]) {
        let to = match program {
            "cd" | "pushd" => args.iter().copied().find(|a| *a == "-" || !a.starts_with('-')).unwrap_or("~"),
            "popd" => "-",
            _ => return,
        };
        let there = match to {
            "-" => self.before.clone(),
            to if to.starts_with(['/', '~', '$', '%']) => to.to_owned(),
            to => self.placed(to).unwrap_or_default(),
        };
        self.before = std::mem::replace(&mut self.folder, short(&there));
    }

    /// Notes brackets, and words that group: what is gone to between brackets counts only there.
    pub(super) fn bracket(&mut self, opens: usize) {
        self.outside.extend(std::iter::repeat_n(self.folder.clone(), opens));
    }

    /// Notes their ends, of words and of brackets.
    pub(super) fn unbracket(&mut self, closes: usize, ends: usize) {
        self.outside.truncate(self.outside.len().saturating_sub(ends));
        for _ in 0..closes {
            if let Some(outside) = self.outside.pop() {
                self.folder = outside;
            }
        }
    }

    /// A path from the folder that was gone to; nothing when it is not known, or the word is no such path.
    pub(super) fn placed(&self, word: &str) -> Option<String> {
        let apart = word.starts_with(['-', '/', '~', '$', '%', '"', '\'']) || word.contains("://");
        looked(self.folder.len() + word.len());
        (!self.folder.is_empty() && !apart)
            .then(|| format!("{}/{}", self.folder.trim_end_matches('/'), word.trim_start_matches("./")))
    }

    /// A word with the texts of its variables.
    pub(super) fn filled(&mut self, word: &str) -> String {
        looked(word.len());
        let mut out = String::with_capacity(word.len());
        let mut rest = word;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            let behind = &rest[at + 1..];
            let braced = behind.starts_with('{');
            let text = behind.strip_prefix('{').unwrap_or(behind);
            let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let end = if text.starts_with(['@', '*']) { 1 } else { text.find(|c| !name(c)).unwrap_or(text.len()) };
            let whole = !braced || text[end..].starts_with('}');
            let found = self.texts.get(&text[..end]).filter(|_| whole);
            self.cut |= found.is_some_and(|t| out.len() + t.len() >= LONGEST);
            match found.filter(|t| out.len() + t.len() < LONGEST) {
                Some(found) => {
                    looked(found.len());
                    out.push_str(found);
                    rest = &text[end + usize::from(braced)..];
                }
                None => {
                    out.push('$');
                    rest = behind;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

/// A path without what leads nowhere; nothing when it is longer than those that matter.
fn short(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|p| !["", "."].contains(p)) {
        let known = parts.last().is_some_and(|p| *p != ".." && !p.starts_with(['~', '$', '%']));
        if part == ".." && known {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    let out = format!("{root}{}", parts.join("/"));
    if out.len() > FOLDER { String::new() } else { out }
}

/// Where each brace that opens is closed, in their order: at the end when it is not.
fn closings(code: &str) -> Vec<usize> {
    looked(code.len());
    let (mut ends, mut open) = (Vec::new(), Vec::new());
    for (at, sign) in code.match_indices(['{', '}']) {
        if sign == "{" {
            open.push(ends.len());
            ends.push(code.len());
        } else if let Some(end) = open.pop().and_then(|i: usize| ends.get_mut(i)) {
            *end = at;
        }
    }
    ends
}

/// Words before the first command of a function that begins here.
pub(super) fn begun(words: &[String]) -> usize {
    match words {
        [_, brace, ..] if brace == "{" => 2,
        [word, _, brace, ..] if word == "function" && brace == "{" => 3,
        _ => 0,
    }
}
