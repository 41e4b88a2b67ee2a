//! The whole program against remote servers: proxies, company CAs, credentials, cards, private addresses.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::capture::remote::Server;
use super::scene::Scene;

#[test]
fn a_proxy_of_the_environment_carries_the_requests() {
    let (scene, proxy) = (Scene::new(), Server::start(&[]));
    let through = proxy.url.trim_end_matches("/mcp");
    let args = ["scan", "http://mcp.example.test/mcp", "--no-baseline", "--output", "json"];
    let report = scene.run_in(&scene.project(), &args, &[("HTTP_PROXY", through)]).expect(0).json();
    assert_eq!(report["targets"][0]["snapshot"]["tools"], 2, "{report:#}");
    assert!(proxy.requests().iter().all(|r| r.contains("http://mcp.example.test/mcp")), "{:?}", proxy.requests());
}

#[test]
fn a_name_that_leads_to_a_private_address_is_refused_until_it_is_allowed() {
    let scene = Scene::new();
    // the machine's own name leads to an address of its own, if to any
    let name = std::fs::read_to_string("/etc/hostname").unwrap_or_default().trim().to_owned();
    let resolves =
        std::net::ToSocketAddrs::to_socket_addrs(&(name.as_str(), 9)).is_ok_and(|mut all| all.next().is_some());
    if name.is_empty() || name == "localhost" || !resolves {
        eprintln!("not run: this machine has no name of its own that resolves; the rule itself is a unit test");
        return;
    }
    let url = format!("http://{name}:9/mcp");
    let text = scene.run(&["scan", &url, "--no-baseline"]).expect(3).stdout;
    assert!(text.contains("not a public address") && text.contains("--allow-private"), "{text}");
    let text = scene.run(&["scan", &url, "--no-baseline", "--allow-private"]).expect(3).stdout;
    assert!(!text.contains("--allow-private"), "{text}");
}

#[test]
fn missing_credentials_are_a_state_of_their_own() {
    let (scene, server) = (Scene::new(), Server::start(&["--verb", "unauthorized"]));
    let report = scene.run(&["scan", &server.url, "--no-baseline", "--output", "json"]).expect(3).json();
    let reason = report["targets"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("needs credentials (HTTP 401") && reason.contains("scope="), "{reason}");
}

#[test]
fn a_header_from_the_environment_reaches_the_server_and_no_report() {
    let (scene, server) = (Scene::new(), Server::start(&[]));
    let args = ["scan", &server.url, "--no-baseline", "--header", "Authorization: env:TOKEN", "--output", "json"];
    let outcome = scene.run_in(&scene.project(), &args, &[("TOKEN", "Bearer s3cret-value")]).expect(0);
    assert!(server.requests().iter().all(|r| r.contains("authorization=Bearer s3cret-value")));
    assert!(!outcome.stdout.contains("s3cret") && !outcome.stderr.contains("s3cret"));
}

#[test]
fn a_card_is_read_on_request_and_compared_with_the_live_server() {
    let scene = Scene::new();
    let manifest = scene.write(
        "m.json",
        r#"{"tools":[{"name":"add","description":"Adds."}],"serverInfo":{"name":"calc","version":"1.0.0"},
            "card":{"name":"test.acme/calc","version":"1.1.0"}}"#,
    );
    let server = Server::start(&["--manifest", manifest.to_str().expect("UTF-8")]);
    let rules = |args: &[&str]| {
        let args = [&["scan", server.url.as_str(), "--no-baseline", "--output", "json"], args].concat();
        let report = scene.run(&args).json();
        let all = report["findings"].as_array().expect("findings").clone();
        all.iter().map(|f| f["rule"].as_str().expect("a rule").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rules(&[]), [""; 0]);
    assert!(!server.requests().iter().any(|r| r.contains("card")), "not without being asked");
    assert_eq!(rules(&["--cards"]), ["server-card-mismatch"]);
}

#[test]
fn cloaking_gates_with_both_texts_and_cannot_be_approved() {
    let scene = Scene::new();
    scene.run(&["init", "--person", "ann", "--allow-unattended"]).expect(0);
    scene.servers(&[("two-faced", &["--verb", "cloak-unknown-client"])]);
    let report = scene.run(&["scan", "--launch", "all", "--output", "json"]).expect(1).json();
    let finding = report["findings"].as_array().expect("findings").iter().find(|f| f["rule"] == "cloaked-listing");
    let finding = finding.unwrap_or_else(|| panic!("{report:#}"));
    let texts: Vec<&str> =
        finding["evidence"].as_array().expect("evidence").iter().filter_map(|e| e["excerpt"].as_str()).collect();
    assert!(texts[0].contains("id_rsa") && texts[1] == "Adds two numbers.", "{finding:#}");
    assert!(finding["message"].as_str().expect("words").contains("as claude-code"), "{finding:#}");
    assert!(report["notices"].to_string().contains("no probe sees"), "{report:#}");
    let refused = scene.run(&["approve", "--unattended", "--reason", "x"]);
    assert_ne!(refused.code, 0, "{refused:#?}");
    assert!(refused.stderr.contains("different things to different askers"), "{refused:#?}");
}

/// Keys of a company CA and of a server on this machine, made by OpenSSL; `None` where there is no OpenSSL.
fn certificates(dir: &Path) -> Option<()> {
    std::fs::write(dir.join("san"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n").expect("written");
    let new = "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    for line in [
        format!("{new} -x509 -days 3650 -subj /CN=company -keyout ca.key -out ca.pem"),
        format!("{new} -subj /CN=localhost -keyout server.key -out server.csr"),
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -extfile san -out server.pem"
            .to_owned(),
    ] {
        let done =
            Command::new("openssl").args(line.split(' ')).current_dir(dir).stderr(Stdio::null()).status().ok()?;
        assert!(done.success(), "openssl {line}");
    }
    Some(())
}

/// Terminates TLS on loopback and passes each request on.
fn terminate(dir: &Path, to: String) -> u16 {
    let chain = vec![CertificateDer::from_pem_file(dir.join("server.pem")).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(dir.join("server.key")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_no_client_auth().with_single_cert(chain, key).expect("a key pair");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let session = rustls::ServerConnection::new(config.clone()).expect("a session");
            let mut tls = rustls::StreamOwned::new(session, stream);
            let mut request = Vec::new();
            let mut chunk = [0u8; 4096];
            // one request per connection; a client that does not trust us hangs up here
            while let Ok(n @ 1..) = tls.read(&mut chunk) {
                request.extend_from_slice(&chunk[..n]);
                if whole(&request) {
                    break;
                }
            }
            if !whole(&request) {
                continue;
            }
            let mut inner = TcpStream::connect(&to).expect("the scripted server");
            inner.write_all(&request).expect("sent");
            let mut answer = Vec::new();
            inner.read_to_end(&mut answer).expect("an answer");
            tls.write_all(&answer).and_then(|()| tls.flush()).unwrap_or(());
            tls.conn.send_close_notify();
            tls.flush().unwrap_or(());
        }
    });
    port
}

/// Whether a request is there with its whole body.
fn whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    body.len() >= length.unwrap_or(0)
}

#[test]
fn a_company_ca_is_honoured_and_an_unknown_one_is_not() {
    let (scene, server) = (Scene::new(), Server::start(&[]));
    let dir = scene.project();
    if certificates(&dir).is_none() {
        eprintln!("not run: there is no openssl to make certificates");
        return;
    }
    let to = server.url.trim_start_matches("http://").trim_end_matches("/mcp").to_owned();
    let url = format!("https://localhost:{}/mcp", terminate(&dir, to));
    let args = ["scan", &url, "--no-baseline", "--output", "json"];
    let report = scene.run(&args).expect(3).json();
    let reason = report["targets"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("certificate") && server.requests().is_empty(), "{reason}");
    let ca = dir.join("ca.pem");
    let env = [("SSL_CERT_FILE", ca.to_str().expect("UTF-8"))];
    let report = scene.run_in(&scene.project(), &args, &env).expect(0).json();
    assert_eq!(report["targets"][0]["snapshot"]["tools"], 2, "{report:#}");
}
