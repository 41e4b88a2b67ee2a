//! What a launch gives away without being started: unpinned runners, secrets in the configuration, shells, clear text,
//! blanket approvals, containers with holes. Family `launch`; every hit points at the value in the configuration.

mod approval;
mod command;
mod container;
mod environment;
mod fetch;
mod gateway;
mod paths;
pub(super) mod remote;

use std::collections::BTreeMap;

use crate::finding::Location;
use crate::json::Pointer;
use crate::launch::{secret, source};
use crate::rule::{Hit, Published, Subject};
use crate::target::config_file::bundle::Started;
use crate::target::{ConfigScope, Fact, Launch, Place, Stdio, Target};
use crate::untrusted::Message;

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
    program: String,
    args: Vec<&'a str>,
    stdio: &'a Stdio,
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

    fn launch(&mut self) {
        match &self.target.launch {
            Launch::Stdio(s) => self.stdio(s),
            Launch::Http(h) => self.http(h),
            Launch::File(_) => {}
        }
    }

    fn stdio(&mut self, s: &Stdio) {
        let args: Vec<&str> = s.args.iter().map(|a| a.value.raw()).collect();
        let words = Words { program: source::program(s.command.value.raw()), args, stdio: s };
        self.source(&words);
        self.inline(&words);
        self.command(&words);
        self.container(&words);
        self.paths(&words);
        if secret::in_args([s.command.value.raw()]).is_some() {
            self.secret(s.command.place, "/command", "its command");
        }
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
