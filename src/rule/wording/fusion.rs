//! What several hits in one item mean together: one per rule and field, and how much one that stands alone weighs.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::purpose::RULE;
use super::usual::end_of_quotation;
use crate::finding::Evidence;
use crate::json::Pointer;
use crate::rule::Hit;
use crate::terms::Confidence;

/// Which grammar saw it, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Slots that mean something together, or a name.
    Slots,
    /// A pattern.
    Pattern,
    /// A wide pattern.
    Broad,
}

/// One hit per rule and field: the surest, then the first.
#[derive(Default)]
pub struct Best(BTreeMap<(String, Pointer), Entry>);

struct Entry {
    hit: Hit,
    origin: Origin,
    /// How often it was seen in the field.
    times: usize,
}

impl Best {
    /// Whether a rule has a hit in the field.
    pub fn has(&self, rule: &str, pointer: &Pointer) -> bool {
        self.0.contains_key(&(rule.to_owned(), pointer.clone()))
    }

    /// Whether a rule has a hit anywhere in the item.
    pub fn knows(&self, rule: &str) -> bool {
        self.0.keys().any(|(known, _)| known == rule)
    }

    /// Takes a hit with this confidence. One more like another that is as sure is counted and not made: a hit carries its text,
    /// and a text may have thousands.
    pub fn see(
        &mut self,
        (rule, pointer): (&str, &Pointer),
        confidence: Option<Confidence>,
        origin: Origin,
        make: impl FnOnce() -> Hit,
    ) {
        match self.0.get_mut(&(rule.to_owned(), pointer.clone())) {
            Some(entry) if sureness(entry.hit.confidence) >= sureness(confidence) => entry.count(origin),
            _ => self.add(Hit { confidence, ..make() }, origin),
        }
    }

    /// Takes a hit.
    pub fn add(&mut self, hit: Hit, origin: Origin) {
        match self.0.get_mut(&(hit.rule.clone(), hit.pointer.clone())) {
            None => {
                self.0.insert((hit.rule.clone(), hit.pointer.clone()), Entry { hit, origin, times: 1 });
            }
            Some(entry) => {
                entry.count(origin);
                if sureness(entry.hit.confidence) < sureness(hit.confidence) {
                    entry.hit = hit;
                }
            }
        }
    }

    /// The hits of an item. The more text, the more grammars fit somewhere by chance: where there is room, a hit that
    /// stands alone in its tool weighs less the wider the grammar that saw it.
    pub fn hits(self, large: bool, score: f64, whole: Option<Hit>) -> Vec<Hit> {
        // what is concealed is said by two rules, and so is a disguise
        let kinds: BTreeSet<&str> = self.0.keys().map(|(rule, _)| rule.as_str()).collect();
        let concealed = PAIR.iter().all(|rule| kinds.contains(rule));
        // and two weak hits do not vouch for each other
        let weak = |e: &Entry| e.origin == Origin::Broad || e.hit.confidence == Some(Confidence::Low);
        let wide = self.0.values().all(weak);
        let alone = wide || kinds.len() - usize::from(concealed) < 2;
        // in a long text only what stands beside a hit speaks for it
        let places: Vec<(String, Pointer, Range<usize>)> = self
            .0
            .values()
            .filter(|e| !weak(e))
            .filter_map(|e| Some((e.hit.rule.clone(), e.hit.pointer.clone(), place(&e.hit)?)))
            .collect();
        let spoken_for = |hit: &Hit| {
            let Some(here) = place(hit) else { return false };
            let near = |there: &Range<usize>| there.start <= here.end + BESIDE && here.start <= there.end + BESIDE;
            let same = |rule: &str| rule == hit.rule || PAIR.contains(&rule) && PAIR.contains(&hit.rule.as_str());
            places.iter().any(|(rule, pointer, there)| !same(rule) && *pointer == hit.pointer && near(there))
        };
        let mut out = Vec::new();
        for Entry { mut hit, origin, times } in self.0.into_values() {
            let long = hit.evidence.first().is_some_and(|e| e.text.raw().len() > ROOM);
            let alone = alone || long && !spoken_for(&hit);
            // one wide pattern in a long text is chance, two are not
            let lost = (large && origin != Origin::Slots) || (long && origin == Origin::Broad && times < 2);
            // nor is a weak sign anything among so many tools
            let faint = (large || long) && hit.confidence == Some(Confidence::Low);
            if alone && (lost || faint) && score < beside(large) {
                continue;
            }
            let never = NEVER.contains(&hit.rule.as_str());
            let chance = (large || long) && !never && !(SURE.contains(&hit.rule.as_str()) && origin == Origin::Slots);
            // a server of many tools says which of its own to use, and names fields as it likes
            let own_guide = large && hit.rule == "preference-steering";
            if own_guide || alone && (chance || origin == Origin::Broad && !never) {
                hit.confidence = Some(Confidence::Low);
            }
            out.push(hit);
        }
        if !large {
            vouch(&mut out);
        }
        out.extend(whole);
        weigh(&mut out, score, large);
        // that a text is beside the purpose is the weaker word for what another rule names, unless it is the surer one
        let surest = |h: &Hit| h.confidence != Some(Confidence::Low);
        let others = out.iter().filter(|h| h.rule != RULE);
        let named: BTreeSet<(Pointer, bool)> = others.map(|h| (h.pointer.clone(), surest(h))).collect();
        let said = |h: &Hit| {
            let by = |sure: bool| named.contains(&(h.pointer.clone(), sure));
            by(true) || (by(false) && !surest(h))
        };
        out.retain(|h| h.rule != RULE || !said(h));
        // the model has said what it had to say: a rule that names the words is the better reason
        if out.iter().any(|h| h.rule != MODEL) {
            out.retain(|h| h.rule != MODEL);
        }
        out
    }
}

impl Entry {
    /// It was seen once more.
    fn count(&mut self, origin: Origin) {
        self.origin = origin.min(self.origin);
        self.times += 1;
    }
}

/// The surer the more; what a rule says by itself is the surest.
fn sureness(confidence: Option<Confidence>) -> u8 {
    confidence.map_or(3, |c| c as u8)
}

/// What the model makes of what the grammars saw: in a text that reads as honest ones do a weak hit is none, in one that reads
/// as attacks do the gravest is sure. What a grammar is sure of is never dropped: honest words can be added to any text.
fn weigh(hits: &mut Vec<Hit>, score: f64, large: bool) {
    let weak = |h: &Hit| h.confidence == Some(Confidence::Low);
    if score < least(HONEST, large, MORE) {
        // what is in disguise reads as nothing at all: its score says nothing of what it hides
        hits.retain(|h| !weak(h) || KIN.contains(&h.rule.as_str()));
        // who says what attacks look like uses their words, and quotes them: it is shown, but gates nothing. Not in a long
        // text, in which there is room for honest words beside an attack
        let mentions = |h: &Hit| {
            // what every tool of a server requires is no mention of anything
            let fact = h.rule == HARVEST && h.confidence == Some(Confidence::High);
            let said = h.evidence.first().filter(|e| e.text.raw().len() <= ROOM && !fact);
            // an order about a tool that somebody else has is more than words
            let below = if h.rule == DIRECTIVE || !h.related.is_empty() { HARMLESS } else { MENTIONED };
            said.is_some_and(|e| score < below || quotes(e.words()))
        };
        for hit in hits.iter_mut().filter(|h| mentions(h) && !KIN.contains(&h.rule.as_str())) {
            hit.confidence = Some(Confidence::Low);
            // one sentence alone has no other words that could be honest
            let beside = hit.evidence.first().is_some_and(|e| (e.end - e.start) * 2 < e.text.raw().len());
            if beside && score < HARMLESS && !NO_MENTION.contains(&hit.rule.as_str()) && hit.related.is_empty() {
                MENTION.clone_into(&mut hit.rule);
            }
        }
        let mut said: BTreeSet<Pointer> = BTreeSet::new();
        hits.retain(|h| h.rule != MENTION || said.insert(h.pointer.clone()));
    }
    if score > beside(large) {
        let best = hits.iter_mut().filter(|h| weak(h) && !WARN.contains(&h.rule.as_str()));
        if let Some(best) = best.min_by_key(|h| rank(h)) {
            best.confidence = Some(Confidence::Medium);
        }
    } else {
        let doubted = |h: &Hit| DOUBTED.contains(&h.rule.as_str()) && h.related.is_empty() && !says_where(h);
        hits.iter_mut().filter(|h| doubted(h)).for_each(|hit| hit.confidence = Some(Confidence::Low));
    }
    // a rule that names the words is the better reason
    if hits.iter().any(|h| !weak(h) && !WARN.contains(&h.rule.as_str())) {
        hits.retain(|h| h.rule != WHOLE);
    }
}

/// Whether the words that were seen have an address or the number of an account: to where something is to go.
fn says_where(hit: &Hit) -> bool {
    let said = hit.evidence.first().map_or("", Evidence::words);
    said.split_whitespace().any(is_address) || said.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() > 3)
}

/// Whether a word is an address of mail or of the web.
fn is_address(word: &str) -> bool {
    word.contains("://") || word.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'))
}

/// Whether some words of a text are quoted.
fn quotes(text: &str) -> bool {
    let mut before = ' ';
    text.char_indices().any(|(at, open)| {
        // an apostrophe is neither a beginning nor an end
        let begins = !std::mem::replace(&mut before, open).is_alphanumeric() || !open.is_ascii();
        let quoted = &text[at + open.len_utf8()..];
        begins
            && QUOTES.iter().filter(|(first, _)| *first == open).any(|(_, close)| {
                let long = |words: &str| words.chars().filter(|c| !c.is_ascii()).count() > 4;
                end_of_quotation(quoted, *close)
                    .is_some_and(|end| quoted[..end].trim().contains(' ') || long(&quoted[..end]))
            })
    })
}

/// How quotations begin and end.
const QUOTES: [(char, char); 11] = [
    ('\'', '\''),
    ('"', '"'),
    ('`', '`'),
    ('\u{2018}', '\u{2019}'),
    ('\u{201c}', '\u{201d}'),
    ('\u{201e}', '\u{201c}'),
    ('\u{201e}', '"'),
    ('\u{ab}', '\u{bb}'),
    ('\u{300c}', '\u{300d}'),
    ('\u{300e}', '\u{300f}'),
    ('\u{300a}', '\u{300b}'),
];

/// Two rules that see different things in one short text make the graver one sure: each alone has an honest reading, both
/// together seldom do.
fn vouch(hits: &mut [Hit]) {
    let mut seen: BTreeMap<Pointer, Vec<usize>> = BTreeMap::new();
    for (i, hit) in hits.iter().enumerate() {
        let short = hit.evidence.first().is_some_and(|e| e.text.raw().len() <= ROOM);
        if short && hit.confidence == Some(Confidence::Low) && !KIN.contains(&hit.rule.as_str()) {
            seen.entry(hit.pointer.clone()).or_default().push(i);
        }
    }
    for list in seen.into_values().filter(|list| list.len() >= 2) {
        if let Some(best) = list.into_iter().min_by_key(|i| rank(&hits[*i])) {
            hits[best].confidence = Some(Confidence::Medium);
        }
    }
}

/// Below this score a text reads as honest ones do. Measured with the other thresholds: `docs/wording-model.md`.
const HONEST: f64 = -0.6;
/// How much more it may read as attacks do among many tools, where some weak hit is chance.
const MORE: f64 = 0.8;
/// Below this a short one speaks of attacks, whatever its grammar.
const MENTIONED: f64 = -2.0;
/// Below this the words beside it are honest by far, and not only few: what it says is a label.
pub const HARMLESS: f64 = -5.0;
/// Above this it reads unlike honest ones.
const UNUSUAL: f64 = 0.3;
/// Above this what a grammar saw weakly is sure.
const BESIDE_IT: f64 = 0.0;
/// Above this a sentence that puts two things together (`relations`) is enough.
const CERTAIN: f64 = 1.3;
/// How much more is asked of servers of many tools, where more is read.
const LARGE: f64 = 1.2;

/// What it takes more, in another language than English, to read as attacks do: its words are known less.
const FOREIGN: f64 = 1.0;

/// A score for the language of its text. Who reads as honest ones do is not asked for it.
pub fn in_language(score: f64, foreign: impl FnOnce() -> bool) -> f64 {
    if score > 0.0 && foreign() { (score - FOREIGN).max(0.0) } else { score }
}

/// Above which score what a grammar saw weakly is sure.
fn beside(large: bool) -> f64 {
    least(BESIDE_IT, large, LARGE)
}

/// A threshold, higher where there are many tools.
fn least(threshold: f64, large: bool, more: f64) -> f64 {
    threshold + if large { more } else { 0.0 }
}

/// What the model says of an item as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// It reads unlike honest ones.
    Unusual,
    /// It reads as attacks do, and one sentence of it puts together what they do.
    Certain,
}

/// What a score says of an item, and whether a sentence of it has a relation, of which the score knows nothing.
pub fn of_whole(score: f64, large: bool, related: bool) -> Option<Whole> {
    let certain = least(CERTAIN, large, LARGE);
    match score {
        s if s > certain && related => Some(Whole::Certain),
        s if s > UNUSUAL => Some(Whole::Unusual),
        _ => None,
    }
}

/// Rules that never gate, or say again what another one says: none of them is a reason for more.
const WARN: [&str; 8] = [
    MODEL,
    WHOLE,
    "concealment-from-user",
    "encoded-instruction",
    "obfuscated-instruction",
    "remote-instructions",
    "safety-bypass",
    "suspicious-destination",
];

/// What a rule saw in a text that reads as honest ones do. Of 1 362 real servers seven have such words, of 870 attacks none.
const MENTION: &str = "attack-wording-mention";

/// What the parameters of a tool ask for together.
const HARVEST: &str = "context-harvest";

/// An order about a tool that another server or the client has.
const DIRECTIVE: &str = "foreign-tool-directive";

/// Rules that fit honest texts as often as attacks, unless the rest of the text speaks for them or they say where to.
const DOUBTED: [&str; 1] = ["parameter-redirection"];

/// Rules whose words are few and ordinary, however many honest ones stand around them, or a name.
const NO_MENTION: [&str; 2] = ["context-parameter", "parameter-redirection"];

/// Rules that say again what another one says.
const KIN: [&str; 2] = ["obfuscated-instruction", "encoded-instruction"];

/// The gravest first.
const GRAVE: [&str; 9] = [
    "concealed-action",
    "sensitive-resource-pull",
    "parameter-redirection",
    "foreign-tool-sequencing",
    "delayed-trigger",
    "context-harvest",
    "directed-egress",
    "instruction-override",
    "purpose-mismatch",
];

/// Where a hit's rule stands among them; the others are after all of them.
fn rank(hit: &Hit) -> usize {
    GRAVE.iter().position(|r| *r == hit.rule).unwrap_or(GRAVE.len())
}

/// The rule that cannot name what is wrong.
pub const MODEL: &str = "statistical-anomaly";
/// The rule of what is wrong as a whole: the model is sure, and one sentence does two things that attacks do.
pub const WHOLE: &str = "manipulative-wording";

/// Two rules that are one.
const PAIR: [&str; 2] = ["concealed-action", "concealment-from-user"];

/// Bytes between two hits that belong together.
const BESIDE: usize = 240;

/// Where a hit is.
fn place(hit: &Hit) -> Option<Range<usize>> {
    hit.evidence.first().map(|e| e.start..e.end)
}

/// A text longer than this has room for chance.
pub const ROOM: usize = 1200;

/// Rules that none of 1 928 real servers breaks, by whatever pattern they are seen: nobody gives the reader commands by chance.
const NEVER: [&str; 1] = ["shell-directive"];

/// Rules whose slots honest text does not put together, however long it is.
const SURE: [&str; 5] =
    ["authority-spoof", "concealed-action", "encoded-instruction", "instruction-markup", "sensitive-resource-pull"];
