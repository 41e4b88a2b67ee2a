//! Programs that are given passwords on their command line, and how each of them takes one.

use super::address::is_password;
use super::filler::{is_random, stands_in};
use super::sample::is_known;
use super::spelled::is_nothing;

/// How a program is given a password.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// Options whose value is one.
    Flag(&'static [&'static str]),
    /// The same behind these operands.
    OptionOf(&'static [&'static str], &'static [&'static str]),
    /// Options that have one in the same word. In the next word it may be something else.
    Joined(&'static [&'static str]),
    /// Options whose value is user and password, and the sign between them; `""` is an operand.
    Pair(&'static [&'static str], char),
    /// The operand so far behind these.
    Operand(&'static [&'static str], usize),
    /// The same, where an option with this letter or of this name was given.
    With(&'static str, &'static [&'static str], usize),
    /// The operand behind one that begins so.
    Behind(&'static [&'static str]),
    /// `NAME=VALUE` behind these operands.
    Assigned(&'static [&'static str]),
    /// Options that have the program ask for one: what stands behind them is something else.
    Asks(&'static [&'static str]),
}

mod rows;

use rows::CLIENTS;

/// A program and its ways.
pub(super) struct Client {
    names: &'static [&'static str],
    /// Its name tells it wherever it stands.
    anywhere: bool,
    /// Options with a value, so that it is no operand.
    valued: &'static [&'static str],
    ways: &'static [Way],
}

/// What stands before a word on the line of its program.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    /// The first operands and how many there are.
    operands: [&'a str; 3],
    count: usize,
    last: &'a str,
    /// The first options.
    options: [&'a str; 3],
    given: usize,
}

impl<'a> Given<'a> {
    /// Nothing.
    pub(super) const NONE: Given<'static> = Given { operands: [""; 3], count: 0, last: "", options: [""; 3], given: 0 };

    /// Counts a word that stands behind this option.
    pub(super) fn count(&mut self, client: &Client, flag: &str, word: &'a str) {
        let put = |all: &mut [&'a str; 3], at: usize| {
            if let Some(free) = all.get_mut(at) {
                *free = word;
            }
        };
        if word.starts_with('-') {
            put(&mut self.options, self.given);
            self.given += 1;
        } else if !client.valued.contains(&flag) {
            put(&mut self.operands, self.count);
            self.count += 1;
            self.last = word;
        }
    }

    /// Operands behind these words.
    fn behind(&self, verbs: &[&str]) -> Option<usize> {
        let own = self.operands.get(..verbs.len())? == verbs;
        self.count.checked_sub(verbs.len()).filter(|_| own)
    }

    fn has(&self, option: &str) -> bool {
        let is = |own: &&str| match option.as_bytes() {
            [letter] => own.as_bytes().get(1).is_some_and(|b| *b != b'-') && own.as_bytes().contains(letter),
            _ => *own == option,
        };
        self.options.iter().any(is)
    }
}

impl Client {
    /// Whether it goes by this name.
    pub(super) fn is(&self, name: &str) -> bool {
        self.names.contains(&name)
    }

    /// The client that a program's name is that of.
    pub(super) fn of(name: &str, begins: bool) -> Option<&'static Self> {
        let first = usize::from(name.as_bytes().first()?.to_ascii_lowercase());
        if LENGTHS[first] & 1 << (name.len() % 32) == 0 {
            return None;
        }
        let own = |c: &&Self| (begins || c.anywhere) && c.names.iter().any(|own| own.eq_ignore_ascii_case(name));
        CLIENTS.iter().find(own)
    }

    /// Whether the program asks for a password because of this option, which has no value.
    pub(super) fn asks(&self, flag: &str) -> bool {
        let valued = |way: &Way| matches!(way, Way::Flag(own) if own.contains(&flag));
        let asks = |way: &Way| matches!(way, Way::Asks(own) | Way::Joined(own) if own.contains(&flag));
        self.ways.iter().any(asks) && !self.ways.iter().any(valued)
    }

    /// The password that a word is or holds. `flag` is the option before it; `sure`: the program's own command begins before.
    pub(super) fn password<'v>(&self, flag: &str, given: &Given<'_>, sure: bool, word: &'v str) -> Option<&'v str> {
        self.ways.iter().find_map(|way| way.password(self, flag, given, sure, word))
    }
}

impl Way {
    fn password<'v>(
        self,
        client: &Client,
        flag: &str,
        given: &Given<'_>,
        sure: bool,
        word: &'v str,
    ) -> Option<&'v str> {
        let own = |p: &&str| is_password(p) || (sure && is_literal(p));
        let operand = !word.starts_with('-') && !client.valued.contains(&flag);
        // of a word that stands alone it is not known
        let single = |p: &&str| is_password(p) || is_random(p);
        match self {
            Self::Flag(options) => of_option(options, flag, word).filter(own),
            Self::OptionOf(verbs, options) => {
                given.behind(verbs).and_then(|_| of_option(options, flag, word)).filter(own)
            }
            Self::Joined(options) => {
                let joined = options.iter().find_map(|o| word.strip_prefix(o).filter(|v| !v.is_empty()));
                joined.filter(own).or_else(|| Some(word).filter(|w| options.contains(&flag) && is_password(w)))
            }
            Self::Pair(options, sign) => {
                let short =
                    || options.iter().find_map(|o| word.strip_prefix(o).filter(|v| o.len() == 2 && !v.is_empty()));
                let pair = of_option(options, flag, word).or_else(short)?;
                let (_, password) = pair.split_once(sign)?;
                // `scott/tiger@db`
                let end = if sign == '/' { password.find('@')? } else { password.len() };
                Some(&password[..end]).filter(own)
            }
            Self::Operand(verbs, at) => {
                let found = (operand && given.behind(verbs) == Some(at)).then_some(word)?;
                Some(found).filter(|p| if at == 0 { single(p) } else { own(p) })
            }
            Self::With(option, verbs, at) => {
                let found = operand && given.has(option) && given.behind(verbs) == Some(at);
                Some(word).filter(|_| found).filter(own)
            }
            Self::Behind(starts) => {
                let is = |start: &&str| match start.as_bytes() {
                    [first, ..] if first.is_ascii_alphanumeric() => given.last == *start,
                    _ => given.last.starts_with(start),
                };
                Some(word).filter(|_| operand && starts.iter().any(is)).filter(own)
            }
            Self::Assigned(verbs) => {
                let (_, value) = word.split_once('=').filter(|_| given.behind(verbs).is_some())?;
                Some(value).filter(single)
            }
            Self::Asks(_) => None,
        }
    }
}

/// The value of one of these options: the word behind it, or the same word.
fn of_option<'v>(options: &[&str], flag: &str, word: &'v str) -> Option<&'v str> {
    let value = match word.split_once('=') {
        _ if options.contains(&flag) => word,
        Some((name, value)) if options.contains(&name) => value,
        _ => return None,
    };
    // `openssl -passin pass:…`
    Some(value.strip_prefix("pass:").unwrap_or(value))
}

/// Whether an option of any program says that it is a switch, though it has the word for a secret: `--ask-pass`,
/// `--no-password`, `--with-token`.
pub(super) fn is_switch(flag: &str) -> bool {
    let name = flag.trim_start_matches('-');
    ["ask", "no-", "prompt", "with-", "disable", "save-", "show-"].iter().any(|start| name.starts_with(start))
}

/// Whether a word is as things are called: a database `inventory2`, a file `backup-3.tar`.
pub(super) fn is_called(word: &str) -> bool {
    let part = |part: &str| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        let small = letters.get(1..).unwrap_or_default().bytes().all(|b| b.is_ascii_lowercase());
        let plain = small && letters.bytes().all(|b| b.is_ascii_alphabetic()) && part.len() - letters.len() <= 4;
        plain || part.len() <= 3
    };
    word.len() <= 64 && word.split(['-', '_', '.', '/', ':', '@']).all(part) && !is_nothing(word)
}

/// Whether a word can be nothing but a password where a password is asked for: no path, no variable, no placeholder.
pub(super) fn is_literal(word: &&str) -> bool {
    (3..=200).contains(&word.len())
        && word.bytes().any(|b| b.is_ascii_alphanumeric())
        && !word.contains(char::is_whitespace)
        && !word.starts_with(['-', '/', '\\', '~', '.', '<', '(', '@', '{'])
        && !word.contains("://")
        && !["fd:", "stdin", "prompt", "ask", "none", "null", "true", "false"].iter().any(|own| word.starts_with(own))
        && !stands_in(word)
        && !is_known(word)
}

/// Of each letter that begins a name, how long such names are, a bit each. Most words are told by it.
const LENGTHS: [u32; 256] = {
    let mut out = [0; 256];
    let mut row = 0;
    while row < CLIENTS.len() {
        let names = CLIENTS[row].names;
        let mut at = 0;
        while at < names.len() {
            out[names[at].as_bytes()[0].to_ascii_lowercase() as usize] |= 1 << (names[at].len() % 32);
            at += 1;
        }
        row += 1;
    }
    out
};
