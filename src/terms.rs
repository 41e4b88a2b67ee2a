//! Words that mean something everywhere: severities, confidences, item kinds, digests, exit codes.
//!
//! Of ours this module imports `secret` only, which imports nothing: every other module may use it. It holds no server
//! text: names and descriptions are `Untrusted` and live in the module of that name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Harm if a finding is true. Ordered: `Note < Low < Medium < High < Critical`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A label: shown with `-v`, feeds other rules, makes no finding.
    Note,
    /// Little harm, or a weakness that needs another one to matter.
    Low,
    /// Harm under common conditions.
    Medium,
    /// Serious harm; the default of `--fail-on`.
    High,
    /// Theft or execution without another step.
    Critical,
}

impl Severity {
    /// The lower-case word used in every format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Likelihood that a finding is true; never mixed with [`Severity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Weak evidence; never gates.
    Low,
    /// More likely than not.
    Medium,
    /// Nearly certain.
    High,
}

impl Confidence {
    /// The lower-case word used in every format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The two kinds of verdict, never mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// The server tries to manipulate the agent, or is not what was approved.
    Integrity,
    /// The set-up is risky.
    Posture,
}

impl Class {
    /// The lower-case word used in every format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Integrity => "integrity",
            Self::Posture => "posture",
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// One server: launch identity, configuration, server-wide facts.
    Target,
    /// One item of one server.
    Item,
    /// One difference from the baseline.
    Change,
    /// All servers that one client loads together.
    Fleet,
}

impl Scope {
    /// The lower-case word used in rule files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Item => "item",
            Self::Change => "change",
            Self::Fleet => "fleet",
        }
    }
}

/// The kind of an item, in the order items are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// `server/info`, `server/instructions`, `server/capabilities`.
    Server,
    /// An entry of `tools/list`.
    Tool,
    /// An entry of `prompts/list`.
    Prompt,
    /// An entry of `resources/list`.
    Resource,
    /// An entry of `resources/templates/list`.
    Template,
    /// An entry of `skills/list`.
    Skill,
    /// What `resources/read` gave for an app page or the body of a skill.
    Content,
}

impl ItemKind {
    /// All kinds, in order.
    pub const ALL: [Self; 7] =
        [Self::Server, Self::Tool, Self::Prompt, Self::Resource, Self::Template, Self::Skill, Self::Content];

    /// The lower-case word used in digests, pointers and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Tool => "tool",
            Self::Prompt => "prompt",
            Self::Resource => "resource",
            Self::Template => "template",
            Self::Skill => "skill",
            Self::Content => "content",
        }
    }

    /// The key under which a manifest lists items of this kind; `None` for the pseudo-items.
    pub fn list_key(self) -> Option<&'static str> {
        match self {
            Self::Server => None,
            Self::Tool => Some("tools"),
            Self::Prompt => Some("prompts"),
            Self::Resource => Some("resources"),
            Self::Template => Some("resourceTemplates"),
            Self::Skill => Some("skills"),
            Self::Content => Some("contents"),
        }
    }

    /// The member that names an item of this kind.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Resource | Self::Skill | Self::Content => "uri",
            Self::Template => "uriTemplate",
            Self::Server | Self::Tool | Self::Prompt => "name",
        }
    }
}

/// The id of a rule: kebab-case words, `prefix/id` for users' own rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RuleId(String);

impl RuleId {
    /// Checks the shape: lower-case words joined by `-`, with at most one `prefix/`.
    pub fn new(id: &str) -> Option<Self> {
        let parts: Vec<&str> = id.split('/').collect();
        let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let kebab = |p: &str| p.split('-').all(word) && p.starts_with(|c: char| c.is_ascii_lowercase());
        (parts.len() <= 2 && id.len() <= 80 && parts.iter().all(|p| kebab(p))).then(|| Self(id.to_owned()))
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names one target within one run. Made by us (never from server text), stable between runs over the same set-up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TargetId(String);

impl TargetId {
    /// Keeps ASCII letters, digits, `.`, `_`, `-`, `/`, `:` and `#`; anything else becomes `-`. What looks like a secret is left out.
    pub fn new(id: &str) -> Self {
        let id = crate::secret::masked(id);
        let ok = |c: char| c.is_ascii_alphanumeric() || "._-/:#".contains(c);
        Self(id.chars().map(|c| if ok(c) { c } else { '-' }).collect())
    }

    /// The id as text that is safe everywhere.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A SHA-256 digest, written `sha256:` and 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// SHA-256 of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// A digest that was made before.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 64 hex digits.
    pub fn hex(&self) -> String {
        self.digits().map(char::from).iter().collect()
    }

    /// The same as bytes.
    pub fn digits(&self) -> [u8; 64] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut out = [0; 64];
        for (two, byte) in out.as_chunks_mut().0.iter_mut().zip(self.0) {
            *two = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
        }
        out
    }

    /// The raw 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = ();

    /// Reads exactly the form [`fmt::Display`] writes: upper case, a missing prefix or other lengths are refused.
    fn from_str(s: &str) -> Result<Self, ()> {
        let hex = s.strip_prefix("sha256:").ok_or(())?;
        if hex.len() != 64 || !hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(());
        }
        let mut out = [0; 32];
        for (slot, pair) in out.iter_mut().zip(hex.as_bytes().chunks(2)) {
            let text = std::str::from_utf8(pair).map_err(|_| ())?;
            *slot = u8::from_str_radix(text, 16).map_err(|_| ())?;
        }
        Ok(Self(out))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// Exit codes: the same for every output format (ARCHITECTURE §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExitCode {
    /// Nothing at or above `--fail-on`.
    Ok,
    /// Findings at or above `--fail-on`.
    Findings,
    /// Usage or configuration error.
    Usage,
    /// Some target was not, or not fully, audited.
    Incomplete,
    /// Baseline missing where required, malformed, unsigned or untrusted.
    Baseline,
    /// No targets found.
    NoTargets,
    /// Internal error.
    Internal,
}

impl ExitCode {
    /// The number the process exits with.
    pub fn number(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Baseline => 4,
            Self::NoTargets => 5,
            Self::Internal => 70,
        }
    }

    /// The code that is reported when several apply: 70, then 2, 4, 1, 3, 5, 0.
    pub fn worst(codes: impl IntoIterator<Item = Self>) -> Self {
        let rank = |c: &Self| match c {
            Self::Internal => 6,
            Self::Usage => 5,
            Self::Baseline => 4,
            Self::Findings => 3,
            Self::Incomplete => 2,
            Self::NoTargets => 1,
            Self::Ok => 0,
        };
        codes.into_iter().max_by_key(rank).unwrap_or(Self::Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_follow_the_documented_precedence() {
        use ExitCode::*;
        assert_eq!(ExitCode::worst([Incomplete, Findings]), Findings);
        assert_eq!(ExitCode::worst([Findings, Baseline]), Baseline);
        assert_eq!(ExitCode::worst([Baseline, Usage]), Usage);
        assert_eq!(ExitCode::worst([]), Ok);
    }

    #[test]
    fn a_digest_reads_only_its_own_form() {
        let d = Digest::of(b"x");
        assert_eq!(d.to_string().parse::<Digest>(), Ok(d));
        assert!(d.hex().parse::<Digest>().is_err());
        assert!(d.to_string().to_uppercase().parse::<Digest>().is_err());
        assert!(format!("{d}0").parse::<Digest>().is_err());
    }

    #[test]
    fn rule_ids_are_kebab_words_with_at_most_one_prefix() {
        for good in ["a", "concealed-action", "acme/own-rule", "t1"] {
            assert!(RuleId::new(good).is_some(), "{good}");
        }
        for bad in ["", "A", "a--b", "-a", "a/b/c", "a_b", "1a", "a b", "a/"] {
            assert!(RuleId::new(bad).is_none(), "{bad}");
        }
    }
}
