//! Containment of launched servers: what is started, with which environment, in which private directories, in which
//! process group. Synchronous; `capture` starts the prepared command and owns its pipes and clocks.
//!
//! File, network and system-call isolation is a level above what is here; [`Prepared::isolation`] says what a server
//! really got, and every report repeats it.

mod directory;
mod environment;
mod group;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub use directory::PrivateDirs;
pub use environment::{PLACEHOLDER, Surroundings};
pub use group::Group;

use crate::target::{self, Secret};

/// Programs that download a package before they run it.
const RUNNERS: [&str; 14] =
    ["npx", "npm", "pnpm", "pnpx", "yarn", "bunx", "bun", "deno", "uvx", "uv", "pipx", "dnx", "docker", "podman"];

/// Programs that start another one named in their arguments.
const STARTERS: [&str; 7] = ["env", "sh", "bash", "zsh", "dash", "fish", "mise"];

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

    /// Finds the program and makes its private directories.
    pub fn prepare(&self) -> Result<Prepared, Error> {
        if self.command.contains('\0') || self.args.iter().any(|a| a.contains('\0')) {
            return Err(Error::Nul);
        }
        let cwd = match &self.cwd {
            Some(cwd) => cwd.clone(),
            None => std::env::current_dir().map_err(|_| Error::Directory)?,
        };
        if !cwd.is_dir() {
            return Err(Error::Directory);
        }
        let file = self.find(&cwd).ok_or(Error::NotFound)?;
        let dirs = PrivateDirs::create(&std::env::temp_dir()).map_err(Error::Directories)?;
        let env = self.surroundings.environment(self, dirs.home(), dirs.tmp());
        let passed = self.pass_env.clone();
        Ok(Prepared { file, args: self.args.clone(), env, passed, cwd, dirs, fetches: self.fetches() })
    }

    fn find(&self, cwd: &Path) -> Option<PathBuf> {
        if self.command.is_empty() {
            return None;
        }
        if self.command.contains('/') {
            let file = cwd.join(&self.command);
            return file.is_file().then_some(file);
        }
        let path = self.surroundings.path();
        path.split(':').map(|dir| Path::new(dir).join(&self.command)).find(|f| executable(f))
    }
}

fn executable(file: &Path) -> bool {
    #[cfg(unix)]
    let bit = |m: &std::fs::Metadata| std::os::unix::fs::PermissionsExt::mode(&m.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let bit = |_: &std::fs::Metadata| true;
    file.metadata().is_ok_and(|m| m.is_file() && bit(&m))
}

/// A program that is ready to start, as often as needed; its private directories live as long as this.
pub struct Prepared {
    file: PathBuf,
    args: Vec<String>,
    env: BTreeMap<String, String>,
    passed: Vec<String>,
    cwd: PathBuf,
    dirs: PrivateDirs,
    fetches: bool,
}

impl Prepared {
    /// The command: direct exec, empty environment but for ours, three pipes, its own process group. Other descriptors of
    /// ours are closed on exec, as the standard library opens them.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.file);
        command.args(&self.args).env_clear().envs(&self.env).current_dir(&self.cwd);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    }

    /// Whether it downloads a package first.
    pub fn fetches(&self) -> bool {
        self.fetches
    }

    /// What the server is contained by, in words of ours.
    pub fn isolation(&self) -> &'static str {
        if cfg!(target_os = "linux") {
            "off: environment scrubbed, private home and temp, own process group, resource limits"
        } else {
            "off: environment scrubbed, private home and temp, own process group"
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
        vec![(text(self.dirs.home()), "{home}"), (text(self.dirs.tmp()), "{tmp}")]
    }
}

#[cfg(test)]
mod tests;
