//! Speaks MCP to servers that may be hostile: both eras, stdio and Streamable HTTP, every page of every list, within
//! budgets, and records the bytes before anyone interprets them.
//!
//! The public functions are synchronous; tokio lives only below this module. What a server said is a [`Capture`]; whether
//! it is acceptable is for `policy`.

mod card;
mod client;
mod connect;
mod content;
mod era;
mod http;
mod http_sse;
mod interrupt;
mod ledger;
mod lines;
mod listing;
mod message;
mod part;
pub mod recording;
mod resolve;
mod run;
mod server;
mod session;
mod sse;
mod stdio;
mod transport;
mod union;
pub mod variation;
mod visit;
mod web;

use std::sync::Arc;
use std::time::Duration;

pub use card::Card;
pub use client::Identity;
pub use interrupt::Interrupt;
pub use part::Part;
pub(crate) use resolve::public as is_public;
pub use run::run;
pub use visit::{Ask, BLIND, Outcome, Probe, Probed, Visit};
pub use web::{Allowance, Web, WebError, WebLimits, WebReply, WebRequest};

use crate::manifest::Manifest;
use crate::sandbox::{Package, Program};
use crate::target::{self, Secret};
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
    /// Wait for an answer to `server/discover` before `initialize` is sent behind it (stdio).
    pub probe: Duration,
    /// One request.
    pub request: Duration,
    /// Silence while a reply is due.
    pub idle: Duration,
    /// Pause before lists are read a second time in one connection.
    pub repeat: Duration,
    /// Pause before they are read for the last time (deep probe).
    pub dwell: Duration,
    /// Everything with one server; with deep probes, everything in one connection.
    pub total: Duration,
    /// Bytes of one line, body or SSE event.
    pub message_bytes: usize,
    /// Bytes of one server.
    pub total_bytes: usize,
    /// JSON values and keys of one server.
    pub values: usize,
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
            probe: s(3),
            request: s(30),
            idle: s(10),
            repeat: s(1),
            dwell: s(30),
            total: s(180),
            message_bytes: 16 << 20,
            total_bytes: 64 << 20,
            values: 700_000,
            pages: 200,
            items: 10_000,
            notifications: 10_000,
            server_requests: 100,
            noise_bytes: 1 << 20,
            stderr_bytes: 64 << 10,
        }
    }
}

/// One server to capture.
#[derive(Clone, Debug)]
pub struct Job {
    /// How to reach it.
    pub launch: Launch,
    /// Who we are to it at first.
    pub identity: Identity,
    /// How much is probed.
    pub probe: Probe,
    /// App pages and other contents are read too.
    pub contents: Contents,
    /// The only era to speak; every era it answers in when `None`.
    pub era: Option<Era>,
}

impl Job {
    /// A job that asks once, as ourselves.
    pub fn new(launch: Launch) -> Self {
        Self { launch, identity: Identity::default(), probe: Probe::Off, contents: Contents::default(), era: None }
    }
}

/// Which contents are read besides lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Bodies of listed skills.
    pub skills: bool,
    /// Server cards and catalogues of a URL's origin.
    pub cards: bool,
}

/// How to reach a server.
#[derive(Clone, Debug)]
pub enum Launch {
    /// A program to start.
    Stdio(Box<Program>),
    /// A URL.
    Http(Endpoint),
}

/// A URL and what is sent along.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// As configured, references resolved.
    pub url: String,
    /// Declared headers, for this origin only.
    pub headers: Vec<(String, Secret)>,
    /// The configuration asks for the 2024-11-05 HTTP+SSE transport.
    pub sse: bool,
    /// Its name may lead to an address that is not public.
    pub private: bool,
}

impl Endpoint {
    /// What a target names, with values as they are: the caller resolves references first.
    pub fn of(target: &target::Http) -> Self {
        let header = |(k, v): &(target::Located<Untrusted>, target::Located<Secret>)| {
            (k.value.raw().to_owned(), v.value.clone())
        };
        Self {
            url: target.url.value.raw().to_owned(),
            headers: target.headers.iter().map(header).collect(),
            sse: target.sse,
            private: false,
        }
    }
}

/// Progress of one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The job, counted from 0.
    pub server: usize,
    /// How far it is.
    pub stage: Stage,
}

/// How far a capture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Starting or connecting.
    Started,
    /// The handshake worked.
    Answered(Era),
    /// A list was read; so many items of the kind are known.
    Listed(ItemKind, usize),
    /// Nothing more will come.
    Finished,
}

/// Where a running capture tells its progress.
struct Progress {
    server: usize,
    tell: tokio::sync::mpsc::UnboundedSender<Event>,
}

impl Progress {
    fn tell(&self, event: impl FnOnce(usize) -> Event) {
        // nobody listens any more only when the run is over
        self.tell.send(event(self.server)).unwrap_or(());
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
    /// The readings of its lists: the first connection of each era, newest era first, then those of the probes.
    pub sessions: Vec<Session>,
    /// In which ways it was asked, and what came of each.
    pub probes: Vec<Probed>,
    /// How much was to be probed.
    pub probe: Probe,
    /// Why there is no session at all, or that we were interrupted; else `None`.
    pub failure: Option<Failure>,
    /// Budgets that were hit and other reasons why the capture is partial.
    pub limits_hit: Vec<LimitHit>,
    /// Odd behaviour that did not stop us: noise, requests to the client, ids that match nothing.
    pub oddities: Vec<Oddity>,
    /// Documents of a URL's origin about the server, read on request.
    pub cards: Vec<Card>,
    /// The last bytes of stderr (stdio).
    pub stderr: Untrusted,
    /// How the process was contained (`none` for remote servers), in words of ours.
    pub isolation: String,
    /// The package that ran, when the launch names one.
    pub package: Option<Package>,
    /// Every inbound message in order, as received (within the byte budget of one server).
    pub transcript: Vec<Arc<[u8]>>,
}

/// One reading of everything a server lists in one era.
#[derive(Clone, Debug)]
pub struct Session {
    /// Which family.
    pub era: Era,
    /// The revision in use, as the server named it.
    pub protocol: Untrusted,
    /// As whom it was asked.
    pub visit: Visit,
    /// What it said, private paths already replaced. Readings that are the same share it.
    pub manifest: Arc<Manifest>,
    /// Kinds whose list the server said had changed, before or during this reading.
    pub announced: Vec<ItemKind>,
    /// It declares its lists the same for everybody (`cacheScope`).
    pub public: bool,
    /// Every list the server offers was read to its end.
    pub complete: bool,
    /// The messages the manifest was made of.
    pub parts: Vec<Part>,
    /// The private paths that were replaced in the manifest, and what stands for them.
    pub substitutions: Vec<(String, &'static str)>,
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
    /// Not asked, for a reason of ours.
    NotAsked(String),
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
            Self::NotAsked(why) => Message::new(format!("was not asked: {why}")),
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
    /// A stable word, one of [`LimitHit::LIMITS`].
    pub limit: &'static str,
    /// The list it concerns.
    pub list: Option<ItemKind>,
    /// What happened, in words of ours.
    pub detail: String,
}

impl LimitHit {
    /// The words of `limit`.
    pub const LIMITS: [&str; 15] = [
        "message-bytes",
        "total-bytes",
        "pages",
        "items",
        "time",
        "idle",
        "notifications",
        "server-requests",
        "noise",
        "repeated-cursor",
        "list-error",
        "malformed",
        "probe",
        "values",
        "content",
    ];
}

/// Odd behaviour, counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oddity {
    /// A stable word, one of [`Oddity::KINDS`].
    pub kind: &'static str,
    /// How often.
    pub count: usize,
    /// The first occurrence.
    pub example: Untrusted,
}

impl Oddity {
    /// The words of `kind`.
    pub const KINDS: [&str; 14] = [
        "stdout-noise",
        "server-request",
        "unknown-id",
        "invalid-utf8",
        "batch",
        "list-changed",
        "malformed-message",
        "redirect",
        "server-info-differs",
        "duplicate-response",
        "protocol-version",
        "other-content",
        "missing-content",
        "foreign-link",
    ];
}
