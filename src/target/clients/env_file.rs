//! Files of variables that entries name: read where they lie in the project, and said where they do not.

use std::path::{Component, Path, PathBuf};

use super::super::config_file::Problem;
use super::super::{Launch, Located, Secret, Target};
use super::file;
use crate::untrusted::{Message, Untrusted};

/// Bytes of one file.
const MOST: u64 = 1 << 20;
/// Names by which a file says that it lies in the project.
const HERE: [&str; 3] = ["${workspaceFolder}/", "${workspaceRoot}/", "${CLAUDE_PROJECT_DIR}/"];

/// Reads what the servers of one file name.
pub(super) fn read(targets: &mut [Target], project: &Path, problems: &mut Vec<Problem>) {
    for target in targets.iter_mut().filter(|t| matches!(t.launch, Launch::Stdio(_))) {
        let (Some(named), Some(origin)) = (target.beside.env_file.clone(), &target.origin) else { continue };
        let place = named.place.unwrap_or(origin.place);
        let said =
            Message::new("server ").quote(&target.name).text(" names the file of variables ").quote(&named.value);
        let Some(path) = inside(project, named.value.raw()) else {
            problems.push(Problem::note(place, said.text(", which is not in the project and was not read")));
            continue;
        };
        match file::within(&path, MOST) {
            Ok(text) => {
                let located = |(name, value): (&str, &str)| {
                    let name = Located { value: Untrusted::from(name), place: named.place };
                    (name, Located { value: Secret::new(value), place: named.place })
                };
                target.beside.env = variables(&text).map(located).collect();
            }
            // a person's own file is in no repository
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                problems.push(Problem::note(place, said.text(", which is not there; what it sets was not judged")));
            }
            Err(e) => problems.push(Problem::left_out(place, said.text(format!(", which could not be read: {e}")))),
        }
    }
}

/// The file in the project, links followed; `None` when it lies elsewhere, or nobody can tell where.
fn inside(project: &Path, named: &str) -> Option<PathBuf> {
    let relative = HERE.iter().find_map(|mark| named.strip_prefix(mark)).unwrap_or(named);
    if relative.contains(['$', '%']) || relative.starts_with('~') {
        return None;
    }
    let whole = project.join(relative);
    let root = project.canonicalize().ok()?;
    match whole.canonicalize() {
        Ok(real) => real.starts_with(&root).then_some(real),
        Err(_) => {
            let plain = Path::new(relative).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
            plain.then_some(whole)
        }
    }
}

/// Lines of `NAME=value`.
fn variables(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
        let value = value.trim();
        let quoted = ['"', '\'', '`'].iter().find_map(|q| value.strip_prefix(*q)?.split(*q).next());
        Some((name.trim(), quoted.unwrap_or(value)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_clients_read_them() {
        let text = "# A=1\nB=2\n export C = 'x y' # no\nD=\"--require ./x.js\"\n\nE\n";
        assert_eq!(variables(text).collect::<Vec<_>>(), [("B", "2"), ("C", "x y"), ("D", "--require ./x.js")]);
    }

    #[test]
    fn only_files_of_the_project_are_opened() {
        let dir = tempfile::tempdir().expect("a folder");
        let project = dir.path().join("p");
        std::fs::create_dir(&project).expect("a folder");
        std::fs::write(project.join(".env"), "").expect("written");
        std::fs::write(dir.path().join("out.env"), "").expect("written");
        for here in [".env", "./.env", "${workspaceFolder}/.env", "not-there.env"] {
            assert!(inside(&project, here).is_some(), "{here}");
        }
        for out in ["../out.env", "~/.env", "${userHome}/.env", "/etc/hostname", "../not-there.env"] {
            assert!(inside(&project, out).is_none(), "{out}");
        }
    }
}
