//! Token formats that issuers publish.

use super::filler::stands_in;

mod shapes;

/// Prefixes of token formats, and the least length of what follows.
const FORMATS: [(&str, usize); 125] = [
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("ghr_", 30),
    ("github_pat_", 40),
    ("glpat-", 18),
    ("gldt-", 18),
    ("glrt-", 18),
    ("glptt-", 30),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxa-", 20),
    ("xoxc-", 20),
    ("xoxd-", 20),
    ("xoxe-", 20),
    ("xoxs-", 20),
    ("xapp-", 20),
    ("sk-ant-", 30),
    ("sk-proj-", 30),
    ("sk-or-", 30),
    ("sk-lf-", 30),
    ("sk-", 32),
    ("sk_live_", 20),
    ("rk_live_", 20),
    ("sk_test_", 20),
    ("rk_test_", 20),
    ("whsec_", 24),
    ("sk_", 40),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 33),
    ("ya29.", 20),
    ("GOCSPX-", 24),
    ("npm_", 30),
    ("pypi-", 40),
    ("rubygems_", 40),
    ("dckr_pat_", 20),
    ("hf_", 30),
    ("SG.", 40),
    ("key-", 32),
    ("dop_v1_", 40),
    ("doo_v1_", 40),
    ("shpat_", 30),
    ("shpss_", 30),
    ("shpca_", 30),
    ("lin_api_", 30),
    ("secret_", 40),
    ("ntn_", 40),
    ("r8_", 30),
    ("gsk_", 40),
    ("pplx-", 40),
    ("tvly-", 20),
    ("xai-", 40),
    ("jina_", 40),
    ("fc-", 32),
    ("nvapi-", 40),
    ("csk-", 40),
    ("figd_", 30),
    ("ATATT3", 40),
    ("PMAK-", 40),
    ("sbp_", 36),
    ("sb_secret_", 20),
    ("nfp_", 30),
    ("vcp_", 30),
    ("phx_", 30),
    ("lsv2_pt_", 30),
    ("lsv2_sk_", 30),
    ("e2b_", 36),
    ("apify_api_", 30),
    ("tskey-", 20),
    ("hvs.", 24),
    ("dp.pt.", 30),
    ("sntrys_", 40),
    ("sntryu_", 40),
    ("napi_", 40),
    ("BSA", 27),
    ("ctx7sk-", 30),
    ("AGE-SECRET-KEY-1", 50),
    ("pat", 78),
    ("pul-", 40),
    ("ops_eyJ", 40),
    ("eyJhbGciOi", 40),
    ("glsa_", 41),
    ("glc_eyJ", 40),
    ("glsoat-", 20),
    ("glagent-", 50),
    ("glimt-", 25),
    ("glft-", 20),
    ("glcbt-", 20),
    ("hvb.", 90),
    ("hvr.", 24),
    ("sq0csp-", 40),
    ("sq0atp-", 22),
    ("lin_oauth_", 40),
    ("figu_", 36),
    ("pat-na1-", 36),
    ("pat-na2-", 36),
    ("pat-eu1-", 36),
    ("pat-ap1-", 36),
    ("fo1_", 43),
    ("fm2_", 40),
    ("HRKU-", 36),
    ("CFPAT-", 43),
    ("CCIPAT_", 40),
    ("dt0c01.", 88),
    ("dt0s01.", 88),
    ("ATCTT3", 100),
    ("pscale_tkn_", 32),
    ("pscale_pw_", 32),
    ("pscale_oauth_", 32),
    ("pcsk_", 50),
    ("sk.eyJ", 40),
    ("sl.u.", 100),
    ("sgp_", 40),
    ("dp.st.", 40),
    ("dp.ct.", 40),
    ("dp.sa.", 40),
    ("dp.scim.", 40),
    ("xkeysib-", 64),
    ("xsmtpsib-", 64),
    ("mlsn.", 64),
    ("rdme_", 70),
    ("duffel_live_", 40),
    ("FLWSECK-", 32),
];

/// The tokens in a text that are no samples.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    // what belongs to the token before is not looked at again
    let mut done = 0;
    let whole = move |token: &str| {
        let at = token.as_ptr() as usize - text.as_ptr() as usize;
        if at < done || stands_in(token) {
            return None;
        }
        // signs of base64 behind it belong to it
        let behind = &text[at + token.len()..];
        let more = behind.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '+' || c == '~');
        let padding = more.bytes().take(2).take_while(|b| *b == b'=').count();
        done = text.len() - more.len() + padding;
        Some(&text[at..done])
    };
    let shaped = shapes::all(text).into_iter().filter(|token| !stands_in(token));
    keys(text).chain(shaped).chain(runs(text).filter_map(whole))
}

/// Whether a text holds one, samples counted.
pub(super) fn holds(text: &str) -> bool {
    runs(text).next().is_some()
}

/// A text without the sign of an issuer that it starts with.
pub(super) fn without_prefix(text: &str) -> &str {
    FORMATS.iter().find_map(|(prefix, _)| text.strip_prefix(prefix)).unwrap_or(text)
}

/// The texts in a known format. None starts inside of another, nor inside of what is one but for its letters.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let from = at;
            at += 1;
            if !may_start(&text.as_bytes()[from..]) || !starts(text, from) {
                continue;
            }
            let Some((prefix, run)) = run(&text[from..]) else { continue };
            at = from + run.len();
            if run[prefix..].bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
                return Some(run);
            }
        }
        None
    })
}

/// Whether what is looked for may start a text: most places are told by two bytes.
fn may_start(bytes: &[u8]) -> bool {
    matches!(bytes, [first, second, ..] if SECOND[usize::from(*first)] & 1 << (second % 32) != 0)
}

/// Of each byte that begins a prefix, in either case, or a number, the bytes that follow, a bit each: the last five bits of a
/// letter are the same in both cases.
const SECOND: [u32; 256] = {
    let mut out = [0; 256];
    let mut at = 0;
    while at < FORMATS.len() {
        let prefix = FORMATS[at].0.as_bytes();
        let bit = 1 << (prefix[1] % 32);
        out[prefix[0].to_ascii_lowercase() as usize] |= bit;
        out[prefix[0].to_ascii_uppercase() as usize] |= bit;
        at += 1;
    }
    let mut digit = b'0';
    while digit <= b'9' {
        let mut second = b'0';
        while second <= b'9' {
            out[digit as usize] |= 1 << (second % 32);
            second += 1;
        }
        digit += 1;
    }
    out
};

/// Whether a word starts here.
pub(super) fn starts(text: &str, at: usize) -> bool {
    text.is_char_boundary(at) && at.checked_sub(1).is_none_or(|before| !text.as_bytes()[before].is_ascii_alphanumeric())
}

/// The run of characters that a text starts with, where it has a known prefix and is long enough; and how long the prefix is.
fn run(text: &str) -> Option<(usize, &str)> {
    // one byte tells most of them, which is no work for a call
    let first = *text.as_bytes().first()?;
    let near = |(prefix, _): &&(&str, usize)| prefix.as_bytes()[0] == first;
    let known = FORMATS.iter().filter(near).find_map(|(prefix, least)| {
        let behind = text.strip_prefix(prefix)?;
        let run = behind.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b)).count();
        // `pat` is Airtable's: 14 signs, a dot, 64 more
        let is_whole = *prefix != "pat" || behind.as_bytes().get(14) == Some(&b'.');
        (run >= *least && is_whole).then(|| (prefix.len(), &text[..prefix.len() + run]))
    });
    known.or_else(|| shouted(text)).or_else(|| bot(text))
}

/// A token that somebody wrote in capitals, as in the name of a variable. Words of such a name are shorter.
fn shouted(text: &str) -> Option<(usize, &str)> {
    let first = text.as_bytes().first()?.to_ascii_lowercase();
    let near = |prefix: &str| prefix.as_bytes()[0].to_ascii_lowercase() == first && prefix.ends_with('_');
    FORMATS.iter().filter(|(prefix, _)| near(prefix)).find_map(|(prefix, least)| {
        let head = text.get(..prefix.len()).filter(|h| h.eq_ignore_ascii_case(prefix))?;
        let run = text[head.len()..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        (run >= *least).then(|| (head.len(), &text[..head.len() + run]))
    })
}

/// The token of a Telegram bot: its number, and 35 signs.
fn bot(text: &str) -> Option<(usize, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let behind = text[digits..].strip_prefix(":AA").filter(|_| (8..=10).contains(&digits))?;
    let run = behind.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"_-".contains(b)).count();
    (run == 33).then(|| (digits + 3, &text[..digits + 3 + run]))
}

/// The private keys in a text, each with the words around it.
pub(super) fn keys(text: &str) -> impl Iterator<Item = &str> {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "-----END ";
    const DASHES: &str = "-----";
    let mut left = text;
    std::iter::from_fn(move || {
        loop {
            let key = &left[left.find(BEGIN)?..];
            left = &key[BEGIN.len()..];
            let Some((kind, body)) = heading(left, DASHES) else { continue };
            left = body;
            if !kind.contains("PRIVATE KEY") {
                continue;
            }
            let (inside, behind) = body.split_at(body.find(END).unwrap_or(body.len()));
            left = behind;
            // what is cut off has no end
            if let Some((_, rest)) = behind.strip_prefix(END).and_then(|b| heading(b, DASHES)) {
                left = rest;
            }
            if is_body(inside) && !stands_in(inside.trim()) {
                return Some(&key[..key.len() - left.len()]);
            }
        }
    })
}

/// The words before the mark at the end of a heading, and what stands behind it.
fn heading<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    // the longest kind has 27 letters
    let at = text.as_bytes().iter().take(40).position(|b| *b == b'-')?;
    Some((&text[..at], text[at..].strip_prefix(mark)?))
}

/// Whether a text has a word of base64 as a key has: a sentence may speak of the heading alone.
fn is_body(text: &str) -> bool {
    let kinds = [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit];
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c)));
    words.filter(|word| word.len() >= 16).any(|word| kinds.iter().all(|kind| word.bytes().any(|b| kind(&b))))
}
