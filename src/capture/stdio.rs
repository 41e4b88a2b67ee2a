//! The stdio transport: one process, one JSON message per line, everything capped, and no process left behind.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::Failure;
use super::ledger::{Due, Ledger, Stop};
use super::lines::Lines;
use crate::sandbox::{Group, Level, Prepared};

/// How often a silent server is looked at: has its leader ended while somebody else holds its output open?
const LOOK: Duration = Duration::from_millis(100);
/// Time for a polite end, before SIGTERM and before SIGKILL.
const GRACE: Duration = Duration::from_millis(700);
const CHUNK: usize = 64 << 10;

/// The tail of stderr, kept over all processes of one server.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail(Arc<Mutex<VecDeque<u8>>>);

impl Tail {
    fn push(&self, bytes: &[u8], cap: usize) {
        let mut ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ring.extend(bytes);
        let over = ring.len().saturating_sub(cap);
        ring.drain(..over);
    }

    /// What is kept, as text.
    pub fn text(&self) -> String {
        let ring = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&ring.iter().copied().collect::<Vec<u8>>()).into_owned()
    }
}

/// A running server.
pub(super) struct Stdio {
    // dropped before `child`, so that the group is killed while its leader is not reaped yet
    group: Group,
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    lines: Lines,
    eof: bool,
    /// More than an environment contains it.
    contained: bool,
    /// It sent something.
    spoke: bool,
    /// Reads stderr; aborted on drop.
    errors: JoinSet<()>,
    child: Child,
}

impl Stdio {
    /// Starts the program.
    pub fn start(prepared: &Prepared, env: &[(&str, &str)], tail: &Tail, ledger: &Ledger) -> Result<Self, Failure> {
        let (command, watch) = prepared.start(env).map_err(|e| Failure::Launch(e.to_string()))?;
        let mut command = tokio::process::Command::from(command);
        command.kill_on_drop(watch.may_be_killed());
        let mut child = command.spawn().map_err(|e| Failure::Launch(e.to_string()))?;
        let group = child.id().and_then(|id| watch.group(id));
        let (Some(group), Some(stdin), Some(stdout), Some(stderr)) =
            (group, child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Failure::Launch("its pipes are missing".to_owned()));
        };
        group.limit(prepared.fetches()).map_err(|e| Failure::Launch(format!("its limits could not be set: {e}")))?;
        let mut errors = JoinSet::new();
        errors.spawn(drain(stderr, tail.clone(), ledger.limits.stderr_bytes));
        let stdin = Some(stdin);
        let contained = prepared.level() > Level::Off;
        let lines = Lines::default();
        Ok(Self { group, stdin, stdout, lines, eof: false, contained, spoke: false, errors, child })
    }

    /// Writes one message.
    pub async fn send(&mut self, message: &[u8], ledger: &Ledger, due: &Due) -> Result<(), Stop> {
        let Some(stdin) = &mut self.stdin else { return Err(Stop::Closed("its input is closed".to_owned())) };
        let mut line = message.to_vec();
        line.push(b'\n');
        let write = async {
            stdin.write_all(&line).await?;
            stdin.flush().await
        };
        match ledger.wait(due, write).await? {
            Ok(()) => Ok(()),
            // what it said before it closed its input may still be read
            Err(_) => {
                self.stdin = None;
                Ok(())
            }
        }
    }

    /// The next line that is not empty.
    pub async fn receive(&mut self, ledger: &mut Ledger, due: &Due) -> Result<Arc<[u8]>, Stop> {
        let mut quiet = Instant::now();
        loop {
            if let Some(line) = self.lines.next(self.eof) {
                if line.is_empty() {
                    ledger.tick(due)?;
                    continue;
                }
                if line.len() > ledger.limits.message_bytes {
                    return Err(ledger.too_long());
                }
                return Ok(line);
            }
            if self.lines.held() > ledger.limits.message_bytes {
                return Err(ledger.too_long());
            }
            if self.eof {
                let mut how = self.ending().await;
                if !self.spoke && self.contained {
                    // the end of a program that lacks something looks like any other: name what can be given
                    how += "; what it may lack is given by --read PATH, --pass-env NAME or --network";
                }
                return Err(match self.group.refused() {
                    Some(why) => Stop::Failed(Failure::Launch(format!("it was not contained, so nothing ran: {why}"))),
                    None => Stop::Closed(how),
                });
            }
            ledger.tick(due)?;
            let idle = due.idle.map(|idle| idle.saturating_sub(quiet.elapsed()));
            let due_here = Due { at: due.at, idle };
            let read = ledger.wait(&due_here, async {
                tokio::select! {
                    read = self.stdout.read_buf(self.lines.room(CHUNK)) => Some(read),
                    () = sleep(LOOK) => None,
                }
            });
            match read.await? {
                Some(Ok(0) | Err(_)) => self.eof = true,
                Some(Ok(n)) => {
                    ledger.received(n)?;
                    self.spoke = true;
                    quiet = Instant::now();
                }
                // the leader is gone and nothing came since: whoever holds the output open is not the server
                None if self.group.ended().is_some() => self.eof = true,
                None => {}
            }
        }
    }

    async fn ending(&self) -> String {
        // a process closes its output a moment before its end can be seen
        for _ in 0..10 {
            if let Some(how) = self.group.ended() {
                return how;
            }
            sleep(Duration::from_millis(20)).await;
        }
        "it closed its output and keeps running".to_owned()
    }

    /// Ends the server and everything in its group: input closed, SIGTERM, SIGKILL.
    pub async fn finish(mut self, ledger: &Ledger) {
        self.stdin = None;
        self.ends_within(ledger, GRACE).await;
        // also after a polite end: its children may be left
        self.group.terminate();
        self.ends_within(ledger, GRACE).await;
        let Self { group, mut child, mut errors, .. } = self;
        // kills what is left, before the leader is reaped
        drop(group);
        // SIGKILL cannot be refused, so this takes no time worth a budget
        let _reaped = tokio::time::timeout(GRACE, child.wait()).await;
        // what it said at last; somebody outside the group may hold the pipe open for ever
        let _drained = tokio::time::timeout(LOOK, errors.join_next()).await;
    }

    async fn ends_within(&mut self, ledger: &Ledger, grace: Duration) {
        let until = Instant::now() + if ledger.interrupt.is_set() { grace / 4 } else { grace };
        while self.group.ended().is_none() && Instant::now() < until {
            // keeps the pipe empty, so that a server that still writes can reach its end
            let mut chunk = [0u8; CHUNK];
            tokio::select! {
                read = self.stdout.read(&mut chunk), if !self.eof => self.eof = !matches!(read, Ok(1..)),
                () = sleep(Duration::from_millis(10)) => {}
            }
        }
    }
}

async fn drain(mut stderr: ChildStderr, tail: Tail, cap: usize) {
    let mut chunk = [0u8; 8 << 10];
    // ends with the pipe; an error of the pipe is its end
    while let Ok(n @ 1..) = stderr.read(&mut chunk).await {
        tail.push(&chunk[..n], cap);
    }
}
