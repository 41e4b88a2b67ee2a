//! What one server has used of its budgets, and what was recorded beside the manifest. Every byte that arrives is
//! counted here before anyone looks at it.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::resolve::Resolver;
use super::{Failure, Interrupt, LimitHit, Limits, Oddity};
use crate::terms::ItemKind;
use crate::untrusted::Untrusted;

/// Why talking to a server ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// Somebody asked us to stop.
    Interrupted,
    /// A budget was hit: its word and what happened.
    Limit(&'static str, String),
    /// The connection is gone: why, in words of ours.
    Closed(String),
    /// An HTTP status that carried no message.
    Status(u16),
    /// Nothing can be captured.
    Failed(Failure),
}

/// Until when a reply is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    /// The last moment.
    pub at: Instant,
    /// Silence that is accepted before.
    pub idle: Option<Duration>,
}

impl Due {
    /// A moment from now, without a rule for silence.
    pub fn within(time: Duration) -> Self {
        Self { at: Instant::now() + time, idle: None }
    }
}

pub(super) struct Ledger {
    pub limits: Limits,
    pub interrupt: Interrupt,
    /// Inbound messages in order, as received.
    pub transcript: Vec<Arc<[u8]>>,
    pub hits: Vec<LimitHit>,
    /// `list_changed` notices so far, by kind.
    pub changed: BTreeMap<ItemKind, usize>,
    /// Of a remote server: its name is looked up once.
    pub resolver: Option<Resolver>,
    /// JSON values of this reading, and those of the readings that are kept.
    pub values: usize,
    pub kept_values: usize,
    end: Instant,
    bytes: usize,
    noise: usize,
    notifications: usize,
    server_requests: usize,
    oddities: BTreeMap<&'static str, Oddity>,
}

impl Ledger {
    pub fn new(limits: &Limits, interrupt: &Interrupt) -> Self {
        Self {
            limits: limits.clone(),
            interrupt: interrupt.clone(),
            transcript: Vec::new(),
            hits: Vec::new(),
            changed: BTreeMap::new(),
            resolver: None,
            end: Instant::now() + limits.total,
            values: 0,
            kept_values: 0,
            bytes: 0,
            noise: 0,
            notifications: 0,
            server_requests: 0,
            oddities: BTreeMap::new(),
        }
    }

    /// The time of one server starts again: the deep probes have it for each connection.
    pub fn restart_clock(&mut self) {
        self.end = Instant::now() + self.limits.total;
    }

    /// When one request is due.
    pub fn request(&self) -> Due {
        Due { at: Instant::now() + self.limits.request, idle: Some(self.limits.idle) }
    }

    /// Waits for something no longer than a reply is due, the server's time lasts, and nobody interrupts.
    pub async fn wait<T>(&self, due: &Due, what: impl Future<Output = T>) -> Result<T, Stop> {
        let silence = due.idle.map(|idle| Instant::now() + idle);
        let at = silence.unwrap_or(due.at).min(due.at).min(self.end);
        tokio::select! {
            biased;
            () = self.interrupt.wait() => Err(Stop::Interrupted),
            done = what => Ok(done),
            () = tokio::time::sleep_until(at) => Err(self.late(silence.is_some_and(|s| at == s))),
        }
    }

    fn late(&self, silent: bool) -> Stop {
        if silent {
            return Stop::Limit("idle", "it was silent while a reply was due".to_owned());
        }
        if self.over() {
            return Stop::Limit("time", format!("it used up the {:?} of one server", self.limits.total));
        }
        Stop::Limit("time", "a reply did not come in time".to_owned())
    }

    /// Fails when the time of the whole server is over, so that a server that never pauses ends too.
    pub fn tick(&self, due: &Due) -> Result<(), Stop> {
        if self.interrupt.is_set() {
            return Err(Stop::Interrupted);
        }
        if Instant::now() >= due.at.min(self.end) { Err(self.late(false)) } else { Ok(()) }
    }

    /// Whether the time of the whole server is used up.
    pub fn over(&self) -> bool {
        Instant::now() >= self.end
    }

    /// Counts received bytes.
    pub fn received(&mut self, bytes: usize) -> Result<(), Stop> {
        self.bytes += bytes;
        if self.bytes > self.limits.total_bytes {
            return Err(Stop::Limit("total-bytes", format!("it sent more than {} bytes", self.limits.total_bytes)));
        }
        Ok(())
    }

    /// The error of a message over the size limit.
    pub fn too_long(&self) -> Stop {
        Stop::Limit("message-bytes", format!("one message has more than {} bytes", self.limits.message_bytes))
    }

    /// How many JSON values the next message may have.
    pub fn values_left(&self) -> usize {
        self.limits.values.saturating_sub(self.values)
    }

    /// The error of a message with more.
    pub fn too_many_values(&self) -> Stop {
        Stop::Limit("values", format!("its messages hold more than {} JSON values", self.limits.values))
    }

    /// Counts bytes that are no message.
    pub fn noise(&mut self, kind: &'static str, line: &[u8]) -> Result<(), Stop> {
        self.odd(kind, line);
        self.noise += line.len();
        if self.noise > self.limits.noise_bytes {
            let detail = format!("more than {} bytes on its output are no messages", self.limits.noise_bytes);
            return Err(Stop::Limit("noise", detail));
        }
        Ok(())
    }

    /// Counts a message that nobody asked for.
    pub fn unasked(&mut self) -> Result<(), Stop> {
        self.notifications += 1;
        if self.notifications > self.limits.notifications {
            let detail = format!("it sent more than {} messages that nobody asked for", self.limits.notifications);
            return Err(Stop::Limit("notifications", detail));
        }
        Ok(())
    }

    /// Counts a request of the server to us.
    pub fn asked(&mut self) -> Result<(), Stop> {
        self.server_requests += 1;
        if self.server_requests > self.limits.server_requests {
            let detail = format!("it sent more than {} requests to the client", self.limits.server_requests);
            return Err(Stop::Limit("server-requests", detail));
        }
        Ok(())
    }

    /// Records odd behaviour.
    pub fn odd(&mut self, kind: &'static str, example: &[u8]) {
        let entry = self.oddities.entry(kind).or_insert_with(|| {
            let start = &example[..example.len().min(400)];
            Oddity { kind, count: 0, example: Untrusted::from(String::from_utf8_lossy(start)).cut(200) }
        });
        entry.count += 1;
    }

    /// Records a budget that was hit, once.
    pub fn hit(&mut self, limit: &'static str, list: Option<ItemKind>, detail: impl Into<String>) {
        let hit = LimitHit { limit, list, detail: detail.into() };
        if !self.hits.contains(&hit) {
            self.hits.push(hit);
        }
    }

    /// Records why talking ended, as a reason for a partial capture.
    pub fn stopped(&mut self, stop: &Stop, list: Option<ItemKind>) {
        match stop {
            Stop::Limit(limit, detail) => self.hit(limit, list, detail.clone()),
            Stop::Closed(why) => self.hit("list-error", list, format!("the connection ended: {why}")),
            Stop::Status(status) => self.hit("list-error", list, format!("it answered with HTTP status {status}")),
            Stop::Failed(failure) => self.hit("list-error", list, failure.sentence().to_visible()),
            Stop::Interrupted => self.hit("time", list, "we were interrupted"),
        }
    }

    /// Sorted by kind.
    pub fn oddities(&self) -> Vec<Oddity> {
        self.oddities.values().cloned().collect()
    }
}
