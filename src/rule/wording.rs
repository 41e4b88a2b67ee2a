//! The wording detector: computes the slots of every text once and reports for all rules about wording.
//!
//! Lexicons are in `slots`, whose tool is named in `names`, what words mean together in `grammar`, names of items and
//! parameters in `identifier`. Which characters are suspicious by themselves is for the hidden-text detectors.

mod fusion;
mod grammar;
mod identifier;
mod index;
pub mod model;
mod mood;
mod names;
mod notation;
mod outside;
mod phrases;
mod purpose;
mod slots;
mod table;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::finding::{Evidence, View};
use crate::manifest::{Item, Manifest};
use crate::rule::{Hit, Subject};
use crate::terms::{Confidence, ItemKind};
use crate::text::{Field, Mapped, Role, decoded, fields, normalize, sentences};
use crate::untrusted::{Message, Untrusted};

use fusion::{Best, Origin, ROOM};
use grammar::{Window, judge};
use names::{Inventory, Reference, Server};
use outside::Domain;
use slots::{Match, Slot};

/// Reports every rule about wording, for all servers.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let manifests: Vec<&Manifest> = fleet.iter().map(|s| s.manifest).collect();
    detect_manifests(&manifests)
}

/// The same on manifests alone, which is all this detector reads of a subject.
pub fn detect_manifests(manifests: &[&Manifest]) -> Vec<Hit> {
    let mut servers: Vec<Server<'_>> = Vec::new();
    for manifest in manifests {
        servers.push((manifest, manifest.items.iter().map(fields).enumerate().collect()));
    }
    let inventory = Inventory::of(&servers);
    let domains: Vec<Domain> = servers.iter().map(Domain::of).collect();
    let mut out = Vec::new();
    for (server, (manifest, items)) in servers.iter().enumerate() {
        for (index, fields) in items {
            let large = items.len() >= MANY_TOOLS;
            let place =
                Place { server, large, item: &manifest.items[*index], inventory: &inventory, domain: &domains[server] };
            let mut best = Best::default();
            for field in fields {
                place.field(field, &mut best);
            }
            place.joined(fields, &mut best);
            out.extend(best.hits(large));
        }
    }
    out
}

/// From this many tools on, a name nobody here has is more often one of the server's own that is switched off or spelled
/// otherwise than somebody else's: it warns.
const MANY_TOOLS: usize = 8;

struct Place<'a> {
    server: usize,
    /// The server lists many tools.
    large: bool,
    item: &'a Item,
    inventory: &'a Inventory,
    domain: &'a Domain,
}

/// A verdict with its range in the raw text.
struct Seen {
    verdict: grammar::Verdict,
    start: usize,
    end: usize,
    disguised: bool,
    origin: Origin,
    related: Vec<(usize, crate::manifest::ItemKey)>,
}

impl Place<'_> {
    fn field(&self, field: &Field<'_>, best: &mut Best) {
        for rule in identifier::judge(field, self.item) {
            best.add(
                self.hit(rule, field, 0, field.text.len(), View::Raw, "the words of the name".into(), vec![]),
                Origin::Slots,
            );
        }
        if matches!(field.role, Role::PropertyName | Role::Name) && !field.text.contains(' ') {
            return;
        }
        for seen in self.read(field.text, field.role) {
            let why = Slot::words(seen.verdict.slots);
            let view = if seen.disguised { View::Normalized } else { View::Raw };
            let mut hit = self.hit(seen.verdict.rule, field, seen.start, seen.end, view, why.clone(), seen.related);
            hit.confidence = seen.verdict.confidence;
            let named =
                matches!(seen.verdict.rule, "foreign-tool-sequencing" | "parameter-redirection" | "result-tampering");
            if self.large && named && hit.related.is_empty() {
                hit.confidence = Some(Confidence::Low);
            }
            if seen.disguised {
                let other = self.hit("obfuscated-instruction", field, seen.start, seen.end, view, why, vec![]);
                best.add(other, seen.origin);
            }
            best.add(hit, seen.origin);
        }
        if !matches!(field.role, Role::PropertyName | Role::Name) {
            self.purpose(field, best);
        }
        for d in decoded(field.text) {
            for seen in self.read(&d.text, field.role) {
                if seen.verdict.confidence.is_some() || best.has(seen.verdict.rule, &field.pointer) {
                    continue;
                }
                let rule = if d.encoded { "encoded-instruction" } else { "obfuscated-instruction" };
                let view = if d.encoded { View::Decoded } else { View::Normalized };
                let why = format!("{}: {}", d.how, Slot::words(seen.verdict.slots));
                let origin = if d.encoded { Origin::Slots } else { seen.origin };
                best.add(self.hit(rule, field, d.start, d.end, view, why, vec![]), origin);
            }
        }
    }

    fn purpose(&self, field: &Field<'_>, best: &mut Best) {
        let view = normalize(field.text);
        let parts = sentences(&view.text);
        let refs = if self.large { vec![] } else { self.inventory.references(self.server, field.text) };
        let named: Vec<(usize, usize)> = refs.iter().map(|r| (view.position(r.start), view.position(r.end))).collect();
        let all = purpose::read(&view.text, &parts, &named);
        if all.is_empty() {
            return;
        }
        let own = self.inventory.own_subjects(self.server) | purpose::own_of(self.item);
        for sentence in all {
            let (start, end) = view.raw(field.text, sentence.range.start, sentence.range.end);
            let parameter = purpose::names_parameter(self.item, &field.text[start..end]);
            if let Some(confidence) = sentence.weigh(own, parameter && field.role == Role::Description) {
                let why = sentence.says(own);
                let related = refs.iter().filter(|r| r.start >= start && r.end <= end).filter_map(|r| r.owner.clone());
                let mut hit = self.hit("purpose-mismatch", field, start, end, View::Raw, why, related.collect());
                hit.confidence = Some(confidence);
                best.add(hit, if confidence == Confidence::Low { Origin::Broad } else { Origin::Pattern });
            }
        }
    }

    /// The joined view: all descriptions of a tool in order, for payloads split over fields.
    fn joined(&self, fields: &[Field<'_>], best: &mut Best) {
        let prose = |f: &&Field<'_>| matches!(f.role, Role::Description | Role::ParamDescription) && f.text.len() < 400;
        let parts: Vec<&Field<'_>> = fields.iter().filter(prose).take(40).collect();
        let [first, _, ..] = parts[..] else { return };
        let text: Vec<&str> = parts.iter().map(|f| f.text.trim_end_matches(['.', ' '])).collect();
        let text = text.join(" ");
        for seen in self.slots(&text, Role::Description) {
            let known = best.knows(seen.verdict.rule);
            let whole = matches!(seen.verdict.rule, "concealed-action" | "sensitive-resource-pull");
            if !known && whole && seen.verdict.confidence.is_none() {
                let why = format!("{}, over several fields", Slot::words(seen.verdict.slots));
                let mut hit = self.hit(seen.verdict.rule, first, 0, first.text.len(), View::Raw, why, seen.related);
                hit.confidence = (text.len() > ROOM).then_some(Confidence::Low);
                best.add(hit, Origin::Slots);
            }
        }
    }

    fn read(&self, raw: &str, role: Role) -> Vec<Seen> {
        self.grammars(raw, role, true)
    }

    /// Only what slots mean together: texts that were put together have no sentences of their own.
    fn slots(&self, raw: &str, role: Role) -> Vec<Seen> {
        self.grammars(raw, role, false)
    }

    fn grammars(&self, raw: &str, role: Role, ordered: bool) -> Vec<Seen> {
        let view = normalize(raw);
        let mut matches = slots::find(&view.text);
        destinations(&view, &mut matches);
        literals(&view.text, &mut matches);
        let references = self.inventory.references(self.server, raw);
        add_references(&view, &references, &mut matches);
        matches.sort_by_key(|m| m.start);
        let parts = sentences(&view.text);
        let mut out = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            let last = parts.get(i + 1).map_or(part.end, |p| p.end);
            // a tag opens a block: what it says may be a few sentences further down
            let from = matches.partition_point(|m| m.start < part.start);
            let near_to = matches.partition_point(|m| m.start < part.end);
            let to = matches.partition_point(|m| m.start < last).min(from + 400);
            let near: u64 = matches[from..near_to].iter().fold(0, |a, m| a | m.slot.bit());
            let tagged = near & (Slot::Tag.bit() | Slot::Spoof.bit()) != 0;
            let last = if tagged { parts.get(i + 5).map_or(view.text.len(), |p| p.end) } else { last };
            let to = if tagged { matches.partition_point(|m| m.start < last).min(from + 400) } else { to };
            let mut shifted: Vec<Match> = matches[from..to].to_vec();
            for m in &mut shifted {
                m.start -= part.start;
                m.end -= part.start;
            }
            let slots = shifted.iter().fold(0, |a, m| a | m.slot.bit());
            if slots.count_ones() < 2 {
                continue;
            }
            let (start, end) = view.raw(raw, part.start, last);
            let inside = |r: &&Reference| r.start >= start && r.end <= end;
            let related: Vec<_> = references.iter().filter(inside).filter_map(|r| r.owner.clone()).collect();
            let window = Window { slots, near, matches: &shifted, role, owned: !related.is_empty() };
            let disguised = view.undone.iter().any(|(a, b)| *a >= start && *b <= end);
            out.extend(judge(&window).into_iter().map(|verdict| Seen {
                verdict,
                start,
                end,
                disguised,
                origin: Origin::Slots,
                related: related.clone(),
            }));
        }
        if ordered {
            out.extend(self.phrases(raw, role, &view, &matches, &references, &parts));
        }
        out
    }

    /// What the patterns over word classes say, sentence by sentence.
    fn phrases(
        &self,
        raw: &str,
        role: Role,
        view: &Mapped,
        matches: &[Match],
        references: &[Reference],
        parts: &[Range<usize>],
    ) -> Vec<Seen> {
        let mut known = matches.to_vec();
        for (start, end) in self.inventory.own_names(self.server, raw) {
            add(&mut known, Slot::Own, view.position(start), view.position(end));
        }
        let own = |name: &str| self.inventory.is_own(self.server, name);
        if role.is_prose() && self.item.key.kind != ItemKind::Content {
            for (slot, start, end) in self.domain.outside(raw, &own) {
                add(&mut known, slot, view.position(start), view.position(end));
            }
            for reference in references.iter().filter(|r| raw[r.start..r.end].contains('_')) {
                add(&mut known, Slot::Outside, view.position(reference.start), view.position(reference.end));
            }
        }
        let mut words = phrases::words(&view.text, &known);
        phrases::without_own_acts(&mut words, &view.text, &|verb| self.inventory.is_own_act(self.server, verb));
        let within = |range: Range<usize>| {
            let from = words.partition_point(|w| w.start < range.start);
            let to = words.partition_point(|w| w.start < range.end);
            &words[from..to.max(from)]
        };
        let mut out = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            let sentence = within(part.clone());
            let first = i.checked_sub(1).map_or(part.start, |b| parts[b].start);
            let last = parts.get(i + 1).map_or(part.end, |p| p.end);
            for said in phrases::judge(sentence, within(first..last), role, i == 0) {
                let (from, to) = if said.wide { (first, last) } else { (part.start, part.end) };
                if identifier::is_the_purpose(self.item, said.rule, &view.text[from..to]) {
                    continue;
                }
                let (start, end) = view.raw(raw, from, to);
                let slots =
                    matches.iter().filter(|m| m.start >= from && m.end <= to).fold(0, |all, m| all | m.slot.bit());
                let disguised = view.undone.iter().any(|(a, b)| *a >= start && *b <= end);
                let verdict = grammar::Verdict { rule: said.rule, confidence: said.confidence, slots };
                let related = references.iter().filter(|r| r.start >= start && r.end <= end);
                let related = related.filter_map(|r| r.owner.clone()).collect();
                let origin = if said.broad { Origin::Broad } else { Origin::Pattern };
                out.push(Seen { verdict, start, end, disguised, origin, related });
            }
        }
        out
    }

    #[allow(clippy::too_many_arguments)] // one call per kind of evidence; a struct would only repeat these names
    fn hit(
        &self,
        rule: &'static str,
        field: &Field<'_>,
        start: usize,
        end: usize,
        view: View,
        why: String,
        related: Vec<(usize, crate::manifest::ItemKey)>,
    ) -> Hit {
        let text = Untrusted::from(field.text);
        let quoted: Untrusted = field.text.get(start..end).unwrap_or_default().trim().into();
        Hit {
            rule: rule.to_owned(),
            server: self.server,
            item: Some(self.item.key.clone()),
            pointer: field.pointer.clone(),
            message: Message::new(format!("{why}: ")).quote(&quoted),
            evidence: vec![Evidence { pointer: field.pointer.clone(), text, view, start, end, why }],
            related,
            location: None,
            confidence: None,
            grade: None,
            path: None,
        }
    }
}

fn add(matches: &mut Vec<Match>, slot: Slot, start: usize, end: usize) {
    matches.push(Match { slot, start, end, foreign_language: false });
}

/// URLs and mail addresses; documentation hosts do not count.
fn destinations(view: &Mapped, matches: &mut Vec<Match>) {
    let text = &view.text;
    for (at, mark) in text.match_indices("://").chain(text.match_indices('@')) {
        let len = text[at + mark.len()..]
            .find(|c: char| c.is_whitespace() || "'\"`)>,".contains(c))
            .unwrap_or(text.len() - at - mark.len());
        let rest = &text[at + mark.len()..at + mark.len() + len];
        let host = rest.split('/').next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
        // "@" in the middle of an address of a page is no mail
        let word = text[..at].rfind(char::is_whitespace).map_or(0, |i| i + 1);
        let mail = mark == "@" && text[..at].ends_with(|c: char| c.is_alphanumeric()) && !text[word..at].contains('/');
        let url = mark == "://" && (text[..at].ends_with("http") || text[..at].ends_with("https"));
        let link = text[..at].ends_with("](http") || text[..at].ends_with("](https");
        if !link && (url || (mail && host.contains('.'))) && !placeholder(host) {
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
    NAMES.contains(&name) || host.ends_with(".example") || matches!(host, "localhost" | "127.0.0.1")
}

/// Quoted values and numbers.
fn literals(text: &str, matches: &mut Vec<Match>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let b = bytes[at];
        let fresh = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        if fresh && matches!(b, b'\'' | b'"' | b'`') {
            let close = bytes[at + 1..].iter().take(80).position(|c| *c == b);
            if let Some(len) = close {
                add(matches, Slot::Literal, at, at + len + 2);
                at += len + 2;
                continue;
            }
        } else if fresh && b.is_ascii_digit() {
            add(matches, Slot::Literal, at, at + 1);
        }
        at += 1;
    }
}

fn add_references(view: &Mapped, references: &[Reference], matches: &mut Vec<Match>) {
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
