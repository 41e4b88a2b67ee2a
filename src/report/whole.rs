//! A whole item that came or went, field by field: what it says first, its schema as sentences would tell it, and every
//! other field by its place, so that nobody has to read JSON to know what was added.

use crate::json::{Limits, Node, Pointer, Value, canonical, read};
use crate::untrusted::{EXCERPT_CHARS, Untrusted};

/// Fields that are shown of an item unless all are asked for.
const FIELDS: usize = 12;

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Where in the item; empty for a value that is no object.
    pub place: Untrusted,
    /// Its lines.
    pub lines: Vec<Untrusted>,
}

/// What is shown of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The fields, texts first.
    pub fields: Vec<Field>,
    /// How many more there are.
    pub more: usize,
}

impl Whole {
    /// From fields that were chosen and cut before: where, and the text.
    pub fn new<'a>(shown: impl Iterator<Item = (&'a Untrusted, Untrusted)>, more: usize) -> Self {
        let field =
            |(place, text): (&Untrusted, Untrusted)| Field { place: place.clone(), lines: split(text.raw(), true) };
        Self { fields: shown.map(field).collect(), more }
    }
}

/// The fields of a value, as text or canonical JSON.
pub fn fields(text: &Untrusted, full: bool) -> Whole {
    let limits = Limits { nodes: 200_000, ..Limits::default() };
    let node = Some(text).filter(|t| t.raw().starts_with('{')).and_then(|t| read(t.raw().as_bytes(), &limits).ok());
    let Some(document) = node else {
        let lines = split(text.raw(), full);
        return Whole { fields: vec![Field { place: Untrusted::default(), lines }], more: 0 };
    };
    let mut leaves: Vec<(Pointer, String)> = Vec::new();
    walk(&document.root, &mut Pointer::root(), &mut leaves);
    // what a model reads first
    let rank = |p: &Pointer| {
        let tokens = p.tokens();
        let last = tokens.last().map_or("", |t| t);
        (tokens.len() > 1, !["name", "uri", "uriTemplate", "title", "description", "text"].contains(&last))
    };
    leaves.sort_by_key(|(pointer, _)| rank(pointer));
    let count = leaves.len();
    let most = if full { count } else { FIELDS };
    let field =
        |(pointer, value): (Pointer, String)| Field { place: pointer.to_untrusted(), lines: split(&value, full) };
    Whole { fields: leaves.into_iter().take(most).map(field).collect(), more: count.saturating_sub(most) }
}

fn split(text: &str, full: bool) -> Vec<Untrusted> {
    let cut = Untrusted::said(text);
    let cut = if full { cut } else { cut.cut(2 * EXCERPT_CHARS) };
    cut.raw().split('\n').map(Untrusted::said).collect()
}

// Recursion is bounded by the reader's depth limit.
fn walk(node: &Node, at: &mut Pointer, out: &mut Vec<(Pointer, String)>) {
    match &node.value {
        Value::Object(members) if !members.is_empty() => {
            for member in members {
                at.push(&member.key);
                walk(&member.value, at, out);
                at.pop();
            }
        }
        // a list of plain values is one field
        Value::Array(list) if list.iter().any(|n| n.is_object() || n.is_array()) => {
            for (i, element) in list.iter().enumerate() {
                at.push(&i.to_string());
                walk(element, at, out);
                at.pop();
            }
        }
        Value::String(text) => out.push((at.clone(), text.to_string())),
        _ => {
            let bytes = canonical(node).unwrap_or_default();
            out.push((at.clone(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_first_and_the_rest_is_counted() {
        let text = r#"{"annotations":{"readOnlyHint":true},"description":"Adds.\nTwice.","inputSchema":{"properties":{"a":{"type":"integer","enum":[1,2]}}},"name":"add"}"#;
        let whole = fields(&text.into(), false);
        let places: Vec<&str> = whole.fields.iter().map(|f| f.place.raw()).collect();
        assert_eq!(
            places,
            [
                "/description",
                "/name",
                "/annotations/readOnlyHint",
                "/inputSchema/properties/a/type",
                "/inputSchema/properties/a/enum"
            ]
        );
        assert_eq!(whole.fields[0].lines.len(), 2);
        assert_eq!(whole.fields[4].lines[0].raw(), "[1,2]");
        let many: String = (0..40).map(|i| format!("\"k{i}\":{i},")).collect();
        let whole = fields(&format!("{{{many}\"name\":\"n\"}}").into(), false);
        assert_eq!((whole.fields.len(), whole.more), (FIELDS, 41 - FIELDS));
        assert_eq!(fields(&"plain".into(), false).fields[0].lines, ["plain".into()]);
    }
}
