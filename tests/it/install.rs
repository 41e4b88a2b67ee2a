//! How the program reaches people: the files `init` offers, the release archive the action downloads and checks, and one
//! version everywhere.

use std::path::PathBuf;
use std::process::Command;

use crate::composite::Action;
use crate::scene::{Scene, root, text};

#[test]
fn init_writes_what_it_is_asked_for_and_overwrites_nothing() {
    let scene = Scene::new();
    scene.write(".pre-commit-config.yaml", "mine");
    let outcome = scene.run(&["init", "--person", "alice", "--with", "workflow,hook,config"]).expect(0);
    let file = |name: &str| std::fs::read_to_string(scene.project().join(name)).expect("there");
    assert_eq!(file(".pre-commit-config.yaml"), "mine");
    assert!(
        outcome.stderr.contains("left as it is") && outcome.stderr.contains("id: mcp-assay-verify"),
        "{outcome:#?}"
    );
    let workflow = file(".github/workflows/mcp-assay.yml");
    assert!(workflow.contains(&format!("mcp-assay=={}", env!("CARGO_PKG_VERSION"))) && !workflow.contains("VERSION"));
    // the configuration is one we can read
    scene.write("tools.json", r#"{"tools":[]}"#);
    scene.run(&["scan", "tools.json"]).expect(0);
    assert!(file("mcp-assay.toml").contains("fail-on = \"high\""));
    // what the written workflow and hooks run is a command line we take
    for line in workflow.lines().filter_map(|l| l.trim().strip_prefix("run: mcp-assay ")) {
        let args: Vec<&str> = line.split(" ${").next().unwrap_or_default().split(' ').collect();
        assert_ne!(scene.run(&args).code, 2, "{line}");
    }
}

/// The README's order: first the people, later the hook.
#[test]
fn init_adds_files_to_a_project_that_has_its_people() {
    let scene = Scene::new();
    scene.run(&["init", "--person", "alice"]).expect(0);
    let trust = scene.project().join(".mcp-assay/trust.json");
    let before = std::fs::read(&trust).expect("there");
    let outcome = scene.run(&["init", "--with", "workflow,hook"]).expect(0);
    assert!(outcome.stdout.contains("is there already and was left as it is"), "{outcome:#?}");
    assert_eq!(std::fs::read(&trust).expect("there"), before);
    for file in [".github/workflows/mcp-assay.yml", ".pre-commit-config.yaml"] {
        assert!(scene.project().join(file).is_file(), "{file}: {outcome:#?}");
    }
    // people are changed by `trust`, never in passing
    for args in [
        &["init"][..],
        &["init", "--with", "hook", "--person", "bob"],
        &["init", "--with", "hook", "--allow-unattended"],
    ] {
        let outcome = scene.run(args).expect(2);
        assert!(outcome.stderr.contains("is there already"), "{outcome:#?}");
    }
    assert_eq!(std::fs::read(&trust).expect("there"), before);
}

#[test]
fn init_alone_writes_only_the_baseline_folder() {
    let scene = Scene::new();
    scene.run(&["init", "--person", "alice"]).expect(0);
    let names: Vec<_> =
        std::fs::read_dir(scene.project()).expect("a folder").map(|e| e.expect("an entry").file_name()).collect();
    assert_eq!(names, [".mcp-assay"]);
}

#[test]
fn there_is_one_version() {
    let version = env!("CARGO_PKG_VERSION");
    let npm: serde_json::Value = serde_json::from_str(&text("npm/package.json")).expect("JSON");
    assert_eq!(npm["version"], version);
    let parts = npm["optionalDependencies"].as_object().expect("a map");
    assert!(parts.len() == 5 && parts.values().all(|v| v == version), "{parts:?}");
    assert!(text("pyproject.toml").contains("dynamic = [\"version\"]"), "the wheel takes it from Cargo.toml");
}

#[test]
fn every_place_that_names_a_system_names_the_same_ones() {
    let targets = |name: &str| {
        let pattern =
            regex::Regex::new(r"\b(?:x86_64|aarch64)-[a-z0-9]+-[a-z0-9]+(?:-[a-z0-9]+)?\b").expect("a pattern");
        let all: std::collections::BTreeSet<String> =
            pattern.find_iter(&text(name)).map(|m| m.as_str().to_owned()).collect();
        all
    };
    let built = targets(".github/workflows/release.yml");
    assert_eq!(built.len(), 5, "{built:?}");
    assert_eq!(built, targets(".ci/action.sh"));
    assert_eq!(built, targets("npm/platforms.sh"));
}

/// The release archive, downloaded by a `curl` of the test, is run only with the checksum the action knows.
#[test]
#[cfg(target_os = "linux")]
fn the_action_runs_a_released_archive_with_the_right_checksum_and_no_other() {
    let scene = Scene::new();
    let (archives, action, tools) = (scene.home().join("dist"), scene.home().join("action"), scene.home().join("bin"));
    let program = PathBuf::from(env!("CARGO_BIN_EXE_mcp-assay"));
    let packed = Command::new(root().join(".ci/package.sh"))
        .arg("x86_64-unknown-linux-musl")
        .args([program.parent().expect("a folder"), &archives])
        .output()
        .expect("bash runs");
    assert!(packed.status.success(), "{packed:?}");
    let name = format!("mcp-assay-{}-x86_64-unknown-linux-musl.tar.gz", env!("CARGO_PKG_VERSION"));
    let sum = Command::new("sha256sum").arg(&name).current_dir(&archives).output().expect("sha256sum runs").stdout;
    for dir in [&tools, &action.join(".ci")] {
        std::fs::create_dir_all(dir).expect("a folder");
    }
    std::fs::copy(root().join(".ci/action.sh"), action.join(".ci/action.sh")).expect("copied");
    let fake = format!(
        "#!/bin/sh\nwhile [ $# -gt 1 ]; do [ \"$1\" = --output ] && out=$2; shift; done\necho \"$1\" > {0}/url\ncp {0}/{name} \"$out\"\n",
        archives.display()
    );
    std::fs::write(tools.join("curl"), fake).expect("written");
    Command::new("chmod").arg("+x").arg(tools.join("curl")).status().expect("chmod runs");
    scene.write(".mcp.json", r#"{"mcpServers":{"x":{"command":"/opt/server"}}}"#);
    let run = |sums: &str| {
        std::fs::write(action.join(".ci/checksums.txt"), sums).expect("written");
        let env = [
            ("GITHUB_ACTION_PATH", action.display().to_string()),
            ("RUNNER_OS", "Linux".to_owned()),
            ("RUNNER_ARCH", "X64".to_owned()),
            ("HOME", scene.home().display().to_string()),
            ("PATH", format!("{}:{}", tools.display(), std::env::var("PATH").expect("a PATH"))),
        ];
        let temp = scene.home().join("runner");
        let _ = std::fs::remove_dir_all(&temp);
        std::fs::create_dir(&temp).expect("a folder");
        Action::parse(&text("action.yml")).run(
            &scene.project(),
            &temp,
            &[],
            &[("action_repository", "us/mcp-assay")],
            &env,
        )
    };
    let right = String::from_utf8(sum).expect("UTF-8");
    let job = run(&right);
    assert_eq!((job.code, job.outputs["exit-code"].as_str()), (0, "0"), "{job:#?}");
    let url = std::fs::read_to_string(archives.join("url")).expect("downloaded");
    assert_eq!(
        url.trim(),
        format!("https://github.com/us/mcp-assay/releases/download/v{}/{name}", env!("CARGO_PKG_VERSION"))
    );
    let wrong = format!("{}{}", if right.starts_with('0') { "1" } else { "0" }, &right[1..]);
    let job = run(&wrong);
    assert!(job.code == 2 && job.log.contains("another checksum") && job.outputs["exit-code"].is_empty(), "{job:#?}");
}

#[cfg(unix)]
#[test]
fn on_a_terminal_init_asks_for_each_file_and_writes_what_was_agreed_to() {
    let files = [".github/workflows/mcp-assay.yml", ".pre-commit-config.yaml", "mcp-assay.toml"];
    for answers in [["y", "n", "y"], ["n", "yes", ""], ["", "", ""]] {
        let scene = Scene::new();
        let args = ["init", "--person", "alice"];
        let Some((code, text)) = crate::tty::run(&scene, 80, &args, &answers) else { return };
        assert_eq!((code, text.matches("[y/N] ").count()), (0, 3), "{text}");
        for (file, answer) in files.iter().zip(answers) {
            assert!(text.contains(&format!("Write {file}, ")), "{text}");
            assert_eq!(scene.project().join(file).exists(), answer.starts_with('y'), "{file} after {answer:?}: {text}");
        }
        // what is there is neither asked about nor written again
        scene.write(files[2], "fail-on = \"low\"\n");
        let (_, again) = crate::tty::run(&scene, 80, &["scan", "--scope", "project"], &[]).expect("it ran before");
        assert!(!again.contains("[y/N]"), "{again}");
        assert_eq!(std::fs::read_to_string(scene.project().join(files[2])).expect("a file"), "fail-on = \"low\"\n");
    }
}
