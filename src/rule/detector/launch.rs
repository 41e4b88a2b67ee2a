//! What a launch identity gives away without being started: unpinned runners, secrets in the configuration, shells,
//! clear text, blanket approvals. Families `launch` and `package`; every hit points at the value in the configuration.

use crate::finding::Location;
use crate::json::Pointer;
use crate::launch::secret;
use crate::rule::{Hit, Subject};
use crate::target::{ConfigScope, Http, Launch, Located, Place, Stdio, Target};
use crate::untrusted::{Message, Untrusted};

/// Runs the families over every target.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        let mut judge = Judge { server, target: subject.target, out: &mut out };
        match &subject.target.launch {
            Launch::Stdio(s) => judge.stdio(s),
            Launch::Http(h) => judge.http(h),
            Launch::File(_) => {}
        }
        judge.approvals();
    }
    out
}

struct Judge<'a> {
    server: usize,
    target: &'a Target,
    out: &'a mut Vec<Hit>,
}

impl Judge<'_> {
    fn add(&mut self, rule: &str, place: Option<Place>, pointer: &str, message: Message) {
        let origin = self.target.origin.as_ref();
        let location = origin.map(|o| Location { file: o.file.clone(), place: place.unwrap_or(o.place) });
        let pointer = Pointer::parse(pointer).unwrap_or_default();
        self.out.push(Hit { pointer, location, message, ..Hit::new(rule, self.server) });
    }

    fn stdio(&mut self, s: &Stdio) {
        let server = &self.target.name;
        let program = base(s.command.value.raw());
        let args: Vec<&str> = s.args.iter().map(|a| a.value.raw()).collect();
        if let Some((at, package)) = unpinned(&program, &args) {
            let message = Message::new("server ")
                .quote(server)
                .text(" runs ")
                .quote(&package.into())
                .text(" without an exact version: what runs can change with every start");
            self.add("unpinned-source", s.args[at].place, &format!("/args/{at}"), message);
        }
        let inline = inline_code(&program, &args);
        if let Some(at) = inline {
            let code = args[at];
            let place = s.args[at].place;
            let fetches =
                ["curl ", "wget ", "http://", "https://", "Invoke-WebRequest", "iwr "].iter().any(|f| code.contains(f));
            let runs = code.contains('|')
                || code.contains("&&")
                || code.contains("eval")
                || code.contains("$(")
                || code.contains(';');
            if fetches && runs {
                let message = Message::new("server ").quote(server).text(" downloads code and runs it at every start");
                self.add("fetch-and-execute-launch", place, &format!("/args/{at}"), message);
            } else {
                let message = Message::new("server ").quote(server).text(" is started through a shell or inline code");
                self.add("shell-wrapper-launch", place, &format!("/args/{at}"), message);
            }
        }
        if let Some(at) = secret::in_args(args.iter().copied()) {
            self.secret(s.args[at].place, &format!("/args/{at}"), "an argument");
        }
        for (name, value) in &s.env {
            if secret::is_secret(Some(name.value.raw()), value.value.expose()) {
                let pointer = format!("/env/{}", name.value.raw().replace('~', "~0").replace('/', "~1"));
                self.secret(value.place, &pointer, "an environment value");
            }
            self.environment(name, value.value.expose(), value.place);
        }
    }

    fn environment(&mut self, name: &Located<Untrusted>, value: &str, place: Option<Place>) {
        let n = name.value.raw();
        let loader = [
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "LD_AUDIT",
            "NODE_OPTIONS",
            "PYTHONPATH",
            "PYTHONSTARTUP",
            "PERL5OPT",
            "RUBYOPT",
            "JAVA_TOOL_OPTIONS",
            "BASH_ENV",
            "ENV",
            "GIT_SSH_COMMAND",
            "GIT_EXTERNAL_DIFF",
        ];
        let server = self.target.name.clone();
        let said =
            |text: &str| Message::new("server ").quote(&server).text(" sets ").quote(&name.value).text(text.to_owned());
        if loader.contains(&n) || n.starts_with("DYLD_") {
            self.add("loader-environment", place, "/env", said(", which makes other code load first"));
        }
        let off = (n == "NODE_TLS_REJECT_UNAUTHORIZED" && value == "0")
            || (["PYTHONHTTPSVERIFY", "SSL_VERIFY", "GIT_SSL_VERIFY"].contains(&n) && ["0", "false"].contains(&value))
            || (n == "GIT_SSL_NO_VERIFY" && value != "0" && !value.is_empty());
        if off {
            self.add("insecure-transport", place, "/env", said(", which switches the check of certificates off"));
        }
    }

    fn http(&mut self, h: &Http) {
        let server = self.target.name.clone();
        if let Ok(url) = url::Url::parse(h.url.value.raw()) {
            let clear = ["http", "ws"].contains(&url.scheme());
            if clear && !is_local(&url) {
                let message = Message::new("server ")
                    .quote(&server)
                    .text(" is reached without encryption: anyone on the way can read and change its words");
                self.add("insecure-transport", h.url.place, "/url", message);
            }
            let query = url.query_pairs().any(|(name, value)| secret::is_secret(Some(&name), &value));
            if query || url.password().is_some_and(|p| !secret::is_placeholder(p)) {
                self.secret(h.url.place, "/url", "its URL");
            }
        }
        for (name, value) in &h.headers {
            if secret::is_secret(Some(name.value.raw()), value.value.expose()) {
                self.secret(value.place, "/headers", "a header");
            }
        }
    }

    fn secret(&mut self, place: Option<Place>, pointer: &str, what: &str) {
        let message = |text: &str| {
            Message::new("server ")
                .quote(&self.target.name)
                .text(format!(" has a secret in plain text in {what}{text}"))
        };
        if matches!(self.target.scope, ConfigScope::Project) {
            let message = message(", in a file of the project");
            self.add("committed-secret", place, pointer, message);
        } else {
            let message = message("");
            self.add("plaintext-secret", place, pointer, message);
        }
    }

    fn approvals(&mut self) {
        let Some(first) = self.target.auto_approved.first() else { return };
        let all = self.target.auto_approved.iter().any(|t| t.value.raw() == "*");
        let text = if all { "every tool".to_owned() } else { format!("{} tools", self.target.auto_approved.len()) };
        let message = Message::new("the client runs ")
            .text(text)
            .text(" of server ")
            .quote(&self.target.name)
            .text(" without asking");
        self.add("auto-approval", first.place, "/autoApprove", message);
    }
}

fn base(command: &str) -> String {
    let name = command.rsplit(['/', '\\']).next().unwrap_or(command).to_ascii_lowercase();
    name.trim_end_matches(".exe").trim_end_matches(".cmd").to_owned()
}

/// The argument that names a package without an exact version, of a program that fetches and runs packages.
fn unpinned<'a>(program: &str, args: &[&'a str]) -> Option<(usize, &'a str)> {
    let (sub, takes): (&[&str], &[&str]) = match program {
        "npx" | "bunx" => (&[], &["-p", "--package", "--registry"]),
        "uvx" => (&[], &["--from", "--with", "--python", "-p", "--index-url"]),
        "pnpm" | "yarn" => (&["dlx"], &["--package"]),
        "npm" => (&["exec", "x"], &["--package"]),
        "pipx" => (&["run"], &["--spec", "--python"]),
        "docker" | "podman" => return image(args),
        // `cmd /c npx …` is how Windows starts a shim
        "cmd" => {
            let inner = args.iter().position(|a| a.eq_ignore_ascii_case("/c"))? + 1;
            let (at, package) = unpinned(&base(args.get(inner)?), &args[inner + 1..])?;
            return Some((inner + 1 + at, package));
        }
        _ => return None,
    };
    let mut at = 0;
    if !sub.is_empty() {
        at = args.iter().position(|a| sub.contains(a))? + 1;
    }
    while at < args.len() {
        let arg = args[at];
        if takes.contains(&arg) && ["-p", "--package", "--from", "--spec"].contains(&arg) && program != "uvx"
            || arg == "--from"
        {
            return args.get(at + 1).filter(|p| !is_exact(p)).map(|p| (at + 1, *p));
        }
        if takes.contains(&arg) {
            at += 2;
            continue;
        }
        if !arg.starts_with('-') {
            return (!is_exact(arg)).then_some((at, arg));
        }
        at += 1;
    }
    None
}

/// `name@1.2.3`, `name==1.2.3`, a path, an archive, a commit.
fn is_exact(package: &str) -> bool {
    if package.starts_with(['.', '/', '~']) || package.ends_with(".whl") || package.ends_with(".tgz") {
        return true;
    }
    let version = package
        .rsplit_once("==")
        .map(|(_, v)| v)
        .or_else(|| package.rsplit_once('@').filter(|(n, _)| !n.is_empty()).map(|(_, v)| v));
    version.is_some_and(|v| {
        let commit = v.len() == 40 && v.bytes().all(|b| b.is_ascii_hexdigit());
        let dots = v.bytes().filter(|b| *b == b'.').count() >= 1;
        commit
            || (v.starts_with(|c: char| c.is_ascii_digit()) && dots && !v.contains(['x', '*', '^', '~', '>', '<', ' ']))
    })
}

fn image<'a>(args: &[&'a str]) -> Option<(usize, &'a str)> {
    let run = args.iter().position(|a| *a == "run")? + 1;
    let takes = [
        "-e",
        "--env",
        "-v",
        "--volume",
        "--mount",
        "--name",
        "-p",
        "--publish",
        "--network",
        "--net",
        "-u",
        "--user",
        "-w",
        "--workdir",
        "--env-file",
        "--entrypoint",
        "--memory",
        "-m",
        "--cpus",
        "--platform",
        "--pull",
        "--label",
        "-l",
        "--add-host",
    ];
    let mut at = run;
    while at < args.len() {
        if takes.contains(&args[at]) {
            at += 2;
        } else if args[at].starts_with('-') {
            at += 1;
        } else {
            return (!args[at].contains("@sha256:")).then_some((at, args[at]));
        }
    }
    None
}

/// The argument that holds code: `sh -c CODE`, `cmd /c CODE`, `node -e CODE` with network, encoded PowerShell.
fn inline_code(program: &str, args: &[&str]) -> Option<usize> {
    let after = |flags: &[&str]| {
        args.iter()
            .position(|a| flags.iter().any(|f| a.eq_ignore_ascii_case(f)))
            .map(|i| i + 1)
            .filter(|i| *i < args.len())
    };
    let shim = |i: usize| ["npx", "uvx", "npm", "node", "bunx", "pnpm"].contains(&base(args[i]).as_str());
    match program {
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "fish" => after(&["-c", "-lc", "-ic"]),
        "cmd" => after(&["/c", "/k"]).filter(|i| !shim(*i)),
        "powershell" | "pwsh" => after(&["-c", "-command", "-encodedcommand", "-enc", "-e"]),
        "npx" => after(&["-c", "--call"]),
        "node" | "bun" | "deno" => after(&["-e", "--eval", "-p", "eval"])
            .filter(|i| args[*i].contains("http") || args[*i].contains("child_process")),
        "python" | "python3" | "ruby" | "perl" => after(&["-c", "-e"])
            .filter(|i| args[*i].contains("http") || args[*i].contains("subprocess") || args[*i].contains("system")),
        _ => None,
    }
}

pub(super) fn is_local(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(d)) => d == "localhost" || d.ends_with(".localhost") || !d.contains('.'),
        Some(url::Host::Ipv4(a)) => a.is_loopback(),
        Some(url::Host::Ipv6(a)) => a.is_loopback(),
        None => true,
    }
}
