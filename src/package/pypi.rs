//! PyPI: one document per project with every file, one per release with its words, one per file with its provenance.

use jiff::Timestamp;

use super::ask::{Desk, Question, segment, text, time};
use super::reference::normal_python;
use super::version::python::{Specifiers, Version};
use super::{Chosen, Facts, Provenance, Release, Standing, place_of_source, version};
use crate::json::{Member, Node};
use crate::untrusted::Untrusted;

/// Labels of project links that mean the source.
const SOURCE: [&str; 7] = ["source", "repository", "source code", "github", "code", "sourcecode", "gitlab"];
/// The mark of a README that names the server (PROTOCOL §10).
const MARK: &str = "mcp-name:";

/// Reads what PyPI says.
pub(super) fn read(facts: &mut Facts, desk: &mut dyn Desk) -> Result<(), String> {
    let name = segment(&facts.reference.normal());
    let base = format!("{}/pypi/{name}", facts.registry);
    let Some(document) = facts.ask(desk, &Question::get(format!("{base}/json")))? else {
        facts.standing = Standing::Absent;
        return Ok(());
    };
    let info = document.get("info").ok_or("its answer describes no project")?;
    let called = info.get("name").and_then(Node::as_str).unwrap_or_default();
    if normal_python(called) != facts.reference.normal() {
        return Err("its answer is not about this project".to_owned());
    }
    let listed = document.get("releases").filter(|r| r.is_object());
    let releases = listed.map(Node::members).ok_or("its answer does not list the releases as PyPI does")?;
    facts.latest = text(info, "version");
    facts.releases = releases.len();
    facts.first = releases.iter().filter_map(|m| published(&m.value)).min();
    let roles = document.get("ownership").and_then(|o| o.get("roles")).map(Node::elements).unwrap_or_default();
    facts.maintainers = roles.iter().filter_map(|r| text(r, "user")).collect();
    status(facts, desk, &name);
    let Some((chosen, how)) = choose(facts, releases) else {
        return Ok(());
    };
    facts.chosen = Some(how);
    let Some(own) = releases.iter().find(|m| same(&m.key, chosen.raw())).filter(|m| !m.value.elements().is_empty())
    else {
        facts.standing = Standing::Gone;
        return Ok(());
    };
    facts.standing = Standing::Known;
    let filled = releases.iter().filter(|m| !m.value.elements().is_empty());
    let earlier = version::before(&own.key, filled.map(|m| (&*m.key, m)));
    let (release, server) = release(facts, desk, &name, own, info)?;
    let previous = earlier.map(|m| self::release(facts, desk, &name, m, info)).transpose()?;
    facts.release = Some(release);
    facts.previous = previous.map(|(release, _)| release);
    facts.server_name = server;
    Ok(())
}

/// The release that a runner would take: what was installed, else what the words of the launch mean now. Without one the
/// standing says why.
fn choose(facts: &mut Facts, releases: &[Member]) -> Option<(Untrusted, Chosen)> {
    if let Some(ran) = &facts.ran {
        return Some((Untrusted::from(ran.version.as_str()), Chosen::Installed));
    }
    if let Some(exact) = facts.reference.exact() {
        return Some((exact.into(), Chosen::Exact));
    }
    let wanted = facts.reference.wanted.raw().trim();
    let any = matches!(wanted, "" | "latest");
    let Some(list) = Specifiers::parse(if any { "" } else { wanted }) else {
        facts.standing = Standing::Range;
        return None;
    };
    let all: Vec<(&str, bool)> = releases
        .iter()
        .filter(|m| !m.value.elements().is_empty())
        .map(|m| (&*m.key, yanked(&m.value).is_some()))
        .collect();
    // a project whose releases were all taken back still has a newest one
    let latest = facts.latest.as_ref().map(Untrusted::raw).filter(|_| any);
    let found = version::python::pick(&list, &all).or(latest);
    facts.standing = Standing::Gone;
    found.map(|v| (v.into(), if any { Chosen::Tag } else { Chosen::Range }))
}

/// Versions of Python have several spellings: `1.0` is `1.0.0`.
fn same(a: &str, b: &str) -> bool {
    a == b || Version::parse(a).zip(Version::parse(b)).is_some_and(|(a, b)| a == b)
}

/// Why a release was taken back, when all of its files were.
fn yanked(files: &Node) -> Option<Untrusted> {
    let yanked = |f: &Node| f.get("yanked").and_then(Node::as_bool) == Some(true);
    let files = files.elements();
    let reason = files.iter().find(|f| yanked(f)).map(|f| text(f, "yanked_reason").unwrap_or_default());
    reason.filter(|_| files.iter().all(yanked))
}

fn published(files: &Node) -> Option<Timestamp> {
    files.elements().iter().filter_map(|f| time(f, "upload_time_iso_8601")).min()
}

/// PEP 792: a project may be archived, quarantined or deprecated as a whole. Old mirrors do not tell.
fn status(facts: &mut Facts, desk: &mut dyn Desk, name: &str) {
    let accept = "application/vnd.pypi.simple.v1+json";
    let question = Question { accept, ..Question::get(format!("{}/simple/{name}/", facts.registry)) };
    if let Ok(Some(document)) = facts.ask(desk, &question) {
        let said = document.get("project-status");
        let word = said.and_then(|s| text(s, "status")).filter(|s| s.raw() != "active");
        let reason = said.and_then(|s| text(s, "reason"));
        facts.status = word.map(|w| match reason {
            Some(r) => format!("{}: {}", w.raw(), r.raw()).into(),
            None => w,
        });
    }
}

/// A release, and the server it claims to be.
fn release(
    facts: &mut Facts,
    desk: &mut dyn Desk,
    name: &str,
    one: &Member,
    latest: &Node,
) -> Result<(Release, Option<Untrusted>), String> {
    let version = &*one.key;
    // the words of the newest release stand in the first document
    let own = if facts.latest.as_ref().is_some_and(|l| l.raw() == version) {
        None
    } else {
        let url = format!("{}/pypi/{name}/{}/json", facts.registry, segment(version));
        facts.ask(desk, &Question::get(url))?
    };
    let info = match &own {
        Some(own) => own.get("info").ok_or("its answer describes no release")?,
        None => latest,
    };
    let server = info.get("description").and_then(Node::as_str).and_then(marked);
    let files = one.value.elements();
    let kind = |f: &Node, kind: &str| f.get("packagetype").and_then(Node::as_str) == Some(kind);
    let release = Release {
        version: version.into(),
        published: files.iter().filter_map(|f| time(f, "upload_time_iso_8601")).min(),
        integrity: integrity(files),
        publisher: None,
        repository: repository(info),
        provenance: provenance(facts, desk, name, version, files),
        scripts: Vec::new(),
        source_only: !files.is_empty() && !files.iter().any(|f| kind(f, "bdist_wheel")),
        needs: files.iter().find_map(|f| text(f, "requires_python")).filter(|n| !n.raw().is_empty()),
        deprecated: None,
        yanked: yanked(&one.value),
    };
    Ok((release, server))
}

/// The digests of all files, as the fetch phase writes them.
fn integrity(files: &[Node]) -> Option<Untrusted> {
    let digest = |f: &Node| Some(format!("sha256:{}", f.get("digests")?.get("sha256")?.as_str()?.to_ascii_lowercase()));
    let mut all: Vec<String> = files.iter().map(digest).collect::<Option<_>>()?;
    all.sort();
    (!all.is_empty()).then(|| all.join(" ").into())
}

fn repository(info: &Node) -> Option<Untrusted> {
    let links = info.get("project_urls").map(Node::members).unwrap_or_default();
    let named = |m: &&Member| SOURCE.contains(&m.key.to_lowercase().as_str());
    let hosted = |t: &&str| ["github.com", "gitlab.com", "codeberg.org"].iter().any(|h| t.contains(h));
    let by_name = links.iter().filter(named).find_map(|m| m.value.as_str());
    let by_host = || links.iter().filter_map(|m| m.value.as_str()).find(hosted);
    let home = || info.get("home_page").and_then(Node::as_str).filter(hosted);
    by_name.or_else(by_host).or_else(home).map(|t| place_of_source(t).into())
}

/// The server that a README claims to be.
fn marked(readme: &str) -> Option<Untrusted> {
    let at = readme.find(MARK)? + MARK.len();
    let name: String =
        readme[at..].trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || "./_-".contains(*c)).collect();
    (name.contains('/') && name.len() <= 200).then(|| name.into())
}

/// PEP 740: the provenance of the file that would be installed.
fn provenance(facts: &mut Facts, desk: &mut dyn Desk, name: &str, version: &str, files: &[Node]) -> Provenance {
    let wheel = |f: &&Node| f.get("packagetype").and_then(Node::as_str) == Some("bdist_wheel");
    let file = files.iter().find(wheel).or_else(|| files.first()).and_then(|f| text(f, "filename"));
    let Some(file) = file else { return Provenance::Unknown };
    let url = format!("{}/integrity/{name}/{}/{}/provenance", facts.registry, segment(version), segment(file.raw()));
    let accept = "application/vnd.pypi.integrity.v1+json";
    match facts.ask(desk, &Question { accept, ..Question::get(url) }) {
        Ok(Some(document)) => {
            let bundles = document.get("attestation_bundles").map(Node::elements).unwrap_or_default();
            let publisher = bundles.iter().find_map(|b| b.get("publisher"));
            let source = publisher.and_then(|p| {
                let repository = p.get("repository").and_then(Node::as_str)?;
                let place = place_of_source(repository);
                let file = p.get("workflow").or_else(|| p.get("workflow_filepath")).and_then(Node::as_str);
                Some(Untrusted::from(file.map_or(place.clone(), |f| format!("{place}@{f}"))))
            });
            Provenance::Claimed(source)
        }
        Ok(None) => Provenance::None,
        Err(_) => Provenance::Unknown,
    }
}
