//! Look-ups of ten real servers against npm and PyPI. What they should say comes from `npm view` and from PyPI's own JSON,
//! read by Python. The MCP registry, OSV and image registries are not asked for here.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

const NPM: [&str; 6] = [
    "@modelcontextprotocol/server-everything",
    "@modelcontextprotocol/server-filesystem",
    "@playwright/mcp",
    "@upstash/context7-mcp",
    "firecrawl-mcp",
    "chrome-devtools-mcp",
];
const PYPI: [&str; 4] =
    ["mcp-server-time", "mcp-server-fetch", "duckduckgo-mcp-server", "awslabs.aws-documentation-mcp-server"];

/// Release, digests, and whether there is provenance, as PyPI's JSON has it for the newest release.
const PYTHON: &str = r#"
import json, sys, urllib.request, urllib.error
name = sys.argv[1]
get = lambda u: json.load(urllib.request.urlopen("https://pypi.org/" + u))
info = get("pypi/%s/json" % name)
version = info["info"]["version"]
files = info["releases"][version]
wheel = next((f for f in files if f["packagetype"] == "bdist_wheel"), files[0])
try:
    get("integrity/%s/%s/%s/provenance" % (name, version, wheel["filename"]))
    provenance = "claimed"
except urllib.error.HTTPError as e:
    provenance = "none" if e.code == 404 else "unknown"
digests = " ".join(sorted("sha256:" + f["digests"]["sha256"] for f in files))
print(json.dumps({"version": version, "integrity": digests, "provenance": provenance}))
"#;

fn said(command: &mut Command) -> Value {
    let out = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().expect("it runs");
    serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out.stdout)))
}

fn expected(name: &str) -> Value {
    if PYPI.contains(&name) {
        return said(Command::new("python3").args(["-c", PYTHON, &name.replace('.', "-")]));
    }
    let all = said(Command::new("npm").args(["view", "--json", name, "version", "dist"]));
    let provenance = if all["dist"]["attestations"].is_null() { "none" } else { "claimed" };
    json!({ "version": all["version"], "integrity": all["dist"]["integrity"], "provenance": provenance })
}

#[test]
#[ignore = "needs npm and PyPI"]
fn ten_real_servers_are_what_their_registries_say() {
    let dir = tempfile::tempdir().expect("a folder");
    let entry = |name: &&str| {
        let python = PYPI.contains(name);
        let args = if python { json!([name]) } else { json!(["-y", name]) };
        ((*name).to_owned(), json!({ "command": if python { "uvx" } else { "npx" }, "args": args }))
    };
    let servers: serde_json::Map<String, Value> = NPM.iter().chain(&PYPI).map(entry).collect();
    std::fs::write(dir.path().join(".mcp.json"), json!({ "mcpServers": servers }).to_string()).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-assay"));
    command.args([
        "scan",
        "--packages",
        "--launch",
        "never",
        "--scope",
        "project",
        "--no-baseline",
        "--output",
        "json",
    ]);
    let report = said(command.current_dir(dir.path()).env("MCP_ASSAY_CACHE", dir.path().join("cache")));
    let targets = report["targets"].as_array().expect("targets");
    assert_eq!(targets.len(), 10);
    for target in targets {
        let name = target["name"].as_str().expect("a name");
        let release = &target["package"]["release"];
        let found = json!({ "version": release["version"], "integrity": release["integrity"], "provenance": release["provenance"]["state"] });
        println!("{name}: {found}");
        assert_eq!(found, expected(name), "{name}: {target:#}");
        assert_eq!(target["package"]["standing"], "known");
    }
}
