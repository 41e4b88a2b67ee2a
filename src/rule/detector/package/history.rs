//! What changed from one release to the next, and what its publisher or its registry says against a release.

use super::Judge;
use crate::package::{Facts, Provenance, Release, Standing};
use crate::terms::Confidence;
use crate::untrusted::{Message, Untrusted};

/// Hours in which a bad release is usually found out and taken back.
const YOUNG: i64 = 72;

pub(super) fn judge(judge: &mut Judge<'_>, facts: &Facts) {
    let rule = "trust-regression";
    if facts.standing == Standing::Gone {
        let wanted = &facts.reference.wanted;
        let (said, confidence) = if facts.reference.exact().is_some() {
            (Message::new("no longer has the release ").quote(wanted).text(" that is asked for"), None)
        } else {
            // of a tag or a range nobody can say that there ever was one
            let latest = Untrusted::from("latest");
            let wanted = if wanted.raw().is_empty() { &latest } else { wanted };
            let said = Message::new("has nothing in its registry that is ").quote(wanted);
            let said =
                said.text(": it was taken down or never was there, and whoever may publish it decides what runs");
            (said, Some(Confidence::Low))
        };
        judge.add(rule, "version", confidence, said);
    }
    if let Some(status) = &facts.status {
        judge.add(rule, "status", None, Message::new("has the state ").quote(status));
    }
    if let Some(record) = facts.record.found()
        && let Some(status) = record.status.as_ref().filter(|s| s.raw() != "active")
    {
        judge.add(rule, "record/status", None, Message::new("has a record in the MCP registry that is ").quote(status));
    }
    let Some(release) = &facts.release else { return };
    if let Some(why) = &release.deprecated {
        let said = Message::new("is deprecated by its publisher in release ").quote(&release.version);
        judge.add(rule, "deprecated", None, reason(said, why));
    }
    if let Some(why) = &release.yanked {
        let said = Message::new("has taken back release ").quote(&release.version);
        judge.add(rule, "yanked", None, reason(said, why));
    }
    let age = release.published.map(|t| facts.now.duration_since(t).as_hours());
    if let Some(hours) = age.filter(|h| (0..YOUNG).contains(h)) {
        let said = Message::new("has release ")
            .quote(&release.version)
            .text(format!(" for {hours} hours only; a hijacked release is mostly found out within days"));
        judge.add(rule, "published", Some(Confidence::Low), said);
    }
    if let Some(before) = &facts.previous {
        changed(judge, release, before);
    }
}

/// The words of a command; a registry may say only that there is one.
pub(super) fn command(said: Message, words: &Untrusted) -> Message {
    if words.raw().is_empty() {
        said.text(", whose words its registry does not give")
    } else {
        said.text(": ").quote(words)
    }
}

fn reason(said: Message, why: &Untrusted) -> Message {
    if why.raw().is_empty() { said } else { said.text(": ").quote(why) }
}

fn changed(judge: &mut Judge<'_>, now: &Release, before: &Release) {
    let rule = "trust-regression";
    let differ = |a: &Option<Untrusted>, b: &Option<Untrusted>| match (a, b) {
        (Some(a), Some(b)) if a != b => Some((a.clone(), b.clone())),
        _ => None,
    };
    let since = |text: &str, new: &Untrusted, old: &Untrusted| {
        Message::new(text).quote(old).text(" to ").quote(new).text(" since release ").quote(&before.version)
    };
    let publisher = differ(&now.publisher, &before.publisher);
    if let Some((new, old)) = &publisher {
        judge.add(rule, "publisher", None, since("changed its publisher from ", new, old));
        if let (Some((_, command)), true) = (now.scripts.first(), before.scripts.is_empty()) {
            let said = Message::new("has a new publisher, ")
                .quote(new)
                .text(", who added a command that runs when it is installed");
            judge.add("new-maintainer-and-scripts", "scripts", None, self::command(said, command));
        }
    }
    if let Some((new, old)) = differ(&now.repository, &before.repository) {
        judge.add(rule, "repository", None, since("moved its source from ", &new, &old));
    }
    match (&now.provenance, &before.provenance) {
        (Provenance::None, Provenance::Claimed(source)) => {
            let said = Message::new("has no provenance any more, which release ").quote(&before.version).text(" had");
            let said = match source {
                Some(source) => said.text(" from ").quote(source),
                None => said,
            };
            judge.add(rule, "provenance", None, said);
        }
        (Provenance::Claimed(new), Provenance::Claimed(old)) => {
            if let Some((new, old)) = differ(new, old) {
                judge.add(rule, "provenance", None, since("is built elsewhere: from ", &new, &old));
            }
        }
        _ => {}
    }
}
