//! The same difference wherever it is shown: `scan`, `report --from` and `diff`, and on terminals of different widths.

use crate::scene::Scene;

fn upgrade(version: &str) -> String {
    let path = format!("{}/fixtures/upgrade/calendar-{version}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a fixture")
}

/// A project that approved the old calendar and has the new one.
fn upgraded() -> Scene {
    let scene = Scene::new();
    scene.write("words.json", upgrade("1.4.0"));
    scene.servers(&[("calendar", &["--manifest", "words.json"])]);
    scene.approved();
    scene.write("words.json", upgrade("2.0.0"));
    scene
}

/// What stands below the change of this name, up to the next one.
#[track_caller]
fn below<'a>(text: &'a str, change: &str) -> Vec<&'a str> {
    let mut lines = text.lines().skip_while(|l| !l.contains(change));
    assert!(lines.next().is_some(), "no {change} in {text}");
    lines.take_while(|l| l.starts_with("     ") || l.starts_with("  │")).collect()
}

#[test]
fn a_scan_shows_what_came_and_went_field_by_field_as_diff_does() {
    let scene = upgraded();
    let diff = scene.run(&["diff", "baseline", "calendar"]).expect(0).stdout;
    let scan = scene.run(&["scan", "--output", "human", "--output", "json=run.json"]).expect(1).stdout;
    let again = scene.run(&["report", "--from", "run.json", "--output", "human"]).expect(0).stdout;
    for text in [&scan, &again] {
        for change in [
            "item-added: tool list_rooms",
            "item-renamed: tool cancel_meeting",
            "schema-changed: prompt plan_week",
            "schema-changed: tool list_meetings at /inputSchema/properties/guest",
        ] {
            let shown = below(text, change);
            assert_eq!(shown, below(&diff, change), "{change}");
            assert!(!shown.is_empty());
        }
    }
    assert!(below(&scan, "item-added").iter().any(|l| l.contains("+ /inputSchema/properties/building/type: string")));
    // the other way round the same item goes
    scene.run(&["approve", "--unattended"]).expect(0);
    scene.write("words.json", upgrade("1.4.0"));
    let back = scene.run(&["scan"]).stdout;
    assert!(below(&back, "item-removed: tool list_rooms").contains(&"  │ - /name: list_rooms"), "{back}");
    for (format, field) in
        [("markdown", "/inputSchema/properties/building/type"), ("html", "/annotations/readOnlyHint")]
    {
        let text = scene.run(&["report", "--from", "run.json", "--output", format]).expect(0).stdout;
        assert!(
            text.contains(field) && !text.contains("{&quot;annotations") && !text.contains("{\"annotations"),
            "{text}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_wide_terminal_has_two_columns_and_a_narrow_one_has_one() {
    let scene = Scene::new();
    scene.write("old.json", upgrade("1.4.0"));
    scene.write("new.json", upgrade("2.0.0"));
    let plain = |columns: &str, view: &str| {
        let args = ["diff", "old.json", "new.json", "--view", view];
        scene.run_in(&scene.project(), &args, &[("COLUMNS", columns)]).expect(0).stdout
    };
    for (columns, view) in [(120, "columns"), (160, "columns"), (119, "unified"), (80, "unified"), (40, "unified")] {
        let Some((code, text)) = crate::tty::run(&scene, columns, &["diff", "old.json", "new.json"], &[]) else {
            return;
        };
        assert_eq!(code, 0, "{text}");
        assert_eq!(text.replace('\r', ""), plain(&columns.to_string(), view), "{columns}");
    }
    // what is piped has one, however wide the terminal was
    let piped = scene.run_in(&scene.project(), &["diff", "old.json", "new.json"], &[("COLUMNS", "160")]).expect(0);
    assert_eq!(piped.stdout, plain("160", "unified"));
}
