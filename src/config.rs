//! `mcp-assay.toml` in the project: defaults of flags, levels of rules, and suppressions. Unknown keys are errors with the
//! place in the file. Flags win over it.

mod allow;
mod budgets;
mod ignore;
mod registries;
mod suppression;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;
use serde::Deserialize;

pub use allow::Allow;
pub use budgets::Budgets;
pub use ignore::{Ignore, Pattern, Volatile};
pub use registries::{RegistryUrls, is_registry};
pub use suppression::Suppression;

use crate::json::{Node, Value, render};
use crate::terms::{Digest, RuleId, Severity};
use crate::untrusted::{Untrusted, printable};

/// The published schema of the file.
pub const SCHEMA: &str = include_str!("config/config.schema.json");

/// Name of the file.
pub const FILE: &str = "mcp-assay.toml";

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
    #[serde(deserialize_with = "suppression::tables")]
    pub suppress: Vec<Suppression>,
    /// Text that follows time or place; has an effect once it is signed.
    pub ignore: Vec<Volatile>,
    /// Budgets of one server.
    pub limits: Budgets,
    /// Packages that are meant although they resemble well-known ones: names, or `@scope/*`.
    pub known_packages: Vec<String>,
    /// Other registries than the public ones.
    pub registries: RegistryUrls,
    /// Hosts and folders that are meant.
    pub allow: Allow,
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
        let mut config: Self = toml::from_str(text)
            .map_err(|e| ConfigError { what: printable(e.message()), span: e.span().map(|s| (s.start, s.end)) })?;
        let fail = |what: String| Err(ConfigError { what, span: None });
        config.limits.check()?;
        config.registries.check()?;
        config.allow.check()?;
        for rule in config.severity.keys() {
            if RuleId::new(rule).is_none() {
                return fail(format!("[severity]: `{}` is no rule id", printable(rule)));
            }
        }
        config.suppress.iter_mut().for_each(|s| s.locate(text));
        for (i, s) in config.suppress.iter().enumerate() {
            if let Err(what) = s.check(today) {
                return fail(format!("[[suppress]] {}: {what}", i + 1));
            }
        }
        for (i, v) in config.ignore.iter().enumerate() {
            let same = |other: &Volatile| other.server == v.server && other.ignore.key() == v.ignore.key();
            if config.ignore[..i].iter().any(same) {
                return fail(format!("[[ignore]] {}: there is one for this place already", i + 1));
            }
        }
        Ok(config)
    }

    /// What the file proposes for a server, in the order of a baseline.
    pub fn ignores(&self, server: &Untrusted) -> Vec<Ignore> {
        let mine = self.ignore.iter().filter(|v| v.server == *server);
        let mut all: Vec<Ignore> = mine.map(|v| v.ignore.clone()).collect();
        all.sort_by(|a, b| a.key().cmp(&b.key()));
        all
    }

    /// Digest of all suppressions, part of what is signed; `None` when there are none.
    pub fn suppressions_digest(&self) -> Option<Digest> {
        if self.suppress.is_empty() {
            return None;
        }
        let list = Node::made(Value::Array(self.suppress.iter().map(Suppression::to_node).collect()));
        let text = render(&list).expect("keys of ours are distinct");
        Some(Digest::of(text.as_bytes()))
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
        assert_eq!((config.fail_on, config.suppress[0].expires), (Some(FailOn::Medium), date(2027, 5, 1)));
        let one = config.suppressions_digest().expect("a digest");
        assert_eq!(config.suppress[0].place[0], (5, 1));
        assert!(config.suppress[0].place[1].0 >= 5, "{:?}", config.suppress[0].place);
        let moved = Config::parse(&format!("\n\n{text}"), TODAY);
        assert!(moved.is_err() || moved.is_ok_and(|m| m.suppress[0].says(&config.suppress[0])));
        let other = Config::parse(&text.replace("alice", "mallory"), TODAY).expect("valid").suppressions_digest();
        assert_ne!(Some(one), other);
        assert_eq!(Config::default().suppressions_digest(), None);
    }

    #[test]
    fn ignores_are_read_strictly_and_one_place_has_one() {
        let table = |server: &str, item: &str, pointer: &str, pattern: &str, reason: &str| {
            format!(
                "[[ignore]]\nserver = \"{server}\"\nitem = \"{item}\"\npointer = \"{pointer}\"\n\
                 pattern = \"{pattern}\"\nreason = \"{reason}\"\n"
            )
        };
        let good = |server: &str, item: &str| table(server, item, "/description", "It is {time}.", "shows the time");
        let text = format!("{}{}{}", good("clock", "tool/now"), good("clock", "prompt/ask"), good("other", "tool/now"));
        let config = Config::parse(&text, TODAY).expect("valid");
        let mine = config.ignores(&"clock".into());
        assert_eq!(mine.iter().map(|i| i.item.raw()).collect::<Vec<_>>(), ["prompt/ask", "tool/now"]);
        assert_eq!(Ignore::from_node(&mine[1].to_node()).expect("our own"), mine[1]);
        assert!(Config::parse(&format!("{text}{}", good("clock", "tool/now")), TODAY).is_err(), "twice");
        for bad in [
            table("a", "now", "/description", "{time}", "shows the time"),
            table("a", "tool/", "/description", "{time}", "shows the time"),
            table("a", "/now", "/description", "{time}", "shows the time"),
            table("a", "tool/now", "description", "{time}", "shows the time"),
            table("a", "tool/now", "/description", "any", "shows the time"),
            table("a", "tool/now", "/description", "{time}", "short"),
            table("a", "tool/now", "/description", "{time}", "shows the time") + "every = true\n",
        ] {
            assert!(Config::parse(&bad, TODAY).is_err(), "{bad}");
        }
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
