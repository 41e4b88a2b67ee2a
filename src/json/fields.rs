//! Strict reading of our own small documents: every member is asked for by name, and what nobody asked for is refused.

use super::{Node, Value};

/// The members of an object, taken out one by one.
#[derive(Debug)]
pub struct Fields<'n> {
    members: Vec<(&'n str, &'n Node)>,
}

/// Why a document is not one of ours. Holds words of ours and member names we asked for, no foreign text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Not an object.
    #[error("expected an object")]
    NotObject,
    /// A member is missing or has another type.
    #[error("`{0}` is missing or is not {1}")]
    Wrong(&'static str, &'static str),
    /// A member nobody knows.
    #[error("it has a member that this version does not know")]
    Unknown,
}

impl<'n> Fields<'n> {
    /// Starts reading an object. Repeated keys stay in and are refused by [`Fields::finish`].
    pub fn of(node: &'n Node) -> Result<Self, FieldError> {
        if !node.is_object() {
            return Err(FieldError::NotObject);
        }
        Ok(Self { members: node.members().iter().map(|m| (&*m.key, &m.value)).collect() })
    }

    /// Takes a member that may be absent. `null` counts as a value.
    pub fn optional(&mut self, name: &'static str) -> Option<&'n Node> {
        let at = self.members.iter().position(|(k, _)| *k == name)?;
        Some(self.members.remove(at).1)
    }

    /// Takes a member that must be there.
    pub fn node(&mut self, name: &'static str) -> Result<&'n Node, FieldError> {
        self.optional(name).ok_or(FieldError::Wrong(name, "there"))
    }

    /// Takes text.
    pub fn text(&mut self, name: &'static str) -> Result<&'n str, FieldError> {
        self.node(name)?.as_str().ok_or(FieldError::Wrong(name, "text"))
    }

    /// Takes a whole number of zero or more.
    pub fn whole(&mut self, name: &'static str) -> Result<u64, FieldError> {
        self.node(name)?.as_u64().ok_or(FieldError::Wrong(name, "a whole number"))
    }

    /// Takes a list of texts.
    pub fn texts(&mut self, name: &'static str) -> Result<Vec<String>, FieldError> {
        let node = self.node(name)?;
        let wrong = FieldError::Wrong(name, "a list of texts");
        let Value::Array(items) = &node.value else { return Err(wrong) };
        items.iter().map(|n| n.as_str().map(str::to_owned).ok_or(wrong.clone())).collect()
    }

    /// Takes anything that is written as text, such as a digest or a date.
    pub fn parsed<T: std::str::FromStr>(&mut self, name: &'static str, what: &'static str) -> Result<T, FieldError> {
        self.text(name)?.parse().map_err(|_| FieldError::Wrong(name, what))
    }

    /// Refuses what is left.
    pub fn finish(self) -> Result<(), FieldError> {
        if self.members.is_empty() { Ok(()) } else { Err(FieldError::Unknown) }
    }
}
