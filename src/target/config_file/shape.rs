//! What an entry has in another shape than clients read it: which values those are, and what we make of them. Nothing of an
//! entry is left out without a word.

use std::collections::BTreeSet;

use super::super::document::{Member, Node, Value};

pub(super) const URLS: [&str; 4] = ["url", "serverUrl", "httpUrl", "uri"];
pub(super) const HEADERS: [&str; 2] = ["headers", "http_headers"];
pub(super) const ENVIRONMENTS: [&str; 3] = ["env", "environment", "envs"];
pub(super) const FOLDERS: [&str; 3] = ["cwd", "workingDirectory", "working_directory"];
/// How programs of Windows end.
const PROGRAMS: [&str; 5] = [".exe", ".cmd", ".bat", ".com", ".ps1"];

/// A value of the wrong shape, with a predicate of the server.
pub(super) struct Odd<'n> {
    pub(super) node: &'n Node,
    pub(super) said: &'static str,
    /// It was not read, or not as a whole.
    pub(super) left_out: bool,
}

fn read<'n>(node: &'n Node, said: &'static str) -> Odd<'n> {
    Odd { node, said, left_out: false }
}

fn lost<'n>(node: &'n Node, said: &'static str) -> Odd<'n> {
    Odd { node, said, left_out: true }
}

/// The name and the value of an object that is a variable or a header.
pub(super) fn pair(node: &Node) -> Option<(&Node, &Node)> {
    let name = ["name", "key"].iter().find_map(|k| node.get(k).filter(|n| n.text().is_some()))?;
    node.get("value").filter(|v| v.scalar().is_some()).map(|value| (name, value))
}

/// The first member whose key another has before it.
pub(super) fn repeated(map: &Node) -> Option<&Member> {
    let mut seen = BTreeSet::new();
    map.members().iter().find(|m| !seen.insert(m.key.as_str()))
}

/// Values of the wrong shape.
pub(super) fn odd(entry: &Node) -> Vec<Odd<'_>> {
    let mut out = Vec::new();
    let first = |keys: &[&str]| keys.iter().find_map(|k| entry.get(k)).filter(|n| n.value != Value::Null);
    if let Some(args) = first(&["args"]) {
        match &args.value {
            Value::Text(_) => out.push(read(args, " has its arguments in one string; they were read as its words")),
            Value::List(list) => {
                let other = list.iter().filter(|n| n.scalar().is_none());
                out.extend(other.map(|n| lost(n, " has an argument that is no text; it was left out")));
            }
            _ => out.push(lost(args, " has arguments that are no list; they were left out")),
        }
    }
    let words = first(&["command", "cmd"]).map(Node::elements).unwrap_or_default();
    let other = words.iter().filter(|n| n.scalar().is_none());
    out.extend(other.map(|n| lost(n, " has a word of its command that is no text; it was left out")));
    if let Some(env) = first(&ENVIRONMENTS) {
        match &env.value {
            Value::Map(members) => {
                let other = members.iter().map(|m| &m.value).filter(|v| v.is_map() || v.is_list());
                out.extend(other.map(|n| lost(n, " has a variable whose value is no text; it was read as empty")));
            }
            Value::List(list) => {
                out.push(read(env, " has its variables in a list; they were read as NAME=value"));
                let other = list.iter().filter(|n| n.text().is_none_or(|t| !t.contains('=')) && pair(n).is_none());
                out.extend(other.map(|n| lost(n, " has a variable that is no NAME=value; it was left out")));
            }
            _ => out.push(lost(env, " has variables that are no object; they were left out")),
        }
    }
    if let Some(headers) = first(&HEADERS) {
        let pairs = !headers.elements().is_empty() && headers.elements().iter().all(|n| pair(n).is_some());
        if !headers.is_map() && !pairs {
            out.push(lost(headers, " has headers that are no object; they were not all read"));
        }
        let other = headers.members().iter().map(|m| &m.value).filter(|v| v.is_map() || v.is_list());
        out.extend(other.map(|n| lost(n, " has a header whose value is no text; it was read as empty")));
    }
    for url in URLS.iter().filter_map(|k| entry.get(k)).filter(|n| n.value != Value::Null) {
        match url.text() {
            None => out.push(lost(url, " has a URL that is no text; it was left out")),
            Some(text) if !is_address(text) => out.push(read(url, " has a URL that leads nowhere")),
            Some(_) => {}
        }
    }
    for (key, said) in [
        ("envFile", " has a file of variables whose name is no text; it was not read"),
        ("headersHelper", " has a command for its headers that is no text; it was not read"),
    ] {
        out.extend(first(&[key]).filter(|n| n.text().is_none()).map(|n| lost(n, said)));
    }
    if let Some(folder) = first(&FOLDERS).filter(|n| n.text().is_none()) {
        out.push(lost(folder, " has a working directory that is no text; it was left out"));
    }
    out
}

/// Whether a text names a host, now or once its blanks are filled in.
fn is_address(text: &str) -> bool {
    text.contains(['$', '{', '<', '%']) || url::Url::parse(text).is_ok_and(|u| u.host_str().is_some())
}

/// Where the program ends in a command line of Windows that has spaces in its path and no quotation marks.
pub(super) fn program_end(text: &str) -> Option<usize> {
    let drive = matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    if !drive && !text.starts_with("\\\\") {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let ends = PROGRAMS.iter().flat_map(|e| lower.match_indices(e).map(|(at, e)| at + e.len()));
    let behind = |end: &usize| text[*end..].starts_with(char::is_whitespace) && !text[*end..].trim().is_empty();
    ends.filter(behind).min()
}

/// Whether a text is a quoted program with something behind it.
pub(super) fn is_quoted(text: &str) -> bool {
    ['"', '\''].iter().any(|mark| {
        let inside = text.strip_prefix(*mark).and_then(|rest| rest.split_once(*mark));
        inside.is_some_and(|(path, rest)| {
            !path.is_empty() && rest.starts_with(char::is_whitespace) && !rest.trim().is_empty()
        })
    })
}
