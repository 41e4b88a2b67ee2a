//! The capture layer against the scripted server: one test per thing that servers should not do, over stdio.

mod cloaking;
mod honest;
mod hostile;
pub mod remote;

use std::path::PathBuf;
use std::time::Duration;

use mcp_assay::capture::{self, Capture, Interrupt, Job, Launch, Limits, Session};
use mcp_assay::sandbox::{Policy, Program, Surroundings};
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

/// Contained as strongly as this system can, by the real command; files of tests may be read and noted to.
pub fn policy() -> Policy {
    let shared = vec![std::env::temp_dir()];
    let helper = Some(env!("CARGO_BIN_EXE_mcp-assay").into());
    Policy { helper, read: shared.clone(), write: shared, ..Policy::default() }
}

/// Names the note file in the environment, by which the processes of a test are found again.
pub const NOTE: &str = "MCP_ASSAY_TEST_NOTE";

pub fn program(args: &[&str], env: &[(&str, &str)]) -> Program {
    let note = args.windows(2).find(|w| w[0] == "--note").map(|w| (NOTE, w[1]));
    let env: Vec<(&str, &str)> = env.iter().copied().chain(note).collect();
    Program {
        command: scripted().to_string_lossy().into_owned(),
        args: args.iter().map(|a| (*a).to_owned()).collect(),
        env: env.iter().map(|(k, v)| ((*k).to_owned(), Secret::new(*v))).collect(),
        pass_env: Vec::new(),
        extra_env: Vec::new(),
        cwd: None,
        surroundings: Surroundings::of_process(),
        policy: policy(),
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

/// Processes of a server with this note file, wherever they went: their numbers mean nothing outside a namespace, but
/// they inherit the environment.
#[cfg(target_os = "linux")]
pub fn alive(note: &str) -> Vec<String> {
    let mark = format!("{NOTE}={note}");
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("a proc file system").flatten() {
        // it ended meanwhile, or is somebody else's
        let Ok(environment) = std::fs::read(entry.path().join("environ")) else { continue };
        if environment.split(|b| *b == 0).any(|variable| variable == mark.as_bytes()) {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    found
}

/// Waits a little for every process of a note file to be gone.
#[cfg(target_os = "linux")]
#[track_caller]
pub fn all_gone(note: &str) {
    assert!(!std::fs::read_to_string(note).expect("the note file").is_empty(), "it never ran");
    for _ in 0..200 {
        if alive(note).is_empty() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("left behind: {:?}", alive(note));
}
