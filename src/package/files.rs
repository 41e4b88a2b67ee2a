//! Files of a project in which package runners find their settings: where packages come from, and what runs with them. They
//! lie beside the launch and decide as much as its options do. Only those that a program of the launch reads are read:
//! `uvx` (`uv tool`) and pip take no settings from the folder that they are started in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use url::Url;

use crate::launch::filled;
use crate::launch::line::Line;
use crate::target::clients::{Row, TABLE};
use crate::target::document::{Document, Language, Node, Value};
use crate::target::{ConfigScope, Fact, FactKind, Launch, Place, Stdio, Target};
use crate::untrusted::Message;

/// Bytes of one such file.
const BYTES: u64 = 1 << 20;
/// Settings of one file that are told.
const MOST: usize = 20;

/// Settings that name an index or a proxy: in all files, of whatever runner, without their signs between words.
const INDEXES: [&str; 14] = [
    "registry",
    "proxy",
    "httpproxy",
    "httpsproxy",
    "npmregistryserver",
    "indexurl",
    "extraindexurl",
    "findlinks",
    "pythoninstallmirror",
    "pypyinstallmirror",
    "disturl",
    "index",
    "url",
    "defaultindex",
];
/// Settings that name a program, or code that is loaded.
const PROGRAMS: [&str; 16] = [
    "nodeoptions",
    "scriptshell",
    "shell",
    "git",
    "yarnpath",
    "pnpmfile",
    "globalpnpmfile",
    "preload",
    "initmodule",
    "userconfig",
    "globalconfig",
    "runner",
    "rustc",
    "rustcwrapper",
    "rustcworkspacewrapper",
    "rustdoc",
];
/// Settings that switch a check of certificates off when they are false.
const CHECKS: [&str; 2] = ["strictssl", "enablestrictssl"];

/// What was read, each file once.
#[derive(Debug, Default)]
struct Files(BTreeMap<PathBuf, Vec<Fact>>);

/// A file that is there and was not read, and a sentence that says why.
pub type Unread = (PathBuf, Message);

impl Files {
    /// Adds what the files beside a launch say of it. Gives back those that could not be read, each once.
    fn mark(&mut self, target: &mut Target, root: &Path) -> Vec<Unread> {
        let here = [ConfigScope::Project, ConfigScope::Local].contains(&target.scope);
        let Some(origin) = target.origin.as_ref().filter(|_| here) else { return Vec::new() };
        let folder = if origin.file.starts_with(root) { root.to_path_buf() } else { beside(&origin.file) };
        let mut names: Vec<&str> = match &target.launch {
            Launch::Stdio(s) => std::iter::once(s).chain(&filled::stdio(s)).flat_map(read_by).collect(),
            _ => return Vec::new(),
        };
        names.sort_unstable();
        names.dedup();
        let mut unread = Vec::new();
        for name in names {
            let path = folder.join(name);
            let facts = match self.0.get(&path) {
                Some(facts) => facts.clone(),
                None => {
                    let facts = read(&folder, &path, target.scope).unwrap_or_else(|why| {
                        let why = crate::untrusted::visible(&why);
                        let said = format!("says where packages come from, and was not read: {why}");
                        unread.push((path.clone(), Message::new(said)));
                        Vec::new()
                    });
                    self.0.insert(path, facts.clone());
                    facts
                }
            };
            target.facts.extend(facts.into_iter().take(MOST));
        }
        unread
    }
}

/// The same of all targets of a run.
pub fn mark(targets: &mut [Target], root: &Path) -> Vec<Unread> {
    let mut files = Files::default();
    targets.iter_mut().flat_map(|t| files.mark(t, root)).collect()
}

/// The files that the programs of a launch read in the folder that they are started in.
fn read_by(stdio: &Stdio) -> Vec<&'static str> {
    let line = Line::of_stdio(stdio);
    let steps = std::iter::once(&line).chain(line.commands()).flat_map(Line::steps).filter(|s| !s.inside);
    let names = steps.flat_map(|step| -> &[&str] {
        match step.program().as_str() {
            "npx" | "npm" | "deno" => &[".npmrc"],
            "pnpm" | "pnpx" => &[".npmrc", "pnpm-workspace.yaml"],
            "yarn" | "yarnpkg" => &[".npmrc", ".yarnrc.yml", ".yarnrc"],
            "bun" | "bunx" => &[".npmrc", "bunfig.toml"],
            "uv" if !step.texts().contains(&"--no-config") => {
                let verb = step.texts().into_iter().find(|a| ["run", "tool", "pip", "sync", "add"].contains(a));
                if verb == Some("tool") { &[] } else { &["uv.toml", "pyproject.toml"] }
            }
            "cargo" => &[".cargo/config.toml"],
            _ => &[],
        }
    });
    names.copied().collect()
}

/// The folder of the project that a configuration lies in: above the client's own folder.
fn beside(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(file);
    let first = |row: &Row| row.in_project()?.split_once('/').map(|(first, _)| first);
    let own = |p: &&Path| {
        let name = p.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
        name.starts_with('.') && TABLE.iter().any(|r| r.scope == ConfigScope::Project && first(r) == Some(&*name))
    };
    let client = folder.ancestors().take(3).find(own);
    client.and_then(Path::parent).unwrap_or(folder).to_path_buf()
}

/// What one file says; nothing when it is not there.
fn read(root: &Path, path: &Path, scope: ConfigScope) -> Result<Vec<Fact>, String> {
    match path.symlink_metadata() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e.to_string()),
        Ok(_) => {}
    }
    let (real, root) =
        (path.canonicalize().map_err(|e| e.to_string())?, root.canonicalize().map_err(|e| e.to_string())?);
    if !real.starts_with(&root) {
        return Err("it leads out of the project by a link and was not followed".to_owned());
    }
    let size = std::fs::metadata(&real).map_err(|e| e.to_string())?.len();
    if size > BYTES {
        return Err(format!("it is larger than {BYTES} bytes"));
    }
    let text = crate::target::clients::read(&real).map_err(|e| e.to_string())?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let settings = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "toml" => tree(&text, Language::Toml, (name == "pyproject.toml").then_some(&["tool", "uv"]))?,
        "yml" | "yaml" => tree(&text, Language::Yaml, None)?,
        _ => lines(&text),
    };
    Ok(settings.into_iter().filter_map(|s| s.fact(path, scope)).collect())
}

/// One setting of a file.
struct Setting {
    key: String,
    value: String,
    place: Place,
}

impl Setting {
    /// What it is to a launch, when it is something.
    fn fact(self, file: &Path, scope: ConfigScope) -> Option<Fact> {
        // npm has one registry for each scope: `@scope:registry`
        let last = self.key.rsplit(['.', ':']).next().unwrap_or(&self.key);
        let word: String = last.chars().filter(|c| !['-', '_', '[', ']'].contains(c)).collect();
        let word = word.to_ascii_lowercase();
        let value = filled::filled(&self.value).unwrap_or(self.value);
        let off = ["false", "0", "no", "off"].contains(&value.to_ascii_lowercase().as_str());
        let (kind, what) = if PROGRAMS.contains(&word.as_str()) && !is_usual(&word, &value) {
            (FactKind::RunnerProgram, format!("{last}\n{value}"))
        } else if CHECKS.contains(&word.as_str()) && off {
            (FactKind::RunnerUnchecked, last.to_owned())
        } else if INDEXES.contains(&word.as_str()) {
            let url = Url::parse(&value).ok()?;
            (FactKind::RunnerIndex, format!("{last}\n{}://{}", url.scheme(), url.host_str()?))
        } else {
            return None;
        };
        Some(Fact { kind, what: what.into(), file: file.to_path_buf(), scope, place: self.place })
    }
}

/// Whether a program is the one that projects keep there: Yarn itself, as it writes it.
fn is_usual(word: &str, value: &str) -> bool {
    let version = value.strip_prefix(".yarn/releases/yarn-").and_then(|v| v.strip_suffix(".cjs"));
    let number = |v: &str| v.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-' || b.is_ascii_lowercase());
    value.is_empty() || (word == "yarnpath" && version.is_some_and(|v| number(v) && !v.contains("..")))
}

/// `key = value` of npm, `key "value"` of the first Yarn.
fn lines(text: &str) -> Vec<Setting> {
    let mut out = Vec::new();
    for (number, line) in (1u32..).zip(text.trim_start_matches('\u{FEFF}').split(['\n', '\r'])) {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';', '[']) {
            continue;
        }
        let sign = bare.split_once('=').or_else(|| bare.split_once(char::is_whitespace));
        let Some((key, value)) = sign else { continue };
        let plain = |t: &str| t.trim().trim_matches(['"', '\'']).to_owned();
        let end_column = u32::try_from(line.trim_end().chars().count() + 1).unwrap_or(u32::MAX);
        let column = u32::try_from(line.chars().take_while(|c| c.is_whitespace()).count() + 1).unwrap_or(u32::MAX);
        let place = Place { line: number, column, end_line: number, end_column };
        out.push(Setting { key: plain(key), value: plain(value), place });
    }
    out
}

/// All settings of a tree below a path of keys, each under the name of its members.
fn tree(text: &str, language: Language, under: Option<&[&str]>) -> Result<Vec<Setting>, String> {
    let document = Document::read(text, language).map_err(|e| e.what)?;
    let mut out = Vec::new();
    let root = document.root.as_ref().and_then(|r| r.at(under.unwrap_or_default()));
    // depth is bounded by the reader
    fn walk(node: &Node, key: &str, document: &Document, out: &mut Vec<Setting>) {
        match &node.value {
            Value::Map(members) => {
                for member in members {
                    // a scope of Bun is a name with an address behind it
                    let inner =
                        if key == "scopes" && member.value.text().is_some() { "registry" } else { &*member.key };
                    walk(&member.value, inner, document, out);
                }
            }
            Value::List(list) => list.iter().for_each(|n| walk(n, key, document, out)),
            _ => {
                let place = document.place(node.start, node.end);
                let value = node.scalar().unwrap_or_default();
                out.push(Setting { key: key.to_owned(), value, place });
            }
        }
    }
    if let Some(root) = root {
        walk(root, "", &document, &mut out);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::config_file::from_text;

    /// Facts of a launch beside a file, each with its line.
    fn facts(command: &str, args: &[&str], name: &str, text: &str) -> Vec<(FactKind, String, u32)> {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join(name);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        std::fs::write(file, text).expect("written");
        let entry = serde_json::json!({ "mcpServers": { "a": { "command": command, "args": args } } });
        let config = dir.path().join(".vscode/mcp.json");
        let mut target = from_text(&entry.to_string(), &config.to_string_lossy()).expect("a configuration").remove(0);
        let unread = Files::default().mark(&mut target, Path::new("/nowhere"));
        assert!(unread.is_empty(), "{unread:?}");
        target.facts.into_iter().map(|f| (f.kind, f.what.raw().to_owned(), f.place.line)).collect()
    }

    #[test]
    fn settings_of_the_project_are_found_at_their_lines() {
        let index = |what: &str, line| vec![(FactKind::RunnerIndex, what.to_owned(), line)];
        let program = |what: &str, line| vec![(FactKind::RunnerProgram, what.to_owned(), line)];
        let npx = ["-y", "a@1.0.0"];
        for (text, found) in [
            ("# x\nregistry=https://me:key@evil.test/\n", index("registry\nhttps://evil.test", 2)),
            ("@acme:registry = https://evil.test", index("registry\nhttps://evil.test", 1)),
            ("registry=${R:-https://evil.test}", index("registry\nhttps://evil.test", 1)),
            ("\"registry\"=\"https://evil.test\"", index("registry\nhttps://evil.test", 1)),
            ("node-options=--require ./x.js", program("node-options\n--require ./x.js", 1)),
            ("script-shell=./x", program("script-shell\n./x", 1)),
            ("strict-ssl=false", vec![(FactKind::RunnerUnchecked, "strict-ssl".to_owned(), 1)]),
            ("save-exact=true\n;registry=https://evil.test\n//evil.test/:_authToken=x", Vec::new()),
        ] {
            assert_eq!(facts("npx", &npx, ".npmrc", text), found, "{text}");
        }
        let evil = "https://evil.test";
        let uv = format!("[[index]]\nname = \"x\"\nurl = \"{evil}/simple\"\n");
        assert_eq!(facts("uv", &["run", "x.py"], "uv.toml", &uv), index("url\nhttps://evil.test", 3));
        let pyproject = format!("[project]\nurl = \"{evil}\"\n[tool.uv]\nindex-url = \"{evil}/simple\"\n");
        let found = facts("uv", &["run", "x.py"], "pyproject.toml", &pyproject);
        assert_eq!(found, index("index-url\nhttps://evil.test", 4));
        let found = facts("yarn", &["dlx", "a@1.0.0"], ".yarnrc.yml", "yarnPath: ./evil.cjs\n");
        assert_eq!(found, program("yarnPath\n./evil.cjs", 1));
        let found = facts(
            "yarn",
            &["dlx", "a@1.0.0"],
            ".yarnrc.yml",
            "npmScopes:\n  a:\n    npmRegistryServer: https://evil.test",
        );
        assert_eq!(found, index("npmRegistryServer\nhttps://evil.test", 3));
        assert_eq!(
            facts("bun", &["run", "s.ts"], "bunfig.toml", "preload = [\"./x.ts\"]"),
            program("preload\n./x.ts", 1)
        );
        let bun = "[install.scopes]\nacme = \"https://evil.test\"";
        assert_eq!(facts("bunx", &npx, "bunfig.toml", bun), index("registry\nhttps://evil.test", 2));
        assert_eq!(facts("sh", &["-c", "npx -y a@1.0.0 | tee x"], ".npmrc", "registry=https://evil.test").len(), 1);
        let cargo = "[target.x86_64-unknown-linux-gnu]\nrunner = \"./x\"";
        assert_eq!(facts("cargo", &["run"], ".cargo/config.toml", cargo), program("runner\n./x", 2));
    }

    #[test]
    fn files_that_nothing_of_the_launch_reads_say_nothing() {
        let evil = "registry=https://evil.test";
        assert!(facts("node", &["x.js"], ".npmrc", evil).is_empty());
        assert!(facts("uvx", &["a==1.0"], "uv.toml", "index-url = \"https://evil.test\"").is_empty());
        assert!(facts("uv", &["tool", "run", "a==1.0"], "uv.toml", "index-url = \"https://evil.test\"").is_empty());
        let yarn = "yarnPath: .yarn/releases/yarn-4.5.0.cjs\nnodeLinker: node-modules\n";
        assert!(facts("yarn", &["dlx", "a@1.0.0"], ".yarnrc.yml", yarn).is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_told_once() {
        let said = |unread: &Unread| unread.1.to_terminal().to_string();
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("bunfig.toml"), "[").expect("written");
        let text = r#"{"mcpServers":{"a":{"command":"bunx","args":["x"]},"b":{"command":"bunx","args":["y"]}}}"#;
        let config = dir.path().join(".mcp.json");
        let mut files = Files::default();
        let targets = from_text(text, &config.to_string_lossy()).expect("a configuration");
        let unread: Vec<Unread> = targets.into_iter().flat_map(|mut t| files.mark(&mut t, dir.path())).collect();
        assert!(unread.len() == 1 && said(&unread[0]).contains("TOML"), "{unread:?}");
        #[cfg(unix)]
        {
            let other = tempfile::tempdir().expect("a folder");
            std::fs::write(other.path().join("x"), "").expect("written");
            std::os::unix::fs::symlink(other.path().join("x"), dir.path().join(".npmrc")).expect("a link");
            let mut target = from_text(text, &config.to_string_lossy()).expect("a configuration").remove(0);
            let unread = Files::default().mark(&mut target, dir.path());
            assert!(unread.iter().any(|u| said(u).contains("link")), "{unread:?}");
        }
    }
}
