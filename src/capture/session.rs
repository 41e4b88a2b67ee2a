//! JSON-RPC over one connection: requests of ours and their replies, and everything a server says unasked in between.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Era;
use super::client::Identity;
use super::ledger::{Due, Ledger, Stop};
use super::message::{self, Answer, Message, Shape};
use super::part::Waited;
use super::transport::{Kind, Transport};
use crate::json::ReadError;
use crate::terms::ItemKind;

/// Key of the revision in a modern request's `_meta`.
const META_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const META_CLIENT: &str = "io.modelcontextprotocol/clientInfo";
const META_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// One connection and the state of the talk on it.
pub(super) struct Session<'l> {
    transport: Transport,
    pub ledger: &'l mut Ledger,
    identity: Identity,
    next: u64,
    /// Requests without a reply, and when they were sent.
    open: BTreeMap<u64, tokio::time::Instant>,
    waiting: std::collections::VecDeque<Message>,
    era: Era,
    protocol: String,
}

impl<'l> Session<'l> {
    /// Starts to talk; nothing is sent yet.
    pub fn new(transport: Transport, ledger: &'l mut Ledger, identity: &Identity) -> Self {
        Self {
            transport,
            ledger,
            identity: identity.clone(),
            next: 1,
            open: BTreeMap::new(),
            waiting: std::collections::VecDeque::new(),
            era: Era::Legacy,
            protocol: String::new(),
        }
    }

    /// Which revision is spoken from now on; in the modern era every request says so.
    pub fn speak(&mut self, era: Era, protocol: &str) {
        self.era = era;
        self.protocol = protocol.to_owned();
        self.transport.speak(protocol);
    }

    /// The era spoken.
    pub fn era(&self) -> Era {
        self.era
    }

    /// Whether no request of ours is open.
    pub fn idle(&self) -> bool {
        self.open.is_empty()
    }

    /// The parameters of `initialize`.
    pub fn introduction(&self, protocol: &str) -> Map<String, Value> {
        let mut params = Map::new();
        params.insert("protocolVersion".to_owned(), json!(protocol));
        params.insert("capabilities".to_owned(), self.identity.capabilities.clone());
        params.insert("clientInfo".to_owned(), self.client());
        params
    }

    fn client(&self) -> Value {
        json!({"name": self.identity.name, "version": self.identity.version})
    }

    /// Sends a request and gives its number.
    pub async fn post(&mut self, method: &str, mut params: Map<String, Value>, due: &Due) -> Result<u64, Stop> {
        if self.era == Era::Modern {
            let meta = json!({
                META_VERSION: self.protocol,
                META_CLIENT: self.client(),
                META_CAPABILITIES: self.identity.capabilities,
            });
            params.insert("_meta".to_owned(), meta);
        }
        let id = self.next;
        self.next += 1;
        self.open.insert(id, tokio::time::Instant::now());
        let name = params.get("uri").and_then(Value::as_str).map(str::to_owned);
        let text = message::request(id, method, params);
        self.transport.send(&text, Kind::Request(method, name.as_deref()), self.ledger, due).await?;
        Ok(id)
    }

    /// Sends a request and waits for its reply.
    pub async fn request(&mut self, method: &str, params: Map<String, Value>, due: &Due) -> Result<Message, Stop> {
        let id = self.post(method, params, due).await?;
        loop {
            let (answered, reply) = self.reply(due).await?;
            if answered == id {
                return Ok(reply);
            }
        }
    }

    /// Sends a notification.
    pub async fn notify(&mut self, method: &str, due: &Due) -> Result<(), Stop> {
        self.aside(&message::notification(method), due).await
    }

    async fn aside(&mut self, text: &[u8], due: &Due) -> Result<(), Stop> {
        match self.transport.send(text, Kind::Aside, self.ledger, due).await {
            // a status that refuses what needs no answer; what matters shows in the next request
            Err(Stop::Status(_)) => Ok(()),
            other => other,
        }
    }

    /// The next reply to any open request of ours. Everything else is handled and recorded on the way.
    pub async fn reply(&mut self, due: &Due) -> Result<(u64, Message), Stop> {
        loop {
            while let Some(message) = self.waiting.pop_front() {
                if let Some(reply) = self.sort(message, due).await? {
                    return Ok(reply);
                }
            }
            let bytes = self.transport.receive(self.ledger, due).await?;
            let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes).trim_ascii_start();
            if !matches!(text.first(), Some(b'{' | b'[')) {
                self.ledger.noise("stdout-noise", &bytes)?;
                continue;
            }
            match message::read(&bytes, self.ledger.values_left()) {
                Ok(messages) => {
                    self.ledger.values += messages.iter().map(|m| m.document.nodes).sum::<usize>();
                    if text.starts_with(b"[") {
                        self.ledger.odd("batch", &bytes);
                    }
                    self.waiting.extend(messages);
                }
                Err(error) if error.what == ReadError::TOO_MANY => return Err(self.ledger.too_many_values()),
                Err(_) => self.ledger.noise("malformed-message", &bytes)?,
            }
        }
    }

    async fn sort(&mut self, mut message: Message, due: &Due) -> Result<Option<(u64, Message)>, Stop> {
        self.ledger.transcript.push(message.bytes.clone());
        if message.document.anomalies.iter().any(|a| a.fault == crate::json::Fault::InvalidUtf8) {
            self.ledger.odd("invalid-utf8", &message.bytes);
        }
        match message.shape() {
            Shape::Response => {
                if let Some(id) = message.answers() {
                    if let Some(sent) = self.open.remove(&id) {
                        message.waited = Waited::of(sent.elapsed());
                        return Ok(Some((id, message)));
                    }
                    let kind = if id < self.next && id > 0 { "duplicate-response" } else { "unknown-id" };
                    self.ledger.odd(kind, &message.bytes);
                } else {
                    // an error without an id answers the request that could not be read: our newest one. HTTP has only
                    // one, so nothing is odd about it there
                    let newest = self.open.keys().next_back().copied();
                    let newest = newest.filter(|_| message.answers_nobody() && message.outcome().is_err());
                    if newest.is_none() || self.transport.pushes() {
                        self.ledger.odd("unknown-id", &message.bytes);
                    }
                    if let Some(id) = newest {
                        self.open.remove(&id);
                        return Ok(Some((id, message)));
                    }
                }
                self.ledger.unasked()?;
            }
            Shape::Request => {
                self.ledger.asked()?;
                let ping = message.method() == "ping";
                // asking for what was offered is no oddity
                if !ping && !self.offered(message.method()) {
                    self.ledger.odd("server-request", &message.bytes);
                }
                let roots = self.offered(message.method());
                let id = message.document.root.get("id").map(|id| message.text_of(id)).unwrap_or_default();
                let body = match (ping, roots) {
                    (true, _) => Answer::Pong,
                    (_, true) => Answer::NoRoots,
                    _ => Answer::Refused,
                };
                if let Some(answer) = message::answer(id, body) {
                    self.aside(&answer, due).await?;
                }
            }
            Shape::Notification => {
                self.ledger.unasked()?;
                for kind in changed_lists(message.method()) {
                    self.ledger.odd("list-changed", &message.bytes);
                    *self.ledger.changed.entry(*kind).or_default() += 1;
                }
            }
            Shape::Malformed => self.ledger.noise("malformed-message", &message.bytes)?,
        }
        Ok(None)
    }

    /// Whether a capability that we declared allows a request of the server: an empty list of roots is all there is to give.
    fn offered(&self, method: &str) -> bool {
        method == "roots/list" && self.era == Era::Legacy && self.identity.capabilities.get("roots").is_some()
    }

    /// Handles what arrives unasked within a short time.
    pub async fn settle(&mut self, time: std::time::Duration) -> Result<(), Stop> {
        if !self.transport.pushes() {
            return Ok(());
        }
        match self.reply(&Due::within(time)).await {
            // silence is what we hope for; the server's own time is checked at the next request
            Ok(_) | Err(Stop::Limit("time", _) | Stop::Closed(_)) => Ok(()),
            Err(stop) => Err(stop),
        }
    }

    /// Waits, and handles what arrives meanwhile.
    pub async fn pause(&mut self, time: std::time::Duration) -> Result<(), Stop> {
        let until = Due::within(time);
        while tokio::time::Instant::now() < until.at {
            let waited = if self.transport.pushes() {
                self.reply(&until).await.map(|_| ())
            } else {
                self.ledger.wait(&until, std::future::pending()).await
            };
            match waited {
                Ok(()) => {}
                // the time is over, which is what we waited for; the server's own is checked at the next request
                Err(Stop::Limit("time", _)) => return Ok(()),
                Err(stop) => return Err(stop),
            }
        }
        Ok(())
    }

    /// Whether notices can arrive while no request is open.
    pub fn pushes(&self) -> bool {
        self.transport.pushes()
    }

    /// Ends the connection.
    pub async fn finish(self) {
        self.transport.finish(self.ledger).await;
    }
}

/// The lists a notification says have changed.
fn changed_lists(method: &str) -> &'static [ItemKind] {
    match method {
        "notifications/tools/list_changed" => &[ItemKind::Tool],
        "notifications/prompts/list_changed" => &[ItemKind::Prompt],
        "notifications/resources/list_changed" => &[ItemKind::Resource, ItemKind::Template],
        "notifications/skills/list_changed" => &[ItemKind::Skill],
        _ => &[],
    }
}
