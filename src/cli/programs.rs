//! The programs of the project itself that a launch names: their content decides which code answers as much as the command
//! line does, so their digests are signed with it (TRUST §4.1). What such a program loads in turn is not followed; a command
//! that a runner finds under a name in a file of the project is, with the programs that it names.

mod scripts;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use crate::diff::LATER;
use crate::launch::identity;
use crate::launch::line::Line;
use crate::target::{ConfigScope, Launch, Stdio, Target};
use crate::terms::Digest;
use crate::untrusted::Untrusted;

use scripts::Script;

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
/// Commands of theirs that are looked for in files.
const READS: usize = 256;
/// What a word begins with that means the project.
const PROJECT: [&str; 4] =
    ["${workspaceFolder}", "${CLAUDE_PROJECT_DIR}", "${CLAUDE_PROJECT_DIR:-.}", "$CLAUDE_PROJECT_DIR"];

/// Digests of the programs that a launch names, by their path in the project; of a script by the path of its file and its name,
/// with `#` between them. What versions before did not look at begins with [`LATER`].
pub fn of(target: &Target, root: &Path) -> BTreeMap<Untrusted, Digest> {
    let Launch::Stdio(stdio) = &target.launch else { return BTreeMap::new() };
    let Ok(root) = root.canonicalize() else { return BTreeMap::new() };
    let dir = directory(target, stdio, &root);
    let args: Vec<&str> = stdio.args.iter().map(|a| a.value.raw()).collect();
    let mut out = BTreeMap::new();
    let cwd = stdio.cwd.as_ref().is_some_and(|cwd| in_project(cwd.value.raw()));
    for (word, always) in words(stdio.command.value.raw(), &args) {
        let later = in_project(&word) || cwd && !Path::new(&word).is_absolute();
        let mark = if later { LATER } else { "" };
        let found = named(&dir, &word, &root, always);
        out.extend(found.map(|(path, digest)| (format!("{mark}{path}").into(), digest)));
        if later {
            // a program that is not there yet is none of a version before
            out.insert(LATER.into(), Digest::of(b""));
        }
    }
    let mut followed = Followed { root: &root, out: &mut out, seen: BTreeSet::new(), left: READS };
    if !followed.follow(&Line::of_stdio(stdio), &dir, 0) {
        followed.whole(&scripts::everything(&dir, &root));
    }
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

/// Whether what means the project stands at the beginning of a word.
fn in_project(word: &str) -> bool {
    within(word) != word
}

/// A word without what means the project at its beginning.
fn within(word: &str) -> &str {
    let rest = PROJECT.iter().find_map(|p| word.strip_prefix(p)).filter(|r| r.is_empty() || r.starts_with(['/', '\\']));
    rest.map_or(word, |r| r.trim_start_matches(['/', '\\']))
}

/// The scripts of one launch that were followed.
struct Followed<'o> {
    root: &'o Path,
    out: &'o mut BTreeMap<Untrusted, Digest>,
    /// Their files and names.
    seen: BTreeSet<(String, String)>,
    /// How many times a file may still be looked into.
    left: usize,
}

impl Followed<'_> {
    /// Adds the scripts that a line starts by their names, and the programs that those name. Whether all were.
    fn follow(&mut self, line: &Line<'_>, dir: &Path, depth: usize) -> bool {
        let mut all = !line.is_cut() && !line.is_deep();
        let steps = std::iter::once(line).chain(line.commands()).flat_map(Line::steps).filter(|s| !s.inside);
        for step in steps.filter(scripts::is_runner) {
            if depth > DEPTH || self.left == 0 {
                return false;
            }
            let found = scripts::of(&step, dir, self.root);
            // who looks through the whole project does so a few times
            let files: usize = found.iter().map(|s| s.read.len()).sum();
            self.left = self.left.saturating_sub(files.max(if scripts::is_wide(&step) { READS / 8 } else { 1 }));
            for script in found {
                all &= self.add(&script, dir, depth);
            }
        }
        all
    }

    fn add(&mut self, script: &Script, dir: &Path, depth: usize) -> bool {
        let Some(file) = plain(&script.file).and_then(|f| below(&f, self.root)) else { return true };
        if !self.seen.insert((file.clone(), script.name.clone())) {
            return true;
        }
        if self.seen.len() > SCRIPTS {
            return false;
        }
        // what may be a secret is not hashed by itself
        let kept = identity::without_secrets(&script.text);
        let mut all = !script.cut && kept.trim_end() == script.text.trim_end();
        let key = format!("{LATER}{file}#{}", script.name);
        self.out.insert(key.into(), Digest::of(kept.as_bytes()));
        let folder = script.file.parent().unwrap_or(dir);
        let mut words: Vec<(String, bool)> = script.files.iter().map(|f| (f.clone(), true)).collect();
        for code in &script.code {
            let args = ["-c", code.as_str()];
            let line = Line::of("sh", &args);
            for step in std::iter::once(&line).chain(line.commands()).flat_map(Line::steps) {
                words.extend(self::words(&step.word.text, &step.texts()));
            }
            all &= self.follow(&line, folder, depth + 1);
        }
        for (word, always) in words {
            let found = named(folder, &word, self.root, always);
            self.out.extend(
                found.map(|(path, digest)| (format!("{LATER}{path} by {file}#{}", script.name).into(), digest)),
            );
        }
        if !all || script.open {
            self.whole(script);
        }
        true
    }

    /// What was not followed, or holds what is not hashed by itself, is at least the same files. Of files that nobody can name
    /// the approval says that it does not cover them.
    fn whole(&mut self, script: &Script) {
        for file in &script.read {
            let Some(path) = plain(file).and_then(|f| below(&f, self.root)) else { continue };
            let whole = digest(file, self.root, true);
            self.out.extend(whole.map(|digest| (format!("{LATER}{path}#(more)").into(), digest)));
        }
        if script.open {
            let file = plain(&script.file).and_then(|f| below(&f, self.root)).unwrap_or_default();
            self.out.insert(format!("{LATER}{file}#(other files are not covered)").into(), Digest::of(b""));
        }
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
mod tests;
