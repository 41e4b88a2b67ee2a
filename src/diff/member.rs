//! Differences inside one item: one change per differing member, typed by where it lies.

use super::items::{added_spans, opaque};
use super::{AddedSpan, Change, ChangeKind};
use crate::json::{Node, Pointer, Value, canonical};
use crate::snapshot::Entry;
use crate::terms::ItemKind;
use crate::untrusted::Untrusted;

/// Changes inside one item before they are summed up as one change of the item; hostile items can hold millions.
const CHANGES: usize = 2_000;

/// Adds the differences between two versions of one item. `renamed` leaves out the name itself.
pub(super) fn differences(before: &Entry, after: &Entry, renamed: bool, out: &mut Vec<Change>) {
    let mut walk = Walk { after, pointer: Pointer::root(), out: Vec::new(), skip_name: renamed };
    walk.node(&before.node, &after.node);
    let mut found = walk.out;
    if found.len() > CHANGES {
        found.clear();
    }
    if found.is_empty() && before.digest != after.digest && !renamed {
        // differs only in what has no single meaning, or in more places than anyone reads
        let kind = ChangeKind::InfoChanged;
        let (old, new) = (opaque(before), opaque(after));
        let added = vec![AddedSpan(0..new.raw().len())];
        let item = after.key.clone();
        found.push(Change { item, pointer: Pointer::root(), kind, old: Some(old), new: Some(new), added, grade: None });
    }
    out.extend(found);
}

struct Walk<'e> {
    after: &'e Entry,
    pointer: Pointer,
    out: Vec<Change>,
    skip_name: bool,
}

impl Walk<'_> {
    // Recursion is bounded by the reader's depth limit.
    fn node(&mut self, old: &Node, new: &Node) {
        if self.out.len() > CHANGES {
            return;
        }
        match (&old.value, &new.value) {
            (Value::Object(_), Value::Object(_)) => self.object(old, new),
            (Value::Array(a), Value::Array(b)) if self.is_set() => self.set(a, b, old, new),
            (Value::Array(a), Value::Array(b)) => {
                for i in 0..a.len().max(b.len()) {
                    self.pointer.push(&i.to_string());
                    self.option(a.get(i), b.get(i));
                    self.pointer.pop();
                }
            }
            _ if same(old, new) => {}
            _ => self.leaf(Some(old), Some(new)),
        }
    }

    fn object(&mut self, old: &Node, new: &Node) {
        let mut keys: Vec<&str> = old.members().iter().chain(new.members()).map(|m| &*m.key).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            if self.skip_name && self.pointer.tokens().is_empty() && key == self.after.key.kind.name_key() {
                continue;
            }
            let all = |n: &'_ Node| {
                n.members().iter().filter(|m| &*m.key == key).map(|m| m.value.clone()).collect::<Vec<_>>()
            };
            self.pointer.push(key);
            let (a, b) = (all(old), all(new));
            // repeated keys pair in order, so that a change in a shadowed one is seen too
            for i in 0..a.len().max(b.len()) {
                self.option(a.get(i), b.get(i));
            }
            self.pointer.pop();
        }
    }

    fn option(&mut self, old: Option<&Node>, new: Option<&Node>) {
        match (old, new) {
            (Some(old), Some(new)) => self.node(old, new),
            (None, None) => {}
            (old, new) => self.leaf(old, new),
        }
    }

    /// `required`, `enum` and `type` lists: order means nothing to a validator, but it is in the digest.
    fn is_set(&self) -> bool {
        let tokens = self.pointer.tokens();
        self.in_schema() && tokens.last().is_some_and(|t| ["required", "enum", "type"].contains(&&**t))
    }

    fn set(&mut self, a: &[Node], b: &[Node], old: &Node, new: &Node) {
        let missing = |from: &[Node], to: &[Node]| -> Vec<usize> {
            from.iter().enumerate().filter(|(_, n)| !to.iter().any(|m| same(n, m))).map(|(i, _)| i).collect()
        };
        if a.len().saturating_mul(b.len()) > 1_000_000 {
            return self.leaf(Some(old), Some(new));
        }
        let (gone, come) = (missing(a, b), missing(b, a));
        if gone.is_empty() && come.is_empty() {
            if !same(old, new) {
                self.leaf(Some(old), Some(new));
            }
            return;
        }
        for i in gone {
            self.pointer.push(&i.to_string());
            self.leaf(Some(&a[i]), None);
            self.pointer.pop();
        }
        for i in come {
            self.pointer.push(&i.to_string());
            self.leaf(None, Some(&b[i]));
            self.pointer.pop();
        }
    }

    fn leaf(&mut self, old: Option<&Node>, new: Option<&Node>) {
        let kind = self.kind(old, new);
        let (old, new) = (old.map(plain), new.map(plain));
        let added = match (&old, &new) {
            (Some(old), Some(new)) if kind == ChangeKind::TextChanged => added_spans(old.raw(), new.raw()),
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
        Some(text) => text.into(),
        None => match canonical(node) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
            Err(why) => format!("(no single reading: {why})").into(),
        },
    }
}
