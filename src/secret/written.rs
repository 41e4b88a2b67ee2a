//! Names and values as code, headers, JSON and addresses write them.

use super::client::is_literal;
use super::names::{is_cookie, is_telling};
use super::{behind_scheme, named};

fn letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Quotes, and the sign before one inside of another.
fn quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '\\')
}

/// The name that a text ends with.
fn last_name(text: &str) -> &str {
    &text[text.trim_end_matches(letter).len()..]
}

/// Secrets in code: `name = "value"`, `x["name"] = 'value'`, `set("name", "value")`.
pub(super) fn in_quotes<'v>(text: &'v str, out: &mut Vec<&'v str>) {
    for (at, sign) in text.match_indices(['=', ',']) {
        let behind = text[at + 1..].trim_start_matches([' ', '\\']);
        let Some(mark) = behind.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else { continue };
        let value = behind[1..].split(mark).next().unwrap_or_default().trim_end_matches('\\');
        let before = text[..at].trim_end_matches([' ', ':', ']', '"', '\'', '\\']);
        let name = last_name(before);
        // of two texts the first is a name, or both are of a list
        let texts = sign == "," && !text[..at].trim_end().ends_with(['"', '\'']);
        if !texts && is_telling(name) {
            named(name, value, out);
        }
    }
}

/// Secrets in `Name: value`, also between quotes and inside of a longer text. `bare`: the text is a header, which needs no
/// space behind its colon.
pub(super) fn headers<'v>(text: &'v str, bare: bool, out: &mut Vec<&'v str>) {
    let mut done = 0;
    for (at, _) in text.match_indices(':') {
        let before = text[..at].trim_end_matches(quote);
        let name = last_name(before);
        let first = bare && before.len() == name.len();
        let behind = &text[at + 1..];
        if at < done || !is_telling(name) || !(first || behind.starts_with([' ', '"', '\'', '\\'])) {
            continue;
        }
        let value = behind.trim_start_matches(|c: char| c == ' ' || quote(c));
        if is_cookie(name) {
            let value = value.split(quote).next().unwrap_or(value);
            done = text.len() - behind.len() + value.len();
            named(name, value, out);
        } else {
            let word = behind_scheme(value).split(|c: char| c.is_whitespace() || quote(c)).next();
            named(name, word.unwrap_or_default(), out);
        }
    }
}

/// Secrets among parameters, whatever they stand behind: an address needs no host to carry them.
pub(super) fn query<'v>(text: &'v str, out: &mut Vec<&'v str>) {
    for (at, _) in text.match_indices('=') {
        let name = last_name(&text[..at]);
        let before = text[..at - name.len()].chars().next_back();
        if matches!(before, Some('?' | '&' | '#' | ',' | '\\')) && is_telling(name) {
            let ends = |c: char| c.is_whitespace() || quote(c) || matches!(c, '?' | '&' | '#' | ',' | ';' | '(' | ')');
            let value = text[at + 1..].split(ends).next().unwrap_or_default();
            // a call is no value
            if !text[at + 1 + value.len()..].starts_with('(') {
                named(name, value, out);
            }
        }
    }
}

/// Passwords that a statement for a database sets: `IDENTIFIED BY 'X'`, `WITH PASSWORD 'X'`.
pub(super) fn statement<'v>(text: &'v str, out: &mut Vec<&'v str>) {
    for (at, mark) in text.match_indices(['"', '\'']) {
        let before = text[..at].trim_end_matches([' ', '=']);
        let word = last_name(before);
        let by = word.eq_ignore_ascii_case("by")
            && last_name(before[..before.len() - word.len()].trim_end_matches(' ')).eq_ignore_ascii_case("identified");
        if before.len() < at && (by || word.eq_ignore_ascii_case("password")) {
            named("password", text[at + 1..].split(mark).next().unwrap_or_default(), out);
        }
    }
}

/// What a script types where a password is asked for: `expect "assword:"; send "X\r"`.
pub(super) fn typed<'v>(text: &'v str, out: &mut Vec<&'v str>) {
    if !["assword", "assphrase"].iter().any(|asked| text.contains(asked)) {
        return;
    }
    for (at, send) in text.match_indices("send") {
        let behind = text[at + send.len()..].trim_start_matches([' ', '-', '\\', '(']);
        let Some(mark) = behind.chars().next().filter(|c| matches!(c, '"' | '\'' | '{')) else { continue };
        let word = behind[1..].split([mark, '}']).next().unwrap_or_default();
        let Some(word) = ["\\r", "\\n", "\\\\r", "\\\\n"].iter().rev().find_map(|end| word.strip_suffix(end)) else {
            continue;
        };
        out.extend(Some(word).filter(|w| is_literal(w) && !w.contains('$')));
    }
}
