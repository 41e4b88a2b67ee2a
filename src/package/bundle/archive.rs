//! The zip file of a bundle, strictly. The directory is walked here first: whatever readers of zip files are known to read
//! differently (names twice, entries that overlap, other words in the local header, data before or behind) is refused, and
//! so are paths that lead out, links, encryption, and sizes beyond the budgets. What passes is inflated by the zip crate,
//! which has to see the same entries.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::untrusted::visible;

/// Entries of one bundle.
const ENTRIES: usize = 20_000;
/// Bytes of one name.
const NAME: usize = 1024;
/// Bytes that all entries say they inflate to.
const INFLATED: u64 = 2 << 30;
/// How much smaller than its content a large entry may be. Deflate itself cannot do better than 1032.
const RATIO: u64 = 500;
/// From this size on.
const LARGE: u64 = 1 << 20;
/// Up to this size an entry may be longer packed than it is.
const SMALL: u64 = 64 << 10;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;

/// Why a bundle is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub(super) String);

impl Broken {
    pub(super) fn new(what: &str) -> Self {
        Self(what.to_owned())
    }
}

fn fail<T>(what: impl Into<String>) -> Result<T, Broken> {
    Err(Broken(what.into()))
}

/// Little-endian fields at a place.
struct At<'b>(&'b [u8]);

impl At<'_> {
    fn u16(&self, at: usize) -> Result<u16, Broken> {
        let b = self.0.get(at..at + 2).ok_or(Broken::new("it ends in the middle of a header"))?;
        Ok(u16::from_le_bytes([b[0], b[1]]))
    }

    fn u32(&self, at: usize) -> Result<u32, Broken> {
        let b = self.0.get(at..at + 4).ok_or(Broken::new("it ends in the middle of a header"))?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
}

#[derive(Debug)]
struct Entry {
    name: String,
    size: u64,
    packed: u64,
    /// First byte of the local header, and the byte after the data.
    start: usize,
    end: usize,
    /// Its sizes stand behind the data.
    trailing: bool,
}

/// An archive whose directory has one meaning.
pub(super) struct Archive<'b> {
    entries: BTreeMap<String, u64>,
    zip: ZipArchive<Cursor<&'b [u8]>>,
}

impl<'b> Archive<'b> {
    /// Walks the directory.
    pub fn open(bytes: &'b [u8]) -> Result<Self, Broken> {
        let entries = directory(bytes)?;
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| Broken(format!("it cannot be read: {e}")))?;
        let agree = zip.len() == entries.len()
            && entries.iter().enumerate().all(|(i, e)| {
                zip.by_index_raw(i).is_ok_and(|z| z.name_raw() == e.name.as_bytes() && z.size() == e.size)
            });
        if !agree {
            return fail("two readers see different entries in it");
        }
        Ok(Self { entries: entries.into_iter().map(|e| (e.name, e.size)).collect(), zip })
    }

    /// The names of its files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str).filter(|n| !n.ends_with('/'))
    }

    /// Whether a file is meant to be run.
    #[cfg(unix)]
    pub fn runs(&mut self, name: &str) -> bool {
        self.zip.by_name(name).is_ok_and(|f| f.unix_mode().is_some_and(|m| m & 0o111 != 0))
    }

    /// One file, inflated; `None` when there is none of this name.
    pub fn read(&mut self, name: &str, most: u64) -> Result<Option<Vec<u8>>, Broken> {
        let Some(size) = self.entries.get(name).copied() else { return Ok(None) };
        let shown = visible(name);
        if size > most {
            return fail(format!("its {shown} has {size} bytes; at most {most} are read"));
        }
        let file = self.zip.by_name(name).map_err(|e| Broken(format!("its {shown} cannot be read: {e}")))?;
        let mut out = Vec::new();
        // one byte more than it says shows that it lies
        file.take(size + 1)
            .read_to_end(&mut out)
            .map_err(|e| Broken(format!("its {shown} cannot be inflated: {e}")))?;
        if out.len() as u64 != size {
            return fail(format!("its {shown} inflates to another length than it says"));
        }
        Ok(Some(out))
    }
}

/// The end record: directory and number of entries.
fn end(bytes: &[u8]) -> Result<(usize, usize, usize), Broken> {
    let at = At(bytes);
    let Some(last) = bytes.len().checked_sub(22) else { return fail("it is no zip file") };
    let first = last.saturating_sub(usize::from(u16::MAX));
    let ends: Vec<usize> = (first..=last).filter(|i| at.u32(*i) == Ok(END)).collect();
    let [record] = ends[..] else {
        return fail(if ends.is_empty() { "it is no zip file, or it is cut off" } else { "it has more than one end" });
    };
    if record + 22 + usize::from(at.u16(record + 20)?) != bytes.len() {
        return fail("something stands behind its end");
    }
    if at.u16(record + 4)? != 0 || at.u16(record + 6)? != 0 {
        return fail("it is a part of a larger archive");
    }
    let (here, all) = (at.u16(record + 8)?, at.u16(record + 10)?);
    let (size, start) = (at.u32(record + 12)?, at.u32(record + 16)?);
    if all == u16::MAX || size == u32::MAX || start == u32::MAX {
        return fail(format!(
            "it has {} entries or more, or is larger than 4 GiB; bundles like that are not read",
            u16::MAX
        ));
    }
    if here != all {
        return fail("it does not know how many entries it has");
    }
    if usize::from(all) > ENTRIES {
        return fail(format!("it has {all} entries; at most {ENTRIES} are read"));
    }
    if start as usize + size as usize != record {
        return fail("its directory is not where it says");
    }
    Ok((start as usize, record, usize::from(all)))
}

fn directory(bytes: &[u8]) -> Result<Vec<Entry>, Broken> {
    let (start, stop, count) = end(bytes)?;
    let mut entries = Vec::with_capacity(count);
    let mut at = start;
    for _ in 0..count {
        let (entry, next) = central(bytes, at, start)?;
        entries.push(entry);
        at = next;
    }
    if at != stop {
        return fail("its directory holds something beside its entries");
    }
    names(&entries)?;
    sizes(&entries)?;
    // in the order of the data; between two entries there is nothing but the sizes that some writers put there
    let mut order: Vec<&Entry> = entries.iter().collect();
    order.sort_by_key(|e| e.start);
    let mut from = 0;
    let mut slack = 0;
    for entry in order {
        if entry.start < from {
            return fail(format!("its entry {} overlaps another", visible(&entry.name)));
        }
        if entry.start - from > slack {
            return fail(format!("something stands before its entry {}", visible(&entry.name)));
        }
        from = entry.end;
        slack = if entry.trailing { 24 } else { 0 };
    }
    if from > start || start - from > slack {
        return fail("something stands before its directory, or its last entry runs into it");
    }
    Ok(entries)
}

fn central(bytes: &[u8], from: usize, directory: usize) -> Result<(Entry, usize), Broken> {
    let at = At(bytes);
    if at.u32(from)? != CENTRAL {
        return fail("its directory has a hole");
    }
    let (flags, method) = (at.u16(from + 8)?, at.u16(from + 10)?);
    let (packed, size) = (at.u32(from + 20)?, at.u32(from + 24)?);
    let lengths = [at.u16(from + 28)?, at.u16(from + 30)?, at.u16(from + 32)?].map(usize::from);
    let (made, mode) = (at.u16(from + 4)? >> 8, at.u32(from + 38)? >> 16);
    let local = at.u32(from + 42)? as usize;
    let name = bytes.get(from + 46..from + 46 + lengths[0]).ok_or(Broken::new("it ends in the middle of a name"))?;
    let shown = visible(&String::from_utf8_lossy(name)).chars().take(200).collect::<String>();
    let refuse = |what: &str| fail(format!("its entry {shown} {what}"));
    let Ok(text) = std::str::from_utf8(name) else { return refuse("has a name that is not UTF-8") };
    if let Err(why) = path(text) {
        return refuse(why);
    }
    if packed == u32::MAX || size == u32::MAX || local == u32::MAX as usize {
        return refuse("is larger than 4 GiB");
    }
    if flags & 0x2041 != 0 {
        return refuse("is encrypted");
    }
    if !matches!(method, 0 | 8) {
        return refuse("is packed in a way that is not read");
    }
    // Unix and macOS keep the kind of a file there
    let kind = mode & 0xf000;
    if matches!(made, 3 | 19) && !matches!(kind, 0 | 0x8000 | 0x4000) {
        return refuse(if kind == 0xa000 { "is a symbolic link" } else { "is a device or a socket" });
    }
    if method == 0 && packed != size {
        return refuse("lies about its length");
    }
    if at.u32(local)? != LOCAL || local >= directory {
        return refuse("has no header of its own");
    }
    let head = [at.u16(local + 26)?, at.u16(local + 28)?].map(usize::from);
    let again = bytes.get(local + 30..local + 30 + head[0]);
    if again != Some(name) || at.u16(local + 8)? != method || (at.u16(local + 6)? ^ flags) & 0x2049 != 0 {
        return refuse("is called or packed otherwise in its own header than in the directory");
    }
    let trailing = flags & 8 != 0;
    let (own_packed, own_size) = (at.u32(local + 18)?, at.u32(local + 22)?);
    let same = (own_packed, own_size) == (packed, size) && at.u32(local + 14)? == at.u32(from + 16)?;
    let left_out = trailing && own_packed == 0 && own_size == 0;
    if !(same || left_out) {
        return refuse("has another length in its own header than in the directory");
    }
    let end = local + 30 + head[0] + head[1] + packed as usize;
    let entry = Entry { name: text.to_owned(), size: size.into(), packed: packed.into(), start: local, end, trailing };
    Ok((entry, from + 46 + lengths.iter().sum::<usize>()))
}

/// A name that stays inside, on every system.
fn path(name: &str) -> Result<(), &'static str> {
    if name.is_empty() || name.len() > NAME {
        return Err("has no name, or a very long one");
    }
    if name.starts_with('/') || name.contains('\\') || name.as_bytes().get(1) == Some(&b':') {
        return Err("leads out of the bundle");
    }
    if name.chars().any(|c| !crate::untrusted::is_plain(c) && c != ' ') {
        return Err("has invisible characters in its name");
    }
    let inside = name.strip_suffix('/').unwrap_or(name);
    if inside.split('/').any(|part| matches!(part, "." | "..")) {
        return Err("leads out of the bundle");
    }
    if inside.split('/').any(|part| part.ends_with(['.', ' '])) || name.contains(':') {
        return Err("has a name that other systems read otherwise");
    }
    if inside.split('/').any(str::is_empty) {
        return Err("has an empty part in its name");
    }
    Ok(())
}

/// No name twice, not even on systems where case does not count, and no file that is also a folder.
fn names(entries: &[Entry]) -> Result<(), Broken> {
    let mut known: BTreeMap<String, bool> = BTreeMap::new();
    for entry in entries {
        let folder = entry.name.ends_with('/');
        if known.insert(entry.name.trim_end_matches('/').to_lowercase(), folder).is_some() {
            return fail(format!("its entry {} is there twice", visible(&entry.name)));
        }
    }
    for name in known.keys() {
        let mut parents = name.match_indices('/').map(|(at, _)| &name[..at]);
        if parents.any(|p| known.get(p) == Some(&false)) {
            return fail(format!("its entry {} lies in a file", visible(name)));
        }
    }
    Ok(())
}

fn sizes(entries: &[Entry]) -> Result<(), Broken> {
    let all: u64 = entries.iter().map(|e| e.size).sum();
    if all > INFLATED {
        return fail(format!("its entries inflate to {all} bytes; at most {INFLATED} are accepted"));
    }
    // packing makes nothing much longer: there is more in it than it says, and who believes it reads something else
    if let Some(liar) = entries.iter().find(|e| e.packed > SMALL && e.packed / 2 > e.size) {
        return fail(format!("its entry {} holds more than it says", visible(&liar.name)));
    }
    match entries.iter().find(|e| e.size > LARGE && e.size / e.packed.max(1) > RATIO) {
        Some(bomb) => fail(format!("its entry {} inflates to more than {RATIO} times its size", visible(&bomb.name))),
        None => Ok(()),
    }
}
