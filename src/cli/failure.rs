//! Errors at the edge: what went wrong, where in which file, and what to do next, as a miette report.
//!
//! Snippets come from files that may be hostile; what could not be seen in them is replaced before miette, which passes
//! escapes through, gets to see it. No line of a file that may be a client's configuration is shown: its strings may be
//! secrets, and standard error is kept in logs.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};

use crate::json::{ReadError, line_column, may_spell};
use crate::secret::starred;
use crate::target::argument::MAP_ENDS;
use crate::terms::ExitCode;
use crate::untrusted::{Untrusted, is_plain, printable, printable_lines};

/// Bytes of the longest line that is shown. More helps nobody, and miette counts columns in 16 bits.
const LINE: usize = 2000;
/// Keys of configurations that manifests do not have.
const PRIVATE: [&str; 4] = ["env\"", "envs\"", "headers\"", "args\""];

/// Why a command could not do its work.
#[derive(Debug)]
pub struct Failure {
    exit: ExitCode,
    message: String,
    help: String,
    snippet: Option<Box<Snippet>>,
}

#[derive(Debug)]
struct Snippet {
    source: NamedSource<String>,
    span: LabeledSpan,
}

impl Failure {
    /// A document that is not read. Where it breaks is shown when it is short and no configuration.
    pub fn json(name: &str, bytes: &[u8], error: &ReadError) -> Self {
        let shown = Untrusted::from(name).to_terminal();
        let message = match error.what {
            ReadError::TOO_MANY => {
                return Self::usage(format!("{shown} is more than this reads at once: {error}"))
                    .help("split it into lines of a .jsonl file");
            }
            what => format!("{shown} is not JSON: {what}"),
        };
        let failure = Self::usage(message)
            .help("check where the file comes from; a capture is made with `mcp-assay capture -o FILE`");
        let text = String::from_utf8_lossy(bytes);
        if text.len() == bytes.len() && text.len() < (1 << 20) && is_public(&text) {
            failure.at(name, &text, error.offset, error.offset + 1, "here")
        } else {
            failure.in_line(name, bytes, error.offset)
        }
    }

    /// A usage or configuration error (exit 2).
    pub fn usage(message: impl Into<String>) -> Self {
        // it may repeat what stands in a file, as the errors of parsers do
        let message = printable_lines(&plain_words(message.into()));
        Self { exit: ExitCode::Usage, message, help: String::new(), snippet: None }
    }

    /// The baseline cannot be used (exit 4).
    pub fn baseline(message: impl Into<String>) -> Self {
        Self { exit: ExitCode::Baseline, ..Self::usage(message) }
    }

    /// Another exit code.
    pub fn with_exit(self, exit: ExitCode) -> Self {
        Self { exit, ..self }
    }

    /// Where it was said.
    pub fn of(self, place: &str) -> Self {
        Self { message: format!("{}: {}", printable(place), self.message), ..self }
    }

    /// What to do next.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: printable_lines(&help.into()), ..self }
    }

    /// The place in a file: name, whole text, byte range, and what is wrong there.
    pub fn at(self, name: &str, text: &str, start: usize, end: usize, label: &str) -> Self {
        // a runner that reads the log finds no command in a line; no byte moves
        let text = starred(text).replace("##[", "# [").replace("##vso[", "# vso[");
        // the library knows line feeds only
        let text = &text.replace("\r\n", " \n").replace('\r', "\n");
        let start = floor(text, start);
        let end = floor(text, end.max(start));
        if around(text, start, end).lines().any(|line| line.len() > LINE) {
            return self.in_line(name, text.as_bytes(), start);
        }
        let before = defuse(&text[..start]);
        let hit = defuse(&text[start..end]);
        let span = LabeledSpan::new(Some(label.to_owned()), before.len(), hit.len().max(1));
        let source =
            NamedSource::new(Untrusted::from(name).to_terminal(), format!("{before}{hit}{}", defuse(&text[end..])));
        Self { snippet: Some(Box::new(Snippet { source, span })), ..self }
    }

    /// The place in a file of which no line is shown.
    fn in_line(self, name: &str, bytes: &[u8], at: usize) -> Self {
        let (line, column) = line_column(bytes, at);
        let name = Untrusted::from(name).to_terminal();
        Self { message: format!("{} ({name}:{line}:{column})", self.message), ..self }
    }

    /// The exit code this failure asks for.
    pub fn exit(&self) -> ExitCode {
        self.exit
    }

    /// The report, for standard error.
    pub fn render(&self, color: bool, unicode: bool, width: usize) -> String {
        let theme = match (color, unicode) {
            (true, true) => GraphicalTheme::unicode(),
            (false, true) => GraphicalTheme::unicode_nocolor(),
            (true, false) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::none(),
        };
        let mut out = String::new();
        let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
        match handler.render_report(&mut out, self) {
            Ok(()) => out,
            // formatting into a String fails only when a Display of ours does; the words must still arrive
            Err(_) => format!("error: {}\nhelp: {}\n", self.message, self.help),
        }
    }
}

/// Without the numbers of the operating system, which say nothing that the words before them do not.
fn plain_words(message: String) -> String {
    const START: &str = " (os error ";
    let Some((before, rest)) = message.split_once(START) else { return message };
    let number = rest.chars().take_while(char::is_ascii_digit).count();
    let Some(after) = rest[number..].strip_prefix(')') else { return message };
    let before = before.replace("No such file or directory", "there is no such file or directory");
    plain_words(format!("{}{after}", before.replace("Permission denied", "permission is denied")))
}

/// Whether a document has the words of a server and none of a configuration, which it may be although it does not parse.
fn is_public(text: &str) -> bool {
    let words = ["\"tools\"", "\"inputSchema\"", "\"jsonrpc\""];
    words.iter().any(|w| text.contains(w)) && !may_spell(text, &MAP_ENDS) && !may_spell(text, &PRIVATE)
}

/// The lines of a place with one before and one behind, as they are shown.
fn around(text: &str, start: usize, end: usize) -> &str {
    let from = text[..start].rmatch_indices('\n').nth(1).map_or(0, |(at, _)| at + 1);
    let to = text[end..].match_indices('\n').nth(1).map_or(text.len(), |(at, _)| end + at);
    &text[from..to]
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn defuse(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '\n' || is_plain(c) {
                c
            } else if c == '\t' {
                ' '
            } else {
                '\u{FFFD}'
            }
        })
        .collect()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl Diagnostic for Failure {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|s| &s.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.snippet.as_ref()?.span.clone();
        Some(Box::new(std::iter::once(span)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_system_is_said_in_words() {
        let words = |text: &str| Failure::usage(text).message;
        assert_eq!(words("x: No such file or directory (os error 2)"), "x: there is no such file or directory");
        assert_eq!(words("a (os error 1) b (os error 13)"), "a b");
        assert_eq!(words("a (os error x), b (os error 2"), "a (os error x), b (os error 2");
    }

    #[test]
    fn a_line_may_end_with_a_carriage_return() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a = 1", "b = oops", "c = 2", ""].join(end);
            let at = text.find("oops").expect("there");
            let out = Failure::usage("wrong").at("x.toml", &text, at, at + 4, "here").render(false, true, 80);
            assert!(out.contains("x.toml:2:5") && !out.contains('\u{FFFD}'), "{end:?} {out}");
        }
    }

    #[test]
    fn what_is_too_much_is_not_called_broken() {
        let of = |what| Failure::json("m.json", b"[0, 0]", &ReadError { what, offset: 4 });
        let (much, broken) = (of(ReadError::TOO_MANY), of("expected a value"));
        assert!(much.message.contains("more than this reads at once") && much.help.contains(".jsonl"));
        assert!(broken.message.contains("is not JSON") && broken.help.contains("capture"));
    }

    #[test]
    fn long_lines_are_not_shown_and_their_place_is_said() {
        for (before, after) in [(" ".repeat(66_000), String::new()), (String::new(), "x".repeat(66_000))] {
            for text in [format!("a\n{before}oops{after}\nb"), format!("{before}\noops\n{after}")] {
                let at = text.find("oops").expect("there");
                let out = Failure::usage("wrong").at("x.toml", &text, at, at + 4, "here").render(false, true, 80);
                let (line, column) = line_column(text.as_bytes(), at);
                assert!(out.contains(&format!("x.toml:{line}:{column}")), "{out}");
                assert!(out.len() < 500, "{out}");
            }
        }
        let one = format!("{}oops", " ".repeat(1_900));
        assert!(Failure::usage("wrong").at("x", &one, 1_900, 1_904, "here").render(false, true, 80).contains("oops"));
    }

    #[test]
    fn of_a_broken_document_that_may_be_a_configuration_no_line_is_shown() {
        let broken = |text: &str| {
            let at = text.find('!').expect("a place");
            let error = ReadError { what: "expected a value", offset: at };
            Failure::json("m.json", text.as_bytes(), &error).render(false, true, 80)
        };
        for text in [
            r#"{"mcpServers": {"a": {"command": "x", "env": {"T": "pa55word" !}}}}"#,
            r#"{"tools": {}, "mcp": {"a": {"headers": "pa55word" !}}}"#,
            r#"{"tools": 1, "headers": {"x": "pa55word" !}}"#,
            r#"{"tools": 1, "mcpServ\u0065rs": {"x": "pa55word" !}}"#,
            "{a: 'pa55word' !}",
        ] {
            let out = broken(text);
            assert!(!out.contains("pa55word") && out.contains("m.json:1:"), "{out}");
        }
        assert!(broken(r#"{"tools": [{"name": "add" !}]}"#).contains("add"));
    }

    #[test]
    fn of_a_private_key_over_several_lines_none_is_shown() {
        let body = "q8Zt3LpW9xVb2NcR".repeat(4);
        let (head, end) = (format!("-----BEGIN {} KEY-----", "PRIVATE"), "-----END PRIVATE KEY-----");
        let text = format!("a = 1\nkey = \"{head}\n{body}\n{body}\n{end}\nb = oops\n");
        for (place, line) in [("\n{body}", 3), ("oops", 6), (end, 5)] {
            let at = text.find(&place.replace("{body}", &body)).expect("there") + usize::from(line == 3);
            let out = Failure::usage("wrong").at("x.toml", &text, at, at + 4, "here").render(false, true, 80);
            assert!(!out.contains("q8Zt") && out.contains(&format!("x.toml:{line}")), "{out}");
        }
    }

    #[test]
    fn a_snippet_names_file_line_and_next_step_and_lets_no_escape_through() {
        let text = "{\n  \"a\": \u{1b}[31m\u{202e}oops\n}\n";
        let at = text.find("oops").expect("there");
        let failure = Failure::usage("not JSON").help("repair the file").at("x.json", text, at, at + 4, "here");
        let out = failure.render(false, true, 80);
        assert!(out.contains("x.json:2") && out.contains("oops") && out.contains("repair the file"), "{out}");
        assert!(out.chars().all(|c| c == '\n' || is_plain(c)), "{out:?}");
    }
}
