//! A registry on loopback that answers what a test wrote down.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// How one path is answered: whole bytes of an HTTP answer.
pub type Answers = BTreeMap<String, Vec<u8>>;

/// A registry on loopback.
pub struct Registry {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<Answers>>,
}

pub fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}connection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub fn ok(body: &Value) -> Vec<u8> {
    http("200 OK", "content-type: application/json\r\n", body.to_string().as_bytes())
}

impl Registry {
    /// Answers these paths; everything else is 404.
    pub fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://127.0.0.1:{}", listener.local_addr().expect("bound").port());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answers) = (asked.clone(), Arc::new(Mutex::new(answers)));
        let all = answers.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answers) = (log.clone(), answers.clone());
                std::thread::spawn(move || answer(stream, &log, &answers));
            }
        });
        Self { url, asked, answers: all }
    }

    /// From now on it answers these.
    pub fn change(&self, answers: Answers) {
        *self.answers.lock().expect("whole") = answers;
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("whole").clone()
    }
}

fn answer(mut stream: TcpStream, log: &Mutex<Vec<String>>, answers: &Mutex<Answers>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
    let mut first = String::new();
    if reader.read_line(&mut first).is_err() {
        return;
    }
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
        if let Some(n) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = n.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    log.lock().expect("whole").push(format!("{path} {}", String::from_utf8_lossy(&body)).trim().to_owned());
    let none = http("404 Not Found", "", b"{}");
    // whoever hangs up early has seen enough
    let answer = answers.lock().expect("whole").get(&path).cloned().unwrap_or(none);
    let _gone = stream.write_all(&answer);
}
