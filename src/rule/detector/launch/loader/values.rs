//! What the values of loaders' variables say: options that load other code are told from those that do not, and a program
//! under its usual name from another one.

/// Git's settings that run a program, or send what it fetches elsewhere.
const GIT: [&str; 24] = [
    "core.sshcommand",
    "core.fsmonitor",
    "core.hookspath",
    "core.pager",
    "core.editor",
    "core.askpass",
    "core.gitproxy",
    "core.alternaterefscommand",
    "sequence.editor",
    "diff.external",
    "credential.",
    "gpg.",
    "include.path",
    "includeif.",
    "init.templatedir",
    "uploadpack.packobjectshook",
    "protocol.ext.allow",
    "alias.",
    "filter.",
    "pager.",
    "merge.",
    "url.",
    "difftool.",
    "interactive.difffilter",
];

/// Options of a Java machine that load other code, or run a program. Most others are about memory, proxies and properties.
const JAVA: [&str; 21] = [
    "-javaagent:",
    "-agentlib:",
    "-agentpath:",
    "-Xbootclasspath",
    "-Xrun",
    "-cp",
    "-classpath",
    "--class-path",
    "-p",
    "--module-path",
    "--upgrade-module-path",
    "--patch-module",
    "-Djava.class.path=",
    "-Djava.library.path=",
    "-Djava.ext.dirs=",
    "-Djava.system.class.loader=",
    "-Dloader.path=",
    "-XX:OnError=",
    "-XX:OnOutOfMemoryError=",
    "-XX:Flags=",
    "-XX:VMOptionsFile=",
];

/// Modules that Node.js projects load first; a path, and any other package, is looked at.
const USUAL_MODULES: [&str; 12] = [
    "dotenv/config",
    "tsx",
    "tsx/esm",
    "tsx/cjs",
    "ts-node/esm",
    "ts-node/register",
    "ts-node/register/transpile-only",
    "tsconfig-paths/register",
    "source-map-support/register",
    "esbuild-register",
    "@swc-node/register",
    "global-agent/bootstrap",
];

/// Programs that speak SSH.
const SSH: [&str; 4] = ["ssh", "plink", "tortoiseplink", "tortoisegitplink"];

/// What in options of SSH runs a program, loads a library, or reads a file that may do so.
const SSH_RUNS: [&str; 8] = [
    "proxycommand",
    "localcommand",
    "knownhostscommand",
    "pkcs11provider",
    "securitykeyprovider",
    "xauthlocation",
    "include",
    "match",
];

/// Options of a Java machine.
pub(super) fn java(options: &str) -> bool {
    options.split_whitespace().any(|w| w.starts_with('@') || JAVA.iter().any(|p| w.starts_with(p)))
}

/// Options of Node.js that load a module before the program.
pub(super) fn node(options: &str) -> bool {
    let flags = ["-r", "--require", "--import", "--loader", "--experimental-loader", "--preload"];
    let mut words = options.split_whitespace();
    while let Some(word) = words.next() {
        let (flag, value) = word.split_once('=').map_or((word, None), |(f, v)| (f, Some(v)));
        if flags.contains(&flag) {
            let module = value.or_else(|| words.next()).unwrap_or_default();
            if !USUAL_MODULES.contains(&module.trim_matches(['"', '\''])) {
                return true;
            }
        }
    }
    false
}

/// Options of Ruby that load no code: about warnings, encodings and compilers. Letters may stand together, so what is not
/// known is not harmless.
pub(super) fn ruby(options: &str) -> bool {
    let harmless = |w: &str| {
        let level = w.strip_prefix("-W").is_some_and(|r| r.starts_with(':') || r.bytes().all(|b| b.is_ascii_digit()));
        level || ["-w", "-v", "-d", "-U"].contains(&w) || ["--", "-E", "-K"].iter().any(|p| w.starts_with(p))
    };
    !options.split_whitespace().all(harmless)
}

/// The same of Perl: warnings, taint and Unicode.
pub(super) fn perl(options: &str) -> bool {
    let harmless = |w: &str| {
        let w = w.strip_prefix('-').unwrap_or(w);
        ["w", "W", "X", "t", "T", "U"].contains(&w)
            || w.strip_prefix('C').is_some_and(|r| r.chars().all(|c| "SIOEioADLa0123456789".contains(c)))
    };
    !options.split_whitespace().all(harmless)
}

/// Options of Erlang's machine that run code or add folders of it.
pub(super) fn erlang(options: &str) -> bool {
    let flags =
        ["-eval", "-run", "-s", "-pa", "-pz", "-path", "-config", "-boot", "-args_file", "-loader", "-init_debug"];
    options.split_whitespace().any(|w| flags.contains(&w))
}

/// Whether a command for SSH is another program, or has options that run one.
pub(super) fn ssh(command: &str) -> bool {
    if command.contains([';', '|', '&', '`', '<', '>', '\n']) || command.contains("$(") {
        return true;
    }
    let lower = command.trim().to_ascii_lowercase();
    let quoted = lower.strip_prefix(['"', '\'']).and_then(|rest| rest.split_once(['"', '\'']));
    // a path of Windows with blanks in it
    let first = quoted.map(|(path, _)| path).or_else(|| lower.find(".exe").map(|at| &lower[..at + 4]));
    let first = first.unwrap_or_else(|| lower.split_whitespace().next().unwrap_or_default());
    let name = first.rsplit(['/', '\\']).next().unwrap_or(first);
    let usual = SSH.contains(&name.trim_end_matches(".exe")) && !super::super::paths::is_temporary(first);
    let folders =
        ["/usr/bin/", "/bin/", "/usr/local/bin/", "/opt/homebrew/bin/", "/usr/local/opt/", "/opt/homebrew/opt/"];
    let windows = |p: &str| p.get(1..).is_some_and(|r| r.starts_with(":/windows/") || r.starts_with(":/program files"));
    let folder = first.replace('\\', "/");
    let own = usual && (!folder.contains('/') || folders.iter().any(|f| folder.starts_with(f)) || windows(&folder));
    // a file of settings may name programs, and `-I` a library; no file at all is neither
    let words: Vec<&str> = command.split_whitespace().collect();
    let settings = words.iter().enumerate().any(|(at, w)| {
        let none =
            *w == "-F/dev/null" || (*w == "-F" && ["/dev/null", "none"].contains(words.get(at + 1).unwrap_or(&"")));
        (w.starts_with("-F") || w.starts_with("-I")) && !none
    });
    // the name of a setting stands alone or behind `-o`
    let runs = lower.split([' ', '=', '"', '\'']).any(|w| SSH_RUNS.contains(&w.strip_prefix("-o").unwrap_or(w)));
    !own || runs || settings
}

/// Whether npm's scripts are given to something that is no shell.
pub(super) fn shell(path: &str) -> bool {
    let lower = path.trim().to_ascii_lowercase();
    let name = lower.rsplit(['/', '\\']).next().unwrap_or(&lower).trim_end_matches(".exe");
    !["sh", "bash", "zsh", "dash", "cmd", "powershell", "pwsh"].contains(&name)
        || super::super::paths::is_temporary(&lower)
}

/// `GIT_CONFIG_KEY_0=core.sshCommand` and the like; a file of settings may hold them all.
pub(super) fn git(name: &str, value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let runs = |key: &str| GIT.iter().any(|g| key.starts_with(g));
    if name.starts_with("GIT_CONFIG_KEY_") {
        return runs(&lower);
    }
    match name {
        "GIT_CONFIG_PARAMETERS" => lower.split(|c: char| c.is_whitespace() || c == '\'').any(runs),
        // a file of the person's own is read in any case
        "GIT_CONFIG" | "GIT_CONFIG_GLOBAL" | "GIT_CONFIG_SYSTEM" => {
            let whole = value.starts_with(['/', '~', '$', '%']) || value.get(1..2) == Some(":");
            !["", "/dev/null", "nul"].contains(&lower.as_str()) && (!whole || super::super::paths::is_odd(value))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_load_code_are_told_from_those_that_do_not() {
        for value in [
            "ssh",
            "ssh -i ~/.ssh/id_ed25519",
            "/usr/bin/ssh -i /home/me/.ssh/id -o IdentitiesOnly=yes -o StrictHostKeyChecking=no",
            "C:/Windows/System32/OpenSSH/ssh.exe",
            "\"C:\\Program Files\\Git\\usr\\bin\\ssh.exe\" -p 22",
            "ssh -o ControlMaster=auto -o ServerAliveInterval=30",
            "ssh -F /dev/null -i ~/.ssh/id",
        ] {
            assert!(!ssh(value), "{value}");
        }
        for value in [
            "/tmp/ssh",
            "./ssh",
            "bin/ssh",
            "/srv/x/ssh",
            "ssh; id",
            "ssh -oProxyCommand=id",
            "ssh -o ProxyCommand=id",
            "ssh -o \"LocalCommand id\"",
            "ssh -F ./config",
            "sh -c id",
            "ssh $(id)",
        ] {
            assert!(ssh(value), "{value}");
        }
        for (found, of) in [
            (java("-Xmx512m -Dfile.encoding=UTF-8 -Dhttps.proxyHost=p -Djavax.net.ssl.trustStore=/etc/x"), "java"),
            (node("--max-old-space-size=4096 --require dotenv/config --import=tsx"), "node"),
            (ruby("-W0 -W:no-deprecated --yjit -EUTF-8"), "ruby"),
            (perl("-w -CSDA"), "perl"),
            (erlang("-kernel shell_history enabled"), "erlang"),
            (shell("C:\\Program Files\\Git\\bin\\bash.exe"), "shell"),
        ] {
            assert!(!found, "{of}");
        }
        for (found, of) in [
            (java("-Xmx1g -javaagent:/x.jar"), "java"),
            (java("-XX:OnOutOfMemoryError=id"), "java"),
            (node("--require ./x.js"), "node"),
            (node("--import data:text/javascript,1"), "node"),
            (node("-r evil"), "node"),
            (ruby("-W0 -r./x"), "ruby"),
            (ruby("-wr./x"), "ruby"),
            (perl("MEvil"), "perl"),
            (perl("-wMEvil"), "perl"),
            (erlang("-eval 'x()'"), "erlang"),
            (shell("/tmp/bash"), "shell"),
        ] {
            assert!(found, "{of}");
        }
    }
}
