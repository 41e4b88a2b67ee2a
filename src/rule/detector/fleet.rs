//! What only the whole of a client's servers shows: one name for two launches, a client's own tools redefined, a vendor's
//! name from elsewhere, server names that look alike. Family `shadowing`; tools of two servers are compared in `names`.

mod builtins;
mod known;
pub(super) mod vendor;

use std::collections::BTreeMap;

use crate::finding::Location;
use crate::json::Pointer;
use crate::launch::identity::LaunchIdentity;
use crate::launch::publisher;
use crate::rule::{Hit, Subject};
use crate::target::{Launch, Target};
use crate::untrusted::Message;

/// Runs over a fleet.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    conflicts(fleet, &mut out);
    for (server, subject) in fleet.iter().enumerate() {
        builtins::detect(server, fleet, &mut out);
        vendor::detect(server, subject, &mut out);
        known::detect(server, fleet, &mut out);
    }
    server_names(fleet, &mut out);
    out
}

/// A hit about a server's entry in its configuration.
fn entry(rule: &str, server: usize, target: &Target, pointer: &str, message: Message) -> Hit {
    let location = target.origin.as_ref().map(|o| Location { file: o.file.clone(), place: o.place });
    let pointer = Pointer::parse(pointer).unwrap_or_default();
    Hit { pointer, location, message, ..Hit::new(rule, server) }
}

/// One name, two launches. Names that differ in case and separators are one: clients take both out of the names of tools.
fn conflicts(fleet: &[Subject<'_>], out: &mut Vec<Hit>) {
    let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (server, subject) in fleet.iter().enumerate() {
        if !matches!(subject.target.launch, Launch::File(_)) {
            names.entry(super::names::letters(subject.target.name.raw())).or_default().push(server);
        }
    }
    for group in names.values().filter(|g| g.len() > 1) {
        let first = fleet[group[0]].target;
        let differs = |s: &&usize| {
            let other = fleet[**s].target;
            // two spellings of one publisher are two servers of a suite
            !alike(first, other) && (first.name == other.name || !publisher::same(first, other))
        };
        let Some(server) = group.iter().skip(1).find(differs).copied() else { continue };
        let target = fleet[server].target;
        let place = first.origin.as_ref().map(|o| (o.file.to_string_lossy().into_owned(), o.place.line));
        let mut message = Message::new("server ").quote(&target.name);
        message = if target.name == first.name {
            message.text(format!(
                " is launched otherwise in the {} configuration than in the {} one",
                target.scope.word(),
                first.scope.word()
            ))
        } else {
            message
                .text(" is launched otherwise than ")
                .quote(&first.name)
                .text(", whose name differs only in its spelling")
        };
        if let Some((file, line)) = place {
            message = message.text(" (").quote(&file.into()).text(format!(", line {line})"));
        }
        out.push(entry("conflicting-server-definition", server, target, "/launch", message));
    }
}

fn alike(a: &Target, b: &Target) -> bool {
    match (LaunchIdentity::of(a), LaunchIdentity::of(b)) {
        (Ok(a), Ok(b)) => a == b,
        // with a secret in it there is no identity to compare: the same words, then
        _ => match (&a.launch, &b.launch) {
            (Launch::Stdio(a), Launch::Stdio(b)) => {
                let words = |s: &crate::target::Stdio| -> Vec<String> {
                    std::iter::once(&s.command).chain(&s.args).map(|w| w.value.raw().to_owned()).collect()
                };
                words(a) == words(b)
            }
            (Launch::Http(a), Launch::Http(b)) => a.url.value == b.url.value,
            _ => false,
        },
    }
}

/// Names of servers that look alike and are not the same publisher's.
fn server_names(fleet: &[Subject<'_>], out: &mut Vec<Hit>) {
    let looks: Vec<(String, String)> = fleet.iter().map(|s| look(s.target.name.raw())).collect();
    for (server, subject) in fleet.iter().enumerate().filter(|(_, s)| !matches!(s.target.launch, Launch::File(_))) {
        for (at, other) in fleet[..server].iter().enumerate() {
            // cheap before dear: there may be thousands
            if matches!(other.target.launch, Launch::File(_)) || !alike_to_the_eye(&looks[at], &looks[server]) {
                continue;
            }
            if publisher::same(other.target, subject.target) || publisher::one_server(other.target, subject.target) {
                continue;
            }
            let message = Message::new("server ")
                .quote(&subject.target.name)
                .text(" looks like server ")
                .quote(&other.target.name);
            let message = message.text(" and comes from another publisher");
            out.push(entry("confusable-name", server, subject.target, "/name", message));
            break;
        }
    }
}

/// The letters of a name and its skeleton.
fn look(name: &str) -> (String, String) {
    (super::names::letters(name), super::names::skeleton(name))
}

/// Another spelling of one word: other code points that look the same, or one letter changed in a long name.
/// Of both names the letters and the skeleton.
fn alike_to_the_eye((la, sa): &(String, String), (lb, sb): &(String, String)) -> bool {
    if la == lb {
        return false;
    }
    if sa == sb {
        return true;
    }
    if la.len().abs_diff(lb.len()) > 4 {
        return false;
    }
    let shorter = la.chars().count().min(lb.chars().count());
    // plural, number and version suffixes are honest
    let suffix =
        |x: &str, y: &str| x.strip_prefix(y).is_some_and(|r| r == "s" || r.chars().all(|c| c.is_ascii_digit()));
    let numbered = |t: &str| t.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    shorter >= 6
        && strsim::levenshtein(la, lb) == 1
        && !suffix(la, lb)
        && !suffix(lb, la)
        && numbered(la) != numbered(lb)
}
