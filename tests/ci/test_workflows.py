"""The workflows for GitHub name only what there is, and their scripts do what they are for.

GitHub's own reading of them is not tried here: that takes GitHub.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from onevoice.cli import cli
from tests.ci.workflows import EXPRESSION, ROOT, WORKFLOWS, Workflow, read, run_step

NAMES = sorted(path.name for path in WORKFLOWS.glob("*.yml"))
STORMS = "[[storms]]\nlast = 2\n"
pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")


@pytest.fixture(params=NAMES)
def workflow(request: pytest.FixtureRequest) -> Workflow:
    return read(request.param)


def scripts(workflow: Workflow) -> Iterator[str]:
    yield from (step["run"] for step in workflow.steps if "run" in step)


def test_there_are_workflows() -> None:
    assert NAMES == ["ci.yml", "gate.yml"]


def test_no_input_is_used_that_is_not_declared_nor_declared_and_not_used(
    workflow: Workflow,
) -> None:
    assert workflow.inputs_used == set(workflow.inputs)


def test_each_output_is_set_by_a_script(workflow: Workflow) -> None:
    for step_id, output in workflow.outputs_used:
        (step,) = (each for each in workflow.steps if each.get("id") == step_id)
        assert f'echo "{output}=' in step["run"]


def test_a_called_workflow_is_given_inputs_that_it_has() -> None:
    called = [job for job in read("ci.yml").jobs.values() if "uses" in job]
    assert len(called) == 2
    for job in called:
        assert job["uses"] == "./.github/workflows/gate.yml"
        assert set(job["with"]) <= set(read("gate.yml").inputs)
        assert job["permissions"] == {"contents": "read", "security-events": "write"}


def test_nothing_that_comes_from_outside_is_text_of_a_script(workflow: Workflow) -> None:
    for script in scripts(workflow):
        assert not EXPRESSION.search(script)


def test_a_script_is_bash_and_uses_variables_that_are_there(workflow: Workflow) -> None:
    for step in workflow.steps:
        if "run" not in step:
            continue
        done = subprocess.run(
            ["bash", "-n"], input=step["run"], text=True, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        used = set(re.findall(r"\$\{?([A-Z][A-Z_]*)", step["run"]))
        assert used - {"HOME", "GITHUB_OUTPUT", "GITHUB_WORKSPACE"} == set(step.get("env", {}))


def test_a_script_calls_commands_with_options_that_they_have(workflow: Workflow) -> None:
    for script in scripts(workflow):
        for line in script.replace("\\\n", " ").splitlines():
            added = re.search(r"words\+=\((.*)\)", line)
            called = re.match(r"\s*onevoice (.*?)(?: \|\| .*)?$", line)
            text = f"gate {added[1]}" if added else called[1] if called else ""
            words = [word for word in shlex.split(text) if word != "${words[@]}"]
            if not words:
                continue
            values = {"$TIER": "full", "$BUDGET": "2h"}
            for name, value in values.items():
                words = [word.replace(name, value) for word in words]
            command = cli.get_command(click.Context(cli), words[0])
            assert command is not None
            command.make_context(words[0], words[1:], parent=click.Context(cli))


def test_an_action_is_pinned_and_a_job_ends(workflow: Workflow) -> None:
    for step in workflow.steps:
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w/-]+@(v\d+|[0-9a-f]{40})", step["uses"])
    for job in workflow.jobs.values():
        assert "uses" in job or "timeout-minutes" in job


def test_who_calls_the_gate_says_what_it_may_do() -> None:
    assert "permissions" not in read("gate.yml").content
    assert read("ci.yml").content["permissions"] == {"contents": "read"}


@pytest.mark.parametrize(
    ("plan", "inputs", "verdict", "code"),
    [
        (STORMS, {"cache": "true"}, "passed", 0),
        (STORMS, {"cache": "false", "budget": "0.001s"}, "limit", 75),
        ('[[corpus]]\nfolder = "/nowhere"\n', {"cache": "false"}, "failed", 15),
        ("[[storm]]\n", {"cache": "false"}, "error", 2),
    ],
)
def test_the_gate_of_a_workflow_says_what_came_of_it(
    plan: str, inputs: dict[str, str], verdict: str, code: int, tmp_path: Path
) -> None:
    (tmp_path / "a gate.toml").write_text(plan, encoding="utf-8")
    gate = read("gate.yml")
    ran, outputs = run_step(gate, "Gate", tmp_path, {"config": "a gate.toml", **inputs})
    assert ran.returncode == code, ran.stderr
    assert outputs == {"exit-code": str(code), "verdict": verdict}
    path = tmp_path / gate.step("Reports")["with"]["path"]
    names = {"gate.json", "gate.html", "gate.sarif", "junit.xml"}
    written = {each.name for each in path.iterdir()} if path.is_dir() else set()
    assert written == (names if code != 2 else set())
    kept = Path(str(gate.step("Keep what was found")["with"]["path"]).replace("~", str(tmp_path)))
    assert kept.is_dir() == (inputs["cache"] == "true")
    if code != 2:
        sarif = tmp_path / gate.step("What is wrong, at its lines")["with"]["sarif_file"]
        assert json.loads(sarif.read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_an_input_is_no_script(tmp_path: Path) -> None:
    inputs = {"config": "$(touch here)", "tier": "quick; touch here", "since": "`touch here`"}
    ran, outputs = run_step(read("gate.yml"), "Gate", tmp_path, inputs)
    assert outputs["verdict"] == "error"
    assert not (tmp_path / "here").exists()
    assert "quick; touch here" in ran.stderr


def test_the_programs_of_others_are_those_that_ci_installs() -> None:
    assert "bash .ci/run" in "".join(scripts(read("ci.yml")))
    assert (ROOT / ".ci" / "run").is_file()
