//! The command `mcp-assay`; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcp_assay::cli::run(std::env::args_os())
}
