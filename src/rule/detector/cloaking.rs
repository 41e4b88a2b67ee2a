//! What a server says to some and not to others: the differences between the readings of one capture. Families `drift` and
//! `protocol`. What a difference means is decided by [`crate::capture::variation`]; here it gets words and evidence.

use crate::capture::variation::{Nature, Variation, Way, variations};
use crate::capture::{Capture, Session};
use crate::diff::compare;
use crate::finding::Evidence;
use crate::json::Pointer;
use crate::manifest::{Item, ItemKey, Manifest};
use crate::rule::{Hit, Subject};
use crate::snapshot::Snapshot;
use crate::untrusted::{Message, Untrusted};

/// Runs over every server that was captured.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        let Some(capture) = subject.capture else { continue };
        for variation in variations(&capture.sessions) {
            out.extend(hit(server, capture, &variation));
        }
    }
    out
}

fn hit(server: usize, capture: &Capture, v: &Variation) -> Option<Hit> {
    let rule = match v.nature {
        Nature::Cloaked => "cloaked-listing",
        Nature::Volatile => "volatile-text",
        Nature::Unstable => "unstable-listing",
        Nature::ByEra => "era-difference",
        Nature::Gated | Nature::Scoped => return None,
    };
    let (here, there) = (&capture.sessions[v.here], &capture.sessions[v.there]);
    let (one, other) = phrases(here, there);
    let name = Message::new(format!("{} ", v.key.kind.word())).quote(&v.key.name);
    let message = match v.way {
        Way::Differs if v.nature == Nature::Volatile => {
            name.text(format!(" holds a value that changes: asked {one} it is not what it is asked {other}"))
        }
        Way::Differs => name.text(format!(" says one thing asked {one} and another asked {other}")),
        Way::Missing => name.text(format!(" is shown asked {one} and not shown asked {other}")),
        Way::Extra => name.text(format!(" is not shown asked {one} and shown asked {other}")),
        Way::Order => name.text(format!(" stands elsewhere in its list asked {one} than asked {other}")),
    };
    let (pointer, evidence) = evidence(v, (here, one), (there, other));
    Some(Hit { item: Some(v.key.clone()), pointer, evidence, message, ..Hit::new(rule, server) })
}

fn phrases(here: &Session, there: &Session) -> (String, String) {
    if here.era == there.era {
        return (here.visit.phrase(), there.visit.phrase());
    }
    let words = |s: &Session| format!("in the {} era", s.era.word());
    (words(here), words(there))
}

/// Both texts of the first place that differs.
fn evidence(v: &Variation, here: (&Session, String), there: (&Session, String)) -> (Pointer, Vec<Evidence>) {
    let alone = |s: &Session| -> Vec<Item> { s.manifest.items.iter().filter(|i| i.key == v.key).cloned().collect() };
    let (one, other) = (alone(here.0), alone(there.0));
    let mut pointer = Pointer::root();
    let (mut old, mut new) = (shown(&v.key, &one), shown(&v.key, &other));
    if v.way == Way::Differs {
        let snapshot = |items: &[Item]| Snapshot::of(&Manifest { items: items.to_vec(), problems: Vec::new() });
        let changes = compare(&snapshot(&one), &snapshot(&other));
        if let Some(change) = changes.iter().find(|c| c.old.is_some() && c.new.is_some()).or(changes.first()) {
            pointer = change.pointer.clone();
            (old, new) = (change.old.clone(), change.new.clone());
        }
    }
    let one = |text: Option<Untrusted>, asked: &str| {
        Some(Evidence::whole(&pointer, text?, format!("what it says asked {asked}")))
    };
    let both = [one(old, &here.1), one(new, &there.1)].into_iter().flatten().collect();
    (pointer, both)
}

/// The words of an item that people know it by.
fn shown(key: &ItemKey, items: &[Item]) -> Option<Untrusted> {
    let item = items.first()?;
    let text = item.text("description").or_else(|| item.text("text")).or_else(|| item.node.as_str());
    Some(text.map_or_else(|| key.name.clone(), Untrusted::from))
}
