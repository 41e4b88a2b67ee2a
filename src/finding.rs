//! One hit of one rule at one location, before anyone decides what it means for the exit code (that is `policy`).

use std::path::PathBuf;

use crate::json::Pointer;
use crate::manifest::ItemKey;
use crate::target::Place;
use crate::terms::{Class, Confidence, Digest, RuleId, Severity, TargetId};
use crate::untrusted::{Message, Untrusted};

/// One hit.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// Its folder: `poisoning`, `drift`, …
    pub family: &'static str,
    /// Manipulation, or a risky set-up.
    pub class: Class,
    /// Harm if true: the rule's, never changed.
    pub severity: Severity,
    /// Likelihood that it is true.
    pub confidence: Confidence,
    /// Whether the rule may gate.
    pub gate: bool,
    /// Where: the server.
    pub target: TargetId,
    /// Where: its display name, for fingerprints and reports.
    pub server: Untrusted,
    /// Where: the item; `None` for rules about the target.
    pub item: Option<ItemKey>,
    /// SHA-256 of the item, which a suppression is bound to.
    pub item_digest: Option<Digest>,
    /// Where in the item.
    pub pointer: Pointer,
    /// What was seen, in one sentence.
    pub message: Message,
    /// The words that were seen.
    pub evidence: Vec<Evidence>,
    /// Other items that belong to it (the shadowed tool, the steps of a flow).
    pub related: Vec<Related>,
    /// For flow rules: the steps, and how to cut them.
    pub flow: Option<Flow>,
    /// Where in a file.
    pub location: Option<Location>,
    /// Set by `policy`: the suppression in force.
    pub suppressed: Option<Suppressed>,
}

/// Who set a finding aside, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// Why.
    pub reason: String,
    /// Who.
    pub owner: String,
    /// The last day on which it has an effect, as `2027-05-01`.
    pub expires: String,
    /// A ticket.
    pub issue: Option<String>,
    /// Where it is written: line and column of its begin and its end in `mcp-assay.toml`, when that file has it.
    pub place: Option<Place>,
}

/// Words that were seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where in the item.
    pub pointer: Pointer,
    /// The whole text of that place.
    pub text: Untrusted,
    /// The view of the text in which the rule matched.
    pub view: View,
    /// Byte range in `text`.
    pub start: usize,
    /// End of the range.
    pub end: usize,
    /// The slots or patterns that matched, for people who ask why.
    pub why: String,
}

impl Evidence {
    /// A byte range of a text, as received.
    pub fn raw(
        pointer: &Pointer,
        text: impl Into<Untrusted>,
        (start, end): (usize, usize),
        why: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.clone(), text: text.into(), view: View::Raw, start, end, why: why.into() }
    }

    /// A text as received, as a whole.
    pub fn whole(pointer: &Pointer, text: impl Into<Untrusted>, why: impl Into<String>) -> Self {
        let text = text.into();
        let end = text.raw().len();
        Self::raw(pointer, text, (0, end), why)
    }

    /// The words themselves.
    pub fn words(&self) -> &str {
        self.text.raw().get(self.start..self.end).unwrap_or_default()
    }
}

/// A view of a text (DETECTION §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// As received.
    Raw,
    /// Markup stripped.
    Visible,
    /// Compatibility forms, confusables, spacing or leet undone.
    Normalized,
    /// After decoding base64, hex, escapes, tags or entities.
    Decoded,
}

impl View {
    /// The word of JSON v1.
    pub fn word(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Visible => "visible",
            Self::Normalized => "normalized",
            Self::Decoded => "decoded",
        }
    }
}

/// Another item that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Its server.
    pub target: TargetId,
    /// The item.
    pub item: ItemKey,
}

/// A way from what strangers write to harm, through tools of one fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// In order; at least two.
    pub steps: Vec<Step>,
    /// The cheapest way to cut it.
    pub cut: Message,
}

/// One step of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its server.
    pub target: TargetId,
    /// The server's display name.
    pub server: Untrusted,
    /// The tool.
    pub item: ItemKey,
    /// The part it plays: `untrusted-source`, `egress`, …
    pub part: &'static str,
    /// The same, for people.
    pub phrase: &'static str,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Absolute, or as given on the command line.
    pub file: PathBuf,
    /// Lines and columns.
    pub place: Place,
}

impl Finding {
    /// A line-free, version-free identity: rule, server name, item, pointer. The same in JSON, SARIF, suppressions and
    /// GitLab. 32 hex digits.
    pub fn fingerprint(&self) -> String {
        let item = self.item.as_ref();
        let kind = item.map_or("", |i| i.kind.word());
        let name = item.map_or("", |i| i.name.raw());
        let pointer = self.pointer.to_untrusted();
        let parts = ["mcpAssayFindingId/v1", self.rule.as_str(), self.server.raw(), kind, name, pointer.raw()];
        // lengths keep the parts apart whatever they contain
        let joined: String = parts.iter().map(|p| format!("{}:{p}\n", p.len())).collect();
        Digest::of(joined.as_bytes()).hex()[..32].to_owned()
    }
}
