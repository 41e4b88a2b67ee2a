//! Lines that fit: words are folded at the width of the terminal, and every further line begins with a gutter of ours, so
//! that nothing a server says starts a line.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Writes escaped text piece by piece. A piece may have colours of its own: what stands before and after its words.
pub(super) struct Fold<'a> {
    out: &'a mut String,
    gutter: &'a str,
    width: usize,
    column: usize,
    /// Blanks that are written before the next word of the same line, and dropped at its end.
    blanks: usize,
}

/// No colours.
pub(super) const PLAIN: (&str, &str) = ("", "");

impl<'a> Fold<'a> {
    /// Starts a line with words of ours.
    pub(super) fn new(out: &'a mut String, start: &str, gutter: &'a str, width: usize) -> Self {
        out.push_str(start);
        Self { column: start.width(), out, gutter, width: width.max(20), blanks: 0 }
    }

    /// Adds a piece.
    pub(super) fn add(mut self, text: &str, color: (&str, &str)) -> Self {
        for part in text.split_inclusive(' ') {
            let word = part.trim_end_matches(' ');
            self.word(word, color);
            self.blanks += part.len() - word.len();
        }
        self
    }

    /// Ends the line.
    pub(super) fn end(self) {
        self.out.push('\n');
    }

    fn word(&mut self, word: &str, color: (&str, &str)) {
        if word.is_empty() {
            return;
        }
        let room = self.width - self.gutter.width().min(self.width / 2);
        let fits = self.column + self.blanks + word.width() <= self.width;
        if !fits && word.width() <= room {
            self.next_line();
        }
        self.flush_blanks();
        self.out.push_str(color.0);
        for c in word.chars() {
            let width = c.width().unwrap_or(0);
            if self.column + width > self.width {
                self.out.push_str(color.1);
                self.next_line();
                self.out.push_str(color.0);
            }
            self.out.push(c);
            self.column += width;
        }
        self.out.push_str(color.1);
    }

    fn next_line(&mut self) {
        self.blanks = 0;
        self.out.push('\n');
        self.out.push_str(self.gutter);
        self.column = self.gutter.width();
    }

    fn flush_blanks(&mut self) {
        if self.column + self.blanks > self.width {
            self.next_line();
        }
        (0..self.blanks).for_each(|_| self.out.push(' '));
        self.column += self.blanks;
        self.blanks = 0;
    }
}

/// The start of a text, as wide as it may be.
pub(super) fn clip(text: &str, width: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > width {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_letter_is_lost(pieces in prop::collection::vec("[a-z世é ]{0,60}", 1..6), width in 20usize..90) {
            let mut out = String::new();
            let mut fold = Fold::new(&mut out, "> ", "  | ", width);
            for piece in &pieces {
                fold = fold.add(piece, PLAIN);
            }
            fold.end();
            prop_assert!(out.lines().all(|l| l.width() <= width), "{out}");
            prop_assert!(out.lines().skip(1).all(|l| l.starts_with("  | ")), "{out}");
            let letters = |t: &str| t.chars().filter(|c| c.is_alphabetic()).collect::<String>();
            prop_assert_eq!(letters(&out), letters(&pieces.concat()));
        }
    }
}
