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
    // of an empty list nothing says that it is one of tools
    for text in ["{\"hello\": 1}", "[]"] {
        scene.write("other.json", text);
        let outcome = scene.run(&["scan", "other.json"]).expect(2);
        names(&outcome, &["other.json", "tools"]);
    }
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
    // the report for people says it
    assert!(outcome.stdout.contains("mcp-assay init"), "{outcome:#?}");
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

#[test]
fn an_error_far_along_a_line_is_said_without_the_line() {
    let scene = Scene::new();
    let far = " ".repeat(66_000);
    scene.write(".mcp.json", format!("{{\"mcpServers\":{{\"a\":{{\"command\":\"x\"{far};"));
    scene.write("tools.json", format!("{{\"tools\": [{far};"));
    scene.write("rows.jsonl", format!("{{\"tools\": [{far};"));
    scene.write(".codex/config.toml", format!("[mcp_servers.a]\ncommand = \"x\" {far};"));
    scene.write("values.json", format!("{{\"mcpServers\":{{\"a\":{{\"args\":[{}1]}}}}}}", "1,".repeat(400_000)));
    for (name, column) in [
        (".mcp.json", "column 660"),
        ("tools.json", "tools.json:1:660"),
        ("rows.jsonl", "rows.jsonl:1:660"),
        (".codex/config.toml", "line 2"),
        ("values.json", "line 1"),
    ] {
        let outcome = scene.run(&["scan", name]).expect(2);
        names(&outcome, &[name, column, "help"]);
        assert!(outcome.stderr.len() < 1000, "{}", outcome.stderr);
    }
    scene.write("mcp-assay.toml", format!("fail-on = \"high\" {far} x"));
    names(&scene.run(&["scan", "."]).expect(2), &["mcp-assay.toml", ":1:660"]);
}

#[test]
fn no_line_of_a_configuration_is_shown() {
    let scene = Scene::new();
    let token = format!("ghp_{}", "a1B2".repeat(9));
    let json = format!("{{\"mcpServers\":{{\"a\":{{\"command\":\"x\",\n\"env\":{{\"T\":\"{token}\" \"B\":1}}}}}}}}");
    let toml = format!("[mcp_servers.a.env]\nT = \"{token}\" x\n");
    let yaml = format!("mcpServers:\n  a:\n    env: {{T: \"{token}\": [\n");
    for (name, text) in [
        (".mcp.json", &json),
        ("mine.json", &json),
        ("rows.jsonl", &json.replace('\n', "")),
        ("config.toml", &toml),
        ("mine.toml", &toml),
        ("config.yaml", &yaml),
    ] {
        scene.write(name, text);
        for args in [&["scan", name][..], &["capture", name, "--out", "out.json"]] {
            let outcome = scene.run(args).expect(2);
            names(&outcome, &[name]);
            assert!(
                ["line 1, column", "line 2, column", "line 3, column", ":1:", ":2:"]
                    .iter()
                    .any(|p| outcome.stderr.contains(p))
            );
            assert!(!format!("{outcome:?}").contains("a1B2"), "{outcome:#?}");
        }
    }
}

#[test]
fn what_a_file_is_called_decides_what_is_said_of_it() {
    let scene = Scene::new();
    scene.write("empty.mcpb", "");
    scene.write("text.dxt", "no archive");
    scene.write("before.mcpb", "x PK\u{3}\u{4}");
    scene.write("x.yaml", "hello: 1\n");
    scene.write("x.toml", "hello = 1\n");
    let config = |inside: &str| format!("{{\"mcpServers\": {{\"a\": {{\"command\": {inside}}}}}}}");
    scene.write("deep.json", config(&format!("{}{}", "[".repeat(600), "]".repeat(600))));
    scene.write("lone.json", config("\"\\ud800\""));
    let wide: Vec<u8> = format!("\u{feff}{}", config("\"x\"")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    scene.write("wide.json", &wide);
    scene.write("unmarked.json", &wide[2..]);
    scene.write("huge.json", format!("{{\"mcpServers\": {{\"a\": {{\"command\": \"{}\"}}}}}}", "x".repeat(17 << 20)));
    for (name, words) in [
        ("empty.mcpb", "is no bundle: it is empty"),
        ("text.dxt", "is no bundle: it is no zip archive"),
        ("before.mcpb", "something stands before the zip archive"),
        ("x.yaml", "is YAML, and configures no server"),
        ("x.toml", "is TOML, and configures no server"),
        ("deep.json", "malformed: line 1, column"),
        ("deep.json", "nesting depth"),
        ("lone.json", "surrogate"),
        ("wide.json", "is UTF-16"),
        ("unmarked.json", "is UTF-16"),
        ("huge.json", "looks like a client's configuration, and holds more than 16777216 bytes"),
    ] {
        let outcome = scene.run(&["scan", name]).expect(2);
        names(&outcome, &[name, words, "help"]);
    }
}
