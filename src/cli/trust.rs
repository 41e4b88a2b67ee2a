//! `trust`: the people whose signatures count. Changes are drafts until enough people of the old and the new file signed.

use std::fmt::Write;
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;

use super::agree::{agree, signed};
use super::args::{KeyArgs, TrustAction, TrustArgs, TrustEdit};
use super::failure::Failure;
use super::project::Project;
use super::terminal::Terminal;
use super::{init, keys, known};
use crate::baseline::{self, Files, Signature, Standing, State, sign_trust, standing};
use crate::terms::ExitCode;
use crate::trust::Edit;
use crate::untrusted::{Untrusted, printable};

/// Days a trust file lasts.
const DAYS: i32 = 365;

/// Runs `trust`.
pub fn run(args: &TrustArgs, project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    let folder = project.folder(args.baseline.as_deref());
    let bad = |s: State| Failure::baseline(s.sentence().to_terminal()).help(s.next_step());
    let files = match Files::read(&folder) {
        Ok(files) => files,
        // a new beginning may be needed because nothing is readable any more
        Err(_) if matches!(args.action, TrustAction::Genesis { .. }) => Files::default(),
        Err(state) => return Err(bad(state)),
    };
    match &args.action {
        TrustAction::Show => show(&standing(&files).map_err(bad)?, project),
        TrustAction::Edit(change) => {
            let standing = standing(&files).map_err(bad)?;
            edit(change, &folder, &files, standing, project)
        }
        TrustAction::Sign(key) => sign(key, &folder, &files, &standing(&files).map_err(bad)?, project, terminal),
        TrustAction::Genesis { person, key } => {
            let text = init::begin(&folder, person, key, false, project)?;
            super::print(
                format!("{text}a new beginning: every server has to be scanned and approved again\n").as_bytes(),
            )
        }
        TrustAction::Forget => {
            let found = known::forget(&folder, &files).map_err(|e| {
                Failure::usage(format!("what this machine has seen cannot be removed: {e}"))
                    .help("check the permissions of the state directory (MCP_ASSAY_STATE)")
            })?;
            let text =
                if found { "forgotten; the next use is a first use\n" } else { "this machine knew nothing of it\n" };
            super::print(text.as_bytes())
        }
    }
}

/// The day a trust file of today ends.
pub fn expiry(project: &Project) -> Result<Date, Failure> {
    let day = project.today().checked_add(DAYS.days());
    day.map_err(|_| Failure::usage("--now is out of range").help("give a date of this century"))
}

fn describe(out: &mut String, standing: &Standing) {
    let t = &standing.trust;
    let _ = writeln!(out, "trust.json version {}, {}", t.version, t.digest());
    let _ = writeln!(out, "  project {}, expires {}", printable(&t.project), t.expires);
    let _ = writeln!(out, "  {} of {} people approve a baseline", t.baseline_threshold, t.people.len());
    let _ = writeln!(out, "  {} of {} people change this file", t.trust_threshold, t.people.len());
    let p = &t.policy;
    let _ = writeln!(
        out,
        "  a baseline lasts {} days at most; hardware keys only: {}; approvals without a terminal: {}",
        p.max_baseline_days, p.hardware, p.unattended
    );
    for (name, keys) in &t.people {
        for key in keys {
            let _ = writeln!(out, "  {}: {}", printable(name), printable(&key.text()));
        }
    }
    if let Some(before) = &standing.before {
        let _ = writeln!(out, "changes since version {}:", before.version);
        for line in before.differences(t) {
            let _ = writeln!(out, "  {line}");
        }
    }
    let names = |list: &[String]| list.iter().map(|n| printable(n)).collect::<Vec<_>>().join(", ");
    if let Some(before) = &standing.before {
        let _ = writeln!(
            out,
            "signed by {} of {} people of version {}: {}",
            standing.old.len(),
            before.trust_threshold,
            before.version,
            names(&standing.old)
        );
    }
    let _ = writeln!(
        out,
        "signed by {} of {} people of its own: {}",
        standing.new.len(),
        t.trust_threshold,
        names(&standing.new)
    );
}

fn show(standing: &Standing, project: &Project) -> Result<ExitCode, Failure> {
    let mut out = String::new();
    describe(&mut out, standing);
    let t = &standing.trust;
    if !standing.complete() {
        out.push_str("not complete: `mcp-assay trust sign`\n");
    } else if project.today() > t.expires {
        out.push_str("expired: `mcp-assay trust renew`, then `mcp-assay trust sign`\n");
    } else if t.people.len() > 1 && t.baseline_threshold == 1 {
        out.push_str("one person alone can approve: `mcp-assay trust threshold --people 2` asks for two\n");
    }
    super::print(out.as_bytes())
}

fn edit(
    change: &TrustEdit,
    folder: &Path,
    files: &Files,
    standing: Standing,
    project: &Project,
) -> Result<ExitCode, Failure> {
    let expires = expiry(project)?;
    // a draft that is not complete is changed further; it has no life of its own yet
    let mut next = if standing.complete() {
        standing.trust.successor(standing.approvals.clone(), expires)
    } else if standing.before.is_some() {
        standing.trust.clone()
    } else {
        return Err(Failure::baseline("the first trust.json is not signed by enough of its people")
            .help("have its people run `mcp-assay trust sign`"));
    };
    next.expires = expires;
    let edit = match change {
        TrustEdit::Add { name, key } => Edit::Add(name.clone(), keys::public(key)?),
        TrustEdit::Remove { name, key } => Edit::Remove(name.clone(), key.as_deref().map(keys::public).transpose()?),
        TrustEdit::Threshold { for_baseline, for_trust } => Edit::Threshold(*for_baseline, *for_trust),
        TrustEdit::Policy { max_baseline_days, hardware, unattended } => {
            Edit::Policy { days: *max_baseline_days, hardware: *hardware, unattended: *unattended }
        }
        TrustEdit::Renew => Edit::Renew,
    };
    next.edit(edit).map_err(|e| {
        Failure::usage(e.to_string())
            .help("`mcp-assay trust show` lists people and keys; thresholds go from 1 to their number")
    })?;
    let files = Files { trust: next.to_bytes(), ..files.clone() };
    store(folder, &files)?;
    let mut out = String::new();
    describe(&mut out, &baseline::standing(&files).map_err(|s| Failure::baseline(s.sentence().to_terminal()))?);
    out.push_str("\nnot signed yet; next: `mcp-assay trust sign`\n");
    super::print(out.as_bytes())
}

fn store(folder: &Path, files: &Files) -> Result<(), Failure> {
    baseline::write(folder, files, &mut |_| Ok(())).map_err(|e| {
        Failure::usage(format!("the baseline folder cannot be written: {e}"))
            .help("nothing was changed; check permissions")
    })
}

fn sign(
    args: &KeyArgs,
    folder: &Path,
    files: &Files,
    standing: &Standing,
    project: &Project,
    terminal: Terminal,
) -> Result<ExitCode, Failure> {
    let trust = &standing.trust;
    let mut out = String::new();
    describe(&mut out, standing);
    super::print(out.as_bytes())?;
    if standing.complete() {
        return super::print(b"\nenough people signed; nothing was written\n");
    }
    let listed = |key: &_| {
        let old = standing.before.as_ref().and_then(|b| b.person(key));
        old.or_else(|| trust.person(key)).map(str::to_owned)
    };
    let (key, person) = keys::signer(args.key.as_deref(), listed)?;
    // the rules in force decide how one may sign, not the rules that are proposed
    let allowed = standing.before.as_ref().unwrap_or(trust).policy.unattended;
    agree(args, allowed, trust.digest(), terminal)?;
    let (time, reason) = (project.now.to_string(), args.reason.clone().unwrap_or_default());
    let by = Signature { key: key.as_ref(), approver: &person, time: &time, reason: &reason };
    let files = sign_trust(files, trust, &by).map_err(|e| signed(&e))?;
    let now =
        baseline::standing(&files).map_err(|s| Failure::baseline(s.sentence().to_terminal()).help(s.next_step()))?;
    store(folder, &files)?;
    let next = if !now.complete() {
        "commit it; further people of the old and the new file run `mcp-assay trust sign`"
    } else if files.baseline.is_some() {
        "complete; the baseline needs a new approval: `mcp-assay scan`, `mcp-assay approve`, then commit both"
    } else {
        "complete; commit it"
    };
    let name = Untrusted::from(person).to_terminal();
    super::print(format!("\nsigned by {name}\nnext: {next}\n").as_bytes())
}
