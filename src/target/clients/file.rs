//! Reading one file, never more of it than there is room for.

use std::io::ErrorKind;
use std::path::Path;

use super::BYTES;
use crate::target::config_file::FILE;

/// Reads a file within the cap. Not a regular file is an error: a pipe would block.
pub fn read(path: &Path) -> std::io::Result<String> {
    within(path, BYTES)
}

/// The same, when no more than so many bytes may be read; a file with more is [`ErrorKind::FileTooLarge`].
pub(super) fn within(path: &Path, room: u64) -> std::io::Result<String> {
    use std::io::Read;
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let most = room.min(FILE);
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(std::io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {most} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| std::io::Error::other("it is not UTF-8"))
}

/// Why a file is not read, for which the others of its run have left so much room.
pub(super) fn why(error: &std::io::Error, room: u64) -> String {
    if error.kind() != ErrorKind::FileTooLarge || room >= FILE {
        return error.to_string();
    }
    format!(
        "the configuration files of one run are read up to {BYTES} bytes together, of which {room} are left; scan this file by itself"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_there_is_room_for_is_said_with_the_room_there_was() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("x");
        std::fs::write(&file, "12345").expect("written");
        assert_eq!(within(&file, 5).expect("read"), "12345");
        let said = within(&file, 4).expect_err("too large");
        assert!(why(&said, 4).contains("of which 4 are left") && why(&said, FILE) == said.to_string());
        assert_eq!((said.kind(), said.to_string().as_str()), (ErrorKind::FileTooLarge, "it is larger than 4 bytes"));
    }
}
