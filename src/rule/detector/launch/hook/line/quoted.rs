//! One word of a line: its quotes, its substitutions and its variables.

use super::names::{PROJECT, ROOTS};
use super::{Command, DEPTH, GIVEN, Reader, TEXT, is_end};

/// What a filter of `jq` may go on with behind a pipe: `cmd` takes it for a program.
const FILTERS: [&str; 12] = [
    "ascii_downcase",
    "contains",
    "empty",
    "endswith",
    "if ",
    "length",
    "not",
    "select",
    "split",
    "startswith",
    "test",
    "tostring",
];

impl Reader<'_> {
    /// A word, with its quotes taken off.
    pub(super) fn word(&mut self, command: &mut Command, depth: usize) -> Option<String> {
        let mut word = String::new();
        let (mut double, mut project) = (false, false);
        while let Some(c) = self.rest.chars().next() {
            if !double && is_end(self.rest) {
                break;
            }
            let after = &self.rest[c.len_utf8()..];
            match c {
                '$' => {
                    // `${CLAUDE_PROJECT_DIR:-.}` before `$CLAUDE_PROJECT_DIR`
                    let found = PROJECT.iter().filter(|p| self.rest.starts_with(**p)).max_by_key(|p| p.len());
                    if let Some(found) = found {
                        if !word.is_empty() {
                            return None;
                        }
                        project = true;
                        word.push('.');
                        self.rest = &self.rest[found.len()..];
                    } else {
                        self.expansion(&mut word, command, depth)?;
                    }
                    continue;
                }
                '"' => {
                    double = !double;
                    self.quoted = !self.quoted;
                }
                '\'' if !double => {
                    let (text, rest) = after.split_once('\'')?;
                    command.loose |= self.single(text)?;
                    word.push_str(text);
                    self.rest = rest;
                    continue;
                }
                '\\' if double => {
                    let next =
                        after.chars().next().filter(|n| *n == '"' || !(n.is_whitespace() || "`$".contains(*n)))?;
                    if next == '"' {
                        self.quoted = !self.quoted;
                    } else {
                        word.push('\\');
                    }
                    word.push(next);
                    self.rest = &after[next.len_utf8()..];
                    continue;
                }
                '\\' if after.starts_with('.') => {
                    word.push('.');
                    self.rest = &after[1..];
                    continue;
                }
                // to `cmd` a quotation may have ended before
                c if double && is_sign(c) => {
                    if !self.quoted || c == '`' || c == '\n' {
                        return None;
                    }
                    word.push(c);
                }
                c if double && (!c.is_control() || c == '\t') => word.push(c),
                '{' if after.starts_with('}') => {
                    word.push_str("{}");
                    self.rest = &after[1..];
                    continue;
                }
                c if !double && (c.is_ascii_alphanumeric() || "-_./:=,@+*?[]!".contains(c)) => word.push(c),
                // the format of a date
                '%' if word.starts_with('+') => word.push(c),
                '~' if word.is_empty() && after.starts_with('/') => word.push('~'),
                _ => return None,
            }
            self.rest = after;
        }
        // `${CLAUDE_PROJECT_DIR}x` is another folder, and where no client sets it, `/etc` behind it is the system's
        let own = |rest: &str| {
            let first = rest.split('/').next().unwrap_or_default();
            !["", ".", ".."].contains(&first) && !ROOTS.contains(&first) && !first.contains(['*', '?', '['])
        };
        let other = project && word != "." && !word.strip_prefix("./").is_some_and(own);
        (!double && !other).then_some(word)
    }

    /// Text in single quotes. Whether it has signs that are no text to `cmd`: what it would run then has a name without a
    /// path, and is what a filter or a pattern has there.
    fn single(&mut self, text: &str) -> Option<bool> {
        let mut loose = false;
        for (at, c) in text.char_indices() {
            let behind = &text[at + c.len_utf8()..];
            match c {
                '"' => self.quoted = !self.quoted,
                '|' if !self.quoted => {
                    let piece = behind.split('|').next().unwrap_or_default().trim_start();
                    let filter = piece.starts_with('.') || FILTERS.iter().any(|f| piece.starts_with(f));
                    let name = !piece.contains(char::is_whitespace) && !piece.contains('/');
                    if !(filter || name) {
                        return None;
                    }
                    loose = true;
                }
                '&' | '<' | '>' if !self.quoted => return None,
                '`' | '\n' | '\r' => return None,
                // some commands of a shell read text as arithmetic, and run what is in it
                '$' if behind.starts_with('(') => return None,
                c if c.is_control() && c != '\t' => return None,
                '%' => {
                    let name = behind.split('%').next().filter(|n| n.len() < behind.len() && n.len() > 1);
                    if name.is_some_and(|n| n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')) {
                        return None;
                    }
                }
                _ => {}
            }
        }
        Some(loose)
    }

    /// What begins with `$`.
    fn expansion(&mut self, word: &mut String, command: &mut Command, depth: usize) -> Option<()> {
        let rest = &self.rest[1..];
        if let Some(inside) = rest.strip_prefix('(') {
            if depth >= DEPTH || inside.starts_with('(') {
                return None;
            }
            self.rest = inside;
            // quotes begin anew in it, for the shell; `cmd` goes on
            let line = self.line(depth + 1)?;
            self.rest = self.rest.strip_prefix(')')?;
            push(word, super::super::sign(&line));
            command.inner.push(line);
            return Some(());
        }
        if let Some(rest) = rest.strip_prefix('?') {
            self.rest = rest;
            word.push('0');
            return Some(());
        }
        let braces = rest.strip_prefix('{');
        let text = braces.unwrap_or(rest);
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        if end == 0 {
            // a pattern may end with it
            let literal = braces.is_none() && (rest.is_empty() || rest.starts_with(['"', ' ', ')', '|']));
            word.push('$');
            self.rest = rest;
            return literal.then_some(());
        }
        let sign = *self.variables.get(&text[..end])?;
        let mut after = &text[end..];
        if braces.is_some() {
            let (how, rest) = after.split_once('}')?;
            let plain = |c: char| c.is_ascii_alphanumeric() || "#%*./:-".contains(c);
            after = Some(rest).filter(|_| how.chars().all(plain))?;
        }
        push(word, sign);
        self.rest = after;
        Some(())
    }
}

/// A sign in a word: what may be any text is also what the client gave.
fn push(word: &mut String, sign: char) {
    if sign == TEXT {
        word.push(GIVEN);
    }
    word.push(sign);
}

/// What means something to one shell or another even in quotes.
fn is_sign(c: char) -> bool {
    "`\\&|<>^%".contains(c) || (c.is_control() && c != '\t')
}
