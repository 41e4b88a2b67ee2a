//! Look-ups of packages, with registries on loopback that answer in the shape of the real ones.

mod answers;
mod bundles;
#[cfg(unix)]
mod collect;
mod images;
mod launches;
mod recorded;
pub mod registry;
mod several;

use serde_json::{Value, json};

use super::scene::{Outcome, Scene};
use registry::{Answers, Registry, http, ok};

fn npm(name: &str, releases: &[(&str, &str, Value)]) -> (String, Vec<u8>) {
    let mut versions = json!({});
    let mut time = json!({ "created": "2026-01-01T00:00:00.000Z" });
    for (version, published, more) in releases {
        let mut one = json!({ "name": name, "version": version, "dist": { "integrity": format!("sha512-{version}") } });
        one.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        versions[version] = one;
        time[version] = json!(published);
    }
    let last = releases.last().expect("a release").0;
    let body = json!({ "name": name, "dist-tags": { "latest": last }, "time": time, "versions": versions });
    (format!("/{}", name.replace('/', "%2F")), ok(&body))
}

fn osv(vulns: &Value) -> (String, Vec<u8>) {
    ("/v1/query".to_owned(), ok(&json!({ "vulns": vulns })))
}

fn servers(scene: &Scene, servers: &[(&str, &str, &[&str])]) {
    let entry = |(name, command, args): &(&str, &str, &[&str])| {
        ((*name).to_owned(), json!({ "command": command, "args": args }))
    };
    let map: serde_json::Map<String, Value> = servers.iter().map(entry).collect();
    scene.write(".mcp.json", json!({ "mcpServers": map }).to_string());
}

fn scan(scene: &Scene, registry: &str, more: &[&str]) -> Outcome {
    let all = ["npm", "pypi", "oci", "mcp", "osv"].map(|n| format!("{n}={registry}")).join(",");
    let args = ["scan", "--packages", "--registry", &all, "--launch", "never", "--no-baseline", "--output", "json"];
    let outcome = scene.run(&[&args[..], more].concat());
    if let Ok(report) = serde_json::from_str(&outcome.stdout) {
        follows(&report);
    }
    outcome
}

/// Every report of a look-up has the published shape.
fn follows(report: &Value) {
    static SCHEMA: std::sync::OnceLock<jsonschema::Validator> = std::sync::OnceLock::new();
    let schema = SCHEMA.get_or_init(|| {
        let text = serde_json::from_str(mcp_assay::report::JSON_V1_SCHEMA).expect("JSON");
        jsonschema::validator_for(&text).expect("a schema")
    });
    let wrong: Vec<String> = schema.iter_errors(report).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn rules(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().expect("findings");
    let mut all: Vec<String> = all.iter().map(|f| f["rule"].as_str().expect("a rule").to_owned()).collect();
    all.sort();
    all
}

const CALC: &[(&str, &str, &[&str])] = &[("calc", "npx", &["-y", "@acme/calc@1.1.0"])];

#[test]
fn a_package_is_looked_up_everywhere_and_the_answers_are_kept() {
    let scene = Scene::new();
    servers(&scene, CALC);
    let server = json!({ "name": "io.github.acme/calc", "version": "1.1.0", "packages": [
        { "registryType": "npm", "identifier": "@official/calc", "version": "1.1.0" } ] });
    let record =
        json!({ "server": server, "_meta": { "io.modelcontextprotocol.registry/official": { "status": "active" } } });
    let registry = Registry::start(Answers::from([
        npm(
            "@acme/calc",
            &[
                ("1.0.0", "2026-02-01T00:00:00.000Z", json!({ "_npmUser": { "name": "ann" } })),
                (
                    "1.1.0",
                    "2027-01-15T02:00:00.000Z",
                    json!({ "_npmUser": { "name": "mallory" }, "mcpName": "io.github.acme/calc",
                            "scripts": { "postinstall": "node x.js" } }),
                ),
            ],
        ),
        osv(
            &json!([{ "id": "GHSA-1", "aliases": ["CVE-2026-1"], "summary": "runs commands", "database_specific": { "severity": "CRITICAL" } }]),
        ),
        ("/v0.1/servers/io.github.acme%2Fcalc/versions/latest".to_owned(), ok(&record)),
    ]));
    let report = scan(&scene, &registry.url, &[]).json();
    let found = rules(&report);
    for rule in [
        "critical-vulnerability",
        "install-time-code",
        "new-maintainer-and-scripts",
        "registry-record-mismatch",
        "trust-regression",
    ] {
        assert!(found.iter().any(|r| r == rule), "{rule}: {report:#}");
    }
    let package = &report["targets"][0]["package"];
    assert_eq!(report["targets"][0]["coverage"]["packages"], "complete", "{report:#}");
    assert_eq!(
        (&package["release"]["version"], &package["release"]["integrity"]),
        (&json!("1.1.0"), &json!("sha512-1.1.0"))
    );
    assert_eq!(package["release"]["provenance"]["state"], "none");
    assert_eq!(package["previous"]["publisher"], "ann");
    assert_eq!((&package["kept"], &package["ageSeconds"]), (&json!(false), &json!(0)));
    // the place is that of the argument
    assert_eq!(report["findings"][0]["location"]["file"], ".mcp.json", "{report:#}");
    let asked = registry.asked();
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert!(
        asked.iter().any(|a| a.contains(r#""ecosystem":"npm","name":"@acme/calc""#) && a.contains("1.1.0")),
        "{asked:?}"
    );
    // within a day nobody is asked again, and without the network the same is found; the age is said
    let later = ["--offline", "--now", "2027-01-18T12:00:00Z"];
    let again = scan(&scene, &registry.url, &later).json();
    assert_eq!(again["targets"][0]["package"]["release"], package["release"]);
    assert_eq!(again["targets"][0]["package"]["ageSeconds"], 3 * 24 * 3600);
    assert!(again["notices"].to_string().contains("kept, from up to 3 days ago"), "{again:#}");
    scan(&scene, &registry.url, &[]);
    assert_eq!(registry.asked().len(), 3);
    scan(&scene, &registry.url, &["--now", "2027-01-17T12:00:00Z"]);
    assert_eq!(registry.asked().len(), 6, "after a day it is asked again");
}

#[test]
fn nothing_is_asked_unless_it_is_wished_and_that_is_said() {
    let scene = Scene::new();
    servers(&scene, CALC);
    let registry = Registry::start(Answers::new());
    let variable = format!("npm={}", registry.url);
    let env = [("MCP_ASSAY_REGISTRY", variable.as_str())];
    let args = ["scan", "--launch", "never", "--no-baseline"];
    let report = scene.run_in(&scene.project(), &[&args[..], &["--output", "json"]].concat(), &env).json();
    assert_eq!(report["targets"][0]["coverage"]["packages"], "not-run");
    assert!(report["targets"][0]["package"].is_null());
    let human = scene.run_in(&scene.project(), &args, &env).stdout;
    assert!(human.contains("package look-ups: not run"), "{human}");
    assert_eq!(registry.asked(), [""; 0]);
    // without the network and without a kept answer it is refused, clearly
    let report = scan(&scene, &registry.url, &["--offline"]).json();
    assert_eq!(report["targets"][0]["coverage"]["packages"], "partial");
    let notices = report["notices"].to_string();
    assert!(notices.contains("--offline refuses the network") && notices.contains("run it once without"), "{notices}");
    assert_eq!(registry.asked(), [""; 0]);
}

#[test]
fn registries_of_the_project_are_asked_in_their_place() {
    let scene = Scene::new();
    servers(&scene, &[("calc", "uvx", &["acme-calc"])]);
    let file = json!({ "packagetype": "bdist_wheel", "filename": "acme_calc-1.0-py3-none-any.whl", "digests": { "sha256": "aa" },
        "upload_time_iso_8601": "2026-01-01T00:00:00Z", "yanked": true, "yanked_reason": "broken" });
    let project = json!({ "info": { "name": "acme-calc", "version": "1.0" }, "releases": { "1.0": [file] } });
    let registry = Registry::start(Answers::from([("/pypi/acme-calc/json".to_owned(), ok(&project)), osv(&json!([]))]));
    let url = &registry.url;
    scene.write("mcp-assay.toml", format!("[registries]\npypi = \"{url}\"\nosv = \"{url}\"\nmcp = \"{url}\"\n"));
    let args = ["scan", "--packages", "--launch", "never", "--no-baseline", "--output", "json"];
    let report = scene.run(&args).json();
    assert_eq!(rules(&report), ["trust-regression", "unpinned-source"], "{report:#}");
    assert_eq!(report["targets"][0]["package"]["release"]["yanked"], "broken");
    scene.write("mcp-assay.toml", "[registries]\nnpm = \"https://user:pw@x.test\"\n");
    let refused = scene.run(&args).expect(2).stderr;
    assert!(refused.contains("user name or password"), "{refused}");
}

#[test]
fn a_name_that_the_project_knows_is_no_look_alike() {
    let scene = Scene::new();
    servers(&scene, &[("a", "npx", &["firecrawl-mpc@1.0.0"]), ("b", "npx", &["@stripes/mcp@1.0.0"])]);
    let args = ["scan", "--launch", "never", "--no-baseline", "--output", "json"];
    assert_eq!(rules(&scene.run(&args).json()), ["package-lookalike", "package-lookalike"]);
    scene.write("mcp-assay.toml", "known-packages = [\"@stripes/*\"]\n");
    let report = scene.run(&args).json();
    assert_eq!(rules(&report), ["package-lookalike"], "{report:#}");
    assert!(report["findings"][0]["message"].as_str().expect("words").contains("firecrawl"));
}

#[test]
fn private_names_are_asked_where_the_package_managers_would() {
    let scene = Scene::new();
    servers(&scene, &[("a", "npx", &["@my-acme/calc@1.0.0"]), ("b", "uvx", &["acme-calc==1.0"])]);
    let release = [("1.0.0", "2026-02-01T00:00:00.000Z", json!({}))];
    let private = Registry::start(Answers::from([npm("@my-acme/calc", &release), osv(&json!([]))]));
    let url = &private.url;
    std::fs::write(scene.home().join(".npmrc"), format!("@my-acme:registry={url}/\n//x/:_authToken=s3cret\n"))
        .expect("written");
    let index = format!("{url}/simple");
    let elsewhere = format!("mcp={url},osv={url}");
    let args =
        ["scan", "--packages", "--registry", &elsewhere, "--launch", "never", "--no-baseline", "--output", "json"];
    let outcome = scene.run_in(&scene.project(), &args, &[("PIP_INDEX_URL", &index)]);
    let report = outcome.json();
    let standing: Vec<&Value> =
        report["targets"].as_array().expect("targets").iter().map(|t| &t["package"]["standing"]).collect();
    // an index without JSON pages does not prove that a name is free
    assert_eq!(standing, ["known", "unknown"], "{report:#}");
    assert_eq!(rules(&report), [""; 0]);
    assert!(!outcome.stdout.contains("s3cret"));
}

#[test]
fn this_machine_is_not_asked_on_the_word_of_an_image() {
    let scene = Scene::new();
    let registry = Registry::start(Answers::new());
    let image = format!("{}/calc:1", registry.url.trim_start_matches("http://"));
    servers(&scene, &[("a", "docker", &["run", "-i", &image])]);
    let args = ["scan", "--packages", "--launch", "never", "--no-baseline", "--output", "json"];
    let report = scene.run(&args).json();
    let failures = report["targets"][0]["package"]["failures"].to_string();
    assert!(failures.contains("not a public address"), "{report:#}");
    assert_eq!(registry.asked(), [""; 0]);
    scene.run(&[&args[..], &["--allow-private"]].concat());
    assert_eq!(registry.asked().len(), 1);
}

#[test]
fn a_range_is_resolved_as_the_runner_would_and_what_is_no_range_is_said() {
    let scene = Scene::new();
    let list: &[(&str, &str, &[&str])] = &[
        ("range", "npx", &["-y", "@acme/calc@^1"]),
        ("tag", "npx", &["-y", "@acme/calc@latest"]),
        ("none", "npx", &["-y", "@acme/calc@^7"]),
        ("noise", "npx", &["-y", "@acme/calc@=>1"]),
    ];
    servers(&scene, list);
    let release = |version| (version, "2026-02-01T00:00:00.000Z", json!({ "engines": { "node": ">=22" } }));
    let releases = [release("1.0.0"), release("1.3.0"), release("2.0.0")];
    let registry = Registry::start(Answers::from([npm("@acme/calc", &releases), osv(&json!([]))]));
    let outcome = scan(&scene, &registry.url, &[]);
    let report = outcome.json();
    let told = |name: &str| {
        let target = report["targets"].as_array().expect("targets").iter().find(|t| t["name"] == name).expect("there");
        let package = &target["package"];
        let short = |v: &Value| v.as_str().unwrap_or("-").to_owned();
        [
            short(&package["standing"]),
            short(&package["resolved"]),
            short(&package["release"]["version"]),
            short(&package["release"]["integrity"]),
            short(&target["coverage"]["packages"]),
        ]
    };
    assert_eq!(told("range"), ["known", "range", "1.3.0", "sha512-1.3.0", "complete"], "{report:#}");
    assert_eq!(told("tag"), ["known", "tag", "2.0.0", "sha512-2.0.0", "complete"]);
    assert_eq!(told("none"), ["gone", "-", "-", "-", "complete"]);
    assert_eq!(told("noise"), ["range", "-", "-", "-", "partial"]);
    let notices = report["notices"].to_string();
    assert!(notices.contains("@acme/calc") && notices.contains("could not be told"), "{notices}");
    assert!(
        outcome.stdout.contains("^1 is now 1.3.0 (for Node.js >=22; another one may get another release), pub"),
        "{report:#}"
    );
    // what a tag names does not depend on it
    assert!(outcome.stdout.contains("latest is now 2.0.0, pub"), "{report:#}");
    assert_eq!(report["targets"][0]["package"]["release"]["needs"], ">=22", "{report:#}");
    // what was known against the release it resolves to was asked
    assert!(registry.asked().iter().any(|a| a.contains(r#""version":"1.3.0""#)), "{:?}", registry.asked());
}

#[test]
fn hostile_answers_are_failures_that_are_said() {
    let long = "x".repeat(2_000_000);
    let deep = "[".repeat(200_000);
    let shapes: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cut", b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{\"versions\"".to_vec(), "request failed"),
        ("huge", b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{".to_vec(), "more than 16777216 bytes"),
        ("packed", http("200 OK", "content-encoding: gzip\r\n", b"\x1f\x8b"), "compresses its answers"),
        ("elsewhere", http("302 Found", "location: http://127.0.0.2:9/x\r\n", b""), "redirects (HTTP 302)"),
        ("circle", http("302 Found", "location: /circle\r\n", b""), "redirects"),
        ("page", http("200 OK", "", b"<html>"), "not JSON"),
        ("deep", http("200 OK", "", deep.as_bytes()), "not JSON"),
        ("double", http("200 OK", "", br#"{"versions":{},"versions":{}}"#), "no single meaning"),
        ("status", http("500 Oops", "", b""), "HTTP status 500"),
        ("login", http("403 Forbidden", "", b""), "credentials"),
    ];
    let scene = Scene::new();
    let named: Vec<(String, String)> = shapes.iter().map(|(n, ..)| ((*n).to_owned(), format!("{n}@1.0.0"))).collect();
    let args: Vec<[&str; 2]> = named.iter().map(|(_, spec)| ["-y", spec.as_str()]).collect();
    let list: Vec<(&str, &str, &[&str])> =
        named.iter().zip(&args).map(|((name, _), args)| (name.as_str(), "npx", args.as_slice())).collect();
    servers(&scene, &list);
    let mut answers: Answers = shapes.iter().map(|(n, bytes, _)| (format!("/{n}"), bytes.clone())).collect();
    answers.insert("/v1/query".to_owned(), http("200 OK", "", long.as_bytes()));
    let registry = Registry::start(answers);
    let report = scan(&scene, &registry.url, &[]).json();
    for (name, _, why) in &shapes {
        let target = report["targets"].as_array().expect("targets").iter().find(|t| t["name"] == *name).expect("there");
        let failures = target["package"]["failures"].to_string();
        assert!(failures.contains(why), "{name}: {failures}");
        assert_eq!(target["coverage"]["packages"], "partial");
    }
    assert_eq!(rules(&report), [""; 0], "a failure is no finding: {report:#}");
}

#[test]
fn without_the_network_what_was_kept_counts_and_what_was_not_is_named() {
    let scene = Scene::new();
    servers(&scene, CALC);
    let registry = Registry::start(Answers::from([
        npm("@acme/calc", &[("1.1.0", "2026-02-01T00:00:00.000Z", json!({}))]),
        osv(&json!([{ "id": "GHSA-1", "database_specific": { "severity": "CRITICAL" } }])),
    ]));
    scan(&scene, &registry.url, &[]);
    let asked = registry.asked().len();
    // a year later, elsewhere, with one server more
    let more: Vec<(String, Vec<String>)> =
        (0..5).map(|i| (format!("new{i}"), vec![format!("@acme/new-{i}@1.0.0")])).collect();
    let args: Vec<Vec<&str>> = more.iter().map(|(_, a)| a.iter().map(String::as_str).collect()).collect();
    let mut all: Vec<(&str, &str, &[&str])> = CALC.to_vec();
    all.extend(more.iter().zip(&args).map(|((name, _), args)| (name.as_str(), "npx", args.as_slice())));
    servers(&scene, &all);
    let report = scan(&scene, &registry.url, &["--offline", "--now", "2028-01-15T12:00:00Z"]).json();
    assert_eq!(registry.asked().len(), asked);
    assert!(rules(&report).contains(&"critical-vulnerability".to_owned()), "{report:#}");
    let targets = report["targets"].as_array().expect("targets");
    for target in targets {
        let kept = target["name"] == "calc";
        assert_eq!(target["coverage"]["packages"], if kept { "complete" } else { "partial" }, "{target:#}");
        if kept {
            assert_eq!(target["package"]["ageSeconds"], 365 * 24 * 3600, "{target:#}");
        }
    }
    let notices = report["notices"].to_string();
    assert!(notices.contains("kept, from up to 365 days ago"), "{notices}");
    for i in 0..5 {
        assert!(notices.contains(&format!("@acme/new-{i}")), "{notices}");
    }
}
