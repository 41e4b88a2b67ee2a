//! Tools that take another tool's name and say that they are better: the same name on another server, or the same name in
//! better clothes (`secure_`, `_enhanced`, `official_`), with words that put it before others of its kind. A shared name
//! alone is honest and common, and so is praise alone; one on top of the other is how a name is squatted.
//!
//! A claim that names the other tool outright is the grammar's.

mod praise;

use std::collections::BTreeMap;

use self::praise::{claim, is_praise, naming, tokens};
use super::{foreign, letters, skeleton};
use crate::finding::Evidence;
use crate::json::Pointer;
use crate::manifest::Item;
use crate::rule::capability::{parted, spelled};
use crate::rule::{Hit, Subject};
use crate::terms::{Confidence, ItemKind};
use crate::untrusted::Message;

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
            let mut tokens = tokens(text);
            if let Some((_, other)) = shared {
                // the name is the other tool's, too, or differs from it in style
                naming(&mut tokens, text, name);
                naming(&mut tokens, text, other.key.name.raw());
            }
            let Some((claim, strong)) = claim(&tokens) else { continue };
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
                message: Message::new("tool ").quote(&item.key.name).text(what).quote(&other.1.key.name),
                evidence: vec![Evidence::raw(&pointer, text, claim, "praise against others of its kind")],
                pointer,
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
    let all = spelled(name, usize::MAX);
    // nearly all have none
    if !parted(&all).any(is_praise) {
        return None;
    }
    let bare: String = parted(&all).filter(|w| !is_praise(w)).collect();
    // two letters are nobody's name
    (letters(&bare).chars().count() > 2).then_some(bare)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clothes_come_off() {
        for (name, bare) in [
            ("add_numbers_secure", "addnumbers"),
            ("secureReadFile", "readfile"),
            ("official-search", "search"),
            ("leer_nota_segura", "leernota"),
        ] {
            assert_eq!(undressed(name).as_deref(), Some(bare), "{name}");
        }
        for name in ["read_file", "secure", "safe_id", "list_files_v2"] {
            assert_eq!(undressed(name), None, "{name}");
        }
    }
}
