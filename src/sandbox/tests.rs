//! Tests of the environment a server gets.

use super::*;

fn program(command: &str, env: &[(&str, &str)], pass: &[&str]) -> Program {
    let own = [
        ("PATH", "/opt/u/.pyenv/shims:bin:/usr/bin:."),
        ("GITHUB_TOKEN", "ghp_real"),
        ("HTTPS_PROXY", "http://user:pw@proxy.example:3128/"),
        ("AWS_SECRET_ACCESS_KEY", "never"),
    ];
    let own = own.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    let npmrc = "registry=https://npm.example/\n@acme:registry = https://acme.example/\n//npm.example/:_authToken=never\nalways-auth=true\n";
    Program {
        command: command.to_owned(),
        args: Vec::new(),
        env: env.iter().map(|(k, v)| ((*k).to_owned(), Secret::new(*v))).collect(),
        pass_env: pass.iter().map(|p| (*p).to_owned()).collect(),
        extra_env: Vec::new(),
        cwd: None,
        surroundings: Surroundings::new(own, npmrc),
        policy: Policy { mode: Mode::Off, ..Policy::default() },
    }
}

fn environment(program: &Program) -> BTreeMap<String, String> {
    program.surroundings.environment(program, Path::new("/h"), Path::new("/t"))
}

#[test]
fn nothing_is_inherited_but_what_is_named() {
    let env = environment(&program("server", &[], &[]));
    let names: Vec<&str> = env.keys().map(String::as_str).collect();
    assert_eq!(names, ["HOME", "LANG", "PATH", "PYENV_ROOT", "TMPDIR", "TZ"]);
    assert_eq!(env["PATH"], "/opt/u/.pyenv/shims:/usr/bin");
    assert_eq!(env["PYENV_ROOT"], "/opt/u/.pyenv");
}

#[test]
fn a_package_runner_learns_the_registry_but_no_credential() {
    let env = environment(&program("npx", &[], &[]));
    assert_eq!(env["npm_config_registry"], "https://npm.example/");
    assert_eq!(env["npm_config_@acme:registry"], "https://acme.example/");
    assert_eq!(env["HTTPS_PROXY"], "http://proxy.example:3128/");
    assert!(env.values().all(|v| !v.contains("never") && !v.contains("pw")));
}

#[test]
fn a_package_runner_is_seen_behind_a_shell() {
    let mut shell = program("/bin/bash", &[], &[]);
    shell.args = vec!["-c".to_owned(), "exec npx -y x".to_owned()];
    assert!(shell.fetches());
    shell.args = vec!["-c".to_owned(), "exec node x".to_owned()];
    assert!(!shell.fetches());
    assert!(program("/usr/bin/uvx", &[], &[]).fetches());
}

#[test]
fn declared_secrets_are_placeholders_until_passed_by_name() {
    let declared = [
        ("API_TOKEN", "abc"),
        ("LOG_LEVEL", "debug"),
        ("URL", "postgres://u:p@db/x"),
        ("OTHER", "ghp_0123456789"),
        ("REF", "${GITHUB_TOKEN}"),
        ("DATA_DIR", "/srv/data"),
        ("HOME", "/elsewhere"),
    ];
    let env = environment(&program("server", &declared, &[]));
    for name in ["API_TOKEN", "URL", "OTHER", "REF"] {
        assert_eq!(env[name], PLACEHOLDER, "{name}");
    }
    assert_eq!((env["LOG_LEVEL"].as_str(), env["DATA_DIR"].as_str()), ("debug", "/srv/data"));
    assert_eq!(env["HOME"], "/h", "a declared HOME cannot lead out of the private one");

    let env = environment(&program("server", &declared, &["API_TOKEN", "REF", "GITHUB_TOKEN", "ABSENT"]));
    assert_eq!((env["API_TOKEN"].as_str(), env["REF"].as_str()), ("abc", "ghp_real"));
    assert_eq!(env["GITHUB_TOKEN"], "ghp_real");
    assert!(!env.contains_key("ABSENT"));
}

#[test]
fn no_value_of_the_environment_is_shown_by_debug() {
    let shown = format!("{:?}", program("server", &[("A_TOKEN", "s3cret")], &[]));
    assert!(!shown.contains("never") && !shown.contains("ghp_real") && !shown.contains("s3cret"), "{shown}");
}

#[test]
fn references_are_resolved_or_refused_whole() {
    let s = Surroundings::new([("A".to_owned(), "1".to_owned())], "");
    assert_eq!(s.resolve("x${A}y${env:A}z${B:-2}").as_deref(), Some("x1y1z2"));
    for text in ["${B}", "${input:token}", "${A"] {
        assert_eq!(s.resolve(text), None, "{text}");
    }
}

#[test]
fn a_missing_program_is_named_before_anything_is_made() {
    assert!(matches!(program("no-such-program-here", &[], &[]).prepare(), Err(Error::NotFound)));
    assert!(matches!(program("a\0b", &[], &[]).prepare(), Err(Error::Nul)));
}

#[cfg(unix)]
#[test]
fn a_dropped_group_takes_its_processes_along() {
    use std::os::unix::process::{CommandExt, ExitStatusExt};
    let mut child = Command::new("sleep").arg("300").process_group(0).spawn().expect("sleep exists");
    let group = Group::of(child.id()).expect("a number");
    assert_eq!(group.ended(), None);
    drop(group);
    assert_eq!(child.wait().expect("our own child").signal(), Some(9));
}

#[cfg(unix)]
#[test]
fn the_end_of_a_leader_is_seen_and_its_status_kept() {
    use std::os::unix::process::CommandExt;
    let mut child = Command::new("false").process_group(0).spawn().expect("false exists");
    let group = Group::of(child.id()).expect("a number");
    let ended = (0..500).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        group.ended()
    });
    assert_eq!(ended.as_deref(), Some("exit status 1"));
    assert_eq!(group.ended(), ended, "looking does not reap");
    drop(group);
    assert_eq!(child.wait().expect("our own child").code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn limits_are_set_on_the_running_process() {
    use std::os::unix::process::CommandExt;
    let mut child = Command::new("sleep").arg("300").process_group(0).spawn().expect("sleep exists");
    let group = Group::of(child.id()).expect("a number");
    group.limit(false).expect("limits");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).expect("its limits");
    let line = limits.lines().find(|l| l.starts_with("Max file size")).expect("a line");
    assert!(line.contains("67108864"), "{line}");
    drop(group);
    child.wait().expect("our own child");
}
