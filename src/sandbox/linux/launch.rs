//! The auditor's side of a supervisor: what it is given, and the socket on which its life hangs.

use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::{FdFlags, fcntl_setfd};

use super::supervisor::{RELEASE, TERMINATE};
use crate::sandbox::spec::{MARK, Spec, Word};

/// A supervisor's command and the socket to it.
#[derive(Debug)]
pub struct Started {
    /// Without its pipes, which belong to the server.
    pub command: Command,
    /// Its life.
    pub control: Control,
}

/// The socket to a supervisor. When it is dropped, the supervisor ends the server and everything the server started.
#[derive(Debug)]
pub struct Control {
    stream: UnixStream,
    said: Mutex<Said>,
}

#[derive(Debug, Default)]
struct Said {
    bytes: Vec<u8>,
    words: Vec<Word>,
}

/// Prepares a supervisor for one launch.
pub fn prepare(spec: &Spec, helper: &Path) -> io::Result<Started> {
    use std::os::fd::AsRawFd;
    let (ours, theirs) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let theirs = OwnedFd::from(theirs);
    // in memory and not on a socket: an environment may be longer than a socket holds
    let mut file = std::fs::File::from(memfd_create("mcp-assay", MemfdFlags::CLOEXEC)?);
    file.write_all(&serde_json::to_vec(spec).map_err(io::Error::other)?)?;
    rustix::fs::seek(&file, rustix::fs::SeekFrom::Start(0))?;
    let told = OwnedFd::from(file);
    let mut command = Command::new(helper);
    command.args([MARK, "supervise"]).arg(told.as_raw_fd().to_string()).arg(theirs.as_raw_fd().to_string());
    command.env_clear().current_dir("/");
    let inherit = move || {
        // not only a group: when the auditor dies while process 1 is stopped to be ended, the kernel hangs up on a group
        // that is left alone in the auditor's session, and with it on the one who still has to clean up
        rustix::process::setsid()?;
        for fd in [&told, &theirs] {
            fcntl_setfd(fd, FdFlags::empty())?;
        }
        // each start reads it from its beginning
        rustix::fs::seek(&told, rustix::fs::SeekFrom::Start(0))?;
        Ok(())
    };
    #[expect(unsafe_code, reason = "between fork and exec only system calls without allocation or locks are made")]
    unsafe {
        command.pre_exec(inherit);
    }
    Ok(Started { command, control: Control { stream: ours, said: Mutex::default() } })
}

impl Control {
    /// Asks every process of the server to end.
    pub fn terminate(&self) {
        // a supervisor that is gone has ended them all
        let _gone = (&self.stream).write_all(&[TERMINATE]);
    }

    /// Ends every process of the server; the private directory stays.
    pub fn kill(&self) {
        let _gone = (&self.stream).write_all(&[RELEASE]);
        let _gone = self.stream.shutdown(std::net::Shutdown::Write);
    }

    /// What the supervisor said so far.
    pub fn words(&self) -> Vec<Word> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let mut chunk = [0u8; 4096];
        // would block, closed, or broken: in each case there is nothing more to read now
        while let Ok(n @ 1..) = (&self.stream).read(&mut chunk) {
            said.bytes.extend_from_slice(&chunk[..n]);
        }
        while let Some(end) = said.bytes.iter().position(|b| *b == b'\n') {
            let line: Vec<u8> = said.bytes.drain(..=end).collect();
            // a line of our own process; one that was cut by its death says nothing
            said.words.extend(serde_json::from_slice(&line).ok());
        }
        said.words.clone()
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.kill();
    }
}
