//! `server.json`: what the MCP registry, or a file of that shape, says about a server (PROTOCOL §10).

use super::ask::{Desk, Question, segment, text, time};
use super::reference::normal_python;
use super::{Ecosystem, Facts, Looked, Reference, place_of_source};
use crate::json::Node;
use crate::untrusted::Untrusted;

use jiff::Timestamp;

/// Member of the registry's own words about a record.
const OFFICIAL: &str = "io.modelcontextprotocol.registry/official";
/// Packages and remotes of one record that are read.
pub const MOST: usize = 50;

/// A record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// `reverse-dns/name`.
    pub name: Untrusted,
    /// Its version.
    pub version: Untrusted,
    /// Where it says its source is, in one spelling.
    pub repository: Option<Untrusted>,
    /// Packages.
    pub packages: Vec<Listed>,
    /// URLs.
    pub remotes: Vec<Untrusted>,
    /// `active`, `deprecated`, `deleted`, as the registry says.
    pub status: Option<Untrusted>,
    /// When the registry got it.
    pub published: Option<Timestamp>,
}

/// A package of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// `npm`, `pypi`, `oci`, `mcpb`, or a kind we do not look up.
    pub kind: Untrusted,
    /// Name, image or URL.
    pub identifier: Untrusted,
    /// Exact.
    pub version: Option<Untrusted>,
    /// SHA-256 of the file.
    pub sha256: Option<Untrusted>,
    /// Arguments behind the package, as far as they are fixed.
    pub arguments: Vec<Untrusted>,
    /// Variables it is told, by name.
    pub environment: Vec<Untrusted>,
}

impl Listed {
    /// Reads one; `None` when it names no package.
    pub fn read(node: &Node) -> Option<Self> {
        let arguments = |key: &str| {
            let fixed = |a: &Node| {
                // a value with a placeholder is the user's to fill in
                let value = text(a, "value").filter(|v| !v.raw().contains('{'));
                let name = text(a, "name");
                match (name, value) {
                    (Some(name), Some(value)) => vec![name, value],
                    (None, Some(value)) => vec![value],
                    (Some(name), None) if a.get("isRequired").and_then(Node::as_bool) == Some(true) => vec![name],
                    _ => Vec::new(),
                }
            };
            node.get(key).map(Node::elements).unwrap_or_default().iter().take(MOST).flat_map(fixed).collect()
        };
        let environment = node.get("environmentVariables").map(Node::elements).unwrap_or_default();
        Some(Self {
            kind: text(node, "registryType")
                .or_else(|| text(node, "registry_type"))
                .or_else(|| text(node, "registry_name"))?,
            identifier: text(node, "identifier").or_else(|| text(node, "name"))?,
            version: text(node, "version").filter(|v| !v.raw().is_empty()),
            sha256: text(node, "fileSha256").or_else(|| text(node, "file_sha256")),
            arguments: arguments("packageArguments"),
            environment: environment.iter().take(MOST).filter_map(|e| text(e, "name")).collect(),
        })
    }

    /// The package, when it is of a kind that we know.
    pub fn reference(&self) -> Option<Reference> {
        let ecosystem = Ecosystem::parse(self.kind.raw())?;
        if ecosystem == Ecosystem::Oci {
            let image = Reference::image(self.identifier.raw());
            let wanted = if image.wanted.raw().is_empty() { self.version.clone() } else { None };
            return Some(Reference { wanted: wanted.unwrap_or(image.wanted), ..image });
        }
        let wanted = self.version.clone().unwrap_or_default();
        Some(Reference { ecosystem, name: self.identifier.clone(), wanted, argument: None })
    }

    /// Whether it is this package, in whatever version.
    pub fn is(&self, reference: &Reference) -> bool {
        let same = |a: &str, b: &str| match reference.ecosystem {
            Ecosystem::PyPi => normal_python(a) == normal_python(b),
            Ecosystem::Oci => {
                Reference::image(a).name.raw().trim_start_matches("docker.io/") == b.trim_start_matches("docker.io/")
            }
            _ => a == b,
        };
        self.kind.raw() == reference.ecosystem.word() && same(self.identifier.raw(), reference.name.raw())
    }
}

impl Record {
    /// The bundles that it names.
    pub fn bundles(&self) -> impl Iterator<Item = &Listed> {
        self.packages.iter().filter(|l| l.kind.raw() == Ecosystem::Mcpb.word())
    }

    /// Whether a JSON value has the shape of a record.
    pub fn is(node: &Node) -> bool {
        let named = node.get("name").and_then(Node::as_str).is_some_and(|n| n.contains('/'));
        let list = |key: &str| node.get(key).is_some_and(Node::is_array);
        let schema = node.get("$schema").and_then(Node::as_str).is_some_and(|s| s.contains("server.schema.json"));
        named && (list("packages") || list("remotes") || schema) && !list("tools")
    }

    /// Reads one. Members of another shape count as absent.
    pub fn read(node: &Node) -> Self {
        let list = |key: &str| node.get(key).map(Node::elements).unwrap_or_default().iter().take(MOST);
        let repository = node.get("repository").and_then(|r| r.get("url")).and_then(Node::as_str);
        Self {
            name: text(node, "name").unwrap_or_default(),
            version: text(node, "version").unwrap_or_default(),
            repository: repository.map(|r| place_of_source(r).into()),
            packages: list("packages").filter_map(Listed::read).collect(),
            remotes: list("remotes").filter_map(|r| text(r, "url")).collect(),
            status: None,
            published: None,
        }
    }

    /// Reads the registry's answer: the record, and its own words about it.
    fn answer(node: &Node) -> Option<Self> {
        let mut record = Self::read(node.get("server")?);
        let own = node.get("_meta").and_then(|m| m.get(OFFICIAL));
        record.status = own.and_then(|o| text(o, "status"));
        record.published = own.and_then(|o| time(o, "publishedAt"));
        Some(record)
    }
}

/// Asks the MCP registry for the record under the name that the package claims.
pub(super) fn look_up(facts: &mut Facts, base: &str, desk: &mut dyn Desk) {
    let Some(name) = facts.server_name.clone() else { return };
    let url = format!("{base}/v0.1/servers/{}/versions/latest", segment(name.raw()).replace('@', "%40"));
    facts.record = match facts.ask(desk, &Question::get(url)) {
        Ok(None) => Looked::Absent,
        Err(why) => Looked::Failed(why),
        Ok(Some(document)) => match Record::answer(&document) {
            Some(record) if record.name == name => Looked::Found(record),
            Some(_) => Looked::Failed("its answer is about another server".to_owned()),
            None => Looked::Failed("its answer holds no server".to_owned()),
        },
    };
}
