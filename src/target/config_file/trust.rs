//! Switches after which a client asks nothing any more. A key belongs to a client: another one that reads the same file does
//! not know it. A file of an unknown client may be anybody's.

use super::super::document::{Node, Value};

/// Clients that know the settings of an editor's chat.
const EDITORS: &[&str] = &["vscode", "vscode-insiders"];
const CODEX: &[&str] = &["codex", "chatgpt-desktop"];
const CLAUDE: &[&str] = &["claude-code", "qoder"];
const GEMINI: &[&str] = &["gemini-cli", "qwen-code", "antigravity"];
const OPENCODE: &[&str] = &["opencode", "kilo-code"];

/// Whose key it is, the key, and the value that switches approval off (`None`: true).
const TRUST_ALL: [(&[&str], &[&str], Option<&str>); 15] = [
    (CODEX, &["approval_policy"], Some("never")),
    (CODEX, &["sandbox_mode"], Some("danger-full-access")),
    (CLAUDE, &["permissions", "defaultMode"], Some("bypassPermissions")),
    (CLAUDE, &["skipDangerousModePermissionPrompt"], None),
    (EDITORS, &["chat.tools.autoApprove"], None),
    (EDITORS, &["chat.tools.global.autoApprove"], None),
    (EDITORS, &["chat", "tools", "autoApprove"], None),
    (EDITORS, &["settings", "chat.tools.autoApprove"], None),
    (EDITORS, &["settings", "chat.tools.global.autoApprove"], None),
    (&["zed"], &["agent", "always_allow_tool_actions"], None),
    (&["amp"], &["amp.dangerouslyAllowAll"], None),
    (GEMINI, &["autoAccept"], None),
    (GEMINI, &["tools", "autoAccept"], None),
    (&["goose"], &["GOOSE_MODE"], Some("auto")),
    (OPENCODE, &["permission"], Some("allow")),
];

/// Patterns of commands that every command fits.
const EVERY: [&str; 12] = ["", ".", ".*", ".+", "^", "^.", "^.*", "^.+", "^.*$", "^.+$", "(.*)", "[\\s\\S]*"];

/// What a switch is about.
pub(super) enum Said<'n> {
    /// Everything, or every command of a shell, which is the same.
    All(String, &'n Node),
    /// One tool of one server (`*` for all of either).
    Tool(&'n str, &'n str, &'n Node),
}

/// Tells every switch of a file that its client knows.
pub(super) fn read<'n>(root: &'n Node, client: Option<&str>, told: &mut dyn FnMut(Said<'n>)) {
    let whose = |owners: &[&str]| client.is_none_or(|c| owners.contains(&c));
    for (_, path, word) in TRUST_ALL.iter().filter(|(owners, ..)| whose(owners)) {
        let Some(node) = root.at(path) else { continue };
        if (word.is_none() && node.truth() == Some(true)) || (word.is_some() && node.text() == *word) {
            told(Said::All(path.join("."), node));
        }
    }
    if whose(OPENCODE) {
        permission(root.get("permission"), told);
    }
    if whose(EDITORS) {
        let key = "chat.tools.terminal.autoApprove";
        for node in [root.get(key), root.at(&["settings", key])].into_iter().flatten() {
            terminal(key, node, told);
        }
    }
    if whose(&["amp"]) {
        permissions(root.get("amp.permissions"), told);
    }
}

/// Members that count: of patterns in an order the last one that fits decides, so that nothing before a `*` has a say.
fn standing(map: &Node) -> &[super::super::document::Member] {
    let members = map.members();
    let from = members.iter().rposition(|m| m.key == "*").unwrap_or(0);
    &members[from..]
}

/// Whether a permission lets everything pass that it is about.
fn allows(node: &Node) -> bool {
    let each = standing(node);
    node.text() == Some("allow")
        || (each.first().is_some_and(|m| m.key == "*") && each.iter().all(|m| m.value.text() == Some("allow")))
}

/// Permissions by tool: a word, or words by pattern.
fn permission<'n>(node: Option<&'n Node>, told: &mut dyn FnMut(Said<'n>)) {
    for member in node.map(standing).unwrap_or_default().iter().filter(|m| allows(&m.value)) {
        match member.key.as_str() {
            "*" | "bash" => told(Said::All(format!("permission.{}", member.key), &member.value)),
            key => {
                if let Some(server) = key.strip_suffix("_*").filter(|s| !s.is_empty()) {
                    told(Said::Tool(server, "*", &member.value));
                }
            }
        }
    }
}

/// Commands by pattern: plain words begin a command, those between slashes are regular expressions.
fn terminal<'n>(key: &str, node: &'n Node, told: &mut dyn FnMut(Said<'n>)) {
    let on = |n: &Node| n.truth() == Some(true) || n.get("approve").and_then(Node::truth) == Some(true);
    if node.truth() == Some(true) {
        return told(Said::All(key.to_owned(), node));
    }
    for member in node.members().iter().filter(|m| on(&m.value)) {
        let expression = member.key.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
        if expression.is_some_and(|(body, _)| EVERY.contains(&body)) || member.key == "*" {
            told(Said::All(key.to_owned(), &member.value));
        }
    }
}

/// A list of rules, of which the first that fits decides.
fn permissions<'n>(node: Option<&'n Node>, told: &mut dyn FnMut(Said<'n>)) {
    for rule in node.map(Node::elements).unwrap_or_default() {
        // what holds for some calls only leaves the others to a person
        if ["matches", "context"].iter().any(|k| rule.get(k).is_some_and(|n| n.value != Value::Null)) {
            continue;
        }
        let (Some(tool), Some(action)) = (rule.get("tool"), rule.get("action").and_then(Node::text)) else { continue };
        let name = tool.text().unwrap_or_default();
        if action == "allow" {
            match name.strip_prefix("mcp__") {
                Some("*") => told(Said::Tool("*", "*", tool)),
                Some(rest) => {
                    let (server, one) = rest.split_once("__").unwrap_or((rest, "*"));
                    told(Said::Tool(server, one, tool));
                }
                None if ["*", "Bash"].contains(&name) => told(Said::All("amp.permissions".to_owned(), tool)),
                None => {}
            }
        }
        if name == "*" {
            return;
        }
    }
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
                Said::All(key, _) => key,
                Said::Tool(server, tool, _) => format!("{server}/{tool}"),
            });
        });
        out
    }

    #[test]
    fn permissions_are_read_as_their_clients_read_them() {
        let none: [&str; 0] = [];
        for (text, expected) in [
            (r#"{"permission": {"*": "allow", "bash": "allow"}}"#, &["permission.*", "permission.bash"][..]),
            (r#"{"permission": {"bash": {"*": "allow"}}}"#, &["permission.bash"]),
            (r#"{"permission": {"bash": {"*": "allow", "rm *": "ask"}}}"#, &none),
            (r#"{"permission": {"bash": {"git *": "allow"}, "edit": "allow"}}"#, &none),
            (r#"{"permission": {"bash": "allow", "*": "ask"}}"#, &none),
            (r#"{"permission": {"acme_*": "allow"}}"#, &["acme/*"]),
        ] {
            assert_eq!(said(text, Some("opencode")), expected, "{text}");
            assert_eq!(said(text, Some("amp")), none, "{text}");
        }
        for (rules, expected) in [
            (r#"{"tool": "*", "action": "allow"}"#, &["amp.permissions"][..]),
            (r#"{"tool": "Bash", "action": "ask"}, {"tool": "*", "action": "allow"}"#, &["amp.permissions"]),
            (r#"{"tool": "*", "action": "ask"}, {"tool": "Bash", "action": "allow"}"#, &none),
            (r#"{"tool": "Bash", "matches": {"cmd": "ls"}, "action": "allow"}"#, &none),
            (r#"{"tool": "Read", "action": "allow"}"#, &none),
            (
                r#"{"tool": "mcp__acme__*", "action": "allow"}, {"tool": "mcp__*", "action": "allow"}"#,
                &["acme/*", "*/*"],
            ),
        ] {
            let text = format!(r#"{{"amp.permissions": [{rules}]}}"#);
            assert_eq!(said(&text, Some("amp")), expected, "{text}");
            assert_eq!(said(&text, Some("vscode")), none, "{text}");
        }
        for (patterns, expected) in [
            (r#""/.*/": true"#, &["chat.tools.terminal.autoApprove"][..]),
            (
                r#""/^.*$/i": {"approve": true, "matchCommandLine": true}, "rm": false"#,
                &["chat.tools.terminal.autoApprove"],
            ),
            (r#""ls": true, "/^git (status|diff)\\b/": true, "/.*/": false"#, &none),
        ] {
            let text = format!(r#"{{"chat.tools.terminal.autoApprove": {{{patterns}}}}}"#);
            assert_eq!(said(&text, Some("vscode")), expected, "{text}");
            assert_eq!(said(&text, Some("amp")), none, "{text}");
        }
    }

    #[test]
    fn a_switch_is_that_of_its_client() {
        let text = r#"{"chat.tools.autoApprove": true, "amp.dangerouslyAllowAll": true}"#;
        assert_eq!(said(text, Some("vscode")), ["chat.tools.autoApprove"]);
        assert_eq!(said(text, Some("amp")), ["amp.dangerouslyAllowAll"]);
        assert_eq!(said(text, None).len(), 2);
        for (owners, ..) in TRUST_ALL {
            for owner in owners {
                assert!(super::super::super::clients::TABLE.iter().any(|r| r.client == *owner), "{owner}");
            }
        }
    }
}
