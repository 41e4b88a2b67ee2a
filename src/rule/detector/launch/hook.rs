//! Commands that a client runs by itself because a file of the project says so. What downloads code and runs it is the worst of
//! them; formatters, linters, tests, notes and guards after work are usual in repositories, and say little: they run the
//! project's own code, as its people do. Only what is known to the last option is counted as that. On opening nobody has
//! looked at the project yet, so then they count as anything else.

mod answer;
mod danger;
mod files;
mod filter;
mod guard;
pub(super) mod index;
mod line;
mod notes;
mod programs;
pub(in crate::rule) mod said;

use super::fetch;
use crate::target::config_file::commands::LOADED;
use answer::Answer;
use danger::Danger;
use line::{Command, GIVEN, SHOWN, TEXT, chain, commands};
use programs::program;

/// Events after somebody has worked in the project.
const WORK: [&str; 31] = [
    "notify",
    "formatter",
    "tools.callcommand",
    "toolcallcommand",
    "experimental.hook.file_edited",
    "experimental.hook.session_completed",
    "subagentstart",
    "taskcompleted",
    "teammateidle",
    "pretooluse",
    "posttooluse",
    "posttoolusefailure",
    "userpromptsubmit",
    "notification",
    "stop",
    "subagentstop",
    "sessionend",
    "precompact",
    "afterfileedit",
    "aftershellexecution",
    "aftermcpexecution",
    "afteragentresponse",
    "aftertool",
    "afteragent",
    "beforetool",
    "beforeshellexecution",
    "beforereadfile",
    "beforesubmitprompt",
    "permissionrequest",
    "userpromptsubmitted",
    "posttool",
];

/// The rule about a hook, what it has the client do, and whether it may, besides, run what it fetches.
pub(super) fn judge(event: &str, command: &str) -> (&'static str, &'static str, bool) {
    if fetch::shell(command, true, false) {
        return ("fetch-and-execute-launch", "download code and run it", false);
    }
    let danger = danger::of(command);
    let (rule, what) = told(danger, event, command);
    (rule, what, danger == Some(Danger::Perhaps))
}

fn told(danger: Option<Danger>, event: &str, command: &str) -> (&'static str, &'static str) {
    match danger {
        Some(Danger::Executes) => return ("fetch-and-execute-launch", "download code and run it"),
        Some(Danger::Opens) => return ("fetch-and-execute-launch", "give another machine a shell, or a way in,"),
        Some(Danger::Sends) => return ("dangerous-hook", "send files or variables of the person to another machine"),
        Some(Danger::Stays) => return ("dangerous-hook", "write into what runs at the next start"),
        Some(Danger::Destroys) => return ("dangerous-hook", "delete the person's files"),
        Some(Danger::Unread) => return ("dangerous-hook", "run a command that is too long to be read"),
        Some(Danger::Frees) => return ("dangerous-hook", "start an agent that asks nothing"),
        Some(Danger::Perhaps) | None => {}
    }
    let lower = event.to_ascii_lowercase();
    // what it is asked about may be no more than reading
    let (name, reads) = lower.split_once(" (").map_or((lower.as_str(), false), |(name, _)| (name, true));
    let work = WORK.contains(&name);
    if command == LOADED {
        return ("project-auto-enable", "load a plugin");
    }
    match answer::of(name, command) {
        Some(Answer::Always) if reads => return ("project-hook", "answer for the person about tools that read"),
        Some(Answer::Always) => return ("trust-all-mode", "answer for the person, so that tools run without asking,"),
        Some(Answer::Perhaps) if !reads => {
            return ("project-auto-enable", "run a command that may answer for the person");
        }
        _ => {}
    }
    match weight_of(command, 0) {
        Weight::Plain => ("project-hook", "run a command that shows something"),
        Weight::Tool if work => ("project-hook", "run a tool of development, or a script of its own"),
        _ => ("project-auto-enable", "run a command"),
    }
}

/// How much a command may do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// It shows something.
    Plain,
    /// It runs the project's own code, as a formatter or a test does, or leaves a note in a log.
    Tool,
    /// Anything.
    Other,
}

/// Lines that are given to a shell in a line.
const DEPTH: usize = 2;

fn weight_of(code: &str, depth: usize) -> Weight {
    match commands(code) {
        Some(all) if depth <= DEPTH => weight(&all, depth),
        _ => Weight::Other,
    }
}

fn weight(all: &[Command], depth: usize) -> Weight {
    let each = all.iter().enumerate().map(|(at, command)| {
        let inner = command.inner.iter().map(|i| weight(i, depth)).max().unwrap_or(Weight::Plain);
        inner.max(judge_command(command, chain(all, at, command), depth))
    });
    each.max().unwrap_or(Weight::Other)
}

fn judge_command(command: &Command, before: &[Command], depth: usize) -> Weight {
    let Some((first, args)) = command.words.split_first() else { return Weight::Other };
    if !command.written.iter().all(|(adds, path)| files::is_log(path, *adds)) {
        return Weight::Other;
    }
    let written = if command.written.is_empty() && !command.loose { Weight::Plain } else { Weight::Tool };
    let own = match first.as_str() {
        "echo" | "[[" | "read" => Weight::Plain,
        "[" if args.last().is_some_and(|l| l == "]") => Weight::Plain,
        "printf" if !args.first().is_some_and(|a| a.starts_with('-')) => Weight::Plain,
        // what it reads may be shown as well as anything else
        _ if command.words.iter().any(|w| w.contains(SHOWN)) => Weight::Other,
        // the folder of the whole project
        "cd" if is_top(command) => Weight::Tool,
        "jq" => match filter::of(args) {
            Some(files) if files.iter().all(|f| files::is_shown(f)) => Weight::Plain,
            _ => Weight::Other,
        },
        "xargs" if !is_given(before) || !is_path(before) || before.is_empty() || command.after_group => Weight::Other,
        "xargs" => filled(args, depth),
        "bash" | "sh" | "zsh" => match args {
            [c, code] if ["-c", "-lc"].contains(&c.as_str()) && !code.contains(GIVEN) => weight_of(code, depth + 1),
            [script, rest @ ..] if files::is_script(script) => files::with(rest),
            _ => Weight::Other,
        },
        _ => {
            let given = command.words.iter().any(|w| w.contains(GIVEN));
            let own = program(&command.words);
            let text = command.words.iter().any(|w| w.contains(TEXT));
            let script = command.words.iter().take(2).any(|w| files::is_script(w));
            // any option may stand in it
            if text && !script && !notes::says(first) {
                return Weight::Other;
            }
            // that file may lie outside of the project, and is not to be shown
            if given && own == Weight::Plain && !notes::says(first) { Weight::Other } else { own }
        }
    };
    own.max(written)
}

/// `cd "$(git rev-parse --show-toplevel)"`.
fn is_top(command: &Command) -> bool {
    let inner = command.inner.iter().flatten().map(|c| c.words.join(" ")).collect::<Vec<_>>();
    command.words.len() == 2 && command.words[1] == GIVEN.to_string() && inner == ["git rev-parse --show-toplevel"]
}

/// `xargs PROGRAM …` with files that were worked on.
fn filled(args: &[String], depth: usize) -> Weight {
    let mut rest = args;
    while let Some((option, more)) = rest.split_first().filter(|(o, _)| o.starts_with('-') || *o == "{}") {
        let two = ["-I", "-n", "-P", "-L"].contains(&option.as_str());
        let known = ["-0", "-r", "-I{}", "{}", "-n1", "-t", "--no-run-if-empty"].contains(&option.as_str());
        if !two && !known {
            return Weight::Other;
        }
        rest = more.get(usize::from(two)..).unwrap_or_default();
    }
    let words = [rest, &[GIVEN.to_string()]].concat();
    let own = judge_command(&Command { words, ..Command::default() }, &[], depth);
    if own == Weight::Plain { Weight::Other } else { own }
}

/// What the output of commands is in a word; nothing of it is known to be a name of a file when it has [`TEXT`].
fn sign(pipeline: &[Command]) -> char {
    match (is_given(pipeline), is_path(pipeline)) {
        (true, true) => GIVEN,
        (true, false) => TEXT,
        _ => SHOWN,
    }
}

/// Whether what such commands give are names of files, or words of the line: other texts are those of a model, or of whoever
/// steers it, and may be options of a program. Files that were worked on are named from the root.
fn is_path(pipeline: &[Command]) -> bool {
    let has = |c: &Command, what: &str| c.words.iter().any(|w| w.contains(what));
    for command in pipeline.iter().rev() {
        match command.words.first().map(String::as_str) {
            Some("jq") => return filter::is_path(&command.words[1..]),
            Some("git" | "date" | "pwd") => return true,
            Some("python" | "python3") => {
                let texts = ["content", "new_string", "old_string", "command", "prompt", "message", "query", "url"];
                return (has(command, "file_path") || has(command, "notebook_path"))
                    && !texts.iter().any(|t| has(command, t));
            }
            Some("grep" | "sed" | "awk" | "cut") if has(command, "file_path") => return true,
            Some("echo" | "printf" | "basename" | "dirname") => return !has(command, &TEXT.to_string()),
            _ => {}
        }
    }
    false
}

/// Whether commands, each with the output of the one before as its input, give nothing but what the client gave the hook, texts,
/// and names of files that are changed.
fn is_given(pipeline: &[Command]) -> bool {
    pipeline.iter().enumerate().all(|(at, command)| {
        let Some((first, args)) = command.words.split_first() else { return false };
        let operands = args.iter().filter(|a| !a.starts_with('-')).count();
        let alone = match first.as_str() {
            "cat" => args.is_empty(),
            "jq" => filter::of(args).is_some_and(|files| files.is_empty()),
            "echo" | "printf" | "basename" | "dirname" | "date" | "pwd" | "tr" => true,
            "grep" | "sed" | "awk" | "cut" => operands == 1 || (operands == 0 && first == "cut"),
            "head" | "tail" | "sort" | "uniq" | "wc" => args.iter().all(|a| a.starts_with('-') || is_number(a)),
            "git" => true,
            "python" | "python3" => args.first().is_some_and(|a| a == "-c"),
            _ => false,
        };
        // a pipeline is one; what stands side by side is not
        (at == 0 || command.piped)
            && !command.after_group
            && alone
            && !command.words.iter().any(|w| w.contains(SHOWN))
            && command.inner.iter().all(|i| is_given(i))
    })
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
