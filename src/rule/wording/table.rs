//! Classes and patterns as the data files say them, read at first use. What they say of a sentence is for `phrases`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::index::Index;
use super::notation::{expanded, inflected};
use super::slots::Slot;
use crate::terms::Confidence;
use crate::text::normalize;

/// Number of classes: 64 of them are the slots, the others named or anonymous in the files.
pub const WORDS: usize = 28;
pub type Set = [u64; WORDS];

pub struct Element {
    pub class: u16,
    /// The word is an order.
    pub ordered: bool,
    /// A negation before the word takes it away.
    pub asserted: bool,
    /// Bytes that may lie between this element and the one before it.
    pub gap: usize,
}

pub struct Pattern {
    pub rule: &'static str,
    pub confidence: Option<Confidence>,
    pub place: Place,
    pub broad: bool,
    pub sequence: Vec<Element>,
    pub needs: Vec<u16>,
    /// May also be in the sentence before or after.
    pub around: Vec<u16>,
    pub bars: Vec<u16>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    Anywhere,
    /// In the description of a parameter, or where a schema holds data.
    Parameter,
}

pub struct Table {
    pub index: Index,
    /// Per entry: its classes, whether it is a stem, whether it is of a language without our word boundaries.
    pub entries: Vec<(Vec<u16>, bool)>,
    pub patterns: Vec<Pattern>,
    /// The class of negations.
    pub never: u16,
    /// Classes that some pattern wants as an order: the mood of other words is not looked at.
    pub ordered: Set,
    /// The class of acts with an effect beyond the tool.
    pub effect: u16,
    /// Patterns by their rarest class, each with the next of its classes.
    pub by_class: Vec<Vec<(u16, u16)>>,
    /// Names of the classes that have one, from class 64 on.
    pub named: Vec<String>,
}

pub const CLASSES: [&str; 5] = [
    include_str!("lexicon/classes.txt"),
    include_str!("lexicon/classes-other.txt"),
    include_str!("lexicon/classes-languages.txt"),
    include_str!("lexicon/classes-orders.txt"),
    include_str!("lexicon/classes-acts.txt"),
];
pub const PATTERNS: [&str; 6] = [
    include_str!("lexicon/patterns-orders.txt"),
    include_str!("lexicon/patterns.txt"),
    include_str!("lexicon/patterns-steering.txt"),
    include_str!("lexicon/patterns-acts.txt"),
    include_str!("lexicon/patterns-languages.txt"),
    include_str!("lexicon/patterns-broad.txt"),
];

pub fn insert(set: &mut Set, class: u16) {
    set[usize::from(class) / 64] |= 1 << (class % 64);
}

pub fn holds(set: &Set, class: u16) -> bool {
    set[usize::from(class) / 64] & 1 << (class % 64) != 0
}

#[derive(Default)]
pub struct Loader {
    names: BTreeMap<String, u16>,
    /// Word, whether it is a stem, class; in the order of the files.
    entries: Vec<(String, bool, u16)>,
    sizes: BTreeMap<u16, usize>,
}

impl Loader {
    fn class(&mut self, name: &str) -> u16 {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        if let Some(slot) = Slot::named(name) {
            return slot as u16;
        }
        let next = 64 + self.names.len() as u16;
        self.names.insert(name.to_owned(), next);
        next
    }

    /// `word`, `stem*` or `verb~` with its regular forms.
    fn entry(&mut self, class: u16, entry: &str) {
        let stem = entry.ends_with('*');
        let base = entry.trim_end_matches(['*', '~']);
        let base = if base.is_ascii() { base.to_ascii_lowercase() } else { normalize(base).text };
        let forms = if entry.ends_with('~') { inflected(&base) } else { vec![base] };
        for form in forms.into_iter().filter(|f| !f.is_empty()) {
            self.entries.push((form, stem, class));
            *self.sizes.entry(class).or_default() += 1;
        }
    }

    /// Each word once, with its classes in the order of the files, and whether it is a stem.
    fn words(mut self) -> (Vec<String>, Vec<(Vec<u16>, bool)>) {
        // stable: entries of one word stay in order
        self.entries.sort_by(|(a, s, _), (b, t, _)| (a, s).cmp(&(b, t)));
        let (mut words, mut classes): (Vec<String>, Vec<(Vec<u16>, bool)>) = (Vec::new(), Vec::new());
        for (word, stem, class) in self.entries {
            match classes.last_mut().filter(|(_, s)| words.last() == Some(&word) && *s == stem) {
                Some((known, _)) if known.contains(&class) => {}
                Some((known, _)) => known.push(class),
                None => {
                    words.push(word);
                    classes.push((vec![class], stem));
                }
            }
        }
        (words, classes)
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
            needs: Vec::new(),
            around: Vec::new(),
            bars: Vec::new(),
        };
        let mut gap = GAP;
        for part in line.split_whitespace() {
            match part {
                "hide:" => {}
                "wide:" => pattern.broad = true,
                "low:" => pattern.confidence = Some(Confidence::Low),
                "medium:" => pattern.confidence = Some(Confidence::Medium),
                "param:" => pattern.place = Place::Parameter,
                "+" => gap = 2,
                ".." => gap = 70,
                "..." => gap = 400,
                part => {
                    if let Some(name) = part.strip_prefix("&&") {
                        pattern.around.push(self.element(name));
                    } else if let Some(name) = part.strip_prefix('&') {
                        pattern.needs.push(self.element(name));
                    } else if let Some(name) = part.strip_prefix('!') {
                        pattern.bars.push(self.element(name));
                    } else {
                        let class = self.element(part.trim_start_matches(['^', '<']));
                        pattern.needs.push(class);
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

pub static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut loader = Loader::default();
    for file in CLASSES {
        loader.classes(file);
    }
    let mut named: Vec<(u16, String)> = loader.names.iter().map(|(n, c)| (*c, n.clone())).collect();
    named.sort();
    let named = named.into_iter().map(|(_, n)| n).collect();
    let mut patterns: Vec<Pattern> = Vec::new();
    for (number, file) in PATTERNS.into_iter().enumerate() {
        let first = patterns.len();
        let mut rule = "";
        for line in file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            match line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                Some(name) => rule = name,
                None => {
                    for line in expanded(line) {
                        if line.contains("hide:") {
                            patterns.push(loader.pattern("concealed-action", &format!("{line} &&@act")));
                        }
                        patterns.push(loader.pattern(rule, &line));
                    }
                }
            }
        }
        // the last file holds the wide ones
        patterns[first..].iter_mut().for_each(|p| p.broad |= number + 1 == PATTERNS.len());
    }
    let mut by_class = vec![Vec::new(); WORDS * 64];
    for (index, pattern) in patterns.iter_mut().enumerate() {
        // the rarest first, which most sentences do not have; a slot's size is not known here: they are the common words
        pattern.needs.sort_unstable_by_key(|c| (loader.sizes.get(c).copied().unwrap_or(60), *c));
        pattern.needs.dedup();
        if let [class, rest @ ..] = &pattern.needs[..] {
            by_class[usize::from(*class)].push((index as u16, *rest.first().unwrap_or(class)));
        }
    }
    let mut ordered = Set::default();
    for element in patterns.iter().flat_map(|p| &p.sequence).filter(|e| e.ordered) {
        insert(&mut ordered, element.class);
    }
    let never = loader.class("never");
    let effect = loader.class("z-effect");
    let (words, entries) = loader.words();
    let index = Index::of(&words, |n| entries[n].1);
    Table { index, entries, patterns, never, ordered, effect, by_class, named }
});

/// The classes of a set, in order.
pub fn members(set: &Set) -> impl Iterator<Item = u16> {
    set.iter().enumerate().filter(|(_, bits)| **bits != 0).flat_map(|(index, bits)| {
        let mut bits = *bits;
        std::iter::from_fn(move || {
            let class = (index * 64) as u16 + u16::try_from(bits.trailing_zeros()).ok()?;
            (bits != 0).then(|| bits &= bits - 1).map(|()| class)
        })
    })
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
        let slots = TABLE.patterns.iter().flat_map(|p| &p.sequence).filter(|e| e.ordered && e.class < 64).count();
        assert_eq!(slots, 0, "the mood of slots is not looked at");
        let longest = TABLE.patterns.iter().map(|p| p.sequence.len()).max().unwrap_or(0);
        assert!(longest <= super::super::phrases::LONGEST, "{longest}");
    }
}
