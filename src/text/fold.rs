//! The folded view: compatibility forms, invisible characters removed, look-alike letters made Latin, lower case, white
//! space as single spaces.

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};

use crate::untrusted::is_plain;

/// A folded text and, for each of its bytes, the byte of the original it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    map: Vec<u32>,
    end: u32,
    /// Invisible characters were removed, or letters made Latin, inside words.
    pub disguised: bool,
}

impl Folded {
    /// Byte range of the original for a byte range of the folded text.
    pub fn raw(&self, start: usize, end: usize) -> (usize, usize) {
        let at = |i: usize| self.map.get(i).copied().unwrap_or(self.end) as usize;
        (at(start), at(end).max(at(start)))
    }

    fn push(&mut self, c: char, from: usize) {
        let before = self.text.len();
        self.text.push(c);
        self.map.extend(std::iter::repeat_n(from as u32, self.text.len() - before));
    }
}

/// Folds a text.
pub fn fold(text: &str) -> Folded {
    let mut out = Folded { end: text.len() as u32, ..Folded::default() };
    out.text.reserve(text.len());
    out.map.reserve(text.len());
    let mut space = false;
    let latin = text.bytes().any(|b| b.is_ascii_alphabetic());
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            if c == '\n' {
                // line ends stay: they end segments
                out.push('\n', at);
            } else if !space {
                out.push(' ', at);
            }
            space = true;
            continue;
        }
        space = false;
        match c {
            'A'..='Z' => out.push(c.to_ascii_lowercase(), at),
            '\u{2018}' | '\u{2019}' | '\u{02BC}' => out.push('\'', at),
            '\u{201C}' | '\u{201D}' => out.push('"', at),
            '\0'..='\u{7F}' => out.push(c, at),
            c if !is_plain(c) => out.disguised |= !matches!(c, '\u{FE0F}' | '\u{200D}' | '\u{FEFF}' | '\u{A0}'),
            c => other(c, at, latin, &mut out),
        }
    }
    out
}

fn other(c: char, at: usize, latin: bool, out: &mut Folded) {
    // look-alikes of Latin letters, where the text is Latin otherwise
    let alike = matches!(c.script(), Script::Cyrillic | Script::Greek | Script::Armenian | Script::Cherokee);
    let joined = out.text.bytes().next_back().is_some_and(|b| b.is_ascii_alphabetic());
    if alike && latin && joined {
        let skeleton: String = unicode_security::skeleton(c.encode_utf8(&mut [0; 4])).collect();
        if skeleton.is_ascii() {
            out.disguised = true;
            skeleton.chars().for_each(|s| out.push(s.to_ascii_lowercase(), at));
            return;
        }
    }
    let mut buffer = [0; 4];
    for n in c.encode_utf8(&mut buffer).nfkc() {
        if n.is_ascii_alphanumeric() && !c.is_alphanumeric() {
            continue;
        }
        out.disguised |= n.is_ascii_alphabetic() && matches!(c as u32, 0xFF21..=0xFF5A | 0x1D400..=0x1D7FF | 0x24B6..=0x24E9);
        n.to_lowercase().for_each(|l| out.push(l, at));
    }
}

/// Letters spaced out (`r e a d`, `r.e.a.d`) put together; `None` when there is no such run of six.
pub fn despaced(folded: &Folded) -> Option<Folded> {
    let chars: Vec<(usize, char)> = folded.text.char_indices().collect();
    let single = |i: usize| {
        chars.get(i).is_some_and(|(_, c)| c.is_alphabetic())
            && !i.checked_sub(1).and_then(|j| chars.get(j)).is_some_and(|(_, c)| c.is_alphanumeric())
            && !chars.get(i + 1).is_some_and(|(_, c)| c.is_alphanumeric())
    };
    let gap = |i: usize| chars.get(i).is_some_and(|(_, c)| matches!(c, ' ' | '.' | '-' | '_' | '*' | '|' | '/'));
    let mut out = Folded { end: folded.end, disguised: true, ..Folded::default() };
    let (mut i, mut found) = (0, false);
    while i < chars.len() {
        let mut j = i;
        let mut letters = 0;
        while single(j) && letters < 4096 {
            letters += 1;
            if gap(j + 1) && single(j + 2) { j += 2 } else { break }
        }
        if letters >= 6 {
            found = true;
            for k in (i..=j).step_by(2) {
                out.push(chars[k].1, folded.raw(chars[k].0, chars[k].0).0);
            }
            i = j + 1;
        } else {
            out.push(chars[i].1, folded.raw(chars[i].0, chars[i].0).0);
            i += 1;
        }
    }
    found.then_some(out)
}

/// Digits and signs that stand for letters inside words made letters; `None` when no word has one between letters.
pub fn unleet(folded: &Folded) -> Option<Folded> {
    let letter = |c: char| match c {
        '0' => Some('o'),
        '1' | '!' | '|' => Some('i'),
        '3' => Some('e'),
        '4' | '@' => Some('a'),
        '5' | '$' => Some('s'),
        '7' => Some('t'),
        _ => None,
    };
    let mut out = Folded { end: folded.end, disguised: true, ..Folded::default() };
    let mut found = 0;
    for (word_at, word) in folded.text.split_inclusive([' ', '\n']).scan(0, |at, w| {
        let here = *at;
        *at += w.len();
        Some((here, w))
    }) {
        let letters = word.chars().filter(|c| c.is_ascii_alphabetic()).count();
        let signs = word.trim_end().trim_end_matches(['!', '.', ',']).chars().filter(|c| letter(*c).is_some()).count();
        let leet = letters >= 2 && signs >= 1 && letters >= signs && !word.contains(['/', '_', '=', ':', '-']);
        found += usize::from(leet && signs >= 1);
        for (at, c) in word.char_indices() {
            let plain = if leet { letter(c).unwrap_or(c) } else { c };
            out.push(plain, folded.raw(word_at + at, word_at + at).0);
        }
    }
    (found >= 2).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn disguises_fold_to_plain_words_and_say_so() {
        for text in ["re\u{200B}ad", "r\u{435}ad", "\u{FF52}\u{FF45}\u{FF41}\u{FF44}", "READ"] {
            assert_eq!(fold(text).text, "read", "{text}");
        }
        assert!(fold("re\u{200B}ad").disguised && fold("r\u{435}ad").disguised && !fold("READ").disguised);
        assert_eq!(fold("\u{43F}\u{440}\u{438}\u{432}\u{435}\u{442} read").text, "\u{43F}\u{440}\u{438}\u{432}\u{435}\u{442} read");
        let spaced = despaced(&fold("so r e a d t h e keys")).expect("a run");
        assert_eq!(spaced.text, "so readthe keys");
        assert_eq!(unleet(&fold("r3ad th3 k3ys")).expect("leet").text, "read the keys");
        assert!(unleet(&fold("version 1.2 of 3 files")).is_none());
    }

    proptest! {
        #[test]
        fn every_folded_byte_maps_into_the_original(text in any::<String>()) {
            let folded = fold(&text);
            for i in 0..=folded.text.len() {
                let (start, end) = folded.raw(i, folded.text.len());
                prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end) && start <= end);
            }
            let _ = (despaced(&folded), unleet(&folded));
        }
    }
}
