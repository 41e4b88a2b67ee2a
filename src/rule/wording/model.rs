//! A linear model over single words, for what no pattern names: it may warn and stand beside another rule, never gate alone.
//!
//! What makes it hold for servers it has not seen is what it leaves out: the words a server's subject is made of. Weights come
//! from `cargo run --example train-wording` (see `docs/wording-model.md`), one word a line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::manifest::{Item, Manifest};
use crate::terms::ItemKind;
use crate::text::{Field, Role, capped, fields};

/// Distinct words of an item that are looked at.
const WORDS: usize = 400;
/// Above this an item is called unusual: of 141 real honest servers in held-out folds none came to 1.5.
const UNUSUAL: f64 = 1.7;

static WEIGHTS: LazyLock<BTreeMap<&str, f64>> = LazyLock::new(|| {
    let lines = include_str!("lexicon/weights.txt").lines().filter(|l| !l.starts_with('#'));
    lines
        .filter_map(|l| l.split_once(' '))
        .filter_map(|(word, n)| Some((word, n.parse::<f64>().ok()? / 100.0)))
        .collect()
});

/// The words of a text as the model knows them: stems, and a class for what is no word.
pub fn tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for chunk in text.split_whitespace() {
        let bare = chunk.trim_matches(|c: char| !c.is_alphanumeric() && !"~/.".contains(c));
        let path = bare.starts_with(['~', '/']) || bare.matches('/').count() >= 2;
        if chunk.contains("://") {
            out.push("urlx".to_owned());
        } else if bare.split_once('@').is_some_and(|(_, host)| host.contains('.')) {
            out.push("mailx".to_owned());
        } else if bare.len() > 2 && (path || bare.starts_with('.')) {
            out.push("pathx".to_owned());
        } else if bare.contains('_') || (chunk.starts_with('`') && chunk.ends_with('`')) {
            out.push("idx".to_owned());
        } else {
            let words = chunk.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty());
            out.extend(words.map(|w| stem(&w.to_lowercase()).to_owned()));
        }
    }
    out
}

fn stem(word: &str) -> &str {
    let endings = ["ing", "ed", "es", "s", "ly"];
    let cut = endings.iter().find_map(|e| word.strip_suffix(e).filter(|w| w.len() >= 4));
    cut.unwrap_or(word)
}

/// Every tool of a server, and its instructions, with the words that are not its subject.
pub fn read(manifest: &Manifest) -> Vec<(&Item, BTreeSet<String>)> {
    let read = |item: &Item| matches!(item.key.kind, ItemKind::Tool) || item.key.name.raw() == "instructions";
    let mut parts: Vec<(&Item, BTreeSet<String>, Vec<String>)> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for item in manifest.items.iter().filter(|i| read(i)) {
        let mut subject: BTreeSet<String> = BTreeSet::new();
        let mut rest = Vec::new();
        for field in &fields(item) {
            match field.role {
                Role::Name => subject.extend(tokens(&field.text.replace(['_', '-'], " "))),
                Role::Description => {
                    let (first, more) = opening(field);
                    subject.extend(tokens(first));
                    rest.extend(tokens(more));
                }
                Role::ParamDescription | Role::Instructions => rest.extend(tokens(capped(field.text, 16 << 10))),
                _ => {}
            }
        }
        let said: BTreeSet<&String> = subject.iter().chain(&rest).collect();
        said.into_iter().for_each(|word| *seen.entry(word.clone()).or_default() += 1);
        parts.push((item, subject, rest));
    }
    let own = |word: &String| seen.get(word).is_some_and(|count| *count >= 3);
    let left = |subject: &BTreeSet<String>, rest: Vec<String>| {
        rest.into_iter()
            .filter(|w| w.len() > 1 && w.is_ascii() && !subject.contains(w) && !own(w))
            .take(WORDS)
            .collect()
    };
    parts.into_iter().map(|(item, subject, rest)| (item, left(&subject, rest))).collect()
}

/// The first sentence of a description, and what follows it.
fn opening<'a>(field: &Field<'a>) -> (&'a str, &'a str) {
    let text = capped(field.text, 16 << 10).trim_start();
    text.split_at(text.find(['.', '!', '\n']).unwrap_or(text.len()))
}

/// An item that reads unlike honest ones.
pub struct Unusual<'a> {
    /// The item.
    pub item: &'a Item,
    /// The words that say so, the weightiest first; all are of the list, none is only the server's.
    pub words: Vec<String>,
}

/// Items that read unlike honest ones.
pub fn judge(manifest: &Manifest) -> Vec<Unusual<'_>> {
    let mut out = Vec::new();
    for (item, words) in read(manifest) {
        let mut known: Vec<(f64, String)> =
            words.into_iter().filter_map(|w| Some((*WEIGHTS.get(w.as_str())?, w))).collect();
        let norm = (known.len() as f64 + 8.0).sqrt();
        let score: f64 = known.iter().map(|(weight, _)| weight).sum::<f64>() / norm;
        if score + WEIGHTS.get("=").copied().unwrap_or_default() > UNUSUAL {
            known.sort_by(|a, b| b.0.total_cmp(&a.0));
            let words = known.into_iter().filter(|(w, _)| *w > 0.0).take(5).map(|(_, w)| w).collect();
            out.push(Unusual { item, words });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_stems_and_classes() {
        assert_eq!(tokens("Copies ~/.ssh to `x` see user_id."), ["copi", "pathx", "to", "idx", "see", "idx"]);
        assert_eq!(tokens("mail a@b.test https://c.test"), ["mail", "mailx", "urlx"]);
    }
}
