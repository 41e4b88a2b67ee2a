//! Bad input gives a report that names file, line and the next step; never a panic, never a silent skip.

use crate::scene::{Outcome, Scene};

#[track_caller]
fn names(outcome: &Outcome, words: &[&str]) {
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    for word in words {
        assert!(outcome.stderr.contains(word), "`{word}` is missing in:\n{}", outcome.stderr);
    }
}

#[test]
fn a_malformed_configuration_names_file_and_line() {
    let scene = Scene::new();
    scene.write("mcp-assay.toml", "fail-on = \"high\"\nfial-on = \"low\"\n");
    let outcome = scene.run(&["scan"]).expect(2);
    names(&outcome, &["mcp-assay.toml", ":2:", "fial-on", "help"]);
}

#[test]
fn a_client_configuration_that_is_not_json_is_said_and_exit_is_not_clean() {
    let scene = Scene::new();
    scene.write(".mcp.json", "{\n  \"mcpServers\": {\n    \"a\": oops\n  }\n}\n");
    let outcome = scene.run(&["scan"]);
    assert!(outcome.code == 3 || outcome.code == 2, "{outcome:#?}");
    let all = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(all.contains(".mcp.json") && all.contains('3'), "{all}");
}

#[test]
fn a_manifest_that_is_not_json_names_the_offset() {
    let scene = Scene::new();
    scene.write("tools.json", "{\"tools\": [,]}");
    let outcome = scene.run(&["scan", "tools.json"]).expect(2);
    names(&outcome, &["tools.json", "help"]);
}

#[test]
fn json_that_is_no_manifest_says_which_shapes_are_read() {
    let scene = Scene::new();
    scene.write("other.json", "{\"hello\": 1}");
    let outcome = scene.run(&["scan", "other.json"]).expect(2);
    names(&outcome, &["other.json", "tools"]);
}

#[test]
fn a_file_that_is_not_there_names_the_file() {
    let scene = Scene::new();
    let outcome = scene.run(&["scan", "nowhere.json"]).expect(2);
    names(&outcome, &["nowhere.json", "help"]);
}

#[test]
fn unknown_values_are_usage_errors_that_list_the_known_ones() {
    let scene = Scene::new();
    names(&scene.run(&["scan", "--fail-on", "scary"]).expect(2), &["scary", "critical"]);
    names(&scene.run(&["scan", "--output", "yaml"]).expect(2), &["yaml", "sarif"]);
    names(&scene.run(&["explain", "no-such-rule"]).expect(2), &["no-such-rule", "mcp-assay rules"]);
    names(&scene.run(&["scan", "--only", "no-such-rule", "x"]).expect(2), &["no-such-rule"]);
}

#[test]
fn approve_without_a_scan_without_a_key_or_without_a_terminal_says_what_is_missing() {
    let scene = Scene::new();
    names(&scene.run(&["approve"]).expect(4), &["mcp-assay init"]);
    scene.run(&["init", "--person", "alice"]).expect(0);
    names(&scene.run(&["approve"]).expect(2), &["mcp-assay scan"]);
    assert!(scene.home().join(".local/state/mcp-assay/keys/approver.pem").exists());
    scene.write("tools.json", "[{\"name\":\"a\",\"description\":\"A.\",\"inputSchema\":{\"type\":\"object\"}}]");
    names(&scene.run(&["approve", "--from", "tools.json"]).expect(2), &["terminal"]);
    names(&scene.run(&["approve", "--from", "tools.json", "--unattended"]).expect(2), &["trust.json"]);
    assert!(!scene.project().join(".mcp-assay/baseline.json").exists());
    let key = scene.write("key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    let outcome = scene.run(&["approve", "--from", "tools.json", "--key", key.to_str().expect("UTF-8")]).expect(2);
    names(&outcome, &["key.pem"]);
}

#[test]
fn require_signed_makes_a_missing_baseline_exit_4() {
    let scene = Scene::new();
    scene.write("tools.json", "[{\"name\":\"a\",\"description\":\"A.\",\"inputSchema\":{\"type\":\"object\"}}]");
    scene.run(&["scan", "tools.json"]).expect(0);
    let outcome = scene.run(&["scan", "tools.json", "--require-signed"]).expect(4);
    names(&outcome, &["mcp-assay init"]);
    names(&scene.run(&["verify"]).expect(4), &["mcp-assay init"]);
}

#[test]
fn a_key_that_nobody_listed_does_not_sign() {
    let (scene, other) = (Scene::new(), Scene::new());
    scene.write("tools.json", "[{\"name\":\"a\",\"description\":\"A.\",\"inputSchema\":{\"type\":\"object\"}}]");
    scene.run(&["init", "--person", "alice", "--allow-unattended"]).expect(0);
    other.run(&["init", "--person", "mallory"]).expect(0);
    let key = other.home().join(".local/state/mcp-assay/keys/approver.pem");
    let key = key.to_str().expect("UTF-8");
    let outcome = scene.run(&["approve", "--from", "tools.json", "--unattended", "--key", key]).expect(2);
    names(&outcome, &["not listed", "help"]);
    assert!(!scene.project().join(".mcp-assay/baseline.json").exists());
}

#[test]
fn a_configuration_named_without_a_folder_starts_its_servers() {
    let scene = Scene::new();
    scene.servers(&[("calc", &[])]);
    let outcome = scene.run(&["scan", ".mcp.json", "--launch", "all", "--no-baseline", "--output", "json"]);
    assert_eq!(outcome.json()["summary"]["audited"], 1, "{}", outcome.stdout);
}
