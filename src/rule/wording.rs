//! The wording detector: computes the slots of every text once and reports for all rules about wording.
//!
//! Lexicons are in `slots`, whose tool is named in `names`, what words mean together in `grammar` and `phrases`, what a
//! whole text says in `reading`, names of items and parameters in `identifier`. Which characters are suspicious by themselves is for the hidden-text detectors.

mod fusion;
mod grammar;
mod identifier;
mod index;
mod marks;
pub mod model;
mod mood;
mod names;
mod notation;
mod outside;
mod phrases;
mod purpose;
mod reading;
mod slots;
mod table;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use crate::finding::{Evidence, View};
use crate::manifest::{Item, Manifest};
use crate::rule::work::{self, Load};
use crate::rule::{Hit, Subject};
use crate::terms::{Confidence, ItemKind};
use crate::text::{Field, MAX_FIELD, Role, capped, fields, without_code};
use crate::untrusted::{Message, Untrusted};

use fusion::{Best, Origin, ROOM};
use names::Inventory;
use reading::Reader;
use slots::Slot;

/// Reports every rule about wording, for all servers.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let manifests: Vec<&Manifest> = fleet.iter().map(|s| s.manifest).collect();
    detect_manifests(&manifests)
}

/// The same on manifests alone, which is all this detector reads of a subject.
pub fn detect_manifests(manifests: &[&Manifest]) -> Vec<Hit> {
    let inventory = Inventory::of(manifests);
    // a weak hit that stands alone in a large server is dropped, so it is not looked for there
    let small = manifests.iter().map(|m| if m.items.len() < MANY_TOOLS { model::judge(m) } else { Vec::new() });
    let unusual: Vec<Vec<model::Unusual<'_>>> = small.collect();
    let mut items = Vec::new();
    for (server, manifest) in manifests.iter().enumerate() {
        let large = manifest.items.len() >= MANY_TOOLS;
        items.extend(manifest.items.iter().map(|item| (server, large, item)));
    }
    let parts: Vec<&[(usize, bool, &Item)]> = items.chunks(PART).collect();
    let hits = work::in_order(&parts, Load::of(manifests), |part| {
        let mut reader = Reader::new(&inventory);
        let mut out = Vec::new();
        for (server, large, item) in *part {
            let place = Place { server: *server, large: *large, item, purposes: identifier::own_purposes(item) };
            let mut best = Best::default();
            let fields = fields(item);
            for field in &fields {
                place.field(field, &mut reader, &mut best);
            }
            place.joined(&fields, &reader, &mut best);
            place.unusual(&fields, &unusual[*server], &mut best);
            out.extend(best.hits(*large));
        }
        out
    });
    hits.into_iter().flatten().collect()
}

/// Items that are read at a time.
const PART: usize = 128;

/// From this many tools on, a name nobody here has is more often one of the server's own that is switched off or spelled
/// otherwise than somebody else's: it warns.
const MANY_TOOLS: usize = 8;

/// Where a sentence ends.
const ENDS: [char; 10] = ['.', '!', '?', ':', ';', ')', '。', '！', '？', '।'];

struct Place<'a> {
    server: usize,
    /// The server lists many tools.
    large: bool,
    item: &'a Item,
    /// What the item is there for.
    purposes: u32,
}

impl Place<'_> {
    fn field<'f>(&self, field: &Field<'f>, reader: &mut Reader<'f>, best: &mut Best) {
        for rule in identifier::judge(field, self.item) {
            best.add(
                self.hit(rule, field, 0, field.text.len(), View::Raw, "the words of the name".into(), vec![]),
                Origin::Slots,
            );
        }
        if matches!(field.role, Role::PropertyName | Role::Name) && !field.text.contains(' ') {
            return;
        }
        let speaks = field.role.is_prose() && self.item.key.kind != ItemKind::Content;
        let said = match self.page(field) {
            Some(words) => Rc::new(reader.said(self.server, capped(&words, MAX_FIELD), field.role, speaks)),
            None => reader.read(self.server, field.text, field.role, speaks),
        };
        let meant = |seen: &&reading::Seen| seen.purposes & self.purposes == 0;
        for seen in said.plain.iter().filter(meant) {
            let why = Slot::words(seen.verdict.slots);
            let view = if seen.disguised { View::Normalized } else { View::Raw };
            let rule = seen.verdict.rule;
            let mut hit = self.hit(rule, field, seen.start, seen.end, view, why.clone(), seen.related.clone());
            hit.confidence = seen.verdict.confidence;
            let named = matches!(rule, "foreign-tool-sequencing" | "parameter-redirection" | "result-tampering");
            if self.large && named && hit.related.is_empty() {
                hit.confidence = Some(Confidence::Low);
            }
            if seen.disguised {
                let other = self.hit("obfuscated-instruction", field, seen.start, seen.end, view, why, vec![]);
                best.add(other, seen.origin);
            }
            best.add(hit, seen.origin);
        }
        self.beside(field, reader, &said.beside, best);
        for d in &said.decoded {
            for seen in d.seen.iter().filter(meant) {
                if best.has(seen.verdict.rule, &field.pointer()) || (seen.verdict.confidence.is_some() && !d.sure) {
                    continue;
                }
                let rule = if d.encoded { "encoded-instruction" } else { "obfuscated-instruction" };
                let view = if d.encoded { View::Decoded } else { View::Normalized };
                let why = format!("{}: {}", d.how, Slot::words(seen.verdict.slots));
                let origin = if d.encoded { Origin::Slots } else { seen.origin };
                let mut hit = self.hit(rule, field, d.start, d.end, view, why, vec![]);
                // what is weak in plain words is no surer for being encoded
                hit.confidence = seen.verdict.confidence;
                best.add(hit, origin);
            }
        }
    }

    /// The words of an app page, without its scripts and styles, which the detectors about characters, pages and scripts
    /// read.
    fn page(&self, field: &Field<'_>) -> Option<String> {
        let html = || self.item.text("mimeType").is_some_and(|m| m.to_ascii_lowercase().starts_with("text/html"));
        let body = self.item.key.kind == ItemKind::Content && field.trail.depth() == 1 && field.trail.last() == "text";
        // of the whole text: an end may lie beyond what is read
        (body && html()).then(|| without_code(self.item.text("text").unwrap_or(field.text)))
    }

    /// What the word model says of the item as a whole.
    fn unusual(&self, fields: &[Field<'_>], found: &[model::Unusual<'_>], best: &mut Best) {
        let Some(found) = found.iter().find(|u| std::ptr::eq(u.item, self.item)) else { return };
        let text = |f: &&Field<'_>| matches!(f.role, Role::Description | Role::Instructions);
        let Some(field) = fields.iter().find(text).or(fields.first()) else { return };
        let why = format!("words of attacks more than of honest texts: {}", found.words.join(", "));
        let mut hit = self.hit("statistical-anomaly", field, 0, field.text.len(), View::Normalized, why, vec![]);
        hit.confidence = Some(Confidence::Low);
        best.add(hit, Origin::Pattern);
    }

    /// What is beside the purpose of the tool.
    fn beside(&self, field: &Field<'_>, reader: &Reader<'_>, said: &[reading::Beside], best: &mut Best) {
        if said.is_empty() {
            return;
        }
        let own = reader.own_subjects(self.server) | purpose::own_of(self.item);
        for reading::Beside { sentence, start, end, related } in said {
            let parameter =
                || field.role == Role::Description && purpose::names_parameter(self.item, &field.text[*start..*end]);
            if let Some(confidence) = sentence.weigh(own, !self.large, &parameter) {
                let why = sentence.says(own);
                let mut hit = self.hit(purpose::RULE, field, *start, *end, View::Raw, why, related.clone());
                hit.confidence = Some(confidence);
                best.add(hit, if confidence == Confidence::Low { Origin::Broad } else { Origin::Pattern });
            }
        }
    }

    /// The joined view: all descriptions of a tool in order, for payloads split over fields.
    fn joined(&self, fields: &[Field<'_>], reader: &Reader<'_>, best: &mut Best) {
        let prose = |f: &&Field<'_>| matches!(f.role, Role::Description | Role::ParamDescription) && f.text.len() < 400;
        let parts: Vec<&Field<'_>> = fields.iter().filter(prose).take(40).collect();
        let [first, _, ..] = parts[..] else { return };
        for (i, second) in parts.iter().enumerate().skip(1) {
            self.continued(first, second, reader, best);
            if i > 1 {
                self.continued(parts[i - 1], second, reader, best);
            }
        }
        let text: Vec<&str> = parts.iter().map(|f| f.text.trim_end_matches(['.', ' '])).collect();
        let text = text.join(" ");
        for seen in reader.joined(self.server, &text) {
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

    /// A sentence that stops in the middle and goes on in another field.
    fn continued(&self, first: &Field<'_>, second: &Field<'_>, reader: &Reader<'_>, best: &mut Best) {
        let (begun, rest) = (first.text.trim_end(), second.text.trim_start());
        let goes_on = rest.chars().next().is_some_and(|c| !c.is_uppercase());
        if begun.is_empty() || begun.ends_with(ENDS) || !goes_on {
            return;
        }
        let text = format!("{begun} {rest}");
        for seen in reader.across(self.server, &text, begun.len()) {
            // parameters are a list, and lists go on without a stop
            let listed = first.role != Role::Description;
            let weak = listed && seen.verdict.confidence.is_some();
            if weak || seen.purposes & self.purposes != 0 || best.knows(seen.verdict.rule) {
                continue;
            }
            let why = format!("{}, begun here and ended in another field", Slot::words(seen.verdict.slots));
            let start = seen.start.min(begun.len());
            let mut hit = self.hit(seen.verdict.rule, first, start, begun.len(), View::Raw, why, seen.related);
            hit.confidence = if listed { Some(Confidence::Low) } else { seen.verdict.confidence };
            best.add(hit, seen.origin);
        }
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
        let pointer = field.pointer();
        let quoted: Untrusted = field.text.get(start..end).unwrap_or_default().trim().into();
        Hit {
            rule: rule.to_owned(),
            server: self.server,
            item: Some(self.item.key.clone()),
            message: Message::new(format!("{why}: ")).quote(&quoted),
            evidence: vec![Evidence { pointer: pointer.clone(), text, view, start, end, why }],
            pointer,
            related,
            location: None,
            confidence: None,
            grade: None,
            path: None,
        }
    }
}
