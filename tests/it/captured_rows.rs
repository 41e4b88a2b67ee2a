//! The list of published servers whose words the wording model is trained on, and the command that captures them, with a package
//! client of our own in place of npm.

use std::collections::BTreeSet;

use crate::scene::{Scene, root};

#[test]
fn every_captured_server_is_pinned_and_named_once() {
    let text = std::fs::read_to_string(root().join(".ci/real-servers.txt")).expect("the list");
    let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with('#')).collect();
    assert!(lines.len() >= 80, "{}", lines.len());
    let keys: Vec<Vec<&str>> = lines.iter().map(|l| l.split(' ').take(2).collect()).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>(), keys.iter().collect::<Vec<_>>());
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        assert!(["npm", "pypi"].contains(&words[0]) && !words.contains(&""), "{line}");
        assert!(
            words[2].starts_with(|c: char| c.is_ascii_digit()) && words[2].contains('.'),
            "{line}: no exact version"
        );
        assert!(words[0] == "npm" || words.len() > 3, "{line}: no command");
        for pair in words.windows(2).filter(|w| w[0] == "env") {
            assert!(pair[1].split_once('=').is_some_and(|(_, v)| !v.is_empty() && v.len() < 50), "{line}: {pair:?}");
        }
    }
}

/// What `npm install NAME@VERSION` leaves: the scripted server as the package's command.
#[cfg(target_os = "linux")]
const NPM: &str = r#"#!/bin/sh
for last; do :; done
name=${last%@*}
case "$name" in *gone*) echo "npm error 404 $name is not there" >&2; exit 1;; esac
mkdir -p "node_modules/$name"
cp "$SERVER" "node_modules/$name/run"
printf '{"bin":{"%s":"run"}}' "${name##*/}" > "node_modules/$name/package.json"
"#;

#[test]
#[cfg(target_os = "linux")]
fn captured_servers_become_rows_once_and_see_nothing_but_what_the_list_gives_them() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new();
    let npm = scene.write("bin/npm", NPM);
    std::fs::set_permissions(&npm, std::fs::Permissions::from_mode(0o755)).expect("may be run");
    let path = format!("{}:{}", scene.project().join("bin").display(), std::env::var("PATH").expect("a path"));
    let capture = |list: &str| {
        let list = scene.write("list.txt", list);
        let mut command = std::process::Command::new("python3");
        command.arg(root().join(".ci/capture-real")).arg(scene.project().join("rows")).arg("--list").arg(list);
        command.args(["--assay", env!("CARGO_BIN_EXE_mcp-assay"), "--timeout", "20"]);
        command.env_clear().env("PATH", &path).env("HOME", scene.home()).env("SERVER", crate::scene::scripted());
        match command.output() {
            Ok(out) => Some(String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned()),
            Err(e) => {
                eprintln!("NOT RUN: python3 cannot be started: {e}");
                None
            }
        }
    };
    let three =
        "npm plain-mcp 1.0.0\nnpm gone-mcp 1.0.0\nnpm @acme/env-mcp 1.0.0 --verb print-env env ACME_KEY=dummy\n";
    let Some(said) = capture(three) else { return };
    assert!(said.contains("2 of 3 servers") && said.contains("gone-mcp is not there"), "{said}");
    let rows = || {
        let text = std::fs::read_to_string(scene.project().join("rows/captured-honest.jsonl")).expect("rows");
        let rows: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
        rows
    };
    let [env, plain] = &rows()[..] else { panic!("{said}") };
    assert_eq!(plain["id"], "real/npm/plain-mcp");
    assert_eq!(plain["source"], "npm:plain-mcp@1.0.0");
    assert_eq!((plain["label"].as_str(), plain["attack_class"].is_null()), (Some("benign"), true));
    assert_eq!(plain["tools"].as_array().map(Vec::len), Some(2));
    let variable = |name: &str| env["tools"].as_array()?.iter().find(|t| t["name"] == name)?["description"].as_str();
    assert_eq!((variable("ACME_KEY"), variable("SERVER")), (Some("dummy"), None));
    assert!(variable("HOME").is_some_and(|h| !h.contains(&scene.home().display().to_string())), "{env}");
    assert!(!scene.project().join("rows/capture-real.work").exists());
    // what is there is not captured again; what another version said is no row
    scene.write("bin/npm", "#!/bin/sh\nexit 1\n");
    let said = capture(&three.replace("env-mcp 1.0.0", "env-mcp 1.0.1")).expect("it ran before");
    assert!(said.contains("1 of 3 servers"), "{said}");
    assert_eq!(rows().len(), 1);
    assert!(capture("npm plain-mcp latest\n").expect("it ran before").contains("no name and exact version"));
}
