//! Runs the tools of the fetch phase, contained like a server but with the network, and within a budget.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::sandbox::group::Watch;
use crate::sandbox::{Error, Mode, Policy, PrivateDirs, Program, environment};

/// Time for fetching one package (SANDBOX §3).
const BUDGET: Duration = Duration::from_secs(120);
/// How often a tool is looked at.
const LOOK: Duration = Duration::from_millis(15);
/// Bytes of a tool's output that are kept.
const KEPT: u64 = 4 << 20;

/// Where the tools of one fetch work.
pub struct Shop<'s> {
    /// The server's program: its policy and its surroundings count here, too.
    pub program: &'s Program,
    /// Directories of this fetch.
    pub dirs: &'s PrivateDirs,
    /// Where the package goes.
    pub root: &'s Path,
    /// Whether somebody wants us to end.
    pub stop: &'s dyn Fn() -> bool,
}

impl Shop<'_> {
    /// Runs a tool in the package's directory and returns what it wrote.
    pub fn run(&self, file: &Path, args: &[&str], env: &[(&str, String)]) -> Result<String, Error> {
        let text = |p: &Path| p.to_string_lossy().into_owned();
        let mut extra_env: Vec<(String, String)> = self.program.surroundings.registry().into_iter().collect();
        extra_env.extend(env.iter().map(|(k, v)| ((*k).to_owned(), v.clone())));
        let tool = Program {
            command: text(file),
            args: args.iter().map(|a| (*a).to_owned()).collect(),
            env: Vec::new(),
            pass_env: Vec::new(),
            extra_env,
            cwd: Some(self.root.to_owned()),
            surroundings: self.program.surroundings.clone(),
            policy: Policy {
                mode: Mode::Auto,
                network: true,
                fetching: true,
                write: vec![self.dirs.base().to_owned()],
                ..self.program.policy.clone()
            },
        };
        let prepared = tool.prepare()?;
        let (command, watch) = prepared.start(&[])?;
        run(command, watch, BUDGET, self.stop).map_err(|why| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Error::Fetch(format!("{name}: {}", why.replace(&text(self.dirs.base()), "{package}")))
        })
    }

    /// A tool on the person's `PATH`, shims followed.
    pub fn find(&self, name: &str) -> Option<std::path::PathBuf> {
        let found = self.program.surroundings.find(name)?;
        Some(super::super::reach::behind_shim(&found, self.root, &self.program.surroundings))
    }
}

/// Runs a trusted program to its end and returns what it wrote; the error is the end of what it complained.
pub fn output(command: Command, budget: Duration, stop: &dyn Fn() -> bool) -> Result<String, String> {
    // a prepared program leads a group or a session already
    #[cfg(unix)]
    let command = {
        let mut command = command;
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    };
    run(command, Watch::default(), budget, stop)
}

fn run(mut command: Command, watch: Watch, budget: Duration, stop: &dyn Fn() -> bool) -> Result<String, String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| format!("does not start: {e}"))?;
    // ends everything the tool started, on every way out of here
    let group = watch.group(child.id()).ok_or("has no process number")?;
    let out = collect(child.stdout.take());
    let err = collect(child.stderr.take());
    let until = Instant::now() + budget;
    let status = loop {
        if group.ended().is_some() {
            let refused = group.refused();
            drop(group);
            let status = child.wait().map_err(|e| e.to_string())?;
            break refused.map_or(Ok(status), Err)?;
        }
        if stop() || Instant::now() > until {
            drop(group);
            let _ended = child.wait();
            return Err(if stop() { "interrupted".to_owned() } else { format!("not done within {budget:?}") });
        }
        std::thread::sleep(LOOK);
    };
    let (out, err) = (out.join().unwrap_or_default(), err.join().unwrap_or_default());
    if status.success() {
        return Ok(out);
    }
    // the reason stands first, the advice after it
    let lines: Vec<&str> = err.lines().map(str::trim).filter(|l| !l.is_empty()).take(4).collect();
    let said: String = lines.join("; ").chars().take(400).collect();
    Err(format!("{status}: {}", crate::untrusted::visible(&said)))
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            let mut rest = pipe.take(KEPT);
            // a broken pipe ends like a closed one
            let _read = rest.read_to_end(&mut bytes);
            // what is too much is read away, so that the tool can end
            let _rest = std::io::copy(&mut rest.into_inner(), &mut std::io::sink());
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Files that the registry settings name: certificates of a company's own authority.
pub fn certificates(surroundings: &environment::Surroundings) -> Vec<std::path::PathBuf> {
    let values = surroundings.registry().into_values();
    values.filter(|v| v.starts_with('/')).map(Into::into).filter(|p: &std::path::PathBuf| p.exists()).collect()
}
