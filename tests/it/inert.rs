//! What a reader of Markdown, HTML, XML or a CI log would act on in a report: written without the code under test, so
//! that an escaper that forgets something is seen.

/// Characters no report may hold.
fn unseen(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c as u32, 0x200B..=0x200F | 0x2028..=0x202E | 0x2066..=0x2069 | 0xFEFF | 0xE0000..=0xE007F)
}

#[track_caller]
fn visible(text: &str) {
    for (number, line) in text.lines().enumerate() {
        assert!(!line.chars().any(unseen), "line {}: {line:?}", number + 1);
        assert!(!line.contains("##[") && !line.contains("##vso["), "line {}: {line:?}", number + 1);
    }
}

/// Nothing for a terminal or a CI runner to act on.
#[track_caller]
pub fn plain(text: &str) {
    visible(text);
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line:?}");
    }
}

/// Markdown outside of code: fences and code spans are taken out as CommonMark does, and what is left may hold no HTML
/// but ours, no link, no image, no mention and no address that would become a link.
#[track_caller]
pub fn markdown(text: &str) {
    visible(text);
    assert!(text.len() <= 65_536, "{} bytes", text.len());
    let mut fence = 0;
    for line in text.lines() {
        let run = line.chars().take_while(|c| *c == '`').count();
        if fence > 0 {
            if run >= fence && line.trim_end().len() == run {
                fence = 0;
            }
            continue;
        }
        if run >= 3 && !line[run..].contains('`') {
            fence = run;
            continue;
        }
        let mut rest = without_code(line);
        for ours in ["<!-- mcp-assay -->", "<details>", "<summary>", "</summary>", "</details>", "<sub>", "</sub>"] {
            rest = rest.replace(ours, "");
        }
        for bad in ["<", ">", "](", "![", "@", "http:", "https:", "www."] {
            assert!(!rest.contains(bad), "{bad} is live in {line:?}");
        }
        assert!(!line.starts_with("::"), "{line:?}");
    }
    assert_eq!(fence, 0, "a fence is open at the end");
}

/// A line without its code spans: a run of backticks is closed by the next run of the same length.
fn without_code(line: &str) -> String {
    let mut runs = Vec::new();
    let bytes = line.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        let length = bytes[i..].iter().take_while(|b| **b == b'`').count();
        if length > 0 {
            runs.push((i, length));
        }
        i += length.max(1);
    }
    let (mut out, mut from, mut n) = (String::new(), 0, 0);
    while n < runs.len() {
        let (start, length) = runs[n];
        match runs[n + 1..].iter().position(|(_, l)| *l == length) {
            Some(offset) => {
                out.push_str(&line[from..start]);
                n += offset + 1;
                from = runs[n].0 + length;
                n += 1;
            }
            None => n += 1,
        }
    }
    out.push_str(&line[from..]);
    out
}

/// Every tag of a document, checked: known names, known attributes, properly nested.
#[track_caller]
fn tags(text: &str, names: &[&str], attributes: &[&str], void: &[&str]) {
    let attribute = regex::Regex::new(r#"([a-zA-Z-]+)="([^"<]*)""#).expect("a pattern");
    let mut open: Vec<String> = Vec::new();
    for part in text.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap_or_else(|| panic!("an open tag: {part:?}"));
        if tag.starts_with("!DOCTYPE html") || tag.starts_with("?xml ") {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "{tag:?}");
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        assert!(names.contains(&name), "<{tag}>");
        let rest = attribute.replace_all(&tag[name.len()..], "");
        assert!(rest.trim_matches([' ', '/']).is_empty(), "<{tag}> has {rest:?}");
        for found in attribute.captures_iter(tag) {
            assert!(attributes.contains(&&found[1]), "<{tag}>");
            let inside = found[2].strip_prefix('#').is_some_and(|id| text.contains(&format!("id=\"{id}\"")));
            let plain = found[2].bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"#-".contains(&b));
            assert!(&found[1] != "href" || (inside && plain), "<{tag}>");
            assert!(name != "input" || &found[1] != "type" || ["checkbox", "radio"].contains(&&found[2]), "<{tag}>");
        }
        if !tag.ends_with('/') && !void.contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
}

/// The page has only elements and attributes of ours, none of which acts or loads anything.
#[track_caller]
pub fn html(text: &str) {
    visible(text);
    let names = [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "header",
        "main",
        "footer",
        "section",
        "article",
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "li",
        "b",
        "strong",
        "code",
        "bdi",
        "span",
        "dl",
        "dt",
        "dd",
        "div",
        "details",
        "summary",
        "figure",
        "figcaption",
        "blockquote",
        "mark",
        "ins",
        "del",
        "svg",
        "g",
        "defs",
        "marker",
        "path",
        "rect",
        "text",
        "nav",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "small",
        "fieldset",
        "legend",
        "label",
        "input",
    ];
    let attributes = [
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "id",
        "href",
        "role",
        "aria-label",
        "viewBox",
        "aria-labelledby",
        "xmlns",
        "refX",
        "refY",
        "markerWidth",
        "markerHeight",
        "orient",
        "d",
        "x",
        "y",
        "width",
        "height",
        "rx",
        "marker-end",
        "scope",
        "open",
        "type",
        "checked",
        "tabindex",
    ];
    tags(text, &names, &attributes, &["meta"]);
    assert!(text.contains("default-src 'none'"));
}

/// The document has only JUnit's elements, and every ampersand begins an entity.
#[track_caller]
pub fn junit(text: &str) {
    visible(text);
    let names = ["testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"];
    let attributes = ["name", "classname", "tests", "failures", "errors", "skipped", "message", "type"];
    tags(text, &names, &attributes, &[]);
    let entity = regex::Regex::new("^(amp|lt|gt|quot|#39|#35);").expect("a pattern");
    assert!(text.split('&').skip(1).all(|after| entity.is_match(after)));
}

/// At most ten commands, each of ours, on a line of its own, with nothing that is not escaped.
#[track_caller]
pub fn github(text: &str) {
    visible(text);
    assert!(text.lines().count() <= 10, "{text}");
    let line = regex::Regex::new(
        r"^::(error|warning|notice) (file=[^:,]*,line=\d+,endLine=\d+,(col=\d+,endColumn=\d+,)?)?title=[^:,]*::(.*)$",
    );
    let line = line.expect("a pattern");
    for found in text.lines() {
        let parts = line.captures(found).unwrap_or_else(|| panic!("{found:?}"));
        assert!(!parts[4].contains("::"), "{found:?}");
        // a percent sign stands only before the hex digits of an escape
        assert!(
            found
                .split('%')
                .skip(1)
                .all(|after| after.starts_with("25") || after.starts_with('3') || after.starts_with('0')),
            "{found:?}"
        );
    }
}

/// What GitLab's parser asks of every entry.
#[track_caller]
pub fn gitlab(text: &str) {
    visible(text);
    let entries: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}"));
    let mut seen = std::collections::BTreeSet::new();
    for e in &entries {
        for key in ["description", "check_name", "fingerprint", "severity"] {
            assert!(e[key].as_str().is_some_and(|t| !t.is_empty()), "{e}");
        }
        assert!(seen.insert(e["fingerprint"].to_string()), "twice: {e}");
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&e["severity"].as_str().unwrap_or_default())
        );
        let path = e["location"]["path"].as_str().unwrap_or_default();
        assert!(!path.is_empty() && !path.starts_with('/') && !path.contains(".."), "{e}");
        assert!(e["location"]["lines"]["begin"].as_u64().is_some_and(|l| l > 0), "{e}");
    }
}

#[test]
fn the_checkers_see_what_is_live() {
    let sees = |check: fn(&str), text: &str| std::panic::catch_unwind(|| check(text)).is_err();
    for bad in ["a <b>", "[x](y)", "@team", "`` ` `` @x", "`a` @x `b`", "see https://x", "```\nopen", "\u{202e}"] {
        assert!(sees(markdown, bad), "{bad:?}");
    }
    markdown("`@team <b> [x](y)`\n```text\n<script> @x\n``\n```\n");
    for bad in
        ["<script>x</script>", "<p onclick=\"x\"></p>", "<p>", "<a href=\"javascript:x\"></a>", "<p class=\"a\" x></p>"]
    {
        assert!(sees(|t| html(&format!("default-src 'none'{t}")), bad), "{bad:?}");
    }
    for bad in ["error::x", "::add-mask::x", "::error title=a:b::x", "::error title=a::b::c", "::error title=a::100%x"]
    {
        assert!(sees(github, bad), "{bad:?}");
    }
}
