//! Every hostile behaviour that PROTOCOL names, against the whole program with its default byte budgets: an outcome that is
//! written down, an exit code, and never more memory than 256 MiB, which the kernel enforces here. The table it prints is
//! the one in `docs/capture.md`.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::capture::scripted;

/// What happens: behaviour, arguments of the scripted server, exit code, words in the report.
const ROWS: [(&str, &[&str], i32, &str); 28] = [
    ("a cursor that never ends", &["endless-cursor"], 3, "pages"),
    ("a cursor that comes twice", &["repeat-cursor"], 3, "repeated-cursor"),
    ("empty pages with a cursor each", &["empty-pages"], 3, "pages"),
    ("a list that changes between pages", &["shifting-pages"], 0, "duplicate-item-name"),
    ("answers with other ids", &["wrong-ids"], 3, "unknown-id"),
    ("two answers to one request", &["duplicate-reply"], 0, "duplicate-response"),
    ("a request to the client", &["sampling"], 0, "unsolicited-request"),
    ("100 000 pings", &["ping-flood"], 3, "server-requests"),
    ("lines that are no messages", &["noise"], 0, "protocol-violation"),
    ("endless lines that are no messages", &["noise-flood"], 3, "noise"),
    ("endless notifications", &["flood"], 3, "notifications"),
    ("endless long notifications", &["total-flood"], 3, "total-bytes"),
    ("invalid UTF-8", &["invalid-utf8"], 0, "ambiguous-json"),
    ("a lone surrogate", &["lone-surrogate"], 0, "ambiguous-json"),
    ("duplicate keys", &["dup-keys"], 0, "ambiguous-json"),
    ("a million brackets", &["deep"], 3, "ambiguous-json"),
    ("five million values", &["values-flood"], 3, "values"),
    ("700 000 values that are kept", &["values-kept"], 0, "ambiguous-json"),
    ("100 000 tools", &["item-flood"], 3, "items"),
    ("one byte per second", &["slow-drip", "one-per-second"], 3, "time"),
    ("a line of 50 MB", &["line-50mb"], 3, "message-bytes"),
    ("a line without an end", &["huge-line"], 3, "message-bytes"),
    ("silence", &["hang"], 3, "did not answer"),
    ("early death", &["die"], 3, "ended before it answered"),
    ("death after the handshake", &["die-after-init"], 3, "list-error"),
    ("output closed, process alive", &["stdout-closed"], 3, "list-error"),
    ("a grandchild that keeps the output open", &["leave-grandchild"], 3, "list-error"),
    ("a grandchild that outlives it", &["grandchild"], 0, "clean"),
];

/// Time budgets that a test can wait for; everything that is counted in bytes keeps its default. Where bytes end the
/// capture, a busy machine has to have the time to send them.
fn config(word: &str) -> String {
    let request = if word == "time" { 4 } else { 60 };
    format!("[limits]\nlaunch = 6\ninit = 4\nrequest = {request}\nidle = 3\ntotal = 90\n")
}

struct Seen {
    code: i32,
    report: serde_json::Value,
    peak: u64,
    time: Duration,
}

fn scan(verbs: &[&str], word: &str) -> Seen {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("mcp-assay.toml"), config(word)).expect("written");
    // a limit on data that the kernel enforces: an allocation above it fails, and the program with it
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "ulimit -d 262144; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_mcp-assay")]);
    command.args(["scan", "--output", "json", "--no-baseline", "--"]).arg(scripted());
    verbs.iter().for_each(|verb| {
        command.args(["--verb", verb]);
    });
    command.current_dir(dir.path()).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", dir.path()).env("TMPDIR", dir.path());
    let start = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    let mut out = child.stdout.take().expect("a pipe");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).expect("UTF-8");
        text
    });
    let (mut peak, status) = (0, format!("/proc/{}/status", child.id()));
    let code = loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let high = text.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        peak = peak.max(high.unwrap_or(0));
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status.code().unwrap_or(-1);
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = reader.join().expect("no panic");
    let report = serde_json::from_str(&text).unwrap_or_default();
    Seen { code, report, peak: peak / 1024, time: start.elapsed() }
}

#[test]
fn every_behaviour_has_its_outcome_within_its_budgets() {
    let rows: Vec<_> = ROWS.iter().collect();
    let half = rows.len().div_ceil(2);
    let parts: Vec<_> = rows.chunks(half).map(<[_]>::to_vec).collect();
    let run = |part: Vec<&'static (&str, &[&str], i32, &str)>| {
        std::thread::spawn(move || part.into_iter().map(|row| (row, scan(row.1, row.3))).collect::<Vec<_>>())
    };
    let threads: Vec<_> = parts.into_iter().map(run).collect();
    let mut failed = Vec::new();
    println!("| behaviour | said as | exit | peak MiB | s |\n|---|---|---|---|---|");
    for ((name, _, code, word), seen) in threads.into_iter().flat_map(|t| t.join().expect("no panic")) {
        let verdict = seen.report["targets"][0]["verdict"].as_str().unwrap_or("none").to_owned();
        println!("| {name} | {word} | {} | {} | {:.1} |", seen.code, seen.peak, seen.time.as_secs_f64());
        let said = seen.report.to_string().contains(word);
        // a server that was not read to its end is never called clean
        let honest = (*code == 3) == (verdict == "not-audited");
        if seen.code != *code || !said || !honest || seen.peak > 256 {
            failed.push(format!(
                "{name}: exit {} (not {code}), {verdict}, {} MiB\n{:#}",
                seen.code, seen.peak, seen.report
            ));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
