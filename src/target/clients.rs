//! The files of MCP clients: which they are ([`table`]), where they lie ([`places`]), and the search through them. Nothing is
//! started and nothing is contacted; what was read, skipped or refused is said of every place.

pub mod pages;
pub mod places;
pub mod table;

mod beside;
mod deep;
mod doors;
mod env_file;
mod file;
mod follow;
mod merge;
mod told;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use self::file::read;
pub use self::places::{Home, Places, Platform};
pub use self::table::{Row, Standing, TABLE};
use super::config_file::keys::Keys;
use super::config_file::references::{self, Against};
use super::config_file::settings::{self, Effects};
use super::config_file::{self, Problem, SERVERS, Source};
use super::{ConfigScope, Fact, FactKind, Place, Target};
use crate::terms::TargetId;
use crate::untrusted::{Message, Untrusted};

/// Servers of all files together.
const TOTAL: usize = 10_000;
/// Bytes of all files together.
const BYTES: u64 = 64 << 20;

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Read; so many servers.
    Read(usize),
    /// Read up to a bound; so many servers, and there are more.
    Cut(usize),
    /// Not there.
    Absent,
    /// There, and nothing is read from it: why. Not a failure, for it is no list of servers.
    NotRead(&'static str),
    /// There, and not readable: the system's words.
    Unreadable(String),
    /// Not a configuration: where, and what is wrong.
    Malformed(String),
}

/// One file that was looked at.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The file, or the pattern where nothing fits it.
    pub path: PathBuf,
    /// Its client.
    pub client: Option<&'static str>,
    /// Other clients that read it too.
    pub also: Vec<&'static str>,
    /// Where it applies.
    pub scope: ConfigScope,
    /// Where the row of the table comes from.
    pub standing: Option<Standing>,
    /// What became of it.
    pub status: Status,
    /// Entries that could not be used, and ambiguous keys.
    pub problems: Vec<Problem>,
}

/// What became of a file, what was odd about it, and the files it names.
type Outcome = (Status, Vec<Problem>, Vec<(String, Place)>);

/// Everything found.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// All files looked at, in the order of the table.
    pub files: Vec<FileReport>,
    /// Servers, with ids of their own.
    pub targets: Vec<Target>,
    /// Manifests of bundles that a client has unpacked, and that it does not switch off.
    pub unpacked: Vec<PathBuf>,
    /// Settings of clients that have no server, where they say something that has to be told.
    pub settings: Vec<Target>,
    /// Files of clients in the project that are not read.
    pub beside: beside::Unread,
    /// Names of variables that are set; `None` when a file is judged by itself.
    pub environment: Option<BTreeSet<String>>,
    /// The machine's paths are those of Windows.
    windows: bool,
    /// What files say about servers of others, by client.
    effects: Vec<(Option<&'static str>, Effects)>,
    /// What entries say for themselves, of clients that merge them.
    keys: Vec<deep::Own>,
    /// Bytes that were read so far.
    bytes: u64,
}

impl Inventory {
    /// An empty one of a run that has read so many bytes of configuration files.
    pub fn after(bytes: u64) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// Bytes of configuration files that were read, with those before.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Looks at every file of the table whose scope `wanted` takes.
    pub fn search(places: &Places, wanted: impl Fn(ConfigScope) -> bool) -> Self {
        let windows = places.platform == Platform::Windows;
        let mut out = Self { environment: places.environment.clone(), windows, ..Self::default() };
        if wanted(ConfigScope::Project) {
            out.beside = beside::find(places);
        }
        out.files.extend(told::homeless(places, wanted(ConfigScope::User)));
        let mut names = walk::Names::default();
        for row in TABLE.iter().filter(|r| wanted(r.scope)) {
            if let Some(name) = row.content() {
                out.content(row, name, places);
            }
            for (start, pattern) in places.starts(row) {
                let found = walk::files(&start, pattern);
                for (path, why) in found.failed {
                    out.files.push(report(path, row, Status::Unreadable(why)));
                }
                if found.files.is_empty() {
                    out.files.push(report(start.join(pattern), row, Status::Absent));
                }
                // other systems take these for the client's files, and this one does not
                let own = row.scope == ConfigScope::Project && (start == places.project || row.path.starts_with("^./"));
                let others = if own { walk::alike(&start, pattern, &found.files, &mut names) } else { Vec::new() };
                for path in found.files {
                    out.row(row, &start, &path, places);
                }
                for path in others {
                    out.row(row, &start, &path, places);
                    out.spelled(row, &path);
                }
            }
        }
        out.finish();
        out
    }

    /// Tells of a file that is the client's only on systems that do not tell letters by case.
    fn spelled(&mut self, row: &Row, path: &Path) {
        let place = Place { line: 1, column: 1, end_line: 1, end_column: 1 };
        let Some(file) = self.files.iter_mut().find(|f| f.path == path && f.client == Some(row.client)) else { return };
        if file.problems.iter().any(|p| p.place == place && p.ambiguous) {
            return;
        }
        let sentence = "its name is the client's in other letters: many systems do not tell them apart, and it was read as the client's";
        file.problems.push(Problem::ambiguous(place, Message::new(sentence)));
        let what = "a configuration in a file that only some systems read, for its name is written in other letters";
        let mut effects = Effects::default();
        let (kind, file) = (FactKind::Ambiguous, path.to_path_buf());
        effects.facts.push(Fact { kind, what: what.into(), file, scope: row.scope, place });
        self.effects.push((Some(row.client), effects));
    }

    /// A configuration that is the value of a variable. It has lines and no file: its place is called by its name.
    fn content(&mut self, row: &Row, name: &str, places: &Places) {
        let path = PathBuf::from(row.path);
        let (status, problems) = match places.contents.iter().find(|(n, _)| n == name) {
            None => (Status::Absent, Vec::new()),
            Some((_, None)) => (Status::Unreadable("its value is not UTF-8".to_owned()), Vec::new()),
            Some((_, Some(text))) => {
                let source = Source {
                    client: Some(row.client),
                    project: Some(&places.project),
                    keys: Some(row.keys),
                    flat: row.flat,
                    ..Source::unknown(&path, row.scope)
                };
                let from = self.targets.len();
                let (status, problems, _) = self.parse(text.expose(), source);
                self.targets[from..].iter_mut().for_each(|t| doors::program_facts(t, &places.project));
                (status, problems)
            }
        };
        self.files.push(FileReport { problems, ..report(path, row, status) });
    }

    fn row(&mut self, row: &Row, start: &Path, path: &Path, places: &Places) {
        if row.shared
            && let Some(known) = self.files.iter_mut().find(|f| f.path == path)
        {
            known.also.push(row.client);
            let inside = |t: &&mut Target| t.origin.as_ref().is_some_and(|o| o.file == path);
            self.targets.iter_mut().filter(inside).for_each(|t| t.also.push(row.client));
            return;
        }
        if let Some(why) = row.unread {
            let there = path.symlink_metadata().is_ok();
            let status = if there { Status::NotRead(why) } else { Status::Absent };
            return self.files.push(report(path.to_path_buf(), row, status));
        }
        let source = Source {
            file: path,
            client: Some(row.client),
            scope: row.scope,
            project: Some(&places.project),
            all_projects: places.all_projects,
            keys: Some(row.keys),
            flat: row.flat,
            bundle: row.bundle,
        };
        let from = self.targets.len();
        let (status, mut problems, elsewhere) = self.read(path, source);
        let mut named = Vec::new();
        for (file, place) in elsewhere {
            let shown = Message::new("the servers are in another file, ").quote(&Untrusted::from(file.as_str()));
            let sentence = match follow::inside(path, &file) {
                _ if row.scope != ConfigScope::Plugin => shown.text(", which is not followed"),
                Err(why) => shown.text(", which ").text(why),
                Ok(next) => {
                    named.push(next);
                    continue;
                }
            };
            problems.push(Problem::left_out(place, sentence));
        }
        if status != Status::Absent {
            let facts = doors::file_facts(path, &places.bounds(start, path), row.scope, &places.owners());
            doors::tell(&mut self.targets[from..], facts);
            self.targets[from..].iter_mut().for_each(|t| doors::program_facts(t, &places.project));
        }
        env_file::read(&mut self.targets[from..], &places.project, &mut problems);
        if row.bundle {
            follow::switch(&mut self.targets[from..], path);
            if matches!(status, Status::Read(_)) && !self.targets[from..].iter().any(Target::disabled) {
                self.unpacked.push(path.to_path_buf());
            }
        }
        self.files.push(FileReport { problems, ..report(path.to_path_buf(), row, status) });
        for next in named {
            self.named(row, &places.bounds(start, path), &next, source, places);
        }
    }

    /// A file that a plugin's manifest names: read once, and what it names in turn is only said.
    fn named(&mut self, row: &Row, within: &Path, path: &Path, source: Source<'_>, places: &Places) {
        if self.files.iter().any(|f| f.path == path && f.client == Some(row.client)) {
            return;
        }
        let from = self.targets.len();
        let (status, mut problems, elsewhere) = self.read(path, Source { file: path, flat: true, ..source });
        let status = match status {
            Status::Absent => Status::Unreadable("a plugin names it, and it is not there".to_owned()),
            status => status,
        };
        for (file, place) in elsewhere {
            let sentence = Message::new("the servers are in another file, ").quote(&Untrusted::from(file));
            let sentence = sentence.text(", which is not followed: a plugin's manifest named this one");
            problems.push(Problem::left_out(place, sentence));
        }
        doors::tell(&mut self.targets[from..], doors::file_facts(path, within, row.scope, &places.owners()));
        self.targets[from..].iter_mut().for_each(|t| doors::program_facts(t, &places.project));
        self.files.push(FileReport { problems, ..report(path.to_path_buf(), row, status) });
    }

    /// Reads one file that somebody named.
    pub fn add(&mut self, path: &Path, client: Option<&'static str>, scope: ConfigScope, project: &Path) {
        let source = Source { client, project: Some(project), ..Source::unknown(path, scope) };
        let (status, mut problems, elsewhere) = self.read(path, source);
        for (file, place) in elsewhere {
            let sentence = Message::new("the servers are in another file, ").quote(&Untrusted::from(file));
            problems.push(Problem::left_out(place, sentence.text(", which is not followed")));
        }
        if let Some(from) = self.targets.len().checked_sub(count(&status)) {
            env_file::read(&mut self.targets[from..], project, &mut problems);
        }
        self.files.push(FileReport {
            path: path.to_path_buf(),
            client,
            also: Vec::new(),
            scope,
            standing: None,
            status,
            problems,
        });
    }

    fn read(&mut self, path: &Path, source: Source<'_>) -> Outcome {
        let room = BYTES.saturating_sub(self.bytes);
        let text = match file::within(path, room) {
            Ok(text) => text,
            // a link to nothing is there, and cannot be read
            Err(e) if e.kind() == ErrorKind::NotFound && path.symlink_metadata().is_err() => {
                return (Status::Absent, Vec::new(), Vec::new());
            }
            Err(e) if e.kind() == ErrorKind::NotADirectory => return (Status::Absent, Vec::new(), Vec::new()),
            Err(e) => return (Status::Unreadable(file::why(&e, room)), Vec::new(), Vec::new()),
        };
        self.bytes += text.len() as u64;
        self.parse(&text, source)
    }

    fn parse(&mut self, text: &str, source: Source<'_>) -> Outcome {
        match config_file::parse(text, source) {
            Ok(mut parsed) => {
                let room = TOTAL.saturating_sub(self.targets.len());
                let cut = parsed.cut || parsed.targets.len() > room;
                parsed.targets.truncate(room);
                let count = parsed.targets.len();
                let from = self.targets.len();
                for keys in parsed.keys {
                    let target = keys.target.map(|t| t + from);
                    // beyond the bound
                    if keys.target.is_some_and(|t| t >= count) {
                        continue;
                    }
                    let (Some(client), scope, file) = (source.client, source.scope, source.file.to_path_buf()) else {
                        continue;
                    };
                    self.keys.push(deep::Own { client, scope, file, keys: Keys { target, ..keys } });
                }
                self.targets.extend(parsed.targets);
                self.effects.push((source.client, parsed.effects));
                (if cut { Status::Cut(count) } else { Status::Read(count) }, parsed.problems, parsed.elsewhere)
            }
            Err(e) => {
                let (line, column) = crate::json::line_column(text.as_bytes(), e.start);
                let why = format!("line {line}, column {column}: {}", e.what);
                (Status::Malformed(why), Vec::new(), Vec::new())
            }
        }
    }

    /// Brings settings to the servers they are about, merges scopes, and gives every target an id of its own.
    pub fn finish(&mut self) {
        for lost in deep::merge(&mut self.targets, std::mem::take(&mut self.keys)) {
            let Some(file) = self.files.iter_mut().find(|f| f.path == lost.file) else { continue };
            let sentence = Message::new("server ")
                .quote(&lost.keys.name)
                .text(" has neither a command nor a URL, here or in a weaker scope, and was skipped");
            // whoever switches off what is not there hides nothing
            let what = if lost.keys.only_switches() { Problem::note } else { Problem::left_out };
            file.problems.push(what(lost.keys.place, sentence));
        }
        let mut by_client: Vec<(Option<&'static str>, Effects)> = Vec::new();
        for (client, effects) in std::mem::take(&mut self.effects) {
            match by_client.iter_mut().find(|(c, _)| *c == client) {
                Some((_, all)) => all.extend(effects),
                None => by_client.push((client, effects)),
            }
        }
        for (client, effects) in by_client {
            let mut own: Vec<Target> = Vec::new();
            let mut at = Vec::new();
            for (i, target) in self.targets.iter().enumerate().filter(|(_, t)| t.client == client) {
                own.push(target.clone());
                at.push(i);
            }
            let alone = effects.apply(&mut own);
            self.settings.extend(settings::alone(client, alone));
            at.into_iter().zip(own).for_each(|(i, target)| self.targets[i] = target);
        }
        merge::mark(&mut self.targets);
        let environment = self.environment.as_ref();
        let against = environment.map_or(Against::File, |set| Against::Machine(set, self.windows));
        self.targets.iter_mut().for_each(|t| references::mark(t, against));
        config_file::tell_apart(&mut self.targets);
        let mut seen: std::collections::BTreeMap<TargetId, usize> = std::collections::BTreeMap::new();
        for target in &mut self.targets {
            let count = seen.entry(target.id.clone()).or_default();
            *count += 1;
            if *count > 1 {
                target.id = TargetId::new(&format!("{}#{count}", target.id));
            }
        }
    }
}

/// Servers that a file brought.
fn count(status: &Status) -> usize {
    match status {
        Status::Read(n) | Status::Cut(n) => *n,
        _ => 0,
    }
}

fn report(path: PathBuf, row: &Row, status: Status) -> FileReport {
    FileReport {
        path,
        client: Some(row.client),
        also: Vec::new(),
        scope: row.scope,
        standing: Some(row.standing),
        status,
        problems: Vec::new(),
    }
}
