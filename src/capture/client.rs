//! Who we say we are: ourselves, or a client that people use. Cloaking servers key on names, so a probe presents the
//! client whose configuration named the server (TRUST §9.3).
//!
//! The names are what these clients send as `clientInfo.name`; versions and `User-Agent` have the shape they send. A
//! server that needs one exact version of a client is not found out by these.

use serde_json::{Value, json};

/// Who we say we are. The default is honest; cloaking probes present others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `clientInfo.name`.
    pub name: String,
    /// `clientInfo.version`.
    pub version: String,
    /// The client capabilities object.
    pub capabilities: Value,
    /// The whole `User-Agent`; made of name and version when `None`.
    pub agent: Option<String>,
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            capabilities: json!({}),
            agent: None,
        }
    }
}

/// Client id of our table, `clientInfo.name`, version, `User-Agent` (empty: name and version).
const CLIENTS: [(&str, &str, &str, &str); 18] = [
    ("claude-code", "claude-code", "2.1.14", ""),
    ("claude-desktop", "claude-ai", "0.1.0", "node"),
    ("cursor", "cursor-vscode", "1.0.0", "Cursor/2.4.28 (linux x64)"),
    ("vscode", "Visual Studio Code", "1.107.1", "node"),
    ("vscode-insiders", "Visual Studio Code - Insiders", "1.108.0-insider", "node"),
    ("copilot-cli", "github-copilot-developer", "1.0.0", "node"),
    ("windsurf", "windsurf-client", "1.0.0", "Go-http-client/2.0"),
    ("codex", "codex-mcp-client", "0.94.0", ""),
    ("gemini-cli", "gemini-cli-mcp-client", "0.0.1", "node"),
    ("kiro", "Kiro", "0.8.0", "node"),
    ("amazon-q", "Q-DEV-CLI", "1.19.0", ""),
    ("cline", "Cline", "3.51.0", "node"),
    ("roo-code", "Roo Code", "3.38.0", "node"),
    ("zed", "Zed", "0.218.0", "Zed/0.218.0 (linux; x86_64)"),
    ("lm-studio", "lmstudio-mcp-bridge", "1.0.0", "node"),
    ("trae", "Trae", "1.0.0", "node"),
    ("goose", "goose", "1.20.0", ""),
    ("opencode", "opencode", "1.1.0", ""),
];

impl Identity {
    /// The `User-Agent` of this identity.
    pub fn user_agent(&self) -> String {
        self.agent.clone().unwrap_or_else(|| format!("{}/{}", self.name, self.version))
    }

    /// A client of [`crate::target::clients`], with every capability; the most common one when it is not known.
    pub fn of_client(client: Option<&str>) -> Self {
        let row = CLIENTS.iter().find(|(id, ..)| Some(*id) == client).unwrap_or(&CLIENTS[0]);
        let (_, name, version, agent) = *row;
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            capabilities: full(),
            agent: (!agent.is_empty()).then(|| agent.to_owned()),
        }
    }

    /// Ids that [`Identity::of_client`] knows.
    pub fn known() -> impl Iterator<Item = &'static str> {
        CLIENTS.iter().map(|(id, ..)| *id)
    }

    /// Two clients other than this one, as different from it and from each other as the table allows.
    pub(super) fn others(&self) -> [Self; 2] {
        let mut others = ["cursor", "claude-desktop", "vscode"].into_iter().map(|c| Self::of_client(Some(c)));
        let mut next = || others.find(|o| o.name != self.name).unwrap_or_default();
        [next(), next()]
    }

    /// Ourselves with every capability.
    pub fn capable() -> Self {
        Self { capabilities: full(), ..Self::default() }
    }
}

/// Every capability that a client can declare, extensions that change lists included. What a server asks for on their
/// strength is refused, but for an empty list of roots.
fn full() -> Value {
    json!({
        "roots": {"listChanged": true},
        "sampling": {},
        "elicitation": {},
        "extensions": {"io.modelcontextprotocol/ui": {"mimeTypes": ["text/html;profile=mcp-app"]}},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clients whose `clientInfo` nobody of us has seen: a probe presents the most common client instead.
    const UNRECORDED: [&str; 20] = [
        "antigravity",
        "continue",
        "amp",
        "junie",
        "factory",
        "kimi",
        "vibe",
        "qoder",
        "warp",
        "plandex",
        "augment",
        "neovim",
        "helix",
        "chatgpt-desktop",
        "tabnine",
        "kilo-code",
        "grok",
        "devin",
        "qwen-code",
        "crush",
    ];

    #[test]
    fn every_client_whose_files_we_read_has_an_identity() {
        for row in crate::target::clients::TABLE {
            let known = Identity::known().any(|id| id == row.client);
            assert!(known != UNRECORDED.contains(&row.client), "{} has no identity", row.client);
        }
    }

    #[test]
    fn others_are_three_different_names() {
        for id in Identity::known() {
            let own = Identity::of_client(Some(id));
            let [a, b] = own.others();
            assert!(a.name != own.name && b.name != own.name && a.name != b.name, "{id}");
        }
    }
}
