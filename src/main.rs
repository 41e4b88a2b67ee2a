//! The command `mcp-assay`; everything it does is in the library.

use std::process::ExitCode;

/// See Cargo.toml. The processes that start servers are forks of a process with one thread, so that nobody holds a lock of it.
#[cfg(target_os = "linux")]
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    mcp_assay::cli::run(std::env::args_os())
}
