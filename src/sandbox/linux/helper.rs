//! The last steps before a server: a session of its own, limits, no privileges, Landlock, system-call filter, exec.
//! Whatever fails, nothing is executed.

use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::Signal;

use super::{calls, files, privilege};
use crate::sandbox::spec::Spec;

/// Becomes the server. Comes back only when that failed; the reason is written to `status`, which `exec` closes.
pub fn run(spec: &Spec, status: OwnedFd) -> i32 {
    let error = become_server(spec);
    let mut status = std::fs::File::from(status);
    // when nobody listens any more, nobody waits for the server either
    let _supervisor_gone = status.write_all(error.to_string().as_bytes());
    1
}

fn become_server(spec: &Spec) -> io::Error {
    if let Err(error) = contain(spec) {
        return error;
    }
    // resets ignored signals and the signal mask, too; no shell and no search
    let mut command = Command::new(&spec.file);
    command.args(&spec.args).env_clear().envs(spec.env.iter().map(|(k, v)| (k, v))).current_dir(&spec.cwd);
    let error = command.exec();
    io::Error::new(error.kind(), format!("the program does not start: {error}"))
}

/// Every layer of the specification, or an error.
pub fn contain(spec: &Spec) -> io::Result<()> {
    let step = |name: &'static str| move |e: io::Error| io::Error::new(e.kind(), format!("{name}: {e}"));
    // a backup: the supervisor's socket is what ends us
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::process::setsid().map_err(io::Error::from).map_err(step("session"))?;
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    privilege::close_on_exec(3).map_err(step("descriptors"))?;
    let processes = if spec.namespaces { 0 } else { privilege::tasks_of_user() };
    rustix::thread::set_no_new_privs(true).map_err(io::Error::from).map_err(step("no_new_privs"))?;
    if spec.shared_memory {
        privilege::private_shared_memory().map_err(step("shared memory"))?;
    }
    // before the limits: the rules open more descriptors than a low limit of ours would allow
    let files = files::rules(spec)?;
    let calls = calls::filters(calls::Needs {
        network: spec.network,
        signals: spec.landlock < 6 && !spec.namespaces,
        cuts: spec.landlock < 3,
        unpacks: spec.unpacks,
    })?;
    privilege::limit(&spec.limits, processes + spec.limits.processes).map_err(step("limits"))?;
    privilege::drop_capabilities().map_err(step("capabilities"))?;
    files::restrict(files)?;
    calls::restrict(&calls)
}
