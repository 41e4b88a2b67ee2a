//! The HTTP+SSE transport of 2024-11-05: one GET stream carries every reply, and its first event names the URL for POSTs.
//! That URL must have the origin we were given.

use std::sync::Arc;

use reqwest::{Response, Url};

use super::Failure;
use super::http::{Http, next_chunk};
use super::ledger::{Due, Ledger, Stop};
use super::sse::{Events, SseEvent};

/// A server reached by its event stream.
pub(super) struct HttpSse {
    http: Http,
    stream: Option<(Response, Events)>,
    post: Option<Url>,
}

impl HttpSse {
    /// Gets ready; nothing is sent yet.
    pub fn new(http: Http) -> Self {
        Self { http, stream: None, post: None }
    }

    /// Sends a message, after opening the stream.
    pub async fn send(&mut self, message: &[u8], ledger: &mut Ledger, due: &Due) -> Result<(), Stop> {
        if self.stream.is_none() {
            self.stream = Some((self.http.open_stream(ledger, due).await?, Events::default()));
        }
        while self.post.is_none() {
            let event = self.event(ledger, due).await?;
            if event.name != b"endpoint" {
                ledger.noise("malformed-message", &event.data)?;
                continue;
            }
            let base = self.http.url();
            let url = std::str::from_utf8(&event.data).ok().and_then(|path| base.join(path.trim()).ok());
            self.post = url.filter(|url| url.origin() == base.origin());
            if self.post.is_none() {
                let why = "its event stream names a URL of another origin for messages; nothing was sent there";
                return Err(Stop::Failed(Failure::Protocol(why.to_owned())));
            }
        }
        let Some(post) = self.post.clone() else { return Err(Stop::Closed("no URL for messages".to_owned())) };
        self.http.post_aside(&post, message, ledger, due).await
    }

    /// The next message of the stream.
    pub async fn receive(&mut self, ledger: &mut Ledger, due: &Due) -> Result<Arc<[u8]>, Stop> {
        loop {
            let event = self.event(ledger, due).await?;
            if event.name.is_empty() || event.name == b"message" {
                return Ok(event.data.trim_ascii().into());
            }
            ledger.tick(due)?;
        }
    }

    async fn event(&mut self, ledger: &mut Ledger, due: &Due) -> Result<SseEvent, Stop> {
        let Some((response, events)) = &mut self.stream else {
            return Err(Stop::Closed("its event stream is not open".to_owned()));
        };
        loop {
            if let Some(event) = events.next() {
                return if event.data.len() > ledger.limits.message_bytes { Err(ledger.too_long()) } else { Ok(event) };
            }
            if events.held() > ledger.limits.message_bytes {
                return Err(ledger.too_long());
            }
            match next_chunk(response, ledger, due).await? {
                Some(bytes) => events.push(&bytes),
                None => return Err(Stop::Closed("its event stream ended".to_owned())),
            }
        }
    }
}
