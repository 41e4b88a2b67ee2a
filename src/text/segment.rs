//! Segments: the stretches of text a directive lives in. Long text dilutes, so each stretch is judged on its own.

use std::ops::Range;

/// Bytes of one segment.
const LONG: usize = 700;
/// Segments of one text.
const MOST: usize = 4_000;

/// Overlapping windows over a folded text: each sentence with the two after it, while they are short.
pub fn segments(text: &str) -> Vec<Range<usize>> {
    let sentences = sentences(text);
    let mut out = Vec::new();
    for (i, first) in sentences.iter().enumerate().take(MOST) {
        let mut end = first.end;
        for next in sentences.iter().skip(i + 1).take(2) {
            if next.end - first.start > LONG {
                break;
            }
            end = next.end;
        }
        // a window inside the one before adds nothing
        if out.last().is_none_or(|l: &Range<usize>| l.end < end || first.start == l.start) || i + 1 == sentences.len() {
            out.push(first.start..end);
        }
    }
    out
}

/// Sentences end at `.`, `!`, `?` before white space, at `;`, line ends, and their East Asian forms.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let next = chars.peek().map(|(_, c)| *c);
        let stop = match c {
            '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
            '\n' => true,
            '。' | '！' | '？' | '；' | '।' | '؟' => true,
            ';' => true,
            _ => end - start > LONG && c == ' ',
        };
        if stop {
            if text[start..end].trim().len() > 1 {
                out.push(start..end);
            }
            start = end;
        }
    }
    if text[start..].trim().len() > 1 {
        out.push(start..text.len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_the_text_and_stay_short() {
        let text = "one. two! three? four\nfive; six";
        let parts: Vec<&str> = segments(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(parts[0], "one. two! three?");
        assert!(parts.iter().any(|p| p.ends_with("six")));
        let long = "word ".repeat(5_000);
        assert!(segments(&long).iter().all(|r| r.len() <= LONG + 10));
        assert!(segments("").is_empty());
    }
}
