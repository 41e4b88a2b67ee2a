//! `rules …` and `explain`: what is checked, and why.

use std::fmt::Write;

use super::args::{DiffFormat, Explain, ExplainFormat, Rules, RulesAction};
use super::failure::Failure;
use super::scan::{load_rules, load_whole_rules, rule_failure, unknown_rule};
use super::sources;
use super::terminal::Terminal;
use crate::report::rules as rule_pages;
use crate::rule::eval::{self, Row};
use crate::rule::{RuleSet, Selection, Subject, evaluate, example, explain as words};
use crate::snapshot::Snapshot;
use crate::target::argument::{Argument, file_target};
use crate::terms::ExitCode;
use crate::untrusted::{Untrusted, quiet_json};

/// Runs `rules`.
pub fn rules(args: &Rules, _terminal: Terminal) -> Result<ExitCode, Failure> {
    match args.action.as_ref().unwrap_or(&RulesAction::List) {
        RulesAction::List => {
            let rules = load_rules(&[])?;
            let mut out = format!(
                "{:11} {:33} {:9} {:8} {:10} {:5} {}\n",
                "FAMILY", "RULE", "CLASS", "SEVERITY", "CONFIDENCE", "GATES", "TITLE"
            );
            for rule in rules.rules() {
                let gate = if rule.gates() { "yes" } else { "no" };
                let _ = writeln!(
                    out,
                    "{:11} {:33} {:9} {:8} {:10} {:5} {}",
                    rule.family,
                    rule.id.as_str(),
                    rule.file.class.word(),
                    rule.file.severity.word(),
                    rule.file.confidence.word(),
                    gate,
                    rule.file.title
                );
            }
            let _ = writeln!(out, "{} rules, {}", rules.rules().len(), rules.digest());
            super::print(out.as_bytes())
        }
        RulesAction::Index => super::print(words::index(&load_rules(&[])?).as_bytes()),
        RulesAction::Pages { dir } => pages(dir),
        RulesAction::Test { dir } => test(dir.as_deref()),
        RulesAction::Eval { files, output, details } => eval(files, *output, *details),
    }
}

/// A page for each built-in rule, and their contents.
fn pages(dir: &std::path::Path) -> Result<ExitCode, Failure> {
    let rules = load_whole_rules(&[])?;
    let write =
        |name: &str, text: String| std::fs::create_dir_all(dir).and_then(|()| std::fs::write(dir.join(name), text));
    let all = rules.rules().iter().map(|r| (format!("{}.md", r.id), rule_pages::page(r)));
    for (name, text) in all.chain([("README.md".to_owned(), rule_pages::contents(&rules))]) {
        write(&name, text).map_err(|e| {
            Failure::usage(format!(
                "cannot write rule pages to {}: {e}",
                crate::untrusted::visible(&dir.to_string_lossy())
            ))
            .help("name a directory you can write to")
        })?;
    }
    Ok(ExitCode::Ok)
}

fn test(dir: Option<&std::path::Path>) -> Result<ExitCode, Failure> {
    let mut rules =
        RuleSet::with_examples().map_err(|e| Failure::usage(e.to_string()).with_exit(ExitCode::Internal))?;
    if let Some(dir) = dir {
        rules.load_dir(dir).map_err(rule_failure)?;
    }
    let own = |id: &str| dir.is_none() || id.contains('/');
    let (mut out, mut failed, mut passed) = (String::new(), 0, 0);
    for rule in rules.rules().iter().filter(|r| own(r.id.as_str())) {
        for outcome in example::run(&rules, rule) {
            match outcome.problem {
                None => passed += 1,
                Some(problem) => {
                    failed += 1;
                    let text = Untrusted::from(format!("{}: {problem}", outcome.name)).to_terminal();
                    let _ = writeln!(out, "FAILED {text}");
                }
            }
        }
    }
    let _ = writeln!(out, "{passed} examples passed, {failed} failed");
    super::print(out.as_bytes())?;
    Ok(if failed > 0 { ExitCode::Findings } else { ExitCode::Ok })
}

fn eval(files: &[std::path::PathBuf], output: DiffFormat, details: bool) -> Result<ExitCode, Failure> {
    let rules = load_rules(&[])?;
    let mut rows = Vec::new();
    for path in files {
        let name = path.to_string_lossy().into_owned();
        let shown = Untrusted::from(name.as_str()).to_terminal();
        let kind = Argument::of(&name).map_err(|e| {
            Failure::usage(format!("{shown} cannot be read: {e}"))
                .help("give a .jsonl or .jsonl.gz file of labelled rows")
        })?;
        if !matches!(kind, Argument::Lines(_)) {
            return Err(
                Failure::usage(format!("{shown} is no .jsonl file")).help("give labelled rows, one manifest per line")
            );
        }
        sources::lines(path, &mut |_, line| {
            for (server, held) in sources::held(line, &name)? {
                rows.push(row(&rules, server, held, &shown)?);
            }
            Ok(())
        })?;
    }
    let result = eval::evaluate(&rows);
    let text = match output {
        DiffFormat::Json => quiet_json(format!("{:#}\n", serde_json::json!(result))),
        DiffFormat::Human => {
            let mut out = eval::table(&result);
            if details {
                for id in &result.missed {
                    let _ = writeln!(out, "missed {}", Untrusted::from(id.as_str()).to_terminal());
                }
                for (id, hits) in &result.alarms {
                    let _ = writeln!(out, "alarm {}", Untrusted::from(id.as_str()).to_terminal());
                    for hit in hits {
                        let _ = writeln!(out, "  {hit}");
                    }
                }
            }
            out
        }
    };
    super::print(text.as_bytes())
}

fn row(rules: &RuleSet, server: Option<Untrusted>, held: sources::Held, file: &str) -> Result<Row, Failure> {
    // a row that is neither would count as an honest one
    let malicious = match held.labels.label.as_deref() {
        Some("malicious") => true,
        Some("benign") => false,
        other => {
            let row = server.as_ref().map_or_else(|| "a row".to_owned(), |id| format!("row {}", id.to_terminal()));
            let label = other
                .map_or_else(|| "no label".to_owned(), |l| format!("the label {}", Untrusted::from(l).to_terminal()));
            return Err(Failure::usage(format!("{file}: {row} has {label}"))
                .help("give every row \"label\": \"malicious\" or \"label\": \"benign\""));
        }
    };
    // the name under which a client would have it, where the row says so
    let name = held.labels.server.as_deref().map(Untrusted::from).or_else(|| server.clone());
    let target = file_target(std::path::Path::new("row"), 0, name);
    let manifest = held.manifests.into_values().next().map(|(_, m)| m).unwrap_or_default();
    let snapshot = Snapshot::of(&manifest);
    let subject = Subject::of(&target, &manifest, &snapshot);
    let judged = evaluate(rules, &Selection::default(), &[subject]);
    let id = server.map_or_else(String::new, |s| s.raw().to_owned());
    Ok(Row::new(id, malicious, held.labels.attack_class.unwrap_or_default(), &judged.findings))
}

/// Runs `explain`.
pub fn explain(args: &Explain, terminal: Terminal) -> Result<ExitCode, Failure> {
    if let Some(state) = crate::rule::state::find(&args.rule) {
        let (name, text) = (state.names[0], state.text.join("\n\n"));
        let text = match args.output {
            ExplainFormat::Human => crate::rule::state::page(state, terminal.width.min(100)),
            ExplainFormat::Markdown => format!("# {name}\n\n{}. Told by: {}.\n\n{text}\n", state.title, state.told),
            ExplainFormat::Json => {
                let value = serde_json::json!({"version": 1, "state": name, "title": state.title, "told": state.told, "why": text});
                quiet_json(format!("{value:#}\n"))
            }
        };
        return super::print(text.as_bytes());
    }
    let rules = load_whole_rules(&args.rules)?;
    let rule = rules.get(&args.rule).ok_or_else(|| unknown_rule(&args.rule, &rules))?;
    let text = match args.output {
        ExplainFormat::Human => words::page(rule, terminal.width.min(100)),
        ExplainFormat::Markdown => rule_pages::page(rule),
        ExplainFormat::Json => quiet_json(format!("{:#}\n", rule_pages::value(rule))),
    };
    super::print(text.as_bytes())
}
