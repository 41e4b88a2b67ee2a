//! The command lines of package runners and container engines: which packages, repositories and images they name.

use super::super::engine::{self, What};
use super::{CodeSource, Kind};

/// What a program's arguments name, each with the index of the word that names it.
pub(super) fn sources(name: &str, args: &[&str]) -> Vec<(CodeSource, usize)> {
    match name {
        "npx" | "pnpx" | "bunx" => npm(args, 0),
        "npm" => match behind(args, &["exec", "x"]) {
            Some(at) => npm(args, at),
            None => behind(args, &["install", "i", "add"]).map(|at| install(Kind::Npm, args, at)).unwrap_or_default(),
        },
        "pip" | "pip3" => behind(args, &["install"]).map(|at| install(Kind::PyPi, args, at)).unwrap_or_default(),
        "kubectl" => pod(args),
        "bun" => behind(args, &["x"]).map(|at| npm(args, at)).unwrap_or_default(),
        "pnpm" | "yarn" => behind(args, &["dlx"]).map(|at| npm(args, at)).unwrap_or_default(),
        "uvx" => python(args, 0, "--from"),
        "uv" => uv(args),
        "pipx" => behind(args, &["run"]).map(|at| pipx(args, at)).unwrap_or_default(),
        "deno" => deno(args),
        "go" => behind(args, &["run", "install"]).and_then(|at| go(args, at)).into_iter().collect(),
        "dnx" => nuget(args, 0).into_iter().collect(),
        "dotnet" if args.first() == Some(&"dnx") => nuget(args, 1).into_iter().collect(),
        "dotnet" if args.starts_with(&["tool", "exec"]) => nuget(args, 2).into_iter().collect(),
        "jbang" => jbang(args).into_iter().collect(),
        "nix" => behind(args, &["run", "shell"]).map(|at| nix(args, at)).unwrap_or_default(),
        "cargo" | "cargo-binstall" => cargo(args).into_iter().collect(),
        "mise" | "rtx" => behind(args, &["x", "exec"]).map(|at| mise(args, at)).unwrap_or_default(),
        _ if engine::is_engine(name) => image(name, args).into_iter().collect(),
        _ => Vec::new(),
    }
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
    let mut at = from;
    while let Some(arg) = args.get(at) {
        if !arg.starts_with('-') {
            return Some(at);
        }
        at += if VALUES.contains(arg) || more.contains(arg) { 2 } else { 1 };
    }
    None
}

/// Where the arguments of a subcommand begin, when it is one of these.
fn behind(args: &[&str], verbs: &[&str]) -> Option<usize> {
    operand(args, 0, &[]).filter(|at| verbs.contains(&args[*at])).map(|at| at + 1)
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
    let mut named = values(args, from, first.unwrap_or(args.len()), &flags);
    if named.is_empty() {
        named.extend(first.map(|at| (args[at], at)));
    }
    named.into_iter().filter_map(|(spec, at)| Some((read(Kind::Npm, spec)?, at))).collect()
}

fn python(args: &[&str], from: usize, flag: &str) -> Vec<(CodeSource, usize)> {
    let first = operand(args, from, &[flag, "--with", "-p", "-w"]);
    let end = first.unwrap_or(args.len());
    let mut named: Vec<_> = values(args, from, end, &[flag]).into_iter().take(1).collect();
    if named.is_empty() {
        named.extend(first.map(|at| (args[at], at)));
    }
    let mut out: Vec<_> = named.into_iter().filter_map(|(spec, at)| Some((read(Kind::PyPi, spec)?, at))).collect();
    out.extend(with(args, from, end));
    out
}

/// `pipx run`: what its options hand to pip may name packages of its own.
fn pipx(args: &[&str], from: usize) -> Vec<(CodeSource, usize)> {
    let mut out = python(args, from, "--spec");
    for (line, at) in values(args, from, args.len(), &["--pip-args"]) {
        let words: Vec<&str> = line.split_whitespace().collect();
        out.extend(install(Kind::PyPi, &words, 0).into_iter().map(|(source, _)| (source, at)));
    }
    out
}

/// What an installer is told to install; a folder is no source.
fn install(kind: Kind, args: &[&str], from: usize) -> Vec<(CodeSource, usize)> {
    let more = [
        "-r",
        "--requirement",
        "--constraint",
        "-f",
        "-e",
        "--editable",
        "-t",
        "--target",
        "--root",
        "--trusted-host",
        "--proxy",
        "--timeout",
        "--retries",
        "--platform",
        "--python-version",
        "--upgrade-strategy",
        "--tag",
    ];
    let mut out = Vec::new();
    let mut at = from;
    while let Some(next) = operand(args, at, &more) {
        out.extend(read(kind, args[next]).map(|source| (source, next)));
        at = next + 1;
    }
    out
}

/// `--with a,b`: packages that are fetched beside the program.
fn with(args: &[&str], from: usize, to: usize) -> Vec<(CodeSource, usize)> {
    let mut out = Vec::new();
    for (list, at) in values(args, from, to, &["--with", "-w"]) {
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
    out
}

fn uv(args: &[&str]) -> Vec<(CodeSource, usize)> {
    if let Some(at) = behind(args, &["tool"]) {
        return if args.get(at) == Some(&"run") { python(args, at + 1, "--from") } else { Vec::new() };
    }
    let Some(from) = behind(args, &["run"]) else { return Vec::new() };
    let program = operand(args, from, &["--with", "-w", "-p", "--extra", "--group", "--package"]);
    let script = program.filter(|at| args[*at].starts_with("http://") || args[*at].starts_with("https://"));
    let mut out: Vec<_> = script.and_then(|at| Some((read(Kind::PyPi, args[at])?, at))).into_iter().collect();
    out.extend(with(args, from, program.unwrap_or(args.len())));
    out
}

fn deno(args: &[&str]) -> Vec<(CodeSource, usize)> {
    let found = behind(args, &["run", "x", "serve"]).and_then(|from| operand(args, from, &[]));
    let found = found.filter(|at| args[*at].contains(':'));
    found.and_then(|at| Some((read(Kind::Npm, args[at])?, at))).into_iter().collect()
}

/// `kubectl run NAME --image=IMAGE`.
fn pod(args: &[&str]) -> Vec<(CodeSource, usize)> {
    let found = behind(args, &["run"]).map(|from| values(args, from, args.len(), &["--image"])).unwrap_or_default();
    found.into_iter().map(|(spec, at)| (of_image(spec), at)).collect()
}

/// A module with a version; without one it is the project's own.
fn go(args: &[&str], from: usize) -> Option<(CodeSource, usize)> {
    let at = operand(args, from, &["-mod", "-o"])?;
    let (name, version) = args[at].split_once('@')?;
    let tag = version.strip_prefix('v').is_some_and(is_whole);
    let pinned = tag || (version.len() >= 12 && version.bytes().all(|b| b.is_ascii_hexdigit()));
    Some((source(Kind::Go, name, Some(version), pinned), at))
}

fn nuget(args: &[&str], from: usize) -> Option<(CodeSource, usize)> {
    let at = operand(args, from, &["--version", "-v", "--framework"])?;
    let end = args.iter().position(|a| *a == "--").unwrap_or(args.len());
    let (name, version) = args[at].split_once('@').map_or((args[at], None), |(n, v)| (n, Some(v)));
    let version = version.or_else(|| values(args, from, end, &["--version"]).first().map(|v| v.0));
    Some((source(Kind::NuGet, name, version, version.is_some_and(is_exact)), at))
}

/// A URL, an artifact, or a name of a catalog; a file of its own is no source.
fn jbang(args: &[&str]) -> Option<(CodeSource, usize)> {
    let first = operand(args, 0, &[])?;
    let at = if args[first] == "run" { operand(args, first + 1, &[])? } else { first };
    let spec = args[at];
    if spec.contains("://") {
        return Some((source(Kind::Url, spec, None, false), at));
    }
    let parts: Vec<&str> = spec.split(':').collect();
    if let [group, artifact, version, ..] = parts[..] {
        let pinned = is_exact(version) && !version.ends_with("-SNAPSHOT");
        return Some((source(Kind::Maven, &format!("{group}:{artifact}"), Some(version), pinned), at));
    }
    // `alias@owner`, `alias@owner/repository/branch`
    let catalog = spec.split_once('@').filter(|(alias, owner)| !alias.contains(['/', '\\']) && !owner.is_empty());
    catalog.map(|_| (source(Kind::Git, spec, None, false), at))
}

/// References to flakes; one in a folder is no source.
fn nix(args: &[&str], from: usize) -> Vec<(CodeSource, usize)> {
    let mut out = Vec::new();
    let mut at = from;
    while let Some(arg) = args.get(at).filter(|a| !["--", "-c", "--command"].contains(*a)) {
        let step = match *arg {
            "--override-input" | "--option" => 3,
            "-I" | "--inputs-from" | "--reference-lock-file" | "--output-lock-file" => 2,
            a if VALUES.contains(&a) => 2,
            _ => 1,
        };
        let local = arg.starts_with(['-', '.', '/', '~', '#']) || arg.starts_with("path:") || arg.contains("${");
        if step == 1 && !local {
            let reference = arg.split('#').next().unwrap_or_default();
            let commit = reference.split(['/', '?', '&']).find(|p| is_commit(p.trim_start_matches("rev=")));
            let pinned = commit.is_some() || reference.contains("narHash=");
            let name = reference.split('?').next().unwrap_or_default();
            let name = commit.and_then(|c| name.strip_suffix(c)).unwrap_or(name).trim_end_matches('/');
            out.push((source(Kind::Git, name, commit.map(|c| c.trim_start_matches("rev=")), pinned), at));
        }
        at += step;
    }
    out
}

fn cargo(args: &[&str]) -> Option<(CodeSource, usize)> {
    let end = args.iter().position(|a| *a == "--").unwrap_or(args.len());
    let value = |flags: &[&str]| values(args, 0, end, flags).into_iter().next();
    if let Some((url, at)) = value(&["--git"]) {
        let commit = value(&["--rev"]).map(|v| v.0);
        let version = commit.or_else(|| value(&["--tag", "--branch"]).map(|v| v.0));
        return Some((source(Kind::Git, url, version, commit.is_some_and(is_commit)), at));
    }
    let from = behind(args, &["install", "binstall"])?;
    let more = ["--version", "--vers", "--root", "--features", "-F", "--target", "--bin", "--path", "--index"];
    let at = operand(args, from, &more)?;
    let (name, version) = args[at].split_once('@').map_or((args[at], None), |(n, v)| (n, Some(v)));
    let version = version.or_else(|| value(&["--version", "--vers"]).map(|v| v.0));
    let pinned = version.is_some_and(|v| is_whole(v.trim_start_matches('=')));
    Some((source(Kind::Cargo, name, version, pinned), at))
}

/// `mise x npm:NAME -- …`: tools that are packages.
fn mise(args: &[&str], from: usize) -> Vec<(CodeSource, usize)> {
    let end = args.iter().position(|a| *a == "--").unwrap_or(args.len());
    let tools = (from..end).filter_map(|at| {
        let (backend, spec) = args[at].split_once(':')?;
        let registry = [("npm", Kind::Npm), ("pipx", Kind::PyPi)].into_iter().find(|(b, _)| *b == backend)?.1;
        Some((read(registry, spec)?, at))
    });
    tools.collect()
}

fn image(name: &str, args: &[&str]) -> Option<(CodeSource, usize)> {
    let run = engine::read(name, args).filter(|r| r.what == What::Image)?;
    let at = run.operand?;
    Some((of_image(args[at]), at))
}

fn of_image(spec: &str) -> CodeSource {
    let (rest, digest) = spec.split_once('@').map_or((spec, None), |(r, d)| (r, Some(d)));
    // a colon before a slash belongs to the registry's port
    let (name, tag) = match rest.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
        Some((name, tag)) => (name, Some(tag)),
        None => (rest, None),
    };
    let digest = digest.filter(|d| d.starts_with("sha256:") && d.len() == 71).map(str::to_owned);
    let pinned = digest.is_some();
    let written = spec.to_owned();
    CodeSource { digest, written, ..source(Kind::Image, name, tag, pinned) }
}

fn source(kind: Kind, name: &str, version: Option<&str>, pinned: bool) -> CodeSource {
    // who asks knows the argument
    let (argument, version) = (0, version.map(str::to_owned));
    CodeSource { kind, argument, written: name.to_owned(), name: name.to_owned(), version, digest: None, pinned }
}

fn read(registry: Kind, spec: &str) -> Option<CodeSource> {
    let local = spec.starts_with(['.', '/', '~', '\\']) || spec.starts_with("file:") || spec.get(1..3) == Some(":\\");
    if local || spec.is_empty() || spec.contains("${") {
        return None;
    }
    // `name @ git+https://…`
    let named = spec.split_once(" @ ").filter(|_| registry == Kind::PyPi);
    let spec = named.map_or(spec, |(_, url)| url.trim());
    let repository = ["git+", "git:", "git@", "github:", "gitlab:", "bitbucket:"].iter().any(|p| spec.starts_with(p));
    let short =
        registry == Kind::Npm && !spec.starts_with('@') && spec.matches('/').count() == 1 && !spec.contains(':');
    if repository || short || spec.contains(".git@") || spec.ends_with(".git") || spec.contains(".git#") {
        // `#subdirectory=x` says where in it, not which state of it
        let spec = spec.rsplit_once('#').filter(|(_, part)| part.contains('=')).map_or(spec, |(url, _)| url);
        let cut = spec.rsplit_once('#').or_else(|| spec.rsplit_once('@').filter(|(head, _)| head.contains('/')));
        let (name, version) = cut.map_or((spec, None), |(n, v)| (n, Some(v)));
        return Some(source(Kind::Git, name, version, version.is_some_and(is_commit)));
    }
    if spec.contains("://") {
        return Some(source(Kind::Url, spec, None, false));
    }
    // deno writes `npm:name@version`
    let jsr = spec.starts_with("jsr:");
    let spec = spec.strip_prefix("npm:").or_else(|| spec.strip_prefix("jsr:")).unwrap_or(spec);
    if registry == Kind::PyPi {
        let end = spec.find(['=', '<', '>', '!', '~', '@', ';']).unwrap_or(spec.len());
        let name = spec[..end].split('[').next().unwrap_or(spec).trim();
        let rest = spec[end..].trim();
        let version = rest.strip_prefix("===").or_else(|| rest.strip_prefix("==")).or_else(|| rest.strip_prefix('@'));
        let pinned = version.is_some_and(|v| is_exact(v.trim()));
        let shown = version.map(str::trim).or((!rest.is_empty()).then_some(rest));
        return Some(CodeSource { written: spec.to_owned(), ..source(Kind::PyPi, name, shown, pinned) });
    }
    let (name, version) = match spec.rsplit_once('@').filter(|(n, _)| !n.is_empty()) {
        Some((name, version)) => (name, Some(version)),
        None => (spec, None),
    };
    let kind = if jsr { Kind::Jsr } else { Kind::Npm };
    let pinned = version.is_some_and(is_whole);
    Some(CodeSource { written: spec.to_owned(), ..source(kind, name, version, pinned) })
}

/// One version, no range, no tag.
fn is_exact(version: &str) -> bool {
    let plain = !version.contains(['x', '*', '^', '~', '>', '<', ' ', '|', ',']) || version.contains('-');
    let ranged = version.contains(['*', '^', '~', '>', '<', ' ', '|', ',']);
    version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.') && plain && !ranged
}

/// One version with all of its three parts: `1.2` is a range where npm, Go and Cargo read it.
fn is_whole(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = core.split('.').collect();
    parts.len() == 3 && parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
}

fn is_commit(text: &str) -> bool {
    let text = text.split('#').next().unwrap_or(text);
    text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}
