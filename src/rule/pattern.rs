//! Rules that are patterns: regular expressions over named fields, in linear time and bounded size, so that no rule file
//! can stall a run.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::file::FileError;
use super::needles::Needles;
use super::strings::{Reader, Role, Text};
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
    compiled: OnceLock<Option<Compiled>>,
    /// Words of which each text that matches has one; known of built-in rules.
    #[serde(skip)]
    pub(super) needles: Option<Box<Needles>>,
}

#[derive(Clone, Debug)]
struct Compiled {
    all: Vec<Regex>,
    any: Vec<Regex>,
    none: Vec<Regex>,
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

    fn text(&mut self, server: usize, Text { item, trail, text, role, plain }: Text<'_, 'i>) {
        if text.len() > TEXT || !(self.roles.is_empty() || self.roles.contains(&role)) {
            return;
        }
        if self.pattern.needles.as_ref().is_some_and(|needles| !needles.any_in(text, plain)) {
            return;
        }
        // compiled for the first text that may match: most servers have none
        let Some(span) = self.pattern.compiled().and_then(|c| self.pattern.span(c, text)) else { return };
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

    fn compiled(&self) -> Option<&Compiled> {
        let make = || {
            let list = |l: &[String]| l.iter().map(|p| compile(p).ok()).collect::<Option<Vec<_>>>();
            Some(Compiled { all: list(&self.all)?, any: list(&self.any)?, none: list(&self.none)? })
        };
        self.compiled.get_or_init(make).as_ref()
    }

    fn span(&self, compiled: &Compiled, text: &str) -> Option<(usize, usize)> {
        if compiled.none.iter().any(|r| r.is_match(text)) {
            return None;
        }
        let mut spans = Vec::new();
        for regex in &compiled.all {
            spans.push(regex.find(text)?);
        }
        if !compiled.any.is_empty() {
            spans.push(compiled.any.iter().find_map(|r| r.find(text))?);
        }
        let start = spans.iter().map(regex::Match::start).min()?;
        let end = spans.iter().map(regex::Match::end).max()?;
        self.within.is_none_or(|w| end - start <= w).then_some((start, end))
    }
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(SIZE).dfa_size_limit(SIZE).nest_limit(64).build()
}

/// The sentence of a pattern rule.
fn message(title: &str, item: &ItemKey) -> Message {
    Message::new(format!("{title} in {} ", item.kind.word())).quote(&item.name)
}
