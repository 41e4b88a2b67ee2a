//! What differs between the package that was approved and the one that runs now: the hook for the baseline.

use super::reference::normal_python;
use super::{Ecosystem, Facts, Reference, Standing};
use crate::sandbox::Package;

/// One difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackageChange {
    /// Another package or another registry.
    Other,
    /// Another version.
    Version,
    /// The same version with other bytes: a registry never does that by itself.
    Bytes,
    /// The same package on other dependencies.
    Dependencies,
}

/// Compares two packages. Versions of other bytes are one change, not two.
pub fn compare(approved: &Package, now: &Package) -> Option<PackageChange> {
    if (approved.kind, &approved.name) != (now.kind, &now.name) {
        Some(PackageChange::Other)
    } else if approved.version != now.version {
        Some(PackageChange::Version)
    } else if !shares(&approved.integrity, &now.integrity) {
        Some(PackageChange::Bytes)
    } else {
        (approved.tree != now.tree).then_some(PackageChange::Dependencies)
    }
}

/// The approved package as its registry has it now, when it was looked up and not installed: another version, or another
/// content, where the registry says so. Its dependencies are not known, and count as the approved ones.
pub fn as_looked_up(approved: &Package, facts: &Facts) -> Option<Package> {
    let release = facts.release.as_ref().filter(|_| facts.standing == Standing::Known && facts.ran.is_none())?;
    let reference = &facts.reference;
    if !is_of(approved, reference) {
        // another launch, which is told as such
        return None;
    }
    let integrity = release.integrity.as_ref()?.raw().to_owned();
    let version = release.version.raw().to_owned();
    if reference.ecosystem == Ecosystem::Oci {
        // an engine names an image by its list, its manifest or its configuration
        let same = shares(&approved.integrity, &integrity);
        return Some(if same { approved.clone() } else { Package { version, integrity, ..approved.clone() } });
    }
    // digests of two kinds say nothing about each other
    let kind = |d: &str| d.split(['-', ':']).next().unwrap_or_default().to_owned();
    let kinds = |list: &str| list.split_whitespace().map(kind).collect::<Vec<_>>();
    let ours = kinds(&approved.integrity);
    let comparable = kinds(&integrity).iter().any(|k| ours.contains(k));
    let integrity = if comparable || approved.version != version { integrity } else { approved.integrity.clone() };
    let whole = shares(&approved.integrity, &integrity) && approved.version == version;
    // a list that holds the approved digests is not another content
    Some(if whole { approved.clone() } else { Package { version, integrity, ..approved.clone() } })
}

/// Whether a package is one that a reference names, in whatever version.
pub fn is_of(package: &Package, reference: &Reference) -> bool {
    let same_name = match reference.ecosystem {
        Ecosystem::PyPi => normal_python(&package.name) == reference.normal(),
        // of an image the tag is kept
        Ecosystem::Oci => Reference::image(&package.name).name == reference.name,
        _ => package.name == reference.name.raw(),
    };
    package.kind == reference.ecosystem.word() && same_name
}

/// Whether two lists of digests have one in common: a release may gain files for other machines.
pub fn shares(a: &str, b: &str) -> bool {
    a.split_whitespace().any(|x| b.split_whitespace().any(|y| x == y))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked_up(spec: &str, version: &str, integrity: &str) -> Facts {
        let release = super::super::Release {
            version: version.into(),
            integrity: Some(integrity.into()),
            ..super::super::Release::default()
        };
        let reference = if spec.contains(':') { Reference::image(spec) } else { Reference::npm(spec) };
        let facts = Facts::new(reference, None, "", jiff::Timestamp::UNIX_EPOCH);
        Facts { standing: Standing::Known, release: Some(release), ..facts }
    }

    #[test]
    fn what_a_registry_would_give_is_compared_with_what_was_approved() {
        let old = |kind, name: &str, integrity: &str| Package {
            kind,
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            integrity: integrity.to_owned(),
            tree: "t".to_owned(),
        };
        let told = |approved: &Package, facts: &Facts| as_looked_up(approved, facts).map(|now| compare(approved, &now));
        let npm = old("npm", "a", "sha512-x");
        assert_eq!(told(&npm, &looked_up("a@^1", "1.0.0", "sha512-x")), Some(None));
        assert_eq!(told(&npm, &looked_up("a@^1", "1.0.1", "sha512-y")), Some(Some(PackageChange::Version)));
        assert_eq!(told(&npm, &looked_up("a@^1", "1.0.0", "sha512-y")), Some(Some(PackageChange::Bytes)));
        // an old digest beside a new one proves nothing
        assert_eq!(told(&npm, &looked_up("a@^1", "1.0.0", "sha1-00")), Some(None));
        assert_eq!(told(&npm, &looked_up("b", "1.0.0", "sha512-x")), None);
        let image = old("oci", "acme/calc:1", "sha256:config");
        assert_eq!(told(&image, &looked_up("acme/calc:1", "sha256:list", "sha256:list sha256:config")), Some(None));
        let other = looked_up("acme/calc:1", "sha256:new", "sha256:new sha256:other");
        assert_eq!(told(&image, &other), Some(Some(PackageChange::Version)));
        // what was installed is compared as such
        let ran = Facts { ran: Some(npm.clone()), ..looked_up("a", "1.0.1", "sha512-y") };
        assert_eq!(told(&npm, &ran), None);
    }

    #[test]
    fn every_part_of_an_identity_is_told_apart() {
        let package = |name: &str, version: &str, integrity: &str, tree: &str| Package {
            kind: "npm",
            name: name.to_owned(),
            version: version.to_owned(),
            integrity: integrity.to_owned(),
            tree: tree.to_owned(),
        };
        let old = package("a", "1", "sha512-x sha512-w", "t");
        assert_eq!(compare(&old, &package("a", "1", "sha512-w", "t")), None);
        assert_eq!(compare(&old, &package("b", "1", "sha512-x", "t")), Some(PackageChange::Other));
        assert_eq!(compare(&old, &package("a", "2", "sha512-y", "u")), Some(PackageChange::Version));
        assert_eq!(compare(&old, &package("a", "1", "sha512-y", "t")), Some(PackageChange::Bytes));
        assert_eq!(compare(&old, &package("a", "1", "sha512-x", "u")), Some(PackageChange::Dependencies));
    }
}
