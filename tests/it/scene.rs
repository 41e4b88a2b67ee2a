//! A project and a home of its own for each test, and the real command in a scrubbed environment with a fixed time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The day every scenario happens on.
pub const NOW: &str = "2027-01-15T12:00:00Z";

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
        let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-assay"));
        command.args(args).current_dir(dir).env_clear().stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home()).env("TMPDIR", self.dir.path().join("tmp"));
        // manifests of scripted servers are files of the project
        command.env("MCP_ASSAY_READ", self.dir.path().join("project"));
        command.env("MCP_ASSAY_NOW", NOW).env("LANG", "C.UTF-8");
        command.envs(env.iter().copied());
        let out = command.output().expect("the command runs");
        Outcome {
            code: out.status.code().expect("an exit code"),
            stdout: String::from_utf8(out.stdout).expect("UTF-8"),
            stderr: String::from_utf8(out.stderr).expect("UTF-8"),
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
