//! Facts from recorded answers of real shape.

use std::collections::BTreeMap;

use super::*;

pub(super) fn now() -> Timestamp {
    "2027-01-15T12:00:00Z".parse().expect("a time")
}

pub(super) fn desk(answers: &[(&str, &str)]) -> Recorded {
    let pair = |(url, body): &(&str, &str)| ((*url).to_owned(), (*body).to_owned());
    Recorded { answers: answers.iter().map(pair).collect::<BTreeMap<_, _>>(), asked: now() }
}

fn facts(spec: Reference, answers: &[(&str, &str)]) -> Facts {
    look_up(spec, None, &Registries::default(), &mut desk(answers), now())
}

const CALC: &str = r#"{
  "name": "@acme/calc", "dist-tags": {"latest": "1.1.0", "next": "2.0.0-rc.1"},
  "maintainers": [{"name": "ann", "email": "ann@acme.test"}],
  "time": {"created": "2026-01-01T00:00:00.000Z", "1.0.0": "2026-01-01T00:00:00.000Z", "2.0.0-rc.1": "2026-05-01T00:00:00.000Z",
           "1.1.0": "2026-06-01T00:00:00.000Z"},
  "versions": {
    "1.0.0": {"version": "1.0.0", "repository": {"type": "git", "url": "git+https://github.com/acme/calc.git"},
              "_npmUser": {"name": "ann"}, "dist": {"integrity": "sha512-AAA", "attestations": {"url": "x"}}},
    "2.0.0-rc.1": {"version": "2.0.0-rc.1", "dist": {"integrity": "sha512-CCC"}},
    "1.1.0": {"version": "1.1.0", "repository": "github:mallory/calc", "mcpName": "io.github.acme/calc",
              "_npmUser": {"name": "mallory"}, "deprecated": "use 2", "scripts": {"postinstall": "node x.js", "test": "y"},
              "dist": {"integrity": "sha512-BBB"}}}}"#;

#[test]
fn npm_gives_a_release_and_the_one_before() {
    let base = "https://registry.npmjs.org/@acme%2Fcalc";
    let all = facts(Reference::npm("@acme/calc@1.1.0"), &[(base, CALC)]);
    assert_eq!(all.standing, Standing::Known);
    let release = all.release.as_ref().expect("a release");
    assert_eq!(release.version.raw(), "1.1.0");
    assert_eq!(release.integrity, Some("sha512-BBB".into()));
    assert_eq!(release.repository, Some("github.com/mallory/calc".into()));
    assert_eq!(release.scripts, [("postinstall".to_owned(), "node x.js".into())]);
    assert_eq!(release.deprecated, Some("use 2".into()));
    assert_eq!(release.provenance, Provenance::None);
    let before = all.previous.as_ref().expect("one before");
    assert_eq!((before.version.raw(), &before.provenance), ("1.0.0", &Provenance::Claimed(None)));
    assert_eq!(all.server_name, Some("io.github.acme/calc".into()));
    // OSV and the MCP registry had no answer written down
    assert_eq!((all.advisories.word(), all.record.word()), ("failed", "absent"));
    for (spec, standing) in [
        ("@acme/calc@next", Standing::Known),
        ("@acme/calc@9.9.9", Standing::Gone),
        ("@acme/calc@^9", Standing::Gone),
        ("@acme/calc@beta", Standing::Gone),
        ("@acme/calc@1 - - 2", Standing::Range),
        ("@acme/other", Standing::Absent),
    ] {
        assert_eq!(facts(Reference::npm(spec), &[(base, CALC)]).standing, standing, "{spec}");
    }
}

#[test]
fn a_package_that_npm_took_down_is_told() {
    let document = serde_json::json!({ "name": "evil", "dist-tags": { "latest": "0.0.1-security" }, "versions": { "0.0.1-security": {
        "version": "0.0.1-security", "repository": { "url": "git+https://github.com/npm/security-holder.git" } } } });
    let mut desk = Recorded::default();
    desk.answers.insert("https://registry.npmjs.org/evil".to_owned(), document.to_string());
    let registries = Registries::default();
    let facts =
        |spec: &str, desk: &mut Recorded| look_up(Reference::npm(spec), None, &registries, desk, Timestamp::UNIX_EPOCH);
    let now = facts("evil", &mut desk);
    assert!(now.status.is_some_and(|s| s.raw().contains("taken down by npm")));
    assert_eq!(facts("evil@1.0.0", &mut desk).standing, Standing::Gone);
}

#[test]
fn npm_resolves_tags_and_ranges_as_npx_would() {
    let base = "https://registry.npmjs.org/@acme%2Fcalc";
    for (spec, version, how) in [
        // the newest release is deprecated
        ("@acme/calc", "1.0.0", Chosen::Tag),
        ("@acme/calc@latest", "1.1.0", Chosen::Tag),
        ("@acme/calc@next", "2.0.0-rc.1", Chosen::Tag),
        ("@acme/calc@^1", "1.0.0", Chosen::Range),
        ("@acme/calc@~1.1", "1.1.0", Chosen::Range),
        ("@acme/calc@>=1.0.1 <2 || 7", "1.1.0", Chosen::Range),
        ("@acme/calc@^2.0.0-rc", "2.0.0-rc.1", Chosen::Range),
        ("@acme/calc@v1.0.0", "1.0.0", Chosen::Exact),
    ] {
        let all = facts(Reference::npm(spec), &[(base, CALC)]);
        let release = all.release.as_ref().unwrap_or_else(|| panic!("{spec}: {:?}", all.standing));
        assert_eq!((release.version.raw(), all.chosen), (version, Some(how)), "{spec}");
        assert!(release.integrity.is_some(), "{spec}");
    }
}

#[test]
fn npm_provenance_names_its_source() {
    use base64::Engine;
    let statement = r#"{"predicateType":"https://slsa.dev/provenance/v1","predicate":{"buildDefinition":{"externalParameters":
        {"workflow":{"repository":"https://github.com/acme/calc","path":".github/workflows/release.yml","ref":"refs/tags/v1"}}}}}"#;
    let payload = base64::engine::general_purpose::STANDARD.encode(statement);
    let attestations = format!(
        r#"{{"attestations":[{{"predicateType":"https://github.com/npm/attestation/tree/main/specs/publish/v0.1","bundle":{{}}}},
        {{"predicateType":"https://slsa.dev/provenance/v1","bundle":{{"dsseEnvelope":{{"payload":"{payload}"}}}}}}]}}"#
    );
    let all = facts(
        Reference::npm("@acme/calc@1.0.0"),
        &[
            ("https://registry.npmjs.org/@acme%2Fcalc", CALC),
            ("https://registry.npmjs.org/-/npm/v1/attestations/@acme%2Fcalc@1.0.0", &attestations),
        ],
    );
    let source = all.release.expect("a release").provenance;
    assert_eq!(source, Provenance::Claimed(Some("github.com/acme/calc@release.yml".into())));
}

#[test]
fn pypi_gives_files_words_and_provenance() {
    let project = r#"{"info": {"name": "acme-calc", "version": "1.1", "description": "Calculates.\n<!-- mcp-name: io.github.acme/calc -->",
        "project_urls": {"Homepage": "https://acme.test", "Source": "https://github.com/acme/calc/tree/main"}, "home_page": null},
      "ownership": {"roles": [{"role": "Owner", "user": "ann"}], "organization": null},
      "releases": {
        "1.0": [{"packagetype": "bdist_wheel", "filename": "acme_calc-1.0-py3-none-any.whl", "digests": {"sha256": "aa"},
                 "upload_time_iso_8601": "2026-01-01T00:00:00.000000Z", "yanked": false, "requires_python": ">=3.12"}],
        "1.1": [{"packagetype": "sdist", "filename": "acme_calc-1.1.tar.gz", "digests": {"sha256": "CC"},
                 "upload_time_iso_8601": "2026-06-01T00:00:01.000000Z", "yanked": true, "yanked_reason": "broken"}],
        "0.1": []}}"#;
    let provenance = r#"{"version": 1, "attestation_bundles": [{"publisher": {"kind": "GitHub", "repository": "acme/calc",
        "workflow": "release.yml"}, "attestations": []}]}"#;
    let answers = [
        ("https://pypi.org/pypi/acme-calc/json", project),
        ("https://pypi.org/integrity/acme-calc/1.0/acme_calc-1.0-py3-none-any.whl/provenance", provenance),
        (
            "https://pypi.org/simple/acme-calc/",
            r#"{"meta": {"api-version": "1.4"}, "project-status": {"status": "archived", "reason": "moved"}}"#,
        ),
    ];
    for (spec, version, how) in [
        // the newest release was taken back
        ("acme-calc", Some("1.0"), Some(Chosen::Tag)),
        ("acme-calc>=1,<2", Some("1.0"), Some(Chosen::Range)),
        ("acme-calc~=1.0", Some("1.0"), Some(Chosen::Range)),
        ("acme-calc==1.*", Some("1.0"), Some(Chosen::Range)),
        ("acme-calc==1.1.0", Some("1.1"), Some(Chosen::Exact)),
        ("acme-calc>=3", None, None),
        ("acme-calc>=x", None, None),
    ] {
        let all = facts(Reference::python(spec), &answers);
        let found = all.release.as_ref().map(|r| r.version.raw());
        assert_eq!((found, all.chosen), (version, how), "{spec}");
        let expected = match spec {
            "acme-calc>=3" => Standing::Gone,
            "acme-calc>=x" => Standing::Range,
            _ => Standing::Known,
        };
        assert_eq!(all.standing, expected, "{spec}");
    }
    let all = facts(Reference::python("Acme_Calc==1.1"), &answers);
    assert_eq!((&all.standing, all.status.as_ref()), (&Standing::Known, Some(&"archived: moved".into())));
    let release = all.release.expect("a release");
    assert_eq!((release.version.raw(), release.integrity), ("1.1", Some("sha256:cc".into())));
    assert_eq!(release.repository, Some("github.com/acme/calc".into()));
    assert_eq!((release.yanked, release.source_only), (Some("broken".into()), true));
    assert_eq!(release.needs, None);
    let before = all.previous.expect("one before");
    assert_eq!(before.needs, Some(">=3.12".into()));
    assert_eq!(before.provenance, Provenance::Claimed(Some("github.com/acme/calc@release.yml".into())));
    assert_eq!(all.server_name, Some("io.github.acme/calc".into()));
    assert_eq!(facts(Reference::python("acme-calc==0.1"), &answers).standing, Standing::Gone);
    assert_eq!(facts(Reference::python("acme-calc==1.0.0"), &answers).standing, Standing::Known);
}

#[test]
fn osv_gives_what_is_known_against_a_release() {
    let found = r#"{"vulns": [
        {"id": "GHSA-1", "aliases": ["CVE-2026-1"], "summary": "runs commands", "database_specific": {"severity": "CRITICAL"},
         "affected": [{"package": {"ecosystem": "npm", "name": "@acme/calc"}, "ranges": [{"type": "SEMVER",
           "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}]}]},
        {"id": "MAL-2026-7", "summary": "malware"},
        {"id": "GHSA-2", "withdrawn": "2026-01-01T00:00:00Z"},
        {"id": "GHSA-3", "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"}]},
        {"id": "GHSA-4", "severity": [{"type": "CVSS_V4",
          "score": "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"}]},
        {"id": "PYSEC-5", "affected": [{"package": {"ecosystem": "npm", "name": "other"},
           "severity": [{"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:C/I:C/A:C"}]},
          {"package": {"ecosystem": "npm", "name": "@acme/calc"},
           "severity": [{"type": "CVSS_V2", "score": "AV:L/AC:H/Au:N/C:C/I:C/A:C"}]}]},
        {"id": "X-6", "severity": [{"type": "Ubuntu", "score": "high"}]}]}"#;
    let base = "https://registry.npmjs.org/@acme%2Fcalc";
    let all = facts(Reference::npm("@acme/calc@1.0.0"), &[(base, CALC), ("https://api.osv.dev/v1/query", found)]);
    let list = all.advisories.found().expect("advisories");
    let short: Vec<_> = list.iter().map(|a| (a.id.raw(), a.severity, a.malicious, a.fixed.len())).collect();
    assert_eq!(
        short,
        [
            ("MAL-2026-7", None, true, 0),
            ("GHSA-1", Some(Severity::Critical), false, 1),
            ("GHSA-3", Some(Severity::High), false, 0),
            ("GHSA-4", Some(Severity::High), false, 0),
            ("PYSEC-5", Some(Severity::Medium), false, 0),
            ("X-6", None, false, 0)
        ]
    );
}

#[test]
fn only_what_has_the_shape_of_an_answer_says_that_nothing_is_known() {
    let base = "https://registry.npmjs.org/@acme%2Fcalc";
    let told = |text: &str| {
        let answers = [(base, CALC), ("https://api.osv.dev/v1/query", text)];
        let all = facts(Reference::npm("@acme/calc@1.0.0"), &answers);
        let failed = all.failures().iter().any(|f| f.starts_with("advisories: "));
        match all.advisories {
            Looked::Found(list) => Ok(list.iter().filter(|a| a.malicious).count()),
            _ => Err(failed),
        }
    };
    for nothing in [r#"{}"#, r#"{"vulns": []}"#, r#"{"vulns": [], "next_page_token": ""}"#] {
        assert_eq!(told(nothing), Ok(0), "{nothing}");
    }
    for no_answer in [
        r#"{"code": 13, "message": "internal"}"#,
        r#"{"vulns": null}"#,
        r#"{"vulns": {"0": {"id": "MAL-1"}}}"#,
        r#"{"vulns": [null]}"#,
        r#"{"vulns": [{"summary": "x"}]}"#,
        r#"{"vulns": [{"id": ""}]}"#,
        r#"{"vulns": [{"id": "X-1", "aliases": "MAL-1"}]}"#,
        r#"{"vulns": [], "next_page_token": 7}"#,
        r#"{"Vulns": []}"#,
        "[]",
        "\"\"",
    ] {
        assert_eq!(told(no_answer), Err(true), "{no_answer}");
    }
    for one in [
        r#"{"vulns": [{"id": "MAL-1", "withdrawn": ""}]}"#,
        r#"{"vulns": [{"id": "MAL-1", "withdrawn": null}]}"#,
        r#"{"vulns": [{"id": "MAL-1", "withdrawn": "2031-01-01T00:00:00Z"}]}"#,
        r#"{"vulns": [{"id": "mal-1"}, {"id": "MAL-2", "withdrawn": "2027-01-15T11:59:59Z"}]}"#,
        r#"{"vulns": [{"id": "GHSA-1", "aliases": ["Mal-1"]}]}"#,
    ] {
        assert_eq!(told(one), Ok(1), "{one}");
    }
}

#[test]
fn a_registry_that_answers_with_something_else_was_not_asked() {
    let unknown = |spec: Reference, url: &str, text: &str| {
        let all = facts(spec, &[(url, text)]);
        matches!(&all.standing, Standing::Unknown(_)) && !all.failures().is_empty() && all.release.is_none()
    };
    let npm = "https://registry.npmjs.org/@acme%2Fcalc";
    for text in [
        CALC.replacen("@acme/calc", "@acme/other", 1),
        CALC.replacen(r#""name": "@acme/calc","#, "", 1),
        r#"{"error": "try later"}"#.to_owned(),
        r#"{"name": "@acme/calc"}"#.to_owned(),
        r#"{"name": "@acme/calc", "versions": null}"#.to_owned(),
        r#"{"name": "@acme/calc", "versions": ["1.0.0"]}"#.to_owned(),
        r#"{"name": "@acme/calc", "versions": {"1.0.0": "x"}}"#.to_owned(),
    ] {
        assert!(unknown(Reference::npm("@acme/calc@1.0.0"), npm, &text), "{text}");
    }
    let gone = r#"{"name": "@acme/calc", "time": {"unpublished": {"time": "2026-01-01T00:00:00Z"}}}"#;
    assert_eq!(facts(Reference::npm("@acme/calc"), &[(npm, gone)]).standing, Standing::Absent);
    let pypi = "https://pypi.org/pypi/calc/json";
    for text in [
        r#"{"info": {"name": "other", "version": "1"}, "releases": {}}"#,
        r#"{"info": {"version": "1"}, "releases": {}}"#,
        r#"{"info": {"name": "calc", "version": "1"}}"#,
        r#"{"info": {"name": "calc", "version": "1"}, "releases": []}"#,
    ] {
        assert!(unknown(Reference::python("calc==1"), pypi, text), "{text}");
    }
    let record = |name: &str| {
        let url = "https://registry.modelcontextprotocol.io/v0.1/servers/io.github.acme%2Fcalc/versions/latest";
        let text = format!(r#"{{"server": {{"name": "{name}", "version": "1.1.0"}}}}"#);
        facts(Reference::npm("@acme/calc@1.1.0"), &[(npm, CALC), (url, &text)]).record.word()
    };
    assert_eq!((record("io.github.acme/calc"), record("io.github.acme/other")), ("found", "failed"));
}

#[test]
fn an_install_script_whose_words_are_not_given_is_one() {
    let of = |more: &str| {
        let text = CALC.replacen(r#""version": "1.0.0","#, &format!(r#""version": "1.0.0", {more},"#), 1);
        let all = facts(Reference::npm("@acme/calc@1.0.0"), &[("https://registry.npmjs.org/@acme%2Fcalc", &text)]);
        let scripts = all.release.expect("a release").scripts;
        scripts.iter().map(|(name, words)| format!("{name}:{}", words.raw())).collect::<Vec<_>>().join(" ")
    };
    for (more, expected) in [
        (r#""hasInstallScript": true"#, "install:"),
        (r#""hasInstallScript": true, "scripts": {"postinstall": "x"}"#, "postinstall:x"),
        (r#""hasInstallScript": true, "gypfile": true"#, "install:node-gyp rebuild"),
        (r#""scripts": {"postinstall": ["x"]}"#, "postinstall:"),
        (r#""scripts": ["postinstall"]"#, "install:"),
        (r#""scripts": null"#, ""),
        (r#""scripts": []"#, ""),
        (r#""scripts": {"test": "x", "install": null}, "hasInstallScript": false"#, ""),
    ] {
        assert_eq!(of(more), expected, "{more}");
    }
}

#[test]
fn an_image_is_what_its_manifest_hashes_to() {
    let manifest =
        r#"{"schemaVersion":2,"annotations":{"org.opencontainers.image.source":"https://github.com/acme/calc"}}"#;
    let digest = crate::terms::Digest::of(manifest.as_bytes()).to_string();
    let url = "https://registry-1.docker.io/v2/acme/calc/manifests/2";
    let all = facts(Reference::image("acme/calc:2"), &[(url, manifest)]);
    assert_eq!(all.release.expect("a manifest").version.raw(), digest);
    let pinned = format!("ghcr.io/acme/calc@sha256:{}", "0".repeat(64));
    let url = format!("https://ghcr.io/v2/acme/calc/manifests/sha256:{}", "0".repeat(64));
    let all = facts(Reference::image(&pinned), &[(&url, manifest)]);
    assert!(matches!(all.standing, Standing::Unknown(w) if w.contains("not the one")));
    assert_eq!(facts(Reference::image("redis"), &[]).standing, Standing::Gone);
}

#[test]
fn source_has_one_spelling() {
    for text in [
        "git+https://github.com/acme/calc.git",
        "github:acme/calc",
        "acme/calc",
        "git@github.com:acme/calc.git",
        "https://www.github.com/Acme/Calc/tree/main/x#readme",
        "ssh://git@github.com/acme/calc",
        "git+ssh://git@github.com:acme/calc.git#v1",
        "git://github.com/acme/calc.git/",
        "https://github.com/acme/calc.git/tree/main",
    ] {
        assert_eq!(place_of_source(text), "github.com/acme/calc", "{text}");
    }
    for (text, place) in [
        ("gitlab:acme/calc", "gitlab.com/acme/calc"),
        ("bitbucket:acme/calc", "bitbucket.org/acme/calc"),
        ("git@git.acme.test:acme/calc.git", "git.acme.test/acme/calc"),
        ("https://git.acme.test:8443/acme/calc", "git.acme.test:8443/acme/calc"),
        ("https://git.acme.test/@acme/calc", "git.acme.test/@acme/calc"),
    ] {
        assert_eq!(place_of_source(text), place, "{text}");
    }
}

#[test]
fn answers_that_are_absurd_are_errors_and_never_panics() {
    let base = "https://registry.npmjs.org/a";
    let deep = "[".repeat(100_000);
    for text in ["", "[]", "null", "{\"versions\": 3}", "{\"versions\":{\"1\":7}}", "{\"a\":1,\"a\":2}", deep.as_str()]
    {
        let all = facts(Reference::npm("a@1.0.0"), &[(base, text), ("https://api.osv.dev/v1/query", text)]);
        assert!(all.release.is_none(), "{:.20}", text);
    }
    let hostile = Reference::npm("../../-/x");
    assert_eq!(ask::segment(hostile.name.raw()), "..%2F..%2F-%2Fx");
    assert_eq!(ask::segment(".."), "%2E%2E");
}
