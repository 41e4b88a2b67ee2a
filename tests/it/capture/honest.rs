//! What an honest server says arrives whole: every list, every page, every field, both eras.

use mcp_assay::capture::{Era, Event, Interrupt, Job, Launch, Stage};
use mcp_assay::terms::ItemKind;

use super::*;

const MANIFEST: &str = r#"{
  "serverInfo": {"name": "calc", "version": "1.2", "x-unknown": [1.0, 2e3]},
  "instructions": "Use add.",
  "tools": [
    {"name": "add", "description": "Adds.", "inputSchema": {"type": "object"}, "x-vendor": {"k": 1}},
    {"name": "sub", "description": "Subtracts.", "inputSchema": {"type": "object"}},
    {"name": "mul", "description": "Multiplies.", "inputSchema": {"type": "object"}}
  ],
  "prompts": [{"name": "p1"}, {"name": "p2"}],
  "resources": [{"uri": "file:///a", "name": "a"}],
  "resourceTemplates": [{"uriTemplate": "x://{id}", "name": "t"}],
  "skills": [{"uri": "skill://s/SKILL.md"}]
}"#;

fn manifest() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("manifest.json");
    std::fs::write(&file, MANIFEST).expect("a file");
    let file = file.to_string_lossy().into_owned();
    (dir, file)
}

fn counts(session: &Session) -> [usize; 7] {
    ItemKind::ALL.map(|kind| session.manifest.count(kind))
}

#[test]
fn every_list_is_read_page_by_page() {
    let (_dir, file) = manifest();
    let capture = run(&["--manifest", &file, "--page-size", "1"]);
    let session = complete(&capture);
    assert_eq!(session.era, Era::Legacy);
    assert_eq!(session.protocol.raw(), "2025-11-25");
    assert_eq!(counts(session), [3, 3, 2, 1, 1, 1, 0]);
    let pages: Vec<u32> = session.manifest.of_kind(ItemKind::Tool).map(|i| i.page).collect();
    assert_eq!(pages, [0, 1, 2]);
    let add = session.manifest.of_kind(ItemKind::Tool).next().expect("a tool");
    assert!(add.node.get("x-vendor").is_some(), "unknown members are kept");
    assert_eq!(session.manifest.server("instructions").and_then(|i| i.node.as_str()), Some("Use add."));
    assert!(capture.oddities.is_empty(), "{:?}", capture.oddities);
    assert!(capture.isolation.contains("environment scrubbed"), "{}", capture.isolation);
}

#[test]
fn both_eras_of_a_server_are_captured_and_say_the_same() {
    let (_dir, file) = manifest();
    let capture = run(&["--manifest", &file, "--era", "both", "--page-size", "2"]);
    assert_eq!((&capture.failure, limit_words(&capture)), (&None, vec![]));
    let eras: Vec<Era> = capture.sessions.iter().map(|s| s.era).collect();
    assert_eq!(eras, [Era::Modern, Era::Legacy]);
    for session in &capture.sessions {
        assert!(session.complete);
        assert_eq!(counts(session), [3, 3, 2, 1, 1, 1, 0]);
        let info = session.manifest.server("info").expect("identity of both eras");
        assert_eq!(info.text("name"), Some("calc"));
    }
    assert_eq!(capture.sessions[0].protocol.raw(), "2026-07-28");
}

#[test]
fn a_modern_server_is_not_asked_for_a_second_session_in_vain() {
    let capture = run(&["--era", "modern"]);
    assert_eq!(complete(&capture).era, Era::Modern);
}

#[test]
fn another_modern_revision_is_taken_from_the_servers_list() {
    let capture = run(&["--era", "modern", "--verb", "unsupported-version"]);
    assert_eq!(complete(&capture).protocol.raw(), "2027-01-01");
}

#[test]
fn a_server_that_dies_of_the_probe_or_ignores_it_is_read_all_the_same() {
    assert_eq!(tools(complete(&run(&["--verb", "die-on-probe"]))), ["add", "echo"]);
    assert_eq!(tools(complete(&run(&["--verb", "ignore-unknown"]))), ["add", "echo"]);
}

#[test]
fn a_server_that_starts_slower_than_the_probe_waits_is_read_in_its_own_era() {
    let args = |era| job(&["--verb", "slow-start", "--era", era]);
    let all = run_all(vec![args("legacy"), args("modern"), args("both")]);
    let eras: Vec<Vec<Era>> = all.iter().map(|c| c.sessions.iter().map(|s| s.era).collect()).collect();
    assert_eq!(eras, [vec![Era::Legacy], vec![Era::Modern], vec![Era::Modern, Era::Legacy]]);
    for capture in &all {
        assert_eq!((&capture.failure, limit_words(capture)), (&None, vec![]));
        assert!(capture.sessions.iter().all(|s| s.complete && tools(s) == ["add", "echo"]));
    }
}

#[test]
fn an_empty_cursor_leads_to_the_next_page() {
    assert_eq!(tools(complete(&run(&["--verb", "empty-cursor"]))), ["first", "second"]);
}

#[test]
fn tools_are_asked_for_even_when_no_capability_is_declared() {
    assert_eq!(tools(complete(&run(&["--verb", "no-capabilities"]))), ["add", "echo"]);
}

#[test]
fn a_ping_is_answered() {
    let capture = run(&["--verb", "ping"]);
    assert_eq!(tools(complete(&capture)), ["add", "echo", "ponged"]);
    assert!(capture.oddities.is_empty());
}

#[test]
fn a_changed_list_is_read_again() {
    let capture = run(&["--verb", "list-changed"]);
    let session = complete(&capture);
    assert_eq!(tools(session), ["add", "echo", "late"], "old ones once, new ones too");
    assert_eq!(odd(&capture, "list-changed"), 1);
}

#[test]
fn the_environment_holds_what_is_named_and_nothing_else() {
    let mut program =
        program(&["--verb", "print-env"], &[("MY_MODE", "fast"), ("MY_TOKEN", "s3cret"), ("PASSED", "${PATH}")]);
    program.pass_env = vec!["PASSED".to_owned()];
    let job = Job::new(Launch::Stdio(Box::new(program)));
    let capture = run_job(job, &limits());
    let session = complete(&capture);
    let mut names = tools(session);
    names.sort_unstable();
    let ours = ["HOME", "LANG", "MY_MODE", "MY_TOKEN", "PASSED", "PATH", "TMPDIR", "TZ"];
    let tool_dirs = ["PYENV_ROOT", "VOLTA_HOME", "NVM_DIR", "ASDF_DIR", "ASDF_DATA_DIR", "MISE_DATA_DIR"];
    names.retain(|n| !tool_dirs.contains(n));
    assert_eq!(names, ours);
    let value = |name: &str| {
        let item = session.manifest.of_kind(ItemKind::Tool).find(|i| i.key.name.raw() == name).expect("a variable");
        item.text("description").expect("its value").to_owned()
    };
    assert_eq!((value("MY_MODE"), value("MY_TOKEN")), ("fast".to_owned(), "placeholder".to_owned()));
    assert_eq!(value("PASSED"), std::env::var("PATH").expect("a test has one"));
    assert_eq!((value("HOME").as_str(), value("TMPDIR").as_str()), ("{home}", "{tmp}"));
}

#[test]
fn a_secret_that_was_passed_is_not_kept_when_the_server_repeats_it() {
    let mut program = program(&["--verb", "stderr-env"], &[("MY_TOKEN", "s3cret-value")]);
    program.pass_env = vec!["MY_TOKEN".to_owned()];
    let job = Job::new(Launch::Stdio(Box::new(program)));
    let capture = run_job(job, &limits());
    complete(&capture);
    assert_eq!(capture.stderr.raw(), "Ok(\"{MY_TOKEN}\")\n");
}

#[test]
fn private_paths_do_not_reach_the_manifest_and_are_gone_afterwards() {
    let capture = run(&["--verb", "home-path"]);
    let session = complete(&capture);
    let tool = session.manifest.of_kind(ItemKind::Tool).next().expect("a tool");
    assert_eq!(tool.text("description"), Some("Keeps files in {home}/data."));
    for (path, _) in &session.substitutions {
        assert!(!std::path::Path::new(path).exists(), "{path} was left behind");
    }
}

#[test]
fn results_come_in_the_order_of_the_jobs_and_a_slow_server_delays_nobody() {
    let jobs = vec![job(&["--verb", "hang"]), job(&[]), job(&["--verb", "die"]), job(&["--verb", "empty-cursor"])];
    let mut finished = Vec::new();
    let mut progress = |event: Event| {
        if event.stage == Stage::Finished {
            finished.push(event.server);
        }
    };
    let all = mcp_assay::capture::run(jobs, &limits(), 4, &Interrupt::new(), &mut progress);
    let found: Vec<usize> = all.iter().map(|c| c.sessions.len()).collect();
    assert_eq!(found, [0, 1, 0, 1]);
    assert_eq!(finished.last(), Some(&0), "{finished:?}");
    assert_eq!(finished.len(), 4);
}

#[test]
fn a_recording_gives_the_same_manifest() {
    use mcp_assay::capture::recording;
    use mcp_assay::target::File;
    use mcp_assay::target::argument::command_target;
    let (_dir, file) = manifest();
    for args in [
        vec!["--manifest", &file, "--era", "both", "--page-size", "2"],
        vec!["--verb", "list-changed"],
        vec!["--verb", "invalid-utf8"],
        vec!["--verb", "batch"],
        vec!["--verb", "home-path"],
        vec!["--verb", "list-error"],
    ] {
        let mut live = run(&args);
        let target = command_target(&["scripted".to_owned()]).expect("a command");
        let text = recording::write([(&"server".into(), &target, &live)]);
        let document = mcp_assay::json::read(text.as_bytes(), &Default::default()).expect("JSON");
        let read = recording::read(&document.root, &File { path: "r.json".into(), index: 0 }).expect("a recording");
        live.transcript.clear();
        assert_eq!(format!("{:?}", read[0].capture), format!("{live:?}"), "{args:?}");
    }
}

#[test]
fn the_same_server_gives_the_same_words_twice() {
    let (_dir, file) = manifest();
    let digests = |capture: &Capture| {
        let items = &complete(capture).manifest.items;
        items.iter().map(|i| (i.key.clone(), i.raw)).collect::<Vec<_>>()
    };
    assert_eq!(digests(&run(&["--manifest", &file])), digests(&run(&["--manifest", &file])));
}
