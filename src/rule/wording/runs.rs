//! Runs of a text that may be names: ASCII letters, digits, `_` and `-`. Each is looked at once for all who ask whether it is
//! the name of something, and most are told from all names by a number.

use super::index::is_word;
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

/// All runs of a text, in order.
pub fn runs(text: &str) -> Vec<Run> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len() / 6);
    let part = |byte: u8| is_word(byte) || byte == b'-';
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|b| part(*b)) {
        let start = at + found;
        let mut run =
            Run { start, end: start, code: BEGIN, dashed: false, joined: false, humped: false, capital: false };
        let mut lower = false;
        at = start;
        while let Some(byte) = bytes.get(at).copied().filter(|b| part(*b)) {
            if byte.is_ascii_alphanumeric() {
                run.code = step(run.code, byte.to_ascii_lowercase());
                run.humped |= lower && byte.is_ascii_uppercase();
                run.capital |= at > start && byte.is_ascii_uppercase();
            } else {
                run.dashed |= byte == b'-';
                run.joined |= byte == b'_';
            }
            lower = byte.is_ascii_lowercase();
            at += 1;
        }
        run.end = at;
        out.push(run);
    }
    out
}

/// Names, of which only so much is known that most runs are none of them.
pub struct Names {
    bits: Vec<u64>,
    /// So many bits of a number lead to one of them.
    size: u32,
}

impl Names {
    /// Takes names; of them letters and digits of ASCII count, whatever their case.
    pub fn of<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> Self {
        // sixteen bits a name
        let size = (names.len() * 16).next_power_of_two().ilog2().clamp(10, 24);
        let mut out = Self { bits: vec![0; 1 << (size - 6)], size };
        for name in names {
            let plain = name.bytes().filter(u8::is_ascii_alphanumeric);
            let place = out.place(plain.fold(BEGIN, |code, byte| step(code, byte.to_ascii_lowercase())));
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
        let found: Vec<_> = runs("a \u{e4}bC_d--E, XY-").iter().map(said).collect();
        let word = (0, 1, false, false, false, false);
        assert_eq!(found, [word, (4, 11, true, true, true, true), (13, 16, true, false, false, true)]);
        assert!(runs(" \u{4e16}.").is_empty());
    }

    #[test]
    fn a_name_is_held_however_it_is_spelled() {
        let names = Names::of(["sendmail", "get_row"].into_iter());
        let held = |text: &str| runs(text).iter().all(|run| names.may_hold(run));
        assert!(held("send_mail sendMail SEND-MAIL getRow_"));
        assert!(!held("send") && !held("getrows"));
    }
}
