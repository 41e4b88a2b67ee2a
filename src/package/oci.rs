//! Image registries: which manifest a tag means now. The digest is computed from the bytes; what the registry calls it is
//! compared with that. The labels of its configuration say which server it claims to be.

use super::ask::{Desk, Question, segment, text};
use super::{Chosen, Facts, Reference, Registries, Release, Standing};
use crate::json::Node;
use crate::target::Secret;
use crate::terms::Digest;

/// Manifests and lists of them.
const TYPES: &str = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
/// The configuration of an image.
const CONFIG: &str = "application/vnd.oci.image.config.v1+json, application/vnd.docker.container.image.v1+json, application/octet-stream";
/// Bytes of one part.
const PART: usize = 4 << 20;
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
    let base = format!("{}/v2/{}", facts.registry, path.join("/"));
    let mut shelf = Shelf { base, bearer: None };
    let question = Question { accept: TYPES, ..Question::get(format!("{}/manifests/{reference}", shelf.base)) };
    let mut answer = desk.ask(&question)?;
    if answer.status == 401 {
        let challenge = answer.headers.get("www-authenticate").cloned().unwrap_or_default();
        shelf.bearer = Some(token(&challenge, facts, desk)?);
        answer = desk.ask(&Question { bearer: shelf.bearer.clone(), ..question })?;
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
    let mut image = Image { digests: vec![digest.clone()], notes: vec![manifest.get("annotations").cloned()] };
    if let Err(why) = shelf.look(&manifest, &mut image, facts, desk) {
        facts.unread.push(format!("the image's own words were not read: {why}"));
    }
    let said = |key: &str| image.notes.iter().rev().flatten().find_map(|n| text(n, key));
    facts.server_name = said("io.modelcontextprotocol.server.name");
    facts.standing = Standing::Known;
    facts.chosen = Some(if wanted.starts_with("sha256:") { Chosen::Exact } else { Chosen::Tag });
    facts.release = Some(Release {
        version: digest.into(),
        integrity: Some(image.digests.join(" ").into()),
        published: said("org.opencontainers.image.created").and_then(|t| t.raw().parse().ok()),
        repository: said("org.opencontainers.image.source").map(|r| super::place_of_source(r.raw()).into()),
        ..Release::default()
    });
    Ok(())
}

/// What is found of an image, from the list to the configuration.
struct Image {
    /// List, manifest, configuration: an engine may name it by any of them.
    digests: Vec<String>,
    /// Annotations, and the labels of the configuration, which count most.
    notes: Vec<Option<Node>>,
}

/// One repository, with the token for it.
struct Shelf {
    base: String,
    bearer: Option<Secret>,
}

impl Shelf {
    /// Goes down to the configuration of the image that most people run.
    fn look(&self, manifest: &Node, image: &mut Image, facts: &mut Facts, desk: &mut dyn Desk) -> Result<(), String> {
        let list = manifest.get("manifests").map(Node::elements).unwrap_or_default();
        let of = |m: &Node, os: &str, cpu: &str| {
            let is = |key: &str, want: &str| {
                m.get("platform").and_then(|p| p.get(key)).and_then(Node::as_str).is_some_and(|t| t == want)
            };
            is("os", os) && (cpu.is_empty() || is("architecture", cpu))
        };
        // the same on every machine that asks
        let wished = [("linux", "amd64"), ("linux", "arm64"), ("linux", "")];
        let chosen = wished.iter().find_map(|(os, cpu)| list.iter().find(|m| of(m, os, cpu)));
        let one = match chosen {
            Some(chosen) => Some(self.part(chosen, "manifests", TYPES, image, facts, desk)?),
            None if list.is_empty() => None,
            None => return Err("it is for no system that is known here".to_owned()),
        };
        let one = one.as_ref().unwrap_or(manifest);
        if chosen.is_some() {
            image.notes.push(one.get("annotations").cloned());
        }
        let Some(config) = one.get("config") else { return Err("it names no configuration".to_owned()) };
        let config = self.part(config, "blobs", CONFIG, image, facts, desk)?;
        image.notes.push(config.get("config").and_then(|c| c.get("Labels")).cloned());
        Ok(())
    }

    /// A part that is named by its digest, and is checked by it.
    fn part(
        &self,
        named: &Node,
        kind: &str,
        accept: &'static str,
        image: &mut Image,
        facts: &mut Facts,
        desk: &mut dyn Desk,
    ) -> Result<Node, String> {
        let digest = named.get("digest").and_then(Node::as_str).unwrap_or_default();
        let hex = digest.strip_prefix("sha256:").unwrap_or_default();
        if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err("a part of it has no SHA-256 digest".to_owned());
        }
        let url = format!("{}/{kind}/{digest}", self.base);
        let bearer = self.bearer.clone();
        let question = Question { accept, bearer, most: Some(PART), elsewhere: true, ..Question::get(url) };
        let answer = facts.raw(desk, &question)?.ok_or("a part of it is not there")?;
        if Digest::of(&answer.body).to_string() != digest.to_ascii_lowercase() {
            return Err("a part of it is not the one that is named".to_owned());
        }
        image.digests.push(digest.to_ascii_lowercase());
        answer.json()
    }
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
