//! Reading the folder with size caps and without following links, and writing it so that a crash at any point leaves the
//! old state or the new one: the new folder is built beside the old one, flushed, and exchanged with it in one step.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{FOLDER, State, malformed};

/// Bytes of `baseline.json`, `trust.json` and one server file.
pub(super) const FILE: u64 = 16 << 20;
/// Bytes of `approvals.jsonl`.
pub(super) const LOG: u64 = 64 << 20;
/// Files in `servers/`.
pub(super) const SERVERS: usize = 10_000;

/// The bytes of a baseline folder. Nothing in them is believed yet. Line ends are LF.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// `baseline.json`; `None` right after `init`.
    pub baseline: Option<Vec<u8>>,
    /// `trust.json`.
    pub trust: Vec<u8>,
    /// `approvals.jsonl`.
    pub approvals: Vec<u8>,
    /// `servers/*`, by file name.
    pub servers: BTreeMap<String, Vec<u8>>,
}

/// Why the folder could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder is a link, which could lead anywhere.
    #[error("{0} is a symbolic link; a baseline is a real folder")]
    Link(PathBuf),
    /// The file system.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
}

impl Files {
    /// Reads the folder. A folder that is not there is [`State::Absent`].
    pub fn read(dir: &Path) -> Result<Self, State> {
        recover(dir);
        match fs::symlink_metadata(dir) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(State::Absent),
            Err(e) => return Err(unreadable(FOLDER, &e)),
            Ok(m) if !m.is_dir() => return Err(malformed(FOLDER, "is not a folder (links are not followed)")),
            Ok(_) => {}
        }
        let trust = read_file(&dir.join("trust.json"), "trust.json", FILE)?;
        let approvals = read_file(&dir.join("approvals.jsonl"), "approvals.jsonl", LOG)?;
        let baseline = match fs::symlink_metadata(dir.join("baseline.json")) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            _ => Some(read_file(&dir.join("baseline.json"), "baseline.json", FILE)?),
        };
        let mut servers = BTreeMap::new();
        if fs::symlink_metadata(dir.join("servers")).is_ok_and(|m| !m.is_dir()) {
            return Err(malformed("servers", "is not a folder (links are not followed)"));
        }
        match fs::read_dir(dir.join("servers")) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(unreadable("servers", &e)),
            Ok(entries) => {
                for entry in entries {
                    let entry = entry.map_err(|e| unreadable("servers", &e))?;
                    let name = entry.file_name().to_string_lossy().into_owned();
                    if servers.len() >= SERVERS {
                        return Err(malformed("servers", format!("holds more than {SERVERS} files")));
                    }
                    let bytes = read_file(&entry.path(), &name, FILE)?;
                    servers.insert(name, bytes);
                }
            }
        }
        Ok(Self { baseline, trust, approvals, servers })
    }
}

/// In words that stand in reports: without numbers of the operating system.
fn unreadable(name: &str, e: &std::io::Error) -> State {
    match e.kind() {
        std::io::ErrorKind::NotFound => malformed(name, "is missing"),
        kind => malformed(name, format!("cannot be read: {kind}")),
    }
}

fn read_file(path: &Path, name: &str, cap: u64) -> Result<Vec<u8>, State> {
    let metadata = fs::symlink_metadata(path).map_err(|e| unreadable(name, &e))?;
    if !metadata.is_file() {
        return Err(malformed(name, "is not a regular file (links are not followed)"));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|e| unreadable(name, &e))?;
    file.take(cap + 1).read_to_end(&mut bytes).map_err(|e| unreadable(name, &e))?;
    if bytes.len() as u64 > cap {
        return Err(malformed(name, format!("is larger than {cap} bytes")));
    }
    Ok(unix_lines(bytes))
}

/// A checkout may have turned line ends; the words are the same.
pub(super) fn unix_lines(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.windows(2).any(|w| w == b"\r\n") {
        return bytes;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().peekable();
    while let Some(b) = rest.next() {
        if !(*b == b'\r' && rest.peek() == Some(&&b'\n')) {
            out.push(*b);
        }
    }
    out
}

fn beside(dir: &Path, what: &str) -> PathBuf {
    let name = dir.file_name().map_or_else(|| FOLDER.to_owned(), |n| n.to_string_lossy().into_owned());
    dir.with_file_name(format!("{name}.{what}"))
}

/// Where folders cannot be exchanged in one step, a crash can leave only the old one, moved aside: put it back.
fn recover(dir: &Path) {
    let aside = beside(dir, "old");
    if fs::symlink_metadata(dir).is_err() && fs::symlink_metadata(&aside).is_ok_and(|m| m.is_dir()) {
        // when this fails the folder stays absent, which is said and fails closed
        let _ = fs::rename(&aside, dir);
    }
}

/// Replaces the folder. `step` is called before each change on disk; tests make it stop there.
pub fn write(dir: &Path, files: &Files, step: &mut dyn FnMut(&str) -> std::io::Result<()>) -> Result<(), FolderError> {
    let io = |path: &Path| {
        let path = path.to_path_buf();
        move |e| FolderError::Io(path, e)
    };
    recover(dir);
    if fs::symlink_metadata(dir).is_ok_and(|m| !m.is_dir()) {
        return Err(FolderError::Link(dir.to_path_buf()));
    }
    let new = beside(dir, "new");
    if fs::symlink_metadata(&new).is_ok() {
        fs::remove_dir_all(&new).map_err(io(&new))?;
    }
    step("build").map_err(io(&new))?;
    fs::create_dir_all(new.join("servers")).map_err(io(&new))?;
    let mut all: Vec<(PathBuf, &[u8])> =
        vec![(new.join("trust.json"), &files.trust), (new.join("approvals.jsonl"), &files.approvals)];
    all.extend(files.baseline.as_ref().map(|b| (new.join("baseline.json"), b.as_slice())));
    all.extend(files.servers.iter().map(|(name, bytes)| (new.join("servers").join(name), bytes.as_slice())));
    for (path, bytes) in all {
        step("file").map_err(io(&path))?;
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&path).map_err(io(&path))?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io(&path))?;
    }
    keep_others(dir, &new).map_err(io(&new))?;
    sync(&new.join("servers")).and_then(|()| sync(&new)).map_err(io(&new))?;
    step("exchange").map_err(io(dir))?;
    if fs::symlink_metadata(dir).is_err() {
        fs::rename(&new, dir).map_err(io(dir))?;
    } else {
        exchange(dir, &new, step).map_err(io(dir))?;
    }
    if let Some(parent) = dir.parent().filter(|p| !p.as_os_str().is_empty()) {
        sync(parent).map_err(io(parent))?;
    }
    step("clean").map_err(io(&new))?;
    for left in [new, beside(dir, "old")] {
        if fs::symlink_metadata(&left).is_ok() {
            fs::remove_dir_all(&left).map_err(io(&left))?;
        }
    }
    Ok(())
}

/// Files of the user's own (a README, say) move along.
fn keep_others(dir: &Path, new: &Path) -> std::io::Result<()> {
    let Ok(entries) = fs::read_dir(dir) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let known = ["baseline.json", "trust.json", "approvals.jsonl", "servers"];
        if entry.file_type()?.is_file() && !known.iter().any(|k| entry.file_name() == *k) {
            fs::copy(entry.path(), new.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn sync(dir: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    fs::File::open(dir)?.sync_all()?;
    let _ = dir;
    Ok(())
}

fn exchange(dir: &Path, new: &Path, step: &mut dyn FnMut(&str) -> std::io::Result<()>) -> std::io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, dir, CWD, new, RenameFlags::EXCHANGE) {
            Ok(()) => return Ok(()),
            // a file system that cannot: two steps, and `recover` for a crash between them
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => {}
            Err(e) => return Err(e.into()),
        }
    }
    let aside = beside(dir, "old");
    if fs::symlink_metadata(&aside).is_ok() {
        fs::remove_dir_all(&aside)?;
    }
    fs::rename(dir, &aside)?;
    step("between")?;
    fs::rename(new, dir)
}
