//! One connection to a server, whatever carries it: messages go out, messages come in.

use std::sync::Arc;

use super::http::Http;
use super::http_sse::HttpSse;
use super::ledger::{Due, Ledger, Stop};
use super::stdio::Stdio;

/// A connection.
pub(super) enum Transport {
    /// A process.
    Stdio(Box<Stdio>),
    /// A URL.
    Http(Box<Http>),
    /// A URL that speaks the transport of 2024-11-05.
    HttpSse(Box<HttpSse>),
}

/// What the transport must know about a message it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'m> {
    /// A request of ours, with its method and the name of what it is about: a reply is due.
    Request(&'m str, Option<&'m str>),
    /// A notification of ours or an answer to the server: nothing comes back.
    Aside,
}

impl Transport {
    /// Sends a message.
    pub async fn send(&mut self, message: &[u8], kind: Kind<'_>, ledger: &mut Ledger, due: &Due) -> Result<(), Stop> {
        match self {
            Self::Stdio(stdio) => stdio.send(message, ledger, due).await,
            Self::Http(http) => http.send(message, kind, ledger, due).await,
            Self::HttpSse(http) => http.send(message, ledger, due).await,
        }
    }

    /// The bytes of the next message.
    pub async fn receive(&mut self, ledger: &mut Ledger, due: &Due) -> Result<Arc<[u8]>, Stop> {
        match self {
            Self::Stdio(stdio) => stdio.receive(ledger, due).await,
            Self::Http(http) => http.receive(ledger, due).await,
            Self::HttpSse(http) => http.receive(ledger, due).await,
        }
    }

    /// Tells the transport which revision is spoken from now on.
    pub fn speak(&mut self, protocol: &str) {
        if let Self::Http(http) = self {
            http.speak(protocol);
        }
    }

    /// Whether notices can arrive while no request is open.
    pub fn pushes(&self) -> bool {
        !matches!(self, Self::Http(_))
    }

    /// Ends the connection, and with stdio the process.
    pub async fn finish(self, ledger: &Ledger) {
        match self {
            Self::Stdio(stdio) => stdio.finish(ledger).await,
            Self::Http(http) => http.finish(ledger).await,
            // closing the stream ends the session
            Self::HttpSse(_) => {}
        }
    }
}
