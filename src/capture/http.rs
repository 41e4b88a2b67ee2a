//! Streamable HTTP: one POST per message, answered by one JSON text or a stream of events. No cookies, no decoders, no
//! redirects but to the same origin, declared headers for the configured origin only.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST,
    HeaderMap, HeaderName, HeaderValue, LOCATION, ORIGIN, TRANSFER_ENCODING, WWW_AUTHENTICATE,
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};

use super::ledger::{Due, Ledger, Stop};
use super::resolve::{Resolver, local};
use super::sse::Events;
use super::transport::Kind;
use super::{Endpoint, Failure};
use crate::untrusted::Untrusted;

const REDIRECTS: usize = 3;
const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");
/// First revision whose requests name their method in a header.
const MODERN: &str = "2026-07-28";
/// How long the polite end of a session may take.
const GOODBYE: Duration = Duration::from_millis(1500);

/// A server reached by URL.
pub(super) struct Http {
    client: Client,
    url: Url,
    headers: HeaderMap,
    resolver: Resolver,
    session: Option<HeaderValue>,
    protocol: Option<HeaderValue>,
    modern: bool,
    reply: Reply,
}

/// What differs from connection to connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extra<'e> {
    /// The whole `User-Agent`.
    pub agent: &'e str,
    /// The declared headers are sent.
    pub credentials: bool,
    /// `Accept-Language`.
    pub language: Option<&'static str>,
    /// `Origin`.
    pub origin: Option<&'static str>,
}

/// What is left to read of the current answer.
enum Reply {
    None,
    Json(Response, u16),
    Events(Box<(Response, Events)>),
}

impl Http {
    /// Gets ready; nothing is sent yet.
    pub fn new(endpoint: &Endpoint, extra: Extra<'_>, ledger: &mut Ledger) -> Result<Self, Failure> {
        let url = parse(endpoint)?;
        let mut headers = HeaderMap::new();
        if let Some(language) = extra.language {
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(language));
        }
        if let Some(origin) = extra.origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        for (name, value) in endpoint.headers.iter().filter(|_| extra.credentials) {
            let name = HeaderName::try_from(name.as_str());
            let value = HeaderValue::try_from(value.expose());
            // these decide where a message ends and who gets it; they are not for a configuration to say
            let name = name.ok().filter(|n| ![HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION].contains(n));
            let (Some(name), Ok(mut value)) = (name, value) else {
                return Err(Failure::Connect(
                    "a declared header cannot be sent: its name or value is not valid".to_owned(),
                ));
            };
            value.set_sensitive(true);
            headers.append(name, value);
        }
        let resolver = ledger.resolver.get_or_insert_with(|| Resolver::new(&url, endpoint.private)).clone();
        // fails only when a provider is installed already, which is then the same one
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(extra.agent)
            .dns_resolver(resolver.clone())
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(ledger.limits.connect)
            .referer(false);
        if local(&url) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|e| Failure::Connect(chain(&e)))?;
        Ok(Self { client, url, headers, resolver, session: None, protocol: None, modern: false, reply: Reply::None })
    }

    /// Which revision the headers name from now on.
    pub fn speak(&mut self, protocol: &str) {
        // a revision that cannot be a header value is not named: the server chose it
        self.protocol = HeaderValue::try_from(protocol).ok().filter(|v| !v.is_empty());
        self.modern = protocol >= MODERN;
    }

    /// The configured URL.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Sends a message; the answer to a request is then read by [`Http::receive`].
    pub async fn send(&mut self, message: &[u8], kind: Kind<'_>, ledger: &mut Ledger, due: &Due) -> Result<(), Stop> {
        let response = self.post(&self.url, message, kind, ledger, due).await?;
        self.accept(response, kind)
    }

    /// Sends a message to a URL of the same origin whose answer carries nothing.
    pub async fn post_aside(&self, url: &Url, message: &[u8], ledger: &mut Ledger, due: &Due) -> Result<(), Stop> {
        let response = self.post(url, message, Kind::Aside, ledger, due).await?;
        refused(&response)?;
        if response.status().is_success() { Ok(()) } else { Err(Stop::Status(response.status().as_u16())) }
    }

    /// Opens the event stream of the 2024-11-05 transport.
    pub async fn open_stream(&self, ledger: &mut Ledger, due: &Due) -> Result<Response, Stop> {
        let request = self.client.get(self.url.clone()).headers(self.all_headers("text/event-stream"));
        let response = self.exchange(request, ledger, due).await?;
        refused(&response)?;
        if response.status().is_redirection() {
            follow(&self.url, &response, ledger)?;
        }
        if !response.status().is_success() {
            return Err(Stop::Status(response.status().as_u16()));
        }
        encoded(&response)?;
        if media(&response) != "text/event-stream" {
            return Err(Stop::Closed("it answers GET without an event stream".to_owned()));
        }
        Ok(response)
    }

    async fn post(
        &self,
        to: &Url,
        message: &[u8],
        kind: Kind<'_>,
        ledger: &mut Ledger,
        due: &Due,
    ) -> Result<Response, Stop> {
        let (method, name) = match kind {
            Kind::Request(method, name) => (HeaderValue::try_from(method).ok(), name.and_then(header_text)),
            Kind::Aside => (None, None),
        };
        let mut url = to.clone();
        for _ in 0..=REDIRECTS {
            let mut headers = self.all_headers("application/json, text/event-stream");
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            if let (true, Some(method)) = (self.modern, &method) {
                headers.insert(METHOD, method.clone());
                if let Some(name) = &name {
                    headers.insert(NAME, name.clone());
                }
            }
            let request = self.client.post(url.clone()).headers(headers).body(message.to_vec());
            let response = self.exchange(request, ledger, due).await?;
            if !response.status().is_redirection() {
                return Ok(response);
            }
            url = follow(&url, &response, ledger)?;
        }
        Err(Stop::Failed(Failure::Protocol(format!("it redirects more than {REDIRECTS} times"))))
    }

    async fn exchange(&self, request: RequestBuilder, ledger: &mut Ledger, due: &Due) -> Result<Response, Stop> {
        let sent = ledger.wait(due, request.send()).await?;
        let response = sent.map_err(|e| Stop::Failed(Failure::Connect(self.why(&e))))?;
        ledger.received(response.headers().iter().map(|(k, v)| k.as_str().len() + v.len() + 4).sum())?;
        Ok(response)
    }

    fn why(&self, error: &reqwest::Error) -> String {
        match self.resolver.refused() {
            Some(ip) => format!(
                "its name leads to {ip}, which is not a public address; if that is meant, audit it with --allow-private"
            ),
            None => chain(error),
        }
    }

    /// Gets a document of the same origin, without a session; `None` for any status but success.
    pub async fn document(&self, url: &Url, ledger: &mut Ledger, due: &Due) -> Result<Option<Vec<u8>>, Stop> {
        let request = self.client.get(url.clone()).headers(self.all_headers("application/json"));
        let mut response = self.exchange(request, ledger, due).await?;
        if !response.status().is_success() {
            return Ok(None);
        }
        encoded(&response)?;
        body(&mut response, ledger, due).await.map(Some)
    }

    /// Declared headers, and ours over them.
    fn all_headers(&self, accept: &'static str) -> HeaderMap {
        let mut headers = self.headers.clone();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        for (name, value) in [(SESSION, &self.session), (VERSION, &self.protocol)] {
            if let Some(value) = value {
                headers.insert(name, value.clone());
            }
        }
        headers
    }

    fn accept(&mut self, response: Response, kind: Kind<'_>) -> Result<(), Stop> {
        let status = response.status();
        refused(&response)?;
        if kind == Kind::Aside {
            // 202 without a body is the rule; what else comes is not read
            return if status.is_success() { Ok(()) } else { Err(Stop::Status(status.as_u16())) };
        }
        encoded(&response)?;
        if let Some(session) = response.headers().get(SESSION) {
            self.session = Some(session.clone());
        }
        let media = media(&response);
        if status.is_success() && media == "text/event-stream" {
            self.reply = Reply::Events(Box::new((response, Events::default())));
            return Ok(());
        }
        if status.is_success() && media != "application/json" {
            let why = format!("it answers HTTP {} with a media type that is neither JSON nor events", status.as_u16());
            return Err(Stop::Failed(Failure::Protocol(why)));
        }
        if !status.is_success() && media != "application/json" {
            return Err(Stop::Status(status.as_u16()));
        }
        self.reply = Reply::Json(response, status.as_u16());
        Ok(())
    }

    /// The next message of the current answer.
    pub async fn receive(&mut self, ledger: &mut Ledger, due: &Due) -> Result<Arc<[u8]>, Stop> {
        match std::mem::replace(&mut self.reply, Reply::None) {
            Reply::None => Err(Stop::Closed("its answer held no reply".to_owned())),
            Reply::Json(mut response, status) => {
                let body: Arc<[u8]> = body(&mut response, ledger, due).await?.trim_ascii().into();
                // an error status may carry a JSON-RPC error, or a JSON text that means nothing to us
                let ours =
                    || super::message::read(&body, super::message::NODES).is_ok_and(|m| m.iter().any(is_response));
                if (400..600).contains(&status) && !ours() {
                    return Err(Stop::Status(status));
                }
                if body.is_empty() {
                    return Err(Stop::Closed("its answer was empty".to_owned()));
                }
                Ok(body)
            }
            Reply::Events(mut open) => loop {
                let (response, events) = &mut *open;
                if let Some(event) = events.next() {
                    let named = event.name.is_empty() || event.name == b"message";
                    let data: Arc<[u8]> = event.data.trim_ascii().into();
                    if data.len() > ledger.limits.message_bytes {
                        return Err(ledger.too_long());
                    }
                    if data.is_empty() || !named {
                        ledger.tick(due)?;
                        continue;
                    }
                    self.reply = Reply::Events(open);
                    return Ok(data);
                }
                if events.held() > ledger.limits.message_bytes {
                    return Err(ledger.too_long());
                }
                match next_chunk(response, ledger, due).await? {
                    Some(bytes) => events.push(&bytes),
                    None => return Err(Stop::Closed("its event stream ended without the reply".to_owned())),
                }
            },
        }
    }

    /// Tells the server that the session is over.
    pub async fn finish(mut self, ledger: &Ledger) {
        self.reply = Reply::None;
        if self.session.is_none() || ledger.interrupt.is_set() {
            return;
        }
        let request = self.client.request(Method::DELETE, self.url.clone()).headers(self.all_headers("*/*"));
        // servers may refuse to end a session; there is nothing to be learnt from it
        let _ended = tokio::time::timeout(GOODBYE, request.send()).await;
    }
}

/// A name as a header value: what is not plain ASCII is wrapped, as the revision 2026-07-28 says.
fn header_text(name: &str) -> Option<HeaderValue> {
    let plain = name.bytes().all(|b| (0x20..0x7f).contains(&b)) && !name.starts_with("=?");
    let text = if plain { name.to_owned() } else { format!("=?base64?{}?=", STANDARD.encode(name)) };
    HeaderValue::try_from(text).ok()
}

fn is_response(message: &super::message::Message) -> bool {
    message.shape() == super::message::Shape::Response
}

/// 401 and 403: what is asked for.
fn refused(response: &Response) -> Result<(), Stop> {
    let status = response.status();
    if !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return Ok(());
    }
    let ask = response.headers().get(WWW_AUTHENTICATE);
    let ask = ask.map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned()).unwrap_or_default();
    Err(Stop::Failed(Failure::NeedsCredentials(status.as_u16(), Untrusted::from(ask).cut(500))))
}

/// No decoder is compiled in: a compressed answer is a way round every cap.
fn encoded(response: &Response) -> Result<(), Stop> {
    if response.headers().get(CONTENT_ENCODING).is_none_or(|e| e == "identity") {
        return Ok(());
    }
    let why = "it compresses its answers although we asked for plain ones";
    Err(Stop::Failed(Failure::Protocol(why.to_owned())))
}

fn media(response: &Response) -> String {
    let media = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A whole body.
async fn body(response: &mut Response, ledger: &mut Ledger, due: &Due) -> Result<Vec<u8>, Stop> {
    let mut body = Vec::new();
    while let Some(chunk) = next_chunk(response, ledger, due).await? {
        if body.len() + chunk.len() > ledger.limits.message_bytes {
            return Err(ledger.too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The next bytes of a body.
pub(super) async fn next_chunk(
    response: &mut Response,
    ledger: &mut Ledger,
    due: &Due,
) -> Result<Option<impl std::ops::Deref<Target = [u8]> + use<>>, Stop> {
    ledger.tick(due)?;
    let bytes = ledger.wait(due, response.chunk()).await?;
    let bytes = bytes.map_err(|e| Stop::Closed(chain(&e)))?;
    ledger.received(bytes.as_ref().map_or(0, |b| b.len()))?;
    Ok(bytes)
}

/// Where a redirect leads, when it may be followed.
fn follow(from: &Url, response: &Response, ledger: &mut Ledger) -> Result<Url, Stop> {
    let status = response.status().as_u16();
    let location = response.headers().get(LOCATION).map(HeaderValue::as_bytes).unwrap_or_default();
    ledger.odd("redirect", location);
    let target = std::str::from_utf8(location).ok().and_then(|l| from.join(l).ok());
    match target {
        Some(to) if matches!(status, 307 | 308) && to.origin() == from.origin() => Ok(to),
        _ => Err(Stop::Failed(Failure::Protocol(format!(
            "it redirects (HTTP {status}) in a way that is not followed; audit the URL it leads to instead"
        )))),
    }
}

/// The URL of an endpoint, when it is one for HTTP.
pub(super) fn parse(endpoint: &Endpoint) -> Result<Url, Failure> {
    let url = Url::parse(&endpoint.url).map_err(|e| Failure::Connect(format!("its URL is not valid: {e}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(Failure::Connect("its URL is neither http nor https".to_owned()));
    }
    Ok(url)
}

/// An error with its causes, without the URL, which may hold a secret.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut text = String::from(if error.is_timeout() { "timed out" } else { "request failed" });
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
