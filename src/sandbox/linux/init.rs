//! Process 1 of a new process namespace: starts the server, reaps what is left to it, and ends when the server ends, by
//! which the kernel ends everything else in the namespace.

use std::io::Write;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::process::{Signal, WaitOptions, wait};

use super::tree::End;
use super::{helper, privilege};
use crate::sandbox::spec::Spec;

/// Runs process 1. `report` gets how the server ended.
pub fn run(spec: &Spec, status: OwnedFd, report: OwnedFd) -> i32 {
    if rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).is_err() {
        return 1;
    }
    let server = match privilege::fork() {
        Ok(Some(server)) => server,
        Ok(None) => return helper::run(spec, status),
        Err(error) => {
            let mut status = std::fs::File::from(status);
            let _supervisor_gone = status.write_all(format!("fork: {error}").as_bytes());
            return 1;
        }
    };
    drop(status);
    let quiet = rustix::thread::set_no_new_privs(true).map_err(std::io::Error::from);
    let quiet = quiet.and_then(|()| privilege::leave_streams());
    let quiet = quiet.and_then(|()| privilege::close_others(&[report.as_raw_fd()]));
    if quiet.and_then(|()| privilege::drop_capabilities()).is_err() {
        return 1;
    }
    loop {
        match wait(WaitOptions::empty()) {
            Ok(Some((pid, how))) if pid == server => {
                let mut report = std::fs::File::from(report);
                let _supervisor_gone = report.write_all(&End::of(how).to_bytes());
                return 0;
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            // no child is left, although the server was not seen to end
            Err(_) => return 1,
        }
    }
}
