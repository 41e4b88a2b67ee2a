//! The second grammar: sequences of word classes with bounded gaps, read from data files (`table`). One pattern says what a
//! whole family of sentences has in common; what slots mean together is for `grammar`.

use std::cell::Cell;
use std::ops::Range;

use super::entries::{Found, inside_word};
use super::mood::{self, Mood};
use super::slots::Match;
use super::table::{Element, Place, Set, TABLE, holds, insert};
use crate::terms::Confidence;
use crate::text::Role;

/// A class in a sentence.
#[derive(Clone, Debug)]
pub struct Word {
    /// The class.
    pub class: u16,
    /// A negation stands right before it.
    negated: bool,
    /// Whether the agent is told to do it; found when a pattern asks, which is seldom.
    mood: Cell<Option<Mood>>,
    start: u32,
    end: u32,
}

impl Word {
    /// Where it is in the normalized text.
    pub fn place(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    fn mood(&self, text: &str) -> Mood {
        let mood = self.mood.get().unwrap_or_else(|| mood::of(text, self.start as usize, self.end as usize));
        self.mood.set(Some(mood));
        mood
    }
}

/// Finds the words of a normalized text with these entries, and the slots already found in it, but for the acts that the
/// server's `own` tools are there for.
pub fn words(text: &str, found: &[Found], matches: &mut [Match], own: &dyn Fn(&str) -> bool, out: &mut Vec<Word>) {
    let table = &*TABLE;
    // where the last negation ended
    let mut negation: Option<u32> = None;
    let mut add = |class: u16, mood: Option<Mood>, start: u32, end: u32| {
        let negated = negation.is_some_and(|end| start >= end && start - end <= NEGATES);
        if class == table.never && !negated {
            negation = Some(end);
        }
        if class == table.effect && own(&text[start as usize..end as usize]) {
            return;
        }
        out.push(Word { class, negated, mood: Cell::new(mood), start, end });
    };
    // the mood of slots is not looked at
    let slot = |m: &Match| (m.slot as u16, Some(Mood::None), m.start as u32, m.end as u32);
    matches.sort_by_key(|m| (m.start, m.end));
    let mut slots = matches.iter().map(slot).peekable();
    // entries come in order; of what is at one place, the slots come first
    for one in found {
        let (start, end, classes) = (one.start, one.end, one.classes());
        if classes.len() > 0 && !inside_word(text, start as usize) {
            while let Some((class, mood, start, end)) = slots.next_if(|slot| (slot.2, slot.3) <= (start, end)) {
                add(class, mood, start, end);
            }
            classes.for_each(|class| add(class, table.mood(class), start, end));
        }
    }
    slots.for_each(|(class, mood, start, end)| add(class, mood, start, end));
    debug_assert!(out.is_sorted_by_key(|w| (w.start, w.end)), "a walk finds in order");
}

/// How far a negation reaches, in bytes.
const NEGATES: u32 = 10;

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

/// The classes of a sentence that have a name, in order.
pub fn named(present: &Set, out: &mut Vec<u16>) {
    out.clear();
    let last = 64 + TABLE.named.len();
    for (index, bits) in present[..last.div_ceil(64).min(present.len())].iter().enumerate() {
        let (mut bits, first) = (*bits, (index * 64) as u16);
        while bits != 0 {
            out.push(first + bits.trailing_zeros() as u16);
            bits &= bits - 1;
        }
    }
    // the last of them share their number with others
    while out.last().is_some_and(|class| usize::from(*class) >= last) {
        out.pop();
    }
}

/// What the patterns say of one sentence, with its classes, among its neighbours.
///
/// In the first sentence of a description the imperative names what the tool does ("Send a message"); later ones tell
/// the agent what to do. What describes a parameter is short and imperative by custom.
pub fn judge(text: &str, sentence: &[Word], present: &Set, neighbours: &[Word], role: Role, first: bool) -> Vec<Said> {
    let told = match role {
        Role::ParamDescription => Mood::Urged,
        Role::Description | Role::Instructions if first => Mood::Urged,
        _ => Mood::Imperative,
    };
    // few patterns look around
    let mut around: Option<Set> = None;
    let mut out: Vec<Said> = Vec::new();
    let table = &*TABLE;
    table.each_rarest(present, |class| {
        for (pattern, next) in table.of_class(class) {
            if !holds(present, next) {
                continue;
            }
            let pattern = table.pattern(pattern);
            let follows = || {
                let (sequence, len) = pattern.sequence();
                in_order(&sequence[..len], text, sentence, told)
            };
            let here = pattern.place == Place::Anywhere || role == Role::ParamDescription || role.is_schema_data();
            if here
                && pattern.needs().all(|class| holds(present, class))
                && pattern.around().all(|class| holds(around.get_or_insert_with(|| set(neighbours)), class))
                && !pattern.bars().any(|class| holds(present, class))
                && follows()
                && !out.iter().any(|s| s.rule == pattern.rule && s.confidence == pattern.confidence)
            {
                let wide = pattern.around().len() > 0;
                out.push(Said { rule: pattern.rule, confidence: pattern.confidence, wide, broad: pattern.broad });
            }
        }
    });
    out
}

/// The classes of words.
pub fn set(words: &[Word]) -> Set {
    let mut out = Set::default();
    words.iter().for_each(|word| insert(&mut out, word.class));
    out
}

/// Ends of one beginning that are kept: entries overlap, and the longest is not always the one that leads on.
const ENDS: usize = 4;

/// No end: behind every text.
const NOWHERE: u32 = u32::MAX;

/// Elements of the longest pattern; the test of the files holds them to it.
pub const LONGEST: usize = 12;

/// Whether the elements occur in this order with their gaps. The latest ends of every beginning are all there is to know.
fn in_order(sequence: &[Element], text: &str, sentence: &[Word], told: Mood) -> bool {
    let Some(last) = sequence.len().checked_sub(1) else { return true };
    // of each element the latest ends, in the place of the oldest of them
    let (mut ends, mut oldest) = ([[NOWHERE; ENDS]; LONGEST], [0; LONGEST]);
    // how many elements have an end
    let mut begun = 0;
    for word in sentence {
        for k in (0..=last.min(begun)).rev() {
            let element = &sequence[k];
            if element.class != word.class
                || (element.asserted && word.negated)
                || (element.ordered && word.mood(text) < told)
            {
                continue;
            }
            let near = |end: &u32| word.start.checked_sub(*end).is_some_and(|gap| gap as usize <= element.gap);
            if k == 0 || ends[k - 1].iter().any(near) {
                if k == last {
                    return true;
                }
                ends[k][oldest[k]] = word.end;
                oldest[k] = (oldest[k] + 1) % ENDS;
                begun = begun.max(k + 1);
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_gaps_are_kept() {
        let at = |class, start| {
            let mood = Cell::new(Some(Mood::None));
            Word { class, negated: false, mood, start, end: start + 1 }
        };
        let sequence = [
            Element { class: 1, ordered: false, asserted: false, gap: 0 },
            Element { class: 2, ordered: false, asserted: true, gap: 5 },
        ];
        assert!(in_order(&sequence, "", &[at(1, 0), at(2, 6)], Mood::Urged));
        assert!(!in_order(&sequence, "", &[at(1, 0), at(2, 7)], Mood::Urged));
        assert!(!in_order(&sequence, "", &[at(2, 0), at(1, 2)], Mood::Urged));
        assert!(in_order(&sequence, "", &[at(1, 0), at(1, 10), at(2, 12)], Mood::Urged));
    }
}
