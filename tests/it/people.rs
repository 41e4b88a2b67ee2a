//! `trust`: people come and go, and what that does to a baseline.

use std::process::Command;

use crate::scene::Scene;

const WORDS: &str = r#"{"tools":[{"name":"add","description":"Adds a note.","inputSchema":{"type":"object"}}]}"#;

/// One person, who approved one server.
fn scene() -> Scene {
    let scene = Scene::new();
    scene.write("words.json", WORDS);
    scene.run(&["init", "--person", "alice", "--allow-unattended"]).expect(0);
    scene.run(&["approve", "--unattended", "--from", "words.json"]).expect(0);
    scene
}

/// A key file of somebody else, made by OpenSSL where it is installed.
fn key(scene: &Scene, name: &str) -> Option<String> {
    let path = scene.home().join(name);
    let made = Command::new("openssl").args(["genpkey", "-algorithm", "ed25519", "-out"]).arg(&path).output();
    if made.is_err() {
        eprintln!("NOT RUN: openssl is not installed");
        return None;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("private");
    }
    Some(path.to_string_lossy().into_owned())
}

fn state(scene: &Scene) -> String {
    let report = scene.run(&["verify", "--output", "json"]).json();
    report["baseline"]["state"].as_str().expect("a state").to_owned()
}

#[test]
fn a_person_is_added_and_removed_and_each_time_the_words_are_approved_again() {
    let scene = scene();
    let Some(bob) = key(&scene, "bob.pem") else { return };
    let added = scene.run(&["trust", "add", "bob", &bob]).expect(0);
    assert!(
        added.stdout.contains("+ new person bob: ed25519 ") && added.stdout.contains("not signed yet"),
        "{added:#?}"
    );
    assert_eq!(state(&scene), "not-approved");
    scene.run(&["trust", "sign", "--unattended"]).expect(0);
    assert_eq!(state(&scene), "below-threshold");
    let done = scene.run(&["trust", "sign", "--unattended", "--key", &bob]).expect(0);
    assert!(done.stdout.contains("complete; the baseline needs a new approval"), "{done:#?}");
    assert_eq!(state(&scene), "not-approved");
    let again = scene.run(&["approve", "--unattended", "--from", "words.json", "--key", &bob]).expect(0);
    assert!(again.stdout.contains("every word is shown") && again.stdout.contains("Adds a note."), "{again:#?}");
    assert!(again.stdout.contains("one of several people can approve alone"), "{again:#?}");
    assert_eq!(state(&scene), "ok");
    // bob loses his key: alice takes it out, and is asked about everything he alone had read
    let stolen = scene.run(&["log", "--key", "bob"]).expect(0).stdout;
    assert!(stolen.contains("baseline version 2") && !stolen.contains("alice"), "{stolen}");
    scene.run(&["trust", "remove", "bob"]).expect(0);
    let one = scene.run(&["trust", "sign", "--unattended"]).expect(0);
    assert!(one.stdout.contains("further people"), "the old file asks for two: {one:#?}");
    scene.run(&["trust", "sign", "--unattended", "--key", &bob]).expect(0);
    assert_eq!(state(&scene), "not-approved");
    scene.run(&["approve", "--unattended", "--from", "words.json", "--key", &bob]).expect(2);
    scene.run(&["approve", "--unattended", "--from", "words.json"]).expect(0);
    assert_eq!(state(&scene), "ok");
    let shown = scene.run(&["trust", "show"]).expect(0).stdout;
    assert!(shown.contains("version 3") && shown.contains("- person removed bob"), "{shown}");
}

#[test]
fn a_draft_can_be_changed_further_until_it_is_signed() {
    let scene = scene();
    scene.run(&["trust", "policy", "--max-baseline-days", "30"]).expect(0);
    let both = scene.run(&["trust", "policy", "--unattended", "false"]).expect(0).stdout;
    assert!(
        both.contains("trust.json version 2") && both.contains("400 -> 30") && both.contains("true -> false"),
        "{both}"
    );
    // the rules in force decide how it is signed, not the draft's
    scene.run(&["trust", "sign", "--unattended"]).expect(0);
    let outcome = scene.run(&["approve", "--unattended", "--from", "words.json"]).expect(2);
    assert!(outcome.stderr.contains("policy.unattended is false"), "{outcome:#?}");
    let nothing = scene.run(&["trust", "sign", "--unattended"]).expect(0).stdout;
    assert!(nothing.contains("nothing was written"), "{nothing}");
}

#[test]
fn changes_that_make_no_sense_are_usage_errors_and_write_nothing() {
    let scene = scene();
    let folder = scene.project().join(".mcp-assay/trust.json");
    let before = std::fs::read(&folder).expect("readable");
    let own = scene.run(&["trust", "show"]).expect(0).stdout;
    let own = own.lines().find_map(|l| l.trim().strip_prefix("alice: ")).expect("a key").to_owned();
    let rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7 alice@work";
    for args in [
        vec!["trust", "threshold"],
        vec!["trust", "policy"],
        vec!["trust", "threshold", "--people", "0"],
        vec!["trust", "threshold", "--people", "2"],
        vec!["trust", "threshold", "--trust-people", "7"],
        vec!["trust", "remove", "alice"],
        vec!["trust", "remove", "nobody"],
        vec!["trust", "add", "bob", &own],
        vec!["trust", "add", "bob", rsa],
        vec!["trust", "add", "bob", "no key at all"],
        vec!["trust", "add", "", "ed25519 AAAA"],
        vec!["trust", "policy", "--hardware", "true"],
    ] {
        let outcome = scene.run(&args).expect(2);
        assert!(!outcome.stderr.is_empty(), "{args:?}");
        assert_eq!(std::fs::read(&folder).expect("readable"), before, "{args:?}");
    }
    assert_eq!(state(&scene), "ok");
}

#[test]
fn a_trust_file_that_expired_is_renewed() {
    let scene = scene();
    let late = ["--now", "2028-02-01T00:00:00Z"];
    let with = |args: &[&str]| scene.run(&[args, late.as_slice()].concat());
    let outcome = with(&["verify"]).expect(4);
    assert!(outcome.stderr.contains("trust renew"), "{outcome:#?}");
    with(&["trust", "renew"]).expect(0);
    with(&["trust", "sign", "--unattended"]).expect(0);
    with(&["approve", "--unattended", "--from", "words.json"]).expect(0);
    with(&["verify"]).expect(0);
}

#[test]
fn after_the_loss_of_all_keys_a_new_beginning_is_refused_until_people_say_so() {
    let scene = scene();
    let Some(key) = key(&scene, "new.pem") else { return };
    let begun = scene.run(&["trust", "genesis", "--person", "alice", "--key", &key]).expect(0).stdout;
    assert_eq!(state(&scene), "untrusted-key", "this machine knows other people");
    let digest = begun.split_whitespace().find(|w| w.starts_with("sha256:")).expect("the new pin");
    let outcome = scene.run(&["verify", "--trust", digest]).expect(4);
    assert!(outcome.stderr.contains("there is no baseline"), "vouched for, and nothing is approved yet: {outcome:#?}");
    let outcome = scene.run(&["verify"]).expect(4);
    assert!(outcome.stderr.contains("trust forget"), "{outcome:#?}");
    scene.run(&["trust", "forget"]).expect(0);
    assert_eq!(state(&scene), "absent");
}
