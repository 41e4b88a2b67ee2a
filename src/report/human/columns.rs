//! A row in two columns: the old words left, the new ones right.

use unicode_width::UnicodeWidthStr;

use super::Style;
use super::changes::painted;
use super::fold::Fold;
use crate::diff::Side;
use crate::report::words::Row;

/// Columns a terminal must have for two columns of words.
pub const WIDE: usize = 120;

/// Writes one row.
pub(super) fn row(out: &mut String, row: &Row, style: Style) {
    let gutter = style.gutter();
    let cell = (style.width.saturating_sub(2 * gutter.width()) / 2).max(20);
    let left = side(row, Side::Removed, cell, style);
    let right = side(row, Side::Added, cell, style);
    for i in 0..left.len().max(right.len()) {
        let (old, new) = (left.get(i).map_or("", |l| l), right.get(i).map_or("", |l| l));
        let blanks = " ".repeat(cell.saturating_sub(shown_width(old)));
        out.push_str(gutter);
        out.push_str(old);
        out.push_str(&blanks);
        out.push_str(gutter);
        out.push_str(new);
        while out.ends_with(' ') {
            out.pop();
        }
        out.push('\n');
    }
}

fn side(row: &Row, side: Side, width: usize, style: Style) -> Vec<String> {
    let mut text = String::new();
    for line in painted(row, row.side(side), !style.color && row.only().is_none(), style) {
        let mut fold = Fold::new(&mut text, "", "", width);
        for (words, color) in &line {
            fold = fold.add(words, *color);
        }
        fold.end();
    }
    text.lines().map(str::to_owned).collect()
}

/// Columns of a line without its colour codes, which are ours: those of the server are escaped.
fn shown_width(line: &str) -> usize {
    let mut width = 0;
    for (i, part) in line.split('\u{1b}').enumerate() {
        let words = if i == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) };
        width += words.width();
    }
    width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_codes_have_no_width() {
        assert_eq!(shown_width("a\u{1b}[31;9mmist\u{1b}[0m 世"), 8);
    }
}
