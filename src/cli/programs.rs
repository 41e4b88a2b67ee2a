//! The programs of the project itself that a launch names: their content decides which code answers as much as the command
//! line does, so their digests are signed with it (TRUST §4.1). What such a program loads in turn is not followed; a command
//! that a runner finds under a name in a file of the project is, with the programs that it names.

mod scripts;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use crate::launch::identity;
use crate::launch::line::Line;
use crate::target::{ConfigScope, Launch, Stdio, Target};
use crate::terms::Digest;
use crate::untrusted::Untrusted;

/// Ends of the names of programs.
const ENDS: [&str; 25] = [
    "js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "py", "pyz", "rb", "pl", "php", "lua", "sh", "bash", "zsh",
    "fish", "ps1", "bat", "cmd", "exe", "jar", "wasm", "so",
];
/// Programs that run the file or folder they are given.
const INTERPRETERS: [&str; 9] = ["node", "nodejs", "bun", "deno", "tsx", "ts-node", "python", "ruby", "uv"];

/// Scripts of one launch that are followed, and how deep.
const SCRIPTS: usize = 64;
const DEPTH: usize = 8;
/// What a word begins with that means the project.
const PROJECT: [&str; 4] =
    ["${workspaceFolder}", "${CLAUDE_PROJECT_DIR}", "${CLAUDE_PROJECT_DIR:-.}", "$CLAUDE_PROJECT_DIR"];

/// Digests of the programs that a launch names, by their path in the project; of a script by the path of its file and its name,
/// with `#` between them.
pub fn of(target: &Target, root: &Path) -> BTreeMap<Untrusted, Digest> {
    let Launch::Stdio(stdio) = &target.launch else { return BTreeMap::new() };
    let Ok(root) = root.canonicalize() else { return BTreeMap::new() };
    let dir = directory(target, stdio, &root);
    let args: Vec<&str> = stdio.args.iter().map(|a| a.value.raw()).collect();
    let mut out = BTreeMap::new();
    for (word, always) in words(stdio.command.value.raw(), &args) {
        out.extend(named(&dir, &word, &root, always).map(|(path, digest)| (path.into(), digest)));
    }
    follow(&Line::of_stdio(stdio), &dir, &root, 0, &mut out);
    out
}

/// The path in the project of what a word names, and its digest.
fn named(dir: &Path, word: &str, root: &Path, always: bool) -> Option<(String, Digest)> {
    let path = plain(&dir.join(within(word)))?;
    let inside = below(&path, root)?;
    digest(&path, root, always).map(|digest| (inside, digest))
}

/// A path in the project, with the same separators everywhere.
fn below(path: &Path, root: &Path) -> Option<String> {
    let inside = path.strip_prefix(root).ok()?;
    Some(inside.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
}

/// A word without what means the project at its beginning.
fn within(word: &str) -> &str {
    let rest = PROJECT.iter().find_map(|p| word.strip_prefix(p)).filter(|r| r.is_empty() || r.starts_with(['/', '\\']));
    rest.map_or(word, |r| r.trim_start_matches(['/', '\\']))
}

/// Adds the scripts that a line starts by their names, and the programs that those name.
fn follow(line: &Line<'_>, dir: &Path, root: &Path, depth: usize, out: &mut BTreeMap<Untrusted, Digest>) {
    if depth > DEPTH {
        return;
    }
    let steps = std::iter::once(line).chain(line.commands()).flat_map(Line::steps).filter(|s| !s.inside);
    for script in steps.flat_map(|step| scripts::of(&step, dir, root)) {
        let Some(file) = plain(&script.file).and_then(|f| below(&f, root)) else { continue };
        // what may be a secret is not hashed: a change of it is not seen, and the name says so
        let kept = identity::without_secrets(&script.text);
        let part = if kept.trim_end() == script.text.trim_end() { "" } else { " (in part)" };
        let key = Untrusted::from(format!("{file}#{}{part}", script.name));
        if out.len() >= SCRIPTS || out.contains_key(&key) {
            continue;
        }
        out.insert(key.clone(), Digest::of(kept.as_bytes()));
        let folder = script.file.parent().unwrap_or(dir);
        let args = ["-c", script.code.as_str()];
        let line = Line::of("sh", &args);
        let mut words: Vec<(String, bool)> = script.files.iter().map(|f| (f.clone(), true)).collect();
        for step in std::iter::once(&line).chain(line.commands()).flat_map(Line::steps) {
            words.extend(self::words(&step.word.text, &step.texts()));
        }
        for (word, always) in words {
            let found = named(folder, &word, root, always);
            out.extend(found.map(|(path, digest)| (format!("{path} by {}", key.raw()).into(), digest)));
        }
        follow(&line, folder, root, depth + 1, out);
    }
}

/// Where the server is started.
fn directory(target: &Target, stdio: &Stdio, root: &Path) -> PathBuf {
    let base = base(target).and_then(|b| b.canonicalize().ok()).unwrap_or_else(|| root.to_path_buf());
    stdio.cwd.as_ref().map_or_else(|| base.clone(), |cwd| base.join(within(cwd.value.raw())))
}

/// The directory from which clients start the servers of a project's file. It may sit in a folder of its own
/// (`.cursor/mcp.json`).
pub fn base(target: &Target) -> Option<PathBuf> {
    let file = &target.origin.as_ref().filter(|_| target.scope == ConfigScope::Project)?.file;
    // a relative name has no parent to start in
    let file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
    let base = file.parent()?;
    let own = base.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
    Some(if own { base.parent().unwrap_or(base) } else { base }.to_owned())
}

/// Paths that the command line may mean, and whether each is a program whatever its name.
fn words(command: &str, args: &[&str]) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    if command.contains(['/', '\\']) {
        out.push((command.to_owned(), true));
    }
    let name = command.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let interpreter = INTERPRETERS.contains(&name);
    for (i, arg) in args.iter().enumerate() {
        let value = arg.split_once('=').filter(|_| arg.starts_with('-')).map_or(*arg, |(_, value)| value);
        out.push((value.to_owned(), false));
        if interpreter && i > 0 && args[i - 1] == "-m" {
            let path = arg.replace('.', "/");
            out.extend(["", "src/"].iter().flat_map(|src| {
                [".py", "/__init__.py", "/__main__.py"].map(|end| (format!("{src}{path}{end}"), true))
            }));
        }
    }
    // the first word that is no option: a script without its end, or a folder with a start file
    let first = args.iter().find(|a| !a.starts_with('-') && **a != "run");
    if let Some(first) = first.filter(|_| interpreter) {
        out.push(((*first).to_owned(), true));
        for end in [".js", ".cjs", ".mjs", "/package.json", "/index.js", "/__main__.py"] {
            out.push((format!("{first}{end}"), true));
        }
    }
    out
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => out.pop().then_some(())?,
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    Some(out)
}

/// The digest of a program; `None` where there is nothing, a folder, or a file that is no program. A link that leads out of
/// the project is a program of its own kind: what it leads to is the digest.
fn digest(path: &Path, root: &Path, always: bool) -> Option<Digest> {
    // most words name nothing
    path.symlink_metadata().ok()?;
    let real = path.canonicalize().ok()?;
    let metadata = real.metadata().ok()?;
    if metadata.is_dir() {
        return None;
    }
    if !metadata.is_file() || !real.starts_with(root) {
        return Some(Digest::of(format!("leads to {}", real.display()).as_bytes()));
    }
    let end = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    if !(always || end.is_some_and(|e| ENDS.contains(&e.as_str())) || executable(&metadata) || starts(&real)) {
        return None;
    }
    // what cannot be read is not what was approved
    Some(std::fs::read(&real).map_or_else(|e| Digest::of(e.to_string().as_bytes()), |bytes| Digest::of(&bytes)))
}

/// Whether it begins with `#!`.
fn starts(path: &Path) -> bool {
    let mut two = [0; 2];
    std::fs::File::open(path).and_then(|mut f| f.read_exact(&mut two)).is_ok() && two == *b"#!"
}

#[cfg(unix)]
fn executable(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn executable(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::config_file;

    fn named(config: &str) -> Vec<String> {
        let dir = tempfile::tempdir().expect("a folder");
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("written");
        };
        for name in ["server.py", "tool.js", "pkg/__main__.py", "pkg/__init__.py", "app/index.js", "app/package.json"] {
            file(name, "x");
        }
        file("words.json", "{}");
        file("script", "#!/bin/sh\n");
        file("sub/own.py", "x");
        let entry = format!(r#"{{"mcpServers":{{"a":{config}}}}}"#);
        let mut target = config_file::from_text(&entry, ".mcp.json").expect("a configuration").remove(0);
        target.scope = ConfigScope::CommandLine;
        of(&target, dir.path()).into_keys().map(|p| p.raw().to_owned()).collect()
    }

    #[test]
    fn programs_of_the_project_are_told_from_data_and_from_other_places() {
        for (config, programs) in [
            (r#"{"command":"python3.12","args":["server.py","--manifest","words.json"]}"#, "server.py"),
            (r#"{"command":"python3","args":["-m","pkg"]}"#, "pkg/__init__.py pkg/__main__.py"),
            (r#"{"command":"node","args":["tool"]}"#, "tool.js"),
            (r#"{"command":"node","args":["--inspect","./app"]}"#, "app/index.js app/package.json"),
            (r#"{"command":"node","args":["--require=./tool.js","app/../tool"]}"#, "tool.js"),
            (r#"{"command":"./script","args":["words.json"]}"#, "script"),
            (r#"{"command":"sh","args":["script"]}"#, "script"),
            (r#"{"command":"python","args":["own.py"],"cwd":"sub"}"#, "sub/own.py"),
            (r#"{"command":"npx","args":["-y","server-files","."]}"#, ""),
            (r#"{"command":"/bin/ls","args":["../server.py","/etc/passwd","absent.py"]}"#, ""),
            (r#"{"url":"https://x.test/server.py"}"#, ""),
        ] {
            assert_eq!(named(config).join(" "), programs, "{config}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_becomes_a_link_out_of_the_project_is_another_program() {
        let (dir, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let script = dir.path().join("server.py");
        std::fs::write(&script, "x").expect("written");
        std::fs::write(other.path().join("server.py"), "x").expect("written");
        let text = r#"{"mcpServers":{"a":{"command":"python","args":["server.py"]}}}"#;
        let mut target = config_file::from_text(text, ".mcp.json").expect("a configuration").remove(0);
        target.scope = ConfigScope::CommandLine;
        let before = of(&target, dir.path());
        std::fs::remove_file(&script).expect("removed");
        std::os::unix::fs::symlink(other.path().join("server.py"), &script).expect("a link");
        let after = of(&target, dir.path());
        assert_eq!((before.len(), after.len()), (1, 1));
        assert_ne!(before, after);
    }

    #[test]
    fn scripts_are_found_by_their_names_and_only_their_own_commands_count() {
        let random = "A1q8kP3nV7rT2mX9wL4sB6dF1yC5hJ0gR8tE2uA7iK4oM9zD";
        let package =
            r#"{"version":"1","scripts":{"mcp":"npm run build && node dist/x.js","build":"tsc","premcp":"echo a",
            "other":"o","key":"FOO=@ node dist/x.js"}}"#
                .replace('@', random);
        let make = "A=1\nall: mcp\n\nmcp: deps\n\tpython server.py\n\ndeps:\n\t@pip install .\n\nother:\n\techo o\n";
        let project = "[project]\nversion='1'\n[project.scripts]\nserver='pkg.main:run'\nother='pkg.other:run'\n";
        let files = [
            ("package.json", package.as_str()),
            ("Makefile", make),
            ("justfile", "run port='1': deps\n  python server.py\n\ndeps:\n  uv sync\n\nother:\n  echo o\n"),
            ("pyproject.toml", project),
            ("src/pkg/main.py", "x"),
            ("dist/x.js", "x"),
            ("server.py", "x"),
            ("deno.json", r#"{"tasks":{"mcp":"deno run -A server.py"}}"#),
            ("sub/package.json", r#"{"scripts":{"start":"node ../dist/x.js"}}"#),
        ];
        let of = |entry: &str, changed: &[(&str, &str)]| {
            let dir = tempfile::tempdir().expect("a folder");
            for (name, text) in files {
                let path = dir.path().join(name);
                std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
                let text = changed.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new));
                std::fs::write(path, text).expect("written");
            }
            let text = format!(r#"{{"mcpServers":{{"a":{entry}}}}}"#);
            let mut target = config_file::from_text(&text, ".mcp.json").expect("a configuration").remove(0);
            target.scope = ConfigScope::CommandLine;
            super::of(&target, dir.path())
        };
        for (entry, keys, other, own) in [
            (
                r#"{"command":"npm","args":["run","--silent","mcp"]}"#,
                &["dist/x.js by package.json#mcp", "package.json#build", "package.json#mcp"][..],
                ("\"o\"", "\"p\""),
                ("tsc", "tsc -b"),
            ),
            (
                r#"{"command":"cmd","args":["/c","npm","run","mcp"]}"#,
                &["dist/x.js by package.json#mcp", "package.json#build", "package.json#mcp"],
                ("\"version\":\"1\"", "\"version\":\"2\""),
                ("echo a", "echo b"),
            ),
            (
                r#"{"command":"npm","args":["--prefix","${workspaceFolder}/sub","start"]}"#,
                &["dist/x.js by sub/package.json#start", "sub/package.json#start"],
                ("tsc", "x"),
                ("node ..", "node --x .."),
            ),
            (
                r#"{"command":"make","args":["-s","mcp"]}"#,
                &["Makefile#mcp", "server.py by Makefile#mcp"],
                ("echo o", "echo p"),
                ("pip install .", "pip install x"),
            ),
            (
                r#"{"command":"just","args":["run","8080"]}"#,
                &["justfile#run", "server.py by justfile#run"],
                ("echo o", "echo p"),
                ("uv sync", "uv sync -U"),
            ),
            (
                r#"{"command":"uv","args":["run","--frozen","server","--port","1"]}"#,
                &["pyproject.toml#server", "src/pkg/main.py by pyproject.toml#server"],
                ("other='pkg", "other='pkh"),
                ("main:run", "main:go"),
            ),
            (
                r#"{"command":"deno","args":["task","mcp"]}"#,
                &["deno.json#mcp", "server.py by deno.json#mcp"],
                ("tsc", "x"),
                ("run -A", "run"),
            ),
            (
                r#"{"command":"npm","args":["-d","-w","@a/sub","start"]}"#,
                &["dist/x.js by sub/package.json#start", "sub/package.json#start"],
                ("tsc", "x"),
                ("node ..", "node --x .."),
            ),
            (r#"{"command":"uv","args":["run","none"]}"#, &["pyproject.toml#none"], ("tsc", "x"), ("other=", "none=")),
            (
                r#"{"command":"pnpm","args":["-s","none"]}"#,
                &["package.json#none"],
                ("tsc", "x"),
                ("\"other\"", "\"none\""),
            ),
            (
                r#"{"command":"npm","args":["run","none"]}"#,
                &["package.json#none"],
                ("tsc", "x"),
                ("\"other\"", "\"none\""),
            ),
        ] {
            let before = of(entry, &[]);
            assert_eq!(before.keys().map(Untrusted::raw).collect::<Vec<_>>(), keys, "{entry}");
            assert_eq!(before, of(entry, &[other]), "{entry}");
            assert_ne!(before, of(entry, &[own]), "{entry}");
        }
        // a random word is not hashed
        let entry = r#"{"command":"npm","args":["run","key"]}"#;
        let (one, two) = (of(entry, &[]), of(entry, &[("A1q8", "B2r9")]));
        assert!(one.keys().any(|k| k.raw() == "package.json#key (in part)"), "{one:?}");
        assert_eq!(one, two);
        for entry in [r#"{"command":"npx","args":["-y","mcp@1.0.0"]}"#, r#"{"command":"pnpm","args":["dlx","mcp"]}"#] {
            assert!(of(entry, &[]).is_empty(), "{entry}");
        }
    }
}
