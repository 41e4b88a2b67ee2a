//! The words of an item that are not its subject, alone and two side by side, as the model knows them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::keys::{key_of_first, key_of_named, key_of_small, key_of_two, key_of_word};
use super::model::Weights;
use super::pairs::{Number, PAIRS};
use super::traits::{NAMED, NEIGHBOURS, WORDS};
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
        let mut heard = Heard::default();
        let first = manifest.items.iter().take(ABOUT);
        let read: Vec<Words> = first.map(|item| Words::of(item, &fields(item), &mut heard)).collect();
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
    pub fn words<'f>(&self, at: usize, item: &Item, fields: &[Field<'f>], heard: &mut Heard<'f>) -> Vec<Weighed> {
        let late;
        let Words { name, first, rest, named } = match self.read.get(at) {
            Some(read) => read,
            None => {
                late = Words::of(item, fields, heard);
                &late
            }
        };
        let name = once(name.clone());
        let among = |keys: &[u32], key: u32| keys.binary_search(&key).is_ok();
        let other = |key: &u32| (*key, *key != BREAK && !among(&name, *key) && !among(&self.own, *key));
        // each word is asked for once, and counts alone and with both its neighbours
        let [first, rest] = [first, rest].map(|words| words.iter().map(other).collect::<Vec<(u32, bool)>>());
        let others = |words: &[(u32, bool)]| words.iter().filter(|w| w.1).map(|w| w.0).collect::<Vec<u32>>();
        let firsts = once(others(&first));
        let mut rests = once(others(&rest));
        rests.retain(|key| !among(&firsts, *key));
        let mut two = Vec::with_capacity(first.len() + rest.len());
        for words in [first, rest] {
            for [(before, is_other), (after, other)] in words.array_windows() {
                // a break is no neighbour
                if *before != BREAK && *after != BREAK && (*is_other || *other) {
                    let or = |is: bool, key| if is { key } else { SUBJECT };
                    two.push(key_of_two(or(*is_other, *before), or(*other, *after)));
                }
            }
        }
        let weighed = |group| move |key: u32| Some(Weighed { key, group, weight: self.weights.get(key)? });
        let words = firsts.iter().copied().map(key_of_first).chain(rests).filter_map(weighed(WORDS)).take(MOST);
        let mut named = once(others(&named.iter().map(other).collect::<Vec<(u32, bool)>>()));
        named.retain(|key| !among(&firsts, *key));
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
    fn of<'f>(item: &Item, fields: &[Field<'f>], heard: &mut Heard<'f>) -> Self {
        let mut out = Self::default();
        if item.key.kind == ItemKind::Content {
            return out;
        }
        for field in fields {
            match field.role {
                Role::Name => {
                    let name = capped(field.text, READ).replace(['_', '-'], " ");
                    each_word(&name, |word| out.name.push(word.key()));
                    continue;
                }
                Role::PropertyName | Role::Argument | Role::Enum | Role::Const | Role::Default
                    if !field.text.contains(' ') && field.text.len() <= NAME =>
                {
                    let words = parted(field.text);
                    // a name of many words is a sentence
                    if words.split(' ').nth(LONG - 1).is_some() {
                        each_word(&words, |word| out.rest.push(word.key()));
                        out.rest.push(BREAK);
                    } else {
                        each_word(&words, |word| out.named.push(word.key()));
                    }
                    continue;
                }
                // of other places only what is long enough to say something
                Role::Description | Role::ParamDescription | Role::Instructions => {}
                role if role.is_prose() && field.text.split(' ').nth(3).is_some() => {}
                _ => continue,
            }
            let text = heard.of(field.text);
            let (first, rest) = text.words.split_at(if field.role == Role::Description { text.first } else { 0 });
            out.first.extend_from_slice(first);
            out.rest.extend_from_slice(rest);
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

/// Texts that were read before: servers repeat themselves.
#[derive(Default)]
pub struct Heard<'f>(BTreeMap<(usize, &'f str), Rc<Text>>);

/// The words of a text as keys, with a break after each sentence.
#[derive(Default)]
struct Text {
    words: Vec<u32>,
    /// How many of them are those of the first sentence.
    first: usize,
}

/// Texts that are remembered.
const REMEMBERED: usize = 2048;

impl<'f> Heard<'f> {
    fn of(&mut self, text: &'f str) -> Rc<Text> {
        // the length comes first: it alone tells most texts apart
        let key = (text.len(), text);
        if let Some(known) = self.0.get(&key) {
            return known.clone();
        }
        let mut read = Text::default();
        each_sentence(text, |i, sentence| {
            each_word(sentence, |word| read.words.push(word.key()));
            read.words.push(BREAK);
            if i == 0 {
                read.first = read.words.len();
            }
        });
        let read = Rc::new(read);
        if self.0.len() < REMEMBERED {
            self.0.insert(key, read.clone());
        }
        read
    }
}

/// The sentences of a text, without what disguises its letters.
fn each_sentence(text: &str, mut out: impl FnMut(usize, &str)) {
    let text = capped(text, READ);
    let text = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(normalize(text).text) };
    let full = sentences(&text).into_iter().map(|range| &text[range]).filter(|s| !s.trim().is_empty());
    full.enumerate().for_each(|(i, sentence)| out(i, sentence));
}

/// The weightiest reasons of the model, for people.
pub fn explained(classes: &[Number], words: &[Weighed], fields: &[Field<'_>]) -> String {
    let mut said: Vec<(i8, String)> =
        classes.iter().filter_map(|n| Some((PAIRS.weight(*n), PAIRS.says(*n)?))).collect();
    let heavy = words.iter().filter(|w| w.weight > 0).map(|w| (w.key, (w.weight, String::new())));
    let mut spelled: BTreeMap<u32, (i8, String)> = heavy.collect();
    for field in fields {
        each_sentence(field.text, |_, sentence| {
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

/// A word as the model knows it.
enum Word<'w> {
    /// Letters of ASCII, whatever their case.
    English(&'w str),
    /// What stands for itself.
    Other(&'w str),
}

impl Word<'_> {
    fn key(&self) -> u32 {
        match self {
            Self::English(word) => key_of_small(word),
            Self::Other(word) => key_of_word(word),
        }
    }

    fn spelled(&self) -> String {
        match self {
            Self::English(word) => word.to_ascii_lowercase(),
            Self::Other(word) => (*word).to_owned(),
        }
    }
}

/// The words of a text as the model knows them: stems, and a class for what is no word.
fn each_word(text: &str, mut out: impl FnMut(Word<'_>)) {
    let bytes = text.as_bytes();
    let run = |from: usize, kind: u8| {
        let inside = bytes[from..].iter().take_while(|b| KINDS[usize::from(**b)] & kind != 0);
        from + inside.count()
    };
    let mut at = run(0, BLANK);
    while at < bytes.len() {
        // most are a word and at most a stop
        let end = run(at, LETTER);
        let stop = run(end, STOP);
        let next = run(stop, BLANK);
        if end > at && (next > stop || stop == bytes.len()) {
            english(&text[at..end], &mut out);
            at = next;
            continue;
        }
        let rest = &text[at..];
        let chunk = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
        each_of_chunk(chunk, &mut out);
        // of other blanks than ASCII's only this knows
        at = text.len() - rest[chunk.len()..].trim_start().len();
    }
}

const BLANK: u8 = 1;
const LETTER: u8 = 2;
const STOP: u8 = 4;

/// What each byte is.
const KINDS: [u8; 256] = {
    let mut out = [0; 256];
    let mut at = 0;
    while at < 256 {
        out[at] = match at as u8 {
            b'\t'..=b'\r' | b' ' => BLANK,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b',' | b'.' | b';' | b':' | b'!' | b'?' | b')' => STOP,
            _ => 0,
        };
        at += 1;
    }
    out
};

/// The words of a text without blanks.
fn each_of_chunk(chunk: &str, out: &mut impl FnMut(Word<'_>)) {
    let plain = chunk.trim_end_matches([',', '.', ';', ':', '!', '?', ')']);
    if !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_alphabetic()) {
        return english(plain, out);
    }
    let bare = chunk.trim_matches(|c: char| !c.is_alphanumeric() && !"~/.".contains(c));
    let path = bare.starts_with(['~', '/']) || bare.matches('/').nth(1).is_some();
    if chunk.contains("://") {
        out(Word::Other("urlx"));
    } else if bare.split_once('@').is_some_and(|(_, host)| host.contains('.')) {
        out(Word::Other("mailx"));
    } else if bare.len() > 2 && (path || bare.starts_with('.')) {
        out(Word::Other("pathx"));
    } else if bare.contains('_') || (chunk.starts_with('`') && chunk.ends_with('`')) {
        out(Word::Other("idx"));
    } else {
        for word in chunk.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
            if word.is_ascii() {
                english(word, out);
            } else if word.chars().any(is_dense) {
                // no spaces between words: two characters are about one
                let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
                starts.windows(3).for_each(|at| out(Word::Other(&word[at[0]..at[2]])));
            } else {
                let beginning: String = word.chars().flat_map(char::to_lowercase).take(BEGINNING).collect();
                out(Word::Other(&beginning));
            }
        }
    }
}

/// The stem of a word in letters of ASCII.
fn english(word: &str, out: &mut impl FnMut(Word<'_>)) {
    let stem = stem(word);
    if stem.len() > 1 {
        out(Word::English(stem));
    }
}

/// Letters of a word of other languages than English that are kept: what follows is grammar.
const BEGINNING: usize = 6;

/// Chinese, Japanese, Korean.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

fn stem(word: &str) -> &str {
    let cut = match word.as_bytes() {
        [_, _, _, _, .., b'i' | b'I', b'n' | b'N', b'g' | b'G'] => 3,
        [_, _, _, _, .., b'e' | b'E', b'd' | b'D' | b's' | b'S'] => 2,
        [_, _, _, _, .., b's' | b'S'] => 1,
        [_, _, _, _, .., b'l' | b'L', b'y' | b'Y'] => 2,
        _ => 0,
    };
    &word[..word.len() - cut]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_stems_and_classes() {
        let tokens = |text: &str| {
            let mut out = Vec::new();
            each_word(text, |w| out.push(w.spelled()));
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

    proptest! {
        #[test]
        fn words_do_not_depend_on_how_they_are_looked_for(text in "([a-zA-Z]{0,8}[ .,;)\t\u{b}\u{a0}\u{e9}_/1`]{0,2}){0,12}") {
            let mut found = Vec::new();
            each_word(&text, |w| found.push(w.spelled()));
            let mut wanted = Vec::new();
            for chunk in text.split_whitespace() {
                each_of_chunk(chunk, &mut |w: Word<'_>| wanted.push(w.spelled()));
            }
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn endings_are_cut_where_enough_is_left(word in "[a-z]{0,6}(ing|ed|es|s|ly|ings|sed)?") {
            let endings = ["ing", "ed", "es", "s", "ly"];
            let cut = endings.iter().find_map(|e| word.strip_suffix(e).filter(|w| w.len() >= 4));
            prop_assert_eq!(stem(&word), cut.unwrap_or(&word));
            let large = word.to_uppercase();
            prop_assert_eq!(stem(&large).to_lowercase(), cut.unwrap_or(&word));
            prop_assert_eq!(Word::English(stem(&large)).key(), key_of_word(stem(&word)));
        }
    }
}
