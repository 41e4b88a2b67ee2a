//! Reads one client's configuration file: JSON with comments and trailing commas, with the line and column of every
//! value. One bad entry never hides its siblings; nothing is expanded, nothing is run.

use std::path::Path;

use jsonc_parser::ast::{Array, Object, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{ConfigScope, Http, Launch, Located, Origin, Place, Secret, Stdio, Target};
use crate::terms::TargetId;
use crate::untrusted::{Message, Untrusted};

/// Bytes of one configuration file.
pub const FILE: u64 = 16 << 20;
/// Servers of one file.
const SERVERS: usize = 2_000;

/// Where server maps sit, as paths of keys.
pub const MAPS: [&[&str]; 7] = [
    &["mcpServers"],
    &["servers"],
    &["mcp", "servers"],
    &["mcp.servers"],
    &["context_servers"],
    &["amp.mcpServers"],
    &["mcp_servers"],
];

/// Servers of a file, and what was odd about it.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// In the order of the file.
    pub targets: Vec<Target>,
    /// Entries that could not be used, and keys that are ambiguous.
    pub problems: Vec<Problem>,
}

/// Something about an entry that has to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What.
    pub sentence: Message,
    /// Two members have one key, or command and URL stand together: readers take different ones.
    pub ambiguous: bool,
}

/// The file is no configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct ConfigError {
    /// What is wrong, in words of ours or of the parser; no text of the file.
    pub what: String,
    /// Byte range.
    pub start: usize,
    /// End of it.
    pub end: usize,
}

/// Whose file it is.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file.
    pub file: &'a Path,
    /// The client that reads it.
    pub client: Option<&'static str>,
    /// Where it applies.
    pub scope: ConfigScope,
    /// The project, for files that hold maps per project.
    pub project: Option<&'a Path>,
}

/// The servers of a configuration text without a client, for rule examples.
pub fn from_text(text: &str, name: &str) -> Result<Vec<Target>, ConfigError> {
    let source = Source { file: Path::new(name), client: None, scope: ConfigScope::Project, project: None };
    parse(text, source).map(|p| p.targets)
}

/// Whether the text has a server map; a manifest or a capture has none.
pub fn is_config(text: &str) -> bool {
    let Ok(root) = ast(text) else { return false };
    let Some(root) = root else { return false };
    let Some(object) = root.as_object() else { return false };
    MAPS.iter().filter_map(|path| at(object, path)).any(|map| {
        map.properties.is_empty()
            || map.properties.iter().any(|p| {
                p.value
                    .as_object()
                    .is_some_and(|o| ["command", "url", "serverUrl", "httpUrl"].iter().any(|k| o.get(k).is_some()))
            })
    })
}

fn ast(text: &str) -> Result<Option<Value<'_>>, ConfigError> {
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        ..ParseOptions::default()
    };
    let error = |e: jsonc_parser::errors::ParseError| ConfigError {
        what: format!("not valid JSON: {}", e.kind()),
        start: e.range().start,
        end: e.range().end,
    };
    Ok(parse_to_ast(text, &CollectOptions::default(), &options).map_err(error)?.value)
}

/// Reads the servers of a file.
pub fn parse(text: &str, source: Source<'_>) -> Result<Parsed, ConfigError> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut out = Parsed::default();
    let Some(root) = ast(text)? else { return Ok(out) };
    let Some(object) = root.as_object() else {
        return Err(ConfigError { what: "the file holds no object".to_owned(), start: 0, end: text.len().min(1) });
    };
    let mut reader = Reader { text, lines: line_starts(text), source, out: &mut out };
    let mut found = false;
    for path in MAPS {
        if let Some(map) = at(object, path) {
            found = true;
            reader.map(map);
        }
    }
    if let (Some(projects), Some(project)) = (at(object, &["projects"]), source.project) {
        for property in &projects.properties {
            if Path::new(property.name.as_str()) == project
                && let Some(map) = property.value.as_object().and_then(|o| at(o, &["mcpServers"]))
            {
                reader.source.scope = ConfigScope::User;
                reader.map(map);
            }
        }
    }
    // plugin files: a flat map of servers
    let server = |v: &Value<'_>| v.as_object().is_some_and(|o| o.get("command").is_some() || o.get("url").is_some());
    if !found && !object.properties.is_empty() && object.properties.iter().all(|p| server(&p.value)) {
        reader.map(object);
    }
    Ok(out)
}

fn at<'o, 'a>(object: &'o Object<'a>, path: &[&str]) -> Option<&'o Object<'a>> {
    path.iter()
        .try_fold(object, |o, key| o.properties.iter().rev().find(|p| p.name.as_str() == *key)?.value.as_object())
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1)).collect()
}

struct Reader<'r, 't> {
    text: &'t str,
    lines: Vec<usize>,
    source: Source<'r>,
    out: &'r mut Parsed,
}

impl Reader<'_, '_> {
    fn place(&self, start: usize, end: usize) -> Place {
        let of = |at: usize| {
            let line = self.lines.partition_point(|s| *s <= at).max(1);
            let from = self.lines[line - 1];
            let column = self.text.get(from..at).map_or(1, |t| t.chars().count() + 1);
            (line as u32, column as u32)
        };
        let ((line, column), (end_line, end_column)) = (of(start), of(end));
        Place { line, column, end_line, end_column }
    }

    fn problem(&mut self, start: usize, end: usize, sentence: Message, ambiguous: bool) {
        let place = self.place(start, end);
        self.out.problems.push(Problem { place, sentence, ambiguous });
    }

    fn map(&mut self, map: &Object<'_>) {
        for (i, property) in map.properties.iter().enumerate() {
            let name = Untrusted::from(property.name.as_str());
            let range = property.name.range();
            if i >= SERVERS {
                let sentence = Message::new(format!("only the first {SERVERS} servers of this file are read"));
                return self.problem(range.start, range.end, sentence, false);
            }
            if map.properties[..i].iter().any(|p| p.name.as_str() == property.name.as_str()) {
                let sentence = Message::new("server ")
                    .quote(&name)
                    .text(" is configured twice in one file; clients take different ones");
                self.problem(range.start, range.end, sentence, true);
            }
            let Some(entry) = property.value.as_object() else {
                let sentence = Message::new("server ").quote(&name).text(" is not an object and was skipped");
                self.problem(range.start, range.end, sentence, false);
                continue;
            };
            match self.launch(entry, &name) {
                Some(launch) => {
                    let target = self.target(&name, range.start, range.end, entry, launch);
                    self.out.targets.push(target);
                }
                None => {
                    let sentence =
                        Message::new("server ").quote(&name).text(" has neither a command nor a URL and was skipped");
                    self.problem(range.start, range.end, sentence, false);
                }
            }
        }
    }

    fn target(&self, name: &Untrusted, start: usize, end: usize, entry: &Object<'_>, launch: Launch) -> Target {
        let flag = |key: &str| entry.get_boolean(key).map(|b| b.value);
        let auto = ["autoApprove", "alwaysAllow", "auto_approve"].iter().filter_map(|k| entry.get_array(k));
        let mut auto_approved: Vec<Located<Untrusted>> = auto.flat_map(|list| self.texts(list)).collect();
        if let Some(trust) = entry.get_boolean("trust").filter(|t| t.value) {
            let place = Some(self.place(trust.range.start, trust.range.end));
            auto_approved.push(Located { value: "*".into(), place });
        }
        let client = self.source.client.unwrap_or("config");
        Target {
            id: TargetId::new(&format!("{client}/{}/{}", self.source.scope.word(), name.raw())),
            name: name.clone(),
            client: self.source.client,
            scope: self.source.scope,
            origin: Some(Origin { file: self.source.file.to_path_buf(), place: self.place(start, end) }),
            launch,
            disabled: flag("disabled") == Some(true) || flag("enabled") == Some(false),
            auto_approved,
        }
    }

    fn launch(&mut self, entry: &Object<'_>, name: &Untrusted) -> Option<Launch> {
        let url = ["url", "serverUrl", "httpUrl"].iter().find_map(|k| entry.get_string(k));
        let command = entry.get_string("command");
        if let (Some(c), Some(_)) = (command, url) {
            let sentence =
                Message::new("server ").quote(name).text(" has both a command and a URL; clients take different ones");
            self.problem(c.range.start, c.range.end, sentence, true);
        }
        // a command given as a list holds its arguments
        if let Some(list) = entry.get_array("command") {
            let mut words = self.texts(list).into_iter();
            let command = words.next()?;
            return Some(Launch::Stdio(Stdio {
                command,
                args: words.collect(),
                env: self.env(entry),
                cwd: self.text_at(entry, "cwd"),
            }));
        }
        if let Some(command) = command {
            let args = entry.get_array("args").map(|a| self.texts(a)).unwrap_or_default();
            let command = self.located(&command.value, command.range.start, command.range.end);
            return Some(Launch::Stdio(Stdio { command, args, env: self.env(entry), cwd: self.text_at(entry, "cwd") }));
        }
        let url = url?;
        let kind =
            entry.get_string("type").or_else(|| entry.get_string("transport")).map(|t| t.value.to_ascii_lowercase());
        let headers = entry.get_object("headers").or_else(|| entry.get_object("http_headers"));
        let headers = headers.map(|h| self.secrets(h)).unwrap_or_default();
        let url = self.located(&url.value, url.range.start, url.range.end);
        Some(Launch::Http(Http { url, headers, sse: kind.as_deref() == Some("sse") }))
    }

    fn env(&self, entry: &Object<'_>) -> Vec<(Located<Untrusted>, Located<Secret>)> {
        entry.get_object("env").or_else(|| entry.get_object("environment")).map(|e| self.secrets(e)).unwrap_or_default()
    }

    fn secrets(&self, object: &Object<'_>) -> Vec<(Located<Untrusted>, Located<Secret>)> {
        let pair = |p: &jsonc_parser::ast::ObjectProp<'_>| {
            let (n, v) = (p.name.range(), p.value.range());
            let value = match &p.value {
                Value::StringLit(s) => s.value.to_string(),
                Value::NumberLit(n) => n.value.to_owned(),
                Value::BooleanLit(b) => b.value.to_string(),
                _ => String::new(),
            };
            let secret = Located { value: Secret::new(value), place: Some(self.place(v.start, v.end)) };
            (self.located(p.name.as_str(), n.start, n.end), secret)
        };
        object.properties.iter().map(pair).collect()
    }

    fn texts(&self, list: &Array<'_>) -> Vec<Located<Untrusted>> {
        let text = |v: &Value<'_>| match v {
            Value::StringLit(s) => Some(self.located(&s.value, s.range.start, s.range.end)),
            Value::NumberLit(n) => Some(self.located(n.value, n.range.start, n.range.end)),
            _ => None,
        };
        list.elements.iter().filter_map(text).collect()
    }

    fn text_at(&self, entry: &Object<'_>, key: &str) -> Option<Located<Untrusted>> {
        let s = entry.get_string(key)?;
        Some(self.located(&s.value, s.range.start, s.range.end))
    }

    fn located(&self, text: &str, start: usize, end: usize) -> Located<Untrusted> {
        Located { value: text.into(), place: Some(self.place(start, end)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_commas_marks_and_null_are_read_with_their_places() {
        let text = "\u{FEFF}{ // mine\n  \"mcpServers\": {\n    \"a\": {\"command\": \"x\", \"args\": null, \"env\": {\"K\": \"v\"},},\n    \"b\": {\"url\": \"https://b\", \"type\": \"streamable-http\", \"disabled\": true},\n  },\n}";
        let targets = from_text(text, "x.json").expect("valid");
        let place = targets[0].origin.as_ref().expect("an origin").place;
        assert_eq!((targets.len(), place.line, place.column), (2, 3, 5));
        assert!(targets[1].disabled && !targets[0].disabled);
        assert_eq!(from_text("", "x").expect("empty").len(), 0);
    }

    #[test]
    fn a_bad_entry_does_not_hide_its_siblings_and_oddities_are_said() {
        let text =
            r#"{"mcpServers": {"a": 5, "b": {}, "c": {"command": "x"}, "c": {"command": "y", "url": "http://z"}}}"#;
        let source = Source { file: Path::new("f"), client: Some("cursor"), scope: ConfigScope::User, project: None };
        let parsed = parse(text, source).expect("valid");
        assert_eq!((parsed.targets.len(), parsed.problems.len()), (2, 4));
        assert_eq!(parsed.problems.iter().filter(|p| p.ambiguous).count(), 2);
    }

    #[test]
    fn broken_files_name_the_place() {
        let text = "{\n \"mcpServers\": oops }";
        let error = from_text(text, "f").expect_err("broken");
        assert_eq!(&text[error.start..error.start + 4], "oops");
        let deep = "[".repeat(200_000);
        assert!(from_text(&deep, "f").is_err());
    }

    #[test]
    fn configurations_are_told_from_manifests() {
        assert!(
            is_config(r#"{"servers": {"a": {"url": "x"}}}"#)
                && is_config(r#"{"mcp": {"servers": {"a": {"command": "x"}}}}"#)
        );
        assert!(
            !is_config(r#"{"servers": {"a": {"tools": []}}}"#) && !is_config(r#"{"tools": []}"#) && !is_config("[]")
        );
    }
}
