//! A report in JSON v1 as it is read back: what every format is made from, so that `scan` and
//! `report --from` write the same bytes.
//!
//! A saved report is our own format and still somebody's file: every text in it is [`Untrusted`], sizes are bounded, and
//! unknown members are passed over because version 1 may grow.

mod change;
mod flow;
mod model;

pub use change::*;
pub use model::*;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::policy::Verdict;
use crate::report::written::Written;
use crate::untrusted::Untrusted;

/// Bytes of the largest report that is read.
pub const MOST: usize = 256 << 20;

/// Why a file is no report.
#[derive(Debug, Error)]
pub enum SavedError {
    /// Too large.
    #[error("is larger than {MOST} bytes")]
    Large,
    /// Another version of the format.
    #[error("is of version {0}; this program reads version 1")]
    Version(u64),
    /// Not JSON, or another shape. Without server text.
    #[error("is no report of `scan --output json`: {kind} error at line {line}, column {column}")]
    Shape {
        /// Syntax, data or end of file.
        kind: &'static str,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
}

/// A report in both forms: as it is written, and as the other formats read it.
#[derive(Clone, Debug)]
pub struct Report {
    /// As written, with members this program may not know.
    pub written: Written,
    /// What reports use.
    pub run: Saved,
}

impl Report {
    /// From bytes.
    pub fn read(bytes: &[u8]) -> Result<Self, SavedError> {
        #[derive(Deserialize)]
        struct Head {
            version: u64,
        }
        if bytes.len() > MOST {
            return Err(SavedError::Large);
        }
        match serde_json::from_slice::<Head>(bytes)?.version {
            // what is wrong is said with its line
            1 => Ok(Self { run: serde_json::from_slice(bytes)?, written: Written::of(serde_json::from_slice(bytes)?) }),
            other => Err(SavedError::Version(other)),
        }
    }

    /// Of a report that is being made, without its targets and findings.
    pub fn new(head: Value) -> Result<Self, SavedError> {
        let run = Saved::deserialize(&head)?;
        Ok(Self { run, written: Written::of(serde_json::from_value(head)?) })
    }

    /// Adds the next target.
    pub fn target(&mut self, value: &Value) -> Result<(), SavedError> {
        self.run.targets.push(Target::deserialize(value)?);
        self.written.target(value);
        Ok(())
    }

    /// Adds the next finding.
    pub fn finding(&mut self, value: &Value) -> Result<(), SavedError> {
        self.run.findings.push(Finding::deserialize(value)?);
        self.written.finding(value);
        Ok(())
    }
}

impl From<serde_json::Error> for SavedError {
    fn from(e: serde_json::Error) -> Self {
        let kind = match e.classify() {
            serde_json::error::Category::Data => "data",
            serde_json::error::Category::Eof => "end of file",
            _ => "syntax",
        };
        Self::Shape { kind, line: e.line(), column: e.column() }
    }
}

impl Saved {
    /// The target with this id.
    pub fn target(&self, id: &Untrusted) -> Option<&Target> {
        self.targets.iter().find(|t| t.id == *id)
    }

    /// The display name of a target; its id when the report does not describe it.
    pub fn name<'a>(&'a self, id: &'a Untrusted) -> &'a Untrusted {
        self.target(id).map_or(id, |t| &t.name)
    }

    /// Targets of which nothing, or not everything, is known.
    pub fn missed(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|t| t.verdict == Verdict::NotAudited)
    }

    /// Findings in force, worst first; the order within a severity is the report's.
    pub fn worst_first(&self) -> Vec<&Finding> {
        let mut list: Vec<&Finding> = self.findings.iter().filter(|f| f.suppressed.is_none()).collect();
        list.sort_by_key(|f| (std::cmp::Reverse(f.fails), std::cmp::Reverse(f.severity)));
        list
    }

    /// How a server stands to what was approved, in words of ours.
    pub fn standing(&self, t: &Target) -> String {
        let count = self.changes.iter().filter(|c| c.target.as_ref() == Some(&t.id)).count();
        match (t.approved, count) {
            (false, _) if self.baseline.state.raw() != "ok" => "no baseline".to_owned(),
            (false, _) => "not approved".to_owned(),
            (true, 0) if t.snapshot.is_some() => "as approved".to_owned(),
            (true, 0) => "approved, not compared".to_owned(),
            (true, 1) => "1 change".to_owned(),
            (true, n) => format!("{n} changes"),
        }
    }

    /// What the exit code means, in words of ours.
    pub fn outcome(&self) -> &'static str {
        match self.summary.exit {
            0 if self.targets.is_empty() => "nothing was audited: no servers",
            0 if self.summary.audited < self.summary.targets => {
                "nothing at or above the threshold; not everything audited"
            }
            0 => "nothing at or above the threshold",
            1 => "findings at or above the threshold",
            3 => "incomplete: a server was not, or not fully, audited",
            4 => "the baseline cannot be trusted",
            5 => "no server was found",
            _ => "the audit did not end well",
        }
    }
}

impl Target {
    /// How much it says, in words.
    pub fn says(&self) -> String {
        let Some(s) = &self.snapshot else { return "nothing was captured".to_owned() };
        let part = |n: u64, word: &str| match n {
            0 => None,
            1 => Some(format!("1 {word}")),
            n => Some(format!("{n} {word}s")),
        };
        let parts = [
            part(s.tools, "tool"),
            part(s.prompts, "prompt"),
            part(s.resources, "resource"),
            part(s.templates, "template"),
            part(s.skills, "skill"),
            part(s.contents, "content"),
        ];
        let list: Vec<String> = parts.into_iter().flatten().collect();
        if list.is_empty() { "no items".to_owned() } else { list.join(", ") }
    }
}
