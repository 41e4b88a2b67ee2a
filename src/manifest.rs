//! The typed view of what one server says in one era. It keeps every field, known or not: an [`Item`] is the JSON as
//! received plus its kind and name.
//!
//! Manifests come from a live capture ([`Manifest::add_page`] and friends, used by `capture`) or from files in the
//! shapes of CLI.md §2 ([`from_document`]). Digests are `snapshot`'s, strings for rules are `text`'s.

use std::sync::Arc;

use crate::json::{Anomaly, Document, Member, Node, Value, canonical, line_ends};
use crate::terms::{Digest, ItemKind};
use crate::untrusted::Untrusted;

/// Names one item of one server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemKey {
    /// What it is.
    pub kind: ItemKind,
    /// Its name (tools, prompts), URI (resources, skills) or URI template; `info`, `instructions`, `capabilities` for
    /// the pseudo-items.
    pub name: Untrusted,
}

impl ItemKey {
    /// A key.
    pub fn new(kind: ItemKind, name: impl Into<Untrusted>) -> Self {
        Self { kind, name: name.into() }
    }
}

/// One tool, prompt, resource, template, skill or pseudo-item, whole.
#[derive(Clone, Debug)]
pub struct Item {
    /// Kind and name.
    pub key: ItemKey,
    /// The JSON as received, unknown members included; shared by everything that is made of it.
    pub node: Arc<Node>,
    /// SHA-256 of the exact bytes received. Of an item of a file only where it has no canonical form: nobody asks for the rest.
    pub raw: Option<Digest>,
    /// What in it has no single meaning; offsets count from the start of the item's bytes.
    pub anomalies: Vec<Anomaly>,
    /// The page of the listing it came on, from 0.
    pub page: u32,
    /// Line of its first byte in the file it was read from; `None` for live captures.
    pub line: Option<u32>,
}

impl Item {
    /// The text of a direct member.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.node.get(key).and_then(Node::as_str)
    }

    /// Whether no part of it has several meanings, so that it has a canonical form.
    pub fn is_clear(&self) -> bool {
        !self.anomalies.iter().any(|a| a.fault.blocks_approval())
    }

    fn digest(&mut self, bytes: &[u8]) {
        let received = self.node.start as usize..self.node.end as usize;
        self.raw = Some(Digest::of(bytes.get(received).unwrap_or_default()));
    }

    /// SHA-256 of the exact bytes received; where those were not digested, of the canonical form, which then there is.
    pub fn received(&self) -> Digest {
        self.raw.unwrap_or_else(|| Digest::of(&canonical(&self.node).unwrap_or_default()))
    }
}

/// What one server says in one era.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// Pseudo-items first, then items in listing order.
    pub items: Vec<Item>,
    /// Shapes that no host could use (a list that is no array, an entry that is no object): said, never dropped silently.
    pub problems: Vec<Untrusted>,
}

/// One server of a manifest file.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name in a fleet, or the `id` of a `.jsonl` line.
    pub name: Option<Untrusted>,
    /// Label and attack class, for `rules eval`.
    pub labels: Labels,
    /// What it says.
    pub manifest: Manifest,
}

/// Members of a corpus line that only `rules eval` reads.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// `malicious` or `benign`.
    pub label: Option<String>,
    /// The attack class.
    pub attack_class: Option<String>,
    /// The server the row belongs to.
    pub server: Option<String>,
}

impl Manifest {
    /// Adds an item. `bytes` is the text the node was read from.
    pub fn push(&mut self, key: ItemKey, node: &Node, bytes: &[u8], anomalies: &[Anomaly], page: u32) {
        self.push_owned(key, node.clone(), anomalies, page);
        if let Some(item) = self.items.last_mut() {
            item.digest(bytes);
        }
    }

    fn push_owned(&mut self, key: ItemKey, node: Node, anomalies: &[Anomaly], page: u32) {
        let inside = |a: &&Anomaly| (node.start..node.end).contains(&a.offset);
        let shift = |a: &Anomaly| Anomaly { fault: a.fault, offset: a.offset - node.start };
        let anomalies = anomalies.iter().filter(inside).map(shift).collect();
        self.items.push(Item { key, raw: None, anomalies, page, line: None, node: Arc::new(node) });
    }

    /// Adds the entries of one page of a list. `list` is the array.
    pub fn add_page(&mut self, kind: ItemKind, list: &Node, bytes: &[u8], anomalies: &[Anomaly], page: u32) {
        self.take_page(kind, list.clone(), bytes, anomalies, page);
    }

    /// The same, without a second copy of what may be large.
    pub fn take_page(&mut self, kind: ItemKind, list: Node, bytes: &[u8], anomalies: &[Anomaly], page: u32) {
        let from = self.items.len();
        self.take_list(kind, list, anomalies, page);
        self.items.iter_mut().skip(from).for_each(|item| item.digest(bytes));
    }

    fn take_list(&mut self, kind: ItemKind, list: Node, anomalies: &[Anomaly], page: u32) {
        let Value::Array(list) = list.value else {
            self.problems.push(format!("the list of {}s is not an array", kind.word()).into());
            return;
        };
        // anomalies are sorted by offset; a page may hold many of both
        for node in list {
            let from = anomalies.partition_point(|a| a.offset < node.start);
            let to = anomalies.partition_point(|a| a.offset < node.end);
            let name = node.get(kind.name_key()).and_then(Node::as_str).map(Untrusted::from);
            if name.is_none() {
                self.problems.push(format!("a {} has no {} of type string", kind.word(), kind.name_key()).into());
            }
            let key = ItemKey::new(kind, name.unwrap_or_default());
            self.push_owned(key, node, &anomalies[from..to], page);
        }
    }

    /// Adds `serverInfo`, `instructions` and `capabilities` from the object that holds them.
    pub fn add_server(&mut self, holder: &Node, bytes: &[u8], anomalies: &[Anomaly]) {
        for (member, name) in
            [("serverInfo", "info"), ("instructions", "instructions"), ("capabilities", "capabilities")]
        {
            if let Some(node) = holder.get(member).filter(|n| n.value != Value::Null) {
                self.push(ItemKey::new(ItemKind::Server, name), node, bytes, anomalies, 0);
            }
        }
    }

    /// Bytes of JSON that it was read from.
    pub fn size(&self) -> usize {
        self.items.iter().map(|i| (i.node.end - i.node.start) as usize).sum()
    }

    /// Items of one kind, in listing order.
    pub fn of_kind(&self, kind: ItemKind) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |i| i.key.kind == kind)
    }

    /// How many items of one kind there are.
    pub fn count(&self, kind: ItemKind) -> usize {
        self.of_kind(kind).count()
    }

    /// A pseudo-item: `info`, `instructions` or `capabilities`.
    pub fn server(&self, name: &str) -> Option<&Item> {
        self.of_kind(ItemKind::Server).find(|i| i.key.name.raw() == name)
    }

    /// Replaces text in every string: the sandbox's private paths, which are random, by `{home}` and `{tmp}`.
    pub fn substitute(&mut self, pairs: &[(String, &'static str)]) {
        for item in &mut self.items {
            if holds(&item.node, pairs) {
                replace(Arc::make_mut(&mut item.node), pairs);
            }
            let name = item.node.get(item.key.kind.name_key()).and_then(Node::as_str);
            if let (true, Some(name)) = (item.key.kind != ItemKind::Server, name) {
                item.key.name = name.into();
            }
        }
    }
}

/// Whether any string holds one of the texts.
fn holds(node: &Node, pairs: &[(String, &'static str)]) -> bool {
    let text = |t: &str| pairs.iter().any(|(from, _)| t.contains(from.as_str()));
    match &node.value {
        Value::String(t) => text(t),
        Value::Array(items) => items.iter().any(|n| holds(n, pairs)),
        Value::Object(members) => members.iter().any(|m| text(&m.key) || holds(&m.value, pairs)),
        _ => false,
    }
}

fn replace(node: &mut Node, pairs: &[(String, &'static str)]) {
    match &mut node.value {
        Value::String(text) => {
            for (from, to) in pairs {
                if text.contains(from.as_str()) {
                    *text = text.replace(from.as_str(), to).into();
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|n| replace(n, pairs)),
        Value::Object(members) => {
            for member in members {
                for (from, to) in pairs {
                    if member.key.contains(from.as_str()) {
                        member.key = member.key.replace(from.as_str(), to).into();
                    }
                }
                replace(&mut member.value, pairs);
            }
        }
        _ => {}
    }
}

/// Why a file is no manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// None of the accepted shapes.
    #[error(
        "no manifest shape: expected a capture, an object with `tools` (or `prompts`, `resources`, `instructions`, …), \
         a raw `tools/list` result, an array of tools, or `{{\"servers\": {{…}}}}`"
    )]
    Unknown,
    /// `servers` is no object of manifests.
    #[error("`servers` holds an entry that is no manifest")]
    Fleet,
}

const KEYS: [&str; 9] = [
    "tools",
    "prompts",
    "resources",
    "resourceTemplates",
    "skills",
    "contents",
    "instructions",
    "serverInfo",
    "capabilities",
];

/// Why a list that names a next page is not all of it.
const MORE: &str = "one page of a longer list, whose `nextCursor` names more that is not in the file; \
                    `mcp-assay capture -o FILE -- COMMAND` records all of it";

/// Reads the servers of a manifest document (CLI.md §2).
pub fn from_document(document: &Document, bytes: &[u8]) -> Result<Vec<Named>, ShapeError> {
    take_document(document.clone(), bytes)
}

/// The same, without a second copy of what may be large.
pub fn take_document(document: Document, bytes: &[u8]) -> Result<Vec<Named>, ShapeError> {
    let Document { mut root, anomalies, .. } = document;
    let labels = labels(&root);
    if let Some(servers) = root.get_mut("servers").filter(|n| n.is_object()) {
        let Value::Object(members) = take(servers).value else { return Err(ShapeError::Fleet) };
        let read = |m: crate::json::Member| {
            let manifest = single(m.value, &anomalies, bytes).ok_or(ShapeError::Fleet)?;
            Ok(Named { name: Some((&*m.key).into()), labels: labels.clone(), manifest })
        };
        return members.into_iter().map(read).collect();
    }
    let name = root.get("id").and_then(Node::as_str).map(Untrusted::from);
    // a JSON-RPC response around a result
    let response = root.get("jsonrpc").is_some();
    let result = root.get_mut("result").filter(|_| response).map(take);
    let manifest = single(result.unwrap_or(root), &anomalies, bytes).ok_or(ShapeError::Unknown)?;
    Ok(vec![Named { name, labels, manifest }])
}

/// Takes a value out of its place.
fn take(node: &mut Node) -> Node {
    std::mem::replace(node, Node::made(Value::Null))
}

fn labels(root: &Node) -> Labels {
    let text = |key: &str| root.get(key).and_then(Node::as_str).map(str::to_owned);
    Labels { label: text("label"), attack_class: text("attack_class"), server: text("server") }
}

fn single(mut node: Node, anomalies: &[Anomaly], bytes: &[u8]) -> Option<Manifest> {
    let mut manifest = Manifest::default();
    if node.is_array() && !node.elements().is_empty() {
        manifest.take_list(ItemKind::Tool, node, anomalies, 0);
    } else if node.is_object() && KEYS.iter().any(|k| node.get(k).is_some()) {
        manifest.add_server(&node, bytes, anomalies);
        // a labelled row says what its server is called even where it has no `serverInfo`
        let row = node.get("label").is_some() && node.get("serverInfo").is_none();
        if let Some(name) = node.get("server").filter(|n| row && n.as_str().is_some()) {
            let member = Member { key: "name".into(), key_start: name.start, value: name.clone() };
            let info = Node { start: name.start, end: name.end, value: Value::Object(vec![member]) };
            manifest.push_owned(ItemKey::new(ItemKind::Server, "info"), info, anomalies, 0);
        }
        // what is on the other pages nobody has seen
        if node.get("nextCursor").is_some_and(|cursor| cursor.value != Value::Null) {
            manifest.problems.push(MORE.into());
        }
        for kind in ItemKind::ALL {
            let Some(list) = kind.list_key().and_then(|k| node.get_mut(k)).map(take) else { continue };
            if list.value != Value::Null {
                manifest.take_list(kind, list, anomalies, 0);
            }
        }
    } else {
        return None;
    }
    let mut line = 1;
    let mut from = 0;
    let mut order: Vec<usize> = (0..manifest.items.len()).collect();
    order.sort_by_key(|i| manifest.items[*i].node.start);
    for i in order {
        let start = manifest.items[i].node.start as usize;
        line += line_ends(bytes, from..start);
        from = start;
        let item = &mut manifest.items[i];
        item.line = Some(line as u32);
        if !item.is_clear() {
            item.digest(bytes);
        }
    }
    Some(manifest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Limits, read};

    fn servers(text: &str) -> Vec<Named> {
        let document = read(text.as_bytes(), &Limits::default()).expect("valid JSON");
        from_document(&document, text.as_bytes()).expect("a manifest")
    }

    #[test]
    fn every_documented_shape_is_read() {
        for text in [
            r#"{"tools":[{"name":"a"}]}"#,
            r#"[{"name":"a"}]"#,
            r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a"}]}}"#,
            r#"{"servers":{"x":{"tools":[{"name":"a"}]}}}"#,
            r#"{"tools":[{"name":"a"}],"prompts":null}"#,
        ] {
            let found = servers(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].manifest.count(ItemKind::Tool), 1, "{text}");
        }
        let document = read(b"{\"x\":1}", &Limits::default()).expect("valid JSON");
        assert_eq!(from_document(&document, b"{\"x\":1}").err(), Some(ShapeError::Unknown));
    }

    #[test]
    fn items_without_a_canonical_form_differ_as_their_bytes_do() {
        let of = |schema: &str| {
            let found = servers(&format!(r#"{{"tools":[{{"name":"a","inputSchema":{schema}}}]}}"#));
            found[0].manifest.items[0].clone()
        };
        let deep = |end: &str| format!("{}{end}{}", "[".repeat(600), "]".repeat(600));
        for (one, other) in [(r#"{"x":1,"x":2}"#, r#"{"x":2,"x":1}"#), (&*deep("1"), &*deep("2"))] {
            let (one, other) = (of(one), of(other));
            assert!(!one.is_clear() && one.raw.is_some() && canonical(&one.node).is_err());
            assert_ne!(one.received(), other.received());
        }
        assert!(of("{}").is_clear() && of("{}").raw.is_none());
    }

    #[test]
    fn an_entry_without_a_name_is_kept_and_said() {
        let found = servers(r#"{"tools":[{"title":"x"},5]}"#);
        assert_eq!(found[0].manifest.count(ItemKind::Tool), 2);
        assert_eq!(found[0].manifest.problems.len(), 2);
    }

    #[test]
    fn anomalies_belong_to_the_item_they_are_in() {
        let found = servers(r#"{"tools":[{"name":"a"},{"name":"b","x":1,"x":2}]}"#);
        let faults: Vec<usize> = found[0].manifest.items.iter().map(|i| i.anomalies.len()).collect();
        assert_eq!(faults, [0, 1]);
    }
}
