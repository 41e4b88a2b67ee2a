//! Passwords of databases on one's own machine, as READMEs write them (`mongodb://user:kilic@localhost/db`): whoever reads the
//! configuration is no step nearer to anything. A random one may be used elsewhere as well, and stays a secret.

use std::borrow::Cow;
use std::net::Ipv4Addr;

/// A word without the password of a URL to this machine, when a person made it up.
pub(super) fn without(word: &str) -> Cow<'_, str> {
    match password(word) {
        Some((user, password)) => {
            Cow::Owned(word.replacen(&format!("{user}:{password}@"), &format!("{user}:password@"), 1))
        }
        None => Cow::Borrowed(word),
    }
}

/// The user and such a password of the only URL in a word.
fn password(word: &str) -> Option<(&str, &str)> {
    let (_, rest) = word.split_once("://").filter(|(_, rest)| !rest.contains("://"))?;
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let (userinfo, host) = authority.rsplit_once('@')?;
    let (user, password) = userinfo.split_once(':')?;
    let port = |p: &str| p.bytes().all(|b| b.is_ascii_digit());
    let host = host.rsplit_once(':').filter(|(_, p)| port(p)).map_or(host, |(host, _)| host).to_ascii_lowercase();
    let here = ["localhost", "[::1]"].contains(&&*host) || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    (here && is_made_up(password)).then_some((user, password))
}

/// A few words, or a short number, with a number behind: what people write where it does not matter.
fn is_made_up(password: &str) -> bool {
    let short = (1..=24).contains(&password.len());
    let words = password.trim_end_matches('!');
    if !words.is_empty() && words.len() <= 8 && words.bytes().all(|b| b.is_ascii_digit()) {
        return true;
    }
    let stem = words.trim_end_matches(|c: char| c.is_ascii_digit());
    let parts: Vec<&str> = stem.trim_end_matches(['-', '_', '.']).split(['-', '_', '.']).collect();
    short && words.len() - stem.len() <= 4 && parts.len() <= 3 && parts.iter().all(|p| is_word(p))
}

/// Letters that can be said: in one case, or with a capital at the beginning.
fn is_word(part: &str) -> bool {
    let rest = part.get(1..).unwrap_or_default();
    let letters = part.len() >= 2 && part.bytes().all(|b| b.is_ascii_alphabetic());
    let cases = rest.bytes().all(|b| b.is_ascii_lowercase()) || part.bytes().all(|b| b.is_ascii_uppercase());
    let vowel = |c: char| "aeiouyAEIOUY".contains(c);
    letters && cases && part.len() <= 14 && part.contains(vowel) && part.split(vowel).all(|run| run.len() <= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_passwords_of_this_machine_are_told_from_all_others() {
        for word in [
            "mongodb://muhammed:kilic@localhost:27017/database",
            "--db=postgres://app:Secret123@127.0.0.1:5432/x",
            "redis://:hunter-two@[::1]:6379",
            "mysql://root:1234@localhost",
            "postgres://dev:DEV_local!@127.0.0.2/x?sslmode=off",
        ] {
            assert!(without(word).contains(":password@"), "{word}");
        }
        for word in [
            "mongodb://muhammed:kilic@db.acme.test:27017/database",
            "mongodb://a:kilic@localhost,db.acme.test/x",
            "postgres://a:kilic@localhost.acme.test/x",
            "postgres://a:kilic@127.0.0.1.acme.test/x",
            "postgres://a:b@evil@10.0.0.1/x",
            "postgres://app:X7q9Zt2LmV@localhost/x",
            "postgres://app:qzvhtwpa@localhost/x",
            "postgres://app:kiLic@localhost/x",
            "postgres://app:kilic20261122@localhost/x",
            "postgres://app:@localhost/x",
            "http://a.test/?u=postgres://app:kilic@localhost/x",
            "user:kilic@localhost",
        ] {
            assert_eq!(without(word), word);
        }
    }
}
