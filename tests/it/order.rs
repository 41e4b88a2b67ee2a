//! The module order of `src/lib.rs`, the ceiling of lines per file, and the opening words of every file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::scene::root;

/// Files that may be longer than the ceiling, each with its reason.
const LONGER: [(&str, &str); 0] = [];
const CEILING: usize = 400;
const MEDIAN: usize = 200;

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

fn modules() -> Vec<String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let names = lib.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

fn module_of(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(root().join("src")).ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?.trim_end_matches(".rs").to_owned();
    (first != "lib" && first != "main").then_some(first)
}

/// Names that follow `crate::` in code (comments and strings do not count).
fn used(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let mut out = Vec::new();
    for part in code.split("crate::").skip(1) {
        if let Some(group) = part.strip_prefix('{') {
            out.extend(group.split(',').map(|p| p.trim().split("::").next().unwrap_or_default().to_owned()));
        } else {
            out.push(part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect());
        }
    }
    out
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let order = modules();
    assert!(order.len() > 15 && order[0] == "secret", "{order:?}");
    let rank: BTreeMap<&str, usize> = order.iter().enumerate().map(|(i, m)| (m.as_str(), i)).collect();
    let mut wrong = Vec::new();
    for path in rust_files(&root().join("src")) {
        let Some(own) = module_of(&path) else { continue };
        let own_rank = *rank.get(own.as_str()).unwrap_or_else(|| panic!("{} is in no module", path.display()));
        let text = fs::read_to_string(&path).expect("a source file");
        for (number, line) in text.lines().enumerate() {
            for name in used(line) {
                if rank.get(name.as_str()).is_some_and(|r| *r > own_rank) {
                    wrong.push(format!("{}:{}: `{own}` uses `{name}`", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "modules lower in the list are used:\n{}", wrong.join("\n"));
}

#[test]
fn files_stay_short_and_say_what_they_are_for() {
    let mut lengths = Vec::new();
    let mut wrong = Vec::new();
    for path in rust_files(&root().join("src")).into_iter().chain(rust_files(&root().join("tests"))) {
        let text = fs::read_to_string(&path).expect("a source file");
        let name = path.strip_prefix(root()).expect("inside").to_string_lossy().into_owned();
        let lines = text.lines().count();
        if lines > CEILING && !LONGER.iter().any(|(file, _)| *file == name) {
            wrong.push(format!("{name}: {lines} lines"));
        }
        if !text.starts_with("//!") {
            wrong.push(format!("{name}: does not open with //!"));
        }
        if name.starts_with("src/") {
            lengths.push(lines);
        }
        let file = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if ["mod.rs", "utils.rs", "helpers.rs", "common.rs", "errors.rs"].contains(&file) {
            wrong.push(format!("{name}: no file of this name"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= MEDIAN, "median {} lines", lengths[lengths.len() / 2]);
}

#[test]
fn unsafe_code_stays_in_the_sandbox() {
    for path in rust_files(&root().join("src")) {
        let text = fs::read_to_string(&path).expect("a source file");
        let name = path.strip_prefix(root()).expect("inside").to_string_lossy().into_owned();
        assert!(name.starts_with("src/sandbox") || !text.contains("allow(unsafe_code"), "{name}");
        assert!(name.starts_with("src/sandbox") || !text.contains("expect(unsafe_code"), "{name}");
    }
}
