//! Commands that a file of the project holds under a name, and that a launch starts by it: `npm run mcp`, `make mcp`,
//! `uv run server`. What runs is the command, so that is what counts, and not the rest of the file. Of a file of rules
//! that includes others or has variables, all that is no other rule's command counts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::launch::line::Step;
use crate::target::document::{Document, Language, Node, Value};

/// Bytes of such a file.
const BYTES: u64 = 1 << 20;

/// A command by its name.
#[derive(Debug)]
pub(super) struct Script {
    /// The file.
    pub(super) file: PathBuf,
    /// The name in it.
    pub(super) name: String,
    /// All that decides what runs; empty where there is no such name.
    pub(super) text: String,
    /// The part of it that is a line of a shell.
    pub(super) code: String,
    /// Files that it runs by another way than by naming them.
    pub(super) files: Vec<String>,
}

/// Options with a value: those for a folder, those for a file, and others. A letter may be a switch of another program.
type Options = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);
const NODE: Options = (&["-C", "--prefix", "--dir", "--cwd"], &[], &["-w", "--workspace", "--filter", "-F", "--run"]);
const MAKE: Options = (&["-C", "--directory"], &["-f", "--file", "--makefile"], &["-I", "--include-dir", "-o", "-W"]);
const JUST: Options = (&["-d", "--working-directory"], &["-f", "--justfile"], &["--set", "--shell", "--dotenv-path"]);
const PYTHON: Options = (
    &["-C", "--directory", "--project"],
    &[],
    &[
        "--with",
        "--with-requirements",
        "--with-editable",
        "-p",
        "--python",
        "--extra",
        "--group",
        "--env-file",
        "--index",
        "--index-url",
        "--default-index",
        "--package",
        "-e",
        "--env",
    ],
);
const OTHERS: Options = (&["--cwd", "--working-dir", "-d"], &["-c", "--config"], &["--run"]);

/// What package managers do by themselves.
const VERBS: [&str; 31] = [
    "add",
    "audit",
    "build",
    "cache",
    "ci",
    "config",
    "create",
    "dedupe",
    "dlx",
    "exec",
    "global",
    "i",
    "info",
    "init",
    "install",
    "link",
    "node",
    "npm",
    "outdated",
    "pm",
    "publish",
    "remove",
    "set",
    "unlink",
    "unplug",
    "up",
    "update",
    "upgrade",
    "why",
    "workspace",
    "x",
];

/// What a step is given.
struct Given<'s> {
    folder: PathBuf,
    file: Option<&'s str>,
    words: Vec<&'s str>,
    runs: Option<&'s str>,
}

fn given<'s>(step: &Step<'s>, folder: &Path) -> Given<'s> {
    let mut out = Given { folder: folder.to_owned(), file: None, words: Vec::new(), runs: None };
    let (folders, files, others) = match step.program().as_str() {
        "npm" | "pnpm" | "yarn" | "yarnpkg" | "bun" | "node" => NODE,
        "make" | "gmake" => MAKE,
        "just" => JUST,
        "uv" | "rye" | "poetry" | "pdm" | "hatch" | "poe" => PYTHON,
        _ => OTHERS,
    };
    let args = step.texts();
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        at += 1;
        if *arg == "--" {
            out.words.extend(&args[at..]);
            break;
        }
        if !arg.starts_with('-') {
            out.words.push(arg);
            // behind the name everything is the command's
            let begun = ["run", "run-script", "task", "tool", "exec"].contains(&out.words[0]);
            if out.words.len() == 1 + usize::from(begun) && step.program() != "make" {
                break;
            }
            continue;
        }
        let (option, joined) = arg.split_once('=').map_or((*arg, None), |(o, v)| (o, Some(v)));
        let known = [folders, files, others].iter().any(|l| l.contains(&option));
        let value = joined.or_else(|| args.get(at).copied().filter(|_| known));
        let Some(value) = value else { continue };
        at += usize::from(joined.is_none());
        match option {
            o if folders.contains(&o) => out.folder = folder.join(super::within(value)),
            o if files.contains(&o) => out.file = Some(super::within(value)),
            "--run" => out.runs = Some(value),
            "-w" | "--workspace" | "--filter" | "-F" => {
                // by its folder, or by its name, which is that of its folder as a rule
                let last = value.rsplit('/').next().unwrap_or(value);
                let places =
                    ["", "packages/", "apps/"].iter().flat_map(|p| [format!("{p}{value}"), format!("{p}{last}")]);
                let found = places.map(|p| folder.join(p)).find(|p| p.join("package.json").exists());
                out.folder = found.unwrap_or(out.folder);
            }
            _ => {}
        }
    }
    out
}

/// The commands that a step starts by a name.
pub(super) fn of(step: &Step<'_>, folder: &Path, root: &Path) -> Vec<Script> {
    let program = step.program();
    let given = given(step, folder);
    let (first, second) = (given.words.first().copied(), given.words.get(1).copied());
    let file = |names: &[&str]| {
        let all = given.file.map_or_else(|| names.to_vec(), |f| vec![f]);
        let there = all.iter().map(|n| given.folder.join(n)).find(|p| p.exists());
        there.unwrap_or_else(|| given.folder.join(all.first().copied().unwrap_or_default()))
    };
    let package = || given.folder.join("package.json");
    let project = || given.folder.join("pyproject.toml");
    let found = match (program.as_str(), first, second) {
        ("npm" | "pnpm" | "yarn" | "yarnpkg" | "bun", Some("run" | "run-script"), Some(name)) => {
            vec![node(package(), name, root)]
        }
        ("npm" | "pnpm" | "yarn" | "yarnpkg", Some(name @ ("start" | "stop" | "restart" | "test")), _) => {
            vec![node(package(), name, root)]
        }
        // one that is added later goes before a program of the same name
        ("pnpm" | "yarn" | "yarnpkg" | "bun", Some(name), _)
            if !VERBS.contains(&name) && !name.contains(['.', '/']) =>
        {
            vec![node(package(), name, root)]
        }
        ("node", ..) => given.runs.map(|name| node(package(), name, root)).into_iter().collect(),
        ("deno", Some("task"), Some(name)) => {
            let task = named(file(&["deno.json", "deno.jsonc"]), Language::Json, &["tasks", name], root);
            vec![if task.text.is_empty() { node(package(), name, root) } else { task }]
        }
        ("composer", Some("run" | "run-script"), Some(name)) => {
            vec![named(given.folder.join("composer.json"), Language::Json, &["scripts", name], root)]
        }
        ("uv" | "rye" | "poetry" | "pdm" | "hatch", Some("run"), Some(name)) => python(&program, project(), name, root),
        ("poe", Some(name), _) => vec![named(project(), Language::Toml, &["tool", "poe", "tasks", name], root)],
        ("make" | "gmake", ..) => {
            let target = given.words.iter().find(|w| !w.contains('=')).copied();
            vec![rules(file(&["GNUmakefile", "makefile", "Makefile"]), target, root)]
        }
        ("just", ..) => vec![rules(file(&["justfile", "Justfile", ".justfile"]), first, root)],
        _ => Vec::new(),
    };
    // what a runner finds in a file is its own affair where the file is no part of the project
    found.into_iter().filter(|s| s.file.starts_with(root)).collect()
}

/// The text of a file inside of the project. Where it is none it is not what was approved, and says why.
fn read(file: &Path, root: &Path) -> Result<Option<String>, String> {
    let Ok(real) = file.canonicalize() else { return Ok(None) };
    let size = real.metadata().map_err(|e| e.to_string())?;
    if !real.starts_with(root) || !size.is_file() {
        return Err(format!("leads to {}", real.display()));
    }
    if size.len() > BYTES {
        return Err(format!("larger than {BYTES} bytes"));
    }
    std::fs::read_to_string(&real).map(Some).map_err(|e| e.to_string())
}

/// A document, and the node at a path.
fn named(file: PathBuf, language: Language, path: &[&str], root: &Path) -> Script {
    let name = path.last().copied().unwrap_or_default().to_owned();
    let mut out = Script { file, name, text: String::new(), code: String::new(), files: Vec::new() };
    match read(&out.file, root) {
        Ok(None) => {}
        Ok(Some(text)) => match Document::read(&text, language) {
            Ok(document) => {
                let mut all = String::new();
                document.root.as_ref().and_then(|r| r.at(path)).into_iter().for_each(|n| flat(n, &mut all));
                (out.code, out.text) = (all.clone(), all);
            }
            Err(_) => out.text = text,
        },
        Err(why) => out.text = why,
    }
    out
}

/// All texts of a node, however deep: the reader bounds it.
fn flat(node: &Node, out: &mut String) {
    match &node.value {
        Value::Map(members) => members.iter().for_each(|m| {
            out.push_str(&m.key);
            out.push(' ');
            flat(&m.value, out);
        }),
        Value::List(all) => all.iter().for_each(|n| flat(n, out)),
        _ => {
            out.push_str(&node.scalar().unwrap_or_default());
            out.push('\n');
        }
    }
}

/// A script of `package.json`, with those before and behind it.
fn node(file: PathBuf, name: &str, root: &Path) -> Script {
    let mut out = named(file.clone(), Language::Json, &["scripts", name], root);
    if !out.text.is_empty() {
        for (part, before) in [("pre", true), ("post", false)] {
            let other = named(file.clone(), Language::Json, &["scripts", &format!("{part}{name}")], root);
            if before {
                out.text = format!("{}{}", other.text, out.text);
            } else {
                out.text.push_str(&other.text);
            }
        }
        out.code.clone_from(&out.text);
    }
    out
}

/// A script of `pyproject.toml`: the function of a module, or a command.
fn python(program: &str, file: PathBuf, name: &str, root: &Path) -> Vec<Script> {
    let paths: [&[&str]; 6] = [
        &["project", "scripts"],
        &["project", "gui-scripts"],
        &["tool", "poetry", "scripts"],
        &["tool", "pdm", "scripts"],
        &["tool", "rye", "scripts"],
        &["tool", "hatch", "envs", "default", "scripts"],
    ];
    let own = |path: &&&[&str]| path[0] == "project" || path[1] == program;
    if name.contains(['.', '/', '\\']) || name.starts_with("python") {
        return Vec::new();
    }
    let found = paths.iter().filter(own).find_map(|path| {
        let mut path = path.to_vec();
        path.push(name);
        Some(named(file.clone(), Language::Toml, &path, root)).filter(|s| !s.text.is_empty())
    });
    // one that is added later goes before a program of the same name
    let found = found.unwrap_or_else(|| named(file.clone(), Language::Toml, &["project", "scripts", name], root));
    [found]
        .into_iter()
        .map(|mut script| {
            if let Some((module, _)) =
                script.code.trim().split_once(':').filter(|(m, _)| !m.contains(char::is_whitespace))
            {
                let path = module.replace('.', "/");
                let ends = [".py", "/__init__.py"];
                script.files =
                    ["", "src/"].iter().flat_map(|src| ends.map(|end| format!("{src}{path}{end}"))).collect();
                script.code.clear();
            }
            script
        })
        .collect()
}

/// Names of a rule, what stands behind them, and its command.
type Rule<'t> = (&'t str, &'t str, Vec<&'t str>);

/// A rule of a Makefile or a justfile: its command and those of the rules before it, and whatever is no rule.
fn rules(file: PathBuf, target: Option<&str>, root: &Path) -> Script {
    let name = target.unwrap_or("default").to_owned();
    let mut out = Script { file, name, text: String::new(), code: String::new(), files: Vec::new() };
    let text = match read(&out.file, root) {
        Ok(Some(text)) => text.replace("\\\n", " "),
        Ok(None) => return out,
        Err(why) => {
            out.text = why;
            return out;
        }
    };
    let (mut all, mut loose) = (Vec::<Rule<'_>>::new(), String::new());
    for line in text.lines() {
        let head = line.split('#').next().unwrap_or_default();
        match head.split_once(':') {
            _ if line.starts_with([' ', '\t']) => match all.last_mut() {
                Some(rule) => rule.2.push(line.trim()),
                None => loose.push_str(line),
            },
            Some((names, rest)) if !rest.starts_with(['=', ':']) && !is_set(names) => all.push((names, rest, vec![])),
            _ => {
                loose.push_str(line);
                loose.push('\n');
            }
        }
    }
    let first = || all.iter().map(|r| r.0).find(|n| !n.starts_with('.')).and_then(|n| n.split_whitespace().next());
    let mut wanted: Vec<&str> = target.or_else(first).into_iter().collect();
    let mut seen = BTreeSet::new();
    let mut found = false;
    while let Some(name) = wanted.pop().filter(|_| seen.len() < 1000) {
        if !seen.insert(name) {
            continue;
        }
        let fits = |names: &str| {
            // a justfile's rule has its parameters behind its name
            names
                .trim_start_matches('@')
                .split_whitespace()
                .any(|n| n == name || (n.contains('%') && target != Some(n)))
        };
        for (names, rest, command) in all.iter().filter(|r| fits(r.0)) {
            found = true;
            out.text.push_str(&format!("{names}:{rest}\n{}\n", command.join("\n")));
            let plain = command.iter().map(|c| c.trim_start_matches(['@', '-', '+']));
            out.code.push_str(&plain.collect::<Vec<_>>().join("\n"));
            out.code.push('\n');
            wanted.extend(rest.split(|c: char| c.is_whitespace() || "|()&".contains(c)).filter(|w| !w.is_empty()));
        }
    }
    // a rule that is not there may come from a file that is included
    if found || !loose.trim().is_empty() {
        out.text.push_str(&loose);
    }
    out
}

/// Whether a line gives a variable its value: in a justfile a rule's parameters may have one, behind its name.
fn is_set(head: &str) -> bool {
    let words: Vec<&str> = head.split_whitespace().collect();
    let first = words.first().copied().unwrap_or_default();
    let operator = |w: &&str| w.ends_with('=');
    first.contains('=') || words.get(1).is_some_and(operator) || ["export", "override", "define"].contains(&first)
}
