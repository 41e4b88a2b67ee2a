//! What was fetched is run by a way round: a tool reads the file as its rules, a variable has it loaded, a copy is started, or
//! a runner is given the address.

use super::super::super::loader::loads;
use super::known::Known;
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
pub(super) const TAKERS: [&str; 29] = [
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
const FETCHING: [&str; 16] = [
    "apt", "apt-get", "brew", "bun", "bunx", "cargo", "deno", "dnf", "nix", "npm", "npx", "pip", "pipx", "pnpx", "uv",
    "uvx",
];
/// Options of those with an address that is none of a package.
const OTHER: [&str; 12] = [
    "--default-index",
    "--extra-index-url",
    "--find-links",
    "--https-proxy",
    "--index",
    "--index-url",
    "--proxy",
    "--registry",
    "--source",
    "--trusted-host",
    "-f",
    "-i",
];
/// Hosts of repositories that anybody may look at.
const FORGES: [&str; 6] =
    ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "raw.githubusercontent.com", "registry.npmjs.org"];

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

/// Whether a runner is given the address of what it is to run, on a host that is no well-known one of repositories.
pub(super) fn from_afar(program: &str, args: &[&str]) -> bool {
    let verbs = ["add", "dlx", "develop", "exec", "i", "install", "run", "shell", "tool", "x"];
    // what a program is given belongs to it, and not to its runner
    let runs = ["npx", "bunx", "pnpx", "uvx", "bun", "deno", "uv"].contains(&program);
    let mut words = 0;
    let fetches = FETCHING.contains(&program);
    fetches
        && args.iter().enumerate().any(|(at, arg)| {
            let option = at.checked_sub(1).and_then(|i| args.get(i)).copied().unwrap_or_default();
            let named = ["--from", "-p", "--package", "--with", "--git"].contains(&option);
            let begun = runs || args[..at].iter().any(|a| verbs.contains(a));
            let own = runs && words > 0 && !named;
            words += usize::from(!arg.starts_with('-') && !verbs.contains(arg) && !named);
            let address = arg.strip_prefix("--from=").or_else(|| arg.strip_prefix("--package=")).unwrap_or(arg);
            let address = address.strip_prefix("git+").unwrap_or(address);
            let far = ["http://", "https://", "ftp://"].iter().any(|s| address.starts_with(s));
            let host = sends::host(address).unwrap_or_default();
            let known = FORGES.contains(&host.as_str()) || is_near(&host);
            far && begun && !own && !OTHER.contains(&option) && !known
        })
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
