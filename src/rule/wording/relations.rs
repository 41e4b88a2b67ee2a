//! What a sentence puts together before it may gate with the model: two things that stand apart from each other. Which, is in
//! a data file that the program's build makes a table of (`relating`). No weight has a say in it, and each has a name for people.

use std::sync::LazyLock;

use super::packed::Parts;
use super::phrases::Word;
use super::table::{Set, holds, insert};

/// What the file was made into.
const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/relations.bin"));

/// Two groups of classes that say something together.
#[derive(Debug)]
pub struct Relation {
    /// For people: what it is, and what honest texts have in its place.
    pub says: &'static str,
    sides: [Set; 2],
}

static RELATIONS: LazyLock<Vec<Relation>> = LazyLock::new(|| {
    let (mut parts, mut out) = (Parts::of(BYTES), Vec::new());
    while !parts.is_empty() {
        let says = parts.text();
        let mut side = || {
            let (mut set, classes) = (Set::default(), parts.u16s());
            classes.range(0, classes.len()).for_each(|class| insert(&mut set, class));
            set
        };
        out.push(Relation { says, sides: [side(), side()] });
    }
    out
});

/// The first relation that the words of a sentence have.
pub fn find(words: &[Word], present: &Set) -> Option<&'static Relation> {
    RELATIONS.iter().find(|relation| {
        let any = |side: &Set| side.iter().zip(present).any(|(a, b)| a & b != 0);
        relation.sides.iter().all(any) && apart(words, &relation.sides)
    })
}

/// Whether a word of each side stands there, apart from each other.
fn apart(words: &[Word], sides: &[Set; 2]) -> bool {
    let [one, other] = sides.each_ref().map(|side| {
        let places = words.iter().filter(move |word| holds(side, word.class)).map(Word::place);
        let (mut first_end, mut last_start) = (usize::MAX, 0);
        for place in places {
            (first_end, last_start) = (first_end.min(place.end), last_start.max(place.start));
        }
        (first_end, last_start)
    });
    // some word of one side ends before some word of the other begins
    one.0 <= other.1 || other.0 <= one.1
}

#[cfg(test)]
mod tests {
    use super::super::relating;
    use super::*;

    #[test]
    fn the_table_is_what_the_file_makes() {
        assert!(BYTES == relating::relations());
        assert!(RELATIONS.len() >= 6);
        for relation in RELATIONS.iter() {
            assert!(relation.says.contains(", where "), "{relation:?}");
            assert!(relation.sides.iter().all(|side| *side != Set::default()), "{}", relation.says);
        }
    }
}
