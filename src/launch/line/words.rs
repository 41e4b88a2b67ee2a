//! The words of one command of a shell.

use super::is_assignment;

/// Whether a word only stands before the program: a variable, or a word of the shell itself.
pub(super) fn is_before(word: &str) -> bool {
    let own = ["if", "then", "else", "elif", "do", "while", "until", "!", "{", "}"];
    own.contains(&word) || is_assignment(word)
}

/// Words of a plain line: quotation marks group, a backslash takes the next character as it is.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some('"'), '\\') if chars.as_str().starts_with(['"', '$', '`']) => {
                word.get_or_insert_default().extend(chars.next())
            }
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            // a folder of Windows keeps its separators
            (None, '\\') if chars.as_str().starts_with([' ', '"', '\'', '$', '\\']) => {
                word.get_or_insert_default().extend(chars.next());
            }
            (None, c) if c.is_whitespace() => out.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    out
}

/// Words without those that only say where output goes and input comes from.
pub(super) fn unredirected(words: Vec<String>) -> Vec<String> {
    let mut out = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let Some(rest) = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(['<', '>']) else {
            out.push(word);
            continue;
        };
        if rest.trim_start_matches(['<', '>']).trim_start_matches(['&', '|']).is_empty() {
            words.next();
        }
    }
    out
}
