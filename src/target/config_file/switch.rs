//! Which client knows which switch. A key switches a server off only for clients that are known to read it: for all others the
//! server is loaded, whatever the key says. Where nobody knows whose file it is every switch counts, for nothing of it is
//! excused there.

use super::super::document::Node;
use crate::untrusted::Untrusted;

/// Keys of an entry, the value that switches off, and the clients whose vendors' pages say that they read them.
const ENTRY: [(&str, bool, &[&str]); 2] = [
    ("disabled", true, &["cline", "crush", "factory", "kilo-code", "kiro", "roo-code"]),
    ("enabled", false, &["codex", "goose", "kilo-code", "opencode", "zed"]),
];

/// Gemini CLI, and those that are made of it.
pub(super) const GEMINI: [&str; 3] = ["gemini-cli", "qwen-code", "tabnine"];
/// Clients whose plugins are switched in their settings.
pub(super) const PLUGINS: [&str; 2] = ["claude-code", "copilot-cli"];

/// Lists of names in a file of settings.
const LISTS: [(&[&str], &[&str]); 4] = [
    (&["disabledMcpjsonServers"], &["claude-code"]),
    (&["disabledMcpServers"], &["copilot-cli"]),
    (&["mcp", "excluded"], &GEMINI),
    (&["excludeMCPServers"], &GEMINI),
];
/// The same of one project in a user's file.
const PROJECTS: [(&[&str], &[&str]); 2] =
    [(&["disabledMcpjsonServers"], &["claude-code"]), (&["disabledMcpServers"], &["claude-code"])];

/// Whether a key is one of the client's.
pub(super) fn knows(clients: &[&str], client: Option<&str>) -> bool {
    client.is_none_or(|c| clients.contains(&c))
}

/// Whether an entry is switched off (`true`) or on, as its client reads it; and a key that would switch it off and that the
/// client is not known to read, or that stands twice.
pub(super) fn of_entry(entry: &Node, client: Option<&str>) -> (Option<bool>, Option<&'static str>) {
    let (mut said, mut unknown) = (None, None);
    for (key, off, clients) in ENTRY {
        let values: Vec<bool> =
            entry.members().iter().filter(|m| m.key == key).filter_map(|m| m.value.truth()).collect();
        let Some(last) = values.last().map(|value| *value == off) else { continue };
        if knows(clients, client) && values.iter().all(|value| (*value == off) == last) {
            said = Some(last || said == Some(true));
        } else if values.contains(&off) {
            unknown = Some(key);
        }
    }
    (said, unknown)
}

/// Servers that a file of settings switches off by name.
pub(super) fn of_settings(root: &Node, client: Option<&str>) -> Vec<Untrusted> {
    names(root, client, &LISTS)
}

/// The same of what a user's file says of one project.
pub(super) fn of_project(node: &Node, client: Option<&str>) -> Vec<Untrusted> {
    names(node, client, &PROJECTS)
}

fn names(node: &Node, client: Option<&str>, lists: &[(&[&str], &[&str])]) -> Vec<Untrusted> {
    let known = lists.iter().filter(|(_, clients)| knows(clients, client));
    let names = known.filter_map(|(path, _)| node.at(path)).flat_map(Node::elements);
    names.filter_map(Node::text).map(Untrusted::from).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::document::{Document, Language};
    use super::*;

    fn root(text: &str) -> Node {
        Document::read(text, Language::Json).expect("JSON").root.expect("an object")
    }

    #[test]
    fn a_key_of_another_client_switches_nothing_off() {
        for (entry, client, expected) in [
            (r#"{"disabled":true}"#, Some("claude-code"), (None, Some("disabled"))),
            (r#"{"enabled":false}"#, Some("vscode"), (None, Some("enabled"))),
            (r#"{"disabled":true}"#, Some("codex"), (None, Some("disabled"))),
            (r#"{"enabled":false}"#, Some("codex"), (Some(true), None)),
            (r#"{"enabled":true}"#, Some("codex"), (Some(false), None)),
            (r#"{"disabled":true}"#, Some("roo-code"), (Some(true), None)),
            (r#"{"disabled":false,"disabled":true}"#, Some("roo-code"), (None, Some("disabled"))),
            (r#"{"disabled":false}"#, Some("claude-code"), (None, None)),
            (r#"{"disabled":true}"#, None, (Some(true), None)),
            (r#"{"disabled":true,"enabled":true}"#, Some("kilo-code"), (Some(true), None)),
        ] {
            assert_eq!(of_entry(&root(entry), client), expected, "{entry} {client:?}");
        }
    }

    #[test]
    fn lists_of_another_client_switch_nothing_off() {
        let text = r#"{"disabledMcpjsonServers":["a"],"disabledMcpServers":["b"],"mcp":{"excluded":["c"]},"excludeMCPServers":["d"]}"#;
        let of = |client: Option<&str>| {
            of_settings(&root(text), client).iter().map(|n| n.raw().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(of(Some("claude-code")), ["a"]);
        assert_eq!(of(Some("gemini-cli")), ["c", "d"]);
        assert_eq!(of(Some("vscode")), [""; 0]);
        assert_eq!(of_project(&root(text), Some("claude-code")).len(), 2);
    }
}
