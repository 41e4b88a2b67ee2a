//! Random words that no name and no format tells: they may be secrets and may be names of things. They are no finding, and
//! not shown; what names code (a digest, a commit, an integrity) and paths are.

use super::filler::{is_mixed, stands_in};
use super::format::starts;
use super::names::names_id;

/// Characters of a random word.
const LEAST: usize = 20;

/// Words before a commit or a digest, also as folders.
const CODE: [&str; 33] = [
    "checkout",
    "reset",
    "fetch",
    "merge",
    "cherry-pick",
    "origin",
    "pull",
    "rev",
    "revision",
    "ref",
    "commit",
    "commits",
    "blob",
    "blobs",
    "raw",
    "archive",
    "objects",
    "sha",
    "sha1",
    "sha256",
    "sha512",
    "hash",
    "digest",
    "checksum",
    "integrity",
    "branch",
    "tag",
    "version",
    "narhash",
    "md5",
    "etag",
    "tree",
    "image",
];

/// What an address of code begins with, where it has no host.
const FORGES: [&str; 4] = ["github:", "gitlab:", "bitbucket:", "gist:"];

/// The random words of a text. In one that holds blanks, as code does, words of letters and digits count that stand by
/// themselves in a text; alone they may name anything.
pub(super) fn words(text: &str) -> Vec<&str> {
    if text.len() < LEAST {
        return Vec::new();
    }
    let several = text.contains(char::is_whitespace);
    let sums = says_sums(text);
    let ends = |c: char| c.is_whitespace() || "\"'`;|&(){}[]<>,".contains(c);
    let (mut out, mut before) = (Vec::new(), "");
    for word in text.split(ends).filter(|w| !w.is_empty()) {
        // what another spelling of bytes begins with may be the sign of a folder
        let path = is_path(word) && !(is_base64(word) && is_mixed(word, LEAST));
        if !path && word.len() >= LEAST {
            let forge = is_forge(word);
            let mut sign = ' ';
            let mut name = before;
            for piece in word.split_inclusive(['=', ':', '@', '#', '.']) {
                let own = piece.trim_end_matches(['=', ':', '@', '#', '.']);
                let (folders, last) = own.rsplit_once('/').unwrap_or(("", own));
                let folder = folders.rsplit('/').next().unwrap_or_default();
                let named = [folder, name].into_iter().any(names_code);
                let code = is_sum(last) && (sums || forge || "@#".contains(sign) || named);
                if !code && is_random(own, several) && !stands_in(own) {
                    out.push(own);
                }
                sign = piece.chars().next_back().unwrap_or(' ');
                name = own;
            }
        }
        before = word;
    }
    out
}

fn is_random(word: &str, several: bool) -> bool {
    let sign = |b: u8| b.is_ascii_alphanumeric() || b"+/-_~!%^*$?\\".contains(&b);
    word.len() >= LEAST
        && word.bytes().all(sign)
        && !is_integrity(word)
        && !is_sortable(word)
        && !is_id(word)
        && (is_mixed(word, LEAST) || is_scattered(word) || (several && word.split(['-', '_', '/']).any(is_woven)))
}

/// Whether a parameter of an address may be a secret, though its name does not say so.
pub(super) fn may_be_one(name: &str, value: &str) -> bool {
    let named = is_sum(value) && names_code(name) || names_id(name);
    (!named || is_mixed(value, LEAST))
        && (is_mixed(value, LEAST) || (value.len() >= LEAST && is_scattered(value)) || is_random(value, true))
}

/// Letters of both cases and digits without a word among them: a third of the neighbours are of different kinds, and no five
/// small letters that one could say stand side by side.
pub(super) fn is_scattered(word: &str) -> bool {
    let kind = |b: u8| (b.is_ascii_digit(), b.is_ascii_uppercase(), b.is_ascii_lowercase());
    let kinds: Vec<(bool, bool, bool)> = word.bytes().map(kind).collect();
    let said = |run: &str| run.len() >= 5 && run.split(['a', 'e', 'i', 'o', 'u', 'y']).all(|part| part.len() < 4);
    let turns = kinds.windows(2).filter(|w| w[0] != w[1]).count();
    let all = kinds.iter().any(|k| k.0) && kinds.iter().any(|k| k.1) && kinds.iter().any(|k| k.2);
    let plain = word.bytes().all(|b| b.is_ascii_alphanumeric());
    plain && all && !word.split(|c: char| !c.is_ascii_lowercase()).any(said) && turns * 3 >= word.len() - 1
}

/// Whether a word of a path may be one.
pub(super) fn may_be_in_path(word: &str) -> bool {
    word.len() >= LEAST && is_scattered(word) && !is_sortable(word) && !is_id(word)
}

/// Letters and digits that take turns as in no name and no date: of random ones every third is followed by the other kind.
fn is_woven(word: &str) -> bool {
    let digits: Vec<bool> = word.bytes().map(|b| b.is_ascii_digit()).collect();
    let turns = digits.windows(2).filter(|w| w[0] != w[1]).count();
    word.len() >= 16 && turns >= 3 && turns * 6 >= word.len() - 1
}

/// As sums of SHA-1, SHA-2 and MD5 are written, and commits.
pub(super) fn is_sum(word: &str) -> bool {
    let all = |letters: std::ops::RangeInclusive<u8>| word.bytes().all(|b| b.is_ascii_digit() || letters.contains(&b));
    [32, 40, 64, 96, 128].contains(&word.len()) && (all(b'a'..=b'f') || all(b'A'..=b'F'))
}

/// Whether a text works with sums of files.
pub(super) fn says_sums(text: &str) -> bool {
    ["sha256sum", "shasum", "sha512sum", "sha1sum", "md5sum"].iter().any(|s| text.contains(s))
}

/// Whether a word is an address of code that has no host: `github:a/b#…`.
pub(super) fn is_forge(word: &str) -> bool {
    FORGES.iter().any(|start| word.starts_with(start))
}

/// Whether a word begins as a path or an address does.
pub(super) fn is_path(word: &str) -> bool {
    word.starts_with(['/', '~', '.']) || word.contains("://") || word.as_bytes().get(1..3) == Some(b":\\")
}

/// Whether a word is base64 and no path: of folders one at least has a name of letters.
fn is_base64(word: &str) -> bool {
    let named = |folder: &str| folder.len() >= 3 && folder.bytes().skip(1).all(|b| b.is_ascii_lowercase());
    word.trim_end_matches('=').bytes().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(&b))
        && !word.split('/').any(named)
}

/// Whether a word, also as an option, says that a sum follows.
pub(super) fn names_code(word: &str) -> bool {
    let word = word.trim_end_matches(['=', ':']).trim_start_matches('-');
    let last = word.rsplit(['-', '_', '=', '@', ':', '?', '&']).next().unwrap_or(word);
    CODE.iter().any(|own| last.eq_ignore_ascii_case(own) || word.eq_ignore_ascii_case(own))
}

/// Digests as lock files and pages write them, and how many signs of base64 and of hex each has.
const DIGESTS: [(&str, usize, usize); 4] =
    [("sha1", 27, 40), ("sha256", 43, 64), ("sha384", 64, 96), ("sha512", 86, 128)];

/// The first `sha512-…` of a word, whole. What is longer, shorter or has another sign is none.
pub(super) fn integrity(word: &str) -> Option<std::ops::Range<usize>> {
    word.match_indices("sha").find_map(|(at, _)| {
        let rest = &word[at..];
        let (kind, base64, hex) = DIGESTS.iter().find(|(kind, ..)| rest.starts_with(kind))?;
        let body = rest[kind.len()..].strip_prefix(['-', '/'])?;
        let signs = body.bytes().take(129).take_while(|b| b.is_ascii_alphanumeric() || b"+/".contains(b)).count();
        let padding = body[signs..].bytes().take(2).take_while(|b| *b == b'=').count();
        let whole = (signs == *base64) || (signs == *hex && padding == 0 && is_sum(&body[..signs]));
        let ends = body[signs + padding..].bytes().next().is_none_or(|b| !b"=-_~%".contains(&b));
        (whole && ends && starts(word, at)).then(|| at..at + kind.len() + 1 + signs + padding)
    })
}

/// Whether a word is one, with its padding or without.
pub(super) fn is_integrity(word: &str) -> bool {
    integrity(word) == Some(0..word.len())
}

/// An id that sorts by its time: of 26 signs the first are those of these years.
pub(super) fn is_sortable(word: &str) -> bool {
    let body = word.rsplit(['_', '-']).next().unwrap_or(word);
    let sign = |b: u8| b.is_ascii_digit() || (b.is_ascii_uppercase() && !b"ILOU".contains(&b));
    body.len() == 26 && body.starts_with("01") && body.bytes().all(sign)
}

/// Names before the ids of things.
pub(super) const THINGS: [&str; 46] = [
    "account",
    "acct",
    "agent",
    "app",
    "asst",
    "bot",
    "bucket",
    "channel",
    "chan",
    "client",
    "cluster",
    "conn",
    "cus",
    "db",
    "deployment",
    "dpl",
    "endpoint",
    "env",
    "file",
    "flow",
    "group",
    "inst",
    "job",
    "member",
    "model",
    "msg",
    "ns",
    "org",
    "page",
    "prj",
    "proj",
    "project",
    "region",
    "run",
    "site",
    "space",
    "srv",
    "svc",
    "team",
    "tenant",
    "thread",
    "user",
    "usr",
    "wksp",
    "workspace",
    "ws",
];

/// The id of a thing that its first word names: `org_…`. What a service hands out as a key is called one.
pub(super) fn is_id(word: &str) -> bool {
    let thing = |(name, body): (&str, &str)| {
        let kinds = [u8::is_ascii_lowercase, u8::is_ascii_uppercase];
        let plain = body.bytes().all(|b| b.is_ascii_alphanumeric());
        let one = kinds.iter().any(|kind| !body.bytes().any(|b| kind(&b)));
        let named = name.bytes().all(|b| b.is_ascii_lowercase()) && (2..=12).contains(&name.len());
        // a key has more signs, or another name
        let known = THINGS.contains(&name) && body.len() <= 32;
        plain && named && (known || (one && body.len() <= 26 && !super::names_key(name)))
    };
    starts(word, 0) && word.split_once(['_', '-']).is_some_and(thing)
}
