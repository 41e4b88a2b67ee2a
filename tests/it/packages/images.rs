//! Images: tokens, digests, and the labels of a configuration that lies elsewhere.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use serde_json::json;

use super::registry::{Answers, Registry, http, ok};
use super::{rules, scan, servers};
use crate::scene::Scene;

fn digest(bytes: &[u8]) -> String {
    let hash = <sha2::Sha256 as sha2::Digest>::digest(bytes);
    format!("sha256:{}", hash.iter().map(|b| format!("{b:02x}")).collect::<String>())
}

#[test]
fn an_image_needs_a_token_and_is_what_it_hashes_to() {
    let scene = Scene::new();
    servers(&scene, &[("calc", "docker", &["run", "-i", "--rm", "acme/calc:1"])]);
    // what the registry says of itself has to name its own port
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://127.0.0.1:{}", listener.local_addr().expect("bound").port());
    let manifest = br#"{"schemaVersion":2}"#;
    let challenge =
        format!("www-authenticate: Bearer realm=\"{url}/token\",service=\"r\",scope=\"repository:acme/calc:pull\"\r\n");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
            let (mut head, mut line) = (String::new(), String::new());
            while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
                head.push_str(&line);
                line.clear();
            }
            let answer = if head.starts_with("GET /token?service=r&scope=repository%3Aacme%2Fcalc%3Apull") {
                ok(&json!({ "token": "s3cret-token" }))
            } else if head.contains("Bearer s3cret-token") {
                http("200 OK", "", manifest)
            } else {
                http("401 Unauthorized", &challenge, b"{}")
            };
            let _gone = stream.write_all(&answer);
        }
    });
    let outcome = scan(&scene, &url, &[]);
    let report = outcome.json();
    let digest: String =
        sha2::Digest::finalize(sha2::Digest::chain_update(<sha2::Sha256 as sha2::Digest>::new(), manifest))
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
    assert_eq!(report["targets"][0]["package"]["release"]["version"], format!("sha256:{digest}"), "{report:#}");
    assert!(!outcome.stdout.contains("s3cret"));
    let mut kept = String::new();
    for entry in std::fs::read_dir(scene.home().join(".cache/mcp-assay/packages")).expect("a cache") {
        kept += &std::fs::read_to_string(entry.expect("an entry").path()).expect("UTF-8");
    }
    assert!(kept.contains("schemaVersion") && !kept.contains("s3cret"), "{kept}");
}

#[test]
fn an_image_is_the_server_that_its_label_names_wherever_the_configuration_is_kept() {
    let scene = Scene::new();
    servers(&scene, &[("calc", "docker", &["run", "-i", "--rm", "acme/calc:1"])]);
    let config = json!({ "config": { "Labels": {
        "io.modelcontextprotocol.server.name": "io.github.acme/calc",
        "org.opencontainers.image.source": "https://github.com/acme/calc" } } });
    let config = config.to_string();
    let manifest = json!({ "schemaVersion": 2, "config": { "digest": digest(config.as_bytes()) } }).to_string();
    let other = json!({ "digest": digest(b"{}"), "platform": { "os": "unknown", "architecture": "unknown" } });
    let ours = json!({ "digest": digest(manifest.as_bytes()), "platform": { "os": "linux", "architecture": "amd64" } });
    let index = json!({ "schemaVersion": 2, "manifests": [other, ours] }).to_string();
    let blob = format!("/v2/acme/calc/blobs/{}", digest(config.as_bytes()));
    let answers = |blob_answer: Vec<u8>| {
        let record = json!({ "server": { "name": "io.github.acme/calc", "version": "1.0.0", "packages": [
            { "registryType": "oci", "identifier": "docker.io/other/calc:1" }] } });
        Answers::from([
            ("/v2/acme/calc/manifests/1".to_owned(), http("200 OK", "", index.as_bytes())),
            (
                format!("/v2/acme/calc/manifests/{}", digest(manifest.as_bytes())),
                http("200 OK", "", manifest.as_bytes()),
            ),
            (blob.clone(), blob_answer),
            ("/v0.1/servers/io.github.acme%2Fcalc/versions/latest".to_owned(), ok(&record)),
        ])
    };
    let fresh = ["--packages-age", "0"];
    // registries keep blobs elsewhere, and send us there
    let shelf = Registry::start(Answers::from([("/kept".to_owned(), http("200 OK", "", config.as_bytes()))]));
    let sent = http("307 Temporary Redirect", &format!("location: {}/kept\r\n", shelf.url), b"");
    let registry = Registry::start(answers(sent.clone()));
    let private = [&fresh[..], &["--allow-private"]].concat();
    let report = scan(&scene, &registry.url, &private).json();
    let package = &report["targets"][0]["package"];
    assert_eq!(package["serverName"], "io.github.acme/calc", "{report:#}");
    assert_eq!(package["release"]["repository"], "github.com/acme/calc");
    let all = [digest(index.as_bytes()), digest(manifest.as_bytes()), digest(config.as_bytes())].join(" ");
    assert_eq!(package["release"]["integrity"], all.as_str());
    assert_eq!(rules(&report), ["registry-record-mismatch", "unpinned-source"], "{report:#}");
    assert_eq!(report["targets"][0]["coverage"]["packages"], "complete", "{report:#}");
    // to this machine it may not send us unless that was meant; and bytes that are not the named ones count for nothing
    for (answer, more, why) in [
        (sent, &fresh[..], "not a public address"),
        (http("200 OK", "", b"{}"), &fresh[..], "not the one that is named"),
    ] {
        let registry = Registry::start(answers(answer));
        let report = scan(&scene, &registry.url, more).json();
        let target = &report["targets"][0];
        assert!(target["package"]["failures"].to_string().contains(why), "{why}: {report:#}");
        assert_eq!(
            (&target["package"]["standing"], &target["coverage"]["packages"]),
            (&json!("known"), &json!("partial"))
        );
        assert_eq!(rules(&report), ["unpinned-source"], "{report:#}");
    }
}
