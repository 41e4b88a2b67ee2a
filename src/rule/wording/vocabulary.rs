//! The words of an item that are not its subject, alone and two side by side, as the model knows them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::keys::{key_of_first, key_of_named, key_of_two};
use super::model::Weights;
use super::often::Often;
use super::pairs::{Number, PAIRS};
use super::remembered::{Remembered, Shared};
use super::traits::{NAMED, NEIGHBOURS, WORDS};
use super::word::each_word;
use crate::manifest::{Item, Manifest};
use crate::terms::ItemKind;
use crate::text::{Field, Role, capped, each_field, normalize, sentences};

/// A word, or two side by side, that has a weight.
#[derive(Clone, Copy, Debug)]
pub struct Weighed {
    /// What it is known by.
    pub key: u32,
    /// Words, or words side by side.
    pub group: usize,
    /// What it weighs.
    pub weight: i8,
}

/// The words of a server that are its subject.
pub struct Subjects<'w> {
    weights: &'w Weights,
    /// Every word that three items use, in order.
    own: Vec<u32>,
    /// What the first items say, read once.
    read: Vec<Words>,
}

/// Items that are looked at for what the server is about.
const ABOUT: usize = 400;
/// Words of an item that count, and as many neighbours.
const MOST: usize = 400;
/// Bytes of a field that are read.
const READ: usize = 16 << 10;
/// What stands between two sentences.
const BREAK: u32 = 0;
/// What stands for a word of the subject beside another word.
const SUBJECT: u32 = 1;

impl<'w> Subjects<'w> {
    /// What a server is about.
    pub fn of<'f>(manifest: &'f Manifest, weights: &'w Weights, known: Option<&'f Known<'f>>) -> Self {
        let mut heard = Heard::of(known);
        let first = manifest.items.iter().take(ABOUT);
        let read: Vec<Words> = first.map(|item| Words::of(item, &mut heard)).collect();
        let mut often = Often::new(manifest.size(), 3);
        for (item, Words { name, first, rest, .. }) in (1..).zip(&read) {
            for words in [name, first, rest] {
                words.iter().filter(|key| **key != BREAK).for_each(|key| often.add(*key, item));
            }
        }
        Self { weights, own: often.words(), read }
    }

    /// What an item says that is neither its subject nor the server's, once each. It is the server's item `at`.
    pub fn words<'f>(&self, at: usize, item: &'f Item, heard: &mut Heard<'f>) -> Vec<Weighed> {
        let late;
        let Words { name, first, rest, named } = match self.read.get(at) {
            Some(read) => read,
            None => {
                late = Words::of(item, heard);
                &late
            }
        };
        let name = once(name.clone());
        let among = |keys: &[u32], key: u32| keys.binary_search(&key).is_ok();
        let other = |key: &u32| (*key, *key != BREAK && !among(&name, *key) && !among(&self.own, *key));
        // each word is asked for once, and counts alone and with both its neighbours
        let [first, rest] = [first, rest].map(|words| words.iter().map(other).collect::<Vec<(u32, bool)>>());
        let others = |words: &[(u32, bool)]| words.iter().filter(|w| w.1).map(|w| w.0).collect::<Vec<u32>>();
        // most have no weight, and need not be sorted
        let weighs = |key: &u32| self.weights.get(*key).is_some();
        let firsts = once(others(&first));
        let mut rests = others(&rest);
        rests.retain(|key| weighs(key) && !among(&firsts, *key));
        let rests = once(rests);
        let mut two = Vec::new();
        for words in [first, rest] {
            for [(before, is_other), (after, other)] in words.array_windows() {
                // a break is no neighbour
                if *before != BREAK && *after != BREAK && (*is_other || *other) {
                    let or = |is: bool, key| if is { key } else { SUBJECT };
                    two.extend(Some(key_of_two(or(*is_other, *before), or(*other, *after))).filter(weighs));
                }
            }
        }
        let weighed = |group| move |key: u32| Some(Weighed { key, group, weight: self.weights.get(key)? });
        let words = firsts.iter().copied().map(key_of_first).chain(rests).filter_map(weighed(WORDS)).take(MOST);
        let named: Vec<(u32, bool)> = named.iter().map(other).collect();
        let unsaid = |(key, other): &(u32, bool)| (*other && !among(&firsts, *key)).then_some(*key);
        let both = named.array_windows().filter(|[a, b]| a.0 != BREAK && b.0 != BREAK && (a.1 || b.1));
        let both = both.map(|[a, b]| key_of_two(a.0, b.0));
        let named = once(named.iter().filter_map(unsaid).chain(both).collect());
        let named = named.into_iter().map(key_of_named).filter_map(weighed(NAMED)).take(MOST);
        words.chain(once(two).into_iter().filter_map(weighed(NEIGHBOURS)).take(MOST)).chain(named).collect()
    }
}

fn once(mut keys: Vec<u32>) -> Vec<u32> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The words of an item as keys, with breaks between sentences.
#[derive(Default)]
struct Words {
    /// Of its name.
    name: Vec<u32>,
    /// Of its first sentence, which says what it is.
    first: Vec<u32>,
    /// All others.
    rest: Vec<u32>,
    /// Of names and values of parameters.
    named: Vec<u32>,
}

impl Words {
    fn of<'f>(item: &'f Item, heard: &mut Heard<'f>) -> Self {
        let mut out = Self::default();
        if item.key.kind == ItemKind::Content {
            return out;
        }
        each_field(item, &mut |_, text, role| out.add(text, role, heard));
        out
    }

    fn add<'f>(&mut self, text: &'f str, role: Role, heard: &mut Heard<'f>) {
        match role {
            Role::Name => {
                let name = capped(text, READ).replace(['_', '-'], " ");
                return each_word(&name, |word| self.name.push(word.key()));
            }
            Role::PropertyName | Role::Argument | Role::Enum | Role::Const | Role::Default
                if !text.contains(' ') && text.len() <= NAME =>
            {
                let words = parted(text);
                // a name of many words is a sentence
                if words.split(' ').nth(LONG - 1).is_some() {
                    each_word(&words, |word| self.rest.push(word.key()));
                    self.rest.push(BREAK);
                } else {
                    each_word(&words, |word| self.named.push(word.key()));
                    self.named.push(BREAK);
                }
                return;
            }
            // of other places only what is long enough to say something
            Role::Description | Role::ParamDescription | Role::Instructions => {}
            role if role.is_prose() && text.split(' ').nth(3).is_some() => {}
            _ => return,
        }
        let heard = heard.text(text);
        let (first, rest) = heard.words.split_at(if role == Role::Description { heard.first } else { 0 });
        self.first.extend_from_slice(first);
        self.rest.extend_from_slice(rest);
    }
}

/// A name longer than this is none.
const NAME: usize = 120;
/// Words of a name that says something.
const LONG: usize = 4;

/// The words of a name.
fn parted(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        let apart = !c.is_alphanumeric() || c.is_uppercase() && before.is_lowercase();
        if apart && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        out.extend(c.is_alphanumeric().then_some(c));
        before = c;
    }
    out.truncate(out.trim_end().len());
    out
}

/// The words of texts, for all threads.
pub type Known<'f> = Shared<'f, (), Text>;

/// Hears the words of texts.
pub struct Heard<'f> {
    known: Remembered<'f, 'f, (), Text>,
    /// Room for the sentences of a text.
    parts: Vec<Range<usize>>,
}

/// The words of a text as keys, with a break after each sentence.
#[derive(Default)]
pub struct Text {
    words: Vec<u32>,
    /// How many of them are those of the first sentence.
    first: usize,
}

impl<'f> Heard<'f> {
    /// Knows what others heard.
    pub fn of(known: Option<&'f Known<'f>>) -> Self {
        Self { known: Remembered::new(known), parts: Vec::new() }
    }

    fn text(&mut self, text: &'f str) -> &Text {
        let parts = &mut self.parts;
        // none of them is asked for again
        self.known.forget();
        let at = self.known.get(text, (), || {
            let mut read = Text { words: Vec::with_capacity(text.len().min(READ) / 5 + 2), first: 0 };
            each_sentence(text, parts, |i, sentence| {
                each_word(sentence, |word| read.words.push(word.key()));
                read.words.push(BREAK);
                if i == 0 {
                    read.first = read.words.len();
                }
            });
            read
        });
        self.known.at(at)
    }
}

/// The sentences of a text, without what disguises its letters.
fn each_sentence(text: &str, parts: &mut Vec<Range<usize>>, mut out: impl FnMut(usize, &str)) {
    let text = capped(text, READ);
    let text = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(normalize(text).text) };
    sentences(&text, parts);
    let full = parts.iter().map(|range| &text[range.clone()]).filter(|s| !s.trim().is_empty());
    full.enumerate().for_each(|(i, sentence)| out(i, sentence));
}

/// The weightiest reasons of the model, for people.
pub fn explained(classes: &[Number], words: &[Weighed], fields: &[Field<'_>]) -> String {
    let mut said: Vec<(i8, String)> =
        classes.iter().filter_map(|n| Some((PAIRS.weight(*n), PAIRS.says(*n)?))).collect();
    let heavy = words.iter().filter(|w| w.weight > 0).map(|w| (w.key, (w.weight, String::new())));
    let mut spelled: BTreeMap<u32, (i8, String)> = heavy.collect();
    let mut parts = Vec::new();
    for field in fields {
        each_sentence(field.text, &mut parts, |_, sentence| {
            let mut before: Option<(u32, String)> = None;
            each_word(sentence, |word| {
                let (key, word) = (word.key(), word.spelled());
                let mut spell = |key, parts: [&str; 2]| {
                    if let Some((_, text)) = spelled.get_mut(&key).filter(|(_, text)| text.is_empty()) {
                        *text = format!("\u{201c}{}\u{201d}", parts.join(" ").trim_start());
                    }
                };
                for key in [key, key_of_first(key)] {
                    spell(key, ["", &word]);
                }
                if let Some((other, text)) = &before {
                    spell(key_of_two(*other, key), [text, &word]);
                    spell(key_of_two(SUBJECT, key), ["\u{2026}", &word]);
                    spell(key_of_two(*other, SUBJECT), [text, "\u{2026}"]);
                }
                before = Some((key, word));
            });
        });
    }
    said.extend(spelled.into_values().filter(|(_, text)| !text.is_empty()));
    said.retain(|(w, _)| *w > 0);
    said.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let said: Vec<String> = said.into_iter().take(6).map(|(_, text)| text).collect();
    format!("reads as attacks do and honest texts do not: {}", said.join(", "))
}
