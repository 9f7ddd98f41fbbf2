"""Reads the workflows for GitHub, and runs their scripts as a runner would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_INPUT = re.compile(r"\binputs\.([\w-]+)")
_STEP = re.compile(r"\bsteps\.([\w-]+)\.outputs\.([\w-]+)")


@dataclass(frozen=True)
class Workflow:
    """A workflow.

    Attributes:
        name: of its file.
        content: what stands in it.
    """

    name: str
    content: Mapping[str, Any]

    @property
    def triggers(self) -> Mapping[str, Any]:
        """What starts it. YAML 1.1 takes the key `on` for a truth."""
        found: Mapping[str, Any] = self.content[True]  # type: ignore[index]
        return found

    @property
    def inputs(self) -> Mapping[str, Any]:
        """What it is called with."""
        found: Mapping[str, Any] = (self.triggers.get("workflow_call") or {}).get("inputs", {})
        return found

    @property
    def jobs(self) -> Mapping[str, Any]:
        """Its jobs, by name."""
        found: Mapping[str, Any] = self.content["jobs"]
        return found

    @property
    def steps(self) -> Iterator[Mapping[str, Any]]:
        """All steps of all jobs."""
        for job in self.jobs.values():
            yield from job.get("steps", [])

    @property
    def expressions(self) -> Iterator[str]:
        """All that GitHub works out in it; an `if` is that without braces."""
        for text in _texts(self.content):
            yield from EXPRESSION.findall(text)
        yield from (str(each["if"]) for each in (*self.jobs.values(), *self.steps) if "if" in each)

    @property
    def inputs_used(self) -> set[str]:
        """The names of inputs in its expressions."""
        return {name for text in self.expressions for name in _INPUT.findall(text)}

    @property
    def outputs_used(self) -> set[tuple[str, str]]:
        """The steps, with the names of their outputs, in its expressions."""
        return {found for text in self.expressions for found in _STEP.findall(text)}

    def step(self, name: str) -> Mapping[str, Any]:
        """The step of a name."""
        (found,) = (step for step in self.steps if step.get("name") == name)
        return found


def read(name: str) -> Workflow:
    """Reads a workflow."""
    content = yaml.safe_load((WORKFLOWS / name).read_text(encoding="utf-8"))
    return Workflow(name, content)


def run_step(
    workflow: Workflow, name: str, folder: Path, inputs: Mapping[str, str]
) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Runs the script of a step in a folder, as a runner does by default.

    Args:
        workflow: that has the step.
        name: of the step.
        folder: the workspace, and the home of the user.
        inputs: of the workflow, instead of their defaults.

    Returns:
        What came of it, and the outputs that it sets.
    """
    step = workflow.step(name)
    defaults = {name: _as_text(each["default"]) for name, each in workflow.inputs.items()}
    given = {**defaults, **inputs}
    outputs = folder / "outputs"
    outputs.touch()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("GITHUB_")},
        **{key: _worked_out(text, given) for key, text in step["env"].items()},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder), "GITHUB_OUTPUT": str(outputs), "GITHUB_WORKSPACE": str(folder),
    }  # fmt: skip
    ran = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    lines = outputs.read_text(encoding="utf-8").splitlines()
    return ran, dict(line.split("=", 1) for line in lines)


def _worked_out(text: str, inputs: Mapping[str, str]) -> str:
    (name,) = _INPUT.findall(text)
    assert text == f"${{{{ inputs.{name} }}}}", "an environment variable is an input, and no more"
    return inputs[name]


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)
