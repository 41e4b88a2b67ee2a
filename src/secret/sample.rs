//! Values that are made up for a document: words such as `my-secret-token`, and rows of the alphabet or of the keyboard.

/// Words of which made-up values consist.
const WORDS: [&str; 108] = [
    "postgres",
    "postgresql",
    "mysql",
    "mongo",
    "mongodb",
    "redis",
    "oracle",
    "openai",
    "github",
    "anthropic",
    "slack",
    "v",
    "my",
    "your",
    "our",
    "the",
    "a",
    "an",
    "some",
    "any",
    "this",
    "is",
    "not",
    "real",
    "for",
    "in",
    "with",
    "and",
    "or",
    "of",
    "to",
    "here",
    "goes",
    "me",
    "it",
    "insert",
    "enter",
    "replace",
    "put",
    "paste",
    "add",
    "change",
    "changeme",
    "set",
    "get",
    "use",
    "fill",
    "test",
    "testing",
    "tester",
    "fake",
    "dummy",
    "sample",
    "example",
    "demo",
    "default",
    "placeholder",
    "redacted",
    "secret",
    "secrets",
    "token",
    "tokens",
    "api",
    "apikey",
    "key",
    "keys",
    "password",
    "passwd",
    "passphrase",
    "pass",
    "passw",
    "pwd",
    "pw",
    "user",
    "username",
    "name",
    "admin",
    "root",
    "access",
    "auth",
    "client",
    "value",
    "string",
    "local",
    "localhost",
    "dev",
    "development",
    "foo",
    "bar",
    "baz",
    "qux",
    "super",
    "strong",
    "secure",
    "very",
    "long",
    "random",
    "db",
    "database",
    "app",
    "server",
    "service",
    "private",
    "bearer",
    "id",
    "sk",
    "pk",
    "project",
];

/// Values that documents of issuers show, in whole or in part.
const SHOWN: [&str; 9] = [
    "123e4567-e89b-12d3-a456-426614174000",
    // John Doe of jwt.io, and the keys of a local Supabase
    "eyJzdWIiOiIxMjM0NTY3ODkwI",
    "InN1YiI6IjEyMzQ1Njc4OTAi",
    "eyJpc3MiOiJzdXBhYmFzZS1kZW1v",
    "4eC39HqLyjWDarjtT1zdp7dc",
    "BQokikJOvBiI2HlWgH4olfQ2",
    "AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY",
    // the emulator of Azure's storage
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",
    "devstoreaccount1",
];

/// Rows in which keys or characters follow each other.
const ROWS: [&str; 6] =
    ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "zyxwvutsrqponmlkjihgfedcba"];

/// Whether a value, with the sign of its issuer before it or without, was made up for a document.
pub(super) fn is_sample(value: &str) -> bool {
    if SHOWN.iter().any(|s| value.contains(s)) {
        return true;
    }
    let body = value.rsplit_once(['-', '_', '.']).map_or(value, |(_, body)| body);
    is_row(value)
        || is_woven(value)
        || (body.len() >= 6 && is_row(body) && is_prefix(&value[..value.len() - body.len()]))
        || is_words(value)
}

/// A row of letters and a row of digits, one in the other: `a1b2c3d4e5`.
fn is_woven(text: &str) -> bool {
    let of = |kind: fn(&char) -> bool| text.chars().filter(kind).collect::<String>();
    let (letters, digits) = (of(char::is_ascii_lowercase), of(char::is_ascii_digit));
    letters.len() + digits.len() == text.len() && is_row(&digits) && is_row(&letters)
}

/// What stands before the body: short words.
fn is_prefix(text: &str) -> bool {
    text.len() <= 16
        && text.split(['-', '_', '.']).all(|w| w.len() <= 8 && w.bytes().filter(u8::is_ascii_digit).count() <= 1)
}

/// Whether nearly every character follows the one before it, in a row or as the same again.
fn is_row(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let bytes = lower.as_bytes();
    if bytes.len() < 6 {
        return false;
    }
    let follows = |pair: &&[u8]| {
        pair[0] == pair[1] || std::str::from_utf8(pair).is_ok_and(|p| ROWS.iter().any(|row| row.contains(p)))
    };
    let rows = bytes.windows(2).filter(follows).count();
    // a row ends where the next begins
    rows * 100 >= (bytes.len() - 1) * 70
}

/// Whether a value consists of words of a document, with a short number or a row between them.
fn is_words(value: &str) -> bool {
    if value.len() > 80 || !value.is_ascii() {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let mut words = 0;
    for part in lower.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut rest = part;
        while !rest.is_empty() {
            let letters = &rest[..rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len()];
            if letters.is_empty() {
                let digits = &rest[..rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len()];
                if digits.len() > 4 && !is_row(digits) {
                    return false;
                }
                rest = &rest[digits.len()..];
            } else if is_row(letters) {
                rest = &rest[letters.len()..];
            } else if consists(letters) {
                words += 1;
                rest = &rest[letters.len()..];
            } else {
                return false;
            }
        }
    }
    words > 0
}

/// Whether letters are words of [`WORDS`] one behind the other.
fn consists(letters: &str) -> bool {
    let mut ends = vec![false; letters.len() + 1];
    ends[0] = true;
    for at in 0..letters.len() {
        if ends[at] {
            let fits = |w: &&&str| letters[at..].starts_with(**w);
            WORDS.iter().filter(fits).for_each(|w| ends[at + w.len()] = true);
        }
    }
    ends[letters.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_words_of_documents_are_told_from_what_a_person_or_a_program_made() {
        for sample in [
            "sk-1234567890abcdef",
            "1234567890abcdef1234567890abcdef",
            "abcdefghijklmnopqrstuvwxyz123456",
            "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
            "sk-proj-abcdef1234567890abcdef1234567890",
            "AAAAAAAAAAAAAAAA0000",
            "mypassword",
            "my-secret-token-123",
            "MySuperSecretPassword123",
            "test_api_key_12345678",
            "qwertyuiop12345",
            "dev-secret-key-2024",
            "a1b2c3d4e5f6g7h8i9j0",
            "xoxb-1234567890-1234567890-abcdefghijklmnop",
        ] {
            assert!(is_sample(sample), "{sample}");
        }
        for real in [
            "f3a9c1d27be84501",
            "q8Zt3LpW9xVb2NcR7mKd5HsN",
            "hunter2hunter2",
            "S3cretPw99y",
            "Tr0ub4dor&3xyz",
            "ghp_a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4",
            "todo-q8Zt3LpW9xVb2NcR7mKd5HsN",
            "sk-f3a9c1d27be84501f3a9c1d27be84501",
            "123",
            "",
        ] {
            assert!(!is_sample(real), "{real}");
        }
    }
}
