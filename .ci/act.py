"""Runs the steps of a composite action, so that action.yml can be tried without GitHub: what a runner does with `run`
steps, and a note of what `uses` steps would get. Needs PyYAML. The test suite has a runner of its own in Rust.

    act.py action.yml NAME=VALUE...
"""

import os
import re
import subprocess
import sys
import tempfile

import yaml


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        action = yaml.safe_load(file)
    given = dict(argument.split("=", 1) for argument in sys.argv[2:])
    inputs = {name: given.get(name, about.get("default", "")) for name, about in action["inputs"].items()}
    steps = {}
    temp = tempfile.mkdtemp(dir=os.environ.get("RUNNER_TEMP"))
    summary = os.path.join(temp, "summary.md")
    failed = 0

    def value(expression: str) -> str:
        expression = expression.strip()
        if match := re.fullmatch(r"(.+?) == '([^']*)'", expression):
            return "true" if value(match[1]) == match[2] else "false"
        kind, _, name = expression.partition(".")
        if kind == "inputs":
            return str(inputs[name])
        if kind == "steps":
            step, _, output = name.partition(".outputs.")
            return steps.get(step, {}).get(output, "")
        if kind == "github":
            return ""  # a push: there is no pull request
        raise SystemExit(f"an expression this runner does not know: {expression}")

    def fill(text: object) -> str:
        return re.sub(r"\$\{\{(.*?)\}\}", lambda found: value(found[1]), str(text))

    for step in action["runs"]["steps"]:
        if failed or ("if" in step and value(step["if"]) != "true"):
            print(f"-- {step['name']}: not run", flush=True)
            continue
        if "uses" in step:
            print(f"-- {step['name']}: {step['uses']}", flush=True)
            for name, text in step["with"].items():
                print(f"   {name}: {os.path.basename(fill(text))}", flush=True)
            continue
        print(f"-- {step['name']}", flush=True)
        output = os.path.join(temp, "output")
        open(output, "w").close()
        env = {**os.environ, **{name: fill(text) for name, text in step.get("env", {}).items()}}
        env |= {"GITHUB_OUTPUT": output, "GITHUB_STEP_SUMMARY": summary, "RUNNER_TEMP": temp, "GITHUB_ACTIONS": "true"}
        env["GITHUB_ACTION_PATH"] = os.path.dirname(os.path.abspath(sys.argv[1]))
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        failed = subprocess.run(shell, env=env, stderr=subprocess.STDOUT).returncode
        with open(output, encoding="utf-8") as file:
            steps[step.get("id", "")] = dict(line.rstrip("\n").split("=", 1) for line in file)
    print("-- outputs")
    for name, about in action["outputs"].items():
        print(f"   {name}: {os.path.basename(fill(about['value']))}")
    if os.path.exists(summary):
        with open(summary, encoding="utf-8") as file:
            print(f"-- job summary\n{file.read()}", end="")
    return failed


sys.exit(main())
