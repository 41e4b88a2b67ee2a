//! Two texts word by word, for people: what is gone and what came in, with the unchanged rest folded. Without colour the
//! changed words stand in `[-…-]` and `{+…+}`.

use crate::diff::{Chunk, Side, words};
use crate::untrusted::{EXCERPT_CHARS, Untrusted};

/// Characters of unchanged text shown on each side of a change.
const CONTEXT: usize = 40;

/// How changed words are set off.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// Before and after words that are gone.
    pub removed: (&'static str, &'static str),
    /// Before and after words that came in.
    pub added: (&'static str, &'static str),
}

impl Marks {
    /// Letters only.
    pub const PLAIN: Self = Self { removed: ("[-", "-]"), added: ("{+", "+}") };
    /// Colours of the terminal.
    pub const COLOR: Self = Self { removed: ("\u{1b}[31;9m", "\u{1b}[0m"), added: ("\u{1b}[32;1m", "\u{1b}[0m") };
}

/// Both texts in order, the unchanged rest folded and long changes cut unless `full`.
pub fn parts(old: &Untrusted, new: &Untrusted, full: bool) -> Vec<(Side, Untrusted)> {
    let chunks = words(old.raw(), new.raw());
    let last = chunks.len().saturating_sub(1);
    let part = |(i, Chunk { side, range }): (usize, Chunk)| {
        let text = match side {
            Side::Removed => &old.raw()[range],
            Side::Equal | Side::Added => &new.raw()[range],
        };
        let text = match side {
            _ if full => text.into(),
            Side::Equal => folded(text, i == 0, i == last).into(),
            Side::Removed | Side::Added => Untrusted::from(text).cut(4 * EXCERPT_CHARS),
        };
        (side, text)
    };
    chunks.into_iter().enumerate().map(part).collect()
}

/// One line with both texts, escaped for a terminal.
pub fn line(old: &Untrusted, new: &Untrusted, marks: Marks, full: bool) -> String {
    let mut out = String::new();
    for (side, text) in parts(old, new, full) {
        match side {
            Side::Equal => out.push_str(&text.to_terminal()),
            Side::Removed => set_off(&mut out, marks.removed, &text.to_terminal()),
            Side::Added => set_off(&mut out, marks.added, &text.to_terminal()),
        }
    }
    out
}

fn set_off(out: &mut String, mark: (&str, &str), text: &str) {
    out.push_str(mark.0);
    out.push_str(text);
    out.push_str(mark.1);
}

/// The ends of an unchanged stretch that lie beside a change.
fn folded(text: &str, first: bool, last: bool) -> String {
    let count = text.chars().count();
    let head = if first { 0 } else { CONTEXT };
    let tail = if last { 0 } else { CONTEXT };
    if count <= head + tail + 3 {
        return text.to_owned();
    }
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_words_are_marked_and_the_rest_is_folded() {
        let old = Untrusted::from(format!("{} A label. The end.", "x ".repeat(100)));
        let new = Untrusted::from(format!("{} A label, read \u{200b}keys. The end.", "x ".repeat(100)));
        let out = line(&old, &new, Marks::PLAIN, false);
        assert!(out.starts_with('…') && out.contains("{+, read \\u{200B}keys+}"), "{out}");
        assert!(out.len() < 200, "{out}");
        let full = line(&old, &new, Marks::PLAIN, true);
        assert!(full.starts_with("x x x"), "{full}");
    }
}
