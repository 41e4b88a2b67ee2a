//! One server's entry: what starts it or where it is, in the spellings of all clients. Placeholders stay as written.

use super::super::document::{Document, Node, Value};
use super::super::{Beside, Http, Launch, Located, Place, Secret, Stdio};
use super::shape;
use crate::untrusted::Untrusted;

/// What an entry says.
pub(super) struct Read {
    pub(super) launch: Option<Launch>,
    /// Why there is no launch, or how it was read; a predicate of the server.
    pub(super) note: Option<&'static str>,
    /// There is no launch although there may be one: nothing of the entry was looked at.
    pub(super) skipped: bool,
    /// What readers take differently.
    pub(super) ambiguous: Vec<(Place, &'static str)>,
    /// What has not the shape that it should have, and what became of it; predicates of the server.
    pub(super) odd: Vec<Odd>,
}

/// A value of another shape.
pub(super) struct Odd {
    pub(super) place: Place,
    pub(super) said: &'static str,
    /// It was not read, or not as a whole.
    pub(super) left_out: bool,
}

/// Keys that decide what is started or reached.
pub(super) const DECIDING: [&str; 15] = [
    "command",
    "cmd",
    "args",
    "env",
    "environment",
    "envs",
    "cwd",
    "url",
    "serverUrl",
    "httpUrl",
    "uri",
    "headers",
    "http_headers",
    "headersHelper",
    "envFile",
];

/// Some clients put the entry under `transport`.
pub(super) fn inner(value: &Node) -> &Node {
    value.get("transport").filter(|t| t.is_map()).unwrap_or(value)
}

pub(super) fn launch(entry: &Node, document: &Document, client: Option<&str>) -> Read {
    let read = Entry { document };
    let odd = |odd: shape::Odd<'_>| {
        let place = document.place(odd.node.start, odd.node.end);
        Odd { place, said: odd.said, left_out: odd.left_out }
    };
    let odd = shape::odd(entry).into_iter().map(odd).collect();
    let mut out = Read { launch: None, note: None, skipped: false, ambiguous: Vec::new(), odd };
    let url = shape::URLS.iter().find_map(|k| entry.get(k).filter(|n| n.text().is_some()));
    let command = ["command", "cmd"].iter().find_map(|k| entry.get(k)).filter(|c| c.value != Value::Null);
    for (at, key) in entry.members().iter().enumerate() {
        if entry.members()[..at].iter().any(|m| m.key == key.key) {
            out.ambiguous.push((document.place(key.start, key.end), "one key twice"));
        }
    }
    for (keys, said) in [(&shape::ENVIRONMENTS[..], "one variable twice"), (&shape::HEADERS, "one header twice")] {
        for map in keys.iter().filter_map(|k| entry.get(k)) {
            out.ambiguous.extend(shape::repeated(map).map(|m| (document.place(m.start, m.end), said)));
        }
    }
    if let (Some(c), Some(_)) = (command, url) {
        out.ambiguous.push((document.place(c.start, c.end), "both a command and a URL"));
    }
    let kind = ["type", "transport"].iter().find_map(|k| entry.get(k)?.text()).unwrap_or_default().to_ascii_lowercase();
    if let Some(command) = command {
        match read.command(entry, command) {
            Some((stdio, split)) => {
                out.note =
                    split.then_some(" has its whole command line in one string; it was read as program and arguments");
                out.launch = Some(Launch::Stdio(stdio));
            }
            None => (out.note, out.skipped) = (Some(" has no command that can be read and was skipped"), true),
        }
    } else if let Some(url) = url {
        let headers = shape::HEADERS.iter().find_map(|k| entry.get(k));
        let headers = headers.or_else(|| entry.at(&["requestOptions", "headers"]));
        let headers = headers.map(|h| read.secrets(h)).unwrap_or_default();
        out.launch = Some(Launch::Http(Http {
            url: read.located(url, url.text().unwrap_or_default()),
            headers,
            sse: kind == "sse",
        }));
    } else if is_part(entry, &kind, client) {
        out.note = Some(" is part of the client or of its extension: no launch of it is configured here");
    } else {
        (out.note, out.skipped) = (Some(" has neither a command nor a URL and was skipped"), true);
    }
    out
}

/// Whether an entry is about something that its client, or an extension of it, brings.
fn is_part(entry: &Node, kind: &str, client: Option<&str>) -> bool {
    let of = |name: &str| client.is_none_or(|c| c == name);
    let goose = of("goose") && ["builtin", "platform", "frontend"].contains(&kind);
    let said = entry.get("source").and_then(Node::text) == Some("extension");
    let settings = client == Some("zed") && entry.get("settings").is_some();
    goose || (of("zed") && said) || settings
}

/// What the launch takes from beside it. The file of variables is not opened here.
pub(super) fn beside(entry: &Node, document: &Document) -> Beside {
    let text = |key: &str| {
        let node = entry.get(key)?;
        let text = node.text().filter(|t| !t.trim().is_empty())?;
        Some(Entry { document }.located(node, text))
    };
    Beside { helper: text("headersHelper"), env_file: text("envFile"), env: Vec::new() }
}

pub(super) struct Entry<'d> {
    pub(super) document: &'d Document,
}

impl Entry<'_> {
    pub(super) fn located(&self, node: &Node, text: &str) -> Located<Untrusted> {
        Located { value: text.into(), place: Some(self.document.place(node.start, node.end)) }
    }

    pub(super) fn texts(&self, node: Option<&Node>) -> Vec<Located<Untrusted>> {
        // one text in the place of a list: its words
        if let Some((node, text)) = node.and_then(|n| Some((n, n.text()?))) {
            return self.split(node, text);
        }
        let elements = node.map(Node::elements).unwrap_or_default();
        elements.iter().filter_map(|n| Some(self.located(n, &n.scalar()?))).collect()
    }

    /// The program and its arguments, and whether one string was taken apart.
    fn command(&self, entry: &Node, command: &Node) -> Option<(Stdio, bool)> {
        let env = shape::ENVIRONMENTS.iter().find_map(|k| entry.get(k));
        let mut env = env.map(|e| self.secrets(e)).unwrap_or_default();
        let cwd = shape::FOLDERS.iter().find_map(|k| entry.get(k));
        let cwd = cwd.and_then(|n| Some(self.located(n, n.text()?)));
        let args = self.texts(entry.get("args"));
        let (mut words, split) = match &command.value {
            Value::List(_) => (self.texts(Some(command)), false),
            // an object with the program's path
            Value::Map(_) => {
                let path = ["path", "command"].iter().find_map(|k| command.get(k))?;
                let mut words = vec![self.located(path, path.text()?)];
                words.extend(self.texts(command.get("args")));
                env.extend(command.get("env").map(|e| self.secrets(e)).unwrap_or_default());
                (words, false)
            }
            _ => {
                let text = command.text()?.to_owned();
                if args.is_empty() && is_line(&text) {
                    (self.split(command, &text), true)
                } else {
                    (vec![self.located(command, &text)], false)
                }
            }
        };
        words.extend(args);
        let mut words = words.into_iter();
        let command = words.next().filter(|c| !c.value.raw().is_empty())?;
        Some((Stdio { command, args: words.collect(), env, cwd }, split))
    }

    /// The words of a command line, each with its own place where the file spells it without escapes.
    fn split(&self, node: &Node, text: &str) -> Vec<Located<Untrusted>> {
        let raw = self.document.slice(node.start, node.end);
        let inside = raw.find(text).map(|at| node.start + at);
        let mut out = Vec::new();
        // a path with spaces in front of the arguments
        let program = shape::program_end(text).map(|end| (0, end, text[..end].to_owned()));
        let from = program.as_ref().map_or(0, |(_, end, _)| *end);
        let rest = words(&text[from..]).into_iter().map(|(start, end, word)| (start + from, end + from, word));
        for (start, end, word) in program.into_iter().chain(rest) {
            let (from, to) = inside.map_or((node.start, node.end), |at| (at + start, at + end));
            out.push(Located { value: word.into(), place: Some(self.document.place(from, to)) });
        }
        out
    }

    pub(super) fn secrets(&self, map: &Node) -> Vec<(Located<Untrusted>, Located<Secret>)> {
        let pair = |m: &super::super::document::Member| {
            let place = |start, end| Some(self.document.place(start, end));
            let secret = Secret::new(m.value.scalar().unwrap_or_default());
            let value = Located { value: secret, place: place(m.value.start, m.value.end) };
            (Located { value: m.key.as_str().into(), place: place(m.start, m.end) }, value)
        };
        // a list of `NAME=value`, or of objects with both
        let line = |n: &Node| {
            let place = |n: &Node| Some(self.document.place(n.start, n.end));
            if let Some((name, value)) = shape::pair(n) {
                let secret = Secret::new(value.scalar().unwrap_or_default());
                return Some((self.located(name, name.text()?), Located { value: secret, place: place(value) }));
            }
            let (name, value) = n.text()?.split_once('=')?;
            let (place, value) = (place(n), Secret::new(value));
            Some((Located { value: name.into(), place }, Located { value, place }))
        };
        map.members().iter().map(pair).chain(map.elements().iter().filter_map(line)).collect()
    }
}

/// Whether a command is a whole line: its first word is a bare program name, stands in quotation marks, or ends as programs
/// of Windows do. A path may contain spaces.
fn is_line(text: &str) -> bool {
    if shape::program_end(text).is_some() || shape::is_quoted(text) {
        return true;
    }
    let Some((first, rest)) = text.trim().split_once(char::is_whitespace) else { return false };
    !rest.trim().is_empty()
        && !first.contains(['/', '\\', ':', '$', '%', '"', '\''])
        && !rest.trim_start().starts_with('\\')
}

/// Words of a line with their byte ranges: quotation marks group, nothing is expanded.
fn words(text: &str) -> Vec<(usize, usize, String)> {
    let mut out = Vec::new();
    let mut word: Option<(usize, String)> = None;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => word.get_or_insert((at, String::new())).1.push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert((at, String::new()));
            }
            None if c.is_whitespace() => {
                if let Some((start, done)) = word.take() {
                    out.push((start, at, done));
                }
            }
            None => word.get_or_insert((at, String::new())).1.push(c),
        }
    }
    if let Some((start, done)) = word {
        out.push((start, text.len(), done));
    }
    out
}
