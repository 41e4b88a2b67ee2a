//! The command line: clap types, one file per subcommand, and the only place that reads the clock, the terminal and
//! the environment of the user. Errors become miette reports here.

pub mod args;
