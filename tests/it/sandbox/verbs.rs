//! One test per thing a server might try; each at every level.

use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener};
use std::process::{Command, Stdio};

use mcp_assay::sandbox::{Layer, Policy};

use super::*;

/// Runs a verb at every level; nothing may leak, and it must have been tried.
#[track_caller]
fn held(args: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for (level, absent) in LEVELS {
        let program = program(args, policy(absent));
        let expected = program.expected();
        let capture = run(program);
        // in a container there are no namespaces, and `strong` is all there is
        let level = if expected.contains("`strong`") { "strong" } else { level };
        assert!(capture.isolation.starts_with(&format!("{level}: ")), "{absent:?}: {}", capture.isolation);
        let said = said(&capture);
        assert!(said.contains("held") && !said.contains("LEAK") && !said.contains("NOT TRIED"), "{absent:?}:\n{said}");
        all.push(said);
    }
    all
}

/// The same verb without isolation: the fixture can do it, so that `held` means something.
#[track_caller]
fn leaks_without(args: &[&str]) {
    let off = Policy { mode: mcp_assay::sandbox::Mode::Off, ..Policy::default() };
    let said = said(&run(program(args, off)));
    assert!(said.contains("LEAK"), "{said}");
}

#[test]
fn files_of_the_person_are_closed() {
    let dir = tempfile::tempdir().expect("a directory");
    let canary = dir.path().join(".ssh-key");
    std::fs::write(&canary, "canary-file").expect("written");
    let canary = text(&canary);
    let mut files = vec!["read", &canary, "/etc/shadow", "/proc/1/environ", "/proc/1/cmdline", "/etc/ssh/sshd_config"];
    let history = std::env::var("HOME").map(|h| format!("{h}/.bashrc")).unwrap_or_default();
    files.push(&history);
    for said in held(&files) {
        assert!(!said.contains("canary"), "{said}");
    }
    leaks_without(&["read", &canary]);
}

#[test]
fn directories_of_the_person_cannot_be_listed() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = text(dir.path());
    let home = std::env::var("HOME").unwrap_or_else(|_| "/root".to_owned());
    held(&["list", "/", &dir, &home, "/proc", "/tmp", "/etc", "/dev", "/var"]);
    leaks_without(&["list", &dir]);
}

#[test]
fn the_environment_holds_nothing_of_the_auditor() {
    for (_, absent) in LEVELS {
        let mut program = program(&["environment"], policy(absent));
        let own = std::env::vars().chain([("SECRET_CANARY".to_owned(), "canary-inherited".to_owned())]);
        program.surroundings = Surroundings::new(own, "");
        let said = said(&run(program));
        assert!(!said.contains("canary"), "{said}");
        assert!(said.contains("placeholder") && said.contains("{home}"), "{said}");
    }
}

#[test]
fn nothing_outside_the_private_directories_can_be_written() {
    let dir = tempfile::tempdir().expect("a directory");
    let target = text(&dir.path().join("mine"));
    held(&["write", &target, "/tmp/mcp-assay-hostile-was-here", "/etc/cron.d/x", "/proc/self/oom_score_adj"]);
    assert!(!std::path::Path::new(&target).exists());
    leaks_without(&["write", &target]);
}

/// Landlock says nothing about modes, owners and times: the owner of a file could change them through it.
#[test]
fn files_outside_keep_mode_owner_times_and_content() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a directory");
    let (closed, open) = (dir.path().join("closed"), dir.path().join("open"));
    for file in [&closed, &open] {
        std::fs::write(file, "canary").expect("written");
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).expect("ours");
    }
    let (closed, open) = (text(&closed), text(&open));
    for verb in ["change", "cut"] {
        for (_, absent) in LEVELS {
            // one file it may not read, and one it may
            let may = Policy { read: vec![open.clone().into()], ..policy(absent) };
            let said = said(&run(program(&[verb, &closed, &open], may)));
            assert!(said.contains("held") && !said.contains("LEAK"), "{absent:?}:\n{said}");
        }
        for file in [&closed, &open] {
            assert_eq!(std::fs::read_to_string(file).expect("still there"), "canary");
            assert_eq!(std::fs::metadata(file).expect("still there").permissions().mode() & 0o7777, 0o600);
        }
        leaks_without(&[verb, &open]);
        std::fs::write(&open, "canary").expect("written");
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o600)).expect("ours");
    }
}

#[test]
fn what_a_server_wrote_cannot_be_run() {
    held(&["run-written"]);
    leaks_without(&["run-written"]);
}

#[test]
fn no_socket_reaches_anybody() {
    let dir = tempfile::tempdir().expect("a directory");
    let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
    let udp = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let stream = dir.path().join("agent.sock");
    let _agent = UnixListener::bind(&stream).expect("a socket");
    let datagram = dir.path().join("log.sock");
    let log = UnixDatagram::bind(&datagram).expect("a socket");
    let name = format!("mcp-assay-test-{}", std::process::id());
    let hidden = SocketAddr::from_abstract_name(&name).and_then(|a| UnixListener::bind_addr(&a)).expect("a socket");
    let args = [
        "connect".to_owned(),
        format!("tcp:{}", tcp.local_addr().expect("bound").port()),
        format!("udp:{}", udp.local_addr().expect("bound").port()),
        format!("unix:{}", stream.display()),
        format!("datagram:{}", datagram.display()),
        format!("abstract:{name}"),
        "name".to_owned(),
    ];
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    held(&args);
    tcp.set_nonblocking(true).expect("ours");
    udp.set_nonblocking(true).expect("ours");
    log.set_nonblocking(true).expect("ours");
    assert!(tcp.accept().is_err() && udp.recv(&mut [0; 8]).is_err() && log.recv(&mut [0; 8]).is_err());
    drop(hidden);
    leaks_without(&args[..5]);
}

#[test]
fn with_the_network_on_only_the_network_is_open() {
    let dir = tempfile::tempdir().expect("a directory");
    let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
    let stream = dir.path().join("agent.sock");
    let _agent = UnixListener::bind(&stream).expect("a socket");
    let (port, path) = (tcp.local_addr().expect("bound").port(), stream.display());
    for (_, absent) in LEVELS {
        let on = Policy { network: true, ..policy(absent) };
        let capture = run(program(&["connect", &format!("tcp:{port}"), &format!("unix:{path}")], on));
        let said = said(&capture);
        assert!(said.contains("LEAK tcp") && said.contains("held unix"), "{said}");
        assert!(capture.isolation.contains("network ON"), "{}", capture.isolation);
    }
}

#[test]
fn the_terminal_cannot_be_opened() {
    held(&["terminal"]);
}

#[test]
fn no_other_process_can_be_signalled_or_read() {
    let mut victim = Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().expect("sleep exists");
    let (pid, me) = (victim.id().to_string(), std::process::id().to_string());
    held(&["signal", "parent", &pid]);
    held(&["spy", &pid]);
    held(&["spy", &me]);
    assert!(victim.try_wait().expect("ours").is_none(), "it was killed");
    leaks_without(&["signal", &pid]);
    victim.wait().expect("ours");
}

#[test]
fn files_memory_and_processes_are_bounded() {
    held(&["fill"]);
    leaks_without_limit();
    held(&["memory"]);
}

/// Without a helper the limits hold, too: they are set on the running process.
#[track_caller]
fn leaks_without_limit() {
    let off = Policy { mode: mcp_assay::sandbox::Mode::Off, ..Policy::default() };
    let capture = run(program(&["fill"], off));
    assert!(capture.isolation.starts_with("off: "), "{}", capture.isolation);
}

#[test]
fn many_files_are_bounded_together() {
    for (_, absent) in LEVELS {
        let capture = run(program(&["scatter"], policy(absent)));
        let failure = capture.failure.expect("it was stopped").sentence().to_terminal();
        assert!(failure.contains("stopped at a limit") && failure.contains("512 MiB"), "{failure}");
    }
}

#[test]
fn a_fork_bomb_is_stopped_and_leaves_nobody() {
    let (dir, note) = crate::capture::note();
    std::fs::write(&note, "it ran").expect("written");
    for (_, absent) in LEVELS {
        let mut program = program(&["fork"], policy(absent));
        program.env.push((crate::capture::NOTE.to_owned(), Secret::new(note.clone())));
        let capture = run(program);
        let stopped = match &capture.failure {
            // root is not bound by the limit of processes: the supervisor counts
            Some(failure) => format!("{failure:?}").contains("processes and threads"),
            None => said(&capture).contains("held"),
        };
        assert!(stopped, "{absent:?}: {:?} {:?}", capture.failure, capture.limits_hit);
        crate::capture::all_gone(&note);
    }
    drop(dir);
}

#[test]
fn the_kernel_and_other_namespaces_are_closed() {
    held(&["escape"]);
}

/// Servers that run several processes of Python, or a browser, need a place for what these share.
#[test]
fn shared_memory_is_private_small_and_never_runs() {
    let mark = format!("mcp-assay-mark-{}", std::process::id());
    for (level, absent) in LEVELS {
        let capture = run(program(&["share", &mark], policy(absent)));
        let said = said(&capture);
        assert!(!std::path::Path::new("/dev/shm").join(&mark).exists(), "{absent:?}: seen outside");
        if capture.isolation.contains("mount)") {
            let expected = ["found Ok(0)", "semaphore 0", "mark true", "held run", "held 6"];
            assert!(expected.iter().all(|e| said.contains(e)) && !said.contains("LEAK"), "{absent:?}:\n{said}");
        } else {
            // without namespaces there is none, rather than everybody's
            assert!(said.contains("no semaphore"), "{absent:?}:\n{said}");
            let spaces = level == "full" || absent == [Layer::Scope];
            assert!(!spaces || capture.isolation.contains("no namespaces"), "{absent:?}: {}", capture.isolation);
        }
    }
    let off = Policy { mode: mcp_assay::sandbox::Mode::Off, ..Policy::default() };
    let alone = said(&run(program(&["share", &mark], off)));
    let outside = std::path::Path::new("/dev/shm").join(&mark);
    assert!(!alone.contains("mark true") || std::fs::remove_file(outside).is_ok(), "the fixture writes where it says");
    for file in ["program", "a", "b", "c"] {
        let _absent = std::fs::remove_file(std::path::Path::new("/dev/shm").join(file));
    }
}

/// The semaphores and the pool of Python's own modules.
#[test]
fn a_python_server_with_several_processes_lists_its_tools() {
    if Command::new("python3").arg("--version").output().is_err() {
        return eprintln!("NOT RUN: there is no python3");
    }
    let dir = tempfile::tempdir().expect("a directory");
    let script = dir.path().join("server.py");
    let text = r#"import json, multiprocessing, sys
def double(n):
    return n * 2
if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        made = sum(pool.map(double, range(5)))
    for line in sys.stdin:
        ask = json.loads(line)
        if "id" not in ask:
            continue
        if ask["method"] == "initialize":
            result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "pool", "version": "1"}}
        elif ask["method"] == "tools/list":
            result = {"tools": [{"name": "said", "description": "made %d" % made, "inputSchema": {"type": "object"}}]}
        else:
            print(json.dumps({"jsonrpc": "2.0", "id": ask["id"], "error": {"code": -32601, "message": "no"}}), flush=True)
            continue
        print(json.dumps({"jsonrpc": "2.0", "id": ask["id"], "result": result}), flush=True)
"#;
    std::fs::write(&script, text).expect("written");
    let mut python = program(&[&script.to_string_lossy()], policy(&[]));
    python.command = "python3".to_owned();
    let capture = run(python);
    if !capture.isolation.contains("mount)") {
        return eprintln!("NOT RUN: no namespaces here: {}", capture.isolation);
    }
    assert_eq!(said(&capture), "made 20");
}

#[test]
fn where_nothing_can_contain_it_it_is_not_started() {
    let dir = tempfile::tempdir().expect("a directory");
    let mark = dir.path().join("started");
    for (absent, why) in [(Layer::Landlock, "Landlock"), (Layer::Seccomp, "filter")] {
        let open = Policy { write: vec![dir.path().to_owned()], ..policy(&[absent]) };
        let capture = run(program(&["write", &text(&mark)], open));
        let failure = capture.failure.expect("it was not started").sentence().to_terminal();
        assert!(failure.contains(why) && failure.contains("--sandbox off"), "{failure}");
        assert!(!mark.exists());
    }
}
