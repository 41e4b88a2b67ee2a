//! npm: one document holds every version of a package.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ask::{Desk, Question, segment, text, time};
use super::version::npm::Range;
use super::{Chosen, Facts, Provenance, Reference, Release, Standing, place_of_source, version};
use crate::json::{self, Node};
use crate::untrusted::Untrusted;

/// Scripts that npm runs when a package from the registry is installed.
const INSTALL: [&str; 3] = ["preinstall", "install", "postinstall"];
/// npm lists attestations by their predicate; this one says how a release was built.
const SLSA: &str = "https://slsa.dev/provenance/";
/// The source of what npm puts in the place of a package that it took down.
const HELD: &str = "github.com/npm/security-holder";

/// Reads what npm says.
pub(super) fn read(facts: &mut Facts, desk: &mut dyn Desk) -> Result<(), String> {
    let name = segment(facts.reference.name.raw());
    let Some(document) = facts.ask(desk, &Question::get(format!("{}/{name}", facts.registry)))? else {
        facts.standing = Standing::Absent;
        return Ok(());
    };
    let times = document.get("time");
    let versions = versions(&document, facts.reference.name.raw())?;
    let tags = document.get("dist-tags");
    facts.releases = versions.len();
    facts.latest = tags.and_then(|t| text(t, "latest"));
    facts.maintainers = document.get("maintainers").map(people).unwrap_or_default();
    let publisher = |m: &json::Member| Some((m.key.to_string(), text(m.value.get("_npmUser")?, "name")?));
    facts.publishers = versions.iter().filter_map(publisher).collect();
    facts.first = times
        .and_then(|t| time(t, "created"))
        .or_else(|| times.and_then(|t| t.members().iter().filter_map(|m| m.value.as_str()?.parse().ok()).min()));
    if versions.is_empty() {
        // a name that was taken down leaves a stub
        facts.standing = Standing::Absent;
        return Ok(());
    }
    let Some((chosen, how)) = choose(facts, versions, tags) else {
        return Ok(());
    };
    facts.chosen = Some(how);
    let Some(own) = versions.iter().find(|m| &*m.key == chosen.raw()) else {
        facts.standing = Standing::Gone;
        return Ok(());
    };
    facts.standing = Standing::Known;
    facts.server_name = text(&own.value, "mcpName");
    let mut release = release(&own.key, &own.value, times);
    let previous = version::before(&own.key, versions.iter().map(|m| (&*m.key, m)));
    let mut earlier = previous.map(|m| self::release(&m.key, &m.value, times));
    for one in [Some(&mut release), earlier.as_mut()].into_iter().flatten() {
        if one.provenance == Provenance::Claimed(None) {
            // what cannot be read is still claimed
            one.provenance = Provenance::Claimed(source(facts, desk, one.version.raw()).ok().flatten());
        }
    }
    if release.repository.as_ref().is_some_and(|r| r.raw() == HELD) && own.key.ends_with("-security") {
        facts.status = Some("taken down by npm, which keeps its name for security's sake".into());
    }
    facts.release = Some(release);
    facts.previous = earlier;
    Ok(())
}

/// The releases of an answer that is about this package. One that was taken down has none and says when.
fn versions<'n>(document: &'n Node, name: &str) -> Result<&'n [json::Member], &'static str> {
    if document.get("name").and_then(Node::as_str) != Some(name) {
        return Err("its answer is not about this package");
    }
    let gone = || document.get("time").is_some_and(|t| t.get("unpublished").is_some());
    match document.get("versions") {
        Some(all) if all.is_object() && all.members().iter().all(|m| m.value.is_object()) => Ok(all.members()),
        None if gone() => Ok(&[]),
        _ => Err("its answer does not list the releases as npm does"),
    }
}

/// The release that npm would take: what was installed, else what the words of the launch mean now. Without one the
/// standing says why.
fn choose(facts: &mut Facts, versions: &[json::Member], tags: Option<&Node>) -> Option<(Untrusted, Chosen)> {
    if let Some(ran) = &facts.ran {
        return Some((Untrusted::from(ran.version.as_str()), Chosen::Installed));
    }
    let wanted = facts.reference.wanted.raw().trim();
    if let Some(exact) = exact(wanted) {
        return Some((exact.into(), Chosen::Exact));
    }
    let any = matches!(wanted, "" | "*");
    let Some(range) = Range::parse(wanted) else {
        let tagged = tags.and_then(|t| text(t, wanted));
        // a word that is no tag: npm stops; anything else may be of a grammar that is not read here
        let word = wanted.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        facts.standing = if word { Standing::Gone } else { Standing::Range };
        return tagged.map(|t| (t, Chosen::Tag));
    };
    let all: Vec<(&str, bool)> = versions.iter().map(|m| (&*m.key, deprecated(&m.value).is_some())).collect();
    let found = version::npm::pick(&range, facts.latest.as_ref().map(Untrusted::raw), &all, any);
    facts.standing = Standing::Gone;
    found.map(|v| (v.into(), if any { Chosen::Tag } else { Chosen::Range }))
}

/// `1.2.3`, also as `v1.2.3` and `=1.2.3`.
fn exact(wanted: &str) -> Option<&str> {
    let bare = wanted.trim_start_matches(['v', '=', ' ']);
    Reference { wanted: bare.into(), ..Reference::npm("") }.exact().map(|_| bare)
}

fn deprecated(node: &Node) -> Option<Untrusted> {
    let said = node.get("deprecated")?;
    match said.as_bool() {
        Some(true) => Some(Untrusted::from("")),
        Some(false) => None,
        None => said.as_str().filter(|s| !s.is_empty()).map(Untrusted::from),
    }
}

fn people(list: &Node) -> Vec<Untrusted> {
    list.elements().iter().filter_map(|p| text(p, "name").or_else(|| p.as_str().map(Untrusted::from))).collect()
}

fn release(version: &str, node: &Node, times: Option<&Node>) -> Release {
    let dist = node.get("dist");
    let repository = node.get("repository");
    let repository = repository.and_then(|r| r.as_str().or_else(|| r.get("url").and_then(Node::as_str)));
    let shasum = || dist.and_then(|d| text(d, "shasum")).map(|s| Untrusted::from(format!("sha1-{}", s.raw())));
    Release {
        version: version.into(),
        published: times.and_then(|t| time(t, version)),
        integrity: dist.and_then(|d| text(d, "integrity")).or_else(shasum),
        publisher: node.get("_npmUser").and_then(|u| text(u, "name")),
        repository: repository.map(|r| place_of_source(r).into()),
        provenance: match dist.and_then(|d| d.get("attestations")) {
            Some(_) => Provenance::Claimed(None),
            None => Provenance::None,
        },
        scripts: scripts(node),
        source_only: false,
        needs: node.get("engines").and_then(|e| text(e, "node")).filter(|n| !n.raw().is_empty()),
        deprecated: deprecated(node),
        yanked: None,
    }
}

/// What runs at installation. Without words where only that there is something is told.
fn scripts(node: &Node) -> Vec<(String, Untrusted)> {
    let said = |of: &Node, key: &str| of.get(key).filter(|n| n.value != json::Value::Null).cloned();
    let all = said(node, "scripts");
    let run = |name: &&str| {
        let one = said(all.as_ref()?, name)?;
        Some(((*name).to_owned(), one.as_str().unwrap_or_default().into()))
    };
    let mut out: Vec<(String, Untrusted)> = INSTALL.iter().filter_map(run).collect();
    let truth = |key: &str| node.get(key).and_then(Node::as_bool) == Some(true);
    if !out.is_empty() {
        return out;
    }
    if truth("gypfile") {
        // npm builds native code of a package that has this file and no install script
        out.push(("install".to_owned(), "node-gyp rebuild".into()));
    } else if truth("hasInstallScript")
        || all.as_ref().is_some_and(|s| s.as_str().is_some() || !s.elements().is_empty())
    {
        // short documents say no more, and what is no map of scripts cannot be read
        out.push(("install".to_owned(), Untrusted::default()));
    }
    out
}

/// The repository and workflow that a provenance names. It is read, not verified.
fn source(facts: &mut Facts, desk: &mut dyn Desk, version: &str) -> Result<Option<Untrusted>, String> {
    let (name, version) = (segment(facts.reference.name.raw()), segment(version));
    let url = format!("{}/-/npm/v1/attestations/{name}@{version}", facts.registry);
    let Some(document) = facts.ask(desk, &Question::get(url))? else { return Ok(None) };
    let list = document.get("attestations").map(Node::elements).unwrap_or_default();
    let built = |a: &&Node| a.get("predicateType").and_then(Node::as_str).is_some_and(|p| p.starts_with(SLSA));
    let payload = |a: &Node| {
        let payload = a.get("bundle")?.get("dsseEnvelope")?.get("payload")?.as_str()?;
        let bytes = STANDARD.decode(payload).ok()?;
        let statement = json::read(&bytes, &json::Limits::default()).ok()?.root;
        let workflow =
            statement.get("predicate")?.get("buildDefinition")?.get("externalParameters")?.get("workflow")?;
        let repository = place_of_source(workflow.get("repository")?.as_str()?);
        let path = workflow.get("path").and_then(Node::as_str).unwrap_or_default();
        let file = path.rsplit('/').next().unwrap_or_default();
        Some(Untrusted::from(if file.is_empty() { repository } else { format!("{repository}@{file}") }))
    };
    Ok(list.iter().filter(built).find_map(payload))
}
