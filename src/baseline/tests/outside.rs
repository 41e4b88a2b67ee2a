//! Reading the folder out of a git repository whose names and refs are hostile.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::git::{Commit, GitError, find};
use super::*;

fn run(dir: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=t", "-c", "user.email=t@example", "-c", "commit.gpgsign=false"]);
    let out =
        command.args(args).current_dir(dir).env("GIT_CONFIG_GLOBAL", "/dev/null").output().expect("git is installed");
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn commit(dir: &Path, files: &Files) {
    write(&dir.join(FOLDER), files, &mut |_| Ok(())).expect("written");
    run(dir, &["add", "-A"]);
    run(dir, &["commit", "-qm", "x"]);
}

fn repository() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a folder");
    // the project is a folder of a larger repository
    let root = dir.path().join("sub dir");
    std::fs::create_dir(&root).expect("a folder");
    run(dir.path(), &["init", "-q", "-b", "main"]);
    (dir, root)
}

#[test]
fn a_commit_gives_the_same_bytes_as_the_folder_it_was_made_from() {
    let p = project();
    let (_dir, root) = repository();
    commit(&root, &p.first);
    run(&root, &["tag", "one"]);
    commit(&root, &p.second);
    let at = |name: &str| Commit::of(&root, name).expect("a commit").files(Path::new(FOLDER)).expect("readable");
    assert_eq!(at("one"), Some(p.first.clone()));
    assert_eq!(at("HEAD"), Some(p.second.clone()));
    assert_eq!(Commit::of(&root, "HEAD").expect("a commit").files(Path::new("./other")).expect("readable"), None);
    let digest = Digest::of(p.first.baseline.as_deref().expect("there"));
    assert_eq!(find(&root, Path::new(FOLDER), digest).expect("searched"), Some(p.first.clone()));
    assert_eq!(find(&root, Path::new(FOLDER), Digest::of(b"x")).expect("searched"), None);
    assert!(Commit::of(&root, "HEAD").expect("a commit").file(Path::new("nothing.toml")).expect("readable").is_none());
}

#[test]
fn hostile_names_never_become_options_or_programs() {
    let p = project();
    let (_dir, root) = repository();
    commit(&root, &p.first);
    for name in ["--output=/tmp/x", "-h", "", "main\n--all", "no such ref", "main..HEAD", "HEAD:sub dir", "$(touch x)"]
    {
        assert!(matches!(Commit::of(&root, name), Err(GitError::NoCommit)), "{name:?}");
    }
    let head = Commit::of(&root, "main").expect("a commit");
    for path in ["../x", "/etc/passwd", "", "a\nb"] {
        assert!(matches!(head.files(Path::new(path)), Err(GitError::Path)), "{path:?}");
    }
    assert!(matches!(head.files(Path::new(":(glob)*")), Ok(None)));
    assert!(matches!(head.files(Path::new("--all")), Ok(None)));
    let nowhere = tempfile::tempdir().expect("a folder");
    assert!(matches!(Commit::of(nowhere.path(), "HEAD"), Err(GitError::NoRepository)));
    // a configuration that names programs starts none of them
    let marker = root.join("started");
    let evil = format!("touch '{}'", marker.display());
    for key in ["core.fsmonitor", "core.pager", "gpg.program", "core.sshCommand", "diff.external", "filter.x.smudge"] {
        run(&root, &["config", key, &evil]);
    }
    run(&root, &["config", "log.showSignature", "true"]);
    let digest = Digest::of(p.first.baseline.as_deref().expect("there"));
    assert!(find(&root, Path::new(FOLDER), digest).expect("searched").is_some());
    assert!(Commit::of(&root, "HEAD").expect("a commit").files(Path::new(FOLDER)).expect("readable").is_some());
    assert!(!marker.exists());
}

#[cfg(unix)]
#[test]
fn links_and_missing_files_in_a_commit_are_refused() {
    let p = project();
    let (_dir, root) = repository();
    commit(&root, &p.first);
    let folder = root.join(FOLDER);
    std::fs::rename(&folder, root.join("real")).expect("moved");
    std::os::unix::fs::symlink("real", &folder).expect("a link");
    run(&root, &["add", "-A"]);
    run(&root, &["commit", "-qm", "a link"]);
    let at = |name: &str| Commit::of(&root, name).expect("a commit").files(Path::new(FOLDER));
    assert!(matches!(at("HEAD"), Err(GitError::Folder(State::Malformed(_)))));
    std::fs::remove_file(&folder).expect("removed");
    std::fs::rename(root.join("real"), &folder).expect("moved back");
    std::fs::remove_file(folder.join("trust.json")).expect("removed");
    run(&root, &["add", "-A"]);
    run(&root, &["commit", "-qm", "no trust file"]);
    assert!(matches!(at("HEAD"), Err(GitError::Folder(State::Malformed(_)))));
    assert!(at("HEAD~2").expect("readable").is_some());
}

#[test]
fn a_replaced_commit_is_read_as_it_was_made() {
    let p = project();
    let (_dir, root) = repository();
    commit(&root, &p.first);
    run(&root, &["tag", "one"]);
    commit(&root, &p.second);
    run(&root, &["replace", "one", "HEAD"]);
    let read = Commit::of(&root, "one").expect("a commit").files(Path::new(FOLDER)).expect("readable");
    assert_eq!(read, Some(p.first));
}
