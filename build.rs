//! Embeds `rules/**/*.toml`: writes a table of family, file name and text that `src/rule/builtin.rs` includes. And a module
//! for each page of `docs/rules/`, which only rustdoc reads.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=docs/rules");
    let home = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let root = home.join("rules");
    let mut table = String::from("&[\n");
    for family in sorted(&root)? {
        if !family.is_dir() {
            continue;
        }
        for file in sorted(&family)? {
            if file.extension().is_some_and(|e| e == "toml") {
                let name = |p: &Path| p.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                writeln!(table, "    ({:?}, {:?}, include_str!({:?})),", name(&family), name(&file), file)
                    .map_err(io::Error::other)?;
            }
        }
    }
    table.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("rules.rs"), table)?;
    let mut pages = String::new();
    for page in sorted(&home.join("docs").join("rules"))? {
        let name = page.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
        if name != "README" && page.extension().is_some_and(|e| e == "md") {
            writeln!(pages, "#[doc = include_str!({page:?})]\npub mod {name} {{}}").map_err(io::Error::other)?;
        }
    }
    fs::write(out.join("pages.rs"), pages)
}

fn sorted(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all: Vec<PathBuf> = fs::read_dir(dir)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    all.sort();
    Ok(all)
}
