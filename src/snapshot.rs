//! A manifest in canonical form: one digest per item over the *whole* item, one server digest over the sorted list
//! (TRUST §4.4), and the document that is stored in `.mcp-assay/servers/`.

use std::sync::Arc;

use crate::json::{Node, Value, canonical, quoted};
use crate::manifest::{Item, ItemKey, Manifest};
use crate::terms::{Digest, ItemKind};
use crate::work::{self, Load};

/// A manifest, ordered and digested.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Sorted by kind, name, digest.
    pub items: Vec<Entry>,
    /// SHA-256 over the sorted lines `<hex> <kind>/<JSON-escaped name>\n`.
    pub digest: Digest,
}

/// One item of a snapshot.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Kind and name.
    pub key: ItemKey,
    /// Of the RFC 8785 form; of the received bytes where there is none.
    pub digest: Digest,
    /// Whether the item has a canonical form. Only then can it be approved.
    pub canonical: bool,
    /// The item.
    pub node: Arc<Node>,
}

/// Items that are digested at a time.
const PART: usize = 128;

impl Snapshot {
    /// Digests a manifest. The order of lists and keys has no influence; one changed character anywhere has.
    ///
    /// ```
    /// use mcp_assay::{json, manifest, snapshot::Snapshot};
    ///
    /// let digest = |text: &str| -> Result<_, Box<dyn std::error::Error>> {
    ///     let document = json::read(text.as_bytes(), &json::Limits::default())?;
    ///     Ok(Snapshot::of(&manifest::from_document(&document, text.as_bytes())?[0].manifest).digest)
    /// };
    /// let ab = digest(r#"{"tools": [{"name": "a", "title": "A"}, {"name": "b"}]}"#)?;
    /// assert_eq!(ab, digest(r#"{"tools": [{"name": "b"}, {"title": "A", "name": "a"}]}"#)?);
    /// // a member nobody knows counts, too
    /// assert_ne!(ab, digest(r#"{"tools": [{"name": "a", "title": "A"}, {"name": "b", "x": 1}]}"#)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(manifest: &Manifest) -> Self {
        let parts: Vec<&[Item]> = manifest.items.chunks(PART).collect();
        let entries = |part: &&[Item]| part.iter().map(entry).collect::<Vec<Entry>>();
        let entries = work::in_order(&parts, Load::bytes(manifest.size()), entries);
        Self::from_entries(entries.into_iter().flatten().collect())
    }

    fn from_entries(mut items: Vec<Entry>) -> Self {
        items.sort_by(|a, b| (&a.key, a.digest).cmp(&(&b.key, b.digest)));
        let mut lines = Vec::with_capacity(items.len() * LINE);
        items.iter().for_each(|entry| line(entry, &mut lines));
        Self { items, digest: Digest::of(&lines) }
    }

    /// Items without a single meaning; while there are any, the server cannot be approved.
    pub fn blocking(&self) -> impl Iterator<Item = &Entry> {
        self.items.iter().filter(|e| !e.canonical)
    }

    /// Items with this key; more than one when a server repeats a name.
    pub fn find(&self, key: &ItemKey) -> &[Entry] {
        let from = self.items.partition_point(|e| e.key < *key);
        let to = self.items.partition_point(|e| e.key <= *key);
        &self.items[from..to]
    }

    /// The document stored in a baseline: `serverInfo`, `capabilities`, `instructions`, then a list per kind.
    pub fn to_document(&self) -> Node {
        let mut members: Vec<(&str, Node)> = Vec::new();
        for (member, name) in PSEUDO {
            if let [entry, ..] = self.find(&ItemKey::new(ItemKind::Server, name)) {
                members.push((member, Node::clone(&entry.node)));
            }
        }
        for kind in ItemKind::ALL {
            let Some(key) = kind.list_key() else { continue };
            let list: Vec<Node> =
                self.items.iter().filter(|e| e.key.kind == kind).map(|e| Node::clone(&e.node)).collect();
            if !list.is_empty() {
                members.push((key, Node::made(Value::Array(list))));
            }
        }
        Node::object(members)
    }

    /// The items as a manifest, for rules that judge what was approved.
    pub fn to_manifest(&self) -> Manifest {
        let item = |e: &Entry| Item {
            key: e.key.clone(),
            node: e.node.clone(),
            raw: Some(e.digest),
            anomalies: Vec::new(),
            page: 0,
            line: None,
        };
        Manifest { items: self.items.iter().map(item).collect(), problems: Vec::new() }
    }

    /// Reads a stored document. `None` when it holds anything a snapshot would not write.
    pub fn from_document(document: &Node) -> Option<Self> {
        let mut manifest = Manifest::default();
        manifest.add_server(document, &[], &[]);
        let mut known = manifest.items.len();
        for kind in ItemKind::ALL {
            if let Some(list) = kind.list_key().and_then(|k| document.get(k)) {
                if list.elements().is_empty() {
                    return None;
                }
                manifest.add_page(kind, list, &[], &[], 0);
                known += 1;
            }
        }
        if !document.is_object() || document.members().len() != known {
            return None;
        }
        let snapshot = Self::of(&manifest);
        snapshot.items.iter().all(|e| e.canonical).then_some(snapshot)
    }
}

const PSEUDO: [(&str, &str); 3] =
    [("serverInfo", "info"), ("instructions", "instructions"), ("capabilities", "capabilities")];

fn entry(item: &Item) -> Entry {
    let form = if item.is_clear() { canonical(&item.node).ok() } else { None };
    let digest = form.as_deref().map_or_else(|| item.received(), Digest::of);
    Entry { key: item.key.clone(), digest, canonical: form.is_some(), node: item.node.clone() }
}

fn line(entry: &Entry, out: &mut Vec<u8>) {
    out.extend_from_slice(&entry.digest.digits());
    out.push(b' ');
    out.extend_from_slice(entry.key.kind.word().as_bytes());
    out.push(b'/');
    quoted(entry.key.name.raw(), out);
    out.push(b'\n');
}

/// Bytes of a line, mostly.
const LINE: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, read};
    use crate::manifest::from_document;

    fn snapshot(text: &str) -> Snapshot {
        let document = read(text.as_bytes(), &Limits::default()).expect("valid JSON");
        Snapshot::of(&from_document(&document, text.as_bytes()).expect("a manifest")[0].manifest)
    }

    #[test]
    fn order_of_items_and_keys_does_not_matter_and_content_does() {
        let a = snapshot(r#"{"tools":[{"name":"a","x":1},{"name":"b"}],"instructions":"i"}"#);
        let b = snapshot(r#"{"instructions":"i","tools":[{"name":"b"},{"x":1.0,"name":"a"}]}"#);
        assert_eq!(a.digest, b.digest);
        let c = snapshot(r#"{"instructions":"i","tools":[{"name":"b"},{"x":2,"name":"a"}]}"#);
        assert_ne!(a.digest, c.digest);
    }

    #[test]
    fn what_has_no_single_meaning_cannot_be_approved() {
        for text in [r#"[{"name":"a","x":1,"x":1}]"#, r#"[{"name":"a","x":"\ud800"}]"#] {
            assert_eq!(snapshot(text).blocking().count(), 1, "{text}");
        }
        assert_eq!(snapshot(r#"[{"name":"a","__proto__":1e400}]"#).blocking().count(), 0);
    }

    #[test]
    fn a_stored_document_gives_the_same_digest() {
        let a = snapshot(r#"{"tools":[{"name":"b"},{"name":"a"},{"name":"a","y":0}],"serverInfo":{"name":"s"}}"#);
        let b = Snapshot::from_document(&a.to_document()).expect("our own document");
        assert_eq!(a.digest, b.digest);
        let foreign = Node::object([("tools", Node::made(Value::Array(vec![]))), ("other", Node::text("x"))]);
        assert!(Snapshot::from_document(&foreign).is_none());
    }
}
