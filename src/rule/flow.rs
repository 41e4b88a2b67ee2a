//! What a tool can be in a toxic flow: a source of what strangers write, a source of private data or of secrets, a way out, a
//! way to run code, to destroy, to spend or to persist. Guessed from the name, the schema and the first sentence of the
//! description; annotations only add risk, for the protocol calls them untrusted. Lists of September 2026.
//!
//! [`super::capability`] is the coarser guess that compares a server with its own past.

use super::capability::words;
use crate::json::Node;
use crate::manifest::Item;

/// A part in a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Brings in what strangers write.
    Untrusted,
    /// Reads private data.
    Private,
    /// Reads secrets.
    Secret,
    /// Sends data out.
    Egress,
    /// Runs commands or code.
    Exec,
    /// Deletes or overwrites.
    Destructive,
    /// Spends or moves money.
    Money,
    /// Writes what later sessions read.
    Persist,
}

impl Part {
    /// What such a tool does, for people.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Untrusted => "reads what strangers write",
            Self::Private => "reads private data",
            Self::Secret => "reads secrets",
            Self::Egress => "sends data out",
            Self::Exec => "runs commands or code",
            Self::Destructive => "deletes or overwrites",
            Self::Money => "moves money",
            Self::Persist => "writes what later sessions obey",
        }
    }

    /// The word of JSON v1.
    pub fn word(self) -> &'static str {
        match self {
            Self::Untrusted => "untrusted-source",
            Self::Private => "private-source",
            Self::Secret => "secret-source",
            Self::Egress => "egress",
            Self::Exec => "exec",
            Self::Destructive => "destructive",
            Self::Money => "money",
            Self::Persist => "persistence",
        }
    }
}

const READ: &str = "get read list search query fetch find download export select show view retrieve lookup browse scrape \
    crawl extract open navigate visit summarize";
const SEND: &str = "send post publish upload forward email tweet broadcast notify share reply comment push submit invite \
    deploy message";
const MAKE: &str = "create add open write insert";
/// What others read, once it is made.
const PUBLIC: &str = "issue comment pull pr gist post message tweet paste ticket release webhook discussion review \
    reaction thread invitation";
const STRANGERS: &str = "web webpage website internet news feed feeds rss tweet tweets reddit hackernews wikipedia article \
    articles issue issues comment comments pull review reviews ticket tickets discussion discussions \
    email emails mail inbox gmail message messages transcript serp google brave duckduckgo";
const PRIVATE: &str = "file files directory folder document documents drive email emails mail inbox gmail message messages \
    chat chats conversation conversations calendar event events contact contacts customer customers \
    record records database table sql crm lead leads account accounts invoice invoices note notes \
    spreadsheet sheet cookies clipboard transactions employees patients";
const SECRETS: &str = "secret secrets credential credentials password passwords vault keychain keystore token tokens env \
    environment apikey";
const DESTROY: &str = "delete remove drop destroy wipe purge truncate overwrite uninstall";
const SPEND: &str = "pay payment transfer refund charge purchase buy sell trade withdraw swap stake payout checkout";
const REMEMBER: &str = "memory memories rule rules config settings schedule cron hook hooks instructions skill";
const WRITE: &str = "write add create store save update set edit append";

/// The parts a tool can play, sorted.
pub fn parts(tool: &Item) -> Vec<Part> {
    let name = words(tool.key.name.raw());
    let mut out = of_words(&name, takes_url(tool), takes(tool, &["command", "cmd", "code", "script", "shell_command"]));
    if out.is_empty() {
        let sentence = tool.text("description").unwrap_or_default();
        let sentence = sentence.split(['.', '\n']).next().unwrap_or_default();
        let mut described: Vec<String> = words(sentence).into_iter().take(12).collect();
        if let Some(verb) = described.first_mut() {
            // "Sends a mail" says the same as "send"
            *verb = stem(verb);
        }
        out = of_words(&described, takes_url(tool), false);
    }
    let hint = |key: &str| tool.node.get("annotations").and_then(|a| a.get(key)).and_then(Node::as_bool);
    if hint("destructiveHint") == Some(true) && hint("readOnlyHint") != Some(true) {
        out.push(Part::Destructive);
    }
    let reads = name.first().is_some_and(|v| among(READ, v));
    if hint("openWorldHint") == Some(true) && reads && name.iter().any(|w| among("search fetch browse crawl", w)) {
        out.push(Part::Untrusted);
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Whether a list of words has this one.
fn among(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

fn of_words(words: &[String], url: bool, code: bool) -> Vec<Part> {
    let has = |list: &str| words.iter().any(|w| among(list, w));
    let first = |list: &str| words.first().is_some_and(|w| among(list, w));
    // `jira_get`, `gmail_send`: the product comes first
    let verb = |list: &str| {
        let second = words.get(1).is_some_and(|w| among(list, w));
        first(list) || second || (words.len() > 1 && words.last().is_some_and(|w| among(list, w)))
    };
    let mut out = Vec::new();
    let reads = verb(READ);
    if has("exec execute shell bash terminal eval spawn") && !has("sql query workflow statement")
        || (verb("run") && (code || has("command script code python javascript")))
    {
        out.push(Part::Exec);
    }
    // a tool that takes any address brings in what stands there, and sends out what is put into the address
    if url && (reads || has("url request http goto navigate screenshot")) {
        out.extend([Part::Untrusted, Part::Egress]);
    }
    if reads && has(STRANGERS) {
        out.push(Part::Untrusted);
    }
    let sql = has("sql query") && has("execute run read sql database db");
    if (reads && has(PRIVATE)) || sql {
        out.push(Part::Private);
    }
    if reads && has(SECRETS) && !has("count usage") {
        out.push(Part::Secret);
    }
    let quiet = has("draft drafts template");
    if !quiet && (verb(SEND) && !reads || (verb(MAKE) && has(PUBLIC)) || (has("webhook") && !reads)) {
        out.push(Part::Egress);
    }
    if verb(DESTROY) {
        out.push(Part::Destructive);
    }
    if !reads && (verb(SPEND) || (verb("place create submit") && has("order payment payout trade"))) {
        out.push(Part::Money);
    }
    if (verb(WRITE) && has(REMEMBER)) || first("remember schedule memorize") {
        out.push(Part::Persist);
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// "Sends", "fetches" and "retrieves" without their ending.
fn stem(verb: &str) -> String {
    let lists = [READ, SEND, MAKE, DESTROY, SPEND, WRITE, "run execute schedule"];
    let known = |v: &str| lists.iter().any(|l| among(l, v));
    let cut = [verb.strip_suffix('s'), verb.strip_suffix("es")];
    cut.into_iter().flatten().find(|v| known(v)).unwrap_or(verb).to_owned()
}

fn properties(tool: &Item) -> Option<&Node> {
    tool.node.get("inputSchema")?.get("properties")
}

fn takes(tool: &Item, names: &[&str]) -> bool {
    properties(tool).is_some_and(|p| p.members().iter().any(|m| names.contains(&&*m.key)))
}

/// A parameter for any address: no list of values, no pattern.
fn takes_url(tool: &Item) -> bool {
    properties(tool).is_some_and(|p| {
        p.members().iter().any(|m| {
            let free =
                m.value.get("enum").is_none() && m.value.get("const").is_none() && m.value.get("pattern").is_none();
            free && ["url", "urls", "uri", "link", "href", "website"].contains(&&*m.key.to_ascii_lowercase())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, read};
    use crate::manifest::from_document;

    fn of(tool: &str) -> Vec<&'static str> {
        let text = format!("[{tool}]");
        let document = read(text.as_bytes(), &Limits::default()).expect("JSON");
        let manifest = from_document(&document, text.as_bytes()).expect("a manifest").remove(0).manifest;
        parts(&manifest.items[0]).into_iter().map(Part::word).collect()
    }

    fn named(name: &str) -> Vec<&'static str> {
        of(&format!(r#"{{"name": "{name}", "inputSchema": {{"type": "object"}}}}"#))
    }

    #[test]
    fn names_say_what_a_tool_can_be() {
        for (name, expected) in [
            ("read_file", &["private-source"][..]),
            ("web_search", &["untrusted-source"]),
            ("list_issues", &["untrusted-source"]),
            ("gmail_search_messages", &["untrusted-source", "private-source"]),
            ("send_email", &["egress"]),
            ("create_issue", &["egress"]),
            ("create_draft", &[]),
            ("run_command", &["exec"]),
            ("getSecret", &["secret-source"]),
            ("delete_file", &["destructive"]),
            ("transfer_funds", &["money"]),
            ("add_memory", &["persistence"]),
            ("add", &[]),
            ("get_weather", &[]),
            ("list_transfers", &[]),
        ] {
            assert_eq!(named(name), expected, "{name}");
        }
    }

    #[test]
    fn schemas_words_and_annotations_add() {
        let url = |schema: &str| {
            of(&format!(
                r#"{{"name": "fetch", "inputSchema": {{"type": "object", "properties": {{"url": {schema}}}}}}}"#
            ))
        };
        assert_eq!(url(r#"{"type": "string"}"#), ["untrusted-source", "egress"]);
        assert_eq!(url(r#"{"type": "string", "enum": ["https://a.test"]}"#), Vec::<&str>::new());
        assert_eq!(of(r#"{"name": "x1", "description": "Sends a mail to anyone.", "inputSchema": {}}"#), ["egress"]);
        assert_eq!(
            of(r#"{"name": "x1", "inputSchema": {}, "annotations": {"destructiveHint": true}}"#),
            ["destructive"]
        );
        // a hint never takes anything away
        assert_eq!(
            of(r#"{"name": "delete_x", "inputSchema": {}, "annotations": {"readOnlyHint": true}}"#),
            ["destructive"]
        );
    }
}
