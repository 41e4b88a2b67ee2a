//! Reads one client's configuration file: JSON with comments, TOML or YAML, with the line and column of every value. One
//! bad entry never hides its siblings; nothing is expanded, nothing is run.
//!
//! What an entry says is read by `entry`; what the file says beside its servers by `settings`.

mod apart;
mod approvals;
pub mod bundle;
mod entry;
pub mod keys;
pub mod members;
pub mod references;
mod secrets;
pub mod settings;
mod shape;
mod switch;
mod switches;
mod trust;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

pub use self::apart::tell_apart;
use self::keys::Keys;
use self::settings::Effects;
pub use super::document::ConfigError;
use super::document::{Document, Language, Member, Node, Value};
use super::{ConfigScope, Fact, FactKind, Launch, Origin, Place, Target};
use crate::secret;
use crate::terms::TargetId;
use crate::untrusted::{Message, Untrusted};

/// Bytes of one configuration file.
pub const FILE: u64 = 16 << 20;
/// Servers of one file.
pub const SERVERS: usize = 2_000;

/// Where a server map or list sits: a path of keys.
pub type KeyPath = &'static [&'static str];

/// Every place a server map may have in a file whose client is not known.
pub const MAPS: [KeyPath; 13] = [
    &["mcpServers"],
    &["servers"],
    &["mcp", "servers"],
    &["mcp.servers"],
    &["settings", "mcp", "servers"],
    &["settings", "mcp.servers"],
    &["customizations", "vscode", "mcp", "servers"],
    &["context_servers"],
    &["amp.mcpServers"],
    &["mcp_servers"],
    &["experimental", "modelContextProtocolServers"],
    &["extensions"],
    &["mcp"],
];

/// Servers of a file, and what was odd about it.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// In the order of the file.
    pub targets: Vec<Target>,
    /// Entries that could not be used, and keys that are ambiguous.
    pub problems: Vec<Problem>,
    /// What the file says about servers of other files and about the client.
    pub effects: Effects,
    /// What each entry says for itself, in files of clients that merge entries of one name key by key.
    pub keys: Vec<Keys>,
    /// Files that the servers are in instead, as the file writes them.
    pub elsewhere: Vec<(String, Place)>,
    /// Servers beyond the bound were left out: the file was not read to its end.
    pub cut: bool,
}

/// Something about an entry that has to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What.
    pub sentence: Message,
    /// Two members have one key, or command and URL stand together: readers take different ones.
    pub ambiguous: bool,
}

/// Whose file it is.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file.
    pub file: &'a Path,
    /// The client that reads it.
    pub client: Option<&'static str>,
    /// Where it applies.
    pub scope: ConfigScope,
    /// The project, for files that hold maps per project.
    pub project: Option<&'a Path>,
    /// Maps of all projects are read, not only of this one.
    pub all_projects: bool,
    /// Where the servers are; `None` looks at every place known of any client.
    pub keys: Option<&'static [KeyPath]>,
    /// The file may be a bare map of servers.
    pub flat: bool,
    /// The file is the manifest of an unpacked bundle, which holds one server.
    pub bundle: bool,
}

impl<'a> Source<'a> {
    /// A file of an unknown client.
    pub fn unknown(file: &'a Path, scope: ConfigScope) -> Self {
        Self { file, client: None, scope, project: None, all_projects: false, keys: None, flat: true, bundle: false }
    }
}

/// The servers of a configuration text without a client, with what its settings say of them; for rule examples.
pub fn from_text(text: &str, name: &str) -> Result<Vec<Target>, ConfigError> {
    let mut parsed = parse(text, Source::unknown(Path::new(name), ConfigScope::Project))?;
    let alone = parsed.effects.apply(&mut parsed.targets);
    parsed.targets.extend(settings::alone(None, alone));
    tell_apart(&mut parsed.targets);
    let nothing = std::collections::BTreeSet::new();
    parsed.targets.iter_mut().for_each(|t| references::mark(t, references::Against::Machine(&nothing, false)));
    Ok(parsed.targets)
}

/// Whether the text has a server map; a manifest or a capture has none.
pub fn is_config(text: &str, name: &Path) -> bool {
    let Ok(Document { root: Some(root), .. }) = Document::read(text, Language::of(name)) else { return false };
    let servers = |n: &Node| match &n.value {
        Value::Map(members) => members.iter().any(|m| looks_like_server(&m.value)),
        Value::List(elements) => elements.iter().any(looks_like_server),
        _ => false,
    };
    // keys that nothing else has: a server that is none is told as that
    let own = ["mcpServers", "context_servers", "amp.mcpServers", "mcp_servers", "mcp.servers"];
    MAPS.iter().any(|path| {
        let only = matches!(path, [key] if own.contains(key));
        root.at(path).is_some_and(|n| servers(n) || (only && (n.is_map() || n.is_list())))
    })
}

/// Whether a node has what starts or reaches a server.
fn looks_like_server(node: &Node) -> bool {
    ["command", "cmd", "url", "serverUrl", "httpUrl", "uri"].iter().any(|k| node.get(k).is_some())
}

/// Reads the servers of a file.
pub fn parse(text: &str, source: Source<'_>) -> Result<Parsed, ConfigError> {
    let document = Document::read(text, Language::of(source.file))?;
    let mut out = Parsed::default();
    let Some(root) = &document.root else { return Ok(out) };
    if !root.is_map() {
        return Err(ConfigError::new("the file holds no object", 0, text.len().min(1)));
    }
    let mut reader = Reader { document: &document, source, out: &mut out, seen: BTreeMap::new() };
    reader.root(root);
    let effects = settings::read(root, &|node| document.place(node.start, node.end), &source);
    if effects.cut {
        let place = document.place(root.start, root.start);
        let sentence = Message::new("it has more settings of one kind than are read");
        out.problems.push(Problem { place, sentence, ambiguous: false });
        out.cut = true;
    }
    out.effects.extend(effects);
    Ok(out)
}

struct Reader<'r> {
    document: &'r Document,
    source: Source<'r>,
    out: &'r mut Parsed,
    /// Names of the map that is being read, with their place in `targets`.
    seen: BTreeMap<String, Option<usize>>,
}

impl Reader<'_> {
    fn root(&mut self, root: &Node) {
        if self.source.bundle {
            return self.bundle(root);
        }
        let mut found = false;
        for path in self.source.keys.unwrap_or(&MAPS) {
            let maps = root.every(path);
            let Some(map) = maps.last() else { continue };
            // a file of an unknown client: `mcp` and `extensions` hold many things
            let vague = self.source.keys.is_none() && [&["mcp"][..], &["extensions"]].contains(path);
            if vague && !map.members().iter().any(|m| looks_like_server(&m.value)) {
                continue;
            }
            found = true;
            self.repeated(root, path);
            // which one a client takes is its own affair: all are looked at
            maps.into_iter().for_each(|map| self.map(map));
        }
        if let Some(projects) = root.get("projects").filter(|_| self.source.keys.is_none_or(|k| k == [&["mcpServers"]]))
        {
            for member in projects.members() {
                let own = settings::is_project(self.source.project, &member.key);
                if own {
                    let off = switch::of_project(&member.value, self.source.client);
                    self.out.effects.disabled.extend(off.into_iter().map(|name| (name, ConfigScope::Local)));
                }
                if (own || self.source.all_projects)
                    && let Some(map) = member.value.get("mcpServers")
                {
                    self.source.scope = ConfigScope::Local;
                    self.map(map);
                }
            }
        }
        let members = root.members();
        if !found && self.source.flat && !members.is_empty() && members.iter().all(|m| looks_like_server(&m.value)) {
            self.map(root);
        }
    }

    /// The one server of a bundle that a client has unpacked: its name, and what starts it.
    fn bundle(&mut self, root: &Node) {
        let name = root.get("name").filter(|n| n.text().is_some());
        let entry = root.at(&["server", "mcp_config"]);
        let (Some(name), Some(entry)) = (name, entry) else {
            let sentence = Message::new("the manifest does not say what starts its server; it was skipped");
            return self.problem(root.start, root.start, sentence, false);
        };
        self.server(name.text().unwrap_or_default(), (name.start, name.end), entry);
        for place in members::defaults(root, self.document) {
            self.fact_for_all(FactKind::Secret, members::DEFAULT.into(), place);
        }
    }

    /// A map that stands twice in its object: readers merge, or take the first, or the last.
    fn repeated(&mut self, root: &Node, path: &[&str]) {
        let Some((last, parents)) = path.split_last() else { return };
        let Some(parent) = root.at(parents) else { return };
        let twice: Vec<&Member> = parent.members().iter().filter(|m| m.key == *last).collect();
        if let [_, .., again] = twice.as_slice() {
            let sentence = Message::new("the servers stand twice in one file; clients take different ones");
            self.problem(again.start, again.end, sentence, true);
            let place = self.document.place(again.start, again.end);
            let what = Untrusted::from(again.key.as_str());
            self.fact_for_all(FactKind::Ambiguous, what, place);
        }
    }

    fn fact_for_all(&mut self, kind: FactKind, what: Untrusted, place: Place) {
        self.out.effects.facts.push(Fact {
            kind,
            what,
            file: self.source.file.to_path_buf(),
            scope: self.source.scope,
            place,
        });
    }

    fn problem(&mut self, start: usize, end: usize, sentence: Message, ambiguous: bool) {
        let place = self.document.place(start, end);
        self.out.problems.push(Problem { place, sentence, ambiguous });
    }

    fn map(&mut self, map: &Node) {
        self.seen.clear();
        // plugins may name files instead
        if let Some(file) = map.text() {
            return self.out.elsewhere.push((file.to_owned(), self.document.place(map.start, map.end)));
        }
        for member in map.members() {
            if !self.room(member.start, member.end) {
                return;
            }
            self.server(&member.key, (member.start, member.end), &member.value);
        }
        for (i, element) in map.elements().iter().enumerate() {
            if !self.room(element.start, element.end) {
                return;
            }
            if let Some(file) = element.text() {
                self.out.elsewhere.push((file.to_owned(), self.document.place(element.start, element.end)));
                continue;
            }
            let named = ["name", "id"].iter().find_map(|k| element.get(k).filter(|n| n.text().is_some()));
            let name = named.and_then(Node::text).map_or_else(|| format!("server-{}", i + 1), str::to_owned);
            let at = named.map_or((element.start, element.end), |n| (n.start, n.end));
            self.server(&name, at, element);
        }
        if !map.is_map() && map.elements().is_empty() && !matches!(map.value, Value::List(_) | Value::Null) {
            let sentence = Message::new("the servers are no map and no list and were skipped");
            self.problem(map.start, map.end, sentence, false);
        }
    }

    fn room(&mut self, start: usize, end: usize) -> bool {
        if self.out.targets.len() < SERVERS && self.out.problems.len() < SERVERS {
            return true;
        }
        if !self.out.cut {
            self.out.cut = true;
            let sentence = Message::new(format!("only the first {SERVERS} servers of this file are read"));
            self.problem(start, end, sentence, false);
        }
        false
    }

    fn server(&mut self, key: &str, (start, end): (usize, usize), value: &Node) {
        let name = Untrusted::from(key);
        let place = self.document.place(start, end);
        let twice = self.seen.get(key).copied();
        if twice.is_some() {
            let sentence = Message::new("server ")
                .quote(&name)
                .text(" is configured twice in one file; clients take different ones");
            self.problem(start, end, sentence, true);
        }
        if !value.is_map() {
            let sentence = Message::new("server ").quote(&name).text(" is not an object and was skipped");
            self.problem(start, end, sentence, false);
            return;
        }
        let value = entry::inner(value);
        let mut facts = Vec::new();
        let mut fact = |kind, what: &str, place| {
            facts.push(Fact {
                kind,
                what: what.into(),
                file: self.source.file.to_path_buf(),
                scope: self.source.scope,
                place,
            });
        };
        if twice.is_some() {
            fact(FactKind::Ambiguous, "the same name twice", place);
        }
        if secret::is_secret(None, key) {
            fact(FactKind::Secret, "the name of a server", place);
        }
        let read = entry::launch(value, self.document);
        // what the entry of a bundle says of other platforms is judged with its words
        let skip: &[&str] = if self.source.bundle { &["platform_overrides"] } else { &["name", "id"] };
        for at in members::of_entry(value, read.launch.as_ref(), self.document, skip) {
            fact(FactKind::Secret, members::MEMBER, at);
        }
        for (at, sentence) in read.ambiguous {
            fact(FactKind::Ambiguous, sentence, at);
            let sentence = format!(" has {sentence}; clients take different ones");
            let sentence = Message::new("server ").quote(&name).text(sentence);
            self.out.problems.push(Problem { place: at, sentence, ambiguous: true });
        }
        let off = switch::of_entry(value, self.source.client);
        if let Some(unknown) = off.1 {
            let sentence = format!(" has `{unknown}`, which its client is not known to read; it is looked at as one that is loaded");
            self.problem(start, end, Message::new("server ").quote(&name).text(sentence), false);
        }
        let merges = self.source.client.is_some_and(keys::merges);
        let own = merges.then(|| Keys::of(name.clone(), place, value, self.document, (off.0, self.approvals(value))));
        for (at, sentence) in read.odd {
            let sentence = Message::new("server ").quote(&name).text(sentence);
            self.out.problems.push(Problem { place: at, sentence, ambiguous: false });
        }
        // an entry that only changes another scope's is no server, and nothing is wrong with it
        if read.launch.is_none()
            && let Some(own) = own.clone().filter(Keys::says_something)
        {
            self.out.keys.push(own);
            return;
        }
        if let Some(note) = read.note {
            self.problem(start, end, Message::new("server ").quote(&name).text(note), false);
        }
        let Some(launch) = read.launch else {
            self.seen.insert(key.to_owned(), None);
            facts.retain(|f| f.kind == FactKind::Secret);
            self.out.effects.facts.append(&mut facts);
            return;
        };
        let target = self.target(name, place, value, launch, (off.0, facts));
        self.out.targets.push(target);
        let at = self.out.targets.len() - 1;
        self.out.keys.extend(own.map(|own| Keys { target: Some(at), ..own }));
        self.seen.insert(key.to_owned(), Some(self.out.targets.len() - 1));
    }

    fn target(
        &self,
        name: Untrusted,
        place: Place,
        value: &Node,
        launch: Launch,
        (off, facts): (Option<bool>, Vec<Fact>),
    ) -> Target {
        let client = self.source.client.unwrap_or("config");
        Target {
            id: TargetId::new(&format!("{client}/{}/{}", self.source.scope.word(), name.raw())),
            name,
            client: self.source.client,
            also: Vec::new(),
            scope: self.source.scope,
            origin: Some(Origin { file: self.source.file.to_path_buf(), place }),
            launch,
            off: off.filter(|off| *off).map(|_| self.source.scope),
            auto_approved: self.approvals(value),
            facts,
        }
    }
}
