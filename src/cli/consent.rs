//! Nothing is started and no URL is contacted without consent (CLI.md §3).

use std::io::{BufRead, Write};

use crate::launch::identity::LaunchIdentity;
use crate::target::{ConfigScope, Launch, Target};
use crate::untrusted::Untrusted;

use super::args::{LaunchArg, Reach};
use super::terminal::Terminal;

/// Who may be started in this run.
#[derive(Debug)]
pub struct Consent {
    mode: LaunchArg,
    interactive: bool,
    /// Identities answered with `always` in this run.
    always: Vec<LaunchIdentity>,
}

impl Consent {
    /// `--launch`, or its default: ask on a terminal, approved elsewhere.
    pub fn new(reach: &Reach, terminal: &Terminal) -> Self {
        let default = if terminal.interactive { LaunchArg::Ask } else { LaunchArg::Approved };
        let mode = reach.launch.unwrap_or(default);
        Self { mode, interactive: terminal.interactive, always: Vec::new() }
    }

    /// Whether this target may be started or contacted. `approved` is its identity in the verified baseline.
    pub fn given(
        &mut self,
        target: &Target,
        identity: Option<&LaunchIdentity>,
        approved: Option<&LaunchIdentity>,
        contained: &dyn Fn() -> String,
    ) -> bool {
        if matches!(target.launch, Launch::File(_)) {
            return true;
        }
        if self.mode == LaunchArg::Never || target.disabled() {
            return false;
        }
        // typed by the person who runs us: its own consent
        if self.mode == LaunchArg::All || target.scope == ConfigScope::CommandLine {
            return true;
        }
        if identity.is_some() && identity == approved {
            return true;
        }
        self.asks() && self.ask(target, identity, contained)
    }

    /// Whether somebody is there to be asked.
    pub fn asks(&self) -> bool {
        self.mode == LaunchArg::Ask && self.interactive
    }

    fn ask(&mut self, target: &Target, identity: Option<&LaunchIdentity>, contained: &dyn Fn() -> String) -> bool {
        if identity.is_some_and(|i| self.always.contains(i)) {
            return true;
        }
        let mut err = std::io::stderr().lock();
        let question = format!(
            "\nThe {} configuration wants to {}\n{}\n  {}\nGo on? [y/N/always] ",
            target.client.unwrap_or("given"),
            if matches!(target.launch, Launch::Http(_)) { "contact" } else { "start" },
            describe(target),
            contained(),
        );
        if err.write_all(question.as_bytes()).and_then(|()| err.flush()).is_err() {
            return false;
        }
        let mut answer = String::new();
        if std::io::stdin().lock().read_line(&mut answer).is_err() {
            return false;
        }
        match answer.trim() {
            "y" | "Y" | "yes" => true,
            "always" => {
                self.always.extend(identity.cloned());
                true
            }
            _ => false,
        }
    }
}

/// The exact command or URL, escaped and untruncated, one word per line.
fn describe(target: &Target) -> String {
    let line = |label: &str, text: &Untrusted| format!("  {label} {}\n", text.to_terminal());
    let mut out = line("server ", &target.name);
    match &target.launch {
        Launch::Stdio(s) => {
            out += &line("command", &s.command.value);
            for arg in &s.args {
                out += &line("    arg", &arg.value);
            }
            for (name, _) in &s.env {
                out += &line("    env", &name.value);
            }
            if let Some(file) = &target.beside.env_file {
                out += &line("envFile", &file.value);
            }
            let risky = ["sudo", "doas", "rm", "sh", "bash", "zsh", "cmd", "powershell", "pwsh"];
            let program = s.command.value.raw().rsplit(['/', '\\']).next().unwrap_or_default();
            if risky.contains(&program) {
                out += "  WARNING this starts a shell or a privileged command\n";
            }
        }
        Launch::Http(h) => {
            out += &line("url    ", &h.url.value);
            for (name, _) in &h.headers {
                out += &line(" header", &name.value);
            }
        }
        Launch::File(_) => {}
    }
    out
}
