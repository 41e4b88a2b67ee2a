//! What no hook of a project has a reason for, in whatever spelling: a download in an interpreter, a shell for another machine,
//! data of the person's that goes out, a write into what runs at the next start. Read leniently: quotes, variables that the line
//! itself sets, substitutions, and programs that only start others are seen through; what is not understood is no alarm here.

mod agents;
mod carries;
mod code;
mod copies;
mod gone;
mod known;
mod loading;
mod managers;
mod paths;
mod programs;
mod running;
mod sends;
mod trees;

use super::super::fetch::words::{Command, lines, substitution, substitutions};
use super::super::system;
use crate::launch::line::program as name_of;
use known::{Far, Known, begun};
use programs::{module, peeled};

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
    /// An agent is started that asks nothing.
    Frees,
    /// It is too long, or winds too much, to be read.
    Unread,
    /// What is fetched may be run; as often it is data, or the team's own.
    Perhaps,
}

/// Lines in lines that are looked at.
const DEPTH: usize = 12;
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

/// A line that is being read.
#[derive(Default)]
struct State {
    known: Known,
    /// What commands read that nothing else is given.
    input: Option<Flow>,
    /// The last command gave out what stands in a file that is no code by its name.
    data: bool,
    /// The last command gave the names of all files of the person.
    listed: bool,
    /// Bytes that were read.
    read: usize,
}

/// The first danger of a line.
pub(super) fn of(line: &str) -> Option<Danger> {
    // what is too long, or too deep, to be read has a reason to be
    let unread = |line: &str| {
        let far = ["http", "curl", "wget", "/dev/tcp", "nc ", "ssh ", "base64"].iter().any(|w| line.contains(w));
        Some(if far { Danger::Executes } else { Danger::Unread })
    };
    if line.len() > LONGEST {
        return unread(line);
    }
    let line = normal(line);
    if code::is_power_line(&line) {
        return Some(Danger::Executes);
    }
    let mut state = State::default();
    state.known.settles = managers::settled(&line);
    state.known.mode = agents::names_mode(&line);
    let found = state.scan(&line, 0).or_else(|| unread(&line).filter(|_| state.read > READ || state.known.cut));
    found.or(state.known.doubt.then_some(Danger::Perhaps))
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
        if self.is_over(depth) {
            return None;
        }
        if paths::is_socket(code) {
            return Some(Danger::Opens);
        }
        self.nested(code, Flow::Plain, depth).0
    }

    /// One command. `before` is the program whose output it reads.
    fn stage(&mut self, command: &Command, flow: &mut Flow, before: &mut String, depth: usize) -> Option<Danger> {
        for (name, value) in &command.assigned {
            let inner = self.inner(value, depth);
            if inner.0.is_some() {
                return inner.0;
            }
            let value = self.filled(value);
            if loading::by_variable(&self.known, name, &value) {
                return Some(Danger::Executes);
            }
            if agents::frees(name, &value) {
                return Some(Danger::Frees);
            }
            if name == "PROMPT_COMMAND"
                && let found @ Some(_) = self.scan(&value, depth + 1)
            {
                return found;
            }
            if inner.1 >= Flow::Hidden || self.known.files.has_variable(&value) {
                self.known.files.variable(name);
            } else {
                self.known.texts.insert(name.clone(), value);
            }
        }
        let words = self.words(command);
        let words = peeled(&words);
        let Some((first, args)) = words.split_first() else {
            return self.wordless(command, flow, depth);
        };
        let (program, args) = module(self.program(first), args);
        let texts: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut inside = Flow::Plain;
        let mut fed = command.fed.iter().any(|f| self.known.files.has(f));
        for (at, word) in words.iter().chain(&command.fed).enumerate() {
            let (danger, carried) = self.inner(word, depth);
            if danger.is_some() {
                return danger;
            }
            let carried = if self.known.files.has_variable(word) { Flow::Far } else { carried };
            inside = inside.max(carried);
            fed |= at >= words.len() && carried >= Flow::Hidden;
        }
        let body = self.known.functions.get(&program).filter(|_| !self.known.active.contains(&program)).cloned();
        if let Some(body) = body.filter(|_| !self.is_over(depth + 1)) {
            self.read += body.len();
            for (at, word) in args.iter().enumerate() {
                let name = (at + 1).to_string();
                let far = self.inner(word, depth + 1).1 >= Flow::Hidden || self.known.files.has_variable(word);
                if far {
                    self.known.texts.remove(&name);
                    self.known.files.variable(&name);
                } else {
                    self.known.texts.insert(name, word.clone());
                }
            }
            self.known.active.insert(program.clone());
            let (found, carried) = self.nested(&body, *flow, depth + 1);
            self.known.active.remove(&program);
            *flow = (*flow).max(carried);
            return found;
        }
        let far = trees::runs(&self.known, first, &texts).max(loading::from_afar(&program, &texts));
        if far == Far::Sure || loading::by_tool(&self.known, &program, &texts, first) {
            return Some(Danger::Executes);
        }
        self.known.doubt |= far == Far::Perhaps;
        if let Some(found) = self.runs(&program, first, &texts, (*flow, inside, fed, command.piped), depth) {
            return Some(found);
        }
        if code::is_shell(&program) {
            let data = (self.data && command.piped) || command.fed.iter().any(|f| loading::is_data(f));
            if data && code::given(&program, &texts).is_none() && running::reads_input(&texts) {
                return Some(Danger::Executes);
            }
            for text in &command.fed {
                if let Some(found) = self.scan(text, depth + 1) {
                    return Some(found);
                }
                // what is written there later runs as well
                self.known.awaited.insert(text.clone());
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
        if program == "eval" && !self.is_over(depth + 1) {
            *flow = self.nested(&texts.join(" "), *flow, depth + 1).1.max(*flow);
        }
        let own = *flow == Flow::Own || command.fed.iter().any(|f| sends::is_private(f));
        if sends::sends(&program, &texts, own, inside == Flow::Own) || trees::pushes(&self.known, &program, &texts) {
            return Some(Danger::Sends);
        }
        let incoming = *flow;
        self.carries(&program, &texts, flow, inside, command);
        if command.words.first().is_some_and(|w| w == "coproc") && *flow >= Flow::Hidden {
            self.known.files.variable("COPROC");
        }
        trees::changes(&mut self.known, &program, &texts, incoming == Flow::Far);
        self.known.enter(&program, &texts);
        let found = self.written(command, *flow).or_else(|| self.changed(&program, &texts, *flow == Flow::Far));
        if let Some(found) = found.or_else(|| agents::starts(&program, &texts)) {
            return Some(found);
        }
        if command.piped && self.listed && gone::each(&program, &texts) {
            return Some(Danger::Destroys);
        }
        let picks = command.piped && ["grep", "sort", "tr", "head", "tail", "uniq"].contains(&program.as_str());
        self.listed = self.lists(&program, &texts) || (self.listed && picks);
        let goes_on = self.data && command.piped && loading::READERS.contains(&program.as_str());
        self.data = goes_on || loading::hides(&program, &texts);
        *before = program;
        self.poured(&words[1..], command, *flow, depth)
    }

    /// The words of a command with the texts of its variables and other names: several may stand in the first.
    fn words(&mut self, command: &Command) -> Vec<String> {
        let mut words: Vec<String> = command.words.iter().map(|w| self.filled(w)).collect();
        let apart = self.known.texts.get("IFS").cloned().unwrap_or_default();
        let several = |c: char| c.is_whitespace() || apart.contains(c);
        if command.words.first().is_some_and(|w| w.starts_with('$') && *w != words[0] && words[0].contains(several)) {
            let first = words.remove(0);
            words.splice(0..0, first.split(several).filter(|w| !w.is_empty()).map(str::to_owned));
        }
        words.drain(..begun(&words));
        if let Some(text) = words.first().and_then(|first| self.known.others.get(first)) {
            let begun: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            words.splice(0..1, begun);
        }
        words
    }

    /// A command that is no program: `env` by itself, or one that only says where the others read.
    fn wordless(&mut self, command: &Command, flow: &mut Flow, depth: usize) -> Option<Danger> {
        if command.assigned.is_empty() && command.closes + command.opens + command.fed.len() == 0 {
            *flow = (*flow).max(Flow::Own);
        }
        for text in &command.fed {
            let (found, carried) = self.inner(text, depth);
            if found.is_some() {
                return found;
            }
            if carried >= Flow::Hidden || self.known.files.has(text) {
                self.input = Some(carried.max(Flow::Hidden));
            }
        }
        self.written(command, *flow)
    }

    /// What reads the output of a command beside the next one: `>(sh)`.
    fn poured(&mut self, args: &[String], command: &Command, flow: Flow, depth: usize) -> Option<Danger> {
        for word in args.iter().chain(&command.written).filter(|w| w.starts_with(">(") && flow >= Flow::Hidden) {
            for code in substitutions(word) {
                self.read += code.len();
                if self.is_over(depth + 1) {
                    return None;
                }
                let found = self.nested(code, flow, depth + 1).0;
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// Whether a line is too deep in others, or too much was read: what is left out then is told.
    fn is_over(&mut self, depth: usize) -> bool {
        self.known.cut |= depth > DEPTH;
        depth > DEPTH || self.read > READ
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
            if self.is_over(depth) {
                return (None, carried);
            }
            let folder = self.known.folder.clone();
            let (danger, flow) = self.nested(code, Flow::Plain, depth + 1);
            self.known.folder = folder;
            if danger.is_some() {
                return (danger, flow);
            }
            carried = carried.max(flow);
        }
        (None, carried)
    }

    /// The same of a line whose output is taken, and which reads what comes in.
    fn nested(&mut self, code: &str, incoming: Flow, depth: usize) -> (Option<Danger>, Flow) {
        self.known.define(code);
        // what each group reads, and what it gives
        let mut groups = vec![(incoming, Flow::Plain)];
        for stages in lines(code, true) {
            let (mut flow, mut before) = (groups.last().map_or(incoming, |g| g.0), String::new());
            flow = flow.max(self.input.unwrap_or(Flow::Plain));
            for stage in &stages {
                let word = stage.words.first().map_or("", String::as_str);
                let opens = stage.opens
                    + usize::from(["until", "for", "case", "select"].contains(&word))
                    + usize::from(begun(&stage.words) > 0);
                groups.extend(std::iter::repeat_n((flow, Flow::Plain), opens));
                self.known.bracket(opens);
                let found = self.stage(stage, &mut flow, &mut before, depth);
                if found.is_some() {
                    return (found, flow);
                }
                let ends = usize::from(["}", "fi", "done", "esac"].contains(&word));
                self.known.unbracket(stage.closes, ends);
                let closes = stage.closes + ends;
                for _ in 0..closes.min(groups.len() - 1) {
                    flow = flow.max(groups.pop().map_or(flow, |g| g.1));
                }
            }
            if let Some(group) = groups.last_mut() {
                group.1 = group.1.max(flow);
            }
        }
        (None, groups.iter().map(|g| g.1).max().unwrap_or(Flow::Plain))
    }

    /// A word with the texts of its variables.
    fn filled(&mut self, word: &str) -> String {
        if !word.contains('$') || self.read > READ {
            return word.to_owned();
        }
        let filled = self.known.filled(word);
        self.read += filled.len();
        filled
    }
}
