//! The messages a manifest is made of. A live capture and a recording build their manifests here, from the same bytes by
//! the same steps, so that both have the same digests.

use std::sync::Arc;

use super::Era;
use super::message::Message;
use crate::json::{Node, Value};
use crate::manifest::{ItemKey, Manifest};
use crate::terms::ItemKind;

/// Where modern servers say who they are.
pub(super) const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// One message that says something about the server.
#[derive(Clone, Debug)]
pub struct Part {
    /// The list it is a page of; `None` for the reply to `server/discover` or `initialize`.
    pub list: Option<ItemKind>,
    /// The page, from 0.
    pub page: u32,
    /// It was read again after `list_changed`: only what is new counts.
    pub again: bool,
    /// How many items of the kind are taken at most, those before included.
    pub cap: usize,
    /// How long its request waited for it.
    pub waited: Waited,
    /// The whole message as received.
    pub bytes: Arc<[u8]>,
}

/// How long an answer took, in classes that do not change from run to run without a reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waited {
    /// Less than 100 ms.
    #[default]
    Instant,
    /// Less than a second.
    Short,
    /// Less than ten seconds.
    Long,
    /// More.
    VeryLong,
}

impl Waited {
    pub(super) const ALL: [Self; 4] = [Self::Instant, Self::Short, Self::Long, Self::VeryLong];

    /// The class of a time.
    pub(super) fn of(time: std::time::Duration) -> Self {
        match time.as_millis() {
            0..100 => Self::Instant,
            100..1_000 => Self::Short,
            1_000..10_000 => Self::Long,
            _ => Self::VeryLong,
        }
    }

    /// The word of recordings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Short => "short",
            Self::Long => "long",
            Self::VeryLong => "very-long",
        }
    }
}

impl Part {
    /// The method it answers.
    pub fn method(&self, era: Era) -> &'static str {
        match self.list {
            None if era == Era::Modern => "server/discover",
            None => "initialize",
            Some(kind) => method(kind).unwrap_or("resources/read"),
        }
    }
}

/// The method that lists items of a kind.
pub(super) fn method(kind: ItemKind) -> Option<&'static str> {
    match kind {
        // contents are read, not listed
        ItemKind::Server | ItemKind::Content => None,
        ItemKind::Tool => Some("tools/list"),
        ItemKind::Prompt => Some("prompts/list"),
        ItemKind::Resource => Some("resources/list"),
        ItemKind::Template => Some("resources/templates/list"),
        ItemKind::Skill => Some("skills/list"),
    }
}

/// Adds what a message says. The entries of a list are taken out of it: a page may be large.
pub(super) fn apply(manifest: &mut Manifest, part: &Part, message: &mut Message) {
    let Ok(result) = message.outcome() else { return };
    let (bytes, anomalies) = (&*message.bytes, &message.document.anomalies);
    let info = result.get("_meta").and_then(|m| m.get(SERVER_INFO));
    let Some(kind) = part.list else {
        manifest.add_server(result, bytes, anomalies);
        push_info(manifest, info, message);
        return;
    };
    push_info(manifest, info, message);
    let result = message.document.root.get_mut("result");
    let Some(list) = result.and_then(|result| result.get_mut(kind.list_key()?)) else {
        manifest.problems.push(format!("a page of the list of {}s holds no list", kind.word()).into());
        return;
    };
    let list = std::mem::replace(list, Node::made(Value::Null));
    let before = manifest.items.len();
    manifest.take_page(kind, list, &message.bytes, &message.document.anomalies, part.page);
    if part.again {
        let known: std::collections::BTreeSet<_> =
            manifest.items[..before].iter().filter(|i| i.key.kind == kind).map(|i| i.received()).collect();
        let mut index = 0;
        manifest.items.retain(|item| {
            index += 1;
            index <= before || !known.contains(&item.received())
        });
    }
    let over = manifest.count(kind).saturating_sub(part.cap);
    manifest.items.truncate(manifest.items.len().saturating_sub(over).max(before));
}

fn push_info(manifest: &mut Manifest, info: Option<&Node>, message: &Message) {
    if let (Some(info), None) = (info, manifest.server("info")) {
        let key = ItemKey::new(ItemKind::Server, "info");
        manifest.push(key, info, &message.bytes, &message.document.anomalies, 0);
    }
}
