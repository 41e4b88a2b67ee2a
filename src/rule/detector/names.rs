//! Names over a fleet: clones of another server's tool, look-alike names. Family `shadowing`. Shared names with a claim to be
//! the better one are judged in `claim`.

mod claim;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::finding::Evidence;
use crate::json::Pointer;
use crate::launch::publisher;
use crate::manifest::{Item, ItemKey, Manifest};
use crate::rule::capability::words;
use crate::rule::strings::{Role, each_text};
use crate::rule::{Hit, Subject, loaded};
use crate::terms::ItemKind;
use crate::untrusted::Message;

/// Share of words two descriptions have in common to be clones.
const CLONE: f64 = 0.8;
/// Names that are compared letter by letter; more are compared as they are only.
const NEAR: usize = 20_000;
/// The rule about names that look alike.
const LOOKS: &str = "confusable-name";

/// Names in texts of one server that only another server has: two words at least, one server only.
fn mentions(fleet: &[Subject<'_>], out: &mut Vec<Hit>) {
    let mut owners: BTreeMap<String, Vec<(usize, &Item)>> = BTreeMap::new();
    for (server, subject) in fleet.iter().enumerate() {
        for item in subject.manifest.of_kind(ItemKind::Tool) {
            owners.entry(letters(item.key.name.raw())).or_default().push((server, item));
        }
    }
    for (server, subject) in fleet.iter().enumerate() {
        for item in &subject.manifest.items {
            each_text(item, &mut |trail, text, role| {
                if role == Role::Key || role == Role::Name || !(text.contains(['_', '-']) || is_humped(text)) {
                    return;
                }
                let name_like = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
                let mut at = 0;
                for word in text.split(|c: char| !name_like(c)) {
                    let start = at;
                    at += word.len() + text[at + word.len()..].chars().next().map_or(0, char::len_utf8);
                    let parts = words(word).len();
                    if parts < 2 {
                        continue;
                    }
                    let Some([(owner, tool)]) = owners.get(&letters(word)).map(Vec::as_slice) else { continue };
                    // two words with a hyphen are a name only where the tool is spelled so: "a read-only copy"
                    let spelled = parts > 2 || word.contains('_') || is_humped(word);
                    if *owner != server && (spelled || word.eq_ignore_ascii_case(tool.key.name.raw())) {
                        let pointer = trail.pointer();
                        let why = "a tool that only another server has";
                        let evidence = Evidence::raw(&pointer, text, (start, start + word.len()), why);
                        out.push(Hit {
                            item: Some(item.key.clone()),
                            pointer,
                            message: Message::new(format!("{} ", item.key.kind.word()))
                                .quote(&item.key.name)
                                .text(" names a tool that only another server has: ")
                                .quote(&tool.key.name),
                            evidence: vec![evidence],
                            related: vec![(*owner, tool.key.clone())],
                            ..Hit::new("foreign-tool-mention", server)
                        });
                    }
                }
            });
        }
    }
}

/// Whether a capital letter follows a small one.
fn is_humped(text: &str) -> bool {
    text.as_bytes().windows(2).any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase())
}

/// Compares names over servers.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    loaded::together(fleet, compare)
}

fn compare(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    claim::detect(fleet, &mut out);
    if fleet.len() < 2 {
        return out;
    }
    mentions(fleet, &mut out);
    for kind in [ItemKind::Tool, ItemKind::Prompt, ItemKind::Skill] {
        let mut names: BTreeMap<String, Vec<(usize, &Item)>> = BTreeMap::new();
        for (server, subject) in fleet.iter().enumerate() {
            for item in subject.manifest.of_kind(kind) {
                names.entry(skeleton(item.key.name.raw())).or_default().push((server, item));
            }
        }
        // each pair once, reported at the later server, or at the one that nobody approved
        let mut told = |first: (usize, &Item), later: (usize, &Item)| {
            let known = |s: usize| fleet[s].approved.is_some();
            let turned = known(later.0) && !known(first.0);
            if turned { pair(later, first, &mut out) } else { pair(first, later, &mut out) }
        };
        for group in names.values().filter(|g| g.len() > 1) {
            for (i, (server, item)) in group.iter().enumerate() {
                let other = group[..i].iter().find(|(s, _)| foreign(fleet, *s, *server));
                if let Some(first) = other {
                    told(*first, (*server, item));
                }
            }
        }
        // a capital I looks like a small l, but is the start of a word in most names: both are tried
        for (server, item) in names.values().flatten().filter(|(_, item)| item.key.name.raw().contains('I')) {
            let name = item.key.name.raw();
            let seen = skeleton(&name.replace('I', "l"));
            let others = names.get(&seen).filter(|_| seen != skeleton(name));
            if let Some(other) = others.and_then(|group| group.iter().find(|(s, _)| foreign(fleet, *s, *server))) {
                let mut both = [*other, (*server, *item)];
                both.sort_by_key(|(server, _)| *server);
                told(both[0], both[1]);
            }
        }
        near(fleet, &names, &mut out);
    }
    out
}

/// Two servers of two publishers: not one server twice, and no suite.
fn foreign(fleet: &[Subject<'_>], a: usize, b: usize) -> bool {
    let (a, b) = (fleet[a].target, fleet[b].target);
    !std::ptr::eq(a, b) && !publisher::same(a, b) && !publisher::one_server(a, b)
}

/// Long names that differ in one letter, or have one more: found by what is left when one letter is taken away.
fn near(fleet: &[Subject<'_>], names: &BTreeMap<String, Vec<(usize, &Item)>>, out: &mut Vec<Hit>) {
    if names.len() > NEAR {
        return;
    }
    let looks: BTreeSet<_> = out.iter().filter(|h| h.rule == LOOKS).flat_map(both).collect();
    let mut found = Vec::new();
    let mut left: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names.keys().filter(|n| (8..=64).contains(&n.chars().count())) {
        for skip in 0..name.chars().count() {
            let rest: String = name.chars().enumerate().filter(|(i, _)| *i != skip).map(|(_, c)| c).collect();
            left.entry(rest).or_default().push(name);
        }
        left.entry(name.clone()).or_default().push(name);
    }
    let mut seen = BTreeSet::new();
    for group in left.values().filter(|g| g.len() > 1) {
        for (i, later) in group.iter().enumerate() {
            for first in &group[..i] {
                // a plural or a number is another honest name, and the shorter one comes first
                let honest =
                    first.chars().zip(later.chars()).all(|(a, b)| a == b || (a.is_ascii_digit() && b.is_ascii_digit()));
                if first == later || honest || !seen.insert((*first, *later)) {
                    continue;
                }
                let (Some((a, original)), Some((b, item))) = (names[*first].first(), names[*later].first()) else {
                    continue;
                };
                // `send_emaiI` has nearly the letters of what it looks like
                let known = looks.contains(&[(*a, &original.key), (*b, &item.key)]);
                if foreign(fleet, *a, *b) && !known {
                    let (rule, what) = if described_alike(original, item) {
                        ("cloned-tool", "has nearly the name and the words of another server's tool")
                    } else {
                        ("tool-name-collision", "has nearly the name of another server's")
                    };
                    hit(rule, what, (*a, original), (*b, item), &mut found);
                }
            }
        }
    }
    out.append(&mut found);
}

/// The two items of a hit, in both orders.
fn both(hit: &Hit) -> Vec<[(usize, &ItemKey); 2]> {
    let item = hit.item.as_ref().map(|key| (hit.server, key));
    let pairs = item.into_iter().flat_map(|one| hit.related.iter().map(move |(s, key)| [one, (*s, key)]));
    pairs.flat_map(|[a, b]| [[a, b], [b, a]]).collect()
}

fn pair(original: (usize, &Item), later: (usize, &Item), out: &mut Vec<Hit>) {
    let (server, item) = later;
    // styles and separators are no disguise: the letters themselves must differ
    let exact = letters(original.1.key.name.raw()) == letters(item.key.name.raw());
    let mut add = |rule: &str, what: &str| hit(rule, what, original, (server, item), out);
    if !exact {
        add(LOOKS, "looks like another server's tool");
    } else if described_alike(original.1, item) {
        add("cloned-tool", "has the name and nearly the words of another server's tool");
    } else {
        add("tool-name-collision", "has the name of another server's tool");
    }
}

fn hit(rule: &str, what: &str, original: (usize, &Item), (server, item): (usize, &Item), out: &mut Vec<Hit>) {
    out.push(Hit {
        item: Some(item.key.clone()),
        pointer: Pointer::root().child("name"),
        message: Message::new(format!("{} ", item.key.kind.word()))
            .quote(&item.key.name)
            .text(format!(" {what} "))
            .quote(&original.1.key.name),
        related: vec![(original.0, original.1.key.clone())],
        ..Hit::new(rule, server)
    });
}

/// The letters and digits of a name, lower case; what cannot be seen is left in, for it makes another name.
pub(super) fn letters(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric() || !crate::untrusted::is_plain(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// What a name looks like: lower case, confusables made Latin and small, separators gone.
pub(super) fn skeleton(name: &str) -> String {
    if name.is_ascii() {
        // of these all but controls are plain, and those are no letters
        let mut out = String::with_capacity(name.len() + 8);
        let small = name.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase());
        small.for_each(|b| out.push_str(&PLAIN[usize::from(b)]));
        return out;
    }
    // folded first: the confusable form of `m` is `rn`, that of `M` is not
    let seen: String = letters(name).chars().filter(|c| crate::untrusted::is_plain(*c)).collect();
    if seen.is_ascii() {
        return seen.bytes().map(|b| PLAIN[usize::from(b)].as_str()).collect();
    }
    unicode_security::skeleton(&seen).flat_map(char::to_lowercase).collect()
}

/// What each character of ASCII looks like: nearly all names are of these, and each stands for itself there.
static PLAIN: LazyLock<Vec<String>> = LazyLock::new(|| {
    let seen = |b: u8| unicode_security::skeleton(char::from(b).encode_utf8(&mut [0; 4])).collect::<String>();
    // of a nought it is a capital O
    (0..128_u8).map(|b| seen(b).to_lowercase()).collect()
});

/// Whether two items are described in nearly the same words.
fn described_alike(a: &Item, b: &Item) -> bool {
    let text = |i: &Item| i.text("description").unwrap_or_default().to_owned();
    likeness(&text(a), &text(b)) >= CLONE
}

/// Whether two servers have a tool of one name that both describe in nearly the same words.
pub(super) fn share_a_tool(a: &Manifest, b: &Manifest) -> bool {
    let named: BTreeMap<&str, &Item> = a.of_kind(ItemKind::Tool).map(|i| (i.key.name.raw(), i)).collect();
    b.of_kind(ItemKind::Tool).any(|i| named.get(i.key.name.raw()).is_some_and(|other| described_alike(other, i)))
}

fn likeness(a: &str, b: &str) -> f64 {
    let bag = |t: &str| {
        let mut all = words(t);
        all.sort();
        all.dedup();
        all
    };
    let (a, b) = (bag(a), bag(b));
    let common = a.iter().filter(|w| b.binary_search(w).is_ok()).count();
    let union = a.len() + b.len() - common;
    if union < 4 { 0.0 } else { common as f64 / union as f64 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_letters_look_alike_one_by_one(name in "[ -~]{0,24}") {
            let seen = super::letters(&name);
            let skeleton: String = unicode_security::skeleton(&seen).collect();
            prop_assert_eq!(super::skeleton(&name), skeleton.to_lowercase());
        }
    }
}
