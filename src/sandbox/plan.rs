//! Decides how one program is contained: by which means, at which level, with which paths. The level is known before
//! anything of the server runs, and what cannot be reached is an error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::environment::TOOLS;
use super::group::Watch;
use super::reach::{self, Finder};
use super::{Error, Level, Mode, PrivateDirs, Program, Shared, container, package};

/// How a program is started.
pub struct Plan {
    /// The program.
    pub file: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its working directory; its private home when `None`.
    pub cwd: Option<PathBuf>,
    /// What contains it.
    pub means: Means,
    /// How strongly.
    pub level: Level,
    /// The package it belongs to.
    pub package: Option<Shared>,
    /// It may use the network.
    network: bool,
    /// `PATH`.
    path: Option<String>,
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "a profile of macOS names them, Windows cannot"))]
    write: Vec<PathBuf>,
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only the helper of Linux needs it"))]
    fetching: bool,
    /// Settings of registries, which a fetched package has no use for.
    drop: Vec<String>,
}

/// What contains a server.
pub enum Means {
    /// Nothing but an environment, directories, a process group and limits.
    Nothing,
    /// Our own helper on Linux.
    #[cfg(target_os = "linux")]
    Helper {
        /// The executable that plays it.
        helper: PathBuf,
        /// The layers.
        support: super::spec::Support,
        /// The paths.
        reach: Box<reach::Reach>,
    },
    /// Seatbelt.
    #[cfg(target_os = "macos")]
    Seatbelt(Box<reach::Reach>),
    /// A container engine; the command is already rebuilt.
    Container(container::Run),
}

/// The plan for a program.
pub fn of(program: &Program, cwd: &Path, stop: &dyn Fn() -> bool) -> Result<Plan, Error> {
    let policy = &program.policy;
    match policy.mode {
        Mode::Off => {
            let floor = policy.floor();
            if floor > Level::Off {
                let why = "--sandbox off was given".to_owned();
                return Err(Error::TooWeak(Level::Off.word(), floor.word(), why));
            }
            let file = program.find(cwd).ok_or(Error::NotFound)?;
            Ok(plain(program, file, cwd))
        }
        Mode::Docker => engine(program, "docker", stop),
        Mode::Podman => engine(program, "podman", stop),
        Mode::Auto => match container::engine_of(&program.command) {
            Some(name) => engine(program, name, stop),
            None => contained(program, cwd, stop),
        },
    }
}

fn plain(program: &Program, file: PathBuf, cwd: &Path) -> Plan {
    Plan {
        file,
        args: program.args.clone(),
        cwd: Some(cwd.to_owned()),
        means: Means::Nothing,
        level: Level::Off,
        package: None,
        network: true,
        path: None,
        write: Vec::new(),
        fetching: false,
        drop: Vec::new(),
    }
}

fn engine(program: &Program, name: &'static str, stop: &dyn Fn() -> bool) -> Result<Plan, Error> {
    enough(program, Level::Container, "a container engine contains it")?;
    let file = program.surroundings.find(name).ok_or_else(|| Error::Container(format!("{name} is not on PATH")))?;
    let run = container::rebuild(program, &file, name, stop)?;
    Ok(Plan {
        args: run.args.clone(),
        cwd: None,
        level: Level::Container,
        network: program.policy.network,
        means: Means::Container(run),
        ..plain(program, file, Path::new("/"))
    })
}

/// Whether a level is what the policy asks for.
fn enough(program: &Program, level: Level, why: &str) -> Result<(), Error> {
    let floor = program.policy.floor();
    if level >= floor {
        return Ok(());
    }
    if level == Level::Off {
        return Err(Error::NoIsolation(why.to_owned()));
    }
    Err(Error::TooWeak(level.word(), floor.word(), why.to_owned()))
}

/// What a program will be contained by, in words for the person who is asked.
pub fn expected(program: &Program) -> String {
    let policy = &program.policy;
    let engine = match policy.mode {
        Mode::Docker => Some("docker"),
        Mode::Podman => Some("podman"),
        Mode::Auto => container::engine_of(&program.command),
        Mode::Off => None,
    };
    let network = if policy.network { "the NETWORK" } else { "no network" };
    match (policy.mode, engine) {
        (Mode::Off, _) => "NOTHING contains it: it can read and write all your files and use the network".to_owned(),
        (_, Some(engine)) => format!("a container of {engine} will hold it, with {network}"),
        (..) => match means(program) {
            Ok((_, level)) => {
                format!("isolation `{}`: without your files and your environment, with {network}", level.word())
            }
            Err(why) => format!("it will NOT be started: {why}"),
        },
    }
}

/// What this system contains a program by, without its paths.
fn means(program: &Program) -> Result<(Means, Level), Error> {
    let (means, level, why) = offered(program);
    enough(program, level, &why)?;
    Ok((means, level))
}

#[cfg(target_os = "linux")]
fn offered(program: &Program) -> (Means, Level, String) {
    use super::policy::Layer;
    let absent = |layer: Layer| program.policy.absent.contains(&layer);
    let own = super::ENTERED.load(std::sync::atomic::Ordering::SeqCst).then(|| PathBuf::from("/proc/self/exe"));
    let Some(helper) = program.policy.helper.clone().or(own) else {
        let why = "the program that uses mcp-assay as a library does not call sandbox::enter".to_owned();
        return (Means::Nothing, Level::Off, why);
    };
    let mut support = match super::linux::support(&helper) {
        Ok(support) => support,
        Err(why) => return (Means::Nothing, Level::Off, why),
    };
    if absent(Layer::Landlock) {
        support.landlock = 0;
    }
    if absent(Layer::Scope) {
        support.landlock = support.landlock.min(5);
    }
    if absent(Layer::Truncate) {
        support.landlock = support.landlock.min(1);
    }
    let switched_off = "switched off for a test".to_owned();
    if absent(Layer::Seccomp) {
        support.seccomp.clone_from(&switched_off);
    }
    if absent(Layer::Namespaces) {
        support.shared_memory.clone_from(&switched_off);
        support.namespaces = switched_off;
    }
    if support.landlock < 1 {
        return (Means::Nothing, Level::Off, "this kernel has no Landlock".to_owned());
    }
    if !support.seccomp.is_empty() {
        return (Means::Nothing, Level::Off, format!("no system-call filter: {}", support.seccomp));
    }
    let full = support.landlock >= 6 && support.namespaces.is_empty();
    let why = if full {
        String::new()
    } else if support.landlock < 6 {
        format!("Landlock ABI {} is too old", support.landlock)
    } else {
        format!("no namespaces: {}", support.namespaces)
    };
    let level = if full { Level::Full } else { Level::Strong };
    (Means::Helper { helper, support, reach: Box::default() }, level, why)
}

#[cfg(target_os = "macos")]
fn offered(_program: &Program) -> (Means, Level, String) {
    let why = "Seatbelt is not exercised by our tests; --require-isolation limited accepts it".to_owned();
    (Means::Seatbelt(Box::default()), Level::Limited, why)
}

#[cfg(windows)]
fn offered(_program: &Program) -> (Means, Level, String) {
    let why = "a job object bounds and ends processes, but files and network stay open; --require-isolation limited accepts it";
    (Means::Nothing, Level::Limited, why.to_owned())
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn offered(_program: &Program) -> (Means, Level, String) {
    (Means::Nothing, Level::Off, "no isolation is built for this system".to_owned())
}

fn contained(program: &Program, cwd: &Path, stop: &dyn Fn() -> bool) -> Result<Plan, Error> {
    let (means, level) = means(program)?;
    let mut reach = reach::system(program.policy.network);
    reach.read.extend(program.policy.read.iter().map(|p| cwd.join(p)));
    let finder = Finder { surroundings: &program.surroundings, cwd };
    // isolation comes first: where the server may not run, nothing is fetched
    let package = match package::wanted(program) {
        Some(_) if program.policy.offline => {
            return Err(Error::Fetch("--offline refuses any use of the network".to_owned()));
        }
        Some(wanted) => Some(program.surroundings.shelf.get(&wanted, program, stop)?),
        None => None,
    };
    let (file, args) = match &package {
        Some(package) => (package.file.clone(), package.args.clone()),
        None => (program.find(cwd).ok_or(Error::NotFound)?, program.args.clone()),
    };
    let file = reach::behind_shim(&file, cwd, &program.surroundings);
    finder.add(&mut reach, &file, &args);
    if let Some(package) = &package {
        reach.run.insert(package.root.clone());
    }
    if program.policy.fetching {
        reach.read.extend(package::certificates(&program.surroundings));
        finder.interpreters(&mut reach, &args);
    }
    let declared = |name: &String| program.env.iter().any(|(n, _)| n == name);
    let settings =
        if program.policy.network { Vec::new() } else { program.surroundings.registry().into_keys().collect() };
    let drop = settings.into_iter().filter(|name| !declared(name)).collect();
    let dirs = reach.bins.iter().map(|b| b.to_string_lossy().into_owned());
    let path = dirs.chain([reach::SYSTEM_PATH.to_owned()]).collect::<Vec<_>>().join(":");
    let means = match means {
        #[cfg(target_os = "linux")]
        Means::Helper { helper, support, .. } => Means::Helper { helper, support, reach: Box::new(reach) },
        #[cfg(target_os = "macos")]
        Means::Seatbelt(_) => Means::Seatbelt(Box::new(reach)),
        other => other,
    };
    Ok(Plan {
        file,
        args,
        // where the person works is none of a package's business, unless an argument is a file there
        cwd: (package.is_none() || program.args.iter().any(|a| is_file_of(cwd, a))).then(|| cwd.to_owned()),
        means,
        level,
        package,
        network: program.policy.network,
        path: Some(path),
        write: program.policy.write.clone(),
        fetching: program.policy.fetching,
        drop,
    })
}

fn is_file_of(cwd: &Path, arg: &str) -> bool {
    !arg.starts_with(['-', '/']) && cwd.join(arg).exists()
}

impl Plan {
    /// Takes out of an environment what a contained server has no use for.
    pub fn adjust(&self, env: &mut BTreeMap<String, String>) {
        if let Some(path) = &self.path {
            env.insert("PATH".to_owned(), path.clone());
            // shims are already followed
            env.retain(|name, _| !TOOLS.contains(&name.as_str()) && !self.drop.contains(name));
        }
        if let Means::Container(run) = &self.means {
            *env = run.env.clone();
        }
    }

    /// The command and what watches over it.
    pub fn start(&self, env: &BTreeMap<String, String>, dirs: &PrivateDirs) -> Result<(Command, Watch), Error> {
        match &self.means {
            #[cfg(target_os = "linux")]
            Means::Helper { helper, support, reach } => {
                let spec = self.spec(env, dirs, support, reach);
                let started = super::linux::prepare(&spec, helper).map_err(Error::Helper)?;
                Ok((started.command, Watch::supervised(started.control)))
            }
            #[cfg(target_os = "macos")]
            Means::Seatbelt(reach) => {
                let cwd = self.cwd.as_deref().unwrap_or(dirs.home());
                let mut command = super::macos::command(&self.file, &self.args, reach, dirs, &self.write, self.network);
                command.env_clear().envs(env).current_dir(cwd);
                std::os::unix::process::CommandExt::process_group(&mut command, 0);
                Ok((command, Watch::default()))
            }
            Means::Nothing | Means::Container(_) => {
                let mut command = Command::new(&self.file);
                command.args(&self.args).env_clear().envs(env).current_dir(self.cwd.as_deref().unwrap_or(dirs.home()));
                #[cfg(unix)]
                std::os::unix::process::CommandExt::process_group(&mut command, 0);
                #[cfg(windows)]
                super::group::suspend(&mut command);
                Ok(match &self.means {
                    Means::Container(run) => {
                        let (args, name) = run.named()?;
                        command = Command::new(&self.file);
                        command.args(args).env_clear().envs(env).current_dir(dirs.home());
                        #[cfg(unix)]
                        std::os::unix::process::CommandExt::process_group(&mut command, 0);
                        #[cfg(windows)]
                        super::group::suspend(&mut command);
                        (command, Watch::engine(self.file.clone(), name, env.clone()))
                    }
                    _ => (command, Watch::default()),
                })
            }
        }
    }

    #[cfg(target_os = "linux")]
    fn spec(
        &self,
        env: &BTreeMap<String, String>,
        dirs: &PrivateDirs,
        support: &super::spec::Support,
        reach: &reach::Reach,
    ) -> super::spec::Spec {
        let mut write = vec![dirs.home().to_owned(), dirs.tmp().to_owned()];
        write.extend(self.write.iter().cloned());
        let mut private = vec![dirs.base().to_owned()];
        private.extend(self.package.iter().map(|p| p.base().to_owned()));
        if self.fetching {
            private.extend(self.write.iter().cloned());
        }
        let cwd = self.cwd.clone().unwrap_or_else(|| dirs.home().to_owned());
        // what lies in the machine's own would be hidden behind it
        let hidden = |p: &PathBuf| p.starts_with("/dev/shm");
        let hidden = [&self.file, &cwd].into_iter().chain(&reach.run).chain(&reach.read).chain(&write).any(hidden);
        super::spec::Spec {
            file: self.file.clone(),
            args: self.args.iter().map(Into::into).collect(),
            env: env.iter().map(|(k, v)| (k.into(), v.into())).collect(),
            cwd,
            run: reach.run.iter().cloned().collect(),
            read: reach.read.iter().cloned().collect(),
            write,
            devices: reach::DEVICES.iter().map(PathBuf::from).collect(),
            landlock: support.landlock,
            namespaces: support.namespaces.is_empty(),
            shared_memory: support.shared_memory.is_empty() && !hidden,
            network: self.network,
            unpacks: self.fetching,
            limits: super::spec::Caps::of(self.fetching),
            private,
        }
    }

    /// The level, and what it is made of.
    pub fn words(&self) -> String {
        let network = if self.network { "network ON" } else { "network off" };
        let common = "environment scrubbed, private home and temp";
        match &self.means {
            Means::Nothing if cfg!(target_os = "linux") => {
                format!("off: {common}, own process group, resource limits")
            }
            Means::Nothing if cfg!(windows) => {
                format!("{}: {common}, job object with limits, files and network open", self.level.word())
            }
            Means::Nothing => format!("off: {common}, own process group"),
            #[cfg(target_os = "linux")]
            Means::Helper { support, .. } => {
                let mut spaces = "no namespaces".to_owned();
                if support.namespaces.is_empty() {
                    let net = if self.network { "" } else { " net," };
                    let mount = if support.shared_memory.is_empty() { ", mount" } else { "" };
                    spaces = format!("namespaces (user, pid,{net} ipc, uts{mount})");
                }
                let landlock = support.landlock;
                let level = self.level.word();
                format!("{level}: Landlock ABI {landlock}, seccomp, {spaces}, {network}, resource limits, {common}")
            }
            #[cfg(target_os = "macos")]
            Means::Seatbelt(_) => format!("limited: Seatbelt, {network}, {common}, own process group"),
            Means::Container(run) => format!("container: {}, {network}", run.words()),
        }
    }
}
