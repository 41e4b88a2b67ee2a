//! A line of a shell, read strictly: words, quotes, separators, pipes, substitutions, conditions, loops, variables that the line
//! itself sets, files that are written, and the project's folder. Whatever else a shell knows makes the whole line
//! unreadable here, so what is read is all that it may run. Which of it runs, and how often, is no matter. Where a line is
//! read for what it may run, odd as it is written, `fetch::words` does it.

mod names;
mod quoted;

use std::collections::BTreeMap;

use names::{HANDED, is_own_name};

/// In a word: what the client gave the hook, or what a substitution of it gives.
pub(super) const GIVEN: char = '`';
/// In a word, behind the first: it may be any text of the model's, not only the name of a file.
pub(super) const TEXT: char = '\u{3}';
/// In a word: what a command gave that reads more than that.
pub(super) const SHOWN: char = '\u{2}';

/// One command.
#[derive(Default)]
pub(super) struct Command {
    /// Program and arguments. The project's folder is `.`; what is only known when it runs is [`GIVEN`] or [`SHOWN`].
    pub(super) words: Vec<String>,
    /// The commands of each substitution in the words.
    pub(super) inner: Vec<Vec<Command>>,
    /// Its input is another's output.
    pub(super) piped: bool,
    /// That other is a group of several.
    pub(super) after_group: bool,
    /// Files that it writes, and whether it only adds to them.
    pub(super) written: Vec<(bool, String)>,
    /// It has signs in single quotes, which are no quotes to `cmd`.
    pub(super) loose: bool,
    /// Variables that it sets, when it does nothing else.
    pub(super) assigned: Vec<String>,
}

/// Substitutions in substitutions deeper than this are not read.
const DEPTH: usize = 3;
/// Bytes of a line that is read.
const LONGEST: usize = 64 * 1024;
/// Pipes one behind the other, more than anybody writes: each command looks at all before it.
const PIPES: usize = 64;

/// The commands of a line, when all of it is understood.
pub(super) fn commands(code: &str) -> Option<Vec<Command>> {
    if code.len() > LONGEST {
        return None;
    }
    let sign = |n: &str| if n.contains("FILE") { GIVEN } else { TEXT };
    let variables = HANDED.into_iter().map(|n| (n.to_owned(), sign(n))).collect();
    let mut reader = Reader { rest: code.trim_matches([' ', '\t', '\n']), variables, quoted: false };
    let out = reader.line(0)?;
    reader.rest.is_empty().then_some(out)
}

struct Reader<'a> {
    rest: &'a str,
    /// Those that are known, each with the sign for its value.
    variables: BTreeMap<String, char>,
    /// `cmd`, which only knows `"`, is within a quotation here.
    quoted: bool,
}

impl Reader<'_> {
    /// Commands up to the end, or to the parenthesis that closes a substitution, which stays.
    fn line(&mut self, depth: usize) -> Option<Vec<Command>> {
        let mut out = Vec::new();
        let mut command = Command::default();
        let (mut open, mut cases, mut closed, mut pipes) = (0_usize, 0_usize, false, 0);
        loop {
            if self.skip("\\\n") || self.skip(" ") || self.skip("\t") {
                continue;
            }
            if command.words.is_empty() && command.assigned.is_empty() {
                if self.skip("(") {
                    open += 1;
                    closed = false;
                    continue;
                }
                if let Some(word) = self.keyword() {
                    closed = ["fi", "done", "esac", "}"].contains(&word);
                    match word {
                        "esac" => cases = cases.checked_sub(1)?,
                        "for" => out.push(self.named_by(depth)?),
                        "case" => {
                            out.push(self.subject(depth)?);
                            cases += 1;
                            cases -= usize::from(self.pattern()?);
                        }
                        "[[" => command.words = self.condition(&mut command.inner, depth)?,
                        _ => {}
                    }
                    continue;
                }
            }
            if self.redirection(&mut command, depth)? {
                continue;
            }
            let separators = [";;", "&&", "||", "|", ";", "&", "\n", ")"];
            let separator = separators.into_iter().find(|s| self.rest.starts_with(s));
            if separator.is_none() && !self.rest.is_empty() {
                if closed {
                    return None;
                }
                self.take(&mut command, depth)?;
                continue;
            }
            let piped = separator == Some("|");
            pipes = if piped { pipes + 1 } else { 0 };
            if pipes > PIPES {
                return None;
            }
            let empty = command.words.is_empty() && command.assigned.is_empty();
            // a pipe has something on both sides
            if empty && !closed && (piped || command.piped) {
                return None;
            }
            let next = Command { piped, after_group: piped && closed, ..Command::default() };
            let done = std::mem::replace(&mut command, next);
            // what a group as a whole writes
            if empty && !done.written.is_empty() {
                out.push(Command { words: vec!["echo".to_owned()], ..done });
            } else if !empty {
                let before = chain(&out, out.len(), &done);
                let given = if done.after_group { SHOWN } else { super::sign(before) };
                out.push(self.set(done, given)?);
            }
            closed = false;
            match separator {
                None => return (open == 0 && cases == 0).then_some(out),
                Some(")") if open > 0 => {
                    self.rest = &self.rest[1..];
                    (open, closed) = (open - 1, true);
                }
                Some(")") => return (cases == 0).then_some(out),
                Some(sign) => self.rest = &self.rest[sign.len()..],
            }
            if separator == Some(";;") {
                closed = cases == 0 || self.pattern()?;
                cases = cases.checked_sub(usize::from(closed))?;
            }
        }
    }

    fn skip(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// A word of the shell itself where a command begins.
    fn keyword(&mut self) -> Option<&'static str> {
        let words = [
            "if", "then", "elif", "else", "fi", "do", "done", "while", "until", "for", "case", "esac", "!", "{", "}",
            "[[",
        ];
        let found = words.into_iter().find(|w| self.rest.strip_prefix(*w).is_some_and(is_end))?;
        self.rest = &self.rest[found.len()..];
        Some(found)
    }

    /// `for NAME in WORDS`: as a command that shows the words.
    fn named_by(&mut self, depth: usize) -> Option<Command> {
        let mut command = Command { words: vec!["echo".to_owned()], ..Command::default() };
        self.rest = self.rest.trim_start_matches(' ');
        let end = self.rest.find(' ')?;
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start_matches(' ').strip_prefix("in ")?;
        while !self.rest.starts_with([';', '\n']) {
            if !self.skip(" ") {
                let word = self.word(&mut command, depth)?;
                command.words.push(word);
            }
        }
        self.declare(name, &command)?;
        Some(command)
    }

    /// `case WORD in`: as a command that shows the word.
    fn subject(&mut self, depth: usize) -> Option<Command> {
        let mut command = Command { words: vec!["echo".to_owned()], ..Command::default() };
        self.rest = self.rest.trim_start_matches(' ');
        let word = self.word(&mut command, depth)?;
        command.words.push(word);
        self.rest = self.rest.trim_start_matches(' ').strip_prefix("in")?;
        Some(command)
    }

    /// The pattern of a case, and whether there is none any more.
    fn pattern(&mut self) -> Option<bool> {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\t']);
        if self.rest.strip_prefix("esac").is_some_and(is_end) {
            self.rest = &self.rest["esac".len()..];
            return Some(true);
        }
        let (pattern, rest) = self.rest.split_once(')')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || " *?._-|/[]!".contains(c);
        self.rest = rest;
        pattern.strip_prefix('(').unwrap_or(pattern).chars().all(plain).then_some(false)
    }

    /// What stands in `[[ … ]]`; nothing in it runs but substitutions.
    fn condition(&mut self, inner: &mut Vec<Vec<Command>>, depth: usize) -> Option<Vec<String>> {
        let mut command = Command::default();
        loop {
            self.rest = self.rest.trim_start_matches(' ');
            if self.rest.strip_prefix("]]").is_some_and(is_end) {
                self.rest = &self.rest[2..];
                inner.append(&mut command.inner);
                return Some(vec!["[[".to_owned()]);
            }
            // operators and patterns
            let plain = |c: char| c.is_ascii_alphanumeric() || "()|&<>=~*?!^\\[]+{}._-/,:@".contains(c);
            let end = self.rest.find(|c| !plain(c)).unwrap_or(self.rest.len());
            let taken = &self.rest[..end];
            // a process may be put in the place of a word
            if taken.contains("<(") || taken.contains(">(") {
                return None;
            }
            self.rest = &self.rest[end..];
            if self.rest.starts_with("$ ") {
                self.rest = &self.rest[1..];
            } else if self.rest.starts_with(['$', '"', '\'']) {
                self.word(&mut command, depth)?;
            } else if end == 0 {
                return None;
            }
        }
    }

    /// Where output goes, or what comes in; `Some(false)` when there is nothing of it here.
    fn redirection(&mut self, command: &mut Command, depth: usize) -> Option<bool> {
        let rest = self.rest.strip_prefix(['&', '1', '2']).unwrap_or(self.rest);
        if !rest.starts_with(['<', '>']) {
            return Some(false);
        }
        let sign = ["<<<", ">>", ">&", ">", "<"].into_iter().find(|s| rest.starts_with(s))?;
        self.rest = rest[sign.len()..].trim_start_matches(' ');
        if sign == ">&" {
            self.rest = self.rest.strip_prefix(['1', '2']).filter(|r| is_end(r))?;
            return Some(true);
        }
        let target = self.word(command, depth)?;
        match sign {
            "<<<" => {}
            "<" if target == "/dev/null" => {}
            "<" => return None,
            _ if ["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "nul", "NUL"].contains(&target.as_str()) => {}
            _ => command.written.push((sign == ">>", target)),
        }
        Some(true)
    }

    /// A word of a command, or a variable that it sets.
    fn take(&mut self, command: &mut Command, depth: usize) -> Option<()> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let named = self.rest[end..].starts_with('=') && end > 0;
        if command.words.is_empty() && named {
            let name = self.rest[..end].to_owned();
            self.rest = &self.rest[end + 1..];
            let value = self.word(command, depth)?;
            // another variable's value
            let kind = [SHOWN, TEXT].into_iter().find(|s| value.contains(*s)).unwrap_or(GIVEN);
            self.variables.insert(name.clone(), kind);
            command.assigned.push(name);
            return is_own_name(command.assigned.last()?).then_some(());
        }
        if !command.assigned.is_empty() {
            return None;
        }
        let word = self.word(command, depth)?;
        command.words.push(word);
        Some(())
    }

    /// A command that is whole: the variables that it sets are known from here on.
    fn set(&mut self, mut command: Command, given: char) -> Option<Command> {
        for name in std::mem::take(&mut command.assigned) {
            let known = self.variables.get(&name).copied();
            self.declare(&name, &command)?;
            if let Some(kind) = known.filter(|k| [SHOWN, TEXT].contains(k)) {
                self.variables.insert(name, kind);
            }
            command.words = vec!["echo".to_owned()];
        }
        if command.words.first().is_some_and(|w| w == "read") {
            for name in command.words[1..].iter().filter(|w| !w.starts_with('-') && !w.is_empty()) {
                is_own_name(name).then(|| self.variables.insert(name.clone(), given))?;
            }
        }
        Some(command)
    }

    fn declare(&mut self, name: &str, command: &Command) -> Option<()> {
        let signs = command.inner.iter().map(|i| super::sign(i));
        let signs: Vec<char> = signs.chain(command.words.iter().flat_map(|w| w.chars())).collect();
        let kind = [SHOWN, TEXT].into_iter().find(|s| signs.contains(s)).unwrap_or(GIVEN);
        is_own_name(name).then(|| self.variables.insert(name.to_owned(), kind))?;
        Some(())
    }
}

/// The commands whose output becomes the input of the one at `at`.
pub(super) fn chain<'c>(all: &'c [Command], at: usize, command: &Command) -> &'c [Command] {
    if !command.piped {
        return &[];
    }
    let from = all[..at].iter().rposition(|c| !c.piped).unwrap_or(0);
    &all[from..at]
}

fn is_end(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([' ', '\t', '\n', ';', '|', ')', '&'])
}

#[cfg(test)]
mod tests;
