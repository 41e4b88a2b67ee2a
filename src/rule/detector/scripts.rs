//! Letters of another script inside words, and runs of a script that the server writes nowhere a person reads. Family
//! `hidden-text`. Names are looked at by `characters`.

use std::collections::BTreeSet;

use unicode_script::{Script, UnicodeScript};

use crate::finding::Evidence;
use crate::json::Pointer;
use crate::manifest::Item;
use crate::rule::Hit;
use crate::rule::strings::{Reader, Role, Text};
use crate::terms::ItemKind;
use crate::untrusted::Message;

/// Letters of one script that are a text and not a symbol.
const RUN: usize = 12;
/// Greek letters that look like Latin ones; the others are symbols in Latin text.
const GREEK: &str = "\u{3bf}\u{3bd}\u{3c1}\u{3c4}\u{3c5}\u{3b9}\u{3ba}\u{391}\u{392}\u{395}\u{396}\u{397}\u{399}\u{39a}\u{39c}\u{39d}\u{39f}\u{3a1}\u{3a4}\u{3a5}\u{3a7}";

/// Runs over every string that is not plain ASCII.
#[derive(Default)]
pub struct Scripts<'i> {
    out: Vec<Hit>,
    /// Scripts that the server writes where a person reads.
    read: BTreeSet<u32>,
    /// Runs elsewhere, until all of the server is read.
    runs: Vec<(&'i Item, Pointer, &'i str, usize, usize, Script)>,
}

impl<'i> Reader<'i> for Scripts<'i> {
    fn text(&mut self, server: usize, Text { item, trail, text, role, plain, .. }: Text<'_, 'i>) {
        if plain {
            return;
        }
        let shown = matches!(role, Role::Title | Role::Description | Role::SchemaText | Role::Instructions);
        if role != Role::Name
            && let Some((start, end)) = mixed(text)
        {
            let what = "a word that mixes Latin letters with ones that look like them";
            self.out.push(hit("mixed-script-text", server, item, &trail.pointer(), text, (start, end), what));
        }
        // pages hold scripts, and tables of letters in them
        if item.key.kind == ItemKind::Content {
            return;
        }
        if shown || role == Role::Name {
            let scripts = text.chars().filter(|c| !c.is_ascii()).map(|c| c.script());
            self.read.extend(scripts.filter(|s| is_foreign(*s)).map(|s| s as u32));
        } else if let Some((start, end, script)) = run(text) {
            self.runs.push((item, trail.pointer(), text, start, end, script));
        }
    }

    fn end(&mut self, server: usize) {
        let read = std::mem::take(&mut self.read);
        for (item, pointer, text, start, end, script) in std::mem::take(&mut self.runs) {
            if !read.contains(&(script as u32)) {
                let what = "words of a script that it uses nowhere a person reads";
                self.out.push(hit("off-script-run", server, item, &pointer, text, (start, end), what));
            }
        }
    }

    fn hits(self: Box<Self>) -> Vec<Hit> {
        self.out
    }
}

fn hit(rule: &str, server: usize, item: &Item, at: &Pointer, text: &str, span: (usize, usize), what: &str) -> Hit {
    let evidence = Evidence::raw(at, text, span, what);
    Hit {
        item: Some(item.key.clone()),
        pointer: at.clone(),
        message: Message::new(format!("{} ", item.key.kind.word())).quote(&item.key.name).text(format!(" has {what}")),
        evidence: vec![evidence],
        ..Hit::new(rule, server)
    }
}

fn is_foreign(script: Script) -> bool {
    !matches!(script, Script::Latin | Script::Common | Script::Inherited | Script::Unknown)
}

/// The first word of three letters or more with Latin letters and Cyrillic ones, or Greek ones that look like Latin.
fn mixed(text: &str) -> Option<(usize, usize)> {
    let mut start = None;
    let (mut latin, mut other, mut letters) = (false, false, 0);
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphanumeric() {
            start.get_or_insert(at);
            latin |= c.is_ascii_alphabetic();
            other |= !c.is_ascii() && (c.script() == Script::Cyrillic || GREEK.contains(c));
            letters += 1;
            continue;
        }
        if let (Some(start), true) = (start, latin && other && letters >= 3) {
            return Some((start, at));
        }
        (start, latin, other, letters) = (None, false, false, 0);
    }
    None
}

/// The first run of letters of one foreign script, spaces and marks between them not counted.
fn run(text: &str) -> Option<(usize, usize, Script)> {
    let mut here: Option<(usize, usize, Script, usize)> = None;
    for (at, c) in text.char_indices() {
        let script = if c.is_ascii() { Script::Latin } else { c.script() };
        if !is_foreign(script) {
            if c.is_ascii_alphanumeric() {
                here = None;
            }
            continue;
        }
        here = match here {
            Some((start, _, known, n)) if known == script => Some((start, at + c.len_utf8(), script, n + 1)),
            _ => Some((at, at + c.len_utf8(), script, 1)),
        };
        if let Some((start, end, script, RUN)) = here {
            return Some((start, end, script));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_and_neighbouring_words_are_no_mixture() {
        for good in
            ["5 \u{3bc}s", "\u{394}t", "\u{43c}\u{438}\u{440} and world", "\u{3b2}-carotene", "\u{421}++", "x\u{3c0}"]
        {
            assert_eq!(mixed(good), None, "{good}");
        }
        assert_eq!(mixed("the p\u{430}ssword"), Some((4, 13)));
        assert!(mixed("\u{39d}ote").is_some());
    }

    #[test]
    fn a_run_is_of_one_script() {
        assert!(run(&"\u{43f}".repeat(RUN)).is_some());
        assert!(run(&"\u{43f}".repeat(RUN - 1)).is_none());
        assert!(run(&"\u{43f}x".repeat(RUN)).is_none(), "letters between end a run");
    }
}
