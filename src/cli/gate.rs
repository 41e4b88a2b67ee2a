//! `verify`: the offline gate. Starts nothing, contacts nothing, and is fast enough for a pre-commit hook.

use std::fmt::Write;

use super::args::{DiffFormat, Verify};
use super::failure::Failure;
use super::project::{Baseline, Project};
use crate::baseline::{State, Verified};
use crate::launch::identity::LaunchIdentity;
use crate::target::clients::{Inventory, Places};
use crate::target::{ConfigScope, Target};
use crate::terms::ExitCode;
use crate::untrusted::{Message, Untrusted, quiet_json};

/// Runs `verify`.
pub fn run(args: &Verify, project: &Project) -> Result<ExitCode, Failure> {
    let project = &project.with_base(&args.baseline)?;
    let outcome = match project.baseline(&args.baseline)? {
        Baseline::Good(verified) => Ok(*verified),
        Baseline::Bad(state) => Err(state),
        Baseline::Empty | Baseline::Unwanted => Err(State::Absent),
    };
    let places = Places::of_project(&project.root);
    let inventory = Inventory::search(&places, |s| s == ConfigScope::Project);
    let problems = match &outcome {
        Ok(verified) => suppressions(verified, project).into_iter().chain(servers(verified, &inventory)).collect(),
        Err(_) => Vec::new(),
    };
    let unread: Vec<Message> = inventory
        .unread()
        .into_iter()
        .map(|(path, why)| {
            Message::new("").quote(&Untrusted::from(path.to_string_lossy().into_owned())).text(" ").append(&why)
        })
        .collect();
    let exit = match &outcome {
        Err(_) => ExitCode::Baseline,
        Ok(_) if !problems.is_empty() => ExitCode::Findings,
        Ok(_) if !unread.is_empty() => ExitCode::Incomplete,
        Ok(_) => ExitCode::Ok,
    };
    let text = match args.output {
        DiffFormat::Json => json(&outcome, &problems, &unread, exit),
        DiffFormat::Human => human(&outcome, &problems, &unread),
    };
    super::print(text.as_bytes())?;
    match outcome {
        Err(state) if matches!(args.output, DiffFormat::Human) => {
            Err(Failure::baseline(state.sentence().to_terminal()).help(state.next_step()))
        }
        _ => Ok(exit),
    }
}

/// Suppressions are part of what is signed; with a base they are the base's, and were checked there.
fn suppressions(verified: &Verified, project: &Project) -> Option<Message> {
    let same = verified.content.suppressions == project.config.suppressions_digest();
    (!same && project.base.is_none())
        .then(|| Message::new("the suppressions in mcp-assay.toml, which have no effect until they are signed"))
}

/// Servers the project configures whose launch identity nobody approved.
fn servers(verified: &Verified, inventory: &Inventory) -> Vec<Message> {
    let problem = |target: &Target| {
        let name = Message::new("server ").quote(&target.name);
        let identity = match LaunchIdentity::of(target) {
            Ok(identity) => identity,
            Err(why) => return Some(name.text(format!(" cannot be approved: {why}"))),
        };
        let approved = verified.content.servers.iter().find(|(key, _)| {
            key.raw() == target.name.raw() || key.raw().starts_with(&format!("{}@", target.name.raw()))
        });
        match approved {
            None => Some(name.text(" is configured and was never approved")),
            Some(_) if verified.content.servers.values().any(|e| e.launch == identity) => None,
            Some(_) => Some(name.text(" is launched otherwise than approved")),
        }
    };
    inventory.targets.iter().filter(|t| !t.disabled).filter_map(problem).collect()
}

fn human(outcome: &Result<Verified, State>, problems: &[Message], unread: &[Message]) -> String {
    let mut out = String::new();
    if let Ok(v) = outcome {
        let people: Vec<String> = v.signers.iter().map(|s| Untrusted::from(s.as_str()).to_terminal()).collect();
        let _ = writeln!(
            out,
            "baseline version {} is intact: {} servers, signed by {}, valid until {}",
            v.content.version,
            v.content.servers.len(),
            people.join(", "),
            v.content.expires
        );
        for notice in &v.notices {
            let _ = writeln!(out, "note: {notice}");
        }
    }
    for problem in problems {
        let _ = writeln!(
            out,
            "not approved: {}; scan it with consent, read it, then `mcp-assay approve`",
            problem.to_terminal()
        );
    }
    for file in unread {
        let _ = writeln!(out, "not read: {}", file.to_terminal());
    }
    out
}

fn json(outcome: &Result<Verified, State>, problems: &[Message], unread: &[Message], exit: ExitCode) -> String {
    let (state, version, message) = match outcome {
        Ok(v) => ("ok", Some(v.content.version), None),
        Err(s) => (s.word(), None, Some(s.sentence().to_visible())),
    };
    let texts = |list: &[Message]| list.iter().map(Message::to_visible).collect::<Vec<_>>();
    let report = serde_json::json!({
        "version": 1,
        "baseline": { "state": state, "version": version, "message": message },
        "notApproved": texts(problems),
        "notRead": texts(unread),
        "exit": exit.number(),
    });
    quiet_json(format!("{report:#}\n"))
}
