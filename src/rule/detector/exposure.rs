//! Servers that answer anybody, and what they ask of a client while they are only listed. Family `protocol`.

use super::launch::remote::is_local;
use crate::capture::Ask;
use crate::finding::{Evidence, Location};
use crate::json::{Limits, Node, Pointer, read};
use crate::rule::capability::{changes, words};
use crate::rule::{Hit, Subject};
use crate::target::{Http, Launch};
use crate::terms::ItemKind;
use crate::untrusted::Message;

/// Parts of a field's name that make an answer a secret.
const SECRETS: [&str; 9] =
    ["password", "passwd", "secret", "token", "api_key", "apikey", "credential", "passphrase", "private_key"];

/// Names of a session in a query, without hyphens and case.
const SESSIONS: [&str; 7] = ["sessionid", "mcpsessionid", "session", "sid", "jsessionid", "phpsessid", "sessionkey"];

/// Runs over every server.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        if let Launch::Http(http) = &subject.target.launch {
            out.extend(open(server, subject, http));
            out.extend(session(server, subject, http));
        }
        for odd in subject.capture.iter().flat_map(|c| &c.oddities).filter(|o| o.kind == "server-request") {
            if let Some(what) = request(odd.example.raw()) {
                let message = Message::new(format!("while it was listed, the server {what}"));
                let evidence = vec![Evidence::whole(&Pointer::root(), odd.example.clone(), what)];
                out.push(Hit { message, evidence, ..Hit::new("risky-agent-request", server) });
            }
        }
    }
    out
}

/// It told what it offers to somebody without credentials.
fn open(server: usize, subject: &Subject<'_>, http: &Http) -> Option<Hit> {
    let url = url::Url::parse(http.url.value.raw()).ok()?;
    let tools: Vec<_> = subject.manifest.of_kind(ItemKind::Tool).collect();
    let keyed = url.query().is_some() || !url.username().is_empty() || url.password().is_some();
    if tools.is_empty() || !http.headers.is_empty() || keyed || is_local(&url) {
        return None;
    }
    let writes = tools.into_iter().find(|tool| changes(tool));
    let file = subject.target.origin.as_ref().map(|o| o.file.clone());
    let location = file.zip(http.url.place).map(|(file, place)| Location { file, place });
    Some(match writes {
        Some(tool) => {
            let message = Message::new("the server answers without credentials and offers ").quote(&tool.key.name);
            let message = message.text(", which changes something");
            Hit { message, location, item: Some(tool.key.clone()), ..Hit::new("unauthenticated-write-remote", server) }
        }
        None => {
            let message = Message::new("the server answers anybody: no credentials were asked for");
            Hit { message, location, ..Hit::new("unauthenticated-remote", server) }
        }
    })
}

/// Who else can speak in somebody's name: whoever reads the URL, or a page in the browser of this machine.
fn session(server: usize, subject: &Subject<'_>, http: &Http) -> Option<Hit> {
    let url = url::Url::parse(http.url.value.raw()).ok()?;
    let name = url.query_pairs().map(|(name, _)| name.to_ascii_lowercase().replace(['-', '_'], ""));
    let named = name.into_iter().any(|name| SESSIONS.contains(&name.as_str()));
    let reached = || subject.capture.is_some_and(|c| c.sessions.iter().any(|s| s.visit.ask == Ask::ForeignOrigin));
    let what = if named && !is_local(&url) {
        "the URL holds a session, which logs and histories keep: who reads it continues the session"
    } else if http.headers.is_empty() && reached() {
        "the server answers pages of any origin: a page that is open in the browser of this machine can use it"
    } else {
        return None;
    };
    let file = subject.target.origin.as_ref().map(|o| o.file.clone());
    let location = file.zip(http.url.place).map(|(file, place)| Location { file, place });
    Some(Hit { message: Message::new(what), location, ..Hit::new("session-exposure", server) })
}

/// What a request to the client would do beyond a plain question.
fn request(text: &str) -> Option<&'static str> {
    let document = read(text.as_bytes(), &Limits::default()).ok()?;
    let method = document.root.get("method")?.as_str()?;
    let params = document.root.get("params")?;
    match method {
        "elicitation/create" => {
            let url = params.get("mode").and_then(Node::as_str) == Some("url") || params.get("url").is_some();
            let fields =
                params.get("requestedSchema").and_then(|s| s.get("properties")).map(Node::members).unwrap_or_default();
            let secret = fields.iter().any(|f| {
                let name = words(&f.key).join("_");
                SECRETS.iter().any(|s| name.contains(s))
            });
            let linked = params.get("message").and_then(Node::as_str).is_some_and(|m| m.contains("://"));
            if secret {
                Some("asked the user for a secret")
            } else if url || linked {
                Some("asked the user to open an address")
            } else {
                None
            }
        }
        "sampling/createMessage" => {
            let context = params.get("includeContext").and_then(Node::as_str);
            if context == Some("allServers") {
                Some("asked for a model's answer with the context of all servers")
            } else if params.get("tools").is_some() {
                Some("asked for a model that calls tools for it")
            } else if params.get("systemPrompt").is_some() {
                Some("asked for a model with a system prompt of its own")
            } else {
                None
            }
        }
        _ => None,
    }
}
