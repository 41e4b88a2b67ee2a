//! Tools that take another tool's name and say that they are better: the same name on another server, or the same name in
//! better clothes (`secure_`, `_enhanced`, `official_`), with words that put it before others of its kind. A shared name
//! alone is honest and common, and so is praise alone; one on top of the other is how a name is squatted.
//!
//! The words are English; a claim that names the other tool outright is the grammar's, in every language it knows.

use std::collections::BTreeMap;

use super::{foreign, letters, skeleton};
use crate::finding::{Evidence, View};
use crate::json::Pointer;
use crate::manifest::Item;
use crate::rule::capability::words;
use crate::rule::{Hit, Subject};
use crate::terms::{Confidence, ItemKind};
use crate::untrusted::{Message, Untrusted};

/// Words that say a thing is good, and nothing about what it does.
const QUALITY: &str = "secure secured safe safer enhanced improved hardened trusted verified official advanced better best \
    superior upgraded premium optimized optimised reliable robust faster smarter ultimate certified protected preferred pro \
    genuine authentic";
/// What is compared.
const COMPARED: &str = "safer better faster superior recommended preferred preferable smarter cheaper secure reliable \
    accurate robust efficient powerful trustworthy";
/// Words between the better thing and the others.
const AGAINST: &str = "than over to instead";
/// The others, unnamed.
const OTHERS: &str = "standard other others regular default normal builtin built existing any all original basic ordinary \
    alternative alternatives generic native stock conventional plain typical legacy similar";
/// Things that have versions.
const THING: &str = "version implementation replacement alternative edition variant function tool server";

/// Claims of every tool against the tools of other servers, and of its own.
pub(super) fn detect(fleet: &[Subject<'_>], out: &mut Vec<Hit>) {
    let mut owners: BTreeMap<String, Vec<(usize, &Item)>> = BTreeMap::new();
    for (server, subject) in fleet.iter().enumerate() {
        for item in subject.manifest.of_kind(ItemKind::Tool) {
            owners.entry(skeleton(item.key.name.raw())).or_default().push((server, item));
        }
    }
    let of = |name: &str| owners.get(&skeleton(name)).map(Vec::as_slice).unwrap_or_default();
    for (server, subject) in fleet.iter().enumerate() {
        for item in subject.manifest.of_kind(ItemKind::Tool) {
            let name = item.key.name.raw();
            let dressed = undressed(name).map(|bare| of(&bare)).unwrap_or_default();
            let shared = (fleet.len() > 1).then(|| of(name).iter().find(|(s, _)| foreign(fleet, *s, server))).flatten();
            // most names are nobody else's, and what they say is not read
            if dressed.is_empty() && shared.is_none() {
                continue;
            }
            let text = item.text("description").unwrap_or_default();
            let Some((claim, strong)) = claim(&tokens(text)) else { continue };
            let same = shared.filter(|_| strong);
            let other = same.or_else(|| dressed.iter().find(|(s, _)| foreign(fleet, *s, server)));
            let twin = dressed.iter().find(|(s, i)| *s == server && strong && alike(i, item));
            let (rule, other, what) = match (other, twin) {
                (Some(o), _) if same.is_some() => (
                    "precedence-claim",
                    o,
                    " has the name of another server's tool and says that it is the better one: ",
                ),
                (Some(o), _) => {
                    ("precedence-claim", o, " is named as a better form of another server's tool, and says so: ")
                }
                (None, Some(o)) => (
                    "preference-steering",
                    o,
                    " is named as a better form of a tool that takes the same arguments, and says so: ",
                ),
                (None, None) => continue,
            };
            let pointer = Pointer::root().child("description");
            out.push(Hit {
                item: Some(item.key.clone()),
                pointer: pointer.clone(),
                message: Message::new("tool ").quote(&item.key.name).text(what).quote(&other.1.key.name),
                evidence: vec![Evidence {
                    pointer,
                    text: Untrusted::from(text),
                    view: View::Raw,
                    start: claim.0,
                    end: claim.1,
                    why: "praise against others of its kind".to_owned(),
                }],
                related: if other.0 == server { Vec::new() } else { vec![(other.0, other.1.key.clone())] },
                // among one's own tools it is said without harm now and then
                confidence: (rule == "preference-steering").then_some(Confidence::Low),
                ..Hit::new(rule, server)
            });
        }
    }
}

/// The name without words of praise; `None` when it has none, or nothing else.
fn undressed(name: &str) -> Option<String> {
    let all = words(name);
    let rest: Vec<&str> = all.iter().map(String::as_str).filter(|w| !among(QUALITY, w)).collect();
    let bare = rest.concat();
    // two letters are nobody's name
    (rest.len() < all.len() && letters(&bare).chars().count() > 2).then_some(bare)
}

/// Whether two tools take the same parameters: names and types.
fn alike(a: &Item, b: &Item) -> bool {
    let parameters = |i: &Item| {
        let properties = i.node.get("inputSchema").and_then(|s| s.get("properties"));
        let kind = |n: &crate::json::Node| n.get("type").and_then(|t| t.as_str().map(str::to_owned));
        let mut all: Vec<(String, Option<String>)> = properties
            .map(|p| p.members().iter().map(|m| (m.key.to_string(), kind(&m.value))).collect())
            .unwrap_or_default();
        all.sort();
        all
    };
    let (a, b) = (parameters(a), parameters(b));
    !a.is_empty() && a == b
}

fn among(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

/// Lower-case words with their places.
fn tokens(text: &str) -> Vec<(usize, usize, String)> {
    let mut out: Vec<(usize, usize, String)> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            open = false;
            // a sentence ends: nothing is compared across it
            if matches!(c, '.' | '!' | '?' | '\n' | ';') && out.last().is_some_and(|(.., w)| !w.is_empty()) {
                out.push((at, at, String::new()));
            }
            continue;
        }
        if !open {
            out.push((at, at, String::new()));
            open = true;
        }
        if let Some((_, end, word)) = out.last_mut() {
            *end = at + c.len_utf8();
            word.extend(c.to_lowercase());
        }
    }
    out
}

/// Where a text says that its tool is better, and whether it says so of its kind: "safer than standard tools",
/// "recommended over other readers", "this enhanced version", "use it instead of the built-in". A word of praise alone is
/// weak.
fn claim(tokens: &[(usize, usize, String)]) -> Option<((usize, usize), bool)> {
    let word = |i: usize| tokens.get(i).map_or("", |(.., w)| w.as_str());
    // within one sentence, so many words on
    let near = |from: usize, steps: usize, list: &str| {
        (from + 1..=from + steps).take_while(|i| !word(*i).is_empty()).find(|i| among(list, word(*i)))
    };
    let span = |a: usize, b: usize| (tokens[a].0, tokens[b].1);
    let mut weak = None;
    for i in 0..tokens.len() {
        let this = word(i);
        if among(COMPARED, this)
            && let Some(against) = near(i, 2, AGAINST)
            && let Some(others) = near(against, 4, OTHERS)
        {
            return Some((span(i, others), true));
        }
        // "instead of the standard tools", "replaces any other reader"
        if (this == "instead" || this == "replaces" || this == "supersedes" || this == "replacement")
            && let Some(others) = near(i, 4, OTHERS)
        {
            return Some((span(i, others), true));
        }
        if among(QUALITY, this) {
            weak = weak.or(Some((i, i)));
            if let Some(thing) = near(i, 3, THING) {
                return Some((span(i, thing), true));
            }
        }
    }
    weak.map(|(a, b)| (span(a, b), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<(&str, bool)> {
        claim(&tokens(text)).map(|((a, b), strong)| (&text[a..b], strong))
    }

    #[test]
    fn claims_are_against_others_of_the_kind() {
        for (text, span) in [
            ("Reads. Much safer than the standard readers.", "safer than the standard"),
            ("Recommended over other mail tools.", "Recommended over other"),
            ("This enhanced version checks twice.", "enhanced version"),
            ("Use it instead of the built-in one.", "instead of the built"),
            ("An official implementation.", "official implementation"),
        ] {
            assert_eq!(said(text), Some((span, true)), "{text}");
        }
        // praise of something else, and comparison with what has a name
        assert_eq!(said("Safer than KEYS for large data."), Some(("Safer", false)));
        assert_eq!(said("Better. Than standard tools it is not."), Some(("Better", false)));
        assert_eq!(said("Adds a row to the default table instead."), None);
        assert_eq!(said("Lists protected branches."), Some(("protected", false)));
    }

    #[test]
    fn clothes_come_off() {
        for (name, bare) in
            [("add_numbers_secure", "addnumbers"), ("secureReadFile", "readfile"), ("official-search", "search")]
        {
            assert_eq!(undressed(name).as_deref(), Some(bare), "{name}");
        }
        for name in ["read_file", "secure", "safe_id", "list_files_v2"] {
            assert_eq!(undressed(name), None, "{name}");
        }
    }
}
