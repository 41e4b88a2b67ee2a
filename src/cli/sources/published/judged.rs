//! What a record has hosts start and ask, as rules judge it: with the arguments of the runner, fixed variables and headers,
//! and the place of each in the file. We start less than that: what would change the runner is its owner's affair.

use std::path::Path;

use super::Command;
use crate::json::Node;
use crate::package::record::{Listed, MOST};
use crate::secret::is_secret;
use crate::target::config_file::members::{DEFAULT, is_secret_value};
use crate::target::document::{Document, Language};
use crate::target::{ConfigScope, Fact, FactKind, Http, Launch, Located, Origin, Place, Secret, Stdio, Target};
use crate::untrusted::Untrusted;

/// Members of an argument that leave its value to people.
const LEFT: [&str; 7] = ["valueHint", "format", "default", "placeholder", "choices", "variables", "isRequired"];

/// The elements of a member, as far as they are looked at.
pub(super) fn list<'n>(node: &'n Node, key: &str) -> impl Iterator<Item = &'n Node> {
    node.get(key).map(Node::elements).unwrap_or_default().iter().take(MOST)
}

/// Lines and columns in a record.
pub(super) struct Places {
    document: Option<Document>,
    /// Bytes before the text.
    mark: usize,
}

impl Places {
    /// Of a record. Of one that a stricter reader refuses no place is known.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mark = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        Self { document: Document::read(&text, Language::Json).ok(), mark }
    }

    fn at(&self, node: &Node) -> Option<Place> {
        let byte = |at: u32| (at as usize).saturating_sub(self.mark);
        self.document.as_ref().map(|d| d.place(byte(node.start), byte(node.end)))
    }

    /// The text of a member, with its place.
    fn text(&self, node: &Node, key: &str) -> Option<Located<Untrusted>> {
        let value = node.get(key)?;
        let text = value.as_str().filter(|t| !t.is_empty())?;
        Some(Located { value: text.into(), place: self.at(value) })
    }

    /// Arguments in the order of the record. Blanks stay as they are written; an option whose value is left to people has a
    /// blank, so that it does not take the next word for it.
    fn words(&self, node: &Node, key: &str) -> Vec<Located<Untrusted>> {
        let mut out = Vec::new();
        for argument in list(node, key) {
            let (name, value) = (self.text(argument, "name"), self.text(argument, "value"));
            match name {
                Some(name) if value.is_none() && LEFT.iter().any(|k| argument.get(k).is_some()) => {
                    out.push(Located { value: format!("{}={{}}", name.value.raw()).into(), ..name });
                }
                name => out.extend(name.into_iter().chain(value)),
            }
        }
        out
    }

    /// Names and what is fixed for them; a value with a blank is the user's to fill in.
    fn pairs(&self, node: &Node, key: &str) -> Vec<(Located<Untrusted>, Located<Secret>)> {
        let pair = |n: &Node| {
            let value = self.text(n, "value").filter(|v| !v.value.raw().contains('{'));
            let (text, place) = value.map_or((String::new(), None), |v| (v.value.raw().to_owned(), v.place));
            Some((self.text(n, "name")?, Located { value: Secret::new(text), place }))
        };
        list(node, key).filter_map(pair).collect()
    }

    /// Secrets that a record gives as defaults, or as values where no launch is judged by them.
    pub(super) fn secrets(&self, root: &Node, file: &Path) -> Vec<Fact> {
        let mut found = Vec::new();
        let package = |n| Listed::read(n).as_ref().and_then(Command::of).is_some();
        let remote = |n: &Node| n.get("url").and_then(Node::as_str).is_some_and(|url| !url.contains('{'));
        let packages = list(root, "packages").map(|n| (n, package(n)));
        for (node, launched) in packages.chain(list(root, "remotes").map(|n| (n, remote(n)))) {
            node.members().iter().for_each(|m| asked(&m.value, &m.key, launched, &mut found));
        }
        let fact = |node: &Node| {
            let (kind, scope) = (FactKind::Secret, ConfigScope::CommandLine);
            Some(Fact { kind, what: DEFAULT.into(), file: file.to_path_buf(), scope, place: self.at(node)? })
        };
        found.into_iter().filter_map(fact).collect()
    }

    /// What a package is judged by.
    pub(super) fn package(&self, node: &Node, command: &Command) -> Launch {
        let here = |text: &str| Located { value: text.into(), place: self.at(node) };
        let own = node.get("identifier").or_else(|| node.get("name")).and_then(|n| self.at(n));
        let mut args: Vec<Located<Untrusted>> = command.head.iter().map(|w| here(w)).collect();
        // `docker run` is said already
        args.extend(self.words(node, "runtimeArguments").into_iter().filter(|w| w.value.raw() != "run"));
        args.push(Located { value: command.package.as_str().into(), place: own });
        args.extend(self.words(node, "packageArguments"));
        let env = self.pairs(node, "environmentVariables");
        Launch::Stdio(Stdio { command: here(command.program), args, env, cwd: None })
    }

    /// What a URL is judged by.
    pub(super) fn remote(&self, node: &Node, url: &Untrusted) -> Launch {
        let place = node.get("url").and_then(|n| self.at(n));
        let url = Located { value: url.clone(), place };
        Launch::Http(Http { url, headers: self.pairs(node, "headers"), sse: false })
    }

    /// The target with that launch, at its place in the file.
    pub(super) fn target(&self, target: &Target, node: &Node, launch: Launch, file: &Path) -> Target {
        // standard input is no file
        let place = self.at(node).filter(|_| file != Path::new("-"));
        let origin = place.map(|place| Origin { file: file.to_path_buf(), place });
        Target { launch, origin, ..target.clone() }
    }
}

/// Defaults and values of what people are asked for that are secrets. Recursion is bounded by the reader's depth limit.
fn asked<'n>(node: &'n Node, key: &str, launched: bool, found: &mut Vec<&'n Node>) {
    let name = node.get("name").and_then(Node::as_str).unwrap_or(key);
    let marked = node.get("isSecret").and_then(Node::as_bool) == Some(true);
    let text = |key: &str| node.get(key).filter(|n| n.as_str().is_some_and(|t| is_secret_value(name, marked, t)));
    // a value is judged as part of the launch, where it shows by itself what it is
    let told = |n: &&Node| launched && n.as_str().is_some_and(|t| t.contains('{') || is_secret(Some(name), t));
    found.extend(text("default"));
    found.extend(text("value").filter(|n| !told(n)));
    node.elements().iter().for_each(|n| asked(n, key, launched, found));
    node.members().iter().for_each(|m| asked(&m.value, &m.key, launched, found));
}
