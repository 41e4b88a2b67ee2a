//! Private directories: random names, mode 0700, removed on drop without following links.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A directory of our own with a `home` and a `tmp` inside; both are gone when this is dropped.
#[derive(Debug)]
pub struct PrivateDirs {
    base: PathBuf,
    home: PathBuf,
    tmp: PathBuf,
}

impl PrivateDirs {
    /// Makes the directories below `parent`. The name has 128 random bits and creation fails when it exists, so nobody
    /// can prepare a link there.
    pub fn create(parent: &Path) -> io::Result<Self> {
        // canonical, because a server reports real paths and they are replaced by `{home}` and `{tmp}`
        let parent = parent.canonicalize()?;
        let mut random = [0u8; 16];
        getrandom::fill(&mut random).map_err(|e| io::Error::other(e.to_string()))?;
        let name: String = random.iter().map(|b| format!("{b:02x}")).collect();
        let base = parent.join(format!("mcp-assay-{name}"));
        make(&base)?;
        let dirs = Self { home: base.join("home"), tmp: base.join("tmp"), base };
        make(&dirs.home)?;
        make(&dirs.tmp)?;
        Ok(dirs)
    }

    /// The directory that holds the others.
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// The private `HOME`.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The private `TMPDIR`.
    pub fn tmp(&self) -> &Path {
        &self.tmp
    }
}

impl Drop for PrivateDirs {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.base) {
            eprintln!("mcp-assay: the private directory {} could not be removed: {error}", self.base.display());
        }
    }
}

/// Removes a private directory with everything in it. Links are not followed.
pub fn remove(base: &Path) -> io::Result<()> {
    if fs::remove_dir_all(base).is_ok() {
        return Ok(());
    }
    // a server may have taken the permissions of its own directories away
    open_up(base);
    fs::remove_dir_all(base)
}

/// Bytes in a directory, counted until they are more than `enough`. A file counts for at least a block, so that many
/// small ones count, too. Links are not followed.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only the helper of Linux needs it"))]
pub fn size(base: &Path, enough: u64) -> u64 {
    const BLOCK: u64 = 4096;
    let mut total = 0;
    let mut open = vec![base.to_owned()];
    while let Some(dir) = open.pop() {
        // gone meanwhile, or closed by its owner: what is in it was counted before, or is when it opens
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let Ok(meta) = entry.metadata() else { continue };
            total += meta.len().max(BLOCK);
            if total > enough {
                return total;
            }
            if meta.is_dir() {
                open.push(entry.path());
            }
        }
    }
    total
}

fn make(path: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is no mode to set"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Gives us the directories below `base` back. Links are never followed: `symlink_metadata` decides what is entered.
fn open_up(base: &Path) {
    let mut open = vec![base.to_owned()];
    while let Some(dir) = open.pop() {
        if !fs::symlink_metadata(&dir).is_ok_and(|m| m.is_dir()) {
            continue;
        }
        #[cfg(unix)]
        if fs::set_permissions(&dir, std::os::unix::fs::PermissionsExt::from_mode(0o700)).is_err() {
            continue;
        }
        // what cannot be listed cannot be removed either: the caller says so
        let Ok(entries) = fs::read_dir(&dir) else { continue };
        open.extend(entries.flatten().filter(|e| e.file_type().is_ok_and(|t| t.is_dir())).map(|e| e.path()));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn sizes_are_counted_without_following_links() {
        let dir = tempfile::tempdir().expect("a directory");
        fs::create_dir(dir.path().join("inner")).expect("a folder");
        fs::write(dir.path().join("inner/big"), vec![0; 100_000]).expect("a file");
        symlink("/usr", dir.path().join("link")).expect("a link");
        let all = size(dir.path(), u64::MAX);
        assert!((100_000..150_000).contains(&all), "{all}");
        assert!(size(dir.path(), 50_000) > 50_000);
    }

    #[test]
    fn directories_are_private_and_leave_nothing_behind() {
        let parent = tempfile::tempdir().expect("a directory");
        let outside = parent.path().join("outside");
        fs::create_dir(&outside).expect("a directory");
        fs::write(outside.join("keep"), "x").expect("a file");
        let dirs = PrivateDirs::create(parent.path()).expect("private directories");
        let base = dirs.base.clone();
        assert_eq!(fs::metadata(dirs.home()).expect("made").permissions().mode() & 0o777, 0o700);
        symlink(&outside, dirs.home().join("link")).expect("a link");
        let locked = dirs.tmp().join("locked");
        fs::create_dir_all(locked.join("inner")).expect("directories");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("own directory");
        drop(dirs);
        assert!(!base.exists());
        assert!(outside.join("keep").exists(), "a link was followed");
    }
}
