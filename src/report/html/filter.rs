//! Which findings are shown: boxes and buttons that the style sheet looks at, because the page has no script. Servers and
//! rules are numbers here, so that no word of anybody else stands in the style. What is filtered out is still printed.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::overview::SEVERITIES;
use super::own;
use crate::report::saved::{Finding, Saved};
use crate::untrusted::Untrusted;

/// Servers, and rules, that can be chosen.
const MOST: usize = 200;

/// What a finding can be.
const STATES: [(&str, &str); 3] = [("fails", "fails the run"), ("passes", "does not fail it"), ("aside", "set aside")];

/// The choices of a page.
pub(super) struct Filter<'r> {
    severities: Vec<&'static str>,
    states: Vec<(&'static str, &'static str)>,
    servers: Vec<&'r Untrusted>,
    rules: Vec<&'r Untrusted>,
}

impl<'r> Filter<'r> {
    pub(super) fn of(run: &'r Saved) -> Self {
        let all = &run.findings;
        let severities =
            SEVERITIES.iter().filter(|s| all.iter().any(|f| f.severity == **s)).map(|s| s.word()).collect();
        let states = STATES.into_iter().filter(|(class, _)| all.iter().any(|f| state(f) == *class)).collect();
        Self {
            severities,
            states,
            servers: most(all.iter().map(|f| &f.target)),
            rules: most(all.iter().map(|f| &f.rule)),
        }
    }

    /// What the style sheet of this page has to know.
    pub(super) fn style(&self) -> String {
        let mut out = String::from("@media screen {");
        for word in &self.severities {
            let _ = write!(out, "\nbody:has(#show-{word}:not(:checked)) .found.{word} {{ display: none; }}");
        }
        let mut only = |class: &str| {
            let _ = write!(out, "\nbody:has(#only-{class}:checked) .found:not(.{class}) {{ display: none; }}");
        };
        self.states.iter().for_each(|(class, _)| only(class));
        (0..self.servers.len()).for_each(|i| only(&format!("s{i}")));
        (0..self.rules.len()).for_each(|i| only(&format!("r{i}")));
        out.push_str(" }\n");
        out
    }

    /// The classes of a finding.
    pub(super) fn classes(&self, f: &Finding) -> String {
        let place = |list: &[&Untrusted], of: &Untrusted| list.iter().position(|o| *o == of);
        let mut out = format!("found {} {}", f.severity.word(), state(f));
        for (letter, place) in [("s", place(&self.servers, &f.target)), ("r", place(&self.rules, &f.rule))] {
            if let Some(place) = place {
                let _ = write!(out, " {letter}{place}");
            }
        }
        out
    }

    /// The controls, when there is something to choose.
    pub(super) fn write(&self, out: &mut String, run: &Saved) {
        let mut inside = String::new();
        if self.severities.len() > 1 {
            inside.push_str("<fieldset><legend>Severity</legend>");
            for word in &self.severities {
                let _ = write!(
                    inside,
                    "<label><input type=\"checkbox\" id=\"show-{word}\" checked=\"checked\"/> {word}</label> "
                );
            }
            inside.push_str("</fieldset>\n");
        }
        let states = self.states.iter().map(|(class, words)| ((*class).to_owned(), (*words).to_owned()));
        choice(&mut inside, "State", "state", states.collect());
        let servers = self.servers.iter().enumerate().map(|(i, id)| (format!("s{i}"), own(run.name(id), 60)));
        choice(&mut inside, "Server", "server", servers.collect());
        let rules = self.rules.iter().enumerate().map(|(i, rule)| (format!("r{i}"), own(rule, 60)));
        choice(&mut inside, "Rule", "rule", rules.collect());
        if !inside.is_empty() {
            let _ = writeln!(
                out,
                "<details class=\"filter\"><summary>Show only some of them</summary>\n{inside}</details>"
            );
        }
    }
}

/// The most frequent ones first, as many as can be chosen.
fn most<'r>(all: impl Iterator<Item = &'r Untrusted>) -> Vec<&'r Untrusted> {
    let mut counts: BTreeMap<&Untrusted, usize> = BTreeMap::new();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    let mut list: Vec<(&Untrusted, usize)> = counts.into_iter().collect();
    list.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    list.truncate(MOST);
    list.into_iter().map(|(one, _)| one).collect()
}

fn state(f: &Finding) -> &'static str {
    match (f.suppressed.is_some(), f.fails) {
        (true, _) => "aside",
        (false, true) => "fails",
        (false, false) => "passes",
    }
}

/// One of several, or all.
fn choice(out: &mut String, title: &str, name: &str, of: Vec<(String, String)>) {
    if of.len() < 2 {
        return;
    }
    let button = |id: &str, more: &str, words: &str| {
        format!("<label><input type=\"radio\" name=\"{name}\" id=\"{id}\"{more}/> {words}</label> ")
    };
    let _ = write!(
        out,
        "<fieldset><legend>{title}</legend>{}",
        button(&format!("all-{name}"), " checked=\"checked\"", "all")
    );
    for (class, words) in of {
        out.push_str(&button(&format!("only-{class}"), "", &words));
    }
    out.push_str("</fieldset>\n");
}
