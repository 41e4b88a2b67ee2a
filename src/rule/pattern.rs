//! Rules that are patterns: regular expressions over named fields, in linear time and bounded size, so that no rule file
//! can stall a run.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder, bytes};
use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};
use serde::Deserialize;

use super::file::FileError;
use super::needles::Needles;
use super::strings::{Judged, Reader, Role, Text};
use super::{Hit, Rule};
use crate::finding::Evidence;
use crate::manifest::ItemKey;
use crate::untrusted::Message;

/// Bytes a compiled pattern may take.
const SIZE: usize = 1 << 20;
/// Bytes of one text that patterns look at; longer texts are reported by another rule.
const TEXT: usize = 256 << 10;

/// `[match]` with patterns: every one of `all`, at least one of `any`, none of `none`, in one text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// The fields that are looked at: `name`, `title`, `description`, `schema`, `key`, `uri`, `instructions`, `other`;
    /// none means all.
    #[serde(default)]
    pub fields: Vec<String>,
    /// All of these match.
    #[serde(default)]
    pub all: Vec<String>,
    /// One of these matches.
    #[serde(default)]
    pub any: Vec<String>,
    /// None of these matches.
    #[serde(default)]
    pub none: Vec<String>,
    /// The matches of `all` and `any` lie within this many bytes.
    pub within: Option<usize>,
    #[serde(skip)]
    compiled: OnceLock<Compiled>,
    /// Words of which each text that matches has one; known of built-in rules.
    #[serde(skip)]
    pub(super) needles: Option<Box<Needles>>,
}

#[derive(Clone, Debug)]
struct Compiled {
    all: Vec<Lazy>,
    any: Vec<Lazy>,
    none: Vec<Lazy>,
}

/// A regular expression that is compiled for the first text it is asked about. Most texts are of ASCII alone: for them it needs
/// no tables of Unicode, which take ten times as long to compile.
#[derive(Clone, Debug)]
struct Lazy {
    pattern: String,
    plain: OnceLock<Option<bytes::Regex>>,
    wide: OnceLock<Option<Regex>>,
}

impl Lazy {
    fn of(pattern: &str) -> Self {
        Self { pattern: pattern.to_owned(), plain: OnceLock::new(), wide: OnceLock::new() }
    }

    /// Where it first matches; `plain` when the text is of ASCII alone.
    fn find(&self, text: &str, plain: bool) -> Option<(usize, usize)> {
        if plain && let Some(regex) = self.plain.get_or_init(|| compile_plain(&self.pattern)) {
            return regex.find(text.as_bytes()).map(|found| (found.start(), found.end()));
        }
        let regex = self.wide.get_or_init(|| compile(&self.pattern).ok()).as_ref()?;
        regex.find(text).map(|found| (found.start(), found.end()))
    }
}

/// Judges strings by the patterns of one rule.
pub(super) struct Matcher<'r> {
    rule: &'r Rule,
    pattern: &'r Pattern,
    roles: Vec<Role>,
    out: Vec<Hit>,
}

impl<'r> Matcher<'r> {
    pub(super) fn of(rule: &'r Rule, pattern: &'r Pattern) -> Self {
        let roles = pattern.fields.iter().filter_map(|f| Role::parse(f)).collect();
        Self { rule, pattern, roles, out: Vec::new() }
    }
}

impl<'i> Reader<'i> for Matcher<'_> {
    fn needles(&self) -> Option<&Needles> {
        self.pattern.needles.as_deref()
    }

    fn text(&mut self, server: usize, Text { item, trail, text, role, plain, judged }: Text<'_, 'i>) {
        if judged == Judged::Launch || text.len() > TEXT || !(self.roles.is_empty() || self.roles.contains(&role)) {
            return;
        }
        let Some(span) = self.pattern.span(text, plain) else { return };
        let pointer = trail.pointer();
        let evidence = Evidence::raw(&pointer, text, span, "pattern");
        self.out.push(Hit {
            message: message(&self.rule.file.title, &item.key),
            item: Some(item.key.clone()),
            pointer,
            evidence: vec![evidence],
            ..Hit::new(self.rule.id.as_str(), server)
        });
    }

    fn hits(self: Box<Self>) -> Vec<Hit> {
        self.out
    }
}

impl Pattern {
    pub(super) fn check(&self) -> Result<(), FileError> {
        if self.all.is_empty() && self.any.is_empty() {
            return Err(FileError::new("[match] needs `detector`, or patterns in `all` or `any`"));
        }
        if let Some(field) = self.fields.iter().find(|f| Role::parse(f).is_none()) {
            return Err(FileError::new(format!("`{field}` is no field; known are {}", Role::WORDS.join(", "))));
        }
        for pattern in self.all.iter().chain(&self.any).chain(&self.none) {
            compile(pattern).map_err(|e| FileError::new(format!("pattern `{pattern}`: {e}")))?;
        }
        Ok(())
    }

    fn span(&self, text: &str, plain: bool) -> Option<(usize, usize)> {
        let list = |patterns: &[String]| patterns.iter().map(|pattern| Lazy::of(pattern)).collect();
        let make = || Compiled { all: list(&self.all), any: list(&self.any), none: list(&self.none) };
        let compiled = self.compiled.get_or_init(make);
        if compiled.none.iter().any(|r| r.find(text, plain).is_some()) {
            return None;
        }
        let mut spans = Vec::new();
        for regex in &compiled.all {
            spans.push(regex.find(text, plain)?);
        }
        if !compiled.any.is_empty() {
            spans.push(compiled.any.iter().find_map(|r| r.find(text, plain))?);
        }
        let start = spans.iter().map(|span| span.0).min()?;
        let end = spans.iter().map(|span| span.1).max()?;
        self.within.is_none_or(|w| end - start <= w).then_some((start, end))
    }
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(SIZE).dfa_size_limit(SIZE).nest_limit(64).build()
}

/// A pattern for texts of ASCII alone.
fn compile_plain(pattern: &str) -> Option<bytes::Regex> {
    let small =
        |pattern: &str| bytes::RegexBuilder::new(pattern).unicode(false).size_limit(SIZE).nest_limit(64).build().ok();
    // what has other signs in it does not compile so: they are taken out
    small(pattern).or_else(|| small(&of_ascii(regex_syntax::parse(pattern).ok()?).to_string()))
}

/// A pattern without what only matches other signs than those of ASCII.
// Recursion is bounded by the depth that the parser allows.
fn of_ascii(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Class(Class::Unicode(mut class)) => {
            class.intersect(&ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7F')]));
            Hir::class(Class::Unicode(class))
        }
        HirKind::Class(class) => Hir::class(class),
        HirKind::Literal(literal) if !literal.0.is_ascii() => Hir::fail(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Repetition(one) => Hir::repetition(Repetition { sub: Box::new(of_ascii(*one.sub)), ..one }),
        HirKind::Capture(one) => Hir::capture(Capture { sub: Box::new(of_ascii(*one.sub)), ..one }),
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(of_ascii).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(of_ascii).collect()),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Empty => Hir::empty(),
    }
}

/// The sentence of a pattern rule.
fn message(title: &str, item: &ItemKey) -> Message {
    Message::new(format!("{title} in {} ", item.kind.word())).quote(&item.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_needs_unicode_is_found_without_the_short_way() {
        for pattern in ["[a\u{e9}]b", "(?:[a\u{e9}]|\u{e9}a){1,200}b", "\\p{Lu}b"] {
            let lazy = Lazy::of(pattern);
            assert_eq!(
                lazy.find(if pattern.starts_with('\\') { "xAb" } else { "xab" }, true),
                Some((1, 3)),
                "{pattern}"
            );
        }
    }

    proptest! {
        #[test]
        fn ascii_has_one_meaning(
            parts in prop::collection::vec(("(\\(\\?i:)?", "k|S|[^\\\\w]|\\\\b|\\\\s|.|[^k]|\\\\W|\\\\d|\u{e9}|\\[k\u{e9}\\]|\\[\\^\u{e9}\\]", "[?*+]?"), 1..6),
            text in "[kKsS0 \n\u{b}_!]{0,24}",
        ) {
            let part = |(caseless, what, times): &(String, String, String)| {
                format!("{caseless}({what}){times}{}", if caseless.is_empty() { "" } else { ")" })
            };
            let lazy = Lazy::of(&parts.iter().map(part).collect::<String>());
            prop_assert_eq!(lazy.find(&text, true), lazy.find(&text, false), "{}", lazy.pattern);
        }
    }
}
