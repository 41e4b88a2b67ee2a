//! Every string of an item that a model or a person may see, with its place and its role, and one walk over all of them for
//! whoever judges strings one at a time.

use super::needles::{Needles, Together};
use super::{Hit, Subject};
use crate::json::{Node, Trail, Value};
use crate::manifest::Item;
use crate::target::Launch;
use crate::terms::ItemKind;

/// What a string is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The item's name.
    Name,
    /// A title, of the item or in its annotations.
    Title,
    /// The item's description.
    Description,
    /// Prose inside a schema: `description`, `title`, `$comment`.
    SchemaText,
    /// Any other string inside a schema: default, enum, const, examples, pattern, unknown keywords.
    SchemaValue,
    /// An object key: parameter names, unknown members.
    Key,
    /// A URI or URI template.
    Uri,
    /// Server instructions.
    Instructions,
    /// Anything else: `_meta`, icons, server info, capabilities, arguments.
    Other,
}

impl Role {
    /// The words rule files use.
    pub const WORDS: [&'static str; 9] =
        ["name", "title", "description", "schema", "schema-value", "key", "uri", "instructions", "other"];

    /// Reads such a word.
    pub fn parse(word: &str) -> Option<Self> {
        use Role::*;
        let all = [Name, Title, Description, SchemaText, SchemaValue, Key, Uri, Instructions, Other];
        Self::WORDS.iter().position(|w| *w == word).map(|i| all[i])
    }
}

/// One string.
#[derive(Clone, Copy)]
pub struct Text<'w, 'i> {
    /// The item it is in.
    pub item: &'i Item,
    /// The way to it.
    pub trail: &'w Trail<'i>,
    /// The string.
    pub text: &'i str,
    /// What it is.
    pub role: Role,
    /// It has no characters but those of ASCII.
    pub plain: bool,
    /// Who judges it beside the readers of words.
    pub judged: Judged,
}

/// What rules about launches judge of a published file, so that it is not told twice at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Nothing: these are words only.
    No,
    /// Secrets in it.
    Secrets,
    /// All of it: it is what a host starts.
    Launch,
}

impl Judged {
    fn of(subject: &Subject<'_>, item: &Item, trail: &Trail<'_>) -> Self {
        // what a live server says of itself is started by nobody
        let file = matches!(subject.target.launch, Launch::File(_)) && item.key.kind == ItemKind::Server;
        let (bundle, record) = (subject.published.bundle.is_some(), subject.published.record.is_some());
        match (trail.at(0), trail.at(1)) {
            _ if !file => Self::No,
            ("server", "mcp_config") if bundle => Self::Launch,
            ("user_config", _) if bundle && trail.at(2) == "default" => Self::Secrets,
            ("packages" | "remotes", _) if record && ["default", "value"].contains(&trail.last()) => Self::Secrets,
            _ => Self::No,
        }
    }
}

/// Judges strings one at a time.
pub trait Reader<'i> {
    /// An item begins.
    fn item(&mut self, _server: usize, _item: &'i Item) {}

    /// Words without which it finds nothing in a string: of others it is not told.
    fn needles(&self) -> Option<&Needles> {
        None
    }

    /// The next string of the item.
    fn text(&mut self, server: usize, text: Text<'_, 'i>);

    /// There are no more strings of this server.
    fn end(&mut self, _server: usize) {}

    /// What was found.
    fn hits(self: Box<Self>) -> Vec<Hit>;
}

/// Shows all strings of a fleet to all readers, in one walk. The hits are in the order of the readers.
pub fn show<'i>(fleet: &[Subject<'i>], mut readers: Vec<Box<dyn Reader<'i> + '_>>) -> Vec<Vec<Hit>> {
    let needles = Together::of(readers.iter().map(|reader| reader.needles()));
    for (server, subject) in fleet.iter().enumerate() {
        for item in &subject.manifest.items {
            readers.iter_mut().for_each(|reader| reader.item(server, item));
            each_text(item, &mut |trail, text, role| {
                let judged = Judged::of(subject, item, trail);
                let text = Text { item, trail, text, role, plain: text.is_ascii(), judged };
                let asked = needles.asked(text.text, text.plain);
                for reader in asked.each(readers.len()) {
                    readers[reader].text(server, text);
                }
            });
        }
        readers.iter_mut().for_each(|reader| reader.end(server));
    }
    readers.into_iter().map(|reader| reader.hits()).collect()
}

/// Visits every string of an item, keys included. The key of a member is visited with the way to its value.
pub fn each_text<'i>(item: &'i Item, visit: &mut dyn FnMut(&Trail<'i>, &'i str, Role)) {
    walk(&item.node, item.key.kind, item.key.name.raw() == "instructions", &mut Trail::default(), visit);
}

// Recursion is bounded by the reader's depth limit.
fn walk<'i>(
    node: &'i Node,
    kind: ItemKind,
    instructions: bool,
    trail: &mut Trail<'i>,
    visit: &mut dyn FnMut(&Trail<'i>, &'i str, Role),
) {
    match &node.value {
        Value::String(text) => {
            let role = role(trail, kind, instructions);
            visit(trail, text, role);
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                trail.index(i);
                walk(item, kind, instructions, trail, visit);
                trail.pop();
            }
        }
        Value::Object(members) => {
            for member in members {
                trail.key(&member.key);
                visit(trail, &member.key, Role::Key);
                walk(&member.value, kind, instructions, trail, visit);
                trail.pop();
            }
        }
        _ => {}
    }
}

fn role(trail: &Trail<'_>, kind: ItemKind, instructions: bool) -> Role {
    let (first, last) = (trail.at(0), trail.last());
    if kind == ItemKind::Server {
        return if instructions { Role::Instructions } else { Role::Other };
    }
    if matches!(first, "inputSchema" | "outputSchema") {
        let parent = trail.depth().checked_sub(2).map_or("", |i| trail.at(i));
        let prose = ["description", "title", "$comment"].contains(&last) && !["properties", "$defs"].contains(&parent);
        return if prose { Role::SchemaText } else { Role::SchemaValue };
    }
    match (trail.depth(), first) {
        (1, "name") => Role::Name,
        (1, "title") => Role::Title,
        (1, "description") => Role::Description,
        (1, "uri" | "uriTemplate") => Role::Uri,
        (_, "annotations") if last == "title" => Role::Title,
        (_, "arguments") if last == "description" || last == "title" => Role::SchemaText,
        _ => Role::Other,
    }
}
