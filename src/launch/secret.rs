//! What looks like a secret: formats that issuers publish, and random-looking values under a name that says so.
//! Placeholders (`${env:X}`, `<your key>`, `xxx`) are no secrets. The value itself is never kept.

/// Prefixes of token formats, and the least length of what follows.
const FORMATS: [(&str, usize); 36] = [
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("ghr_", 30),
    ("github_pat_", 40),
    ("glpat-", 18),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxa-", 20),
    ("xapp-", 20),
    ("sk-ant-", 30),
    ("sk-proj-", 30),
    ("sk-", 32),
    ("sk_live_", 20),
    ("rk_live_", 20),
    ("sk_test_", 20),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 33),
    ("ya29.", 20),
    ("npm_", 30),
    ("pypi-", 40),
    ("hf_", 30),
    ("SG.", 40),
    ("key-", 32),
    ("dop_v1_", 40),
    ("shpat_", 30),
    ("lin_api_", 30),
    ("secret_", 40),
    ("ntn_", 40),
    ("r8_", 30),
    ("gsk_", 40),
    ("pplx-", 40),
    ("tvly-", 20),
    ("eyJhbGciOi", 40),
];

/// Words in a name that make its value a secret.
const NAMES: [&str; 14] = [
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
    "private_key",
    "auth",
    "credential",
    "bearer",
];

/// Whether a value is a secret. `name` is the variable, header, flag or query parameter it stands under.
pub fn is_secret(name: Option<&str>, value: &str) -> bool {
    let value = value.trim();
    let value = ["Bearer ", "bearer ", "Basic ", "token "].iter().find_map(|p| value.strip_prefix(p)).unwrap_or(value);
    if is_placeholder(value) {
        return false;
    }
    let url = value.contains("://").then(|| url::Url::parse(value).ok()).flatten();
    url.is_some_and(|u| has_password(&u))
        || has_format(value)
        || (name.is_some_and(names_secret) && looks_random(value))
}

/// Index of the first argument that is, or carries, a secret: `--api-key VALUE`, `--api-key=VALUE`, or a known format.
pub fn in_args<'a>(args: impl IntoIterator<Item = &'a str>) -> Option<usize> {
    all_in_args(args).into_iter().next()
}

/// Indices of all of them.
pub fn all_in_args<'a>(args: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
    let mut flag: Option<&str> = None;
    let mut out = Vec::new();
    for (at, arg) in args.into_iter().enumerate() {
        let (name, value) = match arg.split_once('=') {
            Some((name, value)) if name.starts_with('-') || names_secret(name) => (Some(name), value),
            _ => (flag, arg),
        };
        if (arg.contains('=') || arg.contains("://") || !arg.starts_with('-')) && is_secret(name, value) {
            out.push(at);
        }
        flag = arg.starts_with('-').then_some(arg);
    }
    out
}

/// Whether a URL carries a secret: a password, a token in its query or its path.
pub fn in_url(url: &url::Url) -> bool {
    let query = url.query_pairs().any(|(name, value)| is_secret(Some(&name), &value));
    query
        || has_password(url)
        || (!is_placeholder(url.path()) && url.path_segments().into_iter().flatten().any(has_format))
}

/// A password in front of the host, which is no example and not the name itself.
fn has_password(url: &url::Url) -> bool {
    url.password().is_some_and(|p| {
        let known = ["password", "postgres", "secret", "test", "root", "admin", "guest", "user", "pass", "mysql"];
        !is_placeholder(p) && p != url.username() && !known.contains(&p.to_ascii_lowercase().as_str())
    })
}

/// Whether a value stands for one that is filled in elsewhere.
pub fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let marks =
        ["your", "example", "placeholder", "changeme", "change-me", "xxxx", "todo", "dummy", "redacted", "****", "..."];
    value.is_empty()
        || value.contains("${")
        || value.starts_with('$')
        || (value.starts_with('<') && value.ends_with('>'))
        || value.contains("{{")
        || (value.starts_with('%') && value.ends_with('%'))
        || lower.starts_with("env:")
        || marks.iter().any(|m| lower.contains(m))
}

/// Whether a text holds a token in a format of a known issuer that is no sample.
pub fn holds_token(text: &str) -> bool {
    let key = text.len() > 200 && text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----");
    // a word at a time, so that the sample in a sentence does not excuse the token in the next
    let marks = |c: char| matches!(c, '"' | '\'' | '`' | ',' | ';' | '(' | ')' | '<' | '>' | '[' | ']' | '{' | '}');
    let quoted = |c: char| c.is_whitespace() || marks(c);
    let secret = |word: &str| word.len() >= TOKEN && has_format(word) && !is_placeholder(word) && looks_random(word);
    key || (has_long_word(text.as_bytes()) && text.split(quoted).any(secret))
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

fn names_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    NAMES.iter().any(|n| lower.contains(n))
        || lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| ["key", "pat", "pwd", "sig"].contains(&w))
}

fn has_format(value: &str) -> bool {
    if value.contains("-----BEGIN ") && value.contains("PRIVATE KEY-----") {
        return true;
    }
    let rest_ok = |rest: &str, least: usize| {
        let run = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b)).count();
        run >= least && rest.bytes().take(run).any(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
    };
    let bytes = value.as_bytes();
    let starts = (0..bytes.len()).filter(|at| at.checked_sub(1).is_none_or(|b| !bytes[b].is_ascii_alphanumeric()));
    starts.into_iter().filter_map(|at| value.get(at..)).any(|rest| {
        FORMATS.iter().any(|(prefix, least)| rest.strip_prefix(prefix).is_some_and(|rest| rest_ok(rest, *least)))
    })
}

/// At least 16 characters of one word, of mixed kinds, with the entropy of random text.
fn looks_random(value: &str) -> bool {
    let n = value.len();
    if !(16..=4096).contains(&n)
        || value.contains(char::is_whitespace)
        || value.starts_with(['/', '~', '.'])
        || value.contains("://")
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

#[cfg(test)]
mod tests {
    use super::*;

    // built from parts so that no scanner takes them for real tokens
    fn token(prefix: &str) -> String {
        format!("{prefix}{}", "a1B2c3D4".repeat(6))
    }

    #[test]
    fn formats_and_named_random_values_are_secrets() {
        for prefix in ["ghp_", "sk-", "AKIA", "xoxb-", "glpat-", "eyJhbGciOi"] {
            assert!(is_secret(None, &token(prefix)), "{prefix}");
            assert!(is_secret(Some("Authorization"), &format!("Bearer {}", token(prefix))), "{prefix}");
        }
        assert!(is_secret(Some("SERVICE_TOKEN"), "f3a9c1d27be84501"));
        assert_eq!(in_args(["-y", "pkg", "--api-key", "f3a9c1d27be84501aa"]), Some(3));
        assert_eq!(in_args(["--token=f3a9c1d27be84501aa"]), Some(0));
        assert_eq!(all_in_args(["--token=f3a9c1d27be84501aa", "postgres://me:f3a9c1d2@db.test/x"]), [0, 1]);
        assert_eq!(in_args(["postgres://postgres:postgres@localhost/x", "https://a.test/x"]), None);
    }

    #[test]
    fn placeholders_paths_and_ordinary_values_are_not() {
        for value in [
            "${env:TOKEN}",
            "$TOKEN",
            "<your-token>",
            "YOUR_API_KEY_1234567890",
            "placeholder",
            "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx1A",
            "",
        ] {
            assert!(!is_secret(Some("API_KEY"), value), "{value}");
        }
        assert!(!is_secret(Some("LOG_LEVEL"), "f3a9c1d27be84501"));
        assert!(!is_secret(Some("KEY_FILE"), "/home/me/key1234567890.pem"));
        assert!(!is_secret(None, "sk-learn-contributors-of-the-world-unite-now"));
        assert_eq!(
            in_args([
                "-y",
                "@modelcontextprotocol/server-everything@2026.1.2",
                "--token-file",
                "/run/secrets/token1234567"
            ]),
            None
        );
    }
}
