//! Commands that a client runs by itself because a file of the project says so. What downloads code and runs it is the worst of
//! them; formatters, linters and tests after work are usual in repositories, and say little: they run the project's own code,
//! as its people do. Only what is known to the last option is counted as that. On opening nobody has looked at the project
//! yet, so then they count as anything else.

mod line;

use super::fetch;
use line::{Command, commands};

/// Programs that show something, or make a noise, with the letters of the options they may have.
const PLAIN: [(&str, &str); 20] = [
    ("true", ""),
    ("false", ""),
    (":", ""),
    ("pwd", ""),
    ("exit", ""),
    ("sleep", ""),
    ("basename", ""),
    ("dirname", ""),
    ("cd", ""),
    ("test", "defnrswxz"),
    ("cat", "n"),
    ("head", "cn"),
    ("tail", "cn"),
    ("ls", "1AFahlt"),
    ("wc", "clw"),
    ("grep", "EFcinoqvw"),
    ("sort", "nru"),
    ("cut", "cdf"),
    ("say", ""),
    ("notify-send", "itu"),
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
const SCRIPTS: [&str; 9] = ["fmt", "format", "lint", "test", "check", "typecheck", "type-check", "fix", "build"];

/// Programs whose verb says what they do.
const VERBS: [(&str, &[&str]); 15] = [
    ("git", &["add"]),
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
const SHOWN: [&str; 7] = ["status", "diff", "log", "show", "rev-parse", "ls-files", "describe"];

/// Options for these.
const SHOWING: [&str; 19] = [
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
const OPTIONS: [&str; 61] = [
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

/// Events after somebody has worked in the project.
const WORK: [&str; 8] =
    ["pretooluse", "posttooluse", "stop", "subagentstop", "sessionend", "afterfileedit", "aftertool", "afteragent"];

/// The rule about a hook, and what it has the client do.
pub(super) fn judge(event: &str, command: &str) -> (&'static str, &'static str) {
    if fetch::executes("sh", command) {
        return ("fetch-and-execute-launch", "download code and run it");
    }
    let work = WORK.contains(&event.to_ascii_lowercase().as_str());
    match commands(command).map_or(Weight::Other, |all| weight(&all)) {
        Weight::Plain => ("project-hook", "run a command that shows something"),
        Weight::Tool if work => ("project-hook", "run a tool of development"),
        _ => ("project-auto-enable", "run a command"),
    }
}

/// How much a command may do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// It shows something.
    Plain,
    /// It runs the project's own code, as a formatter or a test does.
    Tool,
    /// Anything.
    Other,
}

fn weight(all: &[Command]) -> Weight {
    let each = all.iter().enumerate().map(|(i, command)| {
        let inner = command.inner.iter().map(|i| weight(i)).max().unwrap_or(Weight::Plain);
        inner.max(judge_command(command, i.checked_sub(1).and_then(|i| all.get(i))))
    });
    each.max().unwrap_or(Weight::Other)
}

fn judge_command(command: &Command, before: Option<&Command>) -> Weight {
    let Some((first, args)) = command.words.split_first() else { return Weight::Other };
    match first.as_str() {
        "echo" => return Weight::Plain,
        "jq" => return if is_filter(args) { Weight::Plain } else { Weight::Other },
        _ => {}
    }
    // what becomes an argument is the file that was worked on, or it may be anything
    let input = |c: &Command| !c.piped && c.words[0] == "jq" && is_filter(&c.words[1..]);
    if !command.inner.iter().all(|inner| inner.len() == 1 && input(&inner[0])) {
        return Weight::Other;
    }
    let own = if first == "xargs" {
        let filling = |a: &&String| ["-0", "-r", "-I", "-I{}", "{}", "--no-run-if-empty"].contains(&a.as_str());
        let rest: Vec<String> = args.iter().skip_while(filling).cloned().collect();
        if command.piped && before.is_some_and(input) { program(&rest) } else { Weight::Other }
    } else {
        program(&command.words)
    };
    // that file may lie outside of the project, and is not to be shown
    let taken = !command.inner.is_empty() || first == "xargs";
    if taken && own == Weight::Plain { Weight::Other } else { own }
}

/// Whether `jq` takes fields out of its input, and nothing else: it knows the environment and other files as well.
fn is_filter(args: &[String]) -> bool {
    let (options, rest): (Vec<&String>, Vec<&String>) = args.iter().partition(|a| a.starts_with('-'));
    let fields = |filter: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || "_./ ?\"".contains(c);
        let parts = filter.split([' ', '/']).filter(|p| !p.is_empty());
        filter.chars().all(known) && parts.into_iter().all(|p| p.starts_with('.') || p == "empty" || p == "\"\"")
    };
    options.iter().all(|o| ["-r", "-e", "-c", "-er", "-re"].contains(&o.as_str()))
        && matches!(rest.as_slice(), [filter] if fields(filter))
}

fn program(words: &[String]) -> Weight {
    let Some((first, args)) = words.split_first() else { return Weight::Other };
    let name = first.as_str();
    let texts: Vec<&str> = args.iter().map(String::as_str).collect();
    if name == "osascript" {
        return if matches!(texts.as_slice(), ["-e", text] if notifies(text)) { Weight::Plain } else { Weight::Other };
    }
    if ["afplay", "paplay"].contains(&name) {
        return if texts.iter().any(|a| a.starts_with('-')) { Weight::Other } else { Weight::Plain };
    }
    if !texts.iter().all(|a| is_inside(a)) {
        return Weight::Other;
    }
    if let Some((_, letters)) = PLAIN.iter().find(|(n, _)| *n == name) {
        let option = |a: &str| a.chars().skip(1).all(|c| c.is_ascii_digit() || ":,".contains(c) || letters.contains(c));
        let mild = texts.iter().all(|a| if a.starts_with('-') { option(a) } else { !is_hidden(a) });
        // a folder of the project may be a repository with settings of its own, and no folder is one's home
        let moves = name == "cd" && texts != ["."];
        return if mild && !moves { Weight::Plain } else { Weight::Other };
    }
    if name == "git" && texts.first().is_some_and(|v| SHOWN.contains(v)) {
        let mild = |a: &&str| if a.starts_with('-') { SHOWING.contains(a) } else { !is_hidden(a) };
        return if texts.iter().all(mild) { Weight::Plain } else { Weight::Other };
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

/// Whether a path stays in the folder where the command runs.
fn is_inside(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':');
    !drive && !path.starts_with(['/', '~']) && !path.contains("://") && path.split('/').all(|p| p != "..")
}

/// Whether a path is one of the files that are not shown: they hold keys and settings.
fn is_hidden(path: &str) -> bool {
    let shown = |p: &str| !p.starts_with('.') || [".", ".claude", ".github"].contains(&p);
    path.contains(".env") || !path.split(['/', ':']).all(shown)
}

/// Whether a script of macOS shows a note, with nothing but texts in it.
fn notifies(script: &str) -> bool {
    let said = ["display", "notification", "with", "title", "subtitle", "sound", "name"];
    let parts: Vec<&str> = script.split('"').collect();
    parts.len() % 2 == 1
        && script.starts_with("display notification \"")
        && parts.iter().step_by(2).all(|p| p.split_whitespace().all(|w| said.contains(&w)))
}

#[cfg(test)]
mod tests;
