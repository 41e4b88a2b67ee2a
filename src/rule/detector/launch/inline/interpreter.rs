//! Interpreters, and how each is given code on its line.

use super::harmless::is_harmless;

/// How an interpreter takes code: letters and long names of options for it, and those that take another value.
struct Interpreter {
    names: &'static [&'static str],
    letters: &'static str,
    long: &'static [&'static str],
    values: &'static str,
    long_values: &'static [&'static str],
}

const INTERPRETERS: [Interpreter; 9] = [
    Interpreter {
        names: &["node", "nodejs", "bun", "tsx", "ts-node"],
        letters: "ep",
        long: &["--eval", "--print"],
        values: "rC",
        long_values: &["--require", "--import", "--loader", "--experimental-loader", "--env-file", "--conditions"],
    },
    Interpreter {
        names: &["python", "py", "pypy", "ipython", "micropython", "jython", "sage"],
        letters: "c",
        long: &[],
        values: "WX",
        long_values: &[],
    },
    Interpreter { names: &["ruby", "jruby"], letters: "e", long: &[], values: "rIEC", long_values: &[] },
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
    Interpreter { names: &["rscript", "r"], letters: "e", long: &[], values: "fgd", long_values: &["--args"] },
    Interpreter {
        names: &["julia"],
        letters: "eE",
        long: &["--eval", "--print"],
        values: "CHJLtpm",
        long_values: &["--load", "--threads", "--sysimage"],
    },
];

/// Programs with options of their own kind: what stands behind one of these, wherever it stands, is code.
const OPTIONS: [(&[&str], &[&str]); 19] = [
    (&["elixir", "iex"], &["-e", "--eval"]),
    (&["mix"], &["-e", "--eval"]),
    (&["erl", "werl"], &["-eval"]),
    (&["groovy", "scala", "kotlin", "swift", "ghci", "ghc", "runghc", "ocaml", "qjs", "d8", "raku", "perl6"], &["-e"]),
    (&["emacs", "emacsclient"], &["--eval", "-eval", "--execute", "-execute", "-e"]),
    (&["clojure", "clj", "bb"], &["-e", "--eval"]),
    (&["racket", "guile"], &["-e", "-c", "--eval"]),
    (&["sbcl", "ecl", "ccl", "ros"], &["--eval", "-eval", "-e"]),
    (&["clisp"], &["-x"]),
    (&["octave", "octave-cli"], &["--eval"]),
    (&["matlab"], &["-r", "-batch"]),
    (&["gnuplot"], &["-e"]),
    (&["maxima"], &["--batch-string"]),
    (&["mongo", "mongosh"], &["--eval"]),
    (&["nix", "nix-instantiate", "nix-build", "nix-shell"], &["--expr", "-E", "--apply"]),
    (&["gjs"], &["-c", "--command"]),
    (&["nu"], &["-e", "--execute"]),
    (&["nim"], &["--eval"]),
    (&["deno"], &["--eval"]),
];

/// Programs of which a word is followed by code.
const VERBS: [(&str, &[&str]); 4] =
    [("deno", &["eval"]), ("crystal", &["eval"]), ("dotnet", &["script", "eval"]), ("nim", &["e"])];

/// The argument with code that may do more than start a server, and the code.
pub(super) fn code<'a>(name: &str, args: &[&'a str]) -> Option<(usize, &'a str)> {
    let found = match INTERPRETERS.iter().find(|i| i.names.contains(&name)) {
        Some(interpreter) => given(interpreter, args),
        None => behind_options(name, args),
    };
    found.into_iter().find(|(_, code)| !is_harmless(code))
}

/// Code behind options and verbs that need no order.
fn behind_options<'a>(name: &str, args: &[&'a str]) -> Vec<(usize, &'a str)> {
    let mut out = Vec::new();
    for verbs in VERBS.iter().filter(|(program, _)| *program == name).map(|v| v.1).filter(|v| args.starts_with(v)) {
        let at = (verbs.len()..args.len()).find(|at| !args[*at].starts_with('-'));
        out.extend(at.map(|at| (at, args[at])));
    }
    let lisp = ["bb", "clojure", "clj"].contains(&name);
    out.extend(args.first().filter(|a| lisp && a.starts_with('(')).map(|code| (0, *code)));
    // the node comes first
    let remote = args.iter().position(|a| *a == "--rpc-eval").filter(|_| ["elixir", "iex"].contains(&name));
    out.extend(remote.and_then(|at| Some((at + 2, *args.get(at + 2)?))));
    let flags = OPTIONS.iter().filter(|(names, _)| names.contains(&name)).flat_map(|(_, flags)| *flags);
    let flags: Vec<&str> = flags.copied().collect();
    let end = args.iter().position(|a| *a == "--").unwrap_or(args.len());
    for (at, arg) in args[..end].iter().enumerate().filter(|_| !flags.is_empty()) {
        if flags.contains(arg) {
            out.extend(args.get(at + 1).map(|code| (at + 1, *code)));
        } else if let Some((_, code)) = arg.split_once('=').filter(|(flag, _)| flags.contains(flag)) {
            out.push((at, code));
        } else if let Some(code) = flags.iter().find_map(|f| arg.strip_prefix(f).filter(|_| f.len() == 2)) {
            // `-e'code'`; `-env` is another option
            let is = code.contains(|c: char| !c.is_ascii_alphanumeric() && !"-_=".contains(c));
            out.extend(is.then_some((at, code)));
        }
    }
    out
}

/// Code that an interpreter's options hold, before the first word that is a script's name.
fn given<'a>(interpreter: &Interpreter, args: &[&'a str]) -> Vec<(usize, &'a str)> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|a| a.starts_with('-')) {
        let next = args.get(at + 1).copied();
        let data = |text: &str| text.get(..5).is_some_and(|t| t.eq_ignore_ascii_case("data:"));
        let mut two = false;
        if let Some((flag, value)) = arg.split_once('=').filter(|(f, _)| f.starts_with("--")) {
            let module = ["--import", "--loader", "--experimental-loader"].contains(&flag) && data(value);
            out.extend((interpreter.long.contains(&flag) || module).then_some((at, value)));
        } else if arg.starts_with("--") {
            two = interpreter.long.contains(arg) || interpreter.long_values.contains(arg);
            let code = interpreter.long.contains(arg) || next.is_some_and(data);
            out.extend(next.filter(|_| two && code).map(|n| (at + 1, n)));
        } else {
            for (i, letter) in arg.char_indices().skip(1) {
                let behind = &arg[i + letter.len_utf8()..];
                let code = interpreter.letters.contains(letter);
                if letter == 'm' && interpreter.names.contains(&"python") {
                    return out;
                }
                // `-M'x; y'` of Perl is a line of its own
                if "mM".contains(letter) && interpreter.names == ["perl"] && behind.contains([';', '(', ' ', '{']) {
                    out.push((at, behind));
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
