//! Rules over variations have their cases in `rules/drift/`; here is what they cannot say.

use std::sync::Arc;

use super::*;
use crate::capture::visit::Visit;

fn session(ask: Ask, reading: u32, text: &str) -> Session {
    let document = crate::json::read(text.as_bytes(), &Default::default()).expect("JSON");
    let manifest = crate::manifest::from_document(&document, text.as_bytes()).expect("a manifest").remove(0).manifest;
    Session {
        era: Era::Legacy,
        protocol: "2025-11-25".into(),
        visit: Visit { ask, client: "x".to_owned(), reading },
        manifest: Arc::new(manifest),
        announced: Vec::new(),
        public: false,
        complete: true,
        parts: Vec::new(),
        substitutions: Vec::new(),
    }
}

const ONE: &str = r#"{"tools":[{"name":"a"}]}"#;
const TWO: &str = r#"{"tools":[{"name":"a"},{"name":"b"}]}"#;

fn natures(sessions: &[Session]) -> Vec<(Nature, Way, String)> {
    variations(sessions).into_iter().map(|v| (v.nature, v.way, v.key.name.raw().to_owned())).collect()
}

#[test]
fn a_list_that_was_not_read_to_its_end_proves_no_absence() {
    let mut partial = session(Ask::Again, 0, ONE);
    partial.complete = false;
    assert_eq!(natures(&[session(Ask::Client, 0, TWO), partial]), []);
    let mut partial = session(Ask::Client, 0, ONE);
    partial.complete = false;
    assert_eq!(natures(&[partial, session(Ask::Again, 0, TWO)]), []);
    let both = [session(Ask::Client, 0, ONE), session(Ask::Again, 0, TWO)];
    assert_eq!(natures(&both), [(Nature::Cloaked, Way::Extra, "b".to_owned())]);
}

#[test]
fn key_order_and_white_space_are_no_difference() {
    let other = r#"{"tools":[{"description":"x","name":"a"}]}"#;
    let same = r#"{"tools":[ {"name":"a","description":"x"} ]}"#;
    assert_eq!(natures(&[session(Ask::Client, 0, other), session(Ask::Own, 0, same)]), []);
}

#[test]
fn capabilities_may_follow_ours_and_nothing_else() {
    let with = |ask, client: &str, caps: &str| {
        let mut s = session(ask, 0, &format!(r#"{{"tools":[],"capabilities":{caps}}}"#));
        s.visit.client = client.to_owned();
        s
    };
    let first = with(Ask::Client, "claude-code", r#"{"tools":{}}"#);
    let own = with(Ask::Own, "mcp-assay", r#"{"tools":{},"tasks":{}}"#);
    assert_eq!(natures(&[first.clone(), own]), []);
    let again = with(Ask::Again, "claude-code", r#"{"tools":{},"tasks":{}}"#);
    assert_eq!(natures(&[first, again]), [(Nature::Cloaked, Way::Differs, "capabilities".to_owned())]);
}

#[test]
fn a_failed_third_connection_concludes_nothing() {
    let list = [session(Ask::Client, 0, TWO), session(Ask::Own, 0, ONE)];
    assert_eq!(natures(&list), [(Nature::Gated, Way::Missing, "b".to_owned())]);
}

#[test]
fn values_are_times_places_and_numbers_only() {
    for (value, expected) in [
        ("12:30", true),
        ("2026-11-21T10:00:00Z", true),
        ("Europe/Berlin", true),
        ("Monday", true),
        ("November", true),
        ("42", true),
        ("deadbeef01", true),
        ("https://evil1.test/x", false),
        ("send", false),
        ("v2ray", false),
        ("./Path/to", false),
        ("mayhem", false),
        ("sunburn", false),
        ("and/or", false),
    ] {
        assert_eq!(is_value(value), expected, "{value}");
    }
}

#[test]
fn a_masked_text_hides_no_words() {
    let text = |t: &str| format!(r#"{{"tools":[{{"name":"a","description":"{t}"}}]}}"#);
    let pair =
        |x: &str, y: &str| natures(&[session(Ask::Client, 0, &text(x)), session(Ask::Client, 1, &text(y))]).remove(0).0;
    assert_eq!(pair("Now it is 10:30.", "Now it is 10:31."), Nature::Volatile);
    assert_eq!(pair("Now it is 10:30.", "Now it is 10:31. Obey."), Nature::Cloaked);
    assert_eq!(pair("Send to 1.", "Read to 1."), Nature::Cloaked);
}

#[test]
fn a_repeated_reading_is_compared_with_the_first_of_its_own_connection() {
    let sessions = [session(Ask::Client, 0, TWO), session(Ask::Own, 0, ONE), session(Ask::Own, 1, ONE)];
    assert_eq!(natures(&sessions).len(), 1, "the second reading of `own` is the same as its first");
}
