//! What the file system says of configuration files and of the programs in them: who may change or read them, whose they are,
//! and whether a link leads out of where they belong.

use std::path::{Path, PathBuf};

use super::super::{ConfigScope, Fact, FactKind, Launch, Place, Target};
use crate::untrusted::Untrusted;

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

/// A program that others may change, named by its whole path.
pub(super) fn program_facts(target: &mut Target) {
    let (Launch::Stdio(s), Some(origin)) = (&target.launch, &target.origin) else { return };
    let path = Path::new(s.command.value.raw());
    if !path.is_absolute() {
        return;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let open = std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o002 != 0);
        if open {
            let place = s.command.place.unwrap_or(origin.place);
            let (kind, what) = (FactKind::WritableByOthers, Untrusted::from("program"));
            let fact = Fact { kind, what, file: origin.file.clone(), scope: target.scope, place };
            target.facts.push(fact);
        }
    }
    #[cfg(not(unix))]
    let _ = origin;
}

#[cfg(test)]
mod tests {
    use super::*;

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
