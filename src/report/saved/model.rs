//! The members of JSON v1 that reports use, with every text [`Untrusted`]. What is optional was added within version 1.

use serde::Deserialize;

use super::Change;
use crate::policy::Verdict;
use crate::terms::{Class, Confidence, ItemKind, Severity};
use crate::untrusted::Untrusted;

/// The report.
#[derive(Clone, Debug, Deserialize)]
pub struct Saved {
    /// Who looked.
    pub auditor: Auditor,
    /// State of the baseline.
    pub baseline: Baseline,
    /// Every target.
    pub targets: Vec<Target>,
    /// Every finding.
    pub findings: Vec<Finding>,
    /// Differences from the baseline.
    pub changes: Vec<Change>,
    /// Counts and the exit code.
    pub summary: Summary,
    /// What else has to be said.
    #[serde(default)]
    pub notices: Vec<Untrusted>,
}

/// Who looked.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Auditor {
    /// The version.
    pub version: Untrusted,
    /// Rules that ran.
    pub rules: u64,
    /// Digest of the rule files.
    pub rules_digest: Untrusted,
}

/// State of the baseline.
#[derive(Clone, Debug, Deserialize)]
pub struct Baseline {
    /// `ok`, `absent`, …
    pub state: Untrusted,
    /// Its version, when it verified.
    pub version: Option<u64>,
    /// What is wrong with it.
    #[serde(default)]
    pub message: Untrusted,
    /// Whether it alone makes the exit code 4.
    #[serde(default)]
    pub fails: bool,
    /// Its `baseline.json`.
    #[serde(default)]
    pub file: Option<Untrusted>,
}

/// One target.
#[derive(Clone, Debug, Deserialize)]
pub struct Target {
    /// Its id.
    pub id: Untrusted,
    /// Its name.
    pub name: Untrusted,
    /// The client that loads it.
    pub client: Option<Untrusted>,
    /// Where its configuration is from.
    pub scope: Untrusted,
    /// The configuration file.
    pub origin: Option<Origin>,
    /// What answers.
    pub launch: Launch,
    /// The outcome.
    pub verdict: Verdict,
    /// Why it was not audited.
    pub reason: Option<Untrusted>,
    /// What was seen.
    pub coverage: Coverage,
    /// What registries said of its package.
    #[serde(default)]
    pub package: Option<Package>,
    /// The same of everything else that its launch fetches.
    #[serde(default, rename = "otherPackages")]
    pub other_packages: Vec<Package>,
    /// How much it says.
    pub snapshot: Option<Snapshot>,
    /// Whether the baseline knows it.
    #[serde(default)]
    pub approved: bool,
    /// Whether its configuration switches it off.
    #[serde(default)]
    pub disabled: bool,
}

/// A configuration file.
#[derive(Clone, Debug, Deserialize)]
pub struct Origin {
    /// The file.
    pub file: Untrusted,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
}

/// What registries said of a package.
#[derive(Clone, Debug, Deserialize)]
pub struct Package {
    /// In one line.
    pub summary: Untrusted,
}

/// What answers.
#[derive(Clone, Debug, Deserialize)]
pub struct Launch {
    /// `stdio`, `http`, `file`.
    pub kind: Untrusted,
    /// The command.
    pub command: Option<Untrusted>,
    /// Its arguments.
    pub args: Vec<Untrusted>,
    /// The URL.
    pub url: Option<Untrusted>,
}

/// What was seen.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// All of it.
    pub complete: bool,
    /// Protocol revisions.
    #[serde(default)]
    pub eras: Vec<Untrusted>,
    /// How it was contained.
    #[serde(default)]
    pub isolation: Untrusted,
    /// Budgets that were hit.
    #[serde(default)]
    pub limits_hit: Vec<Untrusted>,
    /// Odd behaviour.
    #[serde(default)]
    pub oddities: Vec<Untrusted>,
    /// Its last words on standard error.
    #[serde(default)]
    pub stderr: Vec<Untrusted>,
    /// In which ways it was asked.
    #[serde(default)]
    pub asked: Vec<Asked>,
    /// Its words are those of a recording.
    #[serde(default)]
    pub recorded: bool,
    /// Whether registries were asked about its package.
    #[serde(default)]
    pub packages: Untrusted,
}

/// One way in which a server was asked.
#[derive(Clone, Debug, Deserialize)]
pub struct Asked {
    /// A stable word.
    pub how: Untrusted,
    /// `answered`, `refused`, `failed`, `not-run`.
    pub outcome: Untrusted,
    /// Why it was not answered.
    #[serde(default)]
    pub why: Untrusted,
}

/// How much a server says.
#[derive(Clone, Debug, Deserialize)]
pub struct Snapshot {
    /// Digest of the newest era.
    pub digest: Untrusted,
    /// Tools.
    pub tools: u64,
    /// Prompts.
    pub prompts: u64,
    /// Resources.
    pub resources: u64,
    /// Resource templates.
    pub templates: u64,
    /// Skills.
    pub skills: u64,
    /// App pages and bodies of skills.
    #[serde(default)]
    pub contents: u64,
}

/// One tool, prompt, …
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Item {
    /// Its kind.
    pub kind: ItemKind,
    /// Its name.
    pub name: Untrusted,
}

/// One finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule.
    pub rule: Untrusted,
    /// Manipulation, or a risky set-up.
    pub class: Class,
    /// Harm if true.
    pub severity: Severity,
    /// Likelihood that it is true.
    pub confidence: Confidence,
    /// Whether the rule may gate.
    pub gate: bool,
    /// Whether it makes the exit code 1.
    #[serde(default)]
    pub fails: bool,
    /// The id of its server.
    pub target: Untrusted,
    /// The item.
    pub item: Option<Item>,
    /// Digest of the item, which a suppression is bound to.
    pub item_digest: Option<Untrusted>,
    /// Where in the item.
    pub pointer: Untrusted,
    /// What was seen.
    pub message: Untrusted,
    /// The words that were seen.
    pub evidence: Vec<Evidence>,
    /// Other items that belong to it.
    pub related: Vec<Related>,
    /// For rules about flows: the steps.
    #[serde(default)]
    pub flow: Option<super::flow::Flow>,
    /// Where in a file.
    pub location: Option<Location>,
    /// Its identity, without lines and versions.
    pub fingerprint: Untrusted,
    /// The reason of the suppression in force.
    pub suppressed: Option<Untrusted>,
    /// More about it.
    #[serde(default)]
    pub suppression: Option<Suppression>,
}

/// Who set a finding aside.
#[derive(Clone, Debug, Deserialize)]
pub struct Suppression {
    /// Who.
    pub owner: Untrusted,
    /// The last day on which it has an effect.
    pub expires: Untrusted,
    /// A ticket.
    #[serde(default)]
    pub issue: Option<Untrusted>,
    /// Where it is written.
    #[serde(default)]
    pub location: Option<Location>,
}

/// Words that were seen.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// Where in the item.
    pub pointer: Untrusted,
    /// The words around.
    pub excerpt: Untrusted,
    /// Where in them the words that matched begin, in characters.
    #[serde(default)]
    pub hit_start: Option<usize>,
    /// The words that matched.
    #[serde(default)]
    pub hit: Option<Untrusted>,
    /// The view of the text.
    pub view: Untrusted,
    /// Why they matter.
    pub why: Untrusted,
}

/// Another item that belongs to a finding.
#[derive(Clone, Debug, Deserialize)]
pub struct Related {
    /// Its server.
    pub target: Untrusted,
    /// The item.
    pub item: Item,
    /// Where in a file.
    #[serde(default)]
    pub location: Option<Location>,
}

/// A place in a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// Relative to the project where it is inside.
    pub file: Untrusted,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// From 1.
    pub end_line: u32,
    /// From 1, behind the last character.
    pub end_column: u32,
}

/// Counts and the exit code.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Targets of the run.
    pub targets: u64,
    /// Targets that were fully seen.
    pub audited: u64,
    /// Findings by severity.
    pub findings: BySeverity,
    /// Suppressed findings.
    pub suppressed: u64,
    /// What was to be judged: `configuration` or `servers`.
    #[serde(default)]
    pub scope: Untrusted,
    /// The exit code.
    pub exit: u8,
}

/// Findings by severity.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct BySeverity {
    /// Theft or execution without another step.
    pub critical: u64,
    /// Serious harm.
    pub high: u64,
    /// Harm under common conditions.
    pub medium: u64,
    /// Little harm.
    pub low: u64,
}

impl Evidence {
    /// What stands before the words that matched, the words, and what stands behind them; `None` when they are not in the
    /// excerpt.
    pub fn parts(&self) -> Option<(&str, &str, &str)> {
        let excerpt = self.excerpt.raw();
        let hit = self.hit.as_ref()?.raw().trim_end_matches('…');
        let at = match self.hit_start {
            Some(start) => excerpt.char_indices().nth(start)?.0,
            None => excerpt.find(hit)?,
        };
        let rest = &excerpt[at..];
        // a long hit is cut in both, each at its own end
        let seen = if rest.starts_with(hit) { hit } else { rest.trim_end_matches('…') };
        let shown = !seen.is_empty() && hit.starts_with(seen);
        shown.then(|| (&excerpt[..at], &rest[..seen.len()], &rest[seen.len()..]))
    }
}
