//! What differs between the package that was approved and the one that runs now: the hook for the baseline.

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

/// Whether two lists of digests have one in common: a release may gain files for other machines.
pub fn shares(a: &str, b: &str) -> bool {
    a.split_whitespace().any(|x| b.split_whitespace().any(|y| x == y))
}

#[cfg(test)]
mod tests {
    use super::*;

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
