//! The README as a hurried reader uses it: every command of it runs, in its order, in one project; every option and file it
//! and the other pages name exists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::scene::{Scene, root, text};

/// Lines of the `sh` blocks, without comments.
fn commands(page: &str) -> Vec<String> {
    let mut out = Vec::new();
    for block in page.split("\n```sh\n").skip(1) {
        let block = block.split("\n```").next().unwrap_or_default();
        out.extend(block.lines().map(|l| l.split(" #").next().unwrap_or_default().trim().to_owned()));
    }
    out.retain(|l| !l.is_empty());
    out
}

/// A command line without a shell: words, and texts in double quotes.
fn words(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (i, part) in line.split('"').enumerate() {
        if i % 2 == 1 {
            out.push(part.to_owned());
        } else {
            out.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    out
}

#[test]
#[cfg(unix)]
fn every_command_of_the_readme_runs() {
    let scene = Scene::new();
    scene.servers(&[("notes", &[])]);
    scene.write("tools.json", r#"{"tools":[{"name":"add","description":"Adds."}]}"#);
    let git = |args: &[&str]| {
        let me = ["-c", "user.name=t", "-c", "user.email=t@t.test", "-c", "commit.gpgsign=false"];
        let out = std::process::Command::new("git").args(me).args(args).current_dir(scene.project()).output();
        assert!(out.expect("git runs").status.success(), "{args:?}");
    };
    git(&["init", "-q"]);
    let mut ran = 0;
    let mut approved = false;
    for line in commands(&text("README.md")) {
        let Some(rest) = line.strip_prefix("mcp-assay ") else {
            match line.as_str() {
                // a tour of its own, built by `cargo test`
                "cargo run --example rug-pull" => {
                    let program = crate::scene::scripted().with_file_name("rug-pull");
                    let out = std::process::Command::new(program).output().expect("the example runs");
                    let said = String::from_utf8_lossy(&out.stdout).into_owned();
                    let tail = &said[said.len().saturating_sub(600)..];
                    assert!(
                        out.status.code() == Some(1) && said.contains("injected-by-change"),
                        "{}: {tail}",
                        out.status
                    );
                }
                "git add .mcp-assay && git commit" => {
                    git(&["add", ".mcp-assay"]);
                    git(&["commit", "-qm", "approved"]);
                }
                // building is what brought us here; `.ci/ecosystem` builds and installs the wheel
                "cargo test --locked" | "cargo install --path ." | "pip install ." => {}
                other => panic!("the README names {other:?}, which nobody tries"),
            }
            continue;
        };
        let mut args = words(rest);
        let dash = args.iter().position(|a| a == "--").unwrap_or(args.len());
        let outside = args.iter().any(|a| a == "--" || a.starts_with("https://"));
        let code = match args[0].as_str() {
            // nobody sits at the terminal, and there is no network
            "scan" if outside => {
                args.insert(dash, "--offline".to_owned());
                3
            }
            "scan" if args.len() == 1 && !approved => {
                args.extend(["--launch", "all"].map(str::to_owned));
                0
            }
            "init" => {
                args.extend(["--person", "alice", "--allow-unattended"].map(str::to_owned));
                0
            }
            "approve" => {
                args.push("--unattended".to_owned());
                approved = true;
                0
            }
            _ => 0,
        };
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        scene.run(&args).expect(code);
        ran += 1;
    }
    assert!(ran >= 14, "only {ran} commands were found");
    assert!(scene.project().join("report.html").is_file() && scene.project().join("out.sarif").is_file());
}

fn pages() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "SECURITY.md"].iter().map(|n| root().join(n)).collect();
    let docs = std::fs::read_dir(root().join("docs")).expect("a folder").map(|e| e.expect("an entry").path());
    all.extend(docs.filter(|p| p.extension().is_some_and(|e| e == "md")));
    all
}

#[test]
fn every_option_that_a_page_names_exists() {
    let scene = Scene::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let option = regex::Regex::new(r"--[a-z][a-z0-9-]+").expect("a pattern");
    for page in
        std::fs::read_dir(root().join("completions/man")).expect("man pages").map(|e| e.expect("an entry").path())
    {
        let plain = std::fs::read_to_string(&page).expect("readable").replace("\\-", "-");
        known.extend(option.find_iter(&plain).map(|m| m.as_str().to_owned()));
    }
    assert!(known.contains("--fail-on") && known.len() > 40, "{known:?}");
    let unknown = scene.run(&["scan", "--not-an-option"]).expect(2);
    assert!(unknown.stderr.contains("unexpected argument"), "{unknown:#?}");
    // options of other programs that pages mention
    let others = ["--version", "--workdir", "--user", "--entrypoint", "--platform"];
    for page in pages() {
        let words = std::fs::read_to_string(&page).expect("readable");
        for code in words.split('`').skip(1).step_by(2).chain(words.lines().filter(|l| l.starts_with("mcp-assay "))) {
            if !code.starts_with("mcp-assay ") && !code.starts_with("--") {
                continue;
            }
            for found in option.find_iter(code.split(" -- ").next().unwrap_or_default()) {
                let ours = known.contains(found.as_str()) || others.contains(&found.as_str());
                assert!(ours, "{} names {}, which is no option", page.display(), found.as_str());
            }
        }
    }
}

#[test]
fn every_file_that_a_page_links_to_exists() {
    let link = regex::Regex::new(r"\]\(([^)#: ]+)[^)]*\)").expect("a pattern");
    let path = regex::Regex::new(r"`((?:docs|rules|src|tests|\.ci|fixtures|completions)/[A-Za-z0-9_./-]*)`")
        .expect("a pattern");
    for page in pages() {
        let words = std::fs::read_to_string(&page).expect("readable");
        let folder = page.parent().unwrap_or(Path::new("."));
        for found in link.captures_iter(&words) {
            assert!(folder.join(&found[1]).exists(), "{} links to {}", page.display(), &found[1]);
        }
        for found in path.captures_iter(&words) {
            assert!(root().join(&found[1]).exists(), "{} names {}", page.display(), &found[1]);
        }
    }
}
