//! The report for people on a terminal: widths, colours, links.

use crate::formats::fleet;
use crate::hostile_text::manifest;
use crate::inert;
use crate::scene::Scene;

#[test]
fn the_report_for_people_fits_its_terminal_at_every_width() {
    use unicode_width::UnicodeWidthStr;
    let scene = Scene::new();
    fleet(&scene);
    scene.write("hostile.json", manifest("2"));
    let colours = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
    for columns in ["40", "60", "80", "120"] {
        let width: usize = columns.parse().expect("a number");
        for args in [
            &["scan", "--launch", "all"][..],
            &["scan", "--launch", "all", "-v", "--full-text"],
            &["scan", "hostile.json"],
            &["scan", "--launch", "all", "--color", "always"],
        ] {
            let text = scene.run_in(&scene.project(), args, &[("COLUMNS", columns)]).expect(1).stdout;
            for line in colours.replace_all(&text, "").lines() {
                assert!(line.width() <= width, "{columns} columns, {args:?}: {} in {line:?}", line.width());
            }
        }
    }
    let narrow = scene.run_in(&scene.project(), &["scan", "--launch", "all"], &[("COLUMNS", "50")]).expect(1).stdout;
    assert!(narrow.starts_with("* ") && !narrow.contains("VERDICT"), "a list below sixty columns: {narrow}");
}

#[test]
fn the_report_for_people_word_for_word_in_three_widths() {
    let scene = Scene::new();
    fleet(&scene);
    // so that there is a flow to draw
    let config = std::fs::read_to_string(scene.project().join(".mcp.json")).expect("there");
    let mut config: serde_json::Value = serde_json::from_str(&config).expect("JSON");
    config["mcpServers"]["mail"]["autoApprove"] = serde_json::json!(["send_email"]);
    scene.write(".mcp.json", serde_json::to_string_pretty(&config).expect("JSON"));
    let numbers = regex::Regex::new(r"with \d+ rules").expect("a pattern");
    // what a machine can do differs
    let isolated = regex::Regex::new("(?m)^note: .* ran with isolation .*\n(  │ .*\n)*").expect("a pattern");
    for columns in ["50", "80", "120"] {
        let args = ["scan", "--launch", "all", "-v"];
        let outcome = scene.run_in(&scene.project(), &args, &[("COLUMNS", columns)]).expect(1);
        let text = outcome.stdout.replace(&scene.project().display().to_string(), "(project)");
        insta::assert_snapshot!(
            format!("human-{columns}"),
            isolated.replace_all(&numbers.replace_all(&text, "with (all) rules"), "")
        );
        assert_eq!(outcome.stderr, "", "nothing but results without a terminal");
    }
}

#[test]
fn links_lead_to_our_own_pages_and_only_where_they_are_asked_for() {
    let scene = Scene::new();
    fleet(&scene);
    scene.write("hostile.json", manifest("2"));
    let args = ["scan", "hostile.json", ".mcp.json", "--launch", "all"];
    let run = |more: &[&str], env: &[(&str, &str)]| {
        let all: Vec<&str> = args.iter().chain(more).copied().collect();
        scene.run_in(&scene.project(), &all, env).expect(1).stdout
    };
    assert!(!run(&[], &[]).contains('\u{1b}'), "no terminal, no links");
    assert!(!run(&["--hyperlinks", "never"], &[("FORCE_HYPERLINK", "1")]).contains('\u{1b}'));
    let link = regex::Regex::new("\u{1b}\\]8;;([^\u{1b}]*)\u{1b}\\\\").expect("a pattern");
    for (more, env) in [
        (&["--hyperlinks", "always"][..], &[][..]),
        (&[], &[("MCP_ASSAY_HYPERLINKS", "always")]),
        (&[], &[("FORCE_HYPERLINK", "1")]),
    ] {
        let text = run(more, env);
        let pages: Vec<String> = link.captures_iter(&text).map(|c| c[1].to_owned()).collect();
        assert!(pages.iter().filter(|p| !p.is_empty()).count() > 10, "{more:?} {env:?}");
        for page in pages.iter().filter(|p| !p.is_empty()) {
            let name = page.strip_prefix(concat!(
                "https://docs.rs/mcp-assay/",
                env!("CARGO_PKG_VERSION"),
                "/mcp_assay/rule/pages/"
            ));
            let rule = name.and_then(|n| n.strip_suffix("/index.html")).unwrap_or_else(|| panic!("{page}"));
            let file = format!("docs/rules/{}.md", rule.replace('_', "-"));
            assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&file).is_file(), "{file}");
        }
        inert::plain(&link.replace_all(&text, ""));
    }
    // a file is no terminal
    run(&["--hyperlinks", "always", "--color", "always", "--output", "human=out.txt"], &[]);
    inert::plain(&std::fs::read_to_string(scene.project().join("out.txt")).expect("written"));
}

#[test]
fn colour_is_resolved_once_and_in_one_order() {
    let scene = Scene::new();
    scene.write("a.json", manifest("1"));
    let coloured = |args: &[&str], env: &[(&str, &str)]| {
        let all: Vec<&str> = ["scan", "a.json"].iter().chain(args).copied().collect();
        let out = scene.run_in(&scene.project(), &all, env).stdout.contains("\u{1b}[");
        let bad: Vec<&str> = ["scan", "none.json"].iter().chain(args).copied().collect();
        // errors go to another stream and follow the same order
        assert_eq!(scene.run_in(&scene.project(), &bad, env).stderr.contains("\u{1b}["), out, "{args:?} {env:?}");
        out
    };
    assert!(!coloured(&[], &[]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]) && coloured(&[], &[("FORCE_COLOR", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]), "an empty NO_COLOR is none");
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(coloured(&[], &[("MCP_ASSAY_COLOR", "always"), ("TERM", "dumb")]));
    assert!(!coloured(&["--color", "never"], &[("FORCE_COLOR", "1")]));
}

#[cfg(unix)]
#[test]
fn progress_is_one_line_of_a_terminal_that_is_wiped_and_nowhere_else() {
    use unicode_width::UnicodeWidthStr;
    let scene = Scene::new();
    fleet(&scene);
    for columns in [24, 45, 80, 160] {
        let args = ["scan", "--launch", "all", "--scope", "project"];
        let Some((code, text)) = crate::tty::run(&scene, columns, &args, &[]) else { return };
        assert_eq!(code, 1, "{text}");
        // what stands between two returns is drawn over the same line
        let (before, _) = text.split_once("findings").expect("a report");
        let drawn: Vec<&str> = before.split('\r').filter(|l| l.contains(['━', '┄'])).collect();
        assert!(drawn.len() > 3, "{columns}: nothing was drawn: {text:?}");
        assert!(
            columns < 40 || drawn.iter().any(|l| l.contains("of 3 servers") || l.contains("of 4 servers")),
            "{drawn:?}"
        );
        for line in drawn {
            assert!(line.width() < usize::from(columns), "{columns}: {line:?}");
            assert!(!line.contains('\n'), "{line:?}");
        }
        let wiped = format!("\r{}\r", " ".repeat(usize::from(columns - 1).min(78)));
        assert!(text.contains(&wiped), "{columns}: it is left: {text:?}");
        for quiet in ["--no-progress", "-q"] {
            let (_, text) =
                crate::tty::run(&scene, columns, &[&args[..], &[quiet]].concat(), &[]).expect("it ran before");
            assert!(!text.contains('━') && !text.contains('┄'), "{quiet}: {text:?}");
        }
    }
}
