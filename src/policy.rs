//! The only place for levels, suppressions and thresholds: findings and coverage become verdicts, verdicts become an exit
//! code. Pure: the day comes in as a value.

mod suppress;

pub use suppress::{Binding, apply};

use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;

use crate::diff::Change;
use crate::finding::Finding;
use crate::package::{Bundle, Facts};
use crate::sandbox::Package;
use crate::target::Target;
use crate::terms::{Confidence, Digest, ExitCode, ItemKind, Severity};
use crate::untrusted::{Message, Untrusted};

/// One run: what was looked at, what was found, what was not looked at.
#[derive(Clone, Debug)]
pub struct Run {
    /// Who looked.
    pub auditor: Auditor,
    /// State of the baseline.
    pub baseline: BaselineStatus,
    /// Every target, in stable order.
    pub targets: Vec<TargetReport>,
    /// Every finding, in the order of the targets, worst first.
    pub findings: Vec<Finding>,
    /// Counts and the exit code.
    pub summary: Summary,
    /// What else has to be said: files that were skipped, suppressions without effect, probes that were not run.
    pub notices: Vec<Message>,
}

/// Who looked.
#[derive(Clone, Debug)]
pub struct Auditor {
    /// Our version.
    pub version: &'static str,
    /// Rules that ran.
    pub rules: usize,
    /// SHA-256 over all rule files.
    pub rules_digest: Digest,
}

/// State of the baseline, as JSON v1 names it.
#[derive(Clone, Debug)]
pub struct BaselineStatus {
    /// `ok`, `absent`, `malformed`, …
    pub state: &'static str,
    /// Its version, when it verified.
    pub version: Option<u64>,
    /// What is wrong and what to do next; empty when nothing is.
    pub sentence: Message,
    /// Whether the state alone makes the exit code 4.
    pub fails: bool,
    /// Its `baseline.json`, when there is one.
    pub file: Option<PathBuf>,
}

/// One target and what became of it.
#[derive(Clone, Debug)]
pub struct TargetReport {
    /// What was audited.
    pub target: Target,
    /// It is no server but the settings of a client that has none.
    pub settings: bool,
    /// The outcome.
    pub verdict: Verdict,
    /// Why it was not audited.
    pub reason: Option<Message>,
    /// What was seen and what was not.
    pub coverage: Coverage,
    /// The words, when there are any.
    pub snapshot: Option<Counts>,
    /// Differences from the baseline, graded.
    pub changes: Vec<Change>,
    /// Whether the baseline knows it.
    pub approved: bool,
}

/// The outcome for a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Fully seen, nothing found.
    Clean,
    /// Fully seen, something found.
    Findings,
    /// Not, or not fully, seen, whatever was found in the part that was.
    NotAudited,
}

impl Verdict {
    /// The word of JSON v1.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Findings => "findings",
            Self::NotAudited => "not-audited",
        }
    }
}

/// What was seen of a target.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Everything it offers was read to its end.
    pub complete: bool,
    /// Protocol revisions in which it answered.
    pub eras: Vec<Untrusted>,
    /// How much was probed for another face, when all of it was.
    pub probes: Vec<&'static str>,
    /// In which ways it was asked, and what came of each.
    pub asked: Vec<Asked>,
    /// Its words are those of a recording.
    pub recorded: bool,
    /// How it was contained, in words of ours; empty when nothing was started.
    pub isolation: String,
    /// The package that ran, when the launch names one.
    pub package: Option<Package>,
    /// Whether registries were asked about its packages: `not-run`, `none` (it names no package), `complete`, `partial`.
    pub lookups: &'static str,
    /// What they said.
    pub facts: Option<Box<Facts>>,
    /// What they said of everything else that its launch fetches.
    pub beside: Vec<Facts>,
    /// The same of the bundles that its record names.
    pub downloads: Vec<Facts>,
    /// The bundle that it was read or started from.
    pub bundle: Option<Arc<Bundle>>,
    /// Budgets that were hit, as sentences.
    pub limits_hit: Vec<String>,
    /// Odd behaviour, as sentences.
    pub oddities: Vec<Message>,
    /// The last words on its standard error.
    pub stderr: Untrusted,
}

/// One way in which a server was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// A stable word.
    pub how: &'static str,
    /// The client's name it was told.
    pub client: String,
    /// `answered`, `refused`, `failed`, `not-run`.
    pub outcome: &'static str,
    /// Why it was not answered.
    pub why: String,
}

/// How much a server says.
#[derive(Clone, Debug)]
pub struct Counts {
    /// Digest of the newest era.
    pub digest: Digest,
    /// Items by kind.
    pub items: Vec<(ItemKind, usize)>,
}

impl Counts {
    /// Items of one kind.
    pub fn of(&self, kind: ItemKind) -> usize {
        self.items.iter().find(|(k, _)| *k == kind).map_or(0, |(_, n)| *n)
    }
}

/// Thresholds of a run.
#[derive(Clone, Copy, Debug)]
pub struct Levels {
    /// The least severity that makes the exit code 1; `None` for never.
    pub fail_on: Option<Severity>,
    /// Every change counts as high.
    pub exact: bool,
    /// Exit 0 instead of 1.
    pub exit_zero: bool,
}

/// What a run is to judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// The configuration only: nothing is started or contacted.
    Configuration,
    /// What servers say.
    #[default]
    Servers,
}

impl Scope {
    /// The word of JSON v1.
    pub fn word(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Servers => "servers",
        }
    }
}

/// Counts and the exit code.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Servers of the run.
    pub targets: usize,
    /// Targets that were fully seen.
    pub audited: usize,
    /// Findings that are not suppressed, by severity: critical, high, medium, low.
    pub findings: [usize; 4],
    /// Suppressed findings.
    pub suppressed: usize,
    /// What was to be judged.
    pub scope: Scope,
    /// Whether every server was fully captured and judged; one that is switched off counts only where the project switches it
    /// off and nobody approved it.
    pub complete: bool,
    /// Whether everything within the scope was looked at: for the configuration, every file of it.
    pub scope_covered: bool,
    /// The exit code.
    pub exit: Option<ExitCode>,
}

/// How much a finding counts against `--fail-on`: its severity when it may gate, else at most medium (DETECTION §4.7).
pub fn weight(finding: &Finding) -> Severity {
    let gates = finding.gate && finding.confidence >= Confidence::Medium;
    if gates { finding.severity } else { finding.severity.min(Severity::Medium) }
}

/// Whether a finding makes the exit code 1.
pub fn fails(finding: &Finding, levels: Levels) -> bool {
    finding.suppressed.is_none() && levels.fail_on.is_some_and(|least| weight(finding) >= least)
}

/// Sets verdicts, counts and the exit code. Zero rules are no audit.
pub fn conclude(run: &mut Run, levels: Levels) {
    let rules = run.auditor.rules;
    for target in &mut run.targets {
        // a note is a label
        let counts = |f: &Finding| f.suppressed.is_none() && f.severity > Severity::Note;
        let mine = |f: &&Finding| f.target == target.target.id && counts(f);
        let found = run.findings.iter().any(|f| mine(&f)) || (levels.exact && !target.changes.is_empty());
        target.verdict = match (target.coverage.complete, found) {
            (false, _) => Verdict::NotAudited,
            (true, _) if rules == 0 => Verdict::NotAudited,
            (true, true) => Verdict::Findings,
            (true, false) => Verdict::Clean,
        };
        if rules == 0 && target.reason.is_none() {
            target.reason = Some(Message::new("no rule ran"));
        }
    }
    let count = |s: Severity| run.findings.iter().filter(|f| f.severity == s && f.suppressed.is_none()).count();
    let drift = levels.exact && levels.fail_on.is_some_and(|l| l <= Severity::High);
    let drift = drift && run.targets.iter().any(|t| !t.changes.is_empty());
    let mut codes = vec![ExitCode::Ok];
    if drift || run.findings.iter().any(|f| fails(f, levels)) {
        codes.push(if levels.exit_zero { ExitCode::Ok } else { ExitCode::Findings });
    }
    // one that a person switches off is not part of what a client loads; what the project switches off may be switched on by
    // anybody, and counts as seen where people approved it
    let is_off = |t: &TargetReport| t.target.excused() || (t.target.disabled() && t.approved);
    let missed = run.targets.iter().any(|t| t.verdict == Verdict::NotAudited && !is_off(t));
    if missed {
        codes.push(ExitCode::Incomplete);
    }
    if run.baseline.fails {
        codes.push(ExitCode::Baseline);
    }
    if run.targets.is_empty() {
        codes.push(ExitCode::NoTargets);
    }
    let servers = || run.targets.iter().filter(|t| !t.settings);
    let whole = !missed && servers().next().is_some();
    run.summary = Summary {
        targets: servers().count(),
        audited: servers().filter(|t| t.verdict != Verdict::NotAudited).count(),
        findings: [count(Severity::Critical), count(Severity::High), count(Severity::Medium), count(Severity::Low)],
        suppressed: run.findings.iter().filter(|f| f.suppressed.is_some()).count(),
        scope: Scope::Servers,
        complete: whole,
        scope_covered: whole,
        exit: Some(ExitCode::worst(codes)),
    };
}

#[cfg(test)]
mod tests;
