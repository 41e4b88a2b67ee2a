//! The capture layer against the scripted server: one test per thing that servers should not do, over stdio.

mod cloaking;
mod honest;
mod hostile;
pub mod remote;

use std::path::PathBuf;
use std::time::Duration;

use mcp_assay::capture::{self, Capture, Interrupt, Job, Launch, Limits, Session};
use mcp_assay::sandbox::{Program, Surroundings};
use mcp_assay::target::Secret;
use mcp_assay::terms::ItemKind;

/// The scripted server. `cargo test` builds it with the other examples; `cargo test --test it` alone does not.
pub fn scripted() -> PathBuf {
    let test = std::env::current_exe().expect("a test runs");
    let dir = test.parent().and_then(|deps| deps.parent()).expect("target/…/deps");
    let file = dir.join("examples").join(format!("scripted-server{}", std::env::consts::EXE_SUFFIX));
    assert!(file.exists(), "{} is missing: run `cargo build --example scripted-server`", file.display());
    file
}

/// Budgets that a test can wait for.
pub fn limits() -> Limits {
    let ms = Duration::from_millis;
    Limits {
        launch: ms(2000),
        connect: ms(500),
        init: ms(1500),
        probe: ms(400),
        request: ms(1500),
        idle: ms(500),
        repeat: ms(50),
        dwell: ms(1000),
        total: ms(8000),
        values: 100_000,
        message_bytes: 100_000,
        total_bytes: 1_000_000,
        pages: 5,
        items: 50,
        notifications: 500,
        server_requests: 20,
        noise_bytes: 10_000,
        stderr_bytes: 1000,
    }
}

pub fn program(args: &[&str], env: &[(&str, &str)]) -> Program {
    Program {
        command: scripted().to_string_lossy().into_owned(),
        args: args.iter().map(|a| (*a).to_owned()).collect(),
        env: env.iter().map(|(k, v)| ((*k).to_owned(), Secret::new(*v))).collect(),
        pass_env: Vec::new(),
        extra_env: Vec::new(),
        cwd: None,
        surroundings: Surroundings::of_process(),
    }
}

pub fn job(args: &[&str]) -> Job {
    Job::new(Launch::Stdio(Box::new(program(args, &[]))))
}

pub fn run_job(job: Job, limits: &Limits) -> Capture {
    let mut all = capture::run(vec![job], limits, 1, &Interrupt::new(), &mut |_| {});
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Runs jobs at the same time.
pub fn run_all(jobs: Vec<Job>) -> Vec<Capture> {
    let count = jobs.len();
    capture::run(jobs, &limits(), count, &Interrupt::new(), &mut |_| {})
}

/// Runs the scripted server over stdio.
pub fn run(args: &[&str]) -> Capture {
    run_job(job(args), &limits())
}

pub fn tools(session: &Session) -> Vec<&str> {
    session.manifest.of_kind(ItemKind::Tool).map(|i| i.key.name.raw()).collect()
}

pub fn limit_words(capture: &Capture) -> Vec<&'static str> {
    capture.limits_hit.iter().map(|l| l.limit).collect()
}

pub fn odd(capture: &Capture, kind: &str) -> usize {
    capture.oddities.iter().find(|o| o.kind == kind).map_or(0, |o| o.count)
}

/// The only session, which must be complete and without any limit hit.
#[track_caller]
pub fn complete(capture: &Capture) -> &Session {
    assert_eq!((&capture.failure, limit_words(capture)), (&None, vec![]), "{:?}", capture.stderr);
    assert_eq!(capture.sessions.len(), 1);
    assert!(capture.sessions[0].complete);
    &capture.sessions[0]
}

/// The only session, which must be partial for exactly this reason.
#[track_caller]
pub fn partial<'c>(capture: &'c Capture, limit: &str) -> &'c Session {
    assert_eq!((&capture.failure, limit_words(capture)), (&None, vec![limit]), "{:?}", capture.limits_hit);
    assert_eq!(capture.sessions.len(), 1);
    assert!(!capture.sessions[0].complete);
    &capture.sessions[0]
}

/// A file for notes, and the directory that holds it.
pub fn note() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("note").to_string_lossy().into_owned();
    (dir, file)
}

/// Whether a process with this number exists and is no zombie.
#[cfg(target_os = "linux")]
pub fn lives(pid: &str) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = state.rsplit(')').next().and_then(|rest| rest.trim().chars().next());
    state.is_some_and(|s| s != 'Z' && s != 'X')
}

/// Waits a little for every process of a note file to be gone.
#[cfg(target_os = "linux")]
#[track_caller]
pub fn all_gone(note: &str) {
    let pids = std::fs::read_to_string(note).expect("the note file");
    assert!(!pids.is_empty());
    for pid in pids.lines() {
        let gone = (0..100).any(|_| {
            let gone = !lives(pid);
            if !gone {
                std::thread::sleep(Duration::from_millis(10));
            }
            gone
        });
        assert!(gone, "process {pid} was left behind");
    }
}
