//! What a launch gives away without being started: unpinned runners, secrets in the configuration, shells, clear text,
//! blanket approvals, containers with holes. Family `launch`; every hit points at the value in the configuration.

mod approval;
mod command;
mod container;
mod environment;
mod fetch;
mod gateway;
mod inline;
mod loader;
mod paths;
pub(super) mod remote;
mod roots;

use std::collections::BTreeMap;

use crate::finding::Location;
use crate::json::Pointer;
use crate::launch::line::Line;
use crate::launch::secret;
use crate::rule::{Hit, Published, Subject};
use crate::target::{ConfigScope, Fact, Launch, Place, Stdio, Target};
use crate::untrusted::{Message, Untrusted};

use environment::Variable;

/// Hits of one rule about one server; a configuration may have as many secrets as it has bytes.
const MOST: usize = 20;

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
        judge.unapproved();
        judge.name();
        judge.approvals(subject.manifest);
        judge.facts();
    }
    bounded(out)
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
    /// What the project allows is in it.
    published: Published<'a>,
    out: &'a mut Vec<Hit>,
}

/// A command as the checks see it.
struct Words<'a> {
    /// The programs of the line.
    line: Line<'a>,
    /// Code on it.
    inline: Vec<inline::Inline>,
    args: Vec<&'a str>,
    stdio: &'a Stdio,
}

impl Words<'_> {
    /// Whether an argument is given to something in a container, where paths and addresses are the container's.
    fn is_contained(&self, at: usize) -> bool {
        self.line.contained().is_some_and(|from| at >= from)
    }

    /// Whether any program of the line has one of these names.
    fn starts(&self, names: &[&str]) -> bool {
        self.line.steps().any(|s| names.contains(&s.program().as_str()))
    }
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
        Message::new("server ").quote(&self.target.name).text(text)
    }

    fn stdio(&mut self, s: &Stdio) {
        let args: Vec<&str> = s.args.iter().map(|a| a.value.raw()).collect();
        let line = Line::of(s.command.value.raw(), &args);
        let words = Words { inline: inline::all(&line), line, args, stdio: s };
        self.source(&words);
        self.inline(&words);
        self.command(&words);
        self.container(&words);
        self.bridged(&words);
        self.paths(&words);
        self.roots(&words);
        for at in secret::all_in_args(words.args.iter().copied()) {
            self.secret(s.args[at].place, &format!("/args/{at}"), "an argument");
        }
        for (name, value) in &s.env {
            let pointer = format!("/env/{}", name.value.raw().replace('~', "~0").replace('/', "~1"));
            if secret::is_secret(Some(name.value.raw()), value.value.expose()) {
                self.secret(value.place, &pointer, "an environment value");
            }
            let variable = Variable { name: &name.value, value: value.value.expose(), inside: false };
            self.environment(&variable, |judge, rule, message| judge.add(rule, value.place, &pointer, message));
        }
        for set in words.line.set() {
            let name = Untrusted::from(set.name.as_str());
            let variable = Variable { name: &name, value: &set.value, inside: set.inside };
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
