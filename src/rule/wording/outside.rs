//! What lies outside a server: tools, kinds of tools and products that a text speaks of and that the server is not about.
//!
//! A weaker kind of evidence than a name that belongs to somebody (`names`): it counts only where a pattern says what is
//! to be done to it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::acts::first_of;
use super::codes::{BEGIN, step};
use super::index::is_word;
use super::often::{Often, once};
use super::runs::{Names, Run};
use super::sections::sections;
use super::slots::Slot;
use crate::manifest::Manifest;
use crate::terms::ItemKind;
use crate::text::{Role, capped, fields};

/// Words of a data file: one section.
fn section(name: &str) -> BTreeSet<&'static str> {
    let lines = sections(include_str!("lexicon/outside.txt"), |_| true).filter(|(head, _)| *head == name);
    lines.flat_map(|(_, line)| line.split(',').map(str::trim)).filter(|w| !w.is_empty()).collect()
}

/// Nouns of tools and names of products, and per first letter how long they are: most words are neither.
struct Nouns {
    tools: BTreeSet<&'static str>,
    products: BTreeSet<&'static str>,
    /// Both, for most words not to be looked up.
    all: Names,
    lengths: [u32; 256],
}

static NOUNS: LazyLock<Nouns> = LazyLock::new(|| {
    let (tools, products) = (section("tool"), section("product"));
    let mut lengths = [0; 256];
    for word in tools.iter().chain(&products) {
        let first = usize::from(word.as_bytes().first().copied().unwrap_or_default());
        lengths[first] |= 1 << word.len().min(31);
        lengths[usize::from((first as u8).to_ascii_uppercase())] |= 1 << word.len().min(31);
    }
    let both: Vec<&str> = tools.iter().chain(&products).copied().collect();
    Nouns { all: Names::of(both.into_iter()), tools, products, lengths }
});
static PLAIN: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("plain"));
static OTHERS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("other"));
static ACTS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("act"));
static FIELDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("field"));
static OPENS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("opens"));
static NEVER: LazyLock<BTreeSet<&str>> = LazyLock::new(|| section("never"));

/// What a server is about: the words of its names, of the first sentence about each tool, and those it uses in several.
pub struct Domain {
    words: Words,
    /// Words that its tools have in their names: in a small server, in two of them.
    names: Words,
    /// The words of each tool's name, in a small server.
    tools: Vec<Words>,
}

/// A set of words, by their codes.
#[derive(Default)]
struct Words(Vec<u64>);

impl Words {
    fn of(codes: &[u64]) -> Self {
        Self(once(codes))
    }

    /// Those of a list that occur at least so often in it.
    fn often(mut codes: Vec<u64>, least: usize) -> Vec<u64> {
        codes.sort_unstable();
        codes.chunk_by(|a, b| a == b).filter(|run| run.len() >= least).map(|run| run[0]).collect()
    }

    /// The words of a run: a `-` is part of one only inside of it.
    fn in_run(text: &str, run: &Run) -> impl Iterator<Item = (usize, usize)> {
        let bytes = &text.as_bytes()[..run.end];
        let mut at = run.start;
        let whole = !run.dashed;
        let (start, end) = (run.start, run.end);
        std::iter::from_fn(move || {
            // most runs are one word
            if whole {
                return (std::mem::replace(&mut at, end) == start).then_some((start, end));
            }
            let start = at + bytes[at..].iter().position(|b| is_word(*b))?;
            let joins = |at: usize| bytes[at] == b'-' && bytes.get(at + 1).is_some_and(|b| is_word(*b));
            at = start + bytes[start..].iter().take_while(|b| is_word(**b)).count();
            while at < bytes.len() && joins(at) {
                at += 1 + bytes[at + 1..].iter().take_while(|b| is_word(**b)).count();
            }
            Some((start, at))
        })
    }

    fn holds(&self, word: &str) -> bool {
        self.0.binary_search(&code(word.as_bytes())).is_ok()
    }
}

impl Domain {
    /// Reads a server.
    pub fn of(manifest: &Manifest) -> Self {
        let (mut words, mut names, mut tools) = (Vec::new(), Vec::new(), Vec::new());
        // a word of three tools is the server's subject
        let mut often = Often::new(manifest.size(), 3);
        let (mut some, mut count) = (Vec::new(), 0);
        for item in manifest.items.iter().filter(|i| i.key.kind == ItemKind::Tool) {
            each(item.key.name.raw(), &mut |code| some.push(code));
            some.sort_unstable();
            some.dedup();
            names.extend(&some);
            words.extend(&some);
            count += 1;
            // of many they are not asked for
            if count < super::MANY_TOOLS {
                tools.push(Words(some.clone()));
            }
            some.clear();
            let tool = count as u32;
            let said = item.text("description").unwrap_or_default();
            let said = capped(said, 4096);
            let first = first_of(said, 240, |b| matches!(b, b'.' | b'\n' | b'!'));
            each(first, &mut |code| some.push(code));
            words.extend(&some);
            let rest = match said.as_bytes().get(first.len()) {
                None | Some(b'.' | b'\n' | b'!') => &said[first.len()..],
                // its last word may be cut, so that all of it is read again
                _ => {
                    some.clear();
                    said
                }
            };
            some.drain(..).for_each(|code| often.add(code, tool));
            each(rest, &mut |code| often.add(code, tool));
        }
        words.extend(often.words());
        for field in manifest.of_kind(ItemKind::Server).flat_map(fields) {
            match field.role {
                Role::Instructions => {
                    let text = field.text.trim_start();
                    let first = capped(text, 240).split(['.', '!']).next().unwrap_or_default();
                    each(first, &mut |code| words.push(code));
                }
                Role::ServerInfo => each(capped(field.text, 200), &mut |code| words.push(code)),
                _ => {}
            }
        }
        let small = count < super::MANY_TOOLS;
        // where one name is enough, the words of one tool's name are among them
        tools.retain(|_| small);
        Self { words: Words::of(&words), names: Words(Words::often(names, if small { 2 } else { 1 })), tools }
    }

    fn holds(&self, word: &str) -> bool {
        self.words.holds(word)
    }

    /// Places in a text that lie outside, and how: a tool or product, or the others of the server's own kind.
    pub fn outside(&self, text: &str, runs: &[Run], own: &dyn Fn(&str) -> bool) -> Vec<(Slot, usize, usize)> {
        let mut out = Vec::new();
        // the words before, nearest last: tools are named by what stands before the word "tool"
        let mut before: [(usize, usize); 3] = [(0, 0); 3];
        let nouns = &*NOUNS;
        for run in runs {
            let maybe = run.dashed || nouns.all.may_hold(run);
            if !maybe && !run.joined {
                before = [before[1], before[2], (run.start, run.end)];
                continue;
            }
            for (start, end) in Words::in_run(text, run) {
                if out.len() > 500 {
                    return out;
                }
                let noun =
                    maybe && nouns.lengths[usize::from(text.as_bytes()[start])] & 1 << (end - start).min(31) != 0;
                let word = if noun { text[start..end].to_ascii_lowercase() } else { String::new() };
                let product = noun
                    && nouns.products.contains(word.as_str())
                    && !self.holds(&word)
                    && !in_address(text, start, end)
                    && !quoted(text, start, end);
                let joined = run.joined && text[start..end].contains('_');
                if product || (joined && self.is_identifier(text, start, end, own)) {
                    out.push((Slot::Outside, start, end));
                } else if noun && nouns.tools.contains(word.as_str()) && !follows(text, end, "of this server") {
                    self.tool(text, &before, end, &mut out);
                }
                before = [before[1], before[2], (start, end)];
            }
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

    /// Whether a word with `_` in it is spelled like the name of a tool that acts, and nobody here has it.
    fn is_identifier(&self, text: &str, start: usize, end: usize, own: &dyn Fn(&str) -> bool) -> bool {
        let name = &text[start..end];
        if name.len() > 60 || name.bytes().any(|b| b.is_ascii_uppercase()) || own(name) {
            return false;
        }
        let parts: Vec<&str> = name.split(['_', '-']).filter(|p| !p.is_empty()).collect();
        let acts = parts.iter().any(|p| ACTS.contains(p));
        // a verb before something else makes the name of a tool, unless it ends or begins as only fields do
        let led = parts[..parts.len().saturating_sub(1)].iter().any(|p| ACTS.contains(p) || NOUNS.products.contains(p));
        let ends = if led { &*NEVER } else { &*FIELDS };
        let field = parts.last().is_some_and(|p| ends.contains(p) || p.bytes().any(|b| b.is_ascii_digit()))
            || parts.first().is_some_and(|p| OPENS.contains(p));
        // a word that names the server's own tools makes it a field or an operation of its own
        let kin = parts.iter().filter(|p| !ACTS.contains(*p)).all(|p| self.names.holds(p));
        // two words of one own name: its sister
        let nouns: Vec<&str> = parts.iter().copied().filter(|p| !ACTS.contains(p)).collect();
        let kin = kin || nouns.len() >= 2 && self.tools.iter().any(|tool| nouns.iter().all(|n| tool.holds(n)));
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

/// What a word is known by: its letters in small, without the ending of its plural.
fn code(word: &[u8]) -> u64 {
    let word = match word {
        [rest @ .., b's' | b'S'] if word.len() > 2 => rest,
        _ => word,
    };
    let mut code = BEGIN;
    let mut take = |byte: u8| code = step(code, byte);
    if word.is_ascii() {
        word.iter().for_each(|b| take(b.to_ascii_lowercase()));
    } else {
        let mut buffer = [0; 4];
        let lower = String::from_utf8_lossy(word);
        let lower = lower.chars().flat_map(char::to_lowercase);
        lower.for_each(|c| c.encode_utf8(&mut buffer).bytes().for_each(&mut take));
    }
    code
}

/// Letters and digits in small; of other bytes nothing.
const SMALL: [u8; 256] = {
    let mut out = [0; 256];
    let mut at = 0;
    while at < 256 {
        if (at as u8).is_ascii_alphanumeric() {
            out[at] = (at as u8).to_ascii_lowercase();
        }
        at += 1;
    }
    out
};

/// The words of a text or name: "GitHub" is one word as well as two.
fn each(text: &str, found: &mut dyn FnMut(u64)) {
    if !text.is_ascii() {
        return text.split(|c: char| !c.is_alphanumeric()).for_each(|run| word(run.as_bytes(), found));
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(first) = bytes[at..].iter().position(|b| SMALL[usize::from(*b)] != 0) {
        let start = at + first;
        at = start;
        // most words are one, and are read once for their code
        let (mut code, mut before, mut lower, mut humped) = (BEGIN, BEGIN, false, false);
        while let Some(byte) = bytes.get(at) {
            let small = SMALL[usize::from(*byte)];
            if small == 0 {
                break;
            }
            humped |= lower && *byte != small;
            lower = *byte >= b'a';
            before = code;
            code = step(code, small);
            at += 1;
        }
        match &bytes[start..at] {
            run if humped => word(run, found),
            // without the ending of its plural
            [_, _, .., b's' | b'S'] => found(before),
            [_, _, _, ..] => found(code),
            _ => {}
        }
    }
}

fn word(bytes: &[u8], found: &mut dyn FnMut(u64)) {
    if bytes.len() <= 2 {
        return;
    }
    found(code(bytes));
    let mut from = 0;
    for at in (1..bytes.len()).filter(|i| bytes[*i].is_ascii_uppercase() && bytes[*i - 1].is_ascii_lowercase()) {
        if at - from > 2 {
            found(code(&bytes[from..at]));
        }
        from = at;
    }
    if from > 0 && bytes.len() - from > 2 {
        found(code(&bytes[from..]));
    }
}

#[cfg(test)]
mod tests {
    use super::super::runs;
    use super::*;

    fn seen(text: &str) -> Vec<(Slot, String)> {
        let words = || Words::of(&["invoice", "mail"].map(|w| code(w.as_bytes())));
        let domain = Domain { names: words(), words: words(), tools: Vec::new() };
        let found = domain.outside(text, &runs::all(text), &|name| name == "send_invoice");
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

    #[test]
    fn words_have_one_code_however_they_are_read() {
        let codes = |text: &str| {
            let mut out = Vec::new();
            each(text, &mut |code| out.push(code));
            out
        };
        for text in ["as is tools GitHub's x1s a, MailS URLs ab", "SendMail-to", "", "-", "s ss sss ssS"] {
            let mut wanted = Vec::new();
            text.split(|c: char| !c.is_alphanumeric()).for_each(|w| word(w.as_bytes(), &mut |code| wanted.push(code)));
            assert_eq!(codes(text), wanted, "{text}");
        }
        assert_eq!(codes("tools GitHub"), ["tool", "github", "git", "hub"].map(|w| code(w.as_bytes())));
    }
}
