//! Words that came in: new obligations (steering), and new places data could go.

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
    for change in subject.changes {
        let text = matches!(change.kind, ChangeKind::TextChanged)
            || (change.kind == ChangeKind::SchemaChanged && change.new.is_some());
        if !text {
            continue;
        }
        let Some(new) = &change.new else { continue };
        if let Some((start, end)) = destination(subject, change, new.raw()) {
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

/// A literal destination in words that came in, whose host the approved words do not know, beside a verb that moves data.
fn destination(subject: &Subject<'_>, change: &Change, new: &str) -> Option<(usize, usize)> {
    for span in &change.added {
        let text = new.get(span.0.clone())?;
        for found in DESTINATION.find_iter(text) {
            let (start, end) = (span.0.start + found.start(), span.0.start + found.end());
            let host = host(found.as_str());
            if is_documentation(&host) || known(subject, &host) {
                continue;
            }
            let from = new[..start].rfind(['.', '\n', ';']).map_or(0, |i| i + 1);
            let sentence = &new[from..end];
            if MOVE.is_match(sentence) {
                return Some((start, end));
            }
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

/// The approved words name this host, or another one of the same owner (its last two labels).
fn known(subject: &Subject<'_>, host: &str) -> bool {
    let labels: Vec<&str> = host.rsplit('.').take(2).collect();
    let owner = labels.into_iter().rev().collect::<Vec<_>>().join(".");
    let Some(approved) = subject.approved else { return false };
    let mut hit = false;
    for item in &approved.to_manifest().items {
        each_text(item, &mut |_, text, _| hit |= text.to_ascii_lowercase().contains(&owner));
    }
    hit
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
        assert!(is_documentation("docs.example.com") && !is_documentation("notexample.com"));
    }
}
