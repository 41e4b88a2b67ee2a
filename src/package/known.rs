//! What is known about packages without asking anybody: well-known servers, whose names others imitate, and releases that
//! are publicly known as malware or as vulnerable. Both lists carry their date.

use std::cmp::Ordering;

use strsim::osa_distance;

use super::reference::{Ecosystem, Reference};
use super::version::order;

/// Well-known servers, made by `.ci/known-servers`.
const SERVERS: &str = include_str!("known/servers.tsv");
/// Malware and vulnerable releases.
const INDICATORS: &str = include_str!("known/indicators.tsv");
/// Words that stand in the name of nearly every server and distinguish nothing.
const COMMON: [&str; 6] = ["mcp", "server", "servers", "the", "official", "ai"];

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

/// How a name resembles a well-known one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// It differs in a letter, or in letters that look the same.
    Spelling,
    /// Its scope does.
    Scope,
    /// The scope has become part of the name.
    Flattened,
}

/// The well-known server that a name could be taken for.
pub fn lookalike(reference: &Reference) -> Option<(&'static str, Likeness)> {
    let name = reference.normal();
    let all = || servers(reference.ecosystem);
    if all().any(|k| normal(reference.ecosystem, k) == name) || name.len() > 214 {
        return None;
    }
    // who owns a scope owns every name in it
    if let Some((scope, _)) = scoped(&name)
        && all().any(|k| scoped(k).is_some_and(|(s, _)| s == scope))
    {
        return None;
    }
    let like = |k: &'static str| resembles(&name, &normal(reference.ecosystem, k)).map(|l| (k, l));
    all().filter_map(like).min_by_key(|(_, l)| *l as u8)
}

fn normal(ecosystem: Ecosystem, name: &str) -> String {
    Reference { ecosystem, name: name.into(), wanted: "".into(), argument: None }.normal()
}

fn scoped(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix('@')?.split_once('/')
}

fn resembles(name: &str, known: &str) -> Option<Likeness> {
    match (scoped(name), scoped(known)) {
        (Some((scope, bare)), Some((known_scope, known_bare))) => {
            let same_scope = similar(scope, known_scope) || skeleton(scope) == skeleton(known_scope);
            let contains = known_scope.len() >= 8 && scope.contains(known_scope);
            let same_name = bare == known_bare || similar(bare, known_bare) || skeleton(bare) == skeleton(known_bare);
            ((same_scope || contains) && same_name).then_some(Likeness::Scope)
        }
        (None, Some((scope, bare))) => {
            let flat = skeleton(&format!("{scope}-{bare}"));
            // `playwright-mcp` is a name that anybody may think of; with the rest of a longer name it is not
            (skeleton(name) == flat && words(bare).count() > 0).then_some(Likeness::Flattened)
        }
        (None, None) => (similar(name, known) || skeleton(name) == skeleton(known)).then_some(Likeness::Spelling),
        (Some(_), None) => None,
    }
}

/// One slip of the keyboard away, in a word long enough that this is no other word.
fn similar(name: &str, known: &str) -> bool {
    if name == known || name.len().abs_diff(known.len()) > 1 || osa_distance(name, known) != 1 {
        return false;
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (name.split(SEPARATORS).collect(), known.split(SEPARATORS).collect());
    if a.len() != b.len() {
        // only a separator more or less
        return known.len() >= 8;
    }
    let differs = a.iter().zip(&b).find(|(x, y)| x != y);
    differs.is_some_and(|(x, y)| {
        // `mpc` for `mcp`, `sever` for `server`; `git` and `gif` are two words
        COMMON.contains(y) || (y.len() >= 6 && x.len() >= 5)
    })
}

const SEPARATORS: [char; 4] = ['-', '_', '.', '/'];

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(SEPARATORS).filter(|w| !COMMON.contains(w))
}

/// What is left of a name when separators go and letters that look the same are one.
fn skeleton(name: &str) -> String {
    let plain: String = unicode_security::skeleton(name).filter(|c| !SEPARATORS.contains(c)).collect();
    plain.replace('0', "o").replace(['1', 'i'], "l").replace("rn", "m").replace("vv", "w").replace('5', "s")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn npm(name: &str) -> Option<Likeness> {
        lookalike(&Reference::npm(name)).map(|(_, l)| l)
    }

    #[test]
    fn names_that_could_be_taken_for_a_known_server_are_found() {
        for name in ["firecrawl-mpc", "fircrawl-mcp", "mcp-rem0te", "mcpremote", "tavi1y-mcp", "chrome-devtool-mcp"] {
            assert_eq!(npm(name), Some(Likeness::Spelling), "{name}");
        }
        for name in [
            "@modelcontextprotoco1/server-filesystem",
            "@modelcontextprotocol-official/server-filesystem",
            "@model-context-protocol/server-memory",
            "@notlonhq/notion-mcp-server",
        ] {
            assert_eq!(npm(name), Some(Likeness::Scope), "{name}");
        }
        assert_eq!(npm("modelcontextprotocol-server-filesystem"), Some(Likeness::Flattened));
        let python = |n: &str| lookalike(&Reference::python(n)).is_some();
        assert!(python("mcp-sever-fetch") && python("mcp-server-sqllte") && python("fastmpc"));
    }

    #[test]
    fn honest_names_are_left_alone() {
        for name in [
            "firecrawl-mcp",
            "@modelcontextprotocol/server-filesystem",
            "@modelcontextprotocol/server-new",
            "@acme/server-filesystem",
            "playwright-mcp",
            "mcp-server-gif",
            "my-mcp-server",
            "nx-mcp",
            "mongo-mcp-server",
        ] {
            assert_eq!(npm(name), None, "{name}");
        }
        let python = |n: &str| lookalike(&Reference::python(n)).map(|(k, _)| k);
        for name in ["mcp_server.time", "mcp-server-tide", "mcp-server-gist", "acme-mcp", "mcp-server-fetcher-plus"] {
            assert_eq!(python(name), None, "{name}");
        }
    }

    #[test]
    fn the_lists_are_dated_and_well_formed() {
        assert!(date().parse::<jiff::civil::Date>().is_ok());
        assert!(rows(SERVERS).all(|r| r.len() == 2 && Ecosystem::parse(r[0]).is_some()));
        assert!(rows(INDICATORS).all(|r| r.len() == 7 && ["malicious", "critical", "vulnerable"].contains(&r[0])));
        assert!(rows(SERVERS).all(|r| {
            lookalike(&Reference {
                ecosystem: Ecosystem::parse(r[0]).expect("known"),
                name: r[1].into(),
                wanted: "".into(),
                argument: None,
            })
            .is_none()
        }));
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
    }
}
