//! What a launch identity keeps of arguments and code. No secret is written, and no digest of one; what names code is.

use std::collections::BTreeSet;

use super::Refusal;
use crate::launch::line::Line;
use crate::launch::source;
use crate::secret;
use crate::untrusted::Untrusted;

/// Arguments without what may be a secret; the names of what is fetched and run decide which code answers, and stay. A random
/// word in code may be more code in another spelling: left out, a change of it would be seen by nobody, so there is no identity.
pub(super) fn args(command: &Untrusted, args: Vec<Untrusted>) -> Result<Vec<Untrusted>, Refusal> {
    let words: Vec<&str> = args.iter().map(Untrusted::raw).collect();
    // hex, UUIDs and the like are not shown to people; who compares needs them, for they may name code, a machine or a project
    let kept = secret::kept_line(command.raw(), words.iter().copied());
    if kept == words {
        return Ok(args);
    }
    let code: BTreeSet<usize> =
        source::all(&Line::of(command.raw(), &words)).list.iter().map(|source| source.argument).collect();
    let one = |(at, (word, kept)): (usize, (&str, String))| {
        let spaced = word.contains(char::is_whitespace);
        let option = |word: &str| word.split_once('=').is_some_and(|(option, _)| takes_code(option));
        let runs = spaced || option(word) || at.checked_sub(1).is_some_and(|before| takes_code(words[before]));
        match () {
            () if kept == word || (!spaced && code.contains(&at)) => Ok(word.into()),
            () if runs => Err(Refusal::RandomWord(at + 1)),
            () => Ok(kept.into()),
        }
    };
    words.iter().copied().zip(kept).enumerate().map(one).collect()
}

/// A text of a file of the project without what may be a secret.
pub fn without_secrets(text: &str) -> String {
    let kept = |code: &str| if hides(code) { kept(code) } else { code.to_owned() };
    text.lines().map(kept).collect::<Vec<_>>().join("\n")
}

/// A line of code without what may be a secret; what may name code stays.
fn kept(code: &str) -> String {
    secret::kept(&secret::kept_line("", code.split(' ')).join(" "))
}

/// Whether a line of code holds what may be a secret.
pub(super) fn hides(code: &str) -> bool {
    let words = || code.split(' ');
    secret::is_secret(None, code)
        || !secret::of_line("", words()).is_empty()
        || !secret::kept_line("", words()).iter().map(String::as_str).eq(words())
        || secret::kept_line("", [code]) != [code]
}

/// A line of code without what may be a secret, for people.
pub(super) fn line(code: &Untrusted) -> Untrusted {
    let (_, shown) = secret::shown_line("", code.raw().split(' '));
    secret::shown(&shown.join(" ")).into()
}

/// Whether code may stand behind an option: `-e`, `-EncodedCommand`, `--import`.
fn takes_code(option: &str) -> bool {
    let name = option.trim_start_matches(['-', '/']).to_ascii_lowercase();
    let words = ["enc", "eval", "command", "code", "exec", "print", "import", "require", "script"];
    name.len() < option.len()
        && (["c", "e", "ec", "r", "p", "m"].contains(&name.as_str()) || words.iter().any(|w| name.starts_with(w)))
}
