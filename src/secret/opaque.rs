//! Words that tell a reader nothing and may be a secret: hex, UUIDs, and letters that no language spells. They are no finding,
//! and not shown. What people need to read stays: commits, digests, ids under a name that says whose they are, and words.

use super::filler::stands_in;
use super::mixed::{THINGS, integrity, is_forge, is_integrity, is_path, is_sortable, is_sum, names_code, says_sums};
use super::names::{contains, names_id};
use super::spelled::{LEAST, is_jumble, is_nothing};

/// What stands before a number that a provider of machines gives to them.
const MACHINES: [&str; 16] =
    ["i", "vpc", "subnet", "sg", "ami", "vol", "snap", "eni", "rtb", "igw", "nat", "acl", "lt", "fs", "tgw", "vpce"];

/// Folders of an address behind which an id stands that its owner gives away.
const FOLDERS: [&str; 21] = [
    "base",
    "bases",
    "database",
    "account",
    "accounts",
    "project",
    "projects",
    "org",
    "orgs",
    "organization",
    "organizations",
    "tenant",
    "tenants",
    "subscription",
    "subscriptions",
    "workspace",
    "workspaces",
    "team",
    "teams",
    "zone",
    "zones",
];

/// Hosts that keep code, where a commit stands in the path.
pub(super) const CODE: [&str; 10] = [
    "github.com",
    "githubusercontent.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "sr.ht",
    "jsdelivr.net",
    "huggingface.co",
    "esm.sh",
    "unpkg.com",
];

/// What stands before a word.
#[derive(Clone, Copy, Default)]
pub(super) struct Name<'n> {
    pub name: &'n str,
    /// A commit or a digest is no wonder here.
    pub code: bool,
}

/// The words of a text. `flag` is what stands before it, `image` says that a digest may be an image.
pub(super) fn words<'t>(text: &'t str, flag: Option<&str>, image: bool) -> Vec<&'t str> {
    let ends = |c: char| c.is_whitespace() || "\"'`;|&(){}[]<>,".contains(c);
    let (mut out, mut before) = (Vec::new(), flag.unwrap_or_default());
    if text.len() < LEAST {
        return out;
    }
    // of files the sums are given
    let image = image || says_sums(text);
    for word in text.split(ends).filter(|w| w.bytes().any(|b| b.is_ascii_alphanumeric())) {
        if !is_path(word) && word.len() >= LEAST {
            word.split('\\').for_each(|part| of_word(part, before, image, &mut out));
        }
        before = word;
    }
    out
}

/// The folders of a path.
pub(super) fn folders(path: &str) -> Vec<&str> {
    let mut out = Vec::new();
    path.split(['/', '\\']).for_each(|folder| of_word(folder, "", false, &mut out));
    out
}

/// Where the name of a machine stands in a word, behind a user or an option: it decides who answers, and is always shown.
fn host(word: &str) -> Option<std::ops::Range<usize>> {
    let start = word.rfind(['@', '=']).map_or(0, |at| at + 1);
    let end = word[start..].find([':', '/']).map_or(word.len(), |at| start + at);
    let labels = &word[start..end];
    let label = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let (_, last) = labels.rsplit_once('.')?;
    let top = (2..=24).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_alphabetic()) && !is_nothing(last);
    (top && labels.split('.').all(label)).then_some(start..end)
}

fn of_word<'t>(word: &'t str, before: &str, image: bool, out: &mut Vec<&'t str>) {
    let mut rest = word;
    while let Some(sum) = integrity(rest) {
        beside_host(&rest[..sum.start], before, image, out);
        rest = &rest[sum.end..];
    }
    beside_host(rest, before, image, out);
}

fn beside_host<'t>(word: &'t str, before: &str, image: bool, out: &mut Vec<&'t str>) {
    match host(word) {
        Some(host) => {
            of_piece(&word[..host.start], before, image, out);
            of_piece(&word[host.end..], before, image, out);
        }
        None => of_piece(word, before, image, out),
    }
}

fn of_piece<'t>(word: &'t str, before: &str, image: bool, out: &mut Vec<&'t str>) {
    let signs = ['=', ':', '@', '#', '.', '?', '%', '+', '~', '!', '$', '*', '^'];
    let (forge, mut name, mut sign) = (is_forge(word), before, ' ');
    for piece in word.split_inclusive(signs) {
        let own = piece.trim_end_matches(signs);
        let mut folder = "";
        for part in own.split('/').filter(|p| !p.is_empty()) {
            let code = forge || names_code(folder) || matches!(sign, '@' | '#') || (image && own.len() == word.len());
            value(part, Name { name, code }, out);
            folder = part;
        }
        sign = piece.chars().next_back().unwrap_or(' ');
        name = if own.is_empty() { name } else { own };
    }
}

/// The words of a value under a name.
pub(super) fn value<'t>(text: &'t str, name: Name<'_>, out: &mut Vec<&'t str>) {
    if text.len() < LEAST {
        return;
    }
    let (known, mut rest) = (out.len(), text);
    while let Some(at) = uuid(rest) {
        let (before, found) = rest.split_at(at);
        letters(before, out);
        out.extend(Some(&found[..UUID]).filter(|u| !stands_in(u)));
        rest = &found[UUID..];
    }
    letters(rest, out);
    // most values hold nothing of it
    if out.len() > known && is_told(text, name) {
        out.truncate(known);
    }
}

/// Whether a value says what it is, or its name does.
fn is_told(text: &str, Name { name, code }: Name<'_>) -> bool {
    // a name is no longer, and this is asked for every word behind it
    let name = &name[name.floor_char_boundary(name.len().saturating_sub(128))..];
    (is_sum(text) && (names_code(name) || (code && matches!(text.len(), 40 | 64))))
        || says_whose(name, text)
        || is_integrity(text)
        || is_sortable(text)
        || is_thing(text)
}

fn letters<'t>(text: &'t str, out: &mut Vec<&'t str>) {
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c))) {
        let known = out.len();
        let parts = word.split(['-', '_']);
        out.extend(parts.filter(|p| (is_hex(p) || is_nothing(p)) && !stands_in(p)));
        // what is left of it would say where the signs are
        if is_jumble(word) && word.contains(['-', '_']) && !stands_in(word) {
            out.truncate(known);
            out.push(word);
        }
    }
}

/// Letters and digits of a UUID.
const UUID: usize = 36;

/// Where a UUID begins.
fn uuid(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let is = |own: &[u8]| {
        own.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
    };
    let alone = |b: Option<&u8>| b.is_none_or(|b| !b.is_ascii_alphanumeric());
    // the first sign tells most places
    let begins = |at: &usize| bytes.get(at + 8) == Some(&b'-') && is(&bytes[*at..at + UUID]);
    let mut places = 0..(bytes.len() + 1).saturating_sub(UUID);
    places.find(|at| begins(at) && alone(at.checked_sub(1).and_then(|b| bytes.get(b))) && alone(bytes.get(at + UUID)))
}

/// Letters and digits of hex, with both among them.
fn is_hex(word: &str) -> bool {
    word.len() >= LEAST
        && word.bytes().all(|b| b.is_ascii_hexdigit())
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether a name says whose id its value is, which everybody may know: `--project-id`, `tenant`, `orgId`. A session is a key.
/// Ids are short, and behind a folder alone they have one of few shapes.
fn says_whose(name: &str, value: &str) -> bool {
    let name = name.trim_end_matches([':', '=', '/']);
    let last = name.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(name);
    let thing = |own: &&str| {
        last.eq_ignore_ascii_case(own) || last.strip_suffix('s').is_some_and(|l| l.eq_ignore_ascii_case(own))
    };
    let id = last.len() > 2 && (last.ends_with("Id") || last.ends_with("ID"));
    let option = name.starts_with('-') || name.contains(['_', '-']) || name.bytes().any(|b| b.is_ascii_uppercase());
    // a word alone names the thing in an address: `account=…`
    let shape = uuid(value) == Some(0) && value.len() == UUID || (is_hex(value) && matches!(value.len(), 24 | 32));
    let folder = FOLDERS.contains(&last) && (option || shape);
    let known = names_id(name) || id || folder || (option && THINGS.iter().any(thing));
    known && value.len() <= LONGEST_ID && !["session", "secret", "token"].iter().any(|w| contains(name, w))
}

/// Signs of the longest id: an address of a chain.
const LONGEST_ID: usize = 44;

/// What its own first word names: `prj_…`, `vpc-…`.
fn is_thing(word: &str) -> bool {
    word.split_once(['_', '-']).is_some_and(|(name, body)| {
        let hex = matches!(body.len(), 8 | 17) && body.bytes().all(|b| b.is_ascii_hexdigit());
        (MACHINES.contains(&name) && hex) || (THINGS.contains(&name) && word.contains('_') && body.len() <= 32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_nothing_is_found_and_what_people_read_is_not() {
        const RANDOM: &str = "q8zt3lpw9xvb2ncr7mkd5hsn";
        const LETTERS: &str = "qzkvwxjfplmtbhgd";
        let uuid = "550e8400-e29b-41d4-a716-446655440000";
        let (commit, sum) = ("da39a3ee5e6b4b0d3255bfef95601890afd80709", "9f86d081".repeat(8));
        for (text, found) in [
            ("f3a9c1d27be84501", "f3a9c1d27be84501"),
            ("F3A9C1D27BE84501", "F3A9C1D27BE84501"),
            ("--foo=f3a9c1d27be84501", "f3a9c1d27be84501"),
            (uuid, uuid),
            ("mcp-550e8400-e29b-41d4-a716-446655440000-x", uuid),
            ("pkg@550e8400-e29b-41d4-a716-446655440000", uuid),
            ("pkg@f3a9c1d27be84501f3a9c1d27be84501", "f3a9c1d27be84501f3a9c1d27be84501"),
            ("acme-f3a9c1d27be84501", "f3a9c1d27be84501"),
            ("qzkvwxjfplmtbhgd", "qzkvwxjfplmtbhgd"),
            ("me@a.test:/f3a9c1d27be84501", "f3a9c1d27be84501"),
            ("a q8zt3lpw9xvb2ncr7mkd5hsn b", "q8zt3lpw9xvb2ncr7mkd5hsn"),
            ("X-Foo: f3a9c1d27be84501", "f3a9c1d27be84501"),
            // what only says that it is a digest, and names that say nothing of an id
            (&format!("--mode={RANDOM}"), RANDOM),
            (&format!("sha256-{RANDOM}"), RANDOM),
            (&format!("x sha512-{RANDOM}{RANDOM} y"), &format!("{RANDOM}{RANDOM}")),
            (&format!("run {commit}"), commit),
            (&format!("docker run -i a/b {sum}"), &sum),
            (&format!("x/{commit}"), commit),
            ("--tag f3a9c1d27be84501", "f3a9c1d27be84501"),
            (&format!("team {LETTERS}"), LETTERS),
            ("--session-id=550e8400-e29b-41d4-a716-446655440000", uuid),
        ] {
            assert_eq!(words(text, None, false), [found], "{text}");
        }
        let base64 = "SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGl/";
        for text in [
            &format!("sha256-{base64}="),
            &format!("x@sha256-{base64}= y"),
            &format!("sha256-{sum}.sig"),
            &format!("blobs/{sum}"),
            &format!("echo '{sum}  x.tgz' | sha256sum -c"),
            &format!("pkg@{commit}"),
            &format!("github:a/b#{commit}"),
            &format!("github:a/b/{commit}"),
            &format!("--rev={commit}"),
            &format!("--rev {commit}"),
            &format!("a/b@sha256:{sum}"),
            &format!("--hash=sha256:{sum}"),
            "@modelcontextprotocol/server-filesystem@2026.1.2-beta.20250101",
            "supercalifragilistic",
            "qzkvwxjfplmtbhgd.com",
            "me@qzkvwxjfplmtbhgd.acme.io:22",
            "--host=f3a9c1d27be84501.acme.io",
            "--project-id=5f8d0d55b54764421b7156d9",
            "x --tenant 550e8400-e29b-41d4-a716-446655440000",
            "{\"projectId\": \"5f8d0d55b54764421b7156d9\"}",
            "vpc-0a1b2c3d4e5f67890",
            "org_2Nf5kZq8Zt3LpW9xVb2NcR7mKd5",
            "01J8ZQ4N5YB3W7C2K9T6M0XVRH",
            "/srv/f3a9c1d27be84501/x.js",
            "C:\\srv\\f3a9c1d27be84501",
            "claude-3-5-sonnet-20241022",
            "1234567890123456789",
            "00000000-0000-0000-0000-000000000000",
            "x86_64-unknown-linux-gnu",
        ] {
            assert_eq!(words(text, None, false), [""; 0], "{text}");
        }
        assert_eq!(words(&sum, None, true), [""; 0]);
        assert_eq!(words(&sum, None, false), [sum.as_str()]);
        assert_eq!(words(commit, Some("--rev"), false), [""; 0]);
        assert_eq!(folders("/srv/f3a9c1d27be84501/x/modelcontextprotocol"), ["f3a9c1d27be84501"]);
    }
}
