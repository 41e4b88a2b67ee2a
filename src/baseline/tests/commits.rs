//! What is read from a commit: limits that hold to the byte, links and folders that are refused, names that are no options.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::baseline::folder::{FILE, SERVERS};
use crate::baseline::git::{Commit, GitError};

/// Bytes of a listing that is read, as `git.rs` has it.
const LISTING: usize = 16 << 20;

struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().expect("a folder"));
        repository.git(&["init", "-q", "-b", "main"], "");
        repository
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    /// Runs git with this input and gives back the first word of what it prints.
    fn git(&self, args: &[&str], input: &str) -> String {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "commit.gpgsign=false"]).args(args);
        command.current_dir(self.root()).stdin(Stdio::piped()).stdout(Stdio::piped());
        for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        let mut child = command.spawn().expect("git is installed");
        child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("written");
        let out = child.wait_with_output().expect("ends");
        assert!(out.status.success(), "git {args:?}");
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    }

    fn blob(&self, text: &str) -> String {
        self.git(&["hash-object", "-w", "--stdin"], text)
    }

    /// A commit of exactly these files: mode, object, path.
    fn commit(&self, files: impl Iterator<Item = (&'static str, String, String)>) -> Commit {
        let lines: String = files.map(|(mode, object, path)| format!("{mode} {object}\t{path}\n")).collect();
        self.git(&["read-tree", "--empty"], "");
        self.git(&["update-index", "--index-info"], &lines);
        let tree = self.git(&["write-tree"], "");
        let id = self.git(&["commit-tree", "-m", "x", &tree], "");
        Commit::of(self.root(), &id).expect("a commit")
    }

    /// A commit of a baseline folder with these files beside an empty trust file and log.
    fn folder(&self, more: &[(&'static str, &str, &str)]) -> Commit {
        let empty = self.blob("");
        let plain = ["trust.json", "approvals.jsonl"].map(|n| ("100644", empty.clone(), format!("b/{n}")));
        let more = more.iter().map(|(mode, object, name)| (*mode, (*object).to_owned(), format!("b/{name}")));
        self.commit(plain.into_iter().chain(more))
    }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(outcome: Result<T, GitError>, words: &str) {
    let error = outcome.expect_err("refused");
    assert!(error.sentence().to_visible().contains(words), "{error:?} without `{words}`");
}

#[test]
fn a_name_is_one_word_and_never_an_option() {
    let r = Repository::new();
    let id = r.folder(&[]);
    let tree = r.git(&["write-tree"], "");
    let first = r.git(&["commit-tree", "-m", "one two", &tree], "");
    for name in ["refs/heads/main", "refs/heads/-x", "refs/heads/zweig-\u{fc}"] {
        r.git(&["update-ref", name, &first], "");
    }
    for good in ["main", "HEAD", "zweig-\u{fc}", first.as_str()] {
        assert!(Commit::of(r.root(), good).is_ok(), "{good}");
    }
    // git itself would find a commit for the last two
    for bad in ["", "none", "--all", "-x", "HEAD^{/one two}"] {
        refused(Commit::of(r.root(), bad), "no commit of that name");
    }
    refused(Commit::of(Path::new("/"), "HEAD"), "does not read this directory");
    assert!(id.files(Path::new("c")).expect("readable").is_none());
}

#[test]
fn one_file_of_a_commit_is_that_file_or_none_and_no_link() {
    let r = Repository::new();
    let (one, two) = (r.blob("one"), r.blob("two"));
    let commit = r.commit(
        [("100644", &one, "a"), ("100755", &two, "d/b"), ("120000", &one, "link")]
            .map(|(m, o, p)| (m, o.clone(), p.to_owned()))
            .into_iter(),
    );
    let file = |name: &str| commit.file(Path::new(name));
    assert_eq!(file("a").expect("a file").expect("there"), b"one");
    assert_eq!(file("./d/b").expect("a file").expect("there"), b"two");
    assert!(file("d").expect("readable").is_none());
    assert!(file("c").expect("readable").is_none());
    refused(file("link"), "not a regular file");
    for outside in ["../a", "/a", "", "a\nb"] {
        refused(file(outside), "outside of the project");
    }
}

#[test]
fn a_folder_of_rule_files_leaves_out_links_other_names_and_what_lies_too_deep() {
    let r = Repository::new();
    let text = r.blob("x");
    let paths = ["r/a.toml", "r/1/2/3/b.toml", "r/1/2/3/4/c.toml", "r/d.txt", "s/e.toml"];
    let files = paths.map(|p| ("100644", text.clone(), p.to_owned()));
    let commit = r.commit(files.into_iter().chain([("120000", text.clone(), "r/l.toml".to_owned())]));
    let found = commit.folder(Path::new("r"), ".toml").expect("readable");
    let expected: Vec<_> = ["r/1/2/3/b.toml", "r/a.toml"].map(|p| (p.into(), b"x".to_vec())).into();
    assert_eq!(found, expected);
}

#[test]
fn a_file_of_a_commit_may_have_as_many_bytes_as_one_on_disk_and_the_log_more() {
    let r = Repository::new();
    let most = usize::try_from(FILE).expect("fits");
    let (full, over) = (r.blob(&"x".repeat(most)), r.blob(&"x".repeat(most + 1)));
    let files = |object: &str, name: &str| r.folder(&[("100644", object, name)]).files(Path::new("b"));
    for name in ["baseline.json", "servers/a.json"] {
        assert!(files(&full, name).expect("readable").is_some());
        refused(files(&over, name), "is larger than");
    }
    let log = [("100644", r.blob(""), "b/trust.json".to_owned()), ("100644", over, "b/approvals.jsonl".to_owned())];
    assert!(r.commit(log.into_iter()).files(Path::new("b")).expect("readable").is_some());
}

#[test]
fn a_folder_in_a_commit_holds_server_files_only_and_not_too_many() {
    let r = Repository::new();
    let text = r.blob("x");
    refused(r.folder(&[("100644", &text, "servers/a/b.json")]).files(Path::new("b")), "is a folder");
    refused(r.folder(&[("120000", &text, "servers/a.json")]).files(Path::new("b")), "not a regular file");
    assert!(r.folder(&[("120000", &text, "README")]).files(Path::new("b")).is_ok());
    refused(r.commit([("100644", text.clone(), "b".to_owned())].into_iter()).files(Path::new("b")), "is not a folder");
    let many = |count: usize| {
        let names: Vec<String> = (0..count).map(|n| format!("servers/{n}.json")).collect();
        let files: Vec<_> = names.iter().map(|n| ("100644", text.as_str(), n.as_str())).collect();
        r.folder(&files).files(Path::new("b"))
    };
    assert_eq!(many(SERVERS).expect("readable").expect("there").servers.len(), SERVERS);
    refused(many(SERVERS + 1), "one server file too many");
}

#[test]
fn a_listing_that_is_cut_is_no_answer() {
    let r = Repository::new();
    let text = r.blob("x");
    // `100644 blob <40 digits>`, a tab, the path and a zero byte
    let frame = 6 + 1 + 4 + 1 + 40 + 1 + 1;
    let path = |n: usize, length: usize| format!("d/{n:0>width$}", width = length - 2);
    let commit = |bytes: usize| {
        let (each, mut left, mut files) = (280, bytes, Vec::new());
        while left > 2 * each {
            files.push(("100644", text.clone(), path(files.len(), each - frame)));
            left -= each;
        }
        files.push(("100644", text.clone(), path(files.len(), left / 2 - frame)));
        files.push(("100644", text.clone(), path(files.len(), left - left / 2 - frame)));
        r.commit(files.into_iter())
    };
    // none is asked for, so that only the listing is read
    assert_eq!(commit(LISTING).folder(Path::new("d"), ".none").expect("all of it"), vec![]);
    refused(commit(LISTING + 1).folder(Path::new("d"), ".none"), "no usable answer");
}
