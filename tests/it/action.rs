//! The action: the steps of `action.yml` as a runner executes them.
#![cfg(unix)]

use std::path::Path;

use crate::composite::{Action, Job};
use crate::ecosystem::{QUIET, RISKY, git};
use crate::scene::{NOW, Scene, root, text};

fn act(scene: &Scene, inputs: &[(&str, &str)], context: &[(&str, &str)]) -> Job {
    let action = Action::parse(&text("action.yml"));
    let temp = scene.home().join("runner");
    std::fs::create_dir_all(&temp).expect("a folder");
    let mut all = vec![("binary-path", env!("CARGO_BIN_EXE_mcp-assay"))];
    all.extend(inputs);
    let env = [
        ("GITHUB_ACTION_PATH", root().display().to_string()),
        ("GITHUB_REPOSITORY", "us/ours".to_owned()),
        ("GITHUB_EVENT_NAME", "pull_request".to_owned()),
        ("HOME", scene.home().display().to_string()),
        ("MCP_ASSAY_NOW", NOW.to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
    ];
    action.run(&scene.project(), &temp, &all, context, &env)
}

#[test]
fn the_action_judges_a_configuration_and_ends_as_the_audit_did() {
    let scene = Scene::new();
    scene.write(".mcp.json", RISKY);
    let job = act(&scene, &[("upload-sarif", "true"), ("category", "mine")], &[]);
    assert_eq!(job.code, 1, "{job:#?}");
    let outputs = ["exit-code", "scope", "scope-covered", "complete"].map(|o| job.outputs[o].as_str());
    assert_eq!(outputs, ["1", "configuration", "true", "false"], "no server was looked at: {job:#?}");
    assert_ne!(job.outputs["findings"], "0");
    assert_ne!(job.outputs["highest-severity"], "none");
    assert!(job.log.contains("::error file=.mcp.json,") && job.summary.contains("## mcp-assay"), "{job:#?}");
    crate::inert::markdown(&job.summary);
    let (uses, with) = &job.used[0];
    assert!(uses.starts_with("github/codeql-action/upload-sarif@") && uses.len() > 70, "pinned by commit: {uses}");
    assert_eq!(with["category"], "mine-configuration", "it must not close the alerts of audits that start servers");
    let sarif: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&with["sarif_file"]).expect("written")).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");

    scene.write(".mcp.json", QUIET);
    let job = act(&scene, &[("summary", "false")], &[]);
    assert_eq!((job.code, job.summary.as_str(), job.used.len()), (0, "", 0), "{job:#?}");
    assert_eq!(job.outputs["highest-severity"], "none");
    // severities below the threshold do not fail the job
    scene.write(".mcp.json", RISKY);
    assert_eq!(act(&scene, &[("fail-on", "never")], &[]).code, 0);
}

#[test]
fn the_action_uploads_nothing_that_would_close_alerts() {
    let scene = Scene::new();
    scene.servers(&[("never-approved", &[])]);
    let launch = [("launch", "true"), ("upload-sarif", "true")];
    let job = act(&scene, &launch, &[]);
    assert_eq!((job.code, job.outputs["complete"].as_str(), job.used.len()), (3, "false", 0), "{job:#?}");
    // nor of a configuration that could not be read
    scene.write(".cursor/mcp.json", "{ oops");
    let job = act(&scene, &[("upload-sarif", "true")], &[]);
    assert_eq!((job.code, job.outputs["scope-covered"].as_str(), job.used.len()), (3, "false", 0), "{job:#?}");
    std::fs::remove_file(scene.project().join(".cursor/mcp.json")).expect("removed");
    let job = act(&scene, &[("launch", "true"), ("upload-sarif", "true"), ("upload-partial", "true")], &[]);
    assert_eq!((job.code, job.used.len()), (3, 1), "{job:#?}");
}

#[test]
fn the_action_starts_nothing_for_a_fork() {
    let scene = Scene::new();
    scene.servers(&[("notes", &[])]);
    scene.approved();
    let job = act(&scene, &[("launch", "true")], &[("event.pull_request.head.repo.full_name", "them/ours")]);
    assert!(job.log.contains("servers are not started for code from a fork"), "{job:#?}");
    assert!(job.log.contains("0 of 1 servers audited"), "{job:#?}");
    let job = act(&scene, &[("launch", "true")], &[("event.pull_request.head.repo.full_name", "us/ours")]);
    assert!(job.log.contains("1 of 1 servers audited"), "for our own branch it is started: {job:#?}");
}

/// A repository with these files as the base of a change; the digest of its commit.
fn committed(dir: &Path, files: &str) -> String {
    git(dir, &["init", "-q", "-b", "main"]);
    git(dir, &["add", files]);
    git(dir, &["commit", "-qm", "base"]);
    git(dir, &["rev-parse", "HEAD"])
}

#[test]
fn a_pull_request_can_neither_replace_the_people_nor_take_the_baseline_away() {
    let scene = Scene::new();
    let dir = scene.project();
    scene.servers(&[("notes", &[])]);
    scene.approved();
    let base = committed(&dir, "-A");
    let context =
        [("event.pull_request.base.sha", base.as_str()), ("event.pull_request.head.repo.full_name", "us/ours")];
    let queue = [("event.merge_group.base_sha", base.as_str())];
    assert_eq!(act(&scene, &[], &context).code, 0, "{:#?}", act(&scene, &[], &context));

    // somebody else's baseline, intact and signed, but by people the base does not know
    std::fs::rename(dir.join(".mcp-assay"), scene.home().join("ours")).expect("moved");
    let state = scene.home().join("mallory");
    let other = Scene::new();
    let env = [("MCP_ASSAY_STATE", state.to_str().expect("UTF-8"))];
    other.run_in(&other.project(), &["init", "--person", "mallory"], &env).expect(0);
    let key = state.join("keys").join("approver.pem");
    let key = key.to_str().expect("UTF-8");
    // on a machine of their own, which has never seen the people of the base
    let theirs = |args: &[&str]| scene.run_in(&dir, args, &env);
    theirs(&["init", "--person", "mallory", "--allow-unattended", "--key", key]).expect(0);
    theirs(&["scan", "--launch", "all", "-q"]);
    theirs(&["approve", "--unattended", "--reason", "first review", "--key", key]).expect(0);
    theirs(&["verify"]).expect(0);
    let job = act(&scene, &[], &context);
    assert_eq!(job.code, 4, "{job:#?}");
    assert_eq!(act(&scene, &[], &queue).code, 4, "in a merge queue as well");

    std::fs::remove_dir_all(dir.join(".mcp-assay")).expect("removed");
    assert_eq!(act(&scene, &[], &context).code, 4, "a deleted baseline");
    // a base that is not here and cannot be fetched
    let gone = [("event.pull_request.base.sha", "0123456789012345678901234567890123456789")];
    let job = act(&scene, &[], &gone);
    assert!(job.code == 4 && job.log.contains("cannot be fetched"), "{job:#?}");
}

#[test]
fn inputs_are_never_program_text() {
    let scene = Scene::new();
    scene.write(".mcp.json", QUIET);
    let bad = "$(touch pwned) `touch pwned` \"; touch pwned; # ${{ github.token }}";
    for input in
        ["targets", "baseline", "trust", "fail-on", "launch", "online", "args", "summary", "category", "version"]
    {
        act(&scene, &[(input, bad)], &[]);
        act(
            &scene,
            &[(input, bad)],
            &[("event.pull_request.base.sha", bad), ("event.pull_request.head.repo.full_name", bad)],
        );
        assert!(!scene.project().join("pwned").exists(), "{input}");
    }
    let script = text("action.yml");
    for line in script.lines().filter(|l| l.trim_start().starts_with("run:")) {
        assert!(!line.contains("${{"), "{line}");
    }
}

#[test]
fn the_action_runs_no_download_it_has_no_checksum_for() {
    let scene = Scene::new();
    scene.write(".mcp.json", QUIET);
    for (inputs, words) in [
        ([("binary-path", ""), ("version", "")], "knows no released program"),
        ([("binary-path", ""), ("version", "9.9.9")], "checksum"),
        ([("binary-path", ""), ("version", "../../x")], "not a version"),
        ([("binary-path", "/nowhere"), ("version", "")], "no program that can be run"),
    ] {
        let env = [
            ("GITHUB_ACTION_PATH", root().display().to_string()),
            ("RUNNER_OS", "Linux".to_owned()),
            ("RUNNER_ARCH", "X64".to_owned()),
        ];
        let job = Action::parse(&text("action.yml")).run(&scene.project(), &scene.home(), &inputs, &[], &env);
        assert!(job.code == 2 && job.log.contains(words), "{words}: {job:#?}");
    }
}

/// `exit-code`, `complete`, `scope-covered` and how many files would be uploaded.
fn short(job: &Job) -> (i32, [&str; 3], usize) {
    let outputs = ["exit-code", "complete", "scope-covered"].map(|o| job.outputs[o].as_str());
    (job.code, outputs, job.used.len())
}

/// Whoever takes the last server out passes, once, and is told that nothing was audited; a path at which nothing ever was
/// is never green.
#[test]
fn a_change_that_removes_the_last_server_passes_and_a_wrong_path_does_not() {
    let scene = Scene::new();
    let dir = scene.project();
    let upload = ("upload-sarif", "true");
    scene.write(".mcp.json", QUIET);
    scene.write("sub/.mcp.json", QUIET);
    scene.write("docs/README.md", "ours");
    let base = committed(&dir, "-A");
    let request = [("event.pull_request.base.sha", base.as_str())];
    let queue = [("event.merge_group.base_sha", base.as_str())];
    let push = [("event.before", base.as_str())];
    let passed = (0, ["0", "false", "false"], 1);
    let failed = (5, ["5", "false", "false"], 0);
    // removed, or empty; a folder that is named; a pull request, and the push that merges it
    for (words, inputs) in
        [(Some("{\"mcpServers\": {}}"), ("targets", "")), (None, ("targets", "")), (None, ("targets", "sub"))]
    {
        for file in [".mcp.json", "sub/.mcp.json"] {
            match words {
                Some(words) => drop(scene.write(file, words)),
                None => std::fs::remove_file(dir.join(file)).unwrap_or_default(),
            }
        }
        std::fs::create_dir_all(dir.join("sub")).expect("a folder");
        for context in [request, queue, push] {
            for launch in ["false", "true"] {
                let job = act(&scene, &[inputs, upload, ("launch", launch)], &context);
                assert_eq!(short(&job), passed, "{words:?} {context:?} launch {launch}: {job:#?}");
                assert!(job.log.contains("::notice title=mcp-assay::nothing was audited: no servers"), "{job:#?}");
                assert!(job.summary.contains("## mcp-assay: nothing was audited: no servers"), "{job:#?}");
                assert!(!job.summary.contains("clean"), "{job:#?}");
                let category = if launch == "true" { "mcp-assay" } else { "mcp-assay-configuration" };
                assert_eq!(job.used[0].1["category"], category, "the alerts of what is gone are closed where they are");
            }
        }
    }
    // where nothing was before: another folder, no commit before, and the change after
    git(&dir, &["commit", "-qam", "no servers"]);
    let after = git(&dir, &["rev-parse", "HEAD"]);
    let new_branch = "0".repeat(40);
    for (target, context) in [
        ("docs", request),
        ("", [("event.pull_request.base.sha", after.as_str())]),
        ("", [("event.before", after.as_str())]),
        ("", [("event.before", new_branch.as_str())]),
        ("", [("event.before", "$(touch pwned)")]),
        ("", [("event.name", "schedule")]),
    ] {
        let job = act(&scene, &[("targets", target), upload], &context);
        assert_eq!(short(&job), failed, "{target} {context:?}: {job:#?}");
        assert!(job.log.contains("none are known from before") && job.log.contains("--allow-no-servers"), "{job:#?}");
        assert!(!dir.join("pwned").exists());
    }
    let job = act(&scene, &[("args", "--allow-no-servers"), upload], &[]);
    assert_eq!(short(&job), (0, ["0", "false", "false"], 0), "{job:#?}");
    // what is still there is judged, and what cannot be read is not gone
    scene.write(".mcp.json", "{ oops");
    assert_eq!(act(&scene, &[], &request).code, 3);
    scene.write(".mcp.json", RISKY);
    assert_eq!(act(&scene, &[], &request).code, 1);
}

/// What people signed stays as it is: the baseline may still name the server.
#[test]
fn a_change_that_removes_the_last_approved_server_passes_too() {
    let scene = Scene::new();
    let dir = scene.project();
    scene.servers(&[("notes", &[])]);
    scene.approved();
    let base = committed(&dir, "-A");
    let request = [("event.pull_request.base.sha", base.as_str())];
    std::fs::remove_file(dir.join(".mcp.json")).expect("removed");
    let job = act(&scene, &[], &request);
    assert_eq!(job.code, 0, "{job:#?}");
    assert!(job.log.contains("approve --remove"), "{job:#?}");
    // the baseline does not go with it
    std::fs::remove_dir_all(dir.join(".mcp-assay")).expect("removed");
    assert_eq!(act(&scene, &[], &request).code, 4);
}

/// The program is run in another folder, too.
#[test]
fn a_program_may_be_named_by_its_place_in_the_project() {
    let scene = Scene::new();
    let dir = scene.project();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_mcp-assay"), dir.join("audit")).expect("a link");
    scene.write(".mcp.json", QUIET);
    let base = committed(&dir, ".mcp.json");
    std::fs::remove_file(dir.join(".mcp.json")).expect("removed");
    let job = act(&scene, &[("binary-path", "audit")], &[("event.pull_request.base.sha", base.as_str())]);
    assert_eq!(job.code, 0, "{job:#?}");
}
