//! The words of an item that are not its subject, alone and two side by side, as the model knows them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::model::Weights;
use super::traits::{Known, NAMED, NEIGHBOURS, WORDS, key_of_first, key_of_named, key_of_two, key_of_word};
use crate::manifest::{Item, Manifest};
use crate::terms::ItemKind;
use crate::text::{Field, Role, capped, fields, normalize, sentences};

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
    pub fn of(manifest: &Manifest, weights: &'w Weights) -> Self {
        let read: Vec<Words> = manifest.items.iter().take(ABOUT).map(|item| Words::of(item, &fields(item))).collect();
        let mut seen: Vec<u32> = Vec::new();
        for Words { name, first, rest, .. } in &read {
            let said = once(name.iter().chain(first).chain(rest).copied().filter(|key| *key != BREAK).collect());
            seen.extend(said);
        }
        seen.sort_unstable();
        let mut own: Vec<u32> = seen.windows(3).filter(|w| w[0] == w[2]).map(|w| w[0]).collect();
        own.dedup();
        Self { weights, own, read }
    }

    /// What an item says that is neither its subject nor the server's, once each. It is the server's item `at`.
    pub fn words(&self, at: usize, item: &Item, fields: &[Field<'_>]) -> Vec<Weighed> {
        let late;
        let Words { name, first, rest, named } = match self.read.get(at) {
            Some(read) => read,
            None => {
                late = Words::of(item, fields);
                &late
            }
        };
        let name = once(name.clone());
        let among = |keys: &[u32], key: u32| keys.binary_search(&key).is_ok();
        let other = |key: &u32| *key != BREAK && !among(&name, *key) && !among(&self.own, *key);
        let firsts = once(first.iter().copied().filter(other).collect());
        let rests = once(rest.iter().copied().filter(|key| other(key) && !among(&firsts, *key)).collect());
        let mut two = Vec::new();
        for words in [first, rest] {
            // a break is no neighbour
            for pair in words.windows(2).filter(|pair| !pair.contains(&BREAK)) {
                let (before, after) = (other(&pair[0]), other(&pair[1]));
                if before || after {
                    let or = |is: bool, key| if is { key } else { SUBJECT };
                    two.push(key_of_two(or(before, pair[0]), or(after, pair[1])));
                }
            }
        }
        let weighed = |group| move |key: u32| Some(Weighed { key, group, weight: self.weights.get(key)? });
        let words = firsts.iter().copied().map(key_of_first).chain(rests).filter_map(weighed(WORDS)).take(MOST);
        let named = named.iter().copied().filter(|key| other(key) && !among(&firsts, *key));
        let named = once(named.collect()).into_iter().map(key_of_named).filter_map(weighed(NAMED)).take(MOST);
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
    fn of(item: &Item, fields: &[Field<'_>]) -> Self {
        let mut out = Self::default();
        if item.key.kind == ItemKind::Content {
            return out;
        }
        for field in fields {
            match field.role {
                Role::Name => {
                    let name = capped(field.text, READ).replace(['_', '-'], " ");
                    each_word(&name, |word| out.name.push(key_of_word(word)));
                    continue;
                }
                Role::PropertyName | Role::Argument | Role::Enum | Role::Const | Role::Default
                    if !field.text.contains(' ') && field.text.len() <= NAME =>
                {
                    let words = parted(field.text);
                    // a name of many words is a sentence
                    if words.split(' ').nth(LONG - 1).is_some() {
                        read(&words, &mut out.rest);
                    } else {
                        each_word(&words, |word| out.named.push(key_of_word(word)));
                    }
                    continue;
                }
                // of other places only what is long enough to say something
                Role::Description | Role::ParamDescription | Role::Instructions => {}
                role if role.is_prose() && field.text.split(' ').nth(3).is_some() => {}
                _ => continue,
            }
            each_sentence(field.text, |i, text| {
                let opens = i == 0 && field.role == Role::Description;
                read(text, if opens { &mut out.first } else { &mut out.rest });
            });
        }
        out
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

fn read(sentence: &str, out: &mut Vec<u32>) {
    each_word(sentence, |word| out.push(key_of_word(word)));
    out.push(BREAK);
}

/// The sentences of a text, without what disguises its letters.
fn each_sentence(text: &str, mut out: impl FnMut(usize, &str)) {
    let text = capped(text, READ);
    let text = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(normalize(text).text) };
    let full = sentences(&text).into_iter().map(|range| &text[range]).filter(|s| !s.trim().is_empty());
    full.enumerate().for_each(|(i, sentence)| out(i, sentence));
}

/// The weightiest reasons of the model, for people.
pub fn explained(traits: &[Known], words: &[Weighed], fields: &[Field<'_>]) -> String {
    let mut said: Vec<(i8, String)> = traits.iter().filter_map(|t| Some((t.weight, t.what.says()?))).collect();
    let heavy = words.iter().filter(|w| w.weight > 0).map(|w| (w.key, (w.weight, String::new())));
    let mut spelled: BTreeMap<u32, (i8, String)> = heavy.collect();
    for field in fields {
        each_sentence(field.text, |_, sentence| {
            let mut before: Option<(u32, String)> = None;
            each_word(sentence, |word| {
                let key = key_of_word(word);
                let mut spell = |key, parts: [&str; 2]| {
                    if let Some((_, text)) = spelled.get_mut(&key).filter(|(_, text)| text.is_empty()) {
                        *text = format!("\u{201c}{}\u{201d}", parts.join(" ").trim_start());
                    }
                };
                for key in [key, key_of_first(key)] {
                    spell(key, ["", word]);
                }
                if let Some((other, text)) = &before {
                    spell(key_of_two(*other, key), [text, word]);
                    spell(key_of_two(SUBJECT, key), ["\u{2026}", word]);
                    spell(key_of_two(*other, SUBJECT), [text, "\u{2026}"]);
                }
                before = Some((key, word.to_owned()));
            });
        });
    }
    said.extend(spelled.into_values().filter(|(_, text)| !text.is_empty()));
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
}
