//! Commands that a file of the project holds under a name, and that a launch starts by it: `npm run mcp`, `make mcp`,
//! `uv run server`. Of `package.json` and `pyproject.toml` the command counts, and not the rest of the file. What a Makefile or a
//! justfile runs cannot be told from a part of it, so all of it counts, with the files that it includes; of tasks that start
//! each other by their names (deno, composer, poe) all count. Of other runners (`task`, `mise`, `nx`, `rake`, `tox`, compose) all
//! files that they may read count; where those cannot be known, the approval says so by a name of its own.

mod book;
mod files;

use std::path::{Path, PathBuf};

use self::book::Book;
use crate::launch::line::Step;
use crate::target::document::Language;

/// Files of one that includes others, and commands of it.
const FILES: usize = 64;
const COMMANDS: usize = 256;
/// Folders above that are looked in.
const ABOVE: usize = 64;

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
    /// The files that it was read from.
    pub(super) read: Vec<PathBuf>,
    /// Whether there may be files of it that nobody can name.
    pub(super) open: bool,
}

impl Script {
    fn new(file: PathBuf, name: &str) -> Self {
        let (text, code, files) = (String::new(), Vec::new(), Vec::new());
        Self { read: vec![file.clone()], file, name: name.to_owned(), text, code, files, cut: false, open: false }
    }
}

/// Options with a value: those for a folder, those for a file, and others. A letter may be a switch of another program.
type Options = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);
const NODE: Options =
    (&["-C", "--prefix", "--dir", "--cwd"], &[], &["-w", "--workspace", "--filter", "--filter-prod", "-F", "--run"]);
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
/// Options by which a package manager goes into other folders of the project.
const SPREAD: [&str; 9] =
    ["-w", "--workspace", "--workspaces", "-ws", "--filter", "--filter-prod", "-F", "-r", "--recursive"];

/// Words that do the same.
const SPREADING: [&str; 5] = ["workspace", "workspaces", "recursive", "multi", "m"];
/// Words of a line that may be the name of a script in other folders.
const NAMES: usize = 64;

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
    named: Vec<&'s str>,
    words: Vec<&'s str>,
    runs: Option<&'s str>,
    /// Other folders of the project may be meant.
    spread: bool,
}

fn given<'s>(step: &Step<'s>, folder: &Path) -> Given<'s> {
    let mut out = Given { folder: folder.to_owned(), named: Vec::new(), words: Vec::new(), runs: None, spread: false };
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
            let own = ["make", "gmake"].contains(&&*step.program()) || SPREADING.contains(&out.words[0]);
            if out.words.len() == 1 + usize::from(begun) && !own {
                // some read their own options behind the name as well
                out.spread |= args[at..].iter().take_while(|a| **a != "--").any(|a| spreads(a));
                break;
            }
            continue;
        }
        out.spread |= spreads(arg);
        let long = || arg.split_once('=').map_or((*arg, None), |(o, v)| (o, Some(v)));
        // `-sfx`: letters may stand together, with the value
        let short = |list: &[&'static str]| {
            let letters = arg.strip_prefix('-').filter(|l| !l.starts_with('-'))?;
            let found = letters.char_indices().find_map(|(i, c)| {
                Some((*list.iter().find(|o| o.len() == 2 && o.ends_with(c))?, &letters[i + c.len_utf8()..]))
            })?;
            Some((found.0, Some(found.1).filter(|rest| !rest.is_empty())))
        };
        let (option, joined) = match std::ptr::eq(folders, MAKE.0) || std::ptr::eq(folders, JUST.0) {
            true => short(&[folders, files, others].concat()).unwrap_or_else(long),
            false => long(),
        };
        let known = [folders, files, others].iter().any(|l| l.contains(&option));
        let value = joined.or_else(|| args.get(at).copied().filter(|_| known));
        let Some(value) = value else { continue };
        at += usize::from(joined.is_none());
        match option {
            // each goes on from the one before
            o if folders.contains(&o) && o != "--prefix" => out.folder = out.folder.join(super::within(value)),
            o if folders.contains(&o) => out.folder = folder.join(super::within(value)),
            o if files.contains(&o) => out.named.push(super::within(value)),
            "--run" => out.runs = Some(value),
            "-I" | "--include-dir" => out.spread = true,
            _ => {}
        }
    }
    out
}

fn spreads(arg: &str) -> bool {
    SPREAD.contains(&arg.split('=').next().unwrap_or(arg))
}

/// Whether a step may start commands by a name.
pub(super) fn is_runner(step: &Step<'_>) -> bool {
    let program = step.program();
    RUNNERS.contains(&program.as_str()) || files::of_runner(&program, &step.texts()).is_some()
}

/// Whether a step makes that all of the project is looked through.
pub(super) fn is_wide(step: &Step<'_>) -> bool {
    let (program, args) = (step.program(), step.texts());
    files::of_runner(&program, &args).is_some()
        || ["make", "gmake"].contains(&&*program)
        || args.iter().any(|a| spreads(a) || SPREADING.contains(a))
}

/// All files that runners read where a launch starts: where nobody can tell which of them it uses.
pub(super) fn everything(folder: &Path, root: &Path) -> Script {
    files::whole("", files::ALL, &[], folder, root)
}

/// The commands that a step starts by a name.
pub(super) fn of(step: &Step<'_>, folder: &Path, root: &Path) -> Vec<Script> {
    let program = step.program();
    let given = given(step, folder);
    let (first, second) = (given.words.first().copied(), given.words.get(1).copied());
    if let Some(names) = files::of_runner(&program, &step.texts()) {
        let mut found = vec![files::whole(&program, names, &step.texts(), &given.folder, root)];
        if ["turbo", "nx", "lerna"].contains(&&*program) {
            let (all, cut) = files::below(root, &["package.json"]);
            found[0].open |= cut;
            found.extend(all.into_iter().map(|f| Book::open(f, Language::Json, root).script(&["scripts"])));
        }
        return found;
    }
    // all but make look in the folders above as well
    let up = |names: &[&str], folders: usize| {
        let above = given.folder.ancestors().take(folders).take_while(|f| f.starts_with(root));
        let there = above.flat_map(|f| names.iter().map(move |n| f.join(n))).find(|p| p.exists());
        there.unwrap_or_else(|| given.folder.join(names.first().copied().unwrap_or_default()))
    };
    let all = |names: &[&str], folders: usize| match given.named.is_empty() {
        true => vec![up(names, folders)],
        false => given.named.iter().map(|n| given.folder.join(n)).collect(),
    };
    let package = || up(&["package.json"], ABOVE);
    let project = || up(&["pyproject.toml"], ABOVE);
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
            let task = table(up(&["deno.json", "deno.jsonc"], ABOVE), Language::Json, &["tasks", name], root);
            vec![if task.text.is_empty() { node(package(), name, root) } else { task }]
        }
        ("composer", Some("run" | "run-script"), Some(name)) => {
            vec![table(up(&["composer.json"], ABOVE), Language::Json, &["scripts", name], root)]
        }
        ("uv" | "rye" | "poetry" | "pdm" | "hatch", Some("run"), Some(name)) => {
            python(&program, project(), name, root).into_iter().collect()
        }
        ("poe", Some(name), _) => vec![table(project(), Language::Toml, &["tool", "poe", "tasks", name], root)],
        ("make" | "gmake", ..) => {
            let target = given.words.iter().find(|w| !w.contains('=')).copied();
            vec![files::rules(
                all(&["GNUmakefile", "makefile", "Makefile"], 1),
                (&given.folder, given.spread),
                target,
                root,
            )]
        }
        ("just", ..) => {
            vec![files::rules(all(&["justfile", "Justfile", ".justfile"], ABOVE), (&given.folder, false), first, root)]
        }
        _ => Vec::new(),
    };
    let node_like = ["npm", "pnpm", "yarn", "yarnpkg", "bun"].contains(&&*program);
    let mut found = found;
    if node_like && (given.spread || first.is_some_and(|f| SPREADING.contains(&f))) {
        // which folders are meant is told by the files of each: any script of a name in the line may be
        let names: Vec<&str> = step.texts().into_iter().filter(|a| !a.starts_with('-')).collect();
        let (all, cut) = files::below(root, &["package.json"]);
        let each = |file: PathBuf| {
            let book = Book::open(file, Language::Json, root);
            names.iter().take(NAMES).map(|name| named(&book, name)).collect::<Vec<_>>()
        };
        found.extend(all.into_iter().flat_map(each).filter(|s| !s.text.is_empty()));
        found.extend((cut || names.len() > NAMES).then(|| Script { open: true, ..Script::new(package(), "") }));
    }
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
    named(&Book::open(file, Language::Json, root), name)
}

fn named(book: &Book, name: &str) -> Script {
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
