//! The value of a secret in a configuration is in no report, no inventory, no recording and no baseline.

use crate::scene::Scene;

/// Every secret has it, so that one search finds all.
const VALUE: &str = "q8Zt3LpW9xVb2NcR7mKd5HsN";

#[test]
fn a_secret_of_a_configuration_is_found_and_printed_nowhere() {
    let scene = Scene::new();
    let args = |list: &[&str]| serde_json::json!({ "command": "npx", "args": list });
    let text = serde_json::json!({ "mcpServers": {
        "header": args(&["-y", "mcp-remote@1.2.3", "https://mcp.acme.test/mcp", "--header", &format!("Authorization: Bearer {VALUE}")]),
        "joined": args(&["-y", "mcp-remote@1.2.3", "https://mcp.acme.test/mcp", &format!("--header=X-API-Key: {VALUE}")]),
        "short": args(&["-y", "mcp-remote@1.2.3", "https://mcp.acme.test/mcp", "-H", &format!("X-API-Key:{VALUE}")]),
        "parameter": args(&["-y", "mcp-remote@1.2.3", &format!("https://mcp.acme.test/mcp?api_key={VALUE}")]),
        "database": args(&["-y", "@acme/pg@1.0.0", &format!("postgresql://admin:{VALUE}@db.acme.test:5432/todo")]),
        "password": args(&["-y", "@acme/pg@1.0.0", "--password", VALUE]),
        "repository": args(&["-y", &format!("git+https://me:{VALUE}@github.com/acme/calc.git#main")]),
        "folder": args(&["-y", "@acme/files@1.0.0", &format!("/home/ghp_{VALUE}aB3dE5gH7jK9/.ssh")]),
        "connection": args(&["-y", "@acme/sql@1.0.0", &format!("Server=db.acme.test;User Id=sa;Password={VALUE};")]),
        "user": args(&["-y", "@acme/sql@1.0.0", "-u", &format!("admin:{VALUE}")]),
        "variable": { "command": "node", "args": ["x.js"], "env": { "API_KEY": format!("${{API_KEY:-{VALUE}}}") } },
        "command": { "command": format!("/opt/x --token {VALUE}") },
        "path": { "url": format!("https://mcp.zapier.com/api/mcp/s/{VALUE}/mcp") },
        "query": { "url": format!("https://${{HOST}}:${{PORT}}/mcp?key={VALUE}") },
        "cookie": { "url": "https://mcp.acme.test/mcp", "headers": { "Cookie": format!("session={VALUE}") } },
        "token": { "url": "https://mcp.acme.test/mcp", "headers": { "Authorization": format!("Token {VALUE}") } },
    }});
    scene.write(".mcp.json", text.to_string());
    let report = scene.run(&["scan", ".mcp.json", "--config-only", "--output", "json"]).json();
    let found = |server: &serde_json::Value| {
        let own = |f: &&serde_json::Value| f["target"] == server["id"] && f["rule"] == "committed-secret";
        report["findings"].as_array().is_some_and(|all| all.iter().any(|f| own(&f)))
    };
    for server in report["targets"].as_array().expect("targets") {
        assert!(found(server), "{server:#}");
    }
    // nothing of these is fetched or asked for outside of this machine
    let servers = ["repository", "variable", "command"].map(|name| (name.to_owned(), text["mcpServers"][name].clone()));
    let mut live: serde_json::Map<_, _> = servers.into_iter().collect();
    let closed = serde_json::json!({ "url": format!("http://127.0.0.1:1/{VALUE}/mcp?key={VALUE}") });
    let says = format!("echo \"API_KEY={VALUE} is wrong\" >&2");
    live.insert("closed".to_owned(), closed);
    live.insert("says".to_owned(), serde_json::json!({ "command": "sh", "args": ["-c", says] }));
    scene.write("live.json", serde_json::json!({ "mcpServers": live }).to_string());
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for format in ["human", "json", "jsonl", "html", "sarif", "markdown", "junit", "gitlab", "github"] {
        runs.push(vec!["scan", ".mcp.json", "--config-only", "--output", format, "-v"]);
    }
    for format in ["human", "json", "cyclonedx"] {
        runs.push(vec!["inventory", ".mcp.json", "--output", format]);
    }
    runs.push(vec!["scan", "live.json", "--launch", "all", "--output", "json"]);
    runs.push(vec!["capture", "live.json", "--launch", "all", "--out", "all.json"]);
    for args in runs {
        let outcome = scene.run(&args);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(!said.contains(VALUE), "{args:?} {outcome:#?}");
    }
    for entry in std::fs::read_dir(scene.project()).expect("the project").flatten() {
        let kept = std::fs::read_to_string(entry.path()).unwrap_or_default();
        let own = [".mcp.json", "live.json"].iter().any(|n| entry.file_name() == *n);
        assert!(own || !kept.contains(VALUE), "{}", entry.path().display());
    }
}
