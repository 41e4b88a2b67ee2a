//! Shells and interpreters that get their code as an argument, wherever in the line they stand.

mod plain;

use super::{Judge, Words};
use crate::launch::line::{Step, is_plain_code, shell_code};

/// Code on a command line.
pub(super) struct Inline {
    /// The argument it begins in.
    pub(super) argument: usize,
    /// The last argument that is part of it.
    pub(super) end: usize,
    program: String,
    code: String,
}

/// How an interpreter takes code: letters and long names of options for it, and those that take another value.
struct Interpreter {
    names: &'static [&'static str],
    letters: &'static str,
    long: &'static [&'static str],
    values: &'static str,
    long_values: &'static [&'static str],
}

const INTERPRETERS: [Interpreter; 8] = [
    Interpreter {
        names: &["node", "nodejs", "bun", "tsx", "ts-node"],
        letters: "ep",
        long: &["--eval", "--print"],
        values: "rC",
        long_values: &["--require", "--import", "--loader", "--experimental-loader", "--env-file", "--conditions"],
    },
    Interpreter { names: &["python", "py", "pypy"], letters: "c", long: &[], values: "WX", long_values: &[] },
    Interpreter { names: &["ruby"], letters: "e", long: &[], values: "rIEC", long_values: &[] },
    Interpreter { names: &["perl"], letters: "eE", long: &[], values: "IMm", long_values: &[] },
    Interpreter {
        names: &["php"],
        letters: "rBRE",
        long: &["--run", "--process-begin", "--process-code", "--process-end"],
        values: "cd",
        long_values: &["--php-ini", "--define"],
    },
    Interpreter { names: &["lua", "luajit"], letters: "e", long: &[], values: "l", long_values: &[] },
    Interpreter { names: &["osascript"], letters: "e", long: &[], values: "ls", long_values: &[] },
    Interpreter { names: &["rscript"], letters: "e", long: &[], values: "", long_values: &[] },
];

/// What inline code has that asks the network, starts programs, or is not to be read.
const RISKY: [&str; 35] = [
    "exec(",
    "exec '",
    "exec \"",
    "execv",
    "execl",
    "execfile",
    "passthru",
    "proc_open",
    "process.binding",
    "pty.",
    "eval(",
    "http",
    "child_process",
    "subprocess",
    "system",
    "socket",
    "urllib",
    "urlopen",
    "requests.",
    "fetch(",
    "open-uri",
    "lwp::",
    "getstore",
    "popen",
    "spawn(",
    "execsync",
    "shell_exec",
    "fsockopen",
    "os.execute",
    "do shell script",
    "doshellscript",
    "b64decode",
    "atob(",
    "base64",
    "decode64",
];

impl Judge<'_> {
    /// Shells and interpreters that get their code as an argument.
    pub(super) fn inline(&mut self, words: &Words<'_>) {
        if words.line.is_deep() {
            let message = self.says(" is started through more programs than anybody reads: each only starts the next");
            self.on("shell-wrapper-launch", words, None, message);
        } else if words.cut {
            let (commands, packages) = (crate::launch::line::COMMANDS, crate::launch::source::MOST);
            let message = self.says(match words.line.is_cut() {
                true => format!(
                    " runs more commands than the {commands} that are looked at, or code that cannot be read to its end"
                ),
                false => format!(" fetches more packages than the {packages} that are looked at"),
            });
            self.on("shell-wrapper-launch", words, None, message);
        }
        // the innermost says it best
        let runs = words.inline.iter().rev().find(|i| super::fetch::executes(&i.program, &i.code));
        if let Some(found) = runs {
            let message = self.says(" downloads code and runs it at every start");
            self.at("fetch-and-execute-launch", words, found.argument, message);
        } else if let Some(found) = words.inline.first() {
            let message = self.says(" is started through a shell or inline code");
            self.at("shell-wrapper-launch", words, found.argument, message);
        }
    }
}

/// All code on the line, from the outside in.
pub(super) fn all(line: &crate::launch::line::Line<'_>) -> Vec<Inline> {
    let steps: Vec<Step<'_>> = line.steps().collect();
    let mut out = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let program = step.program();
        let name = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        let args = step.texts();
        let Some((from, to, code)) = code(name, &args, steps.get(i + 1)) else { continue };
        let (Some(argument), Some(end)) = (step.args[from].argument, step.args[to].argument) else { continue };
        out.push(Inline { argument, end: end.max(argument), program: name.to_owned(), code });
    }
    out
}

/// First and last argument of code, and the code.
fn code(name: &str, args: &[&str], next: Option<&Step<'_>>) -> Option<(usize, usize, String)> {
    let one = |at: usize| (at, at, args[at].to_owned());
    let rest = |at: usize| (at, args.len() - 1, args[at..].join(" "));
    if let Some(at) = shell_code(name, args) {
        // one plain program is what would be started without it, too; its own code is found in its own step
        return match name {
            "cmd" if next.is_some_and(|n| plain::is_plain(n, &args[at..])) => None,
            "cmd" => Some(rest(at)),
            _ if next.is_some() && is_plain_code(name, args, at) => None,
            _ => Some(one(at)),
        };
    }
    match name {
        "powershell" | "pwsh" => power(args).map(rest),
        "npx" | "npm" | "pnpm" | "pnpx" => call(args).map(|(at, code)| (at, at, code.to_owned())),
        "deno" if args.first() == Some(&"eval") => {
            let at = (1..args.len()).find(|i| !args[*i].starts_with('-'))?;
            is_risky(args[at]).then(|| one(at))
        }
        _ => {
            let interpreter = INTERPRETERS.iter().find(|i| i.names.contains(&name))?;
            let mut found = given(interpreter, args).into_iter();
            // between backticks stands a line for a shell
            let ticks = ["ruby", "perl", "php"].contains(&name);
            let found = found.find(|(_, code)| is_risky(code) || (ticks && code.contains('`')));
            found.map(|(at, code)| (at, at, code.to_owned()))
        }
    }
}

fn is_risky(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    RISKY.iter().any(|w| lower.contains(w))
}

/// `--call=LINE` of a package runner, before the package.
fn call<'a>(args: &[&'a str]) -> Option<(usize, &'a str)> {
    let found = args.iter().position(|a| a.starts_with("--call="))?;
    let before = args[..found].iter().filter(|a| !a.starts_with('-') && !["exec", "x"].contains(a)).count();
    (before == 0).then(|| (found, &args[found]["--call=".len()..]))
}

/// Code that an interpreter's options hold, before the first word that is a script's name.
fn given<'a>(interpreter: &Interpreter, args: &[&'a str]) -> Vec<(usize, &'a str)> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|a| a.starts_with('-')) {
        let next = args.get(at + 1).copied();
        let mut two = false;
        if let Some((flag, value)) = arg.split_once('=').filter(|(f, _)| f.starts_with("--")) {
            let module =
                ["--import", "--loader", "--experimental-loader"].contains(&flag) && value.starts_with("data:");
            out.extend((interpreter.long.contains(&flag) || module).then_some((at, value)));
        } else if arg.starts_with("--") {
            two = interpreter.long.contains(arg) || interpreter.long_values.contains(arg);
            let code = interpreter.long.contains(arg) || next.is_some_and(|n| n.starts_with("data:"));
            out.extend(next.filter(|_| two && code).map(|n| (at + 1, n)));
        } else {
            for (i, letter) in arg.char_indices().skip(1) {
                let behind = &arg[i + letter.len_utf8()..];
                let code = interpreter.letters.contains(letter);
                if letter == 'm' && interpreter.names.contains(&"python") {
                    return out;
                }
                if !code && !interpreter.values.contains(letter) {
                    continue;
                }
                // `-pe` of some is two letters for one thing
                if code && behind.bytes().all(|b| interpreter.letters.contains(char::from(b))) {
                    two = true;
                    out.extend(next.map(|n| (at + 1, n)));
                } else if code {
                    out.push((at, behind));
                } else {
                    two = behind.is_empty();
                }
                break;
            }
        }
        at += if two { 2 } else { 1 };
    }
    out
}

/// `-Command …`, `-EncodedCommand …` and their short forms; without a flag a line of several words is one as well.
fn power(args: &[&str]) -> Option<usize> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let lower = arg.to_ascii_lowercase();
        let Some(flag) = lower.strip_prefix("--").or_else(|| lower.strip_prefix(['-', '/'])).filter(|f| !f.is_empty())
        else {
            return arg.contains([' ', ';', '|', '&']).then_some(at);
        };
        let short = |of: &str| of.starts_with(flag);
        // `-ex` is the policy
        let encoded = flag == "ec" || flag == "e" || (flag.len() > 1 && short("encodedcommand"));
        if short("command") || short("commandwithargs") || flag == "cwa" || encoded {
            return Some(at + 1).filter(|i| *i < args.len());
        }
        if short("file") {
            return None;
        }
        let valued = ["executionpolicy", "windowstyle", "version", "inputformat", "outputformat", "workingdirectory"];
        let two = flag == "ep" || flag == "wd" || valued.iter().any(|v| v.starts_with(flag));
        at += if two { 2 } else { 1 };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::launch::line::Line;

    fn of(words: &[&str]) -> Option<usize> {
        all(&Line::of(words[0], &words[1..])).first().map(|i| i.argument)
    }

    #[test]
    fn code_is_found_behind_wrappers_and_in_every_spelling() {
        let fetch = "fetch('https://a.test')";
        for (words, at) in [
            (vec!["env", "bash", "-c", "x; y"], 2),
            (vec!["/usr/bin/env", "-S", "bash -c $x"], 1),
            (vec!["busybox", "sh", "-c", "x; y"], 2),
            (vec!["timeout", "5", "bash", "-ceu", "x; y"], 3),
            (vec!["nohup", "bash", "-o", "pipefail", "-c", "x; y"], 4),
            (vec!["docker", "run", "-i", "acme/x", "sh", "-c", "x; y"], 5),
            (vec!["docker", "run", "--entrypoint", "sh", "acme/x", "-c", "x; y"], 5),
            (vec!["node", "--eval=fetch('https://a.test')"], 0),
            (vec!["node", "--import", "data:text/javascript,fetch('https://a.test')", "x.js"], 1),
            (vec!["node", "-r", "./x.js", "-pe", fetch], 3),
            (vec!["deno", "eval", fetch], 1),
            (vec!["python3.12", "-uc", "import urllib.request"], 1),
            (vec!["uv", "run", "python", "-c", "import urllib.request"], 3),
            (vec!["osascript", "-e", "do shell script \"id\""], 1),
            (vec!["ruby", "-ropen-uri", "-e", "require 'open-uri'"], 2),
            (vec!["perl", "-MLWP::Simple", "-e", "getstore('a', 'b')"], 2),
            (vec!["pwsh", "-NoProfile", "-enc", "SQBFAFgA"], 2),
            (vec!["powershell", "-ExecutionPolicy", "Bypass", "-Com", "a; b"], 3),
            (vec!["powershell", "iwr https://a.test | iex"], 0),
            (vec!["cmd", "/s", "/c", "type x & calc"], 2),
            (vec!["cmd", "/c", "start", "/b", "x.exe"], 1),
            (vec!["cmd", "/c", "^n^o^d^e", "x.js"], 1),
            (vec!["cmd", "/c", "npx", "-y", "x", "&&", "calc"], 1),
            (vec!["cmd", "/c", "%X%"], 1),
            (vec!["cmd", "/c", "npx", "%X%"], 1),
            (vec!["cmd", "/c", "foo", "a&evil.exe"], 1),
            (vec!["cmd", "/c", "foo", "a|evil.exe"], 1),
            (vec!["cmd", "/c", "foo", "\"a\"&evil.exe"], 1),
            (vec!["cmd", "/c", "foo", "a\r\nevil.exe"], 1),
            (vec!["cmd", "/c", "foo", ">x.bat"], 1),
            (vec!["cmd", "/c", ";start evil.exe"], 1),
            (vec!["cmd", "/c", ";start", "evil.exe"], 1),
            (vec!["cmd", "/c", "@start", "evil.exe"], 1),
            (vec!["cmd", "/c", ",=start", "evil.exe"], 1),
            (vec!["cmd", "/c", "(start", "evil.exe)"], 1),
            (vec!["cmd", "/c", "start;evil.exe"], 1),
            (vec!["cmd", "/c", "start/b", "evil.exe"], 1),
            (vec!["cmd", "/c", "X=1", "node"], 1),
            (vec!["cmd", "/c", "npx", "-y", "x@1.0.0", "https://a.test/?a=1&b=2"], 1),
            (vec!["npm", "exec", "--call=x"], 1),
            (vec!["perl", "-e", "exec '/bin/sh'"], 1),
            (vec!["ruby", "-e", "`id`"], 1),
            (vec!["php", "-r", "passthru('id');"], 1),
            (vec!["node", "-p", "process.binding('spawn_sync')"], 1),
            (vec!["nodemon", "--exec", "a && b", "s.js"], 1),
            (vec!["npx", "-p", "x", "-c", "x && y"], 3),
            (vec!["nix-shell", "-p", "nodejs", "--run", "x && y"], 3),
            (vec!["flock", "/srv/lock", "-c", "x && y"], 2),
            (vec!["bash", "-eo", "pipefail", "-c", "x && y"], 3),
            (vec!["bash", "-euo", "pipefail", "-c", "x && y"], 3),
            (vec!["bash", "-ceuo", "pipefail", "x && y"], 2),
            (vec!["bash", "--rcfile", "./x", "-ic", "npx -y x@1.0.0"], 3),
            (vec!["fish", "-C", "x", "-c", "npx -y x@1.0.0"], 1),
            (vec!["bash", "-lc", "FOO=1 npx -y x@1.0.0"], 1),
            (vec!["bash", "-lc", "npx -y x@$V"], 1),
            (vec!["bash", "-lc", "eval x"], 1),
            (vec!["nu", "-c", "npx -y x@1.0.0"], 1),
            (vec!["xonsh", "-c", "npx -y x@1.0.0"], 1),
            (vec!["su", "-", "me", "-c", "x; y"], 3),
        ] {
            assert_eq!(of(&words), Some(at), "{words:?}");
        }
    }

    #[test]
    fn scripts_shims_and_options_of_others_are_no_inline_code() {
        for words in [
            vec!["bash", "scripts/start.sh", "-c", "config.json"],
            vec!["npx", "-y", "@acme/x@1.0.0", "-c", "config.json"],
            vec!["npm", "exec", "acme", "-c", "config.json"],
            vec!["cmd", "/c", "npx", "-y", "x@1.0.0"],
            vec!["cmd", "/c", "npx -y x@1.0.0"],
            vec!["cmd", "/c", "conda", "run", "-n", "x", "python", "server.py"],
            vec!["cmd", "/c", "C:\\srv\\start.bat"],
            vec!["cmd", "/c", "npx", "-y", "x@1.0.0", "https://a.test/?a=1"],
            vec!["cmd", "/c", "C:\\Program Files (x86)\\acme\\x.exe", "--a=b;c"],
            vec!["cmd", "/c", "npx", "-y", "@acme/files@^1.2.0", "%USERPROFILE%\\Documents"],
            vec!["cmd", "/c", "start.bat"],
            vec!["cmd", "/c", "npx", "-y", "@acme/files@1.0.0", "%userprofile%\\Documents", "%LocalAppData%\\x"],
            vec!["bash", "-lc", "npx -y x@1.2.3"],
            vec!["zsh", "-l", "-c", "exec npx -y x@1.2.3 --root ~/work"],
            vec!["sh", "-c", "uvx acme==1.0 --log \"$HOME/x.log\""],
            vec!["bash", "-euo", "pipefail", "-c", "node dist/index.js"],
            vec!["fish", "-lc", "node dist/index.js"],
            vec!["docker", "run", "-i", "acme/x", "sh", "-c", "node server.js"],
            vec!["nix-shell", "-p", "nodejs", "--run", "node server.js"],
            vec!["nodemon", "--exec", "tsx", "src/index.ts"],
            vec!["npx", "-p", "x@1.0.0", "-c", "x --stdio"],
            vec!["node", "server.js", "-e", "https://a.test"],
            vec!["node", "-e", "require('./server').start()"],
            vec![
                "node",
                "--import",
                "data:text/javascript,import { register } from 'node:module'; register('ts-node/esm');",
                "x.ts",
            ],
            vec!["node", "--import", "tsx", "server.ts"],
            vec!["python3", "-m", "acme", "-c", "http://a.test"],
            vec!["python", "-c", "from server import main; main()"],
            vec!["php", "-c", "http.ini", "server.php"],
            vec!["pwsh", "-NoLogo", "-File", "start.ps1", "-Command", "x"],
            vec!["powershell", "start.ps1"],
            vec!["docker", "run", "-i", "acme/x", "node", "server.js"],
            vec!["env", "NODE_ENV=production", "node", "server.js"],
            vec!["uv", "run", "server.py", "-c", "x"],
        ] {
            assert_eq!(of(&words), None, "{words:?}");
        }
    }
}
