//! From arguments to targets, and to the manifests of those that are files.

pub mod published;
mod refused;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

pub use published::Published;
use refused::unreadable;

use super::args::{LaunchArg, Reach, ScopeArg, What};
use super::failure::Failure;
use super::terminal::Terminal;
use crate::capture::recording;
use crate::capture::{Capture, Era};
use crate::json::{self, Limits};
use crate::launch::saved::Saved;
use crate::manifest::{Labels, Manifest, take_document};
use crate::package::{Bundle, files};
use crate::rule::configured;
use crate::target::argument::{Argument, command_target, file_target, url_target};
use crate::target::clients::{Inventory, Places, Status};
use crate::target::{ConfigScope, File, Launch, Secret, Target};
use crate::terms::TargetId;
use crate::untrusted::{Message, Untrusted};

/// Bytes of one manifest file or line.
const MANIFEST: u64 = 256 << 20;

/// A target with what is already known of it.
#[derive(Debug)]
pub struct Source {
    /// The target.
    pub target: Target,
    /// For files: what they hold.
    pub held: Option<Held>,
    /// Servers with the same word share one model context.
    pub fleet: String,
    /// What it comes from that is no entry of a configuration.
    pub origin: Published,
}

impl Source {
    /// A target of which nothing is known yet.
    pub fn of(target: Target) -> Self {
        Self { fleet: fleet(&target), target, held: None, origin: Published::default() }
    }

    /// Settings without a server: nothing of them is started or asked.
    fn settings(target: Target) -> Self {
        let held = Held { capture: None, manifests: BTreeMap::new(), labels: Labels::default(), saved: None };
        let fleet = format!("settings {}", target.id);
        let origin = Published { settings: true, ..Published::default() };
        Self { target, held: Some(held), fleet, origin }
    }
}

/// What a file holds of one server.
#[derive(Debug)]
pub struct Held {
    /// A capture, when the file is one.
    pub capture: Option<Capture>,
    /// Manifests by era; a bare manifest stands under `legacy`.
    pub manifests: BTreeMap<Era, (Untrusted, Manifest)>,
    /// Members for `rules eval`.
    pub labels: Labels,
    /// For recordings: what was asked.
    pub saved: Option<Saved>,
}

/// Everything an invocation names.
#[derive(Debug, Default)]
pub struct Sources {
    /// In order.
    pub list: Vec<Source>,
    /// Files that were skipped and entries that are odd.
    pub notices: Vec<Message>,
    /// Settings of clients that have no server.
    pub settings: Vec<Source>,
    /// Manifests of bundles that a client has unpacked.
    unpacked: Vec<PathBuf>,
    /// A configuration was not read, or not as a whole: the run is incomplete.
    pub unread: bool,
    /// The servers in bundles become targets, too.
    start: bool,
    /// The project's directory.
    root: PathBuf,
    /// Ids that are taken, and how many of the list have theirs.
    ids: (BTreeSet<TargetId>, usize),
}

/// Takes the next rows of a file, which are nobody else's company, and the number of sources before them.
pub type Take<'t> = dyn FnMut(usize, Vec<Source>) -> Result<(), Failure> + 't;

/// Bytes of rows that are taken together.
const ROWS: usize = 1 << 20;

/// Turns the arguments into sources.
pub fn collect(what: &What, reach: Option<&Reach>, root: &Path, terminal: Terminal) -> Result<Sources, Failure> {
    collect_with(what, reach, root, terminal, None)
}

/// The same, with rows of `.jsonl` files given to `take` as they are read.
pub fn collect_with(
    what: &What,
    reach: Option<&Reach>,
    root: &Path,
    terminal: Terminal,
    mut take: Option<&mut Take<'_>>,
) -> Result<Sources, Failure> {
    let start = reach.and_then(|r| r.launch).is_some_and(|l| l != LaunchArg::Never);
    let mut out = Sources { start, root: root.to_path_buf(), ..Sources::default() };
    let headers = headers(reach)?;
    if let Some(target) = command_target(&what.command) {
        out.list.push(Source::of(target));
    }
    if what.targets.is_empty() && what.command.is_empty() {
        let scope = what.scope.unwrap_or(if terminal.interactive { ScopeArg::All } else { ScopeArg::Project });
        let inventory = Inventory::search(&Places::of_process(root), |s| wanted(scope, s));
        out.take(inventory);
    }
    let mut read = 0;
    for text in &what.targets {
        let argument = Argument::of(text).map_err(|e| {
            if text.contains("://") {
                return Failure::usage(format!(
                    "{} is no address this can ask",
                    Untrusted::from(text.as_str()).to_terminal()
                ))
                .help("give an http or https URL, or `-- CMD ARG…` for a stdio server");
            }
            Failure::usage(format!("{} cannot be read: {e}", Untrusted::from(text.as_str()).to_terminal()))
                .help("give a file, a directory, a URL, `-` for standard input, or `-- CMD ARG…`")
        })?;
        match argument {
            Argument::Url(url) => {
                url::Url::parse(&url).map_err(|e| {
                    Failure::usage(format!("{} is no URL: {e}", Untrusted::from(text.as_str()).to_terminal()))
                        .help("write it as https://HOST/PATH")
                })?;
                let target = url_target(&url, headers.clone());
                out.list.push(Source::of(target));
            }
            Argument::Directory(dir) => {
                let places = Places::of_project(&dir);
                out.take(Inventory::search(&places, |s| s == ConfigScope::Project));
            }
            Argument::Config(path) => {
                let mut inventory = Inventory::after(read);
                inventory.add(&path, None, ConfigScope::Project, root);
                read = inventory.bytes();
                if let Some(Status::Malformed(why)) = inventory.files.first().map(|f| &f.status) {
                    let name = Untrusted::from(path.to_string_lossy().into_owned()).to_terminal();
                    return Err(Failure::usage(format!("{name}: {why}")).help("correct the file"));
                }
                if let Some(Status::Read(0)) = inventory.files.first().map(|f| &f.status)
                    && let Some(failure) = refused::without_servers(&path)
                {
                    return Err(failure);
                }
                inventory.finish();
                out.take(inventory);
            }
            Argument::Manifest(path) => {
                let file = std::fs::File::open(&path).map_err(|e| unreadable(&path, &e))?;
                out.manifests(&path, &bytes(file, &path)?, 0)?;
            }
            Argument::Stdin => out.manifests(Path::new("-"), &bytes(std::io::stdin().lock(), Path::new("-"))?, 0)?,
            Argument::Lines(path) => {
                // a row that is given twice is in company
                let once = what.targets.iter().filter(|t| *t == text).count() == 1;
                out.lines(&path, take.as_deref_mut().filter(|_| once))?;
            }
        }
    }
    out.unique();
    Ok(out)
}

fn wanted(scope: ScopeArg, place: ConfigScope) -> bool {
    match scope {
        ScopeArg::Project => place == ConfigScope::Project,
        ScopeArg::User => place != ConfigScope::Project,
        ScopeArg::All => true,
    }
}

fn bytes(from: impl Read, path: &Path) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    from.take(MANIFEST + 1).read_to_end(&mut out).map_err(|e| unreadable(path, &e))?;
    if out.len() as u64 > MANIFEST {
        let name = Untrusted::from(path.to_string_lossy().into_owned()).to_terminal();
        return Err(Failure::usage(format!("{name} is larger than {MANIFEST} bytes"))
            .help("split it into lines of a .jsonl file"));
    }
    Ok(out)
}

/// Takes one line and its index.
pub type Visit<'v> = &'v mut dyn FnMut(usize, &[u8]) -> Result<(), Failure>;

/// Visits the lines of a `.jsonl` or `.jsonl.gz` file, one at a time.
pub fn lines(path: &Path, visit: Visit<'_>) -> Result<(), Failure> {
    let file = std::fs::File::open(path).map_err(|e| unreadable(path, &e))?;
    let packed = path.extension().is_some_and(|e| e == "gz");
    let mut reader: Box<dyn BufRead> = if packed {
        Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    let mut line = Vec::new();
    for index in 0.. {
        line.clear();
        let read = (&mut reader).take(MANIFEST).read_until(b'\n', &mut line).map_err(|e| unreadable(path, &e))?;
        if read == 0 {
            return Ok(());
        }
        if !line.iter().all(u8::is_ascii_whitespace) {
            visit(index, &line)?;
        }
    }
    Ok(())
}

/// Reads what a document holds: a recording, or manifests.
pub fn held(bytes: &[u8], name: &str) -> Result<Vec<(Option<Untrusted>, Held)>, Failure> {
    if let Some(failure) = refused::bundle(name, bytes) {
        return Err(failure);
    }
    let document = json::read(bytes, &Limits::default()).map_err(|e| refused::json(name, bytes, &e))?;
    if recording::is_recording(&document.root) {
        let file = File { path: name.into(), index: 0 };
        let recorded = recording::read(&document.root, &file).map_err(|e| {
            Failure::usage(format!("{} is a damaged recording: {e}", Untrusted::from(name).to_terminal()))
                .help("capture it again")
        })?;
        let one = |r: recording::Recorded| {
            let manifests = r.capture.eras();
            let held = Held { manifests, capture: Some(r.capture), labels: Labels::default(), saved: Some(r.target) };
            (Some(r.name), held)
        };
        return Ok(recorded.into_iter().map(one).collect());
    }
    let named = take_document(document, bytes).map_err(|e| refused::shape(name, bytes, &e.to_string()))?;
    let one = |n: crate::manifest::Named| {
        let manifests = BTreeMap::from([(Era::Legacy, (Untrusted::from("unknown"), n.manifest))]);
        (n.name, Held { capture: None, manifests, labels: n.labels, saved: None })
    };
    Ok(named.into_iter().map(one).collect())
}

impl Sources {
    fn take(&mut self, mut inventory: Inventory) {
        let beside = files::mark(&mut inventory.targets, &self.root);
        for (path, sentence) in inventory.unread().into_iter().chain(beside) {
            self.unread = true;
            self.notices.push(Message::new("").quote(&self.called(&path)).text(" ").append(&sentence));
        }
        for file in &inventory.files {
            for problem in &file.problems {
                let path = self.called(&file.path);
                let place = format!(", line {}: ", problem.place.line);
                self.notices.push(Message::new("").quote(&path).text(place).append(&problem.sentence));
            }
        }
        self.notices.extend(inventory.homeless());
        self.notices.extend(inventory.not_read());
        self.unpacked.extend(inventory.unpacked);
        self.list.extend(inventory.targets.into_iter().map(Source::of));
        self.settings.extend(inventory.settings.into_iter().filter(configured::tells).map(Source::settings));
    }

    /// A path as notices name it, which go into files that are shared: where the project and the home lie is left out.
    fn called(&self, path: &Path) -> Untrusted {
        let places = Places::of_process(&self.root);
        let home = places.homes.first().and_then(|h| path.strip_prefix(&h.path).ok()).map(|p| Path::new("~").join(p));
        let shown = match path.strip_prefix(&self.root) {
            Ok(inside) => inside.to_path_buf(),
            Err(_) => home.unwrap_or_else(|| path.to_path_buf()),
        };
        Untrusted::from(shown.to_string_lossy().replace('\\', "/"))
    }

    /// Ids name one target each, also when several recordings of one server are given.
    fn unique(&mut self) {
        let (known, from) = &mut self.ids;
        for source in &mut self.list[*from..] {
            let id = source.target.id.clone();
            for n in 2.. {
                if known.insert(source.target.id.clone()) {
                    break;
                }
                source.target.id = TargetId::new(&format!("{}#{n}", id.as_str()));
            }
        }
        *from = self.list.len();
    }

    /// The rows of a file, which are given away as they come where somebody takes them.
    fn lines(&mut self, path: &Path, mut take: Option<&mut Take<'_>>) -> Result<(), Failure> {
        let mut read = 0;
        let mut from = self.list.len();
        lines(path, &mut |index, line| {
            self.manifests(path, line, index)?;
            read += line.len();
            if read >= ROWS {
                read = 0;
                from = self.give(from, take.as_deref_mut())?;
            }
            Ok(())
        })?;
        self.give(from, take).map(|_| ())
    }

    /// Gives away the sources from a place on, unless others may share their context. Returns the place after those that stay.
    fn give(&mut self, from: usize, take: Option<&mut Take<'_>>) -> Result<usize, Failure> {
        let bare = |s: &Source| s.held.as_ref().is_some_and(|h| h.capture.is_none() && h.saved.is_none());
        if let Some(take) = take
            && self.list[from..].iter().all(bare)
        {
            self.unique();
            let rows = self.list.split_off(from);
            self.ids.1 = from;
            take(from, rows)?;
        }
        Ok(self.list.len())
    }

    /// Says where words come from that were not heard now.
    fn recorded(&mut self, path: &Path, saved: &[&Saved]) {
        let path = self.called(path);
        let one = |saved: &Saved| Message::new("server ").quote(&saved.target.name);
        self.notices.extend(match saved {
            [] => None,
            [only] => Some(one(only).text(" was not asked now: its words are those of the recording ").quote(&path)),
            many => {
                let text =
                    format!("{} servers were not asked now: their words are those of the recording ", many.len());
                Some(Message::new("").text(text).quote(&path))
            }
        });
        for saved in saved.iter().filter(|s| s.withheld) {
            let text = " has what looks like a secret in its configuration, which is not recorded; rules about it were not repeated for ";
            self.notices.push(one(saved).text(text).quote(&path));
        }
    }

    fn manifests(&mut self, path: &Path, bytes: &[u8], index: usize) -> Result<(), Failure> {
        let name = path.to_string_lossy().into_owned();
        if Bundle::is(bytes) {
            return published::bundle(self, path, bytes);
        }
        if let Some(record) = published::record(bytes) {
            return published::servers(self, path, &record, bytes);
        }
        let held = held(bytes, &name)?;
        let saved: Vec<&Saved> = held.iter().filter_map(|(_, held)| held.saved.as_ref()).collect();
        self.recorded(path, &saved);
        for (i, (server, held)) in held.into_iter().enumerate() {
            let (target, fleet) = match &held.saved {
                Some(saved) => (saved.target.clone(), fleet(&saved.target)),
                None => (file_target(path, index + i, server), format!("file {name} {index}")),
            };
            self.list.push(Source { held: Some(held), fleet, ..Source::of(target) });
        }
        Ok(())
    }
}

/// Servers with the same word share one model context: those of one client, or of one file.
fn fleet(target: &Target) -> String {
    match (target.client, &target.origin, &target.launch) {
        (Some(client), ..) => format!("client {client}"),
        (_, Some(origin), _) => format!("file {}", origin.file.to_string_lossy()),
        (.., Launch::Http(http)) => format!("url {}", http.url.value.raw()),
        _ => "command".to_owned(),
    }
}

/// `--header 'K: V'`; the value may be `env:NAME`.
fn headers(reach: Option<&Reach>) -> Result<Vec<(String, Secret)>, Failure> {
    let mut out = Vec::new();
    for header in reach.map(|r| r.header.as_slice()).unwrap_or_default() {
        let bad = |what: &str| {
            Failure::usage(format!("--header: {what}")).help("write --header 'Name: value' or 'Name: env:VARIABLE'")
        };
        let (name, value) = header.split_once(':').ok_or_else(|| bad("no colon between name and value"))?;
        let value = value.trim();
        let value = match value.strip_prefix("env:") {
            Some(variable) => std::env::var(variable)
                .map_err(|_| bad(&format!("the variable {} is not set", Untrusted::from(variable).to_terminal())))?,
            None => value.to_owned(),
        };
        out.push((name.trim().to_owned(), Secret::new(value)));
    }
    Ok(out)
}
