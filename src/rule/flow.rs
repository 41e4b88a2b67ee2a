//! What an item can be in a toxic flow: a source of what strangers write, a source of private data or of secrets, a way out, a
//! way to run code, to destroy, to spend or to persist. The name says it, with the address that a tool takes; the acts of its
//! description and its other parameters are a guess, and so are the words of resources and prompts, which are sources at most.
//! Annotations only add risk, for the protocol calls them untrusted.
//!
//! [`super::capability`] is the coarser guess that compares a server with its own past; its words count here, too.

mod lists;
mod schema;
mod text;

use self::lists::{List, lists_of};
use self::schema::Parameters;
use super::capability::{parted, spelled};
use crate::json::Node;
use crate::manifest::Item;
use crate::terms::ItemKind;

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

/// What an item can be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// All of it, sorted.
    pub all: Vec<Part>,
    /// That of it which neither its name nor its address says, sorted.
    pub guessed: Vec<Part>,
}

impl Parts {
    fn of(mut sure: Vec<Part>, mut guessed: Vec<Part>) -> Self {
        guessed.retain(|p| !sure.contains(p));
        guessed.sort_unstable();
        guessed.dedup();
        sure.extend(&guessed);
        sure.sort_unstable();
        sure.dedup();
        Self { all: sure, guessed }
    }
}

/// The parts an item can play. Tools can be all of them; resources, templates and prompts only bring something in.
pub fn parts(item: &Item) -> Parts {
    match item.key.kind {
        ItemKind::Tool => tool(item),
        ItemKind::Resource => resource(item, item.text("uri").unwrap_or_default()),
        ItemKind::Template => resource(item, item.text("uriTemplate").unwrap_or_default()),
        ItemKind::Prompt => {
            let name = lists_of_name(item.key.name.raw(), usize::MAX);
            let mut guessed = of_words(&name, &verbs(&name), false, false);
            let own = name.iter().any(|w| List::Own.is_in(*w));
            guessed.retain(|p| !own && [Part::Untrusted, Part::Private].contains(p));
            Parts::of(Vec::new(), guessed)
        }
        ItemKind::Server | ItemKind::Skill | ItemKind::Content => Parts::default(),
    }
}

fn tool(tool: &Item) -> Parts {
    let parameters = Parameters::of(tool);
    let name = lists_of_name(tool.key.name.raw(), usize::MAX);
    let mut sure = of_words(&name, &verbs(&name), parameters.url(), parameters.code());
    let described = text::acts(tool.text("description").unwrap_or_default());
    let mut guessed = Vec::new();
    for act in &described {
        let mut said = of_words(act, &act[..1], false, false);
        let any = |list: List| act.iter().any(|w| list.is_in(*w));
        let verb = |list: List| list.is_in(act[0]);
        said.retain(|p| match p {
            // "executes a search" runs nothing, and "lists terminals" does not
            Part::Exec => any(List::Program) && (verb(List::Start) || verb(List::Shell)),
            Part::Egress => !any(List::Keys),
            // "schedules the deletion" keeps nothing
            Part::Persist => verb(List::Write),
            // an issue is opened to be written, ownership is transferred for nothing
            Part::Untrusted | Part::Private => !verb(List::Make),
            Part::Money => !verb(List::Move) || any(List::Cash),
            _ => true,
        });
        guessed.extend(said);
    }
    // the address that a tool takes is read, if the first words say that it reads
    if sure.is_empty() && parameters.url() && described.first().is_some_and(|a| fetches(a)) {
        guessed.extend([Part::Untrusted, Part::Egress]);
    }
    let reads = verbs(&name).iter().chain(described.iter().filter_map(|a| a.first())).any(|w| List::Read.is_in(*w));
    let makes = verbs(&name).iter().any(|w| List::Make.is_in(*w) || List::Write.is_in(*w));
    guessed.extend(parameters.parts(reads, makes));
    if parameters.command() && verbs(&name).iter().any(|w| List::Start.is_in(*w)) {
        guessed.push(Part::Exec);
    }
    let hint = |key: &str| tool.node.get("annotations").and_then(|a| a.get(key)).and_then(Node::as_bool);
    if hint("destructiveHint") == Some(true) && hint("readOnlyHint") != Some(true) {
        sure.push(Part::Destructive);
    }
    let reads = name.first().is_some_and(|v| List::Read.is_in(*v));
    if hint("openWorldHint") == Some(true) && reads && name.iter().any(|w| List::Browse.is_in(*w)) {
        sure.push(Part::Untrusted);
    }
    Parts::of(sure, guessed)
}

fn fetches(act: &[u64]) -> bool {
    List::Read.is_in(act[0]) || act.iter().any(|w| List::Visit.is_in(*w))
}

/// A resource is read whatever its name is: its address says what it is, its words guess it.
fn resource(item: &Item, uri: &str) -> Parts {
    let (scheme, rest) = uri.split_once(':').unwrap_or_default();
    let (mut sure, mut guessed) = (Vec::new(), Vec::new());
    let scheme = scheme.to_ascii_lowercase();
    // a page that the server names is no secret, and one that the caller names may be anybody's
    let page = ["http", "https"].contains(&scheme.as_str());
    let heads = lists_of_name(&scheme, 4);
    let mut names = lists_of_name(item.text("name").unwrap_or_default(), 8);
    names.append(&mut lists_of_name(rest, 12));
    let own = names.iter().chain(&heads).any(|w| List::Own.is_in(*w));
    for (words, out) in [(&heads, &mut sure), (&names, &mut guessed)] {
        let has = |lists: &[List]| !own && words.iter().any(|w| lists.iter().any(|l| l.is_in(*w)));
        if has(&[List::Strangers, List::Talk]) {
            out.push(Part::Untrusted);
        }
        if has(&[List::Private, List::Store, List::Talk]) {
            out.push(Part::Private);
        }
    }
    if page {
        guessed.retain(|p| *p != Part::Private);
        sure.extend(rest.trim_start_matches('/').starts_with('{').then_some(Part::Untrusted));
    }
    if scheme == "file" && (item.key.kind == ItemKind::Template || !own) {
        sure.push(Part::Private);
    }
    Parts::of(sure, guessed)
}

/// Where the verb of a name stands. `jira_get`, `gmail_send`: the product comes first.
fn verbs(name: &[u64]) -> [u64; 3] {
    [name.first(), name.get(1), name.last()].map(|lists| lists.copied().unwrap_or_default())
}

/// The lists of the first words of a name.
fn lists_of_name(name: &str, most: usize) -> Vec<u64> {
    parted(&spelled(name, most)).map(lists_of).collect()
}

/// What words say, in no order, and some of it twice: [`Parts::of`] sorts it.
fn of_words(words: &[u64], verbs: &[u64], url: bool, code: bool) -> Vec<Part> {
    let either = |words: &[u64]| words.iter().fold(0, |all, lists| all | lists);
    let (all, of_verbs) = (either(words), either(verbs));
    let has = |list: List| list.is_in(all);
    let verb = |list: List| list.is_in(of_verbs);
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
    out
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
        parts(&manifest.items[0]).all.into_iter().map(Part::word).collect()
    }

    /// All parts of an item, and how many of them are guessed.
    fn read_in(list: &str, item: &str) -> (Vec<&'static str>, usize) {
        let text = format!(r#"{{"{list}": [{item}]}}"#);
        let document = read(text.as_bytes(), &Limits::default()).expect("JSON");
        let manifest = from_document(&document, text.as_bytes()).expect("a manifest").remove(0).manifest;
        let item = manifest.items.iter().find(|i| i.key.kind != ItemKind::Server).expect("an item");
        let parts = parts(item);
        (parts.all.into_iter().map(Part::word).collect(), parts.guessed.len())
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

    #[test]
    fn words_and_parameters_are_guesses_beside_the_name() {
        let tool = |name: &str, description: &str, properties: &str, required: &str| {
            read_in(
                "tools",
                &format!(
                    r#"{{"name": "{name}", "description": "{description}", "inputSchema": {{"type": "object",
                    "properties": {{{properties}}}, "required": [{required}]}}}}"#
                ),
            )
        };
        let text = |name: &str, description: &str| tool(name, description, "", "");
        // the name says one thing, the words another
        assert_eq!(
            text("read_file", "Reads a file and uploads it to the archive."),
            (vec!["private-source", "egress"], 1)
        );
        assert_eq!(
            text("triage", "Fetches the newest issues and posts a summary."),
            (vec!["untrusted-source", "egress"], 2)
        );
        assert_eq!(text("lookup_x", "Finds posts and comments of nobody."), (vec!["untrusted-source"], 1));
        for (name, description) in [
            ("compute", "Computes a sum. Does not send mail."),
            ("wait_for_job", "Waits until the script has run"),
            ("press", "Sends a key to the window"),
            ("assign", "Take ownership. Use this to transfer a schedule"),
            ("list_roles", "List roles with their policy documents and files"),
        ] {
            assert_eq!(text(name, description), (vec![], 0), "{name}");
        }
        let string = |name: &str| format!(r#""{name}": {{"type": "string"}}"#);
        let schema = |name: &str, properties: &[&str], required: &str| {
            tool(name, "", &properties.iter().map(|p| string(p)).collect::<Vec<_>>().join(", "), required)
        };
        assert_eq!(schema("alert", &["recipient", "body"], ""), (vec!["egress"], 1));
        assert_eq!(schema("watch", &["webhook_url"], ""), (vec!["egress"], 1));
        assert_eq!(schema("api", &["url", "method"], ""), (vec!["untrusted-source", "egress"], 2));
        assert_eq!(schema("create_page", &["content", "visibility"], ""), (vec!["egress"], 1));
        assert_eq!(schema("create_page", &["content"], ""), (vec![], 0));
        assert_eq!(schema("ask", &["sql"], ""), (vec!["private-source"], 1));
        assert_eq!(schema("start_process", &["command"], ""), (vec!["exec"], 1));
        assert_eq!(schema("extract_text", &["file_path"], r#""file_path""#), (vec!["private-source"], 1));
        // where the result goes, a range, who is asked about, a list of values
        assert_eq!(schema("extract_text", &["file_path"], ""), (vec![], 0));
        assert_eq!(schema("convert", &["from", "to"], ""), (vec![], 0));
        assert_eq!(schema("get_status", &["chat_id", "text"], ""), (vec![], 0));
        let listed = r#""recipient": {"type": "string", "enum": ["me"]}, "body": {"type": "string"}"#;
        assert_eq!(tool("alert", "", listed, ""), (vec![], 0));
    }

    #[test]
    fn resources_templates_and_prompts_bring_something_in() {
        let resource =
            |name: &str, uri: &str| read_in("resources", &format!(r#"{{"name": "{name}", "uri": "{uri}"}}"#));
        let template = |uri: &str| read_in("resourceTemplates", &format!(r#"{{"name": "t", "uriTemplate": "{uri}"}}"#));
        let prompt = |name: &str| read_in("prompts", &format!(r#"{{"name": "{name}"}}"#));
        assert_eq!(resource("todo", "file:///home/me/todo.txt"), (vec!["private-source"], 0));
        assert_eq!(resource("inbox", "gmail://inbox"), (vec!["untrusted-source", "private-source"], 0));
        assert_eq!(resource("orders", "postgres://db/customers"), (vec!["private-source"], 0));
        assert_eq!(resource("records", "crm://customers/1"), (vec!["private-source"], 0));
        assert_eq!(resource("records", "x://customers/1"), (vec!["private-source"], 1));
        assert_eq!(resource("news", "site://latest/news"), (vec!["untrusted-source"], 1));
        // what comes with the server
        for (name, uri) in
            [("guide", "docs://guide/files"), ("release notes", "app://notes"), ("api", "https://a.test/files")]
        {
            assert_eq!(resource(name, uri).0.len(), 0, "{uri}");
        }
        assert_eq!(template("file:///{path}"), (vec!["private-source"], 0));
        assert_eq!(template("https://{host}/{page}"), (vec!["untrusted-source"], 0));
        assert_eq!(template("widget://{id}"), (vec![], 0));
        assert_eq!(prompt("summarize_emails"), (vec!["untrusted-source", "private-source"], 2));
        assert_eq!(prompt("send_email"), (vec![], 0));
        assert_eq!(prompt("web_search_help"), (vec![], 0));
    }
}
