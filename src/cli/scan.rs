//! `scan`: the main job. Targets, capture, comparison with the baseline, rules, report.

mod coverage;
mod locate;
mod only;
mod outputs;
mod stored;

use std::collections::BTreeMap;

use super::args::{Global, Scan};
use super::audit::{self, Audited};
use super::failure::Failure;
use super::pending;
use super::project::{Baseline, Project};
use super::sources;
use super::terminal::Terminal;
use crate::baseline::{State, Verified};
use crate::capture::Era;
use crate::config::{Budgets, FailOn};
use crate::diff::{Change, compare, eras_changed, launch_changed};
use crate::finding::Finding;
use crate::json::{Node, Value};
use crate::launch::identity::LaunchIdentity;
use crate::manifest::ItemKey;
use crate::policy::{self, Auditor, BaselineStatus, Binding, Levels, Run};
use crate::rule::{Judgement, RuleSet, Selection, Subject, evaluate};
use crate::snapshot::Snapshot;
use crate::terms::{ExitCode, ItemKind, Severity, TargetId};
use crate::untrusted::{Message, Untrusted};

/// Runs `scan`.
pub fn run(args: &Scan, global: &Global, project: &Project, terminal: Terminal) -> Result<ExitCode, Failure> {
    let project = &project.with_base(&args.baseline)?;
    let args = &only::configuration(args);
    super::convert::distinct(&args.output.output)?;
    let rules = rules(args)?;
    let selection = selection(args, project, &rules)?;
    let levels = levels(args, project);
    let baseline = if args.no_baseline { Baseline::Unwanted } else { project.baseline(&args.baseline)? };
    let sources = sources::collect(&args.what, Some(&args.reach), &project.root, terminal)?;
    if sources.list.is_empty() && !sources.unread && !args.config_only {
        let failure = Failure::usage("no MCP server was found").with_exit(ExitCode::NoTargets);
        return Err(
            failure.help("`mcp-assay inventory` shows where it looked; `mcp-assay scan -- CMD ARG…` audits one server")
        );
    }
    let (mut notices, unread) = (sources.notices, sources.unread);
    let mut audited =
        audit::run(sources.list, &args.reach, &project.config.limits, project.approved(&baseline), terminal)?;
    // nothing was seen that could be approved
    if !args.no_baseline
        && !args.config_only
        && let Err(failure) = pending::store(&project.root, pending_servers(&audited))
    {
        notices.push(Message::new(format!("what was seen could not be kept for `approve`: {failure}")));
    }
    notices.extend(coverage::probes(&audited));
    if args.reach.probing.era.is_some() {
        notices.push(Message::new(
            "only one era of the protocol was asked for; servers may say other things in the other one",
        ));
    }
    if !args.config_only {
        notices.extend(stored::fill(&mut audited, baseline.good()));
    }
    let (mut findings, changes) = judge(&rules, &selection, &audited, baseline.good());
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
    let targets = audited.iter().zip(changes).map(|(a, c)| coverage::report(a, c, baseline.good())).collect();
    let mut run = Run {
        auditor: Auditor {
            version: env!("CARGO_PKG_VERSION"),
            rules: rules.rules().iter().filter(|r| selection.takes(r)).count(),
            rules_digest: rules.digest(),
        },
        baseline: status(&baseline, project.requires_baseline(&args.baseline)),
        targets,
        findings,
        summary: policy::Summary::default(),
        notices,
    };
    policy::conclude(&mut run, levels);
    only::conclude(args, &mut run);
    let mut exit = run.summary.exit.unwrap_or(ExitCode::Internal);
    if unread {
        // a configuration that was skipped is part of what should have been audited
        exit = ExitCode::worst([if exit == ExitCode::NoTargets { ExitCode::Ok } else { exit }, ExitCode::Incomplete]);
        run.summary.exit = Some(exit);
        run.summary.complete = false;
        run.summary.scope_covered = false;
    }
    if global.quiet < 2 {
        outputs::write(args, global, project, terminal, &run, &rules, levels, &audited, baseline.good())?;
    }
    if run.baseline.fails && global.quiet == 0 {
        let text = format!("{}: {}\n", run.baseline.state, run.baseline.sentence.to_terminal());
        let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
    }
    Ok(exit)
}

/// Built-in rules and the folders of `--rules`.
pub fn load_rules(dirs: &[std::path::PathBuf]) -> Result<RuleSet, Failure> {
    let fail = |e: crate::rule::RuleError| {
        let name = Untrusted::from(e.path.to_string_lossy().into_owned()).to_terminal();
        let failure = Failure::usage(format!("rule file {name}: {}", e.error))
            .help("correct it; `mcp-assay rules test DIR` checks a folder of rules");
        match e.error.span {
            Some((start, end)) => failure.at(&name, &e.text, start, end, "here"),
            None => failure,
        }
    };
    let mut rules = RuleSet::builtin().map_err(fail)?;
    let known = rules.rules().len();
    for dir in dirs {
        rules.load_dir(dir).map_err(fail)?;
    }
    // a user's rule whose examples fail does not load; built-in ones are checked in our tests
    if rules.rules().len() != known || !dirs.is_empty() {
        for rule in rules.rules().iter().filter(|r| r.id.as_str().contains('/')) {
            if let Some(bad) = crate::rule::example::run(&rules, rule).into_iter().find(|o| o.problem.is_some()) {
                let what = Untrusted::from(format!("{}: {}", bad.name, bad.problem.unwrap_or_default())).to_terminal();
                return Err(Failure::usage(format!("an example of a rule fails: {what}"))
                    .help("correct the rule or the example; `mcp-assay rules test DIR` runs them all"));
            }
        }
    }
    Ok(rules)
}

fn rules(args: &Scan) -> Result<RuleSet, Failure> {
    load_rules(&args.rules)
}

fn selection(args: &Scan, project: &Project, rules: &RuleSet) -> Result<Selection, Failure> {
    let mut severity = Vec::new();
    for (rule, level) in &project.config.severity {
        let known = rules.get(rule).ok_or_else(|| unknown_rule(rule))?;
        severity.push((known.id.clone(), *level));
    }
    for (rule, level) in &args.severity {
        let known = rules.get(rule.as_str()).ok_or_else(|| unknown_rule(rule.as_str()))?;
        severity.push((known.id.clone(), *level));
    }
    for rule in args.only.iter().chain(&args.skip) {
        rules.get(rule.as_str()).ok_or_else(|| unknown_rule(rule.as_str()))?;
    }
    Ok(Selection { only: args.only.clone(), skip: args.skip.clone(), severity })
}

/// No rule of this name.
pub fn unknown_rule(id: &str) -> Failure {
    let shown = Untrusted::from(id).to_terminal();
    Failure::usage(format!("there is no rule {shown}")).help("`mcp-assay rules` lists them all")
}

fn levels(args: &Scan, project: &Project) -> Levels {
    let fail_on = args.fail_on.or(project.config.fail_on).map_or(Some(Severity::High), FailOn::severity);
    Levels { fail_on, exact: args.exact || project.config.exact, exit_zero: args.exit_zero }
}

/// Rules over every fleet, and the graded changes of every target.
fn judge(
    rules: &RuleSet,
    selection: &Selection,
    audited: &[Audited],
    baseline: Option<&Verified>,
) -> (Vec<Finding>, Vec<Vec<Change>>) {
    let approved: Vec<Option<Snapshot>> = audited.iter().map(|a| approved(a, baseline)).collect();
    let raw: Vec<Vec<Change>> = audited.iter().map(|a| changes(a, baseline)).collect();
    let none = BTreeMap::new();
    let mut fleets: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, a) in audited.iter().enumerate() {
        fleets.entry(&a.fleet).or_default().push(i);
    }
    let mut graded: Vec<Vec<Change>> = raw.clone();
    let mut by_target: Vec<Vec<Finding>> = audited.iter().map(|_| Vec::new()).collect();
    for members in fleets.values() {
        let fleet: Vec<Subject<'_>> = members
            .iter()
            .map(|i| Subject {
                target: &audited[*i].target,
                manifest: &audited[*i].union,
                snapshot: &audited[*i].whole,
                approved: approved[*i].as_ref(),
                changes: &raw[*i],
                capture: audited[*i].capture.as_ref(),
                other_eras: &none,
            })
            .collect();
        let Judgement { findings, changes } = evaluate(rules, selection, &fleet);
        for (place, list) in members.iter().zip(changes) {
            graded[*place] = list;
        }
        for finding in findings {
            if let Some(i) = members.iter().find(|i| audited[**i].target.id == finding.target) {
                by_target[*i].push(finding);
            }
        }
    }
    (by_target.into_iter().flatten().collect(), graded)
}

/// The approved words of all eras as one snapshot.
fn approved(a: &Audited, baseline: Option<&Verified>) -> Option<Snapshot> {
    let baseline = baseline?;
    let mut all: Option<crate::manifest::Manifest> = None;
    for ((server, _), snapshot) in &baseline.snapshots {
        if *server == a.key {
            let manifest = snapshot.to_manifest();
            match &mut all {
                None => all = Some(manifest),
                Some(union) => {
                    union.items.extend(manifest.items.into_iter().filter(|i| i.key.kind != ItemKind::Server))
                }
            }
        }
    }
    all.map(|m| Snapshot::of(&m))
}

fn changes(a: &Audited, baseline: Option<&Verified>) -> Vec<Change> {
    let Some((entry, baseline)) = baseline.and_then(|b| Some((b.content.servers.get(&a.key)?, b))) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    // a file proves nothing about the launch of the server it was taken from
    let file = matches!(a.identity, Ok(LaunchIdentity::File { .. }));
    if let Ok(identity) = &a.identity
        && !file
    {
        out.extend(launch_changed(&entry.launch, identity));
    }
    // an era that was approved is compared with itself, a new one with what is known
    for (era, snapshot) in &a.snapshots {
        let old = |word: &str| baseline.snapshots.get(&(a.key.clone(), word.to_owned()));
        let before = old(era.word()).or_else(|| old("modern")).or_else(|| old("legacy"));
        if let Some(before) = before {
            out.extend(compare(before, snapshot));
        }
    }
    if !file && !a.recorded && a.complete() {
        // an era that was not asked for is not gone
        let now = a.snapshots.keys().map(|e| e.word());
        let asked = |e: &&str| a.only.is_none_or(|only| only.word() == *e);
        out.extend(eras_changed(entry.snapshots.keys().map(String::as_str).filter(asked), now));
    }
    if !a.complete() {
        // a list that was not read to its end proves no absence
        out.retain(|c| c.kind != crate::diff::ChangeKind::ItemRemoved);
    }
    out.sort();
    out.dedup();
    out
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
    policy::apply(findings, &project.config.suppress, &binding, signed, project.today())
}

fn status(baseline: &Baseline, required: bool) -> BaselineStatus {
    let bad = |state: &State, fails: bool| BaselineStatus {
        state: state.word(),
        version: None,
        sentence: state.sentence().text(format!("; {}", state.next_step())),
        fails,
    };
    match baseline {
        Baseline::Good(v) => {
            BaselineStatus { state: "ok", version: Some(v.content.version), sentence: Message::default(), fails: false }
        }
        Baseline::Unwanted => {
            BaselineStatus { state: "absent", version: None, sentence: Message::default(), fails: false }
        }
        Baseline::Empty => bad(&State::Absent, required),
        Baseline::Bad(State::Absent) => bad(&State::Absent, required),
        Baseline::Bad(state) => bad(state, true),
    }
}

/// What `approve` will sign: launch identity and canonical documents of servers that were seen completely; the reason for
/// the others.
fn pending_servers(audited: &[Audited]) -> Node {
    let one = |a: &Audited| {
        let mut members = vec![("name", Node::text(a.key.raw()))];
        let refuse = |why: String| Node::object([("name", Node::text(a.key.raw())), ("refused", Node::text(&why))]);
        let identity = match &a.identity {
            Ok(identity) => identity,
            Err(why) => return refuse(why.to_string()),
        };
        if !a.complete() {
            return refuse("it was not seen completely in the last scan".to_owned());
        }
        if let Some(face) = coverage::cloaked(a) {
            return refuse(format!(
                "it says different things to different askers (the {} {})",
                face.kind.word(),
                face.name.cut(60).to_visible()
            ));
        }
        if let Some(entry) = a.snapshots.values().flat_map(|s| s.blocking()).next() {
            return refuse(format!(
                "the {} {} has no single meaning",
                entry.key.kind.word(),
                entry.key.name.cut(60).to_visible()
            ));
        }
        let isolation = a.capture.as_ref().map_or("file", |c| c.isolation.as_str());
        let era = |(era, (protocol, _)): (&Era, &(Untrusted, crate::manifest::Manifest))| {
            let document = a.snapshots[era].to_document();
            (era.word(), Node::object([("protocol", Node::text(protocol.raw())), ("document", document)]))
        };
        members.push(("launch", identity.to_node()));
        members.push(("isolation", Node::text(isolation)));
        members.push(("eras", Node::object(a.eras.iter().map(era))));
        Node::object(members)
    };
    Node::made(Value::Array(audited.iter().map(one).collect()))
}

/// The same for `approve --from FILE`.
pub fn pending_of(
    sources: Vec<sources::Source>,
    terminal: Terminal,
    reach: &super::args::Reach,
) -> Result<Node, Failure> {
    Ok(pending_servers(&audit::run(sources, reach, &Budgets::default(), None, terminal)?))
}
