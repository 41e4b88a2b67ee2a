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
const PUBLIC: [&str; 36] = [
    "stdin",
    "env",
    "file",
    "path",
    "name",
    "var",
    "type",
    "provider",
    "mode",
    "prefix",
    "expiry",
    "id",
    "domain",
    "tenant",
    "audience",
    "address",
    "issuer",
    "program",
    "mint",
    "realm",
    "scope",
    "scopes",
    "endpoint",
    "region",
    "method",
    "policy",
    "algorithm",
    "length",
    "limit",
    "limits",
    "count",
    "budget",
    "size",
    "ttl",
    "timeout",
    "window",
];

const TOKENIZER: &str = "tokenizer";

/// Words before `tokens` that count them: `MAX_OUTPUT_TOKENS`.
const LIMITS: [&str; 6] = ["max", "min", "num", "total", "maximum", "minimum"];

/// Whether a name is one of those that make their values secrets.
pub(super) fn is_telling(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    name.bytes().all(word) && names_key(name)
}

/// Whether a name says that its value is a secret: something random is one under it.
pub fn names_key(name: &str) -> bool {
    names_secret(name) || names_password(name) || is_cookie(name)
}

pub(super) fn names_secret(name: &str) -> bool {
    // what takes words apart, and how many of them there may be
    match contains(name, TOKENIZER) {
        true => says_secret(&name.to_ascii_lowercase().replace("tokenizers", "").replace(TOKENIZER, "")),
        false => says_secret(name),
    }
}

fn says_secret(name: &str) -> bool {
    let last = last_word(name);
    let is = |word: &str, own: &[&str]| own.iter().any(|o| word.eq_ignore_ascii_case(o));
    if names_public(name) || says_public(name) || ["publishable", "pubkey"].iter().any(|w| contains(name, w)) {
        return false;
    }
    if is(last, &["tokens"]) && name.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| is(w, &LIMITS)) {
        return false;
    }
    NAMES.iter().any(|n| contains(name, n))
        || name.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| is(w, &WORDS))
        || ends_with(last, "key")
}

/// Whether everybody may know the value of a name: `project_id`.
pub(super) fn names_public(name: &str) -> bool {
    let last = last_word(name);
    PUBLIC.iter().any(|own| last.eq_ignore_ascii_case(own))
}

/// Whether a name says that its value is one that stands for a thing, which everybody may know: such values look random.
pub(super) fn names_id(name: &str) -> bool {
    let last = last_word(name);
    ["id", "tenant", "audience", "address", "issuer", "program", "mint", "realm"]
        .iter()
        .any(|own| last.eq_ignore_ascii_case(own))
}

/// Whether a name has the word `public`, also before `key` and as a word of `camelCase`. `republic` is none.
fn says_public(name: &str) -> bool {
    const WORD: &str = "public";
    let name = name.as_bytes();
    let alone = |b: Option<&u8>| b.is_none_or(|b| !b.is_ascii_alphanumeric());
    let camel = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| name.get(before));
        before.is_some_and(u8::is_ascii_lowercase) && name.get(at).is_some_and(u8::is_ascii_uppercase)
    };
    let key = |end: usize| name.get(end..end + 3).is_some_and(|w| w.eq_ignore_ascii_case(b"key"));
    name.windows(WORD.len()).enumerate().filter(|(_, w)| w.eq_ignore_ascii_case(WORD.as_bytes())).any(|(at, _)| {
        let end = at + WORD.len();
        let begins = at == 0 || alone(name.get(at - 1)) || camel(at);
        begins && (alone(name.get(end)) || camel(end) || key(end))
    })
}

/// Whether a name is that of a password, which people make up: its value need not be random.
pub(super) fn names_password(name: &str) -> bool {
    let last = last_word(name);
    let is = |own: &&str| last.eq_ignore_ascii_case(own);
    // `PWD` is a folder
    ["password", "passwd", "passphrase"].iter().any(|w| ends_with(last, w))
        || (ends_with(last, "pass") && !["bypass", "compass", "trespass", "onepass"].iter().any(is))
        || is(&"pw")
        || (is(&"auth") && starts_with(name, "redis"))
        || (is(&"pwd") && name.len() != last.len())
}

/// Whether the value of a name may be a user and a password.
pub(super) fn names_pair(name: &str) -> bool {
    let pairs = ["auth", "credential", "credentials", "creds", "login", "userpass", "userpwd"];
    pairs.iter().any(|p| last_word(name).eq_ignore_ascii_case(p))
}

pub(super) fn is_cookie(name: &str) -> bool {
    ["cookie", "cookies"].iter().any(|c| last_word(name).eq_ignore_ascii_case(c))
}

/// Whether a text holds a word in letters of either case. Names are asked for with every text that is shown: nothing is
/// copied.
pub(super) fn contains(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

fn starts_with(text: &str, word: &str) -> bool {
    text.as_bytes().get(..word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

fn ends_with(text: &str, word: &str) -> bool {
    let start = text.len().checked_sub(word.len());
    start.is_some_and(|start| text.as_bytes()[start..].eq_ignore_ascii_case(word.as_bytes()))
}

fn last_word(name: &str) -> &str {
    name.rsplit(|c: char| !c.is_ascii_alphanumeric()).find(|w| !w.is_empty()).unwrap_or_default()
}
