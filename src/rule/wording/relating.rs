//! Makes the table of relations of its data file, as bytes. Part of the program's build, and of its tests; what runs reads
//! the bytes (`relations`).

use super::indexing::Writer;
use super::loading;
use super::sections::sections;
use super::slot::Slot;

const FILE: &str = include_str!("lexicon/relations.txt");

/// The section of the relations; the others are groups of classes.
const RELATIONS: &str = "relations";

/// What relations say, and the classes of their two sides.
pub fn relations() -> Vec<u8> {
    let classes = loading::class_names();
    let side = |groups: &str| -> Vec<u16> {
        let inside = |section: &str| groups.split_whitespace().any(|group| group == section);
        let lines = sections(FILE, |_| true).filter(|(section, _)| inside(section));
        lines.flat_map(|(_, line)| line.split_whitespace()).map(|name| number(name, &classes)).collect()
    };
    let mut out = Writer::default();
    for (_, line) in sections(FILE, |_| true).filter(|(section, _)| *section == RELATIONS) {
        let (says, sides) = line.split_once('=').unwrap_or_default();
        let (one, other) = sides.split_once('+').unwrap_or_default();
        out.bytes(says.trim().as_bytes());
        out.u16s(side(one));
        out.u16s(side(other));
    }
    out.done()
}

/// The number of a class: of slots by their name, of word classes behind an `@`.
fn number(name: &str, classes: &[String]) -> u16 {
    let slot = || Slot::ALL.iter().find(|slot| slot.1 == name).map(|slot| slot.0 as u16);
    let class = |name: &str| classes.iter().position(|class| class == name).map(|at| at as u16 + 64);
    // only our own build reads the file: a name that it does not know is an error of the file
    name.strip_prefix('@').map_or_else(slot, class).unwrap_or_else(|| panic!("no class {name} in relations.txt"))
}
