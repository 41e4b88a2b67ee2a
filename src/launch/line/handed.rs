//! What the arguments of a program that is in no list hold to be started.

use super::program;
use super::wrapper::{is_shell, shell_code};

/// What a program that is in no list may start.
pub(super) enum Handed {
    /// The program that stands there, and where its words end.
    Program(usize, usize),
    /// The line of a shell that stands there.
    Line(usize),
}

/// Runners of packages that other programs are handed with what they run: bridges, inspectors, helpers.
const RUNNERS: [&str; 4] = ["npx", "uvx", "bunx", "pnpx"];
/// Those that are ones by their first word.
const VERBS: [(&str, &[&str]); 13] = [
    ("npm", &["exec", "x"]),
    ("pnpm", &["dlx"]),
    ("yarn", &["dlx"]),
    ("bun", &["x"]),
    ("uv", &["run", "tool"]),
    ("pipx", &["run"]),
    ("deno", &["run"]),
    ("go", &["run"]),
    ("dotnet", &["dnx", "tool"]),
    ("nix", &["run", "shell"]),
    ("docker", &["run", "container", "compose"]),
    ("podman", &["run", "container", "compose"]),
    ("nerdctl", &["run", "container", "compose"]),
];

/// Words of options that are looked at for a verb.
const OPTIONS: usize = 64;

/// Whether a runner of packages or containers stands there: its name, and what follows it.
fn is_runner(name: &str, mut behind: impl Iterator<Item = impl AsRef<str>>) -> bool {
    if RUNNERS.contains(&name) {
        return behind.next().is_some();
    }
    let Some((_, verbs)) = VERBS.iter().find(|(runner, _)| *runner == name) else { return false };
    // options of its own stand before its verb, each perhaps with a value
    let mut option = false;
    for word in behind.by_ref().take(OPTIONS) {
        let word = word.as_ref();
        if verbs.contains(&word) {
            return true;
        }
        let begins = word.starts_with('-');
        if !begins && !option {
            return false;
        }
        option = begins;
    }
    // more of them than anybody needs hide it
    behind.next().is_some()
}

/// Programs that say, look for or look at what they are given, and start nothing.
const TELL: [&str; 15] = [
    "echo",
    "printf",
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "test",
    "[",
    "say",
    "notify-send",
    "logger",
    "cat",
    "ls",
    "which",
    "jq",
];

/// What the arguments of a program that is in no list hold to be started: shells with their code, a runner with a package or an
/// image, or both as one word. It may do something else with them; what is looked at for nothing costs less than what is not seen.
pub(super) fn handed(name: &str, args: &[&str], most: usize) -> Vec<Handed> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < args.len() && out.len() < most && !TELL.contains(&name) {
        let (arg, behind) = (args[at], &args[at + 1..]);
        let name = program(arg);
        let mut next = at + 1;
        if arg.contains(' ') {
            let words: Vec<&str> = arg.split_whitespace().collect();
            let first = words.first().map(|w| program(w)).unwrap_or_default();
            let behind = words.get(1..).unwrap_or_default();
            let starts = is_runner(&first, behind.iter()) || is_code(&first, behind);
            out.extend(starts.then_some(Handed::Line(at)));
        } else if is_runner(&name, behind.iter()) {
            // what follows is its own, and looked at with it
            out.push(Handed::Program(at, args.len()));
            break;
        } else if let Some(code) = code_of(&name, behind) {
            // `cmd` takes all that follows
            next = if name == "cmd" { args.len() } else { at + 1 + code + 1 };
            out.push(Handed::Program(at, next));
        }
        at = next;
    }
    out
}

/// Where the code of a shell stands.
fn code_of(name: &str, args: &[&str]) -> Option<usize> {
    // its option stands close by
    let near = if name == "cmd" { &args[..args.len().min(8)] } else { args };
    shell_code(name, near).filter(|_| is_shell(name) || name == "cmd")
}

/// Whether a shell is given code.
fn is_code(name: &str, args: &[&str]) -> bool {
    code_of(name, args).is_some()
}
