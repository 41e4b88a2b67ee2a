//! Hostile servers over stdio: each ends within its budgets, is named for what it did, and keeps what was seen.

use std::time::{Duration, Instant};

use mcp_assay::capture::{Failure, Interrupt};
use mcp_assay::json::Fault;
use mcp_assay::terms::ItemKind;

use super::*;

fn faults(capture: &Capture) -> Vec<Fault> {
    let items = capture.sessions[0].manifest.of_kind(ItemKind::Tool);
    items.flat_map(|i| i.anomalies.iter().map(|a| a.fault)).collect()
}

#[test]
fn a_server_that_says_nothing_is_silent() {
    let capture = run(&["--verb", "hang"]);
    assert_eq!(capture.failure, Some(Failure::Silent));
    assert_eq!(limit_words(&capture), ["time"]);
    assert!(capture.sessions.is_empty());
}

#[test]
fn a_server_that_dies_is_dead_with_its_status() {
    let capture = run(&["--verb", "die"]);
    let Some(Failure::Died(how)) = &capture.failure else { panic!("{:?}", capture.failure) };
    assert!(how == "exit status 3" || how.starts_with("exit status 3; what it may lack"), "{how}");
    // it is started again without the probe, in case that was what it died of
    assert_eq!(capture.stderr.raw(), "dying of server/discover\ndying of initialize\n");
}

#[test]
fn a_program_that_does_not_exist_is_a_launch_failure() {
    let mut missing = program(&[], &[]);
    missing.command = "/no/such/program".to_owned();
    let job = Job::new(Launch::Stdio(Box::new(missing)));
    assert!(matches!(run_job(job, &limits()).failure, Some(Failure::Launch(_))));
}

#[test]
fn a_program_that_is_no_server_is_named() {
    let mut cat = program(&[], &[]);
    cat.command = "cat".to_owned();
    let job = Job::new(Launch::Stdio(Box::new(cat)));
    let capture = run_job(job, &limits());
    // it sends our own messages back to us, and at last our own refusal
    assert!(matches!(capture.failure, Some(Failure::Protocol(_))), "{:?}", capture.failure);
    assert!(odd(&capture, "server-request") > 0);
}

#[test]
fn dying_after_the_handshake_keeps_what_was_said() {
    let capture = run(&["--verb", "die-after-init"]);
    let session = partial(&capture, "list-error");
    assert!(session.manifest.server("info").is_some());
    assert!(capture.limits_hit[0].detail.contains("exit status 3"));
}

#[test]
fn a_list_that_hangs_is_idle_and_the_next_one_is_still_asked_for() {
    partial(&run(&["--verb", "hang-on-list"]), "idle");
}

#[test]
fn every_flood_ends_at_its_own_budget() {
    let floods = [
        ("flood", "notifications"),
        ("total-flood", "total-bytes"),
        ("noise-flood", "noise"),
        ("huge-line", "message-bytes"),
        ("huge-page", "message-bytes"),
        ("ping-flood", "server-requests"),
    ];
    let all = run_all(floods.iter().map(|(verb, _)| job(&["--verb", verb])).collect());
    for (capture, (_, limit)) in all.iter().zip(floods) {
        partial(capture, limit);
    }
}

#[test]
fn lists_without_end_are_cut() {
    let capture = run(&["--verb", "endless-cursor"]);
    assert_eq!(tools(partial(&capture, "pages")).len(), 5);
    partial(&run(&["--verb", "repeat-cursor"]), "repeated-cursor");
    let few = Limits { items: 1, ..limits() };
    let capture = run_job(job(&[]), &few);
    assert_eq!(tools(partial(&capture, "items")), ["add"]);
}

#[test]
fn one_byte_at_a_time_ends_with_the_request() {
    let capture = run(&["--verb", "slow-drip"]);
    partial(&capture, "time");
}

#[test]
fn a_refused_or_shapeless_list_is_no_empty_list() {
    partial(&run(&["--verb", "list-error"]), "list-error");
    let capture = run(&["--verb", "no-array"]);
    assert!(!partial(&capture, "malformed").manifest.problems.is_empty());
    partial(&run(&["--era", "modern", "--verb", "input-required"]), "list-error");
}

#[test]
fn noise_between_messages_is_counted() {
    let capture = run(&["--verb", "noise"]);
    assert_eq!(tools(complete(&capture)), ["add", "echo"]);
    assert!(odd(&capture, "stdout-noise") >= 3 && odd(&capture, "malformed-message") >= 3);
}

#[test]
fn json_without_a_single_meaning_is_read_and_recorded() {
    for (verb, fault) in [
        ("dup-keys", Fault::DuplicateKey),
        ("lone-surrogate", Fault::LoneSurrogate),
        ("invalid-utf8", Fault::InvalidUtf8),
        ("deep", Fault::TooDeep),
    ] {
        let limits = Limits { message_bytes: 2_000_000, total_bytes: 4_000_000, ..limits() };
        let capture = run_job(job(&["--verb", verb]), &limits);
        complete(&capture);
        assert_eq!(faults(&capture), [fault], "{verb}");
    }
}

#[test]
fn a_request_to_the_client_is_refused_and_recorded() {
    let capture = run(&["--verb", "sampling"]);
    assert_eq!(tools(complete(&capture)), ["add", "echo", "refused"]);
    assert_eq!(odd(&capture, "server-request"), 1);
}

#[test]
fn ids_of_another_type_answer_nothing() {
    let capture = run(&["--verb", "wrong-ids"]);
    assert_eq!(capture.failure, Some(Failure::Silent));
    assert!(odd(&capture, "unknown-id") > 0);
}

#[test]
fn a_second_reply_and_a_batch_are_recorded() {
    let capture = run(&["--verb", "duplicate-reply"]);
    complete(&capture);
    assert!(odd(&capture, "duplicate-response") > 0);
    let capture = run(&["--verb", "batch"]);
    assert_eq!(tools(complete(&capture)), ["add", "echo"]);
    assert!(odd(&capture, "batch") > 0);
}

#[test]
fn an_unknown_revision_and_a_changing_identity_are_recorded() {
    let capture = run(&["--verb", "odd-version"]);
    complete(&capture);
    assert_eq!(odd(&capture, "protocol-version"), 1);
    let capture = run(&["--era", "modern", "--verb", "info-differs"]);
    complete(&capture);
    assert_eq!(odd(&capture, "server-info-differs"), 1);
}

#[test]
fn only_the_end_of_stderr_is_kept() {
    let capture = run(&["--verb", "stderr-flood"]);
    complete(&capture);
    assert!(capture.stderr.raw().ends_with("the end\n") && capture.stderr.raw().len() <= 1000);
}

#[cfg(target_os = "linux")]
#[test]
fn no_process_is_left_behind() {
    let verbs = ["grandchild", "linger", "leave-grandchild", "stdout-closed", "hang", "flood"];
    let notes: Vec<_> = verbs.iter().map(|_| note()).collect();
    let jobs = verbs.iter().zip(&notes).map(|(verb, (_, file))| job(&["--verb", verb, "--note", file]));
    let all = run_all(jobs.collect());
    for capture in &all[..2] {
        complete(capture);
    }
    for capture in &all[2..4] {
        partial(capture, "list-error");
    }
    for (_, file) in &notes {
        all_gone(file);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_captures_in_flight_and_their_processes() {
    let (_dir, file) = note();
    let interrupt = Interrupt::new();
    let asked = interrupt.clone();
    let note_file = file.clone();
    let asker = std::thread::spawn(move || {
        while !std::path::Path::new(&note_file).exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        asked.set();
        Instant::now()
    });
    let jobs = vec![job(&["--verb", "hang", "--note", &file]), job(&["--verb", "hang"]), job(&["--verb", "hang"])];
    let slow = Limits { launch: Duration::from_secs(60), total: Duration::from_secs(60), ..limits() };
    // the third job waits for a slot and is never started
    let all = mcp_assay::capture::run(jobs, &slow, 2, &interrupt, &mut |_| {});
    let took = asker.join().expect("no panic").elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(all.iter().all(|c| c.failure == Some(Failure::Interrupted)));
    all_gone(&file);
}
