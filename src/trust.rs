//! `trust.json`: the people whose signatures count, how many of them are needed, and what they allow (TRUST §6).
//!
//! Thresholds count people, not keys. Everything odd is refused: a key in two places, a threshold outside 1..people, an
//! unknown member, no people, weak keys. The chain of trust files is walked by `baseline`, which has the log.

mod edit;

pub use edit::{Edit, EditError};

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::json::{FieldError, Fields, Limits, Node, Value, read, render, unrender};
use crate::signature::{KeyError, Previous, PublicKey};
use crate::terms::Digest;

/// People one trust file may name.
const PEOPLE: usize = 1_000;

/// Who may approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// From 1.
    pub version: u64,
    /// 128 random bits that name the project.
    pub project: String,
    /// The trust file before this one.
    pub previous: Previous,
    /// The last day on which it counts.
    pub expires: Date,
    /// People needed for a baseline.
    pub baseline_threshold: u64,
    /// People needed for a trust file.
    pub trust_threshold: u64,
    /// What these people allow.
    pub policy: Policy,
    /// Their keys.
    pub people: BTreeMap<String, Vec<PublicKey>>,
}

/// Caps and permissions that are part of what is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Longest time from `created` to `expires` of a baseline, in days.
    pub max_baseline_days: u64,
    /// Every listed key is a security key, so that every signature proves a touch.
    pub hardware: bool,
    /// `approve` may run without a terminal: for automation that its owners answer for.
    pub unattended: bool,
}

/// Why a trust file is refused.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Not JSON, or JSON with more than one meaning.
    #[error("is not JSON with a single meaning")]
    Json,
    /// Not equal to its own rendering.
    #[error("is not written the one way this format allows")]
    Rendering,
    /// A member is missing, wrong or unknown.
    #[error("cannot be used: {0}")]
    Field(#[from] FieldError),
    /// A key that cannot count.
    #[error("lists a key that {0}")]
    Key(#[from] KeyError),
    /// The same key twice, for one or two people.
    #[error("lists one key twice; one key is one signature")]
    RepeatedKey,
    /// A threshold below one or above the number of people.
    #[error("has a threshold that is not between 1 and the number of people")]
    Threshold,
    /// Nobody, or somebody without a key, or an unreasonable crowd.
    #[error("names nobody, somebody without a key, or more than {PEOPLE} people")]
    People,
    /// A key in a file, although `policy.hardware` asks for security keys.
    #[error("asks for hardware keys and lists one that is none")]
    Software,
    /// Another format number.
    #[error("has format {0}; this version reads format 1")]
    Format(u64),
}

impl Trust {
    /// Reads the bytes of a trust file (line feeds already normalized).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TrustError> {
        let document = read(bytes, &Limits::default()).map_err(|_| TrustError::Json)?;
        if document.anomalies.iter().any(|a| a.fault.blocks_approval()) {
            return Err(TrustError::Json);
        }
        let root = unrender(&document.root);
        if render(&root).map_or(true, |text| text.as_bytes() != bytes) {
            return Err(TrustError::Rendering);
        }
        let trust = Self::from_node(&root)?;
        trust.check()?;
        Ok(trust)
    }

    fn from_node(root: &Node) -> Result<Self, TrustError> {
        let mut fields = Fields::of(root)?;
        let format = fields.whole("format")?;
        if format != 1 {
            return Err(TrustError::Format(format));
        }
        let mut threshold = Fields::of(fields.node("threshold")?)?;
        let mut policy = Fields::of(fields.node("policy")?)?;
        let people = fields.node("people")?;
        let mut flag = |name| policy.node(name)?.as_bool().ok_or(FieldError::Wrong(name, "true or false"));
        let (hardware, unattended) = (flag("hardware")?, flag("unattended")?);
        let trust = Self {
            version: fields.whole("version")?,
            project: fields.text("project")?.to_owned(),
            previous: Previous::from_node(fields.node("previous")?, "trust")?,
            expires: fields.parsed("expires", "a date")?,
            baseline_threshold: threshold.whole("baseline")?,
            trust_threshold: threshold.whole("trust")?,
            policy: Policy { max_baseline_days: policy.whole("maxBaselineDays")?, hardware, unattended },
            people: Self::people(people)?,
        };
        threshold.finish()?;
        policy.finish()?;
        fields.finish()?;
        Ok(trust)
    }

    fn people(node: &Node) -> Result<BTreeMap<String, Vec<PublicKey>>, TrustError> {
        if !node.is_object() {
            return Err(FieldError::Wrong("people", "an object").into());
        }
        let mut people = BTreeMap::new();
        for member in node.members() {
            let texts =
                member.value.elements().iter().map(|n| n.as_str().ok_or(FieldError::Wrong("people", "lists of keys")));
            let texts = texts.collect::<Result<Vec<_>, _>>()?;
            let keys = texts.into_iter().map(PublicKey::parse).collect::<Result<Vec<_>, _>>()?;
            people.insert(member.key.to_string(), keys);
        }
        Ok(people)
    }

    /// The rules that make counting safe. Also checked before a trust file is written.
    pub fn check(&self) -> Result<(), TrustError> {
        let n = self.people.len();
        if n == 0 || n > PEOPLE || self.people.iter().any(|(name, keys)| name.is_empty() || keys.is_empty()) {
            return Err(TrustError::People);
        }
        let all: Vec<String> = self.people.values().flatten().map(PublicKey::id).collect();
        if all.iter().collect::<BTreeSet<_>>().len() != all.len() {
            return Err(TrustError::RepeatedKey);
        }
        if self.policy.hardware && !self.keys().all(PublicKey::is_hardware) {
            return Err(TrustError::Software);
        }
        let fits = |t: u64| t >= 1 && t <= n as u64;
        if fits(self.baseline_threshold) && fits(self.trust_threshold) { Ok(()) } else { Err(TrustError::Threshold) }
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let whole = |n: u64| Node::made(Value::Number(n.to_string().into()));
        let keys = |k: &Vec<PublicKey>| Node::made(Value::Array(k.iter().map(|k| Node::text(&k.text())).collect()));
        let node = Node::object([
            ("format", whole(1)),
            ("version", whole(self.version)),
            ("project", Node::text(&self.project)),
            ("previous", self.previous.to_node("trust")),
            ("expires", Node::text(&self.expires.to_string())),
            (
                "threshold",
                Node::object([("baseline", whole(self.baseline_threshold)), ("trust", whole(self.trust_threshold))]),
            ),
            (
                "policy",
                Node::object([
                    ("maxBaselineDays", whole(self.policy.max_baseline_days)),
                    ("hardware", Node::made(Value::Bool(self.policy.hardware))),
                    ("unattended", Node::made(Value::Bool(self.policy.unattended))),
                ]),
            ),
            ("people", Node::object(self.people.iter().map(|(name, k)| (name.as_str(), keys(k))))),
        ]);
        render(&node).expect("names of people are distinct").into_bytes()
    }

    /// SHA-256 of the file.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.to_bytes())
    }

    /// Every listed key.
    pub fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.people.values().flatten()
    }

    /// The name under which a key is listed.
    pub fn person(&self, key: &PublicKey) -> Option<&str> {
        self.people.iter().find(|(_, keys)| keys.contains(key)).map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests;
