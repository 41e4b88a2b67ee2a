//! YAML: a tree of our own over the events of `saphyr-parser`. Depth, nodes and what aliases repeat are counted together,
//! so that a few lines of aliases cannot fill the memory; an alias inside its own anchor is an error.

use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{ConfigError, DEPTH, Member, NODES, Node, Value};
use crate::untrusted::printable;

/// Bytes of one YAML file.
const BYTES: usize = 4 << 20;

pub(super) fn read(text: &str) -> Result<Option<Node>, ConfigError> {
    if text.len() > BYTES {
        return Err(ConfigError::new(format!("YAML larger than {BYTES} bytes"), 0, 1));
    }
    let mut builder =
        Builder { offsets: Offsets::of(text), open: Vec::new(), root: None, anchors: BTreeMap::new(), count: 0 };
    let mut ended = false;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|e| {
            let at = builder.offsets.byte(text, e.marker().index());
            ConfigError::new(format!("not valid YAML: {}", printable(e.info())), at, at + 1)
        })?;
        // which document of several a client takes is its own affair
        if ended && !matches!(event, Event::DocumentStart(_) | Event::DocumentEnd | Event::StreamEnd | Event::Nothing) {
            let empty =
                matches!(&event, Event::Scalar(value, ScalarStyle::Plain, ..) if scalar(value, true) == Value::Null);
            if !empty {
                let at = builder.offsets.byte(text, span.start.index());
                return Err(ConfigError::new("a second document, which not every client reads", at, at + 1));
            }
            continue;
        }
        ended |= matches!(event, Event::DocumentEnd);
        builder.take(text, event, span)?;
    }
    Ok(builder.root.filter(|r| r.value != Value::Null))
}

struct Builder {
    offsets: Offsets,
    open: Vec<Open>,
    root: Option<Node>,
    /// Anchor to node, and how many nodes it holds.
    anchors: BTreeMap<usize, (Node, usize)>,
    count: usize,
}

/// A list or map that is not closed yet.
struct Open {
    start: usize,
    anchor: usize,
    before: usize,
    key: Option<(String, usize, usize)>,
    value: Value,
    /// Members of other maps that are merged into this one.
    merged: Vec<Member>,
    /// Their keys.
    known: BTreeSet<String>,
    /// A merge key stood in it.
    merges: bool,
}

impl Builder {
    fn take(&mut self, text: &str, event: Event<'_>, span: Span) -> Result<(), ConfigError> {
        let start = self.offsets.byte(text, span.start.index());
        let end = self.offsets.byte(text, span.end.index()).max(start);
        let open = |anchor, value, before| Open {
            start,
            anchor,
            before,
            key: None,
            value,
            merged: Vec::new(),
            known: BTreeSet::new(),
            merges: false,
        };
        match event {
            Event::Scalar(value, style, anchor, _) => {
                self.counted(1, start)?;
                // the parser's end of a quoted text lies behind what follows it
                let end = match style {
                    ScalarStyle::SingleQuoted => closing(text, start, '\'').unwrap_or(end),
                    ScalarStyle::DoubleQuoted => closing(text, start, '"').unwrap_or(end),
                    _ => start + text.get(start..end).unwrap_or_default().trim_end().len(),
                };
                let value = scalar(&value, style == ScalarStyle::Plain);
                self.place(Node { value, start, end }, anchor, 1, start)
            }
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor) else {
                    return Err(ConfigError::new("an alias stands inside its own anchor", start, end));
                };
                let size = *size;
                // counted before it is copied
                if self.count + size > NODES {
                    return Err(too_many(start));
                }
                let node = node.clone();
                self.count += size;
                self.place(node, 0, size, start)
            }
            Event::SequenceStart(anchor, _) => {
                self.counted(1, start)?;
                self.open.push(open(anchor, Value::List(Vec::new()), self.count));
                self.deep(start)
            }
            Event::MappingStart(anchor, _) => {
                self.counted(1, start)?;
                self.open.push(open(anchor, Value::Map(Vec::new()), self.count));
                self.deep(start)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(done) = self.open.pop() else { return Ok(()) };
                let size = self.count - done.before + 1;
                let value = match done.value {
                    Value::Map(own) if !done.merged.is_empty() => {
                        let said: BTreeSet<String> = own.iter().map(|m| m.key.clone()).collect();
                        let kept = done.merged.into_iter().filter(|m| !said.contains(&m.key));
                        Value::Map(kept.chain(own).collect())
                    }
                    value => value,
                };
                let node = Node { value, start: done.start, end: start.max(done.start) };
                self.place(node, done.anchor, size, start)
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                Ok(())
            }
        }
    }

    fn counted(&mut self, nodes: usize, at: usize) -> Result<(), ConfigError> {
        self.count += nodes;
        if self.count > NODES { Err(too_many(at)) } else { Ok(()) }
    }

    fn deep(&self, at: usize) -> Result<(), ConfigError> {
        if self.open.len() <= DEPTH {
            return Ok(());
        }
        Err(ConfigError::new(format!("nested deeper than {DEPTH}"), at, at + 1))
    }

    fn place(&mut self, node: Node, anchor: usize, size: usize, at: usize) -> Result<(), ConfigError> {
        if anchor != 0 {
            self.counted(size, at)?;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.value {
            Value::List(elements) => elements.push(node),
            Value::Map(members) => match open.key.take() {
                None => {
                    let key = node.scalar().or_else(|| (node.value == Value::Null).then(String::new));
                    let key = key.ok_or_else(|| ConfigError::new("a key is no text", node.start, node.end))?;
                    open.key = Some((key, node.start, node.end));
                }
                // a merge key, with one map or a list of them
                Some((key, ..)) if key == "<<" && is_merge(&node) => {
                    let maps = if node.is_map() { vec![node] } else { elements(node) };
                    // of two merge keys readers take different ones: what both have stands twice
                    if std::mem::replace(&mut open.merges, true) {
                        open.known.clear();
                    }
                    for map in maps {
                        let Value::Map(more) = map.value else { continue };
                        // of two merged maps the first goes before; a key that stands twice in one of them stays twice
                        let from = open.merged.len();
                        open.merged.extend(more.into_iter().filter(|m| !open.known.contains(&m.key)));
                        open.known.extend(open.merged[from..].iter().map(|m| m.key.clone()));
                    }
                }
                Some((key, start, end)) => members.push(Member { key, start, end, value: node }),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
        }
        Ok(())
    }
}

/// What a merge key may have.
fn is_merge(node: &Node) -> bool {
    node.is_map() || (node.is_list() && !node.elements().is_empty() && node.elements().iter().all(Node::is_map))
}

fn elements(node: Node) -> Vec<Node> {
    match node.value {
        Value::List(elements) => elements,
        _ => Vec::new(),
    }
}

fn too_many(at: usize) -> ConfigError {
    ConfigError::new(format!("more than {NODES} values, with those that aliases repeat"), at, at + 1)
}

/// Where a quoted text ends that starts here.
fn closing(text: &str, start: usize, quote: char) -> Option<usize> {
    let inside = text.get(start..)?.strip_prefix(quote)?;
    let mut chars = inside.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
                continue;
            }
            return Some(start + 2 * quote.len_utf8() + at);
        }
    }
    None
}

fn scalar(text: &str, plain: bool) -> Value {
    if !plain {
        return Value::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') && text.parse::<f64>().is_ok() => {
            Value::Number(text.to_owned())
        }
        _ => Value::Text(text.to_owned()),
    }
}

/// The parser counts code points; places are bytes.
struct Offsets(Vec<usize>);

const STEP: usize = 256;

impl Offsets {
    fn of(text: &str) -> Self {
        Self(text.char_indices().step_by(STEP).map(|(at, _)| at).collect())
    }

    fn byte(&self, text: &str, point: usize) -> usize {
        let Some(from) = self.0.get(point / STEP) else { return text.len() };
        let rest = text.get(*from..).unwrap_or_default();
        rest.char_indices().nth(point % STEP).map_or(text.len(), |(at, _)| from + at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_of_aliases_is_refused_before_it_grows() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..12 {
            let list = vec![format!("*a{}", i - 1); 10].join(", ");
            text.push_str(&format!("a{i}: &a{i} [{list}]\n"));
        }
        let error = read(&text).expect_err("a bomb");
        assert!(error.what.contains("more than"), "{error}");
    }

    #[test]
    fn an_alias_inside_itself_and_endless_depth_are_errors() {
        assert!(read("a: &a [*a]\n").is_err());
        assert!(read("a: &a\n  b: *a\n").is_err());
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read(&"- ".repeat(100_000)).is_err());
        let deep: String = (0..200).map(|i| format!("{}k:\n", " ".repeat(i))).collect();
        assert!(read(&deep).expect_err("deep").what.contains("deeper"));
    }

    #[test]
    fn the_first_of_several_merged_maps_goes_before_and_true_duplicates_stay() {
        let keys = |text: &str| {
            let root = read(text).expect("valid").expect("a tree");
            let members = root.get("s").expect("s").members().to_vec();
            members.iter().map(|m| format!("{}={}", m.key, m.value.text().unwrap_or_default())).collect::<Vec<_>>()
        };
        let bases = "a: &a {x: a, y: a}\nb: &b {y: b, z: b}\nc: &c {x: c, x: d}\n";
        assert_eq!(keys(&format!("{bases}s:\n  <<: [*a, *b]\n  x: own\n")), ["y=a", "z=b", "x=own"]);
        assert_eq!(keys(&format!("{bases}s:\n  <<: *c\n")), ["x=c", "x=d"]);
        assert_eq!(keys(&format!("{bases}s:\n  <<: *a\n  x: own\n  x: again\n")), ["y=a", "x=own", "x=again"]);
        assert_eq!(keys("s:\n  <<: [x]\n"), ["<<="], "what cannot be merged is a key like any other");
    }

    #[test]
    fn what_two_merge_keys_have_stands_twice_and_a_second_document_is_an_error() {
        let text = "a: &a {x: a, y: a}\nb: &b {x: b, z: b}\ns:\n  <<: *a\n  <<: *b\n";
        let root = read(text).expect("valid").expect("a tree");
        let keys: Vec<&str> = root.get("s").expect("s").members().iter().map(|m| m.key.as_str()).collect();
        assert_eq!(keys, ["x", "y", "x", "z"]);
        assert!(read("a: 1\n---\na: 2\n").expect_err("two").what.contains("second document"));
        for one in ["---\na: 1\n", "a: 1\n...\n", "---\na: 1\n---\n"] {
            assert!(read(one).expect("one").is_some(), "{one}");
        }
    }

    #[test]
    fn aliases_and_merges_are_read_where_they_are_written() {
        let text = "base: &b {cmd: x, args: [y]}\ns:\n  <<: *b\n  cmd: z\nü: 'k: v' # c\n";
        let root = read(text).expect("valid").expect("a tree");
        let server = root.get("s").expect("s");
        assert_eq!(server.get("cmd").and_then(Node::text), Some("z"));
        assert_eq!(server.get("args").map(|a| a.elements().len()), Some(1));
        assert_eq!(server.members().len(), 2, "what is overridden is not there twice");
        let last = root.get("ü").expect("there");
        assert_eq!(&text[last.start..last.end], "'k: v'");
        assert_eq!(read("").expect("empty"), None);
    }
}
