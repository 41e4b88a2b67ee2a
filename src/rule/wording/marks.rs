//! Slots that are no words of a lexicon: addresses, literal values, and the tools that a text names.

use super::names::Reference;
use super::slots::{Match, Slot};
use crate::text::{Mapped, capped};

/// Adds an entry that was found otherwise; the caller sorts.
pub fn add(matches: &mut Vec<Match>, slot: Slot, start: usize, end: usize) {
    matches.push(Match { slot, start, end, foreign_language: false });
}

/// Bytes of a URL that are looked at; without an end to it, many in one word would cost their square.
const URL: usize = 2048;
/// The same of a mail address, on each side.
const MAIL: usize = 320;

/// URLs and mail addresses; documentation hosts do not count.
pub fn destinations(view: &Mapped, matches: &mut Vec<Match>) {
    let text = &view.text;
    let urls = text.match_indices(':').filter(|(at, _)| text[*at..].starts_with("://")).map(|(at, _)| (at, "://"));
    for (at, mark) in urls.chain(text.match_indices('@')) {
        let rest = capped(&text[at + mark.len()..], if mark == "@" { MAIL } else { URL });
        let rest = rest.split(|c: char| c.is_whitespace() || "'\"`)>,".contains(c)).next().unwrap_or_default();
        let host = rest.split('/').next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
        // "@" in the middle of an address of a page is no mail
        let word = || text[..at].chars().rev().take(MAIL).take_while(|c| !c.is_whitespace());
        let mail = mark == "@" && text[..at].ends_with(|c: char| c.is_alphanumeric()) && !word().any(|c| c == '/');
        let url = mark == "://" && (text[..at].ends_with("http") || text[..at].ends_with("https"));
        let link = text[..at].ends_with("](http") || text[..at].ends_with("](https");
        // a host that is yet to be filled in is nobody's
        let open =
            url && text[at + mark.len()..].split(['/', ' ', '\n']).next().is_some_and(|h| h.contains(['<', '{', '$']));
        if !link && !open && (url || (mail && host.contains('.'))) && !placeholder(host) {
            add(matches, Slot::Destination, at, at + mark.len() + rest.len());
            if mail {
                add(matches, Slot::Mail, at, at + mark.len() + rest.len());
            }
        }
    }
}

/// Hosts that documentation makes up.
fn placeholder(host: &str) -> bool {
    const NAMES: [&str; 9] =
        ["example", "contoso", "acme", "company", "domain", "email", "yourdomain", "yourcompany", "mycompany"];
    let name = host.rsplit('.').nth(1).unwrap_or(host);
    NAMES.contains(&name) || matches!(host, "localhost" | "127.0.0.1" | "undefined" | "null")
}

/// Takes out what looks like a tag and is a placeholder inside a word, as in `https://user:<secret>@<host>`.
pub fn without_placeholders(text: &str, matches: &mut Vec<Match>) {
    let goes_on = |rest: &str| {
        let mut rest = rest.chars();
        let word = |c: char| c.is_alphanumeric() || "<{$".contains(c);
        match rest.next() {
            Some('@' | '/') => true,
            Some('.' | ':' | '?' | '&' | '=' | '-') => rest.next().is_some_and(word),
            _ => false,
        }
    };
    matches.retain(|m| {
        m.slot != Slot::Tag || !(text[..m.start].ends_with(['=', '@', '/', ':']) && goes_on(&text[m.end..]))
    });
}

/// Quoted values and numbers.
pub fn literals(text: &str, matches: &mut Vec<Match>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    // most bytes begin none
    while let Some(next) = bytes[at..].iter().position(|b| BEGINS[usize::from(*b)]) {
        at += next;
        let b = bytes[at];
        if at > 0 && bytes[at - 1].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        if !b.is_ascii_digit() {
            let close = bytes[at + 1..].iter().take(80).position(|c| *c == b);
            if let Some(len) = close {
                add(matches, Slot::Literal, at, at + len + 2);
                at += len + 2;
                continue;
            }
        } else {
            add(matches, Slot::Literal, at, at + 1);
        }
        at += 1;
    }
}

/// Bytes that a quoted value or a number begins with.
const BEGINS: [bool; 256] = {
    let mut out = [false; 256];
    let mut at = 0;
    while at < 256 {
        out[at] = matches!(at as u8, b'\'' | b'"' | b'`' | b'0'..=b'9');
        at += 1;
    }
    out
};

/// The names of tools that are not the server's own.
pub fn references(view: &Mapped, references: &[Reference], matches: &mut Vec<Match>) {
    if references.is_empty() {
        return;
    }
    let places: Vec<(usize, usize)> =
        references.iter().map(|r| (view.position(r.start), view.position(r.end))).collect();
    // a quoted tool name is no literal value
    let named = |m: &Match| {
        let at = places.partition_point(|p| p.1 <= m.start);
        places.get(at).is_some_and(|p| p.0 < m.end)
    };
    matches.retain(|m| m.slot != Slot::Literal || !named(m));
    for (start, end) in places {
        add(matches, Slot::Foreign, start, end);
    }
}
