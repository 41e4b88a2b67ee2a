//! What looks like a secret: formats that issuers publish, random-looking values under a name that says so, and URLs that
//! carry one. What is found is the very part that would be the secret: a placeholder or an example elsewhere in the value
//! excuses nothing, and all else can be shown. Placeholders (`${env:X}`, `<your key>`, `xxx`) are no secrets.

mod address;
mod client;
mod encoded;
mod fed;
mod filler;
mod format;
mod line;
mod mixed;
mod names;
mod opaque;
mod sample;
mod shown;
mod spelled;
mod written;

use std::borrow::Cow;

pub use address::userinfo;
pub use encoded::{STANDARD, URL_SAFE};
pub use filler::is_placeholder;
pub use line::program;
pub use names::names_key;
pub use shown::{kept, kept_line, shown, shown_folder, shown_image, shown_line};

use address::{is_password, is_phrase};
use filler::{is_random, literals, stands_in};
use line::Before;
use names::{is_cookie, is_telling, names_pair, names_password, names_secret};
use shown::line;

/// What stands in the place of a secret where the rest is shown.
pub const HIDDEN: &str = "(not shown)";

/// Whether a value is, or carries, a secret. `name` is the variable, header, flag or query parameter it stands under.
pub fn is_secret(name: Option<&str>, value: &str) -> bool {
    let mut found = parts(name, value);
    if found.is_empty() && value.contains(char::is_whitespace) {
        in_code(value, DEPTH, &mut found);
    }
    !found.is_empty()
}

/// The words of a command line that are, or carry, secrets: `None` for the command.
pub fn of_line<'a>(command: &'a str, args: impl IntoIterator<Item = &'a str>) -> Vec<Option<usize>> {
    let found = line(command, args).into_iter().enumerate().filter(|(_, word)| !word.secrets.is_empty());
    found.map(|(at, _)| at.checked_sub(1)).collect()
}

/// A text without what looks like a secret by itself. For every text that is shown and whose kind is not known.
pub fn masked(text: &str) -> Cow<'_, str> {
    masked_at(text, [0, 0]).0
}

/// The same, and where two places of the text lie in it: a place in a secret is where its words of ours begin or end.
pub fn masked_at(text: &str, [start, end]: [usize; 2]) -> (Cow<'_, str>, [usize; 2]) {
    let found = if may_hold(text) { of_word(&Before::NOTHING, text, DEPTH) } else { Vec::new() };
    if found.is_empty() {
        return (Cow::Borrowed(text), [start, end]);
    }
    let ranges = ranges(text, found.into_iter());
    let place = |at: usize, ends: bool| {
        let (mut taken, mut given) = (0, 0);
        for (from, to) in ranges.iter().take_while(|(from, _)| *from < at) {
            if at < *to {
                return from - taken + given + if ends { HIDDEN.len() } else { 0 };
            }
            taken += to - from;
            given += HIDDEN.len();
        }
        at - taken + given
    };
    let places = [place(start, false), place(end, start < end)];
    (Cow::Owned(replaced(text, &ranges)), places)
}

/// Whether anything of what is looked for may stand in a text. Most texts that are shown are told by one look: a secret is a
/// word as long as a token, or stands behind a sign of those between a name and a value, or behind an option.
fn may_hold(text: &str) -> bool {
    let (mut word, mut last) = (0, b' ');
    for byte in text.bytes() {
        word = if byte.is_ascii_whitespace() { 0 } else { word + 1 };
        let option = byte == b'-' && !last.is_ascii_alphanumeric() && last != b'-';
        if word == TOKEN || option || matches!(byte, b':' | b'=' | b'@' | b'|' | b'<') {
            return true;
        }
        last = byte;
    }
    false
}

/// The same with every byte of a secret as a star, so that places in the text stay where they are. A text of several lines:
/// what stands in one is looked at by itself, but for keys, which have several.
pub fn starred(text: &str) -> String {
    let text = stars(text, format::keys(text));
    let line = |line: &str| stars(line, of_word(&Before::NOTHING, line, DEPTH).into_iter());
    text.split_inclusive(['\n', '\r']).map(line).collect()
}

fn stars<'v>(text: &'v str, parts: impl Iterator<Item = &'v str>) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    let star = |b: u8| if matches!(b, b'\n' | b'\r') { char::from(b) } else { '*' };
    for (start, end) in ranges(text, parts) {
        out += &text[at..start];
        out.extend(text[start..end].bytes().map(star));
        at = end;
    }
    out + &text[at..]
}

/// Lines inside of lines that are looked at: `sh -c "bash -c '…'"`.
const DEPTH: usize = 3;

/// Whether a text holds a token in a format of a known issuer that is no sample.
pub fn holds_token(text: &str) -> bool {
    let key = text.len() > 200 && text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----");
    // a word at a time, so that the sample in a sentence does not excuse the token in the next
    let quoted = |c: char| c.is_whitespace() || c.is_ascii() && ENDS[c as usize];
    let secret = |word: &str| format::holds(word) && !is_placeholder(word) && is_random(word);
    // of other blanks than ASCII's the splitting knows
    key || long_words(text).any(|words| words.split(quoted).any(|word| word.len() >= TOKEN && secret(word)))
}

/// The tokens in a text that are in a format of a known issuer and no samples, also in base64.
pub fn tokens(text: &str) -> Vec<&str> {
    let mut out: Vec<&str> = format::tokens(text).collect();
    out.extend(encoded::secrets(text));
    out
}

/// Bytes of the shortest token.
const TOKEN: usize = 20;

/// The words that are as long as a token. Each stretch of that length is looked at from its end, so that most of a text is never
/// looked at.
fn long_words(text: &str) -> impl Iterator<Item = &str> {
    let (bytes, mut from) = (text.as_bytes(), 0);
    std::iter::from_fn(move || {
        while let Some(stretch) = bytes.get(from..from + TOKEN) {
            match stretch.iter().rposition(|b| ENDS[usize::from(*b)]) {
                Some(at) => from += at + 1,
                None => {
                    let behind = from + TOKEN;
                    let more = bytes[behind..].iter().position(|b| ENDS[usize::from(*b)]);
                    let word = from..more.map_or(bytes.len(), |more| behind + more);
                    from = word.end + 1;
                    return Some(&text[word]);
                }
            }
        }
        None
    })
}

/// Bytes between words.
const ENDS: [bool; 256] = {
    let mut out = [false; 256];
    let ends = b" \t\n\x0b\x0c\r\"'`,;()<>[]{}";
    let mut at = 0;
    while at < ends.len() {
        out[ends[at] as usize] = true;
        at += 1;
    }
    out
};

/// The parts of a value that are secrets.
fn parts<'v>(name: Option<&str>, value: &'v str) -> Vec<&'v str> {
    let mut out = tokens(value);
    address::urls(value).for_each(|url| address::secrets(url, &mut out));
    out.extend(address::oracle(value));
    out.extend(address::bare(value));
    written::in_quotes(value, &mut out);
    written::headers(value, false, &mut out);
    written::query(value, &mut out);
    written::statement(value, &mut out);
    written::typed(value, &mut out);
    // `Server=…;Password=…`
    let pairs = value.contains(';').then(|| value.split(';').filter_map(|pair| pair.split_once('=')));
    for (name, value) in pairs.into_iter().flatten() {
        let name = name.rsplit(['"', '\'', ' ', '=']).next().unwrap_or(name);
        let name = if name.eq_ignore_ascii_case("pwd") { "password" } else { name };
        if is_telling(name) {
            named(name, value.trim_matches(['"', '\'', ' ']), &mut out);
        }
    }
    if let Some(name) = name {
        named(name, value, &mut out);
    }
    out
}

/// The same of a word of a command line: `VALUE`, `--flag=VALUE`, `NAME=VALUE`, `Name: value`, and such words in code.
fn of_word<'v>(before: &Before<'_>, word: &'v str, depth: usize) -> Vec<&'v str> {
    let mut out = parts(None, word);
    out.extend(before.password(word));
    let (name, value) = match word.strip_prefix("-H") {
        Some(header) => (Some("-H"), header),
        None => assigned(before.flag, word, &mut out),
    };
    if let Some(name) = before.name {
        named(name, value, &mut out);
    }
    if name.is_some_and(|n| n == "-H" || names::contains(n, "header")) {
        written::headers(value, true, &mut out);
    }
    if let Some(depth) = depth.checked_sub(1).filter(|_| word.contains(char::is_whitespace)) {
        in_code(word, depth, &mut out);
    }
    out
}

/// Secrets of a line inside of a text.
fn in_code<'v>(text: &'v str, depth: usize, out: &mut Vec<&'v str>) {
    out.extend(fed::secrets(text));
    for (before, word) in line::walk(line::words(text)) {
        if word.len() < text.len() && word.contains(char::is_whitespace) && !word.contains(['(', '{']) {
            out.extend(of_word(&before, word, depth));
            continue;
        }
        let word = unbracketed(word);
        if !word.contains(['(', ')', '[', ']', '{', '}']) {
            let word = word.strip_prefix("$env:").unwrap_or(word);
            out.extend(before.password(word).filter(|p| !p.contains('$')));
            let (name, value) = word.split_once('=').unwrap_or(("", word));
            // in code a dot is between names, but for options and variables of the environment
            let plain = word.starts_with('-')
                || before.flag.is_some_and(is_telling)
                || (!name.is_empty() && !name.contains(|c: char| c.is_ascii_lowercase()));
            let own = name.split('.').next().is_none_or(|first| !OBJECTS.contains(&first));
            if own && (plain || !value.contains('.')) && !value.contains('$') {
                assigned(before.flag, word, out);
                before.name.into_iter().for_each(|name| named(name, value, out));
            }
        }
    }
}

/// What members of code are called by: `this.token=token2` sets no value.
const OBJECTS: [&str; 10] =
    ["this", "self", "cls", "window", "document", "module", "exports", "process", "globalThis", "props"];

/// A word without the brackets of commands around it: `$(NAME=…`.
fn unbracketed(word: &str) -> &str {
    let open = |w: &'_ str| ["$(", "<(", "(", "{", "`"].iter().find_map(|sign| w.strip_prefix(sign).map(str::len));
    let mut word = word;
    while let Some(left) = open(word) {
        word = &word[word.len() - left..];
    }
    word.trim_end_matches([')', '}', '`'])
}

/// Name and value of an argument; what is secret in it because of its name is found.
fn assigned<'n, 'v: 'n>(flag: Option<&'n str>, arg: &'v str, out: &mut Vec<&'v str>) -> (Option<&'n str>, &'v str) {
    let (name, value) = match arg.split_once('=') {
        Some((name, value)) if name.starts_with('-') || is_telling(name) => (Some(name), value),
        // `--token:…`, `/password:…`
        _ => match arg.split_once(':').filter(|(name, _)| name.starts_with(['-', '/'])) {
            Some((name, value)) if is_telling(name.trim_start_matches(['-', '/'])) => (Some(name), value),
            _ if arg.starts_with('-') => return (None, arg),
            _ => (flag, arg),
        },
    };
    let value = value.trim_matches(['"', '\'']);
    if let Some(name) = name {
        named(name, value, out);
    }
    // `--env=NAME=VALUE`
    if let Some((inner, value)) = value.split_once('=').filter(|(inner, _)| is_telling(inner)) {
        named(inner, value, out);
    }
    (name, value)
}

/// The secrets of a value because of its name.
fn named<'v>(name: &str, value: &'v str, out: &mut Vec<&'v str>) {
    let random = |v: &&str| is_random(v) && !stands_in(v);
    if is_cookie(name) {
        let own = |pair: &'v str| pair.split_once('=').map_or(pair, |(_, v)| v).trim();
        return out.extend(value.split(';').map(own).flat_map(literals).filter(random));
    }
    let (secret, password) = (names_secret(name), names_password(name));
    let own = |v: &&str| (secret && random(v)) || (password && (is_password(v) || is_phrase(v)));
    match encoded::basic(value).filter(|_| secret) {
        Some((code, real)) => out.extend(real.then_some(code)),
        None => out.extend(literals(without_scheme(value)).into_iter().map(without_scheme).filter(own)),
    }
    if names_pair(name)
        && let Some((_, password)) = value.split_once(':').filter(|_| !value.contains("://") && !stands_in(value))
    {
        out.extend(Some(password.trim()).filter(|p| is_password(p)));
    }
    // beside what is filled in elsewhere
    if secret && value.contains("${") {
        let outside =
            value.split("${").enumerate().map(|(i, p)| if i == 0 { p } else { p.split_once('}').map_or("", |p| p.1) });
        out.extend(outside.filter(|part| filler::is_mixed(part, 20)).filter(random));
    }
}

/// A value without the word for what kind of credential it is.
fn without_scheme(value: &str) -> &str {
    behind_scheme(value.trim()).trim()
}

/// The same of what a value starts with: the rest of a long text is not looked at.
fn behind_scheme(value: &str) -> &str {
    let schemes =
        ["bearer", "basic", "token", "bot", "apikey", "api-key", "digest", "key", "oauth", "ssws", "negotiate"];
    let word = value.bytes().take(12).position(|b| b == b' ').map(|at| &value[..at]);
    let known = word.filter(|word| schemes.iter().any(|s| word.eq_ignore_ascii_case(s)));
    known.map_or(value, |word| value[word.len()..].trim_start())
}

fn replaced(text: &str, ranges: &[(usize, usize)]) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for (start, end) in ranges {
        out += &text[at..*start];
        out += HIDDEN;
        at = *end;
    }
    out + &text[at..]
}

/// Where parts of a text lie in it, in order; what overlaps is one.
fn ranges<'v>(text: &'v str, parts: impl Iterator<Item = &'v str>) -> Vec<(usize, usize)> {
    let start = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    let mut all: Vec<(usize, usize)> =
        parts.filter(|p| !p.is_empty()).map(|p| (start(p), start(p) + p.len())).collect();
    all.sort_unstable();
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (start, end) in all {
        match out.last_mut().filter(|last| start < last.1) {
            Some(last) => last.1 = last.1.max(end),
            None => out.push((start, end)),
        }
    }
    out
}

#[cfg(test)]
mod tests;
