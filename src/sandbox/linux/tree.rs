//! The processes that come from one process, and their end. A subreaper gets every orphan back, so nothing that was
//! started below it can leave the tree.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, kill_process, wait};

/// How long killing may take. SIGKILL cannot be refused; what is left after this time hangs in the kernel.
const PATIENCE: Duration = Duration::from_secs(5);

/// The descendants of a process.
#[derive(Debug, Default)]
pub struct Tree {
    /// Those that live.
    pub alive: Vec<Pid>,
    /// Direct children that ended and are not reaped.
    pub ended: Vec<Pid>,
    /// Threads of the living together.
    pub threads: usize,
    /// Bytes of memory of the living together; what they share counts for each.
    pub memory: u64,
}

/// Every descendant of `root`, which is not part of it.
pub fn descendants(root: Pid) -> Tree {
    let mut tree = Tree::default();
    let root = root.as_raw_nonzero().get();
    let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
    let mut children: BTreeMap<i32, Vec<(i32, usize, u64)>> = BTreeMap::new();
    // without a proc file system there is nothing to see: direct children are then ended one by one, as they come
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse::<i32>().ok()) else { continue };
        // it ended meanwhile
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // the name is in parentheses and may hold anything; state, parent, … follow the last one
        let Some((_, rest)) = stat.rsplit_once(')') else { continue };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        if let (Some(state), Some(Ok(parent))) = (fields.first(), fields.get(1).map(|p| p.parse::<i32>())) {
            let threads = fields.get(17).and_then(|t| t.parse().ok()).unwrap_or(1);
            let pages: u64 = fields.get(21).and_then(|p| p.parse().ok()).unwrap_or(0);
            if matches!(*state, "Z" | "X") {
                tree.ended.extend(Pid::from_raw(pid).filter(|_| parent == root));
            } else {
                children.entry(parent).or_default().push((pid, threads, pages * page));
            }
        }
    }
    let mut open = vec![root];
    while let Some(parent) = open.pop() {
        for (child, threads, memory) in children.remove(&parent).unwrap_or_default() {
            tree.alive.extend(Pid::from_raw(child));
            tree.threads += threads;
            tree.memory += memory;
            open.push(child);
        }
    }
    tree
}

/// Sends a signal to every process of a list.
pub fn signal(all: &[Pid], signal: Signal) {
    for one in all {
        // it ended meanwhile: numbers are not used again while we, its reaper, have not reaped it
        let _ended = kill_process(*one, signal);
    }
}

/// Ends and reaps every descendant of this process, however fast they multiply.
pub fn end_all() {
    let me = rustix::process::getpid();
    if reap() {
        return;
    }
    let until = Instant::now() + PATIENCE;
    let mut known = 0;
    // stopped first, so that nobody forks while we look
    for _ in 0..50 {
        let all = descendants(me).alive;
        signal(&all, Signal::STOP);
        if all.len() == known {
            break;
        }
        known = all.len();
    }
    while Instant::now() < until {
        signal(&descendants(me).alive, Signal::KILL);
        if reap() {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Reaps every child that ended; whether no child is left.
fn reap() -> bool {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
            Ok(None) => return false,
            Err(_) => return true,
        }
    }
}

/// How a process ended: by itself, or by a signal.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// Exit status.
    Code(i32),
    /// The signal.
    Signal(i32),
}

impl End {
    /// From the system's word for it.
    pub fn of(status: WaitStatus) -> Self {
        match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => Self::Code(code),
            (None, signal) => Self::Signal(signal.unwrap_or(libc::SIGKILL)),
        }
    }

    /// For a pipe between two of our processes.
    pub fn to_bytes(self) -> [u8; 8] {
        let (kind, number) = match self {
            Self::Code(code) => (0i32, code),
            Self::Signal(signal) => (1, signal),
        };
        let mut bytes = [0u8; 8];
        bytes[..4].copy_from_slice(&kind.to_ne_bytes());
        bytes[4..].copy_from_slice(&number.to_ne_bytes());
        bytes
    }

    /// What [`End::to_bytes`] wrote.
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        let [a, b, c, d, e, f, g, h] = bytes;
        let number = i32::from_ne_bytes([e, f, g, h]);
        if i32::from_ne_bytes([a, b, c, d]) == 0 { Self::Code(number) } else { Self::Signal(number) }
    }

    /// Ends this process in the same way.
    pub fn repeat(self) -> i32 {
        match self {
            Self::Code(code) => code,
            Self::Signal(signal) => {
                let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
                let _core = rustix::process::setrlimit(rustix::process::Resource::Core, none);
                if let Some(signal) = Signal::from_named_raw(signal) {
                    let _ignored = kill_process(rustix::process::getpid(), signal);
                }
                // a signal that we ignore ourselves
                128 + signal
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_are_counted_with_their_threads_and_memory() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().expect("sleep exists");
        let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process number")).expect("not 0");
        let me = rustix::process::getpid();
        assert!(descendants(me).alive.contains(&pid));
        // a program that is just being started has no memory yet
        let counted = (0..200).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            let tree = descendants(me);
            tree.threads >= 1 && tree.memory > 0
        });
        assert!(counted, "{:?}", descendants(me));
        assert!(descendants(pid).alive.is_empty());
        child.kill().expect("ours");
        // seen as ended until it is reaped
        let ended = (0..200).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            descendants(me).ended.contains(&pid)
        });
        assert!(ended);
        child.wait().expect("ours");
        assert!(!descendants(me).ended.contains(&pid));
    }

    #[test]
    fn an_end_travels_through_a_pipe() {
        for end in [End::Code(0), End::Code(3), End::Signal(9)] {
            assert_eq!(format!("{:?}", End::from_bytes(end.to_bytes())), format!("{end:?}"));
        }
    }
}
