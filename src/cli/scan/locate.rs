//! Where a finding points: its own place in a configuration, the item's lines in the committed baseline file, those of
//! its server there when nobody approved the item, the manifest file, or the server's key in the configuration (REPORTS §1.3).

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::baseline::Verified;
use crate::cli::audit::Audited;
use crate::finding::{Finding, Location};
use crate::json::{self, Limits, Node, line_column};
use crate::manifest::ItemKey;
use crate::target::{Launch, Place};
use crate::terms::{ItemKind, TargetId};

/// Places of the items of all approved servers.
pub struct Places<'a> {
    audited: BTreeMap<&'a TargetId, (&'a Audited, Lines<'a>)>,
    lines: BTreeMap<(String, ItemKey), Location>,
    entries: BTreeMap<String, Location>,
}

/// The line of each item of a manifest file, made when the first finding asks.
type Lines<'a> = OnceCell<BTreeMap<&'a ItemKey, Option<u32>>>;

impl<'a> Places<'a> {
    /// Reads the baseline's server files once.
    pub fn new(folder: &Path, baseline: Option<&Verified>, audited: &'a [Audited]) -> Self {
        let mut lines = BTreeMap::new();
        for (server, entry) in baseline.map(|b| &b.content.servers).into_iter().flatten() {
            for reference in entry.snapshots.values() {
                let path = folder.join("servers").join(&reference.file);
                // the folder was verified a moment ago; without the file a finding only loses its line
                if let Ok(bytes) = std::fs::read(&path) {
                    items(&path, &bytes, &mut |key, location| {
                        lines.entry((server.raw().to_owned(), key)).or_insert(location);
                    });
                }
            }
        }
        let entries = baseline.map(|_| servers(folder)).unwrap_or_default();
        // ids name one target each
        let audited = audited.iter().map(|a| (&a.target.id, (a, Lines::new()))).collect();
        Self { audited, lines, entries }
    }

    /// The place of a finding.
    pub fn of(&self, finding: &Finding) -> Option<Location> {
        if finding.location.is_some() {
            return finding.location.clone();
        }
        let (audited, lines) = self.audited.get(&finding.target)?;
        let item = finding.item.as_ref();
        item.and_then(|i| self.at(audited, lines, i)).or_else(|| server(audited))
    }

    /// The place of an item of a server.
    pub fn item(&self, target: &TargetId, item: &ItemKey) -> Option<Location> {
        let (audited, lines) = self.audited.get(target)?;
        self.at(audited, lines, item).or_else(|| server(audited))
    }

    /// Its own lines; for an item nobody approved, those of its server in the baseline.
    fn at(&self, audited: &'a Audited, lines: &Lines<'a>, item: &ItemKey) -> Option<Location> {
        let key = audited.key.raw();
        if let Some(location) = self.lines.get(&(key.to_owned(), item.clone())) {
            return Some(location.clone());
        }
        if let Launch::File(file) = &audited.target.launch {
            // of two items with one name the first one counts
            let all = || audited.union.items.iter().rev().map(|i| (&i.key, i.line)).collect();
            let line = lines.get_or_init(all).get(item).copied().flatten();
            return Some(whole_line(&file.path, line.unwrap_or(1)));
        }
        self.entries.get(key).cloned()
    }
}

/// The manifest, or the server's key in the configuration.
fn server(audited: &Audited) -> Option<Location> {
    if let Launch::File(file) = &audited.target.launch {
        return Some(whole_line(&file.path, 1));
    }
    let origin = audited.target.origin.as_ref()?;
    Some(Location { file: origin.file.clone(), place: origin.place })
}

fn whole_line(path: &Path, line: u32) -> Location {
    Location { file: PathBuf::from(path), place: Place { line, column: 1, end_line: line, end_column: 2 } }
}

/// The lines of each server's name in the index of the baseline.
fn servers(folder: &Path) -> BTreeMap<String, Location> {
    let path = folder.join("baseline.json");
    let Ok(bytes) = std::fs::read(&path) else { return BTreeMap::new() };
    let Ok(document) = json::read(&bytes, &Limits::default()) else { return BTreeMap::new() };
    let Some(list) = document.root.get("servers") else { return BTreeMap::new() };
    let named = json::unrender(list);
    let place = |m: &json::Member| {
        let (line, column) = line_column(&bytes, m.key_start as usize);
        let (end_line, end_column) = line_column(&bytes, m.value.start as usize);
        Location { file: path.clone(), place: Place { line, column, end_line, end_column } }
    };
    named.members().iter().zip(list.members()).map(|(name, m)| (name.key.to_string(), place(m))).collect()
}

fn items(path: &Path, bytes: &[u8], add: &mut dyn FnMut(ItemKey, Location)) {
    let Ok(document) = json::read(bytes, &Limits::default()) else { return };
    let place = |node: &Node| {
        let (line, column) = line_column(bytes, node.start as usize);
        let (end_line, end_column) = line_column(bytes, node.end as usize);
        Location { file: path.to_path_buf(), place: Place { line, column, end_line, end_column } }
    };
    for kind in ItemKind::ALL {
        let Some(list) = kind.list_key().and_then(|k| document.root.get(k)) else { continue };
        for node in list.elements() {
            if let Some(name) = json::unrender(node).get(kind.name_key()).and_then(Node::as_str) {
                // the line of the name: the entry's own, and in the difference when it changes
                let name_node = node.get(kind.name_key()).unwrap_or(node);
                add(ItemKey::new(kind, name), place(name_node));
            }
        }
    }
    for (member, name) in [("serverInfo", "info"), ("instructions", "instructions"), ("capabilities", "capabilities")] {
        if let Some(node) = document.root.get(member) {
            add(ItemKey::new(ItemKind::Server, name), place(node));
        }
    }
}
