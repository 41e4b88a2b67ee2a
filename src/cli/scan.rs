//! `scan`: the main job. Targets, capture, comparison with the baseline, rules, report.

mod changes;
mod coverage;
mod fetched;
mod judged;
mod keep;
mod locate;
mod only;
mod outputs;
mod packages;
mod rules;
mod stored;
mod weaker;

pub use changes::ignored;
pub use keep::of_file;
pub use rules::{load_rules, load_whole_rules, rule_failure};

use std::mem::ManuallyDrop;

use judged::{Judge, Rows};

use super::args::{Format, Global, Scan};
use super::audit::{self, Audited};
use super::failure::Failure;
use super::pending;
use super::project::{Baseline, Project};
use super::sources;
use super::terminal::Terminal;
use crate::baseline::State;
use crate::config::{FailOn, Suppression};
use crate::finding::Finding;
use crate::launch::identity::LaunchIdentity;
use crate::manifest::ItemKey;
use crate::policy::{self, Auditor, BaselineStatus, Binding, Levels, Run};
use crate::rule::{RuleSet, Selection};
use crate::terms::{ExitCode, Severity, TargetId};
use crate::untrusted::{Message, Untrusted};
use crate::work::{self, Load};

/// Targets from which on it is worth the time to free what is known of them.
const MANY: usize = 500;

/// What is said where there is nothing to audit, and what to do about it.
const NONE: &str = "no MCP server was found";
const LOOK: &str = "`mcp-assay inventory` shows where it looked; `mcp-assay scan -- CMD ARG…` audits one server";

/// Runs `scan`.
pub fn run(args: &Scan, global: &Global, project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    let project = &project.with_base(&args.baseline)?;
    let args = &only::configuration(args);
    super::convert::distinct(&args.output.output)?;
    let (rules, mut said) = rules::of(args, project)?;
    // the program ends with the scan, and to free a few thousand lists takes as long as to judge ten tools
    let rules = ManuallyDrop::new(rules);
    let selection = Selection { notes: global.verbose > 0, ..selection(args, project, &rules)? };
    let levels = levels(args, project);
    let baseline = if args.no_baseline { Baseline::Unwanted } else { project.baseline(&args.baseline)? };
    let judge = Judge { args, rules: &rules, selection: &selection, project, terminal };
    let mut rows = Rows::default();
    let take = &mut |before, sources| rows.take(judge, before, sources);
    // whoever may approve what was seen needs all of it
    let nobody =
        args.no_baseline || (matches!(baseline, Baseline::Bad(State::Absent)) && judged::are_many(&args.what.targets));
    let take: Option<&mut sources::Take<'_>> = if nobody && !args.config_only { Some(take) } else { None };
    let mut sources = sources::collect_with(&args.what, Some(&args.reach), &project.root, terminal, take)?;
    let none = sources.list.is_empty() && rows.len() == 0;
    if !args.config_only {
        sources::published::unpacked(&mut sources);
    }
    // a hook's report is written all the same
    if none && sources.settings.is_empty() && !sources.unread && !args.config_only {
        return Err(Failure::usage(NONE).with_exit(ExitCode::NoTargets).help(LOOK));
    }
    // what a client is set to is judged without a server, too
    let next = if sources.settings.is_empty() { LOOK } else { "what is told is about the settings of a client" };
    sources.list.append(&mut sources.settings);
    let (mut notices, mut unread) = (sources.notices, sources.unread);
    if none {
        notices.push(Message::new(format!("{NONE}; {next}")));
    }
    notices.append(&mut said);
    let mut audited = audit::run(
        sources.list,
        &args.reach,
        &project.config.limits,
        &project.root,
        project.approved(&baseline),
        terminal,
    )?;
    let asked = packages::look_up(args, project, &mut audited, terminal)?;
    notices.extend(asked.notices);
    unread |= asked.in_vain;
    notices.extend(fetched::add(args, project, &mut audited, terminal)?);
    audit::compare_with(&mut audited, baseline.good());
    let kept = notices.len();
    let gone = if args.no_baseline { 0 } else { rows.len() };
    if gone > 0 {
        notices.push(Message::new(
            "rows of large .jsonl files are not kept for `approve` where there is no baseline yet; run `mcp-assay init`, then scan again",
        ));
    }
    notices.extend(project.config.allow.sentence());
    notices.extend(weaker::sentence(args, project, &rules));
    notices.extend(coverage::probes(&audited));
    if args.reach.probing.era.is_some() {
        notices.push(Message::new(
            "only one era of the protocol was asked for; servers may say other things in the other one",
        ));
    }
    if !args.config_only {
        notices.extend(audited.iter().flat_map(|a| changes::notices(a, baseline.good())));
        notices.extend(stored::fill(&mut audited, baseline.good()));
    }
    // where nothing is compared, nothing was seen that could be approved
    let keep = !args.no_baseline && !args.config_only;
    let load = Load::bytes(if keep { audited.iter().map(|a| a.union.size()).sum() } else { 0 });
    let (said, stored) = work::both(
        load,
        || judge.all(&audited, baseline.good()),
        || if keep { pending::store(&project.root, keep::beside(&audited, gone)) } else { Ok(()) },
    );
    if let Err(failure) = stored {
        notices.insert(kept, Message::new(format!("what was seen could not be kept for `approve`: {failure}")));
    }
    let (audited, said) = rows.beside(audited, said);
    let audited = ManuallyDrop::new(audited);
    let (findings, graded): (Vec<_>, Vec<_>) = said.into_iter().unzip();
    let mut findings: Vec<Finding> = findings.into_iter().flatten().collect();
    notices.extend(suppress(args, project, &baseline, &audited, &mut findings));
    if let Some(verified) = baseline.good() {
        let missing = verified.content.servers.keys().filter(|k| !audited.iter().any(|a| a.key == **k));
        if args.what.targets.is_empty() && args.what.command.is_empty() {
            notices.extend(missing.map(|k| {
                Message::new("the baseline has server ")
                    .quote(k)
                    .text(", which no configuration names any more; `mcp-assay approve --remove` takes it out")
            }));
        }
        notices.extend(verified.notices.iter().map(|n| Message::new(n.clone())));
    }
    notices.extend(project.base_notice());
    for a in audited.iter().filter(|a| matches!(a.identity, Ok(LaunchIdentity::File { .. }))) {
        if baseline
            .good()
            .and_then(|b| b.content.servers.get(&a.key))
            .is_some_and(|e| !matches!(e.launch, LaunchIdentity::File { .. }))
        {
            notices.push(
                Message::new("the words of server ")
                    .quote(&a.key)
                    .text(" come from a file; its launch identity was not checked"),
            );
        }
    }
    let targets = audited.iter().zip(graded).map(|(a, c)| coverage::report(a, c, baseline.good())).collect();
    let mut run = Run {
        auditor: Auditor {
            version: env!("CARGO_PKG_VERSION"),
            rules: rules.rules().iter().filter(|r| selection.takes(r)).count(),
            rules_digest: rules.digest(),
        },
        baseline: BaselineStatus {
            file: Some(project.folder(args.baseline.baseline.as_deref()).join("baseline.json")).filter(|f| f.is_file()),
            ..status(&baseline, project.requires_baseline(&args.baseline))
        },
        targets,
        findings,
        summary: policy::Summary::default(),
        notices,
    };
    policy::conclude(&mut run, levels);
    only::conclude(args, &mut run, unread);
    let mut exit = run.summary.exit.unwrap_or(ExitCode::Internal);
    if unread {
        // a configuration that was skipped, or packages of which nothing could be learnt, are part of what was to be audited
        exit = ExitCode::worst([if exit == ExitCode::NoTargets { ExitCode::Ok } else { exit }, ExitCode::Incomplete]);
        run.summary.exit = Some(exit);
        run.summary.complete = false;
        run.summary.scope_covered = false;
    }
    // the report for people says it
    let said = args.output.output.iter().any(|o| o.format == Format::Human && o.file.is_none());
    let unsaid = (run.baseline.fails && global.quiet == 0 && !said)
        .then(|| format!("{}: {}\n", run.baseline.state, run.baseline.sentence.to_terminal()));
    if global.quiet < 2 {
        let report = outputs::report(args, project, &run, levels, &audited, baseline.good())?;
        if audited.len() > MANY {
            // they take more room than the text that is written now
            drop((run, ManuallyDrop::into_inner(audited)));
        }
        outputs::write(args, global, project, terminal, &report, &rules)?;
    }
    if let Some(text) = unsaid {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
    }
    Ok(exit)
}

fn selection(args: &Scan, project: &Project, rules: &RuleSet) -> Result<Selection, Failure> {
    let mut severity = Vec::new();
    for (rule, level) in &project.config.severity {
        let known = rules.get(rule).ok_or_else(|| unknown_rule(rule, rules).of("[severity] of mcp-assay.toml"))?;
        severity.push((known.id.clone(), *level));
    }
    for (rule, level) in &args.severity {
        let known = rules.get(rule.as_str()).ok_or_else(|| unknown_rule(rule.as_str(), rules))?;
        severity.push((known.id.clone(), *level));
    }
    for rule in args.only.iter().chain(&args.skip) {
        rules.get(rule.as_str()).ok_or_else(|| unknown_rule(rule.as_str(), rules))?;
    }
    Ok(Selection { only: args.only.clone(), skip: args.skip.clone(), severity, notes: false })
}

/// No rule of this name.
pub fn unknown_rule(id: &str, rules: &RuleSet) -> Failure {
    let shown = Untrusted::from(id).to_terminal();
    let close = |r: &&crate::rule::Rule| strsim::jaro_winkler(r.id.as_str(), &id.to_lowercase());
    let near = rules.rules().iter().max_by(|a, b| close(a).total_cmp(&close(b))).filter(|r| close(r) > 0.85);
    let near = near.map(|r| format!("did you mean {}? ", r.id)).unwrap_or_default();
    if let Some(state) = crate::rule::state::find(id) {
        return Failure::usage(format!("{shown} is no rule: it is about the run, and cannot be left out"))
            .help(format!("it is told by {}; `mcp-assay explain {}` says more", state.told, state.names[0]));
    }
    Failure::usage(format!("there is no rule {shown}")).help(format!("{near}`mcp-assay rules` lists them all"))
}

fn levels(args: &Scan, project: &Project) -> Levels {
    let fail_on = args.fail_on.or(project.config.fail_on).map_or(Some(Severity::High), FailOn::severity);
    Levels { fail_on, exact: args.exact || project.config.exact, exit_zero: args.exit_zero }
}

fn suppress(
    args: &Scan,
    project: &Project,
    baseline: &Baseline,
    audited: &[Audited],
    findings: &mut [Finding],
) -> Vec<Message> {
    if args.no_suppressions {
        return Vec::new();
    }
    let digest = |target: &TargetId, item: &ItemKey| {
        let at = audited.iter().find(|a| a.target.id == *target)?;
        at.whole.find(item).first().map(|e| e.digest)
    };
    let binding = |f: &Finding| {
        let launch =
            || audited.iter().find(|a| a.target.id == f.target)?.identity.as_ref().ok().map(LaunchIdentity::digest);
        // a related item without a digest leaves nothing to bind to
        let related: Option<Vec<_>> = f.related.iter().map(|r| digest(&r.target, &r.item)).collect();
        let own = if f.item.is_some() { f.item_digest } else { launch() };
        let digest = own.filter(|_| related.is_some());
        let mut related = related.unwrap_or_default();
        related.sort_unstable();
        Binding { digest, related }
    };
    // in a pull request both are the base's: what it set aside, and the signature under it
    let signed =
        project.approved(baseline).is_some_and(|b| b.content.suppressions == project.config.suppressions_digest());
    // reports point into the working tree, which may have them elsewhere than the base, or no more
    let here = |s: &Suppression| {
        let place = project.own.suppress.iter().find(|own| own.says(s)).map_or([(0, 0); 2], |own| own.place);
        Suppression { place, ..s.clone() }
    };
    let suppressions: Vec<Suppression> = project.config.suppress.iter().map(here).collect();
    policy::apply(findings, &suppressions, &binding, signed, project.today())
}

fn status(baseline: &Baseline, required: bool) -> BaselineStatus {
    let bad = |state: &State, fails: bool| BaselineStatus {
        state: state.word(),
        version: None,
        sentence: state.sentence().text(format!("; {}", state.next_step())),
        fails,
        file: None,
    };
    let fine =
        BaselineStatus { state: "absent", version: None, sentence: Message::default(), fails: false, file: None };
    match baseline {
        Baseline::Good(v) => BaselineStatus { state: "ok", version: Some(v.content.version), ..fine },
        Baseline::Unwanted => fine,
        Baseline::Empty => bad(&State::Empty, required),
        Baseline::Bad(State::Absent) => bad(&State::Absent, required),
        Baseline::Bad(state) => bad(state, true),
    }
}
