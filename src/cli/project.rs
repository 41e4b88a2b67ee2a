//! Where we are, what day it is, what the project's own file says, and the state of its baseline.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use super::args::{BaselineArgs, Global};
use super::failure::Failure;
use super::known;
use crate::baseline::git::{Commit, GitError};
use crate::baseline::{Demands, FOLDER, Files, Known, State, Tolerance, Verified, examine};
use crate::config::{Config, FILE, Ignore};
use crate::diff::{Change, exceptions_changed};
use crate::terms::Digest;
use crate::untrusted::{Message, Untrusted};

/// The project of a run.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its directory: the current one.
    pub root: PathBuf,
    /// Now.
    pub now: Timestamp,
    /// The time that was given, not read from the clock: all that may stand in what has to be the same every day.
    pub given: Option<Timestamp>,
    /// `mcp-assay.toml`; with `--base`, as the base has it.
    pub config: Config,
    /// `mcp-assay.toml` of the working tree. Nothing in it has an effect while there is a base.
    pub own: Config,
    /// `--base`.
    pub base: Option<Base>,
}

/// What a pull request cannot edit.
#[derive(Clone, Debug)]
pub struct Base {
    /// The commit.
    pub commit: Commit,
    /// The baseline folder of the base; `None` when it has none.
    pub files: Option<Files>,
    /// The same, verified: whose launch identities may be started. Why not, where it does not verify.
    pub verified: Result<Box<Verified>, State>,
}

/// The baseline of a run.
#[derive(Debug)]
pub enum Baseline {
    /// Comparison was switched off.
    Unwanted,
    /// Not usable: why, and the files if they could be read.
    Bad(State),
    /// `init` was run, nothing is approved.
    Empty,
    /// Verified.
    Good(Box<Verified>),
}

impl Project {
    /// The current directory.
    pub fn here(global: &Global) -> Result<Self, Failure> {
        let root = std::env::current_dir().map_err(|e| {
            Failure::usage(format!("the current directory cannot be read: {e}")).help("change to a project directory")
        })?;
        let now = global.now.unwrap_or_else(clock);
        let config = match crate::target::clients::read(&root.join(FILE)) {
            Ok(text) => config(&text, now)?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Config::default(),
            Err(e) => {
                return Err(Failure::usage(format!("{FILE} cannot be read: {e}")).help("make it readable or remove it"));
            }
        };
        Ok(Self { root, now, given: global.now, own: config.clone(), config, base: None })
    }

    /// The project as a pull request sees it: policy, suppressions, people and approved launch identities are the base's,
    /// when there is one (TRUST T12).
    pub fn with_base(&self, args: &BaselineArgs) -> Result<Self, Failure> {
        let Some(name) = &args.base else { return Ok(self.clone()) };
        let shown = Untrusted::from(name.as_str()).to_terminal();
        let fail = |e: &GitError| match e {
            GitError::Folder(state) => Failure::baseline(format!("--base {shown}: {}", state.sentence().to_terminal()))
                .help("repair .mcp-assay/ on the base branch first"),
            _ => Failure::usage(format!("--base {shown}: {e}"))
                .help("fetch the base first (`git fetch origin main`, then --base origin/main), in a full clone"),
        };
        let commit = Commit::of(&self.root, name).map_err(|e| fail(&e))?;
        let config = match commit.file(Path::new(FILE)).map_err(|e| fail(&e))? {
            Some(bytes) => config(&String::from_utf8_lossy(&bytes), self.now)?,
            None => Config::default(),
        };
        let mut based = Self { config, ..self.clone() };
        let folder = based.folder(args.baseline.as_deref());
        let inside = folder.strip_prefix(&self.root).unwrap_or(&folder);
        let files = commit.files(inside).map_err(|e| fail(&e))?;
        // an expired base still says which commands its people approved; what people approved who are no longer trusted
        // starts nothing
        let tolerance = Tolerance { expiry: true, ..Tolerance::default() };
        let demands = Demands::on(self.today());
        let verified = files.as_ref().map_or(Ok(None), |f| examine(f, &demands, tolerance));
        let verified = verified.and_then(|v| v.map(Box::new).ok_or(State::Absent));
        based.base = Some(Base { commit, files, verified });
        Ok(based)
    }

    /// Today, in UTC.
    pub fn today(&self) -> Date {
        day(self.now)
    }

    /// The baseline folder.
    pub fn folder(&self, dir: Option<&Path>) -> PathBuf {
        let chosen = dir.map(Path::to_path_buf).or_else(|| self.config.baseline.clone());
        self.root.join(chosen.unwrap_or_else(|| PathBuf::from(FOLDER)))
    }

    /// What the working tree's `mcp-assay.toml` sets aside otherwise than its own baseline says, and so without effect; by
    /// server where it is one server's. What a pull request sets aside is seen although the base's file is in force
    /// (TRUST §4.1).
    pub fn unsigned(&self, head: &Verified) -> Vec<(Option<Untrusted>, Change)> {
        let mut out = Vec::new();
        let (signed, now) = (head.content.suppressions, self.own.suppressions_digest());
        if signed != now {
            let words = |d: Option<Digest>| d.map_or_else(|| "none".to_owned(), |d| d.to_string()).into();
            out.push((None, exceptions_changed("suppress", words(signed), words(now))));
        }
        for (name, entry) in &head.content.servers {
            let now = self.own.ignores(name);
            if entry.ignore != now {
                let words = |all: &[Ignore]| {
                    let lines: Vec<String> = all.iter().map(|i| i.line().to_visible()).collect();
                    if lines.is_empty() { "none".to_owned() } else { lines.join("; ") }.into()
                };
                out.push((Some(name.clone()), exceptions_changed("ignore", words(&entry.ignore), words(&now))));
            }
        }
        out
    }

    /// The baseline whose launch identities may be started: the base's, where there is a base.
    pub fn approved<'v>(&'v self, head: &'v Baseline) -> Option<&'v Verified> {
        match &self.base {
            Some(base) => base.verified.as_deref().ok(),
            None => head.good(),
        }
    }

    /// Why no server may be started although a base was given.
    pub fn base_notice(&self) -> Option<Message> {
        let state = self.base.as_ref()?.verified.as_ref().err()?;
        Some(
            Message::new("no launch identity is approved by the base, so no server is started: ")
                .append(&state.sentence()),
        )
    }

    /// Whether there must be a baseline.
    pub fn requires_baseline(&self, args: &BaselineArgs) -> bool {
        args.require_signed
            || self.base.as_ref().is_some_and(|b| b.files.as_ref().is_some_and(|f| f.baseline.is_some()))
    }

    /// What verification asks for. `files` are what is about to be verified.
    pub fn demands(&self, args: &BaselineArgs, files: &Files) -> Result<Demands, Failure> {
        let pin = match &args.trust {
            None => None,
            Some(text) => Some(text.parse::<Digest>().map_err(|()| {
                Failure::usage("--trust is not a digest")
                    .help("give `sha256:` and 64 lower-case hex digits, as `mcp-assay trust show` prints them")
            })?),
        };
        Ok(Demands {
            today: self.today(),
            pin,
            min_version: args.min_version.unwrap_or(0),
            base: self.base.as_ref().and_then(|b| b.files.clone()),
            known: known::of(&self.folder(args.baseline.as_deref()), files),
            anchored: args.require_signed,
        })
    }

    /// Verifies files and remembers what was seen.
    pub fn check(
        &self,
        args: &BaselineArgs,
        files: &Files,
        tolerance: Tolerance,
    ) -> Result<Result<Option<Verified>, State>, Failure> {
        let outcome = examine(files, &self.demands(args, files)?, tolerance);
        if let Ok(Some(verified)) = &outcome
            && verified.signers.len() as u64 >= verified.needed
        {
            known::remember(&self.folder(args.baseline.as_deref()), &Known::of(verified));
        }
        Ok(outcome)
    }

    /// Reads and verifies the baseline.
    pub fn baseline(&self, args: &BaselineArgs) -> Result<Baseline, Failure> {
        let files = match Files::read(&self.folder(args.baseline.as_deref())) {
            Ok(files) => files,
            Err(state) => return Ok(Baseline::Bad(state)),
        };
        Ok(match self.check(args, &files, Tolerance::default())? {
            Ok(Some(verified)) => Baseline::Good(Box::new(verified)),
            Ok(None) => Baseline::Empty,
            Err(state) => Baseline::Bad(state),
        })
    }
}

fn config(text: &str, now: Timestamp) -> Result<Config, Failure> {
    Config::parse(text, day(now)).map_err(|e| {
        let failure = Failure::usage(format!("{FILE}: {e}"))
            .help("correct the file; `mcp-assay scan --help` names the options it sets");
        match e.span {
            Some((start, end)) => failure.at(FILE, text, start, end, "here"),
            None => failure,
        }
    })
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock; --now replaces it")]
fn clock() -> Timestamp {
    Timestamp::now()
}

fn day(now: Timestamp) -> Date {
    now.to_zoned(jiff::tz::TimeZone::UTC).date()
}

impl Baseline {
    /// The verified baseline.
    pub fn good(&self) -> Option<&Verified> {
        match self {
            Self::Good(v) => Some(v),
            _ => None,
        }
    }
}
