//! OSV: what is publicly known against one release. Withdrawn entries are left out.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::ask::{Desk, Question, text, time};
use super::{Advisory, Ecosystem, Facts, Looked};
use crate::json::Node;
use crate::terms::Severity;
use crate::untrusted::Untrusted;

mod score;

/// Pages of one answer.
const PAGES: usize = 5;
/// Advisories that are kept.
const MOST: usize = 200;

/// Asks about the release; without one, about the whole package, where only malware counts.
pub(super) fn read(facts: &mut Facts, base: &str, desk: &mut dyn Desk) {
    let ecosystem = match facts.reference.ecosystem {
        Ecosystem::Npm => "npm",
        Ecosystem::PyPi => "PyPI",
        Ecosystem::Oci | Ecosystem::Mcpb => return,
    };
    let name = match facts.reference.ecosystem {
        Ecosystem::PyPi => facts.reference.normal(),
        _ => facts.reference.name.raw().to_owned(),
    };
    let ran = facts.ran.as_ref().map(|r| r.version.as_str());
    let known = facts.release.as_ref().map(|r| r.version.raw());
    // a version that its registry has removed is asked for all the same
    let version = ran.or(known).or(facts.reference.exact()).map(str::to_owned);
    let mut list = Vec::new();
    let read = pages(facts, base, desk, ecosystem, &name, version.as_deref(), &mut list);
    // the worst first: whoever reads only some of them reads these
    list.sort_by(|a, b| {
        (Reverse(a.malicious), Reverse(a.severity), &a.id).cmp(&(Reverse(b.malicious), Reverse(b.severity), &b.id))
    });
    list.dedup();
    facts.advisories = match read {
        Err(why) if list.is_empty() => Looked::Failed(why),
        read => {
            facts.advisories_cut = read.err();
            Looked::Found(list)
        }
    };
}

/// What is known, page by page; of pages that were not all read it is not everything.
fn pages(
    facts: &mut Facts,
    base: &str,
    desk: &mut dyn Desk,
    ecosystem: &str,
    name: &str,
    version: Option<&str>,
    out: &mut Vec<Advisory>,
) -> Result<(), String> {
    let mut token: Option<String> = None;
    for _ in 0..PAGES {
        let mut query = serde_json::json!({ "package": { "ecosystem": ecosystem, "name": name } });
        if let Some(version) = version {
            query["version"] = version.into();
        }
        if let Some(token) = &token {
            query["page_token"] = token.as_str().into();
        }
        let question = Question { body: Some(query.to_string()), ..Question::get(format!("{base}/v1/query")) };
        let Some(document) = facts.ask(desk, &question)? else { return Err("it has no such service".to_owned()) };
        let now = facts.now;
        for one in vulns(&document)?.iter().filter(|v| !is_withdrawn(v, now)) {
            out.extend(advisory(one, ecosystem, name).filter(|a| version.is_some() || a.malicious));
        }
        token = document.get("next_page_token").and_then(Node::as_str).filter(|t| !t.is_empty()).map(str::to_owned);
        if token.is_none() || out.len() >= MOST {
            break;
        }
    }
    if token.is_some() {
        return Err(format!("it has more than {PAGES} pages or {MOST} advisories, which were not all read"));
    }
    Ok(())
}

/// The advisories of an answer. What has another shape is no answer: that nothing is known has to be said by OSV.
fn vulns(document: &Node) -> Result<&[Node], &'static str> {
    const PAGE: &str = "next_page_token";
    if !document.is_object() || document.get(PAGE).is_some_and(|t| t.as_str().is_none()) {
        return Err("its answer has not the shape of OSV's");
    }
    let Some(list) = document.get("vulns") else {
        let empty = document.members().iter().all(|m| &*m.key == PAGE);
        return if empty { Ok(&[]) } else { Err("its answer holds no advisories and is not empty") };
    };
    let is = |v: &Node| {
        let named = v.get("id").and_then(Node::as_str).is_some_and(|id| !id.trim().is_empty());
        let aliases = v.get("aliases");
        named && aliases.is_none_or(|a| a.is_array() && a.elements().iter().all(|a| a.as_str().is_some()))
    };
    if list.is_array() && list.elements().iter().all(is) {
        Ok(list.elements())
    } else {
        Err("its answer has not the shape of OSV's")
    }
}

/// Taken back at a time that has come.
fn is_withdrawn(node: &Node, now: Timestamp) -> bool {
    time(node, "withdrawn").is_some_and(|t| t <= now)
}

/// Ids are compared without regard to case.
fn is_malware(id: &Untrusted) -> bool {
    id.raw().trim_start().get(..4).is_some_and(|start| start.eq_ignore_ascii_case("MAL-"))
}

fn advisory(node: &Node, ecosystem: &str, name: &str) -> Option<Advisory> {
    let id = text(node, "id")?;
    let aliases: Vec<Untrusted> =
        list(node, "aliases").iter().filter_map(|a| a.as_str().map(Untrusted::from)).collect();
    let malicious = is_malware(&id) || aliases.iter().any(is_malware);
    let mut fixed = Vec::new();
    // a database that knows several packages may say it of each
    let mut own: Vec<&Node> = Vec::new();
    for affected in list(node, "affected") {
        let package = affected.get("package");
        let is = |key: &str, want: &str| {
            package.and_then(|p| p.get(key)).and_then(Node::as_str).is_some_and(|t| t.eq_ignore_ascii_case(want))
        };
        if is("ecosystem", ecosystem) && is("name", name) {
            let events = list(affected, "ranges").iter().flat_map(|r| list(r, "events"));
            fixed.extend(events.filter_map(|e| text(e, "fixed")));
            own.extend(list(affected, "severity"));
        }
    }
    Some(Advisory {
        severity: severity(node, &own),
        summary: text(node, "summary").or_else(|| text(node, "details")).unwrap_or_default().cut(300),
        id,
        aliases,
        malicious,
        fixed,
    })
}

fn list<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).map(Node::elements).unwrap_or_default()
}

/// The word of the database that holds it, else the worst that its vectors come to.
fn severity(node: &Node, own: &[&Node]) -> Option<Severity> {
    let word = node.get("database_specific").and_then(|d| d.get("severity")).and_then(Node::as_str);
    let by_word = word.and_then(|w| match w.to_ascii_uppercase().as_str() {
        "LOW" => Some(Severity::Low),
        "MODERATE" | "MEDIUM" => Some(Severity::Medium),
        "HIGH" => Some(Severity::High),
        "CRITICAL" => Some(Severity::Critical),
        _ => None,
    });
    let vector = |s: &Node| s.get("score").and_then(Node::as_str).and_then(score::severity);
    by_word.or_else(|| list(node, "severity").iter().chain(own.iter().copied()).filter_map(vector).max())
}
