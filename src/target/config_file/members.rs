//! Secrets where no launch is read from: in other members of a server's entry, and in the defaults of what people are asked.

use std::collections::BTreeSet;

use super::super::document::{Document, Node, Value};
use super::super::{Launch, Located, Place};
use super::shape::ENVIRONMENTS;
use crate::secret::is_secret;
use crate::untrusted::Untrusted;

/// Places of one entry or manifest that are told; more say nothing more.
const MOST: usize = 100;

/// Where such a secret stands, as findings say it.
pub const MEMBER: &str = "a member of the server's entry";
/// The same of a default.
pub const DEFAULT: &str = "the default of what people are asked for";

/// Whether the default or fixed value of something that people are asked for is a secret. What its author marked as one is
/// held to be a password, whatever it is called.
pub fn is_secret_value(name: &str, marked: bool, value: &str) -> bool {
    is_secret(Some(name), value) || (marked && ["password", "token"].iter().any(|n| is_secret(Some(n), value)))
}

/// Secret defaults of the fields that a bundle asks people for.
pub(super) fn defaults(root: &Node, document: &Document) -> Vec<Place> {
    let mut out = Vec::new();
    for field in root.get("user_config").map(Node::members).unwrap_or_default() {
        let marked = field.value.get("sensitive").and_then(Node::truth) == Some(true);
        let Some(default) = field.value.get("default") else { continue };
        let texts = std::iter::once(default).chain(default.elements());
        let secret = |n: &&Node| n.scalar().is_some_and(|text| is_secret_value(&field.key, marked, &text));
        out.extend(texts.filter(secret).map(|n| document.place(n.start, n.end)).take(MOST - out.len()));
    }
    out
}

/// Secrets of an entry that do not stand where its launch was read from, whose values are judged with it. `skip` are members
/// that are judged elsewhere.
pub(super) fn of_entry(entry: &Node, launch: Option<&Launch>, document: &Document, skip: &[&str]) -> Vec<Place> {
    let judged = launch.map(places).unwrap_or_default();
    let mut walk = Walk { document, judged, out: Vec::new() };
    for member in entry.members().iter().filter(|m| !skip.contains(&m.key.as_str())) {
        walk.member(&member.key, (member.start, member.end), &member.value, None);
    }
    walk.out
}

struct Walk<'d> {
    document: &'d Document,
    judged: BTreeSet<(u32, u32)>,
    out: Vec<Place>,
}

impl Walk<'_> {
    fn member(&mut self, key: &str, (start, end): (usize, usize), value: &Node, called: Option<&str>) {
        if is_secret(None, key) {
            self.found(start, end);
        }
        self.value(value, called.filter(|_| key == "value").unwrap_or(key));
    }

    // Recursion is bounded by the document's depth.
    fn value(&mut self, node: &Node, name: &str) {
        match &node.value {
            Value::Map(members) => {
                // `{"name": "API_KEY", "value": "…"}`
                let called = ["name", "key"].iter().find_map(|k| node.get(k)?.text());
                members.iter().for_each(|m| self.member(&m.key, (m.start, m.end), &m.value, called));
            }
            Value::List(elements) => elements.iter().for_each(|n| self.value(n, name)),
            Value::Text(text) | Value::Number(text) => {
                if is_secret(Some(name), text) || (ENVIRONMENTS.contains(&name) && in_pairs(text)) {
                    self.found(node.start, node.end);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn found(&mut self, start: usize, end: usize) {
        let place = self.document.place(start, end);
        let inside = (place.line, place.column)..(place.end_line, place.end_column);
        if self.out.len() < MOST && self.judged.range(inside).next().is_none() {
            self.out.push(place);
        }
    }
}

/// Variables in one text: `NAME=value OTHER=value`.
fn in_pairs(text: &str) -> bool {
    let pairs = text.split([' ', '\t', '\r', '\n', ',', ';']).filter_map(|pair| pair.split_once('='));
    pairs.into_iter().any(|(name, value)| is_secret(Some(name), value.trim_matches(['"', '\''])))
}

/// Where the values of a launch stand.
fn places(launch: &Launch) -> BTreeSet<(u32, u32)> {
    let word = |w: &Located<Untrusted>| w.place;
    let all: Vec<Option<Place>> = match launch {
        Launch::Stdio(s) => {
            let words = std::iter::once(&s.command).chain(&s.args).chain(&s.cwd).map(word);
            words.chain(s.env.iter().flat_map(|(n, v)| [n.place, v.place])).collect()
        }
        Launch::Http(h) => {
            std::iter::once(h.url.place).chain(h.headers.iter().flat_map(|(n, v)| [n.place, v.place])).collect()
        }
        Launch::File(_) => Vec::new(),
    };
    all.into_iter().flatten().map(|p| (p.line, p.column)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::document::Language;

    /// Built from parts so that no scanner takes it for a real one.
    fn random() -> String {
        ["Zq8kP3nV7rT2", "mX9wL4sB6dF1"].concat()
    }

    fn columns(entry: &str) -> Vec<u32> {
        let text = entry.replace("{R}", &random());
        let document = Document::read(&text, Language::Json).expect("JSON");
        let root = document.root.as_ref().expect("an entry");
        let read = super::super::entry::launch(root, &document, None);
        of_entry(root, read.launch.as_ref(), &document, &[]).iter().map(|p| p.column).collect()
    }

    #[test]
    fn secrets_in_other_members_are_found_and_those_of_the_launch_are_left_to_it() {
        for (entry, at) in [
            (r#"{"command": "x", "oauth": {"clientId": "a", "clientSecret": "{R}"}}"#, "\"{R}"),
            (r#"{"command": "x", "apiKey": "{R}"}"#, "\"{R}"),
            (r#"{"url": "https://a.test/mcp", "auth": {"token": "{R}"}}"#, "\"{R}"),
            (r#"{"command": "x", "args": [{"token": "{R}"}]}"#, "\"{R}"),
            (r#"{"command": "x", "env": "ACME_TOKEN={R}"}"#, "\"ACME"),
            (r#"{"command": "x", "env": "A=1 ACME_TOKEN={R}"}"#, "\"A=1"),
            (r#"{"url": "https://a.test/mcp", "env": {"ACME_TOKEN": "{R}"}}"#, "\"{R}"),
            (r#"{"command": "x", "headers": {"Authorization": "Bearer {R}"}}"#, "\"Bearer"),
        ] {
            let column = entry.find(at).expect("there") as u32 + 1;
            assert_eq!(columns(entry), [column], "{entry}");
        }
        for entry in [
            r#"{"command": "x", "args": ["--token", "{R}"], "env": {"ACME_TOKEN": "{R}"}}"#,
            r#"{"command": "x --token={R}"}"#,
            r#"{"command": "x", "args": "--token={R} y"}"#,
            r#"{"command": "x", "env": ["ACME_TOKEN={R}"]}"#,
            r#"{"command": "x", "env": [{"name": "ACME_TOKEN", "value": "{R}"}]}"#,
            r#"{"url": "https://a.test/mcp?api_key={R}", "headers": {"X-API-Key": "{R}"}}"#,
            r#"{"command": "x", "oauth": {"clientId": "abc", "clientSecret": "${SECRET}"}, "timeout": 60000}"#,
            r#"{"command": "x", "env": "ACME_TOKEN=<your token>", "apiKey": "YOUR_API_KEY", "autoApprove": ["get_token"]}"#,
        ] {
            assert_eq!(columns(entry), Vec::<u32>::new(), "{entry}");
        }
    }

    #[test]
    fn a_default_is_a_secret_by_name_by_format_or_because_it_is_marked() {
        let r = random();
        assert!(is_secret_value("k", true, &r) && is_secret_value("api_key", false, &r));
        assert!(is_secret_value("k", true, "S3cretPw99y"));
        assert!(is_secret_value("note", false, &format!("ghp_{}", "q8Zt3LpW9x".repeat(4).get(..36).expect("36"))));
        for value in ["", "your-api-key", "<token>", "${TOKEN}", "changeme", "https://api.acme.test/v1"] {
            assert!(!is_secret_value("k", true, value), "{value}");
        }
        assert!(!is_secret_value("folder", false, &r));
    }
}
