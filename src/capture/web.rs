//! Documents of registries: one plain request at a time, within budgets that all look-ups of a run share. The same guards
//! as for servers: no cookies, no decoders, addresses checked before they are used, redirects only within one origin, or,
//! for files that are known by their digest, from https to https without the token. What the documents mean is for `package`.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION,
};
use reqwest::{Client, Response, Url};
use tokio::time::Instant;

use super::Interrupt;
use super::http::chain;
use super::resolve::{Resolver, local};
use crate::target::Secret;

const REDIRECTS: usize = 3;
/// Characters of a header value that are kept.
const HEADER: usize = 1000;

/// Budgets of all look-ups of one run.
#[derive(Debug)]
pub struct WebLimits {
    /// TCP and TLS connection.
    pub connect: Duration,
    /// One request with its answer.
    pub request: Duration,
    /// All requests together.
    pub total: Duration,
    /// Bytes of one answer.
    pub document_bytes: usize,
    /// Bytes of all answers.
    pub total_bytes: usize,
    /// Requests.
    pub requests: usize,
}

impl Default for WebLimits {
    fn default() -> Self {
        let s = Duration::from_secs;
        Self {
            connect: s(10),
            request: s(30),
            total: s(180),
            document_bytes: 16 << 20,
            total_bytes: 256 << 20,
            requests: 2_000,
        }
    }
}

/// What has been used of them; shared by everyone who asks.
#[derive(Debug)]
pub struct Allowance {
    limits: WebLimits,
    end: Instant,
    bytes: AtomicUsize,
    requests: AtomicUsize,
}

impl Allowance {
    /// The clock starts now.
    pub fn new(limits: WebLimits) -> Self {
        let end = Instant::now() + limits.total;
        Self { limits, end, bytes: AtomicUsize::new(0), requests: AtomicUsize::new(0) }
    }
}

/// One request.
#[derive(Clone, Copy, Debug)]
pub struct WebRequest<'r> {
    /// Where.
    pub url: &'r str,
    /// A JSON body makes it a POST.
    pub body: Option<&'r str>,
    /// Media types that are understood.
    pub accept: &'static str,
    /// A token for this origin.
    pub bearer: Option<&'r Secret>,
    /// Bytes of the answer, where the usual ones do not fit.
    pub most: Option<usize>,
    /// The answer is checked by its digest: another origin may give it.
    pub elsewhere: bool,
}

/// What came back, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebReply {
    /// HTTP status.
    pub status: u16,
    /// The headers that were asked about, lower case.
    pub headers: BTreeMap<&'static str, String>,
    /// As received.
    pub body: Vec<u8>,
}

/// Headers that look-ups read.
const KEPT: [&str; 2] = ["www-authenticate", "docker-content-digest"];

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    /// Not a URL for HTTP.
    #[error("`{0}` is no http or https URL")]
    NotUrl(String),
    /// The name leads to an address that is not public.
    #[error("its name leads to {0}, which is not a public address; if that is meant, use --allow-private")]
    Private(IpAddr),
    /// No connection, or it broke.
    #[error("{0}")]
    Connect(String),
    /// Too slow.
    #[error("no answer within {0:?}")]
    Slow(Duration),
    /// The answer is too large.
    #[error("the answer has more than {0} bytes")]
    Large(usize),
    /// The budget of the run is used up.
    #[error("the look-ups of this run have used up their {0}")]
    Spent(&'static str),
    /// A redirect that is not followed.
    #[error("it redirects (HTTP {0}) in a way that is not followed")]
    Redirect(u16),
    /// A compressed answer.
    #[error("it compresses its answers although we asked for plain ones")]
    Encoded,
    /// Somebody stopped us.
    #[error("interrupted")]
    Interrupted,
}

/// Asks for documents, on one thread.
pub struct Web<'a> {
    runtime: tokio::runtime::Runtime,
    allowance: &'a Allowance,
    interrupt: Interrupt,
    /// Addresses that are not public are meant everywhere.
    private: bool,
    /// URLs whose names may lead to such addresses: a mirror within a company.
    meant: Vec<Url>,
    clients: BTreeMap<String, (Client, Resolver)>,
}

impl<'a> Web<'a> {
    /// Gets ready; nothing is sent yet. `meant` are URLs that a person chose, or that are chosen for everybody; `private` is
    /// for every other one, too.
    pub fn new(
        allowance: &'a Allowance,
        interrupt: &Interrupt,
        meant: &[String],
        private: bool,
    ) -> std::io::Result<Self> {
        let meant = meant.iter().filter_map(|u| Url::parse(u).ok()).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { runtime, allowance, interrupt: interrupt.clone(), private, meant, clients: BTreeMap::new() })
    }

    /// One request and its answer.
    pub fn ask(&mut self, mut request: WebRequest<'_>) -> Result<WebReply, WebError> {
        let mut url = parse(request.url)?;
        let _active = self.interrupt.activity();
        for _ in 0..=REDIRECTS {
            if self.allowance.requests.fetch_add(1, Ordering::Relaxed) >= self.allowance.limits.requests {
                return Err(WebError::Spent("number of requests"));
            }
            let (client, resolver) = self.client(&url)?;
            let exchange = exchange(client, &resolver, url.clone(), request, self.allowance);
            let now = Instant::now();
            let until = (now + self.allowance.limits.request).min(self.allowance.end);
            let interrupt = self.interrupt.clone();
            let allowance = self.allowance;
            let (reply, location) = self.runtime.block_on(async move {
                tokio::select! {
                    biased;
                    () = interrupt.wait() => Err(WebError::Interrupted),
                    reply = exchange => reply,
                    () = tokio::time::sleep_until(until) => Err(if until == allowance.end {
                        WebError::Spent("time")
                    } else {
                        WebError::Slow(until - now)
                    }),
                }
            })?;
            match location {
                None => return Ok(reply),
                Some(to) if to.origin() == url.origin() && request.body.is_none() => url = to,
                Some(to) if request.elsewhere && may_lead(&url, &to) => {
                    // the token is for the origin that was asked
                    request.bearer = None;
                    url = to;
                }
                Some(_) => return Err(WebError::Redirect(reply.status)),
            }
        }
        Err(WebError::Redirect(310))
    }

    /// One client per origin, so that a name is looked up once.
    fn client(&mut self, url: &Url) -> Result<(Client, Resolver), WebError> {
        let origin = url.origin().ascii_serialization();
        if let Some(known) = self.clients.get(&origin) {
            return Ok(known.clone());
        }
        let meant = self.meant.iter().any(|m| m.origin() == url.origin());
        // this machine is only asked where that was meant: the hosts of images and of tokens are other people's words
        if !meant && !self.private && local(url) {
            return Err(WebError::Private(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        }
        let resolver = Resolver::new(url, self.private || meant);
        // fails only when a provider is installed already, which is then the same one
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .user_agent(concat!("mcp-assay/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(resolver.clone())
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(self.allowance.limits.connect)
            .referer(false);
        if local(url) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|e| WebError::Connect(chain(&e)))?;
        self.clients.insert(origin, (client.clone(), resolver.clone()));
        Ok((client, resolver))
    }
}

/// Whether a redirect may lead from one origin to another: never to an unencrypted one, never with somebody's password.
fn may_lead(from: &Url, to: &Url) -> bool {
    let plain = to.username().is_empty() && to.password().is_none();
    plain && (to.scheme() == "https" || (from.scheme() == "http" && to.scheme() == "http"))
}

fn parse(text: &str) -> Result<Url, WebError> {
    let url = Url::parse(text).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.host_str().is_some());
    url.ok_or_else(|| WebError::NotUrl(crate::untrusted::visible(text).chars().take(200).collect()))
}

/// The answer, and where it redirects to.
async fn exchange(
    client: Client,
    resolver: &Resolver,
    url: Url,
    request: WebRequest<'_>,
    allowance: &Allowance,
) -> Result<(WebReply, Option<Url>), WebError> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(request.accept));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let Some(token) = request.bearer {
        let value = HeaderValue::try_from(format!("Bearer {}", token.expose()));
        let mut value = value.map_err(|_| WebError::Connect("the token it gave cannot be sent back".to_owned()))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    let built = match request.body {
        None => client.get(url.clone()),
        Some(body) => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            client.post(url.clone()).body(body.to_owned())
        }
    };
    // an address literal never reaches the resolver
    if let Some(ip) = resolver.refuses(&url) {
        return Err(WebError::Private(ip));
    }
    let sent = built.headers(headers).send().await;
    let mut response =
        sent.map_err(|e| resolver.refused().map_or_else(|| WebError::Connect(chain(&e)), WebError::Private))?;
    let status = response.status();
    let location = response.headers().get(LOCATION).and_then(|l| l.to_str().ok()).and_then(|l| url.join(l).ok());
    if response.headers().get(CONTENT_ENCODING).is_some_and(|e| e != "identity") {
        return Err(WebError::Encoded);
    }
    let kept = KEPT.into_iter().filter_map(|name| {
        let value = response.headers().get(name)?.to_str().ok()?;
        Some((name, value.chars().take(HEADER).collect::<String>()))
    });
    let headers = kept.collect();
    let body = if status.is_redirection() { Vec::new() } else { body(&mut response, allowance, request.most).await? };
    let location = status.is_redirection().then(|| location.ok_or(WebError::Redirect(status.as_u16()))).transpose()?;
    Ok((WebReply { status: status.as_u16(), headers, body }, location))
}

async fn body(response: &mut Response, allowance: &Allowance, most: Option<usize>) -> Result<Vec<u8>, WebError> {
    let largest = most.unwrap_or(allowance.limits.document_bytes);
    // a length that is announced and too long is not read at all
    if response.content_length().is_some_and(|n| n > largest as u64) {
        return Err(WebError::Large(largest));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| WebError::Connect(chain(&e)))? {
        if body.len() + chunk.len() > largest {
            return Err(WebError::Large(largest));
        }
        let all = allowance.bytes.fetch_add(chunk.len(), Ordering::Relaxed) + chunk.len();
        if all > allowance.limits.total_bytes {
            return Err(WebError::Spent("bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
