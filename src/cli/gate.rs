//! `verify`: the offline gate. Starts nothing, contacts nothing, and is fast enough for a pre-commit hook.

use std::fmt::Write;
use std::path::Path;

use super::args::{DiffFormat, Verify};
use super::failure::Failure;
use super::programs;
use super::project::{Baseline, Project};
use crate::baseline::{ServerEntry, State, Verified};
use crate::diff::{Change, programs_changed};
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
        Baseline::Empty | Baseline::Unwanted => Err(State::Empty),
    };
    let places = Places::of_project(&project.root);
    let inventory = Inventory::search(&places, |s| s == ConfigScope::Project);
    let problems = match &outcome {
        Ok(verified) => {
            let unsigned =
                project.unsigned(verified).into_iter().map(|(server, change)| exception(server.as_ref(), &change));
            unsigned.chain(servers(verified, &inventory, &project.root)).collect()
        }
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
        DiffFormat::Human => human(&outcome, &problems, &unread, inventory.not_read()),
    };
    super::print(text.as_bytes())?;
    match outcome {
        Err(state) if matches!(args.output, DiffFormat::Human) => {
            Err(Failure::baseline(state.sentence().to_terminal()).help(state.next_step()))
        }
        _ => Ok(exit),
    }
}

/// What the project's file sets aside and nobody signed.
fn exception(server: Option<&Untrusted>, change: &Change) -> Message {
    let table = change.pointer.tokens().first().map_or("", |t| &**t);
    let said = Message::new(format!("[[{table}]] of mcp-assay.toml"));
    let said = match server {
        Some(server) => said.text(" for server ").quote(server),
        None => said,
    };
    said.text(" is not what people signed, and has no effect until it is signed")
}

/// Servers the project configures whose launch identity nobody approved, or whose programs are others now.
fn servers(verified: &Verified, inventory: &Inventory, root: &Path) -> Vec<Message> {
    let problem = |target: &Target| {
        let name = Message::new("server ").quote(&target.name);
        let identity = match LaunchIdentity::of(target) {
            Ok(identity) => identity,
            Err(why) => return Some(name.text(format!(" cannot be approved: {why}"))),
        };
        let approved = verified.content.servers.iter().find(|(key, _)| {
            key.raw() == target.name.raw() || key.raw().starts_with(&format!("{}@", target.name.raw()))
        });
        if approved.is_none() {
            return Some(name.text(" is configured and was never approved"));
        }
        let same: Vec<&ServerEntry> = verified.content.servers.values().filter(|e| e.launch == identity).collect();
        if same.is_empty() {
            return Some(name.text(" is launched otherwise than approved"));
        }
        let programs = programs::of(target, root);
        let changed: Vec<Change> = same.iter().filter_map(|e| programs_changed(&e.programs, &programs).pop()).collect();
        let fits = changed.len() < same.len();
        let path = changed.first().and_then(|c| c.pointer.tokens().last()).filter(|_| !fits)?;
        Some(name.text(" runs a program of the project that is not the approved one: ").quote(&(&**path).into()))
    };
    inventory.targets.iter().filter(|t| !t.excused()).filter_map(problem).collect()
}

fn human(
    outcome: &Result<Verified, State>,
    problems: &[Message],
    unread: &[Message],
    beside: Option<Message>,
) -> String {
    let mut out = String::new();
    if let Ok(v) = outcome {
        let people: Vec<String> = v.signers.iter().map(|s| Untrusted::from(s.as_str()).to_terminal()).collect();
        let _ = writeln!(
            out,
            "baseline version {} is intact: {}, signed by {}, valid until {}",
            v.content.version,
            super::count(v.content.servers.len(), "server"),
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
    if !unread.is_empty() {
        out.push_str("next: `mcp-assay inventory` shows which configurations were read\n");
    }
    if let Some(note) = beside {
        let _ = writeln!(out, "note: {}", note.to_terminal());
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
