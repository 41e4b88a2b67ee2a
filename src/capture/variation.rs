//! What differs between the readings of one server, and what each difference means (TRUST §9.4). Pure: a recording gives
//! the same variations as the live capture it was made from.

use std::collections::{BTreeMap, BTreeSet};

use super::union::{digest, is_capabilities, items};
use super::visit::Ask;
use super::{Era, Session};
use crate::json::{Node, Value};
use crate::manifest::{Item, ItemKey, Manifest};
use crate::terms::{Digest, ItemKind};

/// What a difference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// The server shows one face to some and another to others.
    Cloaked,
    /// A value that follows time, place or a counter.
    Volatile,
    /// The list or its order changed while it was read, as the protocol allows or nearly so.
    Unstable,
    /// One era has an item that the other has not.
    ByEra,
    /// It depends on a declared capability or on the protocol revision, as the protocol allows.
    Gated,
    /// It depends on credentials, in lists that are not declared public.
    Scoped,
}

/// How two readings differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Other bytes under the same name.
    Differs,
    /// Only in the first of the two.
    Missing,
    /// Only in the second.
    Extra,
    /// The same items in another order.
    Order,
}

/// One difference between two readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variation {
    /// What it means.
    pub nature: Nature,
    /// How they differ.
    pub way: Way,
    /// The item; for an order, the first one of the kind that moved.
    pub key: ItemKey,
    /// Index of the first reading.
    pub here: usize,
    /// Index of the second.
    pub there: usize,
}

/// All differences, each item once per nature, in the order of the readings.
pub fn variations(sessions: &[Session]) -> Vec<Variation> {
    let mut out: Vec<Variation> = Vec::new();
    let mut known = BTreeSet::new();
    let mut add = |found: Vec<Variation>| {
        for v in found {
            if known.insert((v.nature, v.key.clone())) {
                out.push(v);
            }
        }
    };
    for (there, session) in sessions.iter().enumerate() {
        let first = |ask: Option<Ask>| {
            let mine = |s: &Session| s.era == session.era && ask.is_none_or(|a| s.visit.ask == a);
            sessions[..there].iter().position(mine)
        };
        // a further reading is compared with the first of its own connection
        let base = if session.visit.reading > 0 { first(Some(session.visit.ask)) } else { first(None) };
        if let Some(here) = base {
            add(pair(sessions, here, there));
        }
    }
    let first = |era: Era| sessions.iter().position(|s| s.era == era);
    if let (Some(modern), Some(legacy)) = (first(Era::Modern), first(Era::Legacy)) {
        add(pair(sessions, modern, legacy));
    }
    out
}

struct Pair<'s> {
    sessions: &'s [Session],
    a: &'s Session,
    b: &'s Session,
}

fn pair(sessions: &[Session], here: usize, there: usize) -> Vec<Variation> {
    let pair = Pair { sessions, a: &sessions[here], b: &sessions[there] };
    let (a, b) = (&*pair.a.manifest, &*pair.b.manifest);
    if std::ptr::eq(a, b) {
        return Vec::new();
    }
    let (said, says) = (items(a), items(b));
    let keys: BTreeSet<&ItemKey> = said.keys().chain(says.keys()).copied().collect();
    let mut out = Vec::new();
    for key in keys {
        let way = match (said.get(key), says.get(key)) {
            (Some(x), Some(y)) if x == y => continue,
            (Some(_), Some(_)) => Way::Differs,
            (Some(_), None) => Way::Missing,
            _ => Way::Extra,
        };
        // a list that was not read to its end proves no absence
        if way == Way::Missing && !pair.b.complete || way == Way::Extra && !pair.a.complete {
            continue;
        }
        if let Some(nature) = pair.nature(key, way, said.get(key)) {
            out.push(Variation { nature, way, key: key.clone(), here, there });
        }
    }
    if out.is_empty()
        && pair.a.era == pair.b.era
        && let Some(key) = moved(a, b)
    {
        out.push(Variation { nature: Nature::Unstable, way: Way::Order, key, here, there });
    }
    out
}

impl Pair<'_> {
    fn nature(&self, key: &ItemKey, way: Way, said: Option<&BTreeSet<Digest>>) -> Option<Nature> {
        let (a, b) = (self.a, self.b);
        // what a server offers follows what the client offers
        if is_capabilities(key) && (a.era != b.era || a.visit.client != b.visit.client || b.visit.ask == Ask::Oldest) {
            return None;
        }
        let volatile = || {
            let same = way == Way::Differs && same_but_for_values(a, b, key);
            if same { Nature::Volatile } else { Nature::Cloaked }
        };
        if a.era != b.era {
            return match way {
                Way::Differs => self.shared_fields_differ(key).then(volatile),
                _ => Some(Nature::ByEra),
            };
        }
        if b.visit.reading > 0 {
            let announced = b.announced.contains(&key.kind);
            return Some(if announced { Nature::Unstable } else { volatile() });
        }
        match b.visit.ask {
            Ask::Own if way != Way::Differs => Some(match self.capable() {
                // asked by the same name with capabilities, it says what it said to the client
                Some(capable) if items(&capable.manifest).get(key) == said => Nature::Gated,
                Some(_) => Nature::Cloaked,
                // that connection failed, which is said; nothing can be concluded
                None => Nature::Gated,
            }),
            Ask::Oldest => match way {
                Way::Differs => self.shared_fields_differ(key).then(volatile),
                Way::Missing => Some(Nature::Gated),
                _ => Some(Nature::Cloaked),
            },
            Ask::NoCredentials | Ask::ForeignOrigin if !(a.public || b.public) => Some(Nature::Scoped),
            Ask::Locale if way == Way::Differs && mostly_same(a, b, key) => Some(Nature::Volatile),
            _ => Some(volatile()),
        }
    }

    fn capable(&self) -> Option<&Session> {
        let same = |s: &&Session| s.visit.ask == Ask::OwnCapable && s.era == self.b.era && s.complete;
        self.sessions.iter().find(same)
    }

    /// Fields that one revision does not know are no difference; every field that both have must be the same.
    fn shared_fields_differ(&self, key: &ItemKey) -> bool {
        let (Some(x), Some(y)) = (find(&self.a.manifest, key), find(&self.b.manifest, key)) else { return true };
        !shared(&x.node, &y.node)
    }
}

fn find<'m>(manifest: &'m Manifest, key: &ItemKey) -> Option<&'m Item> {
    manifest.items.iter().find(|i| i.key == *key)
}

/// Whether two values agree in every member that both have.
fn shared(x: &Node, y: &Node) -> bool {
    match (&x.value, &y.value) {
        (Value::Object(a), Value::Object(_)) => a.iter().all(|m| y.get(&m.key).is_none_or(|n| shared(&m.value, n))),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| shared(x, y)),
        (a, b) => a == b,
    }
}

/// Whether items of one name differ only in words that follow time, place or a counter.
fn same_but_for_values(a: &Session, b: &Session, key: &ItemKey) -> bool {
    let (Some(x), Some(y)) = (find(&a.manifest, key), find(&b.manifest, key)) else { return false };
    masked(&x.node, &y.node)
}

fn masked(x: &Node, y: &Node) -> bool {
    match (&x.value, &y.value) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(m, n)| m.key == n.key && masked(&m.value, &n.value))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| masked(x, y)),
        (Value::String(a), Value::String(b)) => a == b || mask(a) == mask(b),
        (Value::Number(_), Value::Number(_)) => true,
        (a, b) => a == b,
    }
}

/// The words of a text, with everything that looks like a time, a place or a number as `#`.
fn mask(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| c.is_whitespace() || ",;()[]\"'".contains(c)).filter(|w| !w.is_empty());
    words.map(|w| if is_value(w) { "#" } else { w }).collect()
}

fn is_value(word: &str) -> bool {
    const NAMES: [&str; 23] = [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
        "oct", "nov", "dec", "utc", "gmt", "am", "pm",
    ];
    let plain = word.trim_matches(|c: char| c.is_ascii_punctuation());
    let lower = plain.to_ascii_lowercase();
    let name = NAMES.contains(&lower.as_str())
        || (["day", "ary", "rch", "ril", "une", "uly", "ust", "ber"].iter().any(|e| lower.ends_with(e))
            && NAMES.contains(&lower.get(..3).unwrap_or_default()));
    let zone = plain.split_once('/').is_some_and(|(region, city)| {
        let name = |w: &str| w.starts_with(|c: char| c.is_ascii_uppercase()) && !w.contains('.');
        name(region) && name(city)
    });
    // an address with a digit in it is no number
    let number = plain.contains(|c: char| c.is_ascii_digit())
        && !plain.contains("://")
        && plain.chars().all(|c| c.is_ascii_hexdigit() || ":-+.TZ/%_".contains(c));
    name || zone || number
}

/// Whether most words of two items are the same: a translation is not, an inserted time zone is.
fn mostly_same(a: &Session, b: &Session, key: &ItemKey) -> bool {
    let words = |s: &Session| -> Vec<String> {
        let mut out = Vec::new();
        if let Some(item) = find(&s.manifest, key) {
            collect(&item.node, &mut out);
        }
        out
    };
    let count = |all: &[String]| {
        let mut bag: BTreeMap<String, usize> = BTreeMap::new();
        all.iter().for_each(|w| *bag.entry(w.clone()).or_default() += 1);
        bag
    };
    let (x, y) = (words(a), words(b));
    let (x_bag, y_bag) = (count(&x), count(&y));
    let common: usize = x_bag.iter().map(|(w, n)| (*n).min(y_bag.get(w).copied().unwrap_or(0))).sum();
    let most = x.len().max(y.len());
    // two or three other words, or a tenth
    most - common <= 3.max(most / 10) && most > 0
}

fn collect(node: &Node, out: &mut Vec<String>) {
    match &node.value {
        Value::String(text) => out.extend(text.split_whitespace().map(str::to_owned)),
        Value::Array(all) => all.iter().for_each(|n| collect(n, out)),
        Value::Object(members) => members.iter().for_each(|m| collect(&m.value, out)),
        _ => {}
    }
}

/// The first item that stands elsewhere in its list.
fn moved(a: &Manifest, b: &Manifest) -> Option<ItemKey> {
    let order = |m: &Manifest, kind: ItemKind| -> Vec<(ItemKey, Digest)> {
        m.of_kind(kind).map(|i| (i.key.clone(), digest(i))).collect()
    };
    let mut lists = ItemKind::ALL.into_iter().filter(|k| k.list_key().is_some());
    lists.find_map(|kind| {
        let (x, y) = (order(a, kind), order(b, kind));
        let at = x.iter().zip(&y).position(|(x, y)| x != y)?;
        Some(y[at].0.clone())
    })
}

#[cfg(test)]
mod tests;
