//! Names over a fleet: clones of another server's tool, look-alike names. Family `shadowing`.

use std::collections::BTreeMap;

use crate::json::Pointer;
use crate::manifest::Item;
use crate::rule::capability::words;
use crate::rule::{Hit, Subject};
use crate::terms::ItemKind;
use crate::untrusted::Message;

/// Share of words two descriptions have in common to be clones.
const CLONE: f64 = 0.8;

/// Compares tool names over servers.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    let mut names: BTreeMap<String, Vec<(usize, &Item)>> = BTreeMap::new();
    for (server, subject) in fleet.iter().enumerate() {
        for item in subject.manifest.of_kind(ItemKind::Tool) {
            names.entry(skeleton(item.key.name.raw())).or_default().push((server, item));
        }
    }
    for group in names.values().filter(|g| g.len() > 1) {
        for (i, (server, item)) in group.iter().enumerate() {
            // each pair once, reported at the later server
            let Some((first, original)) = group[..i].iter().find(|(s, _)| s != server) else { continue };
            pair((*first, original), (*server, item), &mut out);
        }
    }
    out
}

fn pair(original: (usize, &Item), later: (usize, &Item), out: &mut Vec<Hit>) {
    let (server, item) = later;
    let exact = words(original.1.key.name.raw()) == words(item.key.name.raw());
    let text = |i: &Item| i.text("description").unwrap_or_default().to_owned();
    let alike = likeness(&text(original.1), &text(item));
    let mut add = |rule: &str, what: &str| {
        out.push(Hit {
            item: Some(item.key.clone()),
            pointer: Pointer::root().child("name"),
            message: Message::new("tool ").quote(&item.key.name).text(format!(" {what} ")).quote(&original.1.key.name),
            related: vec![(original.0, original.1.key.clone())],
            ..Hit::new(rule, server)
        });
    };
    if !exact {
        add("confusable-name", "looks like another server's tool");
    } else if alike >= CLONE {
        add("cloned-tool", "has the name and nearly the words of another server's tool");
    } else {
        add("tool-name-collision", "has the name of another server's tool");
    }
}

/// What a name looks like: confusables made Latin, case and separators gone.
fn skeleton(name: &str) -> String {
    let visible: String = name.chars().filter(|c| crate::untrusted::is_plain(*c)).collect();
    let alike: String = unicode_security::skeleton(&visible).collect();
    alike.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn likeness(a: &str, b: &str) -> f64 {
    let bag = |t: &str| {
        let mut all = words(t);
        all.sort();
        all.dedup();
        all
    };
    let (a, b) = (bag(a), bag(b));
    let common = a.iter().filter(|w| b.binary_search(w).is_ok()).count();
    let union = a.len() + b.len() - common;
    if union < 4 { 0.0 } else { common as f64 / union as f64 }
}

