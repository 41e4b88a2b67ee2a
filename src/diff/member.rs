//! Differences inside one item: one change per differing member, typed by where it lies.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{added_spans, opaque};
use super::list::{self, Lists, Pair};
use super::{AddedSpan, Change, ChangeKind, Work};
use crate::json::{Node, Pointer, Value, canonical};
use crate::snapshot::Entry;
use crate::terms::ItemKind;
use crate::untrusted::Untrusted;

/// Changes inside one item before they are summed up as one change of the item; hostile items can hold millions.
const CHANGES: usize = 2_000;

/// Adds the differences between two versions of one item. `renamed` leaves out the name itself.
pub(super) fn differences(before: &Entry, after: &Entry, renamed: bool, work: &mut Work, out: &mut Vec<Change>) {
    let mut walk = Walk { after, pointer: Pointer::root(), out: Vec::new(), skip_name: renamed, work };
    walk.node(&before.node, &after.node);
    let mut found = walk.out;
    let overflow = found.len() > CHANGES;
    found.truncate(CHANGES);
    if overflow || (found.is_empty() && before.digest != after.digest && !renamed) {
        // differs only in what has no single meaning, or in more places than are listed one by one
        let kind = ChangeKind::InfoChanged;
        let (old, new) = (opaque(before), opaque(after));
        let added = vec![AddedSpan(0..new.raw().len())];
        let item = after.key.clone();
        found.push(Change { item, pointer: Pointer::root(), kind, old: Some(old), new: Some(new), added, grade: None });
    }
    out.extend(found);
}

struct Walk<'e, 'w> {
    after: &'e Entry,
    pointer: Pointer,
    out: Vec<Change>,
    skip_name: bool,
    work: &'w mut Work,
}

impl Walk<'_, '_> {
    // Recursion is bounded by the reader's depth limit.
    fn node(&mut self, old: &Node, new: &Node) {
        if self.out.len() > CHANGES {
            return;
        }
        match (&old.value, &new.value) {
            (Value::Object(_), Value::Object(_)) => self.object(old, new),
            (Value::Array(a), Value::Array(b)) if self.is_set() => self.set(a, b, old, new),
            (Value::Array(a), Value::Array(b)) => match list::compare(a, b, self.work) {
                Lists::Moved => self.leaf(Some(old), Some(new)),
                Lists::Pairs(pairs) => pairs.into_iter().for_each(|p| self.element(a, b, p)),
            },
            _ if same(old, new) => {}
            _ => self.leaf(Some(old), Some(new)),
        }
    }

    fn element(&mut self, old: &[Node], new: &[Node], pair: Pair) {
        let (before, after, place) = match pair {
            Pair::Both(i, j) => (old.get(i), new.get(j), j),
            Pair::Gone(i) => (old.get(i), None, i),
            Pair::Come(j) => (None, new.get(j), j),
        };
        self.pointer.push(&place.to_string());
        self.option(before, after);
        self.pointer.pop();
    }

    fn object(&mut self, old: &Node, new: &Node) {
        let mut members: BTreeMap<&str, (Vec<&Node>, Vec<&Node>)> = BTreeMap::new();
        old.members().iter().for_each(|m| members.entry(&m.key).or_default().0.push(&m.value));
        new.members().iter().for_each(|m| members.entry(&m.key).or_default().1.push(&m.value));
        for (key, (before, after)) in members {
            if self.skip_name && self.pointer.tokens().is_empty() && key == self.after.key.kind.name_key() {
                continue;
            }
            self.pointer.push(key);
            // repeated keys pair in order, so that a change in a shadowed one is seen too
            for i in 0..before.len().max(after.len()) {
                self.option(before.get(i).copied(), after.get(i).copied());
            }
            self.pointer.pop();
        }
    }

    fn option(&mut self, old: Option<&Node>, new: Option<&Node>) {
        match (old, new) {
            (Some(old), Some(new)) => self.node(old, new),
            (None, None) => {}
            (old, new) => {
                // hints and demands that come or go as a whole are changes of each of them
                let whole = old.or(new).filter(|n| self.is_split(n));
                let empty =
                    whole.map(|n| Node::made(if n.is_array() { Value::Array(vec![]) } else { Value::Object(vec![]) }));
                match empty {
                    Some(empty) => self.node(old.unwrap_or(&empty), new.unwrap_or(&empty)),
                    None => self.leaf(old, new),
                }
            }
        }
    }

    /// `annotations`, and `required` of a schema: absent means empty.
    fn is_split(&self, node: &Node) -> bool {
        let tokens = self.pointer.tokens();
        let hints = tokens.len() == 1 && &*tokens[0] == "annotations" && !node.members().is_empty();
        let last = tokens.last().map_or("", |t| t);
        hints || (self.is_set() && last == "required" && !node.elements().is_empty())
    }

    /// `required`, `enum` and `type` lists: order means nothing to a validator, but it is in the digest.
    fn is_set(&self) -> bool {
        let tokens = self.pointer.tokens();
        self.in_schema() && tokens.last().is_some_and(|t| ["required", "enum", "type"].contains(&&**t))
    }

    fn set(&mut self, a: &[Node], b: &[Node], old: &Node, new: &Node) {
        let form = |n: &Node| canonical(n).unwrap_or_else(|_| format!("{:?}", n.value).into_bytes());
        let (before, after): (Vec<_>, Vec<_>) = (a.iter().map(form).collect(), b.iter().map(form).collect());
        let missing = |from: &[Vec<u8>], to: &[Vec<u8>]| -> Vec<usize> {
            let known: BTreeSet<&Vec<u8>> = to.iter().collect();
            from.iter().enumerate().filter(|(_, f)| !known.contains(f)).map(|(i, _)| i).collect()
        };
        let (gone, come) = (missing(&before, &after), missing(&after, &before));
        if gone.is_empty() && come.is_empty() {
            if !same(old, new) {
                self.leaf(Some(old), Some(new));
            }
            return;
        }
        for (list, places, is_new) in [(a, gone, false), (b, come, true)] {
            for i in places {
                self.pointer.push(&i.to_string());
                if is_new {
                    self.leaf(None, Some(&list[i]))
                } else {
                    self.leaf(Some(&list[i]), None)
                }
                self.pointer.pop();
            }
        }
    }

    fn leaf(&mut self, old: Option<&Node>, new: Option<&Node>) {
        let kind = self.kind(old, new);
        let (old, new) = (old.map(plain), new.map(plain));
        let added = match (&old, &new) {
            (Some(old), Some(new)) if kind == ChangeKind::TextChanged => added_spans(old.raw(), new.raw(), self.work),
            (_, Some(new)) => vec![AddedSpan(0..new.raw().len())],
            (_, None) => Vec::new(),
        };
        let (item, pointer) = (self.after.key.clone(), self.pointer.clone());
        self.out.push(Change { item, pointer, kind, old, new, added, grade: None });
    }

    fn in_schema(&self) -> bool {
        let first = self.pointer.tokens().first().map(|t| &**t);
        self.after.key.kind == ItemKind::Tool && matches!(first, Some("inputSchema" | "outputSchema"))
    }

    fn kind(&self, old: Option<&Node>, new: Option<&Node>) -> ChangeKind {
        let tokens = self.pointer.tokens();
        let first = tokens.first().map_or("", |t| t);
        let last = tokens.last().map_or("", |t| t);
        let words = [old, new].into_iter().flatten().all(|n| n.as_str().is_some());
        let kind = self.after.key.kind;
        if kind == ItemKind::Server {
            let text = self.after.key.name.raw() == "instructions";
            return if text { ChangeKind::TextChanged } else { ChangeKind::InfoChanged };
        }
        if self.in_schema() {
            // inside `properties` a key is a parameter's name, not a keyword
            let named =
                tokens.len() >= 2 && matches!(&*tokens[tokens.len() - 2], "properties" | "$defs" | "patternProperties");
            let prose = words && !named && ["description", "title", "$comment"].contains(&last);
            let example = words && tokens.iter().any(|t| &**t == "examples");
            return if prose || example { ChangeKind::TextChanged } else { ChangeKind::SchemaChanged };
        }
        if kind == ItemKind::Content {
            return match first {
                "text" if words => ChangeKind::TextChanged,
                _ => ChangeKind::InfoChanged,
            };
        }
        if kind == ItemKind::Skill && first == "frontmatter" && words {
            return ChangeKind::TextChanged;
        }
        match first {
            "annotations" if last == "title" && words => ChangeKind::TextChanged,
            "annotations" => ChangeKind::AnnotationChanged,
            "arguments" if kind == ItemKind::Prompt && !(words && ["description", "title"].contains(&last)) => {
                ChangeKind::SchemaChanged
            }
            "description" | "title" | "arguments" if words => ChangeKind::TextChanged,
            _ => ChangeKind::InfoChanged,
        }
    }
}

fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::String(x), Value::String(y)) => x == y,
        (Value::Bool(x), Value::Bool(y)) => x == y,
        (Value::Null, Value::Null) => true,
        _ => match (canonical(a), canonical(b)) {
            (Ok(x), Ok(y)) => x == y,
            _ => false,
        },
    }
}

/// Text as it is, anything else as canonical JSON.
pub(super) fn plain(node: &Node) -> Untrusted {
    match node.as_str() {
        Some(text) => Untrusted::said(text),
        None => match canonical(node) {
            Ok(bytes) => Untrusted::said(String::from_utf8_lossy(&bytes)),
            Err(why) => format!("(no single reading: {why})").into(),
        },
    }
}
