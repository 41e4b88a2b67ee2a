//! Look-ups over answers of real registries, and, where a registry could not be asked when they were written down, over
//! answers made after its documentation. `tests/data/registries.json` says which is which, from where and from when.

use serde_json::{Value, json};

use super::registry::{Answers, Registry, http, ok};
use super::{rules, scan, servers};
use crate::scene::Scene;

/// Everything that was written down, on one loopback registry. OSV is asked by body and answers for one release only.
fn registry(advisories: bool) -> Registry {
    let text = include_str!("../../data/registries.json");
    let rows: Vec<Value> = serde_json::from_str(text).expect("a list");
    let answer = |row: &Value| {
        assert!(row["origin"].as_str().is_some_and(|o| o.contains("2026-11-21")), "where and when: {row}");
        let path = row["path"].as_str().expect("a path").to_owned();
        let bytes = match row["text"].as_str() {
            Some(text) => http("200 OK", "", text.as_bytes()),
            None if path == "/v1/query" && !advisories => ok(&json!({})),
            None => ok(&row["body"]),
        };
        (path, bytes)
    };
    Registry::start(rows.iter().map(answer).collect::<Answers>())
}

fn look_up(list: &[(&str, &str, &[&str])], advisories: bool) -> Value {
    let scene = Scene::new();
    servers(&scene, list);
    scan(&scene, &registry(advisories).url, &[]).json()
}

fn package<'r>(report: &'r Value, name: &str) -> &'r Value {
    let targets = report["targets"].as_array().expect("targets");
    &targets.iter().find(|t| t["name"] == name).expect("the server")["package"]
}

const FILESYSTEM: &str = "@modelcontextprotocol/server-filesystem";

#[test]
fn ranges_mean_the_releases_that_npm_and_uv_take() {
    let of = |spec: &str| format!("{FILESYSTEM}@{spec}");
    let npm =
        [of("^2025.3.0"), of("~2025.7"), of("<2025.12 >=2025.8"), of("latest"), of("0.x"), of("2025.3 - 2025.8.18")];
    let args: Vec<[&str; 2]> = npm.iter().map(|spec| ["-y", spec.as_str()]).collect();
    let mut list: Vec<(&str, &str, &[&str])> = Vec::new();
    for (name, args) in ["n0", "n1", "n2", "n3", "n4", "n5"].into_iter().zip(&args) {
        list.push((name, "npx", args));
    }
    let python: [(&str, &[&str]); 5] = [
        ("p0", &["mcp-server-time~=2025.4"]),
        ("p1", &["mcp-server-time>=2025.7,<2025.9"]),
        ("p2", &["mcp_server.time==2025.*"]),
        ("p3", &["--from", "mcp-server-time<1", "mcp-server-time"]),
        ("p4", &["mcp-server-time"]),
    ];
    list.extend(python.map(|(name, args)| (name, "uvx", args)));
    let report = look_up(&list, false);
    for (name, version, how) in [
        ("n0", "2025.12.18", "range"),
        ("n1", "2025.7.29", "range"),
        ("n2", "2025.11.25", "range"),
        ("n3", "2026.8.31", "tag"),
        ("n4", "0.6.2", "range"),
        ("n5", "2025.8.18", "range"),
        ("p0", "2025.9.25", "range"),
        ("p1", "2025.8.4", "range"),
        ("p2", "2025.9.25", "range"),
        ("p3", "0.6.2", "range"),
        ("p4", "2026.10.19", "tag"),
    ] {
        let package = package(&report, name);
        let found = (&package["release"]["version"], &package["resolved"], &package["standing"]);
        assert_eq!(found, (&json!(version), &json!(how), &json!("known")), "{name}: {package:#}");
    }
    let integrity = package(&report, "n0")["release"]["integrity"].as_str().expect("a digest").to_owned();
    assert!(integrity.starts_with("sha512-wg3nn5L5xOdM"), "{integrity}");
    let record = &package(&report, "n0")["record"];
    assert_eq!(record["server"]["packages"][0]["version"], "2025.12.18", "{record:#}");
    let time = package(&report, "p0");
    let digests = time["release"]["integrity"].as_str().expect("digests");
    assert!(digests.contains("sha256:41427e33cafba09e") && digests.contains("sha256:5cc559709887db33"), "{digests}");
    assert_eq!(time["serverName"], "io.github.modelcontextprotocol/server-time");
    assert_eq!(time["release"]["repository"], "github.com/modelcontextprotocol/servers");
    assert_eq!(time["record"]["state"], "absent");
}

#[test]
fn a_release_with_an_advisory_is_told() {
    let report = look_up(&[("files", "npx", &["-y", "@modelcontextprotocol/server-filesystem@2025.3.28"])], true);
    let package = package(&report, "files");
    assert_eq!(package["resolved"], "exact");
    assert_eq!(package["advisories"]["list"][0]["fixed"], json!(["0.6.4", "2025.7.1"]), "{package:#}");
    assert_eq!(package["advisories"]["list"][0]["severity"], "high");
    // this release did not name its server yet
    assert_eq!((&package["serverName"], &package["record"]["state"]), (&Value::Null, &json!("not-run")));
    assert_eq!(package["previous"]["version"], "2025.1.14");
    let found = rules(&report);
    assert!(found.iter().all(|r| r == "known-vulnerable-version") && !found.is_empty(), "{found:?}");
}

#[test]
fn an_image_with_an_attestation_beside_it_is_read_down_to_its_label() {
    let image = "ghcr.io/github/github-mcp-server:v0.20.0";
    let report = look_up(&[("hub", "docker", &["run", "-i", "--rm", image])], false);
    let package = package(&report, "hub");
    assert_eq!(package["serverName"], "io.github.github/github-mcp-server", "{package:#}");
    assert_eq!(package["record"]["server"]["version"], "0.20.0");
    assert_eq!(package["release"]["integrity"].as_str().expect("digests").split(' ').count(), 3);
    assert_eq!(rules(&report), ["unpinned-source"]);
    assert_eq!(report["targets"][0]["coverage"]["packages"], "complete");
}
