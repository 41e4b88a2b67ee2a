//! Which suppressions have an effect (REPORTS §4.2). One is bound to the content it was written for; what does not fit has
//! no effect and is said.

use jiff::civil::Date;

use crate::config::Suppression;
use crate::finding::{Finding, Suppressed};
use crate::target::Place;
use crate::terms::Digest;
use crate::untrusted::{Message, Untrusted};

/// What a finding stands on: a suppression must name the same digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Of the item; for findings about a server, of its launch identity.
    pub digest: Option<Digest>,
    /// Of the other items that belong to it, sorted.
    pub related: Vec<Digest>,
}

/// Marks findings that a suppression in force covers. `in_force` is false when the signed baseline does not cover the
/// suppressions: then none has an effect. The sentences name every suppression without effect.
pub fn apply(
    findings: &mut [Finding],
    suppressions: &[Suppression],
    binding: &dyn Fn(&Finding) -> Binding,
    in_force: bool,
    today: Date,
) -> Vec<Message> {
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
        let mut moved = None;
        for finding in findings.iter_mut().filter(|f| covers(s, f)) {
            let Binding { digest, related } = binding(finding);
            if digest != Some(s.digest) || related != s.related {
                moved = Some((digest, related));
                continue;
            }
            finding.suppressed = Some(Suppressed {
                reason: s.reason.clone(),
                owner: s.owner.clone(),
                expires: s.expires.to_string(),
                issue: s.issue.clone(),
                place: Some(place(s)).filter(|p| p.line > 0),
            });
            used = true;
        }
        if let Some((digest, related)) = moved {
            let what = if s.item.is_some() { "other words of the items" } else { "another launch identity" };
            let list = |d: &[Digest]| d.iter().map(|d| format!("\"{d}\"")).collect::<Vec<_>>().join(", ");
            let related = if related.is_empty() { String::new() } else { format!(", related = [{}]", list(&related)) };
            let now = digest
                .map_or("there is nothing left to bind it to".to_owned(), |d| format!("now digest = \"{d}\"{related}"));
            notices.push(name(&format!(" was written for {what} and has no effect ({now})")));
        } else if !used {
            notices.push(name(" matches no finding; remove it"));
        }
    }
    notices
}

fn place(s: &Suppression) -> Place {
    let [(line, column), (end_line, end_column)] = s.place;
    Place { line, column, end_line, end_column }
}

fn covers(s: &Suppression, finding: &Finding) -> bool {
    let item = finding.item.as_ref().map(|i| format!("{}/{}", i.kind.word(), i.name.raw()));
    finding.rule.as_str() == s.rule
        && finding.server == s.server
        && item.as_deref() == s.item.as_ref().map(Untrusted::raw)
        && s.finding.as_ref().is_none_or(|f| *f == finding.fingerprint())
}
