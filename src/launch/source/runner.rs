//! The command lines of package runners and container engines: which packages, repositories and images they name.

mod general;
mod install;
mod registry;
mod spec;

use super::super::engine::{self, What};
use super::super::filled;
use super::{CodeSource, Kind};
use crate::launch::line::UV_VALUES;
use spec::read;

/// What a program's arguments name, each with the index of the word that names it.
pub(super) fn sources(name: &str, args: &[&str]) -> Vec<(CodeSource, usize)> {
    let plain = plain(name);
    let found = match plain {
        "npx" | "pnpx" | "bunx" => npm(args, 0),
        "npm" => verb(args, "exec|x").map(|at| npm(args, at)).unwrap_or_default(),
        "bun" => verb(args, "x").map(|at| npm(args, at)).unwrap_or_default(),
        "pnpm" | "yarn" => verb(args, "dlx").map(|at| npm(args, at)).unwrap_or_default(),
        "uvx" => python(args, 0, "--from"),
        "uv" => uv(args),
        "pipx" => verb(args, "run").map(|at| pipx(args, at)).unwrap_or_default(),
        // a module that it is given with its option: `-mpip install x`
        "python" | "py" | "pypy" => {
            let module = |a: &&str| {
                let (flags, name) = a.strip_prefix('-')?.split_once('m')?;
                let known = ["pip", "pipx", "uv", "uvx"].into_iter().find(|k| *k == name);
                known.filter(|_| flags.bytes().all(|b| b.is_ascii_alphabetic()))
            };
            let value = |at: usize| at > 0 && ["-X", "-W"].contains(&args[at - 1]);
            let at =
                (0..args.len()).find(|at| module(&args[*at]).is_some() || !(args[*at].starts_with('-') || value(*at)));
            let named = at.and_then(|at| Some((module(&args[at])?, at + 1)));
            let own = |(name, from): (&str, usize)| {
                sources(name, &args[from..]).into_iter().map(move |(s, i)| (s, i + from)).collect()
            };
            named.map(own).unwrap_or_default()
        }
        "deno" => registry::deno(args),
        "go" => verb(args, "run|install|get").and_then(|at| registry::go(args, at)).into_iter().collect(),
        "dnx" => registry::nuget(args, 0).into_iter().collect(),
        "dotnet" => {
            let from = verb(args, "dnx|tool exec|tool install|tool update|tool execute|add package|new install");
            from.and_then(|at| registry::nuget(args, at)).into_iter().collect()
        }
        "jbang" => registry::jbang(args).into_iter().collect(),
        "cs" | "coursier" => {
            verb(args, "launch|install|fetch").and_then(|at| registry::maven(args, at)).into_iter().collect()
        }
        "nix" => {
            let from = verb(args, "run|shell|develop|build|bundle|profile install|profile add");
            from.map(|at| registry::nix(args, at)).unwrap_or_default()
        }
        "nix-shell" | "nix-env" => registry::nixpkgs(args),
        "cargo" | "cargo-binstall" => registry::cargo(plain, args),
        "mise" | "rtx" => verb(args, "x|exec|use|u|install|i").map(|at| registry::mise(args, at)).unwrap_or_default(),
        "kubectl" | "oc" => pod(args),
        _ if engine::is_engine(name) => {
            let files = engine::fetched(name, args).into_iter();
            let files = files.map(|(url, at)| (source(Kind::Url, url, None, false), at));
            let pulled = engine::pulled(args).into_iter().map(|at| (named_image(args[at]), at));
            image(name, args).into_iter().chain(pulled).chain(files).collect()
        }
        _ => Vec::new(),
    };
    let or = |found: Vec<_>, other: &dyn Fn() -> Vec<_>| if found.is_empty() { other() } else { found };
    or(or(found, &|| install::sources(plain, args)), &|| general::sources(plain, args))
}

/// What a line has fetched without naming it: the program and its verbs. A program that starts a project of the machine is not
/// meant, though it may fetch what that needs.
pub(super) fn untold(name: &str, args: &[&str]) -> Option<String> {
    let plain = plain(name);
    // the lists of runners stand before the program
    let (from, verb) = match plain {
        "uvx" => (Some(0), ""),
        "uv" => (verb(args, "run|tool run"), " run"),
        _ => (None, ""),
    };
    let valued = |a: &str| VALUES.contains(&a) || UV_VALUES.contains(&a) || ["-w", "-p", "-P"].contains(&a);
    let list = from.and_then(|from| install::list(args, from, operand_of(args, from, &valued).unwrap_or(args.len())));
    if let Some(list) = list {
        return Some(format!("{plain}{verb} {list}"));
    }
    let found = install::untold(plain, args)?;
    (sources(name, args).is_empty() || install::is_partial(plain, args)).then_some(found)
}

/// A program's name without the number of its version.
fn plain(name: &str) -> &str {
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if ["pip", "python", "pypy", "gem"].contains(&plain) { plain } else { name }
}

/// Where the arguments of a subcommand begin, when it is one of these: `run|tool run`.
fn verb(args: &[&str], verbs: &str) -> Option<usize> {
    verbs.split('|').find_map(|words| {
        words.split(' ').try_fold(0, |at, word| {
            operand(args, at, &["-p", "--package", "-f", "--file", "--project-name", "--profile", "--context", "-H"])
                .filter(|i| args[*i] == word)
                .map(|i| i + 1)
        })
    })
}

/// Options of runners that take a value, beside those that name a package.
const VALUES: [&str; 46] = [
    "--python",
    "--index-url",
    "--extra-index-url",
    "--index",
    "--default-index",
    "--find-links",
    "-i",
    "--registry",
    "--cache",
    "--cache-dir",
    "--userconfig",
    "--prefix",
    "-c",
    "--call",
    "--directory",
    "--project",
    "--with-requirements",
    "--with-editable",
    "--pip-args",
    "--env-file",
    "--loglevel",
    "--workspace",
    "-w",
    "-C",
    "--dir",
    "--filter",
    "--config",
    "--import-map",
    "--lock",
    "-tags",
    "-ldflags",
    "-gcflags",
    "-exec",
    "-modfile",
    "--source",
    "--add-source",
    "--configfile",
    "--verbosity",
    "-j",
    "--java",
    "--deps",
    "--cp",
    "--main",
    "-m",
    "--extra-experimental-features",
    "--experimental-features",
];

/// Index of the first word that is no option and no option's value.
fn operand(args: &[&str], from: usize, more: &[&str]) -> Option<usize> {
    operand_of(args, from, &|arg| VALUES.contains(&arg) || more.contains(&arg))
}

/// The same where it is said which options take a value.
fn operand_of(args: &[&str], from: usize, valued: &dyn Fn(&str) -> bool) -> Option<usize> {
    let mut at = from;
    while let Some(arg) = args.get(at) {
        if !arg.starts_with('-') {
            return Some(at);
        }
        at += if valued(arg) { 2 } else { 1 };
    }
    None
}

/// Values of an option that may be given again, and the index of the word each stands in; those before the program only.
fn values<'a>(args: &[&'a str], from: usize, to: usize, flags: &[&str]) -> Vec<(&'a str, usize)> {
    let mut out = Vec::new();
    let mut at = from;
    while at < to.min(args.len()) {
        if flags.contains(&args[at]) {
            out.extend(args.get(at + 1).map(|value| (*value, at + 1)));
            at += 1;
        } else if let Some((flag, value)) = args[at].split_once('=')
            && flag.starts_with("--")
            && flags.contains(&flag)
        {
            out.push((value, at));
        }
        at += 1;
    }
    out
}

fn npm(args: &[&str], from: usize) -> Vec<(CodeSource, usize)> {
    let flags = ["-p", "--package"];
    let first = operand(args, from, &flags);
    let mut named = values(args, 0, first.unwrap_or(args.len()), &flags);
    if named.is_empty() {
        named.extend(first.map(|at| (args[at], at)));
    }
    let mut out: Vec<_> = named.into_iter().filter_map(|(spec, at)| Some((read(Kind::Npm, spec)?, at))).collect();
    out.extend(first.and_then(|at| install::carried(args, at)));
    out
}

fn python(args: &[&str], from: usize, flag: &str) -> Vec<(CodeSource, usize)> {
    let valued =
        |a: &str| VALUES.contains(&a) || UV_VALUES.contains(&a) || [flag, "-p", "-w", "-b", "-f", "-P"].contains(&a);
    let first = operand_of(args, from, &valued);
    let end = first.unwrap_or(args.len());
    let mut named: Vec<_> = values(args, from, end, &[flag]).into_iter().take(1).collect();
    if named.is_empty() {
        named.extend(first.map(|at| (args[at], at)));
    }
    let mut out: Vec<_> = named.into_iter().filter_map(|(spec, at)| Some((read(Kind::PyPi, spec)?, at))).collect();
    out.extend(with(args, from, end));
    out.extend(first.and_then(|at| install::carried(args, at)));
    out
}

/// `pipx run`: what its options hand to pip may name packages of its own.
fn pipx(args: &[&str], from: usize) -> Vec<(CodeSource, usize)> {
    let mut out = python(args, from, "--spec");
    for (line, at) in values(args, from, args.len(), &["--pip-args"]) {
        let words: Vec<&str> = line.split_whitespace().collect();
        out.extend(install::named(Kind::PyPi, &words, 0, "").into_iter().map(|(source, _)| (source, at)));
    }
    out
}

/// `--with a,b`: packages that are fetched beside the program.
fn with(args: &[&str], from: usize, to: usize) -> Vec<(CodeSource, usize)> {
    let mut out = Vec::new();
    let joined =
        |at: usize| args[at].strip_prefix("-w").filter(|v| !v.is_empty()).map(|v| (v.trim_start_matches('='), at));
    let lists = values(args, from, to, &["--with", "-w"]).into_iter().chain((from..to).filter_map(joined));
    for (list, at) in lists {
        let mut specs: Vec<String> = Vec::new();
        for part in list.split(',') {
            match specs.last_mut() {
                // a range has commas of its own
                Some(last) if !part.trim().starts_with(|c: char| c.is_ascii_alphanumeric()) => {
                    last.push(',');
                    last.push_str(part);
                }
                _ => specs.push(part.trim().to_owned()),
            }
        }
        out.extend(specs.iter().filter_map(|spec| Some((read(Kind::PyPi, spec)?, at))));
    }
    let files = values(args, from, to, &["--with-requirements", "--with-editable", "--constraints", "-c"]);
    out.extend(
        files.into_iter().filter(|(v, _)| v.contains("://")).filter_map(|(v, at)| Some((read(Kind::PyPi, v)?, at))),
    );
    out
}

fn uv(args: &[&str]) -> Vec<(CodeSource, usize)> {
    let valued = |a: &str| VALUES.contains(&a) || UV_VALUES.contains(&a) || ["-w", "-p", "-P"].contains(&a);
    let Some(first) = operand_of(args, 0, &valued) else { return Vec::new() };
    if args[first] == "tool" {
        let run = operand_of(args, first + 1, &valued).filter(|at| args[*at] == "run");
        return run.map(|at| python(args, at + 1, "--from")).unwrap_or_default();
    }
    if args[first] != "run" {
        return Vec::new();
    }
    let program = operand_of(args, first + 1, &valued);
    let script = program.filter(|at| args[*at].starts_with("http://") || args[*at].starts_with("https://"));
    let mut out: Vec<_> = script.and_then(|at| Some((read(Kind::PyPi, args[at])?, at))).into_iter().collect();
    out.extend(with(args, first + 1, program.unwrap_or(args.len())));
    out
}

fn image(name: &str, args: &[&str]) -> Option<(CodeSource, usize)> {
    let run = engine::read(name, args).filter(|r| r.what == What::Image)?;
    let at = run.operand.filter(|_| !run.options.iter().any(|o| o.flag == "--rootfs" && o.value != "false"))?;
    Some((named_image(args[at]), at))
}

/// `kubectl run NAME --image=…`, `kubectl apply -f https://…`.
fn pod(args: &[&str]) -> Vec<(CodeSource, usize)> {
    let end = args.iter().position(|a| *a == "--").unwrap_or(args.len());
    if let Some(from) = verb(args, "run|debug|create deployment") {
        return values(args, from, end, &["--image"]).into_iter().map(|(image, at)| (named_image(image), at)).collect();
    }
    let files = verb(args, "apply|create|replace").map(|from| values(args, from, end, &["-f", "--filename", "-k"]));
    let there = files.unwrap_or_default().into_iter().filter(|(file, _)| file.contains("://"));
    there.map(|(url, at)| (source(Kind::Url, url, None, false), at)).collect()
}

fn named_image(written: &str) -> CodeSource {
    let (rest, digest) = written.split_once('@').map_or((written, None), |(r, d)| (r, Some(d)));
    // a colon before a slash belongs to the registry's port
    let (name, tag) = match rest.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
        Some((name, tag)) => (name, Some(tag)),
        None => (rest, None),
    };
    let digest = digest.filter(|d| d.starts_with("sha256:") && d.len() == 71).map(str::to_owned);
    let pinned = digest.is_some();
    CodeSource { digest, written: written.to_owned(), ..source(Kind::Image, name, tag, pinned) }
}

fn source(kind: Kind, name: &str, version: Option<&str>, pinned: bool) -> CodeSource {
    // who asks knows the argument
    let (argument, version) = (0, version.map(str::to_owned));
    // what a client fills in is not known
    let pinned = pinned && !filled::is_open(name);
    let (written, name) = (name.to_owned(), name.to_owned());
    CodeSource { kind, argument, written, name, version, digest: None, alias: None, pinned }
}
