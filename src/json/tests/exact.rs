//! Small texts with one right answer, for what generated ones reach too rarely. Each was a change to the reader or the
//! writers that no other test noticed.

use super::*;

fn refused(text: &str) -> bool {
    read(text.as_bytes(), &Limits::default()).is_err()
}

fn written(text: &str) -> String {
    render(&parse(text).root).expect("renders")
}

#[test]
fn a_bracket_closes_its_own_kind_only() {
    for bad in ["[1}", r#"{"a":1]"#, r#"{"a":{"b":1]}"#, "[[1}]", r#"[{"a":1]]"#, "[}", "{]", "[1,}", r#"{"a":1,]"#] {
        assert!(refused(bad), "{bad}");
    }
}

#[test]
fn every_escape_means_its_character() {
    let document = parse(r#""\"\\\/\b\f\n\r\t\u0041\ud83d\ude00""#);
    assert_eq!(document.root.as_str(), Some("\"\\/\u{8}\u{c}\n\r\tA\u{1F600}"));
    assert!(document.anomalies.is_empty());
    for bad in [r#""\a""#, r#""\u00g0""#, r#""\u12""#, r#""\"#, r#""\'""#, r#""\B""#] {
        assert!(refused(bad), "{bad}");
    }
}

#[test]
fn repeated_keys_are_seen_in_objects_of_every_size() {
    for (text, offsets) in [
        (r#"{"a":1,"a":2}"#, vec![7]),
        (r#"{"a":1,"b":2,"a":3}"#, vec![13]),
        (r#"{"a":1,"b":2,"c":3,"\u0062":4,"b":5}"#, vec![19, 30]),
        (r#"{"a":{"b":1,"c":2,"b":3}}"#, vec![18]),
        (r#"{"a":1}"#, vec![]),
    ] {
        let found: Vec<u32> = parse(text).anomalies.iter().map(|a| a.offset).collect();
        assert_eq!(found, offsets, "{text}");
    }
}

#[test]
fn each_broken_byte_has_its_place() {
    let bytes = b"[\"ab\xffcd\xfe\xffe\",\"f\xc3\"]";
    let document = read(bytes, &Limits::default()).expect("readable");
    let places: Vec<(Fault, u32)> = document.anomalies.iter().map(|a| (a.fault, a.offset)).collect();
    assert_eq!(places, [4, 7, 8, 14].map(|at| (Fault::InvalidUtf8, at)));
    assert_eq!(document.root.elements()[0].as_str(), Some("ab\u{fffd}cd\u{fffd}\u{fffd}e"));
}

#[test]
fn an_exponent_beyond_use_is_no_exact_number() {
    let long = |digits: usize| format!("1e{}1", "0".repeat(digits - 1));
    assert!(faults(long(30).as_bytes()).is_empty());
    assert_eq!(faults(long(31).as_bytes()), [Fault::UnsafeNumber]);
    assert_eq!(faults(b"1e+400"), [Fault::UnsafeNumber]);
    assert!(faults(b"-0.0e5").is_empty() && faults(b"1.50E+2").is_empty() && faults(b"25e-1").is_empty());
}

#[test]
fn what_forbids_an_approval_and_what_does_not() {
    use Fault::*;
    let forbids = [DuplicateKey, LoneSurrogate, InvalidUtf8, ByteOrderMark, RawControl, TooDeep];
    assert!(forbids.into_iter().all(Fault::blocks_approval));
    assert!(![UnsafeNumber, ParserKey].into_iter().any(Fault::blocks_approval));
    let phrases: std::collections::BTreeSet<&str> =
        forbids.into_iter().chain([UnsafeNumber, ParserKey]).map(Fault::phrase).collect();
    assert!(phrases.len() == 8 && phrases.iter().all(|p| p.len() > 5 && p.contains(' ')), "{phrases:?}");
}

#[test]
fn the_written_form_is_exactly_this() {
    assert_eq!(
        written(r#"{"b":[],"a":{},"c":[1,{"d":null}]}"#),
        "{\n  \"a\": {},\n  \"b\": [],\n  \"c\": [\n    1,\n    {\n      \"d\": null\n    }\n  ]\n}\n"
    );
    assert_eq!(
        written(r#"{"a":{"t":"x\ny"}}"#),
        "{\n  \"a\": {\n    \"t\": {\n      \"$lines\": [\n        \"x\",\n        \"y\"\n      ]\n    }\n  }\n}\n"
    );
    // only what could be taken for text in lines gets one more dollar
    for (text, key) in [
        (r#"{"lines":1}"#, "\"lines\""),
        (r#"{"$lines":1}"#, "\"$$lines\""),
        (r#"{"$$lines":1}"#, "\"$$$lines\""),
        (r#"{"x$lines":1}"#, "\"x$lines\""),
        (r#"{"$line":1}"#, "\"$line\""),
    ] {
        let form = written(text);
        assert!(form.contains(&format!("{key}: 1")), "{form}");
        assert_eq!(render(&unrender(&parse(&form).root)).expect("renders"), form);
    }
    assert!(written(r#"{"$lines":1,"a":2}"#).contains("\"$lines\": 1"), "two keys are no text in lines");
}

#[test]
fn nodes_answer_for_their_own_kind() {
    let root = parse(r#"{"a":[true,false,null,"t",7],"b":{"c":1},"a~b/c":2}"#).root;
    let at = |pointer: &str| root.at(&Pointer::parse(pointer).expect("a pointer"));
    assert_eq!((at("/a/0").and_then(Node::as_bool), at("/a/1").and_then(Node::as_bool)), (Some(true), Some(false)));
    assert!(["/a/2", "/a/3", "/a/4", "/a", "/b"].iter().all(|p| at(p).expect("there").as_bool().is_none()));
    let kinds = |p: &str| at(p).map(|n| (n.is_object(), n.is_array(), n.as_str(), n.as_u64()));
    assert_eq!(kinds(""), Some((true, false, None, None)));
    assert_eq!(kinds("/a"), Some((false, true, None, None)));
    assert_eq!(kinds("/a/3"), Some((false, false, Some("t"), None)));
    assert_eq!(kinds("/a/4"), Some((false, false, None, Some(7))));
    assert_eq!(kinds("/a~0b~1c"), Some((false, false, None, Some(2))));
    // one place has one pointer
    for nowhere in ["/a/00", "/a/01", "/a/+1", "/a/-", "/a/5", "/a/", "/c", "/a/0/x", "/b/c/0"] {
        assert_eq!(at(nowhere), None, "{nowhere}");
    }
    let mut changed = root.clone();
    for (pointer, there) in [("/b/c", true), ("/a/4", true), ("/a/04", false), ("/a/3/x", false), ("/x", false)] {
        let place = changed.at_mut(&Pointer::parse(pointer).expect("a pointer"));
        assert_eq!(place.is_some(), there, "{pointer}");
        place.into_iter().for_each(|n| n.value = Value::Null);
    }
    assert_eq!(changed.get("b").and_then(|b| b.get("c")).map(|c| &c.value), Some(&Value::Null));
    assert!(changed.get_mut("a").is_some_and(|a| a.elements()[4].value == Value::Null && a.get_mut("0").is_none()));
    // with a repeated key the last one, as hosts do
    let mut twice = parse(r#"{"k":1,"j":2,"k":3}"#).root;
    assert_eq!(twice.get("k").and_then(Node::as_u64), Some(3));
    assert_eq!(twice.get_mut("k").and_then(|n| n.as_u64()), Some(3));
    assert_eq!(twice.get_mut("i"), None);
}

#[test]
fn a_pointer_grows_and_shrinks_in_place() {
    let mut pointer = Pointer::root().child("a/b");
    pointer.push("~c");
    assert_eq!(pointer.to_untrusted().raw(), "/a~1b/~0c");
    assert_eq!(Pointer::parse("/a~1b/~0c").as_ref(), Some(&pointer));
    pointer.pop();
    assert_eq!(pointer, Pointer::root().child("a/b"));
    assert_eq!((Pointer::parse("a"), Pointer::parse("")), (None, Some(Pointer::root())));
}

#[test]
fn fields_give_what_was_asked_for_and_refuse_the_rest() {
    let root = parse(r#"{"t":"x","n":3,"l":["a","b"],"e":[],"m":[1],"d":"sha256:x","o":null}"#).root;
    let mut fields = Fields::of(&root).expect("an object");
    assert_eq!((fields.text("t"), fields.whole("n")), (Ok("x"), Ok(3)));
    assert_eq!(fields.texts("l"), Ok(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(fields.texts("e"), Ok(vec![]));
    assert!(fields.texts("m").is_err() && fields.parsed::<u8>("d", "a number").is_err());
    assert_eq!(fields.optional("absent"), None);
    assert_eq!(fields.text("t"), Err(FieldError::Wrong("t", "there")), "each member is taken once");
    assert!(fields.optional("o").is_some_and(|n| n.value == Value::Null));
    assert_eq!(fields.finish(), Ok(()));
    let mut left = Fields::of(&root).expect("an object");
    assert!(left.text("n").is_err() && left.whole("t").is_err());
    assert_eq!(left.finish(), Err(FieldError::Unknown));
    assert_eq!(Fields::of(&parse("[]").root).err(), Some(FieldError::NotObject));
    let twice = parse(r#"{"a":"1","a":"2"}"#).root;
    let mut fields = Fields::of(&twice).expect("an object");
    assert_eq!(fields.text("a"), Ok("1"));
    assert_eq!(fields.finish(), Err(FieldError::Unknown), "a repeated member is left over");
}
