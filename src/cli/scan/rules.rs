//! The rules of a run: built in, and from the folders of `--rules`. Rules are policy, so in a pull request those that lie in
//! the project are the base's (TRUST T12).

use std::path::{Path, PathBuf};

use crate::cli::args::Scan;
use crate::cli::failure::Failure;
use crate::cli::project::Project;
use crate::rule::{RuleError, RuleSet};
use crate::untrusted::{Message, Untrusted};

/// The rules, and what has to be said about them.
pub fn of(args: &Scan, project: &Project) -> Result<(RuleSet, Vec<Message>), Failure> {
    let Some(base) = &project.base else { return Ok((load_rules(&args.rules)?, Vec::new())) };
    let mut rules = RuleSet::builtin().map_err(rule_failure)?;
    let mut notices = Vec::new();
    for dir in &args.rules {
        let Some(inside) = inside(&project.root, dir) else {
            rules.load_dir(dir).map_err(rule_failure)?;
            continue;
        };
        let shown = Untrusted::from(dir.to_string_lossy().into_owned());
        let files = base.commit.folder(&inside, ".toml").map_err(|e| {
            Failure::usage(format!("--rules {}: {}", shown.to_terminal(), e.sentence().to_terminal()))
                .help("name a folder of the project, or one outside of it")
        })?;
        let what = match files.len() {
            0 => " is not in the base, so none of its rules has an effect here",
            _ => " is read from the base; what this branch changes in it has no effect here",
        };
        notices.push(Message::new("the rule folder ").quote(&shown).text(what));
        let text = |(path, bytes): (PathBuf, Vec<u8>)| (path, String::from_utf8_lossy(&bytes).into_owned());
        rules.load_texts(files.into_iter().map(text).collect()).map_err(rule_failure)?;
    }
    examples(&rules)?;
    Ok((rules, notices))
}

/// The folder's path in the project; `None` where it lies outside, links followed.
fn inside(root: &Path, dir: &Path) -> Option<PathBuf> {
    let whole = root.join(dir);
    // a folder that a branch replaced by a link is still the project's
    if let Ok(plain) = whole.strip_prefix(root)
        && !plain.components().any(|c| c == std::path::Component::ParentDir)
    {
        return Some(plain.to_path_buf());
    }
    let real = root.canonicalize().ok()?;
    whole.canonicalize().ok()?.strip_prefix(real).ok().map(Path::to_path_buf)
}

/// Built-in rules and the folders of `--rules`, as they lie on the disk.
pub fn load_rules(dirs: &[PathBuf]) -> Result<RuleSet, Failure> {
    with_folders(RuleSet::builtin().map_err(rule_failure)?, dirs)
}

/// The same with the examples of the built-in rules, which judging has no use for.
pub fn load_whole_rules(dirs: &[PathBuf]) -> Result<RuleSet, Failure> {
    with_folders(RuleSet::with_examples().map_err(rule_failure)?, dirs)
}

fn with_folders(mut rules: RuleSet, dirs: &[PathBuf]) -> Result<RuleSet, Failure> {
    for dir in dirs {
        rules.load_dir(dir).map_err(rule_failure)?;
    }
    examples(&rules)?;
    Ok(rules)
}

/// A rule file that does not load.
pub fn rule_failure(e: RuleError) -> Failure {
    let name = Untrusted::from(e.path.to_string_lossy().into_owned()).to_terminal();
    let failure = Failure::usage(format!("rule file {name}: {}", Untrusted::from(e.error.to_string()).to_terminal()));
    match e.error.span {
        Some((start, end)) => failure
            .help("correct it (docs/writing-rules.md says how rules look), then `mcp-assay rules test DIR`")
            .at(&name, &e.text, start, end, "here"),
        None => failure.help("name a folder of .toml rules; docs/writing-rules.md says how they look"),
    }
}

/// A user's rule whose examples fail does not load; built-in ones are checked in our tests.
fn examples(rules: &RuleSet) -> Result<(), Failure> {
    for rule in rules.rules().iter().filter(|r| r.id.as_str().contains('/')) {
        if let Some(bad) = crate::rule::example::run(rules, rule).into_iter().find(|o| o.problem.is_some()) {
            let what = Untrusted::from(format!("{}: {}", bad.name, bad.problem.unwrap_or_default())).to_terminal();
            return Err(Failure::usage(format!("an example of a rule fails: {what}"))
                .help("correct the rule or the example; `mcp-assay rules test DIR` runs them all"));
        }
    }
    Ok(())
}
