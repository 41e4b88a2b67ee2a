//! Shell code: its commands. How they hang together is not read.

use std::collections::BTreeSet;

use super::words::is_before;

/// What a piece of shell code comes to.
#[derive(Default)]
pub(super) struct Commands {
    /// Its commands in the order they begin, those of substitutions as well; `$` stands for what a substitution gives.
    pub(super) list: Vec<String>,
    /// Quotes or parentheses are open at its end, or shells differ in what they quote: there may be more.
    pub(super) unsure: bool,
}

/// The commands of shell code. `cmd` has other quotes and no comments.
pub(super) fn commands(code: &str, cmd: bool) -> Commands {
    let mut found = Commands::default();
    read(code, if cmd { Dialect::Cmd } else { Dialect::Posix }, &mut found);
    // `$'…'` has escapes for some shells only
    if !cmd && code.contains("$'") {
        let mut other = Commands::default();
        read(code, Dialect::Ansi, &mut other);
        let known: BTreeSet<String> = found.list.iter().cloned().collect();
        found.list.extend(other.list.into_iter().filter(|c| !known.contains(c)));
        found.unsure &= other.unsure;
    }
    found.list.retain(|c| !c.trim().is_empty());
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Posix,
    /// With escapes in `$'…'`.
    Ansi,
    Cmd,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Ansi,
    Double,
}

/// Code within parentheses, or the whole.
struct Frame {
    /// The command that is being read.
    part: usize,
    quote: Quote,
    /// Open `case` words: the parenthesis behind a pattern closes nothing.
    cases: usize,
    /// What it gives is part of a word.
    given: bool,
}

/// Bytes of `${…}` that are looked through.
const BRACES: usize = 256;

fn read(code: &str, dialect: Dialect, out: &mut Commands) {
    let mut stack = Vec::new();
    let mut frame = opened(out, false);
    let mut documents: Vec<String> = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let here = rest;
        rest = &rest[c.len_utf8()..];
        let part = &mut out.list[frame.part];
        match (frame.quote, c) {
            (Quote::Double, '"') | (Quote::Single | Quote::Ansi, '\'') => {
                frame.quote = Quote::None;
                part.push(c);
            }
            (Quote::Single, _) => part.push(c),
            (_, '\\') if dialect != Dialect::Cmd => {
                let next = rest.chars().next();
                rest = &rest[next.map_or(0, char::len_utf8)..];
                // a line that goes on
                if next != Some('\n') {
                    part.push(c);
                    part.extend(next);
                }
            }
            (Quote::None, '^') if dialect == Dialect::Cmd => {
                let next = rest.chars().next();
                rest = &rest[next.map_or(0, char::len_utf8)..];
                part.push(c);
                part.extend(next);
            }
            (Quote::Ansi, _) => part.push(c),
            (Quote::None, '"') => {
                frame.quote = Quote::Double;
                part.push(c);
            }
            (Quote::None, '\'') if dialect != Dialect::Cmd => {
                let ansi = dialect == Dialect::Ansi && part.ends_with('$');
                frame.quote = if ansi { Quote::Ansi } else { Quote::Single };
                part.push(c);
            }
            (Quote::None, '#') if dialect != Dialect::Cmd && is_start(part) => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
            }
            // what is put in its place runs before
            (_, '`') if dialect != Dialect::Cmd => {
                part.push('$');
                let (inner, end) = backticks(rest);
                out.unsure |= end.is_none();
                rest = &rest[end.unwrap_or(rest.len())..];
                read(&inner, dialect, out);
            }
            (_, '$') if rest.starts_with('{') && dialect != Dialect::Cmd => {
                let inside = &rest.as_bytes()[..rest.len().min(BRACES)];
                let end = inside.iter().position(|b| *b == b'}');
                // which quotes count there depends on what stands before them
                out.unsure |= end.is_none_or(|end| inside[..end].iter().any(|b| b"'\"`".contains(b)));
                part.push(c);
            }
            (_, '$') | (Quote::None, '<' | '>') if rest.starts_with('(') && dialect != Dialect::Cmd => {
                part.push('$');
                rest = &rest[1..];
                stack.push(std::mem::replace(&mut frame, opened(out, true)));
            }
            (Quote::None, '<' | '>') => {
                let sign = here.len() - here.trim_start_matches(c).len();
                rest = &here[sign..];
                if sign == 2 && c == '<' && dialect != Dialect::Cmd {
                    rest = document(rest, &mut documents);
                    continue;
                }
                // a number before it is part of it
                let word = part.trim_end_matches(|c: char| c.is_ascii_digit());
                if !word.is_empty() && !word.ends_with(|c: char| c.is_whitespace() || c == '&') {
                    part.push(' ');
                }
                part.push_str(&here[..sign]);
                if let Some(mark) = rest.chars().next().filter(|m| "&|".contains(*m)) {
                    part.push(mark);
                    rest = &rest[1..];
                }
            }
            (Quote::None, '(') => {
                frame.cases += usize::from(first(part) == Some("case"));
                stack.push(std::mem::replace(&mut frame, opened(out, false)));
            }
            (Quote::None, ')') => {
                match first(part) {
                    Some("case") => frame.cases += 1,
                    Some("esac") => frame.cases = frame.cases.saturating_sub(1),
                    _ => {}
                }
                match stack.pop() {
                    Some(outer) if frame.cases == 0 => {
                        let given = frame.given;
                        frame = outer;
                        if !given {
                            frame.part = begun(out);
                        }
                    }
                    outer => {
                        stack.extend(outer);
                        frame.part = begun(out);
                    }
                }
            }
            (Quote::None, ';' | '&' | '|' | '\n') => {
                match first(part) {
                    Some("case") if c == '\n' => frame.cases += 1,
                    Some("esac") => frame.cases = frame.cases.saturating_sub(1),
                    _ => {}
                }
                frame.part = begun(out);
                if c == '\n' && !documents.is_empty() {
                    rest = documented(rest, &std::mem::take(&mut documents), dialect, out);
                }
            }
            _ => part.push(c),
        }
    }
    out.unsure |= frame.quote != Quote::None || !stack.is_empty();
}

/// Code that begins with a new command.
fn opened(out: &mut Commands, given: bool) -> Frame {
    Frame { part: begun(out), quote: Quote::None, cases: 0, given }
}

/// Begins a command.
fn begun(out: &mut Commands) -> usize {
    out.list.push(String::new());
    out.list.len() - 1
}

/// The word of the shell, or the program, that a command begins with.
fn first(part: &str) -> Option<&str> {
    part.split_whitespace().find(|w| !is_before(w))
}

/// Whether a word begins behind it.
fn is_start(part: &str) -> bool {
    part.chars().next_back().is_none_or(char::is_whitespace)
}

/// The code between backticks, after the first, and where the rest begins.
fn backticks(rest: &str) -> (String, Option<usize>) {
    let mut out = String::new();
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '`' => return (out, Some(at + 1)),
            '\\' => {
                let next = chars.next().map(|(_, n)| n);
                out.extend((!next.is_some_and(|n| "`$\\".contains(n))).then_some(c));
                out.extend(next);
            }
            _ => out.push(c),
        }
    }
    (out, None)
}

/// Notes the word that ends a text which begins on the next line (`<<WORD`); what follows it on this one.
fn document<'c>(rest: &'c str, documents: &mut Vec<String>) -> &'c str {
    let word = rest.trim_start_matches(['-', ' ', '\t']);
    let end = word.find(|c: char| c.is_whitespace() || ";&|<>()".contains(c)).unwrap_or(word.len());
    documents.push(word[..end].replace(['"', '\'', '\\'], ""));
    &word[end..]
}

/// Such texts, line by line: what is run of them, or fed to a shell, is no matter here. What follows them.
fn documented<'c>(mut rest: &'c str, documents: &[String], dialect: Dialect, out: &mut Commands) -> &'c str {
    let mut left = documents.iter();
    let mut next = left.next();
    let mut whole = String::new();
    while let Some(word) = next.filter(|_| !rest.is_empty()) {
        let (line, more) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = more;
        if line.trim_matches(['\t', '\r']) == word {
            next = left.next();
            continue;
        }
        match line.strip_suffix('\\').filter(|_| !rest.is_empty()) {
            Some(line) => whole.push_str(line),
            None => {
                whole.push_str(line);
                read(&std::mem::take(&mut whole), dialect, out);
            }
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::super::{COMMANDS, Line};

    #[test]
    fn commands_of_shell_code_are_taken_apart_each_by_itself() {
        let of = |text: &str| {
            let words = words(text);
            let all: Vec<&str> = words.iter().map(String::as_str).collect();
            let line = Line::of(all[0], &all[1..]);
            let found = line.commands();
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
    }

    /// The programs of the commands of a line, and whether there may be more.
    fn programs(shell: &[&str]) -> (Vec<String>, bool) {
        let line = Line::of(shell[0], &shell[1..]);
        let names = line.commands().iter().filter_map(|l| l.steps().last().map(|s| s.words()));
        let names = names.map(|w| w.iter().map(|w| &*w.text).collect::<Vec<_>>().join(" "));
        (names.collect(), line.is_cut())
    }

    #[test]
    fn what_follows_a_substitution_a_comment_or_a_text_is_no_part_of_it() {
        for code in [
            "echo \"$(date)\"; npx evil",
            "echo \"`date`\"; npx evil",
            "echo \"`echo \\`id\\``\"; npx evil",
            "echo \"a $(echo \"b $(echo \")\")\") c\"; npx evil",
            "# don't\nnpx evil",
            "true #don't\nnpx evil # it's",
            "cat <<EOF\nit's\nEOF\nnpx evil",
            "cat <<-'A' <<B\nx\n\tA\n\"\nB\nnpx evil",
            "echo 'it'\"'\"'s'; npx evil",
            "echo it\\'s; npx evil",
            "echo \"it's\"; npx evil",
            "echo $'it\\'s'; npx evil",
            "echo $'\\'; npx evil #'",
            "echo \"$(case x in x) npx evil;; esac)\"",
            "echo $(case x in (x) true;; y) npx evil;; esac)",
            "(case x in\nx) npx evil;; esac)",
            "echo \"$(echo `npx evil`)\"",
            "echo `echo \\`npx evil\\``",
            "cat <(npx evil)",
            "npx \\\nevil && true",
            "npx 2>/dev/null evil >>log 2>&1 | cat",
            "npx evil>log",
            "true &>/dev/null npx evil",
            "a=(1 2); npx evil",
            "f() { npx evil; }",
            "echo $((1 + 1)); npx evil",
        ] {
            for shell in ["sh", "bash"] {
                let (found, _) = programs(&[shell, "-c", code]);
                assert!(found.iter().any(|c| c == "npx evil"), "{code:?}: {found:?}");
            }
        }
        for code in ["echo 'npx evil'; true", "echo \"; npx evil\"; true", "true; # npx evil", "echo a#b; echo '#'"] {
            let (found, cut) = programs(&["sh", "-c", code]);
            assert!(!cut && !found.iter().any(|c| c == "npx evil"), "{code:?}: {found:?}");
        }
        let (found, cut) = programs(&["cmd", "/c", "echo it's & npx evil # `"]);
        assert!(!cut && found[1].starts_with("npx evil"), "{found:?}");
    }

    #[test]
    fn what_cannot_be_read_to_its_end_is_said() {
        for code in ["echo 'a; npx evil", "echo \"${x#'\"'}\"; npx evil", "echo $(a; npx evil", "echo `a; npx evil"] {
            assert!(programs(&["sh", "-c", code]).1, "{code:?}");
        }
        for code in ["cd ${DIR:-x} && npx a", "echo \"$(date)\" | tee x", "a; b\nc"] {
            assert!(!programs(&["sh", "-c", code]).1, "{code:?}");
        }
        let (found, cut) = programs(&["sh", "-c", &"npx a;".repeat(COMMANDS)]);
        assert!(found.len() == COMMANDS && !cut);
        let (found, cut) = programs(&["sh", "-c", &format!("{}npx evil", "true;".repeat(COMMANDS))]);
        assert!(found.len() == COMMANDS && cut);
        let nested = format!("{}sh -c 'a; b; c'", "true;".repeat(COMMANDS - 2));
        assert!(programs(&["sh", "-c", &nested]).1);
        let words: Vec<&str> = ["cmd", "/c", "a"].into_iter().chain(["&", "a"].repeat(COMMANDS)).collect();
        assert!(programs(&words).1);
    }

    #[test]
    fn hostile_code_takes_no_long_time() {
        let start = std::time::Instant::now();
        let units =
            ["npx a;", "$(", "`", "\"$(", "(", ")", "<<a\n", "1>", "${", "$'", "\\`", "case x in x)", "#\n", "sh -c '"];
        for unit in units {
            let code = unit.repeat(10_000);
            let (found, _) = programs(&["bash", "-c", &code]);
            assert!(found.len() <= COMMANDS, "{unit:?}");
        }
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
}
