//! What lies outside a server: tools, kinds of tools and products that a text speaks of and that the server is not about.
//!
//! A weaker kind of evidence than a name that belongs to somebody (`names`): it counts only where a pattern says what is
//! to be done to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::index::is_word;
use super::slots::Slot;
use crate::manifest::Manifest;
use crate::terms::ItemKind;
use crate::text::{Role, capped, fields};

/// Words of a data file: one section.
fn section(name: &str) -> BTreeSet<&'static str> {
    let mut out = BTreeSet::new();
    let mut inside = false;
    for line in include_str!("lexicon/outside.txt").lines().filter(|l| !l.starts_with('#')) {
        match line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            Some(head) => inside = head == name,
            None if inside => out.extend(line.split(',').map(str::trim).filter(|w| !w.is_empty())),
            None => {}
        }
    }
    out
}

static TOOLS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("tool"));
static PLAIN: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("plain"));
static OTHERS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("other"));
static ACTS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("act"));
static FIELDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("field"));
static OPENS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("opens"));
static NEVER: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("never"));
static PRODUCTS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("product"));

/// What a server is about: the words of its names, of the first sentence about each tool, and those it uses in several.
pub struct Domain {
    words: BTreeSet<String>,
    /// Words that its tools have in their names: in a small server, in two of them.
    names: BTreeSet<String>,
    /// The words of each tool's name.
    tools: Vec<BTreeSet<String>>,
}

impl Domain {
    /// Reads a server.
    pub fn of(manifest: &Manifest) -> Self {
        let mut words: BTreeSet<String> = BTreeSet::new();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let mut tools: Vec<BTreeSet<String>> = Vec::new();
        for item in manifest.items.iter().filter(|i| i.key.kind == ItemKind::Tool) {
            let unique: BTreeSet<String> = split(item.key.name.raw()).into_iter().collect();
            unique.iter().for_each(|word| *names.entry(word.clone()).or_default() += 1);
            words.extend(unique.iter().cloned());
            tools.push(unique);
            let said = item.node.get("description").and_then(|d| d.as_str()).unwrap_or_default();
            let said = capped(said, 4096);
            let first = capped(said, 240).split(['.', '\n', '!']).next().unwrap_or_default();
            words.extend(split(first));
            let unique: BTreeSet<String> = split(said).into_iter().collect();
            unique.into_iter().for_each(|word| *seen.entry(word).or_default() += 1);
        }
        // a word of three tools is the server's subject
        words.extend(seen.into_iter().filter(|(_, count)| *count >= 3).map(|(word, _)| word));
        for field in manifest.of_kind(ItemKind::Server).flat_map(fields) {
            match field.role {
                Role::Instructions => {
                    let text = field.text.trim_start();
                    words.extend(split(capped(text, 240).split(['.', '!']).next().unwrap_or_default()));
                }
                Role::ServerInfo => words.extend(split(capped(field.text, 200))),
                _ => {}
            }
        }
        let least = if tools.len() < super::MANY_TOOLS { 2 } else { 1 };
        let names = names.into_iter().filter(|(_, count)| *count >= least).map(|(word, _)| word).collect();
        Self { words, names, tools }
    }

    fn holds(&self, word: &str) -> bool {
        self.words.contains(stem(word))
    }

    /// Places in a text that lie outside, and how: a tool or product, or the others of the server's own kind.
    pub fn outside(&self, text: &str, own: &dyn Fn(&str) -> bool) -> Vec<(Slot, usize, usize)> {
        let mut out = Vec::new();
        // the words before, nearest last: tools are named by what stands before the word "tool"
        let mut before: [(usize, usize); 3] = [(0, 0); 3];
        let mut at = 0;
        let bytes = text.as_bytes();
        while let Some(found) = bytes[at..].iter().position(|b| is_word(*b)) {
            let start = at + found;
            let mut end = start;
            while end < bytes.len()
                && (is_word(bytes[end]) || (bytes[end] == b'-' && bytes.get(end + 1).is_some_and(|b| is_word(*b))))
            {
                end += 1;
            }
            at = end;
            let word = text[start..end].to_ascii_lowercase();
            if out.len() > 500 {
                break;
            }
            let product = || {
                let apart = !in_address(text, start, end) && !quoted(text, start, end);
                PRODUCTS.contains(word.as_str()) && !self.holds(&word) && apart
            };
            if self.is_identifier(text, start, end, own) || product() {
                out.push((Slot::Outside, start, end));
            } else if TOOLS.contains(word.as_str()) && !follows(text, end, "of this server") {
                self.tool(text, &before, end, &mut out);
            }
            before.rotate_left(1);
            before[2] = (start, end);
        }
        out
    }

    /// "any mail tool", "other tools", "the GitHub server": what the words before the noun make of it.
    fn tool(&self, text: &str, before: &[(usize, usize); 3], end: usize, out: &mut Vec<(Slot, usize, usize)>) {
        let word = |i: usize| text[before[i].0..before[i].1].to_ascii_lowercase();
        // only words of one phrase belong to the noun
        let joined =
            |from: usize, to: usize| text.get(from..to).is_some_and(|gap| gap.bytes().all(|b| b" '`\"/".contains(&b)));
        let mut next = end - text[..end].bytes().rev().take_while(|b| is_word(*b) || *b == b'-').count();
        let mut kind: Option<usize> = None;
        for i in (0..3).rev() {
            let (start, stop) = before[i];
            if stop == 0 || !joined(stop, next) {
                break;
            }
            let w = word(i);
            if OTHERS.contains(w.as_str()) {
                out.push((Slot::Rival, start, end));
                return;
            }
            if PLAIN.contains(w.as_str()) || w.ends_with("ly") {
                break;
            }
            if !self.holds(&w) && w.len() > 2 && w.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-') {
                kind = Some(start);
            } else {
                kind = None;
                break;
            }
            next = start;
        }
        if let Some(start) = kind {
            out.push((Slot::Outside, start, end));
        }
    }

    /// Whether a word is spelled like the name of a tool that acts, and nobody here has it.
    fn is_identifier(&self, text: &str, start: usize, end: usize, own: &dyn Fn(&str) -> bool) -> bool {
        let name = &text[start..end];
        if !name.contains('_') || name.len() > 60 || name.bytes().any(|b| b.is_ascii_uppercase()) || own(name) {
            return false;
        }
        let parts: Vec<&str> = name.split(['_', '-']).filter(|p| !p.is_empty()).collect();
        let acts = parts.iter().any(|p| ACTS.contains(p));
        // a verb before something else makes the name of a tool, unless it ends or begins as only fields do
        let led = parts[..parts.len().saturating_sub(1)].iter().any(|p| ACTS.contains(p) || PRODUCTS.contains(p));
        let ends = if led { &*NEVER } else { &*FIELDS };
        let field = parts.last().is_some_and(|p| ends.contains(p) || p.bytes().any(|b| b.is_ascii_digit()))
            || parts.first().is_some_and(|p| OPENS.contains(p));
        // a word that names the server's own tools makes it a field or an operation of its own
        let kin = parts.iter().filter(|p| !ACTS.contains(*p)).all(|p| self.names.contains(stem(p)));
        // two words of one own name: its sister
        let nouns: Vec<&str> = parts.iter().filter(|p| !ACTS.contains(*p)).map(|p| stem(p)).collect();
        let kin = kin || nouns.len() >= 2 && self.tools.iter().any(|tool| nouns.iter().all(|n| tool.contains(*n)));
        parts.len() >= 2 && acts && !field && !kin && !in_address(text, start, end)
    }
}

/// In a path, an address, a variable or a member of something.
fn in_address(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = &text[end..];
    before.is_some_and(|c| "/.@$~=<#\\:{%?&".contains(c))
        || after.starts_with(['/', '@', '=', '\\', '}', '('])
        || after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// A value of a list of examples.
fn quoted(text: &str, start: usize, end: usize) -> bool {
    text[..start].ends_with(['"', '\'', '`']) && text[end..].starts_with(['"', '\'', '`'])
}

fn follows(text: &str, end: usize, what: &str) -> bool {
    text.get(end + 1..end + 1 + what.len()).is_some_and(|t| t.eq_ignore_ascii_case(what))
}

/// A word without the ending of its plural.
fn stem(word: &str) -> &str {
    word.strip_suffix('s').filter(|w| w.len() > 2).unwrap_or(word)
}

/// Words of a text or name, without endings, small.
fn split(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut lower = false;
    let mut fresh = true;
    for c in text.chars() {
        if !c.is_alphanumeric() {
            (fresh, lower) = (true, false);
            continue;
        }
        if fresh || (c.is_uppercase() && lower) {
            out.push(String::new());
        }
        (fresh, lower) = (false, c.is_lowercase());
        if let Some(last) = out.last_mut() {
            last.extend(c.to_lowercase());
        }
    }
    // "GitHub" is one word as well as two
    let whole = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    out.extend(whole);
    out.retain(|w| w.len() > 2);
    out.iter_mut().for_each(|w| w.truncate(stem(w).len()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(Slot, String)> {
        let words: BTreeSet<String> = ["invoice", "mail"].map(String::from).into();
        let domain = Domain { names: words.clone(), words, tools: Vec::new() };
        let found = domain.outside(text, &|name| name == "send_invoice");
        found.into_iter().map(|(slot, from, to)| (slot, text[from..to].to_owned())).collect()
    }

    #[test]
    fn what_lies_outside() {
        let one = |slot, text: &str| vec![(slot, text.to_owned())];
        assert_eq!(seen("once calendar_delete_all ran"), one(Slot::Outside, "calendar_delete_all"));
        assert_eq!(seen("with the calendar tool"), one(Slot::Outside, "calendar tool"));
        assert_eq!(seen("by any other banking tools"), one(Slot::Rival, "other banking tools"));
        assert_eq!(seen("as in GitLab, say"), one(Slot::Outside, "GitLab"));
        for own in
            ["the mail tool", "this tool", "send_invoice", "sort_by", "https://gitlab.com/x", "mail_send", "updated_at"]
        {
            assert_eq!(seen(own), vec![], "{own}");
        }
    }
}
