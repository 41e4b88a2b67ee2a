//! The whole installation: the inventory of a home, flows through the servers of one client in every report, hostile
//! configuration files.

use serde_json::Value;

use crate::scene::Scene;

const TOKEN: &str = "f3a9c1d27be84501aa77";

/// A project and a home with a few clients.
fn lived_in() -> Scene {
    let scene = Scene::new();
    let home = |name: &str, text: &str| {
        let path = scene.home().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("written");
    };
    scene.write(
        ".mcp.json",
        format!("{{\"mcpServers\": {{\n  \"files\": {{\"command\": \"npx\", \"args\": [\"-y\", \"@acme/files@1.2.3\"], \"env\": {{\"API_TOKEN\": \"{TOKEN}\"}}}}\n}}}}"),
    );
    home(
        ".codex/config.toml",
        &format!(
            "[mcp_servers.far]\nurl = \"https://mcp.acme.test/mcp?api_key={TOKEN}\"\n\n[mcp_servers.time]\ncommand = \"uvx\"\nargs = [\"mcp-time==2.0\"]\n"
        ),
    );
    home(
        ".config/goose/config.yaml",
        "extensions:\n  image:\n    cmd: docker\n    args: [run, -i, acme/image:1]\n    enabled: false\n",
    );
    home(".cursor/mcp.json", "{ oops");
    scene
}

#[test]
fn the_inventory_says_what_was_read_and_what_was_not() {
    let scene = lived_in();
    let human = scene.run(&["inventory"]).expect(3).stdout;
    assert!(human.contains("malformed") && human.contains("line 1, column 3"), "{human}");
    assert!(human.contains("line 2: server files starts npx -y @acme/files@1.2.3"), "{human}");
    assert!(human.contains("also cursor, vscode") && human.contains("switched off"), "{human}");
    let json = scene.run(&["inventory", "--output", "json"]).expect(3).json();
    let server = |name: &str| {
        let all = json["servers"].as_array().expect("servers");
        all.iter().find(|s| s["name"] == name).unwrap_or_else(|| panic!("{name}: {json:#}")).clone()
    };
    let place = |s: &Value| (s["origin"]["line"].as_u64(), s["origin"]["column"].as_u64());
    assert_eq!(place(&server("files")), (Some(2), Some(3)));
    assert_eq!((place(&server("far")), place(&server("time"))), ((Some(1), Some(14)), (Some(4), Some(14))));
    assert_eq!(place(&server("image")), (Some(2), Some(3)));
    assert_eq!(server("time")["package"]["purl"], "pkg:pypi/mcp-time@2.0");
    assert!(server("image")["disabled"] == true && server("far")["launch"].is_null());
    let broken = json["files"].as_array().expect("files").iter().find(|f| f["status"] == "malformed").expect("said");
    assert_eq!(broken["client"], "cursor");
    let bom = scene.run(&["inventory", "--output", "cyclonedx"]).expect(3).stdout;
    for text in [&human, &json.to_string(), &bom] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[test]
fn a_configuration_in_the_environment_is_audited_and_its_secrets_are_nowhere() {
    let scene = Scene::new();
    let text = format!(
        "{{\"mcp\": {{\n  \"inline\": {{\"type\": \"local\", \"command\": [\"npx\", \"-y\", \"@acme/inline\"], \"environment\": {{\"API_TOKEN\": \"{TOKEN}\"}}}}\n}}}}"
    );
    let env = [("OPENCODE_CONFIG_CONTENT", text.as_str())];
    let run = |args: &[&str], code| scene.run_in(&scene.project(), args, &env).expect(code).stdout;
    let human = run(&["inventory"], 0);
    assert!(human.contains("read env:OPENCODE_CONFIG_CONTENT (opencode, environment) 1 server"), "{human}");
    assert!(human.contains("line 2: server inline starts npx -y @acme/inline"), "{human}");
    let bom = run(&["inventory", "--output", "cyclonedx"], 0);
    let mut all = vec![human, bom];
    for format in ["human", "json", "sarif", "gitlab", "html", "markdown", "junit", "github"] {
        let code = 3;
        all.push(run(&["scan", "--scope", "all", "--launch", "never", "--no-baseline", "--output", format], code));
    }
    let json: Value = serde_json::from_str(&all[3]).expect("JSON");
    let rules: Vec<_> = json["findings"].as_array().expect("findings").iter().map(|f| &f["rule"]).collect();
    assert!(
        rules.iter().any(|r| *r == "plaintext-secret") && rules.iter().any(|r| *r == "unpinned-source"),
        "{rules:?}"
    );
    assert_eq!(json["targets"][0]["scope"], "environment");
    // a place that is no file is none for who shows code
    let sarif: Value = serde_json::from_str(&all[4]).expect("JSON");
    assert!(!sarif.to_string().contains("env:OPENCODE"), "{sarif:#}");
    for text in &all {
        assert!(!text.contains(TOKEN), "{text}");
    }
    // a project's own audit does not depend on who runs it
    assert!(!run(&["inventory", "--scope", "project"], 0).contains("inline"));
}

#[test]
fn the_bill_of_materials_is_the_same_every_time() {
    let scene = lived_in();
    let text = |scene: &Scene| scene.run(&["inventory", "--output", "cyclonedx"]).expect(3).stdout;
    let bom: Value = serde_json::from_str(&text(&scene)).expect("JSON");
    assert_eq!(text(&scene), text(&scene));
    assert_eq!((bom["bomFormat"].as_str(), bom["specVersion"].as_str()), (Some("CycloneDX"), Some("1.6")));
    assert!(bom["serialNumber"].is_null());
    assert_eq!(bom["metadata"]["properties"][0]["value"], "false", "a file could not be read");
    let mut references = std::collections::BTreeSet::new();
    let listed = bom["components"].as_array().expect("components").iter();
    for component in listed.chain(bom["services"].as_array().expect("services")) {
        assert!(references.insert(component["bom-ref"].as_str().expect("a reference").to_owned()), "{component}");
        assert!(component["name"].is_string());
    }
    assert_eq!(references.len(), 7, "{references:?}");
    for dependency in bom["dependencies"].as_array().expect("dependencies") {
        let on = dependency["dependsOn"].as_array().expect("a list");
        for name in on.iter().chain([&dependency["ref"]]) {
            assert!(references.contains(name.as_str().expect("a reference")), "{name}");
        }
    }
    let image = bom["components"].as_array().expect("components").iter().find(|c| c["type"] == "container");
    assert_eq!(image.expect("an image")["purl"], "pkg:oci/image?repository_url=acme/image&tag=1");
}

/// What looks like a secret takes an address out of a bill of materials; but what is behind its path is nobody else's
/// business even where it looks like none.
#[test]
fn a_bill_of_materials_has_addresses_without_what_is_behind_their_path() {
    let scene = Scene::new();
    let servers = serde_json::json!({
        "query": { "url": "https://a.test/mcp?workspace=kunde-4711" },
        "fragment": { "url": "https://b.test/mcp#kunde-4711" },
        "both": { "url": "https://c.test?x=kunde-4711#kunde-4711" },
        "template": { "url": "https://${HOST:-d.test}/mcp?workspace=kunde-4711" },
        "plain": { "url": "https://e.test/mcp" },
    });
    scene.write(".mcp.json", serde_json::json!({ "mcpServers": servers }).to_string());
    let text = scene.run(&["inventory", "--scope", "project", "--output", "cyclonedx"]).expect(0).stdout;
    assert!(!text.contains("4711"), "{text}");
    let bom: Value = serde_json::from_str(&text).expect("JSON");
    let endpoint = |name: &str| {
        let mut services = bom["services"].as_array().expect("services").iter();
        services.find(|s| s["name"] == name).expect("it is there")["endpoints"][0].clone()
    };
    let shown = ["query", "fragment", "both", "plain"].map(endpoint);
    assert_eq!(shown, ["https://a.test/mcp", "https://b.test/mcp", "https://c.test", "https://e.test/mcp"]);
    assert!(text.contains("\"https://${HOST:-d.test}/mcp\""), "{text}");
}

fn tool(name: &str) -> String {
    format!(
        r#"{{"tools": [{{"name": "{name}", "description": "Does it.", "inputSchema": {{"type": "object", "properties": {{}}}}}}]}}"#
    )
}

/// Three servers that are harmless alone.
fn toxic() -> Scene {
    let scene = Scene::new();
    let mut servers: Vec<(&str, Vec<String>)> = Vec::new();
    for (server, name) in [("web", "web_search"), ("files", "read_file"), ("mail", "send_mail")] {
        let path = scene.write(&format!("{server}.json"), tool(name));
        servers.push((server, vec!["--manifest".to_owned(), path.to_string_lossy().into_owned()]));
    }
    let borrowed: Vec<(&str, Vec<&str>)> =
        servers.iter().map(|(n, args)| (*n, args.iter().map(String::as_str).collect())).collect();
    let listed: Vec<(&str, &[&str])> = borrowed.iter().map(|(n, args)| (*n, args.as_slice())).collect();
    scene.servers(&listed);
    scene
}

#[test]
fn a_flow_through_three_servers_is_in_every_report() {
    let scene = toxic();
    let all = [
        "scan",
        "--launch",
        "all",
        "--output",
        "json=r.json",
        "--output",
        "sarif=r.sarif",
        "--output",
        "html=r.html",
        "--output",
        "human",
    ];
    let human = scene.run(&all).expect(0).stdout;
    assert!(human.contains("lethal-trifecta") && human.contains("3 send_mail of mail sends data out"), "{human}");
    assert!(human.contains("cheapest cut: switch off 'send_mail' of 'mail'"), "{human}");
    let read = |name: &str| std::fs::read_to_string(scene.project().join(name)).expect("written");
    let json: Value = serde_json::from_str(&read("r.json")).expect("JSON");
    let findings = json["findings"].as_array().expect("findings");
    let flow = &findings.iter().find(|f| f["rule"] == "lethal-trifecta").expect("found")["flow"];
    let parts: Vec<&str> =
        flow["steps"].as_array().expect("steps").iter().map(|s| s["part"].as_str().expect("a part")).collect();
    assert_eq!(parts, ["untrusted-source", "private-source", "egress"]);
    let sarif: Value = serde_json::from_str(&read("r.sarif")).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let result = results.iter().find(|r| r["ruleId"] == "lethal-trifecta").expect("found");
    let steps = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().expect("steps");
    let orders: Vec<u64> = steps.iter().filter_map(|s| s["executionOrder"].as_u64()).collect();
    assert_eq!(orders, [1, 2, 3]);
    let lines: std::collections::BTreeSet<u64> =
        steps.iter().filter_map(|s| s["location"]["physicalLocation"]["region"]["startLine"].as_u64()).collect();
    assert_eq!(lines.len(), 3, "each step is another line of the configuration: {steps:#?}");
    let html = read("r.html");
    let figure = html.split("<figure class=\"flow\">").nth(1).and_then(|t| t.split("</figure>").next()).expect("drawn");
    assert!(figure.contains("<svg") && figure.matches("class=\"node step").count() == 3 && !figure.contains("<script"));
    // a report from the saved run has the same drawing
    let saved = scene.run(&["report", "--from", "r.json", "--output", "html"]).stdout;
    assert!(saved.contains("<figure class=\"flow\">"), "{saved}");
}

#[test]
fn approval_makes_the_flow_worse_and_a_server_less_ends_it() {
    let scene = toxic();
    let config = std::fs::read_to_string(scene.project().join(".mcp.json")).expect("there");
    let mut config: Value = serde_json::from_str(&config).expect("JSON");
    for server in ["web", "files", "mail"] {
        config["mcpServers"][server]["autoApprove"] = serde_json::json!(["*"]);
    }
    scene.write(".mcp.json", config.to_string());
    let rules = |scene: &Scene| {
        let json = scene.run(&["scan", "--launch", "all", "--output", "json"]).expect(0).json();
        let all = json["findings"].as_array().expect("findings").clone();
        all.iter().map(|f| f["rule"].as_str().expect("a rule").to_owned()).collect::<Vec<_>>()
    };
    let before = rules(&scene);
    assert!(
        before.contains(&"unguarded-trifecta".to_owned()) && !before.contains(&"lethal-trifecta".to_owned()),
        "{before:?}"
    );
    // no client of this file knows a switch: a server less is one that is not there
    config["mcpServers"]["mail"]["disabled"] = serde_json::json!(true);
    scene.write(".mcp.json", config.to_string());
    assert!(rules(&scene).contains(&"unguarded-trifecta".to_owned()));
    assert!(config["mcpServers"].as_object_mut().expect("servers").remove("mail").is_some());
    scene.write(".mcp.json", config.to_string());
    assert!(!rules(&scene).iter().any(|r| r.contains("trifecta")));
}

#[test]
fn a_server_that_completes_a_flow_after_approval_is_worth_more_than_a_flow_that_was_approved() {
    let scene = toxic();
    let text = std::fs::read_to_string(scene.project().join(".mcp.json")).expect("there");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let flows = |scene: &Scene| {
        let json = scene.run(&["scan", "--launch", "all", "--output", "json"]).json();
        let found = json["findings"].as_array().expect("findings").clone();
        let flows = found.iter().filter(|f| !f["flow"].is_null());
        flows.map(|f| (f["rule"].clone(), f["severity"].clone())).collect::<Vec<_>>()
    };
    let mut two = all.clone();
    let mail = two["mcpServers"].as_object_mut().expect("servers").remove("mail");
    assert!(mail.is_some());
    scene.write(".mcp.json", two.to_string());
    scene.approved();
    assert_eq!(flows(&scene), []);
    scene.write(".mcp.json", all.to_string());
    assert_eq!(flows(&scene), [("exposed-trifecta".into(), "medium".into())]);
    scene.run(&["approve", "--unattended", "--reason", "all three"]).expect(0);
    assert_eq!(flows(&scene), [("lethal-trifecta".into(), "medium".into())]);
}

#[test]
fn a_server_of_the_project_that_nobody_approved_gates_and_a_persons_own_does_not() {
    let scene = Scene::new();
    let words = scene.write("words.json", tool("add"));
    let args: &[&str] = &["--manifest", words.to_str().expect("UTF-8")];
    scene.servers(&[("notes", args)]);
    scene.run(&["scan", "--launch", "all"]).expect(0);
    scene.approved();
    let found = |scene: &Scene, code: i32| {
        let json = scene.run(&["scan", "--launch", "all", "--output", "json"]).expect(code).json();
        let all = json["findings"].as_array().expect("findings").clone();
        let mine = all.iter().filter(|f| f["rule"] == "unapproved-server");
        mine.map(|f| (f["target"].as_str().unwrap_or_default().to_owned(), f["location"]["line"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&scene, 0), []);
    scene.servers(&[("notes", args), ("more", args)]);
    let seen = found(&scene, 1);
    assert!(seen.len() == 1 && seen[0].0.ends_with("/more") && seen[0].1.is_u64(), "{seen:?}");
    scene.run(&["approve", "--unattended", "--reason", "both"]).expect(0);
    assert_eq!(found(&scene, 0), []);
    // in a person's own file it is said and does not gate
    let own = serde_json::json!({ "mcpServers": { "mine": { "command": crate::scene::scripted(), "args": args } } });
    std::fs::create_dir_all(scene.home().join(".cursor")).expect("a folder");
    std::fs::write(scene.home().join(".cursor/mcp.json"), own.to_string()).expect("written");
    let all = ["scan", "--launch", "all", "--scope", "all", "--output", "json"];
    let json = scene.run(&all).expect(0).json();
    let own = json["findings"].as_array().expect("findings").iter().filter(|f| f["rule"] == "unapproved-server");
    assert_eq!(own.map(|f| f["confidence"].clone()).collect::<Vec<_>>(), ["low"]);
    // what is typed is asked for
    let program = crate::scene::scripted();
    let typed = ["scan", "--output", "json", "--", program.to_str().expect("UTF-8"), args[0], args[1]];
    let json = scene.run(&typed).json();
    assert!(json["findings"].as_array().expect("findings").iter().all(|f| f["rule"] != "unapproved-server"));
}

#[test]
fn hostile_configurations_end_in_clear_words() {
    let scene = Scene::new();
    let home = |name: &str, text: &str| {
        let path = scene.home().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("written");
    };
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..12 {
        bomb.push_str(&format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", ")));
    }
    home(".config/goose/config.yaml", &bomb);
    home(".continue/config.yaml", "mcpServers: &a\n  x: *a\n");
    home(".codex/config.toml", &format!("{}a = 1\n", "a.".repeat(100_000)));
    let many: String = (0..100_000).map(|i| format!("\"s{i}\":{{\"command\":\"x\"}},")).collect();
    scene.write(".mcp.json", format!("{{\"mcpServers\":{{{many}}}}}"));
    let outcome = scene.run(&["inventory", "--output", "json"]).expect(3);
    let json = outcome.json();
    assert_eq!(json["servers"].as_array().map(Vec::len), Some(2_000));
    let said: Vec<&str> = json["files"]
        .as_array()
        .expect("files")
        .iter()
        .filter(|f| !["absent", "read"].contains(&f["status"].as_str().unwrap_or_default()))
        .map(|f| f["detail"].as_str().expect("a reason"))
        .collect();
    assert_eq!(said.len(), 4, "{said:?}");
    for words in ["more than", "inside its own anchor", "dots", "not read"] {
        assert!(said.iter().any(|s| s.contains(words)), "{words}: {said:?}");
    }
    // a run that could not read everything is never clean
    scene.run(&["scan", "--config-only", "--scope", "project"]).expect(3);
}

#[test]
fn a_file_that_several_clients_read_is_part_of_each_ones_fleet() {
    let scene = toxic();
    let text = std::fs::read_to_string(scene.project().join(".mcp.json")).expect("there");
    let mut here: Value = serde_json::from_str(&text).expect("JSON");
    let servers = here["mcpServers"].as_object_mut().expect("servers");
    let moved = servers.remove("mail").expect("there");
    // neither client alone has a way out and something to send
    scene.write(".cursor/mcp.json", serde_json::json!({ "mcpServers": { "mail": moved } }).to_string());
    scene.write(".mcp.json", here.to_string());
    let json = scene.run(&["scan", "--launch", "all", "--output", "json"]).expect(0).json();
    let all = json["findings"].as_array().expect("findings");
    let found: Vec<&Value> = all.iter().filter(|f| f["rule"] == "lethal-trifecta").collect();
    assert_eq!((found.len(), found[0]["target"].as_str()), (1, Some("cursor/project/mail")), "{json:#}");
    assert_eq!(json["targets"].as_array().map(Vec::len), Some(3), "nothing is audited twice");
}

#[test]
fn a_shared_files_tools_are_compared_with_what_each_client_brings() {
    let scene = toxic();
    let path = scene.write("edit.json", tool("run_terminal_cmd"));
    scene.servers(&[("edit", &["--manifest", &path.to_string_lossy()])]);
    let found = |scene: &Scene| {
        let json = scene.run(&["scan", "--launch", "all", "--output", "json"]).expect(0).json();
        let all = json["findings"].as_array().expect("findings").clone();
        let mut own = all.into_iter().filter(|f| f["rule"] == "builtin-tool-shadowing");
        let one = own.next().unwrap_or_else(|| panic!("{json:#}"));
        let second = own.next();
        assert!(second.is_none(), "{one:#} {second:#?}");
        one
    };
    let alone = found(&scene);
    assert_eq!(alone["confidence"], "low", "{alone:#}");
    assert!(alone["message"].as_str().is_some_and(|m| m.contains("cursor") && m.contains("not known to be in use")));
    // Cursor has a server of its own: it is in use, and in its fleet the finding is surer
    let mail = scene.project().join("mail.json").to_string_lossy().into_owned();
    let entry = serde_json::json!({ "command": crate::scene::scripted(), "args": ["--manifest", mail] });
    scene.write(".cursor/mcp.json", serde_json::json!({ "mcpServers": { "mail": entry } }).to_string());
    let used = found(&scene);
    assert_eq!(used["confidence"], "high", "{used:#}");
    assert!(
        used["message"].as_str().is_some_and(|m| m.contains("a tool that cursor brings itself, and so does grok")),
        "{used:#}"
    );
}
