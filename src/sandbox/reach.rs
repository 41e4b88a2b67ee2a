//! What a contained server may read and execute (SANDBOX §6): the system's libraries, the interpreter it runs on, the
//! package it belongs to, and nothing else of the person's files.

mod shim;

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::Surroundings;
use super::environment::executable;

/// Libraries and programs of the system.
pub const SYSTEM: [&str; 9] =
    ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store", "/run/current-system/sw"];

/// Programs that every server may find.
pub const SYSTEM_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// Settings without secrets. Not `/etc/ssl` as a whole: it holds private keys.
const SETTINGS: [&str; 32] = [
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/ssl/cert.pem",
    "/etc/pki/tls/certs",
    "/etc/pki/tls/openssl.cnf",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/ca-trust/extracted",
    "/etc/crypto-policies/back-ends",
    "/etc/ca-certificates",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/os-release",
    "/etc/debian_version",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/etc/group",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/protocols",
    "/etc/services",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/version",
    "/proc/loadavg",
    "/proc/uptime",
    "/proc/sys/kernel/osrelease",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system/cpu",
];

/// What name resolution reads; only with the network on.
const RESOLVER: [&str; 3] = ["/etc/resolv.conf", "/etc/gai.conf", "/run/systemd/resolve/stub-resolv.conf"];

/// Devices without effect.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only the helper of Linux needs it"))]
pub const DEVICES: [&str; 3] = ["/dev/null", "/dev/zero", "/dev/full"];

/// Sources of randomness.
const RANDOM: [&str; 2] = ["/dev/urandom", "/dev/random"];

/// Programs whose first file argument is the server.
const INTERPRETERS: [&str; 15] = [
    "node", "nodejs", "python", "pypy", "deno", "bun", "tsx", "ts-node", "ruby", "perl", "php", "lua", "sh", "bash",
    "java",
];

/// Files that mark the root of a package.
const MARKERS: [&str; 7] =
    ["package.json", "pyproject.toml", "setup.py", "pyvenv.cfg", "deno.json", "Gemfile", "composer.json"];

/// Paths and the program to start.
#[derive(Debug, Default)]
pub struct Reach {
    /// Readable and executable.
    pub run: BTreeSet<PathBuf>,
    /// Readable.
    pub read: BTreeSet<PathBuf>,
    /// Directories of interpreters, for `PATH`.
    pub bins: Vec<PathBuf>,
}

/// What the system gives to every server.
pub fn system(network: bool) -> Reach {
    let paths = |list: &[&str]| list.iter().map(PathBuf::from).collect::<Vec<_>>();
    let mut reach = Reach::default();
    reach.run.extend(paths(&SYSTEM));
    reach.read.extend(paths(&SETTINGS));
    reach.read.extend(paths(&RANDOM));
    // a database that sees its limits lie there and may not read them ends itself
    let own = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    reach.read.extend(group_limits(&own));
    if network {
        reach.read.extend(paths(&RESOLVER));
    }
    reach
}

/// The files that hold the limits of the control groups in this list: of the whole machine, and of the groups themselves.
fn group_limits(list: &str) -> Vec<PathBuf> {
    let root = Path::new("/sys/fs/cgroup");
    let mut out = Vec::new();
    for line in list.lines().take(64) {
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(of), Some(path)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let path = Path::new(path.trim_start_matches('/'));
        if !path.components().all(|c| matches!(c, std::path::Component::Normal(_))) {
            continue;
        }
        let (folder, files): (&str, &[&str]) = match of {
            "" => ("", &["cpu.max", "memory.max", "memory.high"]),
            of if of.split(',').any(|o| o == "cpu") => ("cpu", &["cpu.cfs_quota_us", "cpu.cfs_period_us"]),
            "memory" => ("memory", &["memory.limit_in_bytes"]),
            _ => continue,
        };
        for folder in [root.join(folder), root.join(folder).join(path)] {
            out.extend(files.iter().map(|f| folder.join(f)));
        }
    }
    out.sort();
    out.dedup();
    out
}

/// The program a shim stands for, when `file` is the shim of a version manager; else `file` itself.
pub fn behind_shim(file: &Path, cwd: &Path, surroundings: &Surroundings) -> PathBuf {
    shim::follow(file, cwd, surroundings).unwrap_or_else(|| file.to_owned())
}

/// Adds and finds paths for one server.
pub struct Finder<'s> {
    /// Where the person's files are.
    pub surroundings: &'s Surroundings,
    /// The server's working directory.
    pub cwd: &'s Path,
}

impl Finder<'_> {
    /// A program, what it is made of, and the script it is given.
    pub fn add(&self, reach: &mut Reach, file: &Path, args: &[String]) {
        self.program(reach, file, 0);
        let name = file.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        if INTERPRETERS.contains(&plain) {
            let script = args.iter().filter(|a| !a.starts_with('-')).map(|a| self.cwd.join(a)).find(|f| f.is_file());
            if let Some(script) = script.and_then(|s| s.canonicalize().ok()) {
                self.package(reach, &script);
            }
        }
    }

    /// Interpreters that a tool of the fetch phase is given by their whole paths: we wrote that line ourselves.
    pub fn interpreters(&self, reach: &mut Reach, args: &[String]) {
        let plain = |f: &Path| {
            let name = f.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
            name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned()
        };
        let given = args.iter().map(Path::new).filter(|f| f.is_absolute() && plain(f) == "python" && f.is_file());
        given.for_each(|file| self.program(reach, file, 0));
    }

    fn program(&self, reach: &mut Reach, file: &Path, depth: usize) {
        // a chain of links and interpreters that is longer is a loop
        if depth > 12 {
            return;
        }
        self.one(reach, file);
        if let Ok(to) = fs::read_link(file) {
            let to = normal(&file.parent().unwrap_or(Path::new("/")).join(to));
            return self.program(reach, &to, depth + 1);
        }
        let Ok(real) = file.canonicalize() else { return };
        self.one(reach, &real);
        let mut start = Vec::new();
        // unreadable: it will not start either
        let read = fs::File::open(&real).and_then(|f| f.take(512).read_to_end(&mut start));
        if read.is_err() || !start.starts_with(b"#!") {
            return;
        }
        if !in_system(&real) {
            self.package(reach, &real);
        }
        let line = String::from_utf8_lossy(&start[2..]).lines().next().unwrap_or_default().to_owned();
        let mut words = line.split_whitespace();
        let Some(interpreter) = words.next() else { return };
        self.program(reach, Path::new(interpreter), depth + 1);
        if interpreter.ends_with("/env") {
            let named = words.find(|w| !w.starts_with('-') && !w.contains('='));
            if let Some(found) = named.and_then(|n| self.surroundings.find(n)) {
                self.program(reach, &behind_shim(&found, self.cwd, self.surroundings), depth + 1);
            }
        }
    }

    /// One name of a program: with the prefix it is installed in, or alone.
    fn one(&self, reach: &mut Reach, file: &Path) {
        if in_system(file) {
            return;
        }
        let bin = file.parent().filter(|dir| dir.file_name().is_some_and(|n| n == "bin"));
        let prefix = bin.and_then(Path::parent).filter(|p| !self.broad(p));
        let installed = prefix.filter(|p| p.join("lib").is_dir() || p.join("pyvenv.cfg").is_file());
        match (installed, bin) {
            (Some(prefix), Some(bin)) => {
                reach.run.insert(prefix.to_owned());
                if !reach.bins.iter().any(|b| b == bin) {
                    reach.bins.push(bin.to_owned());
                }
                // a virtual environment names the interpreter it was made from
                let config = fs::read_to_string(prefix.join("pyvenv.cfg")).unwrap_or_default();
                let home = config.lines().filter_map(|l| l.split_once('=')).find(|(k, _)| k.trim() == "home");
                if let Some((_, home)) = home {
                    // only when an interpreter is there: the file may be a stranger's
                    let base = Path::new(home.trim());
                    let found = ["python3", "python"].map(|n| base.join(n)).into_iter().find(|f| executable(f));
                    if let Some(found) = found.filter(|f| bin != base && f.is_absolute()) {
                        self.one(reach, &found);
                    }
                }
            }
            // a link or a first line may name any file: data does not become readable by that
            _ if executable(file) => {
                reach.run.insert(file.to_owned());
            }
            _ => {}
        }
    }

    /// A script, and the package it belongs to: the nearest directory above that says it is one.
    fn package(&self, reach: &mut Reach, script: &Path) {
        let root = script.ancestors().skip(1).take(8).take_while(|dir| !self.broad(dir));
        let root = root.into_iter().find(|dir| MARKERS.iter().any(|m| dir.join(m).is_file()));
        match root {
            Some(root) => {
                reach.run.insert(root.to_owned());
            }
            None if self.is_script(script) => {
                reach.run.insert(script.to_owned());
            }
            // a private key is no program, whatever command line names it
            None => {}
        }
    }

    /// A file that is meant to be run, and not in a hidden place of the person's home.
    fn is_script(&self, file: &Path) -> bool {
        let known = ["js", "mjs", "cjs", "ts", "mts", "py", "rb", "pl", "php", "lua", "sh", "jar"];
        let named = file.extension().and_then(|e| e.to_str()).is_some_and(|e| known.contains(&e));
        let home = self.surroundings.get("HOME").map(Path::new);
        let inside = home.and_then(|h| file.strip_prefix(h).ok());
        let hidden = inside.is_some_and(|f| f.components().any(|c| c.as_os_str().to_string_lossy().starts_with('.')));
        (named || executable(file)) && !hidden
    }

    /// A directory that holds more than a package: nobody means it as a whole.
    fn broad(&self, dir: &Path) -> bool {
        let home = self.surroundings.get("HOME").map(Path::new);
        let above_home = home.is_some_and(|home| home.starts_with(dir));
        let hidden = dir.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
        // ~/.local, ~/.config, ~/.ssh: a tool's own prefix is deeper
        let of_home = home.is_some_and(|home| dir.parent() == Some(home)) && hidden;
        let usual =
            ["/tmp", "/var", "/etc", "/home", "/root", "/opt", "/srv", "/mnt", "/media", "/run", "/proc", "/sys"];
        let shallow = dir.components().filter(|c| matches!(c, Component::Normal(_))).count() == 0;
        above_home || of_home || shallow || usual.iter().any(|u| dir == Path::new(u)) || dir == std::env::temp_dir()
    }
}

fn in_system(path: &Path) -> bool {
    SYSTEM.iter().any(|s| path.starts_with(s))
}

/// Without `.` and `..`, by words alone.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
        #[cfg(unix)]
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("ours");
    }

    #[test]
    fn limits_of_the_own_groups_may_be_read_and_nothing_else_of_them() {
        let list = "9:name=systemd:/\n3:memory:/\n2:cpu,cpuacct:/a/b\n1:cpuset:/x\n0::/user.slice\n0::/../../etc\nodd";
        let names: Vec<String> = group_limits(list).iter().map(|p| p.to_string_lossy().into_owned()).collect();
        let under = |rest: &str| names.iter().any(|n| n == &format!("/sys/fs/cgroup/{rest}"));
        for file in ["cpu/cpu.cfs_quota_us", "cpu/a/b/cpu.cfs_period_us", "memory/memory.limit_in_bytes"] {
            assert!(under(file), "{file}: {names:?}");
        }
        assert!(under("cpu.max") && under("user.slice/memory.max"), "{names:?}");
        assert!(names.iter().all(|n| !n.contains("cpuset") && !n.contains("..")), "{names:?}");
    }

    #[test]
    fn an_interpreter_inside_home_is_allowed_and_home_is_not() {
        let dir = tempfile::tempdir().expect("a directory");
        let home = dir.path().canonicalize().expect("exists").join("u");
        let version = home.join(".nvm/versions/node/v20");
        file(&version.join("bin/node"), "");
        fs::create_dir_all(version.join("lib")).expect("a folder");
        file(&home.join("app/package.json"), "{}");
        file(&home.join("app/dist/server.js"), "");
        file(&home.join("loose.js"), "");
        file(&home.join(".ssh/package.json"), "{}");
        file(&home.join(".ssh/x.js"), "");
        let own = [("HOME".to_owned(), home.to_string_lossy().into_owned())];
        let surroundings = Surroundings::new(own, "");
        let finder = Finder { surroundings: &surroundings, cwd: &home };
        let run = |script: &str| {
            let mut reach = Reach::default();
            finder.add(&mut reach, &version.join("bin/node"), &["--flag".to_owned(), script.to_owned()]);
            reach.run.into_iter().map(|p| p.strip_prefix(&home).expect("inside").to_owned()).collect::<Vec<_>>()
        };
        let node = PathBuf::from(".nvm/versions/node/v20");
        assert_eq!(run("app/dist/server.js"), [node.clone(), "app".into()]);
        assert_eq!(run("loose.js"), [node.clone(), "loose.js".into()]);
        // a directory of secrets does not become a package by a file in it
        assert_eq!(run(".ssh/x.js"), std::slice::from_ref(&node));
        fs::write(home.join("id_rsa"), "key").expect("a file");
        assert_eq!(run("id_rsa"), std::slice::from_ref(&node));
        assert_eq!(run("missing.js"), [node]);
        // what a tool of the fetch phase is given by its path
        let mut reach = Reach::default();
        let python = home.join(".pyenv/versions/3.12.1");
        file(&python.join("bin/python3.12"), "");
        fs::create_dir_all(python.join("lib")).expect("a folder");
        let whole = python.join("bin/python3.12").to_string_lossy().into_owned();
        finder.interpreters(&mut reach, &["venv", "python3.12", "bin/python3.12", &whole].map(str::to_owned));
        assert_eq!(reach.run.into_iter().collect::<Vec<_>>(), [python]);
    }

    #[cfg(unix)]
    #[test]
    fn a_package_cannot_name_other_files_of_the_person() {
        let dir = tempfile::tempdir().expect("a directory");
        let home = dir.path().canonicalize().expect("exists");
        fs::create_dir_all(home.join(".config/gh")).expect("a folder");
        fs::write(home.join(".config/gh/hosts"), "token").expect("a file");
        // a link, a first line and a configuration that point at it
        let evil = home.join("evil");
        file(&evil.join("x.sh"), &format!("#!{}\n", home.join(".config/gh/hosts").display()));
        file(&evil.join("venv/pyvenv.cfg"), &format!("home = {}\n", home.join(".config/gh/bin").display()));
        fs::create_dir_all(evil.join("venv/bin")).expect("a folder");
        std::os::unix::fs::symlink(home.join(".config/gh/hosts"), evil.join("venv/bin/server")).expect("a link");
        let own = [("HOME".to_owned(), home.to_string_lossy().into_owned())];
        let surroundings = Surroundings::new(own, "");
        let mut reach = Reach::default();
        for program in [evil.join("x.sh"), evil.join("venv/bin/server")] {
            Finder { surroundings: &surroundings, cwd: &home }.add(&mut reach, &program, &[]);
        }
        assert!(reach.run.iter().all(|p| p.starts_with(&evil)), "{:?}", reach.run);
    }

    #[cfg(unix)]
    #[test]
    fn links_virtual_environments_and_interpreter_lines_are_followed() {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path().canonicalize().expect("exists");
        let base = root.join("home/.pyenv/versions/3.12");
        file(&base.join("bin/python3.12"), "");
        file(&base.join("bin/python3"), "");
        fs::create_dir_all(base.join("lib")).expect("a folder");
        let venv = root.join("home/proj/.venv");
        file(&venv.join("pyvenv.cfg"), &format!("home = {}\n", base.join("bin").display()));
        fs::create_dir_all(venv.join("bin")).expect("a folder");
        std::os::unix::fs::symlink(base.join("bin/python3.12"), venv.join("bin/python")).expect("a link");
        file(&venv.join("bin/server"), &format!("#!{}\n", venv.join("bin/python").display()));
        let own = [("HOME".to_owned(), root.join("home").to_string_lossy().into_owned())];
        let surroundings = Surroundings::new(own, "");
        let mut reach = Reach::default();
        Finder { surroundings: &surroundings, cwd: &root }.add(&mut reach, &venv.join("bin/server"), &[]);
        assert_eq!(reach.run.into_iter().collect::<Vec<_>>(), [base, venv]);
    }
}
