//! The fetch phase of all servers of a run, side by side (SANDBOX §3).

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::terminal::Terminal;
use crate::capture::{Job, Launch};

/// Package managers at a time: they use processors and discs, unlike servers that are waited for.
const FETCHES: usize = 8;

/// Fetches the packages of all servers before the first is started, so that their clocks measure the servers. What fails
/// here fails again, and is said, when the server is prepared.
pub fn fetch(jobs: &[Job], parallel: usize, stop: &(dyn Fn() -> bool + Sync), terminal: Terminal) {
    let programs = jobs.iter().filter_map(|j| match &j.launch {
        Launch::Stdio(program) if program.fetches() => Some(program),
        _ => None,
    });
    let programs: Vec<_> = programs.collect();
    if programs.is_empty() {
        return;
    }
    if terminal.progress {
        let _ = write!(std::io::stderr(), "\rfetching {} packages ", programs.len());
    }
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..parallel.min(FETCHES).clamp(1, programs.len()) {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let _said_later = program.fetch(stop);
                }
            });
        }
    });
}
