//! A command line word by word: which flag stands before a word, which name, and which program reads it. `-p` is a password
//! for a client of a database and a port for others.

use super::address::is_password;
use super::client::{Client, Given, is_called, is_literal, is_switch};
use super::names::{contains, is_telling};

/// What a server for a database or for mail is called.
const SERVERS: [&str; 9] = ["mysql", "mariadb", "mongo", "mssql", "sqlserver", "imap", "smtp", "email", "postgres"];

/// Words before `login`, whose `-p` is then a password.
const LOGINS: [&str; 14] = [
    "docker", "podman", "nerdctl", "buildah", "skopeo", "crane", "oras", "registry", "az", "acr", "cf", "oc",
    "ibmcloud", "tabcmd",
];

/// Programs whose `-u` and `-e` are something else.
const ENGINES: [&str; 5] = ["docker", "podman", "nerdctl", "buildah", "container"];

/// Which program reads a word.
#[derive(Clone, Copy)]
enum Program {
    Unknown,
    Engine,
    /// `login` of another program; whether that is known.
    Login(bool),
    /// Its `-p` may be a password; alone, so that `-port` is none.
    Server,
    /// Whether its command begins with it.
    Client(&'static Client, bool),
}

/// What stands before a word.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    /// An option without a value of its own.
    pub flag: Option<&'a str>,
    /// A name whose value the word is: `--header NAME VALUE`, `NAME = VALUE`.
    pub name: Option<&'a str>,
    program: Program,
    given: Given<'a>,
}

impl Before<'_> {
    /// Nothing.
    pub(super) const NOTHING: Before<'static> =
        Before { flag: None, name: None, program: Program::Unknown, given: Given::NONE };

    /// The password that a word is, or holds, because of the program that reads it.
    pub(super) fn password<'v>(&self, word: &'v str) -> Option<&'v str> {
        let flag = self.flag.unwrap_or_default();
        let made_up = |p: &&str| is_password(p);
        match self.program {
            Program::Client(client, sure) => {
                if let Some(found) = client.password(flag, &self.given, sure, word) {
                    return Some(found);
                }
            }
            Program::Login(true) if flag == "-p" => return Some(word).filter(is_literal),
            Program::Login(_) | Program::Server if flag == "-p" => return Some(word).filter(made_up),
            Program::Engine => return None,
            _ => {}
        }
        // any other program that is given a user
        let pair = word.strip_prefix("--user=").or((flag == "-u" || flag == "--user").then_some(word))?;
        pair.split_once(':').map(|(_, password)| password).filter(made_up)
    }
}

/// Words with what stands before each. A word of a text says whether a command may begin with it.
pub(super) fn walk<'a>(
    words: impl IntoIterator<Item = (&'a str, bool)>,
) -> impl Iterator<Item = (Before<'a>, &'a str)> {
    let mut before: Before<'a> = Before::NOTHING;
    let mut last: Option<&'a str> = None;
    let mut login = false;
    // what stands before a command is another, or a word that starts one
    let mut starts = true;
    // `Set-Item Env:NAME -Value …`, `reg add … /v NAME /d …`
    let mut variable: Option<&'a str> = None;
    // `config --global NAME …`
    let mut set = false;
    words.into_iter().map(move |(word, first)| {
        let own = before;
        let cookie = own.flag == Some("-b") && matches!(own.program, Program::Client(client, _) if client.is("curl"));
        let word_before = last.map(|l| l.strip_prefix("$env:").unwrap_or(l));
        let taken = own.flag.is_some_and(|f| takes_pair(f, own.program)) && is_telling(word);
        let sign = |w: &str| w.starts_with(['-', '/']);
        let called =
            word_before.is_some_and(|b| sign(b) && ["-name", "/v"].iter().any(|own| b.eq_ignore_ascii_case(own)));
        let item = prefixed(word, "env:").map(|name| name.trim_start_matches('\\'));
        variable = item.or(Some(word).filter(|w| (called || set) && is_telling(last_part(w)))).or(variable);
        before.name = match (word, word_before) {
            ("=" | ":=", Some(name)) if is_telling(name) => Some(name),
            _ if set => Some(last_part(word)),
            // a line of `.netrc`
            ("password", _) if login => Some(word),
            _ if sign(word) && ["-value", "--value", "/d"].iter().any(|v| word.eq_ignore_ascii_case(v)) => variable,
            _ => taken.then_some(word),
        };
        before.name = before.name.filter(|name| is_telling(name));
        set = sets(word) || (set && word.starts_with('-'));
        login = word_before == Some("login");
        let windows = word.starts_with('/') && word.len() <= 4 && matches!(own.program, Program::Client(..));
        before.flag = ((word.starts_with('-') || windows) && !word.contains('=')).then_some(word);
        let begins = first || starts;
        match known(word, begins, (own.program, word_before)) {
            Some(program) => (before.program, before.given) = (program, Given::NONE),
            None if begins && !continues(word, own.flag) => {
                // a program that is not known has no operands of the one before
                if first {
                    before.program = Program::Unknown;
                }
                before.given = Given::NONE;
            }
            None => {
                if let Program::Client(client, _) = own.program {
                    before.given.count(client, own.flag.unwrap_or_default(), word);
                }
            }
        }
        starts = separates(word) || (begins && continues(word, own.flag));
        last = Some(word);
        let value = variable.filter(|_| word.starts_with("--value="));
        let asked = |flag: &&str| {
            let own = matches!(own.program, Program::Client(client, _) if client.asks(flag));
            (own || is_switch(flag)) && is_called(word)
        };
        let flag = own.flag.filter(|flag| !asked(flag));
        (Before { flag, name: own.name.or(value).or(cookie.then_some("cookie")), ..own }, word)
    })
}

/// The words that a client hands over one by one.
pub(super) fn given<'a>(words: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = (&'a str, bool)> {
    words.into_iter().enumerate().map(|(at, word)| (word, at == 0))
}

/// Whether a word ends a command, or says that one follows.
fn separates(word: &str) -> bool {
    let first = word.as_bytes().first().is_some_and(|b| b"|&;-/".contains(b));
    first && ["|", "||", "&&", "&", ";", "--", "/c", "/C", "/k", "-c", "-Command", "-command"].contains(&word)
}

/// Whether what follows a word of a command's begin is still its begin: `sudo -u me NAME=VALUE`.
fn continues(word: &str, flag: Option<&str>) -> bool {
    let assigns = word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && !name.starts_with('-'));
    let wrapper = ["sudo", "doas", "env", "exec", "command", "nohup", "time", "builtin", "nice"];
    let valued = matches!(flag, Some("-u" | "-g" | "-n" | "-C"));
    assigns || valued || word.starts_with('-') || wrapper.contains(&program(word))
}

/// Words behind which a name stands, and behind it its value: `setx NAME …`, `npm config set NAME …`.
const SET: [&str; 8] = ["set", "setx", "setenv", "config", "configure", "-gx", "-x", "-Ux"];

fn sets(word: &str) -> bool {
    let first = word.as_bytes().first().is_some_and(|b| b"sSeEcC-".contains(b));
    (first && word.len() <= 9 && SET.iter().any(|s| word.eq_ignore_ascii_case(s))) || word.ends_with(":set")
}

/// The name in `//registry.npmjs.org/:_authToken`.
fn last_part(word: &str) -> &str {
    word.rsplit([':', '/']).next().unwrap_or(word)
}

fn prefixed<'w>(word: &'w str, prefix: &str) -> Option<&'w str> {
    let head = word.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &word[prefix.len()..])
}

/// Whether a name and a value may follow an option in two words.
fn takes_pair(flag: &str, program: Program) -> bool {
    let long = ["header", "env", "var", "secret", "set", "config"].iter().any(|w| contains(flag, w));
    !matches!(program, Program::Engine) && (flag == "-H" || (flag.len() > 2 && long))
}

/// The client or the engine that a word names.
fn known(word: &str, begins: bool, (of, before): (Program, Option<&str>)) -> Option<Program> {
    if word.starts_with('-') || word.contains(['=', ':']) && !word.contains('\\') || word.len() > 200 {
        return None;
    }
    let name = program(word.trim_start_matches(['$', '(', '{', '`']));
    let is = |own: &&str| name.eq_ignore_ascii_case(own);
    if ENGINES.iter().any(is) {
        return Some(Program::Engine);
    }
    if name.eq_ignore_ascii_case("login") && !begins && !matches!(of, Program::Client(_, true)) {
        return Some(Program::Login(before.is_some_and(|b| LOGINS.contains(&program(b)))));
    }
    if let Some(client) = Client::of(name, begins) {
        return Some(Program::Client(client, begins));
    }
    SERVERS.iter().any(|s| contains(word, s)).then_some(Program::Server)
}

/// A program's name without folder and Windows endings.
pub fn program(command: &str) -> &str {
    let name = command.rsplit(['/', '\\']).next().unwrap_or(command);
    let without = |ending: &str| {
        let (name, end) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
        end.eq_ignore_ascii_case(ending).then_some(name)
    };
    [".exe", ".cmd", ".bat", ".ps1", "-cli.js"].into_iter().find_map(without).unwrap_or(name)
}

/// The words of a line as a shell would take them apart: at blanks and signs between commands, and not inside of quotes.
/// Quotes around a word are left out. Of each, whether a command may begin with it.
pub(super) fn words(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut at = 0;
    // a quote that does not end is an apostrophe
    let mut open = [true; 3];
    std::iter::from_fn(move || {
        let ends = |b: u8| b.is_ascii_whitespace() || b";&|".contains(&b);
        let bytes = text.as_bytes();
        let mut first = at == 0;
        while let Some(b) = bytes.get(at).copied().filter(|b| ends(*b)) {
            first |= b";&|\n".contains(&b);
            at += 1;
        }
        let from = at;
        while let Some(b) = bytes.get(at).copied().filter(|b| !ends(*b)) {
            let quote = b"'\"`".iter().position(|q| *q == b);
            let begins = at == from || matches!(bytes[at - 1], b'=' | b':');
            at += 1;
            if let Some(kind) = quote.filter(|kind| begins && open[*kind]) {
                match text[at..].find(char::from(b)) {
                    Some(end) => at += end + 1,
                    None => open[kind] = false,
                }
            }
        }
        (from < at).then(|| {
            let inside = matches!(bytes[from], b'(' | b'{' | b'`') || text[from..at].starts_with("$(");
            (text[from..at].trim_matches(['"', '\'', '`', ',']), first || inside)
        })
    })
}
