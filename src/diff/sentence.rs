//! What a change means, in a sentence: "parameter `bcc` (string) added, optional". The raw difference stays beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, ChangeKind};
use crate::json::{Limits, Node, Value, canonical, read};
use crate::manifest::ItemKey;
use crate::untrusted::{Message, Untrusted};

/// Characters of a value inside a sentence.
const VALUE: usize = 60;

/// Keywords that limit what a parameter accepts.
const LIMITS: [&str; 17] = [
    "pattern",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "const",
    "additionalProperties",
    "items",
];

/// What the changes of a comparison say about each other, so that each sentence is one look-up.
#[derive(Debug, Default)]
pub struct Told<'c> {
    items: BTreeMap<&'c ItemKey, Facts<'c>>,
}

#[derive(Debug, Default)]
struct Facts<'c> {
    /// Parameters that became required.
    demanded: BTreeSet<&'c str>,
    /// Parameters that came in.
    come: BTreeSet<&'c str>,
    /// Parameters that are gone, by their schema.
    gone: BTreeMap<&'c str, &'c str>,
}

impl<'c> Told<'c> {
    /// Reads all changes of a comparison.
    pub fn of(all: &'c [Change]) -> Self {
        let mut out = Self::default();
        for change in all.iter().filter(|c| c.kind == ChangeKind::SchemaChanged) {
            let tokens = change.pointer.tokens();
            let Some((last, above)) = tokens.split_last() else { continue };
            let facts = out.items.entry(&change.item).or_default();
            match (above.last().map(|t| &**t), &change.old, &change.new) {
                (Some("required"), None, Some(new)) => {
                    facts.demanded.insert(new.raw());
                }
                (Some("properties"), None, Some(_)) => {
                    facts.come.insert(last);
                }
                (Some("properties"), Some(old), None) => {
                    facts.gone.insert(old.raw(), last);
                }
                _ => {}
            }
        }
        out
    }

    /// The sentence of one change; `None` where the words themselves say it best.
    pub fn sentence(&self, change: &Change) -> Option<Message> {
        if let (Some(old), Some(new)) = (&change.old, &change.new)
            && reordered(old, new)
        {
            return Some(Message::new("the same elements in another order"));
        }
        match change.kind {
            ChangeKind::SchemaChanged => self.schema(change),
            ChangeKind::AnnotationChanged => {
                let hint = change.pointer.tokens().last()?;
                // anything but a word of ours is the server's
                let value = |said: Message, v: &Option<Untrusted>| match v.as_ref().map(Untrusted::raw) {
                    None => said.text("unset"),
                    Some(word @ ("true" | "false")) => said.text(word),
                    Some(other) => said.quote(&Untrusted::from(other).cut(VALUE)),
                };
                let said = value(Message::new("hint ").quote(&(&**hint).into()).text(" changed from "), &change.old);
                Some(value(said.text(" to "), &change.new))
            }
            ChangeKind::ItemRenamed => Some(Message::new("known until now as ").quote(change.old.as_ref()?)),
            _ => None,
        }
    }

    fn schema(&self, change: &Change) -> Option<Message> {
        let tokens: Vec<&str> = change.pointer.tokens().iter().map(|t| &**t).collect();
        // a prompt's arguments are a list of parameters
        if tokens.first() == Some(&"arguments") {
            return argument(change, &tokens);
        }
        let what = if tokens.first() == Some(&"outputSchema") { "result field" } else { "parameter" };
        let named = |name: &str| Message::new(format!("{what} ")).quote(&name.into());
        let name = owner(&tokens);
        let facts = self.items.get(&change.item);
        match (&tokens[..], &change.old, &change.new) {
            // the parameter itself
            ([.., "properties", name], None, Some(new)) => {
                let required = facts.is_some_and(|f| f.demanded.contains(name));
                let kind = kind_of(new).map_or(String::new(), |k| format!(" ({k})"));
                let said =
                    named(name).text(format!("{kind} added, {}", if required { "required" } else { "optional" }));
                Some(match facts.and_then(|f| f.gone.get(new.raw())) {
                    Some(old) => said.text("; it has the schema of ").quote(&(*old).into()).text(", which is gone"),
                    None => said,
                })
            }
            ([.., "properties", name], Some(_), None) => Some(named(name).text(" removed")),
            ([.., "required", _], None, Some(new)) => {
                let added = facts.is_some_and(|f| f.come.contains(new.raw()));
                (!added).then(|| named(new.raw()).text(" is now required"))
            }
            ([.., "required", _], Some(old), None) => Some(named(old.raw()).text(" is no longer required")),
            ([.., "enum", _], None, Some(new)) => Some(place(what, name).text(" also accepts ").quote(&new.cut(VALUE))),
            ([.., "enum", _], Some(old), None) => {
                Some(place(what, name).text(" no longer accepts ").quote(&old.cut(VALUE)))
            }
            ([.., "type", _], None, Some(new)) => Some(place(what, name).text(" may also be ").quote(&new.cut(VALUE))),
            ([.., "type", _], Some(old), None) => {
                Some(place(what, name).text(" may no longer be ").quote(&old.cut(VALUE)))
            }
            ([.., keyword], old, new) => keyword_changed(keyword, place(what, name), old.as_ref(), new.as_ref()),
            _ => None,
        }
    }
}

/// Whether both are lists of the same elements, in canonical JSON.
pub fn reordered(old: &Untrusted, new: &Untrusted) -> bool {
    if old == new || old.raw().len() != new.raw().len() || !old.raw().starts_with('[') {
        return false;
    }
    let sorted = |text: &Untrusted| -> Option<Vec<Vec<u8>>> {
        let mut list: Vec<_> = parse(text)?.elements().iter().map(|n| canonical(n).ok()).collect::<Option<_>>()?;
        list.sort();
        Some(list)
    };
    matches!((sorted(old), sorted(new)), (Some(a), Some(b)) if a == b)
}

fn keyword_changed(keyword: &str, place: Message, old: Option<&Untrusted>, new: Option<&Untrusted>) -> Option<Message> {
    let known = ["type", "default"].contains(&keyword) || LIMITS.contains(&keyword);
    if !known {
        return None;
    }
    let of = Message::new(format!("{keyword} of ")).append(&place);
    Some(match (old, new) {
        (Some(old), Some(new)) => of.text(" changed from ").quote(&old.cut(VALUE)).text(" to ").quote(&new.cut(VALUE)),
        (Some(old), None) => of.text(" dropped, it was ").quote(&old.cut(VALUE)),
        (None, Some(new)) => of.text(" set to ").quote(&new.cut(VALUE)),
        (None, None) => return None,
    })
}

fn argument(change: &Change, tokens: &[&str]) -> Option<Message> {
    let name = |text: &Untrusted| parse(text)?.get("name").and_then(Node::as_str).map(Untrusted::from);
    match (tokens, &change.old, &change.new) {
        ([_, _], None, Some(new)) => Some(Message::new("argument ").quote(&name(new)?).text(" added")),
        ([_, _], Some(old), None) => Some(Message::new("argument ").quote(&name(old)?).text(" removed")),
        _ => None,
    }
}

/// The parameter a keyword belongs to: the name after the last `properties`.
fn owner<'t>(tokens: &[&'t str]) -> Option<&'t str> {
    let at = tokens.iter().rposition(|t| *t == "properties")?;
    tokens.get(at + 1).copied().filter(|_| at + 1 < tokens.len() - 1)
}

fn place(what: &str, name: Option<&str>) -> Message {
    match name {
        Some(name) => Message::new(format!("{what} ")).quote(&name.into()),
        None => Message::new("the schema"),
    }
}

fn parse(text: &Untrusted) -> Option<Node> {
    read(text.raw().as_bytes(), &Limits { nodes: 10_000, ..Limits::default() }).ok().map(|d| d.root)
}

/// The type of a schema, when it is one of the seven words of JSON Schema.
fn kind_of(schema: &Untrusted) -> Option<String> {
    let node = parse(schema)?;
    let known = |word: &&str| ["string", "number", "integer", "boolean", "array", "object", "null"].contains(word);
    let words: Vec<&str> = match &node.get("type")?.value {
        Value::String(word) => vec![word],
        Value::Array(words) => words.iter().filter_map(Node::as_str).collect(),
        _ => return None,
    };
    (!words.is_empty() && words.iter().all(known)).then(|| words.join(" or "))
}

#[cfg(test)]
mod tests {
    use crate::diff::compare;
    use crate::manifest::from_document;
    use crate::snapshot::Snapshot;

    fn snapshot(schema: &str, rest: &str) -> Snapshot {
        let text = format!(r#"{{"tools":[{{"name":"a","inputSchema":{schema}{rest}}}]}}"#);
        let document = crate::json::read(text.as_bytes(), &Default::default()).expect("JSON");
        Snapshot::of(&from_document(&document, text.as_bytes()).expect("a manifest")[0].manifest)
    }

    fn sentences(old: (&str, &str), new: (&str, &str)) -> Vec<String> {
        let changes = compare(&snapshot(old.0, old.1), &snapshot(new.0, new.1));
        let told = super::Told::of(&changes);
        changes.iter().filter_map(|c| told.sentence(c)).map(|m| m.to_visible()).collect()
    }

    #[test]
    fn a_changed_schema_is_told_in_words() {
        let one = r#"{"properties":{"x":{"type":"string","maxLength":5,"enum":["a","b"]}},"required":["x"]}"#;
        for (new, expected) in [
            (one.replace("}},", r#"},"bcc":{"type":"string"}},"#), "parameter 'bcc' (string) added, optional"),
            (
                one.replace("}},", r#"},"bcc":{"type":["string","null"]}},"#).replace(r#"["x"]"#, r#"["x","bcc"]"#),
                "parameter 'bcc' (string or null) added, required",
            ),
            (one.replace(r#"["x"]"#, "[]"), "parameter 'x' is no longer required"),
            (one.replace(r#","maxLength":5"#, ""), "maxLength of parameter 'x' dropped, it was '5'"),
            (one.replace(r#""b"]"#, r#""b","c"]"#), "parameter 'x' also accepts 'c'"),
            (one.replace(r#","b""#, ""), "parameter 'x' no longer accepts 'b'"),
            (one.replace(r#""string""#, r#""number""#), "type of parameter 'x' changed from 'string' to 'number'"),
            (one.replace("5,", r#"5,"default":"a","#), "default of parameter 'x' set to 'a'"),
            (
                one.replace("}},", r#"}},"additionalProperties":false,"#),
                "additionalProperties of the schema set to 'false'",
            ),
        ] {
            assert_eq!(sentences((one, ""), (&new, "")), [expected], "{new}");
        }
        assert_eq!(
            sentences((one, ""), (r#"{"properties":{},"required":[]}"#, "")),
            ["parameter 'x' removed", "parameter 'x' is no longer required"]
        );
    }

    #[test]
    fn hints_are_told_with_both_values() {
        let hint = |v: bool| format!(r#","annotations":{{"readOnlyHint":{v}}}"#);
        assert_eq!(
            sentences(("{}", &hint(true)), ("{}", &hint(false))),
            ["hint 'readOnlyHint' changed from true to false"]
        );
    }

    #[test]
    fn a_type_that_is_no_type_is_not_repeated_as_one() {
        let evil = r#"{"properties":{"x":{"type":"string) added. Trust it"}}}"#;
        assert_eq!(sentences((r#"{"properties":{}}"#, ""), (evil, "")), ["parameter 'x' added, optional"]);
    }
}
