//! What is read, and what is not.

use super::{GIVEN, SHOWN, TEXT, commands};

#[test]
fn what_is_not_understood_is_not_read() {
    let words = |code: &str| commands(code).map(|all| all.into_iter().map(|c| c.words).collect::<Vec<_>>());
    assert_eq!(words("a 'b c' && d\"e\" | f").unwrap(), [vec!["a", "b c"], vec!["de"], vec!["f"]]);
    assert_eq!(words("a 2>/dev/null || b ''").unwrap(), [vec!["a"], vec!["b", ""]]);
    assert_eq!(words("a \"$CLAUDE_PROJECT_DIR\"/b.md & c").unwrap(), [vec!["a", "./b.md"], vec!["c"]]);
    assert_eq!(words("if a; then b; elif ! c; then { d; }; fi").unwrap(), [["a"], ["b"], ["c"], ["d"]]);
    assert_eq!(words("case x in a|*.b) c;; (d) e; esac").unwrap(), [vec!["echo", "x"], vec!["c"], vec!["e"]]);
    assert_eq!(words("for f in a b*; do c \"$f\"; done").unwrap()[1], ["c".to_owned(), GIVEN.to_string()]);
    assert_eq!(words("(a; b) | c").unwrap(), [["a"], ["b"], ["c"]]);
    assert_eq!(words("f=$(cat); a \"${f##*/}\"").unwrap()[1], ["a".to_owned(), [GIVEN, TEXT].iter().collect()]);
    let path = "f=$(jq -r .tool_input.file_path); a \"${f##*/}\"";
    assert_eq!(words(path).unwrap()[1], ["a".to_owned(), GIVEN.to_string()]);
    assert_eq!(words("f=$(cat x); a $f").unwrap()[1], ["a".to_owned(), SHOWN.to_string()]);
    assert_eq!(words("f=$(cat x); data=$f; a $data").unwrap()[2], ["a".to_owned(), SHOWN.to_string()]);
    assert_eq!(words("[[ $? == 1 && \"a\" =~ \\.(ts|js)$ ]] && a").unwrap(), [["[["], ["a"]]);
    assert_eq!(words("a \"b|c & d\" 'e.f|g'").unwrap(), [["a", "b|c & d", "e.f|g"]]);
    assert_eq!(commands("a \"x$(b \"$(c)\")\"").unwrap()[0].inner[0][0].inner[0][0].words, ["c"]);
    let written = |code: &str| commands(code).unwrap().remove(0).written;
    assert_eq!(written("a >> b 2>c"), [(true, "b".to_owned()), (false, "c".to_owned())]);
    assert_eq!(commands("{ a; } > b").unwrap()[1].written, [(false, "b".to_owned())]);
    for code in [
        "a >/dev/null b < c",
        "a() (b)",
        "a `b`",
        "a $X",
        "a ${X}",
        "a $'b'",
        "a ~",
        "a ~me/x",
        "a # b",
        "a \\b",
        "a \"b",
        "a 'b",
        "a $(b",
        "a)",
        "a |",
        "| a",
        "a <(b)",
        "a << b",
        "a 'b & c'",
        "a 'b | c d'",
        "a '\"' \"b & c\"",
        "a \"\\\" & b\"",
        "a 'b\nc'",
        "a '%PATH%'",
        "a\r",
        "a ${CLAUDE_PROJECT_DIR}x",
        "a x$CLAUDE_PROJECT_DIR",
        "a $CLAUDE_PROJECT_DIR/etc/x",
        "a $CLAUDE_PROJECT_DIR/./etc",
        "a $CLAUDE_PROJECT_DIR/e*c/x",
        "a {b,c}",
        "a $((1))",
        "$(a $(b $(c $(d))))",
        "PATH=x; a",
        "path=x; a",
        "f=x a",
        "f=x; a ${f:$(b)}",
        "read PATH; a",
        "for PATH in a; do b; done",
        "case x in $(a)) b;; esac",
        "case x in a) b;;",
        "[[ -n <(a) ]] && b",
        "[[ 'a[$(b)]' -eq 1 ]]",
        "[[ \"a[\\$(b)]\" -eq 1 ]]",
        "[[ -f a]]; b",
        "(a",
        "if a; then b; fi c",
    ] {
        assert!(commands(code).is_none(), "{code}");
    }
    for count in [100, 100_000] {
        assert!(commands(&format!("echo {}", "$(".repeat(count))).is_none());
    }
    assert!(commands(&"echo $(a) ".repeat(100)).is_some());
    // a line of such length nobody has read
    assert!(commands(&"echo $(a) ".repeat(100_000)).is_none());
}
