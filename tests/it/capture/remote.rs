//! The same over Streamable HTTP on loopback.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mcp_assay::capture::{Ask, Endpoint, Era, Failure, Outcome, Probe};

use super::*;

/// A scripted HTTP server; it ends with the value.
pub struct Server {
    child: Child,
    dir: tempfile::TempDir,
    pub url: String,
}

impl Server {
    pub fn start(args: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let port = dir.path().join("port");
        let note = dir.path().join("note");
        let mut command = Command::new(scripted());
        command.args(args).arg("--http").arg(&port).arg("--note").arg(&note);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("the scripted server");
        let mut server = Self { child, dir, url: String::new() };
        for _ in 0..500 {
            if let Ok(port) = std::fs::read_to_string(&port) {
                server.url = format!("http://127.0.0.1:{port}/mcp");
                return server;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the scripted server did not start");
    }

    fn capture(&self) -> Capture {
        self.capture_with(&[], false)
    }

    fn capture_with(&self, headers: &[(&str, &str)], sse: bool) -> Capture {
        let headers = headers.iter().map(|(k, v)| ((*k).to_owned(), Secret::new(*v))).collect();
        let launch = Launch::Http(Endpoint { url: self.url.clone(), headers, sse, private: false });
        run_job(Job::new(launch), &limits())
    }

    pub fn requests(&self) -> Vec<String> {
        let note = std::fs::read_to_string(self.dir.path().join("note")).expect("the note file");
        note.lines().skip(1).map(str::to_owned).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("our own child");
        self.child.wait().expect("our own child");
    }
}

#[test]
fn a_legacy_session_is_kept_and_ended() {
    let server = Server::start(&["--page-size", "1"]);
    let capture = server.capture_with(&[("Authorization", "Bearer t0ken")], false);
    let session = complete(&capture);
    assert_eq!((session.era, tools(session)), (Era::Legacy, vec!["add", "echo"]));
    assert_eq!(capture.isolation, "none");
    assert!(capture.oddities.is_empty(), "{:?}", capture.oddities);
    let requests = server.requests();
    let discover = &requests[0];
    assert!(
        discover
            .contains("server/discover mcp-session-id=- mcp-protocol-version=2026-07-28 mcp-method=server/discover")
    );
    let initialize = requests.iter().find(|r| r.contains(" initialize ")).expect("a handshake");
    assert!(initialize.contains("mcp-session-id=- mcp-protocol-version=- mcp-method=-"), "{initialize}");
    let listing = requests.iter().find(|r| r.contains(" tools/list ")).expect("a listing");
    assert!(listing.contains("mcp-session-id=s-1 mcp-protocol-version=2025-11-25 mcp-method=-"), "{listing}");
    assert!(
        requests
            .iter()
            .all(|r| r.contains("accept-encoding=identity cookie=- authorization=Bearer t0ken")
                || r.starts_with("DELETE")),
        "{requests:?}"
    );
    assert!(requests.last().is_some_and(|r| r.starts_with("DELETE") && r.contains("mcp-session-id=s-1")));
}

#[test]
fn a_modern_server_is_stateless_and_events_are_read() {
    let server = Server::start(&["--era", "modern", "--verb", "sse", "--page-size", "1"]);
    let capture = server.capture();
    assert_eq!(complete(&capture).era, Era::Modern);
    assert_eq!(tools(&capture.sessions[0]), ["add", "echo"]);
    let requests = server.requests();
    assert!(requests.iter().all(|r| r.contains("mcp-session-id=-") && !r.starts_with("DELETE")));
    assert!(requests.iter().any(|r| r.contains(" - ")), "the ping inside the stream was answered");
}

#[test]
fn a_server_on_this_machine_is_asked_as_a_page_of_another_origin_would() {
    for (verbs, answered) in [(&[][..], true), (&["--verb", "checks-origin"][..], false)] {
        let server = Server::start(verbs);
        let launch = Launch::Http(Endpoint { url: server.url.clone(), headers: vec![], sse: false, private: false });
        let capture = run_job(Job { probe: Probe::Deep, ..Job::new(launch) }, &limits());
        assert_eq!((&capture.failure, limit_words(&capture)), (&None, vec![]), "a refusal is no failure");
        let asked = capture.probes.iter().find(|p| p.ask == Ask::ForeignOrigin).expect("it was asked");
        assert_eq!(asked.outcome == Outcome::Answered, answered, "{asked:?}");
        assert_eq!(capture.sessions.iter().any(|s| s.visit.ask == Ask::ForeignOrigin), answered);
    }
    // a quick look asks nothing of the kind
    let capture = Server::start(&[]).capture();
    assert!(capture.probes.iter().all(|p| p.ask != Ask::ForeignOrigin));
}

#[test]
fn both_eras_are_captured() {
    let server = Server::start(&["--era", "both"]);
    let capture = server.capture();
    let eras: Vec<Era> = capture.sessions.iter().map(|s| s.era).collect();
    assert_eq!(eras, [Era::Modern, Era::Legacy]);
    assert!(capture.sessions.iter().all(|s| s.complete));
}

#[test]
fn missing_credentials_are_named_with_what_is_asked_for() {
    let capture = Server::start(&["--verb", "unauthorized"]).capture();
    assert_eq!(capture.failure, Some(Failure::NeedsCredentials(401, "Bearer scope=\"mcp\"".into())));
}

#[test]
fn only_redirects_within_the_origin_are_followed() {
    let server = Server::start(&["--verb", "redirect-here"]);
    let capture = server.capture_with(&[("Authorization", "Bearer t0ken")], false);
    assert_eq!(tools(complete(&capture)), ["add", "echo"]);
    assert!(odd(&capture, "redirect") > 0);
    for verb in ["redirect-away", "redirect-loop"] {
        let capture = Server::start(&["--verb", verb]).capture();
        assert!(matches!(capture.failure, Some(Failure::Protocol(ref why)) if why.contains("redirects")), "{verb}");
        assert!(odd(&capture, "redirect") > 0);
    }
}

#[test]
fn what_is_no_mcp_is_named() {
    for (verb, word) in
        [("encoded", "compresses"), ("html", "media type"), ("server-error", "500"), ("silent-stream", "400")]
    {
        let capture = Server::start(&["--verb", verb]).capture();
        assert!(
            matches!(capture.failure, Some(Failure::Protocol(ref why)) if why.contains(word)),
            "{verb}: {:?}",
            capture.failure
        );
    }
}

#[test]
fn a_server_that_does_not_answer_or_never_stops_ends_within_its_budgets() {
    assert_eq!(Server::start(&["--verb", "hang"]).capture().failure, Some(Failure::Silent));
    for verb in ["endless-body", "endless-events"] {
        partial(&Server::start(&["--verb", verb]).capture(), "message-bytes");
    }
}

#[test]
fn a_header_that_would_break_the_request_is_refused_before_anything_is_sent() {
    let server = Server::start(&[]);
    for header in [("Content-Length", "1"), ("Host", "elsewhere.example"), ("A b", "x"), ("X", "a\r\nY: b")] {
        let capture = server.capture_with(&[header], false);
        assert!(matches!(capture.failure, Some(Failure::Connect(_))), "{header:?}: {:?}", capture.failure);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn nobody_there_is_a_connection_failure() {
    let server = Server::start(&[]);
    let url = server.url.clone();
    drop(server);
    let launch = Launch::Http(Endpoint { url, headers: Vec::new(), sse: false, private: false });
    let capture = run_job(Job::new(launch), &limits());
    assert!(matches!(capture.failure, Some(Failure::Connect(_))), "{:?}", capture.failure);
}

#[test]
fn the_transport_of_2024_is_spoken_when_nothing_else_answers() {
    for declared in [false, true] {
        let server = Server::start(&["--verb", "old-sse"]);
        let capture = server.capture_with(&[], declared);
        assert_eq!(tools(complete(&capture)), ["add", "echo"]);
    }
    let capture = Server::start(&["--verb", "old-sse", "--verb", "foreign-endpoint"]).capture();
    assert!(
        matches!(capture.failure, Some(Failure::Protocol(ref why)) if why.contains("origin")),
        "{:?}",
        capture.failure
    );
}
