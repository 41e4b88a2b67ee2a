//! The command `mcp-assay`; everything it does is in the library.
fn main() {}
