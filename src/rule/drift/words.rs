//! Words that came in: new obligations (steering), and new places data could go.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::{evidence, hit};
use crate::diff::{Change, ChangeKind, Grade};
use crate::rule::strings::each_text;
use crate::rule::{Hit, Subject};

static OBLIGATION: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:must|always|never|mandatory|required to|make sure|ensure that|you should|before (?:using|calling)|first call|important|only use)\b",
    )
});
static DESTINATION: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\bhttps?://[^\s\x22'<>)\]`]{3,200}|\b[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}\b|\b(?:\d{1,3}\.){3}\d{1,3}\b",
    )
});
static MOVE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:send|sends|sent|post|posts|upload|forward|report|submit|transmit|copy|bcc|cc|deliver|exfiltrate|include|append|notify|webhook|callback)\b",
    )
});

fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of ours, compiled in a test")
}

/// Adds the hits of one server.
pub(super) fn judge(server: usize, subject: &Subject<'_>, out: &mut Vec<Hit>) {
    let mut known: Option<BTreeSet<String>> = None;
    for change in subject.changes {
        let text = matches!(change.kind, ChangeKind::TextChanged)
            || (change.kind == ChangeKind::SchemaChanged && change.new.is_some());
        if !text {
            continue;
        }
        let Some(new) = &change.new else { continue };
        let known = known.get_or_insert_with(|| owners(subject));
        if let Some((start, end)) = destination(known, change, new.raw()) {
            let seen = evidence(change, start, end, "a destination, and words that move data");
            out.push(hit(
                "new-sink-or-destination",
                server,
                change,
                Grade::D4,
                "now names a place data could go",
                seen,
            ));
        }
        if change.kind == ChangeKind::TextChanged {
            let spans = change.added.iter().filter_map(|s| Some((s.0.start, new.raw().get(s.0.clone())?)));
            let found = spans.filter_map(|(at, t)| OBLIGATION.find(t).map(|m| (at + m.start(), at + m.end()))).next();
            if let Some((start, end)) = found {
                let seen = evidence(change, start, end, "an obligation that was not there");
                out.push(hit("text-changed", server, change, Grade::D2, "has new words that oblige the model", seen));
            }
        }
    }
}

/// A literal destination that has words which came in, whose owner the approved words do not know, beside a verb that
/// moves data. The whole text is searched: a host can change by one word inside an address that was there.
fn destination(known: &BTreeSet<String>, change: &Change, new: &str) -> Option<(usize, usize)> {
    for found in DESTINATION.find_iter(new) {
        let (start, end) = (found.start(), found.end());
        if !change.added.iter().any(|s| s.0.start < end && start < s.0.end) {
            continue;
        }
        let host = host(found.as_str());
        if is_documentation(&host) || known.contains(&owner(&host)) {
            continue;
        }
        let from = new[..start].rfind(['.', '\n', ';']).map_or(0, |i| i + 1);
        if MOVE.is_match(&new[from..end]) {
            return Some((start, end));
        }
    }
    None
}

fn host(text: &str) -> String {
    let rest = text.split_once("://").map_or(text, |(_, r)| r);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, r)| r);
    rest.split(['/', '?', '#', ':']).next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase()
}

fn is_documentation(host: &str) -> bool {
    let known = ["example.com", "example.org", "example.net", "localhost", "127.0.0.1", "0.0.0.0", "json-schema.org"];
    known.iter().any(|k| host == *k || host.ends_with(&format!(".{k}")))
}

/// Platforms whose hosts belong to many.
const SHARED: [&str; 19] = [
    "github.io",
    "gitlab.io",
    "vercel.app",
    "netlify.app",
    "herokuapp.com",
    "pages.dev",
    "workers.dev",
    "web.app",
    "amazonaws.com",
    "azurewebsites.net",
    "ngrok.io",
    "ngrok.app",
    "ngrok-free.app",
    "trycloudflare.com",
    "webhook.site",
    "blogspot.com",
    "onrender.com",
    "fly.dev",
    "run.app",
];

/// Who a host belongs to: addresses and hosts of shared platforms to themselves, others to their last two labels, or
/// three below a national second level.
fn owner(host: &str) -> String {
    let labels: Vec<&str> = host.split('.').collect();
    let number = labels.iter().all(|l| l.bytes().all(|b| b.is_ascii_digit()));
    if number || labels.len() < 3 || SHARED.iter().any(|s| host.ends_with(s)) {
        return host.to_owned();
    }
    let last = labels.len();
    let second = ["co", "com", "org", "net", "gov", "ac", "edu", "or", "ne"].contains(&labels[last - 2]);
    let national = labels[last - 1].len() == 2 && second;
    labels[last - if national { 3 } else { 2 }..].join(".")
}

/// Owners of every host the approved words name.
fn owners(subject: &Subject<'_>) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let Some(approved) = subject.approved else { return out };
    for item in &approved.to_manifest().items {
        each_text(item, &mut |_, text, _| {
            out.extend(DESTINATION.find_iter(text).map(|m| owner(&host(m.as_str()))));
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_compile_and_hosts_are_read() {
        for pattern in [&OBLIGATION, &DESTINATION, &MOVE] {
            assert!(!pattern.is_match(""));
        }
        assert_eq!(host("https://user@Evil.example:80/x?y"), "evil.example");
        assert_eq!(host("a@b.example"), "b.example");
        assert_eq!((owner("eu.vendor.test"), owner("a.b.co.uk")), ("vendor.test".to_owned(), "b.co.uk".to_owned()));
        assert_eq!(
            (owner("203.0.113.7"), owner("me.github.io")),
            ("203.0.113.7".to_owned(), "me.github.io".to_owned())
        );
        assert!(is_documentation("docs.example.com") && !is_documentation("notexample.com"));
    }
}
