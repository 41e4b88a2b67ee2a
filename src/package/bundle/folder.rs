//! A bundle that a client has unpacked: its manifest and its translations are read where they lie, within the budgets of a
//! packed one. Links are not followed, and what is no plain file is not opened.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::archive::Broken;
use super::{Bundle, Signature, WORDS};
use crate::terms::Digest;
use crate::untrusted::visible;

/// Entries of one folder that are looked at; those near the manifest come first.
const ENTRIES: usize = 20_000;

/// What a folder holds.
struct Listed {
    /// Names of plain files, with `/`.
    files: Vec<String>,
    /// There is more.
    cut: bool,
    /// Something in it leads elsewhere or is no file.
    links: usize,
}

impl Bundle {
    /// Reads what lies beside a manifest.
    pub fn read_unpacked(manifest: &Path) -> Result<Self, Broken> {
        let root = manifest.parent().ok_or(Broken::new("it lies in no folder"))?;
        let own = file(root, "manifest.json", WORDS)?.ok_or(Broken::new("it has no manifest.json"))?;
        let Listed { files, cut, links } = list(root, ENTRIES)?;
        let mut bundle = Self::of_files(Digest::of(&own), Signature::None, files, &mut |name| match name {
            "manifest.json" => Ok(Some(own.clone())),
            name => file(root, name, WORDS),
        })?;
        bundle.unpacked = true;
        if cut {
            bundle
                .problems
                .push(format!("it has more than {ENTRIES} files; translations among the rest were not read"));
        }
        // package managers make links of programs; where words are looked for there is none
        let links = if links == 1 { "a link".to_owned() } else { format!("{links} links") };
        if links != "0 links" {
            bundle.problems.push(format!("it holds {links}, or what is no plain file, which were not followed"));
        }
        bundle.placed(manifest, manifest);
        Ok(bundle)
    }
}

/// One file, without following what leads elsewhere.
fn file(root: &Path, name: &str, most: u64) -> Result<Option<Vec<u8>>, Broken> {
    let path = root.join(name);
    let fail = |e: std::io::Error| Broken(format!("its {} cannot be read: {e}", visible(name)));
    let kind = match fs::symlink_metadata(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        kind => kind.map_err(fail)?,
    };
    if !kind.is_file() {
        return Err(Broken(format!("its {} is no plain file", visible(name))));
    }
    let mut out = Vec::new();
    File::open(&path).map_err(fail)?.take(most + 1).read_to_end(&mut out).map_err(fail)?;
    if out.len() as u64 > most {
        return Err(Broken(format!("its {} has more than {most} bytes; at most those are read", visible(name))));
    }
    Ok(Some(out))
}

/// The names of the files, level by level.
fn list(root: &Path, most: usize) -> Result<Listed, Broken> {
    let mut out = Listed { files: Vec::new(), cut: false, links: 0 };
    let mut seen = 0;
    let mut left: VecDeque<(PathBuf, String)> = VecDeque::from([(root.to_path_buf(), String::new())]);
    while let Some((folder, before)) = left.pop_front() {
        let fail = |e: std::io::Error| Broken(format!("its folder {} cannot be read: {e}", visible(&before)));
        // the first by name, whatever the order that the disk has them in; never more in memory
        let mut here = BTreeMap::new();
        let room = most - seen;
        for entry in fs::read_dir(&folder).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            if room == 0 {
                out.cut = true;
                break;
            }
            let kind = entry.file_type().map_err(fail)?;
            here.insert(entry.file_name(), (kind, entry.path()));
            if here.len() > room {
                here.pop_last();
                out.cut = true;
            }
        }
        seen += here.len();
        for (name, (kind, path)) in here {
            let name = name.to_string_lossy();
            let whole = format!("{before}{name}");
            if kind.is_dir() {
                left.push_back((path, format!("{whole}/")));
            } else if kind.is_file() {
                out.files.push(whole);
            } else if !before.contains("node_modules/.bin/") {
                out.links += 1;
            }
        }
        if out.cut {
            break;
        }
    }
    out.files.sort();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_files_count_is_said_by_their_names_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = ["b", "d", "a", "f", "c", "e"];
        for name in names {
            fs::write(folder.path().join(name), "").expect("a file");
        }
        fs::create_dir(folder.path().join("bb")).expect("a folder");
        fs::write(folder.path().join("bb/x"), "").expect("a file");
        let of = |most| {
            let found = list(folder.path(), most).expect("a list");
            (found.files.join(" "), found.cut)
        };
        assert_eq!(of(3), ("a b".to_owned(), true));
        assert_eq!(of(4), ("a b c".to_owned(), true));
        assert_eq!(of(7), ("a b c d e f".to_owned(), true));
        assert_eq!(of(8), ("a b bb/x c d e f".to_owned(), false));
    }
}
