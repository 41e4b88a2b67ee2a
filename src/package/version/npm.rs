//! Version ranges as npm reads them: which of the releases of a package a spec such as `^1.2`, `1.x || >=3` or a tag means.
//! Written from the grammar that npm documents. What is not of that grammar is not guessed at: it names no release.

use std::cmp::Ordering;

/// Characters of a range or a version that npm reads.
const LONGEST: usize = 256;

/// A version: three numbers, perhaps a prerelease. What stands behind `+` orders nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    core: [u64; 3],
    pre: Vec<Part>,
}

/// One part of a prerelease. Numbers come before words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Word(String),
}

impl Version {
    /// Reads `1.2.3-rc.1`, with the `v` or `=` that people write in front.
    pub fn parse(text: &str) -> Option<Self> {
        let partial = Partial::parse(text.trim())?;
        let [Some(a), Some(b), Some(c)] = partial.core else { return None };
        Some(Self { core: [a, b, c], pre: partial.pre })
    }

    fn at(core: [u64; 3]) -> Self {
        Self { core, pre: Vec::new() }
    }

    /// The lowest of this number, which is below all its prereleases.
    fn floor(core: [u64; 3]) -> Self {
        Self { core, pre: vec![Part::Number(0)] }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        // a release comes after its prereleases
        let pre = || match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => self.pre.cmp(&other.pre),
        };
        self.core.cmp(&other.core).then_with(pre)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A version of which the last numbers may be left open: `1`, `1.x`, `*`.
#[derive(Debug)]
struct Partial {
    core: [Option<u64>; 3],
    pre: Vec<Part>,
    /// `1.x.3`: a number where it means nothing.
    idle: bool,
}

impl Partial {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['v', '=', ' ']);
        let text = text.split_once('+').map_or(text, |(before, _)| before);
        let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
        let numbers: Vec<&str> = core.split('.').collect();
        if numbers.len() > 3 || text.len() > LONGEST {
            return None;
        }
        let mut out = [None; 3];
        let (mut open, mut idle) = (false, false);
        for (slot, number) in out.iter_mut().zip(numbers) {
            open |= matches!(number, "x" | "X" | "*");
            if !open {
                *slot = Some(number_of(number)?);
            } else if !matches!(number, "x" | "X" | "*") {
                number_of(number)?;
                idle = true;
            }
        }
        let part = |p: &str| match p {
            "" => None,
            p if p.bytes().all(|b| b.is_ascii_digit()) => number_of(p).map(Part::Number),
            p if p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => Some(Part::Word(p.to_owned())),
            _ => None,
        };
        let pre = pre.map_or(Some(Vec::new()), |p| p.split('.').map(part).collect())?;
        Some(Self { core: out, pre: if out[2].is_some() { pre } else { Vec::new() }, idle })
    }

    /// The lowest version it can be.
    fn lowest(&self) -> Version {
        Version { core: self.core.map(Option::unwrap_or_default), pre: self.pre.clone() }
    }

    /// The first version above all that it can be; `None` when it can be any, or is one.
    fn above(&self) -> Option<Version> {
        match self.core {
            [Some(a), None, _] => Some(Version::floor([a.checked_add(1)?, 0, 0])),
            [Some(a), Some(b), None] => Some(Version::floor([a, b.checked_add(1)?, 0])),
            _ => None,
        }
    }
}

fn number_of(text: &str) -> Option<u64> {
    // what JavaScript cannot count exactly is no version
    let number: u64 = text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))?;
    (number < (1 << 53)).then_some(number)
}

/// One bound.
#[derive(Debug)]
struct Bound {
    allows: fn(Ordering) -> bool,
    version: Version,
}

/// A range: one of several lists of bounds, all of which hold.
#[derive(Debug)]
pub struct Range(Vec<Vec<Bound>>);

impl Range {
    /// Reads a range; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut all: Vec<Vec<Bound>> = text.split("||").map(set).collect::<Option<_>>()?;
        // everything is one list for npm, and that has no prereleases
        let zero = |b: &Bound| b.version == Version::at([0; 3]) && (b.allows)(Ordering::Greater);
        if let Some(any) = all.iter().position(|bounds| bounds.iter().all(zero)) {
            all = vec![all.swap_remove(any)];
        }
        Some(Self(all))
    }

    /// Whether a version is in it. A prerelease is only where one of the same three numbers is named.
    pub fn has(&self, version: &Version) -> bool {
        self.0.iter().any(|bounds| {
            let named = |b: &Bound| !b.version.pre.is_empty() && b.version.core == version.core;
            bounds.iter().all(|b| (b.allows)(version.cmp(&b.version)))
                && (version.pre.is_empty() || bounds.iter().any(named))
        })
    }
}

fn set(text: &str) -> Option<Vec<Bound>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [from, "-", to] = words[..] {
        return hyphen(&Partial::parse(from)?, &Partial::parse(to)?);
    }
    // `> 1.2` is `>1.2`
    let mut out = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let end = word.find(|c| !"<>=~^".contains(c)).unwrap_or(word.len());
        let (operator, rest) = word.split_at(end);
        let rest = if rest.is_empty() { words.next()? } else { rest };
        out.extend(bounds(operator, &Partial::parse(rest)?)?);
    }
    Some(out)
}

fn least(version: Version) -> Bound {
    Bound { allows: Ordering::is_ge, version }
}

fn below(version: Version) -> Bound {
    Bound { allows: Ordering::is_lt, version }
}

fn hyphen(from: &Partial, to: &Partial) -> Option<Vec<Bound>> {
    let mut out = Vec::new();
    if from.core[0].is_some() {
        out.push(least(from.lowest()));
    }
    match (to.core[0], to.above()) {
        (None, _) => {}
        (_, Some(above)) => out.push(below(above)),
        (_, None) => out.push(Bound { allows: Ordering::is_le, version: to.lowest() }),
    }
    Some(out)
}

fn bounds(operator: &str, partial: &Partial) -> Option<Vec<Bound>> {
    let lowest = partial.lowest();
    let [a, b, c] = lowest.core;
    let any = partial.core[0].is_none();
    if partial.idle && !operator.starts_with(['^', '~']) {
        return None;
    }
    Some(match (operator, partial.above()) {
        // nothing is below or above everything
        ("<" | ">", _) if any => vec![below(Version::floor([0; 3]))],
        (_, _) if any => Vec::new(),
        ("" | "=", Some(above)) => vec![least(lowest), below(above)],
        ("" | "=", None) => vec![Bound { allows: Ordering::is_eq, version: lowest }],
        ("~" | "~>", above) => vec![least(lowest), below(above.unwrap_or(Version::floor([a, b.checked_add(1)?, 0])))],
        ("^", _) => {
            // the first number that is not zero, or the last one that is written, may not change
            let up = |n: u64| n.checked_add(1);
            let above = match partial.core {
                [_, None, _] => [up(a)?, 0, 0],
                _ if a > 0 => [up(a)?, 0, 0],
                [_, _, None] => [0, up(b)?, 0],
                _ if b > 0 => [0, up(b)?, 0],
                _ => [0, 0, up(c)?],
            };
            vec![least(lowest), below(Version::floor(above))]
        }
        (">", Some(above)) => vec![least(Version::at(above.core))],
        (">", None) => vec![Bound { allows: Ordering::is_gt, version: lowest }],
        (">=", _) => vec![least(lowest)],
        ("<", Some(_)) => vec![below(Version::floor(lowest.core))],
        ("<", None) => vec![below(lowest)],
        ("<=", Some(above)) => vec![below(above)],
        ("<=", None) => vec![Bound { allows: Ordering::is_le, version: lowest }],
        _ => return None,
    })
}

/// What npm would take of these releases, each with whether it is deprecated: the newest of the range, where `latest` goes
/// before the others and a deprecated one behind them. Which version of Node.js a release needs is not asked.
pub fn pick<'v>(range: &Range, latest: Option<&str>, all: &[(&'v str, bool)], any: bool) -> Option<&'v str> {
    let fits = |v: &str| Version::parse(v).is_some_and(|v| range.has(&v));
    let first = all.iter().find(|(v, deprecated)| Some(*v) == latest && !deprecated && (any || fits(v)));
    if let Some((version, _)) = first {
        return Some(version);
    }
    let mut fitting: Vec<(bool, Version, &str)> = all
        .iter()
        .filter_map(|(v, deprecated)| Some((!deprecated, Version::parse(v).filter(|p| range.has(p))?, *v)))
        .collect();
    fitting.sort();
    fitting.last().map(|(_, _, v)| *v)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(range: &str, version: &str) -> bool {
        let range = Range::parse(range).unwrap_or_else(|| panic!("{range} is a range"));
        range.has(&Version::parse(version).unwrap_or_else(|| panic!("{version} is a version")))
    }

    #[test]
    fn ranges_hold_what_npm_says_they_hold() {
        for (range, inside, outside) in [
            ("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 2.0.0-a 1.3.0-a 1.2.3-a"),
            ("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2 1.0.0"),
            ("^0.0.3", "0.0.3", "0.0.4 0.0.2"),
            ("^0.0", "0.0.0 0.0.9", "0.1.0"),
            ("^0", "0.0.1 0.9.9", "1.0.0"),
            ("^1.x", "1.0.0 1.9.9", "2.0.0 0.9.0"),
            ("^1.2.3-beta.2", "1.2.3-beta.2 1.2.3-beta.10 1.2.3 1.9.0", "1.2.3-beta.1 1.2.4-beta.2 1.2.3-alpha"),
            ("~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2"),
            ("~1.2", "1.2.0 1.2.9", "1.3.0"),
            ("~1", "1.0.0 1.9.0", "2.0.0"),
            ("~> 1.2.3", "1.2.5", "1.3.0"),
            ("1.2", "1.2.0 1.2.7", "1.3.0"),
            ("1.x.x", "1.0.0 1.5.0", "2.0.0"),
            ("*", "0.0.1 99.0.0", "1.0.0-rc.1"),
            ("", "1.0.0", "1.0.0-rc.1"),
            (">1.2", "1.3.0", "1.2.9 1.2.0"),
            (">=1.2 <2", "1.2.0 1.9.9", "2.0.0 1.1.9 2.0.0-rc.1"),
            (">= 1.2.0 < 1.4.0", "1.3.9", "1.4.0"),
            ("<=1.2", "1.2.9 0.1.0", "1.3.0"),
            ("<1.2", "1.1.9", "1.2.0 1.2.0-a"),
            ("1.2.3 - 2.3", "1.2.3 2.3.9", "2.4.0 1.2.2"),
            ("1.2 - 2.3.4", "1.2.0 2.3.4", "2.3.5"),
            ("1 || 3", "1.4.0 3.0.0", "2.0.0"),
            ("^1.0.0 || >=3.0.0-rc.1", "3.0.0-rc.2 3.1.0", "3.1.0-rc.1 2.0.0"),
            ("=1.2.3", "1.2.3 1.2.3+build", "1.2.4"),
            ("v1.2.3", "1.2.3", "1.2.4"),
            ("<*", "", "0.0.0 1.0.0"),
            ("^2 <2.2 || > 2.3", "2.1.0 2.4.0", "2.2.0 2.3.9"),
        ] {
            inside.split_whitespace().for_each(|v| assert!(has(range, v), "{range} has {v}"));
            outside.split_whitespace().for_each(|v| assert!(!has(range, v), "{range} has not {v}"));
        }
        for text in
            ["latest", "next-1", "1.2.3.4", "1..2", "^", ">", "a.b.c", "git+https://x", "1.2.3-", "99999999999999999"]
        {
            assert!(Range::parse(text).is_none(), "{text}");
        }
        assert!(Range::parse(&"1 ".repeat(200)).is_none());
    }

    #[test]
    fn prereleases_are_ordered_by_their_parts() {
        let order = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
        ];
        let parsed: Vec<Version> = order.iter().filter_map(|v| Version::parse(v)).collect();
        assert!(parsed.len() == 7 && parsed.is_sorted());
        assert!(Version::parse("1.0.0-2") < Version::parse("1.0.0-a"));
    }

    #[test]
    fn latest_goes_first_and_deprecated_ones_last() {
        let all = [("1.0.0", false), ("1.1.0", false), ("1.2.0", true), ("2.0.0", false), ("2.1.0-rc.1", false)];
        let of =
            |spec: &str, latest: &str| pick(&Range::parse(spec).expect("a range"), Some(latest), &all, spec.is_empty());
        assert_eq!(of("^1", "2.0.0"), Some("1.1.0"));
        assert_eq!(of("^1", "1.0.0"), Some("1.0.0"));
        assert_eq!(of("~1.2", "2.0.0"), Some("1.2.0"));
        assert_eq!(of("", "2.1.0-rc.1"), Some("2.1.0-rc.1"));
        assert_eq!(of("", "1.2.0"), Some("2.0.0"));
        assert_eq!(of("^9", "2.0.0"), None);
    }
}
