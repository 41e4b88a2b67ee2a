//! `mcp-assay.toml` in the project: defaults of flags, levels of rules, and suppressions. Unknown keys are errors with the
//! place in the file. Flags win over it.

mod budgets;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;
use serde::Deserialize;

pub use budgets::Budgets;

use crate::json::{Node, Value, render};
use crate::terms::{Digest, RuleId, Severity};

/// Name of the file.
pub const FILE: &str = "mcp-assay.toml";

/// Days a suppression may last.
const LONGEST: i32 = 366;

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Config {
    /// `--fail-on`.
    pub fail_on: Option<FailOn>,
    /// `--baseline`.
    pub baseline: Option<PathBuf>,
    /// `--exact`.
    pub exact: bool,
    /// `--severity`, by rule.
    pub severity: BTreeMap<String, Severity>,
    /// Findings that somebody set aside.
    pub suppress: Vec<Suppress>,
    /// Budgets of one server.
    pub limits: Budgets,
}

/// `fail-on`, in the file and as a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Low and above.
    Low,
    /// Medium and above.
    Medium,
    /// High and above.
    High,
    /// Critical only.
    Critical,
    /// No finding changes the exit code.
    Never,
}

impl FailOn {
    /// The threshold; `None` for never.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Low => Some(Severity::Low),
            Self::Medium => Some(Severity::Medium),
            Self::High => Some(Severity::High),
            Self::Critical => Some(Severity::Critical),
            Self::Never => None,
        }
    }
}

/// `[[suppress]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppress {
    /// The rule.
    pub rule: String,
    /// The server's name.
    pub server: String,
    /// `tool/add`; without it, findings about the server itself.
    pub item: Option<String>,
    /// Digest of the item it was written for; needed with `item`.
    pub digest: Option<String>,
    /// A fingerprint, to narrow it further.
    pub finding: Option<String>,
    /// Why, in at least ten characters.
    pub reason: String,
    /// Who.
    pub owner: String,
    /// The last day on which it has an effect.
    pub expires: toml::value::Datetime,
    /// A ticket.
    pub issue: Option<String>,
}

/// Why the file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct ConfigError {
    /// What is wrong.
    pub what: String,
    /// Byte range in the file.
    pub span: Option<(usize, usize)>,
}

impl Config {
    /// Reads the file's text. `today` bounds how long suppressions may last.
    pub fn parse(text: &str, today: Date) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)
            .map_err(|e| ConfigError { what: e.message().to_owned(), span: e.span().map(|s| (s.start, s.end)) })?;
        let fail = |what: String| Err(ConfigError { what, span: None });
        config.limits.check()?;
        for rule in config.severity.keys() {
            if RuleId::new(rule).is_none() {
                return fail(format!("[severity]: `{}` is no rule id", crate::untrusted::visible(rule)));
            }
        }
        for (i, s) in config.suppress.iter().enumerate() {
            let n = i + 1;
            if s.reason.trim().chars().count() < 10 {
                return fail(format!("[[suppress]] {n}: `reason` needs at least ten characters"));
            }
            if s.owner.trim().is_empty() || RuleId::new(&s.rule).is_none() {
                return fail(format!("[[suppress]] {n}: `owner` is empty or `rule` is no rule id"));
            }
            if s.item.is_some() != s.digest.is_some() {
                return fail(format!(
                    "[[suppress]] {n}: `item` and `digest` go together: a suppression is bound to the words it was written for"
                ));
            }
            if s.digest.as_ref().is_some_and(|d| d.parse::<Digest>().is_err()) {
                return fail(format!("[[suppress]] {n}: `digest` is not `sha256:` and 64 hex digits"));
            }
            let Some(expires) = s.date() else {
                return fail(format!("[[suppress]] {n}: `expires` is no date"));
            };
            if today.until(expires).is_ok_and(|span| span.get_days() > LONGEST) {
                return fail(format!("[[suppress]] {n}: `expires` is more than a year ahead"));
            }
        }
        Ok(config)
    }

    /// Digest of all suppressions, part of what is signed; `None` when there are none.
    pub fn suppressions_digest(&self) -> Option<Digest> {
        if self.suppress.is_empty() {
            return None;
        }
        let table = |s: &Suppress| {
            let date = s.expires.to_string();
            let all = [
                ("rule", Some(&s.rule)),
                ("server", Some(&s.server)),
                ("item", s.item.as_ref()),
                ("digest", s.digest.as_ref()),
                ("finding", s.finding.as_ref()),
                ("reason", Some(&s.reason)),
                ("owner", Some(&s.owner)),
                ("expires", Some(&date)),
                ("issue", s.issue.as_ref()),
            ];
            Node::object(all.into_iter().filter_map(|(k, v)| Some((k, Node::text(v?)))))
        };
        let list = Node::made(Value::Array(self.suppress.iter().map(table).collect()));
        let text = render(&list).expect("keys of ours are distinct");
        Some(Digest::of(text.as_bytes()))
    }
}

impl Suppress {
    /// The day it expires on.
    pub fn date(&self) -> Option<Date> {
        let d = self.expires.date?;
        Date::new(i16::try_from(d.year).ok()?, i8::try_from(d.month).ok()?, i8::try_from(d.day).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2027, 1, 15);

    fn suppress(rest: &str) -> String {
        format!("[[suppress]]\nrule = \"concealed-action\"\nserver = \"calc\"\nowner = \"alice\"\n{rest}\n")
    }

    #[test]
    fn a_full_file_is_read_and_its_suppressions_have_a_digest() {
        let digest = format!("\"{}\"", Digest::of(b"x"));
        let text = format!(
            "fail-on = \"medium\"\nbaseline = \"sec\"\n[severity]\nunpinned-source = \"high\"\n{}",
            suppress(&format!(
                "item = \"tool/add\"\ndigest = {digest}\nreason = \"quoted in a sample\"\nexpires = 2027-05-01"
            ))
        );
        let config = Config::parse(&text, TODAY).expect("valid");
        assert_eq!((config.fail_on, config.suppress[0].date()), (Some(FailOn::Medium), Some(date(2027, 5, 1))));
        let one = config.suppressions_digest().expect("a digest");
        let other = Config::parse(&text.replace("alice", "mallory"), TODAY).expect("valid").suppressions_digest();
        assert_ne!(Some(one), other);
        assert_eq!(Config::default().suppressions_digest(), None);
    }

    #[test]
    fn what_is_missing_or_unknown_is_refused_with_its_place() {
        let error = Config::parse("fial-on = \"low\"", TODAY).expect_err("unknown");
        assert_eq!(error.span, Some((0, 7)));
        for rest in [
            "reason = \"short\"\nexpires = 2027-05-01",
            "reason = \"long enough reason\"\nexpires = 2029-05-01",
            "reason = \"long enough reason\"",
            "item = \"tool/add\"\nreason = \"long enough reason\"\nexpires = 2027-05-01",
            "item = \"tool/add\"\ndigest = \"x\"\nreason = \"long enough reason\"\nexpires = 2027-05-01",
        ] {
            assert!(Config::parse(&suppress(rest), TODAY).is_err(), "{rest}");
        }
    }
}
