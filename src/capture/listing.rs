//! Reads every list a server offers, page by page to the end, within the budgets.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, json};

use super::ledger::{Due, Stop};
use super::message::{METHOD_NOT_FOUND, Message};
use super::part::{self, Part, method};
use super::session::Session;
use super::{Era, Event, Progress, Stage, content};
use crate::json::{Node, Value, canonical};
use crate::manifest::Manifest;
use crate::terms::ItemKind;

/// How long late `list_changed` notices of a server that announces them are waited for.
const SETTLE: Duration = Duration::from_millis(100);
/// How long a list that nobody declared is waited for.
const UNDECLARED: Duration = Duration::from_secs(3);

/// What listing gave.
pub(super) struct Listing {
    pub manifest: Manifest,
    pub parts: Vec<Part>,
    pub complete: bool,
    /// The server declares a list the same for everybody.
    pub public: bool,
    /// Why talking ended early.
    pub stop: Option<Stop>,
    /// The list that is being read.
    pub(super) at: Option<ItemKind>,
}

/// In which way lists are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    /// From the last kind to the first.
    pub reversed: bool,
    /// Bodies of skills too.
    pub skills: bool,
}

/// Reads all lists after a handshake whose reply was `hello`.
pub(super) async fn read(session: &mut Session<'_>, hello: &Message, order: Order, progress: &Progress) -> Listing {
    let mut listing = Listing {
        manifest: Manifest::default(),
        parts: Vec::new(),
        complete: true,
        public: false,
        stop: None,
        at: None,
    };
    let first =
        Part { list: None, page: 0, again: false, cap: usize::MAX, waited: hello.waited, bytes: hello.bytes.clone() };
    part::apply(&mut listing.manifest, &first, &mut hello.clone());
    listing.parts.push(first);
    if let Err(stop) = read_all(session, hello, order, progress, &mut listing).await {
        session.ledger.stopped(&stop, listing.at);
        listing.complete = false;
        listing.stop = Some(stop);
    }
    listing
}

async fn read_all(
    session: &mut Session<'_>,
    hello: &Message,
    order: Order,
    progress: &Progress,
    listing: &mut Listing,
) -> Result<(), Stop> {
    let before = session.ledger.changed.clone();
    let mut kinds = ItemKind::ALL;
    if order.reversed {
        kinds.reverse();
    }
    for kind in kinds {
        let Some(method) = method(kind) else { continue };
        let declared = declares(hello, kind);
        if declared || kind == ItemKind::Tool {
            let mut list = List { kind, method, declared, again: false };
            list.read(session, listing).await?;
            progress.tell(|server| Event { server, stage: Stage::Listed(kind, listing.manifest.count(kind)) });
        }
    }
    if announces(hello) {
        session.settle(SETTLE).await?;
    }
    for (kind, count) in session.ledger.changed.clone() {
        let Some(method) = method(kind) else { continue };
        if before.get(&kind) != Some(&count) && declares(hello, kind) {
            List { kind, method, declared: true, again: true }.read(session, listing).await?;
        }
    }
    // hosts show items in the order of kinds, whatever they asked for first
    listing.manifest.items.sort_by_key(|item| item.key.kind);
    content::read(session, listing, order.skills).await?;
    progress.tell(|server| Event {
        server,
        stage: Stage::Listed(ItemKind::Content, listing.manifest.count(ItemKind::Content)),
    });
    Ok(())
}

fn capabilities(hello: &Message) -> Option<&Node> {
    hello.outcome().ok()?.get("capabilities")
}

fn declares(hello: &Message, kind: ItemKind) -> bool {
    let Some(caps) = capabilities(hello) else { return false };
    let has = |key: &str| caps.get(key).is_some_and(|n| n.value != Value::Null);
    match kind {
        ItemKind::Server | ItemKind::Content => false,
        ItemKind::Tool => has("tools"),
        ItemKind::Prompt => has("prompts"),
        ItemKind::Resource | ItemKind::Template => has("resources"),
        ItemKind::Skill => {
            let extension =
                |holder: &str| caps.get(holder).is_some_and(|e| e.get("io.modelcontextprotocol/skills").is_some());
            has("skills") || extension("extensions") || extension("experimental")
        }
    }
}

fn announces(hello: &Message) -> bool {
    let lists = capabilities(hello).map(Node::members).unwrap_or_default();
    lists.iter().any(|m| m.value.get("listChanged").and_then(Node::as_bool) == Some(true))
}

struct List {
    kind: ItemKind,
    method: &'static str,
    declared: bool,
    again: bool,
}

impl List {
    async fn read(&mut self, session: &mut Session<'_>, listing: &mut Listing) -> Result<(), Stop> {
        listing.at = Some(self.kind);
        let mut cursor: Option<String> = None;
        let mut seen = BTreeSet::new();
        let mut items = 0;
        for page in 0.. {
            if page >= session.ledger.limits.pages {
                let detail = format!("the list has more than {} pages", session.ledger.limits.pages);
                return self.partial(session, listing, "pages", detail);
            }
            let Some(mut message) = self.page(session, listing, cursor.as_deref()).await? else { return Ok(()) };
            let Ok(result) = message.outcome() else { return Ok(()) };
            let cap = session.ledger.limits.items;
            let entries = self.kind.list_key().and_then(|key| result.get(key)).filter(|list| list.is_array());
            let entries = entries.map(|list| list.elements().len());
            listing.public |= result.get("cacheScope").and_then(Node::as_str) == Some("public");
            // an empty string is a cursor like any other; only absence ends a list
            let next = match result.get("nextCursor").map(|n| &n.value) {
                None | Some(Value::Null) => Ok(None),
                Some(Value::String(next)) => Ok(Some(next.to_string())),
                Some(_) => Err("a cursor is no text"),
            };
            let (list, again) = (Some(self.kind), self.again);
            let (waited, bytes) = (message.waited, message.bytes.clone());
            let part = Part { list, page: page as u32, again, cap, waited, bytes };
            part::apply(&mut listing.manifest, &part, &mut message);
            same_info(session, &listing.manifest, &message);
            listing.parts.push(part);
            let Some(entries) = entries else {
                return self.partial(session, listing, "malformed", "a page holds no list".to_owned());
            };
            items += entries;
            if items > cap {
                return self.partial(session, listing, "items", format!("the list has more than {cap} entries"));
            }
            cursor = match next {
                Ok(None) => return Ok(()),
                Ok(next) => next,
                Err(why) => return self.partial(session, listing, "malformed", why.to_owned()),
            };
            if cursor.as_ref().is_some_and(|c| !seen.insert(c.clone())) {
                return self.partial(session, listing, "repeated-cursor", "a cursor came twice".to_owned());
            }
        }
        Ok(())
    }

    /// One page; `None` when there is no (more) list, which is said where it matters.
    async fn page(
        &self,
        session: &mut Session<'_>,
        listing: &mut Listing,
        cursor: Option<&str>,
    ) -> Result<Option<Message>, Stop> {
        let mut params = Map::new();
        if let Some(cursor) = cursor {
            params.insert("cursor".to_owned(), json!(cursor));
        }
        let mut due = session.ledger.request();
        if !self.declared {
            due = Due { at: due.at, idle: due.idle.map(|idle| idle.min(UNDECLARED)) };
        }
        let reply = match session.request(self.method, params, &due).await {
            Ok(reply) => reply,
            // a list that nobody declared is allowed to be missing in any way
            Err(Stop::Limit("idle", _) | Stop::Status(_)) if !self.declared && cursor.is_none() => return Ok(None),
            // the next list may still be answered
            Err(stop @ (Stop::Status(_) | Stop::Limit("idle", _))) => {
                session.ledger.stopped(&stop, Some(self.kind));
                listing.complete = false;
                return Ok(None);
            }
            Err(stop) => return Err(stop),
        };
        match reply.outcome() {
            Ok(result) if !result.is_object() => {
                self.partial(session, listing, "malformed", "a reply is no object".to_owned())?;
                Ok(None)
            }
            Ok(result) => {
                let complete = result.get("resultType").and_then(Node::as_str).is_none_or(|t| t == "complete");
                if session.era() == Era::Modern && !complete {
                    let detail = "the reply is no complete list (resultType)".to_owned();
                    self.partial(session, listing, "list-error", detail)?;
                }
                Ok(Some(reply))
            }
            Err(_) if !self.declared && cursor.is_none() => Ok(None),
            // servers with resources need not have templates, and no capability says which have
            Err(error) if error.code == METHOD_NOT_FOUND && self.kind == ItemKind::Template && cursor.is_none() => {
                Ok(None)
            }
            Err(error) => {
                let detail = format!("the list was refused with error {}", error.code);
                self.partial(session, listing, "list-error", detail)?;
                Ok(None)
            }
        }
    }

    fn partial(
        &self,
        session: &mut Session<'_>,
        listing: &mut Listing,
        limit: &'static str,
        detail: String,
    ) -> Result<(), Stop> {
        session.ledger.hit(limit, Some(self.kind), detail);
        listing.complete = false;
        Ok(())
    }
}

/// In the modern era every result says who the server is; it must be the same one.
fn same_info(session: &mut Session<'_>, manifest: &Manifest, message: &Message) {
    let Ok(result) = message.outcome() else { return };
    let here = result.get("_meta").and_then(|m| m.get(part::SERVER_INFO));
    if let (Some(here), Some(first)) = (here, manifest.server("info"))
        && canonical(here).ok() != canonical(&first.node).ok()
    {
        session.ledger.odd("server-info-differs", message.text_of(here));
    }
}
