//! How long `verify` takes for 50 servers with 1 000 tools, and how that grows with the log. `cargo bench --bench verify`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use jiff::ToSpan;
use jiff::civil::{Date, date};
use mcp_assay::baseline::{Demands, Files, Proposal, ProposedServer, Signature, init, verify};
use mcp_assay::json::{Limits, read};
use mcp_assay::launch::identity::LaunchIdentity;
use mcp_assay::manifest::from_document;
use mcp_assay::signature::{Previous, Signer, SigningKey};
use mcp_assay::snapshot::Snapshot;
use mcp_assay::trust::{Policy, Trust};
use mcp_assay::untrusted::Untrusted;

const TODAY: Date = date(2027, 1, 15);

/// 20 tools with about 400 bytes of text each.
fn server(name: usize, version: usize) -> ProposedServer {
    let mut text = String::from("{\"tools\":[");
    for i in 0..20 {
        let comma = if i == 0 { "" } else { "," };
        let words = "Searches the notes of a project and gives back the lines that hold the word. ".repeat(3);
        let _ = write!(
            text,
            r#"{comma}{{"name":"tool_{name}_{i}","description":"{words} {version}","inputSchema":{{"type":"object","properties":{{"query":{{"type":"string","description":"The word to look for."}},"limit":{{"type":"integer","minimum":1}}}}}}}}"#
        );
    }
    text += "]}";
    let document = read(text.as_bytes(), &Limits::default()).expect("valid JSON");
    let manifest = from_document(&document, text.as_bytes()).expect("a manifest").remove(0).manifest;
    let snapshots = BTreeMap::from([("modern".to_owned(), ("2026-07-28".into(), Snapshot::of(&manifest)))]);
    let args = vec!["-y".into(), format!("server-{name}@1.0.{version}").into()];
    let launch = LaunchIdentity::Stdio { command: "npx".into(), args, env: vec![], cwd: None, env_file: None };
    let (package, programs, ignore) = (None, BTreeMap::new(), Vec::new());
    ProposedServer { launch, package, programs, isolation: "full".to_owned(), snapshots, ignore }
}

fn main() {
    let key = SigningKey::generate().expect("random bytes");
    let trust = Trust {
        version: 1,
        project: "0123456789abcdef".to_owned(),
        previous: Previous::default(),
        expires: TODAY.saturating_add(1.year()),
        baseline_threshold: 1,
        trust_threshold: 1,
        policy: Policy { max_baseline_days: 400, hardware: false, unattended: false },
        people: BTreeMap::from([("alice".to_owned(), vec![key.public()])]),
    };
    let by = Signature { key: &key, approver: "alice", time: "2027-01-15T12:00:00Z", reason: "read" };
    let mut files: Files = init(&trust, &by).expect("signs");
    let mut servers: BTreeMap<Untrusted, ProposedServer> =
        (0..50).map(|n| (format!("server-{n}").into(), server(n, 0))).collect();
    let demands = Demands::on(TODAY);
    for version in 1..=500 {
        let before = verify(&files, &demands).expect("good so far");
        let proposal = Proposal::new(before.as_ref(), &trust, &files, &servers, &[], TODAY, None).expect("a proposal");
        files = proposal.sign(&by).expect("signs");
        servers = BTreeMap::from([("server-0".into(), server(0, version))]);
        if [1, 10, 50, 100, 500].contains(&version) {
            println!("50 servers, 1 000 tools, {version:3} versions: {:7.2} ms", millis(best(&files, &demands)));
        }
    }
}

fn best(files: &Files, demands: &Demands) -> Duration {
    let one = |_| {
        let start = Instant::now();
        let verified = verify(files, demands).expect("good").expect("a baseline");
        assert_eq!(verified.snapshots.len(), 50);
        start.elapsed()
    };
    (0..7).map(one).min().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
