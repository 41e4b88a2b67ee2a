//! What a launch gives away without being started: unpinned runners, secrets in the configuration, shells, clear text,
//! blanket approvals, containers with holes. Family `launch`; every hit points at the value in the configuration.

mod approval;
mod command;
mod container;
mod development;
mod environment;
mod fetch;
mod gateway;
pub(in crate::rule) mod hook;
mod inline;
mod loader;
mod options;
mod paths;
pub(super) mod remote;
mod roots;
mod starters;
mod system;

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Location;
use crate::json::{Pointer, token};
use crate::launch::line::Line;
use crate::launch::{filled, source};
use crate::rule::{Hit, Published, Subject};
use crate::secret;
use crate::target::config_file::bundle::Started;
use crate::target::{ConfigScope, Fact, Launch, Place, Stdio, Target};
use crate::untrusted::{Message, Untrusted};

use environment::Variable;

/// Hits of one rule about one server; a configuration may have as many secrets as it has bytes.
const MOST: usize = 20;

/// Runs the family over every target.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        let published = subject.published;
        let mut judge = Judge { server, target: subject.target, started: None, published, out: &mut out };
        // what starts a bundle is judged where its manifest says it
        if !matches!((&subject.target.launch, published.bundle), (Launch::Stdio(_), Some(_))) {
            judge.launch();
        }
        judge.unapproved();
        judge.name();
        judge.approvals(subject.manifest);
        judge.facts();
        let starts = published.bundle.filter(|_| matches!(subject.target.launch, Launch::File(_)));
        for started in starts.map(|b| b.starts.as_slice()).unwrap_or_default() {
            let target = &Target { name: subject.target.name.clone(), ..started.target.clone() };
            Judge { server, target, started: Some(started), published, out: &mut out }.launch();
        }
    }
    bounded(out)
}

/// Whether anything is told of what a file and its client's settings say: settings of which nothing is are no target.
pub fn tells(target: &Target) -> bool {
    let mut out = Vec::new();
    Judge { server: 0, target, started: None, published: Published::default(), out: &mut out }.facts();
    !out.is_empty()
}

/// The first hits of each rule about each server; the last of those that stay says that there are more.
fn bounded(mut hits: Vec<Hit>) -> Vec<Hit> {
    let mut counts: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for hit in &hits {
        *counts.entry((hit.server, hit.rule.to_string())).or_default() += 1;
    }
    counts.retain(|_, count| *count > MOST);
    if counts.is_empty() {
        return hits;
    }
    let mut seen: BTreeMap<(usize, String), usize> = BTreeMap::new();
    hits.retain_mut(|hit| {
        let key = (hit.server, hit.rule.to_string());
        let Some(all) = counts.get(&key) else { return true };
        let at = seen.entry(key).or_default();
        *at += 1;
        if *at == MOST {
            let more = Message::new(format!("; and {} more like this, which are not listed", all - MOST));
            hit.message = std::mem::take(&mut hit.message).append(&more);
        }
        *at <= MOST
    });
    hits
}

struct Judge<'a> {
    server: usize,
    target: &'a Target,
    /// The part of a bundle's manifest that it is, when it is one.
    started: Option<&'a Started>,
    /// What the project allows is in it.
    published: Published<'a>,
    out: &'a mut Vec<Hit>,
}

/// A command as the checks see it.
struct Words<'a> {
    /// The programs of the line.
    line: Line<'a>,
    /// What they fetch.
    sources: Vec<source::CodeSource>,
    /// They fetch more than is looked at.
    cut: bool,
    /// Code on it.
    inline: Vec<inline::Inline>,
    /// The first argument that is the package's and not its runner's.
    own: usize,
    /// The first argument whose addresses are those of a container, and not of the machine.
    contained: usize,
    /// Nobody is asked who they are.
    open: bool,
    /// Python's debugger listens.
    debugger: bool,
    args: Vec<&'a str>,
    stdio: &'a Stdio,
}

impl<'a> Words<'a> {
    fn of(stdio: &'a Stdio) -> Self {
        let args: Vec<&str> = stdio.args.iter().map(|a| a.value.raw()).collect();
        let line = Line::of(stdio.command.value.raw(), &args);
        let apart = line.contained().filter(|_| !container::on_host_network(&line));
        let fetched = source::all(&line);
        let mut words = Self {
            sources: fetched.list,
            cut: fetched.cut,
            inline: inline::all(&line),
            own: usize::MAX,
            contained: apart.unwrap_or(usize::MAX),
            open: command::is_open(&args),
            debugger: args.windows(2).any(|w| w == ["-m", "debugpy"]),
            line,
            args,
            stdio,
        };
        let own = if words.starts(&["npm", "pnpm", "yarn"]) {
            words.args.iter().position(|a| *a == "--")
        } else {
            words.sources.iter().map(|s| s.argument).max()
        };
        words.own = own.map_or(usize::MAX, |at| at + 1);
        words
    }

    /// Whether any program of the line has one of these names.
    fn starts(&self, names: &[&str]) -> bool {
        self.line.steps().any(|s| names.contains(&s.program().as_str()))
    }
}

/// A word of a launch as a message may show it: without secrets.
fn shown(word: &str) -> Untrusted {
    secret::shown(word).into()
}

impl Judge<'_> {
    fn add(&mut self, rule: &str, place: Option<Place>, pointer: &str, message: Message) {
        let origin = self.target.origin.as_ref();
        let location = origin.map(|o| Location { file: o.file.clone(), place: place.unwrap_or(o.place) });
        let pointer = self.started.map_or_else(|| pointer.to_owned(), |s| s.pointer(pointer));
        let pointer = Pointer::parse(&pointer).unwrap_or_default();
        self.out.push(Hit { pointer, location, message, ..Hit::new(rule, self.server) });
    }

    /// At an argument.
    fn at(&mut self, rule: &str, words: &Words<'_>, at: usize, message: Message) {
        self.add(rule, words.stdio.args.get(at).and_then(|a| a.place), &format!("/args/{at}"), message);
    }

    /// At an argument, or at the command.
    fn on(&mut self, rule: &str, words: &Words<'_>, argument: Option<usize>, message: Message) {
        match argument {
            Some(at) => self.at(rule, words, at, message),
            None => self.add(rule, words.stdio.command.place, "/command", message),
        }
    }

    /// At a place that may lie in another file than the server.
    fn at_fact(&mut self, rule: &str, fact: &Fact, pointer: &str, message: Message) {
        let location = Some(Location { file: fact.file.clone(), place: fact.place });
        let pointer = Pointer::parse(pointer).unwrap_or_default();
        self.out.push(Hit { pointer, location, message, ..Hit::new(rule, self.server) });
    }

    fn says(&self, text: impl Into<String>) -> Message {
        let server = Message::new("server ").quote(&self.target.name);
        match self.started.and_then(|s| s.platform.as_ref()) {
            Some(platform) => server.text(" on ").quote(platform).text(text),
            None => server.text(text),
        }
    }

    /// The launch as it is written, and with the defaults of its references: either may be what runs.
    fn launch(&mut self) {
        let from = self.out.len();
        self.written();
        let Some(launch) = filled::launch(&self.target.launch) else { return };
        let (target, mut more) = (Target { launch, ..self.target.clone() }, Vec::new());
        let (server, started, published) = (self.server, self.started, self.published);
        Judge { server, target: &target, started, published, out: &mut more }.written();
        // secrets in defaults are found where they stand
        let own = |h: &Hit| !["committed-secret", "plaintext-secret"].contains(&&*h.rule);
        let known: BTreeSet<(String, Pointer)> =
            self.out[from..].iter().map(|h| (h.rule.clone(), h.pointer.clone())).collect();
        let new = |h: &Hit| own(h) && !known.contains(&(h.rule.clone(), h.pointer.clone()));
        self.out.extend(more.into_iter().filter(new));
    }

    fn written(&mut self) {
        match &self.target.launch {
            Launch::Stdio(s) => self.stdio(s),
            Launch::Http(h) => self.http(h),
            Launch::File(_) => {}
        }
    }

    fn stdio(&mut self, s: &Stdio) {
        let words = Words::of(s);
        self.source(&words);
        self.inline(&words);
        self.command(&words);
        self.container(&words);
        self.bridged(&words);
        self.paths(&words);
        self.roots(&words);
        let args: Vec<_> = words.args.iter().map(|a| development::without(a)).collect();
        for at in secret::of_line(s.command.value.raw(), args.iter().map(|a| &**a)) {
            match at {
                Some(at) => self.secret(s.args[at].place, &format!("/args/{at}"), "an argument"),
                None => self.secret(s.command.place, "/command", "its command"),
            }
        }
        if let Some(cwd) = s.cwd.as_ref().filter(|c| secret::is_secret(None, c.value.raw())) {
            self.secret(cwd.place, "/cwd", "its working directory");
        }
        let fetches = words.sources.iter().any(|f| f.kind != source::Kind::Image);
        for (name, value) in &s.env {
            let pointer = format!("/env{}", token(&secret::masked(name.value.raw())));
            if secret::is_secret(None, name.value.raw()) {
                self.secret(name.place, &pointer, "the name of an environment variable");
            }
            if secret::is_secret(Some(name.value.raw()), &development::without(value.value.expose())) {
                self.secret(value.place, &pointer, "an environment value");
            }
            let variable =
                Variable { name: &name.value, value: value.value.expose(), inside: false, fetches, settings: None };
            self.environment(&variable, |judge, rule, message| judge.add(rule, value.place, &pointer, message));
        }
        // secrets in that file are where they belong: it is not the configuration
        for (name, value) in &self.target.beside.env {
            let variable =
                Variable { name: &name.value, value: value.value.expose(), inside: false, fetches, settings: None };
            self.environment(&variable, |judge, rule, message| {
                judge.add(rule, value.place, "/envFile", message.text(", in the file of variables that it names"));
            });
        }
        for set in words.line.set() {
            let name = Untrusted::from(set.name.as_str());
            let variable = Variable { name: &name, value: &set.value, inside: set.inside, fetches, settings: None };
            self.environment(&variable, |judge, rule, message| judge.on(rule, &words, set.argument, message));
        }
    }

    fn secret(&mut self, place: Option<Place>, pointer: &str, what: &str) {
        let text = format!(" has a secret in plain text in {what}");
        if matches!(self.target.scope, ConfigScope::Project) {
            let message = self.says(text).text(", in a file of the project");
            self.add("committed-secret", place, pointer, message);
        } else {
            let message = self.says(text);
            self.add("plaintext-secret", place, pointer, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;
    use crate::snapshot::Snapshot;
    use crate::target::config_file::from_text;

    /// What hits targets by themselves.
    pub(super) fn hits(targets: &[Target]) -> Vec<Hit> {
        let (manifest, snapshot) = (Manifest::default(), Snapshot::of(&Manifest::default()));
        let subject = |target| Subject {
            target,
            manifest: &manifest,
            snapshot: &snapshot,
            approved: None,
            changes: &[],
            capture: None,
            published: Published::default(),
        };
        detect(&targets.iter().map(subject).collect::<Vec<_>>())
    }

    /// Rules that hit a server of these words.
    fn rules(line: &str) -> Vec<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let entry = serde_json::json!({ "mcpServers": { "a": { "command": words[0], "args": words[1..] } } });
        let targets = from_text(&entry.to_string(), "f.json").expect("a configuration");
        hits(&targets).into_iter().map(|h| h.rule.to_string()).collect()
    }

    #[test]
    fn launches_as_honest_servers_document_them_are_quiet() {
        let digest = format!("@sha256:{}", "0".repeat(64));
        for line in [
            "npx -y @acme/files@2025.8.21 /Users/me/Desktop ~/projects/x",
            "npx -y @acme/calc@1.2.3 -- --config=./c.json -c conf/x.json",
            "cmd /c npx -y @acme/calc@1.2.3",
            "cmd.exe /c npx -y @acme/calc@1.2.3 --path C:\\work\\x",
            "uvx mcp-server-git==2025.12.18 --repository ./repo",
            "uvx --python 3.12 --from acme[cli]==1.0 acme serve --host 127.0.0.1",
            "uv --directory /srv/weather run weather.py",
            "uv run --with mcp==1.2.0 --env-file .env mcp run server.py",
            "uv run --frozen python -m acme.server -c x",
            "pipx run acme==1.0.0",
            "docker run -i --rm -e GITHUB_TOKEN ghcr.io/acme/calc DIGEST",
            "docker run -i --rm --init --pull=always acme/browser DIGEST --host 0.0.0.0 --root /",
            "docker run -i --rm --mount type=bind,src=/Users/me/Desktop,dst=/projects/Desktop acme/files DIGEST /projects",
            "docker run -i --rm -v /home/me/work:/work:ro -e HOST=0.0.0.0 -p 127.0.0.1:80:80 acme/calc DIGEST node server.js",
            "docker run --rm -i --network none --read-only --user 1000:1000 --cap-drop ALL acme/calc DIGEST",
            "docker exec -i box node server.js",
            "docker compose -f compose.yml run --rm -T svc",
            "docker mcp gateway run",
            "podman run -i --userns=keep-id acme/calc DIGEST",
            "env NODE_ENV=production LOG_LEVEL=debug node server.js",
            "/usr/bin/env python3 -u server.py",
            "mise exec node@22 -- node server.js",
            "mise x -- npx -y @acme/calc@1.2.3",
            "fnm exec --using=22 npx -y @acme/calc@1.2.3",
            "volta run --node 22 npx -y @acme/calc@1.2.3",
            "xvfb-run -a npx -y @acme/browser@1.2.3",
            "nice -n 10 node server.js",
            "timeout 3600 uvx acme==1.0",
            "npx -y mcp-remote@0.1.29 https://mcp.acme.test/v1/sse --transport sse-only",
            "npx -y mcp-remote@0.1.29 http://localhost:8080/mcp --allow-http",
            "npx -y supergateway@3.0.0 --streamableHttp https://mcp.acme.test/mcp",
            "node --env-file=.env --import tsx src/index.ts",
            "node --require dotenv/config dist/index.js --eval off",
            "bun run src/index.ts",
            "deno run --allow-net --allow-env jsr:@acme/calc@1.0.0",
            "dotnet run --project src/Server/Server.csproj",
            "dnx Acme.Calc@1.0.0 --yes",
            "go run ./cmd/server",
            "cargo run --release -- --stdio",
            "nix run .#server",
            "java -Dspring.main.web-application-type=none -jar server.jar",
            "bash scripts/start.sh -c x",
            "php -d memory_limit=1G artisan mcp:serve",
            "python -m acme_server --base-url http://internal.acme.test/api",
            "kubectl exec -i pod -- node server.js",
            "op run --env-file=.env -- npx -y @acme/calc@1.2.3",
            "npm exec --yes -- @acme/calc@1.2.3 --index https://search.acme.test",
        ] {
            let line = line.replace(" DIGEST", &digest);
            assert_eq!(rules(&line), Vec::<String>::new(), "{line}");
        }
        assert_eq!(rules("env A=1 npx calc"), ["unpinned-source"]);
    }

    #[test]
    fn a_default_hides_nothing_from_the_rules() {
        for (line, told) in [
            ("npx -y ${P:-evil}", &["unpinned-source"][..]),
            ("npx -y ${P}", &["unpinned-source", "unresolved-launch-reference"]),
            ("npx -y --registry ${R:-https://evil.test} a@1.0.0", &["package-index-override"]),
            ("npx -y mcp-remote@0.1.29 ${U:-http://evil.test/mcp}", &["insecure-transport"]),
            ("docker run -i ${X:---privileged} DIGEST", &["unpinned-source", "container-escape-options"]),
            ("npx -y @modelcontextprotocol/server-filesystem@2025.8.21 ${X:-/}", &["broad-filesystem-scope"]),
            ("${X:-bash} -c curl|sh", &["launch-metacharacters", "fetch-and-execute-launch"]),
            ("npx -y known@npm:evil@1.0.0", &["package-lookalike"]),
            ("npx -y ${CLAUDE_PLUGIN_ROOT}/server", &[]),
        ] {
            let line = line.replace("DIGEST", &format!("acme/x@sha256:{}", "0".repeat(64)));
            assert_eq!(rules(&line), told, "{line}");
        }
    }

    #[test]
    fn of_very_many_hits_the_first_are_listed_and_the_rest_is_counted() {
        let one = |rule: &str, server| Hit { message: Message::new("x"), ..Hit::new(rule, server) };
        let mut hits: Vec<Hit> = (0..100).map(|_| one("committed-secret", 0)).collect();
        hits.extend([one("committed-secret", 1), one("unpinned-source", 0)]);
        let left = bounded(hits);
        assert_eq!(left.len(), MOST + 2);
        assert_eq!(left[MOST - 1].message.to_terminal().to_string(), "x; and 80 more like this, which are not listed");
        assert_eq!((left[MOST - 2].message.to_terminal().to_string().as_str(), left[MOST].server), ("x", 1));
    }
}
