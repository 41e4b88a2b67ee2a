//! What was fetched is run by a way round: a tool reads the file as its rules, a variable has it loaded, a copy is started, or
//! a runner is given the address.

use super::super::super::loader::loads;
use super::known::{Far, Known};
use super::paths::is_near;
use super::{code, sends};
use crate::target::ConfigScope;

/// Programs whose language has a way to a shell.
pub(super) const DATABASES: [&str; 7] = ["duckdb", "mariadb", "mongosh", "mysql", "psql", "sqlcmd", "sqlite3"];
/// Programs that give out what is in a file, as it is or in another form.
pub(super) const READERS: [&str; 24] = [
    "awk", "base64", "brotli", "bzcat", "bzip2", "cat", "gpg", "gunzip", "gzip", "head", "iconv", "jq", "openssl",
    "rev", "sed", "sort", "tac", "tail", "tr", "uniq", "xxd", "xzcat", "zcat", "zstd",
];
/// Programs that run, install or load what they are given as a file.
pub(super) const TAKERS: [&str; 30] = [
    "ansible-playbook",
    "apt",
    "apt-get",
    "brew",
    "code",
    "dnf",
    "docker",
    "dpkg",
    "duckdb",
    "emacs",
    "gdb",
    "gem",
    "gmake",
    "hdiutil",
    "installer",
    "just",
    "make",
    "mariadb",
    "msiexec",
    "mysql",
    "npm",
    "nvim",
    "pacman",
    "podman",
    "psql",
    "rpm",
    "sqlite3",
    "ssh",
    "vim",
    "yum",
];
/// Ends of names of files that are no code.
const DATA: [&str; 19] = [
    ".bin", ".csv", ".dat", ".gif", ".ico", ".jpg", ".jpeg", ".lock", ".log", ".md", ".mp3", ".pdf", ".png", ".rst",
    ".svg", ".ttf", ".txt", ".woff", ".woff2",
];
/// Options by which an interpreter loads code before its own.
const PRELOADING: [&str; 10] = [
    "--class-path",
    "--experimental-loader",
    "--import",
    "--loader",
    "--preload",
    "--require",
    "-classpath",
    "-cp",
    "-jar",
    "-r",
];
/// Names of files that say what a tool runs, and the tools.
const RULES: [(&[&str], &[&str]); 16] = [
    (&["Makefile", "makefile", "GNUmakefile"], &["make", "gmake"]),
    (&["justfile", "Justfile", ".justfile"], &["just"]),
    (&["package.json", ".npmrc", ".pnpmfile.cjs", ".yarnrc.yml"], &["npm", "npx", "pnpm", "yarn", "bun", "bunx"]),
    (&["conftest.py", "pytest.ini", "setup.cfg", "tox.ini", "noxfile.py"], &["pytest", "tox", "nox"]),
    (&["setup.py", "setup.cfg", "pyproject.toml"], &["pip", "pip3", "uv", "poetry", "pdm", "hatch"]),
    (&["Rakefile", "Gemfile"], &["rake", "bundle", "gem"]),
    (&["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"], &["gradle", "gradlew"]),
    (&["pom.xml"], &["mvn", "mvnw"]),
    (&["build.rs", "Cargo.toml"], &["cargo"]),
    (
        &["Dockerfile", "Containerfile", "docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"],
        &["docker", "podman", "docker-compose"],
    ),
    (&[".pre-commit-config.yaml"], &["pre-commit", "prek"]),
    (&["Taskfile.yml", "Taskfile.yaml"], &["task"]),
    (&[".envrc"], &["direnv"]),
    (&["mise.toml", ".mise.toml"], &["mise"]),
    (&["flake.nix", "shell.nix", "default.nix"], &["nix", "nix-shell", "nix-build"]),
    (&["main.tf"], &["terraform", "tofu"]),
];
/// Programs that fetch a package and run it, or what it brings.
const FETCHING: [&str; 32] = [
    "ansible-playbook",
    "ansible-pull",
    "apt",
    "apt-get",
    "brew",
    "bun",
    "bunx",
    "cargo",
    "cpan",
    "cpanm",
    "deno",
    "dnf",
    "gem",
    "go",
    "jbang",
    "nix",
    "nix-shell",
    "npm",
    "npx",
    "pdm",
    "pip",
    "pip3",
    "pipx",
    "pnpm",
    "pnpx",
    "poetry",
    "rpm",
    "scala-cli",
    "uv",
    "uvx",
    "yarn",
    "yum",
];
/// Those of them that run at once what they are given first: the rest belongs to it.
const RUNNERS: [&str; 8] = ["bunx", "deno", "jbang", "nix-shell", "npx", "pnpx", "scala-cli", "uvx"];
/// Those that install for the whole system.
const SYSTEM: [&str; 6] = ["apt", "apt-get", "brew", "dnf", "rpm", "yum"];
/// Words after which a package or a script is named.
const VERBS: [&str; 26] = [
    "add",
    "cache",
    "create",
    "develop",
    "dlx",
    "download",
    "exec",
    "execute",
    "get",
    "global",
    "i",
    "in",
    "init",
    "inject",
    "install",
    "install-test",
    "it",
    "pip",
    "r",
    "run",
    "run-script",
    "shell",
    "tool",
    "wheel",
    "x",
    "-i",
];
/// Those of them after which only the first word is one.
const STARTS: [&str; 9] = ["create", "dlx", "exec", "init", "r", "run", "run-script", "shell", "x"];
/// Ends of options with an address that is none of a package.
const OTHER: [&str; 12] =
    ["api", "arg", "auth", "config", "endpoint", "host", "index", "links", "proxy", "registry", "source", "url"];
/// Such options of the package managers that take any unknown word for a switch.
const SETTINGS: [&str; 6] = ["globalconfig", "http-proxy", "https-proxy", "proxy", "registry", "userconfig"];
/// Options with the address of a package.
const PACKAGES: [&str; 9] = ["--from", "--git", "--package", "--spec", "--with", "-e", "-p", "-r", "--editable"];
/// Hosts of repositories that anybody may look at.
pub(super) const FORGES: [&str; 7] = [
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "codeload.github.com",
    "files.pythonhosted.org",
    "registry.npmjs.org",
];
/// First parts of names of hosts that give out repositories and packages.
const SOURCES: [&str; 20] = [
    "apt",
    "bitbucket",
    "code",
    "deb",
    "dl",
    "download",
    "downloads",
    "forgejo",
    "gerrit",
    "git",
    "gitea",
    "github",
    "gitlab",
    "packages",
    "pkg",
    "pkgs",
    "repo",
    "repos",
    "rpm",
    "scm",
];

/// Whether a variable has a program load what was fetched.
pub(super) fn by_variable(known: &Known, name: &str, value: &str) -> bool {
    let fetched = value.split(|c: char| c.is_whitespace() || "=:".contains(c)).any(|w| known.files.has(w));
    fetched && loads(name, value, false, ConfigScope::Project).is_some()
}

/// Whether a tool runs what was fetched: a file that it is given, or one whose name it looks for.
pub(super) fn by_tool(known: &Known, program: &str, args: &[&str], first: &str) -> bool {
    let has = |word: &str| !word.contains('$') && known.files.has(word.rsplit('=').next().unwrap_or(word));
    let tool = program.strip_prefix("./").unwrap_or(program);
    let ruled = RULES.iter().any(|(files, tools)| tools.contains(&tool) && files.iter().any(|f| known.files.named(f)));
    if ruled || (TAKERS.contains(&tool) && args.iter().any(|a| has(a))) {
        return true;
    }
    if !code::is_interpreter(program) || first.is_empty() {
        return false;
    }
    let module = |name: &str| known.files.named(&format!("{}.py", name.rsplit('.').next().unwrap_or(name)));
    args.iter().enumerate().any(|(at, arg)| {
        let (option, joined) = arg.split_once('=').map_or((*arg, None), |(o, v)| (o, Some(v)));
        let value = joined.or_else(|| args.get(at + 1).copied()).unwrap_or_default();
        let agent = arg.strip_prefix("-javaagent:").is_some_and(has);
        agent || (PRELOADING.contains(&option) && value.split(':').any(has)) || (*arg == "-m" && module(value))
    })
}

/// Whether a runner is given the address of what it is to run, on a host that is no well-known one of repositories. A repository,
/// or a package of the system, at a host that gives such out by its name is perhaps the team's own.
pub(super) fn from_afar(program: &str, args: &[&str]) -> Far {
    if !FETCHING.contains(&program) {
        return Far::No;
    }
    let mut starts = RUNNERS.contains(&program);
    let mut begun = starts || ["ansible-playbook", "ansible-pull", "cpan", "cpanm", "uv", "bun"].contains(&program);
    let (mut words, mut found, mut started) = (0, Far::No, false);
    for (at, arg) in args.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|i| args.get(i)).copied().unwrap_or_default();
        let (option, value) = match arg.split_once('=').filter(|_| arg.starts_with('-')) {
            Some((option, value)) => (option, value),
            None if before.starts_with("--") || PACKAGES.contains(&before) => (before, *arg),
            None => ("", *arg),
        };
        let named = PACKAGES.contains(&option);
        // it has an address that is none of a package
        let allows = value.len() < arg.len() && option.starts_with("--allow-");
        let other = !named && (allows || is_other(program, option, before));
        // behind the word that starts a program only a package manager is one
        let verb = VERBS.contains(arg) && (!started || ["add", "install", "pip"].contains(arg));
        let own = (starts && words > 0) || (program == "cargo" && !named);
        if begun || named || verb {
            found = found.max(if own || other { Far::No } else { address(program, value, before == "-f") });
        }
        started |= verb && STARTS.contains(arg);
        (begun, starts) = (begun || verb, starts || started);
        words += usize::from(begun && !arg.starts_with('-') && !verb && !named && !other);
    }
    found
}

/// Whether an option has an address that is none of a package: a switch (`--no-index`) has none, what stands behind it is one.
fn is_other(program: &str, option: &str, before: &str) -> bool {
    let Some(name) = option.strip_prefix("--").filter(|n| !n.starts_with("no-")) else {
        return before == "-i" && ["pdm", "pip", "pip3", "pipx", "uv", "uvx"].contains(&program);
    };
    if ["bun", "bunx", "npm", "npx", "pnpm", "pnpx", "yarn"].contains(&program) {
        return SETTINGS.contains(&name) || name.ends_with(":registry");
    }
    let switch = ["build-from-source", "only-source"].contains(&name);
    !switch && name.rsplit('-').next().is_some_and(|end| OTHER.contains(&end))
}

/// Whence a command fetches, and whether that is data of a database by its name. `kept`: the files in which it leaves it.
pub(super) fn fetched(args: &[&str], kept: &[&str]) -> (Far, bool) {
    let web = |a: &str| a.starts_with("http://") || a.starts_with("https://");
    let known =
        |a: &str| web(a) && sends::host(a).is_some_and(|host| FORGES.contains(&host.as_str()) || is_source(&host));
    let output = |a: &str| {
        let joined = |o: &str| ["", "-o", "-O", "--output=", "--output-document="].contains(&o);
        kept.iter().any(|k| a.strip_suffix(k).is_some_and(joined))
    };
    // any other word may be an address as well, or name who is asked instead
    let plain = |a: &str| {
        let versions = ["--tlsv1.2", "--tlsv1.3", "--http1.1"];
        output(a) || versions.contains(&a) || !a.contains(['.', ':', '/', '$'])
    };
    let all = args.iter().all(|a| known(a) || plain(a));
    let from = if all && args.iter().any(|a| web(a)) { Far::Perhaps } else { Far::Sure };
    let ends = [".csv", ".dump", ".json", ".sql", ".sql.gz", ".tsv"];
    let data = |a: &str| ends.iter().any(|end| a.trim_end_matches(['"', '\'']).ends_with(end));
    (from, args.iter().any(|a| data(a)) && args.iter().all(|a| data(a) || plain(a)))
}

/// Whether a host gives out repositories or packages by its name.
fn is_source(host: &str) -> bool {
    host.split('.').next().is_some_and(|h| SOURCES.contains(&h)) && host.matches('.').count() > 1
}

/// Whether a word has the address of a package, or of a list of them.
fn address(program: &str, word: &str, list: bool) -> Far {
    let lower = word.to_ascii_lowercase();
    let begins = ["http://", "https://", "ftp://", "git://", "ssh://"].iter().filter_map(|s| lower.find(s)).min();
    let Some(at) = begins else { return Far::No };
    // `name@https://…`, `name @ https://…`, `git+https://…`
    let (named, url) = word.split_at(at);
    if !named.is_empty() && !named.ends_with(['@', '+', ' ']) {
        return Far::No;
    }
    let host = sends::host(url).unwrap_or_default();
    let file = ["/raw/", "/-/raw/", "/gist/"].iter().any(|p| url.contains(p));
    let whole = named.ends_with("git+") || url.ends_with(".git") || program == "cargo" || url.contains(".git@");
    match () {
        () if is_near(&host) || (FORGES.contains(&host.as_str()) && !file) => Far::No,
        () if is_source(&host) && (whole || list || SYSTEM.contains(&program)) => Far::Perhaps,
        () => Far::Sure,
    }
}

/// Whether a program gives out what stands in a file that is no code by its name.
pub(super) fn hides(program: &str, args: &[&str]) -> bool {
    READERS.contains(&program) && args.iter().any(|a| is_data(a))
}

/// Whether a file is no code by its name.
pub(super) fn is_data(file: &str) -> bool {
    let name = file.to_ascii_lowercase();
    DATA.iter().any(|k| name.ends_with(k))
}

/// Files that a command makes of such that were fetched.
pub(super) fn copies(known: &Known, program: &str, args: &[&str]) -> Vec<String> {
    let operands: Vec<&str> = args.iter().copied().filter(|a| !a.starts_with('-')).collect();
    if !args.iter().any(|a| known.files.has(a.rsplit('=').next().unwrap_or(a))) {
        return Vec::new();
    }
    match program {
        "cp" | "mv" | "ln" | "install" | "rsync" => operands.last().map(|o| (*o).to_owned()).into_iter().collect(),
        "dd" => args.iter().filter_map(|a| a.strip_prefix("of=")).map(str::to_owned).collect(),
        "gunzip" | "bunzip2" | "unxz" | "unzstd" | "uncompress" | "gzip" | "xz" | "zstd" | "gpg" => {
            operands.iter().filter_map(|o| o.rsplit_once('.')).map(|(name, _)| name.to_owned()).collect()
        }
        _ => Vec::new(),
    }
}
