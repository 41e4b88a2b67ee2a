//! Documents that a URL's origin publishes about its server: server cards and catalogues (PROTOCOL §10). They are read on
//! request only, from the same origin only, and prove nothing; rules compare them with the live server.

use std::sync::Arc;

use super::Endpoint;
use super::http::{Extra, Http, parse};
use super::ledger::{Due, Ledger, Stop};
use crate::json::{self, Node};

/// Paths of a card or a catalogue at the root of the origin.
const WELL_KNOWN: [&str; 4] = [
    "/.well-known/ai-catalog.json",
    "/.well-known/mcp/server-card.json",
    "/.well-known/mcp-server-card",
    "/.well-known/mcp.json",
];
/// Cards of one catalogue that are followed.
const FOLLOWED: usize = 5;
const MEDIA: &str = "application/mcp-server-card+json";

/// One document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its path on the origin.
    pub path: String,
    /// As received.
    pub bytes: Arc<[u8]>,
}

/// Reads every document there is.
pub(super) async fn read(endpoint: &Endpoint, agent: &str, ledger: &mut Ledger) -> Result<Vec<Card>, Stop> {
    let base = parse(endpoint).map_err(Stop::Failed)?;
    let http = Http::new(endpoint, Extra { agent, credentials: false, language: None, origin: None }, ledger)
        .map_err(Stop::Failed)?;
    let mut own = base.clone();
    own.set_path(&format!("{}/server-card", base.path().trim_end_matches('/')));
    own.set_query(None);
    let mut open = vec![own];
    open.extend(WELL_KNOWN.iter().filter_map(|path| base.join(path).ok()));
    let mut cards: Vec<Card> = Vec::new();
    let mut at = 0;
    while at < open.len() {
        let url = open[at].clone();
        at += 1;
        let due = Due { idle: Some(ledger.limits.idle), ..Due::within(ledger.limits.request) };
        let Some(bytes) = http.document(&url, ledger, &due).await? else { continue };
        let limits = json::Limits { nodes: 100_000, ..json::Limits::default() };
        let Ok(document) = json::read(&bytes, &limits) else {
            ledger.odd("malformed-message", &bytes);
            continue;
        };
        for link in links(&document.root) {
            match base.join(link) {
                Ok(to) if to.origin() == base.origin() && open.len() < 1 + WELL_KNOWN.len() + FOLLOWED => {
                    if !open.contains(&to) {
                        open.push(to);
                    }
                }
                // somebody else's page is not fetched on the word of this one
                _ => ledger.odd("foreign-link", link.as_bytes()),
            }
        }
        cards.push(Card { path: url.path().to_owned(), bytes: bytes.into() });
    }
    Ok(cards)
}

/// The cards a catalogue points at.
fn links(root: &Node) -> Vec<&str> {
    let entries = root.get("entries").map(Node::elements).unwrap_or_default();
    let is_card = |e: &&Node| {
        let media = e.get("mediaType").or_else(|| e.get("type")).and_then(Node::as_str);
        media.is_some_and(|m| m.eq_ignore_ascii_case(MEDIA))
    };
    entries.iter().filter(is_card).filter_map(|e| e.get("url")?.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalogue_gives_the_urls_of_its_cards_only() {
        let text = br#"{"entries":[{"mediaType":"application/mcp-server-card+json","url":"/a"},{"mediaType":"text/html","url":"/b"},{"url":"/c"}]}"#;
        let document = json::read(text, &json::Limits::default()).expect("JSON");
        assert_eq!(links(&document.root), ["/a"]);
    }
}
