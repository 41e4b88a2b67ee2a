//! The hostile server at every level of isolation: nothing leaks, nothing stays, and nothing starts where nothing can
//! contain it.

mod commands;
mod endings;
mod packages;
mod verbs;

use std::path::{Path, PathBuf};
use std::time::Duration;

use mcp_assay::capture::{self, Capture, Interrupt, Job, Launch, Limits};
use mcp_assay::sandbox::{Layer, Policy, Program, Surroundings};
use mcp_assay::target::Secret;
use mcp_assay::terms::ItemKind;

/// Levels by the layers that are taken as absent: full, strong as it is in a container without namespaces, and strong as
/// it is on a kernel of 2022.
pub const LEVELS: [(&str, &[Layer]); 5] = [
    ("full", &[]),
    ("strong", &[Layer::Namespaces]),
    ("strong", &[Layer::Scope]),
    ("strong", &[Layer::Namespaces, Layer::Scope]),
    ("strong", &[Layer::Namespaces, Layer::Truncate]),
];

/// The hostile server of tests/servers.
pub fn hostile() -> PathBuf {
    let file = crate::capture::scripted().with_file_name("hostile-server");
    assert!(file.exists(), "{} is missing: run `cargo build --example hostile-server`", file.display());
    file
}

pub fn policy(absent: &[Layer]) -> Policy {
    let helper = Some(env!("CARGO_BIN_EXE_mcp-assay").into());
    Policy { helper, absent: absent.to_vec(), ..Policy::default() }
}

pub fn program(args: &[&str], policy: Policy) -> Program {
    Program {
        command: hostile().to_string_lossy().into_owned(),
        args: args.iter().map(|a| (*a).to_owned()).collect(),
        env: vec![("API_TOKEN".to_owned(), Secret::new("canary-declared"))],
        pass_env: Vec::new(),
        extra_env: Vec::new(),
        cwd: None,
        surroundings: Surroundings::of_process(),
        policy,
    }
}

pub fn run(program: Program) -> Capture {
    let job = Job::new(Launch::Stdio(Box::new(program)));
    let limits = Limits { total: Duration::from_secs(30), ..Limits::default() };
    capture::run(vec![job], &limits, 1, &Interrupt::new(), &mut |_| {}).remove(0)
}

/// What the server says came of a verb.
#[track_caller]
pub fn said(capture: &Capture) -> String {
    let session = capture.sessions.first().unwrap_or_else(|| panic!("{capture:#?}"));
    let tool = session.manifest.of_kind(ItemKind::Tool).next().expect("its tool");
    tool.text("description").expect("what came of it").to_owned()
}

pub fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
