//! Edits without a signature: by the author of a pull request, or by somebody with write access and no key (TRUST §2.1).

use super::*;
use crate::config::Config;
use crate::launch::package::Package;

/// Which of the four kinds of file, to be changed.
fn part<'f>(files: &'f mut Files, kind: &str) -> &'f mut Vec<u8> {
    match kind {
        "baseline.json" => files.baseline.as_mut().expect("there"),
        "trust.json" => &mut files.trust,
        "approvals.jsonl" => &mut files.approvals,
        _ => files.servers.values_mut().next().expect("one"),
    }
}

#[test]
fn each_single_flipped_bit_in_each_kind_of_file_is_refused() {
    let p = project();
    let mut flips = Vec::new();
    for kind in ["baseline.json", "trust.json", "servers/", "approvals.jsonl"] {
        let length = part(&mut p.second.clone(), kind).len();
        flips.extend((0..length * 8).map(|bit| (kind, bit)));
    }
    // every one of them, on all processors
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let tried: usize = std::thread::scope(|scope| {
        let one = |flips: Vec<&(&str, usize)>| {
            let mut files = p.second.clone();
            for (kind, bit) in &flips {
                part(&mut files, kind)[bit / 8] ^= 1 << (bit % 8);
                assert_ne!(state(&files), "ok", "{kind} byte {} bit {}", bit / 8, bit % 8);
                part(&mut files, kind)[bit / 8] ^= 1 << (bit % 8);
            }
            assert_eq!(files, p.second);
            flips.len()
        };
        let parts = (0..threads).map(|n| flips.iter().skip(n).step_by(threads).collect::<Vec<_>>());
        let running: Vec<_> = parts.map(|flips| scope.spawn(move || one(flips))).collect();
        running.into_iter().map(|t| t.join().expect("no flip was accepted")).sum()
    });
    assert!(tried == flips.len() && tried > 30_000, "{tried} of {}", flips.len());
}

#[test]
fn a_pull_request_that_edits_the_words_or_the_index_is_not_approved() {
    let p = project();
    let mut files = p.second.clone();
    let bytes = files.servers.values_mut().next().expect("one");
    *bytes = text(bytes).replace("Adds two.", "Adds 2.").into_bytes();
    assert_eq!(state(&files), "not-approved");
    let mut files = p.second.clone();
    let index = text(files.baseline.as_deref().expect("there"));
    files.baseline = Some(index.replace("\"-y\"", "\"-x\"").into_bytes());
    assert_eq!(state(&files), "not-approved");
}

#[test]
fn a_pull_request_that_edits_words_index_and_trust_together_is_refused() {
    let p = project();
    let mallory = key();
    // a whole new beginning with the same project id: consistent in itself, so only an anchor can tell
    let forged = Trust { people: BTreeMap::from([("alice".to_owned(), vec![mallory.public()])]), ..p.trust.clone() };
    let files = next(&began(&forged, &mallory, "alice"), "Reads ~/.ssh.", &mallory, "alice");
    assert_eq!(state(&files), "ok");
    let base = Demands { base: Some(p.second.clone()), ..demands() };
    assert_eq!(verify(&files, &base).expect_err("forged"), State::UntrustedKey(Distrust::Base));
    let pinned = Demands { pin: Some(p.trust.digest()), ..demands() };
    assert_eq!(verify(&files, &pinned).expect_err("forged").word(), "untrusted-key");
    let first_use = Demands { anchored: true, ..demands() };
    assert!(matches!(verify(&files, &first_use), Err(State::UntrustedKey(Distrust::FirstUse(_)))));
}

#[test]
fn a_pull_request_that_adds_its_own_key_to_the_trust_file_is_refused() {
    let p = project();
    let mallory = key();
    let mut grown = p.trust.clone();
    grown.people.insert("mallory".to_owned(), vec![mallory.public()]);
    let files = Files { trust: grown.to_bytes(), ..p.second.clone() };
    assert_eq!(check(&files).expect_err("unsigned"), State::NotApproved(Unsigned::Trust(1)));
    // signed by the newcomer alone, as a new version of the chain
    let grown = successor(&p.second, |t| {
        t.people.insert("mallory".to_owned(), vec![mallory.public()]);
    });
    let files = sign_trust(&p.second, &grown, &by(&mallory, "mallory")).expect("signs");
    assert_eq!(check(&files).expect_err("a stranger"), State::UntrustedKey(Distrust::Strangers));
    // going on as if it were in force
    let before = check(&p.second).expect("ok");
    let proposal = Proposal::new(before.as_ref(), &grown, &files, &words("x"), &[], TODAY, None).expect("a proposal");
    assert_eq!(state(&proposal.sign(&by(&mallory, "mallory")).expect("signs")), "untrusted-key");
}

#[test]
fn files_that_are_deleted_truncated_emptied_extra_or_swapped_are_refused() {
    let p = project();
    let with = |change: &dyn Fn(&mut Files)| {
        let mut files = p.second.clone();
        change(&mut files);
        state(&files)
    };
    assert_eq!(with(&|f| f.servers.clear()), "malformed");
    assert_eq!(with(&|f| drop(f.servers.insert("extra.json".to_owned(), b"{}\n".to_vec()))), "malformed");
    assert_eq!(with(&|f| f.baseline = None), "malformed");
    assert_eq!(
        with(&|f| {
            f.baseline = None;
            f.servers.clear();
        }),
        "malformed"
    );
    assert_eq!(with(&|f| f.baseline = Some(Vec::new())), "malformed");
    assert_eq!(with(&|f| f.trust.clear()), "malformed");
    assert_eq!(with(&|f| f.approvals.clear()), "not-approved");
    assert_eq!(with(&|f| f.approvals.truncate(f.approvals.len() - 2)), "malformed");
    assert_eq!(with(&|f| f.servers.values_mut().for_each(Vec::clear)), "malformed");
    assert_eq!(with(&|f| f.servers = p.first.servers.clone()), "not-approved");
}

#[test]
fn two_servers_whose_files_are_swapped_are_refused() {
    let p = project();
    let two = BTreeMap::from([("calc".into(), server("Adds.")), ("notes".into(), server("Keeps notes."))]);
    let files = propose(&p.empty, &two).sign(&by(&p.alice, "alice")).expect("signs");
    assert_eq!(state(&files), "ok");
    let names: Vec<String> = files.servers.keys().cloned().collect();
    let mut swapped = files.clone();
    swapped.servers.insert(names[0].clone(), files.servers[&names[1]].clone());
    swapped.servers.insert(names[1].clone(), files.servers[&names[0]].clone());
    assert_eq!(state(&swapped), "not-approved");
}

#[test]
fn server_files_of_two_versions_do_not_mix() {
    let p = project();
    let both = |a: &str, b: &str| BTreeMap::from([("calc".into(), server(a)), ("notes".into(), server(b))]);
    let one = propose(&p.empty, &both("Adds.", "Keeps notes.")).sign(&by(&p.alice, "alice")).expect("signs");
    let two = propose(&one, &both("Adds two.", "Keeps short notes.")).sign(&by(&p.alice, "alice")).expect("signs");
    assert_eq!(state(&two), "ok");
    for name in two.servers.keys() {
        let mut mixed = two.clone();
        mixed.servers.insert(name.clone(), one.servers[name].clone());
        assert_eq!(state(&mixed), "not-approved", "{name}");
    }
}

#[test]
fn an_approval_replayed_in_another_project_does_not_count() {
    let p = project();
    let other = Trust { project: "fedcba9876543210".to_owned(), ..p.trust.clone() };
    let home = began(&other, &p.alice, "alice");
    // the baseline and its line, under the other project's own trust file
    let line = p.first.approvals.strip_prefix(p.empty.approvals.as_slice()).expect("appended");
    let moved = Files {
        baseline: p.first.baseline.clone(),
        servers: p.first.servers.clone(),
        trust: home.trust.clone(),
        approvals: [home.approvals.as_slice(), line].concat(),
    };
    assert_eq!(state(&moved), "not-approved");
    // the whole folder: the anchors of the other project do not lead here
    let base = Demands { base: Some(home), ..demands() };
    assert_eq!(verify(&p.second, &base).expect_err("moved"), State::UntrustedKey(Distrust::Base));
    let seen = Known { project: other.project, trust: Digest::of(b"x"), trust_version: 1, version: 1 };
    let known = Demands { known: Some(seen), ..demands() };
    assert_eq!(verify(&p.second, &known).expect_err("moved"), State::UntrustedKey(Distrust::Known));
}

#[test]
fn text_that_a_reviewer_cannot_see_is_written_as_escapes() {
    let p = project();
    let hidden = "a\\u200bb\\u202ec\\udb40\\udc41d\\ufe0fe\\u3164f\\u2028g";
    let files = next(&p.empty, hidden, &p.alice, "alice");
    assert_eq!(state(&files), "ok");
    let shown = text(files.servers.values().next().expect("one"));
    assert!(shown.chars().all(|c| c == '\n' || crate::untrusted::is_plain(c)), "{shown}");
    assert!(shown.contains("\\u200b") && shown.contains("\\u202e") && shown.contains("\\udb40\\udc41"), "{shown}");
    // the same words with the characters themselves are another file, and refused
    let raw = shown.replace("\\u200b", "\u{200b}");
    let mut changed = files.clone();
    *changed.servers.values_mut().next().expect("one") = raw.into_bytes();
    assert_eq!(state(&changed), "malformed");
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

/// A baseline whose only server resolved to a package and runs a program of the project.
fn resolved(p: &Project) -> Files {
    let package = Package {
        kind: "npm",
        name: "@acme/calc".to_owned(),
        version: "1.4.2".to_owned(),
        integrity: "sha512-one".to_owned(),
        tree: Digest::of(b"tree").to_string(),
    };
    let programs = BTreeMap::from([("server.py".into(), Digest::of(b"print()"))]);
    let ignore = "item = \"tool/add\"\npointer = \"/description\"\npattern = \"Adds {number}.\"\nreason = \"it counts its calls\"";
    let config = Config::parse(&format!("[[ignore]]\nserver = \"calc\"\n{ignore}\n"), TODAY).expect("valid");
    let one = ProposedServer {
        package: Some(package),
        programs,
        ignore: config.ignores(&"calc".into()),
        ..server("Adds 5.")
    };
    propose(&p.empty, &BTreeMap::from([("calc".into(), one)])).sign(&by(&p.alice, "alice")).expect("signs")
}

#[test]
fn a_pull_request_that_edits_package_program_or_pattern_in_the_baseline_is_not_approved() {
    let p = project();
    let files = resolved(&p);
    let verified = check(&files).expect("ok").expect("a baseline");
    let entry = &verified.content.servers[&"calc".into()];
    assert_eq!((entry.programs.len(), entry.ignore.len(), entry.package.is_some()), (1, 1, true));
    let index = text(files.baseline.as_deref().expect("there"));
    let edited = |from: &str, to: &str| {
        assert!(index.contains(from), "{from}: {index}");
        let baseline = Some(index.replacen(from, to, 1).into_bytes());
        state(&Files { baseline, ..files.clone() })
    };
    let other = Digest::of(b"other").to_string();
    for (from, to) in [
        ("sha512-one", "sha512-two"),
        ("\"1.4.2\"", "\"1.4.3\""),
        ("@acme/calc", "@acme/ca1c"),
        (Digest::of(b"tree").to_string().as_str(), other.as_str()),
        (Digest::of(b"print()").to_string().as_str(), other.as_str()),
        ("server.py", "servex.py"),
        ("Adds {number}.", "Adds {date}."),
        ("\"tool/add\"", "\"tool/adx\""),
        ("it counts", "he counts"),
    ] {
        assert_eq!(edited(from, to), "not-approved", "{from}");
    }
    // what the format does not know is no baseline at all
    for (from, to) in [
        ("\"npm\"", "\"deb\""),
        ("Adds {number}.", "Adds {anything}."),
        ("Adds {number}.", "Adds 5."),
        ("\"/description\"", "\"description\""),
        ("it counts its calls", "short"),
        (Digest::of(b"print()").to_string().as_str(), "sha256:00"),
    ] {
        assert_eq!(edited(from, to), "malformed", "{to}");
    }
}

#[test]
fn a_pattern_that_does_not_fit_what_was_seen_cannot_be_proposed() {
    let p = project();
    let ignore = check(&resolved(&p)).expect("ok").expect("a baseline").content.servers[&"calc".into()].ignore.clone();
    for text in ["Adds five.", "Adds 5. Reads your keys.", "Adds 5", "5."] {
        let one = ProposedServer { ignore: ignore.clone(), ..server(text) };
        let all = BTreeMap::from([("calc".into(), one)]);
        let refused = Proposal::new(None, &p.trust, &p.empty, &all, &[], TODAY, None).expect_err("does not fit");
        assert!(matches!(&refused, Refusal::Unfit(..)), "{refused:?}");
        assert!(refused.sentence().to_terminal().contains("fits no text"), "{refused:?}");
    }
}
