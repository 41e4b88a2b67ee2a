//! Secrets in another spelling: signed tokens and settings in base64, user and password of `Basic`, escapes of an address.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::address::{is_known, reads};
use super::filler::stands_in;

/// Bytes of the longest text that is read in another spelling.
const MOST: usize = 1 << 14;

/// Objects of JSON in base64 that hold a secret, or are the head of a signed token.
pub(super) fn secrets(text: &str) -> Vec<&str> {
    let sign = |c: char| c.is_ascii_alphanumeric() || "_-+/=.".contains(c);
    let (mut out, mut from) = (Vec::new(), 0);
    while let Some(at) = text[from..].find("eyJ").map(|at| from + at) {
        let behind = text[at..].trim_start_matches(sign);
        let whole = &text[at..text.len() - behind.len()];
        let starts = at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric();
        if starts && (24..=MOST).contains(&whole.len()) && !stands_in(whole) && holds(whole) {
            out.push(whole);
        }
        from = at + whole.len();
    }
    out
}

fn holds(run: &str) -> bool {
    let mut segments = run.split('.');
    let Some(object) = segments.next().and_then(decoded).filter(|o| o.starts_with('{')) else { return false };
    let signed = object.contains("\"alg\"") && segments.next().is_some_and(|body| body.len() >= 16);
    signed || !super::parts(None, &object).is_empty()
}

/// What stands behind `Basic`, and whether it is a user and a password that is no sample.
pub(super) fn basic(value: &str) -> Option<(&str, bool)> {
    let (scheme, code) = value.trim().split_once(' ')?;
    let code = code.trim();
    if !scheme.eq_ignore_ascii_case("basic") || code.len() > MOST {
        return None;
    }
    let pair = decoded(code)?;
    let (user, password) = pair.split_once(':')?;
    let real = !password.is_empty() && password != user && !stands_in(password) && !is_known(password);
    reads(&pair).then_some((code, real))
}

/// Whether a text of an address holds a secret when its escapes are undone.
pub(super) fn escaped(value: &str) -> bool {
    if !value.contains('%') || value.len() > MOST {
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
    let plain = String::from_utf8_lossy(&out);
    plain != value && !super::parts(None, &plain).is_empty()
}

fn decoded(code: &str) -> Option<String> {
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if code.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let bytes = GeneralPurpose::new(alphabet, config).decode(code).ok()?;
    String::from_utf8(bytes).ok()
}
