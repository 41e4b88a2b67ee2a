//! Runners of single languages and of version managers, with the registries of their own.

use super::super::super::filled;
use super::super::{CodeSource, Kind};
use super::install::created;
use super::spec::{is_commit, is_exact, is_whole, read};
use super::{VALUES, operand, operand_of, source, values, verb};

/// A module with a version; without one it is the project's own.
pub(super) fn go(args: &[&str], from: usize) -> Option<(CodeSource, usize)> {
    let flags = [
        "C",
        "asmflags",
        "buildmode",
        "compiler",
        "covermode",
        "coverpkg",
        "exec",
        "gccgoflags",
        "gcflags",
        "installsuffix",
        "ldflags",
        "mod",
        "modfile",
        "o",
        "overlay",
        "p",
        "pgo",
        "pkgdir",
        "tags",
        "toolexec",
    ];
    let at = operand_of(args, from, &|arg| flags.contains(&arg.trim_start_matches('-')))?;
    if args[at].starts_with("${") {
        return (!filled::is_path(args[at])).then(|| (source(Kind::Go, args[at], None, false), at));
    }
    let (name, version) = args[at].split_once('@')?;
    let tag = version.strip_prefix('v').is_some_and(is_whole);
    let pinned = tag || (version.len() >= 12 && version.bytes().all(|b| b.is_ascii_hexdigit()));
    Some((source(Kind::Go, name, Some(version), pinned), at))
}

pub(super) fn nuget(args: &[&str], from: usize) -> Option<(CodeSource, usize)> {
    let more = ["--version", "-v", "--framework", "-f", "--tool-path", "--tool-manifest", "--arch", "-a"];
    let at = operand(args, from, &more)?;
    let end = args.iter().position(|a| *a == "--").unwrap_or(args.len());
    let (name, version) = args[at].split_once('@').map_or((args[at], None), |(n, v)| (n, Some(v)));
    let version = version.or_else(|| values(args, from, end, &["--version"]).first().map(|v| v.0));
    Some((source(Kind::NuGet, name, version, version.is_some_and(is_exact)), at))
}

/// A URL, an artifact, or a name of a catalog; a file of its own is no source.
pub(super) fn jbang(args: &[&str]) -> Option<(CodeSource, usize)> {
    let first = operand(args, 0, &[])?;
    let at = if args[first] == "run" { operand(args, first + 1, &[])? } else { first };
    let spec = args[at];
    if filled::is_path(spec) {
        return None;
    }
    if spec.contains("://") || spec.starts_with("${") {
        return Some((source(Kind::Url, spec, None, false), at));
    }
    if let Some(found) = artifact(spec) {
        return Some((found, at));
    }
    // `alias@owner`, `alias@owner/repository/branch`
    let catalog = spec.split_once('@').filter(|(alias, owner)| !alias.contains(['/', '\\']) && !owner.is_empty());
    catalog.map(|_| (source(Kind::Git, spec, None, false), at))
}

/// References to flakes; one in a folder is no source.
pub(super) fn nix(args: &[&str], from: usize) -> Vec<(CodeSource, usize)> {
    let mut out = Vec::new();
    let mut at = from;
    while let Some(arg) = args.get(at).filter(|a| !["--", "-c", "--command"].contains(*a)) {
        let step = match *arg {
            "--override-input" | "--option" => 3,
            "-I" | "--inputs-from" | "--reference-lock-file" | "--output-lock-file" => 2,
            a if VALUES.contains(&a) => 2,
            _ => 1,
        };
        let local = arg.starts_with(['-', '.', '/', '~', '#']) || arg.starts_with("path:") || filled::is_path(arg);
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

pub(super) fn cargo(name: &str, args: &[&str]) -> Vec<(CodeSource, usize)> {
    let end = args.iter().position(|a| *a == "--").unwrap_or(args.len());
    let value = |flags: &[&str]| values(args, 0, end, flags).into_iter().next();
    if let Some((url, at)) = value(&["--git"]) {
        let commit = value(&["--rev"]).map(|v| v.0);
        let version = commit.or_else(|| value(&["--tag", "--branch"]).map(|v| v.0));
        return vec![(source(Kind::Git, url, version, commit.is_some_and(is_commit)), at)];
    }
    // `+nightly`
    let own = usize::from(args.first().is_some_and(|a| a.starts_with('+')));
    let from = match name {
        "cargo-binstall" => Some(0),
        _ => verb(&args[own..], "install|binstall").map(|from| from + own),
    };
    let more =
        ["--version", "--vers", "--root", "--features", "-F", "--target", "--bin", "--path", "--index", "--profile"];
    let option = value(&["--version", "--vers"]).map(|v| v.0);
    let mut out = Vec::new();
    let mut next = from;
    while let Some(at) = next.and_then(|from| operand(&args[..end], from, &more)) {
        let (name, version) = args[at].split_once('@').map_or((args[at], None), |(n, v)| (n, Some(v)));
        let version = version.or(option);
        let pinned = version.is_some_and(|v| is_whole(v.trim_start_matches('=')));
        out.push((source(Kind::Cargo, name, version, pinned), at));
        next = Some(at + 1);
    }
    out
}

/// `group:artifact:version`.
fn artifact(spec: &str) -> Option<CodeSource> {
    let parts: Vec<&str> = spec.split(':').filter(|p| !p.is_empty()).collect();
    let [group, artifact, version, ..] = parts[..] else { return None };
    let pinned = is_exact(version) && !version.ends_with("-SNAPSHOT");
    Some(source(Kind::Maven, &format!("{group}:{artifact}"), Some(version), pinned))
}

/// `cs launch group:artifact:version`; other names are those of a catalog.
pub(super) fn maven(args: &[&str], from: usize) -> Option<(CodeSource, usize)> {
    let at = operand(args, from, &["-M", "-r", "--repository", "--main-class"])?;
    Some((artifact(args[at]).unwrap_or_else(|| source(Kind::Generic, args[at], None, false)), at))
}

/// `nix-shell -p NAME…`, `nix-env -iA NAME`: names of the channel that the machine has at the time.
pub(super) fn nixpkgs(args: &[&str]) -> Vec<(CodeSource, usize)> {
    let flags = ["-p", "--packages", "-i", "-iA", "--install", "-A"];
    let Some(from) = args.iter().position(|a| flags.contains(a)) else { return Vec::new() };
    let named = (from + 1..args.len()).take_while(|at| !args[*at].starts_with('-') || flags.contains(&args[*at]));
    let plain = |at: &usize| !flags.contains(&args[*at]) && !args[*at].starts_with(['.', '/', '(']);
    named.filter(plain).map(|at| (source(Kind::Generic, args[at], None, false), at)).collect()
}

/// `mise x npm:NAME -- …`: tools that are packages.
pub(super) fn mise(args: &[&str], from: usize) -> Vec<(CodeSource, usize)> {
    let end = args.iter().position(|a| *a == "--").unwrap_or(args.len());
    let tools = (from.min(end)..end).filter_map(|at| {
        let (backend, spec) = args[at].split_once(':').filter(|_| !args[at].starts_with('-'))?;
        let found = match backend {
            "npm" => read(Kind::Npm, spec)?,
            "pipx" => read(Kind::PyPi, spec)?,
            "cargo" | "go" | "gem" | "dotnet" | "conda" => {
                let (name, version) = spec.rsplit_once('@').map_or((spec, None), |(n, v)| (n, Some(v)));
                let kind = match backend {
                    "cargo" => Kind::Cargo,
                    "go" => Kind::Go,
                    "gem" => Kind::Gem,
                    "dotnet" => Kind::NuGet,
                    _ => Kind::Generic,
                };
                source(kind, name, version, version.is_some_and(|v| is_whole(v.trim_start_matches('v'))))
            }
            "ubi" | "github" | "gitlab" | "aqua" | "asdf" | "vfox" | "spm" | "http" => {
                let (name, version) = spec.rsplit_once('@').map_or((spec, None), |(n, v)| (n, Some(v)));
                source(Kind::Git, name, version, false)
            }
            _ => return None,
        };
        Some((found, at))
    });
    tools.collect()
}

/// What stands behind `npm:`, `jsr:` or an address; a file of its own is no source.
pub(super) fn deno(args: &[&str]) -> Vec<(CodeSource, usize)> {
    let valued = |a: &str| {
        let flags = [
            "-c",
            "--config",
            "--import-map",
            "--cert",
            "--seed",
            "-L",
            "--log-level",
            "--ext",
            "--location",
            "--preload",
            "--require",
            "--conditions",
            "--host",
            "--port",
            "-n",
            "--name",
            "--root",
            "-e",
            "--entrypoint",
            "--filter",
            "--minimum-dependency-age",
            "--origin-data-folder-path",
            "--eval",
        ];
        flags.contains(&a)
    };
    let named = |at: &usize| args[*at].contains(':') || args[*at].starts_with("${");
    let one = |at: usize| Some((read(Kind::Npm, args[at])?, at));
    let made = |at: usize| Some((read(Kind::Npm, &created(args[at].trim_start_matches("npm:")))?, at));
    let Some(first) = operand_of(args, 0, &valued) else { return Vec::new() };
    match args[first] {
        // all of them
        "add" | "install" | "i" | "cache" => {
            let mut out = Vec::new();
            let mut next = first + 1;
            while let Some(at) = operand_of(args, next, &valued) {
                out.extend(Some(at).filter(named).and_then(one));
                next = at + 1;
            }
            out
        }
        // without a registry a name is npm's
        "x" => operand_of(args, first + 1, &valued).and_then(one).into_iter().collect(),
        "create" => operand_of(args, first + 1, &valued).map(made).into_iter().flatten().collect(),
        "init" => {
            let named = values(args, first, args.len(), &["--npm", "--jsr"]).into_iter();
            named.flat_map(|(_, at)| made(at)).collect()
        }
        _ if named(&first) => one(first).into_iter().collect(),
        _ => operand_of(args, first + 1, &valued).filter(named).and_then(one).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    #[test]
    fn many_operands_are_no_more_work_than_their_words() {
        let args: Vec<&str> = std::iter::once("install").chain(std::iter::repeat_n("a", 20_000)).collect();
        let begun = Instant::now();
        assert_eq!(super::cargo("cargo", &args).len(), 20_000);
        // looking for the version per operand takes minutes
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
