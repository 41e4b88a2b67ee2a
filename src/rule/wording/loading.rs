//! Makes the tables of the wording detector of the data files, as bytes: entries with their slots, classes and patterns. Part
//! of the program's build, and of its tests; what runs reads the bytes (`slots`, `table`).

use std::collections::{BTreeMap, BTreeSet};

use super::indexing::{self, Writer};
use super::notation::{expanded, inflected};
use super::packed::{ASSERTED, BROAD, FOREIGN, KINDS, LOW, MEDIUM, ORDERED, PARAMETER, STEM, STRONG, WORDS};
use super::sections::sections;
use super::slot::{OF_JOINED, Slot};
use crate::text::normalize;

const FILES: [(&str, &str); 12] = [
    ("en", include_str!("lexicon/en.txt")),
    ("en", concat!("[host]\n", include_str!("lexicon/hosts.txt"))),
    ("zh", include_str!("lexicon/zh.txt")),
    ("ja", include_str!("lexicon/ja.txt")),
    ("ko", include_str!("lexicon/ko.txt")),
    ("es", include_str!("lexicon/es.txt")),
    ("pt", include_str!("lexicon/pt.txt")),
    ("fr", include_str!("lexicon/fr.txt")),
    ("de", include_str!("lexicon/de.txt")),
    ("ru", include_str!("lexicon/ru.txt")),
    ("ar", include_str!("lexicon/ar.txt")),
    ("hi", include_str!("lexicon/hi.txt")),
];

/// Subjects among [`KINDS`]: the first of them.
const SUBJECTS: usize = 5;

const PURPOSE: &str = include_str!("lexicon/purpose.txt");

/// Entries of slots, with the slot of each in a byte with its flags.
pub fn of_slots() -> Vec<(String, (Slot, bool, bool))> {
    let mut list: Vec<(String, (Slot, bool, bool))> = Vec::new();
    for (language, file) in FILES {
        for (head, line) in sections(file, |head| named(head).is_some()) {
            let Some(slot) = named(head) else { continue };
            list.push((small(line.trim_end_matches('*')), (slot, line.ends_with('*'), language != "en")));
        }
    }
    list.retain(|(word, _)| !word.is_empty());
    list.sort();
    list
}

/// The byte of an entry of slots.
pub fn byte((slot, stem, foreign): (Slot, bool, bool)) -> u8 {
    slot as u8 | flag(stem, STEM) | flag(foreign, FOREIGN)
}

/// Entries of slots for the joined view alone.
pub fn joined() -> Vec<u8> {
    let mut list = of_slots();
    list.retain(|(_, (slot, ..))| slot.bit() & OF_JOINED != 0);
    let words: Vec<String> = list.iter().map(|(word, _)| word.clone()).collect();
    let mut out = Writer::default();
    indexing::write(&words, |n| list[n].1.1, &mut out);
    out.bytes(&list.iter().map(|(_, what)| byte(*what)).collect::<Vec<u8>>());
    out.done()
}

/// Entries about the purpose of a tool, and the words of each subject that make it a tool's own.
pub fn of_purpose() -> (Vec<(String, u8)>, Vec<Vec<&'static str>>) {
    let mut list: Vec<(String, u8)> = Vec::new();
    let mut own = vec![Vec::new(); SUBJECTS];
    for (section, line) in sections(PURPOSE, |_| true) {
        let (name, how) = section.split_once(' ').unwrap_or((section, ""));
        let kind = KINDS.iter().position(|k| *k == name).unwrap_or(KINDS.len() - 1);
        if how == "own" && kind < SUBJECTS {
            own[kind].push(line);
            continue;
        }
        let flags = flag(how == "strong", STRONG) | flag(line.ends_with('*'), STEM);
        list.push((line.trim_end_matches('*').to_owned(), kind as u8 | flags));
    }
    (list, own)
}

/// The words of each subject that make it a tool's own.
pub fn purpose() -> Vec<u8> {
    let mut out = Writer::default();
    of_purpose().1.iter().for_each(|words| out.bytes(words.join("\n").as_bytes()));
    out.done()
}

fn flag(is: bool, flag: u8) -> u8 {
    if is { flag } else { 0 }
}

/// The slot with this name in the lexicons.
fn named(name: &str) -> Option<Slot> {
    Slot::ALL.iter().find(|s| s.1 == name).map(|s| s.0)
}

/// A word as texts have it once they are normalized.
fn small(word: &str) -> String {
    if word.is_ascii() { word.to_ascii_lowercase() } else { normalize(word).text }
}

const CLASSES: [&str; 5] = [
    include_str!("lexicon/classes.txt"),
    include_str!("lexicon/classes-other.txt"),
    include_str!("lexicon/classes-languages.txt"),
    include_str!("lexicon/classes-orders.txt"),
    include_str!("lexicon/classes-acts.txt"),
];
const PATTERNS: [&str; 6] = [
    include_str!("lexicon/patterns-orders.txt"),
    include_str!("lexicon/patterns.txt"),
    include_str!("lexicon/patterns-steering.txt"),
    include_str!("lexicon/patterns-acts.txt"),
    include_str!("lexicon/patterns-languages.txt"),
    include_str!("lexicon/patterns-broad.txt"),
];

/// A pattern as it is written: of its elements class with flags, and gap.
#[derive(Default)]
struct Pattern {
    rule: u8,
    flags: u8,
    sequence: Vec<(u16, u16)>,
    needs: Vec<u16>,
    around: Vec<u16>,
    bars: Vec<u16>,
}

#[derive(Default)]
struct Loader {
    names: BTreeMap<String, u16>,
    /// Word, whether it is a stem, class; in the order of the files.
    entries: Vec<(String, bool, u16)>,
    sizes: BTreeMap<u16, usize>,
    /// Classes that some pattern wants as an order.
    ordered: BTreeSet<u16>,
}

impl Loader {
    fn class(&mut self, name: &str) -> u16 {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        if let Some(slot) = named(name) {
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
        let base = small(base);
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
        for (name, line) in sections(file, |_| true) {
            let class = self.class(name);
            for entry in line.split(',').map(str::trim).filter(|e| !e.is_empty()) {
                self.entry(class, entry);
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

    fn pattern(&mut self, rule: u8, line: &str) -> Pattern {
        let mut pattern = Pattern { rule, ..Pattern::default() };
        let mut gap = GAP;
        for part in line.split_whitespace() {
            match part {
                "hide:" => {}
                "wide:" => pattern.flags |= BROAD,
                "low:" => pattern.flags |= LOW,
                "medium:" => pattern.flags |= MEDIUM,
                "param:" => pattern.flags |= PARAMETER,
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
                        let ordered = if part.starts_with('<') { ORDERED } else { 0 };
                        let asserted = if part.starts_with(['^', '<']) { ASSERTED } else { 0 };
                        self.ordered.extend((ordered != 0).then_some(class));
                        pattern.sequence.push((class | ordered | asserted, gap));
                    }
                    gap = GAP;
                }
            }
        }
        pattern
    }
}

/// Gap between two elements when the pattern says none.
const GAP: u16 = 24;

/// What the files of classes say.
fn classes() -> (Loader, Vec<String>) {
    let mut loader = Loader::default();
    for file in CLASSES {
        loader.classes(file);
    }
    let mut named: Vec<(u16, String)> = loader.names.iter().map(|(n, c)| (*c, n.clone())).collect();
    named.sort();
    (loader, named.into_iter().map(|(_, n)| n).collect())
}

/// Names of the classes that have one, by their numbers.
pub fn class_names() -> Vec<String> {
    classes().1
}

/// Classes and patterns as they are in the files: what was loaded, the patterns, their rules and the names of classes.
fn loaded() -> (Loader, Vec<Pattern>, Vec<&'static str>, Vec<String>) {
    let (mut loader, named) = classes();
    let (mut patterns, mut rules) = (Vec::new(), vec!["concealed-action"]);
    for (number, file) in PATTERNS.into_iter().enumerate() {
        let first = patterns.len();
        for (name, line) in sections(file, |_| true) {
            rules.extend((!rules.contains(&name)).then_some(name));
            let rule = rules.iter().position(|r| *r == name).unwrap_or_default() as u8;
            for line in expanded(line) {
                if line.contains("hide:") {
                    patterns.push(loader.pattern(0, &format!("{line} &&@act")));
                }
                patterns.push(loader.pattern(rule, &line));
            }
        }
        // the last file holds the wide ones
        patterns[first..].iter_mut().filter(|_| number + 1 == PATTERNS.len()).for_each(|p| p.flags |= BROAD);
    }
    (loader, patterns, rules, named)
}

/// The words of classes, each with its classes, and whether it is a stem.
pub fn of_classes() -> (Vec<String>, Vec<(Vec<u16>, bool)>) {
    loaded().0.words()
}

/// Patterns, and what has to be known of classes.
pub fn table() -> Vec<u8> {
    let (mut loader, mut patterns, rules, named) = loaded();
    let mut by_class = vec![Vec::new(); WORDS * 64];
    for (index, pattern) in patterns.iter_mut().enumerate() {
        // the rarest first, which most sentences do not have; a slot's size is not known here: they are the common words
        pattern.needs.sort_unstable_by_key(|c| (loader.sizes.get(c).copied().unwrap_or(60), *c));
        pattern.needs.dedup();
        if let [class, rest @ ..] = &pattern.needs[..] {
            by_class[usize::from(*class)].push(index as u32 | u32::from(*rest.first().unwrap_or(class)) << 16);
        }
    }
    let known = [loader.class("never"), loader.class("z-effect")];
    let ordered: Vec<u16> = loader.ordered.iter().copied().collect();
    let mut out = Writer::default();
    out.bytes(rules.join("\n").as_bytes());
    let (mut rows, mut lists): (Vec<u32>, Vec<u16>) = (Vec::new(), Vec::new());
    for pattern in &patterns {
        rows.push(u32::from_le_bytes([pattern.rule, pattern.flags, 0, 0]));
        let sequence: Vec<u16> = pattern.sequence.iter().flat_map(|(class, gap)| [*class, *gap]).collect();
        for list in [&sequence, &pattern.needs, &pattern.around, &pattern.bars] {
            rows.push(lists.len() as u32);
            lists.extend(list);
        }
    }
    rows.extend([0, lists.len() as u32, 0, 0, 0]);
    out.u32s(rows);
    out.u16s(lists);
    let mut first = 0;
    let starts = by_class.iter().map(|all| {
        first += all.len() as u16;
        first - all.len() as u16
    });
    let mut starts: Vec<u16> = starts.collect();
    starts.push(first);
    out.u16s(starts);
    out.u32s(by_class.into_iter().flatten());
    out.u16s(known);
    out.u16s(ordered);
    out.bytes(named.join("\n").as_bytes());
    out.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_of_every_lexicon_is_a_slot() {
        for (language, file) in FILES {
            for line in file.lines().filter(|l| l.starts_with('[') && l.ends_with(']')) {
                let head = &line[1..line.len() - 1];
                let known = Slot::ALL.iter().any(|s| s.1 == head);
                let entry = ["[inst]", "[/inst]"].contains(&line) || language == "en";
                assert!(known || entry, "{language}: {line}");
            }
        }
        assert!(Slot::ALL.len() <= 64);
        let lines = FILES.iter().flat_map(|(_, file)| file.lines()).filter(|l| !l.starts_with('#'));
        let longest = lines.map(|l| normalize(l).text.len()).max();
        assert!(longest < Some(super::super::grammar::ENTRY), "{longest:?}");
    }

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
                    assert!(named(name).is_some() || loader.names.contains_key(name), "no class {name}: {line}");
                }
            }
        }
    }
}
