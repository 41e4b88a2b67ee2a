//! Version specifiers of Python (PEP 440): which of the releases of a project `>=1,<2`, `~=1.4` or `==1.*` means. What is
//! not of that grammar is not guessed at: it names no release.

use std::cmp::Ordering;

/// Characters of a version or of a list of specifiers that are read.
const LONGEST: usize = 256;
/// Specifiers of one list.
const MOST: usize = 32;

/// A version, in the order of PEP 440.
#[derive(Clone, Debug)]
pub struct Version {
    epoch: u64,
    /// Without the zeros at its end.
    release: Vec<u64>,
    /// How many numbers were written.
    written: usize,
    /// 0 `a`, 1 `b`, 2 `rc`.
    pre: Option<(u8, u64)>,
    post: Option<u64>,
    dev: Option<u64>,
    /// Behind `+`.
    local: Vec<Local>,
}

/// Words come before numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Local {
    Word(String),
    Number(u64),
}

/// What is left to read.
struct Rest<'t>(&'t str);

impl Rest<'_> {
    fn number(&mut self) -> Option<u64> {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        digits.parse().ok()
    }

    fn separator(&mut self) -> bool {
        let rest = self.0.strip_prefix(['.', '-', '_']);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// One of these words with its number, which may be left out; separators may stand before and between.
    fn tagged(&mut self, words: &[&str]) -> Option<(usize, u64)> {
        let before = self.0;
        self.separator();
        // the longest first: `rev` is not `r`
        let found = words.iter().enumerate().filter(|(_, w)| self.0.starts_with(**w)).max_by_key(|(_, w)| w.len());
        let Some((at, word)) = found else {
            self.0 = before;
            return None;
        };
        self.0 = &self.0[word.len()..];
        let behind = self.0;
        self.separator();
        let number = self.number().unwrap_or_else(|| {
            self.0 = behind;
            0
        });
        Some((at, number))
    }
}

impl Version {
    /// Reads one, in any of its spellings.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if text.len() > LONGEST || !text.is_ascii() {
            return None;
        }
        let (public, local) = text.split_once('+').map_or((text.as_str(), None), |(p, l)| (p, Some(l)));
        let public = public.strip_prefix('v').unwrap_or(public);
        let (epoch, public) = match public.split_once('!') {
            Some((epoch, rest)) => (epoch.parse().ok()?, rest),
            None => (0, public),
        };
        let mut rest = Rest(public);
        let mut release = vec![rest.number()?];
        while let Some(next) = rest.0.strip_prefix('.').filter(|n| n.starts_with(|c: char| c.is_ascii_digit())) {
            rest.0 = next;
            release.push(rest.number()?);
        }
        let pre = rest.tagged(&["a", "b", "rc", "alpha", "beta", "c", "pre", "preview"]);
        let pre = pre.map(|(word, n)| (if word > 4 { 2 } else { (word % 3) as u8 }, n));
        let implied = rest.0.strip_prefix('-').filter(|r| r.starts_with(|c: char| c.is_ascii_digit()));
        let post = match implied {
            Some(number) => {
                rest.0 = number;
                Some(rest.number()?)
            }
            None => rest.tagged(&["post", "rev", "r"]).map(|(_, n)| n),
        };
        let dev = rest.tagged(&["dev"]).map(|(_, n)| n);
        let part = |p: &str| match p.parse() {
            Ok(number) => Some(Local::Number(number)),
            Err(_) => {
                (!p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric())).then(|| Local::Word(p.to_owned()))
            }
        };
        let local = local.map_or(Some(Vec::new()), |l| l.split(['.', '-', '_']).map(part).collect())?;
        let written = release.len();
        while release.len() > 1 && release.last() == Some(&0) {
            release.pop();
        }
        rest.0.is_empty().then_some(Self { epoch, release, written, pre, post, dev, local })
    }

    /// Not meant for everybody yet.
    pub fn early(&self) -> bool {
        self.pre.is_some() || self.dev.is_some()
    }

    fn public(&self) -> Self {
        Self { local: Vec::new(), ..self.clone() }
    }

    fn base(&self) -> (u64, &[u64]) {
        (self.epoch, &self.release)
    }

    fn number(&self, at: usize) -> u64 {
        self.release.get(at).copied().unwrap_or(0)
    }

    /// Whether it begins with the first numbers of another.
    fn begins(&self, other: &Self, numbers: usize) -> bool {
        self.epoch == other.epoch && (0..numbers).all(|i| self.number(i) == other.number(i))
    }

    /// `1.0.dev1` < `1.0a1.dev1` < `1.0a1` < `1.0` < `1.0.post1.dev1` < `1.0.post1`
    fn stage(&self) -> (u8, (u8, u64), Option<u64>, bool, u64) {
        let first = match (self.pre, self.post, self.dev) {
            (None, None, Some(_)) => 0,
            (Some(_), ..) => 1,
            (None, ..) => 2,
        };
        (first, self.pre.unwrap_or_default(), self.post, self.dev.is_none(), self.dev.unwrap_or_default())
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |v: &Self| (v.epoch, v.release.clone(), v.stage(), v.local.clone());
        key(self).cmp(&key(other))
    }
}

/// `1.0` is `1`, however it is written.
impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// One specifier.
#[derive(Debug)]
struct Bound {
    operator: &'static str,
    version: Version,
    /// `1.*`.
    open: bool,
    /// As written, for `===`.
    text: String,
}

/// A list of specifiers, all of which hold.
#[derive(Debug)]
pub struct Specifiers(Vec<Bound>);

impl Specifiers {
    /// Reads `>=1,<2`; a version alone is `==`. `None` when it is no such list.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST || text.split(',').count() > MOST {
            return None;
        }
        if text.trim().is_empty() {
            return Some(Self(Vec::new()));
        }
        text.split(',').map(|one| bound(one.trim())).collect::<Option<_>>().map(Self)
    }

    fn early(&self) -> bool {
        self.0.iter().any(|b| b.version.early() && b.operator != "!=")
    }

    fn pins(&self) -> bool {
        self.0.iter().any(|b| matches!(b.operator, "==" | "===") && !b.open)
    }

    /// Whether a version, which is written so, is in all of them.
    pub fn has(&self, version: &Version, text: &str) -> bool {
        self.0.iter().all(|b| b.has(version, text))
    }
}

fn bound(text: &str) -> Option<Bound> {
    let operator = ["===", "~=", "==", "!=", "<=", ">=", "<", ">"].into_iter().find(|o| text.starts_with(o));
    let version = text[operator.map_or(0, str::len)..].trim();
    let operator = operator.unwrap_or("==");
    let base = version.strip_suffix(".*");
    let open = base.is_some();
    let parsed = Version::parse(base.unwrap_or(version))?;
    let fits = match operator {
        "==" | "!=" => !open || (parsed.dev.is_none() && parsed.local.is_empty()),
        "===" => !open,
        "~=" => !open && parsed.written > 1 && parsed.local.is_empty(),
        _ => !open && parsed.local.is_empty(),
    };
    fits.then(|| Bound { operator, version: parsed, open, text: version.to_owned() })
}

impl Bound {
    fn has(&self, version: &Version, text: &str) -> bool {
        let own = &self.version;
        let equal = || match self.open {
            true => version.begins(own, own.written) && (own.pre.is_none() || version.pre == own.pre),
            // what stands behind `+` counts only where it is written
            false if own.local.is_empty() => version.public() == *own,
            false => version == own,
        };
        let public = version.public();
        match self.operator {
            "===" => self.text.eq_ignore_ascii_case(text),
            "==" => equal(),
            "!=" => !equal(),
            "<=" => public <= *own,
            ">=" => public >= *own,
            // a prerelease of a version is not below it, and what follows a release is not above it
            "<" => public < *own && (own.early() || !version.early() || version.base() != own.base()),
            ">" => {
                let apart = version.base() != own.base();
                public > *own && (apart || (version.local.is_empty() && (own.post.is_some() || version.post.is_none())))
            }
            _ => version >= own && version.begins(own, own.written - 1),
        }
    }
}

/// What uv and pip would take of these releases, each with whether it was taken back: the newest that fits. Prereleases only
/// where the specifiers name one or where there is nothing else; releases that were taken back only where they are
/// pinned. Which version of Python a release needs is not asked.
pub fn pick<'v>(specifiers: &Specifiers, all: &[(&'v str, bool)]) -> Option<&'v str> {
    let parsed: Vec<(Version, &str, bool)> =
        all.iter().filter_map(|(v, yanked)| Some((Version::parse(v)?, *v, *yanked))).collect();
    let early = specifiers.early() || parsed.iter().all(|(v, ..)| v.early());
    parsed
        .iter()
        .filter(|(v, text, yanked)| specifiers.has(v, text) && (early || !v.early()) && (!yanked || specifiers.pins()))
        .max_by(|a, b| a.0.cmp(&b.0))
        .map(|(_, text, _)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(specifiers: &str, version: &str) -> bool {
        let list = Specifiers::parse(specifiers).unwrap_or_else(|| panic!("{specifiers} is a list"));
        list.has(&Version::parse(version).unwrap_or_else(|| panic!("{version} is a version")), version)
    }

    #[test]
    fn versions_are_in_the_order_of_pep_440() {
        let order = [
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1!0.1",
        ];
        let parsed: Vec<Version> = order.iter().filter_map(|v| Version::parse(v)).collect();
        assert_eq!(parsed.len(), order.len());
        assert!(parsed.is_sorted_by(|a, b| a < b), "{parsed:?}");
        for (a, b) in [
            ("1.0", "1"),
            ("v1.0-alpha.1", "1a1"),
            ("1.0-1", "1.0.post1"),
            ("1.0-r4", "1.post4"),
            ("1.0c1", "1rc1"),
            ("1_preview_2", "1rc2"),
        ] {
            let of = |t| Version::parse(t).expect("a version");
            assert_eq!(of(a).cmp(&of(b)), Ordering::Equal, "{a} {b}");
        }
        for text in ["", "1.", "x", "1.0-", "1.0+", "1..0", "1.0.post1.a1", "1.0 0", "99999999999999999999999"] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn specifiers_hold_what_pep_440_says_they_hold() {
        for (list, inside, outside) in [
            ("~=2.2", "2.2 2.3 2.2.post3 2.99.1", "2.1 3.0"),
            ("~=1.4.5", "1.4.5 1.4.9", "1.5.0 1.4.4"),
            ("~=1.4.5a4", "1.4.5a4 1.4.5 1.4.6", "1.4.5a3 1.5"),
            ("~=2.2.0", "2.2.0 2.2.7", "2.3"),
            ("==1.1", "1.1 1.1.0 1.1+local", "1.1.1 1.1a1 1.1.post1"),
            ("==1.1.*", "1.1 1.1.5 1.1a1 1.1.post1", "1.2 1.0.9"),
            ("==1.0+a", "1.0+a", "1.0 1.0+b"),
            ("!=1.1.*", "1.0 1.2", "1.1.4"),
            ("!=1.1", "1.2 1.1.1", "1.1.0"),
            (">=1,<2", "1 1.9.9 1.5", "2 0.9 2.0a1"),
            (">=1, <2, !=1.5", "1.4", "1.5"),
            (">1.7", "1.7.1 1.8", "1.7 1.7.0.post1 1.7+x"),
            (">1.7.post2", "1.7.post3", "1.7.post2 1.7"),
            ("<2", "1.9", "2.0 2.0rc1"),
            ("<2rc1", "2b1", "2rc1"),
            ("<=1.0", "1.0 1.0+x 0.9", "1.0.1"),
            ("===1.0", "1.0", "1.0.0"),
            ("1.2", "1.2.0", "1.2.1"),
            ("", "0.1", ""),
        ] {
            inside.split_whitespace().for_each(|v| assert!(has(list, v), "{list} has {v}"));
            outside.split_whitespace().for_each(|v| assert!(!has(list, v), "{list} has not {v}"));
        }
        for text in ["latest", "~=1", "~=1.*", ">1.*", ">=1,,<2", "=>1", ">=1+x", "==", "^1"] {
            assert!(Specifiers::parse(text).is_none(), "{text}");
        }
        assert!(Specifiers::parse(&">1,".repeat(100)).is_none());
    }

    #[test]
    fn the_newest_that_fits_is_taken() {
        let all =
            [("0.9", false), ("1.0", false), ("1.4.2", false), ("1.4.3", true), ("1.5rc1", false), ("2.0", false)];
        let of = |list: &str| pick(&Specifiers::parse(list).expect("a list"), &all);
        assert_eq!(of(">=1,<2"), Some("1.4.2"));
        assert_eq!(of("~=1.4"), Some("1.4.2"));
        assert_eq!(of("==1.4.3"), Some("1.4.3"));
        assert_eq!(of(">=1.5rc1,<2"), Some("1.5rc1"));
        assert_eq!(of(""), Some("2.0"));
        assert_eq!(of("<0.9"), None);
        assert_eq!(of(">=1.5a1,<1.6,!=1.5rc1"), None);
        assert_eq!(pick(&Specifiers::parse("").expect("a list"), &[("1.0a1", false), ("1.0a2", false)]), Some("1.0a2"));
    }
}
