//! `completions`, `man`, `schema`: files made from the one definition of the command line.

use std::io::Write;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::{Cli, SchemaName};
use super::failure::Failure;

/// Writes the completion script of a shell.
pub fn completions(shell: Shell, out: &mut dyn Write) {
    clap_complete::generate(shell, &mut Cli::command(), "mcp-assay", &mut Writer(out));
}

/// clap_complete wants a sized writer.
struct Writer<'w>(&'w mut dyn Write);

impl Write for Writer<'_> {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.0.write(buf)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// Writes a man page for the command and one for each subcommand.
pub fn man(dir: &Path) -> Result<(), Failure> {
    let fail = |e: std::io::Error| {
        Failure::usage(format!("cannot write man pages to {}: {e}", dir.display()))
            .help("name a directory you can write to")
    };
    std::fs::create_dir_all(dir).map_err(fail)?;
    // the version in the footer would change every page at each release
    clap_mangen::generate_to(Cli::command().version(None::<&'static str>), dir).map_err(fail)
}

/// The text of a published schema.
pub fn schema(name: SchemaName) -> &'static str {
    match name {
        SchemaName::JsonV1 => crate::report::JSON_V1_SCHEMA,
        SchemaName::Config => crate::config::SCHEMA,
        SchemaName::Rule => crate::rule::SCHEMA,
        SchemaName::Capture => crate::capture::recording::SCHEMA,
    }
}
