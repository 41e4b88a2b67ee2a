//! Words that a line of shell code hands to a program which reads a password from its input: `echo … | sudo -S`,
//! `docker login --password-stdin <<< …`. Such a word is a secret however short it is.

use super::filler::stands_in;
use super::line::program;
use super::names::{contains, is_telling};
use super::sample::is_known;

/// Programs that read a secret from their input, with the words that follow in their order. Of those that have none, the
/// command begins with the program: `cat /etc/passwd` does not.
const READERS: [(&str, &[&str]); 21] = [
    ("docker podman nerdctl buildah skopeo helm crane oras huggingface-cli vault npm pnpm yarn bw heroku", &["login"]),
    ("gh glab hf", &["auth", "login"]),
    ("gh", &["secret", "set"]),
    ("op", &["signin"]),
    ("op", &["account", "add"]),
    ("bw", &["unlock"]),
    ("npm", &["adduser"]),
    ("snyk", &["auth"]),
    ("wrangler", &["secret", "put"]),
    ("vercel", &["env", "add"]),
    ("firebase", &["functions:secrets:set"]),
    ("fly flyctl", &["secrets", "import"]),
    ("doppler", &["secrets", "set"]),
    ("gcloud", &["secrets", "create"]),
    ("gcloud", &["secrets", "versions", "add"]),
    ("kubectl", &["create", "secret"]),
    ("rclone", &["obscure"]),
    ("secret-tool", &["store"]),
    ("pass", &["insert"]),
    ("databricks", &["configure"]),
    (
        "cryptsetup veracrypt sshpass ssh-add su kinit passwd chpasswd smbpasswd wpa_passphrase keytool jarsigner kubeseal",
        &[],
    ),
];

/// What people answer to questions.
const ANSWERS: [&str; 12] = ["y", "yes", "n", "no", "0", "1", "2", "true", "false", "ok", "q", "all"];

/// Words in front of a program.
const WRAPPERS: [&str; 9] = ["sudo", "doas", "env", "exec", "command", "nohup", "time", "builtin", "&"];

#[derive(Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    /// The quotes around all of it.
    quote: Option<u8>,
}

#[derive(Default)]
struct Command<'t> {
    words: Vec<Word<'t>>,
    /// A here-string, or the first line of a here-document.
    here: Option<Word<'t>>,
    /// What it says goes to the next.
    piped: bool,
    /// What it says goes to the one before: `< <(…)`.
    backwards: bool,
    /// It stands behind a bracket.
    opens: bool,
}

/// The words of a text of shell code that are handed over.
pub(super) fn secrets(text: &str) -> Vec<&str> {
    let reads = ["|", "<<", "<("].iter().any(|sign| text.contains(sign)) || contains(text, SECURE);
    if !reads {
        return Vec::new();
    }
    let mut line = Reader::default();
    line.read(text);
    line.secrets()
}

/// The same of words that a client hands over one by one: `cmd /c echo … | …`.
pub(super) fn of_words<'t>(words: impl Iterator<Item = &'t str> + Clone) -> Vec<&'t str> {
    if !words.clone().any(|w| w.contains(['|', '<']) && !w.contains(char::is_whitespace)) {
        return Vec::new();
    }
    let mut line = Reader::default();
    for word in words {
        if word.contains(char::is_whitespace) {
            line.now().words.push(Word { text: word, quote: None });
        } else {
            line.read(word);
        }
    }
    line.secrets()
}

const SECURE: &str = "ConvertTo-SecureString";

#[derive(Default)]
struct Reader<'t> {
    done: Vec<Command<'t>>,
    now: Command<'t>,
    /// The next word is a here-string, or the end of a here-document.
    here: Option<Here>,
    /// A here-document begins on the next line, and its command.
    document: Option<usize>,
}

#[derive(PartialEq)]
enum Here {
    String,
    Document,
}

impl<'t> Reader<'t> {
    fn now(&mut self) -> &mut Command<'t> {
        &mut self.now
    }

    fn end(&mut self, piped: bool) {
        let command = Command { piped, ..std::mem::take(&mut self.now) };
        // the end of a bracket says what is in it
        if command.words.is_empty() && command.here.is_none() && !piped {
            self.now = Command { opens: command.opens, backwards: command.backwards, ..Command::default() };
        } else {
            self.done.push(command);
        }
    }

    fn read(&mut self, text: &'t str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at).copied() {
            let rest = &text[at..];
            let sign = ["<<<", "<<-", "<<", "<(", "||", "|&", "|", "\n", ";", "&", "(", ")", "{", "}"];
            if rest.starts_with("\\\n") {
                at += 2;
                continue;
            }
            match sign.iter().find(|s| rest.starts_with(**s)) {
                _ if byte.is_ascii_whitespace() && byte != b'\n' => at += 1,
                // `2>&1`, `&>`, `${…}`
                Some(&"&") if at > 0 && bytes[at - 1] == b'>' || bytes.get(at + 1) == Some(&b'>') => at += 1,
                Some(sign) => {
                    at += sign.len();
                    match *sign {
                        "<<<" => self.here = Some(Here::String),
                        "<<-" | "<<" => self.here = Some(Here::Document),
                        "<(" => {
                            self.end(false);
                            self.now.backwards = true;
                        }
                        "|" | "|&" => self.end(true),
                        "(" | "{" => {
                            self.end(false);
                            self.now.opens = true;
                        }
                        "\n" => {
                            self.end(false);
                            at += self.document(&text[at..]);
                        }
                        _ => self.end(false),
                    }
                }
                None => {
                    let word = word(rest);
                    at += word.len();
                    self.word(word);
                }
            }
        }
        // a client's words end where they end
        if text.contains(char::is_whitespace) {
            self.end(false);
        }
    }

    fn word(&mut self, raw: &'t str) {
        let quote = raw.bytes().next().filter(|b| b"'\"".contains(b));
        let inner = quote.and_then(|q| raw[1..].strip_suffix(char::from(q))).filter(|i| !i.contains(['\'', '"']));
        let word = Word { text: inner.unwrap_or(raw), quote: quote.filter(|_| inner.is_some()) };
        match self.here.take() {
            Some(Here::String) => self.now.here = Some(word),
            Some(Here::Document) => self.document = Some(self.done.len()),
            None => self.now.words.push(word),
        }
    }

    /// The first line of a here-document, when one begins here: the bytes of it.
    fn document(&mut self, text: &'t str) -> usize {
        let Some(command) = self.document.take().and_then(|at| self.done.get_mut(at)) else { return 0 };
        let line = text.lines().next().unwrap_or_default();
        let trimmed = line.trim();
        if !trimmed.contains(char::is_whitespace) {
            command.here = Some(Word { text: trimmed, quote: None });
        }
        line.len()
    }

    fn secrets(mut self) -> Vec<&'t str> {
        self.end(false);
        let all = &self.done;
        let mut out: Vec<Word<'t>> = Vec::new();
        for (at, command) in all.iter().enumerate() {
            out.extend(secure(&command.words));
            let next = all.get(at + 1).filter(|next| next.backwards);
            let before = at.checked_sub(1).filter(|before| all[*before].piped);
            let from_file = next.is_some() && takes_file(&command.words);
            if (command.here.is_none() && next.is_none() && before.is_none()) || !(from_file || asks(&command.words)) {
                continue;
            }
            out.extend(command.here);
            out.extend(next.into_iter().flat_map(said));
            if let Some(before) = before {
                // a bracket says what all the commands in it say
                let closed = all[before].words.is_empty();
                let mut behind = &all[before];
                for command in all[..=before].iter().rev().take(8) {
                    if behind.opens || !(closed || command.piped) {
                        break;
                    }
                    out.extend(said(command));
                    behind = command;
                }
            }
        }
        out.into_iter().filter(is_literal).map(|word| word.text).collect()
    }
}

/// The word a text begins with, up to a blank or a sign between commands.
fn word(text: &str) -> &str {
    // a placeholder: `<name>`
    let inside = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
    if let Some(rest) =
        text.strip_prefix('<').map(|rest| rest.trim_start_matches(inside)).filter(|r| r.starts_with('>'))
    {
        return &text[..=text.len() - rest.len()];
    }
    let bytes = text.as_bytes();
    let (mut at, mut quote) = (0, None);
    while let Some(byte) = bytes.get(at).copied() {
        match quote {
            Some(q) if byte == q => quote = None,
            Some(_) => {}
            None if b"'\"".contains(&byte) && text[at + 1..].contains(char::from(byte)) => quote = Some(byte),
            None if byte == b'$' => at += filled_in(&bytes[at + 1..]),
            None if at > 0 && (byte.is_ascii_whitespace() || b"|;&<>(){}".contains(&byte)) => break,
            None => {}
        }
        at += 1;
    }
    &text[..at]
}

/// Bytes of the brackets behind a `$`: `${NAME}`, `$(command)`.
fn filled_in(behind: &[u8]) -> usize {
    // longer ones are no names
    const MOST: usize = 1000;
    let (open, close) = match behind.first() {
        Some(b'{') => (b'{', b'}'),
        Some(b'(') => (b'(', b')'),
        _ => return 0,
    };
    let mut depth = 0;
    let end = behind.iter().take(MOST).position(|b| {
        depth += i32::from(*b == open) - i32::from(*b == close);
        depth == 0
    });
    end.map_or(0, |end| end + 1)
}

/// A command without what stands before its program.
fn own<'c, 't>(words: &'c [Word<'t>]) -> &'c [Word<'t>] {
    let before = |w: &Word<'_>| {
        let assigns = w.text.split_once('=').is_some_and(|(name, _)| !name.is_empty() && !name.starts_with('-'));
        assigns || WRAPPERS.contains(&w.text)
    };
    let start = words.iter().position(|w| !before(w)).unwrap_or(words.len());
    &words[start..]
}

/// Whether a command reads a secret from its input.
fn asks(words: &[Word<'_>]) -> bool {
    let texts: Vec<&str> = words.iter().map(|w| w.text).collect();
    let input = |value: &str| ["-", "/dev/stdin", "stdin", "@-"].contains(&value);
    let option = |word: &&str| {
        let Some(name) = word.strip_prefix("--") else { return false };
        let (name, value) = name.split_once('=').unwrap_or((name, ""));
        let kind = ["pass", "token", "secret", "key", "cred", "auth"].iter().any(|k| contains(name, k));
        name == "with-token" || (kind && contains(name, "stdin")) || (is_telling(name) && input(value))
    };
    let pair = |pair: &[&str]| match pair {
        ["--passphrase-fd" | "--pass-fd" | "--password-fd", "0"] => true,
        ["-pass" | "-passin" | "-passout", value] => value.starts_with("stdin") || *value == "fd:0",
        [flag, value] => flag.strip_prefix("--").is_some_and(is_telling) && input(value),
        _ => false,
    };
    let reader = |(names, behind): &(&str, &[&str])| {
        let is = |w: &&str| names.split(' ').any(|name| program(w).eq_ignore_ascii_case(name));
        if behind.is_empty() {
            return own(words).first().is_some_and(|w| is(&w.text));
        }
        let Some(at) = texts.iter().position(is) else { return false };
        let mut rest = texts[at + 1..].iter();
        behind.iter().all(|word| rest.any(|own| own == word))
    };
    texts.iter().any(|w| option(w) || *w == "--passphrase-fd=0")
        || texts.windows(2).any(pair)
        || sudo(&texts)
        || READERS.iter().any(reader)
}

/// Whether a command ends with an option whose file holds a secret: `--vault-password-file <(…)`, `-pass file:<(…)`.
fn takes_file(words: &[Word<'_>]) -> bool {
    let Some(last) = words.last() else { return false };
    let named = ["pass", "token", "secret", "key", "cred", "auth", "from-file"].iter().any(|k| contains(last.text, k));
    (last.text.starts_with('-') && named) || last.text == "file:"
}

/// Whether `sudo` is told to read from its input. Its options stand before the command.
fn sudo(words: &[&str]) -> bool {
    let Some(at) = words.iter().position(|w| program(w) == "sudo") else { return false };
    let mut value = false;
    let options = words[at + 1..].iter().take_while(|w| {
        let own = w.starts_with('-') || value;
        value = !value && ["-u", "-g", "-p", "-h", "-C", "-r", "-t", "-T", "-U", "-D", "-R"].contains(w);
        own
    });
    let mut options = options.filter(|w| w.starts_with('-'));
    options.any(|w| *w == "--stdin" || (!w.starts_with("--") && w.contains('S')))
}

/// What a command says of its own words: those of `echo`, and a text alone in PowerShell.
fn said<'t>(command: &Command<'t>) -> Vec<Word<'t>> {
    if let [word] = command.words[..]
        && word.quote.is_some()
    {
        return vec![word];
    }
    // `cmd /c …`
    let shell = command
        .words
        .iter()
        .position(|w| ["/c", "/k", "-c", "-command"].iter().any(|s| w.text.eq_ignore_ascii_case(s)));
    let words = own(&command.words[shell.map_or(0, |at| at + 1)..]);
    let end = words.iter().position(|w| w.quote.is_none() && matches!(w.text, ">" | "<" | ">>")).unwrap_or(words.len());
    let Some((first, args)) = words[..end].split_first() else { return Vec::new() };
    let name = program(first.text);
    let is = |names: &[&str]| names.iter().any(|own| name.eq_ignore_ascii_case(own));
    if is(&["printf"]) {
        let skip = usize::from(args.len() > 1 && args[0].text.contains('%'));
        return args[skip..].to_vec();
    }
    if is(&["cat", "tee"]) {
        return command.here.into_iter().collect();
    }
    if !is(&["echo", "print", "yes", "write-output", "write-host"]) {
        return Vec::new();
    }
    let option = |w: &&Word<'_>| w.text.strip_prefix('-').is_some_and(|o| o.bytes().all(|b| b"neErl".contains(&b)));
    let skip = args.iter().take_while(option).count();
    args[skip..].to_vec()
}

/// The text that PowerShell is to keep as a secret.
fn secure<'t>(words: &[Word<'t>]) -> Option<Word<'t>> {
    let at = words.iter().position(|w| w.text.eq_ignore_ascii_case(SECURE))?;
    words[at + 1..].iter().find(|w| !w.text.starts_with('-')).copied()
}

/// Whether a word is given as it is: no variable, no placeholder and no answer to a question.
fn is_literal(word: &Word<'_>) -> bool {
    let filled = |at: usize| word.text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || "_{(".contains(c));
    let variable = word.quote != Some(b'\'') && word.text.match_indices('$').any(|(at, _)| filled(at));
    let command = word.quote != Some(b'\'') && word.text.contains('`');
    !variable
        && !command
        && !word.text.is_empty()
        && !ANSWERS.iter().any(|a| word.text.eq_ignore_ascii_case(a))
        && !stands_in(word.text)
        && !is_known(word.text)
}

#[cfg(test)]
mod tests;
