//! The command line: where its code comes from, shells and inline code, metacharacters, root, listeners, indexes.

use super::{Judge, Words};
use crate::launch::secret;
use crate::launch::source::{self, Kind};
use crate::untrusted::{Message, Untrusted};

/// Programs that a separator would start.
const STARTED: [&str; 16] = [
    "sh",
    "bash",
    "zsh",
    "curl",
    "wget",
    "nc",
    "rm",
    "python",
    "python3",
    "node",
    "powershell",
    "pwsh",
    "cat",
    "chmod",
    "echo",
    "eval",
];

impl Judge<'_> {
    /// What is fetched, and whether it can change.
    pub(super) fn source(&mut self, words: &Words<'_>) {
        let Some(found) = source::of(words.stdio.command.value.raw(), &words.args) else { return };
        // it may carry a token
        let shown = Untrusted::from(secret::shown(words.args.get(found.argument).copied().unwrap_or_default()));
        let at = found.argument;
        if found.pinned {
            return;
        }
        if matches!(found.kind, Kind::Git | Kind::Url) {
            let message = self.says(" runs ").quote(&shown).text(", whatever stands there at the next start");
            return self.at("mutable-source", words, at, message);
        }
        let asked = words.args.iter().any(|a| ["-y", "--yes"].contains(a));
        if asked && self.target.auto_approved.iter().any(|t| t.value.raw() == "*") {
            let message = self.says(" installs ").quote(&shown);
            let message =
                message.text(" without an exact version and without asking, and its tools run without asking too");
            return self.at("mutable-source", words, at, message);
        }
        let message = self.says(" runs ").quote(&shown);
        let message = message.text(" without an exact version: what runs can change with every start");
        self.at("unpinned-source", words, at, message);
    }

    /// Shells and interpreters that get their code as an argument.
    pub(super) fn inline(&mut self, words: &Words<'_>) {
        let Some(at) = inline_code(&words.program, &words.args) else { return };
        if super::fetch::executes(&words.program, words.args[at]) {
            let message = self.says(" downloads code and runs it at every start");
            self.at("fetch-and-execute-launch", words, at, message);
        } else {
            let message = self.says(" is started through a shell or inline code");
            self.at("shell-wrapper-launch", words, at, message);
        }
    }

    /// Everything else about single words.
    pub(super) fn command(&mut self, words: &Words<'_>) {
        let inline = inline_code(&words.program, &words.args);
        for (at, arg) in words.args.iter().enumerate() {
            if Some(at) != inline && is_injection(arg) {
                let message = self.says(" has shell syntax in an argument; a client that uses a shell runs it");
                self.at("launch-metacharacters", words, at, message);
            }
            if is_trust_flag(arg) {
                let message =
                    self.says(" is started with ").quote(&(*arg).into()).text(", which switches questions off");
                self.at("trust-all-mode", words, at, message);
            }
            if ["--insecure", "--no-check-certificate", "--no-verify-ssl", "--tls-verify=false", "--ssl-verify=false"]
                .contains(arg)
            {
                let message = self.says(" is started with ").quote(&(*arg).into());
                self.at(
                    "insecure-transport",
                    words,
                    at,
                    message.text(", which switches the check of certificates off"),
                );
            }
            self.listener(words, at, arg);
            self.index(words, at, arg);
        }
        if is_injection(words.stdio.command.value.raw()) {
            let message = self.says(" has shell syntax in its command; a client that uses a shell runs it");
            self.add("launch-metacharacters", words.stdio.command.place, "/command", message);
        }
        if ["sudo", "doas", "pkexec", "su", "runas", "gsudo"].contains(&words.program.as_str()) {
            let message = self.says(" runs with the rights of another user: ").quote(&words.program.as_str().into());
            self.add("privileged-launch", words.stdio.command.place, "/command", message);
        }
    }

    fn listener(&mut self, words: &Words<'_>, at: usize, arg: &str) {
        let (flag, value) = match arg.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (arg, words.args.get(at + 1).copied()),
        };
        let everywhere = |v: &str| v.starts_with("0.0.0.0") || v == "::" || v.starts_with("[::]") || v == "*";
        if ["--inspect", "--inspect-brk", "--debug-host"].contains(&flag)
            && arg.contains('=')
            && value.is_some_and(everywhere)
        {
            let message = self.says(" opens a debugger to the network");
            return self.at("unauthenticated-listener", words, at, message);
        }
        let binds = ["--host", "--bind", "--address", "--listen", "--hostname", "--bind-address", "-H"].contains(&flag);
        if binds && value.is_some_and(everywhere) {
            let without = ["--no-auth", "--disable-auth", "--auth=none", "--auth=false", "--insecure-no-auth"];
            if words.args.iter().any(|a| without.contains(a)) {
                let message = self.says(" listens on every network and asks nobody who they are");
                return self.at("unauthenticated-listener", words, at, message);
            }
            let message = self.says(" listens on every network of the machine");
            self.at("exposed-listener", words, at, message);
        }
    }

    fn index(&mut self, words: &Words<'_>, at: usize, arg: &str) {
        let (flag, value) = match arg.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (arg, words.args.get(at + 1).copied()),
        };
        let runner = ["npx", "npm", "pnpm", "yarn", "bunx", "bun", "uvx", "uv", "pipx", "pip", "cmd"];
        let flags = ["--registry", "--index-url", "--extra-index-url", "--index", "--default-index", "--find-links"];
        if runner.contains(&words.program.as_str())
            && flags.contains(&flag)
            && value.is_some_and(|v| self.other_index(v))
        {
            let message = self.says(" takes its packages from another index");
            self.at("package-index-override", words, at, message);
        }
    }

    /// Another place for packages than the public registries, this machine, and what the project allows.
    pub(super) fn other_index(&self, value: &str) -> bool {
        let Ok(url) = url::Url::parse(value) else { return false };
        let Some(host) = url.host_str() else { return false };
        let own = ["registry.npmjs.org", "registry.yarnpkg.com", "pypi.org", "files.pythonhosted.org", "npm.jsr.io"];
        !own.contains(&host) && !super::remote::is_local(&url) && !self.published.allows(|a| a.index(host))
    }

    /// The key of the server in the configuration.
    pub(super) fn name(&mut self) {
        let name = self.target.name.raw();
        let bad = name.contains(['`', ';', '|', '<', '>', '\n', '\r']) || name.contains("$(") || name.contains("&&");
        if bad && self.target.origin.is_some() {
            let message = Message::new("the name of server ").quote(&self.target.name).text(" holds shell syntax");
            self.add("launch-metacharacters", None, "/name", message);
        }
    }
}

fn is_trust_flag(arg: &str) -> bool {
    let name = arg.split('=').next().unwrap_or(arg);
    ["--yolo", "--trust-all-tools", "--auto-approve-all", "--allow-all-tools"].contains(&name)
        || (name.starts_with("--dangerously-") && !name.contains("auth"))
}

/// Substitution, or a separator with a program behind it. A lone `&`, `|` or `;` is data.
fn is_injection(text: &str) -> bool {
    if text.contains("$(") || text.matches('`').count() >= 2 {
        return true;
    }
    let starts = |rest: &str| {
        let word = rest.trim_start().split(|c: char| !c.is_ascii_alphanumeric() && c != '/').next().unwrap_or_default();
        STARTED.contains(&word.rsplit('/').next().unwrap_or(word))
    };
    let url = text.contains("://") && !text.contains(char::is_whitespace);
    ["&&", "||", ";", "|", "\n"].iter().any(|mark| {
        let behind = text.match_indices(mark).any(|(at, _)| starts(&text[at + mark.len()..]));
        behind && (!url || ["|", "\n", "&&"].contains(mark))
    })
}

/// The argument that holds code: `sh -c CODE`, `cmd /c CODE`, `node -e CODE` with network, encoded PowerShell.
fn inline_code(program: &str, args: &[&str]) -> Option<usize> {
    let after = |fits: &dyn Fn(&str) -> bool| {
        args.iter().position(|a| fits(&a.to_ascii_lowercase())).map(|i| i + 1).filter(|i| *i < args.len())
    };
    let one_of = |flags: &'static [&'static str]| move |a: &str| flags.contains(&a);
    let shim = |i: usize| ["npx", "uvx", "npm", "node", "bunx", "pnpm"].contains(&source::program(args[i]).as_str());
    let risky =
        |i: &usize| ["http", "child_process", "subprocess", "system", "socket"].iter().any(|w| args[*i].contains(w));
    match program {
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "fish" => {
            after(&|a| a.starts_with('-') && !a.starts_with("--") && a.len() <= 5 && a.ends_with('c'))
        }
        "cmd" => after(&one_of(&["/c", "/k"])).filter(|i| !shim(*i)),
        "powershell" | "pwsh" => after(&one_of(&["-c", "-command", "-encodedcommand", "-enc", "-e", "-ec"])),
        "npx" | "npm" => after(&one_of(&["-c", "--call"])),
        "node" | "bun" | "deno" => after(&one_of(&["-e", "--eval", "-p", "eval"])).filter(risky),
        "python" | "python3" | "ruby" | "perl" | "php" => after(&one_of(&["-c", "-e", "-r"])).filter(risky),
        _ => None,
    }
}
