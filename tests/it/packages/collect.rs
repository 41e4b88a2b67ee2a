//! The command that asks registries for well-known names, against answers in the shape of the real ones.

use std::process::Command;

use serde_json::json;

use super::registry::{Answers, Registry, ok};

#[test]
fn the_collector_keeps_what_very_many_people_use_and_nothing_that_is_no_name() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let hit = |name: &str, weekly: u64| json!({ "package": { "name": name }, "downloads": { "weekly": weekly } });
    let search =
        json!({ "objects": [hit("@acme/calc-mcp", 90_000), hit("rare-mcp", 3), hit("bad name\nnpm evil", 90_000)] });
    let none = json!({ "objects": [] });
    let query = |text: &str| format!("/-/v1/search?text={text}&size=250&from=0&popularity=1.0");
    let record = json!({ "server": { "packages": [
        { "registryType": "pypi", "identifier": "acme-calc" }, { "registryType": "pypi", "identifier": "rare-calc" } ] } });
    let page = json!({ "servers": [record], "metadata": {} });
    let recent = |n: u64| ok(&json!({ "data": { "last_week": n } }));
    let images = json!({ "results": [{ "name": "calc", "pull_count": 20_000 }, { "name": "rare", "pull_count": 5 }] });
    let registry = Registry::start(Answers::from([
        (query("keywords%3Amcp-server"), ok(&search)),
        (query("keywords%3Amcp"), ok(&none)),
        (query("mcp+server"), ok(&none)),
        ("/v0.1/servers?limit=100&version=latest".to_owned(), ok(&page)),
        ("/api/packages/acme-calc/recent".to_owned(), recent(8_000)),
        ("/api/packages/rare-calc/recent".to_owned(), recent(8)),
        ("/v2/namespaces/mcp/repositories?page_size=100".to_owned(), ok(&images)),
    ]));
    let mut command = Command::new("python3");
    command.arg(root.join(".ci/known-servers-collect")).args(["--pause", "0", "--date", "2027-01-15"]);
    for name in ["npm", "downloads", "mcp", "statistics", "hub"] {
        command.args([&format!("--{name}"), &registry.url]);
    }
    let out = match command.output() {
        Ok(out) => out,
        Err(e) => {
            eprintln!("NOT RUN: python3 cannot be started: {e}");
            return;
        }
    };
    let text = String::from_utf8_lossy(&out.stdout);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("# asked: 2027-01-15, npm search"), "{text} {}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(lines[1..], ["npm @acme/calc-mcp npm-search", "oci mcp/calc docker-hub", "pypi acme-calc mcp-registry"]);
    // half an answer makes no list
    let broken =
        Registry::start(Answers::from([(query("keywords%3Amcp-server"), b"HTTP/1.1 500 Oops\r\n\r\n".to_vec())]));
    let mut command = Command::new("python3");
    command.arg(root.join(".ci/known-servers-collect")).args(["--pause", "0", "--npm", &broken.url]);
    let out = command.output().expect("it ran before");
    assert!(!out.status.success() && out.stdout.is_empty());
}
