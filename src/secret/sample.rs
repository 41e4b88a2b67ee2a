//! Values that are made up for a document: words such as `my-secret-token`, and rows of the alphabet or of the keyboard.

use super::format::without_prefix;

/// Words of which made-up values and the passwords of fresh installations consist.
const WORDS: [&str; 120] = [
    "elastic",
    "minio",
    "grafana",
    "airflow",
    "keycloak",
    "docker",
    "rabbit",
    "rabbitmq",
    "guest",
    "letmein",
    "abc",
    "xyz",
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

/// Passwords that everybody knows, of which these words are no part.
const KNOWN: [&str; 4] = ["neo4j", "hunter", "passw0rd", "p@ssw0rd"];

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

/// What stands before the body: the sign of an issuer, or words of a document. Of any other word a person made a password.
fn is_prefix(text: &str) -> bool {
    let behind = without_prefix(text);
    behind.len() <= 16 && (behind.is_empty() || is_words(behind))
}

/// A password that everybody knows, also with a year or a short number behind it.
pub(super) fn is_known(password: &str) -> bool {
    let lower = password.to_ascii_lowercase();
    let word = lower.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
    KNOWN.contains(&lower.as_str()) || (lower.len() - word.len() <= 4 && KNOWN.contains(&word)) || is_words(&lower)
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
            "sk-ant-api03-abcdefghijklmnopqrst",
            "pk_test_123456789",
            "my-key-abcdef",
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
            "Gr8Wolf-123456",
            "Wolf7ran-abcdef",
            "wolf-12345678",
            "sk-f3a9c1d27be84501f3a9c1d27be84501",
            "123",
            "",
        ] {
            assert!(!is_sample(real), "{real}");
        }
    }

    #[test]
    fn passwords_that_everybody_knows_are_told_from_those_of_a_person() {
        for known in ["neo4j", "hunter2", "P@ssw0rd1!", "letmein", "changeit", "guest2024", "rabbitmq", "minioadmin"] {
            assert!(is_known(known), "{known}");
        }
        for own in ["S3cretPw99y", "hunter2hunter2", "wolf2024", "neo4j-wolf1", ""] {
            assert!(!is_known(own), "{own}");
        }
    }
}
