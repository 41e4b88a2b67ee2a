//! Whether the machine-readable half of an item can be believed: hints against names, schemas that reach out or explode,
//! names that hosts refuse, lists too long for a context. Family `schema`.

use std::collections::BTreeMap;

use crate::finding::Evidence;
use crate::json::{Node, Pointer, Trail, Value};
use crate::manifest::{Item, Manifest};
use crate::rule::capability::spelled;
use crate::rule::{Hit, Subject};
use crate::terms::ItemKind;
use crate::untrusted::{Message, Untrusted};

/// First words of names whose act changes something beyond doubt: a contradiction is said only where nothing else can be
/// meant, so this is narrower than what `rule::capability` guesses.
const CHANGES: [&str; 17] = [
    "delete",
    "destroy",
    "wipe",
    "purge",
    "truncate",
    "drop",
    "write",
    "overwrite",
    "upload",
    "send",
    "kill",
    "uninstall",
    "revoke",
    "insert",
    "update",
    "deploy",
    "publish",
];
/// What there is to read of a deployment.
const READ_OF_DEPLOYMENT: [&str; 3] = ["deploy plan", "deploy history", "deploy estimate"];
/// First words of names whose act cannot be undone.
const DESTROYS: [&str; 5] = ["delete", "destroy", "wipe", "purge", "truncate"];
/// First words of names and titles that only look.
const READS: [&str; 8] = ["get", "list", "read", "view", "show", "search", "find", "fetch"];
/// Levels of a schema; the deepest of honest ones measured has 14.
const SCHEMA_DEPTH: usize = 40;
/// Values of a schema.
const SCHEMA_VALUES: usize = 20_000;
/// Characters of a name (specification 2025-11-25, Tools).
const NAME: usize = 128;
/// Tools of one server, above which hosts start to drop some.
const TOOLS: usize = 200;
/// Bytes of text of one server that goes into every context.
const TEXT: usize = 300_000;

/// Runs over every server.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        for tool in subject.manifest.of_kind(ItemKind::Tool) {
            out.extend(contradiction(server, tool));
            out.extend(irregular(server, tool));
            out.extend(weak(server, tool));
            for member in ["inputSchema", "outputSchema"] {
                if let Some(schema) = tool.node.get(member) {
                    out.extend(hostile(server, tool, schema, member));
                }
            }
        }
        out.extend(flooding(server, subject.manifest));
    }
    out
}

fn hit(rule: &str, server: usize, tool: &Item, pointer: Pointer, text: &Untrusted, what: &str) -> Hit {
    Hit {
        item: Some(tool.key.clone()),
        message: Message::new("tool ").quote(&tool.key.name).text(format!(" {what}")),
        evidence: vec![Evidence::whole(&pointer, text.clone(), what)],
        pointer,
        ..Hit::new(rule, server)
    }
}

fn contradiction(server: usize, tool: &Item) -> Option<Hit> {
    let first = spelled(tool.key.name.raw(), 1);
    let first = first.as_str();
    let annotations = tool.node.get("annotations");
    let hint = |key: &str| annotations.and_then(|a| a.get(key)).and_then(Node::as_bool);
    let title = tool.text("title").or_else(|| annotations?.get("title")?.as_str());
    let at = |key: &str| Pointer::root().child("annotations").child(key);
    let (pointer, what) = if hint("readOnlyHint") == Some(true)
        && CHANGES.contains(&first)
        && !READ_OF_DEPLOYMENT.contains(&spelled(tool.key.name.raw(), 3).as_str())
    {
        (at("readOnlyHint"), "says that it only reads, and its name says that it changes something")
    } else if hint("destructiveHint") == Some(false) && DESTROYS.contains(&first) {
        (at("destructiveHint"), "says that it destroys nothing, and its name says that it does")
    } else if DESTROYS.contains(&first) && title.is_some_and(|t| READS.contains(&spelled(t, 1).as_str())) {
        (Pointer::root().child("title"), "has a title that only looks, and a name that destroys")
    } else {
        return None;
    };
    Some(hit("annotation-contradiction", server, tool, pointer, &tool.key.name, what))
}

fn irregular(server: usize, tool: &Item) -> Option<Hit> {
    let name = tool.key.name.raw();
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let what = if name.is_empty() {
        "has no name".to_owned()
    } else if name.chars().count() > NAME {
        format!("has a name of more than {NAME} characters")
    } else if !name.chars().all(plain) {
        "has a name with characters that hosts refuse or replace".to_owned()
    } else {
        return None;
    };
    Some(hit("irregular-item-name", server, tool, Pointer::root().child("name"), &tool.key.name, &what))
}

/// A note: many honest tools are like this.
fn weak(server: usize, tool: &Item) -> Option<Hit> {
    let schema = tool.node.get("inputSchema");
    let what = match schema {
        None => "has no inputSchema",
        Some(s) if !s.is_object() => "has an inputSchema that is no object",
        Some(s) if s.get("type").and_then(Node::as_str) != Some("object") => {
            "has an inputSchema that is not of type object"
        }
        Some(s) => {
            let open = s.get("additionalProperties").and_then(Node::as_bool) == Some(true);
            let any = s.get("properties").is_some_and(|p| !p.members().is_empty());
            if !(open && any) {
                return None;
            }
            "takes any further argument"
        }
    };
    Some(hit("weak-schema", server, tool, Pointer::root().child("inputSchema"), &tool.key.name, what))
}

fn hostile(server: usize, tool: &Item, schema: &Node, member: &str) -> Option<Hit> {
    let mut found = None;
    let mut values = 0;
    let mut at = Trail::default();
    at.key(member);
    shape(schema, 0, &mut at, &mut values, &mut found);
    let root = || Pointer::root().child(member);
    let loops = || circle(schema).map(|name| (root().child("$ref"), name, "refers to itself without an end"));
    let big = || (values > SCHEMA_VALUES).then(|| (root(), String::new(), "has tens of thousands of parts"));
    let (pointer, text, what) = found.or_else(loops).or_else(big)?;
    Some(hit("hostile-schema", server, tool, pointer, &text.into(), &format!("has a schema that {what}")))
}

type Found = Option<(Pointer, String, &'static str)>;

// Recursion is bounded by the reader's depth limit.
fn shape<'n>(node: &'n Node, depth: usize, at: &mut Trail<'n>, values: &mut usize, found: &mut Found) {
    *values += 1;
    if found.is_some() || *values > SCHEMA_VALUES {
        return;
    }
    if depth > SCHEMA_DEPTH {
        *found = Some((at.pointer(), String::new(), "nests deeper than any honest one"));
        return;
    }
    match &node.value {
        Value::Array(list) => {
            for (i, item) in list.iter().enumerate() {
                at.index(i);
                shape(item, depth + 1, at, values, found);
                at.pop();
            }
        }
        Value::Object(members) => {
            for member in members {
                at.key(&member.key);
                if let (Some(text), None) = (member.value.as_str(), &found) {
                    let what = match &*member.key {
                        "$ref" | "$dynamicRef" | "$recursiveRef" if is_remote(text) => {
                            Some("loads a part from elsewhere")
                        }
                        "$schema" | "$id" if is_remote(text) && !is_standard(text) => {
                            Some("names a meta-schema or base elsewhere")
                        }
                        "pattern" if explodes(text) => Some("has a pattern that takes exponential time in many hosts"),
                        _ => None,
                    };
                    *found = what.map(|what| (at.pointer(), text.to_owned(), what));
                }
                shape(&member.value, depth + 1, at, values, found);
                at.pop();
            }
        }
        _ => {}
    }
}

fn is_remote(uri: &str) -> bool {
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    uri.starts_with("//") || scheme.is_some_and(|s| ["http", "https", "file", "ftp", "data"].contains(&s.as_str()))
}

/// Identifiers that no validator loads: those of JSON Schema itself, and names under reserved domains.
fn is_standard(uri: &str) -> bool {
    let rest = uri.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '#', '?', ':']).next().unwrap_or_default();
    ["json-schema.org", "www.json-schema.org", "example.com", "example.org"].contains(&host)
}

/// Local references that lead back to themselves through references only.
fn circle(schema: &Node) -> Option<String> {
    let definitions = ["$defs", "definitions"].into_iter().filter_map(|k| Some((k, schema.get(k)?)));
    let all: Vec<(String, &Node)> = definitions
        .flat_map(|(k, d)| d.members().iter().map(move |m| (format!("#/{k}/{}", m.key), &m.value)))
        .collect();
    // of two with one name the first one counts
    let places: BTreeMap<&str, usize> = all.iter().enumerate().rev().map(|(i, (name, _))| (name.as_str(), i)).collect();
    let next = |at: usize| places.get(all[at].1.get("$ref").and_then(Node::as_str)?).copied();
    // each is passed once: a way that meets itself has a circle, one that meets an older way has none of its own
    let mut passed = vec![usize::MAX; all.len()];
    let mut first: Option<usize> = None;
    for start in 0..all.len() {
        let mut here = Some(start);
        while let Some(at) = here.filter(|at| passed[*at] == usize::MAX) {
            passed[at] = start;
            here = next(at);
        }
        if let Some(met) = here.filter(|at| passed[*at] == start) {
            let mut circle = std::iter::successors(next(met), |at| next(*at).filter(|_| *at != met));
            first = first.into_iter().chain(circle.by_ref()).min();
        }
    }
    first.map(|at| all[at].0.clone())
}

/// A repeated group that holds nothing but a repeated part: `(a+)+`, `([a-z]*)*`, `(.*)+`.
fn explodes(pattern: &str) -> bool {
    let chars: Vec<char> = pattern.chars().collect();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    let mut class = false;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 1,
            '[' => class = true,
            ']' => class = false,
            '(' if !class => open.push(at),
            ')' if !class => {
                let Some(start) = open.pop() else { return false };
                let repeated = chars.get(at + 1).is_some_and(|c| ['+', '*'].contains(c));
                if repeated && one_repeated(&chars[start + 1..at]) {
                    return true;
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// One atom and a quantifier without an upper bound.
fn one_repeated(body: &[char]) -> bool {
    let body = body.strip_prefix(&['?', ':']).unwrap_or(body);
    let Some((last, atom)) = body.split_last() else { return false };
    if !['+', '*'].contains(last) {
        return false;
    }
    match atom {
        [_] | ['\\', _] => true,
        ['[', inner @ .., ']'] => !inner.contains(&']'),
        _ => false,
    }
}

fn flooding(server: usize, manifest: &Manifest) -> Option<Hit> {
    let tools = manifest.count(ItemKind::Tool);
    let text: usize = manifest.of_kind(ItemKind::Tool).map(|t| size(&t.node)).sum();
    let what = if tools > TOOLS {
        format!("lists {tools} tools")
    } else if text > TEXT {
        format!("puts {} kB of tools into every context", text / 1000)
    } else {
        return None;
    };
    let message =
        Message::new(format!("the server {what}, far more than others; hosts drop or hide what does not fit"));
    Some(Hit { message, ..Hit::new("context-flooding", server) })
}

/// Bytes of all strings and keys.
fn size(node: &Node) -> usize {
    match &node.value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.iter().map(|m| m.key.len() + size(&m.value)).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_groups_of_one_repeated_part_explode() {
        for bad in ["^(a+)+$", "([a-z]*)*x", "(.*)+", "(?:\\w+)*"] {
            assert!(explodes(bad), "{bad}");
        }
        for good in ["^[a-z0-9]+(-[a-z0-9]+)*$", "(abc)+", "[(+)+]", "\\(a+\\)+", "(a|b)+", "^(\\d{3})+$", ")("] {
            assert!(!explodes(good), "{good}");
        }
    }

    #[test]
    fn only_what_lies_on_a_circle_refers_to_itself() {
        let circle = |text: &str| {
            let document = crate::json::read(text.as_bytes(), &crate::json::Limits::default()).expect("JSON");
            super::circle(&document.root)
        };
        let defs = |list: &[(&str, &str)]| {
            let all: Vec<String> = list.iter().map(|(a, b)| format!("\"{a}\":{{\"$ref\":\"#/$defs/{b}\"}}")).collect();
            circle(&format!("{{\"$defs\":{{{}}}}}", all.join(",")))
        };
        assert_eq!(defs(&[("a", "b"), ("b", "c"), ("c", "b")]).as_deref(), Some("#/$defs/b"));
        assert_eq!(defs(&[("z", "y"), ("a", "a"), ("y", "z")]).as_deref(), Some("#/$defs/z"));
        assert_eq!(defs(&[("a", "b"), ("b", "c"), ("d", "a")]), None);
    }

    #[test]
    fn references_elsewhere_are_told_from_names() {
        assert!(is_remote("https://evil.test/s.json") && is_remote("file:///etc/passwd") && is_remote("//evil.test/x"));
        assert!(!is_remote("#/$defs/a") && !is_remote("other.json") && !is_remote("urn:example:a"));
        assert!(
            is_standard("http://json-schema.org/draft-07/schema#")
                && !is_standard("https://json-schema.org.evil.test/")
        );
    }
}
