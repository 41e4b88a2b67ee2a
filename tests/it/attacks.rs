//! `docs/attacks-on-the-baseline.md` names a test for every attack: each of them is there, and is a test.

use std::collections::BTreeSet;
use std::path::Path;

fn read(dir: &Path, out: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            let mut test = false;
            for line in text.lines().map(str::trim) {
                if let Some(rest) = line.strip_prefix("fn ").filter(|_| test) {
                    out.extend(rest.split('(').next().map(str::to_owned));
                }
                // attributes may stand between
                test = line == "#[test]" || (test && line.starts_with("#["));
            }
        }
    }
}

#[test]
fn every_attack_of_the_page_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/attacks-on-the-baseline.md")).expect("the page");
    let mut tests = BTreeSet::new();
    read(&root.join("src"), &mut tests);
    read(&root.join("tests/it"), &mut tests);
    // other tables of the page are about other things
    let mut attacks = false;
    let mut table = |l: &&str| {
        let row = l.starts_with("| ");
        attacks = if l.starts_with("| Attack") { true } else { attacks && l.starts_with('|') };
        row && attacks && !l.starts_with("| Attack")
    };
    let rows: Vec<Vec<&str>> =
        page.lines().filter(|l| table(l)).map(|l| l.trim_matches('|').split(" | ").map(str::trim).collect()).collect();
    assert!(rows.len() > 50, "{} rows", rows.len());
    let mut named = BTreeSet::new();
    for row in rows {
        assert_eq!(row.len(), 3, "{row:?}");
        let name = row[1].trim_matches('`');
        assert!(tests.contains(name), "`{name}` is no test");
        assert!(named.insert(name.to_owned()), "`{name}` stands for two attacks");
    }
}
