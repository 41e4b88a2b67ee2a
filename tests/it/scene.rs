//! A project and a home of its own for each test, and the real command in a scrubbed environment with a fixed time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::sarif_gate;

/// The day every scenario happens on.
pub const NOW: &str = "2027-01-15T12:00:00Z";

/// The repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of it.
pub fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

pub struct Scene {
    dir: tempfile::TempDir,
}

/// What one run of the command gave.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// The report of `--output json`.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}\n{self:#?}"))
    }

    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// The scripted MCP server of tests/servers.
pub fn scripted() -> PathBuf {
    let mut dir = std::env::current_exe().expect("the test executable");
    dir.pop();
    if dir.ends_with("deps") {
        dir.pop();
    }
    dir.join("examples").join(format!("scripted-server{}", std::env::consts::EXE_SUFFIX))
}

impl Scene {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for name in ["project", "home", "tmp"] {
            fs::create_dir(dir.path().join(name)).expect("a folder");
        }
        Self { dir }
    }

    /// Runs git in the project, with nobody's configuration; it succeeds.
    #[track_caller]
    pub fn git(&self, args: &[&str]) {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=t", "-c", "user.email=t@example"]).args(args).current_dir(self.project());
        command.env("HOME", self.home()).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        let out = command.output().expect("git is installed");
        assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    }

    pub fn project(&self) -> PathBuf {
        self.dir.path().join("project")
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// Writes a file of the project.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.project().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, text).expect("written");
        path
    }

    /// A project `.mcp.json` whose servers are the scripted server with these arguments.
    pub fn servers(&self, servers: &[(&str, &[&str])]) {
        let entry = |(name, args): &(&str, &[&str])| {
            ((*name).to_owned(), serde_json::json!({ "command": scripted(), "args": args }))
        };
        let map: serde_json::Map<String, serde_json::Value> = servers.iter().map(entry).collect();
        let text = serde_json::to_string_pretty(&serde_json::json!({ "mcpServers": map })).expect("JSON");
        self.write(".mcp.json", text);
    }

    pub fn run(&self, args: &[&str]) -> Outcome {
        self.run_in(&self.project(), args, &[])
    }

    pub fn run_in(&self, dir: &Path, args: &[&str], env: &[(&str, &str)]) -> Outcome {
        let gate = self.sarif_too(args, env);
        let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-assay"));
        command.args(gate.as_ref().map_or_else(|| args.iter().map(|a| (*a).to_owned()).collect(), |(a, _)| a.clone()));
        command.current_dir(dir).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home()).env("TMPDIR", self.dir.path().join("tmp"));
        // manifests of scripted servers are files of the project
        command.env("MCP_ASSAY_READ", self.dir.path().join("project"));
        command.env("MCP_ASSAY_NOW", NOW).env("LANG", "C.UTF-8");
        command.envs(env.iter().copied());
        let out = command.output().expect("the command runs");
        let outcome = Outcome {
            code: out.status.code().expect("an exit code"),
            stdout: String::from_utf8(out.stdout).expect("UTF-8"),
            stderr: String::from_utf8(out.stderr).expect("UTF-8"),
        };
        if let Some((_, file)) = gate {
            self.gate(args, &outcome, dir, &file);
        }
        outcome
    }

    /// The arguments of a `scan`, with a SARIF report more: whatever a scenario is about, its SARIF is checked.
    fn sarif_too(&self, args: &[&str], env: &[(&str, &str)]) -> Option<(Vec<String>, PathBuf)> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let options = || args.iter().take_while(|a| **a != "--");
        let other = |a: &&str| ["-qq", "--help", "-h"].contains(a) || a.starts_with("--sarif-timestamps");
        if args.first() != Some(&"scan") || options().any(other) {
            return None;
        }
        let file = self.dir.path().join(format!("gate-{}.sarif", COUNT.fetch_add(1, Ordering::Relaxed)));
        let mut all: Vec<String> = options().map(|a| (*a).to_owned()).collect();
        let asked = all.iter().any(|a| a.starts_with("--output")) || env.iter().any(|(n, _)| *n == "MCP_ASSAY_OUTPUT");
        if !asked {
            all.extend(["--output".to_owned(), "human".to_owned()]);
        }
        all.extend(["--output".to_owned(), format!("sarif={}", file.display())]);
        all.extend(args.iter().skip_while(|a| **a != "--").map(|a| (*a).to_owned()));
        Some((all, file))
    }

    /// `MCP_ASSAY_KEEP_SARIF=DIR` keeps what was checked, for validators that are no part of `cargo test`.
    #[track_caller]
    fn gate(&self, args: &[&str], outcome: &Outcome, dir: &Path, file: &Path) {
        let Ok(text) = fs::read_to_string(file) else {
            assert!(![0, 1, 3].contains(&outcome.code), "{args:?} wrote no SARIF: {outcome:#?}");
            return;
        };
        fs::remove_file(file).expect("removed");
        let wrong = sarif_gate::problems(&text, Some(dir), args.contains(&"full"));
        assert!(wrong.is_empty(), "the SARIF of {args:?}: {wrong:#?}");
        if let Some(keep) = std::env::var_os("MCP_ASSAY_KEEP_SARIF") {
            let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
            let name = file.file_name().and_then(|n| n.to_str()).expect("a name of ours");
            fs::write(PathBuf::from(keep).join(format!("{test}-{name}")), text).expect("written");
        }
    }

    /// `init`, then approve what a scan sees.
    #[track_caller]
    pub fn approved(&self) {
        self.run(&["init", "--person", "alice", "--allow-unattended"]).expect(0);
        self.run(&["scan", "--launch", "all", "-q"]);
        self.run(&["approve", "--unattended", "--reason", "first review"]).expect(0);
    }
}
