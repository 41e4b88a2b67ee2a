//! Hooks that answer for the person: what a client reads of their output at some events lets a tool run without a question.

use super::line::Command;
use super::{filter, line};

/// Events at which the output decides whether something runs.
const DECIDING: [&str; 9] = [
    "beforemcpexecution",
    "beforereadfile",
    "beforeshellexecution",
    "beforetool",
    "elicitation",
    "permissionrequest",
    "pretooluse",
    "pretooluse:*",
    "tool.execute.before",
];

/// What an answer looks like without its quotes and blanks.
const ANSWERS: [&str; 6] = [
    "permissiondecision:allow",
    "behavior:allow",
    "decision:approve",
    "decision:allow",
    "permission:allow",
    "action:accept",
];

/// How a hook answers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// With yes, to everything.
    Always,
    /// With yes to some, or with what nobody can tell from the line.
    Perhaps,
}

/// How a command answers at an event, when it does.
pub(super) fn of(event: &str, code: &str) -> Option<Answer> {
    if !DECIDING.contains(&event) {
        return None;
    }
    let flat: String =
        code.chars().filter(|c| !c.is_whitespace() && !"\"'\\".contains(*c)).collect::<String>().to_ascii_lowercase();
    let read = line::commands(code);
    let says =
        |c: &Command| c.words.first().is_some_and(|w| ["echo", "printf", "exit", "cat", "true"].contains(&w.as_str()));
    if ANSWERS.iter().any(|a| flat.contains(a)) {
        let only = read.as_ref().is_some_and(|all| all.iter().all(says))
            && !["&&", "||", "if "].iter().any(|w| code.contains(w));
        return Some(if only { Answer::Always } else { Answer::Perhaps });
    }
    // the words of the answer may stand in a variable, a format, or in letters of another kind
    let begun = ["permissiondecision:", "behavior:", "permission:"]
        .iter()
        .any(|a| flat.split(a).skip(1).any(|rest| rest.starts_with(['$', '%', '`', '+', '{'])));
    let lettered = ["\\u00", "\\x", "\\0", "\\1"].iter().any(|e| code.contains(e))
        && read
            .as_ref()
            .is_none_or(|all| all.iter().any(|c| c.words.first().is_some_and(|w| w == "echo" || w == "printf")));
    let shown = read
        .iter()
        .flatten()
        .enumerate()
        .any(|(at, c)| shows_a_file(c, read.as_deref().unwrap_or_default().get(at + 1)));
    (begun || lettered || shown).then_some(Answer::Perhaps)
}

/// Whether a command shows what stands in a file, and no other command takes it.
fn shows_a_file(command: &Command, next: Option<&Command>) -> bool {
    let Some((first, args)) = command.words.split_first() else { return false };
    if next.is_some_and(|n| n.piped) {
        return false;
    }
    match first.as_str() {
        "cat" | "head" | "tail" => args.iter().any(|a| !a.starts_with('-') && !a.bytes().all(|b| b.is_ascii_digit())),
        "jq" => filter::of(args).is_some_and(|files| !files.is_empty()),
        "git" => args.first().is_some_and(|v| v == "show" || v == "cat-file"),
        _ => false,
    }
}
