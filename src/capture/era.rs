//! Finds out which era a server speaks and shakes hands (PROTOCOL §4). Never keyed on one error code: whatever is no
//! modern answer leads to `initialize`.

use std::time::Duration;

use serde_json::Map;

use super::ledger::{Due, Stop};
use super::message::{Message, UNSUPPORTED_VERSION};
use super::session::Session;
use super::{Era, Failure};
use crate::json::Node;

/// The newest revision of each era that we speak.
pub(super) const MODERN: &str = "2026-07-28";
pub(super) const LEGACY: &str = "2025-11-25";
pub(super) const OLDEST: &str = "2024-11-05";
const LEGACY_KNOWN: [&str; 4] = [OLDEST, "2025-03-26", "2025-06-18", LEGACY];

/// A handshake that worked.
#[derive(Debug)]
pub(super) struct Hello {
    pub era: Era,
    pub protocol: String,
    pub message: Message,
}

/// What the first contact gave.
#[derive(Debug)]
pub(super) enum Contact {
    Hello(Hello),
    /// It is modern, but has heard `initialize` already: start afresh.
    Restart(String),
}

/// First contact: `server/discover`, then `initialize` on anything but a modern answer. `first` is when the first message
/// is due: starting may take longer than answering.
/// With `only_modern`, nothing else is tried.
pub(super) async fn first_contact(
    session: &mut Session<'_>,
    first: Due,
    probe: Duration,
    only_modern: bool,
) -> Result<Contact, Stop> {
    session.speak(Era::Modern, MODERN);
    let asked = session.post("server/discover", Map::new(), &first).await;
    let probe = Due { at: first.at.min(Due::within(probe).at), idle: None };
    let answer = match asked {
        Ok(_) => session.reply(&probe).await.map(|(_, reply)| reply),
        Err(stop) => Err(stop),
    };
    match answer {
        Err(Stop::Limit(..) | Stop::Status(_)) if only_modern => Err(not_modern()),
        Ok(reply) => match judge(&reply) {
            Judged::Legacy(_) if only_modern => Err(not_modern()),
            Judged::Modern(version) => discovered(session, reply, version).await.map(Contact::Hello),
            Judged::Retry(version) => discover(session, &version).await.map(Contact::Hello),
            Judged::Legacy(version) => initialize(session, &version, &within_init(session)).await.map(Contact::Hello),
        },
        Err(Stop::Limit("time", _)) => overlap(session, &first).await,
        // HTTP: whatever was refused without a message
        Err(Stop::Status(_)) => initialize(session, LEGACY, &within_init(session)).await.map(Contact::Hello),
        Err(stop) => Err(stop),
    }
}

fn not_modern() -> Stop {
    let why = "it does not answer in the modern era, the only one asked for; leave --era away";
    Stop::Failed(Failure::Protocol(why.to_owned()))
}

fn within_init(session: &Session<'_>) -> Due {
    Due::within(session.ledger.limits.init)
}

/// The probe is not answered yet: the server may still be starting, or may ignore what it does not know. `initialize` is
/// sent behind it, and whichever answer comes decides.
async fn overlap(session: &mut Session<'_>, first: &Due) -> Result<Contact, Stop> {
    session.speak(Era::Legacy, "");
    let params = session.introduction(LEGACY);
    let id = session.post("initialize", params, first).await?;
    let mut refused = None;
    loop {
        let due = match refused {
            // the other answer is overdue as soon as the server has shown that it runs
            Some(_) => within_init(session),
            None => *first,
        };
        let (answered, reply) = match (session.reply(&due).await, &refused) {
            (Ok(answer), _) => answer,
            (Err(Stop::Limit(..)), Some(why)) => return Err(Stop::Failed(Failure::Protocol(String::clone(why)))),
            (Err(stop), _) => return Err(stop),
        };
        if answered == id {
            match reply.outcome() {
                Ok(_) => return legacy(session, reply).await.map(Contact::Hello),
                Err(error) if session.idle() => return Err(refusal(error.code)),
                Err(error) => refused = Some(format!("it refuses initialize with error {}", error.code)),
            }
        } else {
            match judge(&reply) {
                Judged::Modern(version) | Judged::Retry(version) => return Ok(Contact::Restart(version)),
                Judged::Legacy(_) if session.idle() => return Err(refusal(0)),
                Judged::Legacy(_) => {}
            }
        }
    }
}

fn refusal(code: i64) -> Stop {
    Stop::Failed(Failure::Protocol(format!("it refuses initialize with error {code}")))
}

enum Judged {
    Modern(String),
    Retry(String),
    Legacy(String),
}

/// What the answer to `server/discover` says about the era.
fn judge(reply: &Message) -> Judged {
    match reply.outcome() {
        Ok(result) => {
            let versions = texts(result.get("supportedVersions"));
            let modern = result.get("capabilities").is_some_and(Node::is_object) || !versions.is_empty();
            if !modern {
                return Judged::Legacy(LEGACY.to_owned());
            }
            pick(&versions).map_or(Judged::Modern(MODERN.to_owned()), |version| {
                if version.as_str() >= MODERN { Judged::Modern(version) } else { Judged::Legacy(version) }
            })
        }
        Err(error) if error.code == UNSUPPORTED_VERSION => {
            let data = reply.document.root.get("error").and_then(|e| e.get("data"));
            match pick(&texts(data.and_then(|d| d.get("supported")))) {
                Some(version) if version.as_str() >= MODERN => Judged::Retry(version),
                Some(version) => Judged::Legacy(version),
                None => Judged::Legacy(LEGACY.to_owned()),
            }
        }
        Err(_) => Judged::Legacy(LEGACY.to_owned()),
    }
}

fn texts(list: Option<&Node>) -> Vec<String> {
    list.map(Node::elements).unwrap_or_default().iter().filter_map(Node::as_str).map(str::to_owned).collect()
}

/// The revision to speak: ours when offered, else the newest that looks like one.
fn pick(offered: &[String]) -> Option<String> {
    let date = |v: &&String| v.len() == 10 && v.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let ours = [MODERN].into_iter().chain(LEGACY_KNOWN.into_iter().rev());
    let newest = offered.iter().filter(date).max().filter(|v| v.as_str() > MODERN);
    let known = ours.map(str::to_owned).find(|v| offered.contains(v));
    if offered.iter().any(|v| v == MODERN) { known } else { newest.cloned().or(known) }
}

async fn discovered(session: &mut Session<'_>, reply: Message, version: String) -> Result<Hello, Stop> {
    if version != MODERN {
        return discover(session, &version).await;
    }
    session.speak(Era::Modern, &version);
    Ok(Hello { era: Era::Modern, protocol: version, message: reply })
}

/// `server/discover` in a revision of which we know that the server speaks it.
pub(super) async fn discover(session: &mut Session<'_>, version: &str) -> Result<Hello, Stop> {
    session.speak(Era::Modern, version);
    let due = within_init(session);
    let reply = session.request("server/discover", Map::new(), &due).await?;
    match reply.outcome() {
        Ok(result) if result.is_object() => {
            Ok(Hello { era: Era::Modern, protocol: version.to_owned(), message: reply })
        }
        Ok(_) => Err(Stop::Failed(Failure::Protocol("its answer to server/discover is no object".to_owned()))),
        Err(error) => {
            let why = format!("it refuses server/discover with error {}", error.code);
            Err(Stop::Failed(Failure::Protocol(why)))
        }
    }
}

/// The legacy handshake.
pub(super) async fn initialize(session: &mut Session<'_>, version: &str, due: &Due) -> Result<Hello, Stop> {
    session.speak(Era::Legacy, "");
    let params = session.introduction(version);
    let reply = session.request("initialize", params, due).await?;
    legacy(session, reply).await
}

async fn legacy(session: &mut Session<'_>, reply: Message) -> Result<Hello, Stop> {
    let result = match reply.outcome() {
        Ok(result) if result.is_object() => result,
        Ok(_) => return Err(Stop::Failed(Failure::Protocol("its answer to initialize is no object".to_owned()))),
        Err(error) => return Err(refusal(error.code)),
    };
    let protocol = result.get("protocolVersion").and_then(Node::as_str).unwrap_or_default().to_owned();
    if !LEGACY_KNOWN.contains(&protocol.as_str()) {
        // the words are what we came for: listing goes on as with our own revision
        session.ledger.odd("protocol-version", protocol.as_bytes());
    }
    session.speak(Era::Legacy, if protocol.is_empty() { LEGACY } else { &protocol });
    let due = session.ledger.request();
    session.notify("notifications/initialized", &due).await?;
    Ok(Hello { era: Era::Legacy, protocol, message: reply })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> String {
        let message =
            super::super::message::read(&std::sync::Arc::from(text.as_bytes()), 1000).expect("JSON").remove(0);
        match judge(&message) {
            Judged::Modern(version) => format!("modern {version}"),
            Judged::Retry(version) => format!("retry {version}"),
            Judged::Legacy(version) => format!("legacy {version}"),
        }
    }

    #[test]
    fn only_a_modern_answer_makes_a_server_modern() {
        for (reply, expected) in [
            (r#"{"id":1,"result":{"supportedVersions":["2026-07-28","2025-11-25"]}}"#, "modern 2026-07-28"),
            (r#"{"id":1,"result":{"supportedVersions":["2028-01-01","2026-07-28"]}}"#, "modern 2026-07-28"),
            (r#"{"id":1,"result":{"supportedVersions":["2028-01-01"]}}"#, "modern 2028-01-01"),
            (r#"{"id":1,"result":{"supportedVersions":["2025-06-18","2025-03-26"]}}"#, "legacy 2025-06-18"),
            (r#"{"id":1,"result":{"capabilities":{}}}"#, "modern 2026-07-28"),
            (r#"{"id":1,"result":{}}"#, "legacy 2025-11-25"),
            (r#"{"id":1,"result":"ok"}"#, "legacy 2025-11-25"),
            (r#"{"id":1,"error":{"code":-32601}}"#, "legacy 2025-11-25"),
            (r#"{"id":1,"error":{"code":-32022,"data":{"supported":["2027-01-01"]}}}"#, "retry 2027-01-01"),
            (r#"{"id":1,"error":{"code":-32022,"data":{"supported":["2025-03-26"]}}}"#, "legacy 2025-03-26"),
            (r#"{"id":1,"error":{"code":-32022,"data":{"supported":["zzzz"]}}}"#, "legacy 2025-11-25"),
            (r#"{"id":1,"error":{"code":-32022}}"#, "legacy 2025-11-25"),
        ] {
            assert_eq!(judged(reply), expected, "{reply}");
        }
    }
}
