//! What a tool's parameters ask for, read from their names and types: secrets, free text beside the tool's work, words
//! that are run, fetched or opened, and values that travel as HTTP headers. Family `schema`.

use std::collections::BTreeSet;

use crate::finding::Evidence;
use crate::json::{Node, Trail};
use crate::manifest::Item;
use crate::rule::capability::{parted, spelled};
use crate::rule::{Hit, Subject};
use crate::terms::ItemKind;
use crate::untrusted::{Message, Untrusted};

/// Nested objects that are followed.
const DEPTH: usize = 8;
/// Parameters of one tool that are looked at.
const PARAMETERS: usize = 2000;

/// Last words of a name that make a string a secret of the user.
const SECRETS: [&str; 17] = [
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "api key",
    "secret",
    "secret key",
    "private key",
    "access key",
    "access token",
    "auth token",
    "bearer token",
    "seed phrase",
    "recovery phrase",
    "mnemonic",
    "cvv",
    "ssn",
];
/// Names of a place for anything at all.
const FREE: [&str; 12] = [
    "debug",
    "debug info",
    "extra",
    "extra info",
    "extras",
    "misc",
    "additional info",
    "additional data",
    "feedback",
    "telemetry",
    "diagnostics",
    "trace",
];
/// Last words of a name whose value is run, fetched or opened.
const DANGEROUS: [(&str, &str); 15] = [
    ("command", "is run"),
    ("cmd", "is run"),
    ("shell", "is run"),
    ("script", "is run"),
    ("code", "is run"),
    ("expression", "is run"),
    ("sql", "is run"),
    ("sql query", "is run"),
    ("url", "is fetched"),
    ("uri", "is fetched"),
    ("host", "is contacted"),
    ("hostname", "is contacted"),
    ("path", "is opened"),
    ("file path", "is opened"),
    ("filename", "is opened"),
];
/// Names of what a person writes or a model answers.
const CONTENT: [&str; 8] = ["message", "content", "prompt", "query", "text", "body", "conversation", "document"];

/// One parameter.
struct Parameter<'a> {
    trail: Trail<'a>,
    name: &'a str,
    /// The words of its name, with a blank between two.
    words: String,
    schema: &'a Node,
}

/// Runs over every tool.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        for tool in subject.manifest.of_kind(ItemKind::Tool) {
            let found = parameters(tool);
            for parameter in &found {
                out.extend(soliciting(server, tool, parameter));
                out.extend(free(server, tool, parameter));
            }
            out.extend(dangerous(server, tool, &found));
            out.extend(mirrored(server, tool, &found));
        }
    }
    out
}

fn parameters(tool: &Item) -> Vec<Parameter<'_>> {
    let mut out = Vec::new();
    if let Some(schema) = tool.node.get("inputSchema") {
        let mut trail = Trail::default();
        trail.key("inputSchema");
        follow(schema, &mut trail, 0, &mut out);
    }
    out
}

fn follow<'a>(schema: &'a Node, at: &mut Trail<'a>, depth: usize, out: &mut Vec<Parameter<'a>>) {
    if depth > DEPTH {
        return;
    }
    if let Some(items) = schema.get("items") {
        at.key("items");
        follow(items, at, depth + 1, out);
        at.pop();
    }
    let Some(properties) = schema.get("properties") else { return };
    at.key("properties");
    for member in properties.members() {
        if out.len() >= PARAMETERS {
            break;
        }
        at.key(&member.key);
        follow(&member.value, at, depth + 1, out);
        let (trail, name, schema) = (at.clone(), &*member.key, &member.value);
        out.push(Parameter { trail, name, words: spelled(name, usize::MAX), schema });
        at.pop();
    }
    at.pop();
}

impl Parameter<'_> {
    fn ends(&self, last: &str) -> bool {
        self.words.strip_suffix(last).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
    }

    /// Any text at all: a string without a list of values, a pattern or a format.
    fn is_free(&self) -> bool {
        let kind = self.schema.get("type");
        let text = match kind {
            None => !["enum", "const", "anyOf", "oneOf", "allOf", "$ref"].iter().any(|k| self.schema.get(k).is_some()),
            Some(one) => one.as_str() == Some("string") || one.elements().iter().any(|t| t.as_str() == Some("string")),
        };
        text && !["enum", "const", "pattern", "format"].iter().any(|k| self.schema.get(k).is_some())
    }

    /// An object that may hold anything.
    fn is_open(&self) -> bool {
        let named = self.schema.get("properties").is_some_and(|p| !p.members().is_empty());
        let shut = self.schema.get("additionalProperties").is_some_and(|a| a.as_bool() == Some(false) || a.is_object());
        self.schema.get("type").and_then(Node::as_str) == Some("object") && !named && !shut
    }

    fn hit(&self, rule: &str, server: usize, tool: &Item, what: &str) -> Hit {
        let name = Untrusted::from(self.name);
        let pointer = self.trail.pointer();
        let message = Message::new("parameter ").quote(&name).text(" of tool ").quote(&tool.key.name);
        Hit {
            item: Some(tool.key.clone()),
            message: message.text(format!(" {what}")),
            evidence: vec![Evidence::whole(&pointer, name, what)],
            pointer,
            ..Hit::new(rule, server)
        }
    }
}

fn soliciting(server: usize, tool: &Item, parameter: &Parameter<'_>) -> Option<Hit> {
    let secret = SECRETS.iter().any(|last| parameter.ends(last)) && parameter.schema.get("enum").is_none();
    let kind = parameter.schema.get("type").and_then(Node::as_str);
    let text = kind.is_none_or(|kind| kind == "string");
    (secret && text).then(|| {
        parameter.hit(
            "secret-soliciting-parameter",
            server,
            tool,
            "asks for a secret, which then is in the model's context",
        )
    })
}

fn free(server: usize, tool: &Item, parameter: &Parameter<'_>) -> Option<Hit> {
    // below the top it belongs to an object that the tool works on
    let top = parameter.trail.depth() == 3;
    // and what the tool is called after is its work
    let own = || {
        let name = spelled(tool.key.name.raw(), usize::MAX);
        parted(&name).any(|word| parted(&parameter.words).any(|own| own == word))
    };
    let named = FREE.contains(&parameter.words.as_str());
    let hit = top && named && (parameter.is_free() || parameter.is_open()) && !own();
    hit.then(|| {
        parameter.hit("free-form-sink-parameter", server, tool, "takes any text and is not what the tool works on")
    })
}

/// One finding a tool: which of its parameters reach further than a value.
fn dangerous(server: usize, tool: &Item, found: &[Parameter<'_>]) -> Option<Hit> {
    let reach = |p: &Parameter<'_>| DANGEROUS.iter().find(|(last, _)| p.ends(last)).map(|(_, what)| *what);
    let mut all = found.iter().filter(|p| p.is_free()).filter_map(|p| Some((p, reach(p)?)));
    let (first, what) = all.next()?;
    let mut hit = first.hit("unconstrained-dangerous-parameter", server, tool, &format!("{what} and takes any text"));
    hit.evidence
        .extend(all.map(|(p, what)| Evidence::whole(&p.trail.pointer(), p.name, format!("{what} and takes any text"))));
    Some(hit)
}

fn mirrored(server: usize, tool: &Item, found: &[Parameter<'_>]) -> Vec<Hit> {
    let mut known = BTreeSet::new();
    let mut out = Vec::new();
    for parameter in found {
        let Some(header) = parameter.schema.get("x-mcp-header") else { continue };
        let name = header.as_str().unwrap_or_default();
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        let what = if name.is_empty() || !name.bytes().all(token) {
            "is to be sent as an HTTP header whose name is not valid"
        } else if !known.insert(name.to_ascii_lowercase()) {
            "is to be sent as an HTTP header that another parameter is sent as too"
        } else if SECRETS.iter().any(|last| parameter.ends(last)) {
            "is a secret that is to be sent as an HTTP header, which proxies and logs see"
        } else if parted(&parameter.words).next_back().is_some_and(|w| CONTENT.contains(&w)) {
            "is content that is to be sent as an HTTP header, which proxies and logs see"
        } else {
            continue;
        };
        out.push(parameter.hit("sensitive-header-mirroring", server, tool, what));
    }
    out
}
