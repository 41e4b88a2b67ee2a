//! Secrets in what a file says beside its servers: the environment of the client, its hooks, and what it asks for.

use super::super::document::{Node, Value};
use crate::secret::is_secret;

/// Objects of variables that a client sets for itself or for its terminals.
const VARIABLES: [&[&str]; 8] = [
    &["env"],
    &["environment"],
    &["shell_environment_policy", "set"],
    &["terminal.integrated.env.linux"],
    &["terminal.integrated.env.osx"],
    &["terminal.integrated.env.windows"],
    &["remoteEnv"],
    &["containerEnv"],
];

/// Lists of names and values.
const LISTS: [&str; 2] = ["claudeCode.environmentVariables", "environmentVariables"];

/// Commands that a client runs by itself.
const COMMANDS: [&[&str]; 7] = [
    &["apiKeyHelper"],
    &["awsAuthRefresh"],
    &["awsCredentialExport"],
    &["otelHeadersHelper"],
    &["statusLine", "command"],
    &["notify"],
    &["proxy"],
];

/// Tells every place that holds a secret, with words of ours for it.
pub(super) fn read(root: &Node, found: &mut dyn FnMut(&Node, &str)) {
    for (object, path) in VARIABLES.iter().filter_map(|path| Some((root.at(path)?, path))) {
        // an object of servers
        if path.len() == 1 && object.members().iter().any(|m| m.value.is_map()) {
            continue;
        }
        for member in object.members() {
            if is_secret(None, &member.key) {
                found(&member.value, "the name of a variable of the client's settings");
            }
            if member.value.text().is_some_and(|v| is_secret(Some(&member.key), v)) {
                found(&member.value, "a variable of the client's settings");
            }
        }
    }
    for entry in LISTS.iter().filter_map(|key| root.get(key)).flat_map(Node::elements) {
        let name = entry.get("name").and_then(Node::text);
        if let Some(value) = entry.get("value").filter(|v| v.text().is_some_and(|v| is_secret(name, v))) {
            found(value, "a variable of the client's settings");
        }
    }
    for command in COMMANDS.iter().filter_map(|path| root.at(path)) {
        texts(command, 2, &mut |node, text| {
            if is_secret(None, text) {
                found(node, "a command of the client's settings");
            }
        });
    }
    // what a person is asked for, with an answer
    for input in root.get("inputs").map(Node::elements).unwrap_or_default() {
        let name = input.get("id").and_then(Node::text);
        if let Some(value) = input.get("default").filter(|v| v.text().is_some_and(|v| is_secret(name, v))) {
            found(value, "the answer that the file has for an input");
        }
    }
    for event in root.get("hooks").map(Node::members).unwrap_or_default() {
        if is_secret(None, &event.key) {
            found(&event.value, "the name of a hook");
        }
        let mut named = |node: &Node, name: Option<&str>| {
            if node.text().is_some_and(|text| is_secret(name, text)) {
                found(node, "a hook");
            }
        };
        hook(&event.value, None, 6, &mut named);
    }
}

/// Texts of a value, down to a depth.
fn texts(node: &Node, depth: usize, found: &mut dyn FnMut(&Node, &str)) {
    if let Some(text) = node.text() {
        return found(node, text);
    }
    if let Some(depth) = depth.checked_sub(1) {
        node.elements().iter().for_each(|n| texts(n, depth, found));
    }
}

/// Every text of a hook with the name it stands under.
fn hook(node: &Node, name: Option<&str>, depth: usize, found: &mut dyn FnMut(&Node, Option<&str>)) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match &node.value {
        Value::Map(members) => members.iter().for_each(|m| hook(&m.value, Some(&m.key), depth, found)),
        Value::List(elements) => elements.iter().for_each(|n| hook(n, name, depth, found)),
        _ => found(node, name),
    }
}
