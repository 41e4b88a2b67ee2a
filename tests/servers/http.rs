//! The scripted server over Streamable HTTP: plain sockets, so that it can also answer what no HTTP library would.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::Script;
use crate::answers::Server;

/// Serves until it is killed; the port goes to `file`.
pub fn serve(script: &Script, file: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
    let port = listener.local_addr().expect("bound").port();
    // renamed into place, so that nobody reads half a number
    let part = format!("{file}.part");
    std::fs::write(&part, port.to_string()).expect("the port file");
    std::fs::rename(&part, file).expect("the port file");
    let server = Arc::new(Mutex::new(Server::new(script)));
    for stream in listener.incoming() {
        let (script, server) = (script.clone(), server.clone());
        std::thread::spawn(move || connection(&script, &server, stream.expect("a connection")));
    }
}

struct Request {
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let mut headers = Vec::new();
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok()?;
            match header.trim().split_once(':') {
                Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
                None => break,
            }
        }
        let mut request = Self { line: line.trim().to_owned(), headers, body: Vec::new() };
        request.body = vec![0; request.header("content-length").and_then(|v| v.parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut request.body).ok()?;
        Some(request)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Writes one answer. A client that hung up is none of our business.
fn respond(mut stream: &TcpStream, status: &str, headers: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).unwrap_or(());
}

fn connection(script: &Script, server: &Mutex<Server>, stream: TcpStream) {
    let Some(request) = Request::read(&stream) else { return };
    let message: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let method = message["method"].as_str().unwrap_or("-");
    let seen = ["mcp-session-id", "mcp-protocol-version", "mcp-method", "accept-encoding", "cookie", "authorization"];
    let seen: Vec<String> = seen.iter().map(|h| format!("{h}={}", request.header(h).unwrap_or("-"))).collect();
    script.note(&format!("{} {method} {}", request.line, seen.join(" ")));
    const JSON: &str = "Content-Type: application/json\r\nSet-Cookie: a=b\r\n";
    if request.line.starts_with("GET") && request.line.contains("card") {
        return match server.lock().expect("no thread panicked").card() {
            Some(card) => respond(&stream, "200 OK", JSON, &card),
            None => respond(&stream, "404 Not Found", "", b""),
        };
    }
    if script.has("checks-origin") && request.header("origin").is_some() {
        return respond(&stream, "403 Forbidden", "", b"");
    }
    if script.has("unauthorized") {
        return respond(&stream, "401 Unauthorized", "WWW-Authenticate: Bearer scope=\"mcp\"\r\n", b"");
    }
    if script.has("redirect-away") {
        return respond(&stream, "302 Found", "Location: http://169.254.169.254/latest\r\n", b"");
    }
    if script.has("redirect-here") && !request.line.contains("/moved") {
        return respond(&stream, "307 Temporary Redirect", "Location: /moved\r\n", b"");
    }
    if script.has("redirect-loop") {
        return respond(&stream, "308 Permanent Redirect", "Location: /again\r\n", b"");
    }
    if script.has("encoded") {
        return respond(&stream, "200 OK", &format!("{JSON}Content-Encoding: gzip\r\n"), b"\x1f\x8b");
    }
    if script.has("html") {
        return respond(&stream, "200 OK", "Content-Type: text/html\r\n", b"<h1>hello</h1>");
    }
    if script.has("silent-stream") && request.line.starts_with("GET") {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        (&stream).write_all(head.as_bytes()).unwrap_or(());
        std::thread::sleep(Duration::from_secs(60));
    }
    if script.has("silent-stream") {
        return respond(&stream, "400 Bad Request", "", b"");
    }
    if script.has("server-error") {
        return respond(&stream, "500 Internal Server Error", "", b"");
    }
    if script.has("hang") {
        std::thread::sleep(Duration::from_secs(60));
    }
    if script.has("old-sse") {
        return old(script, server, &stream, &request, &message);
    }
    let modern = request.header("mcp-protocol-version") == Some("2026-07-28");
    if request.line.starts_with("DELETE") {
        return respond(&stream, "204 No Content", "", b"");
    }
    if modern != script.modern && !(script.modern && script.legacy) {
        return respond(&stream, "400 Bad Request", "Content-Type: text/plain\r\n", b"unsupported version");
    }
    if !modern && method != "initialize" && request.header("mcp-session-id") != Some("s-1") {
        return respond(&stream, "404 Not Found", "", b"");
    }
    let Some(reply) = server.lock().expect("no thread panicked").answer(&message) else {
        return respond(&stream, "202 Accepted", "", b"");
    };
    let session = if method == "initialize" { "Mcp-Session-Id: s-1\r\n" } else { "" };
    if script.has("sse") {
        let note = br#"data: {"jsonrpc":"2.0","id":"p","method":"ping"}"#;
        let body = [b": hi\n\n", note.as_slice(), b"\n\nevent: message\ndata: ", &reply, b"\n\n"].concat();
        return respond(&stream, "200 OK", &format!("Content-Type: text/event-stream\r\n{session}"), &body);
    }
    if method == "tools/list" && (script.has("endless-body") || script.has("endless-events")) {
        let kind = if script.has("endless-body") { "application/json" } else { "text/event-stream" };
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n");
        let mut out = &stream;
        let mut sent = out.write_all(head.as_bytes());
        while sent.is_ok() {
            sent = out.write_all(&[b'x'; 4096]);
        }
        return;
    }
    respond(&stream, "200 OK", &format!("{JSON}{session}"), &reply);
}

/// The transport of 2024-11-05: a GET stream that names the URL for POSTs and carries all replies.
fn old(script: &Script, server: &Mutex<Server>, stream: &TcpStream, request: &Request, message: &Value) {
    use std::sync::mpsc::{Receiver, Sender, channel};
    static REPLIES: Mutex<Option<Sender<Vec<u8>>>> = Mutex::new(None);
    if request.line.starts_with("GET") {
        let (sender, replies): (Sender<Vec<u8>>, Receiver<Vec<u8>>) = channel();
        *REPLIES.lock().expect("no thread panicked") = Some(sender);
        let target = if script.has("foreign-endpoint") { "http://169.254.169.254/messages" } else { "/messages?s=1" };
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
        let mut out = stream;
        let mut sent = out.write_all(format!("{head}event: endpoint\ndata: {target}\n\n").as_bytes());
        while let (Ok(()), Ok(reply)) = (&sent, replies.recv()) {
            sent = out.write_all(&[b"event: message\ndata: ", reply.as_slice(), b"\n\n"].concat());
        }
        return;
    }
    if !request.line.contains("/messages") {
        return respond(stream, "405 Method Not Allowed", "", b"");
    }
    if let Some(reply) = server.lock().expect("no thread panicked").answer(message)
        && let Some(sender) = &*REPLIES.lock().expect("no thread panicked")
    {
        sender.send(reply).expect("the stream is open");
    }
    respond(stream, "202 Accepted", "", b"");
}
