//! Whether a package is called almost like a well-known one: a slip of the keyboard, letters that look the same, a scope or an
//! owner that imitates the vendor's, a scope that became part of the name or was left out. By the name alone; whoever is
//! really meant is not known here.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use strsim::osa_distance;

use super::{normal, servers};
use crate::package::reference::{Ecosystem, Reference};

/// Words that stand in the name of nearly every server and distinguish nothing.
const COMMON: [&str; 6] = ["mcp", "server", "servers", "the", "official", "ai"];
/// Words that others hang on a vendor's scope to have one that looks like it.
const CLAIMS: [&str; 5] = ["mcp", "official", "server", "servers", "verified"];
/// Words that vendors themselves hang on their names, too.
const AFFIXES: [&str; 14] =
    ["ai", "hq", "labs", "lab", "dev", "io", "team", "inc", "app", "org", "com", "js", "tools", "sdk"];
/// Words of the language that are one letter away from the name of a vendor.
pub const VENDORS_NEIGHBOURS: [&str; 25] = [
    "stride",
    "potion",
    "lotion",
    "rapier",
    "napier",
    "openapi",
    "mongod",
    "motion",
    "strike",
    "strips",
    "strive",
    "strife",
    "nation",
    "notions",
    "stripes",
    "striped",
    "oficial",
    "officials",
    "finance",
    "gitbucket",
    "zapper",
    "openal",
    "contexts",
    "contexte",
    "contexto",
];
/// The same of other well-known names, and names of others.
const OTHER_WORDS: [&str; 21] = [
    "memori", "slick", "black", "stack", "fetcher", "docker", "locker", "marker", "graphana", "century", "sentinel",
    "reddit", "redux", "linea", "liner", "palypal", "chrome", "chrono", "wardrobe", "square", "squire",
];
/// Rows of a keyboard.
const KEYS: [&str; 4] = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
const SEPARATORS: [char; 4] = ['-', '_', '.', '/'];
/// Characters of a name, below which a letter more or less makes any other word.
const SHORTEST: usize = 6;
/// Characters of the longest name that a registry takes.
const LONGEST: usize = 214;

/// Whose servers are published again under their own names by others, and nobody else's.
const REFERENCE: &str = "modelcontextprotocol";

/// How a name resembles a well-known one, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// It differs in a letter, or in letters that look the same.
    Spelling,
    /// Its scope, or the owner of the image, does.
    Scope,
    /// It is the name with `official` added.
    Official,
    /// Its scope has one more word, as vendors' own scopes may.
    NearScope,
    /// The scope has become part of the name.
    Flattened,
    /// The scope is missing.
    Twin,
}

impl Likeness {
    /// Honest packages are called like that, too.
    pub fn is_weak(self) -> bool {
        self >= Self::NearScope
    }
}

/// A well-known name, in the forms that are compared.
struct Known {
    name: &'static str,
    normal: String,
    skeleton: String,
}

/// The names of one registry, and all words in them.
struct Names {
    all: Vec<Known>,
    words: BTreeSet<String>,
    scopes: BTreeSet<String>,
}

impl Names {
    fn of(ecosystem: Ecosystem) -> Self {
        let known = |name: &'static str| {
            let normal = normal(ecosystem, name);
            Known { name, skeleton: skeleton(&normal), normal }
        };
        let all: Vec<Known> = servers(ecosystem).map(known).collect();
        let words = all.iter().flat_map(|k| k.normal.trim_start_matches('@').split(SEPARATORS)).map(str::to_owned);
        let words = words.collect();
        let scopes = all.iter().filter_map(|k| Some(scoped(&k.normal)?.0.to_owned())).collect();
        Self { all, words, scopes }
    }
}

static NAMES: LazyLock<[Names; 4]> = LazyLock::new(|| Ecosystem::ALL.map(Names::of));

/// The well-known server that a name could be taken for.
pub fn lookalike(reference: &Reference) -> Option<(&'static str, Likeness)> {
    let name = normal(reference.ecosystem, reference.name.raw());
    let names = &NAMES[Ecosystem::ALL.iter().position(|e| *e == reference.ecosystem)?];
    if name.len() > LONGEST || names.all.iter().any(|k| k.normal == name) {
        return None;
    }
    // who owns a scope owns every name in it
    if scoped(&name).is_some_and(|(scope, _)| names.scopes.contains(scope)) {
        return None;
    }
    let skeleton = skeleton(&name);
    let like = |k: &Known| resembles(&name, &skeleton, k, &names.words).map(|l| (k.name, l));
    names.all.iter().filter_map(like).min_by_key(|(_, l)| *l)
}

fn scoped(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix('@')?.split_once('/')
}

fn resembles(name: &str, skeleton: &str, known: &Known, words: &BTreeSet<String>) -> Option<Likeness> {
    match (scoped(name), scoped(&known.normal)) {
        (Some((scope, bare)), Some((known_scope, known_bare))) => {
            let same_name = bare == known_bare
                || similar(bare, known_bare, words)
                || self::skeleton(bare) == self::skeleton(known_bare);
            let found = same_name.then(|| near(scope, known_scope, words)).flatten();
            // `@mcp/…`: words that say nothing but that it is the official one. A name in somebody's own scope is a fork
            let claims = || scope.split(SEPARATORS).all(|w| CLAIMS.contains(&w));
            let taken = || same_name && known_scope == REFERENCE && self::words(known_bare).next().is_some();
            found.or_else(|| (taken() && claims()).then_some(Likeness::Scope))
        }
        (None, Some((scope, bare))) => unscoped(name, skeleton, scope, bare),
        (None, None) => {
            if similar(name, &known.normal, words) || skeleton == known.skeleton {
                return Some(Likeness::Spelling);
            }
            if let (Some((owner, bare)), Some((known_owner, known_bare))) =
                (name.rsplit_once('/'), known.normal.rsplit_once('/'))
                && bare == known_bare
                && bare.contains("mcp")
            {
                return near(owner, known_owner, words);
            }
            claimed(name, &known.normal).then_some(Likeness::Official)
        }
        (Some(_), None) => None,
    }
}

/// How a scope imitates another.
fn near(scope: &str, known: &str, words: &BTreeSet<String>) -> Option<Likeness> {
    // a vendor's name in the plural is nobody else's
    let plural = known.len() >= SHORTEST && scope.strip_suffix('s') == Some(known);
    if plural
        || similar(scope, known, words)
        || skeleton(scope) == skeleton(known)
        || (known.len() >= 8 && scope.contains(known))
    {
        return Some(Likeness::Scope);
    }
    let left: Vec<&str> = scope.split(SEPARATORS).filter(|w| !CLAIMS.contains(w)).collect();
    let known_left: Vec<&str> = known.split(SEPARATORS).filter(|w| !CLAIMS.contains(w)).collect();
    if known.len() < 4 || left.is_empty() {
        return None;
    }
    if left == known_left {
        return Some(Likeness::Scope);
    }
    let bare: Vec<&str> = left.into_iter().filter(|w| !AFFIXES.contains(w)).collect();
    (bare == known_left).then_some(Likeness::NearScope)
}

/// A name without a scope, and a well-known one with a scope.
fn unscoped(name: &str, skeleton: &str, scope: &str, bare: &str) -> Option<Likeness> {
    let own: Vec<&str> = words(bare).collect();
    // `playwright-mcp` is a name that anybody may think of; with the rest of a longer name it is not
    if !own.is_empty() && skeleton == self::skeleton(&format!("{scope}-{bare}")) {
        return Some(Likeness::Flattened);
    }
    // the vendor's name stands in the package's own, and the package says that it is a server
    let vendors = |w: &&str| w.len() >= 4 && (scope.contains(w) || w.contains(scope));
    let is_server = bare.split(SEPARATORS).any(|w| w == "mcp");
    let reference = scope == REFERENCE && bare.starts_with("server-") && !own.is_empty();
    let twin = (name == bare || (reference && skeleton == self::skeleton(bare)))
        && (reference || is_server && own.iter().any(vendors));
    twin.then_some(Likeness::Twin)
}

/// The same words with `official` among them.
fn claimed(name: &str, known: &str) -> bool {
    let mut rest = name.split(SEPARATORS).filter(|w| !matches!(*w, "official" | "verified"));
    name.len() > known.len() && known.split(SEPARATORS).all(|w| rest.next() == Some(w)) && rest.next().is_none()
}

/// One slip of the keyboard away, in a word long enough that this is no other word.
fn similar(name: &str, known: &str, words: &BTreeSet<String>) -> bool {
    if known.len() < SHORTEST || name.len().abs_diff(known.len()) > 1 || osa_distance(name, known) != 1 {
        return false;
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (name.split(SEPARATORS).collect(), known.split(SEPARATORS).collect());
    if a.len() != b.len() {
        // only a separator more or less
        return known.len() >= 8;
    }
    let differs = a.iter().zip(&b).find(|(x, y)| x != y);
    differs.is_some_and(|(x, y)| {
        slip(x, y)
            && !words.contains(*x)
            && ![&VENDORS_NEIGHBOURS[..], &OTHER_WORDS].iter().any(|near| near.contains(x))
    })
}

/// Whether one word is another one, mistyped. The shorter it is, the likelier is another word instead.
fn slip(word: &str, known: &str) -> bool {
    // `mpc` for `mcp`, `sever` for `server`
    if COMMON.contains(&known) {
        return !COMMON.contains(&word);
    }
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    let at = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (typed, meant) = (a.get(at).copied(), b.get(at).copied());
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let last = at + 1 >= a.len().max(b.len());
    let least = match a.len().cmp(&b.len()) {
        // a plural, or the next version, is a name of its own
        std::cmp::Ordering::Greater if last && (typed == Some('s') || digit(typed)) => return false,
        std::cmp::Ordering::Less if last && digit(meant) => return false,
        std::cmp::Ordering::Less if last && meant == Some('s') => 7,
        // `fetchh`, `githhub`
        std::cmp::Ordering::Greater if at > 0 && typed == Some(a[at - 1]) => 4,
        std::cmp::Ordering::Greater | std::cmp::Ordering::Less => 6,
        std::cmp::Ordering::Equal if digit(typed) && digit(meant) => return false,
        // two letters in each other's place
        std::cmp::Ordering::Equal if typed == b.get(at + 1).copied() && meant == a.get(at + 1).copied() => 5,
        std::cmp::Ordering::Equal if typed.zip(meant).is_some_and(|(x, y)| beside(x, y)) => 6,
        // the first letter is the one that people look at
        std::cmp::Ordering::Equal if at == 0 => 7,
        std::cmp::Ordering::Equal => 6,
    };
    b.len() >= least
}

/// Whether two keys lie side by side.
fn beside(a: char, b: char) -> bool {
    let place = |c: char| KEYS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.find(c)?)));
    place(a).zip(place(b)).is_some_and(|((row, x), (other, y))| row.abs_diff(other) <= 1 && x.abs_diff(y) <= 1)
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(SEPARATORS).filter(|w| !COMMON.contains(w))
}

/// What is left of a name when separators go and letters that look the same are one. An owner stays one.
fn skeleton(name: &str) -> String {
    let plain: String = unicode_security::skeleton(name).filter(|c| *c == '/' || !SEPARATORS.contains(c)).collect();
    plain.replace('0', "o").replace(['1', 'i'], "l").replace("rn", "m").replace("vv", "w").replace('5', "s")
}

#[cfg(test)]
mod tests;
