//! Trust files that must be refused, and edits that keep them valid.

use super::*;
use crate::signature::{Signer, SigningKey};

fn key() -> PublicKey {
    SigningKey::generate().expect("random bytes").public()
}

fn trust(people: &[(&str, Vec<PublicKey>)]) -> Trust {
    Trust {
        version: 1,
        project: "p".to_owned(),
        previous: Previous::default(),
        expires: jiff::civil::date(2028, 1, 15),
        baseline_threshold: 1,
        trust_threshold: 1,
        policy: Policy { max_baseline_days: 400, hardware: false, unattended: false },
        people: people.iter().map(|(n, k)| ((*n).to_owned(), k.clone())).collect(),
    }
}

fn reread(trust: &Trust) -> Result<Trust, TrustError> {
    Trust::from_bytes(&trust.to_bytes())
}

#[test]
fn what_is_written_is_read() {
    let t = trust(&[("alice", vec![key(), key()]), ("bob", vec![key()])]);
    assert_eq!(reread(&t).expect("valid"), t);
}

#[test]
fn a_key_in_two_places_is_refused() {
    let k = key();
    for people in [vec![("a", vec![k.clone()]), ("b", vec![k.clone()])], vec![("a", vec![k.clone(), k.clone()])]] {
        assert!(matches!(reread(&trust(&people)), Err(TrustError::RepeatedKey)));
    }
}

#[test]
fn a_threshold_outside_one_to_people_is_refused() {
    for (baseline, people) in [(0, 1), (2, 1), (1, 0), (1, 2)] {
        let mut t = trust(&[("a", vec![key()])]);
        (t.baseline_threshold, t.trust_threshold) = (baseline, people);
        assert!(matches!(reread(&t), Err(TrustError::Threshold)), "{baseline} {people}");
    }
    let text = String::from_utf8(trust(&[("a", vec![key()])]).to_bytes()).expect("UTF-8");
    for bad in ["1.0", "-1", "\"1\"", "1e0", "null"] {
        let changed = text.replace("\"baseline\": 1", &format!("\"baseline\": {bad}"));
        assert!(Trust::from_bytes(changed.as_bytes()).is_err(), "{bad}");
    }
    let gone = text.replace("    \"baseline\": 1,\n", "");
    assert!(gone != text && Trust::from_bytes(gone.as_bytes()).is_err());
}

#[test]
fn nobody_and_unknown_members_and_weak_keys_are_refused() {
    assert!(matches!(reread(&trust(&[])), Err(TrustError::People)));
    assert!(matches!(reread(&trust(&[("a", vec![])])), Err(TrustError::People)));
    assert!(matches!(reread(&trust(&[("", vec![key()])])), Err(TrustError::People)));
    let names: Vec<String> = (0..=PEOPLE).map(|n| n.to_string()).collect();
    let crowd: Vec<(&str, Vec<PublicKey>)> = names.iter().map(|n| (n.as_str(), vec![key()])).collect();
    assert!(reread(&trust(&crowd[1..])).is_ok());
    assert!(matches!(reread(&trust(&crowd)), Err(TrustError::People)));
    let text = String::from_utf8(trust(&[("a", vec![key()])]).to_bytes()).expect("UTF-8");
    let more = text.replace("  \"format\": 1,\n", "  \"extra\": 1,\n  \"format\": 1,\n");
    assert!(matches!(Trust::from_bytes(more.as_bytes()), Err(TrustError::Field(FieldError::Unknown))));
    // the neutral element and a point of order eight
    for weak in ["AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA/o="] {
        let known = text.find("ed25519 ").expect("a key");
        let changed = format!("{}ed25519 {weak}{}", &text[..known], &text[known + 8 + 44..]);
        assert!(matches!(Trust::from_bytes(changed.as_bytes()), Err(TrustError::Key(_))), "{weak}");
    }
}

#[test]
fn another_way_to_write_the_same_file_is_refused() {
    let text = String::from_utf8(trust(&[("a", vec![key()])]).to_bytes()).expect("UTF-8");
    for changed in [text.replace("  ", " "), text.trim_end().to_owned(), format!("{text}\n")] {
        assert!(matches!(Trust::from_bytes(changed.as_bytes()), Err(TrustError::Rendering)));
    }
}

#[test]
fn a_successor_has_its_own_end_and_names_the_one_before() {
    let t = trust(&[("a", vec![key()])]);
    let next = t.successor(vec![Digest::of(b"line")], jiff::civil::date(2029, 2, 3));
    assert_eq!((next.version, next.expires), (2, jiff::civil::date(2029, 2, 3)));
    assert_eq!(next.previous, Previous { file: Some(t.digest()), approvals: vec![Digest::of(b"line")] });
    assert_eq!((next.people, next.policy), (t.people, t.policy));
}

#[test]
fn another_key_of_a_known_person_raises_no_threshold() {
    let mut t = trust(&[("a", vec![key()]), ("b", vec![key()])]);
    t.edit(Edit::Add("a".to_owned(), key())).expect("a change");
    assert_eq!((t.trust_threshold, t.people["a"].len()), (1, 2));
    t.edit(Edit::Add("c".to_owned(), key())).expect("a change");
    assert_eq!(t.trust_threshold, 2);
}

#[test]
fn differences_name_what_is_new_and_what_is_gone_and_nothing_that_stayed() {
    let (kept, gone, new, other) = (key(), key(), key(), key());
    let old = trust(&[("a", vec![kept.clone(), gone.clone()]), ("b", vec![other.clone()])]);
    let now = trust(&[("a", vec![kept, new.clone()]), ("c", vec![other.clone()])]);
    let expected = [
        format!("+ new key for a: {}", new.text()),
        format!("+ new person c: {}", other.text()),
        format!("- key removed from a: {}", gone.text()),
        format!("- person removed b: {}", other.text()),
    ];
    assert_eq!(old.differences(&now), expected);
    assert!(old.differences(&old).is_empty());
}
