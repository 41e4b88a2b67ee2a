//! Reads one client's configuration file: JSON with comments, TOML or YAML, with the line and column of every value. One
//! bad entry never hides its siblings; nothing is expanded, nothing is run.
//!
//! What an entry says is read by `entry`; what the file says beside its servers by `settings`.

mod apart;
mod approvals;
pub mod bundle;
pub mod commands;
mod entry;
pub mod keys;
pub mod members;
pub mod models;
mod reach;
mod reader;
pub mod references;
mod secrets;
pub mod settings;
mod shape;
mod stray;
mod switch;
mod switches;
mod trust;
mod words;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

pub use self::apart::tell_apart;
use self::keys::Keys;
use self::reader::Reader;
use self::settings::Effects;
pub use super::document::ConfigError;
use super::document::{Document, Language, Node, Value};
use super::{ConfigScope, Place, Target};
use crate::untrusted::Message;

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
    /// Something was skipped, or read in part: the file was not looked at as a whole.
    pub left_out: bool,
}

impl Problem {
    /// Something that only has to be said.
    pub fn note(place: Place, sentence: Message) -> Self {
        Self { place, sentence, ambiguous: false, left_out: false }
    }

    /// Something that readers take differently.
    pub fn ambiguous(place: Place, sentence: Message) -> Self {
        Self { ambiguous: true, ..Self::note(place, sentence) }
    }

    /// Something that was not read.
    pub fn left_out(place: Place, sentence: Message) -> Self {
        Self { left_out: true, ..Self::note(place, sentence) }
    }
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
        out.problems.push(Problem::note(place, sentence));
        out.cut = true;
    }
    out.effects.extend(effects);
    stray::read(text, &document, &source, &mut out);
    Ok(out)
}
