//! The process that outlives the others: when the auditor dies after the end of a server, or its supervisor dies, it
//! removes the private directories.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{WaitOptions, waitpid};

use super::privilege;
use super::supervisor::RELEASE;
use crate::sandbox::directory;

/// The supervisor's end of the pipe to its keeper.
pub struct Keeper {
    done: File,
}

impl Keeper {
    /// Starts it as nobody's child, so that the supervisor does not end it with the server. While the supervisor lives,
    /// it reads nothing from `control`.
    pub fn start(private: &[PathBuf], control: &UnixStream) -> io::Result<Self> {
        let (wait, done) = pipe_with(PipeFlags::CLOEXEC)?;
        let Some(between) = privilege::fork()? else {
            drop(done);
            // the supervisor stays in its session; a hang-up there is none here
            let alone = rustix::process::setsid().map_err(io::Error::from).and_then(|_| privilege::leave_streams());
            let code = match alone.and_then(|()| privilege::fork()) {
                Ok(None) => {
                    keep(File::from(wait), control, private);
                    0
                }
                Ok(Some(_)) => 0,
                Err(_) => 1,
            };
            std::process::exit(code)
        };
        match waitpid(Some(between), WaitOptions::empty())? {
            Some((_, how)) if how.exit_status() == Some(0) => Ok(Self { done: done.into() }),
            _ => Err(io::Error::other("the keeper of the private directories does not start")),
        }
    }

    /// Nothing is left to be done.
    pub fn done(&mut self) {
        // it is gone, so it does nothing either
        let _gone = self.done.write_all(&[RELEASE]);
    }
}

fn keep(mut supervisor: File, mut control: &UnixStream, private: &[PathBuf]) {
    if !released(&mut supervisor) && !released(&mut control) {
        clean(private);
    }
}

/// Waits for the word, or for the end of those who could say it.
fn released(from: &mut impl Read) -> bool {
    let mut order = [0u8; 64];
    loop {
        match from.read(&mut order) {
            Ok(count @ 1..) if order[..count].contains(&RELEASE) => return true,
            Ok(1..) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return false,
        }
    }
}

/// Removes what the auditor left behind.
pub fn clean(private: &[PathBuf]) {
    for one in private {
        // nobody is left to be told that it could not be removed
        let _litter = directory::remove(one);
    }
}
