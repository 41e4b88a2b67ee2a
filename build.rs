//! Embeds `rules/**/*.toml`: writes a table of family, file name and text, what comes before the examples of each as JSON,
//! which is read in a fifth of the time, and the digest of all texts; `src/rule/set.rs` includes them. Makes the tables of the wording detector, which are read in place. And a
//! module for each page of `docs/rules/`, which only rustdoc reads.

// what the program and its build have in common; each uses a part of it
#[allow(dead_code)]
#[path = "src/rule/wording/index.rs"]
mod index;
#[path = "src/rule/wording/indexing.rs"]
mod indexing;
#[allow(dead_code)]
#[path = "src/rule/wording/keys.rs"]
mod keys;
#[path = "src/rule/literals.rs"]
mod literals;
#[path = "src/rule/wording/loading.rs"]
mod loading;
#[path = "src/rule/wording/merging.rs"]
mod merging;
#[allow(dead_code)]
#[path = "src/text/normalize.rs"]
mod normalize;
#[path = "src/rule/wording/notation.rs"]
mod notation;
#[allow(dead_code)]
#[path = "src/rule/wording/packed.rs"]
mod packed;
#[path = "src/rule/wording/relating.rs"]
mod relating;
#[path = "src/rule/wording/sections.rs"]
mod sections;
#[allow(dead_code)]
#[path = "src/rule/wording/slot.rs"]
mod slot;
#[path = "src/rule/wording/weighing.rs"]
mod weighing;
#[allow(dead_code)]
#[path = "src/rule/wording/weights.rs"]
mod weights;

mod text {
    pub use crate::normalize::normalize;
}

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=docs/rules");
    let home = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let root = home.join("rules");
    let mut table = String::from("&[\n");
    let mut heads: Vec<(toml::Table, literals::Words)> = Vec::new();
    let mut digest = Sha256::new();
    for family in sorted(&root)? {
        if !family.is_dir() {
            continue;
        }
        for file in sorted(&family)? {
            if file.extension().is_some_and(|e| e == "toml") {
                let name = |p: &Path| p.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let text = fs::read_to_string(&file)?;
                digest.update(&text);
                let (family, id) = (name(&family), name(&file));
                let wrong = |what: String| io::Error::other(format!("{}: {what}", file.display()));
                let rule: toml::Table =
                    text[..head(&text)].parse().map_err(|e: toml::de::Error| wrong(e.to_string()))?;
                let needles = needles(&rule).map_err(wrong)?;
                heads.push((rule, needles));
                writeln!(table, "    ({family:?}, {id:?}, include_str!({file:?})),").map_err(io::Error::other)?;
            }
        }
    }
    table.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("rules.rs"), table)?;
    fs::write(out.join("rules.json"), serde_json::to_string(&heads).map_err(io::Error::other)?)?;
    fs::write(out.join("rules-digest.rs"), format!("{:?}", <[u8; 32]>::from(digest.finalize())))?;
    fs::write(out.join("entries.bin"), merging::entries())?;
    fs::write(out.join("joined.bin"), loading::joined())?;
    fs::write(out.join("table.bin"), loading::table())?;
    fs::write(out.join("purpose.bin"), loading::purpose())?;
    fs::write(out.join("relations.bin"), relating::relations())?;
    fs::write(out.join("pairs.bin"), weighing::pairs())?;
    let mut pages = String::new();
    for page in sorted(&home.join("docs").join("rules"))? {
        let name = page.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
        if name != "README" && page.extension().is_some_and(|e| e == "md") {
            writeln!(pages, "#[doc = include_str!({page:?})]\npub mod {name} {{}}").map_err(io::Error::other)?;
        }
    }
    fs::write(out.join("pages.rs"), pages)
}

/// The words without which the patterns of a rule match nothing.
fn needles(rule: &toml::Table) -> Result<literals::Words, String> {
    let list = |key: &str| -> Vec<&str> {
        let list = rule.get("match").and_then(|m| m.get(key)).and_then(toml::Value::as_array);
        list.into_iter().flatten().filter_map(toml::Value::as_str).collect()
    };
    literals::of(&list("all"), &list("any"))
}

/// Bytes before the first example: what every run reads. The examples are six times as long, and few commands read them.
fn head(text: &str) -> usize {
    let first = |at: &usize| {
        let line = &text[*at..];
        ["[[must_match]]", "[[must_not_match]]", "[[known_gap]]"].iter().any(|table| line.starts_with(table))
    };
    let lines = text.match_indices('\n').map(|(at, _)| at + 1);
    lines.into_iter().find(first).unwrap_or(text.len())
}

fn sorted(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all: Vec<PathBuf> = fs::read_dir(dir)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    all.sort();
    Ok(all)
}
