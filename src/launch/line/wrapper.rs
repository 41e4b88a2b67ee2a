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

const WRAPPERS: [Wrapper; 39] = [
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
    Wrapper { names: &["rustup"], verbs: &["run"], operands: 1, ..NONE },
    Wrapper { names: &["lima", "colima", "xcrun", "minikube"], ..NONE },
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
    if ["python", "py", "node", "ruby", "php"].contains(&plain) {
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
    let tools: &[&str] = match name {
        "node" => &["npx", "npm", "pnpm", "pnpx", "yarn"],
        "php" => &["composer"],
        _ => &["gem", "bundle", "bundler"],
    };
    if ["node", "php"].contains(&name) || name == "ruby" && args[..first].contains(&"-S") {
        return tools.contains(&program(named).as_str()).then_some(first);
    }
    if name == "ruby" {
        return None;
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
