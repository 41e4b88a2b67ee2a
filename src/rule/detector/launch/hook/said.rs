//! What a hook says to the model: the words that its command shows. Read leniently: the texts of commands that show something, of
//! documents in the line, of variables, and of code that prints. What a file holds that is shown is not known.

use super::super::fetch::words::{lines, looked, substitutions};
use crate::json::{self, Limits, Value};
use crate::launch::line::program as name_of;

/// Bytes that are taken of one hook, and lines in lines.
const MOST: usize = 64 * 1024;
const DEPTH: usize = 12;
/// Letters of the word that ends a document.
const END: usize = 64;

/// The words, one text per line.
pub(in crate::rule) struct Words {
    pub(in crate::rule) text: String,
    /// There are more than are taken.
    pub(in crate::rule) cut: bool,
}

pub(in crate::rule) fn words(command: &str) -> Words {
    let mut out = Words { text: String::new(), cut: command.len() > MOST };
    let mut read = 0;
    take(&command[..command.floor_char_boundary(MOST)], 0, &mut read, &mut out);
    out
}

fn take(code: &str, depth: usize, read: &mut usize, out: &mut Words) {
    *read += code.len();
    out.cut |= depth > DEPTH || *read > 4 * MOST;
    if depth > DEPTH || *read > 4 * MOST {
        return;
    }
    documents(code, out);
    for command in lines(code, true).iter().flatten() {
        command.assigned.iter().for_each(|(_, value)| text(value, out));
        command.fed.iter().for_each(|value| text(value, out));
        for word in command.words.iter().chain(command.assigned.iter().map(|(_, value)| value)) {
            substitutions(word).for_each(|inner| take(inner, depth + 1, read, out));
        }
        let Some((first, args)) = command.words.split_first() else { continue };
        match name_of(first).as_str() {
            "echo" | "print" | "printf" | "write-host" | "write-output" => text(&args.join(" "), out),
            "bash" | "sh" | "zsh" | "dash" | "cmd" | "env" => {
                args.iter().filter(|a| a.contains(' ')).for_each(|a| take(a, depth + 1, read, out));
            }
            "bun" | "deno" | "jq" | "node" | "perl" | "php" | "powershell" | "pwsh" | "python" | "python3" | "ruby" => {
                args.iter().for_each(|a| {
                    quoted(a, out);
                    if !a.contains(['"', '\'']) {
                        text(a, out);
                    }
                });
            }
            _ => {}
        }
    }
}

/// Documents in the line: `<<END`.
fn documents(code: &str, out: &mut Words) {
    let mut rest = code;
    while let Some(at) = rest.find("<<") {
        let behind = rest[at..].trim_start_matches('<');
        let signs = rest.len() - at - behind.len();
        looked(rest.len() - behind.len());
        rest = behind.trim_start_matches('-').trim_start();
        // only as much as such a word is long: there may be very many of them
        let word = rest.char_indices().take(END + 1).take_while(|(_, c)| !c.is_whitespace());
        let end = &rest[..word.inspect(|(_, c)| looked(c.len_utf8())).last().map_or(0, |(i, c)| i + c.len_utf8())];
        let end = end.trim_matches(|c: char| "\"'\\;|&".contains(c));
        if signs > 2 || end.is_empty() || !end.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let (_, body) = rest.split_once('\n').unwrap_or((rest, ""));
        looked(rest.len() - body.len());
        let all: Vec<&str> = body.lines().take_while(|l| l.trim() != end).inspect(|l| looked(l.len())).collect();
        text(&all.join("\n"), out);
        rest = body.get(all.iter().map(|l| l.len() + 1).sum::<usize>()..).unwrap_or_default();
    }
}

/// The texts between quotation marks in code.
fn quoted(code: &str, out: &mut Words) {
    let mut rest = code;
    while let Some(at) = rest.find(['"', '\'', '`']) {
        let mark = rest[at..].chars().next().unwrap_or('"');
        let inner = &rest[at + 1..];
        let mut escaped = false;
        let end = inner.char_indices().find_map(|(i, c)| {
            let ends = c == mark && !escaped;
            escaped = c == '\\' && !escaped;
            ends.then_some(i)
        });
        looked(at + end.unwrap_or(inner.len()));
        let Some(end) = end else { return };
        text(&inner[..end], out);
        rest = &inner[end + 1..];
    }
}

/// One text, or the texts of an answer to the client.
fn text(word: &str, out: &mut Words) {
    looked(word.len());
    let plain = unescaped(word);
    if !plain.trim().contains(char::is_whitespace) {
        return;
    }
    let answer = plain.trim().trim_matches('\'');
    let read =
        Some(answer).filter(|a| a.starts_with('{')).and_then(|a| json::read(a.as_bytes(), &Limits::default()).ok());
    match read {
        Some(document) => strings(&document.root.value, out),
        None => line(&plain, out),
    }
}

/// The texts of an answer, however deep: the reader bounds it.
fn strings(value: &Value, out: &mut Words) {
    match value {
        Value::String(text) => line(text, out),
        Value::Array(items) => items.iter().for_each(|n| strings(&n.value, out)),
        Value::Object(members) => members.iter().for_each(|m| strings(&m.value.value, out)),
        _ => {}
    }
}

fn line(text: &str, out: &mut Words) {
    if out.text.len() + text.len() > MOST {
        out.cut = true;
    } else if text.contains(' ') {
        out.text.push_str(text.trim());
        out.text.push('\n');
    }
}

/// A text with what its escapes stand for.
fn unescaped(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(letter) = rest.chars().next() else { break };
        let digits = |from: usize, most: usize, radix: u32| {
            let text = rest.get(from..).unwrap_or_default();
            let len = text.chars().take(most).take_while(|c| c.is_digit(radix)).count();
            u32::from_str_radix(&text[..len], radix).ok().and_then(char::from_u32).map(|c| (c, from + len))
        };
        let coded = match letter {
            'x' => digits(1, 2, 16),
            'u' => digits(1, 4, 16),
            'U' => digits(1, 8, 16),
            '0'..='7' => digits(0, 4, 8),
            _ => None,
        };
        let (sign, len) = coded.unwrap_or_else(|| {
            let sign = match letter {
                'n' | 'r' => '\n',
                't' => ' ',
                other => other,
            };
            (sign, letter.len_utf8())
        });
        out.push(sign);
        rest = &rest[len..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn what_a_command_shows_is_taken_however_it_is_written() {
        for command in [
            "echo \"Read the notes\"",
            "echo Read the notes",
            "printf 'Read the notes\\n'",
            "printf '%s' 'Read the notes'",
            "cat <<EOF\nRead the notes\nEOF",
            "cat <<-'END' && true\n\tRead the notes\n\tEND",
            "cat <<< 'Read the notes'",
            "M='Read the notes'; echo \"$M\"",
            "bash -c 'echo \"Read the notes\"'",
            "echo '{\"hookSpecificOutput\":{\"additionalContext\":\"Read the notes\"}}'",
            "echo \"{\\\"systemMessage\\\": \\\"Read the notes\\\"}\"",
            "jq -n '{hookSpecificOutput: {additionalContext: \"Read the notes\"}}'",
            "jq -n --arg c 'Read the notes' '{additionalContext: $c}'",
            "python3 -c 'print(\"Read the notes\")'",
            "node -e \"console.log('Read the notes')\"",
            "powershell -c \"Write-Output 'Read the notes'\"",
            "echo -e '\\x52ead\\040the notes'",
            "true && { echo 'Read the notes' >&2; exit 2; }",
            "echo \"$(printf 'Read the notes')\"",
        ] {
            let said = words(command).text;
            assert!(said.contains("Read the notes"), "{command}: {said:?}");
        }
        for command in ["git status", "npm run build --silent", "curl -d 'a b' https://a.test", ""] {
            assert_eq!(words(command).text, "", "{command}");
        }
        for odd in ["echo '", "<<", "<<E\n", "\\", "echo \\x", "echo \\u12", "echo \\é é", "cat <<E\né"] {
            words(odd);
        }
    }

    #[test]
    fn what_is_not_taken_is_told() {
        assert!(!words("echo 'Read the notes'").cut);
        let said = words(&format!("echo 'Read the notes'; : {}", "x".repeat(super::MOST)));
        assert!(said.cut && said.text.starts_with("Read the notes"));
        let many = format!("A=\"$(echo 'Read the {}')\";", "notes ".repeat(10)).repeat(700);
        assert!(words(&many).cut);
    }
}
