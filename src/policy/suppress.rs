//! Suppressions: a finding that somebody set aside, with reason, owner and expiry, bound to the content it was written for
//! (REPORTS §4.2). What does not fit has no effect and is said.

use jiff::civil::Date;

use crate::finding::Finding;
use crate::terms::Digest;
use crate::untrusted::{Message, Untrusted};

/// One `[[suppress]]` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The rule.
    pub rule: String,
    /// The server's name.
    pub server: Untrusted,
    /// `tool/add`; `None` for findings about the server.
    pub item: Option<Untrusted>,
    /// Digest of the item it was written for.
    pub digest: Option<Digest>,
    /// A finding's fingerprint, to narrow it further.
    pub finding: Option<String>,
    /// Why.
    pub reason: String,
    /// Who.
    pub owner: String,
    /// The last day on which it has an effect.
    pub expires: Date,
}

/// Marks findings that a suppression in force covers. `in_force` is false when the signed baseline does not cover the
/// suppressions: then none has an effect. The sentences name every suppression without effect.
pub fn apply(findings: &mut [Finding], suppressions: &[Suppression], in_force: bool, today: Date) -> Vec<Message> {
    let mut notices = Vec::new();
    if !in_force && !suppressions.is_empty() {
        notices.push(Message::new(format!(
            "{} suppressions have no effect: the signed baseline does not cover them; approve it again after reviewing them",
            suppressions.len()
        )));
        return notices;
    }
    for s in suppressions {
        let name = |text: &str| {
            Message::new(format!("the suppression of {} for server ", s.rule)).quote(&s.server).text(text.to_owned())
        };
        if today > s.expires {
            notices.push(name(&format!(" expired on {} and has no effect", s.expires)));
            continue;
        }
        let mut used = false;
        let mut moved = false;
        for finding in findings.iter_mut() {
            if !covers(s, finding) {
                continue;
            }
            if s.item.is_some() && finding.item_digest != s.digest {
                moved = true;
                continue;
            }
            finding.suppressed = Some(s.reason.clone());
            used = true;
        }
        if moved {
            notices.push(name(" was written for other words of the item and has no effect"));
        } else if !used {
            notices.push(name(" matches no finding; remove it"));
        }
    }
    notices
}

fn covers(s: &Suppression, finding: &Finding) -> bool {
    let item = finding.item.as_ref().map(|i| format!("{}/{}", i.kind.word(), i.name.raw()));
    finding.rule.as_str() == s.rule
        && finding.server == s.server
        && item.as_deref() == s.item.as_ref().map(Untrusted::raw)
        && s.finding.as_ref().is_none_or(|f| *f == finding.fingerprint())
}
