//! What the file system says of configuration files and of the programs in them: who may change or read them, whose they are,
//! and whether a link leads out of where they belong.

use std::path::{Path, PathBuf};

use super::super::{ConfigScope, Fact, FactKind, Launch, Place, Target};
use crate::untrusted::Untrusted;

/// How scripts are called.
const ENDINGS: [&str; 12] = ["py", "js", "mjs", "cjs", "ts", "mts", "sh", "rb", "pl", "php", "lua", "jar"];
/// Scripts of one server that are looked at.
const SCRIPTS: usize = 16;

/// Tells servers of a file what is true of the file: who may read it concerns each of them, the rest is said once.
pub(super) fn tell(targets: &mut [Target], facts: Vec<Fact>) {
    for fact in facts {
        let all = if fact.kind == FactKind::ReadableByOthers { targets.len() } else { 1 };
        targets.iter_mut().take(all).for_each(|t| t.facts.push(fact.clone()));
    }
}

/// What the file system says of a file: who may change and read it, and whether a link leads out of its place.
pub(super) fn file_facts(path: &Path, within: &Path, scope: ConfigScope, owners: &[u32]) -> Vec<Fact> {
    let place = Place { line: 1, column: 1, end_line: 1, end_column: 1 };
    let fact = |kind, what: String| Fact { kind, what: Untrusted::from(what), file: path.to_path_buf(), scope, place };
    let mut out = Vec::new();
    if let Some(real) = escapes(path, within) {
        out.push(fact(FactKind::Escapes, real.to_string_lossy().into_owned()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let mode = |p: &Path| std::fs::metadata(p).map_or(0, |m| m.permissions().mode());
        let (file, folder) = (mode(path), path.parent().map_or(0, mode));
        if file & 0o002 != 0 {
            out.push(fact(FactKind::WritableByOthers, "file".to_owned()));
        } else if folder & 0o002 != 0 && folder & 0o1000 == 0 {
            out.push(fact(FactKind::WritableByOthers, "folder".to_owned()));
        }
        if std::fs::metadata(path).is_ok_and(|m| is_strange(m.uid(), owners)) {
            out.push(fact(FactKind::OwnedByOther, "file".to_owned()));
        }
        if file & 0o004 != 0 && scope != ConfigScope::Project {
            out.push(fact(FactKind::ReadableByOthers, "file".to_owned()));
        }
    }
    #[cfg(not(unix))]
    let _ = owners;
    out
}

/// Where a file really is, when a link leads out of where it belongs.
fn escapes(file: &Path, within: &Path) -> Option<PathBuf> {
    let (real, root) = (file.canonicalize().ok()?, within.canonicalize().ok()?);
    (!real.starts_with(&root)).then_some(real)
}

/// Whether an owner is neither the administrator nor one of those whose files are looked at. Nobody known, nobody strange.
#[cfg_attr(not(unix), allow(dead_code, reason = "other systems have no such numbers"))]
fn is_strange(owner: u32, owners: &[u32]) -> bool {
    owner != 0 && !owners.is_empty() && !owners.contains(&owner)
}

/// Programs that others may change, named by a path: the command, and the scripts among its arguments.
pub(super) fn program_facts(target: &mut Target, project: &Path) {
    let (Launch::Stdio(s), Some(origin)) = (&target.launch, &target.origin) else { return };
    // a client starts its servers in the project, if nothing else is said
    let folder = s.cwd.as_ref().map_or_else(|| project.to_path_buf(), |cwd| project.join(cwd.value.raw()));
    // a name alone is looked up on the machine
    let command = Some(&s.command).filter(|c| c.value.raw().contains(std::path::is_separator));
    let scripts = s.args.iter().filter(|a| is_script(a.value.raw())).take(SCRIPTS);
    let open = command.into_iter().chain(scripts).filter(|word| is_open(&folder.join(word.value.raw())));
    let fact = |place| {
        let (kind, what) = (FactKind::WritableByOthers, Untrusted::from("program"));
        Fact { kind, what, file: origin.file.clone(), scope: target.scope, place }
    };
    let facts: Vec<Fact> = open.map(|word| fact(word.place.unwrap_or(origin.place))).collect();
    target.facts.extend(facts);
}

/// Whether an argument is called as programs are that an interpreter runs.
fn is_script(argument: &str) -> bool {
    let end = Path::new(argument).extension().and_then(|e| e.to_str()).unwrap_or_default();
    !argument.starts_with('-') && ENDINGS.contains(&end)
}

/// Whether every user of the machine may change a file.
#[cfg(unix)]
fn is_open(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o002 != 0)
}

/// Other systems have no such bits.
#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_program_that_others_may_change_is_found_by_a_path_from_the_project() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(dir.path().join("in")).expect("a folder");
        for (name, mode) in [("run.sh", 0o777), ("in/srv.py", 0o666), ("own.sh", 0o755), ("notes.db", 0o666)] {
            std::fs::write(dir.path().join(name), "").expect("written");
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(dir.path().join(name), mode).expect("set");
        }
        let found = |entry: &str| {
            let text = format!(r#"{{"mcpServers": {{"a": {entry}}}}}"#);
            let mut targets = super::super::super::config_file::from_text(&text, "x.json").expect("a server");
            program_facts(&mut targets[0], dir.path());
            targets[0].facts.iter().filter(|f| f.kind == FactKind::WritableByOthers).count()
        };
        assert_eq!(found(r#"{"command": "./run.sh"}"#), 1);
        assert_eq!(found(r#"{"command": "python", "args": ["-u", "in/srv.py"]}"#), 1);
        assert_eq!(found(r#"{"command": "python", "args": ["srv.py"], "cwd": "in"}"#), 1);
        let whole = dir.path().join("in/srv.py");
        assert_eq!(found(&format!(r#"{{"command": "python", "args": ["{}"]}}"#, whole.display())), 1);
        for quiet in [
            r#"{"command": "run.sh"}"#,
            r#"{"command": "./own.sh", "args": ["notes.db", "--x=run.sh"]}"#,
            r#"{"command": "python", "args": ["srv.py"]}"#,
        ] {
            assert_eq!(found(quiet), 0, "{quiet}");
        }
    }

    #[test]
    fn a_file_of_a_third_person_is_strange() {
        assert!(is_strange(1001, &[1000]) && is_strange(1001, &[0, 1000]));
        assert!(!is_strange(1000, &[0, 1000]) && !is_strange(0, &[1000]) && !is_strange(1001, &[]));
    }

    #[cfg(unix)]
    #[test]
    fn whose_file_it_is_is_said_beside_who_may_change_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("mcp.json");
        std::fs::write(&file, "{}").expect("written");
        let own = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(&file).expect("there"));
        let kinds = |owners: &[u32]| -> Vec<FactKind> {
            let facts = file_facts(&file, dir.path(), ConfigScope::Project, owners);
            facts.into_iter().map(|f| f.kind).collect()
        };
        assert_eq!(kinds(&[own]), []);
        // the administrator's own files are nobody's fault, whoever asks
        let expected: &[FactKind] = if own == 0 { &[] } else { &[FactKind::OwnedByOther] };
        assert_eq!(kinds(&[own.wrapping_add(1)]), expected);
    }
}
