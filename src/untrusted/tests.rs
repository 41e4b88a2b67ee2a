//! No escaper lets anything through that its sink would act on.

use super::*;
use proptest::prelude::*;

fn hostile() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(vec![
        "\u{1b}[31m",
        "\u{1b}]8;;http://x\u{7}",
        "\u{1b}]52;c;aGk=\u{7}",
        "\r",
        "\n",
        "::error::x",
        "##[group]",
        "##vso[task]",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{e0041}",
        "\u{fe0f}",
        "```",
        "`",
        "[a](http://b)",
        "</script>",
        "<img src=x>",
        "\"",
        "'",
        "&",
        "|",
        "\u{2028}",
        "\u{85}",
        "\u{9b}1m",
        "a",
        "é",
        "\\",
    ]);
    prop_oneof![prop::collection::vec(bits, 0..12).prop_map(|v| v.concat()), any::<String>(),]
}

/// Whether a line may hold `::name`.
fn is_command(line: &str) -> bool {
    line.match_indices("::").any(|(at, _)| !line[at + 2..].starts_with(|c: char| c.is_ascii_digit()))
}

#[test]
fn addresses_and_names_with_two_colons_stay_readable() {
    for text in ["http://[::1]:3000/mcp", "arn:aws:iam::1234:x"] {
        assert_eq!(Untrusted::from(text).to_terminal(), text);
    }
    assert_eq!(Untrusted::from("::error::x ::").to_terminal(), ":\\u{3A}error:\\u{3A}x :\\u{3A}");
}

proptest! {
    #[test]
    fn no_escaper_lets_a_character_through_that_is_not_plain(text in hostile()) {
        let u = Untrusted::from(text);
        for out in [u.to_visible(), u.to_terminal(), u.to_sarif(), u.to_html(), u.to_xml(), u.to_markdown(), u.to_command(), u.to_command_property()] {
            prop_assert!(out.chars().all(is_plain), "{out:?}");
        }
    }

    #[test]
    fn no_log_line_holds_a_runner_command(text in hostile()) {
        let out = Untrusted::from(text).to_terminal();
        prop_assert!(!is_command(&out) && !out.contains("##[") && !out.contains("##vso["), "{out:?}");
    }

    #[test]
    fn html_has_no_markup_left(text in hostile()) {
        let out = Untrusted::from(text).to_html();
        prop_assert!(!out.contains(['<', '>', '"', '\'']), "{out:?}");
    }

    #[test]
    fn a_workflow_command_cannot_be_ended_or_begun_from_inside(text in hostile()) {
        let u = Untrusted::from(text);
        let (data, property) = (u.to_command(), u.to_command_property());
        prop_assert!(!is_command(&data) && !data.contains("##[") && !data.contains(['\n', '\r']), "{data:?}");
        prop_assert!(!property.contains([':', ',', '\n', '\r']), "{property:?}");
    }

    #[test]
    fn a_fenced_block_cannot_be_ended_from_inside(texts in prop::collection::vec(hostile(), 1..5)) {
        let lines: Vec<String> = texts.into_iter().map(|t| Untrusted::from(t).to_terminal()).collect();
        let block = fence("text", &lines);
        let mark = block.chars().take_while(|c| *c == '`').count();
        let longest = lines.iter().flat_map(|l| l.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
        prop_assert!(mark >= 3 && mark > longest && block.lines().count() == lines.len() + 2, "{block:?}");
    }

    #[test]
    fn a_markdown_span_cannot_be_closed_from_inside(text in hostile()) {
        let out = Untrusted::from(text).to_markdown();
        let fence = out.chars().take_while(|c| *c == '`').count();
        let inner = &out[fence..out.len() - fence];
        let longest = inner.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        prop_assert!(longest < fence, "{out:?}");
    }

    #[test]
    fn an_excerpt_is_short_and_holds_the_start_of_the_hit(text in "[a-zé😀 ]{0,400}", at in 0usize..400, len in 0usize..50) {
        let u = Untrusted::from(text.clone());
        let out = u.excerpt(at, at + len, EXCERPT_CHARS);
        prop_assert!(out.raw().chars().count() <= EXCERPT_CHARS + 2);
    }
}

#[test]
fn an_excerpt_shows_what_was_hit() {
    let text = format!("{}HIT{}", "a".repeat(500), "b".repeat(500));
    let out = Untrusted::from(text).excerpt(500, 503, 60);
    assert!(out.raw().contains("HIT") && out.raw().starts_with('…') && out.raw().ends_with('…'));
}

#[test]
fn blanks_that_look_like_nothing_are_not_plain() {
    for c in ['\u{3164}', '\u{2800}', '\u{115F}', '\u{FFA0}', '\u{A0}', '\u{FE0F}', '\u{E0041}', '\u{E000}', '\u{FFFE}']
    {
        assert!(!is_plain(c), "{:04X}", c as u32);
    }
    for c in ['a', ' ', 'é', '世', '😀', '\u{0301}', '→', '≤'] {
        assert!(is_plain(c), "{:04X}", c as u32);
    }
}
