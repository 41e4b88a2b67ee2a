//! A configuration file as a tree with places: the same shape for JSON with comments, TOML and YAML, so that one reader
//! serves all clients. Sizes, depth and aliases are bounded; nothing is expanded, included or run.

mod jsonc;
mod toml;
mod yaml;

use std::path::Path;

use super::Place;
use crate::json::ends_line;

/// Depth of nesting that is followed.
pub(super) const DEPTH: usize = 64;
/// Nodes of one file, with those that aliases repeat.
pub(super) const NODES: usize = 400_000;

/// The file is no configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct ConfigError {
    /// What is wrong, in words of ours or of the parser; no text of the file.
    pub what: String,
    /// Byte range of the file.
    pub start: usize,
    /// End of it.
    pub end: usize,
}

impl ConfigError {
    pub(super) fn new(what: impl Into<String>, start: usize, end: usize) -> Self {
        Self { what: what.into(), start, end }
    }
}

/// The languages clients use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// JSON with comments and trailing commas.
    Json,
    /// TOML.
    Toml,
    /// YAML, the first document of the file.
    Yaml,
}

impl Language {
    /// By the ending of the name; JSON when it says nothing.
    pub fn of(file: &Path) -> Self {
        match file.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("toml") => Self::Toml,
            Some("yaml" | "yml") => Self::Yaml,
            _ => Self::Json,
        }
    }
}

/// A value and its byte range.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number or a date, as written.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Members in the order of the file; a key may stand twice.
    Map(Vec<Member>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key.
    pub key: String,
    /// Where the key starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The value.
    pub value: Node,
}

impl Node {
    /// Members; none for what is no map.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Map(members) => members,
            _ => &[],
        }
    }

    /// Elements; none for what is no list.
    pub fn elements(&self) -> &[Node] {
        match &self.value {
            Value::List(elements) => elements,
            _ => &[],
        }
    }

    /// Whether it is a map.
    pub fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.value, Value::List(_))
    }

    /// The member of this key: the last one, as most readers take it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members().iter().rev().find(|m| m.key == key).map(|m| &m.value)
    }

    /// The node at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// All nodes at a path whose last key may stand more than once.
    pub fn every(&self, path: &[&str]) -> Vec<&Node> {
        let Some((last, parents)) = path.split_last() else { return Vec::new() };
        let members = self.at(parents).map(Node::members).unwrap_or_default();
        members.iter().filter(|m| m.key == *last).map(|m| &m.value).collect()
    }

    /// Text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Text, or what stands for it.
    pub fn scalar(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(b) => Some(b.to_string()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// A truth value.
    pub fn truth(&self) -> Option<bool> {
        match self.value {
            Value::Bool(b) => Some(b),
            _ => None,
        }
    }
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Document {
    /// The tree; `None` for an empty file.
    pub root: Option<Node>,
    lines: Lines,
    text: String,
}

impl Document {
    /// Reads a text. A byte order mark is no part of it.
    pub fn read(text: &str, language: Language) -> Result<Self, ConfigError> {
        let bare = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let shift = text.len() - bare.len();
        let root = match language {
            Language::Json => jsonc::read(bare),
            Language::Toml => toml::read(bare),
            Language::Yaml => yaml::read(bare),
        };
        let root = root.map_err(|e| ConfigError::new(e.what, e.start + shift, e.end + shift))?;
        Ok(Self { root, lines: Lines::of(bare), text: bare.to_owned() })
    }

    /// Lines and columns of a byte range.
    pub fn place(&self, start: usize, end: usize) -> Place {
        let ((line, column), (end_line, end_column)) =
            (self.lines.at(&self.text, start), self.lines.at(&self.text, end));
        Place { line, column, end_line, end_column }
    }

    /// The bytes of a range.
    pub fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }
}

/// Line starts, and code points counted every few bytes, so that places on one endless line stay cheap.
#[derive(Clone, Debug)]
struct Lines {
    starts: Vec<usize>,
    marks: Vec<usize>,
}

const STEP: usize = 1024;

impl Lines {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let starts = std::iter::once(0).chain((0..bytes.len()).filter(|at| ends_line(bytes, *at)).map(|at| at + 1));
        let mut marks = vec![0];
        for chunk in bytes.chunks(STEP) {
            let before = marks.last().copied().unwrap_or_default();
            marks.push(before + points(chunk));
        }
        Self { starts: starts.collect(), marks }
    }

    /// Code points that start before a byte.
    fn points(&self, text: &str, at: usize) -> usize {
        let at = at.min(text.len());
        let mark = at / STEP;
        self.marks.get(mark).copied().unwrap_or_default() + points(&text.as_bytes()[mark * STEP..at])
    }

    fn at(&self, text: &str, at: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|s| *s <= at).max(1);
        let from = self.starts.get(line - 1).copied().unwrap_or_default();
        let column = self.points(text, at) - self.points(text, from) + 1;
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (number(line), number(column))
    }
}

/// Code points that start in these bytes.
fn points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place_of(text: &str, language: Language, path: &[&str]) -> (u32, u32) {
        let document = Document::read(text, language).expect("valid");
        let node = document.root.as_ref().and_then(|r| r.at(path)).expect("there").clone();
        let place = document.place(node.start, node.end);
        (place.line, place.column)
    }

    #[test]
    fn the_three_languages_say_the_same_and_know_their_places() {
        let json = "{\n  \"a\": {\"b\": [\"ü\", \"x\"], \"c\": \"y\"}\n}";
        let toml = "[a]\nb = [\"ü\", \"x\"]\nc = \"y\"\n";
        let yaml = "a:\n  b: [ü, x]\n  c: y\n";
        let plain = |text: &str, language| {
            let document = Document::read(text, language).expect("valid");
            let root = document.root.expect("a tree");
            let texts: Vec<_> = root.at(&["a", "b"]).expect("b").elements().iter().map(Node::scalar).collect();
            (texts, root.at(&["a", "c"]).and_then(Node::scalar))
        };
        assert_eq!(plain(json, Language::Json), plain(toml, Language::Toml));
        assert_eq!(plain(json, Language::Json), plain(yaml, Language::Yaml));
        assert_eq!(place_of(json, Language::Json, &["a", "c"]), (2, 31));
        assert_eq!(place_of(toml, Language::Toml, &["a", "c"]), (3, 5));
        assert_eq!(place_of(yaml, Language::Yaml, &["a", "c"]), (3, 6));
        for (ends, at) in [("\r", (2, 31)), ("\r\n", (2, 31)), ("\n\r", (3, 31))] {
            assert_eq!(place_of(&json.replace('\n', ends), Language::Json, &["a", "c"]), at, "{ends:?}");
            let commented = format!("// \" {{{ends}{}", json.replace('\n', ends));
            let lines = u32::from(ends == "\n\r") + 1;
            assert_eq!(place_of(&commented, Language::Json, &["a", "c"]), (at.0 + lines, at.1), "{ends:?}");
        }
        for ends in ["\r", "\r\n"] {
            assert_eq!(place_of(&yaml.replace('\n', ends), Language::Yaml, &["a", "c"]), (3, 6), "{ends:?}");
        }
        let marked = format!("\u{FEFF}{json}");
        assert_eq!(place_of(&marked, Language::Json, &["a", "c"]), (2, 31));
    }

    #[test]
    fn errors_point_into_the_file_as_it_is() {
        let text = "\u{FEFF}{\"a\": oops}";
        let error = Document::read(text, Language::Json).expect_err("broken");
        assert_eq!(&text[error.start..error.start + 4], "oops");
        let text = "a = 1\nb = oops\n";
        let error = Document::read(text, Language::Toml).expect_err("broken");
        assert_eq!(text[..error.start].lines().count(), 2);
    }

    #[test]
    fn places_on_an_endless_line_are_cheap_and_right() {
        let mut text = String::from("{\"s\": [");
        for _ in 0..50_000 {
            text.push_str("\"ü\", ");
        }
        text.push_str("\"x\"]}");
        let document = Document::read(&text, Language::Json).expect("valid");
        let list = document.root.as_ref().and_then(|r| r.get("s")).expect("a list").elements();
        let last = list.last().expect("one");
        assert_eq!(document.place(last.start, last.end).column, 8 + 50_000 * 5);
    }
}
