//! What is known about packages without asking anybody: well-known servers, whose names others imitate, and releases that
//! are publicly known as malware or as vulnerable. Both lists carry their date.

mod likeness;

use std::cmp::Ordering;

use super::reference::{Ecosystem, Reference};
use super::version::order;

pub use likeness::{Likeness, VENDORS_NEIGHBOURS, lookalike};

/// Well-known servers, made by `.ci/known-servers`.
const SERVERS: &str = include_str!("known/servers.tsv");
/// Malware and vulnerable releases.
const INDICATORS: &str = include_str!("known/indicators.tsv");

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).map(|l| l.split('\t').collect())
}

/// The day on which the list of well-known servers was last gone through.
pub fn date() -> &'static str {
    SERVERS.lines().find_map(|l| l.strip_prefix("# date: ")).unwrap_or_default()
}

/// Every well-known name of a registry.
pub fn servers(ecosystem: Ecosystem) -> impl Iterator<Item = &'static str> {
    rows(SERVERS).filter(move |r| r[0] == ecosystem.word()).map(|r| r[1])
}

/// Whether a package is itself one of the well-known ones.
pub fn is_known(reference: &Reference) -> bool {
    let name = normal(reference.ecosystem, reference.name.raw());
    servers(reference.ecosystem).any(|k| normal(reference.ecosystem, k) == name)
}

/// A publicly known release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// `malicious`, `critical`, `vulnerable`.
    pub kind: &'static str,
    /// First release that it is true of.
    first: &'static str,
    /// First release that it is no longer true of; empty when there is none.
    before: &'static str,
    /// What it is called.
    pub id: &'static str,
    /// What it does.
    pub summary: &'static str,
}

impl Indicator {
    /// Whether it is about this version.
    pub fn covers(&self, version: &str) -> bool {
        let least = order(version, self.first) != Ordering::Less;
        least && (self.before.is_empty() || order(version, self.before) == Ordering::Less)
    }

    /// The first release without it.
    pub fn fixed(&self) -> Option<&'static str> {
        Some(self.before).filter(|b| !b.is_empty())
    }
}

/// All that is known about a package.
pub fn indicators(reference: &Reference) -> Vec<Indicator> {
    let name = reference.normal();
    rows(INDICATORS)
        .filter(|r| r.len() == 7 && r[1] == reference.ecosystem.word() && r[2] == name)
        .map(|r| Indicator { kind: r[0], first: r[3], before: r[4], id: r[5], summary: r[6] })
        .collect()
}

/// A name as its registry compares names; of images without the registry that needs no naming.
fn normal(ecosystem: Ecosystem, name: &str) -> String {
    let name = Reference { ecosystem, name: name.into(), wanted: "".into(), argument: None }.normal();
    let bare = name.strip_prefix("docker.io/").or(name.strip_prefix("index.docker.io/"));
    bare.filter(|_| ecosystem == Ecosystem::Oci).map_or(name.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_dated_and_well_formed() {
        assert!(rows(SERVERS).count() >= 300);
        assert!(date().parse::<jiff::civil::Date>().is_ok());
        assert!(rows(SERVERS).all(|r| r.len() == 3 && Ecosystem::parse(r[0]).is_some()));
        assert!(rows(INDICATORS).all(|r| r.len() == 7 && ["malicious", "critical", "vulnerable"].contains(&r[0])));
    }

    #[test]
    fn an_indicator_covers_its_versions_only() {
        let of = |spec: &str| {
            let reference = Reference::npm(spec);
            indicators(&reference).iter().any(|i| i.covers(reference.wanted.raw()))
        };
        for (spec, expected) in [
            ("postmark-mcp@1.0.16", true),
            ("postmark-mcp@1.0.15", false),
            ("mcp-remote@0.1.15", true),
            ("mcp-remote@0.1.16", false),
            ("mcp-remote@0.0.4", false),
            ("@modelcontextprotocol/server-filesystem@2025.3.28", true),
            ("@modelcontextprotocol/server-filesystem@2025.7.1", false),
            ("@modelcontextprotocol/server-filesystem@0.6.4", false),
            ("@modelcontextprotocol/inspector@0.14.1-rc.1", true),
        ] {
            assert_eq!(of(spec), expected, "{spec}");
        }
        let git = |version: &str| {
            let reference = Reference::python(&format!("mcp_server_git=={version}"));
            indicators(&reference).into_iter().filter(|i| i.covers(version)).map(|i| i.id).collect::<Vec<_>>()
        };
        assert_eq!(git("2025.1.14"), ["CVE-2025-68143", "CVE-2025-68144, CVE-2025-68145"]);
        assert_eq!(git("2025.9.25"), ["CVE-2025-68144, CVE-2025-68145"]);
        assert!(git("2025.12.18").is_empty() && git("2026.1.14").is_empty());
    }
}
