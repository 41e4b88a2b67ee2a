//! The rules of a run: the built-in ones, embedded at build time, and users' own folders.

use std::path::{Path, PathBuf};

use crate::terms::{Digest, RuleId, Severity};

use super::file::{FileError, Matching, RuleFile, Status};
use super::needles::Needles;

/// Families in `rules/`, in the order of reports.
pub const FAMILIES: [&str; 9] =
    ["poisoning", "hidden-text", "shadowing", "flow", "drift", "schema", "launch", "package", "protocol"];

/// Family, file name, text.
const BUILTIN: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// What each of these texts says before its examples, in their order, and the words without which its patterns match nothing.
const HEADS: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.json"));

/// SHA-256 over all these texts.
const DIGEST: [u8; 32] = include!(concat!(env!("OUT_DIR"), "/rules-digest.rs"));

/// One of them.
type Head = (RuleFile, Option<Vec<(String, bool)>>);

/// Bytes of one rule file of a user.
const FILE: u64 = 1 << 20;

/// A rule that is loaded.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// Its folder.
    pub family: &'static str,
    /// Everything else.
    pub file: RuleFile,
}

impl Rule {
    /// Whether it may gate.
    pub fn gates(&self) -> bool {
        self.file.gate && self.file.status == Status::Stable && self.file.severity >= Severity::High
    }
}

/// Why rules do not load: the file, its text, and what is wrong in it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("rule file {path}: {error}", path = path.display())]
pub struct RuleError {
    /// The file.
    pub path: PathBuf,
    /// Its text, as far as it could be read.
    pub text: String,
    /// What is wrong.
    pub error: FileError,
}

/// All rules of a run, sorted by family and id.
#[derive(Clone, Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    digest: Digest,
}

impl RuleSet {
    /// The built-in rules without their examples: all that judging takes. Their checks are a test of ours.
    pub fn builtin() -> Result<Self, RuleError> {
        let fail = |what: String| RuleError {
            path: PathBuf::from("rules"),
            text: String::new(),
            error: FileError::new(format!("the built-in rules do not load: {what}")),
        };
        let heads: Vec<Head> = serde_json::from_str(HEADS).map_err(|e| fail(e.to_string()))?;
        let mut set = Self { rules: Vec::with_capacity(heads.len()), digest: Digest::from_bytes(DIGEST) };
        for ((family, name, _), (mut file, needles)) in BUILTIN.iter().zip(heads) {
            if let Matching::Patterns(pattern) = &mut file.matching {
                pattern.needles = needles.map(|words| Box::new(Needles::of(words)));
            }
            let family = FAMILIES.iter().find(|f| *f == family).ok_or_else(|| fail(format!("no family {family}")))?;
            let id = RuleId::new(&file.id).ok_or_else(|| fail(format!("{name} has no id")))?;
            set.rules.push(Rule { id, family, file });
        }
        set.sort();
        Ok(set)
    }

    /// The built-in rules whole, for `rules test`, `explain` and the pages.
    pub fn with_examples() -> Result<Self, RuleError> {
        let mut set = Self { rules: Vec::new(), digest: Digest::from_bytes(DIGEST) };
        for (family, name, text) in BUILTIN {
            let path = PathBuf::from(format!("rules/{family}/{name}.toml"));
            set.add(family, text, path, &|text| RuleFile::parse(text, name, true))?;
        }
        set.sort();
        Ok(set)
    }

    /// Adds a user's folder: `DIR/<family>/<id>.toml` or `DIR/<id>.toml`.
    pub fn load_dir(&mut self, dir: &Path) -> Result<(), RuleError> {
        let mut read = Vec::new();
        for path in files(dir)? {
            let fail =
                |what: String| RuleError { path: path.clone(), text: String::new(), error: FileError::new(what) };
            let size = std::fs::metadata(&path).map_err(|e| fail(e.to_string()))?.len();
            if size > FILE {
                return Err(fail(format!("is larger than {FILE} bytes")));
            }
            let text = std::fs::read_to_string(&path).map_err(|e| fail(e.to_string()))?;
            read.push((path, text));
        }
        self.load_texts(read)
    }

    /// Adds a user's rules that were read already, in the order of their paths.
    pub fn load_texts(&mut self, read: Vec<(PathBuf, String)>) -> Result<(), RuleError> {
        let mut all = self.digest.bytes().to_vec();
        for (path, text) in read {
            let stem = |p: &Path| p.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let folder = path.parent().map(stem).unwrap_or_default();
            let family = FAMILIES.iter().find(|f| **f == folder).copied().unwrap_or("poisoning");
            let name = stem(&path);
            self.add(family, &text, path, &|text| RuleFile::parse(text, &name, false))?;
            all.extend_from_slice(text.as_bytes());
        }
        self.digest = Digest::of(&all);
        self.sort();
        Ok(())
    }

    fn add(&mut self, family: &str, text: &str, path: PathBuf, parse: Parse<'_>) -> Result<(), RuleError> {
        let fail = |error: FileError| RuleError { path: path.clone(), text: text.to_owned(), error };
        let family = FAMILIES.iter().find(|f| **f == family);
        let family = *family.ok_or_else(|| {
            fail(FileError::new(format!("no family of this name; known are {}", FAMILIES.join(", "))))
        })?;
        let file = parse(text).map_err(fail)?;
        if let Matching::Coded(coded) = &file.matching
            && super::detector::find(&coded.detector).is_none()
        {
            return Err(fail(FileError::new(format!("no detector is named `{}`", coded.detector))));
        }
        let id = RuleId::new(&file.id).ok_or_else(|| fail(FileError::new("`id` is no rule id")))?;
        if let Some(replaced) = &file.replaces {
            let at = self.rules.iter().position(|r| r.id.as_str() == replaced);
            let at =
                at.ok_or_else(|| fail(FileError::new(format!("`replaces` names `{replaced}`, which is no rule"))))?;
            self.rules.remove(at);
        }
        if self.get(&file.id).is_some() {
            return Err(fail(FileError::new("a rule with this id is loaded already")));
        }
        self.rules.push(Rule { id, family, file });
        Ok(())
    }

    fn sort(&mut self) {
        let rank = |f: &str| FAMILIES.iter().position(|x| *x == f);
        self.rules.sort_by(|a, b| (rank(a.family), &a.id).cmp(&(rank(b.family), &b.id)));
    }

    /// Sorted by family and id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id, or one that had it formerly.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        let now = self.rules.iter().find(|r| r.id.as_str() == id);
        now.or_else(|| self.rules.iter().find(|r| r.file.formerly.iter().any(|f| f == id)))
    }

    /// SHA-256 over all rule files.
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// How the text of a rule becomes a rule.
type Parse<'p> = &'p dyn Fn(&str) -> Result<RuleFile, FileError>;

/// Rule files of a folder, sorted; links are not followed.
fn files(dir: &Path) -> Result<Vec<PathBuf>, RuleError> {
    let mut out = Vec::new();
    let mut open = vec![(dir.to_path_buf(), 0)];
    while let Some((dir, depth)) = open.pop() {
        let fail = |e: std::io::Error| RuleError {
            path: dir.clone(),
            text: String::new(),
            error: FileError::new(e.to_string()),
        };
        for entry in std::fs::read_dir(&dir).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let kind = entry.file_type().map_err(fail)?;
            let path = entry.path();
            if kind.is_dir() && depth < 3 {
                open.push((path, depth + 1));
            } else if kind.is_file() && path.extension().is_some_and(|e| e == "toml") {
                out.push(path);
            }
        }
    }
    out.sort();
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_without_its_examples_is_the_same_rule() {
        let (heads, whole) = (RuleSet::builtin().expect("heads"), RuleSet::with_examples().expect("rules"));
        assert_eq!(heads.rules.len(), whole.rules.len());
        for (head, rule) in heads.rules.iter().zip(&whole.rules) {
            let mut bare = rule.clone();
            (bare.file.must_match, bare.file.must_not_match, bare.file.known_gap) = Default::default();
            let mut head = head.clone();
            if let Matching::Patterns(pattern) = &mut head.file.matching {
                pattern.needles = None;
            }
            assert_eq!(format!("{head:?}"), format!("{bare:?}"));
        }
        let all: String = BUILTIN.iter().map(|(.., text)| *text).collect();
        assert_eq!(heads.digest, Digest::of(all.as_bytes()));
    }
}
