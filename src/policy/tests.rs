//! Levels, verdicts, exit codes and suppressions.

use jiff::civil::date;

use super::*;
use crate::config::Suppression;
use crate::json::Pointer;
use crate::manifest::ItemKey;
use crate::target::argument::file_target;
use crate::terms::{Class, RuleId};

fn finding(severity: Severity, confidence: Confidence, gate: bool) -> Finding {
    let target = file_target(std::path::Path::new("x.json"), 0, None);
    Finding {
        rule: RuleId::new("some-rule").expect("an id"),
        family: "poisoning",
        class: Class::Integrity,
        severity,
        confidence,
        gate,
        target: target.id,
        server: target.name,
        item: Some(ItemKey::new(ItemKind::Tool, "add")),
        item_digest: Some(Digest::of(b"add")),
        pointer: Pointer::root(),
        message: Message::new("x"),
        evidence: vec![],
        related: vec![],
        flow: None,
        location: None,
        suppressed: None,
    }
}

fn run(findings: Vec<Finding>, complete: bool) -> Run {
    let target = file_target(std::path::Path::new("x.json"), 0, None);
    Run {
        auditor: Auditor { version: "0", rules: 3, rules_digest: Digest::of(b"") },
        baseline: BaselineStatus {
            state: "absent",
            version: None,
            sentence: Message::default(),
            fails: false,
            file: None,
        },
        targets: vec![TargetReport {
            target,
            settings: false,
            verdict: Verdict::NotAudited,
            reason: None,
            coverage: Coverage { complete, ..Coverage::default() },
            snapshot: None,
            changes: vec![],
            approved: false,
        }],
        findings,
        summary: Summary::default(),
        notices: vec![],
    }
}

const LEVELS: Levels = Levels { fail_on: Some(Severity::High), exact: false, exit_zero: false };

fn concluded(findings: Vec<Finding>, complete: bool, levels: Levels) -> (Verdict, ExitCode) {
    let mut run = run(findings, complete);
    conclude(&mut run, levels);
    (run.targets[0].verdict, run.summary.exit.expect("set"))
}

#[test]
fn only_gating_findings_of_some_confidence_fail_at_high() {
    let code = |s, c, g| concluded(vec![finding(s, c, g)], true, LEVELS).1;
    assert_eq!(code(Severity::Critical, Confidence::High, true), ExitCode::Findings);
    assert_eq!(code(Severity::High, Confidence::Medium, true), ExitCode::Findings);
    assert_eq!(code(Severity::Critical, Confidence::High, false), ExitCode::Ok);
    assert_eq!(code(Severity::Critical, Confidence::Low, true), ExitCode::Ok);
    assert_eq!(code(Severity::Medium, Confidence::High, true), ExitCode::Ok);
    let medium = Levels { fail_on: Some(Severity::Medium), ..LEVELS };
    assert_eq!(concluded(vec![finding(Severity::Critical, Confidence::Low, true)], true, medium).1, ExitCode::Findings);
}

#[test]
fn incomplete_is_never_clean_and_findings_still_gate() {
    assert_eq!(concluded(vec![], true, LEVELS), (Verdict::Clean, ExitCode::Ok));
    assert_eq!(concluded(vec![], false, LEVELS), (Verdict::NotAudited, ExitCode::Incomplete));
    let bad = || vec![finding(Severity::Critical, Confidence::High, true)];
    assert_eq!(concluded(bad(), false, LEVELS), (Verdict::NotAudited, ExitCode::Findings));
    assert_eq!(concluded(bad(), true, Levels { exit_zero: true, ..LEVELS }), (Verdict::Findings, ExitCode::Ok));
    assert_eq!(concluded(bad(), false, Levels { exit_zero: true, ..LEVELS }).1, ExitCode::Incomplete);
    assert_eq!(concluded(bad(), true, Levels { fail_on: None, ..LEVELS }).1, ExitCode::Ok);
}

#[test]
fn no_rules_and_no_targets_are_not_clean() {
    let mut nothing = run(vec![], true);
    nothing.auditor.rules = 0;
    conclude(&mut nothing, LEVELS);
    assert_eq!(nothing.targets[0].verdict, Verdict::NotAudited);
    let mut empty = run(vec![], true);
    empty.targets.clear();
    conclude(&mut empty, LEVELS);
    assert_eq!(empty.summary.exit, Some(ExitCode::NoTargets));
    let mut broken = run(vec![finding(Severity::Critical, Confidence::High, true)], true);
    broken.baseline.fails = true;
    conclude(&mut broken, LEVELS);
    assert_eq!(broken.summary.exit, Some(ExitCode::Baseline));
}

#[test]
fn a_suppression_counts_only_for_its_words_its_time_and_when_signed() {
    let suppression = Suppression {
        rule: "some-rule".to_owned(),
        server: "x".into(),
        item: Some("tool/add".into()),
        digest: Digest::of(b"add"),
        related: vec![],
        finding: None,
        reason: "quoted".to_owned(),
        owner: "alice".to_owned(),
        expires: date(2027, 5, 1),
        issue: None,
        place: [(4, 1), (9, 2)],
    };
    let binding = |f: &Finding| Binding { digest: f.item_digest, related: vec![] };
    let try_with = |s: Suppression, signed, today| {
        let mut findings = vec![finding(Severity::Critical, Confidence::High, true)];
        let notices = apply(&mut findings, &[s], &binding, signed, today);
        (findings[0].suppressed.is_some(), notices.len())
    };
    assert_eq!(try_with(suppression.clone(), true, date(2027, 5, 1)), (true, 0));
    assert_eq!(try_with(suppression.clone(), false, date(2027, 5, 1)), (false, 1));
    assert_eq!(try_with(suppression.clone(), true, date(2027, 5, 2)), (false, 1));
    let other = Suppression { digest: Digest::of(b"other"), ..suppression.clone() };
    assert_eq!(try_with(other, true, date(2027, 1, 1)), (false, 1));
    let elsewhere = Suppression { item: Some("tool/sub".into()), ..suppression.clone() };
    assert_eq!(try_with(elsewhere, true, date(2027, 1, 1)), (false, 1));
    let mut findings = vec![finding(Severity::Critical, Confidence::High, true)];
    apply(&mut findings, &[suppression], &binding, true, date(2027, 1, 1));
    let mut run = run(findings, true);
    conclude(&mut run, LEVELS);
    assert_eq!((run.summary.suppressed, run.summary.exit), (1, Some(ExitCode::Ok)));
}

#[test]
fn a_suppression_of_a_pair_or_of_a_launch_is_bound_to_all_its_digests() {
    let (pair, launch) = (Digest::of(b"other item"), Digest::of(b"launch"));
    let suppression = |item: Option<&str>, digest, related: &[Digest]| Suppression {
        rule: "some-rule".to_owned(),
        server: "x".into(),
        item: item.map(Untrusted::from),
        digest,
        related: related.to_vec(),
        finding: None,
        reason: "quoted".to_owned(),
        owner: "alice".to_owned(),
        expires: date(2027, 5, 1),
        issue: None,
        place: [(4, 1), (9, 2)],
    };
    let binding = |f: &Finding| match f.item_digest {
        Some(d) => Binding { digest: Some(d), related: vec![pair] },
        None => Binding { digest: Some(launch), related: vec![] },
    };
    let try_with = |s: Suppression, server: bool| {
        let mut findings = vec![finding(Severity::Critical, Confidence::High, true)];
        if server {
            (findings[0].item, findings[0].item_digest) = (None, None);
        }
        let notices = apply(&mut findings, &[s], &binding, true, date(2027, 1, 1));
        (findings[0].suppressed.is_some(), notices.len())
    };
    let add = Digest::of(b"add");
    assert_eq!(try_with(suppression(Some("tool/add"), add, &[pair]), false), (true, 0));
    assert_eq!(try_with(suppression(Some("tool/add"), add, &[]), false), (false, 1));
    assert_eq!(try_with(suppression(Some("tool/add"), add, &[add]), false), (false, 1));
    assert_eq!(try_with(suppression(None, launch, &[]), true), (true, 0));
    assert_eq!(try_with(suppression(None, add, &[]), true), (false, 1));
}
