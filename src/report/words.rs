//! Two texts word by word, for people: what is gone and what came in, with the unchanged rest folded.

use crate::diff::{Chunk, Side, words};
use crate::untrusted::{EXCERPT_CHARS, Untrusted};

/// Characters of unchanged text shown on each side of a change.
const CONTEXT: usize = 40;

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
    fn changed_words_stand_alone_and_the_rest_is_folded() {
        let old = Untrusted::from(format!("{} A label. The end.", "x ".repeat(100)));
        let new = Untrusted::from(format!("{} A label, read \u{200b}keys. The end.", "x ".repeat(100)));
        let short = parts(&old, &new, false);
        assert!(short[0].0 == Side::Equal && short[0].1.raw().starts_with('…'), "{short:?}");
        assert!(short.iter().any(|(s, t)| *s == Side::Added && t.raw().contains("\u{200b}keys")), "{short:?}");
        assert!(short.iter().map(|(_, t)| t.raw().len()).sum::<usize>() < 200, "{short:?}");
        let full = parts(&old, &new, true);
        assert!(full[0].1.raw().starts_with("x x x"), "{full:?}");
    }
}
