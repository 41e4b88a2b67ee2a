//! Makes one index of the entries of all lexicons, each with what it stands for in every one of them. Part of the program's
//! build, and of its tests; what runs reads the bytes (`entries`).

use std::collections::BTreeMap;

use super::indexing::{self, Writer};
use super::loading::{byte, of_classes, of_purpose, of_slots};
use super::packed::STEM;

/// What an entry stands for, of whatever lexicon it is.
#[derive(Default)]
struct Facts {
    /// Slots, with their flags.
    slots: Vec<u8>,
    /// Word classes.
    classes: Vec<u16>,
    /// Purposes, with their flags.
    purposes: Vec<u8>,
}

/// The entries of all lexicons, each word once or twice: as it is, and as the beginning of words.
pub fn entries() -> Vec<u8> {
    let mut all: BTreeMap<(String, bool), Facts> = BTreeMap::new();
    for (word, what) in of_slots() {
        all.entry((word, what.1)).or_default().slots.push(byte(what));
    }
    let (words, classes) = of_classes();
    for (word, (classes, stem)) in words.into_iter().zip(classes) {
        all.entry((word, stem)).or_default().classes.extend(classes);
    }
    for (word, what) in of_purpose().0 {
        all.entry((word, what & STEM != 0)).or_default().purposes.push(what);
    }
    let (words, facts): (Vec<(String, bool)>, Vec<Facts>) = all.into_iter().unzip();
    let (words, stems): (Vec<String>, Vec<bool>) = words.into_iter().unzip();
    let mut out = Writer::default();
    indexing::write(&words, |n| stems[n], &mut out);
    let (mut rows, mut every) = (Vec::new(), Facts::default());
    let row = |every: &Facts, stem: bool| {
        let starts = [every.slots.len(), every.classes.len(), every.purposes.len()];
        let starts = starts.map(|start| u16::try_from(start).expect("the lexicons stand for fewer things"));
        [starts[0], starts[1], starts[2], u16::from(stem)]
    };
    for (facts, stem) in facts.into_iter().zip(stems) {
        rows.extend(row(&every, stem));
        every.slots.extend(facts.slots);
        every.classes.extend(facts.classes);
        every.purposes.extend(facts.purposes);
    }
    rows.extend(row(&every, false));
    out.u16s(rows);
    out.bytes(&every.slots);
    out.u16s(every.classes);
    out.bytes(&every.purposes);
    out.done()
}
