//! Settings that keep servers from being loaded without being an entry of theirs: plugins that are switched off, a list of the
//! only servers that are taken, and what the machine's administrator allows and denies. A server that none of them lets in is
//! switched off; it is listed and judged all the same.

use std::collections::{BTreeMap, BTreeSet};

use super::super::document::Node;
use super::super::{ConfigScope, Launch, Target};
use super::switch::{GEMINI, PLUGINS, knows};

/// What the files of one client say.
#[derive(Clone, Debug, Default)]
pub struct Switches {
    /// Plugin: on or off, as the strongest scope says, and which that is.
    plugins: BTreeMap<String, (bool, ConfigScope)>,
    /// The only servers that are taken, and where that is said.
    only: Vec<(BTreeSet<String>, ConfigScope)>,
    /// What an administrator allows, and denies.
    allowed: Option<Vec<Pattern>>,
    denied: Vec<Pattern>,
}

/// One entry of an administrator's list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    Name(String),
    Command(Vec<String>),
    Url(String),
}

impl Pattern {
    fn read(node: &Node) -> Option<Self> {
        let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
        let command = node.get("serverCommand").map(|c| c.elements().iter().filter_map(Node::scalar).collect());
        text("serverName").map(Self::Name).or(text("serverUrl").map(Self::Url)).or(command.map(Self::Command))
    }

    fn fits(&self, target: &Target) -> bool {
        match (self, &target.launch) {
            (Self::Name(name), _) => target.name.raw() == name,
            (Self::Command(words), Launch::Stdio(s)) => {
                let own = std::iter::once(&s.command).chain(&s.args).map(|w| w.value.raw());
                own.eq(words.iter().map(String::as_str))
            }
            (Self::Url(pattern), Launch::Http(h)) => wild(pattern, h.url.value.raw()),
            _ => false,
        }
    }

    fn is_command(&self) -> bool {
        matches!(self, Self::Command(_))
    }

    fn is_url(&self) -> bool {
        matches!(self, Self::Url(_))
    }
}

/// Whether a text fits a pattern in which `*` is any text.
fn wild(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|head| text.strip_prefix(head)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The place of a scope among those that settings have; the smallest is the strongest.
fn rank(scope: ConfigScope) -> usize {
    use ConfigScope::{Environment, Local, Managed, Project, User};
    let order = [Managed, Environment, Local, Project, User];
    order.iter().position(|s| *s == scope).unwrap_or(order.len())
}

impl Switches {
    /// Of one file.
    pub(super) fn read(root: &Node, scope: ConfigScope, client: Option<&str>) -> Self {
        let mut out = Self::default();
        let plugins = root.get("enabledPlugins").filter(|_| knows(&PLUGINS, client));
        for member in plugins.map(Node::members).unwrap_or_default() {
            out.plugins.extend(member.value.truth().map(|on| (member.key.clone(), (on, scope))));
        }
        if let Some(list) = root.at(&["mcp", "allowed"]).filter(|n| n.is_list() && knows(&GEMINI, client)) {
            let names = list.elements().iter().filter_map(Node::text).map(str::to_owned).collect();
            out.only.push((names, scope));
        }
        // nobody else can keep a person's servers from being loaded
        if scope == ConfigScope::Managed {
            let patterns = |key: &str| {
                let list = root.get(key).filter(|n| n.is_list())?;
                Some(list.elements().iter().filter_map(Pattern::read).collect::<Vec<_>>())
            };
            out.allowed = patterns("allowedMcpServers");
            out.denied = patterns("deniedMcpServers").unwrap_or_default();
        }
        out
    }

    /// Adds what another file says.
    pub(super) fn extend(&mut self, other: Self) {
        for (key, (on, scope)) in other.plugins {
            // of one scope the later file goes first: `settings.local.json` stands behind `settings.json`
            match self.plugins.get(&key) {
                Some((_, known)) if rank(*known) < rank(scope) => {}
                _ => drop(self.plugins.insert(key, (on, scope))),
            }
        }
        self.only.extend(other.only);
        self.allowed = other.allowed.or(self.allowed.take());
        self.denied.extend(other.denied);
    }

    /// The scopes of what keeps this server out.
    pub(super) fn keep_out(&self, target: &Target) -> impl Iterator<Item = ConfigScope> {
        let only = self.only.iter().min_by_key(|(_, scope)| rank(*scope));
        let only = only.filter(|(names, _)| !names.contains(target.name.raw())).map(|(_, scope)| *scope);
        let kept = self.denied.iter().any(|p| p.fits(target))
            || self.allowed.as_ref().is_some_and(|list| !allows(list, target));
        [only, kept.then_some(ConfigScope::Managed), self.plugin_is_off(target)].into_iter().flatten()
    }

    /// A plugin's files lie in a folder of its marketplace and one of its own: `market/plugin` is `plugin@market`.
    fn plugin_is_off(&self, target: &Target) -> Option<ConfigScope> {
        let origin = target.origin.as_ref().filter(|_| target.scope == ConfigScope::Plugin)?;
        let folders: Vec<String> = origin.file.iter().map(|f| f.to_string_lossy().into_owned()).collect();
        let said = |key: &str| self.plugins.get(key);
        let found = folders.windows(2).flat_map(|w| [said(&format!("{}@{}", w[1], w[0])), said(&w[1])]).flatten();
        found.min_by_key(|(_, scope)| rank(*scope)).filter(|(on, _)| !on).map(|(_, scope)| *scope)
    }
}

/// A list with commands (or addresses) in it takes programs (or remote servers) by those alone, any other by name.
fn allows(list: &[Pattern], target: &Target) -> bool {
    let kind: fn(&Pattern) -> bool = match target.launch {
        Launch::Http(_) => Pattern::is_url,
        _ => Pattern::is_command,
    };
    let by_kind = list.iter().any(kind);
    list.iter().any(|p| (kind(p) || !by_kind) && p.fits(target))
}

#[cfg(test)]
mod tests {
    use super::super::super::document::{Document, Language};
    use super::*;

    fn kept_out(settings: &[(&str, ConfigScope)], servers: &str) -> Vec<String> {
        let mut all = Switches::default();
        for (text, scope) in settings {
            let document = Document::read(text, Language::Json).expect("JSON");
            all.extend(Switches::read(document.root.as_ref().expect("an object"), *scope, Some("gemini-cli")));
        }
        let targets = super::super::from_text(servers, "x.json").expect("servers");
        targets.iter().filter(|t| all.keep_out(t).next().is_some()).map(|t| t.name.raw().to_owned()).collect()
    }

    const SERVERS: &str = r#"{"mcpServers": {
        "github": {"command": "node", "args": ["s.js"]}, "tool": {"command": "npx", "args": ["-y", "tool"]},
        "near": {"url": "https://mcp.acme.test/api"}, "far": {"url": "https://far.test/mcp"}}}"#;

    #[test]
    fn an_administrator_allows_and_denies_by_name_command_and_address() {
        use ConfigScope::{Managed, Project};
        let out = |text: &str, scope| kept_out(&[(text, scope)], SERVERS);
        assert_eq!(out(r#"{"allowedMcpServers": []}"#, Managed), ["github", "tool", "near", "far"]);
        assert_eq!(out(r#"{"allowedMcpServers": []}"#, Project), [""; 0], "a project has no say in it");
        let names = r#"{"allowedMcpServers": [{"serverName": "github"}, {"serverName": "near"}]}"#;
        assert_eq!(out(names, Managed), ["tool", "far"]);
        let mixed = r#"{"allowedMcpServers": [{"serverName": "github"}, {"serverCommand": ["npx", "-y", "tool"]}, {"serverUrl": "https://*.acme.test/*"}]}"#;
        assert_eq!(out(mixed, Managed), ["github", "far"], "where commands are listed a name is not enough");
        let denied = r#"{"deniedMcpServers": [{"serverUrl": "https://far.test/*"}, {"serverCommand": ["npx", "tool"]}], "allowedMcpServers": [{"serverName": "far"}, {"serverName": "tool"}]}"#;
        assert_eq!(out(denied, Managed), ["github", "near", "far"]);
    }

    #[test]
    fn the_strongest_list_of_the_only_servers_counts() {
        use ConfigScope::{Project, User};
        let list = |names: &str| format!(r#"{{"mcp": {{"allowed": [{names}]}}}}"#);
        let (user, project) = (list(r#""tool""#), list(r#""tool", "far""#));
        assert_eq!(kept_out(&[(&user, User), (&project, Project)], SERVERS), ["github", "near"]);
        assert_eq!(kept_out(&[(r#"{"mcp": {"servers": {}}}"#, User)], SERVERS), [""; 0]);
    }

    #[test]
    fn stars_are_any_text() {
        for (pattern, text, fits) in [
            ("https://*.a.test/*", "https://x.a.test/y", true),
            ("https://a.test", "https://a.test/y", false),
            ("*", "", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
        ] {
            assert_eq!(wild(pattern, text), fits, "{pattern} {text}");
        }
    }
}
