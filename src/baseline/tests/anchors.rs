//! What a pull request may and may not do against its base (TRUST §7 steps 2 and 7, T12).

use super::*;

fn against(head: &Files, base: &Files) -> Result<Option<Verified>, State> {
    verify(head, &Demands { base: Some(base.clone()), ..demands() })
}

#[test]
fn an_anchor_that_is_not_on_the_chain_is_refused() {
    let p = project();
    let with = |pin| verify(&p.second, &Demands { pin: Some(pin), ..demands() });
    assert_eq!(with(p.trust.digest()).expect("ok").expect("a baseline").anchor, Anchor::Pin);
    let other = Digest::of(b"other");
    assert_eq!(with(other).expect_err("not on the chain"), State::UntrustedKey(Distrust::Pin(other)));
}

#[test]
fn a_pull_request_that_deletes_the_baseline_is_refused_against_its_base() {
    let p = project();
    // back to the state after `init`, with the log that belongs to it
    assert_eq!(against(&p.empty, &p.second).expect_err("lines are missing").word(), "broken-chain");
    let mut emptied = p.second.clone();
    (emptied.baseline, emptied.servers) = (None, BTreeMap::new());
    assert_eq!(against(&emptied, &p.second).expect_err("deleted").word(), "malformed");
    // the first approval in a pull request is fine
    assert!(against(&p.first, &p.empty).is_ok());
    assert!(against(&p.empty, &p.empty).expect("ok").is_none());
}

#[test]
fn a_pull_request_that_only_adds_is_accepted_and_says_what_it_is_anchored_to() {
    let p = project();
    let verified = against(&p.second, &p.first).expect("ok").expect("a baseline");
    assert_eq!(verified.anchor, Anchor::Base);
    assert!(verified.notices.is_empty(), "{:?}", verified.notices);
    let signed = Demands { anchored: true, base: Some(p.first.clone()), ..demands() };
    assert!(verify(&p.second, &signed).is_ok());
}

#[test]
fn a_damaged_base_is_said_and_is_not_the_pull_requests_fault() {
    let p = project();
    let base = Files { trust: b"{}\n".to_vec(), ..p.first.clone() };
    let state = against(&p.second, &base).expect_err("nothing to compare with");
    assert!(state.word() == "malformed" && state.sentence().to_terminal().contains("of the base"), "{state:?}");
}

#[test]
fn a_first_use_is_said_aloud_with_people_and_digest() {
    let p = project();
    let notices = check(&p.second).expect("ok").expect("a baseline").notices.join("\n");
    assert!(notices.contains("first use") && notices.contains("alice, bob"), "{notices}");
    assert!(notices.contains(&p.trust.digest().to_string()), "{notices}");
}
