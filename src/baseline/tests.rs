//! Attacks on a baseline, each named after what the attacker does; every one fails closed with the right state.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::*;
use crate::json::{Limits, read};
use crate::launch::identity::LaunchIdentity;
use crate::manifest::from_document;
use crate::signature::{Envelope, Kind, Previous, SigningKey, Statement};
use crate::snapshot::Snapshot;
use crate::terms::Digest;
use crate::trust::{Policy, Trust};

const TODAY: Date = date(2027, 1, 15);

fn snapshot(text: &str) -> Snapshot {
    let document = read(text.as_bytes(), &Limits::default()).expect("valid JSON");
    Snapshot::of(&from_document(&document, text.as_bytes()).expect("a manifest")[0].manifest)
}

fn words(text: &str) -> BTreeMap<Untrusted, ProposedServer> {
    let manifest = format!(r#"{{"instructions":"Use\nwell.","tools":[{{"name":"add","description":"{text}"}}]}}"#);
    let launch = LaunchIdentity::Stdio { command: "npx".into(), args: vec!["-y".into()], env: vec![], cwd: None };
    let snapshots = BTreeMap::from([("legacy".to_owned(), ("2025-11-25".into(), snapshot(&manifest)))]);
    BTreeMap::from([("calc".into(), ProposedServer { launch, isolation: "off".to_owned(), snapshots })])
}

fn key() -> SigningKey {
    SigningKey::generate().expect("random bytes")
}

fn trust(people: &[(&str, &SigningKey)]) -> Trust {
    Trust {
        version: 1,
        project: "0123456789abcdef".to_owned(),
        previous: Previous::default(),
        expires: date(2028, 1, 15),
        baseline_threshold: 1,
        trust_threshold: 1,
        policy: Policy { max_baseline_days: 400, unattended: false },
        people: people.iter().map(|(n, k)| ((*n).to_owned(), vec![k.public()])).collect(),
    }
}

fn demands() -> Demands {
    Demands { today: TODAY, anchor: None, min_version: 0 }
}

fn check(files: &Files) -> Result<Option<Verified>, State> {
    verify(files, &demands())
}

/// The next version with these words, signed by one person.
fn next(files: &Files, text: &str, key: &SigningKey, who: &str) -> Files {
    let before = check(files).expect("good so far");
    let trust = Trust::from_bytes(&files.trust).expect("a trust file");
    let proposal = Proposal::new(before.as_ref(), &trust, files, &words(text), &[], TODAY, None).expect("a proposal");
    proposal.sign(key, who, "2027-01-15T12:00:00Z", "because")
}

struct Project {
    alice: SigningKey,
    bob: SigningKey,
    trust: Trust,
    first: Files,
    second: Files,
}

fn project() -> Project {
    let (alice, bob) = (key(), key());
    let trust = trust(&[("alice", &alice), ("bob", &bob)]);
    let empty = init(&trust, &alice, "alice", "2027-01-15T12:00:00Z");
    let first = next(&empty, "Adds.", &alice, "alice");
    let second = next(&first, "Adds two.", &alice, "alice");
    Project { alice, bob, trust, first, second }
}

#[track_caller]
fn state(files: &Files) -> &'static str {
    check(files).err().map_or("ok", |s| s.word())
}

#[test]
fn what_was_approved_verifies_and_names_who_did() {
    let p = project();
    let verified = check(&p.second).expect("ok").expect("a baseline");
    assert_eq!((verified.content.version, verified.signers.as_slice()), (2, ["alice".to_owned()].as_slice()));
    assert_eq!(verified.snapshots.len(), 1);
}

#[test]
fn each_flipped_bit_in_each_file_is_refused() {
    let p = project();
    let mut tried = 0;
    let parts: Vec<(&str, Vec<u8>)> = vec![
        ("baseline", p.second.baseline.clone().expect("there")),
        ("trust", p.second.trust.clone()),
        ("approvals", p.second.approvals.clone()),
        ("server", p.second.servers.values().next().expect("one").clone()),
    ];
    for (part, bytes) in parts {
        // every byte of the small files, every 7th of the log, a different bit each time
        let stride = if part == "approvals" { 7 } else { 1 };
        for at in (0..bytes.len()).step_by(stride) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            let mut files = p.second.clone();
            match part {
                "baseline" => files.baseline = Some(flipped),
                "trust" => files.trust = flipped,
                "approvals" => files.approvals = flipped,
                _ => *files.servers.values_mut().next().expect("one") = flipped,
            }
            assert_ne!(state(&files), "ok", "{part} byte {at}");
            tried += 1;
        }
    }
    assert!(tried > 1000);
}

#[test]
fn one_person_signing_three_times_is_one_person() {
    let mut p = project();
    p.trust.baseline_threshold = 2;
    let empty = init(&p.trust, &p.alice, "alice", "t");
    let trust = Trust::from_bytes(&empty.trust).expect("valid");
    let proposal = Proposal::new(None, &trust, &empty, &words("Adds."), &[], TODAY, None).expect("a proposal");
    let mut files = proposal.sign(&p.alice, "alice", "t1", "r");
    for time in ["t2", "t3"] {
        let again = proposal.sign(&p.alice, "alice", time, "r");
        let line = again.approvals.strip_prefix(empty.approvals.as_slice()).expect("appended").to_vec();
        files.approvals.extend_from_slice(&line);
    }
    assert_eq!(check(&files).expect_err("too few"), State::BelowThreshold(1, 2));
    let other = proposal.sign(&p.bob, "bob", "t4", "r");
    files.approvals.extend_from_slice(other.approvals.strip_prefix(empty.approvals.as_slice()).expect("appended"));
    assert_eq!(state(&files), "ok");
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

#[test]
fn editing_the_words_or_the_index_without_signing_is_not_approved() {
    let p = project();
    let mut files = p.second.clone();
    let bytes = files.servers.values_mut().next().expect("one");
    *bytes = String::from_utf8(bytes.clone()).expect("UTF-8").replace("Adds two.", "Adds 2.").into_bytes();
    assert_eq!(state(&files), "not-approved");
    let mut files = p.second.clone();
    let text = String::from_utf8(files.baseline.clone().expect("there")).expect("UTF-8");
    files.baseline = Some(text.replace("\"-y\"", "\"-x\"").into_bytes());
    assert_eq!(state(&files), "not-approved");
}

#[test]
fn adding_an_own_key_to_the_trust_file_is_refused() {
    let p = project();
    let mallory = key();
    let mut grown = p.trust.clone();
    grown.people.insert("mallory".to_owned(), vec![mallory.public()]);
    let mut files = p.second.clone();
    files.trust = grown.to_bytes();
    assert_eq!(state(&files), "not-approved");
    // signed by the newcomer alone, as a new version of the chain
    grown.version = 2;
    grown.previous = Previous { file: Some(p.trust.digest()), approvals: vec![] };
    let files = rewrite_trust(&p.second, &grown, &mallory, "mallory", "t", "r");
    assert_eq!(state(&files), "broken-chain");
    // signed by an old member too, it stands, but the baseline has to be approved again
    let files = rewrite_trust(&p.second, &grown, &p.alice, "alice", "t", "r");
    assert_eq!(state(&files), "not-approved");
}

#[test]
fn a_pin_that_is_not_on_the_chain_is_refused() {
    let p = project();
    let with = |anchor| verify(&p.second, &Demands { anchor: Some(anchor), ..demands() });
    assert!(with(p.trust.digest()).is_ok());
    assert_eq!(with(Digest::of(b"other")).expect_err("not on the chain"), State::UntrustedKey);
}

#[test]
fn replaying_an_older_baseline_is_a_rollback() {
    let p = project();
    let mut files = p.first.clone();
    files.approvals = p.second.approvals.clone();
    assert_eq!(check(&files).expect_err("old"), State::RolledBack(1, 2));
    // old baseline, old log: only a demanded version can tell
    assert_eq!(state(&p.first), "ok");
    let demanded = verify(&p.first, &Demands { min_version: 2, ..demands() });
    assert_eq!(demanded.expect_err("old"), State::RolledBack(1, 2));
}

#[test]
fn jumping_ahead_breaks_the_chain() {
    let p = project();
    let mut before = check(&p.first).expect("ok").expect("a baseline");
    before.content.version = 9_998;
    let proposal = Proposal::new(Some(&before), &p.trust, &p.first, &words("x"), &[], TODAY, None).expect("a proposal");
    assert_eq!(state(&proposal.sign(&p.alice, "alice", "t", "r")), "broken-chain");
}

#[test]
fn dropping_old_log_lines_breaks_the_chain() {
    let p = project();
    let mut files = p.second.clone();
    let text = String::from_utf8(files.approvals.clone()).expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    files.approvals = format!("{}\n{}\n", lines[0], lines[2]).into_bytes();
    assert_eq!(state(&files), "broken-chain");
}

#[test]
fn files_that_are_missing_extra_or_swapped_are_malformed() {
    let p = project();
    let mut gone = p.second.clone();
    gone.servers.clear();
    assert_eq!(state(&gone), "malformed");
    let mut extra = p.second.clone();
    extra.servers.insert("extra.json".to_owned(), b"{}\n".to_vec());
    assert_eq!(state(&extra), "malformed");
    let mut deleted = p.second.clone();
    deleted.baseline = None;
    assert_eq!(state(&deleted), "malformed");
    let mut deleted = p.second.clone();
    deleted.baseline = None;
    deleted.servers.clear();
    assert_eq!(state(&deleted), "malformed");
    let mut old_words = p.second.clone();
    old_words.servers = p.first.servers.clone();
    assert_eq!(state(&old_words), "not-approved");
}

#[test]
fn time_ends_a_baseline_and_warns_before() {
    let p = project();
    let on = |today| verify(&p.second, &Demands { today, ..demands() });
    let notices = |today| on(today).expect("ok").expect("a baseline").notices.len();
    assert_eq!(notices(date(2027, 12, 15)), 1);
    assert!(notices(date(2027, 12, 31)) > 1);
    assert_eq!(on(date(2028, 1, 16)).expect_err("expired").word(), "expired");
    let mut short = p.trust.clone();
    short.policy.max_baseline_days = 10;
    let files = next(&init(&short, &p.alice, "alice", "t"), "Adds.", &p.alice, "alice");
    assert_eq!(state(&files), "ok");
    assert_eq!(check(&files).expect("ok").expect("a baseline").content.expires, date(2027, 1, 25));
}

#[test]
fn a_statement_of_another_kind_or_type_does_not_approve() {
    let p = project();
    let empty = init(&p.trust, &p.alice, "alice", "t");
    let proposal = Proposal::new(None, &p.trust, &empty, &words("Adds."), &[], TODAY, None).expect("a proposal");
    let good = proposal.sign(&p.alice, "alice", "t", "r");
    let statement = Statement {
        kind: Kind::Baseline,
        subject: proposal.digest,
        version: 1,
        trust: p.trust.digest(),
        previous: Previous::default(),
        document: None,
        approver: "alice".to_owned(),
        time: "t".to_owned(),
        reason: "r".to_owned(),
        tool: "x".to_owned(),
    };
    let with = |payload: Vec<u8>| {
        let line = format!("{}\n", Envelope::sign(payload, &p.alice).to_line());
        Files { approvals: [empty.approvals.as_slice(), line.as_bytes()].concat(), ..good.clone() }
    };
    assert_eq!(state(&with(statement.to_payload())), "ok");
    let text = String::from_utf8(statement.to_payload()).expect("UTF-8");
    assert_ne!(state(&with(text.replace("urn:mcp-assay:approval:v1", "urn:other:v1").into_bytes())), "ok");
    assert_ne!(state(&with(text.replace("\"kind\":\"baseline\"", "\"kind\":\"trust\"").into_bytes())), "ok");
    assert_ne!(state(&with(text.replace("\"version\":1", "\"version\":2").into_bytes())), "ok");
    assert_ne!(state(&with(text.replace("\"tool\":\"x\"", "\"tool\":\"x\",\"zz\":1").into_bytes())), "ok");
}

#[test]
fn what_has_no_single_meaning_cannot_be_proposed() {
    let p = project();
    let mut servers = words("x");
    let odd = snapshot(r#"[{"name":"a","x":1,"x":2}]"#);
    servers.values_mut().next().expect("one").snapshots.insert("legacy".to_owned(), ("p".into(), odd));
    let refusal = Proposal::new(None, &p.trust, &p.first, &servers, &[], TODAY, None).expect_err("refused");
    assert!(matches!(refusal, Refusal::NotCanonical(..)), "{refusal:?}");
}

#[test]
fn a_crash_at_any_step_leaves_the_old_state_or_the_new_one() {
    let p = project();
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join(FOLDER);
    for stop in 0..20 {
        let _ = std::fs::remove_dir_all(&folder);
        write(&folder, &p.first, &mut |_| Ok(())).expect("written");
        let mut steps = 0;
        let outcome = write(&folder, &p.second, &mut |_| {
            steps += 1;
            if steps > stop { Err(std::io::Error::other("crash")) } else { Ok(()) }
        });
        let now = Files::read(&folder).expect("readable");
        let (old, new) = (now == p.first, now == p.second);
        assert!(old || new, "stopped after {stop}");
        assert!(outcome.is_err() || new, "stopped after {stop}");
        assert_eq!(state(&now), "ok");
    }
}

#[test]
fn links_are_not_followed_and_absence_is_its_own_state() {
    let p = project();
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join(FOLDER);
    assert_eq!(Files::read(&folder).expect_err("absent"), State::Absent);
    write(&dir.path().join("real"), &p.first, &mut |_| Ok(())).expect("written");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(dir.path().join("real"), &folder).expect("a link");
        assert_eq!(Files::read(&folder).expect_err("a link").word(), "malformed");
        assert!(write(&folder, &p.second, &mut |_| Ok(())).is_err());
    }
}

#[test]
fn openssl_reads_our_key_and_verifies_our_signature() {
    if std::process::Command::new("openssl").arg("version").output().is_err() {
        eprintln!("not run: openssl is not installed");
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let path = |name: &str| dir.path().join(name);
    let key = key();
    key.store(&path("key.pem")).expect("written");
    assert!(key.store(&path("key.pem")).is_err(), "overwrote a key");
    let payload = b"words".to_vec();
    let message = crate::signature::pae(&payload);
    std::fs::write(path("message"), &message).expect("written");
    std::fs::write(path("signature"), key.sign(&message)).expect("written");
    let openssl = |args: &[&str]| {
        let out = std::process::Command::new("openssl").args(args).current_dir(dir.path()).output().expect("runs");
        assert!(out.status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    };
    openssl(&["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"]);
    openssl(&[
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "public.pem",
        "-rawin",
        "-in",
        "message",
        "-sigfile",
        "signature",
    ]);
    let again = SigningKey::load(&path("key.pem")).expect("our own file");
    assert_eq!(again.public(), key.public());
}
