//! The next trust file: what a person may ask for, and what that changes in words.

use jiff::civil::Date;

use super::{Trust, TrustError};
use crate::signature::{Previous, PublicKey};
use crate::terms::Digest;
use crate::untrusted::printable;

/// Longest name of a person.
const NAME: usize = 100;

/// One change of a trust file.
#[derive(Clone, Debug)]
pub enum Edit {
    /// A key for a person, new or known.
    Add(String, PublicKey),
    /// A person with all keys, or one key of theirs.
    Remove(String, Option<PublicKey>),
    /// People needed for a baseline and for a trust file.
    Threshold(Option<u64>, Option<u64>),
    /// What the people allow.
    Policy {
        /// Longest life of a baseline in days.
        days: Option<u64>,
        /// Security keys only.
        hardware: Option<bool>,
        /// Approvals without a terminal.
        unattended: Option<bool>,
    },
    /// Only a new expiry, which every change brings.
    Renew,
}

/// Why a change makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// A name that would not be readable everywhere.
    #[error("`{0}` is no name for a person: plain text of 1 to {NAME} characters")]
    Name(String),
    /// Nobody of this name.
    #[error("trust.json lists nobody called `{0}`")]
    Nobody(String),
    /// Not a key of this person.
    #[error("that key is not listed for `{0}`")]
    NoKey(String),
    /// The result would be refused.
    #[error("the new trust.json {0}")]
    Refused(#[from] TrustError),
}

impl Trust {
    /// The next version before anything changed: `approvals` are the log lines that approved this one.
    pub fn successor(&self, approvals: Vec<Digest>, expires: Date) -> Self {
        let previous = Previous { file: Some(self.digest()), approvals };
        Self { version: self.version.saturating_add(1), previous, expires, ..self.clone() }
    }

    /// Applies a change. Adding the second person and further ones raises the threshold of trust files to a majority, at
    /// least two; removing people lowers thresholds that nobody could reach any more. Explicit thresholds stay.
    pub fn edit(&mut self, edit: Edit) -> Result<(), EditError> {
        let usable = |name: &str| {
            !name.trim().is_empty() && name.chars().count() <= NAME && name.chars().all(crate::untrusted::is_plain)
        };
        match edit {
            Edit::Add(name, _) if !usable(&name) => return Err(EditError::Name(printable(&name))),
            Edit::Add(name, key) => {
                let known = self.people.len();
                self.people.entry(name).or_default().push(key);
                let n = self.people.len() as u64;
                if self.people.len() > known {
                    self.trust_threshold = self.trust_threshold.max(n / 2 + 1).min(n);
                }
            }
            Edit::Remove(name, key) => {
                let keys = self.people.get_mut(&name).ok_or_else(|| EditError::Nobody(printable(&name)))?;
                match key {
                    None => keys.clear(),
                    Some(key) => {
                        let at = keys.iter().position(|k| *k == key);
                        keys.remove(at.ok_or_else(|| EditError::NoKey(printable(&name)))?);
                    }
                }
                if keys.is_empty() {
                    self.people.remove(&name);
                }
                let n = self.people.len() as u64;
                self.baseline_threshold = self.baseline_threshold.min(n);
                self.trust_threshold = self.trust_threshold.min(n);
            }
            Edit::Threshold(baseline, trust) => {
                self.baseline_threshold = baseline.unwrap_or(self.baseline_threshold);
                self.trust_threshold = trust.unwrap_or(self.trust_threshold);
            }
            Edit::Policy { days, hardware, unattended } => {
                self.policy.max_baseline_days = days.unwrap_or(self.policy.max_baseline_days);
                self.policy.hardware = hardware.unwrap_or(self.policy.hardware);
                self.policy.unattended = unattended.unwrap_or(self.policy.unattended);
            }
            Edit::Renew => {}
        }
        Ok(self.check()?)
    }

    /// What is different in `new`, one sentence each. Names and keys are made visible.
    pub fn differences(&self, new: &Self) -> Vec<String> {
        let mut out = Vec::new();
        for (name, keys) in &new.people {
            let old = self.people.get(name).map(Vec::as_slice).unwrap_or_default();
            let word = if old.is_empty() { "new person" } else { "new key for" };
            let added = keys.iter().filter(|k| !old.contains(k));
            out.extend(added.map(|k| format!("+ {word} {}: {}", printable(name), printable(&k.text()))));
        }
        for (name, keys) in &self.people {
            let left = new.people.get(name).map(Vec::as_slice).unwrap_or_default();
            let word = if left.is_empty() { "person removed" } else { "key removed from" };
            let gone = keys.iter().filter(|k| !left.contains(k));
            out.extend(gone.map(|k| format!("- {word} {}: {}", printable(name), printable(&k.text()))));
        }
        let mut value = |what: &str, old: String, now: String| {
            if old != now {
                out.push(format!("~ {what}: {old} -> {now}"));
            }
        };
        value("people needed for a baseline", self.baseline_threshold.to_string(), new.baseline_threshold.to_string());
        value("people needed for a trust file", self.trust_threshold.to_string(), new.trust_threshold.to_string());
        value(
            "longest life of a baseline in days",
            self.policy.max_baseline_days.to_string(),
            new.policy.max_baseline_days.to_string(),
        );
        value("hardware keys only", self.policy.hardware.to_string(), new.policy.hardware.to_string());
        value("approvals without a terminal", self.policy.unattended.to_string(), new.policy.unattended.to_string());
        value("expires", self.expires.to_string(), new.expires.to_string());
        value("project", printable(&self.project), printable(&new.project));
        out
    }
}
