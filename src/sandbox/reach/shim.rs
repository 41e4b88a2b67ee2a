//! Shims of version managers: small programs that look for the version in files of the person's HOME, which a server does
//! not see. The version is found here instead, by reading the same files; nothing is executed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::Surroundings;

/// The program behind a shim.
pub fn follow(file: &Path, cwd: &Path, surroundings: &Surroundings) -> Option<PathBuf> {
    let name = file.file_name()?.to_str()?;
    let (dir, root) = (file.parent()?, file.parent()?.parent()?);
    if dir.file_name()? != "shims" {
        return None;
    }
    if root.join("versions").is_dir() {
        return pyenv(root, name, cwd, surroundings);
    }
    // asdf and mise keep <tool>/<version>/bin/<name>
    let installs = root.join("installs");
    installs.is_dir().then(|| installed(&installs, name, cwd, surroundings))?
}

/// pyenv, nodenv, rbenv: a version from the environment, from the nearest version file, or the global one.
fn pyenv(root: &Path, name: &str, cwd: &Path, surroundings: &Surroundings) -> Option<PathBuf> {
    let manager = root.file_name()?.to_str()?.trim_start_matches('.').to_owned();
    let language = match manager.as_str() {
        "nodenv" => "node",
        "rbenv" => "ruby",
        _ => "python",
    };
    let from_env = surroundings.get(&format!("{}_VERSION", manager.to_uppercase())).map(str::to_owned);
    let local = || cwd.ancestors().find_map(|d| fs::read_to_string(d.join(format!(".{language}-version"))).ok());
    let global = || fs::read_to_string(root.join("version")).ok();
    let chosen = from_env.or_else(local).or_else(global).unwrap_or_default();
    let words = chosen.split(|c: char| c.is_whitespace() || c == ':').filter(|v| !v.is_empty());
    // names only: a version file may be somebody else's
    let versions = words.filter(|v| !v.contains('/') && *v != "..").map(|v| root.join("versions").join(v));
    let known = |version: PathBuf| {
        let exact = version.join("bin").join(name);
        if exact.is_file() {
            return Some(exact);
        }
        // 3.12 stands for the newest 3.12.x
        let prefix = format!("{}.", version.file_name()?.to_str()?);
        newest(version.parent()?, |n| n.starts_with(&prefix)).map(|v| v.join("bin").join(name)).filter(|f| f.is_file())
    };
    let found = versions.into_iter().find_map(known);
    // `system`, or a version that does not have it: the same name elsewhere on PATH
    let found = found.or_else(|| surroundings.find_outside(name, &root.join("shims")));
    // a version in the name itself: the newest of it that is installed, although nobody chose it
    let minor = name.strip_prefix("python").filter(|v| v.contains('.')).map(|v| format!("{v}."));
    let named = minor.and_then(|prefix| newest(&root.join("versions"), |n| n.starts_with(&prefix)));
    found.or_else(|| named.map(|v| v.join("bin").join(name)).filter(|f| f.is_file()))
}

fn installed(installs: &Path, name: &str, cwd: &Path, surroundings: &Surroundings) -> Option<PathBuf> {
    let home = surroundings.get("HOME").map(Path::new);
    let files = cwd.ancestors().chain(home).filter_map(|d| fs::read_to_string(d.join(".tool-versions")).ok());
    let wanted: Vec<String> = files.collect();
    let mut tools: Vec<PathBuf> = fs::read_dir(installs).ok()?.flatten().map(|e| e.path()).collect();
    tools.sort();
    for tool in tools {
        let tool_name = tool.file_name()?.to_str()?.to_owned();
        let lines = wanted.iter().flat_map(|text| text.lines());
        let version = lines
            .filter_map(|l| l.split_once(char::is_whitespace))
            .find(|(t, _)| *t == tool_name)
            .and_then(|(_, v)| v.split_whitespace().next())
            .filter(|v| !v.contains('/') && *v != "..")
            .map(|v| tool.join(v));
        let version = version.or_else(|| newest(&tool, |_| true));
        if let Some(file) = version.map(|v| v.join("bin").join(name)).filter(|f| f.is_file()) {
            return Some(file);
        }
    }
    None
}

/// The entry with the highest version number.
fn newest(dir: &Path, wanted: impl Fn(&str) -> bool) -> Option<PathBuf> {
    let numbers = |name: &str| name.split('.').map(|p| p.parse::<u64>().unwrap_or(0)).collect::<Vec<_>>();
    let names = fs::read_dir(dir).ok()?.flatten().filter_map(|e| e.file_name().into_string().ok());
    names.filter(|n| wanted(n)).max_by_key(|n| numbers(n)).map(|n| dir.join(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    #[test]
    fn the_version_comes_from_the_nearest_file_and_never_leads_out() {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path().join(".pyenv");
        for version in ["3.11.7", "3.12.1", "3.12.10"] {
            touch(&root.join("versions").join(version).join("bin/python"), "");
        }
        touch(&root.join("shims/python"), "");
        touch(&root.join("version"), "3.11.7\n");
        let project = dir.path().join("project/deep");
        touch(&project.join("x"), "");
        let follow = |env: &[(&str, &str)]| {
            let own = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
            let found = super::follow(&root.join("shims/python"), &project, &Surroundings::new(own, ""))?;
            Some(found.strip_prefix(root.join("versions")).expect("inside").to_owned())
        };
        assert_eq!(follow(&[]), Some("3.11.7/bin/python".into()));
        touch(&dir.path().join("project/.python-version"), "3.12\n");
        assert_eq!(follow(&[]), Some("3.12.10/bin/python".into()));
        assert_eq!(follow(&[("PYENV_VERSION", "3.12.1")]), Some("3.12.1/bin/python".into()));
        touch(&root.join("shims/python3.12"), "");
        touch(&root.join("versions/3.12.10/bin/python3.12"), "");
        let asked = super::follow(&root.join("shims/python3.12"), dir.path(), &Surroundings::new([], ""));
        assert_eq!(asked, Some(root.join("versions/3.12.10/bin/python3.12")), "nobody chose it, and it is there");
        touch(&project.join(".python-version"), "../../evil\n");
        assert_eq!(follow(&[("PATH", "/nonexistent")]), None);
    }

    #[test]
    fn asdf_and_mise_installs_are_found() {
        let dir = tempfile::tempdir().expect("a directory");
        let root = dir.path().join("mise");
        for version in ["18.1.0", "20.2.0"] {
            touch(&root.join("installs/node").join(version).join("bin/node"), "");
        }
        touch(&root.join("shims/node"), "");
        let own = [("HOME".to_owned(), dir.path().to_string_lossy().into_owned())];
        let surroundings = Surroundings::new(own, "");
        let found = || super::follow(&root.join("shims/node"), dir.path(), &surroundings);
        assert_eq!(found(), Some(root.join("installs/node/20.2.0/bin/node")));
        touch(&dir.path().join(".tool-versions"), "node 18.1.0\n");
        assert_eq!(found(), Some(root.join("installs/node/18.1.0/bin/node")));
    }
}
