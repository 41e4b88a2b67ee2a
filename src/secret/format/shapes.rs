//! Tokens that are told by their whole shape: how many signs of which kind stand where, as their issuers document it.

use base64::Engine as _;

use super::starts;
use crate::secret::encoded::URL_SAFE;

/// What a part consists of.
#[derive(Clone, Copy)]
enum Kind {
    Hex,
    Capital,
    Any,
}

use Kind::{Any, Capital, Hex};

impl Kind {
    fn has(self, b: u8) -> bool {
        match self {
            Hex => b.is_ascii_digit() || (b'a'..=b'f').contains(&b),
            Capital => b.is_ascii_digit() || b.is_ascii_uppercase(),
            Any => b.is_ascii_alphanumeric(),
        }
    }

    /// Whether a body has all that its kind has, as no word does.
    fn is_mixed(self, body: &[u8]) -> bool {
        let any = |kind: fn(&u8) -> bool| body.iter().any(kind);
        let letters = match self {
            Hex => any(u8::is_ascii_lowercase),
            Capital => any(u8::is_ascii_uppercase),
            Any => any(u8::is_ascii_lowercase) && any(u8::is_ascii_uppercase),
        };
        letters && any(u8::is_ascii_digit)
    }
}

/// A prefix, and so many signs of a kind behind it, and no more.
const EXACT: [(&str, Kind, usize); 12] = [
    // Databricks, personal access tokens
    ("dapi", Hex, 32),
    // SonarQube, tokens of users, projects and global analysis
    ("squ_", Hex, 40),
    ("sqp_", Hex, 40),
    ("sqa_", Hex, 40),
    // Buildkite, API access tokens
    ("bkua_", Hex, 40),
    // New Relic, user keys
    ("NRAK-", Capital, 27),
    // EasyPost, production keys
    ("EZAK", Any, 54),
    // Alibaba Cloud, AccessKey ids
    ("LTAI5t", Any, 18),
    // Tencent Cloud, SecretIds
    ("AKID", Any, 32),
    // Prefect, user keys
    ("pnu_", Any, 36),
    // Bitbucket, app passwords
    ("ATBB", Any, 32),
    // crates.io
    ("cio", Any, 32),
];

/// The tokens of such shapes in a text.
pub(super) fn all(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    // the shortest has as many; most words are shorter
    let sign = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = bytes[at..].iter().position(|b| !sign(*b)).map_or(bytes.len(), |more| at + more);
        if end - at >= 24 {
            out.extend(whole(&text[at..end]));
        }
        at = end + 1;
    }
    out
}

/// The tokens in a word. Those that their issuers' signs begin may stand behind and before other parts of it.
fn whole(word: &str) -> Vec<&str> {
    let exact: Vec<&str> = (0..word.len()).filter(|at| starts(word, *at)).filter_map(|at| exact(&word[at..])).collect();
    let shape = |word: &&str| terraform(word) || mailchimp(word) || clickup(word) || discord(word);
    if !exact.is_empty() {
        return exact;
    }
    Some(word.trim_end_matches(['.', '-', '_'])).filter(shape).into_iter().collect()
}

/// The token that a word begins with.
fn exact(word: &str) -> Option<&str> {
    let first = word.as_bytes().first();
    EXACT.iter().filter(|(prefix, ..)| prefix.as_bytes().first() == first).find_map(|(prefix, kind, length)| {
        let body = word.strip_prefix(prefix)?.as_bytes();
        let own = body.get(..*length)?;
        let ends = body.get(*length).is_none_or(|b| !b.is_ascii_alphanumeric());
        let real = ends && own.iter().all(|b| kind.has(*b)) && kind.is_mixed(own);
        real.then(|| &word[..prefix.len() + length + shard(prefix, &body[*length..])])
    })
}

/// Databricks: the number of a place may stand behind the token: `dapi…-2`.
fn shard(prefix: &str, behind: &[u8]) -> usize {
    match behind {
        [b'-', digit, rest @ ..] if prefix == "dapi" && digit.is_ascii_digit() => {
            2 + rest.iter().take_while(|b| b.is_ascii_digit()).count()
        }
        _ => 0,
    }
}

/// Terraform, tokens of users and teams: 14 signs, `.atlasv1.`, more than 60.
fn terraform(word: &str) -> bool {
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric());
    word.split_once(".atlasv1.").is_some_and(|(id, key)| id.len() == 14 && plain(id) && key.len() >= 60 && plain(key))
}

/// Mailchimp, API keys: 32 signs of hex and the place of the account.
fn mailchimp(word: &str) -> bool {
    word.split_once("-us").is_some_and(|(key, place)| {
        let number = (1..=2).contains(&place.len()) && place.bytes().all(|b| b.is_ascii_digit());
        // digits alone are a number of anything
        number && key.len() == 32 && key.bytes().all(|b| Hex.has(b)) && Hex.is_mixed(key.as_bytes())
    })
}

/// ClickUp, personal tokens: `pk_`, the number of the user, 32 signs.
fn clickup(word: &str) -> bool {
    let parts = word.strip_prefix("pk_").and_then(|rest| rest.split_once('_'));
    parts.is_some_and(|(user, key)| {
        let number = (5..=10).contains(&user.len()) && user.bytes().all(|b| b.is_ascii_digit());
        number && key.len() == 32 && key.bytes().all(|b| Capital.has(b)) && key.bytes().any(|b| b.is_ascii_digit())
    })
}

/// Discord, tokens of bots: the number of the bot in base64, six signs of a time, and a code.
fn discord(word: &str) -> bool {
    let mut parts = word.split('.');
    let (Some(id), Some(time), Some(code), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let number = |bytes: Vec<u8>| (17..=20).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit);
    (23..=28).contains(&id.len())
        && time.len() == 6
        && (27..=40).contains(&code.len())
        && URL_SAFE.decode(id).is_ok_and(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    // built from parts so that no scanner takes them for real tokens
    #[test]
    fn whole_shapes_are_tokens_and_what_is_nearly_one_is_not() {
        let (hex, any, capital) = ("f3a9c1d2".repeat(8), "q8Zt3LpW".repeat(12), "Q8ZT3LPW".repeat(6));
        let user = URL_SAFE.encode("123456781234567890").trim_end_matches('=').to_owned();
        for token in [
            format!("dapi{}", &hex[..32]),
            format!("squ_{}", &hex[..40]),
            format!("bkua_{}", &hex[..40]),
            format!("NRAK-{}", &capital[..27]),
            format!("ATBB{}", &any[..32]),
            format!("cio{}", &any[..32]),
            format!("{}.atlasv1.{}", &any[..14], &any[..67]),
            format!("{}-us19", &hex[..32]),
            format!("pk_12345678_{}", &capital[..32]),
            format!("{user}.GabcDE.{}", &any[..38]),
        ] {
            assert_eq!(all(&format!("x={token}, y")), [token.as_str()]);
            assert_eq!(all(&format!("x={token}. y")), [token.as_str()]);
            // the code of Terraform and of Discord has no one length
            let longer = if token.contains('.') { String::new() } else { format!("{token}zz") };
            for wrong in [token[1..].to_owned(), longer, format!("x{token}")] {
                assert_eq!(all(&wrong), [""; 0], "{wrong}");
            }
        }
        let token = format!("dapi{}", &hex[..32]);
        for (text, found) in [
            (format!("{token}-2"), format!("{token}-2")),
            (format!("acme-{token}"), token.clone()),
            (format!("{token}.acme_x"), token.clone()),
            (format!("{token}-prod"), token.clone()),
        ] {
            assert_eq!(all(&text), [found.as_str()], "{text}");
        }
        for word in [
            "12345678901234567890123456789012-us1",
            "dapi-documentation-for-databricks-users",
            "cioccolatacioccolatacioccolata45678",
            "AKIDSOMECAPITALWORDSWITHOUTANYEND123",
            "pk_user_account_information_by_identifier_2",
            "com.acme.server.handlers.RequestHandler2",
            "module.exports.a1B2c3D4e5F6g7H8i9J0k1L2m3N4",
            "release-2026-01-01-linux-x86_64-us1",
            "squ_da39a3ee5e6b4b0d3255bfef95601890afd8070",
            "v1.2.3-beta.20250101T101010Z.abcdef0123456789",
        ] {
            assert_eq!(all(word), [""; 0], "{word}");
        }
    }
}
