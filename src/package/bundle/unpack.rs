//! A bundle on disk, for the one case that needs it: its server is to be started, contained, from a private directory. The
//! same strict reader, into a directory that was just made, so that no link and no other file can be there.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::archive::{Archive, Broken};
use super::{Bundle, signature};
use crate::terms::Digest;

/// Bytes of everything.
const ALL: u64 = 512 << 20;

impl Bundle {
    /// How a command line of ours names the folder of an unpacked bundle: by its content, so that it means the same
    /// everywhere and nothing else can be started in its name.
    pub fn folder(&self) -> String {
        format!("mcpb:{}", self.digest)
    }

    /// Writes the files of this bundle into an empty directory. `bytes` must be the same file as before.
    pub fn unpack(&self, bytes: &[u8], into: &Path) -> Result<(), Broken> {
        if Digest::of(bytes) != self.digest {
            return Err(Broken::new("it has changed since it was read"));
        }
        let (content, _) = signature::split(bytes)?;
        let mut archive = Archive::open(&content)?;
        let names: Vec<String> = archive.names().map(str::to_owned).collect();
        let mut left = ALL;
        for name in names {
            let bytes = archive.read(&name, left)?.ok_or(Broken::new("a file of it is gone"))?;
            left -= bytes.len() as u64;
            let fail =
                |e: std::io::Error| Broken(format!("{} cannot be written: {e}", crate::untrusted::visible(&name)));
            // names were checked: every part is a plain name, and no file is also a folder
            let path = into.join(&name);
            fs::create_dir_all(path.parent().unwrap_or(into)).map_err(fail)?;
            let mut options = fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, if archive.runs(&name) { 0o700 } else { 0o600 });
            options.open(&path).and_then(|mut f| f.write_all(&bytes)).map_err(fail)?;
        }
        Ok(())
    }
}
