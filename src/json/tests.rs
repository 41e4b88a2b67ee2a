//! Properties of the reader and the writers, with serde_json and an RFC 8785 crate as second opinions.

use proptest::prelude::*;

use super::*;

mod exact;

fn tree() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value as V;
    let text = prop_oneof![any::<String>(), "[a-z$]{0,6}", Just("$lines".to_owned()), Just("a\nb\n".to_owned())];
    let leaf = prop_oneof![
        Just(V::Null),
        any::<bool>().prop_map(V::from),
        (-(1i64 << 53)..(1i64 << 53)).prop_map(V::from),
        (-1.0e30..1.0e30).prop_map(|f: f64| V::from(f)),
        text.clone().prop_map(V::from),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(V::from),
            prop::collection::vec((text.clone(), inner), 0..6)
                .prop_map(|m| V::Object(m.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

fn same(ours: &Node, theirs: &serde_json::Value) -> bool {
    use serde_json::Value as V;
    match (&ours.value, theirs) {
        (Value::Null, V::Null) => true,
        (Value::Bool(a), V::Bool(b)) => a == b,
        (Value::Number(a), V::Number(b)) => a.parse::<f64>().ok() == b.as_f64(),
        (Value::String(a), V::String(b)) => **a == **b,
        (Value::Array(a), V::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| same(x, y)),
        (Value::Object(a), V::Object(b)) => {
            a.len() == b.len() && a.iter().all(|m| b.get(&*m.key).is_some_and(|v| same(&m.value, v)))
        }
        _ => false,
    }
}

fn parse(text: &str) -> Document {
    read(text.as_bytes(), &Limits::default()).expect("valid JSON")
}

fn faults(bytes: &[u8]) -> Vec<Fault> {
    read(bytes, &Limits::default()).expect("readable").anomalies.iter().map(|a| a.fault).collect()
}

proptest! {
    #[test]
    fn lines_that_end_are_counted_however_many_bytes_are_looked_at(text in "[a\\r\\n]{0,12}|[a\\n]{0,400}", from in 0..400_usize) {
        let range = from.min(text.len())..text.len();
        let ends = range.clone().filter(|at| ends_line(text.as_bytes(), *at)).count();
        prop_assert_eq!(line_ends(text.as_bytes(), range), ends);
    }

    #[test]
    fn agrees_with_serde_json_where_there_is_one_meaning(value in tree(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.expect("JSON");
        let document = parse(&text);
        prop_assert!(same(&document.root, &value));
        prop_assert_eq!((document.root.start, document.root.end as usize), (0, text.len()));
    }

    #[test]
    fn accepts_and_refuses_what_serde_json_does(text in "[\\[\\]{},:\"a0-9.eE+\\\\ntrufalse -]{0,24}") {
        let ours = read(text.as_bytes(), &Limits::default());
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        match &theirs {
            Ok(_) => prop_assert!(ours.is_ok(), "{text}"),
            // serde_json refuses a few things that hosts accept: each of them is a recorded fault with us
            Err(_) => prop_assert!(ours.is_err() || !ours.expect("checked").anomalies.is_empty(), "{text}"),
        }
    }

    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, &Limits::default());
    }

    #[test]
    fn canonical_form_is_rfc_8785(value in tree()) {
        let text = serde_json::to_string(&value).expect("JSON");
        let ours = canonical(&parse(&text).root).expect("canonical");
        let theirs = serde_json_canonicalizer::to_vec(&value).expect("canonical");
        prop_assert_eq!(String::from_utf8_lossy(&ours), String::from_utf8_lossy(&theirs));
        let again = canonical(&parse(&String::from_utf8_lossy(&ours)).root).expect("canonical");
        prop_assert_eq!(ours, again);
    }

    #[test]
    fn rendering_is_reversible_and_the_only_one(value in tree()) {
        let node = parse(&serde_json::to_string(&value).expect("JSON")).root;
        let text = render(&node).expect("renders");
        prop_assert!(text.chars().all(|c| c == '\n' || crate::untrusted::is_plain(c)));
        let back = unrender(&parse(&text).root);
        prop_assert_eq!(canonical(&back), canonical(&node));
        prop_assert_eq!(render(&back).expect("renders"), text);
    }

    #[test]
    fn different_values_have_different_renderings_and_canonical_forms(a in tree(), b in tree()) {
        let node = |v: &serde_json::Value| parse(&serde_json::to_string(v).expect("JSON")).root;
        let (x, y) = (node(&a), node(&b));
        let equal = canonical(&x).expect("canonical") == canonical(&y).expect("canonical");
        prop_assert_eq!(equal, serde_json_canonicalizer::to_vec(&a).ok() == serde_json_canonicalizer::to_vec(&b).ok());
        if !equal {
            prop_assert_ne!(render(&x).expect("renders"), render(&y).expect("renders"));
        }
    }
}

#[test]
fn every_fault_is_named_and_the_text_is_read_all_the_same() {
    use Fault::*;
    assert_eq!(faults(br#"{"a":1,"a":2}"#), [DuplicateKey]);
    assert_eq!(faults(b"{\"a\":1,\"\\u0061\":2}"), [DuplicateKey]);
    assert_eq!(faults(br#"["\ud800","\udc00x","\ud83d\ude00"]"#), [LoneSurrogate, LoneSurrogate]);
    assert_eq!(faults(b"[\"a\xffb\"]"), [InvalidUtf8]);
    assert_eq!(faults(b"\xEF\xBB\xBF[]"), [ByteOrderMark]);
    assert_eq!(faults(b"[\"a\0b\x1b\"]"), [RawControl, RawControl]);
    assert_eq!(faults(b"[9007199254740993,1e400,18446744073709551615]"), [UnsafeNumber; 3]);
    assert_eq!(faults(br#"{"__proto__":{"$serde_json::private::Number":"7"}}"#), [ParserKey, ParserKey]);
    assert_eq!(faults(br#"{"a":{"b":1},"c":{"b":1}}"#), []);
    let document = parse(r#"{"$serde_json::private::RawValue":"\"hidden\""}"#);
    assert!(document.root.is_object());
}

#[test]
fn a_duplicate_key_reads_as_hosts_read_it_and_has_no_canonical_form() {
    let document = parse(r#"{"a":1,"a":2}"#);
    assert_eq!(document.root.get("a").and_then(Node::as_u64), Some(2));
    assert_eq!(document.root.members().len(), 2);
    assert_eq!(canonical(&document.root), Err(NotCanonical::DuplicateKey));
    assert_eq!(render(&document.root), Err(NotCanonical::DuplicateKey));
}

#[test]
fn a_million_brackets_are_skipped_not_followed() {
    let deep = format!("{{\"a\":{}\"]\\\"\"{},\"b\":1}}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let document = parse(&deep);
    assert_eq!(document.anomalies.iter().filter(|a| a.fault == Fault::TooDeep).count(), 1);
    assert_eq!(document.root.get("b").and_then(Node::as_u64), Some(1));
    assert_eq!(canonical(&document.root), Err(NotCanonical::TooDeep));
    let open = "[".repeat(1_000_000);
    assert_eq!(read(open.as_bytes(), &Limits::default()).expect_err("truncated").what, "unexpected end");
}

#[test]
fn depth_512_is_kept_and_513_is_not() {
    let nested = |n: usize| parse(&format!("{}{}", "[".repeat(n), "]".repeat(n)));
    assert!(nested(512).anomalies.is_empty());
    assert_eq!(nested(513).anomalies.len(), 1);
}

#[test]
fn the_node_limit_ends_the_read() {
    let limits = Limits { nodes: 3, ..Limits::default() };
    assert!(read(b"[1,2]", &limits).is_ok());
    assert!(read(b"[1,2,3]", &limits).is_err());
}

#[test]
fn text_is_rendered_line_by_line_with_the_unseen_visible() {
    let node = parse(r#"{"b":"x\ny\n","a":["\u200b\ud83d\ude00\udb40\udc41"],"$lines":1,"c":{"$lines":["p","q"]},"d":{"$$lines":0}}"#).root;
    let text = render(&node).expect("renders");
    let expected = "{\n  \"$lines\": 1,\n  \"a\": [\n    \"\\u200b😀\\udb40\\udc41\"\n  ],\n  \"b\": {\n    \"$lines\": [\n      \"x\",\n      \"y\",\n      \"\"\n    ]\n  },\n  \"c\": {\n    \"$$lines\": [\n      \"p\",\n      \"q\"\n    ]\n  },\n  \"d\": {\n    \"$$$lines\": 0\n  }\n}\n";
    assert_eq!(text, expected);
    assert_eq!(canonical(&unrender(&parse(&text).root)), canonical(&node));
}

#[test]
fn pointers_lead_where_they_say() {
    let root = parse(r#"{"a/b":{"~":[10,{"":"x"}]}}"#).root;
    let pointer = Pointer::parse("/a~1b/~0/1/").expect("a pointer");
    assert_eq!(root.at(&pointer).and_then(Node::as_str), Some("x"));
    assert_eq!(pointer.to_untrusted().raw(), "/a~1b/~0/1/");
    assert!(Pointer::parse("a").is_none());
    assert!(root.at(&Pointer::root().child("nothing")).is_none());
}

#[test]
fn lines_and_columns_count_from_one_in_code_points() {
    assert_eq!(line_column("ab\ncé😀d".as_bytes(), 0), (1, 1));
    assert_eq!(line_column("ab\ncé😀d".as_bytes(), "ab\ncé😀".len()), (2, 4));
}
