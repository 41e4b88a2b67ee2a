//! Folders outside of the project that a client's own tools may use, and hosts that they may ask, without a question. A key belongs
//! to its client, as in `trust`.

use super::super::document::{Node, Value};
use super::trust::{CLAUDE, CODEX, EDITORS, GEMINI, OPENCODE};

/// Whose key it is, and the key of a list of folders.
const FOLDERS: [(&[&str], &[&str]); 8] = [
    (CLAUDE, &["permissions", "additionalDirectories"]),
    (CLAUDE, &["sandbox", "filesystem", "allowWrite"]),
    (CLAUDE, &["sandbox", "filesystem", "allowRead"]),
    (CODEX, &["sandbox_workspace_write", "writable_roots"]),
    (GEMINI, &["context", "includeDirectories"]),
    (GEMINI, &["includeDirectories"]),
    (&["copilot-cli"], &["trustedFolders"]),
    (&["copilot-cli"], &["trusted_folders"]),
];
/// The same of a list of hosts.
const HOSTS: [(&[&str], &[&str]); 3] = [
    (CLAUDE, &["sandbox", "network", "allowedDomains"]),
    (&["copilot-cli"], &["allowedUrls"]),
    (&["copilot-cli"], &["allowed_urls"]),
];
/// Addresses that are asked without a question, by pattern.
const URLS: &str = "chat.tools.urls.autoApprove";

/// What is told.
pub(super) enum Said<'n> {
    /// A key, and a folder.
    Folder(String, &'n str, &'n Node),
    /// A key with which any host is meant.
    Hosts(String, &'n Node),
}

/// Tells every folder of a file, and every pattern that any host fits.
pub(super) fn read<'n>(root: &'n Node, client: Option<&str>, told: &mut dyn FnMut(Said<'n>)) {
    let whose = |owners: &[&str]| client.is_none_or(|c| owners.contains(&c));
    for (_, path) in FOLDERS.iter().filter(|(owners, _)| whose(owners)) {
        for node in root.at(path).map(listed).unwrap_or_default() {
            if let Some(folder) = node.text() {
                told(Said::Folder(path.join("."), folder, node));
            }
        }
    }
    for (_, path) in HOSTS.iter().filter(|(owners, _)| whose(owners)) {
        for node in root.at(path).map(listed).unwrap_or_default().iter().filter(|n| n.text().is_some_and(is_any)) {
            told(Said::Hosts(path.join("."), node));
        }
    }
    if whose(CLAUDE) {
        let list = root.at(&["permissions", "allow"]).map(Node::elements).unwrap_or_default();
        let host = |text: &'n str| text.strip_prefix("WebFetch(domain:").and_then(|t| t.strip_suffix(')'));
        for node in list.iter().filter(|n| n.text().and_then(host).is_some_and(is_any)) {
            told(Said::Hosts("permissions.allow".to_owned(), node));
        }
    }
    if whose(EDITORS) {
        for node in [root.get(URLS), root.at(&["settings", URLS])].into_iter().flatten() {
            urls(node, told);
        }
    }
    if whose(OPENCODE) {
        let key = || "permission.external_directory".to_owned();
        match root.at(&["permission", "external_directory"]) {
            Some(node) if node.text() == Some("allow") => told(Said::Folder(key(), "*", node)),
            Some(node) => {
                for member in node.members().iter().filter(|m| m.value.text() == Some("allow")) {
                    told(Said::Folder(key(), &member.key, &member.value));
                }
            }
            None => {}
        }
    }
}

/// A list, or the one that stands in its place.
fn listed(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(all) => all,
        Value::Text(_) => std::slice::from_ref(node),
        _ => &[],
    }
}

/// Patterns with what they let pass: `true`, or the request and the answer by themselves.
fn urls<'n>(node: &'n Node, told: &mut dyn FnMut(Said<'n>)) {
    let on = |n: &Node| {
        let each =
            ["approveRequest", "approveResponse"].iter().filter_map(|k| n.get(k)).any(|v| v.truth() == Some(true));
        n.truth() == Some(true) || each
    };
    if node.truth() == Some(true) {
        return told(Said::Hosts(URLS.to_owned(), node));
    }
    for member in node.members().iter().filter(|m| is_any(&m.key) && on(&m.value)) {
        told(Said::Hosts(URLS.to_owned(), &member.value));
    }
}

/// Whether any host fits a pattern, or any of a top-level domain.
fn is_any(pattern: &str) -> bool {
    let rest = pattern.trim().split_once("://").map_or(pattern.trim(), |(_, rest)| rest);
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    let open = host.strip_prefix("*.").or_else(|| host.strip_prefix("**."));
    host.starts_with('*') && (host.trim_matches(['*', '.']).is_empty() || open.is_some_and(|o| !o.contains('.')))
}

#[cfg(test)]
mod tests {
    use super::super::super::document::{Document, Language};
    use super::*;

    fn said(text: &str, client: Option<&str>) -> Vec<String> {
        let document = Document::read(text, Language::Json).expect("JSON");
        let mut out = Vec::new();
        read(document.root.as_ref().expect("an object"), client, &mut |s| {
            out.push(match s {
                Said::Folder(_, folder, _) => folder.to_owned(),
                Said::Hosts(key, _) => key,
            });
        });
        out
    }

    #[test]
    fn folders_and_hosts_are_those_of_the_client_that_knows_the_key() {
        let none: [&str; 0] = [];
        for (client, text, expected) in [
            ("claude-code", r#"{"permissions": {"additionalDirectories": ["/", "../docs"]}}"#, &["/", "../docs"][..]),
            ("claude-code", r#"{"sandbox": {"filesystem": {"allowWrite": ["~/.ssh"]}}}"#, &["~/.ssh"]),
            ("codex", r#"{"sandbox_workspace_write": {"writable_roots": ["/home"]}}"#, &["/home"]),
            ("gemini-cli", r#"{"context": {"includeDirectories": "~"}}"#, &["~"]),
            ("opencode", r#"{"permission": {"external_directory": "allow"}}"#, &["*"]),
            ("opencode", r#"{"permission": {"external_directory": {"~/x/**": "allow", "*": "ask"}}}"#, &["~/x/**"]),
            ("vscode", r#"{"chat.tools.urls.autoApprove": {"https://*": true}}"#, &[URLS]),
            ("vscode", r#"{"chat.tools.urls.autoApprove": {"*": {"approveResponse": true}}}"#, &[URLS]),
            ("vscode", r#"{"chat.tools.urls.autoApprove": {"https://*.com/*": true}}"#, &[URLS]),
            ("vscode", r#"{"chat.tools.urls.autoApprove": true}"#, &[URLS]),
            ("vscode", r#"{"chat.tools.urls.autoApprove": {"https://*.acme.test": true, "https://*": false}}"#, &none),
            ("claude-code", r#"{"permissions": {"allow": ["WebFetch(domain:*)"]}}"#, &["permissions.allow"]),
            ("claude-code", r#"{"permissions": {"allow": ["WebFetch", "WebFetch(domain:a.test)"]}}"#, &none),
            (
                "claude-code",
                r#"{"sandbox": {"network": {"allowedDomains": ["*"]}}}"#,
                &["sandbox.network.allowedDomains"],
            ),
        ] {
            assert_eq!(said(text, Some(client)), expected, "{text}");
            assert_eq!(said(text, None), expected, "{text}");
            assert_eq!(said(text, Some("amp")), none, "{text}");
        }
    }
}
