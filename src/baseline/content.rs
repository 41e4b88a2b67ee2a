//! `baseline.json`: versions, expiry, launch identities, and the digest of every server's words.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::config::Ignore;
use crate::json::{FieldError, Fields, Node, Value, render};
use crate::launch::identity::LaunchIdentity;
use crate::launch::package::Package;
use crate::signature::Previous;
use crate::terms::Digest;
use crate::untrusted::Untrusted;

/// What is approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// From 1, one more each time.
    pub version: u64,
    /// The baseline before this one.
    pub previous: Previous,
    /// The trust file in force.
    pub trust: Digest,
    /// The day it was made.
    pub created: Date,
    /// The last day on which it counts.
    pub expires: Date,
    /// By name.
    pub servers: BTreeMap<Untrusted, ServerEntry>,
    /// Digest of the suppressions in force.
    pub suppressions: Option<Digest>,
}

/// One approved server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerEntry {
    /// Which code answers.
    pub launch: LaunchIdentity,
    /// The package or image that the launch resolved to, when it names one.
    pub package: Option<Package>,
    /// The programs of the project that the launch names, by path.
    pub programs: BTreeMap<Untrusted, Digest>,
    /// How it was contained when it was captured, in words of ours.
    pub isolation: String,
    /// One per era (`modern`, `legacy`).
    pub snapshots: BTreeMap<String, SnapshotRef>,
    /// Text that follows time or place, with the pattern that it has to keep.
    pub ignore: Vec<Ignore>,
}

/// The words of one server in one era.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRef {
    /// The protocol revision.
    pub protocol: Untrusted,
    /// The server digest.
    pub manifest: Digest,
    /// Name in `servers/`.
    pub file: String,
}

/// `<slug>-<8 hex of SHA-256(name)>.json`, with `-legacy` when the server has a modern snapshot too.
pub fn file_name(server: &Untrusted, second_era: bool) -> String {
    let lower = server.raw().chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let slug: String = lower.take(40).collect();
    let hex = Digest::of(server.raw().as_bytes()).hex();
    let tail = if second_era { "-legacy" } else { "" };
    format!("{}-{}{tail}.json", slug.trim_matches('-'), &hex[..8]).trim_start_matches('-').to_owned()
}

impl Content {
    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = |t: &str| Node::text(t);
        let whole = |n: u64| Node::made(Value::Number(n.to_string().into()));
        let servers: Vec<(String, Node)> =
            self.servers.iter().map(|(n, e)| (n.raw().to_owned(), e.to_node())).collect();
        let mut members = vec![
            ("format", whole(1)),
            ("version", whole(self.version)),
            ("previous", self.previous.to_node("baseline")),
            ("trust", text(&self.trust.to_string())),
            ("created", text(&self.created.to_string())),
            ("expires", text(&self.expires.to_string())),
            ("servers", Node::object(servers.iter().map(|(n, e)| (n.as_str(), e.clone())))),
        ];
        members.extend(self.suppressions.map(|d| ("suppressions", text(&d.to_string()))));
        render(&Node::object(members)).expect("server names are distinct").into_bytes()
    }

    /// Reads the parsed file.
    pub fn from_node(root: &Node) -> Result<Self, FieldError> {
        let mut fields = Fields::of(root)?;
        if fields.whole("format")? != 1 {
            return Err(FieldError::Wrong("format", "1"));
        }
        let servers = fields.node("servers")?;
        if !servers.is_object() {
            return Err(FieldError::Wrong("servers", "an object"));
        }
        let entry = |m: &crate::json::Member| Ok((Untrusted::from(&*m.key), ServerEntry::from_node(&m.value)?));
        let content = Self {
            version: fields.whole("version")?,
            previous: Previous::from_node(fields.node("previous")?, "baseline")?,
            trust: fields.parsed("trust", "a digest")?,
            created: fields.parsed("created", "a date")?,
            expires: fields.parsed("expires", "a date")?,
            servers: servers.members().iter().map(entry).collect::<Result<_, FieldError>>()?,
            suppressions: match fields.optional("suppressions") {
                Some(n) => {
                    Some(n.as_str().and_then(|t| t.parse().ok()).ok_or(FieldError::Wrong("suppressions", "a digest"))?)
                }
                None => None,
            },
        };
        fields.finish()?;
        Ok(content)
    }
}

impl ServerEntry {
    fn to_node(&self) -> Node {
        let one = |s: &SnapshotRef| {
            Node::object([
                ("protocol", Node::text(s.protocol.raw())),
                ("manifest", Node::text(&s.manifest.to_string())),
                ("file", Node::text(&s.file)),
            ])
        };
        let programs: Vec<(&str, Node)> =
            self.programs.iter().map(|(path, d)| (path.raw(), Node::text(&d.to_string()))).collect();
        let mut members = vec![
            ("launch", self.launch.to_node()),
            ("isolation", Node::text(&self.isolation)),
            ("snapshots", Node::object(self.snapshots.iter().map(|(era, s)| (era.as_str(), one(s))))),
            ("ignore", Node::made(Value::Array(self.ignore.iter().map(Ignore::to_node).collect()))),
        ];
        members.extend(self.package.as_ref().map(|p| ("package", p.to_node())));
        if !programs.is_empty() {
            members.push(("programs", Node::object(programs)));
        }
        Node::object(members)
    }

    fn from_node(node: &Node) -> Result<Self, FieldError> {
        let mut fields = Fields::of(node)?;
        let snapshots = fields.node("snapshots")?;
        let mut all = BTreeMap::new();
        for member in snapshots.members() {
            let mut one = Fields::of(&member.value)?;
            let reference = SnapshotRef {
                protocol: one.text("protocol")?.into(),
                manifest: one.parsed("manifest", "a digest")?,
                file: one.text("file")?.to_owned(),
            };
            one.finish()?;
            if !["modern", "legacy"].contains(&&*member.key) {
                return Err(FieldError::Wrong("snapshots", "by era (`modern`, `legacy`)"));
            }
            all.insert(member.key.to_string(), reference);
        }
        if all.is_empty() {
            return Err(FieldError::Wrong("snapshots", "an object with an era"));
        }
        let Value::Array(ignore) = &fields.node("ignore")?.value else {
            return Err(FieldError::Wrong("ignore", "a list"));
        };
        let mut programs = BTreeMap::new();
        if let Some(node) = fields.optional("programs") {
            for member in node.members() {
                let digest = member.value.as_str().and_then(|t| t.parse().ok());
                programs.insert((*member.key).into(), digest.ok_or(FieldError::Wrong("programs", "digests by path"))?);
            }
            if programs.is_empty() {
                return Err(FieldError::Wrong("programs", "left out when there are none"));
            }
        }
        let ignore: Vec<Ignore> = ignore.iter().map(Ignore::from_node).collect::<Result<_, _>>()?;
        if !ignore.is_sorted_by(|a, b| a.key() < b.key()) {
            return Err(FieldError::Wrong("ignore", "a list in order, one for a place"));
        }
        let entry = Self {
            launch: LaunchIdentity::from_node(fields.node("launch")?)?,
            package: fields.optional("package").map(Package::from_node).transpose()?,
            programs,
            isolation: fields.text("isolation")?.to_owned(),
            snapshots: all,
            ignore,
        };
        fields.finish()?;
        Ok(entry)
    }
}
