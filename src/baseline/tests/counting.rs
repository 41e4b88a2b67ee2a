//! Counting people (TRUST §3): CVE-2020-6174, GHSA-3633-5h82-39pq, CVE-2026-23992 and their kin.

use super::*;
use crate::signature::tests::SoftKey;
use crate::signature::{Envelope, Kind, Statement};
use crate::trust::TrustError;
use crate::untrusted::Message;

fn appended(files: &Files, more: &Files, since: &Files) -> Files {
    let line = more.approvals.strip_prefix(since.approvals.as_slice()).expect("appended");
    Files { approvals: [files.approvals.as_slice(), line].concat(), ..files.clone() }
}

#[test]
fn several_signatures_of_one_key_are_one_person() {
    let mut p = project();
    p.trust.baseline_threshold = 2;
    let empty = began(&p.trust, &p.alice, "alice");
    let proposal = propose(&empty, &words("Adds."));
    let mut files = proposal.sign(&by(&p.alice, "alice")).expect("signs");
    for time in ["t2", "t3"] {
        let again = proposal.sign(&Signature { time, ..by(&p.alice, "alice") }).expect("signs");
        files = appended(&files, &again, &empty);
    }
    let few = State::BelowThreshold { kind: Kind::Baseline, have: 1, need: 2 };
    assert_eq!(check(&files).expect_err("too few"), few);
    let other = proposal.sign(&by(&p.bob, "bob")).expect("signs");
    assert_eq!(state(&appended(&files, &other, &empty)), "ok");
}

#[test]
fn several_keys_of_one_person_are_one_person() {
    let (one, two, bob) = (key(), key(), key());
    let mut trust = trust(&[("alice", one.public()), ("bob", bob.public())]);
    trust.people.get_mut("alice").expect("there").push(two.public());
    trust.baseline_threshold = 2;
    let files = next(&began(&trust, &one, "alice"), "Adds.", &one, "alice");
    assert_eq!(state(&cosigned(&files, &two, "alice")), "below-threshold");
    assert_eq!(state(&cosigned(&files, &bob, "bob")), "ok");
}

#[test]
fn several_signatures_of_one_key_do_not_rotate_trust() {
    let p = strict_project();
    let mallory = key();
    let next = successor(&p.second, |t| {
        t.people.insert("mallory".to_owned(), vec![mallory.public()]);
    });
    let mut files = p.second.clone();
    for time in ["t1", "t2", "t3"] {
        files = sign_trust(&files, &next, &Signature { time, ..by(&p.alice, "alice") }).expect("signs");
    }
    let few = State::BelowThreshold { kind: Kind::Trust, have: 1, need: 2 };
    assert_eq!(check(&files).expect_err("one person"), few);
    // the newcomer's own signature counts for the new file only
    let files = sign_trust(&files, &next, &by(&mallory, "mallory")).expect("signs");
    assert_eq!(state(&files), "below-threshold");
}

#[test]
fn one_key_in_two_places_or_two_encodings_is_refused() {
    let soft = SoftKey::new(5);
    let hardware = soft.public();
    let raw = PublicKey::parse(&format!("ed25519 {}", {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(soft.secret.verifying_key().as_bytes())
    }))
    .expect("the same point");
    let pairs = [(raw.clone(), raw.clone()), (hardware.clone(), raw), (hardware.clone(), hardware)];
    for (one, two) in pairs {
        let twice = trust(&[("alice", one.clone()), ("bob", two.clone())]);
        assert!(matches!(Trust::from_bytes(&twice.to_bytes()), Err(TrustError::RepeatedKey)));
        let mut alone = trust(&[("alice", one)]);
        alone.people.get_mut("alice").expect("there").push(two);
        assert!(matches!(Trust::from_bytes(&alone.to_bytes()), Err(TrustError::RepeatedKey)));
        let files = Files { trust: twice.to_bytes(), ..project().second };
        assert_eq!(state(&files), "malformed");
    }
}

#[test]
fn a_threshold_of_zero_or_more_than_there_are_people_is_malformed() {
    let p = project();
    let good = text(&p.second.trust);
    for kind in ["baseline", "trust"] {
        for bad in ["0", "-1", "3", "1.0", "1e0", "\"1\"", "null", "[]"] {
            let changed = good.replace(&format!("\"{kind}\": 1"), &format!("\"{kind}\": {bad}"));
            assert_ne!(changed, good);
            assert_eq!(state(&Files { trust: changed.into_bytes(), ..p.second.clone() }), "malformed", "{kind} {bad}");
        }
    }
    let missing = good.replace("    \"baseline\": 1,\n", "");
    assert_eq!(state(&Files { trust: missing.into_bytes(), ..p.second.clone() }), "malformed");
}

#[test]
fn signing_under_another_persons_name_does_not_count() {
    let p = project();
    assert_eq!(state(&next(&p.first, "Adds two.", &p.bob, "alice")), "untrusted-key");
}

#[test]
fn a_stranger_cannot_approve() {
    let p = project();
    assert_eq!(state(&next(&p.first, "Adds two.", &key(), "alice")), "untrusted-key");
}

fn approval(p: &Project, digest: Digest) -> Statement {
    Statement {
        kind: Kind::Baseline,
        subject: digest,
        version: 1,
        trust: p.trust.digest(),
        previous: Previous::default(),
        document: None,
        approver: "alice".to_owned(),
        time: "t".to_owned(),
        reason: "r".to_owned(),
        tool: "x".to_owned(),
    }
}

#[test]
fn a_log_entry_that_is_not_bound_to_the_artifact_does_not_approve() {
    let p = project();
    let proposal = propose(&p.empty, &words("Adds."));
    let good = proposal.sign(&by(&p.alice, "alice")).expect("signs");
    let with = |payload: Vec<u8>| {
        let line = format!("{}\n", Envelope::sign(payload, &p.alice).expect("signs").to_line());
        Files { approvals: [p.empty.approvals.as_slice(), line.as_bytes()].concat(), ..good.clone() }
    };
    let statement = approval(&p, proposal.digest);
    assert_eq!(state(&with(statement.to_payload())), "ok");
    // another baseline, another project's trust file, another version, another predecessor
    let other = Statement { subject: Digest::of(b"another baseline"), ..statement.clone() };
    assert_eq!(state(&with(other.to_payload())), "not-approved");
    for wrong in [
        Statement { trust: Digest::of(b"another project"), ..statement.clone() },
        Statement { version: 2, ..statement.clone() },
        Statement { previous: Previous { file: Some(Digest::of(b"x")), approvals: vec![] }, ..statement.clone() },
    ] {
        assert_eq!(state(&with(wrong.to_payload())), "malformed");
    }
    // another predicate type is somebody else's; our own with other members is no statement of ours
    let text = text(&statement.to_payload());
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{text}");
        state(&with(text.replace(from, to).into_bytes()))
    };
    assert_eq!(changed("urn:mcp-assay:approval:v1", "urn:other:v1"), "not-approved");
    assert_eq!(changed("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v2"), "malformed");
    assert_eq!(changed("\"kind\":\"baseline\"", "\"kind\":\"trust\""), "malformed");
    assert_eq!(changed("\"name\":\"baseline.json\"", "\"name\":\"trust.json\""), "malformed");
    assert_eq!(changed("\"tool\":\"x\"", "\"tool\":\"x\",\"zz\":1"), "malformed");
}

#[test]
fn only_touched_security_keys_count_where_hardware_is_asked_for() {
    let soft = SoftKey::new(1);
    let mut trust = trust(&[("alice", soft.public())]);
    trust.policy.hardware = true;
    let empty = began(&trust, &soft, "alice");
    assert_eq!(state(&next(&empty, "Adds.", &soft, "alice")), "ok");
    let untouched = SoftKey { flags: 0, ..SoftKey::new(1) };
    assert_eq!(state(&next(&empty, "Adds.", &untouched, "alice")), "bad-signature");
    trust.people.insert("bob".to_owned(), vec![key().public()]);
    assert!(matches!(Trust::from_bytes(&trust.to_bytes()), Err(TrustError::Software)));
}

#[test]
fn each_result_has_its_own_word_sentence_and_next_step() {
    use std::collections::BTreeSet;
    let digest = Digest::of(b"x");
    let rolled = |by| State::RolledBack { kind: Kind::Baseline, have: 1, want: 2, by };
    let words = Message::new("x");
    let all = [
        State::Absent,
        State::Malformed(words.clone()),
        State::UntrustedKey(Distrust::Strangers),
        State::UntrustedKey(Distrust::Pin(digest)),
        State::UntrustedKey(Distrust::Base),
        State::UntrustedKey(Distrust::Known),
        State::UntrustedKey(Distrust::FirstUse(digest)),
        State::BadSignature(3),
        State::BelowThreshold { kind: Kind::Baseline, have: 1, need: 2 },
        State::BelowThreshold { kind: Kind::Trust, have: 1, need: 2 },
        State::Expired(Kind::Baseline),
        State::Expired(Kind::Trust),
        rolled(Seen::Log),
        rolled(Seen::Base),
        rolled(Seen::Machine),
        rolled(Seen::Demand),
        State::BrokenChain(words.clone()),
        State::NotApproved(Unsigned::Words(words)),
        State::NotApproved(Unsigned::Trust(2)),
        State::NotApproved(Unsigned::OlderTrust),
    ];
    let distinct = |f: &dyn Fn(&State) -> String| all.iter().map(f).collect::<BTreeSet<_>>().len();
    // with `ok`, the ten of JSON v1
    assert_eq!(distinct(&|s| s.word().to_owned()), 9);
    assert_eq!(distinct(&|s| s.sentence().to_terminal()), all.len());
    let steps: BTreeSet<(&str, &str)> = all.iter().map(|s| (s.word(), s.next_step())).collect();
    assert!(steps.iter().map(|(_, step)| step).collect::<BTreeSet<_>>().len() >= 15, "{steps:#?}");
    // no two words share one next step
    for (word, step) in &steps {
        assert!(steps.iter().all(|(w, s)| w == word || s != step), "{word}: {step}");
    }
}
