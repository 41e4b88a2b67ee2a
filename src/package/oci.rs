//! Image registries: which manifest a tag means now. The digest is computed from the bytes; what the registry calls it is
//! compared with that.

use super::ask::{Desk, Question, segment, text};
use super::{Chosen, Facts, Reference, Registries, Release, Standing};
use crate::target::Secret;
use crate::terms::Digest;

/// Manifests and lists of them.
const TYPES: &str = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
/// The registry of images that name none.
const HUB: &str = "https://registry-1.docker.io";

/// The host an image names, when it names one, and the repository there.
fn split(name: &str) -> (Option<&str>, String) {
    match name.split_once('/') {
        Some(("docker.io" | "index.docker.io", rest)) => (None, hub(rest)),
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (Some(host), rest.to_owned()),
        _ => (None, hub(name)),
    }
}

/// Official images of the hub have no owner in their names.
fn hub(name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("library/{name}") }
}

/// Who is asked.
pub(super) fn base(reference: &Reference, registries: &Registries) -> String {
    if let Some(url) = &registries.oci {
        return url.clone();
    }
    let local = |h: &str| h.starts_with("localhost") || h.starts_with("127.0.0.1");
    match split(reference.name.raw()).0 {
        Some(host) if local(host) => format!("http://{host}"),
        Some(host) => format!("https://{host}"),
        None => HUB.to_owned(),
    }
}

/// Reads what the registry says.
pub(super) fn read(facts: &mut Facts, desk: &mut dyn Desk) -> Result<(), String> {
    let repository = split(facts.reference.name.raw()).1;
    let path: Vec<String> = repository.split('/').map(segment).collect();
    let wanted = facts.reference.wanted.raw().to_owned();
    let reference = if wanted.is_empty() { "latest" } else { &wanted };
    let tag = |c: char| c.is_ascii_alphanumeric() || "._-:".contains(c);
    if !reference.chars().all(tag) || reference.len() > 200 {
        return Err("its tag is no tag".to_owned());
    }
    let url = format!("{}/v2/{}/manifests/{reference}", facts.registry, path.join("/"));
    let mut question = Question { accept: TYPES, ..Question::get(url) };
    let mut answer = desk.ask(&question)?;
    if answer.status == 401 {
        let challenge = answer.headers.get("www-authenticate").cloned().unwrap_or_default();
        question.bearer = Some(token(&challenge, facts, desk)?);
        answer = desk.ask(&question)?;
    }
    facts.asked = Some(answer.asked);
    facts.cached = answer.cached;
    match answer.status {
        200 => {}
        404 => {
            facts.standing = Standing::Gone;
            return Ok(());
        }
        // the hub says this of names that are not there, too
        401 | 403 => return Err(format!("it wants credentials, or there is no such image (HTTP {})", answer.status)),
        status => return Err(format!("it answers with HTTP status {status}")),
    }
    let digest = Digest::of(&answer.body).to_string();
    for (who, said) in [
        ("the registry", answer.headers.get("docker-content-digest").map(String::as_str)),
        ("the reference", Some(reference).filter(|r| r.starts_with("sha256:"))),
    ] {
        if said.is_some_and(|s| s != digest) {
            return Err(format!("the manifest it gave is not the one that {who} names"));
        }
    }
    let manifest = answer.json()?;
    let annotations = manifest.get("annotations");
    facts.server_name = annotations.and_then(|a| text(a, "io.modelcontextprotocol.server.name"));
    let repository = annotations.and_then(|a| text(a, "org.opencontainers.image.source"));
    facts.standing = Standing::Known;
    facts.chosen = Some(if wanted.starts_with("sha256:") { Chosen::Exact } else { Chosen::Tag });
    facts.release = Some(Release {
        version: digest.clone().into(),
        integrity: Some(digest.into()),
        published: annotations.and_then(|a| super::ask::time(a, "org.opencontainers.image.created")),
        repository: repository.map(|r| super::place_of_source(r.raw()).into()),
        ..Release::default()
    });
    Ok(())
}

/// A token for everybody, from where the registry sends us.
fn token(challenge: &str, facts: &Facts, desk: &mut dyn Desk) -> Result<Secret, String> {
    let parts = challenge.strip_prefix("Bearer ").ok_or("it wants credentials")?;
    let part = |name: &str| {
        let rest = parts.split(&format!("{name}=\"")).nth(1)?;
        rest.split('"').next().map(str::to_owned)
    };
    let realm = part("realm").and_then(|r| url::Url::parse(&r).ok()).ok_or("it does not say where tokens are given")?;
    let clear = facts.registry.starts_with("http://");
    if realm.scheme() != "https" && !clear {
        return Err("it gives tokens without encryption".to_owned());
    }
    let mut url = realm;
    for name in ["service", "scope"] {
        if let Some(value) = part(name) {
            url.query_pairs_mut().append_pair(name, &value);
        }
    }
    let answer = desk.ask(&Question { kept: false, ..Question::get(url.into()) })?;
    let document = answer.json()?;
    let token = text(&document, "token").or_else(|| text(&document, "access_token"));
    token.map(|t| Secret::new(t.raw())).ok_or_else(|| "it gives no token".to_owned())
}
