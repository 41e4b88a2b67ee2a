//! Containment of launched servers: what is started, with which environment, in which private directories, and what it
//! can reach. Synchronous; `capture` starts the prepared command and owns its pipes and clocks.
//!
//! Nothing is started below the level that [`Policy`] asks for; [`Prepared::isolation`] says layer by layer what a server
//! got, and every report repeats it.

mod container;
mod directory;
mod environment;
#[cfg(unix)]
mod group;
#[cfg(windows)]
#[path = "sandbox/windows.rs"]
mod group;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod package;
mod plan;
mod policy;
mod reach;
mod search;
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only the helper of Linux needs it"))]
mod spec;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use directory::PrivateDirs;
pub use environment::{INDEXES, PLACEHOLDER, Surroundings};
pub use group::{Group, Watch};
pub use package::Package;
pub use policy::{Layer, Level, Mode, Policy};

use crate::target::{self, Secret};
use plan::Plan;

/// Programs that download a package before they run it.
const RUNNERS: [&str; 14] =
    ["npx", "npm", "pnpm", "pnpx", "yarn", "bunx", "bun", "deno", "uvx", "uv", "pipx", "dnx", "docker", "podman"];

/// Programs that start another one named in their arguments.
const STARTERS: [&str; 7] = ["env", "sh", "bash", "zsh", "dash", "fish", "mise"];

/// [`enter`] was called, so our own executable can be started again as a helper.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// The first thing a program that contains servers has to do: when it was started as a helper of its own, it plays that
/// part here and never comes back. Must be called before any thread is started.
pub fn enter() {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|first| first == spec::MARK) {
        #[cfg(target_os = "linux")]
        linux::play(&args.collect::<Vec<_>>());
        #[cfg(not(target_os = "linux"))]
        std::process::exit(2);
    }
    ENTERED.store(true, Ordering::SeqCst);
}

/// Why a program cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not found on `PATH`, or not at the path given.
    #[error("no such program")]
    NotFound,
    /// The private directories could not be made.
    #[error("the private directories could not be made: {0}")]
    Directories(#[source] std::io::Error),
    /// The text holds a NUL character, which no program name, argument or path can.
    #[error("its command or an argument holds a NUL character")]
    Nul,
    /// The working directory is missing.
    #[error("its working directory does not exist")]
    Directory,
    /// There is no isolation, and nobody said that none is needed.
    #[error(
        "nothing here can contain it ({0}); give it as an image with --sandbox docker, or start it unprotected with --sandbox off"
    )]
    NoIsolation(String),
    /// The isolation is weaker than what was asked for.
    #[error(
        "isolation reaches only `{0}` here ({2}) and `{1}` is required; lower --require-isolation, or audit it on a system that offers more"
    )]
    TooWeak(&'static str, &'static str, String),
    /// A container command that cannot be rebuilt.
    #[error("it cannot be run in a container: {0}")]
    Container(String),
    /// Its package could not be fetched.
    #[error("its package could not be fetched: {0}")]
    Fetch(String),
    /// It was tried once in this run, and this is what came of it.
    #[error(transparent)]
    Before(Arc<Error>),
    /// The helper process could not be prepared.
    #[error("its supervisor could not be prepared: {0}")]
    Helper(#[source] std::io::Error),
}

/// A program to start, as values.
#[derive(Clone, Debug)]
pub struct Program {
    /// As written.
    pub command: String,
    /// As written; never seen by a shell.
    pub args: Vec<String>,
    /// Declared variables.
    pub env: Vec<(String, Secret)>,
    /// Names whose real value the server may have (`--pass-env`).
    pub pass_env: Vec<String>,
    /// Pairs the caller adds as they are, such as a package cache; never secrets.
    pub extra_env: Vec<(String, String)>,
    /// Working directory; that of the auditor when `None`.
    pub cwd: Option<PathBuf>,
    /// The auditor's environment.
    pub surroundings: Surroundings,
    /// What it must be contained by.
    pub policy: Policy,
}

impl Program {
    /// The program a target names. A relative working directory counts from `base`, that of its configuration.
    pub fn of(target: &target::Stdio, base: Option<&Path>, pass_env: &[String], surroundings: Surroundings) -> Self {
        let cwd = match (&target.cwd, base) {
            (Some(cwd), Some(base)) => Some(base.join(cwd.value.raw())),
            (Some(cwd), None) => Some(PathBuf::from(cwd.value.raw())),
            (None, base) => base.map(Path::to_owned),
        };
        Self {
            command: target.command.value.raw().to_owned(),
            args: target.args.iter().map(|a| a.value.raw().to_owned()).collect(),
            env: target.env.iter().map(|(k, v)| (k.value.raw().to_owned(), v.value.clone())).collect(),
            pass_env: pass_env.to_vec(),
            extra_env: Vec::new(),
            cwd,
            surroundings,
            policy: Policy::default(),
        }
    }

    /// Whether it downloads a package first.
    pub fn fetches(&self) -> bool {
        let is_one_of = |word: &str, list: &[&str]| {
            Path::new(word).file_name().and_then(|n| n.to_str()).is_some_and(|name| list.contains(&name))
        };
        let mut words = self.args.iter().flat_map(|arg| arg.split_whitespace());
        is_one_of(&self.command, &RUNNERS)
            || (is_one_of(&self.command, &STARTERS) && words.any(|word| is_one_of(word, &RUNNERS)))
    }

    /// Fetches what a package runner or a container engine would fetch, so that [`Program::prepare`] takes no time.
    /// `stop` is asked now and then.
    pub fn fetch(&self, stop: &dyn Fn() -> bool) -> Result<(), Error> {
        plan::of(self, &self.directory()?, stop).map(|_| ())
    }

    /// What [`Program::prepare`] will contain it by, or why nothing is started; nothing is fetched or made for it.
    pub fn expected(&self) -> String {
        plan::expected(self)
    }

    /// Finds the program, makes its private directories and decides how it is contained.
    pub fn prepare(&self) -> Result<Prepared, Error> {
        if self.command.contains('\0') || self.args.iter().any(|a| a.contains('\0')) {
            return Err(Error::Nul);
        }
        let cwd = self.directory()?;
        let plan = plan::of(self, &cwd, &|| false)?;
        let dirs = PrivateDirs::create(&std::env::temp_dir()).map_err(Error::Directories)?;
        let mut env = self.surroundings.environment(self, dirs.home(), dirs.tmp());
        plan.adjust(&mut env);
        let passed = self.pass_env.clone();
        let fetches = matches!(plan.means, plan::Means::Nothing) && self.fetches();
        Ok(Prepared { plan, env, passed, dirs, fetches })
    }

    fn directory(&self) -> Result<PathBuf, Error> {
        let cwd = match &self.cwd {
            Some(cwd) => cwd.clone(),
            None => std::env::current_dir().map_err(|_| Error::Directory)?,
        };
        if cwd.is_dir() { Ok(cwd) } else { Err(Error::Directory) }
    }

    fn find(&self, cwd: &Path) -> Option<PathBuf> {
        if search::is_path(&self.command, cfg!(windows)) {
            let file = cwd.join(&self.command);
            return file.is_file().then_some(file);
        }
        self.surroundings.find(&self.command)
    }
}

/// A program that is ready to start, as often as needed; its private directories live as long as this.
pub struct Prepared {
    plan: Plan,
    env: BTreeMap<String, String>,
    passed: Vec<String>,
    dirs: PrivateDirs,
    fetches: bool,
}

impl Prepared {
    /// The command and what watches over it: direct exec, empty environment but for ours and `extra`, three pipes.
    pub fn start(&self, extra: &[(&str, &str)]) -> Result<(Command, Watch), Error> {
        let mut env = self.env.clone();
        for (name, value) in extra {
            env.insert((*name).to_owned(), (*value).to_owned());
        }
        let (mut command, watch) = self.plan.start(&env, &self.dirs)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok((command, watch))
    }

    /// Whether it downloads a package while it starts.
    pub fn fetches(&self) -> bool {
        self.fetches
    }

    /// What the server is contained by, in words of ours.
    pub fn isolation(&self) -> String {
        self.plan.words()
    }

    /// The level of [`Prepared::isolation`].
    pub fn level(&self) -> Level {
        self.plan.level
    }

    /// The package or image that runs, when there is one.
    pub fn package(&self) -> Option<&Package> {
        match &self.plan.means {
            plan::Means::Container(run) => Some(&run.package),
            _ => self.plan.package.as_ref().map(|p| &p.package),
        }
    }

    /// Real values the server got by name, with their names, longest first: they must not be kept when it repeats them.
    /// Short ones are no secrets and would be found everywhere.
    pub fn passed(&self) -> Vec<(&str, &str)> {
        let pairs = self.passed.iter().filter_map(|name| Some((self.env.get(name)?.as_str(), name.as_str())));
        let mut all: Vec<_> = pairs.filter(|(value, _)| value.len() >= 6).collect();
        all.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        all
    }

    /// The private paths and what stands for them (TRUST §4.4).
    pub fn substitutions(&self) -> Vec<(String, &'static str)> {
        let text = |p: &Path| p.to_string_lossy().into_owned();
        let [home, tmp, package] = SUBSTITUTES;
        let mut pairs = vec![(text(self.dirs.home()), home), (text(self.dirs.tmp()), tmp)];
        pairs.extend(self.plan.package.iter().map(|p| (text(&p.root), package)));
        pairs
    }
}

/// What stands for private paths in everything that is kept.
pub const SUBSTITUTES: [&str; 3] = ["{home}", "{tmp}", "{package}"];

/// A fetched package, shared by all programs that run it.
type Shared = Arc<package::Fetched>;

#[cfg(test)]
mod tests;
