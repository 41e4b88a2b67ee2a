//! Folders that a server is given: those that are too wide, and those that hold keys. In arguments, in mounts of a
//! container, and in variables that name what is allowed.

mod folder;

use super::{Judge, Words, shown};
use crate::json::token;
use crate::launch::engine::{self, mounted};
use crate::launch::line::is_shell;
use crate::secret::masked;
use crate::target::Fact;
use crate::untrusted::Message;
use folder::{Folder, judge};

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

impl Judge<'_> {
    /// A folder that the client's own tools may use, as its settings say.
    pub(super) fn reached(&mut self, fact: &Fact, pointer: &str) {
        let Some((key, folder)) = fact.what.raw().split_once('\n') else { return };
        // two separators begin a path from the root, one of the client's own; what stands for any file below is no name
        let path = folder.strip_prefix("//").map_or_else(|| folder.to_owned(), |rest| format!("/{rest}"));
        let path = path.strip_suffix("/**").map_or(path.as_str(), |p| if p.is_empty() { "/" } else { p });
        let said = Message::new("the client's tools are given ").quote(&shown(folder)).text(", at ").quote(&shown(key));
        match judge(path, true) {
            Some(Folder::Keys) => {
                self.at_fact(
                    "credential-directory-scope",
                    fact,
                    pointer,
                    said.text(": a folder of keys or credentials"),
                );
            }
            Some(Folder::Wide) if !is_beside(path) && !self.published.allows(|a| a.folder(folder)) => {
                let message = said.text(": everything below it can be read or written");
                self.at_fact("broad-filesystem-scope", fact, pointer, message);
            }
            _ => {}
        }
    }
}

/// Whether a folder is the one that the project lies in: with the projects beside it, which is what people mean.
fn is_beside(path: &str) -> bool {
    [".", "./", "..", "../"].contains(&path)
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

/// Words for places, in names of options and variables.
const PLACES: [&str; 10] =
    ["dir", "dirs", "directory", "directories", "folder", "folders", "path", "paths", "root", "roots"];

/// Whether an option names folders that a server may use.
fn is_scope(flag: &str) -> bool {
    let more = ["workspace", "workspaces", "read", "write"];
    let words = name_words(flag);
    let any = |of: &[&str]| words.iter().any(|w| of.contains(&w.as_str()));
    any(&["root", "roots"])
        || any(&["allow", "allowed"]) && (any(&PLACES) || any(&more))
        || words.len() == 3 && any(&PLACES)
}

/// Whether a variable names folders that a server may use: `ALLOWED_DIRS`, `ROOT`, `FS_ROOT_DIR`. What lies under a URL does
/// not, and a program's own place neither.
fn names_roots(name: &str) -> bool {
    let words = name_words(name);
    let any = |of: &[&str]| words.iter().any(|w| of.contains(&w.as_str()));
    let other = ["url", "api", "http", "route", "web", "sdk", "cert", "ca", "ssl", "log", "config", "cache", "install"];
    let root = any(&["root", "roots", "workspace", "workspaces"]) && !any(&["path", "paths"]);
    !any(&other) && (root || (any(&["allow", "allowed"]) && any(&PLACES)))
}

#[cfg(test)]
mod tests {
    use super::*;

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
