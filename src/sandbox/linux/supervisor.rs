//! The process between the auditor and a server: starts it, watches it, and ends it with everything it started when the
//! socket to the auditor closes, whatever closed it.

use std::fs;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, PidfdFlags, Signal, WaitOptions, pidfd_open, waitpid};

use super::keeper::{self, Keeper};
use super::tree::End;
use super::{helper, init, privilege, tree};
use crate::sandbox::directory;
use crate::sandbox::spec::{Spec, Word};

/// How often the processes of a server are counted and its orphans reaped.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 250_000_000 };

/// Asks the server to end; the only order there is. Everything else is the end of the socket.
pub const TERMINATE: u8 = b'T';
/// The auditor is done with this launch, but not with the private directory.
pub const RELEASE: u8 = b'R';

/// Supervises one launch and ends as the server ended.
pub fn run(spec: RawFd, control: RawFd) -> i32 {
    #[expect(unsafe_code, reason = "the auditor passed these two numbers, and nothing here has opened anything yet")]
    let (spec, control) = unsafe { (OwnedFd::from_raw_fd(spec), OwnedFd::from_raw_fd(control)) };
    let mut control = UnixStream::from(control);
    match start(spec, &control) {
        Ok(mut launch) => launch.watch(&mut control),
        Err(error) => {
            say(&mut control, &Word::Failed(error.to_string()));
            1
        }
    }
}

fn say(control: &mut UnixStream, word: &Word) {
    let mut line = serde_json::to_vec(word).unwrap_or_default();
    line.push(b'\n');
    // the auditor is gone: the next look at the socket ends everything
    let _auditor_gone = control.write_all(&line);
}

struct Launch {
    spec: Spec,
    /// The server, or process 1 of its namespace.
    child: Pid,
    exits: OwnedFd,
    status: Option<fs::File>,
    report: fs::File,
    released: bool,
    keeper: Keeper,
}

fn start(spec: OwnedFd, control: &UnixStream) -> io::Result<Launch> {
    let mut keep = [spec.as_raw_fd(), control.as_raw_fd()];
    keep.sort_unstable();
    privilege::close_others(&keep)?;
    let mut text = Vec::new();
    fs::File::from(spec).read_to_end(&mut text)?;
    let spec: Spec = serde_json::from_slice(&text).map_err(io::Error::other)?;
    drop(text);
    // before the namespace: when its process 1 is gone, nothing can be started in it any more
    let keeper = Keeper::start(&spec.private, control)?;
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    if spec.namespaces {
        privilege::enter_namespaces(spec.network).map_err(|e| io::Error::new(e.kind(), format!("namespaces: {e}")))?;
    }
    let (status, status_end) = pipe_with(PipeFlags::CLOEXEC)?;
    let (report, report_end) = pipe_with(PipeFlags::CLOEXEC)?;
    let Some(child) = privilege::fork()? else {
        drop((status, report));
        let code = if spec.namespaces {
            init::run(&spec, status_end, report_end)
        } else {
            drop(report_end);
            helper::run(&spec, status_end)
        };
        std::process::exit(code)
    };
    drop((status_end, report_end));
    privilege::leave_streams()?;
    let exits = pidfd_open(child, PidfdFlags::empty())?;
    Ok(Launch { spec, child, exits, status: Some(status.into()), report: report.into(), released: false, keeper })
}

/// What happened next.
enum Next {
    Ended,
    Closed,
    Look,
}

impl Launch {
    fn watch(&mut self, control: &mut UnixStream) -> i32 {
        loop {
            match self.next(control) {
                Ok(Next::Look) => self.look(control),
                Ok(Next::Ended) => {
                    let how = self.how();
                    self.started(control);
                    tree::end_all();
                    if self.released {
                        self.keeper.done();
                    }
                    return how.repeat();
                }
                Ok(Next::Closed) | Err(_) => {
                    tree::end_all();
                    if !self.released {
                        keeper::clean(&self.spec.private);
                    }
                    self.keeper.done();
                    return 0;
                }
            }
        }
    }

    fn next(&mut self, control: &mut UnixStream) -> io::Result<Next> {
        let mut fds = vec![PollFd::new(control, PollFlags::IN), PollFd::new(&self.exits, PollFlags::IN)];
        if let Some(status) = &self.status {
            fds.push(PollFd::new(status, PollFlags::IN));
        }
        match poll(&mut fds, Some(&LOOK)) {
            Ok(0) => return Ok(Next::Look),
            Err(rustix::io::Errno::INTR) => return Ok(Next::Look),
            other => other?,
        };
        let ready: Vec<bool> = fds.iter().map(|f| !f.revents().is_empty()).collect();
        if ready[0] {
            let mut order = [0u8; 64];
            let count = control.read(&mut order)?;
            self.released |= order[..count].contains(&RELEASE);
            if order[..count].contains(&TERMINATE) {
                self.terminate();
            }
            if count == 0 {
                return Ok(Next::Closed);
            }
        }
        if ready.get(2) == Some(&true) {
            self.started(control);
        }
        Ok(if ready[1] { Next::Ended } else { Next::Look })
    }

    /// Tells how the start went, once it is known.
    fn started(&mut self, control: &mut UnixStream) {
        let Some(mut status) = self.status.take() else { return };
        let mut why = String::new();
        let word = match status.read_to_string(&mut why) {
            Ok(0) => Word::Running,
            Ok(_) => Word::Failed(why),
            Err(error) => Word::Failed(error.to_string()),
        };
        say(control, &word);
    }

    fn terminate(&self) {
        let mut all = tree::descendants(rustix::process::getpid()).alive;
        // process 1 is ours and ends with the server
        all.retain(|one| !self.spec.namespaces || *one != self.child);
        tree::signal(&all, Signal::TERM);
    }

    fn look(&mut self, control: &mut UnixStream) {
        let tree = tree::descendants(rustix::process::getpid());
        // process 1 is ours
        let most =
            usize::try_from(self.spec.limits.processes).unwrap_or(usize::MAX) + usize::from(self.spec.namespaces);
        if tree.threads > most {
            say(control, &Word::Limit(format!("it had more than {most} processes and threads")));
            tree::end_all();
            return;
        }
        let memory = self.spec.limits.memory;
        if tree.memory > memory {
            say(control, &Word::Limit(format!("its processes used more than {} MiB of memory", memory >> 20)));
            tree::end_all();
            return;
        }
        let disk = self.spec.limits.disk;
        if disk > 0 && self.spec.private.first().is_some_and(|own| directory::size(own, disk) > disk) {
            say(control, &Word::Limit(format!("it wrote more than {} MiB", disk >> 20)));
            tree::end_all();
            return;
        }
        // orphans that ended are ours to reap; the server itself is reaped when its end is told
        for orphan in tree.ended.into_iter().filter(|one| *one != self.child) {
            let _reaped = waitpid(Some(orphan), WaitOptions::NOHANG);
        }
    }

    /// How the server ended.
    fn how(&mut self) -> End {
        let direct = waitpid(Some(self.child), WaitOptions::empty()).ok().flatten().map(|(_, how)| End::of(how));
        // killed before it could tell
        let killed = direct.unwrap_or(End::Signal(libc::SIGKILL));
        let mut bytes = [0u8; 8];
        if self.spec.namespaces && self.report.read_exact(&mut bytes).is_ok() { End::from_bytes(bytes) } else { killed }
    }
}
