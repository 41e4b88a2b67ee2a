//! The real command on a pseudo-terminal of a given width, with answers to its questions.

use std::process::{Command, Stdio};

use crate::scene::{NOW, Scene};

/// Exit code and everything that was written; each question gets the next answer, with the digits that are asked for in the
/// place of `DIGITS`. `None` where Python is not installed.
pub fn run(scene: &Scene, columns: u16, args: &[&str], answers: &[&str]) -> Option<(i32, String)> {
    let script = r#"
import fcntl, os, pty, re, struct, sys, termios
columns, answers, command = int(sys.argv[1]), sys.argv[2].split("|"), sys.argv[3:]
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    os.execv(command[0], command)
seen, asked = b"", 0
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
    while len(re.findall(rb"\[y/N(?:/always)?\] |\[Y/n\] |Type the first \d+ digits", seen)) > asked:
        answer = answers[asked] if asked < len(answers) else ""
        if "DIGITS" in answer:
            answer = answer.replace("DIGITS", re.findall(rb"sha256:([0-9a-f]{8})", seen)[-1].decode())
        os.write(fd, answer.encode() + b"\n")
        asked += 1
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;
    let mut command = Command::new("python3");
    command.args(["-c", script, &columns.to_string(), &answers.join("|"), env!("CARGO_BIN_EXE_mcp-assay")]).args(args);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", scene.home());
    command.env("MCP_ASSAY_NOW", NOW).env("TERM", "xterm").env("LANG", "C.UTF-8").env("NO_COLOR", "1");
    command.env("MCP_ASSAY_READ", scene.project()).current_dir(scene.project()).stdin(Stdio::null());
    match command.output() {
        Ok(out) => Some((out.status.code().expect("a code"), String::from_utf8_lossy(&out.stdout).into_owned())),
        Err(e) => {
            eprintln!("NOT RUN: python3 cannot be started: {e}");
            None
        }
    }
}
