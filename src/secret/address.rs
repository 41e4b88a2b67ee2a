//! URLs that carry a secret: a password before the host, a token among the parameters, or a path that only those know who
//! may come in. Read as text and not by `url`, which changes what it reads: what is found is cut out of what is shown.

use super::encoded;
use super::filler::{is_filled_in, is_mixed, is_random, literals, stands_in};
use super::mixed::{is_id, may_be_in_path, may_be_one};
use super::opaque::{self, Name};
use super::sample::is_known;

/// Hosts that tell their callers apart by the path, and what it starts with.
const CAPABILITIES: [(&str, &str); 14] = [
    ("hooks.slack.com", "/"),
    ("discord.com", "/api/webhooks/"),
    ("discordapp.com", "/api/webhooks/"),
    ("webhook.office.com", "/"),
    ("outlook.office.com", "/webhook"),
    ("hooks.zapier.com", "/"),
    ("mcp.zapier.com", "/"),
    ("actions.zapier.com", "/mcp/"),
    ("make.com", "/"),
    ("maker.ifttt.com", "/"),
    ("api.telegram.org", "/bot"),
    ("mcp.composio.dev", "/"),
    ("mcp.pipedream.net", "/"),
    ("open.feishu.cn", "/open-apis/bot/"),
];

/// Hosts where long random words name documents.
const DOCUMENTS: [&str; 2] = ["docs.google.com", "drive.google.com"];

/// Bytes of a random word in the path of any other host.
const LONG: usize = 24;

/// The URLs in a text.
pub(super) fn urls(text: &str) -> impl Iterator<Item = &str> {
    let letter = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let start = move |at: usize| text[..at].trim_end_matches(letter).len();
    let marks: Vec<usize> = text.match_indices("://").map(|(at, _)| at).collect();
    (0..marks.len()).filter_map(move |i| {
        let (from, next) =
            (start(marks[i]), marks.get(i + 1).map_or(text.len(), |next| start(*next).max(marks[i] + 3)));
        let rest = &text[from..next];
        let whole = rest.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`')).next().unwrap_or(rest);
        (from < marks[i]).then_some(whole)
    })
}

struct Parts<'u> {
    userinfo: Option<&'u str>,
    host: &'u str,
    path: &'u str,
    /// The query and the fragment.
    query: &'u str,
}

fn read(url: &str) -> Option<Parts<'_>> {
    let (_, behind) = url.split_once("://")?;
    let (authority, rest) = behind.split_at(behind.find(['/', '?', '#', '\\']).unwrap_or(behind.len()));
    // a password that was not escaped may hold what ends an address
    let unescaped =
        |(_, port): (&str, &str)| !port.is_empty() && !port.contains(['$', '{', '<', '%']) && !is_port(port);
    let torn = !authority.contains('@') && authority.split_once(':').is_some_and(unescaped);
    let at = behind.find(['?', '#']).unwrap_or(behind.len());
    let (authority, rest) = match behind[..at].rfind('@').filter(|_| torn) {
        Some(at) => {
            let end = behind[at..].find(['/', '?', '#']).map_or(behind.len(), |end| at + end);
            behind.split_at(end)
        }
        None => (authority, rest),
    };
    let (userinfo, host) = authority.rsplit_once('@').map_or((None, authority), |(u, h)| (Some(u), h));
    let host = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |h| h.0);
    let (path, query) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    Some(Parts { userinfo, host, path, query })
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// What stands before the host of a URL, if anything does.
pub fn userinfo(url: &str) -> Option<&str> {
    read(url)?.userinfo.filter(|u| !u.is_empty())
}

/// User and password, whatever they are, unless they are filled in elsewhere.
pub(super) fn credentials(url: &str) -> Option<&str> {
    userinfo(url).filter(|all| match all.split_once(':') {
        Some((_, password)) => !is_filled_in(password),
        None => all.len() >= 20 && !is_filled_in(all),
    })
}

/// The secrets of a URL, but for tokens in a known format.
pub(super) fn secrets<'u>(url: &'u str, out: &mut Vec<&'u str>) {
    let Some(parts) = read(url) else { return };
    if is_sample(parts.host) {
        return;
    }
    if let Some((user, password)) = parts.userinfo.and_then(|u| u.split_once(':')) {
        // `postgres:postgres1` on a machine of one's own
        let own = |p: &str| {
            is_loopback(parts.host) && p.strip_prefix(user).is_some_and(|more| !user.is_empty() && more.len() <= 3)
        };
        let real = |p: &&str| p.len() > 2 && !stands_in(p) && *p != user && !is_known(p) && !own(p);
        out.extend(literals(password).into_iter().filter(real));
    }
    // a token in the place of the user; that of Sentry only sends, and stands in web pages
    let sends = is_under(parts.host, "sentry.io") || is_project(parts.path);
    let user = parts.userinfo.map(|all| all.split_once(':').map_or(all, |(user, _)| user));
    out.extend(user.filter(|user| !sends && is_random(user) && user.len() >= 20 && !stands_in(user) && !is_id(user)));
    for (name, value) in pairs(&parts) {
        super::named(name, value, out);
        let known = ["code", "session", "sid"].contains(&name) && is_random(value) && !stands_in(value);
        out.extend(Some(value).filter(|v| known || encoded::escaped(v)));
    }
    out.extend(capability(&parts));
}

/// Names and values behind the address, and between the words of its path.
fn pairs<'u>(parts: &Parts<'u>) -> impl Iterator<Item = (&'u str, &'u str)> {
    let path = parts.path.split('/').flat_map(|word| word.split(';').skip(1));
    path.chain(parts.query.split(['?', '&', '#', ';'])).filter_map(|pair| pair.split_once('='))
}

/// Random values under any name, which may be those of documents.
pub(super) fn random(url: &str) -> Vec<&str> {
    let Some(parts) = read(url) else { return Vec::new() };
    let named = pairs(&parts).filter(|(name, v)| may_be_one(name, v)).map(|(_, value)| value);
    let own = parts.path.split('/').filter(|word| may_be_in_path(word) && !is_document(parts.host));
    named.chain(own).filter(|word| !stands_in(word)).collect()
}

/// Words of an address that tell a reader nothing. The host decides who answers: it is always shown.
pub(super) fn opaque(url: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let Some(parts) = read(url).filter(|parts| !is_document(parts.host) && !parts.host.starts_with("gist.")) else {
        return out;
    };
    let code = opaque::CODE.iter().any(|host| is_under(parts.host, host));
    let git = url.starts_with("git") || parts.path.ends_with(".git");
    let mut name = "";
    for folder in parts.path.split(['/', '\\']) {
        words(folder).for_each(|w| opaque::value(w, Name { name, code }, &mut out));
        name = folder;
    }
    for pair in parts.query.split(['?', '&', '#', ';']) {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        // the commit behind `#`
        let code = code || (name.is_empty() && git);
        words(value).for_each(|w| opaque::value(w, Name { name, code }, &mut out));
    }
    out
}

/// The words of a part of an address. The digits of an escape belong to none.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let ends = [':', ';', '@', '.', '%', '=', '/', ','];
    let mut escaped = false;
    text.split_inclusive(ends).map(move |piece| {
        let word = piece.trim_end_matches(ends);
        let own = word.get(2..).filter(|_| escaped).unwrap_or(word);
        escaped = piece.ends_with('%');
        own
    })
}

/// The password of `user:password@host` without a scheme, as drivers of databases take it.
pub(super) fn bare(word: &str) -> Option<&str> {
    let (pair, host) = word.trim_start_matches('/').split_once('@')?;
    let (user, password) = pair.split_once(':')?;
    let sign = |b: u8| b.is_ascii_alphanumeric() || b"-_.%+".contains(&b);
    let scheme = ["npm", "jsr", "workspace", "mailto", "sip", "acct", "xmpp", "github", "gitlab"].contains(&user);
    let named = host.starts_with(|c: char| c.is_ascii_alphabetic()) && !host.starts_with("sha256:");
    let own = is_loopback(host.split('/').next().unwrap_or(host));
    let place = own || host.starts_with("tcp(") || host.starts_with("unix(") || host.contains(['.', ':']);
    let real = !user.is_empty() && user.bytes().all(sign) && !scheme && named && place;
    Some(password).filter(|p| real && !word.contains(char::is_whitespace) && is_password(p))
}

/// This machine, also as a container calls it.
fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    ["localhost", "[::1]", "0.0.0.0", "host.docker.internal"].contains(&host.as_str()) || host.starts_with("127.")
}

/// Hosts that no one can have (RFC 2606).
fn is_sample(host: &str) -> bool {
    ["example.com", "example.net", "example.org", "example"].iter().any(|n| is_under(host, n))
}

/// `/45`, behind the key of a project.
fn is_project(path: &str) -> bool {
    path.len() > 1 && path.trim_start_matches('/').bytes().all(|b| b.is_ascii_digit())
}

/// Where long random words name documents.
fn is_document(host: &str) -> bool {
    DOCUMENTS.iter().any(|d| is_under(host, d))
}

fn is_under(host: &str, name: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.strip_suffix(name).is_some_and(|h| h.is_empty() || h.ends_with('.'))
}

/// The word of a path that is a key.
fn capability<'u>(parts: &Parts<'u>) -> Option<&'u str> {
    let host = parts.host.to_ascii_lowercase();
    let under = |name: &str| is_under(&host, name);
    if is_document(&host) {
        return None;
    }
    // the triggers of a workflow, at whatever host it runs
    let trigger = ["/webhook/", "/webhook-test/", "/mcp/", "/mcp-test/"].iter().any(|t| parts.path.starts_with(t));
    let known = trigger && host.contains("n8n")
        || CAPABILITIES.iter().any(|(name, start)| under(name) && parts.path.starts_with(start));
    let plain = |word: &str| word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b));
    let key = |word: &&str| (known && is_random(word)) || (plain(word) && is_mixed(word, LONG) && !is_id(word));
    parts.path.split('/').find(|word| key(word) && !stands_in(word))
}

/// The password of an address of Oracle: `jdbc:oracle:thin:USER/PASSWORD@HOST`.
pub(super) fn oracle(text: &str) -> Option<&str> {
    let behind = &text[text.find("jdbc:oracle:")?..];
    let (_, password) = behind.split_once('@')?.0.split_once('/')?;
    is_password(password).then_some(password)
}

/// Whether a value under the name of a password is one that a person made up. Words alone may be a switch.
pub(super) fn is_password(value: &str) -> bool {
    let letter = value.bytes().any(|b| b.is_ascii_alphabetic());
    let digit = value.bytes().any(|b| b.is_ascii_digit());
    (6..=200).contains(&value.len())
        && letter
        && digit
        && !value.contains(char::is_whitespace)
        && !value.starts_with(['/', '~', '.'])
        && !value.contains("://")
        && !stands_in(value)
        && !is_known(value)
}

/// Whether a value under the name of a password is several words, as people are told to make one up.
pub(super) fn is_phrase(value: &str) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    let word = |w: &&str| w.bytes().all(|b| b.is_ascii_alphanumeric() || b"-'!?.".contains(&b));
    let told = [
        "the", "in", "set", "see", "use", "ask", "enter", "put", "from", "not", "is", "or", "password", "none", "no",
        "prompt",
    ];
    let says = |w: &&str| told.iter().any(|t| w.eq_ignore_ascii_case(t));
    (2..=12).contains(&words.len())
        && (10..=200).contains(&value.len())
        && words.iter().all(word)
        && !words.iter().any(says)
        && !stands_in(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(url: &str) -> Vec<&str> {
        let mut out = Vec::new();
        urls(url).for_each(|u| secrets(u, &mut out));
        out
    }

    #[test]
    fn the_part_that_would_be_the_secret_is_judged() {
        for (url, secret) in [
            ("postgresql://admin:S3cretPw99y@db.acme.io:5432/todo", "S3cretPw99y"),
            ("postgresql://admin:S3cretPw99y@${DB_HOST}:5432/x", "S3cretPw99y"),
            ("postgresql://admin:S3cretPw99y@example-db.acme.io/dummy", "S3cretPw99y"),
            ("--dsn=redis://:S3cretPw99y@db.acme.io", "S3cretPw99y"),
            ("postgres://u:${PW:-S3cretPw99y}@db.acme.io/x", "S3cretPw99y"),
            ("https://mcp.acme.io/mcp?user=${USER}&api_key=q8Zt3LpW9xVb2NcR", "q8Zt3LpW9xVb2NcR"),
            ("https://mcp.acme.io:${PORT}/mcp?api_key=q8Zt3LpW9xVb2NcR", "q8Zt3LpW9xVb2NcR"),
            ("https://a.test/x#access_token=q8Zt3LpW9xVb2NcR", "q8Zt3LpW9xVb2NcR"),
            ("x 'https://mcp.zapier.com/api/mcp/s/q8Zt3LpW9xVb2NcR/mcp' y", "q8Zt3LpW9xVb2NcR"),
            ("https://a.test/s/aB3dE5gH7jK9mN1pQ2sT4vW6yZ8bC0dF/mcp", "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8bC0dF"),
            (
                concat!("https://hooks.slack", ".com/services/T0AAAAAA1/B0BBBBBB2/q8Zt3LpW9xVb2NcR7mKd5HsN"),
                "q8Zt3LpW9xVb2NcR7mKd5HsN",
            ),
            // a password that was not escaped, and a token in the place of the user
            ("https://me:q8Zt/Lp+9x@db.acme.io/x", "q8Zt/Lp+9x"),
            ("https://q8Zt3LpW9xVb2NcR7mKd5HsN@db.acme.io/x", "q8Zt3LpW9xVb2NcR7mKd5HsN"),
            ("postgres://acmebot:acmebotB2@db.acme.io/x", "acmebotB2"),
            ("postgres://postgres:postgresQ8zt@localhost/x", "postgresQ8zt"),
            (
                "https://n8n.acme.io/mcp/550e8400-e29b-41d4-a716-446655440000/sse",
                "550e8400-e29b-41d4-a716-446655440000",
            ),
            (
                "https://eu2.make.com/mcp/api/v1/u/550e8400-e29b-41d4-a716-446655440000/sse",
                "550e8400-e29b-41d4-a716-446655440000",
            ),
        ] {
            assert_eq!(found(url), [secret], "{url}");
        }
    }

    #[test]
    fn placeholders_samples_and_names_of_things_are_not() {
        for url in [
            "postgres://postgres:postgres@localhost/x",
            "postgres://me:password123@db.acme.io/x",
            "postgres://me:${PW}@db.acme.io/x",
            "postgres://me:<password>@db.acme.io/x",
            "postgres://user:S3cretPw99y@db.example.com/x",
            "https://a.test/x?api_key=${KEY}&token=YOUR_TOKEN_1234567890",
            concat!("https://hooks.slack", ".com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"),
            "https://raw.githubusercontent.com/a/b/da39a3ee5e6b4b0d3255bfef95601890afd80709/x.json",
            "https://a.test/550e8400-e29b-41d4-a716-446655440000/mcp",
            "https://a.test/wksp_01J8ZQ4N5YB3W7C2K9T6M0XVRH/mcp",
            "https://a.test/org_2Nf5kZq8Zt3LpW9xVb2NcR7mKd5/mcp",
            "https://a.test/023e105f4ecef8ad9ca31a8372d0c353/mcp",
            "https://a.test/123456789012/mcp",
            "postgres://postgres:postgresB2@localhost/x",
            "postgres://acmebot:acmebotB2@127.0.0.1:5432/x",
            "https://esm.sh:443/@acme/calc@1.2.3",
            "http://a.test:${PORT}/@acme/x@1",
            "https://023e105f4ecef8ad9ca31a8372d0c353@o1.ingest.us.sentry.io/45",
            "https://docs.google.com/spreadsheets/d/aB3dE5gH7jK9mN1pQ2sT4vW6yZ8bC0dF/edit",
            "https://a.test/Acme-MCP-Server-2-x86-64-Linux-v3",
            "https://a.test/dist/aB3dE5gH7jK9mN1pQ2sT4vW6yZ8bC0dF.js",
            "https://esm.sh/@acme/calc@1.2.3",
            "://://:@/?#",
        ] {
            assert_eq!(found(url), [""; 0], "{url}");
        }
        assert!(found(&"://".repeat(200_000)).is_empty() && found(&"a://".repeat(200_000)).is_empty());
    }

    #[test]
    fn a_commit_stands_behind_the_address_of_a_repository_alone() {
        let commit = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        for url in ["git+https://git.acme.test/a/b#{}", "https://git.acme.test/a/b.git#{}", "https://github.com/a/b#{}"]
        {
            assert_eq!(opaque(&url.replace("{}", commit)), [""; 0], "{url}");
        }
        assert_eq!(opaque(&format!("https://mcp.acme.test/mcp#{commit}")), [commit]);
    }
}
