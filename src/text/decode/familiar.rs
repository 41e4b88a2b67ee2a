//! Words that nearly every text has: a text has two of them as it is, or else in ROT13 or backwards.

const COMMON: [&str; 18] = [
    "the", "to", "and", "of", "is", "user", "this", "not", "you", "with", "for", "before", "read", "send", "all",
    "tool", "file", "must",
];

/// Common words as numbers: as they are, in ROT13, and backwards.
struct Codes {
    all: [u64; COMMON.len()],
    /// A bit for each, which few other words have.
    bits: u64,
}

impl Codes {
    fn has(&self, code: u64) -> bool {
        self.bits & bit(code) != 0 && self.all.contains(&code)
    }
}

const fn bit(code: u64) -> u64 {
    1 << (code.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58)
}

const PLAIN: Codes = codes(false, false);
const ROTATED: Codes = codes(true, false);
const REVERSED: Codes = codes(false, true);

const fn codes(rotated: bool, reversed: bool) -> Codes {
    let (mut out, mut bits) = ([0; COMMON.len()], 0);
    let mut at = 0;
    while at < out.len() {
        let word = COMMON[at].as_bytes();
        let mut i = 0;
        while i < word.len() {
            let byte = word[if reversed { word.len() - 1 - i } else { i }];
            let byte = if rotated { b'a' + (byte - b'a' + 13) % 26 } else { byte };
            out[at] = out[at] << 8 | byte as u64;
            i += 1;
        }
        bits |= bit(out[at]);
        at += 1;
    }
    Codes { all: out, bits }
}

/// Whether a text has two common words.
pub(super) fn reads(text: &str) -> bool {
    has_two(text, &PLAIN, false)
}

/// Whether a text has two common words in ROT13, and whether backwards.
pub(super) fn otherwise(text: &str) -> [bool; 2] {
    if text.len() >= LOOKED || !text.is_ascii() {
        return [has_two(text, &ROTATED, false), has_two(text, &REVERSED, true)];
    }
    // all words of a short text are looked at, for both at once
    let (mut code, mut length, mut found) = (0_u64, 0, [0; 2]);
    for byte in text.bytes().chain([b' ']) {
        if byte.is_ascii_alphanumeric() {
            code = code << 8 | u64::from(byte | 0x20);
            length += 1;
            continue;
        }
        if LENGTHS.contains(&length) {
            found[0] += usize::from(ROTATED.has(code));
            found[1] += usize::from(REVERSED.has(code));
        }
        (code, length) = (0, 0);
    }
    found.map(|words| words >= 2)
}

/// Words of a text that are looked at.
const LOOKED: usize = 4000;

/// How long the common words are.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=6;

/// Whether a text has two of these words, among the first or the last ones.
fn has_two(text: &str, codes: &Codes, last: bool) -> bool {
    fn two<'w>(words: impl DoubleEndedIterator<Item = &'w [u8]>, codes: &Codes, last: bool) -> bool {
        let is = |word: &&[u8]| is_one(word, codes);
        match last {
            true => words.rev().take(LOOKED).filter(is).nth(1).is_some(),
            false => words.take(LOOKED).filter(is).nth(1).is_some(),
        }
    }
    if text.is_ascii() {
        return two(text.as_bytes().split(|b| !b.is_ascii_alphanumeric()), codes, last);
    }
    two(text.split(|c: char| !c.is_alphanumeric()).map(str::as_bytes), codes, last)
}

/// Whether a word is one of these, whatever its case.
fn is_one(word: &[u8], codes: &Codes) -> bool {
    // letters and digits as one number
    let code = || word.iter().fold(0, |code, byte| code << 8 | u64::from(*byte | 0x20));
    LENGTHS.contains(&word.len()) && word.is_ascii() && codes.has(code())
}

#[cfg(test)]
mod tests {
    use super::super::rot13;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn common_words_are_known_in_any_case() {
        let is_common = |word: &str| is_one(word.as_bytes(), &PLAIN);
        assert!(COMMON.iter().all(|word| is_common(word) && is_common(&word.to_uppercase())));
        for other in ["t", "thee", "senda", "before1", "x", ""] {
            assert!(!is_common(other), "{other}");
        }
        for word in COMMON {
            let rotated: String = word.chars().map(rot13).collect();
            let reversed: String = word.chars().rev().collect();
            assert!(is_one(rotated.as_bytes(), &ROTATED) && is_one(reversed.as_bytes(), &REVERSED), "{word}");
        }
        assert!(reads("\u{4e16} The \u{e9}nd, TO it") && !reads("The end") && !reads("The \u{17f}end"));
    }

    proptest! {
        #[test]
        fn words_are_common_however_they_are_looked_for(words in "((gur|gb|naq|eht|ot|dna|the|[a-z0-9]{1,7})[ .,'-]{1,2}){0,5}(BG|fv|SI|x)?") {
            let apart = [has_two(&words, &ROTATED, false), has_two(&words, &REVERSED, true)];
            prop_assert_eq!(otherwise(&words), apart);
        }
    }
}
