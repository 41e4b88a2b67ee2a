//! What a launch resolves to beyond its words: the package or image that a runner fetches, as it was checked. It is part of
//! what is signed, so that other content under the same words is seen (TRUST §2.1). Fetching is `sandbox`'s.

use serde::Serialize;

use crate::json::{FieldError, Fields, Node};
use crate::terms::Digest;
use crate::untrusted::Untrusted;

/// What really runs when a launch names a package or an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Package {
    /// `npm`, `pypi` or `oci`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its name in the registry.
    pub name: String,
    /// The exact version; of an image, its digest.
    pub version: String,
    /// What the registry and the package manager checked: npm's `integrity`, PyPI's digests, the image's digest.
    pub integrity: String,
    /// Digest of the resolved dependencies, all with version and integrity; empty for an image.
    pub tree: String,
}

impl Package {
    /// The values of `type`.
    pub const KINDS: [&'static str; 3] = ["npm", "pypi", "oci"];

    /// The member `package` of a baseline entry.
    pub fn to_node(&self) -> Node {
        Node::object([
            ("type", Node::text(self.kind)),
            ("name", Node::text(&self.name)),
            ("version", Node::text(&self.version)),
            ("integrity", Node::text(&self.integrity)),
            ("tree", Node::text(&self.tree)),
        ])
    }

    /// Reads what [`Package::to_node`] writes.
    pub fn from_node(node: &Node) -> Result<Self, FieldError> {
        let mut fields = Fields::of(node)?;
        let kind = fields.text("type")?;
        let known = Self::KINDS.into_iter().find(|k| *k == kind);
        let mut needed = |key: &'static str| match fields.text(key)? {
            "" => Err(FieldError::Wrong(key, "text")),
            text => Ok(text.to_owned()),
        };
        let (name, version, integrity) = (needed("name")?, needed("version")?, needed("integrity")?);
        let tree = fields.text("tree")?.to_owned();
        if !tree.is_empty() && tree.parse::<Digest>().is_err() {
            return Err(FieldError::Wrong("tree", "a digest, or empty"));
        }
        fields.finish()?;
        let kind = known.ok_or(FieldError::Wrong("type", "`npm`, `pypi` or `oci`"))?;
        Ok(Self { kind, name, version, integrity, tree })
    }

    /// One line for people, with everything in it.
    pub fn line(&self) -> Untrusted {
        let Self { kind, name, version, integrity, tree } = self;
        let same = version == integrity;
        let version = if same { String::new() } else { format!(" {version}") };
        let tree = if tree.is_empty() { String::new() } else { format!(", dependencies {tree}") };
        format!("{kind} {name}{version} ({integrity}{tree})").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> Package {
        let tree = Digest::of(b"tree").to_string();
        let text = |t: &str| t.to_owned();
        Package { kind: "npm", name: text("@a/b"), version: text("1.2.3"), integrity: text("sha512-x"), tree }
    }

    #[test]
    fn what_is_written_is_read_and_everything_is_in_the_line() {
        let image = Package { kind: "oci", version: "sha256:1".into(), integrity: "sha256:1".into(), ..package() };
        for one in [package(), Package { tree: String::new(), ..image }] {
            assert_eq!(Package::from_node(&one.to_node()).expect("our own"), one);
            let line = one.line();
            for part in [one.kind, &one.name, &one.version, &one.integrity, &one.tree] {
                assert!(line.raw().contains(part), "{part}");
            }
        }
    }

    #[test]
    fn what_names_nothing_exact_is_refused() {
        let none = String::new;
        for bad in [
            Package { kind: "deb", ..package() },
            Package { name: none(), ..package() },
            Package { version: none(), ..package() },
            Package { integrity: none(), ..package() },
            Package { tree: "sha256:1".to_owned(), ..package() },
        ] {
            assert!(Package::from_node(&bad.to_node()).is_err(), "{bad:?}");
        }
        let mut more = package().to_node();
        if let crate::json::Value::Object(members) = &mut more.value {
            members.push(Node::object([("source", Node::text("x"))]).members()[0].clone());
        }
        assert!(Package::from_node(&more).is_err());
    }
}
