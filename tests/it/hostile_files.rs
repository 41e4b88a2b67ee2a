//! Hostile configurations and bundles against the whole program: clear words, nothing written anywhere, and never more than
//! 256 MiB in memory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use mcp_assay::package::bundle::pack;

/// A project and a home beside each other, and a canary where a path that leads out would land.
struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["a/b/project", "a/b/home", "a/b/tmp"] {
            std::fs::create_dir_all(dir.path().join(name)).expect("a folder");
        }
        Self { dir }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join("a/b").join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, bytes).expect("written");
        path
    }

    /// Every file and folder below, whoever made it.
    fn everything(&self) -> BTreeSet<PathBuf> {
        fn walk(at: &Path, out: &mut BTreeSet<PathBuf>) {
            for entry in std::fs::read_dir(at).expect("a folder").flatten() {
                out.insert(entry.path());
                if entry.file_type().is_ok_and(|t| t.is_dir()) {
                    walk(&entry.path(), out);
                }
            }
        }
        let mut out = BTreeSet::new();
        walk(self.dir.path(), &mut out);
        out
    }

    /// Exit code and all that was said. Never more than 256 MiB were in memory.
    fn run(&self, args: &[&str]) -> (i32, String) {
        let here = self.dir.path().join("a/b");
        let before = self.everything();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "ulimit -d 786432; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_mcp-assay")]).args(args);
        command.current_dir(here.join("project")).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", here.join("home")).env("TMPDIR", here.join("tmp")).env("LANG", "C.UTF-8");
        command.env("MCP_ASSAY_STATE", here.join("home/state"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let status = format!("/proc/{}/status", child.id());
        let readers = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
        let (out, err) = (reader(readers.0), reader(readers.1));
        let mut peak = 0;
        let code = loop {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let high =
                text.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
            peak = peak.max(high.unwrap_or(0) / 1024);
            if let Some(status) = child.try_wait().expect("it can be waited for") {
                break status.code().unwrap_or(-1);
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let text = [out, err].map(|t| t.join().expect("no panic")).concat();
        println!("{args:?}: exit {code}, {peak} MiB");
        assert!(peak <= 256, "{args:?}: {peak} MiB");
        let new: Vec<PathBuf> = self.everything().difference(&before).cloned().collect();
        assert!(new.is_empty(), "{args:?} wrote {new:?}");
        (code, text)
    }
}

fn reader(mut pipe: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).expect("UTF-8");
        text
    })
}

/// A text that grows tenfold with every line, when somebody follows its references.
fn laughs() -> String {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..12 {
        text.push_str(&format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", ")));
    }
    text
}

#[test]
#[cfg(target_os = "linux")]
fn hostile_configurations_end_in_words_with_bounded_memory() {
    let many: String = (0..100_000).map(|i| format!("\"s{i}\":{{\"command\":\"x\"}},")).collect();
    let wide =
        format!("{{\"mcpServers\":{{\"a\":{{\"command\":\"x\",\"args\":[{}]}}}}}}", vec!["1"; 3_000_000].join(","));
    let long = format!("{{\"mcpServers\":{{\"a\":{{\"command\":\"{}\"}}}}}}", "x".repeat(17 << 20));
    // as many values as are read
    let args = vec!["1"; 390_000].join(",");
    let full = format!("{{\"mcpServers\":{{\"a\":{{\"command\":\"x\",\"args\":[{args}]}}}}}}");
    // file, its text, and what is said of it
    let names = |n: usize, name: &dyn Fn(usize) -> String| (0..n).map(name).collect::<Vec<_>>().join(",");
    // approvals of every server's tools, names that are switched off, plugins, programs that run at an event
    let settings = format!(
        "{{\"permissions\":{{\"allow\":[{}]}},\"disabledMcpjsonServers\":[{}],\"enabledPlugins\":{{{}}},\"hooks\":{{{}}}}}",
        names(90_000, &|i| format!("\"mcp__*__t{i}\"")),
        names(90_000, &|i| format!("\"q{i}\"")),
        names(50_000, &|i| format!("\"p{i}@m\":false")),
        names(20_000, &|i| format!("\"e{i}\":[{{\"command\":\"x\"}}]"))
    );
    let rows: [(&str, String, &str); 14] = [
        ("project/.claude/settings.json", settings, "more settings of one kind"),
        ("home/.aws/amazonq/mcp.json", full, "server a starts"),
        ("project/.mcp.json", format!("{{\"mcpServers\":{{{many}}}}}"), "more that were not read"),
        ("project/.cursor/mcp.json", wide, "more than"),
        ("project/.vscode/mcp.json", long, "larger than"),
        ("project/.gemini/settings.json", "[".repeat(1_000_000), "malformed"),
        ("home/.config/goose/config.yaml", laughs(), "more than"),
        ("home/.continue/config.yaml", "mcpServers: &a\n  x: *a\n".to_owned(), "inside its own anchor"),
        ("home/.codex/config.toml", format!("{}a = 1\n", "a.".repeat(100_000)), "dots"),
        ("home/.vibe/config.toml", "[[mcp_servers]]\n".repeat(200_000), "skipped"),
        ("home/.kimi/mcp.json", "{\"mcpServers\": \"../../../../../../etc/passwd\"}".to_owned(), "not followed"),
        (
            "home/.factory/mcp.json",
            "{\"mcpServers\": {\"\\u0000\\u001b[2J\": {\"command\": \"\"}}}".to_owned(),
            "skipped",
        ),
        // a plugin that names itself, and one that names what lies above it
        (
            "home/.claude/plugins/cache/m/p/.claude-plugin/plugin.json",
            "{\"mcpServers\": [\".claude-plugin/plugin.json\", \"round.json\"]}".to_owned(),
            "it is not there",
        ),
        (
            "home/.claude/plugins/cache/m/p/round.json",
            "{\"mcpServers\": [\"round.json\", \"../../../../../../out.json\"]}".to_owned(),
            "",
        ),
    ];
    let whole = Place::new();
    for (name, text, words) in &rows {
        let place = Place::new();
        place.write(name, text);
        // the largest one is work enough alone
        if !name.contains("amazonq") {
            whole.write(name, text);
        }
        if words.is_empty() {
            continue;
        }
        let (code, said) = place.run(&["inventory"]);
        assert!([0, 3].contains(&code), "{name}: exit {code}\n{said:.2000}");
        assert!(said.contains(words), "{name}: {words}\n{said:.2000}");
        assert!(!said.contains('\u{1b}'), "{name}");
    }
    // all of it at once, and as an audit: never clean
    let (code, said) = whole.run(&["inventory"]);
    assert_eq!(code, 3, "{said:.2000}");
    assert!(said.contains("which is not followed: a plugin's manifest named this one"));
    let (code, said) = whole.run(&["scan", "--config-only", "--no-baseline"]);
    assert!([1, 3].contains(&code), "exit {code}\n{said:.2000}");
}

#[test]
#[cfg(target_os = "linux")]
fn configurations_are_read_up_to_a_sum_and_the_rest_is_said_to_be_unread() {
    let text = |i: usize| {
        let config = format!("{{\"mcpServers\":{{\"s{i}\":{{\"command\":\"node\",\"args\":[\"s{i}.js\"]}}}}}}");
        config + &" ".repeat(15 << 20)
    };
    // of clients, as they are found
    let place = Place::new();
    let found = [".mcp.json", ".cursor/mcp.json", ".vscode/mcp.json", ".gemini/settings.json", ".roo/mcp.json"];
    for (i, name) in found.iter().enumerate() {
        place.write(&format!("project/{name}"), text(i));
    }
    let (code, said) = place.run(&["inventory"]);
    assert_eq!(code, 3, "{said:.2000}");
    assert_eq!(said.matches("up to 67108864 bytes together").count(), 1, "{said:.3000}");
    let (code, said) = place.run(&["scan", "--config-only", "--no-baseline"]);
    assert!(code == 3 && said.contains("scan this file by itself"), "exit {code}: {said:.2000}");
    // named one by one
    let files: Vec<String> = (0..5).map(|i| format!("c{i}.json")).collect();
    let place = Place::new();
    for (i, name) in files.iter().enumerate() {
        place.write(&format!("project/{name}"), text(i));
    }
    let args: Vec<&str> = files.iter().map(String::as_str).collect();
    let (code, said) = place.run(&[&["scan", "--config-only", "--no-baseline"], &args[..]].concat());
    assert!(code == 3 && said.contains("scan this file by itself"), "exit {code}: {said:.2000}");
}

/// Writes another name of the same length over the first one, in both places a zip file has it.
fn renamed(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, w)| *w == from.as_bytes()).map(|(i, _)| i).collect();
    assert_eq!(places.len(), 2, "{from}");
    places.into_iter().for_each(|at| bytes[at..at + to.len()].copy_from_slice(to.as_bytes()));
    bytes
}

#[test]
#[cfg(target_os = "linux")]
fn hostile_bundles_end_in_words_with_nothing_written_and_bounded_memory() {
    let manifest = br#"{"manifest_version":"0.3","name":"calc","version":"1.0.0","server":{"type":"node","entry_point":"i.js","mcp_config":{"command":"node","args":["${__dirname}/i.js"]}},"tools":[]}"#;
    let with = |name: &str, bytes: &[u8]| pack([("manifest.json", manifest.as_slice()), (name, bytes)]);
    let link = {
        let mut bytes = with("link", b"/etc/passwd");
        let signs: Vec<usize> =
            bytes.windows(4).enumerate().filter(|(_, w)| *w == b"PK\x01\x02").map(|(i, _)| i).collect();
        let at = *signs.last().expect("a directory");
        bytes[at + 5] = 3;
        bytes[at + 38..at + 42].copy_from_slice(&(0o120_777u32 << 16).to_le_bytes());
        bytes
    };
    let zeros = vec![0u8; 200 << 20];
    let bomb = with("i.js", &zeros);
    assert!(bomb.len() < 1 << 20, "{} bytes that become 200 MiB", bomb.len());
    let names: Vec<String> = (0..100_000).map(|i| format!("f{i}")).collect();
    let crowd = pack(names.iter().map(|n| (n.as_str(), b"".as_slice())));
    let rows: [(&str, Vec<u8>, &str); 7] = [
        (
            "a path that climbs",
            renamed(with("xx/xx/xx/xx/evil.js", b"x"), "xx/xx/xx/xx/evil.js", "../../../../evil.js"),
            "leads out",
        ),
        ("a whole path", renamed(with("xtmp/evil.js", b"x"), "xtmp/evil.js", "/tmp/evil.js"), "leads out"),
        ("a path for Windows", renamed(with("xxxevil.js", b"x"), "xxxevil.js", "C:\\evil.js"), "leads out"),
        ("a link", link, "symbolic link"),
        ("200 MiB in less than one", bomb, "times its size"),
        ("100 000 entries", crowd, "not read"),
        (
            "a bundle in a bundle in the place of its manifest",
            pack([("manifest.json", with("i.js", b"x").as_slice())]),
            "not JSON",
        ),
    ];
    for (name, bytes, words) in rows {
        let place = Place::new();
        let path = place.write("project/calc.mcpb", bytes);
        for launch in ["never", "all"] {
            let args = ["scan", path.to_str().expect("UTF-8"), "--no-baseline", "--launch", launch];
            let (code, said) = place.run(&args);
            assert_eq!(code, 2, "{name}: {said:.2000}");
            let said = said.split_whitespace().filter(|w| *w != "│").collect::<Vec<_>>().join(" ");
            assert!(said.contains(words), "{name}: {words}\n{said:.2000}");
        }
    }
}
