//! Attacks on a baseline, each named after what the attacker does; every one fails closed with the right state
//! (TRUST §2.1 and §3). This file sets the scene; the attacks are in the files below it.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::*;
use crate::json::{Limits, read};
use crate::launch::identity::LaunchIdentity;
use crate::manifest::from_document;
use crate::signature::{Previous, PublicKey, Signer, SigningKey};
use crate::snapshot::Snapshot;
use crate::terms::Digest;
use crate::trust::{Policy, Trust};
use crate::untrusted::Untrusted;

mod anchors;
mod commits;
mod counting;
mod edits;
mod outside;
mod replay;
mod rotation;
mod showing;
mod storage;
mod volatile;

const TODAY: Date = date(2027, 1, 15);

fn snapshot(text: &str) -> Snapshot {
    let document = read(text.as_bytes(), &Limits::default()).expect("valid JSON");
    Snapshot::of(&from_document(&document, text.as_bytes()).expect("a manifest")[0].manifest)
}

fn server(text: &str) -> ProposedServer {
    let manifest = format!(r#"{{"instructions":"Use\nwell.","tools":[{{"name":"add","description":"{text}"}}]}}"#);
    let launch = LaunchIdentity::Stdio {
        command: "npx".into(),
        args: vec!["-y".into()],
        env: vec![],
        cwd: None,
        env_file: None,
    };
    let snapshots = BTreeMap::from([("legacy".to_owned(), ("2025-11-25".into(), snapshot(&manifest)))]);
    let (package, programs, ignore) = (None, BTreeMap::new(), Vec::new());
    ProposedServer { launch, package, programs, isolation: "off".to_owned(), snapshots, ignore }
}

fn words(text: &str) -> BTreeMap<Untrusted, ProposedServer> {
    BTreeMap::from([("calc".into(), server(text))])
}

fn key() -> SigningKey {
    SigningKey::generate().expect("random bytes")
}

fn by<'s>(key: &'s dyn Signer, approver: &'s str) -> Signature<'s> {
    Signature { key, approver, time: "2027-01-15T12:00:00Z", reason: "because" }
}

fn trust(people: &[(&str, PublicKey)]) -> Trust {
    Trust {
        version: 1,
        project: "0123456789abcdef".to_owned(),
        previous: Previous::default(),
        expires: date(2028, 1, 15),
        baseline_threshold: 1,
        trust_threshold: 1,
        policy: Policy { max_baseline_days: 400, hardware: false, unattended: false },
        people: people.iter().map(|(n, k)| ((*n).to_owned(), vec![k.clone()])).collect(),
    }
}

fn demands() -> Demands {
    Demands::on(TODAY)
}

fn check(files: &Files) -> Result<Option<Verified>, State> {
    verify(files, &demands())
}

#[track_caller]
fn state(files: &Files) -> &'static str {
    check(files).err().map_or("ok", |s| s.word())
}

fn began(trust: &Trust, key: &dyn Signer, who: &str) -> Files {
    init(trust, &by(key, who)).expect("signs")
}

fn propose(files: &Files, servers: &BTreeMap<Untrusted, ProposedServer>) -> Proposal {
    let tolerance = Tolerance { older_trust: true, ..Tolerance::default() };
    let before = examine(files, &demands(), tolerance).expect("good so far");
    let trust = Trust::from_bytes(&files.trust).expect("a trust file");
    Proposal::new(before.as_ref(), &trust, files, servers, &[], TODAY, None).expect("a proposal")
}

/// The next version with these words, signed by one person.
fn next(files: &Files, text: &str, key: &dyn Signer, who: &str) -> Files {
    propose(files, &words(text)).sign(&by(key, who)).expect("signs")
}

/// One more signature under the version that stands there.
fn cosigned(files: &Files, key: &dyn Signer, who: &str) -> Files {
    let tolerance = Tolerance { shortfall: true, ..Tolerance::default() };
    let proposed = examine(files, &demands(), tolerance).expect("good so far").expect("a baseline");
    cosign(files, &proposed, &by(key, who)).expect("signs")
}

struct Project {
    alice: SigningKey,
    bob: SigningKey,
    trust: Trust,
    empty: Files,
    first: Files,
    second: Files,
}

/// Two people, one of whom suffices, and two versions by alice.
fn project() -> Project {
    let (alice, bob) = (key(), key());
    let trust = trust(&[("alice", alice.public()), ("bob", bob.public())]);
    let empty = began(&trust, &alice, "alice");
    let first = next(&empty, "Adds.", &alice, "alice");
    let second = next(&first, "Adds two.", &alice, "alice");
    Project { alice, bob, trust, empty, first, second }
}

/// The same with a threshold of two for baselines and for trust files.
fn strict_project() -> Project {
    let (alice, bob) = (key(), key());
    let mut trust = trust(&[("alice", alice.public()), ("bob", bob.public())]);
    (trust.baseline_threshold, trust.trust_threshold) = (2, 2);
    let empty = sign_trust(&began(&trust, &alice, "alice"), &trust, &by(&bob, "bob")).expect("signs");
    let first = cosigned(&next(&empty, "Adds.", &alice, "alice"), &bob, "bob");
    let second = cosigned(&next(&first, "Adds two.", &alice, "alice"), &bob, "bob");
    Project { alice, bob, trust, empty, first, second }
}

/// A trust file after the current one.
fn successor(files: &Files, change: impl FnOnce(&mut Trust)) -> Trust {
    let standing = standing(files).expect("a trust file");
    let mut next = standing.trust.successor(standing.approvals, date(2028, 1, 15));
    change(&mut next);
    next
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn what_was_approved_verifies_and_names_who_did() {
    let p = project();
    let verified = check(&p.second).expect("ok").expect("a baseline");
    assert_eq!((verified.content.version, verified.signers.as_slice()), (2, ["alice".to_owned()].as_slice()));
    assert_eq!((verified.snapshots.len(), verified.anchor), (1, Anchor::FirstUse));
    assert!(check(&p.empty).expect("ok").is_none());
    let strict = check(&strict_project().second).expect("ok").expect("a baseline");
    assert_eq!((strict.signers.len(), strict.approvals.len(), strict.needed), (2, 2, 2));
}
