//! One side of a comparison: a recording, a manifest, a baseline folder, a commit's baseline, or a server that is asked now.

use std::collections::BTreeMap;
use std::path::Path;

use super::choose::Asked;
use crate::baseline::git::Commit;
use crate::baseline::{Content, FOLDER, Files, ServerEntry};
use crate::capture::Era;
use crate::cli::args::{Diff, What};
use crate::cli::audit::{self, Audited};
use crate::cli::failure::Failure;
use crate::cli::project::Project;
use crate::cli::scan::ignored;
use crate::cli::sources::{self, Source};
use crate::cli::terminal::Terminal;
use crate::json::{Limits, read, unrender};
use crate::launch::identity::LaunchIdentity;
use crate::launch::package::Package;
use crate::manifest::Manifest;
use crate::snapshot::Snapshot;
use crate::target::argument::file_target;
use crate::target::clients::{Inventory, Places};
use crate::target::{Launch, Located, Stdio, Target};
use crate::terms::{Digest, ExitCode, ItemKind};
use crate::untrusted::{Message, Untrusted};

/// What is known of one server.
#[derive(Clone, Debug)]
pub struct Heard {
    /// What it says, by era.
    pub eras: BTreeMap<Era, Snapshot>,
    /// All eras as one manifest, which the rules read.
    pub union: Manifest,
    /// The same, digested.
    pub whole: Snapshot,
    /// Which code answers; `None` where words come from a bare file.
    pub launch: Option<LaunchIdentity>,
    /// The package that runs, resolved.
    pub package: Option<Package>,
    /// The programs of the project that the launch names.
    pub programs: BTreeMap<Untrusted, Digest>,
    /// Where it came from.
    pub target: Target,
    /// Everything it offers was read to its end.
    pub complete: bool,
    /// It was asked in every era, now or when it was recorded.
    pub asked: bool,
}

/// Servers by name.
pub type Servers = BTreeMap<Untrusted, Heard>;

/// One side.
#[derive(Debug)]
pub(super) struct Side {
    /// As it was asked for.
    pub(super) title: Untrusted,
    /// What is known.
    pub(super) servers: Servers,
    /// Servers of it of which nothing is known.
    pub(super) missed: Vec<Untrusted>,
    /// What a reader has to know.
    pub(super) notes: Vec<Message>,
    /// One server was asked for, not a set of them.
    pub(super) single: bool,
}

impl Side {
    /// The name of the server, when one was asked for.
    pub(super) fn one(&self) -> Option<&Untrusted> {
        self.servers.keys().next().filter(|_| self.single && self.servers.len() == 1)
    }
}

impl Heard {
    /// A server that says nothing.
    pub fn nothing(name: &Untrusted) -> Self {
        let union = Manifest::default();
        let target = file_target(Path::new("nothing"), 0, Some(name.clone()));
        let whole = Snapshot::of(&union);
        Self {
            eras: BTreeMap::new(),
            whole,
            union,
            launch: None,
            package: None,
            programs: BTreeMap::new(),
            target,
            complete: true,
            asked: false,
        }
    }

    /// A server of a baseline, or of what is about to become one.
    pub fn approved(name: &Untrusted, entry: &ServerEntry, eras: BTreeMap<Era, Snapshot>) -> Self {
        let launch = &entry.launch;
        let mut out = Self::nothing(name);
        for snapshot in eras.values() {
            let items = snapshot.to_manifest().items.into_iter();
            let first = out.union.items.is_empty();
            out.union.items.extend(items.filter(|i| first || i.key.kind != ItemKind::Server));
        }
        out.whole = Snapshot::of(&out.union);
        if let LaunchIdentity::Stdio { command, args, cwd, .. } = launch {
            let args = args.iter().cloned().map(Located::bare).collect();
            let (command, cwd) = (Located::bare(command.clone()), cwd.clone().map(Located::bare));
            out.target.launch = Launch::Stdio(Stdio { command, args, env: Vec::new(), cwd });
        }
        let file = matches!(launch, LaunchIdentity::File { .. });
        let (package, programs) = (entry.package.clone(), entry.programs.clone());
        Self { eras, launch: (!file).then(|| launch.clone()), package, programs, asked: !file, ..out }
    }

    fn captured(audited: Audited) -> Self {
        let complete = audited.capture.is_none() || audited.complete();
        let file = matches!(audited.identity, Ok(LaunchIdentity::File { .. }));
        Self {
            complete,
            asked: audited.capture.is_some() && complete,
            launch: audited.identity.ok().filter(|_| !file),
            package: audited.capture.and_then(|c| c.package),
            programs: audited.programs,
            eras: audited.snapshots,
            union: audited.union,
            whole: audited.whole,
            target: audited.target,
        }
    }

    /// What it says in the newest era.
    pub(super) fn newest(&self) -> &Snapshot {
        self.eras.get(&Era::Modern).or_else(|| self.eras.get(&Era::Legacy)).unwrap_or(&self.whole)
    }
}

/// Finds out what a side is, and asks it where it is a server.
pub(super) fn resolve(asked: &Asked, args: &Diff, project: &Project, terminal: Terminal) -> Result<Side, Failure> {
    let text = match asked {
        Asked::Command(words) => {
            let what = What { targets: vec![], command: words.clone(), scope: None };
            let title = Untrusted::from(words.join(" "));
            return heard(title, collect(&what, args, project, terminal)?, true, args, project, terminal);
        }
        Asked::Words(text) => text.as_str(),
    };
    let title = Untrusted::from(text);
    let shown = title.to_terminal();
    let stored =
        |servers: Servers| Side { title: title.clone(), servers, missed: vec![], notes: vec![], single: false };
    if let Some(rev) = text.strip_prefix("git:") {
        return of_commit(rev, &shown, args, project).map(stored);
    }
    if text == "baseline" {
        let folder = project.folder(args.baseline.baseline.as_deref());
        return of_folder(&folder, "the project's baseline").map(stored);
    }
    if let Some(line) = text.strip_prefix("cmd:") {
        let words = words(line).ok_or_else(|| {
            Failure::usage(format!("{shown}: a quotation mark is not closed, or there is no command"))
                .help("write cmd: and the command as one argument, for example 'cmd:npx -y @acme/server@1.2.3'")
        })?;
        let what = What { targets: vec![], command: words, scope: None };
        return heard(title.clone(), collect(&what, args, project, terminal)?, true, args, project, terminal);
    }
    let path = Path::new(text);
    if path.is_dir() && path.join("baseline.json").exists() {
        return of_folder(path, &shown).map(stored);
    }
    let url = text.starts_with("http://") || text.starts_with("https://");
    if text == "-" || url || std::fs::symlink_metadata(path).is_ok() {
        let what = What { targets: vec![text.to_owned()], command: vec![], scope: None };
        return heard(title.clone(), collect(&what, args, project, terminal)?, url, args, project, terminal);
    }
    let source = configured(text.strip_prefix("server:").unwrap_or(text), project)?;
    heard(title.clone(), (vec![source], vec![]), true, args, project, terminal)
}

type Collected = (Vec<Source>, Vec<Message>);

fn collect(what: &What, args: &Diff, project: &Project, terminal: Terminal) -> Result<Collected, Failure> {
    let found = sources::collect(what, Some(&args.reach), &project.root, terminal)?;
    if found.list.is_empty() {
        let name = what.targets.first().map(|t| Untrusted::from(t.as_str()).to_terminal()).unwrap_or_default();
        let failure = Failure::usage(format!("{name} names no MCP server and holds no words of one"));
        return Err(failure.with_exit(ExitCode::NoTargets).help(
            "give a capture, a manifest, a baseline folder, git:REV, a URL, or the name of a configured server",
        ));
    }
    // of a recording nobody expects to be asked now
    let live = found.list.iter().any(|s| s.held.is_none());
    Ok((found.list, if live { found.notices } else { Vec::new() }))
}

/// The server of that name in the project's and the user's configurations.
fn configured(name: &str, project: &Project) -> Result<Source, Failure> {
    let inventory = Inventory::search(&Places::of_process(&project.root), |_| true);
    let wanted = Untrusted::from(name);
    let full = |t: &Target| format!("{}@{}-{}", t.name.raw(), t.client.unwrap_or("config"), t.scope.word());
    let found: Vec<&Target> =
        inventory.targets.iter().filter(|t| t.name == wanted || full(t) == wanted.raw()).collect();
    let mut identities: Vec<_> = found.iter().map(|t| LaunchIdentity::of(t).ok()).collect();
    identities.dedup();
    let shown = wanted.cut(200).to_terminal();
    match (&found[..], identities.len()) {
        ([], _) => {
            let mut known: Vec<String> = inventory.targets.iter().map(|t| t.name.cut(60).to_terminal()).collect();
            known.sort();
            known.dedup();
            known.truncate(12);
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Err(Failure::usage(format!("{shown}: there is no such file, and no configuration names a server so")).help(
                format!("configured servers: {known}; else give a file, a URL, baseline, git:REV, or `-- CMD ARG…`"),
            ))
        }
        ([target, ..], 1) => {
            Ok(Source { target: Target::clone(target), held: None, fleet: String::new(), origin: Default::default() })
        }
        _ => {
            let all: Vec<String> = found.iter().map(|t| Untrusted::from(full(t)).cut(80).to_terminal()).collect();
            Err(Failure::usage(format!("several configurations name a server {shown}, and they differ"))
                .help(format!("say which: {}", all.join(", "))))
        }
    }
}

/// Asks what can be asked. A server that says nothing is no server without words: that is said, and nothing is compared.
fn heard(
    title: Untrusted,
    (list, mut notes): Collected,
    single: bool,
    args: &Diff,
    project: &Project,
    terminal: Terminal,
) -> Result<Side, Failure> {
    let baseline = project.baseline(&args.baseline)?;
    let (limits, approved) = (&project.config.limits, project.approved(&baseline));
    let mut audited = audit::run(list, &args.reach, limits, &project.root, approved, terminal)?;
    // as `scan` does: what a signed `[[ignore]]` covers is no difference, and `ignored` says what it covered
    audit::compare_with(&mut audited, baseline.good());
    let mut servers = Servers::new();
    let mut missed = Vec::new();
    for one in audited {
        let name = one.key.clone();
        let said = Message::new("server ").quote(&name);
        let failure = one.capture.as_ref().and_then(|c| c.failure.as_ref()).map(|f| f.sentence());
        if one.eras.is_empty() {
            let why = failure.unwrap_or_else(|| Message::new("nothing of it was captured"));
            let how = if one.recorded { " is in a recording that holds no words of it: " } else { " was not heard: " };
            notes.push(said.text(how).append(&why));
            missed.push(name);
            continue;
        }
        notes.extend(ignored(&one));
        let heard = Heard::captured(one);
        if !heard.complete {
            notes.push(said.text(" was not read to the end, so nothing is said of items that may be missing there"));
        }
        servers.insert(name, heard);
    }
    if servers.is_empty() {
        let why: Vec<String> = notes.iter().map(Message::to_terminal).collect();
        let failure = Failure::usage(format!("{}: {}", title.to_terminal(), why.join("; ")));
        return Err(failure
            .with_exit(ExitCode::Incomplete)
            .help("--launch all starts or contacts what a configuration names; `mcp-assay capture` shows the rest"));
    }
    Ok(Side { title, servers, missed, notes, single })
}

fn of_commit(rev: &str, shown: &str, args: &Diff, project: &Project) -> Result<Servers, Failure> {
    let folder = project.folder(args.baseline.baseline.as_deref());
    let inside = folder.strip_prefix(&project.root).unwrap_or(&folder);
    let files = Commit::of(&project.root, rev).and_then(|c| c.files(inside));
    let files = files.map_err(|e| {
        Failure::usage(format!("{shown} cannot be read: {}", e.sentence().to_terminal()))
            .help("git:REV needs a commit of this repository; `git fetch` it first")
    })?;
    let files = files.ok_or_else(|| {
        Failure::usage(format!("{shown} cannot be read: that commit has no baseline folder"))
            .help(format!("`git log -- {FOLDER}` lists the commits that do"))
    })?;
    of_files(&files, shown)
}

fn of_folder(folder: &Path, shown: &str) -> Result<Servers, Failure> {
    let files = Files::read(folder).map_err(|s| {
        Failure::usage(format!("{shown} cannot be read: {}", s.sentence().to_terminal())).help(s.next_step())
    })?;
    if files.baseline.is_none() {
        return Err(Failure::usage(format!("{shown} holds no approved words"))
            .help("`mcp-assay scan`, then `mcp-assay approve`, make a baseline"));
    }
    of_files(&files, shown)
}

/// What a baseline folder says, verified or not.
pub fn of_files(files: &Files, shown: &str) -> Result<Servers, Failure> {
    let unreadable = |why: &str| {
        Failure::usage(format!("{shown} cannot be read: {why}"))
            .help("`mcp-assay verify` says what is wrong with a baseline folder")
    };
    let parse = |bytes: &[u8]| read(bytes, &Limits::default()).ok().map(|d| unrender(&d.root));
    let content = files.baseline.as_deref().and_then(parse).and_then(|n| Content::from_node(&n).ok());
    let content = content.ok_or_else(|| unreadable("it holds no baseline.json of a known format"))?;
    let mut out = Servers::new();
    for (server, entry) in &content.servers {
        let mut eras = BTreeMap::new();
        for era in [Era::Modern, Era::Legacy] {
            let Some(reference) = entry.snapshots.get(era.word()) else { continue };
            let document = files.servers.get(&reference.file).and_then(|b| parse(b));
            let snapshot = document.and_then(|n| Snapshot::from_document(&n));
            let snapshot = snapshot
                .filter(|s| s.digest == reference.manifest)
                .ok_or_else(|| unreadable("a server file is missing or damaged"))?;
            eras.insert(era, snapshot);
        }
        out.insert(server.clone(), Heard::approved(server, entry, eras));
    }
    Ok(out)
}

/// The words of a command line: blanks separate, quotation marks and backslashes keep together. Nothing is expanded.
fn words(line: &str) -> Option<Vec<String>> {
    let mut out: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        end if end == c => break,
                        '\\' if c == '"' => word.push(chars.next()?),
                        inside => word.push(inside),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(chars.next()?),
            c if c.is_whitespace() => out.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_split_and_nothing_is_expanded() {
        let of = |line: &str| words(line).map(|w| w.join("|"));
        assert_eq!(of(r#"npx -y "a b" c\ d 'e "f"' $HOME"#).as_deref(), Some(r#"npx|-y|a b|c d|e "f"|$HOME"#));
        assert_eq!(of("a ''").as_deref(), Some("a|"));
        assert_eq!((of("a 'b"), of("  "), of("a \\")), (None, None, None));
    }
}
