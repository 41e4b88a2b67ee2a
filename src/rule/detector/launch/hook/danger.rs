//! What no hook of a project has a reason for, in whatever spelling: a download in an interpreter, a shell for another machine,
//! data of the person's that goes out, a write into what runs at the next start. Read leniently: quotes, variables that the line
//! itself sets, substitutions, and programs that only start others are seen through; what is not understood is no alarm here.

mod code;
mod paths;
mod programs;
mod sends;

use std::collections::{BTreeMap, BTreeSet};

use super::super::fetch::words::{Command, lines, substitution, substitutions};
use super::super::system;
use crate::launch::line::program as name_of;
use paths::is_start;
use programs::{changes, peeled};

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Danger {
    /// What is downloaded, or hidden in letters, is run.
    Executes,
    /// Another machine gets a shell.
    Opens,
    /// Files or variables of the person's go to another machine.
    Sends,
    /// What runs at the next start, or for other projects, is changed.
    Stays,
    /// The person's files are deleted.
    Destroys,
}

/// Lines in lines that are looked at.
const DEPTH: usize = 4;
/// Bytes of a line, and bytes that are read in all: what stands in a substitution is read once more.
const LONGEST: usize = 64 * 1024;
const READ: usize = 512 * 1024;

/// What a pipe carries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Flow {
    /// Nothing of weight: texts, and what the client gave the hook.
    Plain,
    /// Files of the machine, or its variables.
    Own,
    /// What comes out of letters or of an unknown program.
    Hidden,
    /// What comes from another machine.
    Far,
}

/// What is known of a line so far.
#[derive(Default)]
struct State {
    /// Variables with texts that the line gives them.
    literal: BTreeMap<String, String>,
    /// Variables and files that hold what was fetched or hidden.
    held: BTreeSet<String>,
    files: BTreeSet<String>,
    /// Bytes that were read.
    read: usize,
}

/// The first danger of a line.
pub(super) fn of(line: &str) -> Option<Danger> {
    // what is too long, or too deep, to be read has a reason to be
    let reaches = |line: &str| {
        ["http", "curl", "wget", "/dev/tcp", "nc ", "ssh ", "base64"]
            .iter()
            .any(|w| line.contains(w))
            .then_some(Danger::Executes)
    };
    if line.len() > LONGEST {
        return reaches(line);
    }
    let line = normal(line);
    if code::is_power_line(&line) {
        return Some(Danger::Executes);
    }
    let mut state = State::default();
    state.scan(&line, 0).or_else(|| reaches(&line).filter(|_| state.read > READ))
}

/// A line with its blanks as blanks, and without breaks that do not end a command.
fn normal(line: &str) -> String {
    let line = line.replace("\\\r\n", "").replace("\\\n", "").replace("${IFS}", " ").replace("$IFS", " ");
    let mut out = String::with_capacity(line.len());
    for piece in line.split_inclusive('|') {
        out.push_str(if out.ends_with('|') { piece.trim_start() } else { piece });
    }
    out
}

impl State {
    fn scan(&mut self, code: &str, depth: usize) -> Option<Danger> {
        self.read += code.len();
        if depth > DEPTH || self.read > READ {
            return None;
        }
        if paths::is_socket(code) {
            return Some(Danger::Opens);
        }
        self.nested(code, depth).0
    }

    /// One command. `before` is the program whose output it reads.
    fn stage(&mut self, command: &Command, flow: &mut Flow, before: &mut String, depth: usize) -> Option<Danger> {
        for (name, value) in &command.assigned {
            let inner = self.inner(value, depth);
            if inner.0.is_some() {
                return inner.0;
            }
            if inner.1 >= Flow::Hidden || self.holds(value) {
                self.held.insert(name.clone());
            } else {
                self.literal.insert(name.clone(), self.filled(value));
            }
        }
        let words: Vec<String> = command.words.iter().map(|w| self.filled(w)).collect();
        let words = peeled(&words);
        let Some((first, args)) = words.split_first() else {
            // `env` by itself
            if command.assigned.is_empty() {
                *flow = (*flow).max(Flow::Own);
            }
            return self.written(command, *flow);
        };
        let program = self.program(first);
        let texts: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut inside = Flow::Plain;
        let mut fed = command.fed.iter().any(|f| self.has(f));
        for (at, word) in words.iter().chain(&command.fed).enumerate() {
            let (danger, carried) = self.inner(word, depth);
            if danger.is_some() {
                return danger;
            }
            let carried = if self.holds(word) { Flow::Far } else { carried };
            inside = inside.max(carried);
            fed |= at >= words.len() && carried >= Flow::Hidden;
        }
        if let Some(found) = self.runs(&program, first, &texts, (*flow, inside, fed), depth) {
            return Some(found);
        }
        if code::is_shell(&program) {
            for text in &command.fed {
                if let Some(found) = self.scan(text, depth + 1) {
                    return Some(found);
                }
            }
        }
        let opens = system::hands_over(&program, &texts).or_else(|| system::tunnels(&program, &texts)).is_some();
        let talks = ["nc", "ncat", "netcat", "telnet", "openssl", "socat"].contains(&program.as_str());
        if opens || (talks && code::is_shell(before)) {
            return Some(Danger::Opens);
        }
        if system::runs_remote(&program, &texts).is_some_and(|_| !["certutil", "bitsadmin"].contains(&program.as_str()))
        {
            return Some(Danger::Executes);
        }
        if let Some(found) = self.written(command, *flow).or_else(|| changes(&program, &texts)) {
            return Some(found);
        }
        if sends::sends(&program, &texts, *flow == Flow::Own, inside == Flow::Own) {
            return Some(Danger::Sends);
        }
        self.carries(&program, &texts, flow, inside, command);
        *before = program;
        None
    }

    /// Whether a command runs what another machine gave, or what is hidden.
    fn runs(
        &mut self,
        program: &str,
        first: &str,
        args: &[&str],
        (flow, inside, fed): (Flow, Flow, bool),
        depth: usize,
    ) -> Option<Danger> {
        let bad = |f: Flow| f >= Flow::Hidden;
        if bad(inside) && (first.starts_with(['$', '`', '<']) && program.is_empty()) {
            return Some(Danger::Executes);
        }
        if self.has(first)
            || (["start", "open", "call", "xdg-open"].contains(&program) && args.iter().any(|a| self.has(a)))
        {
            return Some(Danger::Executes);
        }
        let evaluates = ["eval", "source", ".", "iex", "invoke-expression"].contains(&program);
        let (shell, interpreter) = (code::is_shell(program), code::is_interpreter(program));
        let begins = |word: &str| word.starts_with(['$', '`', '<']);
        if evaluates
            && ((bad(inside) && args.first().is_some_and(|a| begins(a)))
                || args.iter().any(|a| self.has(a))
                || (bad(flow) && reads_input(args)))
        {
            return Some(Danger::Executes);
        }
        if program == "eval"
            && let found @ Some(_) = self.scan(&args.join(" "), depth + 1)
        {
            return found;
        }
        if !shell && !interpreter {
            let others = ["xargs", "parallel", "docker", "podman", "ssh", "chroot", "su"];
            let starts = others.contains(&program) && (bad(flow) || fed);
            // lines, rules or code that come in
            let file = args.windows(2).any(|w| w == ["-f", "-"]);
            let takes =
                ["at", "batch"].contains(&program) || (["make", "gmake", "awk", "gawk"].contains(&program) && file);
            if takes && bad(flow) {
                return Some(Danger::Executes);
            }
            let shells = |a: &&str| code::is_shell(&name_of(a)) || code::is_interpreter(&name_of(a));
            return (starts && args.iter().any(shells)).then_some(Danger::Executes);
        }
        if code::is_power(program) && code::is_hidden(args) {
            return Some(Danger::Executes);
        }
        let given = code::given(program, args);
        if let Some(text) = given {
            if shell {
                // words of it may be what was fetched
                return if bad(inside) && begins(text.trim_start()) {
                    Some(Danger::Executes)
                } else {
                    self.scan(&text, depth + 1)
                };
            }
            return code::judge(&text).or((bad(flow) && code::evaluates(&text)).then_some(Danger::Executes));
        }
        let operand = args.iter().find(|a| !a.starts_with('-'));
        if fed || operand.is_some_and(|o| self.has(o)) || (bad(inside) && operand.is_some_and(|o| begins(o))) {
            return Some(Danger::Executes);
        }
        (bad(flow) && reads_input(args) && !args.contains(&"-m")).then_some(Danger::Executes)
    }

    /// What a command hands on, and where it leaves it.
    fn carries(&mut self, program: &str, args: &[&str], flow: &mut Flow, inside: Flow, command: &Command) {
        let decodes = match program {
            "base64" | "base32" | "basenc" => args.iter().any(|a| ["-d", "-D", "--decode", "-di", "-id"].contains(a)),
            "openssl" => args.iter().any(|a| ["-d", "-A"].contains(a)),
            "xxd" => args.iter().any(|a| a.starts_with("-r") || *a == "-p"),
            "echo" | "printf" => ["\\x", "\\u", "\\1"].iter().any(|e| args.iter().any(|a| a.contains(e))),
            "uudecode" | "gpg" | "rev" => true,
            _ => false,
        };
        let far = programs::brings(program, args);
        let own = sends::reads_own(program, args);
        *flow = match () {
            () if far => Flow::Far,
            () if program.is_empty() || decodes => (*flow).max(Flow::Hidden),
            () if own => (*flow).max(Flow::Own),
            () => (*flow).max(inside),
        };
        if ["read", "mapfile", "readarray"].contains(&program) && (*flow).max(inside) >= Flow::Hidden {
            self.held.extend(args.iter().filter(|a| !a.starts_with('-')).map(|a| (*a).to_owned()));
        }
        if *flow == Flow::Far {
            let kept = paths::kept(program, args);
            let all = kept.into_iter().chain(command.written.iter().map(String::as_str));
            let all = all.filter(|f| !f.starts_with("/dev/") && *f != "-").map(file).filter(|f| !f.is_empty());
            self.files.extend(all.map(str::to_owned).collect::<Vec<_>>());
        }
    }

    /// Files that are written by a redirection.
    fn written(&self, command: &Command, flow: Flow) -> Option<Danger> {
        let hook = |f: &String| flow == Flow::Far && paths::is_hook(f);
        command.written.iter().any(|f| is_start(f) || hook(f)).then_some(Danger::Stays)
    }

    /// The program that a word names; nothing when it is only known when it runs.
    fn program(&self, word: &str) -> String {
        if let Some((code, _)) = substitution(word) {
            // `$(which curl)`
            let found: Vec<String> = lines(code, true).into_iter().flatten().flat_map(|c| c.words).collect();
            let finds = found.first().is_some_and(|f| ["which", "command", "type", "whence"].contains(&f.as_str()));
            let found = if finds || found.len() == 1 { found.last() } else { None };
            return found.map(|f| name_of(f)).unwrap_or_default();
        }
        match word.trim_matches(['"', '{', '}']) {
            "$SHELL" | "$BASH" | "$0" | "${SHELL" | "${BASH" | "%COMSPEC%" => "sh".to_owned(),
            w if w.contains(['$', '`', '*', '?']) && !w.contains('/') => String::new(),
            w => name_of(w),
        }
    }

    /// What the substitutions of a word do, and what they give.
    fn inner(&mut self, word: &str, depth: usize) -> (Option<Danger>, Flow) {
        let mut carried = Flow::Plain;
        for code in substitutions(word) {
            self.read += code.len();
            if depth > DEPTH || self.read > READ {
                return (None, carried);
            }
            let (danger, flow) = self.nested(code, depth + 1);
            if danger.is_some() {
                return (danger, flow);
            }
            carried = carried.max(flow);
        }
        (None, carried)
    }

    /// The same of a line whose output is taken.
    fn nested(&mut self, code: &str, depth: usize) -> (Option<Danger>, Flow) {
        let mut carried = Flow::Plain;
        for stages in lines(code, true) {
            let (mut flow, mut before) = (Flow::Plain, String::new());
            for stage in &stages {
                let found = self.stage(stage, &mut flow, &mut before, depth);
                if found.is_some() {
                    return (found, flow);
                }
            }
            carried = carried.max(flow);
        }
        (None, carried)
    }

    /// A word with the texts of its variables.
    fn filled(&self, word: &str) -> String {
        let Some(rest) = word.strip_prefix('$') else { return word.to_owned() };
        let name = rest.strip_prefix('{').and_then(|r| r.strip_suffix('}')).unwrap_or(rest);
        self.literal.get(name).filter(|t| t.len() < LONGEST).cloned().unwrap_or_else(|| word.to_owned())
    }

    /// Whether a word has a variable of what was fetched.
    fn holds(&self, word: &str) -> bool {
        word.split('$').skip(1).any(|part| {
            let part = part.strip_prefix('{').unwrap_or(part);
            let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
            self.held.contains(&part[..end])
        })
    }

    /// Whether a word is a file of what was fetched.
    fn has(&self, word: &str) -> bool {
        let name = file(word);
        !name.is_empty() && self.files.contains(name)
    }
}

/// The last part of a path.
fn file(path: &str) -> &str {
    let path = path.trim_matches(['"', '\'']).trim_end_matches('/');
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Whether an interpreter without code reads what comes in.
fn reads_input(args: &[&str]) -> bool {
    let operand = args.iter().find(|a| !a.starts_with('-') || **a == "-");
    operand.is_none_or(|o| ["-", "/dev/stdin", "/proc/self/fd/0"].contains(o)) || args.contains(&"-s")
}
