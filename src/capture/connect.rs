//! A connection in the way a plan asks for, and the handshake of an era that is known.

use super::era::{self, Hello};
use super::http::{Extra, Http};
use super::http_sse::HttpSse;
use super::ledger::{Due, Ledger, Stop};
use super::session::Session as Talk;
use super::stdio::{Stdio, Tail};
use super::transport::Transport;
use super::visit::Asking;
use super::{Endpoint, Failure};
use crate::sandbox::Prepared;

/// How to reach one server again and again.
pub(super) enum Reach<'j> {
    Stdio(Box<Prepared>, Tail),
    Http(&'j Endpoint),
}

/// In which way it answered the first time.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// With a revision.
    Modern(String),
    Legacy,
    /// The transport of 2024-11-05.
    Old,
}

impl Reach<'_> {
    /// A connection; nothing is said yet.
    pub fn connect(&self, asking: &Asking, ledger: &mut Ledger) -> Result<Transport, Stop> {
        match self {
            Self::Stdio(prepared, tail) => Stdio::start(prepared, asking.env, tail, ledger)
                .map(|s| Transport::Stdio(Box::new(s)))
                .map_err(Stop::Failed),
            Self::Http(_) => self.http(asking, ledger).map(|h| Transport::Http(Box::new(h))),
        }
    }

    fn http(&self, asking: &Asking, ledger: &mut Ledger) -> Result<Http, Stop> {
        let Self::Http(endpoint) = self else {
            return Err(Stop::Failed(Failure::Protocol("it is no URL".to_owned())));
        };
        let agent = asking.identity.user_agent();
        let extra =
            Extra { agent: &agent, credentials: asking.credentials, language: asking.language, origin: asking.origin };
        Http::new(endpoint, extra, ledger).map_err(Stop::Failed)
    }

    /// A connection and the handshake of a known era. What fails is ended before it is told.
    pub async fn greet<'l>(
        &self,
        asking: &Asking,
        way: &Way,
        ledger: &'l mut Ledger,
    ) -> Result<(Talk<'l>, Hello), Stop> {
        let limits = ledger.limits.clone();
        let transport = match way {
            Way::Old => Transport::HttpSse(Box::new(HttpSse::new(self.http(asking, ledger)?))),
            _ => self.connect(asking, ledger)?,
        };
        let mut talk = Talk::new(transport, ledger, &asking.identity);
        let revision = asking.revision.unwrap_or(era::LEGACY);
        let hello = match way {
            Way::Modern(version) => era::discover(&mut talk, version).await,
            Way::Legacy => {
                let due = if talk.pushes() { limits.launch } else { limits.connect + limits.init };
                era::initialize(&mut talk, revision, &Due::within(due)).await
            }
            Way::Old => {
                // a stream that opens and stays silent may be the notice stream of the newer transport
                let due = Due { idle: Some(limits.idle), ..Due::within(limits.connect + limits.init) };
                era::initialize(&mut talk, revision, &due).await
            }
        };
        match hello {
            Ok(hello) => Ok((talk, hello)),
            Err(stop) => {
                talk.finish().await;
                Err(stop)
            }
        }
    }
}
