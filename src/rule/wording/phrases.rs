//! The second grammar: sequences of word classes with bounded gaps, read from data files. One pattern says what a whole
//! family of sentences has in common; what slots mean together is for `grammar`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::index::{Index, is_word};
use super::mood::{self, Mood};
use super::notation::{expanded, inflected};
use super::slots::{Match, Slot};
use crate::terms::Confidence;
use crate::text::{Role, normalize};

/// Number of classes: 64 of them are the slots, the others named or anonymous in the files.
const WORDS: usize = 28;
type Set = [u64; WORDS];

/// A class in a sentence.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    class: u16,
    /// A negation stands right before it.
    negated: bool,
    /// Whether the agent is told to do it.
    mood: Mood,
    /// First byte in the normalized text.
    pub start: usize,
    /// End in the normalized text.
    pub end: usize,
}

struct Element {
    class: u16,
    /// The word is an order.
    ordered: bool,
    /// A negation before the word takes it away.
    asserted: bool,
    /// Bytes that may lie between this element and the one before it.
    gap: usize,
}

struct Pattern {
    rule: &'static str,
    confidence: Option<Confidence>,
    place: Place,
    broad: bool,
    sequence: Vec<Element>,
    needs: Set,
    /// May also be in the sentence before or after.
    around: Set,
    bars: Set,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Anywhere,
    /// In the description of a parameter, or where a schema holds data.
    Parameter,
}

struct Table {
    index: Index,
    /// Per entry: its classes, whether it is a stem, whether it is of a language without our word boundaries.
    entries: Vec<(Vec<u16>, bool)>,
    patterns: Vec<Pattern>,
    /// The class of negations.
    never: u16,
    /// The class of acts with an effect beyond the tool.
    effect: u16,
    /// Patterns by their rarest class.
    by_class: Vec<Vec<u16>>,
}

const CLASSES: [&str; 3] = [
    include_str!("lexicon/classes.txt"),
    include_str!("lexicon/classes-other.txt"),
    include_str!("lexicon/classes-orders.txt"),
];
const PATTERNS: [&str; 4] = [
    include_str!("lexicon/patterns-orders.txt"),
    include_str!("lexicon/patterns.txt"),
    include_str!("lexicon/patterns-steering.txt"),
    include_str!("lexicon/patterns-broad.txt"),
];

fn insert(set: &mut Set, class: u16) {
    set[usize::from(class) / 64] |= 1 << (class % 64);
}

fn subset(part: &Set, of: &Set) -> bool {
    part.iter().zip(of).all(|(p, o)| p & !o == 0)
}

fn meets(a: &Set, b: &Set) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

#[derive(Default)]
struct Loader {
    names: BTreeMap<String, u16>,
    entries: BTreeMap<(String, bool), Vec<u16>>,
    sizes: BTreeMap<u16, usize>,
}

impl Loader {
    fn class(&mut self, name: &str) -> u16 {
        if let Some(slot) = Slot::named(name) {
            return slot as u16;
        }
        let next = 64 + self.names.len() as u16;
        *self.names.entry(name.to_owned()).or_insert(next)
    }

    /// `word`, `stem*` or `verb~` with its regular forms.
    fn entry(&mut self, class: u16, entry: &str) {
        let stem = entry.ends_with('*');
        let base = entry.trim_end_matches(['*', '~']);
        let base = if base.is_ascii() { base.to_ascii_lowercase() } else { normalize(base).text };
        let forms = if entry.ends_with('~') { inflected(&base) } else { vec![base] };
        for form in forms.into_iter().filter(|f| !f.is_empty()) {
            let classes = self.entries.entry((form, stem)).or_default();
            if !classes.contains(&class) {
                classes.push(class);
            }
            *self.sizes.entry(class).or_default() += 1;
        }
    }

    fn classes(&mut self, file: &str) {
        let mut class = None;
        for line in file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                class = Some(self.class(name));
            } else if let Some(class) = class {
                for entry in line.split(',').map(str::trim).filter(|e| !e.is_empty()) {
                    self.entry(class, entry);
                }
            }
        }
    }

    fn element(&mut self, text: &str) -> u16 {
        if let Some(name) = text.strip_prefix('@') {
            return self.class(name);
        }
        let class = self.class(text);
        if !self.sizes.contains_key(&class) {
            for word in text.split('|') {
                self.entry(class, &word.replace('_', " "));
            }
        }
        class
    }

    fn pattern(&mut self, rule: &'static str, line: &str) -> Pattern {
        let mut pattern = Pattern {
            rule,
            confidence: None,
            place: Place::Anywhere,
            broad: false,
            sequence: Vec::new(),
            needs: Set::default(),
            around: Set::default(),
            bars: Set::default(),
        };
        let mut gap = GAP;
        for part in line.split_whitespace() {
            match part {
                "hide:" => {}
                "low:" => pattern.confidence = Some(Confidence::Low),
                "medium:" => pattern.confidence = Some(Confidence::Medium),
                "param:" => pattern.place = Place::Parameter,
                "+" => gap = 2,
                ".." => gap = 70,
                "..." => gap = 400,
                part => {
                    if let Some(name) = part.strip_prefix("&&") {
                        insert(&mut pattern.around, self.element(name));
                    } else if let Some(name) = part.strip_prefix('&') {
                        insert(&mut pattern.needs, self.element(name));
                    } else if let Some(name) = part.strip_prefix('!') {
                        insert(&mut pattern.bars, self.element(name));
                    } else {
                        let class = self.element(part.trim_start_matches(['^', '<']));
                        insert(&mut pattern.needs, class);
                        let (ordered, asserted) = (part.starts_with('<'), part.starts_with(['^', '<']));
                        pattern.sequence.push(Element { class, ordered, asserted, gap });
                    }
                    gap = GAP;
                }
            }
        }
        pattern
    }
}

/// Gap between two elements when the pattern says none.
const GAP: usize = 24;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut loader = Loader::default();
    for file in CLASSES {
        loader.classes(file);
    }
    let mut patterns: Vec<Pattern> = Vec::new();
    for (number, file) in PATTERNS.into_iter().enumerate() {
        let first = patterns.len();
        let mut rule = "";
        for line in file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            match line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                Some(name) => rule = name,
                None => {
                    for line in expanded(line) {
                        if line.starts_with("hide:") {
                            patterns.push(loader.pattern("concealed-action", &format!("{line} &&@act")));
                        }
                        patterns.push(loader.pattern(rule, &line));
                    }
                }
            }
        }
        // the last file holds the wide ones
        patterns[first..].iter_mut().for_each(|p| p.broad = number + 1 == PATTERNS.len());
    }
    let mut by_class = vec![Vec::new(); WORDS * 64];
    for (index, pattern) in patterns.iter().enumerate() {
        let present = members(&pattern.needs);
        // a slot's size is not known here: they are the common words
        let rarest = present.into_iter().min_by_key(|c| loader.sizes.get(c).copied().unwrap_or(60));
        if let Some(class) = rarest {
            by_class[usize::from(class)].push(index as u16);
        }
    }
    let never = loader.class("never");
    let effect = loader.class("z-effect");
    let (words, entries): (Vec<String>, Vec<(Vec<u16>, bool)>) =
        loader.entries.into_iter().map(|((word, stem), classes)| (word, (classes, stem))).unzip();
    let index = Index::of(words);
    Table { index, entries, patterns, never, effect, by_class }
});

/// The classes of a set.
fn members(set: &Set) -> Vec<u16> {
    let mut out = Vec::new();
    for (index, bits) in set.iter().enumerate() {
        let mut bits = *bits;
        while bits != 0 {
            out.push((index * 64) as u16 + bits.trailing_zeros() as u16);
            bits &= bits - 1;
        }
    }
    out
}

/// The words of a normalized text, and the slots already found in it.
pub fn words(text: &str, matches: &[Match]) -> Vec<Word> {
    let bytes = text.as_bytes();
    let mut out: Vec<Word> = matches
        .iter()
        .map(|m| Word {
            class: m.slot as u16,
            negated: false,
            mood: mood::of(text, m.start, m.end),
            start: m.start,
            end: m.end,
        })
        .collect();
    TABLE.index.each(text, &mut |entry, start, end| {
        let (classes, stem) = &TABLE.entries[entry];
        let right = !stem && is_word(bytes[end - 1]) && bytes.get(end).is_some_and(|b| is_word(*b));
        if !(right || super::slots::inside_word(text, start)) {
            let mood = mood::of(text, start, end);
            out.extend(classes.iter().map(|class| Word { class: *class, negated: false, mood, start, end }));
        }
    });
    out.sort_by_key(|w| (w.start, w.end));
    let mut negation = None;
    for word in &mut out {
        word.negated = negation.is_some_and(|end| word.start >= end && word.start - end <= NEGATES);
        if word.class == TABLE.never && !word.negated {
            negation = Some(word.end);
        }
    }
    out
}

/// Takes out the acts that the server's own tools are there for.
pub fn without_own_acts(words: &mut Vec<Word>, text: &str, own: &dyn Fn(&str) -> bool) {
    words.retain(|w| w.class != TABLE.effect || !own(&text[w.start..w.end]));
}

/// How far a negation reaches, in bytes.
const NEGATES: usize = 10;

/// What a pattern says of a sentence.
pub struct Said {
    /// Rule id.
    pub rule: &'static str,
    /// `None` for the rule's own confidence.
    pub confidence: Option<Confidence>,
    /// The neighbouring sentences are part of the evidence.
    pub wide: bool,
    /// The pattern is one of the wide ones, which need company in a long listing.
    pub broad: bool,
}

/// What the patterns say of one sentence among its neighbours.
///
/// In the first sentence of a description the imperative names what the tool does ("Send a message"); later ones tell
/// the agent what to do. What describes a parameter is short and imperative by custom.
pub fn judge(sentence: &[Word], neighbours: &[Word], role: Role, first: bool) -> Vec<Said> {
    let told = match role {
        Role::ParamDescription => Mood::Urged,
        Role::Description | Role::Instructions if first => Mood::Urged,
        _ => Mood::Imperative,
    };
    let (mut present, mut around) = (Set::default(), Set::default());
    for word in sentence {
        insert(&mut present, word.class);
    }
    for word in neighbours {
        insert(&mut around, word.class);
    }
    let mut out: Vec<Said> = Vec::new();
    for class in members(&present) {
        for pattern in TABLE.by_class[usize::from(class)].iter().map(|i| &TABLE.patterns[usize::from(*i)]) {
            let here = pattern.place == Place::Anywhere || role == Role::ParamDescription || role.is_schema_data();
            if here
                && subset(&pattern.needs, &present)
                && subset(&pattern.around, &around)
                && !meets(&pattern.bars, &present)
                && in_order(&pattern.sequence, sentence, told)
                && !out.iter().any(|s| s.rule == pattern.rule && s.confidence == pattern.confidence)
            {
                let wide = pattern.around != Set::default();
                out.push(Said { rule: pattern.rule, confidence: pattern.confidence, wide, broad: pattern.broad });
            }
        }
    }
    out
}

/// Ends of one beginning that are kept: entries overlap, and the longest is not always the one that leads on.
const ENDS: usize = 4;

/// Whether the elements occur in this order with their gaps. The latest ends of every beginning are all there is to know.
fn in_order(sequence: &[Element], sentence: &[Word], told: Mood) -> bool {
    let Some(last) = sequence.len().checked_sub(1) else { return true };
    let mut ends: Vec<[Option<usize>; ENDS]> = vec![[None; ENDS]; sequence.len()];
    for word in sentence {
        for k in (0..sequence.len()).rev() {
            let element = &sequence[k];
            if element.class != word.class
                || (element.asserted && word.negated)
                || (element.ordered && word.mood < told)
            {
                continue;
            }
            let near = |end: &usize| word.start >= *end && word.start - *end <= sequence[k].gap;
            if k == 0 || ends[k - 1].iter().flatten().any(near) {
                if k == last {
                    return true;
                }
                ends[k].rotate_right(1);
                ends[k][0] = Some(word.end);
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_whole() {
        let mut loader = Loader::default();
        for file in CLASSES {
            loader.classes(file);
        }
        for file in PATTERNS {
            for line in file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with(['#', '['])) {
                let names = expanded(line).join(" ");
                let names = names.split_whitespace().map(|p| p.trim_start_matches(['&', '!', '^', '<']));
                for name in names.filter_map(|p| p.strip_prefix('@')) {
                    assert!(Slot::named(name).is_some() || loader.names.contains_key(name), "no class {name}: {line}");
                }
            }
        }
        let used = TABLE.patterns.iter().flat_map(|p| &p.sequence).map(|e| usize::from(e.class)).max().unwrap_or(0);
        assert!(used < WORDS * 64, "{used}");
    }

    #[test]
    fn order_and_gaps_are_kept() {
        let at = |class, start| Word { class, negated: false, mood: Mood::None, start, end: start + 1 };
        let sequence = [
            Element { class: 1, ordered: false, asserted: false, gap: 0 },
            Element { class: 2, ordered: false, asserted: true, gap: 5 },
        ];
        assert!(in_order(&sequence, &[at(1, 0), at(2, 6)], Mood::Urged));
        assert!(!in_order(&sequence, &[at(1, 0), at(2, 7)], Mood::Urged));
        assert!(!in_order(&sequence, &[at(2, 0), at(1, 2)], Mood::Urged));
        assert!(in_order(&sequence, &[at(1, 0), at(1, 10), at(2, 12)], Mood::Urged));
    }
}
