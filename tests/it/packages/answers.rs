//! What registries answer: much at once, nothing any more, out of order, and other than the record that was given.

use serde_json::{Value, json};

use super::registry::{Answers, Registry, http, ok};
use super::{npm, osv, scan, servers};
use crate::scene::Scene;

const OLD: &str = "2026-02-01T00:00:00.000Z";
const CALC: &[(&str, &str, &[&str])] = &[("calc", "npx", &["-y", "@acme/calc@1.0.0"])];

fn calc(more: Value) -> (String, Vec<u8>) {
    npm("@acme/calc", &[("1.0.0", OLD, more)])
}

fn messages(report: &Value, rule: &str) -> Vec<String> {
    let of = report["findings"].as_array().expect("findings").iter().filter(|f| f["rule"] == rule);
    of.map(|f| f["message"].as_str().expect("words").to_owned()).collect()
}

#[test]
fn the_worst_of_many_advisories_is_told_and_what_is_not_told_is_counted() {
    let scene = Scene::new();
    servers(&scene, CALC);
    let low = |i| json!({ "id": format!("GHSA-{i:03}"), "database_specific": { "severity": "LOW" } });
    let mut all: Vec<Value> = (0..40).map(low).collect();
    all.push(json!({ "id": "GHSA-zzz", "database_specific": { "severity": "CRITICAL" } }));
    all.push(json!({ "id": "MAL-2026-9", "summary": "malware" }));
    let registry = Registry::start(Answers::from([calc(json!({})), osv(&json!(all))]));
    let report = scan(&scene, &registry.url, &[]).json();
    assert_eq!(messages(&report, "known-malicious-package").len(), 1, "{report:#}");
    assert_eq!(messages(&report, "critical-vulnerability").len(), 1, "{report:#}");
    let minor = messages(&report, "minor-vulnerability");
    assert_eq!(minor.len(), 31, "{minor:#?}");
    assert_eq!(minor.iter().filter(|m| m.contains("is known for 10 more of this kind")).count(), 1, "{minor:#?}");
    let list = report["targets"][0]["package"]["advisories"]["list"].as_array().expect("a list");
    assert_eq!((list.len(), &list[0]["id"], &list[1]["id"]), (42, &json!("MAL-2026-9"), &json!("GHSA-zzz")));
}

#[test]
fn what_was_read_of_advisories_without_an_end_counts() {
    let scene = Scene::new();
    servers(&scene, CALC);
    let page = json!({ "vulns": [{ "id": "MAL-2026-9", "summary": "malware" }], "next_page_token": "on" });
    let registry = Registry::start(Answers::from([calc(json!({})), ("/v1/query".to_owned(), ok(&page))]));
    let report = scan(&scene, &registry.url, &[]).json();
    assert_eq!(messages(&report, "known-malicious-package").len(), 1, "{report:#}");
    let target = &report["targets"][0];
    assert_eq!(target["coverage"]["packages"], "partial", "{report:#}");
    assert!(target["package"]["failures"].to_string().contains("not all were read"), "{report:#}");
}

#[test]
fn a_tag_or_range_that_its_registry_does_not_have_any_more_is_told() {
    let scene = Scene::new();
    let file = json!({ "packagetype": "bdist_wheel", "filename": "acme_calc-1.0-py3-none-any.whl",
        "digests": { "sha256": "aa" }, "upload_time_iso_8601": OLD });
    let project = json!({ "info": { "name": "acme-calc", "version": "1.0" }, "releases": { "1.0": [file] } });
    let registry = Registry::start(Answers::from([
        calc(json!({})),
        ("/pypi/acme-calc/json".to_owned(), ok(&project)),
        osv(&json!([])),
    ]));
    for (command, args, wanted) in [
        ("docker", &["run", "-i", "--rm", "acme/none:1"][..], "1"),
        ("docker", &["run", "-i", "--rm", "acme/none"], "latest"),
        ("npx", &["-y", "@acme/calc@^9"], "^9"),
        ("npx", &["-y", "@acme/calc@nightly"], "nightly"),
        ("uvx", &["acme-calc>=9"], ">=9"),
    ] {
        servers(&scene, &[("a", command, args)]);
        let report = scan(&scene, &registry.url, &[]).json();
        assert_eq!(report["targets"][0]["package"]["standing"], "gone", "{report:#}");
        let told = messages(&report, "trust-regression");
        let words = format!("has nothing in its registry that is '{wanted}'");
        assert!(told.len() == 1 && told[0].contains(&words), "{told:#?}");
    }
}

#[test]
fn a_registry_that_is_out_of_order_is_answered_for_by_what_was_kept() {
    let scene = Scene::new();
    servers(&scene, CALC);
    let registry = Registry::start(Answers::from([calc(json!({})), osv(&json!([]))]));
    scan(&scene, &registry.url, &[]);
    for status in ["500 Oops", "503 Later", "429 Slowly"] {
        let broken = || http(status, "", b"{}");
        registry.change(Answers::from([("/@acme%2Fcalc".to_owned(), broken()), ("/v1/query".to_owned(), broken())]));
        let asked = registry.asked().len();
        let report = scan(&scene, &registry.url, &["--now", "2027-01-18T12:00:00Z"]).json();
        assert!(registry.asked().len() > asked, "it was asked first");
        let (target, package) = (&report["targets"][0], &report["targets"][0]["package"]);
        assert_eq!((&package["standing"], &package["kept"]), (&json!("known"), &json!(true)), "{status}: {report:#}");
        assert_eq!((&target["coverage"]["packages"], &package["ageSeconds"]), (&json!("complete"), &json!(259_200)));
        assert!(report["notices"].to_string().contains("kept, from up to 3 days ago"), "{report:#}");
    }
    // what it says of the package is its answer, whatever was kept
    registry.change(Answers::from([osv(&json!([]))]));
    let report = scan(&scene, &registry.url, &["--now", "2027-01-18T12:00:00Z"]).json();
    assert_eq!(report["targets"][0]["package"]["standing"], "absent", "{report:#}");
}

#[test]
fn a_record_that_names_another_repository_than_its_package_is_told() {
    let told = |own: &str, theirs: &str| {
        let scene = Scene::new();
        let release = json!({ "mcpName": "io.github.acme/calc", "repository": { "url": own } });
        let registry = Registry::start(Answers::from([calc(release), osv(&json!([]))]));
        let record = json!({ "name": "io.github.acme/calc", "description": "Calculates.", "version": "1.0.0",
            "repository": { "url": theirs, "source": "github" },
            "packages": [{ "registryType": "npm", "identifier": "@acme/calc", "version": "1.0.0" }] });
        let file = scene.write("server.json", record.to_string());
        let report = scan(&scene, &registry.url, &[file.to_str().expect("UTF-8")]).json();
        messages(&report, "registry-record-mismatch")
    };
    let ours = "https://github.com/acme/calc";
    let found = told("git+https://github.com/mallory/calc.git", ours);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("github.com/mallory/calc") && found[0].contains("github.com/acme/calc"), "{found:#?}");
    for own in [
        "git+https://github.com/acme/calc.git",
        "git+ssh://git@github.com:Acme/Calc.git",
        "github:acme/calc",
        "https://www.github.com/acme/calc/tree/main/packages/x#readme",
        "https://calc.acme.test",
    ] {
        assert_eq!(told(own, ours), [""; 0], "{own}");
    }
}

#[test]
fn a_bundle_of_a_record_without_a_digest_is_said() {
    let scene = Scene::new();
    let said = |digest: Option<&str>| {
        let mut listed = json!({ "registryType": "mcpb", "identifier": "https://acme.test/calc.mcpb" });
        if let Some(digest) = digest {
            listed["fileSha256"] = json!(digest);
        }
        let record = json!({ "name": "io.github.acme/calc", "version": "1.0.0", "packages": [listed] });
        let file = scene.write("server.json", record.to_string());
        let args = ["scan", file.to_str().expect("UTF-8"), "--no-baseline", "--output", "json"];
        scene.run(&args).json()["notices"].to_string()
    };
    let none = said(None);
    assert!(none.contains("has no fileSha256") && !none.contains("compares its digest"), "{none}");
    let one = said(Some(&"0".repeat(64)));
    assert!(one.contains("compares its digest") && !one.contains("has no fileSha256"), "{one}");
}
