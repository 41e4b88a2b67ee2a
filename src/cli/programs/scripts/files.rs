//! Files of runners of which no part can be left out: all that may decide what such a runner starts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::book::read;
use super::{COMMANDS, FILES, Script};

/// Entries of folders that are looked at for one runner, and how deep.
const ENTRIES: usize = 20_000;
const DEPTH: usize = 12;
/// How often files are looked for that included files include, and words of theirs that are looked for.
const ROUNDS: usize = 3;
const WORDS: usize = 4096;
/// Folders of what was fetched or built.
const OTHERS: [&str; 6] = ["node_modules", ".git", ".venv", "venv", "__pycache__", "target"];

/// Runners, the verbs that start something (any, where there is none), and the names of the files that they read.
const RUNNERS: [(&str, &[&str], &[&str]); 22] = [
    ("task", &[], &["*askfile*.yml", "*askfile*.yaml"]),
    ("go-task", &[], &["*askfile*.yml", "*askfile*.yaml"]),
    ("mise", &["run", "r", "task", "tasks"], MISE),
    ("rtx", &["run", "r", "task", "tasks"], MISE),
    ("turbo", &[], &["turbo.json", "turbo.jsonc"]),
    ("nx", &[], &["nx.json", "project.json"]),
    ("lerna", &[], &["lerna.json"]),
    ("rake", &[], &["[Rr]akefile", "*.rake", "rakefile.rb", "Rakefile.rb"]),
    ("invoke", &[], &["tasks.py", "*/tasks/*.py", "tasks/*.py", "invoke.*"]),
    ("inv", &[], &["tasks.py", "*/tasks/*.py", "tasks/*.py", "invoke.*"]),
    ("nox", &[], &["noxfile.py"]),
    ("tox", &[], &["tox.ini", "tox.toml", "setup.cfg", "pyproject.toml"]),
    ("gulp", &[], &["gulpfile*"]),
    ("grunt", &[], &["[Gg]runtfile*"]),
    ("ant", &[], &["*.xml"]),
    ("mage", &[], &["magefile*.go", "magefiles/*"]),
    ("mvn", &[], &["pom.xml"]),
    ("gradle", &[], &["*.gradle", "*.gradle.kts", "gradle.properties"]),
    ("docker", &["compose"], COMPOSE),
    ("podman", &["compose"], COMPOSE),
    ("docker-compose", &[], COMPOSE),
    ("podman-compose", &[], COMPOSE),
];
/// What `mise` does by itself.
const OTHER_VERBS: [&str; 10] = ["x", "exec", "install", "i", "use", "u", "env", "e", "which", "where"];
const MISE: &[&str] = &["*mise*.toml", "mise/*.toml", "*mise-tasks/*", "*mise/tasks/*", ".tool-versions"];
const COMPOSE: &[&str] = &["*compose*.yml", "*compose*.yaml", "*Dockerfile*", "*Containerfile*"];
/// Files of any runner, in the folder where a launch starts.
pub(super) const ALL: &[&str] = &[
    "package.json",
    "pyproject.toml",
    "GNUmakefile",
    "[Mm]akefile",
    "*.mk",
    "*justfile",
    "Justfile",
    "*.just",
    "deno.json",
    "deno.jsonc",
    "composer.json",
    "*askfile*.y*ml",
    "*mise*.toml",
    "*compose*.y*ml",
];

/// The names of the files that a runner reads, where a line starts something by it.
pub(super) fn of_runner(program: &str, args: &[&str]) -> Option<&'static [&'static str]> {
    let (_, verbs, names) = RUNNERS.iter().find(|(runner, ..)| *runner == program)?;
    // options with a value may stand before the verb
    let given = args.iter().any(|a| verbs.contains(a));
    // `mise NAME`
    let task = ["mise", "rtx"].contains(&program)
        && args.iter().find(|a| !a.starts_with('-')).is_some_and(|a| !OTHER_VERBS.contains(a));
    (verbs.is_empty() || given || task).then_some(*names)
}

/// All of the files that a runner may read: those of its names, and those that the line names.
pub(super) fn whole(program: &str, names: &[&str], args: &[&str], folder: &Path, root: &Path) -> Script {
    let (mut found, cut) = below(root, names);
    let value = |arg: &&str| arg.split_once('=').filter(|_| arg.starts_with('-')).map_or(*arg, |(_, v)| v).to_owned();
    let named = args.iter().map(value).map(|name| folder.join(super::super::within(&name)));
    let named: Vec<PathBuf> = named.filter(|path| path.is_file()).collect();
    let file = found.first().or(named.first()).cloned().unwrap_or_else(|| folder.join(program));
    // what the line names goes before what may be meant
    found.splice(0..0, named);
    let mut known = BTreeSet::new();
    let mut at = 0;
    while at < found.len() && known.len() < FILES {
        if known.insert(found[at].clone()) {
            found.extend(mentioned(&found[at], root));
        }
        at += 1;
    }
    let open = cut || found[at..].iter().any(|file| !known.contains(file));
    Script { cut: true, open, read: known.into_iter().collect(), ..Script::new(file, program) }
}

/// Files of settings that one of them names: `include: ./base.yml`.
fn mentioned(file: &Path, root: &Path) -> Vec<PathBuf> {
    let is_settings = |name: &str| [".yml", ".yaml", ".toml"].iter().any(|end| name.ends_with(end));
    if !is_settings(&file.to_string_lossy()) {
        return Vec::new();
    }
    let Ok(Some(text)) = read(file, root) else { return Vec::new() };
    let folder = file.parent().unwrap_or(root);
    let words = text.split(|c: char| c.is_whitespace() || "=:,()[]{}\"'".contains(c));
    let settings = words.filter(|w| is_settings(w));
    let there = settings.take(WORDS).filter_map(|word| super::super::plain(&folder.join(word)));
    there.filter(|path| path.is_file()).collect()
}

/// Files of the project whose names or paths fit one of the patterns, and whether there may be more.
pub(super) fn below(root: &Path, patterns: &[&str]) -> (Vec<PathBuf>, bool) {
    let (mut out, mut cut, mut looked) = (Vec::new(), false, 0);
    let mut left = vec![(root.to_owned(), 0)];
    while let Some((dir, depth)) = left.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else { continue };
        for entry in entries {
            looked += 1;
            let Ok(entry) = entry else { continue };
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if looked > ENTRIES {
                return (sorted(out), true);
            }
            if entry.file_type().is_ok_and(|t| t.is_dir()) {
                match depth < DEPTH {
                    _ if OTHERS.contains(&&*name) => {}
                    true => left.push((path, depth + 1)),
                    false => cut = true,
                }
                continue;
            }
            let inside = super::super::below(&path, root).unwrap_or_default();
            if patterns.iter().any(|p| fits(p.as_bytes(), name.as_bytes()) || fits(p.as_bytes(), inside.as_bytes())) {
                out.push(path);
            }
        }
    }
    cut |= out.len() > FILES;
    (sorted(out), cut)
}

fn sorted(mut all: Vec<PathBuf>) -> Vec<PathBuf> {
    all.sort();
    all.truncate(FILES);
    all
}

/// Makefiles or a justfile, with all that they include: variables, templates and rules of many names make any line of them a
/// part of any command. `other`: includes may lie in other folders than the usual ones.
pub(super) fn rules(named: Vec<PathBuf>, (folder, other): (&Path, bool), target: Option<&str>, root: &Path) -> Script {
    let mut out = Script::new(named[0].clone(), target.unwrap_or("default"));
    out.read.clear();
    let (mut left, mut seen) = (named, BTreeSet::new());
    let (mut more, mut tried) = (Includes::default(), 0);
    loop {
        if left.is_empty() {
            left = more.take(&out.text, folder, root);
        }
        let Some(file) = left.pop() else { break };
        let Some(file) = super::super::plain(&file).filter(|f| !seen.contains(f) && !f.is_dir()) else { continue };
        let text = match read(&file, root) {
            Ok(Some(text)) => text,
            Ok(None) => continue,
            Err(why) => {
                out.cut = true;
                out.text.push_str(&format!("{why}\n"));
                out.read.push(file.clone());
                seen.insert(file);
                continue;
            }
        };
        if seen.len() == FILES {
            (out.cut, out.open) = (true, true);
            break;
        }
        out.text.push_str(&text);
        out.text.push('\n');
        let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
        for line in text.lines() {
            let places = [folder, file.parent().unwrap_or(root)];
            let names = included(line);
            tried += names.len();
            if tried > WORDS {
                (out.cut, out.open) = (true, true);
                break;
            }
            for name in names {
                let there = places.map(|p| p.join(&name));
                let pattern = name.contains(['$', '*', '?', '[']);
                if pattern || (other && !there.iter().any(|path| path.is_file())) {
                    more.add(&name);
                }
                left.extend(there);
            }
            let code = match line.starts_with([' ', '\t']) {
                true => line.trim().trim_start_matches(['@', '-', '+']),
                false => line.split_once(';').map_or("", |(_, code)| code.trim()),
            };
            match out.code.len() < COMMANDS {
                _ if code.is_empty() => {}
                true => out.code.push(code.to_owned()),
                false => out.cut = true,
            }
        }
        out.read.push(file.clone());
        seen.insert(file);
    }
    out.open |= more.open;
    out
}

/// Files that a line includes: `-include a.mk b.mk`, `$(eval include c.mk)`, `import? 'd.just'`, `mod e`. Those that
/// variables or patterns make are not found.
fn included(line: &str) -> Vec<String> {
    let mut words = line.split_whitespace().map(|w| w.trim_matches(['\'', '"', ')']));
    let is_include = |w: &str| w.ends_with("include") && !w.starts_with("--");
    let Some(word) = words.find(|w| is_include(w) || ["import", "import?", "mod", "mod?"].contains(w)) else {
        return Vec::new();
    };
    // a path in marks may hold a space
    let marked = line.split(['\'', '"']).nth(1).filter(|w| w.contains(' '));
    let named = words.take_while(|w| !w.starts_with('#')).chain(marked);
    if !word.starts_with("mod") {
        return named.map(str::to_owned).collect();
    }
    let ends = ["", ".just", "/mod.just", "/justfile", "/.justfile"];
    named.flat_map(|name| ends.map(|end| format!("{name}{end}"))).collect()
}

/// Includes whose names are patterns or have variables in them.
#[derive(Default)]
struct Includes {
    patterns: BTreeSet<String>,
    variable: bool,
    rounds: usize,
    /// Whether there may be files that nobody can name.
    open: bool,
}

impl Includes {
    /// Notes a name that is no file where it is looked for first.
    fn add(&mut self, name: &str) {
        let mut pattern = String::new();
        let mut rest = name;
        while let Some((before, behind)) = rest.split_once('$') {
            pattern.push_str(before);
            pattern.push('*');
            let end = match behind.starts_with(['(', '{']) {
                true => behind.find([')', '}']).map_or(behind.len(), |at| at + 1),
                false => behind.chars().next().map_or(0, char::len_utf8),
            };
            rest = &behind[end..];
        }
        pattern.push_str(rest);
        // a set is any letter
        while let Some((start, end)) = pattern.find('[').and_then(|s| Some((s, s + pattern[s..].find(']')?))) {
            pattern.replace_range(start..=end, "?");
        }
        self.variable |= name.contains('$');
        // rules may be read again and again
        self.open |= name.contains('$') || self.patterns.len() >= FILES || self.rounds == ROUNDS;
        let pattern = pattern.rsplit("../").next().unwrap_or_default().trim_start_matches("./");
        let any = !pattern.bytes().any(|b| b.is_ascii_alphanumeric());
        self.open |= any || pattern.split('/').any(|part| OTHERS.contains(&part));
        if !any && self.patterns.len() < FILES {
            self.patterns.insert(pattern.to_owned());
        }
    }

    /// The files that those noted may name. What a variable stands for is a word of the text, or a file that rules are kept in
    /// as a rule.
    fn take(&mut self, text: &str, folder: &Path, root: &Path) -> Vec<PathBuf> {
        let (variable, mut patterns) = (std::mem::take(&mut self.variable), std::mem::take(&mut self.patterns));
        if self.rounds == ROUNDS || (patterns.is_empty() && !variable) {
            return Vec::new();
        }
        self.rounds += 1;
        let beside: Vec<String> = patterns.iter().map(|p| format!("*/{p}")).collect();
        patterns.extend(beside);
        if variable {
            patterns.extend(["*.mk", "*.mak", "*.make", "[Mm]akefile*"].map(str::to_owned));
        }
        let (mut found, cut) = below(root, &patterns.iter().map(String::as_str).collect::<Vec<_>>());
        self.open |= cut;
        if variable {
            let sign = |c: char| c.is_whitespace() || "=:;,()\"'".contains(c);
            let words = text.split(sign).filter(|w| w.contains(['.', '/']));
            let there = words.take(WORDS).map(|word| folder.join(word)).filter(|path| path.is_file());
            found.extend(there.take(FILES));
        }
        found
    }
}

/// Whether a name fits a pattern of `*`, `?` and `[…]`.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut back = None;
    while n < name.len() {
        let (here, next) = match pattern.get(p) {
            Some(b'[') => match pattern[p..].iter().position(|b| *b == b']') {
                Some(end) => (pattern[p + 1..p + end].contains(&name[n]), p + end + 1),
                None => (name[n] == b'[', p + 1),
            },
            Some(b'?') => (true, p + 1),
            Some(b) => (*b != b'*' && *b == name[n], p + 1),
            None => (false, p),
        };
        if pattern.get(p) == Some(&b'*') {
            back = Some((p + 1, n));
            p += 1;
        } else if here {
            (p, n) = (next, n + 1);
        } else if let Some((after, from)) = back {
            (p, n) = (after, from + 1);
            back = Some((after, from + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|b| *b == b'*')
}
