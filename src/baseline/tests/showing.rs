//! What people are shown: the log line by line, sentences of states, proposals before they are signed, both eras.

use super::*;
use crate::signature::Kind;

fn shown(files: &Files) -> Vec<(String, bool, bool)> {
    let name = |e: &Entry| e.statement.as_ref().map(|s| s.approver.clone()).unwrap_or_default();
    entries(files).expect("a log").iter().map(|e| (name(e), e.counts, e.late)).collect()
}

#[test]
fn the_log_says_what_a_line_claims_and_who_signed_it() {
    let p = project();
    let all = entries(&p.second).expect("a log");
    let last = all.last().expect("a line");
    let said = last.statement.as_ref().expect("a statement");
    assert_eq!((said.time.as_str(), said.reason.as_str()), ("2027-01-15T12:00:00Z", "because"));
    assert_eq!(said.tool, format!("mcp-assay {}", env!("CARGO_PKG_VERSION")));
    assert_eq!((last.number, last.key.clone()), (3, Some(p.alice.public())));
}

#[test]
fn a_line_counts_for_people_of_the_trust_file_it_names_or_of_the_one_before() {
    let p = project();
    let carol = key();
    let bob_alone = successor(&p.second, |t| drop(t.people.remove("alice")));
    let mut files = sign_trust(&p.second, &bob_alone, &by(&p.alice, "alice")).expect("signs");
    files = sign_trust(&files, &bob_alone, &by(&p.bob, "bob")).expect("signs");
    let carol_alone = successor(&files, |t| {
        t.people = std::collections::BTreeMap::from([("carol".to_owned(), vec![carol.public()])]);
    });
    // alice is of the first file only, and a stranger of none
    for (signer, who) in [(&p.alice, "alice"), (&p.bob, "bob"), (&carol, "carol"), (&key(), "bob")] {
        files = sign_trust(&files, &carol_alone, &by(signer, who)).expect("signs");
    }
    let counts: Vec<(String, bool)> = shown(&files).split_off(3).into_iter().map(|(n, c, _)| (n, c)).collect();
    let expected = [("alice", true), ("bob", true), ("alice", false), ("bob", true), ("carol", true), ("bob", false)];
    assert_eq!(counts, expected.map(|(n, c)| (n.to_owned(), c)));
    // an approval of words counts for the trust file it names only
    let third = next(&p.second, "Adds three.", &carol, "carol");
    assert_eq!(shown(&third).last(), Some(&("carol".to_owned(), false, false)));
}

#[test]
fn a_second_signature_of_a_version_is_not_late_and_one_of_an_older_version_is() {
    let p = strict_project();
    assert!(shown(&p.second).iter().all(|(_, counts, late)| *counts && !late), "{:?}", shown(&p.second));
    let added = |files: &Files| files.approvals.split_inclusive(|b| *b == b'\n').next_back().expect("a line").to_vec();
    let approvals = [p.second.approvals.as_slice(), &added(&p.first)].concat();
    assert_eq!(shown(&Files { approvals, ..p.second }).last(), Some(&("bob".to_owned(), true, true)));
}

#[test]
fn a_sentence_names_the_file_that_it_is_about() {
    for (kind, file) in [(Kind::Baseline, "the baseline"), (Kind::Trust, "trust.json")] {
        let few = State::BelowThreshold { kind, have: 1, need: 2 }.sentence().to_visible();
        assert_eq!(few, format!("1 of 2 needed people signed {file}"));
        assert!(State::Expired(kind).sentence().to_visible().starts_with(file));
    }
    let p = project();
    let broken = Files { approvals: [&b""[..]].concat(), ..p.second.clone() };
    assert_eq!(state(&broken), "not-approved");
    let text = text(&p.second.approvals);
    let without: String = text.split_inclusive('\n').enumerate().filter(|(i, _)| *i != 1).map(|(_, l)| l).collect();
    let error = check(&Files { approvals: without.into_bytes(), ..p.second }).expect_err("a gap");
    assert_eq!(
        error.sentence().to_visible(),
        "the approval of version 1 cannot be proved from approvals.jsonl",
        "the version that is missing"
    );
}

#[test]
fn a_proposal_is_the_folder_that_is_written_without_the_new_line() {
    let p = project();
    let proposal = propose(&p.second, &words("Adds three."));
    let signed = proposal.sign(&by(&p.bob, "bob")).expect("signs");
    assert_eq!(*proposal.files(), Files { approvals: p.second.approvals.clone(), ..signed.clone() });
    assert_ne!(signed.approvals, p.second.approvals);
    assert_eq!(state(&signed), "ok");
}

#[test]
fn words_of_both_eras_are_kept_in_two_files() {
    let p = project();
    let mut both = server("Adds.");
    let modern = ("2026-07-28".into(), snapshot(r#"{"tools":[{"name":"add","description":"Adds, newly."}]}"#));
    both.snapshots.insert("modern".to_owned(), modern);
    let servers = BTreeMap::from([("calc".into(), both)]);
    let files = propose(&p.empty, &servers).sign(&by(&p.alice, "alice")).expect("signs");
    assert_eq!(files.servers.len(), 2);
    let verified = check(&files).expect("ok").expect("a baseline");
    let eras: Vec<&str> = verified.snapshots.keys().map(|(_, era)| era.as_str()).collect();
    assert_eq!(eras, ["legacy", "modern"]);
    // one taken for the other is another word than the one that was signed
    let mut names = files.servers.keys().cloned();
    let (one, two) = (names.next().expect("a file"), names.next().expect("a file"));
    let mut swapped = files.clone();
    swapped.servers.insert(one.clone(), files.servers[&two].clone());
    swapped.servers.insert(two, files.servers[&one].clone());
    assert_eq!(state(&swapped), "not-approved");
}
