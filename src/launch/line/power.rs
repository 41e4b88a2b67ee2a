//! What PowerShell is given: its parameters may be cut short, begin with several signs, and in any case.

/// Names of PowerShell, without the number of a version.
pub fn is_shell(name: &str) -> bool {
    ["powershell", "pwsh", "powershell-preview", "pwsh-preview", "pwsh-lts", "powershell-lts"].contains(&name)
}

/// What a line of PowerShell comes to.
enum Given {
    /// Code from here on.
    Code(usize),
    /// A script.
    File(usize),
}

/// Parameters with a value that says nothing of what runs.
const VALUED: [&str; 11] = [
    "executionpolicy",
    "windowstyle",
    "version",
    "inputformat",
    "outputformat",
    "workingdirectory",
    "configurationname",
    "configurationfile",
    "custompipename",
    "settingsfile",
    "psconsolefile",
];

/// Names of commands that run, fetch or start something by what they are given.
const RUN: [&str; 17] = [
    "iex",
    "icm",
    "irm",
    "iwr",
    "ipmo",
    "ii",
    "sal",
    "saps",
    "start",
    "invoke-expression",
    "invoke-command",
    "invoke-restmethod",
    "invoke-webrequest",
    "invoke-item",
    "import-module",
    "start-process",
    "start-job",
];

/// Index of the first word of code.
pub fn code(args: &[&str]) -> Option<usize> {
    match given(args)? {
        Given::Code(at) => Some(at),
        Given::File(_) => None,
    }
}

/// Index of the word that names a script.
pub fn file(args: &[&str]) -> Option<usize> {
    match given(args)? {
        Given::Code(_) => None,
        Given::File(at) => Some(at),
    }
}

/// `-Command …`, `-EncodedCommand …` and every short form of them; without a parameter, what is more than a script and its
/// words is code as well.
fn given(args: &[&str]) -> Option<Given> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let lower = arg.to_lowercase();
        // dashes of a text processor are dashes to it
        let dashes = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];
        let path = lower.starts_with('/') && lower[1..].contains('/');
        let flag = lower.strip_prefix("--").or_else(|| lower.strip_prefix(dashes)).filter(|_| !path);
        let Some(flag) = flag else { return Some(first(args, at)) };
        let next = Some(at + 1).filter(|i| *i < args.len());
        let short = |of: &str| of.starts_with(flag);
        if flag.is_empty() {
            // what comes in is code
            return Some(Given::Code(at));
        }
        // `-ex` is the policy
        let encoded = flag == "ec" || flag == "e" || (flag.len() > 1 && short("encodedcommand"));
        let arguments = ["ea", "encodeda"].contains(&flag) || (flag.len() > 8 && short("encodedarguments"));
        if short("command") || short("commandwithargs") || flag == "cwa" || (encoded && !arguments) {
            return next.map(Given::Code);
        }
        if short("file") {
            return next.map(Given::File);
        }
        let other = ["ep", "wd", "if", "of"].contains(&flag) || VALUED.iter().any(|v| v.starts_with(flag));
        at += if other || arguments { 2 } else { 1 };
    }
    None
}

/// What a line without a parameter comes to.
fn first(args: &[&str], at: usize) -> Given {
    let word = args[at].trim_matches(['"', '\'']);
    let lower = word.to_ascii_lowercase();
    let is_script = lower.ends_with(".ps1") && !lower.contains([';', '|', '&', '(', '{', '$', '`']);
    let signs = |w: &&str| w.contains([';', '|', '&', '(', ')', '{', '}', '`']);
    let code = if is_script {
        args[at + 1..].iter().any(|w| [";", "|", "&", "&&", "||"].contains(w) || w.ends_with(';') || w.starts_with('|'))
    } else {
        word.contains([' ', '$', '[', '.']) && !word.contains(['/', '\\'])
            || args[at..].iter().any(signs)
            || RUN.contains(&&*lower)
            || word.contains(' ')
    };
    if code { Given::Code(at) } else { Given::File(at) }
}

/// Programs that are no command of PowerShell's own, and that start servers.
const PROGRAMS: [&str; 18] = [
    "npx", "npm", "pnpm", "pnpx", "bunx", "bun", "node", "deno", "uv", "uvx", "pipx", "python", "python3", "py",
    "docker", "podman", "dotnet", "java",
];

/// The words of code that only starts one program with words that mean nothing to PowerShell; `None` where it is, or may be,
/// more.
pub(super) fn plain(args: &[&str], at: usize) -> Option<Vec<String>> {
    let mut before = args[..at].iter().map(|a| a.to_lowercase());
    let mut command = false;
    while let Some(option) = before.next() {
        match option.strip_prefix(['-', '/'])? {
            "noprofile" | "nop" | "nologo" | "noninteractive" | "noni" | "noexit" | "sta" | "mta" => {}
            "executionpolicy" | "ex" | "ep" | "windowstyle" | "w" => _ = before.next()?,
            "command" | "c" => command = true,
            _ => return None,
        }
    }
    // without its option, older versions take it for code and newer ones for a script
    let line = args[at..].join(" ");
    let words = words(&line).filter(|_| command)?;
    let first = words.first()?;
    let name = super::program(first);
    let path = first.contains(['/', '\\']) && first.to_ascii_lowercase().ends_with(".exe");
    (path || PROGRAMS.contains(&&*name)).then_some(words)
}

/// Words without a sign that PowerShell reads as its own.
fn words(line: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut rest = line.trim();
    while let Some(first) = rest.chars().next() {
        let quote = Some(first).filter(|c| ['"', '\''].contains(c));
        let (word, left) = match quote {
            Some(quote) => rest[1..].split_once(quote)?,
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        // a word goes on behind a mark, and an empty one is dropped by some versions
        if word.is_empty() || quote.is_some() && !(left.is_empty() || left.starts_with(' ')) {
            return None;
        }
        let bare = |c: char| c.is_ascii_alphanumeric() || "-_./\\:=+~@^".contains(c);
        // `@name` is a variable, `@name/other` is a word; a word in marks begins no line
        let fits = match quote {
            Some('"') => !word.contains(['$', '`']),
            Some(_) => true,
            None => word.chars().all(bare) && (!word.starts_with('@') || word.contains('/')) && word != "--%",
        };
        let odd = word.chars().any(|c| {
            c.is_control()
                || ['\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}', '\u{201c}', '\u{201d}', '\u{201e}'].contains(&c)
        });
        if !fits || odd || word.contains('"') || (out.is_empty() && quote.is_some()) {
            return None;
        }
        out.push(word.to_owned());
        rest = left.trim_start_matches(' ');
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plain_program_is_told_from_code() {
        for line in [
            "-Command npx -y x@1.0.0",
            "-NoProfile -ExecutionPolicy Bypass -c npx -y @acme/x@^1.0.0 C:\\data",
            "-c uvx 'acme==1.0' --root \"C:/My\"",
            "-c C:\\srv\\x.exe --stdio",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            let at = code(&words).expect("code");
            assert!(plain(&words, at).is_some(), "{line}");
        }
        for line in [
            "npx -y x@1.0.0",
            "-c npx -y x; calc",
            "-c npx -y $env:X",
            "-c npx -y (calc)",
            "-c npx -y @args",
            "-c npx -y a,b",
            "-c npx -y \"$x\"",
            "-c npx -y \u{201c}x\u{201d}",
            "-c npx `-y",
            "-c npx --% x",
            "-c npx x > y",
            "-c npx x # y",
            "-c npx 'x'y",
            "-c 'npx' x",
            "-c iex x",
            "-c start x",
            "-c x.exe",
            "-c Start-Process npx",
            "-ConfigurationFile y -c npx x",
            "-enc bnB4AA==",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            let at = code(&words).unwrap_or_default();
            assert!(plain(&words, at).is_none(), "{line}");
        }
    }

    #[test]
    fn every_spelling_of_a_command_is_one() {
        for line in [
            "-c x",
            "/c x",
            "--c x",
            "\u{2013}c x",
            "\u{2014}Com x",
            "\u{2015}command x",
            "-e x",
            "-ec x",
            "-eN x",
            "-encod x",
            "-EncodedCommand x",
            "/enc x",
            "-cwa x",
            "-CommandWithArgs x",
            "-nop -noni -w hidden -c x",
            "-ConfigurationName y -c x",
            "-config y -c x",
            "-cus y -c x",
            "-Settings y -c x",
            "-psc y -c x",
            "-ea y -c x",
            "-EncodedArguments y -c x",
            "-if y -of y -wd y -ep y -c x",
            "-v 2 -o text -c x",
            "iex(irm('x'))",
            "iex (irm x)",
            "& calc",
            "&{calc}",
            "[scriptblock]::Create('x')",
            "irm x | iex",
            "irm x |iex",
            "iex $env:X",
            "Start-Process calc",
            "x.ps1 ; y",
            "x.ps1; y",
            "- x",
            ". calc",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            assert!(code(&words).is_some(), "{line}");
        }
        for line in [
            "start.ps1",
            "./start.ps1 -Port 80",
            "-File x.ps1 -Name (y)",
            "-f /srv/x.ps1",
            "/srv/x.ps1 a",
            "C:\\x\\y.ps1",
            "-NoProfile -ExecutionPolicy Bypass -File x.ps1",
            "npx -y @acme/x@1.0.0",
            "-nologo",
            "-c",
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(code(&words), None, "{line}");
        }
        assert_eq!(code(&["C:\\Program Files\\x\\start.ps1"]), None);
        assert_eq!(file(&["-nop", "-f", "https://a.test/x"]), Some(2));
        assert_eq!(file(&["\\\\a.test\\s\\x.ps1"]), Some(0));
    }
}
