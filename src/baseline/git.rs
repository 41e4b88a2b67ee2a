//! The folder as a git commit has it, read by calling `git`'s plumbing: no checkout, no network, no hook, no filter.
//!
//! The repository is hostile: names and refs never reach an option's place, links and submodules are refused, replace refs
//! and lazy fetches are off, and no command is used that could start a program named in the repository's configuration.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::folder::{FILE, LOG, SERVERS, unix_lines};
use super::{Files, State, malformed};
use crate::terms::Digest;
use crate::untrusted::Message;

/// Commits that are searched for one version of a file.
const COMMITS: usize = 20_000;
/// Bytes of a listing.
const LISTING: u64 = 16 << 20;

/// Why git could not say.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No `git`.
    #[error("`git` cannot be started: {0}")]
    Start(std::io::Error),
    /// Not a repository, or not one that git lets this user read.
    #[error("git does not read this directory as a repository")]
    NoRepository,
    /// No such commit here.
    #[error("git knows no commit of that name here")]
    NoCommit,
    /// A path that no commit can hold.
    #[error("the path lies outside of the project, or has characters that are not allowed here")]
    Path,
    /// The answer was not in git's format, or the program ended early.
    #[error("git gave no usable answer")]
    Answer,
    /// The commit holds a folder that is not in order.
    #[error("the commit's folder is not in order")]
    Folder(State),
}

/// One commit of the repository that holds the project.
#[derive(Clone, Debug)]
pub struct Commit {
    root: PathBuf,
    id: String,
}

fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(root).stdin(Stdio::null()).stderr(Stdio::null());
    // nothing that a configuration names may run or fetch
    for setting in ["core.fsmonitor=false", "protocol.allow=never", "safe.bareRepository=explicit"] {
        command.arg("-c").arg(setting);
    }
    let off = [("GIT_NO_REPLACE_OBJECTS", "1"), ("GIT_NO_LAZY_FETCH", "1"), ("GIT_OPTIONAL_LOCKS", "0")];
    command.envs(off).env("GIT_TERMINAL_PROMPT", "0").env("GIT_LITERAL_PATHSPECS", "1").env("LC_ALL", "C");
    command
}

fn output(mut command: Command) -> Result<Option<Vec<u8>>, GitError> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(GitError::Start)?;
    let mut bytes = Vec::new();
    let pipe = child.stdout.take().ok_or(GitError::Answer)?;
    let read = pipe.take(LISTING + 1).read_to_end(&mut bytes);
    let status = child.wait().map_err(|_| GitError::Answer)?;
    if read.is_err() || bytes.len() as u64 > LISTING {
        return Err(GitError::Answer);
    }
    Ok(status.success().then_some(bytes))
}

/// A path inside the project as git writes it: forward slashes, no way up.
fn inside(path: &Path) -> Result<String, GitError> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => parts.push(name.to_str().ok_or(GitError::Path)?),
            _ => return Err(GitError::Path),
        }
    }
    let joined = parts.join("/");
    if joined.is_empty() || joined.chars().any(char::is_control) { Err(GitError::Path) } else { Ok(joined) }
}

impl Commit {
    /// The commit that a person's words name: a branch, a tag, a digest.
    pub fn of(root: &Path, name: &str) -> Result<Self, GitError> {
        let plain = |c: char| c.is_ascii_graphic() || (!c.is_ascii() && !c.is_control());
        let mut probe = git(root);
        probe.args(["rev-parse", "--git-dir"]);
        output(probe)?.ok_or(GitError::NoRepository)?;
        if name.is_empty() || name.starts_with('-') || !name.chars().all(plain) {
            return Err(GitError::NoCommit);
        }
        let mut command = git(root);
        command.args(["rev-parse", "--verify", "--quiet", "--end-of-options"]).arg(format!("{name}^{{commit}}"));
        let out = output(command)?.ok_or(GitError::NoCommit)?;
        let id = String::from_utf8(out).map_err(|_| GitError::Answer)?.trim().to_owned();
        if ![40, 64].contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(GitError::Answer);
        }
        Ok(Self { root: root.to_path_buf(), id })
    }

    /// Files under a path: where, mode, object.
    fn list(&self, path: &str) -> Result<Vec<(String, String, String)>, GitError> {
        let mut command = git(&self.root);
        command.args(["ls-tree", "-r", "-z", "--full-name", &self.id, "--", path]);
        let prefix = self.prefix()?;
        let out = output(command)?.ok_or(GitError::Answer)?;
        let mut entries = Vec::new();
        for entry in out.split(|b| *b == 0).filter(|e| !e.is_empty()) {
            let entry = String::from_utf8_lossy(entry);
            let (head, name) = entry.split_once('\t').ok_or(GitError::Answer)?;
            let name = name.strip_prefix(prefix.as_str()).ok_or(GitError::Answer)?;
            let mut words = head.split(' ');
            let (Some(mode), Some(_), Some(object)) = (words.next(), words.next(), words.next()) else {
                return Err(GitError::Answer);
            };
            entries.push((name.to_owned(), mode.to_owned(), object.to_owned()));
        }
        Ok(entries)
    }

    fn prefix(&self) -> Result<String, GitError> {
        let mut command = git(&self.root);
        command.args(["rev-parse", "--show-prefix"]);
        let out = output(command)?.ok_or(GitError::NoRepository)?;
        Ok(String::from_utf8_lossy(&out).trim_end_matches('\n').to_owned())
    }

    /// One file of the project; `None` when the commit has none there.
    pub fn file(&self, path: &Path) -> Result<Option<Vec<u8>>, GitError> {
        let name = inside(path)?;
        let entries = self.list(&name)?;
        let Some((_, mode, object)) = entries.iter().find(|(n, ..)| *n == name) else { return Ok(None) };
        if !mode.starts_with("100") {
            return Err(GitError::Folder(malformed(&name, "is not a regular file (links are not followed)")));
        }
        Blobs::open(&self.root)?.read(object, &name, FILE).map(Some)
    }

    /// The files of a folder whose name has this end, at most three folders deep, by path; links are left out.
    pub fn folder(&self, folder: &Path, end: &str) -> Result<Vec<(PathBuf, Vec<u8>)>, GitError> {
        let folder = inside(folder)?;
        let mut blobs = Blobs::open(&self.root)?;
        let mut out = Vec::new();
        for (path, mode, object) in &self.list(&folder)? {
            let depth = path.strip_prefix(&format!("{folder}/")).map_or(usize::MAX, |rest| rest.matches('/').count());
            if mode.starts_with("100") && depth <= 3 && path.ends_with(end) {
                out.push((PathBuf::from(path), blobs.read(object, path, FILE)?));
            }
        }
        out.sort();
        Ok(out)
    }

    /// The baseline folder; `None` when the commit has none.
    pub fn files(&self, folder: &Path) -> Result<Option<Files>, GitError> {
        let folder = inside(folder)?;
        let entries = self.list(&folder)?;
        if entries.is_empty() {
            return Ok(None);
        }
        let mut blobs = Blobs::open(&self.root)?;
        let (mut files, mut trust, mut log) = (Files::default(), None, None);
        for (path, mode, object) in &entries {
            let bad = |why: &str| GitError::Folder(malformed(path, why));
            let Some(name) = path.strip_prefix(&format!("{folder}/")) else {
                return Err(bad("is not a folder (links are not followed)"));
            };
            let server = name.strip_prefix("servers/");
            if server.is_none() && !["baseline.json", "trust.json", "approvals.jsonl"].contains(&name) {
                continue;
            }
            if !mode.starts_with("100") {
                return Err(bad("is not a regular file (links are not followed)"));
            }
            let cap = if name == "approvals.jsonl" { LOG } else { FILE };
            let bytes = unix_lines(blobs.read(object, name, cap)?);
            match (server, name) {
                (Some(server), _) if server.contains('/') => return Err(bad("is a folder")),
                (Some(server), _) => drop(files.servers.insert(server.to_owned(), bytes)),
                (None, "baseline.json") => files.baseline = Some(bytes),
                (None, "trust.json") => trust = Some(bytes),
                (None, _) => log = Some(bytes),
            }
            if files.servers.len() > SERVERS {
                return Err(bad("is one server file too many"));
            }
        }
        let missing = |name: &str| GitError::Folder(malformed(name, "is missing"));
        files.trust = trust.ok_or_else(|| missing("trust.json"))?;
        files.approvals = log.ok_or_else(|| missing("approvals.jsonl"))?;
        Ok(Some(files))
    }
}

/// The folder of the commit whose `baseline.json` has this digest, searched through all branches.
pub fn find(root: &Path, folder: &Path, digest: Digest) -> Result<Option<Files>, GitError> {
    let commit = holding(root, folder, &[digest])?.into_values().next();
    Ok(commit.map(|c| c.files(folder)).transpose()?.flatten())
}

/// A commit for each of these digests of `baseline.json`, as far as any branch has one.
pub fn holding(root: &Path, folder: &Path, wanted: &[Digest]) -> Result<BTreeMap<Digest, Commit>, GitError> {
    let name = format!("{}/baseline.json", inside(folder)?);
    let mut command = git(root);
    let limit = format!("--max-count={COMMITS}");
    command.args(["rev-list", "--all", "--full-history", &limit, "--", &name]);
    let out = output(command)?.ok_or(GitError::NoRepository)?;
    let mut seen = std::collections::BTreeSet::new();
    let mut found = BTreeMap::new();
    let mut blobs = Blobs::open(root)?;
    for id in String::from_utf8_lossy(&out).lines() {
        let commit = Commit { root: root.to_path_buf(), id: id.to_owned() };
        let entries = commit.list(&name)?;
        let Some((_, _, object)) = entries.first().filter(|(_, _, o)| seen.insert(o.clone())) else { continue };
        let digest = Digest::of(&unix_lines(blobs.read(object, &name, FILE)?));
        if wanted.contains(&digest) {
            found.entry(digest).or_insert(commit);
        }
        if found.len() == wanted.len() {
            break;
        }
    }
    Ok(found)
}

/// One `git cat-file --batch` for many objects.
struct Blobs {
    child: Child,
    ask: Option<ChildStdin>,
    answer: BufReader<ChildStdout>,
}

impl Blobs {
    fn open(root: &Path) -> Result<Self, GitError> {
        let mut command = git(root);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(GitError::Start)?;
        let (ask, answer) = (child.stdin.take(), child.stdout.take().ok_or(GitError::Answer)?);
        Ok(Self { child, ask, answer: BufReader::new(answer) })
    }

    fn read(&mut self, object: &str, name: &str, cap: u64) -> Result<Vec<u8>, GitError> {
        let answer = |_| GitError::Answer;
        let ask = self.ask.as_mut().ok_or(GitError::Answer)?;
        ask.write_all(format!("{object}\n").as_bytes()).and_then(|()| ask.flush()).map_err(answer)?;
        let mut head = String::new();
        (&mut self.answer).take(256).read_line(&mut head).map_err(answer)?;
        let words: Vec<&str> = head.split_whitespace().collect();
        let [_, "blob", size] = words.as_slice() else { return Err(GitError::Answer) };
        let size: u64 = size.parse().map_err(|_| GitError::Answer)?;
        if size > cap {
            return Err(GitError::Folder(malformed(name, format!("is larger than {cap} bytes"))));
        }
        let mut bytes = vec![0; usize::try_from(size).map_err(|_| GitError::Answer)?];
        self.answer.read_exact(&mut bytes).map_err(answer)?;
        self.answer.read_exact(&mut [0]).map_err(answer)?;
        Ok(bytes)
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        self.ask = None;
        // it ends when its input does; a failure to reap it harms nobody
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl GitError {
    /// The state and the words for a person.
    pub fn sentence(&self) -> Message {
        match self {
            Self::Folder(state) => state.sentence(),
            other => Message::new(other.to_string()),
        }
    }
}
