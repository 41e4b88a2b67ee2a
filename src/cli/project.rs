//! Where we are, what day it is, what the project's own file says, and the state of its baseline.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use super::args::{BaselineArgs, Global};
use super::failure::Failure;
use crate::baseline::{Demands, FOLDER, Files, State, Verified, verify};
use crate::config::{Config, FILE};
use crate::terms::Digest;

/// The project of a run.
#[derive(Debug)]
pub struct Project {
    /// Its directory: the current one.
    pub root: PathBuf,
    /// Now.
    pub now: Timestamp,
    /// `mcp-assay.toml`.
    pub config: Config,
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
        let path = root.join(FILE);
        let config = match crate::target::clients::read(&path) {
            Ok(text) => Config::parse(&text, day(now)).map_err(|e| {
                let failure = Failure::usage(format!("{FILE}: {e}"))
                    .help("correct the file; `mcp-assay scan --help` names the options it sets");
                match e.span {
                    Some((start, end)) => failure.at(FILE, &text, start, end, "here"),
                    None => failure,
                }
            })?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Config::default(),
            Err(e) => {
                return Err(Failure::usage(format!("{FILE} cannot be read: {e}")).help("make it readable or remove it"));
            }
        };
        Ok(Self { root, now, config })
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

    /// What verification asks for.
    pub fn demands(&self, args: &BaselineArgs, min_version: u64) -> Result<Demands, Failure> {
        let anchor = match &args.trust {
            None => None,
            Some(text) => Some(text.parse::<Digest>().map_err(|()| {
                Failure::usage("--trust is not a digest")
                    .help("give `sha256:` and 64 lower-case hex digits, as `mcp-assay verify` prints them")
            })?),
        };
        Ok(Demands { today: self.today(), anchor, min_version })
    }

    /// Reads and verifies the baseline.
    pub fn baseline(&self, args: &BaselineArgs) -> Result<Baseline, Failure> {
        let demands = self.demands(args, 0)?;
        Ok(match Files::read(&self.folder(args.baseline.as_deref())).and_then(|files| verify(&files, &demands)) {
            Ok(Some(verified)) => Baseline::Good(Box::new(verified)),
            Ok(None) => Baseline::Empty,
            Err(state) => Baseline::Bad(state),
        })
    }
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
