//! Folders that another machine fills: what a repository of another address is checked out to, what an archive or a list of
//! addresses leaves under names that the line does not say.

use super::super::super::system;
use super::code;
use super::copies::folder;
use super::known::{Far, Known};
use super::loading::FORGES;
use super::sends::host;
use crate::launch::line::program as name_of;

/// Tools that run what a folder says.
const TOOLS: [&str; 27] = [
    "bun",
    "bundle",
    "cargo",
    "cmake",
    "deno",
    "docker",
    "docker-compose",
    "go",
    "gradle",
    "just",
    "make",
    "mise",
    "mvn",
    "nix",
    "npm",
    "npx",
    "pip",
    "pip3",
    "pnpm",
    "poetry",
    "pre-commit",
    "pytest",
    "rake",
    "task",
    "tox",
    "uv",
    "yarn",
];

/// Notes what a command leaves in folders. `far`: another machine's output comes in.
pub(super) fn changes(known: &mut Known, program: &str, args: &[&str], far: bool) {
    let has = |word: &str| args.contains(&word);
    let operands: Vec<&str> = args.iter().copied().filter(|a| !a.starts_with('-')).collect();
    let fetched = far || args.iter().any(|a| known.files.has(a));
    match (program, operands.as_slice()) {
        ("git", ["remote", "add" | "set-url", name, address, ..]) if address_of(address) > Far::No => {
            known.remotes.insert((*name).to_owned(), address_of(address));
        }
        ("git", ["pull", rest @ ..]) => known.here = known.here.max(elsewhere(known, rest)),
        ("git", ["fetch", rest @ ..]) => known.fetched = known.fetched.max(elsewhere(known, rest)),
        (
            "git",
            ["checkout" | "cherry-pick" | "merge" | "read-tree" | "rebase" | "reset" | "restore" | "switch", ..],
        ) => {
            let named = |a: &&str| {
                let source = a.rsplit('=').next().unwrap_or(a);
                let remote = source.split('/').next().is_some_and(|r| known.remotes.contains_key(r));
                source.starts_with("FETCH_HEAD") || remote
            };
            if args.iter().any(named) {
                known.here = known.here.max(known.fetched);
            }
        }
        ("git", ["apply" | "am", ..]) | ("patch", _) if fetched => known.here = Far::Sure,
        ("tar" | "bsdtar" | "gtar" | "unzip" | "7z" | "cpio", _) if fetched => {
            match folder(args, &["-C", "-d", "--directory"]) {
                Some(folder) => known.files.file(folder),
                None => known.here = Far::Sure,
            }
        }
        ("curl", _) => fill(known, args.iter().any(|a| letter(a, 'K') || a.starts_with("--config")), None),
        ("wget", _) => {
            let many = args.iter().any(|a| letter(a, 'i') || letter(a, 'r') || letter(a, 'm'))
                || ["--input-file", "--recursive", "--mirror"].iter().any(|o| has(o));
            let folder = folder_of(args, &["-P", "--directory-prefix"]);
            // else all of a host is left in a folder of its name
            let flat = ["-nH", "-nd", "--no-directories", "--no-host-directories"].iter().any(|o| has(o));
            if many && flat && folder.is_none() {
                known.here = Far::Sure;
            }
            fill(known, many, folder);
        }
        ("aria2c", _) => fill(known, args.iter().any(|a| letter(a, 'i') || letter(a, 'M')), None),
        ("axel" | "http" | "https" | "xh", [.., address]) if program == "axel" || has("-d") || has("--download") => {
            known.files.file(address);
        }
        ("gh" | "glab", ["repo" | "gist" | "snippet", "clone", name, folder @ ..]) => {
            known.files.file(folder.first().unwrap_or(&name.rsplit('/').next().unwrap_or(name)));
        }
        ("gh", ["release", "download", ..]) => {
            fill(known, has("-R") || has("--repo"), folder_of(args, &["-D", "--dir"]));
        }
        ("oras" | "ipfs", _) => fill(known, has("pull") || has("get"), None),
        ("aws" | "gsutil" | "rclone" | "kubectl", [.., folder])
            if ["sync", "cp", "copy"].iter().any(|v| has(v)) && !folder.contains(':') =>
        {
            known.files.file(folder);
        }
        ("az", _) => {
            let file = folder(args, &["-f", "--file", "-d", "--destination"]);
            if let Some(file) = file.filter(|_| has("download")) {
                known.files.file(file);
            }
        }
        _ => {}
    }
}

/// The folder that an option names, when it is another than this one.
fn folder_of<'a>(args: &[&'a str], options: &[&str]) -> Option<&'a str> {
    folder(args, options).filter(|f| f.starts_with(|c: char| c.is_ascii_alphanumeric()) && !f.contains(".."))
}

/// Notes that a folder, or this one, is filled: with data, as a rule.
fn fill(known: &mut Known, filled: bool, folder: Option<&str>) {
    match folder.filter(|_| filled) {
        Some(folder) => known.files.file(folder),
        None if filled => known.here = known.here.max(Far::Perhaps),
        None => {}
    }
}

/// Whether a command runs what such a folder holds. A tool may do no more than look at data there.
pub(super) fn runs(known: &Known, first: &str, args: &[&str]) -> Far {
    let within = |word: &str| !word.starts_with(['/', '~', '$', '-']);
    let program = name_of(first);
    let code =
        code::is_shell(&program) || code::is_interpreter(&program) || ["source", "."].contains(&program.as_str());
    let file = (first.contains('/') && within(first))
        || (code && args.iter().find(|a| !a.starts_with('-')).is_some_and(|a| within(a)));
    match known.here {
        Far::No => Far::No,
        _ if file => Far::Sure,
        here if TOOLS.contains(&program.as_str()) || (system::runs_code(first) && args.contains(&"-m")) => here,
        _ => Far::No,
    }
}

/// Whether Git sends what is here to another address than the project's own.
pub(super) fn pushes(known: &Known, program: &str, args: &[&str]) -> bool {
    let operands: Vec<&str> = args.iter().copied().filter(|a| !a.starts_with('-')).collect();
    program == "git"
        && matches!(operands.as_slice(), ["push", rest @ ..] if elsewhere(known, &rest[..rest.len().min(1)]) > Far::No)
}

/// Whether one of the words is another repository; without any it is the one that is meant anyway.
fn elsewhere(known: &Known, words: &[&str]) -> Far {
    let usual = if words.is_empty() { known.remotes.get("origin").copied() } else { None };
    let named = |w: &&str| known.remotes.get(*w).copied().unwrap_or_default().max(address_of(w));
    words.iter().map(named).chain(usual).max().unwrap_or_default()
}

/// Whether a word is the address of a repository: at a host where people have theirs it is perhaps the project's own.
fn address_of(word: &str) -> Far {
    let short = || word.split_once(':').and_then(|(h, _)| h.split_once('@')).map(|(_, h)| h.to_ascii_lowercase());
    match host(word).or_else(short) {
        Some(host) if FORGES.contains(&host.as_str()) => Far::Perhaps,
        Some(host) if !super::paths::is_near(&host) => Far::Sure,
        _ => Far::No,
    }
}

/// Whether a letter is one of those of a short option.
fn letter(arg: &str, letter: char) -> bool {
    let letters = arg.strip_prefix('-').filter(|l| !l.starts_with('-'));
    letters.is_some_and(|l| l.len() < 6 && l.contains(letter))
}
