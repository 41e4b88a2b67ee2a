//! What we were asked to audit, before we know that it answers: a stdio command, a URL, or a file that already holds
//! what a server says. Targets come from the command line ([`argument`]) and from MCP clients' own configuration files
//! ([`clients`], [`config_file`]).
//!
//! Everything read from a configuration file is somebody else's text. Values of environment variables and headers may
//! be secrets: [`Secret`] has neither `Debug` nor `Display` of its content.

pub mod argument;
pub mod clients;
pub mod config_file;
pub mod document;

use std::fmt;
use std::path::PathBuf;

use crate::terms::TargetId;
use crate::untrusted::Untrusted;

/// One thing to audit.
#[derive(Clone, Debug)]
pub struct Target {
    /// Unique within a run, made by us.
    pub id: TargetId,
    /// The name under which the configuration knows it, or one made from the command.
    pub name: Untrusted,
    /// The client whose configuration named it (`claude-code`, `cursor`, …).
    pub client: Option<&'static str>,
    /// Other clients that read the same file.
    pub also: Vec<&'static str>,
    /// Where that configuration applies.
    pub scope: ConfigScope,
    /// The configuration entry.
    pub origin: Option<Origin>,
    /// What answers.
    pub launch: Launch,
    /// What the launch takes from beside it.
    pub beside: Beside,
    /// The configuration switches it off, and the scope of the file that does: listed, judged, never launched.
    pub off: Option<ConfigScope>,
    /// Tools the configuration approves without asking (`*` for all), with their place.
    pub auto_approved: Vec<Located<Untrusted>>,
    /// What the configuration around it says or is, for the rules.
    pub facts: Vec<Fact>,
}

impl Target {
    /// One that no configuration says anything about.
    pub fn alone(id: &str, name: Untrusted, launch: Launch) -> Self {
        Self {
            id: TargetId::new(id),
            name,
            client: None,
            also: Vec::new(),
            scope: ConfigScope::CommandLine,
            origin: None,
            launch,
            beside: Beside::default(),
            off: None,
            auto_approved: Vec::new(),
            facts: Vec::new(),
        }
    }

    /// Whether the configuration switches it off.
    pub fn disabled(&self) -> bool {
        self.off.is_some()
    }

    /// Whether nobody has to look at it because it is switched off. What a file of the project switches off in the project,
    /// the next change or one click of anybody starts: that has to be approved like all others.
    pub fn excused(&self) -> bool {
        self.off.is_some_and(|by| by != ConfigScope::Project || self.scope != ConfigScope::Project)
    }
}

/// Something a configuration says or is, beside what answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub kind: FactKind,
    /// The key, tool, path or words it is about. Commands and values of variables may hold secrets and are never shown.
    pub what: Untrusted,
    /// The file.
    pub file: PathBuf,
    /// Where the file applies.
    pub scope: ConfigScope,
    /// Where in it.
    pub place: Place,
}

/// Kinds of [`Fact`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactKind {
    /// Readers of the file take different values.
    Ambiguous,
    /// Others on the machine may change the file.
    WritableByOthers,
    /// The file belongs to another user of the machine, who is not its administrator.
    OwnedByOther,
    /// Others on the machine may read the file.
    ReadableByOthers,
    /// A link leads out of where the file belongs.
    Escapes,
    /// A tool runs without asking, by a setting in another place than the server.
    ApprovesTools,
    /// Everything runs without asking.
    TrustsAll,
    /// Whatever servers a project brings are enabled.
    EnablesProject,
    /// The client runs a command by itself: the event, and behind a line break the command.
    Hook,
    /// The client asks the model something by itself: the event, and behind a line break the words.
    Prompt,
    /// Words that a file has the client give the model as instructions: their key, a line break, the words.
    Instruction,
    /// A variable that the client gives everything it starts: its name, and behind a line break the value.
    Variable,
    /// The client's own tools may use a folder outside of the project: the key, and behind a line break the folder.
    Folder,
    /// They may ask any host without a question: the key.
    AnyHost,
    /// The model is reached at another address: the variable, and last the host.
    ModelApi,
    /// Another configuration of this name goes before this one.
    Overridden,
    /// A variable without a default that is not set.
    Unresolved,
    /// A variable without a value or a default in the file, where nobody asked what this machine has.
    LeftOpen,
    /// A file of the project has a package runner take its packages from elsewhere: the setting, and behind a line break scheme
    /// and host.
    RunnerIndex,
    /// One has it start a program, or load code: the setting, and behind a line break its value.
    RunnerProgram,
    /// One switches its check of certificates off: the setting.
    RunnerUnchecked,
    /// A secret beside the values of a server: in its name, or in the client's settings. `what` says where.
    Secret,
}

/// Where a configuration applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConfigScope {
    /// Typed by the person who runs us.
    CommandLine,
    /// A file in the project.
    Project,
    /// A file in the user's home.
    User,
    /// A file the machine's administrator wrote.
    Managed,
    /// Part of a client's plugin.
    Plugin,
    /// A file in the user's home, for one project only.
    Local,
    /// The value of a variable of the environment, which holds the configuration itself.
    Environment,
}

impl ConfigScope {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::CommandLine, Self::Project, Self::User, Self::Managed, Self::Plugin, Self::Local, Self::Environment];

    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::CommandLine => "command-line",
            Self::Project => "project",
            Self::User => "user",
            Self::Managed => "managed",
            Self::Plugin => "plugin",
            Self::Local => "local",
            Self::Environment => "environment",
        }
    }
}

/// A place in a file: 1-based lines and columns, columns in code points, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
}

/// What the name of a place starts with that is no file but a variable, whose value is the configuration.
pub const VARIABLE: &str = "env:";

/// The configuration entry of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// As found; absolute, or a [`VARIABLE`].
    pub file: PathBuf,
    /// The server's key.
    pub place: Place,
}

/// A value and where the configuration has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// `None` for values typed on the command line.
    pub place: Option<Place>,
}

impl<T> Located<T> {
    /// A value without a place.
    pub fn bare(value: T) -> Self {
        Self { value, place: None }
    }
}

/// A value that may be a secret. Its content leaves only through [`Secret::expose`], for the server it was meant for
/// and for the rules that look for plaintext secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The content. Never write it to an output or a file, nor a hash of it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What answers.
#[derive(Clone, Debug)]
pub enum Launch {
    /// A program that speaks over its standard streams.
    Stdio(Stdio),
    /// A server reached by URL.
    Http(Http),
    /// A file that already holds what a server says.
    File(File),
}

/// A program to start: direct exec, never a shell.
#[derive(Clone, Debug)]
pub struct Stdio {
    /// The program.
    pub command: Located<Untrusted>,
    /// Its arguments.
    pub args: Vec<Located<Untrusted>>,
    /// Declared environment, in the order of the configuration.
    pub env: Vec<(Located<Untrusted>, Located<Secret>)>,
    /// Working directory named by the configuration.
    pub cwd: Option<Located<Untrusted>>,
}

/// What a launch takes from beside it.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// A command that the client runs for the headers of a remote server.
    pub helper: Option<Located<Untrusted>>,
    /// A file of variables that the client reads for a program.
    pub env_file: Option<Located<Untrusted>>,
    /// What that file sets, where it lies in the project: it may be another one on each machine, and is no part of what is
    /// approved. All stand where the file is named.
    pub env: Vec<(Located<Untrusted>, Located<Secret>)>,
}

/// A URL to speak to.
#[derive(Clone, Debug)]
pub struct Http {
    /// As written.
    pub url: Located<Untrusted>,
    /// Declared headers.
    pub headers: Vec<(Located<Untrusted>, Located<Secret>)>,
    /// The configuration asks for the 2024-11-05 HTTP+SSE transport.
    pub sse: bool,
}

/// A manifest or capture file.
#[derive(Clone, Debug)]
pub struct File {
    /// `-` for standard input.
    pub path: PathBuf,
    /// Which server or line of it, from 0.
    pub index: usize,
}
