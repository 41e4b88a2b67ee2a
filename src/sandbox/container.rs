//! The level `container`: a server given as a docker or podman command, with the engine's command rebuilt from our flags.
//! Only the image, the command inside, and names of variables are taken from what was configured.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::{Error, Program, package};
use crate::launch::package::Package;

/// Flags that contain a server, and what they are called in reports.
const FLAGS: [&str; 15] = [
    "run",
    "--rm",
    "--interactive",
    "--pull=never",
    "--read-only",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--pids-limit=256",
    "--memory=2g",
    "--memory-swap=2g",
    "--cpus=2",
    "--ulimit=core=0",
    "--ipc=private",
    "--log-driver=none",
    "--tmpfs=/tmp:rw,noexec,nosuid,size=256m",
];

/// Options of `run` that take no value.
const SWITCHES: [&str; 14] = [
    "-i",
    "-t",
    "-it",
    "-ti",
    "-d",
    "-P",
    "--rm",
    "--interactive",
    "--tty",
    "--init",
    "--privileged",
    "--read-only",
    "--publish-all",
    "--detach",
];

/// Options of `run` that take a value. What they ask for is dropped, unless it is read below.
const VALUED: [&str; 40] = [
    "-e",
    "--env",
    "--env-file",
    "-v",
    "--volume",
    "--mount",
    "-p",
    "--publish",
    "--expose",
    "-u",
    "--user",
    "-w",
    "--workdir",
    "--entrypoint",
    "--name",
    "--network",
    "--net",
    "--platform",
    "--pull",
    "-l",
    "--label",
    "-m",
    "--memory",
    "--memory-swap",
    "--cpus",
    "--pids-limit",
    "--cap-add",
    "--cap-drop",
    "--security-opt",
    "--add-host",
    "--dns",
    "--tmpfs",
    "--ulimit",
    "--ipc",
    "--pid",
    "--device",
    "--gpus",
    "-h",
    "--hostname",
    "--runtime",
];

/// Variables an engine's client needs to find its engine.
const CLIENT: [&str; 8] = [
    "PATH",
    "HOME",
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_CONFIG",
    "DOCKER_CERT_PATH",
    "DOCKER_TLS_VERIFY",
    "XDG_RUNTIME_DIR",
];

/// Time for finding or pulling an image.
const BUDGET: Duration = Duration::from_secs(120);

/// A rebuilt `run`.
#[derive(Debug)]
pub struct Run {
    /// Arguments of the engine.
    pub args: Vec<String>,
    /// Environment of its client, with the values of the variables that the server gets.
    pub env: BTreeMap<String, String>,
    /// Image, by what it is and not by its tag.
    image: String,
    /// The same, with the name that was asked for.
    pub package: Package,
    /// What was configured and dropped.
    dropped: Vec<String>,
}

/// The engine that a command is.
pub fn engine_of(command: &str) -> Option<&'static str> {
    let name = Path::new(command).file_name()?.to_str()?;
    ["docker", "podman"].into_iter().find(|e| *e == name)
}

/// What a configured `run` asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    image: String,
    inside: Vec<String>,
    /// Name, and the value when it is given there.
    env: Vec<(String, Option<String>)>,
    /// Options that mean the same in every container.
    kept: Vec<String>,
    dropped: Vec<String>,
}

fn asked(args: &[String]) -> Result<Asked, Error> {
    let refuse = |why: String| Error::Container(why);
    let mut args = args.iter();
    match args.next().map(String::as_str) {
        Some("run") => {}
        _ => return Err(refuse("only `run` is understood, as the first argument".to_owned())),
    }
    let mut asked = Asked::default();
    while let Some(arg) = args.next() {
        if !arg.starts_with('-') {
            asked.image.clone_from(arg);
            asked.inside = args.cloned().collect();
            return Ok(asked);
        }
        let (name, inline) = match arg.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (arg.as_str(), None),
        };
        if SWITCHES.contains(&name) {
            if matches!(name, "--privileged" | "-P" | "--publish-all") {
                asked.dropped.push(name.to_owned());
            }
            continue;
        }
        if !VALUED.contains(&name) {
            let shown = crate::untrusted::visible(&crate::secret::shown(name));
            return Err(refuse(format!("its option `{shown}` is not known, so the image cannot be told from a value")));
        }
        let value = inline.or_else(|| args.next().cloned()).unwrap_or_default();
        match name {
            "-e" | "--env" => {
                let (name, value) = match value.split_once('=') {
                    Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                    None => (value, None),
                };
                asked.env.push((name, value));
            }
            "-w" | "--workdir" | "-u" | "--user" | "--entrypoint" | "--platform" => {
                let long = match name {
                    "-w" => "--workdir",
                    "-u" => "--user",
                    other => other,
                };
                asked.kept.push(format!("{long}={value}"));
            }
            "--rm" | "--name" | "--pull" | "-l" | "--label" | "--memory" | "-m" | "--cpus" => {}
            other => asked.dropped.push(other.to_owned()),
        }
    }
    Err(refuse("it names no image".to_owned()))
}

/// Our command for a configured one.
pub fn rebuild(program: &Program, engine: &Path, name: &str, stop: &dyn Fn() -> bool) -> Result<Run, Error> {
    if engine_of(&program.command) != Some(name) {
        return Err(Error::Container(format!(
            "it is not given as an image; only `{name} run … IMAGE` can be started by --sandbox {name}"
        )));
    }
    let asked = asked(&program.args)?;
    let own = |n: &&str| Some(((*n).to_owned(), program.surroundings.get(n)?.to_owned()));
    let mut env: BTreeMap<String, String> = CLIENT.iter().filter_map(own).collect();
    let image = program.surroundings.shelf.image(&asked.image, || image(&asked.image, engine, &env, stop))?;
    let mut args: Vec<String> = FLAGS.map(str::to_owned).to_vec();
    args.push(if program.policy.network { "--network=bridge" } else { "--network=none" }.to_owned());
    args.extend(asked.kept);
    let mut dropped = asked.dropped;
    for (key, value) in &asked.env {
        let passed = program.pass_env.iter().any(|p| p == key);
        let declared = program.env.iter().find(|(n, _)| n == key).map(|(_, v)| v.expose().to_owned());
        let Some(value) = value.clone().or(declared).or_else(|| passed.then(|| format!("${{{key}}}"))) else {
            // taken from the surroundings by a client; a placeholder is what a server can see of them
            env.insert(key.clone(), super::PLACEHOLDER.to_owned());
            args.push(format!("--env={key}"));
            continue;
        };
        if CLIENT.contains(&key.as_str()) || key.is_empty() || key.contains('\0') {
            dropped.push(format!("--env {}", crate::untrusted::visible(key)));
            continue;
        }
        // by name: values do not stand in a command line that every user of the machine can read
        env.insert(key.clone(), program.surroundings.declared(key, &value, passed));
        args.push(format!("--env={key}"));
    }
    args.push("--env=HOME=/tmp".to_owned());
    args.push(image.clone());
    args.extend(asked.inside);
    dropped.sort();
    dropped.dedup();
    let package = Package {
        kind: "oci",
        name: asked.image,
        version: image.clone(),
        integrity: image.clone(),
        tree: String::new(),
    };
    Ok(Run { args, env, image, package, dropped })
}

/// The identity of an image; it is pulled when it is not here.
fn image(name: &str, engine: &Path, env: &BTreeMap<String, String>, stop: &dyn Fn() -> bool) -> Result<String, Error> {
    let inspect = ["image", "inspect", "--format", "{{.Id}}", name];
    let ask = |args: &[&str]| {
        let mut command = std::process::Command::new(engine);
        command.args(args).env_clear().envs(env).current_dir("/");
        package::output(command, BUDGET, stop)
    };
    let found = match ask(&inspect) {
        Ok(found) => found,
        Err(_) => ask(&["pull", "--quiet", name])
            .and_then(|_| ask(&inspect))
            .map_err(|e| Error::Container(format!("its image cannot be had: {e}")))?,
    };
    let id = found.lines().next().unwrap_or_default().trim().to_owned();
    let hex = id.strip_prefix("sha256:").unwrap_or(&id);
    if hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(id);
    }
    Err(Error::Container("the engine names no digest for its image".to_owned()))
}

impl Run {
    /// The arguments with a name of our own, by which the container can be removed.
    pub fn named(&self) -> Result<(Vec<String>, String), Error> {
        let mut random = [0u8; 8];
        getrandom::fill(&mut random).map_err(|e| Error::Container(e.to_string()))?;
        let hex: String = random.iter().map(|b| format!("{b:02x}")).collect();
        let name = format!("mcp-assay-{hex}");
        let mut args = self.args.clone();
        args.insert(1, format!("--name={name}"));
        Ok((args, name))
    }

    /// What contains it.
    pub fn words(&self) -> String {
        let mut words = format!("read-only image {}, no capabilities, no new privileges, limits", self.image);
        if !self.dropped.is_empty() {
            words += &format!(", dropped {}", self.dropped.join(" "));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(line: &str) -> Result<Asked, Error> {
        asked(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn only_image_command_and_variables_are_taken() {
        let line = "run -i --rm -v /home/u:/data --privileged --network host -e TOKEN -e LEVEL=debug -w /app acme/x:1 serve -v";
        let asked = ask(line).expect("understood");
        assert_eq!((asked.image.as_str(), asked.inside), ("acme/x:1", vec!["serve".to_owned(), "-v".to_owned()]));
        assert_eq!(asked.env, [("TOKEN".to_owned(), None), ("LEVEL".to_owned(), Some("debug".to_owned()))]);
        assert_eq!(asked.kept, ["--workdir=/app"]);
        assert_eq!(asked.dropped, ["-v", "--privileged", "--network"]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in ["compose up", "run", "run -i --rm", "run --surprise x y", ""] {
            assert!(matches!(ask(line), Err(Error::Container(_))), "{line}");
        }
    }
}
