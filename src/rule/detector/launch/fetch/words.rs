//! A line of a shell as commands: quotes, separators, pipes, redirections. Substitutions stay in their words as they
//! stand. Read for what it may run, so what a real shell would refuse is read on.

/// One command between two separators.
#[derive(Default)]
pub(in crate::rule::detector::launch) struct Command {
    /// Program and arguments, without what only wraps them.
    pub(in crate::rule::detector::launch) words: Vec<String>,
    /// Variables that are set.
    pub(in crate::rule::detector::launch) assigned: Vec<(String, String)>,
    /// Files that its output goes to.
    pub(in crate::rule::detector::launch) written: Vec<String>,
    /// Texts and files that are its input.
    pub(in crate::rule::detector::launch) fed: Vec<String>,
    /// Its input is another's output.
    pub(in crate::rule::detector::launch) piped: bool,
    /// Groups that begin before it, and brackets that end behind it.
    pub(in crate::rule::detector::launch) opens: usize,
    pub(in crate::rule::detector::launch) closes: usize,
}

/// Words before the program.
const WRAPPERS: [&str; 21] = [
    "sudo", "doas", "env", "exec", "nohup", "time", "command", "nice", "builtin", "setsid", "timeout", "export",
    "local", "then", "do", "else", "if", "while", "!", "{", "&",
];

/// What a substitution that a text starts with runs, `$(…)`, `<(…)`, `>(…)` or between backticks, and its length with the marks.
pub(in crate::rule::detector::launch) fn substitution(text: &str) -> Option<(&str, usize)> {
    let mark = ["$(", "<(", ">(", "`"].into_iter().find(|m| text.starts_with(m))?;
    let inner = &text[mark.len()..];
    let end = if mark == "`" { inner.find('`') } else { closing(inner) };
    looked(end.unwrap_or(inner.len()));
    Some((&inner[..end.unwrap_or(inner.len())], end.map_or(text.len(), |e| mark.len() + e + 1)))
}

/// What the substitutions of a word run, one after the other; those inside of one are part of it.
pub(in crate::rule::detector::launch) fn substitutions(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[rest.find(['$', '<', '>', '`'])?..];
            let found = substitution(rest);
            rest = &rest[found.map_or(1, |(_, len)| len)..];
            if let Some((code, _)) = found {
                return Some(code);
            }
        }
    })
}

/// Where a substitution ends, after its opening parenthesis.
fn closing(rest: &str) -> Option<usize> {
    let mut depth = 1;
    rest.char_indices().find_map(|(i, c)| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        (depth == 0).then_some(i)
    })
}

/// Notes bytes that were looked at, for tests of how much work a line makes.
#[cfg(test)]
pub(in crate::rule::detector::launch) fn looked(bytes: usize) {
    READ.with(|read| read.set(read.get() + bytes));
}

#[cfg(not(test))]
#[inline]
pub(in crate::rule::detector::launch) fn looked(_: usize) {}

#[cfg(test)]
thread_local! {
    pub(in crate::rule::detector::launch) static READ: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The pipelines of a line, each as its commands.
pub(in crate::rule::detector::launch) fn lines(code: &str, backslash: bool) -> Vec<Vec<Command>> {
    looked(code.len());
    let mut out = vec![vec![Vec::<String>::new()]];
    let mut word: Option<String> = None;
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        if let Some((_, len)) = substitution(rest) {
            word.get_or_insert_default().push_str(&rest[..len]);
            rest = &rest[len..];
            continue;
        }
        let mut len = c.len_utf8();
        match c {
            '\\' if backslash => {
                let next = rest[1..].chars().next();
                len += next.map_or(0, char::len_utf8);
                word.get_or_insert_default().extend(next.filter(|n| *n != '\n'));
            }
            '\'' | '"' => {
                let end = quote_end(&rest[1..], c);
                looked(end);
                word.get_or_insert_default().push_str(&rest[1..=end]);
                len = (end + 2).min(rest.len());
            }
            '|' | ';' | '&' | '\n' | '(' | ')' | '<' | '>' => {
                let twice = rest[1..].starts_with(c);
                // a number or `&` before or behind it belongs to it
                let number = word.as_ref().is_some_and(|w| w == "1" || w == "2");
                stage(&mut out).extend(word.take().filter(|_| !(c == '>' && number)));
                match c {
                    '|' if !twice => {
                        pipeline(&mut out).push(Vec::new());
                        len += usize::from(rest[1..].starts_with('&'));
                    }
                    '(' if stage(&mut out).is_empty() => stage(&mut out).push("\0(".to_owned()),
                    '(' => {}
                    ')' => stage(&mut out).push("\0)".to_owned()),
                    '<' | '>' => {
                        len = rest.len() - rest.trim_start_matches(c).len();
                        let sign = if c == '<' { "\0<" } else { "\0>" };
                        stage(&mut out).push(sign.to_owned());
                        len += usize::from(rest[len..].starts_with('&'));
                    }
                    _ => out.push(vec![Vec::new()]),
                }
                if twice && "|&".contains(c) {
                    len = 2;
                }
            }
            c if c.is_whitespace() => stage(&mut out).extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
        rest = &rest[len..];
    }
    stage(&mut out).extend(word);
    let commands = |stages: Pipeline| stages.into_iter().enumerate().map(|(i, s)| command(s, i > 0)).collect();
    out.into_iter().map(commands).collect()
}

/// The words of the commands of a pipeline.
type Pipeline = Vec<Vec<String>>;

/// The pipeline that is being read.
fn pipeline(lines: &mut [Pipeline]) -> &mut Pipeline {
    lines.last_mut().expect("a pipeline: there is always one")
}

/// The command that is being read.
fn stage(lines: &mut [Pipeline]) -> &mut Vec<String> {
    pipeline(lines).last_mut().expect("a command: there is always one")
}

/// Where a quotation ends, in what follows its mark; a substitution inside has marks of its own.
fn quote_end(rest: &str, mark: char) -> usize {
    let (mut depth, mut escaped) = (0_usize, false);
    for (i, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if mark == '"' => escaped = true,
            '(' if rest[..i].ends_with('$') && mark == '"' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            c if c == mark && depth == 0 => return i,
            _ => {}
        }
    }
    rest.len()
}

fn command(raw: Vec<String>, piped: bool) -> Command {
    let mut out = Command { piped, ..Command::default() };
    let mut wrapped = false;
    let mut raw = raw.into_iter();
    while let Some(word) = raw.next() {
        match word.as_str() {
            "\0<" => out.fed.extend(raw.next()),
            "\0>" => out.written.extend(raw.next()),
            "\0(" => out.opens += 1,
            "\0)" => out.closes += 1,
            _ if !out.words.is_empty() => out.words.push(word),
            w if WRAPPERS.contains(&w) => {
                wrapped = true;
                out.opens += usize::from(["{", "if", "while"].contains(&w));
            }
            "-u" if wrapped => drop(raw.next()),
            w if wrapped && (w.starts_with('-') || w.starts_with(|c: char| c.is_ascii_digit())) => {}
            w => match w.split_once('=') {
                Some((name, value)) if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
                    out.assigned.push((name.to_owned(), value.to_owned()));
                }
                _ => out.words.push(word),
            },
        }
    }
    out
}
