//! Environment variables that make another program's code run: the loader's, interpreters', Git's, and those that name a
//! program to start. Folders that are searched for code are told from code that is loaded in any case.

mod build;
mod folders;
mod git;
mod places;
mod ssh;
mod values;

use super::paths::plain;
use crate::target::ConfigScope;

/// How a variable makes other code run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loads {
    /// It does, or whoever fills a folder decides.
    Code,
    /// Code is also looked for in a folder of the person's own.
    Folder,
}

/// Variables whose every value loads code.
const LOADERS: [&str; 50] = [
    "LD_PRELOAD",
    "LD_AUDIT",
    "GCONV_PATH",
    "PYTHONSTARTUP",
    "PERL5DB",
    "BASH_ENV",
    "ZDOTDIR",
    "PROMPT_COMMAND",
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
    "OPENSSL_ENGINES",
    "OPENSSL_MODULES",
    "NODE_REPL_EXTERNAL_MODULE",
    "VIMINIT",
    "GVIMINIT",
    "EXINIT",
    "BUN_INSPECT_PRELOAD",
    "YARN_YARN_PATH",
    "YARN_PLUGINS",
    "DOTNET_GCNAME",
    "COMPLUS_GCNAME",
    "MAKEFILES",
    "GCC_EXEC_PREFIX",
    "PERL5SHELL",
    "R_ENVIRON_USER",
    "LESSOPEN",
    "LESSCLOSE",
];

/// Variables that name folders to load code from. In a container they are the image's own.
const SEARCHED: [&str; 15] = [
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
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

/// Variables that name a program which is started.
const STARTED: [&str; 21] = [
    "PAGER",
    "MANPAGER",
    "GIT_PAGER",
    "SYSTEMD_PAGER",
    "AWS_PAGER",
    "BAT_PAGER",
    "PSQL_PAGER",
    "EDITOR",
    "VISUAL",
    "FCEDIT",
    "SYSTEMD_EDITOR",
    "HGEDITOR",
    "SVN_EDITOR",
    "KUBE_EDITOR",
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

/// How a variable makes other code run, when it does. `inside`: it is set in a container.
pub(super) fn loads(name: &str, value: &str, inside: bool, scope: ConfigScope) -> Option<Loads> {
    if value.trim().is_empty() {
        // a record may only say that there is such a variable
        return None;
    }
    let upper = name.to_ascii_uppercase();
    // to Windows a name is the same in any case; short words in small letters are also settings of a server
    let short = ["PATH", "ENV", "PAGER", "EDITOR", "VISUAL", "BROWSER"].contains(&upper.as_str());
    let path = upper == "PATH" && (value.contains(';') || value.to_ascii_lowercase().contains("%path%"));
    let name = if short && !path { name } else { upper.as_str() };
    if SEARCHED.contains(&name) {
        return if inside { None } else { folders::judge(name, value, scope) };
    }
    if let Some(found) = places::judge(name, value).filter(|_| !inside) {
        return Some(found);
    }
    let runs = match name {
        "JAVA_TOOL_OPTIONS" | "JDK_JAVA_OPTIONS" | "_JAVA_OPTIONS" => values::java(value),
        "NODE_OPTIONS" | "BUN_OPTIONS" | "NPM_CONFIG_NODE_OPTIONS" => values::node(value),
        "PERL5OPT" => values::perl(value),
        "RUBYOPT" => values::ruby(value),
        "ERL_FLAGS" | "ERL_AFLAGS" | "ERL_ZFLAGS" | "ELIXIR_ERL_OPTIONS" => values::erlang(value),
        // a word for the stage is what most mean by it
        "ENV" => {
            let reference = value.starts_with("${") && value.find('}') == Some(value.len() - 1);
            let script = [".sh", ".bash", ".ksh", ".profile", ".env", "rc"].iter().any(|e| value.ends_with(e));
            !reference && (value.contains(['/', '\\', '$', '`', '~']) || value.starts_with('.') || script)
        }
        "GIT_SSH" | "GIT_SSH_COMMAND" | "RSYNC_RSH" | "SVN_SSH" | "CVS_RSH" => ssh::runs(value),
        // shells fill in what they print
        "PS1" | "PS2" | "PS4" => value.contains("$(") || value.contains('`'),
        "LESS" => value.contains(['+', '!', '|', '`', '$']) || value.contains("lesskey"),
        "JAVA_OPTS" | "JVM_OPTS" | "MAVEN_OPTS" | "GRADLE_OPTS" | "SBT_OPTS" | "CATALINA_OPTS" | "JAVA_ARGS" => {
            build::java(value)
        }
        "RUSTC" | "CARGO_BUILD_RUSTC" | "CC" | "CXX" | "LD" | "AR" => build::replaces(value),
        "RUSTFLAGS" | "CARGO_ENCODED_RUSTFLAGS" | "CARGO_BUILD_RUSTFLAGS" => build::rust(value),
        "CFLAGS" | "CXXFLAGS" | "CPPFLAGS" | "LDFLAGS" | "CGO_CFLAGS" | "CGO_CPPFLAGS" | "CGO_CXXFLAGS"
        | "CGO_LDFLAGS" => build::compiles(value),
        "PATHEXT" => {
            let usual = [
                ".com", ".exe", ".bat", ".cmd", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".msc", ".cpl", ".py",
                ".ps1",
            ];
            value.split(';').any(|e| !e.is_empty() && !usual.contains(&e.trim().to_ascii_lowercase().as_str()))
        }
        _ if name.starts_with("CARGO_TARGET_") && name.ends_with("_RUNNER") => true,
        _ if name.starts_with("CARGO_TARGET_") && name.ends_with("_LINKER") => build::replaces(value),
        _ if name.starts_with("CARGO_TARGET_") && name.ends_with("_RUSTFLAGS") => build::rust(value),
        "GOFLAGS" => ["-toolexec", "-exec", "-overlay"].iter().any(|f| value.contains(f)),
        "RUSTC_WRAPPER"
        | "RUSTC_WORKSPACE_WRAPPER"
        | "CARGO_BUILD_RUSTC_WRAPPER"
        | "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER" => !["sccache", "clippy-driver"].contains(&value),
        "NPM_CONFIG_SCRIPT_SHELL" => values::shell(value),
        "NPM_CONFIG_GIT" | "SHELL" => folders::is_anybodys(value),
        "COMSPEC" => !plain(&value.to_ascii_lowercase()).ends_with("/system32/cmd.exe"),
        _ if STARTED.contains(&name) => starts(value),
        _ if name.starts_with("GIT_CONFIG") || name == "GIT_ALLOW_PROTOCOL" => git::runs(name, value),
        _ if name.starts_with("DYLD_") => !name.starts_with("DYLD_PRINT_"),
        _ => name.starts_with("BASH_FUNC_") || LOADERS.contains(&name),
    };
    runs.then_some(Loads::Code)
}

/// Whether a setting of Git runs a program, or sends what it fetches elsewhere.
pub(super) fn is_risky_setting(setting: &str) -> bool {
    git::is_risky(setting)
}

/// Whether a setting of Git switches the check of certificates off.
pub(super) fn is_unchecked_setting(setting: &str, value: &str) -> bool {
    git::is_unchecked(setting, value)
}

/// Whether a command for SSH is another program, or has options that may run one.
pub(super) fn runs_by_ssh(command: &str) -> bool {
    ssh::runs(command)
}

/// Whether the program that a variable names is another than those that people name there.
fn starts(value: &str) -> bool {
    let syntax = [';', '|', '&', '`', '$', '<', '>', '\n', '"', '\'', '\\'];
    let value = value.trim();
    let (first, options) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
    let folders = ["/bin/", "/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"];
    let bare = folders.iter().find_map(|f| first.strip_prefix(f)).unwrap_or(first);
    value.contains(syntax) || !USUAL.contains(&bare) || !values::shows(bare, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loads(name: &str, value: &str, inside: bool) -> bool {
        super::loads(name, value, inside, ConfigScope::Project).is_some()
    }

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
            ("EDITOR", "vim -c :!./x"),
            ("PAGER", "'less' -R"),
            ("NPM_CONFIG_SCRIPT_SHELL", "./bin/sh"),
            ("GIT_SSH_COMMAND", "ssh -o Proxy''Command=./x"),
            ("GIT_CONFIG_GLOBAL", "${workspaceFolder}/x.cfg"),
            ("JAVA_TOOL_OPTIONS", "'-javaagent:/srv/x.jar'"),
            ("GIT_CONFIG_KEY_0", "core.sshCommand"),
            ("GIT_CONFIG_KEY_12", "alias.status"),
            ("GIT_CONFIG_PARAMETERS", "'core.fsmonitor=x'"),
            ("GIT_CONFIG_GLOBAL", "./gitconfig"),
            ("NODE_OPTIONS", "--max-old-space-size=1 --import=./x.mjs"),
            ("GOFLAGS", "-toolexec=/srv/x"),
            ("RUSTC_WRAPPER", "/srv/x"),
            ("ENV", "/srv/x"),
            ("PATH", ".:/usr/bin"),
            ("PATH", "bin:/usr/bin"),
            ("PATH", "${workspaceFolder}/bin:${PATH}"),
            ("PATH", "$PWD/bin:/usr/bin"),
            ("PATH", "%CD%\\bin;%PATH%"),
            ("PATH", "%cd%\\bin;%path%"),
            ("Path", "..\\bin;C:\\Windows"),
            ("path", "bin;C:\\Windows"),
            ("GEM_HOME", "/tmp/x"),
            ("UV_PYTHON", "/tmp/python"),
            ("PSModulePath", "\\\\host\\share"),
            ("CC", "/tmp/cc"),
            ("COMSPEC", "C:\\x\\cmd.exe"),
            ("MAVEN_OPTS", "-Xmx1g -javaagent:x.jar"),
            ("CARGO_BUILD_RUSTC_WRAPPER", "./x"),
            ("node_options", "--require ./x.js"),
            ("PythonStartup", "C:\\x.py"),
            ("PATH", "\\\\host\\share;C:\\Windows"),
            ("PATH", "/srv/../tmp:/usr/bin"),
            ("PATH", "/opt/none:/tmp/x"),
            ("PATH", "/nonexistent:.:/usr/bin"),
            ("PATH", "/usr/bin:/tmp/x"),
            ("VIMINIT", ":!id"),
            ("LESS", "+!id"),
            ("PS4", "$(id)"),
            ("ENV", "evil.sh"),
            ("JAVA_OPTS", "-javaagent:./x.jar"),
            ("RUSTFLAGS", "-Clinker=./x"),
            ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", "./x"),
            ("CC", "./x"),
            ("CGO_CFLAGS", "-fplugin=./x.so"),
            ("FCEDIT", "./x"),
            ("Yarn_Yarn_Path", "./x.cjs"),
            ("PATHEXT", ".EVIL;.EXE"),
            ("GIT_CONFIG_KEY_0", "diff.pdf.textconv"),
            ("GIT_ALLOW_PROTOCOL", "ext"),
            ("KUBECONFIG", "/tmp/x"),
            ("JAVA_HOME", "./x"),
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
            ("ENV", "production"),
            ("ENV", "${STAGE}"),
            ("GIT_CONFIG_GLOBAL", "/home/me/.gitconfig"),
            ("GOFLAGS", "-mod=vendor"),
            ("RUSTC_WRAPPER", "sccache"),
            ("DYLD_PRINT_LIBRARIES", "1"),
            ("PYTHONUNBUFFERED", "1"),
            ("PATH", "/opt/x/bin:/usr/bin:bin"),
            ("PATH", "${PATH}:./node_modules/.bin"),
            ("LESS", "-FRX"),
            ("PS1", "\\u@\\h$ "),
            ("ENV", "dev"),
            ("JAVA_OPTS", "-Xmx1g -Dmcp.mode=stdio"),
            ("RUSTFLAGS", "-C target-cpu=native"),
            ("CC", "clang"),
            ("CFLAGS", "-O2 -I/opt/include"),
            ("JAVA_HOME", "/usr/lib/jvm/java-21"),
            ("PATHEXT", ".COM;.EXE;.BAT"),
            ("ELECTRON_RUN_AS_NODE", "1"),
            ("path", "./data"),
            ("GEM_HOME", "/home/me/.gem"),
            ("VIRTUAL_ENV", "/home/me/x/.venv"),
            ("UV_PYTHON", "3.12"),
            ("SHELL", "/bin/zsh"),
            ("CC", "clang"),
            ("ComSpec", "C:\\Windows\\System32\\cmd.exe"),
            ("MAVEN_OPTS", "-Xmx1g"),
            ("editor", "/opt/x"),
            ("env", "./x"),
            ("PATH", "${HOME}/.local/bin:${PATH}"),
            ("PATH", "$PATH:/opt/x"),
            ("Path", "C:\\x;%PATH%"),
            ("PATH", "/home/me/.nvm/versions/node/v22/bin:/usr/bin"),
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
