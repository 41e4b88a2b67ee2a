//! Commands that a file of the project holds under a name, and that a launch starts by it: `npm run mcp`, `make mcp`,
//! `uv run server`. Of `package.json` and `pyproject.toml` the command counts, and not the rest of the file. What a Makefile or a
//! justfile runs cannot be told from a part of it, so all of it counts, with the files that it includes; of tasks that start
//! each other by their names (deno, composer, poe) all count.

mod book;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use self::book::{Book, read};
use crate::launch::line::Step;
use crate::target::document::Language;

/// Files of one that includes others, and commands of it.
const FILES: usize = 64;
const COMMANDS: usize = 256;

/// A command by its name.
#[derive(Debug)]
pub(super) struct Script {
    /// The file.
    pub(super) file: PathBuf,
    /// The name in it.
    pub(super) name: String,
    /// All that decides what runs; empty where there is no such name.
    pub(super) text: String,
    /// The parts of it that are lines of a shell, each of its own.
    pub(super) code: Vec<String>,
    /// Files that it runs by another way than by naming them.
    pub(super) files: Vec<String>,
    /// Whether there is more of it than was read.
    pub(super) cut: bool,
}

impl Script {
    fn new(file: PathBuf, name: &str) -> Self {
        let (text, code, files) = (String::new(), Vec::new(), Vec::new());
        Self { file, name: name.to_owned(), text, code, files, cut: false }
    }
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

/// Programs that start commands by a name.
const RUNNERS: [&str; 17] = [
    "npm", "pnpm", "yarn", "yarnpkg", "bun", "node", "deno", "composer", "uv", "rye", "poetry", "pdm", "hatch", "poe",
    "make", "gmake", "just",
];

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
            let begun = ["run", "run-script", "rum", "urn", "task", "tool", "exec"].contains(&out.words[0]);
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

/// Whether a step may start commands by a name.
pub(super) fn is_runner(step: &Step<'_>) -> bool {
    RUNNERS.contains(&step.program().as_str())
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
        ("npm" | "pnpm" | "yarn" | "yarnpkg" | "bun", Some("run" | "run-script" | "rum" | "urn"), Some(name)) => {
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
            let task = table(file(&["deno.json", "deno.jsonc"]), Language::Json, &["tasks", name], root);
            vec![if task.text.is_empty() { node(package(), name, root) } else { task }]
        }
        ("composer", Some("run" | "run-script"), Some(name)) => {
            vec![table(given.folder.join("composer.json"), Language::Json, &["scripts", name], root)]
        }
        ("uv" | "rye" | "poetry" | "pdm" | "hatch", Some("run"), Some(name)) => {
            python(&program, project(), name, root).into_iter().collect()
        }
        ("poe", Some(name), _) => vec![table(project(), Language::Toml, &["tool", "poe", "tasks", name], root)],
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

/// A command of a table whose commands start each other: all of the table, where it has the name.
fn table(file: PathBuf, language: Language, path: &[&str], root: &Path) -> Script {
    let book = Book::open(file, language, root);
    let one = book.script(path);
    if one.text.is_empty() || one.cut {
        return one;
    }
    Script { name: one.name, ..book.script(&path[..path.len() - 1]) }
}

/// A script of `package.json`, with those before and behind it.
fn node(file: PathBuf, name: &str, root: &Path) -> Script {
    let book = Book::open(file, Language::Json, root);
    let mut out = book.script(&["scripts", name]);
    if !out.text.is_empty() {
        let [before, behind] = ["pre", "post"].map(|part| book.script(&["scripts", &format!("{part}{name}")]));
        out.text = before.text + &out.text + &behind.text;
        out.code.extend(before.code.into_iter().chain(behind.code));
    }
    out
}

/// A script of `pyproject.toml`: the function of a module, or a command.
fn python(program: &str, file: PathBuf, name: &str, root: &Path) -> Option<Script> {
    let paths: [&[&str]; 6] = [
        &["project", "scripts"],
        &["project", "gui-scripts"],
        &["tool", "poetry", "scripts"],
        &["tool", "pdm", "scripts"],
        &["tool", "rye", "scripts"],
        &["tool", "hatch", "envs", "default", "scripts"],
    ];
    if name.contains(['.', '/', '\\']) || name.starts_with("python") {
        return None;
    }
    let book = Book::open(file, Language::Toml, root);
    let own = |path: &&&[&str]| path[0] == "project" || path[1] == program;
    let mut all = paths.iter().filter(own).map(|path| book.script(&[path, &[name][..]].concat()));
    // one that is added later goes before a program of the same name
    let found = all.find(|s| !s.text.is_empty());
    let mut script = found.unwrap_or_else(|| book.script(&["project", "scripts", name]));
    let module = script.text.trim().split_once(':').filter(|(module, _)| !module.contains(char::is_whitespace));
    if let Some((module, _)) = module {
        let path = module.replace('.', "/");
        let ends = [".py", "/__init__.py"];
        script.files = ["", "src/"].iter().flat_map(|src| ends.map(|end| format!("{src}{path}{end}"))).collect();
        script.code.clear();
    }
    Some(script)
}

/// A Makefile or a justfile, with all that it includes: variables, templates and rules of many names make any line of it a
/// part of any command.
fn rules(file: PathBuf, target: Option<&str>, root: &Path) -> Script {
    let mut out = Script::new(file, target.unwrap_or("default"));
    let folder = out.file.parent().unwrap_or(root).to_owned();
    let (mut left, mut seen) = (vec![out.file.clone()], BTreeSet::new());
    while let Some(file) = left.pop() {
        let Some(file) = super::plain(&file).filter(|f| !seen.contains(f) && !f.is_dir()) else { continue };
        let text = match read(&file, root) {
            Ok(Some(text)) => text,
            Ok(None) => continue,
            Err(why) => {
                out.cut |= seen.is_empty();
                out.text.push_str(&format!("{why}\n"));
                continue;
            }
        };
        if seen.len() == FILES {
            out.cut = true;
            break;
        }
        out.text.push_str(&text);
        out.text.push('\n');
        let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
        for line in text.lines() {
            let places = [&folder, file.parent().unwrap_or(root)];
            let names = included(line);
            out.cut |= names.iter().any(|n| n.contains(['$', '*', '?', '[']));
            left.extend(names.iter().flat_map(|name| places.map(|p| p.join(name))));
            let code = match line.starts_with([' ', '\t']) {
                true => line.trim().trim_start_matches(['@', '-', '+']),
                false => line.split_once(';').map_or("", |(_, code)| code.trim()),
            };
            match out.code.len() < COMMANDS {
                _ if code.is_empty() => {}
                true => out.code.push(code.to_owned()),
                false => out.cut = true,
            }
        }
        seen.insert(file);
    }
    out
}

/// Files that a line includes: `-include a.mk b.mk`, `$(eval include c.mk)`, `import? 'd.just'`, `mod e`. Those that
/// variables or patterns make are not found.
fn included(line: &str) -> Vec<String> {
    let mut words = line.split_whitespace().map(|w| w.trim_matches(['\'', '"', ')']));
    let Some(word) = words.find(|w| w.ends_with("include") || ["import", "import?", "mod", "mod?"].contains(w)) else {
        return Vec::new();
    };
    let named = words.take(FILES).take_while(|w| !w.starts_with('#'));
    if !word.starts_with("mod") {
        return named.map(str::to_owned).collect();
    }
    let ends = ["", ".just", "/mod.just", "/justfile", "/.justfile"];
    named.flat_map(|name| ends.map(|end| format!("{name}{end}"))).collect()
}
