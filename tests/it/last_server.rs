//! The workflow that `init` writes and the job of the GitLab page, as a runner executes them, where a change takes the last
//! server out: it passes, once, and says that nothing was audited.

use std::path::Path;
use std::process::Command;

use crate::ecosystem::{QUIET, RISKY, git};
use crate::scene::{NOW, Scene, root, text};

/// The lines of the first block `|` behind a mark, without their margin.
fn block(page: &str, mark: &str) -> String {
    let mut lines =
        page.split(mark).nth(1).expect("the mark").lines().skip_while(|l| !l.ends_with('|')).skip(1).peekable();
    let margin = lines.peek().map_or(0, |l| l.len() - l.trim_start().len());
    lines.take_while(|l| l.len() - l.trim_start().len() >= margin).map(|l| format!("{}\n", &l[margin..])).collect()
}

/// Exit code and output of a script in a project, with variables of the runner.
fn run(scene: &Scene, script: &str, vars: &[(&str, &str)]) -> (i32, String) {
    let tools = scene.home().join("tools");
    std::fs::create_dir_all(&tools).expect("a folder");
    let program = tools.join("mcp-assay");
    if !program.exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_mcp-assay"), program).expect("a link");
    }
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").expect("a PATH"));
    let out = Command::new("bash")
        .args(["--noprofile", "--norc", "-e", "-c", script])
        .current_dir(scene.project())
        .env_clear()
        .envs([("PATH", path.as_str()), ("MCP_ASSAY_NOW", NOW), ("LANG", "C.UTF-8")])
        .env("HOME", scene.home())
        .envs(vars.iter().copied())
        .output()
        .expect("bash runs");
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    (out.status.code().expect("an exit code"), said)
}

fn commit(dir: &Path) -> String {
    git(dir, &["add", "-A"]);
    git(dir, &["commit", "-qm", "x", "--allow-empty"]);
    git(dir, &["rev-parse", "HEAD"])
}

#[test]
fn the_last_server_can_be_taken_out_and_a_project_without_any_is_told() {
    let workflow = block(&text("src/cli/init/files/workflow.yml"), "configured safely?");
    let gitlab = block(&text("docs/ci.md"), "## GitLab");
    for (script, variable) in
        [(&workflow, "BASE_SHA"), (&gitlab, "CI_MERGE_REQUEST_DIFF_BASE_SHA"), (&gitlab, "CI_COMMIT_BEFORE_SHA")]
    {
        let scene = Scene::new();
        let dir = scene.project();
        git(&dir, &["init", "-q", "-b", "main"]);
        scene.write(".mcp.json", QUIET);
        let before = commit(&dir);
        assert_eq!(run(&scene, script, &[(variable, &before)]).0, 0, "{script}");
        for left in [Some("{\"mcpServers\": {}}"), None] {
            match left {
                Some(left) => drop(scene.write(".mcp.json", left)),
                None => std::fs::remove_file(dir.join(".mcp.json")).expect("removed"),
            }
            let (code, said) = run(&scene, script, &[(variable, &before)]);
            assert!(code == 0 && said.contains("nothing was audited: this change removes the last server"), "{said}");
        }
        // what could not be read was a configuration
        git(&dir, &["checkout", "-q", "."]);
        scene.write(".mcp.json", "{ oops");
        let broken = commit(&dir);
        assert_eq!(run(&scene, script, &[(variable, &before)]).0, 3);
        std::fs::remove_file(dir.join(".mcp.json")).expect("removed");
        assert_eq!(run(&scene, script, &[(variable, &broken)]).0, 0);
        // the change after it, a new branch, an event without a commit, and what is none
        let after = commit(&dir);
        for base in [after.as_str(), &"0".repeat(40), "", "$(touch pwned)", "--help"] {
            let (code, said) = run(&scene, script, &[(variable, base)]);
            assert!(code == 5 && !said.contains("removes the last"), "{base}: {said}");
        }
        assert!(!dir.join("pwned").exists());
        scene.write(".mcp.json", RISKY);
        assert_eq!(run(&scene, script, &[(variable, &before)]).0, 1);
    }
}

/// A shallow clone has no commit before: it is fetched.
#[test]
fn the_commit_before_is_fetched() {
    let scene = Scene::new();
    let (ours, there) = (scene.project(), scene.home().join("there"));
    std::fs::create_dir(&there).expect("a folder");
    git(&there, &["init", "-q", "-b", "main"]);
    git(&there, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
    std::fs::write(there.join(".mcp.json"), QUIET).expect("written");
    let before = commit(&there);
    std::fs::remove_file(there.join(".mcp.json")).expect("removed");
    commit(&there);
    let address = format!("file://{}", there.display());
    git(&ours, &["clone", "-q", "--depth=1", &address, "."]);
    let workflow = block(&text("src/cli/init/files/workflow.yml"), "configured safely?");
    let (code, said) = run(&scene, &workflow, &[("BASE_SHA", &before)]);
    assert_eq!(code, 0, "{said}");
}

/// Every event that has a commit before, in the workflow and in the action.
#[test]
fn a_merge_queue_has_a_base_too() {
    let page = std::fs::read_to_string(root().join("src/cli/init/files/workflow.yml")).expect("there");
    assert!(page.contains("\n  merge_group:\n"));
    for page in [page, text("action.yml")] {
        assert!(page.contains("github.event.pull_request.base.sha || github.event.merge_group.base_sha"));
    }
}
