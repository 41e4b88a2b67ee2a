//! Shell code: its commands, and the words of one. How commands hang together is not read.

use super::is_assignment;

/// Whether a word only stands before the program: a variable, or a word of the shell itself.
pub(super) fn is_before(word: &str) -> bool {
    let own = ["if", "then", "else", "elif", "do", "while", "until", "!", "{", "}"];
    own.contains(&word) || is_assignment(word)
}

/// The commands of shell code: what stands between separators that are not in quotation marks.
pub(super) fn commands(code: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quote = None;
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            // what is put in its place runs before
            (None | Some('"'), '`') => {
                out.push(String::new());
                quote = None;
                continue;
            }
            (Some('"'), '(') if out.last().is_some_and(|p| p.ends_with('$')) => {
                out.push(String::new());
                quote = None;
                continue;
            }
            (None, ';' | '&' | '|' | '\n' | '(' | ')') => {
                out.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = out.last_mut() {
            part.push(c);
            if c == '\\' && quote != Some('\'') {
                part.extend(chars.next());
            }
        }
    }
    out.retain(|p| !p.trim().is_empty());
    out
}

/// Words of a plain line: quotation marks group, a backslash takes the next character as it is.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
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

#[cfg(test)]
mod tests {
    use super::super::{COMMANDS, Line};
    use super::*;

    #[test]
    fn commands_of_shell_code_are_taken_apart_each_by_itself() {
        let of = |text: &str| {
            let words = words(text);
            let all: Vec<&str> = words.iter().map(String::as_str).collect();
            let found = Line::of(all[0], &all[1..]).commands();
            let names = found.iter().map(|l| l.steps().map(|s| s.program()).collect::<Vec<_>>().join(" "));
            assert!(found.iter().flat_map(Line::steps).all(|s| s.word.argument.is_some()), "{text}");
            names.collect::<Vec<_>>().join(", ")
        };
        for (text, commands) in [
            ("bash -c 'npx a && npx b'", "npx, npx"),
            ("bash -c 'cd /x; A=1 exec env B=2 node y | tee z'", "cd, exec env node, tee"),
            ("sh -c 'if true; then npx \"a;b\"; fi'", "true, npx, fi"),
            ("sh -c '(uvx x &) || $(docker run acme/x node y)'", "uvx, $, docker node"),
            ("sh -c 'sh -c \"npx a && npx b\"; c'", "sh, npx, npx, c"),
            ("sh -c 'node x'", ""),
            ("cmd /c npx a && npx b", "npx, npx"),
        ] {
            assert_eq!(of(text), commands, "{text}");
        }
        let many = format!("sh -c '{}'", "npx a;".repeat(10_000));
        assert_eq!(of(&many).split(", ").count(), COMMANDS);
    }
}
