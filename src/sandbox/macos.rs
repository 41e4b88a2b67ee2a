//! Containment on macOS: a Seatbelt profile that denies what is not named, given to `sandbox-exec`. Written after the
//! system's own profiles and compiled here, but not exercised by our tests: its level is `limited`, which has to be asked
//! for.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use super::PrivateDirs;
use super::reach::Reach;

const TOOL: &str = "/usr/bin/sandbox-exec";

/// What every process needs to start at all.
const BASE: &str = "(version 1)
(deny default)
(allow process-fork)
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow file-read-metadata)
(allow mach-lookup (global-name \"com.apple.system.opendirectoryd.libinfo\"))
(allow file-read* (literal \"/\") (literal \"/dev/null\") (literal \"/dev/zero\") (literal \"/dev/random\") (literal \"/dev/urandom\"))
(allow file-write-data (literal \"/dev/null\"))
(allow file-read* process-exec (subpath \"/usr\") (subpath \"/bin\") (subpath \"/sbin\") (subpath \"/System\") (subpath \"/Library/Apple\") (subpath \"/opt/homebrew\"))
(allow file-read* (subpath \"/private/etc/ssl\") (literal \"/private/etc/localtime\") (subpath \"/private/var/db/timezone\") (literal \"/private/etc/hosts\") (literal \"/private/etc/passwd\") (literal \"/private/etc/group\"))
";

/// The command under the profile.
pub fn command(
    file: &Path,
    args: &[String],
    reach: &Reach,
    dirs: &PrivateDirs,
    write: &[std::path::PathBuf],
    network: bool,
) -> Command {
    let mut command = Command::new(TOOL);
    command.arg("-p").arg(profile(reach, dirs, write, network)).arg("--").arg(file).args(args);
    command
}

fn profile(reach: &Reach, dirs: &PrivateDirs, write: &[std::path::PathBuf], network: bool) -> String {
    let mut text = BASE.to_owned();
    let mut rule = |what: &str, path: &Path| {
        // rules are about real paths: /tmp and /var are links there
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let kind = if path.is_dir() { "subpath" } else { "literal" };
        let quoted = path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
        writeln!(text, "(allow {what} ({kind} \"{quoted}\"))").expect("writing to memory does not fail");
    };
    reach.run.iter().for_each(|p| rule("file-read* process-exec", p));
    reach.read.iter().for_each(|p| rule("file-read*", p));
    [dirs.home(), dirs.tmp()].into_iter().for_each(|p| rule("file-read* file-write*", p));
    write.iter().for_each(|p| rule("file-read* file-write*", p));
    if network {
        text += "(allow network-outbound (remote ip))\n(allow system-socket)\n";
    }
    text
}
