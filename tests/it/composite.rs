//! A small runner of composite actions, enough for our own `action.yml`: steps in order, `env` and `with` with
//! expressions, `if`, outputs and the job summary in fresh files. A step with `uses` is recorded, not run.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

pub type Map = BTreeMap<String, String>;

/// One step of the action.
#[derive(Default, Debug)]
struct Step {
    keys: Map,
    env: Map,
    with: Map,
}

/// `action.yml` as far as it is run: defaults of the inputs, values of the outputs, steps.
#[derive(Default, Debug)]
pub struct Action {
    pub inputs: Map,
    outputs: Map,
    steps: Vec<Step>,
}

/// What a run of the action left behind.
#[derive(Debug)]
pub struct Job {
    pub code: i32,
    pub log: String,
    pub outputs: Map,
    pub summary: String,
    /// `with` of each step with `uses` that was reached.
    pub used: Vec<(String, Map)>,
}

impl Action {
    /// Reads the subset of YAML that `action.yml` keeps to: maps of scalars, indented by two.
    pub fn parse(text: &str) -> Self {
        let mut action = Self::default();
        let (mut section, mut name, mut part) = (String::new(), String::new(), String::new());
        for line in text.lines().filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with('#')) {
            let depth = line.len() - line.trim_start().len();
            let item = line.trim_start().strip_prefix("- ");
            let (key, value) = item.unwrap_or(line.trim_start()).split_once(':').expect("a key");
            let value = value.trim().split(" # ").next().unwrap_or_default().trim_matches('"').to_owned();
            let key = key.to_owned();
            match (depth, item.is_some()) {
                (0, _) => section = key,
                (2, _) => name = key,
                (4, true) => action.steps.push(Step { keys: Map::from([(key, value)]), ..Step::default() }),
                (4, false) if section == "inputs" && key == "default" => {
                    drop(action.inputs.insert(name.clone(), value))
                }
                (4, false) if section == "outputs" && key == "value" => {
                    drop(action.outputs.insert(name.clone(), value))
                }
                (4, false) => {}
                (6, _) => {
                    part.clone_from(&key);
                    action.steps.last_mut().expect("a step").keys.insert(key, value);
                }
                (8, _) => {
                    let step = action.steps.last_mut().expect("a step");
                    if part == "env" { &mut step.env } else { &mut step.with }.insert(key, value);
                }
                _ => panic!("not in the subset: {line}"),
            }
        }
        action
    }

    /// Runs the steps. `context` has the values of `github.…`; `env` is what the runner itself sets.
    pub fn run(
        &self,
        dir: &Path,
        temp: &Path,
        inputs: &[(&str, &str)],
        context: &[(&str, &str)],
        env: &[(&str, String)],
    ) -> Job {
        let mut values: Map = self.inputs.iter().map(|(k, v)| (format!("inputs.{k}"), v.clone())).collect();
        values.extend(inputs.iter().map(|(k, v)| {
            assert!(self.inputs.contains_key(*k), "no input {k}");
            (format!("inputs.{k}"), (*v).to_owned())
        }));
        values.extend(context.iter().map(|(k, v)| (format!("github.{k}"), (*v).to_owned())));
        let mut job =
            Job { code: 0, log: String::new(), outputs: Map::new(), summary: String::new(), used: Vec::new() };
        for (number, step) in self.steps.iter().enumerate() {
            let wanted = step.keys.get("if").is_none_or(|c| holds(c, &values));
            if !wanted || job.code != 0 {
                continue;
            }
            let fill = |m: &Map| m.iter().map(|(k, v)| (k.clone(), filled(v, &values))).collect::<Map>();
            if let Some(uses) = step.keys.get("uses") {
                job.used.push((uses.clone(), fill(&step.with)));
                continue;
            }
            let files = [temp.join(format!("output{number}")), temp.join(format!("summary{number}"))];
            files.iter().for_each(|f| std::fs::write(f, "").expect("written"));
            let mut command = Command::new("bash");
            command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step.keys["run"]]).current_dir(dir);
            command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("RUNNER_TEMP", temp);
            command.env("GITHUB_OUTPUT", &files[0]).env("GITHUB_STEP_SUMMARY", &files[1]).env("GITHUB_ACTIONS", "true");
            command.envs(env.iter().map(|(k, v)| (*k, v))).envs(fill(&step.env));
            let out = command.output().expect("bash runs");
            job.code = out.status.code().expect("an exit code");
            job.log.push_str(&String::from_utf8_lossy(&out.stdout));
            job.log.push_str(&String::from_utf8_lossy(&out.stderr));
            job.summary.push_str(&std::fs::read_to_string(&files[1]).expect("readable"));
            let id = step.keys.get("id").cloned().unwrap_or_default();
            for line in std::fs::read_to_string(&files[0]).expect("readable").lines() {
                let (key, value) = line.split_once('=').expect("key=value");
                values.insert(format!("steps.{id}.outputs.{key}"), value.to_owned());
            }
        }
        job.outputs = self.outputs.iter().map(|(k, v)| (k.clone(), filled(v, &values))).collect();
        job
    }
}

/// `a == 'b'`, the only condition that is used.
fn holds(condition: &str, values: &Map) -> bool {
    let (left, right) = condition.split_once(" == ").expect("a comparison");
    let value = |t: &str| {
        t.strip_prefix('\'')
            .map_or_else(|| values.get(t).cloned().unwrap_or_default(), |q| q.trim_end_matches('\'').to_owned())
    };
    value(left.trim()) == value(right.trim())
}

/// Replaces `${{ name }}`; a name that is not set is empty, as on GitHub.
fn filled(text: &str, values: &Map) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (name, end) = after.split_once("}}").expect("the end of an expression");
        out.push_str(before);
        // `a || b`: the first that is not empty
        let found = name.split("||").find_map(|n| values.get(n.trim()).filter(|v| !v.is_empty()));
        out.push_str(found.map_or("", String::as_str));
        rest = end;
    }
    out + rest
}
