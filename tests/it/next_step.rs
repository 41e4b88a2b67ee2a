//! Every error says what went wrong, where, and what to do next, in words: each row is a command somebody may well type.

use crate::scene::Scene;

const GOOD: &str = r#"{"tools":[{"name":"add","description":"Adds."}]}"#;

/// Files of the project, the command line, the exit code, and words that must be there.
type Row<'a> = (&'a [(&'a str, &'a str)], &'a str, i32, &'a [&'a str]);

const ROWS: [Row<'_>; 47] = [
    (&[], "scan none.json", 2, &["none.json", "there is no such file", "-- CMD ARG…"]),
    (&[], "scan http://", 2, &["is no URL", "https://HOST/PATH"]),
    (&[], "scan ftp://x/y", 2, &["http or https"]),
    (&[], "scan", 5, &["no MCP server was found", "mcp-assay inventory"]),
    (&[("a.txt", "hello")], "scan a.txt", 2, &["a.txt:1:1", "mcp-assay capture -o FILE"]),
    (&[("a.json", "{\"a\":1}")], "scan a.json", 2, &["no manifest shape", "mcp-assay scan --help"]),
    (
        &[(".mcp.json", "{ \"mcpServers\": { \"x\": } }")],
        "scan .mcp.json",
        2,
        &[".mcp.json: line 1, column 24", "correct the file"],
    ),
    (&[(".mcp.json", "{ \"mcpServers\": { \"x\": } }")], "scan", 3, &["was skipped", "mcp-assay inventory"]),
    (&[], "scan --config-only", 5, &["no MCP server was found", "`--allow-no-servers` makes this 0"]),
    (&[("a.json", GOOD)], "scan a.json --only nope", 2, &["no rule nope", "mcp-assay rules"]),
    (&[("a.json", GOOD)], "scan a.json --skip unicode-tag", 2, &["did you mean unicode-tags"]),
    (&[("a.json", GOOD)], "scan a.json --rules nowhere", 2, &["nowhere", "name a folder of .toml rules"]),
    (&[("a.json", GOOD)], "scan a.json --trust abc", 2, &["not a digest", "mcp-assay trust show"]),
    (&[("a.json", GOOD)], "scan a.json --base main", 2, &["--base main", "git fetch origin main"]),
    (&[("a.json", GOOD)], "scan a.json --require-signed", 4, &["there is no baseline", "mcp-assay init"]),
    (&[("a.json", GOOD)], "scan a.json --header x", 2, &["no colon", "--header 'Name: value'"]),
    (&[("a.json", GOOD)], "scan a.json --output sarif=no/x", 2, &["cannot write no/x", "a folder you can write to"]),
    (&[("a.json", GOOD)], "scan a.json --output sarif=x --output json=x", 2, &["two reports", "--output"]),
    (&[("a.json", GOOD)], "scan a.json --output pdf", 2, &["unknown format", "sarif", "--help"]),
    (&[("a.json", GOOD)], "scan a.json --fail-on no", 2, &["critical", "--help"]),
    (&[("a.json", GOOD), ("mcp-assay.toml", "fail-on = \"high\n")], "scan a.json", 2, &["mcp-assay.toml:1:16"]),
    (&[("a.json", GOOD), ("mcp-assay.toml", "fail_on = \"high\"")], "scan a.json", 2, &["fail-on", "--help"]),
    (&[("a.json", GOOD), ("mcp-assay.toml", "[severity]\nnope = \"low\"")], "scan a.json", 2, &["[severity]", "nope"]),
    (&[("a.json", GOOD), ("mcp-assay.toml", "[[suppress]]\nrule = \"a\"")], "scan a.json", 2, &["`server`", ":1:1"]),
    (&[("r/a.toml", "id = \"a/b\"\ntitle = 3")], "rules test r", 2, &["r/a.toml:2:9", "docs/writing-rules.md"]),
    (&[("r/a.toml", "id = \n")], "explain a/b --rules r", 2, &["r/a.toml:1:6", "mcp-assay rules test DIR"]),
    (&[], "rules test nowhere", 2, &["nowhere", "name a folder"]),
    (&[], "rules eval none.jsonl", 2, &["none.jsonl", "there is no such file", ".jsonl"]),
    (
        &[("a.jsonl", "{\"id\":\"r1\",\"label\":\"attack\",\"tools\":[{\"name\":\"add\"}]}\n")],
        "rules eval a.jsonl",
        2,
        &["a.jsonl: row r1 has the label attack", "\"label\": \"malicious\""],
    ),
    (
        &[("a.jsonl", "{\"id\":\"r1\",\"tools\":[{\"name\":\"add\"}]}\n")],
        "rules eval a.jsonl",
        2,
        &["row r1 has no label", "\"label\": \"benign\""],
    ),
    (&[], "explain nope", 2, &["no rule nope", "mcp-assay rules"]),
    (&[], "explain Concealed-Action", 2, &["did you mean concealed-action"]),
    (&[], "verify", 4, &["there is no baseline", "mcp-assay init"]),
    (&[], "log", 4, &["there is no baseline", "mcp-assay init"]),
    (&[], "trust show", 4, &["there is no baseline", "mcp-assay init"]),
    (&[], "approve", 4, &["there is no baseline", "mcp-assay init"]),
    (&[], "trust", 2, &["show", "--help"]),
    (&[], "init --person a --key nokey", 2, &["nokey", "ssh-keygen -t ed25519"]),
    (&[("k", "x")], "init --person a --key k", 2, &["key k", "Ed25519", "ssh-keygen"]),
    (&[], "inventory nowhere", 2, &["nowhere", "mcp-assay inventory"]),
    (&[], "diff a b", 2, &["there is no such file", "git:REV"]),
    (&[], "report --from none --output html", 2, &["cannot read none", "mcp-assay scan --output json=FILE"]),
    (
        &[("a.json", GOOD)],
        "report --from a.json --output html",
        2,
        &["is no report", "mcp-assay scan --output json=FILE"],
    ),
    (&[], "capture -o x.json", 5, &["no MCP server", "mcp-assay capture -o FILE -- CMD ARG…"]),
    (&[], "capture", 2, &["--out <FILE>", "--help"]),
    (&[], "man /proc/x", 2, &["/proc/x", "a directory you can write to"]),
    (&[], "nonsense", 2, &["nonsense", "--help"]),
];

#[test]
fn every_error_says_what_to_do_next() {
    for (files, line, code, words) in ROWS {
        let scene = Scene::new();
        for (name, text) in files {
            scene.write(name, text);
        }
        let args: Vec<&str> = line.split(' ').collect();
        let outcome = scene.run(&args).expect(code);
        // a run that ends with a report says it there
        let text = format!("{}{}", outcome.stdout, outcome.stderr);
        // what is folded at the width of a terminal stands in one line again
        let plain = text.split_whitespace().filter(|w| *w != "│").collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(plain.contains(word), "{line}: {word:?} is not in\n{text}");
        }
        let next =
            plain.contains("help:") || plain.contains("next:") || plain.contains("--help") || plain.contains("run `");
        assert!(next, "{line} names no next step\n{text}");
        assert!(!plain.contains("os error") && !plain.contains("panicked"), "{line}\n{text}");
    }
}

#[test]
fn errors_of_an_approved_project_say_what_to_do_next() {
    let scene = Scene::new();
    scene.write("a.json", GOOD);
    scene.run(&["init", "--person", "alice", "--allow-unattended"]).expect(0);
    let says = |args: &[&str], code: i32, words: &[&str]| {
        let outcome = scene.run(args).expect(code);
        let text = format!("{}{}", outcome.stdout, outcome.stderr);
        let plain = text.split_whitespace().filter(|w| *w != "│").collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(plain.contains(word), "{args:?}: {word:?} is not in\n{text}");
        }
        assert!(!plain.contains("os error"), "{args:?}\n{text}");
    };
    says(&["init", "--person", "alice"], 2, &["is there already", "mcp-assay verify"]);
    for (command, code) in
        [(&["verify"][..], 4), (&["scan", "a.json", "--config-only"], 0), (&["approve", "--cosign"], 4)]
    {
        says(command, code, &["nothing is approved yet", "`mcp-assay scan`, then `mcp-assay approve`"]);
    }
    says(&["approve"], 2, &["no scan of this project is remembered", "mcp-assay scan"]);
    says(&["approve", "--from", "none.json"], 2, &["none.json", "there is no such file"]);
    says(&["approve", "--from", "a.json", "--unattended"], 0, &["next: commit"]);
    says(&["approve", "--cosign"], 2, &["you signed version 1 already", "mcp-assay approve --cosign"]);
    says(&["approve", "--remove", "nobody", "--unattended"], 2, &["no server nobody", "mcp-assay verify -v"]);
    says(&["verify", "--min-version", "9"], 4, &["demands version 9", "restore the newest"]);
    says(&["trust", "remove", "bob"], 2, &["nobody called", "mcp-assay trust show"]);
    let zeros = format!("sha256:{}", "0".repeat(64));
    says(&["verify", "--trust", &zeros], 4, &["no signed rotation leads", "restore"]);
    let folder = scene.project().join(".mcp-assay");
    let server =
        std::fs::read_dir(folder.join("servers")).expect("a folder").flatten().next().expect("a server").path();
    let good = std::fs::read_to_string(&server).expect("readable");
    std::fs::write(&server, good.replace("Adds.", "Adds!")).expect("written");
    says(&["verify"], 4, &["other words than the ones that were signed", "git diff .mcp-assay", "mcp-assay approve"]);
    says(&["scan", "a.json"], 4, &["other words than the ones that were signed", "mcp-assay approve"]);
    std::fs::write(&server, good).expect("written");
    let log = folder.join("approvals.jsonl");
    let lines = std::fs::read(&log).expect("readable");
    std::fs::remove_file(&log).expect("removed");
    says(&["verify"], 4, &["'approvals.jsonl' is missing", "git checkout -- .mcp-assay"]);
    says(&["scan", "a.json"], 4, &["'approvals.jsonl' is missing", "git checkout -- .mcp-assay"]);
    std::fs::write(&log, lines).expect("written");
    scene.write(".mcp.json", "{ oops");
    says(&["verify"], 3, &["not read: ", "next: `mcp-assay inventory`"]);
    let text = scene.run(&["scan", "--config-only"]).expect(3).stdout;
    assert!(text.contains("next: not everything was looked at") && text.contains("mcp-assay inventory"), "{text}");
    assert!(!text.contains("--allow-no-servers"), "a server may be in it: {text}");
    let trust = folder.join("trust.json");
    std::fs::write(&trust, "{").expect("written");
    says(&["verify"], 4, &["trust.json", "git checkout -- .mcp-assay"]);
}

/// Words that nobody signed are taken back or approved by the commands that the message names, in its order.
#[test]
#[cfg(unix)]
fn what_the_message_about_unsigned_words_says_leads_out() {
    let scene = Scene::new();
    scene.servers(&[("notes", &[])]);
    scene.approved();
    scene.git(&["init", "-q", "-b", "main"]);
    scene.git(&["add", "-A"]);
    scene.git(&["commit", "-qm", "base"]);
    let servers = scene.project().join(".mcp-assay/servers");
    let server = std::fs::read_dir(servers).expect("a folder").flatten().next().expect("a server").path();
    let good = std::fs::read_to_string(&server).expect("readable");
    std::fs::write(&server, good.replacen("\"name\"", "\"Name\"", 1)).expect("written");
    let said = scene.run(&["verify"]).expect(4).stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    let places = ["git diff .mcp-assay", "git checkout -- .mcp-assay", "mcp-assay scan", "mcp-assay approve"]
        .map(|c| said.find(&format!("`{c}`")).unwrap_or_else(|| panic!("{c} is not in {said}")));
    assert!(places.is_sorted(), "{said}");
    scene.run(&["approve", "--unattended"]).expect(4);
    scene.git(&["checkout", "--", ".mcp-assay"]);
    scene.run(&["verify"]).expect(0);
    scene.run(&["scan"]).expect(0);
    scene.run(&["approve", "--unattended"]).expect(0);
}

/// Who said no is not told that an approval is missing.
#[test]
#[cfg(unix)]
fn a_no_is_called_a_no() {
    let scene = Scene::new();
    scene.write("words.json", GOOD);
    scene.servers(&[("notes", &["--manifest", "words.json"]), ("other", &["--manifest", "words.json"])]);
    let args = ["scan", "--scope", "project"];
    let Some((code, text)) = crate::tty::run(&scene, 100, &args, &["n", "y"]) else { return };
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("notes was not asked: nobody agreed to it") && !text.contains("not approved here"), "{text}");
    assert!(text.contains("1 of 2 servers audited"), "{text}");
    // where nobody is asked, nobody said no
    let text = scene.run(&args).expect(3).stdout;
    assert!(text.contains("its launch identity is not approved here") && !text.contains("nobody agreed"), "{text}");
}

#[test]
fn the_list_of_rules_is_a_table() {
    let list = Scene::new().run(&["rules"]).expect(0).stdout;
    let mut lines = list.lines();
    let head = lines.next().expect("a head");
    let columns: Vec<usize> =
        ["RULE", "CLASS", "SEVERITY", "CONFIDENCE", "GATES", "TITLE"].map(|c| head.find(c).expect(c)).to_vec();
    for line in lines.filter(|l| !l.contains(", sha256:")) {
        for column in &columns {
            let (before, at) = line.split_at(*column);
            assert!(before.ends_with(' ') && !at.starts_with(' '), "{column}: {line}");
        }
    }
}
