//! The wording detector: computes the slots of every text once and reports for all rules about wording.
//!
//! The build makes tables of the data files in `lexicon/` (`loading`, `merging`), which are read in place. One walk over a
//! text finds their entries (`entries`); whose tool is named is in `names`, what words mean together in `grammar` and `phrases`,
//! what a whole text says in `reading`, names of items in `identifier`. Suspicious characters are for the hidden-text detectors.

mod acts;
mod codes;
mod consent;
mod context;
mod edges;
mod entries;
mod everyone;
mod fusion;
mod grammar;
mod identifier;
mod index;
#[cfg(test)]
mod indexing;
mod keys;
mod language;
#[cfg(test)]
mod loading;
mod marks;
#[cfg(test)]
mod merging;
pub mod model;
mod mood;
mod names;
#[cfg(test)]
mod notation;
mod often;
mod outside;
mod packed;
mod pairs;
mod phrases;
mod purpose;
mod reading;
#[cfg(test)]
mod relating;
mod relations;
mod remembered;
mod runs;
mod seams;
mod sections;
mod slot;
mod slots;
mod table;
mod traits;
mod usual;
mod vocabulary;
#[cfg(test)]
mod weighing;
mod weights;
mod word;
#[cfg(test)]
mod tests;

use std::cell::{LazyCell, OnceCell};

use crate::finding::{Evidence, View};
use crate::manifest::{Item, Manifest};
use crate::rule::{Hit, Subject, loaded};
use crate::target::Launch;
use crate::terms::{Confidence, ItemKind};
use crate::text::{Field, MAX_FIELD, Role, capped, fields, without_code};
use crate::untrusted::{Message, Untrusted};
use crate::work::{self, Load};

use context::{Asked, Surroundings};
use everyone::Everyone;
use fusion::{Best, Origin};
use model::Weights;
use names::Inventory;
use pairs::{Number, PAIRS, Seen};
use reading::{Reader, Said};
use remembered::Handle;
use slots::Slot;
use traits::{Known, Trait};
use vocabulary::{Heard, Subjects, Weighed};

/// Reports every rule about wording, for all servers.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut hits = loaded::together(fleet, |fleet| {
        let manifests: Vec<&Manifest> = fleet.iter().map(|s| s.manifest).collect();
        detect_manifests(&manifests)
    });
    // what a host starts is judged as a launch
    let started = |hit: &Hit| {
        let subject = fleet.get(hit.server).filter(|s| matches!(s.target.launch, Launch::File(_)));
        let bundle = subject.is_some_and(|s| s.published.bundle.is_some());
        let server = hit.item.as_ref().is_some_and(|item| item.kind == ItemKind::Server);
        bundle && server && matches!(hit.pointer.tokens(), [a, b, ..] if &**a == "server" && &**b == "mcp_config")
    };
    hits.retain(|hit| !started(hit));
    hits
}

/// The same on manifests alone, which is all this detector reads of a subject.
pub fn detect_manifests(manifests: &[&Manifest]) -> Vec<Hit> {
    let all = read(manifests, &model::WEIGHTS, |place, read| place.hits(read));
    all.into_iter().flatten().flatten().collect()
}

/// The same of words that a project orders, which mention nothing, however many honest ones stand around them.
pub fn detect_orders(manifest: &Manifest) -> Vec<Hit> {
    let orders =
        |place: &Place<'_>, read: Read<'_>| place.hits(Read { score: read.score.max(fusion::HARMLESS), ..read });
    read(&[manifest], &model::WEIGHTS, orders).into_iter().flatten().flatten().collect()
}

/// What the model knows each item of a server by, as keys with their group: for training.
pub fn traits_of(manifest: &Manifest) -> Vec<(&Item, Vec<(u32, usize)>)> {
    let keys = |_: &Place<'_>, read: Read<'_>| {
        let mut keys: Vec<(u32, usize)> = read.traits.iter().map(|t| (t.key, traits::SAID)).collect();
        keys.extend(read.classes.iter().map(|n| (PAIRS.key(*n), PAIRS.group_of(*n))));
        keys.sort_by_key(|(key, _)| *key);
        keys.dedup_by_key(|(key, _)| *key);
        keys.extend(read.words.iter().map(|w| (w.key, w.group)));
        keys
    };
    let keys = read(&[manifest], &Weights::Everything, keys);
    manifest.items.iter().zip(keys.into_iter().flatten()).collect()
}

/// What was read of an item.
struct Read<'a> {
    best: Best,
    fields: Vec<Field<'a>>,
    /// Slots and word classes of its sentences, each once.
    classes: Vec<Number>,
    /// What else it is known by, each once, by key.
    traits: Vec<Known>,
    words: Vec<Weighed>,
    /// How far all that reads as attacks do.
    score: f64,
    /// The sentence that does so most, and the field it is in.
    worst: Option<(usize, reading::Worst)>,
}

/// Reads all items of all servers, and what `one` makes of each.
fn read<R: Send>(
    manifests: &[&Manifest],
    weights: &Weights,
    one: impl Fn(&Place<'_>, Read<'_>) -> R + Sync,
) -> Vec<Vec<R>> {
    let mut items = Vec::new();
    for (server, manifest) in manifests.iter().enumerate() {
        let large = manifest.items.len() >= MANY_TOOLS;
        items.extend(manifest.items.iter().enumerate().map(|(at, item)| (server, at, large, item)));
    }
    let parts: Vec<&[(usize, usize, bool, &Item)]> = items.chunks(PART).collect();
    let (known, words) = (reading::Known::default(), vocabulary::Known::default());
    // what few items repeat is read by one thread
    let (known, words) = if parts.len() > 1 { (Some(&known), Some(&words)) } else { (None, None) };
    let load = Load::bytes(manifests.iter().map(|m| m.size()).sum());
    let everyone: Vec<Everyone<'_>> = manifests.iter().map(|m| Everyone::of(m)).collect();
    let subjects = || manifests.iter().map(|m| Subjects::of(m, weights, words)).collect();
    let (inventory, subjects): (_, Vec<Subjects<'_>>) = work::both(load, || Inventory::of(manifests), subjects);
    work::in_order(&parts, load, |part| {
        let mut reader = Reader::new(&inventory, weights, known);
        let (mut seen, mut heard) = (Seen::new(), Heard::of(words));
        let mut out = Vec::with_capacity(part.len());
        for (server, at, large, item) in *part {
            let place = Place {
                server: *server,
                large: *large,
                item,
                purposes: OnceCell::new(),
                subjects: OnceCell::new(),
                surroundings: Surroundings::of(item, &everyone[*server]),
            };
            let (mut best, mut traits) = (Best::default(), Vec::new());
            reader.turn();
            let mut worst: Option<(usize, reading::Worst)> = None;
            let fields = fields(item);
            let mut field = |field| place.field(field, &mut reader, &mut best, &mut traits);
            let read: Vec<Option<Handle>> = fields.iter().map(&mut field).collect();
            let texts: Vec<Option<&Said>> = read.iter().map(|handle| handle.map(|at| reader.at(at))).collect();
            for (i, most) in texts.iter().enumerate().filter_map(|(i, said)| Some((i, (*said)?.worst?))) {
                worst = Some(worst.filter(|(_, worst)| !most.says_more(worst)).unwrap_or((i, most)));
            }
            place.joined(&fields, &texts, &reader, &mut best);
            place.asked(&fields, weights, &mut best, &mut traits);
            traits.sort_unstable_by_key(|t: &Known| t.key);
            traits.dedup_by_key(|t| t.key);
            let (classes, sums) = seen.once(texts.iter().flatten().map(|said| &said.classes[..]));
            let words = subjects[*server].words(*at, item, &mut heard);
            let score = model::score(weights, sums, &traits, &words);
            out.push(one(&place, Read { best, fields, classes, traits, words, score, worst }));
        }
        out
    })
}

/// Items that are read at a time.
const PART: usize = 128;

/// From this many tools on, a name nobody here has is more often one of the server's own that is switched off or spelled
/// otherwise than somebody else's: it warns.
const MANY_TOOLS: usize = 8;

struct Place<'a> {
    server: usize,
    /// The server lists many tools.
    large: bool,
    item: &'a Item,
    /// What the item is there for, when a sentence asks.
    purposes: OnceCell<u32>,
    /// Subjects that are its own.
    subjects: OnceCell<u8>,
    /// What its parameters may be for.
    surroundings: Surroundings<'a>,
}

impl Place<'_> {
    fn own_purposes(&self) -> u32 {
        *self.purposes.get_or_init(|| identifier::own_purposes(self.item))
    }

    /// Reads one field.
    fn field<'f>(
        &self,
        field: &Field<'f>,
        reader: &mut Reader<'f>,
        best: &mut Best,
        traits: &mut Vec<Known>,
    ) -> Option<Handle> {
        let weights = reader.weights();
        let mut known = |what: Trait| traits.extend(Known::of(weights, what));
        for rule in identifier::judge(field, &self.surroundings) {
            known(Trait::Form(rule, false));
            best.add(
                self.hit(rule, field, 0, field.text.len(), View::Raw, "the words of the name".into(), vec![]),
                Origin::Slots,
            );
        }
        if matches!(field.role, Role::PropertyName | Role::Name) && !field.text.contains(' ') {
            return None;
        }
        let speaks = field.role.is_prose() && self.item.key.kind != ItemKind::Content;
        let handle = match self.page(field) {
            Some(words) => reader.once(self.server, capped(&words, MAX_FIELD), field.role, speaks),
            None => reader.read(self.server, field.text, field.role, speaks),
        };
        let said = reader.at(handle);
        let public = LazyCell::new(|| identifier::is_public_key(field));
        let meant = |seen: &&reading::Seen| {
            let (rule, range, own) = (seen.verdict.rule, seen.start..seen.end, self.item);
            let open = rule == "sensitive-resource-pull" && (*public || identifier::is_list_of_hosts(field.text, own));
            let asked = rule == "consent-bypass" && consent::is_asked_for(field.text, range.clone());
            let usual = || field.text.get(range).is_some_and(|said| usual::is_usual(rule, own, said));
            !open && !asked && !usual() && (seen.purposes == 0 || seen.purposes & self.own_purposes() == 0)
        };
        let pointer = LazyCell::new(|| field.pointer());
        for seen in said.plain.iter().filter(meant) {
            let rule = seen.verdict.rule;
            known(Trait::Said(rule, seen.verdict.confidence, seen.origin));
            let named = matches!(rule, "foreign-tool-sequencing" | "parameter-redirection" | "result-tampering");
            let weak = self.large && named && seen.related.is_empty();
            let confidence = if weak { Some(Confidence::Low) } else { seen.verdict.confidence };
            let why = || slots::said(field.text.get(seen.start..seen.end).unwrap_or_default(), seen.verdict.slots);
            let (disguise, view) = ("obfuscated-instruction", View::Normalized);
            if seen.disguised {
                best.see((disguise, &pointer), None, seen.origin, || {
                    self.hit(disguise, field, seen.start, seen.end, view, why(), vec![])
                });
            }
            best.see((rule, &pointer), confidence, seen.origin, || {
                let view = if seen.disguised { view } else { View::Raw };
                self.hit(rule, field, seen.start, seen.end, view, why(), seen.related.clone())
            });
        }
        self.beside(field, reader, &said.beside, best, &mut known);
        for d in &said.decoded {
            for seen in d.seen.iter().filter(meant) {
                known(Trait::Form(seen.verdict.rule, true));
                if best.has(seen.verdict.rule, &pointer) || (seen.verdict.confidence.is_some() && !d.sure) {
                    continue;
                }
                let rule = if d.encoded { "encoded-instruction" } else { "obfuscated-instruction" };
                let origin = if d.encoded { Origin::Slots } else { seen.origin };
                // what is weak in plain words is no surer for being encoded
                best.see((rule, &pointer), seen.verdict.confidence, origin, || {
                    let view = if d.encoded { View::Decoded } else { View::Normalized };
                    let why = format!("{}: {}", d.how, Slot::words(seen.verdict.slots));
                    self.hit(rule, field, d.start, d.end, view, why, vec![])
                });
            }
        }
        Some(handle)
    }

    /// The words of an app page, without its scripts and styles, which the detectors about characters, pages and scripts
    /// read.
    fn page(&self, field: &Field<'_>) -> Option<String> {
        let html = || self.item.text("mimeType").is_some_and(|m| m.to_ascii_lowercase().starts_with("text/html"));
        let body = self.item.key.kind == ItemKind::Content && field.trail.depth() == 1 && field.trail.last() == "text";
        // of the whole text: an end may lie beyond what is read
        (body && html()).then(|| without_code(self.item.text("text").unwrap_or(field.text)))
    }

    /// The hits of an item: what the grammars saw, weighed by what the model makes of it.
    fn hits(&self, read: Read<'_>) -> Vec<Hit> {
        let prose = || read.fields.iter().filter(|f| f.role.is_prose()).map(|f| f.text);
        let score = fusion::in_language(read.score, || language::is_foreign(prose()));
        let read = Read { score, ..read };
        let whole = self.whole(&read);
        read.best.hits(self.large, score, whole)
    }

    /// What the model says of the item as a whole. It never gates alone: a sentence has to have a relation.
    fn whole(&self, read: &Read<'_>) -> Option<Hit> {
        let Read { fields, classes, words, score, worst, .. } = read;
        // the more text, the more words of attacks stand in it by chance
        let long = worst.is_some_and(|(i, _)| fields[i].text.len() > fusion::ROOM);
        let said = fusion::of_whole(*score, self.large || long, worst.is_some_and(|(_, w)| w.relation.is_some()))?;
        let why = vocabulary::explained(classes, words, fields);
        if let Some((i, w)) = worst.filter(|_| said == fusion::Whole::Certain) {
            let why = w.says(fields[i].text) + ", in a text that " + &why;
            let mut hit = self.hit(fusion::WHOLE, &fields[i], w.start, w.end, View::Raw, why, vec![]);
            hit.confidence = Some(Confidence::Medium);
            return Some(hit);
        }
        let text = |f: &&Field<'_>| matches!(f.role, Role::Description | Role::Instructions);
        let whole = || fields.iter().find(text).or(fields.first()).map(|f| (f, 0, f.text.len()));
        let (field, start, end) = worst.map(|(i, w)| (&fields[i], w.start, w.end)).or_else(whole)?;
        let mut hit = self.hit(fusion::MODEL, field, start, end, View::Normalized, why, vec![]);
        hit.confidence = Some(Confidence::Low);
        Some(hit)
    }

    /// What is beside the purpose of the tool.
    fn beside(
        &self,
        field: &Field<'_>,
        reader: &Reader<'_>,
        said: &[reading::Beside],
        best: &mut Best,
        known: &mut dyn FnMut(Trait),
    ) {
        if said.is_empty() {
            return;
        }
        let own = *self.subjects.get_or_init(|| reader.own_subjects(self.server) | purpose::own_of(self.item));
        for reading::Beside { sentence, start, end, related } in said {
            sentence.traits(own).into_iter().for_each(|(what, weight)| known(Trait::Subject(what, weight)));
            let parameter =
                || field.role == Role::Description && purpose::names_parameter(self.item, &field.text[*start..*end]);
            if let Some(confidence) = sentence.weigh(own, !self.large, &parameter) {
                known(Trait::Said(purpose::RULE, Some(confidence), Origin::Broad));
                let origin = if confidence == Confidence::Low { Origin::Broad } else { Origin::Pattern };
                best.see((purpose::RULE, &field.pointer()), Some(confidence), origin, || {
                    self.hit(purpose::RULE, field, *start, *end, View::Raw, sentence.says(own), related.clone())
                });
            }
        }
    }

    /// What its parameters ask for together.
    fn asked(&self, fields: &[Field<'_>], weights: &Weights, best: &mut Best, traits: &mut Vec<Known>) {
        let asked = best.knows("context-parameter").then(|| self.surroundings.of_item(fields));
        let Some(Asked { field, why, several, everyone, unusual }) = asked.flatten() else { return };
        let rule = "context-harvest";
        let confidence = |sure| if sure { Confidence::Medium } else { Confidence::Low };
        traits.extend(Known::of(weights, Trait::Said(rule, Some(confidence(several)), Origin::Slots)));
        let mut hit = self.hit(rule, field, 0, field.text.len(), View::Raw, why, vec![]);
        hit.confidence = Some(if everyone { Confidence::High } else { confidence(several || unusual) });
        best.add(hit, Origin::Slots);
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
