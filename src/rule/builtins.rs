//! The tools that clients bring themselves, by name: an installed server may neither take their names nor say when they are to be
//! called.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Lists with day and source.
pub const LISTS: &str = include_str!("builtins.txt");

/// A name that a client brings.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// The client's name in the table.
    pub client: &'static str,
    /// Nobody has it by chance.
    pub own: bool,
}

/// What the lists say.
#[derive(Default)]
pub struct Lists {
    /// All names, each with the clients that bring it.
    pub names: BTreeMap<&'static str, Vec<Builtin>>,
    /// Clients all of whose tools are known.
    pub whole: BTreeSet<&'static str>,
    /// Clients a part of whose tools is known.
    pub part: BTreeSet<&'static str>,
    /// Clients none of whose tools are known, and why.
    pub unknown: BTreeMap<&'static str, &'static str>,
}

/// The lists, read.
pub static KNOWN: LazyLock<Lists> = LazyLock::new(|| {
    let mut out = Lists::default();
    let mut clients = "";
    for line in LISTS.lines().filter(|l| !l.starts_with('#')) {
        let mut words = line.split(' ');
        match words.next() {
            Some(head) if head.starts_with('[') => {
                clients = head.trim_matches(['[', ']']);
                let known = if words.nth(2) == Some("part") { &mut out.part } else { &mut out.whole };
                known.extend(clients.split(','));
            }
            Some("unknown") => {
                let mut rest = line.splitn(4, ' ').skip(1);
                out.unknown.extend(rest.next().zip(rest.nth(1)));
            }
            Some(kind) => words.for_each(|w| {
                let each = clients.split(',').map(|client| Builtin { client, own: kind == "own" });
                out.names.entry(w).or_default().extend(each);
            }),
            None => {}
        }
    }
    out
});

/// Whether a name, in these very letters, is one of a tool that some client brings; `Some(true)` where nobody has it by chance.
pub fn brought(name: &str) -> Option<bool> {
    KNOWN.names.get(name).map(|clients| clients.iter().any(|b| b.own))
}
