//! A command line taken apart: programs that only start another one (`env`, `sudo`, `timeout`, a version manager, a shell
//! with a plain line, a container engine), and what they start. One place for every check that asks which program runs.

mod code;
mod handed;
mod plain;
pub mod power;
mod words;
mod wrapper;

use handed::Handed;
pub use wrapper::{UV_VALUES, is_shell, shell_code};

use std::borrow::Cow;

use super::engine;
use crate::{secret, target::Stdio};
use code::commands;
use words::{is_before, unredirected, words};

/// A word, and the argument that it stands in; `None` is the command itself.
#[derive(Clone, Debug)]
pub struct Word<'a> {
    /// Its text.
    pub text: Cow<'a, str>,
    /// Index of the argument.
    pub argument: Option<usize>,
}

/// A program of the line.
#[derive(Clone, Copy, Debug)]
pub struct Step<'l> {
    /// Its word.
    pub word: &'l Word<'l>,
    /// What it is given.
    pub args: &'l [Word<'l>],
    /// It runs in a container: its paths and addresses are the container's.
    pub inside: bool,
}

impl<'l> Step<'l> {
    /// Its name without folder and Windows endings.
    pub fn program(&self) -> String {
        program(&self.word.text)
    }

    /// Its word, and what it is given.
    pub fn words(self) -> Vec<&'l Word<'l>> {
        std::iter::once(self.word).chain(self.args).collect()
    }

    /// What it is given, as texts.
    pub fn texts(&self) -> Vec<&'l str> {
        self.args.iter().map(|w| &*w.text).collect()
    }
}

/// A variable that the line itself sets: `env X=1 …`, `docker run -e X=1 …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The argument it stands in.
    pub argument: Option<usize>,
    /// It is set in a container.
    pub inside: bool,
}

/// One program: the index of its word, and those of its arguments.
#[derive(Clone, Copy)]
struct Span {
    word: usize,
    from: usize,
    to: usize,
    inside: bool,
}

/// A command line, taken apart.
pub struct Line<'a> {
    words: Vec<Word<'a>>,
    spans: Vec<Span>,
    set: Vec<Set>,
    /// Commands of shell code that is more than one.
    joined: Vec<Vec<Word<'a>>>,
    /// Those that were looked at, taken apart.
    commands: Vec<Line<'a>>,
    /// Lines for a shell that other programs are handed.
    handed: Vec<Word<'a>>,
    contained: Option<usize>,
    deep: bool,
    cut: bool,
}

/// Programs in one line; one with more hides what it starts.
const DEPTH: usize = 16;
/// Commands of one line's shell code that are looked at.
pub const COMMANDS: usize = 256;

impl<'a> Line<'a> {
    /// Takes a command line apart.
    pub fn of(command: &'a str, args: &[&'a str]) -> Self {
        let first = Word { text: Cow::Borrowed(command), argument: None };
        let rest = args.iter().enumerate().map(|(at, a)| Word { text: Cow::Borrowed(*a), argument: Some(at) });
        let mut line = Self::taken(std::iter::once(first).chain(rest).collect(), 0);
        line.gather();
        line
    }

    /// The same of what a target starts.
    pub fn of_stdio(stdio: &'a Stdio) -> Self {
        let args: Vec<&str> = stdio.args.iter().map(|a| a.value.raw()).collect();
        Self::of(stdio.command.value.raw(), &args)
    }

    /// The same of words, of which the one at `at` is the first program.
    fn taken(words: Vec<Word<'a>>, at: usize) -> Self {
        let (spans, set, joined, commands, handed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut line = Self { spans, set, joined, commands, handed, contained: None, deep: false, cut: false, words };
        let mut next = Some(Span { word: at, from: at + 1, to: line.words.len(), inside: false });
        while let Some(span) = next {
            if line.spans.len() == DEPTH {
                line.deep = true;
                break;
            }
            next = line.within(span);
        }
        line
    }

    /// The programs, each started by the one before.
    pub fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        self.spans.iter().map(|s| Step { word: &self.words[s.word], args: &self.words[s.from..s.to], inside: s.inside })
    }

    /// The commands of shell code that is no plain line (`a && b`), in order and also those inside of them. How they hang
    /// together is not read: any of them may run.
    pub fn commands(&self) -> &[Line<'a>] {
        &self.commands
    }

    /// Lines that other programs are handed to have a shell run them, and that are more than one plain program.
    pub fn handed(&self) -> &[Word<'a>] {
        &self.handed
    }

    /// Takes the commands of shell code apart.
    fn gather(&mut self) {
        let mut left = std::mem::take(&mut self.joined);
        left.reverse();
        while let Some(words) = left.pop() {
            let Some(first) = words.iter().position(|w| !is_before(&w.text)) else { continue };
            if self.commands.len() == COMMANDS {
                self.cut = true;
                break;
            }
            let mut line = Self::taken(words, first);
            line.assigned(0, first, false);
            self.deep |= line.deep;
            self.cut |= line.cut;
            left.extend(std::mem::take(&mut line.joined).into_iter().rev());
            self.commands.push(line);
        }
    }

    /// Variables that the line sets.
    pub fn set(&self) -> &[Set] {
        &self.set
    }

    /// The first argument that is given to something in a container.
    pub fn contained(&self) -> Option<usize> {
        self.contained
    }

    /// Whether there are more programs in it than were looked at.
    pub fn is_deep(&self) -> bool {
        self.deep
    }

    /// Whether there are, or may be, more commands in its shell code than were looked at.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Notes one program, and finds the one that it starts.
    fn within(&mut self, mut span: Span) -> Option<Span> {
        let name = program(&self.words[span.word].text);
        if name == "env" {
            self.split_strings(&mut span);
        }
        self.spans.push(span);
        let texts: Vec<&str> = self.words[span.from..span.to].iter().map(|w| &*w.text).collect();
        if engine::is_engine(&name) {
            let run = engine::read(&name, &texts)?;
            for option in run.options.iter().filter(|o| ["-e", "--env"].contains(&o.flag.as_str())) {
                let Some((name, value)) = option.value.split_once('=') else { continue };
                let argument = self.words[span.from + option.value_at].argument;
                self.set.push(Set { name: name.to_owned(), value: value.to_owned(), argument, inside: true });
            }
            let operand = span.from + run.operand?;
            if operand + 1 < span.to && !span.inside {
                self.contained = self.words[operand + 1].argument;
            }
            if let Some(entry) = run.options.iter().find(|o| o.flag == "--entrypoint" && !o.value.is_empty()) {
                let (text, at) = (entry.value.to_owned(), span.from + entry.value_at);
                let argument = self.words[at].argument;
                // the arguments stay where they are, the program is a word of its own at the end
                self.words.push(Word { text: Cow::Owned(text), argument });
                return Some(Span { word: self.words.len() - 1, from: operand + 1, to: span.to, inside: true });
            }
            let (word, to) = (operand + 1, span.to);
            return (word < to).then_some(Span { word, from: word + 1, to, inside: true });
        }
        if let Some(at) = shell_code(&name, &texts) {
            return self.plain(span.from + at, span.to, &name, span.inside, is_plain_code(&name, &texts, at));
        }
        if let Some(at) = power::code(&texts).filter(|_| power::is_shell(&name)) {
            let plain = power::plain(&texts, at);
            return self.power(span.from + at, span.to, span.inside, plain);
        }
        let found = wrapper::started(&name, &texts).unwrap_or_default();
        let handed = match found.program {
            None => handed::handed(&name, &texts, COMMANDS + 1),
            Some(_) => Vec::new(),
        };
        for at in found.set {
            self.assigned(span.from + at, span.from + at + 1, span.inside);
        }
        if let Some(at) = found.program {
            let word = span.from + at;
            return (word < span.to).then_some(Span { word, from: word + 1, to: span.to, ..span });
        }
        self.cut |= handed.len() > COMMANDS;
        let lines: Vec<(usize, usize, bool)> = handed
            .into_iter()
            .take(COMMANDS)
            .map(|handed| match handed {
                Handed::Program(at, end) => (span.from + at, span.from + end, false),
                Handed::Line(at) => (span.from + at, span.from + at + 1, true),
            })
            .collect();
        // the first goes on here, the others are commands beside it
        let mut next = None;
        for (i, (at, end, is_line)) in lines.into_iter().enumerate() {
            let found = if is_line {
                let is_plain = plain::is_plain("sh", &self.words[at].text);
                if !is_plain {
                    self.handed.push(self.words[at].clone());
                }
                self.plain(at, end, "sh", span.inside, is_plain)
            } else {
                Some(Span { word: at, from: at + 1, to: end, ..span })
            };
            match found {
                Some(found) if i == 0 => next = Some(found),
                Some(found) => self.joined.push(self.words[found.word..found.to].to_vec()),
                None => {}
            }
        }
        next
    }

    /// The program of a shell's line that is one command. `is_plain`: it is nothing else.
    fn plain(&mut self, at: usize, to: usize, shell: &str, inside: bool, is_plain: bool) -> Option<Span> {
        // `cmd` takes all that follows as one line
        let end = if shell == "cmd" { to } else { at + 1 };
        let taken = &self.words[at..end];
        let marks = [';', '&', '|', '<', '>', '`', '\n', '('];
        let separates = |w: &Word<'a>| match taken.len() {
            1 => w.text.contains(marks),
            _ => ["&", "&&", "|", "||", "<", ">", ">>"].contains(&&*w.text),
        };
        let one = |w: &Word<'a>| {
            let argument = w.argument;
            let code = if is_plain { plain::without_setup(&w.text) } else { &w.text };
            // marks around all of it are left out by `cmd`
            let whole = code.trim().strip_prefix('"').and_then(|c| c.strip_suffix('"')).filter(|c| !c.contains('"'));
            let code = whole.filter(|_| shell == "cmd").unwrap_or(code);
            words(code).into_iter().map(move |text| Word { text: Cow::Owned(text), argument }).collect::<Vec<_>>()
        };
        // what is read as a shell of another grammar would not read it may be more than is seen
        self.cut |= !is_plain && wrapper::is_other_shell(shell);
        if !is_plain && taken.iter().any(separates) {
            let parts: Vec<Vec<Word<'a>>> = match taken {
                [code] => {
                    let found = commands(&code.text, shell == "cmd");
                    self.cut |= found.unsure || found.list.len() > COMMANDS;
                    let argument = code.argument;
                    let part = |text: &String| {
                        let word = |text| Word { text: Cow::Owned(text), argument };
                        unredirected(words(text)).into_iter().map(word).collect()
                    };
                    found.list.iter().take(COMMANDS).map(part).collect()
                }
                words => words.split(separates).map(<[_]>::to_vec).collect(),
            };
            self.cut |= parts.len() > COMMANDS;
            self.joined.extend(parts.into_iter().filter(|p| !p.is_empty()).take(COMMANDS));
            return None;
        }
        // words that stand alone are taken as they are: a path may hold a space
        let made: Vec<Word<'a>> = if taken.len() == 1 { one(&taken[0]) } else { taken.to_vec() };
        let start = self.words.len();
        self.words.extend(made);
        let to = self.words.len();
        let word = (start..to).find(|i| self.words[*i].text != "exec" && !is_assignment(&self.words[*i].text))?;
        self.assigned(start, word, inside);
        Some(Span { word, from: word + 1, to, inside })
    }

    /// The program of PowerShell's line that is one command and means nothing else: `plain`. Any other is read as a shell's, and
    /// may be more than is seen.
    fn power(&mut self, at: usize, to: usize, inside: bool, plain: Option<Vec<String>>) -> Option<Span> {
        let given = self.words[at..to].to_vec();
        let one = |text: String, argument| Word { text: Cow::Owned(text), argument };
        let Some(plain) = plain else {
            let code = given.iter().map(|w| &*w.text).collect::<Vec<_>>().join(" ");
            let part = |text: &String| words(text).into_iter().map(|w| one(w, given[0].argument)).collect::<Vec<_>>();
            let parts = commands(&code, false).list;
            self.joined.extend(parts.iter().map(part).filter(|p| !p.is_empty()).take(COMMANDS));
            self.cut = true;
            return None;
        };
        // words that stand alone keep their places
        let alone = plain.len() == given.len();
        let place = |i: usize| given[if alone { i } else { 0 }].argument;
        let word = self.words.len();
        self.words.extend(plain.into_iter().enumerate().map(|(i, text)| one(text, place(i))));
        Some(Span { word, from: word + 1, to: self.words.len(), inside })
    }

    /// Notes the variables that stand before a program.
    fn assigned(&mut self, from: usize, to: usize, inside: bool) {
        for word in &self.words[from..to] {
            if let Some((name, value)) = word.text.split_once('=') {
                let (name, value, argument) = (name.to_owned(), value.to_owned(), word.argument);
                self.set.push(Set { name, value, argument, inside });
            }
        }
    }

    /// `env -S "X=1 program a"`: the words of the string stand in its place.
    fn split_strings(&mut self, span: &mut Span) {
        for at in span.from..span.to {
            let text = &*self.words[at].text;
            let joined =
                text.strip_prefix("--split-string=").or_else(|| text.strip_prefix("-S").filter(|r| !r.is_empty()));
            let alone = ["-S", "-vS", "-iS", "--split-string"].contains(&text);
            let (line, end) = match (joined, alone) {
                (Some(line), _) => (line.to_owned(), at + 1),
                (None, true) if at + 1 < span.to => (self.words[at + 1].text.clone().into_owned(), at + 2),
                _ if text.starts_with('-') || is_assignment(text) => continue,
                _ => return,
            };
            let argument = self.words[end - 1].argument;
            let made = words(&line).into_iter().map(|text| Word { text: Cow::Owned(text), argument });
            let mut all: Vec<Word<'a>> = self.words[span.from..at].to_vec();
            all.extend(made);
            all.extend_from_slice(&self.words[end..span.to]);
            (span.from, span.to) = (self.words.len(), self.words.len() + all.len());
            self.words.extend(all);
            return;
        }
    }
}

/// Whether the code that a shell is given at an argument is one program and its words, and means nothing else to it. `cmd` has
/// a line of its own.
pub fn is_plain_code(shell: &str, args: &[&str], at: usize) -> bool {
    (!is_shell(shell) || plain::are_options(&args[..at])) && plain::is_plain(shell, args[at])
}

/// The program's name without folder and Windows endings, in small letters; of a package manager's own file, and of one of its
/// versions (`yarn-4.0.0.cjs`, `pnpm@9.0.0`), the manager's.
pub fn program(command: &str) -> String {
    let name = secret::program(command).to_ascii_lowercase();
    let end = |c: char| c == '.' || c == '@' || c == '-';
    let bare = name.find(end).map_or(&*name, |at| &name[..at]);
    let behind = name[bare.len()..].trim_start_matches(end);
    let file = ["js", "cjs", "mjs", "phar"].contains(&behind) || behind.starts_with(|c: char| c.is_ascii_digit());
    match bare {
        "npm" | "npx" | "pnpm" | "pnpx" | "yarn" | "composer" if file => bare.to_owned(),
        // without a window of its own
        "uvw" | "pythonw" | "javaw" => bare.trim_end_matches('w').to_owned(),
        _ => name,
    }
}

/// `NAME=value`.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.bytes().all(plain)
    })
}

#[cfg(test)]
mod tests;
