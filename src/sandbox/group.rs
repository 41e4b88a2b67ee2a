//! The processes of a launched server: ends them whole, watches the first without reaping it, sets limits on it where no
//! helper does.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use rustix::process::{Pid, Resource, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// What watches over a launch, before its process number is known.
#[derive(Debug, Default)]
pub struct Watch {
    #[cfg(target_os = "linux")]
    control: Option<super::linux::Control>,
    engine: Option<Engine>,
}

/// A container that outlives the engine's client.
#[derive(Debug)]
struct Engine {
    file: PathBuf,
    name: String,
    env: BTreeMap<String, String>,
}

impl Watch {
    /// A supervisor of ours.
    #[cfg(target_os = "linux")]
    pub(super) fn supervised(control: super::linux::Control) -> Self {
        Self { control: Some(control), ..Self::default() }
    }

    /// A container of that name.
    pub(super) fn engine(file: PathBuf, name: String, env: BTreeMap<String, String>) -> Self {
        Self { engine: Some(Engine { file, name, env }), ..Self::default() }
    }

    /// Whether the process that is started may be killed at once: a supervisor has to end the server first.
    pub fn may_be_killed(&self) -> bool {
        !self.is_supervised()
    }

    fn is_supervised(&self) -> bool {
        #[cfg(target_os = "linux")]
        return self.control.is_some();
        #[cfg(not(target_os = "linux"))]
        false
    }

    /// The group led by a child that was started as the leader of its own group; `None` when there is no such number.
    pub fn group(self, child: u32) -> Option<Group> {
        let leader = i32::try_from(child).ok().and_then(Pid::from_raw)?;
        Some(Group { leader, watch: self })
    }
}

/// The processes of a server, ended when this is dropped, whatever the reason: an error, a panic, an early return.
///
/// The leader must not be reaped while this lives: a zombie keeps its number, so that a signal can never reach a
/// stranger who got the number afterwards.
#[derive(Debug)]
pub struct Group {
    leader: Pid,
    watch: Watch,
}

impl Group {
    /// The group led by a child that was started as the leader of its own group; `None` when there is no such number.
    pub fn of(child: u32) -> Option<Self> {
        Watch::default().group(child)
    }

    /// Asks every process of the group to end.
    pub fn terminate(&self) {
        #[cfg(target_os = "linux")]
        if let Some(control) = &self.watch.control {
            return control.terminate();
        }
        self.signal(Signal::TERM);
    }

    /// Ends every process of the group.
    pub fn kill(&self) {
        #[cfg(target_os = "linux")]
        if let Some(control) = &self.watch.control {
            return control.kill();
        }
        self.signal(Signal::KILL);
        if let Some(engine) = &self.watch.engine {
            let mut command = std::process::Command::new(&engine.file);
            command.args(["rm", "--force", &engine.name]).env_clear().envs(&engine.env);
            command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null());
            // the container is normally gone with its input; then there is nothing to remove
            let _gone = command.stderr(std::process::Stdio::null()).status();
        }
    }

    fn signal(&self, signal: Signal) {
        // the only failures are that nobody is left, which is what we want, and processes of another user, which a
        // server can make only with privileges of its own
        let _nobody_left = kill_process_group(self.leader, signal);
    }

    /// Why nothing was started, when the supervisor could not contain it.
    pub fn refused(&self) -> Option<String> {
        #[cfg(target_os = "linux")]
        if let Some(control) = &self.watch.control {
            return control.words().into_iter().find_map(|word| match word {
                super::spec::Word::Failed(why) => Some(why),
                _ => None,
            });
        }
        None
    }

    /// The limit that ended it, in words of ours.
    fn limit_hit(&self) -> Option<String> {
        #[cfg(target_os = "linux")]
        if let Some(control) = &self.watch.control {
            return control.words().into_iter().find_map(|word| match word {
                super::spec::Word::Limit(what) => Some(what),
                _ => None,
            });
        }
        None
    }

    /// How the leader ended, in words of ours; `None` while it runs. It stays a zombie.
    pub fn ended(&self) -> Option<String> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        match waitid(WaitId::Pid(self.leader), options) {
            Ok(None) => None,
            Ok(Some(status)) => Some(match (self.limit_hit(), status.exit_status(), status.terminating_signal()) {
                (Some(limit), ..) => format!("stopped at a limit: {limit}"),
                (None, Some(code), _) => format!("exit status {code}"),
                (None, None, Some(24)) => "stopped at a limit: processor time".to_owned(),
                (None, None, Some(25)) => "stopped at a limit: size of a file".to_owned(),
                (None, None, Some(signal)) => format!("killed by signal {signal}"),
                (None, None, None) => "ended".to_owned(),
            }),
            Err(error) => Some(format!("its state is unknown: {error}")),
        }
    }

    /// Limits of the leader and of what it starts from now on (SANDBOX §8, as far as they work without a helper process
    /// between us and the server). A package runner unpacks big files, so it gets more room.
    pub fn limit(&self, fetches: bool) -> io::Result<()> {
        if self.watch.is_supervised() {
            // already set by the helper, before the server started
            return Ok(());
        }
        let super::spec::Caps { file, cpu, .. } = super::spec::Caps::of(fetches);
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
