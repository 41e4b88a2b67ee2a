//! Shells and interpreters by name, in any version, and code in their arguments.

use super::{Danger, agents, gone, paths};

/// Whether a program is a shell.
pub(super) fn is_shell(program: &str) -> bool {
    let more = ["cmd", "git-bash", "oksh", "osh", "pdksh", "posh", "yash"];
    let name = plain(program);
    crate::launch::line::is_shell(name) || more.contains(&name) || is_power(program)
}

/// Whether a program runs code of a language.
pub(super) fn is_interpreter(program: &str) -> bool {
    let all = [
        "bun",
        "clojure",
        "deno",
        "elixir",
        "ghci",
        "groovy",
        "guile",
        "java",
        "jshell",
        "julia",
        "jython",
        "lua",
        "luajit",
        "node",
        "nodejs",
        "osascript",
        "perl",
        "php",
        "pypy",
        "python",
        "py",
        "r",
        "racket",
        "rscript",
        "ruby",
        "scala",
        "swift",
        "tclsh",
        "ts-node",
        "tsx",
        "wish",
    ];
    all.contains(&plain(program))
}

/// Whether it is PowerShell.
pub(super) fn is_power(program: &str) -> bool {
    ["powershell", "pwsh"].contains(&plain(program))
}

/// A name without its version.
fn plain(program: &str) -> &str {
    let name = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    name.strip_suffix("-static").unwrap_or(name)
}

/// The code that an interpreter is given in an option.
pub(super) fn given(program: &str, args: &[&str]) -> Option<String> {
    let shell = is_shell(program) && !is_power(program);
    let at = args.iter().position(|a| {
        let lower = a.to_ascii_lowercase();
        let letters = lower.strip_prefix('-').filter(|l| !l.starts_with('-'));
        match letters {
            _ if is_power(program) => lower.len() > 1 && "-command".starts_with(&lower),
            Some(letters) if shell => letters.ends_with('c') && letters.len() < 6,
            Some(letters) => ["c", "e", "r", "p", "pe", "ne", "eval"].contains(&letters),
            None => ["--eval", "--print", "/c", "/k"].contains(&lower.as_str()) || lower == "eval",
        }
    });
    let rest = |from: usize| args.get(from..).map(|w| w.join(" ")).filter(|t| !t.is_empty());
    match at {
        // they take all that follows as one line
        Some(at) if is_power(program) || program == "cmd" => rest(at + 1),
        Some(at) => args.get(at + 1).map(|a| (*a).to_owned()),
        None if is_power(program) && !args.iter().any(|a| a.to_ascii_lowercase().starts_with("-f")) => {
            rest(args.iter().position(|a| !a.starts_with('-'))?)
        }
        None => None,
    }
}

/// Whether a line of PowerShell runs what it fetches.
pub(super) fn is_power_line(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let runs = words.clone().any(|w| ["iex", "invoke-expression"].contains(&w)) || lower.contains("[scriptblock]");
    let gets = ["irm", "iwr", "invoke-restmethod", "invoke-webrequest", "downloadstring", "downloaddata"];
    runs && words.any(|w| gets.contains(&w))
}

/// Whether PowerShell is given code in letters.
pub(super) fn is_hidden(args: &[&str]) -> bool {
    args.iter().any(|a| {
        let lower = a.to_ascii_lowercase();
        lower.len() > 1 && "-encodedcommand".starts_with(&lower) && lower != "-e" || lower == "-ec"
    })
}

/// Whether code reaches another machine.
pub(super) fn fetches(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    let ways = [
        "http://",
        "https://",
        "fetch(",
        "urlopen",
        "urllib",
        "requests.",
        "socket",
        "net.connect",
        "http.get",
        "https.get",
        "lwp::",
        "open-uri",
        "net::http",
        "invoke-webrequest",
        "invoke-restmethod",
        "irm ",
        "irm(",
        "iwr ",
        "iwr(",
        "downloadstring",
        "webclient",
    ];
    ways.iter().any(|w| lower.contains(w))
}

/// Whether code runs a text or a program.
pub(super) fn evaluates(code: &str) -> bool {
    let ways = [
        "eval",
        "exec",
        "Function(",
        "runIn",
        "system",
        "subprocess",
        "child_process",
        "popen",
        "spawn",
        "import(",
        "instance_eval",
        "require(",
        "iex",
        "IEX",
        "Invoke-Expression",
        "invoke-expression",
        "scriptblock",
        "ScriptBlock",
    ];
    ways.iter().any(|w| code.contains(w))
}

/// What code of a language does by itself.
pub(super) fn judge(code: &str) -> Option<Danger> {
    if gone::by_code(code) {
        return Some(Danger::Destroys);
    }
    if writes_start(code) {
        return Some(Danger::Stays);
    }
    if !fetches(code) {
        return None;
    }
    let loads = ["source(", "include(", "import("].iter().any(|w| {
        code.match_indices(w).any(|(at, _)| {
            let inner = code[at + w.len()..].trim_start_matches(['\'', '"', ' ']);
            inner.starts_with("http://") || inner.starts_with("https://") || inner.starts_with("download(")
        })
    });
    if loads {
        return Some(Danger::Executes);
    }
    let hands = ["dup2", "pty.spawn", "/bin/sh", "/bin/bash", "cmd.exe"].iter().any(|w| code.contains(w));
    if hands && code.to_ascii_lowercase().contains("socket") {
        return Some(Danger::Opens);
    }
    // all variables at once, or keys, and an address
    let flat: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let all = ["(os.environ)", "(process.env)", "**os.environ", "...process.env", "os.environ.copy()", "(ENV.to_h"];
    let keys = [".ssh/", ".aws/", "id_rsa", ".netrc"];
    let far = flat.split(['\'', '"', '`']).any(|w| super::sends::reaches(&[w]));
    if far && all.iter().chain(&keys).any(|w| flat.contains(w)) {
        return Some(Danger::Sends);
    }
    // a module that is named is not what was fetched
    let names = code.matches("require(").count() + code.matches("import(").count();
    let quoted: usize =
        ["require('", "require(\"", "import('", "import(\""].iter().map(|w| code.matches(w).count()).sum();
    let code = if names == quoted && !code.contains("child_process") {
        code.replace("require(", "").replace("import(", "")
    } else {
        code.to_owned()
    };
    evaluates(&code).then_some(Danger::Executes)
}

/// Whether code writes into what runs at the next start.
fn writes_start(code: &str) -> bool {
    let ways =
        ["writeFile", "appendFile", "createWriteStream", "write_text", "copyfile", "copyFile", "copytree", "symlink"];
    let modes = ["'w'", "'a'", "\"w\"", "\"a\"", "'>>", "'>"];
    let homes = ["HOME", "homedir", "expanduser", "Path.home", "~/", "/home/", "/Users/", "/root/", "USERPROFILE"];
    let writes =
        ways.iter().any(|w| code.contains(w)) || (code.contains("open(") && modes.iter().any(|m| code.contains(m)));
    let mode = agents::names_mode(code) && code.split(['\'', '"', '`']).any(agents::is_settings);
    writes && mode
        || writes && homes.iter().any(|h| code.contains(h)) && code.split(['\'', '"', '`']).any(paths::names_start)
}
