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

/// What the report says of a configuration with these servers.
fn scanned(servers: &serde_json::Map<String, Value>) -> Value {
    let dir = tempfile::tempdir().expect("a folder");
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
    said(command.current_dir(dir.path()).env("MCP_ASSAY_CACHE", dir.path().join("cache")))
}

/// Ranges are resolved to what npm and pip themselves would take.
#[test]
#[ignore = "needs npm and PyPI"]
fn ranges_mean_what_the_package_managers_take() {
    let npm =
        ["@modelcontextprotocol/server-filesystem@^2025.3.0", "@playwright/mcp@~0.0.30", "firecrawl-mcp@1.x || 2"];
    let python = ["mcp-server-time~=2025.4", "mcp-server-fetch>=2025.1,<2025.5", "duckduckgo-mcp-server<99"];
    let entry = |spec: &&str| {
        let (command, args) = if npm.contains(spec) { ("npx", json!(["-y", spec])) } else { ("uvx", json!([spec])) };
        ((*spec).to_owned(), json!({ "command": command, "args": args }))
    };
    let report = scanned(&npm.iter().chain(&python).map(entry).collect());
    for target in report["targets"].as_array().expect("targets") {
        let spec = target["name"].as_str().expect("a name");
        let expected = if npm.contains(&spec) {
            said(Command::new("npm").args(["pack", "--dry-run", "--json", "--ignore-scripts", spec]))[0]["version"]
                .clone()
        } else {
            let pip = [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--dry-run",
                "--no-deps",
                "--ignore-installed",
                "--report",
                "-",
                spec,
            ];
            said(Command::new("python3").args(pip))["install"][0]["metadata"]["version"].clone()
        };
        let package = &target["package"];
        println!("{spec}: {}", package["release"]["version"]);
        assert_eq!((&package["release"]["version"], &package["resolved"]), (&expected, &json!("range")), "{spec}");
    }
}

#[test]
#[ignore = "needs npm and PyPI"]
fn ten_real_servers_are_what_their_registries_say() {
    let entry = |name: &&str| {
        let python = PYPI.contains(name);
        let args = if python { json!([name]) } else { json!(["-y", name]) };
        ((*name).to_owned(), json!({ "command": if python { "uvx" } else { "npx" }, "args": args }))
    };
    let servers: serde_json::Map<String, Value> = NPM.iter().chain(&PYPI).map(entry).collect();
    let report = scanned(&servers);
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
