//! What a bundle says to people and to models, in every language: its manifest, its translations, and the answers that
//! some hosts keep in it.

use crate::json::{Document, Node, Value};
use crate::manifest::{ItemKey, Manifest};
use crate::terms::ItemKind;
use crate::untrusted::Untrusted;

/// Lists of the manifest that are items of their own.
const LISTS: [(&str, ItemKind); 2] = [("tools", ItemKind::Tool), ("prompts", ItemKind::Prompt)];

/// One reading of a bundle.
#[derive(Clone, Debug)]
pub struct Reading {
    /// These are answers that a host keeps in it, not a translation.
    pub kept: bool,
    /// The language; `None` for the manifest itself.
    pub locale: Option<Untrusted>,
    /// Its words.
    pub manifest: Manifest,
}

/// The manifest itself: tools and prompts as such, all the rest as what the server says of itself.
pub(super) fn of_manifest(document: &Document, text: &[u8]) -> Reading {
    let mut manifest = Manifest::default();
    add(&mut manifest, &document.root, text, document);
    Reading { kept: false, locale: None, manifest }
}

/// A translation. Where it names no tools and prompts, it has only words of the server.
pub(super) fn of_locale(locale: &str, document: &Document, text: &[u8]) -> Option<Reading> {
    let mut manifest = Manifest::default();
    add(&mut manifest, &document.root, text, document);
    (!manifest.items.is_empty()).then(|| Reading { kept: false, locale: Some(locale.into()), manifest })
}

/// Answers that a host keeps under `_meta`, as if the server had given them.
pub(super) fn kept(root: &Node, text: &[u8], document: &Document) -> Vec<Reading> {
    let mut out = Vec::new();
    for host in root.get("_meta").map(Node::members).unwrap_or_default() {
        let Some(answers) = host.value.get("static_responses") else { continue };
        let mut manifest = Manifest::default();
        if let Some(list) = answers.get("tools/list") {
            let tools = list.get("tools").or_else(|| list.get("result").and_then(|r| r.get("tools")));
            if let Some(tools) = tools {
                manifest.add_page(ItemKind::Tool, tools, text, &document.anomalies, 0);
            }
        }
        if let Some(hello) = answers.get("initialize") {
            manifest.add_server(hello.get("result").unwrap_or(hello), text, &document.anomalies);
        }
        if !manifest.items.is_empty() {
            out.push(Reading { kept: true, locale: Some(format!("kept for {}", &*host.key).into()), manifest });
        }
    }
    out
}

fn add(manifest: &mut Manifest, root: &Node, text: &[u8], document: &Document) {
    let mut rest = root.clone();
    if let Value::Object(members) = &mut rest.value {
        members.retain(|m| !LISTS.iter().any(|(key, _)| *key == &*m.key));
    }
    if !rest.members().is_empty() {
        manifest.push(ItemKey::new(ItemKind::Server, "info"), &rest, text, &document.anomalies, 0);
    }
    for (key, kind) in LISTS {
        match root.get(key) {
            None => {}
            Some(list) if list.is_array() => manifest.add_page(kind, list, text, &document.anomalies, 0),
            // translations may name their tools by key
            Some(list) => {
                for member in list.members() {
                    let key = ItemKey::new(kind, &*member.key);
                    manifest.push(key, &member.value, text, &document.anomalies, 0);
                }
            }
        }
    }
}

/// Languages and their files, by the pattern that the manifest gives.
pub(super) fn locales(pattern: &str, files: &[String]) -> Vec<(String, String)> {
    let pattern = pattern.trim_start_matches("./");
    let Some((before, after)) = pattern.split_once("${locale}") else { return Vec::new() };
    let locale = |file: &String| {
        let rest = file.strip_prefix(before)?;
        // the pattern may name the language twice: `x/${locale}/${locale}.json`
        let end = after.split("${locale}").next().unwrap_or(after);
        let name = if after.contains("${locale}") { rest.split(end).next()? } else { rest.strip_suffix(after)? };
        let whole = file.strip_prefix(before)?.strip_prefix(name)?;
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        (plain && !name.is_empty() && whole == after.replace("${locale}", name))
            .then(|| (name.to_owned(), file.clone()))
    };
    files.iter().filter_map(locale).collect()
}
