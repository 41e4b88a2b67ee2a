//! A scripted MCP server for tests: honest with a manifest file, hostile with verbs. Never installed.
//!
//! ```text
//! scripted-server [--manifest FILE] [--page-size N] [--era legacy|modern|both] [--verb VERB]… [--note FILE] [--http FILE]
//! ```
//!
//! It speaks over stdio, or with `--http FILE` over Streamable HTTP on a loopback port that it writes to FILE. `--note` is
//! a file for what a test wants to know afterwards (process numbers, HTTP requests). The manifest is read once, at start.
//! Verbs are words in `answers.rs`, `cloak.rs`, `http.rs` and here; each does one thing that servers should not do.

#![allow(clippy::unwrap_used, missing_docs)]

mod answers;
mod cloak;
mod http;

use std::io::{BufRead, Write};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use answers::Server;

/// What the command line says.
#[derive(Clone, Default)]
pub struct Script {
    pub manifest: Option<String>,
    pub page_size: usize,
    pub modern: bool,
    pub legacy: bool,
    pub verbs: Vec<String>,
    pub note: Option<String>,
    pub http: Option<String>,
}

impl Script {
    fn parse() -> Self {
        let mut script = Self { legacy: true, page_size: usize::MAX, ..Self::default() };
        let mut args = std::env::args().skip(1);
        while let Some(flag) = args.next() {
            let value = args.next().unwrap_or_else(|| panic!("{flag} needs a value"));
            match flag.as_str() {
                "--manifest" => script.manifest = Some(value),
                "--page-size" => script.page_size = value.parse().expect("a number"),
                "--era" => (script.modern, script.legacy) = (value != "legacy", value != "modern"),
                "--verb" => script.verbs.push(value),
                "--note" => script.note = Some(value),
                "--http" => script.http = Some(value),
                _ => panic!("unknown flag {flag}"),
            }
        }
        script
    }

    pub fn has(&self, verb: &str) -> bool {
        self.verbs.iter().any(|v| v == verb)
    }

    /// Appends a line to the note file.
    pub fn note(&self, line: &str) {
        if let Some(file) = &self.note {
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
            writeln!(file, "{line}").unwrap();
        }
    }
}

fn main() {
    let script = Script::parse();
    script.note(&std::process::id().to_string());
    match &script.http {
        Some(file) => http::serve(&script, file),
        None => stdio(&script),
    }
}

/// Writes bytes to stdout; a reader that is gone ends us.
fn put(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    if out.write_all(bytes).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

fn put_line(text: &str) {
    put(text.as_bytes());
    put(b"\n");
}

fn sleep_long() -> ! {
    loop {
        std::thread::sleep(Duration::from_secs(60));
    }
}

fn stdio(script: &Script) {
    let mut server = Server::new(script);
    if script.has("stderr-flood") {
        eprint!("{}", "e".repeat(300_000));
        eprintln!("the end");
    }
    if script.has("stderr-env") {
        eprintln!("{:?}", std::env::var("MY_TOKEN"));
    }
    if script.has("slow-start") {
        std::thread::sleep(Duration::from_millis(700));
    }
    let mut child = None;
    if script.has("grandchild") || script.has("leave-grandchild") {
        // inherits our stdout and keeps it open
        let started = Command::new("sleep").arg("300").spawn().expect("sleep exists");
        script.note(&started.id().to_string());
        child = Some(started);
    }
    let mut lines = std::io::stdin().lock().lines();
    while let Some(Ok(line)) = lines.next() {
        let request: Value = serde_json::from_str(&line).expect("the client sends JSON");
        let method = request["method"].as_str().unwrap_or_default().to_owned();
        let listing = method == "tools/list";
        before(script, &method);
        if listing && script.has("leave-grandchild") {
            std::process::exit(0);
        }
        let asks = [("ping", "ping"), ("sampling", "sampling/createMessage"), ("roots", "roots/list")];
        if let Some((_, asked)) = asks.iter().find(|(verb, _)| listing && script.has(verb)) {
            put_line(&json!({"jsonrpc": "2.0", "id": "from-server", "method": asked}).to_string());
            let answer: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
            assert_eq!(answer["id"], "from-server");
            let rooted = answer["result"]["roots"].as_array().is_some_and(Vec::is_empty);
            let granted = if rooted { "rooted" } else { "ponged" };
            server.add_tool(if answer["error"]["code"] == -32601 { "refused" } else { granted });
        }
        if let Some(reply) = server.answer(&request) {
            write_reply(script, &reply, listing);
        }
        if listing && server.listed == 1 && script.has("list-changed") {
            put_line(r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#);
            server.add_tool("late");
        }
    }
    if script.has("linger") {
        sleep_long();
    }
    drop(child);
}

/// Verbs that act before anything is answered.
fn before(script: &Script, method: &str) {
    let probe = method == "server/discover";
    let listing = method == "tools/list";
    if script.has("hang") || (listing && script.has("hang-on-list")) {
        sleep_long();
    }
    if script.has("die") || (probe && script.has("die-on-probe")) || (listing && script.has("die-after-init")) {
        eprintln!("dying of {method}");
        std::process::exit(3);
    }
    if listing && script.has("flood") {
        loop {
            put_line(r#"{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}"#);
        }
    }
    if listing && script.has("ping-flood") {
        for id in 0.. {
            put_line(&format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#));
        }
    }
    if listing && script.has("noise-flood") {
        loop {
            put_line("loading…");
        }
    }
    if listing && script.has("huge-line") {
        put(b"{\"jsonrpc\":\"2.0\",\"pad\":\"");
        loop {
            put(&[b'x'; 4096]);
        }
    }
    if listing && script.has("total-flood") {
        let pad = "x".repeat(65_536);
        loop {
            put_line(
                &json!({"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": pad}}).to_string(),
            );
        }
    }
    if listing && script.has("stdout-closed") {
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            panic!("{}", Command::new("/bin/sh").args(["-c", "exec >&-; sleep 300"]).exec());
        }
    }
    if listing && script.has("line-50mb") {
        put(b"{\"jsonrpc\":\"2.0\",\"pad\":\"");
        (0..12_800).for_each(|_| put(&[b'x'; 4096]));
        put_line("\"}");
    }
    if script.has("noise") {
        put_line("a banner that is no JSON");
        put_line("{ neither is this");
    }
}

fn write_reply(script: &Script, reply: &[u8], listing: bool) {
    let mut bytes = reply.to_vec();
    if script.has("batch") {
        bytes = [b"[", reply, b",{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}]"].concat();
    }
    bytes.push(b'\n');
    if listing && script.has("slow-drip") {
        for byte in bytes {
            put(&[byte]);
            std::thread::sleep(Duration::from_millis(if script.has("one-per-second") { 1000 } else { 30 }));
        }
        return;
    }
    put(&bytes);
    if script.has("duplicate-reply") {
        put(&bytes);
    }
}
