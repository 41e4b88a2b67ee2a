//! Whatever ends an audit, no process of a server stays, and nothing inherited reaches one.

use std::process::{Child, Command, Stdio};

use mcp_assay::sandbox::Policy;

use super::*;
use crate::capture::{NOTE, alive, all_gone, note};

#[test]
fn a_daemon_ends_with_its_server() {
    for (_, absent) in LEVELS {
        let (_dir, file) = note();
        std::fs::write(&file, "it ran").expect("written");
        let mut program = program(&["daemon"], policy(absent));
        program.env.push((NOTE.to_owned(), Secret::new(file.clone())));
        assert!(said(&run(program)).contains("daemon started"));
        all_gone(&file);
    }
}

/// The real command with a server that never answers and has a daemon.
fn audit(note: &str, without: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mcp-assay"));
    command.args(["capture", "-o", "/dev/null", "--sandbox-without", without, "--pass-env", NOTE, "--"]);
    command.arg(hostile()).arg("hang").env(NOTE, note).env("TMPDIR", std::path::Path::new(note).parent().expect("one"));
    if without.is_empty() {
        command = Command::new(env!("CARGO_BIN_EXE_mcp-assay"));
        command.args(["capture", "-o", "/dev/null", "--pass-env", NOTE, "--"]).arg(hostile()).arg("hang");
        command.env(NOTE, note).env("TMPDIR", std::path::Path::new(note).parent().expect("one"));
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command runs")
}

/// The audit, once its server runs, and the number of the server.
fn audit_with_its_server(note: &str, without: &str) -> (Child, i32) {
    let child = audit(note, without);
    // the auditor has the mark itself, and so has a child of it before it is another program
    let program = text(&hostile());
    let is_server = |pid: &String| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split(|b| *b == 0).next() == Some(program.as_bytes())
    };
    let server = (0..500).find_map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        alive(note).into_iter().find(is_server)
    });
    let server = server.unwrap_or_else(|| panic!("the server did not start without {without:?}"));
    (child, server.parse().expect("a number"))
}

/// Waits for everything in the folder but the note to be gone.
fn emptied(folder: &std::path::Path, without: &str) {
    let left = || std::fs::read_dir(folder).expect("ours").flatten().filter(|e| e.file_name() != "note").count();
    let clean = (0..1500).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        left() == 0
    });
    assert!(clean, "the private directories were left behind without {without:?}");
}

/// State, parent and session of a process; `None` when it is gone.
fn stat(pid: i32) -> Option<(String, i32, i32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some((fields[0].to_owned(), fields[1].parse().ok()?, fields[3].parse().ok()?))
}

/// The supervisor is the child of the auditor above the server.
fn supervisor(auditor: i32, server: i32) -> i32 {
    let mut pid = server;
    loop {
        let (_, parent, _) = stat(pid).expect("a living ancestor");
        if parent == auditor {
            return pid;
        }
        pid = parent;
    }
}

#[test]
fn killing_the_auditor_in_mid_handshake_leaves_nothing() {
    for without in ["", "namespaces", "namespaces,scope"] {
        let (dir, file) = note();
        std::fs::write(&file, "it ran").expect("written");
        let (mut child, server) = audit_with_its_server(&file, without);
        let supervisor = supervisor(child.id().cast_signed(), server);
        // in the auditor's session its group would be orphaned by the auditor's death, and hung up on when one of it is
        // stopped just then
        assert_eq!(stat(supervisor).expect("alive").2, supervisor, "without {without:?}");
        child.kill().expect("SIGKILL");
        child.wait().expect("ours");
        all_gone(&file);
        emptied(dir.path(), without);
    }
}

#[test]
fn killing_the_auditor_after_the_end_of_a_server_or_supervisor_leaves_nothing() {
    let signal = |pid: i32, signal: i32| {
        #[expect(unsafe_code, reason = "a signal to a process of ours")]
        let sent = unsafe { libc::kill(pid, signal) };
        assert_eq!(sent, 0, "{pid}");
    };
    let levels = ["", "namespaces", "namespaces,scope"];
    for (without, of_server) in levels.iter().flat_map(|w| [(*w, true), (*w, false)]) {
        let (dir, file) = note();
        std::fs::write(&file, "it ran").expect("written");
        let (mut child, server) = audit_with_its_server(&file, without);
        let auditor = child.id().cast_signed();
        let supervisor = supervisor(auditor, server);
        // the auditor cannot do anything any more, as if it were killed between the two
        signal(auditor, libc::SIGSTOP);
        signal(if of_server { server } else { supervisor }, libc::SIGKILL);
        let ended = (0..500).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            stat(supervisor).is_none_or(|(state, ..)| state == "Z")
        });
        assert!(ended, "the supervisor did not end without {without:?}");
        assert!(std::fs::read_dir(dir.path()).expect("ours").count() > 1, "there is nothing to be left");
        child.kill().expect("SIGKILL");
        child.wait().expect("ours");
        all_gone(&file);
        emptied(dir.path(), without);
    }
}

#[test]
fn a_terminal_of_the_auditor_is_out_of_reach() {
    let dir = tempfile::tempdir().expect("a directory");
    let out = dir.path().join("out.json");
    let on_terminal = |more: &str| {
        let command = format!(
            "'{}' capture --no-progress {more} -o '{}' -- '{}' terminal",
            env!("CARGO_BIN_EXE_mcp-assay"),
            out.display(),
            hostile().display()
        );
        // `script` gives the command a terminal of its own and shows what is written to it
        let shown = Command::new("script").args(["-qec", &command, "/dev/null"]).stdin(Stdio::null()).output();
        let shown = shown.expect("script exists").stdout;
        (String::from_utf8_lossy(&shown).into_owned(), std::fs::read_to_string(&out).expect("a capture"))
    };
    for more in ["", "--sandbox-without namespaces", "--sandbox-without namespaces,scope"] {
        let (shown, captured) = on_terminal(more);
        assert!(!shown.contains("password") && captured.contains("held /dev/tty"), "{more}: {shown}\n{captured}");
        assert!(!captured.contains("LEAK"), "{captured}");
    }
    let (shown, _) = on_terminal("--sandbox off");
    assert!(shown.contains("password"), "without isolation it can: {shown}");
}

#[test]
fn inherited_descriptors_do_not_reach_the_server() {
    let dir = tempfile::tempdir().expect("a directory");
    let canary = dir.path().join("canary");
    std::fs::write(&canary, "canary-descriptor").expect("written");
    let out = dir.path().join("out.json");
    // a shell opens descriptors without close-on-exec, as a careless parent does
    let opens: String = (3..1003).map(|n| format!("exec {n}<'{}'; ", canary.display())).collect();
    let mut files: Vec<String> = (3..1003).map(|n| format!("/proc/self/fd/{n}")).collect();
    files.insert(0, "read".to_owned());
    let status = Command::new("bash")
        .args([
            "-c",
            &format!("ulimit -n 4096; {opens} exec \"$@\""),
            "bash",
            env!("CARGO_BIN_EXE_mcp-assay"),
            "capture",
            "-o",
        ])
        .arg(&out)
        .arg("--")
        .arg(hostile())
        .args(&files)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("bash exists");
    assert!(status.success(), "{status}");
    let text = std::fs::read_to_string(&out).expect("a capture");
    assert!(text.contains("held") && !text.contains("canary-descriptor") && !text.contains("LEAK"), "{text}");
}

#[test]
fn a_program_that_cannot_start_says_so_and_is_not_run_elsewhere() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("broken");
    std::fs::write(&file, "#!/no/such/interpreter\n").expect("written");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("ours");
    let mut program = program(&[], policy(&[]));
    program.command = text(&file);
    let failure = run(program).failure.expect("it cannot start").sentence().to_terminal();
    assert!(failure.contains("does not start"), "{failure}");
}

#[test]
fn the_floor_is_kept() {
    use mcp_assay::sandbox::{Layer, Level, Mode};
    let weak = Policy { require: Some(Level::Full), ..policy(&[Layer::Namespaces]) };
    let failure = run(program(&["environment"], weak)).failure.expect("refused").sentence().to_terminal();
    assert!(failure.contains("`strong`") && failure.contains("--require-isolation"), "{failure}");
    let off = Policy { require: Some(Level::Strong), mode: Mode::Off, ..policy(&[]) };
    let failure = run(program(&["environment"], off)).failure.expect("refused").sentence().to_terminal();
    assert!(failure.contains("`off`"), "{failure}");
}

#[test]
fn a_normal_user_gets_the_same() {
    if !rustix_is_root() {
        return;
    }
    // the same command as nobody, from a copy that nobody can read
    let dir = tempfile::Builder::new().prefix("mcp-assay-user-").tempdir_in("/var/tmp").expect("a directory");
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).expect("ours");
    let copy = |from: &std::path::Path, name: &str| {
        let to = dir.path().join(name);
        std::fs::copy(from, &to).expect("copied");
        to
    };
    let auditor = copy(std::path::Path::new(env!("CARGO_BIN_EXE_mcp-assay")), "auditor");
    let server = copy(&hostile(), "server");
    let (out, secret) = (dir.path().join("out.json"), dir.path().join("secret"));
    std::fs::write(&secret, "canary-user").expect("written");
    for args in [vec!["read", secret.to_str().expect("UTF-8"), "/etc/shadow"], vec!["fork"], vec!["escape"]] {
        let status = Command::new("setpriv")
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
            .arg(&auditor)
            .args(["capture", "--require-isolation", "strong", "-o"])
            .arg(&out)
            .arg("--")
            .arg(&server)
            .args(&args)
            .env("TMPDIR", dir.path())
            .env("HOME", dir.path())
            .current_dir(dir.path())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("setpriv exists");
        let text = std::fs::read_to_string(&out).expect("a capture");
        assert!(status.success() && text.contains("held") && !text.contains("LEAK"), "{args:?}: {status}\n{text}");
        std::fs::remove_file(&out).expect("ours");
    }
}

fn rustix_is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0)
}

/// Not part of a normal run, because a busy machine makes every number: `cargo test --test it -- --ignored cost --nocapture`.
#[test]
#[ignore = "measures time"]
fn the_cost_of_a_launch_is_small() {
    use mcp_assay::sandbox::{Layer, Mode};
    let off = Policy { mode: Mode::Off, ..Policy::default() };
    let kinds = [("off", off), ("full", policy(&[])), ("strong", policy(&[Layer::Namespaces]))];
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); kinds.len()];
    for round in 0..21 {
        for ((_, policy), times) in kinds.iter().zip(&mut times) {
            let started = std::time::Instant::now();
            assert!(run(program(&["environment"], policy.clone())).failure.is_none());
            // the first round finds out what the system offers, once per run
            times.extend((round > 0).then(|| started.elapsed()));
        }
    }
    let medians: Vec<Duration> = times
        .iter_mut()
        .map(|t| {
            t.sort();
            t[t.len() / 2]
        })
        .collect();
    for ((name, _), median) in kinds.iter().zip(&medians) {
        println!("{name}: {median:?}, {:?} more than off", median.saturating_sub(medians[0]));
    }
    // a capture of this server is one launch
    assert!(medians[1] - medians[0] <= Duration::from_millis(30), "{medians:?}");
}
