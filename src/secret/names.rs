//! Names that say that their value is a secret.

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

/// The same where they stand alone.
const WORDS: [&str; 10] =
    ["key", "pat", "pwd", "sig", "jwt", "creds", "signature", "jsessionid", "sessionid", "sessionkey"];

/// Last words of names whose values everybody may know: `AUTH_CLIENT_ID`, `TOKEN_ADDRESS`, `OAUTH_DOMAIN`.
const PUBLIC: [&str; 24] = [
    "env", "file", "path", "name", "var", "type", "provider", "mode", "prefix", "expiry", "id", "domain", "tenant",
    "audience", "address", "issuer", "program", "mint", "realm", "scope", "scopes", "endpoint", "region", "method",
];

/// Whether a name is one of those that make their values secrets.
pub(super) fn is_telling(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    name.bytes().all(word) && (names_secret(name) || names_password(name) || is_cookie(name))
}

pub(super) fn names_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if PUBLIC.contains(&last_word(&lower))
        || says_public(name, &lower)
        || lower.contains("tokenizer")
        || lower.contains("publishable")
    {
        return false;
    }
    NAMES.iter().any(|n| lower.contains(n))
        || lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| WORDS.contains(&w))
        || last_word(&lower).ends_with("key")
}

/// Whether a name has the word `public`, also before `key` and as a word of `camelCase`. `republic` is none.
fn says_public(name: &str, lower: &str) -> bool {
    const WORD: &str = "public";
    let name = name.as_bytes();
    let alone = |b: Option<&u8>| b.is_none_or(|b| !b.is_ascii_alphanumeric());
    let camel = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| name.get(before));
        before.is_some_and(u8::is_ascii_lowercase) && name.get(at).is_some_and(u8::is_ascii_uppercase)
    };
    lower.match_indices(WORD).any(|(at, _)| {
        let end = at + WORD.len();
        let begins = at == 0 || alone(name.get(at - 1)) || camel(at);
        begins && (alone(name.get(end)) || camel(end) || lower[end..].starts_with("key"))
    })
}

/// Whether a name is that of a password, which people make up: its value need not be random.
pub(super) fn names_password(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let last = last_word(&lower);
    // `PWD` is a folder
    ["password", "passwd", "passphrase"].iter().any(|w| last.ends_with(w))
        || (last.ends_with("pass") && !["bypass", "compass", "trespass", "onepass"].contains(&last))
        || last == "pw"
        || (last == "auth" && lower.starts_with("redis"))
        || (last == "pwd" && lower != last)
}

/// Whether the value of a name may be a user and a password.
pub(super) fn names_pair(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["auth", "credential", "credentials", "creds", "login", "userpass", "userpwd"].contains(&last_word(&lower))
}

pub(super) fn is_cookie(name: &str) -> bool {
    ["cookie", "cookies"].contains(&last_word(&name.to_ascii_lowercase()))
}

fn last_word(name: &str) -> &str {
    name.rsplit(|c: char| !c.is_ascii_alphanumeric()).find(|w| !w.is_empty()).unwrap_or_default()
}
