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
    let npmrc = "registry=https://npm.example/\n//npm.example/:_authToken=never\nalways-auth=true\n";
    Program {
        command: command.to_owned(),
        args: Vec::new(),
        env: env.iter().map(|(k, v)| ((*k).to_owned(), Secret::new(*v))).collect(),
        pass_env: pass.iter().map(|p| (*p).to_owned()).collect(),
        extra_env: Vec::new(),
        cwd: None,
        surroundings: Surroundings::new(own, npmrc),
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
    assert_eq!(env["HTTPS_PROXY"], "http://proxy.example:3128/");
    assert!(env.values().all(|v| !v.contains("never") && !v.contains("pw")));
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
