//! Speaks MCP to servers that may be hostile: both eras, stdio and Streamable HTTP, every page of every list, within
//! budgets, and records the bytes before anyone interprets them.
//!
//! The public functions are synchronous; tokio lives only below this module. What a server said is a [`Capture`]; whether
//! it is acceptable is for `policy`.

use std::time::Duration;

use crate::manifest::Manifest;
use crate::terms::ItemKind;
use crate::untrusted::Untrusted;

/// The budgets of PROTOCOL §11.2. Each one that is hit is reported and makes the capture partial.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Process start until the first message; a cold `npx` or `uvx` downloads first.
    pub launch: Duration,
    /// TCP and TLS connection.
    pub connect: Duration,
    /// `server/discover` or `initialize`.
    pub init: Duration,
    /// One request.
    pub request: Duration,
    /// Silence while a reply is due.
    pub idle: Duration,
    /// Everything with one server.
    pub total: Duration,
    /// Bytes of one line, body or SSE event.
    pub message_bytes: usize,
    /// Bytes of one server.
    pub total_bytes: usize,
    /// Pages of one list.
    pub pages: usize,
    /// Items of one kind.
    pub items: usize,
    /// Notifications.
    pub notifications: usize,
    /// Requests from the server.
    pub server_requests: usize,
    /// Bytes on stdout that are no message.
    pub noise_bytes: usize,
    /// Kept tail of stderr.
    pub stderr_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let s = Duration::from_secs;
        Self {
            launch: s(120),
            connect: s(10),
            init: s(30),
            request: s(30),
            idle: s(10),
            total: s(180),
            message_bytes: 16 << 20,
            total_bytes: 64 << 20,
            pages: 200,
            items: 10_000,
            notifications: 10_000,
            server_requests: 100,
            noise_bytes: 1 << 20,
            stderr_bytes: 64 << 10,
        }
    }
}

/// A revision family: they share method names and little else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 2026-07-28 and later: stateless, `server/discover`.
    Modern,
    /// Up to 2025-11-25: `initialize` handshake.
    Legacy,
}

impl Era {
    /// The key of a baseline's `snapshots`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Modern => "modern",
            Self::Legacy => "legacy",
        }
    }
}

/// Everything one server said.
#[derive(Clone, Debug, Default)]
pub struct Capture {
    /// One per era in which the server answered, newest era first.
    pub sessions: Vec<Session>,
    /// Why there is no session at all, or `None`.
    pub failure: Option<Failure>,
    /// Budgets that were hit and other reasons why the capture is partial.
    pub limits_hit: Vec<LimitHit>,
    /// Odd behaviour that did not stop us: noise, requests to the client, ids that match nothing.
    pub oddities: Vec<Oddity>,
    /// The last bytes of stderr (stdio).
    pub stderr: Untrusted,
    /// How the process was contained (`none` for remote servers), in words of ours.
    pub isolation: String,
}

/// One era's answers.
#[derive(Clone, Debug)]
pub struct Session {
    /// Which family.
    pub era: Era,
    /// The revision in use, as the server named it.
    pub protocol: Untrusted,
    /// What it said, private paths already replaced.
    pub manifest: Manifest,
    /// Every list the server offers was read to its end.
    pub complete: bool,
}

/// Why nothing was captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The program could not be started: our words, the system's words.
    Launch(String),
    /// The server could not be reached.
    Connect(String),
    /// It ended before it answered; its exit status in our words.
    Died(String),
    /// It answered nothing within the budget.
    Silent,
    /// 401 or 403: the HTTP status and what the server asked for.
    NeedsCredentials(u16, Untrusted),
    /// It answered, but not with MCP: our words.
    Protocol(String),
    /// Not launched, because nobody consented.
    NotApproved,
    /// We were told to stop (Ctrl-C).
    Interrupted,
}

impl Failure {
    /// The sentence in reports: what happened and what to do next.
    pub fn sentence(&self) -> crate::untrusted::Message {
        use crate::untrusted::Message;
        match self {
            Self::Launch(why) => Message::new(format!("could not be started: {why}")),
            Self::Connect(why) => Message::new(format!("could not be reached: {why}")),
            Self::Died(why) => Message::new(format!("ended before it answered ({why})")),
            Self::Silent => Message::new("did not answer within the time budget; raise it with --timeout"),
            Self::NeedsCredentials(status, ask) => {
                let m = Message::new(format!("needs credentials (HTTP {status}"));
                let m = if ask.raw().is_empty() { m } else { m.text(", it asks for ").quote(ask) };
                m.text("); pass them with --header 'Authorization: env:NAME'")
            }
            Self::Protocol(why) => Message::new(format!("does not speak MCP: {why}")),
            Self::NotApproved => Message::new(
                "was not launched: its launch identity is not approved here; review it locally with --launch ask",
            ),
            Self::Interrupted => Message::new("was interrupted before it was audited"),
        }
    }
}

/// A budget that was hit, or another reason why a list is partial.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LimitHit {
    /// A stable word: `message-bytes`, `total-bytes`, `pages`, `items`, `time`, `idle`, `notifications`,
    /// `server-requests`, `noise`, `repeated-cursor`, `list-error`, `malformed`.
    pub limit: &'static str,
    /// The list it concerns.
    pub list: Option<ItemKind>,
    /// What happened, in words of ours.
    pub detail: String,
}

/// Odd behaviour, counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oddity {
    /// A stable word: `stdout-noise`, `server-request`, `unknown-id`, `invalid-utf8`, `batch`, `list-changed`,
    /// `malformed-message`, `redirect`, `server-info-differs`, `duplicate-response`.
    pub kind: &'static str,
    /// How often.
    pub count: usize,
    /// The first occurrence.
    pub example: Untrusted,
}
