//! What a tool can be in a toxic flow: a source of what strangers write, a source of private data or of secrets, a way out, a
//! way to run code, to destroy, to spend or to persist. Guessed from the name, the schema and the first sentence of the
//! description; annotations only add risk, for the protocol calls them untrusted. Lists of September 2026.
//!
//! [`super::capability`] is the coarser guess that compares a server with its own past; its words count here, too.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::capability::{self, first_words, words};
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

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $words:literal;)*) => {
        /// A list of words.
        #[derive(Clone, Copy)]
        enum List { $($(#[$doc])* $name),* }

        const LISTS: &[&str] = &[$($words),*];
    };
}

lists! {
    Read = "get read list search query fetch find download export select show view retrieve lookup browse scrape \
    crawl extract open navigate visit summarize";
    /// Beside those of [`capability::SENDS`].
    Send = "share reply comment push submit invite deploy message";
    Make = "create add open write insert";
    /// What others read, once it is made.
    Public = "issue comment pull pr gist post message tweet paste ticket release webhook discussion review \
    reaction thread invitation";
    Strangers = "web webpage website internet news feed feeds rss tweet tweets reddit hackernews wikipedia article \
    articles issue issues comment comments pull review reviews ticket tickets discussion discussions \
    email emails mail inbox gmail message messages transcript serp google brave duckduckgo";
    Private = "file files directory folder document documents drive email emails mail inbox gmail message messages \
    chat chats conversation conversations calendar event events contact contacts customer customers \
    record records database table sql crm lead leads account accounts invoice invoices note notes \
    spreadsheet sheet cookies clipboard transactions employees patients";
    /// Beside those of [`capability::SECRETS`].
    Secrets = "keystore token tokens environment apikey";
    /// Beside those of [`capability::DESTROYS`].
    Destroy = "uninstall";
    Spend = "pay payment transfer refund charge purchase buy sell trade withdraw swap stake payout checkout";
    Remember = "memory memories rule rules config settings schedule cron hook hooks instructions skill";
    Write = "write add create store save update set edit append";
    /// Those of [`capability::RUNS`].
    Shell = "";
    Query = "sql query workflow statement";
    Code = "command script code python javascript";
    Visit = "url request http goto navigate screenshot";
    Sql = "sql query";
    Database = "execute run read sql database db";
    Count = "count usage";
    Draft = "draft drafts template";
    Place = "place create submit";
    Order = "order payment payout trade";
    Keep = "remember schedule memorize";
    Browse = "search fetch browse crawl";
    Run = "run";
    Webhook = "webhook";
    Act = "run execute schedule";
}

/// The lists each word is in, a bit for each.
static WORDS: LazyLock<BTreeMap<&str, u32>> = LazyLock::new(|| {
    let mut out = BTreeMap::new();
    let mut add = |word, list: u32| *out.entry(word).or_default() |= 1 << list;
    for (bit, list) in (0..).zip(LISTS) {
        list.split_ascii_whitespace().for_each(|word| add(word, bit));
    }
    let shared: [(List, &[&'static str]); 4] = [
        (List::Send, &capability::SENDS),
        (List::Secrets, &capability::SECRETS),
        (List::Destroy, &capability::DESTROYS),
        (List::Shell, &capability::RUNS),
    ];
    for (list, words) in shared {
        words.iter().for_each(|word| add(word, list as u32));
    }
    out
});

impl List {
    /// Whether the list has this word.
    fn has(self, word: &str) -> bool {
        self.is_in(lists_of(word))
    }

    fn is_in(self, lists: u32) -> bool {
        lists & 1 << self as u32 != 0
    }
}

fn lists_of(word: &str) -> u32 {
    WORDS.get(word).copied().unwrap_or_default()
}

/// The parts a tool can play, sorted.
pub fn parts(tool: &Item) -> Vec<Part> {
    let name = words(tool.key.name.raw());
    let mut out = of_words(&name, takes_url(tool), takes(tool, &["command", "cmd", "code", "script", "shell_command"]));
    if out.is_empty() {
        let sentence = tool.text("description").unwrap_or_default();
        let sentence = sentence.split(['.', '\n']).next().unwrap_or_default();
        let mut described: Vec<String> = first_words(sentence, 12);
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
    let reads = name.first().is_some_and(|v| List::Read.has(v));
    if hint("openWorldHint") == Some(true) && reads && name.iter().any(|w| List::Browse.has(w)) {
        out.push(Part::Untrusted);
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn of_words(words: &[String], url: bool, code: bool) -> Vec<Part> {
    let words: Vec<u32> = words.iter().map(|w| lists_of(w)).collect();
    let has = |list: List| words.iter().any(|w| list.is_in(*w));
    // `jira_get`, `gmail_send`: the product comes first
    let verb = |list: List| words.iter().take(2).chain(words.last()).any(|w| list.is_in(*w));
    let mut out = Vec::new();
    let reads = verb(List::Read);
    if has(List::Shell) && !has(List::Query) || (verb(List::Run) && (code || has(List::Code))) {
        out.push(Part::Exec);
    }
    // a tool that takes any address brings in what stands there, and sends out what is put into the address
    if url && (reads || has(List::Visit)) {
        out.extend([Part::Untrusted, Part::Egress]);
    }
    if reads && has(List::Strangers) {
        out.push(Part::Untrusted);
    }
    let sql = has(List::Sql) && has(List::Database);
    if (reads && has(List::Private)) || sql {
        out.push(Part::Private);
    }
    if reads && has(List::Secrets) && !has(List::Count) {
        out.push(Part::Secret);
    }
    let quiet = has(List::Draft);
    if !quiet
        && (verb(List::Send) && !reads || (verb(List::Make) && has(List::Public)) || (has(List::Webhook) && !reads))
    {
        out.push(Part::Egress);
    }
    if verb(List::Destroy) {
        out.push(Part::Destructive);
    }
    if !reads && (verb(List::Spend) || (verb(List::Place) && has(List::Order))) {
        out.push(Part::Money);
    }
    if (verb(List::Write) && has(List::Remember)) || words.first().is_some_and(|w| List::Keep.is_in(*w)) {
        out.push(Part::Persist);
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// "Sends", "fetches" and "retrieves" without their ending.
fn stem(verb: &str) -> String {
    let lists = [List::Read, List::Send, List::Make, List::Destroy, List::Spend, List::Write, List::Act];
    let known = |v: &str| lists.iter().any(|l| l.has(v));
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
