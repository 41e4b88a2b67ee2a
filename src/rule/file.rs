//! The rule file: everything about one rule in one TOML document (ARCHITECTURE §4).

mod shown;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::terms::{Class, Confidence, RuleId, Scope, Severity};
use crate::untrusted::printable;

use super::example::{Ran, Reading};
use super::pattern::Pattern;

/// A rule as written. Unknown keys are errors.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Kebab-case words; users' own carry a prefix.
    pub id: String,
    /// A noun phrase.
    pub title: String,
    /// The version that brought it.
    pub since: String,
    /// `preview` rules never gate.
    pub status: Status,
    /// Manipulation, or a risky set-up.
    pub class: Class,
    /// Harm if true.
    pub severity: Severity,
    /// Likelihood that a hit is true.
    pub confidence: Confidence,
    /// Whether it may gate.
    pub gate: bool,
    /// What it looks at.
    pub scope: Scope,
    /// Why it is dangerous.
    pub rationale: String,
    /// What to do about a hit.
    pub remediation: String,
    /// Benign look-alikes, and why they do not match.
    pub false_positives: String,
    /// Where to read more.
    #[serde(default)]
    pub references: Vec<String>,
    /// Earlier ids.
    #[serde(default)]
    pub formerly: Vec<String>,
    /// For users' own rules: the built-in one this replaces.
    pub replaces: Option<String>,
    /// Weaker rules that it replaces at the same place.
    #[serde(default)]
    pub subsumes: Vec<String>,
    /// Ids in public catalogues.
    #[serde(default)]
    pub taxonomy: Taxonomy,
    /// What it matches.
    #[serde(rename = "match")]
    pub matching: Matching,
    /// It fires on these.
    #[serde(default)]
    pub must_match: Vec<Example>,
    /// It does not fire on these.
    #[serde(default)]
    pub must_not_match: Vec<Example>,
    /// It should fire on these and does not yet.
    #[serde(default)]
    pub known_gap: Vec<Example>,
}

/// How settled a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Measured; may gate.
    Stable,
    /// On trial; never gates.
    Preview,
}

/// Ids in public catalogues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Taxonomy {
    /// CWE numbers.
    pub cwe: Vec<u32>,
    /// OWASP MCP Top 10.
    pub owasp_mcp: Vec<String>,
    /// SAFE-MCP techniques.
    pub safe_mcp: Vec<String>,
    /// OWASP Agentic.
    pub asi: Vec<String>,
    /// OWASP LLM.
    pub llm: Vec<String>,
    /// MITRE ATLAS.
    pub atlas: Vec<String>,
    /// CoSAI MCP Security.
    pub cosai: Vec<String>,
}

impl Taxonomy {
    /// All ids, for people.
    pub fn ids(&self) -> Vec<String> {
        let cwe = self.cwe.iter().map(|n| format!("CWE-{n}"));
        let cosai = self.cosai.iter().map(|t| format!("CoSAI {t}"));
        let owasp = self.owasp_mcp.iter().chain(&self.safe_mcp).chain(&self.asi).chain(&self.llm).chain(&self.atlas);
        cwe.chain(owasp.cloned()).chain(cosai).collect()
    }
}

/// Either a coded detector, or patterns.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Matching {
    /// A detector of this name in `rule::detector`.
    Coded(Coded),
    /// Regular expressions over texts.
    Patterns(Pattern),
}

/// The name of a detector.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    /// The name.
    pub detector: String,
}

/// One example. Exactly one of the inputs is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Example {
    /// Kebab-case, unique in the file.
    pub name: String,
    /// A near miss: looks like an attack, is none.
    pub near_miss: bool,
    /// The description of a single tool `t`.
    pub text: Option<String>,
    /// A manifest.
    pub manifest: Option<String>,
    /// `{"servers": {…}}`: servers of one client.
    pub fleet: Option<String>,
    /// The approved manifest, for drift rules.
    pub before: Option<String>,
    /// The manifest now.
    pub after: Option<String>,
    /// Further readings of the server, with `manifest` as the first.
    pub readings: Vec<Reading>,
    /// Odd behaviour while it was captured: what, and the first occurrence.
    pub odd: BTreeMap<String, String>,
    /// A card that its origin publishes.
    pub card: Option<String>,
    /// What registries answered, by URL; the packages of `config` are then looked up on 2027-01-15.
    pub answers: BTreeMap<String, String>,
    /// What was really installed, when it was: version, integrity and tree.
    pub ran: Option<Ran>,
    /// A `server.json` that the servers come from.
    pub record: Option<String>,
    /// The entries of a bundle that the first server comes from, by name.
    pub bundle: BTreeMap<String, String>,
    /// A client's configuration, for launch rules.
    pub config: Option<String>,
    /// Another configuration of the same client, in the user's home.
    pub beside: Option<String>,
    /// How the servers of `after` are launched, then as now.
    pub launch: Option<String>,
    /// The configuration lies in the user's home, not in a project.
    pub user: bool,
    /// The name of the configuration file, whose ending says its language.
    pub file: Option<String>,
    /// The permissions of the configuration file.
    pub mode: Option<String>,
    /// Where a link leads that stands in the place of the configuration file.
    pub link: Option<String>,
    /// The line of the hit in the configuration.
    pub line: Option<u32>,
    /// The column of the hit.
    pub column: Option<u32>,
    /// The approved configuration, for rules about a changed launch.
    pub before_config: Option<String>,
    /// The approved package that the launch resolved to, as a baseline holds it.
    pub before_package: Option<String>,
    /// The package it resolves to now.
    pub package: Option<String>,
    /// The project's file as people signed it, for what it sets aside.
    pub before_exceptions: Option<String>,
    /// The project's file now.
    pub exceptions: Option<String>,
    /// Where the hit is.
    pub pointer: Option<String>,
    /// The item of the hit, `tool/add`.
    pub item: Option<String>,
    /// A baseline is in use and does not know the servers.
    pub unapproved: bool,
    /// The project's `mcp-assay.toml`, for what it allows.
    pub project: Option<String>,
}

/// Why a rule file is refused. The span is a byte range of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct FileError {
    /// What is wrong.
    pub what: String,
    /// Where.
    pub span: Option<(usize, usize)>,
}

impl FileError {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), span: None }
    }
}

impl RuleFile {
    /// Reads and checks one file. `name` is the file's name without its ending.
    pub fn parse(text: &str, name: &str, builtin: bool) -> Result<Self, FileError> {
        let file: Self = toml::from_str(text)
            .map_err(|e| FileError { what: printable(e.message()), span: e.span().map(|s| (s.start, s.end)) })?;
        file.check(name, builtin)?;
        Ok(file)
    }

    fn check(&self, name: &str, builtin: bool) -> Result<(), FileError> {
        let fail = |what: String| Err(FileError::new(what));
        let Some(id) = RuleId::new(&self.id) else {
            return fail("`id` must be lower-case words joined by `-`".to_owned());
        };
        let last = id.as_str().rsplit('/').next().unwrap_or_default();
        if last != name {
            return fail(format!("`id` is `{id}` but the file is named `{name}.toml`"));
        }
        if builtin == id.as_str().contains('/') {
            return fail("ids of your own rules carry a prefix (`acme/…`), ids of built-in ones none".to_owned());
        }
        for (key, text) in [
            ("title", &self.title),
            ("rationale", &self.rationale),
            ("remediation", &self.remediation),
            ("false_positives", &self.false_positives),
        ] {
            if text.trim().is_empty() {
                return fail(format!("`{key}` is empty"));
            }
        }
        if self.status == Status::Preview && self.gate {
            return fail("a rule of status `preview` cannot gate".to_owned());
        }
        if self.must_match.len() < 2 || self.must_not_match.len() < 2 {
            return fail("a rule needs at least two `must_match` and two `must_not_match` examples".to_owned());
        }
        if !self.must_not_match.iter().any(|e| e.near_miss) {
            return fail("one `must_not_match` example must be a near miss (`near_miss = true`)".to_owned());
        }
        let mut names: Vec<&str> = self.examples().map(|(_, e)| e.name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|w| w[0] == w[1]) || names.first().is_some_and(|n| n.is_empty()) {
            return fail("every example needs a name of its own".to_owned());
        }
        for (_, example) in self.examples() {
            let inputs = [&example.text, &example.manifest, &example.fleet, &example.after, &example.config];
            if inputs.iter().filter(|i| i.is_some()).count() != 1 || example.before.is_some() != example.after.is_some()
            {
                return fail(format!(
                    "example `{}` needs exactly one of text, manifest, fleet, before + after, config",
                    example.name
                ));
            }
        }
        if let Matching::Patterns(pattern) = &self.matching {
            pattern.check()?;
        }
        Ok(())
    }

    /// All examples with what is expected of them.
    pub fn examples(&self) -> impl Iterator<Item = (Expected, &Example)> {
        let with = |e: Expected| move |x| (e, x);
        let hits = self.must_match.iter().map(with(Expected::Hit));
        hits.chain(self.must_not_match.iter().map(with(Expected::NoHit)))
            .chain(self.known_gap.iter().map(with(Expected::Gap)))
    }
}

/// What an example expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The rule fires.
    Hit,
    /// It does not.
    NoHit,
    /// It does not yet.
    Gap,
}
