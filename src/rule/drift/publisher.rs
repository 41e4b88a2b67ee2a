//! Somebody else than at the time of approval: the launch names another scope, owner or host, or the account that published
//! the release is another one.

use crate::diff::{ChangeKind, Grade};
use crate::finding::Location;
use crate::json::Pointer;
use crate::launch::publisher;
use crate::rule::{Hit, Subject};
use crate::terms::Confidence;
use crate::untrusted::{Message, Untrusted};

const RULE: &str = "publisher-changed";

/// Adds the hits of one server.
pub(super) fn judge(server: usize, subject: &Subject<'_>, out: &mut Vec<Hit>) {
    let location = || subject.target.origin.as_ref().map(|o| Location { file: o.file.clone(), place: o.place });
    let hit = |at: &str, message: Message, confidence| Hit {
        pointer: Pointer::root().child(at),
        message,
        location: location(),
        confidence,
        grade: Some(Grade::D6),
        ..Hit::new(RULE, server)
    };
    let named = || Message::new("server ").quote(&subject.target.name);
    let old = subject.published.approved_launch.and_then(publisher::of_identity);
    let new = publisher::of(subject.target);
    let launched = subject.changes.iter().any(|c| c.kind == ChangeKind::LaunchChanged);
    if let (true, Some(old), Some(new)) = (launched, old, new)
        && old != new
    {
        let message = named().text(" comes from another publisher than the approved one: ");
        let message = message.quote(&Untrusted::from(old)).text(" became ").quote(&Untrusted::from(new));
        out.push(hit("publisher", message, None));
        return;
    }
    let (Some(approved), Some(facts)) = (subject.published.approved_package, subject.published.package) else { return };
    // another package under another name is another launch
    if approved.name != facts.reference.name.raw() {
        return;
    }
    let before = facts.publishers.get(&approved.version);
    let now = facts.release.as_ref().and_then(|r| Some((&r.version, r.publisher.as_ref()?)));
    if let (Some(before), Some((version, now))) = (before, now)
        && before != now
    {
        let message = named()
            .text(" runs release ")
            .quote(version)
            .text(" that ")
            .quote(now)
            .text(" published; the approved release ")
            .quote(&approved.version.as_str().into())
            .text(" is of ")
            .quote(before);
        // people of one team publish in turn
        let team = facts.maintainers.contains(before);
        out.push(hit("package", message, team.then_some(Confidence::Low)));
    }
}
