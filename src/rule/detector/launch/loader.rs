//! Environment variables that make another program's code run: the loader's, interpreters', Git's, and those that name a
//! program to start.

/// Variables whose every value loads code.
const LOADERS: [&str; 49] = [
    "LD_PRELOAD",
    "LD_AUDIT",
    "GCONV_PATH",
    "PYTHONSTARTUP",
    "PERL5OPT",
    "PERL5DB",
    "RUBYOPT",
    "BASH_ENV",
    "ENV",
    "ZDOTDIR",
    "PROMPT_COMMAND",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_EXTERNAL_DIFF",
    "GIT_EXEC_PATH",
    "GIT_TEMPLATE_DIR",
    "GIT_PROXY_COMMAND",
    "DOTNET_STARTUP_HOOKS",
    "DOTNET_ADDITIONAL_DEPS",
    "DOTNET_SHARED_STORE",
    "CORECLR_PROFILER",
    "CORECLR_PROFILER_PATH",
    "CORECLR_PROFILER_PATH_32",
    "CORECLR_PROFILER_PATH_64",
    "COR_PROFILER",
    "COR_PROFILER_PATH",
    "COR_PROFILER_PATH_32",
    "COR_PROFILER_PATH_64",
    "PHP_INI_SCAN_DIR",
    "PHPRC",
    "LUA_INIT",
    "LUA_INIT_5_1",
    "LUA_INIT_5_2",
    "LUA_INIT_5_3",
    "LUA_INIT_5_4",
    "R_PROFILE",
    "R_PROFILE_USER",
    "R_ENVIRON",
    "ERL_FLAGS",
    "ERL_AFLAGS",
    "ERL_ZFLAGS",
    "ELIXIR_ERL_OPTIONS",
    "OPENSSL_ENGINES",
    "OPENSSL_MODULES",
    "NODE_REPL_EXTERNAL_MODULE",
    "NPM_CONFIG_SCRIPT_SHELL",
    "npm_config_script_shell",
    "LESSOPEN",
    "LESSCLOSE",
];

/// Variables that name folders to load code from. In a container they are the image's own.
const SEARCHED: [&str; 12] = [
    "LD_LIBRARY_PATH",
    "NODE_PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "PERL5LIB",
    "PERLLIB",
    "RUBYLIB",
    "CLASSPATH",
    "LUA_PATH",
    "LUA_CPATH",
    "PATH",
    "Path",
];

/// Variables that hold options of a Java machine.
const JAVA: [&str; 3] = ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"];

/// Variables that name a program which is started.
const STARTED: [&str; 16] = [
    "PAGER",
    "MANPAGER",
    "GIT_PAGER",
    "SYSTEMD_PAGER",
    "AWS_PAGER",
    "BAT_PAGER",
    "PSQL_PAGER",
    "EDITOR",
    "VISUAL",
    "GIT_EDITOR",
    "GIT_SEQUENCE_EDITOR",
    "GIT_ASKPASS",
    "SSH_ASKPASS",
    "SUDO_ASKPASS",
    "BROWSER",
    "PYTHONBREAKPOINT",
];

/// Programs that show, edit or do nothing.
const USUAL: [&str; 32] = [
    "",
    "0",
    "1",
    "none",
    "false",
    "true",
    ":",
    "cat",
    "less",
    "more",
    "most",
    "delta",
    "bat",
    "head",
    "echo",
    "vi",
    "vim",
    "nvim",
    "nano",
    "emacs",
    "code",
    "cursor",
    "subl",
    "open",
    "xdg-open",
    "wslview",
    "firefox",
    "chrome",
    "google-chrome",
    "chromium",
    "pdb.set_trace",
    "ipdb.set_trace",
];

/// Git's settings that run a program, or send what it fetches elsewhere.
const GIT: [&str; 24] = [
    "core.sshcommand",
    "core.fsmonitor",
    "core.hookspath",
    "core.pager",
    "core.editor",
    "core.askpass",
    "core.gitproxy",
    "core.alternaterefscommand",
    "sequence.editor",
    "diff.external",
    "credential.",
    "gpg.",
    "include.path",
    "includeif.",
    "init.templatedir",
    "uploadpack.packobjectshook",
    "protocol.ext.allow",
    "alias.",
    "filter.",
    "pager.",
    "merge.",
    "url.",
    "difftool.",
    "interactive.difffilter",
];

/// Whether a variable makes other code run. `inside`: it is set in a container.
pub(super) fn loads(name: &str, value: &str, inside: bool) -> bool {
    if value.trim().is_empty() {
        // a record may only say that there is such a variable
        return false;
    }
    if SEARCHED.contains(&name) {
        let path = ["PATH", "Path"].contains(&name);
        return !inside && !is_own(value) && (!path || leads_elsewhere(value));
    }
    if JAVA.contains(&name) {
        return java(value);
    }
    if ["NODE_OPTIONS", "BUN_OPTIONS"].contains(&name) || name.eq_ignore_ascii_case("npm_config_node_options") {
        return preloads(value);
    }
    if STARTED.contains(&name) {
        return starts(value);
    }
    if name.starts_with("GIT_CONFIG") {
        return git(name, value);
    }
    name.starts_with("DYLD_") || name.starts_with("BASH_FUNC_") || LOADERS.contains(&name)
}

/// Whether a list of folders is the package's own.
fn is_own(folders: &str) -> bool {
    let roots = ["${__dirname}", "${CLAUDE_PLUGIN_ROOT}", "${extensionPath}"];
    folders.split([':', ';']).all(|f| roots.iter().any(|r| f.starts_with(r)) && !f.contains(".."))
}

/// Options of a Java machine that load other code; most are about memory.
fn java(options: &str) -> bool {
    let harmless = |w: &str| {
        ["-Xmx", "-Xms", "-Xss", "-XX:+Use", "-XX:MaxRAM", "-XX:InitialRAM", "-Dfile.encoding=", "-Djava.awt.headless="]
            .iter()
            .any(|p| w.starts_with(p))
    };
    !options.split_whitespace().all(harmless)
}

/// Options that load a module before the program.
fn preloads(options: &str) -> bool {
    let flags = ["-r", "--require", "--import", "--loader", "--experimental-loader", "--preload"];
    options
        .split_whitespace()
        .any(|w| flags.iter().any(|f| w == *f || w.strip_prefix(f).is_some_and(|r| r.starts_with('='))))
}

/// Whether the program that a variable names is another than those that people name there.
fn starts(value: &str) -> bool {
    let syntax = [';', '|', '&', '`', '$', '<', '>', '\n'];
    let first = value.split_whitespace().next().unwrap_or_default();
    let folders = ["/bin/", "/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"];
    let bare = folders.iter().find_map(|f| first.strip_prefix(f)).unwrap_or(first);
    value.contains(syntax) || !USUAL.contains(&bare)
}

/// `GIT_CONFIG_KEY_0=core.sshCommand` and the like; a file of settings may hold them all.
fn git(name: &str, value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let runs = |key: &str| GIT.iter().any(|g| key.starts_with(g));
    if name.starts_with("GIT_CONFIG_KEY_") {
        return runs(&lower);
    }
    match name {
        "GIT_CONFIG_PARAMETERS" => lower.split(|c: char| c.is_whitespace() || c == '\'').any(runs),
        "GIT_CONFIG" | "GIT_CONFIG_GLOBAL" | "GIT_CONFIG_SYSTEM" => !["", "/dev/null", "nul"].contains(&lower.as_str()),
        _ => false,
    }
}

/// The first folder of a search path is one that others, or a project, may fill.
fn leads_elsewhere(path: &str) -> bool {
    let first = path.split([':', ';']).next().unwrap_or_default();
    let first = if path.get(1..3) == Some(":\\") { path.split(';').next().unwrap_or_default() } else { first };
    first.is_empty() || first.starts_with('.') || super::paths::is_temporary(first)
}

#[cfg(test)]
mod tests {
    use super::loads;

    #[test]
    fn what_loads_code_is_told_from_what_only_looks_so() {
        for (name, value) in [
            ("LD_PRELOAD", "/opt/x.so"),
            ("GCONV_PATH", "/opt/x"),
            ("CORECLR_PROFILER", "{1}"),
            ("PHP_INI_SCAN_DIR", "/opt/x"),
            ("LUA_INIT", "@/opt/x.lua"),
            ("PYTHONBREAKPOINT", "evil.run"),
            ("PAGER", "/opt/x"),
            ("PAGER", "less | sh"),
            ("EDITOR", "/tmp/vim"),
            ("GIT_CONFIG_KEY_0", "core.sshCommand"),
            ("GIT_CONFIG_KEY_12", "alias.status"),
            ("GIT_CONFIG_PARAMETERS", "'core.fsmonitor=x'"),
            ("GIT_CONFIG_GLOBAL", "./gitconfig"),
            ("NODE_OPTIONS", "--max-old-space-size=1 --import=./x.mjs"),
            ("PATH", ".:/usr/bin"),
        ] {
            assert!(loads(name, value, false), "{name}={value}");
        }
        for (name, value) in [
            ("PYTHONBREAKPOINT", "0"),
            ("PAGER", "cat"),
            ("AWS_PAGER", ""),
            ("GIT_PAGER", "/usr/bin/less -FRX"),
            ("EDITOR", "code --wait"),
            ("GIT_ASKPASS", "/bin/true"),
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "safe.directory"),
            ("GIT_CONFIG_VALUE_0", "*"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_AUTHOR_NAME", "me"),
            ("NODE_OPTIONS", "--use-system-ca"),
            ("NODE_ENV", "production"),
            ("PYTHONUNBUFFERED", "1"),
        ] {
            assert!(!loads(name, value, false), "{name}={value}");
        }
        // where an image keeps its own code is the image's matter
        assert!(
            loads("LD_PRELOAD", "/x.so", true)
                && !loads("PYTHONPATH", "/app", true)
                && loads("PYTHONPATH", "/app", false)
        );
    }
}
