//! Containment on Linux: our own executable, started again, is supervisor and helper of one server (SANDBOX §4).
//!
//! ```text
//! auditor ── socket ── supervisor (one thread, subreaper; ends with the socket and kills everything)
//!                        └─ [init, pid 1 of a new namespace] ── helper: session, descriptors, limits, no_new_privs,
//!                                                                Landlock, seccomp, exec server
//!                      keeper: nobody's child; removes the private directories when the others cannot
//! ```
//!
//! Layers are detected by system call in a helper of their own, because a process that restricts itself cannot undo it.

mod calls;
mod detect;
mod files;
mod helper;
mod init;
mod keeper;
mod launch;
mod privilege;
mod supervisor;
mod tree;

pub use detect::support;
pub use launch::{Control, prepare};

/// Plays the part that the arguments name and ends the process.
pub fn play(args: &[std::ffi::OsString]) -> ! {
    let number = |at: usize| args.get(at).and_then(|a| a.to_str()).and_then(|a| a.parse().ok());
    let code = match (args.first().and_then(|a| a.to_str()), number(1), number(2)) {
        (Some("probe"), ..) => detect::answer(),
        (Some("supervise"), Some(spec), Some(control)) => supervisor::run(spec, control),
        _ => 2,
    };
    std::process::exit(code)
}
