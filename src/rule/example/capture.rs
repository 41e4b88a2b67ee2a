//! What was captured, as rule files write it down: the readings of a cloaking server, odd behaviour, cards.

use std::sync::Arc;

use serde::Deserialize;

use crate::capture::{Ask, Capture, Card, Era, Identity, Oddity, Session, Visit};
use crate::manifest::Manifest;
use crate::rule::file::Example;

/// One more reading of the server whose first reading is the example's `manifest`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// A word of [`Ask::word`]; `client` for a further reading in the first connection.
    pub how: String,
    /// The number of the reading in its connection, from 0.
    pub reading: u32,
    /// `modern`; `legacy` when nothing is said.
    pub era: Option<String>,
    /// The server had said that its tools changed.
    pub announced: bool,
    /// The server declares its lists the same for everybody.
    pub public: bool,
    /// What it said.
    pub manifest: String,
}

/// The capture of an example; `None` when it holds nothing of one.
pub(super) fn capture(example: &Example, first: &Manifest) -> Result<Option<Capture>, String> {
    if example.readings.is_empty() && example.odd.is_empty() && example.card.is_none() {
        return Ok(None);
    }
    let mut capture =
        Capture { sessions: vec![session(Ask::Client, 0, Era::Legacy, first.clone())], ..Capture::default() };
    for reading in &example.readings {
        let ask = Ask::ALL.into_iter().find(|a| a.word() == reading.how);
        let ask = ask.ok_or_else(|| format!("`how = \"{}\"` is no way of asking", reading.how))?;
        let era = match reading.era.as_deref() {
            None | Some("legacy") => Era::Legacy,
            Some("modern") => Era::Modern,
            Some(other) => return Err(format!("`era = \"{other}\"` is no era")),
        };
        let manifest = super::servers(&reading.manifest)?.into_iter().next().ok_or("a reading holds no manifest")?;
        let mut session = session(ask, reading.reading, era, manifest.manifest);
        session.public = reading.public;
        session.announced = if reading.announced { vec![crate::terms::ItemKind::Tool] } else { Vec::new() };
        capture.sessions.push(session);
    }
    for (kind, text) in &example.odd {
        let kind = Oddity::KINDS.iter().find(|k| *k == kind).ok_or_else(|| format!("`{kind}` is no odd behaviour"))?;
        capture.oddities.push(Oddity { kind, count: 1, example: text.as_str().into() });
    }
    if let Some(card) = &example.card {
        capture.cards.push(Card { path: "/server-card".to_owned(), bytes: card.as_bytes().into() });
    }
    Ok(Some(capture))
}

fn session(ask: Ask, reading: u32, era: Era, manifest: Manifest) -> Session {
    let own = matches!(ask, Ask::Own | Ask::OwnCapable);
    let client = if own { Identity::default().name } else { Identity::of_client(None).name };
    Session {
        era,
        protocol: "2025-11-25".into(),
        visit: Visit { ask, client, reading },
        manifest: Arc::new(manifest),
        announced: Vec::new(),
        public: false,
        complete: true,
        parts: Vec::new(),
        substitutions: Vec::new(),
    }
}
