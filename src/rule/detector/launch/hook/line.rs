//! A line of a shell, read strictly: words, plain quotes, separators, pipes, substitutions, output that is thrown away, and the
//! project's folder. Whatever else a shell knows makes the whole line unreadable here, so what is read is all it does. Where
//! a line is read for what it may run, odd as it is written, `fetch::words` does it.

/// One command.
#[derive(Default)]
pub(super) struct Command {
    /// Program and arguments. The project's folder is `.`, a substitution is a backtick, which no word has otherwise.
    pub(super) words: Vec<String>,
    /// The commands of each substitution in the words.
    pub(super) inner: Vec<Vec<Command>>,
    /// Its input is another's output.
    pub(super) piped: bool,
}

/// Substitutions in substitutions deeper than this are not read.
const DEPTH: usize = 3;

/// Output that goes nowhere, or where it would go anyway.
const REDIRECTIONS: [&str; 11] = [
    "2>/dev/null",
    "2> /dev/null",
    "1>/dev/null",
    ">/dev/null",
    "> /dev/null",
    "&>/dev/null",
    ">/dev/stdout",
    ">/dev/stderr",
    "2>&1",
    "1>&2",
    ">&2",
];

/// The folder of the project, as clients name it.
const PROJECT: [&str; 2] = ["${CLAUDE_PROJECT_DIR}", "$CLAUDE_PROJECT_DIR"];

/// The commands of a line, when all of it is understood.
pub(super) fn commands(code: &str) -> Option<Vec<Command>> {
    let mut reader = Reader { rest: code };
    let out = reader.line(0)?;
    reader.rest.is_empty().then_some(out)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Commands up to the end, or to the parenthesis that closes a substitution, which stays.
    fn line(&mut self, depth: usize) -> Option<Vec<Command>> {
        let mut out = Vec::new();
        let mut command = Command::default();
        loop {
            let taken = REDIRECTIONS.iter().find_map(|r| self.rest.strip_prefix(r)).filter(|r| is_end(r));
            if let Some(rest) = taken {
                self.rest = rest;
                continue;
            }
            let separator = ["&&", "||", "|", ";", "\n", " ", "\t", ")"].into_iter().find(|s| self.rest.starts_with(s));
            match separator {
                Some(" " | "\t") => self.rest = &self.rest[1..],
                None if !self.rest.is_empty() => {
                    let word = self.word(&mut command.inner, depth)?;
                    command.words.push(word);
                }
                end => {
                    let piped = end == Some("|");
                    // a pipe has a command on both sides
                    if command.words.is_empty() && (piped || command.piped) {
                        return None;
                    }
                    let done = std::mem::replace(&mut command, Command { piped, ..Command::default() });
                    out.extend(Some(done).filter(|c| !c.words.is_empty()));
                    match end {
                        None | Some(")") => return Some(out),
                        Some(end) => self.rest = &self.rest[end.len()..],
                    }
                }
            }
        }
    }

    /// A word, with its quotes taken off.
    fn word(&mut self, inner: &mut Vec<Vec<Command>>, depth: usize) -> Option<String> {
        let mut word = String::new();
        let mut quoted = false;
        let mut project = false;
        while let Some(c) = self.rest.chars().next() {
            if !quoted && is_end(self.rest) {
                break;
            }
            let after = &self.rest[c.len_utf8()..];
            if let Some(rest) = PROJECT.iter().find_map(|p| self.rest.strip_prefix(p)) {
                if !word.is_empty() {
                    return None;
                }
                project = true;
                word.push('.');
                self.rest = rest;
                continue;
            }
            if let Some(rest) = self.rest.strip_prefix("$(") {
                if depth >= DEPTH {
                    return None;
                }
                self.rest = rest;
                inner.push(self.line(depth + 1)?);
                self.rest = self.rest.strip_prefix(')')?;
                word.push('`');
                continue;
            }
            self.rest = after;
            match c {
                '"' => quoted = !quoted,
                '\'' if !quoted => {
                    let (text, rest) = after.split_once('\'')?;
                    if text.contains(is_sign) {
                        return None;
                    }
                    word.push_str(text);
                    self.rest = rest;
                }
                // one shell's quotation is another's command, so signs count inside as well
                _ if quoted && !is_sign(c) && c != '$' => word.push(c),
                '{' if !quoted && after.starts_with('}') => {
                    word.push_str("{}");
                    self.rest = &after[1..];
                }
                c if c.is_ascii_alphanumeric() || "-_./:=,@+".contains(c) => word.push(c),
                _ => return None,
            }
        }
        // `${CLAUDE_PROJECT_DIR}x` is another folder, and where no client sets it, `/etc` behind it is the system's
        let file = |rest: &str| rest.split('/').next().is_some_and(|first| first != "." && first.contains('.'));
        let other = project && word != "." && !word.strip_prefix("./").is_some_and(file);
        (!quoted && !other).then_some(word)
    }
}

fn is_end(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([' ', '\t', '\n', ';', '|', ')']) || rest.starts_with("&&")
}

/// What means something to one shell or another even in quotes.
fn is_sign(c: char) -> bool {
    "`\\&|<>^%".contains(c) || (c.is_control() && c != '\t')
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn what_is_not_understood_is_not_read() {
        let words = |code: &str| commands(code).map(|all| all.into_iter().map(|c| c.words).collect::<Vec<_>>());
        assert_eq!(words("a 'b c' && d\"e\" | f").unwrap(), [vec!["a", "b c"], vec!["de"], vec!["f"]]);
        assert_eq!(words("a 2>/dev/null || b ''").unwrap(), [vec!["a"], vec!["b", ""]]);
        assert_eq!(words("a \"$CLAUDE_PROJECT_DIR\"/b.md").unwrap(), [["a", "./b.md"]]);
        assert_eq!(commands("a \"x$(b \"$(c)\")\"").unwrap()[0].inner[0][0].inner[0][0].words, ["c"]);
        for code in [
            "a > b",
            "a >/dev/nullx",
            "a < b",
            "a & b",
            "a() (b)",
            "(a)",
            "{ a; }",
            "a `b`",
            "a $X",
            "a ${X}",
            "a $'b'",
            "a ~",
            "a *",
            "a # b",
            "a \\b",
            "a \"b",
            "a 'b",
            "a $(b",
            "a)",
            "a |",
            "| a",
            "a <(b)",
            "a 'b & c'",
            "a\r",
            "a ${CLAUDE_PROJECT_DIR}x",
            "a x$CLAUDE_PROJECT_DIR",
            "a $CLAUDE_PROJECT_DIR/etc/x",
            "a $CLAUDE_PROJECT_DIR/./etc",
            "a {b,c}",
            "$(a $(b $(c $(d))))",
        ] {
            assert!(commands(code).is_none(), "{code}");
        }
        for count in [100, 100_000] {
            assert!(commands(&format!("echo {}", "$(".repeat(count))).is_none());
            assert!(commands(&"echo $(a) ".repeat(count)).is_some());
        }
    }
}
