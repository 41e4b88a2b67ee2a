//! Sentences of the normalized view: full stops before a blank, line breaks, semicolons, CJK punctuation.

use std::ops::Range;

/// Longest sentence; longer text without an end is cut there, so that one window stays small.
const MAX_SENTENCE: usize = 600;

/// Splits normalized text into sentences, in order and without gaps, in the room of those of another.
pub fn sentences(text: &str, out: &mut Vec<Range<usize>>) {
    out.clear();
    let mut start = 0;
    let mut at = 0;
    loop {
        // most bytes end nothing
        let longest = text.len().min(start + MAX_SENTENCE - 1);
        let rest = text.as_bytes().get(at..longest).unwrap_or_default();
        at += rest.iter().position(|b| MAY_END[usize::from(*b)]).unwrap_or(rest.len());
        let mut rest = text[at..].chars();
        let Some(c) = rest.next() else { break };
        let end = at + c.len_utf8();
        let next = rest.next();
        let stop = match c {
            '。' | '！' | '？' | '；' | '\n' | '।' | '؟' => true,
            // "e.g. x" and "1. x" are no ends
            '.' => next.is_none_or(|n| n == ' ' || n == '\n') && !abbreviation(&text[start..at]),
            '!' | '?' | ';' => next.is_none_or(|n| !n.is_alphanumeric()),
            _ => false,
        };
        if stop || end - start >= MAX_SENTENCE {
            out.push(start..end);
            start = end;
        }
        at = end;
    }
    if start < text.len() {
        out.push(start..text.len());
    }
}

/// Bytes that end a sentence, or begin a character that may.
const MAY_END: [bool; 256] = {
    let mut out = [false; 256];
    let mut at = 0;
    while at < 256 {
        out[at] = matches!(at as u8, b'\n' | b'.' | b'!' | b'?' | b';' | 0x80..);
        at += 1;
    }
    out
};

fn abbreviation(before: &str) -> bool {
    // most words end otherwise, which is no work for a call
    let may = matches!(before.as_bytes(), [.., b'.', b'g' | b'e'] | [.., b'c']);
    may && ["e.g", "i.e", "etc"].iter().any(|end| before.ends_with(end)) || before.trim().len() <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<Range<usize>> {
        let mut out = Vec::new();
        super::sentences(text, &mut out);
        out
    }

    #[test]
    fn sentences_cover_the_text() {
        let text = "use it, e.g. for v1.2. then stop! 先读。后写\nend";
        let parts: Vec<&str> = sentences(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(parts.concat(), text);
        assert_eq!(parts.len(), 5);
    }

    #[test]
    fn text_without_an_end_is_cut() {
        assert_eq!(sentences(&"世 ".repeat(1000)).iter().filter(|r| r.len() > MAX_SENTENCE + 4).count(), 0);
    }
}
