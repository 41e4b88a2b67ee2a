//! `docker run` and its relatives, behind whatever wrapper: options that open the container, root inside, ports on every
//! network, an engine on another machine.

use std::net::IpAddr;

use super::{Judge, Words, shown};
use crate::launch::engine::{self, Opt, mounted};
use crate::launch::line::Line;

/// Capabilities that lead nowhere: those that engines give anyway, and those about memory and time of processes.
const CAPABILITIES: [&str; 19] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "KILL",
    "LEASE",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
    "SYS_NICE",
    "SYS_RESOURCE",
];

/// Runtimes that engines come with, or that isolate more than those.
const RUNTIMES: [&str; 15] = [
    "",
    "runc",
    "crun",
    "youki",
    "krun",
    "runsc",
    "gvisor",
    "kata",
    "kata-runtime",
    "sysbox-runc",
    "nvidia",
    "io.containerd.runc.v2",
    "io.containerd.runsc.v1",
    "io.containerd.kata.v2",
    "io.containerd.wasmtime.v1",
];

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
        for step in words.line.steps().filter(|s| !s.inside) {
            let texts = step.texts();
            let found = match step.program().as_str() {
                "nsenter" => texts.iter().position(|a| a.starts_with("-t") || a.starts_with("--target")),
                "kubectl" | "oc" if texts.contains(&"run") => {
                    let open =
                        |a: &&str| a.starts_with("--overrides") || *a == "--privileged" || *a == "--privileged=true";
                    texts.iter().take_while(|a| **a != "--").position(open)
                }
                _ => None,
            };
            if let Some(at) = found {
                let message = self.says(" runs with the rights of the machine, or of other processes");
                self.on("container-escape-options", words, step.args[at].argument, message);
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
            for option in &run.engine {
                let known = option.flag == "--runtime" && RUNTIMES.contains(&option.value.as_str());
                if SET_UP.contains(&option.flag.as_str()) && !known {
                    let message = self.says(" runs in a container that another program sets up");
                    self.on("container-escape-options", words, place(option.value_at), message);
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
    let lower = value.to_ascii_lowercase();
    match option.flag.as_str() {
        "--privileged" if lower != "false" => Some((option.at, "that has every right of the machine")),
        "--net" | "--network" if lower == "host" || lower.starts_with("ns:") => {
            Some((option.value_at, "on the machine's own network"))
        }
        "--pid" | "--ipc" | "--uts" | "--userns" | "--cgroupns" if !is_apart(&lower) => {
            Some((option.value_at, "that shares the machine's processes or users"))
        }
        "--device" | "--device-cgroup-rule" => Some((option.value_at, "with a device of the machine")),
        "--cap-add" if !is_weak(value) => Some((option.value_at, "with a capability that leads out of it")),
        "--security-opt" if !is_confined(&lower) => Some((option.value_at, "whose confinement is switched off")),
        "--volumes-from" => Some((option.value_at, "with all folders of another container")),
        "--use-api-socket" if lower != "false" => Some((option.at, "that commands the machine's container engine")),
        "--runtime" if !RUNTIMES.contains(&value) => Some((option.value_at, "that another program sets up")),
        "--rootfs" if lower != "false" => Some((option.at, "whose files are a folder of the machine")),
        flag @ ("-v" | "--volume" | "--mount") => {
            let sockets = ["docker.sock", "podman.sock", "containerd.sock", "crio.sock", "docker_engine"];
            if sockets.iter().any(|s| lower.contains(s)) {
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

/// Whether a namespace is the container's own; `container:x` and a path are not.
fn is_apart(value: &str) -> bool {
    ["", "private", "none", "shareable", "pod", "nomap"].contains(&value)
        || ["keep-id", "auto"].iter().any(|p| value.strip_prefix(p).is_some_and(|r| r.is_empty() || r.starts_with(':')))
        // what a client fills in is not known, and no word that shares anything
        || value.starts_with("${")
}

/// Whether capabilities lead nowhere; podman takes a list.
fn is_weak(list: &str) -> bool {
    list.split(',').all(|one| {
        let upper = one.trim().to_ascii_uppercase();
        CAPABILITIES.contains(&upper.strip_prefix("CAP_").unwrap_or(&upper)) || one.starts_with("${")
    })
}

/// Whether an option of security leaves a container confined.
fn is_confined(option: &str) -> bool {
    let (name, value) = option.split_once(['=', ':']).unwrap_or((option, ""));
    match name {
        "no-new-privileges" => value != "false",
        "seccomp" => ["builtin", "default"].contains(&value),
        "apparmor" => ["docker-default", "containers-default", "default"].contains(&value),
        "label" => value.starts_with("level:") || value == "nested",
        "mask" => true,
        _ => name.starts_with("${"),
    }
}

/// Options of an engine itself by which programs of the caller's set a container up.
const SET_UP: [&str; 4] = ["--runtime", "--hooks-dir", "--conmon", "--module"];

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
    fn what_opens_a_container_is_found_in_every_spelling() {
        let of = |flag: &str, value: &str| {
            opens(&Opt { flag: flag.to_owned(), value: value.to_owned(), at: 0, value_at: 1 }).is_some()
        };
        for (flag, value) in [
            ("--privileged", ""),
            ("--cap-add", "cap_sys_admin"),
            ("--cap-add", "CAP_ALL"),
            ("--cap-add", "CHOWN,sys_admin"),
            ("--cap-add", "PERFMON"),
            ("--pid", "container:x"),
            ("--pid", "HOST"),
            ("--userns", "ns:/proc/1/ns/user"),
            ("--network", "ns:/proc/1/ns/net"),
            ("--security-opt", "seccomp=./x.json"),
            ("--security-opt", "apparmor:unconfined"),
            ("--security-opt", "label=type:spc_t"),
            ("--security-opt", "systempaths=unconfined"),
            ("--security-opt", "no-new-privileges=false"),
            ("--security-opt", "unmask=ALL"),
            ("--device-cgroup-rule", "a *:* rwm"),
            ("--use-api-socket", ""),
            ("--runtime", "evil"),
            ("--rootfs", ""),
            ("--mount", "type=bind,Source=/proc,dst=/h"),
            ("--mount", "type=volume,dst=/h,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/"),
            ("-v", "/run/Docker.sock:/x"),
        ] {
            assert!(of(flag, value), "{flag} {value}");
        }
        for (flag, value) in [
            ("--privileged", "false"),
            ("--cap-add", "SYS_NICE"),
            ("--cap-add", "cap_net_bind_service"),
            ("--pid", "private"),
            ("--ipc", "none"),
            ("--userns", "keep-id:uid=1000"),
            ("--security-opt", "no-new-privileges:true"),
            ("--security-opt", "no-new-privileges"),
            ("--security-opt", "label=level:s0"),
            ("--runtime", "runsc"),
            ("--network", "container:db"),
            ("--mount", "type=bind,src=/home/me/work,dst=/w"),
            ("--mount", "type=volume,src=data,dst=/data"),
            ("--gpus", "all"),
        ] {
            assert!(!of(flag, value), "{flag} {value}");
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
