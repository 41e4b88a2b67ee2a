//! Programs of development, and those that only show something, with the options that bring nothing else in.

use super::Weight;
use super::files::{self, is_hidden, is_inside};
use super::{filter, guard, notes};

/// Programs that show something, with the letters of the options they may have.
const PLAIN: [(&str, &str); 26] = [
    ("true", ""),
    ("false", ""),
    (":", ""),
    ("pwd", ""),
    ("exit", ""),
    ("return", ""),
    ("set", "euo"),
    ("sleep", ""),
    ("basename", ""),
    ("dirname", ""),
    ("which", ""),
    ("type", ""),
    ("hash", ""),
    ("test", "defnrswxz"),
    ("[", "defnrswxzoaglt"),
    ("cat", "n"),
    ("head", "cn"),
    ("tail", "cn"),
    ("ls", "1AFahlt"),
    ("wc", "clw"),
    ("grep", "EFPcinoqvwx"),
    ("egrep", "cinoqvwx"),
    ("sort", "nru"),
    ("uniq", "cdu"),
    ("cut", "cdf"),
    ("tr", "ds"),
];

/// Tools of a registry of JavaScript, those of Python's, and others. In a registry that is not theirs such a name is anybody's.
const NODE: [&str; 16] = [
    "prettier",
    "eslint",
    "@biomejs/biome",
    "tsc",
    "vue-tsc",
    "oxlint",
    "stylelint",
    "jest",
    "vitest",
    "mocha",
    "lint-staged",
    "markdownlint-cli",
    "markdownlint-cli2",
    "cspell",
    "knip",
    "pyright",
];
const PYTHON: [&str; 11] =
    ["ruff", "black", "isort", "flake8", "pylint", "mypy", "pyright", "basedpyright", "pytest", "bandit", "yamllint"];
const NATIVE: [&str; 15] = [
    "biome",
    "rustfmt",
    "gofmt",
    "goimports",
    "gofumpt",
    "staticcheck",
    "shellcheck",
    "shfmt",
    "hadolint",
    "actionlint",
    "taplo",
    "rubocop",
    "ktlint",
    "swiftformat",
    "swiftlint",
];

/// Scripts and targets of a project that are named for what they do.
const SCRIPTS: [&str; 11] =
    ["fmt", "format", "lint", "test", "tests", "check", "typecheck", "type-check", "types", "fix", "build"];

/// Programs whose verb says what they do.
const VERBS: [(&str, &[&str]); 19] = [
    ("git", &["add"]),
    ("deno", &["fmt", "lint", "check", "test"]),
    ("swift", &["build", "test", "format"]),
    ("zig", &["fmt", "build", "test"]),
    ("pre-commit", &["run"]),
    ("cargo", &["fmt", "clippy", "check", "test", "build", "nextest", "doc", "sort"]),
    ("go", &["fmt", "vet", "test", "build"]),
    ("golangci-lint", &["run", "fmt"]),
    ("dotnet", &["format", "build", "test"]),
    ("mix", &["format", "test", "credo", "compile"]),
    ("terraform", &["fmt"]),
    ("make", &SCRIPTS),
    ("just", &SCRIPTS),
    ("task", &SCRIPTS),
    ("npm", &SCRIPTS),
    ("pnpm", &SCRIPTS),
    ("yarn", &SCRIPTS),
    ("bun", &SCRIPTS),
    ("./gradlew", &["test", "check", "build"]),
];

/// What `git` only shows something with.
const SHOWN: [&str; 8] = ["status", "diff", "log", "show", "rev-parse", "ls-files", "describe", "symbolic-ref"];

/// Options for these.
const SHOWING: [&str; 30] = [
    "-sb",
    "--quiet",
    "-q",
    "--exit-code",
    "--check",
    "--show-current",
    "--show-toplevel",
    "--is-inside-work-tree",
    "--shortstat",
    "--diff-filter=ACM",
    "--others",
    "-s",
    "--short",
    "-b",
    "--branch",
    "-n",
    "-1",
    "-3",
    "-5",
    "-10",
    "-20",
    "--porcelain",
    "--oneline",
    "--stat",
    "--name-only",
    "--name-status",
    "--cached",
    "--staged",
    "--abbrev-ref",
    "--",
];

/// A program, the words behind it, and lists of tools.
type Runner = (&'static str, &'static [&'static str], &'static [&'static [&'static str]]);

/// Programs that only start a tool, the words they do it with, and whose tools those are.
const RUNNERS: [Runner; 18] = [
    ("npx", &[], &[&NODE]),
    ("bunx", &[], &[&NODE]),
    ("pnpx", &[], &[&NODE]),
    ("npm", &["exec"], &[&NODE]),
    ("pnpm", &["exec"], &[&NODE, &NATIVE]),
    ("pnpm", &["run"], &[&NODE, &NATIVE]),
    ("pnpm", &[], &[&NODE, &NATIVE]),
    ("yarn", &["run"], &[&NODE, &NATIVE]),
    ("yarn", &[], &[&NODE, &NATIVE]),
    ("uvx", &[], &[&PYTHON]),
    ("uv", &["tool", "run"], &[&PYTHON]),
    ("uv", &["run"], &[&PYTHON]),
    ("poetry", &["run"], &[&PYTHON]),
    ("pdm", &["run"], &[&PYTHON]),
    ("hatch", &["run"], &[&PYTHON]),
    ("bundle", &["exec"], &[&["rubocop"]]),
    ("python", &["-m"], &[&PYTHON, &["unittest"]]),
    ("python3", &["-m"], &[&PYTHON, &["unittest"]]),
];

/// Options of runners that leave it to the name which tool is started, and take no word after them.
const STARTING: [&str; 7] = ["-y", "--yes", "--no-install", "-q", "--quiet", "--silent", "--"];

/// Options of tools that bring no program, no settings and no code in, whichever tool has them.
const OPTIONS: [&str; 72] = [
    "-n",
    "-p",
    "-r",
    "--dry-run",
    "--edition",
    "--exit-non-zero-on-fix",
    "--files",
    "--prefix",
    "--project",
    "--all-files",
    "--watchAll",
    "--",
    "-A",
    "-D",
    "-a",
    "-l",
    "-q",
    "-s",
    "-v",
    "-w",
    "-x",
    "+nightly",
    "+stable",
    "-count",
    "-race",
    "-short",
    "--all",
    "--all-features",
    "--all-targets",
    "--allow-dirty",
    "--allow-staged",
    "--bail",
    "--cache",
    "--changed",
    "--check",
    "--color",
    "--coverage",
    "--diff",
    "--exit-zero",
    "--ext",
    "--findRelatedTests",
    "--fix",
    "--if-present",
    "--ignore",
    "--ignore-unknown",
    "--incremental",
    "--lib",
    "--line-length",
    "--locked",
    "--log-level",
    "--loglevel",
    "--max-warnings",
    "--maxfail",
    "--no-color",
    "--no-error-on-unmatched-pattern",
    "--no-fail-fast",
    "--no-restore",
    "--noEmit",
    "--offline",
    "--passWithNoTests",
    "--pretty",
    "--quiet",
    "--release",
    "--run",
    "--select",
    "--silent",
    "--skipLibCheck",
    "--tb",
    "--verbose",
    "--verify-no-changes",
    "--workspace",
    "--write",
];

/// How much a program with its arguments may do.
pub(super) fn program(words: &[String]) -> Weight {
    let Some((first, args)) = words.split_first() else { return Weight::Other };
    let name = first.as_str();
    let texts: Vec<&str> = args.iter().map(String::as_str).collect();
    if let Some(weight) = notes::weight(name, &texts) {
        return weight;
    }
    match (name, texts.as_slice()) {
        ("command", ["-v", rest @ ..]) if !rest.is_empty() => return Weight::Plain,
        ("time" | "nice", _) => return program(args),
        ("timeout", [limit, _, ..]) if limit.trim_end_matches(['s', 'm']).bytes().all(|b| b.is_ascii_digit()) => {
            return program(&args[1..]);
        }
        ("python" | "python3", ["-c", code]) => {
            return if guard::is_guard(code) { Weight::Tool } else { Weight::Other };
        }
        ("sed", _) => return if filter::edits(&texts) { Weight::Plain } else { Weight::Other },
        ("awk", _) => return if filter::prints(&texts) { Weight::Plain } else { Weight::Other },
        ("tee", ["-a", file] | [file]) => {
            return if files::is_log(file, texts.len() == 2) { Weight::Tool } else { Weight::Other };
        }
        ("date", _) => {
            let mild = texts.iter().all(|a| a.starts_with('+') || ["-u", "-Is", "-Iseconds"].contains(a));
            return if mild { Weight::Plain } else { Weight::Other };
        }
        _ => {}
    }
    // what is sought, compared or changed is no file
    let sought = texts.iter().position(|a| !a.starts_with('-')).filter(|_| ["grep", "egrep"].contains(&name));
    let text = |at: usize| sought == Some(at) || ["tr", "test", "["].contains(&name);
    if !texts.iter().enumerate().all(|(at, a)| text(at) || is_inside(a)) {
        return Weight::Other;
    }
    let inside = |paths: &[&str]| paths.iter().all(|p| !p.starts_with('-') && files::is_shown(p));
    match (name, texts.as_slice()) {
        // settings of its own may lie there, as in the folder above it
        ("cd", [folder]) if *folder != "." => return if inside(&[folder]) { Weight::Tool } else { Weight::Other },
        ("cd", []) => return Weight::Other,
        ("cd", _) => return Weight::Plain,
        ("mkdir", ["-p", folders @ ..]) if inside(folders) => return Weight::Tool,
        ("git", ["branch", "--show-current"]) => return Weight::Plain,
        _ => {}
    }
    if let Some((_, letters)) = PLAIN.iter().find(|(n, _)| *n == name) {
        let option = |a: &str| a.chars().skip(1).all(|c| c.is_ascii_digit() || ":,".contains(c) || letters.contains(c));
        let mild = |(at, a): (usize, &&str)| if a.starts_with('-') { option(a) } else { text(at) || !is_hidden(a) };
        let writes = name == "uniq" && texts.iter().filter(|a| !a.starts_with('-')).count() > 1;
        return if texts.iter().enumerate().all(mild) && !writes { Weight::Plain } else { Weight::Other };
    }
    if name == "git" && texts.first().is_some_and(|v| SHOWN.contains(v)) {
        let mild =
            |a: &&str| if a.starts_with('-') { SHOWING.contains(a) } else { !is_hidden(a) || a.starts_with("*.") };
        return if texts.iter().all(mild) { Weight::Plain } else { Weight::Other };
    }
    let runs = ["node", "bun", "python", "python3", "ruby", "php", "tsx", "deno", "pwsh", "source", "."];
    if files::is_script(name) {
        return files::with(args);
    }
    if runs.contains(&name) && args.first().is_some_and(|s| files::is_script(s)) {
        return files::with(&args[1..]);
    }
    if let ("uv" | "npx" | "bun" | "deno", ["run" | "tsx", script, ..]) = (name, texts.as_slice())
        && files::is_script(script)
    {
        return files::with(&args[2..]);
    }
    let known = |lists: &[&[&str]], tool: &str| lists.iter().any(|l| l.contains(&tool));
    // a file that lies where tools are installed may be anything, and so no more than a tool
    let local = name.strip_prefix("./").unwrap_or(name);
    let installed = local.strip_prefix("node_modules/.bin/").map(|n| known(&[&NODE, &NATIVE], n));
    let installed = installed.or(local.strip_prefix(".venv/bin/").map(|n| known(&[&PYTHON], n)));
    if installed.unwrap_or(known(&[&NODE, &PYTHON, &NATIVE], name)) {
        return options(&texts);
    }
    if let Some((_, verbs)) = VERBS.iter().find(|(n, _)| *n == name) {
        let scripts = ["npm", "pnpm", "yarn", "bun"].contains(&name);
        let skipped = |a: &&&str| STARTING.contains(*a) || **a == "+nightly" || (scripts && **a == "run");
        let mut rest = texts.iter().skip_while(skipped);
        let verb = rest.next().map_or("", |v| v.split_once(':').filter(|_| *verbs == SCRIPTS).map_or(*v, |(v, _)| v));
        if verbs.contains(&verb) {
            return options(&rest.copied().collect::<Vec<_>>());
        }
    }
    let run = RUNNERS.iter().filter(|(n, ..)| *n == name).find_map(|(_, with, lists)| {
        let rest: Vec<&str> =
            texts.strip_prefix(*with)?.iter().skip_while(|a| STARTING.contains(*a)).copied().collect();
        let (tool, rest) = rest.split_first()?;
        known(lists, named(tool)).then(|| options(rest))
    });
    run.unwrap_or(Weight::Other)
}

/// Whether what a tool is given are options of no weight and files of the project.
fn options(args: &[&str]) -> Weight {
    let mild = |a: &&str| {
        let (option, value) = a.split_once('=').unwrap_or((a, ""));
        if a.starts_with(['-', '+']) { OPTIONS.contains(&option) && is_inside(value) } else { !a.contains('=') }
    };
    if args.iter().all(mild) { Weight::Tool } else { Weight::Other }
}

/// The name of a package without its version. What stands behind `@` may be another package.
fn named(tool: &str) -> &str {
    let version = |v: &str| {
        v == "latest"
            || (v.starts_with(|c: char| c.is_ascii_digit()) && v.chars().all(|c| c.is_ascii_alphanumeric() || c == '.'))
    };
    tool.rsplit_once('@').filter(|(_, v)| version(v)).map_or(tool, |(name, _)| name)
}
