//! What the model knows an item by: the words that are not its subject, the slots and word classes of its sentences, alone
//! and in pairs, and what the grammars say of it. What each of them weighs is for `model`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::fusion::Origin;
use super::model::Weights;
use super::slots::Slot;
use super::table::TABLE;
use crate::manifest::{Item, Manifest};
use crate::terms::{Confidence, ItemKind};
use crate::text::{Field, Role, capped, fields};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// A slot or a word class in a sentence.
    One(Where, u16),
    /// Two of them in one sentence.
    Two(Where, u16, u16),
    /// What a grammar says: rule, how sure it is, which one.
    Said(&'static str, Option<Confidence>, Origin),
    /// A name that is an order, or a text that decodes to something.
    Form(&'static str, bool),
    /// A subject that is not the tool's, and what is done with it (`purpose`).
    Subject(&'static str, u8),
}

/// Where a sentence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// First in the description of an item, where it says what the item is.
    First,
    /// Later in it.
    Description,
    /// In the description of a parameter.
    Parameter,
    /// In the instructions of a server.
    Instructions,
    /// Anywhere else.
    Elsewhere,
}

/// Groups of traits: each counts for itself, however many there are.
pub const GROUPS: usize = 5;
/// The group of words; that of what is said is [`SAID`].
pub const WORDS: usize = 4;
/// What grammars and subjects say.
pub const SAID: usize = 3;

impl Trait {
    /// Its group.
    pub fn group(self) -> usize {
        match self {
            // there are few slots: they count with their pairs
            Self::One(_, class) => usize::from(class >= 64),
            Self::Two(_, a, _) => 2 * usize::from(a >= 64),
            _ => SAID,
        }
    }

    /// By which the weights know it. It does not depend on the order of the files.
    pub fn key(self) -> u32 {
        let place = |at: Where| match at {
            Where::First => 1,
            _ => 2,
        };
        match self {
            // where a slot stands says more than where another word does
            Self::One(at, class) if class < 64 => mixed(at as u32 + 10, hash_of(class), 0),
            Self::One(at, class) => mixed(place(at), hash_of(class), 1),
            Self::Two(at, a, b) => {
                let (a, b) = (hash_of(a), hash_of(b));
                mixed(place(at) + 2, a.min(b), a.max(b))
            }
            Self::Said(rule, confidence, origin) => {
                mixed(5, hash(rule), confidence.map_or(3, |c| c as u32) * 4 + origin as u32)
            }
            Self::Form(rule, encoded) => mixed(6, hash(rule), u32::from(encoded)),
            Self::Subject(what, weight) => mixed(7, hash(what), u32::from(weight)),
        }
    }

    /// For people: slots only, the word classes have no words of their own.
    pub fn says(self) -> Option<String> {
        let slot = |class: u16| Slot::ALL.get(usize::from(class)).map(|s| s.2);
        match self {
            Self::One(_, class) => slot(class).map(str::to_owned),
            Self::Two(_, a, b) => Some(format!("{} with {}", slot(a)?, slot(b)?)),
            _ => None,
        }
    }
}

/// The key of a word.
pub fn key_of_word(word: &str) -> u32 {
    mixed(8, hash(word), 0)
}

/// The key of the same word in the first sentence, where it says what an item is.
pub fn key_of_first(word: u32) -> u32 {
    mixed(9, word, 0)
}

static HASHES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut out: Vec<u32> = Slot::ALL.iter().map(|s| hash(s.1)).collect();
    out.resize(64, 0);
    out.extend(TABLE.named.iter().map(|name| hash(name)));
    out
});

fn hash_of(class: u16) -> u32 {
    HASHES.get(usize::from(class)).copied().unwrap_or_default()
}

/// FNV-1a.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

fn mixed(kind: u32, a: u32, b: u32) -> u32 {
    let mut h = a ^ b.rotate_left(13) ^ kind.wrapping_mul(0x9E37_79B1);
    for _ in 0..2 {
        h = (h ^ (h >> 15)).wrapping_mul(0x85EB_CA6B);
        h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
    }
    h ^ (h >> 16)
}

/// Where the sentences of a field stand.
pub fn place(role: Role) -> Where {
    match role {
        Role::Description => Where::Description,
        Role::ParamDescription => Where::Parameter,
        Role::Instructions => Where::Instructions,
        _ => Where::Elsewhere,
    }
}

/// Classes of a sentence that are looked at; more is a list, not a sentence.
const CLASSES: usize = 40;

/// A trait that has a weight.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Made once: it costs more than the rest.
    pub key: u32,
    /// The trait.
    pub what: Trait,
    /// What it weighs.
    pub weight: i8,
}

impl Known {
    /// A trait, if it has a weight.
    pub fn of(weights: &Weights, what: Trait) -> Option<Self> {
        let key = what.key();
        weights.get(key).map(|weight| Self { key, what, weight })
    }
}

/// The traits of a sentence that have a weight.
pub fn of_sentence(weights: &Weights, classes: &BTreeSet<u16>, at: Where, out: &mut Vec<Known>) {
    let mut add = |what: Trait| out.extend(Known::of(weights, what));
    let classes: Vec<u16> = classes.iter().copied().take(CLASSES).collect();
    for (i, a) in classes.iter().enumerate() {
        add(Trait::One(at, *a));
        let alike = |b: &&u16| (**b < 64) == (*a < 64);
        classes[i + 1..].iter().take_while(alike).for_each(|b| add(Trait::Two(at, *a, *b)));
    }
}

/// The words of a server that are its subject.
pub struct Subjects<'w> {
    weights: &'w Weights,
    own: BTreeSet<u32>,
}

/// Items that are looked at for what the server is about.
const ABOUT: usize = 400;
/// Words of an item that are looked at.
const MOST: usize = 400;

impl<'w> Subjects<'w> {
    /// Every word that three items use.
    pub fn of(manifest: &Manifest, weights: &'w Weights) -> Self {
        let mut seen: Vec<u32> = Vec::new();
        for item in manifest.items.iter().filter(|i| i.key.kind != ItemKind::Content).take(ABOUT) {
            let Words { name, first, rest } = Words::of(item, &fields(item));
            let mut said: Vec<u32> = name.into_iter().chain(first).chain(rest).collect();
            said.sort_unstable();
            said.dedup();
            seen.extend(said);
        }
        seen.sort_unstable();
        let own = seen.windows(3).filter(|w| w[0] == w[2]).map(|w| w[0]).collect();
        Self { weights, own }
    }

    /// The words of an item that are neither its subject nor the server's, once each.
    pub fn words(&self, item: &Item, fields: &[Field<'_>]) -> Vec<(u32, i8)> {
        let Words { name, first, rest } = Words::of(item, fields);
        let once = |mut keys: Vec<u32>| {
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let (name, mut first, mut rest) = (once(name), once(first), once(rest));
        let among = |keys: &[u32], key: &u32| keys.binary_search(key).is_ok();
        first.retain(|key| !among(&name, key));
        rest.retain(|key| !among(&name, key) && !among(&first, key) && !self.own.contains(key));
        first.retain(|key| !self.own.contains(key));
        let keys = first.into_iter().map(key_of_first).chain(rest);
        keys.filter_map(|key| Some((key, self.weights.get(key)?))).take(MOST).collect()
    }
}

/// The words of an item, as keys.
#[derive(Default)]
struct Words {
    /// Of its name.
    name: Vec<u32>,
    /// Of its first sentence, which says what it is.
    first: Vec<u32>,
    /// All others.
    rest: Vec<u32>,
}

impl Words {
    fn of(item: &Item, fields: &[Field<'_>]) -> Self {
        let mut out = Self::default();
        let read = |text: &str, out: &mut Vec<u32>| each_word(text, |word| out.push(key_of_word(word)));
        if item.key.kind == ItemKind::Content {
            return out;
        }
        for field in fields {
            let text = capped(field.text, 16 << 10);
            match field.role {
                Role::Name => read(&text.replace(['_', '-'], " "), &mut out.name),
                Role::Description => {
                    let text = text.trim_start();
                    let (first, more) = text.split_at(text.find(['.', '!', '\n']).unwrap_or(text.len()));
                    read(first, &mut out.first);
                    read(more, &mut out.rest);
                }
                Role::ParamDescription | Role::Instructions => read(text, &mut out.rest),
                role if role.is_prose() && text.split(' ').nth(3).is_some() => read(text, &mut out.rest),
                _ => {}
            }
        }
        out
    }
}

/// The weightiest reasons of the model, for people.
pub fn explained(traits: &[Known], words: &[(u32, i8)], fields: &[Field<'_>]) -> String {
    let mut said: Vec<(i8, String)> = traits.iter().filter_map(|t| Some((t.weight, t.what.says()?))).collect();
    let mut spelled: BTreeMap<u32, String> = BTreeMap::new();
    for field in fields {
        each_word(capped(field.text, 16 << 10), |word| {
            let key = key_of_word(word);
            for key in [key, key_of_first(key)] {
                spelled.entry(key).or_insert_with(|| format!("\u{201c}{word}\u{201d}"));
            }
        });
    }
    said.extend(words.iter().filter_map(|(key, w)| Some((*w, spelled.remove(key)?))));
    said.retain(|(w, _)| *w > 0);
    said.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let said: Vec<String> = said.into_iter().take(6).map(|(_, text)| text).collect();
    format!("reads as attacks do and honest texts do not: {}", said.join(", "))
}

/// The words of a text as the model knows them: stems, and a class for what is no word.
pub fn each_word(text: &str, mut out: impl FnMut(&str)) {
    let mut lower = String::new();
    for chunk in text.split_whitespace() {
        // most are a word and at most a stop
        let plain = chunk.trim_end_matches([',', '.', ';', ':', '!', '?', ')']);
        if !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_alphabetic()) {
            english(plain, &mut lower, &mut out);
            continue;
        }
        let bare = chunk.trim_matches(|c: char| !c.is_alphanumeric() && !"~/.".contains(c));
        let path = bare.starts_with(['~', '/']) || bare.matches('/').nth(1).is_some();
        if chunk.contains("://") {
            out("urlx");
        } else if bare.split_once('@').is_some_and(|(_, host)| host.contains('.')) {
            out("mailx");
        } else if bare.len() > 2 && (path || bare.starts_with('.')) {
            out("pathx");
        } else if bare.contains('_') || (chunk.starts_with('`') && chunk.ends_with('`')) {
            out("idx");
        } else {
            for word in chunk.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
                if word.is_ascii() {
                    english(word, &mut lower, &mut out);
                } else if word.chars().any(is_dense) {
                    // no spaces between words: two characters are about one
                    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
                    starts.windows(3).for_each(|at| out(&word[at[0]..at[2]]));
                } else {
                    lower.clear();
                    lower.extend(word.chars().flat_map(char::to_lowercase).take(BEGINNING));
                    out(&lower);
                }
            }
        }
    }
}

/// The stem of a word in letters of ASCII.
fn english(word: &str, lower: &mut String, out: &mut impl FnMut(&str)) {
    lower.clear();
    lower.push_str(word);
    lower.make_ascii_lowercase();
    let stem = stem(lower);
    if stem.len() > 1 {
        out(stem);
    }
}

/// Letters of a word of other languages than English that are kept: what follows is grammar.
const BEGINNING: usize = 6;

/// Chinese, Japanese, Korean.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

fn stem(word: &str) -> &str {
    let endings = ["ing", "ed", "es", "s", "ly"];
    let cut = endings.iter().find_map(|e| word.strip_suffix(e).filter(|w| w.len() >= 4));
    cut.unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_stems_and_classes() {
        let tokens = |text: &str| {
            let mut out = Vec::new();
            each_word(text, |w| out.push(w.to_owned()));
            out
        };
        assert_eq!(tokens("Copies ~/.ssh to `x` see user_id."), ["copi", "pathx", "to", "idx", "see", "idx"]);
        assert_eq!(tokens("mail a@b.test https://c.test"), ["mail", "mailx", "urlx"]);
        // as the weights were trained
        assert_eq!(tokens("and so on ... or."), ["and", "so", "on", "pathx", "or"]);
        assert_eq!(
            tokens("\u{c4}nderungsprotokoll \u{5bf9}\u{8bdd}\u{5386}"),
            ["\u{e4}nderu", "\u{5bf9}\u{8bdd}", "\u{8bdd}\u{5386}"]
        );
    }

    #[test]
    fn keys_tell_place_and_kind_apart_and_order_does_not_matter() {
        use Where::{Description, First, Parameter};
        let (a, b) = (Slot::User as u16, Slot::History as u16);
        assert_eq!(Trait::Two(First, a, b).key(), Trait::Two(First, b, a).key());
        assert_ne!(Trait::Two(First, a, b).key(), Trait::Two(Description, a, b).key());
        assert_eq!(Trait::Two(Parameter, a, b).key(), Trait::Two(Description, a, b).key());
        assert_ne!(Trait::One(Parameter, a).key(), Trait::One(Description, a).key());
        assert_ne!(Trait::One(First, a).key(), Trait::One(First, b).key());
    }
}
