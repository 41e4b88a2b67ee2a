//! Reading one file, never more of it than there is room for.

use std::path::Path;

use super::BYTES;
use crate::target::config_file::FILE;

/// Reads a file within the cap. Not a regular file is an error: a pipe would block.
pub fn read(path: &Path) -> std::io::Result<String> {
    within(path, BYTES)
}

/// The same, when no more than so many bytes may be read.
pub(super) fn within(path: &Path, room: u64) -> std::io::Result<String> {
    use std::io::Read;
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    if metadata.len() > room && metadata.len() <= FILE {
        return Err(std::io::Error::other(format!(
            "the configuration files of one run are read up to {BYTES} bytes together, and these are used up; scan this file by itself"
        )));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE {
        return Err(std::io::Error::other(format!("it is larger than {FILE} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("it is not UTF-8"))
}
