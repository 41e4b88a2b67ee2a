//! The normalized view: compatibility forms, invisible characters removed, look-alikes in mixed words replaced, accents
//! removed, lower case, white space collapsed. Every byte knows the raw byte it came from.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

/// A text with offsets back to the raw text.
#[derive(Clone, Debug, Default)]
pub struct Mapped {
    /// The normalized text.
    pub text: String,
    /// So many bytes are where they were in the raw text; in most texts that is all of them.
    same: usize,
    /// Per byte of `text` after these, the raw offset of the character it came from.
    map: Vec<u32>,
    /// Raw ranges in which something was undone that honest text does not need.
    pub undone: Vec<(usize, usize)>,
}

impl Mapped {
    /// The raw byte range of a range of the normalized text, on character boundaries.
    pub fn raw(&self, raw: &str, start: usize, end: usize) -> (usize, usize) {
        let at = |i: usize| match i.min(self.text.len()).checked_sub(self.same) {
            Some(after) => self.map.get(after).map_or(raw.len(), |o| *o as usize),
            None => i,
        };
        let from = at(start);
        let mut to = if end > start { at(end - 1) } else { from };
        if to < raw.len() {
            to += raw[to..].chars().next().map_or(0, char::len_utf8);
        }
        (from.min(raw.len()), to.min(raw.len()))
    }

    /// The first byte of the normalized text that came from this raw offset or a later one.
    pub fn position(&self, raw: usize) -> usize {
        if raw < self.same {
            return raw;
        }
        (self.same + self.map.partition_point(|o| (*o as usize) < raw)).min(self.text.len())
    }

    /// Whether something was undone in a range of the raw text.
    pub fn undoes(&self, start: usize, end: usize) -> bool {
        // in order, so that the first one from `start` on is the first to end
        let first = self.undone.partition_point(|(a, _)| *a < start);
        self.undone.get(first).is_some_and(|(_, b)| *b <= end)
    }

    fn push(&mut self, c: char, raw: usize) {
        self.text.push(c);
        if c.is_ascii() && self.is_same(raw, 1) {
            self.same += 1;
        } else {
            self.map.resize(self.text.len() - self.same, raw as u32);
        }
    }

    /// Whether so many bytes, which were added from a raw offset on, are where they were, and all before them.
    fn is_same(&self, raw: usize, len: usize) -> bool {
        self.map.is_empty() && raw + len == self.text.len()
    }

    /// Text that only changes its case.
    fn push_plain(&mut self, text: &str, raw: usize) {
        let from = self.text.len();
        self.text.push_str(text);
        self.text[from..].make_ascii_lowercase();
        if self.is_same(raw, text.len()) {
            self.same += text.len();
        } else {
            self.map.extend(raw as u32..(raw + text.len()) as u32);
        }
    }
}

/// Whether a character has no shape and is removed.
fn is_invisible(c: char) -> bool {
    matches!(c as u32, 0xAD | 0x34F | 0x61C | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF
        | 0xFE00..=0xFE0F | 0xE0000..=0xE0FFF | 0x115F | 0x1160 | 0x3164 | 0xFFA0)
        || (c.is_control() && !c.is_whitespace())
}

/// Makes the normalized view.
pub fn normalize(raw: &str) -> Mapped {
    let mut out = Mapped::default();
    out.text.reserve(raw.len());
    let mut next = 0;
    while let Some(c) = raw[next..].chars().next() {
        let at = next;
        next += c.len_utf8();
        if c.is_whitespace() {
            next += blank(&mut out, raw, at, c);
        } else if c.is_ascii_graphic() {
            next = at + plain(&raw.as_bytes()[at..]);
            out.push_plain(&raw[at..next], at);
        } else if is_invisible(c) {
            let before = raw[..at].chars().next_back().is_some_and(char::is_alphanumeric);
            let after = raw[at + c.len_utf8()..].chars().next().is_some_and(|c| c.is_alphanumeric() || is_invisible(c));
            if before && after && !matches!(c as u32, 0x200C | 0x200D | 0xFE00..=0xFE0F) {
                out.undone.push((at, at + c.len_utf8()));
            }
        } else {
            fold(&mut out, raw, at, c);
        }
    }
    out
}

/// How far words of ASCII reach that have one space between them; the first byte is of a word.
fn plain(bytes: &[u8]) -> usize {
    let inside = |byte: u8, next: u8| byte.is_ascii_graphic() | ((byte == b' ') & next.is_ascii_graphic());
    let mut at = 0;
    // blocks of nothing else are looked at in few steps
    while let Some(block) = bytes[at..].first_chunk::<17>()
        && (0..16).fold(0, |ends, i| ends | u8::from(!inside(block[i], block[i + 1]))) == 0
    {
        at += 16;
    }
    at = at.max(1);
    while let Some(byte) = bytes.get(at) {
        if !inside(*byte, bytes.get(at + 1).copied().unwrap_or_default()) {
            break;
        }
        at += 1;
    }
    at
}

/// A run of white space: a line break stays one where a sentence, list entry or tag begins after it. Returns the bytes of
/// the run after its first character.
fn blank(out: &mut Mapped, raw: &str, at: usize, first: char) -> usize {
    let after = &raw[at + first.len_utf8()..];
    let rest = after.trim_start();
    let run = &after[..after.len() - rest.len()];
    let breaks = usize::from(first == '\n') + run.bytes().filter(|b| *b == b'\n').count();
    let ended = out.text.ends_with(['.', ':', ';', '!', '?', '>', ']']);
    let starts = rest.chars().next().is_some_and(|c| "-*•<[#".contains(c)) || key_line(rest);
    let mark = if breaks > 1 || (breaks == 1 && (ended || starts)) { '\n' } else { ' ' };
    if !out.text.is_empty() {
        out.push(mark, at);
    }
    run.len()
}

/// `word:` or `1.` at the start of a line.
fn key_line(line: &str) -> bool {
    let word = line.bytes().take(40).take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    word > 0 && matches!(line.as_bytes().get(word), Some(b':' | b'.' | b')' | b'('))
}

fn fold(out: &mut Mapped, raw: &str, at: usize, c: char) {
    // they have neither case nor another form
    if matches!(c, '\u{4e00}'..='\u{9fff}') {
        return out.push(c, at);
    }
    if matches!(c as u32, 0x370..=0x52F) && beside_latin(raw, at, c) {
        out.undone.push((at, at + c.len_utf8()));
        for s in skeleton(c.encode_utf8(&mut [0; 4])).flat_map(char::to_lowercase) {
            out.push(s, at);
        }
        return;
    }
    if matches!(c as u32, 0xFF01..=0xFF5E | 0x1D400..=0x1D7FF) && c.is_alphanumeric() {
        out.undone.push((at, at + c.len_utf8()));
    }
    for d in std::iter::once(c).nfkd().flat_map(char::to_lowercase) {
        let d = match d {
            '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{652}' | '\u{640}' | '\u{654}' | '\u{655}' | '\u{93C}' => continue,
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{201C}' | '\u{201D}' => '"',
            'أ' | 'إ' | 'آ' => 'ا',
            'ى' => 'ي',
            'ة' => 'ه',
            d => d,
        };
        out.push(d, at);
    }
}

/// Whether the word around a Cyrillic or Greek letter also has Latin letters. Looks at no more than 24 letters a side.
fn beside_latin(raw: &str, at: usize, c: char) -> bool {
    let latin = |c: char| c.is_ascii_alphabetic();
    // most letters around are of the same script, which the tables of all scripts are slow to tell
    let letter = |c: &char| matches!(c, '\u{410}'..='\u{44f}' | '\u{3b1}'..='\u{3c9}') || c.is_alphabetic();
    raw[..at].chars().rev().take(24).take_while(letter).any(latin)
        || raw[at + c.len_utf8()..].chars().take(24).take_while(letter).any(latin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn disguises_are_undone_and_recorded() {
        for raw in ["ig\u{200B}nore", "ign\u{043E}re", "\u{FF49}gnore"] {
            let view = normalize(raw);
            assert_eq!(view.text, "ignore", "{raw:?}");
            assert_eq!(view.undone.len(), 1);
            assert_eq!(view.raw(raw, 0, 6), (0, raw.len()));
        }
        assert!(normalize("не говори, á é").undone.is_empty());
    }

    #[test]
    fn wrapped_lines_are_joined_and_lists_are_not() {
        assert_eq!(normalize("do not\n    tell").text, "do not tell");
        assert_eq!(normalize("a\n - b\n\nc").text, "a\n- b\nc");
    }

    #[test]
    fn every_byte_knows_where_it_came_from() {
        let raw = "One,  two\n\u{e9}\u{4e16}x  ";
        let view = normalize(raw);
        assert_eq!(view.text, "one, two e\u{4e16}x ");
        let from: Vec<usize> = (0..=view.text.len()).map(|at| view.raw(raw, at, at).0).collect();
        assert_eq!(from, [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 12, 12, 15, 16, 18]);
        for (offset, at) in [(0, 0), (4, 4), (5, 5), (6, 5), (11, 10), (13, 13), (17, 15), (18, 15)] {
            assert_eq!(view.position(offset), at, "{offset}");
        }
        let plain = normalize("Two words.");
        assert_eq!((plain.raw("Two words.", 4, 9), plain.position(4), plain.position(10)), ((4, 9), 4, 10));
    }

    #[test]
    fn ideographs_and_letters_are_what_the_shortcuts_say() {
        for c in '\u{4e00}'..='\u{9fff}' {
            assert!(std::iter::once(c).nfkd().flat_map(char::to_lowercase).eq([c]), "{c}");
        }
        assert!(('\u{410}'..='\u{44f}').chain('\u{3b1}'..='\u{3c9}').all(char::is_alphabetic));
    }

    proptest! {
        #[test]
        fn ranges_lie_on_character_boundaries(raw in any::<String>(), a in 0usize..80, b in 0usize..80) {
            let view = normalize(&raw);
            let (from, to) = view.raw(&raw, a.min(b), a.max(b));
            prop_assert!(raw.get(from..to).is_some());
        }
    }
}
