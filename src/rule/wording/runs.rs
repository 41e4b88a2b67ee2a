//! Runs of a text that may be names: ASCII letters, digits, `_` and `-`. Each is looked at once for all who ask whether it is
//! the name of something, and most are told from all names by a number.

use super::keys::{BEGIN, step};

/// A run.
pub struct Run {
    /// First byte.
    pub start: usize,
    /// End.
    pub end: usize,
    /// What its letters and digits are known by, whatever their case.
    pub code: u32,
    /// It has a `-`.
    pub dashed: bool,
    /// It has a `_`.
    pub joined: bool,
    /// A capital letter follows a small one.
    pub humped: bool,
    /// It has a capital letter that is not its first byte.
    pub capital: bool,
}

/// Finds all runs of a text, in order.
pub fn find(text: &str, out: &mut Vec<Run>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let first = KINDS[usize::from(bytes[at])];
        at += 1;
        if first == 0 {
            continue;
        }
        let mut code = if first & LETTER != 0 { step(BEGIN, small(bytes[start], first)) } else { BEGIN };
        let (mut inside, mut humped, mut before) = (0, 0, first);
        for byte in &bytes[at..] {
            let kind = KINDS[usize::from(*byte)];
            if kind == 0 {
                break;
            }
            if kind & LETTER != 0 {
                code = step(code, small(*byte, kind));
            }
            // a capital letter after a small one
            humped |= before & kind >> 1;
            inside |= kind;
            before = kind;
            at += 1;
        }
        let all = first | inside;
        let (dashed, joined, capital) = (all & DASH != 0, all & JOIN != 0, inside & CAPITAL != 0);
        out.push(Run { start, end: at, code, dashed, joined, humped: humped & SMALL != 0, capital });
        // what ended it is no part of the next one
        at += 1;
    }
}

/// The same as a list of their own.
#[cfg(test)]
pub fn all(text: &str) -> Vec<Run> {
    let mut out = Vec::new();
    find(text, &mut out);
    out
}

const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const DIGIT: u8 = 4;
const DASH: u8 = 8;
const JOIN: u8 = 16;
/// What a run is known by.
const LETTER: u8 = SMALL | CAPITAL | DIGIT;

/// A letter or digit of this kind in small.
#[inline]
fn small(byte: u8, kind: u8) -> u8 {
    byte | (kind & CAPITAL) << 4
}

/// What each byte is in a run.
const KINDS: [u8; 256] = {
    let mut out = [0; 256];
    let mut at = 0;
    while at < 256 {
        out[at] = match at as u8 {
            b'a'..=b'z' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            b'0'..=b'9' => DIGIT,
            b'-' => DASH,
            b'_' => JOIN,
            _ => 0,
        };
        at += 1;
    }
    out
};

/// Names, of which only so much is known that most runs are none of them.
pub struct Names {
    bits: Vec<u64>,
    /// So many bits of a number lead to one of them.
    size: u32,
}

impl Names {
    /// Takes names; of them letters and digits of ASCII count, whatever their case.
    pub fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let code = |name: &str| {
            let plain = name.bytes().filter(u8::is_ascii_alphanumeric);
            plain.fold(BEGIN, |code, byte| step(code, byte.to_ascii_lowercase()))
        };
        let codes: Vec<u32> = names.map(code).collect();
        Self::of_codes(&codes, codes.len())
    }

    /// Takes what names are known by; about so many of them differ.
    pub fn of_codes(codes: &[u32], len: usize) -> Self {
        // sixteen bits a name
        let size = (len * 16).next_power_of_two().ilog2().clamp(10, 24);
        let mut out = Self { bits: vec![0; 1 << (size - 6)], size };
        for code in codes {
            let place = out.place(*code);
            out.bits[place / 64] |= 1 << (place % 64);
        }
        out
    }

    /// `false` when a run is none of them.
    pub fn may_hold(&self, run: &Run) -> bool {
        let place = self.place(run.code);
        self.bits[place / 64] & 1 << (place % 64) != 0
    }

    fn place(&self, code: u32) -> usize {
        (code.wrapping_mul(0x9E37_79B1) >> (32 - self.size)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_what_they_look_like() {
        let said = |r: &Run| (r.start, r.end, r.dashed, r.joined, r.humped, r.capital);
        let found: Vec<_> = all("a \u{e4}bC_d--E, XY-").iter().map(said).collect();
        let word = (0, 1, false, false, false, false);
        assert_eq!(found, [word, (4, 11, true, true, true, true), (13, 16, true, false, false, true)]);
        assert!(all(" \u{4e16}.").is_empty());
    }

    #[test]
    fn a_name_is_held_however_it_is_spelled() {
        let names = Names::of(["sendmail", "get_row"].into_iter());
        let held = |text: &str| all(text).iter().all(|run| names.may_hold(run));
        assert!(held("send_mail sendMail SEND-MAIL getRow_"));
        assert!(!held("send") && !held("getrows"));
    }
}
