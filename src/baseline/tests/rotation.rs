//! People come, go and lose their keys (TRUST §2.1 key theft, §7 step 3, T11).

use super::*;
use crate::signature::Kind;
use crate::trust::Edit;

#[test]
fn a_rotation_needs_the_old_and_the_new_threshold() {
    let p = strict_project();
    let carol = key();
    let next_trust = successor(&p.second, |t| {
        t.edit(Edit::Add("carol".to_owned(), carol.public())).expect("a change");
        t.edit(Edit::Remove("alice".to_owned(), None)).expect("a change");
    });
    assert_eq!((next_trust.version, next_trust.trust_threshold), (2, 2));
    let files = Files { trust: next_trust.to_bytes(), ..p.second.clone() };
    assert_eq!(check(&files).expect_err("a draft"), State::NotApproved(Unsigned::Trust(2)));
    let sign =
        |files: &Files, key: &dyn Signer, who: &str| sign_trust(files, &next_trust, &by(key, who)).expect("signs");
    let few = |have| State::BelowThreshold { kind: Kind::Trust, have, need: 2 };
    // old people: alice and bob; new people: bob and carol
    let one = sign(&files, &p.bob, "bob");
    assert_eq!(check(&one).expect_err("one old, one new"), few(1));
    let old = sign(&one, &p.alice, "alice");
    assert_eq!(check(&old).expect_err("two old, one new"), few(1));
    let new = sign(&one, &carol, "carol");
    assert_eq!(check(&new).expect_err("one old, two new"), few(1));
    let both = sign(&old, &carol, "carol");
    assert!(standing(&both).expect("readable").complete());
    // complete, and every approval is asked for again
    assert_eq!(check(&both).expect_err("approve again"), State::NotApproved(Unsigned::OlderTrust));
    let third = cosigned(&next(&both, "Adds two.", &p.bob, "bob"), &carol, "carol");
    assert_eq!(check(&third).expect("ok").expect("a baseline").content.version, 3);
    // the chain goes on from there, and the first anchor still leads to it
    let fourth = cosigned(&next(&third, "Adds three.", &p.bob, "bob"), &carol, "carol");
    let pinned = Demands { pin: Some(p.trust.digest()), ..demands() };
    assert_eq!(verify(&fourth, &pinned).expect("ok").expect("a baseline").anchor, Anchor::Pin);
    let base = Demands { base: Some(p.second.clone()), ..demands() };
    assert_eq!(verify(&fourth, &base).expect("ok").expect("a baseline").anchor, Anchor::Base);
}

#[test]
fn removing_a_key_makes_what_it_approved_need_a_new_approval() {
    let p = project();
    let without = successor(&p.second, |t| t.edit(Edit::Remove("alice".to_owned(), None)).expect("a change"));
    let files = sign_trust(&p.second, &without, &by(&p.alice, "alice")).expect("signs");
    assert_eq!(state(&files), "below-threshold", "the people who stay have to agree");
    let files = sign_trust(&files, &without, &by(&p.bob, "bob")).expect("signs");
    assert_eq!(check(&files).expect_err("approve again"), State::NotApproved(Unsigned::OlderTrust));
    // the removed key cannot do it
    assert_eq!(state(&next(&files, "Adds two.", &p.alice, "alice")), "untrusted-key");
    assert_eq!(state(&next(&files, "Adds two.", &p.bob, "bob")), "ok");
}

#[test]
fn a_stolen_key_approves_alone_at_threshold_one_and_is_listed_afterwards() {
    let p = project();
    let third = next(&p.second, "Reads ~/.ssh.", &p.alice, "alice");
    assert_eq!(state(&third), "ok", "this is what threshold two is for");
    let signed = entries(&third).expect("readable");
    let of = |k: &SigningKey| signed.iter().filter(|e| e.key.as_ref() == Some(&k.public())).count();
    assert_eq!((of(&p.alice), of(&p.bob)), (4, 0));
}

#[test]
fn a_stolen_key_at_threshold_two_is_below_the_threshold() {
    let p = strict_project();
    let third = next(&p.second, "Reads ~/.ssh.", &p.alice, "alice");
    let few = State::BelowThreshold { kind: Kind::Baseline, have: 1, need: 2 };
    assert_eq!(check(&third).expect_err("one of two"), few);
}

#[test]
fn a_thief_cannot_rotate_the_others_out() {
    let p = strict_project();
    let mallory = key();
    let taken = successor(&p.second, |t| {
        t.people = BTreeMap::from([
            ("alice".to_owned(), vec![p.alice.public()]),
            ("mallory".to_owned(), vec![mallory.public()]),
        ]);
    });
    let files = sign_trust(&p.second, &taken, &by(&p.alice, "alice")).expect("signs");
    let files = sign_trust(&files, &taken, &by(&mallory, "mallory")).expect("signs");
    assert_eq!(state(&files), "below-threshold");
    let alone = successor(&p.second, |t| {
        t.people = BTreeMap::from([("mallory".to_owned(), vec![mallory.public()])]);
        (t.baseline_threshold, t.trust_threshold) = (1, 1);
    });
    let files = sign_trust(&p.second, &alone, &by(&mallory, "mallory")).expect("signs");
    assert_eq!(state(&files), "untrusted-key");
}

#[test]
fn the_others_rotate_a_thief_out() {
    let (alice, bob, carol) = (key(), key(), key());
    let mut trust = trust(&[("alice", alice.public()), ("bob", bob.public()), ("carol", carol.public())]);
    trust.trust_threshold = 2;
    let empty = sign_trust(&began(&trust, &alice, "alice"), &trust, &by(&bob, "bob")).expect("signs");
    let first = next(&empty, "Reads ~/.ssh.", &alice, "alice");
    assert_eq!(state(&first), "ok");
    let without = successor(&first, |t| t.edit(Edit::Remove("alice".to_owned(), None)).expect("a change"));
    let files = sign_trust(&first, &without, &by(&bob, "bob")).expect("signs");
    let files = sign_trust(&files, &without, &by(&carol, "carol")).expect("signs");
    assert_eq!(check(&files).expect_err("approve again"), State::NotApproved(Unsigned::OlderTrust));
    assert_eq!(state(&next(&files, "Adds.", &carol, "carol")), "ok");
}

#[test]
fn a_step_of_the_trust_chain_that_lost_its_lines_is_broken() {
    let p = project();
    let two = successor(&p.second, |t| t.policy.max_baseline_days = 30);
    let files = sign_trust(&p.second, &two, &by(&p.alice, "alice")).expect("signs");
    let three = successor(&files, |t| t.policy.max_baseline_days = 31);
    let files = sign_trust(&files, &three, &by(&p.alice, "alice")).expect("signs");
    let files = next(&files, "Adds two.", &p.alice, "alice");
    assert_eq!(state(&files), "ok");
    let text = text(&files.approvals);
    let lines: Vec<&str> = text.lines().collect();
    for gone in [0, 3] {
        let kept = lines.iter().enumerate().filter(|(i, _)| *i != gone).map(|(_, l)| format!("{l}\n"));
        let broken = Files { approvals: kept.collect::<String>().into_bytes(), ..files.clone() };
        assert_eq!(state(&broken), "broken-chain", "without line {}", gone + 1);
    }
    // a version that jumps, or another project's id, is no step either
    for change in
        [&|t: &mut Trust| t.version = 9, &|t: &mut Trust| t.project = "other".to_owned()] as [&dyn Fn(&mut Trust); 2]
    {
        let wrong = successor(&p.second, change);
        let files = sign_trust(&p.second, &wrong, &by(&p.alice, "alice")).expect("signs");
        assert_eq!(state(&files), "broken-chain");
    }
}

#[test]
fn a_new_beginning_is_accepted_only_when_its_pin_is_given() {
    let p = project();
    let alice = key();
    let fresh = Trust { project: "00000000000000000000000000000000".to_owned(), ..trust(&[("alice", alice.public())]) };
    let files = next(&began(&fresh, &alice, "alice"), "Adds two.", &alice, "alice");
    let base = Demands { base: Some(p.second.clone()), ..demands() };
    assert_eq!(verify(&files, &base).expect_err("unknown"), State::UntrustedKey(Distrust::Base));
    let seen = Known::of(&check(&p.second).expect("ok").expect("a baseline"));
    let known = Demands { known: Some(seen.clone()), ..demands() };
    assert_eq!(verify(&files, &known).expect_err("unknown"), State::UntrustedKey(Distrust::Known));
    let pinned = Demands { pin: Some(fresh.digest()), base: Some(p.second.clone()), known: Some(seen), ..demands() };
    let verified = verify(&files, &pinned).expect("vouched for").expect("a baseline");
    assert!(verified.notices.iter().any(|n| n.contains("new beginning")), "{:?}", verified.notices);
}

#[test]
fn a_late_signature_under_an_older_version_harms_nobody_and_is_shown() {
    let p = project();
    let line = cosigned(&p.first, &p.bob, "bob");
    let mut late = p.second.clone();
    late.approvals.extend(line.approvals.strip_prefix(p.first.approvals.as_slice()).expect("appended"));
    assert_eq!(state(&late), "ok");
    let list = entries(&late).expect("readable");
    assert_eq!(
        list.iter().map(|e| (e.counts, e.late)).collect::<Vec<_>>(),
        [(true, false), (true, false), (true, false), (true, true)]
    );
}

#[test]
fn edits_say_what_they_change_and_keep_thresholds_reachable() {
    let (a, b, c) = (key(), key(), key());
    let mut t = trust(&[("alice", a.public())]);
    let first = t.clone();
    t.edit(Edit::Add("bob".to_owned(), b.public())).expect("a change");
    assert_eq!((t.trust_threshold, t.baseline_threshold), (2, 1));
    t.edit(Edit::Add("carol".to_owned(), c.public())).expect("a change");
    t.edit(Edit::Threshold(Some(3), None)).expect("a change");
    assert_eq!((t.trust_threshold, t.baseline_threshold), (2, 3));
    t.edit(Edit::Remove("carol".to_owned(), Some(c.public()))).expect("a change");
    assert_eq!((t.trust_threshold, t.baseline_threshold), (2, 2));
    let said = first.differences(&t).join("\n");
    assert!(said.contains("+ new person bob") && said.contains("baseline: 1 -> 2"), "{said}");
    assert!(!said.contains("carol"), "{said}");
    for bad in [
        Edit::Add("bob".to_owned(), a.public()),
        Edit::Add("eve\u{202e}".to_owned(), c.public()),
        Edit::Add(" ".to_owned(), c.public()),
        Edit::Remove("nobody".to_owned(), None),
        Edit::Remove("bob".to_owned(), Some(c.public())),
        Edit::Threshold(Some(0), None),
        Edit::Threshold(None, Some(3)),
        Edit::Policy { days: None, hardware: Some(true), unattended: None },
    ] {
        assert!(t.clone().edit(bad.clone()).is_err(), "{bad:?}");
    }
}

#[test]
fn the_step_after_a_removal_counts_the_line_of_the_removed() {
    let p = strict_project();
    let carol = key();
    let without = successor(&p.second, |t| {
        t.edit(Edit::Add("carol".to_owned(), carol.public())).expect("a change");
        t.edit(Edit::Remove("alice".to_owned(), None)).expect("a change");
    });
    let mut files = p.second.clone();
    for (key, who) in [(&p.alice, "alice"), (&p.bob, "bob"), (&carol, "carol")] {
        files = sign_trust(&files, &without, &by(key, who)).expect("signs");
    }
    // alice's line is under the first file only, and the second step names it
    let third = successor(&files, |t| t.policy.max_baseline_days = 30);
    assert_eq!(third.previous.approvals.len(), 3);
    for (key, who) in [(&p.bob, "bob"), (&carol, "carol")] {
        files = sign_trust(&files, &third, &by(key, who)).expect("signs");
    }
    let files = cosigned(&next(&files, "Adds two.", &p.bob, "bob"), &carol, "carol");
    assert_eq!(check(&files).expect("ok").expect("a baseline").content.version, 3);
}

#[test]
fn a_step_that_rests_on_lines_about_something_else_is_broken() {
    let p = project();
    let log = Log::from_bytes(&p.second.approvals).expect("a log");
    let standing = standing(&p.second).expect("readable");
    // line 1 is about people, the others are about words
    assert_eq!(standing.approvals, [log.lines[0].digest]);
    let lines = |list: Vec<Digest>| {
        let wrong = successor(&p.second, |t| t.previous.approvals = list);
        state(&sign_trust(&p.second, &wrong, &by(&p.alice, "alice")).expect("signs"))
    };
    assert_eq!(
        lines(vec![log.lines[0].digest]),
        "not-approved",
        "a good step; the words are approved under the old one"
    );
    for wrong in [
        vec![log.lines[1].digest],
        vec![log.lines[0].digest, log.lines[1].digest],
        vec![Digest::of(b"no line")],
        vec![],
    ] {
        assert_eq!(lines(wrong.clone()), "broken-chain", "{wrong:?}");
    }
}

#[test]
fn a_first_trust_file_with_a_past_is_malformed() {
    let p = project();
    for previous in [
        Previous { file: None, approvals: vec![Digest::of(b"x")] },
        Previous { file: Some(Digest::of(b"x")), approvals: vec![] },
        Previous { file: Some(p.trust.digest()), approvals: vec![Digest::of(b"x")] },
    ] {
        let first = Trust { previous, ..p.trust.clone() };
        assert_eq!(state(&began(&first, &p.alice, "alice")), "malformed");
    }
    let later = Trust { version: 2, ..p.trust.clone() };
    assert_eq!(state(&began(&later, &p.alice, "alice")), "malformed");
}

#[test]
fn the_version_that_was_seen_is_not_older_than_itself() {
    let p = project();
    let seen = Known::of(&check(&p.second).expect("ok").expect("a baseline"));
    let with =
        |version: u64| verify(&p.second, &Demands { known: Some(Known { version, ..seen.clone() }), ..demands() });
    assert!(with(1).is_ok() && with(2).is_ok());
    assert_eq!(with(3).expect_err("older").word(), "rolled-back");
    let min = |min_version: u64| verify(&p.second, &Demands { min_version, ..demands() });
    assert!(min(2).is_ok());
    assert_eq!(min(3).expect_err("older").word(), "rolled-back");
}
