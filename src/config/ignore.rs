//! `[[ignore]]`: text of a server that follows time, place or a counter, with the pattern it has to keep. It has no effect
//! here: `approve` copies it into the baseline, where people sign it, and only what is signed there counts.

mod pattern;
mod zones;

use serde::Deserialize;

pub use pattern::Pattern;

use crate::json::{FieldError, Fields, Node, Pointer};
use crate::untrusted::{Message, Untrusted};

/// One text that may change, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// `tool/now`.
    pub item: Untrusted,
    /// The text in it.
    pub pointer: Pointer,
    /// What every form of it looks like.
    pub pattern: Pattern,
    /// Why.
    pub reason: String,
}

/// One `[[ignore]]` table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Table")]
pub struct Volatile {
    /// The server's name, as a baseline has it.
    pub server: Untrusted,
    /// The text.
    pub ignore: Ignore,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    server: String,
    item: String,
    pointer: String,
    pattern: String,
    reason: String,
}

impl TryFrom<Table> for Volatile {
    type Error = String;

    fn try_from(table: Table) -> Result<Self, String> {
        let ignore = Ignore::new(&table.item, &table.pointer, &table.pattern, &table.reason)?;
        Ok(Self { server: table.server.into(), ignore })
    }
}

impl Ignore {
    fn new(item: &str, pointer: &str, pattern: &str, reason: &str) -> Result<Self, &'static str> {
        if item.split_once('/').is_none_or(|(kind, name)| kind.is_empty() || name.is_empty()) {
            return Err("`item` is written KIND/NAME, such as `tool/now`");
        }
        let pointer = Pointer::parse(pointer).ok_or("`pointer` is no JSON pointer, such as `/description`")?;
        if reason.trim().chars().count() < 10 {
            return Err("`reason` needs at least ten characters");
        }
        let pattern = Pattern::parse(pattern)?;
        Ok(Self { item: item.into(), pointer, pattern, reason: reason.to_owned() })
    }

    /// The order in a baseline, which has one for a place.
    pub fn key(&self) -> (&Untrusted, &Pointer) {
        (&self.item, &self.pointer)
    }

    /// An element of `ignore` in a baseline entry.
    pub fn to_node(&self) -> Node {
        Node::object([
            ("item", Node::text(self.item.raw())),
            ("pointer", Node::text(self.pointer.to_untrusted().raw())),
            ("pattern", Node::text(self.pattern.text())),
            ("reason", Node::text(&self.reason)),
        ])
    }

    /// Reads what [`Ignore::to_node`] writes, as strictly as the file of the project.
    pub fn from_node(node: &Node) -> Result<Self, FieldError> {
        let mut fields = Fields::of(node)?;
        let [item, pointer, pattern, reason] = ["item", "pointer", "pattern", "reason"].map(|key| fields.text(key));
        let ignore = Self::new(item?, pointer?, pattern?, reason?).map_err(|why| FieldError::Wrong("ignore", why))?;
        fields.finish()?;
        Ok(ignore)
    }

    /// One line for people.
    pub fn line(&self) -> Message {
        let own = |text: &str| Untrusted::from(text);
        Message::new("")
            .quote(&self.item)
            .text(" at ")
            .quote(&self.pointer.to_untrusted())
            .text(" may be any ")
            .quote(&own(self.pattern.text()))
            .text(", because ")
            .quote(&own(&self.reason))
    }
}
