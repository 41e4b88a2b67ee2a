//! Text that came from a server, a configuration file or a registry, and the escapers that make it fit for one sink.
//!
//! [`Untrusted`] has no `Display`, so it cannot reach an output by accident. Each sink has one named escaper; a
//! [`Message`] mixes our own words with such text and is escaped as a whole by the writer that knows its sink.
//! Every escaper leaves out what looks like a secret, but for the words of a server, which people approve whole.
//! Which excerpt is shown is decided by `finding` and `report`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::Deserialize;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::secret::masked;

/// Characters of server text an excerpt shows by default.
pub const EXCERPT_CHARS: usize = 160;

/// Hostile text. Compare it, search it, hash it; to show it, name the sink. What looks like a secret in it is not shown.
#[derive(Clone, Default)]
pub struct Untrusted {
    text: String,
    /// A server's own words, or what was masked before: shown whole.
    whole: bool,
}

impl PartialEq for Untrusted {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Untrusted {}

impl PartialOrd for Untrusted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Untrusted {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for Untrusted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Untrusted(\"{}\")", self.to_visible())
    }
}

impl<T: Into<String>> From<T> for Untrusted {
    fn from(text: T) -> Self {
        Self { text: text.into(), whole: false }
    }
}

/// Text of a report that was saved, from which secrets were left out when it was written.
impl<'de> Deserialize<'de> for Untrusted {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::said)
    }
}

impl Untrusted {
    /// A server's own words: a person reads all of them, so nothing in them is taken for a secret and left out.
    pub fn said(text: impl Into<String>) -> Self {
        Self { text: text.into(), whole: true }
    }

    /// The text as it may be shown.
    fn shown(&self) -> Cow<'_, str> {
        if self.whole { Cow::Borrowed(&*self.text) } else { masked(&self.text) }
    }

    /// The text as received, for matching and hashing. Never write it to an output.
    pub fn raw(&self) -> &str {
        &self.text
    }

    /// For JSON values, CSV cells and other places that quote by themselves: invisible and control characters become
    /// `\u{…}` labels, so that a reader sees them.
    pub fn to_visible(&self) -> String {
        escaped(&self.shown())
    }

    /// For a terminal and for CI logs: as [`Self::to_visible`], and `::`, `##[` and `##vso[` are broken so that a CI
    /// runner that reads the log finds no command in it. The result has no line break.
    pub fn to_terminal(&self) -> String {
        break_log_commands(&self.to_visible())
    }

    /// For SARIF `message.text`: visible, without link syntax and without log commands.
    pub fn to_sarif(&self) -> String {
        let mut out = String::new();
        for c in self.to_terminal().chars() {
            if matches!(c, '[' | ']' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
        out
    }

    /// For HTML text and attribute values.
    pub fn to_html(&self) -> String {
        let mut out = String::new();
        for c in self.to_visible().chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                c => out.push(c),
            }
        }
        // a page may be printed into a CI log; the entity is the same character
        out.replace("##", "#&#35;")
    }

    /// For XML text and attribute values (JUnit).
    pub fn to_xml(&self) -> String {
        self.to_html()
    }

    /// For the message of a GitHub workflow command: nothing in it ends the line or begins another command.
    pub fn to_command(&self) -> String {
        self.to_terminal().replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
    }

    /// For a property of a GitHub workflow command: as [`Self::to_command`], and it ends neither itself nor the list.
    pub fn to_command_property(&self) -> String {
        self.to_command().replace(':', "%3A").replace(',', "%2C")
    }

    /// For Markdown: a code span whose fence is longer than any run of backticks inside.
    pub fn to_markdown(&self) -> String {
        let text = self.to_terminal();
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest + 1);
        let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
        // a bar would end a table cell even inside a code span
        format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
    }

    /// The first `max` characters, with `…` when something was cut. A secret is left out before, so that no half of it stays.
    pub fn cut(&self, max: usize) -> Self {
        if self.text.chars().nth(max).is_none() {
            return self.clone();
        }
        let text = self.shown();
        // masked is masked: it is not looked at again
        match text.char_indices().nth(max) {
            Some((end, _)) => Self::said(format!("{}…", &text[..end])),
            None => Self::said(text),
        }
    }

    /// The part around byte range `start..end`, at most `max` characters, with `…` where something was cut.
    pub fn excerpt(&self, start: usize, end: usize, max: usize) -> Self {
        self.excerpt_at(start, end, max).0
    }

    /// The same, and the byte at which `start` lies in it.
    pub fn excerpt_at(&self, start: usize, end: usize, max: usize) -> (Self, usize) {
        let whole = self.shown();
        let text = &*whole;
        if text.chars().count() <= max {
            return (Self::said(text), start.min(text.len()));
        }
        let floor = |mut i: usize| {
            i = i.min(text.len());
            while !text.is_char_boundary(i) {
                i -= 1;
            }
            i
        };
        let (start, end) = (floor(start), floor(end.max(start)));
        let hit = text[start..end].chars().count();
        let before = max.saturating_sub(hit) / 3;
        let from = text[..start].char_indices().rev().nth(before.saturating_sub(1)).map_or(0, |(i, _)| i);
        let from = if before == 0 { start } else { from };
        let to = text[from..].char_indices().nth(max).map_or(text.len(), |(i, _)| from + i);
        let head = if from > 0 { "…" } else { "" };
        let tail = if to < text.len() { "…" } else { "" };
        (Self::said(format!("{head}{}{tail}", &text[from..to])), head.len() + start - from)
    }
}

/// Whether a character is shown as it is: letters, marks, digits, punctuation, symbols and the plain space. Controls,
/// format characters, separators, private use, unassigned code points, variation selectors and other characters that
/// have no shape of their own are not.
pub fn is_plain(c: char) -> bool {
    if matches!(c, ' '..='~') {
        return true;
    }
    if is_default_ignorable(c) {
        return false;
    }
    use GeneralCategory as G;
    !matches!(
        c.general_category(),
        G::Control
            | G::Format
            | G::Surrogate
            | G::PrivateUse
            | G::Unassigned
            | G::LineSeparator
            | G::ParagraphSeparator
            | G::SpaceSeparator
    )
}

/// Default-ignorable code points that have a letter or mark category, and blanks that look like nothing.
fn is_default_ignorable(c: char) -> bool {
    matches!(c as u32,
        0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x2800 | 0x3164
        | 0xFE00..=0xFE0F | 0xFFA0 | 0xE0000..=0xE0FFF)
}

/// Makes everything a person could not see visible as `\u{XXXX}`, line breaks and tabs as `\n`, `\r`, `\t`, and leaves out
/// what looks like a secret.
pub fn visible(text: &str) -> String {
    escaped(&masked(text))
}

/// The same for a terminal, as [`Untrusted::to_terminal`]. What was made so is left as it is.
pub fn printable(text: &str) -> String {
    break_log_commands(&visible(text))
}

/// Several lines for a terminal: only their ends are no text, and a secret may go over them.
pub fn printable_lines(text: &str) -> String {
    masked(text).split('\n').map(|line| break_log_commands(&escaped(line))).collect::<Vec<_>>().join("\n")
}

/// As [`visible`], of a text that is shown whole.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c => out.push_str(&format!("\\u{{{:04X}}}", c as u32)),
        }
    }
    out
}

/// Breaks what CI runners read as commands anywhere in a log line: `::name`, `##[name]`, `##vso[`. The names of commands are
/// letters: an address of the sixth version and a name of Amazon (`[::1]`, `arn:aws:iam::1`) stay as they are.
fn break_log_commands(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("::") {
        let (before, behind) = (&rest[..=at], &rest[at + 2..]);
        out.push_str(before);
        out.push_str(if behind.starts_with(|c: char| c.is_ascii_digit()) { ":" } else { "\\u{3A}" });
        rest = behind;
    }
    out.push_str(rest);
    out.replace("##[", "#\\u{23}[").replace("##vso[", "#\\u{23}vso[")
}

/// JSON text without what CI runners take for a command anywhere in a line (`##[`, `##vso[`): a JSON escape means the
/// same character.
pub fn quiet_json(text: String) -> String {
    // a report may be long, and few hold it
    if text.contains("##") { text.replace("##", "#\\u0023") } else { text }
}

/// A fenced block of Markdown around lines that were escaped for a terminal; the fence is longer than any run of
/// backticks inside, so that nothing in it ends the block.
pub fn fence(language: &str, lines: &[String]) -> String {
    let runs = lines.iter().flat_map(|l| l.split(|c| c != '`')).map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

/// One part of a [`Message`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Our own words.
    Ours(String),
    /// Somebody else's, shown in quotation marks.
    Theirs(Untrusted),
}

/// A sentence of ours with server text in it. Writers escape it for their sink.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Message(Vec<Part>);

impl Message {
    /// Starts with our own words.
    pub fn new(text: impl Into<String>) -> Self {
        Self(vec![Part::Ours(text.into())])
    }

    /// Adds our own words.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Part::Ours(text.into()));
        self
    }

    /// Adds server text; it is quoted and cut to 120 characters when written.
    pub fn quote(mut self, text: &Untrusted) -> Self {
        self.0.push(Part::Theirs(text.cut(120)));
        self
    }

    /// Adds server text that a person has to read to its end; it is quoted when written. Only where its length is bounded.
    pub fn quote_whole(mut self, text: &Untrusted) -> Self {
        self.0.push(Part::Theirs(text.clone()));
        self
    }

    /// Adds another message.
    pub fn append(mut self, other: &Self) -> Self {
        self.0.extend(other.0.iter().cloned());
        self
    }

    /// The parts, for writers of formats this module does not know.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    fn join(&self, ours: impl Fn(&str) -> String, theirs: impl Fn(&Untrusted) -> String) -> String {
        let part = |p: &Part| match p {
            // a library's error may stand in our words, and repeat a file's
            Part::Ours(t) => ours(t),
            Part::Theirs(t) => theirs(t),
        };
        self.0.iter().map(part).collect()
    }

    /// For terminals and CI logs.
    pub fn to_terminal(&self) -> String {
        self.join(printable, |t| format!("'{}'", t.to_terminal()))
    }

    /// For JSON values.
    pub fn to_visible(&self) -> String {
        self.join(visible, |t| format!("'{}'", t.to_visible()))
    }

    /// For SARIF `message.text`.
    pub fn to_sarif(&self) -> String {
        self.join(printable, |t| format!("'{}'", t.to_sarif()))
    }

    /// For Markdown.
    pub fn to_markdown(&self) -> String {
        self.join(printable, Untrusted::to_markdown)
    }
}

#[cfg(test)]
mod tests;
