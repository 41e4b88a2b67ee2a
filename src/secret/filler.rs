//! What a value is made of: placeholders and references to what is filled in elsewhere, and random text.

use super::sample::is_sample;

/// Words of values that are filled in by hand.
const MARKS: [&str; 18] = [
    "your",
    "example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "xxxx",
    "todo",
    "dummy",
    "redacted",
    "replace",
    "insert",
    "enter-",
    "enter_",
    "goes-here",
    "goeshere",
    "not-a-real",
    "sample",
];

/// What a name in a store of secrets begins with.
const STORES: [&str; 10] =
    ["env", "op", "vault", "keychain", "keyring", "ssm", "arn", "file", "secretref", "secret-ref"];

/// Whether a value stands for one that is filled in elsewhere.
pub fn is_placeholder(value: &str) -> bool {
    is_reference(value) || has_mark(value) || is_sample(value)
}

/// The same, but for a word of a placeholder beside what no person fills in: `todo-` and a random word.
pub(super) fn stands_in(value: &str) -> bool {
    is_sample(value) || is_filled_in(value)
}

/// The same, but for values of documents, which some people keep.
pub(super) fn is_filled_in(value: &str) -> bool {
    let random = |word: &str| is_mixed(word, 20) && !has_mark(word);
    is_reference(value) || (has_mark(value) && !value.split(|c: char| !c.is_ascii_alphanumeric()).any(random))
}

fn has_mark(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    MARKS.iter().any(|m| lower.contains(m))
}

fn is_reference(value: &str) -> bool {
    value.is_empty()
        || value.contains("${")
        || is_variable(value)
        || (value.starts_with('<') && value.ends_with('>'))
        || value.contains("{{")
        || (value.starts_with('%') && value.ends_with('%'))
        || value.split_once(':').is_some_and(|(store, _)| STORES.iter().any(|s| store.eq_ignore_ascii_case(s)))
        // code that reads it
        || ["process.env", "os.environ", "import.meta.env"].iter().any(|code| value.starts_with(code))
        // a value that was cut
        || value.contains("...")
        || value.contains("****")
}

/// Whether a value is variables of a shell (`$NAME`, `$A:$B`), what a command says (`$(…)`), or a path below a variable.
fn is_variable(value: &str) -> bool {
    let mut rest = value;
    while let Some(behind) = rest.strip_prefix('$') {
        if behind.starts_with('(') {
            return behind.ends_with(')');
        }
        // `$env:NAME` of PowerShell, `$secrets.NAME`
        let scope = ["env:", "secrets.", "input:"].iter().find_map(|s| behind.strip_prefix(s));
        let name = scope.unwrap_or(behind);
        let after = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if !is_variable_name(&name[..name.len() - after.len()]) {
            return false;
        }
        if after.is_empty() || after.starts_with(['/', '\\']) {
            return true;
        }
        rest = after.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && c != '$');
    }
    false
}

/// As variables are called: digits stand at the ends of words, but in names all in capitals. `$ecr3tPw99y` is a password, and
/// `$2b$10$…` the hash of one.
fn is_variable_name(name: &str) -> bool {
    let capitals = !name.bytes().any(|b| b.is_ascii_lowercase());
    let word = |word: &str| !word.trim_end_matches(|c: char| c.is_ascii_digit()).contains(|c: char| c.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && (capitals || name.split('_').all(word))
}

/// The texts of a value that stand in it as they are: all of it, or the defaults of its references (`${NAME:-DEFAULT}`).
pub(super) fn literals(value: &str) -> Vec<&str> {
    if value.contains("{{") {
        return Vec::new();
    }
    let Some((_, mut rest)) = value.split_once("${") else { return vec![value] };
    let mut out = Vec::new();
    loop {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let behind = rest.trim_start_matches(plain);
        let default = [":-", "-", ":=", "="].iter().find_map(|mark| behind.strip_prefix(mark));
        if let Some(default) = default {
            // a default that is a reference has its turn below
            let whole = default.split(['}', '{']).next().unwrap_or(default);
            if !whole.ends_with('$') {
                out.push(whole);
            }
        }
        match behind.split_once("${") {
            Some((_, next)) => rest = next,
            None => return out,
        }
    }
}

/// At least 16 characters of one word, of mixed kinds, with the entropy of random text.
pub(super) fn is_random(value: &str) -> bool {
    let n = value.len();
    if !(16..=4096).contains(&n)
        || value.contains(char::is_whitespace)
        || value.starts_with(['/', '~', '.'])
        || value.contains("://")
        || is_name(value)
    {
        return false;
    }
    let digit = value.bytes().any(|b| b.is_ascii_digit());
    let letter = value.bytes().any(|b| b.is_ascii_alphabetic());
    let mut counts = [0u32; 256];
    value.bytes().for_each(|b| counts[usize::from(b)] += 1);
    let entropy: f64 = counts.iter().filter(|c| **c > 0).map(|c| f64::from(*c) / n as f64).map(|p| -p * p.log2()).sum();
    digit && letter && entropy >= 3.0
}

/// Whether a value is words and short numbers with signs between them, as things are named: `created_at_2024_v1`.
fn is_name(value: &str) -> bool {
    let plain = |part: &str| {
        let all = |kind: fn(&u8) -> bool| part.bytes().all(|b| kind(&b));
        let letters = all(u8::is_ascii_lowercase) || all(u8::is_ascii_uppercase);
        let digits = all(u8::is_ascii_digit) && part.len() <= 4;
        letters || digits || (part.len() <= 2 && all(u8::is_ascii_alphanumeric))
    };
    let parts: Vec<&str> = value.split(['-', '_', '.', '/', ':']).collect();
    parts.len() >= 3 && parts.iter().all(|p| plain(p))
}

/// At least so many characters of three kinds that follow each other as no words do: in random text six of ten neighbours
/// are of different kinds, in words written together four.
pub(super) fn is_mixed(text: &str, least: usize) -> bool {
    let kind = |b: u8| match b {
        b'a'..=b'z' => Some(0),
        b'A'..=b'Z' => Some(1),
        b'0'..=b'9' => Some(2),
        _ => None,
    };
    let kinds: Vec<Option<usize>> = text.bytes().map(kind).collect();
    let pairs = || kinds.windows(2).filter_map(|w| w[0].zip(w[1]));
    let changes = pairs().filter(|(a, b)| a != b).count();
    (least..=4096).contains(&text.len())
        && (0..3).all(|k| kinds.contains(&Some(k)))
        && changes * 20 >= pairs().count() * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_what_stands_in_a_value() {
        for (value, all) in [
            ("plain", &["plain"][..]),
            ("${A}", &[]),
            ("${input:api-key}", &[]),
            ("${env:A}/x", &[]),
            ("{{a}}", &[]),
            ("a ${A:-one} b ${B-two}", &["one", "two"]),
            ("${A:-${B:-inner}}", &["inner"]),
            ("${A:-cut", &["cut"]),
            ("${", &[]),
        ] {
            assert_eq!(literals(value), all, "{value}");
        }
        assert_eq!(literals(&"${A:-".repeat(100_000)).len(), 1);
    }

    #[test]
    fn random_words_are_told_from_words_written_together() {
        for random in ["q8Zt3LpW9xVb2NcR7mKd5HsN", "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8bC0dF"] {
            assert!(is_mixed(random, 20), "{random}");
        }
        for word in [
            "GitHubPersonalAccessTokenV2here",
            "getUserAccountInformationByIdentifierV2Beta3",
            "Acme-MCP-Server-2-x86-64-Linux-v3",
            "550e8400-e29b-41d4-a716-446655440000",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "aB3",
        ] {
            assert!(!is_mixed(word, 20), "{word}");
        }
        assert!(!stands_in("todo-q8Zt3LpW9xVb2NcR7mKd5HsN"));
        for filler in [
            "YOUR_API_KEY_1234567890",
            "your-GitHubPersonalAccessTokenV2here",
            "<q8Zt3LpW9xVb2NcR7mKd5HsN>",
            "q8Zt3LpW9xVb2NcR7mKd5...",
            "q8Zt3LpW9xVb2NcR7mKdxxxxxxxx",
            "example_f3a9c1d27be84501",
            "ENV:API_KEY",
            "$API_KEY",
            "$S3_KEY_V2",
            "$apiKey2",
            "$oauth2_token",
            "$USER:$PASSWORD",
            "$A$B",
            "$HOME/keys/q8Zt3LpW9x.json",
            "$(cat /run/secrets/key1)",
            "$env:API_KEY",
            "$secrets.API_KEY",
            "vault:secret/data/acme1#password",
            "arn:aws:secretsmanager:eu-1:123456789012:secret:db1",
        ] {
            assert!(stands_in(filler), "{filler}");
        }
        for password in
            ["$ecr3tPw99y", "$2b$10$q8Zt3LpW9xVb2NcR", "$ecr3t$Pw99y", "$A-q8Zt3LpW9xVb2NcR", "$", "a$PW1b2"]
        {
            assert!(!stands_in(password), "{password}");
        }
    }
}
