//! The command line of isolation: what a report says, container commands, packages without the network.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::scene::{Scene, scripted};

/// A docker that notes how it is called and plays the container with the scripted server.
fn docker(scene: &Scene) -> (String, std::path::PathBuf) {
    let (bin, log) = (scene.project().join("bin"), scene.project().join("docker.log"));
    fs::create_dir_all(&bin).expect("a folder");
    let id = "0123456789abcdef".repeat(4);
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> '{}'\necho \"token=$API_TOKEN level=$LEVEL\" >> '{}'\ncase \"$1\" in\nimage) echo sha256:{id};;\nrun) exec '{}';;\nesac\n",
        log.display(),
        log.display(),
        scripted().display()
    );
    let file = bin.join("docker");
    fs::write(&file, script).expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("ours");
    (format!("{}:/usr/bin:/bin", bin.display()), log)
}

const CONTAINER: &str = r#"{"mcpServers": {"boxed": {"command": "docker",
  "args": ["run", "-i", "--rm", "-v", "/:/host", "--privileged", "--network=host", "-e", "API_TOKEN", "-e", "LEVEL=3", "acme/server:1", "serve"],
  "env": {"API_TOKEN": "canary-token"}}}}"#;

#[test]
fn a_container_command_is_rebuilt_with_our_flags() {
    let scene = Scene::new();
    let (path, log) = docker(&scene);
    scene.write(".mcp.json", CONTAINER);
    let args = ["scan", "--launch", "all", "--output", "json"];
    let report = scene.run_in(&scene.project(), &args, &[("PATH", &path)]).json();
    let isolation = report["targets"][0]["coverage"]["isolation"].as_str().expect("a level").to_owned();
    assert!(
        isolation.starts_with("container: ") && isolation.contains("dropped --network --privileged -v"),
        "{isolation}"
    );
    let log = fs::read_to_string(log).expect("docker was called");
    let run = log.lines().find(|l| l.starts_with("run ")).expect("a run");
    for flag in
        ["--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--pids-limit=256"]
    {
        assert!(run.contains(flag), "{flag}: {run}");
    }
    assert!(!run.contains("/host") && !run.contains("--privileged") && !run.contains("acme/server:1"), "{run}");
    assert!(run.contains("sha256:0123456789abcdef") && run.ends_with(" serve"), "{run}");
    assert!(log.contains("token=placeholder level=3") && !log.contains("canary"), "{log}");
    assert!(log.lines().any(|l| l.starts_with("rm --force mcp-assay-")), "{log}");
}

#[test]
fn the_engine_contains_images_only_and_a_floor_above_it_refuses() {
    let scene = Scene::new();
    let (path, _) = docker(&scene);
    scene.servers(&[("calc", &[])]);
    let reason_with = |path: &str, args: &[&str]| {
        let all = [&["scan", "--launch", "all", "--output", "json"], args].concat();
        let report = scene.run_in(&scene.project(), &all, &[("PATH", path)]).expect(3).json();
        report["targets"][0]["reason"]["text"]
            .as_str()
            .or(report["targets"][0]["reason"].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let reason = |args: &[&str]| reason_with(&path, args);
    assert!(reason(&["--sandbox", "docker"]).contains("not given as an image"));
    // the stand-in's directory alone: the machine may have a real podman
    let alone = path.split(':').next().expect("a directory");
    assert!(reason_with(alone, &["--sandbox", "podman"]).contains("podman is not on PATH"));
    scene.write(".mcp.json", CONTAINER);
    assert!(reason(&["--require-isolation", "strong"]).contains("`container`"));
}

#[test]
fn reports_say_the_level_and_absence_is_not_audited() {
    let scene = Scene::new();
    scene.servers(&[("calc", &[])]);
    let scan = |args: &[&str]| scene.run(&[&["scan", "--launch", "all", "--output", "json"], args].concat());
    let isolation = |outcome: crate::scene::Outcome| {
        outcome.json()["targets"][0]["coverage"]["isolation"].as_str().expect("a level").to_owned()
    };
    assert!(isolation(scan(&["--sandbox", "off"])).starts_with("off: "));
    assert!(isolation(scan(&["--sandbox-without", "namespaces"])).starts_with("strong: "));
    assert!(isolation(scan(&["--network"])).contains("network ON"));
    assert!(isolation(scan(&["--network=calc"])).contains("network ON"));
    assert!(isolation(scan(&["--network=other"])).contains("network off"));
    for layer in ["landlock", "seccomp"] {
        let report = scan(&["--sandbox-without", layer]).expect(3).json();
        assert_eq!(report["targets"][0]["verdict"], "not-audited");
        assert!(report.to_string().contains("--sandbox off"), "{report:#}");
    }
}

#[test]
fn a_package_is_not_fetched_when_the_network_is_refused() {
    let scene = Scene::new();
    let args = ["scan", "--no-baseline", "--offline", "--output", "json", "--", "npx", "-y", "@acme/calc@1.0.0"];
    let report = scene.run(&args).expect(3).json();
    assert!(report.to_string().contains("--offline refuses"), "{report:#}");
    let args = ["scan", "--no-baseline", "--output", "json", "--", "npx", "-y", "github:acme/calc"];
    let report = scene.run(&args).expect(3).json();
    assert!(report.to_string().contains("no package of a registry"), "{report:#}");
}
