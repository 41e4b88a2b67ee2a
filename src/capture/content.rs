//! What is read besides lists: the pages of MCP Apps that tools and resources name (`ui://`, often unlisted), and on
//! request the bodies of listed skills. Each is one `resources/read`; nothing else is read, because reading may act.

use std::collections::BTreeSet;

use serde_json::{Map, json};

use super::ledger::Stop;
use super::listing::Listing;
use super::message::METHOD_NOT_FOUND;
use super::part::{self, Part};
use super::session::Session;
use crate::json::Node;
use crate::manifest::Manifest;
use crate::terms::ItemKind;

/// Contents of one server that are read.
const CONTENTS: usize = 200;
/// A resource that does not exist (up to 2025-11-25), and the code it became.
const NOT_FOUND: [i64; 2] = [-32002, -32602];

/// Reads them all.
pub(super) async fn read(session: &mut Session<'_>, listing: &mut Listing, skills: bool) -> Result<(), Stop> {
    listing.at = Some(ItemKind::Content);
    let mut wanted = pages(&listing.manifest);
    if skills {
        wanted.extend(bodies(&listing.manifest));
    }
    if wanted.len() > CONTENTS {
        let detail = format!("it names {} pages and bodies; {CONTENTS} were read", wanted.len());
        session.ledger.hit("content", Some(ItemKind::Content), detail);
        listing.complete = false;
    }
    for uri in wanted.into_iter().take(CONTENTS) {
        one(session, listing, &uri).await?;
    }
    Ok(())
}

async fn one(session: &mut Session<'_>, listing: &mut Listing, uri: &str) -> Result<(), Stop> {
    let mut params = Map::new();
    params.insert("uri".to_owned(), json!(uri));
    let due = session.ledger.request();
    let mut reply = match session.request("resources/read", params, &due).await {
        Ok(reply) => reply,
        Err(stop @ (Stop::Status(_) | Stop::Limit("idle", _))) => {
            session.ledger.stopped(&stop, Some(ItemKind::Content));
            listing.complete = false;
            return Ok(());
        }
        Err(stop) => return Err(stop),
    };
    match reply.outcome() {
        Ok(result) => {
            let held = result.get("contents").map(Node::elements).unwrap_or_default();
            if !held.iter().any(|c| c.get("uri").and_then(Node::as_str) == Some(uri)) {
                session.ledger.odd("other-content", uri.as_bytes());
            }
            let page = listing.parts.len() as u32;
            let cap = session.ledger.limits.items;
            let part = Part {
                list: Some(ItemKind::Content),
                page,
                again: false,
                cap,
                waited: reply.waited,
                bytes: reply.bytes.clone(),
            };
            part::apply(&mut listing.manifest, &part, &mut reply);
            listing.parts.push(part);
        }
        // nobody can show what does not exist
        Err(error) if NOT_FOUND.contains(&error.code) || error.code == METHOD_NOT_FOUND => {
            session.ledger.odd("missing-content", uri.as_bytes());
        }
        Err(error) => {
            let detail = format!("reading a page was refused with error {}", error.code);
            session.ledger.hit("content", Some(ItemKind::Content), detail);
            listing.complete = false;
        }
    }
    Ok(())
}

/// `ui://` pages that tools name or resources are.
pub(super) fn pages(manifest: &Manifest) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for item in &manifest.items {
        let meta = item.node.get("_meta");
        let nested = meta.and_then(|m| m.get("ui")?.get("resourceUri"));
        // some servers write the flat key, and other clients read other ones
        let flat = ["ui/resourceUri", "openai/outputTemplate"].into_iter().filter_map(|k| meta?.get(k));
        let named = nested.into_iter().chain(flat).filter_map(Node::as_str);
        out.extend(named.filter(|uri| uri.starts_with("ui://")).map(str::to_owned));
        if item.key.kind == ItemKind::Resource && item.key.name.raw().starts_with("ui://") {
            out.insert(item.key.name.raw().to_owned());
        }
    }
    out
}

/// Files of skills: the main one and those it lists.
fn bodies(manifest: &Manifest) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for skill in manifest.of_kind(ItemKind::Skill) {
        let files = skill.node.get("resources").map(Node::elements).unwrap_or_default();
        let files = files.iter().filter_map(|f| f.get("uri")?.as_str());
        let scheme = |uri: &str| uri.split("://").next().unwrap_or_default().to_owned();
        let own = skill.key.name.raw();
        out.insert(own.to_owned());
        // a file of another scheme is another server's, or the user's
        out.extend(files.filter(|uri| scheme(uri) == scheme(own)).map(str::to_owned));
    }
    out.remove("");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(text: &str) -> Manifest {
        let document = crate::json::read(text.as_bytes(), &Default::default()).expect("JSON");
        crate::manifest::from_document(&document, text.as_bytes()).expect("a manifest").remove(0).manifest
    }

    #[test]
    fn pages_are_found_by_tool_and_by_resource() {
        let m = manifest(
            r#"{"tools":[{"name":"a","_meta":{"ui":{"resourceUri":"ui://a"}}},{"name":"b","_meta":{"ui/resourceUri":"ui://b"}},
                {"name":"c","_meta":{"ui":{"resourceUri":"https://evil.test"}}}],
                "resources":[{"uri":"ui://d"},{"uri":"file:///etc/passwd"}]}"#,
        );
        assert_eq!(pages(&m).into_iter().collect::<Vec<_>>(), ["ui://a", "ui://b", "ui://d"]);
    }

    #[test]
    fn skills_name_their_own_files_only() {
        let m = manifest(
            r#"{"skills":[{"uri":"skill://x/SKILL.md","resources":[{"uri":"skill://x/run.py"},{"uri":"file:///etc/passwd"}]}]}"#,
        );
        assert_eq!(bodies(&m).into_iter().collect::<Vec<_>>(), ["skill://x/SKILL.md", "skill://x/run.py"]);
    }
}
