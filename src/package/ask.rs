//! Questions to registries and their answers. Who answers is a [`Desk`]: the network behind a cache, the cache alone, or
//! answers that were written down.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::json::{self, Limits, Node};
use crate::target::Secret;
use crate::untrusted::Untrusted;

/// JSON values of one answer: npm gives every version of a package in one document.
const VALUES: usize = 600_000;

/// One question.
#[derive(Clone, Debug)]
pub struct Question {
    /// Where.
    pub url: String,
    /// A JSON body makes it a POST.
    pub body: Option<String>,
    /// Media types that are understood.
    pub accept: &'static str,
    /// A token for this origin; such an answer is kept like the others, the token is not.
    pub bearer: Option<Secret>,
    /// The answer may be kept.
    pub kept: bool,
    /// Bytes of the answer, where the usual ones do not fit.
    pub most: Option<usize>,
    /// The answer is checked by its digest, so that another origin may give it.
    pub elsewhere: bool,
}

/// Plain JSON.
pub const JSON: &str = "application/json";

impl Question {
    /// Asks for JSON.
    pub fn get(url: String) -> Self {
        Self { url, body: None, accept: JSON, bearer: None, kept: true, most: None, elsewhere: false }
    }
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// As received.
    pub body: Arc<[u8]>,
    /// The headers that look-ups read.
    pub headers: BTreeMap<String, String>,
    /// When it was given.
    pub asked: Timestamp,
    /// It was kept from then.
    pub cached: bool,
}

impl Answer {
    /// The body as JSON. What has two meanings has none here.
    pub fn json(&self) -> Result<Node, String> {
        let limits = Limits { nodes: VALUES, ..Limits::default() };
        let document = json::read(&self.body, &limits).map_err(|e| format!("its answer is not JSON: {e}"))?;
        if let Some(bad) = document.anomalies.iter().find(|a| a.fault == json::Fault::DuplicateKey) {
            return Err(format!("its answer has no single meaning: {} at byte {}", bad.fault.phrase(), bad.offset));
        }
        Ok(document.root)
    }
}

/// Who answers.
pub trait Desk {
    /// One question; the error is a sentence.
    fn ask(&mut self, question: &Question) -> Result<Answer, String>;
}

/// Answers that were written down, for examples of rules and for tests. What was not written down is not there (404).
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// By URL, or by URL, space and body.
    pub answers: BTreeMap<String, String>,
    /// When they were given.
    pub asked: Timestamp,
}

impl Desk for Recorded {
    fn ask(&mut self, question: &Question) -> Result<Answer, String> {
        let found = self.answers.get(&question.url);
        Ok(Answer {
            status: if found.is_some() { 200 } else { 404 },
            body: found.map(|b| b.as_bytes().into()).unwrap_or_default(),
            headers: BTreeMap::new(),
            asked: self.asked,
            cached: false,
        })
    }
}

/// A text member.
pub fn text(node: &Node, key: &str) -> Option<Untrusted> {
    node.get(key).and_then(Node::as_str).map(Untrusted::from)
}

/// A member that is an RFC 3339 time.
pub fn time(node: &Node, key: &str) -> Option<Timestamp> {
    node.get(key).and_then(Node::as_str)?.parse().ok()
}

/// A path segment of a URL: nothing in it can end it.
pub fn segment(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    // a segment of dots would lead upwards
    if out.bytes().all(|b| b == b'.') { out.replace('.', "%2E") } else { out }
}
