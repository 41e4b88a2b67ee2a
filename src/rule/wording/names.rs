//! Whose tool is it? Resolves every identifier-like word to an own name, another server's tool, or nobody's.

use std::ops::Range;

use super::acts::Acts;
use super::codes::{self, Code, Codes, kin_words, stem_code, word_code, words};
use super::outside::Domain;
use super::purpose;
use super::runs::{Names, Run};
use super::slots::Slot;
use crate::manifest::{ItemKey, Manifest};
use crate::rule::builtins;
use crate::terms::ItemKind;
use crate::text::{Role, each_field};
use crate::work::{self, Load};

/// A name that is not the server's own.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Range in the raw text.
    pub start: usize,
    /// End in the raw text.
    pub end: usize,
    /// The server and tool it belongs to; `None` when nobody here has it.
    pub owner: Option<(usize, ItemKey)>,
    /// Some client brings a tool of this name itself.
    pub brought: bool,
}

/// All names of a fleet, compared without case, `_` and `-`.
#[derive(Default)]
pub struct Inventory {
    /// Per server: codes of its own names.
    own: Vec<Codes>,
    /// The same, for most words not to be looked up.
    maybe: Vec<Names>,
    /// Per server: words that occur in the names of two of its tools.
    kin: Vec<Codes>,
    /// Per server: what its tools do.
    acts: Vec<Acts>,
    /// Per server: subjects that are its own by its name and the names of its tools.
    subjects: Vec<u8>,
    /// Per server: what it is about.
    domains: Vec<Domain>,
    /// Per server: whether one of its tools is spelled in Pascal case.
    pascal: Vec<bool>,
    /// All tools, by the codes of their names.
    tools: Vec<(u64, usize, ItemKey)>,
}

impl Inventory {
    /// Collects the names of every server.
    pub fn of(servers: &[&Manifest]) -> Self {
        let mut out = Self::default();
        for (index, manifest) in servers.iter().enumerate() {
            let load = Load::bytes(manifest.size());
            let about = || (Domain::of(manifest), Acts::of(manifest));
            let ((own, maybe), (domain, acts)) = work::both(load, || own_names(manifest), about);
            out.maybe.push(maybe);
            out.own.push(own);
            out.domains.push(domain);
            out.acts.push(acts);
            let named = manifest.items.iter().filter(|i| i.key.kind == ItemKind::Tool);
            out.tools.extend(named.map(|item| (Code::of(item.key.name.raw()).all, index, item.key.clone())));
            let tools = || manifest.items.iter().filter(|i| i.key.kind == ItemKind::Tool).map(|i| i.key.name.raw());
            out.pascal.push(tools().any(|name| name.starts_with(|c: char| c.is_ascii_uppercase())));
            let server = manifest.server("info").and_then(|i| i.text("name"));
            let own_of = |name: &str| {
                let name = crate::text::capped(name, 200);
                let small = name.to_ascii_lowercase();
                purpose::own(words(name).map(|w| &small[w]))
            };
            out.subjects.push(tools().chain(server).fold(0, |all, name| all | own_of(name)));
            out.kin.push(kin_words(tools()));
        }
        // those of one name stay in the order of their servers
        out.tools.sort_by_key(|(code, ..)| *code);
        out
    }

    /// The tools with a name, those of the first server first.
    fn tools(&self, code: Code) -> &[(u64, usize, ItemKey)] {
        let from = self.tools.partition_point(|(known, ..)| *known < code.all);
        let len = self.tools[from..].iter().take_while(|(known, ..)| *known == code.all).count();
        &self.tools[from..from + len]
    }

    /// Tools, kinds of tools and products in a text that the server is not about.
    pub fn outside(&self, server: usize, text: &str, runs: &[Run]) -> Vec<(Slot, usize, usize)> {
        let own = |name: &str| self.is_own(server, name);
        self.domains.get(server).map(|d| d.outside(text, runs, &own)).unwrap_or_default()
    }

    /// Subjects that are a server's own.
    pub fn own_subjects(&self, server: usize) -> u8 {
        self.subjects.get(server).copied().unwrap_or_default()
    }

    /// References in a text to tools that are not the server's own.
    pub fn references(&self, server: usize, text: &str, runs: &[Run]) -> Vec<Reference> {
        let mut out = Vec::new();
        for (at, run) in runs.iter().enumerate() {
            let start = run.start;
            if !(run.joined || run.humped || run.dashed || may_be_beside(text, runs, at)) {
                continue;
            }
            let name = &text[start..run.end];
            let name = if run.dashed { name.trim_end_matches('-') } else { name };
            let shaped = run.joined || run.humped || run.dashed && name.contains('-');
            if out.len() < 1000
                && name.len() <= 100
                && (shaped || may_name(text, start, name))
                && self.names_a_tool(server, text, start, name)
            {
                let owner = self.tools(Code::of(name)).iter().find(|(_, s, _)| *s != server);
                let owner = owner.map(|(_, s, key)| (*s, key.clone()));
                let brought = owner.is_none() && builtins::brought(name).is_some();
                out.push(Reference { start, end: start + name.len(), owner, brought });
            }
        }
        out
    }

    /// Where a text names a tool or parameter of the server itself: quoted, spelled as an identifier, or after "in", "as"
    /// and the like. A plain word is no name.
    pub fn own_names(&self, server: usize, text: &str, runs: &[Run]) -> Vec<(usize, usize)> {
        let (Some(own), Some(maybe)) = (self.own.get(server), self.maybe.get(server)) else { return Vec::new() };
        let mut out = Vec::new();
        for run in runs.iter().filter(|run| maybe.may_hold(run)) {
            let (start, end) = (run.start, run.end);
            let name = &text[start..end];
            if name.len() > 100 || out.len() > 1000 {
                continue;
            }
            let before = &text[..start];
            let quoted = before.ends_with(['\'', '"', '`']) && text[end..].starts_with(['\'', '"', '`']);
            let shaped = run.joined || run.capital;
            if !(quoted || shaped || led(before)) || !own.has(Code::of(name).all) {
                continue;
            }
            // a parameter that is there for a key or a conversation says so in its name
            let meant = |w: Range<usize>| MEANT.iter().any(|m| name[w.clone()].eq_ignore_ascii_case(m));
            if !words(name).any(meant) {
                out.push((start, end));
            }
        }
        out
    }

    /// Whether a name is the server's own.
    pub fn is_own(&self, server: usize, name: &str) -> bool {
        self.own.get(server).is_some_and(|own| own.has(Code::of(name).all))
    }

    /// Whether a verb names what a tool of the server does.
    pub fn is_own_act(&self, server: usize, verb: &str) -> bool {
        self.acts.get(server).is_some_and(|a| a.has(verb))
    }

    fn names_a_tool(&self, server: usize, text: &str, start: usize, name: &str) -> bool {
        let code = Code::of(name);
        if code.len < 3 || self.own.get(server).is_some_and(|own| own.has(code.all)) {
            return false;
        }
        let before = text[..start].chars().next_back();
        let after = &text[start + name.len()..];
        // a path, a URL, a call with a dot or an assignment is no tool name
        if before.is_some_and(|c| "/.@$~=<#\\".contains(c)) || after.starts_with(['/', '@', '=', ':', '\\']) {
            return false;
        }
        if after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return false;
        }
        // neither is a function of a programming language, nor what documentation offers as the better choice
        let rest = after.trim_start_matches(['\'', '"', '`']);
        let called = after.starts_with("()") || text[..start].ends_with(":`");
        let offered = rest.starts_with(" instead") && !rest.starts_with(" instead of");
        if (called || offered) && self.tools(code).is_empty() {
            return false;
        }
        let words = || words(name).map(|w| &name[w]);
        let count = words().take(3).count();
        let quoted = before.is_some_and(|c| "'\"`".contains(c)) && after.starts_with(['\'', '"', '`']);
        let labelled = after.trim_start_matches(['\'', '"', '`']).trim_start();
        let labelled = LABELS.iter().any(|l| labelled.starts_with(l)) && !labelled.starts_with("tools");
        let told = after_the_word_tool(&text[..start]) && name.len() >= 4 && count > 0 && !COMMON.contains(&name);
        let theirs = self.tools(code).iter().any(|(_, s, _)| *s != server);
        let shaped = count >= 2 && (name.contains('_') || name.contains(char::is_uppercase));
        let shaped = shaped && name.chars().any(|c| c.is_ascii_lowercase());
        // a name in Pascal case is a class or an operation of some API, unless the server spells its own tools that way
        let pascal = !name.contains(['_', '-']) && name.starts_with(|c: char| c.is_ascii_uppercase());
        let elsewhere = pascal && !self.pascal[server];
        let kin = self.kin.get(server).is_some_and(|k| words().any(|w| k.has(stem_code(w))));
        let verbal = words().next().is_some_and(|w| codes::VERBS.has(word_code(w)));
        let called = quoted || count >= 3;
        let handed = || quoted && name.contains('_') && follows_handing(&text[..start]);
        let called = called && count >= 2 && (follows_call(&text[..start]) || handed());
        // one quoted word is more often a value of an example than another server's tool
        if theirs && (shaped || labelled || (quoted && count >= 2)) {
            return true;
        }
        let brought = builtins::brought(name).filter(|_| quoted || labelled || follows_call(&text[..start]));
        if kin && brought != Some(true) {
            return false;
        }
        brought.is_some()
            || told
            || (shaped && (labelled || (verbal && !elsewhere && !codes::is_setting(name))))
            || (called && !elsewhere && (shaped || quoted))
            || (quoted && labelled && !name.contains('-'))
    }
}

/// What a server calls its items, their parameters and what these may be; and the same for most words not to be looked up.
fn own_names(manifest: &Manifest) -> (Codes, Names) {
    let (mut own, mut plain) = (Vec::new(), Vec::new());
    let mut add = |name: &str| {
        let code = Code::of(name);
        own.push(code.all);
        plain.push(code.plain);
    };
    for item in &manifest.items {
        add(item.key.name.raw());
        each_field(item, &mut |_, text, role| {
            if matches!(role, Role::PropertyName | Role::Enum | Role::Const | Role::Argument | Role::Name) {
                add(text);
            }
        });
    }
    let own = Codes::of(&own);
    let maybe = Names::of_codes(&plain, own.len());
    (own, maybe)
}

/// Words that the name of a parameter stands after.
const LEADS: [&str; 8] = ["in", "into", "as", "under", "field", "parameter", "argument", "via"];
/// Letters of the longest of them.
const LEAD: usize = 9;

/// Whether the last word of a text leads on to the name of a parameter.
fn led(before: &str) -> bool {
    let bytes = before.as_bytes();
    let end = bytes.iter().rposition(|b| !b.is_ascii_whitespace() && *b != 0xb).map_or(0, |i| i + 1);
    // of other blanks than ASCII's the trimming knows
    let before = if bytes[..end].last().is_some_and(|b| !b.is_ascii()) { before.trim_end() } else { &before[..end] };
    let letters = before.bytes().rev().take(LEAD + 1).take_while(u8::is_ascii_alphabetic).count();
    let last = &before.as_bytes()[before.len() - letters..];
    (2..=LEAD).contains(&letters) && LEADS.iter().any(|l| last.eq_ignore_ascii_case(l.as_bytes()))
}

/// Whether the letters beside a word may be those that [`may_name`] looks for: most words have none of them.
#[inline]
fn may_be_beside(text: &str, runs: &[Run], at: usize) -> bool {
    let bytes = text.as_bytes();
    let before = |at: usize| at.checked_sub(1).map(|at| bytes[at]);
    before(runs[at].start).is_some_and(|b| BESIDE[usize::from(b)] == QUOTE)
        || at.checked_sub(1).is_some_and(|at| matches!(bytes[runs[at].end - 1], b'l' | b'L'))
        || runs.get(at + 1).is_some_and(|next| matches!(bytes[next.start], b't' | b'f' | b'o'))
}

/// Whether a word that is not made of several could be a tool's name: quoted, or beside the word "tool" or the like. Most
/// words are not, and nothing more has to be known of them.
fn may_name(text: &str, start: usize, name: &str) -> bool {
    let quote = |b: u8| BESIDE[usize::from(b)] == QUOTE;
    let beside = |b: u8| BESIDE[usize::from(b)] != 0;
    let bytes = text.as_bytes();
    let (mut before, mut after) = (start, start + name.len());
    if before > 0 && quote(bytes[before - 1]) {
        return true;
    }
    while before > 0 && beside(bytes[before - 1]) {
        before -= 1;
    }
    while after < bytes.len() && beside(bytes[after]) {
        after += 1;
    }
    let may_be_tool = before > 0 && (matches!(bytes[before - 1], b'l' | b'L') || !bytes[before - 1].is_ascii());
    let tool = || {
        let before = text[..start].trim_end_matches(['\'', '"', '`']).trim_end().as_bytes();
        before.len().checked_sub(4).is_some_and(|from| before[from..].eq_ignore_ascii_case(b"tool"))
    };
    // most words begin with no letter of a label
    let may_be_labelled = bytes.get(after).is_some_and(|b| matches!(b, b't' | b'f' | b'o') || !b.is_ascii());
    let labelled = || {
        let after = text[start + name.len()..].trim_start_matches(['\'', '"', '`']).trim_start();
        LABELS.iter().any(|label| after.starts_with(label))
    };
    (may_be_tool && tool()) || (may_be_labelled && labelled())
}

const QUOTE: u8 = 2;

/// What stands between a name and the word beside it: quotation marks and the blanks of ASCII; of others the trimming knows.
const BESIDE: [u8; 256] = {
    let mut out = [0; 256];
    let mut at = 0;
    while at < 256 {
        out[at] = match at as u8 {
            b'\'' | b'"' | b'`' => QUOTE,
            b'\t'..=b'\r' | b' ' => 1,
            _ => 0,
        };
        at += 1;
    }
    out
};

/// What stands after the name of a tool.
const LABELS: [&str; 3] = ["tool", "function call", "operation"];

/// Whether the text ends in a verb of calling, an article and an opening quotation mark aside.
fn follows_call(before: &str) -> bool {
    const VERBS: &str = "call calling use using invoke invoking run running execute executing via runs calls triggers";
    let mut last = before.trim_end_matches(['\'', '"', '`', ' ']).rsplit(char::is_whitespace).take(3);
    let mut is = |skip: bool| {
        let word = last.next().unwrap_or_default().to_ascii_lowercase();
        (VERBS.split(' ').any(|verb| verb == word), skip && ["the", "any", "a", "tool"].contains(&word.as_str()))
    };
    match is(true) {
        (true, _) => true,
        (false, true) => matches!(is(true), (true, _)),
        _ => false,
    }
}

/// Whether the text ends in what is done to the input of a tool: "submitted to", "passed to the".
fn follows_handing(before: &str) -> bool {
    const DONE: [&str; 8] = ["submitted", "passed", "given", "handed", "sent", "supplied", "fed", "forwarded"];
    let mut last = before.trim_end_matches(['\'', '"', '`', ' ']).rsplit(char::is_whitespace);
    let mut next = || last.next().unwrap_or_default().to_ascii_lowercase();
    let mut word = next();
    if word == "the" {
        word = next();
    }
    word == "to" && DONE.contains(&next().as_str())
}

/// Words in names of parameters that are meant for what an attack would put into others.
const MEANT: [&str; 22] = [
    "key",
    "keys",
    "token",
    "tokens",
    "password",
    "secret",
    "secrets",
    "credential",
    "credentials",
    "auth",
    "cookie",
    "cookies",
    "env",
    "conversation",
    "conversations",
    "chat",
    "messages",
    "history",
    "prompt",
    "prompts",
    "thread",
    "pat",
];

/// Words that may stand after "use the tool" and name nothing.
const COMMON: [&str; 12] =
    ["when", "with", "that", "then", "from", "only", "again", "before", "after", "instead", "once", "first"];

/// Whether the text ends in "use the tool" or the like, so that a name follows.
fn after_the_word_tool(before: &str) -> bool {
    let mut last = before.trim_end_matches(['\'', '"', '`']).trim_end().rsplit(char::is_whitespace);
    let mut next = || last.next().unwrap_or_default().to_ascii_lowercase();
    next() == "tool"
        && next() == "the"
        && ["use", "using", "call", "calling", "invoke", "invoking", "run"].contains(&next().as_str())
}

#[cfg(test)]
mod tests {
    use super::super::runs;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_that_may_be_names_have_something_beside_them(
            words in "((a|b\u{e9}|tool|TOOL|tools|operation|function call)[-.'\"`\u{a0} ]{0,3}){0,8}",
        ) {
            let runs = runs::all(&words);
            for (at, run) in runs.iter().enumerate().filter(|(_, run)| !run.dashed) {
                let found = may_name(&words, run.start, &words[run.start..run.end]);
                prop_assert!(!found || may_be_beside(&words, &runs, at));
            }
        }
    }
}
