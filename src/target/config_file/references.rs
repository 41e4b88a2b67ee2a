//! Variables that a launch refers to: a reference without a default to what is not set starts something else than the words
//! say. A program under a path of another system is not there either. A file that somebody named is judged by itself: what
//! this machine has set, and which system it is, must not decide what is said of it.

use std::collections::BTreeSet;

use super::super::{Fact, FactKind, Launch, Located, Place, Secret, Target};
use crate::untrusted::Untrusted;

/// References of one server that are told; more say nothing more.
const MOST: usize = 50;

/// Variables that clients set themselves for what they start.
const CLIENTS: [&str; 3] = ["CLAUDE_PROJECT_DIR", "CLAUDE_PLUGIN_ROOT", "CLAUDE_PLUGIN_DATA"];

/// Variables that each machine has: a file says what it means by them.
const SYSTEMS: [&str; 18] = [
    "HOME",
    "USER",
    "LOGNAME",
    "USERNAME",
    "PATH",
    "PWD",
    "SHELL",
    "LANG",
    "TMPDIR",
    "TEMP",
    "TMP",
    "HOMEDRIVE",
    "HOMEPATH",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMFILES",
    "PROGRAMDATA",
];

/// A text, its place, and whether it sees what the server declares.
type Text = (String, Option<Place>, bool);

/// What a reference is compared with.
#[derive(Clone, Copy)]
pub enum Against<'a> {
    /// The variables that are set here, and whether paths are those of Windows.
    Machine(&'a BTreeSet<String>, bool),
    /// What every machine has.
    File,
}

/// Marks references to variables that are neither set nor declared by the server, and a program of Windows elsewhere.
/// `${input:…}` and the like are asked for by the client. What a variable is set to does not see the server's own.
pub fn mark(target: &mut Target, against: Against<'_>) {
    let (set, windows, kind) = match against {
        Against::Machine(set, windows) => (Some(set), windows, FactKind::Unresolved),
        Against::File => (None, true, FactKind::LeftOpen),
    };
    let is_set =
        |name: &str| CLIENTS.contains(&name) || set.map_or_else(|| SYSTEMS.contains(&name), |all| all.contains(name));
    let Some(origin) = &target.origin else { return };
    let plain = |t: &'_ Located<Untrusted>| (t.value.raw().to_owned(), t.place, true);
    let value = |(_, v): &'_ (Located<Untrusted>, Located<Secret>)| (v.value.expose().to_owned(), v.place, false);
    let (texts, own): (Vec<Text>, BTreeSet<&str>) = match &target.launch {
        Launch::Stdio(s) => {
            let own = s.env.iter().map(|(n, _)| n.value.raw()).collect();
            let words = std::iter::once(&s.command).chain(&s.args).chain(&s.cwd).map(plain);
            (words.chain(s.env.iter().map(value)).collect(), own)
        }
        Launch::Http(h) => {
            (std::iter::once(plain(&h.url)).chain(h.headers.iter().map(value)).collect(), BTreeSet::new())
        }
        Launch::File(_) => return,
    };
    let mut facts = Vec::new();
    let mut told = BTreeSet::new();
    let fact = |what: &str, place: Option<Place>| {
        let (place, file) = (place.unwrap_or(origin.place), origin.file.clone());
        Fact { kind, what: what.into(), file, scope: target.scope, place }
    };
    if let Some((command, place, _)) = texts.first().filter(|(c, ..)| !windows && is_of_windows(c)) {
        facts.push(fact(command, *place));
    }
    'all: for (text, place, declared) in &texts {
        for name in names(text) {
            if told.len() == MOST {
                break 'all;
            }
            let known = is_set(name) || (*declared && own.contains(name));
            if !known && told.insert((name, place)) {
                facts.push(fact(name, *place));
            }
        }
    }
    facts.retain(|f| !target.facts.contains(f));
    target.facts.extend(facts);
}

/// A path with a drive, or of the network.
fn is_of_windows(path: &str) -> bool {
    let drive = path.as_bytes();
    path.starts_with("\\\\") || matches!(drive, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

/// `${NAME}` and `${env:NAME}` without a default.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| {
        let inside = rest.split_once('}')?.0;
        let name = inside.strip_prefix("env:").unwrap_or(inside);
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        plain.then_some(name)
    })
}
