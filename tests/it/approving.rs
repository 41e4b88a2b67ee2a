//! `approve` asks a person; what it writes survives being killed; `log` and `diff` find old words in git (TRUST T14, §8).

use std::process::{Command, Stdio};

use mcp_assay::baseline::{Demands, Files, State, verify};

use crate::scene::{NOW, Scene};
#[cfg(unix)]
use crate::tty;

const WORDS: &str = r#"{"tools":[{"name":"add","description":"Adds a note.","inputSchema":{"type":"object"}}]}"#;

/// A project whose people have to sit at a terminal.
fn strict() -> Scene {
    let scene = Scene::new();
    scene.write("words.json", WORDS);
    scene.servers(&[("notes", &["--manifest", "words.json"])]);
    scene.run(&["init", "--person", "alice"]).expect(0);
    scene.run(&["scan", "--launch", "all", "-q"]);
    scene
}

#[test]
fn an_agent_without_a_terminal_cannot_approve() {
    let scene = strict();
    let outcome = scene.run(&["approve", "--reason", "looks fine"]).expect(2);
    assert!(outcome.stderr.contains("needs a terminal"), "{outcome:#?}");
    let outcome = scene.run(&["approve", "--unattended"]).expect(2);
    assert!(outcome.stderr.contains("does not allow"), "{outcome:#?}");
    // a piped yes is no terminal either
    let mut command = Command::new("sh");
    let line = format!("yes | '{}' approve", env!("CARGO_BIN_EXE_mcp-assay"));
    command.args(["-c", &line]).current_dir(scene.project()).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", scene.home());
    let out = command.env("MCP_ASSAY_NOW", NOW).output().expect("sh");
    assert_eq!(out.status.code(), Some(2));
    // nor may the rules be changed that way
    scene.run(&["trust", "policy", "--unattended", "true"]).expect(0);
    scene.run(&["trust", "sign", "--unattended"]).expect(2);
    scene.run(&["verify"]).expect(4);
}

#[cfg(unix)]
#[test]
fn a_person_on_a_terminal_types_the_digest_of_what_was_shown() {
    let scene = strict();
    for wrong in ["yes", "00000000", ""] {
        let Some((code, text)) = tty::run(&scene, 80, &["approve"], &[wrong]) else { return };
        assert_eq!(code, 2, "{text}");
        assert!(text.contains("do not match; nothing was signed"), "{text}");
    }
    scene.run(&["verify"]).expect(4);
    let (code, text) = tty::run(&scene, 80, &["approve", "--reason", "read"], &["DIGITS"]).expect("it ran before");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("Adds a note.") && text.contains("version 1 approved by alice"), "{text}");
    scene.run(&["verify"]).expect(0);
}

#[test]
fn words_that_change_between_the_scan_and_the_approval_are_not_signed() {
    let scene = Scene::new();
    scene.write("words.json", WORDS);
    scene.servers(&[("notes", &["--manifest", "words.json"])]);
    scene.run(&["init", "--person", "alice", "--allow-unattended"]).expect(0);
    scene.run(&["scan", "--launch", "all", "-q"]);
    scene.write("words.json", WORDS.replace("Adds a note.", "Reads your keys."));
    let outcome = scene.run(&["approve", "--unattended"]).expect(0);
    assert!(outcome.stdout.contains("Adds a note.") && !outcome.stdout.contains("Reads your keys."), "{outcome:#?}");
    let report = scene.run(&["scan", "--output", "json"]).json();
    assert_eq!(report["changes"][0]["pointer"], "/description", "{report:#}");
}

#[cfg(unix)]
#[test]
fn an_approval_killed_at_any_moment_leaves_nothing_malformed() {
    let scene = Scene::new();
    scene.write("words.json", WORDS);
    scene.servers(&[("notes", &["--manifest", "words.json"])]);
    scene.approved();
    let folder = scene.project().join(".mcp-assay");
    let day = |n: u64| format!("2027-{:02}-{:02}T12:00:00Z", 2 + n / 28, 1 + n % 28);
    let approve = |n: u64| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-assay"));
        command.args(["approve", "--unattended"]).current_dir(scene.project()).env_clear();
        command.env("HOME", scene.home()).env("MCP_ASSAY_NOW", day(n));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts")
    };
    let clock = std::time::Instant::now();
    assert!(approve(0).wait().expect("ends").success());
    // the same moments each time, as parts of the time that an approval takes on this machine, which is learnt on the way
    let mut whole = clock.elapsed();
    let (mut seed, mut killed, mut versions) = (0x5eed_u64, 0, std::collections::BTreeSet::new());
    for n in 1..=100 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let part = (seed >> 40) as u32 % 1_000;
        let mut child = approve(n);
        std::thread::sleep(whole * part / 900);
        let _ = child.kill();
        let stopped = !child.wait().expect("ends").success();
        killed += u32::from(stopped);
        whole = if stopped { whole * 21 / 20 } else { whole * 9 / 10 };
        let demands = Demands::on(jiff::civil::date(2027, 6, 1));
        let files = Files::read(&folder).unwrap_or_else(|s| panic!("{n}: {s:?}"));
        match verify(&files, &demands) {
            Ok(Some(verified)) => versions.insert(verified.content.version),
            Ok(None) => panic!("{n}: the baseline is gone"),
            Err(state @ State::Malformed(_)) => panic!("{n}: {state:?}"),
            Err(other) => panic!("{n}: {other:?}"),
        };
    }
    // some were stopped and some came through, or nothing was tested
    assert!(killed > 10 && versions.len() > 5, "{killed} killed, {} versions", versions.len());
    // and the next approval finds its way, with what this machine remembers
    scene.run(&["verify", "--now", &day(105)]).expect(0);
    assert!(approve(110).wait().expect("ends").success());
    assert!(!scene.project().join(".mcp-assay.new").exists());
}

#[test]
fn old_words_are_found_in_git_by_their_digest() {
    let scene = Scene::new();
    scene.write("words.json", WORDS);
    scene.servers(&[("notes", &["--manifest", "words.json"])]);
    scene.approved();
    scene.git(&["init", "-q", "-b", "main"]);
    scene.git(&["add", "-A"]);
    scene.git(&["commit", "-qm", "one"]);
    for (n, text) in [(2, "Adds one note."), (3, "Adds one short note.")] {
        scene.write("words.json", WORDS.replace("Adds a note.", text));
        scene.run(&["scan", "-q"]);
        scene.run(&["approve", "--unattended", "--reason", &format!("version {n}")]).expect(0);
        scene.git(&["commit", "-qam", "more"]);
    }
    let shown = scene.run(&["log", "--show", "2"]).expect(0).stdout;
    assert!(shown.contains("one") && !shown.contains("short"), "{shown}");
    let first = scene.run(&["log", "--show", "1"]).expect(0).stdout;
    assert!(first.contains("item-added") && first.contains("Adds a note."), "{first}");
    scene.run(&["log", "--show", "9"]).expect(2);
    let log = scene.run(&["log", "--output", "json"]).expect(0).json();
    let approvals = log["approvals"].as_array().expect("a list");
    assert_eq!(approvals.len(), 4);
    assert_eq!(approvals[3]["reason"], "version 3");
    let key = approvals[0]["key"].as_str().expect("a key");
    assert_eq!(scene.run(&["log", "--key", key]).expect(0).stdout, scene.run(&["log"]).expect(0).stdout);
    let nobody = scene.run(&["log", "--key", &format!("sha256:{}", "0".repeat(64))]).expect(0).stdout;
    assert_eq!(nobody, "no approvals\n");
    // the baseline of a commit, beside the folder
    let since = scene.run(&["diff", "git:HEAD~2", ".mcp-assay"]).expect(0).stdout;
    assert!(since.contains("short"), "{since}");
    scene.run(&["diff", "git:--all", ".mcp-assay"]).expect(2);
    // a commit that is not here
    scene.git(&["checkout", "-q", "--orphan", "alone"]);
    scene.git(&["commit", "-qm", "alone"]);
    scene.git(&["branch", "-qD", "main"]);
    let gone = scene.run(&["log", "--show", "2"]).expect(2);
    assert!(gone.stderr.contains("no commit here holds"), "{gone:#?}");
}

#[test]
fn the_first_of_the_users_keys_that_counts_is_taken() {
    let scene = Scene::new();
    let ssh = scene.home().join(".ssh");
    std::fs::create_dir(&ssh).expect("a folder");
    let key = ssh.join("id_ed25519");
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
    if made.is_err() {
        eprintln!("NOT RUN: ssh-keygen is not installed");
        return;
    }
    scene.write("words.json", WORDS);
    let name = key.to_str().expect("UTF-8");
    scene.run(&["init", "--person", "alice", "--allow-unattended", "--key", name]).expect(0);
    assert!(!scene.home().join(".local/state/mcp-assay/keys/approver.pem").exists(), "no key was made");
    scene.run(&["approve", "--unattended", "--from", "words.json"]).expect(0);
    let log = scene.run(&["log"]).expect(0).stdout;
    assert!(log.contains("key  ssh-ed25519 AAAA"), "{log}");
    // on a terminal, init offers it
    let other = Scene::new();
    std::fs::create_dir(other.home().join(".ssh")).expect("a folder");
    std::fs::copy(ssh.join("id_ed25519.pub"), other.home().join(".ssh/id_ed25519.pub")).expect("copied");
    let quiet = other.run(&["init", "--person", "bob"]).expect(0);
    assert!(quiet.stdout.contains("new key") && quiet.stdout.contains("--key"), "{quiet:#?}");
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_init_offers_the_users_ssh_key_and_takes_no_for_an_answer() {
    let scene = || {
        let scene = Scene::new();
        std::fs::create_dir(scene.home().join(".ssh")).expect("a folder");
        let key = scene.home().join(".ssh/id_ed25519");
        let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
        made.is_ok_and(|s| s.success()).then_some(scene)
    };
    let own = |scene: &Scene| scene.home().join(".local/state/mcp-assay/keys/approver.pem").exists();
    for (answer, taken) in [("y", true), ("", true), ("n", false), ("whatever", false)] {
        let Some(scene) = scene() else {
            eprintln!("NOT RUN: ssh-keygen is not installed");
            return;
        };
        // the workflow and the hook are offered after the key
        let init = ["init", "--person", "alice", "--allow-unattended"];
        let Some((code, text)) = tty::run(&scene, 200, &init, &[answer, "n", "n"]) else { return };
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("Sign approvals with your SSH key") && text.contains("id_ed25519"), "{text}");
        assert_eq!((text.contains("your key"), own(&scene)), (taken, !taken), "{answer:?}: {text}");
        let people = scene.run(&["trust", "show"]).expect(0).stdout;
        assert_eq!(people.contains("ssh-ed25519 AAAA"), taken, "{answer:?}: {people}");
        // the key that was taken signs, the other one is not asked
        scene.write("words.json", WORDS);
        scene.run(&["approve", "--unattended", "--from", "words.json"]).expect(0);
        scene.run(&["verify"]).expect(0);
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_only_the_agent_holds_is_found_and_signs() {
    let scene = Scene::new();
    scene.write("words.json", WORDS);
    // the private file is gone before the first command of ours; nothing names the key to `approve`
    let script = r#"
eval $(ssh-agent -s) >/dev/null || exit 77
trap 'ssh-agent -k >/dev/null' EXIT
ssh-keygen -q -t ed25519 -N '' -f "$HOME/held" && ssh-add -q "$HOME/held" && rm "$HOME/held" || exit 77
"$1" init --person alice --allow-unattended --key "$HOME/held.pub" && rm "$HOME/held.pub" || exit 1
"$1" approve --unattended --from words.json && "$1" verify
"#;
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_mcp-assay")]).current_dir(scene.project()).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", scene.home());
    let out = command.env("MCP_ASSAY_NOW", NOW).stdin(Stdio::null()).output().expect("sh");
    if out.status.code() == Some(77) {
        eprintln!("NOT RUN: there is no ssh-agent");
        return;
    }
    let text = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success() && text.contains("signed by alice"), "{text}");
    // the agent is gone, and with it the signature
    let outcome = scene.run(&["approve", "--unattended", "--from", "words.json", "--now", "2027-02-01T00:00:00Z"]);
    assert_eq!(outcome.code, 2, "{outcome:#?}");
}
