//! The fetch phase (SANDBOX §3): what `npx`, `uvx` and their relatives would download and run in one step is downloaded
//! here, with the network and without running any of it, so that the server can then run without the network.

mod npm;
mod python;
mod runner;
mod tool;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Error, PrivateDirs, Program, Shared};
pub use crate::launch::package::Package;

pub use runner::wanted;
pub use tool::{certificates, output};

/// A package on disk, gone when nobody runs it any more.
#[derive(Debug)]
pub struct Fetched {
    /// What it is.
    pub package: Package,
    /// Its directories, removed with this.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "its Drop removes them"))]
    dirs: PrivateDirs,
    /// Where the package and its dependencies are.
    pub root: PathBuf,
    /// The program.
    pub file: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
}

impl Fetched {
    /// The directory that holds everything of it.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only the helper of Linux needs it"))]
    pub fn base(&self) -> &std::path::Path {
        self.dirs.base()
    }
}

/// Where packages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Registry {
    /// The npm registry.
    Npm,
    /// PyPI.
    PyPi,
}

/// What a runner's command line asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// Where from.
    pub registry: Registry,
    /// Packages with versions, as the registry's own tool reads them; the first is the server's.
    pub specs: Vec<String>,
    /// The program in it, when it is not the package's own.
    pub bin: Option<String>,
    /// Arguments of the server.
    pub args: Vec<String>,
    /// The interpreter that is asked for.
    pub python: Option<String>,
    /// Why it cannot be fetched without running it.
    pub refused: Option<String>,
}

/// Everything fetched in one run, so that many launches of one server fetch once.
#[derive(Clone, Debug, Default)]
pub struct Shelf(Arc<Shelved>);

/// What was fetched, or why not: a second attempt would take as long and end the same.
type Slot<T> = Arc<Mutex<Option<Result<T, Arc<Error>>>>>;

#[derive(Debug, Default)]
struct Shelved {
    packages: Mutex<BTreeMap<Wanted, Slot<Shared>>>,
    images: Mutex<BTreeMap<String, Slot<String>>>,
}

fn slot<K: Ord + Clone, T>(all: &Mutex<BTreeMap<K, Slot<T>>>, key: &K) -> Slot<T> {
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    all.entry(key.clone()).or_default().clone()
}

fn fill<T: Clone>(slot: &Slot<T>, make: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    // others who want the same wait here
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    let made = slot.get_or_insert_with(|| make().map_err(Arc::new));
    made.clone().map_err(Error::Before)
}

impl Shelf {
    /// A package, fetched when it is not here yet.
    pub fn get(&self, wanted: &Wanted, program: &Program, stop: &dyn Fn() -> bool) -> Result<Shared, Error> {
        fill(&slot(&self.0.packages, wanted), || fetch(wanted, program, stop).map(Arc::new))
    }

    /// The identity of an image, found by `find` when it is not known yet.
    pub fn image(&self, name: &str, find: impl FnOnce() -> Result<String, Error>) -> Result<String, Error> {
        fill(&slot(&self.0.images, &name.to_owned()), find)
    }
}

fn fetch(wanted: &Wanted, program: &Program, stop: &dyn Fn() -> bool) -> Result<Fetched, Error> {
    if let Some(why) = &wanted.refused {
        return Err(Error::Fetch(why.clone()));
    }
    let dirs = PrivateDirs::create(&std::env::temp_dir()).map_err(Error::Directories)?;
    let root = dirs.base().join("package");
    std::fs::create_dir(&root).map_err(Error::Directories)?;
    let shop = tool::Shop { program, dirs: &dirs, root: &root, stop };
    let (package, file) = match wanted.registry {
        Registry::Npm => npm::fetch(wanted, &shop)?,
        Registry::PyPi => python::fetch(wanted, &shop)?,
    };
    Ok(Fetched { package, file, args: wanted.args.clone(), root, dirs })
}
