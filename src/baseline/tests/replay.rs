//! Old or impossible versions (TRUST §3): CVE-2022-29173 and fast-forward.

use super::*;
use crate::signature::{Envelope, Kind, Statement};

fn rolled(have: u64, want: u64, by: Seen) -> State {
    State::RolledBack { kind: Kind::Baseline, have, want, by }
}

#[test]
fn an_old_signed_baseline_is_a_rollback() {
    let p = project();
    let files = Files { approvals: p.second.approvals.clone(), ..p.first.clone() };
    assert_eq!(check(&files).expect_err("old"), rolled(1, 2, Seen::Log));
}

#[test]
fn an_old_baseline_with_its_old_log_is_seen_from_outside() {
    let p = project();
    // nothing inside the folder can tell
    assert_eq!(state(&p.first), "ok");
    let with = |d: Demands| verify(&p.first, &d).expect_err("old");
    assert_eq!(with(Demands { min_version: 2, ..demands() }), rolled(1, 2, Seen::Demand));
    let seen = Known::of(&check(&p.second).expect("ok").expect("a baseline"));
    assert_eq!(with(Demands { known: Some(seen), ..demands() }), rolled(1, 2, Seen::Machine));
    let base = with(Demands { base: Some(p.second.clone()), ..demands() });
    assert_eq!(base.word(), "broken-chain", "lines of the base's log are missing");
}

#[test]
fn an_old_log_under_the_newest_baseline_is_not_approved() {
    let p = project();
    let files = Files { approvals: p.first.approvals.clone(), ..p.second.clone() };
    assert_eq!(state(&files), "not-approved");
}

#[test]
fn old_everything_on_a_new_branch_is_refused_against_the_base() {
    let p = strict_project();
    // the branch grows its own version 2 from version 1
    let other = cosigned(&next(&p.first, "Adds other.", &p.alice, "alice"), &p.bob, "bob");
    assert_eq!(state(&other), "ok");
    let base = Demands { base: Some(p.second.clone()), ..demands() };
    assert_eq!(verify(&other, &base).expect_err("a fork").word(), "broken-chain");
    // even with the base's lines taken along, one version has one content
    let mut approvals = p.second.approvals.clone();
    approvals.extend(other.approvals.strip_prefix(p.first.approvals.as_slice()).expect("appended"));
    let merged = Files { approvals, ..other };
    assert_eq!(verify(&merged, &base).expect_err("a fork").word(), "broken-chain");
    // and the third version after it is as good as any
    let third = cosigned(&next(&p.second, "Adds three.", &p.alice, "alice"), &p.bob, "bob");
    assert!(verify(&third, &base).is_ok());
}

#[test]
fn an_old_trust_file_is_a_rollback() {
    let p = project();
    let grown = successor(&p.second, |t| t.policy.max_baseline_days = 30);
    let rotated = sign_trust(&p.second, &grown, &by(&p.alice, "alice")).expect("signs");
    let third = next(&rotated, "Adds two.", &p.alice, "alice");
    assert_eq!(state(&third), "ok");
    let back = Files { trust: p.second.trust.clone(), ..third.clone() };
    let own = State::RolledBack { kind: Kind::Trust, have: 1, want: 2, by: Seen::Log };
    assert_eq!(check(&back).expect_err("old people"), own);
    let base = Demands { base: Some(third.clone()), ..demands() };
    let want = State::RolledBack { kind: Kind::Trust, have: 1, want: 2, by: Seen::Base };
    for files in [&back, &p.second, &p.first] {
        assert_eq!(verify(files, &base).expect_err("old"), want);
    }
    let seen = Known::of(&check(&third).expect("ok").expect("a baseline"));
    let known = Demands { known: Some(seen), ..demands() };
    let want = State::RolledBack { kind: Kind::Trust, have: 1, want: 2, by: Seen::Machine };
    assert_eq!(verify(&p.second, &known).expect_err("old"), want);
}

#[test]
fn a_thief_who_jumps_ahead_breaks_the_chain() {
    let p = project();
    for version in [0, 2, 9_998, u64::MAX - 1] {
        let mut before = check(&p.first).expect("ok").expect("a baseline");
        before.content.version = version;
        let proposal = Proposal::new(Some(&before), &p.trust, &p.first, &words("x"), &[], TODAY, None);
        let files = proposal.expect("a proposal").sign(&by(&p.alice, "alice")).expect("signs");
        assert_eq!(state(&files), "broken-chain", "{version}");
    }
}

#[test]
fn a_duplicate_version_with_other_words_is_refused_where_one_is_known() {
    let p = project();
    let other = next(&p.first, "Adds 2.", &p.alice, "alice");
    assert_eq!(state(&other), "ok");
    let base = Demands { base: Some(p.second.clone()), ..demands() };
    assert_eq!(verify(&other, &base).expect_err("a second version 2").word(), "broken-chain");
}

#[test]
fn what_was_seen_starts_again_with_new_people() {
    // a thief pushed version 9 of the old people; after the rotation the others go on from what they have
    let p = project();
    let seen = Known { version: 9, ..Known::of(&check(&p.second).expect("ok").expect("a baseline")) };
    let known = Demands { known: Some(seen), ..demands() };
    assert_eq!(verify(&p.second, &known).expect_err("older than seen"), rolled(2, 9, Seen::Machine));
    let rotated = successor(&p.second, |t| drop(t.people.remove("bob")));
    let files = sign_trust(&p.second, &rotated, &by(&p.alice, "alice")).expect("signs");
    let third = next(&files, "Adds two.", &p.alice, "alice");
    let verified = verify(&third, &known).expect("the chain leads on").expect("a baseline");
    assert_eq!(verified.anchor, Anchor::Machine);
}

#[test]
fn dropping_or_reordering_old_log_lines() {
    let p = project();
    let text = text(&p.second.approvals);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    let with = |order: &[usize]| {
        let approvals = order.iter().map(|i| format!("{}\n", lines[*i])).collect::<String>().into_bytes();
        state(&Files { approvals, ..p.second.clone() })
    };
    assert_eq!(with(&[0, 2]), "broken-chain");
    assert_eq!(with(&[1, 2]), "not-approved");
    assert_eq!(with(&[0, 1]), "not-approved");
    // `merge=union` may put lines in another order; their digests bind them, not their places
    assert_eq!(with(&[2, 1, 0]), "ok");
    assert_eq!(with(&[0, 1, 1, 2]), "ok");
}

#[test]
fn freezing_a_project_ends_with_its_expiry() {
    let p = project();
    let on = |today| verify(&p.second, &Demands { today, ..demands() });
    let notices = |today| on(today).expect("ok").expect("a baseline").notices.len();
    // first use is always said here; then each of the two files 30 days ahead
    assert_eq!(notices(date(2027, 12, 15)), 1);
    assert_eq!(notices(date(2027, 12, 31)), 3);
    assert_eq!(notices(date(2028, 1, 15)), 3);
    assert_eq!(on(date(2028, 1, 16)).expect_err("expired"), State::Expired(Kind::Trust));
    let mut short = p.trust.clone();
    short.policy.max_baseline_days = 10;
    let files = next(&began(&short, &p.alice, "alice"), "Adds.", &p.alice, "alice");
    let on = |today| verify(&files, &Demands { today, ..demands() });
    assert_eq!(on(TODAY).expect("ok").expect("a baseline").content.expires, date(2027, 1, 25));
    assert!(on(date(2027, 1, 25)).is_ok());
    assert_eq!(on(date(2027, 1, 26)).expect_err("expired"), State::Expired(Kind::Baseline));
}

#[test]
fn a_baseline_that_outlives_the_policy_is_expired() {
    let p = project();
    // 400 days are allowed
    for (created, expires, word) in [
        (TODAY, date(2028, 2, 19), "ok"),
        (TODAY, date(2028, 2, 20), "expired"),
        (TODAY, date(2029, 1, 15), "expired"),
        (date(2027, 1, 16), date(2028, 2, 20), "ok"),
        (date(2030, 1, 15), date(2031, 1, 15), "expired"),
        (date(2027, 1, 17), date(2027, 1, 16), "expired"),
        (date(2027, 1, 15), date(2027, 1, 15), "ok"),
    ] {
        let mut proposal = propose(&p.empty, &words("Adds."));
        (proposal.content.created, proposal.content.expires) = (created, expires);
        let bytes = proposal.content.to_bytes();
        let forged = Proposal::of_content(proposal, bytes);
        assert_eq!(state(&forged.sign(&by(&p.alice, "alice")).expect("signs")), word, "{created} {expires}");
    }
}

#[test]
fn each_older_file_alone_and_together_with_others_is_refused() {
    let p = project();
    let grown = successor(&p.second, |t| t.policy.max_baseline_days = 30);
    let rotated = sign_trust(&p.second, &grown, &by(&p.alice, "alice")).expect("signs");
    let now = next(&rotated, "Adds three.", &p.alice, "alice");
    let seen = Known::of(&check(&now).expect("ok").expect("a baseline"));
    let old = &p.second;
    // every choice of old and new for baseline, words, people and log, but for all new
    for choice in 1..16u8 {
        let older = |bit: u8| choice & (1 << bit) != 0;
        let files = Files {
            baseline: if older(0) { old.baseline.clone() } else { now.baseline.clone() },
            servers: if older(1) { old.servers.clone() } else { now.servers.clone() },
            trust: if older(2) { old.trust.clone() } else { now.trust.clone() },
            approvals: if older(3) { old.approvals.clone() } else { now.approvals.clone() },
        };
        let known = Demands { known: Some(seen.clone()), ..demands() };
        let base = Demands { base: Some(now.clone()), ..demands() };
        for demands in [known, base] {
            assert!(verify(&files, &demands).is_err(), "{choice:04b}");
        }
        // without a witness only the whole old folder passes: nothing in it can tell
        assert_eq!(state(&files) == "ok", choice == 15, "{choice:04b}");
    }
}

#[test]
fn a_first_version_has_no_predecessor() {
    let p = project();
    let mut before = check(&p.first).expect("ok").expect("a baseline");
    (before.content.version, before.approvals) = (0, vec![]);
    let proposal = Proposal::new(Some(&before), &p.trust, &p.first, &words("x"), &[], TODAY, None);
    let files = proposal.expect("a proposal").sign(&by(&p.alice, "alice")).expect("signs");
    assert_eq!(state(&files), "broken-chain");
}

/// A second version that both people signed, after a first one with these approvals.
fn second_after(p: &Project, first: &Files, before: &Verified) -> Files {
    let proposal = Proposal::new(Some(before), &p.trust, first, &words("x"), &[], TODAY, None).expect("a proposal");
    let one = proposal.sign(&by(&p.alice, "alice")).expect("signs");
    let two = proposal.sign(&by(&p.bob, "bob")).expect("signs");
    let line = two.approvals.strip_prefix(first.approvals.as_slice()).expect("appended");
    Files { approvals: [one.approvals.as_slice(), line].concat(), ..one }
}

#[test]
fn a_step_that_too_few_approved_cannot_be_jumped_over() {
    let p = strict_project();
    let tolerance = Tolerance { shortfall: true, ..Tolerance::default() };
    let lonely = next(&p.empty, "Adds.", &p.alice, "alice");
    let before = examine(&lonely, &demands(), tolerance).expect("good so far").expect("a baseline");
    assert_eq!(state(&second_after(&p, &lonely, &before)), "broken-chain");
    // with the other person's approval the same step stands
    let both = cosigned(&lonely, &p.bob, "bob");
    let before = check(&both).expect("ok").expect("a baseline");
    assert_eq!(state(&second_after(&p, &both, &before)), "ok");
}

#[test]
fn approvals_of_one_step_that_disagree_about_what_was_before_prove_nothing() {
    let p = strict_project();
    let lonely = next(&p.empty, "Adds.", &p.alice, "alice");
    let tolerance = Tolerance { shortfall: true, ..Tolerance::default() };
    let mut before = examine(&lonely, &demands(), tolerance).expect("good so far").expect("a baseline");
    let log = Log::from_bytes(&lonely.approvals).expect("a log");
    let mine =
        Statement::from_payload(log.lines.last().expect("a line").envelope.payload()).expect("reads").expect("ours");
    for (approvals, word) in [(vec![], "ok"), (vec![Digest::of(b"another line")], "broken-chain")] {
        let previous = Previous { file: None, approvals };
        let other = Statement { approver: "bob".to_owned(), previous, ..mine.clone() };
        let envelope = Envelope::sign(other.to_payload(), &p.bob).expect("signs");
        let first = Files { approvals: Log::append(&lonely.approvals, &envelope), ..lonely.clone() };
        let lines = Log::from_bytes(&first.approvals).expect("a log").lines;
        before.approvals = lines[lines.len() - 2..].iter().map(|l| l.digest).collect();
        assert_eq!(state(&second_after(&p, &first, &before)), word);
    }
}

#[test]
fn an_end_is_announced_thirty_days_ahead_and_not_a_day_earlier() {
    let p = project();
    let last = check(&p.second).expect("ok").expect("a baseline").content.expires;
    let said = |days: i64| {
        let today = last.checked_sub(jiff::Span::new().days(days)).expect("a day");
        let verified = verify(&p.second, &Demands { today, ..demands() }).expect("ok").expect("a baseline");
        verified.notices.iter().filter(|n| n.starts_with("the baseline expires on")).count()
    };
    assert_eq!([31, 30, 29, 0].map(said), [0, 0, 1, 1]);
}
