//! The process group of a launched server: ends it whole, watches its leader without reaping it, sets limits on it.

use std::io;

use rustix::process::{Pid, Resource, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// A process group that is killed when this is dropped, whatever the reason: an error, a panic, an early return.
///
/// The leader must not be reaped while this lives: a zombie keeps its number, so that a signal can never reach a
/// stranger who got the number afterwards.
#[derive(Debug)]
pub struct Group {
    leader: Pid,
}

impl Group {
    /// The group led by a child that was started as the leader of its own group; `None` when there is no such number.
    pub fn of(child: u32) -> Option<Self> {
        i32::try_from(child).ok().and_then(Pid::from_raw).map(|leader| Self { leader })
    }

    /// Asks every process of the group to end.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends every process of the group.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        // the only failures are that nobody is left, which is what we want, and processes of another user, which a
        // server can make only with privileges of its own
        let _nobody_left = kill_process_group(self.leader, signal);
    }

    /// How the leader ended, in words of ours; `None` while it runs. It stays a zombie.
    pub fn ended(&self) -> Option<String> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        match waitid(WaitId::Pid(self.leader), options) {
            Ok(None) => None,
            Ok(Some(status)) => Some(match (status.exit_status(), status.terminating_signal()) {
                (Some(code), _) => format!("exit status {code}"),
                (None, Some(signal)) => format!("killed by signal {signal}"),
                (None, None) => "ended".to_owned(),
            }),
            Err(error) => Some(format!("its state is unknown: {error}")),
        }
    }

    /// Limits of the leader and of what it starts from now on (SANDBOX §8, as far as they work without a helper process
    /// between us and the server). A package runner unpacks big files, so it gets more room.
    pub fn limit(&self, fetches: bool) -> io::Result<()> {
        let file = if fetches { 1 << 30 } else { 64 << 20 };
        let cpu = if fetches { 180 } else { 60 };
        let limits = [
            (Resource::Core, 0),
            (Resource::Cpu, cpu),
            (Resource::Fsize, file),
            (Resource::Nofile, 1024),
            (Resource::Data, 2 << 30),
        ];
        #[cfg(target_os = "linux")]
        for (resource, value) in limits {
            let value = rustix::process::Rlimit { current: Some(value), maximum: Some(value) };
            match rustix::process::prlimit(Some(self.leader), resource, value) {
                // it ended meanwhile, or we may not raise a lower limit that we already have ourselves
                Ok(_) | Err(rustix::io::Errno::SRCH | rustix::io::Errno::PERM) => {}
                Err(error) => return Err(error.into()),
            }
        }
        #[cfg(not(target_os = "linux"))]
        let _unused = limits;
        Ok(())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
