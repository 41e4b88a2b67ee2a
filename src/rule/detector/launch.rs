//! What a launch gives away without being started: unpinned runners, secrets in the configuration, shells, clear text,
//! blanket approvals, containers with holes. Family `launch`; every hit points at the value in the configuration.

mod approval;
mod command;
mod container;
mod environment;
mod gateway;
mod paths;
pub(super) mod remote;

use crate::finding::Location;
use crate::json::Pointer;
use crate::launch::{secret, source};
use crate::rule::{Hit, Published, Subject};
use crate::target::{ConfigScope, Fact, Launch, Place, Stdio, Target};
use crate::untrusted::Message;

/// Runs the family over every target.
pub fn detect(fleet: &[Subject<'_>]) -> Vec<Hit> {
    let mut out = Vec::new();
    for (server, subject) in fleet.iter().enumerate() {
        let mut judge = Judge { server, target: subject.target, published: subject.published, out: &mut out };
        match &subject.target.launch {
            Launch::Stdio(s) => judge.stdio(s),
            Launch::Http(h) => judge.http(h),
            Launch::File(_) => {}
        }
        judge.name();
        judge.approvals(subject.manifest);
        judge.facts();
    }
    out
}

struct Judge<'a> {
    server: usize,
    target: &'a Target,
    /// What the project allows is in it.
    published: Published<'a>,
    out: &'a mut Vec<Hit>,
}

/// A command as the checks see it.
struct Words<'a> {
    program: String,
    args: Vec<&'a str>,
    stdio: &'a Stdio,
}

impl Judge<'_> {
    fn add(&mut self, rule: &str, place: Option<Place>, pointer: &str, message: Message) {
        let origin = self.target.origin.as_ref();
        let location = origin.map(|o| Location { file: o.file.clone(), place: place.unwrap_or(o.place) });
        let pointer = Pointer::parse(pointer).unwrap_or_default();
        self.out.push(Hit { pointer, location, message, ..Hit::new(rule, self.server) });
    }

    /// At an argument.
    fn at(&mut self, rule: &str, words: &Words<'_>, at: usize, message: Message) {
        self.add(rule, words.stdio.args.get(at).and_then(|a| a.place), &format!("/args/{at}"), message);
    }

    /// At a place that may lie in another file than the server.
    fn at_fact(&mut self, rule: &str, fact: &Fact, pointer: &str, message: Message) {
        let location = Some(Location { file: fact.file.clone(), place: fact.place });
        let pointer = Pointer::parse(pointer).unwrap_or_default();
        self.out.push(Hit { pointer, location, message, ..Hit::new(rule, self.server) });
    }

    fn says(&self, text: impl Into<String>) -> Message {
        Message::new("server ").quote(&self.target.name).text(text)
    }

    fn stdio(&mut self, s: &Stdio) {
        let args: Vec<&str> = s.args.iter().map(|a| a.value.raw()).collect();
        let words = Words { program: source::program(s.command.value.raw()), args, stdio: s };
        self.source(&words);
        self.inline(&words);
        self.command(&words);
        self.container(&words);
        self.paths(&words);
        for at in secret::all_in_args(words.args.iter().copied()) {
            self.secret(s.args[at].place, &format!("/args/{at}"), "an argument");
        }
        for (name, value) in &s.env {
            let pointer = format!("/env/{}", name.value.raw().replace('~', "~0").replace('/', "~1"));
            if secret::is_secret(Some(name.value.raw()), value.value.expose()) {
                self.secret(value.place, &pointer, "an environment value");
            }
            self.environment(name, value.value.expose(), value.place, &pointer);
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
