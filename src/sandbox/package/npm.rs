//! Packages of the npm registry: resolved, checked and unpacked by npm with scripts off.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::tool::Shop;
use super::{Package, Wanted};
use crate::sandbox::Error;
use crate::terms::Digest;

fn fail(why: impl Into<String>) -> Error {
    Error::Fetch(why.into())
}

/// Fetches a package; what it is, and the program to run.
pub fn fetch(wanted: &Wanted, shop: &Shop<'_>) -> Result<(Package, PathBuf), Error> {
    let npm = shop.find("npm").ok_or_else(|| fail("npm is needed to fetch it and is not on PATH"))?;
    // so that npm does not look for a project above
    fs::write(shop.root.join("package.json"), "{\"private\":true}\n").map_err(Error::Directories)?;
    let cache = shop.dirs.base().join("cache").to_string_lossy().into_owned();
    let fixed = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--save-exact"];
    let mut args: Vec<&str> = fixed.to_vec();
    args.extend(["--loglevel=error", "--omit=dev", "--"]);
    args.extend(wanted.specs.iter().map(String::as_str));
    shop.run(&npm, &args, &[("npm_config_cache", cache.clone())])?;
    // the download cache is of no use any more
    let _left = fs::remove_dir_all(&cache);
    let lock = json(&shop.root.join("package-lock.json"))?;
    let name = name_of(&wanted.specs[0]);
    let package = describe(&lock, name)?;
    Ok((package, program(shop.root, name, wanted.bin.as_deref())?))
}

fn json(file: &Path) -> Result<Value, Error> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = fs::read(file).map_err(|e| fail(format!("npm left no {name}: {e}")))?;
    serde_json::from_slice(&text).map_err(|e| fail(format!("{name} is not JSON: {e}")))
}

/// `@scope/name` of `@scope/name@1.2`.
fn name_of(spec: &str) -> &str {
    spec.get(1..).and_then(|rest| rest.find('@')).map_or(spec, |at| &spec[..=at])
}

fn describe(lock: &Value, name: &str) -> Result<Package, Error> {
    let packages = lock["packages"].as_object().ok_or_else(|| fail("npm's lock file lists no packages"))?;
    let own = packages.get(&format!("node_modules/{name}")).ok_or_else(|| fail("npm's lock file lacks the package"))?;
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let (version, integrity) = (text(own, "version"), text(own, "integrity"));
    if version.is_empty() || integrity.is_empty() {
        return Err(fail("npm's lock file names no version or no integrity"));
    }
    // paths, versions and digests of everything, in the order of the paths
    let mut lines: Vec<String> = packages
        .iter()
        .filter(|(path, _)| !path.is_empty())
        .map(|(path, one)| format!("{path}\t{}\t{}\n", text(one, "version"), text(one, "integrity")))
        .collect();
    lines.sort();
    let tree = Digest::of(lines.concat().as_bytes()).to_string();
    Ok(Package { kind: "npm", name: name.to_owned(), version, integrity, tree })
}

/// The program that npx would choose.
fn program(root: &Path, name: &str, asked: Option<&str>) -> Result<PathBuf, Error> {
    let own = json(&root.join("node_modules").join(name).join("package.json"))?;
    let short = name.rsplit('/').next().unwrap_or(name);
    let bins: Vec<String> = match &own["bin"] {
        Value::String(_) => vec![short.to_owned()],
        Value::Object(bins) => bins.keys().cloned().collect(),
        _ => Vec::new(),
    };
    let chosen = match asked {
        Some(asked) => asked.to_owned(),
        None if bins.len() == 1 => bins[0].clone(),
        None if bins.iter().any(|b| b == short) => short.to_owned(),
        None => return Err(fail("it has no program of its own name; name one with `npx --package PKG PROGRAM`")),
    };
    // a name from a package: it may not lead out of the directory
    let file = root.join("node_modules/.bin").join(&chosen);
    let inside = file.canonicalize().is_ok_and(|real| root.canonicalize().is_ok_and(|root| real.starts_with(root)));
    if chosen.contains('/') || !inside {
        return Err(fail("the program it names is not in it"));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_described_by_all_that_was_resolved() {
        let lock = |dependency: &str| {
            serde_json::json!({"packages": {
                "": {"dependencies": {"@a/b": "1.0.0"}},
                "node_modules/@a/b": {"version": "1.0.0", "integrity": "sha512-x"},
                "node_modules/c": {"version": dependency, "integrity": "sha512-y"},
            }})
        };
        let one = describe(&lock("2.0.0"), "@a/b").expect("complete");
        assert_eq!((one.version.as_str(), one.integrity.as_str()), ("1.0.0", "sha512-x"));
        let other = describe(&lock("2.0.1"), "@a/b").expect("complete");
        assert_ne!(one.tree, other.tree, "a transitive dependency is part of what runs");
        assert!(describe(&lock("1"), "missing").is_err());
    }

    #[test]
    fn names_are_told_from_versions() {
        assert_eq!((name_of("@a/b@1.0"), name_of("@a/b"), name_of("c@^1"), name_of("c")), ("@a/b", "@a/b", "c", "c"));
    }

    #[test]
    fn a_program_outside_the_package_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let own = dir.path().join("node_modules/x");
        fs::create_dir_all(&own).expect("a folder");
        fs::write(own.join("package.json"), r#"{"bin": {"../../../../bin/sh": "x"}}"#).expect("a file");
        assert!(program(dir.path(), "x", None).is_err());
    }
}
