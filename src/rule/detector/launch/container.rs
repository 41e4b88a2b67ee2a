//! `docker run` and its relatives, behind whatever wrapper: options that open the container, root inside, ports on every
//! network, an engine on another machine.

use std::net::IpAddr;

use super::{Judge, Words, shown};
use crate::launch::engine::{self, Opt, mounted};
use crate::launch::line::Line;

/// Capabilities that lead out of a container.
const CAPABILITIES: [&str; 8] =
    ["ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "SYS_RAWIO", "DAC_READ_SEARCH", "NET_ADMIN", "BPF"];

/// Folders of the machine that lead out of a container: its processes, devices, engine and boot.
const HOST: [&str; 11] = [
    "/",
    "/proc",
    "/sys",
    "/dev",
    "/run",
    "/var/run",
    "/boot",
    "/lib/modules",
    "/var/lib/docker",
    "/var/lib/containerd",
    "/var/lib/kubelet",
];

/// What an engine's command has: the index of its first argument, and what it says.
fn engines(line: &Line<'_>) -> Vec<(Vec<Option<usize>>, engine::Run)> {
    let outside = line.steps().filter(|s| !s.inside);
    let read = outside.filter_map(|s| {
        let name = s.program();
        let run = engine::is_engine(&name).then(|| engine::read(&name, &s.texts())).flatten()?;
        Some((s.args.iter().map(|w| w.argument).collect(), run))
    });
    read.collect()
}

/// Whether what runs in the container is on the machine's own network.
pub(super) fn on_host_network(line: &Line<'_>) -> bool {
    let host = |o: &Opt| ["--net", "--network"].contains(&o.flag.as_str()) && o.value == "host";
    engines(line).iter().any(|(_, run)| run.options.iter().any(host))
}

impl Judge<'_> {
    pub(super) fn container(&mut self, words: &Words<'_>) {
        for step in words.line.steps().filter(|s| !s.inside && s.program() == "kubectl") {
            let opens =
                ["hostPID", "hostIPC", "hostNetwork", "hostPath", "\"privileged\":true", "\"privileged\": true"];
            if let Some(word) = step.args.iter().find(|w| opens.iter().any(|o| w.text.contains(o))) {
                let message = self.says(" runs in a pod that has rights or folders of its machine");
                self.on("container-escape-options", words, word.argument, message);
            }
        }
        for (places, run) in engines(&words.line) {
            let place = |at: usize| places.get(at).copied().flatten();
            for option in &run.options {
                if let Some((at, text)) = opens(option) {
                    let message = self.says(format!(" runs in a container {text}"));
                    self.on("container-escape-options", words, place(at), message);
                }
                let value = option.value.as_str();
                match option.flag.as_str() {
                    "-u" | "--user" if ["0", "root"].contains(&value.split(':').next().unwrap_or_default()) => {
                        let message = self.says(" runs as root in its container");
                        self.on("privileged-launch", words, place(option.value_at), message);
                    }
                    // a port without an address, or with all of them
                    "-p" | "--publish" if !value.is_empty() && !loopback(value) => {
                        let message = self.says(" publishes a port on every network of the machine");
                        self.on("exposed-listener", words, place(option.value_at), message);
                    }
                    "--add-host" if redirects(value) => {
                        let message = self.says(" has its container take another machine for ");
                        let message = message.quote(&shown(value.split([':', '=']).next().unwrap_or_default()));
                        self.on("unusual-remote-host", words, place(option.value_at), message);
                    }
                    "-P" | "--publish-all" if value != "false" => {
                        let message = self.says(" publishes every port of its image on every network of the machine");
                        self.on("exposed-listener", words, place(option.at), message);
                    }
                    _ => {}
                }
            }
            let clear = !run.engine.iter().any(|o| o.flag.starts_with("--tls"));
            let far = |o: &&Opt| ["-H", "--host", "--url"].contains(&o.flag.as_str()) && is_far(&o.value);
            if let Some(option) = run.engine.iter().find(far).filter(|_| clear) {
                let message = self.says(" commands a container engine on another machine without encryption: ");
                let message = message.quote(&shown(&option.value));
                self.on("insecure-transport", words, place(option.value_at), message);
            } else if let Some(option) = run.engine.iter().find(|o| is_elsewhere(&o.flag, &o.value)) {
                let message = self.says(" has its container run where ").quote(&shown(&option.value));
                let message = message.text(" leads, which may be another machine");
                self.on("unusual-remote-host", words, place(option.value_at), message);
            }
        }
    }
}

/// What an option opens, and the word to point at.
fn opens(option: &Opt) -> Option<(usize, &'static str)> {
    let value = option.value.as_str();
    match option.flag.as_str() {
        "--privileged" if value != "false" => Some((option.at, "that has every right of the machine")),
        "--net" | "--network" if value == "host" => Some((option.value_at, "on the machine's own network")),
        "--pid" | "--ipc" | "--uts" | "--userns" | "--cgroupns" if value == "host" => {
            Some((option.value_at, "that shares the machine's processes or users"))
        }
        "--device" => Some((option.value_at, "with a device of the machine")),
        "--cap-add" if CAPABILITIES.contains(&value.trim_start_matches("CAP_").to_ascii_uppercase().as_str()) => {
            Some((option.value_at, "with a capability that leads out of it"))
        }
        "--security-opt" if value.contains("unconfined") || value.contains("disable") => {
            Some((option.value_at, "whose confinement is switched off"))
        }
        "--volumes-from" => Some((option.value_at, "with all folders of another container")),
        flag @ ("-v" | "--volume" | "--mount") => {
            let sockets = ["docker.sock", "podman.sock", "containerd.sock", "crio.sock", "docker_engine"];
            if sockets.iter().any(|s| value.contains(s)) {
                return Some((option.value_at, "that commands the machine's container engine"));
            }
            let folder = mounted(flag, value)?;
            let plain = if folder == "/" { "/" } else { folder.trim_end_matches('/') };
            let host = HOST.contains(&plain) || folder.starts_with("/proc/");
            host.then_some((option.value_at, "with a folder of the machine that leads out of it"))
        }
        _ => None,
    }
}

fn loopback(published: &str) -> bool {
    ["127.", "localhost:", "[::1]:"].iter().any(|p| published.starts_with(p))
}

/// Whether a public name is given an address that is not of a network of one's own.
fn redirects(host: &str) -> bool {
    let Some((name, address)) = host.split_once([':', '=']) else { return false };
    let own = [".internal", ".local", ".lan", ".test", ".localhost", ".corp"].iter().any(|e| name.ends_with(e));
    name.contains('.') && !own && address != "host-gateway" && !is_private(address)
}

/// Whether an address is of a network of one's own, or nobody's. What is no address that can be read is neither.
fn is_private(address: &str) -> bool {
    let address = address.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match address.map(|a| a.to_canonical()) {
        Ok(IpAddr::V4(a)) => a.is_private() || a.is_loopback() || a.is_unspecified(),
        Ok(IpAddr::V6(a)) => a.is_loopback() || a.is_unspecified() || a.is_unique_local(),
        Err(_) => false,
    }
}

/// Contexts and connections that the makers of engines set up for this machine.
const CONTEXTS: [&str; 8] = [
    "default",
    "desktop-linux",
    "desktop-windows",
    "orbstack",
    "colima",
    "rancher-desktop",
    "rootless",
    "podman-machine-default",
];

/// Whether an option of an engine, or a variable for it, has containers run somewhere else than on this machine.
pub(super) fn is_elsewhere(name: &str, value: &str) -> bool {
    match name {
        "--context" | "-c" | "--connection" | "DOCKER_CONTEXT" | "CONTAINER_CONNECTION" => {
            let own = |c: &str| value.strip_prefix(c).is_some_and(|r| r.is_empty() || r.starts_with('-'));
            !value.is_empty() && !value.starts_with("${") && !CONTEXTS.iter().any(|c| own(c))
        }
        "-H" | "--host" | "--url" | "DOCKER_HOST" | "CONTAINER_HOST" => {
            leads_away(value, &["ssh", "tcp", "http", "https"])
        }
        _ => false,
    }
}

/// Whether an engine's address is plain TCP to another machine.
pub(super) fn is_far(address: &str) -> bool {
    leads_away(address, &["tcp", "http"])
}

/// Whether an address of one of some schemes is that of another machine.
fn leads_away(address: &str, schemes: &[&str]) -> bool {
    // a scheme of its own has no host to read
    let there = |rest: &str| url::Url::parse(&format!("http://{rest}")).is_ok_and(|u| !super::remote::is_local(&u));
    address.split_once("://").is_some_and(|(scheme, rest)| schemes.contains(&scheme) && there(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_name_is_not_sent_elsewhere() {
        for host in [
            "api.github.com:6.6.6.6",
            "api.github.com=6.6.6.6",
            "api.github.com:2001:db8::6",
            "api.github.com=[2001:db8::6]",
            "api.github.com:[2001:db8::6]",
            "api.github.com:::ffff:6.6.6.6",
            "api.github.com:169.254.1.1",
            "api.github.com:06.6.6.6",
        ] {
            assert!(redirects(host), "{host}");
        }
        for host in [
            "x.acme.com:host-gateway",
            "x.acme.com:::1",
            "x.acme.com=[fd00::1]",
            "x.acme.com:0.0.0.0",
            "host.docker.internal:host-gateway",
            "db:10.0.0.2",
            "gitlab.acme.com:10.0.0.2",
            "x",
        ] {
            assert!(!redirects(host), "{host}");
        }
    }

    #[test]
    fn containers_of_this_machine_are_told_from_those_elsewhere() {
        for (name, value) in [
            ("--context", "build-farm"),
            ("DOCKER_CONTEXT", "prod"),
            ("-H", "ssh://me@build.acme.test"),
            ("DOCKER_HOST", "tcp://10.0.0.7:2376"),
        ] {
            assert!(is_elsewhere(name, value), "{name} {value}");
        }
        for (name, value) in [
            ("--context", "desktop-linux"),
            ("--context", "colima-work"),
            ("--context", "${CONTEXT}"),
            ("-H", "unix:///var/run/docker.sock"),
            ("DOCKER_HOST", "tcp://127.0.0.1:2375"),
            ("DOCKER_HOST", "npipe:////./pipe/docker_engine"),
            ("--log-level", "debug"),
        ] {
            assert!(!is_elsewhere(name, value), "{name} {value}");
        }
    }
}
