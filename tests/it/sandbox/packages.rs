//! The fetch phase: what is fetched is not run, what runs has no network, and the report names what ran.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sha2::Digest as _;

use super::hostile;
use crate::scene::Scene;

fn executable(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
    fs::write(file, text).expect("written");
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("ours");
}

/// An npm that notes how it is called and "installs" a package whose program is the hostile server.
fn npm(scene: &Scene) -> String {
    let bin = scene.project().join("bin");
    let lock = r#"{"packages": {"": {}, "node_modules/@acme/calc": {"version": "1.0.3", "integrity": "sha512-abc"},
        "node_modules/dep": {"version": "2.0.0", "integrity": "sha512-def"}}}"#;
    let script = format!(
        "#!/bin/sh\necho \"called with $*, token $API_TOKEN, home $HOME\" >&2\nmkdir -p node_modules/@acme/calc node_modules/.bin\n\
         echo '{lock}' > package-lock.json\necho '{{\"bin\": \"x\"}}' > node_modules/@acme/calc/package.json\n\
         echo \"$*\" > called\necho once >> '{log}'\ncp '{server}' node_modules/.bin/calc\n",
        log = scene.project().join("log").display(),
        server = hostile().display(),
    );
    executable(&bin.join("npm"), &script);
    executable(&bin.join("npx"), "#!/bin/sh\nexit 1\n");
    format!("{}:/usr/bin:/bin", bin.display())
}

#[test]
fn what_ran_is_named_and_ran_without_the_network() {
    let scene = Scene::new();
    let path = npm(&scene);
    let port = TcpListener::bind("127.0.0.1:0").expect("a port");
    let tcp = format!("tcp:{}", port.local_addr().expect("bound").port());
    // the auditor may read the fixture, so that the pretended npm can copy it
    let read = format!("{},{}", scene.project().display(), hostile().display());
    let args = ["scan", "--no-baseline", "--output", "json", "--read", &read, "--"];
    let args = [&args[..], &["npx", "-y", "@acme/calc@^1", "connect", &tcp]].concat();
    let report = scene.run_in(&scene.project(), &args, &[("PATH", &path), ("API_TOKEN", "canary")]).json();
    let target = &report["targets"][0];
    assert_eq!(target["coverage"]["complete"], true, "{report:#}");
    let package = &target["launch"]["package"];
    assert_eq!((&package["name"], &package["version"]), (&"@acme/calc".into(), &"1.0.3".into()), "{report:#}");
    assert_eq!(package["integrity"], "sha512-abc");
    assert!(package["tree"].as_str().is_some_and(|t| t.starts_with("sha256:")), "{package}");
    // the tool of the fetch phase is contained, too: it could not write into the project
    assert!(!scene.project().join("log").exists());
    let out = scene.project().join("out.json");
    let out = out.to_str().expect("UTF-8");
    let args = ["capture", "-o", out, "--read", &read, "--", "npx", "-y", "@acme/calc@^1", "connect", &tcp];
    scene.run_in(&scene.project(), &args, &[("PATH", &path)]).expect(0);
    let captured = fs::read_to_string(out).expect("a capture");
    assert!(captured.contains("held tcp") && captured.contains("@acme/calc"), "{captured}");
    assert!(!captured.contains("LEAK"), "{captured}");
}

/// One file of a tar archive.
fn tar_entry(name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = vec![0u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..107].copy_from_slice(b"0000755");
    header[108..115].copy_from_slice(b"0000000");
    header[116..123].copy_from_slice(b"0000000");
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[136..147].copy_from_slice(b"00000000000");
    header[156] = b'0';
    header[257..263].copy_from_slice(b"ustar\0");
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
    header[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
    header[154] = 0;
    header.extend_from_slice(content);
    header.resize(header.len().div_ceil(512) * 512, 0);
    header
}

const SERVER: &str = r#"#!/usr/bin/env node
const fs = require('fs');
const marks = ['install-ran'].filter(f => fs.existsSync(__dirname + '/' + f));
require('readline').createInterface({ input: process.stdin }).on('line', line => {
  const m = JSON.parse(line);
  if (m.id === undefined) return;
  const said = { jsonrpc: '2.0', id: m.id };
  if (m.method === 'initialize') said.result = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'n', version: '1' } };
  else if (m.method === 'tools/list') said.result = { tools: [{ name: 'marks', description: 'scripts ran: ' + marks.length, inputSchema: { type: 'object' } }] };
  else said.error = { code: -32601, message: 'no' };
  console.log(JSON.stringify(said));
});
"#;

/// Answers like a registry that has one package, until the test ends.
fn registry() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://127.0.0.1:{}", listener.local_addr().expect("bound").port());
    let manifest = r#"{"name": "calc", "version": "1.2.3", "bin": "server.js",
        "scripts": {"preinstall": "touch install-ran", "install": "touch install-ran", "postinstall": "touch install-ran"}}"#;
    let mut tar = tar_entry("package/package.json", manifest.as_bytes());
    tar.extend(tar_entry("package/server.js", SERVER.as_bytes()));
    tar.extend([0u8; 1024]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&tar).expect("in memory");
    let packed = packed.finish().expect("in memory");
    let digest: String = sha2::Sha256::digest(&packed).iter().map(|b| format!("{b:02x}")).collect();
    let integrity = {
        use base64::Engine;
        format!("sha512-{}", base64::engine::general_purpose::STANDARD.encode(sha2::Sha512::digest(&packed)))
    };
    assert_eq!(digest.len(), 64);
    let mut version: serde_json::Value = serde_json::from_str(manifest).expect("JSON");
    version["dist"] = serde_json::json!({ "tarball": format!("{url}/calc-1.2.3.tgz"), "integrity": integrity });
    let document =
        serde_json::json!({ "name": "calc", "dist-tags": { "latest": "1.2.3" }, "versions": { "1.2.3": version } });
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (document, packed) = (document.to_string().into_bytes(), packed.clone());
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
                let mut first = String::new();
                reader.read_line(&mut first).expect("a request");
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
                    line.clear();
                }
                let body = if first.contains(".tgz") { packed } else { document };
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let mut stream = stream;
                let _gone = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
                let _rest = reader.read(&mut [0; 1]);
            });
        }
    });
    url
}

#[test]
fn scripts_of_a_package_do_not_run_while_it_is_fetched() {
    let has_npm = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|d| d.join("npm").is_file());
    if !has_npm {
        eprintln!("npm is not here: nothing was tried");
        return;
    }
    let scene = Scene::new();
    let url = registry();
    let out = scene.project().join("out.json");
    let args = ["capture", "-o", out.to_str().expect("UTF-8"), "--", "npx", "-y", "calc@1.2.3"];
    let outcome = scene.run_in(&scene.project(), &args, &[("npm_config_registry", &url)]);
    let captured = fs::read_to_string(&out).expect("a capture");
    assert_eq!(outcome.code, 0, "{outcome:?}\n{captured}");
    assert!(captured.contains("scripts ran: 0") && captured.contains("sha512-"), "{captured}");
}
