//! Reads the command lines of package runners: which package, which program in it, which arguments.

use std::path::Path;

use super::{Registry, Wanted};
use crate::sandbox::Program;
use crate::secret;

/// What a program's command line asks a registry for; `None` when it is no runner's.
pub fn wanted(program: &Program) -> Option<Wanted> {
    let words: Vec<&str> = program.args.iter().map(String::as_str).collect();
    let name = Path::new(&program.command).file_name()?.to_str()?;
    match (name, words.as_slice()) {
        ("npx" | "pnpx" | "bunx", rest)
        | ("npm", ["exec" | "x", rest @ ..])
        | ("bun", ["x", rest @ ..])
        | ("pnpm" | "yarn", ["dlx", rest @ ..]) => Some(npm(rest)),
        ("uvx", rest) | ("uv", ["tool", "run", rest @ ..]) => Some(python(rest, "--from")),
        ("pipx", ["run", rest @ ..]) => Some(python(rest, "--spec")),
        _ => None,
    }
}

fn nothing(registry: Registry) -> Wanted {
    Wanted { registry, specs: Vec::new(), bin: None, args: Vec::new(), python: None, refused: None }
}

/// One option: its name, and its value when it is joined by `=`.
fn option(word: &str) -> (&str, Option<&str>) {
    match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    }
}

fn npm(words: &[&str]) -> Wanted {
    let mut wanted = nothing(Registry::Npm);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if *word == "--" {
            continue;
        }
        if !word.starts_with('-') {
            if wanted.specs.is_empty() {
                wanted.specs.push((*word).to_owned());
            } else {
                wanted.bin = Some((*word).to_owned());
            }
            wanted.args = words.map(|w| (*w).to_owned()).collect();
            break;
        }
        let (name, value) = option(word);
        match name {
            "-p" | "--package" => wanted.specs.extend(value.or_else(|| words.next().copied()).map(str::to_owned)),
            "-y" | "--yes" | "-q" | "--quiet" | "--silent" | "-s" | "--bun" | "--prefer-offline"
            | "--prefer-online" | "--ignore-scripts" | "--no-install" => {}
            _ => wanted.refused = Some(unknown(name)),
        }
    }
    check(wanted, npm_name)
}

fn python(words: &[&str], from: &str) -> Wanted {
    let mut wanted = nothing(Registry::PyPi);
    let mut with = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            if wanted.specs.is_empty() {
                wanted.specs.push(pinned(word));
            } else {
                wanted.bin = Some((*word).to_owned());
            }
            wanted.args = words.map(|w| (*w).to_owned()).collect();
            break;
        }
        let (name, value) = option(word);
        let mut value = || value.or_else(|| words.next().copied()).unwrap_or_default().to_owned();
        match name {
            n if n == from => wanted.specs.insert(0, pinned(&value())),
            "--with" => with.push(pinned(&value())),
            "-p" | "--python" => wanted.python = Some(value()),
            "-q" | "--quiet" | "--isolated" | "--no-cache" | "-n" | "--refresh" | "-U" | "--upgrade"
            | "--no-config" | "--native-tls" => {}
            _ => wanted.refused = Some(unknown(name)),
        }
    }
    wanted.specs.extend(with);
    check(wanted, python_name)
}

fn unknown(option: &str) -> String {
    let shown = crate::untrusted::visible(&secret::shown(option));
    format!("the runner's option `{shown}` is not known here; leave it out, or start it as it is with --sandbox off")
}

/// `name@1.2` is written `name==1.2` in the language of PyPI.
fn pinned(spec: &str) -> String {
    match spec.split_once('@') {
        Some((name, "latest")) => name.to_owned(),
        Some((name, version)) if !version.contains('/') && !version.contains(' ') => format!("{name}=={version}"),
        _ => spec.to_owned(),
    }
}

/// Refuses what is no package of a registry: a path, a URL and a repository run code of their own when they are fetched.
fn check(mut wanted: Wanted, is_name: fn(&str) -> bool) -> Wanted {
    if wanted.refused.is_some() {
        return wanted;
    }
    if wanted.specs.is_empty() {
        wanted.refused = Some("the runner's command line names no package".to_owned());
    } else if let Some(bad) = wanted.specs.iter().find(|s| !is_name(s)) {
        let shown = crate::untrusted::visible(&secret::shown(bad));
        wanted.refused = Some(format!(
            "`{shown}` is no package of a registry, and others run code while they are fetched; name a package, or start it as it is with --sandbox off"
        ));
    }
    let plain = |b: &String| !b.is_empty() && !b.contains('/') && !b.starts_with('.');
    if wanted.bin.as_ref().is_some_and(|b| !plain(b)) {
        wanted.refused = Some("the name of the program in the package is no plain name".to_owned());
    }
    wanted
}

fn word(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    !text.is_empty() && !text.starts_with(['.', '-']) && text.bytes().all(plain)
}

fn npm_name(spec: &str) -> bool {
    let (scope, rest) = match spec.strip_prefix('@') {
        Some(scoped) => match scoped.split_once('/') {
            Some((scope, rest)) => (Some(scope), rest),
            None => return false,
        },
        None => (None, spec),
    };
    let (name, version) = rest.split_once('@').map_or((rest, None), |(n, v)| (n, Some(v)));
    let is_version =
        |v: &str| !v.is_empty() && v.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.+^~<>=*| ".contains(&b));
    scope.is_none_or(word) && word(name) && version.is_none_or(is_version)
}

fn python_name(spec: &str) -> bool {
    let end = spec.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(spec.len());
    let rest = spec[end..].bytes();
    word(&spec[..end]) && rest.into_iter().all(|b| b.is_ascii_alphanumeric() || b"-_.[],=<>!~*+ ".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{Policy, Surroundings};

    fn read(line: &str) -> Option<Wanted> {
        let mut words = line.split_whitespace().map(str::to_owned);
        wanted(&Program {
            command: words.next().expect("a command"),
            args: words.collect(),
            env: Vec::new(),
            pass_env: Vec::new(),
            extra_env: Vec::new(),
            cwd: None,
            surroundings: Surroundings::default(),
            policy: Policy::default(),
        })
    }

    #[test]
    fn every_runner_names_its_package() {
        let short = |line: &str| {
            let w = read(line).expect("a runner");
            assert_eq!(w.refused, None, "{line}");
            (w.specs.join(","), w.bin.unwrap_or_default(), w.args.join(" "))
        };
        let own = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(short("npx -y @acme/calc@1.2.3 --port 1"), own("@acme/calc@1.2.3", "", "--port 1"));
        assert_eq!(short("/usr/bin/npx -y --package=@acme/calc calc x"), own("@acme/calc", "calc", "x"));
        assert_eq!(short("npm exec --yes -- calc@1 -y"), own("calc@1", "", "-y"));
        assert_eq!(short("pnpm dlx calc"), own("calc", "", ""));
        assert_eq!(short("bunx --bun calc a"), own("calc", "", "a"));
        assert_eq!(short("uvx mcp-server-time@2.1 --tz UTC"), own("mcp-server-time==2.1", "", "--tz UTC"));
        assert_eq!(short("uvx --from acme[cli]==1.0 --with x serve -v"), own("acme[cli]==1.0,x", "serve", "-v"));
        assert_eq!(short("uv tool run calc@latest"), own("calc", "", ""));
        assert_eq!(short("pipx run --spec acme==1 serve"), own("acme==1", "serve", ""));
        assert_eq!(read("node server.js"), None);
        assert_eq!(read("uv run server.py"), None);
    }

    #[test]
    fn what_would_run_code_while_it_is_fetched_is_refused() {
        for line in [
            "npx -y github:acme/calc",
            "npx ./local",
            "npx -c evil",
            "npx",
            "npx -y https://x.example/a.tgz",
            "npx -p calc ../evil",
            "uvx --from git+https://x.example/a serve",
            "uvx ./here",
            "uvx --index-url http://x.example calc",
            "pipx run --spec ./x y",
        ] {
            assert!(read(line).expect("a runner").refused.is_some(), "{line}");
        }
    }
}
