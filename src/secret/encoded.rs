//! Secrets in another spelling: signed tokens and settings in base64, user and password of `Basic`, escapes of an address.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::filler::stands_in;
use super::format::{starts, tokens};
use super::sample::is_known;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
/// Base64 as people write it: with padding or without, and whatever the last bits are.
pub static STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
/// The same for addresses.
pub static URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Bytes of another spelling that are read at once: spellings in spellings go no deeper than one stretch has room for. Of a
/// multiple of four bytes base64 is read by itself.
const STRETCH: usize = 1 << 14;
/// Bytes by which stretches overlap, so that one of them holds a secret whole.
const OVERLAP: usize = 1 << 11;

/// Objects of JSON in base64 that hold a secret, or are the head of a signed token.
pub(super) fn secrets(text: &str) -> Vec<&str> {
    let sign = |c: char| c.is_ascii_alphanumeric() || "_-+/=.".contains(c);
    let (mut out, mut from) = (Vec::new(), 0);
    while let Some(at) = text[from..].find("eyJ").map(|at| from + at) {
        let behind = text[at..].trim_start_matches(sign);
        let whole = &text[at..text.len() - behind.len()];
        if starts(text, at) && whole.len() >= 24 && !stands_in(whole) && holds(whole) {
            out.push(whole);
        }
        from = at + whole.len();
    }
    out.extend(text.split(|c| !sign(c) || c == '.').filter(|run| run.len() >= 28 && is_token(run)));
    for (at, _) in text.match_indices("asic ") {
        let (from, behind) = (at.saturating_sub(1), &text[at + 5..]);
        let code = behind.split(|c| !sign(c)).next().unwrap_or_default();
        let pair = text.get(from..at + 5 + code.len()).filter(|_| code.len() >= 8).and_then(basic);
        out.extend(pair.filter(|(_, real)| *real).map(|(code, _)| code));
    }
    out.extend(text.split(|c| !sign(c) || c == '.').filter(|run| run.len() >= 40 && is_wide(run)));
    out
}

/// Code for PowerShell (`-EncodedCommand`), two bytes to a letter, that holds a secret.
fn is_wide(run: &str) -> bool {
    // as two letters are written, of which the first has no second byte
    let bytes = run.as_bytes();
    if !(b"AQgw".contains(&bytes[1]) && b"AB".contains(&bytes[2])) {
        return false;
    }
    let secret = |part: &[u8]| {
        let Some(bytes) = std::str::from_utf8(part).ok().and_then(bytes_of) else { return false };
        let wide = bytes.chunks_exact(2);
        let letters: String = wide.filter(|pair| pair[1] == 0).map(|pair| char::from(pair[0])).collect();
        letters.len() * 2 + 1 >= bytes.len() && super::is_secret(None, &letters)
    };
    stretches(bytes).any(secret)
}

/// A token of a known issuer, alone or behind a name and a colon.
fn is_token(run: &str) -> bool {
    // of other words the first twelve signs say no text
    let text = |bytes: &[u8]| bytes.iter().all(|b| (b' '..=b'~').contains(b));
    let begins = run.get(..12).and_then(bytes_of).is_some_and(|bytes| text(&bytes));
    let token = |bytes: Vec<u8>| {
        let words = String::from_utf8(bytes).ok().filter(|t| text(t.as_bytes()));
        words.is_some_and(|words| tokens(&words).next().is_some())
    };
    begins && run.len() <= STRETCH && bytes_of(run.trim_end_matches('=')).is_some_and(token)
}

fn holds(run: &str) -> bool {
    let mut segments = run.split('.');
    let Some(segment) = segments.next() else { return false };
    let mut parts = stretches(segment.as_bytes()).map_while(|part| std::str::from_utf8(part).ok()).map_while(bytes_of);
    let Some(first) = parts.next().filter(|bytes| bytes.starts_with(b"{")) else { return false };
    let first = String::from_utf8_lossy(&first);
    let signed = first.contains("\"alg\"") && segments.next().is_some_and(|body| body.len() >= 16);
    let secret = |text: &str| !super::parts(None, text).is_empty();
    signed || secret(&first) || parts.any(|bytes| secret(&String::from_utf8_lossy(&bytes)))
}

/// A text in stretches that overlap.
fn stretches(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut from = Some(0);
    std::iter::from_fn(move || {
        let start = from?;
        let end = bytes.len().min(start + STRETCH);
        from = (end < bytes.len()).then_some(start + STRETCH - OVERLAP);
        Some(&bytes[start..end])
    })
}

/// What stands behind `Basic`, and whether it is a user and a password that is no sample.
pub(super) fn basic(value: &str) -> Option<(&str, bool)> {
    let (scheme, code) = value.trim().split_once(' ')?;
    let code = code.trim();
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = bytes_of(code).and_then(|bytes| String::from_utf8(bytes).ok())?;
    let (user, password) = pair.split_once(':')?;
    let real = !password.is_empty() && password != user && !stands_in(password) && !is_known(password);
    (!pair.contains(char::is_control)).then_some((code, real))
}

/// Whether a text of an address holds a secret when its escapes are undone.
pub(super) fn escaped(value: &str) -> bool {
    if !value.contains('%') {
        return false;
    }
    let bytes = value.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let digits = value.get(at + 1..at + 3).filter(|_| *byte == b'%');
        match digits.and_then(|d| u8::from_str_radix(d, 16).ok()) {
            Some(code) => {
                out.push(code);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    let secret = |part: &[u8]| !super::parts(None, &String::from_utf8_lossy(part)).is_empty();
    out != bytes && stretches(&out).any(secret)
}

fn bytes_of(code: &str) -> Option<Vec<u8>> {
    let engine = if code.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    engine.decode(code).ok()
}
