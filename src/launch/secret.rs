//! What looks like a secret: formats that issuers publish, random-looking values under a name that says so, and URLs that
//! carry one. What is found is the very part that would be the secret: a placeholder or an example elsewhere in the value
//! excuses nothing, and all else can be shown. Placeholders (`${env:X}`, `<your key>`, `xxx`) are no secrets.

mod address;
mod filler;
mod format;

pub use address::userinfo;
pub use filler::is_placeholder;

use filler::{is_random, literals, stands_in};

/// Words in a name that make its value a secret.
const NAMES: [&str; 15] = [
    "secret",
    "token",
    "passwd",
    "password",
    "apikey",
    "api_key",
    "api-key",
    "accesskey",
    "access_key",
    "access-key",
    "accountkey",
    "private_key",
    "auth",
    "credential",
    "bearer",
];

/// Last words of names whose values everybody may know: `AUTH_CLIENT_ID`, `TOKEN_ADDRESS`, `OAUTH_DOMAIN`.
const PUBLIC: [&str; 14] = [
    "id", "domain", "tenant", "audience", "address", "issuer", "program", "mint", "realm", "scope", "scopes",
    "endpoint", "region", "method",
];

/// What stands in the place of a secret where the rest is shown.
const HIDDEN: &str = "(not shown)";

/// Whether a value is, or carries, a secret. `name` is the variable, header, flag or query parameter it stands under.
pub fn is_secret(name: Option<&str>, value: &str) -> bool {
    !parts(name, value).is_empty()
}

/// Index of the first argument that is, or carries, a secret.
pub fn in_args<'a>(args: impl IntoIterator<Item = &'a str>) -> Option<usize> {
    all_in_args(args).into_iter().next()
}

/// Indices of all of them.
pub fn all_in_args<'a>(args: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
    let mut out = Vec::new();
    for (at, (flag, arg)) in flagged(args).enumerate() {
        if !of_argument(flag, arg).is_empty() {
            out.push(at);
        }
    }
    out
}

/// Arguments as they may be shown: without secrets, and without what stands before the host of a URL. A random word that is
/// an argument by itself may be the name of a document: it is no finding, and not shown.
pub fn shown_args<'a>(args: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let plain = |arg: &str| arg.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let one = |(flag, arg): (Option<&str>, &str)| match plain(arg) && filler::is_mixed(arg, 20) && !stands_in(arg) {
        true => HIDDEN.to_owned(),
        false => without(arg, of_argument(flag, arg)),
    };
    flagged(args).map(one).collect()
}

/// The same of one text.
pub fn shown(text: &str) -> String {
    without(text, of_argument(None, text))
}

/// Whether a text holds a token in a format of a known issuer that is no sample.
pub fn holds_token(text: &str) -> bool {
    let key = text.len() > 200 && text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----");
    // a word at a time, so that the sample in a sentence does not excuse the token in the next
    let marks = |c: char| matches!(c, '"' | '\'' | '`' | ',' | ';' | '(' | ')' | '<' | '>' | '[' | ']' | '{' | '}');
    let quoted = |c: char| c.is_whitespace() || marks(c);
    let secret = |word: &str| word.len() >= TOKEN && format::holds(word) && !is_placeholder(word) && is_random(word);
    // none of these marks is part of a format: a word has one where the whole text has it
    let may = || has_long_word(text.as_bytes()) && format::holds(text);
    key || (may() && text.split(quoted).any(secret))
}

/// Bytes of the shortest token.
const TOKEN: usize = 20;

/// Whether any word is as long as a token. Each stretch of that length is looked at from its end, so that most of a text is
/// never looked at.
fn has_long_word(text: &[u8]) -> bool {
    let ends = |b: &u8| b.is_ascii_whitespace() || b"\"'`,;()<>[]{}".contains(b);
    let mut from = 0;
    while let Some(stretch) = text.get(from..from + TOKEN) {
        match stretch.iter().rposition(ends) {
            Some(at) => from += at + 1,
            None => return true,
        }
    }
    false
}

/// The parts of a value that are secrets.
fn parts<'v>(name: Option<&str>, value: &'v str) -> Vec<&'v str> {
    let mut out: Vec<&str> = format::tokens(value).collect();
    address::urls(value).for_each(|url| address::secrets(url, &mut out));
    headers(value, false, &mut out);
    // `Server=…;Password=…`
    for (name, value) in value.split(';').filter(|_| value.contains(';')).filter_map(|pair| pair.split_once('=')) {
        if is_telling(name.trim()) {
            named(name.trim(), value.trim(), &mut out);
        }
    }
    if let Some(name) = name {
        named(name, value, &mut out);
    }
    out
}

/// The same of an argument behind a flag: `VALUE`, `--flag=VALUE`, `NAME=VALUE`, `Name: value`, and such words in code.
fn of_argument<'v>(flag: Option<&str>, arg: &'v str) -> Vec<&'v str> {
    let mut out = parts(None, arg);
    let (name, value) = match arg.strip_prefix("-H") {
        Some(header) => (Some("-H"), header),
        None => assigned(flag, arg, &mut out),
    };
    // `curl -u admin:…`
    if let Some((_, password)) = value.split_once(':').filter(|_| name.is_some_and(|n| n == "-u" || n == "--user")) {
        out.extend(Some(password).filter(|p| address::is_password(p)));
    }
    if name.is_some_and(|n| n == "-H" || n.to_ascii_lowercase().contains("header")) {
        headers(value, true, &mut out);
    }
    if arg.contains(char::is_whitespace) {
        let words = arg.split_whitespace().map(|w| w.trim_matches(['"', '\'', '`', ';', ',']));
        for (flag, word) in flagged(words).filter(|(_, w)| !w.contains(['(', ')', '[', ']', '{', '}', '.', '$'])) {
            assigned(flag, word, &mut out);
        }
    }
    out
}

/// Name and value of an argument; what is secret in it because of its name is found.
fn assigned<'n, 'v: 'n>(flag: Option<&'n str>, arg: &'v str, out: &mut Vec<&'v str>) -> (Option<&'n str>, &'v str) {
    let (name, value) = match arg.split_once('=') {
        Some((name, value)) if name.starts_with('-') || is_telling(name) => (Some(name), value),
        _ if arg.starts_with('-') => return (None, arg),
        _ => (flag, arg),
    };
    if let Some(name) = name {
        named(name, value, out);
    }
    // `--env=NAME=VALUE`
    if let Some((inner, value)) = value.split_once('=').filter(|(inner, _)| is_telling(inner)) {
        named(inner, value, out);
    }
    (name, value)
}

/// Arguments with the flag before them.
fn flagged<'a>(args: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = (Option<&'a str>, &'a str)> {
    let mut before = None;
    args.into_iter().map(move |arg| {
        let flag = before;
        before = (arg.starts_with('-') && !arg.contains('=')).then_some(arg);
        (flag, arg)
    })
}

/// Secrets in `Name: value`, also between quotes and inside of a longer text. `bare`: the text is a header, which needs no
/// space behind its colon.
fn headers<'v>(text: &'v str, bare: bool, out: &mut Vec<&'v str>) {
    let quote = |c: char| matches!(c, '"' | '\'' | '`');
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut done = 0;
    for (at, _) in text.match_indices(':') {
        let before = text[..at].trim_end_matches(quote);
        let name = &before[before.trim_end_matches(letter).len()..];
        let first = bare && before.len() == name.len();
        let behind = &text[at + 1..];
        if at < done || !is_telling(name) || !(first || behind.starts_with([' ', '"', '\''])) {
            continue;
        }
        let value = behind.trim_start_matches(|c: char| c == ' ' || quote(c));
        if is_cookie(name) {
            let value = value.split(quote).next().unwrap_or(value);
            done = text.len() - behind.len() + value.len();
            named(name, value, out);
        } else {
            let word = without_scheme(value).split(|c: char| c.is_whitespace() || quote(c)).next();
            named(name, word.unwrap_or_default(), out);
        }
    }
}

/// The secrets of a value because of its name.
fn named<'v>(name: &str, value: &'v str, out: &mut Vec<&'v str>) {
    let random = |v: &&str| is_random(v) && !stands_in(v);
    if is_cookie(name) {
        let own = |pair: &'v str| pair.split_once('=').map_or(pair, |(_, v)| v).trim();
        return out.extend(value.split(';').map(own).flat_map(literals).filter(random));
    }
    let (secret, password) = (names_secret(name), names_password(name));
    let own = |v: &&str| (secret && random(v)) || (password && address::is_password(v));
    out.extend(literals(without_scheme(value)).into_iter().map(without_scheme).filter(own));
}

/// A value without the word for what kind of credential it is.
fn without_scheme(value: &str) -> &str {
    let value = value.trim();
    let rest = ["bearer", "basic", "token", "bot", "apikey", "api-key"].iter().find_map(|scheme| {
        let (word, rest) = value.split_once(' ')?;
        word.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    rest.unwrap_or(value).trim()
}

/// Whether a name is one of those that make their values secrets.
fn is_telling(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    name.bytes().all(word) && (names_secret(name) || names_password(name) || is_cookie(name))
}

fn names_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let known = |w: &str| ["public", "publishable"].contains(&w);
    if PUBLIC.contains(&last_word(&lower)) || lower.split(|c: char| !c.is_ascii_alphanumeric()).any(known) {
        return false;
    }
    NAMES.iter().any(|n| lower.contains(n))
        || lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| ["key", "pat", "pwd", "sig"].contains(&w))
}

/// Whether a name is that of a password, which people make up: its value need not be random.
fn names_password(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let last = last_word(&lower);
    // `PWD` is a folder
    ["password", "passwd", "passphrase"].iter().any(|w| last.ends_with(w))
        || last == "pass"
        || (last == "pwd" && lower != last)
}

fn is_cookie(name: &str) -> bool {
    ["cookie", "cookies"].contains(&last_word(&name.to_ascii_lowercase()))
}

fn last_word(name: &str) -> &str {
    name.rsplit(|c: char| !c.is_ascii_alphanumeric()).find(|w| !w.is_empty()).unwrap_or_default()
}

/// A text without these parts of it, and without what stands before the hosts of its URLs.
fn without(text: &str, parts: Vec<&str>) -> String {
    let own = address::urls(text).filter_map(address::credentials);
    let start = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    let all = parts.into_iter().chain(own).filter(|p| !p.is_empty());
    let mut ranges: Vec<(usize, usize)> = all.map(|p| (start(p), start(p) + p.len())).collect();
    ranges.sort_unstable();
    let (mut out, mut at) = (String::new(), 0);
    for (start, end) in ranges {
        if end <= at {
            continue;
        }
        if start >= at {
            out += &text[at..start];
            out += HIDDEN;
        }
        at = end;
    }
    out + &text[at..]
}

#[cfg(test)]
mod tests;
