//! Packages of PyPI: resolved with digests and installed from wheels by uv, so that no package builds anything here.

use std::fs;
use std::path::PathBuf;

use super::tool::Shop;
use super::{Package, Wanted};
use crate::sandbox::Error;
use crate::terms::Digest;

fn fail(why: impl Into<String>) -> Error {
    Error::Fetch(why.into())
}

/// Fetches a package; what it is, and the program to run.
pub fn fetch(wanted: &Wanted, shop: &Shop<'_>) -> Result<(Package, PathBuf), Error> {
    // uv stands beside uvx when it is not on PATH
    let beside = shop.program.command.contains('/').then(|| PathBuf::from(&shop.program.command).with_file_name("uv"));
    let uv = beside.filter(|f| f.is_file()).or_else(|| shop.find("uv"));
    let uv = uv.ok_or_else(|| fail("uv is needed to fetch it and is not on PATH"))?;
    let text = |name: &str| shop.root.join(name).to_string_lossy().into_owned();
    let (venv, python, list, lock) = (text("venv"), text("venv/bin/python"), text("wanted.txt"), text("lock.txt"));
    fs::write(&list, wanted.specs.join("\n") + "\n").map_err(Error::Directories)?;
    let base = shop.dirs.base();
    let env = [
        ("UV_CACHE_DIR", base.join("cache").to_string_lossy().into_owned()),
        ("UV_PYTHON_INSTALL_DIR", text("python")),
        ("UV_NO_CONFIG", "1".to_owned()),
        ("UV_NO_PROGRESS", "1".to_owned()),
        ("UV_LINK_MODE", "copy".to_owned()),
    ];
    let wheels = ["--no-build", "--python", python.as_str(), "--quiet"];
    let resolve = |interpreter: &str| {
        shop.run(&uv, &["venv", "--quiet", "--no-project", "--python", interpreter, &venv], &env)?;
        let mut compile =
            vec!["pip", "compile", "--generate-hashes", "--no-header", "--no-annotate", "--output-file", &lock];
        compile.extend(wheels);
        shop.run(&uv, &[compile.as_slice(), &[list.as_str()]].concat(), &env)
    };
    let mut resolved = resolve(&interpreter(wanted.python.as_deref(), shop));
    // `uvx` looks for a newer interpreter, too, when nobody asked for one and the person's own is too old
    if let (None, Some(newer)) = (&wanted.python, resolved.as_ref().err().and_then(|e| needed(&e.to_string()))) {
        let _left = fs::remove_dir_all(&venv);
        resolved = resolve(&interpreter(Some(&newer), shop));
    }
    resolved?;
    let mut sync = vec!["pip", "sync", "--require-hashes", "--compile-bytecode"];
    sync.extend(wheels);
    shop.run(&uv, &[sync.as_slice(), &[lock.as_str()]].concat(), &env)?;
    let _left = fs::remove_dir_all(base.join("cache"));
    let resolved = fs::read_to_string(&lock).map_err(|e| fail(format!("uv left no list: {e}")))?;
    let spec = &wanted.specs[0];
    let name = &spec[..spec.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(spec.len())];
    let package = describe(&resolved, name)?;
    let bin = wanted.bin.as_deref().unwrap_or(name);
    let file = shop.root.join("venv/bin").join(bin);
    if !file.is_file() {
        return Err(fail("it has no program of that name; name the package with `uvx --from PACKAGE PROGRAM`"));
    }
    Ok((package, file))
}

/// The interpreter that is asked for, or the person's own.
fn interpreter(asked: Option<&str>, shop: &Shop<'_>) -> String {
    let names = match asked {
        // a version: uv finds it, or fetches it into the package's directory
        Some(asked) => {
            let found = shop.find(&format!("python{asked}"));
            // a shim that leads nowhere starts nothing
            let found = found.filter(|f| !f.parent().is_some_and(|d| d.ends_with("shims")));
            return found.map_or(asked.to_owned(), |f| f.to_string_lossy().into_owned());
        }
        None => ["python3", "python"],
    };
    let own = names.iter().find_map(|name| shop.find(name));
    own.map_or_else(|| "3".to_owned(), |file| file.to_string_lossy().into_owned())
}

/// The version of Python that uv says a package needs: `3.12` of "does not satisfy Python>=3.12.1".
fn needed(complaint: &str) -> Option<String> {
    let rest = complaint.split("does not satisfy Python>=").nth(1)?;
    let mut numbers = rest.split(|c: char| !c.is_ascii_digit()).take(2);
    let (major, minor) = (numbers.next()?, numbers.next()?);
    (major == "3" && !minor.is_empty() && minor.len() < 4).then(|| format!("3.{minor}"))
}

/// Names of PyPI are equal when they differ in case and separators only.
fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

fn describe(lock: &str, name: &str) -> Result<Package, Error> {
    let joined = lock.replace("\\\n", " ");
    let lines = joined.lines().filter(|l| l.contains("=="));
    let mut all: Vec<(String, String, Vec<String>)> = Vec::new();
    for line in lines {
        let (package, rest) = line.split_once("==").unwrap_or_default();
        let mut words = rest.split_whitespace();
        let version = words.next().unwrap_or_default().to_owned();
        let mut hashes: Vec<String> = words.filter_map(|w| w.strip_prefix("--hash=")).map(str::to_owned).collect();
        hashes.sort();
        all.push((plain(package), version, hashes));
    }
    all.sort();
    let own = all.iter().find(|(n, ..)| *n == plain(name)).ok_or_else(|| fail("uv resolved other packages only"))?;
    if own.1.is_empty() || own.2.is_empty() {
        return Err(fail("uv names no version or no digest"));
    }
    let line =
        |(name, version, hashes): &(String, String, Vec<String>)| format!("{name}\t{version}\t{}\n", hashes.join(" "));
    let tree = Digest::of(all.iter().map(line).collect::<String>().as_bytes()).to_string();
    Ok(Package { kind: "pypi", name: own.0.clone(), version: own.1.clone(), integrity: own.2.join(" "), tree })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_digests_is_read() {
        let lock = "b==2 \\\n    --hash=sha256:2\nAcme_Calc==1.0 \\\n    --hash=sha256:9 \\\n    --hash=sha256:1\n";
        let one = describe(lock, "acme-calc").expect("complete");
        assert_eq!(
            (one.name.as_str(), one.version.as_str(), one.integrity.as_str()),
            ("acme-calc", "1.0", "sha256:1 sha256:9")
        );
        let other = describe(&lock.replace("b==2", "b==3"), "acme-calc").expect("complete");
        assert_ne!(one.tree, other.tree);
        assert!(describe(lock, "c").is_err());
        assert!(describe("acme==1\n", "acme").is_err(), "no digest, no package");
    }

    #[test]
    fn the_python_that_is_too_old_is_read_from_the_complaint() {
        let said = |version: &str| format!("current Python version (3.11.7) does not satisfy Python>={version} and x");
        assert_eq!(needed(&said("3.12")).as_deref(), Some("3.12"));
        assert_eq!(needed(&said("3.12.1,<4")).as_deref(), Some("3.12"));
        for other in ["4.0", "3", "3.", "evil"] {
            assert_eq!(needed(&said(other)), None, "{other}");
        }
        assert_eq!(needed("no such package"), None);
    }
}
