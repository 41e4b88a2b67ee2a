//! `docker run` and its relatives: options that open the container, root inside, ports on every network, folders of the host.

use super::{Judge, Words};
use crate::launch::source;

/// Capabilities that lead out of a container.
const CAPABILITIES: [&str; 8] =
    ["ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "SYS_RAWIO", "DAC_READ_SEARCH", "NET_ADMIN", "BPF"];

impl Judge<'_> {
    pub(super) fn container(&mut self, words: &Words<'_>) {
        if !["docker", "podman", "nerdctl"].contains(&words.program.as_str()) {
            return;
        }
        let end = source::image_at(&words.args).unwrap_or(words.args.len());
        for (at, arg) in words.args.iter().enumerate().take(end) {
            let (flag, value) = match arg.split_once('=').filter(|(f, _)| f.starts_with("--")) {
                Some((flag, value)) => (flag, value),
                None => (*arg, words.args.get(at + 1).copied().unwrap_or_default()),
            };
            // the value is what is pointed at
            let value_at = if arg.starts_with("--") && arg.contains('=') { at } else { at + 1 };
            let says = |text: &str| self.says(format!(" runs in a container {text}"));
            let opens = match flag {
                "--privileged" if value != "false" => Some((at, "that has every right of the machine")),
                "--net" | "--network" if value == "host" => Some((value_at, "on the machine's own network")),
                "--pid" | "--ipc" | "--uts" | "--userns" | "--cgroupns" if value == "host" => {
                    Some((value_at, "that shares the machine's processes or users"))
                }
                "--device" => Some((value_at, "with a device of the machine")),
                "--cap-add"
                    if CAPABILITIES.contains(&value.trim_start_matches("CAP_").to_ascii_uppercase().as_str()) =>
                {
                    Some((value_at, "with a capability that leads out of it"))
                }
                "--security-opt" if value.contains("unconfined") || value.contains("disable") => {
                    Some((value_at, "whose confinement is switched off"))
                }
                "-v" | "--volume" | "--mount"
                    if ["docker.sock", "podman.sock", "containerd.sock"].iter().any(|s| value.contains(s)) =>
                {
                    Some((value_at, "that commands the machine's container engine"))
                }
                _ => None,
            };
            if let Some((place, text)) = opens {
                let message = says(text);
                self.at("container-escape-options", words, place, message);
            }
            match flag {
                "-u" | "--user" if ["0", "root", "0:0", "root:root"].contains(&value) => {
                    let message = self.says(" runs as root in its container");
                    self.at("privileged-launch", words, value_at, message);
                }
                // a port without an address, or with all of them
                "-p" | "--publish" if value.contains(':') && !loopback(value) => {
                    let message = self.says(" publishes a port on every network of the machine");
                    self.at("exposed-listener", words, value_at, message);
                }
                _ => {}
            }
        }
    }
}

fn loopback(published: &str) -> bool {
    ["127.", "localhost:", "[::1]:"].iter().any(|p| published.starts_with(p))
}

/// The folder of the host that a mount option names.
pub(super) fn mounted<'a>(flag: &str, value: &'a str) -> Option<&'a str> {
    match flag {
        "-v" | "--volume" => {
            // `C:\x:/x` has a drive before its separator
            let drive = value.starts_with(|c: char| c.is_ascii_alphabetic());
            let skip = if drive && value.get(1..3).is_some_and(|d| d == ":\\" || d == ":/") { 2 } else { 0 };
            let cut = value[skip..].find(':').map_or(value.len(), |i| i + skip);
            Some(&value[..cut])
        }
        "--mount" => value.split(',').find_map(|p| p.strip_prefix("source=").or_else(|| p.strip_prefix("src="))),
        _ => None,
    }
}
