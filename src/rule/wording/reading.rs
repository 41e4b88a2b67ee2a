//! What a text says: its views, the slots in them, and both grammars over its sentences. Whose text it is does not matter
//! here beyond the server's own names, so that what was read once is remembered: servers repeat themselves.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use super::edges::Edges;
use super::entries::Found;
use super::fusion::Origin;
use super::grammar::{self, Verdict, Window, judge};
use super::keys::Where;
use super::model::Weights;
use super::names::{Inventory, Reference};
use super::pairs::{Number, PAIRS};
use super::phrases::Word;
use super::relations::{self, Relation};
use super::remembered::{Handle, Remembered, Shared};
use super::runs::{self, Run};
use super::slots::{self, Match, Slot};
use super::table::Set;
use super::{identifier, marks, phrases, purpose, traits};
use crate::manifest::ItemKey;
use crate::text::{Mapped, Role, decoded, normalize, sentences};

/// A verdict with its range in the raw text.
pub struct Seen {
    pub verdict: Verdict,
    pub start: usize,
    pub end: usize,
    pub disguised: bool,
    pub origin: Origin,
    pub related: Vec<(usize, ItemKey)>,
    /// A tool that is there for one of these does not mean it (`identifier`).
    pub purposes: u32,
}

/// What a text says.
#[derive(Default)]
pub struct Said {
    /// As it stands.
    pub plain: Vec<Seen>,
    /// What it decodes to.
    pub decoded: Vec<Layer>,
    /// Sentences that no tool but one of their subject needs.
    pub beside: Vec<Beside>,
    /// What may go on in another text, where that is known.
    pub edges: Option<Edges>,
    /// What the model knows its sentences by.
    pub classes: Box<[Number]>,
    /// The sentence that reads most like an attack.
    pub worst: Option<Worst>,
}

/// A sentence that reads like an attack, with its range in the raw text.
#[derive(Clone, Copy)]
pub struct Worst {
    /// How much.
    pub weight: f64,
    pub start: usize,
    pub end: usize,
    /// Its slots.
    pub slots: u64,
    /// What it puts together.
    pub relation: Option<&'static Relation>,
}

impl Worst {
    /// Whether it says more than another: what puts something together does so before all else.
    pub fn says_more(&self, than: &Self) -> bool {
        let rank = |worst: &Self| (worst.relation.is_some(), worst.weight);
        rank(self) > rank(than)
    }

    /// What it puts together and its slots, for people; of the text that it is in.
    pub fn says(&self, text: &str) -> String {
        let relation = self.relation.map_or("", |relation| relation.says);
        let said = || slots::said(text.get(self.start..self.end).unwrap_or_default(), self.slots);
        if self.slots == 0 { relation.to_owned() } else { format!("{relation} ({})", said()) }
    }
}

/// A sentence with a subject, with its range in the raw text.
pub struct Beside {
    pub sentence: purpose::Sentence,
    pub start: usize,
    pub end: usize,
    pub related: Vec<(usize, ItemKey)>,
}

/// What a text says once it is decoded.
pub struct Layer {
    pub start: usize,
    pub end: usize,
    pub encoded: bool,
    pub sure: bool,
    pub how: &'static str,
    pub seen: Vec<Seen>,
}

/// What a text says depends on the server, its role and whether it speaks for the server.
type Depends = (usize, Role, bool);

/// What texts say, for all threads.
pub type Known<'t> = Shared<'t, Depends, Said>;

/// Reads texts.
pub struct Reader<'a> {
    inventory: &'a Inventory,
    weights: &'a Weights,
    known: Remembered<'a, 'a, Depends, Said>,
    lists: Cell<Lists>,
}

/// The room of lists that are made for every text anew.
#[derive(Default)]
struct Lists {
    found: Vec<Found>,
    matches: Vec<Match>,
    known: Vec<Match>,
    runs: Vec<Run>,
    parts: Vec<Range<usize>>,
    words: Vec<Word>,
    classes: Vec<u16>,
    numbers: Vec<Number>,
}

impl<'a> Reader<'a> {
    /// Knows what was read before.
    pub fn new(inventory: &'a Inventory, weights: &'a Weights, known: Option<&'a Known<'a>>) -> Self {
        Self { inventory, weights, known: Remembered::new(known), lists: Cell::default() }
    }

    /// What a field says. What lies outside the server counts where the text `speaks` for it.
    pub fn read(&mut self, server: usize, raw: &'a str, role: Role, speaks: bool) -> Handle {
        let mut known = std::mem::replace(&mut self.known, Remembered::new(None));
        let place = known.get(raw, (server, role, speaks), || self.said(server, raw, role, speaks));
        self.known = known;
        place
    }

    /// The same of words that are nowhere else.
    pub fn once(&mut self, server: usize, raw: &str, role: Role, speaks: bool) -> Handle {
        let said = Arc::new(self.said(server, raw, role, speaks));
        self.known.hold(said)
    }

    /// What was read there.
    pub fn at(&self, place: Handle) -> &Said {
        self.known.at(place)
    }

    /// The next item begins.
    pub fn turn(&mut self) {
        self.known.forget();
    }

    /// The same of a text that is not remembered.
    pub fn said(&self, server: usize, raw: &str, role: Role, speaks: bool) -> Said {
        let layer = |d: crate::text::Decoded| {
            let seen = self.grammars(server, &d.text, role, speaks).plain;
            Layer { start: d.start, end: d.end, encoded: d.encoded, sure: d.sure, how: d.how, seen }
        };
        let decoded = decoded(raw).into_iter().map(layer).filter(|l| !l.seen.is_empty()).collect();
        Said { decoded, ..self.grammars(server, raw, role, speaks) }
    }

    /// What texts say that were put together: they have no sentences of their own, so only what slots mean together.
    pub fn joined(&self, server: usize, raw: &str) -> Vec<Seen> {
        let view = normalize(raw);
        // most have none of what they are read for
        if !grammar::may_conceal(&slots::find_joined(&view.text)) {
            return Vec::new();
        }
        let mut lists = self.lists.take();
        let text = Text::of(self.inventory, server, raw, view, &mut lists);
        let seen = text.windows(Role::Description);
        let Text { matches, parts, .. } = text;
        self.lists.set(Lists { matches, parts, ..lists });
        seen
    }

    /// What traits weigh.
    pub fn weights(&self) -> &'a Weights {
        self.weights
    }

    /// What a sentence says that begins in one text and ends in the next: only what reaches over `seam`.
    pub fn across(&self, server: usize, raw: &str, seam: usize) -> Vec<Seen> {
        let said = self.grammars(server, raw, Role::Description, true);
        said.plain.into_iter().filter(|s| s.start < seam && s.end > seam).collect()
    }

    /// The subjects that are a server's own (`purpose`).
    pub fn own_subjects(&self, server: usize) -> u8 {
        self.inventory.own_subjects(server)
    }

    fn grammars(&self, server: usize, raw: &str, role: Role, speaks: bool) -> Said {
        let mut lists = self.lists.take();
        let (mut words, mut numbers) = (std::mem::take(&mut lists.words), std::mem::take(&mut lists.numbers));
        let (mut classes, mut known) = (std::mem::take(&mut lists.classes), std::mem::take(&mut lists.known));
        words.clear();
        numbers.clear();
        let text = Text::of(self.inventory, server, raw, normalize(raw), &mut lists);
        let mut plain = text.windows(role);
        let mut worst: Option<Worst> = None;
        let mut weigh = |i: usize, words: &[Word], present: &Set| {
            phrases::named(present, &mut classes);
            let at = if i == 0 && role == Role::Description { Where::First } else { traits::place(role) };
            let weight = PAIRS.of_sentence(self.weights, &classes, at, &mut numbers).total();
            if weight > 0.0 {
                let part = &text.parts[i];
                let (start, end) = text.view.raw(raw, part.start, part.end);
                let slots = classes.iter().filter(|c| **c < 64).fold(0, |all, c| all | 1 << *c);
                let here = Worst { weight, start, end, slots, relation: relations::find(words, present) };
                worst = Some(worst.filter(|worst| !here.says_more(worst)).unwrap_or(here));
            }
        };
        text.words(self.inventory, server, speaks, &mut known, &mut words);
        plain.extend(text.phrases(&words, role, &mut weigh));
        let beside = text.beside();
        let Text { matches, parts, edges, .. } = text;
        let said = Said { plain, beside, edges, classes: numbers.as_slice().into(), worst, decoded: Vec::new() };
        self.lists.set(Lists { words, numbers, classes, known, matches, parts, ..lists });
        said
    }
}

/// A text with what was found in it.
struct Text<'t, 'l> {
    raw: &'t str,
    view: Mapped,
    found: &'l [Found],
    matches: Vec<Match>,
    runs: &'l [Run],
    references: Vec<Reference>,
    parts: Vec<Range<usize>>,
    edges: Option<Edges>,
}

impl<'t, 'l> Text<'t, 'l> {
    /// Finds everything in a text and its normalized view.
    fn of(inventory: &Inventory, server: usize, raw: &'t str, view: Mapped, lists: &'l mut Lists) -> Self {
        let Lists { found, runs, matches, parts, .. } = lists;
        let (mut matches, mut parts) = (std::mem::take(matches), std::mem::take(parts));
        found.clear();
        runs.clear();
        let edges = Edges::find(raw, &view.text, found, &mut matches);
        marks::without_placeholders(&view.text, &mut matches);
        marks::destinations(&view, &mut matches);
        marks::literals(&view.text, &mut matches);
        runs::find(raw, runs);
        let references = inventory.references(server, raw, runs);
        marks::references(&view, &references, &mut matches);
        matches.sort_by_key(|m| m.start);
        sentences(&view.text, &mut parts);
        Self { raw, view, found, matches, runs, references, parts, edges }
    }

    /// What slots mean together in a sentence and the one after it.
    fn windows(&self, role: Role) -> Vec<Seen> {
        let Self { raw, view, matches, references, parts, .. } = self;
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
            let slots = matches[from..to].iter().fold(0, |a, m| a | m.slot.bit());
            if slots.count_ones() < 2 {
                continue;
            }
            let (start, end) = view.raw(raw, part.start, last);
            let related = owners(references, start, end);
            let brought = references.iter().any(|r| r.brought && r.start >= start && r.end <= end);
            let (begins, matches, owned) = (part.start, &matches[from..to], !related.is_empty());
            let window = Window { slots, near, begins, matches, role, owned, brought };
            let disguised = view.undoes(start, end);
            out.extend(judge(&window).into_iter().map(|verdict| Seen {
                verdict,
                start,
                end,
                disguised,
                origin: Origin::Slots,
                related: related.clone(),
                purposes: 0,
            }));
        }
        out
    }

    /// Sentences with a subject of their own.
    fn beside(&self) -> Vec<Beside> {
        let Self { raw, view, found, references, parts, .. } = self;
        let named: Vec<usize> = references.iter().map(|r| view.position(r.start)).collect();
        let one = |sentence: purpose::Sentence| {
            let (start, end) = view.raw(raw, sentence.range.start, sentence.range.end);
            Beside { sentence, start, end, related: owners(references, start, end) }
        };
        purpose::read(&view.text, found, parts, &named).into_iter().map(one).collect()
    }

    /// Finds the words with a class.
    fn words(&self, inventory: &Inventory, server: usize, speaks: bool, known: &mut Vec<Match>, words: &mut Vec<Word>) {
        let Self { raw, view, found, matches, runs, references, .. } = self;
        known.clone_from(matches);
        for (start, end) in inventory.own_names(server, raw, runs) {
            marks::add(known, Slot::Own, view.position(start), view.position(end));
        }
        if speaks {
            for (slot, start, end) in inventory.outside(server, raw, runs) {
                marks::add(known, slot, view.position(start), view.position(end));
            }
            for reference in references.iter().filter(|r| raw[r.start..r.end].contains('_')) {
                marks::add(known, Slot::Outside, view.position(reference.start), view.position(reference.end));
            }
        }
        phrases::words(&view.text, found, known, &|verb| inventory.is_own_act(server, verb), words);
    }

    /// What the patterns over word classes say, sentence by sentence; each is shown with its number, its words and their
    /// classes.
    fn phrases(&self, words: &[Word], role: Role, show: &mut dyn FnMut(usize, &[Word], &Set)) -> Vec<Seen> {
        let Self { raw, view, matches, references, parts, .. } = self;
        let within = |range: Range<usize>| {
            let from = words.partition_point(|w| w.place().start < range.start);
            let to = words.partition_point(|w| w.place().start < range.end);
            &words[from..to.max(from)]
        };
        let mut out = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            let sentence = within(part.clone());
            let present = phrases::set(sentence);
            show(i, sentence, &present);
            let first = i.checked_sub(1).map_or(part.start, |b| parts[b].start);
            let last = parts.get(i + 1).map_or(part.end, |p| p.end);
            for said in phrases::judge(&view.text, sentence, &present, within(first..last), role, i == 0) {
                let (from, to) = if said.wide { (first, last) } else { (part.start, part.end) };
                let (start, end) = view.raw(raw, from, to);
                let inside = &matches[matches.partition_point(|m| m.start < from)..];
                let inside = inside.iter().take_while(|m| m.start <= to).filter(|m| m.end <= to);
                let slots = inside.fold(0, |all, m| all | m.slot.bit());
                let purpose = identifier::has_purpose(said.rule);
                out.push(Seen {
                    verdict: Verdict { rule: said.rule, confidence: said.confidence, slots },
                    start,
                    end,
                    disguised: view.undoes(start, end),
                    origin: if said.broad { Origin::Broad } else { Origin::Pattern },
                    related: owners(references, start, end),
                    purposes: if purpose { identifier::purposes(&view.text[from..to]) } else { 0 },
                });
            }
        }
        out
    }
}

/// The tools of others that are named in a range of the raw text.
fn owners(references: &[Reference], start: usize, end: usize) -> Vec<(usize, ItemKey)> {
    let inside = references.iter().filter(|r| r.start >= start && r.end <= end);
    inside.filter_map(|r| r.owner.clone()).collect()
}
