//! What `mcp-assay.toml` takes from the judgement of a run. Where there is no base the file is the one that is audited, so
//! whoever reads the report is told, as of what it allows.

use crate::cli::args::Scan;
use crate::cli::project::Project;
use crate::config::{FILE, FailOn};
use crate::rule::RuleSet;
use crate::terms::Severity;
use crate::untrusted::{Message, Untrusted};

/// Names of one list that are told.
const MOST: usize = 10;

/// What is weaker than without the file, flags considered; `None` when nothing is.
pub fn sentence(args: &Scan, project: &Project, rules: &RuleSet) -> Option<Message> {
    let config = &project.config;
    let mut parts = Vec::new();
    match config.fail_on.filter(|_| args.fail_on.is_none()) {
        Some(FailOn::Never) => parts.push(Message::new("sets fail-on = \"never\", so no finding fails this run")),
        Some(FailOn::Critical) => {
            parts.push(Message::new("sets fail-on = \"critical\", so findings of high severity do not fail this run"));
        }
        Some(FailOn::Low | FailOn::Medium | FailOn::High) | None => {}
    }
    let flagged = |rule: &str| args.severity.iter().any(|(flag, _)| flag.as_str() == rule);
    let own = |rule: &str| rules.get(rule).map(|r| r.file.severity);
    let lowered = |(rule, level): &(&String, &Severity)| !flagged(rule) && own(rule).is_some_and(|own| **level < own);
    let lowered = config.severity.iter().filter(lowered);
    let lowered = lowered.map(|(rule, level)| {
        let was = own(rule).map_or("", Severity::word);
        Message::new("").quote(&Untrusted::from(rule.as_str())).text(format!(" to {} (from {was})", level.word()))
    });
    parts.extend(listed("lowers ", lowered.collect()));
    let known = config.known_packages.iter().map(|name| Message::new("").quote(&Untrusted::from(name.as_str())));
    parts.extend(listed("says of packages that they are no look-alikes: ", known.collect()));
    let mut all = parts.iter();
    let first = Message::new(format!("{FILE} ")).append(all.next()?);
    Some(all.fold(first, |said, part| said.text("; ").append(part)))
}

fn listed(what: &str, list: Vec<Message>) -> Option<Message> {
    let more = list.len().saturating_sub(MOST);
    let mut list = list.iter().take(MOST);
    let first = Message::new(what).append(list.next()?);
    let said = list.fold(first, |said, one| said.text(", ").append(one));
    Some(if more > 0 { said.text(format!(" and {more} more")) } else { said })
}
