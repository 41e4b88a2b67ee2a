//! Commands that a client runs by itself because a file says so: hooks, helpers that give out keys, lines of status, formatters,
//! servers of languages, and what it loads as a plugin. A key belongs to its client, as in `trust`. What runs in a
//! container that the file describes is the container's, and not read.

use super::super::document::{Node, Value};
use super::trust::{CLAUDE, CODEX, EDITORS, GEMINI, OPENCODE};

/// In the place of a command: a plugin is loaded.
pub const LOADED: &str = ": a plugin is loaded";

/// Whose key it is, and the key of a command; `*` is any key.
const COMMANDS: [(&[&str], &[&str]); 22] = [
    (CLAUDE, &["apiKeyHelper"]),
    (CLAUDE, &["awsAuthRefresh"]),
    (CLAUDE, &["awsCredentialExport"]),
    (CLAUDE, &["gcpAuthRefresh"]),
    (CLAUDE, &["otelHeadersHelper"]),
    (CLAUDE, &["statusLine", "command"]),
    (CLAUDE, &["subagentStatusLine", "command"]),
    (CLAUDE, &["fileSuggestion", "command"]),
    (CODEX, &["notify"]),
    (CODEX, &["model_providers", "*", "auth"]),
    (GEMINI, &["mcp", "serverCommand"]),
    (GEMINI, &["mcpServerCommand"]),
    (GEMINI, &["tools", "discoveryCommand"]),
    (GEMINI, &["tools", "callCommand"]),
    (GEMINI, &["toolDiscoveryCommand"]),
    (GEMINI, &["toolCallCommand"]),
    (OPENCODE, &["formatter", "*"]),
    (OPENCODE, &["lsp", "*"]),
    (OPENCODE, &["experimental", "hook", "file_edited", "*"]),
    (OPENCODE, &["experimental", "hook", "session_completed"]),
    // on the machine itself, before there is a container
    (EDITORS, &["initializeCommand"]),
    (EDITORS, &["initializeCommand", "*"]),
];

/// Whose key it is, and the key of variables that all that the client starts inherits.
const VARIABLES: [(&[&str], &[&str]); 5] = [
    (CODEX, &["shell_environment_policy", "set"]),
    (EDITORS, &["terminal.integrated.env.linux"]),
    (EDITORS, &["terminal.integrated.env.osx"]),
    (EDITORS, &["terminal.integrated.env.windows"]),
    (&[], &["env"]),
];

/// Tools that only read: what answers for a person about them answers little.
const READING: [&str; 8] = ["Glob", "Grep", "LS", "NotebookRead", "Read", "Skill", "TodoWrite", "WebSearch"];

/// What is told.
pub(super) enum Said<'n> {
    /// The event or key, and the command.
    Command(&'n Node, String, String),
    /// The event, and what the model is asked.
    Prompt(&'n Node, String, String),
    /// The name of a variable, and its value.
    Variable(&'n Node, &'n str, String),
}

/// Tells every command of a file, and every variable that is set for them.
pub(super) fn read<'n>(root: &'n Node, client: Option<&str>, told: &mut dyn FnMut(Said<'n>)) {
    let whose = |owners: &[&str]| owners.is_empty() || client.is_none_or(|c| owners.contains(&c));
    hooks(root, told);
    for (_, path) in COMMANDS.iter().filter(|(owners, _)| whose(owners)) {
        let key: Vec<&str> = path.iter().copied().filter(|p| *p != "*").collect();
        each(root, path, &mut |node| command(node, &key.join("."), told));
    }
    for (owners, path) in VARIABLES.iter().filter(|(owners, _)| whose(owners)) {
        // an editor's terminals find the tools of the project by it
        let terminal = *owners == EDITORS;
        for member in root.at(path).map(Node::members).unwrap_or_default() {
            if !(terminal && ["PATH", "PYTHONPATH", "NODE_PATH"].contains(&member.key.to_ascii_uppercase().as_str())) {
                variable(&member.key, &member.value, told);
            }
        }
    }
    if whose(EDITORS) {
        for entry in root.get("claudeCode.environmentVariables").map(Node::elements).unwrap_or_default() {
            if let (Some(name), Some(value)) = (entry.get("name").and_then(Node::text), entry.get("value")) {
                variable(name, value, told);
            }
        }
    }
    if whose(OPENCODE) {
        for node in root.get("plugin").map(Node::elements).unwrap_or_default().iter().filter(|n| n.text().is_some()) {
            told(Said::Command(node, "plugin".to_owned(), LOADED.to_owned()));
        }
    }
    if whose(CLAUDE) {
        plugins(root, told);
    }
}

/// Every node at a path.
pub(super) fn each<'n>(node: &'n Node, path: &[&str], found: &mut dyn FnMut(&'n Node)) {
    match path.split_first() {
        None => found(node),
        Some((&"*", rest)) => {
            node.members().iter().for_each(|m| each(&m.value, rest, found));
            node.elements().iter().for_each(|n| each(n, rest, found));
        }
        Some((key, rest)) => node.get(key).into_iter().for_each(|n| each(n, rest, found)),
    }
}

/// A command as a text, as words, or in an object with its arguments and variables; or several of them.
fn command<'n>(node: &'n Node, event: &str, told: &mut dyn FnMut(Said<'n>)) {
    match &node.value {
        Value::Text(text) => told(Said::Command(node, event.to_owned(), text.clone())),
        Value::List(all) if all.iter().any(Node::is_map) => all.iter().for_each(|n| handler(n, event, told)),
        Value::List(words) => told(Said::Command(node, event.to_owned(), line(words.iter().filter_map(Node::text)))),
        Value::Map(_) => handler(node, event, told),
        _ => {}
    }
}

/// What happens at an event.
fn handler<'n>(node: &'n Node, event: &str, told: &mut dyn FnMut(Said<'n>)) {
    let args = node.get("args").map(Node::elements).unwrap_or_default();
    for found in ["command", "bash", "powershell"].iter().filter_map(|key| node.get(key)) {
        match (&found.value, args) {
            (Value::Text(text), []) => told(Said::Command(found, event.to_owned(), text.clone())),
            (Value::Text(program), args) => {
                let words = std::iter::once(program.as_str()).chain(args.iter().filter_map(Node::text));
                told(Said::Command(found, event.to_owned(), line(words)));
            }
            (Value::List(words), args) => {
                let words = words.iter().chain(args).filter_map(Node::text);
                told(Said::Command(found, event.to_owned(), line(words)));
            }
            _ => {}
        }
    }
    let kind = node.get("type").and_then(Node::text).unwrap_or_default();
    if let Some(url) = node.get("url").filter(|_| kind == "http" || node.get("command").is_none()) {
        // what the event is about goes there, and the answer may decide
        let mut words = vec!["curl".to_owned(), "--data-binary".to_owned(), "@-".to_owned()];
        for header in node.get("headers").map(Node::members).unwrap_or_default() {
            words.extend(["-H".to_owned(), format!("{}: {}", header.key, header.value.text().unwrap_or_default())]);
        }
        words.extend(url.text().map(str::to_owned));
        told(Said::Command(url, event.to_owned(), line(words.iter().map(String::as_str))));
    }
    if let Some(prompt) = node.get("prompt").filter(|_| ["prompt", "agent"].contains(&kind)) {
        told(Said::Prompt(prompt, event.to_owned(), prompt.text().unwrap_or_default().to_owned()));
    }
    for member in ["env", "environment"].iter().filter_map(|k| node.get(k)).flat_map(Node::members) {
        variable(&member.key, &member.value, told);
    }
}

/// Commands at events.
fn hooks<'n>(root: &'n Node, told: &mut dyn FnMut(Said<'n>)) {
    for event in root.get("hooks").map(Node::members).unwrap_or_default() {
        let groups = match &event.value.value {
            Value::List(list) => list.as_slice(),
            _ => std::slice::from_ref(&event.value),
        };
        for group in groups {
            let matched = group.get("matcher").and_then(Node::text).unwrap_or_default();
            let reads = matched.split('|').all(|tool| READING.contains(&tool));
            let key = event.key.replace('\n', " ");
            let key = if reads { format!("{key} ({matched})") } else { key };
            let inner = group.get("hooks").map(Node::elements).unwrap_or(std::slice::from_ref(group));
            inner.iter().for_each(|h| handler(h, &key, told));
        }
    }
}

/// Plugins that are switched on, of catalogues that the same file adds.
fn plugins<'n>(root: &'n Node, told: &mut dyn FnMut(Said<'n>)) {
    let catalogues = root.get("extraKnownMarketplaces");
    for plugin in root.get("enabledPlugins").map(Node::members).unwrap_or_default() {
        let Some((_, catalogue)) = plugin.key.rsplit_once('@') else { continue };
        let Some(added) = catalogues.and_then(|c| c.get(catalogue)) else { continue };
        let repository = added.at(&["source", "repo"]).and_then(Node::text).unwrap_or_default();
        if plugin.value.truth() != Some(false) && !repository.starts_with("anthropics/") {
            told(Said::Command(&plugin.value, "enabledPlugins".to_owned(), LOADED.to_owned()));
        }
    }
}

fn variable<'n>(name: &'n str, value: &'n Node, told: &mut dyn FnMut(Said<'n>)) {
    let Some(text) = value.scalar() else { return };
    if !name.contains('\n') {
        told(Said::Variable(value, name, text));
    }
}

/// Words as a line of a shell.
fn line<'t>(words: impl Iterator<Item = &'t str>) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@+%~".contains(c);
    let one = |word: &str| match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        // what a client fills in stays what it is
        false if word.contains('$') && !word.contains(['\'', '"', '`', '\\']) && !word.contains("$(") => {
            if word.starts_with('$') && word[1..].chars().all(plain) { word.to_owned() } else { format!("\"{word}\"") }
        }
        false => format!("'{}'", word.replace('\'', "'\\''")),
    };
    words.map(one).collect::<Vec<_>>().join(" ")
}
