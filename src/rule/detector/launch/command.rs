//! The command line: where its code comes from, metacharacters, root, listeners, indexes.

use super::loader::loads;
use super::paths::is_odd;
use super::{Judge, Words, options, shown, starters, system};
use crate::launch::source::{CodeSource, Kind};
use crate::package::elsewhere;
use crate::secret;
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

/// Bytes of an argument that a message quotes.
const SHOWN: usize = 200;
/// Packages that one message names.
const NAMED: usize = 12;
/// Options that switch the check of certificates off.
const UNCHECKED: [&str; 15] = [
    "--insecure",
    "--no-check-certificate",
    "--no-verify-ssl",
    "--no-ssl-verify",
    "--no-tls-verify",
    "--tls-verify=false",
    "--ssl-verify=false",
    "--verify-ssl=false",
    "--strict-ssl=false",
    "--no-strict-ssl",
    "--skip-tls-verify",
    "--tls-skip-verify",
    "--insecure-skip-verify",
    "--insecure-skip-tls-verify",
    "--disable-ssl-verification",
];

/// Options that name an address to listen on.
const BINDS: [&str; 11] = [
    "--host",
    "--bind",
    "--address",
    "--addr",
    "--listen",
    "--listen-address",
    "--listen-addr",
    "--hostname",
    "--bind-address",
    "--server-host",
    "-H",
];

impl Judge<'_> {
    /// What is fetched, and whether it can change. An argument with code of a shell may name many, which are told as one.
    pub(super) fn source(&mut self, words: &Words<'_>) {
        let asked = words.args.iter().any(|a| ["-y", "--yes"].contains(a));
        let all = self.target.auto_approved.iter().any(|t| t.value.raw() == "*");
        let mut told: Vec<(&str, usize, [&str; 2], Vec<Untrusted>)> = Vec::new();
        let mut others = Vec::new();
        for found in &words.sources {
            let mut tell = |rule, text: [&'static str; 2]| {
                let name = named(found, words.args.get(found.argument).copied().unwrap_or_default());
                let known = told.iter_mut().find(|(r, at, ..)| (*r, *at) == (rule, found.argument));
                match known {
                    Some((.., names)) if names.contains(&name) => {}
                    Some((.., names)) => names.push(name),
                    None => told.push((rule, found.argument, text, vec![name])),
                }
            };
            if let Some(alias) = &found.alias {
                let alias = Untrusted::from(secret::shown(alias));
                others.push((found.argument, named(found, " "), alias));
            }
            if found.kind == Kind::Url && found.name.starts_with("http://") {
                tell("insecure-transport", [" fetches what it runs without encryption: ", ""]);
            }
            if found.pinned {
                continue;
            }
            if matches!(found.kind, Kind::Git | Kind::Url) {
                tell("mutable-source", [" runs ", ", whatever stands there at the next start"]);
            } else if asked && all {
                let text = " without an exact version and without asking, and its tools run without asking too";
                tell("mutable-source", [" installs ", text]);
            } else {
                let text = " without an exact version: what runs can change with every start";
                tell("unpinned-source", [" runs ", text]);
            }
        }
        for (at, other, alias) in others {
            let message = self.says(" runs ").quote(&other).text(" under the name of another package, ").quote(&alias);
            self.at("package-lookalike", words, at, message);
        }
        for (rule, at, [before, behind], names) in told {
            let mut message = self.says(before);
            for (i, name) in names.iter().take(NAMED).enumerate() {
                message = message.text(if i > 0 { ", " } else { "" }).quote(name);
            }
            if names.len() > NAMED {
                message = message.text(format!(" and {} more", names.len() - NAMED));
            }
            self.at(rule, words, at, message.text(behind));
        }
    }

    /// Everything else about single words.
    pub(super) fn command(&mut self, words: &Words<'_>) {
        for (at, arg) in words.args.iter().enumerate() {
            let inline = words.inline.iter().any(|i| (i.argument..=i.end).contains(&at));
            // a separator may be a word of its own
            let next = words.args.get(at + 1).copied().unwrap_or_default();
            let apart = ["&&", "||", ";", "|"].contains(arg) && is_injection(&format!("{arg} {next}"));
            if !inline && (apart || is_injection(arg)) {
                let message = self.says(" has shell syntax in an argument; a client that uses a shell runs it");
                self.at("launch-metacharacters", words, at, message);
            }
            if is_trust_flag(arg) {
                let message = self.says(" is started with ").quote(&shown(arg)).text(", which switches questions off");
                self.at("trust-all-mode", words, at, message);
            }
            // the value may be a word of its own
            let off = arg.starts_with("--") && ["false", "0", "no", "off"].contains(&next);
            if UNCHECKED.contains(arg) || (off && UNCHECKED.contains(&format!("{arg}=false").as_str())) {
                let message = self.says(" is started with ").quote(&(*arg).into());
                let message = message.text(", which switches the check of certificates off");
                self.at("insecure-transport", words, at, message);
            }
            self.listener(words, at, arg);
            self.index(words, at, arg);
        }
        if is_injection(words.stdio.command.value.raw()) {
            let message = self.says(" has shell syntax in its command; a client that uses a shell runs it");
            self.add("launch-metacharacters", words.stdio.command.place, "/command", message);
        }
        let others = ["sudo", "sudo-rs", "doas", "pkexec", "su", "runas", "runuser", "gsudo"];
        if let Some(step) = words.line.steps().find(|s| !s.inside && others.contains(&s.program().as_str())) {
            let message = self.says(" runs with the rights of another user: ").quote(&step.program().as_str().into());
            self.on("privileged-launch", words, step.word.argument, message);
        }
        self.programs(words);
    }

    /// Programs that are no servers, and what they are told to do.
    fn programs(&mut self, words: &Words<'_>) {
        for step in words.line.steps().filter(|s| !s.inside) {
            let (name, args) = (step.program(), step.texts());
            let mut add = |rule, at: Option<usize>, text: &str| {
                let Some(at) = at else { return };
                let message = self.says(format!(" {text}"));
                self.on(rule, words, step.args[at].argument, message);
            };
            let remote = system::runs_remote(&name, &args);
            let remote = remote.or_else(|| system::takes_script(&name, &args));
            add("fetch-and-execute-launch", remote, "has a program of Windows fetch or run what lies at an address");
            add("fetch-and-execute-launch", system::hands_over(&name, &args), "gives another machine a shell");
            let escapes = system::escapes(&name, &args).or_else(|| starters::starts(&name, &args));
            add("shell-wrapper-launch", escapes, "has a program that is no server start something");
            let tunnels = system::tunnels(&name, &args);
            add("exposed-listener", tunnels, "makes a port of the machine reachable from the network");
            if let Some((rule, at)) = options::judge(&name, &args) {
                add(rule, Some(at), "has an option that loads or starts other code than the line names");
            }
            let setting = system::setting(&args).filter(|_| name == "git");
            let text = "gives Git a setting that runs a program, or sends what it fetches elsewhere";
            add("loader-environment", setting, text);
        }
        for (at, arg) in words.args.iter().enumerate().take_while(|(at, _)| *at < words.own) {
            let (flag, value) = match arg.split_once('=') {
                Some((flag, value)) => (flag, Some(value)),
                None => (*arg, words.args.get(at + 1).copied()),
            };
            let Some(value) = value else { continue };
            if flag == "--node-options" && loads("NODE_OPTIONS", value, false, self.target.scope).is_some() {
                let message = self.says(" has its runner load other code first");
                self.at("loader-environment", words, at, message);
            }
            if ["--userconfig", "--globalconfig", "--config-file"].contains(&flag) && is_odd(value) {
                let message = self.says(" takes its packages where a file says that others may write");
                self.at("package-index-override", words, at, message);
            }
        }
    }

    fn listener(&mut self, words: &Words<'_>, at: usize, arg: &str) {
        let (flag, value) = match arg.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (arg, words.args.get(at + 1).copied()),
        };
        // what a container listens on is reached when it is published, or when the network is the machine's
        if at >= words.contained {
            return;
        }
        if is_debugger(words, flag, arg, value) {
            let message = self.says(" opens a debugger to the network");
            return self.at("unauthenticated-listener", words, at, message);
        }
        if BINDS.contains(&flag) && value.is_some_and(is_everywhere) {
            if words.open {
                let message = self.says(" listens on every network and asks nobody who they are");
                return self.at("unauthenticated-listener", words, at, message);
            }
            let message = self.says(" listens on every network of the machine");
            self.at("exposed-listener", words, at, message);
        }
    }

    fn index(&mut self, words: &Words<'_>, at: usize, arg: &str) {
        let runner = ["npx", "npm", "pnpm", "pnpx", "yarn", "bunx", "bun", "uvx", "uv", "pipx", "pip", "dnx", "cargo"];
        let (flag, value) = match arg.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (arg, words.args.get(at + 1).copied()),
        };
        // npm has one for each scope: `--@scope:registry`; what stands behind the package is the package's
        if at < words.own
            && (elsewhere::is_option(flag) || ["--proxy", "--https-proxy"].contains(&flag))
            && words.starts(&runner)
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
        !elsewhere::is_public(host) && !super::remote::is_local(&url) && !self.published.allows(|a| a.index(host))
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

/// What is fetched, as its argument has it; of an argument with more in it than that (code of a shell, a list), or that only
/// stands for it, what it is.
fn named(found: &CodeSource, argument: &str) -> Untrusted {
    let version = found.version.as_deref().filter(|_| found.written == found.name);
    let written = version.map_or_else(|| found.written.clone(), |v| format!("{}@{v}", found.name));
    let within = argument.contains(char::is_whitespace) || !argument.contains(&found.name);
    let text = if within { &written } else { argument };
    // a list of packages may be as long as a file, and carry a token
    let shown = if found.kind == Kind::Image { secret::shown_image(text) } else { secret::shown(text) };
    Untrusted::from(crate::text::capped(&shown, SHOWN))
}

fn is_trust_flag(arg: &str) -> bool {
    let name = arg.split('=').next().unwrap_or(arg);
    ["--yolo", "--trust-all-tools", "--auto-approve-all", "--allow-all-tools", "--skip-permissions"].contains(&name)
        || (["--dangerously-", "--allow-dangerously-"].iter().any(|p| name.starts_with(p)) && !name.contains("auth"))
}

/// Substitution, or a separator with a program behind it. A lone `&`, `|` or `;` is data.
fn is_injection(text: &str) -> bool {
    // what says where and who one is runs nothing of anybody
    let harmless = ["$(pwd)", "$(id -u)", "$(id -g)", "$(whoami)", "$(hostname)"];
    let plain = harmless.iter().fold(text.to_owned(), |t, h| t.replace(h, ""));
    let text = plain.as_str();
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

/// Every network of the machine, as an address to listen on.
pub(super) fn is_everywhere(value: &str) -> bool {
    let port = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit());
    ["0.0.0.0", "[::]", "*:"].iter().any(|p| value.starts_with(p))
        || ["::", "*"].contains(&value)
        || value.strip_prefix(':').is_some_and(port)
}

/// Whether a server is told to ask nobody who they are.
pub(super) fn is_open(args: &[&str]) -> bool {
    let without = ["--no-auth", "--disable-auth", "--auth=none", "--auth=false", "--insecure-no-auth"];
    let apart = args.windows(2).any(|w| w[0] == "--auth" && ["none", "false", "off"].contains(&w[1]));
    apart || args.iter().any(|a| without.contains(a))
}

/// A debugger of Node.js, Python, Java or a browser, that others reach.
fn is_debugger(words: &Words<'_>, flag: &str, arg: &str, value: Option<&str>) -> bool {
    let everywhere = value.is_some_and(is_everywhere);
    let joined = ["--inspect", "--inspect-brk", "--debug-host", "--remote-debugging-address"].contains(&flag);
    let java = ["-agentlib:jdwp=", "-Xrunjdwp:"].iter().any(|p| arg.starts_with(p))
        && ["address=*:", "address=0.0.0.0:"].iter().any(|a| arg.contains(a));
    java || (joined && arg.contains('=') && everywhere) || (flag == "--listen" && words.debugger && everywhere)
}
