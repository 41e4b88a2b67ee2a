//! Programs that only start another one, and where in their arguments it stands.

use super::super::engine::short_value;
use super::{is_assignment, program};

/// How a program names the one that it starts.
struct Wrapper {
    names: &'static [&'static str],
    /// The words of which one has to come first.
    verbs: &'static [&'static str],
    /// Letters of options that take a value.
    letters: &'static str,
    /// Long options that take a value in the next word.
    long: &'static [&'static str],
    /// Words of its own before the program.
    operands: usize,
    /// A mark that the program stands behind.
    behind: &'static [&'static str],
}

const NONE: Wrapper = Wrapper { names: &[], verbs: &[], letters: "", long: &[], operands: 0, behind: &[] };

const WRAPPERS: [Wrapper; 37] = [
    Wrapper { names: &["env", "cross-env"], letters: "uCaPL", long: &["--unset", "--chdir", "--argv0"], ..NONE },
    Wrapper {
        names: &["sudo", "sudo-rs"],
        letters: "ugpCDhRrtTU",
        long: &["--user", "--group", "--prompt", "--chdir", "--host", "--chroot", "--role", "--type", "--close-from"],
        ..NONE
    },
    Wrapper { names: &["doas"], letters: "uCa", ..NONE },
    Wrapper { names: &["pkexec"], long: &["--user"], ..NONE },
    Wrapper { names: &["gsudo"], letters: "u", long: &["--user", "--integrity"], ..NONE },
    Wrapper { names: &["runuser"], letters: "ugG", long: &["--user", "--group"], behind: &["--"], ..NONE },
    Wrapper {
        names: &[
            "conhost", "entr", "unshare", "nohup", "unbuffer", "winpty", "busybox", "toybox", "command", "exec",
            "torsocks", "setsid",
        ],
        ..NONE
    },
    Wrapper { names: &["caffeinate"], letters: "tw", ..NONE },
    Wrapper { names: &["nice"], letters: "n", long: &["--adjustment"], ..NONE },
    Wrapper { names: &["ionice"], letters: "cnpPu", long: &["--class", "--classdata"], ..NONE },
    Wrapper { names: &["taskset", "chrt"], operands: 1, ..NONE },
    Wrapper {
        names: &["timeout", "gtimeout"],
        letters: "ks",
        long: &["--kill-after", "--signal"],
        operands: 1,
        ..NONE
    },
    Wrapper { names: &["stdbuf", "gstdbuf"], letters: "ioe", long: &["--input", "--output", "--error"], ..NONE },
    Wrapper { names: &["time", "gtime"], letters: "fo", long: &["--format", "--output"], ..NONE },
    Wrapper { names: &["arch"], letters: "de", ..NONE },
    Wrapper { names: &["chroot"], operands: 1, ..NONE },
    Wrapper { names: &["firejail"], ..NONE },
    Wrapper { names: &["proxychains", "proxychains4"], letters: "f", ..NONE },
    Wrapper {
        names: &["systemd-run"],
        letters: "pEMHu",
        long: &["--property", "--setenv", "--unit", "--slice"],
        ..NONE
    },
    Wrapper {
        names: &["xvfb-run"],
        letters: "nsefpw",
        long: &["--server-num", "--server-args", "--error-file", "--auth-file", "--xauth-protocol", "--wait"],
        ..NONE
    },
    Wrapper { names: &["dbus-run-session"], long: &["--dbus-daemon", "--config-file"], ..NONE },
    Wrapper { names: &["wsl"], letters: "du", long: &["--distribution", "--user", "--cd"], ..NONE },
    Wrapper { names: &["mise", "rtx"], verbs: &["exec", "x"], behind: &["--"], ..NONE },
    Wrapper { names: &["asdf", "rbenv", "pyenv", "nodenv", "bundle"], verbs: &["exec"], ..NONE },
    Wrapper { names: &["volta"], verbs: &["run"], long: &["--node", "--npm", "--pnpm", "--yarn", "--env"], ..NONE },
    Wrapper { names: &["fnm"], verbs: &["exec"], long: &["--using", "--fnm-dir", "--log-level"], ..NONE },
    Wrapper { names: &["nvm"], verbs: &["exec"], operands: 1, ..NONE },
    Wrapper { names: &["uv"], verbs: &["run"], letters: "pifCPw", long: &UV_VALUES, ..NONE },
    Wrapper {
        names: &["poetry", "pipenv", "pdm", "hatch", "rye", "pixi"],
        verbs: &["run"],
        letters: "CPpe",
        long: &["--directory", "--project", "--manifest-path", "--environment"],
        ..NONE
    },
    Wrapper {
        names: &["conda", "mamba", "micromamba"],
        verbs: &["run"],
        letters: "np",
        long: &["--name", "--prefix", "--cwd"],
        ..NONE
    },
    Wrapper { names: &["direnv"], verbs: &["exec"], operands: 1, ..NONE },
    Wrapper { names: &["op", "doppler", "infisical", "dotenvx", "varlock"], verbs: &["run"], behind: &["--"], ..NONE },
    Wrapper { names: &["dotenv", "dotenv-cli", "aws-vault", "chamber", "kubectl"], behind: &["--"], ..NONE },
    Wrapper { names: &["nix"], verbs: &["develop", "shell"], behind: &["-c", "--command"], ..NONE },
    Wrapper { names: &["runas"], ..NONE },
    Wrapper { names: &["flatpak-spawn"], ..NONE },
    Wrapper { names: &["corepack"], ..NONE },
];

/// Options of `uv` that take a value in the next word.
pub const UV_VALUES: [&str; 44] = [
    "--with",
    "--with-editable",
    "--with-requirements",
    "--python",
    "--directory",
    "--project",
    "--env-file",
    "--index",
    "--default-index",
    "--index-url",
    "--extra-index-url",
    "--find-links",
    "--extra",
    "--no-extra",
    "--group",
    "--no-group",
    "--only-group",
    "--package",
    "--cache-dir",
    "--config-file",
    "--refresh-package",
    "--python-platform",
    "--index-strategy",
    "--keyring-provider",
    "--resolution",
    "--prerelease",
    "--link-mode",
    "--exclude-newer",
    "--color",
    "--allow-insecure-host",
    "--overrides",
    "--constraints",
    "--build-constraints",
    "--excludes",
    "--fork-strategy",
    "--config-setting",
    "--no-build-isolation-package",
    "--no-build-package",
    "--no-binary-package",
    "--reinstall-package",
    "--upgrade-package",
    "--python-preference",
    "--preview-features",
    "--torch-backend",
];

/// What a wrapper's arguments say.
#[derive(Default)]
pub(super) struct Started {
    /// Index of the program.
    pub(super) program: Option<usize>,
    /// Indices of the variables that are set for it.
    pub(super) set: Vec<usize>,
}

/// What a program starts, when it is a wrapper.
pub(super) fn started(name: &str, args: &[&str]) -> Option<Started> {
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if ["python", "py", "node"].contains(&plain) {
        return Some(Started { program: interpreted(plain, args), set: Vec::new() });
    }
    let wrapper = WRAPPERS.iter().find(|w| w.names.contains(&name))?;
    let mut out = Started { program: None, set: Vec::new() };
    let (mut verb, mut operands) = (wrapper.verbs.is_empty(), wrapper.operands);
    let mut at = 0;
    let mut options = true;
    while at < args.len() {
        let arg = args[at];
        if verb && wrapper.behind.contains(&arg) {
            out.program = Some(at + 1);
            return Some(out);
        }
        let switch = name == "runas" && arg.starts_with('/');
        if options && arg == "--" {
            options = false;
        } else if (options && arg.len() > 1 && arg.starts_with('-')) || switch {
            // a module or a script of its own
            if name == "uv" && verb && ["-m", "--module", "-s", "--script", "--gui-script"].contains(&arg) {
                return Some(out);
            }
            let two =
                if arg.starts_with("--") { wrapper.long.contains(&arg) } else { short_value(arg, wrapper.letters) };
            if two && ["--setenv", "--env", "-E"].contains(&arg) && at + 1 < args.len() {
                out.set.push(at + 1);
            }
            at += usize::from(two && !switch);
        } else if !verb {
            if !wrapper.verbs.contains(&arg) {
                return None;
            }
            verb = true;
        } else if ["env", "cross-env", "sudo", "sudo-rs"].contains(&name) && is_assignment(arg) {
            out.set.push(at);
        } else if operands > 0 {
            operands -= 1;
        } else if wrapper.behind.is_empty() {
            out.program = Some(at);
            return Some(out);
        }
        at += 1;
    }
    Some(out)
}

/// What a program that is in no list may start.
pub(super) enum Handed {
    /// The program that stands there, and where its words end.
    Program(usize, usize),
    /// The line of a shell that stands there.
    Line(usize),
}

/// Runners of packages that other programs are handed with what they run: bridges, inspectors, helpers.
const RUNNERS: [&str; 4] = ["npx", "uvx", "bunx", "pnpx"];

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

/// What the arguments of a program that is in no list hold to be started: shells with their code, a runner with a package, or
/// both as one word. It may do something else with them; what is looked at for nothing costs less than what is not seen.
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
            let starts = RUNNERS.contains(&&*first) || is_code(&first, words.get(1..).unwrap_or_default());
            out.extend(starts.then_some(Handed::Line(at)));
        } else if RUNNERS.contains(&&*name) && !behind.is_empty() {
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

/// `python -m uv …`, `node …/npx-cli.js …`: runners that an interpreter is given.
fn interpreted(name: &str, args: &[&str]) -> Option<usize> {
    // `-Im`: letters may stand together
    let is_module = |a: &str| {
        let letters = a.strip_prefix('-').unwrap_or_default();
        letters.ends_with('m') && letters.bytes().all(|b| b.is_ascii_alphabetic())
    };
    let mut first = 0;
    while args.get(first).is_some_and(|a| a.starts_with('-') && !is_module(a)) {
        first += if name != "node" && ["-X", "-W"].contains(&args[first]) { 2 } else { 1 };
    }
    let named = *args.get(first)?;
    if name == "node" {
        return ["npx", "npm", "pnpm", "pnpx"].contains(&program(named).as_str()).then_some(first);
    }
    let module = args.get(first + 1).filter(|_| is_module(named))?;
    ["uv", "uvx", "pipx", "pip"].contains(module).then_some(first + 1)
}

/// Options of shells that take a value.
const SHELL_VALUES: [&str; 2] = ["--rcfile", "--init-file"];

/// Whether a program is a shell, without the number of its version.
pub fn is_shell(name: &str) -> bool {
    let shells = [
        "sh", "bash", "zsh", "dash", "ash", "ksh", "mksh", "fish", "csh", "tcsh", "rbash", "hush", "nu", "elvish",
        "xonsh",
    ];
    shells.contains(&name)
}

/// Whether a shell has another grammar than `sh`: substitutions, quotes and assignments of its own.
pub(super) fn is_other_shell(name: &str) -> bool {
    ["fish", "csh", "tcsh", "nu", "elvish", "xonsh"].contains(&name)
}

/// Where the code behind an option stands.
fn behind(args: &[&str], flags: &[&str]) -> Option<usize> {
    args.iter().position(|a| flags.contains(a)).map(|at| at + 1).filter(|at| *at < args.len())
}

/// `-c LINE` of a package runner, before the package: what comes behind it is the package's.
fn call(name: &str, args: &[&str]) -> Option<usize> {
    let values =
        ["-p", "--package", "--registry", "--cache", "--userconfig", "--prefix", "-w", "--workspace", "--loglevel"];
    let mut verbs = if name.ends_with('x') { 0 } else { 1 };
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        if ["-c", "--call", "--shell-mode"].contains(arg) {
            return Some(at + 1).filter(|at| *at < args.len());
        }
        if !arg.starts_with('-') {
            if verbs == 0 {
                return None;
            }
            verbs -= 1;
        }
        at += if values.contains(arg) { 2 } else { 1 };
    }
    None
}

/// Index of the line that a shell, or a program that has one run it, is given as an argument: `sh -c LINE`, `cmd /c LINE`.
pub fn shell_code(name: &str, args: &[&str]) -> Option<usize> {
    if name == "cmd" {
        let flag = |a: &&str| {
            let lower = a.to_ascii_lowercase();
            lower.starts_with('/') && ["/c", "/k", "/r"].iter().any(|f| lower.ends_with(f)) && lower.len() <= 12
        };
        let at = args.iter().position(flag)? + 1;
        return (at < args.len()).then_some(at);
    }
    match name {
        "su" | "sg" | "runuser" | "script" | "flock" => return behind(args, &["-c", "--command"]),
        "nix-shell" => return behind(args, &["--run", "--command"]),
        "nodemon" => return behind(args, &["--exec", "-x"]),
        "npx" | "npm" | "pnpm" | "pnpx" => return call(name, args),
        _ if !is_shell(name) => return None,
        _ => {}
    }
    let mut given = false;
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        if *arg == "--" {
            at += 1;
            break;
        }
        if !arg.starts_with(['-', '+']) {
            break;
        }
        given |= arg.starts_with('-')
            && !arg.starts_with("--")
            && arg[1..].contains('c')
            && arg[1..].bytes().all(|b| b.is_ascii_alphabetic());
        let long = ["--command", "--commands", "--init-command", "--execute"];
        if arg.split_once('=').is_some_and(|(flag, _)| long.contains(&flag)) {
            return Some(at);
        }
        given |= long.contains(arg) || *arg == "-C" || (name == "nu" && *arg == "-e");
        // `-euo pipefail`: letters may stand together
        let cluster = !arg.starts_with("--") && arg[1..].contains(['o', 'O']);
        at += if SHELL_VALUES.contains(arg) || cluster { 2 } else { 1 };
    }
    (given && at < args.len()).then_some(at)
}
