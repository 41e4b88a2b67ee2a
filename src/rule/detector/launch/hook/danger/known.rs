//! What is known of a line so far: texts of its variables, its functions and other names, and what holds what was fetched.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::fetch::held::Held;

/// Definitions of functions that are looked at, and bytes of them; bytes of a text that a variable stands for.
const FUNCTIONS: usize = 256;
const BODIES: usize = 256 * 1024;
const LONGEST: usize = 64 * 1024;

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
    /// There are more functions than are looked at.
    pub(super) cut: bool,
    /// Other names of commands.
    pub(super) others: BTreeMap<String, String>,
    /// Files that a shell reads.
    pub(super) awaited: BTreeSet<String>,
    /// Repositories that the line gives a name to.
    pub(super) remotes: BTreeSet<String>,
    /// One of them, or one by its address, was fetched.
    pub(super) fetched: bool,
    /// What is in the folder comes from another machine.
    pub(super) here: bool,
}

impl Known {
    /// Notes the functions that stand in a line.
    pub(super) fn define(&mut self, code: &str) {
        for ((at, _), end) in code.match_indices('{').zip(closings(code)) {
            let head = code[..at].trim_end();
            let plain = head.strip_suffix(')').map(str::trim_end).and_then(|h| h.strip_suffix('('));
            let named = plain.unwrap_or(head).trim_end();
            let apart = |c: char| c.is_whitespace() || ";&|{}()".contains(c);
            let begin = named.rfind(apart).map_or(0, |b| b + 1);
            let name = &named[begin..];
            let told = plain.is_some() || named[..begin].trim_end().ends_with("function");
            if name.is_empty() || !told || !name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:".contains(c)) {
                continue;
            }
            let body = &code[at + 1..end];
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

    /// A word with the texts of its variables.
    pub(super) fn filled(&self, word: &str) -> String {
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
            match self.texts.get(&text[..end]).filter(|t| whole && out.len() + t.len() < LONGEST) {
                Some(found) => {
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

/// Where each brace that opens is closed, in their order: at the end when it is not.
fn closings(code: &str) -> Vec<usize> {
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
