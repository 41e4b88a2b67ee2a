//! Switches after which a client asks nothing any more. A key belongs to a client: another one that reads the same file does
//! not know it. A file of an unknown client may be anybody's.

use super::super::document::{Node, Value};

/// Clients that know the settings of an editor's chat.
pub(super) const EDITORS: &[&str] = &["vscode", "vscode-insiders"];
pub(super) const CODEX: &[&str] = &["codex", "chatgpt-desktop"];
pub(super) const CLAUDE: &[&str] = &["claude-code", "qoder"];
pub(super) const GEMINI: &[&str] = &["gemini-cli", "qwen-code", "antigravity"];
pub(super) const OPENCODE: &[&str] = &["opencode", "kilo-code"];

/// Whose key it is, the key, and the value that switches approval off (`None`: true).
const TRUST_ALL: [(&[&str], &[&str], Option<&str>); 21] = [
    (CODEX, &["approval_policy"], Some("never")),
    (CODEX, &["sandbox_mode"], Some("danger-full-access")),
    (CLAUDE, &["permissions", "defaultMode"], Some("bypassPermissions")),
    (CLAUDE, &["skipDangerousModePermissionPrompt"], None),
    (EDITORS, &["chat.tools.autoApprove"], None),
    (EDITORS, &["chat.tools.global.autoApprove"], None),
    (EDITORS, &["chat", "tools", "autoApprove"], None),
    (EDITORS, &["chat", "tools", "global", "autoApprove"], None),
    (EDITORS, &["settings", "chat.tools.autoApprove"], None),
    (EDITORS, &["settings", "chat.tools.global.autoApprove"], None),
    (EDITORS, &["customizations", "vscode", "settings", "chat.tools.autoApprove"], None),
    (EDITORS, &["customizations", "vscode", "settings", "chat.tools.global.autoApprove"], None),
    (&["zed"], &["agent", "always_allow_tool_actions"], None),
    (&["amp"], &["amp.dangerouslyAllowAll"], None),
    (GEMINI, &["approvalMode"], Some("yolo")),
    (GEMINI, &["tools", "approvalMode"], Some("yolo")),
    (GEMINI, &["general", "defaultApprovalMode"], Some("yolo")),
    (GEMINI, &["autoAccept"], None),
    (GEMINI, &["tools", "autoAccept"], None),
    (&["goose"], &["GOOSE_MODE"], Some("auto")),
    (OPENCODE, &["permission"], Some("allow")),
];

/// Commands that have nothing in common but that a pattern for all of them fits.
const ANYTHING: [&str; 4] = ["rm -rf /", "curl https://a.test/x | sh", "x=1 y", "Z"];
/// Bytes that a pattern may grow to.
const GROWN: usize = 1 << 20;
/// Commands that run any other one.
const SHELLS: [&str; 16] = [
    "sh",
    "bash",
    "zsh",
    "dash",
    "ksh",
    "fish",
    "pwsh",
    "powershell",
    "cmd",
    "eval",
    "sudo",
    "env",
    "xargs",
    "exec",
    "busybox",
    "nohup",
];
/// Folders in which every project lies.
const ALL_FOLDERS: [&str; 8] = ["/", "~", "~/", "/home", "/Users", "C:\\", "C:/", "*"];

/// Patterns of commands that every command fits.
const EVERY: [&str; 12] = ["", ".", ".*", ".+", "^", "^.", "^.*", "^.+", "^.*$", "^.+$", "(.*)", "[\\s\\S]*"];

/// What a switch is about.
pub(super) enum Said<'n> {
    /// Everything, or every command of a shell, which is the same.
    All(String, &'n Node),
    /// Servers and commands of whatever project is opened are trusted.
    Trusts(String, &'n Node),
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
        let container = root.at(&["customizations", "vscode", "settings", key]);
        for node in [root.get(key), root.at(&["settings", key]), container].into_iter().flatten() {
            terminal(key, node, told);
        }
    }
    if whose(CLAUDE) {
        shell(root, told);
    }
    if whose(GEMINI) {
        let every = |n: &&Node| n.text().is_some_and(|t| ["run_shell_command", "ShellTool", "*"].contains(&t));
        for (key, path) in [("tools.allowed", &["tools", "allowed"][..]), ("allowedTools", &["allowedTools"])] {
            let allowed = root.at(path).map(Node::elements).unwrap_or_default();
            allowed.iter().filter(every).for_each(|one| told(Said::All(key.to_owned(), one)));
        }
    }
    if whose(CODEX) {
        // the profile that is taken when nobody names one
        let profile = root.get("profile").and_then(Node::text).and_then(|name| root.at(&["profiles", name]));
        for (key, word) in [("approval_policy", "never"), ("sandbox_mode", "danger-full-access")] {
            if let Some(node) = profile.and_then(|p| p.get(key)).filter(|n| n.text() == Some(word)) {
                told(Said::All(format!("profiles.{key}"), node));
            }
        }
        for project in root.get("projects").map(Node::members).unwrap_or_default() {
            let level = project.value.get("trust_level").filter(|n| n.text() == Some("trusted"));
            if let Some(node) = level.filter(|_| ALL_FOLDERS.contains(&project.key.as_str())) {
                told(Said::Trusts("projects.trust_level".to_owned(), node));
            }
        }
    }
    if whose(&["amp"]) {
        permissions(root.get("amp.permissions"), told);
    }
}

/// Every command of a shell, or every tool, where nothing asks about it again.
fn shell<'n>(root: &'n Node, told: &mut dyn FnMut(Said<'n>)) {
    let all = |n: &&Node| {
        let text: String = n.text().unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
        let shell = text.strip_prefix("Bash(").and_then(|t| t.strip_suffix(')'));
        let shell = shell.map(|words| words.trim_end_matches(['*', ':']));
        ["*", "Bash"].contains(&text.as_str()) || shell.is_some_and(|s| s.is_empty() || SHELLS.contains(&s))
    };
    let list = |key: &str| root.at(&["permissions", key]).map(Node::elements).unwrap_or_default().iter();
    let asked =
        list("ask").chain(list("deny")).any(|n| ["*", "Bash", "Bash(*)"].contains(&n.text().unwrap_or_default()));
    for node in list("allow").filter(|n| !asked && all(n)) {
        told(Said::All("permissions.allow".to_owned(), node));
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
        let every = expression.is_some_and(|(body, flags)| fits_all(body, flags));
        if every || member.key == "*" || (expression.is_none() && SHELLS.contains(&member.key.trim())) {
            told(Said::All(key.to_owned(), &member.value));
        }
    }
}

/// Whether a regular expression fits every command. What is none here may be one to the client.
fn fits_all(body: &str, flags: &str) -> bool {
    let mut builder = regex::RegexBuilder::new(body);
    let pattern = builder.case_insensitive(flags.contains('i')).size_limit(GROWN).build();
    EVERY.contains(&body) || pattern.is_ok_and(|p| ANYTHING.iter().all(|c| p.is_match(c)))
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
                Said::All(key, _) | Said::Trusts(key, _) => key,
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
            (r#""/.?/": true"#, &["chat.tools.terminal.autoApprove"][..]),
            (r#""bash": true, "npm": true"#, &["chat.tools.terminal.autoApprove"]),
            (r#""/^npm (run|test)/": true, "git": true, "/^(?!rm)/": false"#, &none),
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
    fn what_lets_every_command_pass_is_told_from_what_lets_some() {
        let none: [&str; 0] = [];
        for (allow, expected) in [
            (r#""Bash""#, &["permissions.allow"][..]),
            (r#""Bash(*)", "WebFetch""#, &["permissions.allow"]),
            (r#""Bash(:*)""#, &["permissions.allow"]),
            (r#""*""#, &["permissions.allow"]),
            (r#""Bash(bash:*)""#, &["permissions.allow"]),
            (r#""Bash(sudo *)""#, &["permissions.allow"]),
            (r#""Bash(npm run test:*)", "Bash(git status)", "Read", "Edit", "WebFetch(domain:a.test)""#, &none),
            (r#""Bash(node:*)", "Bash(bash scripts/x.sh)", "mcp__acme__*""#, &none),
        ] {
            let text = format!(r#"{{"permissions": {{"allow": [{allow}], "deny": ["Read(./.env)"]}}}}"#);
            assert_eq!(said(&text, Some("claude-code")), expected, "{text}");
            assert_eq!(said(&text, Some("vscode")), none, "{text}");
        }
        let asked = r#"{"permissions": {"allow": ["Bash(*)"], "ask": ["Bash"]}}"#;
        assert_eq!(said(asked, Some("claude-code")), none);
        for (text, expected) in [
            (r#"{"profile": "p", "profiles": {"p": {"approval_policy": "never"}}}"#, &["profiles.approval_policy"][..]),
            (r#"{"profiles": {"p": {"approval_policy": "never"}}}"#, &none),
            (r#"{"projects": {"/": {"trust_level": "trusted"}}}"#, &["projects.trust_level"]),
            (r#"{"projects": {"/home/me/x": {"trust_level": "trusted"}}}"#, &none),
        ] {
            assert_eq!(said(text, Some("codex")), expected, "{text}");
        }
        for (text, expected) in [
            (r#"{"tools": {"allowed": ["run_shell_command"]}}"#, &["tools.allowed"][..]),
            (r#"{"tools": {"allowed": ["run_shell_command(git)", "read_file"]}}"#, &none),
            (r#"{"general": {"defaultApprovalMode": "yolo"}}"#, &["general.defaultApprovalMode"]),
        ] {
            assert_eq!(said(text, Some("gemini-cli")), expected, "{text}");
        }
    }

    #[test]
    fn settings_of_an_editor_stand_in_workspaces_and_containers_too() {
        for key in ["chat.tools.autoApprove", "chat.tools.global.autoApprove"] {
            let inner = format!(r#"{{"{key}": true}}"#);
            for text in [
                inner.clone(),
                format!(r#"{{"settings": {inner}}}"#),
                format!(r#"{{"customizations": {{"vscode": {{"settings": {inner}}}}}}}"#),
            ] {
                assert_eq!(said(&text, Some("vscode")).len(), 1, "{text}");
            }
        }
        assert_eq!(said(r#"{"chat": {"tools": {"global": {"autoApprove": true}}}}"#, Some("vscode")).len(), 1);
        let shell =
            r#"{"customizations": {"vscode": {"settings": {"chat.tools.terminal.autoApprove": {"bash": true}}}}}"#;
        assert_eq!(said(shell, Some("vscode")).len(), 1);
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
