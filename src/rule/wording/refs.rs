//! Whose tool is it? Identifier-like words of a text, resolved against the servers of the fleet (DETECTION §4.4).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::json::{Node, Value};
use crate::manifest::ItemKey;
use crate::rule::Subject;
use crate::rule::capability::words;
use crate::terms::ItemKind;

/// Whose an identifier is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// A tool, prompt, parameter or constant of the same server.
    Own,
    /// A tool of another server of the fleet.
    Other(usize, ItemKey),
    /// Nobody's here, named in the place of a tool.
    Nobody,
}

/// An identifier in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) whose: Whose,
    /// The text puts it where a tool stands: after "call", before "tool", or written as a call.
    pub(super) as_tool: bool,
}

/// Everything that has a name in the fleet.
pub(super) struct Inventory {
    /// Per server: folded names of tools, prompts, parameters, enum constants and the server itself.
    own: Vec<BTreeSet<String>>,
    /// Folded tool names, and who has them.
    tools: BTreeMap<String, Vec<(usize, ItemKey)>>,
}

static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\x60'\x22\u{201c}\u{2018}]?\b([A-Za-z][A-Za-z0-9]*(?:[_.\-/:][A-Za-z0-9]+)*)\b[\x60'\x22\u{201d}\u{2019}]?(\(\))?").expect("a pattern of ours, compiled in a test")
});

/// Words after which a tool is named.
const BEFORE: [&str; 46] = [
    "call", "calls", "calling", "called", "use", "uses", "using", "used", "invoke", "invokes", "invoking", "invoked", "run",
    "runs", "running", "trigger", "triggers", "triggering", "triggered", "execute", "executes", "executing", "tool", "tools",
    "function", "functions", "method", "operation", "before", "after", "whenever", "via", "through", "with", "by", "when",
    "utilize", "utilizing", "perform", "performing", "activate", "activating", "initiate", "initiating", "launch", "launching",
];

/// Words before which one is.
const AFTER: [&str; 14] = [
    "tool", "function", "is", "runs", "call", "calls", "operation", "command", "api", "method", "operations", "tools", "endpoint",
    "must",
];

/// First words of identifiers that are tools rather than fields.
const VERBS: [&str; 66] = [
    "get", "set", "list", "read", "write", "send", "create", "delete", "update", "add", "remove", "search", "find", "fetch",
    "run", "execute", "call", "open", "close", "start", "stop", "check", "query", "post", "put", "move", "copy", "edit",
    "download", "upload", "browse", "navigate", "click", "mark", "reply", "forward", "schedule", "book", "buy", "sell",
    "transfer", "pay", "trade", "make", "show", "view", "convert", "translate", "calculate", "compute", "generate",
    "analyze", "summarize", "extract", "validate", "verify", "sync", "kill", "restart", "deploy", "merge", "push", "pull",
    "commit", "retrieve", "submit",
];

/// Identifiers of no server: formats, languages, protocol words.
const COMMON: [&str; 44] = [
    "json", "http", "https", "utf_8", "iso_8601", "e_g", "i_e", "node_js", "next_js", "read_only", "real_time", "built_in",
    "end_to_end", "up_to_date", "full_text", "user_id", "key_value", "and_or", "true_false", "yes_no", "input_output",
    "one_time", "follow_up", "so_called", "well_known", "case_sensitive", "non_empty", "zero_based", "comma_separated", "api_key", "access_token",
    "open_source", "third_party", "in_memory", "multi_line", "sub_agent", "pre_built", "high_level", "low_level", "type_script", "java_script", "git_hub", "you_tube", "post_gre_sql",
];

impl Inventory {
    pub(super) fn new(fleet: &[Subject<'_>]) -> Self {
        let mut own = Vec::new();
        let mut tools: BTreeMap<String, Vec<(usize, ItemKey)>> = BTreeMap::new();
        for (server, subject) in fleet.iter().enumerate() {
            let mut names = BTreeSet::new();
            names.insert(fold(subject.target.name.raw()));
            for item in &subject.manifest.items {
                if item.key.kind == ItemKind::Tool {
                    tools.entry(fold(item.key.name.raw())).or_default().push((server, item.key.clone()));
                }
                if item.key.kind == ItemKind::Server {
                    names.extend(item.text("name").map(fold));
                    continue;
                }
                names.insert(fold(item.key.name.raw()));
                collect(&item.node, &mut names, 0);
            }
            own.push(names);
        }
        Self { own, tools }
    }

    /// Identifiers of a text of `server`, in order.
    pub(super) fn references(&self, server: usize, text: &str) -> Vec<Reference> {
        let mut out = Vec::new();
        for found in IDENTIFIER.captures_iter(text) {
            let (Some(whole), Some(inner)) = (found.get(0), found.get(1)) else { continue };
            let name = inner.as_str();
            if name.len() > 100 || name.contains("://") {
                continue;
            }
            let quoted = whole.len() > name.len() || found.get(2).is_some();
            let parts = words(name);
            let compound = parts.len() >= 2;
            let folded = parts.join("_");
            let before = last_word(&text[..whole.start()]);
            let after = first_word(&text[whole.end()..]);
            let beside = BEFORE.contains(&before.as_str()) || AFTER.contains(&after.as_str());
            let called = found.get(2).is_some();
            if !compound && !quoted {
                continue;
            }
            // a path, a domain or a file name is no tool
            if name.contains('/') || name.contains('.') || text[..whole.start()].ends_with(['/', '.', '~', '@', '-', '$']) {
                continue;
            }
            let own = self.own.get(server).is_some_and(|o| o.contains(&folded));
            let other = || {
                let list = self.tools.get(&folded)?;
                list.iter().find(|(s, _)| *s != server).map(|(s, k)| Whose::Other(*s, k.clone()))
            };
            let hyphen_word = name.contains('-') && !name.contains('_') && !quoted;
            let whose = if own {
                Whose::Own
            } else if let Some(other) = other().filter(|_| compound || quoted) {
                other
            } else if COMMON.contains(&folded.as_str()) || hyphen_word || is_word(name, quoted) {
                continue;
            } else {
                Whose::Nobody
            };
            let verb = parts.first().is_some_and(|w| VERBS.contains(&w.as_str()));
            let as_tool = called || (beside && (compound || quoted)) || (compound && verb && quoted);
            out.push(Reference { start: whole.start(), end: whole.end(), whose, as_tool });
        }
        out
    }

    /// Whether a tool name is distinctive: two words at least, on one server only.
    pub(super) fn is_distinctive(&self, key: &ItemKey) -> bool {
        let folded = fold(key.name.raw());
        folded.contains('_') && self.tools.get(&folded).is_some_and(|l| l.iter().all(|(s, _)| *s == l[0].0))
    }
}

fn fold(name: &str) -> String {
    words(name).join("_")
}

/// Names of parameters, constants and other short strings of a schema are the server's own.
fn collect(node: &Node, names: &mut BTreeSet<String>, depth: usize) {
    match &node.value {
        Value::String(text) if text.len() <= 64 && !text.contains(' ') => {
            names.insert(fold(text));
        }
        Value::Array(items) => items.iter().for_each(|n| collect(n, names, depth + 1)),
        Value::Object(members) => {
            for member in members {
                names.insert(fold(&member.key));
                collect(&member.value, names, depth + 1);
            }
        }
        _ => {}
    }
}

/// A product name (`TypeScript`, `GitHub`) or an acronym, unless it stands in quotation marks.
fn is_word(name: &str, quoted: bool) -> bool {
    if quoted || name.contains(['_', '-', ':']) {
        return false;
    }
    let capital = name.chars().next().is_some_and(char::is_uppercase);
    capital || name.chars().all(|c| c.is_uppercase() || c.is_numeric())
}

fn last_word(text: &str) -> String {
    let trimmed = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let near = text.len() - trimmed.len() <= 3;
    let word = trimmed.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let word = word.to_ascii_lowercase();
    if word == "the" || word == "a" || word == "an" || word == "any" {
        return last_word(&trimmed[..trimmed.len() - word.len()]);
    }
    if near { word } else { String::new() }
}

fn first_word(text: &str) -> String {
    let trimmed = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    if text.len() - trimmed.len() > 3 {
        return String::new();
    }
    trimmed.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase()
}
