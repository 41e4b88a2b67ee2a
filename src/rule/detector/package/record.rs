//! Three who should say the same: the package, the record of the server it claims to be, and what was installed. And a
//! bundle against the server that runs from it.

use super::Judge;
use crate::json::Pointer;
use crate::manifest::ItemKey;
use crate::package::record::Listed;
use crate::package::{Ecosystem, Facts, Record, Standing};
use crate::rule::{Hit, Subject};
use crate::terms::{Confidence, ItemKind};
use crate::untrusted::{Message, Untrusted};

pub(super) const RULE: &str = "registry-record-mismatch";

pub(super) fn judge(judge: &mut Judge<'_>, facts: &Facts, given: Option<&Record>) {
    if let (Some(ran), Some(release)) = (&facts.ran, &facts.release)
        && let Some(said) = &release.integrity
        && ran.version == release.version.raw()
        && !ran.integrity.split_whitespace().all(|digest| said.raw().split_whitespace().any(|known| known == digest))
    {
        let told =
            Message::new("was installed with other bytes than its registry names for release ").quote(&release.version);
        judge.add(RULE, "integrity", None, told);
    }
    if let Some(record) = facts.record.found() {
        claimed(judge, facts, record);
    }
    if let Some(record) = given {
        listed(judge, facts, record);
    }
}

/// The record under the name that the package claims to be.
fn claimed(judge: &mut Judge<'_>, facts: &Facts, record: &Record) {
    let server = facts.server_name.clone().unwrap_or_default();
    let own = record.packages.iter().filter(|l| l.is(&facts.reference));
    let own: Vec<&Listed> = own.collect();
    outrun(judge, facts, record, &own);
    if own.is_empty() {
        let said = Message::new("claims to be the server ").quote(&server).text(", whose record in the MCP registry ");
        // a record of remote servers only says nothing of packages
        let none = record.packages.is_empty();
        let said = said.text(if none { "names no package" } else { "names other packages" });
        judge.add(RULE, "mcpName", none.then_some(Confidence::Medium), said);
    } else if let (Some(own), Some(theirs)) =
        (facts.release.as_ref().and_then(|r| r.repository.as_ref()), &record.repository)
        && own != theirs
    {
        source(judge, own, theirs);
    }
}

/// The package and the record name two repositories.
fn source(judge: &mut Judge<'_>, own: &Untrusted, theirs: &Untrusted) {
    let said =
        Message::new("says that its source is ").quote(own).text("; the record of its server says ").quote(theirs);
    judge.add(RULE, "repository", Some(Confidence::Medium), said);
}

/// A release whose first number is above every one that the record lists, and not just the next release: nobody who
/// keeps the record knows of it. Older releases than the record's are honest, they are still installed.
fn outrun(judge: &mut Judge<'_>, facts: &Facts, record: &Record, own: &[&Listed]) {
    let Some(release) = facts.release.as_ref().filter(|_| facts.reference.ecosystem != Ecosystem::Oci) else { return };
    let first = |v: &Untrusted| v.raw().split('.').next().and_then(|n| n.parse::<u64>().ok());
    let behind = |listed: &Untrusted| {
        first(listed).zip(first(&release.version)).is_some_and(|(theirs, ours)| theirs < ours)
            && facts.previous.as_ref().is_some_and(|p| p.version != *listed)
    };
    let listed: Vec<&Untrusted> = own.iter().filter_map(|l| l.version.as_ref()).collect();
    if let Some(last) = listed.last().filter(|_| listed.len() == own.len() && listed.iter().all(|v| behind(v))) {
        let said = Message::new("is release ").quote(&release.version).text("; the record of ").quote(&record.name);
        let said = said.text(" in the MCP registry lists ").quote(last).text(", which is far behind");
        judge.add(RULE, "version", Some(Confidence::Low), said);
    }
}

/// A record that was given as a file, against the package it names.
fn listed(judge: &mut Judge<'_>, facts: &Facts, record: &Record) {
    if facts.standing == Standing::Gone {
        let said = Message::new("has no release ").quote(&facts.reference.wanted).text(", which the record names");
        judge.add(RULE, "version", None, said);
    }
    if facts.standing != Standing::Known || !facts.unread.is_empty() {
        // what was not read may name it
        return;
    }
    match &facts.server_name {
        Some(name) if *name != record.name => {
            let said =
                Message::new("says that it is the server ").quote(name).text(", the record says ").quote(&record.name);
            judge.add(RULE, "mcpName", None, said);
        }
        Some(_) => {}
        None => {
            let said =
                Message::new("does not name the server ").quote(&record.name).text(" that the record says it is");
            judge.add(RULE, "mcpName", Some(Confidence::Medium), said);
        }
    }
    let own = facts.release.as_ref().and_then(|r| r.repository.as_ref());
    // a home page is no repository, and the record of the registry may have been told to differ already
    let is = |t: &Untrusted| t.raw().split('/').filter(|part| !part.is_empty()).count() == 3;
    let told = facts.record.found().is_some_and(|r| r.repository == record.repository);
    if let (Some(own), Some(theirs), false) = (own, &record.repository, told)
        && own != theirs
        && is(own)
        && is(theirs)
    {
        source(judge, own, theirs);
    }
}

/// A bundle that the record names by URL, as it is there now.
pub(super) fn fetched(judge: &mut Judge<'_>, facts: &Facts, record: Option<&Record>) {
    let url = facts.reference.name.raw();
    let Some(record) = record else { return };
    let Some(listed) = record.bundles().find(|l| l.identifier.raw() == url) else { return };
    if facts.standing == Standing::Gone {
        let said = Message::new("is not there any more, and the record of ").quote(&record.name).text(" names it");
        judge.add(RULE, "version", None, said);
    }
    let Some(release) = &facts.release else { return };
    let digest = release.integrity.as_ref().map(|d| d.raw().trim_start_matches("sha256:").to_owned());
    let digest = digest.unwrap_or_default();
    if let Some(said) = listed.sha256.as_ref().filter(|s| !s.raw().eq_ignore_ascii_case(&digest)) {
        let told = Message::new("is not the file that the record of ")
            .quote(&record.name)
            .text(" names: its SHA-256 is ")
            .quote(&digest.as_str().into())
            .text(" and not ")
            .quote(said);
        judge.add(RULE, "fileSha256", None, told);
    }
    let said = listed.version.as_ref().unwrap_or(&record.version);
    if facts.standing == Standing::Known && !release.version.raw().is_empty() && release.version != *said {
        let told = Message::new("says that it has version ")
            .quote(&release.version)
            .text("; the record of ")
            .quote(&record.name)
            .text(" says ")
            .quote(said);
        judge.add(RULE, "version", None, told);
    }
}

/// The live server against the record that it was started from, or that its package claims.
pub(super) fn live(server: usize, subject: &Subject<'_>, out: &mut Vec<Hit>) {
    let answered = subject.capture.is_some_and(|c| c.failure.is_none());
    let looked_up = subject.published.package.and_then(|f| f.record.found());
    let (Some(record), true) = (subject.published.record.or(looked_up), answered) else { return };
    let Some(info) = subject.manifest.server("info") else { return };
    let mut add = |member: &str, said: &Untrusted, live: &str, message: &str, confidence: Confidence| {
        let message =
            Message::new("the live server ").text(message).quote(&live.into()).text(", its record says ").quote(said);
        let item = Some(ItemKey::new(ItemKind::Server, "info"));
        let pointer = Pointer::root().child(member);
        out.push(Hit { item, pointer, message, confidence: Some(confidence), ..Hit::new(RULE, server) });
    };
    // only names of this form are meant to be the registry's
    if let Some(name) = info.text("name").filter(|n| n.contains('/') && *n != record.name.raw()) {
        add("name", &record.name, name, "says that it is ", Confidence::Medium);
    }
    // many servers never change the version they tell
    if let Some(version) = info.text("version").filter(|v| *v != record.version.raw()) {
        add("version", &record.version, version, "says that its version is ", Confidence::Low);
    }
}
